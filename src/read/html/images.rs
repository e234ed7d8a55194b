//! A page's pictures and all that is said of them -> the pictures of its article, each with renditions, caption, credit.
//!
//! The lead picture and those in the article's body are its appearances. Entries for other articles, ads, logos, icons,
//! portraits of authors and tracking pixels are not: they are known by where they stand, what they link to, and what
//! the names around them mean.

use std::cell::LazyCell;
use std::collections::{HashMap, HashSet};

use super::block::{Look, Words};
use super::source::{self, Unit};
use super::stated::Statements;
use super::tag::Tag;
use super::terms::{self, Meaning};
use super::tree::Item;
use super::{key, url};
use crate::model::{Carrier, ImageRef};

/// Elements around a picture in which an entry for another article is looked for.
const MAX_ENTRY: usize = 7;
/// Bytes of text in such an entry.
const MAX_ENTRY_TEXT: u32 = 900;
/// Bytes of a heading over other stories.
const MAX_HEADING: u32 = 80;
/// Items at the beginning of an element among which such a heading is looked for.
const MAX_HEADINGS: usize = 60;
/// Items before an element among which a heading right before it is looked for.
const MAX_BEFORE: usize = 100;
/// Items of an element among which its links are looked for.
const MAX_LINKS: usize = 1_000;
/// Sides of a portrait beside a name.
const MAX_PORTRAIT: u32 = 200;
/// Elements around a picture whose names are asked.
const MAX_AROUND: usize = 14;

/// One picture as the page prints it.
pub(super) struct Found {
    pub image: ImageRef,
    pub keys: Vec<String>,
    /// Which of the page's pictures it is; `None` for one that only the head names.
    pub unit: Option<usize>,
    pub alt: Option<String>,
    pub caption: Option<String>,
    pub credit: Option<String>,
    pub carrier: Option<Carrier>,
    pub lead: bool,
}

impl Found {
    pub fn is_full(&self) -> bool {
        self.caption.is_some() && self.credit.is_some()
    }
}

/// What the page's head and structured data say of its pictures.
pub(super) struct Claims<'a> {
    /// Addresses of the article's pictures, of structured data and of the head.
    pub images: &'a [String],
    /// The page's own address.
    pub page: Option<&'a str>,
    pub base: Option<&'a str>,
}

impl Claims<'_> {
    fn leads_elsewhere(&self, href: &str) -> bool {
        leads_elsewhere(href, self.page, self.base)
    }
}

/// Finds the pictures of the article, in the page's order.
pub(super) fn find(
    look: &Look<'_>,
    units: &[Unit],
    claims: &Claims<'_>,
    headline: Option<&str>,
    most: usize,
) -> Vec<Found> {
    let own: HashSet<String> = claims.images.iter().flat_map(|u| key::keys(u)).collect();
    let mut out: Vec<Found> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    // The first picture with an alternative text.
    let mut described: HashMap<String, usize> = HashMap::new();
    for (at, unit) in units.iter().enumerate() {
        // One more than is kept says that some were left out.
        if out.len() > most {
            break;
        }
        let claimed = unit.keys.iter().any(|k| own.contains(k));
        if unit.tiny {
            continue;
        }
        let chance = may_belong(look, unit, claimed, claims);
        if chance == Chance::None {
            continue;
        }
        let mut words = look.words(unit);
        // In its own block: what follows that is another's.
        let printed = || {
            let own = look.levels(unit).last().map(|l| look.tree.text(*l));
            let own = super::block::letters(&own.unwrap_or_default());
            let inside = |text: &&str| own.contains(&super::block::letters(text));
            let credit = words.credit.as_deref().filter(inside);
            let caption = words.caption.as_deref().filter(inside);
            credit.is_some_and(|c| look.names_known(c))
                || caption.is_some_and(|c| look.has_credit(c))
        };
        if chance == Chance::IfCredited && !printed() || !belongs(look, unit, claimed, &words) {
            continue;
        }
        let hidden = look.attributes(unit);
        if words.caption.is_none() && hidden.caption.is_some() {
            words.caption = hidden.caption;
            words.carrier = Some(Carrier::Page);
        }
        words.credit = words.credit.or(hidden.credit);
        let item = look.tree.item(unit.img);
        let found = Found {
            image: unit.image.clone(),
            keys: unit.keys.clone(),
            unit: Some(at),
            alt: item
                .attr("alt")
                .map(|a| a.trim().to_owned())
                .filter(|a| !a.is_empty()),
            carrier: words.carrier,
            caption: words.caption,
            credit: words.credit,
            lead: claimed || unit.at < look.region.root,
        };
        let known = found.keys.iter().find_map(|k| places.get(k)).copied();
        let words = super::block::letters(found.alt.as_deref().unwrap_or_default());
        let known = known.or_else(|| {
            let first = *described.get(&words)?;
            let have = out.get(first)?;
            twins(have, &found, &words, headline).then_some(first)
        });
        let place = known.unwrap_or(out.len());
        described.entry(words).or_insert(place);
        for key in &found.keys {
            places.entry(key.clone()).or_insert(place);
        }
        match out.get_mut(place) {
            Some(known) => merge(known, found),
            None => out.push(found),
        }
    }
    // Only the first is the lead.
    let mut led = false;
    for found in &mut out {
        found.lead &= !led;
        led |= found.lead;
    }
    out
}

/// Whether two pictures of a page with the same alternative text are one, printed at its head and again in its text: the
/// words are not those of the headline, which some put everywhere, their files' names begin alike, and at most one of
/// them has words printed with it.
fn twins(a: &Found, b: &Found, words: &str, headline: Option<&str>) -> bool {
    let name = |f: &Found| key::file_stem(f.image.url.as_deref().unwrap_or_default());
    let wordless = |f: &Found| f.caption.is_none() && f.credit.is_none();
    let alike = |a: &str, b: &str| {
        let first = |n: &str| {
            let word = n.split(['-', '_', '.', ' ']).next().unwrap_or_default();
            (word.len() >= 4 && word.contains(|c: char| c.is_alphabetic())).then(|| word.to_owned())
        };
        !a.contains(|c: char| c.is_ascii_digit())
            && !b.contains(|c: char| c.is_ascii_digit())
            && first(a).is_some()
            && first(a) == first(b)
    };
    words.chars().count() >= 8
        && words != super::block::letters(headline.unwrap_or_default())
        && (wordless(a) || wordless(b))
        && alike(&name(a), &name(b))
}

/// The same picture once more: a rendition elsewhere on the page, perhaps with words that the first lacks.
fn merge(known: &mut Found, found: Found) {
    source::add(&mut known.image, &found.image);
    for key in found.keys {
        if !known.keys.contains(&key) {
            known.keys.push(key);
        }
    }
    if known.caption.is_none() && found.caption.is_some() {
        known.carrier = found.carrier;
        known.caption = found.caption;
        known.credit = known.credit.take().or(found.credit);
    } else if known.credit.is_none() {
        known.credit = found.credit;
    }
    known.alt = known.alt.take().or(found.alt);
    known.lead |= found.lead;
}

/// Whether a picture may be the article's.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chance {
    None,
    /// What is around it is named as other things are. That is no more than a name where a credit is printed with it.
    IfCredited,
    Some,
}

/// Whether a picture's place leaves it open that it is the article's.
fn may_belong(look: &Look<'_>, unit: &Unit, claimed: bool, claims: &Claims<'_>) -> Chance {
    let tree = look.tree;
    if look.region.follows(unit.at) {
        return Chance::None;
    }
    let levels = LazyCell::new(|| look.levels(unit));
    let mut named = false;
    // What is not shown is not printed; a gallery hides the pictures that have their turn later.
    let gallery = |at: usize| look.meaning(at).any(Meaning::IMAGE);
    let hidden = is_hidden(tree.item(unit.img)) && !is_lazy(tree.item(unit.img));
    if hidden && !tree.ancestors(unit.img).take(3).any(gallery) {
        return Chance::None;
    }
    let mut link = None;
    let around: Vec<usize> = tree
        .ancestors(unit.at)
        .take(MAX_AROUND)
        .take_while(|a| !look.holds_article(*a))
        .collect();
    let in_figure = around.iter().any(|a| tree.item(*a).tag == Tag::Figure);
    for &at in &around {
        let item = tree.item(at);
        match item.tag {
            Tag::Nav | Tag::Footer | Tag::Form | Tag::Iframe => return Chance::None,
            Tag::Aside if !claimed && !in_figure => return Chance::None,
            Tag::A => link = link.or(item.attr("href").filter(|h| claims.leads_elsewhere(h))),
            _ => {}
        }
        let meaning = look.meaning(at);
        // A sign beside other things is small; what is shown large or belongs to a figure is more than that.
        let other = meaning.any(Meaning::FURNITURE)
            || meaning.any(Meaning::MARK) && !in_figure && !unit.is_large() && !shown(look, unit);
        if !claimed && (other || look.headed(at, || is_headed_otherwise(look, at, claims))) {
            if !levels.contains(&at) {
                return Chance::None;
            }
            named = true;
        }
        if is_hidden(item) && !gallery(at) && !gallery(item.parent as usize) {
            return Chance::None;
        }
    }
    // Structured data claims the lead picture; its copy among entries for other articles is the other article's.
    let inside = unit.at >= look.region.top && unit.at < look.end(look.region.top);
    if !(claimed && inside && link.is_none()) && is_entry(look, unit, link, claims) {
        return Chance::None;
    }
    let own = look.meaning(unit.img);
    let mark = own.any(Meaning::MARK) && !unit.is_large();
    named |= (own.any(Meaning::FURNITURE) || mark) && !own.any(Meaning::LEAD) && !claimed;
    if !named && !levels.iter().any(|at| is_offer(look, *at)) {
        Chance::Some
    } else if !named || link.is_none() {
        Chance::IfCredited
    } else {
        Chance::None
    }
}

/// Whether a loader shows the picture later that an element hides.
fn is_lazy(item: &Item) -> bool {
    item.attrs
        .iter()
        .any(|a| a.name.local.starts_with("data-") && key::is_picture(&a.value))
}

/// Whether a picture's own block sells or asks something: a form, a link that is paid for, a price.
fn is_offer(look: &Look<'_>, at: usize) -> bool {
    let tree = look.tree;
    tree.descendants(at).any(|i| {
        let item = tree.item(i);
        let paid = |rel: &str| rel.split_ascii_whitespace().any(|r| r == "sponsored");
        match item.tag {
            Tag::Form => true,
            Tag::A => item.attr("rel").is_some_and(paid),
            Tag::Text => is_price(&item.text),
            _ => false,
        }
    })
}

/// Whether a text is nothing but a price.
fn is_price(text: &str) -> bool {
    const SIGNS: [char; 7] = ['$', '€', '£', '¥', '₩', '₹', '₽'];
    let text = text.trim();
    let rest = text.trim_matches(SIGNS).trim();
    text.len() <= 16
        && rest.len() < text.len()
        && rest.starts_with(|c: char| c.is_ascii_digit())
        && rest
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '\u{a0}'))
}

/// Whether a link to its own file shows that a picture is there to be looked at.
fn shown(look: &Look<'_>, unit: &Unit) -> bool {
    let tree = look.tree;
    tree.ancestors(unit.at).take(3).any(|a| {
        let href = tree.item(a).attr("href").unwrap_or_default();
        tree.item(a).tag == Tag::A && key::is_picture(href)
    })
}

/// Whether a heading that an element with links to other pages begins with, or that stands right before it, says that
/// these are other stories: "Related articles".
fn is_headed_otherwise(look: &Look<'_>, at: usize, claims: &Claims<'_>) -> bool {
    let tree = look.tree;
    let other = |i: usize| {
        let length = look.region.text(i, look.end(i));
        (1..=MAX_HEADING).contains(&length) && terms::of_line(&tree.text(i)).any(Meaning::FURNITURE)
    };
    let links_away = || {
        std::iter::once(at)
            .chain(tree.descendants(at).take(MAX_LINKS))
            .filter(|i| tree.item(*i).tag == Tag::A)
            .filter_map(|i| tree.item(i).attr("href"))
            .any(|href| claims.leads_elsewhere(href))
    };
    let first = tree
        .descendants(at)
        .take(MAX_HEADINGS)
        .take_while(|i| look.region.text(at, *i) == 0)
        .filter(|i| tree.item(*i).tag.is_block() || tree.item(*i).tag == Tag::Emphasis)
        .any(other);
    if first && links_away() {
        return true;
    }
    // The last with text of the elements before it.
    let around = tree.item(at).parent as usize;
    let before = (at.saturating_sub(MAX_BEFORE).max(around + 1)..at)
        .rev()
        .filter(|i| tree.item(*i).parent as usize == around)
        .find(|i| look.region.text(*i, look.end(*i)) > 0);
    before.is_some_and(|i| tree.item(i).tag.is_block() && other(i)) && links_away()
}

/// Whether an element says itself that it is not shown.
fn is_hidden(item: &Item) -> bool {
    let style = item.attr("style").unwrap_or_default();
    let none = style.match_indices("display").any(|(at, word)| {
        let rest = style
            .get(at + word.len()..)
            .unwrap_or_default()
            .trim_start();
        rest.strip_prefix(':')
            .is_some_and(|r| r.trim_start().starts_with("none"))
    });
    none || item.attr("hidden").is_some()
}

/// Whether a link leads to another page.
pub(super) fn leads_elsewhere(href: &str, page: Option<&str>, base: Option<&str>) -> bool {
    let href = href.trim();
    if href.is_empty() || href.starts_with('#') || key::is_picture(href) {
        return false;
    }
    let plain = |u: &str| {
        u.split(['?', '#'])
            .next()
            .unwrap_or_default()
            .trim_end_matches('/')
            .to_owned()
    };
    match (url::absolute(href, base), page) {
        (Some(target), Some(page)) => {
            plain(&target) != plain(page) || is_other_number(&target, page)
        }
        (target, _) => target.is_some() || url::scheme(href).is_none(),
    }
}

/// Whether the queries of two addresses of one script ask for two articles: one name has two values. The pages and the
/// pictures of one article are not other articles.
fn is_other_number(target: &str, page: &str) -> bool {
    let query = |url: &str| {
        let url = url.split('#').next().unwrap_or_default();
        let query = url.split_once('?').map_or("", |(_, query)| query);
        query
            .split(['&', ';'])
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect::<Vec<_>>()
    };
    let own = query(page);
    query(target).iter().any(|(name, value)| {
        let part =
            name.starts_with("utm") || name == "page" || terms::of_name(name).any(Meaning::IMAGE);
        !part && own.iter().any(|(n, v)| n == name && v != value)
    })
}

/// Whether a picture stands in an entry for another article: a link around it or beside it with a headline.
fn is_entry(look: &Look<'_>, unit: &Unit, link: Option<&str>, claims: &Claims<'_>) -> bool {
    let tree = look.tree;
    for at in tree.ancestors(unit.at).take(MAX_ENTRY) {
        let end = look.end(at);
        let item = tree.item(at);
        let text = look.region.text(at, end);
        if look.holds_article(at) || text > MAX_ENTRY_TEXT || look.has_others(at, end, unit) {
            break;
        }
        if text == 0 {
            continue;
        }
        // Entries have no credits.
        let credited = tree.descendants(at).any(|i| {
            tree.item(i).tag != Tag::Text
                && look.meaning(i).any(Meaning::CREDIT)
                && look.region.text(i, look.end(i)) > 0
        });
        if credited {
            break;
        }
        let captioned = tree.descendants(at).any(|i| {
            // In a link a caption is a headline, unless it has a credit.
            tree.item(i).tag == Tag::Figcaption
                && (look.has_credit(&tree.text(i))
                    || !tree.ancestors(i).take(MAX_ENTRY).any(|a| {
                        tree.item(a).tag == Tag::A
                            && tree
                                .item(a)
                                .attr("href")
                                .is_some_and(|h| claims.leads_elsewhere(h))
                    }))
        });
        let mut linked = 0;
        for i in tree.descendants(at) {
            match tree.item(i).tag {
                Tag::Heading | Tag::H1 => {
                    let inner = tree
                        .descendants(i)
                        .chain(tree.ancestors(i).take(4))
                        .any(|a| {
                            tree.item(a).tag == Tag::A
                                && tree
                                    .item(a)
                                    .attr("href")
                                    .is_some_and(|h| claims.leads_elsewhere(h))
                        });
                    if inner || link.is_some() && !captioned {
                        return true;
                    }
                }
                Tag::A
                    if tree
                        .item(i)
                        .attr("href")
                        .is_some_and(|h| claims.leads_elsewhere(h)) =>
                {
                    linked += look.region.text(i, look.end(i));
                }
                _ => {}
            }
        }
        if item.tag == Tag::A && link.is_some() {
            linked = text;
        }
        // Most of what stands with the picture leads elsewhere.
        if !captioned && linked >= 12 && linked * 10 >= text * 6 {
            // Names in a credit may be links.
            let printed = tree.text(at);
            let credit = printed.contains([':', '/', '©', '：']) && look.is_credit(&printed);
            return !credit;
        }
        if look.meaning(at).any(Meaning::TEASER) && link.is_some() && !captioned {
            return true;
        }
    }
    false
}

/// Whether a picture that may be the article's is.
fn belongs(look: &Look<'_>, unit: &Unit, claimed: bool, words: &Words) -> bool {
    let tree = look.tree;
    let region = look.region;
    let captioned = words.caption.is_some() || words.credit.is_some();
    let around = || {
        tree.ancestors(unit.at)
            .take(6)
            .take_while(|a| !look.holds_article(*a))
    };
    let named =
        |m: Meaning| look.meaning(unit.img).any(m) || around().any(|a| look.meaning(a).any(m));
    let figure = around().any(|a| tree.item(a).tag == Tag::Figure);
    let file = unit
        .image
        .url
        .as_deref()
        .or(unit.image.local.first().map(String::as_str))
        .unwrap_or_default();
    let path = file.split('?').next().unwrap_or_default();
    let end = path
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let drawn = matches!(end.as_str(), "svg" | "gif" | "png");
    let sign =
        !file.starts_with("data:") && terms::of_name(&key::file_stem(file)).any(Meaning::FILE);
    if sign && (drawn || !captioned) || end == "svg" && !figure {
        return false;
    }
    if !captioned {
        if unit.fallback && !(claimed || figure || named(Meaning::LEAD)) {
            return false;
        }
        let linked = tree.ancestors(unit.at).take(4).any(|a| {
            tree.item(a).tag == Tag::A
                && tree
                    .item(a)
                    .attr("href")
                    .is_some_and(|h| !key::is_picture(h) && !h.starts_with('#'))
        });
        if linked && !claimed && !figure {
            return false;
        }
    }
    let picture = figure
        || tree.item(unit.at).tag == Tag::Picture
        || tree
            .item(unit.img)
            .attr("alt")
            .is_some_and(|a| !a.trim().is_empty())
        || named(Meaning::IMAGE);
    let in_top = region.top <= unit.at && unit.at < look.end(region.top);
    let root_end = look.end(region.root);
    if claimed {
        return in_top || captioned || figure || named(Meaning::LEAD) || picture;
    }
    // Behind the text, a small picture is the portrait of who wrote it, unless a credit is printed with it.
    let foot = region.mass(unit.at, root_end) == 0 && region.heading.is_some_and(|h| h < unit.at);
    if foot
        && !figure
        && unit.size.0.max(unit.size.1) <= MAX_PORTRAIT
        && unit.size.0.min(unit.size.1) > 0
        && !words.credit.as_deref().is_some_and(|c| look.names_known(c))
        && !words.caption.as_deref().is_some_and(|c| look.has_credit(c))
    {
        return false;
    }
    if region.root <= unit.at && unit.at < root_end {
        let below =
            region.heading.is_some_and(|h| h < unit.at) && region.mass(unit.at, root_end) > 0;
        // The last of the article has no text behind it. What is small there is a sign or a portrait.
        let last = look.region.heading.is_some_and(|h| h < unit.at)
            && (unit.is_large() || alone(look, unit));
        return captioned || picture || below || last || look.in_body(unit.at);
    }
    if unit.at < region.root {
        let below = region.heading.is_some_and(|h| h < unit.at);
        return captioned && (in_top || figure)
            || in_top && below && picture
            || named(Meaning::LEAD) && picture;
    }
    in_top && captioned && !named(Meaning::TEASER)
}

/// Whether a picture of no stated size is a paragraph by itself.
fn alone(look: &Look<'_>, unit: &Unit) -> bool {
    let around = look.tree.item(unit.at).parent as usize;
    let file = unit.image.url.as_deref().unwrap_or_default();
    look.tree.item(around).tag == Tag::P
        && look.region.text(around, look.end(around)) == 0
        && !look.has_others(around, look.end(around), unit)
        && !unit.is_small()
        && key::is_picture(file)
        && !file.to_ascii_lowercase().contains(".gif")
}

/// Adds the pictures of galleries that the page keeps in its data and shows one by one: of those in which a picture of the
/// page stands, or, where the page shows none, of those that are called galleries.
pub(super) fn add_galleries(
    found: &mut Vec<Found>,
    claims: &Claims<'_>,
    statements: &Statements,
    most: usize,
) {
    let claimed: Vec<String> = claims.images.iter().flat_map(|u| key::keys(u)).collect();
    let mut seen: HashSet<String> = found.iter().flat_map(|f| f.keys.iter().cloned()).collect();
    let none = found.is_empty();
    for gallery in &statements.galleries {
        let keys = |one: &super::stated::Stated| -> Vec<String> {
            one.urls.iter().flat_map(|u| key::keys(u)).collect()
        };
        let tied = gallery.pictures.iter().any(|p| {
            keys(p)
                .iter()
                .any(|k| seen.contains(k) || claimed.contains(k))
        });
        if !(tied || none && gallery.named) {
            continue;
        }
        for picture in &gallery.pictures {
            let keys = keys(picture);
            let mut urls = picture
                .urls
                .iter()
                .filter_map(|u| url::absolute(u, claims.base));
            let Some(first) = urls.next() else { continue };
            if found.len() > most || keys.iter().any(|k| seen.contains(k)) {
                continue;
            }
            seen.extend(keys.iter().cloned());
            found.push(Found {
                image: ImageRef {
                    url: Some(first),
                    variants: urls.collect(),
                    ..ImageRef::default()
                },
                keys,
                unit: None,
                alt: None,
                caption: picture.caption.clone(),
                credit: picture.credit.clone(),
                carrier: picture.carrier,
                lead: false,
            });
        }
    }
}

/// Pictures that only structured data or the page's head name, where the page itself shows none.
pub(super) fn claimed_only(claims: &Claims<'_>, statements: &Statements) -> Option<Found> {
    let first = claims
        .images
        .iter()
        .find(|u| !terms::of_name(&key::file_stem(u)).any(Meaning::FILE))?;
    let absolute = url::absolute(first, claims.base)?;
    let keys = key::keys(first);
    let stated = statements.find(&keys);
    Some(Found {
        image: ImageRef {
            url: Some(absolute),
            ..ImageRef::default()
        },
        keys,
        unit: None,
        alt: None,
        caption: stated.and_then(|s| s.caption.clone()),
        credit: stated.and_then(|s| s.credit.clone()),
        carrier: Some(stated.and_then(|s| s.carrier).unwrap_or(Carrier::Page)),
        lead: true,
    })
}

/// Gives pictures what structured data or a framework's state says of them and the page itself does not print.
/// `headline`: where it stands for a caption, it is none.
pub(super) fn complete(
    found: &mut [Found],
    statements: &Statements,
    headline: Option<&str>,
    has_credit: &dyn Fn(&str) -> bool,
) {
    let headline = super::block::letters(headline.unwrap_or_default());
    for one in found.iter_mut().filter(|f| !f.is_full()) {
        let Some(stated) = statements.find(&one.keys) else {
            continue;
        };
        if one.caption.is_none()
            && let Some(caption) = stated.caption.as_ref()
            && super::block::letters(caption) != headline
            // The alternative text once more: nobody reads it on the page.
            && one.alt.as_deref().is_none_or(|alt| super::block::letters(alt) != super::block::letters(caption))
        {
            one.caption = Some(caption.clone());
            one.carrier = stated.carrier;
        }
        let printed = one.caption.as_deref().is_some_and(has_credit);
        if one.credit.is_none() && !printed {
            one.credit.clone_from(&stated.credit);
            one.carrier = one.carrier.or(stated.carrier);
        }
    }
}
