//! What is printed right behind a picture without any name that tells what it is -> a caption or a credit.
//!
//! A line that ends in a credit, or one that small or slanting letters set apart from the text.

use super::block::{Look, MAX_AFTER, MAX_BARE, MAX_TITLE, Words, is_name};
use super::source::Unit;
use super::tag::Tag;
use super::terms::{self, Meaning};
use crate::credit::Sign;
use crate::model::{Carrier, PartyKind};

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
        let own = self.tree.item(*levels.last()?).tag == Tag::Figure;
        if own && self.tells_of_text(at, at, &text, false) {
            return None;
        }
        (announced && text.contains([':', '：', '©', '/']) && self.is_credit(&text)).then_some(text)
    }

    /// A caption without any telling name right behind the picture: a line that ends in a credit, or that is set apart from
    /// the text by small or slanting letters.
    pub(super) fn set_apart(&self, unit: &Unit, levels: &[usize]) -> Words {
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
        // In the picture's own block, or in small letters, it is said of the picture; under the text agencies stand so, too.
        let beside = !block
            || self.is_slight(at) && more
            || levels.iter().any(|level| at < self.end(*level));
        if self.tells_of_text(unit.at, at, &printed, beside) {
            return words;
        }
        if self.is_credit(&printed) {
            words.credit = Some(printed);
            words.carrier = Some(Carrier::Credit);
        } else if heading {
            return words;
        } else if !linked
            && (sign == Sign::Sure
                || sign == Sign::Name
                    && short
                    && !(self.opens_text(at) && self.is_dateline(&printed)))
            || !linked
                && self.is_slight(at)
                && !self.is_note(&printed)
                && self.region.text(next, line_end) == 0
                && printed.chars().count() >= 15
                && !printed.ends_with(':')
                && !printed.starts_with(['“', '«', '„', '「', '"'])
                && !self.is_slight_next(line_end)
        {
            words.caption = Some(printed);
            words.carrier = Some(Carrier::Text);
        }
        words
    }

    /// Whether a line near a picture tells of the article and not of the picture: who wrote it, which agency it was taken
    /// from. Names say so (`author`, `source`), words do ("By", "Reporting by"), and else its place does: what stands alone
    /// between headline and text, or under the text, speaks of the text, unless it says that it is a photo's. `beside`: it
    /// stands in the picture's own block.
    pub(super) fn tells_of_text(
        &self,
        picture: usize,
        at: usize,
        line: &str,
        beside: bool,
    ) -> bool {
        let pictured = Meaning::IMAGE.and(Meaning::CREDIT).and(Meaning::LEAD);
        if terms::of_name(line).any(pictured) {
            return false;
        }
        if self.is_byline(line) {
            return true;
        }
        let around = std::iter::once(at)
            .chain(self.tree.ancestors(at))
            .take_while(|a| !(*a < picture && picture < self.end(*a)));
        if around
            .chain(self.tree.descendants(at))
            .any(|i| self.names_author(i))
        {
            return true;
        }
        let made = || !self.credits.credit(line, &self.hints).creators.is_empty();
        let ours = !self.credits.opens_as_source(line)
            && (self.credits.sign(line) == Sign::Sure || line.contains('/') && made());
        let owned = line.trim_start().starts_with(['©', 'Ⓒ'])
            && line.contains(|c: char| c.is_ascii_digit());
        if beside || ours && !owned {
            return false;
        }
        let closes = self.region.mass(self.end(at), self.end(self.region.root)) == 0;
        let stock = |id: &str| {
            let party = self.credits.registry().party(id);
            party.is_some_and(|p| p.kind == PartyKind::Stock)
        };
        (closes || !ours && self.opens_text(at))
            && !self
                .credits
                .credit(line, &self.hints)
                .chain
                .iter()
                .any(|l| l.party.as_deref().is_some_and(stock))
    }

    /// Whether a block in small or slanting letters ends in a credit: a caption without a telling name.
    pub(super) fn is_slight_caption(&self, at: usize) -> bool {
        self.tree.item(at).tag.is_block()
            && self.region.text(at, self.end(at)) <= MAX_BARE
            && self.is_slight(at)
            && self.credits.sign(&self.text(at)) == Sign::Sure
    }

    /// Whether a short line says who wrote or edited a text.
    pub(super) fn is_byline(&self, line: &str) -> bool {
        is_byline(line, self.is_credit(line))
    }

    /// Whether an element is named after who wrote or supplied the text.
    pub(super) fn names_author(&self, at: usize) -> bool {
        let item = self.tree.item(at);
        if item.tag == Tag::Text {
            return false;
        }
        let meaning = self.meaning(at);
        let pictured = Meaning::CAPTION
            .and(Meaning::CREDIT)
            .and(Meaning::IMAGE)
            .and(Meaning::LEAD);
        let author = |rel: &str| rel.split_ascii_whitespace().any(|r| r == "author");
        item.tag == Tag::Address
            || item.attr("rel").is_some_and(author)
            || meaning.any(Meaning::MAKER) && !meaning.any(pictured)
    }

    /// Whether no text of the article stands before an item.
    fn opens_text(&self, at: usize) -> bool {
        let from = self.region.heading.filter(|h| *h < at);
        let from = from.unwrap_or(self.region.top.min(self.region.root));
        self.region.mass(from, at) == 0
    }

    /// Whether a line that ends in an agency is the place and date that a text begins with.
    fn is_dateline(&self, line: &str) -> bool {
        let reading = self.credits.caption(line, &self.hints);
        let mut rest = reading.caption;
        for date in &reading.caption_dates {
            rest = rest.replace(date.text.as_str(), " ");
        }
        let words = rest
            .split(|c: char| !c.is_alphanumeric())
            .filter(|w| w.contains(char::is_alphabetic))
            .count();
        let loud = !rest.contains(char::is_lowercase) && rest.contains(char::is_uppercase);
        words <= 4 && (loud || words <= 3 && !reading.caption_dates.is_empty())
    }

    /// Whether a line is a note of the editors or the shop, or nothing but a date.
    fn is_note(&self, line: &str) -> bool {
        let dated = || {
            let dates = self.credits.caption(line, &self.hints).caption_dates;
            let mut rest = line.to_owned();
            for date in &dates {
                rest = rest.replace(date.text.as_str(), " ");
            }
            !dates.is_empty()
                && rest
                    .split_whitespace()
                    .filter(|w| w.chars().filter(|c| c.is_alphabetic()).count() > 2)
                    .count()
                    <= 1
        };
        let opens = terms::opening(line, Meaning::NOTE).is_some_and(|(rest, words)| {
            // One word opens captions, too.
            words > 1
                || rest.trim_start().starts_with([':', '：'])
                || rest.chars().take(16).any(|c| c.is_ascii_digit())
        });
        opens || self.credits.is_furniture(line) || dated()
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
        let out = without_shortcodes(&out);
        out.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Whether all text of an element is in small or slanting letters.
    fn is_slight(&self, at: usize) -> bool {
        let slight = |i: usize| {
            let item = self.tree.item(i);
            let style = item.attr("style").unwrap_or_default();
            // `font`, in pages of an older time.
            let sized = item.tag == Tag::Emphasis
                && item
                    .attr("size")
                    .is_some_and(|s| matches!(s.trim(), "1" | "2" | "-1" | "-2"));
            matches!(item.tag, Tag::Small | Tag::Italic | Tag::Cite)
                || sized
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

/// A text without the marks of a weblog's own language that were left in it: `[caption id="a"]`, `[/caption]`.
fn without_shortcodes(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        let Some((inside, behind)) = after.split_once(']') else {
            break;
        };
        let name = inside.strip_prefix('/');
        let word =
            |w: &str| !w.is_empty() && w.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        let mark = name.is_some_and(word)
            || inside.contains("=\"") && inside.split(' ').next().is_some_and(word);
        out.push_str(before);
        if !mark {
            out.push('[');
            out.push_str(inside);
            out.push(']');
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// Whether a short line says who wrote or edited a text. `credit`: it is nothing but names, as a credit is; other lines may
/// begin like one and go on as a sentence.
fn is_byline(line: &str, credit: bool) -> bool {
    let mail = line.match_indices('@').any(|(at, _)| {
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        letter(line.get(..at).and_then(|b| b.chars().next_back()))
            && letter(line.get(at + 1..).and_then(|b| b.chars().next()))
    });
    let opens = || {
        terms::opening(line, Meaning::BYLINE).is_some_and(|(rest, words)| {
            let bare = rest.trim_matches([' ', ':', '：', '(', ')', '.', ',']);
            words > 1 || rest.trim_start().starts_with([':', '：']) || is_name(bare)
        })
    };
    line.chars().count() <= 120
        && (mail
            || opens()
            || terms::closes(line, Meaning::BYLINE)
            || credit && terms::opens(line, Meaning::BYLINE))
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
