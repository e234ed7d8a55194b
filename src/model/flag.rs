//! Findings: what a rule says of a subject, never without its evidence.

use serde::{Deserialize, Serialize};

use super::{Carrier, FlagReview, Sureness};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Severity {
    Info,
    Notice,
    Warning,
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum SubjectKind {
    Photo,
    Picture,
    Appearance,
    Document,
}

/// The subject of a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// What it is.
    pub kind: SubjectKind,
    /// Its public id, as `show` takes it.
    pub id: String,
    /// What a person calls it: a file's path, a document and position.
    pub name: String,
}

/// One piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Verbatim from the input; `None` where the fact is not words (equal hashes, something not found).
    pub text: Option<String>,
    /// What the text is ("credit line", "caption", "embedded Credit"), or the fact itself where there is no text.
    pub from: String,
    /// The input it was read from, as the archive names it.
    pub input: String,
    /// Where in the input.
    pub carrier: Option<Carrier>,
}

/// A finding of one rule about one subject: the JSON of DESIGN.md's `flags`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flag {
    /// Stable public id: the same finding has the same id in every run and archive.
    pub flag: String,
    /// The rule's name.
    pub rule: String,
    /// How much it matters.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Sureness,
    /// What it is about.
    pub subject: Subject,
    /// One sentence.
    pub summary: String,
    /// Never empty.
    pub evidence: Vec<Evidence>,
    /// The rule's own refinement, for `--fail-on RULE:KIND` and filters: for `state-sourced` the level's kinds
    /// (`media`, `government`, `armed-group`) first and the level second.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// The decision of a person that is in effect, where there is one.
    #[serde(default)]
    pub review: Option<FlagReview>,
}
