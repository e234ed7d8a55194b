//! Upright luma -> local features: points that are found again in a crop, a screenshot or a turned copy, and what the
//! picture looks like around each.
//!
//! In: a grey picture of at most [`SIDE`] samples a side. Out: [`Features`], at most [`MOST`], strongest first, spread over
//! the picture. Points are extrema of a scale space (Lowe 2004). The descriptor is a histogram of gradients whose 128
//! values are kept as two bits each, above the middle value and above the upper quarter's (Zhou 2012): 32 bytes, compared
//! by counting bits, and mirroring a picture permutes them, so mirrored copies are found from what is stored.

mod descriptor;
mod scale_space;

pub use descriptor::{BITS, Descriptor};

use std::f32::consts::TAU;

use super::reduce::{Grid, Sampling, Wanted, Window};

/// Samples along the longer side of the picture in which features are looked for.
pub const SIDE: usize = 512;
/// Features kept of a picture.
pub const MOST: usize = 256;
/// Of these, the strongest that the archive's index of words holds.
pub const INDEXED: usize = 112;
/// Words of one feature: each a choice of 32 bits of its descriptor.
pub const TABLES: usize = 4;
/// Bytes of one stored feature.
const STORED: usize = 6 + 32;
/// Cells along a side of the picture within which points compete.
const CELLS: usize = 8;
/// How much less each further point of a cell counts.
const CROWDED: f32 = 0.93;

/// One point and what is around it. Places are in fractions of the longer side, so that a square stays one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Feature {
    /// From the left edge.
    pub x: f32,
    /// From the upper edge.
    pub y: f32,
    /// Its size, in fractions of the longer side.
    pub size: f32,
    /// The direction in which it gets lighter, in radians.
    pub angle: f32,
    /// What is around it.
    pub look: Descriptor,
}

/// How a feature was seen, for comparing words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Seen {
    /// Its size in doublings.
    pub size: u8,
    /// Its direction, 0 to 15.
    pub direction: u8,
}

/// The features of a picture, strongest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Features(pub Vec<Feature>);

/// The grid in which features are looked for; `None` for a picture too small or too thin to have any.
pub fn wanted(window: Window) -> Option<Wanted> {
    let longer = window.width.max(window.height);
    let scale = SIDE.min(longer) as f64 / longer.max(1) as f64;
    let side = |length: usize| (length as f64 * scale).round() as usize;
    let (width, height) = (side(window.width), side(window.height));
    (width.min(height) >= 32).then_some(Wanted {
        window,
        sampling: Sampling::Even,
        width,
        height,
    })
}

/// The features of a grey picture.
pub fn of(grid: &Grid) -> Features {
    let longer = grid.width.max(grid.height).max(1) as f32;
    let space = scale_space::ScaleSpace::new(grid);
    let mut points = space.points.clone();
    points.sort_by(|a, b| {
        let place = |p: &scale_space::Point| (p.y, p.x);
        (b.response.total_cmp(&a.response)).then(
            place(a)
                .partial_cmp(&place(b))
                .unwrap_or(std::cmp::Ordering::Equal),
        )
    });
    // Of points that crowd together, each further one counts less.
    let mut crowd = [0i32; CELLS * CELLS];
    for point in &mut points {
        let part = |v: f32, length: usize| {
            ((v.max(0.0) / length.max(1) as f32 * CELLS as f32) as usize).min(CELLS - 1)
        };
        let cell = part(point.y, grid.height) * CELLS + part(point.x, grid.width);
        if let Some(count) = crowd.get_mut(cell) {
            point.response *= CROWDED.powi(*count);
            *count += 1;
        }
    }
    points.sort_by(|a, b| b.response.total_cmp(&a.response));
    let mut found = Vec::with_capacity(MOST);
    for point in &points {
        for (angle, look) in space.looks(point) {
            if found.len() == MOST {
                break;
            }
            found.push(Feature {
                x: point.x / longer,
                y: point.y / longer,
                size: point.size / longer,
                angle,
                look,
            });
        }
        if found.len() == MOST {
            break;
        }
    }
    Features(found).rounded()
}

impl Features {
    /// As the archive keeps them: for each two bytes of x and y, one of size and of angle, and 32 of descriptor.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.0.len() * STORED);
        for f in &self.0 {
            out.extend(((f.x * 65535.0).round() as u16).to_be_bytes());
            out.extend(((f.y * 65535.0).round() as u16).to_be_bytes());
            // 16 steps to a doubling, from 1/4096 of the longer side.
            out.push(((f.size.max(1e-6) * 4096.0).log2() * 16.0).round() as u8);
            let turn = f.angle.rem_euclid(TAU) / TAU;
            out.push((turn * 256.0).round() as u32 as u8);
            out.extend(f.look.to_bytes());
        }
        out
    }

    /// From what the archive keeps; a remainder that is no feature is left out.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let (stored, _) = bytes.as_chunks::<STORED>();
        Self(
            stored
                .iter()
                .map(|s| {
                    let [x0, x1, y0, y1, size, angle, look @ ..] = s;
                    Feature {
                        x: f32::from(u16::from_be_bytes([*x0, *x1])) / 65535.0,
                        y: f32::from(u16::from_be_bytes([*y0, *y1])) / 65535.0,
                        size: (f32::from(*size) / 16.0).exp2() / 4096.0,
                        angle: f32::from(*angle) / 256.0 * TAU,
                        look: Descriptor::from_bytes(look),
                    }
                })
                .collect(),
        )
    }

    /// As they come back from the archive, so that a new photo compares as a stored one does.
    fn rounded(&self) -> Self {
        Self::from_bytes(&self.to_bytes())
    }

    /// The words of the strongest features: table number above 32 bits of the descriptor, each with the size (in steps of
    /// a doubling) and direction (in sixteenths of a turn) of its feature. Copies have words in common, and between two
    /// copies size and direction change alike for all of them.
    pub fn words(&self) -> Vec<(i64, Seen)> {
        let strongest = self.0.iter().take(INDEXED);
        strongest
            .flat_map(|f| {
                let seen = Seen {
                    size: ((f.size.max(1e-6) * 4096.0).log2().round().max(0.0)) as u8,
                    direction: (f.angle.rem_euclid(TAU) / TAU * 16.0).round() as u8 % 16,
                };
                let words = f.look.words();
                words
                    .into_iter()
                    .zip(0i64..)
                    .map(move |(word, table)| ((table << 32) | i64::from(word), seen))
            })
            .collect()
    }

    /// The features of the mirrored picture, left and right exchanged, whose width is `width` of the longer side.
    #[must_use]
    pub fn mirrored(&self, width: f32) -> Self {
        Self(
            self.0
                .iter()
                .map(|f| Feature {
                    x: width - f.x,
                    y: f.y,
                    size: f.size,
                    angle: std::f32::consts::PI - f.angle,
                    look: f.look.mirrored(),
                })
                .collect(),
        )
    }
}
