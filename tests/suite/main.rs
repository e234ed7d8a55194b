//! The one integration binary. A comment per module says what belongs there.

// A test that cannot go on has failed; the lint knows only functions marked as tests.
#![allow(clippy::unwrap_used)]

/// The direction of dependencies and the fences around crates: what reads source files.
mod architecture;
mod query;
mod rules;
