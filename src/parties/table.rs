//! The built-in tables, row by row.
//!
//! In: the text of a CSV file that is part of the program. Out: its rows, as slices of it. A third of the time in which
//! cutline is ready to read went into a reader for files of all kinds; these are of one, which tests keep to.

use std::borrow::Cow;

/// The cells of a row, or what is wrong with it.
type Cells<'t, 'a> = Result<&'t [Cow<'a, str>], String>;

/// The rows of a table after its header.
pub(crate) struct Table<'a> {
    rest: &'a str,
    /// The line on which `rest` begins.
    line: u64,
    width: usize,
    cells: Vec<Cow<'a, str>>,
}

impl<'a> Table<'a> {
    /// Commas part the cells, `\n` the rows; a cell may stand in quotes, with its own quotes doubled.
    pub fn new(text: &'a str) -> Self {
        let mut table = Self {
            rest: text,
            line: 1,
            width: 0,
            cells: Vec::new(),
        };
        table.width = table.read().map_or(0, |_| table.cells.len());
        table
    }

    /// The next row that is not empty, and the line on which it begins.
    pub fn next_row(&mut self) -> Option<(u64, Cells<'_, 'a>)> {
        let (line, whole) = self.read()?;
        let row = match self.cells.len() {
            _ if !whole => {
                Err("after a cell in quotes stands neither a comma nor the end".to_owned())
            }
            count if count != self.width => Err(format!(
                "it has {count} cells where the header has {}",
                self.width
            )),
            _ => Ok(self.cells.as_slice()),
        };
        Some((line, row))
    }

    /// Reads a row into the cells. Gives its line, and whether it is well formed.
    fn read(&mut self) -> Option<(u64, bool)> {
        while let Some(rest) = self.rest.strip_prefix('\n') {
            (self.rest, self.line) = (rest, self.line + 1);
        }
        if self.rest.is_empty() {
            return None;
        }
        let line = self.line;
        self.cells.clear();
        loop {
            let cell = self.cell();
            self.cells.push(cell);
            let next = self.rest.as_bytes().first().copied();
            self.rest = self.rest.get(1..).unwrap_or_default();
            match next {
                Some(b',') | None => {}
                Some(b'\n') => self.line += 1,
                Some(_) => return Some((line, false)),
            }
            if next != Some(b',') {
                return Some((line, true));
            }
        }
    }

    /// The next cell; what follows it is left.
    fn cell(&mut self) -> Cow<'a, str> {
        let Some(quoted) = self.rest.strip_prefix('"') else {
            let ends = |b: &u8| matches!(b, b',' | b'\n');
            let end = self.rest.bytes().position(|b| ends(&b));
            let (cell, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
            self.rest = rest;
            return Cow::Borrowed(cell);
        };
        let (mut end, mut doubled) = (0, false);
        while let Some(at) = quoted.get(end..).and_then(|rest| rest.find('"')) {
            end += at;
            if !quoted.get(end + 1..).is_some_and(|r| r.starts_with('"')) {
                break;
            }
            doubled = true;
            end += 2;
        }
        let (cell, rest) = quoted.split_at(end);
        self.rest = rest.get(1..).unwrap_or_default();
        self.line += cell.bytes().filter(|b| *b == b'\n').count() as u64;
        if doubled {
            Cow::Owned(cell.replace("\"\"", "\""))
        } else {
            Cow::Borrowed(cell)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_as_the_common_reader_of_csv_reads_them() {
        let text = "a,b,c\n1,,3\n\n\"x, y\",\"say \"\"no\"\"\",\"two\nlines\"\nlast,,";
        let mut table = Table::new(text);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        for (record, wanted) in reader.records().zip([2, 4, 6]) {
            let record = record.expect("it is well formed");
            let (line, row) = table.next_row().expect("there is a row");
            let row = row.expect("it is well formed");
            assert_eq!(record.iter().collect::<Vec<_>>(), row);
            assert_eq!(line, wanted);
        }
        assert!(table.next_row().is_none());
    }

    #[test]
    fn a_row_of_another_width_or_with_stray_quotes_is_refused() {
        for text in ["a,b\n1\n", "a,b\n1,2,3\n", "a,b\n\"1\"x,2\n"] {
            let mut table = Table::new(text);
            assert!(
                table
                    .next_row()
                    .is_some_and(|(line, row)| line == 2 && row.is_err())
            );
        }
    }
}
