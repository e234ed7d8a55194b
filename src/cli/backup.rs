//! `cutline backup`: a copy to keep.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::args::Shared;
use super::exit::Exit;
use super::output;
use crate::archive::Archive;

/// Copy the archive into a new file, consistent also while an ingest runs
///
/// The copy is an archive like any other: name it with --db, or put it in the place of the one that was lost. Beside it lies
/// its checksum, which `cutline verify` and `sha256sum -c` compare.
#[derive(Args, Clone, Debug)]
pub(super) struct BackupArgs {
    /// The new file
    file: PathBuf,
}

pub(super) fn run(shared: &Shared, args: &BackupArgs) -> anyhow::Result<Exit> {
    let archive = Archive::read(&shared.db)?;
    archive.backup(&args.file)?;
    let name = output::escaped(&args.file.display().to_string());
    writeln!(anstream::stdout(), "The archive was copied to {name}.")?;
    Ok(Exit::Fine)
}
