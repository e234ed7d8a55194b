//! Progress on stderr, from the second second on, where stderr is a terminal.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::derive::Progress;

/// Shows how far a run is.
pub(super) struct Bar {
    began: Instant,
    state: RefCell<Option<(&'static str, ProgressBar)>>,
}

impl Bar {
    pub(super) fn new() -> Self {
        Self {
            began: Instant::now(),
            state: RefCell::new(None),
        }
    }

    pub(super) fn show(&self, progress: Progress) {
        if self.began.elapsed() < Duration::from_secs(1) {
            return;
        }
        let mut state = self.state.borrow_mut();
        if state
            .as_ref()
            .is_none_or(|(step, _)| *step != progress.step)
        {
            if let Some((_, old)) = state.take() {
                old.finish_and_clear();
            }
            let bar = match progress.total {
                Some(total) => ProgressBar::new(total)
                    .with_style(style("{msg:20} {wide_bar} {pos}/{len} {eta}")),
                None => ProgressBar::new_spinner()
                    .with_style(style("{spinner} {msg:20} {pos} inputs, {per_sec}")),
            };
            bar.set_message(progress.step);
            *state = Some((progress.step, bar));
        }
        if let Some((_, bar)) = state.as_ref() {
            bar.set_position(progress.done);
        }
    }

    pub(super) fn finish(&self) {
        if let Some((_, bar)) = self.state.borrow_mut().take() {
            bar.finish_and_clear();
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
