//! People, places and bodies named on both sides, whatever the script.

use super::{Evidence, Level, quoted};
use crate::matching::compare::Agreement;
use crate::matching::pair::Pair;
use crate::matching::text::{Item, Kind};
use crate::matching::words::EntityKind;

/// Names.
pub(super) struct Names;

/// What kind of name an item is, if it is one.
fn class(item: &Item) -> Option<Class> {
    match (item.kind, item.entity()) {
        (_, Some(EntityKind::Country)) => Some(Class::Country),
        (_, Some(EntityKind::Place)) => Some(Class::Place),
        (_, Some(EntityKind::Person | EntityKind::Body)) => Some(Class::Person),
        (Kind::Name, _) => Some(Class::Name),
        _ => None,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Country,
    Place,
    Person,
    Name,
}

/// An agreement is about a name where either side is one; the better known side says of which kind.
fn agreed(pair: &Pair<'_>, agreement: &Agreement) -> Option<Class> {
    let a = pair.print.terms.items.get(agreement.printed)?;
    let b = pair.candidate.terms.items.get(agreement.held)?;
    if matches!(a.kind, Kind::Concept(_))
        || matches!(b.kind, Kind::Concept(_))
        || matches!(b.kind, Kind::Word)
    {
        return None;
    }
    let class_b = class(b);
    let class_a = class(a);
    class_b
        .filter(|c| *c != Class::Name)
        .or(class_a)
        .or(class_b)
}

impl Evidence for Names {
    fn name(&self) -> &'static str {
        "names"
    }

    fn weigh(&self, pair: &Pair<'_>) -> Vec<Level> {
        let mut agree = [0.0_f64; 4];
        for agreement in &pair.texts.agree {
            if let Some(class) = agreed(pair, agreement)
                && let Some(sum) = agree.get_mut(class as usize)
            {
                *sum += agreement.degree;
            }
        }
        let mut missing = [0.0_f64; 4];
        for at in &pair.texts.missing {
            let item = pair.print.terms.items.get(*at);
            if let Some(class) = item.and_then(class)
                // A word of a script without capitals is a name only perhaps.
                && (class != Class::Name || item.is_some_and(|i| i.script.has_capitals()))
                && let Some(sum) = missing.get_mut(class as usize)
            {
                *sum += 1.0;
            }
        }
        let mut extra = [0.0_f64; 4];
        for at in &pair.texts.extra {
            if let Some(class) = pair.candidate.terms.items.get(*at).and_then(class)
                && let Some(sum) = extra.get_mut(class as usize)
            {
                *sum += 1.0;
            }
        }
        let [country, place, person, name] = agree;
        let [country_missing, place_missing, person_missing, name_missing] = missing;
        let [_, place_extra, person_extra, name_extra] = extra;
        [
            Level::times("person", person, 3.0),
            Level::times("place", place, 2.0),
            Level::times("name", name, 4.0),
            Level::times("country", country, 2.0),
            Level::times("person-missing", person_missing, 2.0),
            Level::times("place-missing", place_missing, 2.0),
            Level::times("name-missing", name_missing, 3.0),
            Level::times("country-missing", country_missing, 2.0),
            Level::times("person-extra", person_extra, 2.0),
            Level::times("place-extra", place_extra, 2.0),
            Level::times("name-extra", name_extra, 3.0),
        ]
        .into_iter()
        .filter(|level| level.amount > 0.0)
        .collect()
    }

    fn tell(&self, pair: &Pair<'_>, level: &Level) -> String {
        let wanted = match level.name.split('-').next() {
            Some("person") => Class::Person,
            Some("place") => Class::Place,
            Some("country") => Class::Country,
            _ => Class::Name,
        };
        if level.name.ends_with("-missing") {
            let words = pair
                .texts
                .missing
                .iter()
                .filter_map(|at| pair.print.terms.items.get(*at));
            return format!(
                "{} in the caption, not in the photo's text",
                quoted(
                    words
                        .filter(|i| class(i) == Some(wanted))
                        .map(|i| i.text.as_str())
                )
            );
        }
        if level.name.ends_with("-extra") {
            let words = pair
                .texts
                .extra
                .iter()
                .filter_map(|at| pair.candidate.terms.items.get(*at));
            return format!(
                "{} in the photo's text, not in the caption",
                quoted(
                    words
                        .filter(|i| class(i) == Some(wanted))
                        .map(|i| i.text.as_str())
                )
            );
        }
        pair.texts
            .agree
            .iter()
            .filter(|agreement| agreed(pair, agreement) == Some(wanted))
            .filter_map(|agreement| {
                let a = pair.print.terms.items.get(agreement.printed)?;
                let b = pair.candidate.terms.items.get(agreement.held)?;
                Some(format!("\"{}\" is \"{}\"", a.text, b.text))
            })
            .collect::<Vec<_>>()
            .join("; ")
    }
}
