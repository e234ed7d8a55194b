//! What belongs to a picture and is not tied to it, or is taken apart from it: other pictures near it, pairs and captions
//! that people separated, and a photo or caption that a person names to tie it.

use maud::{Markup, html};

use super::Seen;
use super::copies::{framed_small, pair};
use super::uses::tie_form;
use crate::archive::{Archive, Near, PublicId, parse_public};
use crate::desk::layout::{Visit, instant, plural, word};
use crate::desk::words::{beginning, marked, own};
use crate::error::Result;
use crate::flags::CaseAppearance;
use crate::model::{Review, ReviewDecision, ReviewSubject, Sha256};

/// Other pictures that are listed.
const NEAR: usize = 24;

/// What a person named to compare it with what the page shows.
pub(super) enum Named {
    /// The archive holds nothing of that name.
    Unknown(String),
    /// A photo, and its file's name.
    Photo(Sha256, String),
    /// A use.
    Use(Box<CaseAppearance>),
}

/// What is named by an id, a SHA-256 or its beginning, a file's name, or the address of a page of this desk.
pub(super) fn named(archive: &Archive, typed: &str) -> Result<Named> {
    let typed = typed.trim();
    let unknown = || Named::Unknown(beginning(typed, 120));
    // Of a pasted address the photo that it shows, else its last part.
    let shown = typed.split_once("photo=").map(|(_, rest)| rest);
    let last = shown.unwrap_or_else(|| {
        let bare = typed.split(['?', '#']).next().unwrap_or(typed);
        let (before, last) = bare.rsplit_once('/').unwrap_or(("", bare));
        let is_page = ["picture", "photo", "use"]
            .iter()
            .any(|p| before.ends_with(p));
        if is_page { last } else { typed }
    });
    let key = last.split(['&', '#']).next().unwrap_or(last);
    let photo = match parse_public(key) {
        Some(PublicId::Appearance(id)) => {
            return Ok(match archive.use_case(id)? {
                Some(found) => Named::Use(Box::new(found)),
                None => unknown(),
            });
        }
        Some(PublicId::Picture(id)) => archive.representative(id)?,
        Some(PublicId::Photo(prefix)) => match archive.photos_by_prefix(&prefix)?.as_slice() {
            [one] => Some(*one),
            _ => None,
        },
        _ => archive.photo_by_name(typed)?,
    };
    let Some(photo) = photo else {
        return Ok(unknown());
    };
    let name = archive.name_of_photo(&photo)?;
    Ok(name.map_or_else(unknown, |name| Named::Photo(photo, name)))
}

/// Other pictures near this one, decisions that took something away, and a place to bring something in.
pub(super) fn section(visit: &Visit, seen: &Seen) -> Markup {
    let parted = parted(seen);
    let path = visit.here.split(['?', '#']).next().unwrap_or_default();
    let own_use = seen.photo().is_none();
    let shown = seen.photo().map(|p| p.sha256.to_hex());
    html! {
        @if !seen.near.is_empty() {
            section #near {
                h2 { "Near it, but other pictures" }
                p.note { "Likeness links them and does not make them one: by rule, or because a person said so." }
                ul.found { @for one in seen.near.iter().take(NEAR) { (near(visit, seen, one)) } }
                @if seen.near.len() > NEAR { p.note { (seen.near.len() - NEAR) " more" } }
            }
        }
        @if !parted.is_empty() {
            section #parted {
                h2 { "Taken apart by people" }
                ul.plainlist { @for review in parted { (taken_apart(visit, review)) } }
            }
        }
        @if visit.decides() {
            section #other {
                h2 { @if own_use { "Tie it to a photo" } @else { "Bring in another photo or use" } }
                form.wide method="get" action={ (path) "#other" } {
                    @if let Some(shown) = &shown { input type="hidden" name="photo" value=(shown); }
                    label {
                        @if own_use { "The photo that was printed there: address of its page, id, SHA-256 or file name" }
                        @else { "A photo of the same picture, or a use where this photo was printed: address of its page, id, SHA-256 or file name" }
                        input name="with" value=[visit.asked("with")] maxlength="300" dir="auto";
                    }
                    button { "Look at it" }
                }
                @if let (true, Some((sha, name, probability))) = (own_use, &seen.likeliest) {
                    p.note { "The likeliest that is held: " a href={ (path) "?with=" (sha.to_hex()) "#other" } { (own(name, None)) } ", probability " (format!("{probability:.2}")) ". Too little to tie it." }
                }
                @if let Some(named) = &seen.named { (named_says(visit, seen, named)) }
            }
        }
    }
}

fn named_says(visit: &Visit, seen: &Seen, named: &Named) -> Markup {
    html! {
        @match (named, seen.photo()) {
            (Named::Unknown(typed), _) => p.problem role="alert" { "The archive holds nothing under “" (own(typed, None)) "”." },
            (Named::Photo(sha, name), Some(shown)) => {
                @if *sha == shown.sha256 { p.problem role="alert" { "That is the photo that is shown here." } }
                @else {
                    div.sides {
                        (framed_small(&shown.sha256, shown.name()))
                        (framed_small(sha, name))
                    }
                    (pair(visit, seen, &shown.sha256, sha))
                }
            },
            (Named::Photo(sha, name), None) => {
                div.sides { (framed_small(sha, name)) }
                @if let Some(a) = seen.case.appearances.first() { (tie_form(visit, seen, &a.id, sha)) }
            },
            (Named::Use(a), Some(shown)) => {
                blockquote { (marked(&a.credit)) }
                p.where { (own(&a.name(), None)) @if let Some(p) = a.photo { ", now tied to " a href={ "/photo/" (p.to_hex()) } { "another photo" } } }
                (tie_form(visit, seen, &a.id, &shown.sha256))
            },
            (Named::Use(_), None) => p.problem role="alert" { "That is a use. Name a photo here." },
        }
    }
}

fn near(visit: &Visit, seen: &Seen, one: &Near) -> Markup {
    let to = format!("/photo/{}", one.other.to_hex());
    html! {
        li {
            a href=(to) { img src={ (to) "/small.jpg" } alt="" width="132" height="88" loading="lazy"; }
            div {
                p.line { b { (word(&one.relation).replace('-', " ")) } @if let Some(bits) = one.distance.filter(|d| *d > 0) { " " (bits) " of 256 bits differ" } }
                p { a href=(to) { (own(&one.name, None)) } }
                @if visit.decides() { (pair(visit, seen, &one.own, &one.other)) }
            }
        }
    }
}

/// Decisions in effect that took something from this picture or use.
fn parted(seen: &Seen) -> Vec<&Review> {
    let apart = |r: &&Review| {
        r.in_effect && matches!(r.decision, ReviewDecision::Untie | ReviewDecision::NotSame)
    };
    seen.reviews.iter().filter(apart).collect()
}

fn taken_apart(visit: &Visit, review: &Review) -> Markup {
    let by = html! { " by " (own(&review.reviewer, None)) ", " (instant(&review.at)) @if let Some(why) = &review.why { ": " q { (own(why, None)) } } };
    html! {
        li {
            @match &review.subject {
                ReviewSubject::Match { appearance, photo } => {
                    a href={ "/use/" (appearance) } { (own(&review.name, None)) } " was untied from " a href={ "/photo/" (photo) } { "this photo" } (by)
                },
                ReviewSubject::Pair { a, b } => {
                    a href={ "/photo/" (a) } { "One photo" } " and " a href={ "/photo/" (b) } { "another" } " were called not the same picture" (by)
                    ". Copies that only one of them led to went with it."
                },
                _ => {},
            }
            @if visit.decides() {
                " " form.inline method="post" action="/undo" {
                    (visit.form_fields())
                    button.plain name="review" value=(review.review) aria-label={ "Undo: " (crate::report::escape::escaped(&review.name)) } { "Undo" }
                }
            }
        }
    }
}

/// Who untied a use from its photo, for the place where the photo would stand.
pub(super) fn untied(seen: &Seen) -> Option<&Review> {
    parted(seen)
        .into_iter()
        .find(|r| r.decision == ReviewDecision::Untie)
}

/// How many of the picture's uses people took away, in words.
pub(super) fn untied_uses(seen: &Seen) -> Option<String> {
    let parted = parted(seen);
    let untied = parted
        .iter()
        .filter(|r| r.decision == ReviewDecision::Untie);
    let count = untied.count() as u64;
    (count > 0).then(|| format!("{} untied by people: see below.", plural(count, "use")))
}
