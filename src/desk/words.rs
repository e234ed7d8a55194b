//! Foreign text as the desk shows it: nothing but text, invisible characters made visible, and what was read from it marked.

use maud::{Markup, PreEscaped, html};

use crate::model::{Control, CreditReading, FactKind, Role, Span};
use crate::report::escape::escaped;

/// A text of a page or photo, in its own direction. `lang`: where it is known.
pub(super) fn own(text: &str, lang: Option<&str>) -> Markup {
    html! { bdi lang=[lang.and_then(tag)] { (escaped(text)) } }
}

/// A language tag that may stand in a page.
pub(super) fn tag(lang: &str) -> Option<&str> {
    let fits = !lang.is_empty()
        && lang.len() <= 35
        && lang.split('-').all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        })
        && lang
            .split('-')
            .next()
            .is_some_and(|first| (2..=3).contains(&first.len()));
    fits.then_some(lang)
}

/// The beginning of a text.
pub(super) fn beginning(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text).trim_end()),
    }
}

/// Words that stand for something, with what it is.
struct Mark {
    span: Span,
    class: &'static str,
    says: String,
}

/// The words that were read, each fact marked where it stands.
pub(super) fn marked(reading: &CreditReading) -> Markup {
    let text: Vec<char> = reading.text.chars().collect();
    let marks = marks(reading);
    let mut ends: Vec<usize> = marks.iter().flat_map(|m| [m.span.0, m.span.1]).collect();
    ends.extend([0, text.len()]);
    ends.retain(|at| *at <= text.len());
    ends.sort_unstable();
    ends.dedup();
    let pieces = ends.windows(2).map(|w| {
        let [from, to] = *w else { return html! {} };
        let piece: String = text.get(from..to).unwrap_or_default().iter().collect();
        let over: Vec<&Mark> = marks.iter().filter(|m| m.span.0 <= from && to <= m.span.1).collect();
        if over.is_empty() {
            return html! { (escaped(&piece)) };
        }
        let classes: Vec<&str> = over.iter().map(|m| m.class).collect();
        let says: Vec<&str> = over.iter().map(|m| m.says.as_str()).collect();
        html! { mark class=(classes.join(" ")) title=(escaped(&says.join("; "))) { (escaped(&piece)) } }
    });
    let pieces: Vec<String> = pieces.map(PreEscaped::into_string).collect();
    html! { span.read dir="auto" lang=[reading.lang.as_deref().and_then(tag)] { (PreEscaped(pieces.concat())) } }
}

fn marks(reading: &CreditReading) -> Vec<Mark> {
    let mut marks = Vec::new();
    for credit in reading.all() {
        if let Some(span) = credit.span {
            marks.push(Mark {
                span,
                class: "m-credit",
                says: "credit line".into(),
            });
        }
        for link in &credit.chain {
            let (class, state) = match link.state {
                Some(kind) => ("m-state", format!(", state {}", super::layout::word(&kind))),
                None => ("m-party", String::new()),
            };
            marks.push(Mark {
                span: link.span,
                class,
                says: format!("{}: {}{state}", role(link.role), link.name),
            });
        }
        for creator in &credit.creators {
            if let Some(span) = place(&reading.text, creator) {
                marks.push(Mark {
                    span,
                    class: "m-creator",
                    says: "creator".into(),
                });
            }
        }
    }
    for date in &reading.caption_dates {
        if let Some(span) = date.span {
            let what = if date.released { "released" } else { "date" };
            marks.push(Mark {
                span,
                class: "m-date",
                says: format!("{what} {}", date.date),
            });
        }
    }
    for fact in &reading.facts {
        marks.push(Mark {
            span: fact.span,
            class: "m-fact",
            says: fact_name(fact.kind).into(),
        });
    }
    marks.retain(|m| m.span.0 < m.span.1);
    marks
}

/// Where a name stands, in characters.
fn place(text: &str, name: &str) -> Option<Span> {
    let at = text.find(name)?;
    let from = text.get(..at)?.chars().count();
    Some(Span(from, from + name.chars().count()))
}

/// What a party did, in a word.
pub(super) fn role(role: Role) -> &'static str {
    match role {
        Role::Originator => "originator",
        Role::Intermediary => "intermediary",
        Role::Distributor => "distributor",
    }
}

/// What a fact is, in words.
pub(super) fn fact_name(kind: FactKind) -> &'static str {
    match kind {
        FactKind::Stated => "states the source",
        FactKind::Restriction => "restriction",
        FactKind::Unverified => "could not be verified",
        FactKind::Notice => "notice",
        FactKind::Place => "place",
        FactKind::Released => "date of release",
    }
}

/// The chain of a reading, from originator to distributor.
pub(super) fn chain(reading: &CreditReading) -> Markup {
    let uncertain = reading.order == crate::model::Order::Uncertain;
    html! {
        @for credit in reading.all() {
            @if !credit.chain.is_empty() || !credit.creators.is_empty() {
                ol.chain.unsure[uncertain] aria-label="Credit chain, from who made the picture to who supplied it" {
                    @for creator in &credit.creators {
                        li.creator { b { (own(creator, None)) } span { "creator" } }
                    }
                    @for link in &credit.chain {
                        li.state[link.state.is_some()].unknown[link.party.is_none()] {
                            b { (own(&link.name, None)) }
                            span {
                                (role(link.role))
                                @if let Some(state) = link.state { ", state " (super::layout::word(&state)) }
                                @if let Some(control) = link.control.filter(|c| *c != Control::Unknown) { ", " (super::layout::word(&control)) }
                                @if link.party.is_none() { ", not in the registry" }
                            }
                        }
                    }
                }
            }
        }
        @if uncertain { p.note { "The signs disagree on the order: no claim rests on it." } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_lie_over_each_other_and_nothing_is_markup() {
        let reading = CreditReading {
            text: "A <b>\u{202e}ship</b>. (東京 via Reuters)".into(),
            span: Some(Span(17, 31)),
            chain: vec![crate::model::ChainLink {
                party: Some("reuters".into()),
                name: "Reuters\"><script>".into(),
                role: Role::Distributor,
                state: None,
                control: None,
                span: Span(24, 31),
            }],
            ..CreditReading::default()
        };
        let page = marked(&reading).into_string();
        assert!(
            page.contains("A &lt;b&gt;\\u{202e}ship&lt;/b&gt;. ("),
            "{page}"
        );
        assert!(
            page.contains("<mark class=\"m-credit\" title=\"credit line\">東京 via </mark>"),
            "{page}"
        );
        assert!(page.contains("<mark class=\"m-credit m-party\" title=\"credit line; distributor: Reuters&quot;&gt;&lt;script&gt;\">Reuters</mark>"), "{page}");
    }

    #[test]
    fn only_tags_of_languages_are_languages() {
        assert_eq!(tag("zh-Hant"), Some("zh-Hant"));
        for odd in ["", "x\" onload=", "english language", "e"] {
            assert_eq!(tag(odd), None, "{odd}");
        }
    }
}
