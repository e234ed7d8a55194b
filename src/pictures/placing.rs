//! The features of two pictures -> how one lies on the other, if it does.
//!
//! Features that look alike are paired; every two pairs propose how one picture was shifted, sized and turned; the
//! proposal that most pairs follow is fitted to them (stretching allowed). Nothing here is drawn by lot.

use std::f32::consts::TAU;

use crate::fingerprint::features::{Feature, Features};
use crate::fingerprint::widely;

/// Bits of 256 in which the looks of one point in two copies may differ.
pub(super) const ALIKE: u32 = 72;
/// What differs in more than this of the first 128 of these bits is taken for unlike.
const FAR: u32 = 44;
/// The best partner has to be so much nearer than the next one elsewhere in the picture.
const CLEARLY: f32 = 0.87;
/// Points nearer than this, in fractions of the longer side, are one place.
const ONE_PLACE: f32 = 0.02;
/// Pairs from which proposals are made: the most alike.
const PROPOSING: usize = 48;
/// How far, in fractions of the longer side, a pair may lie off a proposal, and off the fitted placing.
const OFF: f32 = 0.012;
const OFF_FITTED: f32 = 0.006;
/// Pairs that a placing needs.
const LEAST: usize = 6;

/// An affine map from one picture to another, both in fractions of their own longer side:
/// `x' = m[0] x + m[1] y + m[2]`, `y' = m[3] x + m[4] y + m[5]`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placing(pub [f32; 6]);

impl Placing {
    /// Where a point comes to lie.
    pub fn apply(&self, x: f32, y: f32) -> (f32, f32) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + b * y + c, d * x + e * y + f)
    }

    /// The way back; `None` for a map that flattens.
    pub fn inverse(&self) -> Option<Self> {
        let [a, b, c, d, e, f] = self.0;
        let area = self.area();
        (area.abs() > 1e-6).then(|| {
            Self([
                e / area,
                -b / area,
                (b * f - e * c) / area,
                -d / area,
                a / area,
                (d * c - a * f) / area,
            ])
        })
    }

    /// By how much areas grow.
    pub fn area(&self) -> f32 {
        let [a, b, _, d, e, _] = self.0;
        a * e - b * d
    }

    /// The turn in degrees, -180 to 180.
    pub fn degrees(&self) -> f32 {
        let [a, b, _, d, e, _] = self.0;
        (d - b).atan2(a + e).to_degrees()
    }

    /// How much longer than wide a square becomes: 1 for shifts, sizes and turns alone.
    pub fn stretch(&self) -> f32 {
        let [a, b, _, d, e, _] = self.0;
        let (sum, area) = (a * a + b * b + d * d + e * e, self.area().abs());
        let root = (sum * sum - 4.0 * area * area).max(0.0).sqrt();
        ((sum + root) / (sum - root).max(1e-9)).sqrt()
    }
}

/// One picture found on another.
#[derive(Clone, Debug)]
pub struct Placed {
    /// From the first to the second.
    pub placing: Placing,
    /// The pairs that follow it: positions in both lists of features.
    pub pairs: Vec<(usize, usize)>,
}

struct Pair<'a> {
    at: (usize, usize),
    from: &'a Feature,
    to: &'a Feature,
    distance: u32,
}

/// How `a` lies on `b`; `None` where too few features agree on any one way.
pub fn place(a: &Features, b: &Features) -> Option<Placed> {
    let pairs = widely(
        #[inline(always)]
        || alike(a, b),
    );
    if pairs.len() < LEAST {
        return None;
    }
    let mut best: Option<(usize, Placing)> = None;
    let proposing = pairs.get(..pairs.len().min(PROPOSING)).unwrap_or_default();
    for (at, one) in proposing.iter().enumerate() {
        for other in proposing.iter().skip(at + 1) {
            if let Some(placing) = propose(one, other) {
                let followers = follow(&pairs, &placing, OFF).len();
                if best.is_none_or(|(most, _)| followers > most) {
                    best = Some((followers, placing));
                }
            }
        }
    }
    let (followers, mut placing) = best?;
    if followers < LEAST {
        return None;
    }
    let mut kept = follow(&pairs, &placing, OFF);
    for off in [OFF, OFF_FITTED, OFF_FITTED] {
        placing = fit(&pairs, &kept)?;
        kept = follow(&pairs, &placing, off);
        if kept.len() < LEAST {
            return None;
        }
    }
    // Several pairs at one place are one witness.
    let mut places: Vec<(f32, f32)> = Vec::new();
    kept.retain(|at| {
        let Some(pair) = pairs.get(*at) else {
            return false;
        };
        let new = places
            .iter()
            .all(|(x, y)| (x - pair.from.x).powi(2) + (y - pair.from.y).powi(2) > 0.004 * 0.004);
        if new {
            places.push((pair.from.x, pair.from.y));
        }
        new
    });
    (kept.len() >= LEAST).then(|| Placed {
        placing,
        pairs: kept
            .into_iter()
            .filter_map(|at| pairs.get(at).map(|p| p.at))
            .collect(),
    })
}

/// The square of the distance between two points.
fn apart(a: &Feature, b: &Feature) -> f32 {
    (a.x - b.x).powi(2) + (a.y - b.y).powi(2)
}

/// Features that look alike and like no others, the most alike first.
#[inline(always)]
fn alike<'a>(a: &'a Features, b: &'a Features) -> Vec<Pair<'a>> {
    let mut pairs = Vec::new();
    let mut near: Vec<(u32, usize, &Feature)> = Vec::new();
    for (i, from) in a.0.iter().enumerate() {
        near.clear();
        for (j, to) in b.0.iter().enumerate() {
            if from.look.half_distance(&to.look) <= FAR {
                near.push((from.look.distance(&to.look), j, to));
            }
        }
        let nearest = near.iter().min_by_key(|(distance, ..)| *distance);
        let Some(&(distance, j, to)) = nearest.filter(|(distance, ..)| *distance <= ALIKE) else {
            continue;
        };
        let mut others = near
            .iter()
            .filter(|(_, _, f)| apart(f, to) > ONE_PLACE * ONE_PLACE);
        if others.all(|(rival, ..)| distance as f32 <= CLEARLY * *rival as f32) {
            pairs.push(Pair {
                at: (i, j),
                from,
                to,
                distance,
            });
        }
    }
    pairs.sort_by_key(|p| (p.distance, p.at));
    pairs
}

/// The shift, size and turn that bring two points onto their partners, if the points' own sizes and turns say the same.
fn propose(one: &Pair<'_>, other: &Pair<'_>) -> Option<Placing> {
    let (ax, ay) = (other.from.x - one.from.x, other.from.y - one.from.y);
    let (bx, by) = (other.to.x - one.to.x, other.to.y - one.to.y);
    let square = ax * ax + ay * ay;
    if square < 0.0009 {
        return None;
    }
    let cos = (ax * bx + ay * by) / square;
    let sin = (ax * by - ay * bx) / square;
    let scale = (cos * cos + sin * sin).sqrt();
    let resized = |pair: &Pair<'_>| (0.6..1.7).contains(&(scale * pair.from.size / pair.to.size));
    if !resized(one) || !resized(other) {
        return None;
    }
    let turn = sin.atan2(cos);
    let turned = |pair: &Pair<'_>| {
        let off = (pair.to.angle - pair.from.angle - turn).rem_euclid(TAU);
        off.min(TAU - off) <= 0.45
    };
    if !turned(one) || !turned(other) {
        return None;
    }
    Some(Placing([
        cos,
        -sin,
        one.to.x - cos * one.from.x + sin * one.from.y,
        sin,
        cos,
        one.to.y - sin * one.from.x - cos * one.from.y,
    ]))
}

/// The pairs that a placing brings together, in both directions of size.
fn follow(pairs: &[Pair<'_>], placing: &Placing, off: f32) -> Vec<usize> {
    let allowed = off * placing.area().abs().sqrt().max(1.0);
    pairs
        .iter()
        .enumerate()
        .filter(|(_, pair)| {
            let (x, y) = placing.apply(pair.from.x, pair.from.y);
            (x - pair.to.x).abs() <= allowed && (y - pair.to.y).abs() <= allowed
        })
        .map(|(at, _)| at)
        .collect()
}

/// The affine map of least squares; `None` where the points lie on a line.
fn fit(pairs: &[Pair<'_>], kept: &[usize]) -> Option<Placing> {
    let mut m = [0.0f64; 6];
    let (mut right, mut down) = ([0.0f64; 3], [0.0f64; 3]);
    for pair in kept.iter().filter_map(|at| pairs.get(*at)) {
        let (x, y) = (f64::from(pair.from.x), f64::from(pair.from.y));
        let (u, v) = (f64::from(pair.to.x), f64::from(pair.to.y));
        for (sum, value) in m.iter_mut().zip([x * x, x * y, x, y * y, y, 1.0]) {
            *sum += value;
        }
        for (sum, value) in right.iter_mut().zip([x * u, y * u, u]) {
            *sum += value;
        }
        for (sum, value) in down.iter_mut().zip([x * v, y * v, v]) {
            *sum += value;
        }
    }
    let [xx, xy, x, yy, y, n] = m;
    let c = [
        yy * n - y * y,
        x * y - xy * n,
        xy * y - yy * x,
        xx * n - x * x,
        xy * x - xx * y,
        xx * yy - xy * xy,
    ];
    let whole = xx * c[0] + xy * c[1] + x * c[2];
    if whole.abs() < 1e-9 * n * n * n {
        return None;
    }
    let solve = |r: [f64; 3]| {
        [
            ((c[0] * r[0] + c[1] * r[1] + c[2] * r[2]) / whole) as f32,
            ((c[1] * r[0] + c[3] * r[1] + c[4] * r[2]) / whole) as f32,
            ((c[2] * r[0] + c[4] * r[1] + c[5] * r[2]) / whole) as f32,
        ]
    };
    let ([a, b, e], [p, q, s]) = (solve(right), solve(down));
    Some(Placing([a, b, e, p, q, s]))
}
