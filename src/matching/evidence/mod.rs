//! One file per kind of evidence, in the order in which `show` tells it.

mod content;
mod context;
mod creator;
mod credit;
mod date;
mod file;
mod names;
mod number;
mod published;
mod rarity;
mod wording;

use super::pair::Pair;

pub(super) use creator::same as creator_named;
pub(super) use wording::covered as wording_covered;

/// One level of one kind of evidence, found in a pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Level {
    /// The level's name: a row of `weights.csv`.
    pub name: &'static str,
    /// How much of it: the weight is multiplied by this.
    pub amount: f64,
}

impl Level {
    /// A level once.
    pub fn once(name: &'static str) -> Self {
        Self { name, amount: 1.0 }
    }

    /// A level several times, at most `most`.
    pub fn times(name: &'static str, amount: f64, most: f64) -> Self {
        Self {
            name,
            amount: amount.min(most),
        }
    }
}

/// A kind of evidence.
pub(super) trait Evidence: Sync {
    /// Its name, as stored.
    fn name(&self) -> &'static str;
    /// The levels found in a pair; empty where there is nothing to compare.
    fn weigh(&self, pair: &Pair<'_>) -> Vec<Level>;
    /// A level in words, quoting both sides.
    fn tell(&self, pair: &Pair<'_>, level: &Level) -> String;
}

/// All kinds, each with its file.
pub(super) const EVIDENCE: &[&dyn Evidence] = &[
    &date::Dates,
    &published::Published,
    &names::Names,
    &content::Content,
    &rarity::Rarity,
    &number::Numbers,
    &wording::Wording,
    &creator::Creator,
    &credit::Credit,
    &file::FileName,
    &context::Context,
];

/// A list of quotations.
fn quoted<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words
        .take(6)
        .map(|word| format!("\"{word}\""))
        .collect::<Vec<_>>()
        .join(", ")
}
