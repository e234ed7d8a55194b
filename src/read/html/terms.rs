//! Class names, attribute names and keys of a page -> what they say of an element (`schema/pages/terms.csv`).
//!
//! A name is cut into words ("imageCaption", "image-caption__text"), and the words and neighbouring words are looked up:
//! the list knows "pie de foto" and finds it in "c-pieDeFoto".

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

const LIST: &str = include_str!("../../../schema/pages/terms.csv");
/// The longest phrase of the list, in words.
const PHRASE: usize = 4;
/// Names longer than this are no names.
const LONGEST: usize = 200;

/// What a name says, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Meaning(u32);

impl Meaning {
    /// The description of a picture.
    pub const CAPTION: Self = Self(1);
    /// Who made or supplied a picture.
    pub const CREDIT: Self = Self(2);
    /// A text; beside a picture its description.
    pub const TEXT: Self = Self(4);
    /// A maker or source; beside a picture the picture's.
    pub const MAKER: Self = Self(8);
    /// What is not the article: related stories, ads, portraits of authors.
    pub const FURNITURE: Self = Self(16);
    /// What often, not always, is an entry for another article.
    pub const TEASER: Self = Self(32);
    /// The picture that leads the article.
    pub const LEAD: Self = Self(64);
    /// A picture.
    pub const IMAGE: Self = Self(128);
    /// In the name of a file: no news picture.
    pub const FILE: Self = Self(256);
    /// The name is that of a button, or says that something has a caption.
    const SWITCH: Self = Self(512);
    /// A heading; under a picture with a credit what it shows.
    pub const TITLE: Self = Self(1024);
    /// That something was changed later: the date behind it is not that of publication.
    pub const UPDATED: Self = Self(2048);
    /// Words of what one can do with a picture or a page: as a whole line they are no part of what is said of a picture.
    pub const CONTROL: Self = Self(4096);
    /// Words that open or close a line which says who wrote a text.
    pub const BYLINE: Self = Self(8192);
    /// The name says of an element that it has something, not that it is it.
    const HAVING: Self = Self(16384);
    /// A small sign beside other things, unless something shows that it is a picture.
    pub const MARK: Self = Self(32768);
    /// Words that open a note of the editors or the shop: on the text, on its date, on what is earned with it.
    pub const NOTE: Self = Self(65536);

    /// Whether it says one of these.
    pub fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Both.
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    fn of_word(word: &str) -> Option<Self> {
        Some(match word {
            "caption" => Self::CAPTION,
            "credit" => Self::CREDIT,
            "text" => Self::TEXT,
            "maker" => Self::MAKER,
            "furniture" => Self::FURNITURE,
            "teaser" => Self::TEASER,
            "lead" => Self::LEAD,
            "image" => Self::IMAGE,
            "file" => Self::FILE,
            "switch" => Self::SWITCH,
            "title" => Self::TITLE,
            "updated" => Self::UPDATED,
            "control" => Self::CONTROL,
            "byline" => Self::BYLINE,
            "having" => Self::HAVING,
            "mark" => Self::MARK,
            "note" => Self::NOTE,
            _ => return None,
        })
    }
}

/// Hashes terms of the list: few, short, and nobody else's.
#[derive(Clone, Copy)]
struct Quick(u64);

impl Default for Quick {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

struct Terms {
    whole: HashMap<String, Meaning, BuildHasherDefault<Quick>>,
    /// Bytes of the longest.
    longest: usize,
    /// Terms that also count as the beginning or end of a longer word.
    parts: Vec<(String, Meaning)>,
    /// Terms of two letters and more in scripts that part no words.
    wide: Vec<(String, Meaning)>,
}

static TERMS: LazyLock<Terms> = LazyLock::new(|| {
    let mut terms = Terms {
        whole: HashMap::default(),
        longest: 0,
        parts: Vec::new(),
        wide: Vec::new(),
    };
    let mut rows = csv::Reader::from_reader(LIST.as_bytes());
    for row in rows.records().flatten() {
        let (Some(term), Some(means), form) = (row.get(1), row.get(2), row.get(3)) else {
            continue;
        };
        let Some(meaning) = Meaning::of_word(means) else {
            continue;
        };
        let term = term.replace(' ', "");
        if form == Some("part") {
            terms.parts.push((term.clone(), meaning));
        }
        if term.chars().count() > 1 && term.chars().all(is_wide) {
            terms.wide.push((term.clone(), meaning));
        }
        terms.longest = terms.longest.max(term.len());
        let have = terms.whole.entry(term).or_default();
        *have = have.and(meaning);
    }
    terms
});

/// What one name (one class, one attribute, one key) says.
pub(super) fn of_name(name: &str) -> Meaning {
    if name.len() > LONGEST {
        return Meaning::default();
    }
    let words = words(name);
    let mut all = Meaning::default();
    // Of "caption" and "credit" in one name the later is meant, and a phrase more than its words: (end, words, meaning).
    let mut role: Option<(usize, usize, Meaning)> = None;
    let roles = Meaning::CAPTION.and(Meaning::CREDIT);
    for from in 0..words.ends.len() {
        for count in (from..words.ends.len()).take(PHRASE) {
            let found = look_up(words.phrase(from, count), count == from);
            if found == Meaning::default() {
                continue;
            }
            all = all.and(found.without(roles));
            if found.any(roles) {
                let size = count - from + 1;
                let one = if found.any(Meaning::CREDIT) {
                    Meaning::CREDIT
                } else {
                    Meaning::CAPTION
                };
                let better = role.is_none_or(|(end, have, _)| (count, size) > (end, have));
                if better {
                    role = Some((count, size, one));
                }
            }
        }
    }
    if let Some((_, _, role)) = role {
        all = if all.any(Meaning::SWITCH) {
            all
        } else {
            all.and(role)
        };
    }
    if all.any(Meaning::SWITCH) {
        all = all.without(Meaning::TEXT.and(Meaning::MAKER));
    }
    if all.any(Meaning::HAVING) {
        all = all.without(Meaning::FURNITURE.and(Meaning::MARK));
    }
    all
}

/// What a whole line of text says: all of its words together, as the list has them.
pub(super) fn of_line(line: &str) -> Meaning {
    if line.len() > LONGEST {
        return Meaning::default();
    }
    let whole = words(line).letters;
    TERMS.whole.get(&whole).copied().unwrap_or_default()
}

/// What follows the words of a meaning that a line of text opens with, and how many they are.
pub(super) fn opening(line: &str, meaning: Meaning) -> Option<(&str, usize)> {
    let mut found = None;
    let mut phrase = String::new();
    let mut at = 0;
    for count in 1..=PHRASE {
        let rest = line.get(at..)?;
        let Some(start) = rest.find(is_letter) else {
            break;
        };
        let word = rest.get(start..)?;
        let length = word.find(|c| !is_letter(c)).unwrap_or(word.len());
        if phrase.len() + length > LONGEST {
            break;
        }
        at += start + length;
        phrase.push_str(&word.get(..length)?.to_lowercase());
        if TERMS.whole.get(&phrase).is_some_and(|m| m.any(meaning)) {
            found = Some((line.get(at..)?, count));
        }
    }
    found
}

/// Whether a line of text opens with words of a meaning; in scripts without blanks the rest may stand right behind.
pub(super) fn opens(line: &str, meaning: Meaning) -> bool {
    let end = line.floor_char_boundary(LONGEST.min(line.len()));
    opening(line, meaning).is_some()
        || words(line.get(..end).unwrap_or_default())
            .iter()
            .next()
            .is_some_and(|word| bounds(word, meaning, |word, term| word.starts_with(term)))
}

/// Whether a line of text in a script without blanks closes with a word of a meaning.
pub(super) fn closes(line: &str, meaning: Meaning) -> bool {
    let from = line.ceil_char_boundary(line.len().saturating_sub(LONGEST));
    words(line.get(from..).unwrap_or_default())
        .iter()
        .last()
        .is_some_and(|word| bounds(word, meaning, |word, term| word.ends_with(term)))
}

/// Whether a word of a script without blanks begins or ends with a term.
fn bounds(word: &str, meaning: Meaning, fits: fn(&str, &str) -> bool) -> bool {
    word.chars().all(is_wide)
        && TERMS
            .wide
            .iter()
            .any(|(term, m)| m.any(meaning) && fits(word, term))
}

/// Beginnings of all words that mean a caption or a credit wherever they stand: a text with none of them names neither.
pub(super) fn stems() -> Vec<String> {
    let strong = Meaning::CAPTION.and(Meaning::CREDIT);
    let mut stems: Vec<String> = TERMS
        .whole
        .iter()
        .filter(|(_, meaning)| meaning.any(strong))
        .map(|(term, _)| term.clone())
        .filter(|term| term.len() >= 4)
        .collect();
    stems.sort_unstable();
    stems.extend(["author", "creator", "source"].map(str::to_owned));
    stems
}

fn look_up(phrase: &str, single: bool) -> Meaning {
    let mut found = Meaning::default();
    if phrase.len() <= TERMS.longest {
        found = TERMS.whole.get(phrase).copied().unwrap_or_default();
    }
    if single && found == Meaning::default() && phrase.len() >= 7 {
        for (term, meaning) in &TERMS.parts {
            if phrase.starts_with(term.as_str()) || phrase.ends_with(term.as_str()) {
                found = found.and(*meaning);
            }
        }
        // A compound that names both is read like its last part.
        if found.any(Meaning::CAPTION) && found.any(Meaning::CREDIT) {
            let ends = |m: Meaning| {
                TERMS
                    .parts
                    .iter()
                    .any(|(t, have)| *have == m && phrase.ends_with(t.as_str()))
            };
            found = if ends(Meaning::CAPTION) {
                Meaning::CAPTION
            } else {
                Meaning::CREDIT
            };
        }
    }
    found
}

/// Words one after the other.
struct Words {
    letters: String,
    /// Where each of them ends.
    ends: Vec<usize>,
}

impl Words {
    /// The words from one to another in one.
    fn phrase(&self, first: usize, last: usize) -> &str {
        let end = |word: usize| self.ends.get(word).copied();
        let start = first.checked_sub(1).and_then(end).unwrap_or_default();
        self.letters
            .get(start..end(last).unwrap_or_default())
            .unwrap_or_default()
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|word| self.phrase(word, word))
    }

    /// Ends the word that has begun.
    fn part(&mut self) {
        if self.ends.last().copied().unwrap_or_default() < self.letters.len() {
            self.ends.push(self.letters.len());
        }
    }
}

/// The words of a name, lower-case: parted by signs, digits and capitals.
fn words(name: &str) -> Words {
    let mut out = Words {
        letters: String::with_capacity(name.len()),
        ends: Vec::with_capacity(8),
    };
    let mut before = ' ';
    let mut rest = name.chars().peekable();
    while let Some(c) = rest.next() {
        if is_letter(c) {
            let new = c.is_uppercase()
                && (before.is_lowercase()
                    || before.is_uppercase() && rest.peek().is_some_and(|n| n.is_lowercase()));
            if new {
                out.part();
            }
            if c.is_ascii() {
                out.letters.push(c.to_ascii_lowercase());
            } else {
                out.letters.extend(c.to_lowercase());
            }
        } else {
            out.part();
        }
        before = c;
    }
    out.part();
    out
}

/// Letters of the scripts of East Asia, which part no words.
fn is_wide(c: char) -> bool {
    matches!(u32::from(c), 0x2e80..=0x9fff | 0xac00..=0xd7af)
}

/// Letters, and the signs on and between letters that other scripts write with.
fn is_letter(c: char) -> bool {
    c.is_alphabetic()
        || !c.is_ascii()
            && !c.is_whitespace()
            && !c.is_numeric()
            && !matches!(u32::from(c), 0x80..=0xbf | 0x2000..=0x206f | 0x3000..=0x303f | 0xff00..=0xff20)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_means_what_it_says_in_its_example() {
        let mut seen = std::collections::BTreeSet::new();
        for row in csv::Reader::from_reader(LIST.as_bytes()).records() {
            let row = row.unwrap();
            let meaning = Meaning::of_word(&row[2]).unwrap_or_else(|| panic!("{row:?}"));
            assert!(matches!(&row[3], "whole" | "part"), "{row:?}");
            // What lines of text say is asked of whole lines and of their beginnings and ends.
            let read = match &row[2] {
                "control" => of_line(&row[4]).any(meaning),
                "byline" => opens(&row[4], meaning) || closes(&row[4], meaning),
                "note" => opens(&row[4], meaning),
                _ => of_name(&row[4]).any(meaning),
            };
            assert!(read, "{row:?}");
            assert!(
                seen.insert((row[1].to_owned(), row[2].to_owned())),
                "{row:?}"
            );
            assert!(
                row[1].split(' ').count() <= PHRASE || &row[2] == "control",
                "{row:?}"
            );
        }
    }

    #[test]
    fn names_are_cut_into_words() {
        let cut = |name| -> Vec<String> { words(name).iter().map(str::to_owned).collect() };
        assert_eq!(
            cut("c-imageCaption__Text2x"),
            ["c", "image", "caption", "text", "x"]
        );
        assert_eq!(cut("IMGCaption"), ["img", "caption"]);
        assert_eq!(cut("写真説明"), ["写真説明"]);
    }

    #[test]
    fn the_later_word_of_a_name_is_meant() {
        for (name, meaning) in [
            ("image-caption__credit", Meaning::CREDIT),
            ("credit-line__caption", Meaning::CAPTION),
            ("c-pieDeFoto", Meaning::CAPTION),
            ("photocredit", Meaning::CREDIT),
            ("artikelBildunterschrift", Meaning::CAPTION),
            ("imagecaption", Meaning::CAPTION),
            ("figure__fotograf", Meaning::CREDIT),
        ] {
            let other = Meaning::CAPTION.and(Meaning::CREDIT).without(meaning);
            assert!(
                of_name(name).any(meaning) && !of_name(name).any(other),
                "{name}"
            );
        }
    }

    #[test]
    fn buttons_and_containers_are_no_captions() {
        for name in [
            "has-caption",
            "caption-toggle",
            "imageWithCaption",
            "show-credit",
        ] {
            assert!(
                !of_name(name).any(Meaning::CAPTION.and(Meaning::CREDIT)),
                "{name}"
            );
        }
        assert!(!of_name("accredited-resource").any(Meaning::CREDIT.and(Meaning::MAKER)));
    }
}
