//! What words mean: the dictionary of news-photo words and the table of names that do not keep their sound
//! (`schema/matching/words.csv`, `countries.csv`, `places.csv`, `entities.csv`, `near.csv`). In: a normalised text. Out:
//! the known words in it.
//!
//! A form may end in `*` (any ending may follow) or `~` (a short one may); `*` in front lets a prefix precede; `xx:` in
//! front makes it a word of one language.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::sync::LazyLock;

use super::script::{Script, folded, script_of};

const WORDS: &str = include_str!("../../schema/matching/words.csv");
/// Tables of names; the first that has a form keeps it.
const ENTITIES: &[&str] = &[
    include_str!("../../schema/matching/entities.csv"),
    include_str!("../../schema/matching/countries.csv"),
    include_str!("../../schema/matching/places.csv"),
];
const NEAR: &str = include_str!("../../schema/matching/near.csv");
/// Days and months are compared as dates; as words they say nothing.
const MONTHS: &str = include_str!("../../schema/words/months.csv");
const DAYS: &str = include_str!("../../schema/matching/days.csv");
const PROCLITICS: &str = include_str!("../../schema/matching/proclitics.csv");

/// What a known word stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Known {
    /// Says nothing about a picture: a month, a function word, "photo".
    Stop,
    /// A thing, deed or kind of person, whatever the language.
    Concept(usize),
    /// A person, country, city or body with a name that differs between languages.
    Entity(usize),
}

/// The kind of an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum EntityKind {
    /// A person.
    Person,
    /// A country.
    Country,
    /// A city, region, building.
    Place,
    /// A body, a treaty, a tournament.
    Body,
}

/// A known word found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// Where it begins and ends, in bytes of the normalised text.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What it stands for.
    pub known: Known,
}

struct Form {
    /// Language and meaning; an empty language is any.
    meanings: Vec<(usize, Known)>,
    shape: Shape,
    script: Script,
    length: usize,
}

/// What may stand around a form within its word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Shape {
    /// How many letters may follow.
    after: usize,
    /// Letters may precede.
    before: bool,
}

impl Shape {
    /// A form as it stands in a table: its language, its letters, what may stand around them.
    fn of(form: &str) -> (Option<&str>, &str, Self) {
        let (lang, form) = match form.split_once(':') {
            Some((lang, rest)) if lang.len() <= 3 => (Some(lang), rest),
            _ => (None, form),
        };
        let before = form.starts_with('*');
        let text = form.trim_matches('*').trim_end_matches('~').trim();
        let after = if form.ends_with('*') {
            usize::MAX
        } else if form.ends_with('~') {
            // Latin names are short and many; other scripts have fewer names that begin alike.
            if text.starts_with(|c| script_of(c) == Script::Latin) {
                3
            } else {
                5
            }
        } else {
            0
        };
        (lang, text, Self { after, before })
    }
}

/// The tables, read once.
pub(super) struct Lexicon {
    langs: Vec<String>,
    concepts: Vec<String>,
    common: HashSet<usize>,
    entities: Vec<(String, EntityKind)>,
    within: HashMap<usize, Vec<usize>>,
    near: HashMap<usize, Vec<usize>>,
    forms: Vec<Form>,
    /// The texts of the forms, sorted, and where those stand that begin with a character. A search structure over them
    /// would find words faster, and takes longer to make than most runs take in all.
    texts: Vec<String>,
    starts: HashMap<char, Range<usize>>,
    proclitics: BTreeSet<String>,
}

/// The one copy of the tables.
pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::read);

/// Letters of a word that are looked at on either side of a form. Longer runs are no words, and looking to their ends
/// from every form in them would take forever.
const LONGEST_WORD: usize = 64;

/// The language that means any.
const ANY: usize = 0;

fn records(table: &'static str) -> impl Iterator<Item = csv::StringRecord> {
    csv::Reader::from_reader(table.as_bytes())
        .into_records()
        .filter_map(Result::ok)
}

fn number(names: &mut Vec<String>, name: &str) -> usize {
    names.iter().position(|n| n == name).unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    })
}

impl Lexicon {
    fn read() -> Self {
        let mut langs = vec![String::new()];
        let mut concepts = Vec::new();
        let mut entities = Vec::new();
        let mut rows: Vec<(String, Shape, (usize, Known))> = Vec::with_capacity(1 << 17);
        let mut add = |form: &str, shape: Shape, lang: usize, known: Known| {
            let text = folded(form);
            if !text.is_empty() {
                rows.push((text, shape, (lang, known)));
            }
        };
        let mut index: HashMap<String, usize> = HashMap::new();
        for row in records(WORDS) {
            let (Some(lang), Some(concept), Some(list)) = (row.get(0), row.get(1), row.get(2))
            else {
                continue;
            };
            let lang = number(&mut langs, lang);
            let known = if concept == "-" {
                Known::Stop
            } else {
                let next = concepts.len();
                let at = *index.entry(concept.to_owned()).or_insert(next);
                if at == next {
                    concepts.push(concept.to_owned());
                }
                Known::Concept(at)
            };
            for form in list.split('|') {
                let (_, text, shape) = Shape::of(form);
                add(text, shape, lang, known);
            }
        }
        for (row, month) in records(MONTHS)
            .map(|row| (row, true))
            .chain(records(DAYS).map(|row| (row, false)))
        {
            if let (Some(lang), Some(phrase)) = (row.get(0), row.get(1))
                && (!month || phrase.chars().count() > 3)
            {
                let lang = number(&mut langs, lang);
                add(phrase, Shape::default(), lang, Known::Stop);
            }
        }
        let mut inside = Vec::new();
        let mut ids: HashMap<String, usize> = HashMap::new();
        for row in ENTITIES.iter().copied().flat_map(records) {
            let (Some(id), Some(kind), Some(country), Some(list)) =
                (row.get(0), row.get(1), row.get(2), row.get(3))
            else {
                continue;
            };
            let kind = match kind {
                "person" => EntityKind::Person,
                "country" => EntityKind::Country,
                "place" => EntityKind::Place,
                _ => EntityKind::Body,
            };
            let at = *ids.entry(id.to_owned()).or_insert(entities.len());
            if at == entities.len() {
                entities.push((id.to_owned(), kind));
                inside.push(country.to_owned());
            }
            for form in list.split('|') {
                let (lang, text, shape) = Shape::of(form);
                let lang = lang.map_or(ANY, |lang| number(&mut langs, lang));
                add(text, shape, lang, Known::Entity(at));
            }
        }
        let mut within: HashMap<usize, Vec<usize>> = HashMap::new();
        for (at, countries) in inside.iter().enumerate() {
            for country in countries.split_whitespace() {
                if let Some(whole) = ids.get(country) {
                    within.entry(at).or_default().push(*whole);
                }
            }
        }
        let mut near: HashMap<usize, Vec<usize>> = HashMap::new();
        let mut common = HashSet::new();
        for row in records(NEAR) {
            let group: Vec<usize> = row
                .get(1)
                .unwrap_or("")
                .split_whitespace()
                .filter_map(|name| index.get(name).copied())
                .collect();
            if row.get(0) == Some("common") {
                common.extend(group.iter().copied());
                continue;
            }
            for a in &group {
                let others = group.iter().copied().filter(|b| b != a);
                near.entry(*a).or_default().extend(others);
            }
        }
        let proclitics = records(PROCLITICS)
            .filter_map(|row| row.get(1).map(str::to_owned))
            .collect();
        // Stable: meanings of one form keep the order of the tables.
        rows.sort_by(|a, b| (&a.0, a.1).cmp(&(&b.0, b.1)));
        let (mut texts, mut forms) = (Vec::<String>::new(), Vec::<Form>::new());
        for (text, shape, meaning) in rows {
            if let (Some(last), Some(form)) = (texts.last(), forms.last_mut())
                && (last, form.shape) == (&text, shape)
            {
                if !form.meanings.contains(&meaning) {
                    form.meanings.push(meaning);
                }
                continue;
            }
            forms.push(Form {
                meanings: vec![meaning],
                shape,
                script: text.chars().next().map_or(Script::Other, script_of),
                length: text.chars().count(),
            });
            texts.push(text);
        }
        let mut starts: HashMap<char, Range<usize>> = HashMap::new();
        for (at, text) in texts.iter().enumerate() {
            if let Some(first) = text.chars().next() {
                starts.entry(first).or_insert(at..at).end = at + 1;
            }
        }
        Self {
            langs,
            concepts,
            common,
            entities,
            within,
            near,
            forms,
            texts,
            starts,
            proclitics,
        }
    }

    /// The name of a concept: an English word.
    pub fn concept(&self, at: usize) -> &str {
        self.concepts.get(at).map_or("", String::as_str)
    }

    /// Whether half of all captions have it ("president", "people").
    pub fn is_common(&self, concept: usize) -> bool {
        self.common.contains(&concept)
    }

    /// The id of an entity.
    pub fn entity(&self, at: usize) -> &str {
        self.entities.get(at).map_or("", |(id, _)| id.as_str())
    }

    /// The kind of an entity.
    pub fn kind(&self, at: usize) -> EntityKind {
        self.entities
            .get(at)
            .map_or(EntityKind::Body, |(_, kind)| *kind)
    }

    /// The countries in which a place lies, or for which a person stands.
    pub fn within(&self, at: usize) -> &[usize] {
        self.within.get(&at).map_or(&[], Vec::as_slice)
    }

    /// Concepts that captions of one picture may choose between.
    pub fn near(&self, a: usize, b: usize) -> bool {
        self.near.get(&a).is_some_and(|others| others.contains(&b))
    }

    /// The known words of a normalised text in the likeliest language, longest first at each place, without overlaps.
    /// Second, that language. `capital` says whether the text itself has a capital at a byte of its normalised form: in
    /// scripts with capitals, only such words are names.
    pub fn find(
        &self,
        text: &str,
        hint: Option<&str>,
        capital: impl Fn(usize) -> bool,
    ) -> (Vec<Found>, String) {
        let mut all = Vec::new();
        let mut votes = vec![0.0_f64; self.langs.len()];
        for (form, start, end) in self.forms_in(text) {
            if !self.bounded(form, text, start, end) {
                continue;
            }
            for (lang, _) in &form.meanings {
                if let Some(vote) = votes.get_mut(*lang) {
                    *vote += form.length.min(8) as f64;
                }
            }
            let (start, end) = spread(form, text, start, end);
            all.push((start, end, form));
        }
        let hint = hint.and_then(|h| self.lang(h));
        if let Some(vote) = hint.and_then(|h| votes.get_mut(h)) {
            *vote = *vote * 1.5 + 2.0;
        }
        let lang = votes
            .iter()
            .enumerate()
            .skip(1)
            .filter(|(_, v)| **v > 0.0)
            .fold(
                (ANY, 0.0),
                |best, (at, vote)| if *vote > best.1 { (at, *vote) } else { best },
            )
            .0;
        // Longest first at each place; at equal length the form that leaves least open.
        all.sort_by_key(|(start, end, form)| {
            (
                *start,
                Reverse(*end),
                form.shape.before,
                Reverse(form.length),
                form.shape,
            )
        });
        let mut found: Vec<Found> = Vec::new();
        for (start, end, form) in all {
            if found.last().is_some_and(|last| start < last.end) {
                continue;
            }
            let lower = form.script.has_capitals() && !capital(start);
            let meaning = form
                .meanings
                .iter()
                .filter(|(_, known)| !(lower && matches!(known, Known::Entity(_))))
                .find(|(l, _)| *l == lang && lang != ANY)
                .or_else(|| {
                    form.meanings.iter().find(|(l, known)| {
                        *l == ANY && !(lower && matches!(known, Known::Entity(_)))
                    })
                });
            if let Some((_, known)) = meaning {
                found.push(Found {
                    start,
                    end,
                    known: *known,
                });
            }
        }
        let lang = self.langs.get(lang).cloned().unwrap_or_default();
        (found, lang)
    }

    /// Every form that stands anywhere in a text, with its place.
    fn forms_in(&self, text: &str) -> Vec<(&Form, usize, usize)> {
        let mut found = Vec::new();
        for (start, first) in text.char_indices() {
            let Some(range) = self.starts.get(&first) else {
                continue;
            };
            let mut range = range.clone();
            let mut rest = text.get(start..).unwrap_or("").chars();
            rest.next();
            loop {
                let end = text.len() - rest.as_str().len();
                let depth = end - start;
                // Those that end here stand before those that go on.
                while let Some(text) = self.texts.get(range.clone()).and_then(<[String]>::first)
                    && text.len() == depth
                {
                    found.extend(self.forms.get(range.start).map(|form| (form, start, end)));
                    range.start += 1;
                }
                let Some(next) = rest.next() else { break };
                let mut next_bytes = [0; 4];
                let next = &*next.encode_utf8(&mut next_bytes);
                let slice = self.texts.get(range.clone()).unwrap_or(&[]);
                let from = slice.partition_point(|t| t.get(depth..).unwrap_or("") < next);
                let going = slice.get(from..).unwrap_or(&[]);
                let count =
                    going.partition_point(|t| t.get(depth..).unwrap_or("").starts_with(next));
                if count == 0 {
                    break;
                }
                range = range.start + from..range.start + from + count;
            }
        }
        found
    }

    fn lang(&self, tag: &str) -> Option<usize> {
        let tag = tag.to_lowercase();
        let main = tag.split(['-', '_']).next().unwrap_or("");
        self.langs
            .iter()
            .skip(1)
            .position(|l| l == main)
            .map(|at| at + 1)
    }

    /// Whether a form stands there as a word of its own, as far as its script marks words.
    fn bounded(&self, form: &Form, text: &str, start: usize, end: usize) -> bool {
        let before = text.get(..start).unwrap_or("");
        let after = text.get(end..).unwrap_or("");
        let joins = |c: Option<char>| {
            c.is_some_and(|c| (c.is_alphanumeric() || is_mark(c)) && script_of(c) == form.script)
        };
        let enough = form.shape.after.saturating_add(1).min(LONGEST_WORD);
        let letters = after
            .chars()
            .take(enough)
            .take_while(|c| joins(Some(*c)))
            .count();
        let left = joins(before.chars().next_back());
        let fits = letters <= form.shape.after;
        match form.script {
            Script::Kana => form.length > 2 || (!left && letters == 0),
            // One character among others is part of another word or of a name.
            Script::Han if form.length == 1 => !left && letters == 0,
            Script::Han | Script::SouthEast => !after.chars().next().is_some_and(is_mark),
            Script::Hangul => !left && (form.length > 1 || fits) || form.length > 3,
            script => {
                let stem = before
                    .char_indices()
                    .rev()
                    .take(LONGEST_WORD)
                    .take_while(|(_, c)| joins(Some(*c)))
                    .last()
                    .map_or(before.len(), |(at, _)| at);
                let clitic = before.get(stem..).unwrap_or("");
                let joined = clitic.is_empty()
                    || form.shape.before
                    || (form.length > 2
                        && script.has_proclitics()
                        && self.proclitics.contains(clitic));
                joined && fits
            }
        }
    }

    /// The word without the particles that its script writes in front of it, where there is such a word.
    pub fn without_proclitic<'a>(&self, word: &'a str) -> Option<&'a str> {
        let script = word.chars().next().map(script_of)?;
        if !script.has_proclitics() {
            return None;
        }
        (1..=4).rev().find_map(|n| {
            let at = word.char_indices().nth(n)?.0;
            let rest = word.get(at..)?;
            (rest.chars().count() >= 3 && self.proclitics.contains(word.get(..at)?)).then_some(rest)
        })
    }
}

/// The whole word in which a form with open ends stands; other forms, and those of scripts without spaces, as they are.
fn spread(form: &Form, text: &str, start: usize, end: usize) -> (usize, usize) {
    if form.script.is_unspaced() {
        return (start, end);
    }
    let letter = |c: &char| c.is_alphabetic() || is_mark(*c);
    let length = |chars: &mut dyn Iterator<Item = char>| -> usize {
        chars
            .take(LONGEST_WORD)
            .take_while(letter)
            .map(char::len_utf8)
            .sum()
    };
    let before = if form.shape.before {
        length(&mut text.get(..start).unwrap_or("").chars().rev())
    } else {
        0
    };
    let after = if form.shape.after > 0 {
        length(&mut text.get(end..).unwrap_or("").chars())
    } else {
        0
    };
    (start - before, end + after)
}

/// A vowel sign or another mark that belongs to the letter before it.
pub(super) fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}
