//! Words that say something to a rule: limits on use, that a picture was changed or made (`schema/flags/terms.csv`, and
//! of `schema/words/labels.csv` the labels that say so).
//!
//! In: a text as it came. Out: the terms in it, each with its place. Case, accents and punctuation do not count.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// What a term says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Means {
    /// Not to be kept for later use.
    Archive,
    /// Not to be published before a day.
    Embargo,
    /// Not to be used after a day.
    Expiry,
    /// A name has to be printed.
    Credit,
    /// Not for a country.
    Out,
    /// Not to be sold on.
    Sales,
    /// Another limit on use.
    Use,
    /// The picture was changed.
    Altered,
    /// Somebody who has an interest in the picture gave it out.
    Handout,
    /// A word for a picture.
    Picture,
    /// Made with generative AI.
    Ai,
    /// Put together from several.
    Composite,
    /// A state's media, not by name.
    StateMedia,
    /// Binds a day to the picture: when it was taken.
    Taken,
    /// Takes back the limit of its clause, or, with a value, all limits of that kind.
    Lifted,
    /// Binds a day to something else than the picture: a birth, a death, a plan.
    OtherDay,
    /// A word by which a text may say that a picture was changed.
    AlteredWord,
    /// Longer than a term inside it, and no such term: "no sales restrictions", "to be lifted".
    Nothing,
}

const WORDS: [(&str, Means); 18] = [
    ("archive", Means::Archive),
    ("embargo", Means::Embargo),
    ("expiry", Means::Expiry),
    ("credit", Means::Credit),
    ("out", Means::Out),
    ("sales", Means::Sales),
    ("use", Means::Use),
    ("altered", Means::Altered),
    ("handout", Means::Handout),
    ("picture", Means::Picture),
    ("ai-generated", Means::Ai),
    ("composite", Means::Composite),
    ("state-media", Means::StateMedia),
    ("taken", Means::Taken),
    ("lifted", Means::Lifted),
    ("other-day", Means::OtherDay),
    ("altered-word", Means::AlteredWord),
    ("nothing", Means::Nothing),
];

impl Means {
    /// The word of the table, and the kind of a finding.
    pub fn word(self) -> &'static str {
        WORDS
            .iter()
            .find(|(_, means)| *means == self)
            .map_or("", |(word, _)| word)
    }
}

/// A term in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    /// What it says.
    pub means: Means,
    /// The country, for [`Means::Out`]; for [`Means::Lifted`] the kind of all limits that are taken back, if it says which.
    pub value: &'static str,
    /// Where it stands, in bytes of the text as it came.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

struct Terms {
    search: AhoCorasick,
    senses: Vec<(Means, &'static str)>,
}

static TERMS: LazyLock<Option<Terms>> = LazyLock::new(|| {
    let mut phrases = Vec::new();
    let mut senses = Vec::new();
    for (phrase, means, value) in rows(LIMITS).chain(labels()) {
        phrases.push(Folded::of(phrase).text);
        senses.push((means, value));
    }
    let search = AhoCorasick::builder()
        .match_kind(MatchKind::Standard)
        .build(&phrases)
        .ok()?;
    Some(Terms { search, senses })
});

/// The table of limits and changes.
const LIMITS: &str = include_str!("../../schema/flags/terms.csv");

/// Labels as the reader of credits knows them; of these, the ones that say what kind of picture it is are read here.
const LABELS: &str = include_str!("../../schema/words/labels.csv");

/// Phrase, meaning and value of every row whose meaning is one of [`WORDS`]; a phrase has no comma and no quote in it,
/// which a test checks.
fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, Means, &'static str)> {
    table.lines().skip(1).filter_map(|line| {
        let mut cells = line.split(',');
        let (_, phrase) = (cells.next()?, cells.next()?);
        let word = cells.next()?;
        let (_, means) = *WORDS.iter().find(|(name, _)| *name == word)?;
        Some((phrase, means, cells.next()?))
    })
}

/// The labels that make a picture of a kind; other words of that table mean something else to a reader of credits.
fn labels() -> impl Iterator<Item = (&'static str, Means, &'static str)> {
    rows(LABELS)
        .filter(|(_, means, _)| matches!(means, Means::Ai | Means::Composite))
        .map(|(phrase, means, _)| (phrase, means, ""))
}

/// Longer texts are no captions and no notices; the rest of them is not looked at.
const LONGEST: usize = 16_384;

/// The terms of a text in order, without those inside a longer one.
pub(super) fn find(text: &str) -> Vec<Hit> {
    let Some(terms) = TERMS.as_ref() else {
        return Vec::new();
    };
    let mut most = text.len().min(LONGEST);
    while !text.is_char_boundary(most) {
        most -= 1;
    }
    let text = text.get(..most).unwrap_or_default();
    let folded = Folded::of(text);
    let mut found: Vec<(usize, usize, Means, &'static str)> = terms
        .search
        .find_overlapping_iter(&folded.text)
        .filter(|hit| folded.is_word(hit.start(), hit.end()))
        .filter_map(|hit| {
            let (means, value) = *terms.senses.get(hit.pattern().as_usize())?;
            Some((hit.start(), hit.end(), means, value))
        })
        .collect();
    found.sort_by_key(|(start, end, ..)| (*start, std::cmp::Reverse(*end)));
    let mut end = 0;
    found.retain(|(_, to, ..)| {
        let outside = *to > end;
        end = end.max(*to);
        outside
    });
    found
        .into_iter()
        .map(|(start, end, means, value)| Hit {
            means,
            value,
            start: folded.raw(start),
            end: folded.raw_end(end, text),
        })
        .collect()
}

/// A text in lower case without accents, every run of other characters one blank, with the way back.
struct Folded {
    text: String,
    /// For each byte of `text`, where the character it comes from begins.
    origin: Vec<usize>,
}

impl Folded {
    fn of(raw: &str) -> Self {
        let mut folded = Self {
            text: String::with_capacity(raw.len()),
            origin: Vec::with_capacity(raw.len()),
        };
        for (at, c) in raw.char_indices() {
            for c in std::iter::once(c).nfkd().flat_map(char::to_lowercase) {
                if is_combining_mark(c) {
                    continue;
                }
                if c.is_alphanumeric() {
                    folded.push(c, at);
                } else if !folded.text.is_empty() && !folded.text.ends_with(' ') {
                    folded.push(' ', at);
                }
            }
        }
        folded.text.truncate(folded.text.trim_end().len());
        folded
    }

    fn push(&mut self, c: char, at: usize) {
        self.text.push(c);
        self.origin.resize(self.text.len(), at);
    }

    /// Whether a stretch begins and ends where words do; in scripts without blanks everywhere.
    fn is_word(&self, start: usize, end: usize) -> bool {
        let before = self.text.get(..start).and_then(|t| t.chars().next_back());
        let after = self.text.get(end..).and_then(|t| t.chars().next());
        let inside = self.text.get(start..end).unwrap_or_default();
        let joined = |a: Option<char>, b: Option<char>| match (a, b) {
            (Some(a), Some(b)) => is_spaced(a) && is_spaced(b),
            _ => false,
        };
        !joined(before, inside.chars().next()) && !joined(inside.chars().next_back(), after)
    }

    fn raw(&self, at: usize) -> usize {
        self.origin.get(at).copied().unwrap_or(0)
    }

    fn raw_end(&self, end: usize, text: &str) -> usize {
        let last = self.raw(end.saturating_sub(1));
        let rest = text.get(last..).unwrap_or_default().chars();
        // With the marks that belong to its last letter.
        let mark = |c: &char| std::iter::once(*c).nfkd().all(is_combining_mark);
        let letters = rest.clone().take(1).chain(rest.skip(1).take_while(mark));
        last + letters.map(char::len_utf8).sum::<usize>()
    }
}

/// Whether a letter belongs to a script that sets its words apart. Hangul, folded to its letters, is written with
/// particles stuck to the word.
pub(super) fn is_spaced(c: char) -> bool {
    c.is_alphanumeric()
        && !matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1100}'..='\u{11ff}' | '\u{1780}'..='\u{17ff}'
            | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_understood_and_the_table_is_in_order() {
        let mut lines: Vec<&str> = LIMITS.lines().skip(1).collect();
        assert_eq!(lines.len(), rows(LIMITS).count(), "a row cannot be read");
        for (line, (phrase, means, value)) in lines.iter().zip(rows(LIMITS)) {
            assert!(
                !line.contains('"') && line.matches(',').count() == 4,
                "{line}"
            );
            let example = line.rsplit(',').next().unwrap();
            let hits = find(example);
            let same = |h: &Hit| {
                h.means == means
                    && h.value == value
                    && &example[h.start..h.end] == phrase.trim_end_matches('.')
            };
            assert!(hits.iter().any(same), "{line}: {hits:?}");
            assert_eq!(means == Means::Out, value.len() == 2, "{line}");
        }
        let given = lines.clone();
        lines.sort_unstable_by_key(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
        lines.dedup();
        assert_eq!(given, lines);
    }

    fn said(text: &str) -> Vec<(&'static str, &str)> {
        let hits = find(text).into_iter();
        hits.map(|h| (h.means.word(), &text[h.start..h.end]))
            .collect()
    }

    #[test]
    fn terms_are_words_of_their_own_in_any_case_and_punctuation() {
        assert_eq!(
            said("No archives; NO-SALES"),
            [("archive", "No archives"), ("sales", "NO-SALES")]
        );
        assert_eq!(
            said("Sous embargo jusqu'au 3 mai"),
            [("embargo", "Sous embargo jusqu'au")]
        );
        assert_eq!(said("無断転載禁止。"), [("use", "無断転載禁止")]);
        assert!(said("Casino archivesque, mono salesman").is_empty());
        assert!(said("").is_empty());
    }

    #[test]
    fn a_long_text_ends_at_a_letter() {
        assert!(find(&"é".repeat(20_000)).is_empty());
    }
}
