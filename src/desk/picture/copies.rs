//! Copies side by side: each with its outline in the whole, and a table in which what differs is marked.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use maud::{Markup, html};

use super::Seen;
use crate::desk::layout::{Visit, plural, word};
use crate::desk::words::{beginning, own};
use crate::flags::{Case, CasePhoto};
use crate::model::{Decision, Field, Link, Place, ReviewSubject, Sha256};
use crate::report::escape::escaped;

/// Copies that are laid side by side; the rest are listed.
const SIDE_BY_SIDE: usize = 12;

/// A photo with the outlines of its parts drawn over it.
pub(in crate::desk) fn framed(case: &Case, photo: &CasePhoto, size: &str, alt: &str) -> Markup {
    let parts: Vec<(Place, &CasePhoto)> = case
        .links
        .iter()
        .filter(|link| link.whole() == Some(photo.sha256))
        .filter_map(|link| {
            let part = if link.a == photo.sha256 {
                link.b
            } else {
                link.a
            };
            Some((link.place?, case.photo(&part)?))
        })
        .collect();
    html! {
        div.frame {
            img src={ "/photo/" (photo.sha256.to_hex()) "/" (size) } alt=(alt) decoding="async";
            @if !parts.is_empty() {
                svg.outline viewBox="0 0 1000 1000" preserveAspectRatio="none" role="img" {
                    title { "Outlines of parts: " @for (at, (_, part)) in parts.iter().enumerate() { @if at > 0 { ", " } (escaped(part.name())) } }
                    @for (place, part) in &parts {
                        rect x=(thousandths(place.x)) y=(thousandths(place.y)) width=(thousandths(place.width)) height=(thousandths(place.height)) vector-effect="non-scaling-stroke" { title { (escaped(part.name())) } }
                    }
                }
            }
        }
    }
}

fn thousandths(part: f64) -> String {
    format!("{:.1}", part.clamp(0.0, 1.0) * 1000.0)
}

/// What is compared of one photo.
struct Column<'a> {
    photo: &'a CasePhoto,
    cells: Vec<(&'static str, String)>,
}

fn first_field(photo: &CasePhoto, field: Field) -> String {
    let values = photo
        .metadata
        .iter()
        .filter_map(|held| held.metadata.fields.get(&field));
    values
        .flatten()
        .map(|v| v.value.clone())
        .next()
        .unwrap_or_default()
}

fn column<'a>(case: &'a Case, photo: &'a CasePhoto) -> Column<'a> {
    let printed: Vec<_> = case
        .appearances
        .iter()
        .filter(|a| a.photo == Some(photo.sha256) && a.decision != Decision::Unmatched)
        .collect();
    let joined = |texts: Vec<String>| {
        let mut seen = BTreeSet::new();
        let texts: Vec<String> = texts
            .into_iter()
            .filter(|t| !t.is_empty() && seen.insert(t.clone()))
            .collect();
        texts.join(" | ")
    };
    let size = if photo.width > 0 {
        format!("{} × {}", photo.width, photo.height)
    } else {
        String::new()
    };
    let dates = printed
        .iter()
        .flat_map(|a| a.credit.caption_dates.iter().map(|d| d.date.clone()))
        .collect();
    let cells = vec![
        ("size", size),
        (
            "file",
            joined(
                photo
                    .files
                    .iter()
                    .map(|f| f.input.clone())
                    .take(6)
                    .collect(),
            ),
        ),
        (
            "printed caption",
            joined(
                printed
                    .iter()
                    .map(|a| beginning(&a.credit.caption, 240))
                    .collect(),
            ),
        ),
        (
            "printed credit",
            joined(
                printed
                    .iter()
                    .map(|a| {
                        a.credit
                            .credit_line
                            .clone()
                            .unwrap_or_else(|| "none found".into())
                    })
                    .collect(),
            ),
        ),
        ("printed date", joined(dates)),
        (
            "embedded caption",
            beginning(&first_field(photo, Field::Description), 240),
        ),
        ("embedded creator", first_field(photo, Field::Creator)),
        ("embedded credit", first_field(photo, Field::CreditLine)),
        ("embedded date", first_field(photo, Field::DateCreated)),
    ];
    Column { photo, cells }
}

/// How a photo is related to the one that is shown.
fn relation<'a>(case: &'a Case, shown: &CasePhoto, other: &CasePhoto) -> Option<&'a Link> {
    let ends = |l: &&Link| [l.a, l.b].contains(&shown.sha256) && [l.a, l.b].contains(&other.sha256);
    case.links.iter().find(ends)
}

fn says(link: &Link) -> String {
    let mut words = word(&link.relation).replace('-', " ");
    if let Some(bits) = link.distance.filter(|d| *d > 0) {
        let _ = write!(words, ", {bits} of 256 bits differ");
    }
    if let Some(features) = link.features {
        let _ = write!(words, ", {features} features agree");
    }
    if !link.verified {
        words.push_str(", not verified");
    }
    words
}

pub(super) fn section(visit: &Visit, seen: &Seen) -> Markup {
    let case = &seen.case;
    let Some(shown) = seen.photo().filter(|_| case.photos.len() > 1) else {
        return html! {};
    };
    let mut photos: Vec<&CasePhoto> = vec![shown];
    photos.extend(
        case.photos
            .iter()
            .filter(|p| p.sha256 != shown.sha256)
            .take(SIDE_BY_SIDE - 1),
    );
    let columns: Vec<Column<'_>> = photos.iter().map(|p| column(case, p)).collect();
    let rows: Vec<usize> = columns
        .first()
        .map_or_else(Vec::new, |c| (0..c.cells.len()).collect());
    let cell = |column: &Column<'_>, at: usize| {
        column
            .cells
            .get(at)
            .map(|c| c.1.clone())
            .unwrap_or_default()
    };
    let hidden = case.photos.len() - photos.len();
    html! {
        section #copies {
            h2 { (counted(case.photos.len())) " side by side" }
            p.note { "Marked is what differs from the first." }
            div.scroll tabindex="0" role="region" aria-label="Copies side by side" {
                table.compare {
                    thead { tr {
                        th scope="col" { span.hidden { "What" } }
                        @for column in &columns { th scope="col" { (framed(case, column.photo, "small.jpg", &escaped(column.photo.name()))) } }
                    } }
                    tbody {
                        tr { th scope="row" { "relation" }
                            @for (at, column) in columns.iter().enumerate() { td {
                                @if at == 0 { "shown above" }
                                @else if let Some(link) = relation(case, shown, column.photo) { (says(link)) }
                                @else { span.quiet { "copy of a copy" } }
                            } }
                        }
                        @for at in rows {
                            @let first = columns.first().map(|c| cell(c, at)).unwrap_or_default();
                            @if columns.iter().any(|c| !cell(c, at).is_empty()) {
                                tr {
                                    th scope="row" { (columns.first().and_then(|c| c.cells.get(at)).map_or("", |c| c.0)) }
                                    @for column in &columns {
                                        @let text = cell(column, at);
                                        td.differs[text != first] { @if text.is_empty() { span.quiet { "–" } } @else { (own(&text, None)) } }
                                    }
                                }
                            }
                        }
                        @if visit.decides() {
                            tr { th scope="row" { "decide" }
                                @for (at, column) in columns.iter().enumerate() { td { @if at > 0 { (pair(visit, seen, &shown.sha256, &column.photo.sha256)) } } }
                            }
                        }
                    }
                }
            }
            @if hidden > 0 { p.note { (hidden) " more are held: choose another above." } }
        }
    }
}

/// How many copies there are, in words.
pub(super) fn counted(copies: usize) -> String {
    plural(copies as u64, "copy").replace("copys", "copies")
}

/// A photo with its name, small.
pub(super) fn framed_small(sha: &Sha256, name: &str) -> Markup {
    let to = format!("/photo/{}", sha.to_hex());
    html! {
        figure {
            a href=(to) { img src={ (to) "/small.jpg" } alt=(escaped(name)); }
            figcaption.where { (own(name, None)) }
        }
    }
}

/// Whether two photos show one picture.
pub(super) fn pair(visit: &Visit, seen: &Seen, a: &Sha256, b: &Sha256) -> Markup {
    let subject = ReviewSubject::pair(a.to_hex(), b.to_hex());
    html! {
        form.decide method="post" action="/decide" {
            (seen.about(visit, &subject))
            button.yes name="decision" value="same" { "Same picture" }
            button.no name="decision" value="not-same" { "Not the same" }
        }
    }
}
