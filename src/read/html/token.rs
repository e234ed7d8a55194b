//! A page's text -> the tokens that the tree builder takes.
//!
//! Nearly all of a page is plain text, tags with quoted attributes and comments. Those are cut out of the page here, as
//! they lie in memory. Whatever is not so simple (scripts and other raw text, declarations, references that take a rule
//! to read) goes through the tokenizer of the WHATWG, which reads letter by letter, up to the next tag that it ends. Both
//! read the same: a test compares them.

use std::borrow::Cow;
use std::cell::Cell;

use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use html5ever::{Attribute, LocalName, QualName, TokenizerResult, data, local_name, ns};
use memchr::{memchr, memchr2, memmem};

/// The tokenizer's buffers count bytes in 32 bits and copy what they split: small pieces keep both cheap.
const PIECE: usize = 1 << 20;
/// Longer names of references are none.
const LONGEST_REFERENCE: usize = 32;
/// Bytes behind a tag among which the end of its raw text is looked for: long scripts and style sheets are taken out
/// before.
const MOST_RAW: usize = 4096;
/// Names that are remembered; a power of two.
const NAMES: usize = 1024;

/// Reads a page into a sink, and gives the sink back.
pub(super) fn read<S: TokenSink>(page: &str, sink: S) -> S {
    let page = with_line_feeds(page);
    let watch = Watch {
        sink,
        at_rest: Cell::new(true),
    };
    let options = TokenizerOpts {
        discard_bom: false,
        ..TokenizerOpts::default()
    };
    let tokenizer = Tokenizer::new(watch, options);
    let queue = BufferQueue::default();
    // A zero means something else at every place.
    let plain = memchr(0, page.as_bytes()).is_none();
    let mut names = Names::take();
    for piece in pieces(&page, PIECE) {
        let buffer = StrTendril::from_slice(piece);
        let mut reader = Reader {
            sink: &tokenizer.sink.sink,
            text: piece,
            buffer: &buffer,
            names: &mut names,
            decoded: String::new(),
            comments_end: true,
        };
        let mut at = after_mark(piece, 0);
        while at < piece.len() {
            if plain
                && tokenizer.sink.at_rest.get()
                && let Some(next) = reader.next(at)
            {
                at = next;
                continue;
            }
            // Tags, comments and declarations end with this sign and nowhere else.
            let rest = piece.as_bytes().get(at..).unwrap_or_default();
            let end = memchr(b'>', rest).map_or(piece.len(), |i| at + i + 1);
            tokenizer.sink.at_rest.set(false);
            queue.push_back(reader.cut(at, end));
            at = end;
            // It stops at scripts and at statements of a character set, and goes on when fed again.
            while !matches!(tokenizer.feed(&queue), TokenizerResult::Done) {
                at = after_mark(piece, at);
            }
        }
    }
    tokenizer.end();
    names.keep();
    tokenizer.sink.sink
}

/// A text with the line ends that HTML knows.
fn with_line_feeds(text: &str) -> Cow<'_, str> {
    let mut rest = text;
    let mut out = String::new();
    while let Some(at) = memchr(b'\r', rest.as_bytes()) {
        let (line, after) = rest.split_at(at);
        out.reserve(if out.is_empty() { text.len() } else { 0 });
        out.push_str(line);
        out.push('\n');
        let after = after.get(1..).unwrap_or_default();
        rest = after.strip_prefix('\n').unwrap_or(after);
    }
    if out.is_empty() {
        return Cow::Borrowed(text);
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Cuts a text into pieces of about `size` bytes, at character boundaries.
fn pieces(text: &str, size: usize) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let cut = rest.floor_char_boundary(size.min(rest.len()));
        let (piece, tail) = rest.split_at(if cut == 0 { rest.len() } else { cut });
        rest = tail;
        Some(piece)
    })
}

/// The place after a byte order mark, where one stands.
fn after_mark(text: &str, at: usize) -> usize {
    let marked = text.get(at..).is_some_and(|t| t.starts_with('\u{feff}'));
    if marked {
        at + '\u{feff}'.len_utf8()
    } else {
        at
    }
}

/// Stands between the tokenizer and the sink, and says whether the tokenizer is between two tokens: where what it read
/// last was a whole tag, comment or declaration behind which no raw text follows.
struct Watch<S> {
    sink: S,
    at_rest: Cell<bool>,
}

impl<S: TokenSink> TokenSink for Watch<S> {
    type Handle = S::Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<S::Handle> {
        let whole = matches!(
            token,
            Token::TagToken(_) | Token::CommentToken(_) | Token::DoctypeToken(_)
        );
        let result = self.sink.process_token(token, line);
        if whole {
            let raw = matches!(
                result,
                TokenSinkResult::RawData(_) | TokenSinkResult::Plaintext
            );
            self.at_rest.set(!raw);
        }
        result
    }

    fn end(&self) {
        self.sink.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.sink
            .adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// Names of elements and attributes that came before: to make one anew takes a search in all names that there are.
struct Names(Vec<LocalName>);

thread_local! {
    static KNOWN: Cell<Vec<LocalName>> = const { Cell::new(Vec::new()) };
}

impl Names {
    /// Those of the pages that this thread read before.
    fn take() -> Self {
        let mut names = KNOWN.take();
        names.resize(NAMES, local_name!(""));
        Self(names)
    }

    /// Keeps them for the next page.
    fn keep(self) {
        KNOWN.set(self.0);
    }

    fn of(&mut self, name: &str) -> LocalName {
        let mut hash = 0x811c_9dc5_u32;
        for byte in name.bytes() {
            if byte.is_ascii_uppercase() {
                return self.of(&name.to_ascii_lowercase());
            }
            hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
        let slot = (hash ^ hash >> 15) as usize & (NAMES - 1);
        let Some(known) = self.0.get_mut(slot) else {
            return LocalName::from(name);
        };
        if &**known != name {
            *known = LocalName::from(name);
        }
        known.clone()
    }
}

/// Cuts tokens out of one piece of a page.
struct Reader<'p, S> {
    sink: &'p S,
    text: &'p str,
    /// The same text, of which tokens are cut without being copied.
    buffer: &'p StrTendril,
    names: &'p mut Names,
    /// Room for texts with references.
    decoded: String,
    /// A comment may still end in this piece.
    comments_end: bool,
}

impl<S: TokenSink> Reader<'_, S> {
    /// Hands over the token that begins here and gives the place behind it. `None` where it is not simple: then nothing
    /// was handed over.
    fn next(&mut self, at: usize) -> Option<usize> {
        match self.text.as_bytes().get(at..)? {
            [b'<', b'a'..=b'z' | b'A'..=b'Z', ..] => self.start_tag(at),
            [b'<', b'/', b'a'..=b'z' | b'A'..=b'Z', ..] => self.end_tag(at),
            [b'<', b'!', b'-', b'-', ..] => self.comment(at),
            [b'<', ..] => None,
            _ => self.characters(at),
        }
    }

    /// The text between two places.
    fn cut(&self, from: usize, to: usize) -> StrTendril {
        let length = to.saturating_sub(from);
        (self.buffer.try_subtendril(from as u32, length as u32)).unwrap_or_default()
    }

    /// The first byte from a place on that fits, or the end.
    fn find(&self, from: usize, fits: impl Fn(u8) -> bool) -> usize {
        let rest = self.text.as_bytes().get(from..).unwrap_or_default();
        (rest.iter().position(|b| fits(*b))).map_or(self.text.len(), |i| from + i)
    }

    /// Hands over a token that ends at `end`; gives the place where the next begins, and whether raw text does.
    fn hand(&self, token: Token, end: usize) -> (usize, bool) {
        match self.sink.process_token(token, 1) {
            TokenSinkResult::RawData(_) => (end, true),
            // The tokenizer stops here, and takes what follows for the beginning of a text.
            TokenSinkResult::EncodingIndicator(_) | TokenSinkResult::Script(_) => {
                (after_mark(self.text, end), false)
            }
            _ => (end, false),
        }
    }

    fn characters(&mut self, from: usize) -> Option<usize> {
        let rest = self.text.as_bytes().get(from..)?;
        let mut found = memchr2(b'<', b'&', rest);
        let plain = found.is_none_or(|i| rest.get(i) == Some(&b'<'));
        if let Some(i) = found.filter(|_| !plain) {
            found = memchr(b'<', rest.get(i..)?).map(|more| i + more);
        }
        let to = found.map_or(self.text.len(), |i| from + i);
        let text = if plain {
            self.cut(from, to)
        } else {
            self.decoded(from, to, Place::Text, found.is_some())?
        };
        Some(self.hand(Token::CharacterTokens(text), to).0)
    }

    /// The text between two places with its references undone; `None` where one of them takes a rule to read. `closed`:
    /// something follows it in this piece.
    fn decoded(
        &mut self,
        from: usize,
        to: usize,
        place: Place,
        closed: bool,
    ) -> Option<StrTendril> {
        self.decoded.clear();
        let mut rest = self.text.get(from..to)?;
        while let Some(at) = memchr(b'&', rest.as_bytes()) {
            self.decoded.push_str(rest.get(..at)?);
            let after = rest.get(at + 1..)?;
            rest = after.get(reference(after, place, closed, &mut self.decoded)?..)?;
        }
        self.decoded.push_str(rest);
        Some(StrTendril::from_slice(&self.decoded))
    }

    fn comment(&mut self, open: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let from = open + 4;
        let rest = bytes.get(from..)?;
        if !self.comments_end || rest.starts_with(b">") || rest.starts_with(b"->") {
            return None;
        }
        let mut at = from;
        loop {
            let Some(dash) = crate::read::bytes::find(bytes, at, b"--") else {
                // So that no other comment looks for its end once more.
                self.comments_end = false;
                return None;
            };
            match bytes.get(dash + 2..)? {
                [b'>', ..] => {
                    let text = self.cut(from, dash);
                    return Some(self.hand(Token::CommentToken(text), dash + 3).0);
                }
                [b'!', b'>', ..] => return None,
                _ => at = dash + 1,
            }
        }
    }

    fn end_tag(&mut self, open: usize) -> Option<usize> {
        let name_end = self.find(open + 2, ends_name);
        let end = self.find(name_end, |b| !is_blank(b));
        if self.text.as_bytes().get(end) != Some(&b'>') {
            return None;
        }
        let tag = self.tag(TagKind::EndTag, open + 2, name_end)?;
        Some(self.hand(Token::TagToken(tag), end + 1).0)
    }

    fn start_tag(&mut self, open: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let name_end = self.find(open + 1, ends_name);
        let mut tag = self.tag(TagKind::StartTag, open + 1, name_end)?;
        let mut at = name_end;
        loop {
            at = self.find(at, |b| !is_blank(b));
            match bytes.get(at)? {
                b'>' => break,
                b'/' => {
                    at += 1;
                    tag.self_closing = bytes.get(at)? == &b'>';
                    continue;
                }
                _ => {}
            }
            let from = at;
            // A name may begin with "=".
            at = self.find(at + 1, |b| ends_name(b) || b == b'=');
            let name = self.names.of(self.text.get(from..at)?);
            at = self.find(at, |b| !is_blank(b));
            let mut value = StrTendril::new();
            if bytes.get(at)? == &b'=' {
                (value, at) = self.value(at + 1)?;
            }
            if tag.attrs.iter().any(|a| a.name.local == name) {
                tag.had_duplicate_attributes = true;
            } else {
                tag.attrs.push(Attribute {
                    name: QualName::new(None, ns!(), name),
                    value,
                });
            }
        }
        let behind = at + 1;
        // Looked at before the tag is handed over: then there is no way back.
        let raw = match tag.name {
            local_name!("title") | local_name!("textarea") => {
                Some(self.raw(behind, (open + 1, name_end), true)?)
            }
            local_name!("script")
            | local_name!("style")
            | local_name!("xmp")
            | local_name!("iframe")
            | local_name!("noembed")
            | local_name!("noframes") => Some(self.raw(behind, (open + 1, name_end), false)?),
            local_name!("plaintext") => return None,
            _ => None,
        };
        let (next, is_raw) = self.hand(Token::TagToken(tag), behind);
        // In a drawing the same names mean nothing.
        let Some((text, end)) = raw.filter(|_| is_raw) else {
            return Some(next);
        };
        if !text.is_empty() {
            self.hand(Token::CharacterTokens(text), end);
        }
        self.end_tag(end).or(Some(end))
    }

    /// The raw text from a place on and where it ends: right there stands a plain end tag of the name between two places.
    /// `None` where that is not near, or where a script has in it what changes how it is read.
    fn raw(
        &mut self,
        from: usize,
        name: (usize, usize),
        references: bool,
    ) -> Option<(StrTendril, usize)> {
        let bytes = self.text.as_bytes();
        let name = bytes.get(name.0..name.1)?;
        let near = bytes.get(from..)?;
        let near = near.get(..MOST_RAW).unwrap_or(near);
        let end = memmem::find_iter(near, b"</").find(|at| {
            let after = near.get(at + 2..).unwrap_or_default();
            let own = after.get(..name.len());
            own.is_some_and(|own| own.eq_ignore_ascii_case(name))
                && after.get(name.len()).is_none_or(|b| ends_name(*b))
        })?;
        let tag_end = self.find(from + end + 2 + name.len(), |b| !is_blank(b));
        let text = near.get(..end)?;
        if bytes.get(tag_end) != Some(&b'>') || memmem::find(text, b"<!--").is_some() {
            return None;
        }
        let (end, has_references) = (from + end, references && memchr(b'&', text).is_some());
        let text = if has_references {
            self.decoded(from, end, Place::Text, true)?
        } else {
            self.cut(from, end)
        };
        Some((text, end))
    }

    /// A tag without attributes.
    fn tag(&mut self, kind: TagKind, from: usize, to: usize) -> Option<Tag> {
        Some(Tag {
            kind,
            name: self.names.of(self.text.get(from..to)?),
            self_closing: false,
            attrs: Vec::new(),
            had_duplicate_attributes: false,
        })
    }

    /// The value of an attribute behind its "=", and the place behind it.
    fn value(&mut self, from: usize) -> Option<(StrTendril, usize)> {
        let bytes = self.text.as_bytes();
        let from = self.find(from, |b| !is_blank(b));
        let rest = bytes.get(from..)?;
        let (from, to, next, plain) = if let quote @ (b'"' | b'\'') = *rest.first()? {
            let rest = rest.get(1..)?;
            let mut length = memchr2(quote, b'&', rest)?;
            let plain = rest.get(length) == Some(&quote);
            if !plain {
                length += memchr(quote, rest.get(length..)?)?;
            }
            (from + 1, from + 1 + length, from + length + 2, plain)
        } else {
            let to = self.find(from, |b| is_blank(b) || b == b'>');
            bytes.get(to)?;
            (from, to, to, memchr(b'&', bytes.get(from..to)?).is_none())
        };
        let value = if plain {
            self.cut(from, to)
        } else {
            self.decoded(from, to, Place::Attribute, true)?
        };
        Some((value, next))
    }
}

/// Where a reference stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Text,
    Attribute,
}

/// Undoes the reference that begins right before a text, onto `out`; how many bytes of the text belong to it. `None` where
/// it takes a rule: what is no whole reference may be read as one.
fn reference(after: &str, place: Place, closed: bool, out: &mut String) -> Option<usize> {
    if let Some(number) = after.strip_prefix('#') {
        let (digits, base) = match number.strip_prefix(['x', 'X']) {
            Some(digits) => (digits, 16),
            None => (number, 10),
        };
        let count = digits.bytes().take(8).take_while(u8::is_ascii_hexdigit);
        let (digits, rest) = digits.split_at(count.count());
        rest.strip_prefix(';')?;
        let code = u32::from_str_radix(digits, base).ok()?;
        // Some numbers stand for other characters.
        let same = code > 0 && !(0x80..=0x9f).contains(&code);
        out.push(char::from_u32(code).filter(|_| same)?);
        return Some(after.len() - rest.len() + 1);
    }
    let letters = after.bytes().take_while(u8::is_ascii_alphanumeric).count();
    if letters > LONGEST_REFERENCE {
        return None;
    }
    let behind = after.as_bytes().get(letters);
    if behind.is_none() && !closed {
        return None;
    }
    if behind == Some(&b';')
        && letters > 0
        && let Some((first, second)) = entity(after.get(..=letters)?)
    {
        out.push(char::from_u32(first)?);
        if second > 0 {
            out.push(char::from_u32(second)?);
        }
        return Some(letters + 1);
    }
    // Some names count without a semicolon; in an attribute not where "=" or a letter follows.
    let known = |length: usize| after.get(..length).and_then(entity).is_some();
    let none = match place {
        Place::Attribute => behind == Some(&b'=') || !known(letters),
        Place::Text => !(1..=letters).any(known),
    };
    none.then(|| {
        out.push('&');
        0
    })
}

/// The characters that a name stands for.
fn entity(name: &str) -> Option<(u32, u32)> {
    // Beginnings of names stand in the list with zeros.
    (data::NAMED_ENTITIES.get(name).copied()).filter(|found| found.0 != 0)
}

#[inline]
fn is_blank(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | b'\x0c' | b' ')
}

#[inline]
fn ends_name(byte: u8) -> bool {
    is_blank(byte) || matches!(byte, b'/' | b'>')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::cell::RefCell;

    /// Keeps what it is given, texts joined; answers as the tree builder does.
    #[derive(Default)]
    struct Kept(RefCell<Vec<Token>>);

    impl TokenSink for Kept {
        type Handle = ();

        fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
            use html5ever::tokenizer::states::RawKind;
            let mut kept = self.0.borrow_mut();
            let answer = match &token {
                Token::ParseError(_) => return TokenSinkResult::Continue,
                Token::TagToken(tag) if tag.kind == TagKind::StartTag => match &*tag.name {
                    "title" | "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
                    "style" | "xmp" | "iframe" | "noembed" | "noframes" => {
                        TokenSinkResult::RawData(RawKind::Rawtext)
                    }
                    "script" => TokenSinkResult::RawData(RawKind::ScriptData),
                    "plaintext" => TokenSinkResult::Plaintext,
                    "meta" => TokenSinkResult::EncodingIndicator(StrTendril::new()),
                    _ => TokenSinkResult::Continue,
                },
                Token::TagToken(tag) if &*tag.name == "script" => TokenSinkResult::Script(()),
                _ => TokenSinkResult::Continue,
            };
            match (token, kept.last_mut()) {
                (Token::CharacterTokens(new), Some(Token::CharacterTokens(text))) => {
                    text.push_tendril(&new);
                }
                (token, _) => kept.push(token),
            }
            answer
        }
    }

    /// What the tokenizer of the WHATWG alone makes of a page.
    fn whole(page: &str) -> Vec<Token> {
        let tokenizer = Tokenizer::new(Kept::default(), TokenizerOpts::default());
        let queue = BufferQueue::default();
        queue.push_back(StrTendril::from_slice(page));
        while !matches!(tokenizer.feed(&queue), TokenizerResult::Done) {}
        tokenizer.end();
        tokenizer.sink.0.into_inner()
    }

    fn check(page: &str) {
        let read = read(page, Kept::default()).0.into_inner();
        assert_eq!(read, whole(page), "{page:?}");
    }

    #[test]
    fn every_page_is_read_as_the_whatwg_does() {
        for page in [
            "",
            "\u{feff}<!DOCTYPE html><p>a",
            "a < b > c <p>d</p >e</p/>f</p g=h>",
            "<P CLASS=A class=b Id='c'd=e/f=\"g&amp;h\"/ >",
            "<a =b ==c d= e f = 'g' h=>i<br/><br / ><a b=c/>",
            "<a href=\"?a=1&b=2&copy=3&copy;&copy&amp&lt=&notit;&not;&#38;&#x26;&#x80;&#0;&#38 &\">",
            "&amp;&ampx &lt&gt; &notit; &notin; & &; &#; &#x; &#38; &#128; &nosuch; &NotEqualTilde; &AMP",
            "<!----><!-- a --><!-->b--><!--->c--><!-- d --!>e--><!-- f <!-- g --><!-- h ---->",
            "<!--a--b-->c<!doctype x><![CDATA[d]]><?e?></ f></>",
            "<title></title><TITLE a>a&lt;b&ampx</titles></Title ><style><!-- a --></style/></style><iframe></iframe>a",
            "<script>a<!--b</script>c--></script>d<script >a</script\n>\u{feff}b</script></title></style>",
            "<title>a<b>&amp;</title><script>if (a<b) '</p>'<!--<script>c</script>--></script>d",
            "<textarea>\n<p></textarea><iframe><p></iframe><plaintext><p>",
            "a\r\nb\rc<p\r\nd='e\r\nf'>&\r\n\0<p\0q=\0>",
            "<meta>\u{feff}a<script></script>\u{feff}b\u{feff}c",
            "<a b='",
            "<a b",
            "<a",
            "<",
            "</a",
            "</",
            "<!--a",
            "<!",
            "a&",
            "a&am",
            "a&#",
            "a&#3",
            "<é è='ü'>ö</é>",
        ] {
            check(page);
        }
    }

    proptest! {
        #[test]
        fn pieces_of_pages_are_read_as_the_whatwg_does(pieces in prop::collection::vec(prop::sample::select(vec![
            "<", ">", "/", "=", "'", "\"", "-", "--", "!", "&", "#", "x", ";", " ", "\n", "\r", "\0", "a", "A", "é",
            "<p", "</p>", "<a href=", "<!--", "-->", "--!>", "<script>", "</script>", "<title>", "</title>", "<br/>", "<style>", "</style ", "<iframe a>", "</iframe>",
            "&amp", "&copy", "&not", "in;", "&#38;", "&#x", "1", "\u{feff}", "<meta>", "<textarea", "<!doctype ", "]]>",
        ]), 0..24)) {
            check(&pieces.concat());
        }
    }
}
