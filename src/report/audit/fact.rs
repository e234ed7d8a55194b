//! What an audit counts.

use serde::{Deserialize, Serialize};

use crate::flags::{Disclosure, StateParty, Supply};
use crate::model::{Label, StateLevel, Sureness};

/// One appearance, as far as an audit is concerned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AppearanceFact {
    /// The appearance's public id.
    pub appearance: String,
    /// The document's id. A document counts once however often it was captured.
    pub document: String,
    /// The outlet's name; `None` where it is not known.
    pub outlet: Option<String>,
    /// `YYYY-MM` in which the document was published.
    pub month: Option<String>,
    /// The picture's public id, where one is held; appearances without one count as a picture each.
    pub picture: Option<String>,
    /// How it is known to be state-sourced.
    pub level: Option<StateLevel>,
    /// The state parties with kind, control and whether the row was verified; empty without a level.
    pub parties: Vec<StateParty>,
    /// How sure the level is.
    pub confidence: Option<Sureness>,
    /// The last party of the printed chain.
    pub distributor: Option<String>,
    /// How openly the source is said.
    pub disclosure: Option<Disclosure>,
    /// Who supplied it.
    pub supply: Option<Supply>,
    /// Labels of the printed credit.
    pub labels: Vec<Label>,
    /// Language of the caption, else of the document.
    pub lang: Option<String>,
    /// A credit was found and read.
    pub readable_credit: bool,
    /// The credit names a party that the registry does not know.
    pub unknown_party: bool,
    /// It stands on a state outlet's own page.
    pub own_page: bool,
}

/// One document, with or without appearances.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DocumentFact {
    /// The document's id.
    pub document: String,
    /// The outlet's name.
    pub outlet: Option<String>,
    /// `YYYY-MM` in which it was published.
    pub month: Option<String>,
    /// Its language.
    pub lang: Option<String>,
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
}
