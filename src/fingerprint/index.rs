//! Perceptual hashes -> those within 31 of 256 bits, exactly: no pair is missed.
//!
//! Cut into 16 slots of 16 bits, two hashes within 31 bits must agree to within one bit in at least one slot (16 slots
//! with two bits each would make 32). So the neighbours of a hash are among those that share a slot's value or one of
//! its 16 one-bit changes. The archive stores the 16 slots of every photo and looks 16 x 17 values up; [`Index`] does
//! the same in memory, for many queries at once, and for very many hashes cuts them into 11 slots that must agree to within
//! two bits (11 slots with three bits each would make 33).

use super::widely;
use crate::model::{Pdq, Sha256};

/// The distance to which the slots are exact: two unrelated pictures are practically never this near.
pub const MAX_DISTANCE: u32 = 31;
/// Slots in a hash.
pub const SLOTS: usize = 16;

/// The 16 slots of a hash, from its first printed digits to its last.
pub fn slots(pdq: &Pdq) -> [u16; SLOTS] {
    let words = words(&pdq.hash);
    std::array::from_fn(|slot| FEW.value(&words, slot as u32) as u16)
}

/// A slot's value and the 16 that differ from it in one bit.
pub fn neighbours(slot: u16) -> [u16; 17] {
    let mut near = FEW.near(u32::from(slot), 0);
    std::array::from_fn(|_| near.next().unwrap_or_default() as u16)
}

/// With more hashes than this they are cut into fewer, longer slots: less of what shares a slot does so by chance, and more
/// values are looked up.
const MANY: usize = 3 << 20;

/// A hash, in one line of a processor's cache.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
#[repr(align(32))]
struct Words([u64; 4]);

/// How hashes are cut: hashes within [`MAX_DISTANCE`] agree to within `radius` bits in at least one slot.
#[derive(Clone, Copy)]
struct Cut {
    slots: u32,
    radius: u32,
}

/// As the archive stores them, and as up to [`MANY`] are held in memory.
const FEW: Cut = Cut {
    slots: SLOTS as u32,
    radius: 1,
};
/// As more are held in memory.
const LONG: Cut = Cut {
    slots: 11,
    radius: 2,
};
const _: () = {
    assert!(FEW.slots * (FEW.radius + 1) > MAX_DISTANCE);
    assert!(LONG.slots * (LONG.radius + 1) > MAX_DISTANCE);
};

impl Cut {
    fn of(hashes: usize) -> Self {
        if hashes < MANY { FEW } else { LONG }
    }

    /// First bit and width of a slot; the first ones take what does not divide evenly.
    fn bits(self, slot: u32) -> (u32, u32) {
        let (width, more) = (256 / self.slots, 256 % self.slots);
        (
            slot * width + slot.min(more),
            width + u32::from(slot < more),
        )
    }

    /// The value of a slot.
    fn value(self, words: &Words, slot: u32) -> u32 {
        let (start, width) = self.bits(slot);
        let word = |at: u32| words.0.get(at as usize).copied().unwrap_or(0);
        let (first, within) = (start / 64, start % 64);
        let behind = word(first + 1).unbounded_shr(64 - within);
        (((word(first) << within) | behind) >> (64 - width)) as u32
    }

    /// A slot's value and all that differ from it in `radius` bits.
    fn near(self, value: u32, slot: u32) -> impl Iterator<Item = u32> {
        let (_, width) = self.bits(slot);
        let one = (0..width).map(move |bit| value ^ (1 << bit));
        let pairs = if self.radius == 2 { width } else { 0 };
        let two = (1..pairs)
            .flat_map(move |high| (0..high).map(move |low| value ^ (1 << high) ^ (1 << low)));
        std::iter::once(value).chain(one).chain(two)
    }

    /// The first slot in which two agree to within the radius: a pair that several slots find is reported by that one.
    fn first(self, a: &Words, b: &Words) -> Option<u32> {
        let apart = Words(std::array::from_fn(|i| a.0[i] ^ b.0[i]));
        (0..self.slots).find(|slot| self.value(&apart, *slot).count_ones() <= self.radius)
    }
}

/// Many hashes, searchable in memory. Hashes are known by their position in what it was built from.
pub struct Index {
    cut: Cut,
    hashes: Vec<Words>,
    /// Per slot: where the entries of each value start, and the entries, sorted by value and position.
    slots: Vec<Slot>,
}

struct Slot {
    starts: Vec<u32>,
    entries: Vec<u32>,
}

impl Slot {
    fn new(width: u32, values: impl Iterator<Item = u32> + Clone) -> Self {
        let mut starts = vec![0u32; (1 << width) + 1];
        for value in values.clone() {
            if let Some(count) = starts.get_mut(value as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut entries = vec![0; sum as usize];
        // Each start moves on as its entries are filled in, and ends where the next value's was.
        for (position, value) in (0u32..).zip(values) {
            if let Some(at) = starts.get_mut(value as usize) {
                if let Some(entry) = entries.get_mut(*at as usize) {
                    *entry = position;
                }
                *at += 1;
            }
        }
        starts.rotate_right(1);
        if let Some(first) = starts.first_mut() {
            *first = 0;
        }
        Self { starts, entries }
    }

    /// Where the entries of a value are.
    fn range(&self, value: u32) -> std::ops::Range<usize> {
        let value = value as usize;
        match self.starts.get(value..value + 2) {
            Some(&[start, end]) => start as usize..end as usize,
            _ => 0..0,
        }
    }

    fn get(&self, value: u32) -> &[u32] {
        self.entries.get(self.range(value)).unwrap_or(&[])
    }
}

impl Index {
    /// Builds the index; at most 2³² hashes.
    pub fn new(hashes: &[Sha256]) -> Self {
        Self::cut(hashes, Cut::of(hashes.len()))
    }

    fn cut(hashes: &[Sha256], cut: Cut) -> Self {
        let hashes: Vec<Words> = hashes.iter().map(words).collect();
        let slot = |slot| {
            let values = hashes.iter().map(move |hash| cut.value(hash, slot));
            Slot::new(cut.bits(slot).1, values)
        };
        Self {
            cut,
            slots: (0..cut.slots).map(slot).collect(),
            hashes,
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
        widely(
            #[inline(always)]
            || self.find_near(hash, distance),
        )
    }

    #[inline(always)]
    fn find_near(&self, hash: &Sha256, distance: u32) -> Vec<(u32, u32)> {
        let distance = distance.min(MAX_DISTANCE);
        let wanted = words(hash);
        let mut found = Vec::new();
        for (number, slot) in (0..).zip(&self.slots) {
            for near in self.cut.near(self.cut.value(&wanted, number), number) {
                for &position in slot.get(near) {
                    if let Some(other) = self.hashes.get(position as usize)
                        && let Some(apart) = within(&wanted, other, distance)
                        && self.cut.first(&wanted, other) == Some(number)
                    {
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
        widely(
            #[inline(always)]
            || self.join(distance, &mut pairs),
        );
        pairs.sort_unstable();
        pairs
    }

    #[inline(always)]
    fn join(&self, distance: u32, pairs: &mut Vec<(u32, u32, u32)>) {
        let mut others = Vec::new();
        for (number, slot) in (0..).zip(&self.slots) {
            // Copied in bucket order, so that a bucket is read in one run.
            let hashes: Vec<Words> = slot
                .entries
                .iter()
                .map(|&e| self.hashes.get(e as usize).copied().unwrap_or_default())
                .collect();
            for value in 0..1u32 << self.cut.bits(number).1 {
                let own = slot.range(value);
                if own.is_empty() {
                    continue;
                }
                // Every pair of values once: the neighbours with greater values.
                let greater = self.cut.near(value, number).filter(|near| *near > value);
                others.clear();
                others.extend(greater.map(|near| slot.range(near)));
                for left in own.clone() {
                    let Some(a) = hashes.get(left) else { continue };
                    let rest = left + 1..own.end;
                    for run in std::iter::once(&rest).chain(&others) {
                        let behind = hashes.get(run.clone()).unwrap_or_default();
                        for (right, b) in (run.start..).zip(behind) {
                            if let Some(apart) = within(a, b, distance)
                                && self.cut.first(a, b) == Some(number)
                                && let (Some(&a), Some(&b)) =
                                    (slot.entries.get(left), slot.entries.get(right))
                            {
                                pairs.push((a.min(b), a.max(b), apart));
                            }
                        }
                    }
                }
            }
        }
    }
}

fn words(hash: &Sha256) -> Words {
    let (words, _) = hash.0.as_chunks::<8>();
    Words(std::array::from_fn(|i| {
        words.get(i).map_or(0, |w| u64::from_be_bytes(*w))
    }))
}

/// In how many bits two differ, if in no more than `distance`. Half of the bits tell of almost all pairs that it is more.
#[inline(always)]
fn within(a: &Words, b: &Words, distance: u32) -> Option<u32> {
    let ([a0, a1, a2, a3], [b0, b1, b2, b3]) = (a.0, b.0);
    let half = (a0 ^ b0).count_ones() + (a2 ^ b2).count_ones();
    if half > distance {
        return None;
    }
    let apart = half + (a1 ^ b1).count_ones() + (a3 ^ b3).count_ones();
    (apart <= distance).then_some(apart)
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

    #[test]
    fn many_hashes_are_found_as_few_are() {
        let hash = |seed: u64| {
            let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
            Sha256(std::array::from_fn(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state as u8
            }))
        };
        let mut hashes: Vec<Sha256> = (1..60).map(hash).collect();
        for at in 0..40 {
            let mut near = hashes[at];
            for bit in 0..at {
                near.0[bit * 6 / 8] ^= 1 << (bit * 6 % 8);
            }
            hashes.push(near);
        }
        let (short, long) = (Index::new(&hashes), Index::cut(&hashes, LONG));
        assert_eq!(long.slots.len(), 11);
        for hash in &hashes {
            assert_eq!(short.find(hash, 31), long.find(hash, 31));
        }
        assert_eq!(long.self_join(31), brute(&hashes, 31));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn no_pair_is_missed_or_told_twice(hashes in clustered(), distance in 0u32..=31) {
            let pairs = brute(&hashes, distance);
            let index = Index::new(&hashes);
            prop_assert_eq!(&index.self_join(distance), &pairs);
            for (i, hash) in hashes.iter().enumerate() {
                let near: Vec<u32> = index.find(hash, distance).into_iter().map(|f| f.0).collect();
                let wanted: Vec<u32> = (0..hashes.len() as u32)
                    .filter(|&k| hashes[k as usize].distance(&hashes[i]) <= distance)
                    .collect();
                prop_assert_eq!(near, wanted);
            }
        }

        // Tables of gigabytes are not to be made often.
        #[test]
        fn near_hashes_agree_in_a_slot_however_they_are_cut(centre in any::<[u8; 32]>(), flips in prop::collection::vec(0usize..256, 0..=31)) {
            let mut other = centre;
            for bit in flips {
                other[bit / 8] ^= 1 << (bit % 8);
            }
            for cut in [FEW, LONG] {
                let (a, b) = (words(&Sha256(centre)), words(&Sha256(other)));
                let first = cut.first(&a, &b);
                prop_assert!(first.is_some());
                let found = (0..cut.slots).filter(|slot| {
                    cut.near(cut.value(&a, *slot), *slot).any(|near| near == cut.value(&b, *slot))
                });
                prop_assert_eq!(found.min(), first);
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
