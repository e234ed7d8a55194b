//! Photos: their bytes, what is embedded in them, and the values by which they are compared.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Problem;

/// Where a value was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Carrier {
    /// An EXIF tag inside the photo.
    Exif,
    /// An IPTC-IIM data set inside the photo.
    Iim,
    /// An XMP property inside the photo.
    Xmp,
    /// An `.xmp` file beside the photo.
    Sidecar,
    /// A row of a catalogue export.
    Catalogue,
    /// Structured data of a page.
    JsonLd,
    /// A caption element of a page.
    Figcaption,
    /// A credit element of a page.
    Credit,
    /// The alternative text of an image element.
    Alt,
    /// Running text.
    Text,
    /// An item of a feed.
    Feed,
    /// A news item of a wire.
    Wire,
    /// The page's own head or furniture (title, meta).
    Page,
    /// Content Credentials (a C2PA manifest) inside the photo; nobody checked their signature, or it does not fit.
    C2pa,
    /// Content Credentials whose signature fits this file (feature `c2pa`).
    C2paSigned,
}

/// IPTC Photo Metadata names of the fields that cutline reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Field {
    Creator,
    CreditLine,
    Source,
    Description,
    Headline,
    DateCreated,
    City,
    Country,
    Instructions,
    CopyrightNotice,
    CaptionWriter,
    JobId,
    DigitalSourceType,
    /// What a check of the signature of Content Credentials found (C2PA, *validation states*); no field of IPTC's.
    ContentCredentials,
}

impl Field {
    /// All of them, in the order of the documentation.
    pub const ALL: [Self; 14] = [
        Self::Creator,
        Self::CreditLine,
        Self::Source,
        Self::Description,
        Self::Headline,
        Self::DateCreated,
        Self::City,
        Self::Country,
        Self::Instructions,
        Self::CopyrightNotice,
        Self::CaptionWriter,
        Self::JobId,
        Self::DigitalSourceType,
        Self::ContentCredentials,
    ];
}

/// One value of one field.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FieldValue {
    /// Where it was read.
    pub carrier: Carrier,
    /// The value. Dates as `YYYY-MM-DD[THH:MM:SS[zone]]`, as precise as the field is.
    pub value: String,
    /// The language of an XMP alternative other than x-default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang: Option<String>,
    /// Exactly as long as IIM allows (32 bytes for By-line, Credit, Source): the end may be missing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
    /// The character set that was guessed because the container does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guessed_charset: Option<String>,
}

/// Embedded fields under their IPTC names, values in order of preference.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// Present fields only.
    pub fields: BTreeMap<Field, Vec<FieldValue>>,
    /// What could not be read, in whole or in part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
}

impl Metadata {
    /// The values of a field, best first; empty where it is absent.
    pub fn values(&self, field: Field) -> &[FieldValue] {
        self.fields.get(&field).map_or(&[], Vec::as_slice)
    }

    /// The best value of a field.
    pub fn first(&self, field: Field) -> Option<&str> {
        self.values(field).first().map(|v| v.value.as_str())
    }
}

/// A picture format, known by content and never by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum PhotoFormat {
    Jpeg,
    Png,
    Webp,
    Tiff,
    Gif,
    Bmp,
    Psd,
    /// A camera's raw file: its embedded preview.
    Raw,
    /// HEIC and other pictures in HEIF: not decoded.
    Heif,
    Avif,
    JpegXl,
    /// JPEG 2000: not decoded.
    #[serde(rename = "jpeg-2000")]
    Jpeg2000,
    /// PostScript: not drawn.
    Eps,
    /// A PDF, and an Illustrator file in one: not drawn.
    Pdf,
}

/// A SHA-256, printed as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256(pub [u8; 32]);

/// A PDQ perceptual hash (256 bits) and its quality, as the published reference defines them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Pdq {
    /// The reference's bit order: its hexadecimal text is these bytes in order.
    pub hash: Sha256,
    /// 0 (featureless) to 100.
    pub quality: u8,
}

/// Values by which photos are compared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fingerprints {
    /// Hash of the coded picture without its metadata; equal for copies whose caption was edited.
    pub coded: Option<Sha256>,
    /// Perceptual hash of the upright picture; `None` where it could not be decoded.
    pub pdq: Option<Pdq>,
    /// The version of the decoding path that `pdq` came from: never compared across versions.
    pub path_version: u32,
    /// The upright picture reduced to 64 x 64 grey levels, row by row, kept to verify that near hashes mean one picture.
    #[serde(skip)]
    pub luma64: Option<Vec<u8>>,
    /// Local features, as [`Features::to_bytes`](crate::fingerprint::features::Features::to_bytes) writes them.
    #[serde(skip)]
    pub features: Option<Vec<u8>>,
}

/// One distinct sequence of image bytes, as read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Photo {
    /// Public identity: the SHA-256 of the bytes.
    pub sha256: Sha256,
    /// Known by content.
    pub format: PhotoFormat,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Width in pixels, before orientation; 0 where unknown.
    pub width: u32,
    /// Height in pixels, before orientation; 0 where unknown.
    pub height: u32,
    /// EXIF orientation, 1 to 8; 1 where absent or invalid.
    pub orientation: u8,
    /// Embedded fields (sidecars are kept apart, with their own file).
    pub metadata: Metadata,
    /// Values by which it is compared.
    pub fingerprints: Fingerprints,
    /// Everything that went wrong, metadata's problems not repeated.
    pub problems: Vec<Problem>,
}

impl Sha256 {
    /// 64 lower-case hexadecimal digits.
    pub fn to_hex(&self) -> String {
        use fmt::Write as _;
        self.0.iter().fold(String::with_capacity(64), |mut s, b| {
            let _ = write!(s, "{b:02x}");
            s
        })
    }

    /// From 64 hexadecimal digits of either case.
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut out = [0; 32];
        let digits = text.as_bytes();
        if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        for (byte, pair) in out.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(out))
    }

    /// In how many of the 256 bits the two differ.
    pub fn distance(&self, other: &Self) -> u32 {
        self.0
            .iter()
            .zip(&other.0)
            .map(|(a, b)| (a ^ b).count_ones())
            .sum()
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

impl Serialize for Sha256 {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.to_hex())
    }
}

impl<'de> Deserialize<'de> for Sha256 {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Self::from_hex(&text)
            .ok_or_else(|| serde::de::Error::custom("64 hexadecimal digits expected"))
    }
}
