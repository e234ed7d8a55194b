//! What an audit counts.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::flags::{Disclosure, Supply};
use crate::model::{Control, ReviewDecision, StateLevel, Sureness};

/// A word shared by the many facts that say it.
pub type Shared = Arc<str>;

/// Of which kinds of state the source is an arm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kinds {
    /// A state outlet.
    pub media: bool,
    /// A government body.
    pub government: bool,
    /// An armed group.
    pub armed_group: bool,
}

/// One appearance, as far as an audit is concerned. Keys are the archive's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)]
pub struct AppearanceFact {
    /// The appearance.
    pub appearance: i64,
    /// Its document. A document counts once however often it was captured.
    pub document: i64,
    /// The outlet's name; `None` where it is not known.
    pub outlet: Option<Shared>,
    /// `YYYY-MM` in which the document was published.
    pub month: Option<Shared>,
    /// The picture, where one is held; appearances without one count as a picture each.
    pub picture: Option<i64>,
    /// How it is known to be state-sourced.
    pub level: Option<StateLevel>,
    /// How sure the level is.
    pub confidence: Option<Sureness>,
    /// Kinds of state; none without a level.
    pub kinds: Kinds,
    /// The strongest control among the state parties.
    pub control: Option<Control>,
    /// Every state party's registry row was verified.
    pub verified: bool,
    /// Names of the state parties; empty without a level.
    pub parties: Arc<[Shared]>,
    /// Of which kind of state each of them is an arm.
    pub party_kinds: Arc<[Kinds]>,
    /// The last party of the printed chain.
    pub distributor: Option<Shared>,
    /// How openly the source is said.
    pub disclosure: Option<Disclosure>,
    /// Who supplied it.
    pub supply: Option<Supply>,
    /// Labels of the printed credit.
    pub labels: Arc<[Shared]>,
    /// Language of the caption, else of the document.
    pub lang: Option<Shared>,
    /// A credit was found and read.
    pub readable_credit: bool,
    /// The credit names a party that the registry does not know.
    pub unknown_party: bool,
    /// It stands on a state outlet's own page.
    pub own_page: bool,
    /// What a person decided about the finding that it is state-sourced.
    pub review: Option<ReviewDecision>,
}

/// One document, with or without appearances.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentFact {
    /// The document.
    pub document: i64,
    /// The outlet's name.
    pub outlet: Option<Shared>,
    /// `YYYY-MM` in which it was published.
    pub month: Option<Shared>,
    /// Its language.
    pub lang: Option<Shared>,
}

/// What rows can be grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dimension {
    /// Who published.
    Outlet,
    /// When, by month.
    Month,
    /// The state party; an appearance with two stands in two rows.
    StateSource,
    /// The last party of the printed chain.
    Distributor,
    /// How it is known.
    Level,
    /// How openly it is said.
    Disclosure,
    /// Who supplied it.
    Supply,
    /// A label of the credit; an appearance with two stands in two rows.
    Label,
    /// The caption's language.
    Lang,
}

/// What a row says where a dimension has no value: no outlet known, no state source, no label.
pub const NONE: &str = "-";

impl Dimension {
    /// All of them with their words, in the order of the help.
    pub const WORDS: &[(&'static str, Self)] = &[
        ("outlet", Self::Outlet),
        ("month", Self::Month),
        ("state-source", Self::StateSource),
        ("distributor", Self::Distributor),
        ("level", Self::Level),
        ("disclosure", Self::Disclosure),
        ("supply", Self::Supply),
        ("label", Self::Label),
        ("lang", Self::Lang),
    ];

    /// From its word.
    pub fn from_word(word: &str) -> Option<Self> {
        let found = Self::WORDS.iter().find(|(w, _)| *w == word);
        found.map(|(_, dimension)| *dimension)
    }

    /// The word that names it, also the heading of its column.
    pub fn word(self) -> &'static str {
        let found = Self::WORDS.iter().find(|(_, d)| *d == self);
        found.map_or("", |(word, _)| word)
    }

    /// Whether documents without pictures have it too.
    pub fn of_documents(self) -> bool {
        matches!(self, Self::Outlet | Self::Month | Self::Lang)
    }

    /// What a fact has in this dimension: never empty, [`NONE`] where it has nothing. A source, distributor, level or
    /// disclosure that a person rejected (`rejected`) is nothing.
    pub fn values<'a>(self, fact: &'a AppearanceFact, rejected: bool) -> Values<'a> {
        let one =
            |word: Option<&'a str>| Values::One(word.filter(|w| !w.is_empty()).unwrap_or(NONE));
        match self {
            Self::Outlet => one(fact.outlet.as_deref()),
            Self::Month => one(fact.month.as_deref()),
            Self::Lang => one(fact.lang.as_deref()),
            Self::Distributor => one(fact.distributor.as_deref()),
            Self::Supply => one(fact.supply.map(Supply::word)),
            Self::Label => Values::of(&fact.labels),
            Self::StateSource | Self::Level | Self::Disclosure if rejected => one(None),
            Self::StateSource => Values::of(&fact.parties),
            Self::Level => one(fact.level.map(StateLevel::word)),
            Self::Disclosure => one(fact.disclosure.map(Disclosure::word)),
        }
    }

    /// What a document has in this dimension.
    pub fn of_document(self, fact: &DocumentFact) -> &str {
        let word = match self {
            Self::Outlet => fact.outlet.as_deref(),
            Self::Month => fact.month.as_deref(),
            Self::Lang => fact.lang.as_deref(),
            _ => None,
        };
        word.filter(|w| !w.is_empty()).unwrap_or(NONE)
    }
}

/// One value of a dimension, or several.
#[derive(Clone, Copy, Debug)]
pub enum Values<'a> {
    /// The usual case.
    One(&'a str),
    /// Sorted, each once.
    Many(&'a [Shared]),
}

impl<'a> Values<'a> {
    fn of(words: &'a [Shared]) -> Self {
        if words.is_empty() {
            Self::One(NONE)
        } else {
            Self::Many(words)
        }
    }

    /// Each of them.
    pub fn each(self) -> impl Iterator<Item = &'a str> {
        let (one, many) = match self {
            Self::One(word) => (Some(word), [].as_slice()),
            Self::Many(words) => (None, words),
        };
        one.into_iter().chain(many.iter().map(AsRef::as_ref))
    }
}
