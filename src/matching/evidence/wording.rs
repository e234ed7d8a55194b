//! The wording, where both sides are in one language: most agency captions are printed with few changes.

use super::{Evidence, Level};
use crate::matching::pair::Pair;

/// Shared beginnings of words.
pub(super) struct Wording;

impl Evidence for Wording {
    fn name(&self) -> &'static str {
        "wording"
    }

    fn weigh(&self, pair: &Pair<'_>) -> Vec<Level> {
        let (a, b) = (&pair.print.terms, &pair.candidate.terms);
        if a.lang.is_empty() || a.lang != b.lang || a.grams.is_empty() {
            return Vec::new();
        }
        let shared = a.grams.intersection(&b.grams).count() as f64;
        let share = shared / a.grams.len().min(b.grams.len()).max(3) as f64;
        if share >= 0.8 {
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
