//! Two pictures and how one lies on the other -> what they share, and whether the pixels there agree.
//!
//! Features alone are not believed: a watermark, a caption strip or the frame of a browser brings matching features too.
//! So the reduced pictures are compared over all that they share under the placing, and it counts where in it the
//! features lie.

use super::PhotoKey;
use super::likeness::{self, GRID, Likeness};
use super::placing::{Placed, Placing};
use crate::fingerprint::features::Features;
use crate::fingerprint::pdq::SIDE;
use crate::model::Place;

/// Cells along a side of what is shared, for counting where features lie.
const CELLS: usize = 8;

/// A picture as it is compared: features, reduced picture, and sides in fractions of the longer one.
#[derive(Clone, Copy)]
pub struct View<'a> {
    /// Local features.
    pub features: &'a Features,
    /// 64 x 64 samples.
    pub luma64: &'a [u8],
    /// Width, at most 1.
    pub width: f32,
    /// Height, at most 1.
    pub height: f32,
    /// Left and right are exchanged: `features` are already, `luma64` is not.
    pub mirrored: bool,
}

impl<'a> View<'a> {
    /// A stored photo; `None` where it lacks what is needed.
    pub fn of(key: &'a PhotoKey, features: &'a Features, mirrored: bool) -> Option<Self> {
        let longer = key.width.max(key.height);
        let luma64 = key.luma64.as_deref().filter(|l| l.len() == SIDE * SIDE)?;
        (longer > 0).then(|| Self {
            features,
            luma64,
            width: key.width as f32 / longer as f32,
            height: key.height as f32 / longer as f32,
            mirrored,
        })
    }

    /// The mean of the reduced picture around a point; `reach` is half the side of what is averaged. All in fractions of
    /// the longer side.
    fn mean(&self, x: f32, y: f32, reach: f32) -> f64 {
        let x = if self.mirrored { self.width - x } else { x };
        let axis = |at: f32, length: f32| {
            let (from, to) = ((at - reach) / length, (at + reach) / length);
            let scale = |v: f32| (v * SIDE as f32).clamp(0.0, SIDE as f32);
            (scale(from), scale(to))
        };
        let (left, right) = axis(x, self.width);
        let (top, bottom) = axis(y, self.height);
        let (mut sum, mut weight) = (0.0f64, 0.0f64);
        for row in top as usize..(bottom.ceil() as usize).min(SIDE) {
            let tall = covered(row, top, bottom);
            for column in left as usize..(right.ceil() as usize).min(SIDE) {
                let share = tall * covered(column, left, right);
                let value = self.luma64.get(row * SIDE + column).copied().unwrap_or(0);
                sum += share * f64::from(value);
                weight += share;
            }
        }
        if weight > 0.0 { sum / weight } else { 0.0 }
    }

    fn holds(&self, x: f32, y: f32) -> bool {
        (0.0..=self.width).contains(&x) && (0.0..=self.height).contains(&y)
    }
}

fn covered(at: usize, from: f32, to: f32) -> f64 {
    f64::from((to.min((at + 1) as f32) - from.max(at as f32)).max(0.0))
}

/// What two pictures share.
#[derive(Clone, Copy, Debug)]
pub struct Overlap {
    /// Share of the first picture's area that the second shows.
    pub of_a: f64,
    /// Share of the second picture's area that the first shows.
    pub of_b: f64,
    /// Where in the first, upright as it is stored.
    pub in_a: Place,
    /// Where in the second.
    pub in_b: Place,
    /// How alike the pixels are over what is shared.
    pub likeness: Likeness,
    /// Of the parts of what is shared in which both have features, the share in which some agree.
    pub spread: f64,
    /// Share of the agreeing features that lie in the middle of what is shared, off its edges by a fifth.
    pub central: f64,
    /// Of the features that either has there, the share that agrees.
    pub agreeing: f64,
    /// Features that agree.
    pub inliers: usize,
    /// How far off these lie, in samples of the finer picture of features: root of the mean square.
    pub off: f64,
}

/// Measure what is shared; `None` where that is nothing to speak of.
pub fn overlap(a: View<'_>, b: View<'_>, placed: &Placed) -> Option<Overlap> {
    let placing = placed.placing;
    let back = placing.inverse()?;
    let corners = [
        (0.0, 0.0),
        (a.width, 0.0),
        (a.width, a.height),
        (0.0, a.height),
    ];
    let shape: Vec<(f32, f32)> = corners.iter().map(|(x, y)| placing.apply(*x, *y)).collect();
    let whole_a = area(&shape);
    let shared = clip(&shape, b.width, b.height);
    let size = area(&shared);
    if shared.len() < 3 || size <= 1e-4 || whole_a <= 1e-4 {
        return None;
    }
    let (left, top, right, bottom) = bounds(&shared);
    let in_b = place(left, top, right, bottom, b);
    let back_shape: Vec<(f32, f32)> = shared.iter().map(|(x, y)| back.apply(*x, *y)).collect();
    let (l, t, r, d) = bounds(&back_shape);
    let in_a = if a.mirrored {
        place(a.width - r, t, a.width - l, d, a)
    } else {
        place(l, t, r, d, a)
    };
    let likeness = pixels(a, b, &back, (left, top, right, bottom))?;
    let central = central(b, placed, (left, top, right, bottom));
    let (spread, agreeing) = where_features_lie(a, b, placed, &back, (left, top, right, bottom));
    Some(Overlap {
        of_a: f64::from(size / whole_a).min(1.0),
        of_b: f64::from(size / (b.width * b.height)).min(1.0),
        in_a,
        in_b,
        likeness,
        spread,
        agreeing,
        central,
        inliers: placed.pairs.len(),
        off: off(a, b, placed),
    })
}

fn off(a: View<'_>, b: View<'_>, placed: &Placed) -> f64 {
    let scale = placed.placing.area().abs().sqrt().max(1.0);
    let squares = placed.pairs.iter().filter_map(|(i, j)| {
        let (from, to) = (a.features.0.get(*i)?, b.features.0.get(*j)?);
        let (x, y) = placed.placing.apply(from.x, from.y);
        Some(f64::from((x - to.x).powi(2) + (y - to.y).powi(2)))
    });
    let sum: f64 = squares.sum();
    (sum / placed.pairs.len().max(1) as f64).sqrt() / f64::from(scale)
        * crate::fingerprint::features::SIDE as f64
}

fn place(left: f32, top: f32, right: f32, bottom: f32, view: View<'_>) -> Place {
    let part =
        |v: f32, length: f32| (f64::from(v / length).clamp(0.0, 1.0) * 1000.0).round() / 1000.0;
    let (x, y) = (part(left, view.width), part(top, view.height));
    let round = |v: f64| (v * 1000.0).round() / 1000.0;
    Place {
        x,
        y,
        width: round(part(right, view.width) - x),
        height: round(part(bottom, view.height) - y),
    }
}

/// Compare the reduced pictures over the box of `b` that is shared.
fn pixels(
    a: View<'_>,
    b: View<'_>,
    back: &Placing,
    (left, top, right, bottom): (f32, f32, f32, f32),
) -> Option<Likeness> {
    let scale = back.area().abs().sqrt();
    // A sample of the coarser picture, in the second's fractions: both are averaged over the same ground.
    let sample = (a.width.max(a.height) / SIDE as f32 / scale).max(1.0 / SIDE as f32);
    let cell = (right - left).max(bottom - top) / GRID as f32;
    let reach = (0.75 * sample).max(0.5 * cell);
    let (mut of_a, mut of_b, mut seen) =
        ([0.0; GRID * GRID], [0.0; GRID * GRID], [false; GRID * GRID]);
    let cells = of_a.iter_mut().zip(&mut of_b).zip(&mut seen);
    for (at, ((in_a, in_b), seen)) in cells.enumerate() {
        let along =
            |at: usize, from: f32, to: f32| from + (at as f32 + 0.5) / GRID as f32 * (to - from);
        let (x, y) = (along(at % GRID, left, right), along(at / GRID, top, bottom));
        let (u, v) = back.apply(x, y);
        // Off the edge: beyond it, the other picture goes on with something else, and samples mix both.
        let inside = |view: View<'_>, x: f32, y: f32, by: f32| {
            view.holds(x - by, y - by) && view.holds(x + by, y + by)
        };
        *seen = inside(a, u, v, (reach + 0.5 / SIDE as f32) * scale)
            && inside(
                b,
                x,
                y,
                reach + 0.5 * a.width.max(a.height) / SIDE as f32 / scale,
            );
        if *seen {
            *in_a = a.mean(u, v, reach * scale);
            *in_b = b.mean(x, y, reach);
        }
    }
    likeness::compare(&of_a, &of_b, &seen)
}

/// Banners, logos and strips lie along the edges.
fn central(b: View<'_>, placed: &Placed, (left, top, right, bottom): (f32, f32, f32, f32)) -> f64 {
    let middle = |v: f32, from: f32, to: f32| {
        let part = (v - from) / (to - from).max(1e-6);
        (0.2..=0.8).contains(&part)
    };
    let inside = placed.pairs.iter().filter(|(_, j)| {
        (b.features.0.get(*j)).is_some_and(|f| middle(f.x, left, right) && middle(f.y, top, bottom))
    });
    inside.count() as f64 / placed.pairs.len().max(1) as f64
}

/// Where in the shared box features lie, and where they agree.
fn where_features_lie(
    a: View<'_>,
    b: View<'_>,
    placed: &Placed,
    back: &Placing,
    (left, top, right, bottom): (f32, f32, f32, f32),
) -> (f64, f64) {
    let cell = |x: f32, y: f32| {
        let part = |v: f32, from: f32, to: f32| {
            (((v - from) / (to - from).max(1e-6) * CELLS as f32).max(0.0) as usize).min(CELLS - 1)
        };
        part(y, top, bottom) * CELLS + part(x, left, right)
    };
    let (mut in_a, mut in_b, mut agree) = (
        [0u32; CELLS * CELLS],
        [0u32; CELLS * CELLS],
        [0u32; CELLS * CELLS],
    );
    let count = |cells: &mut [u32; CELLS * CELLS], x, y| {
        if let Some(count) = cells.get_mut(cell(x, y)) {
            *count += 1;
        }
    };
    for f in &a.features.0 {
        let (x, y) = placed.placing.apply(f.x, f.y);
        if b.holds(x, y) {
            count(&mut in_a, x, y);
        }
    }
    for f in &b.features.0 {
        let (u, v) = back.apply(f.x, f.y);
        if a.holds(u, v) {
            count(&mut in_b, f.x, f.y);
        }
    }
    for f in placed
        .pairs
        .iter()
        .filter_map(|(_, j)| b.features.0.get(*j))
    {
        count(&mut agree, f.x, f.y);
    }
    let both = |at: usize| {
        in_a.get(at)
            .zip(in_b.get(at))
            .is_some_and(|(a, b)| *a > 0 && *b > 0)
    };
    let cells = (0..CELLS * CELLS).filter(|at| both(*at)).count();
    let agreeing = (0..CELLS * CELLS)
        .filter(|at| both(*at) && agree.get(*at).is_some_and(|n| *n > 0))
        .count();
    let sum = |cells: &[u32]| f64::from(cells.iter().sum::<u32>());
    (
        agreeing as f64 / (cells as f64).max(1.0),
        sum(&agree) / sum(&in_a).min(sum(&in_b)).max(1.0),
    )
}

fn area(shape: &[(f32, f32)]) -> f32 {
    let next = shape.iter().cycle().skip(1);
    (shape
        .iter()
        .zip(next)
        .map(|((ax, ay), (bx, by))| ax * by - bx * ay)
        .sum::<f32>()
        / 2.0)
        .abs()
}

fn bounds(shape: &[(f32, f32)]) -> (f32, f32, f32, f32) {
    let fold = |least: bool, get: fn(&(f32, f32)) -> f32| {
        let values = shape.iter().map(get);
        if least {
            values.fold(f32::INFINITY, f32::min)
        } else {
            values.fold(f32::NEG_INFINITY, f32::max)
        }
    };
    (
        fold(true, |p| p.0),
        fold(true, |p| p.1),
        fold(false, |p| p.0),
        fold(false, |p| p.1),
    )
}

/// A convex shape cut to a box at the origin.
fn clip(shape: &[(f32, f32)], width: f32, height: f32) -> Vec<(f32, f32)> {
    // Each edge of the box: how far inside a point is.
    let edges: [&dyn Fn((f32, f32)) -> f32; 4] =
        [&|p| p.0, &|p| width - p.0, &|p| p.1, &|p| height - p.1];
    let mut shape = shape.to_vec();
    for inside in edges {
        let mut cut = Vec::with_capacity(shape.len() + 1);
        for (at, &own) in shape.iter().enumerate() {
            let Some(&next) = shape.get((at + 1) % shape.len()) else {
                continue;
            };
            let (here, there) = (inside(own), inside(next));
            if here >= 0.0 {
                cut.push(own);
            }
            if (here >= 0.0) != (there >= 0.0) {
                let part = here / (here - there);
                cut.push((
                    own.0 + part * (next.0 - own.0),
                    own.1 + part * (next.1 - own.1),
                ));
            }
        }
        shape = cut;
    }
    shape
}
