//! The list of findings: filters with counts, rows with a picture and the words, decisions one key away.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse as _, Redirect, Response};
use maud::{Markup, html};

use super::layout::{
    Answer, Trouble, Visit, page as whole, plural, respond, severity, state, word,
};
use super::request::{address, encode};
use super::runs;
use super::state::Desk;
use super::words::{beginning, own, tag};
use crate::archive::{
    FACETS, Facet, FacetCount, FacetCounts, ListFilter, Listed, Page, PublicId, Sort, parse_public,
};
use crate::flags::RULES;
use crate::model::SubjectKind;
use crate::query::DateRange;
use crate::report::audit::page::number;
use crate::report::escape::escaped;

/// Findings on a page.
const SIZE: usize = 50;

/// Values of a filter that are shown at once.
const SHOWN: usize = 8;

/// What a list of findings is asked for.
struct Asked {
    filter: ListFilter,
    sort: Sort,
    after: Option<(i64, String)>,
    /// What was asked for and cannot be.
    wrong: Vec<String>,
}

/// The longest value of a filter: every one stands in every link of the page.
const LONGEST: usize = 300;

const SORTS: [(&str, Sort, &str); 3] = [
    ("severity", Sort::Severity, "Most severe first"),
    ("newest", Sort::Newest, "Newest first"),
    ("oldest", Sort::Oldest, "Oldest first"),
];

/// A day, month or year that there is, as typed; what is none is said.
pub(super) fn day(visit: &Visit, name: &str, wrong: &mut Vec<String>) -> Option<String> {
    let text = visit.asked(name)?.trim();
    if !text.contains("..") && DateRange::parse(text).is_some() {
        return Some(text.to_owned());
    }
    wrong.push(format!(
        "“{}” is no date and was left out: write a day, month or year, as 2023-09-13, 2023-09 or 2023.",
        beginning(text, 40)
    ));
    None
}

/// What was asked for and left out, said above what is shown.
pub(super) fn left_out(wrong: &[String]) -> Markup {
    html! { @for says in wrong { p.problem role="alert" { (own(says, None)) } } }
}

impl Asked {
    fn of(visit: &Visit) -> Self {
        let mut wrong = Vec::new();
        let mut values: BTreeMap<Facet, Vec<String>> = BTreeMap::new();
        let mut short = |text: &String| {
            let fits = text.chars().count() <= LONGEST;
            if !fits {
                wrong.push(format!(
                    "“{}” is longer than {LONGEST} characters and was left out.",
                    beginning(text, 40)
                ));
            }
            fits
        };
        let words = visit.asked("q").map(str::to_owned).filter(&mut short);
        for facet in FACETS {
            let mut asked = visit.all(facet.word());
            asked.retain(&mut short);
            asked.sort();
            asked.dedup();
            if !asked.is_empty() {
                values.insert(facet, asked);
            }
        }
        // What nobody decided yet is what there is to do; `state=` asks for everything.
        if !visit.query.iter().any(|(name, _)| name == "state") {
            values.insert(Facet::State, vec!["open".into()]);
        }
        let sort = visit.asked("sort");
        let after = visit.asked("after").and_then(|a| {
            let (place, flag) = a.split_once('.')?;
            Some((place.parse().ok()?, flag.to_owned()))
        });
        Self {
            filter: ListFilter {
                values,
                from: day(visit, "from", &mut wrong),
                to: day(visit, "to", &mut wrong),
                words,
            },
            sort: SORTS
                .iter()
                .find(|s| Some(s.0) == sort)
                .map_or_else(Sort::default, |s| s.1),
            after,
            wrong,
        }
    }

    /// The address of the list with one thing changed.
    fn address(&self, change: impl FnOnce(&mut Self)) -> String {
        let mut other = Self {
            filter: self.filter.clone(),
            sort: self.sort,
            after: None,
            wrong: Vec::new(),
        };
        change(&mut other);
        let mut query = Vec::new();
        for (facet, values) in &other.filter.values {
            query.extend(values.iter().map(|v| (facet.word(), v.as_str())));
        }
        if other.filter.of(Facet::State).is_empty() {
            query.push(("state", ""));
        }
        let texts = [
            ("from", &other.filter.from),
            ("to", &other.filter.to),
            ("q", &other.filter.words),
        ];
        query.extend(
            texts
                .iter()
                .filter_map(|(name, text)| Some((*name, text.as_deref()?))),
        );
        if other.sort != Sort::default() {
            query.extend(
                SORTS
                    .iter()
                    .filter(|s| s.1 == other.sort)
                    .map(|s| ("sort", s.0)),
            );
        }
        let after = other
            .after
            .as_ref()
            .map(|(place, flag)| format!("{place}.{flag}"));
        query.extend(after.as_deref().map(|a| ("after", a)));
        address("/findings", &query)
    }
}

pub(super) async fn page(State(desk): State<Arc<Desk>>, uri: Uri, headers: HeaderMap) -> Response {
    respond(desk, uri, headers, |visit| {
        let asked = Asked::of(visit);
        let (list, under_way) = visit.desk.ask(|archive| {
            let list = archive.flag_page(&asked.filter, asked.sort, asked.after.as_ref(), SIZE)?;
            Ok((list, runs::under_way(archive)?))
        })?;
        let counts = visit.desk.counts(&asked.filter)?;
        let body = html! {
            div.split {
                (filters(&asked, &counts))
                section.list aria-label="Findings" {
                    div.listhead {
                        h1 { "Findings " span.count #total { (number(counts.total)) } }
                        (chosen(&asked, &counts))
                        form.sort method="get" action="/findings" data-submits="" {
                            (kept(&asked, &["sort"]))
                            label { span.quiet { "Order" } select name="sort" {
                                @for (name, sort, says) in SORTS { option value=(name) selected[sort == asked.sort] { (says) } }
                            } }
                            button.fallback { "Sort" }
                        }
                    }
                    (left_out(&asked.wrong))
                    @if under_way { (runs::notice()) }
                    (rows(visit, &list))
                    (pages(&asked, &list))
                }
            }
        };
        Ok(whole(visit, "Findings", "/findings", &body))
    })
    .await
}

/// What a form has to carry on, but for what it asks itself.
fn kept(asked: &Asked, but: &[&str]) -> Markup {
    html! {
        @for (facet, values) in &asked.filter.values {
            @if !but.contains(&facet.word()) {
                @for value in values { input type="hidden" name=(facet.word()) value=(value); }
            }
        }
        @if asked.filter.of(Facet::State).is_empty() && !but.contains(&"state") { input type="hidden" name="state" value=""; }
        @for (name, text) in [("from", &asked.filter.from), ("to", &asked.filter.to), ("q", &asked.filter.words)] {
            @if let Some(text) = text { @if !but.contains(&name) { input type="hidden" name=(name) value=(text); } }
        }
        @if asked.sort != Sort::default() && !but.contains(&"sort") {
            @for (name, sort, _) in SORTS { @if sort == asked.sort { input type="hidden" name="sort" value=(name); } }
        }
    }
}

fn heading(facet: Facet) -> &'static str {
    match facet {
        Facet::State => "Review",
        Facet::Severity => "Severity",
        Facet::Rule => "Rule",
        Facet::Level => "How it is known",
        Facet::Source => "State source",
        Facet::Outlet => "Outlet",
        Facet::Distributor => "Supplied by",
        Facet::Label => "Label",
    }
}

fn filters(asked: &Asked, counts: &FacetCounts) -> Markup {
    let empty = Vec::new();
    html! {
        aside.filters aria-label="Filters" {
            details open data-filters="" {
                summary { "Filters" }
                form.words method="get" action="/findings" role="search" {
                    (kept(asked, &["q", "from", "to"]))
                    label { "Words" input type="search" name="q" maxlength="300" value=[asked.filter.words.as_deref()] placeholder="in captions and credits" data-search=""; }
                    div.dates {
                        label { "From" input name="from" value=[asked.filter.from.as_deref()] placeholder="2023-09" pattern="[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?" inputmode="numeric" title="A day, month or year: 2023-09-13, 2023-09 or 2023"; }
                        label { "To" input name="to" value=[asked.filter.to.as_deref()] placeholder="2024" pattern="[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?" inputmode="numeric" title="A day, month or year: 2023-09-13, 2023-09 or 2023"; }
                    }
                    button { "Narrow" }
                }
                div #facets { @for facet in FACETS { (facet_list(asked, facet, counts.values.get(&facet).unwrap_or(&empty))) } }
            }
        }
    }
}

fn facet_list(asked: &Asked, facet: Facet, values: &[FacetCount]) -> Markup {
    let ordered;
    let values = match facet {
        Facet::Severity => {
            ordered = in_order(values, &["warning", "notice", "info"]);
            &ordered
        }
        Facet::State => {
            ordered = in_order(values, &["open", "confirmed", "rejected", "stale"]);
            &ordered
        }
        _ => values,
    };
    if values.is_empty() {
        return html! {};
    }
    let wanted = asked.filter.of(facet);
    let (first, more) = values.split_at(values.len().min(SHOWN));
    let hidden_choice = more.iter().any(|v| wanted.contains(&v.value));
    let one = |value: &FacetCount| {
        let on = wanted.contains(&value.value);
        let to = asked.address(|other| {
            let all = other.filter.values.entry(facet).or_default();
            if on {
                all.retain(|v| *v != value.value);
            } else {
                all.push(value.value.clone());
                all.sort();
            }
            if all.is_empty() {
                other.filter.values.remove(&facet);
            }
        });
        html! {
            li { a href=(to) aria-current=[on.then_some("true")] data-facet="" {
                span.name { (own(&value.name, None)) } span.n { (number(value.count)) }
            } }
        }
    };
    html! {
        section.facet {
            h2 { (heading(facet)) }
            ul { @for value in first { (one(value)) } }
            @if !more.is_empty() {
                details open[hidden_choice] {
                    summary { (more.len().min(200)) " more" }
                    ul { @for value in more.iter().take(200) { (one(value)) } }
                }
            }
        }
    }
}

fn in_order(values: &[FacetCount], order: &[&str]) -> Vec<FacetCount> {
    order
        .iter()
        .filter_map(|word| values.iter().find(|v| v.value == *word).cloned())
        .collect()
}

/// What the list is narrowed by, each with a way out.
fn chosen(asked: &Asked, counts: &FacetCounts) -> Markup {
    let mut chips: Vec<(String, String, String)> = Vec::new();
    for (facet, values) in &asked.filter.values {
        for value in values {
            let known = counts
                .values
                .get(facet)
                .and_then(|all| all.iter().find(|c| c.value == *value));
            let to = asked.address(|other| {
                if let Some(all) = other.filter.values.get_mut(facet) {
                    all.retain(|v| v != value);
                    if all.is_empty() {
                        other.filter.values.remove(facet);
                    }
                }
            });
            chips.push((
                heading(*facet).into(),
                known.map_or_else(|| value.clone(), |k| k.name.clone()),
                to,
            ));
        }
    }
    if let Some(words) = &asked.filter.words {
        chips.push((
            "Words".into(),
            words.clone(),
            asked.address(|o| o.filter.words = None),
        ));
    }
    if let Some(from) = &asked.filter.from {
        chips.push((
            "From".into(),
            from.clone(),
            asked.address(|o| o.filter.from = None),
        ));
    }
    if let Some(to) = &asked.filter.to {
        chips.push((
            "To".into(),
            to.clone(),
            asked.address(|o| o.filter.to = None),
        ));
    }
    html! {
        @if !chips.is_empty() {
            ul.chips aria-label="Narrowed by" {
                @for (what, value, to) in &chips {
                    li { a href=(to) title="Take this away" { span.quiet { (what) } " " (own(&beginning(value, 40), None)) span.cross aria-hidden="true" { "×" } } }
                }
                @if chips.len() > 1 { li { a.all href="/findings?state=" { "Show everything" } } }
            }
        }
    }
}

fn rows(visit: &Visit, list: &Page) -> Markup {
    html! {
        @if list.rows.is_empty() {
            p.nothing { "No findings fit. " a href="/findings?state=" { "Show everything" } }
        }
        ol.findings data-list="" {
            @for row in &list.rows { (finding(visit, row)) }
        }
    }
}

/// Where a finding of a list leads.
fn leads(row: &Listed) -> String {
    let place = row.picture.as_ref().map_or_else(
        || {
            row.use_id.as_ref().map_or_else(
                || format!("/flag/{}", row.flag.flag),
                |id| format!("/use/{id}"),
            )
        },
        |id| format!("/picture/{id}"),
    );
    format!("{place}#flag-{}", row.flag.flag)
}

fn finding(visit: &Visit, row: &Listed) -> Markup {
    let flag = &row.flag;
    let decided = flag.review.as_ref();
    let words = flag.evidence.iter().find_map(|e| e.text.as_deref());
    html! {
        li.finding.decided[decided.is_some()] data-finding=(flag.flag) tabindex="-1" {
            a.thumb href=(leads(row)) tabindex="-1" aria-hidden="true" {
                @match &row.photo {
                    Some(sha) => { img src={ "/photo/" (sha) "/small.jpg" } alt="" width="132" height="88" loading="lazy" decoding="async"; }
                    None => { span.nophoto { "no photo held" } }
                }
            }
            div.what {
                p.line { (severity(flag.severity)) span.rule { (flag.rule) } @if word(&flag.confidence) == "possible" { span.maybe { "possible" } } (state(decided)) }
                p.summary { a href=(leads(row)) data-open="" { (escaped(&flag.summary)) } }
                @if flag.subject.kind != SubjectKind::Appearance || (row.caption.is_empty() && row.credit.is_none()) {
                    p.caption { (own(&flag.subject.name, None)) @if let Some(words) = words { " " mark.m-credit dir="auto" { (escaped(&beginning(words, 160))) } } }
                } @else {
                    p.caption dir="auto" lang=[row.lang.as_deref().and_then(tag)] {
                        (escaped(&beginning(&row.caption, 180)))
                        @if let Some(credit) = &row.credit { " " mark.m-credit { (escaped(&beginning(credit, 120))) } }
                        @else if let Some(words) = words.filter(|w| !row.caption.contains(*w)) { " " mark.m-fact { (escaped(&beginning(words, 120))) } }
                    }
                }
                p.where {
                    @if row.uses == 0 { span.quiet { "in no document that is held" } }
                    @else if row.outlets > 1 { (plural(row.uses, "use")) " in " (plural(row.outlets, "outlet")) ", the latest" }
                    @else {
                        @match &row.outlet { Some(outlet) => (own(outlet, None)), None => { span.quiet { "outlet not known" } } }
                        @if row.uses > 1 { " · " (plural(row.uses, "use")) }
                    }
                    @if let Some(day) = &row.day { @if row.outlets > 1 { " " } @else { " · " } time { (day) } }
                }
            }
            @if visit.decides() { (buttons(visit, &flag.flag, decided.map(|r| r.review.as_str()))) }
        }
    }
}

/// Confirm, reject; or undo what was decided.
pub(super) fn buttons(visit: &Visit, flag: &str, review: Option<&str>) -> Markup {
    html! {
        form.decide method="post" action="/decide" data-decide="" {
            (visit.form_fields())
            input type="hidden" name="kind" value="flag";
            input type="hidden" name="subject" value=(flag);
            input type="hidden" name="seen" value=[review];
            @if let Some(review) = review {
                button.plain formaction="/undo" name="review" value=(review) { "Undo" }
            } @else {
                button.yes name="decision" value="confirm" { "Confirm" }
                button.no name="decision" value="reject" { "Reject" }
            }
        }
    }
}

fn pages(asked: &Asked, list: &Page) -> Markup {
    let last = list.rows.last().filter(|_| list.more);
    html! {
        nav.pages aria-label="Pages" {
            @if asked.after.is_some() { a href=(asked.address(|_| ())) { "To the beginning" } }
            @if let Some(last) = last {
                a.next rel="next" href=(asked.address(|o| o.after = Some(last.place.clone()))) { "Next " (SIZE) }
            }
        }
    }
}

/// A finding by its id: the page of the picture or use that it is about.
pub(super) async fn open(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    respond(desk, uri, headers, move |visit| open_flag(visit, &id)).await
}

fn open_flag(visit: &Visit, id: &str) -> Answer {
    let subjects = visit.desk.ask(|archive| archive.flag_subjects(id))?;
    let (subject, case) =
        subjects.ok_or_else(|| Trouble::Nothing("The archive holds no such finding.".into()))?;
    let place = [&case, &subject]
        .into_iter()
        .find_map(|key| match parse_public(key) {
            Some(PublicId::Picture(_)) => Some(format!("/picture/{key}")),
            Some(PublicId::Appearance(_)) => Some(format!("/use/{key}")),
            Some(PublicId::Document(_)) => Some(format!("/document/{key}")),
            Some(PublicId::Photo(_)) => Some(format!("/photo/{key}")),
            None => None,
        });
    let place = place
        .ok_or_else(|| Trouble::Nothing("The finding is about nothing that has a page.".into()))?;
    Ok(Redirect::to(&format!("{place}#flag-{}", encode(id))).into_response())
}

/// What a rule finds, for titles.
pub(super) fn rule_says(id: &str) -> Option<&'static str> {
    RULES
        .iter()
        .find(|rule| rule.id() == id)
        .map(|rule| rule.summary())
}
