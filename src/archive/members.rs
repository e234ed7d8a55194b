//! Members of containers into the archive: what a web archive says of a record, records that repeat another, pictures
//! found by their address, rows of catalogues and the photos that they name.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension as _, Transaction, params};
use serde::Serialize;

use super::documents::settle_captures;
use super::inputs::{file_key, forget_content, needs};
use super::{Archive, ids};
use crate::error::Result;
use crate::matching::{Structural, Structure, address_key};
use crate::model::{CatalogueKey, Record, Sha256};

/// How often an address may lead to another before it leads nowhere.
const MAX_REDIRECTS: usize = 5;

/// How the rows of all catalogues stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct CatalogueCounts {
    /// Rows.
    pub rows: u64,
    /// Rows whose photo was found.
    pub joined: u64,
    /// Rows that fit several photos.
    pub ambiguous: u64,
}

/// Store what the container says of a member, and complete what repeats it, or what it repeats.
pub(super) fn store_record(
    tx: &Transaction<'_>,
    file_id: i64,
    record: Option<&Record>,
) -> rusqlite::Result<()> {
    let Some(record) = record else {
        tx.prepare_cached("DELETE FROM records WHERE file_id = ?1")?
            .execute([file_id])?;
        return Ok(());
    };
    let key = record.url.as_deref().and_then(address_key);
    tx.prepare_cached(
        "INSERT OR REPLACE INTO records (file_id, url, key, captured, status, mime, redirect, redirect_key, digest, repeats)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        file_id,
        record.url,
        key,
        record.captured,
        record.status,
        record.mime,
        record.redirect,
        record.redirect.as_deref().and_then(address_key),
        record.digest,
        record.repeats,
    ])?;
    if record.repeats {
        return repeat(tx, file_id);
    }
    let waiting: Vec<i64> = tx
        .prepare_cached(
            "SELECT file_id FROM records WHERE digest = ?1 AND repeats = 1
             UNION SELECT file_id FROM records WHERE key = ?2 AND repeats = 1 AND digest IS NULL ORDER BY 1",
        )?
        .query_map(params![record.digest, key], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    waiting.into_iter().try_for_each(|file| repeat(tx, file))
}

/// Give a record that repeats another what the other holds: the same photo, or another capture of the same document.
fn repeat(tx: &Transaction<'_>, file_id: i64) -> rusqlite::Result<()> {
    let source: Option<(i64, Option<i64>, String, Option<String>)> = tx
        .prepare_cached(
            "SELECT f.id, f.photo_id, f.kind, f.sha256 FROM records own
             JOIN records r ON r.repeats = 0 AND (r.digest = own.digest OR own.digest IS NULL AND r.key = own.key)
             JOIN files f ON f.id = r.file_id
             WHERE own.file_id = ?1 AND (f.photo_id IS NOT NULL OR EXISTS (SELECT 1 FROM captures c WHERE c.file_id = f.id))
             ORDER BY r.key IS NOT own.key, r.captured > own.captured, r.captured, f.root_id, f.path LIMIT 1",
        )?
        .query_row([file_id], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))
        .optional()?;
    let Some((source, photo, kind, sha256)) = source else {
        return Ok(());
    };
    tx.prepare_cached(
        "UPDATE files SET kind = ?2, status = 'ok', photo_id = ?3, sha256 = ?4 WHERE id = ?1",
    )?
    .execute(params![file_id, kind, photo, sha256])?;
    if let Some(photo) = photo {
        needs(tx, "photo", photo)?;
    }
    let captures: Vec<(i64, i64, String, String)> = tx
        .prepare_cached(
            "SELECT c.id, c.document_id, d.key, c.document_credits FROM captures c JOIN documents d ON d.id = c.document_id
             WHERE c.file_id = ?1",
        )?
        .query_map([source], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (capture, document, key, credits) in captures {
        let own = ids::key("capture", &[&file_id.to_be_bytes(), key.as_bytes()]);
        tx.prepare_cached(
            "INSERT OR REPLACE INTO captures (id, document_id, file_id, captured, document_credits)
             VALUES (?1, ?2, ?3, (SELECT captured FROM records WHERE file_id = ?3), ?4)",
        )?
        .execute(params![own, document, file_id, credits])?;
        tx.prepare_cached(
            "INSERT OR REPLACE INTO appearance_captures (appearance_id, capture_id, version_id)
             SELECT appearance_id, ?2, version_id FROM appearance_captures WHERE capture_id = ?1",
        )?
        .execute([capture, own])?;
        settle_captures(tx, own)?;
        needs(tx, "document", document)?;
    }
    Ok(())
}

/// Store a row of a catalogue; its photo is looked for when it is tied.
pub(super) fn store_row(
    tx: &Transaction<'_>,
    file_id: i64,
    key: &CatalogueKey,
) -> rusqlite::Result<()> {
    let name = key
        .path
        .as_deref()
        .and_then(|path| path.rsplit('/').next())
        .map(str::to_lowercase);
    tx.prepare_cached(
        "INSERT OR REPLACE INTO catalogue_rows (file_id, path, name, asset, joined_by, candidates)
         VALUES (?1, ?2, ?3, ?4, 'none', 0)",
    )?
    .execute(params![
        file_id,
        key.path,
        name,
        key.asset.as_ref().map(|a| a.to_lowercase())
    ])?;
    Ok(())
}

/// Tie rows of catalogues that a file may complete: the row itself, or those that name a photo's file.
pub(super) fn tie_rows(tx: &Transaction<'_>, file: i64, is_row: bool) -> rusqlite::Result<()> {
    if is_row {
        return tie_row(tx, file);
    }
    let any: bool = tx
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM catalogue_rows)")?
        .query_row([], |r| r.get(0))?;
    if !any {
        return Ok(());
    }
    let (name, photo): (String, Option<i64>) = tx
        .prepare_cached(
            "SELECT lower(substr(path, length(folder) + 1 + (folder <> ''))), photo_id FROM files WHERE id = ?1",
        )?
        .query_row([file], |r| Ok((r.get(0)?, r.get(1)?)))?;
    let stem = name
        .rsplit_once('.')
        .map_or(name.as_str(), |(stem, _)| stem);
    let rows: Vec<i64> = tx
        .prepare_cached(
            "SELECT file_id FROM catalogue_rows WHERE name = ?1
             UNION SELECT file_id FROM catalogue_rows WHERE asset = ?2
             UNION SELECT k.file_id FROM metadata m JOIN catalogue_rows k ON k.asset = lower(m.value)
               WHERE m.photo_id = ?3 AND m.field = 'job_id' ORDER BY 1",
        )?
        .query_map(params![name, stem, photo], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    rows.into_iter().try_for_each(|row| tie_row(tx, row))
}

fn tie_row(tx: &Transaction<'_>, row: i64) -> rusqlite::Result<()> {
    let found: Option<(Option<String>, Option<String>, Option<String>)> = tx
        .prepare_cached("SELECT path, name, asset FROM catalogue_rows WHERE file_id = ?1")?
        .query_row([row], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
        .optional()?;
    let Some((path, name, asset)) = found else {
        return Ok(());
    };
    let mut named: Vec<(i64, String)> = Vec::new();
    if let Some(name) = &name {
        named = tx
            .prepare_cached(
                "SELECT f.photo_id, r.path || '/' || f.path FROM files f JOIN roots r ON r.id = f.root_id
                 WHERE lower(substr(f.path, length(f.folder) + 1 + (f.folder <> ''))) = ?1 AND f.photo_id IS NOT NULL
                 ORDER BY f.photo_id",
            )?
            .query_map([name], |r| Ok((r.get(0)?, r.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
    }
    let mut numbered: Vec<i64> = Vec::new();
    if let (Some(asset), true) = (&asset, named.is_empty()) {
        numbered = tx
            .prepare_cached(
                "SELECT photo_id FROM files WHERE photo_id IS NOT NULL
                   AND lower(substr(path, length(folder) + 1 + (folder <> ''))) >= ?1 || '.'
                   AND lower(substr(path, length(folder) + 1 + (folder <> ''))) < ?1 || '/'
                   AND instr(substr(lower(substr(path, length(folder) + 1 + (folder <> ''))), length(?1) + 2), '.') = 0
                 UNION SELECT photo_id FROM metadata WHERE photo_id IS NOT NULL AND field = 'job_id' AND lower(value) = ?1
                 ORDER BY 1",
            )?
            .query_map([asset], |r| r.get(0))?
            .collect::<rusqlite::Result<_>>()?;
    }
    let (how, fitting) = choose(path.as_deref().unwrap_or_default(), &named, &numbered);
    let before: BTreeSet<i64> = tx
        .prepare_cached("SELECT photo_id FROM sidecars WHERE file_id = ?1")?
        .query_map([row], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let joined = !matches!(how, "ambiguous" | "none");
    let now: BTreeSet<i64> = if joined {
        fitting.clone()
    } else {
        BTreeSet::new()
    };
    tx.prepare_cached(
        "UPDATE catalogue_rows SET joined_by = ?2, candidates = ?3 WHERE file_id = ?1",
    )?
    .execute(params![row, how, fitting.len() as i64])?;
    tx.prepare_cached("DELETE FROM sidecars WHERE file_id = ?1")?
        .execute([row])?;
    for photo in &now {
        tx.prepare_cached("INSERT OR IGNORE INTO sidecars (file_id, photo_id) VALUES (?1, ?2)")?
            .execute([row, *photo])?;
    }
    for changed in before.symmetric_difference(&now) {
        needs(tx, "photo", *changed)?;
    }
    Ok(())
}

/// Which of the photos that a row may mean it means: the one at its path, else the only one of its name, else the one
/// whose folders agree furthest, else the one with its number.
fn choose(path: &str, named: &[(i64, String)], numbered: &[i64]) -> (&'static str, BTreeSet<i64>) {
    let shared = |place: &str| {
        let (a, b) = (path.to_lowercase(), place.to_lowercase());
        let both = a.rsplit('/').zip(b.rsplit('/'));
        both.take_while(|(a, b)| a == b && !a.is_empty()).count()
    };
    let parts = path.split('/').filter(|p| !p.is_empty()).count();
    let most = named.iter().map(|(_, p)| shared(p)).max().unwrap_or(0);
    let best: BTreeSet<i64> = named
        .iter()
        .filter(|(_, p)| shared(p) == most)
        .map(|(photo, _)| *photo)
        .collect();
    let all: BTreeSet<i64> = named.iter().map(|(photo, _)| *photo).collect();
    if best.len() == 1 && most > 1 && most == parts {
        return ("path", best);
    }
    match (all.len(), best.len()) {
        (0, _) => {}
        (1, _) => return ("name", all),
        (_, 1) if most > 1 => return ("name", best),
        _ => return ("ambiguous", all),
    }
    let numbered: BTreeSet<i64> = numbered.iter().copied().collect();
    match numbered.len() {
        0 => ("none", numbered),
        1 => ("asset", numbered),
        _ => ("ambiguous", numbered),
    }
}

/// The photos recorded under an address, redirects followed: those of the given containers, or, where they hold none, the
/// only one that any container holds.
fn recorded(
    conn: &Connection,
    key: &str,
    containers: &BTreeSet<i64>,
) -> rusqlite::Result<Option<i64>> {
    let mut here = key.to_owned();
    let mut elsewhere = None;
    for _ in 0..=MAX_REDIRECTS {
        let found: Vec<(Option<i64>, Option<String>, Option<i64>)> = conn
            .prepare_cached(
                "SELECT f.photo_id, r.redirect_key, f.container_id FROM records r JOIN files f ON f.id = r.file_id
                 WHERE r.key = ?1 ORDER BY coalesce(r.captured, ''), f.root_id, f.path LIMIT 1000",
            )?
            .query_map([&here], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let own = |c: &Option<i64>| c.is_some_and(|c| containers.contains(&c));
        if let Some(photo) = found.iter().find_map(|(p, _, c)| p.filter(|_| own(c))) {
            return Ok(Some(photo));
        }
        // Parts without an address of their own ("cid:...") have a meaning in their own file alone.
        let others: BTreeSet<i64> = found.iter().filter_map(|(photo, ..)| *photo).collect();
        if elsewhere.is_none() && others.len() == 1 && !here.starts_with("cid:") {
            elsewhere = others.first().copied();
        }
        let next = found
            .iter()
            .filter(|(_, next, _)| next.is_some())
            .max_by_key(|(_, _, c)| own(c))
            .and_then(|(_, next, _)| next.clone());
        match next {
            Some(next) if next != here => here = next,
            _ => break,
        }
    }
    Ok(elsewhere)
}

impl Archive {
    /// The photo that is recorded under an address of an appearance's image.
    pub fn recorded_photo(&self, appearance: i64) -> Result<Option<Structural>> {
        self.ask("read", || {
            let containers: BTreeSet<i64> = self
                .conn
                .prepare_cached(
                    "SELECT coalesce(f.container_id, f.id) FROM appearance_captures ac JOIN captures c ON c.id = ac.capture_id
                     JOIN files f ON f.id = c.file_id WHERE ac.appearance_id = ?1",
                )?
                .query_map([appearance], |r| r.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            let keys: Vec<String> = self
                .conn
                .prepare_cached("SELECT key FROM image_keys WHERE appearance_id = ?1 ORDER BY seq, key")?
                .query_map([appearance], |r| r.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            for key in keys {
                if let Some(photo) = recorded(&self.conn, &key, &containers)? {
                    let sha: String = self.conn.query_row(
                        "SELECT sha256 FROM photos WHERE id = ?1",
                        [photo],
                        |r| r.get(0),
                    )?;
                    return Ok(Sha256::from_hex(&sha).map(|photo| Structural {
                        photo,
                        how: if key.starts_with("cid:data:") {
                            Structure::DataUri
                        } else {
                            Structure::Record
                        },
                    }));
                }
            }
            Ok(None)
        })
    }

    /// Documents that print an image under an address at which this photo is recorded, redirects followed backwards.
    pub fn documents_naming(&self, photo: i64) -> Result<Vec<i64>> {
        self.ask("read", || {
            let mut keys: BTreeSet<String> = self
                .conn
                .prepare_cached(
                    "SELECT r.key FROM records r JOIN files f ON f.id = r.file_id WHERE f.photo_id = ?1 AND r.key IS NOT NULL",
                )?
                .query_map([photo], |r| r.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            let mut new: Vec<String> = keys.iter().cloned().collect();
            let mut leading = self.conn.prepare_cached(
                "SELECT DISTINCT key FROM records WHERE redirect_key = ?1 AND key IS NOT NULL LIMIT 100",
            )?;
            for _ in 0..MAX_REDIRECTS {
                let mut before = Vec::new();
                for key in &new {
                    for other in leading.query_map([key], |r| r.get::<_, String>(0))? {
                        let other = other?;
                        if keys.insert(other.clone()) {
                            before.push(other);
                        }
                    }
                }
                new = before;
            }
            let mut pages = self.conn.prepare_cached(
                "SELECT DISTINCT a.document_id FROM image_keys k JOIN appearances a ON a.id = k.appearance_id WHERE k.key = ?1",
            )?;
            let mut found = Vec::new();
            for key in &keys {
                for document in pages.query_map([key], |r| r.get(0))? {
                    found.push(document?);
                }
            }
            Ok(found)
        })
    }

    /// The key of a place in the archive.
    pub fn file_key(root_id: i64, path: &str) -> i64 {
        file_key(root_id, path)
    }

    /// Remove members that a container does not hold any more.
    pub fn forget_members(&mut self, container: i64, seen: &BTreeSet<i64>) -> Result<()> {
        let mut held: Vec<(i64, Option<i64>)> = self.ask("read", || {
            self.conn
                .prepare_cached(
                    "SELECT id, photo_id FROM files WHERE container_id = ?1 ORDER BY id",
                )?
                .query_map([container], |r| Ok((r.get(0)?, r.get(1)?)))?
                .collect()
        })?;
        held.retain(|(file, _)| !seen.contains(file));
        if held.is_empty() {
            return Ok(());
        }
        self.change(|tx| {
            for (file, photo) in held {
                tx.execute("UPDATE files SET photo_id = NULL WHERE id = ?1", [file])?;
                forget_content(tx, file, photo, None)?;
                tx.execute(
                    "DELETE FROM pending WHERE stage = 'sidecar' AND subject = ?1",
                    [file],
                )?;
                tx.execute("DELETE FROM files WHERE id = ?1", [file])?;
            }
            Ok(())
        })
    }

    /// Drop a document that no capture holds any more; whether it was one.
    pub fn forget_empty(&mut self, document: i64) -> Result<bool> {
        self.change(|tx| {
            let gone = tx.execute(
                "DELETE FROM documents WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM captures WHERE document_id = ?1)",
                [document],
            )?;
            if gone > 0 {
                tx.execute(
                    "DELETE FROM pending WHERE stage = 'document' AND subject = ?1",
                    [document],
                )?;
                tx.execute(
                    "DELETE FROM flags WHERE subject_id = 'doc-' || printf('%016x', ?1)",
                    [document],
                )?;
            }
            Ok(gone > 0)
        })
    }

    /// How the rows of all catalogues stand.
    pub fn catalogue_counts(&self) -> Result<CatalogueCounts> {
        self.conn
            .query_row(
                "SELECT count(*), coalesce(sum(joined_by NOT IN ('none', 'ambiguous')), 0), coalesce(sum(joined_by = 'ambiguous'), 0)
                 FROM catalogue_rows",
                [],
                |r| {
                    Ok(CatalogueCounts {
                        rows: r.get::<_, i64>(0)? as u64,
                        joined: r.get::<_, i64>(1)? as u64,
                        ambiguous: r.get::<_, i64>(2)? as u64,
                    })
                },
            )
            .map_err(self.failed("read"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(all: &[(i64, &str)]) -> Vec<(i64, String)> {
        all.iter().map(|(id, p)| (*id, (*p).to_owned())).collect()
    }

    #[test]
    fn a_row_joins_by_path_before_name_and_says_when_it_cannot_tell() {
        let two = places(&[(1, "/disk/2023/a.jpg"), (2, "/disk/2024/a.jpg")]);
        assert_eq!(choose("2024/a.jpg", &two, &[]).0, "path");
        assert_eq!(choose("2024/A.JPG", &two, &[]).1, BTreeSet::from([2]));
        assert_eq!(choose("a.jpg", &two, &[]).0, "ambiguous");
        assert_eq!(
            choose("D:/old/2023/a.jpg", &two, &[]),
            ("name", BTreeSet::from([1]))
        );
        assert_eq!(choose("other/a.jpg", &two, &[]).0, "ambiguous");
        assert_eq!(choose("x/a.jpg", &two[..1], &[]).0, "name");
        // The same bytes in two places are one photo.
        let copies = places(&[(1, "/disk/a.jpg"), (1, "/disk/copy/a.jpg")]);
        assert_eq!(choose("a.jpg", &copies, &[]).0, "name");
        assert_eq!(choose("", &[], &[7]).0, "asset");
        assert_eq!(choose("", &[], &[7, 8]).0, "ambiguous");
        assert_eq!(choose("b.jpg", &[], &[]).0, "none");
    }
}
