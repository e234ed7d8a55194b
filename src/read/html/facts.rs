//! A page's head -> the facts of its article, each from the most trustworthy place that states it.

use super::jsonld;
use super::loose::Budget;
use super::stated::Statements;
use super::tag::Tag;
use super::terms::{self, Meaning};
use super::tree::Tree;
use super::url;
use crate::model::Outlet;
use crate::read::{DocumentContext, calendar};

/// Pictures that a page calls its own in its head.
const MAX_IMAGES: usize = 1_000;

/// The facts, each `None` where the page does not state it.
#[derive(Default)]
pub(super) struct Facts {
    /// What references are resolved against.
    pub base: Option<String>,
    pub url: Option<String>,
    pub title: Option<String>,
    pub outlet: Outlet,
    pub published: Option<String>,
    pub modified: Option<String>,
    pub lang: Option<String>,
    pub section: Option<String>,
    /// Addresses of the article's pictures, of structured data first.
    pub images: Vec<String>,
}

/// Reads the facts of a page.
pub(super) fn read(
    tree: &Tree,
    context: &DocumentContext<'_>,
    budget: &mut Budget,
    statements: &mut Statements,
) -> Facts {
    let mut meta: Vec<(String, &str)> = Vec::new();
    let (mut canonical, mut base, mut lang, mut title, mut heading, mut time) =
        (None, None, None, None, None, None);
    for (at, item) in tree.items.iter().enumerate() {
        match item.tag {
            Tag::Html => lang = lang.or(item.attr("lang").or(item.attr("xml:lang"))),
            Tag::Base => base = base.or(item.attr("href")),
            Tag::Title if title.is_none() => title = Some(tree.text(at)),
            Tag::H1 if heading.is_none() => {
                heading = Some(tree.text(at)).filter(|t| !t.is_empty());
            }
            Tag::Time => {
                if let (Some(stated), Some(rank)) = (item.attr("datetime"), time_rank(tree, at))
                    && time.is_none_or(|(best, _)| rank < best)
                {
                    time = Some((rank, stated));
                }
            }
            Tag::Link if item.attr("rel") == Some("canonical") => {
                canonical = canonical.or(item.attr("href"));
            }
            Tag::Meta => {
                let key = item
                    .attr("property")
                    .or(item.attr("name"))
                    .or(item.attr("itemprop"));
                if let (Some(key), Some(value)) = (key, item.attr("content")) {
                    let value = value.trim();
                    if !value.is_empty() {
                        meta.push((key.to_ascii_lowercase(), value));
                    }
                }
            }
            _ => {}
        }
    }
    let itemprop = || {
        tree.items.iter().find_map(|item| {
            (item.attr("itemprop") == Some("datePublished"))
                .then(|| item.attr("content").or(item.attr("datetime")))
                .flatten()
        })
    };
    let first = |keys: &[&str]| {
        keys.iter().find_map(|key| {
            meta.iter()
                .find(|(have, _)| have == key)
                .map(|(_, value)| *value)
        })
    };
    let dated = |keys: &[&str]| {
        keys.iter()
            .find_map(|key| first(&[*key]).and_then(calendar::date))
    };
    let page = context.url.or(tree.saved_from.as_deref());
    let http = |u: &String| u.starts_with("http");
    let url = canonical
        .and_then(|c| url::absolute(c, page))
        .filter(http)
        .or_else(|| {
            first(&["og:url"])
                .and_then(|u| url::absolute(u, page))
                .filter(http)
        })
        .or_else(|| page.map(str::to_owned));
    let titles: Vec<&str> = [
        first(&["og:title", "twitter:title"]),
        heading.as_deref(),
        title.as_deref(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let data = jsonld::read(tree, url.as_deref(), &titles, budget, statements);
    let mut images = data.images;
    images.truncate(MAX_IMAGES);
    for (key, value) in &meta {
        if images.len() == MAX_IMAGES {
            break;
        }
        if matches!(
            key.as_str(),
            "og:image"
                | "og:image:url"
                | "og:image:secure_url"
                | "twitter:image"
                | "twitter:image:src"
        ) && !images.iter().any(|have| have == value)
        {
            images.push((*value).to_owned());
        }
    }
    let url = url.or(data.url);
    let against = page.map(str::to_owned).or_else(|| url.clone());
    Facts {
        base: base
            .and_then(|b| url::absolute(b, against.as_deref()))
            .or_else(|| against.clone()),
        title: first(&["og:title", "twitter:title"])
            .map(str::to_owned)
            .or(data.headline)
            .or(heading)
            .or(title.filter(|t| !t.is_empty())),
        outlet: Outlet {
            name: first(&["og:site_name"])
                .filter(|name| !name.starts_with("http"))
                .map(str::to_owned)
                .or(data.outlet)
                .or_else(|| first(&["application-name"]).map(str::to_owned)),
            domain: url.as_deref().or(against.as_deref()).and_then(url::domain),
        },
        published: data
            .published
            .or_else(|| dated(&["article:published_time", "datepublished", "date"]))
            .or_else(|| itemprop().and_then(calendar::date))
            .or_else(|| time.and_then(|(_, stated)| calendar::date(stated))),
        modified: data
            .modified
            .or_else(|| dated(&["article:modified_time", "og:updated_time", "datemodified"])),
        lang: lang
            .or(data.lang.as_deref())
            .or_else(|| first(&["og:locale", "language", "content-language"]))
            .map(|l| l.trim().replace('_', "-"))
            .filter(|l| !l.is_empty()),
        section: first(&["article:section"])
            .map(str::to_owned)
            .or(data.section),
        images,
        url,
    }
}

/// How likely a `time` is that of publication, 0 the likeliest; `None` for one in the text, of a comment or of another
/// story.
fn time_rank(tree: &Tree, at: usize) -> Option<u8> {
    let names = |at: usize| {
        let item = tree.item(at);
        [item.attr("class"), item.attr("itemprop"), item.attr("id")]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
            .to_ascii_lowercase()
    };
    let own = names(at);
    let mut rank = 1;
    for around in std::iter::once(at).chain(tree.ancestors(at).take(6)) {
        let item = tree.item(around);
        if matches!(item.tag, Tag::Nav | Tag::Footer | Tag::Aside | Tag::Li) {
            return None;
        }
        let other = names(around)
            .split_ascii_whitespace()
            .any(|name| terms::of_name(name).any(Meaning::FURNITURE.and(Meaning::TEASER)));
        if other {
            return None;
        }
        // In a sentence it is a day that the text speaks of.
        if item.tag == Tag::P {
            let text = tree.text(around);
            if text.ends_with(['.', '。']) || text.chars().count() > 90 {
                return None;
            }
        }
    }
    if own.contains("publish") {
        rank = 0;
    } else if own.contains("updat") || own.contains("modif") {
        rank = 2;
    }
    Some(rank)
}
