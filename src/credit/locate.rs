//! Where the credit of a text is.
//!
//! In: a scanned text. Out: the stretch that is the credit, and what of the rest is the caption. Forms that leave no doubt
//! come first: a lead word, brackets at the end; then what stands after a dash, a bar or the last sentence, which must
//! be nothing but names that credits have.

use super::content::{Content, Item, Joint, Who, content};
use super::scan::Scan;
use super::vocabulary::{Connector, Lead, Sense, unspaced};
use crate::model::Label;

/// How the place was found: how much a credit there has to prove itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Announced by a lead word.
    Lead,
    /// In brackets at the end.
    Bracket,
    /// After a dash, bar, bullet or line break at the end.
    Dash,
    /// After the last sentence.
    Sentence,
    /// Before the caption.
    Before,
    /// The whole text.
    Whole,
}

/// A credit's place (folded offsets), with its content.
#[derive(Clone, Debug)]
pub(super) struct Located {
    pub place: Place,
    /// The credit line without brackets around it.
    pub start: usize,
    pub end: usize,
    /// What is taken out of the caption: brackets and separators included.
    pub cut: (usize, usize),
    pub content: Content,
}

impl Located {
    /// Whether a separator, or nothing, stands before it.
    fn end_of_clause(&self, scan: &Scan<'_>, from: usize) -> bool {
        let before = scan.cut(from, self.cut.0).trim_end();
        before
            .chars()
            .next_back()
            .is_none_or(|c| !c.is_alphanumeric() || unspaced(c))
            || scan.cut(self.start, self.end).contains(':')
    }
}

/// Find the credit; `None` where there is none.
pub(super) fn locate(
    scan: &Scan<'_>,
    from: usize,
    end: usize,
    lang: Option<&str>,
) -> Option<Located> {
    let end = scan.trim_end(end);
    if end <= from {
        return None;
    }
    bracket(scan, from, end, lang)
        .or_else(|| whole(scan, from, end, lang))
        .or_else(|| leading(scan, from, end, lang))
        .or_else(|| {
            // "Name, House Pool Photo via B": what stands before the lead word without a stop is of the credit too.
            let lead = lead(scan, from, end, lang)?;
            if lead.end_of_clause(scan, from) {
                return Some(lead);
            }
            match sentence(scan, from, end, lang) {
                Some(wider) if wider.cut.0 < lead.cut.0 => Some(wider),
                _ => Some(lead),
            }
        })
        .or_else(|| {
            // A name before a spaced slash belongs to the credit: "NAME NAME / AFP".
            match (dash(scan, from, end, lang), sentence(scan, from, end, lang)) {
                (Some(dash), Some(sentence)) if sentence.cut.0 < dash.cut.0 => Some(sentence),
                (dash, sentence) => dash.or(sentence),
            }
        })
        .or_else(|| inner_bracket(scan, from, end, lang))
        .or_else(|| first(scan, from, end, lang))
}

/// Whether a content is a credit, for the place where it stands.
fn accepts(found: &Content, place: Place) -> bool {
    let names = found.items.len();
    let medium = matches!(found.lead, Some(Lead::Medium | Lead::Caption));
    // Nothing but what credits have.
    let strict = found.junk == 0
        && found.loose == 0
        && found.beside == 0
        && !found.date_before
        && !found.late_lead
        && found.free() == 0
        && found.words <= 24;
    // "L-R: Name, Name" are most often the people in the picture.
    if found.lead == Some(Lead::Side)
        && (found.known == 0 || found.unknown() + found.junk + found.loose + found.alone() > 0)
    {
        return false;
    }
    let house_and_name = found.slashes > 0 && found.persons() > 0 && names > 1;
    match place {
        Place::Lead | Place::Before => {
            !medium
                && !found.is_empty()
                && found.junk * 3 <= found.words
                && (found.junk == 0 || found.loose == 0)
                && found.words <= 30
        }
        Place::Bracket if found.lead.is_some() => {
            !medium && !found.is_empty() && found.junk * 2 <= found.words
        }
        Place::Bracket => {
            found.junk == 0
                && found.loose <= 1
                && !medium
                && (found.known > 0
                    || found.formed
                    || !found.labels.is_empty()
                    || (found.slashes > 0 && names > 1 && found.persons() > 0))
        }
        Place::Dash => strict && (found.known > 0 || (found.formed && names > 0) || house_and_name),
        Place::Sentence => {
            strict
                && found.stops == 0
                && (house_and_name
                    || (found.made || !found.labels.is_empty())
                        && found.persons() == names
                        && names > 0
                    || found.known > 0
                        && (found.slashes > 0
                            || found.formed
                            || found.lead.is_some()
                            || found.unknown() == 0))
        }
        Place::Whole => {
            strict
                && found.stops == 0
                && !found.items.iter().any(|i| i.joint == Joint::And)
                && (found.known > 0 && (names > 1 || found.words < 3 && found.sure_name)
                    || found.formed
                    || found.lead.is_some()
                    || house_and_name
                    || (!found.labels.is_empty() && names > 0))
        }
    }
}

/// `(...)` or `[...]` at the end.
fn bracket(scan: &Scan<'_>, from: usize, end: usize, lang: Option<&str>) -> Option<Located> {
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
    if found.words > 60 {
        return None;
    }
    let stands_alone = scan
        .cut(from, start)
        .trim_end()
        .ends_with(['.', '!', '?', '"', '\n']);
    // After the last sentence, a person alone in brackets is its maker.
    let byline = stands_alone
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
    let before = content(scan, start, open, lang);
    let clean = before.junk + before.loose + before.beside + before.dates + before.unknown() == 0
        && !before.late_lead
        && before.words <= 6;
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

/// Before the caption without a lead word: "(AFP/Name) Caption", "Name Name/REUTERS Caption".
fn first(scan: &Scan<'_>, from: usize, end: usize, lang: Option<&str>) -> Option<Located> {
    let start = scan.trim_start(from);
    let prose = |at: usize| {
        let rest = scan.cut(at, end).trim_start();
        !rest.starts_with(['-', '=', ':', '/', ',', '.']) && rest.len() > 20
    };
    let open = scan.char_at(start)?;
    if let '(' | '[' = open {
        let close = if open == '(' { ')' } else { ']' };
        let inner_end = start
            + scan
                .cut(start, floor(scan, end.min(start + 180)))
                .find(close)?;
        let mut found = content(scan, start + 1, inner_end, lang);
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
        let (line_start, line_end) = trimmed(scan, start + 1, inner_end);
        return Some(Located {
            place: Place::Before,
            start: line_start,
            end: line_end,
            cut: (from, inner_end + 1),
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
                super::token::party(scan, h, lang).is_some()
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
    let found = content(scan, start, stop, lang);
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

/// The last place up to `at` where a character begins.
fn floor(scan: &Scan<'_>, at: usize) -> usize {
    let mut at = at.min(scan.text().len());
    while !scan.text().is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The place of the opening bracket that a closing one at `end` answers.
fn matching(scan: &Scan<'_>, from: usize, end: usize, open: char, close: char) -> Option<usize> {
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

/// A lead word with its colon, up to the end.
fn lead(scan: &Scan<'_>, from: usize, end: usize, lang: Option<&str>) -> Option<Located> {
    let mut best: Option<Located> = None;
    let mut tried = 0;
    for hit in scan
        .hits
        .iter()
        .rev()
        .filter(|h| h.start >= from && h.end <= end)
    {
        let Some(kind) = lead_of(scan, hit, end, lang) else {
            continue;
        };
        if inside_longer(scan, hit) {
            continue;
        }
        tried += 1;
        if tried > 8 {
            break;
        }
        let stop = stop_after(scan, hit.end, end);
        let found = content(scan, hit.start, stop, lang);
        let sure = scan.cut(hit.end, end).trim_start().starts_with(':')
            || scan.cut(hit.start, hit.end).ends_with([':', '.'])
            || kind != Lead::Photo
            || lead_bare(scan, hit.phrase)
            || dashed(scan, hit.end, end);
        // Without a colon only one name and nothing else: "Foto Name Name".
        let alone = found.junk + found.loose + found.beside + found.dates == 0
            && found.items.len() == 1
            && found.free() == 0;
        // A label with a colon may also begin a caption.
        let word = scan.means(hit.phrase, |s| matches!(s, Sense::Lead(..)));
        let named = found.junk + found.loose <= found.slashes
            && found.stops == 0
            && (found.known > 0
                || found.persons() > 0
                || found.slashes > 0
                || found.items.is_empty() && found.labels.len() > 1);
        let fits = accepts(&found, Place::Lead)
            && (sure || alone)
            && (word || named)
            && (kind != Lead::Copyright || !found.is_empty() && !of_site(scan, from, hit, &found));
        if !fits {
            continue;
        }
        // What follows the credit must be nothing, or the caption that the credit leads.
        let rest = scan.trim_start(stop);
        let over = is_furniture(scan, rest, end);
        if rest < end && hit.start > from && best.is_none() && !over {
            continue;
        }
        // "ST PHOTO: Name": a house before the word belongs to it.
        let first = house_before(scan, from, hit.start, lang);
        let found = if first < hit.start {
            content(scan, first, stop, lang)
        } else {
            found
        };
        let start = open_before(scan, from, first);
        let (line_start, line_end) = trimmed(scan, first, stop);
        best = Some(Located {
            place: Place::Lead,
            start: line_start,
            end: line_end,
            cut: (start, if rest < end && !over { stop } else { end }),
            content: found,
        });
    }
    best
}

/// Whether a lead word of a script without spaces is only the end of a longer word: the "写真" of "資料写真".
fn inside_longer(scan: &Scan<'_>, hit: &super::vocabulary::Hit) -> bool {
    scan.char_before(hit.start).is_some_and(unspaced)
        && scan
            .hits_from(floor(scan, hit.start.saturating_sub(30)))
            .iter()
            .take_while(|h| h.start < hit.start)
            .any(|h| h.end >= hit.end && scan.means(h.phrase, |s| matches!(s, Sense::Label(..))))
}

/// Whether a copyright line at the very beginning is the site's and no picture's: "© 2024 Name. All rights reserved."
fn of_site(scan: &Scan<'_>, from: usize, hit: &super::vocabulary::Hit, found: &Content) -> bool {
    scan.cut(from, hit.start).trim().is_empty()
        && found.persons() == 0
        && found.labels.is_empty()
        && found.slashes == 0
        && found.dates > 0
}

/// Whether "from" and a known name, and nothing else, follow a label: "file photo from X".
fn label_from(scan: &Scan<'_>, hit_end: usize, end: usize, lang: Option<&str>) -> bool {
    let at = scan.trim_start(hit_end);
    scan.hits_from(at)
        .iter()
        .take_while(|h| h.start == at)
        .filter(|h| {
            scan.means(h.phrase, |s| s == Sense::Filler)
                && !scan.means(h.phrase, |s| matches!(s, Sense::Connector(_)))
        })
        .any(|from| {
            let name = scan.trim_start(from.end);
            scan.hits_from(name)
                .iter()
                .take_while(|h| h.start == name)
                .any(|h| {
                    super::token::party(scan, h, lang).is_some()
                        && scan
                            .cut(h.end, end)
                            .trim_matches([' ', '.', ')'])
                            .is_empty()
                })
        })
}

/// Whether a phrase here announces a credit.
fn lead_of(
    scan: &Scan<'_>,
    hit: &super::vocabulary::Hit,
    end: usize,
    lang: Option<&str>,
) -> Option<Lead> {
    let (phrase, start, hit_end) = (hit.phrase, hit.start, hit.end);
    let mut from = false;
    let (lead, bare) = scan
        .vocabulary
        .senses(phrase)
        .iter()
        .find_map(|&(s, _)| match s {
            Sense::Lead(
                lead @ (Lead::Photo | Lead::Source | Lead::Author | Lead::Copyright | Lead::Side),
                bare,
            ) => Some((lead, bare)),
            _ => None,
        })
        .or_else(|| {
            // "Screenshot: Name / X", "Archivfoto: Name"
            let labelled = scan.means(phrase, |s| matches!(s, Sense::Label(..)));
            let colon = scan.cut(hit_end, end).trim_start().starts_with(':');
            from = labelled && !colon && label_from(scan, hit_end, end, lang);
            (labelled && (colon || from)).then_some((Lead::Photo, false))
        })?;
    if from {
        return Some(lead);
    }
    let after = scan.cut(hit_end, end).trim_start();
    // "Image source, Name"
    let several = scan.cut(start, hit_end).contains(' ');
    let colon = after.starts_with(':')
        || lead == Lead::Source && several && after.starts_with(',')
        || scan.cut(start, hit_end).ends_with([':', '©']);
    let dashed = dashed(scan, hit_end, end);
    let before = scan.cut(0, start).trim_end();
    let fresh = before.is_empty()
        || before.ends_with([
            '.', '\n', '|', '-', '·', ')', '"', '!', '?', '/', '(', '[', ';',
        ])
        || before.chars().next_back().is_some_and(unspaced);
    let capital = scan
        .printed(start, hit_end)
        .chars()
        .next()
        .is_some_and(|c| !c.is_lowercase());
    (colon
        || lead == Lead::Copyright
        || (bare && (capital || fresh) && !after.is_empty())
        || (fresh && scan.cut(start, hit_end).ends_with('.') && !after.is_empty())
        || (dashed && fresh && capital)
        || (lead == Lead::Photo && fresh && capital && (1..60).contains(&after.len())))
    .then_some(lead)
}

/// Whether a lead word is one without a colon too.
fn lead_bare(scan: &Scan<'_>, phrase: u32) -> bool {
    scan.means(phrase, |s| matches!(s, Sense::Lead(_, true)))
}

/// Whether a separator other than a colon follows a lead word: "Photo / Name".
fn dashed(scan: &Scan<'_>, hit_end: usize, end: usize) -> bool {
    let after = scan.cut(hit_end, end);
    after.len() < 80 && after.trim_start().starts_with(['-', '/', '|', '·', '='])
}

/// Where a house's name begins that stands right before a lead word and after a sentence or separator.
fn house_before(scan: &Scan<'_>, from: usize, start: usize, lang: Option<&str>) -> usize {
    let before = scan.cut(from, start);
    let end = from + before.trim_end().len();
    if end == from + before.len() || end == from {
        return start;
    }
    let fresh = |at: usize| {
        let left = scan.cut(from, at).trim_end();
        left.is_empty() || left.ends_with(['.', '!', '?', '"', '|', '·', '-', '\n', '(', '[', ')'])
    };
    let known = scan
        .hits_from(floor(scan, end.saturating_sub(40)).max(from))
        .iter()
        .take_while(|h| h.start < end)
        .find(|h| h.end == end && fresh(h.start) && super::token::party(scan, h, lang).is_some())
        .map(|h| h.start);
    if let Some(at) = known {
        return at;
    }
    let word = scan
        .cut(from, end)
        .rsplit([' ', '\n'])
        .next()
        .unwrap_or_default();
    let at = end - word.len();
    let printed = scan.printed(at, end);
    let initials = (2..=5).contains(&printed.chars().count())
        && printed.chars().all(char::is_uppercase)
        && scan
            .printed(start, start + 2)
            .chars()
            .all(char::is_uppercase);
    if initials && fresh(at) { at } else { start }
}

/// Where a credit that begins at `from` ends: before a line break, notice, furniture or another kind of lead.
fn stop_after(scan: &Scan<'_>, from: usize, end: usize) -> usize {
    let mut stop = end;
    if let Some(at) = scan.cut(from, end).find('\n') {
        let rest = scan.trim_start(from + at);
        let blank = scan
            .cut(from, from + at)
            .trim_matches([' ', ':'])
            .is_empty();
        if rest < end && !blank {
            stop = from + at;
        }
    }
    for hit in scan.hits_from(from) {
        if hit.start >= stop {
            break;
        }
        let ends = scan.means(hit.phrase, |s| {
            matches!(
                s,
                Sense::Notice(_) | Sense::Furniture | Sense::Lead(Lead::Caption | Lead::Medium, _)
            )
        });
        let lead = scan.means(hit.phrase, |s| {
            matches!(s, Sense::Lead(Lead::Caption | Lead::Medium, _))
        });
        if ends && (!lead || scan.cut(hit.end, end).trim_start().starts_with([':', ','])) {
            stop = stop.min(hit.start);
        }
    }
    scan.trim_end(stop)
}

fn is_furniture(scan: &Scan<'_>, from: usize, end: usize) -> bool {
    scan.hits_from(from)
        .iter()
        .take_while(|h| h.start == from)
        .any(|h| {
            h.end <= end
                && scan.means(h.phrase, |s| {
                    matches!(
                        s,
                        Sense::Furniture | Sense::Notice(_) | Sense::Lead(Lead::Medium, _)
                    )
                })
        })
}

/// Separators and an opening bracket right before a credit go with it.
fn open_before(scan: &Scan<'_>, from: usize, start: usize) -> usize {
    let before = scan
        .cut(from, start)
        .trim_end_matches([' ', '-', '|', '·', '\n', '/', '(', '[', ',']);
    from + before.len()
}

/// "Image source, Getty Images Image caption, ...", "Foto: X" and a line break, then the caption.
fn leading(scan: &Scan<'_>, from: usize, end: usize, lang: Option<&str>) -> Option<Located> {
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
        h.end < end && scan.means(h.phrase, |s| matches!(s, Sense::Lead(Lead::Caption, _)))
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
        if super::token::party(scan, hit, lang).is_some()
            || scan.means(hit.phrase, |s| matches!(s, Sense::Label(..)))
        {
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

/// After the last dash, bar, bullet or line break.
fn dash(scan: &Scan<'_>, from: usize, end: usize, lang: Option<&str>) -> Option<Located> {
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
        let found = content(scan, after, end, lang);
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
fn sentence(scan: &Scan<'_>, from: usize, end: usize, lang: Option<&str>) -> Option<Located> {
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
        let found = content(scan, next, end, lang);
        // After a comma only house and name together are a credit: a clause may end in an agency's name.
        let all_known = found.known > 0 && found.items.len() == found.known;
        let clause = match c {
            ',' if scan.char_before(from + at).is_some_and(unspaced) => found.made || all_known,
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
        let found = content(scan, start, end, lang);
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
            && (super::token::party(scan, hit, lang).is_some()
                || scan.means(hit.phrase, |s| matches!(s, Sense::Label(..))))
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

/// Labels that say who made or supplied a picture, rather than what it shows.
fn says_who(label: Label) -> bool {
    !matches!(
        label,
        Label::File | Label::Symbolic | Label::Illustration | Label::Composite | Label::Undated
    )
}

fn capital_at(scan: &Scan<'_>, at: usize) -> bool {
    scan.printed(at, at + scan.char_at(at).map_or(0, char::len_utf8))
        .chars()
        .next()
        .is_some_and(char::is_uppercase)
}

/// Whether the stop before a tail is none: an initial's or abbreviation's dot.
fn continues(scan: &Scan<'_>, from: usize, start: usize, c: char) -> bool {
    if c != '.' {
        return false;
    }
    let before = scan.cut(from, start - 1);
    let word = before
        .rsplit([' ', '\n', '(', '/'])
        .next()
        .unwrap_or_default();
    word.chars().count() == 1
        && word.chars().all(char::is_alphabetic)
        && !word.chars().any(unspaced)
}

/// Brackets with a lead word anywhere, or with a house and a name: the caption goes on after them.
fn inner_bracket(scan: &Scan<'_>, from: usize, end: usize, lang: Option<&str>) -> Option<Located> {
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
        if length > 200 || at == 0 {
            continue;
        }
        let found = content(scan, start + 1, start + length, lang);
        let strong = found.lead.is_some()
            || (found.slashes > 0 && found.known > 0)
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
pub(super) fn others(
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

/// The text is a credit and nothing else.
fn whole(scan: &Scan<'_>, from: usize, end: usize, lang: Option<&str>) -> Option<Located> {
    if end - from > 160 {
        return None;
    }
    let found = content(scan, from, end, lang);
    if !accepts(&found, Place::Whole) {
        return None;
    }
    if found.lead == Some(Lead::Copyright)
        && scan
            .hits_from(from)
            .first()
            .is_some_and(|hit| of_site(scan, from, hit, &found))
    {
        return None;
    }
    let (start, stop) = trimmed(scan, from, end);
    Some(Located {
        place: Place::Whole,
        start,
        end: stop,
        cut: (from, end),
        content: found,
    })
}

/// Offsets without white space and lone separators at either end.
pub(super) fn trimmed(scan: &Scan<'_>, start: usize, end: usize) -> (usize, usize) {
    let text = scan.cut(start, end);
    let start = end
        - text
            .trim_start_matches([' ', '\n', '|', '·', '-', ';', ','])
            .len();
    let text = scan.cut(start, end);
    let kept = text.trim_end_matches([' ', '\n', ',', ';', '-', '|', '·']);
    (start, start + kept.len())
}

/// Where notices and furniture at the end of a text begin; `end` where there are none.
pub(super) fn tail(scan: &Scan<'_>, from: usize, end: usize) -> usize {
    let mut start = scan.trim_end(end);
    loop {
        let body = scan
            .cut(from, start)
            .trim_end_matches([' ', '.', '\n', ',', ';', '-', '/', '|', '*'])
            .len()
            + from;
        let told = |s| matches!(s, Sense::Furniture | Sense::Notice(_));
        let last = scan
            .hits_from(floor(scan, body.saturating_sub(200)).max(from))
            .iter()
            .take_while(|h| h.start < body)
            .find(|h| h.end == body && scan.means(h.phrase, told));
        if let Some(hit) = last {
            start = scan.trim_end(hit.start);
        } else if let Some(open) = notices_in_brackets(scan, from, body) {
            start = scan.trim_end(open);
        } else {
            break;
        }
    }
    shouted(scan, from, start).map_or(start, |at| scan.trim_end(at))
}

/// Where a bracket opens that closes at `end` and holds little but notices.
fn notices_in_brackets(scan: &Scan<'_>, from: usize, end: usize) -> Option<usize> {
    let close = scan.char_before(end)?;
    let open = match close {
        ')' => '(',
        ']' => '[',
        _ => return None,
    };
    let inner_end = end - close.len_utf8();
    let start = matching(scan, from, inner_end, open, close)?;
    let mut told = 0;
    let mut at = start;
    for hit in scan
        .hits_from(start)
        .iter()
        .take_while(|h| h.start < inner_end)
    {
        if hit.start >= at
            && hit.end <= inner_end
            && scan.means(hit.phrase, |s| matches!(s, Sense::Notice(_)))
        {
            told += hit.end - hit.start;
            at = hit.end;
        }
    }
    (told * 2 > inner_end - start).then_some(start)
}

/// Where a notice begins after which everything is in capitals: "ATTENTION EDITORS - THIS IMAGE ...".
fn shouted(scan: &Scan<'_>, from: usize, end: usize) -> Option<usize> {
    let hit = scan
        .hits_from(from + 1)
        .iter()
        .take_while(|h| h.start < end)
        .find(|h| {
            scan.means(h.phrase, |s| matches!(s, Sense::Notice(_)))
                && !scan.cut(h.end, end).trim_start().starts_with(':')
                && !scan.printed(h.start, h.end).chars().any(char::is_lowercase)
        })?;
    let (mut upper, mut lower) = (0, 0);
    for c in scan.printed(hit.start, end).chars() {
        upper += usize::from(c.is_uppercase());
        lower += usize::from(c.is_lowercase());
    }
    // A credit after the notice is one: "... REUTERS/Name".
    (upper > lower * 8 && upper > 8 && !scan.cut(hit.end, end).contains('/')).then_some(hit.start)
}
