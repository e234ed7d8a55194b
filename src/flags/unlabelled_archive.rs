//! `unlabelled-archive`: an old picture that is not called a file photo.

use crate::model::{
    Carrier, CreditReading, Decision, Evidence, Field, Flag, Label, PartyKind, Severity, Sureness,
};

use super::days::{is_certain, is_set, last_day, number, of_picture};
use super::disclosure::absence;
use super::finding::{self, fact, flag, share};
use super::state::day;
use super::terms::{self, Means};
use super::{CaseAppearance, CasePhoto, Copy, Origin, Rule, Scene, Tie};
use crate::matching::says_when;

pub(super) struct UnlabelledArchive;

/// A shorter caption under an undated picture is a name: a portrait.
const FEWEST_WORDS: usize = 6;
const FEWEST_CHARS: usize = 40;

impl Rule for UnlabelledArchive {
    fn id(&self) -> &'static str {
        "unlabelled-archive"
    }

    fn summary(&self) -> &'static str {
        "The picture was taken more than 30 days (archive-days) before the page was published, and no label says that it is a file photo."
    }

    fn why(&self) -> &'static str {
        "Readers take a picture for one of the event that the text reports."
    }

    fn evidence(&self) -> &'static str {
        "The day of taking, from the printed caption, the embedded caption or the camera's clock (EXIF \
         DateTimeOriginal), and the page's date. A printed day is that of the picture for sure only where the photo says \
         the same, or the caption that the picture was taken then. Dates of release never count, nor do IPTC Date Created and XMP \
         photoshop:DateCreated: suppliers put the date of sending there."
    }

    fn false_alarms(&self) -> &'static str {
        "A caption whose date is that of an earlier event which the text looks back on; a camera whose clock was wrong; \
         a label set as an overlay that the capture does not hold."
    }

    fn severity(&self) -> &'static str {
        "info where the printed caption states the date, else notice; nothing for stock, portraits, illustrations and \
         pictures lent by families"
    }

    fn on_absence(&self) -> bool {
        true
    }

    fn check(&self, scene: &Scene<'_>, _origins: &[Origin]) -> Vec<Flag> {
        let appearances = scene.case.appearances.iter().enumerate();
        appearances
            .filter_map(|(at, a)| finding(self.id(), scene, at, a))
            .collect()
    }
}

/// When the picture was taken, at the latest.
struct Taken {
    last_day: String,
    sureness: Sureness,
    evidence: Evidence,
    printed: bool,
}

fn finding(rule: &str, scene: &Scene<'_>, at: usize, appearance: &CaseAppearance) -> Option<Flag> {
    if is_exempt(scene, at) {
        return None;
    }
    let published = day(appearance.published.as_deref()).filter(|d| d.len() == 10)?;
    let photo = appearance
        .tied_photo()
        .and_then(|sha| scene.case.photo(sha));
    let held = photo.and_then(|p| held_date(scene, appearance, p));
    let most_days = i64::from(scene.thresholds.archive_days);
    let old = |taken: &Taken| Some(number(&published)? - number(&taken.last_day)? > most_days);
    // A caption may look back on an earlier event: where the photo itself is of these days, so is the picture.
    if held.as_ref().and_then(old) == Some(false) {
        return None;
    }
    let taken = printed_date(scene, appearance, held.as_ref()).or(held)?;
    let age = number(&published)? - number(&taken.last_day)?;
    if age <= most_days {
        return None;
    }
    let confidence = absence(scene, appearance).max(taken.sureness);
    let severity = if taken.printed {
        Severity::Info
    } else {
        Severity::Notice
    };
    let what = match taken.sureness {
        Sureness::Sure => "The picture was taken at least",
        Sureness::Possible if taken.printed => {
            "The only day that the caption states, if it is that of the picture, lies"
        }
        Sureness::Possible => "The picture seems to have been taken at least",
    };
    let summary = format!(
        "{what} {age} days before the page of {published}, and no label was found on the page as captured that calls it \
         a file photo."
    );
    let evidence = vec![
        taken.evidence,
        fact(
            format!("the page was published on {published}"),
            &appearance.input,
        ),
        fact(
            "no file label was found on the page as captured",
            &appearance.input,
        ),
        share(appearance),
    ];
    let subject = finding::appearance(appearance);
    Some(flag(rule, severity, confidence, subject, summary, evidence))
}

fn is_exempt(scene: &Scene<'_>, at: usize) -> bool {
    const SAID: [Label; 9] = [
        Label::File,
        Label::Stock,
        Label::Illustration,
        Label::Symbolic,
        Label::Composite,
        Label::AiGenerated,
        Label::Private,
        Label::Undated,
        Label::Social,
    ];
    scene.claims_of(Copy::Appearance(at)).any(|(_, claim, _)| {
        let labelled = SAID.iter().any(|l| claim.reading.has(*l));
        let mut parties = claim
            .reading
            .chain
            .iter()
            .filter_map(|l| l.party.as_deref());
        let stock = parties.next().is_some_and(|id| {
            scene
                .registry
                .party(id)
                .is_some_and(|p| p.kind == PartyKind::Stock)
        });
        labelled || stock
    })
}

/// The latest date that the printed caption states for its event. It may be that of an anniversary, a birth, an opening:
/// it is the picture's for sure only where the photo says the same day, or the caption that the picture was taken then.
fn printed_date(
    scene: &Scene<'_>,
    appearance: &CaseAppearance,
    held: Option<&Taken>,
) -> Option<Taken> {
    let (last_day, text) = latest(&appearance.credit)?;
    let stated = |t: &str| appearance.text.contains(t);
    let apart = i64::from(scene.thresholds.days_apart);
    let agrees = |held: &&Taken| {
        let days = number(&held.last_day).zip(number(&last_day));
        days.is_some_and(|(a, b)| (a - b).abs() <= apart)
    };
    let bound = held.filter(agrees).map(|held| held.sureness).or_else(|| {
        let mut hits = terms::find(&appearance.text).into_iter();
        hits.any(|hit| hit.means == Means::Taken)
            .then_some(Sureness::Sure)
    });
    Some(Taken {
        last_day,
        sureness: bound.unwrap_or(Sureness::Possible),
        evidence: Evidence {
            text: Some(text).filter(|t| stated(t)),
            from: "date in the printed caption".to_owned(),
            input: appearance.input.clone(),
            carrier: appearance.carrier,
        },
        printed: true,
    })
}

/// The same from the photo: its embedded caption, else the camera's clock. Not for a bare name: that is a portrait.
fn held_date(scene: &Scene<'_>, appearance: &CaseAppearance, photo: &CasePhoto) -> Option<Taken> {
    if appearance.decision != Decision::Matched || is_portrait(appearance) {
        return None;
    }
    let tied = match appearance.tie {
        Tie::Image => Sureness::Sure,
        Tie::Name | Tie::Text => Sureness::Possible,
    };
    let captions = photo
        .embedded
        .iter()
        .filter(|e| e.field == Field::Description);
    let captions = captions.filter(|e| !e.reading.has(Label::Undated));
    if let Some((last_day, text, e)) = captions
        .filter_map(|e| latest(&e.reading).map(|(d, t)| (d, t, e)))
        .max_by(|a, b| a.0.cmp(&b.0))
    {
        return Some(Taken {
            last_day,
            sureness: tied,
            evidence: Evidence {
                text: Some(text).filter(|t| e.reading.text.contains(t.as_str())),
                from: "date in the photo's embedded caption".to_owned(),
                input: e.input.clone(),
                carrier: Some(e.carrier),
            },
            printed: false,
        });
    }
    let clocks = photo.metadata.iter().flat_map(|m| {
        let values = m.metadata.values(Field::DateCreated).iter();
        values
            .filter(|v| v.carrier == Carrier::Exif)
            .map(|v| (&m.input, &v.value))
    });
    let clocks = clocks.filter(|(_, value)| is_set(value, scene.thresholds.first_camera_year));
    let (input, value) = clocks.max_by(|a, b| a.1.cmp(b.1))?;
    Some(Taken {
        last_day: day(Some(value)).filter(|d| d.len() == 10)?,
        sureness: Sureness::Possible,
        evidence: Evidence {
            text: None,
            from: format!("the camera's clock (EXIF DateTimeOriginal) says {value}"),
            input: input.clone(),
            carrier: Some(Carrier::Exif),
        },
        printed: false,
    })
}

/// The last day of the latest date that is not one of release, and its words.
fn latest(reading: &CreditReading) -> Option<(String, String)> {
    // With a date of release beside it, the other may be that of the event or of an earlier one: both are too old
    // only if the later one is, so the date of release bounds it.
    let dates = of_picture(reading);
    if !dates.iter().all(|d| is_certain(&reading.text, d)) {
        return None;
    }
    let days = dates
        .into_iter()
        .filter_map(|d| last_day(&d.date, d.precision).map(|day| (day, d)));
    let (day, date) = days.max_by(|a, b| a.0.cmp(&b.0))?;
    (!date.released).then(|| (day, date.text.clone()))
}

/// Whether the caption is no more than a name, which no date belongs to. One that says when ("on Monday", "last night")
/// tells of an event, however short it is.
fn is_portrait(appearance: &CaseAppearance) -> bool {
    let reading = &appearance.credit;
    let caption = reading.caption.trim();
    let published = appearance.published.as_deref().unwrap_or_default();
    reading.caption_dates.is_empty()
        && !says_when(caption, reading.lang.as_deref(), published)
        && caption.split_whitespace().count() < FEWEST_WORDS
        && caption.chars().count() < FEWEST_CHARS
}
