//! How a word sounds, whatever its script, and how alike two words sound: names keep their consonants when they travel.
//!
//! In: words in any script of `schema/matching/translit/`. Out: a [`Sound`], a short string of sound classes, and a
//! likeness between 0 and 1. Vowels weigh little, because many scripts leave them out or guess them.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;

/// The tables, one per script: what a letter or a group of letters becomes in plain Latin letters.
const TABLES: &[&str] = &[
    include_str!("../../schema/matching/translit/arabic.csv"),
    include_str!("../../schema/matching/translit/armenian.csv"),
    include_str!("../../schema/matching/translit/bengali.csv"),
    include_str!("../../schema/matching/translit/cyrillic.csv"),
    include_str!("../../schema/matching/translit/devanagari.csv"),
    include_str!("../../schema/matching/translit/ethiopic.csv"),
    include_str!("../../schema/matching/translit/georgian.csv"),
    include_str!("../../schema/matching/translit/greek.csv"),
    include_str!("../../schema/matching/translit/gujarati.csv"),
    include_str!("../../schema/matching/translit/gurmukhi.csv"),
    include_str!("../../schema/matching/translit/han.csv"),
    include_str!("../../schema/matching/translit/hangul.csv"),
    include_str!("../../schema/matching/translit/hebrew.csv"),
    include_str!("../../schema/matching/translit/kana.csv"),
    include_str!("../../schema/matching/translit/kannada.csv"),
    include_str!("../../schema/matching/translit/khmer.csv"),
    include_str!("../../schema/matching/translit/lao.csv"),
    include_str!("../../schema/matching/translit/latin.csv"),
    include_str!("../../schema/matching/translit/malayalam.csv"),
    include_str!("../../schema/matching/translit/myanmar.csv"),
    include_str!("../../schema/matching/translit/oriya.csv"),
    include_str!("../../schema/matching/translit/sinhala.csv"),
    include_str!("../../schema/matching/translit/tamil.csv"),
    include_str!("../../schema/matching/translit/telugu.csv"),
    include_str!("../../schema/matching/translit/thai.csv"),
];

/// Chinese characters as Koreans read them in names.
const KOREAN: &str = include_str!("../../schema/matching/translit/han_korean.csv");

/// From Latin letters to sound classes (`sh` is one sound, `c` is `k` or `s`).
const FOLD: &str = include_str!("../../schema/matching/translit/fold.csv");

/// Longest group of letters in any table.
const LONGEST: usize = 5;

struct Tables {
    letters: HashMap<String, String>,
    korean: HashMap<String, String>,
    fold: HashMap<String, String>,
}

static READ: LazyLock<Tables> = LazyLock::new(|| {
    let mut letters = HashMap::new();
    for table in TABLES {
        letters.extend(rows(table));
    }
    Tables {
        letters,
        korean: rows(KOREAN).collect(),
        fold: rows(FOLD).collect(),
    }
});

fn rows(table: &str) -> impl Iterator<Item = (String, String)> {
    csv::Reader::from_reader(table.as_bytes())
        .into_records()
        .filter_map(|row| {
            let row = row.ok()?;
            let from: String = jamo(row.get(0)?);
            Some((from, row.get(1)?.to_owned()))
        })
        .collect::<Vec<_>>()
        .into_iter()
}

/// Composed form, but Korean syllables taken apart into their letters.
fn jamo(text: &str) -> String {
    text.nfc()
        .flat_map(|c| {
            if ('\u{ac00}'..='\u{d7a3}').contains(&c) {
                c.nfd().collect::<Vec<_>>()
            } else {
                vec![c]
            }
        })
        .collect()
}

/// Replaces the longest group of letters known at each place; `unknown` says what becomes of the others.
fn replace(
    text: &str,
    table: &HashMap<String, String>,
    unknown: impl Fn(char, &mut String),
) -> String {
    let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let end = |at: usize| starts.get(at).copied().unwrap_or(text.len());
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(&from) = starts.get(at) {
        let rest = text.get(from..).unwrap_or_default();
        let known = (1..=LONGEST.min(starts.len() - at)).rev().find_map(|n| {
            let group = rest.get(..end(at + n) - from)?;
            table.get(group).map(|to| (n, to))
        });
        if let Some((n, to)) = known {
            out.push_str(to);
            at += n;
        } else {
            if let Some(c) = rest.chars().next() {
                unknown(c, &mut out);
            }
            at += 1;
        }
    }
    out
}

/// A word in plain lower-case Latin letters; characters of scripts without a table are left out.
pub(super) fn latin(word: &str) -> String {
    let lower = jamo(&word.nfkc().collect::<String>().to_lowercase());
    let tables = &*READ;
    replace(&lower, &tables.letters, |c, out| {
        for base in std::iter::once(c).chain(c.nfd()) {
            if base.is_ascii_alphanumeric() {
                out.push(base);
                return;
            }
            if !base.is_ascii()
                && base != c
                && let Some(to) = tables.letters.get(base.to_string().as_str())
            {
                out.push_str(to);
                return;
            }
        }
    })
}

/// A word as its sounds. Lower case stands for itself, `S` `C` `Z` for sh, ch, zh, `X` for kh, `N` for ng.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Sound(Vec<u8>);

impl Sound {
    /// The sounds of a word.
    pub fn of(word: &str) -> Self {
        let folded = replace(&latin(word), &READ.fold, |c, out| {
            if c.is_ascii_alphabetic() {
                out.push(c);
            }
        });
        let mut sounds: Vec<u8> = folded.bytes().collect();
        sounds.dedup();
        Self(sounds)
    }

    /// The sounds of Chinese characters read as Koreans do; characters that no Korean name has are read as in Chinese.
    pub fn of_korean(word: &str) -> Self {
        Self::of(&replace(word, &READ.korean, |c, out| out.push(c)))
    }

    /// How many consonants it has: two words of one or two consonants are easily alike by chance.
    pub fn consonants(&self) -> usize {
        self.0.iter().filter(|s| cost_of(**s) >= 0.5).count()
    }

    /// The consonants by class, for an index: equal for most spellings of one name.
    pub fn skeleton(&self) -> String {
        let mut out: Vec<u8> = Vec::new();
        for sound in &self.0 {
            let class = match sound {
                b'k' | b'g' | b'X' => b'k',
                b't' | b'd' => b't',
                b'p' | b'b' | b'f' | b'v' => b'p',
                b's' | b'z' | b'S' | b'C' | b'Z' | b'j' => b's',
                b'l' | b'r' => b'l',
                b'm' => b'm',
                b'n' | b'N' => b'n',
                _ => continue,
            };
            out.push(class);
        }
        out.dedup();
        out.iter().map(|b| char::from(*b)).collect()
    }

    /// How alike two whole words sound, 0 to 1. The first may carry an ending that the second does not have.
    pub fn likeness(&self, other: &Self, ending: bool) -> f64 {
        let size = self.size().max(other.size());
        if size < 0.1 {
            return 0.0;
        }
        let last = rows_of(&other.0, &self.0, false);
        let whole = last.last().copied().unwrap_or(f64::MAX);
        let mut best = 1.0 - whole / size;
        if ending && other.0.len() >= 4 {
            for (used, cost) in last.iter().enumerate() {
                let left = self.0.len() - used;
                if (1..=4).contains(&left) && used > 0 {
                    let tail = 0.12 * left as f64;
                    best = best.max(1.0 - (cost + tail) / other.size().max(0.1));
                }
            }
        }
        best.max(0.0)
    }

    /// How alike the best stretch of this long word (a run of a script without spaces) sounds to the other.
    pub fn holds(&self, other: &Self) -> f64 {
        let size = other.size();
        if size < 0.1 || self.0.is_empty() {
            return 0.0;
        }
        let last = rows_of(&other.0, &self.0, true);
        let cost = last.into_iter().fold(f64::MAX, f64::min);
        (1.0 - cost / size).max(0.0)
    }

    fn size(&self) -> f64 {
        self.0.iter().map(|s| cost_of(*s)).sum()
    }
}

/// The last row of the edit distance between `name` and every beginning of `text` (every stretch, where `anywhere`).
fn rows_of(name: &[u8], text: &[u8], anywhere: bool) -> Vec<f64> {
    let mut row: Vec<f64> = Vec::with_capacity(text.len() + 1);
    row.push(0.0);
    for sound in text {
        let before = row.last().copied().unwrap_or(0.0);
        row.push(if anywhere {
            0.0
        } else {
            before + cost_of(*sound)
        });
    }
    for sound in name {
        let drop = cost_of(*sound);
        let mut next = Vec::with_capacity(row.len());
        next.push(row.first().copied().unwrap_or(0.0) + drop);
        for (pair, other) in row.windows(2).zip(text) {
            if let [diagonal, above] = pair {
                let left = next.last().copied().unwrap_or(f64::MAX);
                let best = (diagonal + change(*sound, *other))
                    .min(above + drop)
                    .min(left + cost_of(*other));
                next.push(best);
            }
        }
        row = next;
    }
    row
}

/// What it costs to leave a sound out.
fn cost_of(sound: u8) -> f64 {
    match sound {
        b'a' | b'e' | b'i' | b'o' | b'u' => 0.15,
        b'h' | b'w' | b'y' => 0.3,
        b'r' => 0.7,
        b'n' | b'm' | b'N' => 0.85,
        _ => 1.0,
    }
}

/// What it costs to hear one sound as another.
// Arms are kinds of likeness; that two kinds cost the same is chance.
#[allow(clippy::match_same_arms)]
fn change(a: u8, b: u8) -> f64 {
    if a == b {
        return 0.0;
    }
    let (a, b) = if a < b { (a, b) } else { (b, a) };
    match (a, b) {
        // Vowels, and vowels with their glides.
        (b'a' | b'e' | b'i' | b'o', b'e' | b'i' | b'o' | b'u') => 0.12,
        (b'i' | b'e', b'y') | (b'u' | b'o', b'w') | (b'u', b'v') => 0.15,
        // Voiced and unvoiced, and pairs that alphabets do not tell apart.
        (b's', b'z')
        | (b'b' | b'f', b'v')
        | (b'v', b'w')
        | (b'X', b'h')
        | (b'N', b'n')
        | (b'S', b's' | b'Z')
        | (b'Z', b'z' | b'j')
        | (b'C', b'S') => 0.15,
        (b'd', b't') | (b'b', b'p') => 0.37,

        (b'g' | b'X', b'k')
        | (b'l', b'r')
        | (b'f', b'p')
        | (b'C', b'j' | b's')
        | (b'j', b'y' | b'z')
        | (b'Z', b's')
        | (b'X', b'g') => 0.25,
        (b'C', b'k' | b't' | b'z')
        | (b'g' | b'f', b'h')
        | (b'd', b'z' | b'j')
        | (b'm', b'n')
        | (b'b', b'w' | b'f')
        | (b'p', b'v')
        | (b'h', b'k' | b'j' | b's')
        | (b'S', b'h' | b'z' | b'j')
        | (b'g', b'j')
        | (b'X', b'j' | b's')
        | (b's', b't')
        | (b'j', b's') => 0.45,
        (b'l', b'n') | (b'n', b'r') | (b'N', b'm' | b'g') => 0.6,
        _ => 1.1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(a: &str, b: &str) -> f64 {
        Sound::of(a).likeness(&Sound::of(b), true)
    }

    #[test]
    fn one_name_sounds_alike_in_every_script() {
        for (a, b) in [
            ("Путин", "Putin"),
            ("Путина", "Putin"),
            ("بوتين", "Putin"),
            ("פוטין", "Putin"),
            ("プーチン", "Putin"),
            ("푸틴", "Putin"),
            ("पुतिन", "Putin"),
            ("পুতিন", "Putin"),
            ("ปูติน", "Putin"),
            ("Πούτιν", "Putin"),
            ("პუტინი", "Putin"),
            ("Պուտին", "Putin"),
            ("ፑቲን", "Putin"),
            ("ពូទីន", "Putin"),
            ("Зеленський", "Zelensky"),
            ("زيلينسكي", "Zelensky"),
            ("ゼレンスキー", "Zelensky"),
            ("젤렌스키", "Zelensky"),
            ("Владивостоке", "Vladivostok"),
            ("ウラジオストク", "Vladivostok"),
            ("블라디보스토크", "Vladivostok"),
            ("فلاديفوستوك", "Vladivostok"),
            ("泽连斯基", "Zelensky"),
            ("马克龙", "Macron"),
        ] {
            let likeness = alike(a, b);
            assert!(likeness >= 0.7, "{a} {b} {likeness:.2}");
        }
    }

    #[test]
    fn different_names_do_not() {
        for (a, b) in [
            ("Путин", "Biden"),
            ("Лавров", "Zelensky"),
            ("東京", "Kyiv"),
            ("Madrid", "Putin"),
            ("Казань", "Cairo"),
            ("ترامب", "Trudeau"),
        ] {
            let likeness = alike(a, b);
            assert!(likeness < 0.7, "{a} {b} {likeness:.2}");
        }
    }

    #[test]
    fn a_name_is_found_inside_a_run_without_spaces() {
        let run = Sound::of("ประธานาธิบดีวลาดิเมียร์ปูตินเดินทาง");
        assert!(run.holds(&Sound::of("Putin")) > 0.7);
        assert!(run.holds(&Sound::of("Vladimir")) > 0.7);
        assert!(run.holds(&Sound::of("Zelensky")) < 0.7);
    }

    #[test]
    fn every_row_of_every_table_is_read() {
        for table in TABLES.iter().chain([&FOLD]) {
            let lines = table.lines().count() - 1;
            assert!(lines > 10);
            assert_eq!(
                rows(table).count(),
                lines,
                "{}",
                table.lines().nth(1).unwrap_or("")
            );
        }
    }
}
