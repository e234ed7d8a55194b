//! Camera raw files built on TIFF (DNG, NEF, ARW, CR2 and the like). In: a file's bytes. Out: metadata, and the largest
//! JPEG preview in it, which is what is shown and compared; what the sensor saw is not developed.

use super::Limits;
use super::bytes::{Order, slice};
use super::parts::Parts;
use super::tiff::{self, Entry, File};

const COMPRESSION: u16 = 259;
const STRIP_OFFSETS: u16 = 273;
const STRIP_BYTES: u16 = 279;
const SUB_DIRECTORIES: u16 = 330;
const JPEG_OFFSET: u16 = 513;
const JPEG_BYTES: u16 = 514;
/// Directories that are looked at.
const DIRECTORIES: usize = 32;

/// Read the directories of a camera raw file. Its size is that of the preview, where there is one.
pub(super) fn parts<'a>(bytes: &'a [u8], limits: &Limits) -> Parts<'a> {
    let mut parts = tiff::parts(bytes, limits);
    if let Some((_, width, height)) = largest(bytes, limits) {
        (parts.width, parts.height) = (width, height);
    }
    parts
}

/// The largest JPEG preview.
pub fn preview<'a>(bytes: &'a [u8], limits: &Limits) -> Option<&'a [u8]> {
    largest(bytes, limits).map(|found| found.0)
}

fn largest<'a>(bytes: &'a [u8], limits: &Limits) -> Option<(&'a [u8], u32, u32)> {
    let (file, first) = File::open(bytes)?;
    // Not kept: what is wrong with the directories was said when the metadata was read.
    let mut unheard = Parts::default();
    let (mut todo, mut seen) = (vec![first], Vec::new());
    let mut best: Option<(&[u8], u32, u32)> = None;
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
            let area = |w: u32, h: u32| u64::from(w) * u64::from(h);
            if best.is_none_or(|(_, w, h)| area(width, height) > area(w, h)) {
                best = Some((jpeg, width, height));
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
        .collect()
}

/// Width and height of a JPEG that is shown as it is; `None` for the lossless kind, in which sensors are stored.
fn size(jpeg: &[u8]) -> Option<(u32, u32)> {
    let mut at = jpeg.starts_with(b"\xff\xd8\xff").then_some(2)?;
    loop {
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
}
