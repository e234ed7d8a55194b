//! A repeatable stratified sample: appearances with their strata in, those to be coded out.
//!
//! Which appearances are drawn depends on the seed and on their ids alone, not on the order in which they came: the same
//! archive gives the same sample anywhere.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

/// One drawn appearance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The appearance's public id.
    pub appearance: String,
    /// The values of the dimensions.
    pub stratum: Vec<String>,
    /// Appearances in the stratum.
    pub population: u64,
    /// Of those, how many were drawn: the item stands for `population / drawn` appearances.
    pub drawn: u64,
}

/// Draw `size` appearances: as many from each stratum, and the rest of small strata from the others.
pub fn draw(all: impl Iterator<Item = (String, Vec<String>)>, size: usize, seed: u64) -> Vec<Item> {
    let mut strata: BTreeMap<Vec<String>, Vec<(u64, String)>> = BTreeMap::new();
    for (id, stratum) in all {
        strata
            .entry(stratum)
            .or_default()
            .push((rank(seed, "", &id), id));
    }
    let sizes: Vec<usize> = strata.values().map(Vec::len).collect();
    let shares = allocate(&sizes, size);
    let mut items = Vec::new();
    for ((stratum, mut members), drawn) in strata.into_iter().zip(shares) {
        members.sort();
        let population = members.len() as u64;
        items.extend(members.into_iter().take(drawn).map(|(_, appearance)| Item {
            appearance,
            stratum: stratum.clone(),
            population,
            drawn: drawn as u64,
        }));
    }
    items
}

/// How many to take from groups of these sizes: equal numbers as far as the groups have them, remainders to the larger.
fn allocate(sizes: &[usize], total: usize) -> Vec<usize> {
    let mut shares = vec![0; sizes.len()];
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by_key(|at| (sizes.get(*at).copied(), *at));
    let mut left = total;
    for (done, at) in order.iter().enumerate() {
        let fair = left / (order.len() - done);
        let size = sizes.get(*at).copied().unwrap_or_default();
        // Where there are more strata than places, the larger ones get them.
        let take = size.min(fair);
        if let Some(share) = shares.get_mut(*at) {
            *share = take;
        }
        left -= take;
    }
    shares
}

/// A place in an order that looks random and is always the same: of the draw, or of the list that one coder sees.
pub fn rank(seed: u64, coder: &str, id: &str) -> u64 {
    let mut hash = Sha256::new();
    hash.update(seed.to_be_bytes());
    hash.update((coder.len() as u64).to_be_bytes());
    hash.update(coder.as_bytes());
    hash.update(id.as_bytes());
    let digest: [u8; 32] = hash.finalize().into();
    digest
        .iter()
        .take(8)
        .fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn archive(n: usize) -> Vec<(String, Vec<String>)> {
        (0..n)
            .map(|i| {
                let stratum = if i % 10 == 0 { "via" } else { "-" };
                (format!("app-{i:016x}"), vec![stratum.to_owned()])
            })
            .collect()
    }

    #[test]
    fn the_same_seed_draws_the_same_in_any_order() {
        let forth = draw(archive(200).into_iter(), 30, 7);
        let back = draw(archive(200).into_iter().rev(), 30, 7);
        assert_eq!(forth, back);
        assert_ne!(forth, draw(archive(200).into_iter(), 30, 8));
        assert_eq!(forth.len(), 30);
        let rare: Vec<&Item> = forth.iter().filter(|i| i.stratum == ["via"]).collect();
        assert_eq!(
            (rare.len(), rare[0].population, rare[0].drawn),
            (15, 20, 15)
        );
    }

    #[test]
    fn small_strata_are_taken_whole() {
        assert_eq!(allocate(&[2, 100, 50], 30), [2, 14, 14]);
        assert_eq!(allocate(&[5, 5], 30), [5, 5]);
        assert_eq!(allocate(&[1, 9, 9, 9], 3), [0, 1, 1, 1]);
        assert_eq!(allocate(&[], 3), Vec::<usize>::new());
    }
}
