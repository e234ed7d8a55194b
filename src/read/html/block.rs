//! A picture on the page -> the caption and the credit printed with it.
//!
//! The elements around the picture are searched from the inside out, as long as they hold no other picture and no body
//! text. Captions and credits are known by their element (`figcaption`), by what class names and the like mean in any
//! language, and, where names say nothing, by form: a text equal to the image's alternative text, a short name beside a
//! sentence. Body text is never a caption.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::region::Region;
use super::source::Unit;
use super::tag::Tag;
use super::terms::{self, Meaning};
use super::tree::Tree;
use crate::credit::{CreditReader, Hints, Sign};
use crate::model::Carrier;

/// Elements around a picture that are searched.
const MAX_LEVELS: usize = 10;
/// Bytes of visible text in a picture's block.
const MAX_BLOCK: u32 = 4_000;
/// Bytes of a text that is taken for a caption by its form alone.
pub(super) const MAX_BARE: u32 = 700;
/// Bytes of other text that may stand between a picture and a caption element after it.
const MAX_GAP: u32 = 24;
/// Bytes of a heading that is taken for a caption.
pub(super) const MAX_TITLE: u32 = 160;
/// More copies of one picture than these stand in no block of its own.
const MAX_COPIES: usize = 32;
/// Items after a picture among which its caption element is looked for.
pub(super) const MAX_AFTER: usize = 120;

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
    pub(super) credits: &'t CreditReader,
    pub(super) hints: Hints<'t>,
    units: &'t [Unit],
    names: RefCell<HashMap<String, Meaning>>,
    /// What the names of each item say, once that was asked.
    meanings: RefCell<Vec<Option<Meaning>>>,
    places: RefCell<HashMap<usize, Rc<Vec<Place>>>>,
    headed: RefCell<HashMap<usize, bool>>,
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
            meanings: RefCell::new(vec![None; tree.items.len()]),
            places: RefCell::new(HashMap::new()),
            headed: RefCell::new(HashMap::new()),
        }
    }

    /// What an element's names say of it.
    pub fn meaning(&self, at: usize) -> Meaning {
        if let Some(Some(known)) = self.meanings.borrow().get(at) {
            return *known;
        }
        let new = self.read_names(at);
        if let Some(place) = self.meanings.borrow_mut().get_mut(at) {
            *place = Some(new);
        }
        new
    }

    fn read_names(&self, at: usize) -> Meaning {
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

    /// Whether a heading over an element says that it is other stories': asked once for all pictures in it.
    pub fn headed(&self, at: usize, ask: impl FnOnce() -> bool) -> bool {
        if let Some(known) = self.headed.borrow().get(&at) {
            return *known;
        }
        let new = ask();
        self.headed.borrow_mut().insert(at, new);
        new
    }

    pub fn end(&self, at: usize) -> usize {
        self.tree.item(at).end as usize
    }

    /// Whether other pictures stand between two items.
    pub(super) fn has_others(&self, from: usize, to: usize, unit: &Unit) -> bool {
        let first = self.units.partition_point(|u| u.at < from);
        self.units
            .iter()
            .skip(first)
            .take_while(|u| u.at < to)
            .enumerate()
            .any(|(count, u)| {
                count > MAX_COPIES
                    || u.at != unit.at
                        && !u.tiny
                        && !super::key::share(&u.keys, &unit.keys)
                        && !self.fills_place_of(u, unit)
            })
    }

    /// Whether a picture without an address of its own only stands beside another until that is loaded.
    fn fills_place_of(&self, placeholder: &Unit, unit: &Unit) -> bool {
        let parent = |u: &Unit| self.tree.item(u.at).parent;
        placeholder.keys.is_empty() && parent(placeholder) == parent(unit)
    }

    /// Whether an element under the article's text says to whom text and page belong.
    fn is_owners_line(&self, at: usize) -> bool {
        let text = self.text(at).to_lowercase();
        let owned = ["©", "ⓒ", "(c)", "copyright"]
            .iter()
            .any(|c| text.starts_with(c));
        owned && self.region.mass(self.end(at), self.end(self.region.root)) == 0
    }

    /// Whether an element holds the article or its headline.
    pub(super) fn holds_article(&self, at: usize) -> bool {
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
                if (text > before || self.has_meta(*level)) && !out.is_full() {
                    out.fill(self.read(*level, unit, weak));
                }
                before = text;
            }
        }
        let credited =
            out.credit.is_some() || out.caption.as_deref().is_some_and(|c| self.has_credit(c));
        let row = self.row(unit, &levels);
        if let Some(above) = row.above {
            if (out.caption.is_none() || !credited) && !self.tells_of_video(above) {
                out.fill(self.alone(above));
            }
        } else if out.caption.is_none() {
            out.fill(self.after(unit));
        } else if let Some(below) = row.below.filter(|_| !credited) {
            out.fill(self.alone(below));
        }
        if out.is_empty() {
            out.fill(self.of_shared_figure(unit, &levels));
        }
        if out.is_empty() {
            out.fill(self.below_row(unit));
        }
        if out.is_empty() {
            out.fill(self.set_apart(unit, &levels));
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

    /// The blocks with telling names that stand in one row with a picture's: the one that belongs to it from above, and one
    /// with a credit right below. A row that begins with such a block and ends with a picture has them all above.
    fn row(&self, unit: &Unit, levels: &[usize]) -> Row {
        let own = levels.last().copied().unwrap_or(unit.at);
        let around = self.tree.item(own).parent as usize;
        let places = self.places(around);
        let Ok(place) = places.binary_search_by_key(&own, |p| p.at) else {
            return Row::default();
        };
        let near = |at: Option<usize>| {
            at.and_then(|at| places.get(at))
                .filter(|p| p.stands == Stands::Words)
                .map(|p| p.at)
        };
        let alternating = places.get(place).is_some_and(|p| p.alternating);
        let below = near(place.checked_add(1));
        Row {
            above: near(place.checked_sub(1)).filter(|_| alternating),
            below: below.filter(|at| {
                matches!(self.role(*at, false), Role::Credit) && !self.is_owners_line(*at)
            }),
        }
    }

    /// Whether the end of a block's words is on a video or the like, which may stand before it unseen.
    fn tells_of_video(&self, at: usize) -> bool {
        let text = self.text(at);
        let from = text.ceil_char_boundary(text.len().saturating_sub(80));
        terms::of_name(text.get(from..).unwrap_or_default()).any(Meaning::FURNITURE)
    }

    /// What stands in an element, side by side, without what is empty; looked at once.
    fn places(&self, around: usize) -> Rc<Vec<Place>> {
        if let Some(known) = self.places.borrow().get(&around) {
            return Rc::clone(known);
        }
        let mut places = Vec::new();
        let mut at = around + 1;
        while at < self.end(around) {
            let next = self.end(at).max(at + 1);
            let text = self.region.text(at, next);
            let first = self.units.partition_point(|u| u.at < at);
            let inside = self.units.iter().skip(first).take_while(|u| u.at < next);
            let stands = if inside.into_iter().any(|u| !u.tiny) {
                if self.region.mass(at, next) == 0 {
                    Stands::Picture
                } else {
                    Stands::Other
                }
            } else if text == 0 && !self.plays(at) {
                at = next;
                continue;
            } else if text == 0 {
                Stands::Picture
            } else if text <= MAX_BLOCK / 2
                && self.tree.item(at).tag != Tag::Text
                && !self.holds_article(at)
                && (matches!(self.role(at, false), Role::Caption | Role::Credit)
                    || self.is_slight_caption(at))
            {
                Stands::Words
            } else {
                Stands::Other
            };
            places.push(Place {
                at,
                stands,
                alternating: false,
            });
            at = next;
        }
        for row in places.split_mut(|p| p.stands == Stands::Other) {
            let alternating = row.len().is_multiple_of(2)
                && row.chunks(2).all(|two| {
                    matches!(two, [a, b] if a.stands == Stands::Words && b.stands == Stands::Picture)
                });
            for place in row {
                place.alternating = alternating;
            }
        }
        let places = Rc::new(places);
        self.places.borrow_mut().insert(around, Rc::clone(&places));
        places
    }

    /// Whether an element without text and picture holds a video or the like, perhaps one that a script puts there.
    fn plays(&self, at: usize) -> bool {
        (at..self.end(at)).take(20).any(|i| {
            let item = self.tree.item(i);
            let data = |a: &html5ever::Attribute| a.name.local.starts_with("data-");
            let placed = matches!(item.tag, Tag::Div | Tag::Section | Tag::Other)
                && (item.attrs.iter().any(data) || self.meaning(i).any(Meaning::FURNITURE));
            matches!(item.tag, Tag::Iframe | Tag::Video | Tag::Audio) || placed
        })
    }

    /// Whether a small element states something in `meta` elements.
    fn has_meta(&self, at: usize) -> bool {
        self.tree
            .descendants(at)
            .take(200)
            .any(|i| self.tree.item(i).tag == Tag::Meta)
    }

    /// What stands below a row of pictures without text: one caption with a telling name for all of them, or in a table a
    /// cell below each.
    fn below_row(&self, unit: &Unit) -> Words {
        let count = |at: usize| {
            let first = self.units.partition_point(|u| u.at < at);
            let inside = self.units.iter().skip(first);
            inside.take_while(|u| u.at < self.end(at)).take(5).count()
        };
        let row = self
            .tree
            .ancestors(unit.at)
            .take(MAX_LEVELS)
            .take_while(|a| !self.holds_article(*a))
            .take_while(|a| self.region.text(*a, self.end(*a)) == 0)
            .filter(|a| (2..=4).contains(&count(*a)))
            .last();
        let Some(row) = row else {
            return Words::default();
        };
        let from = self.end(row);
        let last = (from + MAX_AFTER).min(self.tree.items.len());
        let next = (from..last)
            .find(|i| self.region.text(*i, self.end(*i)) > 0 || self.has_others(*i, *i + 1, unit));
        let Some(next) = next.filter(|n| !self.has_others(*n, self.end(*n), unit)) else {
            return Words::default();
        };
        let cells = |row: usize| -> Vec<usize> {
            let inside = self.tree.descendants(row);
            inside
                .filter(|i| {
                    self.tree.item(*i).tag == Tag::Cell && self.tree.item(*i).parent as usize == row
                })
                .collect()
        };
        if self.tree.item(row).tag == Tag::Row && self.tree.item(next).tag == Tag::Row {
            let (pictures, texts) = (cells(row), cells(next));
            let column = pictures
                .iter()
                .position(|c| *c < unit.at && unit.at < self.end(*c));
            let cell = column
                .filter(|_| pictures.len() == texts.len() && texts.len() > 1)
                .and_then(|column| texts.get(column))
                .filter(|c| (2..=MAX_BARE).contains(&self.region.text(**c, self.end(**c))))
                .filter(|c| !self.links_most(**c));
            let mut pieces = Pieces::default();
            if let Some(cell) = cell {
                self.caption(*cell, &mut pieces);
            }
            return pieces.words();
        }
        let caption = matches!(self.role(next, false), Role::Caption)
            || (next..self.end(next))
                .take(3)
                .any(|i| self.is_slight_caption(i));
        if caption && self.region.text(next, self.end(next)) <= MAX_BARE {
            return self.alone(next);
        }
        Words::default()
    }

    /// Caption and credit of one block with a telling name.
    fn alone(&self, at: usize) -> Words {
        let mut pieces = Pieces::default();
        match self.role(at, false) {
            Role::Caption => self.caption(at, &mut pieces),
            Role::Credit => self.credit(at, &mut pieces),
            _ => pieces.caption(&self.text(at), Carrier::Text),
        }
        pieces.words()
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
                s.chars().count() <= 100
                    && !known.contains(&letters(s))
                    && !super::parts::is_label(s)
                    && self.is_credit(s)
            })
        })
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
        if out.credit.is_some()
            && let Some(caption) = &mut out.caption
            && let Some(length) = self.credits.without_credit_label(caption)
        {
            caption.truncate(length);
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
                || super::parts::is_label(credit)
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
        // "caption attribution" before a credit of its own is the caption.
        let named_both = credit && meaning.any(Meaning::CAPTION) && self.credit_follows(end);
        if credit && !named_both && !self.has_inner(at, Meaning::CAPTION) {
            return Role::Credit;
        }
        if caption || credit {
            return Role::Caption;
        }
        if meaning.any(Meaning::FURNITURE.and(Meaning::MARK)) && !weak {
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

    /// Whether the next element from here, but for text between, is called a credit and no caption.
    fn credit_follows(&self, at: usize) -> bool {
        (at..self.tree.items.len())
            .take(4)
            .find(|i| self.tree.item(*i).tag != Tag::Text)
            .is_some_and(|i| {
                let meaning = self.meaning(i);
                meaning.any(Meaning::CREDIT) && !meaning.any(Meaning::CAPTION)
            })
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
    pub(super) fn links_most(&self, at: usize) -> bool {
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
            } else if meaning.any(Meaning::FURNITURE.and(Meaning::MARK))
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

    pub(super) fn text(&self, at: usize) -> String {
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
    pub(super) fn is_credit(&self, text: &str) -> bool {
        if text.is_empty() || text.len() > 400 {
            return false;
        }
        let reading = self.credits.caption(text, &self.hints);
        reading.credit_line.is_some() && reading.caption.trim().is_empty()
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
                    Role::Credit if self.is_owners_line(at) => break,
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
        // Who wrote the article is no part of what is said of its picture.
        let of_text = |i: usize| !(i <= unit.at && unit.at < self.end(i)) && self.names_author(i);
        if !figure
            && (parts.iter().any(|p| self.is_byline(p))
                || self.tree.descendants(level).any(of_text))
        {
            return None;
        }
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
            // In the picture's own block, an agency in brackets behind a sentence is the picture's.
            [one]
                if !linked
                    && one.chars().count() <= MAX_TITLE as usize
                    && one.trim_end().ends_with([')', '）', ']'])
                    && words_of(one) > 2
                    && self.has_credit(one) =>
            {
                words(Some(one), None)
            }
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
                let sentence = |t: &str| {
                    t.chars().count() >= 25
                        || t.ends_with(['.', '。']) && words_of(t) > 2 && self.names_known(b)
                };
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

/// What stands in one row with a picture.
#[derive(Default)]
struct Row {
    above: Option<usize>,
    below: Option<usize>,
}

/// One of the elements that stand side by side in another.
struct Place {
    at: usize,
    stands: Stands,
    /// It stands in a row of words and pictures by turns that begins with words and ends with a picture.
    alternating: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stands {
    Picture,
    /// A caption or credit by its name.
    Words,
    Other,
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
pub(super) struct Pieces {
    captions: Vec<(String, Carrier)>,
    credits: Vec<String>,
}

impl Pieces {
    pub fn caption(&mut self, text: &str, carrier: Carrier) {
        let text = text.trim();
        if text.chars().any(char::is_alphanumeric) {
            self.captions.push((text.to_owned(), carrier));
        }
    }

    pub fn credit(&mut self, text: &str) {
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

/// Letters and digits only, lower-case.
pub(super) fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Words, counting every eight letters of scripts without blanks as a few.
pub(super) fn words_of(text: &str) -> usize {
    let wide = text
        .chars()
        .filter(|c| matches!(u32::from(*c), 0x0e00..=0x0eff | 0x3040..=0x9fff))
        .count();
    text.split_whitespace()
        .filter(|w| w.chars().any(char::is_alphabetic))
        .count()
        + wide / 3
}

/// A few capitals: the initials of a house.
pub(super) fn is_initials(text: &str) -> bool {
    (2..=6).contains(&text.chars().count()) && text.chars().all(char::is_uppercase)
}

/// Short, without a sentence's end, in capitals as names are (or in a script without capitals).
pub(super) fn is_name(text: &str) -> bool {
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
