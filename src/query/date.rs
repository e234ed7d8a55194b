//! Dates of a query: `2023`, `2023-09`, `2023-09-13`, `2023-09..2024-06`, `2023..`, `..2024`.

/// A stretch of whole days, both ends included, either end open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateRange {
    /// First day, `YYYY-MM-DD`.
    pub from: Option<String>,
    /// Last day, `YYYY-MM-DD`.
    pub to: Option<String>,
}

impl DateRange {
    /// Reads one; `None` where it is no date, or its end lies before its beginning.
    pub fn parse(text: &str) -> Option<Self> {
        let (from, to) = match text.split_once("..") {
            Some((from, to)) => (from, to),
            None => (text, text),
        };
        let end = |text: &str| match text {
            "" => Some(None),
            text => days(text).map(Some),
        };
        let range = Self {
            from: end(from)?.map(|d| d.0),
            to: end(to)?.map(|d| d.1),
        };
        match (&range.from, &range.to) {
            (None, None) => None,
            (Some(from), Some(to)) if from > to => None,
            _ => Some(range),
        }
    }

    /// Whether a date (`YYYY`, `YYYY-MM`, `YYYY-MM-DD`, with or without a time) has a day in common with the stretch.
    pub fn touches(&self, date: &str) -> bool {
        let day = date.split(['T', ' ']).next().unwrap_or(date);
        let Some((first, last)) = days(day) else {
            return false;
        };
        self.from.as_ref().is_none_or(|from| last >= *from)
            && self.to.as_ref().is_none_or(|to| first <= *to)
    }
}

/// First and last day of a year, month or day that exists.
fn days(text: &str) -> Option<(String, String)> {
    let digits = |part: &str, n: usize| {
        (part.len() == n && part.bytes().all(|b| b.is_ascii_digit()))
            .then(|| part.parse::<u32>().ok())
            .flatten()
    };
    let mut parts = text.split('-');
    let year = digits(parts.next()?, 4)?;
    let Some(month) = parts.next() else {
        return Some((format!("{year:04}-01-01"), format!("{year:04}-12-31")));
    };
    let month = digits(month, 2).filter(|m| (1..=12).contains(m))?;
    let longest = match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    };
    let Some(day) = parts.next() else {
        return Some((
            format!("{year:04}-{month:02}-01"),
            format!("{year:04}-{month:02}-{longest:02}"),
        ));
    };
    let day = digits(day, 2).filter(|d| (1..=longest).contains(d))?;
    let day = format!("{year:04}-{month:02}-{day:02}");
    parts.next().is_none().then(|| (day.clone(), day))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(text: &str) -> String {
        let open = |end: Option<String>| end.unwrap_or_default();
        let range = DateRange::parse(text).unwrap();
        format!("{} {}", open(range.from), open(range.to))
    }

    #[test]
    fn a_date_covers_the_days_that_it_names() {
        assert_eq!(range("2024"), "2024-01-01 2024-12-31");
        assert_eq!(range("2024-02"), "2024-02-01 2024-02-29");
        assert_eq!(range("2023-02"), "2023-02-01 2023-02-28");
        assert_eq!(range("2023-09-13"), "2023-09-13 2023-09-13");
        assert_eq!(range("2023-09..2024-06"), "2023-09-01 2024-06-30");
        assert_eq!(range("2023.."), "2023-01-01 ");
        assert_eq!(range("..2023-09-13"), " 2023-09-13");
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "..",
            "23",
            "2023-13",
            "2023-02-30",
            "2023-9-1",
            "soon",
            "2024..2023",
            "2023-01-01-01",
            "٢٠٢٣",
            "2023..x",
        ] {
            assert_eq!(DateRange::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_range_touches_dates_of_any_precision() {
        let range = DateRange::parse("2023-09..2024-06").unwrap();
        for date in [
            "2023",
            "2024",
            "2023-09-30T10:00:00+07:00",
            "2024-06-30 23:59",
            "2024-01",
        ] {
            assert!(range.touches(date), "{date}");
        }
        for date in ["2022", "2023-08", "2024-07-01", "", "unknown"] {
            assert!(!range.touches(date), "{date}");
        }
    }
}
