//! Every text that a copy carries, as it came, with what a finding needs to quote it.

use crate::model::{CaptionDate, Carrier, Evidence, Field};

use super::case::Case;
use super::claim::{Copy, field_name};
use super::terms::{self, Hit};

/// One text of a copy.
#[derive(Debug)]
pub struct Said<'a> {
    /// As it came.
    pub text: &'a str,
    /// What a person calls it.
    pub what: String,
    /// The embedded field, for photos.
    pub field: Option<Field>,
    /// The input that it stands in.
    pub input: &'a str,
    /// Where in it.
    pub carrier: Option<Carrier>,
    /// The dates that it states.
    pub dates: &'a [CaptionDate],
    /// The terms in it.
    pub hits: Vec<Hit>,
}

impl Said<'_> {
    /// A part of it as evidence.
    pub fn quote(&self, start: usize, end: usize) -> Evidence {
        let words = self.text.get(start..end).filter(|w| !w.is_empty());
        Evidence {
            text: Some(words.unwrap_or(self.text).to_owned()),
            from: self.what.clone(),
            input: self.input.to_owned(),
            carrier: self.carrier,
        }
    }
}

/// The embedded texts of a photo that were read, or the printed ones of an appearance; none is empty.
pub(super) fn said(case: &Case, copy: Copy) -> Vec<Said<'_>> {
    let mut found = Vec::new();
    match copy {
        Copy::Photo(at) => {
            let photo = case.photos.get(at);
            for e in photo.iter().flat_map(|p| &p.embedded) {
                found.push(Said {
                    text: &e.reading.text,
                    what: format!("embedded {}", field_name(e.field)),
                    field: Some(e.field),
                    input: &e.input,
                    carrier: Some(e.carrier),
                    dates: &e.reading.caption_dates,
                    hits: terms::find(&e.reading.text),
                });
            }
        }
        Copy::Appearance(at) => {
            if let Some(a) = case.appearances.get(at) {
                let texts = [
                    (Some(a.text.as_str()), "caption as printed", a.carrier),
                    (
                        a.credit_text.as_deref(),
                        "credit as printed",
                        Some(Carrier::Credit),
                    ),
                ];
                for (text, what, carrier) in texts {
                    found.extend(text.map(|text| Said {
                        text,
                        what: what.to_owned(),
                        field: None,
                        input: &a.input,
                        carrier,
                        dates: &a.credit.caption_dates,
                        hits: terms::find(text),
                    }));
                }
            }
        }
    }
    found.retain(|s| !s.text.trim().is_empty());
    found
}
