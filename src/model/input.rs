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
    /// A page with its pictures in one file (RFC 2557).
    Mhtml,
    /// A web archive (ISO 28500).
    Warc,
    /// Web archives with their index in one zip file.
    Wacz,
    /// An RSS or Atom feed.
    Feed,
    /// News items in IPTC ninjs.
    Ninjs,
    /// News items in IPTC NewsML-G2.
    Newsml,
    /// A catalogue export, or another table or JSON: its content decides.
    Catalogue,
    /// One row of a catalogue export.
    CatalogueRow,
    /// One item of a feed or news message.
    Item,
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
            Self::Photo(PhotoFormat::Psd) => "psd",
            Self::Photo(PhotoFormat::Raw) => "raw",
            Self::Photo(PhotoFormat::Heif) => "heif",
            Self::Photo(PhotoFormat::Avif) => "avif",
            Self::Photo(PhotoFormat::JpegXl) => "jpeg-xl",
            Self::Photo(PhotoFormat::Jpeg2000) => "jpeg-2000",
            Self::Photo(PhotoFormat::Eps) => "eps",
            Self::Photo(PhotoFormat::Pdf) => "pdf",
            Self::Sidecar => "sidecar",
            Self::Html => "html",
            Self::Text => "text",
            Self::Mhtml => "mhtml",
            Self::Warc => "warc",
            Self::Wacz => "wacz",
            Self::Feed => "feed",
            Self::Ninjs => "ninjs",
            Self::Newsml => "newsml",
            Self::Catalogue => "catalogue",
            Self::Item => "item",
            Self::CatalogueRow => "catalogue-row",
            Self::Skipped(word) => word,
            Self::Unknown => "unknown",
        }
    }
}

/// What a container says of one of its members: where it came from, when, and what the server answered.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The address that was asked for, or the part's own.
    pub url: Option<String>,
    /// When it was captured: UTC, ISO 8601 to the second.
    pub captured: Option<String>,
    /// The status of the HTTP answer.
    pub status: Option<u16>,
    /// The media type, without parameters.
    pub mime: Option<String>,
    /// Where the answer leads, absolute.
    pub redirect: Option<String>,
    /// The payload's digest, as the container states it.
    pub digest: Option<String>,
    /// The payload is that of another record with this digest.
    pub repeats: bool,
}

/// What a catalogue's row says of where its photo is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueKey {
    /// The file as the row names it, with `/` between the parts, after any rewriting.
    pub path: Option<String>,
    /// The catalogue's own number of it.
    pub asset: Option<String>,
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
    /// Over the limit on time.
    MaxTime,
    /// Over the limit on memory.
    MaxMemory,
    /// Its data can be read in more than one way, and nothing says which.
    Ambiguous,
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
            Self::MaxTime => "max-time",
            Self::MaxMemory => "max-memory",
            Self::Ambiguous => "ambiguous",
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
