//! How the process ends: the exit codes, and the one sentence on stderr.

use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;

/// Exit codes, as the README states them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// All is well.
    Fine = 0,
    /// Findings, where the command was asked to fail on them.
    Findings = 1,
    /// Wrong usage, or an error that ended the command.
    Fatal = 2,
    /// The command finished, but some inputs could not be read in full.
    SomeFailed = 3,
}

impl Exit {
    /// Of numbers from an archive that is wholly derived, or is not.
    pub(super) fn of_whole(whole: bool) -> Self {
        if whole { Self::Fine } else { Self::SomeFailed }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// Print an error once. A reader that closed its end of a pipe has had what it wanted.
pub(super) fn report(error: &anyhow::Error) -> ExitCode {
    let closed = |e: &(dyn std::error::Error + 'static)| {
        let Some(io) = e.downcast_ref::<std::io::Error>() else {
            return false;
        };
        // What writes CSV wraps the error of the stream.
        let wrapped = io.get_ref().and_then(|e| e.downcast_ref::<csv::Error>());
        io.kind() == ErrorKind::BrokenPipe
            || wrapped.is_some_and(
                |e| matches!(e.kind(), csv::ErrorKind::Io(e) if e.kind() == ErrorKind::BrokenPipe),
            )
    };
    if error.chain().any(closed) {
        return Exit::Fine.into();
    }
    // Errors of the library say their cause themselves: each reason is told once.
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if !text.contains(&cause) {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(&cause);
        }
    }
    let text = super::output::escaped(&text);
    let _ = writeln!(anstream::stderr(), "cutline: {text}");
    Exit::Fatal.into()
}
