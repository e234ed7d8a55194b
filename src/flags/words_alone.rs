//! Findings that hold a page against a photo which only the caption's words tie to it: never sure, never a warning, and
//! the match with what speaks against it is part of the evidence.
//!
//! In: a finding of any rule. Out: the same, or with less of a claim.

use crate::model::{Decision, Flag, Severity, SubjectKind, Sureness};

use super::case::{Case, CaseAppearance, Tie};
use super::finding::fact;

/// How such evidence begins; what follows changes with every photo that is added.
pub(super) const WORDS_ALONE: &str = "the caption's words alone tie it to this photo";

/// Of what speaks against a match the strongest is told.
const MOST: usize = 4;

fn is_by_words(appearance: &CaseAppearance) -> bool {
    appearance.tie == Tie::Text
        && appearance.decision == Decision::Matched
        && appearance.photo.is_some()
}

/// "p=0.93". Never rounded up to certainty.
pub(super) fn probability(appearance: &CaseAppearance) -> String {
    let p = appearance.probability.unwrap_or(0.0).clamp(0.0, 0.99);
    format!("p={:.2}", (p * 100.0).floor() / 100.0)
}

/// "by its caption's words (p=0.93)", where only they tie the appearance to its photo.
pub(super) fn by_words(appearance: &CaseAppearance) -> Option<String> {
    is_by_words(appearance).then(|| format!("by its caption's words ({})", probability(appearance)))
}

/// Takes back what words alone do not carry.
pub(super) fn qualify(case: &Case, flag: &mut Flag) {
    let by_words = case.appearances.iter().filter(|a| is_by_words(a));
    for appearance in by_words {
        let own = flag.subject.kind == SubjectKind::Appearance && flag.subject.id == appearance.id;
        let from_photo = |input: &str| {
            let photo = appearance.photo.as_ref().and_then(|sha| case.photo(sha));
            photo.is_some_and(|p| {
                p.files.iter().any(|f| f.input == input)
                    || p.metadata.iter().any(|m| m.input == input)
                    || p.embedded.iter().any(|e| e.input == input)
            })
        };
        let of_page = |input: &str| input == appearance.input || input == appearance.document;
        let others = |input: &str| {
            !of_page(input)
                && (from_photo(input)
                    || case
                        .appearances
                        .iter()
                        .any(|a| a.id != appearance.id && a.input == input)
                    || case
                        .photos
                        .iter()
                        .any(|p| p.files.iter().any(|f| f.input == input)))
        };
        let mut inputs = flag.evidence.iter().map(|e| e.input.as_str());
        let concerned = if own {
            inputs.any(others)
        } else {
            flag.subject.kind != SubjectKind::Appearance && inputs.any(of_page)
        };
        if !concerned {
            continue;
        }
        if own {
            flag.confidence = Sureness::Possible;
            flag.severity = flag.severity.min(Severity::Notice);
            let by_words = format!("by its caption's words ({})", probability(appearance));
            if !flag.summary.contains(&by_words) {
                flag.summary =
                    format!("{} The photo is tied to the page {by_words}.", flag.summary);
            }
        }
        flag.evidence
            .push(fact(told(appearance), &appearance.input));
    }
}

fn told(appearance: &CaseAppearance) -> String {
    let against: Vec<&str> = (appearance.against.iter())
        .map(String::as_str)
        .take(MOST)
        .collect();
    let p = probability(appearance);
    if against.is_empty() {
        format!("{WORDS_ALONE} ({p}); nothing was found that speaks against it")
    } else {
        format!("{WORDS_ALONE} ({p}); against it: {}", against.join("; "))
    }
}
