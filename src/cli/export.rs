//! `cutline export`: the main tables for other programs.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser};

use super::args::Shared;
use super::exit::Exit;
use super::input;
use crate::archive::{Archive, EXPORTS, Exported, exported};
use crate::report::export::SHEETS;

/// Write the main tables as CSV, JSON lines or Parquet
///
/// One file per table, for DuckDB, pandas, R, Datasette. Values are those of the archive's views of the same names, and
/// rows stand in the same order in every run. CSV cells that a spreadsheet would run as formulas get a leading apostrophe
/// unless --raw-csv is given; JSON lines and Parquet carry the values as they are.
#[derive(Args, Clone, Debug)]
// Help texts are no Markdown.
#[allow(clippy::doc_markdown)]
pub(super) struct ExportArgs {
    /// Tables [default: all]
    #[arg(value_parser = tables())]
    table: Vec<String>,
    /// How to write
    #[arg(long, value_parser = PossibleValuesParser::new(SHEETS.iter().map(|s| s.0)), default_value = "csv")]
    format: String,
    /// Folder for the files; without it one table of CSV or JSON lines is printed
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
    /// Write over files that are there
    #[arg(long)]
    force: bool,
    /// Leave CSV cells that a spreadsheet would run as formulas as they are
    #[arg(long)]
    raw_csv: bool,
}

fn tables() -> PossibleValuesParser {
    PossibleValuesParser::new(
        EXPORTS
            .iter()
            .map(|t| PossibleValue::new(t.name).help(t.says)),
    )
}

pub(super) fn run(shared: &Shared, args: &ExportArgs) -> anyhow::Result<Exit> {
    let (archive, whole) = input::one_state(shared)?;
    let chosen: Vec<&Exported> = if args.table.is_empty() {
        EXPORTS.iter().collect()
    } else {
        args.table.iter().filter_map(|t| exported(t)).collect()
    };
    let Some(folder) = &args.to else {
        let [one] = chosen.as_slice() else {
            anyhow::bail!(
                "cannot print several tables: name one, or a folder for their files with --to"
            );
        };
        anyhow::ensure!(
            args.format != "parquet",
            "cannot print Parquet: name a folder for its file with --to"
        );
        let out = BufWriter::new(std::io::stdout());
        write(&archive, one, args, Box::new(out))?;
        return Ok(Exit::of_whole(whole));
    };
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let paths: Vec<PathBuf> = chosen
        .iter()
        .map(|t| folder.join(format!("{}.{}", t.name, args.format)))
        .collect();
    if let Some(there) = paths.iter().find(|p| p.exists() && !args.force) {
        anyhow::bail!(
            "cannot write {}: it is there; --force writes over it",
            there.display()
        );
    }
    for (table, path) in chosen.iter().zip(&paths) {
        let context = || format!("cannot write {}", path.display());
        let file = File::create(path).with_context(context)?;
        let rows =
            write(&archive, table, args, Box::new(BufWriter::new(file))).with_context(context)?;
        writeln!(
            anstream::stdout(),
            "{}: {rows} rows",
            super::output::escaped(&path.display().to_string())
        )?;
    }
    Ok(Exit::of_whole(whole))
}

fn write(
    archive: &Archive,
    table: &Exported,
    args: &ExportArgs,
    out: Box<dyn std::io::Write + Send>,
) -> anyhow::Result<u64> {
    let start = SHEETS.iter().find(|s| s.0 == args.format).map(|s| s.1);
    let start = start.context("cannot write: there is no such format")?;
    let mut sheet = start(out, table.columns, args.raw_csv)?;
    let mut rows = 0;
    archive.export(table, &mut |values| {
        rows += 1;
        anyhow::Ok(sheet.row(values)?)
    })?;
    sheet.finish()?;
    Ok(rows)
}
