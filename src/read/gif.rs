//! GIF. In: a file's bytes. Out: its size, its XMP packet, and whether it ends where it should.

use super::Limits;
use super::bytes::{Order, slice};
use super::parts::Parts;

/// The length of the bytes that end an XMP extension so that a reader of sub-blocks finds its way out.
const MAGIC_TRAILER: usize = 257;

/// Walk the blocks of a GIF.
pub(super) fn parts<'a>(bytes: &'a [u8], limits: &Limits) -> Parts<'a> {
    let mut parts = Parts::default();
    parts.width = Order::Little.u16(bytes, 6).map_or(0, u32::from);
    parts.height = Order::Little.u16(bytes, 8).map_or(0, u32::from);
    if walk(bytes, &mut parts, limits).is_none() {
        parts.truncated("its picture data");
    }
    parts
}

/// `None` where the file ends before its trailer.
fn walk<'a>(bytes: &'a [u8], parts: &mut Parts<'a>, limits: &Limits) -> Option<()> {
    let mut at = 13 + colours(*bytes.get(10)?);
    for _ in 0..limits.records {
        let kind = *bytes.get(at)?;
        at += 1;
        match kind {
            0x3b => return Some(()),
            0x2c => {
                let flags = *bytes.get(at + 8)?;
                at = sub_blocks(bytes, at + 10 + colours(flags))?;
            }
            0x21 => {
                let label = *bytes.get(at)?;
                let name = slice(bytes, at + 1, 12);
                let start = at + 1;
                at = sub_blocks(bytes, start)?;
                if label == 0xff && name == Some(b"\x0bXMP DataXMP") {
                    let raw = slice(bytes, start + 12, at.saturating_sub(start + 12))?;
                    let length = raw.len().saturating_sub(MAGIC_TRAILER + 1);
                    parts.add_xmp(raw.get(..length).unwrap_or_default(), limits);
                }
            }
            // Padding between blocks; every decoder passes over it.
            0x00 => {}
            _ => return None,
        }
    }
    parts.too_many("blocks", limits);
    Some(())
}

/// Bytes of the colour table that a flags byte announces.
fn colours(flags: u8) -> usize {
    if flags & 0x80 == 0 {
        0
    } else {
        3 << ((flags & 7) + 1)
    }
}

/// The place after a chain of sub-blocks.
fn sub_blocks(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1 + length;
        if length == 0 {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Reason;

    fn file(extensions: &[Vec<u8>]) -> Vec<u8> {
        let mut out = b"GIF89a\x40\0\x30\0\x80\0\0\0\0\0\xff\xff\xff".to_vec();
        out.extend(extensions.concat());
        out.extend(b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0\x3b");
        out
    }

    fn xmp(packet: &[u8]) -> Vec<u8> {
        let mut out = b"\x21\xff\x0bXMP DataXMP".to_vec();
        out.extend(packet);
        out.push(1);
        out.extend((0..=255).rev());
        out.push(0);
        out
    }

    #[test]
    fn size_and_packet_are_found() {
        let packet = b"<x:xmpmeta>some words that are no sub-blocks</x:xmpmeta>";
        let bytes = file(&[xmp(packet)]);
        let parts = parts(&bytes, &Limits::default());
        assert_eq!((parts.width, parts.height), (64, 48));
        assert_eq!(&parts.xmp[0][..], packet);
        assert!(parts.problems.is_empty());
    }

    #[test]
    fn every_cut_of_a_file_is_noticed() {
        let bytes = file(&[xmp(b"<x/>")]);
        for length in 6..bytes.len() {
            let cut = parts(&bytes[..length], &Limits::default());
            assert!(
                cut.problems.iter().any(|p| p.reason == Reason::Truncated),
                "{length}"
            );
        }
    }
}
