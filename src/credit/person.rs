//! Whether some words are a person's name, by their shape alone.

use super::chars::alphabetic;
use super::scan::Scan;
use super::token::{Kind, Shape, Token};
use super::vocabulary::{Sense, is_hangul, unspaced};

/// More words than any printed name has.
const MOST_WORDS: usize = 6;

/// How much a run of words looks like a person's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    /// It is none.
    No,
    /// It may be one: a single word, or a script without capitals.
    Maybe,
    /// Two words or more, each with a capital, or initials.
    Yes,
}

/// "al-Basha", "el-Sayed": a particle tied to a name with a hyphen.
fn hyphened(scan: &Scan<'_>, word: &Token) -> bool {
    scan.printed(word.start, word.end)
        .split_once('-')
        .is_some_and(|(small, name)| {
            (1..=4).contains(&small.chars().count()) && name.starts_with(char::is_uppercase)
        })
}

/// Whether these tokens, without titles and particles, are a name.
pub(super) fn likeness(scan: &Scan<'_>, words: &[Token]) -> Likeness {
    let (Some(first), Some(last)) = (words.first(), words.last()) else {
        return Likeness::No;
    };
    if words.len() > MOST_WORDS || last.end - first.start > 60 {
        return Likeness::No;
    }
    if let [only] = words
        && only.shape() == Some(Shape::Handle)
    {
        return Likeness::Yes;
    }
    let particle = |t: &Token| t.means(scan, |s| s == Sense::Particle);
    let mut capitals = 0;
    let mut uncased = 0;
    for word in words {
        match word.kind {
            Kind::Word(Shape::Title | Shape::Upper) => capitals += 1,
            Kind::Word(Shape::Uncased) => uncased += 1,
            Kind::Word(Shape::Lower) if particle(word) || hyphened(scan, word) => {}
            Kind::Word(_) | Kind::Party(_) | Kind::Separator(_) => return Likeness::No,
        }
    }
    let organisation = words
        .iter()
        .any(|w| w.means(scan, |s| s == Sense::Organisation))
        || words.len() > 1 && last.means(scan, |s| s == Sense::OrganisationLast);
    if organisation {
        return Likeness::No;
    }
    if capitals > 0 {
        return match (words.len(), capitals) {
            (1, _) => Likeness::Maybe,
            (_, 1) if particle(first) => Likeness::Maybe,
            _ => Likeness::Yes,
        };
    }
    let text = scan.cut(first.start, last.end);
    let letters = text.chars().filter(|c| alphabetic(*c)).count();
    let cjk = text.chars().any(|c| unspaced(c) || is_hangul(c));
    // Scripts of South-East Asia, where a name has a space and most sentences have none.
    let south = text.contains(' ')
        && text.chars().any(|c| matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'));
    match (uncased, cjk) {
        (0, _) => Likeness::No,
        (_, true)
            if (2..=6).contains(&letters)
                && !text.chars().any(|c| matches!(c, '\u{3041}'..='\u{309f}')) =>
        {
            Likeness::Maybe
        }
        (1 | 2, true) if letters <= 24 && (text.contains('·') || south) => Likeness::Maybe,
        (1, false) => Likeness::Maybe,
        (2..=4, false) => Likeness::Yes,
        _ => Likeness::No,
    }
}
