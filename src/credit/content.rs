//! One credit, read: which of its words are people, which are parties, which are labels, and what joins them.

use super::scan::Scan;
use super::token::{Kind, Shape, Token, tokens};
use super::vocabulary::{Connector, Hedge, Lead, Name, Sense, Vocabulary, is_hangul, unspaced};
use crate::model::Label;

/// One name of a credit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    Person,
    /// A registered party, by its place in the vocabulary's names.
    Known(u32),
    /// A name that the registry does not have.
    Unknown,
    /// A word in small letters that may be a user's name: settled when all is read.
    Handle,
}

impl Who {
    /// The registered name that it is.
    pub fn name(self, vocabulary: &Vocabulary) -> Option<&Name> {
        match self {
            Self::Known(name) => vocabulary.name(name),
            _ => None,
        }
    }
}

/// A name with its place, and how it hangs on the one before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub who: Who,
    pub start: usize,
    pub end: usize,
    pub joint: Joint,
    /// More words belong to the name than its alias has: "Press Service of the X".
    pub wide: bool,
    /// A person's name in a script with spaces and without capitals, where any two words pass for one.
    pub uncased: bool,
}

/// What stands between two names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Joint {
    None,
    Slash,
    Comma,
    Via,
    /// "A on B": B is where it was found.
    On,
    For,
    And,
    /// "A or B": one of the two.
    Or,
    /// `A | Name`, which is IPTC's byline after its credit.
    Bar,
    /// Side by side, without anything between.
    Beside,
}

/// A credit taken apart.
#[allow(clippy::struct_excessive_bools)] // each is a sign of its own
#[derive(Clone, Debug, Default)]
pub(super) struct Content {
    pub items: Vec<Item>,
    pub labels: Vec<Label>,
    /// Words that are nothing a credit has.
    pub junk: usize,
    /// Words in small letters inside names that nobody knows: sentences have them, credits seldom.
    pub loose: usize,
    /// Words of an unknown name right beside a known one, with nothing between.
    pub beside: usize,
    /// Dates and years.
    pub dates: usize,
    /// A name follows a date: "Kyiv, May 3. REUTERS" is more than a credit.
    pub date_before: bool,
    /// Full stops between names.
    pub stops: usize,
    /// A lead word stands after a name: what is before it is more likely the caption.
    pub late_lead: bool,
    /// A lead word announced it.
    pub lead: Option<Lead>,
    /// The lead word says that these are several pictures.
    pub several: bool,
    /// A connector, "©" or maker's word: a form that only credits have.
    pub formed: bool,
    /// A word that only follows a maker's name: "摄", "기자".
    pub made: bool,
    /// Slashes between names.
    pub slashes: usize,
    /// How many names are registered.
    pub known: usize,
    /// A registered name among them is no word, country or other body, or no state's.
    pub sure_alias: bool,
    /// A registered name among them is printed as only a name is: in capitals, or it counts anywhere.
    pub sure_name: bool,
    /// A name that only its length tells, in a script without capitals, and nothing that says credit.
    pub by_script: bool,
    /// Words with letters.
    pub words: usize,
    /// A word says that the names are a guess: "possibly", "or", a question mark.
    pub doubt: bool,
    /// A name was left out, for a word denied it: "not", "citing", "formerly of".
    pub denied: bool,
}

impl Content {
    pub fn persons(&self) -> usize {
        self.items.iter().filter(|i| i.who == Who::Person).count()
    }

    /// Names that the registry does not have.
    pub fn unknown(&self) -> usize {
        self.items.iter().filter(|i| i.who == Who::Unknown).count()
    }

    /// Unknown names that no slash or connector ties to another name.
    pub fn free(&self) -> usize {
        self.untied(|i| i.who == Who::Unknown, true)
            + self.untied(|i| i.uncased && !self.made, false)
    }

    /// People whom no slash or connector ties to another name.
    pub fn alone(&self) -> usize {
        self.untied(|i| i.who == Who::Person, true)
    }

    fn untied(&self, wanted: impl Fn(&Item) -> bool, bar: bool) -> usize {
        let tied = |j: Option<&Item>| {
            j.is_some_and(|i| match i.joint {
                Joint::Bar => bar,
                Joint::Slash | Joint::Via | Joint::For => true,
                // "Protesters in Town": only what is known is a place where pictures are found.
                Joint::On => matches!(i.who, Who::Known(_)),
                _ => false,
            })
        };
        (0..self.items.len())
            .filter(|&at| {
                self.items.get(at).is_some_and(&wanted)
                    && !tied(self.items.get(at))
                    && !tied(self.items.get(at + 1))
            })
            .count()
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty() && self.labels.is_empty()
    }
}

/// Take the text between two offsets apart.
pub(super) fn content(scan: &Scan<'_>, start: usize, end: usize, lang: Option<&str>) -> Content {
    content_until(scan, (start, end), lang, &|_| false)
}

/// The same up to the first word that no credit has: for forms that allow none.
pub(super) fn strict(scan: &Scan<'_>, start: usize, end: usize, lang: Option<&str>) -> Content {
    content_until(scan, (start, end), lang, &|c| c.junk > 0)
}

/// The same as far as what was read may still be of use. One function for all tests: a copy of it for each would leave no
/// room for the rest in a processor's first cache.
pub(super) fn content_until(
    scan: &Scan<'_>,
    (start, end): (usize, usize),
    lang: Option<&str>,
    useless: &dyn Fn(&Content) -> bool,
) -> Content {
    let mut tokens = tokens(scan, start, end, lang).peekable();
    let mut reader = Reader {
        scan,
        lang,
        content: Content::default(),
        joint: Joint::None,
        segment: scan.segment.take(),
        author: false,
        supplied: false,
        licence: false,
        stop: false,
        dated: false,
        dated_after: false,
        denying: None,
    };
    while let Some(token) = tokens.next() {
        reader.take(token, tokens.peek());
        if useless(&reader.content) {
            reader.segment.clear();
            scan.segment.replace(reader.segment);
            return reader.content;
        }
    }
    reader.close();
    scan.segment.replace(std::mem::take(&mut reader.segment));
    reader.settle();
    let content = &mut reader.content;
    // "연합뉴스 본사", "国会議事堂＝資料写真": a house's seat, a building.
    content.by_script = !content.made
        && content.lead.is_none()
        && !content.formed
        && content.items.iter().any(|i| {
            i.who == Who::Person
                && scan
                    .cut(i.start, i.end)
                    .chars()
                    .all(|c| unspaced(c) || is_hangul(c) || c == ' ')
                && (i.joint == Joint::Beside || content.known == 0)
        });
    reader.content
}

#[allow(clippy::struct_excessive_bools)] // each is a fact read since the last name
/// Reads tokens one by one; a separator, connector or label closes the run of words before it.
pub(super) struct Reader<'a> {
    pub scan: &'a Scan<'a>,
    /// The language of the text.
    pub lang: Option<&'a str>,
    pub content: Content,
    pub joint: Joint,
    pub segment: Vec<Token>,
    /// The last lead was one that announces a person.
    pub author: bool,
    /// A word said that somebody supplied the picture.
    pub supplied: bool,
    /// Terms of use were read, and no separator since.
    pub licence: bool,
    /// A full stop was read, and no name since.
    pub stop: bool,
    /// A date was read, and no name since.
    pub dated: bool,
    /// The run of words being read ends in a date.
    pub dated_after: bool,
    /// A word was read that denies the names which follow.
    pub denying: Option<Hedge>,
}

impl Reader<'_> {
    fn take(&mut self, token: Token, next: Option<&Token>) {
        if let Kind::Separator(c) = token.kind {
            self.separator(c, &token, next);
            return;
        }
        if let Kind::Party(_) = token.kind {
            self.inner_labels(&token);
            self.segment.push(token);
            return;
        }
        if let Some(phrase) = token.phrase {
            if let Some((hedge, before)) = self.hedge(phrase, &token, next) {
                self.hedged(hedge, before);
                return;
            }
            let mut senses = self.scan.vocabulary.senses(phrase).iter().map(|s| s.0);
            let colon = next.is_some_and(|n| n.is(':') || n.is(',') || n.is('='));
            if let Some(Sense::Lead(lead, bare)) =
                senses.clone().find(|s| matches!(s, Sense::Lead(..)))
                && (bare || colon || self.content.is_empty() && self.segment.is_empty())
            {
                // "U.S. Navy photo by Name": a house's name is no caption.
                let of_house = lead == Lead::Author
                    && self
                        .segment
                        .last()
                        .is_some_and(|t| matches!(t.kind, Kind::Party(_)));
                self.close();
                let several = senses.clone().any(|s| s == Sense::Several);
                self.supplied |= senses.clone().any(|s| s == Sense::Supplier);
                if let Some(Sense::Label(label, _)) = senses.find(|s| matches!(s, Sense::Label(..)))
                {
                    self.label(label);
                }
                self.content.late_lead |= !self.content.items.is_empty() && !of_house;
                self.content.lead.get_or_insert(lead);
                self.denying = None;
                self.content.several |= several;
                self.author = lead == Lead::Author;
                return;
            }
            // "AI" is a label, "ai" a word of many languages.
            let small = token.end - token.start <= 2
                && !matches!(token.shape(), Some(Shape::Upper | Shape::Uncased));
            if let Some(Sense::Label(label, _)) = senses
                .clone()
                .find(|s| matches!(s, Sense::Label(..)))
                .filter(|s| !small || !matches!(s, Sense::Label(Label::AiGenerated, _)))
            {
                if senses.any(|s| s == Sense::Supplier) {
                    // Who supplied it says what to call it.
                    self.segment.push(token);
                } else {
                    self.label(label);
                }
                return;
            }
            if let Some(Sense::Connector(connector)) =
                senses.clone().find(|s| matches!(s, Sense::Connector(_)))
            {
                let particle = senses.any(|s| s == Sense::Particle);
                // "Special to": a form that only credits have.
                let several = self.scan.cut(token.start, token.end).contains(' ');
                self.content.formed |= connector == Connector::For && several;
                if self.inside_name(connector, particle, &token, next) {
                    self.segment.push(token);
                } else {
                    self.connector(connector);
                }
                return;
            }
            if senses.clone().any(|s| s == Sense::Licence) {
                // Its version and what hangs on it follow: "CC BY-SA 4.0".
                self.close();
                self.content.words += 1;
                self.licence = true;
                return;
            }
            if senses.any(|s| matches!(s, Sense::Notice(_) | Sense::Furniture)) {
                self.close();
                return;
            }
        }
        if self.licence && matches!(token.shape(), Some(Shape::Digits)) {
            return;
        }
        // "not pictured": nobody is denied.
        if self.denying == Some(Hedge::Not)
            && token.phrase.is_none()
            && token.shape() == Some(Shape::Lower)
        {
            self.denying = None;
        }
        self.segment.push(token);
    }

    /// What a word takes back of the name beside it. Short words are so in their own language, or right before a house;
    /// with a capital a word is more likely a name's.
    fn hedge(&self, phrase: u32, token: &Token, next: Option<&Token>) -> Option<(Hedge, bool)> {
        let vocabulary = self.scan.vocabulary;
        let senses = vocabulary.senses(phrase);
        let house = |t: Option<&Token>| t.is_some_and(|t| matches!(t.kind, Kind::Party(_)));
        let text = self.scan.cut(token.start, token.end);
        let long = text.len() > 5 || text.contains(' ');
        senses.iter().find_map(|&(sense, lang)| {
            let Sense::Hedge(hedge, before) = sense else {
                return None;
            };
            let spoken = vocabulary.speaks(lang, self.lang);
            let beside = if before {
                house(self.segment.last())
            } else {
                house(next)
            };
            // A word that is a connector or a filler of other languages: the Dutch "of".
            let foreign = spoken != Some(true)
                && senses
                    .iter()
                    .any(|&(s, _)| matches!(s, Sense::Connector(_) | Sense::Filler));
            let small = matches!(token.shape(), Some(Shape::Lower | Shape::Uncased));
            let named = !self.segment.is_empty() || !self.content.items.is_empty();
            (!foreign
                && (beside || small && (long || spoken != Some(false)))
                && (hedge != Hedge::Or || named))
                .then_some((hedge, before))
        })
    }

    fn hedged(&mut self, hedge: Hedge, before: bool) {
        self.close();
        self.content.words += 1;
        match hedge {
            Hedge::Maybe => self.content.doubt = true,
            Hedge::Or => {
                self.content.doubt = true;
                self.joint = Joint::Or;
            }
            _ if before => {
                let known = |i: &Item| matches!(i.who, Who::Known(_));
                if self.content.items.last().is_some_and(known) {
                    self.content.items.pop();
                    self.content.known -= 1;
                    self.content.denied = true;
                }
            }
            _ => self.denying = Some(hedge),
        }
    }

    /// Labels printed inside a party's name: "Kremlin Pool".
    fn inner_labels(&mut self, token: &Token) {
        for hit in self
            .scan
            .hits_from(token.start)
            .iter()
            .take_while(|h| h.start < token.end)
        {
            if hit.end > token.end || hit.glued_start || hit.glued_end {
                continue;
            }
            let found = self.scan.senses(hit).find_map(|s| match s {
                Sense::Label(label @ (Label::Pool | Label::Handout), _) => Some(label),
                _ => None,
            });
            if let Some(label) = found
                && !self.content.labels.contains(&label)
            {
                self.content.labels.push(label);
            }
        }
    }

    fn label(&mut self, label: Label) {
        if !self.content.labels.contains(&label) {
            self.content.labels.push(label);
        }
        self.content.words += 1;
        self.content.stops += usize::from(self.stop);
        // A label between two names parts them: "KCNA Handout Reuters".
        self.close();
    }

    /// Whether a connector's word is part of a name here: the initial of "E. Name", the "von" of "Ada von Name", the
    /// "and" of a ministry.
    fn inside_name(
        &self,
        connector: Connector,
        particle: bool,
        token: &Token,
        next: Option<&Token>,
    ) -> bool {
        if matches!(token.shape(), Some(Shape::Upper | Shape::Title))
            && self.scan.cut(token.start, token.end).chars().count() < 2
        {
            return true;
        }
        let named = |t: Option<&Token>| {
            t.is_some_and(|t| matches!(t.shape(), Some(Shape::Title | Shape::Upper)))
        };
        let last = self.segment.last();
        // "Dan Popa", "Di Marco": with a capital, before another, where nothing stands that it could join.
        let capital = token.shape() == Some(Shape::Title) && named(next);
        if capital
            && last.is_none()
            && matches!(connector, Connector::And | Connector::On | Connector::By)
        {
            return !matches!(connector, Connector::By) || particle;
        }
        match connector {
            Connector::By => particle && named(last) && named(next) && self.segment.len() < 3,
            Connector::On => particle && named(last) && named(next) && self.segment.len() < 2,
            Connector::And | Connector::For => {
                let organisation = |t: &Token| t.means(self.scan, |s| s == Sense::Organisation);
                named(last)
                    && named(next)
                    && !last.is_some_and(organisation)
                    && (self.segment.iter().any(organisation) || next.is_some_and(organisation))
                    && !self
                        .segment
                        .iter()
                        .any(|t| matches!(t.kind, Kind::Party(_)))
            }
            _ => false,
        }
    }

    fn connector(&mut self, connector: Connector) {
        let nothing_before = self.content.items.is_empty() && self.segment.is_empty();
        self.close();
        if matches!(connector, Connector::Via | Connector::Arrangement) {
            self.denying = None;
        }
        match connector {
            Connector::Via | Connector::Arrangement => {
                self.joint = Joint::Via;
                self.content.formed = true;
            }
            Connector::On => self.joint = Joint::On,
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
        self.licence &= c == '-';
        match c {
            '/' | '\\' => {
                self.close();
                self.joint_if_weaker(Joint::Slash);
                self.content.slashes += 1;
            }
            '=' => {
                self.close();
                self.not_the_place(next);
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
                    self.stop = true;
                }
            }
            '"' | '\'' | '*' | '_' | '#' | '@' => {}
            // "KCNA?", "KCNA (?)"
            '?' | '؟'
                if self
                    .segment
                    .last()
                    .map_or(!self.content.items.is_empty(), |t| {
                        matches!(t.kind, Kind::Party(_))
                    }) =>
            {
                self.close();
                self.content.doubt = true;
            }
            _ => self.content.junk += 1,
        }
        let ends = match self.denying {
            None => false,
            Some(Hedge::Former) => !matches!(c, '/' | '&' | '-' | '"' | '\'' | '.'),
            Some(_) => matches!(c, '(' | '[' | ')' | ']' | ';' | '|' | '\n' | '=' | '©'),
        };
        if ends {
            self.denying = None;
        }
    }

    /// "(서울=연합뉴스)": what stands alone before an agency's "=" is where the report was wired from.
    fn not_the_place(&mut self, next: Option<&Token>) {
        let content = &mut self.content;
        let agency = next.is_some_and(|t| matches!(t.kind, Kind::Party(_)));
        if let [one] = content.items.as_slice()
            && agency
            && one.who == Who::Person
            && content.lead.is_none()
            && !content.made
            && self.scan.cut(one.start, one.end).chars().all(is_hangul)
        {
            content.items.clear();
        }
    }

    fn joint_if_weaker(&mut self, joint: Joint) {
        if matches!(self.joint, Joint::None | Joint::Beside | Joint::Comma) {
            self.joint = joint;
        }
    }
}
