//! Options for catalogue exports, and the preview of `ingest --dry-run`.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::output;
use crate::read::catalogue::Preview;
use crate::read::{CatalogueOptions, DateOrder};

/// How catalogue exports are read.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Catalogue exports")]
pub(super) struct CatalogueArgs {
    /// What the columns of a catalogue mean, as a TOML file (see README)
    #[arg(long, value_name = "MAP.toml")]
    columns: Option<PathBuf>,
    /// The order of day and month, where the data does not prove it
    #[arg(long, value_enum)]
    dates: Option<Order>,
    /// Replace the beginning of a catalogue's paths (can be repeated)
    #[arg(long, value_name = "FROM=TO")]
    rewrite: Vec<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Order {
    /// 31.12.2024
    DayFirst,
    /// 12/31/2024
    MonthFirst,
}

impl CatalogueArgs {
    /// What was typed, over what the file says.
    pub(super) fn options(&self) -> anyhow::Result<CatalogueOptions> {
        let mut options = match &self.columns {
            Some(path) => CatalogueOptions::from_file(path)?,
            None => CatalogueOptions::default(),
        };
        match self.dates {
            Some(Order::DayFirst) => options.dates = Some(DateOrder::DayFirst),
            Some(Order::MonthFirst) => options.dates = Some(DateOrder::MonthFirst),
            None => {}
        }
        for (at, rewrite) in self.rewrite.iter().enumerate() {
            let (from, to) = rewrite
                .split_once('=')
                .filter(|(from, _)| !from.is_empty())
                .ok_or_else(|| {
                    anyhow::anyhow!("cannot use --rewrite {rewrite}: it takes FROM=TO")
                })?;
            options.rewrite.insert(at, (from.to_owned(), to.to_owned()));
        }
        Ok(options)
    }
}

/// What a catalogue would be read as.
pub(super) fn print_preview(
    out: &mut impl Write,
    name: &str,
    preview: &Preview,
) -> anyhow::Result<()> {
    writeln!(out, "\n{}: columns", output::escaped(name))?;
    for (column, means) in &preview.columns {
        let means = means.as_deref().unwrap_or("-");
        writeln!(out, "  {means:<20} {}", output::escaped(column))?;
    }
    for problem in &preview.problems {
        writeln!(out, "  {}", output::escaped(&problem.text))?;
    }
    for (row, cells) in (1..).zip(&preview.rows) {
        writeln!(out, "row {row}")?;
        for (field, value) in cells {
            writeln!(out, "  {field:<20} {}", output::escaped(value))?;
        }
    }
    Ok(())
}
