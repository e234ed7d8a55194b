//! Perceptual hashes -> those within 31 of 256 bits, exactly: no pair is missed.
//!
//! Cut into 16 slots of 16 bits, two hashes within 31 bits must agree to within one bit in at least one slot (16 slots
//! with two bits each would make 32). So the neighbours of a hash are among those that share a slot's value or one of
//! its 16 one-bit changes. The archive stores the 16 slots of every photo and looks 16 x 17 values up; [`Index`] does
//! the same in memory, for many queries at once.

use crate::model::{Pdq, Sha256};

/// The distance to which the slots are exact: two unrelated pictures are practically never this near.
pub const MAX_DISTANCE: u32 = 31;
/// Slots in a hash.
pub const SLOTS: usize = 16;

/// The 16 slots of a hash, from its first printed digits to its last.
pub fn slots(pdq: &Pdq) -> [u16; SLOTS] {
    slots_of(&pdq.hash)
}

/// A slot's value and the 16 that differ from it in one bit.
pub fn neighbours(slot: u16) -> [u16; 17] {
    std::array::from_fn(|i| if i == 0 { slot } else { slot ^ (1 << (i - 1)) })
}

fn slots_of(hash: &Sha256) -> [u16; SLOTS] {
    let (pairs, _) = hash.0.as_chunks::<2>();
    std::array::from_fn(|i| pairs.get(i).map_or(0, |p| u16::from_be_bytes(*p)))
}

/// Many hashes, searchable in memory. Hashes are known by their position in what it was built from.
pub struct Index {
    hashes: Vec<[u64; 4]>,
    /// Per slot: where the entries of each value start, and the entries, sorted by value and position.
    slots: Vec<Slot>,
}

struct Slot {
    starts: Vec<u32>,
    entries: Vec<u32>,
}

impl Slot {
    fn new(values: impl Iterator<Item = u16> + Clone) -> Self {
        let mut starts = vec![0u32; (1 << 16) + 1];
        for value in values.clone() {
            if let Some(count) = starts.get_mut(usize::from(value) + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut entries = vec![0; sum as usize];
        for (position, value) in (0u32..).zip(values) {
            if let Some(at) = next.get_mut(usize::from(value)) {
                if let Some(entry) = entries.get_mut(*at as usize) {
                    *entry = position;
                }
                *at += 1;
            }
        }
        Self { starts, entries }
    }

    fn get(&self, value: u16) -> &[u32] {
        let value = usize::from(value);
        match self.starts.get(value..value + 2) {
            Some(&[start, end]) => self
                .entries
                .get(start as usize..end as usize)
                .unwrap_or(&[]),
            _ => &[],
        }
    }
}

impl Index {
    /// Builds the index; at most 2³² hashes.
    pub fn new(hashes: &[Sha256]) -> Self {
        Self {
            hashes: hashes.iter().map(words).collect(),
            slots: (0..SLOTS)
                .map(|i| Slot::new(hashes.iter().map(move |h| slot(h, i))))
                .collect(),
        }
    }

    /// How many hashes it holds.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.hashes.is_empty()
    }

    /// Every hash within `distance` bits (at most [`MAX_DISTANCE`]) of `hash`, with its distance, by position.
    pub fn find(&self, hash: &Sha256, distance: u32) -> Vec<(u32, u32)> {
        let distance = distance.min(MAX_DISTANCE);
        let wanted = words(hash);
        let wanted_slots = slots_of(hash);
        let mut found = Vec::new();
        for (i, (slot, &value)) in self.slots.iter().zip(&wanted_slots).enumerate() {
            for neighbour in neighbours(value) {
                for &position in slot.get(neighbour) {
                    let Some(other) = self.hashes.get(position as usize) else {
                        continue;
                    };
                    let apart = differ(&wanted, other);
                    if apart <= distance && first_slot(&wanted, other) == i {
                        found.push((position, apart));
                    }
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// Every pair of positions within `distance` bits (at most [`MAX_DISTANCE`]), with its distance, in order.
    pub fn self_join(&self, distance: u32) -> Vec<(u32, u32, u32)> {
        let distance = distance.min(MAX_DISTANCE);
        let mut pairs = Vec::new();
        for (i, slot) in self.slots.iter().enumerate() {
            // Copied in bucket order, so that a bucket is read in one run.
            let hashes: Vec<[u64; 4]> = slot
                .entries
                .iter()
                .map(|&e| self.hashes.get(e as usize).copied().unwrap_or_default())
                .collect();
            for value in 0..=u16::MAX {
                let (positions, own) = (slot.get(value), slot.run(value, &hashes));
                for (k, (&a, left)) in positions.iter().zip(own).enumerate() {
                    let rest = positions.iter().zip(own).skip(k + 1);
                    // Every pair of values once: the neighbour with the greater value.
                    let others = neighbours(value)
                        .into_iter()
                        .filter(|&n| n > value)
                        .flat_map(|n| slot.get(n).iter().zip(slot.run(n, &hashes)));
                    for (&b, right) in rest.chain(others) {
                        let apart = differ(left, right);
                        if apart <= distance && first_slot(left, right) == i {
                            pairs.push((a.min(b), a.max(b), apart));
                        }
                    }
                }
            }
        }
        pairs.sort_unstable();
        pairs
    }
}

impl Slot {
    /// The hashes of a value, from a copy in bucket order.
    fn run<'a>(&self, value: u16, hashes: &'a [[u64; 4]]) -> &'a [[u64; 4]] {
        let value = usize::from(value);
        match self.starts.get(value..value + 2) {
            Some(&[start, end]) => hashes.get(start as usize..end as usize).unwrap_or(&[]),
            _ => &[],
        }
    }
}

fn slot(hash: &Sha256, i: usize) -> u16 {
    slots_of(hash).get(i).copied().unwrap_or(0)
}

fn words(hash: &Sha256) -> [u64; 4] {
    let (words, _) = hash.0.as_chunks::<8>();
    std::array::from_fn(|i| words.get(i).map_or(0, |w| u64::from_be_bytes(*w)))
}

fn differ(a: &[u64; 4], b: &[u64; 4]) -> u32 {
    a.iter().zip(b).map(|(a, b)| (a ^ b).count_ones()).sum()
}

/// The first slot in which the two agree to within one bit: a pair that several slots find is reported by that one.
fn first_slot(a: &[u64; 4], b: &[u64; 4]) -> usize {
    a.iter()
        .zip(b)
        .flat_map(|(a, b)| {
            let apart = a ^ b;
            [48, 32, 16, 0].map(|shift| ((apart >> shift) as u16).count_ones())
        })
        .position(|bits| bits <= 1)
        .unwrap_or(SLOTS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn brute(hashes: &[Sha256], distance: u32) -> Vec<(u32, u32, u32)> {
        let mut pairs = Vec::new();
        for (i, a) in hashes.iter().enumerate() {
            for (k, b) in hashes.iter().enumerate().skip(i + 1) {
                let apart = a.distance(b);
                if apart <= distance {
                    pairs.push((i as u32, k as u32, apart));
                }
            }
        }
        pairs
    }

    /// A few centres, and hashes at every distance around 31 from them.
    fn clustered() -> impl Strategy<Value = Vec<Sha256>> {
        let member = (0usize..3, prop::collection::vec(0usize..256, 0..40));
        (
            prop::collection::vec(any::<[u8; 32]>(), 3),
            prop::collection::vec(member, 1..40),
        )
            .prop_map(|(centres, members)| {
                members
                    .into_iter()
                    .map(|(centre, flips)| {
                        let mut hash = centres[centre];
                        for bit in flips {
                            hash[bit / 8] ^= 1 << (bit % 8);
                        }
                        Sha256(hash)
                    })
                    .collect()
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn no_pair_is_missed_or_told_twice(hashes in clustered(), distance in 0u32..=31) {
            let index = Index::new(&hashes);
            let pairs = brute(&hashes, distance);
            prop_assert_eq!(&index.self_join(distance), &pairs);
            for (i, hash) in hashes.iter().enumerate() {
                let near: Vec<u32> = index.find(hash, distance).into_iter().map(|f| f.0).collect();
                let wanted: Vec<u32> = (0..hashes.len() as u32)
                    .filter(|&k| hashes[k as usize].distance(&hashes[i]) <= distance)
                    .collect();
                prop_assert_eq!(near, wanted);
            }
        }

        #[test]
        fn within_31_bits_a_slot_is_a_neighbour(hash in any::<[u8; 32]>(), flips in prop::collection::vec(0usize..256, 0..=31)) {
            let mut other = hash;
            for bit in flips {
                other[bit / 8] ^= 1 << (bit % 8);
            }
            let pdq = |hash| Pdq { hash: Sha256(hash), quality: 100 };
            let (a, b) = (slots(&pdq(hash)), slots(&pdq(other)));
            prop_assert!(a.iter().zip(&b).any(|(a, b)| neighbours(*a).contains(b)));
        }
    }
}
