//! The items of a caption beside those of a photo's embedded text: which agree, which are missing, which are extra.

use std::collections::HashMap;

use super::script::Script;
use super::sound::Sound;
use super::text::{Item, Kind, Terms};
use super::words::LEXICON;

/// Two sounds at least so alike are one name; lower where a script without spaces hides where the name ends.
const ALIKE: f64 = 0.74;

/// An item of the caption beside its partner.
#[derive(Clone, Copy, Debug)]
pub(super) struct Agreement {
    /// The caption's item.
    pub printed: usize,
    /// The photo's item.
    pub held: usize,
    /// How sure the agreement is, 0 to 1.
    pub degree: f64,
}

/// What agrees and what does not.
#[derive(Clone, Debug, Default)]
pub(super) struct Comparison {
    /// Pairs that agree, in the caption's order.
    pub agree: Vec<Agreement>,
    /// Items of the caption without a partner.
    pub missing: Vec<usize>,
    /// Items of the photo without a partner.
    pub extra: Vec<usize>,
}

/// Likeness of the sounds already compared, for one caption.
pub(super) type Heard = HashMap<(usize, Sound), f64>;

/// Compares a caption with a photo's text. `heard` belongs to this caption alone.
pub(super) fn compare(printed: &Terms, held: &Terms, heard: &mut Heard) -> Comparison {
    let mut pairs: Vec<Agreement> = Vec::new();
    for (a, one) in printed.items.iter().enumerate() {
        for (b, other) in held.items.iter().enumerate() {
            let degree = degree(a, one, other, heard);
            if degree > 0.0 {
                pairs.push(Agreement {
                    printed: a,
                    held: b,
                    degree,
                });
            }
        }
    }
    for (one, a) in printed.items.iter().zip(0..) {
        wholes(a, one, held, &mut pairs, false);
    }
    for (other, b) in held.items.iter().zip(0..) {
        wholes(b, other, printed, &mut pairs, true);
    }
    pairs.sort_by(|x, y| {
        y.degree
            .total_cmp(&x.degree)
            .then((x.printed, x.held).cmp(&(y.printed, y.held)))
    });
    let mut printed_used = vec![false; printed.items.len()];
    let mut held_used = vec![false; held.items.len()];
    let mut agree: Vec<Agreement> = Vec::new();
    for pair in pairs {
        // A run hides several names, and so does a name in one piece; every other item has one partner.
        let run = |terms: &Terms, at: usize| {
            terms.items.get(at).is_some_and(|i| {
                i.kind == Kind::Run || (i.kind == Kind::Name && i.script == Script::Hangul)
            })
        };
        let (Some(a), Some(b)) = (
            printed_used.get_mut(pair.printed),
            held_used.get_mut(pair.held),
        ) else {
            continue;
        };
        if (*a && !run(printed, pair.printed)) || (*b && !run(held, pair.held)) {
            // A second word for what is already told is not a disagreement.
            if pair.degree >= 0.5 {
                *a = true;
                *b = true;
            }
            continue;
        }
        *a = true;
        *b = true;
        agree.push(pair);
    }
    agree.sort_by_key(|pair| (pair.printed, pair.held));
    let unused = |used: &[bool]| {
        used.iter()
            .enumerate()
            .filter(|(_, used)| !**used)
            .map(|(at, _)| at)
            .collect()
    };
    Comparison {
        agree,
        missing: unused(&printed_used),
        extra: unused(&held_used),
    }
}

/// A name written in one piece beside the parts of a name: each part agrees.
fn wholes(at: usize, one: &Item, parts: &Terms, pairs: &mut Vec<Agreement>, back: bool) {
    if one.script.has_capitals() || !matches!(one.kind, Kind::Name | Kind::Run) {
        return;
    }
    for (sound, items) in &parts.joined {
        if sound.consonants() < 4 {
            continue;
        }
        let like = |mine: &Sound| {
            if one.kind == Kind::Run {
                mine.holds(sound)
            } else {
                mine.likeness(sound, true)
            }
        };
        let best = like(&one.sound).max(one.bare.as_ref().map_or(0.0, like));
        if best >= ALIKE + 0.06 {
            for part in items {
                let (printed, held) = if back { (*part, at) } else { (at, *part) };
                pairs.push(Agreement {
                    printed,
                    held,
                    degree: 0.9 * best,
                });
            }
        }
    }
}

/// How far two items agree, 0 to 1.
fn degree(at: usize, a: &Item, b: &Item, heard: &mut Heard) -> f64 {
    match (a.kind, b.kind) {
        (Kind::Concept(x), Kind::Concept(y)) => {
            if x == y {
                1.0
            } else if LEXICON.near(x, y) {
                0.5
            } else {
                0.0
            }
        }
        (Kind::Entity(x), Kind::Entity(y)) => {
            if x == y {
                1.0
            } else if LEXICON.within(x).contains(&y) || LEXICON.within(y).contains(&x) {
                0.4
            } else {
                0.0
            }
        }
        (Kind::Concept(_), _) | (_, Kind::Concept(_)) => {
            // The dictionary does not know every word of every language: a loan word keeps its sound.
            let (known, other) = if matches!(a.kind, Kind::Concept(_)) {
                (a, b)
            } else {
                (b, a)
            };
            if matches!(other.kind, Kind::Word | Kind::Name) && known.script != other.script
                || other.kind == Kind::Word
            {
                let like = hear(at, a, b, heard);
                if like >= 0.86 && a.sound.consonants().min(b.sound.consonants()) >= 3 {
                    0.8
                } else {
                    0.0
                }
            } else {
                0.0
            }
        }
        _ => {
            let like = hear(at, a, b, heard);
            let size = a.sound.consonants().min(b.sound.consonants());
            let least = least(a, b, size);
            if like < least {
                return 0.0;
            }
            // Short words are alike by chance; the longer, the surer.
            let sure = match size {
                0 | 1 => 0.35,
                2 => 0.6,
                3 => 0.85,
                _ => 1.0,
            };
            sure * (0.6 + 0.4 * (like - least) / (1.0 - least).max(0.01))
        }
    }
}

/// How alike two sounds have to be.
fn least(a: &Item, b: &Item, size: usize) -> f64 {
    let run = a.kind == Kind::Run || b.kind == Kind::Run;
    let lossy = [a.script, b.script].iter().any(|s| {
        matches!(
            s,
            Script::Hangul | Script::Kana | Script::SouthEast | Script::Han | Script::Other
        )
    });
    let word = a.kind == Kind::Word || b.kind == Kind::Word;
    let base = if word {
        0.86
    } else if a.script == b.script {
        0.84
    } else if lossy {
        ALIKE - 0.02
    } else {
        ALIKE
    };
    let short: f64 = match size {
        0 | 1 => 0.2,
        2 => 0.12,
        3 => 0.04,
        _ => 0.0,
    };
    let hidden: f64 = match (run, size) {
        (false, _) => 0.0,
        (true, 0..=2) => 0.3,
        (true, 3) => 0.08,
        (true, _) => 0.03,
    };
    base + short.min(0.99 - base) + hidden
}

fn holds(run: &Item, name: &Item) -> f64 {
    let bare = run
        .bare
        .as_ref()
        .map_or(0.0, |bare| bare.holds(&name.sound));
    run.sound.holds(&name.sound).max(bare)
}

fn hear(at: usize, a: &Item, b: &Item, heard: &mut Heard) -> f64 {
    if let Some(like) = heard.get(&(at, b.sound.clone())) {
        return *like;
    }
    let like = match (a.kind == Kind::Run, b.kind == Kind::Run) {
        (true, true) => {
            if a.text == b.text {
                1.0
            } else {
                0.0
            }
        }
        (true, false) => holds(a, b),
        (false, true) => holds(b, a),
        (false, false) => {
            // Endings change the word in one language, not between two words of another.
            let ending = a.script != b.script || a.sound.consonants() > 3;
            let one = a.sound.likeness(&b.sound, ending);
            let bare = a
                .bare
                .as_ref()
                .map_or(0.0, |bare| bare.likeness(&b.sound, ending));
            let other = b
                .bare
                .as_ref()
                .map_or(0.0, |bare| bare.likeness(&a.sound, ending));
            let back = b.sound.likeness(&a.sound, ending);
            one.max(bare).max(other).max(back)
        }
    };
    heard.insert((at, b.sound.clone()), like);
    like
}
