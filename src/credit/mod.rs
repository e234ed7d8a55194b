//! Reading a credit: a caption or credit text in, who made the picture and who passed it on out.
//!
//! The words are data (`schema/words/*.csv`, the registry); what is here is their grammar, in one screen: fold the text
//! and find every known phrase ([`scan`]), find where the credit is ([`locate`]), take it apart ([`content`]), put its
//! parties in order ([`chain`]), and read what the caption says of itself ([`date`], [`statement`]).

mod chain;
mod chars;
mod content;
mod date;
mod disguise;
mod doubt;
#[cfg(test)]
mod examples;
mod explain;
mod language;
mod locate;
mod normalise;
mod person;
mod phrases;
mod place;
mod scan;
mod segment;
mod statement;
mod token;
mod vocabulary;

use std::sync::Arc;

pub use disguise::{Disguise, disguises};
pub use explain::explain;

use crate::error::Result;
use crate::model::{
    CaptionDate, ChainLink, CreditReading, Fact, FactKind, Label, Order, Party, Precision, Role,
    Span, StateKind, StateLevel, StateSourced, Sureness,
};
use crate::parties::Registry;
use content::{Content, Joint, Who, content};
use locate::{Located, Place};
use scan::Scan;
use vocabulary::{Kinds, Lead, Name, Notice, Sense, Vocabulary, unspaced};

/// What is known about a text beforehand.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints<'a> {
    /// BCP 47 language of the page or field.
    pub lang: Option<&'a str>,
    /// When the page was published or the picture sent (`YYYY`, `YYYY-MM`, `YYYY-MM-DD`): used for control by date where
    /// the text states no date.
    pub date: Option<&'a str>,
}

/// How a line of plain text looks as a caption.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sign {
    /// It ends in no credit.
    None,
    /// A name in brackets or behind a dash stands at its end, and nothing more: a caption's credit, or the agency that
    /// a paragraph was taken from.
    Name,
    /// It ends in a credit that leaves no doubt.
    Sure,
}

/// Reads credits with one registry. Cheap to share between threads.
#[derive(Debug)]
pub struct CreditReader {
    registry: Arc<Registry>,
    vocabulary: Vocabulary,
}

/// Texts of more bytes than this are no captions: they are kept, and no credit is looked for in them.
pub const LONGEST: usize = 65_536;

impl CreditReader {
    /// A reader for this registry and the built-in words.
    pub fn new(registry: Arc<Registry>) -> Result<Self> {
        let vocabulary = Vocabulary::new(&registry)?;
        Ok(Self {
            registry,
            vocabulary,
        })
    }

    /// The registry it reads with.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Read a caption that may or may not carry a credit.
    pub fn caption(&self, text: &str, hints: &Hints<'_>) -> CreditReading {
        if text.len() > LONGEST {
            return plain(text, hints);
        }
        let scan = Scan::new(text, &self.vocabulary);
        let lang = language::guess(&scan, hints.lang);
        let end = locate::tail(&scan, 0, scan.text().len());
        let (from, lead_label) = leading_label(&scan);
        let found = locate::locate(&scan, from, end, lang);
        self.finish(&scan, hints, lang, found.as_ref(), (from, lead_label, end))
    }

    /// Read a text that is a credit as a whole: a page's credit element, an embedded Credit field. Its caption is empty.
    pub fn credit(&self, text: &str, hints: &Hints<'_>) -> CreditReading {
        if text.len() > LONGEST || text.trim().is_empty() {
            return CreditReading {
                credit_line: Some(text.to_owned()).filter(|t| !t.trim().is_empty()),
                caption: String::new(),
                ..plain(text, hints)
            };
        }
        let scan = Scan::new(text, &self.vocabulary);
        let lang = language::guess(&scan, hints.lang);
        let end = scan.text().len();
        let found = content(&scan, 0, end, lang);
        let (start, stop) = locate::trimmed(&scan, 0, end);
        let located = Located {
            place: Place::Element,
            start,
            end: stop,
            cut: (0, end),
            content: found,
        };
        self.finish(&scan, hints, lang, Some(&located), (0, None, end))
    }

    /// Read a field that is for the maker's name: IPTC Creator, a catalogue's By-line. A single word that the registry
    /// does not know names the maker there, where in a credit line it might be a house.
    pub fn creator(&self, text: &str, hints: &Hints<'_>) -> CreditReading {
        let mut reading = self.credit(text, hints);
        if let [only] = reading.chain.as_slice()
            && only.party.is_none()
            && reading.creators.is_empty()
            && !only.name.contains(char::is_whitespace)
        {
            reading.creators.push(only.name.clone());
            reading.chain.clear();
        }
        reading
    }

    /// Read a caption and the credit printed in an element of its own. The reading's `text` is both, with a space.
    pub fn parts(&self, caption: &str, credit: Option<&str>, hints: &Hints<'_>) -> CreditReading {
        let Some(credit) = credit.map(str::trim).filter(|c| !c.is_empty()) else {
            return self.caption(caption, hints);
        };
        let caption = caption.trim_end();
        if caption.is_empty() {
            return self.credit(credit, hints);
        }
        let text = format!("{caption} {credit}");
        if text.len() > LONGEST {
            return plain(&text, hints);
        }
        let scan = Scan::new(&text, &self.vocabulary);
        let lang = language::guess(&scan, hints.lang);
        // The folded place of the credit: the folding of the caption alone is a prefix of the whole's.
        let from = normalise::fold(&format!("{caption} "))
            .len()
            .min(scan.text().len());
        let end = scan.text().len();
        let found = content(&scan, from, end, lang);
        let (start, stop) = locate::trimmed(&scan, from, end);
        let located = Located {
            place: Place::Element,
            start,
            end: stop,
            cut: (from, end),
            content: found,
        };
        let (first, lead_label) = leading_label(&scan);
        let mut reading = self.finish(
            &scan,
            hints,
            lang,
            Some(&located),
            (first.min(from), lead_label, end),
        );
        // The caption may carry a credit too; where it names more, both are told.
        let own = self.caption(caption, hints);
        if let Some(line) = &own.credit_line {
            let names = |r: &CreditReading| {
                r.chain
                    .iter()
                    .map(|l| l.name.clone())
                    .chain(r.creators.iter().cloned())
                    .collect::<Vec<_>>()
            };
            let theirs = names(&reading);
            let repeats = names(&own).iter().all(|name| theirs.contains(name));
            if repeats || line.trim() == credit {
                reading.caption.clone_from(&own.caption);
                reading.caption_dates = own.caption_dates;
            } else if reading.chain.is_empty() && reading.creators.is_empty() {
                return CreditReading { text, ..own };
            } else if own.caption.trim().is_empty() && own.chain.iter().all(|l| l.party.is_none()) {
                // All of the caption, names that nobody knows, and a credit beside it: that is a caption.
            } else {
                reading.caption.clone_from(&own.caption);
                reading.also.push(own);
            }
        }
        reading
    }

    /// How a line of plain text looks as a caption, by the credit at its end. Cheap enough for every line of a page.
    pub fn sign(&self, line: &str) -> Sign {
        if line.len() > 4096 {
            return Sign::None;
        }
        let scan = Scan::new(line, &self.vocabulary);
        let end = locate::tail(&scan, 0, scan.text().len());
        let Some(found) = locate::locate(&scan, 0, end, None) else {
            return Sign::None;
        };
        let content = &found.content;
        let at_end = scan
            .cut(found.cut.1, end)
            .trim_matches([' ', '.'])
            .is_empty();
        if !at_end || content.junk + content.loose + content.beside > 0 {
            return Sign::None;
        }
        let sure = match found.place {
            Place::Lead => true,
            Place::Bracket => {
                content.lead.is_some()
                    || (content.known > 0 && content.items.len() + content.labels.len() > 1)
                    || content.formed
            }
            Place::Dash | Place::Sentence => {
                content.slashes > 0 && content.persons() > 0 || content.made && content.known > 0
            }
            Place::Before | Place::Whole | Place::Element => false,
        };
        let named = content.known > 0 || !content.labels.is_empty();
        match found.place {
            _ if sure => Sign::Sure,
            Place::Bracket | Place::Dash if named => Sign::Name,
            _ => Sign::None,
        }
    }

    /// Whether a line of plain text ends in a credit that leaves no doubt.
    pub fn ends_in_credit(&self, line: &str) -> bool {
        self.sign(line) == Sign::Sure
    }

    /// Whether a line begins with "Source:": of a line by itself that says as much of the text as of a picture.
    pub fn opens_as_source(&self, line: &str) -> bool {
        let head: String = line.chars().take(60).collect();
        let scan = Scan::new(&head, &self.vocabulary);
        let mut first = scan.hits_from(0).iter().take_while(|hit| hit.start == 0);
        first.any(|hit| scan.means(hit.phrase, |s| matches!(s, Sense::Lead(Lead::Source, _))))
    }

    /// Whether a line is furniture of the page and nothing else: "Click to enlarge", "Share this".
    pub fn is_furniture(&self, line: &str) -> bool {
        let line = line.trim().trim_end_matches(['.', '!', ' ']);
        if line.is_empty() || line.len() > 120 {
            return false;
        }
        let scan = Scan::new(line, &self.vocabulary);
        let end = scan.text().len();
        let mut first = scan.hits_from(0).iter().take_while(|hit| hit.start == 0);
        first.any(|hit| hit.end == end && scan.means(hit.phrase, |s| s == Sense::Furniture))
    }

    /// The bytes that a label such as "Image caption," takes at the beginning of a line, its separator included; `None`
    /// where none stands there.
    pub fn caption_label(&self, line: &str) -> Option<usize> {
        let head: String = line.chars().take(60).collect();
        let scan = Scan::new(&head, &self.vocabulary);
        let label = scan
            .hits_from(0)
            .iter()
            .take_while(|hit| hit.start == 0)
            .filter(|hit| scan.means(hit.phrase, |s| matches!(s, Sense::Lead(Lead::Caption, _))))
            .max_by_key(|hit| hit.end)?;
        let (_, end) = scan.bytes(label.start, label.end);
        let rest = head.get(end..)?;
        let after = rest
            .trim_start()
            .trim_start_matches([':', ',', '،', '、', '，', '：']);
        (after.len() < rest.trim_start().len() || after.is_empty())
            .then(|| end + (rest.len() - after.trim_start().len()))
    }

    /// The bytes of a caption without the label of a credit that is printed elsewhere: "... on Friday. Credit...". `None`
    /// where it ends in none.
    pub fn without_credit_label(&self, caption: &str) -> Option<usize> {
        let marks = ['.', '…', ':', '：', ' '];
        let stripped = caption.trim_end_matches(marks);
        let mark = caption.get(stripped.len()..)?;
        if !(mark.contains([':', '：', '…']) || mark.contains("..")) {
            return None;
        }
        let from = stripped
            .char_indices()
            .rev()
            .nth(24)
            .map_or(0, |(at, _)| at);
        let tail = stripped.get(from..)?;
        let scan = Scan::new(tail, &self.vocabulary);
        let end = scan.text().len();
        let leads = |s| {
            matches!(
                s,
                Sense::Lead(
                    Lead::Photo | Lead::Source | Lead::Author | Lead::Copyright,
                    _
                )
            )
        };
        let hit = scan
            .hits
            .iter()
            .filter(|h| h.end == end && !h.glued_start && h.kinds.any(Kinds::LEAD))
            .find(|h| scan.means(h.phrase, leads))?;
        let before = caption.get(..from + scan.bytes(hit.start, hit.end).0)?;
        let caption = before.trim_end();
        // A label is no part of a sentence.
        let ended = caption.ends_with(['.', '!', '?', '。', ')', ']', '"', '”', '’', '»']);
        (ended || before.ends_with('\n')).then_some(caption.len())
    }

    /// Put a reading together from what was located.
    fn finish(
        &self,
        scan: &Scan<'_>,
        hints: &Hints<'_>,
        lang: Option<&str>,
        found: Option<&Located>,
        (from, lead_label, end): (usize, Option<Label>, usize),
    ) -> CreditReading {
        let chars = Chars::new(scan.original);
        let span = |start: usize, stop: usize| {
            let (start, stop) = scan.bytes(start, stop);
            Span(chars.at(start), chars.at(stop))
        };
        // The order of day and month follows the sentence's own language; a page's says less.
        let english = lang == Some("en")
            && (hints.lang.is_none() || language::guess(scan, None).is_none_or(|own| own == "en"));
        let numerals = if english {
            date::Numerals::Unknown
        } else {
            date::Numerals::DayFirst
        };
        let mut reading = CreditReading {
            text: scan.original.to_owned(),
            lang: lang.map(str::to_owned),
            ..CreditReading::default()
        };
        // ------------------------------------------------ the caption
        let (before, after) = match found {
            Some(f) => (
                (from, locate::tail(scan, from, f.cut.0.max(from))),
                (f.cut.1.max(from), end.max(f.cut.1)),
            ),
            None => ((from, end), (end, end)),
        };
        let others = found.map_or_else(Vec::new, |f| locate::others(scan, from, f, lang));
        let (mut caption, mut labels) = (String::new(), Vec::new());
        let mut at = before.0;
        for stop in others.iter().map(|o| o.cut).chain([(before.1, before.1)]) {
            let (piece, more) = caption_text(scan, (at, stop.0), found.is_some());
            join_to(&mut caption, piece);
            labels.extend(more);
            at = stop.1;
        }
        let (rest, more) = caption_text(scan, after, false);
        join_to(&mut caption, rest);
        labels.extend(more);
        reading.caption = caption;
        // ------------------------------------------------ dates, statements, notices
        let inside = |at: usize| {
            found
                .as_ref()
                .is_some_and(|f| (f.cut.0..f.cut.1).contains(&at))
        };
        let dates = date::dates(scan, numerals, lang);
        for (start, stop) in place::places(scan, &dates) {
            if !inside(start) {
                reading.facts.push(Fact {
                    kind: FactKind::Place,
                    text: scan.printed(start, stop).to_owned(),
                    span: span(start, stop),
                    party: None,
                });
            }
        }
        for date in dates.into_iter().filter(|d| {
            !inside(d.start) || reading.caption.is_empty() || d.precision() == Precision::Day
        }) {
            let text = scan.printed(date.start, date.end).to_owned();
            if date.released {
                reading.facts.push(Fact {
                    kind: FactKind::Released,
                    text: text.clone(),
                    span: span(date.start, date.end),
                    party: None,
                });
            }
            reading.caption_dates.push(CaptionDate {
                date: date.text(),
                precision: date.precision(),
                text,
                span: Some(span(date.start, date.end)),
                released: date.released,
            });
        }
        let parties: &[Party] = self.registry.iter().as_slice();
        let mut stated: Option<(&Party, String, bool)> = None;
        for told in statement::told(scan, lang) {
            let party = told
                .party
                .and_then(|n| self.vocabulary.name(n))
                .and_then(|n| parties.get(n.party as usize));
            let text = scan.printed(told.start, told.end).to_owned();
            if let (FactKind::Stated, Some(party)) = (told.kind, party)
                && !inside(told.start)
                && stated.is_none()
            {
                stated = Some((party, text.clone(), told.doubt));
            }
            reading.facts.push(Fact {
                kind: told.kind,
                text,
                span: span(told.start, told.end),
                party: party.map(|p| p.id.clone()),
            });
        }
        reading.facts.sort_by_key(|f| f.span);
        // ------------------------------------------------ the credit
        let caption_dates = std::mem::take(&mut reading.caption_dates);
        let date = caption_dates.first().map(|d| d.date.as_str());
        let date = date.or(hints.date);
        let mut guesses = 0;
        let mut affiliation = false;
        if let Some(found) = found {
            reading.span = Some(span(found.start, found.end));
            reading.credit_line =
                Some(scan.printed(found.start, found.end).to_owned()).filter(|l| !l.is_empty());
            let parts = split(scan, found, lang);
            if let Some(first) = others.first() {
                reading.span = Some(span(first.start, first.end));
                reading.credit_line = Some(scan.printed(first.start, first.end).to_owned());
            }
            let whole = parts.is_empty().then_some(found);
            let mut credits = others
                .iter()
                .chain(whole)
                .map(|one| (&one.content, one.start, one.end))
                .chain(parts.iter().map(|(c, start, end)| (c, *start, *end)));
            if let Some((first, ..)) = credits.next() {
                guesses = self.names(scan, first, date, lang, parties, &mut reading, &span);
            }
            if let Some(state) = &mut reading.state_sourced
                && (locate::may_be_affiliation(scan, from, found)
                    || locate::is_name_in(&reading.caption, &state.evidence))
            {
                state.confidence = state.confidence.max(Sureness::Possible);
                affiliation = true;
            }
            for (one, start, stop) in credits {
                let mut other = CreditReading {
                    text: scan.original.to_owned(),
                    credit_line: Some(scan.printed(start, stop).trim().to_owned()),
                    span: Some(span(start, stop)),
                    lang: lang.map(str::to_owned),
                    ..CreditReading::default()
                };
                self.names(scan, one, date, lang, parties, &mut other, &span);
                other.confidence = 0.7;
                // Which of the pictures it is of, the line alone may not say.
                if let Some(state) = &mut other.state_sourced {
                    state.confidence = state.confidence.max(Sureness::Possible);
                }
                reading.also.push(other);
            }
        }
        // What an arm of a state gave out, or an agency passed on for somebody else, is a handout.
        let third = scan
            .hits
            .iter()
            .filter(|h| h.kinds.any(Kinds::NOTICE))
            .any(|h| scan.means(h.phrase, |s| s == Sense::Notice(Notice::ThirdParty)));
        let given = stated.is_some()
            && reading
                .chain
                .iter()
                .any(|l| l.state == Some(StateKind::Government));
        let named = |l: &Label| matches!(l, Label::Handout | Label::Courtesy | Label::Supplied);
        if found.is_some() && (third || given) && !reading.labels.iter().any(named) {
            labels.push(Label::Handout);
        }
        for label in lead_label.into_iter().chain(labels) {
            if !reading.labels.contains(&label) {
                reading.labels.push(label);
            }
        }
        if reading.state_sourced.is_none()
            && let Some((party, words, doubt)) = stated
            && let Some((kind, _, sureness)) = Registry::state_of_party(party, date)
        {
            reading.state_sourced = Some(StateSourced {
                level: StateLevel::Stated,
                kinds: vec![kind],
                parties: vec![party.id.clone()],
                evidence: words,
                confidence: if doubt { Sureness::Possible } else { sureness },
            });
        }
        reading.caption_dates = caption_dates;
        reading.confidence = doubt::confidence(scan, found, &reading, guesses, affiliation);
        reading
    }

    /// Creators, chain, labels and state source of one credit. Gives how many places in the chain are a guess.
    #[allow(clippy::too_many_arguments)]
    fn names(
        &self,
        scan: &Scan<'_>,
        content: &Content,
        date: Option<&str>,
        lang: Option<&str>,
        parties: &[Party],
        reading: &mut CreditReading,
        span: &dyn Fn(usize, usize) -> Span,
    ) -> usize {
        for item in content.items.iter().filter(|i| i.who == Who::Person) {
            let name = name_of(scan.printed(item.start, item.end));
            let letters = |n: &str| -> String {
                normalise::fold(n)
                    .chars()
                    .filter(|c| c.is_alphanumeric())
                    .collect()
            };
            // A byline is often repeated, in capitals or without its accents.
            let repeated = !reading.creators.is_empty() && {
                let folded = letters(&name);
                reading.creators.iter().any(|c| letters(c) == folded)
            };
            if !name.is_empty() && !repeated {
                reading.creators.push(name);
            }
        }
        for label in &content.labels {
            if !reading.labels.contains(label) {
                reading.labels.push(*label);
            }
        }
        // Only where there is an order to find.
        let primary = lang.and_then(|lang| lang.split('-').next());
        let home: Vec<&str> = lang
            .into_iter()
            .chain(primary)
            .filter(|_| content.items.len() > 1)
            .flat_map(|lang| self.vocabulary.homes(lang))
            .map(String::as_str)
            .collect();
        let chain::Ordered {
            hands,
            order,
            guesses,
        } = chain::order(
            &content.items,
            &self.registry,
            &self.vocabulary,
            parties,
            date,
            &home,
        );
        // "Photos: A, B" are more likely two credits than the way of one picture.
        let apart = content.several
            && hands.len() > 1
            && content.items.iter().all(|i| {
                i.who != Who::Person && matches!(i.joint, Joint::None | Joint::Comma | Joint::And)
            });
        let either = content.items.iter().any(|i| i.joint == Joint::Or);
        reading.order = if apart || either {
            Order::Uncertain
        } else {
            order
        };
        let last = hands.len().saturating_sub(1);
        reading.chain.reserve_exact(hands.len());
        for (at, hand) in hands.iter().enumerate() {
            let role = match at {
                0 if last > 0
                    || reading.creators.is_empty()
                        && hand.party.is_some_and(|p| p.state.is_some()) =>
                {
                    Role::Originator
                }
                _ if at == last => Role::Distributor,
                _ => Role::Intermediary,
            };
            let state = hand.party.and_then(|p| Registry::state_of_party(p, date));
            reading.chain.push(ChainLink {
                party: hand.party.map(|p| p.id.clone()),
                name: hand.party.filter(|_| !hand.item.wide).map_or_else(
                    || {
                        scan.printed(hand.item.start, hand.item.end)
                            .trim()
                            .to_owned()
                    },
                    |p| p.name.clone(),
                ),
                role,
                state: state.map(|s| s.0),
                control: hand.party.map(|p| Registry::control_of(p, date).0),
                span: span(hand.item.start, hand.item.end),
            });
        }
        reading.state_sourced = Self::state(scan, reading, &hands, date);
        if let Some(state) = &mut reading.state_sourced
            && content.doubt
        {
            state.confidence = Sureness::Possible;
        }
        guesses
    }

    /// Whether the chain begins with an arm of a state. A state agency that only passes on another's picture does not
    /// make it state-sourced; where the order is uncertain, no claim rests on it.
    fn state(
        scan: &Scan<'_>,
        reading: &CreditReading,
        hands: &[chain::Hand<'_>],
        date: Option<&str>,
    ) -> Option<StateSourced> {
        let is_state = |h: &chain::Hand<'_>| {
            h.party
                .is_some_and(|p| Registry::state_of_party(p, date).is_some())
        };
        let first = hands.iter().position(is_state)?;
        let others_first = hands.iter().take(first).any(|h| {
            h.party
                .is_some_and(|p| p.kind != crate::model::PartyKind::Platform)
        });
        // In whatever order, it is a state's where all of them are: "Xinhua/KCNA", but not "Anadolu Spa".
        let uncertain = reading.order == Order::Uncertain && hands.len() > 1;
        let parted = |ends: &[chain::Hand<'_>]| {
            let [one, other] = ends else { return true };
            !scan.cut(one.item.end, other.item.start).trim().is_empty()
        };
        let all = hands.windows(2).all(parted) && hands.iter().all(is_state);
        if others_first || (uncertain && !all) {
            return None;
        }
        let mut sureness = if first == 0 && !uncertain {
            Sureness::Sure
        } else {
            Sureness::Possible
        };
        let (mut kinds, mut ids): (Vec<StateKind>, Vec<String>) = (Vec::new(), Vec::new());
        for hand in hands {
            let Some(party) = hand.party else { continue };
            let Some((kind, _, how)) = Registry::state_of_party(party, date) else {
                continue;
            };
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
            if ids.is_empty() {
                sureness = sureness.max(how);
                // Houses of one name: which it is, the letters alone do not tell.
                let tied = hand.item.who.name(scan.vocabulary).is_some_and(Name::tied);
                // "The archive of a TASS correspondent" is no house's.
                let behind = scan
                    .cut(hand.item.end, scan.text().len())
                    .trim_start_matches(' ');
                let member = scan.vocabulary.longest(behind, |s| s == Sense::Member);
                // "Ruth Thomas (RT)"
                let printed = scan.printed(hand.item.start, hand.item.end);
                let initials = reading.creators.iter().any(|c| are_initials(printed, c));
                if tied || initials || member.is_some() {
                    sureness = Sureness::Possible;
                }
            }
            ids.push(party.id.clone());
        }
        let level = if hands.len() == ids.len() && ids.len() == 1 {
            StateLevel::Direct
        } else {
            StateLevel::Via
        };
        let (from, to) = hands.iter().fold((usize::MAX, 0), |(a, b), h| {
            (a.min(h.item.start), b.max(h.item.end))
        });
        Some(StateSourced {
            level,
            kinds,
            parties: ids,
            evidence: scan.printed(from, to).to_owned(),
            confidence: sureness,
        })
    }
}

/// Whether letters are the initials of a name.
fn are_initials(letters: &str, name: &str) -> bool {
    let words = name.split(|c: char| c.is_whitespace() || c == '-');
    let initials = words.filter_map(|word| word.chars().next());
    let letters = letters.chars().filter(|c| c.is_alphabetic());
    letters.clone().nth(1).is_some() && initials.eq(letters)
}

/// Add a piece of a caption to what stands before it.
fn join_to(caption: &mut String, piece: &str) {
    if !piece.is_empty() && !caption.is_empty() && !piece.starts_with([',', '.', ';', ':']) {
        caption.push(' ');
    }
    caption.push_str(piece);
}

/// A reading of a text in which nothing was looked for.
fn plain(text: &str, hints: &Hints<'_>) -> CreditReading {
    CreditReading {
        text: text.to_owned(),
        caption: text.trim().to_owned(),
        lang: hints.lang.map(str::to_owned),
        confidence: 0.3,
        ..CreditReading::default()
    }
}

/// "FILE PHOTO:", "FILE -" and the like before the caption: where the caption begins, and the label.
fn leading_label(scan: &Scan<'_>) -> (usize, Option<Label>) {
    let first = scan.trim_start(0);
    let skip = scan.cut(first, scan.text().len()).len()
        - scan
            .cut(first, scan.text().len())
            .trim_start_matches(['(', '[', '"'])
            .len();
    let at = first + skip;
    for hit in scan.hits_from(at).iter().take_while(|h| h.start == at) {
        let label = scan.senses(hit).find_map(|s| match s {
            Sense::Label(label, _) => Some(label),
            _ => None,
        });
        let after = scan.cut(hit.end, scan.text().len());
        let bare = after.trim_start_matches([')', ']', '"']).trim_start();
        let caps = scan
            .printed(hit.start, hit.end)
            .chars()
            .any(char::is_uppercase)
            || after.chars().next().is_some_and(|c| !c.is_ascii());
        if let Some(label) = label
            && caps
            && bare.starts_with([':', '-', '|', '.', ','])
            && bare.len() > 1
        {
            let rest = bare.trim_start_matches([':', '-', '|', '.', ',', ' ']);
            return (scan.text().len() - rest.len(), Some(label));
        }
    }
    (0, None)
}

/// The printed caption between two offsets: without labels at its end, and with those labels. A caption that is nothing
/// but a label stays.
fn caption_text<'a>(
    scan: &Scan<'a>,
    (start, end): (usize, usize),
    credited: bool,
) -> (&'a str, Vec<Label>) {
    let mut labels = Vec::new();
    let mut stop = scan.trim_end(end).max(start);
    loop {
        let separators = [' ', '\n', ',', '-', '|', '·', ';', '/', ':', '='];
        let full = scan.cut(start, stop).trim_end_matches(separators);
        // A label may be a sentence of its own, or stand in brackets before the full stop.
        let body = start + full.trim_end_matches(['.', ' ']).len();
        let dotted = body < start + full.len();
        let bracketed = scan.char_before(body).is_some_and(|c| c == ')' || c == ']');
        let inner = if bracketed {
            start
                + scan
                    .cut(start, body)
                    .trim_end_matches([')', ']', ' ', '.'])
                    .len()
        } else {
            body
        };
        let label = scan
            .hits_from(start.max(inner.saturating_sub(120)))
            .iter()
            .take_while(|h| h.start < start + full.len())
            .filter(|h| h.kinds.any(Kinds::LABEL))
            .filter(|h| h.end == inner || h.end == start + full.len())
            .find_map(|h| {
                scan.senses(h).find_map(|s| match s {
                    Sense::Label(label, anywhere) => Some((h.start, label, anywhere)),
                    _ => None,
                })
            });
        let Some((at, label, anywhere)) = label else {
            break;
        };
        let printed = scan.cut(start, at);
        let before = printed.trim_end();
        let opened = before.ends_with(['(', '[']);
        // Without a separator only in a script without spaces, and between sentences only alone.
        let spaced = before.len() < printed.len() && scan.char_at(at).is_some_and(unspaced);
        let parted = before.is_empty()
            || before.ends_with(['.', '!', '?'])
            || !dotted && before.ends_with([',', '-', '|', '·', ';', ':', ')', '/', '\n', '='])
            || spaced;
        if !(bracketed && opened || parted && (anywhere || credited)) {
            break;
        }
        labels.insert(0, label);
        let left = before.trim_end_matches(['(', '[', ' ']);
        if left.is_empty() && !opened {
            // The label is the caption.
            let text = scan.printed(start, start + full.len()).trim();
            return (text, labels);
        }
        let dot = dotted && opened;
        stop = start + left.len();
        stop = start
            + scan
                .cut(start, stop)
                .trim_end_matches([' ', ',', '-', '|', '·', ';', ':', '=', '\n'])
                .len();
        if dot {
            break;
        }
    }
    if start >= stop {
        return ("", labels);
    }
    // Labels that count in running text stay in it.
    for hit in scan.hits_from(start).iter().take_while(|h| h.start < stop) {
        if hit.kinds.any(Kinds::LABEL) && hit.end <= stop && !hit.glued_start && !hit.glued_end {
            labels.extend(scan.senses(hit).find_map(|s| match s {
                Sense::Label(label, true) => Some(label),
                _ => None,
            }));
        }
    }
    let text = scan.printed(start, stop).trim();
    let text = if credited {
        text.trim_end_matches([' ', '\n', '|', '·', '/', '-', '–', '—', '•', '＝', '=', '('])
    } else {
        text
    };
    (text.trim(), labels)
}

/// Independent credits of one line: those parted by semicolons or by the sides of a picture ("Left: A. Right: B") that
/// each name somebody; none where it is one.
fn split(scan: &Scan<'_>, found: &Located, lang: Option<&str>) -> Vec<(Content, usize, usize)> {
    let text = scan.cut(found.start, found.end);
    let mut ends: Vec<usize> = text
        .match_indices(';')
        .map(|(at, _)| found.start + at)
        .collect();
    if ends.is_empty() {
        let mut past = found.start;
        for hit in scan
            .hits_from(found.start)
            .iter()
            .take_while(|h| h.start < found.end)
        {
            // "right:" inside "from left to right:" is no side of its own.
            if hit.end < found.end
                && hit.start >= past
                && hit.kinds.any(Kinds::LEAD)
                && !(hit.glued_start || hit.glued_end)
                && scan.means(hit.phrase, |s| matches!(s, Sense::Lead(Lead::Side, _)))
                && scan.cut(hit.end, found.end).trim_start().starts_with(':')
            {
                if past > found.start {
                    ends.push(hit.start);
                }
                past = hit.end;
            }
        }
    }
    let mut parts = Vec::new();
    if !ends.is_empty() {
        let mut from = found.start;
        for to in ends.into_iter().chain([found.end]) {
            let one = content(scan, from, to, lang);
            if one.items.is_empty() {
                parts.clear();
                break;
            }
            let (start, stop) = locate::trimmed(scan, from, to);
            parts.push((one, start, stop));
            from = to + usize::from(scan.char_at(to) == Some(';'));
        }
    }
    if parts.len() < 2 {
        parts.clear();
    }
    parts
}

/// A person's name as printed, without stray punctuation.
fn name_of(printed: &str) -> String {
    let mut name = String::with_capacity(printed.len());
    for word in printed
        .trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '.' | '/' | '-'))
        .split_whitespace()
    {
        if !name.is_empty() {
            name.push(' ');
        }
        name.push_str(word);
    }
    name
}

/// Character offsets of byte offsets.
struct Chars<'a> {
    text: &'a str,
    ascii: bool,
}

impl<'a> Chars<'a> {
    fn new(text: &'a str) -> Self {
        Self {
            text,
            ascii: text.is_ascii(),
        }
    }

    fn at(&self, byte: usize) -> usize {
        if self.ascii {
            return byte.min(self.text.len());
        }
        self.text
            .get(..byte)
            .map_or_else(|| self.text.chars().count(), |t| t.chars().count())
    }
}
