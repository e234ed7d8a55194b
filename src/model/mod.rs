//! Plain data in the field's own words: what is read, what is stored, what is said. No I/O, no dependencies but serde.
//!
//! The vocabulary is `DESIGN.md`'s: photo (bytes), file (a place), picture (the same picture in several photos),
//! document, appearance, caption, credit line, creator, originator, distributor, chain, flag.

mod credit;
mod document;
mod flag;
mod input;
mod media;
mod party;
mod picture;
mod review;

pub use credit::{
    CaptionDate, ChainLink, CreditReading, Fact, FactKind, Label, Order, Precision, Role, Span,
    StateLevel, StateSourced, Sureness,
};
pub use document::{Appearance, CaptureKind, Document, Embedded, ImageRef, Outlet};
pub use flag::{Evidence, Flag, Severity, Subject, SubjectKind};
pub use input::{CatalogueKey, InputKind, Problem, Reason, Record, Status};
pub use media::{
    Carrier, Field, FieldValue, Fingerprints, Metadata, Pdq, Photo, PhotoFormat, Sha256,
};
pub use party::{Control, ControlPeriod, Party, PartyKind, StateKind};
pub use picture::{Decision, End, Link, Match, MatchEvidence, Place, Relation};
pub use review::{FlagReview, Review, ReviewDecision, ReviewSubject};
