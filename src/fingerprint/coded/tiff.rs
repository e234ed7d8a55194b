//! TIFF, the 64-bit kind as well: the tags that decoding needs and the strips or tiles, of every page.

use crate::fingerprint::sha256::Parts;
use crate::model::Sha256;

/// Tags without which the samples cannot be decoded, or that change what they mean.
const LAYOUT: [u16; 27] = [
    256, 257, 258, 259, 262, 266, 277, 278, 284, 292, 293, 317, 320, 322, 323, 332, 334, 336, 338,
    339, 340, 341, 347, 529, 530, 531, 532,
];
const NEW_SUBFILE_TYPE: u16 = 254;
const COMPRESSION: u16 = 259;
const STRIPS: (u16, u16) = (273, 279);
const TILES: (u16, u16) = (324, 325);
/// The JPEG of TIFF 6.0 keeps its tables elsewhere in the file; the later kind (7) does not.
const OLD_JPEG: u64 = 6;
const MAX_PAGES: usize = 1_000;
const MAX_ENTRIES: u64 = 4_096;

pub(super) fn coded(bytes: &[u8]) -> Option<Sha256> {
    let file = File::open(bytes)?;
    let mut parts = Parts::new(if file.big_endian {
        "tiff-be"
    } else {
        "tiff-le"
    });
    let mut at = file.first;
    let (mut pictures, mut held) = (0, 0);
    for _ in 0..MAX_PAGES {
        if at == 0 {
            return (pictures > 0).then(|| parts.finish());
        }
        let (entries, next) = file.directory(at)?;
        at = next;
        let thumbnail = file
            .numbers(&entries, NEW_SUBFILE_TYPE)
            .and_then(|v| v.first().copied())
            .is_some_and(|kind| kind & 1 == 1);
        if thumbnail {
            continue;
        }
        if file.numbers(&entries, COMPRESSION)?.first() == Some(&OLD_JPEG) {
            return None;
        }
        parts.add(b"page", &[]);
        for entry in entries.iter().filter(|e| LAYOUT.contains(&e.tag)) {
            parts.add(&entry.tag.to_be_bytes(), file.value(entry)?);
        }
        for (offsets, counts) in [STRIPS, TILES] {
            let Some(offsets) = file.numbers(&entries, offsets) else {
                continue;
            };
            let counts = file.numbers(&entries, counts)?;
            if counts.len() != offsets.len() || counts.iter().all(|&c| c == 0) {
                return None;
            }
            for (&offset, &count) in offsets.iter().zip(&counts) {
                let data = file.bytes(offset, count)?;
                // Strips that lie over each other many times are made to hurt.
                held += data.len();
                if held / 2 > bytes.len() {
                    return None;
                }
                parts.add(b"data", data);
            }
            pictures += 1;
        }
    }
    None
}

/// A view of the bytes in the file's own byte order and offset width.
struct File<'a> {
    bytes: &'a [u8],
    big_endian: bool,
    big: bool,
    first: u64,
}

/// One directory entry.
struct Entry {
    tag: u16,
    kind: u16,
    count: u64,
    /// Where the value or its offset stands.
    at: u64,
}

impl<'a> File<'a> {
    fn open(bytes: &'a [u8]) -> Option<Self> {
        let mut file = Self {
            bytes,
            big_endian: match bytes.get(..2)? {
                b"MM" => true,
                b"II" => false,
                _ => return None,
            },
            big: false,
            first: 0,
        };
        match file.number(2, 2)? {
            42 => file.first = file.number(4, 4)?,
            43 => {
                file.big = true;
                file.first = file.number(8, 8)?;
            }
            _ => return None,
        }
        Some(file)
    }

    fn bytes(&self, at: u64, count: u64) -> Option<&'a [u8]> {
        let start = usize::try_from(at).ok()?;
        let end = usize::try_from(at.checked_add(count)?).ok()?;
        self.bytes.get(start..end)
    }

    fn number(&self, at: u64, width: u64) -> Option<u64> {
        let bytes = self.bytes(at, width)?;
        let fold = |sum: u64, b: &u8| (sum << 8) | u64::from(*b);
        Some(if self.big_endian {
            bytes.iter().fold(0, fold)
        } else {
            bytes.iter().rev().fold(0, fold)
        })
    }

    /// The entries of the directory at an offset, in the order of their tags, and where the next directory is.
    fn directory(&self, at: u64) -> Option<(Vec<Entry>, u64)> {
        let (count_width, entry_width, value_width) =
            if self.big { (8, 20, 8) } else { (2, 12, 4) };
        let count = self.number(at, count_width)?;
        if count > MAX_ENTRIES {
            return None;
        }
        let start = at.checked_add(count_width)?;
        let mut entries = (0..count)
            .map(|i| {
                let at = start.checked_add(i * entry_width)?;
                Some(Entry {
                    tag: u16::try_from(self.number(at, 2)?).ok()?,
                    kind: u16::try_from(self.number(at + 2, 2)?).ok()?,
                    count: self.number(at + 4, value_width)?,
                    at: at + 4 + value_width,
                })
            })
            .collect::<Option<Vec<_>>>()?;
        entries.sort_by_key(|e| e.tag);
        let next = self.number(start.checked_add(count * entry_width)?, value_width)?;
        Some((entries, next))
    }

    fn value(&self, entry: &Entry) -> Option<&'a [u8]> {
        let length = entry.count.checked_mul(width(entry.kind)?)?;
        let inline = if self.big { 8 } else { 4 };
        let at = if length <= inline {
            entry.at
        } else {
            self.number(entry.at, inline)?
        };
        self.bytes(at, length)
    }

    /// The whole numbers of a tag.
    fn numbers(&self, entries: &[Entry], tag: u16) -> Option<Vec<u64>> {
        let entry = entries.iter().find(|e| e.tag == tag)?;
        let value = self.value(entry)?;
        let width = usize::try_from(width(entry.kind)?).ok()?;
        value
            .chunks_exact(width)
            .map(|chunk| {
                let part = File {
                    bytes: chunk,
                    ..*self
                };
                part.number(0, chunk.len() as u64)
            })
            .collect()
    }
}

/// Bytes of one value of a TIFF type.
fn width(kind: u16) -> Option<u64> {
    match kind {
        1 | 2 | 6 | 7 => Some(1),
        3 | 8 => Some(2),
        4 | 9 | 11 | 13 => Some(4),
        5 | 10 | 12 | 16 | 17 | 18 => Some(8),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A little-endian TIFF of one strip; `extra` entries are ASCII tags stored inline.
    fn tiff(strip: &[u8], extra: &[(u16, &[u8; 4])]) -> Vec<u8> {
        let mut entries: Vec<(u16, u16, u32, [u8; 4])> = vec![
            (256, 3, 1, [4, 0, 0, 0]),
            (257, 3, 1, [1, 0, 0, 0]),
            (259, 3, 1, [1, 0, 0, 0]),
            (273, 4, 1, 8u32.to_le_bytes()),
            (279, 4, 1, (strip.len() as u32).to_le_bytes()),
        ];
        entries.extend(extra.iter().map(|(tag, text)| (*tag, 2, 4, **text)));
        let mut out = b"II\x2a\0".to_vec();
        out.extend((8 + strip.len() as u32).to_le_bytes());
        out.extend_from_slice(strip);
        out.extend((entries.len() as u16).to_le_bytes());
        for (tag, kind, count, value) in entries {
            out.extend(tag.to_le_bytes());
            out.extend(kind.to_le_bytes());
            out.extend(count.to_le_bytes());
            out.extend(value);
        }
        out.extend([0; 4]);
        out
    }

    #[test]
    fn descriptions_do_not_count_and_strips_do() {
        let plain = tiff(b"abcd", &[]);
        let dressed = tiff(b"abcd", &[(315, b"me\0\0"), (270, b"abc\0")]);
        assert!(coded(&plain).is_some());
        assert_eq!(coded(&plain), coded(&dressed));
        assert_ne!(coded(&plain), coded(&tiff(b"abce", &[])));
        for end in 0..plain.len() {
            assert_eq!(coded(&plain[..end]), None, "cut at {end}");
        }
    }

    #[test]
    fn strips_that_lie_over_each_other_are_not_hashed_again_and_again() {
        let of_three = |length: u32| {
            let arrays = [[8; 3], [length; 3]].concat();
            let strip: Vec<u8> = arrays.iter().flat_map(|n| n.to_le_bytes()).collect();
            let mut bytes = tiff(&strip, &[]);
            for (entry, place) in [(3, 8_u32), (4, 20)] {
                let at = 8 + strip.len() + 2 + entry * 12 + 4;
                bytes[at..at + 4].copy_from_slice(&3_u32.to_le_bytes());
                bytes[at + 4..at + 8].copy_from_slice(&place.to_le_bytes());
            }
            bytes
        };
        assert!(coded(&of_three(30)).is_some());
        assert_eq!(coded(&of_three(90)), None);
    }

    #[test]
    fn a_directory_that_points_at_itself_ends() {
        let mut endless = tiff(b"abcd", &[]);
        let start = endless.len() - 4;
        endless.truncate(start);
        endless.extend(12u32.to_le_bytes());
        assert_eq!(coded(&endless), None);
    }
}
