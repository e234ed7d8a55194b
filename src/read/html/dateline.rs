//! The dates that a page prints under its headline -> when it was published and changed, where nothing else on it says so.
//!
//! Only what can mean nothing else is believed: one day between the headline and the text, written with all its parts, in
//! an order that is no guess.

use super::facts::Facts;
use super::region::Region;
use super::tag::Tag;
use super::terms::{self, Meaning};
use super::tree::Tree;
use crate::credit::{CreditReader, Hints};
use crate::model::Precision;

/// Characters of a line with a date in it, and of those that are no date.
const MAX_LINE: usize = 140;
/// Items behind the headline that are looked at.
const MAX_ITEMS: usize = 400;

/// Completes the facts with the printed dates.
pub(super) fn complete(tree: &Tree, region: &Region, facts: &mut Facts, credits: &CreditReader) {
    if facts.published.is_some() {
        return;
    }
    let Some(heading) = region.heading else {
        return;
    };
    let hints = Hints {
        lang: facts.lang.as_deref(),
        date: None,
    };
    let (mut published, mut modified): (Vec<String>, Vec<String>) = Default::default();
    let end = (tree.item(region.top).end as usize).min(heading + MAX_ITEMS);
    let mut at = tree.item(heading).end as usize;
    while at < end && region.mass(heading, at) == 0 && !region.follows(at) {
        let item = tree.item(at);
        let next = (item.end as usize).max(at + 1);
        // The day in a caption is the picture's.
        let of_picture = Meaning::CAPTION.and(Meaning::CREDIT).and(Meaning::IMAGE);
        let mut names = ["class", "id"].into_iter().filter_map(|key| item.attr(key));
        if item.tag.is_silent()
            || names.any(|name| terms::of_name(name).any(of_picture))
            || matches!(
                item.tag,
                Tag::Figure
                    | Tag::Nav
                    | Tag::Aside
                    | Tag::Footer
                    | Tag::Form
                    | Tag::Li
                    | Tag::H1
                    | Tag::Heading
            )
        {
            at = next;
            continue;
        }
        let leaf =
            item.tag != Tag::Text && !tree.descendants(at).any(|i| tree.item(i).tag.is_block());
        if !leaf {
            at += 1;
            continue;
        }
        let text = tree.text(at);
        let length = text.chars().count();
        // In a sentence it is a day that the text speaks of.
        if (6..=MAX_LINE).contains(&length) && !text.ends_with(['.', '。', '!', '?']) {
            for piece in text.split(['|', '·', '•', '–', '—']) {
                let dates = credits.caption(piece, &hints).caption_dates;
                let days: Vec<_> = dates
                    .iter()
                    .filter(|d| d.precision == Precision::Day)
                    .collect();
                let [day] = days.as_slice() else { continue };
                let label = piece.replace(day.text.as_str(), " ").replace(' ', "-");
                let into = if terms::of_name(&label).any(Meaning::UPDATED) {
                    &mut modified
                } else {
                    &mut published
                };
                if !into.contains(&day.date) {
                    into.push(day.date.clone());
                }
            }
        }
        at = next;
    }
    if let ([day], true) = (published.as_slice(), modified.len() <= 1) {
        facts.published = Some(day.clone());
    }
    if let ([day], None) = (modified.as_slice(), &facts.modified) {
        facts.modified = Some(day.clone());
    }
}
