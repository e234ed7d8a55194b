//! `cutline matches`: which photo each printed caption describes.

use clap::Args;

use super::args::{Output, Shared};
use super::exit::Exit;
use super::{input, output};
use crate::report::table::Table;

/// List which photo each printed caption describes, and why
///
/// One line per appearance of every document. The probability is that of the best candidate; a tie is `possible`.
#[derive(Args, Clone, Debug)]
pub(super) struct MatchesArgs {
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(shared: &Shared, args: &MatchesArgs) -> anyhow::Result<Exit> {
    let archive = input::archive(shared)?;
    let mut out = output::Out::new(args.output, &Table);
    for row in archive.matches()? {
        out.row(&row, || {
            let evidence: Vec<&str> = row.evidence.iter().map(|e| e.text.as_str()).collect();
            vec![
                ("document", format!("{}#{}", row.document, row.position)),
                ("decision", row.decision.clone()),
                ("probability", format!("{:.2}", row.probability)),
                ("file", row.file.clone().unwrap_or_default()),
                ("evidence", evidence.join("; ")),
            ]
        })?;
    }
    out.finish()?;
    Ok(Exit::Fine)
}
