//! `cutline rederive`: everything derived, rebuilt from the raw rows.

use std::io::Write as _;

use clap::Args;

use super::args::Shared;
use super::exit::Exit;
use super::progress::Bar;
use super::{input, limits};
use crate::archive::Archive;
use crate::intake::Context;
use crate::read::CatalogueOptions;

/// Rebuild credits, copies, matches and findings from what was stored
///
/// For when cutline, its registry or your --registry file has improved. Nothing is read from the original files but
/// pixels that have to be compared.
#[derive(Args, Clone, Debug)]
pub(super) struct RederiveArgs {}

pub(super) fn run(shared: &Shared, _: &RederiveArgs) -> anyhow::Result<Exit> {
    let credits = input::credits(shared)?;
    let limits = limits::usual();
    let outlets = input::outlets(shared)?;
    let catalogue = CatalogueOptions::default();
    let mut archive = Archive::write(&shared.db)?;
    if let Some(thresholds) = input::thresholds(shared)? {
        archive.judge_by(&thresholds)?;
    }
    let bar = Bar::new();
    let cx = Context::new(&credits, &limits, &outlets, &catalogue);
    crate::rederive::rederive(&mut archive, &cx, &|progress| bar.show(progress))?;
    bar.finish();
    let counts = archive.counts()?;
    writeln!(
        anstream::stdout(),
        "Rebuilt: {} pictures, {} appearances ({} matched), {} findings.",
        counts.pictures,
        counts.appearances,
        counts.matched,
        counts.flags
    )?;
    Ok(Exit::Fine)
}
