//! One credit, read: which of its words are people, which are parties, which are labels, and what joins them.

use super::person::{Likeness, likeness};
use super::scan::Scan;
use super::token::{Kind, Shape, Token, tokens};
use super::vocabulary::{Connector, Lead, Sense, unspaced};
use crate::model::Label;

/// One name of a credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    Person,
    /// A registered party, by its place in the vocabulary's names.
    Known(u32),
    /// A name that the registry does not have.
    Unknown,
}

/// A name with its place, and how it hangs on the one before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub who: Who,
    pub start: usize,
    pub end: usize,
    pub joint: Joint,
}

/// What stands between two names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joint {
    None,
    Slash,
    Comma,
    Via,
    For,
    And,
    /// `A | Name`, which is IPTC's byline after its credit.
    Bar,
    /// Side by side, without anything between.
    Beside,
}

/// A credit taken apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    pub items: Vec<Item>,
    pub labels: Vec<Label>,
    /// Words that are nothing a credit has.
    pub junk: usize,
    /// A lead word announced it.
    pub lead: Option<Lead>,
    /// A connector, "©" or maker's word: a form that only credits have.
    pub formed: bool,
    /// Slashes between names.
    pub slashes: usize,
    /// How many names are registered.
    pub known: usize,
    /// Of those, how many are names that count anywhere.
    pub anywhere: usize,
    /// Words with letters.
    pub words: usize,
}

impl Content {
    pub fn persons(&self) -> usize {
        self.items.iter().filter(|i| i.who == Who::Person).count()
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && self.labels.is_empty()
    }
}

/// Take the text between two offsets apart.
pub(super) fn content(scan: &Scan<'_>, start: usize, end: usize, lang: Option<&str>) -> Content {
    let all = tokens(scan, start, end, lang);
    let mut reader = Reader {
        scan,
        content: Content::default(),
        joint: Joint::None,
        segment: Vec::new(),
        author: false,
    };
    for (at, token) in all.iter().enumerate() {
        reader.take(*token, all.get(at + 1));
    }
    reader.close();
    reader.content
}

struct Reader<'a> {
    scan: &'a Scan<'a>,
    content: Content,
    joint: Joint,
    segment: Vec<Token>,
    /// The last lead was one that announces a person.
    author: bool,
}

impl Reader<'_> {
    fn take(&mut self, token: Token, next: Option<&Token>) {
        if let Kind::Separator(c) = token.kind {
            self.separator(c, &token, next);
            return;
        }
        if let Kind::Party(_) = token.kind {
            self.segment.push(token);
            return;
        }
        if let Some(phrase) = token.phrase {
            let mut senses = self.scan.vocabulary.senses(phrase).iter().map(|s| s.0);
            let colon = next.is_some_and(|n| n.is(':'));
            if let Some(Sense::Lead(lead, bare)) =
                senses.clone().find(|s| matches!(s, Sense::Lead(..)))
                && (bare || colon || self.content.is_empty() && self.segment.is_empty())
            {
                self.close();
                self.content.lead.get_or_insert(lead);
                self.author = lead == Lead::Author;
                return;
            }
            if let Some(Sense::Label(label, _)) =
                senses.clone().find(|s| matches!(s, Sense::Label(..)))
            {
                self.label(label);
                return;
            }
            if let Some(Sense::Connector(connector)) =
                senses.clone().find(|s| matches!(s, Sense::Connector(_)))
            {
                self.connector(connector, &token);
                return;
            }
            if senses.any(|s| matches!(s, Sense::Notice(_) | Sense::Furniture)) {
                self.close();
                return;
            }
        }
        self.segment.push(token);
    }

    fn label(&mut self, label: Label) {
        if !self.content.labels.contains(&label) {
            self.content.labels.push(label);
        }
        self.content.words += 1;
        // A label between two names parts them: "KCNA Handout Reuters".
        self.close();
    }

    fn connector(&mut self, connector: Connector, token: &Token) {
        let capital =
            token.shape() == Some(Shape::Upper) && self.scan.cut(token.start, token.end).len() < 2;
        if capital {
            self.segment.push(*token);
            return;
        }
        let nothing_before = self.content.items.is_empty() && self.segment.is_empty();
        self.close();
        match connector {
            Connector::Via | Connector::Arrangement => {
                self.joint = Joint::Via;
                self.content.formed = true;
            }
            Connector::On => self.joint = Joint::Via,
            Connector::For => self.joint = Joint::For,
            Connector::And if self.joint == Joint::None || self.joint == Joint::Beside => {
                self.joint = Joint::And;
            }
            Connector::And => {}
            Connector::By => {
                self.author = true;
                if nothing_before {
                    self.joint = Joint::None;
                }
            }
        }
    }

    fn separator(&mut self, c: char, token: &Token, next: Option<&Token>) {
        match c {
            '/' | '\\' => {
                self.close();
                self.joint_if_weaker(Joint::Slash);
                self.content.slashes += 1;
            }
            '=' => {
                self.close();
                self.joint = Joint::Via;
            }
            ',' | '·' | '+' | '-' => {
                // A dot or hyphen between two words of one foreign name: "ジョン・スミス".
                let glued = !token.space && next.is_some_and(|n| !n.space);
                let kana = |t: &Token| {
                    self.scan
                        .cut(t.start, t.end)
                        .chars()
                        .all(|c| matches!(c, '\u{30a0}'..='\u{30ff}'))
                };
                if c == '·'
                    && glued
                    && self.segment.last().is_some_and(kana)
                    && next.is_some_and(kana)
                {
                    return;
                }
                self.close();
                self.joint_if_weaker(Joint::Comma);
            }
            '&' => {
                self.close();
                self.joint_if_weaker(Joint::And);
            }
            '|' => {
                self.close();
                self.joint_if_weaker(Joint::Bar);
            }
            '(' | '[' | ')' | ']' | ';' | ':' | '\n' => {
                self.close();
                self.joint_if_weaker(Joint::Comma);
            }
            '©' => {
                self.close();
                self.content.lead.get_or_insert(Lead::Copyright);
            }
            '.' => {
                if self.content.items.is_empty() && self.segment.is_empty() {
                    return;
                }
                // The dot of a house code or abbreviation ends nothing; the dot of a sentence does.
                if next.is_some() {
                    self.close();
                    self.joint_if_weaker(Joint::Comma);
                }
            }
            '"' | '\'' | '*' | '_' | '#' | '@' => {}
            _ => self.content.junk += 1,
        }
    }

    fn joint_if_weaker(&mut self, joint: Joint) {
        if matches!(self.joint, Joint::None | Joint::Beside | Joint::Comma) {
            self.joint = joint;
        }
    }

    fn push(&mut self, who: Who, start: usize, end: usize) {
        let joint = if self.content.items.is_empty() {
            Joint::None
        } else {
            self.joint
        };
        if let Who::Known(name) = who {
            self.content.known += 1;
            let name = self.scan.vocabulary.names.get(name as usize);
            self.content.anywhere += usize::from(name.is_some_and(|n| !n.credit_only));
        }
        self.content.items.push(Item {
            who,
            start,
            end,
            joint,
        });
        self.joint = Joint::Beside;
        self.author = false;
    }

    /// The words since the last separator are one name, or several side by side.
    fn close(&mut self) {
        let segment = std::mem::take(&mut self.segment);
        if segment.is_empty() {
            return;
        }
        self.content.words += segment.len();
        let mut from = 0;
        while from < segment.len() {
            let party = segment
                .iter()
                .skip(from)
                .position(|t| matches!(t.kind, Kind::Party(_)))
                .map(|i| i + from);
            let Some(at) = party else {
                self.words(segment.get(from..).unwrap_or_default());
                return;
            };
            let before = segment.get(from..at).unwrap_or_default();
            let mut next = at + 1;
            // "Getty Images Sport", "Ministry of Defence of X": words that belong to the name on either side.
            let owns =
                |t: &Token| t.means(self.scan, |s| matches!(s, Sense::Filler | Sense::Picture));
            while segment.get(next).is_some_and(owns) {
                next += 1;
            }
            if let (Some(token), Kind::Party(name)) = (
                segment.get(at),
                segment.get(at).map_or(Kind::Separator(' '), |t| t.kind),
            ) {
                let organisation = |t: &Token| t.means(self.scan, |s| s == Sense::Organisation);
                let after = segment.get(next..).unwrap_or_default();
                let wider =
                    before.iter().any(organisation) || after.first().is_some_and(organisation);
                if wider && !before.is_empty() | after.first().is_some_and(organisation) {
                    // A longer name around a known one is another body: "Reuters Institute", "Office of X".
                    let first = before.first().unwrap_or(token);
                    let mut end = token.end;
                    while segment
                        .get(next)
                        .is_some_and(|t| organisation(t) || t.shape() == Some(Shape::Title))
                    {
                        end = segment.get(next).map_or(end, |t| t.end);
                        next += 1;
                    }
                    self.push(Who::Unknown, first.start, end);
                } else {
                    self.words(before);
                    self.push(Who::Known(name), token.start, token.end);
                }
            }
            from = next;
        }
    }

    fn words(&mut self, words: &[Token]) {
        let skip = |t: &&Token| {
            t.means(self.scan, |s| {
                matches!(
                    s,
                    Sense::Rank | Sense::Filler | Sense::Picture | Sense::Lead(..)
                )
            }) && !t.means(self.scan, |s| s == Sense::Particle)
        };
        let maker = words
            .iter()
            .any(|t| t.means(self.scan, |s| s == Sense::Maker));
        let supplier = words
            .iter()
            .any(|t| t.means(self.scan, |s| s == Sense::Supplier));
        if maker || supplier {
            self.content.formed = true;
        }
        if supplier && !self.content.labels.contains(&Label::Supplied) {
            self.content.labels.push(Label::Supplied);
        }
        let kept: Vec<Token> = words
            .iter()
            .filter(|t| {
                !skip(t) && !t.means(self.scan, |s| matches!(s, Sense::Maker | Sense::Supplier))
            })
            .copied()
            .collect();
        let (Some(first), Some(last)) = (kept.first(), kept.last()) else {
            return;
        };
        let (start, end) = (first.start, last.end);
        if kept
            .iter()
            .all(|t| matches!(t.shape(), Some(Shape::Digits | Shape::Email)))
        {
            let year = matches!(kept.as_slice(), [one] if one.end - one.start == 4);
            self.content.junk += usize::from(!year);
            return;
        }
        // "wsj.": the initials of an editor after the last slash.
        if let [one] = kept.as_slice()
            && one.shape() == Some(Shape::Lower)
            && (self.joint == Joint::Slash || self.scan.char_at(end) == Some('.'))
            && end - start <= 4
        {
            return;
        }
        let organisation = kept
            .iter()
            .any(|t| t.means(self.scan, |s| s == Sense::Organisation));
        let who = if maker || self.author {
            match likeness(self.scan, &kept) {
                Likeness::No if organisation => Who::Unknown,
                Likeness::No if !cased_name(self.scan, &kept) => {
                    self.content.junk += kept.len();
                    return;
                }
                _ => Who::Person,
            }
        } else if organisation || supplier {
            Who::Unknown
        } else {
            match likeness(self.scan, &kept) {
                Likeness::Yes => Who::Person,
                Likeness::Maybe if self.single_is_person(&kept) => Who::Person,
                Likeness::Maybe => Who::Unknown,
                Likeness::No if cased_name(self.scan, &kept) => Who::Unknown,
                Likeness::No => {
                    self.content.junk += kept.len();
                    return;
                }
            }
        };
        self.push(who, start, end);
    }

    /// A single word that may be a name: in scripts without spaces a name of two to five characters is a person's.
    fn single_is_person(&self, words: &[Token]) -> bool {
        let (Some(first), Some(last)) = (words.first(), words.last()) else {
            return false;
        };
        let text = self.scan.cut(first.start, last.end);
        let count = text.chars().filter(|c| c.is_alphabetic()).count();
        let han = text
            .chars()
            .all(|c| matches!(c, '\u{4e00}'..='\u{9fff}' | '々' | ' '));
        let hangul = text
            .chars()
            .all(|c| matches!(c, '\u{ac00}'..='\u{d7a3}' | ' '));
        (han && (2..=5).contains(&count)) || (hangul && (2..=4).contains(&count))
    }
}

/// Words that may be the name of an organisation: few, and none but the last in small letters.
fn cased_name(scan: &Scan<'_>, words: &[Token]) -> bool {
    let Some(first) = words.first() else {
        return false;
    };
    let text = scan.cut(first.start, words.last().map_or(first.end, |t| t.end));
    let capital = matches!(
        first.shape(),
        Some(Shape::Title | Shape::Upper | Shape::Domain | Shape::Handle | Shape::Digits)
    );
    let uncased = first.shape() == Some(Shape::Uncased);
    let domain = words.iter().any(|t| t.shape() == Some(Shape::Domain));
    let most = if text.chars().any(unspaced) { 16 } else { 60 };
    words.len() <= 6 && text.chars().count() <= most && (capital || uncased || domain)
}
