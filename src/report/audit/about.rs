//! What somebody needs to repeat an audit: which archive, which cutline, which registry, which question.

use serde::Serialize;

use super::count::Request;

/// Where the numbers come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct About {
    /// The archive's file, without its folder.
    pub archive: String,
    /// Made from the ids of all documents and appearances and of the decisions in effect: archives that hold the same, and
    /// in which people decided the same, have the same.
    pub fingerprint: String,
    /// Appearances that the archive holds.
    pub appearances: u64,
    /// When the last ingest finished, UTC.
    pub last_ingest: Option<String>,
    /// cutline's version.
    pub cutline: String,
    /// The digest of the registry of parties.
    pub registry: Option<String>,
    /// Since when this archive is derived with that registry, UTC.
    pub registry_since: Option<String>,
    /// Of which population the documents are a sample, where that was declared.
    pub sample_of: Option<String>,
    /// Reviews in effect.
    pub reviews: u64,
    /// The question, as it can be typed.
    pub query: String,
}

impl About {
    /// Where a row comes from, as columns.
    pub fn columns(&self) -> Vec<(&'static str, String)> {
        let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
        vec![
            ("archive", self.archive.clone()),
            ("fingerprint", self.fingerprint.clone()),
            ("last_ingest", or_empty(&self.last_ingest)),
            ("cutline", self.cutline.clone()),
            ("registry", or_empty(&self.registry)),
            ("registry_since", or_empty(&self.registry_since)),
            ("sample_of", or_empty(&self.sample_of)),
            ("query", self.query.clone()),
        ]
    }
}

impl Request {
    /// The request as it can be typed.
    pub fn query(&self) -> String {
        let mut words = vec!["cutline audit".to_owned()];
        if !self.by.is_empty() {
            let by: Vec<&str> = self.by.iter().map(|d| d.word()).collect();
            words.push(format!("--by {}", by.join(",")));
        }
        for (option, month) in [("--from", &self.from), ("--to", &self.to)] {
            words.extend(month.as_ref().map(|m| format!("{option} {m}")));
        }
        for (dimension, value) in &self.only {
            let quoted = value.replace('\'', "'\\''");
            words.push(format!("--only '{}={quoted}'", dimension.word()));
        }
        if self.include_rejected {
            words.push("--include-rejected".into());
        }
        if self.reviewed_only {
            words.push("--reviewed-only".into());
        }
        words.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::audit::Dimension;

    #[test]
    fn a_query_can_be_typed_again() {
        let request = Request {
            by: vec![Dimension::Outlet, Dimension::StateSource],
            from: Some("2024".into()),
            only: vec![(Dimension::Outlet, "Ana's".into())],
            reviewed_only: true,
            ..Request::default()
        };
        assert_eq!(
            request.query(),
            "cutline audit --by outlet,state-source --from 2024 --only 'outlet=Ana'\\''s' --reviewed-only"
        );
    }
}
