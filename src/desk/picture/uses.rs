//! Where a picture ran: the printed words with every fact marked, the chain, why the words were tied to the photo, and
//! what can be decided about both.

use maud::{Markup, html};

use super::Seen;
use super::other::untied_uses;
use crate::desk::layout::{Visit, plural, word};
use crate::desk::words::{chain, fact_name, marked, own};
use crate::flags::CaseAppearance;
use crate::model::{Decision, FactKind, MatchEvidence, ReviewSubject, Sha256};

pub(super) fn section(visit: &Visit, seen: &Seen) -> Markup {
    let uses = &seen.case.appearances;
    html! {
        section #uses {
            h2 { (plural(uses.len() as u64, "use")) }
            @if uses.is_empty() { p.nothing { "No document that shows it is held." } }
            @if let Some(untied) = untied_uses(seen).filter(|_| seen.photo().is_some()) { p.note { (untied) } }
            @if !uses.is_empty() {
                p.legend { mark.m-credit { "credit line" } mark.m-party { "party" } mark.m-state { "state party" } mark.m-creator { "creator" } mark.m-date { "date" } mark.m-fact { "other facts" } }
            }
            @for (one, why) in uses.iter().zip(&seen.why) { (appearance(visit, seen, one, why)) }
        }
    }
}

fn appearance(visit: &Visit, seen: &Seen, a: &CaseAppearance, why: &[MatchEvidence]) -> Markup {
    let facts = a
        .credit
        .facts
        .iter()
        .filter(|f| f.kind != FactKind::Released);
    html! {
        section.use #(a.id) aria-label={ "Use " (a.name()) } {
            p.line {
                b { @match a.outlet.called() { Some(outlet) => (own(outlet, None)), None => { span.quiet { "outlet not known" } } } }
                @if let Some(at) = &a.published { " " time { (at.get(..10).unwrap_or(at)) } }
                @for label in &a.credit.labels { span.label { (word(label)) } }
            }
            @if let Some(title) = &a.title { p.title { (own(title, a.lang.as_deref())) } }
            blockquote { (marked(&a.credit)) }
            @if a.corrected.is_some() {
                p.note { "The credit was corrected in review. Printed is: " q { (own(a.credit_text.as_deref().unwrap_or(&a.text), None)) } }
            }
            (chain(&a.credit))
            dl.facts {
                @if a.credit.credit_line.is_none() { dt { "credit" } dd { i { "none found on the page as captured" } } }
                @for date in &a.credit.caption_dates { dt { @if date.released { "released" } @else { "date" } } dd { (date.date) " " span.quiet { q { (own(&date.text, None)) } } } }
                @for fact in facts { dt { (fact_name(fact.kind)) } dd { q { (own(&fact.text, None)) } } }
                dt { "in" } dd { (own(&a.name(), None)) @if let Some(url) = &a.url { br; span.quiet { (own(url, None)) } } }
            }
            (tie(visit, seen, a, why))
            @if visit.decides() { (correct(visit, seen, a)) }
        }
    }
}

/// How sure it is that this photo was printed there, and why.
fn tie(visit: &Visit, seen: &Seen, a: &CaseAppearance, why: &[MatchEvidence]) -> Markup {
    let Some(photo) = a.photo.filter(|_| a.decision != Decision::Unmatched) else {
        return html! {};
    };
    html! {
        details.tie {
            summary { (word(&a.decision)) " to this picture" @if let Some(p) = a.probability { ", probability " (format!("{p:.2}")) } }
            table.weights {
                thead { tr { th.n scope="col" { "Weight" } th scope="col" { "Kind" } th scope="col" { "What agrees or disagrees" } } }
                tbody {
                    @for one in why {
                        tr.against[one.weight < 0.0] { td.n { (format!("{:+.1}", one.weight)) } td { (one.kind) } td { (own(&one.text, None)) } }
                    }
                }
            }
            @if visit.decides() { (tie_form(visit, seen, &a.id, &photo)) }
        }
    }
}

/// Whether a photo was printed in a use.
pub(super) fn tie_form(visit: &Visit, seen: &Seen, appearance: &str, photo: &Sha256) -> Markup {
    let subject = ReviewSubject::Match {
        appearance: appearance.to_owned(),
        photo: photo.to_hex(),
    };
    html! {
        form.decide method="post" action="/decide" {
            (seen.about(visit, &subject))
            label { "Why" input name="why" maxlength="4000"; }
            button.yes name="decision" value="tie" { "This photo was printed there" }
            button.no name="decision" value="untie" { "It was not" }
        }
    }
}

fn correct(visit: &Visit, seen: &Seen, a: &CaseAppearance) -> Markup {
    let now = a
        .corrected
        .as_deref()
        .or(a.credit.credit_line.as_deref())
        .unwrap_or_default();
    html! {
        details.correct {
            summary { "Correct the credit" }
            form.decide method="post" action="/decide" {
                (seen.about(visit, &ReviewSubject::Credit { appearance: a.id.clone() }))
                label { "The credit as it should read (empty: none is printed)" input name="value" value=(now) dir="auto" maxlength="1000"; }
                label { "Why" input name="why" maxlength="4000"; }
                button name="decision" value="correct" { "Record the correction" }
            }
        }
    }
}
