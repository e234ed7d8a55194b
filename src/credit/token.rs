//! A stretch of text as tokens: known phrases, words with their shape, separators.

use super::chars::Traits;
use super::scan::Scan;
use super::vocabulary::{Hit, Kinds, Sense, part_of_word, unspaced};
use crate::model::{Label, PartyKind};

/// How a word is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// ALL CAPITALS, two letters or more.
    Upper,
    /// A capital first.
    Title,
    Lower,
    /// A script without capitals.
    Uncased,
    /// Digits only, or more digits than letters.
    Digits,
    /// `@name`.
    Handle,
    /// `name.tld`.
    Domain,
    /// An address: nobody's name.
    Email,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A party, by its place in the vocabulary's names.
    Party(u32),
    Word(Shape),
    Separator(char),
}

/// One token; offsets are folded ones.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub start: usize,
    pub end: usize,
    pub kind: Kind,
    /// The phrase of the vocabulary that it is.
    pub phrase: Option<u32>,
    /// White space stands before it.
    pub space: bool,
}

impl Token {
    pub fn is(&self, separator: char) -> bool {
        self.kind == Kind::Separator(separator)
    }

    pub fn means(&self, scan: &Scan<'_>, wanted: impl Fn(Sense) -> bool) -> bool {
        self.phrase.is_some_and(|phrase| scan.means(phrase, wanted))
    }

    pub fn shape(&self) -> Option<Shape> {
        match self.kind {
            Kind::Word(shape) => Some(shape),
            _ => None,
        }
    }
}

/// The tokens between two offsets, made as they are asked for.
pub(super) fn tokens<'a>(
    scan: &'a Scan<'a>,
    start: usize,
    end: usize,
    lang: Option<&'a str>,
) -> impl Iterator<Item = Token> + 'a {
    Lexer {
        scan,
        at: start,
        end,
        lang,
        hits: scan.hits_from(start),
        last: None,
    }
}

struct Lexer<'a> {
    scan: &'a Scan<'a>,
    /// Where the next token begins, or white space before it.
    at: usize,
    end: usize,
    lang: Option<&'a str>,
    hits: &'a [Hit],
    last: Option<Token>,
}

impl Iterator for Lexer<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        let mut space = self.last.is_some_and(|t| t.is('\n'));
        while self.at < self.end {
            let c = self.scan.char_at(self.at)?;
            if c == ' ' || c != '\n' && c.is_whitespace() {
                space = true;
                self.at += c.len_utf8();
                continue;
            }
            let token = if c == '\n' {
                Token {
                    start: self.at,
                    end: self.at + 1,
                    kind: Kind::Separator('\n'),
                    phrase: None,
                    space: false,
                }
            } else {
                self.token(self.at, c, space)
            };
            self.at = token.end;
            self.last = Some(token);
            return self.last;
        }
        None
    }
}

impl Lexer<'_> {
    /// The token that begins at `at` with `c`.
    fn token(&mut self, at: usize, c: char, space: bool) -> Token {
        let token = |end, kind, phrase| Token {
            start: at,
            end,
            kind,
            phrase,
            space,
        };
        while self.hits.first().is_some_and(|h| h.start < at) {
            self.hits = self.hits.get(1..).unwrap_or_default();
        }
        if let Some((hit, kind)) = self.best(at) {
            let end = if matches!(kind, Kind::Party(_)) {
                self.service(hit.end)
            } else {
                hit.end
            };
            return token(end, kind, Some(hit.phrase));
        }
        let rest = if c == 'h' {
            self.scan.cut(at, self.end)
        } else {
            ""
        };
        if rest.starts_with("http://") || rest.starts_with("https://") {
            let end = at
                + rest
                    .find(|c: char| c.is_whitespace() || matches!(c, ')' | ']'))
                    .unwrap_or(rest.len());
            return token(end, Kind::Word(Shape::Email), None);
        }
        if c == '@' || part_of_word(c) {
            let end = if unspaced(c) {
                self.run(at)
            } else {
                self.word(at)
            };
            let shape = shape(self.scan, at, end);
            return token(end, Kind::Word(shape), None);
        }
        token(at + c.len_utf8(), Kind::Separator(c), None)
    }

    /// The end of a house's name with the small service that hangs on it: "dpa-tmn".
    fn service(&self, end: usize) -> usize {
        if self.byte_at(end) != Some(b'-') {
            return end;
        }
        let printed = self.scan.printed(end, self.end);
        let Some(rest) = printed.strip_prefix('-') else {
            return end;
        };
        let length = rest
            .find(|c: char| !c.is_ascii_lowercase())
            .unwrap_or(rest.len());
        let whole = rest
            .get(length..)
            .and_then(|r| r.chars().next())
            .is_none_or(|c| !part_of_word(c) && c != '-');
        if (2..=9).contains(&length) && whole {
            end + 1 + length
        } else {
            end
        }
    }

    /// The byte at a place of the stretch that is read.
    fn byte_at(&self, at: usize) -> Option<u8> {
        let byte = self.scan.text().as_bytes().get(at).copied();
        byte.filter(|_| at < self.end)
    }

    /// The phrase to take here: a party unless something longer stands here.
    fn best(&self, at: usize) -> Option<(Hit, Kind)> {
        let mut other: Option<Hit> = None;
        for hit in self
            .hits
            .iter()
            .take_while(|h| h.start == at)
            .filter(|h| h.end <= self.end)
        {
            let glued = hit.glued_start
                && self
                    .last
                    .is_some_and(|t| t.end == at && t.shape().is_some());
            if glued {
                continue;
            }
            let next = self.byte_at(hit.end);
            // "Name.de": a site is another party than the word in its address.
            if next == Some(b'.') && hit.end - at > 2 {
                let mut rest = self.scan.printed(hit.end, self.end).chars();
                if rest.next() == Some('.')
                    && rest.next().is_some_and(|c| c.is_ascii_lowercase())
                    && rest.next().is_some_and(|c| c.is_ascii_lowercase())
                {
                    continue;
                }
            }
            // "Sana'a", "PL-DF": a part of a longer name, unless it is its owner's "'s".
            let part = matches!(next, Some(b'\'' | b'-')) && {
                let mut after = self.scan.cut(hit.end, self.end).chars();
                match (after.next(), after.next(), after.next()) {
                    (Some('\''), Some(c), next) if part_of_word(c) => {
                        c != 's' || next.is_some_and(part_of_word)
                    }
                    (Some('-'), Some(c), _)
                        if hit.end - at <= 3 && part_of_word(c) && !self.house_at(hit.end + 1) =>
                    {
                        self.scan
                            .printed(hit.end + 1, hit.end + 1 + c.len_utf8())
                            .chars()
                            .all(char::is_uppercase)
                    }
                    _ => false,
                }
            };
            if part && hit.kinds.any(Kinds::PARTY) {
                continue;
            }
            if let Some(name) = party(self.scan, hit, self.lang) {
                // "Photo by Foo" is longer than the party "Photo"; a party of the same length comes first.
                if other.is_none_or(|o| {
                    o.end <= hit.end || !o.kinds.any(Kinds::LEAD.and(Kinds::NOTICE))
                }) {
                    return Some((*hit, Kind::Party(name)));
                }
            }
            // "非新华社": in a script without spaces a word denies what stands right behind it, or else is part of another.
            let loose = hit.kinds == Kinds::HEDGE
                && unspaced(self.scan.char_at(at)?)
                && !self.house_at(hit.end)
                && !(self.scan.char_at(hit.end) == Some(' ') && self.house_at(hit.end + 1))
                && !self
                    .last
                    .is_some_and(|t| t.end == at && matches!(t.kind, Kind::Party(_)));
            if other.is_none() && !hit.glued_end && !loose {
                other = Some(*hit);
            }
        }
        let hit = other?;
        let shape = shape(self.scan, at, hit.end);
        if !matches!(self.byte_at(hit.end), Some(b'-' | b'\'' | b'@' | b'_')) {
            return Some((hit, Kind::Word(shape)));
        }
        // A name with a hyphen is one word, whatever its first part means.
        let rest = self.scan.cut(hit.end, self.end);
        let label = rest.starts_with('-')
            && hit.end - at <= 3
            && self
                .scan
                .means(hit.phrase, |s| matches!(s, Sense::Label(Label::Handout, _)))
            && shape == Shape::Upper;
        if !label
            && rest.chars().nth(1).is_some_and(part_of_word)
            && !self.scan.cut(at, hit.end).contains(' ')
            && !self
                .scan
                .cut(at, hit.end)
                .ends_with(|c: char| !part_of_word(c))
            && hit.end - at > 1
        {
            return None;
        }
        Some((hit, Kind::Word(shape)))
    }

    /// Whether the name of a party begins here: "AFP-JIJI".
    fn house_at(&self, at: usize) -> bool {
        self.hits
            .iter()
            .take_while(|h| h.start <= at)
            .any(|h| h.start == at && h.kinds.any(Kinds::PARTY))
    }

    /// The end of the word at `at` in a script with spaces.
    fn word(&self, at: usize) -> usize {
        let text = self.scan.cut(at, self.end);
        let bytes = text.as_bytes();
        let mut end = 0;
        let mut last = ' ';
        loop {
            // Most words are letters, and nothing is glued to them.
            if !self.scan.glued {
                let rest = bytes.get(end..).unwrap_or_default();
                let letters = rest.iter().take_while(|b| b.is_ascii_alphanumeric());
                end += letters.count();
                if let Some(byte) = end.checked_sub(1).and_then(|i| bytes.get(i)) {
                    last = if byte.is_ascii() {
                        char::from(*byte)
                    } else {
                        last
                    };
                }
            }
            let i = end;
            let mut chars = text.get(i..).unwrap_or_default().chars();
            let Some(c) = chars.next() else { break };
            if matches!(c, ' ' | ',' | ')' | '\n') {
                break;
            }
            let next = chars.next();
            let joins = match c {
                '@' => i == 0 || next.is_some_and(part_of_word),
                '-' | '\'' | '_' | '&' => {
                    next.is_some_and(|n| part_of_word(n) && !unspaced(n)) && i > 0
                }
                '"' => {
                    i > 0
                        && matches!(last, '\u{5d0}'..='\u{5ea}')
                        && matches!(next, Some('\u{5d0}'..='\u{5ea}'))
                }
                '.' => i > 0 && self.dot(at, i, last, next),
                // "12/7/2023", "13:45"
                '/' | ':' => last.is_ascii_digit() && next.is_some_and(|n| n.is_ascii_digit()),
                c => part_of_word(c) && !unspaced(c),
            };
            if !joins {
                break;
            }
            // "Name-USA TODAY": a house after a hyphen is no second half of a name.
            if c == '-'
                && self
                    .hits
                    .iter()
                    .take_while(|h| h.start <= at + i + 1)
                    .any(|h| {
                        h.start == at + i + 1
                            && h.end - h.start > 3
                            && party(self.scan, h, self.lang).is_some_and(|n| {
                                self.scan.vocabulary.name(n).is_some_and(|n| {
                                    matches!(n.kind, PartyKind::Agency | PartyKind::Stock)
                                })
                            })
                    })
            {
                break;
            }
            // The case of glued words changes: "ZprávyMichal" is two.
            if self.scan.glued
                && i > 0
                && !text.starts_with('@')
                && part_of_word(c)
                && self.hits.iter().take_while(|h| h.start <= at + i).any(|h| {
                    h.start == at + i && h.glued_start && h.kinds.any(Kinds::LEAD.and(Kinds::PARTY))
                })
            {
                break;
            }
            last = c;
            end = i + c.len_utf8();
        }
        at + end.max(1)
    }

    /// Whether the dot at `i` belongs to the word: "U.S.", "J. Doe", "mbl.is", but not "End.Name".
    fn dot(&self, at: usize, i: usize, last: char, next: Option<char>) -> bool {
        match next {
            Some(n) if part_of_word(n) && !unspaced(n) => {
                let capital = self
                    .scan
                    .printed(at + i + 1, at + i + 1 + n.len_utf8())
                    .chars()
                    .any(char::is_uppercase);
                let before = self.scan.printed(at, at + i).chars().next_back();
                let small = before.is_some_and(|c| c.is_lowercase() || c.is_numeric());
                let sentence = capital && small;
                let number = last.is_numeric() && n.is_alphabetic();
                !sentence && !number
            }
            _ => {
                let start = self
                    .scan
                    .cut(at, at + i)
                    .rfind(['.', '-'])
                    .map_or(0, |d| d + 1);
                last.is_alphabetic() && self.scan.cut(at + start, at + i).chars().count() == 1
            }
        }
    }

    /// The end of a run of a script without spaces: up to a phrase that stands for itself there.
    fn run(&self, at: usize) -> usize {
        let text = self.scan.cut(at, self.end);
        let mut end = text.len();
        for (i, c) in text.char_indices() {
            if i > 0 && !unspaced(c) {
                end = i;
                break;
            }
        }
        let after_party = self
            .last
            .is_some_and(|t| matches!(t.kind, Kind::Party(_)) && t.end == at);
        for hit in self.hits.iter().take_while(|h| h.start < at + end) {
            if hit.start <= at || hit.end > self.end {
                continue;
            }
            let ends = hit.end == at + end;
            let long = self.scan.cut(hit.start, hit.end).chars().nth(1).is_some();
            let stands = match () {
                () if party(self.scan, hit, self.lang).is_some() => long,
                () => self.scan.means(hit.phrase, |s| match s {
                    Sense::Maker | Sense::Supplier | Sense::Label(..) => long || ends,
                    Sense::Rank | Sense::Lead(..) | Sense::Connector(_) => long,
                    Sense::Filler => after_party || (ends && long),
                    _ => false,
                }),
            };
            if stands {
                return hit.start;
            }
        }
        at + end
    }
}

/// The alias that a hit is in print, for this language. A name that counts only in one case is taken in title case and
/// in capitals too: credits are set in both.
pub(super) fn party(scan: &Scan<'_>, hit: &Hit, lang: Option<&str>) -> Option<u32> {
    if !hit.kinds.any(Kinds::PARTY) {
        return None;
    }
    let mut best: Option<(u8, u32)> = None;
    for sense in scan.senses(hit) {
        let Sense::Party(at) = sense else { continue };
        let Some(name) = scan.vocabulary.name(at) else {
            continue;
        };
        let mut rank = 2;
        if name.exact {
            let printed = scan.printed(hit.start, hit.end);
            if printed != name.text {
                let mut letters = printed.chars().filter(|c| c.is_alphabetic());
                let capital = letters.next().is_some_and(char::is_uppercase);
                let long = letters.clone().count() >= 2;
                let capitals =
                    letters.all(char::is_uppercase) && !name.text.chars().any(char::is_lowercase);
                // "reuters/kcna": all in small letters, tied by a slash.
                let small = name.text.chars().count() > 3
                    && !printed.chars().any(char::is_uppercase)
                    && (scan.char_before(hit.start) == Some('/')
                        || scan.char_at(hit.end) == Some('/'));
                // "Jane Doe/Spa": of three letters behind a name, only capitals are a state's agency.
                let word = name.state
                    && scan.char_before(hit.start) == Some('/')
                    && name.text.chars().count() == 3
                    && printed.chars().any(char::is_lowercase);
                if word || !small && (!capital || !(long || capitals)) {
                    continue;
                }
                rank = 1;
            }
        }
        if !name.langs.is_empty() {
            match lang {
                Some(lang) if name.langs.iter().any(|l| same_language(l, lang)) => rank += 2,
                Some(_) => continue,
                None => rank -= 1,
            }
        }
        if best.is_none_or(|(r, _)| rank > r) {
            best = Some((rank, at));
        }
    }
    best.map(|(_, at)| at)
}

fn same_language(a: &str, b: &str) -> bool {
    a.split('-').next() == b.split('-').next()
}

fn shape(scan: &Scan<'_>, start: usize, end: usize) -> Shape {
    let printed = scan.printed(start, end);
    if printed.starts_with(['@', '＠']) && printed.len() > 1 {
        return Shape::Handle;
    }
    // Most words are letters of ASCII and nothing else.
    if let Some(first) = printed.bytes().next()
        && printed.bytes().all(|b| b.is_ascii_alphabetic())
    {
        let small = |b: u8| b.is_ascii_lowercase();
        return match first {
            b'A'..=b'Z' if printed.len() > 1 && !printed.bytes().any(small) => Shape::Upper,
            b'A'..=b'Z' => Shape::Title,
            _ => Shape::Lower,
        };
    }
    let (mut upper, mut lower, mut digits, mut other) = (0_u32, 0_u32, 0_u32, 0_u32);
    // The case of the first letter.
    let (mut upper_first, mut lower_first, mut letter) = (false, false, false);
    let (mut dot, mut at) = (false, false);
    for c in printed.chars() {
        let (is_upper, is_lower, is_letter) = if c.is_ascii() {
            digits += u32::from(c.is_ascii_digit());
            dot |= c == '.';
            at |= c == '@';
            let upper = c.is_ascii_uppercase();
            (upper, c.is_ascii_lowercase(), c.is_ascii_alphabetic())
        } else {
            let traits = Traits::of(c);
            // Georgian letters count as small ones in Unicode and have no capitals in print.
            if unspaced(c)
                || matches!(c, '\u{ac00}'..='\u{d7a3}' | '\u{620}'..='\u{64a}' | '\u{10d0}'..='\u{10ff}')
            {
                other += u32::from(traits.is_part_of_word() && !traits.is_numeric());
                digits += u32::from(traits.is_numeric());
                letter |= traits.is_alphabetic();
                continue;
            }
            let cased = traits.is_upper() || traits.is_lower();
            digits += u32::from(!cased && traits.is_numeric());
            other += u32::from(!cased && !traits.is_numeric() && traits.is_alphabetic());
            (traits.is_upper(), traits.is_lower(), traits.is_alphabetic())
        };
        upper += u32::from(is_upper);
        lower += u32::from(is_lower);
        if is_letter && !letter {
            (letter, upper_first, lower_first) = (true, is_upper, is_lower);
        }
    }
    if digits > upper + lower + other {
        return Shape::Digits;
    }
    if other > upper + lower {
        return Shape::Uncased;
    }
    if at {
        return Shape::Email;
    }
    if dot
        && let Some((_, tail)) = printed.rsplit_once('.')
        && !printed.contains(' ')
        && (2..=6).contains(&tail.len())
        && tail.chars().all(char::is_alphabetic)
        && printed.len() - tail.len() > 2
    {
        return Shape::Domain;
    }
    if upper > 1 && lower == 0 {
        Shape::Upper
    } else if upper_first {
        Shape::Title
    } else if upper == 0 || lower_first {
        Shape::Lower
    } else {
        Shape::Title
    }
}
