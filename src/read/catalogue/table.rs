//! CSV and TSV -> rows. Delimiter and character set are found from the beginning of the file, or stated by the user.

use std::cell::Cell;
use std::io::{BufReader, Read};

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

use super::columns::{CatalogueOptions, known_among};
use super::rows::{Row, SURPLUS};
use crate::model::{Problem, Reason};
use crate::read::charset;

/// Columns that count.
const MAX_COLUMNS: usize = 2_000;
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Give every row to `each`, as long as it wants more. `head` is the beginning of the stream.
pub(super) fn rows(
    mut stream: impl Read,
    head: &[u8],
    options: &CatalogueOptions,
    each: &mut dyn FnMut(Row) -> bool,
) -> Option<Problem> {
    if charset::is_utf16(head) {
        // Spreadsheets write it under "Unicode text": it is turned as a whole, within the limit of a row.
        let mut bytes = Vec::new();
        let read = stream.read_to_end(&mut bytes);
        let text = charset::decode(&bytes, None, false).into_owned();
        let problem = read.err().map(|e| over(&e.to_string()));
        return parsed(text.as_bytes(), text.as_bytes(), UTF_8, options, each).or(problem);
    }
    let encoding = options
        .charset
        .as_deref()
        .and_then(|label| Encoding::for_label(label.as_bytes()))
        .unwrap_or_else(|| charset::of(head));
    parsed(BufReader::new(stream), head, encoding, options, each)
}

fn over(error: &str) -> Problem {
    Problem::new(
        Reason::MaxBytes,
        format!("cannot read all of this table: {error}; a quote is probably never closed"),
    )
}

/// Counts the quotes of a stream: of rows that are whole, there are two for each.
struct Quotes<'a, R> {
    stream: R,
    odd: &'a Cell<bool>,
}

impl<R: Read> Read for Quotes<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.stream.read(buffer)?;
        let quotes = memchr::memchr_iter(b'"', buffer.get(..read).unwrap_or_default()).count();
        self.odd.set(self.odd.get() ^ (quotes % 2 == 1));
        Ok(read)
    }
}

fn open_quote(lines: usize) -> Problem {
    Problem::new(
        Reason::Damaged,
        format!(
            "cannot read all of this table: a quote is never closed, so its last {lines} lines are read as one row; close it \
             and ingest again"
        ),
    )
}

fn parsed(
    stream: impl Read,
    head: &[u8],
    encoding: &'static Encoding,
    options: &CatalogueOptions,
    each: &mut dyn FnMut(Row) -> bool,
) -> Option<Problem> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let mut stated = None;
    if let Some(rest) = head.strip_prefix(b"sep=") {
        // Excel's own first line.
        stated = rest.first().copied();
    }
    let delimiter = options
        .delimiter
        .or(stated)
        .unwrap_or_else(|| delimiter(head, encoding));
    let odd = Cell::new(false);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(Quotes { stream, odd: &odd });
    let mut record = csv::ByteRecord::new();
    let mut lines = 0;
    let mut names: Option<Vec<String>> = None;
    // A file whose beginning is plain ASCII may turn out not to be UTF-8 further down.
    let text = |bytes: &[u8]| match std::str::from_utf8(bytes) {
        Ok(text) if encoding == UTF_8 => text.to_owned(),
        Err(_) if encoding == UTF_8 => WINDOWS_1252
            .decode_without_bom_handling(bytes)
            .0
            .into_owned(),
        _ => encoding.decode_without_bom_handling(bytes).0.into_owned(),
    };
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            // The last row has swallowed the lines behind it.
            Ok(false) if odd.get() && lines > 1 => return Some(open_quote(lines)),
            Ok(false) => return None,
            Err(error) => return Some(over(&error.to_string())),
        }
        lines = 1 + memchr::memchr_iter(b'\n', record.as_slice()).count();
        let first = record.get(0).unwrap_or_default();
        let is_hint = first
            .strip_prefix(b"\xef\xbb\xbf")
            .unwrap_or(first)
            .starts_with(b"sep=");
        let Some(names) = &names else {
            if !is_hint {
                let named = record.iter().take(MAX_COLUMNS).map(|cell| {
                    let name = text(cell.strip_prefix(b"\xef\xbb\xbf").unwrap_or(cell));
                    name.trim().to_owned()
                });
                names = Some(named.collect());
            }
            continue;
        };
        let mut row: Row = names
            .iter()
            .zip(record.iter())
            .filter(|(name, _)| !name.is_empty())
            .map(|(name, cell)| (name.clone(), vec![text(cell)]))
            .collect();
        // Empty ones are delimiters at the end of the line, which some programs write.
        let surplus: Vec<String> = record.iter().skip(names.len()).map(text).collect();
        if surplus.iter().any(|cell| !cell.trim().is_empty()) {
            row.push((SURPLUS.to_owned(), surplus));
        }
        if !each(row) {
            return None;
        }
    }
}

/// The delimiter under which the first line names most known columns, or else most columns.
fn delimiter(head: &[u8], encoding: &'static Encoding) -> u8 {
    let score = |delimiter: u8| {
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(head);
        let mut record = csv::ByteRecord::new();
        let _ = reader.read_byte_record(&mut record);
        let names: Vec<String> = record
            .iter()
            .take(MAX_COLUMNS)
            .map(|c| encoding.decode_without_bom_handling(c).0.into_owned())
            .collect();
        (known_among(names.iter().map(String::as_str)), names.len())
    };
    let mut best = (b',', score(b','));
    for candidate in DELIMITERS {
        let found = score(candidate);
        if found > best.1 {
            best = (candidate, found);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (Vec<Row>, Option<Problem>) {
        let mut out = Vec::new();
        let problem = rows(bytes, bytes, &CatalogueOptions::default(), &mut |row| {
            out.push(row);
            true
        });
        (out, problem)
    }

    fn cells(row: &Row) -> Vec<&str> {
        row.iter().map(|(_, v)| v[0].as_str()).collect()
    }

    #[test]
    fn a_quote_that_is_never_closed_is_a_problem() {
        let (rows, problem) = read(b"File,Caption\na.jpg,\"The pier\nb.jpg,Boats\nc.jpg,Nets\n");
        assert_eq!(rows.len(), 1);
        assert_eq!(problem.map(|p| p.reason), Some(Reason::Damaged));
        for whole in [
            &b"File,Caption\na.jpg,\"The pier\nat dusk\"\n"[..],
            b"File,Caption\na.jpg,A 5\" nail\n",
        ] {
            assert_eq!(read(whole).1, None);
        }
    }

    #[test]
    fn delimiter_and_character_set_are_found() {
        let (rows, _) =
            read("\u{feff}Filename,Caption,Credit\na.jpg,\"One; two, three\",AP\n".as_bytes());
        assert_eq!(rows[0][0].0, "Filename");
        assert_eq!(cells(&rows[0]), ["a.jpg", "One; two, three", "AP"]);
        let (rows, _) =
            read(b"Dateiname;Bildtext;Fotograf\r\na.jpg;\"Stra\xdfen, D\xf6rfer\";M\xfcller\r\n");
        assert_eq!(cells(&rows[0]), ["a.jpg", "Straßen, Dörfer", "Müller"]);
        let (rows, _) = read(b"sep=;\nFilename;Caption\na.jpg;x\n");
        assert_eq!(cells(&rows[0]), ["a.jpg", "x"]);
        let utf16: Vec<u8> = "\u{feff}Filename\tCaption\na.jpg\tcafé\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(cells(&read(&utf16).0[0]), ["a.jpg", "café"]);
    }

    #[test]
    fn short_and_long_rows_are_rows() {
        let (rows, problem) = read(b"Filename,Caption\na.jpg\nb.jpg,x,y,z\n\"never closed");
        assert_eq!(rows.len(), 3);
        assert_eq!(
            rows[1][2],
            (SURPLUS.to_owned(), vec!["y".to_owned(), "z".to_owned()])
        );
        assert_eq!(problem, None);
    }
}
