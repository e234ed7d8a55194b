//! Keys under which an appearance finds the photos worth weighing, for an index table.
//!
//! `d:` a day, `t:` a name or thing in a month, `p:` two names or things together, `c:` a photographer, `f:` an agency's number
//! in a file name. Names are keyed by their consonants, so that scripts do not matter.

use std::collections::BTreeSet;

use super::days::iso;
use super::pair::{Candidate, Print};
use super::sound::Sound;
use super::text::{Item, Kind, Terms};
use super::words::{EntityKind, LEXICON};
use super::{Held, Printed};
use crate::model::{Field, Label, Precision};

/// No item has more keys than this.
pub const MAX_KEYS: usize = 80;

/// A key shared by more photos than this says nothing and is passed over when candidates are looked up.
pub const MAX_SHARED: usize = 2000;

/// How many names and things of one text become keys.
const MAX_TERMS: usize = 9;

/// How many names of one text are paired with each other.
const MAX_PAIRED: usize = 6;

/// Instead of a month: file pictures and symbols may be of any time. In a large archive most such keys are shared by
/// too many photos to count; the pairs of names remain.
const ANY_MONTH: &str = "*";

/// The keys of an appearance, sorted. A document's candidates are the photos that share a key with any of its
/// appearances.
pub fn keys_of_printed(printed: &Printed) -> Vec<String> {
    let prints = Print::all(std::slice::from_ref(printed));
    let Some(print) = prints.first() else {
        return Vec::new();
    };
    let mut keys = Keys::default();
    keys.extend("f", ids_printed(printed));
    for name in &printed.credit.creators {
        keys.extend("c", creator(name));
    }
    let published = printed.published.as_deref().and_then(super::days::day);
    let exact = print.dates.iter().filter(|d| d.precision == Precision::Day);
    let mut days: BTreeSet<i32> = exact.flat_map(|d| [d.day - 1, d.day, d.day + 1]).collect();
    days.extend(
        print
            .counted
            .iter()
            .flat_map(|(day, _)| [day - 1, *day, day + 1]),
    );
    let mut months: BTreeSet<String> = days.iter().filter_map(|day| month(*day)).collect();
    months.extend(
        print
            .dates
            .iter()
            .filter(|d| d.precision == Precision::Month)
            .filter_map(|d| month(d.day)),
    );
    if let Some(day) = published {
        months.extend([day, day - 28].into_iter().filter_map(month));
        if days.is_empty() {
            days.extend(day - 2..=day);
        }
    }
    keys.extend("d", days.into_iter().filter_map(iso));
    months.insert("-".to_owned());
    let file = printed.credit.all().any(|reading| {
        [
            Label::File,
            Label::Illustration,
            Label::Stock,
            Label::Symbolic,
        ]
        .iter()
        .any(|label| reading.has(*label))
    });
    if file || print.dates.is_empty() {
        months.insert(ANY_MONTH.to_owned());
    }
    keys.terms(&print.terms, &months);
    keys.list()
}

/// The keys of a photo, sorted.
pub fn keys_of_held(held: &Held) -> Vec<String> {
    let candidate = Candidate::new(held);
    let mut keys = Keys::default();
    keys.extend("f", ids_held(held));
    for name in &candidate.creators {
        keys.extend("c", creator(&name.text));
    }
    let exact = candidate
        .dates
        .iter()
        .filter(|d| d.precision == Precision::Day);
    keys.extend("d", exact.filter_map(|d| iso(d.day)));
    let mut months: BTreeSet<String> = candidate
        .dates
        .iter()
        .filter_map(|d| month(d.day))
        .collect();
    if months.is_empty() {
        months.insert("-".to_owned());
    }
    // Three months at most, so that there is room for the keys without one.
    months = months.into_iter().rev().take(3).collect();
    months.insert(ANY_MONTH.to_owned());
    keys.terms(&candidate.terms, &months);
    keys.list()
}

fn month(day: i32) -> Option<String> {
    Some(iso(day)?.get(..7)?.to_owned())
}

fn creator(name: &str) -> Option<String> {
    let sound = Sound::of(name);
    (sound.consonants() > 3).then(|| sound.skeleton())
}

#[derive(Default)]
struct Keys(BTreeSet<String>);

impl Keys {
    fn extend(&mut self, prefix: &str, keys: impl IntoIterator<Item = String>) {
        for key in keys {
            if self.0.len() < MAX_KEYS {
                self.0.insert(format!("{prefix}:{key}"));
            }
        }
    }

    fn terms(&mut self, terms: &Terms, months: &BTreeSet<String>) {
        let mut ranked: Vec<(u8, String)> = terms.items.iter().flat_map(term).collect();
        ranked.sort();
        ranked.dedup();
        let names: Vec<&String> = ranked
            .iter()
            .filter(|(rank, _)| *rank < 3)
            .map(|(_, term)| term)
            .take(MAX_PAIRED)
            .collect();
        for (at, a) in names.iter().enumerate() {
            let pair = |b: &&String| {
                if a < b {
                    format!("{a}+{b}")
                } else {
                    format!("{b}+{a}")
                }
            };
            self.extend("p", names.iter().skip(at + 1).map(pair));
        }
        for month in months {
            self.extend(
                "t",
                ranked
                    .iter()
                    .take(MAX_TERMS)
                    .map(|(_, term)| format!("{month}:{term}")),
            );
        }
    }

    fn list(self) -> Vec<String> {
        self.0.into_iter().collect()
    }
}

/// An item as key terms, the more telling the lower the rank.
fn term(item: &Item) -> Vec<(u8, String)> {
    match item.kind {
        Kind::Entity(at) => {
            let rank = match LEXICON.kind(at) {
                EntityKind::Place | EntityKind::Body => 0,
                EntityKind::Person => 1,
                EntityKind::Country => 3,
            };
            vec![(rank, LEXICON.entity(at).to_owned())]
        }
        Kind::Name => {
            let skeleton = |sound: &Sound| (sound.consonants() > 2).then(|| (1, sound.skeleton()));
            let bare = item.bare.as_ref().and_then(skeleton);
            skeleton(&item.sound).into_iter().chain(bare).collect()
        }
        Kind::Concept(at) if !LEXICON.is_common(at) => vec![(2, LEXICON.concept(at).to_owned())],
        _ => Vec::new(),
    }
}

/// The last part of a path or URL, without query and extension.
pub(super) fn stem(name: &str) -> &str {
    let path = name.split(['?', '#']).next().unwrap_or("");
    let last = path.rsplit(['/', '\\']).next().unwrap_or("");
    last.rsplit_once('.').map_or(last, |(stem, _)| stem)
}

/// What identifies a picture in a file name: an agency's number, or a long name with digits as a whole.
pub(super) fn file_ids(name: &str) -> Vec<String> {
    let stem = stem(name).to_lowercase();
    let digits = |word: &str| word.bytes().filter(u8::is_ascii_digit).count();
    let mut ids: BTreeSet<String> = stem
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| word.len() >= 7 && digits(word) > 0 && !is_measure(word))
        .map(str::to_owned)
        .collect();
    if stem.len() >= 10 && digits(&stem) > 3 {
        ids.insert(stem);
    }
    ids.into_iter().take(6).collect()
}

/// What identifies a picture in a text: an agency's number as it stands in brackets at the end of a caption.
fn text_ids(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| {
            let digits = word.bytes().filter(u8::is_ascii_digit).count();
            (7..=40).contains(&word.len())
                && digits >= 4
                && digits < word.len()
                && !is_measure(&word.to_lowercase())
        })
        .map(str::to_lowercase)
        .take(4)
}

/// What identifies the picture of an appearance: in the names of its image, or printed.
pub(super) fn ids_printed(printed: &Printed) -> BTreeSet<String> {
    let named = printed.images.iter().flat_map(|image| file_ids(image));
    named.chain(text_ids(&printed.credit.text)).collect()
}

/// What identifies a photo: in the names of its files, as its job, or in its description.
pub(super) fn ids_held(held: &Held) -> BTreeSet<String> {
    let named = held.names.iter().flat_map(|name| file_ids(name));
    let jobs = held.metadata.values(Field::JobId).iter();
    named
        .chain(jobs.flat_map(|job| text_ids(&job.value)))
        .chain(text_ids(&held.description.text))
        .collect()
}

/// A date, a time or a size in pixels: shared by pictures that have nothing else in common.
fn is_measure(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let size = word.split_once('x').is_some_and(|(a, b)| {
        !a.is_empty() && !b.is_empty() && (a.to_owned() + b).bytes().all(|c| c.is_ascii_digit())
    });
    let time = digits + 2 == word.len() && word.starts_with('t') && word.ends_with('z');
    let date = digits == word.len() && digits <= 8;
    size || time || date
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agency_numbers_are_found_in_urls_and_file_names() {
        let url = file_ids(
            "https://example.org/img/2024-06-19T072503Z_160_RC267BOID2P0_RTRMADP_3_X-1024x683.jpg?w=3",
        );
        let file = file_ids("2024-06-19T072503Z_160_RC267BOID2P0_RTRMADP_3_X.JPG");
        assert!(url.contains(&"rc267boid2p0".to_owned()), "{url:?}");
        assert!(file.contains(&"rc267boid2p0".to_owned()));
        assert!(!url.iter().any(|id| id == "1024x683" || id == "t072503z"));
        assert!(file_ids("image1.jpg").is_empty());
    }
}
