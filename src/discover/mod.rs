//! Paths -> inputs: a sorted walk, and what each file is.
//!
//! In: named roots. Out: one [`Found`] per file, in the same order every time; an unreadable folder, a link or a
//! device is a [`Found`] too, and the walk goes on.

mod content;
mod gzip;
mod named;
mod open;
pub mod platform;
mod refuse;
mod shown;
mod sniff;
mod walk;

pub use gzip::inflate;
pub use open::{HEAD, Opened, open};
pub use refuse::refusal;
pub use shown::shown;
pub use sniff::{sniff, sniff_answer};
pub use walk::{Found, Input, Root, walk};
