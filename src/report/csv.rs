//! Comma-separated values (RFC 4180) with a header, safe to open in a spreadsheet.

use std::io::{self, Write};

use super::{Format, Options, Row, Rows, escape};

/// Comma-separated values with a header.
#[derive(Debug)]
pub struct Csv;

impl Format for Csv {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn about(&self) -> &'static str {
        "Comma-separated values with a header"
    }

    fn rows(&self, options: Options) -> Box<dyn Rows> {
        Box::new(Cells {
            raw: options.raw_csv,
            started: false,
        })
    }
}

struct Cells {
    raw: bool,
    started: bool,
}

impl Rows for Cells {
    fn row(&mut self, out: &mut dyn Write, row: &mut Row<'_>) -> io::Result<()> {
        let row = (row.columns)();
        let mut writer = csv::WriterBuilder::new().from_writer(out);
        if !self.started {
            self.started = true;
            writer.write_record(row.iter().map(|c| c.0.replace([' ', '-'], "_")))?;
        }
        writer.write_record(row.iter().map(|c| {
            if self.raw {
                c.1.clone()
            } else {
                escape::inert(&c.1)
            }
        }))?;
        writer.flush()
    }

    fn finish(&mut self, _: &mut dyn Write) -> io::Result<()> {
        Ok(())
    }
}
