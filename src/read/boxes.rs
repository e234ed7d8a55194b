//! Boxes of ISO media files (HEIF, AVIF, CR3), JPEG XL and JPEG 2000. In: bytes. Out: the boxes in them, one after
//! the other.

use super::Limits;
use super::bytes::{Order, slice};

/// One box.
pub(super) struct Found<'a> {
    /// Its type: four bytes.
    pub kind: &'a [u8],
    /// Its content, as much of it as there is.
    pub body: &'a [u8],
    /// It ends where it says.
    pub whole: bool,
}

/// The boxes of a file or of another box's content, at most as many as there may be records.
pub(super) fn boxes<'a>(bytes: &'a [u8], limits: &Limits) -> impl Iterator<Item = Found<'a>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let kind = slice(rest, 4, 4)?;
        let (start, length) = match Order::Big.u32(rest, 0)? {
            // To the end.
            0 => (8, rest.len()),
            1 => (16, usize::try_from(Order::Big.u64(rest, 8)?).ok()?),
            n => (8, n as usize),
        };
        if length < start {
            return None;
        }
        let found = Found {
            kind,
            body: rest.get(start..length.min(rest.len()))?,
            whole: length <= rest.len(),
        };
        rest = rest.get(length..).unwrap_or_default();
        Some(found)
    })
    .take(limits.records)
}

/// The content of the first box of a type.
pub(super) fn first<'a>(bytes: &'a [u8], kind: &[u8], limits: &Limits) -> Option<&'a [u8]> {
    boxes(bytes, limits)
        .find(|b| b.kind == kind)
        .map(|b| b.body)
}

/// What `uuid` boxes hold is told by their first 16 bytes: XMP.
pub(super) const UUID_XMP: &[u8] =
    b"\xbe\x7a\xcf\xcb\x97\xa9\x42\xe8\x9c\x71\x99\x94\x91\xe3\xaf\xac";
/// Content Credentials.
pub(super) const UUID_CREDENTIALS: &[u8] =
    b"\xd8\xfe\xc3\xd6\x1b\x0e\x48\x3c\x92\x97\x58\x28\x87\x7e\xc4\x81";

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A box of a type with a content.
    pub(in crate::read) fn made(kind: &[u8], body: &[u8]) -> Vec<u8> {
        let mut out = (body.len() as u32 + 8).to_be_bytes().to_vec();
        out.extend(kind);
        out.extend(body);
        out
    }

    #[test]
    fn boxes_of_all_lengths_follow_each_other_and_the_last_may_be_cut() {
        let mut bytes = made(b"one ", b"abc");
        bytes.extend(b"\0\0\0\x01two \0\0\0\0\0\0\0\x12de");
        bytes.extend(b"\0\0\0\0restf");
        let found = |bytes: &[u8]| -> Vec<(Vec<u8>, bool)> {
            boxes(bytes, &Limits::default())
                .map(|b| (b.body.to_vec(), b.whole))
                .collect()
        };
        let texts = |all: &[(Vec<u8>, bool)]| -> Vec<Vec<u8>> {
            all.iter().map(|(body, _)| body.clone()).collect()
        };
        let all = found(&bytes);
        assert_eq!(texts(&all), [&b"abc"[..], b"de", b"f"]);
        assert!(all.iter().all(|(_, whole)| *whole));
        let cut = found(&bytes[..bytes.len() - 10]);
        assert_eq!(cut.last(), Some(&(b"d".to_vec(), false)));
        assert!(found(b"\0\0\0\x07tiny").is_empty());
    }
}
