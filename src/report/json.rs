//! One JSON array.

use std::io::{self, Write};

use super::{Format, Options, Row, Rows};

/// One JSON array, an object a line.
#[derive(Debug)]
pub struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn about(&self) -> &'static str {
        "One JSON array"
    }

    fn nested(&self) -> bool {
        true
    }

    fn rows(&self, _: Options) -> Box<dyn Rows> {
        Box::new(Array { started: false })
    }
}

struct Array {
    started: bool,
}

impl Rows for Array {
    fn row(&mut self, out: &mut dyn Write, row: &mut Row<'_>) -> io::Result<()> {
        out.write_all(if self.started { b",\n" } else { b"[\n" })?;
        self.started = true;
        (row.json)(out)
    }

    fn finish(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(if self.started { b"\n]\n" } else { b"[]\n" })
    }
}
