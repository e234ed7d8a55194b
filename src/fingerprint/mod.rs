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
#[cfg(feature = "jxl")]
mod jxl;
pub mod pdq;
mod pixels;
mod psd;
pub mod reduce;
mod sha256;
mod thumbnail;

pub use coded::coded;
pub use decode::PATH_VERSION;
pub use index::{Index, MAX_DISTANCE, neighbours, slots};
pub use pdq::{Turn, dihedral};
pub use sha256::{sha256, sha256_of};

use reduce::{Sampling, Wanted, Window, reduce};

use crate::model::{Fingerprints, PhotoFormat, Problem, Sha256};
use crate::read::{Limits, Look};

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
    let picture = match decode::decode(bytes, format, orientation, limits) {
        Ok(picture) => picture,
        Err(problem) => return (found, vec![problem]),
    };
    let window = Window::whole(&picture);
    let Some(for_hash) = pdq::wanted(window) else {
        return (found, Vec::new());
    };
    let for_likeness = Wanted {
        sampling: Sampling::Even,
        ..for_hash
    };
    let mut wanted = vec![for_hash, for_likeness];
    if limits.look == Look::Features {
        wanted.extend(features::wanted(window));
    }
    if let [for_hash, for_likeness, for_features @ ..] = reduce(&picture, &wanted).as_slice() {
        found.pdq = Some(pdq::hash(for_hash));
        found.luma64 = Some(for_likeness.levels());
        found.features = for_features
            .first()
            .map(|grid| features::of(grid).to_bytes());
    }
    (found, Vec::new())
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
