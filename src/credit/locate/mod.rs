//! Where the credit of a text is.
//!
//! In: a scanned text. Out: the stretch that is the credit, and what of the rest is the caption. Forms that leave no doubt
//! come first: a lead word, brackets at the end; then what stands after a dash, a bar or the last sentence, which must
//! be nothing but names that credits have.

mod before;
mod bracket;
mod end;
mod lead;
mod notices;

use super::content::{Content, Joint, Who, content, content_until};
use super::scan::Scan;
use super::vocabulary::{Hit, Kinds, Lead, Sense, unspaced};
use crate::model::Label;
use before::{first, leading};
pub(super) use bracket::others;
use bracket::{Bracket, bracket, inner_bracket, is_bare, is_name_only};
use end::{dash, sentence};
use lead::{lead, of_site};
pub(super) use notices::tail;

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
    /// The whole text, by its form.
    Whole,
    /// The whole text, because it stands where credits do.
    Element,
}

/// Words of a credit that nothing announces.
const MOST_WORDS: usize = 24;

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
    match bracket(scan, from, end, lang) {
        Bracket::Credit(found) => return Some(*found),
        Bracket::Affiliation => return None,
        Bracket::Other => {}
    }
    whole(scan, from, end, lang)
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
        && !found.doubt
        && found.loose == 0
        && found.beside == 0
        && !found.date_before
        && !found.late_lead
        && found.free() == 0
        && found.words <= MOST_WORDS;
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
        Place::Whole | Place::Element => {
            strict
                && found.stops == 0
                && !found.items.iter().any(|i| i.joint == Joint::And)
                && (place == Place::Element || !found.by_script)
                && (found.known > 0 && (names > 1 || found.words < 3 && found.sure_name)
                    || found.formed
                    || found.lead.is_some()
                    || house_and_name
                    || (!found.labels.is_empty() && names > 0))
        }
    }
}

/// Whether a credit may as well say what the person or place right before it belongs to: "Ana Ruiz (Ministry)", "Ana
/// Ruiz, Ministry", "Ministry Hotel".
pub(super) fn may_be_affiliation(scan: &Scan<'_>, from: usize, found: &Located) -> bool {
    let content = &found.content;
    let state = |who: Who| who.name(scan.vocabulary).is_some_and(|n| n.state);
    let cased = |at: usize| scan.char_at(at).is_some_and(|c| c.is_ascii_alphabetic());
    let longer = content.items.windows(2).any(|pair| {
        matches!(pair, [a, b] if state(a.who) && !matches!(b.who, Who::Known(_))
            && b.joint == Joint::Beside && cased(b.start) && !content.made
            && !(b.who == Who::Person && content.lead == Some(Lead::Author)))
    });
    let tied = |j: Joint| matches!(j, Joint::Slash | Joint::Via | Joint::On | Joint::For);
    let announced =
        content.lead.is_some() || content.formed || content.items.iter().any(|i| tied(i.joint));
    longer
        || !announced
            && (is_among_others(scan, from, found)
                || match found.place {
                    Place::Bracket => is_bare(content) && is_name_only(scan, from, found.cut.0),
                    Place::Whole => content.labels.is_empty() && content.items.len() > 1,
                    _ => false,
                })
}

/// Whether a single word of a credit, written as a name is, begins a person's name in the caption: "Sana Malik at home.
/// Photo: Sana".
pub(super) fn is_name_in(caption: &str, word: &str) -> bool {
    let capital = |text: &str| text.chars().next().is_some_and(char::is_uppercase);
    let as_a_name = capital(word) && word.chars().skip(1).all(char::is_lowercase);
    let starts_a_name = || {
        let mut words = caption.split_whitespace();
        let after = words.by_ref().skip_while(|w| *w != word).nth(1);
        after.is_some_and(capital)
    };
    as_a_name && word.chars().count() > 1 && starts_a_name()
}

/// Another house stands before it in brackets of its own, or at the end of a part: "Left: ... (AP). Right: ... (KCNA)",
/// "Ana Ruiz (EFE), Chen Hao (CGTN)", "Ana Ruiz, EFE; Chen Hao, CGTN". Then the last one tells of a part of the picture at
/// most, and maybe of a person in it.
fn is_among_others(scan: &Scan<'_>, from: usize, found: &Located) -> bool {
    let party = |name: u32| scan.vocabulary.name(name).map(|n| n.party);
    let own = |phrase: u32| {
        found.content.items.iter().any(|item| match item.who {
            Who::Known(own) => scan.means(phrase, |s| match s {
                Sense::Party(name) => party(name) == party(own),
                _ => false,
            }),
            _ => false,
        })
    };
    let before = scan
        .hits_from(from)
        .iter()
        .filter(|hit| hit.end < found.start);
    before
        .filter(|hit| hit.kinds.any(Kinds::PARTY) && !own(hit.phrase))
        .any(|hit| {
            let behind = scan.cut(hit.end, found.start);
            let ahead = scan.cut(from, hit.start).trim_end();
            // "MOSCOW (AP) - ...": whose report it is.
            let is_dateline = |rest: &str| rest.trim_start().starts_with(['-', '–', '—', '−']);
            match behind.strip_prefix(')') {
                Some(rest) => !is_dateline(rest) && ahead.ends_with(['(', '/']),
                None => behind.starts_with(';') && ahead.ends_with(','),
            }
        })
}

/// The text is a credit and nothing else.
fn whole(scan: &Scan<'_>, from: usize, end: usize, lang: Option<&str>) -> Option<Located> {
    if end - from > 160 || parts_in_two(scan, from, end, lang) {
        return None;
    }
    let found = content_until(scan, (from, end), lang, &|c| {
        c.junk + c.loose + c.beside + c.stops > 0 || c.words > MOST_WORDS
    });
    if !accepts(&found, Place::Whole) {
        return None;
    }
    // "新华社北京3月5日电": where and when a report was wired, not a picture.
    if found.dates > 0 && scan.cut(from, end).ends_with(['电', '電']) {
        return None;
    }
    // "記念式典=朝鮮中央通信提供": what stands before the sign is what the picture shows.
    let shown = found.items.first().filter(|i| {
        i.who == Who::Person
            && !found.made
            && scan.char_before(i.end).is_some_and(unspaced)
            && scan.cut(i.end, end).trim_start().starts_with('=')
    });
    if shown.is_some() && dash(scan, from, end, lang).is_some() {
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

/// Whether a short text is a caption and a credit, either first: "The ship. Photo: A", "Photo: A. The ship in the harbour."
fn parts_in_two(scan: &Scan<'_>, from: usize, end: usize, lang: Option<&str>) -> bool {
    if !scan.kinds.any(Kinds::LEAD) {
        return false;
    }
    let of_credit = |s| matches!(s, Sense::Lead(Lead::Photo | Lead::Source | Lead::Author, _));
    let announces = |h: &Hit| {
        let after = scan.cut(h.end, end);
        after.starts_with(':')
            || after.starts_with('/') && scan.char_at(h.start).is_some_and(unspaced)
    };
    let mut leads = scan.hits_from(from).iter().rev().filter(|h| {
        h.start > from
            && h.kinds.any(Kinds::LEAD)
            && announces(h)
            && scan.means(h.phrase, of_credit)
    });
    let caption = |lead: &Hit| {
        let before = scan.cut(from, lead.start).trim_end();
        let content = || content(scan, from, lead.start, lang);
        if before.ends_with(['.', '!', '?', '。']) {
            let content = content();
            return content.items.is_empty() && content.labels.is_empty() && content.words > 0;
        }
        // More letters than a maker with a title has, or a number: "2023年拍摄的港口 图/A".
        let letters = before.chars().filter(|c| unspaced(*c)).count();
        let number = letters > MOST_WORDS_OF_NAME && before.contains(char::is_numeric);
        (number || letters > MOST_WORDS_OF_NAME * 2)
            && scan.cut(from, lead.start).ends_with(' ')
            && {
                let content = content();
                content.known == 0 && content.labels.is_empty()
            }
    };
    leads.next().is_some_and(caption) || sentence_after(scan, from, end, lang).is_some()
}

/// Where the sentence begins that follows a credit at the beginning of a text: "Photo: A. The ship in the harbour."
fn sentence_after(scan: &Scan<'_>, from: usize, end: usize, lang: Option<&str>) -> Option<usize> {
    let first = scan.hits_from(from).iter().take_while(|h| h.start == from);
    let mut leads = first.filter(|h| h.kinds.any(Kinds::LEAD));
    leads.find(|h| scan.cut(h.end, end).starts_with(':'))?;
    let text = scan.cut(from, end);
    let (dot, _) = text
        .match_indices(". ")
        .find(|(dot, _)| !continues(scan, from, from + dot + 1, '.'))?;
    let next = from + dot + 2;
    let rest = scan.cut(next, end);
    let small = scan
        .printed(next, end)
        .split(' ')
        .skip(1)
        .filter(|w| w.starts_with(char::is_lowercase))
        .count();
    if rest.split(' ').count() < MOST_WORDS_OF_NAME || small < 2 {
        return None;
    }
    let (credit, other) = (
        content(scan, from, from + dot, lang),
        content(scan, next, end, lang),
    );
    let notice = scan.hits_from(next).iter().any(|h| {
        h.kinds
            .any(Kinds::NOTICE.and(Kinds::FURNITURE).and(Kinds::LEAD))
    });
    (credit.known + credit.persons() > 0
        && credit.junk + credit.loose == 0
        && other.known == 0
        && other.labels.is_empty()
        && other.slashes == 0
        && !notice)
        .then_some(next)
}

/// A name has fewer words than this, or no more letters of a script without spaces.
const MOST_WORDS_OF_NAME: usize = 4;

/// Offsets without white space and lone separators at either end.
pub(super) fn trimmed(scan: &Scan<'_>, start: usize, end: usize) -> (usize, usize) {
    let text = scan.cut(start, end);
    let start = end
        - text
            .trim_start_matches([' ', '\n', '|', '·', '-', ';', ','])
            .len();
    let text = scan.cut(start, end);
    let ends = [' ', '\n', ',', ';', '-', '|', '·'];
    let mut kept = text.trim_end_matches(ends);
    // The end of a bracket that opened before the credit.
    while let Some(inner) = kept.strip_suffix(')')
        && inner.matches('(').count() < kept.matches(')').count()
    {
        kept = inner.trim_end_matches(ends);
    }
    (start, start + kept.len())
}

/// The last place up to `at` where a character begins.
fn floor(scan: &Scan<'_>, at: usize) -> usize {
    let mut at = at.min(scan.text().len());
    while !scan.text().is_char_boundary(at) {
        at -= 1;
    }
    at
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
    // "2023 m. liepos 11 d.": one small letter behind a number is a unit, no initial.
    let at = start - 1 - word.len();
    let unit = scan.printed(at, start - 1).chars().all(char::is_lowercase)
        && scan
            .cut(from, at)
            .trim_end()
            .ends_with(|c: char| c.is_ascii_digit());
    word.chars().count() == 1
        && word.chars().all(char::is_alphabetic)
        && !word.chars().any(unspaced)
        && !unit
        || scan.vocabulary.is_abbreviation(word)
}

/// Labels that say who made or supplied a picture, rather than what it shows.
fn says_who(label: Label) -> bool {
    !matches!(
        label,
        Label::File | Label::Symbolic | Label::Illustration | Label::Composite | Label::Undated
    )
}
