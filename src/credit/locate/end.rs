//! Credits at the end that nothing announces: after a dash or bar, after the last sentence, or glued to it by a slash.
//!
//! In: a scanned text. Out: the longest tail that is nothing but names that credits have.

use super::super::content::strict;
use super::super::scan::Scan;
use super::super::vocabulary::{Connector, Kinds, Sense, unspaced};
use super::{Located, Place, accepts, capital_at, continues, floor, says_who, trimmed};
use crate::model::{Label, PartyKind};

/// After the last dash, bar, bullet or line break.
pub(super) fn dash(
    scan: &Scan<'_>,
    from: usize,
    end: usize,
    lang: Option<&str>,
) -> Option<Located> {
    let text = scan.cut(from, end);
    let mut best = None;
    for (at, c) in text.char_indices().rev().take(160) {
        if !matches!(c, '-' | '|' | '·' | '\n' | '/' | '=' | ';') {
            continue;
        }
        let start = from + at;
        let spaced = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let alone = spaced(scan.char_before(start)) || spaced(scan.char_at(start + c.len_utf8()));
        let full = matches!(c, '|' | '·' | '\n' | '=');
        if !(alone || full) || (c == '/' && !spaced(scan.char_before(start))) {
            continue;
        }
        let after = scan.trim_start(start + c.len_utf8());
        let found = strict(scan, after, end, lang);
        if found.is_empty() || found.junk > 0 {
            break;
        }
        if accepts(&found, Place::Dash) && (c != '=' || found.known > 0) {
            let (line_start, line_end) = trimmed(scan, after, end);
            best = Some(Located {
                place: Place::Dash,
                start: line_start,
                end: line_end,
                cut: (start, end),
                content: found,
            });
        }
    }
    best
}

/// After the last sentence: "... in Beijing. REUTERS/Name".
pub(super) fn sentence(
    scan: &Scan<'_>,
    from: usize,
    end: usize,
    lang: Option<&str>,
) -> Option<Located> {
    let text = scan.cut(from, end);
    let body = text.trim_end_matches(['.', ' ']);
    let mut best: Option<Located> = None;
    let mut tried = 0;
    for (at, c) in body.char_indices().rev().take(140) {
        let ends = matches!(c, '.' | '!' | '?' | '"' | ')' | ',');
        if !ends || tried > 6 {
            continue;
        }
        let start = from + at + c.len_utf8();
        let next = scan.trim_start(start);
        if next >= end
            || (next == start
                && scan.char_at(next).is_some_and(|c| !unspaced(c))
                && !capital_at(scan, next))
        {
            continue;
        }
        tried += 1;
        let found = strict(scan, next, end, lang);
        // After a comma only house and name together are a credit: a clause may end in an agency's name.
        let all_known = found.known > 0 && found.items.len() == found.known;
        let clause = match c {
            // "、首相官邸、代表撮影": an office is where the pool was let in.
            ',' if scan.char_before(from + at).is_some_and(unspaced) => {
                let office = found.labels.contains(&Label::Pool)
                    && found.items.iter().all(|i| {
                        i.who
                            .name(scan.vocabulary)
                            .is_some_and(|n| n.kind == PartyKind::Government)
                    });
                found.made || all_known && !office
            }
            ',' => {
                found.slashes > 0
                    && found.persons() > 0
                    && found.known > 0
                    && capital_at(scan, next)
            }
            _ => true,
        };
        // "、代表撮影"
        let label = c == ','
            && scan.char_before(from + at).is_some_and(unspaced)
            && found.items.is_empty()
            && !found.labels.is_empty()
            && found.junk + found.loose == 0
            && found.words == 1;
        // "... in Town. Screenshot": a sentence that is nothing but a word on who made or supplied it.
        let only = matches!(c, '.' | '!' | '?')
            && found.items.is_empty()
            && found.junk + found.loose + found.beside + found.dates == 0
            && found.lead.is_none()
            && found.words <= 6
            && found.labels.iter().copied().any(says_who);
        let fits = accepts(&found, Place::Sentence) && clause || label || only;
        if fits && !continues(scan, from, start, c) {
            let (line_start, line_end) = trimmed(scan, next, end);
            best = Some(Located {
                place: Place::Sentence,
                start: line_start,
                end: line_end,
                cut: (start, end),
                content: found,
            });
        } else if found.junk > 0 {
            break;
        }
    }
    best.or_else(|| glued(scan, from, end, lang))
}

/// "... in Lyon NAME NAME/AFP": no stop before the credit. The first slash after which everything is a credit tells
/// where it is; what stands right before it is a house, a label or the last two words of a name.
fn glued(scan: &Scan<'_>, from: usize, end: usize, lang: Option<&str>) -> Option<Located> {
    let window = end.saturating_sub(160).max(from);
    let mut best = None;
    for (at, c) in scan.text().get(from..end)?.char_indices().rev().take(160) {
        if c != '/' || from + at < window {
            continue;
        }
        let slash = from + at;
        let spaced = scan.char_before(slash).is_some_and(char::is_whitespace);
        let Some(mut start) = name_before(scan, from, slash, spaced, lang) else {
            break;
        };
        // "@name via X / Reuters"
        if let Some(via) = via_before(scan, start)
            && let Some(before) = name_before(scan, from, via, false, lang)
        {
            start = before;
        }
        let found = strict(scan, start, end, lang);
        let labelled = found.labels.iter().copied().any(says_who) && found.unknown() == 1;
        if !(accepts(&found, Place::Sentence) || labelled && accepts(&found, Place::Whole))
            || found.known == 0 && !labelled
        {
            if found.junk > 0 || found.loose > 0 || found.date_before {
                break;
            }
            continue;
        }
        let (line_start, line_end) = trimmed(scan, start, end);
        best = Some(Located {
            place: Place::Sentence,
            start: line_start,
            end: line_end,
            cut: (start, end),
            content: found,
        });
    }
    best
}

/// Where a connector that ends right before `at` begins.
fn via_before(scan: &Scan<'_>, at: usize) -> Option<usize> {
    let end = scan.trim_end(at);
    scan.hits_from(floor(scan, end.saturating_sub(24)))
        .iter()
        .take_while(|h| h.start < end)
        .find(|h| h.end == end && scan.means(h.phrase, |s| s == Sense::Connector(Connector::Via)))
        .map(|h| h.start)
}

/// Where the name right before a slash begins; before a spaced one only what is known for sure.
fn name_before(
    scan: &Scan<'_>,
    from: usize,
    slash: usize,
    sure: bool,
    lang: Option<&str>,
) -> Option<usize> {
    let end = scan.trim_end(slash);
    let mut known: Option<usize> = None;
    for hit in scan
        .hits_from(end.saturating_sub(60))
        .iter()
        .take_while(|h| h.start < end)
    {
        if hit.end == end
            && hit.start >= from
            && (super::super::token::party(scan, hit, lang).is_some()
                || hit.kinds.any(Kinds::LABEL))
        {
            known = Some(known.map_or(hit.start, |k| k.min(hit.start)));
        }
    }
    if known.is_some() || sure {
        return known;
    }
    // The last two capitalised words, with initials and particles between them.
    let text = scan.cut(from, end);
    let mut start = end;
    let mut names = 0;
    for word in text.rsplit([' ', '\n']).take(5) {
        let at = start - word.len();
        let first = scan.printed(at, start).chars().next()?;
        let particle = scan
            .hits_from(at)
            .iter()
            .take_while(|h| h.start == at)
            .any(|h| h.end == start && scan.means(h.phrase, |s| s == Sense::Particle));
        if names == 0 && first == '@' {
            return Some(at);
        }
        let initial = word.trim_end_matches('.').chars().count() == 1;
        if first.is_uppercase() {
            if names > 0 && word.ends_with([',', ';', ':', ')', '"'])
                || names > 0 && word.ends_with('.') && !initial
            {
                return None;
            }
            names += usize::from(!initial);
        } else if !(particle && names > 0) {
            return None;
        }
        if names == 2 {
            return Some(at);
        }
        start = at.checked_sub(1)?;
        if start <= from {
            return None;
        }
    }
    None
}
