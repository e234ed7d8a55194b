//! A picture on the page -> the caption and the credit printed with it.
//!
//! The elements around the picture are searched from the inside out, as long as they hold no other picture and no body
//! text. Captions and credits are known by their element (`figcaption`), by what class names and the like mean in any
//! language, and, where names say nothing, by form: a text equal to the image's alternative text, a short name beside a
//! sentence. Body text is never a caption.

use std::cell::RefCell;
use std::collections::HashMap;

use super::region::Region;
use super::source::Unit;
use super::tag::Tag;
use super::terms::{self, Meaning};
use super::tree::Tree;
use crate::credit::{CreditReader, Hints, Sign};
use crate::model::{Carrier, PartyKind};

/// Elements around a picture that are searched.
const MAX_LEVELS: usize = 10;
/// Bytes of visible text in a picture's block.
const MAX_BLOCK: u32 = 4_000;
/// Bytes of a text that is taken for a caption by its form alone.
const MAX_BARE: u32 = 700;
/// Bytes of other text that may stand between a picture and a caption element after it.
const MAX_GAP: u32 = 24;
/// Bytes of a heading that is taken for a caption.
const MAX_TITLE: u32 = 160;
/// More copies of one picture than these stand in no block of its own.
const MAX_COPIES: usize = 32;
/// A text of more parts than these is none that a credit stands in.
const MAX_PARTS: usize = 48;
/// Items after a picture among which its caption element is looked for.
const MAX_AFTER: usize = 120;

/// What is printed with a picture.
#[derive(Clone, Debug, Default)]
pub(super) struct Words {
    pub caption: Option<String>,
    pub credit: Option<String>,
    pub carrier: Option<Carrier>,
}

impl Words {
    fn is_full(&self) -> bool {
        self.caption.is_some() && self.credit.is_some()
    }

    pub fn is_empty(&self) -> bool {
        self.caption.is_none() && self.credit.is_none()
    }

    /// Takes what is missing.
    fn fill(&mut self, other: Words) {
        if self.caption.is_none() && other.caption.is_some() {
            self.caption = other.caption;
            self.carrier = other.carrier;
        }
        if self.credit.is_none() && other.credit.is_some() {
            self.credit = other.credit;
            self.carrier = self.carrier.or(other.carrier);
        }
    }
}

/// Looks at the surroundings of pictures.
pub(super) struct Look<'t> {
    pub tree: &'t Tree,
    pub region: &'t Region,
    credits: &'t CreditReader,
    hints: Hints<'t>,
    units: &'t [Unit],
    names: RefCell<HashMap<String, Meaning>>,
}

impl<'t> Look<'t> {
    pub fn new(
        tree: &'t Tree,
        region: &'t Region,
        units: &'t [Unit],
        credits: &'t CreditReader,
        hints: Hints<'t>,
    ) -> Self {
        Self {
            tree,
            region,
            credits,
            hints,
            units,
            names: RefCell::new(HashMap::new()),
        }
    }

    /// What an element's names say of it.
    pub fn meaning(&self, at: usize) -> Meaning {
        let mut all = Meaning::default();
        for attr in &self.tree.item(at).attrs {
            let telling = matches!(
                &*attr.name.local,
                "class"
                    | "id"
                    | "itemprop"
                    | "property"
                    | "data-testid"
                    | "data-test"
                    | "data-qa"
                    | "data-component"
                    | "data-type"
                    | "data-role"
                    | "data-element"
                    | "slot"
            );
            if !telling {
                continue;
            }
            for name in attr.value.split_ascii_whitespace().take(64) {
                let mut names = self.names.borrow_mut();
                let meaning = if let Some(known) = names.get(name) {
                    *known
                } else {
                    let new = terms::of_name(name);
                    names.insert(name.to_owned(), new);
                    new
                };
                all = all.and(meaning);
            }
        }
        all
    }

    pub fn end(&self, at: usize) -> usize {
        self.tree.item(at).end as usize
    }

    /// Whether other pictures stand between two items.
    pub fn has_others(&self, from: usize, to: usize, unit: &Unit) -> bool {
        let first = self.units.partition_point(|u| u.at < from);
        self.units
            .iter()
            .skip(first)
            .take_while(|u| u.at < to)
            .enumerate()
            .any(|(count, u)| {
                count > MAX_COPIES
                    || u.at != unit.at && !u.tiny && !super::key::share(&u.keys, &unit.keys)
            })
    }

    /// Whether an element holds the article or its headline.
    pub fn holds_article(&self, at: usize) -> bool {
        let end = self.end(at);
        at <= self.region.root && self.region.root < end
            || self.region.heading.is_some_and(|h| at <= h && h < end)
            || matches!(
                self.tree.item(at).tag,
                Tag::Document | Tag::Html | Tag::Body | Tag::Main
            )
    }

    /// The elements around a picture that are its own, from the inside out.
    pub fn levels(&self, unit: &Unit) -> Vec<usize> {
        let mut levels = Vec::new();
        for at in self.tree.ancestors(unit.at).take(MAX_LEVELS) {
            let end = self.end(at);
            let figure = self.tree.item(at).tag == Tag::Figure;
            if self.holds_article(at)
                || self.region.text(at, end) > MAX_BLOCK
                || !figure && self.region.mass(at, end) > u64::from(MAX_BLOCK) / 2
                || self.has_others(at, end, unit)
            {
                break;
            }
            levels.push(at);
        }
        levels
    }

    /// Caption and credit of a picture.
    pub fn words(&self, unit: &Unit) -> Words {
        let mut out = Words::default();
        let levels = self.levels(unit);
        // Names that always mean it first, then those that mean it beside a picture.
        for weak in [false, true] {
            let mut before = 0;
            for level in &levels {
                let text = self.region.text(*level, self.end(*level));
                if text > before && !out.is_full() {
                    out.fill(self.read(*level, unit, weak));
                }
                before = text;
            }
        }
        if out.caption.is_none() {
            out.fill(self.after(unit));
        }
        if out.is_empty() {
            out.fill(self.of_shared_figure(unit, &levels));
        }
        if out.is_empty() {
            out.fill(self.set_apart(unit));
        }
        if out.is_empty() {
            for level in &levels {
                if let Some(words) = self.by_form(*level, unit) {
                    out.fill(words);
                    break;
                }
            }
        } else if out.caption.is_none() && out.credit.is_some() {
            // A credit with a name of its own, a caption without: its text stands beside.
            let alt = self.alt(unit);
            for level in &levels {
                if let Some(words) = self.by_form(*level, unit)
                    && let Some(caption) = words.caption
                    && (letters(&caption) == letters(alt) || words.credit.is_some())
                {
                    out.caption = Some(caption);
                    out.carrier = words.carrier;
                    break;
                }
            }
            out.fill(self.title(unit, &levels));
        }
        self.settle(&mut out);
        if out.credit.is_none()
            && let Some(caption) = &out.caption
        {
            let beside = self.credit_beside(unit, &levels, caption);
            out.credit = beside.or_else(|| self.credit_below(&levels, caption));
        }
        out
    }

    /// The heading in the block of a picture that has a credit of its own: what the picture shows.
    fn title(&self, unit: &Unit, levels: &[usize]) -> Words {
        let found = levels.iter().find_map(|level| {
            (unit.end..self.end(*level)).find(|i| {
                let text = self.region.text(*i, self.end(*i));
                (2..=MAX_TITLE).contains(&text)
                    && self.tree.item(*i).tag.is_block()
                    && self.meaning(*i).any(Meaning::TITLE)
                    && !self.has_parts(*i)
                    && !self.links_most(*i)
            })
        });
        Words {
            caption: found.map(|i| self.text(i)),
            credit: None,
            carrier: found.map(|_| Carrier::Text),
        }
    }

    /// A credit without a telling name, apart from the caption: laid over the picture, or small beside the caption.
    fn credit_beside(&self, unit: &Unit, levels: &[usize], caption: &str) -> Option<String> {
        if self
            .credits
            .caption(caption, &self.hints)
            .credit_line
            .is_some()
        {
            return None;
        }
        let known = letters(caption);
        let level = levels
            .iter()
            .find(|l| letters(&self.tree.text(**l)).contains(&known))
            .copied()
            .or_else(|| {
                // The caption follows the picture in an element of its own, and the credit stands in that.
                let end = (unit.end + MAX_AFTER).min(self.tree.items.len());
                (unit.end..end)
                    .take_while(|i| !self.has_others(unit.end, *i, unit))
                    .find(|i| {
                        let text = self.region.text(*i, self.end(*i));
                        self.tree.item(*i).tag.is_block()
                            && text > 0
                            && text < MAX_BARE
                            && letters(&self.tree.text(*i)).contains(&known)
                    })
            })?;
        if self.region.text(level, self.end(level)) > MAX_BARE + caption.len() as u32 {
            return None;
        }
        let small = self.tree.descendants(level).find(|i| {
            matches!(self.tree.item(*i).tag, Tag::Small | Tag::Cite) && {
                let text = self.tree.text(*i);
                is_name(&text) && !known.contains(&letters(&text))
            }
        });
        small.map(|i| self.tree.text(i)).or_else(|| {
            self.segments(level, Some(unit), &[]).into_iter().find(|s| {
                s.chars().count() <= 100 && !known.contains(&letters(s)) && self.is_credit(s)
            })
        })
    }

    /// A credit in the paragraph behind the picture's own block. At the article's foot it is one for all of its pictures.
    fn credit_below(&self, levels: &[usize], caption: &str) -> Option<String> {
        let end = self.end(*levels.last()?);
        let last = (end + MAX_AFTER).min(self.tree.items.len());
        let at = (end..last).find(|i| {
            let item = self.tree.item(*i);
            !item.tag.is_silent() && self.region.text(*i, self.end(*i)) > 0
        })?;
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

    fn alt(&self, unit: &Unit) -> &'t str {
        self.tree
            .item(unit.img)
            .attr("alt")
            .unwrap_or_default()
            .trim()
    }

    /// Puts what was found in order: labels off, a caption that is a credit only into the credit's place.
    fn settle(&self, out: &mut Words) {
        if let Some(caption) = &mut out.caption
            && let Some(length) = self.credits.caption_label(caption)
        {
            let rest = caption.get(length..).unwrap_or_default().trim().to_owned();
            *caption = rest;
        }
        out.caption = out
            .caption
            .take()
            .filter(|c| c.chars().any(char::is_alphanumeric));
        if let Some(credit) = &out.credit {
            let reading = self.credits.credit(credit, &self.hints);
            let empty = reading.chain.is_empty()
                && reading.creators.is_empty()
                && reading.labels.is_empty();
            // A caption in an element that is named after the credit in it.
            let long = credit.chars().count() > 220;
            if empty && credit.chars().filter(|c| c.is_alphanumeric()).count() < 16
                || !credit.chars().any(char::is_alphanumeric)
            {
                out.credit = None;
            } else if long && out.caption.is_none() {
                out.caption = out.credit.take();
                out.carrier = Some(Carrier::Credit);
            }
        }
        // A caption that is nothing but a name in brackets is a credit.
        if out.credit.is_none()
            && let Some(inside) = out.caption.as_deref().and_then(bracketed)
            && is_name(inside)
        {
            out.credit = out.caption.take();
            out.carrier = Some(Carrier::Credit);
        }
        if let (Some(caption), Some(credit)) = (&out.caption, &out.credit)
            && letters(caption) == letters(credit)
        {
            out.caption = None;
        }
    }

    /// Captions and credits by their elements' names, in one element.
    fn read(&self, level: usize, unit: &Unit, weak: bool) -> Words {
        let own = self.meaning(level);
        let figure = self.tree.item(level).tag == Tag::Figure
            || self
                .tree
                .ancestors(level)
                .take(4)
                .any(|a| self.tree.item(a).tag == Tag::Figure);
        let near = Meaning::IMAGE.and(Meaning::LEAD).and(Meaning::CAPTION);
        let weak = weak && (figure || own.any(near));
        let mut pieces = Pieces::default();
        let mut at = level + 1;
        let end = self.end(level);
        while at < end {
            let item = self.tree.item(at);
            let next = (item.end as usize).max(at + 1);
            if item.tag == Tag::Text || item.tag.is_silent() || unit.at <= at && at < unit.end {
                at = next;
                continue;
            }
            if at <= unit.at && unit.at < next {
                at += 1;
                continue;
            }
            match self.role(at, weak) {
                Role::Caption => {
                    self.caption(at, &mut pieces);
                    at = next;
                }
                Role::Credit => {
                    self.credit(at, &mut pieces);
                    at = next;
                }
                Role::Hidden(caption, text) => {
                    if caption {
                        pieces.caption(&text, Carrier::Page);
                    } else {
                        pieces.credit(&text);
                    }
                    at = next;
                }
                Role::Skip => at = next,
                Role::None => at += 1,
            }
        }
        pieces.words()
    }

    fn role(&self, at: usize, weak: bool) -> Role {
        let item = self.tree.item(at);
        let meaning = self.meaning(at);
        let caption = item.tag == Tag::Figcaption || meaning.any(Meaning::CAPTION);
        let credit = meaning.any(Meaning::CREDIT);
        if matches!(item.tag, Tag::Meta | Tag::Link) {
            let text = item.attr("content").unwrap_or_default().trim().to_owned();
            return match (
                caption,
                credit || weak && meaning.any(Meaning::MAKER),
                text.is_empty(),
            ) {
                (_, _, true) => Role::None,
                (true, _, _) => Role::Hidden(true, text),
                (_, true, _) => Role::Hidden(false, text),
                _ => Role::None,
            };
        }
        let end = self.end(at);
        if self.region.text(at, end) == 0
            || matches!(item.tag, Tag::H1 | Tag::Heading) && !caption && !credit
        {
            return Role::None;
        }
        // The captions of several pictures in one list: nobody knows whose is whose.
        if (caption || credit) && self.is_list(at) {
            return Role::Skip;
        }
        if credit && !self.has_inner(at, Meaning::CAPTION) {
            return Role::Credit;
        }
        if caption || credit {
            return Role::Caption;
        }
        if meaning.any(Meaning::FURNITURE) && !weak {
            return Role::Skip;
        }
        if weak {
            if meaning.any(Meaning::MAKER)
                && !self.has_inner(at, Meaning::TEXT.and(Meaning::CAPTION))
            {
                return Role::Credit;
            }
            if meaning.any(Meaning::TEXT) && !self.links_most(at) {
                return Role::Caption;
            }
        }
        Role::None
    }

    /// Whether an element is a list of two captions or more, each with a credit.
    fn is_list(&self, at: usize) -> bool {
        self.tree.item(at).tag == Tag::Ul
            && self
                .tree
                .descendants(at)
                .filter(|i| self.tree.item(*i).tag == Tag::Li && self.has_credit(&self.text(*i)))
                .nth(1)
                .is_some()
    }

    /// Whether an element in this one has a name with that meaning.
    fn has_inner(&self, at: usize, meaning: Meaning) -> bool {
        self.tree.descendants(at).take(200).any(|i| {
            let tag = self.tree.item(i).tag;
            tag != Tag::Text
                && (self.meaning(i).any(meaning)
                    || tag == Tag::Figcaption && meaning.any(Meaning::CAPTION))
        })
    }

    /// Whether most of an element's text is links.
    fn links_most(&self, at: usize) -> bool {
        let all = self.region.text(at, self.end(at));
        let linked: u32 = self
            .tree
            .descendants(at)
            .filter(|i| self.tree.item(*i).tag == Tag::A)
            .map(|i| self.region.text(i, self.end(i)))
            .sum();
        linked * 2 > all
    }

    /// What a caption's element holds: the caption, and credits in elements of their own.
    fn caption(&self, at: usize, pieces: &mut Pieces) {
        let mut inner_captions = Vec::new();
        let mut credits = Vec::new();
        let mut skip = Vec::new();
        let mut i = at + 1;
        let end = self.end(at);
        while i < end {
            let item = self.tree.item(i);
            let next = (item.end as usize).max(i + 1);
            if item.tag == Tag::Text || item.tag.is_silent() {
                i = next;
                continue;
            }
            let meaning = self.meaning(i);
            let maker =
                meaning.any(Meaning::CREDIT.and(Meaning::MAKER)) || matches!(item.tag, Tag::Cite);
            if self.region.text(i, next) == 0 {
                i = next;
            } else if maker && !self.has_inner(i, Meaning::CAPTION.and(Meaning::TEXT)) {
                credits.push(i);
                i = next;
            } else if meaning.any(Meaning::FURNITURE)
                || item.tag == Tag::Button
                || matches!(item.tag, Tag::Ul | Tag::Ol) && self.links_all(i)
            {
                skip.push(i);
                i = next;
            } else {
                if meaning.any(Meaning::CAPTION.and(Meaning::TEXT)) {
                    inner_captions.push(i);
                }
                i += 1;
            }
        }
        let without: Vec<usize> = skip.iter().chain(&credits).copied().collect();
        let mut parts = self.parts(at, None, &without);
        skip.extend(self.drop_controls(&mut parts, !credits.is_empty()));
        if credits.is_empty() && inner_captions.is_empty() {
            let split = self.split_by_form(&parts);
            if let Some((caption, credit)) = split.or_else(|| self.parted(&parts)) {
                pieces.caption(&caption, Carrier::Figcaption);
                pieces.credit(&credit);
            } else {
                pieces.caption(&self.tree.text_without(at, &skip), Carrier::Figcaption);
            }
            return;
        }
        skip.extend(&credits);
        // What stands outside of the captions' own elements belongs to them where nothing else has a name.
        let text = self.tree.text_without(at, &skip);
        let outermost: Vec<usize> = inner_captions
            .iter()
            .copied()
            .filter(|i| !inner_captions.iter().any(|o| o < i && *i < self.end(*o)))
            .collect();
        let inner: Vec<String> = outermost
            .iter()
            .map(|i| self.tree.text_without(*i, &skip))
            .collect();
        let inner = inner
            .iter()
            .filter(|t| !t.is_empty())
            .cloned()
            .collect::<Vec<_>>()
            .join(" ");
        let carrier = Carrier::Figcaption;
        if credits.is_empty() && !inner.is_empty() && letters(&text).len() > letters(&inner).len() {
            let mut without = skip.clone();
            without.extend(&outermost);
            let rest = self.tree.text_without(at, &without);
            if self.is_credit(&rest) || is_name(&rest) {
                pieces.caption(&inner, carrier);
                pieces.credit(&rest);
            } else {
                pieces.caption(&text, carrier);
            }
        } else {
            pieces.caption(if inner.is_empty() { &text } else { &inner }, carrier);
            if !inner.is_empty()
                && !credits.is_empty()
                && letters(&text).len() > letters(&inner).len() + 3
            {
                // Words beside the named elements: a label before the credit, or more of the caption.
                let mut without = skip.clone();
                without.extend(&outermost);
                let rest = self.tree.text_without(at, &without);
                if rest.chars().count() > 24 && !self.is_credit(&rest) {
                    pieces.captions.pop();
                    pieces.caption(&text, carrier);
                }
            }
        }
        for credit in credits {
            self.credit(credit, pieces);
        }
    }

    /// What a credit's element holds: the credit, one or several lines of it, without what one can do with the picture.
    fn credit(&self, at: usize, pieces: &mut Pieces) {
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
    fn names_someone(&self, text: &str) -> bool {
        if is_name(text) || is_initials(text) {
            return true;
        }
        let reading = self.credits.credit(text, &self.hints);
        !reading.creators.is_empty()
            || !reading.labels.is_empty()
            || reading.chain.iter().any(|l| l.party.is_some())
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
    fn drop_controls(&self, parts: &mut Vec<Part>, credited: bool) -> Vec<usize> {
        let mut dropped = Vec::new();
        if parts.len() > MAX_PARTS {
            return dropped;
        }
        while let Some((last, before)) = parts.split_last() {
            let behind_credit = credited && !before.is_empty()
                || before
                    .iter()
                    .any(|p| self.credits.sign(&p.text) == Sign::Sure || self.is_credit(&p.text));
            let control = self.credits.is_furniture(&last.text)
                || behind_credit && is_page_word(&last.text)
                || behind_credit && last.linked && self.leads_on(&last.text);
            if !control {
                break;
            }
            dropped.extend(parts.pop().into_iter().flat_map(|p| p.items));
        }
        dropped
    }

    fn text(&self, at: usize) -> String {
        self.tree.text(at)
    }

    /// Whether a text has a credit in it.
    pub fn has_credit(&self, text: &str) -> bool {
        text.len() < 2_000
            && self
                .credits
                .caption(text, &self.hints)
                .credit_line
                .is_some()
    }

    /// Whether a text is nothing but a credit.
    pub fn is_credit(&self, text: &str) -> bool {
        if text.is_empty() || text.len() > 400 {
            return false;
        }
        let reading = self.credits.caption(text, &self.hints);
        reading.credit_line.is_some() && reading.caption.trim().is_empty()
    }

    /// A caption and a credit in elements without telling names: a sentence and a short name apart from it.
    fn split_by_form(&self, parts: &[Part]) -> Option<(String, String)> {
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
        // A credit in a block of its own, and more behind it.
        let at = texts.iter().position(|t| self.is_credit(t))?;
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
    fn parted(&self, parts: &[Part]) -> Option<(String, String)> {
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
    fn segments(&self, at: usize, unit: Option<&Unit>, without: &[usize]) -> Vec<String> {
        let mut parts = self.parts(at, unit, without);
        self.drop_controls(&mut parts, false);
        parts.into_iter().map(|p| p.text).collect()
    }

    /// The parts of an element's text: its lines, and on a line the elements that stand apart from the text around them. A
    /// link in the middle of a sentence or of a credit ("Photo: Name/House", each name a link) stands apart from nothing.
    fn parts(&self, at: usize, unit: Option<&Unit>, without: &[usize]) -> Vec<Part> {
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
                    link: item.tag == Tag::A,
                    plain: item.tag == Tag::Text,
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
        if last.text.ends_with(OPEN)
            || last.text.ends_with('：')
            || part.text.starts_with(['/', ')'])
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
        if part.link && last.plain {
            return !ended || ties(&last.end);
        }
        let open = part.text.starts_with([',', '&', '-', '–']) || ties(&part.text);
        part.plain && last.link && (!ended || open && !self.credits.is_furniture(&part.text))
    }

    /// Whether all of an element's text is links.
    fn links_all(&self, at: usize) -> bool {
        let linked: u32 = (at..self.end(at))
            .filter(|i| self.tree.item(*i).tag == Tag::A)
            .map(|i| self.region.text(i, self.end(i)))
            .sum();
        linked > 0 && linked >= self.region.text(at, self.end(at))
    }

    /// Whether an element's text lies in elements of their own, or on several lines.
    fn has_parts(&self, at: usize) -> bool {
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
    fn has_lines(&self, at: usize) -> bool {
        let end = self.end(at);
        self.tree
            .descendants(at)
            .any(|i| match self.tree.item(i).tag {
                Tag::Br => self.region.text(at, i) > 0 && self.region.text(i, end) > 0,
                tag => tag.is_block() && tag != Tag::Button && self.region.text(i, self.end(i)) > 0,
            })
    }

    /// A caption's or credit's element that follows the picture, whoever its parent is.
    fn after(&self, unit: &Unit) -> Words {
        let mut pieces = Pieces::default();
        let mut at = unit.end;
        let last = (unit.end + MAX_AFTER).min(self.tree.items.len());
        let alt = letters(self.alt(unit));
        let mut passed = unit.end;
        while at < last {
            let item = self.tree.item(at);
            let next = (item.end as usize).max(at + 1);
            if self.region.text(passed, at) > MAX_GAP
                || matches!(item.tag, Tag::H1 | Tag::Heading | Tag::Article | Tag::Aside)
            {
                break;
            }
            let text = self.region.text(at, next);
            if item.tag.is_silent() || text == 0 && !self.has_others(at, next, unit) {
                at = next;
                continue;
            }
            if self.has_others(at, at + 1, unit) {
                break;
            }
            if item.tag == Tag::Text {
                at = next;
                continue;
            }
            let small = text <= MAX_BLOCK / 2
                && !self.has_others(at, next, unit)
                && !self.holds_article(at);
            if small {
                match self.role(at, false) {
                    Role::Caption => {
                        self.caption(at, &mut pieces);
                        (at, passed) = (next, next);
                        continue;
                    }
                    Role::Credit => {
                        self.credit(at, &mut pieces);
                        (at, passed) = (next, next);
                        continue;
                    }
                    Role::Skip => break,
                    Role::Hidden(..) | Role::None => {}
                }
                if text <= MAX_BARE && !self.links_most(at) && pieces.captions.is_empty() {
                    let printed = self.text(at);
                    if alt.len() >= 8 && letters(&printed) == alt {
                        pieces.caption(&printed, Carrier::Text);
                        (at, passed) = (next, next);
                        continue;
                    }
                }
            }
            at += 1;
        }
        pieces.words()
    }

    /// A caption without any telling name right behind the picture: a line that ends in a credit, or that is set apart from
    /// the text by small or slanting letters.
    fn set_apart(&self, unit: &Unit) -> Words {
        let root = self.region.root;
        let last = (unit.end + MAX_AFTER).min(self.tree.items.len());
        let found = (unit.end..last).find(|i| {
            let item = self.tree.item(*i);
            !item.tag.is_silent() && self.region.text(*i, self.end(*i)) > 0
        });
        let mut words = Words::default();
        let inside = |at: &usize| *at < self.end(root).max(self.end(self.region.top));
        let Some(at) = found.filter(inside) else {
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

    /// One caption under several pictures of one figure is every one's.
    fn of_shared_figure(&self, unit: &Unit, levels: &[usize]) -> Words {
        let figure = self
            .tree
            .ancestors(unit.at)
            .take(MAX_LEVELS)
            .find(|a| self.tree.item(*a).tag == Tag::Figure);
        let Some(figure) = figure.filter(|f| !levels.contains(f) && !self.holds_article(*f)) else {
            return Words::default();
        };
        let first = self.units.partition_point(|u| u.at < figure);
        let count = self
            .units
            .iter()
            .skip(first)
            .take_while(|u| u.at < self.end(figure))
            .count();
        let captions = self
            .tree
            .descendants(figure)
            .filter(|i| self.tree.item(*i).tag == Tag::Figcaption)
            .count();
        if count <= 4 && captions == 1 {
            self.read(figure, unit, true)
        } else {
            Words::default()
        }
    }

    /// Caption and credit by form alone, where no name tells them.
    fn by_form(&self, level: usize, unit: &Unit) -> Option<Words> {
        let end = self.end(level);
        let length = self.region.text(level, end);
        let plain = !self.tree.descendants(level).any(|i| {
            matches!(
                self.tree.item(i).tag,
                Tag::Heading | Tag::H1 | Tag::Form | Tag::Table | Tag::Blockquote | Tag::Video
            )
        });
        let linked = self
            .tree
            .ancestors(unit.at)
            .take(MAX_LEVELS)
            .any(|a| self.tree.item(a).tag == Tag::A);
        if !(2..=MAX_BARE).contains(&length) || !plain {
            return None;
        }
        let parts = self.segments(level, Some(unit), &[]);
        // Names in a credit may be links; what else is mostly links leads elsewhere.
        if self.links_most(level) && !parts.iter().any(|p| self.is_credit(p)) {
            return None;
        }
        let figure = self.tree.item(level).tag == Tag::Figure
            || self
                .tree
                .ancestors(level)
                .take(3)
                .any(|a| self.tree.item(a).tag == Tag::Figure);
        let named = figure || self.meaning(level).any(Meaning::IMAGE.and(Meaning::LEAD));
        let alt = letters(self.alt(unit));
        let words = |caption: Option<&String>, credit: Option<&String>| {
            Some(Words {
                caption: caption.cloned(),
                credit: credit.cloned(),
                carrier: Some(Carrier::Text),
            })
        };
        let same = parts
            .iter()
            .position(|p| alt.len() >= 8 && letters(p) == alt);
        if let Some(same) = same {
            let other = parts
                .iter()
                .enumerate()
                .find(|(i, p)| *i != same && (self.is_credit(p) || is_name(p)));
            return words(parts.get(same), other.map(|(_, p)| p));
        }
        match parts.as_slice() {
            [one] if self.is_credit(one) => words(None, Some(one)),
            [one] if named && !linked && one.chars().count() >= 15 => words(Some(one), None),
            [one] if self.credits.sign(one) == Sign::Sure => words(Some(one), None),
            // Between two paragraphs stands a picture with what belongs to it: the caption, then a name.
            [a, b]
                if !linked
                    && self.in_body(level)
                    && words_of(a) > 2
                    && (is_name(b) || is_initials(b))
                    && a.chars().count() > b.chars().count() * 2
                    && !self.is_credit(a) =>
            {
                words(Some(a), Some(b))
            }
            [a, b] if !linked || figure => {
                let sentence = |t: &str| t.chars().count() >= 25;
                if self.is_credit(b) && !self.is_credit(a) && words_of(a) > 2
                    || is_name(b) && sentence(a) && !is_name(a)
                {
                    words(Some(a), Some(b))
                } else if self.is_credit(a) && !self.is_credit(b) && words_of(b) > 2
                    || is_name(a) && sentence(b) && !is_name(b)
                {
                    words(Some(b), Some(a))
                } else {
                    None
                }
            }
            _ => None,
        }
    }

    /// Whether paragraphs of the article stand both before and after an element.
    pub fn in_body(&self, at: usize) -> bool {
        let (root, end) = (self.region.root, self.end(self.region.root));
        root < at
            && self.end(at) <= end
            && self.region.mass(root, at) > 0
            && self.region.mass(self.end(at), end) > 0
    }

    /// Caption and credit in attributes of the picture and of what is around it.
    pub fn attributes(&self, unit: &Unit) -> Words {
        let mut pieces = Pieces::default();
        let around =
            self.tree.ancestors(unit.at).take(4).take_while(|a| {
                !self.holds_article(*a) && !self.has_others(*a, self.end(*a), unit)
            });
        for at in (unit.at..unit.end).chain(around) {
            for attr in &self.tree.item(at).attrs {
                let name = &*attr.name.local;
                let value = attr.value.trim();
                let Some(name) = name
                    .strip_prefix("data-")
                    .or(name.strip_prefix("aria-"))
                    .or(Some(name))
                    .filter(|n| {
                        !matches!(
                            *n,
                            "class"
                                | "id"
                                | "src"
                                | "srcset"
                                | "alt"
                                | "style"
                                | "itemprop"
                                | "property"
                                | "title"
                                | "href"
                        )
                    })
                else {
                    continue;
                };
                if value.len() < 2
                    || value.len() > 4_000
                    || value.starts_with(['{', '[', '#', '.'])
                    || super::key::is_picture(value)
                    || value.starts_with("http")
                {
                    continue;
                }
                let meaning = terms::of_name(name);
                if !meaning.any(Meaning::CAPTION.and(Meaning::CREDIT)) {
                    continue;
                }
                let text = super::stated::without_markup(value);
                if !text.contains(' ')
                    && text.chars().all(|c| {
                        c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_'
                    })
                {
                    continue;
                }
                if meaning.any(Meaning::CREDIT) {
                    pieces.credit(&text);
                } else {
                    pieces.caption(&text, Carrier::Page);
                }
            }
        }
        let mut words = pieces.words();
        self.settle(&mut words);
        words
    }

    /// The credit at the end of the alternative text or of the title that shows when one points at it.
    pub fn credit_of_alt(&self, unit: &Unit) -> Option<String> {
        ["alt", "title"].iter().find_map(|name| {
            let text = self.tree.item(unit.img).attr(name)?.trim();
            let sure = self.credits.sign(text) == Sign::Sure
                || self.is_credit(text) && text.contains([':', '©', '/']);
            sure.then(|| self.credits.caption(text, &self.hints).credit_line)
                .flatten()
        })
    }
}

/// A line of a text, or what stands apart on it.
struct Part {
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
    /// It ends in a link.
    link: bool,
    /// It ends in a text without mark-up.
    plain: bool,
}

impl Part {
    /// What parts it from the one before. Elements that touch are parted by their style.
    fn before(&self) -> &'static str {
        let touches = self.plain || self.text.starts_with(|c: char| !c.is_alphanumeric());
        if self.fresh || self.blank || !touches && !self.link {
            " "
        } else {
            ""
        }
    }

    /// Takes what goes on from here.
    fn take(&mut self, next: Part) {
        self.text.push_str(next.before());
        self.text.push_str(&next.text);
        self.items.extend(next.items);
        self.linked &= next.linked || !next.text.contains(char::is_alphanumeric);
        (self.link, self.plain, self.end) = (next.link, next.plain, next.end);
    }
}

enum Role {
    None,
    Skip,
    Caption,
    Credit,
    /// A text that is not shown; whether it is a caption.
    Hidden(bool, String),
}

/// Captions and credits as they are found, in order.
#[derive(Default)]
struct Pieces {
    captions: Vec<(String, Carrier)>,
    credits: Vec<String>,
}

impl Pieces {
    fn caption(&mut self, text: &str, carrier: Carrier) {
        let text = text.trim();
        if text.chars().any(char::is_alphanumeric) {
            self.captions.push((text.to_owned(), carrier));
        }
    }

    fn credit(&mut self, text: &str) {
        let text = text.trim();
        let new = letters(text);
        if new.is_empty() || self.credits.iter().any(|c| letters(c).contains(&new)) {
            return;
        }
        self.credits.retain(|c| !new.contains(&letters(c)));
        self.credits.push(text.to_owned());
    }

    /// The longest of captions that say the same, else the first; all credits.
    fn words(self) -> Words {
        let mut captions = self.captions.into_iter();
        let mut best = captions.next();
        for (text, carrier) in captions {
            if let Some((have, have_carrier)) = &mut best {
                let (old, new) = (letters(have), letters(&text));
                let visible = *have_carrier == Carrier::Page && carrier != Carrier::Page;
                if visible
                    || new.len() > old.len() && new.contains(&old) && have.chars().count() > 12
                {
                    (*have, *have_carrier) = (text, carrier);
                }
            }
        }
        let mut credit = String::new();
        for one in self.credits {
            if !credit.is_empty() {
                let joint = credit.ends_with([':', '/', ',', '-', '|', '©', '('])
                    || one.starts_with(['/', ',', '-', '|', '(', '·', '©']);
                credit.push_str(if joint { " " } else { " / " });
            }
            credit.push_str(&one);
        }
        Words {
            carrier: best
                .as_ref()
                .map(|(_, c)| *c)
                .or((!credit.is_empty()).then_some(Carrier::Credit)),
            caption: best.map(|(text, _)| text),
            credit: Some(credit).filter(|c| !c.is_empty()),
        }
    }
}

/// What stands between brackets that are the first and the last sign of a text.
fn bracketed(text: &str) -> Option<&str> {
    let text = text.trim().trim_end_matches('.');
    [('(', ')'), ('[', ']'), ('（', '）')]
        .iter()
        .find_map(|(open, close)| {
            let inside = text.strip_prefix(*open)?.strip_suffix(*close)?;
            (!inside.contains([*open, *close])).then_some(inside)
        })
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

/// Letters and digits only, lower-case.
pub(super) fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Words, counting every eight letters of scripts without blanks as a few.
fn words_of(text: &str) -> usize {
    let wide = text
        .chars()
        .filter(|c| matches!(u32::from(*c), 0x0e00..=0x0eff | 0x3040..=0x9fff))
        .count();
    text.split_whitespace()
        .filter(|w| w.chars().any(char::is_alphabetic))
        .count()
        + wide / 3
}

/// A single word that pages use for what is not the article: "Share", "Newsletter".
fn is_page_word(text: &str) -> bool {
    !text.trim().contains(char::is_whitespace) && terms::of_name(text).any(Meaning::FURNITURE)
}

/// A few capitals: the initials of a house.
fn is_initials(text: &str) -> bool {
    (2..=6).contains(&text.chars().count()) && text.chars().all(char::is_uppercase)
}

/// Short, without a sentence's end, in capitals as names are (or in a script without capitals).
fn is_name(text: &str) -> bool {
    let words: Vec<&str> = text
        .split([' ', '/', ',', '|', '-'])
        .filter(|w| w.chars().any(char::is_alphabetic))
        .collect();
    let small = |w: &&str| {
        w.chars()
            .find(|c| c.is_alphabetic())
            .is_some_and(char::is_lowercase)
    };
    let count = text.chars().count();
    (2..=48).contains(&count)
        && !words.is_empty()
        && words.len() <= 6
        && !text.ends_with(['.', '!', '?', '。', ':', '…'])
        && !text.chars().any(|c| c.is_ascii_digit())
        && words.iter().filter(|w| small(w)).count() * 3 <= words.len()
        && (words.len() > 1 || !text.is_ascii() || count >= 3)
}
