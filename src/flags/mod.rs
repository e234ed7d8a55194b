//! One picture with everything known of it -> findings, and how state-sourced is known. One file per rule.
//!
//! In: a [`Case`]: the photos of one picture, where they lie, what is embedded in them, how they are linked, and every
//! appearance that was matched to one of them; or one appearance for which no photo is held.
//! Out: a [`Judgement`]: the [`Flag`](crate::model::Flag)s of every rule, and one [`Origin`] per photo and appearance.
//! Nothing here reads an archive or a clock: the same case gives the same judgement.

mod case;
mod origin;

pub use case::{
    Case, CaseAppearance, CaseOutlet, CasePhoto, EmbeddedReading, HeldFile, HeldMetadata, Tie,
};
pub use origin::{Disclosure, Judgement, Origin, StateParty, Supply};
