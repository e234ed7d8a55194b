//! One picture with everything: large, its findings, where it ran and how its credit reads there, its copies side by side,
//! a time line, its embedded fields by container, and what people decided.

mod copies;
mod fields;
mod other;
mod timeline;
mod uses;

pub(super) use copies::framed;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};

use super::layout::{
    Trouble, Visit, instant, page as whole, plural, respond, severity, state, word,
};
use super::state::Desk;
use super::words::{beginning, chain, own};
use super::{findings, history, photo};
use crate::archive::{
    Archive, FlagFilter, Near, PhotoPlace, PublicId, parse_public, picture_public,
};
use crate::error::Result;
use crate::flags::{Case, CaseAppearance, CasePhoto};
use crate::model::{
    Evidence, Field, Flag, MatchEvidence, Review, ReviewDecision, ReviewSubject, Sha256,
};
use other::Named;

/// Links to other pictures that are read.
const LINKED: usize = 100;

/// Findings of one rule that are shown unfolded.
const UNFOLDED: usize = 3;

/// Different credits that the head shows.
const HEADS: usize = 4;

/// Pieces of evidence of a finding that are shown unfolded.
const EVIDENCE: usize = 4;

/// A case with what else the page shows.
struct Seen {
    case: Case,
    flags: Vec<Flag>,
    /// Why each use was tied to its photo, by its place in the case.
    why: Vec<Vec<MatchEvidence>>,
    reviews: Vec<Review>,
    /// Where the shown photo lies, where one is held.
    place: Option<PhotoPlace>,
    /// Which photo is shown large.
    shown: usize,
    /// Photos of other pictures that likeness links to this one.
    near: Vec<Near>,
    /// The best candidate for a use that is tied to no photo.
    likeliest: Option<(Sha256, String, f64)>,
    /// What a person named to tie it.
    named: Option<Named>,
}

impl Seen {
    fn of(visit: &Visit, archive: &Archive, case: Case, picture: Option<i64>) -> Result<Self> {
        let asked = visit.asked("photo");
        let is_asked = |p: &CasePhoto| asked.is_some_and(|sha| sha == p.sha256.to_hex());
        let is_first = |p: &CasePhoto| picture == Some(Archive::photo_key(&p.sha256));
        let shown = (case.photos.iter().position(is_asked))
            .or_else(|| case.photos.iter().position(is_first))
            .unwrap_or_default();
        let uses = case.appearances.iter().map(|a| a.id.clone());
        let subjects: Vec<String> = case.picture.iter().cloned().chain(uses).collect();
        let flags = archive.flags(&FlagFilter {
            subjects: subjects.clone(),
            include_rejected: true,
            ..FlagFilter::default()
        })?;
        let why = case.appearances.iter().map(|a| match parse_public(&a.id) {
            Some(PublicId::Appearance(id)) => archive.match_of(id),
            _ => Ok(Vec::new()),
        });
        let why = why.collect::<Result<_>>()?;
        let photos = case.photos.iter().map(|p| p.sha256.to_hex());
        let named: Vec<String> = subjects
            .into_iter()
            .chain(photos)
            .chain(flags.iter().map(|f| f.flag.clone()))
            .collect();
        let mut reviews = archive.reviews_about(&named)?;
        reviews.reverse();
        let place = match case.photos.get(shown) {
            Some(photo) => archive.place_of_photo(&photo.sha256)?,
            None => None,
        };
        let near = match picture {
            Some(key) => archive.near_pictures(key, LINKED)?,
            None => Vec::new(),
        };
        let likeliest = match case.appearances.first().and_then(|a| parse_public(&a.id)) {
            Some(PublicId::Appearance(id)) if picture.is_none() => archive.likeliest(id)?,
            _ => None,
        };
        let named = visit
            .asked("with")
            .map(|typed| other::named(archive, typed));
        Ok(Self {
            case,
            flags,
            why,
            reviews,
            place,
            shown,
            near,
            likeliest,
            named: named.transpose()?,
        })
    }

    /// The review in effect about a subject, as forms carry it.
    fn decided(&self, subject: &ReviewSubject) -> Option<&Review> {
        (self.reviews.iter()).find(|r| r.in_effect && r.subject == *subject)
    }

    /// Fields of a form that decides about something.
    fn about(&self, visit: &Visit, subject: &ReviewSubject) -> Markup {
        html! {
            (visit.form_fields())
            input type="hidden" name="kind" value=(subject.word());
            input type="hidden" name="subject" value=(subject.key());
            input type="hidden" name="seen" value=[self.decided(subject).map(|r| &r.review)];
        }
    }

    fn photo(&self) -> Option<&CasePhoto> {
        self.case.photos.get(self.shown)
    }

    /// What the page is called: a caption, its language, and where it stands.
    fn title(&self) -> (String, Option<&str>, Option<String>) {
        let said = |caption: &str| Some(beginning(caption, 110)).filter(|c| !c.trim().is_empty());
        let uses = self.case.appearances.iter();
        let mut printed = uses.filter_map(|a| {
            let place = format!("The caption in {}", outlet_of(a));
            Some((
                said(&a.credit.caption)?,
                a.credit.lang.as_deref(),
                Some(place),
            ))
        });
        let fields = self.case.photos.iter().flat_map(|p| &p.embedded);
        let mut embedded = fields.filter_map(|e| {
            let place = format!("The caption embedded in {}", e.input);
            Some((
                said(&e.reading.caption)?,
                e.reading.lang.as_deref(),
                Some(place),
            ))
        });
        printed
            .next()
            .or_else(|| embedded.next())
            .unwrap_or_else(|| {
                let name = self
                    .photo()
                    .map_or("A use without its photo", CasePhoto::name);
                (name.to_owned(), None, None)
            })
    }
}

/// Who published a use, in words.
fn outlet_of(a: &CaseAppearance) -> String {
    let file = a.name();
    let file = file.rsplit('/').next().unwrap_or(&file);
    a.outlet
        .called()
        .map_or_else(|| beginning(file, 60), str::to_owned)
}

/// How the picture is credited: each different credit once, with where it stands, and what the files themselves say.
fn credited(case: &Case) -> Markup {
    let mut different: Vec<(Vec<String>, &CaseAppearance, Vec<String>)> = Vec::new();
    let mut without = 0;
    for a in &case.appearances {
        let links = a.credit.all().flat_map(|c| {
            let links = c.chain.iter().map(|l| format!("{} {:?}", l.name, l.role));
            c.creators.iter().cloned().chain(links)
        });
        let key: Vec<String> = links.collect();
        if key.is_empty() {
            without += 1;
            continue;
        }
        match different.iter_mut().find(|(k, ..)| *k == key) {
            Some((.., outlets)) => outlets.push(outlet_of(a)),
            None => different.push((key, a, vec![outlet_of(a)])),
        }
    }
    for (.., outlets) in &mut different {
        outlets.sort();
        outlets.dedup();
    }
    let mut embedded: Vec<(&'static str, &str)> = Vec::new();
    for one in case.photos.iter().flat_map(|p| &p.embedded) {
        let says = match one.field {
            Field::Creator => "creator",
            Field::CreditLine => "credit",
            Field::Source => "source",
            _ => continue,
        };
        if !embedded.contains(&(says, &one.reading.text)) {
            embedded.push((says, &one.reading.text));
        }
    }
    html! {
        @if different.len() > 1 { p.note { b { "Credited in " (different.len()) " different ways:" } } }
        @for (_, a, outlets) in different.iter().take(HEADS) {
            p.where { "Credited in " (own(&beginning(&outlets.join(", "), 120), None)) ":" }
            (chain(&a.credit))
        }
        @if different.len() > HEADS { p.note { (different.len() - HEADS) " more below." } }
        @if without > 0 { p.where { (plural(without, "use")) " without a credit that could be read." } }
        @if !embedded.is_empty() {
            p.where { "Embedded in its files: " @for (at, (says, value)) in embedded.iter().take(6).enumerate() { @if at > 0 { "; " } (says) " " q { (own(&beginning(value, 80), None)) } } @if embedded.len() > 6 { " …" } }
        }
    }
}

pub(super) async fn page(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    respond(desk, uri, headers, move |visit| {
        let Some(PublicId::Picture(key)) = parse_public(&id) else {
            return Err(nothing());
        };
        let seen = visit.desk.ask(|archive| match archive.picture_case(key)? {
            Some(case) => Seen::of(visit, archive, case, Some(key)).map(Some),
            None => Ok(None),
        })?;
        Ok(show(visit, &seen.ok_or_else(nothing)?))
    })
    .await
}

fn nothing() -> Trouble {
    Trouble::Nothing("The archive holds no such picture. A better copy may have given it another address: look for it in the findings or by search.".into())
}

/// A use: the page of its picture, or its own where no photo of it is held.
pub(super) async fn of_use(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    respond(desk, uri, headers, move |visit| {
        let nothing = || Trouble::Nothing("The archive holds no such use of a picture.".into());
        let Some(PublicId::Appearance(key)) = parse_public(&id) else {
            return Err(nothing());
        };
        let (picture, seen) = visit.desk.ask(|archive| {
            if let Some(picture) = archive.picture_of_use(key)? {
                return Ok((Some(picture), None));
            }
            Ok((
                None,
                match archive.appearance_case(key)? {
                    Some(case) => Some(Seen::of(visit, archive, case, None)?),
                    None => None,
                },
            ))
        })?;
        if let Some(picture) = picture {
            let query = visit
                .asked("done")
                .map(|d| format!("?done={}", super::request::encode(d)))
                .unwrap_or_default();
            return Ok(
                Redirect::to(&format!("/picture/{}{query}#{id}", picture_public(picture)))
                    .into_response(),
            );
        }
        Ok(show(visit, &seen.ok_or_else(nothing)?))
    })
    .await
}

fn show(visit: &Visit, seen: &Seen) -> Response {
    let (title, lang, place) = seen.title();
    let case = &seen.case;
    let uses = case.appearances.len() as u64;
    let body = html! {
        article.picture {
            div.lead {
                (stage(visit, seen))
                section.verdicts aria-labelledby="verdicts" {
                    h1 { (own(&title, lang)) }
                    @if let Some(place) = &place { p.where { (own(place, None)) } }
                    (credited(case))
                    nav.parts aria-label="Parts of this page" {
                        a href="#uses" { (plural(uses, "use")) }
                        @if case.photos.len() > 1 { a href="#copies" { (copies::counted(case.photos.len())) } }
                        a href="#time" { "where and when" }
                        @if case.photos.iter().any(|p| !p.metadata.iter().all(|m| m.metadata.fields.is_empty())) { a href="#fields" { "embedded fields" } }
                        @if !seen.near.is_empty() { a href="#near" { "other pictures near it" } }
                        @if !seen.reviews.is_empty() { a href="#decided" { "decisions" } }
                    }
                    h2 #verdicts { (plural(seen.flags.len() as u64, "finding")) }
                    @if seen.flags.is_empty() { p.nothing { "No rule found anything here." } }
                    @for flags in seen.flags.chunk_by(|a, b| a.rule == b.rule) {
                        @let (first, more) = flags.split_at(flags.len().min(UNFOLDED));
                        @for flag in first { (finding(visit, seen, flag)) }
                        @if !more.is_empty() {
                            details.fold { summary { (more.len()) " more of " (more.first().map_or("", |f| f.rule.as_str())) }
                                @for flag in more { (finding(visit, seen, flag)) }
                            }
                        }
                    }
                }
            }
            (uses::section(visit, seen))
            (copies::section(visit, seen))
            (other::section(visit, seen))
            (timeline::section(case))
            (fields::section(case))
            @if !seen.reviews.is_empty() {
                section #decided { h2 { "Decisions" } (history::table(visit, &seen.reviews)) }
            }
        }
    };
    let place = if seen.flags.is_empty() {
        "/search"
    } else {
        "/findings"
    };
    whole(visit, &title, place, &body)
}

/// The picture large, with what else is held of it.
fn stage(visit: &Visit, seen: &Seen) -> Markup {
    let Some(photo) = seen.photo() else {
        return html! { section.stage { div.nophoto.big {
            @match other::untied(seen) {
                Some(review) => p { "No photo of this use is held: " (own(&review.reviewer, None)) " untied it from one (" a href="#parted" { "see below" } ")." },
                None => p { "No photo of this use is held: only its words are known." },
            }
        } } };
    };
    let sha = photo.sha256.to_hex();
    let at_hand = seen
        .place
        .as_ref()
        .is_some_and(|place| photo::file(place).is_some());
    let alt = format!("The photo {}", crate::report::escape::escaped(photo.name()));
    let path = visit.here.split(['?', '#']).next().unwrap_or_default();
    html! {
        section.stage aria-label="The picture" {
            (copies::framed(&seen.case, photo, "large.jpg", &alt))
            p.where {
                (own(photo.name(), None))
                @if photo.width > 0 { " · " (photo.width) " × " (photo.height) }
                @if photo.files.len() > 1 { " · " (plural(photo.files.len() as u64, "file")) }
            }
            @if !at_hand { p.note { "Its file is not at hand (moved, changed, inside another file, or on a disk that is not connected). Shown is the small grey sketch that the archive keeps." } }
            @if seen.case.photos.len() > 1 {
                ul.strip aria-label="Photos of this picture" {
                    @for (at, other) in seen.case.photos.iter().enumerate() {
                        li { a href={ (path) "?photo=" (other.sha256.to_hex()) } aria-current=[(at == seen.shown).then_some("true")] {
                            img src={ "/photo/" (other.sha256.to_hex()) "/small.jpg" } alt=(crate::report::escape::escaped(other.name())) width="84" height="56" loading="lazy";
                        } }
                    }
                }
            }
            p.quiet.id { "SHA-256 " code { (sha) } }
        }
    }
}

/// One finding with all its evidence, and what can be decided about it.
fn finding(visit: &Visit, seen: &Seen, flag: &Flag) -> Markup {
    let is_note = |r: &&Review| {
        r.decision == ReviewDecision::Note
            && matches!(&r.subject, ReviewSubject::Flag { flag: about } if *about == flag.flag)
    };
    let notes = seen.reviews.iter().filter(is_note);
    html! {
        section.verdict #{ "flag-" (flag.flag) } tabindex="-1" aria-label={ "Finding: " (flag.rule) ", " (crate::report::escape::escaped(&flag.subject.name)) } data-finding=(flag.flag) {
            p.line {
                (severity(flag.severity)) " "
                a.rule href={ "/findings?state=&rule=" (flag.rule) } title=[findings::rule_says(&flag.rule)] { (flag.rule) }
                @if word(&flag.confidence) == "possible" { span.maybe { "possible" } }
                (state(flag.review.as_ref()))
            }
            p.summary { (crate::report::escape::escaped(&flag.summary)) }
            p.where { "About " (own(&flag.subject.name, None)) }
            @let (first, more) = flag.evidence.split_at(flag.evidence.len().min(EVIDENCE));
            ul.evidence { @for one in first { (evidence(one)) } }
            @if !more.is_empty() {
                details {
                    summary { (more.len()) " more" }
                    ul.evidence { @for one in more { (evidence(one)) } }
                }
            }
            @if let Some(why) = flag.review.as_ref().and_then(|r| r.why.as_deref()) { p.why { q { (own(why, None)) } } }
            @for note in notes { p.why { q { (own(note.why.as_deref().unwrap_or_default(), None)) } " " span.quiet { (own(&note.reviewer, None)) ", " (instant(&note.at)) } } }
            @if visit.decides() { (decision(visit, flag)) }
        }
    }
}

/// A piece of evidence: the words, what they are, where they stand.
fn evidence(one: &Evidence) -> Markup {
    html! {
        li {
            @match &one.text {
                Some(text) => { q.words { (own(text, None)) } " " span.quiet { (own(&one.from, None)) } },
                None => { (own(&one.from, None)) },
            }
            span.quiet.input { (own(&one.input, None)) @if let Some(carrier) = one.carrier { " (" (word(&carrier)) ")" } }
        }
    }
}

fn decision(visit: &Visit, flag: &Flag) -> Markup {
    let review = flag.review.as_ref();
    html! {
        form.decide method="post" action="/decide" {
            (visit.form_fields())
            input type="hidden" name="kind" value="flag";
            input type="hidden" name="subject" value=(flag.flag);
            input type="hidden" name="seen" value=[review.map(|r| &r.review)];
            @if let Some(review) = review {
                button.plain formaction="/undo" name="review" value=(review.review) { "Undo " (history::past(review.decision)) }
            } @else {
                button.yes name="decision" value=(word(&ReviewDecision::Confirm)) { "Confirm" }
                button.no name="decision" value=(word(&ReviewDecision::Reject)) { "Reject" }
            }
            details.more {
                summary { "With a reason, or a note" }
                label { "Why" textarea name="why" rows="2" maxlength="4000" {} }
                button name="decision" value=(word(&ReviewDecision::Note)) { "Note without deciding" }
            }
        }
    }
}
