//! TIFF, classic and Big. In: a file's bytes. Out: its size, its EXIF, IIM and XMP blocks, and whether its strips or
//! tiles lie within it.
//!
//! The EXIF block handed on is a small copy of the named tags alone, so that nothing else of a large or hostile file is
//! parsed a second time.

use std::borrow::Cow;

use super::Limits;
use super::bytes::{Order, slice};
use super::parts::Parts;
use super::photoshop;
use crate::model::Reason;

const WIDTH: u16 = 256;
const HEIGHT: u16 = 257;
const STRIP_OFFSETS: u16 = 273;
const STRIP_BYTES: u16 = 279;
const TILE_OFFSETS: u16 = 324;
const TILE_BYTES: u16 = 325;
const XMP: u16 = 700;
const IIM: u16 = 33723;
const RESOURCES: u16 = 34377;
const EXIF: u16 = 34665;
/// Description, Orientation, Artist, Copyright.
const NAMED: [u16; 4] = [270, 274, 315, 33432];
/// Date and zone of taking.
const NAMED_EXIF: [u16; 2] = [0x9003, 0x9011];
const PAGES: usize = 64;

/// Read the directories of a TIFF.
pub(super) fn parts<'a>(bytes: &'a [u8], limits: &Limits) -> Parts<'a> {
    let mut parts = Parts::default();
    let Some((file, first)) = File::open(bytes) else {
        parts.truncated("its header");
        return parts;
    };
    let Some((entries, mut next)) = file.directory(first, &mut parts, limits) else {
        parts.truncated("its first directory");
        return parts;
    };
    let one = |tag| {
        entries
            .iter()
            .find(|e| e.tag == tag)
            .and_then(|e| file.number(e, 0))
    };
    let side = |tag| one(tag).map_or(0, |n| u32::try_from(n).unwrap_or(u32::MAX));
    (parts.width, parts.height) = (side(WIDTH), side(HEIGHT));
    for entry in &entries {
        let Some(data) = file.data(entry) else {
            if known(entry.kind) {
                parts.truncated("one of its fields");
            }
            continue;
        };
        match entry.tag {
            XMP => parts.add_xmp(data, limits),
            IIM => iim(data, &mut parts, limits),
            RESOURCES => photoshop::resources(&Cow::Borrowed(data), &mut parts, limits),
            _ => {}
        }
    }
    let exif = exif(&file, &entries, &mut parts, limits);
    parts.add_exif(exif, limits);
    check(&file, &entries, &mut parts, limits);
    // Further pages: only whether they are there.
    let mut seen = vec![first];
    while next != 0 && seen.len() < PAGES && !seen.contains(&next) {
        seen.push(next);
        let Some((entries, after)) = file.directory(next, &mut parts, limits) else {
            parts.truncated("the directory of a later page");
            break;
        };
        check(&file, &entries, &mut parts, limits);
        next = after;
    }
    parts
}

/// The IIM tag is often typed LONG, which makes some writers swap its bytes, and sometimes holds Photoshop resources.
fn iim<'a>(data: &'a [u8], parts: &mut Parts<'a>, limits: &Limits) {
    if data.starts_with(b"8BIM") {
        photoshop::resources(&Cow::Borrowed(data), parts, limits);
    } else if data.first() != Some(&0x1c) && data.get(3) == Some(&0x1c) {
        let swapped = data.chunks(4).flat_map(|word| word.iter().rev().copied());
        parts.add_iim(swapped.collect::<Vec<u8>>(), limits);
    } else {
        parts.add_iim(data, limits);
    }
}

pub(super) struct Entry {
    pub(super) tag: u16,
    kind: u16,
    count: u64,
    /// Where the value stands: in the entry itself or elsewhere.
    at: u64,
}

impl Entry {
    /// How many values it has.
    pub(super) fn count(&self) -> u64 {
        self.count
    }
}

pub(super) struct File<'a> {
    pub(super) bytes: &'a [u8],
    order: Order,
    big: bool,
}

impl<'a> File<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Option<(Self, u64)> {
        let order = if bytes.starts_with(b"II") {
            Order::Little
        } else {
            Order::Big
        };
        let big = order.u16(bytes, 2)? == 43;
        let first = if big {
            order.u64(bytes, 8)?
        } else {
            u64::from(order.u32(bytes, 4)?)
        };
        Some((Self { bytes, order, big }, first))
    }

    fn offset(&self, at: usize) -> Option<u64> {
        if self.big {
            self.order.u64(self.bytes, at)
        } else {
            self.order.u32(self.bytes, at).map(u64::from)
        }
    }

    /// The entries of a directory and the place of the next one; `None` where it does not lie within the file.
    pub(super) fn directory(
        &self,
        at: u64,
        parts: &mut Parts<'_>,
        limits: &Limits,
    ) -> Option<(Vec<Entry>, u64)> {
        let at = usize::try_from(at).ok()?;
        let (count, mut at, size, inline) = if self.big {
            (self.order.u64(self.bytes, at)?, at.checked_add(8)?, 20, 12)
        } else {
            (
                u64::from(self.order.u16(self.bytes, at)?),
                at.checked_add(2)?,
                12,
                8,
            )
        };
        let count = usize::try_from(count).ok()?;
        if count > limits.records {
            parts.too_many("fields", limits);
            return Some((Vec::new(), 0));
        }
        let mut entries = Vec::new();
        for _ in 0..count {
            let kind = self.order.u16(self.bytes, at + 2)?;
            let count = self.offset(at + 4)?;
            let long = width(kind).saturating_mul(count) > if self.big { 8 } else { 4 };
            let value = self.offset(at + inline)?;
            entries.push(Entry {
                tag: self.order.u16(self.bytes, at)?,
                kind,
                count,
                at: if long { value } else { (at + inline) as u64 },
            });
            at += size;
        }
        Some((entries, self.offset(at).unwrap_or(0)))
    }

    /// The bytes of a value; `None` where they do not lie within the file.
    pub(super) fn data(&self, entry: &Entry) -> Option<&'a [u8]> {
        let length = width(entry.kind).checked_mul(entry.count)?;
        slice(
            self.bytes,
            usize::try_from(entry.at).ok()?,
            usize::try_from(length).ok()?,
        )
    }

    /// The `index`th of a value's whole numbers.
    pub(super) fn number(&self, entry: &Entry, index: usize) -> Option<u64> {
        let at = usize::try_from(entry.at).ok()?;
        if index as u64 >= entry.count {
            return None;
        }
        match entry.kind {
            1 => self
                .bytes
                .get(at.checked_add(index)?)
                .copied()
                .map(u64::from),
            3 => self
                .order
                .u16(self.bytes, at.checked_add(index * 2)?)
                .map(u64::from),
            4 | 13 => self
                .order
                .u32(self.bytes, at.checked_add(index * 4)?)
                .map(u64::from),
            16 | 18 => self.order.u64(self.bytes, at.checked_add(index * 8)?),
            _ => None,
        }
    }
}

/// Bytes of one value of a type.
fn width(kind: u16) -> u64 {
    match kind {
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 | 16..=18 => 8,
        _ => 1,
    }
}

/// Whether a type is one of TIFF's own.
fn known(kind: u16) -> bool {
    matches!(kind, 1..=13 | 16..=18)
}

/// Whether strips or tiles lie within the file.
fn check(file: &File<'_>, entries: &[Entry], parts: &mut Parts<'_>, limits: &Limits) {
    let find = |tag| entries.iter().find(|e| e.tag == tag);
    for (offsets, lengths) in [(STRIP_OFFSETS, STRIP_BYTES), (TILE_OFFSETS, TILE_BYTES)] {
        let Some(offsets) = find(offsets) else {
            continue;
        };
        let lengths = find(lengths);
        let count = usize::try_from(offsets.count).unwrap_or(usize::MAX);
        if count > limits.records.saturating_mul(16) {
            parts.too_many("strips or tiles", limits);
            return;
        }
        for index in 0..count {
            let start = file.number(offsets, index);
            let length = lengths.map_or(Some(0), |l| file.number(l, index));
            let end = start.zip(length).map(|(s, l)| s.saturating_add(l));
            if end.is_none_or(|end| end > file.bytes.len() as u64) {
                parts.truncated("its picture data");
                return;
            }
        }
    }
}

/// A small TIFF of the named tags, as [`super::exif`] reads it.
fn exif(file: &File<'_>, entries: &[Entry], parts: &mut Parts<'_>, limits: &Limits) -> Vec<u8> {
    let exif_at = entries
        .iter()
        .find(|e| e.tag == EXIF)
        .and_then(|e| file.number(e, 0));
    let sub = exif_at.map(|at| file.directory(at, parts, limits));
    if let Some(None) = sub {
        parts.problem(
            Reason::Damaged,
            "cannot read the EXIF directory of this picture: it lies outside the file",
        );
    }
    let sub = sub.flatten().map_or(Vec::new(), |(entries, _)| entries);
    let dates = pick(file, &sub, &NAMED_EXIF, limits);
    small(file.order, pick(file, entries, &NAMED, limits), &dates)
}

/// The same of two TIFF blocks: one with the main directory, one whose first directory is that of EXIF.
pub(super) fn exif_of(main: &[u8], exif: &[u8], parts: &mut Parts<'_>, limits: &Limits) -> Vec<u8> {
    let mut tags = |block, named: &[u16]| {
        let (file, at) = File::open(block)?;
        let (entries, _) = file.directory(at, parts, limits)?;
        Some((file.order, pick(&file, &entries, named, limits)))
    };
    let main = tags(main, &NAMED);
    let order = main.as_ref().map_or(Order::Little, |(order, _)| *order);
    // Texts alone are taken from it: they have no byte order.
    let dates = tags(exif, &NAMED_EXIF).map_or(Vec::new(), |(_, dates)| dates);
    small(order, main.map_or(Vec::new(), |(_, tags)| tags), &dates)
}

/// The bytes of all values that the directories of a block name within it, each as often as it is named: what a parser
/// that copies them holds. Of its first 64 directories.
pub(super) fn value_bytes(block: &[u8]) -> u64 {
    const POINTERS: [u16; 3] = [EXIF, 34853, 40965];
    let Some((file, first)) = File::open(block) else {
        return 0;
    };
    // A directory has at most 65,535 entries in a classic TIFF.
    let limits = Limits::default();
    let (mut seen, mut next, mut sum) = (Vec::new(), vec![first], 0_u64);
    while let Some(at) = next.pop() {
        if at == 0 || seen.contains(&at) || seen.len() == PAGES {
            continue;
        }
        seen.push(at);
        let found = file.directory(at, &mut Parts::default(), &limits);
        let Some((entries, after)) = found else {
            continue;
        };
        next.push(after);
        for entry in &entries {
            sum = sum.saturating_add(file.data(entry).map_or(0, |data| data.len() as u64));
            if POINTERS.contains(&entry.tag) {
                next.extend(file.number(entry, 0));
            }
        }
    }
    sum
}

/// Tag, type and value.
type Tag = (u16, u16, Vec<u8>);

fn pick(file: &File<'_>, entries: &[Entry], tags: &[u16], limits: &Limits) -> Vec<Tag> {
    // Of several entries of one tag the first counts.
    tags.iter()
        .filter_map(|tag| entries.iter().find(|e| e.tag == *tag && known(e.kind)))
        .filter_map(|e| Some((e.tag, e.kind, file.data(e)?)))
        .filter(|(.., data)| data.len() <= limits.metadata_bytes)
        .map(|(tag, kind, data)| (tag, kind, data.to_vec()))
        .collect()
}

fn small(order: Order, mut main: Vec<Tag>, dates: &[Tag]) -> Vec<u8> {
    let mut out = match order {
        Order::Little => b"II*\0\x08\0\0\0".to_vec(),
        Order::Big => b"MM\0*\0\0\0\x08".to_vec(),
    };
    if !dates.is_empty() {
        // The pointer's value is set once the length of the main directory is known.
        main.push((EXIF, 4, vec![0; 4]));
    }
    let length = |list: &[Tag]| {
        6 + list.len() * 12
            + list
                .iter()
                .map(|(.., d)| if d.len() > 4 { d.len() } else { 0 })
                .sum::<usize>()
    };
    let second = 8 + length(&main);
    if let Some((EXIF, _, pointer)) = main.last_mut() {
        *pointer = put32(order, second as u32).to_vec();
    }
    write(order, &main, &mut out);
    if !dates.is_empty() {
        write(order, dates, &mut out);
    }
    out
}

fn put16(order: Order, value: u16) -> [u8; 2] {
    match order {
        Order::Big => value.to_be_bytes(),
        Order::Little => value.to_le_bytes(),
    }
}

fn put32(order: Order, value: u32) -> [u8; 4] {
    match order {
        Order::Big => value.to_be_bytes(),
        Order::Little => value.to_le_bytes(),
    }
}

fn write(order: Order, list: &[Tag], out: &mut Vec<u8>) {
    out.extend(put16(order, list.len() as u16));
    let mut behind = out.len() + list.len() * 12 + 4;
    let mut values = Vec::new();
    for (tag, kind, data) in list {
        out.extend(put16(order, *tag));
        out.extend(put16(order, *kind));
        out.extend(put32(order, data.len() as u32 / width(*kind) as u32));
        if data.len() <= 4 {
            let mut inline = data.clone();
            inline.resize(4, 0);
            out.extend(inline);
        } else {
            out.extend(put32(order, behind as u32));
            behind += data.len();
            values.extend_from_slice(data);
        }
    }
    out.extend([0; 4]);
    out.extend(values);
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A TIFF of given fields and data behind them, little-endian: (tag, type, count, value or offset).
    pub(in crate::read) fn file(entries: &[(u16, u16, u32, u32)], data: &[u8]) -> Vec<u8> {
        let mut out = b"II*\0\x08\0\0\0".to_vec();
        out.extend((entries.len() as u16).to_le_bytes());
        for (tag, kind, count, value) in entries {
            out.extend(tag.to_le_bytes());
            out.extend(kind.to_le_bytes());
            out.extend(count.to_le_bytes());
            out.extend(value.to_le_bytes());
        }
        out.extend([0; 4]);
        out.extend(data);
        out
    }

    #[test]
    fn size_blocks_and_a_small_exif_are_found() {
        let entries = 6;
        let behind = 8 + 2 + entries * 12 + 4;
        let bytes = file(
            &[
                (WIDTH, 4, 1, 64),
                (HEIGHT, 3, 1, 48),
                (270, 2, 6, behind),
                (STRIP_OFFSETS, 4, 1, behind),
                (STRIP_BYTES, 4, 1, 6),
                (IIM, 4, 2, behind + 6),
            ],
            b"Words\0\x02\x50\x02\x1c\x00PA\x00",
        );
        // "swapped" words of a LONG: 1c 02 50 02 | 00 41 50 00 is not IIM, only the order matters here.
        let parts = parts(&bytes, &Limits::default());
        assert_eq!((parts.width, parts.height), (64, 48));
        assert_eq!(&parts.iim[0][..4], b"\x1c\x02\x50\x02");
        assert!(parts.problems.is_empty(), "{:?}", parts.problems);
        let small = parts.exif.unwrap();
        assert!(small.windows(5).any(|w| w == b"Words"));
        assert!(small.len() < bytes.len());
    }

    #[test]
    fn a_strip_or_directory_beyond_the_end_is_a_truncation() {
        let strip = file(
            &[
                (WIDTH, 4, 1, 1),
                (HEIGHT, 4, 1, 1),
                (STRIP_OFFSETS, 4, 1, 8),
                (STRIP_BYTES, 4, 1, 900),
            ],
            b"",
        );
        for bytes in [&strip[..], b"II*\0\xff\0\0\0", b"II*\0", &strip[..20]] {
            let parts = parts(bytes, &Limits::default());
            assert!(parts.problems.iter().any(|p| p.reason == Reason::Truncated));
        }
    }

    #[test]
    fn a_loop_of_directories_ends() {
        let mut bytes = file(&[(WIDTH, 4, 1, 1), (HEIGHT, 4, 1, 1)], b"");
        let next = bytes.len() - 4;
        bytes[next] = 8;
        let _ = parts(&bytes, &Limits::default());
    }
}
