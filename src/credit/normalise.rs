//! Folding a text for recognition, with the way back.
//!
//! In: a text as printed. Out: the same text in a form in which equal words are equal bytes (small letters, no accents,
//! one kind of digit, dash, bracket, comma and space, nothing invisible, look-alike letters of another script brought
//! home), and for each of its bytes the byte of the original that it came from. Only recognition uses the folded
//! text; whatever is reported is cut from the original.

use super::chars::{Mark, Traits};
use unicode_normalization::char::{decompose_canonical, decompose_compatible};

/// A folded text.
#[derive(Debug, Default)]
pub(super) struct Folded {
    pub text: String,
    /// For each folded byte the original offset that it came from, and in the lowest bits its mark; empty where the
    /// original is folded byte by byte.
    places: Vec<u32>,
    /// The original is folded byte by byte: offsets are the same.
    same: bool,
    original_len: usize,
}

impl Folded {
    /// The folded form of `original`. Linear in its length.
    pub fn new(original: &str) -> Self {
        let mut folded = Self {
            text: String::new(),
            places: Vec::new(),
            same: true,
            original_len: original.len(),
        };
        if original.is_ascii() {
            folded.ascii(original);
        } else {
            folded.unicode(original);
        }
        folded
    }

    fn ascii(&mut self, original: &str) {
        // Each without an early end: the compiler looks at many bytes at a time.
        let count = |wanted: fn(u8) -> bool| original.bytes().filter(|b| wanted(*b)).count();
        let control = count(|b| b < b' ');
        if control == 0 {
            self.text = original.to_ascii_lowercase();
        } else if control == count(|b| matches!(b, b'\n' | b'\t' | b'\r')) {
            self.text = original.to_ascii_lowercase().replace(['\t', '\r'], " ");
        } else {
            self.unicode(original);
        }
    }

    fn unicode(&mut self, original: &str) {
        self.same = false;
        self.text.reserve(original.len() + 8);
        self.places.reserve(original.len() + 8);
        let mut run = Run::default();
        let mut hangul: Option<u32> = None;
        // A terminal's colours inside a name: ESC, a bracket, numbers, a letter.
        let mut escape = false;
        let mut last = ' ';
        let mut next = 0;
        while let Some(c) = original.get(next..).and_then(|rest| rest.chars().next()) {
            let start = next;
            next += c.len_utf8();
            let before = std::mem::replace(&mut last, c);
            if escape {
                escape = !c.is_ascii_alphabetic() && c.is_ascii() && c != '\n';
                continue;
            }
            if c == '[' && before == '\u{1b}' {
                escape = true;
                continue;
            }
            if c.is_ascii() {
                hangul = None;
                if is_printable(c as u8) {
                    next = start + self.printable(original, start, &mut run);
                } else if c == '\t' || c == '\r' {
                    self.letter(' ', Traits::of(' '), start, &mut run);
                }
                continue;
            }
            // A sign of rights by itself, a letter in a word that is spelt in circles.
            let spelt = matches!(c, 'ⓒ' | 'Ⓒ')
                && (is_circled(before)
                    || original
                        .get(next..)
                        .and_then(|rest| rest.chars().next())
                        .is_some_and(is_circled));
            if spelt {
                hangul = None;
                self.letter('c', Traits::of('c'), start, &mut run);
                continue;
            }
            let traits = Traits::of(c);
            if !traits.is_long() {
                hangul = None;
                if let Some(small) = traits.one() {
                    self.letter(small, traits, start, &mut run);
                }
                continue;
            }
            if is_invisible(c) {
                continue;
            }
            if let Some(jamo) = jamo(c) {
                if let Some(joined) = hangul.and_then(|last| compose(last, jamo)) {
                    self.replace_last(joined);
                    hangul = Some(joined as u32);
                    continue;
                }
                self.letter(c, traits.part(c), start, &mut run);
                hangul = Some(c as u32);
                continue;
            }
            hangul = None;
            small(c, |part| {
                self.letter(part, traits.part(part), start, &mut run);
            });
        }
        self.close_run(&mut run);
    }

    /// Fold the printable ASCII from `start` on in one go; gives its length.
    fn printable(&mut self, original: &str, start: usize, run: &mut Run) -> usize {
        let rest = original.get(start..).unwrap_or_default();
        let bytes = rest.as_bytes();
        let length = bytes.iter().take_while(|b| is_printable(**b)).count();
        let letters = |b: &&u8| b.is_ascii_alphabetic();
        // Its first letters may end a word, its last begin one.
        let first = bytes.iter().take(length).take_while(letters).count();
        let last = bytes
            .iter()
            .take(length)
            .rev()
            .take_while(letters)
            .count()
            .min(length - first);
        let append = |folded: &mut Self, from: usize, to: usize| {
            let begin = folded.text.len();
            folded.text.push_str(rest.get(from..to).unwrap_or_default());
            if let Some(new) = folded.text.get_mut(begin..) {
                new.make_ascii_lowercase();
            }
            let printed = bytes.get(from..to).unwrap_or_default().iter();
            let places = printed.zip(start + from..);
            folded
                .places
                .extend(places.map(|(byte, at)| place(at, Mark::of_ascii(*byte))));
        };
        if first > 0 {
            run.latin = true;
            run.start.get_or_insert(self.text.len());
            append(self, 0, first);
        }
        if first < length {
            self.close_run(run);
            append(self, first, length);
        }
        if last > 0 {
            run.latin = true;
            run.start = Some(self.text.len() - last);
        }
        length
    }

    /// Add a folded character; `traits` are those of the printed one.
    #[inline]
    fn letter(&mut self, c: char, traits: Traits, offset: usize, run: &mut Run) {
        if traits.folds_to_letter() {
            run.latin |= traits.folds_to_latin();
            run.other |= traits.folds_to_look_alike();
            run.start.get_or_insert(self.text.len());
        } else if run.start.is_some() {
            self.close_run(run);
        }
        self.push(c, place(offset, traits.mark()));
    }

    fn push(&mut self, c: char, place: u32) {
        self.text.push(c);
        let inside = place & !((1 << Mark::BITS) - 1) | Mark::INSIDE.number();
        self.places
            .extend_from_slice([place, inside, inside, inside].split_at(c.len_utf8()).0);
    }

    fn replace_last(&mut self, c: char) {
        if let Some(last) = self.text.pop() {
            let from = self.places.len() - last.len_utf8();
            let offset = self.origin(from);
            self.places.truncate(from);
            self.push(c, place(offset, Traits::of(c).mark()));
        }
    }

    /// A word of two scripts whose letters look alike is a Latin word with foreign letters in it.
    fn close_run(&mut self, run: &mut Run) {
        let done = std::mem::take(run);
        let Some(start) = done.start else { return };
        if !(done.latin && done.other) {
            return;
        }
        let word = self.text.split_off(start);
        let places = self.places.split_off(start);
        for (from, c) in word.char_indices() {
            let place = places.get(from).copied().unwrap_or(0);
            self.push(look_alike(c).unwrap_or(c), place);
        }
    }

    /// What each byte is to those around it, in order; `None` where the original's own bytes tell ([`Mark::of_ascii`]).
    pub fn marks(&self) -> Option<impl Iterator<Item = Mark> + '_> {
        (!self.same).then(|| self.places.iter().map(|place| Mark::of_number(*place)))
    }

    /// The original offset of a folded one.
    pub fn origin(&self, folded: usize) -> usize {
        if self.same {
            folded.min(self.original_len)
        } else {
            self.places
                .get(folded)
                .map_or(self.original_len, |place| (place >> Mark::BITS) as usize)
        }
    }
}

/// A letter in a circle.
fn is_circled(c: char) -> bool {
    matches!(c, 'Ⓐ'..='ⓩ')
}

/// Offset and mark of a folded byte in one number. Texts that are read are shorter than it can count.
fn place(offset: usize, mark: Mark) -> u32 {
    (offset as u32) << Mark::BITS | mark.number()
}

/// The folded form of a phrase of the word lists or the registry.
pub(super) fn fold(phrase: &str) -> String {
    Folded::new(phrase).text
}

/// ASCII that stays in a folded text.
fn is_printable(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\n')
}

/// Append the folded form of a phrase to a text.
pub(super) fn fold_onto(text: &mut String, phrase: &str) {
    let from = text.len();
    if phrase.bytes().all(is_printable) {
        text.push_str(phrase);
        if let Some(new) = text.get_mut(from..) {
            new.make_ascii_lowercase();
        }
    } else {
        text.push_str(&fold(phrase));
    }
}

/// Every character that a character folds to by itself.
pub(super) fn small(c: char, mut each: impl FnMut(char)) {
    if let Some(c) = punctuation(c) {
        each(c);
        return;
    }
    if is_plain(c) {
        each(c);
        return;
    }
    decompose_compatible(c, |part| {
        if is_mark(part) {
            return;
        }
        let part = punctuation(part).unwrap_or(part);
        if let Some(digit) = digit(part) {
            each(digit);
            return;
        }
        for small in part.to_lowercase() {
            if is_mark(small) {
                continue;
            }
            decompose_canonical(letter(small), |c| {
                if !is_mark(c) {
                    each(c);
                }
            });
        }
    });
}

#[derive(Default)]
struct Run {
    start: Option<usize>,
    latin: bool,
    other: bool,
}

/// The scripts whose letters are mistaken for each other.
pub(super) enum Script {
    Latin,
    LookAlike,
    Else,
}

/// The script of a folded letter.
pub(super) fn script(c: char) -> Script {
    match c {
        'a'..='z' | '\u{e0}'..='\u{24f}' => Script::Latin,
        _ if look_alike(c).is_some() => Script::LookAlike,
        _ => Script::Else,
    }
}

/// The Latin letter that a Greek or Cyrillic one, folded to a small letter, passes for in print.
fn look_alike(c: char) -> Option<char> {
    Some(match c {
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' => 'e',
        'һ' | 'н' | 'η' => 'h',
        'і' | 'ι' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'ӏ' => 'l',
        'м' | 'μ' => 'm',
        'ν' => 'n',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' | 'у' => 'y',
        'х' | 'χ' => 'x',
        'ζ' => 'z',
        _ => return None,
    })
}

/// Where a letter is at home.
pub(super) enum Home {
    /// The Latin script.
    Latin,
    /// The Cyrillic or Greek script, and it looks like a Latin letter.
    LookAlike,
    /// Anywhere else, or it looks like nothing but itself.
    Other,
}

/// Where a character is at home; `None` for what is no letter.
pub(super) fn home(c: char) -> Option<Home> {
    if c.is_ascii() {
        return c.is_ascii_alphabetic().then_some(Home::Latin);
    }
    // The sign for a millionth, and a Greek letter set before a hyphen, stand for themselves.
    if !c.is_alphabetic() || c == '\u{b5}' {
        return None;
    }
    let small = c.to_lowercase().next().unwrap_or(c);
    Some(match small {
        '\u{e0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Home::Latin,
        _ if look_alike(small).is_some() => Home::LookAlike,
        _ => Home::Other,
    })
}

/// Whether a character has no shape, and no business between two letters of any script.
pub(super) fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{34f}' | '\u{180e}' | '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// Letters whose accents are part of another letter in some hands, and letter forms of one letter.
fn letter(c: char) -> char {
    match c {
        'ς' => 'σ',
        'ı' => 'i',
        'ی' | 'ى' | 'ې' => 'ي',
        'ک' | 'ڪ' => 'ك',
        'ة' | 'ۀ' => 'ه',
        '\u{2bc}' | '\u{2bb}' => '\'',
        _ => c,
    }
}

pub(super) fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}' | '\u{80}'..='\u{84}' | '\u{86}'..='\u{9f}')
}

/// Accents and points that print does without; vowel signs of other scripts stay.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}'
        | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}' | '\u{6d6}'..='\u{6ed}' | '\u{93c}' | '\u{9bc}'
        | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}' | '\u{fe20}'..='\u{fe2f}')
}

/// Letters that fold to themselves: most of the text outside the Latin, Greek, Cyrillic, Arabic and Hebrew scripts.
fn is_plain(c: char) -> bool {
    matches!(c,
        '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}' | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' | '\u{3400}'..='\u{4dbf}' | '\u{0e01}'..='\u{0e32}' | '\u{0e34}'..='\u{0e4e}'
        | '\u{430}'..='\u{438}' | '\u{43a}'..='\u{44f}' | '\u{5d0}'..='\u{5ea}'
        | '\u{628}' | '\u{62a}'..='\u{63a}' | '\u{641}'..='\u{648}' | '\u{64a}')
}

fn punctuation(c: char) -> Option<char> {
    Some(match c {
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2032}' | '\u{60}' | '\u{b4}' | '\u{2bc}'
        | '\u{2bb}' | '＇' => '\'',
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '«' | '»' | '‹' | '›' | '״' | '「'
        | '」' | '『' | '』' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2e3a}' | '\u{2e3b}' | '﹣' | '－' => '-',
        '（' | '﹙' => '(',
        '）' | '﹚' => ')',
        '［' | '【' | '〔' | '〈' | '《' => '[',
        '］' | '】' | '〕' | '〉' | '》' => ']',
        '，' | '、' | '،' | '､' | '﹐' | '၊' | '‚' => ',',
        '。' | '．' | '｡' | '।' | '۔' | '။' | '።' | '։' | '។' | '…' => '.',
        '：' | '﹕' | '︰' | '꞉' | '፡' | '፦' | '៖' | '՝' => ':',
        '；' | '؛' => ';',
        '／' | '⁄' | '∕' => '/',
        '＼' => '\\',
        '｜' | '│' | '¦' | '┃' | '❘' | '∣' | '︱' => '|',
        '＝' | '゠' => '=',
        '·' | '•' | '・' | '‧' | '∙' | '●' | '▲' | '■' | '▼' | '▶' | '►' | '◆' | '★' | '○'
        | '□' | '△' | '･' | '▪' | '◾' | '◼' | '♦' | '➤' | '⁃' | '❖' => '·',
        '＠' => '@',
        '＆' => '&',
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\u{1680}' => {
            ' '
        }
        '\u{2028}' | '\u{2029}' | '\u{85}' => '\n',
        '©' | 'ⓒ' | 'Ⓒ' => '©',
        _ => return None,
    })
}

fn digit(c: char) -> Option<char> {
    let zero = match c {
        '\u{660}'..='\u{669}' => 0x660,
        '\u{6f0}'..='\u{6f9}' => 0x6f0,
        '\u{966}'..='\u{96f}' => 0x966,
        '\u{9e6}'..='\u{9ef}' => 0x9e6,
        '\u{a66}'..='\u{a6f}' => 0xa66,
        '\u{ae6}'..='\u{aef}' => 0xae6,
        '\u{be6}'..='\u{bef}' => 0xbe6,
        '\u{c66}'..='\u{c6f}' => 0xc66,
        '\u{ce6}'..='\u{cef}' => 0xce6,
        '\u{d66}'..='\u{d6f}' => 0xd66,
        '\u{e50}'..='\u{e59}' => 0xe50,
        '\u{ed0}'..='\u{ed9}' => 0xed0,
        '\u{1040}'..='\u{1049}' => 0x1040,
        '\u{17e0}'..='\u{17e9}' => 0x17e0,
        _ => return None,
    };
    char::from_digit(c as u32 - zero, 10)
}

pub(super) fn jamo(c: char) -> Option<u32> {
    matches!(c, '\u{1100}'..='\u{1112}' | '\u{1161}'..='\u{1175}' | '\u{11a8}'..='\u{11c2}')
        .then_some(c as u32)
}

/// Hangul letters joined into a syllable, by the arithmetic of the Unicode standard.
fn compose(last: u32, next: u32) -> Option<char> {
    match (last, next) {
        (0x1100..=0x1112, 0x1161..=0x1175) => {
            char::from_u32(0xac00 + ((last - 0x1100) * 21 + (next - 0x1161)) * 28)
        }
        (0xac00..=0xd7a3, 0x11a8..=0x11c2) if (last - 0xac00).is_multiple_of(28) => {
            char::from_u32(last + next - 0x11a7)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_one_word_fold_alike() {
        for (a, b) in [
            ("ＫＣＮＡ", "KCNA"),
            ("KCN\u{410}", "kcna"),
            ("K\u{200b}CNA", "kcna"),
            ("Ag\u{ea}ncia", "Age\u{302}ncia"),
            ("وكالة", "وکاله"),
            ("조선", "\u{110c}\u{1169}\u{1109}\u{1165}\u{11ab}"),
            ("٢٠٢٣", "2023"),
            ("ⓀⒸⓃⒶ", "KCNA"),
            ("（写真：共同）", "(写真:共同)"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} {b}");
        }
        assert_ne!(
            fold("ТАСС"),
            fold("TACC"),
            "a whole Cyrillic word stays Cyrillic"
        );
    }

    #[test]
    fn offsets_lead_back() {
        let text = "é（KCNА）x";
        let folded = Folded::new(text);
        let at = folded
            .text
            .find("kcna")
            .map(|i| (folded.origin(i), folded.origin(i + 4)));
        assert_eq!(at.map(|(a, b)| &text[a..b]), Some("KCNА"));
        assert_eq!(folded.origin(folded.text.len()), text.len());
    }
}
