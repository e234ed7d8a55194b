//! Two reduced pictures -> whether one is the other, toned or recompressed: the check behind a near hash.
//!
//! A hash says that the same shapes are light and dark. This looks at the samples: after one brightness and contrast for
//! the whole picture, how well do they agree, and is there a region in which they do not?

use crate::fingerprint::Turn;
use crate::fingerprint::pdq::SIDE;

/// Blocks along a side in which agreement is looked at.
const BLOCKS: usize = 8;
const BLOCK: usize = SIDE / BLOCKS;

/// How alike two reduced pictures are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Likeness {
    /// Correlation of the samples, -1 to 1.
    pub correlation: f64,
    /// The share of blocks whose samples differ by more than tone explains, 0 to 1.
    pub changed: f64,
}

impl Likeness {
    /// The two are one picture: alike everywhere but for a small mark.
    pub fn is_copy(self) -> bool {
        self.correlation >= 0.95 && self.changed <= 0.15
    }
}

/// Compares a reduced picture with another that was turned; `None` where one is not 64 x 64 or has no contrast.
pub fn likeness(a: &[u8], b: &[u8], turn: Turn) -> Option<Likeness> {
    if a.len() != SIDE * SIDE || b.len() != SIDE * SIDE {
        return None;
    }
    let a: Vec<f64> = a.iter().map(|v| f64::from(*v)).collect();
    let b: Vec<f64> = (0..SIDE * SIDE)
        .map(|at| f64::from(b.get(source(at, turn)).copied().unwrap_or(0)))
        .collect();
    let count = (SIDE * SIDE) as f64;
    let mean = |v: &[f64]| v.iter().sum::<f64>() / count;
    let (mean_a, mean_b) = (mean(&a), mean(&b));
    let product = |x: &[f64], mean_x: f64, y: &[f64], mean_y: f64| {
        x.iter()
            .zip(y)
            .map(|(x, y)| (x - mean_x) * (y - mean_y))
            .sum::<f64>()
            / count
    };
    let variance_a = product(&a, mean_a, &a, mean_a);
    let variance_b = product(&b, mean_b, &b, mean_b);
    if variance_a < 1.0 || variance_b < 1.0 {
        return None;
    }
    let correlation = product(&a, mean_a, &b, mean_b) / (variance_a * variance_b).sqrt();
    // Both in units of their own spread: what is left is not tone.
    let mut off = [0.0; BLOCKS * BLOCKS];
    for (at, (x, y)) in a.iter().zip(&b).enumerate() {
        let apart = (x - mean_a) / variance_a.sqrt() - (y - mean_b) / variance_b.sqrt();
        let block = at / SIDE / BLOCK * BLOCKS + at % SIDE / BLOCK;
        if let Some(sum) = off.get_mut(block) {
            *sum += apart * apart / (BLOCK * BLOCK) as f64;
        }
    }
    let changed = off.iter().filter(|&&sum| sum > 0.25).count() as f64 / off.len() as f64;
    Some(Likeness {
        correlation,
        changed,
    })
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
