//! What a character is and what it folds to, looked up.
//!
//! In: a character. Out: its [`Traits`]. Unicode's own tables are searched once for each character that is met: texts ask
//! the same of the same few hundred again and again.

use std::sync::atomic::{AtomicU32, Ordering};

use super::normalise::{self, is_invisible, jamo};

/// The traits of a character as bits, above the character that it folds to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Traits(u32);

/// What a folded character is to the words around it, and whether a capital was printed there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark(u8);

impl Mark {
    /// A later byte of a character.
    pub const INSIDE: Self = Self(1);
    /// No part of a word, or of a script without spaces: a word may begin and end at it.
    pub const APART: Self = Self(0);
    /// A letter or digit of a script with spaces.
    pub const LETTER: Self = Self(2);
    pub const HANGUL: Self = Self(4);
    /// White space or a control character of ASCII.
    pub const SPACE: Self = Self(8);
    /// A capital was printed.
    pub const CAPITAL: Self = Self(16);

    const WORD: Self = Self::LETTER.and(Self::HANGUL);

    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub const fn any(self, wanted: Self) -> bool {
        self.0 & wanted.0 != 0
    }

    /// It is part of a word of a script with spaces.
    pub const fn is_word(self) -> bool {
        self.any(Self::WORD)
    }

    /// Both are part of a word, and of the same script as far as it matters.
    pub const fn is_word_with(self, before: Self) -> bool {
        self.0 & before.0 & Self::WORD.0 != 0
    }

    /// The mark as the lowest bits of a number.
    pub const BITS: u32 = 5;

    pub const fn number(self) -> u32 {
        self.0 as u32
    }

    pub const fn of_number(number: u32) -> Self {
        Self(number as u8 & 31)
    }

    /// The mark of a printed byte of an ASCII text.
    pub const fn of_ascii(byte: u8) -> Self {
        ASCII[(byte & 0x7f) as usize]
    }
}

const ASCII: [Mark; 128] = {
    let mut marks = [Mark::APART; 128];
    let mut byte = 0;
    while byte < 128 {
        marks[byte] = match byte as u8 {
            0..=b' ' => Mark::SPACE,
            b'A'..=b'Z' => Mark::LETTER.and(Mark::CAPITAL),
            b'a'..=b'z' | b'0'..=b'9' => Mark::LETTER,
            _ => Mark::APART,
        };
        byte += 1;
    }
    marks
};

/// The character that it folds to; what follows is of that one where the name says so.
const FOLDED: u32 = 0xffff;
/// It folds to several, or to what depends on its neighbours.
const LONG: u32 = 1 << 16;
const FOLDED_LETTER: u32 = 1 << 17;
const FOLDED_LATIN: u32 = 1 << 18;
const FOLDED_LOOK_ALIKE: u32 = 1 << 19;
const FOLDED_WORD: u32 = 1 << 20;
const FOLDED_HANGUL: u32 = 1 << 21;
/// White space or a control character of ASCII.
const FOLDED_SPACE: u32 = 1 << 22;
const UPPER: u32 = 1 << 23;
const LOWER: u32 = 1 << 24;
const NUMERIC: u32 = 1 << 25;
const ALPHABETIC: u32 = 1 << 26;
const PART_OF_WORD: u32 = 1 << 27;
/// It was looked up.
const MET: u32 = 1 << 28;

/// What was looked up of the basic plane: 0 for a character that was not met. Whoever meets one first may be several
/// threads at once; all write the same.
static PLANE: [AtomicU32; 0x1_0000] = [const { AtomicU32::new(0) }; 0x1_0000];

impl Traits {
    #[inline]
    pub fn of(c: char) -> Self {
        let at = c as u32;
        match c {
            // Most of the plane, and all alike.
            '\u{4e00}'..='\u{9fff}' => Self(at | MET | FOLDED_LETTER | ALPHABETIC | PART_OF_WORD),
            '\u{ac00}'..='\u{d7a3}' => {
                Self(at | MET | FOLDED_LETTER | FOLDED_HANGUL | ALPHABETIC | PART_OF_WORD)
            }
            _ => match PLANE.get(at as usize) {
                Some(met) => match met.load(Ordering::Relaxed) {
                    0 => {
                        let new = Self::new(c);
                        met.store(new.0, Ordering::Relaxed);
                        new
                    }
                    known => Self(known),
                },
                None => Self::new(c),
            },
        }
    }

    /// The traits by Unicode's own tables.
    #[cold]
    fn new(c: char) -> Self {
        let mut traits = MET;
        for (holds, bit) in [
            (c.is_uppercase(), UPPER),
            (c.is_lowercase(), LOWER),
            (c.is_numeric(), NUMERIC),
            (c.is_alphabetic(), ALPHABETIC),
            (is_part_of_word(c), PART_OF_WORD),
        ] {
            traits |= if holds { bit } else { 0 };
        }
        let (mut to, mut several) = (None, false);
        normalise::small(c, |part| several |= to.replace(part).is_some());
        let plane = to.is_none_or(|c| u32::from(c) <= FOLDED);
        if several || !plane || is_invisible(c) || jamo(c).is_some() {
            return Self(traits | LONG);
        }
        Self(traits | to.map_or(0, |c| u32::from(c) | Self::folded(c)))
    }

    /// What a folded character is.
    fn folded(c: char) -> u32 {
        let mut traits = if c <= ' ' { FOLDED_SPACE } else { 0 };
        if c.is_alphabetic() {
            traits |= FOLDED_LETTER;
            traits |= match normalise::script(c) {
                normalise::Script::Latin => FOLDED_LATIN,
                normalise::Script::LookAlike => FOLDED_LOOK_ALIKE,
                normalise::Script::Else => 0,
            };
        }
        if is_hangul(c) {
            traits |= FOLDED_HANGUL;
        } else if is_part_of_word(c) && !unspaced(c) {
            traits |= FOLDED_WORD;
        }
        traits
    }

    /// The traits of one of several characters that the one with these folds to.
    pub fn part(self, folded: char) -> Self {
        Self(Self::folded(folded) | self.0 & UPPER)
    }

    const fn has(self, bit: u32) -> bool {
        self.0 & bit != 0
    }

    /// It folds to several characters, or to what depends on its neighbours.
    pub const fn is_long(self) -> bool {
        self.has(LONG)
    }

    /// The one character that it folds to, unless it [is long](Self::is_long); `None` where it is dropped.
    pub fn one(self) -> Option<char> {
        char::from_u32(self.0 & FOLDED).filter(|c| *c != '\0')
    }

    /// What its folded character is; the capital is the printed one's.
    pub fn mark(self) -> Mark {
        let class = match self.0 & (FOLDED_WORD | FOLDED_HANGUL) {
            0 if self.has(FOLDED_SPACE) => Mark::SPACE,
            0 => Mark::APART,
            FOLDED_WORD => Mark::LETTER,
            _ => Mark::HANGUL,
        };
        let capital = if self.has(UPPER) {
            Mark::CAPITAL
        } else {
            Mark::APART
        };
        class.and(capital)
    }

    /// Its folded character is a letter.
    pub const fn folds_to_letter(self) -> bool {
        self.has(FOLDED_LETTER)
    }

    /// Its folded character is a Latin letter.
    pub const fn folds_to_latin(self) -> bool {
        self.has(FOLDED_LATIN)
    }

    /// Its folded character passes for a Latin letter.
    pub const fn folds_to_look_alike(self) -> bool {
        self.has(FOLDED_LOOK_ALIKE)
    }

    pub const fn is_upper(self) -> bool {
        self.has(UPPER)
    }

    pub const fn is_lower(self) -> bool {
        self.has(LOWER)
    }

    pub const fn is_numeric(self) -> bool {
        self.has(NUMERIC)
    }

    pub const fn is_alphabetic(self) -> bool {
        self.has(ALPHABETIC)
    }

    pub const fn is_part_of_word(self) -> bool {
        self.has(PART_OF_WORD)
    }
}

fn is_part_of_word(c: char) -> bool {
    !matches!(c, '\u{80}'..='\u{a9}' | '·') && c.is_alphanumeric()
}

/// Whether a character is a letter or digit.
#[inline]
pub(super) fn part_of_word(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric()
    } else {
        Traits::of(c).is_part_of_word()
    }
}

/// Whether a character is a letter, by Unicode's own table.
#[inline]
pub(super) fn alphabetic(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphabetic()
    } else {
        Traits::of(c).is_alphabetic()
    }
}

/// Scripts that are written without spaces: a word may begin and end anywhere.
#[inline]
pub(super) fn unspaced(c: char) -> bool {
    // Most letters are below all of them.
    c >= '\u{0e00}'
        && matches!(c,
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}' | '々' | '〆')
}

#[inline]
pub(super) fn is_hangul(c: char) -> bool {
    matches!(c, '\u{ac00}'..='\u{d7a3}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ranges_that_skip_the_tables_say_what_the_tables_say() {
        for c in ('\u{4e00}'..='\u{9fff}').chain('\u{ac00}'..='\u{d7a3}') {
            assert_eq!(Traits::of(c), Traits::new(c), "{c}");
        }
    }
}
