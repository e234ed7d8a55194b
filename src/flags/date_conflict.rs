//! `date-conflict`: the day in a caption against the day in the file's own fields, and against the page's.

use crate::model::{
    Carrier, Decision, Evidence, Field, Flag, Label, Precision, Severity, Sureness,
};

use super::claim::{Claim, Copy};
use super::days::{is_certain, is_set, number, of_picture};
use super::finding::{fact, flag, subject};
use super::state::day;
use super::{CasePhoto, Origin, Rule, Scene};

pub(super) struct DateConflict;

impl Rule for DateConflict {
    fn id(&self) -> &'static str {
        "date-conflict"
    }

    fn summary(&self) -> &'static str {
        "The day in a caption cannot be right if the file's own date, or the page's, is."
    }

    fn why(&self) -> &'static str {
        "A picture that is older than the event it is said to show is the usual form of a false caption."
    }

    fn evidence(&self) -> &'static str {
        "The caption's day in its words, and Date Created in the file that the page shows. Kinds: before (the file was \
         made before the day that the caption states), after (the camera's clock, EXIF DateTimeOriginal, stands after \
         every day that the caption states, the day of release too), ahead (the caption's day lies after the page's). \
         More than a day apart (days-apart), which is what time zones make. IPTC Date Created may be the day of sending, \
         so it never shows that a picture was taken late. An undated picture claims nothing."
    }

    fn false_alarms(&self) -> &'static str {
        "A camera whose clock was wrong; a caption that names the day of something else, past or to come; a page that \
         kept its date when it was updated; a scan whose camera date is that of the scanner."
    }

    fn severity(&self) -> &'static str {
        "notice for before and after, info for ahead; always possible, since one of two dates is wrong and cutline cannot \
         know which"
    }

    fn check(&self, scene: &Scene<'_>, _origins: &[Origin]) -> Vec<Flag> {
        scene
            .copies()
            .filter_map(|copy| finding(self.id(), scene, copy))
            .collect()
    }
}

/// One day with the words or field that states it.
struct Day {
    number: i64,
    evidence: Evidence,
}

/// A day that a caption states for the event, or, with `released`, that bounds it.
struct Stated {
    day: Day,
    released: bool,
}

/// What contradicts what.
struct Conflict {
    kind: &'static str,
    sentence: String,
    evidence: [Evidence; 2],
}

fn finding(rule: &str, scene: &Scene<'_>, copy: Copy) -> Option<Flag> {
    let apart = i64::from(scene.thresholds.days_apart);
    let stated = stated(scene, copy)?;
    let file = match copy {
        Copy::Photo(at) => Some(at),
        Copy::Appearance(at) => {
            let appearance = scene.case.appearances.get(at)?;
            let matched = appearance.decision == Decision::Matched;
            scene
                .photo_of(copy)
                .filter(|photo| matched && !agrees_with_its_file(scene, *photo, &stated, apart))
        }
    };
    let photo = file.and_then(|at| scene.case.photos.get(at));
    let of_file = photo.and_then(|photo| against_file(scene, photo, &stated, apart));
    let of_page = against_page(scene, copy, &stated, apart);
    let conflicts: Vec<Conflict> = of_file.into_iter().chain(of_page).collect();
    let kinds: Vec<String> = conflicts.iter().map(|c| c.kind.to_owned()).collect();
    let severity = match conflicts.first()?.kind {
        "ahead" => Severity::Info,
        _ => Severity::Notice,
    };
    let sentences: Vec<&str> = conflicts.iter().map(|c| c.sentence.as_str()).collect();
    let summary = format!("{}.", sentences.join("; "));
    let subject = subject(scene.case, copy)?;
    let evidence = conflicts.into_iter().flat_map(|c| c.evidence).collect();
    let sure = Sureness::Possible;
    let mut flag = flag(rule, severity, sure, subject, summary, evidence);
    flag.kinds = kinds;
    Some(flag)
}

/// The days in a copy's captions; `None` where there is none, one is less than a day, or the caption is of no moment.
fn stated(scene: &Scene<'_>, copy: Copy) -> Option<Vec<Stated>> {
    const NO_MOMENT: [Label; 5] = [
        Label::Undated,
        Label::Composite,
        Label::Illustration,
        Label::Symbolic,
        Label::AiGenerated,
    ];
    let mut found = Vec::new();
    for (_, claim, _) in scene.claims_of(copy) {
        let caption = claim.field.is_none_or(|f| f == Field::Description);
        if NO_MOMENT.iter().any(|l| claim.reading.has(*l)) || !claim.reading.also.is_empty() {
            return None;
        }
        if !caption {
            continue;
        }
        for date in of_picture(claim.reading) {
            // A month or year may well hold the day in question.
            // Nor are the ends of a range, or numbers of unknown order, a day.
            if date.precision != Precision::Day || !is_certain(&claim.reading.text, date) {
                return None;
            }
            found.push(Stated {
                day: Day {
                    number: number(&date.date)?,
                    evidence: quote(claim, &date.text, &date.date),
                },
                released: date.released,
            });
        }
    }
    (!found.is_empty()).then_some(found)
}

fn quote(claim: &Claim<'_>, words: &str, day: &str) -> Evidence {
    let caption = if claim.field.is_some() {
        "embedded"
    } else {
        "printed"
    };
    let from = format!("date in the {caption} caption: {day}");
    claim.evidence(&[Some(words)], from)
}

/// Whether the file's own caption states a day of this one, too: then the file's dates are held against the file.
fn agrees_with_its_file(scene: &Scene<'_>, photo: usize, printed: &[Stated], apart: i64) -> bool {
    let own = stated(scene, Copy::Photo(photo)).unwrap_or_default();
    let near = |o: &Stated, p: &Stated| (o.day.number - p.day.number).abs() <= apart;
    own.iter().any(|o| printed.iter().any(|p| near(o, p)))
}

/// The days that a file's fields state for its making.
fn created(scene: &Scene<'_>, photo: &CasePhoto) -> Vec<(Carrier, Day)> {
    let first_year = scene.thresholds.first_camera_year;
    let mut found = Vec::new();
    for held in &photo.metadata {
        for value in held.metadata.values(Field::DateCreated) {
            let date = day(Some(&value.value)).filter(|d| d.len() == 10);
            let set = value.carrier != Carrier::Exif || is_set(&value.value, first_year);
            if let Some(number) = date.filter(|_| set).and_then(|d| number(&d)) {
                let evidence = Evidence {
                    text: None,
                    from: format!("{} says {}", carrier_name(value.carrier), value.value),
                    input: held.input.clone(),
                    carrier: Some(value.carrier),
                };
                found.push((value.carrier, Day { number, evidence }));
            }
        }
    }
    found.sort_by_key(|(_, d)| d.number);
    found
}

fn carrier_name(carrier: Carrier) -> &'static str {
    match carrier {
        Carrier::Exif => "the camera's clock (EXIF DateTimeOriginal)",
        Carrier::Iim => "Date Created (IIM)",
        Carrier::Sidecar => "Date Created of the sidecar",
        Carrier::Catalogue => "Date Created of the catalogue",
        _ => "Date Created (XMP)",
    }
}

/// Made before every day that the caption states for its event; or taken after all days that it states. Every date of
/// the file has to say so: one that fits the caption is enough to doubt the others.
fn against_file(
    scene: &Scene<'_>,
    photo: &CasePhoto,
    stated: &[Stated],
    apart: i64,
) -> Option<Conflict> {
    let created = created(scene, photo);
    let of_event = stated.iter().filter(|s| !s.released);
    let first = of_event.min_by_key(|s| s.day.number);
    let last = stated.iter().max_by_key(|s| s.day.number)?;
    let (_, latest) = created.last()?;
    if let Some(first) = first
        && first.day.number - latest.number > apart
    {
        let days = first.day.number - latest.number;
        return Some(Conflict {
            kind: "before",
            sentence: format!(
                "The file was made at least {days} days before the day that the caption states"
            ),
            evidence: [first.day.evidence.clone(), latest.evidence.clone()],
        });
    }
    let (_, earliest) = created.first()?;
    let (_, clock) = created.iter().find(|(c, _)| *c == Carrier::Exif)?;
    let days = clock.number - last.day.number;
    (earliest.number - last.day.number > apart).then(|| Conflict {
        kind: "after",
        sentence: format!(
            "The camera's clock stands {days} days after the day that the caption states"
        ),
        evidence: [last.day.evidence.clone(), clock.evidence.clone()],
    })
}

/// A day after the page's own.
fn against_page(scene: &Scene<'_>, copy: Copy, stated: &[Stated], apart: i64) -> Option<Conflict> {
    let Copy::Appearance(at) = copy else {
        return None;
    };
    let appearance = scene.case.appearances.get(at)?;
    let published = day(appearance.published.as_deref()).filter(|d| d.len() == 10)?;
    let of_event = stated.iter().filter(|s| !s.released);
    let first = of_event.min_by_key(|s| s.day.number)?;
    let days = first.day.number - number(&published)?;
    let page = fact(
        format!("the page was published on {published}"),
        &appearance.input,
    );
    (days > apart).then(|| Conflict {
        kind: "ahead",
        sentence: format!("The caption states a day {days} days after that of the page"),
        evidence: [first.day.evidence.clone(), page],
    })
}
