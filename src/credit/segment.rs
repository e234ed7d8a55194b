//! A run of words between two separators: one name, or several side by side, or nothing a credit has.

use super::chars::alphabetic;
use super::content::{Item, Joint, Reader, Who};
use super::person::{Likeness, likeness};
use super::scan::Scan;
use super::token::{Kind, Shape, Token};
use super::vocabulary::{Hedge, Name, Sense, is_hangul, unspaced};
use crate::model::{Label, PartyKind};

impl Reader<'_> {
    pub(super) fn push(&mut self, who: Who, start: usize, end: usize, wide: bool) {
        match self.denying {
            // "former TASS photographer Name": the name is the maker's.
            Some(Hedge::Former) if who == Who::Person => self.denying = None,
            Some(_) => {
                self.content.denied = true;
                return;
            }
            None => {}
        }
        // "Name of the House (NH)": one party, named twice.
        if let (Some(last), Who::Known(name)) = (self.content.items.last_mut(), who)
            && matches!(self.joint, Joint::Comma | Joint::Beside)
            && let Who::Known(before) = last.who
        {
            let party = |n: u32| self.scan.vocabulary.name(n).map(|n| n.party);
            if party(before) == party(name) {
                last.end = end;
                self.joint = Joint::Beside;
                return;
            }
        }
        if who == Who::Unknown && self.joint == Joint::Beside && self.is_longer(start) {
            if let Some(last) = self.content.items.last_mut() {
                (last.who, last.end, last.wide) = (who, end, true);
                self.content.known = self.content.known.saturating_sub(1);
            }
            return;
        }
        let who = match who {
            Who::Known(name) if self.goes_on(name, end) => Who::Unknown,
            who => who,
        };
        let tied = self.joint == Joint::Slash && !self.content.labels.is_empty();
        let joint = if self.content.items.is_empty() && !tied {
            Joint::None
        } else {
            self.joint
        };
        if let Who::Known(name) = who {
            self.content.known += 1;
            let name = self.scan.vocabulary.name(name);
            let mut letters = self
                .scan
                .printed(start, end)
                .chars()
                .filter(|c| c.is_alphabetic());
            self.content.sure_alias |= name.is_some_and(|n| !n.credit_only() || !n.state);
            // An office alone is what a caption speaks of.
            self.content.sure_name |= name.is_some_and(|n| {
                n.kind != PartyKind::Government
                    && (!n.credit_only() || letters.all(|c| !c.is_lowercase()))
            });
        }
        if self.stop && !self.content.is_empty() {
            self.content.stops += 1;
        }
        self.content.date_before |= self.dated;
        self.content.items.push(Item {
            who,
            start,
            end,
            joint,
            wide,
            uncased: false,
        });
        self.joint = Joint::Beside;
        self.author = false;
        self.stop = false;
        self.dated = false;
    }

    /// "Sana Hotels", "Anadolu Efes basketball club": a state's house in one word, right before words that are nobody's name,
    /// is the first word of another house.
    fn is_longer(&self, start: usize) -> bool {
        let Some(last) = self.content.items.last() else {
            return false;
        };
        let name = last.who.name(self.scan.vocabulary);
        let printed = self.scan.printed(last.start, last.end);
        name.is_some_and(|n| n.state && n.kind != PartyKind::Government)
            && !last.wide
            && !printed.contains(' ')
            && printed.starts_with(|c: char| c.is_ascii_uppercase())
            && self.scan.cut(last.end, start) == " "
    }

    /// "Kremlin-Example": a hyphen makes an office, or a name that words of a language spell too, part of another name.
    fn goes_on(&self, name: u32, end: usize) -> bool {
        let mut after = self.scan.printed(end, self.scan.text().len()).chars();
        let glued = after.next() == Some('-') && after.next().is_some_and(char::is_uppercase);
        glued
            && self
                .scan
                .vocabulary
                .name(name)
                .is_some_and(|n| n.credit_only() || n.kind == PartyKind::Government)
            && !self
                .scan
                .hits_from(end + 1)
                .iter()
                .take_while(|h| h.start == end + 1)
                .flat_map(|h| self.scan.senses(h))
                .any(|s| {
                    matches!(
                        s,
                        Sense::Party(_) | Sense::Label(..) | Sense::Picture | Sense::Filler
                    )
                })
    }

    /// The words since the last separator are one name, or several side by side.
    pub(super) fn close(&mut self) {
        if self.segment.is_empty() {
            return;
        }
        let mut segment = std::mem::take(&mut self.segment);
        self.content.words += segment.len();
        self.take_dates(&mut segment);
        self.own_names(&mut segment);
        self.name(&segment);
        self.dated |= std::mem::take(&mut self.dated_after);
        segment.clear();
        self.segment = segment;
    }

    fn name(&mut self, segment: &[Token]) {
        let mut from = 0;
        while from < segment.len() {
            let party = segment
                .iter()
                .skip(from)
                .position(|t| matches!(t.kind, Kind::Party(_)))
                .map(|i| i + from);
            let Some(at) = party else {
                self.words(segment.get(from..).unwrap_or_default(), from > 0);
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
            let Some((token, Kind::Party(name))) = segment.get(at).map(|t| (*t, t.kind)) else {
                return;
            };
            let organisation = |t: &Token| t.means(self.scan, |s| s == Sense::Organisation);
            let after = segment.get(next..).unwrap_or_default();
            let follows = after.first().is_some_and(organisation);
            // "X's Press Office" is not the press office that the registry means.
            let owned = before.last().filter(|t| !owns(t)).is_some_and(|t| {
                let after = self.scan.cut(t.end, token.start).trim_end();
                let text = self.scan.cut(t.start, t.end);
                after == "'" || text.ends_with("'s") || text.ends_with('\'')
            });
            // "CENTRAL NEWS AGENCY V": a field that was cut after 32 bytes.
            let cut = matches!(after, [one] if matches!(one.shape(), Some(Shape::Upper | Shape::Title))
                && self.scan.cut(one.start, one.end).chars().count() == 1);
            if cut {
                next += 1;
            }
            if !cut
                && self.kind(name) == Some(PartyKind::Government)
                && let Some(end) = self.body_of(before, &token, segment, at)
            {
                from = end;
                continue;
            }
            // "Kremlin Films": an office in one word before what houses are called is another house's name.
            let house = |t: &Token| {
                let text = self.scan.printed(t.start, t.end);
                text.starts_with(char::is_uppercase) && text.ends_with('s') && {
                    t.means(self.scan, |s| {
                        s == Sense::Picture || s == Sense::Organisation
                    })
                }
            };
            let printed = self.scan.printed(token.start, token.end);
            let one_word = !printed.contains(' ') && printed.contains(char::is_lowercase);
            let rest = segment.get(at + 1..).unwrap_or_default();
            let named = |t: &Token| {
                matches!(
                    t.kind,
                    Kind::Word(Shape::Title | Shape::Upper | Shape::Uncased)
                )
            };
            let venue = |t: &Token| named(t) && t.means(self.scan, |s| s == Sense::Venue);
            let another = one_word
                && self.kind(name) == Some(PartyKind::Government)
                && matches!(rest, [last] if house(last));
            // "Anadolu Hotel"
            let trades = rest.iter().take_while(|t| named(t)).any(venue);
            if another || trades {
                self.words(before, true);
                self.push(
                    Who::Unknown,
                    token.start,
                    segment.last().map_or(token.end, |t| t.end),
                    true,
                );
                return;
            }
            // "Museen des Kreml": what belongs to an office is not the office.
            let particle = |t: &Token| {
                t.shape() == Some(Shape::Lower)
                    && !owns(t)
                    && self
                        .scan
                        .vocabulary
                        .is_tongue(self.scan.cut(t.start, t.end))
            };
            let of_office = self.kind(name) == Some(PartyKind::Government)
                && (before.iter().any(venue)
                    || before.last().is_some_and(particle)
                        && before
                            .first()
                            .is_some_and(|t| named(t) && t.phrase.is_none()));
            if owned || of_office {
                let first = before.first().unwrap_or(&token);
                self.push(Who::Unknown, first.start, token.end, true);
            } else if before.iter().any(organisation) || follows {
                // A longer name around a known one is another body: "Reuters Institute"; around an arm of a state it
                // is an office of that arm: "Press Service of the Ministry".
                let first = before.iter().find(|t| !owns(t)).unwrap_or(&token);
                let mut end = token.end;
                while segment
                    .get(next)
                    .is_some_and(|t| organisation(t) || t.shape() == Some(Shape::Title))
                {
                    end = segment.get(next).map_or(end, |t| t.end);
                    next += 1;
                }
                let office = self.kind(name) == Some(PartyKind::Government);
                let who = if office {
                    Who::Known(name)
                } else {
                    Who::Unknown
                };
                self.loose(before);
                self.push(who, first.start, end, true);
            } else {
                self.words(before, true);
                self.push(Who::Known(name), token.start, token.end, false);
            }
            from = next;
        }
    }

    /// An office with a country or place around it ("Ministry of X of Y", "Y's Police") is another one than the
    /// office that the registry knows by that name alone, unless it is one of many. Gives the place after it in the run.
    fn body_of(
        &mut self,
        before: &[Token],
        token: &Token,
        segment: &[Token],
        at: usize,
    ) -> Option<usize> {
        let Kind::Party(name) = token.kind else {
            return None;
        };
        let organisation = |t: &Token| t.means(self.scan, |s| s == Sense::Organisation);
        let link = |t: &Token| {
            t.shape() != Some(Shape::Title)
                && t.means(self.scan, |s| {
                    matches!(s, Sense::Filler | Sense::Particle | Sense::Article)
                })
        };
        let word = |t: &Token| {
            matches!(
                t.shape(),
                Some(Shape::Title | Shape::Upper | Shape::Uncased)
            ) && !t.means(self.scan, |s| {
                matches!(
                    s,
                    Sense::Rank
                        | Sense::Lead(..)
                        | Sense::Picture
                        | Sense::Maker
                        | Sense::Supplier
                        | Sense::Label(..)
                )
            })
        };
        let printed = self.scan.printed(token.start, token.end);
        let acronym =
            !printed.chars().any(char::is_lowercase) && printed.chars().any(char::is_uppercase);
        let after = segment.get(at + 1..).unwrap_or_default();
        let links = after.iter().take_while(|t| link(t)).count();
        let named = after
            .iter()
            .skip(links)
            .take_while(|t| word(t) && !organisation(t))
            .count();
        // A name in two words right after it is a person's, except after a spelt-out office: "Ministry X North Y".
        let spelt = printed.contains(' ') || printed.chars().any(unspaced);
        let follows = named > 0
            && (links > 0 || named == 1 || spelt && named <= 3)
            && !(acronym && named > 1);
        let ahead = matches!(before, [one] if word(one) && one.phrase.is_none());
        let offices = before.iter().any(organisation);
        if !follows && !ahead {
            return None;
        }
        let first = before
            .iter()
            .find(|t| !link(t))
            .filter(|_| ahead || offices)
            .unwrap_or(token);
        let mut next = if follows {
            at + 1 + links + named
        } else {
            at + 1
        };
        // "Town Police Department"
        while segment.get(next).is_some_and(organisation) {
            next += 1;
        }
        let last = next
            .checked_sub(1)
            .and_then(|i| segment.get(i))
            .unwrap_or(token);
        let local = self.scan.vocabulary.name(name).is_some_and(|n| n.local);
        let who = if local {
            Who::Known(name)
        } else {
            Who::Unknown
        };
        if !(ahead || offices) {
            self.words(before, true);
        }
        self.push(who, first.start, last.end, true);
        Some(next)
    }

    /// An acronym printed like a word beside a name is one: "Kari Berg" is a person, "KARI" a body.
    fn own_names(&self, segment: &mut [Token]) {
        let vocabulary = self.scan.vocabulary;
        // Family names that are an article or particle somewhere: "Das", "Le".
        let small = |phrase: u32| {
            let senses = vocabulary.senses(phrase);
            senses.iter().any(|&(s, _)| s == Sense::Article)
                && !senses
                    .iter()
                    .any(|&(s, _)| matches!(s, Sense::Picture | Sense::Organisation))
        };
        let word = |t: Option<&Token>| {
            t.is_some_and(|t| {
                t.phrase.is_none_or(small) && matches!(t.shape(), Some(Shape::Title | Shape::Upper))
            })
        };
        let two = segment.len() == 2;
        let right_to_left = |text: &str| text.starts_with(|c| matches!(c, '\u{590}'..='\u{6FF}'));
        for at in 0..segment.len() {
            if !matches!(segment.get(at).map(|t| t.kind), Some(Kind::Party(_))) {
                continue;
            }
            let organisation = segment
                .iter()
                .any(|t| t.means(self.scan, |s| s == Sense::Organisation));
            let segment_upper = segment
                .iter()
                .enumerate()
                .all(|(i, t)| i == at || t.shape() == Some(Shape::Upper));
            let beside = word(segment.get(at + 1)) || at > 0 && word(segment.get(at - 1));
            let uncased = two
                && segment
                    .get(1)
                    .is_some_and(|t| t.phrase.is_none() && t.shape() == Some(Shape::Uncased));
            let Some(token) = segment.get_mut(at) else {
                return;
            };
            let Kind::Party(name) = token.kind else {
                continue;
            };
            let Some(name) = self.scan.vocabulary.name(name) else {
                continue;
            };
            let printed = self.scan.printed(token.start, token.end);
            let acronym = name.text.chars().count() > 1
                && !name.text.chars().any(char::is_lowercase)
                && name.text.chars().any(char::is_uppercase);
            // "KARI BERG": two words in capitals, one of which happens to be a body's initials.
            // "Petra Lang": a first name that is also a house's.
            let first_name = two
                && at == 0
                && name.credit_only()
                && (beside
                    && name.text.chars().any(char::is_lowercase)
                    && printed.chars().any(char::is_lowercase)
                    || uncased && right_to_left(printed))
                && !name.text.contains([' ', '.', '-'])
                && !matches!(name.kind, PartyKind::Stock | PartyKind::Government)
                && !organisation;
            let shouted = two
                && segment_upper
                && beside
                && name.text.chars().count() > 3
                && name.credit_only()
                && !matches!(
                    name.kind,
                    PartyKind::Agency | PartyKind::Stock | PartyKind::Platform
                );
            let spelt = acronym && (shouted || printed.chars().any(char::is_lowercase));
            if first_name || beside && spelt {
                token.kind = Kind::Word(if beside { Shape::Title } else { Shape::Uncased });
                token.phrase = None;
            }
        }
    }

    /// Whether a word is an article of the text's language, or of any where nothing tells the language. Dutch family
    /// names begin with one.
    fn titles(&self, word: &Token) -> bool {
        let vocabulary = self.scan.vocabulary;
        word.phrase.is_some_and(|phrase| {
            vocabulary.senses(phrase).iter().any(|&(sense, lang)| {
                sense == Sense::Article
                    && vocabulary.tongue(lang) != "nl"
                    && vocabulary.speaks(lang, self.lang) != Some(false)
            })
        })
    }

    fn kind(&self, name: u32) -> Option<PartyKind> {
        self.scan.vocabulary.name(name).map(|n| n.kind)
    }

    /// Take dates out of a run of words. What stands beside a date and is nobody known is a place or prose.
    fn take_dates(&mut self, segment: &mut Vec<Token>) {
        let number = |t: &Token| t.shape() == Some(Shape::Digits);
        if !segment.iter().any(number) {
            return;
        }
        let mut dated = vec![false; segment.len()];
        let mut mark = |from: usize, to: usize| {
            for place in dated.iter_mut().take(to + 1).skip(from) {
                *place = true;
            }
        };
        let mut whole = false;
        for (at, token) in segment.iter().enumerate() {
            if !number(token) {
                continue;
            }
            let text = self.scan.cut(token.start, token.end);
            let digits = text.bytes().filter(u8::is_ascii_digit).count();
            let marks = text
                .bytes()
                .filter(|b| matches!(b, b'.' | b'/' | b'-' | b':'))
                .count();
            let year = digits == 4 && text.len() == 4 && matches!(text.get(..2), Some("19" | "20"));
            let month = |i: usize| {
                segment.get(i).is_some_and(|t| {
                    t.means(self.scan, |s| {
                        matches!(
                            s,
                            Sense::Month(_) | Sense::PersianMonth(_) | Sense::EthiopianMonth(_)
                        )
                    })
                })
            };
            let counted = segment.get(at + 1).is_some_and(|n| {
                !n.space && n.shape() == Some(Shape::Uncased)
                    || n.start == token.end && n.shape() == Some(Shape::Uncased)
            });
            let unit = text.chars().next_back().is_some_and(|c| !c.is_ascii());
            if year || marks > 0 && digits >= 3 || unit {
                mark(at, at);
                whole |= marks > 1 || unit;
            }
            if counted {
                mark(at, at + 1);
                whole = true;
            }
            for near in at.saturating_sub(2)..=at + 2 {
                if month(near) {
                    mark(near.min(at), near.max(at));
                    whole = true;
                }
            }
        }
        if !dated.contains(&true) {
            return;
        }
        self.content.dates += 1;
        // A date after the names of its run comes before the next name only.
        let last_name = dated.iter().rposition(|d| !d);
        let first_date = dated.iter().position(|d| *d);
        let trailing = last_name < first_date;
        if whole || self.content.lead.is_none() {
            self.dated |= !trailing;
            self.dated_after |= trailing;
        }
        let mut dated = dated.into_iter();
        segment.retain(|_| !dated.next().unwrap_or(false));
        let named = segment.iter().any(|t| {
            matches!(t.kind, Kind::Party(_))
                || t.means(self.scan, |s| matches!(s, Sense::Maker | Sense::Supplier))
        });
        if whole && !named && self.content.lead.is_none() {
            self.content.junk += segment.len();
            segment.clear();
        }
    }

    /// Count words in small letters that a name does not have.
    fn loose(&mut self, words: &[Token]) {
        self.content.loose += words
            .iter()
            .filter(|t| {
                t.shape() == Some(Shape::Lower)
                    && !t.means(self.scan, |s| {
                        matches!(
                            s,
                            Sense::Particle
                                | Sense::Filler
                                | Sense::Organisation
                                | Sense::Connector(_)
                                | Sense::Picture
                                | Sense::Rank
                                | Sense::Lead(..)
                        )
                    })
            })
            .count();
    }

    /// Words without a known name among them; `beside`: a known name stands right before or after.
    fn words(&mut self, words: &[Token], beside: bool) {
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
        self.content.formed |= maker || supplier;
        self.content.made |= maker;
        self.supplied |= supplier;
        // "Kestrel Pictures": at the end and with a capital the word is part of a house's name.
        let house = |t: &Token| {
            words.len() > 1
                && words.last().is_some_and(|l| l.start == t.start)
                && t.shape() == Some(Shape::Title)
                && t.means(self.scan, |s| matches!(s, Sense::Picture | Sense::Filler))
                && t.means(self.scan, |s| s == Sense::Organisation)
        };
        // "The Intercept", "La Prensa": an article with a capital before another is part of the name.
        let article = |t: &Token| {
            t.shape() == Some(Shape::Title)
                && t.means(self.scan, |s| s == Sense::Article)
                && words
                    .iter()
                    .find(|n| n.start >= t.end)
                    .is_some_and(|n| matches!(n.shape(), Some(Shape::Title | Shape::Upper)))
        };
        let keep = |t: &&Token| {
            (!skip(t) || house(t) || article(t))
                && !t.means(self.scan, |s| matches!(s, Sense::Maker | Sense::Supplier))
                && t.shape() != Some(Shape::Email)
        };
        // Most often all of them.
        let some: Vec<Token>;
        let kept = if words.iter().all(|t| keep(&t)) {
            words
        } else {
            some = words.iter().filter(keep).copied().collect();
            some.as_slice()
        };
        let (Some(first), Some(last)) = (kept.first(), kept.last()) else {
            return;
        };
        // "L'Avenir": with a capital the article is part of the name.
        let elided = first.start.checked_sub(2).filter(|&at| {
            self.scan.cut(at, first.start) == "l'"
                && self.scan.printed(at, first.start).starts_with('L')
        });
        let (start, end) = (elided.unwrap_or(first.start), last.end);
        // "de", "of": what is left between two names.
        let joins = |t: &Token| {
            t.shape() == Some(Shape::Lower)
                && t.means(self.scan, |s| {
                    matches!(s, Sense::Particle | Sense::Filler | Sense::Connector(_))
                })
        };
        if kept.iter().all(joins) {
            return;
        }
        if kept.iter().all(|t| t.shape() == Some(Shape::Digits)) {
            self.content.junk += 1;
            return;
        }
        if let [one] = kept
            && one.shape() == Some(Shape::Lower)
        {
            // "wsj.": the initials of an editor after the last slash.
            let initials = self.scan.cut(start, end).chars().all(char::is_alphabetic);
            if (self.joint == Joint::Slash || self.scan.char_at(end) == Some('.'))
                && end - start <= 4
                && initials
            {
                return;
            }
            if !initials && self.joint == Joint::Slash {
                self.push(Who::Unknown, start, end, false);
                return;
            }
            if end - start >= 3 && one.phrase.is_none() && !beside {
                self.push(Who::Handle, start, end, false);
                return;
            }
        }
        // "BPBD Town": what has no vowel is spelt letter by letter, and nobody's first name.
        let spelt = kept.len() > 1
            && first.shape() == Some(Shape::Upper)
            && last.shape() == Some(Shape::Title)
            && end - start > 3
            && self.scan.cut(first.start, first.end).len() > 2
            && !self
                .scan
                .cut(first.start, first.end)
                .contains(|c: char| !c.is_ascii_lowercase() || "aeiouy".contains(c));
        // "Fabrik TPX": so is the mark of a collection at the end.
        let mark = self.scan.cut(last.start, last.end);
        let marked = kept.len() > 1
            && last.shape() == Some(Shape::Upper)
            && first.shape() != Some(Shape::Upper)
            && (2..=4).contains(&mark.len())
            && !mark.contains(|c: char| !c.is_ascii_lowercase() || "aeiouy".contains(c))
            && !matches!(mark, "jr" | "sr" | "md");
        let organisation = spelt
            || marked
            || kept
                .iter()
                .any(|t| t.means(self.scan, |s| s == Sense::Organisation))
            || kept.len() > 1 && last.means(self.scan, |s| s == Sense::OrganisationLast);
        let mut who = if maker || self.author {
            match likeness(self.scan, kept) {
                Likeness::No if organisation => Who::Unknown,
                Likeness::No if !cased_name(self.scan, kept) => {
                    self.content.junk += kept.len();
                    return;
                }
                _ => Who::Person,
            }
        } else if organisation || supplier {
            Who::Unknown
        } else {
            match likeness(self.scan, kept) {
                Likeness::Yes => Who::Person,
                Likeness::Maybe if self.single_is_person(kept) => Who::Person,
                Likeness::Maybe => Who::Unknown,
                Likeness::No if cased_name(self.scan, kept) => Who::Unknown,
                Likeness::No => {
                    self.content.junk += kept.len();
                    return;
                }
            }
        };
        // "Photo Le Matin": in the text's own language one word behind an article is a paper; a name has more.
        let titled = kept.len() == 2 && self.titles(first);
        if who == Who::Person
            && article(first)
            && (self.joint != Joint::None || titled)
            && !self.author
        {
            who = Who::Unknown;
        }
        if who == Who::Unknown {
            // A name of an organisation has no inflections: hiragana inside it is a sentence's.
            let text = self.scan.cut(start, end);
            let inflected = text.chars().any(|c| matches!(c, '\u{3041}'..='\u{3096}'))
                && text.chars().any(|c| matches!(c, '\u{4e00}'..='\u{9fff}'));
            self.content.loose += usize::from(inflected);
            // "（京都市、ロイター）": a place.
            let place = self.content.lead.is_none()
                && text.chars().any(unspaced)
                && self.ends_in(start, end, |s| s == Sense::Place);
            if place && !beside {
                self.content.dates += 1;
                self.dated = true;
                return;
            }
            self.loose(kept);
            if beside && !organisation {
                self.content.beside += kept.len();
            }
        }
        // In a script without capitals any two words pass for a name: beside a house they are a sentence.
        // "(평양 조선중앙통신=연합뉴스)": a dateline's place, not a name.
        let hangul = |c: char| is_hangul(c) || c == ' ';
        if who == Who::Person
            && beside
            && self.scan.cut(start, end).chars().all(hangul)
            && !maker
            && !self.author
            && self.content.items.is_empty()
            && self.content.lead.is_none()
        {
            return;
        }
        let uncased = who == Who::Person
            && !maker
            && !self.author
            && first.shape() == Some(Shape::Uncased)
            && !self
                .scan
                .cut(start, end)
                .chars()
                .any(|c| unspaced(c) || is_hangul(c));
        if uncased && beside {
            self.content.beside += kept.len();
        }
        self.push(who, start, end, false);
        if let Some(item) = self.content.items.last_mut() {
            item.uncased = uncased;
        }
    }

    /// A single word that may be a name: in scripts without spaces a name of two to five characters is a person's.
    fn single_is_person(&self, words: &[Token]) -> bool {
        let (Some(first), Some(last)) = (words.first(), words.last()) else {
            return false;
        };
        let text = self.scan.cut(first.start, last.end);
        let count = text.chars().filter(|c| alphabetic(*c)).count();
        let han = text
            .chars()
            .all(|c| matches!(c, '\u{4e00}'..='\u{9fff}' | '々' | ' '));
        let hangul = text.chars().all(|c| is_hangul(c) || c == ' ');
        // "สมชาย ใจดี", "ジョン・スミス": two parts.
        let parts = text
            .split([' ', '·'])
            .filter(|p| p.chars().nth(1).is_some())
            .count();
        let of = |c: char, from: char, to: char| (from..=to).contains(&c);
        let south = text.chars().all(|c| {
            c == ' '
                || of(c, '\u{e00}', '\u{eff}')
                || of(c, '\u{1000}', '\u{109f}')
                || of(c, '\u{1780}', '\u{17ff}')
        });
        let kana = text
            .chars()
            .all(|c| c == '·' || of(c, '\u{30a1}', '\u{30fc}'));
        let two = (south && parts == 2 || kana && (2..=3).contains(&parts)) && count <= 24;
        let named =
            two || (han && (2..=5).contains(&count)) || (hangul && (2..=4).contains(&count));
        // "工商時報": what papers end in is no given name.
        let other = |s| {
            matches!(
                s,
                Sense::Place | Sense::Organisation | Sense::OrganisationLast
            )
        };
        named
            && !(han && self.ends_in(first.start, last.end, other))
            && !(hangul && self.ends_in_house(text))
    }

    /// "새벽통신": a word of Hangul that ends in what houses' names end in. One syllable tells nothing: names end in it too.
    fn ends_in_house(&self, text: &str) -> bool {
        text.char_indices().skip(1).any(|(at, _)| {
            let end = text.get(at..).unwrap_or_default();
            end.chars().nth(1).is_some() && self.scan.vocabulary.is_house(end)
        })
    }

    /// Whether a phrase of this sense ends the text between two offsets.
    fn ends_in(&self, start: usize, end: usize, wanted: impl Fn(Sense) -> bool) -> bool {
        self.scan
            .hits_from(start)
            .iter()
            .take_while(|h| h.start < end)
            .any(|h| h.end == end && h.start > start && self.scan.means(h.phrase, &wanted))
    }

    /// What only the whole credit tells: user names, and who supplied it.
    pub(super) fn settle(&mut self) {
        let scan = self.scan;
        let items = &self.content.items;
        let kind = |item: &Item| item.who.name(scan.vocabulary).map(|n| n.kind);
        let among = |wanted| items.iter().any(|i| kind(i) == Some(wanted));
        // As they were read: some are forgotten below.
        let (government, social) = (among(PartyKind::Government), among(PartyKind::Platform));
        let open = items.iter().any(|i| match i.who {
            Who::Person => false,
            Who::Known(_) => {
                i.joint == Joint::On || i.who.name(scan.vocabulary).is_some_and(Name::tied)
            }
            Who::Unknown | Who::Handle => true,
        });
        let read = if open { items.clone() } else { Vec::new() };
        if open {
            self.settle_names(&read);
        }
        self.content.sure_name &= self.content.known > 0;
        let before_last = self.content.items.len().checked_sub(2);
        let read = if open { &read } else { &self.content.items };
        self.one_word_maker(before_last.and_then(|at| read.get(at)).and_then(kind));
        self.join_offices();
        // What an arm of a state supplies is a handout.
        let supplied = self.content.labels.contains(&Label::Supplied) && self.supplied;
        if supplied && government {
            self.content.labels.retain(|l| *l != Label::Supplied);
        }
        let supplied = if government {
            Label::Handout
        } else {
            Label::Supplied
        };
        let mut items = self.content.items.iter();
        let user = social && items.any(|i| scan.char_at(i.start) == Some('@'));
        for (label, holds) in [(supplied, self.supplied), (Label::Social, user)] {
            if holds && !self.content.labels.contains(&label) {
                self.content.labels.push(label);
            }
        }
    }

    /// What each of the names is, now that all are read; `read`: the names as they were read.
    fn settle_names(&mut self, read: &[Item]) {
        let scan = self.scan;
        let name = |at: Option<usize>| read.get(at?)?.who.name(scan.vocabulary);
        let kind = |at: Option<usize>| name(at).map(|n| n.kind);
        let split = |at: usize| {
            read.get(at).is_some_and(|i| {
                matches!(
                    i.joint,
                    Joint::Slash | Joint::Bar | Joint::Comma | Joint::Via | Joint::On
                )
            })
        };
        let house = |at: Option<usize>| {
            name(at).is_some_and(|n| {
                matches!(n.kind, PartyKind::Agency | PartyKind::Stock) && !n.tied()
            })
        };
        let person = |at: Option<usize>| {
            at.and_then(|at| read.get(at))
                .is_some_and(|i| i.who == Who::Person)
        };
        // "A CCTV image shows ... (CCTV via House)": the caption speaks of a camera, and so may the credit.
        let camera = (0..read.len()).any(|at| name(Some(at)).is_some_and(Name::tied))
            && scan
                .hits
                .iter()
                .any(|h| scan.means(h.phrase, |s| s == Sense::Camera));
        let mut junk = 0;
        let mut at = 0_usize;
        let mut forgotten = 0;
        self.content.items.retain_mut(|item| {
            let here = at;
            at += 1;
            let before = kind(here.checked_sub(1));
            let after = kind(Some(here + 1));
            let text = scan.cut(item.start, item.end);
            match item.who {
                // "CCTV" is most often a camera, "INA" an archive: another house beside it tells.
                Who::Known(_) if name(Some(here)).is_some_and(Name::tied) => {
                    // In its own language a maker's name beside it is enough.
                    let at_home = name(Some(here)).is_some_and(|n| !n.langs.is_empty());
                    let last = here.checked_sub(1);
                    let beside = split(here) && (house(last) || at_home && person(last))
                        || split(here + 1) && house(Some(here + 1));
                    if !beside || camera {
                        item.who = Who::Unknown;
                        forgotten += 1;
                    }
                    true
                }
                // "on Unsplash" is where a picture was found, "at the Ministry" is what a caption says.
                Who::Known(_)
                    if item.joint == Joint::On
                        && !matches!(
                            kind(Some(here)),
                            Some(PartyKind::Stock | PartyKind::Platform)
                        ) =>
                {
                    junk += 1;
                    true
                }
                Who::Handle => {
                    let tied =
                        after.is_some() && split(here + 1) || before.is_some() && split(here);
                    if tied {
                        item.who = Who::Person;
                        true
                    } else {
                        junk += 1;
                        false
                    }
                }
                // "Getty Images/someone", "someone88/Shutterstock": one word beside a library is a user.
                Who::Unknown if !text.contains([' ', '.']) && !text.chars().any(unspaced) => {
                    let library = |k| matches!(k, Some(PartyKind::Stock));
                    let odd = text.contains(|c: char| c.is_ascii_digit() || c == '_');
                    if item.joint == Joint::Slash && library(before) && after.is_none()
                        || odd && (library(after) || library(before))
                    {
                        item.who = Who::Person;
                    }
                    true
                }
                _ => true,
            }
        });
        self.content.known -= forgotten;
        self.content.junk += junk;
    }
}

impl Reader<'_> {
    /// "House/Name": after an agency's or outlet's name one word with a capital is its photographer. Libraries are
    /// followed by their brands. `house`: what stood before the last name is.
    fn one_word_maker(&mut self, house: Option<PartyKind>) {
        let Some(at) = self.content.items.len().checked_sub(1) else {
            return;
        };
        let makes = matches!(
            house,
            Some(PartyKind::Agency | PartyKind::Outlet | PartyKind::Government)
        );
        let scan = self.scan;
        let before = at.checked_sub(1).and_then(|i| self.content.items.get(i));
        let collects = before
            .and_then(|i| i.who.name(scan.vocabulary))
            .is_some_and(|n| scan.vocabulary.collects(n.party));
        // "site.example/Name"
        let site = before.is_some_and(|i| {
            i.who == Who::Unknown
                && scan.cut(i.start, i.end).contains('.')
                && !scan.cut(i.start, i.end).contains(' ')
        });
        let makes = makes && !collects || site;
        let several = self.content.persons() > 0;
        let Some(last) = self.content.items.last_mut() else {
            return;
        };
        let printed = scan.printed(last.start, last.end);
        let title = printed.chars().next().is_some_and(char::is_uppercase)
            && printed.chars().skip(1).all(char::is_lowercase)
            && printed.chars().count() > 1;
        // "ANI" is an agency, "Ani" a name.
        let small = match last.who {
            Who::Known(name) => scan.vocabulary.name(name).is_some_and(|n| {
                n.exact
                    && n.credit_only()
                    && n.text.chars().count() <= 3
                    && !n.text.chars().any(char::is_lowercase)
                    && !scan.vocabulary.serves_world(n.party)
            }),
            Who::Unknown => true,
            _ => false,
        };
        if makes && title && small && !several && last.joint == Joint::Slash && !last.wide {
            last.who = Who::Person;
        }
    }

    /// Two arms of a state side by side are one office: "Army National Guard".
    fn join_offices(&mut self) {
        let government = |who: Who| {
            who.name(self.scan.vocabulary)
                .is_some_and(|n| n.kind == PartyKind::Government)
        };
        let beside = |i: &Item| i.joint == Joint::Beside && government(i.who);
        if !self.content.items.iter().skip(1).any(beside) {
            return;
        }
        let mut joined: Vec<Item> = Vec::with_capacity(self.content.items.len());
        for item in &self.content.items {
            match joined.last_mut() {
                Some(last)
                    if item.joint == Joint::Beside
                        && government(last.who)
                        && government(item.who) =>
                {
                    last.end = item.end;
                    last.wide = true;
                }
                _ => joined.push(*item),
            }
        }
        self.content.items = joined;
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
