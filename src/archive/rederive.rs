//! Emptying what is derived, and the raw words that it is rebuilt from.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::inputs::{PhotoReading, appearance_credit, from_word, store_reading};
use super::{Archive, ids};
use crate::error::Result;
use crate::model::{Carrier, CreditReading, Field, Metadata};

/// The raw words of one appearance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawAppearance {
    /// The archive's key.
    pub id: i64,
    /// Caption as printed.
    pub text: String,
    /// Credit printed apart.
    pub credit_text: Option<String>,
    /// Where it was read.
    pub carrier: Option<Carrier>,
    /// The document's language.
    pub lang: Option<String>,
    /// When the document was published.
    pub published: Option<String>,
}

/// Whose fields were read: a photo's own, or a sidecar's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Embedded in a photo.
    Photo(i64),
    /// In a sidecar file.
    Sidecar(i64),
}

const RAW: &str = "SELECT a.id, a.text, a.credit_text, a.carrier, d.lang, d.published
   FROM appearances a JOIN documents d ON d.id = a.document_id";

pub(super) fn raw_row(r: &Row<'_>) -> rusqlite::Result<RawAppearance> {
    Ok(RawAppearance {
        id: r.get(0)?,
        text: r.get(1)?,
        credit_text: r.get(2)?,
        carrier: r
            .get::<_, Option<String>>(3)?
            .as_deref()
            .and_then(from_word),
        lang: r.get(4)?,
        published: r.get(5)?,
    })
}

/// One appearance's raw words.
pub(super) fn raw_appearance(
    conn: &Connection,
    id: i64,
) -> rusqlite::Result<Option<RawAppearance>> {
    conn.prepare_cached(&format!("{RAW} WHERE a.id = ?1"))?
        .query_row([id], raw_row)
        .optional()
}

impl Archive {
    /// Appearances after `after`, in order of key, at most `limit`.
    pub fn raw_appearances(&self, after: i64, limit: usize) -> Result<Vec<RawAppearance>> {
        self.ask("read", || {
            let mut statement = self
                .conn
                .prepare_cached(&format!("{RAW} WHERE a.id > ?1 ORDER BY a.id LIMIT ?2"))?;
            statement
                .query_map(params![after, limit as i64], raw_row)?
                .collect()
        })
    }

    /// Everything that has embedded or sidecar fields, with them.
    pub fn raw_metadata(&self) -> Result<Vec<(Owner, Metadata)>> {
        self.ask("read", || {
            let mut out = Vec::new();
            let mut photos = self.conn.prepare(
                "SELECT DISTINCT photo_id FROM metadata WHERE photo_id IS NOT NULL ORDER BY 1",
            )?;
            for id in photos.query_map([], |r| r.get(0))? {
                let id = id?;
                out.push((
                    Owner::Photo(id),
                    super::derived::read_fields(&self.conn, "photo_id", id)?,
                ));
            }
            let mut files = self.conn.prepare(
                "SELECT DISTINCT file_id FROM metadata WHERE file_id IS NOT NULL ORDER BY 1",
            )?;
            for id in files.query_map([], |r| r.get(0))? {
                let id = id?;
                out.push((
                    Owner::Sidecar(id),
                    super::derived::read_fields(&self.conn, "file_id", id)?,
                ));
            }
            Ok(out)
        })
    }

    /// Replace the readings of appearances.
    pub fn replace_readings(&mut self, readings: &[(RawAppearance, CreditReading)]) -> Result<()> {
        self.change(|tx| {
            for (raw, reading) in readings {
                store_reading(
                    tx,
                    appearance_credit(raw.id),
                    Some(raw.id),
                    None,
                    None,
                    None,
                    raw.carrier,
                    reading,
                )?;
                tx.prepare_cached(
                    "UPDATE appearances_fts SET caption = ?2, credit = ?3 WHERE rowid = ?1",
                )?
                .execute(params![
                    raw.id,
                    super::search::tokens(&reading.caption),
                    super::search::tokens(reading.credit_line.as_deref().unwrap_or_default())
                ])?;
            }
            Ok(())
        })
    }

    /// Replace the readings of a photo's or sidecar's fields.
    pub fn replace_photo_readings(&mut self, all: &[(Owner, Vec<PhotoReading>)]) -> Result<()> {
        self.change(|tx| {
            for (owner, readings) in all {
                let (photo, file) = match owner {
                    Owner::Photo(id) => (Some(*id), None),
                    Owner::Sidecar(id) => (None, Some(*id)),
                };
                tx.prepare_cached("DELETE FROM credits WHERE photo_id = ?1 OR file_id = ?2")?
                    .execute(params![photo, file])?;
                super::inputs::store_readings(tx, photo, file, readings)?;
            }
            Ok(())
        })
    }

    /// Empty all links, groups, matches and findings, and put every photo and document back to be derived.
    pub fn forget_derived(&mut self) -> Result<()> {
        self.outlet_totals.borrow_mut().clear();
        self.change(|tx| {
            tx.execute_batch(
                "DELETE FROM flag_uses; DELETE FROM flags; DELETE FROM origins; DELETE FROM facts; DELETE FROM matches; DELETE FROM match_keys;
                 DELETE FROM photo_links; DELETE FROM pictures; DELETE FROM sidecars; DELETE FROM pending;
                 INSERT INTO pending (stage, subject) SELECT 'sidecar', id FROM files
                   WHERE kind IN ('sidecar', 'catalogue-row') OR photo_id IS NOT NULL;
                 INSERT INTO pending (stage, subject) SELECT 'photo', id FROM photos;
                 INSERT INTO pending (stage, subject) SELECT 'document', id FROM documents;
                 INSERT INTO pending (stage, subject) SELECT 'outlet', id FROM outlets;",
            )?;
            Ok(())
        })
    }

    /// The stored credits that hold for whole documents, for each capture.
    pub fn document_credit_texts(&self) -> Result<Vec<(i64, Vec<CreditReading>)>> {
        self.ask("read", || {
            let mut statement =
                self.conn.prepare("SELECT id, document_credits FROM captures WHERE document_credits <> '[]' ORDER BY id")?;
            let rows = statement.query_map([], |r| Ok((r.get(0)?, r.get::<_, String>(1)?)))?;
            rows.map(|r| r.map(|(id, json)| (id, serde_json::from_str(&json).unwrap_or_default()))).collect()
        })
    }

    /// Replace them.
    pub fn replace_document_credits(
        &mut self,
        capture: i64,
        credits: &[CreditReading],
    ) -> Result<()> {
        self.conn
            .execute(
                "UPDATE captures SET document_credits = ?2 WHERE id = ?1",
                params![capture, super::inputs::json(&credits)],
            )
            .map_err(self.failed("write to"))?;
        Ok(())
    }

    /// The key of a photo in the archive.
    pub fn photo_key(sha256: &crate::model::Sha256) -> i64 {
        ids::photo(sha256)
    }

    /// Fields that were read, with their readings, for a photo by itself.
    pub fn readable_fields() -> [Field; 7] {
        [
            Field::Creator,
            Field::CreditLine,
            Field::Source,
            Field::Description,
            Field::Headline,
            Field::Instructions,
            Field::CopyrightNotice,
        ]
    }
}
