//! `--limit NAME=VALUE`: how much one input may ask for.

use clap::Args;

use crate::read::{Apart, LIMITS, Limits};

/// How much one input may ask for.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Limits")]
pub(super) struct LimitArgs {
    /// Set a limit on what one input may ask for (can be repeated); `--limit help` names them
    #[arg(long, value_name = "NAME=VALUE")]
    limit: Vec<String>,
}

impl LimitArgs {
    /// The limits, with those that were typed.
    pub(super) fn limits(&self) -> anyhow::Result<Limits> {
        let mut limits = usual();
        for typed in &self.limit {
            let set = typed.split_once('=').and_then(|(name, value)| {
                let value = value.replace('_', "").parse().ok()?;
                limits.set(name, value).then_some(())
            });
            anyhow::ensure!(set.is_some(), "cannot use --limit {typed}: {}", listed());
        }
        Ok(limits)
    }
}

/// The limits of the command line where nothing is typed: AVIF is decoded by this program in processes of their own.
pub(super) fn usual() -> Limits {
    Limits {
        // Where the program cannot be found, none can be started, and each picture is recorded so.
        apart: Apart::In(std::env::current_exe().unwrap_or_default()),
        ..Limits::default()
    }
}

/// What can be typed.
fn listed() -> String {
    let names: Vec<&str> = LIMITS.iter().map(|(name, ..)| *name).collect();
    format!(
        "it takes NAME=VALUE, a whole number, where NAME is one of {} (the README tells what each bounds)",
        names.join(", ")
    )
}
