//! Findings in the making: ids, subjects, and evidence that is not words.

use sha2::{Digest, Sha256};

use crate::model::{Evidence, Flag, Severity, Subject, SubjectKind, Sureness};

use super::case::{Case, CaseAppearance, CasePhoto};
use super::claim::Copy;
use super::words_alone::WORDS_ALONE;

/// A stable id: the same rule, subject and key give the same one in every run and archive.
pub(super) fn id(rule: &str, subject: &str, key: &str) -> String {
    let mut hash = Sha256::new();
    for part in [rule, subject, key] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let hex = crate::model::Sha256(hash.finalize().into()).to_hex();
    hex.chars().take(16).collect()
}

/// A flag with its id; `kinds` and `review` are left empty.
pub(super) fn flag(
    rule: &str,
    severity: Severity,
    confidence: Sureness,
    subject: Subject,
    summary: String,
    evidence: Vec<Evidence>,
) -> Flag {
    Flag {
        flag: id(rule, &subject.id, ""),
        rule: rule.to_owned(),
        severity,
        confidence,
        subject,
        summary,
        evidence,
        kinds: Vec::new(),
        review: None,
    }
}

/// The picture of a case as a subject.
pub(super) fn picture(case: &Case) -> Option<Subject> {
    let first = case.photos.first()?;
    Some(Subject {
        kind: SubjectKind::Picture,
        id: case
            .picture
            .clone()
            .unwrap_or_else(|| first.sha256.to_hex()),
        name: first.name().to_owned(),
    })
}

/// A photo as a subject.
pub(super) fn photo(photo: &CasePhoto) -> Subject {
    Subject {
        kind: SubjectKind::Photo,
        id: photo.sha256.to_hex(),
        name: photo.name().to_owned(),
    }
}

/// An appearance as a subject.
pub(super) fn appearance(appearance: &CaseAppearance) -> Subject {
    Subject {
        kind: SubjectKind::Appearance,
        id: appearance.id.clone(),
        name: appearance.name(),
    }
}

/// A copy as a subject.
pub(super) fn subject(case: &Case, copy: Copy) -> Option<Subject> {
    match copy {
        Copy::Photo(at) => case.photos.get(at).map(photo),
        Copy::Appearance(at) => case.appearances.get(at).map(appearance),
    }
}

/// A fact that is not words.
pub(super) fn fact(from: impl Into<String>, input: &str) -> Evidence {
    Evidence {
        text: None,
        from: from.into(),
        input: input.to_owned(),
        carrier: None,
    }
}

/// How the two sentences about an outlet's other pages begin.
const SHARE: &str = "credits were found on ";
const NO_SHARE: &str = "whether this outlet's pages show credits";

/// How often credits were found on the outlet's other pages: without it, something missing says nothing.
pub(super) fn share(appearance: &CaseAppearance) -> Evidence {
    let (pages, credited) = (appearance.outlet_pages, appearance.outlet_credited);
    let text = match appearance.credit_share() {
        Some(share) => format!(
            "{SHARE}{credited} of {pages} other pages of this outlet ({:.0} %)",
            (share * 100.0).floor()
        ),
        None => format!("{NO_SHARE} is not measured: no other page of it is held"),
    };
    fact(text, &appearance.input)
}

/// What a finding rests on, as one short value: a review that saw another one is stale. Left out is what says nothing
/// of the finding itself and changes with every ingest: names of files, how probable a match is among the photos held,
/// and how often an outlet's other pages show credits (where that changes how sure the finding is, this changes the value).
pub fn digest(flag: &Flag) -> String {
    let mut facts: Vec<String> = flag
        .evidence
        .iter()
        .filter_map(|e| match &e.text {
            Some(words) => Some(format!("words\0{words}")),
            None if [SHARE, NO_SHARE, WORDS_ALONE]
                .iter()
                .any(|start| e.from.starts_with(start)) =>
            {
                None
            }
            None => Some(format!("fact\0{}", e.from)),
        })
        .collect();
    facts.sort();
    facts.dedup();
    let sure = matches!(flag.confidence, Sureness::Sure);
    let head = format!("{}\0{sure}\0{}", flag.rule, flag.kinds.join(" "));
    id("evidence", &head, &facts.join("\0\0"))
}

/// "a", "a and b", "a, b and c".
pub(super) fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_stable_and_tell_their_parts_apart() {
        // Reviews point at these: another way of making them would orphan every decision.
        assert_eq!(id("a", "b", "c"), "13e228567e8249fc");
        assert_ne!(id("a", "bc", ""), id("a", "b", "c"));
        assert_ne!(id("ab", "c", ""), id("a", "bc", ""));
    }

    #[test]
    fn names_are_listed_as_in_a_sentence() {
        let names = ["A".to_owned(), "B".to_owned(), "C".to_owned()];
        assert_eq!(list(&names), "A, B and C");
        assert_eq!(list(&names[..1]), "A");
    }
}
