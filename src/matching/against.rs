//! What words alone cannot get over: a photo made after the page, another day, another place, another maker, another
//! photographer.
//!
//! In: a pair. Out: nothing where the photo cannot be the one printed; else the most that the pair may score. A file
//! name or an agency's number that both sides have is more than words, and outweighs all of this.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::days::Stated;
use super::evidence::{creator_named, wording_covered};
use super::keys::{ids_held, ids_printed};
use super::pair::{Candidate, Pair, Print, comparable};
use super::person::Name;
use super::script::script_of;
use super::text::{Item, Kind};
use super::weights::Weights;
use super::words::EntityKind;
use crate::model::{Carrier, Field, Label, Precision};
use crate::parties::{Registry, RelationKind};

/// Days by which a photo may seem younger than the page that prints it: time zones, and clocks at sea.
const ZONES: i32 = 2;

/// Two stated days that lie further apart are two events.
const MONTH: i32 = 31;

/// Days by which newsrooms date one picture differently: time zones, and state agencies that release on the days after.
const LAG: i32 = 3;

/// The same, where one side says that its date is that of the release.
const RELEASE_LAG: i32 = 7;

const OTHER_DAY: &str = "other-day";
const OTHER_DAYS: &str = "other-days";
const OTHER_PLACE: &str = "other-place";
const OTHER_CREDIT: &str = "other-credit";
const OTHER_MAKER: &str = "other-maker";
const OTHER_PHOTOGRAPHER: &str = "other-photographer";
const CAPS: [&str; 6] = [
    OTHER_DAY,
    OTHER_DAYS,
    OTHER_PLACE,
    OTHER_MAKER,
    OTHER_CREDIT,
    OTHER_PHOTOGRAPHER,
];

/// What speaks against a pair, as a row of the weights and in words.
pub(super) struct Against {
    /// The row of `decide` with the most that such a pair may score.
    pub cap: &'static str,
    /// In words.
    pub text: String,
}

fn shares_a_number(pair: &Pair<'_>) -> bool {
    let printed = ids_printed(pair.print.printed);
    !printed.is_empty() && !printed.is_disjoint(&ids_held(pair.candidate.held))
}

/// Whether the photo was made after the page was published: every date that it states, in its caption or its fields,
/// lies later, and one of them is a day that no unset clock wrote.
pub(super) fn made_later(pair: &Pair<'_>) -> bool {
    let published = pair.print.printed.published.as_deref();
    let Some(published) = published
        .filter(|p| p.len() >= 10)
        .and_then(super::days::day)
    else {
        return false;
    };
    let held = pair.candidate.held;
    let fields = held.metadata.values(Field::DateCreated);
    let trusted = held
        .description
        .caption_dates
        .iter()
        .any(|date| date.precision == Precision::Day)
        || fields
            .iter()
            .any(|field| field.carrier != Carrier::Exif && field.value.len() >= 8);
    let first = pair.candidate.dates.iter().map(|date| date.day).min();
    trusted && first.is_some_and(|first| first - published > ZONES) && !shares_a_number(pair)
}

/// Everything that speaks against a pair so much that words do not get over it.
pub(super) fn against(pair: &Pair<'_>) -> Vec<Against> {
    let found: Vec<Against> = [
        other_day(pair),
        other_place(pair),
        other_maker(pair).or_else(|| other_credit(pair)),
        other_person(pair),
    ]
    .into_iter()
    .flatten()
    .collect();
    if found.is_empty() || shares_a_number(pair) {
        return Vec::new();
    }
    found
}

/// The score of a pair that its words give it, and no more than what speaks against it leaves. Few pairs score so much
/// that this has to be looked for.
pub(super) fn capped(pair: &Pair<'_>, score: f64, weights: &Weights) -> f64 {
    let caps = CAPS.iter().map(|cap| weights.of("decide", cap));
    if score <= caps.fold(f64::INFINITY, f64::min) {
        return score;
    }
    score.min(most(&against(pair), weights))
}

/// The most that a pair may score by what speaks against it.
pub(super) fn most(found: &[Against], weights: &Weights) -> f64 {
    let caps = found.iter().map(|a| weights.of("decide", a.cap));
    caps.fold(f64::INFINITY, f64::min)
}

/// The days that the caption states are all others than those of the photo. Days far apart are two events, unless
/// something says that it is a file picture; days that lie further apart than newsrooms date one picture are two pictures
/// of one story as soon as two of one.
fn other_day(pair: &Pair<'_>) -> Option<Against> {
    const NO_NEWS: [Label; 4] = [
        Label::File,
        Label::Illustration,
        Label::Symbolic,
        Label::Undated,
    ];
    let (print, candidate) = (pair.print, pair.candidate);
    let exact = |d: &&Stated| d.precision == Precision::Day && !d.order_unknown();
    let held_days = || candidate.dates.iter().filter(exact);
    let counted = print.counted.iter().flat_map(|(day, words)| {
        held_days().map(move |b| ((b.day - day).abs(), LAG, words.as_str(), b))
    });
    let stated = print.dates.iter().flat_map(|a| {
        held_days().map(move |b| {
            let lag = if a.released || b.released {
                RELEASE_LAG
            } else {
                LAG
            };
            (a.apart(b), lag, a.text.as_str(), b)
        })
    });
    let (apart, lag, words, held) = if print.counted.is_empty() {
        if !print.dates.iter().all(|d| exact(&d)) {
            return None;
        }
        stated.min_by_key(|(apart, ..)| *apart)?
    } else {
        counted.min_by_key(|(apart, ..)| *apart)?
    };
    if apart <= lag {
        return None;
    }
    let days = format!(
        "the caption's \"{words}\" and the photo's \"{}\" are {apart} days apart",
        held.text
    );
    let readings = [&candidate.held.description, &candidate.held.credit];
    let readings = print.printed.credit.all().chain(readings);
    let mut labels = readings.flat_map(|reading| &reading.labels);
    let news = !labels.any(|label| NO_NEWS.contains(label));
    Some(if apart > MONTH && news {
        Against {
            cap: OTHER_DAY,
            text: format!("{days}, and neither is called a file picture"),
        }
    } else {
        Against {
            cap: OTHER_DAYS,
            text: days,
        }
    })
}

/// Both name a place that the other does not, and no place of either stands in both: two cities that are known, or two
/// names before one and the same wider place ("Kerra, Tilland" and "Dremmen, Tilland").
fn other_place(pair: &Pair<'_>) -> Option<Against> {
    let (print, candidate) = (&pair.print.terms, &pair.candidate.terms);
    let known = |item: &&Item| item.entity() == Some(EntityKind::Place);
    let agreed =
        |printed: usize| (pair.texts.agree.iter()).find(|agreement| agreement.printed == printed);
    let mut here = (pair.texts.missing.iter()).filter_map(|at| print.items.get(*at));
    let mut there = (pair.texts.extra.iter()).filter_map(|at| candidate.items.get(*at));
    let place_agrees = (pair.texts.agree.iter()).any(|agreement| {
        let held = candidate.items.get(agreement.held);
        print
            .items
            .get(agreement.printed)
            .as_ref()
            .is_some_and(known)
            || held.as_ref().is_some_and(known)
    });
    let both = match (place_agrees, here.find(known), there.find(known)) {
        (false, Some(a), Some(b)) => Some((a, b)),
        _ => print.before.iter().find_map(|(inner, outer)| {
            let wider = agreed(*outer)?.held;
            let (_, other) = (candidate.before.iter())
                .find(|(_, outer)| *outer == wider)
                .map(|(inner, outer)| (outer, inner))?;
            let apart = pair.texts.missing.contains(inner) && pair.texts.extra.contains(other);
            apart.then_some((print.items.get(*inner)?, candidate.items.get(*other)?))
        }),
    };
    both.map(|(a, b)| Against {
        cap: OTHER_PLACE,
        text: format!(
            "the caption names the place \"{}\", the photo's text \"{}\"",
            a.text, b.text
        ),
    })
}

static REGISTRY: LazyLock<Option<Registry>> = LazyLock::new(|| Registry::builtin().ok());

/// Whether the two parties can stand in one chain, as far as the registry's tables say.
fn tied(a: &str, b: &str, alone: (bool, bool)) -> bool {
    let Some(registry) = REGISTRY.as_ref() else {
        return a == b;
    };
    let house = |id: &str| {
        let brand = (registry.relations().iter())
            .find(|r| r.kind == RelationKind::BrandOf && r.originator == id)
            .map(|r| r.distributor.clone());
        let parent = || registry.party(id).and_then(|p| p.parent.clone());
        brand.or_else(parent).unwrap_or_else(|| id.to_owned())
    };
    // A library takes what an agency already passed on; one agency does not pass on what another one did.
    let carries = |id: &str| registry.only_passes_on(id);
    let (a_alone, b_alone) = alone;
    a == b
        || house(a) == house(b)
        || (registry.distributes(a, b, None) && (b_alone || carries(a)))
        || (registry.distributes(b, a, None) && (a_alone || carries(b)))
}

/// Both name parties, and none of the one can stand in one chain with any of the other.
fn other_maker(pair: &Pair<'_>) -> Option<Against> {
    let (print, candidate) = (pair.print, pair.candidate);
    let (printed, held) = (&print.parties, &candidate.parties);
    // Names in other letters may be any party's.
    let compared = !printed.is_empty()
        && !held.is_empty()
        && comparable(printed, held).len() == printed.len()
        && comparable(held, printed).len() == held.len();
    let alone = (printed.len() == 1, held.len() == 1);
    let one_chain = |a: &String| held.iter().any(|b| tied(a, b, alone));
    let other = makers_differ(print, candidate) || (compared && !printed.iter().any(one_chain));
    other.then(|| Against {
        cap: OTHER_MAKER,
        text: format!(
            "the printed credit names {}, the photo's {}",
            names(printed),
            names(held)
        ),
    })
}

/// The credits have no party in common, and the caption is not the photo's own: whoever is printed may have passed the
/// photo on, and took pictures at the same place on the same day as well.
fn other_credit(pair: &Pair<'_>) -> Option<Against> {
    let (printed, held) = (&pair.print.parties, &pair.candidate.parties);
    let (here, there) = (comparable(printed, held), comparable(held, printed));
    if here.is_empty() || there.is_empty() || !here.is_disjoint(&there) || is_own_caption(pair) {
        return None;
    }
    Some(Against {
        cap: OTHER_CREDIT,
        text: format!(
            "the printed credit names {}, the photo's {}, and the caption is not the photo's own",
            names(printed),
            names(held)
        ),
    })
}

/// Whether the caption says what the photo's text says, in its words, as far as it goes.
fn is_own_caption(pair: &Pair<'_>) -> bool {
    let items = &pair.print.terms.items;
    let missing = (pair.texts.missing.iter()).filter_map(|at| items.get(*at));
    wording_covered(pair) && missing.into_iter().all(|item| item.kind == Kind::Word)
}

/// Both name who made the picture, and name different makers, although the same agency may have passed both on. Where
/// the one's maker stands in the other's chain, a party was left out, and no other maker is named.
pub(super) fn makers_differ(print: &Print<'_>, candidate: &Candidate<'_>) -> bool {
    let (printed, held) = (&print.originators, &candidate.originators);
    !printed.is_empty()
        && !held.is_empty()
        && printed.is_disjoint(&candidate.parties)
        && held.is_disjoint(&print.parties)
        && comparable(printed, held).len() == printed.len()
        && comparable(held, printed).len() == held.len()
}

fn names(parties: &BTreeSet<String>) -> String {
    let name = |id: &String| {
        let row = REGISTRY.as_ref().and_then(|r| r.party(id));
        row.map_or_else(|| id.clone(), |p| p.name.clone())
    };
    parties.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// Both name photographers, none of them the same, in letters that can be compared.
fn other_person(pair: &Pair<'_>) -> Option<Against> {
    let (print, candidate) = (pair.print, pair.candidate);
    let script = |name: &str| name.chars().find(|c| c.is_alphabetic()).map(script_of);
    let full = |name: &&str| name.split_whitespace().count() > 1;
    let texts = |names: &'_ [Name]| -> Vec<String> {
        let texts = names.iter().map(|name| name.text.as_str());
        texts.filter(full).map(str::to_owned).collect()
    };
    let (printed, held) = (texts(&print.people), texts(&candidate.creators));
    let one_script = (printed.iter()).any(|a| held.iter().any(|b| script(a) == script(b)));
    (one_script && creator_named(pair).is_none()).then(|| Against {
        cap: OTHER_PHOTOGRAPHER,
        text: format!(
            "the printed credit names {}, the photo's {}",
            printed.join(", "),
            held.join(", ")
        ),
    })
}
