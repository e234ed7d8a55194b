//! JPEG. In: a file's bytes. Out: its size, its EXIF, IIM and XMP blocks, and whether it ends where it should.

use std::borrow::Cow;

use super::Limits;
use super::bytes::{Order, slice};
use super::parts::Parts;
use super::photoshop;
use crate::model::Reason;

const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const EXTENDED: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
const PHOTOSHOP: [(&[u8], usize); 2] = [(b"Photoshop 3.0\0", 14), (b"Adobe_Photoshop2.5:", 27)];

/// Walk the segments of a JPEG.
pub(super) fn parts<'a>(bytes: &'a [u8], limits: &Limits) -> Parts<'a> {
    let mut walk = Walk {
        bytes,
        at: 2,
        parts: Parts::default(),
        resources: Vec::new(),
    };
    let ended = walk.run(limits);
    let Walk {
        mut parts,
        resources,
        ..
    } = walk;
    let block = match resources.as_slice() {
        [one] => Cow::Borrowed(*one),
        several => Cow::Owned(several.concat()),
    };
    photoshop::resources(&block, &mut parts, limits);
    if !ended {
        parts.truncated("its picture data");
    }
    parts
}

/// How many scans a decoder has to go over the picture for: those of a progressive JPEG, counted to `most` and one more,
/// else 1. Each may say almost nothing and cost as much as a whole picture.
pub fn scans(bytes: &[u8], most: u64) -> u64 {
    let (mut scans, mut progressive) = (0, false);
    for (marker, _) in markers(bytes) {
        match marker {
            0xc2 | 0xc6 | 0xca | 0xce => progressive = true,
            0xda if progressive => scans += 1,
            0xd9 | 0xda => break,
            _ => {}
        }
        if scans > most {
            break;
        }
    }
    scans.max(1)
}

/// The name of a way to code pictures that decoders of the Web do not read (T.81, table B.1): anything but eight bits of
/// sequential or progressive DCT with Huffman codes. `None` too where no frame header is found.
pub fn rare_coding(bytes: &[u8]) -> Option<&'static str> {
    for (marker, at) in markers(bytes) {
        match marker {
            0xc3 => return Some("lossless"),
            0xc5..=0xc7 | 0xcd..=0xcf => return Some("hierarchical"),
            0xc9..=0xcb => return Some("arithmetic-coded"),
            0xc0..=0xc2 => return (bytes.get(at + 2) == Some(&12)).then_some("12-bit"),
            0xd9 | 0xda => return None,
            _ => {}
        }
    }
    None
}

/// The markers behind the first one, each with the place behind it, where its segment begins if it has one.
fn markers(bytes: &[u8]) -> impl Iterator<Item = (u8, usize)> {
    let mut at = 2;
    std::iter::from_fn(move || {
        let marker = next_marker(bytes, &mut at)?;
        let place = at;
        if !matches!(marker, 0x01 | 0xd8 | 0xd9) {
            // One that is cut off is the last.
            let length = Order::Big.u16(bytes, at).map(usize::from);
            at += length.map_or(bytes.len(), |length| length.max(2));
        }
        Some((marker, place))
    })
}

/// The picture without its metadata and comments, for a decoder that has no use for them: what Adobe's segment says of
/// the colours is kept. Many pieces of extended XMP would cost a decoder their square.
pub fn bare(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.get(..2).unwrap_or_default().to_vec();
    let mut at = 2;
    loop {
        let from = at;
        let marker = next_marker(bytes, &mut at);
        let length = Order::Big.u16(bytes, at).map_or(0, usize::from).max(2);
        let body = slice(bytes, at, length);
        let (Some(0xc0..=0xcf | 0xdb..=0xef | 0xfe), Some(body)) = (marker, body) else {
            // The coded picture and all that follows, or what is not understood.
            out.extend(bytes.get(from..).unwrap_or_default());
            return out;
        };
        if let Some(marker @ (0xc0..=0xe0 | 0xee)) = marker {
            out.extend([0xff, marker]);
            out.extend(body);
        }
        at += length;
    }
}

/// The next marker from `at`, which is moved behind it; skips coded picture data, fill bytes and what does not belong
/// there.
fn next_marker(bytes: &[u8], at: &mut usize) -> Option<u8> {
    loop {
        *at += memchr::memchr(0xff, bytes.get(*at..)?)?;
        while *bytes.get(*at)? == 0xff {
            *at += 1;
        }
        let marker = *bytes.get(*at)?;
        *at += 1;
        if !matches!(marker, 0x00 | 0xd0..=0xd7) {
            return Some(marker);
        }
    }
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    parts: Parts<'a>,
    /// Photoshop resource blocks: one block may be split over several segments.
    resources: Vec<&'a [u8]>,
}

impl<'a> Walk<'a> {
    /// Whether the end-of-image marker, or too many segments, was reached.
    fn run(&mut self, limits: &Limits) -> bool {
        for _ in 0..limits.records {
            let Some(marker) = next_marker(self.bytes, &mut self.at) else {
                return false;
            };
            match marker {
                0xd9 => return true,
                0x01 | 0xd0..=0xd8 => continue,
                _ => {}
            }
            let Some(length) = Order::Big.u16(self.bytes, self.at).map(usize::from) else {
                return false;
            };
            let Some(body) = slice(self.bytes, self.at + 2, length.saturating_sub(2)) else {
                self.parts.truncated("one of its segments");
                return false;
            };
            self.at += length.max(2);
            self.segment(marker, body, limits);
        }
        self.parts.too_many("segments", limits);
        true
    }

    fn segment(&mut self, marker: u8, body: &'a [u8], limits: &Limits) {
        match marker {
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                let side = |at| Order::Big.u16(body, at).map_or(0, u32::from);
                if self.parts.width == 0 {
                    (self.parts.height, self.parts.width) = (side(1), side(3));
                }
            }
            // The height may follow the first scan.
            0xdc if self.parts.height == 0 => {
                self.parts.height = Order::Big.u16(body, 0).map_or(0, u32::from);
            }
            0xe1 if body.starts_with(b"Exif\0") => self.parts.add_exif(body, limits),
            0xe1 if body.starts_with(XMP) => {
                self.parts
                    .add_xmp(body.get(XMP.len()..).unwrap_or_default(), limits);
            }
            0xe1 if body.starts_with(EXTENDED) => self.extended(body, limits),
            0xeb if body.starts_with(b"JP") => self.parts.credentials.push(body),
            0xed => {
                let header = PHOTOSHOP.iter().find(|(mark, _)| body.starts_with(mark));
                if let Some(block) = header.and_then(|(_, length)| body.get(*length..))
                    && self.parts.room(block.len(), limits)
                {
                    self.resources.push(block);
                }
            }
            _ => {}
        }
    }

    fn extended(&mut self, body: &'a [u8], limits: &Limits) {
        let at = EXTENDED.len();
        let (Some(id), Some(full), Some(offset), Some(data)) = (
            slice(body, at, 32),
            Order::Big.u32(body, at + 32),
            Order::Big.u32(body, at + 36),
            body.get(at + 40..),
        ) else {
            self.parts.problem(
                Reason::Damaged,
                "cannot read the extended XMP of this picture: its header is cut off",
            );
            return;
        };
        if self.parts.room(data.len(), limits) {
            self.parts.extended.push((id, full, offset, data));
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::read) fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
        let mut out = vec![0xff, marker];
        out.extend((body.len() as u16 + 2).to_be_bytes());
        out.extend(body);
        out
    }

    pub(in crate::read) fn file(segments: &[Vec<u8>]) -> Vec<u8> {
        let mut out = b"\xff\xd8".to_vec();
        out.extend(segments.concat());
        out.extend(segment(0xc0, &[8, 0, 48, 0, 64, 1, 1, 0x11, 0]));
        out.extend(segment(0xda, &[1, 1, 0, 0, 0x3f, 0]));
        out.extend(b"\x12\xff\x00\x34\xff\xd0\x56\xff\xd9");
        out
    }

    #[test]
    fn scans_of_a_progressive_picture_are_counted() {
        let scan = segment(0xda, &[1, 1, 0, 0, 0x3f, 0]);
        let frame = |kind| segment(kind, &[8, 0, 48, 0, 64, 1, 1, 0x11, 0]);
        let picture = |kind| {
            let parts = [frame(kind), scan.clone(), scan.clone(), scan.clone()].concat();
            [b"\xff\xd8", &parts[..], b"\xff\xd9"].concat()
        };
        assert_eq!(scans(&picture(0xc2), 10), 3);
        assert_eq!(scans(&picture(0xc2), 1), 2);
        assert_eq!(scans(&picture(0xc0), 10), 1);
        assert_eq!(scans(b"", 10), 1);
    }

    #[test]
    fn size_and_blocks_are_found_and_a_whole_file_has_no_problem() {
        let mut xmp = XMP.to_vec();
        xmp.extend(b"<x/>");
        let bytes = file(&[segment(0xe1, b"Exif\0\0II*\0"), segment(0xe1, &xmp)]);
        let parts = parts(&bytes, &Limits::default());
        assert_eq!((parts.width, parts.height), (64, 48));
        assert_eq!(parts.exif.as_deref(), Some(&b"II*\0"[..]));
        assert_eq!(&parts.xmp[0][..], b"<x/>");
        assert!(parts.problems.is_empty());
    }

    #[test]
    fn every_cut_of_a_file_is_noticed() {
        let bytes = file(&[segment(0xe0, b"JFIF\0")]);
        for length in 0..bytes.len() {
            let cut = parts(&bytes[..length], &Limits::default());
            assert!(
                cut.problems.iter().any(|p| p.reason == Reason::Truncated),
                "{length}"
            );
        }
    }

    #[test]
    fn a_resource_block_split_over_segments_is_one() {
        let iim = b"\x1c\x02\x50\x00\x02AP";
        let mut block = b"8BIM\x04\x04\0\0\0\0\0\x07".to_vec();
        block.extend(iim);
        let split = |part: &[u8]| segment(0xed, &[b"Photoshop 3.0\0", part].concat());
        let bytes = file(&[split(&block[..14]), split(&block[14..])]);
        let parts = parts(&bytes, &Limits::default());
        assert_eq!(parts.iim.len(), 1);
        assert_eq!(&parts.iim[0][..], iim);
    }

    #[test]
    fn too_many_segments_are_a_problem_and_not_a_truncation() {
        let limits = Limits {
            records: 10,
            ..Limits::default()
        };
        let bytes = file(&vec![segment(0xfe, b"comment"); 20]);
        let parts = parts(&bytes, &limits);
        assert_eq!(parts.problems.len(), 1);
        assert_eq!(parts.problems[0].reason, Reason::MaxRecords);
    }
}
