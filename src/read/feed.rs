//! RSS and Atom feeds -> one document an item, with the pictures that Media RSS, an enclosure or its text give it.
//!
//! In: the file. Out: a member for each item, under its address: title, outlet, date, and each picture with its
//! `media:description` as caption and its `media:credit` as credit.

use super::html::url::{absolute, domain};
use super::member::all_bytes;
use super::xml_tree::{self, Element};
use super::{
    Body, Content, DocumentContext, Member, Reader, Source, Unpack, UnpackContext, Whole, calendar,
    charset, html,
};
use crate::model::{
    Appearance, Carrier, Document, ImageRef, InputKind, Outlet, Problem, Reason, Record,
};

const MEDIA: &str = "http://search.yahoo.com/mrss";
/// Contents of one group that are read.
const MAX_CONTENTS: usize = 200;

/// Reads feeds.
pub struct FeedReader;

impl Reader for FeedReader {
    fn name(&self) -> &'static str {
        "feed"
    }

    fn accepts(&self, kind: InputKind) -> bool {
        kind == InputKind::Feed
    }

    fn unpack(&self) -> Option<&dyn Unpack> {
        Some(self)
    }
}

impl Unpack for FeedReader {
    fn unpack(
        &self,
        file: &mut dyn Source,
        gzip: bool,
        context: &UnpackContext<'_>,
        give: &mut dyn FnMut(Member),
    ) -> Whole {
        let context = &context.document;
        let (root, problems) = match tree(file, gzip, context) {
            Ok(read) => read,
            Err(problem) => return Whole::failed(problem),
        };
        let feed = Feed::of(&root);
        let mut items = Vec::new();
        root.within(&|e| matches!(e.name.as_str(), "item" | "entry"), &mut items);
        for item in items.into_iter().take(context.limits.records) {
            let document = feed.document(item, context);
            let name = document
                .url
                .clone()
                .or_else(|| item.said("guid"))
                .or_else(|| item.said("id"))
                .unwrap_or_else(|| "item".to_owned());
            give(item_of(name, document));
        }
        Whole {
            problems,
            ..Whole::default()
        }
    }
}

/// A file's root element, with what went wrong behind it.
pub(super) fn tree(
    file: &mut dyn Source,
    gzip: bool,
    context: &DocumentContext<'_>,
) -> Result<(Element, Vec<Problem>), Problem> {
    let (bytes, cut) = all_bytes(file, gzip, context.limits.document_bytes)?;
    let text = charset::decode(&bytes, context.charset, true);
    let (root, problem) = xml_tree::parse(&text, context.limits);
    let root = root.ok_or_else(|| {
        problem.clone().unwrap_or_else(|| {
            Problem::new(
                Reason::Damaged,
                "cannot read this file: no element is in it",
            )
        })
    })?;
    Ok((root, cut.into_iter().chain(problem).collect()))
}

/// A document that was read already, as a member.
pub(super) fn item_of(name: String, document: Document) -> Member {
    Member {
        name,
        record: Record::default(),
        charset: None,
        body: Body::Read(InputKind::Item, Content::Document(Box::new(document))),
        problems: Vec::new(),
    }
}

/// What holds for all items.
struct Feed {
    title: Option<String>,
    link: Option<String>,
    lang: Option<String>,
}

impl Feed {
    fn of(root: &Element) -> Self {
        let channel = root.child("channel").unwrap_or(root);
        Self {
            title: channel.said("title"),
            link: link(channel),
            lang: channel
                .said("language")
                .or_else(|| root.attribute("lang").map(str::to_owned)),
        }
    }

    fn document(&self, item: &Element, context: &DocumentContext<'_>) -> Document {
        let url = link(item)
            .or_else(|| item.said("guid").filter(|id| id.starts_with("http")))
            .and_then(|url| absolute(&url, self.link.as_deref()));
        let base = url.as_deref().or(self.link.as_deref());
        let source = item.child("source");
        let date = |names: &[&str]| names.iter().find_map(|name| iso(&item.said(name)?));
        let mut appearances: Vec<Appearance> = Vec::new();
        media(item, base, &mut appearances);
        let html = xhtml(item)
            .or_else(|| item.said("encoded"))
            .or_else(|| item.said("content"))
            .or_else(|| item.said("description"))
            .or_else(|| item.said("summary"));
        if let Some(html) = html.filter(|h| h.contains('<')) {
            let within = DocumentContext {
                url: base,
                charset: None,
                ..*context
            };
            for found in html::read(html.as_bytes(), &within).appearances {
                let keys = found.image.url.as_deref().map(html::same_picture_keys);
                let Some(keys) = keys else { continue };
                let known = |a: &&mut Appearance| {
                    let urls = a.image.url.iter().chain(&a.image.variants);
                    urls.into_iter()
                        .any(|u| html::same_picture_keys(u).iter().any(|k| keys.contains(k)))
                };
                match appearances.iter_mut().find(known) {
                    Some(have) => complete(have, found),
                    None => appearances.push(found),
                }
            }
        }
        for (position, appearance) in (1..).zip(&mut appearances) {
            appearance.position = position;
        }
        Document {
            title: item.said("title"),
            outlet: Outlet {
                name: source
                    .and_then(|s| s.said("title").or_else(|| s.words()))
                    .or_else(|| self.title.clone()),
                domain: base.and_then(domain),
            },
            published: date(&["pubDate", "published", "date", "issued"]),
            modified: date(&["updated", "modified"]),
            lang: item
                .attribute("lang")
                .map(str::to_owned)
                .or_else(|| item.said("language"))
                .or_else(|| self.lang.clone()),
            section: item.said("category"),
            url,
            appearances,
            ..Document::default()
        }
    }
}

/// The text of an Atom entry that is not packed as a string but as elements.
fn xhtml(item: &Element) -> Option<String> {
    let inline = |e: &&Element| e.attribute("type") == Some("xhtml");
    ["content", "summary"]
        .iter()
        .find_map(|name| item.all(name).find(inline))
        .map(Element::markup)
}

/// Takes what the text of an item prints with a picture that the item states without words.
fn complete(have: &mut Appearance, found: Appearance) {
    for url in found.image.url.iter().chain(&found.image.variants) {
        if have.image.url.as_ref() != Some(url) && !have.image.variants.contains(url) {
            have.image.variants.push(url.clone());
        }
    }
    if have.text.is_empty() && have.credit_text.is_none() {
        have.text = found.text;
        have.credit_text = found.credit_text;
        have.credit = found.credit;
    }
    have.alt = have.alt.take().or(found.alt);
}

/// The address that an element's `link` gives: its text (RSS), or `href` of the one that leads to the page (Atom).
fn link(element: &Element) -> Option<String> {
    let page = |l: &&Element| matches!(l.attribute("rel"), None | Some("alternate"));
    element
        .all("link")
        .filter(page)
        .find_map(|l| l.attribute("href").map(str::to_owned).or_else(|| l.words()))
}

/// A date of RSS (RFC 2822) or Atom (RFC 3339) as ISO 8601.
fn iso(text: &str) -> Option<String> {
    let text = text.trim();
    let parser = jiff::fmt::rfc2822::DateTimeParser::new().relaxed_weekday(true);
    if let Ok(zoned) = parser.parse_zoned_datetime(text) {
        return calendar::date(&zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string());
    }
    calendar::date(text)
}

/// The pictures that an item states: `media:content` alone or in groups, `media:thumbnail`, image enclosures.
fn media(item: &Element, base: Option<&str>, out: &mut Vec<Appearance>) {
    let is_picture = |e: &Element| {
        let kind = e.attribute("type").unwrap_or_default();
        let medium = e.attribute("medium");
        medium == Some("image")
            || kind.starts_with("image/")
            || medium.is_none() && kind.is_empty() && e.attribute("url").is_some_and(names_picture)
    };
    let groups = || {
        item.children
            .iter()
            .filter(|c| is_media(c) && c.name == "group")
    };
    for child in item.children.iter().filter(|c| is_media(c)) {
        match child.name.as_str() {
            "group" => {
                let all = child.children.iter();
                let all = all.filter(|c| is_media(c) && c.name == "content" && is_picture(c));
                for picture in apart(all.collect()) {
                    let places: Vec<&Element> =
                        picture.iter().copied().chain([child, item]).collect();
                    push_all(&picture, &places, base, out);
                }
            }
            "content" if is_picture(child) => push_all(&[child], &[child, item], base, out),
            _ => {}
        }
    }
    for enclosure in item.children.iter().filter(|c| {
        c.name == "enclosure" || c.name == "link" && c.attribute("rel") == Some("enclosure")
    }) {
        let mut picture = enclosure.clone();
        if let Some(href) = enclosure.attribute("href") {
            let href = href.to_owned();
            picture.set("url", href);
        }
        if is_picture(&picture) {
            push_all(&[&picture], &[item], base, out);
        }
    }
    // A video's still picture, or the only one that there is.
    for place in std::iter::once(item).chain(groups()) {
        if out.is_empty() {
            let all = place.children.iter();
            let all: Vec<&Element> = all
                .filter(|c| is_media(c) && c.name == "thumbnail")
                .collect();
            push_all(&all, &[place, item], base, out);
        }
    }
}

/// The contents of a group by picture. Media RSS says that a group is one picture in several sizes; feeds put galleries
/// into groups too, and then each picture has words of its own, or sizes repeat.
fn apart(contents: Vec<&Element>) -> Vec<Vec<&Element>> {
    let words = |e: &Element| ["description", "credit"].map(|name| said(&[e], name));
    let size = |e: &Element| e.attribute("width").map(str::to_owned);
    let keys = |e: &Element| html::same_picture_keys(e.attribute("url").unwrap_or_default());
    let mut out: Vec<Vec<&Element>> = Vec::new();
    for one in contents.into_iter().take(MAX_CONTENTS) {
        let same = |set: &Vec<&Element>| {
            set.iter().any(|have| {
                let own = words(one);
                let renamed = keys(have).iter().all(|k| !keys(one).contains(k));
                let other = own.iter().any(Option::is_some)
                    && words(have).iter().any(Option::is_some)
                    && own != words(have);
                let twice = size(one).is_some() && size(one) == size(have);
                !(renamed && (other || twice))
            })
        };
        match out.iter_mut().find(|set| same(set)) {
            Some(set) => set.push(one),
            None => out.push(vec![one]),
        }
    }
    out
}

fn is_media(e: &Element) -> bool {
    e.space.trim_end_matches('/') == MEDIA
}

/// What the nearest of some places says: an item or group speaks for everything in it.
fn said(places: &[&Element], name: &str) -> Option<String> {
    places.iter().find_map(|p| {
        let children = p.children.iter().filter(|c| is_media(c) && c.name == name);
        children.into_iter().find_map(Element::words)
    })
}

/// Pictures of one item: more than a document may have by default, and so said to be too many.
const MOST: usize = 2_000;

/// One picture in one or more sizes, the largest first.
fn push_all(
    pictures: &[&Element],
    places: &[&Element],
    base: Option<&str>,
    out: &mut Vec<Appearance>,
) {
    if out.len() == MOST {
        return;
    }
    let mut urls: Vec<(u64, String)> = pictures
        .iter()
        .filter_map(|p| {
            let width = p.attribute("width").and_then(|w| w.parse().ok());
            Some((width.unwrap_or(0), absolute(p.attribute("url")?, base)?))
        })
        .collect();
    urls.sort_by_key(|(width, _)| std::cmp::Reverse(*width));
    let mut urls = urls.into_iter().map(|(_, url)| url);
    let Some(first) = urls.next() else { return };
    let known =
        |a: &Appearance| a.image.url.as_ref() == Some(&first) || a.image.variants.contains(&first);
    if out.iter().any(known) {
        return;
    }
    let credits = places
        .iter()
        .map(|p| {
            let credits = p
                .children
                .iter()
                .filter(|c| is_media(c) && c.name == "credit");
            credits.filter_map(Element::words).collect::<Vec<_>>()
        })
        .find(|credits| !credits.is_empty());
    let credit = credits
        .map(|all| all.join("/"))
        .or_else(|| said(places, "copyright"));
    let caption = said(places, "description").map(|d| plain(&d));
    out.push(Appearance {
        image: ImageRef {
            url: Some(first),
            variants: urls.collect(),
            local: Vec::new(),
        },
        alt: said(places, "title").map(|t| plain(&t)),
        text: caption.unwrap_or_default(),
        credit_text: credit,
        carrier: Some(Carrier::Feed),
        ..Appearance::default()
    });
}

fn names_picture(url: &str) -> bool {
    let path = url
        .split(['?', '#'])
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    [
        ".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif", ".tif", ".tiff",
    ]
    .iter()
    .any(|ending| path.ends_with(ending))
}

/// A text that may hold markup, without it.
fn plain(text: &str) -> String {
    if !text.contains(['<', '&']) {
        return text.to_owned();
    }
    html::plain_text(text)
}
