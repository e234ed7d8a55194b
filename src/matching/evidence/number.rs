//! Numbers on both sides: magnitudes, ages, days of the month without a year.

use std::collections::BTreeSet;

use super::{Evidence, Level, quoted};
use crate::matching::days::iso;
use crate::matching::pair::Pair;

/// Numbers.
pub(super) struct Numbers;

/// The day of the month of the photo.
fn days(pair: &Pair<'_>) -> BTreeSet<String> {
    pair.candidate
        .dates
        .iter()
        .filter_map(|date| iso(date.day))
        .filter_map(|date| Some(date.get(8..)?.trim_start_matches('0').to_owned()))
        .collect()
}

fn split<'a>(pair: &'a Pair<'_>) -> (Vec<&'a str>, Vec<&'a str>, Vec<&'a str>) {
    let days = days(pair);
    let (mut agree, mut day, mut missing) = (Vec::new(), Vec::new(), Vec::new());
    for number in &pair.print.terms.numbers {
        if pair.candidate.terms.numbers.contains(number) {
            agree.push(number.as_str());
        } else if pair.print.counted.iter().any(|(_, words)| {
            words
                .split(|c: char| !c.is_ascii_digit())
                .any(|w| w == number)
        }) {
            // Told as a date.
        } else if days.contains(number) && pair.print.dates.is_empty() {
            day.push(number.as_str());
        } else {
            missing.push(number.as_str());
        }
    }
    (agree, day, missing)
}

impl Evidence for Numbers {
    fn name(&self) -> &'static str {
        "number"
    }

    fn weigh(&self, pair: &Pair<'_>) -> Vec<Level> {
        let (agree, day, missing) = split(pair);
        [
            Level::times("agrees", agree.len() as f64, 2.0),
            Level::times("day-of-month", day.len() as f64, 1.0),
            Level::times("missing", missing.len() as f64, 2.0),
        ]
        .into_iter()
        .filter(|level| level.amount > 0.0)
        .collect()
    }

    fn tell(&self, pair: &Pair<'_>, level: &Level) -> String {
        let (agree, day, missing) = split(pair);
        match level.name {
            "agrees" => format!("{} on both sides", quoted(agree.into_iter())),
            "day-of-month" => format!("{} is the day of the photo's date", quoted(day.into_iter())),
            _ => format!("{} in the caption alone", quoted(missing.into_iter())),
        }
    }
}
