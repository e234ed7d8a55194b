//! Two reduced pictures -> whether one is the other, toned or recompressed: the check behind a near hash.
//!
//! A hash says that the same shapes are light and dark. This looks at the samples. One rising tone curve for the whole
//! picture is fitted from one to the other (brightness, contrast, gamma, clipping), leaving out blocks that do not follow
//! it; then it asks how much of the other picture the curve explains, whether the fine detail agrees too (two skies agree
//! in everything else), and in what share of the picture something was changed.

use crate::fingerprint::Turn;
use crate::fingerprint::pdq::SIDE;

/// Samples along a side of what is compared: the reduced picture, pooled by two.
const GRID: usize = SIDE / 2;
/// Samples along a side of a block.
const BLOCK: usize = 4;
/// Blocks along a side.
const BLOCKS: usize = GRID / BLOCK;
/// Knots of the tone curve.
const KNOTS: usize = 12;
/// A block is changed where the mean square of what the curve leaves is more than this share of the block's own variance,
/// plus this share of the picture's, plus this many squared levels of noise.
const CHANGED: (f64, f64, f64) = (0.3, 0.003, 3.0);

type Grid = [f64; GRID * GRID];

/// How alike two reduced pictures are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Likeness {
    /// The share of one picture's variance that a tone curve of the other explains, where nothing was changed; 1 is all.
    pub explained: f64,
    /// Correlation of what is left of both when everything smooth is taken away, -1 to 1; 0 where one has no detail.
    pub detail: f64,
    /// The share of blocks in which something was changed, 0 to 1.
    pub changed: f64,
}

impl Likeness {
    /// The two are one picture: alike everywhere, or alike to the last detail but for a mark or a strip.
    ///
    /// Measured on 44 photographs in 37 variants and 43 more: recompression, sizes down to 160 pixels, formats and grey
    /// explain 0.996 and agree to 0.98 in detail, tone 0.96 and 0.9; watermarks and strips change up to a fifth and agree
    /// to 0.96 in the rest. None of 1.7 million pairs of different pictures passes; two frames of a film explain 0.98,
    /// agree to 0.955 and differ in 0.14, and do not.
    pub fn is_copy(self) -> bool {
        let everywhere = self.changed <= 0.06 && self.explained >= 0.96 && self.detail >= 0.9;
        let marked = self.changed <= 0.2 && self.explained >= 0.985 && self.detail >= 0.975;
        everywhere || marked
    }
}

/// Compares a reduced picture with another that was turned; `None` where one is not 64 x 64 or is of one tone.
pub fn likeness(a: &[u8], b: &[u8], turn: Turn) -> Option<Likeness> {
    if a.len() != SIDE * SIDE || b.len() != SIDE * SIDE {
        return None;
    }
    let a = pooled(a, Turn::Upright);
    let b = pooled(b, turn);
    // Clipping loses tones in one direction only: the better direction says whether they are one picture.
    let forth = explain(&a, &b);
    let back = explain(&b, &a);
    let (explained, kept) = match (forth, back) {
        (Some(x), Some(y)) => {
            if x.0 >= y.0 {
                x
            } else {
                y
            }
        }
        (one, other) => one.or(other)?,
    };
    let changed = kept.iter().filter(|k| !**k).count() as f64 / kept.len() as f64;
    Some(Likeness {
        explained,
        detail: correlation(&detail(&a), &detail(&b), &kept),
        changed,
    })
}

/// The samples of a turned picture, pooled by two.
fn pooled(samples: &[u8], turn: Turn) -> Grid {
    let mut grid = [0.0; GRID * GRID];
    for at in 0..SIDE * SIDE {
        let cell = at / SIDE / 2 * GRID + at % SIDE / 2;
        if let (Some(sum), Some(value)) = (grid.get_mut(cell), samples.get(source(at, turn))) {
            *sum += f64::from(*value) / 4.0;
        }
    }
    grid
}

/// The position in a picture of what a turned one shows at `at`.
fn source(at: usize, turn: Turn) -> usize {
    let (transpose, mirror, flip) = turn.steps();
    let (mut x, mut y) = (at % SIDE, at / SIDE);
    if mirror {
        x = SIDE - 1 - x;
    }
    if flip {
        y = SIDE - 1 - y;
    }
    if transpose {
        (x, y) = (y, x);
    }
    y * SIDE + x
}

fn block_of(at: usize) -> usize {
    at / GRID / BLOCK * BLOCKS + at % GRID / BLOCK
}

type Kept = [bool; BLOCKS * BLOCKS];

/// The variance of each block.
fn variances(grid: &Grid) -> [f64; BLOCKS * BLOCKS] {
    let (mut sums, mut squares) = ([0.0; BLOCKS * BLOCKS], [0.0; BLOCKS * BLOCKS]);
    for (at, value) in grid.iter().enumerate() {
        let block = block_of(at);
        if let (Some(sum), Some(square)) = (sums.get_mut(block), squares.get_mut(block)) {
            *sum += value / (BLOCK * BLOCK) as f64;
            *square += value * value / (BLOCK * BLOCK) as f64;
        }
    }
    std::array::from_fn(|block| {
        let (sum, square) = (sums.get(block), squares.get(block));
        sum.zip(square)
            .map_or(0.0, |(sum, square)| (square - sum * sum).max(0.0))
    })
}

/// How much of `b` a tone curve of `a` explains over the blocks that follow it, and which blocks those are.
fn explain(a: &Grid, b: &Grid) -> Option<(f64, Kept)> {
    let mut kept = [true; BLOCKS * BLOCKS];
    let mut explained = 0.0;
    let own = variances(b);
    for _ in 0..4 {
        let samples: Vec<(f64, f64)> = a
            .iter()
            .zip(b)
            .enumerate()
            .filter(|(at, _)| kept.get(block_of(*at)) == Some(&true))
            .map(|(_, (a, b))| (*a, *b))
            .collect();
        let count = samples.len() as f64;
        let mean = samples.iter().map(|s| s.1).sum::<f64>() / count;
        let variance = samples.iter().map(|s| (s.1 - mean).powi(2)).sum::<f64>() / count;
        // Less than a level's spread is noise. NaN where nothing is left.
        if variance.is_nan() || variance < 4.0 {
            return None;
        }
        let curve = Curve::fit(samples);
        let mut off = [0.0; BLOCKS * BLOCKS];
        for (at, (a, b)) in a.iter().zip(b).enumerate() {
            if let Some(sum) = off.get_mut(block_of(at)) {
                *sum += (b - curve.at(*a)).powi(2) / (BLOCK * BLOCK) as f64;
            }
        }
        let residues = off.iter().zip(&kept).filter(|(_, kept)| **kept);
        explained = 1.0
            - residues.map(|(off, _)| off).sum::<f64>()
                / (count / (BLOCK * BLOCK) as f64)
                / variance;
        let next = std::array::from_fn(|block| {
            let (off, own) = (off.get(block), own.get(block));
            off.zip(own).is_some_and(|(off, own)| {
                *off <= CHANGED.0 * own + CHANGED.1 * variance + CHANGED.2
            })
        });
        let done = next == kept;
        kept = next;
        // Where most does not follow, there is no one tone.
        if done || kept.iter().filter(|k| **k).count() * 2 < kept.len() {
            break;
        }
    }
    Some((explained, kept))
}

/// A rising, piecewise linear tone curve.
struct Curve(Vec<(f64, f64)>);

impl Curve {
    /// Means of equally many samples each, in order of tone, made to rise by pooling neighbours that fall.
    fn fit(mut samples: Vec<(f64, f64)>) -> Self {
        samples.sort_by(|x, y| x.0.total_cmp(&y.0).then(x.1.total_cmp(&y.1)));
        let per_knot = samples.len().div_ceil(KNOTS).max(1);
        let mut knots: Vec<(f64, f64, f64)> = Vec::new();
        for chunk in samples.chunks(per_knot) {
            let count = chunk.len() as f64;
            let (x, y) = chunk
                .iter()
                .fold((0.0, 0.0), |sum, s| (sum.0 + s.0, sum.1 + s.1));
            let mut knot = (x / count, y / count, count);
            while let Some(last) = knots.last()
                && last.1 > knot.1
            {
                let total = last.2 + knot.2;
                knot = (
                    (last.0 * last.2 + knot.0 * knot.2) / total,
                    (last.1 * last.2 + knot.1 * knot.2) / total,
                    total,
                );
                knots.pop();
            }
            knots.push(knot);
        }
        Self(knots.into_iter().map(|(x, y, _)| (x, y)).collect())
    }

    /// The tone at `x`; the end segments go on beyond the ends.
    fn at(&self, x: f64) -> f64 {
        let (Some(first), Some(last)) = (self.0.first(), self.0.last()) else {
            return x;
        };
        let segment = self
            .0
            .windows(2)
            .find(|pair| pair.last().is_some_and(|end| x <= end.0))
            .or_else(|| self.0.windows(2).last());
        match segment {
            Some(&[from, to]) if to.0 - from.0 > 1e-9 => {
                from.1 + (x - from.0) / (to.0 - from.0) * (to.1 - from.1)
            }
            _ if x < first.0 => first.1,
            _ => last.1,
        }
    }
}

/// What is left when the mean of the 5 x 5 samples around is taken away.
fn detail(grid: &Grid) -> Grid {
    let mut out = [0.0; GRID * GRID];
    for (at, cell) in out.iter_mut().enumerate() {
        let (x, y) = (at % GRID, at / GRID);
        let mut sum = 0.0;
        let mut count = 0.0;
        for near_y in y.saturating_sub(2)..(y + 3).min(GRID) {
            for near_x in x.saturating_sub(2)..(x + 3).min(GRID) {
                sum += grid.get(near_y * GRID + near_x).copied().unwrap_or(0.0);
                count += 1.0;
            }
        }
        *cell = grid.get(at).copied().unwrap_or(0.0) - sum / count;
    }
    out
}

/// The correlation of two grids of mean about zero over the kept blocks; 0 where one is flat.
fn correlation(a: &Grid, b: &Grid, kept: &Kept) -> f64 {
    let (mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0);
    for (at, (a, b)) in a.iter().zip(b).enumerate() {
        if kept.get(block_of(at)) == Some(&true) {
            aa += a * a;
            bb += b * b;
            ab += a * b;
        }
    }
    // Half a level of detail is what rounding and compression leave.
    let floor = 0.25 * (GRID * GRID) as f64;
    if aa < floor || bb < floor {
        0.0
    } else {
        ab / (aa * bb).sqrt()
    }
}
