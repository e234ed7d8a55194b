//! Credits that a lead word announces: "Photo:", "Credit:", "©".
//!
//! In: a scanned text. Out: the stretch from the lead word, or the house right before it, to the end of the credit.

use super::super::content::{Content, content};
use super::super::scan::Scan;
use super::super::vocabulary::{Kinds, Lead, Sense, unspaced};
use super::{Located, Place, accepts, capital_at, floor, sentence_after, trimmed};

/// A lead word with its colon, up to the end.
pub(super) fn lead(
    scan: &Scan<'_>,
    from: usize,
    end: usize,
    lang: Option<&str>,
) -> Option<Located> {
    let mut best: Option<Located> = None;
    let mut tried = 0;
    for hit in
        scan.hits.iter().rev().filter(|h| {
            h.kinds.any(Kinds::LEAD.and(Kinds::LABEL)) && h.start >= from && h.end <= end
        })
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
        let mut stop = stop_after(scan, hit.end, end);
        if hit.start == from
            && let Some(next) = sentence_after(scan, from, stop, lang)
        {
            stop = scan.trim_end(next);
        }
        let found = content(scan, hit.start, stop, lang);
        let sure = scan.cut(hit.end, end).trim_start().starts_with(':')
            || scan.cut(hit.start, hit.end).ends_with([':', '.'])
            || kind != Lead::Photo
            || lead_bare(scan, hit.phrase)
            || dashed(scan, hit.end, end);
        // Without a colon only one name and nothing else: "Foto Name Name".
        let alone = found.junk + found.loose + found.beside + found.dates == 0
            && found.items.len() == 1
            && (found.free() == 0 || found.items.iter().any(|i| titled(scan, i.start, i.end)));
        // A label with a colon may also begin a caption.
        let word = hit.kinds.any(Kinds::LEAD);
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

/// Whether a name begins with an article, as papers do: "Le Matin".
fn titled(scan: &Scan<'_>, start: usize, end: usize) -> bool {
    capital_at(scan, start)
        && scan
            .hits_from(start)
            .iter()
            .take_while(|h| h.start == start)
            .any(|h| h.end < end && scan.means(h.phrase, |s| s == Sense::Article))
}

/// Whether a lead word of a script without spaces is only the end of a longer word: the "写真" of "資料写真".
fn inside_longer(scan: &Scan<'_>, hit: &super::super::vocabulary::Hit) -> bool {
    scan.char_before(hit.start).is_some_and(unspaced)
        && scan
            .hits_from(floor(scan, hit.start.saturating_sub(30)))
            .iter()
            .take_while(|h| h.start < hit.start)
            .any(|h| h.end >= hit.end && h.kinds.any(Kinds::LABEL))
}

/// Whether a copyright line at the very beginning is the site's and no picture's: "© 2024 Name. All rights reserved."
pub(super) fn of_site(
    scan: &Scan<'_>,
    from: usize,
    hit: &super::super::vocabulary::Hit,
    found: &Content,
) -> bool {
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
                    super::super::token::party(scan, h, lang).is_some()
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
    hit: &super::super::vocabulary::Hit,
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
        .find(|h| {
            h.end == end && fresh(h.start) && super::super::token::party(scan, h, lang).is_some()
        })
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
