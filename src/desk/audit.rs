//! State-sourced use as charts and tables: the numbers of `cutline audit`, each with a way to what stands behind it.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use maud::{Markup, PreEscaped, html};
use serde::Serialize;

use super::findings::{day, left_out};
use super::layout::{Trouble, Visit, page as whole, respond};
use super::request::address;
use super::runs;
use super::search::items_list;
use super::state::{Answer, Desk};
use super::words::{beginning, own};
use crate::archive::Archive;
use crate::audits::{self, Audit};
use crate::report::audit::page::{self as report_page, bar_chart, number, percent, trend_chart};
use crate::report::audit::{About, Cell, Column, Dimension, NONE, Request, Row};
use crate::report::escape::json;
use crate::report::{self, Options};

/// Bars that the chart shows; the table has them all.
const BARS: usize = 25;

/// Rows of the table on the page; the downloads have them all.
const ROWS: usize = 1_000;

/// Uses that a list shows.
const LISTED: usize = 200;

/// Columns of the table on the page.
const SHOWN: [(&str, &str); 12] = [
    ("documents", "docs"),
    ("appearances", "uses"),
    ("pictures", "pictures"),
    ("uncredited", "no credit"),
    ("unknown_party", "unknown party"),
    ("state_media", "state media"),
    ("state_owned", "owned"),
    ("state_media_possible", "possible"),
    ("by_metadata", "held: metadata"),
    ("by_duplicate", "held: copies"),
    ("government", "government"),
    ("reviewed", "reviewed"),
];

/// What an address asks for; what it asks and cannot be is said in `wrong`.
fn request(visit: &Visit, sample: bool, wrong: &mut Vec<String>) -> Request {
    let unknown = |word: &str| {
        let known: Vec<&str> = Dimension::WORDS.iter().map(|(word, _)| *word).collect();
        format!(
            "“{}” is nothing to count by and was left out: there are {}.",
            beginning(word, 40),
            known.join(", ")
        )
    };
    let mut by: Vec<Dimension> = Vec::new();
    for word in visit.all("by").iter().flat_map(|v| v.split(',')) {
        match Dimension::from_word(word) {
            Some(dimension) => by.push(dimension),
            None => wrong.push(unknown(word)),
        }
    }
    by.dedup();
    by.truncate(4);
    if by.is_empty() {
        by.push(Dimension::Outlet);
    }
    let mut month =
        |name: &str| day(visit, name, wrong).map(|d| d.get(..7).map_or(d.clone(), str::to_owned));
    let (from, to) = (month("from"), month("to"));
    let mut only = Vec::new();
    for text in visit.all("only") {
        let (word, value) = text.split_once('=').unwrap_or((&text, ""));
        match Dimension::from_word(word) {
            Some(dimension) => only.push((dimension, value.to_owned())),
            None => wrong.push(unknown(word)),
        }
    }
    let reviewed_only = visit.asked("confirmed").is_some();
    Request {
        by,
        from,
        to,
        only,
        // What was rejected is not confirmed: the command refuses to be asked for both.
        include_rejected: visit.asked("rejected").is_some() && !reviewed_only,
        reviewed_only,
        sample,
    }
}

/// The query of an address that asks the same.
fn query(request: &Request) -> Vec<(&'static str, String)> {
    let mut query: Vec<(&'static str, String)> = request
        .by
        .iter()
        .map(|d| ("by", d.word().to_owned()))
        .collect();
    query.extend(request.from.clone().map(|m| ("from", m)));
    query.extend(request.to.clone().map(|m| ("to", m)));
    query.extend(
        request
            .only
            .iter()
            .map(|(d, v)| ("only", format!("{}={v}", d.word()))),
    );
    query.extend(
        request
            .include_rejected
            .then(|| ("rejected", "1".to_owned())),
    );
    query.extend(request.reviewed_only.then(|| ("confirmed", "1".to_owned())));
    query
}

fn to(path: &str, request: &Request, more: &[(&str, &str)]) -> String {
    let query = query(request);
    let mut all: Vec<(&str, &str)> = query.iter().map(|(n, v)| (*n, v.as_str())).collect();
    all.extend(more);
    address(path, &all)
}

/// The same request for one row alone.
fn of_row(request: &Request, row: &Row) -> Request {
    let mut one = request.clone();
    for (dimension, value) in &row.keys {
        one.only.push((*dimension, value.clone()));
    }
    one.only.dedup();
    one
}

fn counted(visit: &Visit, wrong: &mut Vec<String>) -> Result<(Request, Answer<Audit>), Trouble> {
    let sample = visit
        .desk
        .ask(|archive| Ok(archive.sample_of()?.is_some()))?;
    let request = request(visit, sample, wrong);
    let question = format!("{request:?}");
    let make = |archive: &Archive| audits::audit(archive, &request, true);
    let now = visit.asked("now").is_some();
    let audit = visit.desk.audit(&question, now, make)?;
    Ok((request, audit))
}

pub(super) async fn page(State(desk): State<Arc<Desk>>, uri: Uri, headers: HeaderMap) -> Response {
    respond(desk, uri, headers, |visit| {
        let mut wrong = Vec::new();
        let (request, Answer { answer: audit, old }) = counted(visit, &mut wrong)?;
        let under_way = visit.desk.ask(runs::under_way)?;
        let body = html! {
            section.audit {
                h1 { "Audit: state-sourced pictures in use" }
                (ask(&request))
                (left_out(&wrong))
                @if under_way { (runs::notice()) }
                @if let Some(old) = old {
                    p.note role="status" { "Counted " (old.as_secs()) " seconds ago; the archive was changed since. " a href=(to("/audit", &request, &[("now", "1")])) { "Count again" } }
                }
                (figures(&request, &audit.total))
                (bars(&request, &audit))
                (trend(&audit))
                h2 { "All numbers" }
                (table(&request, &audit))
                p.downloads { "Download: "
                    @for format in ["csv", "json", "html"] { a href=(to(&format!("/audit/download/{format}"), &request, &[])) download={ "audit." (format) } { (format.to_uppercase()) } " " }
                }
                p.note { "The same as " code { (own(&audit.about.query, None)) } " over " (number(audit.about.appearances)) " uses, fingerprint " code { (audit.about.fingerprint) } ". The headline counts what the printed words alone say; what is known only from files held stands apart and grows with what else was ingested." }
            }
        };
        Ok(whole(visit, "Audit", "/audit", &body))
    })
    .await
}

fn ask(request: &Request) -> Markup {
    html! {
        form.ask method="get" action="/audit" {
            @for at in 0..2 {
                label { (if at == 0 { "By" } else { "and by" }) select name="by" {
                    @if at > 0 { option value="" { "–" } }
                    @for (word, dimension) in Dimension::WORDS { option value=(word) selected[request.by.get(at) == Some(dimension)] { (word.replace('-', " ")) } }
                } }
            }
            label { "From" input name="from" value=[request.from.as_deref()] placeholder="2023" pattern="[0-9]{4}(-[0-9]{2})?" title="A month or year: 2023-09 or 2023"; }
            label { "To" input name="to" value=[request.to.as_deref()] placeholder="2024-06" pattern="[0-9]{4}(-[0-9]{2})?" title="A month or year: 2023-09 or 2023"; }
            @for (dimension, value) in &request.only { input type="hidden" name="only" value={ (dimension.word()) "=" (value) }; }
            label.check { input type="checkbox" name="confirmed" value="1" checked[request.reviewed_only]; "confirmed only" }
            button { "Count" }
        }
        @if !request.only.is_empty() {
            ul.chips aria-label="Narrowed by" {
                @for at in 0..request.only.len() {
                    @let rest = { let mut rest = request.clone(); rest.only.remove(at); rest };
                    @if let Some((dimension, value)) = request.only.get(at) {
                        li { a href=(to("/audit", &rest, &[])) title="Take this away" { span.quiet { (dimension.word()) } " " (value_name(*dimension, value)) span.cross aria-hidden="true" { "×" } } }
                    }
                }
            }
        }
    }
}

fn figures(request: &Request, total: &Row) -> Markup {
    let listed = |column: &str, n: u64| html! { @if n > 0 { a href=(to("/audit/list", request, &[("column", column)])) { (number(n)) } } @else { "0" } };
    let of = |column: Column| listed(column.name(), total.count(column));
    html! {
        dl.figures {
            div.headline { dt { "uses whose printed words name a state-controlled outlet" @if let Some(share) = total.share { ", " (percent(share.share)) " of " (number(total.appearances)) @if total.sample { " (95 % interval " (percent(share.low)) " to " (percent(share.high)) ")" } } } dd { (of(Column::StateMedia)) } }
            div { dt { "distinct pictures of these" } dd { (listed("state_media_pictures", total.state_media_pictures)) } }
            div { dt { "of state-owned outlets" } dd { (of(Column::StateOwned)) } }
            div { dt { "possible" } dd { (of(Column::StateMediaPossible)) } }
            div { dt { "known from embedded fields, at least" } dd { (of(Column::ByMetadata)) } }
            div { dt { "known from copies, at least" } dd { (of(Column::ByDuplicate)) } }
            div { dt { "of government bodies" } dd { (of(Column::Government)) } }
            div { dt { "of armed groups" } dd { (of(Column::ArmedGroup)) } }
            div { dt { "without a credit as captured" } dd { (of(Column::Uncredited)) } }
        }
    }
}

fn value_name(dimension: Dimension, value: &str) -> Markup {
    if value != NONE {
        return own(value, None);
    }
    html! { i { (match dimension {
        Dimension::Outlet => "outlet not known",
        Dimension::Month => "no date",
        Dimension::StateSource | Dimension::Level => "no state source",
        Dimension::Distributor => "nobody named",
        Dimension::Disclosure => "does not apply",
        Dimension::Supply | Dimension::Lang => "not known",
        Dimension::Label => "no label",
    }) } }
}

fn row_name(row: &Row) -> Markup {
    html! { @for (at, (dimension, value)) in row.keys.iter().enumerate() { @if at > 0 { " · " } (value_name(*dimension, value)) } }
}

/// A chart that writes itself, as a part of the page.
fn drawn(draw: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> Markup {
    let mut bytes = Vec::new();
    // Writing to memory does not fail.
    let _ = draw(&mut bytes);
    PreEscaped(String::from_utf8(bytes).unwrap_or_default())
}

fn bars(request: &Request, audit: &Audit) -> Markup {
    if request.by == [Dimension::Month] || audit.rows.is_empty() {
        return html! {};
    }
    let by_source = request.by.iter().any(|d| {
        matches!(
            d,
            Dimension::StateSource | Dimension::Level | Dimension::Disclosure | Dimension::Supply
        )
    });
    let named = |r: &&Row| {
        [
            Column::StateMedia,
            Column::StateOwned,
            Column::StateMediaPossible,
        ]
        .iter()
        .any(|c| r.count(*c) > 0)
    };
    let mut rows: Vec<&Row> = audit
        .rows
        .iter()
        .filter(|r| !by_source || named(r))
        .collect();
    rows.sort_by_key(|r| {
        std::cmp::Reverse(if by_source {
            r.count(Column::StateMedia)
        } else {
            r.appearances
        })
    });
    rows.truncate(BARS);
    let of = by_source.then_some(audit.total.appearances);
    let sample = audit.total.sample && !by_source;
    let name = |row: &Row| {
        html! { a href=(to("/audit/list", &of_row(request, row), &[("column", "state_media")])) { (row_name(row)) } }.into_string()
    };
    html! {
        h2 { "Share of uses by " (request.by.iter().map(|d| d.word().replace('-', " ")).collect::<Vec<_>>().join(" and ")) }
        p.legend { span.key.solid {} "state-controlled " span.key.owned {} "state-owned " span.key.possible {} "possible" }
        (drawn(|out| bar_chart(out, &rows, of, sample, &name)))
        @if rows.len() == BARS { p.note { "The " (BARS) " rows with most; all stand in the table." } }
    }
}

fn trend(audit: &Audit) -> Markup {
    let dated: Vec<&Row> = audit
        .months
        .iter()
        .filter(|r| {
            r.keys
                .first()
                .is_some_and(|k| k.1 != NONE && k.1.len() >= 7)
        })
        .collect();
    html! {
        @if dated.len() > 1 {
            h2 { "By month" }
            p.note { "A flat grey mark: pictures ran, none known to be from a state. Nothing: no picture of that month is held." }
            (drawn(|out| trend_chart(out, &dated, audit.total.sample)))
        }
    }
}

fn table(request: &Request, audit: &Audit) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="All numbers" {
            table.numbers {
                thead { tr {
                    @for dimension in &request.by { th scope="col" { (dimension.word().replace('-', " ")) } }
                    @for (name, says) in SHOWN { th.n scope="col" title=(name) { (says) } }
                    th.n scope="col" { "share" }
                } }
                tbody { @for row in audit.rows.iter().take(ROWS) { (numbers(request, row, false)) } }
                tfoot { (numbers(request, &audit.total, true)) }
            }
        }
        @if audit.rows.len() > ROWS { p.note { "The first " (ROWS) " of " (number(audit.rows.len() as u64)) " rows; the downloads have them all." } }
    }
}

fn numbers(request: &Request, row: &Row, total: bool) -> Markup {
    let one = of_row(request, row);
    let cells = row.cells();
    let count = |name: &str| {
        cells
            .iter()
            .find(|(n, _)| *n == name)
            .and_then(|(_, c)| match c {
                Cell::Count(n) => Some(*n),
                _ => None,
            })
            .unwrap_or_default()
    };
    html! {
        tr {
            @if total { th scope="row" colspan=(request.by.len()) { "all, each use once" } }
            @else { @for (at, (dimension, value)) in row.keys.iter().enumerate() { @if at == 0 { th scope="row" { (value_name(*dimension, value)) } } @else { td { (value_name(*dimension, value)) } } } }
            @for (name, _) in SHOWN {
                @let n = count(name);
                td.n { @if n == 0 { span.zero { "0" } } @else if name == "documents" { (number(n)) } @else { a href=(to("/audit/list", &one, &[("column", name)])) { (number(n)) } } }
            }
            td.n { @if let Some(share) = row.share { (percent(share.share)) } }
        }
    }
}

/// What stands behind a number.
pub(super) async fn list(State(desk): State<Arc<Desk>>, uri: Uri, headers: HeaderMap) -> Response {
    respond(desk, uri, headers, |visit| {
        let column = visit.asked("column").unwrap_or("appearances");
        let known = Column::ALL.iter().any(|c| c.name() == column) || ["appearances", "pictures", "state_media_pictures"].contains(&column);
        if !known {
            return Err(Trouble::Nothing("There is no such column of numbers.".into()));
        }
        let mut wrong = Vec::new();
        let (asked, total, items) = visit.desk.ask(|archive| {
            let mut request = request(visit, false, &mut wrong);
            let asked = request.clone();
            // Each use once, whatever the rows are.
            request.by.clear();
            let behind = audits::behind(archive, &request, column)?;
            let total = behind.len();
            let items = behind.iter().take(LISTED).map(|b| archive.audit_item(b.appearance)).collect::<crate::error::Result<Vec<_>>>()?;
            Ok((asked, total, items))
        })?;
        let says = Column::ALL.iter().find(|c| c.name() == column).map(|c| c.says());
        let body = html! {
            section {
                h1 { (number(total as u64)) " behind “" (column.replace('_', " ")) "”" }
                @if let Some(says) = says { p.note { (says) } }
                (left_out(&wrong))
                ul.chips aria-label="Narrowed by" { @for (dimension, value) in &asked.only { li { span { span.quiet { (dimension.word()) } " " (value_name(*dimension, value)) } } } }
                p { a href=(to("/audit", &asked, &[])) { "To the numbers" } }
                (items_list(&items))
                @if total > items.len() { p.note { "The first " (items.len()) ". " code { "cutline audit --list" } " prints them all." } }
            }
        };
        Ok(whole(visit, "Behind a number", "/audit", &body))
    })
    .await
}

/// A row with where it comes from.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    row: &'a Row,
    about: &'a About,
}

/// The rows as the command line prints them, or the page that needs no other file.
pub(super) async fn download(
    State(desk): State<Arc<Desk>>,
    Path(format): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    respond(desk, uri, headers, move |visit| {
        let mut wrong = Vec::new();
        let (request, Answer { answer: audit, .. }) = counted(visit, &mut wrong)?;
        // A file cannot say that something was left out.
        if let Some(says) = wrong.into_iter().next() {
            return Err(Trouble::Refused(StatusCode::BAD_REQUEST, says));
        }
        let mut bytes = Vec::new();
        let kind = match format.as_str() {
            "html" => "text/html; charset=utf-8",
            "csv" => "text/csv; charset=utf-8",
            "json" => "application/json",
            _ => {
                return Err(Trouble::Nothing(
                    "An audit is downloaded as csv, json or html.".into(),
                ));
            }
        };
        let written = match report::format(&format) {
            Some(format) => rows(&mut bytes, format, &audit),
            None => report_page::write(
                &mut bytes,
                &report_page::Page {
                    about: audit.about.clone(),
                    rows: &audit.rows,
                    total: audit.total.clone(),
                    months: &audit.months,
                    request,
                    thumbnails: Vec::new(),
                },
            ),
        };
        // Writing to memory does not fail.
        let _ = written;
        let name = format!("attachment; filename=\"audit.{format}\"");
        Ok((
            [
                (header::CONTENT_TYPE, kind),
                (header::CONTENT_DISPOSITION, name.as_str()),
            ],
            bytes,
        )
            .into_response())
    })
    .await
}

fn rows(out: &mut Vec<u8>, format: &dyn report::Format, audit: &Audit) -> std::io::Result<()> {
    let mut rows = format.rows(Options::default());
    for row in &audit.rows {
        let line = Line {
            row,
            about: &audit.about,
        };
        let mut row = report::Row {
            json: &mut |out| json(out, &line).map_err(std::io::Error::from),
            columns: &mut || {
                let mut columns: Vec<_> = row
                    .cells()
                    .into_iter()
                    .map(|(name, cell)| (name, cell.text()))
                    .collect();
                columns.extend(audit.about.columns());
                columns
            },
        };
        rows.row(out, &mut row)?;
    }
    rows.finish(out)
}
