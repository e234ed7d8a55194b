//! The command line: the only place that knows clap, stdout, stderr and exit codes.

use std::process::ExitCode;

/// Run the command line of this process.
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
