//! Bytes -> the hash of the coded image without its metadata, known without decoding.
//!
//! Two photos with equal hashes hold the same compressed picture in different wrappings: the re-captioned and
//! re-credited copy that no byte hash sees. What belongs to the picture and what to its wrapping:
//!
//! | | hashed | left out |
//! |---|---|---|
//! | JPEG | tables, frame and scan headers, scan data, the transform of Adobe's APP14, up to the first EOI | every other `APPn`, comments, bytes after EOI |
//! | PNG | IHDR, PLTE, tRNS, the joined IDAT data, animation frames | all other chunks |
//! | WebP | VP8, VP8L, ALPH, ANIM and ANMF chunks | EXIF, XMP, ICCP, flags of VP8X |
//! | GIF | screen, colour tables, frames and their control blocks | comments, application blocks, bytes after the end |
//! | TIFF | the tags that decoding needs, strips or tiles, of every page | all other tags, thumbnails |
//! | PSD | header, palette, the flattened picture | image resources, layers |
//! | camera raw | its largest JPEG preview, as a JPEG | all else |
//! | HEIF, AVIF | pictures, tiles, thumbnails, what decoders must know of them | EXIF, XMP, colour, turns |
//! | JPEG XL, JPEG 2000 | the codestream | all other boxes |
//! | EPS, PDF | nothing: pages are not taken apart | |
//! | BMP | nothing: it has no metadata, so the file's own hash says as much | |
//!
//! Colour profiles, gamma and density say how a picture is shown, are edited and stripped by the tools that edit
//! captions, and are left out. So is orientation, for the same reason: the same coded image with another orientation is
//! the same picture turned or mirrored, and [`pictures::link`](crate::pictures::link) says so.
//!
//! A file whose structure breaks off gives `None`, never a hash of what is left: two damaged files are not one picture
//! because both lost the part in which they differ.

mod gif;
mod heif;
pub(super) mod jpeg;
mod png;
mod psd;
mod tiff;
mod webp;

use crate::fingerprint::sha256::Parts;
use crate::model::{PhotoFormat, Sha256};
use crate::read::{Limits, jp2, jxl, raw};

/// The hash of the coded image in `bytes`, or `None` where the structure is damaged, incomplete or has no metadata to
/// leave out.
pub fn coded(bytes: &[u8], format: PhotoFormat) -> Option<Sha256> {
    match format {
        PhotoFormat::Jpeg => jpeg::coded(bytes),
        PhotoFormat::Png => png::coded(bytes),
        PhotoFormat::Webp => webp::coded(bytes),
        PhotoFormat::Gif => gif::coded(bytes),
        PhotoFormat::Tiff => tiff::coded(bytes),
        PhotoFormat::Psd => psd::coded(bytes),
        PhotoFormat::Raw => jpeg::coded(raw::preview(bytes, &Limits::default())?),
        PhotoFormat::Heif | PhotoFormat::Avif => heif::coded(bytes),
        PhotoFormat::JpegXl => {
            jxl::codestream(bytes, &Limits::default()).map(|p| stream("jpeg-xl", &p))
        }
        PhotoFormat::Jpeg2000 => {
            jp2::codestream(bytes, &Limits::default()).map(|p| stream("jpeg-2000", &[p]))
        }
        PhotoFormat::Bmp | PhotoFormat::Eps | PhotoFormat::Pdf => None,
    }
}

/// The hash of a codestream that holds the whole picture, in pieces.
fn stream(format: &str, pieces: &[&[u8]]) -> Sha256 {
    let mut parts = Parts::new(format);
    parts.add(b"", &pieces.concat());
    parts.finish()
}

/// Takes `count` bytes off the front.
fn take<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, left) = rest.split_at_checked(count)?;
    *rest = left;
    Some(taken)
}

/// Takes one byte off the front.
fn take_byte(rest: &mut &[u8]) -> Option<u8> {
    take(rest, 1)?.first().copied()
}
