//! A page's elements -> the pictures of its article, each with its renditions, caption and credit.

use super::tag::Tag;
use super::tree::Tree;
use super::url;
use crate::model::{Carrier, ImageRef};

/// One picture as the page prints it.
pub(super) struct Found {
    pub image: ImageRef,
    pub alt: Option<String>,
    pub caption: Option<String>,
    pub credit: Option<String>,
    pub carrier: Option<Carrier>,
}

/// Finds the pictures of a page, in its order.
pub(super) fn find(tree: &Tree, base: Option<&str>) -> Vec<Found> {
    let mut out: Vec<Found> = Vec::new();
    for at in 0..tree.items.len() {
        if tree.item(at).tag != Tag::Img || in_furniture(tree, at) {
            continue;
        }
        let Some(image) = reference(tree, at, base) else {
            continue;
        };
        let figure = tree
            .ancestors(at)
            .find(|a| tree.item(*a).tag == Tag::Figure);
        let caption = figure
            .and_then(|f| {
                tree.descendants(f)
                    .find(|i| tree.item(*i).tag == Tag::Figcaption)
            })
            .map(|i| tree.text(i))
            .filter(|t| !t.is_empty());
        let alt = tree
            .item(at)
            .attr("alt")
            .map(|a| a.trim().to_owned())
            .filter(|a| !a.is_empty());
        if figure.is_none() && alt.is_none() {
            continue;
        }
        if out
            .iter()
            .any(|f| f.image.url.is_some() && f.image.url == image.url)
        {
            continue;
        }
        let carrier = if caption.is_some() {
            Carrier::Figcaption
        } else {
            Carrier::Alt
        };
        out.push(Found {
            image,
            caption,
            credit: None,
            carrier: alt.is_some().then_some(carrier),
            alt,
        });
    }
    out
}

fn in_furniture(tree: &Tree, at: usize) -> bool {
    tree.ancestors(at).any(|a| {
        matches!(
            tree.item(a).tag,
            Tag::Nav | Tag::Aside | Tag::Footer | Tag::Noscript
        )
    })
}

fn reference(tree: &Tree, at: usize, base: Option<&str>) -> Option<ImageRef> {
    let item = tree.item(at);
    let mut image = ImageRef::default();
    for name in ["src", "data-src", "data-original", "data-lazy-src"] {
        let Some(reference) = item.attr(name).map(str::trim) else {
            continue;
        };
        if reference.is_empty() || reference.starts_with("data:") {
            continue;
        }
        image.local.push(reference.to_owned());
        if let Some(absolute) = url::absolute(reference, base) {
            match &image.url {
                None => image.url = Some(absolute),
                Some(_) => image.variants.push(absolute),
            }
        }
    }
    (!image.local.is_empty()).then_some(image)
}
