//! A page's text -> the same text without what only costs time: attributes that no page needs, the insides of scripts and
//! style sheets, and the outlines of drawings.
//!
//! The tokenizer compares every attribute of a tag with every other before anyone can stop it, so tags with thousands of
//! attributes are cut here, before it sees them. Scripts are most of a page's bytes: they are kept beside it, as they are.
//! Of what is left, a seventh are the outlines of icons.

use std::borrow::Cow;

use crate::model::{Problem, Reason};
use crate::read::bytes;
use memchr::memmem;

/// Stands in a script for its text, before the number under which that is kept.
pub(super) const KEPT: char = '\u{f8f0}';
/// Shorter scripts, style sheets and outlines stay where they are.
const MIN_KEPT: usize = 64;

/// A page that is ready for the tokenizer.
pub(super) struct Guarded<'a> {
    /// Its text.
    pub text: Cow<'a, str>,
    /// The texts of its scripts, by number.
    pub scripts: Vec<&'a str>,
}

/// Cuts every tag to `limit` attributes and takes the insides of scripts and style sheets out.
pub(super) fn guard<'a>(page: &'a str, limit: usize, problems: &mut Vec<Problem>) -> Guarded<'a> {
    let bytes = page.as_bytes();
    let mut scripts = Vec::new();
    let mut capped = false;
    // What to leave out, and what to put in its place.
    let mut cuts: Vec<(usize, usize, Option<usize>)> = Vec::new();
    let mut at = 0;
    while let Some(open) = find(bytes, at, b'<') {
        let rest = bytes.get(open + 1..).unwrap_or_default();
        if rest.starts_with(b"!--") {
            at = end_of(bytes, open + 4, b"-->");
            continue;
        }
        if !rest.first().is_some_and(u8::is_ascii_alphabetic) {
            at = open + 1;
            continue;
        }
        let tag = scan_tag(bytes, open + 1, limit);
        if let Some((from, to)) = tag.outline
            && tag.excess.is_none_or(|excess| to <= excess)
        {
            cuts.push((from, to, None));
        }
        if let Some(from) = tag.excess {
            cuts.push((from, tag.end, None));
            capped = true;
        }
        let Some(name) = raw_text_name(rest) else {
            at = tag.end;
            continue;
        };
        at = end_of_raw(bytes, tag.end, name);
        let inside = (tag.end + 1).min(at);
        // In a script, "<!--" changes where it ends.
        let Some(text) = page
            .get(inside..at)
            .filter(|t| t.len() >= MIN_KEPT && memmem::find(t.as_bytes(), b"<!--").is_none())
        else {
            continue;
        };
        if name == b"script" {
            cuts.push((inside, at, Some(scripts.len())));
            scripts.push(text);
        } else if name == b"style" && !text.contains(super::source::STYLED) {
            cuts.push((inside, at, None));
        }
    }
    if capped {
        problems.push(Problem::new(
            Reason::MaxRecords,
            format!(
                "A tag of the page has more than {limit} attributes; the others were not read."
            ),
        ));
    }
    if cuts.is_empty() {
        return Guarded {
            text: Cow::Borrowed(page),
            scripts,
        };
    }
    let mut out = String::with_capacity(page.len());
    let mut done = 0;
    for (from, to, number) in cuts {
        out.push_str(page.get(done..from).unwrap_or_default());
        if let Some(number) = number {
            out.push(KEPT);
            out.push_str(&number.to_string());
        }
        done = to;
    }
    out.push_str(page.get(done..).unwrap_or_default());
    Guarded {
        text: Cow::Owned(out),
        scripts,
    }
}

fn find(bytes: &[u8], from: usize, byte: u8) -> Option<usize> {
    memchr::memchr(byte, bytes.get(from..)?).map(|i| from + i)
}

/// The position after `pattern`, or the end of the page.
fn end_of(bytes: &[u8], from: usize, pattern: &[u8]) -> usize {
    bytes::find(bytes, from, pattern).map_or(bytes.len(), |at| at + pattern.len())
}

/// Elements whose content is text up to their own end tag.
fn raw_text_name(tag: &[u8]) -> Option<&'static [u8]> {
    const NAMES: [&[u8]; 7] = [
        b"script",
        b"style",
        b"textarea",
        b"title",
        b"xmp",
        b"iframe",
        b"noembed",
    ];
    NAMES.into_iter().find(|name| {
        tag.get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name))
            && tag
                .get(name.len())
                .is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'))
    })
}

fn end_of_raw(bytes: &[u8], from: usize, name: &[u8]) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    memmem::find_iter(rest, b"</")
        .map(|i| from + i)
        .find(|open| {
            (bytes.get(open + 2..open + 2 + name.len()))
                .is_some_and(|n| n.eq_ignore_ascii_case(name))
        })
        .unwrap_or(bytes.len())
}

struct ScannedTag {
    /// Where the first attribute over the limit begins.
    excess: Option<usize>,
    /// The inside of the value of an attribute `d`, where that is long: the outline of a shape in SVG.
    outline: Option<(usize, usize)>,
    /// The position of the closing `>` (or the end of the page).
    end: usize,
}

/// Walks over a tag as the tokenizer does: names, values with and without quotes.
fn scan_tag(bytes: &[u8], from: usize, limit: usize) -> ScannedTag {
    let mut at = from;
    let mut attributes = 0;
    let (mut excess, mut outline) = (None, None);
    let skip = |at: usize, stop: fn(u8) -> bool| {
        bytes
            .get(at..)
            .and_then(|rest| rest.iter().position(|b| stop(*b)))
            .map_or(bytes.len(), |i| at + i)
    };
    at = skip(at, |b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'));
    loop {
        at = skip(at, |b| !(b.is_ascii_whitespace() || b == b'/'));
        match bytes.get(at) {
            None | Some(b'>') => {
                return ScannedTag {
                    excess,
                    outline,
                    end: at,
                };
            }
            Some(_) => {}
        }
        attributes += 1;
        if attributes > limit && excess.is_none() {
            excess = Some(at);
        }
        let name = at;
        // A name may begin with "=", as the tokenizer reads it.
        at = skip(at + 1, |b| {
            b.is_ascii_whitespace() || matches!(b, b'>' | b'/' | b'=')
        });
        let after = skip(at, |b| !b.is_ascii_whitespace());
        if bytes.get(after) != Some(&b'=') {
            continue;
        }
        let drawn = at == name + 1 && bytes.get(name) == Some(&b'd');
        at = skip(after + 1, |b| !b.is_ascii_whitespace());
        at = match bytes.get(at) {
            Some(quote @ (b'"' | b'\'')) => {
                let end = find(bytes, at + 1, *quote).unwrap_or(bytes.len());
                if drawn && outline.is_none() && end - (at + 1) >= MIN_KEPT {
                    outline = Some((at + 1, end));
                }
                (end + 1).min(bytes.len())
            }
            _ => skip(at, |b| b.is_ascii_whitespace() || b == b'>'),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cap(page: &str, limit: usize) -> (String, usize) {
        let mut problems = Vec::new();
        let out = guard(page, limit, &mut problems).text.into_owned();
        (out, problems.len())
    }

    #[test]
    fn attributes_over_the_limit_are_cut_and_reported() {
        let page = "<p a=1 b='>' c=\"x\" d e=5>text</p><i q=1>";
        let (out, problems) = cap(page, 2);
        assert_eq!(out, "<p a=1 b='>' >text</p><i q=1>");
        assert_eq!(problems, 1);
    }

    #[test]
    fn scripts_and_comments_are_not_mistaken_for_tags() {
        let page = "<script>if (a<b c d e f g h i j) x()</script><!-- <p a b c d e f g> --><b a>";
        assert_eq!(cap(page, 2), (page.to_owned(), 0));
    }

    #[test]
    fn a_tag_that_never_closes_ends_with_the_page() {
        assert_eq!(cap("<p a='", 2), ("<p a='".to_owned(), 0));
        assert_eq!(cap("<p a b c d", 2).0, "<p a b ");
    }

    #[test]
    fn outlines_of_drawings_are_left_out() {
        let outline = "M0 1L2 3".repeat(20);
        let page = format!("<path id=a d=\"{outline}\" data-d='{outline}'><path d='{outline}");
        assert_eq!(
            cap(&page, 10),
            (format!("<path id=a d=\"\" data-d='{outline}'><path d='"), 0)
        );
    }

    #[test]
    fn scripts_are_kept_beside_the_page() {
        let code = "x".repeat(100);
        let page =
            format!("<style>{code}</style><script a=1>{code}<b></script><p>text<SCRIPT>{code}y");
        let guarded = guard(&page, 10, &mut Vec::new());
        assert_eq!(
            guarded.text,
            format!("<style></style><script a=1>{KEPT}0</script><p>text<SCRIPT>{KEPT}1")
        );
        assert_eq!(guarded.scripts, [format!("{code}<b>"), format!("{code}y")]);
    }
}
