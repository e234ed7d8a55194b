//! The photos of one document's appearances, at most one each.

use super::{Held, Printed};
use crate::model::{Decision, Match, MatchEvidence};

/// Decides about all appearances of one document at once. `pool` holds every photo that shares a key with any of them,
/// and every photo that `structural` names. The result has one entry per appearance, in the same order: the best
/// candidate with its evidence, or `None` where no photo is worth naming.
pub fn decide(printed: &[Printed], pool: &[Held]) -> Vec<Option<Match>> {
    let _ = pool;
    printed
        .iter()
        .map(|one| {
            one.structural.map(|structural| Match {
                photo: structural.photo,
                probability: 0.99,
                decision: Decision::Matched,
                evidence: vec![MatchEvidence {
                    kind: "structure".to_owned(),
                    weight: 6.9,
                    text: structural.how.text().to_owned(),
                }],
            })
        })
        .collect()
}
