//! Rows -> bytes: one file per format. And the audit: facts -> counted rows.

pub mod audit;
pub mod csv;
pub mod escape;
pub mod export;
pub mod json;
pub mod jsonl;
#[cfg(feature = "cli")]
pub mod table;

use std::fmt::Debug;
use std::io::{self, Write};

/// The name of a column and what one row has in it.
pub type Column = (&'static str, String);

/// One row, made only in the form that a format asks for.
pub struct Row<'a> {
    /// Writes it as one JSON object without a line break.
    pub json: &'a mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    /// Its columns, the same ones for every row of an output.
    pub columns: &'a mut dyn FnMut() -> Vec<Column>,
}

/// What a user may ask of a format.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Leave CSV cells that a spreadsheet would run as formulas as they are.
    pub raw_csv: bool,
}

/// A way to print rows.
pub trait Format: Debug + Sync {
    /// Its name on the command line.
    fn name(&self) -> &'static str;

    /// What it is, for the help text.
    fn about(&self) -> &'static str;

    /// Whether it is laid out for people, who also get sentences around the rows.
    fn for_people(&self) -> bool {
        false
    }

    /// Whether a row keeps lists and objects inside it, or is one line of cells.
    fn nested(&self) -> bool {
        false
    }

    /// A new output.
    fn rows(&self, options: Options) -> Box<dyn Rows>;
}

/// One output of a format, row by row.
pub trait Rows {
    /// One more row.
    fn row(&mut self, out: &mut dyn Write, row: &mut Row<'_>) -> io::Result<()>;

    /// What stands behind the last row, or instead of any.
    fn finish(&mut self, out: &mut dyn Write) -> io::Result<()>;
}

/// Every format, in the order of the help text.
pub const FORMATS: &[&dyn Format] = &[
    #[cfg(feature = "cli")]
    &table::Table,
    &json::Json,
    &jsonl::Jsonl,
    &csv::Csv,
];

/// The format of a name.
pub fn format(name: &str) -> Option<&'static dyn Format> {
    FORMATS.iter().copied().find(|f| f.name() == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two rows in a format, the second with what is dangerous in one format or another.
    fn printed(format: &dyn Format, rows: &[(&str, u32)]) -> String {
        let mut out = Vec::new();
        let mut output = format.rows(Options::default());
        for (name, count) in rows {
            let mut row = Row {
                json: &mut |out| {
                    serde_json::to_writer(out, &serde_json::json!({"name": name, "count": count}))
                        .map_err(io::Error::other)
                },
                columns: &mut || {
                    vec![
                        ("file name", (*name).to_owned()),
                        ("count", count.to_string()),
                    ]
                },
            };
            output.row(&mut out, &mut row).expect("memory");
        }
        output.finish(&mut out).expect("memory");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn the_same_rows_in_every_format() {
        let rows = [("a, \"b\"", 1), ("=cmd\u{1b}[2J", 22)];
        let of = |name: &str| printed(format(name).expect(name), &rows);
        assert_eq!(
            of("csv"),
            "file_name,count\n\"a, \"\"b\"\"\",1\n'=cmd\\u{1b}[2J,22\n"
        );
        assert_eq!(
            of("jsonl"),
            "{\"name\":\"a, \\\"b\\\"\",\"count\":1}\n{\"name\":\"=cmd\\u001b[2J\",\"count\":22}\n"
        );
        let json: serde_json::Value = serde_json::from_str(&of("json")).expect("one array");
        assert_eq!(json[1]["count"], 22);
        #[cfg(feature = "cli")]
        assert_eq!(
            of("table"),
            " file name      count\n a, \"b\"         1\n =cmd\\u{1b}[2J  22\n"
        );
    }

    #[test]
    fn no_rows_are_no_rows_in_every_format() {
        for format in FORMATS {
            let expected = if format.name() == "json" { "[]\n" } else { "" };
            assert_eq!(printed(*format, &[]), expected, "{}", format.name());
        }
    }
}
