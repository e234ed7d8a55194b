//! What can be typed. Help texts are the doc comments.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};

use super::{
    audit::AuditArgs, backup::BackupArgs, check::CheckArgs, completions::CompletionsArgs,
    completions::ManArgs, credit::CreditArgs, export::ExportArgs, extract::ExtractArgs,
    find::FindArgs, flags::FlagsArgs, ingest::IngestArgs, matches::MatchesArgs,
    metadata::MetadataArgs, parties::PartiesArgs, pictures::PicturesArgs, rederive::RederiveArgs,
    review::ReviewArgs, rules::RulesArgs, search::SearchArgs, show::ShowArgs, verify::VerifyArgs,
};
use crate::report::{self, FORMATS, Format, Options};

/// A caption and photo-credit archive for news pictures
///
/// Reads photos, their embedded metadata and sidecars, saved pages and article texts into one SQLite file; ties printed
/// captions to photos; reads credit lines as chains; and flags duplicates, state-sourced pictures, conflicting credits
/// and missing labels, each with the words it was read from.
///
/// Exit codes: 0 fine, 1 findings where a command was asked to fail on them, 2 wrong usage or a fatal error,
/// 3 finished but some inputs could not be read in full.
#[derive(Debug, Parser)]
#[command(name = "cutline", version, max_term_width = 100)]
pub(super) struct Cli {
    #[command(flatten)]
    pub(super) shared: Shared,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// Options that every command takes, before or after its name.
#[derive(Args, Clone, Debug)]
pub(super) struct Shared {
    /// Archive file
    #[arg(
        long,
        global = true,
        env = "CUTLINE_DB",
        value_name = "FILE",
        default_value = "cutline.db",
        help_heading = "Global options"
    )]
    pub(super) db: PathBuf,
    /// Your own parties, as a CSV file; a row overrides the built-in party of the same id (see README)
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help_heading = "Global options"
    )]
    pub(super) registry: Option<PathBuf>,
    /// Your own outlets, as a CSV file: which domains and printed names are whose (see README)
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help_heading = "Global options"
    )]
    pub(super) outlets: Option<PathBuf>,
    /// Thresholds of the findings, as a TOML file [default: cutline.toml, where there is one]; ingest and rederive
    /// store them in the archive (see README)
    #[arg(
        long,
        global = true,
        value_name = "FILE",
        help_heading = "Global options"
    )]
    pub(super) config: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
// One value of it exists, for as long as the process.
#[allow(clippy::large_enum_variant)]
pub(super) enum Command {
    /// Read everything under the paths into the archive
    Ingest(IngestArgs),
    /// Print what ingest would read, without an archive: one line per appearance
    Extract(ExtractArgs),
    /// Read credit lines or captions
    Credit(CreditArgs),
    /// Print the embedded fields of photos under their IPTC names
    Metadata(MetadataArgs),
    /// Show everything about one photo, picture, appearance or document
    Show(ShowArgs),
    /// Search captions, credits and fields
    Search(SearchArgs),
    /// Find which pictures of the archive an image is, even if it was never ingested
    Find(FindArgs),
    /// List the findings, each with its evidence
    Flags(FlagsArgs),
    /// Count state-sourced pictures by outlet, month, source and more
    Audit(AuditArgs),
    /// List pictures with their copies and how these are related
    Pictures(PicturesArgs),
    /// List which photo each printed caption describes, and why
    Matches(MatchesArgs),
    /// Check one picture before it runs
    Check(CheckArgs),
    /// Open the desk: a local web page to see findings and pictures, and decide
    #[cfg(feature = "desk")]
    Desk(super::desk::DeskArgs),
    /// Look up the registry of agencies and state outlets
    Parties(PartiesArgs),
    /// List the rules behind the findings
    Rules(RulesArgs),
    /// Record decisions on findings, matches and credits; draw samples to code
    Review(ReviewArgs),
    /// Write the main tables as CSV, JSON lines or Parquet
    Export(ExportArgs),
    /// Rebuild credits, copies, matches and findings from what was stored
    Rederive(RederiveArgs),
    /// Check the archive's own health, and that its files are unchanged
    Verify(VerifyArgs),
    /// Copy the archive into a new file, also while an ingest runs
    Backup(BackupArgs),
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
    /// Write man pages into a folder
    Man(ManArgs),
}

/// Options of every command that prints rows.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct Output {
    /// How to print [default: table; jsonl for credit, extract and metadata]
    #[arg(long, value_parser = formats())]
    pub(super) format: Option<&'static dyn Format>,
    /// Leave CSV cells that a spreadsheet would run as formulas as they are
    #[arg(long)]
    pub(super) raw_csv: bool,
}

impl Output {
    pub(super) fn options(self) -> Options {
        Options {
            raw_csv: self.raw_csv,
        }
    }
}

/// The names of [`FORMATS`], each with its help.
fn formats() -> impl TypedValueParser<Value = &'static dyn Format> {
    let named = FORMATS
        .iter()
        .map(|f| PossibleValue::new(f.name()).help(f.about()));
    PossibleValuesParser::new(named).try_map(|name| {
        report::format(&name).ok_or_else(|| format!("there is no format called {name}"))
    })
}
