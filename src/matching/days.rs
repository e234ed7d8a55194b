//! Dates as days, for differences.

use jiff::civil::Date;

use crate::model::{CaptionDate, Precision};

/// A stated date: its first day, and how precise it is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stated {
    /// Day number of the first day it can mean.
    pub day: i32,
    /// How precise.
    pub precision: Precision,
    /// When the picture was released, not when it was taken.
    pub released: bool,
    /// The words.
    pub text: String,
}

impl Stated {
    /// From a date that a caption states.
    pub fn of(date: &CaptionDate) -> Option<Self> {
        Some(Self {
            day: day(&date.date)?,
            precision: date.precision,
            released: date.released,
            text: date.text.clone(),
        })
    }

    /// From a field that begins with a date.
    pub fn field(value: &str) -> Option<Self> {
        let digits: String = value
            .chars()
            .take_while(|c| c.is_ascii_digit() || *c == '-' || *c == ':')
            .collect();
        let iso = if digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_digit()) {
            format!(
                "{}-{}-{}",
                digits.get(..4)?,
                digits.get(4..6)?,
                digits.get(6..)?
            )
        } else {
            digits.get(..10).unwrap_or(&digits).replace(':', "-")
        };
        let precision = match iso.len() {
            10 => Precision::Day,
            7 => Precision::Month,
            4 => Precision::Year,
            _ => return None,
        };
        Some(Self {
            day: day(&iso)?,
            precision,
            released: false,
            text: value.to_owned(),
        })
    }

    /// Whether day and month may be meant either way round: "06/10/2024".
    pub fn order_unknown(&self) -> bool {
        order_unknown(&self.text)
    }

    /// How many days a stated date spans.
    pub fn span(&self) -> i32 {
        match self.precision {
            Precision::Day => 1,
            Precision::Month => 31,
            Precision::Year => 366,
        }
    }

    /// Days between two stated dates, 0 where they overlap.
    pub fn apart(&self, other: &Self) -> i32 {
        let (a, b) = if self.day <= other.day {
            (self, other)
        } else {
            (other, self)
        };
        (b.day - (a.day + a.span() - 1)).max(0)
    }
}

/// Whether the words of a date are numbers that can be read as day and month or as month and day, with another result.
/// Numbers parted by dots are days first everywhere.
pub fn order_unknown(text: &str) -> bool {
    let numbers: Vec<&str> = text.trim().split(['/', '-']).map(str::trim).collect();
    let [first, second, year] = numbers.as_slice() else {
        return false;
    };
    let small = |n: &str| n.parse::<u8>().ok().filter(|n| *n <= 12);
    let year = matches!(year.len(), 2 | 4) && year.bytes().all(|b| b.is_ascii_digit());
    match (small(first), small(second)) {
        (Some(a), Some(b)) => year && first.len() <= 2 && a != b,
        _ => false,
    }
}

/// The day number of `YYYY`, `YYYY-MM` or `YYYY-MM-DD...`, counted from 1970.
pub(super) fn day(iso: &str) -> Option<i32> {
    let year: i16 = iso.get(..4)?.parse().ok()?;
    let month: i8 = iso.get(5..7).map_or(Some(1), |m| m.parse().ok())?;
    let day: i8 = iso.get(8..10).map_or(Some(1), |d| d.parse().ok())?;
    let date = Date::new(year, month, day).ok()?;
    let first = Date::new(1970, 1, 1).ok()?;
    Some(date.since(first).ok()?.get_days())
}

/// The date of a day number.
pub(super) fn iso(day: i32) -> Option<String> {
    let first = Date::new(1970, 1, 1).ok()?;
    let span = jiff::Span::new().try_days(day).ok()?;
    Some(first.checked_add(span).ok()?.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_small_numbers_are_a_day_and_a_month_in_some_order() {
        for text in ["06/10/2024", "6/7/24", "06-10-2024"] {
            assert!(order_unknown(text), "{text}");
        }
        for text in [
            "06/06/2024",
            "13/06/2024",
            "2024-06-10",
            "10.6.2024",
            "June 1",
        ] {
            assert!(!order_unknown(text), "{text}");
        }
    }

    #[test]
    fn a_month_holds_its_days() {
        let day = |text: &str| Stated::field(text).expect("a date");
        assert_eq!(day("2019-04").apart(&day("2019-04-25")), 0);
        assert_eq!(day("20190425").apart(&day("2019-04-26T01:00:00Z")), 1);
        assert_eq!(day("2019").apart(&day("2020-01-01")), 0);
        assert_eq!(iso(day("2024-02-29").day).as_deref(), Some("2024-02-29"));
        assert_eq!(Stated::field("undated"), None);
    }
}
