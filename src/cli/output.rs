//! Rows on stdout in the asked-for format.

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::Value;

use super::args::Output;
use crate::report::{Column, Format, Row, Rows};
pub(super) use crate::report::{
    escape::{escaped, escaped_lines, json},
    table::write as table,
};

/// Say on stderr what is wrong with an input.
pub(super) fn complain(name: &str, text: &str) -> io::Result<()> {
    writeln!(
        anstream::stderr(),
        "cutline: {}: {}",
        escaped(name),
        escaped(text)
    )
}

/// Prints rows as they come.
pub(super) struct Out {
    format: &'static dyn Format,
    rows: Box<dyn Rows>,
    writer: BufWriter<Outlasting<anstream::AutoStream<io::Stdout>>>,
}

/// A writer that goes on where the reader has closed its end of the pipe, if it is to.
struct Outlasting<W> {
    inner: W,
    goes_on: bool,
}

impl<W> Outlasting<W> {
    fn unless_closed<T>(&self, done: io::Result<T>, instead: T) -> io::Result<T> {
        match done {
            Err(e) if self.goes_on && e.kind() == io::ErrorKind::BrokenPipe => Ok(instead),
            done => done,
        }
    }
}

impl<W: Write> Write for Outlasting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let done = self.inner.write(bytes);
        self.unless_closed(done, bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let done = self.inner.flush();
        self.unless_closed(done, ())
    }
}

impl Out {
    pub(super) fn new(output: Output, default: &'static dyn Format) -> Self {
        Self::made(output, default, false)
    }

    /// For a command whose exit code is an answer: a reader that has seen enough (`| head`) does not end it.
    pub(super) fn deciding(output: Output, default: &'static dyn Format) -> Self {
        Self::made(output, default, true)
    }

    fn made(output: Output, default: &'static dyn Format, goes_on: bool) -> Self {
        let format = output.format.unwrap_or(default);
        Self {
            format,
            rows: format.rows(output.options()),
            // Data goes out as it is: colours are taken out of what people read only.
            writer: BufWriter::new(Outlasting {
                inner: if format.for_people() {
                    anstream::stdout()
                } else {
                    anstream::AutoStream::always_ansi(io::stdout())
                },
                goes_on,
            }),
        }
    }

    /// Whether people read this: then sentences may stand around the rows.
    pub(super) fn for_people(&self) -> bool {
        self.format.for_people()
    }

    /// Whether rows keep lists and objects inside them.
    pub(super) fn nested(&self) -> bool {
        self.format.nested()
    }

    pub(super) fn writer(&mut self) -> &mut impl Write {
        &mut self.writer
    }

    /// One row: `value` for JSON, `columns` for tables and CSV.
    pub(super) fn row(
        &mut self,
        value: &impl Serialize,
        columns: impl FnOnce() -> Vec<Column>,
    ) -> anyhow::Result<()> {
        let mut columns = Some(columns);
        let mut row = Row {
            json: &mut |out| json(out, value).map_err(io::Error::from),
            columns: &mut || columns.take().map(|make| make()).unwrap_or_default(),
        };
        Ok(self.rows.row(&mut self.writer, &mut row)?)
    }

    /// End the output.
    pub(super) fn finish(mut self) -> anyhow::Result<()> {
        self.rows.finish(&mut self.writer)?;
        Ok(self.writer.flush()?)
    }
}

/// The word by which a plain enumeration is known.
pub(super) fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}
