//! Days that words and fields state, as numbers that can be compared.

use crate::model::Precision;

use super::state::day;

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
