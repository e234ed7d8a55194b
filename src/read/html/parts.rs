//! The text of a caption's element -> its parts: lines, and what stands apart on them; and of these the caption and the credit.
//!
//! A link in the middle of a sentence or of a credit stands apart from nothing. A credit ends where its block does. What one
//! can do with the picture (enlarge, buy, share) is no part of either.

use super::block::{Look, Pieces, is_initials, is_name, letters, words_of};
use super::source::Unit;
use super::tag::Tag;
use super::terms::{self, Meaning};
use crate::credit::Sign;
use crate::model::PartyKind;

/// A text of more parts than these is none that a credit stands in.
const MAX_PARTS: usize = 48;

impl Look<'_> {
    /// What a credit's element holds: the credit, one or several lines of it, without what one can do with the picture.
    pub(super) fn credit(&self, at: usize, pieces: &mut Pieces) {
        let mut parts = self.parts(at, None, &[]);
        self.drop_controls(&mut parts, true);
        if parts.is_empty() {
            pieces.credit(&self.text(at));
            return;
        }
        let mut line = String::new();
        for part in &parts {
            let first = line.is_empty();
            if part.fresh && !first {
                // A block that follows a credit and names nobody is none.
                if !self.names_someone(&part.text) {
                    continue;
                }
                pieces.credit(&line);
                line.clear();
            } else if !first && !part.blank && self.is_credit(&line) && is_name(&part.text) {
                // Nothing printed parts them, so the style does.
                line.push_str(" / ");
            } else if !first {
                line.push_str(part.before());
            }
            line.push_str(&part.text);
        }
        pieces.credit(&line);
    }

    /// Whether a text may be (part of) a credit: it reads as one, looks like a name, or has a known name in it.
    pub(super) fn names_someone(&self, text: &str) -> bool {
        if is_name(text) || is_initials(text) {
            return true;
        }
        let reading = self.credits.credit(text, &self.hints);
        !reading.creators.is_empty()
            || !reading.labels.is_empty()
            || reading.chain.iter().any(|l| l.party.is_some())
    }

    /// Whether an element is called a title, or stands out from a caption as one does.
    fn is_title(&self, at: usize) -> bool {
        let tag = self.tree.item(at).tag;
        matches!(tag, Tag::Heading | Tag::H1 | Tag::Emphasis)
            || self.meaning(at).any(Meaning::TITLE)
    }

    /// Whether a text is announced as a credit, or has a name in it that the registry knows.
    pub(super) fn names_known(&self, text: &str) -> bool {
        let reading = self.credits.credit(text, &self.hints);
        text.contains([':', '：', '©', '/']) || reading.chain.iter().any(|l| l.party.is_some())
    }

    /// Whether a link behind a credit is something to do rather than a name: no name, a single word that nobody knows, or
    /// a platform with words around it.
    fn leads_on(&self, text: &str) -> bool {
        let reading = self.credits.credit(text, &self.hints);
        let mut known = reading.chain.iter().filter_map(|l| l.party.as_deref());
        let platform = |id: &str| {
            let party = self.credits.registry().party(id);
            party.is_some_and(|p| p.kind == PartyKind::Platform)
        };
        if known.clone().next().is_some() {
            return known.all(platform) && text.split_whitespace().count() > 1;
        }
        !self.names_someone(text) || words_of(text) == 1
    }

    /// Takes off, at the end, what one can do with the picture rather than what is said of it: enlarge, buy, share. What
    /// the words do not tell is known by being a link behind a credit; `credited`: one stands there anyway.
    pub(super) fn drop_controls(&self, parts: &mut Vec<Part>, credited: bool) -> Vec<usize> {
        let mut dropped = Vec::new();
        if parts.len() > MAX_PARTS {
            return dropped;
        }
        // Counters and what opens the picture stand before what is said of it.
        let first = parts
            .iter()
            .position(|p| !(self.is_control(&p.text) || is_counter(&p.text)))
            .unwrap_or(0);
        dropped.extend(parts.drain(..first).flat_map(|p| p.items));
        while let Some((last, before)) = parts.split_last() {
            let behind_credit = credited && !before.is_empty()
                || before
                    .iter()
                    .any(|p| self.credits.sign(&p.text) == Sign::Sure || self.is_credit(&p.text));
            let control = self.is_control(&last.text)
                || is_counter(&last.text) && !before.is_empty()
                || behind_credit && is_page_word(&last.text)
                || behind_credit && last.linked && self.leads_on(&last.text);
            if !control {
                break;
            }
            dropped.extend(parts.pop().into_iter().flat_map(|p| p.items));
        }
        dropped
    }

    /// Whether a line is nothing but what one can do with the picture: "Enlarge this image", "Show less".
    fn is_control(&self, line: &str) -> bool {
        self.credits.is_furniture(line) || terms::of_line(line).any(Meaning::CONTROL)
    }

    /// A caption and a credit in elements without telling names: a sentence and a short name apart from it.
    pub(super) fn split_by_form(&self, parts: &[Part]) -> Option<(String, String)> {
        let texts: Vec<&str> = parts.iter().map(|p| p.text.as_str()).collect();
        let sentence = |t: &str| t.chars().count() >= 25 || t.ends_with(['.', '。', '!', '?']);
        let (last, before) = texts.split_last().filter(|(_, b)| !b.is_empty())?;
        let body = before.join(" ");
        if self.is_credit(last) && !self.is_credit(&body) {
            // Several lines may be the credit.
            let from = before
                .iter()
                .rposition(|t| !self.is_credit(t))
                .map_or(0, |at| at + 1);
            let (caption, credits) = texts.split_at(from);
            let (mut caption, mut credits) = (caption.join(" "), credits.join(" / "));
            // The text before may end in its first half.
            if self.credits.sign(&caption) == Sign::Sure
                && let Some((before, line)) = self.cut_credit(&caption)
            {
                (caption, credits) = (before, format!("{line} / {credits}"));
            }
            return Some((caption, credits));
        }
        if is_name(last) && sentence(&body) && !is_name(&body) {
            return Some((body, (*last).to_owned()));
        }
        // A credit in a block of its own, and more behind it. A title may look like one by its form.
        let at = parts.iter().position(|p| {
            let title = p.items.iter().any(|i| self.is_title(*i));
            self.is_credit(&p.text) && (!title || self.names_known(&p.text))
        })?;
        let fresh = |i: usize| parts.get(i).is_none_or(|p| p.fresh);
        let (caption, rest) = (texts.get(..at)?, texts.get(at + 1..)?);
        if rest.is_empty() || rest.iter().any(|t| self.is_credit(t)) || at > 0 && !fresh(at + 1) {
            return None;
        }
        let caption = [caption, rest].concat().join(" ");
        Some((caption, (*texts.get(at)?).to_owned()))
    }

    /// Caption and credit where a credit stands at the end of a block that is not the last: there it ends. `None` where none
    /// does.
    pub(super) fn parted(&self, parts: &[Part]) -> Option<(String, String)> {
        if parts.len() > MAX_PARTS {
            return None;
        }
        let mut text = String::new();
        for (at, part) in parts.iter().enumerate() {
            if part.fresh
                && at > 0
                && let Some((caption, credit)) = self.cut_credit(&text)
            {
                let rest = parts.get(at..).unwrap_or_default();
                let more = rest.iter().map(|p| p.text.as_str());
                let all: Vec<&str> = std::iter::once(&*caption).chain(more).collect();
                return Some((all.join(" ").trim().to_owned(), credit));
            }
            if at > 0 {
                text.push_str(part.before());
            }
            text.push_str(&part.text);
        }
        None
    }

    /// A text without the credit at its end, and that credit; `None` where it ends in none.
    fn cut_credit(&self, text: &str) -> Option<(String, String)> {
        let line = self.credits.caption(text, &self.hints).credit_line?;
        let (before, after) = text.rsplit_once(&*line)?;
        let open = [' ', '(', '[', '（', '-', '–', '—', '|'];
        (!after.contains(char::is_alphanumeric))
            .then(|| (before.trim_end_matches(open).to_owned(), line))
    }

    /// The texts of an element, each on its own line or in an element of its own.
    pub(super) fn segments(
        &self,
        at: usize,
        unit: Option<&Unit>,
        without: &[usize],
    ) -> Vec<String> {
        let mut parts = self.parts(at, unit, without);
        self.drop_controls(&mut parts, false);
        parts.into_iter().map(|p| p.text).collect()
    }

    /// The parts of an element's text: its lines, and on a line the elements that stand apart from the text around them. A
    /// link in the middle of a sentence or of a credit ("Photo: Name/House", each name a link) stands apart from nothing.
    pub(super) fn parts(&self, at: usize, unit: Option<&Unit>, without: &[usize]) -> Vec<Part> {
        let mut out: Vec<Part> = Vec::new();
        let (mut fresh, mut blank) = (true, false);
        let mut i = at + 1;
        let end = self.end(at);
        // Where the innermost block that is open ends.
        let mut block_end = end;
        while i < end {
            let item = self.tree.item(i);
            let next = (item.end as usize).max(i + 1);
            if i >= block_end {
                (fresh, block_end) = (true, end);
            }
            if item.tag == Tag::Br || item.tag.is_block() {
                fresh = true;
            }
            let blanks = |c: Option<char>| c.is_some_and(char::is_whitespace);
            blank |= item.tag == Tag::Text && blanks(item.text.chars().next());
            let in_unit = unit.is_some_and(|u| u.at <= i && i < u.end);
            if item.tag.is_silent()
                || in_unit
                || without.contains(&i)
                || item.tag == Tag::Button
                || self.region.text(i, next) == 0
            {
                i = next;
                continue;
            }
            let holds_unit = unit.is_some_and(|u| i <= u.at && u.at < next);
            if item.tag != Tag::Text && (holds_unit || self.has_parts(i)) {
                if item.tag.is_block() {
                    block_end = block_end.min(next);
                }
                i += 1;
                continue;
            }
            let text = self.part_text(i);
            if !text.is_empty() {
                let part = Part {
                    linked: item.tag != Tag::Text && self.links_all(i),
                    last: match item.tag {
                        Tag::Text => Last::Text,
                        Tag::A => Last::Link,
                        _ => Last::Element,
                    },
                    fresh,
                    blank,
                    items: vec![i],
                    end: text.clone(),
                    text,
                };
                fresh = item.tag.is_block();
                blank = item.tag == Tag::Text && blanks(item.text.chars().next_back());
                match out.last_mut() {
                    Some(last) if self.goes_on(last, &part) => last.take(part),
                    _ => out.push(part),
                }
            }
            i = next;
        }
        let mut unique: Vec<Part> = Vec::new();
        for part in out {
            if !unique
                .iter()
                .any(|have| letters(&have.text) == letters(&part.text))
            {
                unique.push(part);
            }
        }
        unique
    }

    /// The text of one part. Names that are links with nothing between them are several.
    fn part_text(&self, at: usize) -> String {
        let text = self.tree.text(at);
        let links: Vec<String> = self
            .tree
            .descendants(at)
            .filter(|i| self.tree.item(*i).tag == Tag::A)
            .map(|i| self.tree.text(i))
            .filter(|t| !t.is_empty())
            .collect();
        if links.len() > 1 && links.join(" ") == text && links.iter().all(|l| self.names_someone(l))
        {
            return links.join(" / ");
        }
        text
    }

    /// Whether a part belongs to the one before it.
    fn goes_on(&self, last: &Part, part: &Part) -> bool {
        const OPEN: [char; 5] = [':', '/', '|', '©', '('];
        if self.is_control(&last.text) || self.is_control(&part.text) {
            return false;
        }
        if last.text.ends_with(OPEN)
            || last.text.ends_with('：')
            || part.text.starts_with(['/', ')'])
            || is_label(&last.text)
                && !last.text.ends_with(['…', '.'])
                && self.names_someone(&part.text)
        {
            return true;
        }
        if part.fresh {
            return false;
        }
        let tail = last
            .text
            .rsplit_once(['.', '!', '?', '。'])
            .map_or(last.text.as_str(), |(_, tail)| tail)
            .trim();
        // "Photo by" before a name.
        if (1..=3).contains(&words_of(tail))
            && !self.is_credit(tail)
            && !self.is_credit(&part.text)
            && self.is_credit(&format!("{tail} {}", part.text))
        {
            return true;
        }
        let ended = tail.is_empty()
            || self.credits.sign(&last.text) == Sign::Sure
            || self.is_credit(&last.text);
        // A few small words between two names tie them.
        let ties = |text: &str| {
            let first = text.chars().next();
            words_of(text) <= 2 && first.is_some_and(|c| c.is_alphanumeric() && !c.is_uppercase())
        };
        if part.last == Last::Link && last.last == Last::Text {
            return !ended || ties(&last.end);
        }
        let open = part.text.starts_with([',', '&', '-', '–']) || ties(&part.text);
        part.last == Last::Text
            && last.last == Last::Link
            && (!ended || open && !self.credits.is_furniture(&part.text))
    }

    /// Whether all of an element's text is links.
    pub(super) fn links_all(&self, at: usize) -> bool {
        let linked: u32 = (at..self.end(at))
            .filter(|i| self.tree.item(*i).tag == Tag::A)
            .map(|i| self.region.text(i, self.end(i)))
            .sum();
        linked > 0 && linked >= self.region.text(at, self.end(at))
    }

    /// Whether an element's text lies in elements of their own, or on several lines.
    pub(super) fn has_parts(&self, at: usize) -> bool {
        let mut child = at + 1;
        let end = self.end(at);
        let mut parts = 0;
        let mut own = false;
        while child < end {
            let next = self.end(child).max(child + 1);
            let tag = self.tree.item(child).tag;
            if self.region.text(child, next) > 0 {
                if tag == Tag::Text {
                    own = true;
                } else if !matches!(tag, Tag::A | Tag::Emphasis | Tag::Italic) {
                    parts += 1;
                }
            }
            child = next;
        }
        if own {
            return self.has_lines(at);
        }
        parts >= 1
    }

    /// Whether blocks or line breaks part an element's text.
    pub(super) fn has_lines(&self, at: usize) -> bool {
        let end = self.end(at);
        self.tree
            .descendants(at)
            .any(|i| match self.tree.item(i).tag {
                Tag::Br => self.region.text(at, i) > 0 && self.region.text(i, end) > 0,
                tag => tag.is_block() && tag != Tag::Button && self.region.text(i, self.end(i)) > 0,
            })
    }
}

/// A line of a text, or what stands apart on it.
pub(super) struct Part {
    text: String,
    /// The last piece of it.
    end: String,
    /// The elements and texts that it is made of.
    items: Vec<usize>,
    /// It begins a line.
    fresh: bool,
    /// A blank stands before it.
    blank: bool,
    /// All of it is links.
    linked: bool,
    /// What it ends in.
    last: Last,
}

/// What a part ends in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    /// Text without mark-up of its own.
    Text,
    Link,
    Element,
}

impl Part {
    /// What parts it from the one before. Elements that touch are parted by their style.
    fn before(&self) -> &'static str {
        let touches =
            self.last == Last::Text || self.text.starts_with(|c: char| !c.is_alphanumeric());
        if self.fresh || self.blank || !touches && self.last != Last::Link {
            " "
        } else {
            ""
        }
    }

    /// Takes what goes on from here.
    fn take(&mut self, next: Part) {
        let label = self.text.ends_with([':', ',']);
        self.text.push_str(if label { " " } else { next.before() });
        self.text.push_str(&next.text);
        self.items.extend(next.items);
        self.linked &= next.linked || !next.text.contains(char::is_alphanumeric);
        (self.last, self.end) = (next.last, next.end);
    }
}

/// Whether a text only announces who made a picture ("Image source,", "Foto") and names nobody.
pub(super) fn is_label(text: &str) -> bool {
    let announces = Meaning::IMAGE.and(Meaning::CREDIT).and(Meaning::MAKER);
    text.chars().count() <= 32 && terms::of_line(text).any(announces)
}

/// Which of several pictures one sees: "1 of 3", "2/12", "Bild 1 von 3".
fn is_counter(text: &str) -> bool {
    let numbers = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|n| !n.is_empty())
        .collect::<Vec<_>>();
    let [at, of] = numbers.as_slice() else {
        return false;
    };
    let place = |n: &str| n.len() <= 3 && n.parse::<u32>().is_ok_and(|n| n > 0);
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let order = at.parse::<u32>().ok() <= of.parse::<u32>().ok();
    place(at) && place(of) && order && letters <= 16 && words_of(text) <= 3 && {
        let between = text
            .split_once(at)
            .and_then(|(_, rest)| rest.split_once(of))
            .map(|(between, _)| between.trim())
            .unwrap_or_default();
        between == "/" || between.chars().all(char::is_alphabetic) && !between.is_empty()
    }
}

/// A single word that pages use for what is not the article: "Share", "Newsletter".
fn is_page_word(text: &str) -> bool {
    !text.trim().contains(char::is_whitespace) && terms::of_name(text).any(Meaning::FURNITURE)
}
