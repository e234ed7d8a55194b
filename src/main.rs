//! The `cutline` command: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    cutline::cli::main()
}
