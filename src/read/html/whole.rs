//! A page's foot -> credits that stand for the whole article or gallery ("Photos: AP, Reuters").
//!
//! They prevent that a picture is called uncredited, and never make a chain.

use super::block::Look;
use super::tag::Tag;
use super::terms::{self, Meaning};
use crate::credit::{CreditReader, Hints};
use crate::model::CreditReading;

/// Longer lines are no credits.
const MAX_LINE: u32 = 240;
/// Credits of one page.
const MAX_CREDITS: usize = 20;

/// The credits for the whole page. `used`: caption and credit texts of its pictures.
pub(super) fn credits(
    look: &Look<'_>,
    used: &[&str],
    credits: &CreditReader,
    hints: &Hints<'_>,
) -> Vec<CreditReading> {
    let tree = look.tree;
    let region = look.region;
    let mut out: Vec<CreditReading> = Vec::new();
    let end = look.end(region.top).min(tree.items.len());
    let end = region.next_story.map_or(end, |next| next.min(end));
    let mut at = region.root;
    while at < end {
        let item = tree.item(at);
        let next = (item.end as usize).max(at + 1);
        // What stands below "Read next" is not this page's.
        if item.tag == Tag::Heading && terms::of_line(&tree.text(at)).any(Meaning::FURNITURE) {
            break;
        }
        let around = Meaning::FURNITURE.and(Meaning::TEASER);
        if item.tag.is_silent()
            || at > region.root && look.meaning(at).any(around)
            || matches!(
                item.tag,
                Tag::Figure | Tag::Figcaption | Tag::Nav | Tag::Aside | Tag::Footer | Tag::Form
            )
        {
            at = next;
            continue;
        }
        let length = region.text(at, next);
        let line = item.tag.is_block()
            && (6..=MAX_LINE).contains(&length)
            && !tree
                .descendants(at)
                .any(|i| tree.item(i).tag.is_block() && tree.item(i).tag != Tag::Br);
        // What follows is the rest of the article: a credit for all stands at its foot.
        if line && region.mass(next, look.end(region.root).min(end)) == 0 {
            let text = tree.text(at);
            if announces_pictures(&text)
                && !used
                    .iter()
                    .any(|u| super::block::letters(u).contains(&super::block::letters(&text)))
            {
                let reading = credits.caption(&text, hints);
                // "Header image: ...": what the lead picture is called is no part of its credit.
                let reading = match text.split_once([':', '：']) {
                    Some((_, rest)) if !reading.caption.trim().is_empty() => {
                        credits.credit(rest.trim(), hints)
                    }
                    _ => reading,
                };
                if reading.credit_line.is_some()
                    && reading.caption.trim().is_empty()
                    && out.len() < MAX_CREDITS
                {
                    out.push(reading);
                }
            }
            at = next;
        } else {
            at += 1;
        }
    }
    out
}

/// Whether a line begins with words for pictures or their credit and a colon.
fn announces_pictures(text: &str) -> bool {
    let Some((head, rest)) = text.split_once([':', '：']) else {
        return false;
    };
    let short = head.chars().count() <= 32 && rest.chars().any(char::is_alphabetic);
    let pictures = Meaning::IMAGE.and(Meaning::CREDIT).and(Meaning::LEAD);
    short
        && head.split_whitespace().count() <= 3
        && terms::of_name(&head.replace(' ', "-")).any(pictures)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_pictures_announce_them() {
        for line in [
            "Photos: AP, Reuters",
            "Fotos: Ana Ruiz",
            "Photo credits: AP",
            "Фото: ТАСС",
            "写真：共同",
            "صور: رويترز",
            "Titelbild: dpa",
            "Featured image: KCNA",
        ] {
            assert!(announces_pictures(line), "{line}");
        }
        for line in [
            "Von: Ana Ruiz",
            "Sources: AP, Reuters",
            "He said: photos are banned",
            "Photos of the day",
        ] {
            assert!(!announces_pictures(line), "{line}");
        }
    }
}
