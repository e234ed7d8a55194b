//! The day the document was published beside the day of the photo: news pictures are printed within days, file
//! pictures say so, and no picture is printed before it is taken.

use super::{Evidence, Level};
use crate::matching::days::day;
use crate::matching::pair::Pair;
use crate::model::Label;

/// The time between the photo and its print.
pub(super) struct Published;

fn days_between(pair: &Pair<'_>) -> Option<i32> {
    let published = day(pair.print.printed.published.as_deref()?)?;
    let taken = pair.candidate.dates.first()?;
    Some(published - taken.day)
}

impl Evidence for Published {
    fn name(&self) -> &'static str {
        "published"
    }

    fn weigh(&self, pair: &Pair<'_>) -> Vec<Level> {
        let Some(days) = days_between(pair) else {
            return Vec::new();
        };
        let file = pair
            .print
            .printed
            .credit
            .all()
            .any(|r| r.has(Label::File) || r.has(Label::Illustration));
        let level = match days {
            ..=-2 => "before-taken",
            -1..=3 => "same-days",
            4..=14 => "same-fortnight",
            _ if file => "older-file",
            15..=60 => "weeks-older",
            _ => "older",
        };
        vec![Level::once(level)]
    }

    fn tell(&self, pair: &Pair<'_>, _: &Level) -> String {
        let published = pair.print.printed.published.as_deref().unwrap_or("");
        let taken = pair.candidate.dates.first().map_or("", |d| d.text.as_str());
        let days = days_between(pair).unwrap_or(0);
        format!("published \"{published}\", photo \"{taken}\": {days} days")
    }
}
