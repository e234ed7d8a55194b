//! Plain text of a page -> its captions, in any language.
//!
//! A capture is paragraphs with captions standing among them and the page's furniture around. A caption is a line that
//! ends (or begins) in a credit, or a line whose credit stands on the next line, or a sentence printed twice in a row
//! (an image's alternative text and its visible caption). Everything else is body text and gives no credit.

mod facts;
mod lines;

use super::{Content, DocumentContext, Reader, charset};
use crate::credit::Hints;
use crate::model::{Appearance, Carrier, CreditReading, Document, InputKind, Problem, Reason};
use lines::Line;

/// Longer lines are body text whatever they end in.
const MAX_CAPTION: usize = 1_500;
/// A caption without a credit of its own is believed only from this length on.
const MIN_REPEATED: usize = 30;

/// Reads text captures.
pub struct TextReader;

impl Reader for TextReader {
    fn name(&self) -> &'static str {
        "text"
    }

    fn accepts(&self, kind: InputKind) -> bool {
        kind == InputKind::Text
    }

    fn read(&self, bytes: &[u8], _: InputKind, context: &DocumentContext<'_>) -> Content {
        Content::Document(Box::new(read(bytes, context)))
    }
}

/// Reads a text capture.
pub fn read(bytes: &[u8], context: &DocumentContext<'_>) -> Document {
    let mut problems = Vec::new();
    let limit = usize::try_from(context.limits.document_bytes).unwrap_or(usize::MAX);
    if bytes.len() > limit {
        problems.push(Problem::new(
            Reason::MaxBytes,
            format!("The text is longer than {limit} bytes; the rest was not read."),
        ));
    }
    let text = charset::decode(bytes.get(..limit).unwrap_or(bytes), context.charset, false);
    let lines = lines::lines(&text);
    let facts = facts::read(&lines, context);
    let hints = Hints {
        lang: facts.lang.as_deref(),
        date: facts.published.as_deref(),
    };
    let (appearances, document_credits) = appearances(&lines, &facts, &hints, context);
    let lang = facts
        .lang
        .clone()
        .or_else(|| appearances.iter().find_map(|a| a.credit.lang.clone()));
    Document {
        url: context.url.map(str::to_owned).or(facts.url),
        title: facts.title,
        outlet: facts.outlet,
        published: facts.published,
        lang,
        appearances,
        document_credits,
        problems,
        ..Document::default()
    }
}

/// What one line turned out to be.
enum Role {
    /// A caption with its credit.
    Caption(CreditReading),
    /// Nothing but a credit.
    CreditOnly(CreditReading),
    /// A sentence without a credit, printed twice in a row.
    Repeated,
    Body,
}

fn role(lines: &[Line], at: usize, hints: &Hints<'_>, context: &DocumentContext<'_>) -> Role {
    let Some(line) = lines.get(at) else {
        return Role::Body;
    };
    if line.text.len() <= MAX_CAPTION
        && (line.opens_like_credit() || context.credits.ends_in_credit(&line.text))
    {
        let reading = context.credits.caption(&line.text, hints);
        if reading.credit_line.is_some() {
            if reading.caption.trim().is_empty() {
                return Role::CreditOnly(reading);
            }
            let opens = reading.span.is_some_and(|s| s.0 <= 1);
            if opens || context.credits.ends_in_credit(&line.text) {
                return Role::Caption(reading);
            }
        }
    }
    let twin = lines.get(at + 1).is_some_and(|next| next.key == line.key);
    let sentence = line.text.ends_with(['.', '!', '?', '。', '।', '؟', '…']);
    if twin && sentence && line.key.chars().count() >= MIN_REPEATED {
        Role::Repeated
    } else {
        Role::Body
    }
}

fn appearances(
    lines: &[Line],
    facts: &facts::Facts,
    hints: &Hints<'_>,
    context: &DocumentContext<'_>,
) -> (Vec<Appearance>, Vec<CreditReading>) {
    let mut out: Vec<(Appearance, String)> = Vec::new();
    let mut whole = Vec::new();
    let last_body = lines.iter().rposition(Line::is_paragraph);
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let mut used = 1;
        let found = match role(lines, at, hints, context) {
            Role::Caption(reading) => {
                // An agency in brackets after the article's last sentence signs the article, not a picture.
                let repeated = lines.get(at + 1).is_some_and(|next| next.key == line.key)
                    || out.last().is_some_and(|(_, key)| {
                        *key == lines::key(&reading.caption) || *key == line.key
                    });
                let signs = Some(at) == last_body && !repeated && !names_picture(&reading);
                (!signs).then(|| appearance(line, None, reading))
            }
            Role::CreditOnly(reading) if last_body.is_some_and(|last| at > last) => {
                whole.push(reading);
                None
            }
            Role::CreditOnly(reading) => Some(appearance(line, None, reading)),
            Role::Repeated | Role::Body => {
                let next = lines
                    .get(at + 1)
                    .map(|_| role(lines, at + 1, hints, context));
                let repeated = matches!(role(lines, at, hints, context), Role::Repeated);
                match (next, lines.get(at + 1)) {
                    (Some(Role::CreditOnly(_)), Some(credit))
                        if line.may_caption(credit)
                            && Some(at) != facts.title_line
                            && (credit.follows || Some(at) < last_body) =>
                    {
                        used = 2;
                        let reading = context.credits.parts(&line.text, Some(&credit.text), hints);
                        Some(appearance(line, Some(credit), reading))
                    }
                    _ if repeated && Some(at) != facts.title_line => {
                        let reading = context.credits.parts(&line.text, None, hints);
                        Some(appearance(line, None, reading))
                    }
                    _ => None,
                }
            }
        };
        if let Some(found) = found {
            let key = lines::key(&found.credit.caption);
            push(
                &mut out,
                found,
                key,
                at.checked_sub(1).and_then(|i| lines.get(i)),
            );
        }
        at += used;
    }
    let mut out: Vec<Appearance> = out.into_iter().map(|(a, _)| a).collect();
    for (position, appearance) in (1..).zip(&mut out) {
        appearance.position = position;
    }
    (out, whole)
}

/// The credit says by its own words, not only by a name in brackets, that it is a picture's.
fn names_picture(reading: &CreditReading) -> bool {
    !reading.creators.is_empty()
        || !reading.labels.is_empty()
        || reading.chain.len() > 1
        || reading
            .credit_line
            .as_deref()
            .is_some_and(|c| c.contains([':', '：', '©']))
}

/// Adds an appearance, unless it is the one before it printed again; of two copies the one with a credit is kept.
fn push(
    out: &mut Vec<(Appearance, String)>,
    found: Appearance,
    key: String,
    before: Option<&Line>,
) {
    if let Some((last, last_key)) = out.last_mut() {
        let same = !key.is_empty() && *last_key == key;
        // The copies stand next to each other: what is between them is at most the credit of the first.
        let adjacent = before.is_some_and(|line| {
            line.key == key
                || line.key == lines::key(&last.text)
                || last
                    .credit_text
                    .as_deref()
                    .is_some_and(|c| lines::key(c) == line.key)
        });
        if same && adjacent {
            if last.credit.credit_line.is_none() && found.credit.credit_line.is_some() {
                let offset = last.offset;
                *last = Appearance { offset, ..found };
            }
            return;
        }
    }
    out.push((found, key));
}

fn appearance(line: &Line, credit: Option<&Line>, reading: CreditReading) -> Appearance {
    Appearance {
        text: line.text.clone(),
        credit_text: credit.map(|c| c.text.clone()),
        carrier: Some(Carrier::Text),
        offset: Some(line.offset),
        credit: reading,
        ..Appearance::default()
    }
}
