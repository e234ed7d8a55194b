//! The words: the lists of `schema/words/` and the registry's aliases in one sorted list.
//!
//! In: rows of language, phrase, meaning, form. Out: for a folded text, every place where a phrase stands as a word of
//! its own. Built once; looking a text through is linear in its length, whatever the number of phrases.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::chars::Mark;
pub(super) use super::chars::{is_hangul, part_of_word, unspaced};
use super::normalise::{Folded, fold, fold_onto};
use super::phrases::{Phrases, key};
use crate::error::{Error, Result};
use crate::model::{FactKind, Label, Party, PartyKind};
use crate::parties::table::Table;
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

/// What a word takes back of the name beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hedge {
    /// "not A": A is no source.
    Not,
    /// "citing A": A is the text's source, not the picture's.
    Cited,
    /// "formerly of A": where somebody once worked.
    Former,
    /// "possibly A".
    Maybe,
    /// "A or B": one of the two.
    Or,
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
    /// A house that trades: a name that goes on with it is no office's and no agency's.
    Venue,
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
    /// What somebody does with a picture: the picture named right behind it is another than the one that is captioned.
    Hands,
    /// A camera that watches a place: its pictures are no broadcaster's, whatever the credit's letters spell.
    Camera,
    /// What is given out and is no picture: a statement, a map.
    Thing,
    /// A word that takes back what is said of a name; `true` if the name stands before it.
    Hedge(Hedge, bool),
    /// What may stand between a statement of origin and the name of its house: "released *on Monday by the official* A".
    Epithet,
    /// Somebody of a house: "a A *reporter*" is not A.
    Member,
    /// What takes a restriction back: "no sales *restrictions*", "embargo *lifted*".
    Lifted,
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
    /// Months of any calendar.
    pub const MONTH: Self = Self(512);
    pub const ERA: Self = Self(1024);
    /// Words that deny or doubt a name.
    pub const HEDGE: Self = Self(2048);
    /// Words beside houses and restrictions: they are looked up at the places where they matter, and are no hits.
    pub const BESIDE: Self = Self(4096);
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
            Sense::Month(_) | Sense::PersianMonth(_) | Sense::EthiopianMonth(_) => Self::MONTH,
            Sense::Era(_) => Self::ERA,
            Sense::Hedge(..) => Self::HEDGE,
            Sense::Epithet | Sense::Member | Sense::Lifted => Self::BESIDE,
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

    /// Whether there is none beside these.
    const fn only(self, these: Self) -> bool {
        self.0 & !these.0 == 0
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
    /// In how many languages it is a small word that tells them.
    tongues: u32,
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
    /// Countries of home agencies, by language.
    homes: BTreeMap<String, Vec<String>>,
    /// Ids of the agencies that serve the world: others pass on what they made.
    pub world: Vec<String>,
    /// The same by their places in the reader's list.
    world_parties: Vec<u32>,
    /// Ids of the houses that sell the pictures of many others.
    pub collectors: Vec<String>,
    /// The same by their places in the reader's list.
    collecting_parties: Vec<u32>,
    /// Words between the parts of a date, folded.
    joiners: BTreeSet<String>,
    /// The same without a dot at their end.
    undotted_joiners: BTreeSet<String>,
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
pub(super) const LISTS: [(&str, &str); 21] = lists![
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
    "hedges",
    "beside",
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
        let mut rows = Table::new(text);
        while let Some((line, cells)) = rows.next_row() {
            let cells = cells.map_err(|reason| Error::Data {
                place: format!("schema/words/{list}.csv, line {line}"),
                reason,
            })?;
            let cell = |i: usize| cells.get(i).map_or("", Cow::as_ref);
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
        "organisations" if row.meaning == "venue" => Sense::Venue,
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
        "beside" if row.meaning == "member" => Sense::Member,
        "beside" if row.meaning == "lifted" => Sense::Lifted,
        "beside" => Sense::Epithet,
        "apart" if row.meaning == "camera" => Sense::Camera,
        "apart" if row.meaning == "thing" => Sense::Thing,
        "apart" if row.meaning == "hands" => Sense::Hands,
        "apart" => Sense::Apart(row.form == "anywhere"),
        "hedges" => {
            let hedge = match row.meaning {
                "not" => Hedge::Not,
                "cited" => Hedge::Cited,
                "former" => Hedge::Former,
                "maybe" => Hedge::Maybe,
                "or" => Hedge::Or,
                _ => return None,
            };
            Sense::Hedge(hedge, row.form == "before")
        }
        "tongues" => Sense::Tongue,
        "places" => Sense::Preposition,
        _ => return None,
    })
}

/// The phrases as they are read, before those that are alike come together: one text and a list to sort, for there are
/// too many for a string and a table's slot each.
#[derive(Default)]
struct Builder {
    text: String,
    entries: Vec<Entry>,
}

struct Entry {
    /// The beginning of the phrase, so that most are sorted without a look at the text.
    key: u64,
    from: u32,
    to: u32,
    sense: Sense,
    lang: u8,
}

impl Builder {
    fn add(&mut self, phrase: &str, sense: Sense, lang: u8) {
        let from = self.text.len();
        fold_onto(&mut self.text, phrase);
        let folded = self.text.get(from..).unwrap_or_default();
        let trimmed = folded.trim_start();
        let from = from + folded.len() - trimmed.len();
        let trimmed = trimmed.trim_end();
        if !trimmed.is_empty() {
            self.entries.push(Entry {
                key: key(trimmed.as_bytes()),
                from: from as u32,
                to: (from + trimmed.len()) as u32,
                sense,
                lang,
            });
        }
    }

    /// The phrases in order, each once, with what they mean in the order in which it was read.
    fn build(mut self) -> (Phrases, Vec<Phrase>, Vec<(Sense, u8)>) {
        let text = |e: &Entry| {
            let phrase = self.text.get(e.from as usize..e.to as usize);
            phrase.unwrap_or_default()
        };
        self.entries
            .sort_by(|a, b| a.key.cmp(&b.key).then_with(|| text(a).cmp(text(b))));
        let alike = |a: &Entry, b: &Entry| a.key == b.key && text(a) == text(b);
        let runs = || self.entries.chunk_by(alike);
        let list = Phrases::new(runs().filter_map(|run| run.first().map(text)));
        let mut phrases = Vec::with_capacity(self.entries.len());
        let mut senses: Vec<(Sense, u8)> = Vec::with_capacity(self.entries.len());
        for run in runs() {
            let from = senses.len();
            for entry in run {
                let meaning = (entry.sense, entry.lang);
                if !senses.iter().skip(from).any(|m| *m == meaning) {
                    senses.push(meaning);
                }
            }
            let meanings = senses.get(from..).unwrap_or_default();
            phrases.push(Phrase {
                from: from as u32,
                to: senses.len() as u32,
                spoken: meanings.iter().filter(|(s, _)| s.spoken()).count() as u32,
                tongues: meanings.iter().filter(|(s, _)| *s == Sense::Tongue).count() as u32,
                kinds: meanings
                    .iter()
                    .fold(Kinds::default(), |all, (s, _)| all.and(Kinds::of(*s))),
            });
        }
        (list, phrases, senses)
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
        let mut homes: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut world = Vec::new();
        let mut collectors = Vec::new();
        let mut joiners = BTreeSet::new();
        let mut prepositions = BTreeSet::new();
        let mut abbreviations = BTreeSet::new();
        rows(|row| {
            let bad = || Error::Data {
                place: format!("schema/words/{}.csv, line {}", row.list, row.line),
                reason: format!("\"{}\" means nothing here", row.meaning),
            };
            let sense = sense(row).ok_or_else(bad)?;
            match sense {
                Sense::Joiner => {
                    joiners.insert(fold(row.phrase).trim().to_owned());
                }
                Sense::Abbreviation => {
                    abbreviations.insert(fold(row.phrase));
                }
                Sense::Preposition => {
                    prepositions.insert(fold(row.phrase));
                }
                Sense::Collector => collectors.push(row.phrase.to_owned()),
                Sense::World => world.push(row.phrase.to_owned()),
                Sense::Home => homes
                    .entry(row.lang.to_owned())
                    .or_default()
                    .push(row.phrase.to_owned()),
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
        let (list, phrases, senses) = builder.build();
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
            undotted_joiners: joiners
                .iter()
                .map(|j: &String| j.trim_end_matches('.').to_owned())
                .collect(),
            joiners,
            prepositions,
            abbreviations,
        })
    }

    /// A registered name by its place.
    pub fn name(&self, at: u32) -> Option<&Name> {
        self.names.get(at as usize)
    }

    /// The countries whose agencies are at home in a language.
    pub fn homes(&self, lang: &str) -> &[String] {
        self.homes.get(lang).map_or(&[], Vec::as_slice)
    }

    /// Whether the name of a place follows this word.
    pub fn is_preposition(&self, word: &str) -> bool {
        self.prepositions.contains(word)
    }

    /// Whether a word stands between the parts of a date.
    pub fn is_joiner(&self, word: &str) -> bool {
        self.joiners.contains(word)
    }

    /// The same for a word without a dot at its end.
    pub fn is_undotted_joiner(&self, word: &str) -> bool {
        self.undotted_joiners.contains(word)
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

    /// In how many languages a phrase is a small word that tells them.
    pub fn tongues(&self, phrase: u32) -> u32 {
        self.phrases.get(phrase as usize).map_or(0, |p| p.tongues)
    }

    /// The meanings of a phrase, each with the place of its language in `langs`.
    pub fn senses(&self, phrase: u32) -> &[(Sense, u8)] {
        self.phrases
            .get(phrase as usize)
            .and_then(|p| self.senses.get(p.from as usize..p.to as usize))
            .unwrap_or_default()
    }

    /// The language at a place of `langs`; empty for words of all languages.
    pub fn tongue(&self, place: u8) -> &str {
        self.langs.get(place as usize).map_or("", String::as_str)
    }

    /// Whether words of the language at a place are words of a text in `lang`; `None` where nothing tells the text's.
    pub fn speaks(&self, place: u8, lang: Option<&str>) -> Option<bool> {
        let own = self.tongue(place);
        lang.map(|l| own.is_empty() || l.split('-').next() == Some(own))
    }

    /// Whether a word is one of the small ones that tell a language.
    pub fn is_tongue(&self, word: &str) -> bool {
        self.list
            .place(word.as_bytes())
            .and_then(|at| self.phrases.get(at))
            .is_some_and(|p| p.kinds.any(Kinds::TONGUE))
    }

    /// The length of the longest phrase at the beginning of a folded text that one of the meanings holds of; in a script with
    /// spaces it ends where its word does.
    pub fn longest(&self, text: &str, wanted: impl Fn(Sense) -> bool) -> Option<usize> {
        let whole = |length: &usize| {
            let last = text.get(..*length).and_then(|t| t.chars().next_back());
            let next = text.get(*length..).and_then(|t| t.chars().next());
            last.is_none_or(unspaced) || !next.is_some_and(|c| part_of_word(c) && !unspaced(c))
        };
        let mut found = self.list.at(text.as_bytes());
        let means = |phrase: u32| self.senses(phrase).iter().any(|(s, _)| wanted(*s));
        found
            .find(|(phrase, length)| whole(length) && means(*phrase))
            .map(|(_, length)| length)
    }

    /// Whether a word is one that names of houses have.
    pub fn is_house(&self, word: &str) -> bool {
        self.list.place(word.as_bytes()).is_some_and(|at| {
            let mut senses = self.senses(at as u32).iter();
            senses.any(|(sense, _)| *sense == Sense::Organisation)
        })
    }

    /// Every phrase of the text that stands as a word of its own, by place, the longest first; and apart from them the
    /// small words that tell a language, which mean nothing else most often.
    pub fn hits(&self, original: &str, folded: &Folded) -> (Vec<Hit>, Vec<u32>) {
        match folded.marks() {
            Some(marks) => self.hits_by(original, folded, marks),
            None => self.hits_by(original, folded, original.bytes().map(Mark::of_ascii)),
        }
    }

    /// The same, with what each folded byte is.
    fn hits_by(
        &self,
        original: &str,
        folded: &Folded,
        marks: impl Iterator<Item = Mark>,
    ) -> (Vec<Hit>, Vec<u32>) {
        let text = folded.text.as_str();
        let (mut hits, mut small) = (Vec::with_capacity(32), Vec::with_capacity(16));
        let mut before = Mark::APART;
        for (start, mark) in marks.enumerate() {
            if mark.any(Mark::INSIDE) {
                continue;
            }
            let last = std::mem::replace(&mut before, mark);
            // Inside a word of small letters nothing begins.
            if mark.any(Mark::SPACE)
                || mark.is_word_with(last) && !mark.and(last).any(Mark::CAPITAL)
            {
                continue;
            }
            let glued_start = if mark.is_word() && last.is_word() {
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
                if kinds.only(Kinds::TONGUE.and(Kinds::BESIDE)) {
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

/// Of a phrase with a letter or digit before it. `None`: it begins inside a word. `Some(true)`: it does, but the case
/// changes there.
fn boundary_before(original: &str, folded: &Folded, start: usize) -> Option<bool> {
    // Letters of ASCII, by far the most, are told apart without a table.
    let at = folded.origin(start);
    if let (Some(before), Some(first), Some(b'!'..=b'~')) = (
        at.checked_sub(1).and_then(|i| original.as_bytes().get(i)),
        original.as_bytes().get(at),
        folded.text.get(..start)?.as_bytes().last(),
    ) && before.is_ascii()
        && first.is_ascii()
    {
        if before.is_ascii_uppercase() && first.is_ascii_lowercase() {
            return matches!(first, b'p' | b'f')
                .then(|| is_picture(folded, start))
                .flatten();
        }
        return (first.is_ascii_uppercase() && !before.is_ascii_uppercase()).then_some(true);
    }
    let before = folded.text.get(..start)?.chars().next_back()?;
    let first = folded.text.get(start..)?.chars().next()?;
    if is_hangul(before) != is_hangul(first) && before.is_alphabetic() {
        return Some(false);
    }
    let first = original.get(at..)?.chars().next()?;
    let before = original.get(..at)?.chars().next_back()?;
    if before.is_uppercase() && first.is_lowercase() {
        return is_picture(folded, start);
    }
    ((before.is_lowercase() || before.is_numeric() || !before.is_alphanumeric())
        && first.is_uppercase())
    .then_some(true)
}

/// "BERNAMApic": a word for a picture begins after the capitals.
fn is_picture(folded: &Folded, start: usize) -> Option<bool> {
    let rest = folded.text.get(start..)?;
    let mut words = ["pic", "pix", "photo", "foto"].iter();
    words
        .any(|word| {
            rest.strip_prefix(word)
                .is_some_and(|after| !after.starts_with(char::is_alphanumeric))
        })
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
    let last = *bytes.get(end.checked_sub(1)?)?;
    if !(next.is_ascii() && last.is_ascii_alphanumeric()) {
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
    }
    let at = folded.origin(end);
    let rest = original.get(at..)?;
    let mut letters = rest.chars();
    let (next, second) = (letters.next()?, letters.next());
    // Nothing below holds of another letter.
    if !matches!(next, 'p' | 'f' | 'A'..='Z') && (next.is_ascii() || !next.is_uppercase()) {
        return None;
    }
    let printed = original.get(folded.origin(start)..at)?;
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
