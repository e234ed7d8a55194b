//! One photo: its structure and what is embedded in it. In: bytes and format. Out: a [`Photo`] without fingerprints.

use sha2::Digest as _;

use super::metadata::{Digest, Values};
use super::parts::Parts;
use super::{Content, DocumentContext, Limits, Reader};
use super::{
    bmp, c2pa, eps, exif, gif, heif, iptc, jp2, jpeg, jxl, pdf, png, psd, raw, tiff, webp, xmp,
};
use crate::model::{
    Carrier, Fingerprints, InputKind, Metadata, Photo, PhotoFormat, Problem, Reason, Sha256,
};

/// Reads pictures of every format in [`PhotoFormat`].
#[derive(Debug)]
pub struct PhotoReader;

impl Reader for PhotoReader {
    fn name(&self) -> &'static str {
        "photo"
    }

    fn accepts(&self, kind: InputKind) -> bool {
        matches!(kind, InputKind::Photo(_))
    }

    fn read(&self, bytes: &[u8], kind: InputKind, context: &DocumentContext<'_>) -> Content {
        let format = match kind {
            InputKind::Photo(format) => format,
            _ => PhotoFormat::Jpeg,
        };
        Content::Photo(Box::new(read(bytes, format, context.limits)))
    }
}

/// Read one photo: its size, orientation and embedded fields. No bytes make it fail; what is wrong becomes a problem.
///
/// Its fingerprints are left for [`fingerprint`](crate::fingerprint).
pub fn read(bytes: &[u8], format: PhotoFormat, limits: &Limits) -> Photo {
    let mut parts = match format {
        _ if bytes.is_empty() => {
            let mut parts = Parts::default();
            parts.problem(
                Reason::Empty,
                "cannot read this picture: it is empty (0 bytes)",
            );
            parts
        }
        PhotoFormat::Jpeg => jpeg::parts(bytes, limits),
        PhotoFormat::Png => png::parts(bytes, limits),
        PhotoFormat::Webp => webp::parts(bytes, limits),
        PhotoFormat::Tiff => tiff::parts(bytes, limits),
        PhotoFormat::Gif => gif::parts(bytes, limits),
        PhotoFormat::Bmp => bmp::parts(bytes),
        PhotoFormat::Psd => psd::parts(bytes, limits),
        PhotoFormat::Raw => raw::parts(bytes, limits),
        PhotoFormat::Heif | PhotoFormat::Avif => heif::parts(bytes, limits),
        PhotoFormat::JpegXl => jxl::parts(bytes, limits),
        PhotoFormat::Jpeg2000 => jp2::parts(bytes, limits),
        PhotoFormat::Eps => eps::parts(bytes, limits),
        PhotoFormat::Pdf => pdf::parts(bytes, limits),
    };
    check_size(&mut parts, limits);
    let (width, height, problems) = (
        parts.width,
        parts.height,
        std::mem::take(&mut parts.problems),
    );
    let checked = c2pa::check(&parts.credentials, bytes, format);
    let (metadata, orientation) = embedded(parts, checked, limits);
    Photo {
        sha256: Sha256(sha2::Sha256::digest(bytes).into()),
        format,
        bytes: bytes.len() as u64,
        width,
        height,
        orientation,
        metadata,
        fingerprints: Fingerprints::default(),
        problems,
    }
}

/// A size that is not decoded, or that no picture has, is a problem.
fn check_size(parts: &mut Parts<'_>, limits: &Limits) {
    let (width, height) = (parts.width, parts.height);
    if width == 0 || height == 0 {
        if parts.problems.is_empty() && !parts.sizeless {
            parts.problem(
                Reason::Damaged,
                format!("cannot read this picture: it says that it is {width} x {height} pixels"),
            );
        }
    } else if width > limits.side || height > limits.side {
        parts.problem(
            Reason::MaxSide,
            format!(
                "cannot decode this picture: {width} x {height} pixels is over the limit of {} a side",
                limits.side
            ),
        );
    } else if u64::from(width) * u64::from(height) > limits.pixels {
        parts.problem(
            Reason::MaxPixels,
            format!(
                "cannot decode this picture: {width} x {height} pixels is over the limit of {} in all",
                limits.pixels
            ),
        );
    }
}

/// The fields of all blocks, best first, and the orientation.
fn embedded(
    mut parts: Parts<'_>,
    checked: Option<c2pa::Checked>,
    limits: &Limits,
) -> (Metadata, u8) {
    let mut problems = Vec::new();
    let mut values = Values::new(limits);
    let mut orientation = parts.orientation.unwrap_or(1);
    if let Some(block) = parts.exif.take() {
        let reading = exif::read(block, limits);
        orientation = parts.orientation.unwrap_or(reading.orientation);
        values.add(reading.values);
        problems.extend(reading.problems);
    }
    let mut digest = Digest::Absent;
    for block in &parts.iim {
        let (read, broken) = iptc::read(block, limits);
        values.add(read);
        problems.extend(broken);
        if let (Digest::Absent, Some(kept)) = (digest, parts.digest) {
            let fits = kept == <[u8; 16]>::from(md5::Md5::digest(block));
            digest = if fits { Digest::Fits } else { Digest::Changed };
        }
    }
    for packet in &parts.xmp {
        let read = xmp::read(packet, Carrier::Xmp, limits);
        values.add(read.values);
        problems.extend(read.problems);
        if let Some(id) = read.extended {
            match extended(&id, &parts.extended, limits) {
                Ok(packet) => {
                    let read = xmp::read(&packet, Carrier::Xmp, limits);
                    values.add(read.values);
                    problems.extend(read.problems);
                }
                Err(problem) => problems.push(problem),
            }
        }
    }
    values.add(c2pa::read(&parts.credentials, checked));
    (values.merged(digest, problems), orientation)
}

/// Put the parts of an extended XMP packet together.
fn extended(
    id: &str,
    pieces: &[(&[u8], u32, u32, &[u8])],
    limits: &Limits,
) -> Result<Vec<u8>, Problem> {
    let own = || {
        pieces
            .iter()
            .filter(|(of, ..)| of.eq_ignore_ascii_case(id.as_bytes()))
    };
    let incomplete = || {
        Problem::new(
            Reason::Damaged,
            "cannot read the extended XMP of this picture: parts of it are missing",
        )
    };
    let full = own().next().ok_or_else(incomplete)?.1 as usize;
    if full > limits.metadata_bytes {
        return Err(Problem::new(
            Reason::MaxMetadata,
            format!(
                "cannot read the extended XMP of this picture: it is over the limit of {} bytes",
                limits.metadata_bytes
            ),
        ));
    }
    let held: usize = own().map(|(.., data)| data.len()).sum();
    if held < full {
        return Err(incomplete());
    }
    let mut packet = vec![0; full];
    for (.., offset, data) in own() {
        let start = *offset as usize;
        let place = start
            .checked_add(data.len())
            .and_then(|end| packet.get_mut(start..end));
        place.ok_or_else(incomplete)?.copy_from_slice(data);
    }
    Ok(packet)
}
