//! A text under reading: as printed, folded, and with every known phrase found.

use std::cell::RefCell;

use super::normalise::Folded;
use super::token::Token;
use super::vocabulary::{Hit, Kinds, Sense, Vocabulary};

/// One text and what was found in it. Offsets are folded ones unless a name says otherwise.
pub(super) struct Scan<'a> {
    pub original: &'a str,
    pub folded: Folded,
    pub hits: Vec<Hit>,
    /// Small words that tell a language.
    pub small: Vec<u32>,
    /// What any of the hits may mean.
    pub kinds: Kinds,
    /// Any of the hits begins in the middle of a run of letters.
    pub glued: bool,
    pub vocabulary: &'a Vocabulary,
    /// Room for the words between two separators, empty: who takes a stretch apart takes it and gives it back.
    pub segment: RefCell<Vec<Token>>,
}

impl<'a> Scan<'a> {
    pub fn new(original: &'a str, vocabulary: &'a Vocabulary) -> Self {
        let folded = Folded::new(original);
        let (hits, small) = vocabulary.hits(original, &folded);
        Self {
            original,
            folded,
            kinds: hits
                .iter()
                .fold(Kinds::default(), |all, hit| all.and(hit.kinds)),
            glued: hits.iter().any(|hit| hit.glued_start),
            hits,
            small,
            vocabulary,
            segment: RefCell::default(),
        }
    }

    pub fn text(&self) -> &str {
        &self.folded.text
    }

    /// The folded text between two offsets; empty where they are none.
    pub fn cut(&self, start: usize, end: usize) -> &str {
        self.folded.text.get(start..end).unwrap_or_default()
    }

    /// The printed text between two folded offsets.
    pub fn printed(&self, start: usize, end: usize) -> &'a str {
        let (start, end) = self.bytes(start, end);
        self.original.get(start..end).unwrap_or_default()
    }

    /// Two folded offsets as byte offsets of the original.
    pub fn bytes(&self, start: usize, end: usize) -> (usize, usize) {
        (self.folded.origin(start), self.folded.origin(end))
    }

    pub fn char_before(&self, at: usize) -> Option<char> {
        self.folded.text.get(..at)?.chars().next_back()
    }

    pub fn char_at(&self, at: usize) -> Option<char> {
        self.folded.text.get(at..)?.chars().next()
    }

    /// The end of the text before `at` without trailing spaces.
    pub fn trim_end(&self, at: usize) -> usize {
        self.cut(0, at).trim_end().len()
    }

    /// The first offset from `at` on that is no space.
    pub fn trim_start(&self, at: usize) -> usize {
        let rest = self.folded.text.get(at..).unwrap_or_default();
        at + (rest.len() - rest.trim_start().len())
    }

    /// The hits that begin at or after `at`.
    pub fn hits_from(&self, at: usize) -> &[Hit] {
        let from = self.hits.partition_point(|h| h.start < at);
        self.hits.get(from..).unwrap_or_default()
    }

    pub fn senses(&self, hit: &Hit) -> impl Iterator<Item = Sense> {
        self.vocabulary
            .senses(hit.phrase)
            .iter()
            .map(|&(sense, _)| sense)
    }

    pub fn means(&self, phrase: u32, wanted: impl Fn(Sense) -> bool) -> bool {
        self.vocabulary
            .senses(phrase)
            .iter()
            .any(|&(sense, _)| wanted(sense))
    }
}
