//! A reading drawn for people: the text, its parts underlined and named.

use std::fmt::Write as _;

use crate::model::{CreditReading, FactKind, Span, StateLevel};

/// The line with its parts underlined and named, for people who want to see why.
pub fn explain(reading: &CreditReading) -> String {
    let text: Vec<char> = reading
        .text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
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
    for (span, name) in &parts {
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

/// Columns that a character takes on a terminal.
fn wide(c: char) -> usize {
    match u32::from(c) {
        0x300..=0x36F | 0x200B..=0x200F => 0,
        0x1100..=0x115F
        | 0x2E80..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F
        | 0xFF00..=0xFF60 => 2,
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
