//! The image's name on the page, and the numbers in its caption, beside the names of the photo's files and its numbers.

use super::{Evidence, Level};
use crate::matching::keys::{ids_held, ids_printed, stem};
use crate::matching::pair::Pair;

/// File names and the agency numbers in them.
pub(super) struct FileName;

fn shared(pair: &Pair<'_>) -> Option<String> {
    let printed = ids_printed(pair.print.printed);
    let held = ids_held(pair.candidate.held);
    printed.intersection(&held).next().cloned()
}

impl Evidence for FileName {
    fn name(&self) -> &'static str {
        "file"
    }

    fn weigh(&self, pair: &Pair<'_>) -> Vec<Level> {
        if shared(pair).is_some() {
            vec![Level::once("same-id")]
        } else {
            Vec::new()
        }
    }

    fn tell(&self, pair: &Pair<'_>, _: &Level) -> String {
        let image = pair
            .print
            .printed
            .images
            .first()
            .map_or("", |url| stem(url));
        let held = pair.candidate.held.names.first().map_or("", String::as_str);
        format!(
            "image \"{image}\", file \"{held}\": both have \"{}\"",
            shared(pair).unwrap_or_default()
        )
    }
}
