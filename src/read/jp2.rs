//! JPEG 2000 (ISO/IEC 15444-1), bare or in boxes. In: a file's bytes. Out: its size, EXIF, IIM and XMP, and its codestream.

use std::borrow::Cow;

use super::Limits;
use super::boxes::{boxes, first};
use super::bytes::Order;
use super::parts::Parts;
use super::{heif, photoshop};

const BARE: &[u8] = b"\xff\x4f\xff\x51";
const UUID_EXIF: &[u8] = b"JpgTiffExif->JP2";
const UUID_IIM: &[u8] = b"\x33\xc7\xa4\xd2\xb8\x1d\x47\x23\xa0\xba\xf1\xa3\xe0\x97\xad\x38";
const UUID_RESOURCES: &[u8] = b"\x2c\x4c\x01\x00\x85\x04\x40\xb9\xa0\x3e\x56\x21\x48\xd6\xdf\xeb";

/// The codestream; `None` where it is cut or missing.
pub fn codestream<'a>(bytes: &'a [u8], limits: &Limits) -> Option<&'a [u8]> {
    if bytes.starts_with(BARE) {
        return Some(bytes);
    }
    let found = boxes(bytes, limits).find(|b| b.kind == b"jp2c")?;
    found.whole.then_some(found.body)
}

/// Read the boxes of a JPEG 2000.
pub(super) fn parts<'a>(bytes: &'a [u8], limits: &Limits) -> Parts<'a> {
    let mut parts = Parts::default();
    if bytes.starts_with(BARE) {
        (parts.width, parts.height) = size(bytes);
        return parts;
    }
    for part in boxes(bytes, limits) {
        if !part.whole {
            parts.truncated("one of its boxes");
        }
        match part.kind {
            b"jp2h" => {
                if let Some(header) = first(part.body, b"ihdr", limits) {
                    let side = |at| Order::Big.u32(header, at).unwrap_or(0);
                    (parts.width, parts.height) = (side(4), side(0));
                }
            }
            b"jp2c" if parts.width == 0 => (parts.width, parts.height) = size(part.body),
            b"xml " => parts.add_xmp(part.body, limits),
            b"uuid" => match part.body.split_at_checked(16) {
                Some((UUID_EXIF, block)) => parts.add_exif(block, limits),
                Some((UUID_IIM, block)) => parts.add_iim(block, limits),
                Some((UUID_RESOURCES, block)) => {
                    photoshop::resources(&Cow::Borrowed(block), &mut parts, limits);
                }
                _ => heif::uuid(part.body, &mut parts, limits),
            },
            _ => {}
        }
    }
    parts
}

/// The reference grid less the offset of the picture on it.
fn size(codestream: &[u8]) -> (u32, u32) {
    let number = |at| Order::Big.u32(codestream, at).unwrap_or(0);
    (
        number(8).saturating_sub(number(16)),
        number(12).saturating_sub(number(20)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::boxes::tests::made;

    #[test]
    fn size_and_metadata_are_found_in_boxes_and_of_a_bare_codestream_its_size() {
        let limits = Limits::default();
        let stream = [BARE, b"\0\x29\0\0\0\0\0\x42\0\0\0\x30\0\0\0\x02\0\0\0\0"].concat();
        let bytes = [
            made(b"jP  ", b"\r\n\x87\n"),
            made(
                b"jp2h",
                &made(b"ihdr", b"\0\0\0\x30\0\0\0\x40\0\x03\x07\x07\0\0"),
            ),
            made(b"uuid", &[UUID_IIM, b"\x1c\x02\x50\x00\x02AP"].concat()),
            made(b"uuid", &[UUID_EXIF, b"MM\0*"].concat()),
            made(b"uuid", &[super::super::boxes::UUID_XMP, b"<x/>"].concat()),
            made(b"jp2c", &stream),
        ]
        .concat();
        for bytes in [&bytes[..], &stream] {
            let found = parts(bytes, &limits);
            assert_eq!((found.width, found.height), (64, 48));
            assert!(found.problems.is_empty());
            assert_eq!(codestream(bytes, &limits), Some(&stream[..]));
        }
        let found = parts(&bytes, &limits);
        assert_eq!(found.exif.as_deref(), Some(&b"MM\0*"[..]));
        assert_eq!((found.iim.len(), found.xmp.len()), (1, 1));
        assert_eq!(
            codestream(&bytes[..bytes.len() - 1], &limits),
            None,
            "a cut codestream has no hash"
        );
    }
}
