//! The photographer printed beside the photographer embedded, across scripts.

use super::{Evidence, Level, quoted};
use crate::matching::pair::Pair;
use crate::matching::person::is_same;

/// Photographers.
pub(super) struct Creator;

/// The printed name and the embedded one that are one person's. Only names are compared that the credit was read to
/// hold: in the sounds of a whole line some short name is soon heard.
pub(in crate::matching) fn same<'a>(pair: &'a Pair<'_>) -> Option<(&'a str, &'a str)> {
    let held = &pair.candidate.creators;
    pair.print.people.iter().find_map(|printed| {
        let name = held.iter().find(|name| is_same(printed, name))?;
        Some((printed.text.as_str(), name.text.as_str()))
    })
}

impl Evidence for Creator {
    fn name(&self) -> &'static str {
        "creator"
    }

    fn weigh(&self, pair: &Pair<'_>) -> Vec<Level> {
        let readings = || pair.print.printed.credit.all();
        if pair.candidate.creators.is_empty() {
            Vec::new()
        } else if same(pair).is_some() {
            vec![Level::once("same")]
        } else if readings().any(|r| !r.creators.is_empty()) {
            vec![Level::once("differs")]
        } else {
            Vec::new()
        }
    }

    fn tell(&self, pair: &Pair<'_>, _: &Level) -> String {
        let line = pair
            .print
            .printed
            .credit
            .credit_line
            .as_deref()
            .unwrap_or("");
        let names = quoted(pair.candidate.creators.iter().map(|n| n.text.as_str()));
        match same(pair) {
            Some((printed, name)) if printed == name => {
                format!("printed credit \"{line}\" names \"{name}\"")
            }
            Some((printed, name)) => {
                format!(
                    "printed credit \"{line}\" names \"{printed}\", the photo's fields \"{name}\""
                )
            }
            None => format!("printed credit \"{line}\", photo by {names}"),
        }
    }
}
