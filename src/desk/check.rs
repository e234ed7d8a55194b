//! Check a picture before it runs: a file that is dropped or a caption that is pasted -> what the archive and the rules
//! say of it. Nothing is stored, on disk neither.

use std::path::Path;
use std::sync::Arc;

use axum::extract::{Multipart, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use maud::{Markup, html};

use super::decide::made_before;
use super::guard::same;
use super::layout::{
    Answer, Trouble, Visit, page as whole, plural, respond, sentence, severity, word,
};
use super::picture::framed;
use super::state::Desk;
use super::words::{chain, fact_name, marked, own};
use crate::check::{CAPTION, add_copies, credits, findings, image, own_case, restrictions};
use crate::credit::Hints;
use crate::fingerprint;
use crate::flags::{Case, CasePhoto};
use crate::intake::guarded;
use crate::model::{CreditReading, Flag, Link, Photo};
use crate::report::audit::page::base64;

/// The longest caption that is read.
const LONGEST: usize = 20_000;

/// Files of a copy that are named.
const FILES: usize = 6;

/// What came with the form.
#[derive(Default)]
struct Given {
    secret: String,
    name: String,
    bytes: Vec<u8>,
    caption: String,
}

pub(super) async fn empty(State(desk): State<Arc<Desk>>, uri: Uri, headers: HeaderMap) -> Response {
    respond(desk, uri, headers, |visit| {
        Ok(whole(
            visit,
            "Check a picture",
            "/check",
            &html! { (form(visit, "")) },
        ))
    })
    .await
}

pub(super) async fn page(
    State(desk): State<Arc<Desk>>,
    uri: Uri,
    headers: HeaderMap,
    form: Multipart,
) -> Response {
    let given = given(form).await;
    // A large picture takes memory and a core while it is decoded.
    let turn = desk.clone();
    let _turn = turn.decoding.acquire().await;
    respond(desk, uri, headers, move |visit| checked(visit, given)).await
}

/// The fields of the form; an upload that is too large says so.
async fn given(mut form: Multipart) -> Result<Given, String> {
    let mut given = Given::default();
    while let Some(field) = form.next_field().await.map_err(|e| e.body_text())? {
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "file" => {
                given.name = field.file_name().unwrap_or_default().to_owned();
                given.bytes = field.bytes().await.map_err(|e| e.body_text())?.to_vec();
            }
            "caption" => given.caption = field.text().await.map_err(|e| e.body_text())?,
            "secret" => given.secret = field.text().await.map_err(|e| e.body_text())?,
            _ => {}
        }
    }
    Ok(given)
}

/// What was found out about a picture.
struct Checked {
    photo: Photo,
    thumbnail: Option<Vec<u8>>,
    case: Case,
    flags: Vec<Flag>,
}

fn checked(visit: &Visit, given: Result<Given, String>) -> Answer {
    let refused = |status, says: String| Err(Trouble::Refused(status, says));
    let given = match given {
        Ok(given) => given,
        Err(says) => {
            return refused(
                StatusCode::PAYLOAD_TOO_LARGE,
                format!("Cannot read what was sent: {says}."),
            );
        }
    };
    if !same(&given.secret, &visit.secret) {
        return Err(made_before());
    }
    let caption = given.caption.trim();
    if caption.chars().count() > LONGEST {
        return refused(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("A caption has at most {LONGEST} characters here."),
        );
    }
    let reading =
        (!caption.is_empty()).then(|| visit.desk.credits.caption(caption, &Hints::default()));
    let (picture, problem) = if given.bytes.is_empty() {
        (None, None)
    } else {
        match picture(visit, &given, caption)? {
            Ok(checked) => (Some(checked), None),
            Err(says) => (None, Some(says)),
        }
    };
    let body = html! {
        (form(visit, caption))
        @if let Some(says) = &problem { p.problem role="alert" { "This file cannot be checked. " (sentence(says)) } }
        @if let Some(reading) = &reading { (caption_says(reading)) }
        @if let Some(picture) = &picture { (picture_says(picture, &given.name)) }
        @if picture.is_none() && reading.is_none() && problem.is_none() { p.problem role="alert" { "Drop a file or paste a caption first." } }
    };
    Ok(whole(visit, "Checked", "/check", &body))
}

fn picture(
    visit: &Visit,
    given: &Given,
    caption: &str,
) -> Result<Result<Checked, String>, Trouble> {
    let desk = &visit.desk;
    let (photo, bytes) = match image(Path::new(&given.name), given.bytes.clone(), &desk.limits) {
        Ok(read) => read,
        Err(says) => return Ok(Err(says)),
    };
    let caption = Some(caption).filter(|c| !c.is_empty());
    let mut case = own_case(
        "the file that was dropped",
        Vec::new(),
        &photo,
        caption,
        &desk.credits,
    );
    let thresholds = desk.ask(|archive| {
        add_copies(&mut case, archive, &photo, &bytes, &desk.limits)?;
        archive.thresholds()
    })?;
    let thumbnail = guarded(|| {
        fingerprint::reduced(&bytes, photo.format, photo.orientation, 640, &desk.limits)
    })
    .flatten();
    let flags = findings(&case, desk.credits.registry(), &thresholds);
    Ok(Ok(Checked {
        photo,
        thumbnail,
        case,
        flags,
    }))
}

fn form(visit: &Visit, caption: &str) -> Markup {
    html! {
        section.check {
            h1 { "Check a picture before it runs" }
            form #check method="post" action="/check" enctype="multipart/form-data" {
                input type="hidden" name="secret" value=(visit.secret);
                label.drop #drop { b { "Drop a picture here" } span { "or choose a file" } input #file type="file" name="file" accept="image/*"; span #chosen aria-live="polite" {} }
                label { "The caption and credit that are to be printed with it" textarea name="caption" rows="4" dir="auto" placeholder="Kim Jong Un at the cosmodrome, 13 September 2023. (Foto: KCNA via Reuters)" { (caption) } }
                button { "Check" }
                p.note { "Nothing is stored. The picture is looked for among everything the archive holds, crops and other sizes too." }
            }
        }
    }
}

fn caption_says(reading: &CreditReading) -> Markup {
    html! {
        section {
            h2 { "The words" }
            blockquote { (marked(reading)) }
            (chain(reading))
            dl.facts {
                dt { "credit line" } dd { @match &reading.credit_line { Some(line) => q { (own(line, None)) }, None => i { "none found" } } }
                @if !reading.labels.is_empty() { dt { "labels" } dd { @for label in &reading.labels { span.label { (word(label)) } " " } } }
                dt { "state-sourced" } dd {
                    @match &reading.state_sourced {
                        Some(state) => { (state.level.word()) ", " (word(&state.confidence)) ": " q { (own(&state.evidence, None)) } " (" (state.parties.join(", ")) ")" },
                        None => { "nothing here says so" },
                    }
                }
                @for date in &reading.caption_dates { dt { @if date.released { "released" } @else { "date" } } dd { (date.date) " " span.quiet { q { (own(&date.text, None)) } } } }
                @for fact in &reading.facts { dt { (fact_name(fact.kind)) } dd { q { (own(&fact.text, None)) } } }
                dt { "confidence" } dd { (format!("{:.2}", reading.confidence)) " that this reading is wholly right" }
            }
        }
    }
}

fn picture_says(checked: &Checked, name: &str) -> Markup {
    let Checked {
        photo,
        thumbnail,
        case,
        flags,
    } = checked;
    let stated = restrictions(case);
    html! {
        section.checked {
            h2 { "The picture" }
            div.lead {
                div.stage {
                    @if let Some(jpeg) = thumbnail { div.frame { img src={ "data:image/jpeg;base64," (base64(jpeg)) } alt="The picture that was dropped"; } }
                    p.where { (own(name, None)) @if photo.width > 0 { " · " (photo.width) " × " (photo.height) } " · " (word(&photo.format)) }
                    @for problem in photo.problems.iter().chain(&photo.metadata.problems) { p.problem { (own(&problem.text, None)) } }
                    h3 { "Restrictions and notices" }
                    @if stated.is_empty() { p.nothing { "None stated, by it or by a copy." } }
                    @for fact in &stated { p.note { b { (fact_name(fact.kind)) } ": " q { (own(&fact.text, None)) } } }
                }
                div.verdicts {
                    h3 { (plural(flags.len() as u64, "finding")) }
                    @if flags.is_empty() { p.nothing { "No rule found anything. That does not make the credit right: it is what cutline looked for." } }
                    @for flag in flags {
                        section.verdict {
                            p.line { (severity(flag.severity)) " " span.rule { (flag.rule) } @if word(&flag.confidence) == "possible" { span.maybe { "possible" } } }
                            p.summary { (crate::report::escape::escaped(&flag.summary)) }
                            p.where { "About " (about(&flag.subject.name)) }
                            ul.evidence { @for one in &flag.evidence { li {
                                @if let Some(text) = &one.text { q.words { (own(text, None)) } " " }
                                span.quiet { (own(&one.from, None)) " in " (about(&one.input)) }
                            } } }
                        }
                    }
                }
            }
            (held(case))
            (embedded(photo))
        }
    }
}

/// What a check calls its own two inputs, said to whoever brought them.
fn about(name: &str) -> Markup {
    if name.starts_with(CAPTION) {
        return html! { "the caption above" };
    }
    own(name, None)
}

/// Copies in the archive, those of copies too, and how the picture is credited there.
fn held(case: &Case) -> Markup {
    let Some((own_photo, others)) = case.photos.split_first() else {
        return html! {};
    };
    let link = |other: &CasePhoto| {
        let ends = [own_photo.sha256, other.sha256];
        case.links
            .iter()
            .find(|l| ends.contains(&l.a) && ends.contains(&l.b))
    };
    let mut others: Vec<_> = others.iter().map(|p| (p, link(p))).collect();
    others.sort_by_key(|(_, link)| link.is_none());
    let credits = credits(case);
    html! {
        h3 { "In the archive" }
        @if others.is_empty() && own_photo.files.len() < 2 { p.nothing { "Not found: no copy of it is held, nor a crop that could be told." } }
        ul.found {
            @if own_photo.files.len() > 1 { li { (copy(case, own_photo, None, "same bytes", 1)) } }
            @for (other, link) in &others {
                @let relation = link.map_or_else(|| "copy of a copy".to_owned(), |l| word(&l.relation).replace('-', " "));
                li { (copy(case, other, *link, &relation, 0)) }
            }
        }
        @if !credits.is_empty() {
            h3 { "How it is credited there" }
            ul.plainlist { @for (place, credit) in &credits {
                li { (own(place, None)) ": " @match credit { Some(line) => mark.m-credit { (own(line, None)) }, None => i { "no credit found" } } }
            } }
        }
    }
}

/// One copy; `from`: the first of its files that the archive holds.
fn copy(
    case: &Case,
    photo: &CasePhoto,
    link: Option<&Link>,
    relation: &str,
    from: usize,
) -> Markup {
    let to = format!("/photo/{}", photo.sha256.to_hex());
    let files = photo.files.iter().skip(from);
    html! {
        a href=(to) { (framed(case, photo, "small.jpg", "A copy in the archive")) }
        div {
            p.line { b { (relation) } @if let Some(bits) = link.and_then(|l| l.distance).filter(|d| *d > 0) { " " (bits) " of 256 bits differ" } @if link.is_some_and(|l| !l.verified) { span.maybe { "not verified" } } }
            @for (at, file) in files.clone().take(FILES).enumerate() {
                p { @if at == 0 { a href=(to) { (own(&file.input, None)) } } @else { (own(&file.input, None)) } }
            }
            @if files.len() > FILES { p.note { (files.len() - FILES) " more files" } }
        }
    }
}

fn embedded(photo: &Photo) -> Markup {
    html! {
        @if !photo.metadata.fields.is_empty() {
            h3 { "Embedded fields" }
            div.scroll tabindex="0" role="region" aria-label="Embedded fields" {
                table { tbody {
                    @for (field, values) in &photo.metadata.fields { @for value in values {
                        tr { th scope="row" { (word(field).replace('_', " ")) } td { (word(&value.carrier)) } td { (own(&value.value, value.lang.as_deref())) } }
                    } }
                } }
            }
        }
    }
}
