//! How likely a reading is to be wholly right.
//!
//! In: what was found and where. Out: a probability. Each form has the share of right readings that it had on labelled
//! lines; each sign of doubt takes off what it cost there. `cargo bench` prints the table of confidence against truth.

use super::content::{Content, Who};
use super::locate::{Located, Place};
use super::scan::Scan;
use super::vocabulary::{Kinds, Lead, Sense, unspaced};
use crate::model::{CreditReading, Order};

/// The probability that a reading is wholly right. `guesses`: places of the chain that rest on kinds alone;
/// `affiliation`: its state source may be what a person belongs to.
pub(super) fn confidence(
    scan: &Scan<'_>,
    found: Option<&Located>,
    reading: &CreditReading,
    guesses: usize,
    affiliation: bool,
) -> f64 {
    let most = if affiliation { 0.7 } else { 1.0 };
    let confidence = by_signs(scan, found, reading, guesses).min(most);
    // Sums of hundredths, without the tail that binary fractions have.
    (confidence * 1000.0).round() / 1000.0
}

fn by_signs(
    scan: &Scan<'_>,
    found: Option<&Located>,
    reading: &CreditReading,
    guesses: usize,
) -> f64 {
    let Some(found) = found else {
        return none(scan, reading);
    };
    let content = &found.content;
    let mut confidence: f64 = match found.place {
        Place::Lead | Place::Bracket => 0.97,
        Place::Whole | Place::Element => 0.93,
        Place::Dash | Place::Before => 0.9,
        Place::Sentence => 0.94,
    };
    let unknown = content.unknown();
    confidence -= 0.12 * unknown.min(3) as f64;
    confidence -= 0.15 * content.junk.min(3) as f64;
    confidence -= 0.1 * guesses.min(3) as f64;
    confidence -= 0.1 * odd_names(scan, content).min(3) as f64;
    for (doubt, weight) in [
        (reading.order == Order::Uncertain, 0.25),
        (content.items.len() > 4, 0.1),
        (content.items.is_empty(), 0.08),
        (!reading.also.is_empty(), 0.15),
        (content.late_lead, 0.1),
        (content.doubt, 0.3),
        (content.denied, 0.12),
        (content.loose > 0, 0.08),
        (second_credit(scan, found), 0.1),
        (word_alone(content), 0.1),
        (unannounced(scan, content, found.start), 0.1),
    ] {
        if doubt {
            confidence -= weight;
        }
    }
    confidence.clamp(0.05, 0.99)
}

/// Without a credit: less sure where the text ends as credits do.
fn none(scan: &Scan<'_>, reading: &CreditReading) -> f64 {
    if reading.state_sourced.is_some() {
        return 0.8;
    }
    let end = scan.trim_end(scan.text().len());
    let mut near = end.saturating_sub(24);
    while !scan.text().is_char_boundary(near) {
        near += 1;
    }
    let tail = scan.cut(near, end);
    let named = scan
        .hits_from(near)
        .iter()
        .any(|h| h.end + 2 >= end && h.kinds.any(Kinds::PARTY.and(Kinds::LABEL).and(Kinds::LEAD)));
    if named || tail.contains(['/', '©', '|']) {
        0.8
    } else {
        0.95
    }
}

/// Creators in one word or with a capital inside, which may be a brand or two words that run together.
fn odd_names(scan: &Scan<'_>, content: &Content) -> usize {
    content
        .items
        .iter()
        .filter(|i| i.who == Who::Person)
        .filter(|i| {
            let printed = scan.printed(i.start, i.end);
            let cased = printed
                .chars()
                .any(|c| c.is_lowercase() || c.is_uppercase());
            let one = !printed.contains(char::is_whitespace)
                && !printed.starts_with('@')
                && !printed.contains(unspaced);
            let run_together = printed.split_whitespace().any(|word| {
                let mut letters = word.chars();
                let mut small = 0;
                letters.any(|c| {
                    let after = c.is_uppercase() && small > 3;
                    small = if c.is_lowercase() { small + 1 } else { 0 };
                    after
                })
            });
            cased && (one || run_together)
        })
        .count()
}

/// Whether words that announce a credit, or brackets with a name, stand outside the one that was found.
fn second_credit(scan: &Scan<'_>, found: &Located) -> bool {
    scan.hits.iter().any(|h| {
        let outside = h.end <= found.cut.0 || h.start >= found.cut.1;
        let next = || scan.cut(h.end, scan.text().len()).trim_start();
        outside
            && !h.glued_start
            && h.kinds.any(Kinds::LEAD.and(Kinds::PARTY))
            && (scan.means(h.phrase, |s| {
                matches!(s, Sense::Lead(Lead::Photo | Lead::Source | Lead::Author, _))
            }) && next().starts_with(':')
                || scan.means(h.phrase, |s| matches!(s, Sense::Lead(Lead::Copyright, _)))
                || h.kinds.any(Kinds::PARTY)
                    && scan.cut(0, h.start).ends_with(['(', '['])
                    && next().chars().take(20).any(|c| matches!(c, ')' | ']')))
    })
}

/// A name in two words behind "Photo" without a colon: a person's, or a paper's ("Photo Sud Littoral").
fn unannounced(scan: &Scan<'_>, content: &Content, start: usize) -> bool {
    let [one] = content.items.as_slice() else {
        return false;
    };
    one.who == Who::Person
        && content.lead == Some(Lead::Photo)
        && !scan
            .cut(start, one.start)
            .trim()
            .contains([':', '/', '-', '|', '(', '=', ' ', '.'])
        && scan.char_at(one.start).is_some_and(|c| !unspaced(c))
}

/// A single name that is a word elsewhere, and nothing that says credit.
fn word_alone(content: &Content) -> bool {
    content.items.len() == 1
        && content.known == 1
        && !content.sure_name
        && content.lead.is_none()
        && !content.formed
}
