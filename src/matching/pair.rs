//! The two sides that evidence weighs, prepared once: an appearance, a photo, and the pair of them.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::compare::{Comparison, Heard, compare};
use super::days::Stated;
use super::person::Name;
use super::pool::Pool;
use super::script::{Script, fold, script_of};
use super::text::{Terms, terms};
use super::{Held, Printed};
use crate::model::{ChainLink, CreditReading, FactKind, Field, Order, Precision, Role};

/// An appearance, prepared.
pub(super) struct Print<'a> {
    /// As it came.
    pub printed: &'a Printed,
    /// Its caption, taken apart.
    pub terms: Terms,
    /// The dates it states.
    pub dates: Vec<Stated>,
    /// The days it states without a year, counted back from the document's date; none where it states a full date.
    pub counted: Vec<(i32, String)>,
    /// Parties of its credit.
    pub parties: BTreeSet<String>,
    /// Those of them that made or first released the picture.
    pub originators: BTreeSet<String>,
    /// Whom its credit may name: photographers, and names that no registry knows.
    pub people: Vec<Name>,
    /// What the rest of the document says: its headline and its other captions.
    pub around: Terms,
    /// Dates that the other captions state.
    pub dates_around: Vec<Stated>,
}

/// A photo, prepared.
pub(super) struct Candidate<'a> {
    /// As it came.
    pub held: &'a Held,
    /// Its embedded text, taken apart.
    pub terms: Terms,
    /// Dates of its description, then its creation date.
    pub dates: Vec<Stated>,
    /// Parties of its credit.
    pub parties: BTreeSet<String>,
    /// Those of them that made or first released the picture.
    pub originators: BTreeSet<String>,
    /// Its photographers.
    pub creators: Vec<Name>,
}

/// An appearance beside a photo.
pub(super) struct Pair<'a> {
    /// The appearance.
    pub print: &'a Print<'a>,
    /// The photo.
    pub candidate: &'a Candidate<'a>,
    /// Their texts compared.
    pub texts: Comparison,
    /// What the appearance's items are worth among all its candidates.
    pub pool: Rc<Pool>,
}

fn script_of_name(name: &str) -> Script {
    name.chars().next().map_or(Script::Other, script_of)
}

/// The names of `a` that are written as some of `b` are. A name that no registry knows may be any name that is written in
/// another script, so the rest cannot be told from those.
pub(super) fn comparable<'n>(a: &'n BTreeSet<String>, b: &BTreeSet<String>) -> BTreeSet<&'n str> {
    let scripts: BTreeSet<Script> = b.iter().map(|name| script_of_name(name)).collect();
    let names = a.iter().map(String::as_str);
    names
        .filter(|name| scripts.contains(&script_of_name(name)))
        .collect()
}

impl<'a> Pair<'a> {
    /// Brings the two together; `heard` and `pool` belong to the appearance.
    pub fn new(
        print: &'a Print<'a>,
        candidate: &'a Candidate<'a>,
        heard: &mut Heard,
        pool: &Rc<Pool>,
    ) -> Self {
        Self {
            print,
            candidate,
            texts: compare(&print.terms, &candidate.terms, heard),
            pool: pool.clone(),
        }
    }
}

/// The text without the words of its dates, which are compared as dates, and without what it says of its source and its
/// use, which says nothing of what is shown.
fn shown(text: &str, reading: &CreditReading) -> String {
    let facts = reading
        .all()
        .flat_map(|reading| &reading.facts)
        .filter(|fact| fact.kind != FactKind::Place)
        .map(|fact| fact.text.as_str());
    let dates = reading.caption_dates.iter().map(|date| date.text.as_str());
    facts
        .chain(dates)
        .filter(|words| words.chars().count() > 3)
        .fold(text.to_owned(), |text, words| text.replace(words, " · "))
}

fn parties<'r>(readings: impl Iterator<Item = &'r CreditReading>) -> BTreeSet<String> {
    let links = readings
        .flat_map(CreditReading::all)
        .flat_map(|reading| &reading.chain);
    links.map(key_of).collect()
}

/// Who stands first in the chains whose order is sure.
fn originators<'r>(readings: impl Iterator<Item = &'r CreditReading>) -> BTreeSet<String> {
    let links = readings
        .flat_map(CreditReading::all)
        .filter(|reading| reading.order == Order::Sure)
        .flat_map(|reading| &reading.chain);
    links
        .filter(|link| link.role == Role::Originator)
        .map(key_of)
        .collect()
}

fn key_of(link: &ChainLink) -> String {
    let folded = || fold(&link.name).into_iter().map(|(c, _)| c).collect();
    link.party.clone().unwrap_or_else(folded)
}

fn stated(reading: &CreditReading) -> impl Iterator<Item = Stated> + '_ {
    reading
        .all()
        .flat_map(|reading| &reading.caption_dates)
        .filter_map(Stated::of)
}

/// How many captions before and after one are its surroundings: more than nearly every page has, and few enough that a
/// page of fifty thousand costs no more than its length.
const NEAR: usize = 20;

fn people(credit: &CreditReading) -> Vec<Name> {
    let named = credit.all().flat_map(|reading| {
        let unknown = reading.chain.iter().filter(|link| link.party.is_none());
        reading
            .creators
            .iter()
            .chain(unknown.map(|link| &link.name))
    });
    named.map(|name| Name::new(name)).collect()
}

impl<'a> Print<'a> {
    /// Prepares all appearances of a document.
    pub fn all(printed: &'a [Printed]) -> Vec<Self> {
        printed
            .iter()
            .enumerate()
            .map(|(at, one)| {
                let lang = one.lang.as_deref();
                let near = at.saturating_sub(NEAR)..(at + NEAR + 1).min(printed.len());
                let around: Vec<&Printed> = printed
                    .get(near)
                    .unwrap_or_default()
                    .iter()
                    .filter(|p| p.caption != one.caption)
                    .collect();
                let context: String = one
                    .title
                    .iter()
                    .map(String::as_str)
                    .chain(around.iter().map(|p| p.caption.as_str()))
                    .collect::<Vec<_>>()
                    .join(" . ");
                let mut text = shown(&one.caption, &one.credit);
                if let Some(line) = &one.credit.credit_line
                    && one.credit.caption.is_empty()
                {
                    // Nothing but the credit is printed.
                    text = text.replace(line.as_str(), " · ");
                }
                if let Some(alt) = &one.alt
                    && !text.contains(alt.as_str())
                {
                    text.push_str(" . ");
                    text.push_str(alt);
                }
                let dates: Vec<Stated> = stated(&one.credit).collect();
                let published = one.published.as_deref().and_then(super::days::day);
                let exact = dates.iter().any(|date| date.precision == Precision::Day);
                let counted = published
                    .filter(|_| !exact)
                    .map_or_else(Vec::new, |day| super::relative::days(&text, lang, day));
                Self {
                    printed: one,
                    terms: terms(&text, lang),
                    dates,
                    counted,
                    parties: parties(std::iter::once(&one.credit)),
                    originators: originators(std::iter::once(&one.credit)),
                    people: people(&one.credit),
                    around: terms(&context, lang),
                    dates_around: around.iter().flat_map(|p| stated(&p.credit)).collect(),
                }
            })
            .collect()
    }
}

impl<'a> Candidate<'a> {
    /// Prepares a photo.
    pub fn new(held: &'a Held) -> Self {
        let description = if held.description.caption.is_empty() {
            &held.description.text
        } else {
            &held.description.caption
        };
        let mut parts = vec![shown(description, &held.description)];
        for field in [Field::Headline, Field::City, Field::Country] {
            if let Some(value) = held.metadata.first(field) {
                parts.push(value.to_owned());
            }
        }
        if description.trim().is_empty() {
            // Nothing but the file name may say what the photo shows.
            parts.extend(
                held.names
                    .iter()
                    .map(|name| name.replace(['_', '-', '.'], " ")),
            );
        }
        let lang = held.description.lang.as_deref();
        let mut dates: Vec<Stated> = stated(&held.description).collect();
        dates.extend(
            held.metadata
                .values(Field::DateCreated)
                .iter()
                .filter_map(|v| Stated::field(&v.value)),
        );
        let mut names: Vec<String> = held.credit.creators.clone();
        names.extend(held.description.creators.iter().cloned());
        names.sort();
        names.dedup();
        Self {
            held,
            terms: terms(&parts.join(" . "), lang),
            dates,
            parties: parties([&held.credit, &held.description].into_iter()),
            originators: originators([&held.credit, &held.description].into_iter()),
            creators: names.iter().map(|name| Name::new(name)).collect(),
        }
    }
}
