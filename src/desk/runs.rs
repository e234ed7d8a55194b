//! Ingests: what the archive holds, runs with what each did, problems by kind, and how far a run under way has come.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use maud::{Markup, html};

use super::layout::{instant, page as whole, respond};
use super::state::Desk;
use super::words::own;
use crate::archive::{Archive, Counts, Pending, ProblemKind, RunRow};
use crate::report::audit::page::number;

/// Runs that are listed.
const RUNS: usize = 50;

/// Inputs with problems that are named.
const NAMED: usize = 200;

pub(super) async fn page(State(desk): State<Arc<Desk>>, uri: Uri, headers: HeaderMap) -> Response {
    respond(desk, uri, headers, |visit| {
        let (counts, runs, kinds, pending, named) = visit.desk.ask(|archive| {
            Ok((
                archive.counts()?,
                archive.runs(RUNS)?,
                archive.problem_kinds()?,
                archive.pending_counts()?,
                archive.problem_inputs(NAMED)?,
            ))
        })?;
        let under_way = runs.first().is_some_and(|run| run.finished.is_none());
        // A run may begin while the page is open.
        let again = if under_way { "2" } else { "15" };
        let body = html! {
            section #ingest data-refresh=(again) {
                h1 { "Ingest" }
                @if under_way { (progress(runs.first(), &pending)) }
                (holds(&counts))
                h2 { "Problems by kind" }
                (problems(&kinds))
                @if !named.is_empty() {
                    details {
                        summary { "Inputs that were not read in full" @if named.len() == NAMED { " (the first " (NAMED) ")" } }
                        ul.plainlist {
                            @for input in &named {
                                li { (own(&input.path, None)) " " span.quiet { (own(input.problem.as_deref().unwrap_or(&input.status), None)) } }
                            }
                        }
                    }
                }
                h2 { "Runs" }
                (table(&runs))
            }
        };
        Ok(whole(visit, "Ingest", "/ingest", &body))
    })
    .await
}

/// Whether an ingest is under way, or was killed and waits to be finished.
pub(super) fn under_way(archive: &Archive) -> crate::error::Result<bool> {
    let runs = archive.runs(1)?;
    Ok(runs.first().is_some_and(|run| run.finished.is_none()))
}

/// Said where numbers change under the reader's eyes.
pub(super) fn notice() -> Markup {
    html! { p.note role="status" { b { "An ingest is under way: " } "findings and numbers change until " a href="/ingest" { "it has ended" } "." } }
}

fn holds(counts: &Counts) -> Markup {
    html! {
        dl.figures {
            @for (n, what) in [
                (counts.pictures, "pictures"), (counts.photos, "photos"), (counts.files, "files of photos"), (counts.documents, "documents"),
                (counts.appearances, "uses"), (counts.matched, "uses tied to a photo"), (counts.flags, "findings"),
                (counts.problems, "inputs with problems"), (counts.skipped, "inputs skipped"),
            ] { div { dt { (what) } dd { (number(n)) } } }
        }
    }
}

fn progress(run: Option<&RunRow>, pending: &[Pending]) -> Markup {
    let waiting: u64 = pending.iter().map(|p| p.count).sum();
    html! {
        div.underway role="status" {
            @if let Some(run) = run {
                p { b { "A run is under way" } ", begun " (instant(&run.started)) ", or it was killed: the next run finishes it." }
                @if let Some((step, done)) = &run.progress { p { (step) ": " (number(*done)) " inputs read" } }
            }
            @if waiting > 0 {
                p { (number(waiting)) " waiting to be derived: "
                    @for (at, one) in pending.iter().enumerate() { @if at > 0 { ", " } (number(one.count)) " of stage " (one.stage) }
                }
            }
        }
    }
}

fn problems(kinds: &[ProblemKind]) -> Markup {
    html! {
        @if kinds.is_empty() { p.nothing { "Every input was read in full." } }
        @else {
            div.scroll tabindex="0" role="region" aria-label="Problems by kind" {
                table {
                    thead { tr { th scope="col" { "Reason" } th scope="col" { "Kind of input" } th.n scope="col" { "Inputs" } th scope="col" { "For example" } } }
                    tbody {
                        @for kind in kinds {
                            tr {
                                th scope="row" { (kind.reason) } td { (kind.kind) } td.n { (number(kind.count)) }
                                td { (own(&kind.example, None)) br; span.quiet { (own(&kind.problem, None)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn table(runs: &[RunRow]) -> Markup {
    let count = |run: &RunRow, name: &str| {
        run.counts
            .get(name)
            .and_then(serde_json::Value::as_u64)
            .map(number)
    };
    html! {
        div.scroll tabindex="0" role="region" aria-label="Runs" {
            table {
                thead { tr {
                    th scope="col" { "Begun (UTC)" } th scope="col" { "Ended" } th scope="col" { "Paths" }
                    th.n scope="col" { "Inputs" } th.n scope="col" { "New" } th.n scope="col" { "Changed" } th.n scope="col" { "Problems" } th scope="col" { "cutline" }
                } }
                tbody {
                    @for run in runs {
                        tr {
                            th scope="row" { (instant(&run.started)) }
                            td { @match &run.finished { Some(at) => (instant(at)), None => span.quiet { "not ended" } } }
                            td { @for root in &run.roots { (own(root, None)) " " } }
                            @for name in ["found", "new", "changed", "problems"] { td.n { (count(run, name).unwrap_or_default()) } }
                            td { (run.version) }
                        }
                    }
                }
            }
        }
    }
}
