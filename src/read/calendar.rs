//! A date as pages, feeds and items state it -> the same date as ISO 8601 begins it, or none where no calendar has it.

use jiff::civil::Date;

/// Years in which news with pictures appeared or will: others are placeholders and slips, which an audit would count as
/// months of their own.
const YEARS: std::ops::RangeInclusive<i16> = 1800..=2200;

/// A day with what stands behind it (a time) as it is, a month or a year; `None` for what is no date, or no day of the
/// calendar.
pub(super) fn date(text: &str) -> Option<String> {
    let (digits, rest) = digits(text.trim());
    let (year, month, day, rest) = match digits.len() {
        4 => {
            let (month, rest) = part(rest);
            let (day, rest) = month.map_or((None, rest), |_| part(rest));
            (digits, month, day, rest)
        }
        // All in a row, with or without the time of day.
        8 | 14 => (digits.get(..4)?, digits.get(4..6), digits.get(6..8), rest),
        _ => return None,
    };
    let year = year.parse::<i16>().ok().filter(|y| YEARS.contains(y))?;
    let Some(month) = month else {
        return rest.is_empty().then(|| year.to_string());
    };
    let first = Date::new(year, month.parse().ok()?, 1).ok()?;
    let Some(day) = day else {
        return rest.is_empty().then(|| first.strftime("%Y-%m").to_string());
    };
    let day = Date::new(year, first.month(), day.parse().ok()?).ok()?;
    Some(format!("{day}{rest}"))
}

/// A month or day of one or two digits behind a sign, and what follows it.
fn part(text: &str) -> (Option<&str>, &str) {
    let (number, rest) = digits(text.strip_prefix(['-', '/', '.']).unwrap_or_default());
    if (1..=2).contains(&number.len()) {
        (Some(number), rest)
    } else {
        (None, text)
    }
}

/// The digits that a text begins with, and what follows them.
fn digits(text: &str) -> (&str, &str) {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    text.split_at_checked(end).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn a_date_of_the_calendar_begins_as_iso_8601_does() {
        for (text, expected) in [
            ("2024", "2024"),
            ("2024-05", "2024-05"),
            ("2024-05-03", "2024-05-03"),
            (" 2024-05-03T10:00:00+09:00 ", "2024-05-03T10:00:00+09:00"),
            ("2024-05-03 10:00", "2024-05-03 10:00"),
            ("2024-02-29", "2024-02-29"),
            ("2024/5/3", "2024-05-03"),
            ("2024.05.03", "2024-05-03"),
            ("20240503", "2024-05-03"),
            ("20240503T100000Z", "2024-05-03T100000Z"),
            ("20240503100000", "2024-05-03"),
            ("1800-01-01", "1800-01-01"),
        ] {
            assert_eq!(date(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_day_that_no_calendar_has_is_no_date() {
        for text in [
            "",
            "2023-13-45",
            "2023-13",
            "2023-00-00",
            "2023-02-29",
            "2023-04-31",
            "2023-04-031",
            "20231345",
            "99999-01-01",
            "9999-12-31",
            "1799-12-31",
            "0000-00-00",
            "-2024-01-01",
            "1715000000",
            "2024 stories",
            "today",
            "\u{e9}\u{e9}",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }
}
