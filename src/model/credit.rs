//! A credit line, read: who made the picture, who released it, who passed it on, and what the words say of its kind.

use serde::{Deserialize, Serialize};

use super::{Control, StateKind};

/// A half-open range of Unicode scalar values (characters, not bytes) in the text that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span(pub usize, pub usize);

/// What a party of a chain did with the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Made or first released it.
    Originator,
    /// Passed it on, in the middle of the chain.
    Intermediary,
    /// Supplied the newsroom: the last of the chain. A chain of one party has the originator alone.
    Distributor,
}

/// Whether the order of the chain is known or only as printed.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// Connectors, relations or form agree.
    #[default]
    Sure,
    /// The signs disagree: no claim rests on the order.
    Uncertain,
}

/// How sure a claim is. "Possible" claims never stand in a headline figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sureness {
    /// Rests on verified rows and unambiguous words.
    Sure,
    /// Rests on something that nobody verified, or on a guess.
    Possible,
}

/// What a credit line says of the picture's kind (DESIGN.md, *label*).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Label {
    File,
    Handout,
    Pool,
    Courtesy,
    Screenshot,
    VideoFrame,
    Social,
    Private,
    Supplied,
    Stock,
    Stringer,
    Illustration,
    Symbolic,
    Composite,
    AiGenerated,
    Exclusive,
    Undated,
    /// The line says that the maker is not known or not named ("Istimewa", "Uncredited").
    Unattributed,
}

/// One party of a chain, with the words it was read from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainLink {
    /// The registry's id, kebab-case; `None` for a name that the registry does not know.
    pub party: Option<String>,
    /// The registry's name, or the name as printed.
    pub name: String,
    /// What it did.
    pub role: Role,
    /// Of which kind of state it is an arm, if of any.
    pub state: Option<StateKind>,
    /// How it is controlled; `None` where the party is not registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub control: Option<Control>,
    /// Where its name stands.
    pub span: Span,
}

/// How it is known that a picture comes from a state (DESIGN.md, *How state-sourced is decided*).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StateLevel {
    /// The credit names a state source and nobody else.
    Direct,
    /// A state source, passed on by another party.
    Via,
    /// The caption's words say so; the credit names only an agency.
    Stated,
    /// Only the photo's embedded fields say so.
    Metadata,
    /// Only a copy of the same picture says so.
    Duplicate,
}

impl StateLevel {
    /// All of them, the strongest evidence first.
    pub const ALL: &[Self] = &[
        Self::Direct,
        Self::Via,
        Self::Stated,
        Self::Metadata,
        Self::Duplicate,
    ];

    /// The word used in reports, queries and the archive.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Via => "via",
            Self::Stated => "stated",
            Self::Metadata => "metadata",
            Self::Duplicate => "duplicate",
        }
    }
}

/// The finding that a picture comes from a state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateSourced {
    /// How it is known.
    pub level: StateLevel,
    /// Which kinds of state party, without repeats.
    pub kinds: Vec<StateKind>,
    /// The parties' registry ids.
    pub parties: Vec<String>,
    /// The exact words it was read from.
    pub evidence: String,
    /// `Possible` where the registry row's basis is unverified or the order is uncertain.
    pub confidence: Sureness,
}

/// How precise a date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Precision {
    Year,
    Month,
    Day,
}

/// A date that a caption states for its picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaptionDate {
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD` (proleptic Gregorian), as precise as `precision` says.
    pub date: String,
    /// How precise.
    pub precision: Precision,
    /// The words it was read from.
    pub text: String,
    /// Where they stand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
    /// The words say that this is when the picture was released, not when it was taken.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub released: bool,
}

/// What else the words say, each as its own fact with its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FactKind {
    /// The sentence names who released or provided the picture.
    Stated,
    /// A limit on use: "NO SALES", "SOUTH KOREA OUT".
    Restriction,
    /// The agency could not verify the picture.
    Unverified,
    /// Another notice of the agency to editors.
    Notice,
    /// A place stated in one of the usual forms.
    Place,
    /// The date of release, apart from the event's.
    Released,
}

/// One such fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What kind of fact.
    pub kind: FactKind,
    /// The exact words.
    pub text: String,
    /// Where they stand.
    pub span: Span,
    /// The party it is about, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub party: Option<String>,
}

/// One text with its credit, read: the JSON of DESIGN.md's *`credit` output*.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct CreditReading {
    /// The text as given.
    pub text: String,
    /// The text without its credit.
    pub caption: String,
    /// The credit exactly as printed, without the brackets around it; `None` where there is none.
    pub credit_line: Option<String>,
    /// Photographers, in the printed order.
    pub creators: Vec<String>,
    /// From originator to distributor.
    pub chain: Vec<ChainLink>,
    /// Labels, in order of first mention, each once.
    pub labels: Vec<Label>,
    /// `None` where nothing says so.
    pub state_sourced: Option<StateSourced>,
    /// Dates that the caption states.
    pub caption_dates: Vec<CaptionDate>,
    /// Whether the chain's order is known.
    pub order: Order,
    /// BCP 47 language of the caption, where known or guessed.
    pub lang: Option<String>,
    /// Probability that this reading is wholly right, 0 to 1.
    pub confidence: f64,
    /// What else the words say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
    /// Where the credit line stands; `None` without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
    /// Further independent credits of the same text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<CreditReading>,
}

impl CreditReading {
    /// The last party of the chain: who supplied the newsroom.
    pub fn distributor(&self) -> Option<&ChainLink> {
        self.chain.last()
    }

    /// Whether the text carries a label.
    pub fn has(&self, label: Label) -> bool {
        self.labels.contains(&label)
    }

    /// Every independent credit of the text: this one, then those in `also`.
    pub fn all(&self) -> impl Iterator<Item = &CreditReading> {
        std::iter::once(self).chain(&self.also)
    }
}
