//! Which photos are one picture: candidates -> verification -> groups.
//!
//! In: two photos that share a stored key (coded hash, a slot of the perceptual hash). Out: how they are related, from
//! the best evidence there is, and whether that was verified; then groups of photos that are one picture.
//! Pure functions: the archive finds the candidates, as [`fingerprint`](crate::fingerprint) says, and stores the links.

mod group;
mod known;
mod likeness;
mod link;
mod local;
pub mod overlap;
mod part;
pub mod placing;

pub use group::{Word, groups};
pub use known::{Known, is_whole_copy};
pub use likeness::{Likeness, likeness};
pub use link::{link, pixels_may_be_equal};
pub use local::Local;
pub use part::{Shared, shared};

use crate::fingerprint::decode::Orientation;
use crate::model::{Fingerprints, Pdq, Photo, Sha256};

/// What is compared of a photo: stored values only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoKey {
    /// The photo.
    pub sha256: Sha256,
    /// Width of the upright picture; 0 where unknown.
    pub width: u32,
    /// Height of the upright picture; 0 where unknown.
    pub height: u32,
    /// EXIF orientation, 1 to 8.
    pub orientation: u8,
    /// Hash of the coded image.
    pub coded: Option<Sha256>,
    /// Perceptual hash of the upright picture.
    pub pdq: Option<Pdq>,
    /// The decoding path that `pdq` and `luma64` come from.
    pub path_version: u32,
    /// The reduced upright picture: 4,096 bytes.
    pub luma64: Option<Vec<u8>>,
    /// Local features.
    pub features: Option<Local>,
}

impl PhotoKey {
    /// From what was read of a photo: size and orientation as stored, and its fingerprints.
    pub fn new(
        sha256: Sha256,
        (stored_width, stored_height): (u32, u32),
        orientation: u8,
        fingerprints: &Fingerprints,
    ) -> Self {
        let turned = Orientation::from_exif(orientation).transposed;
        let (width, height) = if turned {
            (stored_height, stored_width)
        } else {
            (stored_width, stored_height)
        };
        Self {
            sha256,
            width,
            height,
            orientation,
            coded: fingerprints.coded,
            pdq: fingerprints.pdq,
            path_version: fingerprints.path_version,
            luma64: fingerprints.luma64.clone(),
            features: (fingerprints.features.clone())
                .map(|stored| Local::new(stored, (width, height))),
        }
    }

    /// Much of it is of one tone, as of a page with a picture on it.
    pub fn is_page(&self) -> bool {
        self.luma64.as_deref().is_some_and(likeness::is_page)
    }

    /// Pixels of the picture.
    pub fn area(&self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}

impl From<&Photo> for PhotoKey {
    fn from(photo: &Photo) -> Self {
        Self::new(
            photo.sha256,
            (photo.width, photo.height),
            photo.orientation,
            &photo.fingerprints,
        )
    }
}
