//! Reviews: what a person decided about a finding, a match, a credit or two photos, with who, when and why.

use serde::{Deserialize, Serialize};

/// What a person can decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReviewDecision {
    /// The finding is right.
    Confirm,
    /// The finding is wrong, or beside the point: it leaves the counts.
    Reject,
    /// The credit should read otherwise: rules and audits use the new text, the printed one stays.
    Correct,
    /// This photo was printed there.
    Tie,
    /// This photo was not printed there.
    Untie,
    /// The two photos show the same picture.
    Same,
    /// They do not.
    NotSame,
    /// Nothing decided, something said.
    Note,
    /// An earlier review no longer counts.
    Undo,
}

/// What a review is about, by ids that are made from content.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ReviewSubject {
    /// A finding.
    Flag {
        /// Its id.
        flag: String,
    },
    /// An appearance and a photo.
    Match {
        /// The appearance's public id.
        appearance: String,
        /// The photo's SHA-256.
        photo: String,
    },
    /// The credit of an appearance.
    Credit {
        /// The appearance's public id.
        appearance: String,
    },
    /// Two photos, the smaller SHA-256 first.
    Pair {
        /// One.
        a: String,
        /// The other.
        b: String,
    },
}

impl ReviewSubject {
    /// Two photos, whichever is named first.
    pub fn pair(a: String, b: String) -> Self {
        if a <= b {
            Self::Pair { a, b }
        } else {
            Self::Pair { a: b, b: a }
        }
    }

    /// The word of its kind.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Flag { .. } => "flag",
            Self::Match { .. } => "match",
            Self::Credit { .. } => "credit",
            Self::Pair { .. } => "pair",
        }
    }

    /// The text by which the archive keeps it.
    pub fn key(&self) -> String {
        match self {
            Self::Flag { flag } => flag.clone(),
            Self::Match { appearance, photo } => format!("{appearance} {photo}"),
            Self::Credit { appearance } => appearance.clone(),
            Self::Pair { a, b } => format!("{a} {b}"),
        }
    }

    /// From kind and key, as the archive keeps them.
    pub fn from_key(word: &str, key: &str) -> Option<Self> {
        let two = || {
            key.split_once(' ')
                .map(|(a, b)| (a.to_owned(), b.to_owned()))
        };
        Some(match word {
            "flag" => Self::Flag { flag: key.into() },
            "match" => two().map(|(appearance, photo)| Self::Match { appearance, photo })?,
            "credit" => Self::Credit {
                appearance: key.into(),
            },
            "pair" => two().map(|(a, b)| Self::Pair { a, b })?,
            _ => return None,
        })
    }
}

/// One review, as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Made from what follows, so that a review brought in twice is there once.
    pub review: String,
    /// UTC, ISO 8601.
    pub at: String,
    /// Who decided.
    pub reviewer: String,
    /// About what.
    pub subject: ReviewSubject,
    /// What.
    pub decision: ReviewDecision,
    /// Of [`ReviewDecision::Correct`] the credit as it should read, empty for none; of [`ReviewDecision::Undo`] the
    /// review that no longer counts.
    pub value: Option<String>,
    /// Why.
    pub why: Option<String>,
    /// Whether it counts: of each subject the last decision that was not undone.
    pub in_effect: bool,
    /// The evidence is no longer what was decided on, or the subject is gone.
    pub stale: bool,
    /// What the subject is called, as it stood.
    pub name: String,
    /// What was decided about it: of a finding its rule and summary as they stood, of a match the photo's file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// Of [`ReviewDecision::Undo`] the decision that no longer counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undid: Option<ReviewDecision>,
}

/// The decision on a finding, as `flags` prints it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlagReview {
    /// `confirm`, `reject` or `correct`.
    pub decision: ReviewDecision,
    /// Who decided.
    pub reviewer: String,
    /// When, UTC.
    pub at: String,
    /// Why.
    pub why: Option<String>,
    /// It was decided on other evidence than the finding has now.
    pub stale: bool,
    /// The review's own id.
    pub review: String,
}
