//! Embedded fields by container, one table per photo, with what the containers disagree on marked.

use std::collections::BTreeSet;

use maud::{Markup, html};

use crate::desk::layout::word;
use crate::desk::words::own;
use crate::flags::{Case, CasePhoto};
use crate::model::{Carrier, Field};

/// A value of a field in a container, with the file it is from.
struct Value<'a> {
    carrier: Carrier,
    text: &'a str,
    lang: Option<&'a str>,
    cut: bool,
}

fn values(photo: &CasePhoto, field: Field) -> Vec<Value<'_>> {
    let held = photo
        .metadata
        .iter()
        .filter_map(|held| held.metadata.fields.get(&field));
    held.flatten()
        .map(|v| Value {
            carrier: v.carrier,
            text: &v.value,
            lang: v.lang.as_deref(),
            cut: v.cut,
        })
        .collect()
}

pub(super) fn section(case: &Case) -> Markup {
    let with_fields: Vec<&CasePhoto> = case
        .photos
        .iter()
        .filter(|p| p.metadata.iter().any(|m| !m.metadata.fields.is_empty()))
        .collect();
    html! {
        @if !with_fields.is_empty() {
            section #fields {
                h2 { "Embedded fields" }
                @for photo in with_fields { (table(photo)) }
            }
        }
    }
}

fn table(photo: &CasePhoto) -> Markup {
    let fields: BTreeSet<Field> = photo
        .metadata
        .iter()
        .flat_map(|m| m.metadata.fields.keys().copied())
        .collect();
    let carriers: BTreeSet<Carrier> = fields
        .iter()
        .flat_map(|f| values(photo, *f))
        .map(|v| v.carrier)
        .collect();
    html! {
        h3 { (own(photo.name(), None)) }
        div.scroll tabindex="0" role="region" aria-label={ "Fields of " (crate::report::escape::escaped(photo.name())) } {
            table {
                thead { tr { th scope="col" { "Field" } @for carrier in &carriers { th scope="col" { (word(carrier)) } } } }
                tbody {
                    @for field in fields {
                        @let all = values(photo, field);
                        @let of = |carrier: Carrier| all.iter().filter(|v| v.carrier == carrier).map(|v| v.text).collect::<Vec<_>>();
                        @let said: BTreeSet<Vec<&str>> = carriers.iter().map(|c| of(*c)).filter(|v| !v.is_empty()).collect();
                        tr.disagree[said.len() > 1] {
                            th scope="row" { (word(&field).replace('_', " ")) @if said.len() > 1 { " " span.maybe { "differs" } } }
                            @for carrier in &carriers {
                                td {
                                    @for value in all.iter().filter(|v| v.carrier == *carrier) {
                                        div { (own(value.text, value.lang)) @if let Some(lang) = value.lang { " " span.quiet { (lang) } } @if value.cut { " " span.maybe { "may be cut" } } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
