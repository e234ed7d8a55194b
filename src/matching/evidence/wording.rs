//! The wording, where both sides are in one language: most agency captions are printed with few changes.

use super::{Evidence, Level};
use crate::matching::pair::Pair;

/// Shared beginnings of words.
pub(super) struct Wording;

/// From this share on, the wording is the same.
const SAME: f64 = 0.8;

/// How much of the shorter text stands in the other; `None` where the two are not known to be in one language.
fn share(pair: &Pair<'_>) -> Option<f64> {
    let (a, b) = (&pair.print.terms, &pair.candidate.terms);
    if a.lang.is_empty() || a.lang != b.lang || a.grams.is_empty() {
        return None;
    }
    let shared = a.grams.intersection(&b.grams).count() as f64;
    Some(shared / a.grams.len().min(b.grams.len()).max(3) as f64)
}

/// Whether both texts are in one language, and the caption's words stand in the photo's.
pub(in crate::matching) fn covered(pair: &Pair<'_>) -> bool {
    let (a, b) = (&pair.print.terms.grams, &pair.candidate.terms.grams);
    share(pair).is_some() && a.intersection(b).count() as f64 >= SAME * a.len() as f64
}

impl Evidence for Wording {
    fn name(&self) -> &'static str {
        "wording"
    }

    fn weigh(&self, pair: &Pair<'_>) -> Vec<Level> {
        let Some(share) = share(pair) else {
            return Vec::new();
        };
        if share >= SAME {
            vec![Level::once("same")]
        } else if share >= 0.5 {
            vec![Level::once("alike")]
        } else {
            vec![Level::once("other")]
        }
    }

    fn tell(&self, pair: &Pair<'_>, _: &Level) -> String {
        let (a, b) = (&pair.print.terms.grams, &pair.candidate.terms.grams);
        let shared = a.intersection(b).count();
        format!(
            "{shared} of the caption's {} words stand in the photo's text, in the same language",
            a.len()
        )
    }
}
