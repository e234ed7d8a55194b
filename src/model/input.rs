//! Inputs: what a file is, and what went wrong with it.

use serde::{Deserialize, Serialize};

use super::PhotoFormat;

/// What an input is, by content first and name second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InputKind {
    /// A picture that is read.
    Photo(PhotoFormat),
    /// An XMP sidecar.
    Sidecar,
    /// A saved web page.
    Html,
    /// Plain text of a page.
    Text,
    /// Not read, and no problem: a video, an office file, a system's own litter. The word says which.
    Skipped(&'static str),
    /// Nothing that cutline knows.
    Unknown,
}

impl InputKind {
    /// The word stored in the archive: `jpeg`, `sidecar`, `html`, `text`, `video`, `unknown`, ...
    pub fn word(self) -> &'static str {
        match self {
            Self::Photo(PhotoFormat::Jpeg) => "jpeg",
            Self::Photo(PhotoFormat::Png) => "png",
            Self::Photo(PhotoFormat::Webp) => "webp",
            Self::Photo(PhotoFormat::Tiff) => "tiff",
            Self::Photo(PhotoFormat::Gif) => "gif",
            Self::Photo(PhotoFormat::Bmp) => "bmp",
            Self::Sidecar => "sidecar",
            Self::Html => "html",
            Self::Text => "text",
            Self::Skipped(word) => word,
            Self::Unknown => "unknown",
        }
    }
}

/// How far an input was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// In full.
    Ok,
    /// In part: what could be read is in the archive.
    Partial,
    /// Not at all.
    Failed,
    /// Not meant to be read.
    Skipped,
}

/// Why an input was not read in full, as one word for queries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The file has no bytes.
    Empty,
    /// The file ends before its content does.
    Truncated,
    /// The content breaks its own format's rules.
    Damaged,
    /// The system did not let us read it.
    Unreadable,
    /// It vanished or changed while being read.
    Changed,
    /// Its content is not what its name says, and nothing cutline reads.
    UnknownFormat,
    /// Not a regular file (device, socket, pipe).
    NotRegular,
    /// Over the limit on pixels.
    MaxPixels,
    /// Over the limit on one side's length.
    MaxSide,
    /// Over the limit on the file's bytes.
    MaxBytes,
    /// Over the limit on embedded metadata's bytes.
    MaxMetadata,
    /// Over the limit on nesting.
    MaxDepth,
    /// Over the limit on records, entries or segments.
    MaxRecords,
    /// A variant of the format that no decoder at hand reads.
    Unsupported,
}

impl Reason {
    /// The word stored in the archive.
    pub fn word(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Truncated => "truncated",
            Self::Damaged => "damaged",
            Self::Unreadable => "unreadable",
            Self::Changed => "changed",
            Self::UnknownFormat => "unknown-format",
            Self::NotRegular => "not-regular",
            Self::MaxPixels => "max-pixels",
            Self::MaxSide => "max-side",
            Self::MaxBytes => "max-bytes",
            Self::MaxMetadata => "max-metadata",
            Self::MaxDepth => "max-depth",
            Self::MaxRecords => "max-records",
            Self::Unsupported => "unsupported",
        }
    }
}

/// Something that kept an input from being read in full. Never an error: it is stored and the run goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// One word, for queries.
    pub reason: Reason,
    /// One clear sentence for a person: what is wrong and what to do. It does not repeat the path.
    pub text: String,
}

impl Problem {
    /// A problem with its sentence.
    pub fn new(reason: Reason, text: impl Into<String>) -> Self {
        Self {
            reason,
            text: text.into(),
        }
    }
}
