//! What stands behind the credit: notices to editors and furniture of the page.
//!
//! In: a scanned text. Out: where they begin.

use super::super::scan::Scan;
use super::super::vocabulary::{Kinds, Sense};
use super::bracket::matching;
use super::floor;

/// Where notices and furniture at the end of a text begin; `end` where there are none.
pub(in crate::credit) fn tail(scan: &Scan<'_>, from: usize, end: usize) -> usize {
    let mut start = scan.trim_end(end);
    if !scan.kinds.any(Kinds::NOTICE.and(Kinds::FURNITURE)) {
        return start;
    }
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
        if hit.start >= at && hit.end <= inner_end && hit.kinds.any(Kinds::NOTICE) {
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
            h.kinds.any(Kinds::NOTICE)
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
