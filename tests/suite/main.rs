//! The one integration binary. A comment per module says what belongs there.

// A test that cannot go on has failed; the lint knows only functions marked as tests.
#![allow(
    clippy::unwrap_used,
    clippy::format_push_string,
    clippy::print_stderr,
    clippy::too_many_arguments
)]

/// The direction of dependencies and the fences around crates: what reads source files.
mod architecture;
/// The command as such: exit codes, where output goes, what is refused and how.
mod command;
/// Documentation that cannot rot: what exists stands in the README.
mod docs;
/// The main job: what an ingest leaves in the archive, again and again, and with bad inputs.
mod ingest;
/// Captions and photos that are tied by words alone, across languages.
mod matching;
/// Embedded fields, beside what exiftool reads from the same files.
mod metadata;
/// Which photos are one picture: parts, frames, collages, and how much of a photo was read.
mod pictures;
mod query;
mod rules;
/// The sample media: every rule finds something there, and every finding points at words that stand in its input.
mod samples;
/// The article that the project was created from.
mod seed;
/// Captions among the paragraphs of text captures.
mod text;
/// No tests: a temporary folder with an archive, and the command run in it.
mod world;
