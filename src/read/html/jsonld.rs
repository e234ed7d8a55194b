//! JSON-LD of a page -> its article's facts, the addresses of its pictures, and what is stated of each.
//!
//! References by `@id` are looked up once, never followed further, so graphs that turn back on themselves end.

use super::loose::{self, Budget, Value};
use super::stated::{self, Statements};
use super::tag::Tag;
use super::tree::Tree;
use crate::model::Carrier;
use crate::read::calendar;

/// Objects in objects that are searched.
const MAX_DEPTH: usize = 24;
/// Pictures of one article.
const MAX_IMAGES: usize = 200;

/// What the page's structured data says of its article.
#[derive(Debug, Default)]
pub(super) struct Structured {
    pub headline: Option<String>,
    pub url: Option<String>,
    pub published: Option<String>,
    pub modified: Option<String>,
    pub section: Option<String>,
    pub lang: Option<String>,
    pub outlet: Option<String>,
    /// Addresses of the article's pictures, in order.
    pub images: Vec<String>,
    /// Some of it was no JSON.
    pub broken: bool,
}

/// Reads all structured data of a page; its `canonical` address and the `titles` that the page itself has tell its own
/// article from others: one of another address and another title is not believed.
pub(super) fn read(
    tree: &Tree,
    canonical: Option<&str>,
    titles: &[&str],
    budget: &mut Budget,
    statements: &mut Statements,
) -> Structured {
    let mut values = Vec::new();
    let mut out = Structured::default();
    for (at, item) in tree.items.iter().enumerate() {
        let is_data = item.tag == Tag::Script
            && item
                .attr("type")
                .is_some_and(|t| t.to_ascii_lowercase().contains("ld+json"));
        if !is_data {
            continue;
        }
        let text = tree.script(at);
        // Some wrap it in comments, in CDATA, or in quotes' entities.
        let start = text.find(['{', '[']).unwrap_or(text.len());
        let start = if text
            .trim_start()
            .to_ascii_uppercase()
            .starts_with("<![CDATA[")
            || text.trim_start().starts_with("//<![")
        {
            text.find('{').unwrap_or(text.len())
        } else {
            start
        };
        match text.get(start..).and_then(|t| loose::value(t, budget)) {
            Some((value, _)) => values.push(value),
            None => out.broken |= !text.trim().is_empty(),
        }
    }
    let mut nodes = Vec::new();
    for value in &values {
        statements.read(value, Carrier::JsonLd);
        collect(value, 0, &mut nodes);
    }
    let Some(article) = article(&nodes, canonical, titles) else {
        return out;
    };
    let text = |name: &str| {
        article
            .get(name)
            .and_then(|v| v.each().first().and_then(stated::plain))
    };
    out.headline = text("headline").or_else(|| text("name"));
    out.url = address(article).map(str::to_owned);
    let date = |name: &str| text_of(article, name).and_then(|stated| calendar::date(&stated));
    out.published = date("datePublished").or_else(|| date("dateCreated"));
    out.modified = date("dateModified");
    out.section = text("articleSection");
    out.lang = text("inLanguage");
    out.outlet = article
        .get("publisher")
        .map(|p| reference(p, &nodes))
        .and_then(|p| {
            p.each()
                .first()
                .and_then(|p| p.get("name").and_then(stated::plain))
        });
    for name in [
        "image",
        "associatedMedia",
        "primaryImageOfPage",
        "thumbnailUrl",
    ] {
        if name == "thumbnailUrl" && !out.images.is_empty() {
            break;
        }
        for one in article.get(name).map(Value::each).unwrap_or_default() {
            images(reference(one, &nodes), &mut out.images);
        }
    }
    out
}

fn text_of(node: &Value<'_>, name: &str) -> Option<String> {
    node.get(name)
        .and_then(|v| v.each().first())
        .and_then(Value::text)
        .map(str::to_owned)
}

/// The article's own address.
fn address<'a>(node: &'a Value<'_>) -> Option<&'a str> {
    let page = node.get("mainEntityOfPage");
    let of_page = page.and_then(|p| {
        p.text()
            .or_else(|| p.get("@id").or(p.get("url")).and_then(Value::text))
    });
    of_page
        .or_else(|| node.get("url").and_then(Value::text))
        .filter(|u| u.starts_with("http"))
}

/// The node that a reference names; the value itself where it is none.
fn reference<'v, 'a>(value: &'v Value<'a>, nodes: &[&'v Value<'a>]) -> &'v Value<'a> {
    match value.entries() {
        [(name, id)] if name == "@id" => nodes
            .iter()
            .find(|n| n.entries().len() > 1 && n.get("@id") == Some(id))
            .copied()
            .unwrap_or(value),
        _ => value,
    }
}

fn images(value: &Value<'_>, out: &mut Vec<String>) {
    for one in value.each() {
        let address = one.text().or_else(|| {
            ["contentUrl", "url", "thumbnailUrl", "@id"]
                .iter()
                .find_map(|name| {
                    one.get(name)
                        .and_then(|v| v.each().first())
                        .and_then(Value::text)
                })
        });
        if let Some(address) = address.filter(|a| a.len() < 2_000 && !a.starts_with('#'))
            && out.len() < MAX_IMAGES
            && !out.iter().any(|have| have == address)
        {
            out.push(address.to_owned());
        }
    }
}

/// All objects with a type.
fn collect<'v, 'a>(value: &'v Value<'a>, depth: usize, out: &mut Vec<&'v Value<'a>>) {
    if depth > MAX_DEPTH || out.len() > 20_000 {
        return;
    }
    match value {
        Value::List(list) => list.iter().for_each(|one| collect(one, depth + 1, out)),
        Value::Object(entries) => {
            if value.get("@type").is_some() || value.get("@id").is_some() {
                out.push(value);
            }
            // What lists, mentions and cites name is other articles.
            let others = |name: &str| {
                matches!(
                    name,
                    "itemListElement"
                        | "mentions"
                        | "citation"
                        | "isRelatedTo"
                        | "relatedLink"
                        | "isBasedOn"
                )
            };
            for (_, one) in entries.iter().filter(|(name, _)| !others(name)) {
                collect(one, depth + 1, out);
            }
        }
        _ => {}
    }
}

/// The page's own article: the one with its address, else the first of the best type.
fn article<'v, 'a>(
    nodes: &[&'v Value<'a>],
    canonical: Option<&str>,
    titles: &[&str],
) -> Option<&'v Value<'a>> {
    let titles: Vec<String> = titles.iter().map(|t| super::block::letters(t)).collect();
    let titled = |node: &Value<'_>| {
        let name = node.get("headline").or(node.get("name"));
        let stated = name.and_then(|v| v.each().first().and_then(stated::plain));
        stated.is_none_or(|stated| {
            let stated = super::block::letters(&stated);
            titles.iter().any(|title| {
                *title == stated
                    || title.chars().count().min(stated.chars().count()) > 5
                        && (title.contains(&stated) || stated.contains(title))
            })
        })
    };
    let path = |url: &str| {
        url.split(['?', '#'])
            .next()
            .unwrap_or_default()
            .trim_end_matches('/')
            .rsplit("://")
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let canonical = canonical.map(path);
    nodes
        .iter()
        .filter_map(|node| {
            let rank = node
                .get("@type")
                .map(Value::each)
                .unwrap_or_default()
                .iter()
                .filter_map(Value::text)
                .filter_map(rank)
                .min()?;
            let own = canonical.is_some() && address(node).map(path) == canonical;
            let elsewhere = canonical.is_some() && address(node).is_some() && !own;
            if elsewhere && !titles.is_empty() && !titled(node) {
                return None;
            }
            Some((rank + if own { 0 } else { 2 }, *node))
        })
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, node)| node)
}

fn rank(kind: &str) -> Option<u32> {
    let kind = kind.rsplit(['/', ':']).next().unwrap_or_default();
    match kind {
        "ImageGallery" | "MediaGallery" => Some(1),
        "WebPage" | "ItemPage" | "Recipe" => Some(6),
        kind if kind.ends_with("Article")
            || kind.ends_with("Posting")
            || kind.ends_with("Report")
            || kind == "Review" =>
        {
            Some(0)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::Limits;

    fn structured(json: &str) -> Structured {
        let page = format!("<script type='application/ld+json'>{json}</script>");
        let tree = super::super::tree::parse(&page, &Limits::default());
        read(
            &tree,
            Some("https://a.example/s/1"),
            &["Own - The Quay"],
            &mut Budget(10_000),
            &mut Statements::default(),
        )
    }

    #[test]
    fn the_article_of_a_graph_is_found_with_its_pictures() {
        let found = structured(
            r##"{"@graph": [
              {"@type": "WebPage", "@id": "#page", "url": "https://a.example/s/1", "primaryImageOfPage": {"@id": "#img"}},
              {"@type": ["NewsArticle"], "headline": "A ferry &amp; fog", "mainEntityOfPage": {"@id": "https://a.example/s/1/"},
               "datePublished": "2024-05-03T10:00:00+09:00", "publisher": {"@id": "#org"}, "image": {"@id": "#img"}},
              {"@type": "Organization", "@id": "#org", "name": "The Quay", "logo": {"@type": "ImageObject", "url": "/logo.png"}},
              {"@type": "ImageObject", "@id": "#img", "url": "/p/ferry.jpg", "isPartOf": {"@id": "#page"}}]}"##,
        );
        assert_eq!(found.headline.as_deref(), Some("A ferry & fog"));
        assert_eq!(found.outlet.as_deref(), Some("The Quay"));
        assert_eq!(
            found.published.as_deref(),
            Some("2024-05-03T10:00:00+09:00")
        );
        assert_eq!(found.images, ["/p/ferry.jpg"]);
    }

    #[test]
    fn the_pages_own_article_goes_before_others() {
        let found = structured(
            r#"[{"@type": "NewsArticle", "headline": "Other", "url": "https://a.example/s/2"},
                {"@type": "NewsArticle", "headline": "Own", "url": "https://a.example/s/1?x=1"}]"#,
        );
        assert_eq!(found.headline.as_deref(), Some("Own"));
    }

    #[test]
    fn another_article_is_not_the_pages() {
        for json in [
            r#"{"@type": "NewsArticle", "headline": "Other", "url": "https://a.example/s/2"}"#,
            r#"{"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": {"@type": "NewsArticle", "headline": "Own"}}]}"#,
            r#"{"@type": "VideoObject", "name": "A video"}"#,
        ] {
            assert_eq!(structured(json).headline, None, "{json}");
        }
    }

    #[test]
    fn a_graph_that_turns_back_on_itself_ends() {
        let found = structured(
            r##"{"@graph": [{"@type": "NewsArticle", "@id": "#a", "headline": "Own", "image": {"@id": "#b"}, "publisher": {"@id": "#a"}},
                {"@type": "ImageObject", "@id": "#b", "contentUrl": {"@id": "#b"}, "caption": {"@id": "#a"}}]}"##,
        );
        assert_eq!(found.headline.as_deref(), Some("Own"));
        assert!(structured("this is no JSON").broken);
    }

    #[test]
    fn wrappings_around_it_are_taken_off() {
        for json in [
            "<!-- {\"@type\": \"NewsArticle\", \"headline\": \"Own\"} -->",
            "//<![CDATA[\n{\"@type\": \"NewsArticle\", \"headline\": \"Own\",}\n//]]>",
        ] {
            assert_eq!(structured(json).headline.as_deref(), Some("Own"), "{json}");
        }
    }
}
