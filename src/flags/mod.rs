//! One picture with everything known of it -> findings, and how state-sourced is known. One file per rule.
//!
//! In: a [`Case`]: the photos of one picture, where they lie, what is embedded in them, how they are linked, and every
//! appearance that was matched to one of them; or one appearance for which no photo is held.
//! Out: a [`Judgement`]: the [`Flag`]s of every rule, and one [`Origin`] per photo and appearance.
//! Nothing here reads an archive or a clock: the same case gives the same judgement.

mod case;
mod claim;
mod copies;
mod days;
mod disclosure;
mod finding;
mod kin;
mod mention;
mod nature;
mod origin;
mod said;
mod shares;
mod source;
mod state;
mod terms;
mod thresholds;
mod words_alone;

mod ai_generated;
mod altered;
mod caption_conflict;
mod composite;
mod credit_conflict;
mod credit_drift;
mod credit_missing;
mod date_conflict;
mod disguised_credit;
mod duplicate_file;
mod duplicate_pixels;
mod handout_unlabelled;
mod near_duplicate;
mod restriction;
mod source_dropped;
mod state_sourced;
mod third_party_unverified;
mod unlabelled_archive;

use std::collections::BTreeSet;

pub use case::{
    Case, CaseAppearance, CaseOutlet, CasePhoto, EmbeddedReading, HeldFile, HeldMetadata, Tie,
};
pub use claim::{Claim, Copy};
pub use finding::digest;
pub use origin::{Disclosure, Judgement, Origin, StateParty, Supply};
pub use shares::wilson;
pub use source::{Known, Scene};
pub use thresholds::Thresholds;

use crate::model::Flag;
use crate::parties::Registry;

/// One kind of finding.
pub trait Rule: Sync {
    /// Its name: kebab-case, never reused.
    fn id(&self) -> &'static str;
    /// What it finds, in one sentence.
    fn summary(&self) -> &'static str;
    /// Why that matters.
    fn why(&self) -> &'static str;
    /// On what it rests.
    fn evidence(&self) -> &'static str;
    /// When it is known to be wrong or beside the point.
    fn false_alarms(&self) -> &'static str;
    /// Which severities it gives, and when.
    fn severity(&self) -> &'static str;
    /// Whether its sureness rests on the share of an outlet's other pages on which credits were found.
    fn on_absence(&self) -> bool {
        false
    }
    /// Looks at one picture. `origins` are in the order of [`Scene::copies`].
    fn check(&self, scene: &Scene<'_>, origins: &[Origin]) -> Vec<Flag>;
}

/// Every rule, in the order in which findings are listed.
pub const RULES: &[&dyn Rule] = &[
    &state_sourced::StateSourced,
    &source_dropped::SourceDropped,
    &credit_conflict::CreditConflict,
    &credit_drift::CreditDrift,
    &credit_missing::CreditMissing,
    &handout_unlabelled::HandoutUnlabelled,
    &third_party_unverified::ThirdPartyUnverified,
    &restriction::Restriction,
    &caption_conflict::CaptionConflict,
    &date_conflict::DateConflict,
    &unlabelled_archive::UnlabelledArchive,
    &ai_generated::AiGenerated,
    &composite::Composite,
    &altered::Altered,
    &disguised_credit::DisguisedCredit,
    &duplicate_file::DuplicateFile,
    &duplicate_pixels::DuplicatePixels,
    &near_duplicate::NearDuplicate,
];

/// Applies every rule to one picture.
pub fn judge(case: &Case, registry: &Registry, thresholds: &Thresholds) -> Judgement {
    let scene = Scene::of(case, registry, thresholds);
    let origins: Vec<Origin> = scene
        .copies()
        .filter_map(|copy| origin::of(&scene, copy))
        .collect();
    let mut flags: Vec<Flag> = RULES
        .iter()
        .flat_map(|rule| rule.check(&scene, &origins))
        .collect();
    for flag in &mut flags {
        words_alone::qualify(case, flag);
        // Containers that hold the same words in the same input are one piece of evidence.
        let mut seen = BTreeSet::new();
        flag.evidence
            .retain(|e| seen.insert((e.text.clone(), e.from.clone(), e.input.clone())));
    }
    Judgement { flags, origins }
}
