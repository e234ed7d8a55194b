//! JPEG XL (ISO/IEC 18181-2), bare or in boxes. In: a file's bytes. Out: its size, EXIF and XMP, and its codestream.
//!
//! Metadata may lie packed with brotli. Decoders turn the picture upright as the codestream says, and size is that of the
//! upright picture; EXIF's orientation is not to be followed.

use super::Limits;
use super::boxes::{boxes, first};
use super::parts::Parts;
use crate::model::Reason;

const BARE: &[u8] = b"\xff\x0a";

/// The codestream, in pieces as the boxes hold it; `None` where a piece is cut or there is none.
pub fn codestream<'a>(bytes: &'a [u8], limits: &Limits) -> Option<Vec<&'a [u8]>> {
    if bytes.starts_with(BARE) {
        return Some(vec![bytes]);
    }
    let mut pieces = Vec::new();
    for part in boxes(bytes, limits) {
        let piece = match part.kind {
            b"jxlc" => part.body,
            // Behind its number.
            b"jxlp" => part.body.get(4..)?,
            _ => continue,
        };
        if !part.whole {
            return None;
        }
        pieces.push(piece);
    }
    (!pieces.is_empty()).then_some(pieces)
}

/// Read the boxes of a JPEG XL.
pub(super) fn parts<'a>(bytes: &'a [u8], limits: &Limits) -> Parts<'a> {
    let mut parts = Parts::default();
    parts.orientation = Some(1);
    let head = if bytes.starts_with(BARE) {
        Some(bytes)
    } else {
        for part in boxes(bytes, limits) {
            if !part.whole {
                parts.truncated("one of its boxes");
                continue;
            }
            match part.kind {
                b"Exif" => parts.add_exif_item(part.body, limits),
                b"xml " => parts.add_xmp(part.body, limits),
                b"jumb" => parts.credentials.push(part.body),
                b"brob" => packed(part.body, &mut parts, limits),
                _ => {}
            }
        }
        first(bytes, b"jxlc", limits)
            .or_else(|| first(bytes, b"jxlp", limits).and_then(|piece| piece.get(4..)))
    };
    match head.and_then(size) {
        Some(size) => (parts.width, parts.height) = size,
        None => parts.problem(
            Reason::Damaged,
            "cannot read this picture: the header of its codestream is missing or damaged",
        ),
    }
    parts
}

/// A box packed with brotli, behind its type.
fn packed(body: &[u8], parts: &mut Parts<'_>, limits: &Limits) {
    let Some((kind, packed)) = body.split_at_checked(4) else {
        return;
    };
    if !matches!(kind, b"Exif" | b"xml ") {
        return;
    }
    let Some(content) = parts.unpack(brotli_decompressor::Decompressor::new(packed, 4096), limits)
    else {
        return;
    };
    if kind == b"xml " {
        parts.add_xmp(content, limits);
    } else {
        parts.add_exif_item(content, limits);
    }
}

/// Bits of a codestream, lowest first.
struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bits<'_> {
    fn take(&mut self, count: usize) -> Option<u32> {
        let mut value = 0;
        for n in 0..count {
            let byte = *self.bytes.get(self.at / 8)?;
            value |= u32::from(byte >> (self.at % 8) & 1) << n;
            self.at += 1;
        }
        Some(value)
    }

    fn side(&mut self, small: bool) -> Option<u32> {
        if small {
            return Some((self.take(5)? + 1) * 8);
        }
        let bits = [9, 13, 18, 30];
        let count = *bits.get(self.take(2)? as usize)?;
        Some(self.take(count)? + 1)
    }
}

/// Width and height of the upright picture.
fn size(codestream: &[u8]) -> Option<(u32, u32)> {
    let mut bits = Bits {
        bytes: codestream.strip_prefix(BARE)?,
        at: 0,
    };
    let small = bits.take(1)? == 1;
    let height = bits.side(small)?;
    let times = |up: u64, down: u64| u32::try_from(u64::from(height) * up / down).ok();
    let width = match bits.take(3)? {
        0 => bits.side(small)?,
        1 => height,
        2 => times(12, 10)?,
        3 => times(4, 3)?,
        4 => times(3, 2)?,
        5 => times(16, 9)?,
        6 => times(5, 4)?,
        _ => times(2, 1)?,
    };
    // All at its default, or no extra fields, means upright.
    let turned = bits.take(1)? == 0 && bits.take(1)? == 1 && bits.take(3)? >= 4;
    Some(if turned {
        (height, width)
    } else {
        (width, height)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::boxes::tests::made;

    /// A codestream's beginning: small sides, 64 high and 128 wide (twice), all else by default.
    const SMALL: &[u8] = b"\xff\x0a\xcf\x03";

    #[test]
    fn sizes_are_read_in_all_forms() {
        // Bits from the lowest: small 1, height 7 (5 bits), ratio 7 (3), default 1.
        assert_eq!(size(SMALL), Some((128, 64)));
        // Not small; height 2 bits for the form, 9 bits; ratio 0; width alike; then all by default.
        let value: u64 = 299 << 3 | 199 << (3 + 9 + 3 + 2) | 1 << 26;
        let long = [BARE, &value.to_le_bytes()].concat();
        assert_eq!(size(&long), Some((200, 300)));
        // Turned by a quarter: not default, extra fields, 5 less one.
        let turned: u64 = 299 << 3 | 199 << 17 | 1 << 27 | 4 << 28;
        let turned = [BARE, &turned.to_le_bytes()].concat();
        assert_eq!(size(&turned), Some((300, 200)));
        assert_eq!(size(&long[..4]), None);
    }

    #[test]
    fn metadata_is_found_in_boxes_and_a_bare_codestream_has_none() {
        let limits = Limits::default();
        // "<x/>" as brotli keeps it unpacked.
        let brotli = b"xml \x30\x00\x10<x/>\x03";
        let bytes = [
            made(b"JXL ", b"\r\n\x87\n"),
            made(b"Exif", b"\0\0\0\0MM\0*"),
            made(b"brob", brotli),
            made(b"jxlp", &[b"\x80\0\0\0", SMALL].concat()),
        ]
        .concat();
        let boxed = parts(&bytes, &limits);
        assert_eq!((boxed.width, boxed.height), (128, 64));
        assert_eq!(boxed.exif.as_deref(), Some(&b"MM\0*"[..]));
        assert_eq!(&boxed.xmp[0][..], b"<x/>");
        assert!(boxed.problems.is_empty(), "{:?}", boxed.problems);
        assert_eq!(codestream(&bytes, &limits), codestream(SMALL, &limits));
        let bare = parts(SMALL, &limits);
        assert_eq!((bare.width, bare.height), (128, 64));
        for length in 12..bytes.len() {
            assert!(
                !parts(&bytes[..length], &limits).problems.is_empty(),
                "{length}"
            );
        }
    }
}
