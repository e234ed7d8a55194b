//! The dates that the caption states beside the dates of the photo.

use super::{Evidence, Level};
use crate::matching::days::Stated;
use crate::matching::pair::Pair;
use crate::model::Precision;

/// Dates stated on both sides.
pub(super) struct Dates;

/// The pair of dates that lie closest together.
fn closest<'a>(pair: &'a Pair<'_>) -> Option<(&'a Stated, &'a Stated, i32)> {
    pair.print
        .dates
        .iter()
        .flat_map(|a| pair.candidate.dates.iter().map(move |b| (a, b, a.apart(b))))
        .min_by_key(|(a, b, apart)| (*apart, a.span(), b.span()))
}

/// The day without a year that lies closest to an exact date of the photo.
fn counted<'a>(pair: &'a Pair<'_>) -> Option<(&'a str, &'a Stated, i32)> {
    let exact = || {
        let dates = pair.candidate.dates.iter();
        dates.filter(|date| date.precision == Precision::Day)
    };
    pair.print
        .counted
        .iter()
        .flat_map(|(day, words)| exact().map(move |b| (words.as_str(), b, (b.day - day).abs())))
        .min_by_key(|(_, _, apart)| *apart)
}

impl Evidence for Dates {
    fn name(&self) -> &'static str {
        "date"
    }

    fn weigh(&self, pair: &Pair<'_>) -> Vec<Level> {
        if let Some((_, _, apart)) = counted(pair) {
            return vec![Level::once(match apart {
                0 => "counted-same",
                1 => "counted-next",
                _ => "counted-apart",
            })];
        }
        let Some((printed, held, apart)) = closest(pair) else {
            return Vec::new();
        };
        let level = match (apart, printed.precision) {
            (0, Precision::Day) if held.precision == Precision::Day => "same-day",
            (0, Precision::Year) => "same-year",
            (0, _) => "same-month",
            // A time zone, or a picture released on the day after.
            (1, _) => "next-day",
            (2..=3, _) if printed.released || held.released => "next-day",
            (2..=31, _) => "days-apart",
            _ => "far-apart",
        };
        vec![Level::once(level)]
    }

    fn tell(&self, pair: &Pair<'_>, level: &Level) -> String {
        if level.name.starts_with("counted")
            && let Some((words, held, apart)) = counted(pair)
        {
            return format!(
                "caption \"{words}\", counted from the day of the page; photo \"{}\": {apart} days apart",
                held.text
            );
        }
        closest(pair).map_or_else(String::new, |(printed, held, apart)| {
            let relation = match apart {
                0 => "the same date".to_owned(),
                1 => "one day apart".to_owned(),
                days => format!("{days} days apart"),
            };
            format!(
                "caption \"{}\", photo \"{}\": {relation}",
                printed.text, held.text
            )
        })
    }
}
