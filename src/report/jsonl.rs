//! One JSON object a line.

use std::io::{self, Write};

use super::{Format, Options, Row, Rows};

/// One JSON object a line, written as rows come.
#[derive(Debug)]
pub struct Jsonl;

impl Format for Jsonl {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn about(&self) -> &'static str {
        "One JSON object a line"
    }

    fn nested(&self) -> bool {
        true
    }

    fn rows(&self, _: Options) -> Box<dyn Rows> {
        Box::new(Lines)
    }
}

struct Lines;

impl Rows for Lines {
    fn row(&mut self, out: &mut dyn Write, row: &mut Row<'_>) -> io::Result<()> {
        (row.json)(out)?;
        out.write_all(b"\n")
    }

    fn finish(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
