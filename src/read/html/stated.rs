//! Values of structured data or of a framework's state -> what they state of pictures: addresses, caption, credit.
//!
//! A picture is an object with the address of one in it (or one object further in), and a name that means caption or
//! credit. What names mean is the list of terms; names that mean it only sometimes count only in an object that says
//! itself that it is a picture.

use std::cell::LazyCell;
use std::collections::HashMap;

use super::key;
use super::loose::Value;
use super::terms::{self, Meaning};
use crate::model::Carrier;

/// How far below a caption its picture's address may stand.
const MAX_BELOW: usize = 4;
/// Addresses of one picture.
const MAX_URLS: usize = 60;
/// Objects in objects that are searched.
const MAX_DEPTH: usize = 96;
/// Galleries of one page, and pictures of one gallery.
const MAX_GALLERIES: usize = 40;
const MAX_SLIDES: usize = 300;
/// Longer texts are no captions.
const MAX_TEXT: usize = 4_000;

/// What is stated of one picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Stated {
    pub urls: Vec<String>,
    pub caption: Option<String>,
    pub credit: Option<String>,
    pub carrier: Option<Carrier>,
}

/// Pictures that are stated together, one after the other, each with words of its own.
pub(super) struct Gallery {
    /// What it stands under is a word for pictures.
    pub named: bool,
    pub pictures: Vec<Stated>,
}

/// All that is stated on a page, found by the keys of a picture's addresses.
#[derive(Default)]
pub(super) struct Statements {
    /// In the order of the page.
    pub galleries: Vec<Gallery>,
    all: Vec<Stated>,
    by_key: HashMap<String, usize>,
    meanings: HashMap<String, Meaning>,
}

impl Statements {
    /// Adds a statement; of one picture the first caption and the first credit stay.
    pub fn push(&mut self, stated: Stated) {
        let keys: Vec<String> = stated.urls.iter().flat_map(|u| key::keys(u)).collect();
        let known = keys.iter().find_map(|k| self.by_key.get(k)).copied();
        let at = if let Some((at, have)) =
            known.and_then(|at| self.all.get_mut(at).map(|have| (at, have)))
        {
            have.caption = have.caption.take().or(stated.caption);
            have.credit = have.credit.take().or(stated.credit);
            at
        } else {
            self.all.push(stated);
            self.all.len() - 1
        };
        for key in keys {
            self.by_key.entry(key).or_insert(at);
        }
    }

    /// What is stated of the picture that has one of these keys.
    pub fn find(&self, keys: &[String]) -> Option<&Stated> {
        keys.iter()
            .find_map(|k| self.by_key.get(k))
            .and_then(|at| self.all.get(*at))
    }

    /// Adds all pictures of a value.
    pub fn read(&mut self, value: &Value<'_>, carrier: Carrier) {
        self.walk(value, "", carrier, 0);
    }

    fn walk(&mut self, value: &Value<'_>, name: &str, carrier: Carrier, depth: usize) {
        if depth > MAX_DEPTH {
            return;
        }
        match value {
            Value::List(list) => {
                if list.len() > 1
                    && self.galleries.len() < MAX_GALLERIES
                    && let Some(pictures) = self.gallery(list, carrier)
                {
                    let named = self.meaning(name).any(Meaning::IMAGE);
                    self.galleries.push(Gallery { named, pictures });
                }
                for one in list {
                    self.walk(one, name, carrier, depth + 1);
                }
            }
            Value::Object(entries) => {
                if let Some(stated) = self.stated(value, carrier) {
                    self.push(stated);
                }
                for (name, one) in entries {
                    self.walk(one, name, carrier, depth + 1);
                }
            }
            _ => {}
        }
    }

    /// The pictures of a list that holds little else: two or more, of which none is another's rendition, with captions
    /// that differ. Lists of articles with a picture each are none.
    fn gallery(&mut self, list: &[Value<'_>], carrier: Carrier) -> Option<Vec<Stated>> {
        let mut pictures: Vec<Stated> = Vec::new();
        let mut keys: Vec<String> = Vec::new();
        // So many entries may be something else.
        let mut others = list.len().min(MAX_SLIDES) / 5;
        let list = list.get(..MAX_SLIDES).unwrap_or(list);
        for one in list {
            let found = if is_entry_object(one) {
                None
            } else {
                self.stated(one, carrier).or_else(|| {
                    // `{"node": {...}}`, `{"image": {...}}`.
                    let inner = one.entries().iter().map(|(_, v)| v);
                    inner
                        .filter(|v| matches!(v, Value::Object(_)) && !is_entry_object(v))
                        .find_map(|v| self.stated(v, carrier))
                })
            };
            let Some(found) = found.filter(|f| f.caption.is_some()) else {
                others = others.checked_sub(1)?;
                continue;
            };
            let own: Vec<String> = found.urls.iter().flat_map(|u| key::keys(u)).collect();
            if !key::share(&own, &keys) {
                keys.extend(own);
                pictures.push(found);
            }
        }
        let first = pictures.first().map(|p| p.caption.clone());
        let differ = pictures.iter().any(|p| Some(&p.caption) != first.as_ref());
        (pictures.len() > 1 && differ).then_some(pictures)
    }

    fn meaning(&mut self, name: &str) -> Meaning {
        if let Some(known) = self.meanings.get(name) {
            return *known;
        }
        let meaning = terms::of_name(name);
        self.meanings.insert(name.to_owned(), meaning);
        meaning
    }

    /// What an object states of the picture in it; `None` where it states neither caption nor credit.
    fn stated(&mut self, object: &Value<'_>, carrier: Carrier) -> Option<Stated> {
        // Most objects of a page's data hold nothing of which it would have to be known.
        let pictured = LazyCell::new(|| is_picture_object(object) || is_captioned_object(object));
        let article = LazyCell::new(|| !*pictured && is_article_object(object));
        let mut caption: Option<String> = None;
        let mut weak_caption: Option<String> = None;
        let mut strong: Vec<String> = Vec::new();
        let mut weak: Vec<String> = Vec::new();
        for (name, value) in object.entries() {
            let meaning = self.meaning(name);
            if meaning.any(Meaning::CAPTION) {
                caption = caption.or_else(|| plain(value));
            } else if meaning.any(Meaning::CREDIT) {
                // An article's credit is that of its text, unless it is named after its picture.
                if meaning.any(Meaning::IMAGE.and(Meaning::LEAD)) || !*article {
                    names(value, &mut strong);
                }
            } else if meaning.any(Meaning::MAKER) && *pictured {
                names(value, &mut weak);
            } else if name == "description" && *pictured {
                weak_caption = plain(value);
            }
        }
        // A person who made it stands before the house that supplied it.
        let maker = object.get("creator").filter(|c| *pictured && is_person(c));
        if strong.is_empty() {
            strong = weak;
        } else if let Some(maker) = maker {
            let mut all = Vec::new();
            names(maker, &mut all);
            for name in &strong {
                add_name(name, &mut all);
            }
            strong = all;
        }
        let caption = caption.or(weak_caption);
        if caption.is_none() && strong.is_empty() {
            return None;
        }
        let mut urls = Vec::new();
        self.addresses(object, 0, &mut urls);
        if urls.is_empty() {
            return None;
        }
        Some(Stated {
            urls,
            caption,
            credit: joined(&strong),
            carrier: Some(carrier),
        })
    }

    /// Addresses of pictures in an object, but not in objects that have captions or credits of their own.
    fn addresses(&mut self, value: &Value<'_>, depth: usize, out: &mut Vec<String>) {
        if depth > MAX_BELOW || out.len() >= MAX_URLS {
            return;
        }
        match value {
            Value::Text(text)
                if text.len() < 2_000 && key::is_picture(text) && !text.trim().contains(' ') =>
            {
                out.push(text.trim().to_owned());
            }
            Value::List(list) => {
                for one in list.iter().take(MAX_URLS) {
                    self.addresses(one, depth + 1, out);
                }
            }
            Value::Object(entries) => {
                let roles = Meaning::CAPTION.and(Meaning::CREDIT);
                let own = depth > 0
                    && entries
                        .iter()
                        .any(|(name, v)| self.meaning(name).any(roles) && plain(v).is_some());
                if own {
                    return;
                }
                for (name, one) in entries {
                    if !matches!(&**name, "logo" | "publisher" | "author" | "creator") {
                        self.addresses(one, depth + 1, out);
                    }
                }
            }
            _ => {}
        }
    }
}

/// An object that says that it is a picture, by its type or by an address of a picture and a size.
fn is_picture_object(object: &Value<'_>) -> bool {
    let typed = [
        "@type",
        "type",
        "__typename",
        "_type",
        "kind",
        "contentType",
        "nodeType",
    ]
    .iter()
    .any(|name| {
        object.get(name).is_some_and(|v| {
            v.each()
                .iter()
                .filter_map(Value::text)
                .any(|t| t.len() < 60 && terms::of_name(t).any(Meaning::IMAGE))
        })
    });
    let sized = object.get("width").is_some() && object.get("height").is_some();
    typed || sized
}

/// An object with a caption and the address of a picture, and nothing that an article has.
fn is_captioned_object(object: &Value<'_>) -> bool {
    const ARTICLES: [&str; 8] = [
        "title",
        "headline",
        "slug",
        "body",
        "text",
        "content",
        "articleBody",
        "section",
    ];
    let own = |(name, v): &(std::borrow::Cow<'_, str>, Value<'_>)| {
        v.text().is_some_and(key::is_picture) && terms::of_name(name) == Meaning::default()
    };
    object.entries().iter().any(own)
        && ARTICLES.iter().all(|name| object.get(name).is_none())
        && has_caption(object)
}

fn has_caption(object: &Value<'_>) -> bool {
    let mut entries = object.entries().iter();
    entries.any(|(name, v)| terms::of_name(name).any(Meaning::CAPTION) && plain(v).is_some())
}

/// An object that is an article with a picture in it: it has a headline or a text, or a title and its picture in an object
/// of its own. Who is named in it has written it.
fn is_article_object(object: &Value<'_>) -> bool {
    let has = |names: &[&str]| {
        names
            .iter()
            .any(|name| object.get(name).is_some_and(|v| *v != Value::Null))
    };
    // Below a word for pictures stands a picture of its own; what else is below are an object's own addresses.
    let own = || {
        let pictures = Meaning::IMAGE.and(Meaning::LEAD);
        object.entries().iter().any(|(name, value)| match value {
            Value::Text(text) => key::is_picture(text),
            Value::List(_) | Value::Object(_) => {
                !terms::of_name(name).any(pictures) && has_address(value, 0)
            }
            _ => false,
        })
    };
    let typed = object.get("@type").is_some_and(|v| {
        let kinds = v.each().iter().filter_map(Value::text);
        kinds
            .into_iter()
            .any(|t| t.ends_with("Article") || t.ends_with("Posting") || t == "WebPage")
    });
    typed
        || has(&[
            "articleBody",
            "article_body",
            "body_html",
            "contentElements",
            "content_elements",
        ])
        || has(&["title", "headline"])
            && !has_caption(object)
            && (has(&[
                "headline",
                "byline",
                "author",
                "authors",
                "slug",
                "publishedAt",
                "datePublished",
            ]) || !own())
}

/// Whether the address of a picture stands in a value or a little below.
fn has_address(value: &Value<'_>, depth: usize) -> bool {
    match value {
        Value::Text(text) => text.len() < 2_000 && key::is_picture(text),
        Value::List(list) if depth < MAX_BELOW => {
            list.iter().take(8).any(|one| has_address(one, depth + 1))
        }
        Value::Object(entries) if depth < MAX_BELOW => entries
            .iter()
            .take(16)
            .any(|(_, one)| has_address(one, depth + 1)),
        _ => false,
    }
}

/// An object that is an article, or leads to one.
fn is_entry_object(object: &Value<'_>) -> bool {
    const LEADS: [&str; 8] = [
        "headline",
        "href",
        "link",
        "slug",
        "permalink",
        "canonical_url",
        "canonicalUrl",
        "articleBody",
    ];
    !is_picture_object(object) && is_article_object(object)
        || LEADS.iter().any(|name| {
            let stated = object.get(name).and_then(Value::text);
            stated.is_some_and(|text| !key::is_picture(text))
        })
}

/// A text without mark-up, in one line.
pub(super) fn plain(value: &Value<'_>) -> Option<String> {
    let text = match value {
        Value::Text(text) => text.as_ref(),
        Value::Object(_) => [
            "text", "plain", "html", "value", "name", "title", "content", "@value", "rendered",
        ]
        .iter()
        .find_map(|name| value.get(name).and_then(Value::text))?,
        Value::List(list) if list.len() == 1 => return list.first().and_then(plain),
        _ => return None,
    };
    if text.len() > MAX_TEXT
        || key::is_picture(text)
        || text.starts_with("http")
        || text.starts_with(['{', '['])
    {
        return None;
    }
    let text = without_markup(text);
    text.chars().any(char::is_alphabetic).then_some(text)
}

/// Tags taken out, entities of HTML undone, white space collapsed.
pub(super) fn without_markup(text: &str) -> String {
    let mut out = String::new();
    if text.contains(['<', '&']) {
        let tree = super::tree::parse(&format!("<body>{text}"), &small());
        out = tree.text(0);
    } else {
        for word in text.split_whitespace() {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
        }
    }
    out
}

fn small() -> crate::read::Limits {
    crate::read::Limits {
        page_elements: 2_000,
        ..crate::read::Limits::default()
    }
}

/// Names of a value that may be a text, a person, an organisation, or a list of them.
fn names(value: &Value<'_>, out: &mut Vec<String>) {
    for one in value.each().iter().take(8) {
        let name = match one {
            Value::Object(_) => one
                .get("name")
                .or(one.get("title"))
                .or(one.get("byline"))
                .and_then(plain)
                .or_else(|| {
                    // `{"by": [{"name": ...}], "affiliation": [{"name": ...}]}`
                    let mut all = Vec::new();
                    for (_, inner) in one.entries().iter().take(8) {
                        let people = inner.each().iter().take(8);
                        for person in people.filter_map(|p| p.get("name").and_then(plain)) {
                            add_name(&person, &mut all);
                        }
                    }
                    joined(&all)
                })
                .or_else(|| {
                    let (first, last) = (
                        one.get("firstName").and_then(plain),
                        one.get("lastName").and_then(plain),
                    );
                    first.zip(last).map(|(f, l)| format!("{f} {l}"))
                })
                .or_else(|| plain(one)),
            other => plain(other),
        };
        if let Some(name) = name.filter(|n| n.chars().count() <= 250) {
            add_name(&name, out);
        }
    }
}

/// Adds a name, unless it is said already; one that says more takes the place of those in it.
fn add_name(name: &str, out: &mut Vec<String>) {
    let letters = super::block::letters;
    let new = letters(name);
    if out.iter().any(|have| letters(have).contains(&new)) {
        return;
    }
    out.retain(|have| !new.contains(&letters(have)));
    out.push(name.to_owned());
}

fn is_person(value: &Value<'_>) -> bool {
    value
        .each()
        .iter()
        .any(|one| one.get("@type").and_then(Value::text) == Some("Person"))
}

/// Several statements of who made a picture as one line.
fn joined(parts: &[String]) -> Option<String> {
    (!parts.is_empty()).then(|| parts.join(" / "))
}

#[cfg(test)]
mod tests {
    use super::super::loose::{self, Budget};
    use super::*;

    fn found(json: &str, url: &str) -> Option<Stated> {
        let mut statements = Statements::default();
        let (value, _) = loose::value(json, &mut Budget(10_000)).unwrap();
        statements.read(&value, Carrier::JsonLd);
        statements.find(&key::keys(url)).cloned()
    }

    #[test]
    fn caption_and_credit_are_tied_to_the_address_beside_or_below_them() {
        for json in [
            r#"{"url": "/p/ferry-4711.jpg", "caption": "A ferry.", "credit": "Ana Ruiz"}"#,
            r#"{"caption": "<p>A ferry.</p>", "photographer": {"name": "Ana Ruiz"}, "sizes": {"l": {"src": "/p/ferry-4711-1024x683.jpg"}}}"#,
            r#"{"a": [{"pieDeFoto": "A ferry.", "autorFoto": "Ana Ruiz", "image": {"renditions": [{"href": "/p/ferry-4711.jpg"}]}}]}"#,
            r#"{"@type": "ImageObject", "contentUrl": "/p/ferry-4711.jpg", "description": "A ferry.", "author": {"@type": "Person", "name": "Ana Ruiz"}}"#,
        ] {
            let stated = found(json, "https://a.example/p/ferry-4711.jpg")
                .unwrap_or_else(|| panic!("{json}"));
            assert_eq!(stated.caption.as_deref(), Some("A ferry."), "{json}");
            assert_eq!(stated.credit.as_deref(), Some("Ana Ruiz"), "{json}");
        }
    }

    #[test]
    fn a_credit_of_one_picture_is_not_that_of_another() {
        let json = r#"{"credit": "Ana Ruiz", "image": {"url": "/p/a-000001.jpg"},
            "more": [{"url": "/p/b-000002.jpg", "credit": "B. Cho"}, {"author": "C. Day", "text": "story", "image": "/p/c-000003.jpg"}]}"#;
        assert_eq!(
            found(json, "/p/a-000001.jpg").unwrap().credit.as_deref(),
            Some("Ana Ruiz")
        );
        assert_eq!(
            found(json, "/p/b-000002.jpg").unwrap().credit.as_deref(),
            Some("B. Cho")
        );
    }

    #[test]
    fn a_name_that_stands_in_a_longer_one_is_not_repeated() {
        let json = r#"{"url": "/p/a-000001.jpg", "creditText": "Ana Ruiz/Reuters", "photographer": "Ana Ruiz", "copyrightHolder": {"name": "Reuters"}}"#;
        assert_eq!(
            found(json, "/p/a-000001.jpg").unwrap().credit.as_deref(),
            Some("Ana Ruiz/Reuters")
        );
    }
}
