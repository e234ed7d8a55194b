//! Every decision, the latest first: who decided what, when and why, and what was undone.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use maud::{Markup, html};

use super::layout::{Visit, instant, page as whole, respond};
use super::request::address;
use super::state::Desk;
use super::words::{beginning, own};
use crate::model::{Review, ReviewDecision, ReviewSubject};

/// Decisions on a page.
const SIZE: usize = 100;

pub(super) async fn page(State(desk): State<Arc<Desk>>, uri: Uri, headers: HeaderMap) -> Response {
    respond(desk, uri, headers, |visit| {
        let before = visit.asked("before");
        let mut reviews = visit.desk.ask(|archive| archive.latest_reviews(before, SIZE + 1))?;
        let more = reviews.len() > SIZE;
        reviews.truncate(SIZE);
        let body = html! {
            section {
                h1 { "Decisions" }
                p.note { "Nothing is ever changed or taken away here: a decision is followed by a later one, or undone by a further row." }
                @if reviews.is_empty() { p.nothing { "Nobody decided anything yet." } }
                @else { (table(visit, &reviews)) }
                @if more { @if let Some(last) = reviews.last() {
                    nav.pages aria-label="Pages" { a.next href=(address("/decisions", &[("before", &last.at)])) { "Earlier" } }
                } }
            }
        };
        Ok(whole(visit, "Decisions", "/decisions", &body))
    })
    .await
}

/// Decisions as a table.
pub(super) fn table(visit: &Visit, reviews: &[Review]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Decisions" {
            table.decisions {
                thead { tr { th scope="col" { "When (UTC)" } th scope="col" { "Who" } th scope="col" { "Decided" } th scope="col" { "About" } th scope="col" { "Why" } th scope="col" { "Counts" } } }
                tbody { @for review in reviews { (row(visit, review)) } }
            }
        }
    }
}

fn row(visit: &Visit, review: &Review) -> Markup {
    let decides = !matches!(review.decision, ReviewDecision::Note | ReviewDecision::Undo);
    html! {
        tr.gone[decides && !review.in_effect] {
            td { (instant(&review.at)) }
            td { (own(&review.reviewer, None)) }
            td {
                @match review.undid { Some(undid) => { "undone: " (past(undid)) }, None => (past(review.decision)) }
                @if let (ReviewDecision::Correct, Some(value)) = (review.decision, &review.value) {
                    " to " @if value.is_empty() { i { "no credit" } } @else { q { (own(value, None)) } }
                }
            }
            td {
                a href=(leads(&review.subject)) { (own(&beginning(&review.name, 160), None)) }
                @if let Some(about) = &review.about { br; span.quiet { (own(&beginning(about, 200), None)) } }
            }
            td { @if let Some(why) = &review.why { (own(why, None)) } }
            td {
                @if decides && review.in_effect {
                    @if review.stale { "yes, on other evidence " } @else { "yes " }
                    @if visit.decides() {
                        form method="post" action="/undo" {
                            (visit.form_fields())
                            button.plain name="review" value=(review.review) aria-label={ "Undo: " (past(review.decision)) " " (review.name) } { "Undo" }
                        }
                    }
                } @else if decides { span.quiet { "no" } }
            }
        }
    }
}

fn leads(subject: &ReviewSubject) -> String {
    match subject {
        ReviewSubject::Flag { flag } => format!("/flag/{flag}"),
        ReviewSubject::Credit { appearance } | ReviewSubject::Match { appearance, .. } => {
            format!("/use/{appearance}")
        }
        ReviewSubject::Pair { a, .. } => format!("/photo/{a}"),
    }
}

/// A decision, as one says it afterwards.
pub(super) fn past(decision: ReviewDecision) -> &'static str {
    match decision {
        ReviewDecision::Confirm => "confirmed",
        ReviewDecision::Reject => "rejected",
        ReviewDecision::Correct => "corrected",
        ReviewDecision::Tie => "tied to a photo",
        ReviewDecision::Untie => "untied from a photo",
        ReviewDecision::Same => "called the same picture",
        ReviewDecision::NotSame => "called not the same picture",
        ReviewDecision::Note => "noted",
        ReviewDecision::Undo => "undone",
    }
}
