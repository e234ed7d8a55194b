//! State-media use, counted: facts of appearances -> rows with their denominators.
//!
//! In: one [`AppearanceFact`] per appearance, those of a document one after the other, and one [`DocumentFact`] per
//! document without appearances.
//! Out: the rows of DESIGN.md's *Audit*, as lists, or as one page ([`page`]).

mod about;
mod count;
mod fact;
mod interval;
pub mod page;

pub use about::About;
pub use count::{Cell, Column, Counter, Request, Row, counted_in};
pub use fact::{AppearanceFact, Dimension, DocumentFact, Kinds, NONE, Shared, Values};
pub use interval::{Clusters, Share, wilson};
