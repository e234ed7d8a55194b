//! How telling the words are among the candidates: what agrees here and in few other photos, and what agrees with another
//! photo and not with this one.

use std::collections::BTreeMap;

use super::{Evidence, Level, quoted};
use crate::matching::pair::Pair;

/// Rare words.
pub(super) struct Rarity;

/// The items of the caption that agree, each with its best degree.
fn agreed(pair: &Pair<'_>) -> BTreeMap<usize, f64> {
    let mut best: BTreeMap<usize, f64> = BTreeMap::new();
    for agreement in &pair.texts.agree {
        let degree = best.entry(agreement.printed).or_default();
        *degree = degree.max(agreement.degree);
    }
    best
}

/// The items of the caption that agree with another candidate alone.
fn elsewhere<'a>(pair: &'a Pair<'_>) -> impl Iterator<Item = usize> + 'a {
    let missing = pair.texts.missing.iter().copied();
    missing.filter(|item| pair.pool.has(*item))
}

impl Evidence for Rarity {
    fn name(&self) -> &'static str {
        "rarity"
    }

    fn weigh(&self, pair: &Pair<'_>) -> Vec<Level> {
        let rare = agreed(pair)
            .into_iter()
            .map(|(item, degree)| degree * pair.pool.rarity(item))
            .sum();
        let other = elsewhere(pair).map(|item| pair.pool.rarity(item)).sum();
        [
            Level::times("agrees", rare, 4.0),
            Level::times("elsewhere", other, 3.0),
        ]
        .into_iter()
        .filter(|level| level.amount > 0.0)
        .collect()
    }

    fn tell(&self, pair: &Pair<'_>, level: &Level) -> String {
        let text = |item: usize| pair.print.terms.items.get(item).map(|i| i.text.as_str());
        if level.name == "elsewhere" {
            return format!(
                "{} in other photos' texts, not in this one's",
                quoted(elsewhere(pair).filter_map(text))
            );
        }
        let mut rarest: Vec<(f64, &str)> = agreed(pair)
            .into_keys()
            .filter_map(|item| Some((pair.pool.rarity(item), text(item)?)))
            .collect();
        rarest.sort_by(|a, b| b.0.total_cmp(&a.0));
        format!(
            "of the words that agree, these stand in the fewest of the photos compared: {}",
            quoted(rarest.into_iter().map(|(_, words)| words).take(3))
        )
    }
}
