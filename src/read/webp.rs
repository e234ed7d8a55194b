//! WebP. In: a file's bytes. Out: its size, its EXIF and XMP blocks, and whether it ends where it should.

use super::Limits;
use super::bytes::{Order, slice};
use super::parts::Parts;
use crate::model::Reason;

/// Walk the chunks of a WebP.
pub(super) fn parts<'a>(bytes: &'a [u8], limits: &Limits) -> Parts<'a> {
    let mut parts = Parts::default();
    let stated = Order::Little.u32(bytes, 4).unwrap_or(0) as usize;
    if stated.saturating_add(8) > bytes.len() {
        parts.truncated("what its header announces");
    }
    let end = bytes.len().min(stated.saturating_add(8));
    let (mut at, mut pictures) = (12, 0_usize);
    for _ in 0..limits.records {
        if at >= end {
            if pictures == 0 {
                parts.problem(
                    Reason::Damaged,
                    "cannot read this picture: it has no picture data",
                );
            }
            return parts;
        }
        let (Some(kind), Some(length)) = (slice(bytes, at, 4), Order::Little.u32(bytes, at + 4))
        else {
            parts.truncated("its list of chunks");
            return parts;
        };
        let body = slice(bytes, at + 8, length as usize);
        let present = body.unwrap_or_else(|| bytes.get(at + 8..).unwrap_or_default());
        if let Some((width, height)) = size(kind, present)
            && parts.width == 0
        {
            (parts.width, parts.height) = (width, height);
        }
        let Some(body) = body else {
            parts.truncated("one of its chunks");
            return parts;
        };
        at += 8 + body.len() + body.len() % 2;
        match kind {
            b"VP8 " | b"VP8L" | b"ANMF" => pictures += 1,
            b"C2PA" => parts.credentials.push(body),
            b"EXIF" => parts.add_exif(body, limits),
            b"XMP " => parts.add_xmp(body, limits),
            _ => {}
        }
    }
    parts.too_many("chunks", limits);
    parts
}

fn size(kind: &[u8], body: &[u8]) -> Option<(u32, u32)> {
    let u24 =
        |at| Some(u32::from(Order::Little.u16(body, at)?) | u32::from(*body.get(at + 2)?) << 16);
    match kind {
        b"VP8X" => Some((u24(4)? + 1, u24(7)? + 1)),
        b"VP8 " if slice(body, 3, 3)? == b"\x9d\x01\x2a" => Some((
            u32::from(Order::Little.u16(body, 6)? & 0x3fff),
            u32::from(Order::Little.u16(body, 8)? & 0x3fff),
        )),
        b"VP8L" if *body.first()? == 0x2f => {
            let bits = Order::Little.u32(body, 1)?;
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(chunks: &[(&[u8], &[u8])]) -> Vec<u8> {
        let mut body = b"WEBP".to_vec();
        for (kind, data) in chunks {
            body.extend(*kind);
            body.extend((data.len() as u32).to_le_bytes());
            body.extend(*data);
            if data.len() % 2 == 1 {
                body.push(0);
            }
        }
        let mut out = b"RIFF".to_vec();
        out.extend((body.len() as u32).to_le_bytes());
        out.extend(body);
        out
    }

    const LOSSY: &[u8] = b"\x10\x02\x00\x9d\x01\x2a\x40\x00\x30\x00";

    #[test]
    fn size_and_blocks_are_found() {
        let bytes = file(&[
            (b"VP8 ", LOSSY),
            (b"EXIF", b"Exif\0\0MM\0*"),
            (b"XMP ", b"<x/>"),
        ]);
        let parts = parts(&bytes, &Limits::default());
        assert_eq!((parts.width, parts.height), (64, 48));
        assert_eq!(parts.exif.as_deref(), Some(&b"MM\0*"[..]));
        assert_eq!(&parts.xmp[0][..], b"<x/>");
        assert!(parts.problems.is_empty());
    }

    #[test]
    fn every_cut_of_a_file_is_noticed() {
        let bytes = file(&[(b"VP8 ", LOSSY), (b"XMP ", b"<x/>")]);
        for length in 12..bytes.len() {
            let cut = parts(&bytes[..length], &Limits::default());
            assert!(
                cut.problems.iter().any(|p| p.reason == Reason::Truncated),
                "{length}"
            );
        }
    }

    #[test]
    fn a_container_without_a_picture_is_damaged() {
        let bytes = file(&[(b"VP8X", &[0; 10])]);
        assert_eq!(
            parts(&bytes, &Limits::default()).problems[0].reason,
            Reason::Damaged
        );
    }
}
