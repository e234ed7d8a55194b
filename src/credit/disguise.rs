//! Words that are not what they look like: letters of another script that pass for Latin ones, characters that nobody
//! sees inside a word, and orders to print a text backwards.
//!
//! In: a credit as printed. Out: the places of such words. Recognition reads through them ([`normalise`](super::normalise));
//! that they are there is a fact which an editor should know, since a search for the plain word does not find them.

use super::normalise::{Home, home, is_hidden};

/// Brackets, commas and colons of scripts that write them wide.
const AROUND: &str = "（）「」『』【】《》、。：；，";

/// What is odd about a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Disguise {
    /// Latin letters, and letters of another script that look like Latin ones.
    LookAlike,
    /// A character without a shape between two letters.
    Hidden,
    /// An order to print what follows in the other direction.
    Reversed,
}

/// The disguised words of a text, in order: what is odd, and the word's place in bytes.
///
/// Left out is what honest texts hold: words of one script, soft hyphens, joiners of scripts that are joined, marks that
/// set a text's direction without turning letters round, and fullwidth letters, which Japanese and Chinese pages print.
pub fn disguises(text: &str) -> Vec<(Disguise, usize, usize)> {
    let mut found = Vec::new();
    if text.is_ascii() {
        return found;
    }
    let words = text.split(char::is_whitespace);
    for word in words {
        // Not the punctuation around it, so that it stands verbatim in the credit line too.
        let word = word.trim_matches(|c: char| c.is_ascii_punctuation() || AROUND.contains(c));
        let start = word.as_ptr().addr() - text.as_ptr().addr();
        if let Some(what) = disguise(word) {
            found.push((what, start, start + word.len()));
        }
    }
    found
}

fn disguise(word: &str) -> Option<Disguise> {
    if word.contains(['\u{202d}', '\u{202e}']) {
        return Some(Disguise::Reversed);
    }
    let (mut latin, mut look_alike, mut other) = (false, false, false);
    let (mut hidden, mut letter) = (false, false);
    let mut found = None;
    for c in word.chars() {
        match home(c) {
            Some(home) => {
                if hidden && letter {
                    return Some(Disguise::Hidden);
                }
                hidden = false;
                // Scripts without spaces have a sign without a shape between their words.
                letter = !matches!(home, Home::Other);
                match home {
                    Home::Latin => latin = true,
                    Home::LookAlike => look_alike = true,
                    Home::Other => other = true,
                }
            }
            None if is_hidden(c) => hidden = true,
            None => {
                if latin && look_alike && !other {
                    found = Some(Disguise::LookAlike);
                }
                (latin, look_alike, other, hidden, letter) = (false, false, false, false, false);
            }
        }
    }
    if latin && look_alike && !other {
        found = Some(Disguise::LookAlike);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn odd(text: &str) -> Vec<(Disguise, &str)> {
        let found = disguises(text).into_iter();
        found
            .map(|(what, from, to)| (what, &text[from..to]))
            .collect()
    }

    #[test]
    fn disguised_words_are_found_where_they_stand() {
        assert_eq!(
            odd("Foto: KСNA via Reu\u{200b}ters"),
            [
                (Disguise::LookAlike, "KСNA"),
                (Disguise::Hidden, "Reu\u{200b}ters")
            ]
        );
        assert_eq!(odd("(ΑP)"), [(Disguise::LookAlike, "ΑP")]);
        assert_eq!(
            odd("x \u{202e}ACNK\u{202c}"),
            [(Disguise::Reversed, "\u{202e}ACNK\u{202c}")]
        );
    }

    #[test]
    fn honest_texts_hold_none() {
        for text in [
            "Photo: KCNA via Reuters",
            "Фото: ТАСС/AP",
            "iPhone-фото, TASS–ТАСС",
            "Агентство «Reuters»: Павел П.",
            "Φωτο: ΑΠΕ/AP",
            "写真：ＡＦＰ＝時事",
            "عکس: خبرگزاری\u{200c}ها/AP",
            "\u{200f}צילום: AP\u{200f}",
            "Agen\u{ad}tur dpa",
            "\u{feff}Foto: AFP\u{200b}",
            "ภาพ:\u{200b}รอยเตอร์",
            "Foto: José Pérez/Ñandú, Łódź",
            "µg, รอย\u{200b}เตอร์",
        ] {
            assert_eq!(odd(text), [], "{text}");
        }
    }
}
