//! What is shown: things, deeds and kinds of people named on both sides, by the dictionary or by their sound.

use super::{Evidence, Level, quoted};
use crate::matching::pair::Pair;
use crate::matching::text::{Item, Kind};
use crate::matching::words::LEXICON;

/// Things and deeds.
pub(super) struct Content;

fn is_common(item: &Item) -> bool {
    matches!(item.kind, Kind::Concept(at) if LEXICON.is_common(at))
}

fn is_concept(item: &Item) -> bool {
    matches!(item.kind, Kind::Concept(_))
}

impl Content {
    fn agreed<'a>(pair: &'a Pair<'_>) -> impl Iterator<Item = (&'a Item, &'a Item, f64)> {
        pair.texts.agree.iter().filter_map(|agreement| {
            let a = pair.print.terms.items.get(agreement.printed)?;
            let b = pair.candidate.terms.items.get(agreement.held)?;
            (is_concept(a) || is_concept(b) || b.kind == Kind::Word).then_some((
                a,
                b,
                agreement.degree,
            ))
        })
    }

    fn missing<'a>(pair: &'a Pair<'_>) -> impl Iterator<Item = &'a Item> {
        pair.texts
            .missing
            .iter()
            .filter_map(|at| pair.print.terms.items.get(*at))
            .filter(|item| is_concept(item))
    }

    fn extra<'a>(pair: &'a Pair<'_>) -> impl Iterator<Item = &'a Item> {
        pair.texts
            .extra
            .iter()
            .filter_map(|at| pair.candidate.terms.items.get(*at))
            .filter(|item| is_concept(item))
    }
}

impl Evidence for Content {
    fn name(&self) -> &'static str {
        "content"
    }

    fn weigh(&self, pair: &Pair<'_>) -> Vec<Level> {
        let (mut telling, mut common) = (0.0, 0.0);
        for (a, b, degree) in Self::agreed(pair) {
            if is_common(a) || is_common(b) {
                common += degree;
            } else {
                telling += degree;
            }
        }
        let count = |items: &mut dyn Iterator<Item = &Item>, wanted: bool| {
            items.filter(|item| is_common(item) == wanted).count() as f64
        };
        [
            Level::times("agrees", telling, 5.0),
            Level::times("common", common, 3.0),
            Level::times("missing", count(&mut Self::missing(pair), false), 5.0),
            Level::times("common-missing", count(&mut Self::missing(pair), true), 3.0),
            Level::times("extra", count(&mut Self::extra(pair), false), 5.0),
            Level::times("common-extra", count(&mut Self::extra(pair), true), 3.0),
        ]
        .into_iter()
        .filter(|level| level.amount > 0.0)
        .collect()
    }

    fn tell(&self, pair: &Pair<'_>, level: &Level) -> String {
        let wanted = level.name.starts_with("common");
        if level.name.ends_with("missing") {
            let words = Self::missing(pair).filter(|item| is_common(item) == wanted);
            return format!(
                "{} in the caption, not in the photo's text",
                quoted(words.map(|item| item.text.as_str()))
            );
        }
        if level.name.ends_with("extra") {
            let words = Self::extra(pair).filter(|item| is_common(item) == wanted);
            return format!(
                "{} in the photo's text, not in the caption",
                quoted(words.map(|item| item.text.as_str()))
            );
        }
        Self::agreed(pair)
            .filter(|(a, b, _)| (is_common(a) || is_common(b)) == wanted)
            .map(|(a, b, _)| format!("\"{}\" is \"{}\"", a.text, b.text))
            .collect::<Vec<_>>()
            .join("; ")
    }
}
