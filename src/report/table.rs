//! Aligned columns for people, as wide as the terminal allows.

use std::io::{self, Write};

use super::{Column, Format, Options, Row, Rows, escape};

/// Aligned columns for people.
#[derive(Debug)]
pub struct Table;

impl Format for Table {
    fn name(&self) -> &'static str {
        "table"
    }

    fn about(&self) -> &'static str {
        "Aligned columns for people"
    }

    fn for_people(&self) -> bool {
        true
    }

    fn rows(&self, _: Options) -> Box<dyn Rows> {
        Box::new(Held(Vec::new()))
    }
}

/// A table waits for its last row, to be aligned.
struct Held(Vec<Vec<Column>>);

impl Rows for Held {
    fn row(&mut self, _: &mut dyn Write, row: &mut Row<'_>) -> io::Result<()> {
        self.0.push((row.columns)());
        Ok(())
    }

    fn finish(&mut self, out: &mut dyn Write) -> io::Result<()> {
        write(out, &std::mem::take(&mut self.0))
    }
}

/// Write rows as a table; nothing where there are none.
pub fn write(out: &mut dyn Write, rows: &[Vec<Column>]) -> io::Result<()> {
    let Some(first) = rows.first() else {
        return Ok(());
    };
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_content_arrangement(comfy_table::ContentArrangement::Dynamic);
    if table.width() == Some(0) {
        // A terminal that does not know its size.
        table.set_width(80);
    }
    table.set_header(first.iter().map(|c| c.0));
    for row in rows {
        table.add_row(row.iter().map(|c| escape::escaped(&c.1)));
    }
    for line in table.to_string().lines() {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}
