//! A query's words as FTS5's language: always valid, whatever was typed.

use super::{Query, Term};

/// More words than anyone types; FTS5 would build a tree for each.
const MOST_TERMS: usize = 64;

impl Query {
    /// The words for `MATCH`: every word quoted, so that nothing in it is an operator. `None` where no word is to be
    /// found (then only [`Query::excluded`] and the filters decide).
    pub fn fts(&self) -> Option<String> {
        if let Some(raw) = &self.raw {
            return Some(raw.clone());
        }
        let wanted = joined(self.words.iter().filter(|t| !t.negated), " ")?;
        Some(match self.excluded_words() {
            Some(unwanted) => format!("({wanted}) NOT ({unwanted})"),
            None => wanted,
        })
    }

    /// The words that must not be there, for `NOT IN (... MATCH ...)`, where there is none that must.
    pub fn excluded(&self) -> Option<String> {
        match self.fts() {
            Some(_) => None,
            None => self.excluded_words(),
        }
    }

    /// Whether the line is FTS5's own language and may be refused by it.
    pub fn is_raw(&self) -> bool {
        self.raw.is_some()
    }

    fn excluded_words(&self) -> Option<String> {
        joined(self.words.iter().filter(|t| t.negated), " OR ")
    }
}

fn joined<'a>(terms: impl Iterator<Item = &'a Term>, with: &str) -> Option<String> {
    let terms: Vec<String> = terms.filter_map(Term::fts).take(MOST_TERMS).collect();
    (!terms.is_empty()).then(|| terms.join(with))
}

impl Term {
    /// Quoted for FTS5; `None` where nothing in it is a letter or digit, as FTS5 would find nothing to look for.
    fn fts(&self) -> Option<String> {
        if !self.text.chars().any(char::is_alphanumeric) {
            return None;
        }
        let text = self.text.replace('"', "\"\"");
        Some(format!("\"{text}\"{}", if self.prefix { " *" } else { "" }))
    }
}
