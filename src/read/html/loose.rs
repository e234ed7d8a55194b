//! JSON as pages really carry it -> values. Nothing is run.
//!
//! It may have raw line breaks in strings, trailing commas, comments, names without quotes, `undefined`, function calls:
//! what is no value is read as null, and what never closes ends with the text.

use std::borrow::Cow;

/// Deeper values are read as null.
const MAX_DEPTH: usize = 96;

/// A value. Objects keep the order and the repeated names of the source.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Null,
    /// Numbers as they stand, true and false.
    Bare(&'a str),
    Text(Cow<'a, str>),
    List(Vec<Value<'a>>),
    Object(Vec<(Cow<'a, str>, Value<'a>)>),
}

impl<'a> Value<'a> {
    /// The value under a name.
    pub fn get(&self, name: &str) -> Option<&Value<'a>> {
        match self {
            Self::Object(entries) => entries.iter().find(|(key, _)| key == name).map(|(_, v)| v),
            _ => None,
        }
    }

    /// A text that is not empty.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text.trim()).filter(|t| !t.is_empty()),
            _ => None,
        }
    }

    /// The elements of a list, the value itself where it is none.
    pub fn each(&self) -> &[Value<'a>] {
        match self {
            Self::List(list) => list,
            other => std::slice::from_ref(other),
        }
    }

    /// The entries of an object.
    pub fn entries(&self) -> &[(Cow<'a, str>, Value<'a>)] {
        match self {
            Self::Object(entries) => entries,
            _ => &[],
        }
    }
}

/// How many values may still be read; shared by all texts of a page.
pub(super) struct Budget(pub usize);

/// Reads the value at the beginning of a text, and says where it ends. `None` where none begins there.
pub(super) fn value<'a>(text: &'a str, budget: &mut Budget) -> Option<(Value<'a>, usize)> {
    let mut parser = Parser {
        text,
        at: 0,
        budget,
        values: Vec::new(),
        entries: Vec::new(),
    };
    parser.blanks();
    matches!(parser.peek(), Some(b'{' | b'[')).then_some(())?;
    let value = parser.value(0);
    Some((value, parser.at))
}

struct Parser<'a, 'b> {
    text: &'a str,
    at: usize,
    budget: &'b mut Budget,
    /// Elements of the lists that are open, and entries of the objects: each takes its own away when it ends.
    values: Vec<Value<'a>>,
    entries: Vec<(Cow<'a, str>, Value<'a>)>,
}

impl<'a> Parser<'a, '_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Skips white space and comments.
    fn blanks(&mut self) {
        loop {
            while self.peek().is_some_and(|b| b.is_ascii_whitespace()) {
                self.at += 1;
            }
            if !matches!(self.peek(), Some(b'/' | b'<')) {
                return;
            }
            let rest = self.rest();
            let end = if rest.starts_with("/*") {
                rest.find("*/").map(|i| i + 2)
            } else if rest.starts_with("//") {
                rest.find('\n')
            } else if rest.starts_with("<!--") {
                Some(4)
            } else {
                return;
            };
            self.at += end.unwrap_or(rest.len());
        }
    }

    fn value(&mut self, depth: usize) -> Value<'a> {
        self.blanks();
        if self.budget.0 == 0 {
            self.at = self.text.len();
            return Value::Null;
        }
        self.budget.0 -= 1;
        match self.peek() {
            Some(b'{') if depth < MAX_DEPTH => self.object(depth),
            Some(b'[') if depth < MAX_DEPTH => self.list(depth),
            Some(quote @ (b'"' | b'\'' | b'`')) => {
                let text = self.string(quote);
                // Strings that are put together are read as their first part.
                self.skip_to_separator();
                Value::Text(text)
            }
            Some(_) => {
                let from = self.at;
                self.skip_to_separator();
                let bare = self.text.get(from..self.at).unwrap_or_default().trim();
                let plain = bare.len() < 40
                    && (bare == "true"
                        || bare == "false"
                        || bare.starts_with(|c: char| c.is_ascii_digit() || c == '-'));
                if plain {
                    Value::Bare(bare)
                } else {
                    Value::Null
                }
            }
            None => Value::Null,
        }
    }

    fn object(&mut self, depth: usize) -> Value<'a> {
        self.at += 1;
        let first = self.entries.len();
        loop {
            self.blanks();
            match self.peek() {
                Some(b'}') => {
                    self.at += 1;
                    break;
                }
                Some(b',' | b';') => {
                    self.at += 1;
                    continue;
                }
                None | Some(b']' | b')') => break,
                Some(_) => {}
            }
            let name = if let Some(quote @ (b'"' | b'\'')) = self.peek() {
                self.string(quote)
            } else {
                let from = self.at;
                while self
                    .peek()
                    .is_some_and(|b| !b.is_ascii_whitespace() && !b",:{}[]()\"'".contains(&b))
                {
                    self.at += 1;
                }
                Cow::Borrowed(self.text.get(from..self.at).unwrap_or_default())
            };
            self.blanks();
            if self.peek() == Some(b':') {
                self.at += 1;
                let value = self.value(depth + 1);
                self.entries.push((name, value));
            } else {
                // A method or something that is no entry: now a separator follows, or nothing.
                self.skip_to_separator();
            }
            if self.budget.0 == 0 {
                break;
            }
        }
        Value::Object(self.entries.drain(first..).collect())
    }

    fn list(&mut self, depth: usize) -> Value<'a> {
        self.at += 1;
        let first = self.values.len();
        loop {
            self.blanks();
            match self.peek() {
                Some(b']') => {
                    self.at += 1;
                    break;
                }
                Some(b',') => {
                    self.at += 1;
                    continue;
                }
                None | Some(b'}' | b')') => break,
                Some(_) => {}
            }
            let value = self.value(depth + 1);
            self.values.push(value);
            if self.budget.0 == 0 {
                break;
            }
        }
        Value::List(self.values.drain(first..).collect())
    }

    /// A quoted text; escapes undone.
    fn string(&mut self, quote: u8) -> Cow<'a, str> {
        self.at += 1;
        let from = self.at;
        let bytes = self.text.as_bytes();
        let end = |at: usize| {
            bytes
                .get(at..)
                .and_then(|rest| memchr::memchr2(quote, b'\\', rest))
        };
        let mut stop = match end(from) {
            Some(i) => from + i,
            None => bytes.len(),
        };
        if bytes.get(stop) != Some(&b'\\') {
            self.at = (stop + 1).min(bytes.len());
            return Cow::Borrowed(self.text.get(from..stop).unwrap_or_default());
        }
        let mut out = String::from(self.text.get(from..stop).unwrap_or_default());
        let mut high: Option<u32> = None;
        while bytes.get(stop) == Some(&b'\\') {
            let escaped = self.text.get(stop + 1..).and_then(|r| r.chars().next());
            stop += 1 + escaped.map_or(0, char::len_utf8);
            let unit = |digits: usize, at: usize| {
                self.text
                    .get(at..at + digits)
                    .and_then(|d| u32::from_str_radix(d, 16).ok())
            };
            match escaped {
                Some('n') => out.push('\n'),
                Some('t') => out.push('\t'),
                Some('r' | '\n') | None => {}
                Some('b' | 'f') => out.push(' '),
                Some(kind @ ('u' | 'x')) => {
                    let digits = if kind == 'u' { 4 } else { 2 };
                    if let Some(code) = unit(digits, stop) {
                        stop += digits;
                        match (high.take(), code) {
                            (_, 0xd800..=0xdbff) => high = Some(code),
                            (Some(first), 0xdc00..=0xdfff) => {
                                let joined = 0x10000 + ((first - 0xd800) << 10) + (code - 0xdc00);
                                out.extend(char::from_u32(joined));
                            }
                            _ => out.push(char::from_u32(code).unwrap_or('\u{fffd}')),
                        }
                    }
                }
                Some(other) => out.push(other),
            }
            let next = match end(stop) {
                Some(i) => stop + i,
                None => bytes.len(),
            };
            out.push_str(self.text.get(stop..next).unwrap_or_default());
            stop = next;
        }
        self.at = (stop + 1).min(bytes.len());
        Cow::Owned(out)
    }

    /// Skips to the comma or bracket that ends a value, over calls, functions and operators.
    fn skip_to_separator(&mut self) {
        let mut open: usize = 0;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' | b'\'' | b'`' => {
                    self.string(byte);
                    continue;
                }
                b'(' | b'[' | b'{' => open += 1,
                b')' | b']' | b'}' | b',' if open == 0 => return,
                b')' | b']' | b'}' => open -= 1,
                _ => {}
            }
            self.at += 1;
        }
        self.at = self.text.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Value<'_> {
        value(text, &mut Budget(1000)).unwrap().0
    }

    #[test]
    fn json_is_read() {
        let found =
            read(r#" {"a": [1, -2.5, true, null, "x\u00e9\ud83d\ude00\n\/"], "b": {}} tail"#);
        assert_eq!(found.get("a").unwrap().each()[4].text(), Some("xé😀\n/"));
        assert_eq!(found.get("a").unwrap().each()[1], Value::Bare("-2.5"));
        assert_eq!(found.get("b"), Some(&Value::Object(Vec::new())));
    }

    #[test]
    fn what_is_almost_json_is_read_too() {
        let found = read(
            "{name: 'Ana', // who\n \"text\": \"two\nlines\", f: function(a, b) { return {c: 1}; }, u: undefined, d: new Date(1, 2), m() { x }, last: 'yes',}",
        );
        assert_eq!(found.get("name").unwrap().text(), Some("Ana"));
        assert_eq!(found.get("text").unwrap().text(), Some("two\nlines"));
        assert_eq!(found.get("f"), Some(&Value::Null));
        assert_eq!(found.get("d"), Some(&Value::Null));
        assert_eq!(found.get("last").unwrap().text(), Some("yes"));
    }

    #[test]
    fn broken_values_end_somewhere() {
        for text in [
            "{",
            "[[[",
            "{\"a\": \"",
            "{\"a\" \"b\"}",
            "{a:1]",
            "[1,,2",
            "{,,}",
            "{\"a\":\\}",
            "{é\u{301}:(}",
            "{!",
            "{name",
        ] {
            read(text);
        }
        let deep = "[".repeat(100_000);
        assert!(matches!(read(&deep), Value::List(_)));
        assert_eq!(value("text", &mut Budget(10)), None);
    }

    #[test]
    fn the_budget_ends_a_text_of_values() {
        let many = format!("[{}", "1,".repeat(10_000));
        let mut budget = Budget(50);
        let (found, _) = value(&many, &mut budget).unwrap();
        assert!(found.each().len() <= 50);
        assert_eq!(budget.0, 0);
    }
}
