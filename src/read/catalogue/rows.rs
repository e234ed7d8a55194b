//! A file -> its rows, whichever of the forms it has. No row may be longer than the limit: a quote or bracket that is
//! never closed does not fill the memory.

use std::cell::Cell;
use std::io::{self, BufReader, Read};

use super::columns::CatalogueOptions;
use super::{json, table};
use crate::model::{Problem, Reason};
use crate::read::gzip::Inflate;
use crate::read::{Source, charset};

/// Column names with their values, in the order of the file.
pub(super) type Row = Vec<(String, Vec<String>)>;

/// The name under which a row keeps the cells that no column has a name for.
pub(super) const SURPLUS: &str = "";

/// Bytes that one row may take: with a cell for each, its reading takes twenty times as much.
const ROW_BYTES: u64 = 8 << 20;

/// Words that may be names of columns.
const MAX_NAMES: usize = 10_000;

/// Bytes from which delimiter and character set are found.
const SAMPLE_BYTES: u64 = 1 << 18;

/// A stream that ends with an error where one row takes more than it may.
pub(super) struct Bounded<'c, R> {
    inner: R,
    left: &'c Cell<u64>,
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left.get() == 0 {
            return Err(io::Error::other("a row is over the limit"));
        }
        let read = self.inner.read(buffer)?;
        self.left.set(self.left.get().saturating_sub(read as u64));
        Ok(read)
    }
}

/// What may be the names of columns at the beginning of a file of which no row can be read: of a table the cells of its
/// first line, of JSON whatever stands in quotes.
pub(super) fn names(file: &mut dyn Source, gzip: bool) -> Row {
    let stream: Box<dyn Read + '_> = if gzip {
        Box::new(Inflate::new(file))
    } else {
        Box::new(file)
    };
    let mut head = Vec::new();
    // What is damaged or cut off gives what it has.
    let _ = stream.take(SAMPLE_BYTES).read_to_end(&mut head);
    let text = charset::decode(&head, None, false);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let of_json = text.starts_with(['[', '{']);
    let some = if of_json {
        text
    } else {
        text.lines().next().unwrap_or_default()
    };
    let ends: &[char] = if of_json {
        &['"']
    } else {
        &[',', ';', '\t', '|']
    };
    some.split(ends)
        .map(|name| name.trim_matches(['"', ' ']))
        .filter(|name| !name.is_empty())
        .take(MAX_NAMES)
        .map(|name| (name.to_owned(), Vec::new()))
        .collect()
}

/// Give every row to `each`, as long as it wants more.
pub(super) fn rows(
    file: &mut dyn Source,
    gzip: bool,
    options: &CatalogueOptions,
    limit: u64,
    each: &mut dyn FnMut(Row) -> bool,
) -> Option<Problem> {
    if !gzip {
        return plain_rows(file, options, limit, each);
    }
    let mut inflate = Inflate::new(file);
    let problem = plain_rows(BufReader::new(&mut inflate), options, limit, each);
    // What ends too early inside is cut off because the whole is.
    inflate.problem().or(problem)
}

fn plain_rows(
    mut stream: impl Read,
    options: &CatalogueOptions,
    limit: u64,
    each: &mut dyn FnMut(Row) -> bool,
) -> Option<Problem> {
    let mut sample = Vec::new();
    if let Err(error) = (&mut stream).take(SAMPLE_BYTES).read_to_end(&mut sample) {
        return Some(Problem::new(
            Reason::Unreadable,
            format!("cannot read this file: {error}"),
        ));
    }
    // UTF-16 is turned as a whole.
    let limit = if charset::is_utf16(&sample) {
        limit
    } else {
        limit.min(ROW_BYTES)
    };
    let left = Cell::new(limit);
    let mut again = |row: Row| {
        left.set(limit);
        each(row)
    };
    let head = sample.clone();
    let whole = Bounded {
        inner: io::Cursor::new(sample).chain(stream),
        left: &left,
    };
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&head);
    let begins = head.trim_ascii_start().first().copied();
    if matches!(begins, Some(b'[' | b'{')) {
        json::rows(whole, &mut again)
    } else {
        table::rows(whole, head, options, &mut again)
    }
}
