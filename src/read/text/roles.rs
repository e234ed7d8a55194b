//! What each line of a text capture is: a caption, a credit, a label, or body text.

use super::furniture;
use super::lines::{Line, columns};
use crate::credit::{Hints, Sign};
use crate::model::{CreditReading, Precision, StateKind};
use crate::read::DocumentContext;

/// Longer lines are body text whatever they end in.
const MAX_CAPTION: usize = 1_500;
/// A caption without a credit of its own is believed only from this length on.
const MIN_REPEATED: usize = 30;

/// A line that ends in nothing but a name is a caption only up to this length.
const MAX_NAMED: usize = 300;

/// What one line turned out to be.
pub(super) enum Role {
    /// A caption with its credit.
    Caption(CreditReading),
    /// Nothing but a credit.
    CreditOnly(CreditReading),
    /// A label such as "Image caption," takes so many bytes of the line; `rest` says whether the caption follows it.
    Label {
        length: usize,
        rest: bool,
    },
    /// A sentence without a credit, printed twice in a row.
    Repeated,
    Body,
    /// Neither: a link to another article, who edited the text, the site's notice of rights.
    Furniture,
}

/// The role of every line.
pub(super) fn roles(lines: &[Line], hints: &Hints<'_>, context: &DocumentContext<'_>) -> Vec<Role> {
    let signs: Vec<Sign> = lines
        .iter()
        .map(|line| {
            if line.text.len() <= MAX_CAPTION {
                context.credits.sign(&line.text)
            } else {
                Sign::None
            }
        })
        .collect();
    // Where paragraph after paragraph ends in an agency's name, that is how the page signs its briefs.
    let paragraphs = lines.iter().filter(|l| l.is_paragraph()).count();
    let named = signs.iter().filter(|s| **s == Sign::Name).count();
    let briefs = named > 3 && named * 3 > paragraphs;
    let last_body = lines.iter().rposition(Line::is_paragraph);
    let furniture = furniture::marked(lines, last_body);
    lines
        .iter()
        .zip(signs)
        .enumerate()
        .map(|(at, (line, sign))| {
            if furniture.get(at) == Some(&true) {
                return Role::Furniture;
            }
            let sign = match sign {
                Sign::Name if briefs || last_body.is_none_or(|last| at >= last) => Sign::None,
                sign => sign,
            };
            role(lines, at, line, sign, hints, context)
        })
        .collect()
}

fn role(
    lines: &[Line],
    at: usize,
    line: &Line,
    sign: Sign,
    hints: &Hints<'_>,
    context: &DocumentContext<'_>,
) -> Role {
    if let Some(length) = context.credits.caption_label(&line.text) {
        let rest = line
            .text
            .get(length..)
            .is_some_and(|r| !r.trim().is_empty());
        return Role::Label { length, rest };
    }
    let twin = lines.get(at + 1).is_some_and(|next| next.key == line.key)
        || at
            .checked_sub(1)
            .and_then(|before| lines.get(before))
            .is_some_and(|before| before.key == line.key);
    if line.text.len() <= MAX_CAPTION && (line.opens_like_credit() || sign > Sign::None) {
        let reading = context.credits.caption(&line.text, hints);
        if reading.credit_line.is_some() {
            if reading.caption.trim().is_empty() {
                return Role::CreditOnly(reading);
            }
            if is_thin(&reading) {
                return Role::Body;
            }
            let opens = reading.span.is_some_and(|s| s.0 <= 1);
            if opens
                || sign == Sign::Sure
                || (sign == Sign::Name && (twin || is_caption(line, &reading)))
            {
                return Role::Caption(reading);
            }
        }
    }
    let next = lines.get(at + 1).is_some_and(|next| next.key == line.key);
    let sentence = line.text.ends_with(['.', '!', '?', '。', '।', '؟', '…']);
    if next && sentence && line.key.chars().count() >= MIN_REPEATED {
        Role::Repeated
    } else {
        Role::Body
    }
}

/// Whether too little stands before the credit to be a caption, and nothing sets the credit apart: "1. Photo: ...",
/// "Gallery Photo: ..." are headings.
fn is_thin(reading: &CreditReading) -> bool {
    let caption = reading.caption.trim();
    let letters = caption.chars().filter(|c| c.is_alphabetic()).count();
    let words = caption.split_whitespace().count();
    let ended = caption.ends_with(['.', '!', '?', '。', '।', '؟', '…']);
    let bracket = (reading.text.trim_end()).ends_with([')', ']', '）', '】']);
    !bracket && (letters == 0 || (!ended && words < 2 && columns(caption) < 12))
}

/// Whether a line that ends in a name alone reads like a caption: short, one or two sentences. A state outlet's name there
/// may as well be the source of the news, so it needs more: a label, or the day with its year, as captions state it.
fn is_caption(line: &Line, reading: &CreditReading) -> bool {
    let text = reading.caption.trim_end_matches(['.', '。', '।', ' ']);
    let breaks = [". ", "。", "। "]
        .iter()
        .map(|end| text.matches(end).count())
        .sum::<usize>();
    let short = line.text.chars().count() <= MAX_NAMED && breaks <= 1;
    let state = reading
        .chain
        .iter()
        .any(|member| matches!(member.state, Some(StateKind::Media)));
    let dated = reading
        .caption_dates
        .iter()
        .any(|d| d.precision == Precision::Day);
    short && (!state || dated || !reading.labels.is_empty())
}
