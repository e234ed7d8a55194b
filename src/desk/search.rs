//! Search as on the command line, and one document with its pictures.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use maud::{Markup, html};

use super::layout::{Trouble, page as whole, respond};
use super::state::Desk;
use super::words::{beginning, own};
use crate::archive::{AuditItem, Hit, PublicId, parse_public};
use crate::query::{FilterField, Query};
use crate::report::audit::page::number;

/// Hits on a page.
const HITS: usize = 100;

/// Uses of one document that are shown.
const USES: usize = 500;

pub(super) async fn page(State(desk): State<Arc<Desk>>, uri: Uri, headers: HeaderMap) -> Response {
    respond(desk, uri, headers, |visit| {
        let typed = visit.asked("q");
        let query = typed.map(Query::parse);
        let found = match &query {
            Some(query) => Some(visit.desk.ask(|archive| archive.search(query, HITS))?),
            None => None,
        };
        let fields: Vec<&str> = FilterField::WORDS.iter().map(|(word, _)| *word).collect();
        let body = html! {
            section {
                h1 { "Search" }
                form.wide method="get" action="/search" role="search" {
                    label { "Words and fields" input type="search" name="q" value=[typed] data-search="" placeholder="kim putin originator:kcna via:reuters label:file date:2023-09..2024-06"; }
                    button { "Search" }
                }
                p.note { "Words stand in captions, credits, headlines and embedded text; “a phrase” in quotation marks; -word leaves out. Fields: "
                    @for (at, field) in fields.iter().enumerate() { @if at > 0 { " " } code { (field) ":" } } }
                @for note in query.iter().flat_map(|q| &q.notes) { p.note { (own(note, None)) } }
                @if let Some(found) = &found {
                    p role="status" { @if found.total == 0 { "Nothing found" } @else if found.total > found.hits.len() as u64 { (found.hits.len()) " of " (number(found.total)) " hits" } @else { (number(found.total)) " found" }
                        " among " (number(found.files)) " files" @if let Some(at) = &found.last_ingest { ", last ingest " (at.get(..10).unwrap_or(at)) } "." }
                    ol.hits { @for hit in &found.hits { (one(hit)) } }
                }
            }
        };
        Ok(whole(visit, "Search", "/search", &body))
    })
    .await
}

fn one(hit: &Hit) -> Markup {
    let to = format!(
        "/{}/{}",
        if hit.kind == "photo" { "photo" } else { "use" },
        hit.id
    );
    html! {
        li {
            a href=(to) { (own(&hit.name, None)) }
            @if let Some(level) = &hit.level { " " span.maybe { "state-sourced: " (level) } }
            p.caption dir="auto" { (crate::report::escape::escaped(&beginning(&hit.caption, 240))) @if let Some(credit) = &hit.credit_line { " " mark.m-credit { (crate::report::escape::escaped(&beginning(credit, 120))) } } }
            p.where {
                @if let Some(outlet) = &hit.outlet { (own(outlet, None)) }
                @if let Some(at) = &hit.published { " · " time { (at.get(..10).unwrap_or(at)) } }
                @if let Some(chain) = &hit.chain { " · " (own(chain, None)) }
                @if !hit.dates.is_empty() { " · " (hit.dates.join(", ")) }
            }
        }
    }
}

pub(super) async fn document(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    respond(desk, uri, headers, move |visit| {
        let nothing = || Trouble::Nothing("The archive holds no such document.".into());
        let Some(PublicId::Document(key)) = parse_public(&id) else {
            return Err(nothing());
        };
        let (name, items) = visit.desk.ask(|archive| {
            let uses = archive.appearances_of(key)?;
            if uses.is_empty() {
                return Ok((None, Vec::new()));
            }
            let items = uses
                .into_iter()
                .take(USES)
                .map(|id| archive.audit_item(id))
                .collect::<crate::error::Result<Vec<_>>>()?;
            Ok((Some(archive.document_name(key)?), items))
        })?;
        let (name, url) = name.ok_or_else(nothing)?;
        let body = html! {
            section {
                h1 { (own(&name, None)) }
                @if let Some(url) = &url { p.where { (own(url, None)) } }
                (items_list(&items))
            }
        };
        Ok(whole(visit, &name, "/search", &body))
    })
    .await
}

/// Uses with their words, each with a way to its picture.
pub(super) fn items_list(items: &[AuditItem]) -> Markup {
    html! {
        ol.hits {
            @for item in items {
                li.pictured {
                    @let to = format!("/use/{}", item.appearance);
                    a.thumb href=(to) tabindex="-1" aria-hidden="true" {
                        @match &item.photo {
                            Some(sha) => img src={ "/photo/" (sha) "/small.jpg" } alt="" width="132" height="88" loading="lazy" decoding="async";,
                            None => span.nophoto { "no photo held" },
                        }
                    }
                    div {
                    a href=(to) { (own(&item.name, None)) }
                    p.caption dir="auto" { (crate::report::escape::escaped(&beginning(&item.caption, 240))) @if let Some(credit) = &item.credit_line { " " mark.m-credit { (crate::report::escape::escaped(&beginning(credit, 120))) } } }
                    p.where {
                        @match &item.outlet { Some(outlet) => (own(outlet, None)), None => span.quiet { "outlet not known" } }
                        @if let Some(at) = &item.published { " · " time { (at.get(..10).unwrap_or(at)) } }
                        @if let Some(chain) = &item.chain { " · " (own(chain, None)) }
                        @for evidence in item.evidence.iter().filter_map(|e| e.text.as_deref()).take(3) { " · rests on " q { (own(&beginning(evidence, 80), None)) } }
                    }
                    }
                }
            }
        }
    }
}
