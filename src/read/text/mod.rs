//! Plain text of a page -> its captions, in any language.
//!
//! A capture is paragraphs with captions standing among them and the page's furniture around. A caption is a line that
//! ends (or begins) in a credit, or a line whose credit stands on the next line, or a sentence printed twice in a row
//! (an image's alternative text and its visible caption). Everything else is body text and gives no credit.

mod facts;
mod furniture;
mod lines;
mod roles;

use super::{Content, DocumentContext, Reader, charset};
use crate::credit::Hints;
use crate::model::{Appearance, Carrier, CreditReading, Document, InputKind, Problem, Reason};
use lines::Line;
use roles::Role;

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
    let mut text = charset::decode(bytes.get(..limit).unwrap_or(bytes), context.charset, false);
    // As browsers do with a page: a zero among letters says nothing.
    if text.contains('\0') {
        text = text.replace('\0', "").into();
    }
    let (lines, all) = lines::lines(&text, context.limits.records);
    if !all {
        problems.push(Problem::new(
            Reason::MaxRecords,
            format!(
                "The text has more than {} lines; the rest was not read.",
                context.limits.records
            ),
        ));
    }
    let lang = facts::language(&lines, context);
    let hints = Hints {
        lang: lang.as_deref(),
        date: None,
    };
    let roles = roles::roles(&lines, &hints, context);
    let free = |at: usize| {
        let labelled = matches!(
            at.checked_sub(1).and_then(|i| roles.get(i)),
            Some(Role::Label { rest: false, .. })
        );
        !labelled && matches!(roles.get(at), Some(Role::Body | Role::Repeated))
    };
    let facts = facts::read(&lines, lang.clone(), &free, context);
    let (appearances, document_credits) = appearances(&lines, &roles, &facts, context);
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

fn appearances(
    lines: &[Line],
    roles: &[Role],
    facts: &facts::Facts,
    context: &DocumentContext<'_>,
) -> (Vec<Appearance>, Vec<CreditReading>) {
    let hints = Hints {
        lang: facts.lang.as_deref(),
        date: facts.published.as_deref(),
    };
    let mut out: Vec<(Appearance, String)> = Vec::new();
    let mut whole = Vec::new();
    let last_body = lines.iter().rposition(Line::is_paragraph);
    let mut at = 0;
    while let (Some(line), Some(role)) = (lines.get(at), roles.get(at)) {
        let mut used = 1;
        let found = match role {
            Role::Caption(reading) => {
                // An agency in brackets after the article's last sentence signs the article, not a picture.
                let repeated = lines.get(at + 1).is_some_and(|next| next.key == line.key)
                    || out.last().is_some_and(|(_, key)| {
                        *key == lines::key(&reading.caption) || *key == line.key
                    });
                let signs = Some(at) == last_body && !repeated && !names_picture(reading);
                (!signs).then(|| appearance(line, None, reading.clone()))
            }
            Role::CreditOnly(reading) => {
                if let Some((caption, taken)) = labelled(lines, roles, at + 1) {
                    used = 1 + taken;
                    let reading = context
                        .credits
                        .parts(&caption.text, Some(&line.text), &hints);
                    Some(appearance(&caption, Some(line), reading))
                } else if !names_registered(reading) || context.credits.opens_as_source(&line.text)
                {
                    // "Photos: A year on the quay" is a heading, and "Source: Northwire" says it of the text.
                    None
                } else if last_body.is_some_and(|last| at > last) {
                    whole.push(reading.clone());
                    None
                } else {
                    // A name alone on its line may be anything: a byline's house, a heading.
                    names_picture(reading).then(|| appearance(line, None, reading.clone()))
                }
            }
            Role::Label { .. } => labelled(lines, roles, at).map(|(caption, taken)| {
                let credit = match (roles.get(at + taken), lines.get(at + taken)) {
                    (Some(Role::CreditOnly(_)), Some(credit)) => Some(credit),
                    _ => None,
                };
                used = taken + usize::from(credit.is_some());
                let credit_text = credit.map(|c| c.text.as_str());
                let reading = context.credits.parts(&caption.text, credit_text, &hints);
                appearance(&caption, credit, reading)
            }),
            Role::Repeated | Role::Body => match (roles.get(at + 1), lines.get(at + 1)) {
                (Some(Role::CreditOnly(only)), Some(credit))
                    if line.may_caption(credit, !names_picture(only))
                        && labelled(lines, roles, at + 2).is_none()
                        && Some(at) != facts.title_line
                        && (credit.follows || (Some(at) < last_body && !only.chain.is_empty()))
                        && (Some(at + 1) < last_body
                            || line.is_paragraph()
                            || !context.credits.opens_as_source(&credit.text)) =>
                {
                    used = 2;
                    let reading = context
                        .credits
                        .parts(&line.text, Some(&credit.text), &hints);
                    Some(appearance(line, Some(credit), reading))
                }
                _ if matches!(role, Role::Repeated) && Some(at) != facts.title_line => {
                    let reading = context.credits.parts(&line.text, None, &hints);
                    Some(appearance(line, None, reading))
                }
                _ => None,
            },
            Role::Furniture => None,
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

/// The caption that a label ("Image caption,") at this line announces, on the line itself or on the next one, without
/// its label; and how many lines that takes.
fn labelled(lines: &[Line], roles: &[Role], at: usize) -> Option<(Line, usize)> {
    let Some(Role::Label { length, rest }) = roles.get(at) else {
        return None;
    };
    let line = lines.get(at)?;
    if *rest {
        return Some((line.without(*length), 1));
    }
    let next = lines.get(at + 1)?;
    matches!(roles.get(at + 1), Some(Role::Body | Role::Repeated)).then(|| (next.without(0), 2))
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

/// A party that the registry knows is named.
fn names_registered(reading: &CreditReading) -> bool {
    reading.chain.iter().any(|member| member.party.is_some())
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
