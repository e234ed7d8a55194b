//! Days that a caption states without a year: "13 September", "9月13日", "13일", "on Wednesday", "yesterday". In: the
//! caption and the day its document was published. Out: the days meant, if that day is at most a month before.
//!
//! Such a day is weaker evidence than a full date: a caption taken over from an old page keeps its weekday.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::script::{Script, fold, script_of};

const MONTHS: &str = include_str!("../../schema/words/months.csv");
const DAYS: &str = include_str!("../../schema/matching/days.csv");

/// What a phrase says.
#[derive(Clone, Copy)]
enum Says {
    /// A month, 1 to 12.
    Month(i8),
    /// A day of the week, Monday 1 to Sunday 7.
    Weekday(i32),
    /// Days before the publication: 0 or 1.
    Before(i32),
}

struct Phrases {
    search: Option<AhoCorasick>,
    /// Language and meaning of each pattern.
    says: Vec<(String, Says)>,
}

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    let mut texts = Vec::new();
    let mut says = Vec::new();
    let mut add = |lang: &str, phrase: &str, what: Says| {
        let text: String = fold(phrase).iter().map(|(c, _)| *c).collect();
        if text.chars().count() > 1 {
            texts.push(text);
            says.push((lang.to_owned(), what));
        }
    };
    for row in csv::Reader::from_reader(MONTHS.as_bytes())
        .into_records()
        .flatten()
    {
        if let (Some(lang), Some(phrase), Some(Ok(month)), Some("gregorian")) = (
            row.get(0),
            row.get(1),
            row.get(2).map(str::parse),
            row.get(3),
        ) {
            add(lang, phrase, Says::Month(month));
        }
    }
    for row in csv::Reader::from_reader(DAYS.as_bytes())
        .into_records()
        .flatten()
    {
        if let (Some(lang), Some(phrase), Some(Ok(day))) =
            (row.get(0), row.get(1), row.get(2).map(str::parse::<i32>))
        {
            let what = if day > 0 {
                Says::Weekday(day)
            } else {
                Says::Before(-day)
            };
            add(lang, phrase, what);
        }
    }
    let search = AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .build(&texts)
        .ok();
    Phrases { search, says }
});

/// Whether a caption states a day without a year, counted back from the day on which its page was published.
pub fn says_when(caption: &str, lang: Option<&str>, published: &str) -> bool {
    super::days::day(published).is_some_and(|day| !days(caption, lang, day).is_empty())
}

/// The days that the caption states without a year, as day numbers, with the words; `published` is a day number.
pub(super) fn days(caption: &str, lang: Option<&str>, published: i32) -> Vec<(i32, String)> {
    let line: String = fold(caption).iter().map(|(c, _)| *c).collect();
    let lang = lang.map(|l| l.split(['-', '_']).next().unwrap_or("").to_lowercase());
    let mut out: Vec<(i32, String)> = Vec::new();
    let mut push = |day: Option<i32>, words: &str| {
        if let Some(day) = day
            && !out.iter().any(|(d, _)| *d == day)
        {
            out.push((day, words.trim().to_owned()));
        }
    };
    for (month, day, words) in written(&line) {
        push(latest(published, month, day), words);
    }
    let Some(search) = &PHRASES.search else {
        return out;
    };
    for hit in search.find_overlapping_iter(&line) {
        let Some((of, what)) = PHRASES.says.get(hit.pattern().as_usize()) else {
            continue;
        };
        let known = lang.as_deref().is_some_and(|l| !l.is_empty());
        if (known && lang.as_deref() != Some(of)) || !whole(&line, hit.start(), hit.end()) {
            continue;
        }
        let words = line.get(hit.start()..hit.end()).unwrap_or("");
        match what {
            Says::Month(month) => {
                for day in beside(&line, hit.start(), hit.end()) {
                    push(
                        latest(published, Some(*month), day),
                        &format!("{day} {words}"),
                    );
                }
            }
            // Without the language a short word may be anything.
            Says::Weekday(_) | Says::Before(_) if !known && words.chars().count() < 6 => {}
            Says::Weekday(day) => {
                // Day 0, 1 January 1970, was a Thursday.
                let today = (published + 3).rem_euclid(7) + 1;
                push(Some(published - (today - day).rem_euclid(7)), words);
            }
            Says::Before(days) => push(Some(published - days), words),
        }
    }
    out
}

/// The last day with this month and day of the month that is not after the publication, if it is at most 31 days back.
fn latest(published: i32, month: Option<i8>, day: i8) -> Option<i32> {
    // A day ahead: time zones.
    (-1..=31).map(|back| published - back).find(|candidate| {
        super::days::iso(*candidate).is_some_and(|iso| {
            let part = |range| iso.get(range).and_then(|p: &str| p.parse::<i8>().ok());
            part(8..10) == Some(day) && month.is_none_or(|m| part(5..7) == Some(m))
        })
    })
}

/// `9月13日`, `13日`, `9월 13일`, `13일`: month and day by their signs.
fn written(line: &str) -> Vec<(Option<i8>, i8, &str)> {
    let mut out = Vec::new();
    for sign in ["日", "일"] {
        for (at, _) in line.match_indices(sign) {
            let before = line.get(..at).unwrap_or("");
            let Some((from, day)) = number_before(before) else {
                continue;
            };
            let rest = before.get(..from).unwrap_or("").trim_end();
            let month = rest
                .strip_suffix('月')
                .or_else(|| rest.strip_suffix('월'))
                .and_then(number_before);
            let start = month.map_or(from, |(start, _)| start);
            let words = line.get(start..at + sign.len()).unwrap_or("");
            if (1..=31).contains(&day) {
                out.push((month.map(|(_, m)| m), day, words));
            }
        }
    }
    out
}

/// The number at the end of a text, and where it begins.
fn number_before(text: &str) -> Option<(usize, i8)> {
    let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
    let from = text.len() - digits;
    let number = text.get(from..)?.parse().ok()?;
    (digits <= 2).then_some((from, number))
}

/// Days of the month next to a month's name: "13 de septiembre", "September 13".
fn beside(line: &str, start: usize, end: usize) -> Vec<i8> {
    let mut out = Vec::new();
    let day = |word: &str| -> Option<i8> {
        let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
        let day = digits.parse().ok()?;
        (digits.len() <= 2 && (1..=31).contains(&day)).then_some(day)
    };
    let before = line.get(..start).unwrap_or("");
    let words = before
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty());
    out.extend(words.rev().take(2).find_map(day));
    let after = line.get(end..).unwrap_or("");
    let mut words = after
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty());
    if out.is_empty() {
        out.extend(words.next().and_then(day));
    }
    out
}

/// Whether a phrase stands as a word of its own, as far as its script marks words.
fn whole(line: &str, start: usize, end: usize) -> bool {
    let script = line
        .get(start..)
        .and_then(|t| t.chars().next())
        .map_or(Script::Other, script_of);
    if script.is_unspaced() || script == Script::Hangul {
        return true;
    }
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphabetic() && script_of(c) == script);
    let left = line.get(..start).unwrap_or("").chars().next_back();
    let right = line.get(end..).unwrap_or("").chars().next();
    (!letter(left) || script.has_proclitics()) && !letter(right)
}

#[cfg(test)]
mod tests {
    use super::super::days::{day, iso};
    use super::*;

    fn stated(caption: &str, lang: &str) -> Vec<String> {
        let published = day("2023-09-14").expect("a day");
        days(caption, Some(lang), published)
            .iter()
            .filter_map(|(day, _)| iso(*day))
            .collect()
    }

    #[test]
    fn days_without_a_year_are_the_last_before_the_page() {
        for (caption, lang) in [
            ("The two met on 13 September.", "en"),
            ("September 13: the two meet", "en"),
            ("el 13 de septiembre", "es"),
            ("13 сентября", "ru"),
            ("9月13日,两国领导人", "zh-Hans"),
            ("13日、会談する両首脳", "ja"),
            ("13일 만찬에서", "ko"),
            ("9월 13일", "ko"),
            ("on Wednesday", "en"),
            ("w środę", "pl"),
            ("в среду", "ru"),
            ("يوم الأربعاء", "ar"),
            ("เมื่อวานนี้", "th"),
        ] {
            assert_eq!(stated(caption, lang), ["2023-09-13"], "{caption}");
        }
    }

    #[test]
    fn days_far_back_and_other_words_are_none() {
        assert!(stated("on 13 March", "en").is_empty());
        assert!(stated("the sun rises", "en").is_empty());
        assert!(stated("13 people", "en").is_empty());
    }
}
