//! One typed line -> words and filters.

use unicode_normalization::UnicodeNormalization as _;

use super::{DateRange, Filter, FilterField, FilterValue, Query, Term};

/// Longer lines are cut: nobody types them.
const MOST_CHARS: usize = 4_000;

impl Query {
    /// Reads a line. Never fails: what is not understood is searched as plain words, and a note says so.
    pub fn parse(line: &str) -> Self {
        let mut query = Self::default();
        // Fullwidth letters, ligatures and the like are searched as what they stand for.
        let line: String = line.nfkc().take(MOST_CHARS).map(plain).collect();
        let mut rest = line.as_str();
        while let Some(piece) = next_piece(&mut rest) {
            query.add(piece);
        }
        query
    }

    /// Takes the whole line as FTS5's own query language.
    pub fn fts_language(line: &str) -> Self {
        Self {
            raw: Some(line.replace('\0', " ")),
            ..Self::default()
        }
    }

    /// Whether it asks for nothing at all.
    pub fn is_empty(&self) -> bool {
        self.fts().is_none() && self.excluded().is_none() && self.filters.is_empty()
    }

    fn add(&mut self, piece: Piece) {
        let Some(field) = &piece.field else {
            if !piece.quoted && ["AND", "OR", "NOT"].contains(&piece.text.as_str()) {
                self.notes.push(format!(
                    "{} is searched as a word: all words are required, -word leaves out, --fts takes operators",
                    piece.text
                ));
            }
            self.words.extend(piece.term());
            return;
        };
        let known = FilterField::WORDS
            .iter()
            .find(|(word, _)| word.eq_ignore_ascii_case(field))
            .map(|(_, field)| *field);
        let Some(known) = known else {
            // A colon is common in captions and addresses; only a plain word before it looks like a field.
            if looks_like_field(field) && !piece.text.starts_with("//") {
                self.notes.push(format!(
                    "\"{field}:\" is not a field; searched as plain words"
                ));
            }
            self.words.extend(piece.whole().term());
            return;
        };
        let value = if known.is_date() {
            let Some(range) = DateRange::parse(&piece.text) else {
                self.notes.push(format!(
                    "\"{}\" is not a date (2023, 2023-09, 2023-09-13, 2023-09..2024-06); searched as plain words",
                    piece.text
                ));
                self.words.extend(piece.whole().term());
                return;
            };
            FilterValue::Dates(range)
        } else if piece.text.trim().is_empty() {
            self.notes
                .push(format!("\"{field}:\" without a value; left out"));
            return;
        } else {
            FilterValue::Text(piece.text.trim().to_owned())
        };
        self.filters.push(Filter {
            field: known,
            value,
            negated: piece.negated,
        });
    }
}

/// Control characters separate words; NUL would end the text inside SQLite.
fn plain(c: char) -> char {
    if c.is_control() { ' ' } else { c }
}

fn looks_like_field(word: &str) -> bool {
    (3..=12).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_lowercase())
}

/// One blank-separated piece of the line: `-field:"value"`.
struct Piece {
    negated: bool,
    field: Option<String>,
    text: String,
    quoted: bool,
}

impl Piece {
    /// The piece with its field name as words again.
    fn whole(mut self) -> Self {
        if let Some(field) = self.field.take() {
            self.text = format!("{field} {}", self.text);
            self.quoted = true;
        }
        self
    }

    fn term(self) -> Option<Term> {
        let (text, prefix) = match self.text.strip_suffix('*') {
            Some(stem) if !self.quoted => (stem.to_owned(), true),
            _ => (self.text, false),
        };
        text.chars().any(char::is_alphanumeric).then_some(Term {
            text,
            phrase: self.quoted,
            prefix,
            negated: self.negated,
        })
    }
}

/// Takes the next piece off the front; `None` at the end.
fn next_piece(rest: &mut &str) -> Option<Piece> {
    let line = rest.trim_start();
    if line.is_empty() {
        *rest = line;
        return None;
    }
    let (negated, line) = match line.strip_prefix('-') {
        Some(after) if !after.is_empty() && !after.starts_with(char::is_whitespace) => {
            (true, after)
        }
        _ => (false, line),
    };
    if let Some((text, after)) = quoted(line) {
        *rest = after;
        return Some(Piece {
            negated,
            field: None,
            text,
            quoted: true,
        });
    }
    let end = line.find(char::is_whitespace).unwrap_or(line.len());
    let (word, after) = line.split_at(end);
    if let Some((field, value)) = word.split_once(':')
        && !field.is_empty()
        && field
            .chars()
            .all(|c| c.is_alphanumeric() || c == '-' || c == '_')
    {
        let value_start = &line[field.len() + 1..];
        if let Some((text, after)) = quoted(value_start) {
            *rest = after;
            return Some(Piece {
                negated,
                field: Some(field.to_owned()),
                text,
                quoted: true,
            });
        }
        *rest = after;
        return Some(Piece {
            negated,
            field: Some(field.to_owned()),
            text: value.to_owned(),
            quoted: false,
        });
    }
    *rest = after;
    Some(Piece {
        negated,
        field: None,
        text: word.to_owned(),
        quoted: false,
    })
}

/// What stands between quotation marks at the beginning; an opening mark without an end is no quotation.
fn quoted(line: &str) -> Option<(String, &str)> {
    let open = line.chars().next()?;
    let close = match open {
        '"' => '"',
        '\u{201c}' | '\u{201e}' => '\u{201d}',
        '\u{ab}' => '\u{bb}',
        _ => return None,
    };
    let inside = line.get(open.len_utf8()..)?;
    // German closes with the mark that English opens with.
    let end = inside.find(|c| c == close || (open == '\u{201e}' && c == '\u{201c}'))?;
    let (text, after) = inside.split_at(end);
    let mut after = after.chars();
    after.next();
    Some((text.to_owned(), after.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        Query::parse(line)
            .words
            .into_iter()
            .map(|t| t.text)
            .collect()
    }

    #[test]
    fn the_design_s_example_is_words_and_filters() {
        let query = Query::parse(
            "kim putin originator:kcna via:reuters label:file lang:id outlet:voa date:2023-09..2024-06 flag:state-sourced",
        );
        assert_eq!(query.fts().as_deref(), Some("\"kim\" \"putin\""));
        let fields: Vec<_> = query.filters.iter().map(|f| f.field.word()).collect();
        assert_eq!(
            fields,
            [
                "originator",
                "via",
                "label",
                "lang",
                "outlet",
                "date",
                "flag"
            ]
        );
        assert_eq!(
            query.filters[5].value,
            FilterValue::Dates(DateRange {
                from: Some("2023-09-01".into()),
                to: Some("2024-06-30".into()),
            })
        );
        assert!(query.notes.is_empty());
    }

    #[test]
    fn quotes_and_minus_are_understood_before_words_and_fields() {
        let query =
            Query::parse("\"kim jong un\" -file -creator:\"Yuri Maltsev\" „drei Wörter“ -\"a b\"");
        assert_eq!(
            query.fts().as_deref(),
            Some("(\"kim jong un\" \"drei Wörter\") NOT (\"file\" OR \"a b\")")
        );
        assert!(query.filters[0].negated);
        assert_eq!(
            query.filters[0].value,
            FilterValue::Text("Yuri Maltsev".into())
        );
    }

    #[test]
    fn only_unwanted_words_are_given_apart() {
        let query = Query::parse("-file");
        assert_eq!(query.fts(), None);
        assert_eq!(query.excluded().as_deref(), Some("\"file\""));
    }

    #[test]
    fn unknown_fields_and_bad_dates_are_words_with_a_note() {
        let query = Query::parse("colour:red date:yesterday taken:2023-02-30");
        assert!(query.filters.is_empty());
        assert_eq!(
            words("colour:red date:yesterday"),
            ["colour red", "date yesterday"]
        );
        assert_eq!(query.notes.len(), 3);
        assert!(Query::parse("https://example.org/a 12:30").notes.is_empty());
    }

    #[test]
    fn operators_of_fts_are_words() {
        let query = Query::parse("AND OR NOT NEAR(a b) a*b col:x ^y \"unclosed");
        assert_eq!(
            query.fts().as_deref(),
            Some(
                "\"AND\" \"OR\" \"NOT\" \"NEAR(a\" \"b)\" \"a*b\" \"col x\" \"^y\" \"\"\"unclosed\""
            )
        );
    }

    #[test]
    fn a_star_at_the_end_asks_for_beginnings() {
        assert_eq!(Query::parse("mosk*").fts().as_deref(), Some("\"mosk\" *"));
        assert_eq!(Query::parse("* ** \"\" \0 - --").fts(), None);
    }
}
