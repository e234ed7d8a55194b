//! `near-duplicate`: photos that show the same picture resized, recompressed, cropped, turned or retouched.

use crate::model::{Flag, Link};

use super::duplicate_pixels::{finding, is_same_image};
use super::{Origin, Rule, Scene};

pub(super) struct NearDuplicate;

impl Rule for NearDuplicate {
    fn id(&self) -> &'static str {
        "near-duplicate"
    }

    fn summary(&self) -> &'static str {
        "Photos show the same picture resized, recompressed, cropped, turned or retouched."
    }

    fn why(&self) -> &'static str {
        "Captions and credits of copies should agree, and a crop or retouch may change what the picture says."
    }

    fn evidence(&self) -> &'static str {
        "The distance of the perceptual hashes, and geometry where it was verified; without it, and where one is no more than \
         a part of the other (`least-crop`), the finding is possible."
    }

    fn false_alarms(&self) -> &'static str {
        "Frames of one series taken within a second; logos, maps and other drawings with few features."
    }

    fn severity(&self) -> &'static str {
        "info"
    }

    fn check(&self, scene: &Scene<'_>, _origins: &[Origin]) -> Vec<Flag> {
        let summary = |photos: usize| {
            format!("{photos} photos show the same picture in other sizes, crops or qualities.")
        };
        let wanted = |link: &Link| !is_same_image(link);
        finding(self.id(), scene, wanted, summary)
            .into_iter()
            .collect()
    }
}
