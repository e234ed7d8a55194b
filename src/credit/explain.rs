//! A reading drawn for people: the text, its parts underlined and named.

use std::fmt::Write as _;

use crate::model::{CreditReading, FactKind, Span, StateLevel};

/// The line with its parts underlined and named, for people who want to see why.
pub fn explain(reading: &CreditReading) -> String {
    let text: Vec<char> = reading
        .text
        .chars()
        .map(|c| if harmful(c) { ' ' } else { c })
        .collect();
    let mut parts: Vec<(Span, String)> = Vec::new();
    for credit in reading.all() {
        if let Some(span) = credit.span {
            parts.push((span, "credit line".into()));
        }
        for link in &credit.chain {
            let party = link
                .party
                .as_deref()
                .map_or_else(|| "not registered".to_owned(), |id| format!("party {id}"));
            let state = link
                .state
                .map(|s| format!(", state {}", word(&s)))
                .unwrap_or_default();
            parts.push((link.span, format!("{}: {party}{state}", word(&link.role))));
        }
        for creator in &credit.creators {
            if let Some(span) = place(&text, creator) {
                parts.push((span, "creator".into()));
            }
        }
    }
    for date in &reading.caption_dates {
        if let Some(span) = date.span {
            let what = if date.released {
                "date of release"
            } else {
                "date"
            };
            parts.push((span, format!("{what} {}", date.date)));
        }
    }
    for fact in &reading.facts {
        let what = match fact.kind {
            FactKind::Stated => "states the source",
            FactKind::Restriction => "restriction",
            FactKind::Unverified => "says it could not be verified",
            FactKind::Notice => "notice",
            FactKind::Place => "place",
            FactKind::Released => "date of release",
        };
        parts.push((fact.span, what.into()));
    }
    parts.sort_by_key(|(span, _)| (span.0, std::cmp::Reverse(span.1)));
    let mut out: String = text.iter().collect();
    // Terminals draw a line from right to left in an order of their own: there the words themselves are shown.
    let right_to_left = text.iter().any(|c| is_right_to_left(*c));
    for (span, name) in &parts {
        if right_to_left {
            let words: String = text
                .get(span.0..span.1)
                .unwrap_or_default()
                .iter()
                .collect();
            let _ = write!(out, "\n  {name}: {words}");
            continue;
        }
        let width = |from: usize, to: usize| {
            text.get(from..to)
                .unwrap_or_default()
                .iter()
                .map(|c| wide(*c))
                .sum::<usize>()
        };
        out.push('\n');
        out.push_str(&" ".repeat(width(0, span.0)));
        out.push_str(&"~".repeat(width(span.0, span.1).max(1)));
        out.push(' ');
        out.push_str(name);
    }
    let labels: Vec<String> = reading.labels.iter().map(word).collect();
    if !labels.is_empty() {
        let _ = write!(out, "\nlabels: {}", labels.join(", "));
    }
    let stated = reading.all().find_map(|r| r.state_sourced.as_ref());
    let verdict = match stated {
        None => "state-sourced: nothing here says so".to_owned(),
        Some(s) => {
            let how = match s.level {
                StateLevel::Direct => "named, and nobody else",
                StateLevel::Via => "named, passed on by another party",
                StateLevel::Stated => "said in the caption's words only",
                StateLevel::Metadata => "said in embedded fields only",
                StateLevel::Duplicate => "known from a copy only",
            };
            format!(
                "state-sourced: {} ({how}), {}",
                s.parties.join(", "),
                word(&s.confidence)
            )
        }
    };
    let _ = write!(
        out,
        "\n{verdict}\norder: {}, confidence {:.2}",
        word(&reading.order),
        reading.confidence
    );
    out
}

/// Characters that would move the cursor or turn the direction of what follows.
fn harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn is_right_to_left(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

/// Columns that a character takes on a terminal.
fn wide(c: char) -> usize {
    match u32::from(c) {
        // Marks that stand on or under the letter before.
        0x300..=0x36F
        | 0x900..=0x902
        | 0x93C
        | 0x941..=0x948
        | 0x94D
        | 0x981
        | 0x9BC
        | 0x9C1..=0x9C4
        | 0x9CD
        | 0xA01..=0xA02
        | 0xA3C..=0xA51
        | 0xAC1..=0xAC8
        | 0xACD
        | 0xBC0
        | 0xBCD
        | 0xC3E..=0xC40
        | 0xC46..=0xC56
        | 0xCCC..=0xCCD
        | 0xD41..=0xD44
        | 0xD4D
        | 0xE31
        | 0xE34..=0xE3A
        | 0xE47..=0xE4E
        | 0xEB1
        | 0xEB4..=0xEBC
        | 0xEC8..=0xECE
        | 0x102D..=0x1030
        | 0x1032..=0x1037
        | 0x1039..=0x103A
        | 0x17B7..=0x17BD
        | 0x17C6
        | 0x17C9..=0x17D3
        | 0x200B..=0x200D
        | 0x2060
        | 0xFE00..=0xFE0F
        | 0xFEFF => 0,
        0x1100..=0x115F
        | 0x2E80..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F
        | 0xFF00..=0xFF60
        | 0x1F300..=0x1FAFF
        | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

fn place(text: &[char], part: &str) -> Option<Span> {
    let part: Vec<char> = part.chars().collect();
    let at = text
        .windows(part.len().max(1))
        .rposition(|w| w == part.as_slice())?;
    Some(Span(at, at + part.len()))
}

fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
