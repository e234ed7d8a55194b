//! The image's name on the page beside the names of the photo's files.

use std::collections::BTreeSet;

use super::{Evidence, Level};
use crate::matching::keys::{file_ids, stem};
use crate::matching::pair::Pair;

/// File names and the agency numbers in them.
pub(super) struct FileName;

fn ids<'a>(names: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    names.flat_map(file_ids).collect()
}

fn shared(pair: &Pair<'_>) -> Option<String> {
    let printed = ids(pair.print.printed.images.iter().map(String::as_str));
    let held = ids(pair.candidate.held.names.iter().map(String::as_str));
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
