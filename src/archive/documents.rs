//! Documents into the archive: one row per canonical URL, its captures, and the union of their appearances.
//!
//! An appearance is known by its image, or by its words where there is none; of a page that was saved with its pictures
//! by the name of the file, since the folder is called after the page's file. Its wording may differ from capture to
//! capture: each is a version, and the row in `appearances` repeats the one of the latest capture, whatever the order in
//! which captures come.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension as _, Transaction, params};

use super::inputs::{FileRow, appearance_credit, json, needs, store_reading, word};
use super::rederive::RawAppearance;
use super::{Archive, ids};
use crate::error::Result;
use crate::matching::{address_key, file_name_beside};
use crate::model::{Appearance, Document, Record};
use crate::parties::KnownOutlet;

/// A document's key: its address, whatever the scheme, or its file.
fn document_key(document: &Document, file_id: i64) -> String {
    match document.url.as_deref() {
        Some(url) => address_key(url).unwrap_or_else(|| url.to_owned()),
        None => format!("file:{file_id:016x}"),
    }
}

/// Store a document as seen in one input.
pub(super) fn store(
    tx: &Transaction<'_>,
    file_id: i64,
    file: &FileRow,
    document: &Document,
    record: Option<&Record>,
    known: Option<&KnownOutlet>,
) -> rusqlite::Result<()> {
    let captured = record.and_then(|r| r.captured.as_deref());
    let key = document_key(document, file_id);
    let id = ids::key("document", &[key.as_bytes()]);
    let outlet = store_outlet(tx, document, known)?;
    let hints =
        |tx: &Transaction<'_>| -> rusqlite::Result<Option<(Option<String>, Option<String>)>> {
            tx.prepare_cached("SELECT lang, published FROM documents WHERE id = ?1")?
                .query_row([id], |r| Ok((r.get(0)?, r.get(1)?)))
                .optional()
        };
    let before = hints(tx)?;
    // Of several captures the facts are the latest's, and of undated ones the last path's.
    let facts_from = format!(
        "{} {}/{}",
        captured.unwrap_or_default(),
        file.root_id,
        file.path
    );
    tx.prepare_cached(
        "INSERT INTO documents (id, key, url, title, outlet_id, published, modified, lang, section, kind, facts_from)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
         ON CONFLICT (id) DO UPDATE SET url = excluded.url, title = excluded.title, outlet_id = excluded.outlet_id,
           published = excluded.published, modified = excluded.modified, lang = excluded.lang, section = excluded.section,
           kind = excluded.kind, facts_from = excluded.facts_from
         WHERE excluded.facts_from >= facts_from",
    )?
    .execute(params![
        id,
        key,
        document.url,
        document.title,
        outlet,
        document.published,
        document.modified,
        document.lang,
        document.section,
        word(&document.kind),
        facts_from,
    ])?;
    let capture = ids::key("capture", &[&file_id.to_be_bytes(), key.as_bytes()]);
    tx.prepare_cached(
        "INSERT OR REPLACE INTO captures (id, document_id, file_id, captured, document_credits) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![
        capture,
        id,
        file_id,
        captured,
        json(&document.document_credits)
    ])?;
    let mut seen = BTreeMap::<Vec<u8>, u64>::new();
    for appearance in &document.appearances {
        let same = seen.entry(identity(appearance)).or_default();
        store_appearance(tx, id, capture, document, appearance, *same)?;
        *same += 1;
    }
    // Readings depend on the document's language and date: where those are another capture's, all are read again.
    let own = (document.lang.clone(), document.published.clone());
    let now = hints(tx)?;
    if now.as_ref() != Some(&own) || before.is_some() && before != now {
        tx.execute(
            "DELETE FROM credits WHERE appearance_id IN (SELECT id FROM appearances WHERE document_id = ?1)",
            [id],
        )?;
    }
    needs(tx, "document", id)?;
    if let Some(outlet) = outlet {
        needs(tx, "outlet", outlet)?;
    }
    Ok(())
}

/// What makes an appearance that appearance, whatever its wording in a capture.
fn identity(a: &Appearance) -> Vec<u8> {
    match a.image.url.as_deref() {
        Some(image) => match file_name_beside(image) {
            Some(name) => ["\0beside\0", &name].concat().into_bytes(),
            None => image.as_bytes().to_vec(),
        },
        None => [
            "\0",
            &a.text,
            "\0",
            a.credit_text.as_deref().unwrap_or_default(),
        ]
        .concat()
        .into_bytes(),
    }
}

fn store_outlet(
    tx: &Transaction<'_>,
    document: &Document,
    known: Option<&KnownOutlet>,
) -> rusqlite::Result<Option<i64>> {
    if let Some(known) = known {
        let key = format!("outlet:{}", known.id);
        let id = ids::key("outlet", &[key.as_bytes()]);
        tx.prepare_cached("INSERT OR IGNORE INTO outlets (id, key) VALUES (?1, ?2)")?
            .execute(params![id, key])?;
        tx.prepare_cached(
            "UPDATE outlets SET name = ?2, domain = ?3, country = ?4, owner = ?5, party = ?6 WHERE id = ?1",
        )?
        .execute(params![
            id,
            known.name,
            known.domains.first(),
            known.country,
            known.owner,
            known.party
        ])?;
        return Ok(Some(id));
    }
    let Some(key) = document
        .outlet
        .domain
        .as_deref()
        .or(document.outlet.name.as_deref())
    else {
        return Ok(None);
    };
    let id = ids::key("outlet", &[key.as_bytes()]);
    // Pages of one outlet may print its name differently: the first in the alphabet is kept, whatever the order of ingest.
    tx.prepare_cached(
        "INSERT INTO outlets (id, key, name, domain) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name
         WHERE excluded.name IS NOT NULL AND (name IS NULL OR excluded.name < name)",
    )?
    .execute(params![
        id,
        key,
        document.outlet.name,
        document.outlet.domain
    ])?;
    Ok(Some(id))
}

fn store_appearance(
    tx: &Transaction<'_>,
    document_id: i64,
    capture: i64,
    document: &Document,
    a: &Appearance,
    same: u64,
) -> rusqlite::Result<()> {
    let id = ids::key(
        "appearance",
        &[
            &document_id.to_be_bytes(),
            &identity(a),
            &same.to_be_bytes(),
        ],
    );
    tx.prepare_cached(
        "INSERT INTO appearances (id, document_id, position, image, alt, text, credit_text, carrier, char_offset, lead)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
         ON CONFLICT (id) DO UPDATE SET position = min(position, excluded.position), lead = max(lead, excluded.lead),
           image = min(image, excluded.image)",
    )?
    .execute(params![
        id,
        document_id,
        a.position,
        a.image.url,
        a.alt,
        a.text,
        a.credit_text,
        a.carrier.map(|c| word(&c)),
        a.offset.map(|o| o as i64),
        a.lead,
    ])?;
    let version = ids::key(
        "version",
        &[
            &id.to_be_bytes(),
            a.text.as_bytes(),
            a.credit_text.as_deref().unwrap_or("\0").as_bytes(),
            a.alt.as_deref().unwrap_or("\0").as_bytes(),
        ],
    );
    tx.prepare_cached(
        "INSERT OR IGNORE INTO appearance_versions (id, appearance_id, text, credit_text, alt) VALUES (?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![version, id, a.text, a.credit_text, a.alt])?;
    tx.prepare_cached(
        "INSERT OR REPLACE INTO appearance_captures (appearance_id, capture_id, version_id) VALUES (?1, ?2, ?3)",
    )?
    .execute(params![id, capture, version])?;
    for (kind, urls) in [("variant", &a.image.variants), ("local", &a.image.local)] {
        for (seq, url) in urls.iter().enumerate() {
            tx.prepare_cached(
                "INSERT OR IGNORE INTO appearance_images (appearance_id, kind, seq, url, name) VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![
                id,
                kind,
                seq as i64 + folder_of(url),
                url,
                (kind == "local").then(|| file_name_beside(url)).flatten()
            ])?;
        }
    }
    // Parts of the file itself are named by number.
    let parts = a.image.local.iter().filter(|l| l.starts_with("cid:"));
    let urls = a.image.url.iter().chain(&a.image.variants).chain(parts);
    for (seq, url) in urls.enumerate() {
        if let Some(key) = address_key(url) {
            tx.prepare_cached(
                "INSERT OR IGNORE INTO image_keys (key, appearance_id, seq) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![key, id, seq as i64])?;
        }
    }
    if latest_version(tx, id)? == Some(version) {
        tx.prepare_cached(
            "UPDATE appearances SET text = ?2, credit_text = ?3, alt = ?4, carrier = ?5 WHERE id = ?1",
        )?
        .execute(params![
            id,
            a.text,
            a.credit_text,
            a.alt,
            a.carrier.map(|c| word(&c))
        ])?;
        store_reading(
            tx,
            appearance_credit(id),
            Some(id),
            None,
            None,
            None,
            a.carrier,
            &a.credit,
        )?;
        index_words(
            tx,
            id,
            &a.credit.caption,
            a.credit.credit_line.as_deref(),
            document.title.as_deref(),
        )?;
    }
    Ok(())
}

/// Where the references into a folder stand among those of all captures: each capture may have been saved with its own.
fn folder_of(reference: &str) -> i64 {
    const ROOM: i64 = 1 << 16;
    match (file_name_beside(reference), reference.rsplit_once('/')) {
        (Some(_), Some((folder, _))) => {
            (ids::key("folder", &[folder.as_bytes()]) & 0xffff_ffff) * ROOM
        }
        _ => 0,
    }
}

fn index_words(
    tx: &Transaction<'_>,
    appearance: i64,
    caption: &str,
    credit: Option<&str>,
    title: Option<&str>,
) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM appearances_fts WHERE rowid = ?1")?
        .execute([appearance])?;
    tx.prepare_cached(
        "INSERT INTO appearances_fts (rowid, caption, credit, title) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![
        appearance,
        super::search::tokens(caption),
        super::search::tokens(credit.unwrap_or_default()),
        super::search::tokens(title.unwrap_or_default()),
    ])?;
    Ok(())
}

/// The wording of the latest capture; of undated captures the last path's.
fn latest_version(tx: &Transaction<'_>, appearance: i64) -> rusqlite::Result<Option<i64>> {
    tx.prepare_cached(
        "SELECT ac.version_id FROM appearance_captures ac JOIN captures c ON c.id = ac.capture_id
         JOIN files f ON f.id = c.file_id WHERE ac.appearance_id = ?1
         ORDER BY coalesce(c.captured, '') DESC, f.root_id DESC, f.path DESC LIMIT 1",
    )?
    .query_row([appearance], |r| r.get(0))
    .optional()
    .map(Option::flatten)
}

/// Remove what one input had said of documents: appearances that no other capture has, and wordings.
pub(super) fn forget_capture(tx: &Transaction<'_>, file_id: i64) -> rusqlite::Result<()> {
    let ids = |sql: &str, of: i64| -> rusqlite::Result<Vec<i64>> {
        tx.prepare_cached(sql)?
            .query_map([of], |r| r.get(0))?
            .collect()
    };
    let documents = ids(
        "SELECT document_id FROM captures WHERE file_id = ?1",
        file_id,
    )?;
    let touched = ids(
        "SELECT ac.appearance_id FROM appearance_captures ac JOIN captures c ON c.id = ac.capture_id WHERE c.file_id = ?1",
        file_id,
    )?;
    tx.execute("DELETE FROM captures WHERE file_id = ?1", [file_id])?;
    for document in documents {
        needs(tx, "document", document)?;
    }
    for appearance in touched {
        match latest_version(tx, appearance)? {
            Some(version) => settle(tx, appearance, version)?,
            None => forget_appearance(tx, appearance)?,
        }
    }
    Ok(())
}

/// Give the appearances of a capture their latest wording.
pub(super) fn settle_captures(tx: &Transaction<'_>, capture: i64) -> rusqlite::Result<()> {
    let appearances: Vec<i64> = tx
        .prepare_cached("SELECT appearance_id FROM appearance_captures WHERE capture_id = ?1")?
        .query_map([capture], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for appearance in appearances {
        if let Some(version) = latest_version(tx, appearance)? {
            settle(tx, appearance, version)?;
        }
    }
    Ok(())
}

/// Give an appearance the wording of its latest capture; where that is another than before, its credit waits to be read.
fn settle(tx: &Transaction<'_>, appearance: i64, version: i64) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "DELETE FROM appearance_versions WHERE appearance_id = ?1
           AND NOT EXISTS (SELECT 1 FROM appearance_captures ac WHERE ac.version_id = appearance_versions.id)",
    )?
    .execute([appearance])?;
    let changed = tx
        .prepare_cached(
            "UPDATE appearances SET (text, credit_text, alt) =
               (SELECT text, credit_text, alt FROM appearance_versions WHERE id = ?2)
             WHERE id = ?1 AND EXISTS (SELECT 1 FROM appearance_versions v WHERE v.id = ?2
               AND (v.text <> appearances.text OR v.credit_text IS NOT appearances.credit_text OR v.alt IS NOT appearances.alt))",
        )?
        .execute(params![appearance, version])?;
    if changed > 0 {
        tx.prepare_cached("DELETE FROM credits WHERE appearance_id = ?1")?
            .execute([appearance])?;
    }
    Ok(())
}

fn forget_appearance(tx: &Transaction<'_>, appearance: i64) -> rusqlite::Result<()> {
    // Pictures in which the appearance was judged have to be judged again.
    for sql in [
        "INSERT OR IGNORE INTO pending (stage, subject)
         SELECT 'photo', photo_id FROM matches WHERE photo_id IS NOT NULL AND appearance_id = ?1",
        "DELETE FROM origins WHERE subject_kind = 'appearance' AND subject = ?1",
        "DELETE FROM appearances_fts WHERE rowid = ?1",
        "DELETE FROM match_keys WHERE side = 'printed' AND subject = ?1",
        "DELETE FROM flags WHERE subject_id = 'app-' || printf('%016x', ?1)",
        "DELETE FROM appearances WHERE id = ?1",
    ] {
        tx.prepare_cached(sql)?.execute([appearance])?;
    }
    Ok(())
}

/// One wording of an appearance, in the captures that had it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Wording {
    /// The first capture that had it.
    pub first_captured: Option<String>,
    /// The last one.
    pub last_captured: Option<String>,
    /// The caption as printed.
    pub text: String,
    /// The credit printed apart.
    pub credit_text: Option<String>,
    /// Whether it is that of the latest capture.
    pub latest: bool,
}

impl Archive {
    /// The wordings of an appearance, the earliest first; empty where it never changed.
    pub fn wordings(&self, appearance: i64) -> Result<Vec<Wording>> {
        self.ask("read", || {
            let mut statement = self.conn.prepare_cached(
                "SELECT min(c.captured), max(c.captured), v.text, v.credit_text, v.text = a.text AND v.credit_text IS a.credit_text
                 FROM appearance_versions v JOIN appearances a ON a.id = v.appearance_id
                 JOIN appearance_captures ac ON ac.version_id = v.id JOIN captures c ON c.id = ac.capture_id
                 WHERE v.appearance_id = ?1 AND (SELECT count(*) FROM appearance_versions w WHERE w.appearance_id = ?1) > 1
                 GROUP BY v.id ORDER BY 1, v.id",
            )?;
            statement
                .query_map([appearance], |r| {
                    Ok(Wording {
                        first_captured: r.get(0)?,
                        last_captured: r.get(1)?,
                        text: r.get(2)?,
                        credit_text: r.get(3)?,
                        latest: r.get(4)?,
                    })
                })?
                .collect()
        })
    }

    /// Appearances of a document whose words have to be read again.
    pub fn unread(&self, document: i64) -> Result<Vec<RawAppearance>> {
        self.ask("read", || {
            let mut statement = self.conn.prepare_cached(
                "SELECT a.id, a.text, a.credit_text, a.carrier, d.lang, d.published
                 FROM appearances a JOIN documents d ON d.id = a.document_id
                 WHERE a.document_id = ?1 AND NOT EXISTS (SELECT 1 FROM credits c WHERE c.appearance_id = a.id)
                 ORDER BY a.id",
            )?;
            statement
                .query_map([document], super::rederive::raw_row)?
                .collect()
        })
    }
}
