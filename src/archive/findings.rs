//! Findings out of the archive, one at a time, with the decisions on them.

use std::collections::{BTreeMap, HashSet};

use rusqlite::{Row, params};

use super::inputs::{from_word, json, word};
use super::open::CACHE;
use super::{Archive, ids};
use crate::error::{Error, Result};
use crate::model::{Evidence, Flag, FlagReview, ReviewDecision, Severity, Subject, Sureness};

/// How far people have looked at a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewState {
    /// Nobody decided.
    Open,
    /// Somebody decided.
    Reviewed,
    /// It is right.
    Confirmed,
    /// It is wrong.
    Rejected,
    /// The decision was made on other evidence.
    Stale,
}

impl ReviewState {
    fn fits(self, review: Option<&FlagReview>) -> bool {
        let decided = |d| review.is_some_and(|r| r.decision == d);
        match self {
            Self::Open => review.is_none(),
            Self::Reviewed => review.is_some(),
            Self::Confirmed => decided(ReviewDecision::Confirm),
            Self::Rejected => decided(ReviewDecision::Reject),
            Self::Stale => review.is_some_and(|r| r.stale),
        }
    }
}

/// Which findings are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FlagFilter {
    /// Only these rules.
    pub rules: Vec<String>,
    /// Only this severity and above.
    pub severity: Option<Severity>,
    /// Only documents of outlets whose name or domain holds this.
    pub outlet: Option<String>,
    /// Only documents published from this day on.
    pub from: Option<String>,
    /// Only documents published up to this day.
    pub to: Option<String>,
    /// Only findings about one of these subjects, or of their cases; empty: all.
    pub subjects: Vec<String>,
    /// Only findings of which people have seen so much.
    pub review: Option<ReviewState>,
    /// Findings that a person rejected too.
    pub include_rejected: bool,
    /// Only findings that a person confirmed, and rejected ones where these are asked for.
    pub reviewed_only: bool,
}

impl FlagFilter {
    fn takes(&self, review: Option<&FlagReview>) -> bool {
        let rejected = review.is_some_and(|r| r.decision == ReviewDecision::Reject);
        let asked = self.include_rejected
            || matches!(
                self.review,
                Some(ReviewState::Rejected | ReviewState::Stale | ReviewState::Reviewed)
            );
        (asked || !rejected)
            && (!self.reviewed_only || review.is_some())
            && self.review.is_none_or(|state| state.fits(review))
    }
}

/// How many findings of a rule there are with a severity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlagCount {
    /// How much they matter.
    pub severity: Severity,
    /// The rule.
    pub rule: String,
    /// How many.
    pub count: u64,
}

/// Up to so many subjects their findings are looked up one by one.
const LOOKED_UP: usize = 100_000;

/// Columns of a finding without its words, then with them.
const NARROW: &str = "f.id, f.rule, f.severity, f.subject_kind, f.subject_id, f.case_key";
const WIDE: &str = ", f.confidence, f.subject_name, f.summary, f.evidence, f.kinds";

/// What is done with a row and the decision on it.
type Take<'a, E> = dyn FnMut(&Row<'_>, Option<&FlagReview>) -> std::result::Result<(), E> + 'a;

impl Archive {
    /// Findings that fit, the most severe first, then by rule and subject.
    pub fn flags(&self, filter: &FlagFilter) -> Result<Vec<Flag>> {
        let mut flags = Vec::new();
        self.each_flag(filter, &mut |flag| {
            flags.push(flag);
            Ok::<(), Error>(())
        })?;
        Ok(flags)
    }

    /// The same, one at a time.
    pub fn each_flag<E: From<Error>>(
        &self,
        filter: &FlagFilter,
        take: &mut dyn FnMut(Flag) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        // Rows as wide as these are sorted in few runs, or the disk is what one waits for.
        self.conn
            .pragma_update(None, "cache_size", CACHE)
            .map_err(self.failed("read"))?;
        let order = " ORDER BY CASE f.severity WHEN 'warning' THEN 0 WHEN 'notice' THEN 1 ELSE 2 END, f.rule, f.subject_name, f.id";
        self.each_row(filter, WIDE, order, &mut |r, review| {
            let flag = flag_row(r, review).map_err(self.failed("read"))?;
            take(flag)
        })
    }

    /// How many findings fit, by severity (the most severe first) and rule.
    pub fn flag_counts(&self, filter: &FlagFilter) -> Result<Vec<FlagCount>> {
        let mut counts = BTreeMap::<(std::cmp::Reverse<Severity>, String), u64>::new();
        self.each_row(filter, "", "", &mut |r, _| {
            let rule = r
                .get_ref(1)
                .ok()
                .and_then(|v| v.as_str().ok())
                .unwrap_or_default();
            let severity = r
                .get_ref(2)
                .ok()
                .and_then(|v| v.as_str().ok())
                .unwrap_or_default();
            let severity = from_word(severity).unwrap_or(Severity::Info);
            *counts
                .entry((std::cmp::Reverse(severity), rule.to_owned()))
                .or_default() += 1;
            Ok::<(), Error>(())
        })?;
        let counts = counts.into_iter();
        Ok(counts
            .map(|((severity, rule), count)| FlagCount {
                severity: severity.0,
                rule,
                count,
            })
            .collect())
    }

    /// How many findings of the filter are left out because a person rejected them.
    pub fn rejected_flags(&self, filter: &FlagFilter) -> Result<u64> {
        let rejected = FlagFilter {
            review: Some(ReviewState::Rejected),
            ..filter.clone()
        };
        Ok(self.flag_counts(&rejected)?.iter().map(|c| c.count).sum())
    }

    fn each_row<E: From<Error>>(
        &self,
        filter: &FlagFilter,
        more: &str,
        order: &str,
        take: &mut Take<'_, E>,
    ) -> std::result::Result<(), E> {
        let reviews = self.flag_reviews()?;
        let shown_by = self.shown_by(filter)?;
        let severities: Vec<String> = [Severity::Info, Severity::Notice, Severity::Warning]
            .iter()
            .filter(|s| filter.severity.is_some_and(|least| **s >= least))
            .map(word)
            .collect();
        // With few subjects their findings are looked up; with many all are read once.
        let subjects = match &shown_by {
            Some(shown) if filter.subjects.is_empty() && shown.len() <= LOOKED_UP => shown.public(),
            _ => filter.subjects.clone(),
        };
        if subjects.is_empty() && shown_by.as_ref().is_some_and(|shown| shown.len() == 0) {
            return Ok(());
        }
        let among = if subjects.is_empty() {
            "?1 = '[]'"
        } else {
            "f.id IN (SELECT id FROM flags WHERE subject_id IN (SELECT value FROM json_each(?1))
               UNION SELECT id FROM flags WHERE case_key IN (SELECT value FROM json_each(?1)))"
        };
        let failed = self.failed("read");
        let mut statement = self
            .conn
            .prepare(&format!(
                "SELECT {NARROW}{more} FROM flags f WHERE {among}
                   AND (?2 = '[]' OR f.rule IN (SELECT value FROM json_each(?2)))
                   AND (?3 = '[]' OR f.severity IN (SELECT value FROM json_each(?3))){order}"
            ))
            .map_err(&failed)?;
        let mut rows = statement
            .query(params![
                json(&subjects),
                json(&filter.rules),
                json(&severities)
            ])
            .map_err(&failed)?;
        while let Some(r) = rows.next().map_err(&failed)? {
            let text = |at: usize| {
                r.get_ref(at)
                    .ok()
                    .and_then(|v| v.as_str().ok())
                    .unwrap_or_default()
            };
            let review = reviews.get(text(0));
            if !filter.takes(review) {
                continue;
            }
            if let Some(shown) = &shown_by {
                let id = match text(3) {
                    "appearance" | "document" => text(4),
                    _ => text(5),
                };
                if !ids::parse_public(id).is_some_and(|id| shown.holds(&id)) {
                    continue;
                }
            }
            take(r, review)?;
        }
        Ok(())
    }

    /// What the documents of the filter's outlet and days show; `None` where it asks for neither.
    fn shown_by(&self, filter: &FlagFilter) -> Result<Option<Shown>> {
        if filter.outlet.is_none() && filter.from.is_none() && filter.to.is_none() {
            return Ok(None);
        }
        let outlet = filter
            .outlet
            .as_ref()
            .map(|o| format!("%{}%", o.to_lowercase().replace(['%', '_'], "")));
        self.ask("read", || {
            let mut statement = self.conn.prepare(
                "SELECT a.id, d.id, pp.picture_id FROM documents d LEFT JOIN outlets o ON o.id = d.outlet_id
                 JOIN appearances a ON a.document_id = d.id
                 LEFT JOIN matches m ON m.appearance_id = a.id AND m.decision <> 'unmatched'
                 LEFT JOIN picture_photos pp ON pp.photo_id = m.photo_id
                 WHERE (?1 IS NULL OR lower(o.name) LIKE ?1 OR o.domain LIKE ?1)
                   AND (?2 IS NULL OR substr(d.published, 1, 10) >= ?2) AND (?3 IS NULL OR substr(d.published, 1, 10) <= ?3)",
            )?;
            let mut rows = statement.query(params![outlet, filter.from, filter.to])?;
            let mut shown = Shown::default();
            while let Some(r) = rows.next()? {
                shown.appearances.insert(r.get(0)?);
                shown.documents.insert(r.get(1)?);
                shown.pictures.extend(r.get::<_, Option<i64>>(2)?);
            }
            Ok(Some(shown))
        })
    }
}

/// What some documents show, by the archive's keys.
#[derive(Default)]
struct Shown {
    appearances: HashSet<i64>,
    documents: HashSet<i64>,
    pictures: HashSet<i64>,
}

impl Shown {
    fn len(&self) -> usize {
        self.appearances.len() + self.documents.len() + self.pictures.len()
    }

    /// All of them by their public ids, in order.
    fn public(&self) -> Vec<String> {
        let sorted = |keys: &HashSet<i64>| {
            let mut keys: Vec<i64> = keys.iter().copied().collect();
            keys.sort_unstable();
            keys
        };
        let appearances = sorted(&self.appearances)
            .into_iter()
            .map(ids::appearance_public);
        let documents = sorted(&self.documents)
            .into_iter()
            .map(ids::document_public);
        let pictures = sorted(&self.pictures).into_iter().map(ids::picture_public);
        appearances.chain(documents).chain(pictures).collect()
    }

    fn holds(&self, id: &ids::PublicId) -> bool {
        match id {
            ids::PublicId::Appearance(id) => self.appearances.contains(id),
            ids::PublicId::Document(id) => self.documents.contains(id),
            ids::PublicId::Picture(id) => self.pictures.contains(id),
            ids::PublicId::Photo(_) => false,
        }
    }
}

pub(super) fn flag_row(r: &Row<'_>, review: Option<&FlagReview>) -> rusqlite::Result<Flag> {
    let text = |i: usize| r.get::<_, String>(i);
    Ok(Flag {
        flag: text(0)?,
        rule: text(1)?,
        severity: from_word(&text(2)?).unwrap_or(Severity::Info),
        subject: Subject {
            kind: from_word(&text(3)?).unwrap_or(crate::model::SubjectKind::Picture),
            id: text(4)?,
            name: text(7)?,
        },
        confidence: from_word(&text(6)?).unwrap_or(Sureness::Possible),
        summary: text(8)?,
        evidence: serde_json::from_str::<Vec<Evidence>>(&text(9)?).unwrap_or_default(),
        kinds: serde_json::from_str(&text(10)?).unwrap_or_default(),
        review: review.cloned(),
    })
}
