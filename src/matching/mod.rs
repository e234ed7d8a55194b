//! Which text describes which photo. In: the appearances of one document and the photos that share a key with one of
//! them. Out: for each appearance the best photo, how probable it is, and why, in words.
//!
//! One file per kind of evidence; each weighs one pair of an appearance and a photo. The weights are data
//! (`schema/matching/weights.csv`), estimated by `examples/fit_matching.rs`.

mod address;
mod against;
mod beside;
mod compare;
mod days;
mod decide;
mod evidence;
mod geography;
mod keys;
mod pair;
mod person;
mod pool;
mod relative;
mod script;
mod sound;
mod text;
mod weights;
mod words;

use crate::model::{CreditReading, Metadata, Sha256};

pub use address::address_key;
pub use beside::{file_name_beside, paths_beside};
pub use days::order_unknown;
pub use decide::{Weighed, decide, decide_with, weigh};
pub use geography::{Countries, countries};
pub use keys::{MAX_KEYS, MAX_SHARED, keys_of_held, keys_of_printed};
pub use person::same_person;
pub use relative::says_when;
pub use weights::Weights;

/// Reads the tables of words and names, which the first text that is compared waits for otherwise.
pub fn prepare() {
    std::sync::LazyLock::force(&words::LEXICON);
}

/// How the document itself leads to a photo that is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Structure {
    /// The page refers to a file that lies where it says (a browser's "complete page").
    SavedBeside,
    /// The photo's bytes stand in the page, as a `data:` URI.
    DataUri,
    /// The container holds a record under the URL that the page refers to.
    Record,
    /// The bytes fetched for the page are those of a photo held elsewhere.
    SameBytes,
}

impl Structure {
    /// The word stored in the archive.
    pub fn word(self) -> &'static str {
        match self {
            Self::SavedBeside => "saved-beside",
            Self::DataUri => "data-uri",
            Self::Record => "record",
            Self::SameBytes => "same-bytes",
        }
    }

    /// In words.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::SavedBeside => "the page refers to this file, which was saved beside it",
            Self::DataUri => "the photo's bytes stand in the page itself",
            Self::Record => "the container holds this photo under the address that the page gives",
            Self::SameBytes => "the bytes saved for the page are those of this photo",
        }
    }
}

/// A photo to which the document's own structure leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Structural {
    /// The photo.
    pub photo: Sha256,
    /// How.
    pub how: Structure,
}

/// One appearance, as printed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Printed {
    /// The archive's number of the appearance.
    pub appearance: i64,
    /// The archive's number of the document.
    pub document: i64,
    /// 1, 2, ... in the order of the page.
    pub position: u32,
    /// The caption without its credit; where the credit reader found no caption, the printed text.
    pub caption: String,
    /// The alternative text, where it is not the caption again.
    pub alt: Option<String>,
    /// The document's headline: context, never a claim about the picture.
    pub title: Option<String>,
    /// The reading of caption and credit, with the dates that the caption states.
    pub credit: CreditReading,
    /// BCP 47 language of the document or caption.
    pub lang: Option<String>,
    /// When the document was published, ISO 8601.
    pub published: Option<String>,
    /// References to the image as printed: URLs and file names.
    pub images: Vec<String>,
    /// The photo to which the document's own structure leads.
    pub structural: Option<Structural>,
}

/// One photo that is held.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// The photo.
    pub photo: Sha256,
    /// The archive's number of the picture it belongs to: copies of one picture count as one candidate.
    pub picture: Option<i64>,
    /// Names of the files in which it was seen, without folders.
    pub names: Vec<String>,
    /// Embedded fields and those of sidecars, merged.
    pub metadata: Metadata,
    /// The embedded description, read as a caption: its credit and the dates it states.
    pub description: CreditReading,
    /// The embedded Credit, Source and Creator, read as a credit.
    pub credit: CreditReading,
}
