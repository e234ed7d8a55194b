//! The rows that stand beside a party's own: its aliases, and who distributes whom.

use serde::{Deserialize, Serialize};

/// Where an alias counts as its party's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Context {
    /// Wherever it stands: the string is nobody else's.
    Anywhere,
    /// Only where the form is a credit's: the string is a word, a place or another's name elsewhere.
    CreditOnly,
    /// Only where the form is a credit's and another known house is tied to it: other houses of that name print credits
    /// too, so that alone it names nobody.
    Tied,
    /// Wherever it stands, and with the name of a place behind it too: one of many bodies of that name.
    Local,
}

/// One name under which a party is printed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Alias {
    /// The id of the party that it names.
    pub party: String,
    /// The name as printed, in Unicode NFC.
    pub text: String,
    /// Where it counts.
    pub context: Context,
    /// It counts only in exactly this case ("AP", never "ap").
    pub exact: bool,
    /// BCP 47 languages in which it names this party rather than the one that it names elsewhere; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub langs: Vec<String>,
    /// What a reader should know.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// How two parties belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RelationKind {
    /// The two belong to one house (a brand, an archive, a subsidiary, a sales arm): the originator stands before
    /// the distributor in a chain whatever the printed order.
    BrandOf,
    /// The distributor passes on the originator's pictures.
    Distributes,
}

/// That one party passes on another's pictures, and when.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Relation {
    /// The id of the party that passes on.
    pub distributor: String,
    /// The id of the party whose pictures they are.
    pub originator: String,
    /// How they belong together.
    pub kind: RelationKind,
    /// From when (`YYYY`, `YYYY-MM` or `YYYY-MM-DD`), `None`: not known.
    pub from: Option<String>,
    /// Until when, `None`: to this day.
    pub to: Option<String>,
    /// The line or page that it was seen in.
    pub seen_in: Option<String>,
    /// That line or page was seen by whoever wrote the row.
    pub verified: bool,
}

/// Whether this is an id: small letters and digits, parted by single hyphens.
pub(super) fn is_id(text: &str) -> bool {
    text.split('-').all(|part| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    })
}
