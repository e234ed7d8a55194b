//! `caption-conflict`: captions of one picture that state different dates, or places of different countries.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use crate::matching::{Countries, countries};
use crate::model::{
    CaptionDate, CreditReading, Evidence, FactKind, Field, Flag, Label, Precision, Severity,
    Sureness,
};

use super::claim::{Claim, copy_name};
use super::days::{first_day, is_certain, last_day, number, of_picture};
use super::finding::{flag, list, picture};
use super::state::day;
use super::terms::{self, Means};
use super::{Origin, Rule, Scene};

pub(super) struct CaptionConflict;

impl Rule for CaptionConflict {
    fn id(&self) -> &'static str {
        "caption-conflict"
    }

    fn summary(&self) -> &'static str {
        "Captions of one picture state different dates, or places in different countries."
    }

    fn why(&self) -> &'static str {
        "A picture was taken once: at least one page tells its readers something that the picture does not show."
    }

    fn evidence(&self) -> &'static str {
        "The dates as each caption states them, printed or embedded. Two captions are against each other only where no \
         date of the one comes near any date of the other, more than a day apart (days-apart); a date of release is none \
         of the event, a year alone is no claim, \"undated\" claims nothing, and neither does a range or a date of numbers \
         whose order is not known. Sure only where both days are those of the picture: by words (\"photo taken on\") or by \
         Date Created. Two places (kind place) are against each other, \
         and only possibly, where each caption states one with its country and neither names the other's country or a \
         city in it. Events are not compared."
    }

    fn false_alarms(&self) -> &'static str {
        "A caption whose only date is that of something else (\"ahead of the vote of 12 May\"); two frames of two days \
         that look alike; a caption matched to the wrong photo."
    }

    fn severity(&self) -> &'static str {
        "warning where sure (days of the picture, verified copies, pages tied by their image), else notice"
    }

    fn check(&self, scene: &Scene<'_>, _origins: &[Origin]) -> Vec<Flag> {
        finding(self.id(), scene).into_iter().collect()
    }
}

/// One caption's dates.
struct Side<'a> {
    claim: &'a Claim<'a>,
    photo: usize,
    /// First and last day of each date, year dates too: they are no claim, and they may agree.
    stretches: Vec<(i64, i64)>,
    /// The dates that are a claim.
    dates: Vec<&'a CaptionDate>,
    sure: Sureness,
    /// The place that the caption states, as it stands there.
    place: Option<&'a str>,
    /// The countries that the place names, and those that the whole caption names; looked up once.
    countries: OnceCell<(BTreeSet<String>, Countries)>,
}

/// Of more captions that differ the rest is not compared: the finding would be no clearer.
const MOST: usize = 64;

fn finding(rule: &str, scene: &Scene<'_>) -> Option<Flag> {
    let mut sides: Vec<Side<'_>> = Vec::new();
    for side in scene.claims.iter().filter_map(|claim| side(scene, claim)) {
        let known = |other: &Side<'_>| {
            other.stretches == side.stretches
                && other.place == side.place
                && scene.copies.way(other.photo, side.photo) == Some(Sureness::Sure)
                && other.sure <= side.sure
        };
        if sides.len() < MOST && !sides.iter().any(known) {
            sides.push(side);
        }
    }
    let days = i64::from(scene.thresholds.days_apart);
    let mut against: [Vec<usize>; 2] = Default::default();
    let mut confidence = Sureness::Possible;
    for (n, a) in sides.iter().enumerate() {
        for (m, b) in sides.iter().enumerate().skip(n + 1) {
            let Some(way) = scene.copies.way(a.photo, b.photo) else {
                continue;
            };
            let [dates, places] = &mut against;
            if apart(a, b, days) {
                confidence = confidence.min(way.max(a.sure).max(b.sure));
                dates.extend([n, m]);
            } else if elsewhere(a, b) {
                places.extend([n, m]);
            }
        }
    }
    let mut evidence = Vec::new();
    let mut kinds = Vec::new();
    let mut sentences = Vec::new();
    for (mut numbers, kind) in against.into_iter().zip(["date", "place"]) {
        numbers.sort_unstable();
        numbers.dedup();
        let mut said: Vec<String> = Vec::new();
        for side in numbers.iter().filter_map(|n| sides.get(*n)) {
            for quoted in side.quotes(kind, &copy_name(scene.case, side.claim.copy)) {
                let words = quoted.text.as_deref().unwrap_or_default();
                said.push(format!("\"{words}\""));
                evidence.push(quoted);
            }
        }
        if !said.is_empty() {
            said.sort_unstable();
            said.dedup();
            kinds.push(kind.to_owned());
            sentences.push(format!("different {kind}s: {}", list(&said)));
        }
    }
    if evidence.is_empty() {
        return None;
    }
    let severity = match confidence {
        Sureness::Sure => Severity::Warning,
        Sureness::Possible => Severity::Notice,
    };
    let summary = format!(
        "Captions of this picture state {}.",
        sentences.join("; and ")
    );
    let subject = picture(scene.case)?;
    let mut flag = flag(rule, severity, confidence, subject, summary, evidence);
    flag.kinds = kinds;
    Some(flag)
}

impl Side<'_> {
    /// The countries of its place, and of its whole caption; none where it states no place.
    fn countries(&self) -> Option<&(BTreeSet<String>, Countries)> {
        let place = self.place?;
        let reading = self.claim.reading;
        let of = |text: &str| countries(text, reading.lang.as_deref());
        Some(
            self.countries
                .get_or_init(|| (of(place).named, of(&reading.text))),
        )
    }

    /// What it says of the kind, word for word.
    fn quotes(&self, kind: &str, name: &str) -> Vec<Evidence> {
        if kind == "date" {
            let dates = self.dates.iter();
            return dates.map(|date| quote(self.claim, date, name)).collect();
        }
        let from = format!("place in the {} of {name}", caption(self.claim));
        self.place
            .map(|place| self.claim.evidence(&[Some(place)], from))
            .into_iter()
            .collect()
    }
}

fn quote(claim: &Claim<'_>, date: &CaptionDate, name: &str) -> Evidence {
    let from = format!("date in the {} of {name}: {}", caption(claim), date.date);
    claim.evidence(&[Some(&date.text)], from)
}

fn caption(claim: &Claim<'_>) -> &'static str {
    match claim.field {
        Some(_) => "embedded caption",
        None => "printed caption",
    }
}

fn side<'a>(scene: &Scene<'_>, claim: &'a Claim<'a>) -> Option<Side<'a>> {
    if claim.field.is_some_and(|f| f != Field::Description) || !is_of_one_moment(claim.reading) {
        return None;
    }
    let mut stated = of_picture(claim.reading);
    stated.retain(|d| !d.released);
    // Of two ends of a range one may be read alone, and numbers may be a day and a month either way round.
    if !stated.iter().all(|d| is_certain(&claim.reading.text, d)) {
        stated.clear();
    }
    let mut stretches = Vec::new();
    for date in &stated {
        let first = first_day(&date.date, date.precision).and_then(|d| number(&d))?;
        let last = last_day(&date.date, date.precision).and_then(|d| number(&d))?;
        stretches.push((first, last));
    }
    stretches.sort_unstable();
    stretches.dedup();
    let mut dates = stated;
    dates.retain(|d| d.precision != Precision::Year);
    let a_day = stretches.len() == 1 && dates.iter().all(|d| d.precision == Precision::Day);
    let sure = if a_day && dates.iter().all(|d| is_bound(scene, claim, d)) {
        claim.tied
    } else {
        Sureness::Possible
    };
    let mut places = claim.reading.facts.iter();
    let place = places.find(|f| f.kind == FactKind::Place);
    (!dates.is_empty() || place.is_some()).then_some(Side {
        place: place.map(|f| f.text.as_str()),
        claim,
        photo: claim.photo?,
        stretches,
        dates,
        sure,
        countries: OnceCell::new(),
    })
}

/// Whether a day is said to be that of the picture, and not of something that the caption tells: in words ("photo taken on"),
/// or because Date Created of the picture is the same.
fn is_bound(scene: &Scene<'_>, claim: &Claim<'_>, date: &CaptionDate) -> bool {
    let mut terms = terms::find(&claim.reading.text).into_iter();
    if terms.any(|hit| hit.means == Means::Taken) {
        return true;
    }
    let apart = i64::from(scene.thresholds.days_apart);
    let stated = day(Some(&date.date)).and_then(|d| number(&d));
    let created = |at: usize| {
        let photo = scene.case.photos.get(at);
        let fields = photo.into_iter().flat_map(|p| &p.metadata);
        fields
            .flat_map(|m| m.metadata.values(Field::DateCreated))
            .filter_map(|v| day(Some(&v.value)).and_then(|d| number(&d)))
    };
    let copies = (0..scene.case.photos.len()).filter(|at| {
        claim
            .photo
            .is_some_and(|here| scene.copies.way(here, *at) == Some(Sureness::Sure))
    });
    stated.is_some_and(|stated| {
        copies
            .flat_map(created)
            .any(|created| (created - stated).abs() <= apart)
    })
}

/// Whether a caption speaks of one picture of something that happened.
fn is_of_one_moment(reading: &CreditReading) -> bool {
    const OTHER: [Label; 5] = [
        Label::Composite,
        Label::AiGenerated,
        Label::Illustration,
        Label::Symbolic,
        Label::Undated,
    ];
    reading.also.is_empty() && !OTHER.iter().any(|l| reading.has(*l))
}

/// Whether no date of the one comes near any of the other.
fn apart(a: &Side<'_>, b: &Side<'_>, days: i64) -> bool {
    let near = |x: &(i64, i64), y: &(i64, i64)| x.0 - y.1 <= days && y.0 - x.1 <= days;
    !a.dates.is_empty()
        && !b.dates.is_empty()
        && !a
            .stretches
            .iter()
            .any(|x| b.stretches.iter().any(|y| near(x, y)))
}

/// Whether both state a place with its country and neither caption names the other's, or a city there.
fn elsewhere(a: &Side<'_>, b: &Side<'_>) -> bool {
    let (Some((of_a, all_a)), Some((of_b, all_b))) = (a.countries(), b.countries()) else {
        return false;
    };
    let strange = |wanted: &BTreeSet<String>, all: &Countries| {
        wanted.is_disjoint(&all.named) && wanted.is_disjoint(&all.around)
    };
    !of_a.is_empty() && !of_b.is_empty() && strange(of_a, all_b) && strange(of_b, all_a)
}
