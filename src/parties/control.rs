//! Control by date: a party's periods and a date -> one judgement.

use crate::model::{Control, ControlPeriod};

/// The judgement that holds over the whole of `date`, and whether its source was opened.
pub(super) fn at(periods: &[ControlPeriod], date: Option<&str>) -> (Control, bool) {
    let Some((first, last)) = date.and_then(days) else {
        return periods
            .last()
            .map_or((Control::Unknown, false), |p| (p.control, p.verified));
    };
    let mut found: Option<(Control, bool)> = None;
    let mut reached: Option<Day> = None;
    for period in periods {
        let from = bound(period.from.as_deref(), First);
        let to = bound(period.to.as_deref(), Last);
        if to.is_some_and(|to| to < first) || from.is_some_and(|from| from > last) {
            continue;
        }
        let begins_in_time = match (from, reached) {
            (None, _) => true,
            (Some(from), None) => from <= first,
            (Some(from), Some(reached)) => follows(from, reached),
        };
        match found {
            _ if !begins_in_time => return (Control::Unknown, false),
            Some((control, _)) if control != period.control => return (Control::Unknown, false),
            Some((control, verified)) => found = Some((control, verified && period.verified)),
            None => found = Some((period.control, period.verified)),
        }
        match to {
            Some(to) if to < last => reached = Some(to),
            _ => return found.unwrap_or((Control::Unknown, false)),
        }
    }
    (Control::Unknown, false)
}

/// Whether a period and a date have a day in common. No date touches every period.
pub(super) fn touches(from: Option<&str>, to: Option<&str>, date: Option<&str>) -> bool {
    let Some((first, last)) = date.and_then(days) else {
        return true;
    };
    bound(to, Last).is_none_or(|to| to >= first)
        && bound(from, First).is_none_or(|from| from <= last)
}

/// A year, month and day that sort as time does. A bound by month or year fills months of 31 days.
type Day = (u16, u8, u8);

/// Whether the day `from` is no later than the day after `reached`, to within a month's end.
fn follows(from: Day, reached: Day) -> bool {
    // Days are numbered as if every month had 31.
    let number =
        |(year, month, day): Day| (i64::from(year) * 12 + i64::from(month)) * 31 + i64::from(day);
    let (start, end) = (number(from), number(reached));
    start <= end + 1 || (start <= end + 4 && from.2 == 1)
}

#[derive(Clone, Copy)]
enum Side {
    First,
    Last,
}
use Side::{First, Last};

/// The first or last day of a date; `None` where there is none.
fn bound(date: Option<&str>, side: Side) -> Option<Day> {
    let (year, month, day) = parse(date?)?;
    Some(match side {
        First => (year, month.max(1), day.max(1)),
        Last => (
            year,
            if month == 0 { 12 } else { month },
            if day == 0 { 31 } else { day },
        ),
    })
}

/// First and last day of a date or of two dates with `..` between; `None` if it is neither.
fn days(date: &str) -> Option<(Day, Day)> {
    let (from, to) = date.split_once("..").unwrap_or((date, date));
    Some((bound(Some(from), First)?, bound(Some(to), Last)?))
}

/// Whether this is `YYYY`, `YYYY-MM` or `YYYY-MM-DD` with a month and a day that exist.
pub(super) fn is_date(text: &str) -> bool {
    parse(text).is_some()
}

/// Year, month and day of such a date; 0 for what it leaves open.
fn parse(text: &str) -> Option<Day> {
    let number = |range: std::ops::Range<usize>| {
        let digits = text.as_bytes().get(range)?;
        digits.iter().try_fold(0_u16, |n, b| {
            b.is_ascii_digit().then(|| n * 10 + u16::from(b - b'0'))
        })
    };
    let dash = |at: usize| text.as_bytes().get(at) == Some(&b'-');
    let small = |at: usize| {
        let number = dash(at).then(|| number(at + 1..at + 3))??;
        u8::try_from(number).ok()
    };
    let year = number(0..4)?;
    let (month, day) = match text.len() {
        4 => return Some((year, 0, 0)),
        7 => (small(4)?, None),
        10 => (small(4)?, Some(small(7)?)),
        _ => return None,
    };
    let longest = match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        1..=12 => 31,
        _ => return None,
    };
    match day {
        None => Some((year, month, 0)),
        Some(day) => (1..=longest).contains(&day).then_some((year, month, day)),
    }
}

/// Whether `from` is no later than `to`, where both are given.
pub(super) fn in_order(from: Option<&str>, to: Option<&str>) -> bool {
    match (bound(from, First), bound(to, Last)) {
        (Some(from), Some(to)) => from <= to,
        _ => true,
    }
}

/// Whether two periods, the earlier first, have a day in common.
pub(super) fn overlap(earlier: &ControlPeriod, later: &ControlPeriod) -> bool {
    match (
        bound(earlier.to.as_deref(), Last),
        bound(later.from.as_deref(), First),
    ) {
        (Some(to), Some(from)) => from <= to,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(from: &str, to: &str, control: Control, verified: bool) -> ControlPeriod {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        ControlPeriod {
            from: some(from),
            to: some(to),
            control,
            basis: "a law".to_owned(),
            source_title: None,
            source_date: None,
            source_url: None,
            verified,
        }
    }

    #[test]
    fn the_period_that_covers_a_date_decides() {
        let periods = [
            period("", "2015-10-31", Control::Owned, true),
            period("2015-11", "", Control::Independent, true),
        ];
        assert_eq!(at(&periods, Some("2015-10-31")), (Control::Owned, true));
        assert_eq!(at(&periods, Some("2015-11")), (Control::Independent, true));
        assert_eq!(at(&periods, Some("1950")), (Control::Owned, true));
        assert_eq!(at(&periods, None), (Control::Independent, true));
    }

    #[test]
    fn a_date_that_spans_a_change_is_unknown() {
        let periods = [
            period("", "2015-10-31", Control::Owned, true),
            period("2015-11", "", Control::Independent, true),
        ];
        assert_eq!(at(&periods, Some("2015")), (Control::Unknown, false));
        assert_eq!(at(&periods, Some("2014..2016")), (Control::Unknown, false));
        assert_eq!(at(&periods, Some("2013..2014")), (Control::Owned, true));
    }

    #[test]
    fn periods_of_the_same_judgement_join_and_the_weaker_basis_counts() {
        let periods = [
            period("", "2013-02", Control::Controlled, true),
            period("2013-03", "2020-06-30", Control::Controlled, false),
            period("2020-07-01", "", Control::Controlled, true),
        ];
        assert_eq!(at(&periods, Some("2013")), (Control::Controlled, false));
        assert_eq!(at(&periods, Some("2020")), (Control::Controlled, false));
        assert_eq!(at(&periods, Some("2021")), (Control::Controlled, true));
    }

    #[test]
    fn outside_all_periods_nothing_is_known() {
        let periods = [period("2000", "2010", Control::Owned, true)];
        assert_eq!(at(&periods, Some("1999")), (Control::Unknown, false));
        assert_eq!(at(&periods, Some("2011-05")), (Control::Unknown, false));
        assert_eq!(at(&periods, Some("2010..2011")), (Control::Unknown, false));
        assert_eq!(at(&[], None), (Control::Unknown, false));
        assert_eq!(at(&periods, Some("last week")), (Control::Owned, true));
    }

    #[test]
    fn dates_are_checked_against_the_calendar() {
        for good in ["2023", "2023-09", "2023-09-13", "2024-02-29"] {
            assert!(is_date(good), "{good}");
        }
        for bad in [
            "",
            "23",
            "2023-13",
            "2023-02-29",
            "2023-9-1",
            "2023-09-13-1",
            "2023-",
        ] {
            assert!(!is_date(bad), "{bad}");
        }
    }
}
