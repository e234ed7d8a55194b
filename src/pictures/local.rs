//! The local features of a stored photo, read and sorted once for all that it is compared with.

use std::sync::OnceLock;

use super::placing::ALIKE;
use crate::fingerprint::features::{Features, Seen, TABLES};

/// A photo's local features as stored, and once they were asked for, as they are compared.
#[derive(Clone, Debug)]
pub struct Local {
    stored: Vec<u8>,
    /// Width of the picture in fractions of its longer side.
    width: f32,
    plain: OnceLock<Worded>,
    mirrored: OnceLock<Worded>,
}

/// Features and their words.
#[derive(Clone, Debug)]
pub struct Worded {
    /// Strongest first.
    pub features: Features,
    /// Each with how its feature was seen, and the position of that feature; in order.
    words: Vec<(i64, Seen, usize)>,
}

impl Local {
    /// From what the archive keeps of a picture of this size.
    pub fn new(stored: Vec<u8>, (width, height): (u32, u32)) -> Self {
        Self {
            stored,
            width: width as f32 / width.max(height).max(1) as f32,
            plain: OnceLock::new(),
            mirrored: OnceLock::new(),
        }
    }

    /// Those of the picture.
    pub fn plain(&self) -> &Worded {
        self.plain
            .get_or_init(|| Worded::new(Features::from_bytes(&self.stored)))
    }

    /// Those of the mirrored picture, left and right exchanged.
    pub fn mirrored(&self) -> &Worded {
        self.mirrored
            .get_or_init(|| Worded::new(self.plain().features.mirrored(self.width)))
    }
}

impl PartialEq for Local {
    fn eq(&self, other: &Self) -> bool {
        self.stored == other.stored && self.width.to_bits() == other.width.to_bits()
    }
}

impl Eq for Local {}

impl Worded {
    fn new(features: Features) -> Self {
        let words = features.words().into_iter().enumerate();
        let mut words: Vec<_> = words
            .map(|(at, (word, seen))| (word, seen, at / TABLES))
            .collect();
        words.sort_unstable();
        Self { features, words }
    }

    /// The words of the strongest, in order, each with how its feature was seen.
    pub fn words(&self) -> impl Iterator<Item = (i64, Seen)> {
        self.words.iter().map(|(word, seen, _)| (*word, *seen))
    }

    /// Whether two pictures have a word in common whose features look alike in all else: most that have one by chance do
    /// not, and need not be compared feature by feature.
    pub fn have_in_common(&self, other: &Self) -> bool {
        let look = |worded: &Self, at: usize| worded.features.0.get(at).map(|f| f.look);
        let mut theirs = other.words.as_slice();
        self.words.iter().any(|(word, _, at)| {
            let passed = theirs.iter().take_while(|(their, ..)| their < word);
            theirs = theirs.get(passed.count()..).unwrap_or_default();
            let same = theirs.iter().take_while(|(their, ..)| their == word);
            same.into_iter().any(|(_, _, their)| {
                let both = look(self, *at).zip(look(other, *their));
                both.is_some_and(|(x, y)| x.distance(&y) <= ALIKE)
            })
        })
    }
}
