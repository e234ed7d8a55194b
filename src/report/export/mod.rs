//! Rows of a table -> one file: CSV, JSON lines, or Parquet (feature `parquet`).
//!
//! In: the names and types of columns, then rows of plain values. Out: bytes that the usual programs read back with the
//! same values; nothing is escaped for spreadsheets here unless asked for.

#[cfg(feature = "parquet")]
mod parquet;

use std::io::{self, Write};

use super::escape;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// UTF-8 text.
    Text,
    /// A whole number.
    Integer,
    /// A fraction.
    Real,
    /// Yes or no.
    Boolean,
}

/// One value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// Nothing.
    Null,
    /// Text.
    Text(&'a str),
    /// A whole number, or 0 and 1 for no and yes.
    Integer(i64),
    /// A fraction.
    Real(f64),
}

/// A name and a type.
pub type Column = (&'static str, ColumnType);

/// One file in the making.
pub trait Sheet {
    /// One more row, a value for each column.
    fn row(&mut self, values: &[Value<'_>]) -> io::Result<()>;
    /// The end of the file.
    fn finish(self: Box<Self>) -> io::Result<()>;
}

/// Starts a file.
type Start = fn(Box<dyn Write + Send>, &'static [Column], bool) -> io::Result<Box<dyn Sheet>>;

/// Formats with their names, in the order of the help.
pub const SHEETS: &[(&str, Start)] = &[
    ("csv", |out, columns, raw| Csv::start(out, columns, raw)),
    ("jsonl", |out, columns, _| {
        Ok(Box::new(Jsonl { out, columns }))
    }),
    #[cfg(feature = "parquet")]
    ("parquet", |out, columns, _| parquet::start(out, columns)),
];

struct Csv {
    writer: csv::Writer<Box<dyn Write + Send>>,
    columns: &'static [Column],
    raw: bool,
}

impl Csv {
    fn start(
        out: Box<dyn Write + Send>,
        columns: &'static [Column],
        raw: bool,
    ) -> io::Result<Box<dyn Sheet>> {
        let mut writer = csv::Writer::from_writer(out);
        writer.write_record(columns.iter().map(|c| c.0))?;
        Ok(Box::new(Self {
            writer,
            columns,
            raw,
        }))
    }
}

impl Sheet for Csv {
    fn row(&mut self, values: &[Value<'_>]) -> io::Result<()> {
        for (value, (_, kind)) in values.iter().zip(self.columns) {
            match value {
                Value::Null => self.writer.write_field("")?,
                Value::Text(text) if self.raw => self.writer.write_field(text)?,
                Value::Text(text) => self.writer.write_field(escape::inert(text))?,
                Value::Integer(n) if *kind == ColumnType::Boolean => {
                    self.writer
                        .write_field(if *n == 0 { "false" } else { "true" })?;
                }
                Value::Integer(n) => self.writer.write_field(n.to_string())?,
                Value::Real(x) => self.writer.write_field(x.to_string())?,
            }
        }
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.writer.flush()
    }
}

struct Jsonl {
    out: Box<dyn Write + Send>,
    columns: &'static [Column],
}

impl Sheet for Jsonl {
    fn row(&mut self, values: &[Value<'_>]) -> io::Result<()> {
        for (at, (value, (name, kind))) in values.iter().zip(self.columns).enumerate() {
            self.out.write_all(if at == 0 { b"{" } else { b"," })?;
            serde_json::to_writer(&mut self.out, name)?;
            self.out.write_all(b":")?;
            match value {
                Value::Null => self.out.write_all(b"null")?,
                Value::Text(text) => escape::json(&mut *self.out, text)?,
                Value::Integer(n) if *kind == ColumnType::Boolean => {
                    serde_json::to_writer(&mut self.out, &(*n != 0))?;
                }
                Value::Integer(n) => serde_json::to_writer(&mut self.out, n)?,
                Value::Real(x) => serde_json::to_writer(&mut self.out, x)?,
            }
        }
        self.out.write_all(b"}\n")
    }

    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    const COLUMNS: &[Column] = &[
        ("name", ColumnType::Text),
        ("count", ColumnType::Integer),
        ("share", ColumnType::Real),
        ("cut", ColumnType::Boolean),
    ];

    #[derive(Clone, Default)]
    pub(super) struct Shared(pub(super) Arc<Mutex<Vec<u8>>>);

    impl Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn written(format: &str) -> Vec<u8> {
        let out = Shared::default();
        let start = SHEETS.iter().find(|(n, _)| *n == format).unwrap().1;
        let mut sheet = start(Box::new(out.clone()), COLUMNS, false).unwrap();
        sheet
            .row(&[
                Value::Text("=1+1, \"x\""),
                Value::Integer(3),
                Value::Real(0.5),
                Value::Integer(1),
            ])
            .unwrap();
        sheet.row(&[Value::Null; 4]).unwrap();
        sheet.finish().unwrap();
        out.0.lock().unwrap().clone()
    }

    #[test]
    fn the_same_values_in_every_text_format() {
        assert_eq!(
            String::from_utf8(written("csv")).unwrap(),
            "name,count,share,cut\n\"'=1+1, \"\"x\"\"\",3,0.5,true\n,,,\n"
        );
        assert_eq!(
            String::from_utf8(written("jsonl")).unwrap(),
            "{\"name\":\"=1+1, \\\"x\\\"\",\"count\":3,\"share\":0.5,\"cut\":true}\n\
             {\"name\":null,\"count\":null,\"share\":null,\"cut\":null}\n"
        );
    }

    #[cfg(feature = "parquet")]
    #[test]
    fn a_parquet_file_is_read_back() {
        let values = super::parquet::read_back(&written("parquet"));
        assert_eq!(
            values,
            [
                "{name: \"=1+1, \"x\"\", count: 3, share: 0.5, cut: true}",
                "{name: null, count: null, share: null, cut: null}"
            ]
        );
    }
}
