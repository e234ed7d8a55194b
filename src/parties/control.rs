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
    let mut reached: Option<String> = None;
    for period in periods {
        let from = bound(period.from.as_deref(), First);
        let to = bound(period.to.as_deref(), Last);
        if to.as_deref().is_some_and(|to| to < first.as_str())
            || from.as_deref().is_some_and(|from| from > last.as_str())
        {
            continue;
        }
        let begins_in_time = match (&from, &reached) {
            (None, _) => true,
            (Some(from), None) => *from <= first,
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

/// Whether the day `from` is no later than the day after `reached`, to within a month's end.
fn follows(from: &str, reached: &str) -> bool {
    let Some(end) = number(reached) else {
        return false;
    };
    let Some(start) = number(from) else {
        return false;
    };
    // Days are numbered as if every month had 31 and every bound by month or year fills them.
    start <= end + 1 || (start <= end + 4 && from.ends_with("-01"))
}

/// A day as a number that grows by one a day within a month, months being 31 days long.
fn number(day: &str) -> Option<i64> {
    let mut parts = day.split('-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    Some((year * 12 + month) * 31 + day)
}

#[derive(Clone, Copy)]
enum Side {
    First,
    Last,
}
use Side::{First, Last};

/// The first or last day of a date, as `YYYY-MM-DD` that compares as text; `None` where there is none.
fn bound(date: Option<&str>, side: Side) -> Option<String> {
    let date = date.filter(|date| is_date(date))?;
    Some(match (date.len(), side) {
        (4, First) => format!("{date}-01-01"),
        (4, Last) => format!("{date}-12-31"),
        (7, First) => format!("{date}-01"),
        (7, Last) => format!("{date}-31"),
        _ => date.to_owned(),
    })
}

/// First and last day of a date or of two dates with `..` between; `None` if it is neither.
fn days(date: &str) -> Option<(String, String)> {
    let (from, to) = date.split_once("..").unwrap_or((date, date));
    Some((bound(Some(from), First)?, bound(Some(to), Last)?))
}

/// Whether this is `YYYY`, `YYYY-MM` or `YYYY-MM-DD` with a month and a day that exist.
pub(super) fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut next = |digits: usize| {
        parts.next().map(|part| {
            if part.len() == digits && part.bytes().all(|b| b.is_ascii_digit()) {
                part.parse::<u32>().ok()
            } else {
                None
            }
        })
    };
    let (year, month, day) = (next(4), next(2), next(2));
    if parts.next().is_some() {
        return false;
    }
    let Some(Some(year)) = year else { return false };
    let Some(month) = month else { return true };
    let longest = match month {
        Some(4 | 6 | 9 | 11) => 30,
        Some(2) if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        Some(2) => 28,
        Some(1..=12) => 31,
        _ => return false,
    };
    match day {
        None => true,
        Some(Some(day)) => (1..=longest).contains(&day),
        Some(None) => false,
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
