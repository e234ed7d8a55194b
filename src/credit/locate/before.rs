//! Credits before the caption, with or without a lead word.
//!
//! In: a scanned text. Out: the credit at its beginning, where the caption follows.

use super::super::content::{Item, Joint, Who, content, strict};
use super::super::scan::Scan;
use super::super::vocabulary::{Kinds, Lead, Sense};
use super::{Located, Place, accepts, capital_at, floor, trimmed};

/// "Image source, Getty Images Image caption, ...", "Foto: X" and a line break, then the caption.
pub(super) fn leading(
    scan: &Scan<'_>,
    from: usize,
    end: usize,
    lang: Option<&str>,
) -> Option<Located> {
    let first = scan.trim_start(from);
    // In brackets at the beginning: "【写真:AP】...".
    if let Some(open @ ('[' | '(')) = scan.char_at(first) {
        let close = if open == '[' { ']' } else { ')' };
        let inner_end = first
            + scan
                .cut(first, floor(scan, end.min(first + 260)))
                .find(close)?;
        let found = content(scan, first + 1, inner_end, lang);
        if found.lead.is_some() && accepts(&found, Place::Bracket) && inner_end + 1 < end {
            let (line_start, line_end) = trimmed(scan, first + 1, inner_end);
            return Some(Located {
                place: Place::Before,
                start: line_start,
                end: line_end,
                cut: (from, inner_end + 1),
                content: found,
            });
        }
        return None;
    }
    let hit = scan.hits_from(first).iter().find(|h| {
        h.start == first
            && scan.means(h.phrase, |s| {
                matches!(
                    s,
                    Sense::Lead(
                        Lead::Photo | Lead::Source | Lead::Author | Lead::Copyright,
                        _
                    )
                )
            })
    })?;
    let after = scan.cut(hit.end, end).trim_start();
    if !after.starts_with([':', ',', '-', '/', '\n'])
        && !scan.cut(hit.start, hit.end).ends_with(':')
    {
        return None;
    }
    let caption = scan.hits_from(hit.end).iter().find(|h| {
        h.kinds.any(Kinds::LEAD)
            && h.end < end
            && scan.means(h.phrase, |s| matches!(s, Sense::Lead(Lead::Caption, _)))
    });
    let stop = match caption {
        Some(caption) => caption.start,
        None => names_end(scan, hit.end, end, lang)?,
    };
    let found = content(scan, hit.start, stop, lang);
    if !accepts(&found, Place::Before) || stop >= end {
        return None;
    }
    let (line_start, line_end) = trimmed(scan, hit.start, stop);
    let mut cut_end = stop;
    if let Some(caption) = caption {
        cut_end = caption.end + scan.cut(caption.end, end).len()
            - scan
                .cut(caption.end, end)
                .trim_start_matches([',', ':', ' '])
                .len();
    }
    Some(Located {
        place: Place::Before,
        start: line_start,
        end: line_end,
        cut: (from, cut_end),
        content: found,
    })
}

/// Where the names after a leading lead word end: at a line break, or where a known name is followed by a glued capital
/// or a sentence.
fn names_end(scan: &Scan<'_>, from: usize, end: usize, lang: Option<&str>) -> Option<usize> {
    if let Some(at) = scan.cut(from, end).find('\n').filter(|at| {
        !scan
            .cut(from, from + at)
            .trim_matches([' ', ':'])
            .is_empty()
    }) {
        return Some(from + at);
    }
    let mut last = None;
    for hit in scan.hits_from(from).iter().filter(|h| h.end < end) {
        if super::super::token::party(scan, hit, lang).is_some() || hit.kinds.any(Kinds::LABEL) {
            let found = content(scan, from, hit.end, lang);
            if found.junk == 0 && found.words <= 12 && hit.glued_end {
                last = Some(hit.end);
            }
        }
        if hit.start > from + 120 {
            break;
        }
    }
    last
}

/// Before the caption without a lead word: "(AFP/Name) Caption", "Name Name/REUTERS Caption".
pub(super) fn first(
    scan: &Scan<'_>,
    from: usize,
    end: usize,
    lang: Option<&str>,
) -> Option<Located> {
    let start = scan.trim_start(from);
    let prose = |at: usize| {
        let rest = scan.cut(at, end).trim_start();
        !rest.starts_with(['-', '=', ':', '/', ',', '.']) && rest.len() > 20
    };
    let at = titled(scan, start, end).unwrap_or(start);
    let open = scan.char_at(at)?;
    if let '(' | '[' = open {
        let close = if open == '(' { ')' } else { ']' };
        let inner_end = at + scan.cut(at, floor(scan, end.min(at + 180))).find(close)?;
        let mut found = strict(scan, at + 1, inner_end, lang);
        // A dateline's place stands before its agencies: "(평양 조선중앙통신=연합뉴스)".
        let cased = |i: &Item| capital_at(scan, i.start) || matches!(i.who, Who::Known(_));
        found.items.retain(cased);
        if let Some(one) = found.items.first_mut() {
            one.joint = Joint::None;
        }
        let strict =
            found.known > 0 && found.junk + found.loose + found.dates == 0 && found.free() == 0;
        if !strict || !prose(inner_end + 1) {
            return None;
        }
        let (line_start, line_end) = trimmed(scan, at + 1, inner_end);
        let cut = if at == start { from } else { at };
        return Some(Located {
            place: Place::Before,
            start: line_start,
            end: line_end,
            cut: (cut, inner_end + 1),
            content: found,
        });
    }
    // A house in capitals, a slash and a name, in either order.
    let window = scan.cut(start, end.min(floor(scan, start + 80)));
    let slash = start + window.find('/')?;
    let after = scan.trim_start(slash + 1);
    let house = |at: usize, stop: Option<usize>| {
        scan.hits_from(at)
            .iter()
            .take_while(|h| h.start == at)
            .filter(|h| stop.is_none_or(|s| h.end == s))
            .find(|h| {
                super::super::token::party(scan, h, lang).is_some()
                    && !scan.printed(h.start, h.end).chars().any(char::is_lowercase)
            })
            .map(|h| h.end)
    };
    let stop = if house(start, Some(scan.trim_end(slash))).is_some() {
        let mut words = scan.cut(after, end).split_inclusive(' ');
        let two = words.next()?.len() + words.next()?.len();
        scan.trim_end(after + two)
    } else {
        house(after, None)?
    };
    let found = strict(scan, start, stop, lang);
    let clean = accepts(&found, Place::Sentence) && found.known == 1 && found.persons() == 1;
    let next = scan.trim_start(stop);
    if !clean || !prose(stop) || next == stop || !capital_at(scan, next) {
        return None;
    }
    Some(Located {
        place: Place::Before,
        start,
        end: stop,
        cut: (from, stop),
        content: found,
    })
}

/// Where a dateline's bracket opens behind a title: "Title (Place=Agency) Caption".
fn titled(scan: &Scan<'_>, start: usize, end: usize) -> Option<usize> {
    let head = scan.cut(start, floor(scan, end.min(start + 160)));
    let (title, rest) = head.split_once('(')?;
    let (inner, _) = rest.split_once(')')?;
    let (place, agency) = inner.split_once('=')?;
    let whole = !title.contains(['.', '?', '!', '\n', ')', ':']);
    (whole && !place.trim().is_empty() && !agency.trim().is_empty()).then_some(start + title.len())
}
