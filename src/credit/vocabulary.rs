//! The words: the lists of `schema/words/` and the registry's aliases in one sorted list.
//!
//! In: rows of language, phrase, meaning, form. Out: for a folded text, every place where a phrase stands as a word of
//! its own. Built once; looking a text through is linear in its length, whatever the number of phrases.

use std::collections::{BTreeSet, HashMap};

use super::normalise::{Folded, fold};
use super::phrases::Phrases;
use crate::error::{Error, Result};
use crate::model::{FactKind, Label, Party, PartyKind};
use crate::parties::{Context, Registry};

/// What a lead word announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lead {
    /// "Photo:", "Credit:": who made or supplied the picture.
    Photo,
    /// "Source:": who it comes from.
    Source,
    /// "Photo by", "Photographer:": a person, most often.
    Author,
    /// "©".
    Copyright,
    /// "Video:", "Text:": the credit of something else.
    Medium,
    /// "Image caption:": the caption, not the credit.
    Caption,
    /// "L-R:": the houses of several pictures, or the people in one.
    Side,
}

/// How two names of a credit hang together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Connector {
    /// A passed on by B.
    Via,
    /// A works for B.
    For,
    /// A and B alike.
    And,
    /// A found on B.
    On,
    /// Made by A.
    By,
    /// A, with B's leave.
    Arrangement,
}

/// A notice to editors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notice {
    Plain,
    ThirdParty,
    Restriction,
    Unverified,
}

impl Notice {
    pub fn fact(self) -> FactKind {
        match self {
            Self::Plain | Self::ThirdParty => FactKind::Notice,
            Self::Restriction => FactKind::Restriction,
            Self::Unverified => FactKind::Unverified,
        }
    }
}

/// How a sentence says where its picture is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Released,
    Provided,
    From,
}

/// What a phrase means. One phrase may mean several things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sense {
    /// An alias of a party, by its place in the registry's list.
    Party(u32),
    /// A lead word; `true` if it leads without a colon too.
    Lead(Lead, bool),
    /// A lead word for more than one picture: "Photos:".
    Several,
    Connector(Connector),
    /// A label; `true` if it counts in running text too.
    Label(Label, bool),
    /// A month of the common calendar, 1 to 12.
    Month(u8),
    /// A month of the Persian solar calendar, 1 to 12.
    PersianMonth(u8),
    /// A month of the Ethiopian calendar, 1 to 13.
    EthiopianMonth(u8),
    /// An era: years count from this one.
    Era(i32),
    /// The year before it is of the Ethiopian calendar.
    YearOfMercy,
    Rank,
    Particle,
    Organisation,
    Picture,
    Filler,
    Notice(Notice),
    /// A statement of origin; `true` if its party stands before it.
    Origin(Origin, bool),
    /// "摄": the name before it is the maker's.
    Maker,
    /// "提供": the name before it supplied the picture.
    Supplier,
    Furniture,
    /// A language whose home agencies pass on the pictures of others.
    Home,
    /// An agency that serves the world, by its id.
    World,
    /// A house that sells the pictures of many others, by its id.
    Collector,
    /// "The", "La": a filler, or with a capital the beginning of a name.
    Article,
    /// What names of places end in: "市".
    Place,
    /// Terms of use: "CC BY-SA".
    Licence,
    /// A word that makes the name of an organisation where it stands last.
    OrganisationLast,
    /// A word before the name of a place: "in".
    Preposition,
    /// A small word that tells a language: "the", "und".
    Tongue,
    /// A word between the parts of a date ("25 *de* abril").
    Joiner,
    /// After its dot the sentence goes on: "Jr.", "vs.".
    Abbreviation,
    /// The picture is of another picture, or the sentence denies: what it says of a source is not this picture's.
    /// `true` if it tells behind the statement too.
    Apart(bool),
    /// A camera that watches a place: its pictures are no broadcaster's, whatever the credit's letters spell.
    Camera,
}

impl Sense {
    /// Whether it is a word of a language, rather than a name.
    pub fn spoken(self) -> bool {
        matches!(
            self,
            Self::Month(_)
                | Self::Lead(..)
                | Self::Label(..)
                | Self::Connector(_)
                | Self::Filler
                | Self::Origin(..)
                | Self::Picture
        )
    }
}

/// Which kinds of meaning a phrase has: told at a glance where most phrases of a text are passed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Kinds(u16);

impl Kinds {
    pub const PARTY: Self = Self(1);
    pub const LEAD: Self = Self(2);
    pub const LABEL: Self = Self(4);
    pub const NOTICE: Self = Self(8);
    pub const ORIGIN: Self = Self(16);
    pub const FURNITURE: Self = Self(32);
    /// Words of a language, rather than names.
    pub const SPOKEN: Self = Self(64);
    /// Small words that tell a language.
    pub const TONGUE: Self = Self(128);
    /// Any meaning that has no bit of its own.
    const OTHER: Self = Self(256);

    fn of(sense: Sense) -> Self {
        let spoken = if sense.spoken() {
            Self::SPOKEN
        } else {
            Self(0)
        };
        spoken.and(match sense {
            Sense::Party(_) => Self::PARTY,
            Sense::Lead(..) => Self::LEAD,
            Sense::Label(..) => Self::LABEL,
            Sense::Notice(_) => Self::NOTICE,
            Sense::Origin(..) => Self::ORIGIN,
            Sense::Furniture => Self::FURNITURE,
            Sense::Tongue => Self::TONGUE,
            _ => Self::OTHER,
        })
    }

    /// These and those.
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Whether one of these is among them.
    pub const fn any(self, wanted: Self) -> bool {
        self.0 & wanted.0 != 0
    }
}

/// A place where a phrase stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hit {
    pub start: usize,
    pub end: usize,
    pub phrase: u32,
    /// What it may mean.
    pub kinds: Kinds,
    /// It begins in the middle of a run of letters, where the case changes ("`CupCredit`").
    pub glued_start: bool,
    /// It ends in the middle of a run of letters.
    pub glued_end: bool,
}

#[derive(Debug)]
struct Phrase {
    from: u32,
    to: u32,
    /// How many of its senses are words of a language.
    spoken: u32,
    kinds: Kinds,
}

/// An alias, as the grammar needs it.
#[derive(Debug)]
pub(super) struct Name {
    /// Place of its party in the reader's list.
    pub party: u32,
    pub text: String,
    pub exact: bool,
    /// Where it counts.
    context: Context,
    /// Its party is an arm of a state.
    pub state: bool,
    /// One of many bodies of that name: with a place behind it, it is still this party.
    pub local: bool,
    pub langs: Vec<String>,
    /// What its party is.
    pub kind: PartyKind,
}

impl Name {
    /// Counts only where the form is a credit's.
    pub fn credit_only(&self) -> bool {
        matches!(self.context, Context::CreditOnly | Context::Tied)
    }

    /// Counts only beside another known house.
    pub fn tied(&self) -> bool {
        self.context == Context::Tied
    }
}

/// All phrases.
#[derive(Debug)]
pub(super) struct Vocabulary {
    list: Phrases,
    phrases: Vec<Phrase>,
    senses: Vec<(Sense, u8)>,
    names: Vec<Name>,
    pub langs: Vec<String>,
    /// Language and country of home agencies.
    pub homes: Vec<(String, String)>,
    /// Ids of the agencies that serve the world: others pass on what they made.
    pub world: Vec<String>,
    /// The same by their places in the reader's list.
    world_parties: Vec<u32>,
    /// Ids of the houses that sell the pictures of many others.
    pub collectors: Vec<String>,
    /// The same by their places in the reader's list.
    collecting_parties: Vec<u32>,
    /// Words between the parts of a date, folded.
    pub joiners: Vec<String>,
    /// Words before the names of places, folded.
    prepositions: BTreeSet<String>,
    /// Words after whose dot a sentence goes on, folded.
    abbreviations: BTreeSet<String>,
}

macro_rules! lists {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../schema/words/", $name, ".csv")))),*]
    };
}

/// Every list, by name.
pub(super) const LISTS: [(&str, &str); 19] = lists![
    "leads",
    "connectors",
    "labels",
    "months",
    "eras",
    "ranks",
    "particles",
    "organisations",
    "fillers",
    "notices",
    "statements",
    "makers",
    "furniture",
    "homes",
    "joiners",
    "tongues",
    "places",
    "abbreviations",
    "apart",
];

/// One row of a list.
pub(super) struct Row<'a> {
    pub list: &'static str,
    pub line: u64,
    pub lang: &'a str,
    pub phrase: &'a str,
    pub meaning: &'a str,
    pub form: &'a str,
    /// A text that a test reads.
    #[allow(dead_code)]
    pub example: &'a str,
}

/// Calls `each` for every row of every list.
pub(super) fn rows(mut each: impl FnMut(&Row<'_>) -> Result<()>) -> Result<()> {
    for (list, text) in LISTS {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let mut record = csv::StringRecord::new();
        loop {
            let line = reader.position().line();
            let bad = |reason: String| Error::Data {
                place: format!("schema/words/{list}.csv, line {line}"),
                reason,
            };
            if !reader
                .read_record(&mut record)
                .map_err(|e| bad(e.to_string()))?
            {
                break;
            }
            let cell = |i: usize| record.get(i).unwrap_or_default();
            each(&Row {
                list,
                line,
                lang: cell(0),
                phrase: cell(1),
                meaning: cell(2),
                form: cell(3),
                example: cell(4),
            })?;
        }
    }
    Ok(())
}

/// What a row means.
fn sense(row: &Row<'_>) -> Option<Sense> {
    let number = || row.meaning.parse::<i32>().ok();
    let month_of = |most: u8| {
        number()
            .and_then(|n| u8::try_from(n).ok())
            .filter(|n| (1..=most).contains(n))
    };
    let month = || month_of(12);
    Some(match row.list {
        "leads" if row.meaning == "several" => Sense::Several,
        "leads" => {
            let lead = match row.meaning {
                "photo" | "credit" => Lead::Photo,
                "source" => Lead::Source,
                "author" => Lead::Author,
                "copyright" => Lead::Copyright,
                "medium" => Lead::Medium,
                "caption" => Lead::Caption,
                "side" => Lead::Side,
                _ => return None,
            };
            Sense::Lead(lead, row.form == "bare")
        }
        "connectors" => Sense::Connector(match row.meaning {
            "via" => Connector::Via,
            "for" => Connector::For,
            "and" => Connector::And,
            "on" => Connector::On,
            "by" => Connector::By,
            "arrangement" => Connector::Arrangement,
            _ => return None,
        }),
        "labels" => {
            let label = serde_json::from_value(serde_json::Value::String(row.meaning.to_owned()));
            Sense::Label(label.ok()?, row.form == "anywhere")
        }
        "months" if row.form == "persian" => Sense::PersianMonth(month()?),
        "months" if row.form == "ethiopian" => Sense::EthiopianMonth(month_of(13)?),
        "months" => Sense::Month(month()?),
        "eras" if row.meaning == "ethiopian" => Sense::YearOfMercy,
        "eras" => Sense::Era(number()?),
        "ranks" => Sense::Rank,
        "particles" => Sense::Particle,
        "organisations" if row.form == "last" => Sense::OrganisationLast,
        "organisations" => Sense::Organisation,
        "fillers" if row.meaning == "picture" => Sense::Picture,
        "fillers" if row.meaning == "licence" => Sense::Licence,
        "fillers" if row.meaning == "article" => Sense::Article,
        "fillers" if row.meaning == "place" => Sense::Place,
        "fillers" => Sense::Filler,
        "notices" => Sense::Notice(match row.meaning {
            "notice" => Notice::Plain,
            "third-party" => Notice::ThirdParty,
            "restriction" => Notice::Restriction,
            "unverified" => Notice::Unverified,
            _ => return None,
        }),
        "statements" => {
            let origin = match row.meaning {
                "released" => Origin::Released,
                "provided" => Origin::Provided,
                "from" => Origin::From,
                _ => return None,
            };
            Sense::Origin(origin, row.form == "before")
        }
        "makers" if row.meaning == "creator" => Sense::Maker,
        "makers" => Sense::Supplier,
        "furniture" => Sense::Furniture,
        "homes" if row.meaning == "world" => Sense::World,
        "homes" if row.meaning == "collector" => Sense::Collector,
        "homes" => Sense::Home,
        "joiners" => Sense::Joiner,
        "abbreviations" => Sense::Abbreviation,
        "apart" if row.meaning == "camera" => Sense::Camera,
        "apart" => Sense::Apart(row.form == "anywhere"),
        "tongues" => Sense::Tongue,
        "places" => Sense::Preposition,
        _ => return None,
    })
}

#[derive(Default)]
struct Builder {
    patterns: Vec<String>,
    meanings: Vec<Vec<(Sense, u8)>>,
    index: HashMap<String, usize>,
}

impl Builder {
    fn add(&mut self, phrase: &str, sense: Sense, lang: u8) {
        let folded = fold(phrase);
        let folded = folded.trim();
        if folded.is_empty() {
            return;
        }
        let at = if let Some(&at) = self.index.get(folded) {
            at
        } else {
            self.index.insert(folded.to_owned(), self.patterns.len());
            self.patterns.push(folded.to_owned());
            self.meanings.push(Vec::new());
            self.patterns.len() - 1
        };
        if let Some(meanings) = self.meanings.get_mut(at)
            && !meanings.iter().any(|&(s, l)| s == sense && l == lang)
        {
            meanings.push((sense, lang));
        }
    }
}

/// The place of a language in the list, which grows where it is new.
fn place(langs: &mut Vec<String>, lang: &str) -> usize {
    langs.iter().position(|l| l == lang).unwrap_or_else(|| {
        langs.push(lang.to_owned());
        langs.len() - 1
    })
}

impl Vocabulary {
    /// The words of the project and the aliases of `registry`.
    pub fn new(registry: &Registry) -> Result<Self> {
        let mut builder = Builder::default();
        let mut langs: Vec<String> = vec![String::new()];
        let mut homes = Vec::new();
        let mut world = Vec::new();
        let mut collectors = Vec::new();
        let mut joiners = Vec::new();
        let mut prepositions = BTreeSet::new();
        let mut abbreviations = BTreeSet::new();
        rows(|row| {
            let bad = || Error::Data {
                place: format!("schema/words/{}.csv, line {}", row.list, row.line),
                reason: format!("\"{}\" means nothing here", row.meaning),
            };
            let sense = sense(row).ok_or_else(bad)?;
            match sense {
                Sense::Joiner => joiners.push(fold(row.phrase).trim().to_owned()),
                Sense::Abbreviation => {
                    abbreviations.insert(fold(row.phrase));
                }
                Sense::Preposition => {
                    prepositions.insert(fold(row.phrase));
                }
                Sense::Collector => collectors.push(row.phrase.to_owned()),
                Sense::World => world.push(row.phrase.to_owned()),
                Sense::Home => homes.push((row.lang.to_owned(), row.phrase.to_owned())),
                _ => {
                    let lang = place(&mut langs, row.lang);
                    builder.add(row.phrase, sense, u8::try_from(lang).unwrap_or(0));
                }
            }
            Ok(())
        })?;
        let mut names = Vec::with_capacity(registry.aliases().len());
        let place: HashMap<&str, (u32, &Party)> = registry
            .iter()
            .zip(0..)
            .map(|(party, at)| (party.id.as_str(), (at, party)))
            .collect();
        let places = |ids: &[String]| -> Vec<u32> {
            ids.iter()
                .filter_map(|id| place.get(id.as_str()).map(|p| p.0))
                .collect()
        };
        let (world_parties, collecting_parties) = (places(&world), places(&collectors));
        for alias in registry.aliases() {
            let Some(&(place, party)) = place.get(alias.party.as_str()) else {
                continue;
            };
            let at = u32::try_from(names.len()).unwrap_or(u32::MAX);
            builder.add(&alias.text, Sense::Party(at), 0);
            names.push(Name {
                party: place,
                text: alias.text.clone(),
                exact: alias.exact,
                context: alias.context,
                state: party.state.is_some(),
                local: alias.context == Context::Local
                    || party.kind == PartyKind::Government && party.country.is_none(),
                langs: alias.langs.clone(),
                kind: party.kind,
            });
        }
        let (list, order) = Phrases::new(&builder.patterns);
        let mut phrases = Vec::with_capacity(builder.meanings.len());
        let mut senses = Vec::with_capacity(builder.meanings.len());
        for at in order {
            let meanings = builder
                .meanings
                .get_mut(at)
                .map(std::mem::take)
                .unwrap_or_default();
            let from = u32::try_from(senses.len()).unwrap_or(u32::MAX);
            let spoken = meanings.iter().filter(|(s, _)| s.spoken()).count();
            let kinds = meanings
                .iter()
                .fold(Kinds::default(), |all, (s, _)| all.and(Kinds::of(*s)));
            senses.extend(meanings);
            phrases.push(Phrase {
                from,
                to: u32::try_from(senses.len()).unwrap_or(u32::MAX),
                spoken: u32::try_from(spoken).unwrap_or(u32::MAX),
                kinds,
            });
        }
        Ok(Self {
            list,
            phrases,
            senses,
            names,
            langs,
            homes,
            world,
            world_parties,
            collectors,
            collecting_parties,
            joiners,
            prepositions,
            abbreviations,
        })
    }

    /// A registered name by its place.
    pub fn name(&self, at: u32) -> Option<&Name> {
        self.names.get(at as usize)
    }

    /// Whether the name of a place follows this word.
    pub fn is_preposition(&self, word: &str) -> bool {
        self.prepositions.contains(word)
    }

    /// Whether a sentence goes on after this word's dot: a title, "Jr.", the number of a king.
    pub fn is_abbreviation(&self, word: &str) -> bool {
        let roman = (2..=6).contains(&word.len())
            && word.bytes().all(|b| b"ivx".contains(&b))
            && word != "xi";
        roman || self.abbreviations.contains(word)
    }

    /// Whether the party at this place serves the world.
    pub fn serves_world(&self, party: u32) -> bool {
        self.world_parties.contains(&party)
    }

    /// Whether the party at this place sells the pictures of many others.
    pub fn collects(&self, party: u32) -> bool {
        self.collecting_parties.contains(&party)
    }

    /// How many meanings of a phrase are words of a language.
    pub fn spoken(&self, phrase: u32) -> u32 {
        self.phrases.get(phrase as usize).map_or(0, |p| p.spoken)
    }

    /// The meanings of a phrase, each with the place of its language in `langs`.
    pub fn senses(&self, phrase: u32) -> &[(Sense, u8)] {
        self.phrases
            .get(phrase as usize)
            .and_then(|p| self.senses.get(p.from as usize..p.to as usize))
            .unwrap_or_default()
    }

    /// Whether a word is one of the small ones that tell a language.
    pub fn is_tongue(&self, word: &str) -> bool {
        self.list
            .place(word.as_bytes())
            .and_then(|at| self.phrases.get(at))
            .is_some_and(|p| p.kinds.any(Kinds::TONGUE))
    }

    /// Every phrase of the text that stands as a word of its own, by place, the longest first; and apart from them the
    /// small words that tell a language, which mean nothing else most often.
    pub fn hits(&self, original: &str, folded: &Folded) -> (Vec<Hit>, Vec<u32>) {
        let text = folded.text.as_str();
        let (mut hits, mut small) = (Vec::with_capacity(32), Vec::with_capacity(16));
        let (mut before, mut capital) = (Class::Apart, false);
        for (start, c) in text.char_indices() {
            let class = Class::of(c);
            let last = std::mem::replace(&mut before, class);
            if c <= ' ' {
                continue;
            }
            // Inside a word of small letters nothing begins.
            let inside = class.is_word() && class == last;
            let after_capital = std::mem::replace(
                &mut capital,
                class.is_word() && folded.capital(original, start),
            );
            if inside && !capital && !after_capital {
                continue;
            }
            let glued_start = if class.is_word() && last.is_word() {
                match boundary_before(original, folded, start) {
                    Some(glued) => glued,
                    None => continue,
                }
            } else {
                false
            };
            let rest = text.as_bytes().get(start..).unwrap_or_default();
            for (phrase, length) in self.list.at(rest) {
                let end = start + length;
                let Some(glued_end) = boundary_after(original, folded, start, end) else {
                    continue;
                };
                let kinds = self
                    .phrases
                    .get(phrase as usize)
                    .map_or(Kinds::default(), |p| p.kinds);
                if kinds.any(Kinds::TONGUE) && !glued_start && !glued_end {
                    small.push(phrase);
                }
                if kinds == Kinds::TONGUE {
                    continue;
                }
                hits.push(Hit {
                    start,
                    end,
                    phrase,
                    kinds,
                    glued_start,
                    glued_end,
                });
            }
        }
        (hits, small)
    }
}

/// What a folded character is to the words around it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// No part of a word, or of a script without spaces: a word may begin and end at it.
    Apart,
    Hangul,
    /// A letter or digit of a script with spaces.
    Letter,
}

impl Class {
    #[inline]
    fn of(c: char) -> Self {
        match c {
            c if c.is_ascii_alphanumeric() => Self::Letter,
            c if c.is_ascii() || unspaced(c) || !part_of_word(c) => Self::Apart,
            c if is_hangul(c) => Self::Hangul,
            _ => Self::Letter,
        }
    }

    #[inline]
    fn is_word(self) -> bool {
        self != Self::Apart
    }
}

/// Scripts that are written without spaces: a word may begin and end anywhere.
pub(super) fn unspaced(c: char) -> bool {
    // Most letters are below all of them.
    c >= '\u{0e00}'
        && matches!(c,
        '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}' | '々' | '〆')
}

pub(super) fn is_hangul(c: char) -> bool {
    matches!(c, '\u{ac00}'..='\u{d7a3}')
}

/// Whether a character is a letter or digit; those that most texts are made of without a table.
pub(super) fn part_of_word(c: char) -> bool {
    match c {
        '\0'..='\u{7f}' => c.is_ascii_alphanumeric(),
        '\u{80}'..='\u{a9}' | '·' => false,
        _ => is_common_letter(c) || c.is_alphanumeric(),
    }
}

/// The letters beyond ASCII that most texts are made of.
pub(super) fn is_common_letter(c: char) -> bool {
    matches!(c,
        '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{24f}' | '\u{3b1}'..='\u{3c9}' | '\u{410}'..='\u{45f}'
        | '\u{5d0}'..='\u{5ea}' | '\u{620}'..='\u{64a}' | '\u{904}'..='\u{939}' | '\u{10d0}'..='\u{10fa}'
        | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

/// Of a phrase with a letter or digit before it. `None`: it begins inside a word. `Some(true)`: it does, but the case
/// changes there.
fn boundary_before(original: &str, folded: &Folded, start: usize) -> Option<bool> {
    let before = folded.text.get(..start)?.chars().next_back()?;
    let first = folded.text.get(start..)?.chars().next()?;
    if is_hangul(before) != is_hangul(first) && before.is_alphabetic() {
        return Some(false);
    }
    let at = folded.origin(start);
    let first = original.get(at..)?.chars().next()?;
    let before = original.get(..at)?.chars().next_back()?;
    // "BERNAMApic"
    if before.is_uppercase() && first.is_lowercase() {
        let word = folded
            .text
            .get(start..)?
            .split(|c: char| !c.is_alphanumeric())
            .next();
        return word
            .filter(|w| ["pic", "pix", "photo", "foto"].contains(w))
            .map(|_| true);
    }
    ((before.is_lowercase() || before.is_numeric() || !before.is_alphanumeric())
        && first.is_uppercase())
    .then_some(true)
}

/// `None`: the phrase ends inside a word. `Some(true)`: it does, but in a way that captions have.
fn boundary_after(original: &str, folded: &Folded, start: usize, end: usize) -> Option<bool> {
    let bytes = folded.text.as_bytes();
    let Some(&next) = bytes.get(end) else {
        return Some(false);
    };
    if next.is_ascii() && !next.is_ascii_alphanumeric() {
        return Some(false);
    }
    let next = folded.text.get(end..)?.chars().next()?;
    let last = folded.text.get(..end)?.chars().next_back()?;
    if unspaced(next) || unspaced(last) || !part_of_word(next) || !part_of_word(last) {
        return Some(false);
    }
    if is_hangul(last) != is_hangul(next) && (next.is_alphabetic() || is_hangul(last)) {
        return Some(false);
    }
    if is_hangul(last) && end - start >= 9 {
        // A particle may hang on.
        return Some(true);
    }
    let at = folded.origin(end);
    let printed = original.get(folded.origin(start)..at)?;
    let rest = original.get(at..)?;
    let mut letters = rest.chars();
    let (next, second) = (letters.next()?, letters.next());
    let last = printed.chars().next_back()?;
    let capitals = printed.chars().count() > 1 && !printed.chars().any(char::is_lowercase);
    let pic = capitals
        && ["pic", "pix", "photo", "foto"].iter().any(|word| {
            rest.strip_prefix(word)
                .is_some_and(|after| !after.starts_with(char::is_alphabetic))
        });
    (pic || (last.is_lowercase() && next.is_uppercase())
        || (capitals && next.is_uppercase() && second.is_some_and(char::is_lowercase)))
    .then_some(true)
}
