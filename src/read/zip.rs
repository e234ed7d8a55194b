//! The list of a zip file -> its entries, and one entry's bytes as a stream. Nothing is ever written to disk.
//!
//! In: an open file. Out: what the central directory names, in its order. Entries that share bytes with another are
//! refused (that is how a small file holds endless ones); what an entry inflates to is bounded by its size on disk.

use std::io::{self, BufReader, Read, SeekFrom};

use super::Source;
use super::bytes::Order;
use crate::model::{Problem, Reason};

/// How far before the end of the file the end of its list is looked for: a comment may stand behind it.
const TAIL: u64 = 66_000;
/// Bytes of the list that count.
const MAX_LIST: u64 = 64 << 20;
/// Inflated bytes that need no reason, and for each byte on disk.
const FREE: u64 = 64 << 20;
const RATIO: u64 = 100;

const LE: Order = Order::Little;

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// As the list names it: never a path to write to.
    pub name: String,
    /// 0: stored; 8: deflated.
    method: u16,
    /// Bytes in the file.
    size: u64,
    /// Where its own header begins.
    at: u64,
}

/// The entries of a file, at most `max`.
pub(super) fn entries(file: &mut dyn Source, max: usize) -> Result<Vec<Entry>, Problem> {
    let damaged = |what: &str| {
        Problem::new(
            Reason::Damaged,
            format!("cannot read this zip file: {what}; it may be cut off"),
        )
    };
    let io = |e: io::Error| Problem::new(Reason::Unreadable, format!("cannot read this file: {e}"));
    let length = file.seek(SeekFrom::End(0)).map_err(io)?;
    let from = length.saturating_sub(TAIL);
    let tail = part(file, from, length - from).map_err(io)?;
    let end = tail
        .windows(4)
        .rposition(|w| w == b"PK\x05\x06")
        .ok_or_else(|| damaged("its list of entries is missing"))?;
    let short = || damaged("its list of entries is damaged");
    let record = tail.get(end..).unwrap_or_default();
    let mut count = u64::from(LE.u16(record, 10).ok_or_else(short)?);
    let mut size = u64::from(LE.u32(record, 12).ok_or_else(short)?);
    let mut start = u64::from(LE.u32(record, 16).ok_or_else(short)?);
    // A large file has a second, wider record, which a locator before the first points at.
    let locator = end.checked_sub(20).and_then(|at| tail.get(at..end));
    if let Some(at) = locator
        .filter(|l| l.starts_with(b"PK\x06\x07"))
        .and_then(|l| wide(l, 8))
    {
        let record = part(file, at, 56).map_err(io)?;
        if record.starts_with(b"PK\x06\x06") {
            count = wide(&record, 32).ok_or_else(short)?;
            size = wide(&record, 40).ok_or_else(short)?;
            start = wide(&record, 48).ok_or_else(short)?;
        }
    }
    if size > MAX_LIST || count > max as u64 {
        return Err(Problem::new(
            Reason::MaxRecords,
            format!("cannot read this zip file: it lists {count} entries, and the limit is {max}"),
        ));
    }
    let list = part(file, start, size).map_err(io)?;
    let mut found = Vec::new();
    let mut at = 0;
    while found.len() < max {
        let Some(one) = list.get(at..).filter(|l| l.starts_with(b"PK\x01\x02")) else {
            break;
        };
        let field = |at: usize| LE.u16(one, at).map(usize::from).ok_or_else(short);
        let (name, extra, comment) = (field(28)?, field(30)?, field(32)?);
        let mut entry = Entry {
            name: String::from_utf8_lossy(one.get(46..46 + name).ok_or_else(short)?).into_owned(),
            method: LE.u16(one, 10).ok_or_else(short)?,
            size: u64::from(LE.u32(one, 20).ok_or_else(short)?),
            at: u64::from(LE.u32(one, 42).ok_or_else(short)?),
        };
        let inflated = LE.u32(one, 24).unwrap_or_default();
        widen(
            &mut entry,
            inflated,
            one.get(46 + name..46 + name + extra).unwrap_or_default(),
        );
        found.push(entry);
        at += 46 + name + extra + comment;
    }
    if found.is_empty() && count > 0 {
        return Err(short());
    }
    Ok(found)
}

/// The entries of a file whose list is missing because it was cut off, each found behind the one before it. The last may
/// be cut.
pub(super) fn salvage(file: &mut dyn Source, max: usize) -> io::Result<Vec<Entry>> {
    let length = file.seek(SeekFrom::End(0))?;
    let mut found = Vec::new();
    let mut at = 0;
    while found.len() < max && at < length {
        let header = part(file, at, 30)?;
        let fields = (LE.u16(&header, 6), LE.u16(&header, 8), LE.u32(&header, 18));
        let lengths = (LE.u16(&header, 26), LE.u16(&header, 28));
        let ((Some(flags), Some(method), Some(size)), (Some(name), Some(extra))) =
            (fields, lengths)
        else {
            break;
        };
        if !header.starts_with(b"PK\x03\x04") {
            break;
        }
        let rest = part(file, at + 30, u64::from(name) + u64::from(extra))?;
        let (name, extra) = rest.split_at(usize::from(name).min(rest.len()));
        let start = at + 30 + rest.len() as u64;
        let mut entry = Entry {
            name: String::from_utf8_lossy(name).into_owned(),
            method,
            size: u64::from(size),
            at,
        };
        widen(&mut entry, LE.u32(&header, 22).unwrap_or_default(), extra);
        // Some write the size behind the bytes: then nobody knows where they end.
        let unknown = flags & 8 != 0 && entry.size == 0;
        let left = length.saturating_sub(start);
        entry.at = at;
        entry.size = if unknown { left } else { entry.size.min(left) };
        at = start + entry.size;
        found.push(entry);
    }
    Ok(found)
}

/// Sizes that do not fit stand in an extra field, in a fixed order, each only where its place says so.
fn widen(entry: &mut Entry, inflated: u32, mut extra: &[u8]) {
    while let (Some(id), Some(length)) = (LE.u16(extra, 0), LE.u16(extra, 2)) {
        let end = 4 + usize::from(length);
        let mut body = extra.get(4..end).unwrap_or_default();
        if id == 1 {
            let mut next = |is_there: bool| {
                let value = wide(body, 0).filter(|_| is_there);
                if value.is_some() {
                    body = body.get(8..).unwrap_or_default();
                }
                value
            };
            next(inflated == u32::MAX);
            if let Some(size) = next(entry.size == u64::from(u32::MAX)) {
                entry.size = size;
            }
            if let Some(at) = next(entry.at == u64::from(u32::MAX)) {
                entry.at = at;
            }
        }
        extra = extra.get(end..).unwrap_or_default();
    }
}

fn wide(bytes: &[u8], at: usize) -> Option<u64> {
    let low = u64::from(LE.u32(bytes, at)?);
    Some(low | (u64::from(LE.u32(bytes, at + 4)?) << 32))
}

fn part(file: &mut dyn Source, at: u64, length: u64) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(at))?;
    let mut bytes = Vec::new();
    (&mut *file).take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The first two entries that share bytes of the file, by the list alone.
pub(super) fn overlap(entries: &[Entry]) -> Option<(&str, &str)> {
    let mut by_place: Vec<&Entry> = entries.iter().filter(|e| e.size > 0).collect();
    by_place.sort_by_key(|e| e.at);
    by_place
        .iter()
        .zip(by_place.iter().skip(1))
        .find(|(a, b)| a.at.saturating_add(30).saturating_add(a.size) > b.at)
        .map(|(a, b)| (a.name.as_str(), b.name.as_str()))
}

/// The bytes of one entry, inflated.
pub(super) fn open<'f>(
    file: &'f mut dyn Source,
    entry: &Entry,
) -> Result<Box<dyn Read + 'f>, Problem> {
    let io = |e: io::Error| Problem::new(Reason::Unreadable, format!("cannot read this file: {e}"));
    let header = part(file, entry.at, 30).map_err(io)?;
    let lengths = LE.u16(&header, 26).zip(LE.u16(&header, 28));
    let Some((name, extra)) = lengths.filter(|_| header.starts_with(b"PK\x03\x04")) else {
        return Err(Problem::new(
            Reason::Damaged,
            format!(
                "cannot read the entry {} of this zip file: it is not where the list says",
                entry.name
            ),
        ));
    };
    let start = entry.at + 30 + u64::from(name) + u64::from(extra);
    file.seek(SeekFrom::Start(start)).map_err(io)?;
    let raw = BufReader::with_capacity(1 << 16, file.take(entry.size));
    match entry.method {
        0 => Ok(Box::new(raw)),
        8 => {
            let most = FREE.saturating_add(RATIO.saturating_mul(entry.size));
            Ok(Box::new(
                flate2::bufread::DeflateDecoder::new(raw).take(most),
            ))
        }
        other => Err(Problem::new(
            Reason::Unsupported,
            format!(
                "cannot read the entry {} of this zip file: its compression ({other}) is not one that cutline undoes",
                entry.name
            ),
        )),
    }
}

/// A zip file of stored or deflated entries, for tests.
#[cfg(test)]
pub(super) fn made(entries: &[(&str, &[u8], bool)]) -> Vec<u8> {
    use flate2::{Compression, write::DeflateEncoder};
    use std::io::Write as _;
    let (mut out, mut list) = (Vec::new(), Vec::new());
    for (name, bytes, deflate) in entries {
        let data = if *deflate {
            let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        } else {
            bytes.to_vec()
        };
        let method = if *deflate { 8_u16 } else { 0 };
        let mut fixed = Vec::new();
        fixed.extend([20, 0, 0, 0]);
        fixed.extend(method.to_le_bytes());
        fixed.extend([0; 8]);
        fixed.extend((data.len() as u32).to_le_bytes());
        fixed.extend((bytes.len() as u32).to_le_bytes());
        fixed.extend((name.len() as u16).to_le_bytes());
        fixed.extend([0, 0]);
        let at = out.len() as u32;
        out.extend(b"PK\x03\x04");
        out.extend(&fixed);
        out.extend(name.as_bytes());
        out.extend(&data);
        list.extend(b"PK\x01\x02\x14\0");
        list.extend(&fixed);
        list.extend([0; 10]);
        list.extend(at.to_le_bytes());
        list.extend(name.as_bytes());
    }
    let start = out.len() as u32;
    out.extend(&list);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(
        [
            (entries.len() as u16).to_le_bytes(),
            (entries.len() as u16).to_le_bytes(),
        ]
        .concat(),
    );
    out.extend((list.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn entries_are_listed_and_read_by_name() {
        let bytes = made(&[
            ("a/one.txt", b"stored", false),
            ("../../two", &b"deflated ".repeat(50), true),
        ]);
        let mut file = Cursor::new(bytes);
        let found = entries(&mut file, 100).unwrap();
        assert_eq!(found[1].name, "../../two");
        assert_eq!(overlap(&found), None);
        let mut text = String::new();
        open(&mut file, &found[1])
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, "deflated ".repeat(50));
        text.clear();
        open(&mut file, &found[0])
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, "stored");
    }

    #[test]
    fn entries_that_share_bytes_are_noticed() {
        let mut file = Cursor::new(made(&[("a", b"one", false), ("b", b"two", false)]));
        let mut found = entries(&mut file, 100).unwrap();
        found[1].at = found[0].at;
        assert_eq!(overlap(&found), Some(("a", "b")));
    }

    #[test]
    fn what_a_cut_file_begins_with_is_found_without_its_list() {
        let whole = made(&[("a", b"one", false), ("b", &b"x".repeat(90), true)]);
        let list = whole.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
        let mut file = Cursor::new(whole[..list].to_vec());
        let mut listed = Cursor::new(whole.clone());
        let found = salvage(&mut file, 100).unwrap();
        assert_eq!(found, entries(&mut listed, 100).unwrap());
        // Within the first entry that is as far as it goes.
        let mut file = Cursor::new(whole[..33].to_vec());
        let found = salvage(&mut file, 100).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].size, 2);
        for cut in 0..whole.len() {
            let mut file = Cursor::new(whole[..cut].to_vec());
            for entry in salvage(&mut file, 100).unwrap() {
                if let Ok(mut stream) = open(&mut file, &entry) {
                    let _ = io::copy(&mut stream, &mut io::sink());
                }
            }
        }
        assert!(
            salvage(&mut Cursor::new(vec![0; 100]), 100)
                .unwrap()
                .is_empty()
        );
    }

    #[test]
    fn damage_is_a_problem_wherever_it_is() {
        let whole = made(&[("a", b"one", false), ("b", &b"x".repeat(90), true)]);
        // The last two bytes are the length of a comment, which is not needed.
        for cut in 0..whole.len() - 2 {
            let mut file = Cursor::new(whole[..cut].to_vec());
            assert!(entries(&mut file, 100).is_err(), "{cut}");
        }
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 0xff;
            let mut file = Cursor::new(bytes);
            for entry in entries(&mut file, 100).unwrap_or_default() {
                if let Ok(mut stream) = open(&mut file, &entry) {
                    let _ = io::copy(&mut stream, &mut io::sink());
                }
            }
        }
        let mut file = Cursor::new(made(&[("a", &b""[..], false); 9]));
        assert_eq!(
            entries(&mut file, 8).unwrap_err().reason,
            Reason::MaxRecords
        );
    }
}
