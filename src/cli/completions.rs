//! `cutline completions` and `cutline man`: made by clap's own companions.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::exit::Exit;
use crate::error::Error;

/// Print a completion script for a shell
#[derive(Args, Clone, Debug)]
pub(super) struct CompletionsArgs {
    /// Which shell
    shell: clap_complete::Shell,
}

/// Write man pages into a folder
#[derive(Args, Clone, Debug)]
pub(super) struct ManArgs {
    /// Folder for cutline.1, cutline-ingest.1, ...; without it, cutline.1 goes to standard output
    folder: Option<PathBuf>,
}

pub(super) fn completions(args: &CompletionsArgs) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "cutline", &mut script);
    anstream::stdout().write_all(&script)?;
    Ok(Exit::Fine)
}

pub(super) fn man(args: &ManArgs) -> anyhow::Result<Exit> {
    if let Some(folder) = &args.folder {
        std::fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
        clap_mangen::generate_to(super::command(), folder)
            .map_err(Error::io("write to", folder))?;
    } else {
        let mut page = Vec::new();
        clap_mangen::Man::new(super::command()).render(&mut page)?;
        anstream::stdout().write_all(&page)?;
    }
    Ok(Exit::Fine)
}
