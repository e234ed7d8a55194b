//! Bytes -> comparable values: hashes of the file, the coded image, the pixels, the look.
//!
//! In: the bytes of a photo, its format and EXIF orientation. Out: [`Fingerprints`], and what kept them from being whole.
//!
//! What the archive stores per photo, and why:
//! - `sha256` of the bytes: identity; equal files are one photo.
//! - `coded`: the coded image without metadata; an indexed column, equal for re-captioned copies.
//! - `pdq` (32 bytes), its quality, and `path_version`: the look. Never compare across versions.
//! - the 16 [`slots`] of `pdq`, one indexed row `(slot number, value, photo)` each: the photos within 31 bits of one are
//!   among those that share, in some slot, one of the 17 values of [`neighbours`]. To find mirrored and turned copies,
//!   look the slots of each hash of [`dihedral`] up as well, for the new photo only.
//! - `luma64`: 4,096 bytes, the reduced picture by which a near hash is verified (`PhotoKey` carries it).
//! - `features`: up to 256 local features of 38 bytes, by which parts are placed in their wholes, and the [`words`
//!   ](features::Features::words) of the strongest in an index: photos that share some may show one picture.
//!
//! [`pixels`] is computed when two photos ask for it, and may be kept in a column that is null until then.

#[cfg(feature = "avif")]
pub mod apart;
#[cfg(feature = "avif")]
mod avif;
pub mod coded;
pub mod decode;
pub mod features;
pub mod index;
pub mod jpeg;
#[cfg(feature = "jxl")]
mod jxl;
pub mod pdq;
mod pixels;
mod psd;
pub mod reduce;
mod sha256;
mod thumbnail;
mod widely;

pub use coded::coded;
pub use decode::PATH_VERSION;
pub use index::{Index, MAX_DISTANCE, neighbours, slots};
pub use pdq::{Turn, dihedral};
pub use sha256::{sha256, sha256_of};
pub(crate) use widely::widely;

use decode::Orientation;
use reduce::{Rows, Sampling, Wanted, Window, reduce};

use crate::model::{Fingerprints, PhotoFormat, Problem, Sha256};
use crate::read::{Limits, Look, raw};

/// The fingerprints of a photo. What cannot be had is `None`, and a problem says why.
pub fn of(
    bytes: &[u8],
    format: PhotoFormat,
    orientation: u8,
    limits: &Limits,
) -> (Fingerprints, Vec<Problem>) {
    let mut found = Fingerprints {
        coded: coded(bytes, format),
        path_version: PATH_VERSION,
        ..Fingerprints::default()
    };
    // Pages are no pictures: nothing is missing where they are not drawn.
    let is_page = matches!(format, PhotoFormat::Eps | PhotoFormat::Pdf);
    if is_page || limits.look == Look::Metadata {
        return (found, Vec::new());
    }
    let preview = match format {
        PhotoFormat::Raw => raw::preview(bytes, limits),
        _ => None,
    };
    let (bytes, format) = preview.map_or((bytes, format), |jpeg| (jpeg, PhotoFormat::Jpeg));
    let mut wanted = Parts {
        hash: true,
        features: limits.look == Look::Features,
    };
    if let Some(luma) = reduced_luma(bytes, format, wanted, limits) {
        let upright = Orientation::from_exif(orientation);
        let hash = Parts {
            hash: true,
            features: false,
        };
        hash.add(&mut found, &luma.eighth.rows(upright));
        wanted.hash = false;
        if let (true, Some(plane)) = (wanted.features, luma.with(features::SIDE)) {
            wanted.add(&mut found, &plane.rows(upright));
            wanted.features = false;
        }
    }
    if wanted.hash || wanted.features {
        match decode::decode(bytes, format, orientation, limits) {
            Ok(picture) => wanted.add(&mut found, &picture),
            Err(problem) => {
                (found.pdq, found.luma64) = (None, None);
                return (found, vec![problem]);
            }
        }
    }
    (found, Vec::new())
}

/// The shorter side from which an eighth of a picture has samples enough to be hashed as the picture would be: 88 for
/// the 64 of the grid. Of 70 photographs the hashes are 2.3 bits of 256 apart in the mean, 4.1 below 900 pixels, 16 at most.
const HASHED_BY_EIGHTH: usize = 700;

/// The luma of a JPEG that is large enough, as fine as its parts need it.
fn reduced_luma(
    bytes: &[u8],
    format: PhotoFormat,
    wanted: Parts,
    limits: &Limits,
) -> Option<jpeg::Luma> {
    if format != PhotoFormat::Jpeg {
        return None;
    }
    let (width, height) = jpeg::size(bytes)?;
    decode::check_size(width as u32, height as u32, limits).ok()?;
    decode::check_scans(bytes, (width * height) as u64, limits).ok()?;
    if width.min(height) < HASHED_BY_EIGHTH {
        return None;
    }
    let samples_of = |detail: &jpeg::Detail| width.max(height) * detail.samples() / 8;
    let details = [
        jpeg::Detail::Eighth,
        jpeg::Detail::Quarter,
        jpeg::Detail::Half,
    ];
    let detail = details
        .into_iter()
        .find(|detail| wanted.features && samples_of(detail) >= features::SIDE)
        .unwrap_or(jpeg::Detail::Eighth);
    jpeg::luma(bytes, detail)
}

/// Which parts of the fingerprints are to be made.
#[derive(Clone, Copy)]
struct Parts {
    hash: bool,
    features: bool,
}

impl Parts {
    /// Makes them of a picture, in one pass over it.
    fn add(self, found: &mut Fingerprints, picture: &impl Rows) {
        let window = Window::whole(picture);
        let Some(for_hash) = pdq::wanted(window) else {
            return;
        };
        let for_likeness = Wanted {
            sampling: Sampling::Even,
            ..for_hash
        };
        let hashes = [for_hash, for_likeness].into_iter().filter(|_| self.hash);
        let features = features::wanted(window).filter(|_| self.features);
        let wanted: Vec<Wanted> = hashes.chain(features).collect();
        let mut grids = reduce(picture, &wanted).into_iter();
        if self.hash {
            found.pdq = grids.next().map(|grid| pdq::hash(&grid));
            found.luma64 = grids.next().map(|grid| grid.levels());
        }
        if self.features {
            found.features = grids.next().map(|grid| features::of(&grid).to_bytes());
        }
    }
}

/// The hash of the decoded upright pixels: equal for lossless conversions. Costs a full decode: ask for it only where
/// two photos may have equal pixels ([`pictures::pixels_may_be_equal`](crate::pictures::pixels_may_be_equal)).
pub fn pixels(
    bytes: &[u8],
    format: PhotoFormat,
    orientation: u8,
    limits: &Limits,
) -> Option<Sha256> {
    decode::decode(bytes, format, orientation, limits)
        .ok()
        .map(|picture| pixels::hash(&picture))
}

/// A small upright copy as a JPEG, for pages that people look at.
pub fn thumbnail(
    bytes: &[u8],
    format: PhotoFormat,
    orientation: u8,
    limits: &Limits,
) -> Option<Vec<u8>> {
    reduced(bytes, format, orientation, thumbnail::SIDE, limits)
}

/// The same with a longer side of at most `side` pixels.
pub fn reduced(
    bytes: &[u8],
    format: PhotoFormat,
    orientation: u8,
    side: u32,
    limits: &Limits,
) -> Option<Vec<u8>> {
    let picture = decode::decode(bytes, format, orientation, limits).ok()?;
    thumbnail::jpeg(&picture, side)
}

pub use thumbnail::sketch;
