//! Organisations that make and pass on pictures, and who controls them when.

use serde::{Deserialize, Serialize};

/// What kind of organisation a party is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartyKind {
    /// A news or photo agency.
    Agency,
    /// A newspaper, broadcaster, site.
    Outlet,
    /// A ministry, presidency, police, armed force.
    Government,
    /// An armed group without a state.
    ArmedGroup,
    /// A stock or archive library.
    Stock,
    /// A social network or file host.
    Platform,
    /// A company, club, institution or family that hands out its own pictures.
    Organisation,
    /// Passes on another's pictures and makes none (KNS for KCNA).
    Carrier,
}

/// Who decides what a party publishes. Funding and government are kept apart (DESIGN.md, *Control*).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Control {
    /// A state decides on the content. Counts as state-sourced.
    Controlled,
    /// A state owns it. Counts as state-sourced, always reported apart.
    Owned,
    /// State-funded with editorial independence (BBC, VOA, DW, Yonhap, NHK).
    PublicService,
    /// Neither.
    Independent,
    /// Not judged: not the same as independent.
    Unknown,
}

/// Of which kind of state a party is an arm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StateKind {
    /// A state outlet.
    Media,
    /// A government body.
    Government,
    /// An armed group.
    ArmedGroup,
}

/// One dated, cited judgement on a party's control.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlPeriod {
    /// First day (`YYYY`, `YYYY-MM` or `YYYY-MM-DD`), `None`: from its beginning.
    pub from: Option<String>,
    /// Last day, `None`: to this day.
    pub to: Option<String>,
    /// The judgement.
    pub control: Control,
    /// On what it rests: a source that a reader can look up.
    pub basis: String,
    /// Title of the source that was opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_title: Option<String>,
    /// Date of that source, as it states it or as its stored copy is dated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_date: Option<String>,
    /// Address of that source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_url: Option<String>,
    /// The source was opened by whoever wrote the row (`basis_status` is `read`).
    pub verified: bool,
}

/// One row of the registry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Lower-case kebab-case, never reused.
    pub id: String,
    /// Canonical short name, as chains print it.
    pub name: String,
    /// Full name, where it differs.
    pub full_name: Option<String>,
    /// ISO 3166-1 alpha-2, where it has one country.
    pub country: Option<String>,
    /// What kind of organisation.
    pub kind: PartyKind,
    /// Of which kind of state it is an arm, when its control counts as state-sourced.
    pub state: Option<StateKind>,
    /// The id of the party it belongs to.
    pub parent: Option<String>,
    /// Its Wikidata item (`Q...`), where certain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wikidata: Option<String>,
    /// Who pays for it, in words: kept apart from control.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub funding: Option<String>,
    /// Judgements by date, oldest first, not overlapping.
    pub control: Vec<ControlPeriod>,
    /// What a reader should know.
    pub notes: Option<String>,
}
