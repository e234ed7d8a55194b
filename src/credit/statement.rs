//! What the caption's own words say of where the picture is from, and the notices of agencies.
//!
//! In: a scanned text. Out: facts with their words: "in this photo released by X" names X as source; "NO SALES" is a
//! restriction. A sentence that speaks of something else released by X says nothing of the picture.

use super::scan::Scan;
use super::token::party;
use super::vocabulary::{Connector, Hedge, Hit, Kinds, Notice, Sense, is_hangul, part_of_word};
use crate::model::{FactKind, PartyKind};

/// How far from the statement its party may stand, in bytes of folded text.
const REACH: usize = 70;

/// One statement or notice (folded offsets).
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    pub kind: FactKind,
    pub start: usize,
    pub end: usize,
    /// The party it names, by its place in the vocabulary's names.
    pub party: Option<u32>,
    /// A word beside it says that it is a guess.
    pub doubt: bool,
}

/// Every statement of origin and notice of the text.
pub(super) fn told(scan: &Scan<'_>, lang: Option<&str>) -> Vec<Told> {
    let mut all: Vec<Told> = Vec::new();
    let telling = Kinds::NOTICE.and(Kinds::ORIGIN);
    for hit in scan.hits.iter().filter(|h| h.kinds.any(telling)) {
        if hit.glued_start || hit.glued_end {
            continue;
        }
        for sense in scan.senses(hit) {
            match sense {
                Sense::Notice(Notice::Restriction) if is_lifted(scan, hit.end) => {}
                Sense::Notice(notice) => all.push(Told {
                    kind: notice.fact(),
                    start: hit.start,
                    end: if notice == Notice::Restriction {
                        hit.end
                    } else {
                        sentence_end(scan, hit.end)
                    },
                    party: None,
                    doubt: false,
                }),
                // What a notice says is the agency's, not the caption's.
                Sense::Origin(..)
                    if all.iter().any(|t| {
                        t.kind != FactKind::Stated && t.start <= hit.start && hit.end <= t.end
                    }) => {}
                Sense::Origin(_, before) => {
                    let (from, to) = sentence(scan, hit.start, hit.end);
                    let found = if before {
                        nearest_before(scan, from, hit.start, lang)
                    } else {
                        nearest_after(scan, hit.end, to, lang)
                    };
                    let Some((start, end, name)) = found else {
                        continue;
                    };
                    if !is_its_own(scan, hit, (start, end), before, lang)
                        || is_apart(scan, from, (hit.start, end), to)
                    {
                        continue;
                    }
                    let (first, last) = (start.min(hit.start), end.max(hit.end));
                    let doubt = match hedge(scan, from, (first, last), lang) {
                        Some(Hedge::Not | Hedge::Cited | Hedge::Former) => continue,
                        hedged => hedged == Some(Hedge::Maybe),
                    };
                    if is_of_picture(scan, from, hit, before, to) {
                        all.push(Told {
                            kind: FactKind::Stated,
                            start: first,
                            end: last,
                            party: Some(name),
                            doubt,
                        });
                    }
                }
                _ => {}
            }
        }
    }
    all.sort_by_key(|t| (t.start, std::cmp::Reverse(t.end)));
    all.dedup_by(|b, a| b.start < a.end && b.kind == a.kind);
    all
}

/// Whether the words right behind a restriction take it back.
fn is_lifted(scan: &Scan<'_>, end: usize) -> bool {
    let behind = scan.cut(end, scan.text().len()).trim_start_matches(' ');
    let lifted = |s| s == Sense::Lifted;
    scan.vocabulary.longest(behind, lifted).is_some()
}

/// Whether the house is itself what the statement names: nothing stands between the two but what describes a house or says
/// when ("released on Monday by the official A"). "Released by activists contradicts A's account", "provided by the family of
/// a A correspondent", "released by B and denied by A" say nothing of the sort.
fn is_its_own(
    scan: &Scan<'_>,
    hit: &Hit,
    (start, end): (usize, usize),
    before: bool,
    lang: Option<&str>,
) -> bool {
    let after = scan.cut(end, scan.text().len());
    let somebody = |s| s == Sense::Member;
    let next = after.trim_start_matches(' ');
    // "A's rival", "A-Korrespondent", "a A reporter".
    if !before
        && (next.len() == after.len()
            && after.starts_with(['\'', '-'])
            && after.chars().nth(1).is_some_and(part_of_word)
            || scan.vocabulary.longest(next, somebody).is_some())
    {
        return false;
    }
    let (mut at, stop) = if before {
        (end, hit.start)
    } else {
        (hit.end, start)
    };
    // Where all is set in capitals, a capital tells no name.
    let mut printed = scan.printed(hit.start, hit.end).chars();
    let cased = printed.any(char::is_lowercase);
    // Words behind "agency" tell which one.
    let (mut house, mut loose) = (false, 0);
    let mut names = 0;
    while at < stop {
        let rest = scan.cut(at, stop);
        let Some(c) = rest.chars().next() else { break };
        // "Iran's": its owner's mark, where the word itself was known.
        if let Some(behind) = rest.strip_prefix("'s")
            && !behind.starts_with(part_of_word)
        {
            at += 2;
            continue;
        }
        if let ' ' | '"' | '\'' | '(' | ')' | '[' | ']' | '.' = c {
            at += 1;
            continue;
        }
        if c.is_numeric() {
            at += c.len_utf8();
            continue;
        }
        if c == ',' {
            // The commas of a date, and the one behind it.
            let day = scan.char_before(at).is_some_and(char::is_numeric);
            let next = rest.get(1..).unwrap_or_default().trim_start();
            if !day
                && !next.starts_with(char::is_numeric)
                && scan.vocabulary.longest(next, follows_comma).is_none()
            {
                return false;
            }
            at += 1;
            continue;
        }
        if let Some(length) = scan.vocabulary.longest(rest, describes) {
            let organisation = |s| matches!(s, Sense::Organisation | Sense::OrganisationLast);
            house |= scan.vocabulary.longest(rest, organisation).is_some();
            at += length;
            continue;
        }
        let word = rest
            .find([' ', ',', ';', ':', '"', '(', '[', ')', ']'])
            .unwrap_or(rest.len());
        // "l'agence"
        if let Some(mark) = rest.get(..word).and_then(|w| w.find('\''))
            && mark <= 4
            && mark + 1 < word
        {
            at += mark + 1;
            continue;
        }
        let letter = scan.printed(at, at + c.len_utf8()).chars().next();
        // Of German nouns, which all have a capital, the names of countries stand in the genitive.
        let noun = lang == Some("de") && !rest.get(..word).is_some_and(|w| w.ends_with('s'));
        let named = cased && !noun && letter.is_some_and(char::is_uppercase);
        let uncased = letter.is_some_and(|l| !l.is_uppercase() && !l.is_lowercase());
        // "l'agence officielle syrienne": what follows the noun describes it, but not in English.
        let most = match (uncased, lang) {
            (true, _) if c.is_alphabetic() => 2,
            (false, Some(lang)) if !lang.starts_with("en") => 1,
            _ => 0,
        };
        names += u32::from(named);
        loose += u32::from(!named);
        if named && names > MOST_NAMES || !(named || house && loose <= most) {
            return false;
        }
        at += word;
    }
    true
}

/// Names between a statement and its house: "North Korea's", "Syrian Arab".
const MOST_NAMES: u32 = 4;

/// Whether a word may stand between a statement and the name of its house.
fn describes(sense: Sense) -> bool {
    matches!(
        sense,
        Sense::Epithet
            | Sense::Article
            | Sense::Organisation
            | Sense::OrganisationLast
            | Sense::Joiner
    ) || follows_comma(sense)
}

/// What may stand behind the commas of a date: "Monday, June 3, 2024, by A".
fn follows_comma(sense: Sense) -> bool {
    matches!(
        sense,
        Sense::Month(_)
            | Sense::PersianMonth(_)
            | Sense::EthiopianMonth(_)
            | Sense::Era(_)
            | Sense::YearOfMercy
            | Sense::Connector(Connector::By)
    )
}

/// Whether the sentence speaks of a picture, and what was given out is no other thing: "a statement released by X".
fn is_of_picture(scan: &Scan<'_>, from: usize, hit: &Hit, before: bool, to: usize) -> bool {
    let (mut picture, mut latest, mut next) = (false, None, None);
    for h in scan.hits_from(from).iter().take_while(|h| h.start < to) {
        if h.end > to {
            continue;
        }
        let shown = scan.means(h.phrase, |s| {
            s == Sense::Picture || matches!(s, Sense::Lead(..))
        });
        picture |= shown;
        let thing = scan.means(h.phrase, |s| s == Sense::Thing);
        if (shown || thing) && h.start < hit.end {
            latest = Some(thing);
        } else if (shown || thing) && next.is_none() {
            next = Some(thing);
        }
    }
    picture
        && !if before {
            next == Some(true)
        } else {
            latest == Some(true)
        }
}

/// The word that denies or doubts a statement: right before it, or within.
fn hedge(
    scan: &Scan<'_>,
    from: usize,
    (start, end): (usize, usize),
    lang: Option<&str>,
) -> Option<Hedge> {
    const NEAR: usize = 24;
    let vocabulary = scan.vocabulary;
    let near = start.saturating_sub(NEAR).max(from);
    scan.hits_from(near)
        .iter()
        .take_while(|h| h.start < end)
        .filter(|h| h.kinds.any(Kinds::HEDGE) && h.end <= end && !(h.glued_start || h.glued_end))
        .find_map(|h| {
            let mut senses = vocabulary.senses(h.phrase).iter();
            senses.find_map(|&(sense, own)| match sense {
                Sense::Hedge(hedge, _) if vocabulary.speaks(own, lang) != Some(false) => {
                    Some(hedge)
                }
                _ => None,
            })
        })
}

/// Whether the sentence is about a picture in the picture, or denies: "A screen shows a photo released by X". Rows of the
/// form `anywhere` tell behind the statement too.
fn is_apart(scan: &Scan<'_>, from: usize, (start, end): (usize, usize), to: usize) -> bool {
    scan.hits_from(from)
        .iter()
        .take_while(|h| h.start < to)
        .filter(|h| h.end <= start || h.start >= end && h.end <= to)
        .any(|h| {
            !h.glued_start
                && scan.means(h.phrase, |s| match s {
                    Sense::Apart(anywhere) => anywhere || h.end <= start,
                    Sense::Hands => h.end <= start && is_before_picture(scan, h.end),
                    _ => false,
                })
        })
}

/// Whether a word for a picture comes next, with one word before it at most: "a photo", "l'image".
fn is_before_picture(scan: &Scan<'_>, at: usize) -> bool {
    let next = scan.cut(at, scan.text().len()).trim_start_matches(' ');
    let second = next.split_once([' ', '\'']).map_or("", |(_, rest)| rest);
    let shown = |s| matches!(s, Sense::Picture | Sense::Lead(..));
    [next, second]
        .into_iter()
        .any(|text| scan.vocabulary.longest(text, shown).is_some())
}

/// The sentence around a phrase.
fn sentence(scan: &Scan<'_>, start: usize, end: usize) -> (usize, usize) {
    let text = scan.text();
    let mut window = start.saturating_sub(300);
    while !text.is_char_boundary(window) {
        window += 1;
    }
    let stops = |at: usize| {
        let after = text.get(at..).and_then(|t| t.chars().next());
        after.is_none_or(char::is_whitespace)
    };
    let from = text
        .get(window..start)
        .into_iter()
        .flat_map(|t| t.char_indices())
        .filter(|(at, c)| matches!(c, '.' | '!' | '?' | '\n') && stops(window + at + 1))
        .map(|(at, _)| window + at + 1)
        .next_back()
        .unwrap_or(window);
    (from, sentence_end(scan, end))
}

fn sentence_end(scan: &Scan<'_>, end: usize) -> usize {
    let text = scan.text();
    let rest = text.get(end..).unwrap_or_default();
    rest.char_indices()
        .take(300)
        .find(|(at, c)| {
            matches!(c, '!' | '?' | '\n')
                || (*c == '.'
                    && rest
                        .get(at + 1..)
                        .and_then(|t| t.chars().next())
                        .is_none_or(char::is_whitespace))
        })
        .map_or_else(
            || {
                end + rest
                    .char_indices()
                    .nth(300)
                    .map_or(rest.len(), |(at, _)| at)
            },
            |(at, _)| end + at,
        )
}

/// A name of a house that stands here, and counts without another beside it.
fn named(scan: &Scan<'_>, hit: &Hit, lang: Option<&str>) -> Option<u32> {
    party(scan, hit, lang).filter(|name| {
        scan.vocabulary.name(*name).is_some_and(|n| {
            !n.tied() && (n.local || n.kind != PartyKind::Government || !owned(scan, hit))
        })
    })
}

/// Whether the word right before an office says whose it is: "İran Cumhurbaşkanlığı" is not the office that the registry
/// knows by the second word alone.
fn owned(scan: &Scan<'_>, hit: &Hit) -> bool {
    let before = scan.cut(0, hit.start);
    let kept = before.trim_end_matches(' ');
    let word = kept.rsplit([' ', '\n']).next().unwrap_or_default();
    let at = kept.len() - word.len();
    let printed = scan.printed(at, kept.len());
    let names = printed.chars().next().is_some_and(char::is_uppercase)
        || !printed.is_empty() && printed.chars().all(is_hangul);
    let known = || {
        scan.hits_from(at)
            .iter()
            .take_while(|h| h.start == at)
            .any(|h| h.end == kept.len())
    };
    kept.len() < before.len() && names && !known()
}

fn nearest_after(
    scan: &Scan<'_>,
    from: usize,
    to: usize,
    lang: Option<&str>,
) -> Option<(usize, usize, u32)> {
    scan.hits_from(from)
        .iter()
        .take_while(|h| h.start <= from + REACH && h.end <= to)
        .find_map(|h| named(scan, h, lang).map(|name| (h.start, h.end, name)))
}

fn nearest_before(
    scan: &Scan<'_>,
    from: usize,
    to: usize,
    lang: Option<&str>,
) -> Option<(usize, usize, u32)> {
    let mut best: Option<(usize, usize, u32)> = None;
    for hit in scan.hits_from(from).iter().take_while(|h| h.start < to) {
        if hit.end > to || hit.end + REACH < to {
            continue;
        }
        if let Some(name) = named(scan, hit, lang)
            && best.is_none_or(|(start, end, _)| {
                hit.start >= end || (hit.start == start && hit.end > end)
            })
        {
            best = Some((hit.start, hit.end, name));
        }
    }
    best
}
