//! Inputs into the archive: files, photos, sidecars, documents, each with what was read from it.

use rusqlite::{OptionalExtension as _, Transaction, params};

use super::{Archive, documents, ids, members};
use crate::error::Result;
use crate::fingerprint;
use crate::fingerprint::features::{Features, Seen};
use crate::model::{
    Carrier, CatalogueKey, CreditReading, Document, Field, Metadata, Photo, Problem, Reason,
    Record, Sha256, Status,
};
use crate::parties::KnownOutlet;

/// A folder that inputs are found under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootRow {
    /// Given with `--root NAME=PATH`, else the absolute path.
    pub name: String,
    /// Absolute path.
    pub path: String,
    /// As typed: the prefix of paths in output.
    pub given: String,
}

/// What the archive knows of a file that it has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownFile {
    /// Bytes.
    pub size: u64,
    /// Nanoseconds since 1970.
    pub mtime_ns: i64,
    /// `None` where the bytes could not be read.
    pub sha256: Option<String>,
    /// Not meant to be read.
    pub skipped: bool,
    /// It, and what it holds: how many were not read in full.
    pub problems: u64,
}

/// One place where an input was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRow {
    /// The root's key, from [`Archive::root`].
    pub root_id: i64,
    /// Relative to the root, with `/` between parts.
    pub path: String,
    /// The name's bytes, where `path` does not show them as they are.
    pub path_raw: Option<Vec<u8>>,
    /// The path of the file that holds it, where it is a member of one.
    pub container: Option<String>,
    /// The word of its kind.
    pub kind: &'static str,
    /// Bytes.
    pub size: u64,
    /// Nanoseconds since 1970.
    pub mtime_ns: i64,
    /// `None` where the bytes could not be read.
    pub sha256: Option<Sha256>,
    /// How far it was read.
    pub status: Status,
    /// Why not further.
    pub problems: Vec<Problem>,
}

/// A text of a photo's fields, read as a credit or caption.
#[derive(Clone, Debug, PartialEq)]
pub struct PhotoReading {
    /// The field.
    pub field: Field,
    /// Where the field stands.
    pub carrier: Carrier,
    /// The reading.
    pub reading: CreditReading,
}

/// What an input holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Nothing to store beside the file's row.
    Nothing,
    /// A photo.
    Photo(Box<Photo>, Vec<PhotoReading>),
    /// Values for a photo beside it.
    Sidecar(Metadata, Vec<PhotoReading>),
    /// A page or text.
    Document(Box<Document>),
    /// A row of a catalogue: values for a photo that it names.
    CatalogueRow(CatalogueKey, Metadata, Vec<PhotoReading>),
}

/// One input with all that was read from it.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// The place.
    pub file: FileRow,
    /// What is there.
    pub content: Content,
    /// What its container says of it.
    pub record: Option<Record>,
    /// Who published it, where that is an outlet that is known.
    pub outlet: Option<KnownOutlet>,
    /// Pictures whose bytes stand in the document itself.
    pub inside: Vec<Stored>,
}

impl Stored {
    /// The input, and the pictures inside it, each by itself.
    pub fn apart(mut self) -> Vec<Self> {
        let inside = std::mem::take(&mut self.inside);
        std::iter::once(self).chain(inside).collect()
    }
}

impl Archive {
    /// The roots known so far, longest path first.
    pub fn roots(&self) -> Result<Vec<(i64, RootRow)>> {
        self.ask("read", || {
            let mut statement = self.conn.prepare(
                "SELECT id, name, path, given FROM roots ORDER BY length(path) DESC, path",
            )?;
            let rows = statement.query_map([], |r| {
                Ok((
                    r.get(0)?,
                    RootRow {
                        name: r.get(1)?,
                        path: r.get(2)?,
                        given: r.get(3)?,
                    },
                ))
            })?;
            rows.collect()
        })
    }

    /// Add a root, or find it by its name. A named root that is mounted elsewhere now has its new path stored.
    pub fn root(&mut self, root: &RootRow) -> Result<i64> {
        let id = ids::key("root", &[root.name.as_bytes()]);
        let known = self.roots()?;
        if known
            .iter()
            .any(|(k, row)| *k == id && row.path == root.path)
        {
            return Ok(id);
        }
        self.conn
            .execute(
                "INSERT INTO roots (id, name, path, given) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (id) DO UPDATE SET path = excluded.path, given = excluded.given
                 WHERE path <> excluded.path",
                params![id, root.name, root.path, root.given],
            )
            .map_err(self.failed("write to"))?;
        Ok(id)
    }

    /// What is known of one file.
    pub fn known(&self, root_id: i64, path: &str) -> Result<Option<KnownFile>> {
        self.ask("read", || {
            let mut statement = self.conn.prepare_cached(
                "SELECT size, mtime_ns, sha256, status = 'skipped', (status IN ('partial', 'failed')) +
                   (SELECT count(*) FROM files m WHERE m.container_id = f.id AND m.status IN ('partial', 'failed'))
                 FROM files f WHERE root_id = ?1 AND path = ?2",
            )?;
            statement
                .query_row(params![root_id, path], |r| {
                    Ok(KnownFile {
                        size: r.get::<_, i64>(0)? as u64,
                        mtime_ns: r.get(1)?,
                        sha256: r.get(2)?,
                        skipped: r.get(3)?,
                        problems: r.get::<_, i64>(4)? as u64,
                    })
                })
                .optional()
        })
    }

    /// The key of a place of which nothing could be read, not even what it is: a folder that could not be listed may be one.
    pub fn unlisted(&self, root_id: i64, path: &str) -> Result<Option<i64>> {
        self.ask("read", || {
            self.conn
                .prepare_cached(
                    "SELECT id FROM files WHERE id = ?1 AND status = 'failed' AND reason IN ('unreadable', 'changed')
                       AND kind = 'unknown' AND sha256 IS NULL",
                )?
                .query_row([file_key(root_id, path)], |r| r.get(0))
                .optional()
        })
    }

    /// Remove inputs of which nothing had been read.
    pub fn forget_unlisted(&mut self, files: &[i64]) -> Result<()> {
        self.change(|tx| {
            for file in files {
                tx.execute(
                    "DELETE FROM files WHERE id = ?1 AND sha256 IS NULL AND photo_id IS NULL",
                    [file],
                )?;
            }
            Ok(())
        })
    }

    /// Photos whose hashes come from an earlier way to decode them, and are compared with each other only.
    pub fn older_hashes(&self) -> Result<u64> {
        self.ask("read", || {
            self.conn.query_row(
                "SELECT count(*) FROM photos INDEXED BY photos_older_hash WHERE pdq IS NOT NULL AND hash_path < 2",
                [],
                |r| r.get::<_, i64>(0).map(|n| n as u64),
            )
        })
    }

    /// Whether one file, or an input inside it, is such a photo.
    pub fn has_older_hash(&self, root_id: i64, path: &str) -> Result<bool> {
        self.ask("read", || {
            self.conn
                .prepare_cached(
                    "SELECT EXISTS (
                       SELECT 1 FROM files f JOIN photos p ON p.id = f.photo_id
                       WHERE p.pdq IS NOT NULL AND p.hash_path < 2 AND (f.id = ?1 OR f.container_id = ?1))",
                )?
                .query_row([Self::file_key(root_id, path)], |r| r.get(0))
        })
    }

    /// Store the new time of files whose content did not change.
    pub fn touch(&mut self, files: &[(i64, String, i64)]) -> Result<()> {
        self.change(|tx| {
            for (root, path, mtime) in files {
                tx.execute(
                    "UPDATE files SET mtime_ns = ?3 WHERE root_id = ?1 AND path = ?2 AND mtime_ns <> ?3",
                    params![root, path, mtime],
                )?;
            }
            Ok(())
        })
    }

    /// Store a batch of inputs in one transaction, and what each still needs in `pending`.
    pub fn store(&mut self, batch: &[Stored]) -> Result<()> {
        self.outlet_totals.borrow_mut().clear();
        self.change(|tx| {
            for stored in batch {
                store_one(tx, stored)?;
            }
            Ok(())
        })
    }

    /// Open a run; its row is finished by [`Archive::finish_run`].
    pub fn begin_run(&mut self, registry_digest: &str, roots: &[String]) -> Result<i64> {
        self.conn
            .execute(
                "INSERT INTO runs (started, version, registry_digest, roots)
                 VALUES (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), ?1, ?2, ?3)",
                params![env!("CARGO_PKG_VERSION"), registry_digest, json(&roots)],
            )
            .map_err(self.failed("write to"))?;
        Ok(self.conn.last_insert_rowid())
    }

    /// Say how far a run has come, for whoever watches it.
    pub fn run_progress(&mut self, run: i64, step: &str, done: u64) -> Result<()> {
        self.conn
            .execute(
                "UPDATE runs SET progress = json_object('step', ?2, 'done', ?3) WHERE id = ?1",
                params![run, step, done as i64],
            )
            .map_err(self.failed("write to"))?;
        Ok(())
    }

    /// Close a run with its summary.
    pub fn finish_run(&mut self, run: i64, counts: &serde_json::Value) -> Result<()> {
        self.conn
            .execute(
                "UPDATE runs SET finished = strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), counts = ?2 WHERE id = ?1",
                params![run, counts.to_string()],
            )
            .map_err(self.failed("write to"))?;
        Ok(())
    }
}

pub(super) fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// The word by which a plain enumeration is stored.
pub(super) fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

/// Read a stored word back.
pub(super) fn from_word<T: serde::de::DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

pub(super) fn needs(tx: &Transaction<'_>, stage: &str, subject: i64) -> rusqlite::Result<()> {
    tx.prepare_cached("INSERT OR IGNORE INTO pending (stage, subject) VALUES (?1, ?2)")?
        .execute(params![stage, subject])?;
    Ok(())
}

fn store_one(tx: &Transaction<'_>, stored: &Stored) -> rusqlite::Result<()> {
    let file = &stored.file;
    let file_id = file_key(file.root_id, &file.path);
    let container = file
        .container
        .as_deref()
        .map(|path| file_key(file.root_id, path));
    let before: Option<(Option<i64>, Option<String>)> = tx
        .prepare_cached("SELECT photo_id, sha256 FROM files WHERE id = ?1")?
        .query_row([file_id], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?;
    let photo_id = match &stored.content {
        Content::Photo(photo, readings) => Some(store_photo(tx, photo, readings)?),
        _ => None,
    };
    let first = file.problems.first();
    tx.prepare_cached(
        "INSERT INTO files (id, root_id, path, path_raw, folder, kind, size, mtime_ns, sha256, status, reason, problem, photo_id,
           container_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)
         ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, size = excluded.size, mtime_ns = excluded.mtime_ns,
           sha256 = excluded.sha256, status = excluded.status, reason = excluded.reason, problem = excluded.problem,
           photo_id = excluded.photo_id, container_id = excluded.container_id, folder = excluded.folder",
    )?
    .execute(params![
        file_id,
        file.root_id,
        file.path,
        file.path_raw,
        folder(stored),
        file.kind,
        file.size as i64,
        file.mtime_ns,
        file.sha256.map(|s| s.to_hex()),
        word(&file.status),
        main_reason(&file.problems),
        first.map(|p| p.text.as_str()),
        photo_id,
        container,
    ])?;
    tx.prepare_cached("DELETE FROM problems WHERE file_id = ?1")?
        .execute([file_id])?;
    if file.problems.len() > 1 {
        let mut insert = tx.prepare_cached(
            "INSERT INTO problems (file_id, seq, reason, problem) VALUES (?1, ?2, ?3, ?4)",
        )?;
        for (seq, problem) in file.problems.iter().enumerate() {
            insert.execute(params![
                file_id,
                seq as i64,
                problem.reason.word(),
                problem.text
            ])?;
        }
    }
    forget_content(tx, file_id, before.and_then(|b| b.0), photo_id)?;
    match &stored.content {
        Content::Photo(..) | Content::Nothing => {}
        Content::Sidecar(metadata, readings) => {
            store_metadata(tx, None, Some(file_id), metadata)?;
            store_readings(tx, None, Some(file_id), readings)?;
        }
        Content::Document(document) => {
            let (record, outlet) = (stored.record.as_ref(), stored.outlet.as_ref());
            documents::store(tx, file_id, file, document, record, outlet)?;
        }
        Content::CatalogueRow(key, metadata, readings) => {
            store_metadata(tx, None, Some(file_id), metadata)?;
            store_readings(tx, None, Some(file_id), readings)?;
            members::store_row(tx, file_id, key)?;
        }
    }
    // A photo, sidecar or catalogue row may complete the other, and a photo the page beside it.
    if matches!(
        stored.content,
        Content::Photo(..) | Content::Sidecar(..) | Content::CatalogueRow(..)
    ) {
        needs(tx, "sidecar", file_id)?;
    }
    members::store_record(tx, file_id, stored.record.as_ref())
}

/// The folder of an input: a web archive is one to its records, and a news item lies where its message lies.
fn folder(stored: &Stored) -> &str {
    let outer = |path: &'_ str| path.rsplit_once('/').map_or(0, |(folder, _)| folder.len());
    let path = &stored.file.path;
    match &stored.file.container {
        Some(container) if stored.record.is_some() => container,
        Some(container) => path.get(..outer(container)).unwrap_or_default(),
        None => path.get(..outer(path)).unwrap_or_default(),
    }
}

/// The key of a place.
pub(super) fn file_key(root_id: i64, path: &str) -> i64 {
    ids::key("file", &[&root_id.to_be_bytes(), path.as_bytes()])
}

/// A truncated file is that before anything else that is wrong with it.
fn main_reason(problems: &[Problem]) -> Option<&'static str> {
    let truncated = problems.iter().find(|p| p.reason == Reason::Truncated);
    truncated.or(problems.first()).map(|p| p.reason.word())
}

/// Remove what an earlier content of this file had put into the archive.
pub(super) fn forget_content(
    tx: &Transaction<'_>,
    file_id: i64,
    photo_before: Option<i64>,
    photo_now: Option<i64>,
) -> rusqlite::Result<()> {
    if let Some(old) = photo_before.filter(|&old| Some(old) != photo_now) {
        let held: bool = tx
            .prepare_cached("SELECT EXISTS (SELECT 1 FROM files WHERE photo_id = ?1)")?
            .query_row([old], |r| r.get(0))?;
        tx.execute(
            "INSERT OR IGNORE INTO pending (stage, subject)
             SELECT 'photo', photo_id FROM picture_photos WHERE photo_id <> ?1 AND picture_id =
               (SELECT picture_id FROM picture_photos WHERE photo_id = ?1)
             UNION SELECT 'document', a.document_id FROM matches m JOIN appearances a ON a.id = m.appearance_id
               WHERE m.photo_id = ?1",
            [old],
        )?;
        if held {
            needs(tx, "photo", old)?;
        } else {
            tx.execute(
                "DELETE FROM origins WHERE subject_kind = 'photo' AND subject = ?1",
                [old],
            )?;
            tx.execute("DELETE FROM photos_fts WHERE rowid = ?1", [old])?;
            tx.execute(
                "DELETE FROM match_keys WHERE side = 'held' AND subject = ?1",
                [old],
            )?;
            tx.execute(
                "DELETE FROM flags WHERE case_key IN
                   (SELECT 'pic-' || printf('%016x', picture_id) FROM picture_photos WHERE photo_id = ?1)",
                [old],
            )?;
            tx.execute(
                "DELETE FROM pending WHERE stage = 'photo' AND subject = ?1",
                [old],
            )?;
            tx.execute("DELETE FROM photos WHERE id = ?1", [old])?;
        }
    }
    tx.prepare_cached("DELETE FROM metadata WHERE file_id = ?1")?
        .execute([file_id])?;
    tx.prepare_cached("DELETE FROM credits WHERE file_id = ?1")?
        .execute([file_id])?;
    tx.prepare_cached("DELETE FROM catalogue_rows WHERE file_id = ?1")?
        .execute([file_id])?;
    let captured: bool = tx
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM captures WHERE file_id = ?1)")?
        .query_row([file_id], |r| r.get(0))?;
    if captured {
        documents::forget_capture(tx, file_id)?;
    }
    Ok(())
}

fn store_photo(
    tx: &Transaction<'_>,
    photo: &Photo,
    readings: &[PhotoReading],
) -> rusqlite::Result<i64> {
    let id = ids::photo(&photo.sha256);
    let prints = &photo.fingerprints;
    let added = tx
        .prepare_cached(
            "INSERT OR IGNORE INTO photos (id, sha256, format, bytes, width, height, orientation, coded, pdq, pdq_quality,
               luma64, hash_path, features) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?
        .execute(params![
            id,
            photo.sha256.to_hex(),
            word(&photo.format),
            photo.bytes as i64,
            photo.width,
            photo.height,
            photo.orientation,
            prints.coded.map(|s| s.to_hex()),
            prints.pdq.map(|p| p.hash.to_hex()),
            prints.pdq.map(|p| p.quality),
            prints.luma64,
            prints.path_version,
            prints.features,
        ])?;
    needs(tx, "photo", id)?;
    let update = |sql: &str| -> rusqlite::Result<bool> {
        let updated = tx.prepare_cached(sql)?.execute(params![
            id,
            prints.pdq.map(|p| p.hash.to_hex()),
            prints.pdq.map(|p| p.quality),
            prints.luma64,
            prints.features,
            prints.path_version,
        ])?;
        Ok(updated == 1)
    };
    // A photo that was read before without its pixels or features gets them now.
    let completed = added == 0
        && update(
            "UPDATE photos SET pdq = coalesce(pdq, ?2), pdq_quality = coalesce(pdq_quality, ?3),
               luma64 = coalesce(luma64, ?4), features = coalesce(features, ?5)
             WHERE id = ?1 AND hash_path = ?6
               AND ((pdq IS NULL AND ?2 IS NOT NULL) OR (features IS NULL AND ?5 IS NOT NULL))",
        )?;
    // One whose hashes come from an earlier way to decode it gets all of them anew.
    let renewed = added == 0
        && update(
            "UPDATE photos SET pdq = ?2, pdq_quality = ?3, luma64 = ?4, features = ?5, hash_path = ?6
             WHERE id = ?1 AND hash_path < ?6 AND (?2 IS NOT NULL OR pdq IS NULL)",
        )?;
    if renewed {
        for forget in [
            "DELETE FROM feature_words WHERE photo_id = ?1",
            "DELETE FROM pdq_slots WHERE photo_id = ?1",
        ] {
            tx.prepare_cached(forget)?.execute([id])?;
        }
    }
    if added == 1 || completed || renewed {
        if let Some(features) = &prints.features {
            let mut insert = tx.prepare_cached(
                "INSERT OR IGNORE INTO feature_words (word, photo_id, seen) VALUES (?1, ?2, ?3)",
            )?;
            for (word, seen) in Features::from_bytes(features).words() {
                insert.execute(params![word, id, seen_key(seen)])?;
            }
        }
        if let Some(pdq) = &prints.pdq {
            let mut insert = tx.prepare_cached(
                "INSERT OR IGNORE INTO pdq_slots (slot, photo_id) VALUES (?1, ?2)",
            )?;
            for slot in slot_keys(&fingerprint::slots(pdq)) {
                insert.execute(params![slot, id])?;
            }
        }
    }
    if added == 1 {
        store_metadata(tx, Some(id), None, &photo.metadata)?;
        store_readings(tx, Some(id), None, readings)?;
    }
    Ok(id)
}

/// How a feature was seen, as the table keeps it.
fn seen_key(seen: Seen) -> i64 {
    i64::from(seen.size) * 16 + i64::from(seen.direction)
}

/// The reverse.
pub(super) fn seen_of(key: i64) -> Seen {
    Seen {
        size: (key / 16) as u8,
        direction: (key % 16) as u8,
    }
}

/// Slot values as the table keeps them: the slot's number above its 16 bits.
pub(super) fn slot_keys(slots: &[u16]) -> impl Iterator<Item = i64> + '_ {
    slots
        .iter()
        .enumerate()
        .map(|(number, value)| ((number as i64) << 16) | i64::from(*value))
}

fn store_metadata(
    tx: &Transaction<'_>,
    photo: Option<i64>,
    file: Option<i64>,
    metadata: &Metadata,
) -> rusqlite::Result<()> {
    let mut insert = tx.prepare_cached(
        "INSERT INTO metadata (photo_id, file_id, field, seq, carrier, value, lang, cut, guessed_charset)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    for (field, values) in &metadata.fields {
        for (seq, v) in values.iter().enumerate() {
            insert.execute(params![
                photo,
                file,
                word(field),
                seq as i64,
                word(&v.carrier),
                v.value,
                v.lang,
                v.cut,
                v.guessed_charset
            ])?;
        }
    }
    Ok(())
}

pub(super) fn store_readings(
    tx: &Transaction<'_>,
    photo: Option<i64>,
    file: Option<i64>,
    readings: &[PhotoReading],
) -> rusqlite::Result<()> {
    for r in readings {
        let owner = photo.or(file).unwrap_or_default().to_be_bytes();
        let id = ids::key(
            "credit",
            &[
                &owner,
                word(&r.field).as_bytes(),
                word(&r.carrier).as_bytes(),
                r.reading.text.as_bytes(),
            ],
        );
        store_reading(
            tx,
            id,
            None,
            photo,
            file,
            Some(r.field),
            Some(r.carrier),
            &r.reading,
        )?;
    }
    Ok(())
}

/// Store one reading with its parties, creators, labels and dates.
#[allow(clippy::too_many_arguments)]
pub(super) fn store_reading(
    tx: &Transaction<'_>,
    id: i64,
    appearance: Option<i64>,
    photo: Option<i64>,
    file: Option<i64>,
    field: Option<Field>,
    carrier: Option<Carrier>,
    reading: &CreditReading,
) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM credits WHERE id = ?1")?
        .execute([id])?;
    tx.prepare_cached(
        "INSERT INTO credits (id, appearance_id, photo_id, file_id, field, carrier, caption, credit_line, lang, chain_order,
           confidence, reading) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?
    .execute(params![
        id,
        appearance,
        photo,
        file,
        field.map(|f| word(&f)),
        carrier.map(|c| word(&c)),
        reading.caption,
        reading.credit_line,
        reading.lang,
        word(&reading.order),
        reading.confidence,
        json(reading),
    ])?;
    for (also, credit) in reading.all().enumerate() {
        for (seq, link) in credit.chain.iter().enumerate() {
            tx.prepare_cached(
                "INSERT INTO credit_parties (credit_id, also, seq, party, name, role, state, span_start, span_end)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute(params![
                id,
                also as i64,
                seq as i64,
                link.party,
                link.name,
                word(&link.role),
                link.state.map(|s| word(&s)),
                link.span.0 as i64,
                link.span.1 as i64
            ])?;
        }
        for (seq, creator) in credit.creators.iter().enumerate() {
            tx.prepare_cached("INSERT INTO credit_creators (credit_id, also, seq, creator) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![id, also as i64, seq as i64, creator])?;
        }
        for label in &credit.labels {
            tx.prepare_cached(
                "INSERT OR IGNORE INTO credit_labels (credit_id, label) VALUES (?1, ?2)",
            )?
            .execute(params![id, word(label)])?;
        }
    }
    for (seq, date) in reading.caption_dates.iter().enumerate() {
        tx.prepare_cached(
            "INSERT INTO caption_dates (credit_id, seq, date, precision, text, released) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![id, seq as i64, date.date, word(&date.precision), date.text, date.released])?;
    }
    Ok(())
}

/// The key of the one reading of an appearance.
pub(super) fn appearance_credit(appearance: i64) -> i64 {
    ids::key("credit", &[&appearance.to_be_bytes()])
}
