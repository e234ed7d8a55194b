//! The parties of the printed credit beside those of the embedded one.

use super::{Evidence, Level};
use crate::matching::against::makers_differ;
use crate::matching::pair::{Pair, comparable};

/// Agencies, state outlets and other parties.
pub(super) struct Credit;

impl Evidence for Credit {
    fn name(&self) -> &'static str {
        "credit"
    }

    fn weigh(&self, pair: &Pair<'_>) -> Vec<Level> {
        let (a, b) = (&pair.print.parties, &pair.candidate.parties);
        let (here, there) = (comparable(a, b), comparable(b, a));
        if here.is_empty() || there.is_empty() {
            return Vec::new();
        }
        // "KCNA via Reuters" and "Sputnik via Reuters" share who passed them on, and are pictures of two makers.
        let level = if makers_differ(pair.print, pair.candidate) {
            "differs"
        } else if a == b {
            "same"
        } else if here.is_subset(&there) || there.is_subset(&here) {
            // The chain was shortened, or whoever printed it added who delivered it.
            "within"
        } else if here.is_disjoint(&there) {
            "differs"
        } else {
            "shares"
        };
        vec![Level::once(level)]
    }

    fn tell(&self, pair: &Pair<'_>, _: &Level) -> String {
        let line = pair
            .print
            .printed
            .credit
            .credit_line
            .as_deref()
            .unwrap_or("");
        let held = pair
            .candidate
            .held
            .credit
            .credit_line
            .as_deref()
            .or(pair.candidate.held.description.credit_line.as_deref())
            .unwrap_or("");
        format!("printed \"{line}\", embedded \"{held}\"")
    }
}
