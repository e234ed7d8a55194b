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
/// Distance between samples, in sizes of the point: three sizes to a cell.
const SPACING: f32 = 0.75;

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
    #[inline(always)]
    pub fn distance(&self, other: &Self) -> u32 {
        let pairs = self.0.iter().zip(&other.0);
        pairs.map(|(a, b)| (a ^ b).count_ones()).sum()
    }

    /// In how many of the 128 bits that say what is above the middle two differ.
    #[inline(always)]
    pub fn half_distance(&self, other: &Self) -> u32 {
        let ([a, b, ..], [c, d, ..]) = (self.0, other.0);
        (a ^ c).count_ones() + (b ^ d).count_ones()
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
#[inline(always)]
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
    // A bell over the patch, as high as the product of its heights along the two axes.
    let bell: [f32; SAMPLES] = std::array::from_fn(|at| {
        let off = at as f32 - (SAMPLES - 1) as f32 / 2.0;
        (-off * off / (2.0 * 64.0)).exp()
    });
    let mut values = [0.0f32; VALUES];
    for ((rows, height), row) in patch.windows(3).zip(bell).zip(SHARES) {
        let [above, own, below] = rows else { continue };
        // Slopes first, of the whole row alike.
        let (mut turns, mut weights) = ([0.0f32; SAMPLES], [0.0f32; SAMPLES]);
        let to = turns.iter_mut().zip(&mut weights).zip(&bell);
        let vertical = above[1..].iter().zip(&below[1..]);
        for ((((to, weight), along), [left, _, right]), (up, down)) in
            to.zip(own.array_windows()).zip(vertical)
        {
            let (right, down) = (right - left, down - up);
            *weight = (right * right + down * down).sqrt() * height * along;
            *to = turn(down, right) * DIRECTIONS as f32;
        }
        for ((turn, weight), column) in turns.into_iter().zip(weights).zip(SHARES) {
            add(&mut values, row, column, turn, weight);
        }
    }
    encode(&values)
}

/// The direction of a slope in turns, 0 to 1: within a ten-thousandth, the same on every machine, and many times as fast as
/// the exact one (a polynomial for the arc tangent of 0 to 1, by Abramowitz and Stegun 4.4.49, and its symmetries).
#[inline(always)]
pub(super) fn turn(down: f32, right: f32) -> f32 {
    let (high, wide) = (down.abs(), right.abs());
    let longer = high.max(wide);
    if longer == 0.0 {
        return 0.0;
    }
    let tangent = high.min(wide) / longer;
    let square = tangent * tangent;
    let series = 0.999_866
        + square
            * (-0.330_299_5 + square * (0.180_141 + square * (-0.085_133 + square * 0.020_835_1)));
    let eighth = tangent * series / TAU;
    let quarter = if high > wide { 0.25 - eighth } else { eighth };
    let half = if right < 0.0 { 0.5 - quarter } else { quarter };
    if down < 0.0 { 1.0 - half } else { half }
}

/// For each sample of a row or column of the patch: the cell before its middle, which may lie outside, and its share in
/// the cell behind it.
const SHARES: [(isize, f32); SAMPLES] = shares();

const fn shares() -> [(isize, f32); SAMPLES] {
    let mut out = [(0, 0.0); SAMPLES];
    let mut at = 0;
    while at < SAMPLES {
        // Half a cell before the sample's middle, in cells.
        let twice = 2 * at as isize + 1 - (SAMPLES / CELLS) as isize;
        let cell = twice.div_euclid(2 * (SAMPLES / CELLS) as isize);
        out[at] = (
            cell,
            (twice - cell * 2 * (SAMPLES / CELLS) as isize) as f32 / (2 * SAMPLES / CELLS) as f32,
        );
        at += 1;
    }
    out
}

/// Share a sample out between the cells and directions that it lies between; its direction is 0 to [`DIRECTIONS`].
#[inline(always)]
fn add(
    values: &mut [f32; VALUES],
    row: (isize, f32),
    column: (isize, f32),
    turn: f32,
    weight: f32,
) {
    let first = turn as usize;
    let behind = turn - first as f32;
    let (first, second) = (first % DIRECTIONS, (first + 1) % DIRECTIONS);
    for (r, share_r) in [(row.0, 1.0 - row.1), (row.0 + 1, row.1)] {
        for (c, share_c) in [(column.0, 1.0 - column.1), (column.0 + 1, column.1)] {
            let cells = 0..CELLS as isize;
            if cells.contains(&r) && cells.contains(&c) {
                let at = (r as usize * CELLS + c as usize) * DIRECTIONS;
                let share = weight * share_r * share_c;
                if let Some(cell) = values.get_mut(at..at + DIRECTIONS) {
                    cell[first] += share * (1.0 - behind);
                    cell[second] += share * behind;
                }
            }
        }
    }
}

fn encode(values: &[f32; VALUES]) -> Descriptor {
    const MIDDLE: usize = VALUES / 2;
    const UPPER: usize = VALUES * 3 / 4;
    let mut ordered = *values;
    let (_, &mut middle, greater) = ordered.select_nth_unstable_by(MIDDLE, f32::total_cmp);
    let (_, &mut upper, _) = greater.select_nth_unstable_by(UPPER - MIDDLE - 1, f32::total_cmp);
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
