//! The command line: the only place that knows clap, stdout, stderr and exit codes. One file per command.

mod args;
mod audit;
mod audit_list;
mod backup;
mod catalogue;
mod check;
mod coding;
mod completions;
mod credit;
#[cfg(feature = "avif")]
mod decoder;
#[cfg(feature = "desk")]
mod desk;
mod exit;
mod export;
mod extract;
mod find;
mod flags;
mod ingest;
mod input;
mod limits;
mod matches;
mod metadata;
mod output;
mod parties;
mod pictures;
mod progress;
mod rederive;
mod review;
mod rules;
mod search;
mod show;
mod verify;

use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use args::{Cli, Command};
use exit::Exit;

/// Run the command line of this process.
pub fn main() -> ExitCode {
    #[cfg(feature = "avif")]
    if let Some(code) = decoder::answered() {
        return code;
    }
    quiet_guarded_panics();
    let cli = match Cli::try_parse_from(search::arguments(std::env::args_os())) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() {
                Exit::Fatal.into()
            } else {
                Exit::Fine.into()
            };
        }
    };
    match run(&cli) {
        Ok(exit) => exit.into(),
        Err(error) => exit::report(&error),
    }
}

/// The whole command line as clap knows it, for completions, man pages and the tests that compare it with the README.
pub fn command() -> clap::Command {
    Cli::command()
}

fn run(cli: &Cli) -> anyhow::Result<Exit> {
    let shared = &cli.shared;
    // A file that is named and cannot be used is refused by commands that would not have asked it, too.
    if shared.registry.is_some() {
        input::registry(shared)?;
    }
    if shared.outlets.is_some() {
        input::outlets(shared)?;
    }
    if shared.config.is_some() {
        input::thresholds(shared)?;
    }
    match &cli.command {
        Command::Ingest(args) => ingest::run(shared, args),
        Command::Extract(args) => extract::run(shared, args),
        Command::Credit(args) => credit::run(shared, args),
        Command::Metadata(args) => metadata::run(args),
        Command::Show(args) => show::run(shared, args),
        Command::Search(args) => search::run(shared, args),
        Command::Find(args) => find::run(shared, args),
        Command::Flags(args) => flags::run(shared, args),
        Command::Audit(args) => audit::run(shared, args),
        Command::Pictures(args) => pictures::run(shared, args),
        Command::Matches(args) => matches::run(shared, args),
        Command::Check(args) => check::run(shared, args),
        Command::Parties(args) => parties::run(shared, args),
        Command::Rules(args) => rules::run(args),
        Command::Export(args) => export::run(shared, args),
        Command::Review(args) => review::run(shared, args),
        Command::Rederive(args) => rederive::run(shared, args),
        #[cfg(feature = "desk")]
        Command::Desk(args) => desk::run(shared, args),
        Command::Verify(args) => verify::run(shared, args),
        Command::Backup(args) => backup::run(shared, args),
        Command::Completions(args) => completions::completions(args),
        Command::Man(args) => completions::man(args),
    }
}

/// A decoder that panics on foreign bytes is a problem of that input, and is reported as one: no back trace for it.
fn quiet_guarded_panics() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !crate::intake::in_guard() {
            usual(info);
        }
    }));
}
