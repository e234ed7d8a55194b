//! Samples that were drawn for people to code, and their codes.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension as _, params};
use serde::Serialize;

use super::inputs::json;
use super::{Archive, ids};
use crate::error::Result;

/// What a sample was drawn by.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SampleRow {
    /// Made from the request and from what was drawn.
    pub sample: String,
    /// When it was first drawn, UTC.
    pub at: String,
    /// As asked for.
    pub size: u64,
    /// The words of the dimensions.
    pub dimensions: Vec<String>,
    /// The seed.
    pub seed: u64,
    /// First month.
    pub from: Option<String>,
    /// Last month.
    pub to: Option<String>,
}

/// One item of a sample, as the archive keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleItem {
    /// The appearance's public id.
    pub appearance: String,
    /// Its stratum.
    pub stratum: Vec<String>,
    /// Appearances in the stratum.
    pub population: u64,
    /// Of those, how many were drawn.
    pub drawn: u64,
}

/// An item as a coder sees it: printed words and where they stand, nothing that cutline concluded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ToCode {
    /// The sample.
    pub sample: String,
    /// The appearance's public id.
    pub appearance: String,
    /// For whom.
    pub coder: String,
    /// Who published it.
    pub outlet: Option<String>,
    /// When.
    pub published: Option<String>,
    /// The document's headline.
    pub title: Option<String>,
    /// The document's address.
    pub url: Option<String>,
    /// The input it was read from.
    pub input: Option<String>,
    /// 1, 2, ... in the order of the page.
    pub position: u32,
    /// The image as the page names it.
    pub image: Option<String>,
    /// The alternative text.
    pub alt: Option<String>,
    /// The caption exactly as printed.
    pub text: String,
    /// The credit as printed in an element of its own.
    pub credit_text: Option<String>,
}

/// One code to be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCoding {
    /// The sample.
    pub sample: String,
    /// The appearance's public id.
    pub appearance: String,
    /// Who coded.
    pub coder: String,
    /// The word of the code.
    pub code: &'static str,
    /// What the coder adds.
    pub note: Option<String>,
}

impl Archive {
    /// Store a sample; one that was drawn before is not stored again. Returns its id.
    pub fn store_sample(&mut self, request: &SampleRow, items: &[SampleItem]) -> Result<String> {
        let registry = self.registry_digest()?;
        let dimensions = json(&request.dimensions);
        let drawn: Vec<&str> = items.iter().map(|i| i.appearance.as_str()).collect();
        let id = ids::short(
            "sample",
            &[
                &request.size.to_be_bytes(),
                dimensions.as_bytes(),
                &request.seed.to_be_bytes(),
                request.from.as_deref().unwrap_or_default().as_bytes(),
                request.to.as_deref().unwrap_or_default().as_bytes(),
                drawn.join(" ").as_bytes(),
            ],
        );
        self.change(|tx| {
            let new = tx.execute(
                "INSERT OR IGNORE INTO samples (id, at, size, dimensions, seed, from_month, to_month, version, registry_digest)
                 VALUES (?1, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    id,
                    request.size as i64,
                    dimensions,
                    request.seed as i64,
                    request.from,
                    request.to,
                    env!("CARGO_PKG_VERSION"),
                    registry
                ],
            )?;
            if new == 1 {
                let mut insert = tx.prepare(
                    "INSERT INTO sample_items (sample, appearance, stratum, population, drawn) VALUES (?1, ?2, ?3, ?4, ?5)",
                )?;
                for item in items {
                    insert.execute(params![
                        id,
                        item.appearance,
                        json(&item.stratum),
                        item.population as i64,
                        item.drawn as i64
                    ])?;
                }
            }
            Ok(())
        })?;
        Ok(id)
    }

    /// Every sample, the latest last.
    pub fn samples(&self) -> Result<Vec<SampleRow>> {
        self.ask("read", || {
            let mut statement = self.conn.prepare(
                "SELECT id, at, size, dimensions, seed, from_month, to_month FROM samples ORDER BY at, id",
            )?;
            statement
                .query_map([], |r| {
                    Ok(SampleRow {
                        sample: r.get(0)?,
                        at: r.get(1)?,
                        size: r.get::<_, i64>(2)? as u64,
                        dimensions: serde_json::from_str(&r.get::<_, String>(3)?).unwrap_or_default(),
                        seed: r.get::<_, i64>(4)? as u64,
                        from: r.get(5)?,
                        to: r.get(6)?,
                    })
                })?
                .collect()
        })
    }

    /// The items of a sample, by appearance.
    pub fn sample_items(&self, sample: &str) -> Result<Vec<SampleItem>> {
        self.ask("read", || {
            let mut statement = self.conn.prepare(
                "SELECT appearance, stratum, population, drawn FROM sample_items WHERE sample = ?1 ORDER BY appearance",
            )?;
            statement
                .query_map([sample], |r| {
                    Ok(SampleItem {
                        appearance: r.get(0)?,
                        stratum: serde_json::from_str(&r.get::<_, String>(1)?).unwrap_or_default(),
                        population: r.get::<_, i64>(2)? as u64,
                        drawn: r.get::<_, i64>(3)? as u64,
                    })
                })?
                .collect()
        })
    }

    /// An item as a coder sees it; `None` where the archive no longer holds it.
    pub fn to_code(&self, sample: &str, appearance: &str, coder: &str) -> Result<Option<ToCode>> {
        let Some(ids::PublicId::Appearance(id)) = ids::parse_public(appearance) else {
            return Ok(None);
        };
        self.ask("read", || {
            self.conn
                .prepare_cached(
                    "SELECT outlet, published, document_title, url, input, position, image, alt, text, credit_text
                     FROM uses WHERE appearance_id = ?1",
                )?
                .query_row([id], |r| {
                    Ok(ToCode {
                        sample: sample.to_owned(),
                        appearance: appearance.to_owned(),
                        coder: coder.to_owned(),
                        outlet: r.get(0)?,
                        published: r.get(1)?,
                        title: r.get(2)?,
                        url: r.get(3)?,
                        input: r.get(4)?,
                        position: r.get(5)?,
                        image: r.get(6)?,
                        alt: r.get(7)?,
                        text: r.get(8)?,
                        credit_text: r.get(9)?,
                    })
                })
                .optional()
        })
    }

    /// Store codes. A later code of the same coder for the same item counts in place of the earlier; both stay.
    pub fn add_codings(&mut self, codings: &[NewCoding]) -> Result<u64> {
        self.change(|tx| {
            let at: String = tx.query_row(
                "SELECT max(strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
                   coalesce((SELECT strftime('%Y-%m-%dT%H:%M:%fZ', max(at), '+0.001 seconds') FROM codings), ''))",
                [],
                |r| r.get(0),
            )?;
            let mut new = 0;
            for c in codings {
                let known: Option<(String, Option<String>)> = tx
                    .prepare_cached(
                        "SELECT code, note FROM codings WHERE sample = ?1 AND appearance = ?2 AND coder = ?3 ORDER BY at DESC LIMIT 1",
                    )?
                    .query_row(params![c.sample, c.appearance, c.coder], |r| Ok((r.get(0)?, r.get(1)?)))
                    .optional()?;
                if known.is_some_and(|k| k.0 == c.code && k.1 == c.note) {
                    continue;
                }
                let id = ids::short(
                    "coding",
                    &[
                        c.sample.as_bytes(),
                        c.appearance.as_bytes(),
                        c.coder.as_bytes(),
                        c.code.as_bytes(),
                        c.note.as_deref().unwrap_or_default().as_bytes(),
                        at.as_bytes(),
                    ],
                );
                tx.prepare_cached(
                    "INSERT OR IGNORE INTO codings (id, sample, appearance, coder, at, code, note)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute(params![id, c.sample, c.appearance, c.coder, at, c.code, c.note])?;
                new += 1;
            }
            Ok(new)
        })
    }

    /// The codes that count in a sample: for each appearance what each coder said last.
    pub fn codings(&self, sample: &str) -> Result<BTreeMap<String, BTreeMap<String, String>>> {
        self.ask("read", || {
            let mut statement = self.conn.prepare(
                "SELECT appearance, coder, code FROM codings WHERE sample = ?1 ORDER BY at, id",
            )?;
            let mut rows = statement.query([sample])?;
            let mut found: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
            while let Some(r) = rows.next()? {
                found
                    .entry(r.get(0)?)
                    .or_default()
                    .insert(r.get(1)?, r.get(2)?);
            }
            Ok(found)
        })
    }
}
