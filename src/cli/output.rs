//! Rows on stdout in the asked-for format, escaped for where they go.

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::Value;

use super::args::{Format, Output};

/// Prints rows as they come; a table waits for the last, to be aligned.
pub(super) struct Out {
    format: Format,
    raw_csv: bool,
    writer: BufWriter<anstream::AutoStream<io::Stdout>>,
    rows: Vec<Vec<(&'static str, String)>>,
    started: bool,
}

impl Out {
    pub(super) fn new(output: Output, default: Format) -> Self {
        Self {
            format: output.format.unwrap_or(default),
            raw_csv: output.raw_csv,
            writer: BufWriter::new(anstream::stdout()),
            rows: Vec::new(),
            started: false,
        }
    }

    pub(super) fn format(&self) -> Format {
        self.format
    }

    pub(super) fn writer(&mut self) -> &mut impl Write {
        &mut self.writer
    }

    /// One row: `value` for JSON, `columns` for tables and CSV.
    pub(super) fn row(
        &mut self,
        value: &impl Serialize,
        columns: impl FnOnce() -> Vec<(&'static str, String)>,
    ) -> anyhow::Result<()> {
        match self.format {
            Format::Jsonl => {
                serde_json::to_writer(&mut self.writer, value)?;
                self.writer.write_all(b"\n")?;
            }
            Format::Json => {
                self.writer
                    .write_all(if self.started { b",\n" } else { b"[\n" })?;
                serde_json::to_writer(&mut self.writer, value)?;
            }
            Format::Csv => {
                let row = columns();
                let mut csv = csv::WriterBuilder::new().from_writer(&mut self.writer);
                if !self.started {
                    csv.write_record(row.iter().map(|c| c.0.replace([' ', '-'], "_")))?;
                }
                csv.write_record(row.iter().map(|c| {
                    if self.raw_csv {
                        c.1.clone()
                    } else {
                        inert(&c.1)
                    }
                }))?;
                csv.flush()?;
            }
            Format::Table => self.rows.push(columns()),
        }
        self.started = true;
        Ok(())
    }

    /// End the output: the table's rows, the array's bracket.
    pub(super) fn finish(mut self) -> anyhow::Result<()> {
        match self.format {
            Format::Json => self
                .writer
                .write_all(if self.started { b"\n]\n" } else { b"[]\n" })?,
            Format::Table => {
                let rows = std::mem::take(&mut self.rows);
                table(&mut self.writer, &rows)?;
            }
            Format::Jsonl | Format::Csv => {}
        }
        self.writer.flush()?;
        Ok(())
    }
}

/// Aligned columns as wide as the terminal allows.
pub(super) fn table(
    writer: &mut impl Write,
    rows: &[Vec<(&'static str, String)>],
) -> io::Result<()> {
    let Some(first) = rows.first() else {
        return Ok(());
    };
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::NOTHING);
    table.set_content_arrangement(comfy_table::ContentArrangement::Dynamic);
    table.set_header(first.iter().map(|c| c.0));
    for row in rows {
        table.add_row(row.iter().map(|c| escaped(&c.1)));
    }
    for line in table.to_string().lines() {
        writeln!(writer, "{}", line.trim_end())?;
    }
    Ok(())
}

/// The word by which a plain enumeration is known.
pub(super) fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

/// A CSV cell that no spreadsheet runs as a formula.
fn inert(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

/// Text for a terminal, on one line: control, C1 and bidi characters are shown as `\u{..}`.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' | '\r' => out.push(' '),
            c if hostile(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

/// The same with line breaks kept, for text that cutline itself laid out.
pub(super) fn escaped_lines(text: &str) -> String {
    text.split('\n').map(escaped).collect::<Vec<_>>().join("\n")
}

fn hostile(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c), 0x061C | 0x200B | 0x200E | 0x200F | 0x2028..=0x202E | 0x2060..=0x206F | 0xFEFF | 0xFFF9..=0xFFFB | 0xE0000..=0xE007F)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_reaches_the_terminal_as_a_command() {
        assert_eq!(
            escaped("a\x1b[2Jb\u{202e}c\u{9b}"),
            "a\\u{1b}[2Jb\\u{202e}c\\u{9b}"
        );
        assert_eq!(
            escaped("سلام\u{200c}"),
            "سلام\u{200c}",
            "letters and joiners stay"
        );
    }

    #[test]
    fn a_spreadsheet_runs_nothing() {
        for cell in ["=1+1", "+1", "-1", "@x", "\tx", "\rx"] {
            assert!(inert(cell).starts_with('\''));
        }
        assert_eq!(inert("KCNA = x"), "KCNA = x");
    }
}
