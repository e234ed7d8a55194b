//! A decoded picture -> upright grids of luma, several in one pass over its rows.
//!
//! Blurring and picking samples is linear along each axis, so a sample is a weighted sum of the pixels under it, and
//! an orientation turns the weights instead of the picture.

use super::decode::Orientation;
use super::widely;

/// Rows of luma as they are stored, and how they become upright.
pub trait Rows {
    /// Width and height as stored, in pixels.
    fn stored_size(&self) -> (usize, usize);

    /// How the stored picture becomes upright.
    fn orientation(&self) -> Orientation;

    /// Pixels along the side of the square whose mean a stored sample is.
    fn square(&self) -> usize;

    /// Fills `luma` with a stored row of samples, 0 (black) to 255; what lies outside the picture stays as it was.
    fn luma_row(&self, row: usize, luma: &mut [f32]);

    /// Width and height of the upright picture, in pixels.
    fn upright_size(&self) -> (usize, usize) {
        let (width, height) = self.stored_size();
        if self.orientation().transposed {
            (height, width)
        } else {
            (width, height)
        }
    }
}

/// A rectangle of the upright picture, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Left edge.
    pub x: usize,
    /// Upper edge.
    pub y: usize,
    /// Width.
    pub width: usize,
    /// Height.
    pub height: usize,
}

impl Window {
    /// The whole of a picture.
    pub fn whole(picture: &impl Rows) -> Self {
        let (width, height) = picture.upright_size();
        Self {
            x: 0,
            y: 0,
            width,
            height,
        }
    }
}

/// How pixels become samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sampling {
    /// As the PDQ reference does it: two boxes of half a sample's width each, and the pixel at the sample's centre.
    Reference,
    /// Means of equal areas: in step at every size, which the reference's pick is not.
    Even,
}

/// A grid that is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Of which part of the upright picture; it has to lie inside.
    pub window: Window,
    /// How.
    pub sampling: Sampling,
    /// Samples along the width.
    pub width: usize,
    /// Samples along the height.
    pub height: usize,
}

/// An upright grid of luma, 0 to 255, row by row.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// Samples along the width.
    pub width: usize,
    /// Samples along the height.
    pub height: usize,
    /// The samples.
    pub samples: Vec<f32>,
}

impl Grid {
    /// The samples as whole levels.
    pub fn levels(&self) -> Vec<u8> {
        self.samples
            .iter()
            .map(|v| v.round().clamp(0.0, 255.0) as u8)
            .collect()
    }
}

/// What one sample takes from a stored axis: pixels, or squares of them, from `start`, each with its weight.
struct Weights {
    start: usize,
    weights: Vec<f32>,
}

/// One wanted grid in terms of the stored picture.
struct Plan {
    columns: Vec<Weights>,
    rows: Vec<Weights>,
    /// Row by row of the stored picture.
    sums: Vec<f32>,
    along: Vec<f32>,
}

/// The wanted grids, in order.
pub fn reduce(picture: &impl Rows, wanted: &[Wanted]) -> Vec<Grid> {
    let (stored_width, stored_height) = picture.stored_size();
    let square = picture.square();
    let turn = picture.orientation();
    let mut plans: Vec<Plan> = wanted
        .iter()
        .map(|w| {
            let across = weights(w.sampling, w.window.x, w.window.width, w.width);
            let down = weights(w.sampling, w.window.y, w.window.height, w.height);
            let (mut columns, mut rows) = if turn.transposed {
                (down, across)
            } else {
                (across, down)
            };
            if turn.columns_reversed {
                reverse(&mut columns, stored_width);
            }
            if turn.rows_reversed {
                reverse(&mut rows, stored_height);
            }
            for sample in columns.iter_mut().chain(&mut rows) {
                sample.gather(square);
            }
            Plan {
                sums: vec![0.0; columns.len() * rows.len()],
                along: vec![0.0; columns.len()],
                columns,
                rows,
            }
        })
        .collect();
    let mut luma = vec![0.0; stored_width.div_ceil(square)];
    for y in 0..stored_height.div_ceil(square) {
        picture.luma_row(y, &mut luma);
        widely(
            #[inline(always)]
            || {
                for plan in &mut plans {
                    plan.add_row(y, &luma);
                }
            },
        );
    }
    plans
        .into_iter()
        .zip(wanted)
        .map(|(plan, w)| Grid {
            width: w.width,
            height: w.height,
            samples: if turn.transposed {
                (0..w.height * w.width)
                    .map(|at| {
                        let (x, y) = (at % w.width, at / w.width);
                        plan.sums.get(x * w.height + y).copied().unwrap_or(0.0)
                    })
                    .collect()
            } else {
                plan.sums
            },
        })
        .collect()
}

impl Weights {
    /// From pixels to squares of so many a side.
    fn gather(&mut self, square: usize) {
        if square == 1 {
            return;
        }
        let first = self.start / square;
        let end = (self.start + self.weights.len()).div_ceil(square);
        let mut gathered = vec![0.0; end - first];
        for (at, weight) in (self.start..).zip(&self.weights) {
            if let Some(sum) = gathered.get_mut(at / square - first) {
                *sum += weight;
            }
        }
        *self = Self {
            start: first,
            weights: gathered,
        };
    }
}

impl Plan {
    #[inline(always)]
    fn add_row(&mut self, y: usize, luma: &[f32]) {
        let width = self.columns.len();
        let mut ready = false;
        for (sums, row) in self.sums.chunks_exact_mut(width).zip(&self.rows) {
            let Some(weight) = y.checked_sub(row.start).and_then(|i| row.weights.get(i)) else {
                continue;
            };
            if !ready {
                for (value, column) in self.along.iter_mut().zip(&self.columns) {
                    *value = luma
                        .get(column.start..)
                        .map_or(0.0, |l| dot(l, &column.weights));
                }
                ready = true;
            }
            for (sum, value) in sums.iter_mut().zip(&self.along) {
                *sum += weight * value;
            }
        }
    }
}

fn weights(sampling: Sampling, offset: usize, length: usize, samples: usize) -> Vec<Weights> {
    let mut axis: Vec<Weights> = match sampling {
        Sampling::Reference => reference(length, samples),
        Sampling::Even => even(length, samples),
    };
    for sample in &mut axis {
        sample.start += offset;
    }
    axis
}

fn reverse(axis: &mut [Weights], stored_length: usize) {
    for sample in axis {
        sample.start = stored_length.saturating_sub(sample.start + sample.weights.len());
        sample.weights.reverse();
    }
}

/// The reference's blur and pick.
fn reference(length: usize, samples: usize) -> Vec<Weights> {
    let window = length.div_ceil(2 * samples);
    let span = |at: usize| {
        let end = at + window / 2 + 1;
        (end.saturating_sub(window), end.min(length))
    };
    (0..samples)
        .map(|sample| {
            let centre = (2 * sample + 1) * length / (2 * samples);
            let (outer_start, outer_end) = span(centre);
            let (start, _) = span(outer_start);
            let (_, end) = span(outer_end - 1);
            let mut weights = vec![0.0f64; end - start];
            for middle in outer_start..outer_end {
                let (inner_start, inner_end) = span(middle);
                let share =
                    1.0 / ((outer_end - outer_start) as f64 * (inner_end - inner_start) as f64);
                for w in weights
                    .iter_mut()
                    .take(inner_end - start)
                    .skip(inner_start - start)
                {
                    *w += share;
                }
            }
            Weights {
                start,
                weights: weights.into_iter().map(|w| w as f32).collect(),
            }
        })
        .collect()
}

/// Equal shares, pixels on a border shared out.
fn even(length: usize, samples: usize) -> Vec<Weights> {
    let share = length as f64 / samples as f64;
    (0..samples)
        .map(|sample| {
            let (from, to) = (sample as f64 * share, (sample + 1) as f64 * share);
            let start = (from as usize).min(length.saturating_sub(1));
            let end = (to.ceil() as usize).clamp(start + 1, length.max(start + 1));
            let covered = (start..end).map(|at| {
                let covered = to.min((at + 1) as f64) - from.max(at as f64);
                (covered.max(0.0) / share) as f32
            });
            Weights {
                start,
                weights: covered.collect(),
            }
        })
        .collect()
}

/// A dot product in eight lanes, so that it runs as wide as the machine does and gives the same sum everywhere.
#[inline(always)]
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let length = a.len().min(b.len());
    if length < 8 {
        return a.iter().zip(b).map(|(a, b)| a * b).sum();
    }
    let (a, a_rest) = a.split_at(length).0.as_chunks::<8>();
    let (b, b_rest) = b.split_at(length).0.as_chunks::<8>();
    let mut lanes = [0.0f32; 8];
    for (a, b) in a.iter().zip(b) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
    }
    lanes.iter().sum::<f32>() + a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn weights_of_a_sample_lie_inside_and_sum_to_one(length in 1usize..700, samples in 1usize..100, offset in 0usize..50) {
            for sampling in [Sampling::Reference, Sampling::Even] {
                let axis = weights(sampling, offset, length, samples);
                prop_assert_eq!(axis.len(), samples);
                for sample in axis {
                    prop_assert!(sample.start >= offset);
                    prop_assert!(sample.start + sample.weights.len() <= offset + length);
                    prop_assert!((sample.weights.iter().sum::<f32>() - 1.0).abs() < 1e-3);
                }
            }
        }
    }
}
