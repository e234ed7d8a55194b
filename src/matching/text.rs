//! A caption taken apart. In: a text in any language. Out: its items, each a known thing, a known name, or a word with
//! its sound; and its numbers.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;

use super::script::{Script, fold, script_of};
use super::sound::Sound;
use super::words::{EntityKind, Known, LEXICON, is_mark};

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Kind {
    /// A thing or deed of the dictionary.
    Concept(usize),
    /// A known person, place or body.
    Entity(usize),
    /// A word that looks like a name: capitalised, or in a script without capitals.
    Name,
    /// Another word.
    Word,
    /// A stretch of a script without spaces, in which names may be hidden.
    Run,
}

/// One item of a text.
#[derive(Clone, Debug)]
pub(super) struct Item {
    /// What it is.
    pub kind: Kind,
    /// As it stands in the text.
    pub text: String,
    /// How it sounds.
    pub sound: Sound,
    /// How else it may sound: without the particles in front of it; Chinese characters as Koreans read them.
    pub bare: Option<Sound>,
    /// In which script it is written.
    pub script: Script,
}

impl Item {
    /// The kind of the entity, if it is one.
    pub fn entity(&self) -> Option<EntityKind> {
        match self.kind {
            Kind::Entity(at) => Some(LEXICON.kind(at)),
            _ => None,
        }
    }
}

/// A text taken apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Terms {
    /// In the order of the text, known things and names once.
    pub items: Vec<Item>,
    /// Two or three capitalised words in a row as one: other scripts write the names of Chinese, Koreans and others in
    /// one piece. The items they are made of.
    pub joined: Vec<(Sound, Vec<usize>)>,
    /// Names that stand before another with a comma between them, as places do before the wider place they lie in.
    pub before: Vec<(usize, usize)>,
    /// Numbers, normalised ("7.2", "1500").
    pub numbers: BTreeSet<String>,
    /// The likeliest language, empty where nothing is known of it.
    pub lang: String,
    /// Beginnings of words (pairs of characters where words are not set apart), for comparing wording.
    pub grams: BTreeSet<String>,
}

/// Bytes of a text that are taken apart: longer ones are no captions, and what is compared is at their beginning.
const LONGEST: usize = 1 << 16;

/// Takes a text apart.
pub(super) fn terms(text: &str, hint: Option<&str>) -> Terms {
    // A photo without words need not wait for the dictionary.
    if text.is_empty() && hint.is_none() {
        return Terms::default();
    }
    let end = text.floor_char_boundary(LONGEST.min(text.len()));
    let text: String = text.get(..end).unwrap_or_default().nfc().collect();
    let original: Vec<char> = text.chars().collect();
    let folded = fold(&text);
    let mut line = String::with_capacity(text.len());
    // From bytes of the folded line to characters of the text.
    let mut origin = Vec::with_capacity(text.len() + 1);
    for (c, at) in &folded {
        origin.resize(line.len(), *at);
        line.push(*c);
        origin.resize(line.len(), *at);
    }
    origin.push(original.len());
    let place = |byte: usize| origin.get(byte).copied().unwrap_or(original.len());
    let quote = |start: usize, end: usize| -> String {
        original
            .get(place(start)..place(end))
            .unwrap_or(&[])
            .iter()
            .collect::<String>()
            .trim()
            .to_owned()
    };

    let capital = |byte: usize| original.get(place(byte)).is_some_and(|c| c.is_uppercase());
    let (found, lang) = LEXICON.find(&line, hint, capital);
    let mut out = Terms {
        lang,
        ..Terms::default()
    };
    let mut seen = BTreeSet::new();
    // Where the names of the text stand, and as which item.
    let mut names: Vec<(usize, usize, usize)> = Vec::new();
    let mut all_names: Vec<(usize, usize, usize)> = Vec::new();
    let mut at = 0;
    for hit in found.iter().map(Some).chain([None]) {
        let (start, end) = hit.map_or((line.len(), line.len()), |h| (h.start, h.end));
        for (from, to) in tokens(&line, at, start) {
            let word = line.get(from..to).unwrap_or("");
            if word.starts_with(|c: char| c.is_ascii_digit()) {
                out.numbers.insert(number(word));
            } else if let Some(item) = item(word, quote(from, to)) {
                let key = (item.kind, item.sound.clone());
                let at = out
                    .items
                    .iter()
                    .position(|i| (i.kind, &i.sound) == (key.0, &key.1));
                let place = at.unwrap_or(out.items.len());
                if item.kind == Kind::Name && item.script.has_capitals() {
                    all_names.push((from, to, place));
                    if item.script == Script::Latin {
                        names.push((from, to, place));
                    }
                }
                if seen.insert(key) {
                    out.items.push(item);
                }
            }
        }
        at = end.max(at);
        let Some(hit) = hit else { break };
        let kind = match hit.known {
            Known::Stop => continue,
            Known::Concept(concept) => Kind::Concept(concept),
            Known::Entity(entity) => Kind::Entity(entity),
        };
        if matches!(kind, Kind::Entity(_)) {
            let known = out.items.iter().position(|i| i.kind == kind);
            all_names.push((start, end, known.unwrap_or(out.items.len())));
        }
        if seen.insert((kind, Sound::default())) {
            let word = line.get(start..end).unwrap_or("");
            out.items.push(Item {
                kind,
                text: quote(start, end),
                sound: Sound::of(word),
                bare: None,
                script: word.chars().next().map_or(Script::Other, script_of),
            });
        }
    }
    out.before = (all_names.windows(2))
        .filter_map(|pair| match pair {
            [(_, end, inner), (start, _, outer)] => {
                (line.get(*end..*start)?.trim() == ",").then_some((*inner, *outer))
            }
            _ => None,
        })
        .collect();
    out.joined = joined(&line, &names, &out.items);
    out.grams = grams(&line);
    out
}

/// Names that stand in a row, two and three at a time.
fn joined(line: &str, names: &[(usize, usize, usize)], items: &[Item]) -> Vec<(Sound, Vec<usize>)> {
    let mut out = Vec::new();
    for length in [2, 3] {
        for group in names.windows(length) {
            let in_row = group.windows(2).all(|pair| match pair {
                [(_, end, _), (start, _, _)] => {
                    matches!(line.get(*end..*start), Some(" " | "-"))
                }
                _ => false,
            });
            if in_row {
                let parts: Vec<usize> = group.iter().map(|(_, _, at)| *at).collect();
                let word: String = parts
                    .iter()
                    .filter_map(|at| items.get(*at))
                    .map(|item| item.text.as_str())
                    .collect();
                out.push((Sound::of(&word), parts));
            }
        }
    }
    out
}

/// An unknown word as an item; `None` where it is too short to say anything.
fn item(word: &str, text: String) -> Option<Item> {
    let script = word.chars().next().map(script_of)?;
    let sound = Sound::of(word);
    let length = word.chars().count();
    let kind = if script.is_unspaced() && !(script == Script::Kana && word.chars().all(is_katakana))
    {
        Kind::Run
    } else if !script.has_capitals() || text.starts_with(char::is_uppercase) {
        Kind::Name
    } else {
        Kind::Word
    };
    if sound.consonants() == 0
        || (length < 3
            && kind != Kind::Run
            && !text.starts_with(char::is_uppercase)
            && script != Script::Hangul)
    {
        return None;
    }
    let bare = if script == Script::Han {
        Some(Sound::of_korean(word))
    } else {
        LEXICON.without_proclitic(word).map(Sound::of)
    };
    Some(Item {
        kind,
        text,
        sound,
        bare,
        script,
    })
}

fn is_katakana(c: char) -> bool {
    matches!(c, '\u{30a1}'..='\u{30fc}')
}

/// The words between two places: letters of one script in a row, or digits with the marks between them.
fn tokens(line: &str, start: usize, end: usize) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    let mut open: Option<(usize, Class)> = None;
    let part = line.get(start..end).unwrap_or("");
    let mut rest = part.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let inside = matches!(open, Some((_, Class::Digits)))
            && matches!(c, '.' | ',')
            && rest.peek().is_some_and(|(_, next)| next.is_ascii_digit());
        let class = if inside {
            Some(Class::Digits)
        } else if is_mark(c) {
            open.map(|(_, class)| class)
        } else if c.is_ascii_digit() {
            Some(Class::Digits)
        } else if c == 'ー' || is_katakana(c) {
            Some(Class::Katakana)
        } else if c.is_alphanumeric() {
            Some(Class::Letters(script_of(c)))
        } else {
            None
        };
        if let Some((from, before)) = open
            && class != Some(before)
        {
            out.push((start + from, start + at));
            open = None;
        }
        if open.is_none()
            && let Some(class) = class
        {
            open = Some((at, class));
        }
    }
    if let Some((from, _)) = open {
        out.push((start + from, end));
    }
    out
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Digits,
    Katakana,
    Letters(Script),
}

/// "7,2" and "7.2" are one number, "1,500" and "1.500" are 1500.
fn number(word: &str) -> String {
    let parts: Vec<&str> = word.split(['.', ',']).collect();
    let (whole, last) = match parts.split_last() {
        Some((last, whole)) if !whole.is_empty() => (whole.concat(), *last),
        _ => return strip(word).to_owned(),
    };
    if last.len() == 3 || parts.len() > 2 {
        strip(&format!("{whole}{last}")).to_owned()
    } else {
        format!("{}.{last}", strip(&whole))
    }
}

fn strip(digits: &str) -> &str {
    let short = digits.trim_start_matches('0');
    if short.is_empty() { "0" } else { short }
}

fn grams(line: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for word in line.split(|c: char| !(c.is_alphanumeric() || is_mark(c))) {
        let chars: Vec<char> = word.chars().collect();
        if chars.first().is_some_and(|c| script_of(*c).is_unspaced()) {
            out.extend(chars.windows(2).map(|w| w.iter().collect::<String>()));
        } else if chars.len() > 3 {
            out.insert(chars.iter().take(6).collect());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_one_in_every_notation() {
        assert_eq!(number("7,2"), "7.2");
        assert_eq!(number("1,500"), "1500");
        assert_eq!(number("1.500"), "1500");
        assert_eq!(number("04"), "4");
        let terms = terms("ขนาด ๗.๒ และ ١٥ جنديا", None);
        assert!(terms.numbers.contains("7.2"), "{terms:?}");
        assert!(terms.numbers.contains("15"), "{terms:?}");
    }

    #[test]
    fn quotes_are_the_text_itself() {
        let text = "Präsident Žeļinsky in Łódź";
        for item in terms(text, Some("de")).items {
            assert!(text.contains(&item.text), "{item:?}");
        }
    }
}
