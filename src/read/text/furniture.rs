//! The page's furniture among the lines of a text capture: links to other articles, who wrote and edited the text, the
//! site's notice of rights. In: lines. Out: which of them can be neither a caption nor a picture's credit.
//!
//! The phrases are rows of `schema/inputs/page-lines.csv`.

use std::sync::LazyLock;

use super::lines::{Line, columns};

const TABLE: &str = include_str!("../../../schema/inputs/page-lines.csv");

/// A heading over links announces at most this many.
const MAX_LINKS: usize = 12;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The line begins with the phrase.
    Start,
    /// The line is the phrase.
    Whole,
    /// The line begins with the phrase and a colon.
    Colon,
}

struct Row {
    phrase: String,
    form: Form,
    teaser: bool,
    #[cfg(test)]
    example: String,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let mut reader = csv::Reader::from_reader(TABLE.as_bytes());
    let rows = reader.records().filter_map(Result::ok);
    rows.filter_map(|row| {
        Some(Row {
            phrase: folded(row.get(1)?),
            form: match row.get(2)? {
                "start" => Form::Start,
                "whole" => Form::Whole,
                "colon" => Form::Colon,
                _ => return None,
            },
            teaser: row.get(3)? == "teaser",
            #[cfg(test)]
            example: row.get(4)?.to_owned(),
        })
    })
    .collect()
});

fn folded(text: &str) -> String {
    text.replace('’', "'").to_lowercase()
}

/// What a line is by its own words.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Nothing of the kind.
    Other,
    /// Says what it says on this line alone.
    Line,
    /// A heading: links follow.
    Heading,
}

fn kind(text: &str) -> Kind {
    let line = folded(text);
    let line = line.trim_start_matches(|c: char| !c.is_alphanumeric());
    for row in ROWS.iter() {
        let Some(rest) = line.strip_prefix(&row.phrase) else {
            continue;
        };
        let next = rest.trim_start();
        let ended = !next.contains(char::is_alphanumeric);
        let apart = rest.starts_with(|c: char| !c.is_alphanumeric());
        let fits = match row.form {
            Form::Whole => ended,
            Form::Start => ended || apart || row.phrase.ends_with(is_unspaced),
            Form::Colon => next.starts_with([':', '：']),
        };
        if fits {
            return if row.teaser && ended {
                Kind::Heading
            } else {
                Kind::Line
            };
        }
    }
    Kind::Other
}

/// Scripts that put no blanks between words.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{0e00}'..='\u{0e7f}' | '\u{3040}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

/// For each line, whether it is furniture. `last_body` is the last paragraph of the text.
pub(super) fn marked(lines: &[Line], last_body: Option<usize>) -> Vec<bool> {
    let mut links = 0;
    let mut out = Vec::with_capacity(lines.len());
    for (at, line) in lines.iter().enumerate() {
        let kind = kind(&line.text);
        // A headline ends as no sentence does.
        let sentence = line
            .text
            .ends_with(['.', '!', ')', ']', '。', '।', '）', '”', '"']);
        if kind == Kind::Heading {
            links = MAX_LINKS;
        } else if sentence || columns(&line.key) > 120 {
            links = 0;
        }
        let below = last_body.is_some_and(|last| at > last);
        out.push(kind != Kind::Other || links > 0 || (below && is_rights(&line.text)));
        links = links.saturating_sub(1);
    }
    out
}

/// "Copyright © Northwire 2024", "© 2024 Northwire. Some rights reserved.": the site's notice, by its year.
fn is_rights(text: &str) -> bool {
    let line = folded(text);
    let opens =
        line.starts_with(['©', 'ⓒ']) || line.starts_with("copyright") || line.starts_with("(c)");
    let mut run = 0;
    let year = line.chars().chain([' ']).any(|c| {
        let ended = run == 4 && !c.is_numeric();
        run = if c.is_numeric() { run + 1 } else { 0 };
        ended
    });
    opens && year
}

#[cfg(test)]
mod tests {
    use super::super::lines::lines;
    use super::*;

    #[test]
    fn every_example_is_found_by_its_row_and_captions_are_not() {
        assert!(ROWS.len() > 100);
        for row in ROWS.iter() {
            assert!(kind(&row.example) != Kind::Other, "{}", row.example);
        }
        for caption in [
            "Related parties meet at the harbour. (Photo: Northwire)",
            "Editors of three papers at the trial, 3 May 2023. (Photo: Northwire)",
            "The latest ship. Photo: Northwire",
        ] {
            assert!(kind(caption) == Kind::Other, "{caption}");
        }
    }

    #[test]
    fn links_under_a_heading_are_furniture_until_the_text_goes_on() {
        let text = "Related\n\nPhotos: A week\nFOTO: The queen visits\n\nThe text goes on here.\nPhoto: A. Quill";
        let marked = marked(&lines(text, 100).0, None);
        assert_eq!(marked, [true, true, true, false, false]);
    }

    #[test]
    fn a_notice_of_rights_below_the_text_has_a_year() {
        assert!(is_rights("COPYRIGHT © NORTHWIRE 2024"));
        assert!(is_rights("© 2024 Northwire. All rights reserved"));
        assert!(!is_rights("© Northwire/Ada Quill"));
        assert!(!is_rights("In 2024 the harbour froze."));
    }
}
