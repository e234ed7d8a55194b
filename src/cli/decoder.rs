//! A process that decodes one picture, started by cutline itself: no command.

use std::process::ExitCode;

use super::exit::Exit;
use crate::discover::platform;
use crate::fingerprint::apart::{self, DECODER, GAVE_UP};
use crate::read::Limits;

/// The answer to the picture on standard input, where this process was started for it.
pub(super) fn answered() -> Option<ExitCode> {
    std::env::var_os(DECODER)?;
    let mut limits = Limits::default();
    for told in std::env::args().skip(1) {
        if let Some((name, value)) = told.split_once('=')
            && let Ok(value) = value.parse()
        {
            limits.set(name, value);
        }
    }
    platform::limit_memory(limits.memory);
    // A little more than whoever asked waits: for the case that nobody waits any more.
    platform::limit_time(limits.seconds.saturating_add(2));
    std::panic::set_hook(Box::new(|_| give_up()));
    let done = apart::serve(std::io::stdin().lock(), std::io::stdout().lock(), &limits);
    Some(if done.is_ok() {
        Exit::Fine.into()
    } else {
        Exit::Fatal.into()
    })
}

/// End before the decoder ends the process in a way that looks like want of memory.
#[allow(
    clippy::exit,
    reason = "a panic cannot be caught on its way out of this decoder"
)]
fn give_up() {
    std::process::exit(GAVE_UP);
}
