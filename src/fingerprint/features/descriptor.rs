//! What a picture looks like around a point: 256 bits that change little with light, size, turn and compression.

use std::f32::consts::TAU;

use super::scale_space::Plane;

/// Bits of a descriptor.
pub const BITS: u32 = 256;
/// Cells along a side of the patch.
const CELLS: usize = 4;
/// Directions told apart in a cell.
const DIRECTIONS: usize = 8;
/// Values of a histogram.
const VALUES: usize = CELLS * CELLS * DIRECTIONS;
/// Samples along a side of the patch.
const SAMPLES: usize = 16;
/// Descriptors that differ in more than this of their first 128 bits show unlike patches.
const FAR: u32 = 44;
/// Distance between samples, in sizes of the point: three sizes to a cell.
const SPACING: f32 = 0.75;

/// The ones of two words, counted without an instruction that not every processor has.
#[inline]
fn ones(a: u64, b: u64) -> u32 {
    const PAIRS: u64 = 0x5555_5555_5555_5555;
    const FOURS: u64 = 0x3333_3333_3333_3333;
    const EIGHTS: u64 = 0x0f0f_0f0f_0f0f_0f0f;
    let pairs = |v: u64| v - ((v >> 1) & PAIRS);
    let fours = |v: u64| (v & FOURS) + ((v >> 2) & FOURS);
    let sum = fours(pairs(a)) + fours(pairs(b));
    let sum = (sum & EIGHTS) + ((sum >> 4) & EIGHTS);
    (sum.wrapping_mul(0x0101_0101_0101_0101) >> 56) as u32
}

/// Which bits make which word: 32 of 128 for each, drawn once and for all.
const CHOICES: [[u8; 32]; super::TABLES] = choices();

const fn choices() -> [[u8; 32]; super::TABLES] {
    let mut out = [[0; 32]; super::TABLES];
    let mut state: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut table = 0;
    while table < super::TABLES {
        let mut taken: u128 = 0;
        let mut at = 0;
        while at < 32 {
            // Marsaglia's xorshift.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let bit = ((state >> 20) % 128) as u8;
            if taken & (1 << bit) == 0 {
                taken |= 1 << bit;
                out[table][at] = bit;
                at += 1;
            }
        }
        table += 1;
    }
    out
}

/// For each value of the histogram whether it is above the middle value (first two words) and above the upper quarter's
/// (last two).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Descriptor(pub [u64; 4]);

impl Descriptor {
    /// In how many of 256 bits two differ.
    pub fn distance(&self, other: &Self) -> u32 {
        let [a, b, c, d] = self.0;
        let [e, f, g, h] = other.0;
        ones(a ^ e, b ^ f) + ones(c ^ g, d ^ h)
    }

    /// The same, but where the first half says that they are far apart, only about.
    #[inline]
    pub fn about(&self, other: &Self) -> u32 {
        let [a, b, c, d] = self.0;
        let [e, f, g, h] = other.0;
        let half = ones(a ^ e, b ^ f);
        if half > FAR {
            half * 2
        } else {
            half + ones(c ^ g, d ^ h)
        }
    }

    /// Choices of 32 of the bits that say what is above the middle: one near descriptor in four or five agrees in all of
    /// one choice, one of an unlike patch in a million does.
    pub fn words(&self) -> [u32; super::TABLES] {
        let middle = join(self.0[0], self.0[1]);
        CHOICES.each_ref().map(|choice| {
            choice
                .iter()
                .fold(0, |word, bit| (word << 1) | ((middle >> bit) & 1) as u32)
        })
    }

    /// 32 bytes.
    pub fn to_bytes(self) -> [u8; 32] {
        let mut out = [0; 32];
        for (chunk, word) in out.chunks_exact_mut(8).zip(self.0) {
            chunk.copy_from_slice(&word.to_be_bytes());
        }
        out
    }

    /// From 32 bytes.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        let (words, _) = bytes.as_chunks::<8>();
        Self(std::array::from_fn(|at| {
            words.get(at).map_or(0, |w| u64::from_be_bytes(*w))
        }))
    }

    /// What the mirrored picture has at the mirrored point: the patch is aligned to the point's direction, so its cells
    /// are exchanged across that direction and so are the directions in them.
    #[must_use]
    pub fn mirrored(&self) -> Self {
        let [a, b, c, d] = self.0;
        let (middle, upper) = (turn_over(join(a, b)), turn_over(join(c, d)));
        Self([
            (middle >> 64) as u64,
            middle as u64,
            (upper >> 64) as u64,
            upper as u64,
        ])
    }
}

fn join(high: u64, low: u64) -> u128 {
    (u128::from(high) << 64) | u128::from(low)
}

/// Value `(row, column, direction)` becomes `(last row - row, column, - direction)`.
fn turn_over(bits: u128) -> u128 {
    let mut out = 0;
    for row in 0..CELLS {
        for column in 0..CELLS {
            let from = (bits >> ((row * CELLS + column) * DIRECTIONS)) & 0xff;
            // Direction 0 stays, 1 to 7 are reversed.
            let over = (from & 1) | (u128::from((from as u8 & 0xfe).reverse_bits()) << 1);
            out |= over << (((CELLS - 1 - row) * CELLS + column) * DIRECTIONS);
        }
    }
    out
}

/// The descriptor of a point in its blurred copy.
pub(super) fn look(plane: &Plane, x: f32, y: f32, size: f32, angle: f32) -> Descriptor {
    const WIDE: usize = SAMPLES + 2;
    let (sin, cos) = angle.sin_cos();
    let step = size * SPACING;
    let middle = (WIDE - 1) as f32 / 2.0;
    let mut patch = [[0.0f32; WIDE]; WIDE];
    for (row, line) in patch.iter_mut().enumerate() {
        let v = (row as f32 - middle) * step;
        for (column, sample) in line.iter_mut().enumerate() {
            let u = (column as f32 - middle) * step;
            *sample = plane.between(x + cos * u - sin * v, y + sin * u + cos * v);
        }
    }
    let mut values = [0.0f32; VALUES];
    for (row, rows) in patch.windows(3).enumerate() {
        let [above, own, below] = rows else { continue };
        for column in 0..SAMPLES {
            let get = |line: &[f32; WIDE], at: usize| line.get(at).copied().unwrap_or(0.0);
            let right = get(own, column + 2) - get(own, column);
            let down = get(below, column + 1) - get(above, column + 1);
            let off = |at: usize| at as f32 - (SAMPLES - 1) as f32 / 2.0;
            let far = off(row).powi(2) + off(column).powi(2);
            let weight = right.hypot(down) * (-far / (2.0 * 64.0)).exp();
            let turn = down.atan2(right).rem_euclid(TAU) / TAU * DIRECTIONS as f32;
            add(&mut values, row, column, turn, weight);
        }
    }
    encode(&values)
}

/// Share a sample out between the cells and directions that it lies between.
fn add(values: &mut [f32; VALUES], row: usize, column: usize, turn: f32, weight: f32) {
    let cell = |at: usize| (at as f32 + 0.5) / (SAMPLES / CELLS) as f32 - 0.5;
    let (v, u) = (cell(row), cell(column));
    let (top, left, first) = (v.floor(), u.floor(), turn.floor());
    for (r, share_r) in [(top, 1.0 - (v - top)), (top + 1.0, v - top)] {
        if !(0.0..CELLS as f32).contains(&r) {
            continue;
        }
        for (c, share_c) in [(left, 1.0 - (u - left)), (left + 1.0, u - left)] {
            if !(0.0..CELLS as f32).contains(&c) {
                continue;
            }
            for (d, share_d) in [(0, 1.0 - (turn - first)), (1, turn - first)] {
                let direction = (first as usize + d) % DIRECTIONS;
                let at = (r as usize * CELLS + c as usize) * DIRECTIONS + direction;
                if let Some(value) = values.get_mut(at) {
                    *value += weight * share_r * share_c * share_d;
                }
            }
        }
    }
}

fn encode(values: &[f32; VALUES]) -> Descriptor {
    let mut sorted = *values;
    sorted.sort_by(f32::total_cmp);
    let level = |at: usize| sorted.get(at).copied().unwrap_or(0.0);
    let (middle, upper) = (level(VALUES / 2), level(VALUES * 3 / 4));
    let above = |limit: f32| {
        values
            .iter()
            .enumerate()
            .filter(|(_, v)| **v > limit)
            .fold(0u128, |bits, (at, _)| bits | (1 << at))
    };
    let (middle, upper) = (above(middle), above(upper));
    Descriptor([
        (middle >> 64) as u64,
        middle as u64,
        (upper >> 64) as u64,
        upper as u64,
    ])
}
