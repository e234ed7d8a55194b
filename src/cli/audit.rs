//! `cutline audit`: state-media use, counted.

use clap::Args;

use super::args::{Output, Shared};
use super::exit::Exit;
use super::input;

/// Count state-sourced pictures by outlet, month, source and more
#[derive(Args, Clone, Debug)]
pub(super) struct AuditArgs {
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(shared: &Shared, args: &AuditArgs) -> anyhow::Result<Exit> {
    let archive = input::archive(shared)?;
    let _ = (archive.audit_facts()?, args.output);
    Ok(Exit::Fine)
}
