//! The one integration binary. A comment per module says what belongs there.

// A test that cannot go on has failed; the lint knows only functions marked as tests.
#![allow(clippy::unwrap_used)]

mod query;
mod rules;
