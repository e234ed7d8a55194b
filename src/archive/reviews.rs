//! Decisions of people: added to, never changed; read back with whether they count and whether they are stale.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use serde_json::{Value, json};

use super::Archive;
use super::ids::{self, PublicId};
use super::inputs::{from_word, needs, word};
use crate::error::{Error, Result};
use crate::model::{CreditReading, FlagReview, Review, ReviewDecision, ReviewSubject, Sha256};

use super::rederive::RawAppearance;

/// A decision to be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReview {
    /// Who decides; not empty.
    pub reviewer: String,
    /// About what.
    pub subject: ReviewSubject,
    /// What.
    pub decision: ReviewDecision,
    /// See [`Review::value`].
    pub value: Option<String>,
    /// Why.
    pub why: Option<String>,
}

/// A tie, or the opposite, that a person decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tied {
    /// The archive's key of the appearance.
    pub appearance: i64,
    /// The photo.
    pub photo: Sha256,
    /// Printed there, or not.
    pub tied: bool,
    /// Who decided.
    pub reviewer: String,
    /// When.
    pub at: String,
    /// Why.
    pub why: Option<String>,
}

/// Two photos of which a person decided whether they show one picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JudgedPair {
    /// One photo.
    pub a: Sha256,
    /// The other; `a` < `b`.
    pub b: Sha256,
    /// They show one picture.
    pub same: bool,
    /// Who decided.
    pub reviewer: String,
    /// When.
    pub at: String,
}

/// An appearance whose reading is not by the correction in effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToCorrect {
    /// Its raw words.
    pub raw: RawAppearance,
    /// The review and the credit that it puts in place of the printed one; `None`: read the printed one again.
    pub correction: Option<(String, String)>,
}

impl Archive {
    /// Record a decision and put back what it changes to be derived. Refused where the subject is not there.
    pub fn add_review(&mut self, new: &NewReview) -> Result<String> {
        let digest = self.registry_digest()?;
        let known = self.seen(&new.subject)?;
        let undo = new.decision == ReviewDecision::Undo;
        let Some(seen) = known.or_else(|| undo.then(Seen::default)) else {
            return Err(Error::Request {
                doing: format!("review {}", new.subject.key()),
                reason: "the archive does not hold it".into(),
            });
        };
        self.change(|tx| {
            let at = next_instant(tx)?;
            let subject = new.subject.key();
            let id = ids::short(
                "review",
                &[
                    new.subject.word().as_bytes(),
                    subject.as_bytes(),
                    word(&new.decision).as_bytes(),
                    new.value.as_deref().unwrap_or_default().as_bytes(),
                    new.why.as_deref().unwrap_or_default().as_bytes(),
                    new.reviewer.as_bytes(),
                    at.as_bytes(),
                ],
            );
            tx.execute(
                "INSERT INTO reviews (id, at, reviewer, subject_kind, subject, decision, value, why, rule, about_kind, about,
                   about_key, digest, seen, version, registry_digest)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
                params![
                    id, at, new.reviewer, new.subject.word(), subject, word(&new.decision), new.value, new.why, seen.rule,
                    seen.about_kind, seen.about, seen.about_key, seen.digest, seen.snapshot.to_string(),
                    env!("CARGO_PKG_VERSION"), digest
                ],
            )?;
            put_back(tx, &new.subject)?;
            Ok(id)
        })
    }

    /// The subject of a review, and whether that review is in effect.
    pub fn review_subject(&self, id: &str) -> Result<Option<(ReviewSubject, bool)>> {
        self.ask("read", || {
            self.conn
                .query_row(
                    "SELECT subject_kind, subject, EXISTS (SELECT 1 FROM decisions d WHERE d.review = r.id) FROM reviews r WHERE id = ?1",
                    [id],
                    |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?, r.get(2)?)),
                )
                .optional()
                .map(|found| {
                    found.and_then(|(kind, key, counts)| Some((ReviewSubject::from_key(&kind, &key)?, counts)))
                })
        })
    }

    /// The review in effect about a subject.
    pub fn decision_on(&self, subject: &ReviewSubject) -> Result<Option<String>> {
        self.ask("read", || {
            self.conn
                .query_row(
                    "SELECT review FROM decisions WHERE subject_kind = ?1 AND subject = ?2",
                    params![subject.word(), subject.key()],
                    |r| r.get(0),
                )
                .optional()
        })
    }

    /// Whether there is a finding with this id.
    pub fn has_flag(&self, id: &str) -> Result<bool> {
        self.ask("read", || {
            self.conn
                .prepare_cached("SELECT EXISTS (SELECT 1 FROM flags WHERE id = ?1)")?
                .query_row([id], |r| r.get(0))
        })
    }

    /// The appearance that a finding is about, where it is about one.
    pub fn flag_appearance(&self, id: &str) -> Result<Option<String>> {
        self.ask("read", || {
            self.conn
                .query_row(
                    "SELECT subject_id FROM flags WHERE id = ?1 AND subject_kind = 'appearance'",
                    [id],
                    |r| r.get(0),
                )
                .optional()
        })
    }

    /// Every review in the order in which they were made, undone ones and notes too; of one subject kind and key, or all.
    pub fn reviews(&self, only: Option<&ReviewSubject>) -> Result<Vec<Review>> {
        let (kind, key) = only.map_or((None, None), |s| (Some(s.word()), Some(s.key())));
        self.ask("read", || {
            let mut statement = self.conn.prepare(
                "SELECT r.id, r.at, r.reviewer, r.subject_kind, r.subject, r.decision, r.value, r.why, r.seen,
                        d.review IS NOT NULL, r.digest, r.about_key, r.rule
                 FROM reviews r LEFT JOIN decisions d ON d.review = r.id
                 WHERE ?1 IS NULL OR (r.subject_kind = ?1 AND r.subject = ?2) ORDER BY r.at, r.id",
            )?;
            let mut rows = statement.query(params![kind, key])?;
            let mut out = Vec::new();
            while let Some(r) = rows.next()? {
                out.extend(review(&self.conn, r)?);
            }
            Ok(out)
        })
    }

    /// Reviews about the findings of a case, its matches and its credits, in the order in which they were made.
    pub fn reviews_about(&self, keys: &[String]) -> Result<Vec<Review>> {
        let all = self.reviews(None)?;
        let about = |r: &Review| match &r.subject {
            ReviewSubject::Flag { flag } => keys.contains(flag),
            ReviewSubject::Match { appearance, photo } => {
                keys.contains(appearance) || keys.contains(photo)
            }
            ReviewSubject::Credit { appearance } => keys.contains(appearance),
            ReviewSubject::Pair { a, b } => keys.contains(a) || keys.contains(b),
        };
        Ok(all.into_iter().filter(about).collect())
    }

    /// The decisions in effect on findings, by the findings' ids.
    pub fn flag_reviews(&self) -> Result<BTreeMap<String, FlagReview>> {
        self.ask("read", || flag_reviews(&self.conn))
    }

    /// Ties that people decided for the appearances of one document; of two photos tied to one appearance the later.
    pub fn ties(&self, appearances: &[i64]) -> Result<Vec<Tied>> {
        self.ask("read", || {
            let mut statement = self.conn.prepare_cached(
                "SELECT subject, decision, reviewer, at, why FROM decisions
                 WHERE subject_kind = 'match' AND subject >= ?1 || ' ' AND subject < ?1 || '!' ORDER BY at",
            )?;
            let mut found = Vec::new();
            for appearance in appearances {
                let mut rows = statement.query([ids::appearance_public(*appearance)])?;
                while let Some(r) = rows.next()? {
                    let subject: String = r.get(0)?;
                    let photo = subject.split_once(' ').and_then(|(_, sha)| Sha256::from_hex(sha));
                    let Some(photo) = photo else { continue };
                    let held: bool = self
                        .conn
                        .prepare_cached("SELECT EXISTS (SELECT 1 FROM photos WHERE id = ?1)")?
                        .query_row([ids::photo(&photo)], |r| r.get(0))?;
                    if held {
                        found.push(Tied {
                            appearance: *appearance,
                            photo,
                            tied: r.get::<_, String>(1)? == "tie",
                            reviewer: r.get(2)?,
                            at: r.get(3)?,
                            why: r.get(4)?,
                        });
                    }
                }
            }
            Ok(found)
        })
    }

    /// Pairs of held photos of which people decided whether they show one picture: those with one of `photos`, or all.
    pub fn judged_pairs(&self, photos: Option<&[Sha256]>) -> Result<Vec<JudgedPair>> {
        self.ask("read", || {
            let mut statement = self.conn.prepare_cached(
                "SELECT subject, decision, reviewer, at FROM decisions d WHERE subject_kind = 'pair'
                   AND EXISTS (SELECT 1 FROM photos WHERE sha256 = substr(d.subject, 1, 64))
                   AND EXISTS (SELECT 1 FROM photos WHERE sha256 = substr(d.subject, 66)) ORDER BY subject",
            )?;
            let mut rows = statement.query([])?;
            let mut found = Vec::new();
            while let Some(r) = rows.next()? {
                let subject: String = r.get(0)?;
                let Some((a, b)) = pair_of(&subject) else { continue };
                if photos.is_none_or(|some| some.contains(&a) || some.contains(&b)) {
                    found.push(JudgedPair {
                        a,
                        b,
                        same: r.get::<_, String>(1)? == "same",
                        reviewer: r.get(2)?,
                        at: r.get(3)?,
                    });
                }
            }
            Ok(found)
        })
    }

    /// Appearances whose reading is not by the correction in effect, in order of key.
    pub fn to_correct(&self) -> Result<Vec<ToCorrect>> {
        self.ask("read", || {
            let mut wanted: BTreeMap<i64, Option<(String, String)>> = BTreeMap::new();
            let mut statement = self.conn.prepare("SELECT appearance_id FROM credits WHERE review IS NOT NULL")?;
            for id in statement.query_map([], |r| r.get::<_, Option<i64>>(0))? {
                if let Some(id) = id? {
                    wanted.insert(id, None);
                }
            }
            let mut statement = self.conn.prepare(
                "SELECT d.subject, d.review, coalesce(d.value, ''), r.seen FROM decisions d JOIN reviews r ON r.id = d.review
                 WHERE d.subject_kind = 'credit' AND d.decision = 'correct'",
            )?;
            let mut rows = statement.query([])?;
            while let Some(r) = rows.next()? {
                if let Some(PublicId::Appearance(id)) = ids::parse_public(&r.get::<_, String>(0)?)
                    && prints_still(&self.conn, id, &parsed(r, 3)?)?
                {
                    wanted.insert(id, Some((r.get(1)?, r.get(2)?)));
                }
            }
            let mut applied = self.conn.prepare("SELECT review FROM credits WHERE appearance_id = ?1")?;
            let mut out = Vec::new();
            for (id, correction) in wanted {
                let now: Option<Option<String>> = applied.query_row([id], |r| r.get(0)).optional()?;
                let Some(now) = now else { continue };
                if now.as_ref() == correction.as_ref().map(|c| &c.0) {
                    continue;
                }
                if let Some(raw) = super::rederive::raw_appearance(&self.conn, id)? {
                    out.push(ToCorrect { raw, correction });
                }
            }
            Ok(out)
        })
    }

    /// Store the reading of an appearance by a correction, or by the printed credit again.
    pub fn store_correction(&mut self, done: &ToCorrect, reading: &CreditReading) -> Result<()> {
        self.replace_readings(&[(done.raw.clone(), reading.clone())])?;
        self.outlet_totals.borrow_mut().clear();
        self.change(|tx| {
            tx.execute(
                "UPDATE credits SET review = ?2 WHERE appearance_id = ?1",
                params![done.raw.id, done.correction.as_ref().map(|c| &c.0)],
            )?;
            tx.execute(
                "INSERT OR IGNORE INTO pending (stage, subject) SELECT 'document', document_id FROM appearances WHERE id = ?1
                 UNION SELECT 'outlet', d.outlet_id FROM appearances a JOIN documents d ON d.id = a.document_id
                   WHERE a.id = ?1 AND d.outlet_id IS NOT NULL",
                [done.raw.id],
            )?;
            Ok(())
        })
    }

    /// What a subject is, as it stands now; `None` where it is not there.
    fn seen(&self, subject: &ReviewSubject) -> Result<Option<Seen>> {
        self.ask("read", || match subject {
            ReviewSubject::Flag { flag } => seen_flag(&self.conn, flag),
            ReviewSubject::Credit { appearance } => seen_use(&self.conn, appearance),
            ReviewSubject::Match { appearance, photo } => Ok(seen_use(&self.conn, appearance)?
                .filter(|_| held(&self.conn, photo).unwrap_or(false))),
            ReviewSubject::Pair { a, b } => Ok((a != b
                && held(&self.conn, a)?
                && held(&self.conn, b)?)
            .then(|| Seen {
                snapshot: json!({"name": format!("{a} and {b}")}),
                ..Seen::default()
            })),
        })
    }
}

/// What is kept of a subject with a review.
#[derive(Default)]
struct Seen {
    rule: Option<String>,
    about_kind: Option<String>,
    about: Option<String>,
    about_key: Option<i64>,
    digest: Option<String>,
    snapshot: Value,
}

fn seen_flag(conn: &Connection, flag: &str) -> rusqlite::Result<Option<Seen>> {
    conn.query_row(
        "SELECT rule, subject_kind, subject_id, subject_name, digest, severity, confidence, summary, evidence FROM flags WHERE id = ?1",
        [flag],
        |r| {
            let text = |i: usize| r.get::<_, String>(i);
            let about = text(2)?;
            Ok(Seen {
                rule: Some(text(0)?),
                about_kind: Some(text(1)?),
                about_key: match ids::parse_public(&about) {
                    Some(PublicId::Picture(key)) => Some(key),
                    _ => None,
                },
                digest: Some(text(4)?),
                snapshot: json!({
                    "name": text(3)?, "rule": text(0)?, "severity": text(5)?, "confidence": text(6)?, "summary": text(7)?,
                    "evidence": serde_json::from_str::<Value>(&text(8)?).unwrap_or_default(),
                }),
                about: Some(about),
            })
        },
    )
    .optional()
}

fn seen_use(conn: &Connection, appearance: &str) -> rusqlite::Result<Option<Seen>> {
    let Some(PublicId::Appearance(id)) = ids::parse_public(appearance) else {
        return Ok(None);
    };
    conn.query_row(
        "SELECT coalesce(u.input, u.document) || '#' || u.position, u.text, u.credit_text, u.credit_line, u.chain, u.decision,
                u.probability, u.photo FROM uses u WHERE u.appearance_id = ?1",
        [id],
        |r| {
            let text = |i: usize| r.get::<_, Option<String>>(i);
            Ok(Seen {
                snapshot: json!({
                    "name": text(0)?, "text": text(1)?, "credit_text": text(2)?, "credit_line": text(3)?, "chain": text(4)?,
                    "decision": text(5)?, "probability": r.get::<_, Option<f64>>(6)?, "photo": text(7)?,
                }),
                ..Seen::default()
            })
        },
    )
    .optional()
}

/// Whether an appearance is there and prints the credit that it printed when somebody corrected it: a correction is about
/// those words, whatever becomes of the caption, and says nothing of others.
fn prints_still(conn: &Connection, appearance: i64, seen: &Value) -> rusqlite::Result<bool> {
    let printed: Option<(String, Option<String>)> = conn
        .prepare_cached("SELECT text, credit_text FROM appearances WHERE id = ?1")?
        .query_row([appearance], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?;
    let was = |name: &str| seen.get(name).and_then(Value::as_str);
    Ok(printed.is_some_and(|(text, credit)| {
        let Some(before) = was("text") else {
            return false;
        };
        was("credit_text") == credit.as_deref()
            && (before == text || same_credit(before, &text, was("credit_line"), credit.is_some()))
    }))
}

/// Whether two printed texts end in the same credit, whatever the captions before it: the line, what leads to it ("Photo:",
/// "not") and what follows. A credit that is printed apart is compared apart.
fn same_credit(before: &str, now: &str, line: Option<&str>, apart: bool) -> bool {
    let line = line.filter(|line| !line.is_empty());
    let around = |text: &str| -> Option<(String, String)> {
        let (caption, after) = text.rsplit_once(line?)?;
        let ends = |c: char| matches!(c, '.' | '(' | '[' | '|' | '\n' | '。' | '（');
        let led = caption.rsplit(ends).next().unwrap_or_default();
        Some((led.trim().to_owned(), after.trim().to_owned()))
    };
    match (around(before), around(now)) {
        (Some(was), Some(is)) => was == is,
        (None, None) => apart,
        _ => false,
    }
}

/// The two photos that a decision on a pair is about.
pub(super) fn pair_of(subject: &str) -> Option<(Sha256, Sha256)> {
    let (a, b) = subject.split_once(' ')?;
    Some((Sha256::from_hex(a)?, Sha256::from_hex(b)?))
}

fn parsed(r: &Row<'_>, column: usize) -> rusqlite::Result<Value> {
    let text = r.get::<_, Option<String>>(column)?;
    Ok(text
        .and_then(|t| serde_json::from_str(&t).ok())
        .unwrap_or_default())
}

fn held(conn: &Connection, photo: &str) -> rusqlite::Result<bool> {
    conn.prepare_cached("SELECT EXISTS (SELECT 1 FROM photos WHERE sha256 = ?1)")?
        .query_row([photo], |r| r.get(0))
}

/// Now, and later than every review that is there.
fn next_instant(tx: &Transaction<'_>) -> rusqlite::Result<String> {
    tx.query_row(
        "SELECT max(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
                    coalesce((SELECT strftime('%Y-%m-%dT%H:%M:%fZ', max(at), '+0.001 seconds') FROM reviews), ''))",
        [],
        |r| r.get(0),
    )
}

/// What a decision changes waits to be derived again. Corrections are found by their own means.
fn put_back(tx: &Transaction<'_>, subject: &ReviewSubject) -> rusqlite::Result<()> {
    match subject {
        ReviewSubject::Match { appearance, .. } => {
            if let Some(PublicId::Appearance(id)) = ids::parse_public(appearance) {
                tx.execute(
                    "INSERT OR IGNORE INTO pending (stage, subject) SELECT 'document', document_id FROM appearances WHERE id = ?1",
                    [id],
                )?;
            }
        }
        ReviewSubject::Pair { a, b } => {
            for photo in [a, b].into_iter().filter_map(|sha| Sha256::from_hex(sha)) {
                needs(tx, "photo", ids::photo(&photo))?;
            }
        }
        ReviewSubject::Flag { .. } | ReviewSubject::Credit { .. } => {}
    }
    Ok(())
}

fn review(conn: &Connection, r: &Row<'_>) -> rusqlite::Result<Option<Review>> {
    let (kind, key): (String, String) = (r.get(3)?, r.get(4)?);
    let Some(subject) = ReviewSubject::from_key(&kind, &key) else {
        return Ok(None);
    };
    let Some(decision) = from_word(&r.get::<_, String>(5)?) else {
        return Ok(None);
    };
    let seen = parsed(r, 8)?;
    let there = |appearance: &str| -> rusqlite::Result<bool> {
        match ids::parse_public(appearance) {
            Some(PublicId::Appearance(id)) => conn
                .prepare_cached("SELECT EXISTS (SELECT 1 FROM appearances WHERE id = ?1)")?
                .query_row([id], |r| r.get(0)),
            _ => Ok(false),
        }
    };
    let as_seen = |appearance: &str| match ids::parse_public(appearance) {
        Some(PublicId::Appearance(id)) => prints_still(conn, id, &seen),
        _ => Ok(false),
    };
    let stale = match &subject {
        ReviewSubject::Flag { flag } => {
            let now: Option<String> = conn
                .prepare_cached(
                    "SELECT digest FROM flags WHERE id = coalesce((SELECT id FROM flags WHERE id = ?1),
                       (SELECT g.id FROM picture_photos pp JOIN flags g ON g.subject_id = 'pic-' || printf('%016x', pp.picture_id)
                        WHERE pp.photo_id = ?2 AND g.rule = ?3))",
                )?
                .query_row(params![flag, r.get::<_, Option<i64>>(11)?, r.get::<_, Option<String>>(12)?], |r| r.get(0))
                .optional()?;
            now != r.get::<_, Option<String>>(10)?
        }
        ReviewSubject::Credit { appearance } => !as_seen(appearance)?,
        ReviewSubject::Match { appearance, photo } => !there(appearance)? || !held(conn, photo)?,
        ReviewSubject::Pair { a, b } => !held(conn, a)? || !held(conn, b)?,
    };
    let told = |name: &str| seen.get(name).and_then(Value::as_str).map(str::to_owned);
    let file = |photo: &str| -> rusqlite::Result<Option<String>> {
        let Some(sha) = Sha256::from_hex(photo) else {
            return Ok(None);
        };
        conn.prepare_cached("SELECT min(path) FROM inputs WHERE photo_id = ?1")?
            .query_row([ids::photo(&sha)], |r| r.get(0))
    };
    let name = match &subject {
        ReviewSubject::Pair { a, b } => file(a)?.zip(file(b)?).map(|(a, b)| format!("{a} and {b}")),
        _ => None,
    }
    .or_else(|| told("name"));
    let about = match &subject {
        ReviewSubject::Flag { .. } => told("rule")
            .zip(told("summary"))
            .map(|(rule, summary)| format!("{rule}: {summary}")),
        ReviewSubject::Match { photo, .. } => file(photo)?,
        _ => None,
    };
    let value: Option<String> = r.get(6)?;
    let undid = match (&value, decision) {
        (Some(undone), ReviewDecision::Undo) => conn
            .prepare_cached("SELECT decision FROM reviews WHERE id = ?1")?
            .query_row([undone], |r| r.get::<_, String>(0))
            .optional()?
            .and_then(|word| from_word(&word)),
        _ => None,
    };
    Ok(Some(Review {
        review: r.get(0)?,
        at: r.get(1)?,
        reviewer: r.get(2)?,
        name: name.unwrap_or(key),
        subject,
        decision,
        value,
        why: r.get(7)?,
        about,
        undid,
        in_effect: r.get(9)?,
        stale,
    }))
}

/// The latest reviews before an instant, newest first.
pub(super) fn latest(
    conn: &Connection,
    before: Option<&str>,
    limit: usize,
) -> rusqlite::Result<Vec<Review>> {
    let mut statement = conn.prepare_cached(
        "SELECT r.id, r.at, r.reviewer, r.subject_kind, r.subject, r.decision, r.value, r.why, r.seen,
                d.review IS NOT NULL, r.digest, r.about_key, r.rule
         FROM (SELECT * FROM reviews WHERE ?1 IS NULL OR at < ?1 ORDER BY at DESC, id LIMIT ?2) r
         LEFT JOIN decisions d ON d.review = r.id ORDER BY r.at DESC, r.id",
    )?;
    let mut rows = statement.query(params![before, limit as i64])?;
    let mut out = Vec::new();
    while let Some(r) = rows.next()? {
        out.extend(review(conn, r)?);
    }
    Ok(out)
}

pub(super) fn flag_reviews(conn: &Connection) -> rusqlite::Result<BTreeMap<String, FlagReview>> {
    let mut statement = conn.prepare(
        "SELECT flag, review, decision, reviewer, at, why, stale FROM reviewed_flags ORDER BY at, review",
    )?;
    let mut rows = statement.query([])?;
    let mut found = BTreeMap::new();
    while let Some(r) = rows.next()? {
        let Some(decision) = from_word(&r.get::<_, String>(2)?) else {
            continue;
        };
        let reviewed = FlagReview {
            review: r.get(1)?,
            decision,
            reviewer: r.get(3)?,
            at: r.get(4)?,
            why: r.get(5)?,
            stale: r.get(6)?,
        };
        found.insert(r.get(0)?, reviewed);
    }
    Ok(found)
}

/// The credit that a review put in place of a printed one.
pub(super) fn corrected(conn: &Connection, review: &str) -> rusqlite::Result<Option<String>> {
    conn.prepare_cached("SELECT coalesce(value, '') FROM reviews WHERE id = ?1")?
        .query_row([review], |r| r.get(0))
        .optional()
}
