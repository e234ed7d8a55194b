//! The photographer printed beside the photographer embedded, across scripts.

use super::{Evidence, Level, quoted};
use crate::matching::pair::{Candidate, Pair, Print};
use crate::matching::sound::Sound;
use crate::matching::text::{Item, Terms};

/// Photographers.
pub(super) struct Creator;

/// Two words sound alike enough to be the same part of a name.
const ALIKE: f64 = 0.78;

fn heard(part: &Item, credit: &Terms) -> bool {
    credit.items.iter().any(|word| {
        let like = match word.kind {
            crate::matching::text::Kind::Run => word.sound.holds(&part.sound),
            _ => word.sound.likeness(&part.sound, false),
        };
        like >= ALIKE || (word.script != part.script && like >= ALIKE - 0.08)
    })
}

/// The embedded name that stands in the printed credit.
fn same<'a>(print: &Print<'_>, candidate: &'a Candidate<'_>) -> Option<&'a str> {
    candidate
        .creators
        .iter()
        .find(|(_, name)| {
            let whole: Sound = Sound::of(
                &name
                    .items
                    .iter()
                    .map(|i| i.text.as_str())
                    .collect::<String>(),
            );
            let parts = name.items.len();
            let found = name
                .items
                .iter()
                .filter(|part| heard(part, &print.credit))
                .count();
            parts > 0
                && (found == parts
                    || (parts > 2 && found + 1 == parts)
                    || print
                        .credit
                        .items
                        .iter()
                        .any(|word| whole.consonants() > 3 && word.sound.holds(&whole) >= 0.85))
        })
        .map(|(text, _)| text.as_str())
}

impl Evidence for Creator {
    fn name(&self) -> &'static str {
        "creator"
    }

    fn weigh(&self, pair: &Pair<'_>) -> Vec<Level> {
        if pair.candidate.creators.is_empty() {
            Vec::new()
        } else if same(pair.print, pair.candidate).is_some() {
            vec![Level::once("same")]
        } else if pair
            .print
            .printed
            .credit
            .all()
            .any(|r| !r.creators.is_empty())
        {
            vec![Level::once("differs")]
        } else {
            Vec::new()
        }
    }

    fn tell(&self, pair: &Pair<'_>, _: &Level) -> String {
        let line = pair
            .print
            .printed
            .credit
            .credit_line
            .as_deref()
            .unwrap_or("");
        let names = quoted(
            pair.candidate
                .creators
                .iter()
                .map(|(name, _)| name.as_str()),
        );
        match same(pair.print, pair.candidate) {
            Some(name) => format!("printed credit \"{line}\" names \"{name}\""),
            None => format!("printed credit \"{line}\", photo by {names}"),
        }
    }
}
