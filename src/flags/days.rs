//! Days that words and fields state, as numbers that can be compared.

use std::sync::LazyLock;

use crate::matching::order_unknown;
use crate::model::{CaptionDate, CreditReading, Precision};

use super::state::day;
use super::terms::{self, Means, is_spaced};

/// The first day of a date as precise as it says.
pub(super) fn first_day(date: &str, precision: Precision) -> Option<String> {
    let date = day(Some(date))?;
    Some(match precision {
        Precision::Day => date,
        Precision::Month => format!("{}-01", date.get(..7)?),
        Precision::Year => format!("{}-01-01", date.get(..4)?),
    })
}

/// The last day of a date as precise as it says.
pub(super) fn last_day(date: &str, precision: Precision) -> Option<String> {
    let date = day(Some(date))?;
    Some(match precision {
        Precision::Day => date,
        Precision::Month => {
            let first: jiff::civil::Date = format!("{}-01", date.get(..7)?).parse().ok()?;
            first.last_of_month().to_string()
        }
        Precision::Year => format!("{}-12-31", date.get(..4)?),
    })
}

/// Whether a date that a caption states is one day and no other: not numbers whose order is unknown, not the end of a range
/// of which only the end was read ("June 1 to June 9, 2024").
pub(super) fn is_certain(text: &str, date: &CaptionDate) -> bool {
    let start = date.span.map_or_else(
        || text.find(&date.text),
        |span| text.char_indices().nth(span.0).map(|(at, _)| at),
    );
    // A span that was read from another text than this one says nothing.
    let at = start
        .filter(|at| text.get(*at..).is_some_and(|t| t.starts_with(&date.text)))
        .or_else(|| text.find(&date.text));
    let before = at.and_then(|at| text.get(..at)).unwrap_or_default();
    !order_unknown(&date.text) && !ends_a_range(before)
}

/// The dates of a caption without those that its words give to something else: a birth, a death, a plan.
pub(super) fn of_picture(reading: &CreditReading) -> Vec<&CaptionDate> {
    let dates = reading.caption_dates.iter();
    let others: Vec<terms::Hit> = if reading.caption_dates.is_empty() {
        Vec::new()
    } else {
        let hits = terms::find(&reading.text).into_iter();
        hits.filter(|hit| hit.means == Means::OtherDay).collect()
    };
    dates
        .filter(|date| !is_of_else(&reading.text, &others, date))
        .collect()
}

/// Whether one of the words that bind a day to something else stands right beside a date.
fn is_of_else(text: &str, others: &[terms::Hit], date: &CaptionDate) -> bool {
    let bare = |gap: Option<&str>| {
        gap.is_some_and(|gap| gap.len() < 4 && !gap.contains(char::is_alphanumeric))
    };
    let starts = || text.match_indices(&date.text).map(|(at, _)| at);
    !date.text.is_empty()
        && others.iter().any(|hit| {
            starts().any(|start| {
                let end = start + date.text.len();
                bare(text.get(hit.end..start))
                    || text
                        .get(end..hit.start)
                        .is_some_and(|gap| gap.trim().is_empty())
            })
        })
}

/// How far before a date the other end of its range may begin, in characters.
const REACH: usize = 30;

/// Whether what stands before a date is the beginning of a range: a number, then a word or dash that joins the two ends.
fn ends_a_range(before: &str) -> bool {
    static JOINERS: LazyLock<Vec<String>> = LazyLock::new(|| {
        let rows = include_str!("../../schema/flags/ranges.csv")
            .lines()
            .skip(1);
        let words = rows.filter_map(|line| line.split(',').nth(1));
        words.map(str::to_lowercase).collect()
    });
    let before = before.trim_end().to_lowercase();
    let joined = JOINERS.iter().find_map(|word| {
        let rest = before.strip_suffix(word.as_str())?;
        // Korean writes its particles behind the word.
        let stuck = |c: char| ('\u{ac00}'..='\u{d7a3}').contains(&c) || !is_spaced(c);
        let whole = word.starts_with(stuck) || rest.ends_with(|c: char| !c.is_alphanumeric());
        whole.then_some(rest)
    });
    let tail = |text: &str| -> String { text.chars().rev().take(REACH).collect() };
    joined.is_some_and(|rest| tail(rest).contains(char::is_numeric))
}

/// Whether a camera's clock was set: not a maker's first day, not before digital cameras.
pub(super) fn is_set(value: &str, first_year: u16) -> bool {
    let year = value.get(..4).and_then(|y| y.parse::<u16>().ok());
    year.is_some_and(|y| y >= first_year) && value.get(4..10).is_some_and(|d| d != "-01-01")
}

/// Days since an epoch, of a day that exists.
pub(super) fn number(day: &str) -> Option<i64> {
    let date: jiff::civil::Date = day.parse().ok()?;
    let epoch = jiff::civil::date(1970, 1, 1);
    Some(i64::from(date.since(epoch).ok()?.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_range_and_numbers_of_unknown_order_are_no_certain_day() {
        let certain = |text: &str, words: &str| {
            let date = CaptionDate {
                date: "2024-06-09".into(),
                precision: Precision::Day,
                text: words.into(),
                span: None,
                released: false,
            };
            is_certain(text, &date)
        };
        for row in include_str!("../../schema/flags/ranges.csv")
            .lines()
            .skip(1)
        {
            let cells: Vec<&str> = row.splitn(4, ',').collect();
            let [_, _, date, example] = cells.as_slice() else {
                panic!("{row}")
            };
            assert!(example.contains(date), "{row}");
            assert!(!certain(example, date), "{row}");
        }
        assert!(!certain("EMBARGOED UNTIL 06/10/2024", "06/10/2024"));
        for (text, date) in [
            ("The fair of June 9 2024", "June 9 2024"),
            ("Ten people walk to June 9 2024", "June 9 2024"),
            ("Photo taken 2024-06-09", "2024-06-09"),
        ] {
            assert!(certain(text, date), "{text}");
        }
    }

    #[test]
    fn a_clock_that_was_never_set_says_nothing() {
        assert!(!is_set("2010-01-01T00:00:05", 1996));
        assert!(!is_set("1980-05-05", 1996));
        assert!(!is_set("2010", 1996));
        assert!(is_set("2019-04-25T12:00:00", 1996));
    }

    #[test]
    fn days_are_counted_over_months_and_leap_years() {
        let between = |a: &str, b: &str| number(b).unwrap() - number(a).unwrap();
        assert_eq!(between("2024-02-28", "2024-03-01"), 2);
        assert_eq!(between("2019-04-25", "2023-09-14"), 1603);
        assert_eq!(number("2023-02-30"), None);
    }

    #[test]
    fn a_month_is_a_stretch_of_days() {
        let ends = |date, precision| {
            (
                first_day(date, precision).unwrap(),
                last_day(date, precision).unwrap(),
            )
        };
        assert_eq!(
            ends("2024-02", Precision::Month),
            ("2024-02-01".into(), "2024-02-29".into())
        );
        assert_eq!(
            ends("2024", Precision::Year),
            ("2024-01-01".into(), "2024-12-31".into())
        );
        assert_eq!(
            ends("2024-05-06", Precision::Day),
            ("2024-05-06".into(), "2024-05-06".into())
        );
    }
}
