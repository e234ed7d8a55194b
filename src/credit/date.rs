//! Dates that a caption states, in the calendars that newsrooms use.
//!
//! In: a scanned text. Out: every date with a year, as precise as it is stated; a bare year only where no finer date
//! stands. A day without a year ("12/6") is no date.

use super::scan::Scan;
use super::vocabulary::{Kinds, Origin, Sense, is_hangul, unspaced};
use crate::model::Precision;

/// A date and where it stands (folded offsets).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub start: usize,
    pub end: usize,
    pub year: i32,
    pub month: u8,
    pub day: u8,
    pub released: bool,
}

impl Found {
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    pub fn text(&self) -> String {
        match (self.month, self.day) {
            (0, _) => format!("{:04}", self.year),
            (month, 0) => format!("{:04}-{month:02}", self.year),
            (month, day) => format!("{:04}-{month:02}-{day:02}", self.year),
        }
    }

    pub fn precision(&self) -> Precision {
        match (self.month, self.day) {
            (0, _) => Precision::Year,
            (_, 0) => Precision::Month,
            _ => Precision::Day,
        }
    }
}

/// A run of digits.
#[derive(Clone, Copy)]
struct Number {
    start: usize,
    end: usize,
    value: i32,
}

impl Number {
    fn digits(self) -> usize {
        self.end - self.start
    }
    fn day(self) -> Option<u8> {
        u8::try_from(self.value)
            .ok()
            .filter(|d| (1..=31).contains(d) && self.digits() <= 2)
    }
    fn month(self) -> Option<u8> {
        u8::try_from(self.value)
            .ok()
            .filter(|m| (1..=12).contains(m) && self.digits() <= 2)
    }
    fn year(self) -> Option<i32> {
        (self.digits() == 4 && (1000..=2999).contains(&self.value)).then_some(self.value)
    }
}

/// Which of two small numbers in "4/5/2023" is the month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Numerals {
    DayFirst,
    /// English is written in both ways: where the numbers do not tell, only the year is known.
    Unknown,
}

/// How the names of months count.
#[derive(Clone, Copy)]
enum Calendar {
    Common,
    Persian,
    /// Only where the text says so: Ethiopia's months are printed with years of both calendars.
    Ethiopian,
}

/// The end of the era behind a year, where the text says that it is Ethiopian: "2016 ዓ.ም", the year of mercy.
fn year_of_mercy(scan: &Scan<'_>, year_end: usize) -> Option<usize> {
    let at = scan.trim_start(year_end);
    scan.hits_from(at)
        .iter()
        .take_while(|h| h.start == at)
        .find(|h| scan.means(h.phrase, |s| s == Sense::YearOfMercy))
        .map(|h| h.end)
}

/// Languages of countries that count by the Persian solar calendar.
fn is_persian(lang: Option<&str>) -> bool {
    let main = lang.and_then(|l| l.split('-').next());
    matches!(main, Some("fa" | "prs" | "ps"))
}

/// Every date of the text. `lang` tells months apart that have one name in
/// two languages: "listopad" is October in Croatian and November in Polish.
pub(super) fn dates(scan: &Scan<'_>, numerals: Numerals, lang: Option<&str>) -> Vec<Found> {
    let text = scan.folded.text.as_str();
    let numbers = numbers(text);
    let mut found = Vec::new();
    if numbers.is_empty() {
        return found;
    }
    let mut reader = Reader {
        scan,
        text,
        numbers: &numbers,
        found: &mut found,
    };
    reader.named(lang);
    reader.characters();
    reader.numeric(numerals, is_persian(lang));
    if found.is_empty() {
        years(scan, text, &numbers, &mut found);
    }
    found.sort_by_key(|f| (f.start, f.end));
    found.dedup_by(|b, a| b.start < a.end);
    for at in 0..found.len() {
        let from = at
            .checked_sub(1)
            .and_then(|i| found.get(i))
            .map_or(0, |f| f.end);
        if let Some(date) = found.get_mut(at) {
            date.released =
                released_before(scan, from, date.start) || released_after(scan, date.end);
        }
    }
    found
}

fn numbers(text: &str) -> Vec<Number> {
    let bytes = text.as_bytes();
    let mut numbers = Vec::new();
    // Without an early end: the compiler looks at many bytes at a time, and most captions have no number.
    if !bytes.iter().fold(false, |any, b| any | b.is_ascii_digit()) {
        return numbers;
    }
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if !byte.is_ascii_digit() {
            let rest = bytes.get(at..).unwrap_or_default();
            match rest.iter().position(u8::is_ascii_digit) {
                Some(next) => at += next,
                None => break,
            }
        }
        let start = at;
        let mut value = 0i32;
        while let Some(digit) = bytes.get(at).filter(|b| b.is_ascii_digit()) {
            value = value
                .saturating_mul(10)
                .saturating_add(i32::from(digit - b'0'));
            at += 1;
        }
        if at - start <= 4 {
            numbers.push(Number {
                start,
                end: at,
                value,
            });
        }
    }
    numbers
}

struct Reader<'a, 'b> {
    scan: &'a Scan<'a>,
    text: &'a str,
    numbers: &'b [Number],
    found: &'b mut Vec<Found>,
}

impl Reader<'_, '_> {
    /// Dates with a month's name.
    fn named(&mut self, lang: Option<&str>) {
        let spoken = |at: u8| {
            let own = self.scan.vocabulary.tongue(at);
            lang.is_some_and(|l| own.split('-').next() == l.split('-').next())
        };
        for hit in &self.scan.hits {
            if !hit.kinds.any(Kinds::MONTH) || hit.glued_start || hit.glued_end {
                continue;
            }
            let senses = self.scan.vocabulary.senses(hit.phrase);
            let own = senses
                .iter()
                .any(|&(s, l)| matches!(s, Sense::Month(_)) && spoken(l));
            for &(sense, lang) in senses.iter().filter(|&&(_, l)| !own || spoken(l)) {
                let (month, calendar) = match sense {
                    Sense::Month(month) => (month, Calendar::Common),
                    Sense::PersianMonth(month) => (month, Calendar::Persian),
                    Sense::EthiopianMonth(month) => (month, Calendar::Ethiopian),
                    _ => continue,
                };
                let thai = self.scan.vocabulary.tongue(lang) == "th";
                if self.around(hit.start, hit.end, month, calendar, thai) {
                    break;
                }
            }
        }
    }

    fn around(
        &mut self,
        start: usize,
        end: usize,
        month: u8,
        calendar: Calendar,
        thai: bool,
    ) -> bool {
        let (start, end) = self.both_names(start, end, month);
        let split = self.numbers.partition_point(|n| n.start < start);
        // A month's name may hold a number: "tháng 5".
        let next = self.numbers.partition_point(|n| n.start < end);
        let before = split
            .checked_sub(1)
            .and_then(|i| self.numbers.get(i))
            .copied()
            .filter(|n| self.joins(n.end, start));
        let after = self
            .numbers
            .get(next)
            .copied()
            .filter(|n| self.joins(end, n.start));
        let second = self.numbers.get(next + 1).copied();
        let third = self.numbers.get(next + 2).copied();
        let earlier = split
            .checked_sub(2)
            .and_then(|i| self.numbers.get(i))
            .copied();
        let fix = |year: i32| {
            if thai && year > 2400 {
                year - 543
            } else {
                year
            }
        };
        let mut push = |start: usize, end: usize, year: i32, day: u8| {
            let other = match calendar {
                Calendar::Common => None,
                Calendar::Persian if (1200..=1500).contains(&year) => {
                    let first = from_persian(year, month, day);
                    // A month alone lies in two of ours: only the year is known, if that.
                    if day > 0 {
                        Some((first, end))
                    } else if first.0 == from_persian(year, month, 29).0 {
                        Some(((first.0, 0, 0), end))
                    } else {
                        return false;
                    }
                }
                Calendar::Ethiopian if day > 0 && (1500..=2199).contains(&year) => {
                    let Some(end) = year_of_mercy(self.scan, end) else {
                        return false;
                    };
                    Some((from_ethiopian(year, month, day), end))
                }
                Calendar::Persian | Calendar::Ethiopian => return false,
            };
            if let Some(((year, month, day), end)) = other {
                self.found.push(Found {
                    start,
                    end,
                    year,
                    month,
                    day,
                    released: false,
                });
                return true;
            }
            let year = fix(year);
            if !(1500..=2199).contains(&year) || !exists(year, month, day) {
                return false;
            }
            self.found.push(Found {
                start,
                end,
                year,
                month,
                day,
                released: false,
            });
            true
        };
        let (joins_after, joins_second) = match (after, second) {
            (Some(a), Some(b)) => (true, join(self.scan, self.text, a.end, b.start)),
            (after, _) => (after.is_some(), false),
        };
        // 25 April 2019
        if let (Some(day), Some(year)) = (before, after)
            && joins_after
            && let (Some(d), Some(y)) = (day.day(), year.year())
        {
            // 12-14 May 2023
            if let Some(first) = split
                .checked_sub(2)
                .and_then(|i| self.numbers.get(i))
                .copied()
                && let Some(f) = first.day()
                && f < d
                && self
                    .text
                    .get(first.end..day.start)
                    .is_some_and(|gap| gap.trim() == "-")
            {
                push(first.start, first.end, y, f);
            }
            return push(day.start, year.end, y, d);
        }
        // April 25, 2019
        if let (Some(day), Some(year)) = (after, second)
            && joins_second
            && let (Some(d), Some(y)) = (day.day(), year.year())
        {
            return push(start, year.end, y, d);
        }
        // May 3-5, 2021
        if let (Some(first), Some(last), Some(year)) = (after, second, third)
            && joins_second
            && join(self.scan, self.text, last.end, year.start)
            && let (Some(f), Some(d), Some(y)) = (first.day(), last.day(), year.year())
            && f < d
        {
            push(start, first.end, y, f);
            return push(last.start, year.end, y, d);
        }
        // 2021. gada 3. maijā
        if let (Some(year), Some(day)) = (earlier, before)
            && join(self.scan, self.text, year.end, day.start)
            && let (Some(y), Some(d)) = (year.year(), day.day())
            && after.is_none_or(|a| a.year().is_none())
        {
            return push(year.start, end, y, d);
        }
        // 2024. március 15
        if let (Some(year), Some(day)) = (before, after)
            && let (Some(y), Some(d)) = (year.year(), day.day())
        {
            return push(year.start, day.end, y, d);
        }
        // April 2019
        if let Some(year) = after
            && let Some(y) = year.year()
        {
            return push(start, year.end, y, 0);
        }
        if let Some(year) = before
            && let Some(y) = year.year()
            && self
                .text
                .get(year.end..start)
                .is_some_and(|gap| gap.len() <= 8)
        {
            return push(year.start, end, y, 0);
        }
        false
    }

    /// The whole of a month with two names: "أيار/مايو", "أيار (مايو)".
    fn both_names(&self, start: usize, end: usize, month: u8) -> (usize, usize) {
        let same =
            |h: &super::vocabulary::Hit| self.scan.means(h.phrase, |s| s == Sense::Month(month));
        let near = start.saturating_sub(40);
        let hits = self.scan.hits_from(near);
        // What stands between the two names, and behind the second.
        let join = |from: usize, second: usize, end: usize| -> Option<usize> {
            let gap = self.text.get(from..second)?.trim();
            match gap {
                "/" => Some(end),
                "(" => self.text.get(end..)?.starts_with(')').then_some(end + 1),
                _ => None,
            }
        };
        let after = hits
            .iter()
            .take_while(|h| h.start <= end + 2)
            .filter(|h| h.start > end && same(h))
            .find_map(|h| join(end, h.start, h.end));
        let before = hits
            .iter()
            .take_while(|h| h.end < start)
            .filter(|h| h.end + 3 > start && same(h))
            .find_map(|h| Some((h.start, join(h.end, start, end)?)));
        let (before, end) = before.unwrap_or((start, end));
        let after = after.unwrap_or(end);
        (before, after)
    }

    fn joins(&self, from: usize, to: usize) -> bool {
        join(self.scan, self.text, from, to)
    }

    /// 2024年5月13日, 2020년 4월 10일, 令和6年5月13日.
    fn characters(&mut self) {
        for (i, &year) in self.numbers.iter().enumerate() {
            let Some(rest) = self.text.get(year.end..) else {
                continue;
            };
            let Some(rest) = rest.trim_start().strip_prefix(['年', '년']) else {
                continue;
            };
            let mut start = year.start;
            let mut y = year.value;
            if let Some(era) = self
                .scan
                .hits_from(year.start.saturating_sub(24))
                .iter()
                .take_while(|h| h.start < year.start)
                .find(|h| {
                    h.end <= year.start && year.start <= h.end + 1 && self.era(h.phrase).is_some()
                })
            {
                y = y.saturating_add(self.era(era.phrase).unwrap_or(0));
                start = era.start;
            }
            // "112年5月3日": a whole date with a year of three digits is Taiwan's, though the era is not printed.
            let minguo = start == year.start && year.digits() == 3 && (100..=149).contains(&y);
            if minguo {
                y += 1911;
            } else if !(1500..=2199).contains(&y) || (start == year.start && year.digits() != 4) {
                continue;
            }
            self.after_year(start, y, i + 1, rest);
            if minguo
                && self
                    .found
                    .last()
                    .is_some_and(|f| f.start == start && f.day == 0)
            {
                self.found.pop();
            }
        }
        // 令和元年: the first year of an era.
        for hit in self.scan.hits.iter().filter(|h| h.kinds.any(Kinds::ERA)) {
            let Some(base) = self.era(hit.phrase) else {
                continue;
            };
            let rest = self.text.get(hit.end..).unwrap_or_default();
            if let Some(rest) = rest.strip_prefix("元年") {
                let next = self.numbers.partition_point(|n| n.start < hit.end);
                self.after_year(hit.start, base + 1, next, rest);
            }
        }
    }

    /// The month and day that stand after a year written with a character.
    fn after_year(&mut self, start: usize, y: i32, next_number: usize, rest: &str) {
        let mut date = Found {
            start,
            end: self.text.len() - rest.len(),
            year: y,
            month: 0,
            day: 0,
            released: false,
        };
        let next = |i: usize, rest: &str, mark: [char; 2]| -> Option<(Number, usize)> {
            let number = *self.numbers.get(i)?;
            let here = self.text.len() - rest.len();
            let gap = self.text.get(here..number.start)?;
            if !gap.trim().is_empty() || number.digits() > 2 {
                return None;
            }
            let after = self
                .text
                .get(number.end..)?
                .trim_start()
                .strip_prefix(mark)?;
            Some((number, self.text.len() - after.len()))
        };
        if let Some((month, end)) = next(next_number, rest, ['月', '월'])
            && let Some(m) = month.month()
        {
            date.month = m;
            date.end = end;
            if let Some(rest) = self.text.get(end..)
                && let Some((day, end)) = next(next_number + 1, rest, ['日', '일'])
                && let Some(d) = day.day()
                && exists(y, m, d)
            {
                date.day = d;
                date.end = end;
            }
            self.found.push(date);
        }
    }

    fn era(&self, phrase: u32) -> Option<i32> {
        self.scan
            .vocabulary
            .senses(phrase)
            .iter()
            .find_map(|&(sense, _)| match sense {
                Sense::Era(base) => Some(base),
                _ => None,
            })
    }

    /// 25.04.2019, 2019-04-25, 4/25/2019, ۱۴۰۳/۰۵/۰۹.
    fn numeric(&mut self, numerals: Numerals, persian: bool) {
        let bytes = self.text.as_bytes();
        for three in self.numbers.windows(3) {
            let &[a, b, c] = three else { continue };
            let (Some(first), Some(second)) =
                (self.text.get(a.end..b.start), self.text.get(b.end..c.start))
            else {
                continue;
            };
            let (first, second) = (first.trim(), second.trim());
            if first != second || !matches!(first, "/" | "." | "-") {
                continue;
            }
            let tight = a.end + 2 >= b.start && b.end + 2 >= c.start;
            let inside = |at: Option<usize>| {
                at.and_then(|i| bytes.get(i))
                    .is_some_and(|b| b"/-".contains(b))
            };
            if !tight || inside(a.start.checked_sub(1)) || inside(Some(c.end)) {
                continue;
            }
            let (year, month, day) =
                if let (Some(y), Some(m), Some(d)) = (a.year(), b.month(), c.day()) {
                    (y, m, d)
                } else if let Some(y) = c.year() {
                    match (a.day(), b.month(), a.month(), b.day()) {
                        (Some(d), Some(m), Some(_), Some(_))
                            if d != m && first == "/" && numerals == Numerals::Unknown =>
                        {
                            (y, 0, 0)
                        }
                        (Some(d), Some(m), _, _) | (_, _, Some(m), Some(d)) => (y, m, d),
                        _ => continue,
                    }
                } else {
                    continue;
                };
            let year = if (2443..=2643).contains(&year)
                && self
                    .text
                    .chars()
                    .any(|c| matches!(c, '\u{e01}'..='\u{e5b}'))
            {
                year - 543
            } else {
                year
            };
            let (year, month, day) = if persian && (1300..=1450).contains(&year) && day > 0 {
                from_persian(year, month, day)
            } else {
                (year, month, day)
            };
            if (1500..=2199).contains(&year) && (month == 0 || exists(year, month, day)) {
                self.found.push(Found {
                    start: a.start,
                    end: c.end,
                    year,
                    month,
                    day,
                    released: false,
                });
            }
        }
    }
}

/// Whether nothing but punctuation and a joining word stands between two parts of a date.
fn join(scan: &Scan<'_>, text: &str, from: usize, to: usize) -> bool {
    let Some(gap) = text.get(from..to) else {
        return false;
    };
    if gap.len() > 40 || gap.contains(['\n', '(', ')', ';', ':']) {
        return false;
    }
    let word = gap.trim_matches([' ', '.', ',', '-', '/', '\'', '°']);
    let joins = |word: &str| {
        let word = word.trim_matches(['.', ',', '-', '\'', '°']);
        word.is_empty() || scan.vocabulary.is_undotted_joiner(word)
    };
    joins(word) || word.split(' ').all(joins)
}

/// Years that stand alone.
fn years(scan: &Scan<'_>, text: &str, numbers: &[Number], found: &mut Vec<Found>) {
    let bytes = text.as_bytes();
    for number in numbers {
        let Some(year) = number.year().filter(|y| (1600..=2049).contains(y)) else {
            continue;
        };
        // An Ethiopian year begins in the seventh year after that number, and ends in the eighth.
        if year_of_mercy(scan, number.end).is_some() {
            continue;
        }
        let before = text.get(..number.start).and_then(|t| t.chars().next_back());
        if before.is_some_and(|c| {
            (c.is_alphanumeric() && !unspaced(c))
                || matches!(
                    c,
                    '.' | ',' | '$' | '€' | '£' | '¥' | '#' | '/' | '-' | '+' | '@' | '_' | ':'
                )
        }) {
            continue;
        }
        // "© 2024": the year of a right.
        let front = text.get(..number.start).unwrap_or_default().trim_end();
        if front.ends_with(['©', '®']) || front.ends_with("(c)") || front.ends_with("copyright") {
            continue;
        }
        // "Copyright The House 2024"
        let clause = front
            .rsplit(['.', '\n'])
            .next()
            .unwrap_or_default()
            .trim_start();
        if clause.starts_with('©') || clause.starts_with("copyright ") {
            continue;
        }
        let after = text.get(number.end..).and_then(|t| t.chars().next());
        let year_mark = matches!(after, Some('年' | '년'));
        let number_goes_on = after.is_some_and(|c| matches!(c, '.' | ',' | ':' | '-' | '/'))
            && bytes.get(number.end + 1).is_some_and(u8::is_ascii_digit);
        if number_goes_on
            || after.is_some_and(|c| {
                matches!(c, '%' | '/' | '°' | '€' | '$' | '-' | '\'')
                    || (c.is_alphanumeric() && !year_mark && !c.is_ascii_alphabetic())
            })
        {
            continue;
        }
        if after.is_some_and(|c| c.is_ascii_alphabetic())
            && text
                .get(number.end..)
                .is_some_and(|t| t.starts_with("er") || t.starts_with('s'))
        {
            continue;
        }
        found.push(Found {
            start: number.start,
            end: number.end,
            year,
            month: 0,
            day: 0,
            released: false,
        });
        if found.len() >= 3 {
            break;
        }
    }
}

/// Whether "released" stands shortly before, in the same sentence.
fn released_before(scan: &Scan<'_>, from: usize, date: usize) -> bool {
    let first = scan
        .hits
        .partition_point(|h| h.start < date.saturating_sub(140).max(from));
    scan.hits
        .iter()
        .skip(first)
        .take_while(|h| h.end <= date)
        .filter(|h| {
            scan.vocabulary
                .senses(h.phrase)
                .iter()
                .any(|&(sense, _)| matches!(sense, Sense::Origin(Origin::Released, _)))
        })
        .any(|h| {
            scan.folded.text.get(h.end..date).is_some_and(|gap| {
                // "released by X, somebody speaks in Town on DATE": the date is another clause's.
                let clause = gap
                    .split_once(',')
                    .is_some_and(|(_, rest)| rest.trim_matches([' ', ',']).len() > 3);
                !clause
                    && !gap.contains(['\n', ';'])
                    && gap.matches(')').count() <= gap.matches('(').count()
            })
        })
}

/// Whether the word for "released" stands right after the date: "2023年9月13日发布", "9월 13일 공개한".
fn released_after(scan: &Scan<'_>, date: usize) -> bool {
    scan.hits_from(date)
        .iter()
        .take_while(|h| h.start <= date + 8)
        .any(|h| {
            scan.means(h.phrase, |s| {
                matches!(s, Sense::Origin(Origin::Released, _))
            }) && scan
                .cut(date, h.start)
                .chars()
                .all(|c| c == ' ' || unspaced(c))
                && scan
                    .char_at(h.start)
                    .is_some_and(|c| unspaced(c) || is_hangul(c))
        })
}

fn exists(year: i32, month: u8, day: u8) -> bool {
    let longest = match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    };
    day <= longest
}

/// The Gregorian date of a date of the Persian solar calendar, by its 33-year leap cycle (right for 1206 to 1497).
fn from_persian(year: i32, month: u8, day: u8) -> (i32, u8, u8) {
    let passed = i32::from(month) - 1;
    let day_of_year = if passed < 6 {
        passed * 31
    } else {
        186 + (passed - 6) * 30
    } + i32::from(day.max(1));
    // Farvardin 1 falls on 21 March, on 20 March in years that follow a Persian leap year near a Gregorian one.
    let leaps = |y: i32| {
        (0..y.rem_euclid(33))
            .filter(|i| [1, 5, 9, 13, 17, 22, 26, 30].contains(i))
            .count()
    };
    let whole = i32::try_from(leaps(year)).unwrap_or(0) + year.div_euclid(33) * 8;
    let days = 365 * (year - 1) + whole + day_of_year - 1;
    // Anchored where the cycle holds: 1 Farvardin 1399 was 20 March 2020.
    let (y, m, d) = gregorian(days + 226_894);
    (y, m, d)
}

/// The Gregorian date of a date of the Ethiopian calendar: twelve months of thirty days and the days that are left, with a
/// leap day before every year that four divides.
fn from_ethiopian(year: i32, month: u8, day: u8) -> (i32, u8, u8) {
    // 1 Meskerem 2016 was 12 September 2023.
    gregorian(365 * (year - 1) + year / 4 + 30 * i32::from(month) + i32::from(day) + 2764)
}

/// The Gregorian date of a day counted from 0001-01-01 as 0.
fn gregorian(days: i32) -> (i32, u8, u8) {
    let mut year = 1 + days / 366;
    let start = |y: i32| 365 * (y - 1) + (y - 1) / 4 - (y - 1) / 100 + (y - 1) / 400;
    while start(year + 1) <= days {
        year += 1;
    }
    let mut rest = days - start(year);
    for month in 1..=12u8 {
        let length = (28..=31)
            .rev()
            .find(|&d| exists(year, month, d))
            .unwrap_or(31);
        if rest < i32::from(length) {
            return (year, month, u8::try_from(rest + 1).unwrap_or(1));
        }
        rest -= i32::from(length);
    }
    (year, 12, 31)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::credit::{CreditReader, Hints};
    use crate::parties::Registry;

    #[test]
    fn calendars_and_double_months_are_read_where_the_text_says_so() {
        let registry = Registry::builtin().expect("the registry");
        let reader = CreditReader::new(Arc::new(registry)).expect("a reader");
        let dates = |text: &str, lang: &str| -> Vec<String> {
            let hints = Hints {
                lang: Some(lang),
                ..Hints::default()
            };
            let reading = reader.caption(text, &hints);
            reading.caption_dates.into_iter().map(|d| d.date).collect()
        };
        for (text, lang, date) in [
            ("بغداد، 13 تشرين الثاني/نوفمبر 2023", "ar", "2023-11-13"),
            ("بغداد، 13 تشرين الثاني (نوفمبر) 2023", "ar", "2023-11-13"),
            ("بغداد، 13 نوفمبر/ تشرين الثاني 2023", "ar", "2023-11-13"),
            ("تهران، ۱۴۰۳/۰۵/۰۹", "fa", "2024-07-30"),
            ("تهران، ۹/۵/۱۴۰۳", "fa", "2024-07-30"),
            ("کابل، ۱۴۰۳-۰۵-۰۹", "prs", "2024-07-30"),
            // A month alone lies in two of ours.
            ("اصفهان، مهر ۱۴۰۱", "fa", "2022"),
            ("台北，112年5月3日", "zh-Hant", "2023-05-03"),
            ("አዲስ አበባ፣ ሰኔ 5 ቀን 2016 ዓ.ም", "am", "2024-06-12"),
            ("ጳጉሜን 6 ቀን 2015 ዓ.ም", "am", "2023-09-11"),
            ("အင်းဝ၊ ၂၀၂၅ ခုနှစ် မတ်လ ၂၉ ရက်", "my", "2025-03-29"),
            ("ថ្ងៃទី២៩ ខែមីនា ឆ្នាំ២០២៥", "km", "2025-03-29"),
        ] {
            assert_eq!(dates(text, lang), [date], "{text}");
        }
        // A year of a calendar that is not named, or a year that two calendars share.
        // A month that begins in one of our years and ends in the next; the year of a right.
        for (text, lang) in [
            ("الرياض، 1445/05/09", "ar"),
            ("አዲስ አበባ፣ 2016 ዓ.ም", "am"),
            ("همدان، دی ۱۴۰۱", "fa"),
            ("Copyright The Harbour Ledger 2021", "en"),
        ] {
            assert!(
                dates(text, lang).is_empty(),
                "{text}: {:?}",
                dates(text, lang)
            );
        }
        // Without the era the year may be of either calendar: no day is claimed.
        assert!(dates("ሰኔ 5 ቀን 2016", "am").iter().all(|d| d.len() == 4));
    }
}
