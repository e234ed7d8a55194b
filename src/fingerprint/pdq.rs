//! Upright luma -> PDQ: the perceptual hash whose reference Facebook published, bit for bit as far as rounding allows.
//!
//! The reference blurs the full picture twice with a box along rows and columns, picks 64 x 64 samples, takes 16 x 16 low
//! frequencies of their cosine transform (the constant ones left out), and sets a bit for every one above the median.
//! Blur and pick are linear along each axis, so each sample is one weighted sum of the pixels under it: the same numbers
//! without the running sums' rounding, in one pass, and in any orientation by turning the weights and not the picture.

use std::array;
use std::f64::consts::PI;
use std::sync::LazyLock;

use super::reduce::{Grid, Sampling, Wanted, Window};
use crate::model::{Pdq, Sha256};

/// Samples along a side of the reduced picture.
pub const SIDE: usize = 64;
/// Frequencies along a side of the hash.
const FREQUENCIES: usize = 16;
/// The reference hashes nothing smaller.
const MIN_SIDE: usize = 5;

/// What the reference hashes of a window; `None` where it hashes nothing because a side is under 5 pixels.
pub fn wanted(window: Window) -> Option<Wanted> {
    (window.width >= MIN_SIDE && window.height >= MIN_SIDE).then_some(Wanted {
        window,
        sampling: Sampling::Reference,
        width: SIDE,
        height: SIDE,
    })
}

/// The hash and quality of a 64 x 64 grid.
pub fn hash(grid: &Grid) -> Pdq {
    let (rows, _) = grid.samples.as_chunks::<SIDE>();
    let frequencies = cosine_transform(rows);
    let mut sorted: Vec<f64> = frequencies.as_flattened().to_vec();
    sorted.sort_by(f64::total_cmp);
    // The reference's median of an even count is the lower one.
    let median = sorted.get(sorted.len() / 2 - 1).copied().unwrap_or(0.0);
    let mut bits = [0u8; 32];
    for (at, value) in frequencies.as_flattened().iter().enumerate() {
        // Bit 0 is the last of the printed hash.
        if let (true, Some(byte)) = (*value > median, bits.get_mut(31 - at / 8)) {
            *byte |= 1 << (at % 8);
        }
    }
    Pdq {
        hash: Sha256(bits),
        quality: quality(rows),
    }
}

/// Low frequencies 1 to 16 along both axes.
fn cosine_transform(rows: &[[f32; SIDE]]) -> [[f64; FREQUENCIES]; FREQUENCIES] {
    static WAVES: LazyLock<[[f64; SIDE]; FREQUENCIES]> = LazyLock::new(|| {
        let scale = (2.0 / SIDE as f64).sqrt();
        array::from_fn(|i| {
            array::from_fn(|j| {
                scale * (PI / (2.0 * SIDE as f64) * (i + 1) as f64 * (2 * j + 1) as f64).cos()
            })
        })
    });
    let down: [[f64; SIDE]; FREQUENCIES] = WAVES.map(|wave| {
        let mut sums = [0.0; SIDE];
        for (row, w) in rows.iter().zip(&wave) {
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += w * f64::from(*value);
            }
        }
        sums
    });
    down.map(|row| WAVES.map(|wave| row.iter().zip(&wave).map(|(a, b)| a * b).sum()))
}

/// The reference's measure of how much there is to see: steps between neighbours, each cut to a whole per cent.
fn quality(rows: &[[f32; SIDE]]) -> u8 {
    let step = |a: f32, b: f32| (((a - b) * 100.0) / 255.0) as i32;
    let along: i32 = rows
        .iter()
        .flat_map(|row| row.windows(2).map(|p| step(p[0], p[1]).abs()))
        .sum();
    let down: i32 = rows
        .windows(2)
        .flat_map(|rows| {
            rows[0]
                .iter()
                .zip(&rows[1])
                .map(|(a, b)| step(*a, *b).abs())
        })
        .sum();
    ((along + down) / 90).clamp(0, 100) as u8
}

/// The eight ways to turn and mirror a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Turn {
    /// As it is.
    Upright,
    /// Left and right exchanged.
    Mirrored,
    /// Above and below exchanged.
    Flipped,
    /// Half a turn.
    Half,
    /// Mirrored along the falling diagonal: rows become columns.
    Transposed,
    /// A quarter turn clockwise.
    Clockwise,
    /// A quarter turn anticlockwise.
    Anticlockwise,
    /// Mirrored along the rising diagonal.
    Transverse,
}

impl Turn {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Upright,
        Self::Mirrored,
        Self::Flipped,
        Self::Half,
        Self::Transposed,
        Self::Clockwise,
        Self::Anticlockwise,
        Self::Transverse,
    ];

    /// The turn needs a mirror.
    pub fn mirrors(self) -> bool {
        matches!(
            self,
            Self::Mirrored | Self::Flipped | Self::Transposed | Self::Transverse
        )
    }

    /// How a turned picture is read from the original: rows become columns first, then left and right exchanged, then
    /// above and below.
    pub(crate) fn steps(self) -> (bool, bool, bool) {
        match self {
            Self::Upright => (false, false, false),
            Self::Mirrored => (false, true, false),
            Self::Flipped => (false, false, true),
            Self::Half => (false, true, true),
            Self::Transposed => (true, false, false),
            Self::Clockwise => (true, true, false),
            Self::Anticlockwise => (true, false, true),
            Self::Transverse => (true, true, true),
        }
    }
}

/// The hash that the turned picture would have, from the hash alone: turning a picture exchanges rows and columns of its
/// frequencies and reverses the sign of every other one. Right to within the few bits at the median.
pub fn turned(pdq: &Pdq, turn: Turn) -> Pdq {
    let (transpose, mirror, flip) = turn.steps();
    let mut bits = [0u8; 32];
    for at in 0..256 {
        let (row, column) = (at / FREQUENCIES, at % FREQUENCIES);
        let from = if transpose {
            column * FREQUENCIES + row
        } else {
            at
        };
        let set = pdq
            .hash
            .0
            .get(31 - from / 8)
            .is_some_and(|b| b >> (from % 8) & 1 == 1);
        // Position 0 holds frequency 1, an odd wave: mirroring reverses it.
        let reversed = (mirror && column % 2 == 0) != (flip && row % 2 == 0);
        if let (true, Some(byte)) = (set != reversed, bits.get_mut(31 - at / 8)) {
            *byte |= 1 << (at % 8);
        }
    }
    Pdq {
        hash: Sha256(bits),
        quality: pdq.quality,
    }
}

/// The hashes of the picture turned and mirrored in all eight ways, in the order of [`Turn::ALL`].
pub fn dihedral(pdq: &Pdq) -> [Pdq; 8] {
    Turn::ALL.map(|turn| turned(pdq, turn))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fingerprint::decode::decode;
    use crate::fingerprint::reduce::reduce;
    use crate::model::PhotoFormat;
    use crate::read::Limits;

    /// A plain-text-like BMP of 24 bits made of a formula, so that the reference can be given the same pixels.
    fn bmp(width: usize, height: usize, pixel: impl Fn(usize, usize) -> [u8; 3]) -> Vec<u8> {
        let stride = (width * 3).div_ceil(4) * 4;
        let mut out = b"BM".to_vec();
        out.extend((54 + stride * height).to_le_bytes().iter().take(4));
        out.extend([0; 4]);
        out.extend(54u32.to_le_bytes());
        out.extend(40u32.to_le_bytes());
        out.extend((width as u32).to_le_bytes());
        out.extend((height as u32).to_le_bytes());
        out.extend([1, 0, 24, 0]);
        out.extend([0; 24]);
        for y in (0..height).rev() {
            let start = out.len();
            for x in 0..width {
                let [r, g, b] = pixel(x, y);
                out.extend([b, g, r]);
            }
            out.resize(start + stride, 0);
        }
        out
    }

    /// Overlapping coloured waves and a bright box: nothing is symmetric.
    fn scene(width: usize, height: usize) -> impl Fn(usize, usize) -> [u8; 3] {
        move |x, y| {
            let (x, y) = (x * 997 / width, y * 997 / height);
            let wave = |t: usize| (t % 510).abs_diff(255);
            let red = wave(x * x / 1400 + y);
            let green = wave(x + y * y / 1000);
            let blue = if x > 600 && y < 300 {
                250
            } else {
                wave(x * y / 3000)
            };
            [red as u8, green as u8, blue as u8]
        }
    }

    fn of(bytes: &[u8], orientation: u8) -> Pdq {
        let picture = decode(bytes, PhotoFormat::Bmp, orientation, &Limits::default()).unwrap();
        let wanted = wanted(Window::whole(&picture)).unwrap();
        hash(&reduce(&picture, &[wanted])[0])
    }

    #[test]
    fn a_turned_file_with_its_orientation_is_the_upright_picture() {
        let (width, height) = (203, 148);
        let at = scene(width, height);
        let upright = of(&bmp(width, height, &at), 1);
        // EXIF 6: the stored picture is to be turned clockwise, so it is stored turned anticlockwise.
        let stored = bmp(height, width, |x, y| at(width - 1 - y, x));
        let turned = of(&stored, 6);
        assert_eq!(upright, turned);
        let mirrored = bmp(width, height, |x, y| at(width - 1 - x, y));
        assert_eq!(upright, of(&mirrored, 2));
        let half = bmp(width, height, |x, y| at(width - 1 - x, height - 1 - y));
        assert_eq!(upright, of(&half, 3));
    }

    #[test]
    fn the_hash_of_a_turned_picture_follows_from_the_hash() {
        let (width, height) = (400, 300);
        let at = scene(width, height);
        let upright = of(&bmp(width, height, &at), 1);
        for (turn, exif) in [
            (Turn::Mirrored, 2),
            (Turn::Half, 3),
            (Turn::Flipped, 4),
            (Turn::Transposed, 5),
            (Turn::Clockwise, 6),
            (Turn::Transverse, 7),
            (Turn::Anticlockwise, 8),
        ] {
            let really = of(&bmp(width, height, &at), exif);
            let distance = turned(&upright, turn).hash.distance(&really.hash);
            assert!(distance <= 31, "{turn:?}: {distance}");
            assert!(
                upright.hash.distance(&really.hash) > 60,
                "{turn:?} is another picture"
            );
        }
    }

    #[test]
    fn a_blank_picture_has_no_quality() {
        assert_eq!(of(&bmp(64, 64, |_, _| [128; 3]), 1).quality, 0);
    }
}
