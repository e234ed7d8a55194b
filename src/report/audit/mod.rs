//! State-media use, counted: facts of appearances -> rows with their denominators.
//!
//! In: one [`AppearanceFact`] per appearance and one [`DocumentFact`] per document, in any order.
//! Out: the rows of DESIGN.md's *Audit*, as lists, or as one page ([`page`]).

mod about;
mod count;
mod fact;
mod interval;
pub mod page;

pub use about::About;
pub use count::{Cell, Column, Counter, Request, Row, counted_in};
pub use fact::{AppearanceFact, Dimension, DocumentFact, Kinds, NONE, Shared, Values};
pub use interval::{Share, clustered, wilson};
