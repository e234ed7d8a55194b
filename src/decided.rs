//! What people decided, obeyed: corrected credits are read in place of printed ones, ties hold whatever the words say.
//!
//! In: the decisions in effect. Out: readings by the corrected text, and matches as they were decided.

use crate::archive::{Archive, Tied};
use crate::credit::{CreditReader, Hints};
use crate::error::Result;
use crate::matching::{Held, Printed};
use crate::model::{CreditReading, Decision, Match, MatchEvidence};

/// The weight shown for a person's decision: whatever speaks against it, it stands.
const DECIDED: f64 = 99.0;

/// Weighs the appearances of a document against a pool of photos.
pub type Weigh = dyn Fn(&[Printed], &[Held]) -> Vec<Option<Match>>;

/// Read every appearance whose correction came, changed or was undone; its document waits for matching.
pub fn correct(archive: &mut Archive, credits: &CreditReader) -> Result<()> {
    for todo in archive.to_correct()? {
        let hints = Hints {
            lang: todo.raw.lang.as_deref(),
            date: todo.raw.published.as_deref(),
        };
        let printed = credits.parts(&todo.raw.text, todo.raw.credit_text.as_deref(), &hints);
        let reading = match &todo.correction {
            Some((_, credit)) => by_correction(&printed, credit, credits, &hints),
            None => printed,
        };
        archive.store_correction(&todo, &reading)?;
    }
    Ok(())
}

/// The caption as printed with another credit; an empty one says that no credit is printed there.
fn by_correction(
    printed: &CreditReading,
    credit: &str,
    credits: &CreditReader,
    hints: &Hints<'_>,
) -> CreditReading {
    let mut reading = credits.parts(&printed.caption, Some(credit), hints);
    if credit.trim().is_empty() {
        reading.credit_line = None;
    }
    reading
}

/// The matches of one document with the ties of people in place of what was weighed. `weigh` is asked again, without the
/// photos that a person ruled out, for an appearance whose best candidate was one of them.
pub fn obey(
    printed: &[Printed],
    pool: &[Held],
    mut decided: Vec<Option<Match>>,
    ties: &[Tied],
    weigh: &Weigh,
) -> Vec<Option<Match>> {
    for (at, appearance) in printed.iter().enumerate() {
        let own: Vec<&Tied> = ties
            .iter()
            .filter(|t| t.appearance == appearance.appearance)
            .collect();
        if own.is_empty() {
            continue;
        }
        if let Some(tie) = own.iter().rfind(|t| t.tied) {
            put(&mut decided, at, Some(tied(tie)));
            continue;
        }
        // Copies of a photo that was ruled out are the same picture: they are ruled out with it.
        let picture = |t: &Tied| {
            pool.iter()
                .find(|h| h.photo == t.photo)
                .and_then(|h| h.picture)
        };
        let ruled_out = |held: &Held| {
            own.iter().any(|t| {
                held.photo == t.photo || (held.picture.is_some() && held.picture == picture(t))
            })
        };
        let best = decided.get(at).and_then(Option::as_ref).map(|m| m.photo);
        let best_is_out =
            best.is_some_and(|photo| pool.iter().any(|h| h.photo == photo && ruled_out(h)));
        if best_is_out {
            let rest: Vec<Held> = pool.iter().filter(|h| !ruled_out(h)).cloned().collect();
            let mut again = printed.to_vec();
            for p in &mut again {
                let out =
                    |s: &crate::matching::Structural| !rest.iter().any(|h| h.photo == s.photo);
                if p.appearance == appearance.appearance && p.structural.as_ref().is_some_and(out) {
                    p.structural = None;
                }
            }
            let next = weigh(&again, &rest).into_iter().nth(at).flatten();
            put(&mut decided, at, next);
        }
    }
    decided
}

fn put(decided: &mut [Option<Match>], at: usize, found: Option<Match>) {
    if let Some(place) = decided.get_mut(at) {
        *place = found;
    }
}

fn tied(tie: &Tied) -> Match {
    let day = tie.at.get(..10).unwrap_or(&tie.at);
    let why = tie
        .why
        .as_ref()
        .map(|why| format!(": {why}"))
        .unwrap_or_default();
    Match {
        photo: tie.photo,
        probability: 1.0,
        decision: Decision::Matched,
        evidence: vec![MatchEvidence {
            kind: "review".into(),
            weight: DECIDED,
            text: format!("tied by {} on {day}{why}", tie.reviewer),
        }],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Metadata, Sha256};

    fn held(n: u8, picture: i64) -> Held {
        Held {
            photo: Sha256([n; 32]),
            picture: Some(picture),
            names: Vec::new(),
            metadata: Metadata::default(),
            description: CreditReading::default(),
            credit: CreditReading::default(),
        }
    }

    fn tie(photo: u8, tied: bool) -> Tied {
        Tied {
            appearance: 7,
            photo: Sha256([photo; 32]),
            tied,
            reviewer: "Ana".into(),
            at: "2024-06-12T08:00:00.000Z".into(),
            why: Some("same boat".into()),
        }
    }

    /// Takes the first photo of the pool.
    fn first(printed: &[Printed], pool: &[Held]) -> Vec<Option<Match>> {
        let of = |h: &Held| Match {
            photo: h.photo,
            probability: 0.9,
            decision: Decision::Matched,
            evidence: Vec::new(),
        };
        printed.iter().map(|_| pool.first().map(of)).collect()
    }

    fn run(ties: &[Tied]) -> Option<Match> {
        let printed = [Printed {
            appearance: 7,
            ..Printed::default()
        }];
        let pool = [held(1, 10), held(2, 10), held(3, 30)];
        let weighed = first(&printed, &pool);
        obey(&printed, &pool, weighed, ties, &first).remove(0)
    }

    #[test]
    fn a_tie_stands_and_says_who_and_why() {
        let found = run(&[tie(9, true)]).expect("tied");
        assert_eq!(found.photo, Sha256([9; 32]));
        assert_eq!(
            found.evidence[0].text,
            "tied by Ana on 2024-06-12: same boat"
        );
    }

    #[test]
    fn what_was_ruled_out_is_ruled_out_with_its_copies() {
        assert_eq!(run(&[]).map(|m| m.photo), Some(Sha256([1; 32])));
        assert_eq!(
            run(&[tie(1, false)]).map(|m| m.photo),
            Some(Sha256([3; 32]))
        );
        assert_eq!(run(&[tie(1, false), tie(3, false)]), None);
        assert_eq!(
            run(&[tie(3, false)]).map(|m| m.photo),
            Some(Sha256([1; 32])),
            "not the best: nothing changes"
        );
    }
}
