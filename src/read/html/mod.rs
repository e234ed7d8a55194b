//! A saved web page -> its article's facts and the pictures it uses, for any outlet.
//!
//! In: bytes as a server sent them or a browser saved them. Out: a [`Document`].
//! No rule here names an outlet: what class names and keys mean is a list (`schema/pages/terms.csv`).

mod behind;
mod block;
mod dateline;
mod embedded;
mod facts;
mod guard;
mod images;
mod jsonld;
mod key;
mod loose;
mod parts;
mod region;
mod source;
mod state;
mod stated;
mod tag;
mod terms;
mod token;
mod tree;
pub(super) mod url;
mod whole;

use super::{Content, DocumentContext, Reader, charset};
use crate::credit::Hints;
use crate::model::{Appearance, Carrier, Document, InputKind, Problem, Reason};
use block::Look;
use images::{Claims, Found};
use loose::Budget;
use region::Region;
use source::Addresses;
use stated::Statements;

/// Values of all structured data and state of a page that are read.
const MAX_VALUES: usize = 1_500_000;

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
        let mut document = unread(bytes, context);
        document.kind = super::wall::kind(&document, context.url);
        Content::Document(Box::new(document))
    }
}

/// Keys by which two addresses are known to show one picture in other sizes: they share one.
pub(super) fn same_picture_keys(url: &str) -> Vec<String> {
    key::keys(url)
}

/// A text with markup and entities of HTML in it, without them.
pub(super) fn plain_text(text: &str) -> String {
    stated::without_markup(text)
}

/// Reads a page, and the credits of its pictures.
pub fn read(bytes: &[u8], context: &DocumentContext<'_>) -> Document {
    let mut document = unread(bytes, context);
    let hints = Hints {
        lang: document.lang.as_deref(),
        date: document.published.as_deref(),
    };
    for a in &mut document.appearances {
        a.credit = (context.credits).parts(&a.text, a.credit_text.as_deref(), &hints);
    }
    document
}

/// Reads a page. What its pictures' captions and credits say is left for who stores it.
pub(super) fn unread(bytes: &[u8], context: &DocumentContext<'_>) -> Document {
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
    let mut budget = Budget(MAX_VALUES);
    let mut statements = Statements::default();
    let mut facts = facts::read(&tree, context, &mut budget, &mut statements);
    let place = (facts.url.clone(), facts.base.clone());
    let elsewhere =
        |href: &str| images::leads_elsewhere(href, place.0.as_deref(), place.1.as_deref());
    let region = Region::new(&tree, facts.title.as_deref(), &elsewhere);
    dateline::complete(&tree, &region, &mut facts, context.credits);
    let hints = Hints {
        lang: facts.lang.as_deref(),
        date: facts.published.as_deref(),
    };
    let addresses = Addresses {
        base: facts.base.as_deref(),
        file: context.url.is_none().then_some(context.name),
        saved: tree.saved_from.is_some(),
    };
    let mut units = source::units(&tree, addresses);
    let embedded = embedded::take(&mut units, context.name);
    let claims = Claims {
        images: &facts.images,
        page: facts.url.as_deref(),
        base: facts.base.as_deref(),
    };
    let look = Look::new(&tree, &region, &units, context.credits, hints);
    let mut found = images::find(
        &look,
        &units,
        &claims,
        facts.title.as_deref(),
        context.limits.appearances,
    );
    let has_credit = |caption: &str| {
        context
            .credits
            .caption(caption, &hints)
            .credit_line
            .is_some()
    };
    let title = facts.title.as_deref();
    images::complete(&mut found, &statements, title, &has_credit);
    let lacking = |f: &Found| {
        f.credit.is_none() && !f.caption.as_deref().is_some_and(has_credit) || f.caption.is_none()
    };
    let most = context.limits.appearances;
    images::add_galleries(&mut found, &claims, &statements, most);
    if found.is_empty() || found.iter().any(lacking) || state::has_galleries(&tree) {
        let mut state = Statements::default();
        state::values(&tree, &mut budget, |value| state.read(value, Carrier::Page));
        images::complete(&mut found, &state, title, &has_credit);
        images::add_galleries(&mut found, &claims, &state, most);
        if found.is_empty() {
            found.extend(images::claimed_only(&claims, &statements));
            images::complete(&mut found, &state, title, &has_credit);
        }
    }
    for one in found.iter_mut().filter(|f| lacking(f)) {
        let unit = one.unit.and_then(|at| units.get(at));
        if one.credit.is_none() && !one.caption.as_deref().is_some_and(has_credit) {
            one.credit = unit.and_then(|u| look.credit_of_alt(u));
        }
    }
    let used: Vec<&str> = found
        .iter()
        .flat_map(|f| [f.caption.as_deref(), f.credit.as_deref()])
        .flatten()
        .collect();
    let document_credits = whole::credits(&look, &used, context.credits, &hints);
    let appearances = appearances(found);
    Document {
        url: facts.url,
        title: facts.title,
        outlet: facts.outlet,
        published: facts.published,
        modified: facts.modified,
        lang: facts.lang,
        section: facts.section,
        appearances,
        document_credits,
        embedded,
        problems,
        ..Document::default()
    }
}

fn appearances(found: Vec<Found>) -> Vec<Appearance> {
    (1..)
        .zip(found)
        .map(|(position, found)| Appearance {
            position,
            image: found.image,
            alt: found.alt,
            text: found.caption.unwrap_or_default(),
            credit_text: found.credit,
            carrier: found.carrier.or(Some(Carrier::Alt)),
            lead: found.lead,
            ..Appearance::default()
        })
        .collect()
}
