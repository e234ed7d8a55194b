//! Credits in brackets: at the end, with the names right before them, in the middle, one for each of several pictures.
//!
//! In: a scanned text. Out: where the bracket's credit is.

use super::super::content::{Content, Who, content, content_until};
use super::super::scan::Scan;
use super::super::vocabulary::{Lead, Sense, unspaced};
use super::{Located, Place, accepts, capital_at, continues, trimmed};

/// What stands in brackets at the end.
pub(super) enum Bracket {
    Credit(Box<Located>),
    /// What the person or place before it belongs to: nothing here is a credit.
    Affiliation,
    Other,
}

/// `(...)` or `[...]` at the end.
pub(super) fn bracket(scan: &Scan<'_>, from: usize, end: usize, lang: Option<&str>) -> Bracket {
    let Some((start, inner_end, found)) = inside(scan, from, end, lang) else {
        return Bracket::Other;
    };
    // "Foz (PR)": in two letters after a name stands a region as often as a label.
    let code = found.items.is_empty() && found.lead.is_none() && inner_end - start <= 3;
    let first = scan.cut(from, start).trim_end().is_empty();
    if code && !first && !after_sentence(scan, from, start) {
        return Bracket::Affiliation;
    }
    // "Ana Ruiz (SPA)": a country or a party behind a name, not an agency.
    if is_bare(&found) && !found.sure_alias && is_name_only(scan, from, start) {
        return Bracket::Affiliation;
    }
    credit_in(scan, from, end, (start, inner_end), found, lang)
        .map_or(Bracket::Other, |found| Bracket::Credit(Box::new(found)))
}

/// The places of the brackets at the end, and what is between them.
fn inside(
    scan: &Scan<'_>,
    from: usize,
    end: usize,
    lang: Option<&str>,
) -> Option<(usize, usize, Content)> {
    let close = scan
        .cut(from, end)
        .trim_end_matches(['.', ' ', ',', '"', '*'])
        .len()
        + from;
    let last = scan.char_before(close)?;
    let open = match last {
        ')' => '(',
        ']' => '[',
        _ => return None,
    };
    let inner_end = close - last.len_utf8();
    let start = matching(scan, from, inner_end, open, last)?;
    let inner = start + 1;
    let found = content(scan, inner, inner_end, lang);
    (found.words <= 60).then_some((start, inner_end, found))
}

fn credit_in(
    scan: &Scan<'_>,
    from: usize,
    end: usize,
    (start, inner_end): (usize, usize),
    found: Content,
    lang: Option<&str>,
) -> Option<Located> {
    let inner = start + 1;
    // After the last sentence, a person alone in brackets is its maker.
    let byline = after_sentence(scan, from, start)
        && found.junk + found.loose + found.dates == 0
        && matches!(found.items.as_slice(), [one] if one.who == Who::Person
            && scan.cut(one.start, one.end).contains(' ')
            && capital_at(scan, one.start));
    if !byline && !accepts(&found, Place::Bracket) {
        return None;
    }
    if !byline && let Some(wider) = before_bracket(scan, from, start, (inner_end, end), lang) {
        return Some(wider);
    }
    // A lead word before the bracket belongs to it: "Photo (AP)".
    let mut cut = start;
    for hit in scan
        .hits
        .iter()
        .filter(|h| h.end <= start && h.start >= from)
    {
        if scan.means(hit.phrase, |s| {
            matches!(s, Sense::Lead(Lead::Photo | Lead::Source, _))
        }) && scan
            .cut(hit.end, start)
            .trim()
            .trim_matches(':')
            .trim()
            .is_empty()
            && hit.end < start
            && scan.cut(hit.end, start).contains(':')
        {
            cut = cut.min(hit.start);
        }
    }
    let (line_start, line_end) = trimmed(scan, if cut < start { cut } else { inner }, inner_end);
    Some(Located {
        place: Place::Bracket,
        start: line_start,
        end: line_end,
        cut: (cut, end),
        content: found,
    })
}

/// Whether a sentence ends before this place.
fn after_sentence(scan: &Scan<'_>, from: usize, at: usize) -> bool {
    scan.cut(from, at)
        .trim_end()
        .ends_with(['.', '!', '?', '"', '\n'])
}

/// Whether a credit is one known name and nothing that says credit.
pub(in crate::credit) fn is_bare(found: &Content) -> bool {
    found.items.len() == 1
        && found.known == 1
        && found.lead.is_none()
        && found.labels.is_empty()
        && !found.formed
}

/// Whether the text before a bracket is a few words with capitals and no more: who or what it shows. In a script
/// without capitals nothing tells.
pub(in crate::credit) fn is_name_only(scan: &Scan<'_>, from: usize, start: usize) -> bool {
    let text = scan.printed(from, start).trim();
    let mut words = 0;
    for word in text.split_whitespace() {
        words += 1;
        let particle = word.chars().count() <= 3;
        if words > 6
            || !particle && !word.chars().any(char::is_uppercase)
            || word.ends_with(['.', '!', '?', '"', ':']) && word.chars().count() > 3
        {
            return false;
        }
    }
    words > 0
}

/// Names right before the bracket belong to the credit: "Name Name (AFP)", "新华社发（某某摄）", "Bild © Name (hr)".
fn before_bracket(
    scan: &Scan<'_>,
    from: usize,
    open: usize,
    (inner_end, end): (usize, usize),
    lang: Option<&str>,
) -> Option<Located> {
    let text = scan.cut(from, open).trim_end();
    let found = text.char_indices().rev().take(90).find(|&(at, c)| {
        if !matches!(c, '.' | '!' | '?' | '"' | '\n' | '|' | '·' | '-') {
            return false;
        }
        let after = scan.cut(from + at + c.len_utf8(), open);
        let spaced = after.starts_with(char::is_whitespace);
        match c {
            '.' => {
                (spaced
                    || capital_at(scan, from + at + 1)
                    || after.chars().next().is_some_and(unspaced))
                    && !continues(scan, from, from + at + 1, c)
                    && !after.trim().is_empty()
            }
            '!' | '?' | '"' | '\n' | '|' | '·' => true,
            '-' => spaced,
            _ => false,
        }
    });
    let (at, stop, start) = match found {
        Some((at, stop)) => (at, stop, scan.trim_start(from + at + stop.len_utf8())),
        // Nothing but the names: "Photo: House (its name in full)".
        None if text.chars().count() < 90 => (0, '-', scan.trim_start(from)),
        None => return None,
    };
    let prose =
        |c: &Content| c.junk + c.loose + c.beside + c.dates > 0 || c.late_lead || c.words > 6;
    let before = content_until(scan, (start, open), lang, &prose);
    let clean = !prose(&before) && before.unknown() == 0;
    let named = !before.items.is_empty()
        && (found.is_some() || before.lead.is_some())
        && (before.known > 0 || before.lead.is_some() || before.persons() == 1);
    if !clean || !named {
        return None;
    }
    let found = content(scan, start, inner_end, lang);
    if !accepts(&found, Place::Bracket) {
        return None;
    }
    // The cut begins at the separator, but a full stop stays with its sentence.
    let cut = if matches!(stop, '|' | '·' | '-' | '\n') {
        from + at
    } else {
        from + at + stop.len_utf8()
    };
    let (line_start, line_end) = trimmed(scan, start, end);
    Some(Located {
        place: Place::Bracket,
        start: line_start,
        end: line_end,
        cut: (cut, end),
        content: found,
    })
}

/// The place of the opening bracket that a closing one at `end` answers.
pub(super) fn matching(
    scan: &Scan<'_>,
    from: usize,
    end: usize,
    open: char,
    close: char,
) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in scan.cut(from, end).char_indices().rev().take(400) {
        if c == close {
            depth += 1;
        } else if c == open {
            if depth == 0 {
                return Some(from + at);
            }
            depth -= 1;
        }
    }
    None
}

/// Brackets with a lead word anywhere, or with a house and a name: the caption goes on after them.
pub(super) fn inner_bracket(
    scan: &Scan<'_>,
    from: usize,
    end: usize,
    lang: Option<&str>,
) -> Option<Located> {
    let text = scan.cut(from, end);
    let mut best = None;
    for (at, c) in text
        .char_indices()
        .filter(|(_, c)| matches!(c, '(' | '['))
        .take(12)
    {
        let close = if c == '(' { ')' } else { ']' };
        let start = from + at;
        let Some(length) = scan.cut(start, end).find(close) else {
            break;
        };
        // "新华社北京3月4日电（记者某某）": who wrote the report.
        if length > 200 || at == 0 || scan.cut(from, start).ends_with(['电', '電']) {
            continue;
        }
        let found = content(scan, start + 1, start + length, lang);
        let strong = found.lead.is_some()
            || (found.slashes > 0 && found.known > 0 && found.unknown() == 0)
            || (found.formed && found.known > 0);
        if strong && accepts(&found, Place::Bracket) {
            let (line_start, line_end) = trimmed(scan, start + 1, start + length);
            best = Some(Located {
                place: Place::Bracket,
                start: line_start,
                end: line_end,
                cut: (start, start + length + 1),
                content: found,
            });
        }
    }
    best
}

/// Further credits in brackets of their own before the one that was found: "A (Photo: X) and B (Photo: Y)". Each with
/// its content, its line and what to cut.
pub(in crate::credit) fn others(
    scan: &Scan<'_>,
    from: usize,
    found: &Located,
    lang: Option<&str>,
) -> Vec<Located> {
    let mut all = Vec::new();
    if found.content.lead.is_none() || found.place != Place::Bracket {
        return all;
    }
    let mut at = from;
    while let Some(one) = scan
        .cut(at, found.cut.0)
        .find('(')
        .map(|i| at + i)
        .filter(|_| all.len() < 8)
    {
        let Some(length) = scan.cut(one, found.cut.0).find(')') else {
            break;
        };
        at = one + length + 1;
        if length > 200 {
            continue;
        }
        let content = content(scan, one + 1, one + length, lang);
        if content.lead.is_some() && !content.items.is_empty() && accepts(&content, Place::Bracket)
        {
            let (start, end) = trimmed(scan, one + 1, one + length);
            all.push(Located {
                place: Place::Bracket,
                start,
                end,
                cut: (one, at),
                content,
            });
        }
    }
    all
}
