//! What cutline said against what people coded: precision and recall with intervals, and how far coders agree.
//!
//! In: the items of a sample with what cutline says of them and the codes. Out: measures, each with its number of items.
//! Items of a stratum of which few were drawn stand for many: estimates are weighted by the share that was drawn, and
//! their intervals (Wilson) are those of the effective number of items, (sum of weights)^2 / (sum of squared weights).

use std::collections::BTreeMap;

use serde::Serialize;

use crate::report::audit::{Share, wilson};

/// What a coder says of an appearance: of what kind the source is that the printed words name.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Code {
    /// A state outlet.
    Media,
    /// A government body.
    Government,
    /// An armed group.
    ArmedGroup,
    /// No state source is named.
    None,
    /// It cannot be told.
    Unclear,
}

impl Code {
    /// All of them with their words.
    pub const WORDS: &[(&'static str, Self)] = &[
        ("media", Self::Media),
        ("government", Self::Government),
        ("armed-group", Self::ArmedGroup),
        ("none", Self::None),
        ("unclear", Self::Unclear),
    ];

    /// From its word, in any case.
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.trim().to_lowercase();
        let found = Self::WORDS.iter().find(|(w, _)| *w == word);
        found.map(|(_, code)| *code)
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        let found = Self::WORDS.iter().find(|(_, c)| *c == self);
        found.map_or("", |(word, _)| word)
    }
}

/// One item of a sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// For how many appearances it stands.
    pub weight: f64,
    /// cutline: the printed words name a state outlet.
    pub media: bool,
    /// cutline: they do, and the finding is sure.
    pub media_sure: bool,
    /// cutline: the printed words name a state source of any kind.
    pub state: bool,
    /// What the coders said, by name.
    pub codes: BTreeMap<String, Code>,
}

impl Judged {
    /// What most coders said; `None` where they are even, or said that it cannot be told.
    fn truth(&self) -> Option<Code> {
        let mut counts: BTreeMap<Code, usize> = BTreeMap::new();
        for code in self.codes.values() {
            *counts.entry(*code).or_default() += 1;
        }
        let most = *counts.values().max()?;
        let mut best = counts.iter().filter(|(_, n)| **n == most);
        let (code, _) = best.next()?;
        (best.next().is_none() && *code != Code::Unclear).then_some(*code)
    }
}

/// One line of a validation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measure {
    /// `precision`, `recall` or `kappa`.
    pub measure: &'static str,
    /// Of what: a question, or two coders.
    pub of: String,
    /// Items that it rests on.
    pub items: u64,
    /// Of those, hits (for kappa: items on which the coders agree).
    pub hits: u64,
    /// The weighted estimate; `None` where nothing can be said.
    pub estimate: Option<f64>,
    /// Lower bound of its 95 % interval.
    pub low: Option<f64>,
    /// Upper bound.
    pub high: Option<f64>,
}

/// A whole validation.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Validation {
    /// Items in the sample.
    pub items: u64,
    /// Items that at least one coder coded.
    pub coded: u64,
    /// Coded items on which coders are even, or that most call unclear: they count in no measure.
    pub undecided: u64,
    /// The measures.
    pub measures: Vec<Measure>,
}

/// Compare.
pub fn validate(items: &[Judged]) -> Validation {
    let coded: Vec<&Judged> = items.iter().filter(|i| !i.codes.is_empty()).collect();
    let decided: Vec<(&Judged, Code)> = coded
        .iter()
        .filter_map(|i| Some((*i, i.truth()?)))
        .collect();
    let mut measures = Vec::new();
    let media = |code| code == Code::Media;
    let state = |code| code != Code::None;
    for (of, said, is) in [
        (
            "state media by the printed words",
            (|i: &Judged| i.media) as fn(&Judged) -> bool,
            media as fn(Code) -> bool,
        ),
        (
            "state media by the printed words, sure findings",
            |i| i.media_sure,
            media,
        ),
        ("any state source by the printed words", |i| i.state, state),
    ] {
        let pairs = || {
            decided
                .iter()
                .map(|(i, code)| (i.weight, said(i), is(*code)))
        };
        measures.push(share(
            "precision",
            of,
            pairs().filter(|p| p.1).map(|p| (p.0, p.2)),
        ));
        measures.push(share(
            "recall",
            of,
            pairs().filter(|p| p.2).map(|p| (p.0, p.1)),
        ));
    }
    let mut coders: Vec<&String> = coded.iter().flat_map(|i| i.codes.keys()).collect();
    coders.sort();
    coders.dedup();
    for (at, a) in coders.iter().enumerate() {
        for b in coders.iter().skip(at + 1) {
            let both = coded
                .iter()
                .filter_map(|i| Some((*i.codes.get(*a)?, *i.codes.get(*b)?)));
            measures.push(kappa(
                &format!("{a} and {b}"),
                both.collect::<Vec<_>>().as_slice(),
            ));
        }
    }
    Validation {
        items: items.len() as u64,
        coded: coded.len() as u64,
        undecided: (coded.len() - decided.len()) as u64,
        measures,
    }
}

fn share(measure: &'static str, of: &str, found: impl Iterator<Item = (f64, bool)>) -> Measure {
    let (mut items, mut hits, mut all, mut squares, mut good) = (0, 0, 0.0, 0.0, 0.0);
    for (weight, hit) in found {
        items += 1;
        hits += u64::from(hit);
        all += weight;
        squares += weight * weight;
        good += if hit { weight } else { 0.0 };
    }
    let share: Option<Share> = (items > 0)
        .then(|| wilson(good / all, all * all / squares))
        .flatten();
    Measure {
        measure,
        of: of.to_owned(),
        items,
        hits,
        estimate: share.map(|s| s.share),
        low: share.map(|s| s.low),
        high: share.map(|s| s.high),
    }
}

/// Cohen's kappa of two coders over the items that both coded, with the interval of its large-sample standard error.
fn kappa(of: &str, both: &[(Code, Code)]) -> Measure {
    let n = both.len() as f64;
    let agreed = both.iter().filter(|(a, b)| a == b).count();
    let by_chance: f64 = Code::WORDS
        .iter()
        .map(|(_, code)| {
            let a = both.iter().filter(|(a, _)| a == code).count() as f64;
            let b = both.iter().filter(|(_, b)| b == code).count() as f64;
            a * b / (n * n)
        })
        .sum();
    let observed = agreed as f64 / n;
    let told = !both.is_empty() && by_chance < 1.0;
    let estimate = told.then(|| (observed - by_chance) / (1.0 - by_chance));
    let error = (observed * (1.0 - observed) / n).sqrt() / (1.0 - by_chance);
    Measure {
        measure: "kappa",
        of: of.to_owned(),
        items: both.len() as u64,
        hits: agreed as u64,
        estimate,
        low: estimate.map(|k| (k - 1.96 * error).max(-1.0)),
        high: estimate.map(|k| (k + 1.96 * error).min(1.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(weight: f64, media: bool, codes: &[(&str, Code)]) -> Judged {
        Judged {
            weight,
            media,
            media_sure: media,
            state: media,
            codes: codes.iter().map(|(n, c)| ((*n).to_owned(), *c)).collect(),
        }
    }

    fn get<'a>(v: &'a Validation, measure: &str, of: &str) -> &'a Measure {
        v.measures
            .iter()
            .find(|m| m.measure == measure && m.of == of)
            .expect(of)
    }

    #[test]
    fn estimates_are_weighted_by_what_was_drawn() {
        let mut items = Vec::new();
        // 8 of 10 flagged ones are right, each standing for one appearance; 1 of 10 unflagged ones was missed, each
        // standing for 20: 8 of 28 are found.
        items.extend((0..10).map(|n| {
            let code = if n < 8 { Code::Media } else { Code::None };
            item(1.0, true, &[("ana", code)])
        }));
        items.extend((0..10).map(|n| {
            let code = if n < 1 { Code::Media } else { Code::None };
            item(20.0, false, &[("ana", code)])
        }));
        let found = validate(&items);
        let of = "state media by the printed words";
        assert_eq!(get(&found, "precision", of).estimate, Some(0.8));
        let recall = get(&found, "recall", of);
        assert!((recall.estimate.expect("some") - 8.0 / 28.0).abs() < 1e-9);
        assert!(recall.high.expect("some") > 0.7, "one item says most of it");
        assert_eq!((recall.items, recall.hits), (9, 8));
    }

    #[test]
    fn kappa_is_cohens() {
        // Cohen's own example in counts: 20 both yes, 15 both no, 5 and 10 apart: kappa 0.4.
        let mut both = vec![(Code::Media, Code::Media); 20];
        both.extend(vec![(Code::None, Code::None); 15]);
        both.extend(vec![(Code::Media, Code::None); 5]);
        both.extend(vec![(Code::None, Code::Media); 10]);
        let found = kappa("a and b", &both);
        assert!((found.estimate.expect("some") - 0.4).abs() < 1e-9);
        assert_eq!((found.items, found.hits), (50, 35));
        assert_eq!(kappa("a and b", &[]).estimate, None);
        assert_eq!(
            kappa("a and b", &[(Code::None, Code::None)]).estimate,
            None,
            "where all say the same nothing can be told from chance"
        );
    }

    #[test]
    fn coders_who_are_even_decide_nothing() {
        let items = [
            item(1.0, true, &[("a", Code::Media), ("b", Code::None)]),
            item(1.0, true, &[("a", Code::Unclear)]),
            item(1.0, true, &[]),
            item(
                1.0,
                true,
                &[("a", Code::Media), ("b", Code::Media), ("c", Code::None)],
            ),
        ];
        let found = validate(&items);
        assert_eq!((found.items, found.coded, found.undecided), (4, 3, 2));
        assert_eq!(
            get(&found, "precision", "any state source by the printed words").items,
            1
        );
    }
}
