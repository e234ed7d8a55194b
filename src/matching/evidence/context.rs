//! What the rest of the document is about: its headline and its other captions.

use std::collections::BTreeSet;

use super::{Evidence, Level, quoted};
use crate::matching::pair::Pair;
use crate::matching::text::{Item, Kind};
use crate::matching::words::EntityKind;

/// Names and dates of the neighbours.
pub(super) struct Context;

fn telling(item: &Item) -> bool {
    !matches!(item.entity(), Some(EntityKind::Country))
        && matches!(item.kind, Kind::Entity(_) | Kind::Name)
}

/// Names of the photo that the neighbours have.
fn shared<'a>(pair: &'a Pair<'_>) -> Vec<&'a str> {
    let around: BTreeSet<Kind> = pair.print.around.items.iter().map(|i| i.kind).collect();
    pair.candidate
        .terms
        .items
        .iter()
        .filter(|item| telling(item))
        .filter(|item| match item.kind {
            Kind::Entity(_) => around.contains(&item.kind),
            _ => {
                item.sound.consonants() > 2
                    && pair
                        .print
                        .around
                        .items
                        .iter()
                        .any(|other| match other.kind {
                            Kind::Run => other.sound.holds(&item.sound) >= 0.86,
                            _ => other.sound.likeness(&item.sound, true) >= 0.84,
                        })
            }
        })
        .map(|item| item.text.as_str())
        .collect()
}

impl Evidence for Context {
    fn name(&self) -> &'static str {
        "context"
    }

    fn weigh(&self, pair: &Pair<'_>) -> Vec<Level> {
        let mut levels = Vec::new();
        let shared = shared(pair).len();
        if shared > 0 {
            levels.push(Level::times("neighbours", shared as f64, 3.0));
        }
        let near = pair
            .print
            .dates_around
            .iter()
            .any(|a| pair.candidate.dates.iter().any(|b| a.apart(b) <= 1));
        if near && pair.print.dates.is_empty() {
            levels.push(Level::once("neighbours-date"));
        }
        levels
    }

    fn tell(&self, pair: &Pair<'_>, level: &Level) -> String {
        if level.name == "neighbours-date" {
            let text = pair
                .print
                .dates_around
                .iter()
                .find(|a| pair.candidate.dates.iter().any(|b| a.apart(b) <= 1))
                .map_or("", |date| date.text.as_str());
            return format!(
                "another caption of the document states \"{text}\", the day of the photo"
            );
        }
        format!(
            "the rest of the document names {}, as the photo's text does",
            quoted(shared(pair).into_iter())
        )
    }
}
