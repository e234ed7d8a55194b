//! A JPEG -> its luma at an eighth of its size, and finer where asked, from the coded coefficients that it takes and
//! no others.
//!
//! In: a file's bytes. Out: [`Luma`], or `None` for what the decoding library has to read: arithmetic, lossless and
//! 12-bit coding, colours that are not luma and chroma, and all that is damaged. A hash takes few samples of a picture,
//! and a whole decoding spends its time on those that it does not take. What is left is to go over the Huffman codes
//! (ITU-T T.81, annexes F and G), several at a look, since most are only passed over; of a progressive picture, the scans
//! of the luma alone, and for an eighth those of the means alone. The eighth is equal to that of libjpeg-turbo, sample for sample.

mod codes;
mod header;
mod samples;
mod scan;

use super::decode::Orientation;
use super::reduce::Rows;

use header::Reader;

/// Pixels along a block's side.
const BLOCK: usize = 8;
/// Coefficients of a block.
const COEFFICIENTS: usize = 64;

/// How finely the luma is wanted beside its eighth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// A sample a block and nothing else.
    Eighth,
    /// Two samples along each side of a block.
    Quarter,
    /// Four samples along each side of a block.
    Half,
}

impl Detail {
    /// Samples along a block's side.
    pub fn samples(self) -> usize {
        match self {
            Self::Eighth => 1,
            Self::Quarter => 2,
            Self::Half => 4,
        }
    }

    /// The last coefficient, in the order in which they are coded, that has a part in these samples.
    fn last(self) -> usize {
        match self {
            Self::Eighth => 0,
            Self::Quarter => 4,
            Self::Half => 24,
        }
    }
}

/// A picture's luma, reduced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Luma {
    /// A sample for each block.
    pub eighth: Plane,
    /// As fine as it was asked for, where that was finer.
    pub finer: Option<Plane>,
}

/// Samples, each the mean of a square of the picture's pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plane {
    /// Width and height of the whole picture, in pixels.
    pub size: (usize, usize),
    /// Pixels along the side of a sample's square.
    pub square: usize,
    /// Samples of a row.
    pub width: usize,
    /// The samples, row by row; the last of a row or column may lie outside the picture in part or whole.
    pub samples: Vec<u8>,
}

impl Luma {
    /// The plane with at least so many samples along its longer side.
    pub fn with(&self, samples: usize) -> Option<&Plane> {
        let planes = [Some(&self.eighth), self.finer.as_ref()];
        planes
            .into_iter()
            .flatten()
            .find(|plane| plane.size.0.max(plane.size.1) / plane.square >= samples)
    }
}

impl Plane {
    /// Its rows, as those of a picture of this orientation.
    pub fn rows(&self, orientation: Orientation) -> impl Rows {
        Oriented {
            plane: self,
            orientation,
        }
    }
}

struct Oriented<'a> {
    plane: &'a Plane,
    orientation: Orientation,
}

impl Rows for Oriented<'_> {
    fn stored_size(&self) -> (usize, usize) {
        self.plane.size
    }

    fn orientation(&self) -> Orientation {
        self.orientation
    }

    fn square(&self) -> usize {
        self.plane.square
    }

    fn luma_row(&self, row: usize, luma: &mut [f32]) {
        let samples = self.plane.samples.chunks_exact(self.plane.width).nth(row);
        for (to, from) in luma.iter_mut().zip(samples.unwrap_or_default()) {
            *to = f32::from(*from);
        }
    }
}

/// Width and height that the header says, where this file may be read here at all.
pub fn size(bytes: &[u8]) -> Option<(usize, usize)> {
    Reader::new(bytes, Detail::Eighth)?.size()
}

/// The luma of a JPEG. It takes a byte of memory for each 64 pixels that [`size`] says, and up to one for each where it is
/// to be finer: ask there first.
pub fn luma(bytes: &[u8], detail: Detail) -> Option<Luma> {
    Reader::new(bytes, detail)?.run()
}
