//! A grey picture -> points that stand out at some size: extrema among differences of blurred copies.

use std::f32::consts::{PI, TAU};

use super::descriptor::{self, Descriptor, turn};
use crate::fingerprint::reduce::Grid;
use crate::fingerprint::widely;

/// Sizes at which a point may stand out within one octave.
const STEPS: usize = 3;
/// Blur of the first copy of an octave.
const FIRST_BLUR: f32 = 1.6;
/// Blur that a picture is taken to have.
const OWN_BLUR: f32 = 0.5;
/// Of 255 levels: what differs by less is noise.
const CONTRAST: f32 = 0.8;
/// How much longer than wide a spot may be; along an edge, a point is found anywhere.
const EDGE: f32 = 10.0;
/// An octave with a shorter side has no room for points.
const LEAST_SIDE: usize = 24;
/// A picture whose longer side is shorter than this is enlarged twofold first: its finest points are worth having.
const ENLARGED: usize = 320;
/// Bins of the histogram of directions.
const DIRECTIONS: usize = 36;

/// A point in pixels of the picture.
#[derive(Clone, Copy)]
pub(super) struct Point {
    pub x: f32,
    pub y: f32,
    pub size: f32,
    pub response: f32,
    /// The blurred copy in which it stands out.
    copy: usize,
}

/// A grey picture at all sizes.
pub(super) struct ScaleSpace {
    copies: Vec<Copy>,
    /// Points in no particular order.
    pub points: Vec<Point>,
}

/// One blurred copy, and how many pixels of the picture one of its own is.
struct Copy {
    plane: Plane,
    scale: f32,
}

/// A grey picture with its rows one after the other.
pub(super) struct Plane {
    pub width: usize,
    pub height: usize,
    pub samples: Vec<f32>,
}

impl Plane {
    /// A sample; the border goes on outside.
    #[inline(always)]
    pub fn at(&self, x: isize, y: isize) -> f32 {
        let x = x.clamp(0, self.width as isize - 1) as usize;
        let y = y.clamp(0, self.height as isize - 1) as usize;
        self.samples.get(y * self.width + x).copied().unwrap_or(0.0)
    }

    /// Between samples.
    #[inline(always)]
    pub fn between(&self, x: f32, y: f32) -> f32 {
        let (left, top) = (x.floor(), y.floor());
        let (right, down) = (x - left, y - top);
        let (left, top) = (left as isize, top as isize);
        let inside = left >= 0
            && top >= 0
            && (left as usize) + 1 < self.width
            && (top as usize) + 1 < self.height;
        let corners = if inside {
            let start = top as usize * self.width + left as usize;
            match (
                self.samples.get(start..start + 2),
                self.samples.get(start + self.width..start + self.width + 2),
            ) {
                (Some(&[a, b]), Some(&[c, d])) => [a, b, c, d],
                _ => [0.0; 4],
            }
        } else {
            [
                self.at(left, top),
                self.at(left + 1, top),
                self.at(left, top + 1),
                self.at(left + 1, top + 1),
            ]
        };
        let [a, b, c, d] = corners;
        (a * (1.0 - right) + b * right) * (1.0 - down) + (c * (1.0 - right) + d * right) * down
    }

    fn halved(&self) -> Self {
        let (width, height) = (self.width / 2, self.height / 2);
        let rows = self.samples.chunks_exact(self.width).step_by(2);
        let samples = rows
            .take(height)
            .flat_map(|row| row.as_chunks::<2>().0)
            .map(|[first, _]| *first)
            .collect();
        Self {
            width,
            height,
            samples,
        }
    }

    fn doubled(&self) -> Self {
        let (width, height) = (self.width * 2, self.height * 2);
        let samples = (0..width * height)
            .map(|at| self.between((at % width) as f32 / 2.0, (at / width) as f32 / 2.0))
            .collect();
        Self {
            width,
            height,
            samples,
        }
    }

    /// Blurred by a bell curve along columns, then rows.
    #[inline(always)]
    fn blurred(&self, sigma: f32) -> Self {
        let kernel = kernel(sigma);
        let reach = kernel.len() / 2;
        let mut samples = vec![0.0f32; self.samples.len()];
        // A row that is blurred along columns, its border going on outside.
        let mut wide = vec![0.0f32; self.width + 2 * reach];
        for (y, out) in samples.chunks_exact_mut(self.width).enumerate() {
            let rows = kernel.iter().enumerate().filter_map(|(shift, weight)| {
                let from = (y + shift).saturating_sub(reach).min(self.height - 1);
                Some((*weight, self.row(from)?))
            });
            let (before, rest) = wide.split_at_mut(reach);
            let (own, after) = rest.split_at_mut(self.width);
            sum_weighted(own, &rows.collect::<Vec<_>>());
            before.fill(own.first().copied().unwrap_or(0.0));
            after.fill(own.last().copied().unwrap_or(0.0));
            let shifted = kernel.iter().copied().zip(wide.windows(self.width));
            sum_weighted(out, &shifted.collect::<Vec<_>>());
        }
        Self {
            width: self.width,
            height: self.height,
            samples,
        }
    }

    fn row(&self, y: usize) -> Option<&[f32]> {
        let start = y * self.width;
        self.samples.get(start..start + self.width)
    }
}

/// The weighted sum of some rows: a few columns of all rows at a time, whose sums a processor holds.
#[inline(always)]
fn sum_weighted(out: &mut [f32], rows: &[(f32, &[f32])]) {
    const HELD: usize = 64;
    let mut start = 0;
    while let Some(sums) = out.get_mut(start..start + HELD) {
        let mut held = [0.0f32; HELD];
        for (weight, row) in rows {
            if let Some(values) = row.get(start..).and_then(|r| r.first_chunk::<HELD>()) {
                for (sum, value) in held.iter_mut().zip(values) {
                    *sum += weight * value;
                }
            }
        }
        sums.copy_from_slice(&held);
        start += HELD;
    }
    for (at, sum) in out.iter_mut().enumerate().skip(start) {
        let values = rows
            .iter()
            .map(|(w, row)| w * row.get(at).copied().unwrap_or(0.0));
        *sum = values.sum();
    }
}

fn kernel(sigma: f32) -> Vec<f32> {
    let reach = (sigma * 3.0).ceil().max(1.0) as i32;
    let raw: Vec<f32> = (-reach..=reach)
        .map(|at| (-(at as f32).powi(2) / (2.0 * sigma * sigma)).exp())
        .collect();
    let sum: f32 = raw.iter().sum();
    raw.into_iter().map(|w| w / sum).collect()
}

impl ScaleSpace {
    /// Blur a picture and find its points.
    pub fn new(grid: &Grid) -> Self {
        let mut base = Plane {
            width: grid.width,
            height: grid.height,
            samples: grid.samples.clone(),
        };
        let mut scale = 1.0;
        let mut own_blur = OWN_BLUR;
        if base.width.max(base.height) < ENLARGED {
            base = base.doubled();
            scale = 0.5;
            own_blur *= 2.0;
        }
        base = widely(
            #[inline(always)]
            || base.blurred((FIRST_BLUR * FIRST_BLUR - own_blur * own_blur).sqrt()),
        );
        let mut space = Self {
            copies: Vec::new(),
            points: Vec::new(),
        };
        while base.width.min(base.height) >= LEAST_SIDE {
            let blurred = widely(
                #[inline(always)]
                || octave(base),
            );
            let Some(next) = blurred.get(STEPS).map(Plane::halved) else {
                break;
            };
            base = next;
            space.add(blurred, scale);
            scale *= 2.0;
        }
        space
    }

    fn add(&mut self, blurred: Vec<Plane>, scale: f32) {
        let first = self.copies.len();
        let mut found = Vec::new();
        widely(
            #[inline(always)]
            || extrema(&blurred, &mut found),
        );
        for (layer, x, y) in found {
            let around = blurred.get(layer - 1..layer + 3);
            if let Some(fine) = around.and_then(|around| refine(around, x, y)) {
                let step = layer as f32 + fine.step;
                self.points.push(Point {
                    x: fine.x * scale,
                    y: fine.y * scale,
                    size: FIRST_BLUR * (step / STEPS as f32).exp2() * scale,
                    response: fine.response,
                    copy: first + layer,
                });
            }
        }
        self.copies
            .extend(blurred.into_iter().map(|plane| Copy { plane, scale }));
    }

    /// The directions of a point, at most two, each with what is around the point seen that way.
    pub fn looks(&self, point: &Point) -> Vec<(f32, Descriptor)> {
        let Some(copy) = self.copies.get(point.copy) else {
            return Vec::new();
        };
        let (x, y) = (point.x / copy.scale, point.y / copy.scale);
        let size = point.size / copy.scale;
        widely(
            #[inline(always)]
            || {
                let mut looks = Vec::with_capacity(2);
                for angle in directions(&copy.plane, x, y, size) {
                    looks.push((angle, descriptor::look(&copy.plane, x, y, size, angle)));
                }
                looks
            },
        )
    }
}

/// Copies of a picture, each blurred more than the one before, over twice the first's blur.
#[inline(always)]
fn octave(base: Plane) -> Vec<Plane> {
    let mut blurred = vec![base];
    for step in 1..STEPS + 3 {
        let before = FIRST_BLUR * ((step - 1) as f32 / STEPS as f32).exp2();
        let after = FIRST_BLUR * (step as f32 / STEPS as f32).exp2();
        if let Some(last) = blurred.last() {
            let next = last.blurred((after * after - before * before).sqrt());
            blurred.push(next);
        }
    }
    blurred
}

/// Three rows of the difference of two copies; row `y` is at `y % 3`.
type Band = [Vec<f32>; 3];

/// Finds every layer and pixel that is above or below all its 26 neighbours. A layer is what a blurred copy
/// differs in from the one before; of all layers, three rows are held at a time.
#[inline(always)]
fn extrema(blurred: &[Plane], found: &mut Vec<(usize, usize, usize)>) {
    let Some(&Plane { width, height, .. }) = blurred.first() else {
        return;
    };
    let mut bands: Vec<Band> = vec![Band::default(); blurred.len().saturating_sub(1)];
    let mut maybe = vec![0; width];
    for y in 0..height {
        for (band, pair) in bands.iter_mut().zip(blurred.windows(2)) {
            if let ([before, after], Some(to)) = (pair, band.get_mut(y % 3)) {
                let (before, after) = (before.row(y), after.row(y));
                let both = before
                    .unwrap_or_default()
                    .iter()
                    .zip(after.unwrap_or_default());
                to.clear();
                to.extend(both.map(|(before, after)| after - before));
            }
        }
        if y < 2 {
            continue;
        }
        for (layer, three) in (1..).zip(bands.windows(3)) {
            let [below, own, above] = three else { continue };
            // Four neighbours first, of all pixels alike: few are left.
            let [Some(up), Some(middle), Some(down)] = [y - 2, y - 1, y].map(|y| own.get(y % 3))
            else {
                continue;
            };
            beyond_four([up, middle, down], &mut maybe);
            for x in memchr::memchr_iter(1, &maybe) {
                let Some(value) = middle.get(x) else { continue };
                let rows = [below, own, above].into_iter().flatten();
                let near = rows.filter_map(|row| row.get(x - 1..x + 2)).flatten();
                let reached = if *value > 0.0 {
                    near.filter(|n| *n >= value).count()
                } else {
                    near.filter(|n| *n <= value).count()
                };
                // By itself.
                if reached == 1 {
                    found.push((layer, x, y - 1));
                }
            }
        }
    }
}

/// Marks with 1 which pixels of the middle row stand out, and are above or below their four neighbours.
#[inline(always)]
fn beyond_four([up, own, down]: [&[f32]; 3], out: &mut [u8]) {
    let behind = own.get(2..).unwrap_or_default();
    let columns = own.get(1..).unwrap_or_default().iter().zip(own).zip(behind);
    let rows = up
        .get(1..)
        .unwrap_or_default()
        .iter()
        .zip(down.get(1..).unwrap_or_default());
    let out = out.get_mut(1..).unwrap_or_default();
    for ((out, ((value, left), right)), (up, down)) in out.iter_mut().zip(columns).zip(rows) {
        let most = left.max(*right).max(*up).max(*down);
        let least = left.min(*right).min(*up).min(*down);
        let is_beyond = *value > most.max(CONTRAST / 2.0) || *value < least.min(-CONTRAST / 2.0);
        *out = u8::from(is_beyond);
    }
}

struct Fine {
    x: f32,
    y: f32,
    step: f32,
    response: f32,
}

/// The place between pixels and sizes, by the four copies of three layers; `None` for what is faint or lies along an edge.
fn refine(copies: &[Plane], x: usize, y: usize) -> Option<Fine> {
    let (x, y) = (x as isize, y as isize);
    let at = |layer: usize, dx: isize, dy: isize| match copies.get(layer..layer + 2) {
        Some([before, after]) => after.at(x + dx, y + dy) - before.at(x + dx, y + dy),
        _ => 0.0,
    };
    let value = at(1, 0, 0);
    let slope = [
        (at(1, 1, 0) - at(1, -1, 0)) / 2.0,
        (at(1, 0, 1) - at(1, 0, -1)) / 2.0,
        (at(2, 0, 0) - at(0, 0, 0)) / 2.0,
    ];
    let xx = at(1, 1, 0) + at(1, -1, 0) - 2.0 * value;
    let yy = at(1, 0, 1) + at(1, 0, -1) - 2.0 * value;
    let ss = at(2, 0, 0) + at(0, 0, 0) - 2.0 * value;
    let xy = (at(1, 1, 1) - at(1, -1, 1) - at(1, 1, -1) + at(1, -1, -1)) / 4.0;
    let xs = (at(2, 1, 0) - at(2, -1, 0) - at(0, 1, 0) + at(0, -1, 0)) / 4.0;
    let ys = (at(2, 0, 1) - at(2, 0, -1) - at(0, 0, 1) + at(0, 0, -1)) / 4.0;
    let (trace, flat) = (xx + yy, xx * yy - xy * xy);
    if flat <= 0.0 || trace * trace / flat > (EDGE + 1.0).powi(2) / EDGE {
        return None;
    }
    let whole = xx * (yy * ss - ys * ys) - xy * (xy * ss - ys * xs) + xs * (xy * ys - yy * xs);
    if whole.abs() < 1e-12 {
        return None;
    }
    let [sx, sy, st] = slope.map(|v| -v);
    let dx =
        (sx * (yy * ss - ys * ys) - xy * (sy * ss - ys * st) + xs * (sy * ys - yy * st)) / whole;
    let dy =
        (xx * (sy * ss - ys * st) - sx * (xy * ss - ys * xs) + xs * (xy * st - sy * xs)) / whole;
    let ds =
        (xx * (yy * st - sy * ys) - xy * (xy * st - sy * xs) + sx * (xy * ys - yy * xs)) / whole;
    if dx.abs() > 1.0 || dy.abs() > 1.0 || ds.abs() > 1.0 {
        return None;
    }
    let response = (value + (slope[0] * dx + slope[1] * dy + slope[2] * ds) / 2.0).abs();
    (response >= CONTRAST).then_some(Fine {
        x: x as f32 + dx,
        y: y as f32 + dy,
        step: ds,
        response,
    })
}

/// The one or two directions in which most gets lighter around a point.
#[inline(always)]
fn directions(plane: &Plane, x: f32, y: f32, size: f32) -> Vec<f32> {
    let sigma = 1.5 * size;
    let reach = (3.0 * sigma).round() as isize;
    let (cx, cy) = (x.round() as isize, y.round() as isize);
    let mut bins = [0.0f32; DIRECTIONS];
    let (mut turns, mut slopes) = (Vec::new(), Vec::new());
    // A bell's height is the product of its heights along the two axes.
    let bell: Vec<f32> = (0..=reach)
        .map(|d| (-((d * d) as f32) / (2.0 * sigma * sigma)).exp())
        .collect();
    let height = |d: isize| bell.get(d.unsigned_abs()).copied().unwrap_or(0.0);
    for dy in -reach..=reach {
        let py = cy + dy;
        if py < 1 || py + 1 >= plane.height as isize {
            continue;
        }
        let half = ((reach * reach - dy * dy) as f32).sqrt() as isize;
        let from = (cx - half).max(1);
        let to = (cx + half).min(plane.width as isize - 2);
        let start = py as usize * plane.width;
        let row = |start: usize| {
            plane
                .samples
                .get(start..start + plane.width)
                .unwrap_or_default()
        };
        let (above, own, below) = (
            row(start - plane.width),
            row(start),
            row(start + plane.width),
        );
        let inner = from as usize..(to + 1).max(from) as usize;
        let (Some(own), Some(above), Some(below)) = (
            own.get(inner.start - 1..inner.end + 1),
            above.get(inner.clone()),
            below.get(inner),
        ) else {
            continue;
        };
        // Slopes first, of all pixels of the row alike.
        for list in [&mut turns, &mut slopes] {
            list.resize(above.len(), 0.0);
        }
        let found = turns.iter_mut().zip(&mut slopes);
        let vertical = above.iter().zip(below);
        for (((bin, slope), [left, _, right]), (up, down)) in
            found.zip(own.array_windows()).zip(vertical)
        {
            let (right, down) = (right - left, down - up);
            *bin = turn(down, right) * DIRECTIONS as f32 + 0.5;
            *slope = (right * right + down * down).sqrt();
        }
        for ((px, bin), slope) in (from..=to).zip(&turns).zip(&slopes) {
            let weight = height(dy) * height(px - cx);
            if let Some(bin) = bins.get_mut(*bin as usize % DIRECTIONS) {
                *bin += weight * slope;
            }
        }
    }
    for _ in 0..4 {
        let old = bins;
        for (at, bin) in bins.iter_mut().enumerate() {
            let near = |by: usize| old.get((at + by) % DIRECTIONS).copied().unwrap_or(0.0);
            *bin = (near(DIRECTIONS - 1) + near(0) + near(1)) / 3.0;
        }
    }
    let most = bins.iter().copied().fold(0.0, f32::max);
    let mut peaks: Vec<(f32, f32)> = Vec::new();
    for at in 0..DIRECTIONS {
        let near = |by: usize| bins.get((at + by) % DIRECTIONS).copied().unwrap_or(0.0);
        let (before, own, after) = (near(DIRECTIONS - 1), near(0), near(1));
        if own > before && own >= after && own >= 0.8 * most && most > 0.0 {
            let shift = (before - after) / (2.0 * (before - 2.0 * own + after)).min(-1e-9);
            let turn = (at as f32 + shift) / DIRECTIONS as f32 * TAU;
            peaks.push((own, if turn > PI { turn - TAU } else { turn }));
        }
    }
    peaks.sort_by(|a, b| b.0.total_cmp(&a.0));
    peaks.truncate(2);
    peaks.into_iter().map(|p| p.1).collect()
}
