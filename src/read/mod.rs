//! Inputs -> documents, appearances, photos: one file per format.
//!
//! In: the bytes of one input and what it is. Out: its [`Content`], problems included: no input is an error.

mod bmp;
mod boxes;
mod bytes;
mod c2pa;
mod calendar;
pub mod catalogue;
mod charset;
mod context;
mod eps;
mod exif;
pub mod feed;
mod gif;
mod gzip;
pub mod heif;
pub mod html;
mod http;
mod iptc;
mod iptc_charset;
pub mod jp2;
pub mod jpeg;
pub mod jxl;
mod limits;
mod member;
pub mod metadata;
pub mod mhtml;
pub mod newsml;
pub mod ninjs;
mod parts;
mod pdf;
pub mod photo;
mod photoshop;
pub mod png;
pub mod psd;
pub mod raw;
pub mod sidecar;
pub mod text;
mod tiff;
pub mod wacz;
mod wall;
pub mod warc;
mod webp;
mod xml_text;
mod xml_tree;
mod xmp;
mod zip;

pub use catalogue::{CatalogueOptions, DateOrder};
pub use context::DocumentContext;
pub use limits::{Apart, LIMITS, LimitName, Limits, Look};
pub use member::{Body, Member, Source, Unpack, UnpackContext, Whole};
pub(crate) use wall::kind as kind_of_page;

use crate::model::{CatalogueKey, Document, InputKind, Metadata, Photo};

/// What an input held.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// One photo.
    Photo(Box<Photo>),
    /// The metadata of a photo beside it.
    Sidecar(Metadata),
    /// One document. What the captions and credits of its pictures say is for
    /// [`document_readings`](crate::intake::document_readings) to read.
    Document(Box<Document>),
    /// A row of a catalogue: values for a photo that it names.
    CatalogueRow(CatalogueKey, Metadata),
    /// Not what it looked like: the word says what it is skipped as.
    Skipped(&'static str),
}

/// One input format. The list of them is [`READERS`].
pub trait Reader: Sync {
    /// The format's name: kebab-case, never reused.
    fn name(&self) -> &'static str;
    /// Whether this reader reads inputs of a kind.
    fn accepts(&self, kind: InputKind) -> bool;
    /// Read one input that is one thing.
    fn read(&self, bytes: &[u8], kind: InputKind, context: &DocumentContext<'_>) -> Content {
        let _ = (bytes, kind, context);
        Content::Skipped("data")
    }
    /// How to read an input that holds many; `None` for a format whose files are one thing each.
    fn unpack(&self) -> Option<&dyn Unpack> {
        None
    }
}

/// Every reader; the first that accepts an input reads it.
pub const READERS: &[&dyn Reader] = &[
    &photo::PhotoReader,
    &sidecar::SidecarReader,
    &html::HtmlReader,
    &text::TextReader,
    &mhtml::MhtmlReader,
    &warc::WarcReader,
    &wacz::WaczReader,
    &feed::FeedReader,
    &ninjs::NinjsReader,
    &newsml::NewsmlReader,
    &catalogue::CatalogueReader,
];

/// The reader for a kind of input; `None` for what cutline does not read.
pub fn reader(kind: InputKind) -> Option<&'static dyn Reader> {
    READERS.iter().copied().find(|reader| reader.accepts(kind))
}
