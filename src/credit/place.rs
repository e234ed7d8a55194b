//! A place that a caption states in one of the usual forms.
//!
//! In: a scanned text and its dates. Out: the words of the place: "in *Kyiv, Ukraine*, on 3 May 2021", "*SEOUL, SOUTH
//! KOREA* - MARCH 03:", "＝2023年5月19日、*広島市*". Only beside a date, where captions put it; nothing is guessed
//! from names of places, which are names of much else too.

use super::date::Found;
use super::scan::Scan;
use super::vocabulary::{Kinds, Sense, unspaced};

/// Longest stretch between a preposition and the date, in bytes.
const REACH: usize = 90;

/// Where the place stands (folded offsets).
pub(super) fn places(scan: &Scan<'_>, dates: &[Found]) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = dateline(scan).into_iter().collect();
    for date in dates.iter().filter(|d| d.day > 0) {
        if let Some(place) = before(scan, date.start).or_else(|| after(scan, date)) {
            found.push(place);
        }
    }
    found.sort_unstable();
    found.dedup_by(|b, a| b.0 < a.1);
    found
}

/// "CITY, COUNTRY - MARCH 03: ..." at the beginning.
fn dateline(scan: &Scan<'_>) -> Option<(usize, usize)> {
    if !scan.kinds.any(Kinds::MONTH) {
        return None;
    }
    let text = scan.text();
    let dash = text.find(" - ").filter(|dash| *dash < REACH)?;
    let colon = text.get(dash..)?.find(':')? + dash;
    let printed = scan.printed(0, dash);
    let rest = text.get(dash + 3..colon)?;
    let capitals = printed.chars().any(char::is_uppercase)
        && !printed
            .chars()
            .any(|c| c.is_lowercase() || c.is_ascii_digit());
    let month = scan
        .hits_from(dash)
        .iter()
        .take_while(|h| h.start < colon)
        .any(|h| scan.means(h.phrase, |s| matches!(s, Sense::Month(_))));
    (capitals && month && rest.len() < 24 && rest.bytes().any(|b| b.is_ascii_digit()))
        .then_some((0, dash))
}

/// After a preposition, before the date.
fn before(scan: &Scan<'_>, date: usize) -> Option<(usize, usize)> {
    let mut from = date.saturating_sub(REACH);
    while !scan.text().is_char_boundary(from) {
        from += 1;
    }
    let window = scan.cut(from, date);
    let from = window
        .rfind(['.', '\n', ';', ':', '!', '?'])
        .map_or(from, |at| from + at + 1);
    // Words from the date back: names and commas, then the preposition.
    let mut end = date;
    let mut start: Option<usize> = None;
    let mut parts = 1;
    let mut at = date;
    let small = |word: &str| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        word.is_empty() || scan.vocabulary.is_tongue(word)
    };
    for word in scan.cut(from, date).rsplit(' ') {
        let word_start = at - word.len();
        let capital = scan
            .printed(word_start, at)
            .chars()
            .find(|c| c.is_alphanumeric())
            .is_some_and(char::is_uppercase);
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        if start.is_none() && (small(word) || scan.vocabulary.is_joiner(bare)) {
            // "on Monday," before the date.
            end = word_start;
        } else if !bare.is_empty() && scan.vocabulary.is_preposition(bare) && !capital {
            let start = start?;
            let printed = scan.printed(start, end).trim_end_matches([' ', ',', '-']);
            let length = printed.len();
            let one = !printed.contains(' ');
            let stop = scan.trim_end(end);
            let stop = stop
                - scan.cut(start, stop).len().saturating_sub(
                    scan.cut(start, stop)
                        .trim_end_matches([',', ' ', '-'])
                        .len(),
                );
            return (length > 1 && (parts > 1 || one || scan.cut(start, stop).contains('(')))
                .then_some((start, stop));
        } else if capital {
            if word.ends_with(',') && start.is_some() {
                parts += 1;
            }
            start = Some(word_start);
        } else if !scan
            .hits_from(word_start)
            .iter()
            .take_while(|h| h.start == word_start)
            .any(|h| h.end == at && scan.means(h.phrase, |s| s == Sense::Particle))
        {
            return None;
        }
        at = word_start.checked_sub(1)?;
        if at <= from {
            return None;
        }
    }
    None
}

/// Japanese: after the date and a comma, up to the end or a bracket.
fn after(scan: &Scan<'_>, date: &Found) -> Option<(usize, usize)> {
    let rest = scan.text().get(date.end..)?;
    let body = rest.strip_prefix(',')?;
    if !body.starts_with(unspaced) || !scan.cut(0, date.start).trim_end().ends_with('=') {
        return None;
    }
    let length = body
        .find(|c: char| !unspaced(c) || c == 'で' || c == 'の')
        .unwrap_or(body.len());
    let start = date.end + 1;
    (3..=36)
        .contains(&length)
        .then_some((start, start + length))
}
