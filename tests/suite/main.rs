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
/// Audits and exports: numbers that plain SQL comes to as well.
mod audit;
/// Pixels of AVIF, in every form, and what becomes of those that cannot be read.
#[cfg(feature = "avif")]
mod avif;
/// Small inputs that ask for much time or memory.
mod bombs;
/// The command as such: exit codes, where output goes, what is refused and how.
mod command;
/// Credit lines of the world, and everything that a text says of its picture.
mod credits;
/// The archive as a file among others.
mod custody;
/// The desk over HTTP: what it answers and refuses.
#[cfg(feature = "desk")]
mod desk;
/// The desk in a real browser, where one is installed.
#[cfg(feature = "desk")]
mod desk_browser;
/// What the desk shows and records, against the archive.
#[cfg(feature = "desk")]
mod desk_facts;
/// Documentation that cannot rot: what exists stands in the README.
mod docs;
/// What a kill, a full disk, a flipped bit, an older version or a crowd does to an archive: nothing.
mod faults;
/// Inputs that hold many inputs: web archives, pages in one file, feeds, wire items, catalogues.
mod forms;
/// Random histories of ingests and reviews, against a full re-run.
mod histories;
/// Input and text that mean harm: what is refused, what is shown, what is never opened.
mod hostile;
/// The main job: what an ingest leaves in the archive, again and again, and with bad inputs.
mod ingest;
/// JPEG pictures read by their coefficients, beside libjpeg-turbo and the decoding library.
mod jpeg;
/// What cutline is built from.
mod licences;
/// Captions and photos that are tied by words alone, across languages.
mod matching;
/// Embedded fields, beside what exiftool reads from the same files.
mod metadata;
/// Pages: what a reader gets from mark-up of every kind, made up.
mod pages;
/// Which photos are one picture: parts, frames, collages, and how much of a photo was read.
mod pictures;
/// What holds for every text and every photo: spans, hashes, order.
mod properties;
mod query;
/// What people decide: kept, obeyed, undone; samples to code.
mod review;
mod rules;
/// The sample media: every rule finds something there, and every finding points at words that stand in its input.
mod samples;
/// The article that the project was created from.
mod seed;
/// Captions among the paragraphs of text captures.
mod text;
/// `cutline.toml`: thresholds that hold for a whole archive.
mod thresholds;
/// No tests: a temporary folder with an archive, and the command run in it.
mod world;
