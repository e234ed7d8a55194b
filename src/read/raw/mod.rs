//! Camera raw files. In: a file's bytes. Out: metadata, and the largest JPEG preview in it, which is what is shown and
//! compared; what the sensor saw is not developed.
//!
//! | | metadata | preview |
//! |---|---|---|
//! | built on TIFF (DNG, NEF, ARW, CR2, PEF, SRW, ORF, RW2, ...) | the directories | where directories name one, else the largest in the file |
//! | CR3 | TIFF blocks in ISO boxes | the largest in the file |
//! | MRW | a TIFF block | likewise |
//! | RAF, X3F | those of the preview | likewise |
//! | CRW | an XMP packet that a program left in it | likewise |

mod cr3;
mod mrw;

use super::Limits;
use super::bytes::{Order, slice};
use super::parts::Parts;
use super::tiff::{self, Entry, File};
use super::{eps, jpeg};

const COMPRESSION: u16 = 259;
const STRIP_OFFSETS: u16 = 273;
const STRIP_BYTES: u16 = 279;
const SUB_DIRECTORIES: u16 = 330;
const JPEG_OFFSET: u16 = 513;
const JPEG_BYTES: u16 = 514;
/// A whole JPEG as a value (RW2).
const JPEG_VALUE: u16 = 0x002e;
/// Directories that are looked at.
const DIRECTORIES: usize = 32;
/// Beginnings of a JPEG that are looked at where no directory names one.
const BEGINNINGS: usize = 4096;
/// Segments before the size of a preview.
const SEGMENTS: usize = 1024;

/// Read the metadata of a camera raw file. Its size is that of the preview, where there is one.
pub(super) fn parts<'a>(bytes: &'a [u8], limits: &Limits) -> Parts<'a> {
    let found = largest(bytes, limits);
    let mut parts = if is_tiff(bytes) {
        tiff::parts(bytes, limits)
    } else if slice(bytes, 4, 4) == Some(b"ftyp") {
        cr3::parts(bytes, limits)
    } else if bytes.starts_with(mrw::MAGIC) {
        mrw::parts(bytes, limits)
    } else if is_ciff(bytes) {
        let mut parts = Parts::default();
        if let Some(packet) = eps::packet(bytes) {
            parts.add_xmp(packet, limits);
        }
        parts
    } else {
        stated(bytes)
            .or(found.map(|(jpeg, ..)| jpeg))
            .map_or_else(Parts::default, |jpeg| jpeg::parts(jpeg, limits))
    };
    match found {
        Some((_, width, height)) => (parts.width, parts.height) = (width, height),
        // Decoding says that there is no preview.
        None => parts.sizeless = true,
    }
    parts
}

/// Whether the file is a CRW.
fn is_ciff(bytes: &[u8]) -> bool {
    slice(bytes, 6, 8) == Some(b"HEAPCCDR")
}

/// TIFF's own mark, and those that makers put in its place.
fn is_tiff(bytes: &[u8]) -> bool {
    !is_ciff(bytes) && (bytes.starts_with(b"II") || bytes.starts_with(b"MM"))
}

/// The JPEG whose place a RAF states.
fn stated(bytes: &[u8]) -> Option<&[u8]> {
    let number = |at| Order::Big.u32(bytes, at).map(|n| n as usize);
    bytes.strip_prefix(b"FUJIFILM")?;
    slice(bytes, number(84)?, number(88)?).filter(|jpeg| jpeg.starts_with(b"\xff\xd8"))
}

/// The largest JPEG preview.
pub fn preview<'a>(bytes: &'a [u8], limits: &Limits) -> Option<&'a [u8]> {
    largest(bytes, limits).map(|found| found.0)
}

/// A preview with its width and height.
type Preview<'a> = (&'a [u8], u32, u32);

fn area((_, width, height): &Preview<'_>) -> u64 {
    u64::from(*width) * u64::from(*height)
}

fn largest<'a>(bytes: &'a [u8], limits: &Limits) -> Option<Preview<'a>> {
    // Makers of other forms keep the large preview where only their own notes tell.
    let plain = [&b"II*\0"[..], b"MM\0*", b"II+\0", b"MM\0+"]
        .iter()
        .any(|mark| bytes.starts_with(mark));
    let named = is_tiff(bytes).then(|| named(bytes, limits)).flatten();
    if plain && named.is_some() {
        return named;
    }
    named.into_iter().chain(anywhere(bytes)).max_by_key(area)
}

/// Previews wherever one begins in the file.
fn anywhere(bytes: &[u8]) -> impl Iterator<Item = Preview<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            at += bytes.get(at..)?.iter().position(|b| *b == 0xff)?;
            let jpeg = bytes.get(at..)?;
            at += 1;
            if jpeg.starts_with(b"\xff\xd8\xff") {
                return Some(jpeg);
            }
        }
    })
    .take(BEGINNINGS)
    .filter_map(|jpeg| size(jpeg).map(|(width, height)| (jpeg, width, height)))
}

/// The largest preview that a directory names.
fn named<'a>(bytes: &'a [u8], limits: &Limits) -> Option<Preview<'a>> {
    let (file, first) = File::open(bytes)?;
    // Not kept: what is wrong with the directories was said when the metadata was read.
    let mut unheard = Parts::default();
    let (mut todo, mut seen) = (vec![first], Vec::new());
    let mut best: Option<Preview<'_>> = None;
    while let Some(at) = todo.pop() {
        if at == 0 || seen.contains(&at) || seen.len() == DIRECTORIES {
            continue;
        }
        seen.push(at);
        let Some((entries, next)) = file.directory(at, &mut unheard, limits) else {
            continue;
        };
        todo.push(next);
        if let Some(entry) = entries.iter().find(|e| e.tag == SUB_DIRECTORIES) {
            todo.extend((0..DIRECTORIES).map_while(|n| file.number(entry, n)));
        }
        for jpeg in candidates(&file, &entries) {
            let Some((width, height)) = size(jpeg) else {
                continue;
            };
            let found = (jpeg, width, height);
            if best.is_none_or(|best| area(&found) > area(&best)) {
                best = Some(found);
            }
        }
    }
    best
}

/// Where a directory says that a JPEG lies.
fn candidates<'a>(file: &File<'a>, entries: &[Entry]) -> Vec<&'a [u8]> {
    let number = |tag| {
        let entry = entries.iter().find(|e| e.tag == tag)?;
        (entry.count() == 1)
            .then(|| file.number(entry, 0))
            .flatten()
    };
    let mut places = vec![number(JPEG_OFFSET).zip(number(JPEG_BYTES))];
    if matches!(number(COMPRESSION), Some(6 | 7)) {
        places.push(number(STRIP_OFFSETS).zip(number(STRIP_BYTES)));
    }
    let value = entries.iter().find(|e| e.tag == JPEG_VALUE);
    places
        .into_iter()
        .flatten()
        .filter_map(|(at, length)| {
            slice(
                file.bytes,
                usize::try_from(at).ok()?,
                usize::try_from(length).ok()?,
            )
        })
        .chain(value.and_then(|entry| file.data(entry)))
        .collect()
}

/// Width and height of a JPEG that is shown as it is; `None` for the lossless kind, in which sensors are stored.
fn size(jpeg: &[u8]) -> Option<(u32, u32)> {
    let mut at = jpeg.starts_with(b"\xff\xd8\xff").then_some(2)?;
    for _ in 0..SEGMENTS {
        let marker = Order::Big.u16(jpeg, at)?;
        match marker {
            0xffc0..=0xffc2 => {
                let side = |at| Order::Big.u16(jpeg, at).map(u32::from);
                let (height, width) = (side(at + 5)?, side(at + 7)?);
                return (width > 0 && height > 0).then_some((width, height));
            }
            0xffc4 | 0xffc8 | 0xffcc | 0xffd8 | 0xffdb..=0xfffe => {}
            _ => return None,
        }
        at += 2 + usize::from(Order::Big.u16(jpeg, at + 2)?);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jpeg(frame: u8, width: u16, height: u16) -> Vec<u8> {
        let mut out = vec![0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, frame, 0, 8, 8];
        out.extend(height.to_be_bytes());
        out.extend(width.to_be_bytes());
        out.extend([1, 0xff, 0xd9]);
        out
    }

    /// Two directories, each with one JPEG.
    fn raw(first: &[u8], second: &[u8]) -> Vec<u8> {
        let directory = |at: u32, length: usize, next: u32| {
            let mut out = vec![2, 0];
            for (tag, value) in [(JPEG_OFFSET, at), (JPEG_BYTES, length as u32)] {
                out.extend(tag.to_le_bytes());
                out.extend([4, 0, 1, 0, 0, 0]);
                out.extend(value.to_le_bytes());
            }
            out.extend(next.to_le_bytes());
            out
        };
        let mut bytes = b"II*\0\x08\0\0\0".to_vec();
        let start = 8 + 30 * 2;
        bytes.extend(directory(start, first.len(), 38));
        bytes.extend(directory(start + first.len() as u32, second.len(), 8));
        bytes.extend(first);
        bytes.extend(second);
        bytes
    }

    #[test]
    fn the_largest_preview_is_taken_and_sensor_data_is_not() {
        let limits = Limits::default();
        let (small, large) = (jpeg(0xc0, 16, 12), jpeg(0xc2, 640, 480));
        let bytes = raw(&small, &large);
        assert_eq!(preview(&bytes, &limits), Some(large.as_slice()));
        let parts = parts(&bytes, &limits);
        assert_eq!((parts.width, parts.height), (640, 480));
        let bytes = raw(&small, &jpeg(0xc3, 4000, 3000));
        assert_eq!(preview(&bytes, &limits), Some(small.as_slice()));
        for cut in 0..bytes.len() {
            let _ = preview(&bytes[..cut], &limits);
        }
    }

    #[test]
    fn where_no_directory_names_a_preview_the_largest_in_the_file_is_taken() {
        let limits = Limits::default();
        let (small, large) = (jpeg(0xc0, 16, 12), jpeg(0xc0, 640, 480));
        for head in [
            &b"FUJIFILMCCD-RAW "[..],
            b"FOVb",
            b"II\x1a\0\0\0HEAPCCDR",
            b"IIRO\x08\0\0\0\0\0",
        ] {
            let bytes = [head, &small, b"\xff\xd8\xff noise", &large, &small].concat();
            let found = parts(&bytes, &limits);
            assert_eq!(
                (found.width, found.height),
                (640, 480),
                "{}",
                head.escape_ascii()
            );
            assert!(preview(&bytes, &limits).is_some_and(|p| p.starts_with(&large)));
            for cut in 0..bytes.len() {
                let _ = parts_and_preview(&bytes[..cut], &limits);
            }
        }
    }

    fn parts_and_preview<'a>(bytes: &'a [u8], limits: &Limits) -> (Parts<'a>, Option<&'a [u8]>) {
        (parts(bytes, limits), preview(bytes, limits))
    }
}
