//! News items in IPTC ninjs (1.x, 2.x and 3.x) -> documents with their pictures.
//!
//! In: JSON: one item, a list of items, an object that holds such a list, or one item a line. Out: a member for each item:
//! a picture is a document with one use, a text has those of its associations. JSON that holds no item may be a catalogue.

use std::io::SeekFrom;

use serde_json::{Map, Value};

use super::catalogue::CatalogueReader;
use super::feed::item_of;
use super::html::url::{absolute, domain};
use super::member::all_bytes;
use super::{Member, Reader, Source, Unpack, UnpackContext, Whole, calendar};
use crate::model::{Appearance, Carrier, Document, ImageRef, InputKind, Outlet, Problem, Reason};

/// Associations within associations.
const MAX_DEPTH: usize = 4;
/// Bytes of a file: a tree of values takes many times as many in memory.
const MAX_BYTES: u64 = 16 << 20;

/// Reads news items in JSON.
pub struct NinjsReader;

impl Reader for NinjsReader {
    fn name(&self) -> &'static str {
        "ninjs"
    }

    fn accepts(&self, kind: InputKind) -> bool {
        kind == InputKind::Ninjs
    }

    fn unpack(&self) -> Option<&dyn Unpack> {
        Some(self)
    }
}

impl Unpack for NinjsReader {
    fn unpack(
        &self,
        file: &mut dyn Source,
        gzip: bool,
        context: &UnpackContext<'_>,
        give: &mut dyn FnMut(Member),
    ) -> Whole {
        let (bytes, cut) = match all_bytes(file, gzip, MAX_BYTES) {
            Ok(read) => read,
            Err(problem) => return Whole::failed(problem),
        };
        let mut problems: Vec<Problem> = cut.into_iter().collect();
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let mut any = false;
        for value in serde_json::Deserializer::from_slice(bytes).into_iter::<Value>() {
            match value {
                Ok(value) => items(&value, 0, &mut |item| {
                    any = true;
                    let name = text(item, &["uri"]).unwrap_or("item").to_owned();
                    give(item_of(name, document(item)));
                }),
                Err(error) => {
                    problems.push(Problem::new(
                        Reason::Damaged,
                        format!("cannot read all of this file: it is not good JSON ({error})"),
                    ));
                    break;
                }
            }
        }
        if !any && problems.is_empty() {
            return match file.seek(SeekFrom::Start(0)) {
                Ok(_) => Unpack::unpack(&CatalogueReader, file, gzip, context, give),
                Err(_) => Whole::skipped("data"),
            };
        }
        Whole {
            problems,
            ..Whole::default()
        }
    }
}

/// Every item of a value: itself, those of a list, or those of a list it holds.
fn items(value: &Value, depth: usize, each: &mut dyn FnMut(&Map<String, Value>)) {
    match value {
        Value::Array(list) if depth < MAX_DEPTH => {
            for inner in list {
                items(inner, depth + 1, each);
            }
        }
        Value::Object(item) if is_item(item) => each(item),
        Value::Object(wrapper) if depth < MAX_DEPTH => {
            for inner in wrapper.values().filter(|v| v.is_array() || v.is_object()) {
                items(inner, depth + 1, each);
            }
        }
        _ => {}
    }
}

/// An item has an identifier, and says what it is or what it shows.
fn is_item(item: &Map<String, Value>) -> bool {
    item.get("uri").is_some_and(Value::is_string)
        && [
            "type",
            "representationtype",
            "headline",
            "headlines",
            "renditions",
            "associations",
        ]
        .iter()
        .any(|name| member(item, name).is_some())
}

fn is_picture(item: &Map<String, Value>) -> bool {
    let kind = text(item, &["type", "contenttype", "mimetype"]).unwrap_or_default();
    let kind = kind.rsplit(':').next().unwrap_or(kind).to_ascii_lowercase();
    if kind.starts_with("image/")
        || matches!(kind.as_str(), "picture" | "photo" | "image" | "graphic")
    {
        return true;
    }
    kind.is_empty()
        && renditions(item)
            .iter()
            .any(|r| text(r, &["contenttype", "mimetype"]).is_some_and(|m| m.starts_with("image/")))
}

/// The first of some members that is a text.
fn text<'v>(item: &'v Map<String, Value>, names: &[&str]) -> Option<&'v str> {
    names
        .iter()
        .filter_map(|name| member(item, name)?.as_str())
        .map(str::trim)
        .find(|text| !text.is_empty())
}

/// A member by its name, whose words are run together in ninjs 1 and 2 and begin with capitals in ninjs 3.
fn member<'v>(item: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    item.get(name).or_else(|| {
        item.iter()
            .find(|(have, _)| have.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    })
}

/// The members of a list of objects, or of an object of objects.
fn list(value: Option<&Value>) -> Vec<&Map<String, Value>> {
    match value {
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_object).collect(),
        Some(Value::Object(named)) => named.values().filter_map(Value::as_object).collect(),
        _ => Vec::new(),
    }
}

/// A text of a list of `{value, role}` (2.x, 3.x), one of a wished role first.
fn of_roles(item: &Map<String, Value>, name: &str, role: &str) -> Option<String> {
    let all = list(member(item, name));
    let fits = |o: &&Map<String, Value>| {
        text(o, &["role"]).is_some_and(|r| r.to_ascii_lowercase().contains(role))
    };
    all.iter()
        .filter(|o| fits(o))
        .chain(&all)
        .find_map(|o| text(o, &["value", "literal", "name"]))
        .map(str::to_owned)
}

fn renditions(item: &Map<String, Value>) -> Vec<&Map<String, Value>> {
    list(member(item, "renditions"))
}

fn document(item: &Map<String, Value>) -> Document {
    let mut appearances = Vec::new();
    if is_picture(item) {
        appearances.extend(appearance(item));
    }
    associated(item, &mut appearances, 0);
    for (position, appearance) in (1..).zip(&mut appearances) {
        appearance.position = position;
    }
    let date = |name: &str| text(item, &[name]).and_then(calendar::date);
    let url = text(item, &["canonicalurl", "link", "uri"])
        .filter(|uri| uri.starts_with("http"))
        .map(str::to_owned);
    Document {
        title: headline(item),
        outlet: Outlet {
            name: text(item, &["provider", "publisher"])
                .map(str::to_owned)
                .or_else(|| of_roles(item, "infosources", "provider"))
                .or_else(|| of_roles(item, "infosource", "provider")),
            domain: url.as_deref().and_then(domain),
        },
        published: ["firstpublished", "firstcreated", "versioncreated"]
            .iter()
            .find_map(|name| date(name)),
        modified: date("versioncreated"),
        lang: text(item, &["language"]).map(str::to_owned),
        url,
        appearances,
        ..Document::default()
    }
}

fn headline(item: &Map<String, Value>) -> Option<String> {
    text(item, &["headline", "title", "name"])
        .map(str::to_owned)
        .or_else(|| of_roles(item, "headlines", "main"))
}

fn associated(item: &Map<String, Value>, out: &mut Vec<Appearance>, depth: usize) {
    if depth >= MAX_DEPTH {
        return;
    }
    for other in list(member(item, "associations")) {
        if is_picture(other) {
            out.extend(appearance(other));
        }
        associated(other, out, depth + 1);
    }
}

/// A picture item as a use of its picture.
fn appearance(item: &Map<String, Value>) -> Option<Appearance> {
    let mut all: Vec<(u64, &str)> = renditions(item)
        .iter()
        .filter(|r| text(r, &["contenttype", "mimetype"]).is_none_or(|m| m.starts_with("image/")))
        .filter_map(|r| {
            let width = r.get("width").and_then(Value::as_u64).unwrap_or(0);
            Some((width, text(r, &["href"])?))
        })
        .collect();
    all.sort_by_key(|(width, _)| std::cmp::Reverse(*width));
    let mut image = ImageRef::default();
    for (_, href) in all {
        image.local.push(href.to_owned());
        if let Some(url) = absolute(href, None) {
            match &image.url {
                None => image.url = Some(url),
                Some(_) => image.variants.push(url),
            }
        }
    }
    let caption = text(
        item,
        &["description_caption", "description_text", "caption"],
    )
    .map(str::to_owned)
    .or_else(|| of_roles(item, "descriptions", "caption"))
    .or_else(|| text(item, &["body_text"]).map(str::to_owned))
    .or_else(|| of_roles(item, "bodies", "caption"))
    .map(|caption| {
        if caption.contains("</") {
            super::html::plain_text(&caption)
        } else {
            caption
        }
    });
    let by = text(item, &["byline", "by"])
        .map(str::to_owned)
        .or_else(|| of_roles(item, "bylines", "byline"));
    let line = text(item, &["creditline", "credit"])
        .map(str::to_owned)
        .or_else(|| of_roles(item, "creditlines", "credit"));
    let credit = together(by, line)
        .or_else(|| text(item, &["copyrightholder", "copyrightnotice"]).map(str::to_owned));
    if image.url.is_none() && image.local.is_empty() && caption.is_none() && credit.is_none() {
        return None;
    }
    Some(Appearance {
        image,
        alt: text(item, &["alttext", "altText"]).map(str::to_owned),
        text: caption.unwrap_or_default(),
        credit_text: credit,
        carrier: Some(Carrier::Wire),
        ..Appearance::default()
    })
}

/// Maker and credit line as one credit: the maker first, where the line does not name them already.
pub(super) fn together(by: Option<String>, line: Option<String>) -> Option<String> {
    match (by, line) {
        (Some(by), Some(line)) if line.contains(&by) => Some(line),
        (Some(by), Some(line)) => Some(format!("{by}/{line}")),
        (by, line) => by.or(line),
    }
}
