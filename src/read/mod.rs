//! Inputs -> documents, appearances, photos: one file per format.
//!
//! In: the bytes of one input and what it is. Out: its [`Content`], problems included: no input is an error.

mod bmp;
mod bytes;
mod charset;
mod context;
mod exif;
mod gif;
pub mod html;
mod iptc;
mod iptc_charset;
mod jpeg;
mod limits;
pub mod metadata;
mod parts;
pub mod photo;
mod photoshop;
mod png;
pub mod sidecar;
pub mod text;
mod tiff;
mod webp;
mod xml_text;
mod xmp;

pub use context::DocumentContext;
pub use limits::{Limits, Look};

use crate::model::{Document, InputKind, Metadata, Photo};

/// What an input held.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// One photo.
    Photo(Box<Photo>),
    /// The metadata of a photo beside it.
    Sidecar(Metadata),
    /// One document.
    Document(Box<Document>),
}

/// One input format. The list of them is [`READERS`].
pub trait Reader: Sync {
    /// The format's name: kebab-case, never reused.
    fn name(&self) -> &'static str;
    /// Whether this reader reads inputs of a kind.
    fn accepts(&self, kind: InputKind) -> bool;
    /// Read one input.
    fn read(&self, bytes: &[u8], kind: InputKind, context: &DocumentContext<'_>) -> Content;
}

/// Every reader; the first that accepts an input reads it.
pub const READERS: &[&dyn Reader] = &[
    &photo::PhotoReader,
    &sidecar::SidecarReader,
    &html::HtmlReader,
    &text::TextReader,
];

/// The reader for a kind of input; `None` for what cutline does not read.
pub fn reader(kind: InputKind) -> Option<&'static dyn Reader> {
    READERS.iter().copied().find(|reader| reader.accepts(kind))
}
