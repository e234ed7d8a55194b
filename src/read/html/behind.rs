//! What is printed right behind a picture without any name that tells what it is -> a caption or a credit.
//!
//! A line that ends in a credit, or one that small or slanting letters set apart from the text.

use super::block::{Look, MAX_AFTER, MAX_BARE, MAX_TITLE, Words};
use super::source::Unit;
use super::tag::Tag;
use crate::credit::Sign;
use crate::model::Carrier;

impl Look<'_> {
    /// A credit in the paragraph behind the picture's own block. At the article's foot it is one for all of its pictures.
    pub(super) fn credit_below(&self, levels: &[usize], caption: &str) -> Option<String> {
        let at = self.printed_from(self.end(*levels.last()?))?;
        let small =
            self.tree.item(at).tag.is_block() && self.region.text(at, self.end(at)) <= MAX_TITLE;
        if !small
            || self.region.mass(at, self.end(self.region.root)) == 0
            || self.has_credit(caption)
        {
            return None;
        }
        let text = self.text(at);
        let announced = self.credits.sign(&format!("{caption} {text}")) == Sign::Sure;
        (announced && text.contains([':', '：', '©', '/']) && self.is_credit(&text)).then_some(text)
    }

    /// A caption without any telling name right behind the picture: a line that ends in a credit, or that is set apart from
    /// the text by small or slanting letters.
    pub(super) fn set_apart(&self, unit: &Unit) -> Words {
        let root = self.region.root;
        let mut words = Words::default();
        let inside = |at: &usize| *at < self.end(root).max(self.end(self.region.top));
        let Some(at) = self.printed_from(unit.end).filter(inside) else {
            return words;
        };
        let item = self.tree.item(at);
        let next = self.end(at);
        let block = item.tag.is_block();
        let heading = item.tag == Tag::Heading;
        if matches!(item.tag, Tag::H1 | Tag::Article | Tag::Aside | Tag::Button)
            || self.has_others(unit.end, next, unit)
            || self.holds_article(at)
            || self.region.text(at, next) > MAX_BARE
        {
            return words;
        }
        let line_end = if block { next } else { self.line_end(at) };
        let printed = self.line(at, line_end);
        if printed.is_empty() || block && self.has_lines(at) && !self.is_slight(at) {
            return words;
        }
        let sign = self.credits.sign(&printed);
        let more = self.region.mass(line_end, self.end(root)) > 0;
        // The agency at the end of a short line with text behind it: a story's last line may end so too.
        let short = printed.chars().count() <= MAX_TITLE as usize && more && block;
        let linked = self.links_most(at);
        if self.is_credit(&printed) {
            words.credit = Some(printed);
            words.carrier = Some(Carrier::Credit);
        } else if heading {
            return words;
        } else if !linked && (sign == Sign::Sure || sign == Sign::Name && short)
            || !linked
                && self.is_slight(at)
                && self.region.text(next, line_end) == 0
                && printed.chars().count() >= 15
                && !printed.ends_with(':')
                && !self.is_slight_next(line_end)
        {
            words.caption = Some(printed);
            words.carrier = Some(Carrier::Text);
        }
        words
    }

    /// The next item from one on that has visible text.
    fn printed_from(&self, from: usize) -> Option<usize> {
        let last = (from + MAX_AFTER).min(self.tree.items.len());
        (from..last)
            .find(|i| !self.tree.item(*i).tag.is_silent() && self.region.text(*i, self.end(*i)) > 0)
    }

    /// Where the line that an inline item begins on ends: at the next break or block, or with the block around it.
    fn line_end(&self, at: usize) -> usize {
        let block = self
            .tree
            .ancestors(at)
            .find(|a| self.tree.item(*a).tag.is_block())
            .map_or(at + 1, |a| self.end(a));
        let last = block.min(self.end(at) + MAX_AFTER);
        (self.end(at)..last)
            .find(|i| self.tree.item(*i).tag.is_block())
            .unwrap_or(last)
    }

    /// The text from one item to another on one line.
    fn line(&self, from: usize, to: usize) -> String {
        let mut out = String::new();
        let mut at = from;
        while at < to {
            let item = self.tree.item(at);
            let next = self.end(at).max(at + 1);
            if item.tag == Tag::Text {
                out.push_str(&item.text);
                at = next;
            } else if item.tag.is_silent() || item.tag == Tag::Button {
                at = next;
            } else {
                out.push_str(if item.tag.is_block() { " " } else { "" });
                at += 1;
            }
        }
        out.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Whether all text of an element is in small or slanting letters.
    fn is_slight(&self, at: usize) -> bool {
        let slight = |i: usize| {
            let item = self.tree.item(i);
            let style = item.attr("style").unwrap_or_default();
            matches!(item.tag, Tag::Small | Tag::Italic | Tag::Cite)
                || style.contains("italic")
                || small_letters(style)
        };
        let all = self.region.text(at, self.end(at));
        let mut told = 0;
        let mut i = at;
        while i < self.end(at) {
            if slight(i) {
                told += self.region.text(i, self.end(i));
                i = self.end(i).max(i + 1);
            } else {
                i += 1;
            }
        }
        all > 0 && told >= all
    }

    /// Whether what is printed next is set apart too: then it is a way to set the text.
    fn is_slight_next(&self, from: usize) -> bool {
        (from..(from + MAX_AFTER).min(self.tree.items.len()))
            .find(|i| {
                let tag = self.tree.item(*i).tag;
                tag != Tag::Text && !tag.is_silent() && self.region.text(*i, self.end(*i)) > 0
            })
            .is_some_and(|i| self.is_slight(i))
    }
}

/// Whether a style sets letters smaller than text is.
fn small_letters(style: &str) -> bool {
    let Some((_, size)) = style.split_once("font-size") else {
        return false;
    };
    let size = size.trim_start_matches([':', ' ']);
    let digits = size
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(size.len());
    let (number, unit) = size.split_at(digits);
    let number: f32 = number.parse().unwrap_or(0.0);
    size.starts_with("small")
        || size.starts_with("x-small")
        || number > 0.0
            && (unit.starts_with("px") && number <= 13.0
                || unit.starts_with("pt") && number <= 10.0
                || (unit.starts_with("em") || unit.starts_with("rem")) && number < 0.9
                || unit.starts_with('%') && number < 90.0)
}
