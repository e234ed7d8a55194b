//! What an appearance's items are worth among its candidates. In: how its text compares with that of every candidate.
//! Out: how rare each item is there, and which items some candidate has.
//!
//! A name that half of the candidates share says little about which of them was printed. The candidates are what is
//! compared, so they are what has to be counted: the whole archive would say that every name is rare, and every new
//! photo would change what was decided about every document.

use std::collections::BTreeMap;

use super::compare::Comparison;
use super::decide::Group;

/// Before anything is counted, one candidate in ten is taken to have an item, with the weight of this many candidates.
const BEFORE: f64 = 5.0;

/// An item that one candidate in so many has, or fewer, is as rare as can be.
const RAREST: f64 = 20.0;

/// An item agrees with a candidate from this degree on.
const AGREES: f64 = 0.5;

/// What is known of each item of one appearance.
#[derive(Clone, Debug, Default)]
pub(super) struct Pool {
    rarity: Vec<f64>,
    found: Vec<bool>,
}

impl Pool {
    /// Counts, for `items` items of an appearance, the pictures whose photos' texts agree with them.
    pub fn of<'a>(items: usize, compared: impl Iterator<Item = (Group, &'a Comparison)>) -> Self {
        let mut groups: BTreeMap<Group, Vec<bool>> = BTreeMap::new();
        for (group, texts) in compared {
            let has = groups.entry(group).or_insert_with(|| vec![false; items]);
            for agreement in texts.agree.iter().filter(|a| a.degree >= AGREES) {
                if let Some(has) = has.get_mut(agreement.printed) {
                    *has = true;
                }
            }
        }
        let all = groups.len() as f64;
        let counts: Vec<f64> = (0..items)
            .map(|item| {
                let have = groups.values().filter(|has| has.get(item) == Some(&true));
                have.count() as f64
            })
            .collect();
        Self {
            rarity: counts
                .iter()
                .map(|have| {
                    let share = (have + BEFORE / 10.0) / (all + BEFORE);
                    (-share.ln() / RAREST.ln()).clamp(0.0, 1.0)
                })
                .collect(),
            found: counts.iter().map(|have| *have > 0.0).collect(),
        }
    }

    /// How rare an item is among the candidates: 0 (all have it) to 1.
    pub fn rarity(&self, item: usize) -> f64 {
        self.rarity.get(item).copied().unwrap_or(0.0)
    }

    /// Whether any candidate has an item.
    pub fn has(&self, item: usize) -> bool {
        self.found.get(item).copied().unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matching::compare::Agreement;

    #[test]
    fn what_few_candidates_have_is_rare() {
        let agreeing = |items: &[usize]| Comparison {
            agree: items
                .iter()
                .map(|&printed| Agreement {
                    printed,
                    held: 0,
                    degree: 1.0,
                })
                .collect(),
            ..Comparison::default()
        };
        let texts: Vec<Comparison> = (0..30)
            .map(|n| agreeing(if n == 7 { &[0, 1] } else { &[0] }))
            .collect();
        let pool = Pool::of(3, texts.iter().zip(0..).map(|(t, n)| ((Some(n), None), t)));
        assert!(pool.rarity(0) < 0.1, "{pool:?}");
        assert!(pool.rarity(1) > 0.9, "{pool:?}");
        assert!(pool.has(1) && !pool.has(2));
        // Copies of one picture are one candidate.
        let pool = Pool::of(1, texts.iter().map(|t| ((Some(1), None), t)));
        assert!(pool.rarity(0) > 0.4, "{pool:?}");
    }
}
