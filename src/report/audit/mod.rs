//! State-media use, counted: facts of appearances -> rows with their denominators.
//!
//! In: one [`AppearanceFact`] per appearance and one [`DocumentFact`] per document, in any order.
//! Out: the rows of DESIGN.md's *Audit*.

mod count;
mod fact;

pub use count::{NONE, Request, Row, count};
pub use fact::{AppearanceFact, Dimension, DocumentFact};
