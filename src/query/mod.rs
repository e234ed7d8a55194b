//! The search that a person types -> [`Query`].
//!
//! In: one line such as `kim putin originator:kcna -file date:2023-09..2024-06 flag:state-sourced`.
//! Out: words for the full text and filters for the fields. There is no wrong query: what is not understood is searched
//! as plain words, with a note that says so.

mod date;
mod fts;
mod parse;

pub use date::DateRange;

/// A search, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// Words and phrases for the full text.
    pub words: Vec<Term>,
    /// Conditions on fields; all of them hold, but filters on the same field are alternatives.
    pub filters: Vec<Filter>,
    /// What was not understood as it may have been meant, one sentence each.
    pub notes: Vec<String>,
    /// The whole line as FTS5's own query language (`--fts`), taken as it is.
    raw: Option<String>,
}

/// A word, or a phrase from between quotation marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Without its quotation marks and minus.
    pub text: String,
    /// It was quoted: its words stand in this order.
    pub phrase: bool,
    /// It ended in `*`: words that begin so.
    pub prefix: bool,
    /// It began with `-`: not this.
    pub negated: bool,
}

/// A condition on one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Which.
    pub field: FilterField,
    /// What it must be.
    pub value: FilterValue,
    /// Must not be.
    pub negated: bool,
}

/// What a filter compares with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilterValue {
    /// A word or name, as typed; compared without regard to case.
    Text(String),
    /// A stretch of days.
    Dates(DateRange),
}

/// Fields that a query can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FilterField {
    /// The chain's first party, or the party that the caption states: registry id or name.
    Originator,
    /// Any party after the first.
    Via,
    /// The last party.
    Distributor,
    /// Any party of the chain.
    Party,
    /// A photographer, in part.
    Creator,
    /// A label of the credit (`file`, `handout`, ...).
    Label,
    /// Language, BCP 47; `zh` finds `zh-Hant`.
    Lang,
    /// Outlet: name or domain, in part.
    Outlet,
    /// A rule that found something; `state-sourced:media` names a kind too.
    Flag,
    /// How state-sourced is known.
    Level,
    /// Kind of state.
    Kind,
    /// How openly the source is said.
    Disclosure,
    /// Who supplied it.
    Supply,
    /// When the picture was taken.
    Taken,
    /// When it was released.
    Released,
    /// When the document was published.
    Published,
    /// Any of the three dates; the answer says which.
    Date,
}

impl FilterField {
    /// Every field with the word that names it, in the order of the help. `rule:` is `flag:` by another name.
    pub const WORDS: &[(&'static str, Self)] = &[
        ("originator", Self::Originator),
        ("via", Self::Via),
        ("distributor", Self::Distributor),
        ("party", Self::Party),
        ("creator", Self::Creator),
        ("label", Self::Label),
        ("lang", Self::Lang),
        ("outlet", Self::Outlet),
        ("flag", Self::Flag),
        ("rule", Self::Flag),
        ("level", Self::Level),
        ("kind", Self::Kind),
        ("disclosure", Self::Disclosure),
        ("supply", Self::Supply),
        ("taken", Self::Taken),
        ("released", Self::Released),
        ("published", Self::Published),
        ("date", Self::Date),
    ];

    /// Whether its values are dates.
    pub fn is_date(self) -> bool {
        matches!(
            self,
            Self::Taken | Self::Released | Self::Published | Self::Date
        )
    }

    /// The word that names it.
    pub fn word(self) -> &'static str {
        Self::WORDS
            .iter()
            .find(|(_, f)| *f == self)
            .map_or("", |(word, _)| word)
    }
}
