//! Decisions, undoing, and who decides: what a form says -> a review in the archive.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Redirect, Response};

use maud::html;

use super::guard::same;
use super::history::past;
use super::layout::{Answer, Trouble, Visit, WHO_COOKIE, page, respond, trouble};
use super::request::{back, encode};
use super::state::{Desk, Recorded};
use crate::archive::NewReview;
use crate::model::{Review, ReviewDecision, ReviewSubject};
use crate::review;

/// The longest reason, correction or name.
const LONGEST: usize = 4_000;

type Fields = Vec<(String, String)>;

/// The last value of a field: of buttons the one that was pressed.
fn field<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields
        .iter()
        .rfind(|(n, _)| n == name)
        .map(|(_, value)| value.as_str())
}

/// Refuse what did not come from a form of this desk, and everything where nothing may be decided.
fn permitted(visit: &Visit, fields: &Fields) -> Result<(), Trouble> {
    if !field(fields, "secret").is_some_and(|s| same(s, &visit.secret)) {
        return Err(made_before());
    }
    if !visit.decides() {
        return Err(Trouble::Refused(
            StatusCode::FORBIDDEN,
            "This desk is read-only.".into(),
        ));
    }
    if fields
        .iter()
        .any(|(_, value)| value.chars().count() > LONGEST)
    {
        return Err(Trouble::Refused(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("A text has at most {LONGEST} characters here."),
        ));
    }
    Ok(())
}

/// The answer to a form of another desk, or of another archive's file.
pub(super) fn made_before() -> Trouble {
    Trouble::Refused(
        StatusCode::FORBIDDEN,
        "The desk was started anew, or its archive was replaced, since that page was made. Nothing was recorded. Load the \
         page again and repeat it."
            .into(),
    )
}

fn who_decides(visit: &Visit) -> Result<String, Trouble> {
    visit.who.clone().ok_or_else(|| {
        Trouble::Refused(
            StatusCode::BAD_REQUEST,
            "Say who you are first (top of the page): a decision is recorded with who made it."
                .into(),
        )
    })
}

pub(super) async fn decide(
    State(desk): State<Arc<Desk>>,
    uri: Uri,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    let script = wants_data(&headers);
    respond(desk, uri, headers, move |visit| {
        permitted(visit, &fields)?;
        let text = |name: &str| {
            field(&fields, name)
                .map(str::trim)
                .filter(|t| !t.is_empty())
                .map(str::to_owned)
        };
        let decision = field(&fields, "decision")
            .and_then(|d| serde_json::from_value::<ReviewDecision>(d.into()).ok());
        let subject = field(&fields, "kind")
            .zip(field(&fields, "subject"))
            .and_then(|(kind, key)| ReviewSubject::from_key(kind, key));
        let (Some(decision), Some(subject)) = (decision, subject) else {
            return Err(Trouble::Refused(
                StatusCode::BAD_REQUEST,
                "The form does not say what is decided about what.".into(),
            ));
        };
        if decision == ReviewDecision::Undo {
            return Err(Trouble::Refused(
                StatusCode::BAD_REQUEST,
                "Undo names the review that it undoes.".into(),
            ));
        }
        let new = NewReview {
            reviewer: who_decides(visit)?,
            subject,
            decision,
            // An empty correction is one, too: no credit is printed there.
            value: (decision == ReviewDecision::Correct).then(|| text("value").unwrap_or_default()),
            why: text("why"),
        };
        let seen = field(&fields, "seen").unwrap_or_default();
        record(visit, &fields, &new, seen, script)
    })
    .await
}

pub(super) async fn undo(
    State(desk): State<Arc<Desk>>,
    uri: Uri,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    let script = wants_data(&headers);
    respond(desk, uri, headers, move |visit| {
        permitted(visit, &fields)?;
        let id = field(&fields, "review").unwrap_or_default();
        let who = who_decides(visit)?;
        let new = visit.desk.ask(|archive| {
            Ok(match archive.review_subject(id)? {
                Some((subject, true)) => Some(review::undo(archive, subject, who, None)?),
                _ => None,
            })
        })?;
        record(visit, &fields, &new.ok_or_else(gone)?, id, script)
    })
    .await
}

fn gone() -> Trouble {
    Trouble::Refused(
        StatusCode::CONFLICT,
        "That decision does not count any more: it was undone, or another took its place.".into(),
    )
}

/// Somebody decided the same since the form was made: that is said, and can be overruled knowingly.
fn overtaken(visit: &Visit, fields: &Fields, new: &NewReview, now: &Review) -> Response {
    let done = match &now.value {
        Some(value) if now.decision == ReviewDecision::Correct => {
            format!("{} to “{value}”", past(now.decision))
        }
        _ => past(now.decision).to_owned(),
    };
    let at = now.at.get(..16).unwrap_or(&now.at).replace('T', " ");
    let says = format!(
        "Since that page was made, this was {done} by {} ({at} UTC). Nothing was recorded now.",
        now.reviewer
    );
    let anyway = html! {
        form.decide method="post" action="/decide" {
            @for (name, value) in fields.iter().filter(|(name, _)| !["seen", "review"].contains(&name.as_str())) {
                input type="hidden" name=(name) value=(value);
            }
            input type="hidden" name="seen" value=(now.review);
            button { "Overrule that: record “" (past(new.decision)) "”" }
        }
    };
    let anyway = Some(&anyway).filter(|_| new.decision != ReviewDecision::Undo);
    let body = trouble(visit, &says, anyway);
    let page = page(visit, "Decided meanwhile", "", &body);
    (StatusCode::CONFLICT, page).into_response()
}

fn record(visit: &Visit, fields: &Fields, new: &NewReview, seen: &str, script: bool) -> Answer {
    let id = match visit.desk.record(new, &visit.secret, seen)? {
        Recorded::Done(id) => id,
        Recorded::Overtaken(now) => return Ok(overtaken(visit, fields, new, &now)),
        Recorded::Gone => return Err(gone()),
        Recorded::Replaced => return Err(made_before()),
    };
    if script {
        let answer = serde_json::json!({ "review": id, "decision": new.decision });
        return Ok((
            [(header::CONTENT_TYPE, "application/json")],
            answer.to_string(),
        )
            .into_response());
    }
    let to = back(field(fields, "back"));
    let (path, query) = to.split_once('?').unwrap_or((to, ""));
    let mut query: Vec<String> = query
        .split('&')
        .filter(|part| !part.is_empty() && !part.starts_with("done="))
        .map(str::to_owned)
        .collect();
    if new.decision != ReviewDecision::Undo {
        query.push(format!("done={id}"));
    }
    let query = if query.is_empty() {
        String::new()
    } else {
        format!("?{}", query.join("&"))
    };
    let part = match &new.subject {
        ReviewSubject::Flag { flag } => format!("#flag-{flag}"),
        ReviewSubject::Credit { appearance } | ReviewSubject::Match { appearance, .. } => {
            format!("#{appearance}")
        }
        ReviewSubject::Pair { .. } => "#copies".to_owned(),
    };
    Ok(Redirect::to(&format!("{path}{query}{part}")).into_response())
}

/// The desk's own script asks for data in place of a page.
fn wants_data(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .is_some_and(|a| a.as_bytes() == b"application/json")
}

pub(super) async fn who(
    State(desk): State<Arc<Desk>>,
    uri: Uri,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    respond(desk, uri, headers, move |visit| {
        permitted(visit, &fields)?;
        let name: String = field(&fields, "who")
            .unwrap_or_default()
            .trim()
            .chars()
            .filter(|c| !c.is_control())
            .take(80)
            .collect();
        let cookie = format!(
            "{WHO_COOKIE}={}; Path=/; Max-Age=31536000; HttpOnly; SameSite=Strict",
            encode(&name)
        );
        let to = back(field(&fields, "back")).to_owned();
        Ok((
            StatusCode::SEE_OTHER,
            [(header::SET_COOKIE, cookie), (header::LOCATION, to)],
        )
            .into_response())
    })
    .await
}
