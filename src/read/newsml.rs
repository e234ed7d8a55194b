//! News items in IPTC NewsML-G2 -> documents with their pictures.
//!
//! In: a `newsMessage` with its items, or one `newsItem`. Out: a member for each item. A picture is a document with one
//! use: its renditions, its caption, its credit line with its creators. Text with NITF inside has the pictures of that.

use super::feed::{item_of, tree};
use super::html::url::{absolute, domain};
use super::ninjs::together;
use super::xml_tree::Element;
use super::{Member, Reader, Source, Unpack, UnpackContext, Whole, calendar};
use crate::model::{Appearance, Carrier, Document, ImageRef, InputKind, Outlet};

/// Reads news items in XML.
pub struct NewsmlReader;

impl Reader for NewsmlReader {
    fn name(&self) -> &'static str {
        "newsml"
    }

    fn accepts(&self, kind: InputKind) -> bool {
        kind == InputKind::Newsml
    }

    fn unpack(&self) -> Option<&dyn Unpack> {
        Some(self)
    }
}

impl Unpack for NewsmlReader {
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
        let mut items = Vec::new();
        if root.name == "newsItem" {
            items.push(&root);
        }
        root.within(&|e| e.name == "newsItem", &mut items);
        for item in items.into_iter().take(context.limits.records) {
            let name = item.attribute("guid").unwrap_or("item").to_owned();
            give(item_of(name, document(item)));
        }
        Whole {
            problems,
            ..Whole::default()
        }
    }
}

fn document(item: &Element) -> Document {
    let none = Element::default();
    let meta = item.child("itemMeta").unwrap_or(&none);
    let content = item.child("contentMeta").unwrap_or(&none);
    let set = item.child("contentSet").unwrap_or(&none);
    let class = meta
        .child("itemClass")
        .and_then(|c| c.attribute("qcode").or(c.attribute("uri")))
        .unwrap_or_default();
    let is_picture = ["picture", "graphic"]
        .iter()
        .any(|kind| class.ends_with(kind))
        || class.is_empty() && set.all("remoteContent").any(is_image);
    let mut appearances = Vec::new();
    if is_picture {
        appearances.push(appearance(item, content, set));
    }
    let mut inline = Vec::new();
    set.within(
        &|e| e.name == "media" && e.attribute("media-type") == Some("image"),
        &mut inline,
    );
    appearances.extend(inline.into_iter().map(nitf));
    for (position, appearance) in (1..).zip(&mut appearances) {
        appearance.position = position;
    }
    let mut addresses = meta
        .all("link")
        .chain(content.all("link"))
        .filter_map(|l| l.attribute("href"));
    let url = addresses
        .find(|href| href.starts_with("http"))
        .or(item
            .attribute("guid")
            .filter(|guid| guid.starts_with("http")))
        .map(str::to_owned);
    let date = |place: &Element, name: &str| {
        let stated = place.said(name)?;
        calendar::date(&stated)
    };
    Document {
        title: content.said("headline").or_else(|| meta.said("title")),
        outlet: Outlet {
            name: meta.child("provider").and_then(named),
            domain: url.as_deref().and_then(domain),
        },
        published: date(meta, "firstCreated").or_else(|| date(meta, "versionCreated")),
        modified: date(meta, "versionCreated"),
        lang: content
            .child("language")
            .and_then(|l| l.attribute("tag"))
            .or(item.attribute("lang"))
            .map(str::to_owned),
        section: content.child("subject").and_then(|s| s.said("name")),
        url,
        appearances,
        ..Document::default()
    }
}

fn is_image(content: &Element) -> bool {
    content
        .attribute("contenttype")
        .or(content.attribute("type"))
        .is_none_or(|kind| kind.starts_with("image/"))
}

/// The name of a party: its `name`, its `literal`, or the code behind the colon.
fn named(party: &Element) -> Option<String> {
    party
        .said("name")
        .or_else(|| party.attribute("literal").map(str::to_owned))
        .or_else(|| {
            let code = party.attribute("qcode")?;
            Some(code.rsplit(':').next().unwrap_or(code).to_owned())
        })
}

fn appearance(item: &Element, content: &Element, set: &Element) -> Appearance {
    let mut renditions: Vec<(u64, &str)> = set
        .all("remoteContent")
        .filter(|c| is_image(c))
        .filter_map(|c| {
            let width = c
                .attribute("width")
                .and_then(|w| w.parse().ok())
                .unwrap_or(0);
            Some((width, c.attribute("href")?))
        })
        .collect();
    renditions.sort_by_key(|(width, _)| std::cmp::Reverse(*width));
    let mut image = ImageRef::default();
    for (_, href) in renditions {
        image.local.push(href.to_owned());
        if let Some(url) = absolute(href, None) {
            match &image.url {
                None => image.url = Some(url),
                Some(_) => image.variants.push(url),
            }
        }
    }
    let role = |e: &&Element| e.attribute("role").is_some_and(|r| r.ends_with("caption"));
    let caption = content
        .all("description")
        .find(role)
        .or_else(|| content.child("description"))
        .and_then(Element::words);
    let creators: Vec<String> = content.all("creator").filter_map(named).collect();
    let by = (!creators.is_empty())
        .then(|| creators.join(", "))
        .or_else(|| content.said("by"));
    let holder = item.child("rightsInfo").and_then(|r| {
        r.child("copyrightHolder")
            .and_then(named)
            .or_else(|| r.said("copyrightNotice"))
    });
    Appearance {
        image,
        alt: content.said("altText"),
        text: caption.unwrap_or_default(),
        credit_text: together(by, content.said("creditline")).or(holder),
        carrier: Some(Carrier::Wire),
        ..Appearance::default()
    }
}

/// A picture in the text of an item, as NITF has it.
fn nitf(media: &Element) -> Appearance {
    let reference = media.child("media-reference");
    let source = reference.and_then(|r| r.attribute("source"));
    let mut image = ImageRef::default();
    if let Some(source) = source {
        image.url = absolute(source, None);
        image.local.push(source.to_owned());
    }
    Appearance {
        image,
        alt: reference
            .and_then(|r| r.attribute("alternate-text"))
            .map(str::to_owned),
        text: media.said("media-caption").unwrap_or_default(),
        credit_text: media.said("media-producer"),
        carrier: Some(Carrier::Wire),
        ..Appearance::default()
    }
}
