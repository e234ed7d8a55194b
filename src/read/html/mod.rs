//! A saved web page -> its article's facts and the pictures it uses, for any outlet.
//!
//! In: bytes as a server sent them or a browser saved them. Out: a [`Document`].
//! No rule here names an outlet: what class names and keys mean is a list (`schema/words/page-*.csv`).

mod facts;
mod guard;
mod images;
mod tag;
mod tree;
mod url;

use super::{Content, DocumentContext, Reader, charset};
use crate::credit::Hints;
use crate::model::{Appearance, Carrier, Document, InputKind, Problem, Reason};

/// Reads saved web pages.
pub struct HtmlReader;

impl Reader for HtmlReader {
    fn name(&self) -> &'static str {
        "html"
    }

    fn accepts(&self, kind: InputKind) -> bool {
        kind == InputKind::Html
    }

    fn read(&self, bytes: &[u8], _: InputKind, context: &DocumentContext<'_>) -> Content {
        Content::Document(Box::new(read(bytes, context)))
    }
}

/// Reads a page.
pub fn read(bytes: &[u8], context: &DocumentContext<'_>) -> Document {
    let mut problems = Vec::new();
    let limit = usize::try_from(context.limits.document_bytes).unwrap_or(usize::MAX);
    if bytes.len() > limit {
        problems.push(Problem::new(
            Reason::MaxBytes,
            format!("The page is longer than {limit} bytes; the rest was not read."),
        ));
    }
    let page = charset::decode(bytes.get(..limit).unwrap_or(bytes), context.charset, true);
    let mut tree = tree::parse(&page, context.limits);
    problems.append(&mut tree.problems);
    let facts = facts::read(&tree, context);
    let hints = Hints {
        lang: facts.lang.as_deref(),
        date: facts.published.as_deref(),
    };
    let mut appearances = Vec::new();
    for found in images::find(&tree, facts.base.as_deref()) {
        let caption = found.caption.as_deref().unwrap_or_default();
        let credit = context
            .credits
            .parts(caption, found.credit.as_deref(), &hints);
        appearances.push(Appearance {
            position: appearances.len() as u32 + 1,
            image: found.image,
            alt: found.alt,
            text: caption.to_owned(),
            credit_text: found.credit,
            carrier: found.carrier.or(Some(Carrier::Page)),
            offset: None,
            lead: false,
            credit,
        });
    }
    Document {
        url: facts.url,
        title: facts.title,
        outlet: facts.outlet,
        published: facts.published,
        modified: facts.modified,
        lang: facts.lang,
        section: facts.section,
        appearances,
        problems,
        ..Document::default()
    }
}
