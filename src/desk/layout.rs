//! The frame of every page, small parts that many pages share, and pages that say what is wrong.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use maud::{DOCTYPE, Markup, html};
use serde::Serialize;

use super::assets::VERSION;
use super::request::{back, cookie, pairs};
use super::state::Desk;
use crate::error::Error;
use crate::model::{FlagReview, ReviewDecision, Severity};

/// The cookie that holds a visitor's name.
pub(super) const WHO_COOKIE: &str = "cutline_who";

/// The longest address that forms lead back to.
const LONGEST: usize = 2_000;

/// One request, as pages need it.
pub(super) struct Visit {
    pub(super) desk: Arc<Desk>,
    /// Path and query.
    pub(super) here: String,
    /// Names and values of the query.
    pub(super) query: Vec<(String, String)>,
    /// Who decides.
    pub(super) who: Option<String>,
    /// Stands in every form of this page, which is made from one archive's file.
    pub(super) secret: String,
    /// The page of this desk that led here.
    from: Option<String>,
}

impl Visit {
    pub(super) fn new(desk: Arc<Desk>, uri: &Uri, headers: &HeaderMap) -> Self {
        let text = |name: HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
        let host = text(header::HOST).unwrap_or_default();
        let from = text(header::REFERER)
            .and_then(|from| from.split_once("://")?.1.strip_prefix(host))
            .map(|from| back(Some(from)).to_owned());
        let named = cookie(headers, WHO_COOKIE).filter(|who| !who.trim().is_empty());
        Self {
            here: uri
                .path_and_query()
                .map_or_else(|| "/".into(), |p| p.as_str().to_owned()),
            query: pairs(uri),
            who: named.or_else(|| desk.reviewer.clone()),
            secret: String::new(),
            from,
            desk,
        }
    }

    /// The first value of a name in the query, where it is not empty.
    pub(super) fn asked(&self, name: &str) -> Option<&str> {
        let found = self.query.iter().find(|(n, _)| n == name);
        found
            .map(|(_, value)| value.as_str())
            .filter(|v| !v.is_empty())
    }

    /// Every value of a name that is not empty.
    pub(super) fn all(&self, name: &str) -> Vec<String> {
        let found = self
            .query
            .iter()
            .filter(|(n, v)| n == name && !v.is_empty());
        found.map(|(_, value)| value.clone()).collect()
    }

    /// Whether this visitor may decide.
    pub(super) fn decides(&self) -> bool {
        !self.desk.read_only
    }

    /// Where a form leads back to: here, but where here only takes forms.
    fn back(&self) -> &str {
        let path = self.here.split('?').next().unwrap_or_default();
        if matches!(path, "/decide" | "/undo" | "/who") {
            "/findings"
        } else if self.here.len() > LONGEST {
            // It stands in every form of the page.
            path
        } else {
            &self.here
        }
    }

    /// Fields that every form of a change carries.
    pub(super) fn form_fields(&self) -> Markup {
        html! {
            input type="hidden" name="secret" value=(self.secret);
            input type="hidden" name="back" value=(self.back());
        }
    }
}

/// Why a page cannot be shown.
pub(super) enum Trouble {
    /// There is no such thing.
    Nothing(String),
    /// This may not be done, or not so.
    Refused(StatusCode, String),
    /// The archive or the library says no.
    Failed(Error),
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// An answer, or why there is none.
pub(super) type Answer = std::result::Result<Response, Trouble>;

/// The answer, or a page that says why there is none.
pub(super) fn answer(visit: &Visit, answer: Answer) -> Response {
    let (status, says) = match answer {
        Ok(response) => return response,
        Err(Trouble::Nothing(says)) => (StatusCode::NOT_FOUND, says),
        Err(Trouble::Refused(status, says)) => (status, says),
        Err(Trouble::Failed(error)) => {
            let status = match error {
                Error::Request { .. } => StatusCode::BAD_REQUEST,
                Error::NotAnArchive { .. } => StatusCode::SERVICE_UNAVAILABLE,
                _ => StatusCode::INTERNAL_SERVER_ERROR,
            };
            (status, sentence(&error.to_string()))
        }
    };
    (
        status,
        page(visit, "That did not work", "", &trouble(visit, &says, None)),
    )
        .into_response()
}

/// Why something did not work, and the way on from there.
pub(super) fn trouble(visit: &Visit, says: &str, more: Option<&Markup>) -> Markup {
    html! {
        section.narrow {
            h1 { "That did not work" }
            p { bdi { (crate::report::escape::escaped(says)) } }
            @if let Some(more) = more { (more) }
            p.ways {
                @if let Some(from) = &visit.from { a href=(from) { "Back to where you were" } }
                a href="/findings" { "To the findings" }
            }
        }
    }
}

/// What was refused before a page of the desk saw it, as a page with a way back.
pub(super) async fn in_words(
    desk: Arc<Desk>,
    uri: Uri,
    headers: HeaderMap,
    response: Response,
) -> Response {
    let kind = response.headers().get(header::CONTENT_TYPE);
    let bare = kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let status = response.status();
    if !bare || !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let says = match status {
        StatusCode::PAYLOAD_TOO_LARGE => "What was sent is larger than this page takes.".into(),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "This page takes what its own form sends.".into(),
        StatusCode::METHOD_NOT_ALLOWED => {
            "This address takes what a form of the desk sends.".into()
        }
        _ => {
            let body = axum::body::to_bytes(response.into_body(), 4_096).await;
            let body = body.unwrap_or_default();
            let text = String::from_utf8_lossy(&body);
            format!(
                "The request cannot be read ({}).",
                text.trim_end_matches('.')
            )
        }
    };
    respond(desk, uri, headers, move |_| {
        Err(Trouble::Refused(status, says))
    })
    .await
}

/// A sentence of an error, as one writes it.
pub(super) fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        format!("{}{}.", first.to_uppercase(), letters.as_str())
    })
}

/// The answer of a page that asks the archive.
pub(super) async fn respond(
    desk: Arc<Desk>,
    uri: Uri,
    headers: HeaderMap,
    make: impl FnOnce(&Visit) -> Answer + Send + 'static,
) -> Response {
    let mut visit = Visit::new(desk, &uri, &headers);
    let fallback = Visit::new(visit.desk.clone(), &uri, &headers);
    let made = move || {
        Ok(match visit.desk.enter() {
            Ok(secret) => {
                visit.secret = secret;
                answer(&visit, make(&visit))
            }
            Err(error) => answer(&visit, Err(error.into())),
        })
    };
    match super::state::apart(made).await {
        Ok(response) => response,
        Err(error) => answer(&fallback, Err(error.into())),
    }
}

pub(super) async fn nothing_here(
    State(desk): State<Arc<Desk>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    respond(desk, uri, headers, |_| {
        Err(Trouble::Nothing("There is no such page.".into()))
    })
    .await
}

const PLACES: [(&str, &str); 6] = [
    ("/findings", "Findings"),
    ("/search", "Search"),
    ("/check", "Check a picture"),
    ("/audit", "Audit"),
    ("/decisions", "Decisions"),
    ("/ingest", "Ingest"),
];

/// A whole page. `place`: the address of the part of the desk that it belongs to.
pub(super) fn page(visit: &Visit, title: &str, place: &str, body: &Markup) -> Response {
    let style = format!("/assets/desk.css?{VERSION:08x}");
    let script = format!("/assets/desk.js?{VERSION:08x}");
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (crate::report::escape::escaped(title)) " – cutline" }
                link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href=(style);
                script src=(script) defer {}
            }
            body {
                a.skip href="#main" { "Skip to the content" }
                header.top {
                    a.brand href="/findings" { img src="/assets/icon.svg" alt="" width="20" height="20"; "cutline" }
                    nav aria-label="Parts of the desk" {
                        @for (to, name) in PLACES {
                            a href=(to) aria-current=[(to == place).then_some("page")] { (name) }
                        }
                    }
                    (who(visit))
                }
                main #main tabindex="-1" {
                    (done(visit))
                    (body)
                }
                footer {
                    span { "Archive " (super::words::own(&visit.desk.name(), None)) @if visit.desk.read_only { ", read-only" } }
                    span { "cutline " (env!("CARGO_PKG_VERSION")) }
                    button.plain type="button" data-help="" hidden { "Keyboard" }
                }
                (keys())
                div #said role="status" aria-live="polite" {}
            }
        }
    };
    (
        [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
        page.into_string(),
    )
        .into_response()
}

/// Who decides, and a way to say so.
fn who(visit: &Visit) -> Markup {
    if visit.desk.read_only {
        return html! { span.who { "read-only" } };
    }
    html! {
        details.who {
            summary {
                @match &visit.who {
                    Some(name) => { (super::words::own(name, None)) }
                    None => { "Who are you?" }
                }
            }
            form method="post" action="/who" {
                (visit.form_fields())
                label { "Decisions are recorded as by" input name="who" value=(visit.who.as_deref().unwrap_or_default()) maxlength="80" autocomplete="name" required; }
                button { "Save" }
            }
        }
    }
}

/// What was just decided, with a way back where it still counts.
fn done(visit: &Visit) -> Markup {
    let Some(review) = visit
        .asked("done")
        .filter(|r| r.len() <= 32 && r.bytes().all(|b| b.is_ascii_alphanumeric()))
    else {
        return html! {};
    };
    let known = visit.desk.ask(|archive| archive.review_subject(review));
    let Some((_, counts)) = known.ok().flatten() else {
        return html! {};
    };
    html! {
        div.done role="status" {
            @if counts { "Recorded." } @else { "Recorded. It is a note, or does not count any more." }
            @if counts && visit.decides() {
                form method="post" action="/undo" {
                    (visit.form_fields())
                    input type="hidden" name="review" value=(review);
                    button.plain { "Undo" }
                }
            }
            a href="/decisions" { "All decisions" }
        }
    }
}

/// The keyboard, explained; shown by the script.
fn keys() -> Markup {
    html! {
        dialog #keys aria-labelledby="keys-title" {
            h2 #keys-title { "Keyboard" }
            dl {
                @for (key, says) in [
                    ("j, k", "next, previous finding"), ("Enter, o", "open it"), ("c", "confirm the marked one"), ("x", "reject it"),
                    ("z", "undo the last decision"), ("/", "search"), ("?", "this help"),
                ] {
                    dt { kbd { (key) } } dd { (says) }
                }
            }
            label { input type="checkbox" #keys-on checked; "Use these keys" }
            form method="dialog" { button { "Close" } }
        }
    }
}

/// The word by which a plain enumeration is known.
pub(super) fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// A severity: a mark of its own shape and a word.
pub(super) fn severity(severity: Severity) -> Markup {
    let word = word(&severity);
    html! { span class={ "sev " (word) } { (word) } }
}

/// The decision on a finding, where there is one.
pub(super) fn state(review: Option<&FlagReview>) -> Markup {
    let Some(review) = review else {
        return html! {};
    };
    let says = match review.decision {
        ReviewDecision::Reject => "rejected",
        _ => "confirmed",
    };
    html! {
        span class={ "state " (says) } title=[review.why.as_deref().map(crate::report::escape::escaped)] {
            (says) " by " (super::words::own(&review.reviewer, None))
            @if review.stale { " (on other evidence)" }
        }
    }
}

/// An instant, as one reads it.
pub(super) fn instant(at: &str) -> Markup {
    html! { time datetime=(at) { (at.get(..16).unwrap_or(at).replace('T', " ")) } }
}

/// `1 use`, `2 uses`.
pub(super) fn plural(count: u64, one: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{} {one}{s}", crate::report::audit::page::number(count))
}
