//! Scripts, as far as they decide where a word begins and ends; and the one normal form in which words are compared.

use unicode_normalization::UnicodeNormalization as _;

/// A script, or a family of scripts that are handled alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Script {
    /// Latin.
    Latin,
    /// Cyrillic, Greek, Armenian: with capitals.
    Cased,
    /// Arabic, with Persian and Urdu.
    Arabic,
    /// Hebrew.
    Hebrew,
    /// Korean letters: particles follow the word.
    Hangul,
    /// Japanese syllables.
    Kana,
    /// Chinese characters.
    Han,
    /// Thai, Lao, Burmese, Khmer: no spaces between words.
    SouthEast,
    /// Ethiopic.
    Ethiopic,
    /// Digits.
    Digit,
    /// Everything else: spaces between words, no capitals.
    Other,
}

impl Script {
    /// Words are not set apart by spaces.
    pub fn is_unspaced(self) -> bool {
        matches!(self, Self::Han | Self::SouthEast | Self::Kana)
    }

    /// Particles may be written in front of a word, without a space.
    pub fn has_proclitics(self) -> bool {
        matches!(self, Self::Arabic | Self::Hebrew | Self::Ethiopic)
    }

    /// Names begin with a capital.
    pub fn has_capitals(self) -> bool {
        matches!(self, Self::Latin | Self::Cased)
    }
}

/// The script of a character.
pub(super) fn script_of(c: char) -> Script {
    match u32::from(c) {
        0x30..=0x39 => Script::Digit,
        0x41..=0x24f | 0x1e00..=0x1eff => Script::Latin,
        0x370..=0x58f | 0x1c80..=0x1c8f | 0x1f00..=0x1fff => Script::Cased,
        0x590..=0x5ff => Script::Hebrew,
        0x600..=0x77f | 0x8a0..=0x8ff | 0xfb50..=0xfdff | 0xfe70..=0xfeff => Script::Arabic,
        0x1200..=0x139f | 0x2d80..=0x2ddf | 0xab00..=0xab2f => Script::Ethiopic,
        0x1100..=0x11ff | 0x3130..=0x318f | 0xac00..=0xd7a3 => Script::Hangul,
        0x3040..=0x30ff | 0x31f0..=0x31ff => Script::Kana,
        0x3005 | 0x3400..=0x4dbf | 0x4e00..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x3ffff => {
            Script::Han
        }
        0xe00..=0xeff | 0x1000..=0x109f | 0x1780..=0x17ff => Script::SouthEast,
        _ => Script::Other,
    }
}

/// The text in the form in which words are compared: compatibility forms resolved, lower case, letters that
/// different keyboards write for one another made equal. Each character with the place, in characters, from which it
/// came.
pub(super) fn fold(text: &str) -> Vec<(char, usize)> {
    let mut out: Vec<(char, usize)> = Vec::with_capacity(text.len());
    for (at, c) in text.chars().enumerate() {
        fold_one(c, |c| out.push((c, at)));
    }
    out
}

/// The same, without the places.
pub(super) fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        fold_one(c, |c| out.push(c));
    }
    out
}

fn fold_one(c: char, mut each: impl FnMut(char)) {
    // The most frequent by far have no other forms.
    match c {
        '`' => return each('\''),
        '\0'..='\u{7f}' => return each(c.to_ascii_lowercase()),
        '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' => return each(c),
        _ => {}
    }
    for c in std::iter::once(c).nfkc() {
        for c in c.to_lowercase() {
            each(match c {
                'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
                'ى' | 'ي' => 'ی',
                'ك' => 'ک',
                'ة' | 'ۀ' | 'ہ' | 'ە' => 'ه',
                'ё' => 'е',
                '’' | '‘' | 'ʼ' | '׳' | '`' => '\'',
                'ς' => 'σ',
                // Vowel marks of Arabic and Hebrew, joiners, soft hyphens: written or not, the word is one.
                '\u{640}'
                | '\u{64b}'..='\u{65f}'
                | '\u{670}'
                | '\u{591}'..='\u{5bd}'
                | '\u{5bf}'..='\u{5c7}'
                | '\u{ad}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2060}'
                | '\u{feff}' => continue,
                c if ('\u{370}'..='\u{3ff}').contains(&c)
                    || ('\u{1f00}'..='\u{1fff}').contains(&c) =>
                {
                    std::iter::once(c).nfd().next().unwrap_or(c)
                }
                c => digit(c),
            });
        }
    }
}

/// Digits of other scripts as 0 to 9; other characters as they are.
fn digit(c: char) -> char {
    const ZEROS: [u32; 17] = [
        0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50,
        0xed0, 0x1040, 0x1090, 0x17e0,
    ];
    let code = u32::from(c);
    ZEROS
        .iter()
        .find(|zero| (**zero..**zero + 10).contains(&code))
        .and_then(|zero| char::from_digit(code - zero, 10))
        .unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_folded_at_a_glance_has_no_other_form() {
        let frequent = ('\0'..='\u{7f}')
            .chain('\u{4e00}'..='\u{9fff}')
            .chain('\u{ac00}'..='\u{d7a3}');
        for c in frequent {
            let slowly: String = std::iter::once(c)
                .nfkc()
                .flat_map(char::to_lowercase)
                .collect();
            assert_eq!(folded(&c.to_string()), slowly.replace('`', "'"), "{c:?}");
        }
    }
}
