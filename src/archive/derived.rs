//! What the deriving stages ask of the archive and leave in it: copies, groups, matches, findings.
//!
//! Every method works on a slice named by keys, so that cost follows what is new. `pending` says what is.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension as _, Transaction, params};

use super::inputs::{from_word, json, needs, seen_of, word};
use super::reviews::JudgedPair;
use super::{Archive, ids, search};
use crate::error::Result;
use crate::fingerprint;
use crate::fingerprint::features::Seen;
use crate::flags::Judgement;
use crate::model::{
    CreditReading, Decision, Field, Fingerprints, Link, Match, Metadata, Pdq, PhotoFormat,
    Relation, Sha256, SubjectKind,
};
use crate::pictures::PhotoKey;

/// A photo with its key in the archive.
#[derive(Clone, Debug)]
pub struct StoredPhoto {
    /// The archive's key.
    pub id: i64,
    /// Its format.
    pub format: PhotoFormat,
    /// EXIF orientation, 1 to 8.
    pub orientation: u8,
    /// Hash of the decoded pixels, where it was needed before.
    pub pixels: Option<Sha256>,
    /// What it is compared by.
    pub key: PhotoKey,
}

/// A word that more photos have than this tells nothing.
const MOST_SHARING: usize = 4096;
/// Words that have to be shared at one change of size and direction.
const LEAST_SHARED: u32 = 2;
/// Photos that are verified for the words they share: those that share most.
const MOST_VERIFIED: usize = 256;

/// For each photo, upright and mirrored, how many words it shares at which change of size and direction.
#[derive(Default)]
struct Votes(std::collections::BTreeMap<(i64, usize), std::collections::BTreeMap<(i32, i32), u32>>);

impl Votes {
    fn add(&mut self, photo: i64, way: usize, own: Seen, its: Seen) {
        let size = i32::from(its.size) - i32::from(own.size);
        let turn = (i32::from(its.direction) - i32::from(own.direction)).rem_euclid(16);
        let bins = self.0.entry((photo, way)).or_default();
        *bins.entry((size, turn)).or_default() += 1;
    }

    /// The photos that share most, the one itself left out.
    fn best(&self, own: i64) -> Vec<i64> {
        let mut found: Vec<(u32, i64)> = Vec::new();
        for ((photo, _), bins) in &self.0 {
            // Rounding may put one change of size or turn into two or three neighbouring bins.
            let most = bins.keys().map(|(size, turn)| {
                let near = |by: i32, turn_by: i32| {
                    let key = (size + by, (turn + turn_by).rem_euclid(16));
                    bins.get(&key).copied().unwrap_or(0)
                };
                (0..2)
                    .flat_map(|by| (0..3).map(move |turn_by| (by, turn_by)))
                    .map(|(by, turn_by)| near(by, turn_by))
                    .sum()
            });
            let most = most.max().unwrap_or(0);
            if most >= LEAST_SHARED && *photo != own {
                found.push((most, *photo));
            }
        }
        found.sort_by_key(|(most, photo)| (std::cmp::Reverse(*most), *photo));
        found.truncate(MOST_VERIFIED);
        found.into_iter().map(|(_, photo)| photo).collect()
    }
}

/// Stages of deriving, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Photos and sidecars that may belong together.
    Sidecar,
    /// Photos to be compared with their neighbours.
    Photo,
    /// Documents whose appearances are to be matched.
    Document,
    /// Outlets whose share of credited pages changed.
    Outlet,
    /// Pictures to be judged.
    Picture,
    /// Appearances without a held photo, to be judged.
    Appearance,
}

impl Stage {
    fn word(self) -> &'static str {
        match self {
            Self::Sidecar => "sidecar",
            Self::Photo => "photo",
            Self::Document => "document",
            Self::Outlet => "outlet",
            Self::Picture => "picture",
            Self::Appearance => "appearance",
        }
    }
}

impl Archive {
    /// Up to `limit` subjects that wait for a stage, in order of key.
    pub fn pending(&self, stage: Stage, limit: usize) -> Result<Vec<i64>> {
        self.ask("read", || {
            let mut statement = self.conn.prepare_cached(
                "SELECT subject FROM pending WHERE stage = ?1 ORDER BY subject LIMIT ?2",
            )?;
            statement
                .query_map(params![stage.word(), limit as i64], |r| r.get(0))?
                .collect()
        })
    }

    /// Of these photos, those that do not wait to be compared after all of a slice.
    pub fn not_waiting_behind(&self, photos: &[i64], slice: &[i64]) -> Result<Vec<i64>> {
        let last = slice.iter().max().copied().unwrap_or(i64::MAX);
        self.ask("read", || {
            let mut waits = self.conn.prepare_cached(
                "SELECT EXISTS (SELECT 1 FROM pending WHERE stage = 'photo' AND subject = ?1)",
            )?;
            let mut kept = Vec::with_capacity(photos.len());
            for &photo in photos {
                if photo <= last || !waits.query_row([photo], |r| r.get::<_, bool>(0))? {
                    kept.push(photo);
                }
            }
            Ok(kept)
        })
    }

    /// How many subjects wait for a stage.
    pub fn pending_count(&self, stage: Stage) -> Result<u64> {
        self.conn
            .query_row(
                "SELECT count(*) FROM pending WHERE stage = ?1",
                [stage.word()],
                |r| r.get::<_, i64>(0),
            )
            .map(|n| n as u64)
            .map_err(self.failed("read"))
    }

    /// Run one step of deriving in a transaction of its own; the subjects stop waiting when it is committed.
    pub(crate) fn step<T>(
        &mut self,
        stage: Stage,
        subjects: &[i64],
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T> {
        self.change(|tx| {
            let mut done =
                tx.prepare_cached("DELETE FROM pending WHERE stage = ?1 AND subject = ?2")?;
            for subject in subjects {
                done.execute(params![stage.word(), subject])?;
            }
            work(tx)
        })
    }

    // ------------------------------------------------------------ sidecars

    /// Tie sidecars and photos that lie side by side, for files that came or changed.
    pub fn tie_sidecars(
        &mut self,
        files: &[i64],
        belongs: &dyn Fn(&[u8], &[u8]) -> bool,
    ) -> Result<()> {
        self.step(Stage::Sidecar, files, |tx| {
            for &file in files {
                tie_one(tx, file, belongs)?;
            }
            Ok(())
        })
    }

    // ------------------------------------------------------------ photos

    /// Load photos by their keys; those that are gone are left out.
    pub fn photos(&self, ids: &[i64]) -> Result<Vec<StoredPhoto>> {
        ids.iter()
            .filter_map(|&id| load_photo(&self.conn, id).transpose())
            .collect::<rusqlite::Result<_>>()
            .map_err(self.failed("read"))
    }

    /// Photos that may be copies of one: equal coded image, a perceptual hash within
    /// [`MAX_DISTANCE`](fingerprint::MAX_DISTANCE) in any of the eight orientations, or words of features in common. The photo
    /// itself is left out.
    pub fn neighbours(&self, photo: &StoredPhoto) -> Result<Vec<i64>> {
        self.ask("read", || {
            let mut found = self.same_coded(photo)?;
            let mut by_slot = self
                .conn
                .prepare_cached("SELECT photo_id FROM pdq_slots WHERE slot = ?1")?;
            let mut hash_of = self.conn.prepare_cached(
                "SELECT pdq FROM photos INDEXED BY photos_pdq WHERE id = ?1 AND pdq IS NOT NULL",
            )?;
            for turned in photo.key.pdq.iter().flat_map(fingerprint::dihedral) {
                let mut sharing = std::collections::BTreeSet::new();
                for (number, slot) in fingerprint::slots(&turned).into_iter().enumerate() {
                    for value in fingerprint::neighbours(slot) {
                        let key = ((number as i64) << 16) | i64::from(value);
                        for other in by_slot.query_map([key], |r| r.get::<_, i64>(0))? {
                            sharing.insert(other?);
                        }
                    }
                }
                // Most share a part by chance.
                for other in sharing {
                    let hash: Option<String> =
                        hash_of.query_row([other], |r| r.get(0)).optional()?;
                    if hash
                        .and_then(|hex| Sha256::from_hex(&hex))
                        .is_some_and(|hash| {
                            hash.distance(&turned.hash) <= fingerprint::MAX_DISTANCE
                        })
                    {
                        found.insert(other);
                    }
                }
            }
            found.extend(self.sharing_words(photo)?);
            found.remove(&photo.id);
            Ok(found.into_iter().collect())
        })
    }

    /// Photos with which one shares words of features, upright or mirrored.
    pub fn with_same_words(&self, photo: &StoredPhoto) -> Result<Vec<i64>> {
        self.sharing_words(photo).map_err(self.failed("read"))
    }

    fn sharing_words(&self, photo: &StoredPhoto) -> rusqlite::Result<Vec<i64>> {
        let Some(local) = &photo.key.features else {
            return Ok(Vec::new());
        };
        let mut statement = self
            .conn
            .prepare_cached("SELECT photo_id, seen FROM feature_words WHERE word = ?1 LIMIT ?2")?;
        let mut votes = Votes::default();
        for (way, turned) in [local.plain(), local.mirrored()].into_iter().enumerate() {
            for (word, seen) in turned.words() {
                let rows = statement.query_map(params![word, MOST_SHARING as i64 + 1], |r| {
                    Ok((r.get(0)?, r.get(1)?))
                })?;
                let rows = rows.collect::<rusqlite::Result<Vec<(i64, i64)>>>()?;
                // What so many have is a letter of a font, or the corner of a frame.
                if rows.len() <= MOST_SHARING {
                    for (other, its) in rows {
                        votes.add(other, way, seen, seen_of(its));
                    }
                }
            }
        }
        Ok(votes.best(photo.id))
    }

    /// Photos with the same coded image, and an index over every stored perceptual hash, for comparing many at once.
    pub fn all_hashes(&self) -> Result<(Vec<i64>, Vec<Sha256>)> {
        self.ask("read", || {
            let mut statement = self
                .conn
                .prepare("SELECT id, pdq FROM photos WHERE pdq IS NOT NULL ORDER BY id")?;
            let mut all = (Vec::new(), Vec::new());
            for row in
                statement.query_map([], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, String>(1)?)))?
            {
                let (id, hash) = row?;
                if let Some(hash) = Sha256::from_hex(&hash) {
                    all.0.push(id);
                    all.1.push(hash);
                }
            }
            Ok(all)
        })
    }

    /// Photos whose coded image is equal, this one included.
    pub fn with_same_coding(&self, photo: &StoredPhoto) -> Result<Vec<i64>> {
        self.same_coded(photo)
            .map(|found| found.into_iter().collect())
            .map_err(self.failed("read"))
    }

    fn same_coded(&self, photo: &StoredPhoto) -> rusqlite::Result<std::collections::BTreeSet<i64>> {
        let mut statement = self
            .conn
            .prepare_cached("SELECT id FROM photos WHERE coded = ?1")?;
        let coded = photo.key.coded.map(|c| c.to_hex());
        statement.query_map([coded], |r| r.get(0))?.collect()
    }

    /// A path where the bytes of a photo lie, for reading them again: root path and relative name as bytes.
    pub fn photo_place(&self, id: i64) -> Result<Option<(String, Vec<u8>)>> {
        self.conn
            .prepare_cached(
                "SELECT r.path, coalesce(f.path_raw, cast(f.path AS BLOB)) FROM files f JOIN roots r ON r.id = f.root_id
                 WHERE f.photo_id = ?1 AND f.container_id IS NULL ORDER BY r.path, f.path LIMIT 1",
            )
            .and_then(|mut s| s.query_row([id], |r| Ok((r.get(0)?, r.get(1)?))).optional())
            .map_err(self.failed("read"))
    }

    /// Store the hash of a photo's decoded pixels.
    pub fn store_pixels(&mut self, id: i64, pixels: &Sha256) -> Result<()> {
        self.conn
            .execute(
                "UPDATE photos SET pixels = ?2 WHERE id = ?1",
                params![id, pixels.to_hex()],
            )
            .map_err(self.failed("write to"))?;
        Ok(())
    }

    /// Store the links between photos and their neighbours; older links of these photos go. The photos stop waiting only
    /// when their groups are stored.
    pub fn store_links(&mut self, photos: &[i64], links: &[Link]) -> Result<()> {
        self.step(Stage::Photo, &[], |tx| {
            for id in photos {
                tx.prepare_cached("DELETE FROM photo_links WHERE a = ?1 OR b = ?1")?
                    .execute([id])?;
                index_photo(tx, *id)?;
            }
            for link in links {
                tx.prepare_cached(
                    "INSERT OR REPLACE INTO photo_links (a, b, relation, distance, place, verified, part, features)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                )?
                .execute(params![
                    ids::photo(&link.a),
                    ids::photo(&link.b),
                    word(&link.relation),
                    link.distance,
                    link.place.map(|p| json(&p)),
                    link.verified,
                    link.part.map(|p| word(&p)),
                    link.features,
                ])?;
            }
            Ok(())
        })
    }

    /// The verified copies of a photo that show all of it.
    pub fn whole_copies(&self, photo: i64) -> Result<Vec<i64>> {
        self.ask("read", || {
            let mut statement = self.conn.prepare_cached(
                "SELECT b FROM photo_links WHERE a = ?1 AND verified AND place IS NULL AND relation NOT IN ('part-of', 'same-scene')
                 UNION SELECT a FROM photo_links WHERE b = ?1 AND verified AND place IS NULL
                   AND relation NOT IN ('part-of', 'same-scene')",
            )?;
            statement.query_map([photo], |r| r.get(0))?.collect()
        })
    }

    /// Photos that links, and the pairs that a person called the same, lead to from these, however far, these included,
    /// with all links among them.
    pub fn component(
        &self,
        start: &[i64],
        judged: &[JudgedPair],
    ) -> Result<(Vec<StoredPhoto>, Vec<Link>)> {
        let mut same: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        for pair in judged.iter().filter(|p| p.same) {
            let (a, b) = (ids::photo(&pair.a), ids::photo(&pair.b));
            same.entry(a).or_default().push(b);
            same.entry(b).or_default().push(a);
        }
        self.ask("read", || {
            let mut seen = std::collections::BTreeSet::new();
            let mut todo: Vec<i64> = start.to_vec();
            let mut statement = self.conn.prepare_cached(
                "SELECT b FROM photo_links WHERE a = ?1 AND relation <> 'same-scene'
                 UNION SELECT a FROM photo_links WHERE b = ?1 AND relation <> 'same-scene'
                 UNION SELECT photo_id FROM picture_photos WHERE picture_id =
                   (SELECT picture_id FROM picture_photos WHERE photo_id = ?1)",
            )?;
            while let Some(id) = todo.pop() {
                if seen.insert(id) {
                    for other in statement.query_map([id], |r| r.get(0))? {
                        todo.push(other?);
                    }
                    todo.extend(same.get(&id).into_iter().flatten());
                }
            }
            let mut photos = Vec::new();
            for id in &seen {
                photos.extend(load_photo(&self.conn, *id)?);
            }
            let mut links = Vec::new();
            for photo in &photos {
                links.extend(load_links(&self.conn, photo.id)?);
            }
            Ok((photos, links))
        })
    }

    /// Store which photos are one picture; the first of each group represents it. What changed waits for judgement, and
    /// `photos` stop waiting.
    pub fn store_groups(&mut self, photos: &[i64], groups: &[Vec<Sha256>]) -> Result<()> {
        self.step(Stage::Photo, photos, |tx| {
            for group in groups {
                let Some(first) = group.first() else { continue };
                let picture = ids::photo(first);
                tx.prepare_cached("INSERT OR IGNORE INTO pictures (id, representative) VALUES (?1, ?1)")?
                    .execute([picture])?;
                for photo in group {
                    tx.prepare_cached(
                        "INSERT INTO picture_photos (photo_id, picture_id) VALUES (?1, ?2)
                         ON CONFLICT (photo_id) DO UPDATE SET picture_id = excluded.picture_id
                         WHERE picture_id <> excluded.picture_id",
                    )?
                    .execute(params![ids::photo(photo), picture])?;
                    // Whoever was matched to a copy may now be matched to the picture.
                    tx.prepare_cached(
                        "INSERT OR IGNORE INTO pending (stage, subject) SELECT 'document', a.document_id
                         FROM matches m JOIN appearances a ON a.id = m.appearance_id WHERE m.photo_id = ?1",
                    )?
                    .execute([ids::photo(photo)])?;
                }
                needs(tx, "picture", picture)?;
            }
            Ok(())
        })?;
        self.drop_empty_pictures()
    }

    fn drop_empty_pictures(&mut self) -> Result<()> {
        self.change(|tx| {
            tx.execute_batch(
                "CREATE TEMP TABLE IF NOT EXISTS gone (id INTEGER PRIMARY KEY);
                 INSERT OR IGNORE INTO gone SELECT p.subject FROM pending p WHERE p.stage = 'picture'
                   AND NOT EXISTS (SELECT 1 FROM picture_photos pp WHERE pp.picture_id = p.subject);
                 INSERT OR IGNORE INTO gone SELECT id FROM pictures
                   WHERE NOT EXISTS (SELECT 1 FROM picture_photos pp WHERE pp.picture_id = pictures.id);
                 DELETE FROM flags WHERE case_key IN (SELECT 'pic-' || printf('%016x', id) FROM gone);
                 DELETE FROM pending WHERE stage = 'picture' AND subject IN (SELECT id FROM gone);
                 DELETE FROM pictures WHERE id IN (SELECT id FROM gone);
                 DELETE FROM gone;",
            )?;
            Ok(())
        })
    }

    // ------------------------------------------------------------ matching

    /// Store the keys by which photos are found; documents that share one wait for matching.
    pub fn store_held_keys(
        &mut self,
        photo: i64,
        keys: &[String],
        max_shared: usize,
    ) -> Result<()> {
        self.change(|tx| {
            replace_keys(tx, "held", photo, keys)?;
            for key in keys {
                let shared: i64 = tx
                    .prepare_cached("SELECT count(*) FROM (SELECT 1 FROM match_keys WHERE key = ?1 AND side = 'held' LIMIT ?2)")?
                    .query_row(params![key, max_shared as i64 + 1], |r| r.get(0))?;
                if shared as usize <= max_shared {
                    tx.prepare_cached(
                        "INSERT OR IGNORE INTO pending (stage, subject) SELECT 'document', a.document_id
                         FROM match_keys k JOIN appearances a ON a.id = k.subject WHERE k.key = ?1 AND k.side = 'printed'",
                    )?
                    .execute([key])?;
                }
            }
            Ok(())
        })
    }

    /// Put a document back to be matched.
    pub fn wait_for_matching(&mut self, document: i64) -> Result<()> {
        self.change(|tx| needs(tx, "document", document))
    }

    /// Photos that share a key with an appearance: keys that more than `max_shared` photos have do not count.
    pub fn held_with_keys(&self, keys: &[String], max_shared: usize) -> Result<Vec<i64>> {
        self.ask("read", || {
            let mut found = std::collections::BTreeSet::new();
            let mut statement = self.conn.prepare_cached(
                "SELECT subject FROM match_keys WHERE key = ?1 AND side = 'held' LIMIT ?2",
            )?;
            for key in keys {
                let some: Vec<i64> = statement
                    .query_map(params![key, max_shared as i64 + 1], |r| r.get(0))?
                    .collect::<rusqlite::Result<_>>()?;
                if some.len() <= max_shared {
                    found.extend(some);
                }
            }
            Ok(found.into_iter().collect())
        })
    }

    /// Store what was decided for the appearances of one document, and the keys by which photos to come will find them.
    pub fn store_matches(
        &mut self,
        document: i64,
        rows: &[(i64, Option<Match>, Vec<String>)],
    ) -> Result<()> {
        self.step(Stage::Document, &[document], |tx| {
            for (appearance, found, keys) in rows {
                replace_keys(tx, "printed", *appearance, keys)?;
                store_match(tx, *appearance, found.as_ref())?;
            }
            // Which of two captures' appearances are one use may have changed with either.
            tx.prepare_cached(
                "INSERT OR IGNORE INTO pending (stage, subject)
                 SELECT CASE WHEN pp.picture_id IS NULL THEN 'appearance' ELSE 'picture' END, coalesce(pp.picture_id, a.id)
                 FROM appearances a LEFT JOIN matches m ON m.appearance_id = a.id AND m.decision <> 'unmatched'
                 LEFT JOIN picture_photos pp ON pp.photo_id = m.photo_id
                 WHERE a.document_id = ?1 AND instr(a.image, '://') = 0
                   AND (SELECT count(*) FROM captures c WHERE c.document_id = ?1) > 1",
            )?
            .execute([document])?;
            Ok(())
        })
    }

    // ------------------------------------------------------------ judging

    /// Put the cases of an outlet that have a finding on absence back to judgement: its share of credited pages changed.
    pub fn judge_absences_again(&mut self, outlets: &[i64], rules: &[&str]) -> Result<()> {
        let rules = serde_json::json!(rules).to_string();
        self.step(Stage::Outlet, outlets, |tx| {
            for outlet in outlets {
                tx.prepare_cached(
                    "INSERT OR IGNORE INTO pending (stage, subject)
                     SELECT CASE WHEN m.photo_id IS NULL THEN 'appearance' ELSE 'picture' END,
                            CASE WHEN m.photo_id IS NULL THEN a.id ELSE pp.picture_id END
                     FROM documents d JOIN appearances a ON a.document_id = d.id
                     LEFT JOIN matches m ON m.appearance_id = a.id AND m.decision <> 'unmatched'
                     LEFT JOIN picture_photos pp ON pp.photo_id = m.photo_id
                     WHERE d.outlet_id = ?1 AND EXISTS (SELECT 1 FROM flags f
                       WHERE +f.rule IN (SELECT value FROM json_each(?2)) AND f.case_key =
                         CASE WHEN m.photo_id IS NULL THEN 'app-' || printf('%016x', a.id)
                              ELSE 'pic-' || printf('%016x', pp.picture_id) END)",
                )?
                .execute(params![outlet, rules])?;
            }
            Ok(())
        })
    }

    /// Store judgements, each replacing what the same case had before.
    pub fn store_judgements(
        &mut self,
        stage: Stage,
        subjects: &[i64],
        judged: &[(String, Judgement)],
    ) -> Result<()> {
        self.step(stage, subjects, |tx| {
            for (case_key, judgement) in judged {
                store_judgement(tx, case_key, judgement)?;
            }
            Ok(())
        })
    }
}

fn store_judgement(
    tx: &Transaction<'_>,
    case_key: &str,
    judgement: &Judgement,
) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM flags WHERE case_key = ?1")?
        .execute([case_key])?;
    tx.prepare_cached("DELETE FROM origins WHERE case_key = ?1")?
        .execute([case_key])?;
    for flag in &judgement.flags {
        // The same finding may have been that of another case, and REPLACE fires no triggers.
        tx.prepare_cached("DELETE FROM flags WHERE id = ?1")?
            .execute([&flag.flag])?;
        tx.prepare_cached(
            "INSERT INTO flags (id, rule, severity, confidence, subject_kind, subject_id, subject_name, summary,
               evidence, kinds, case_key, digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )?
        .execute(params![
            flag.flag,
            flag.rule,
            word(&flag.severity),
            word(&flag.confidence),
            word(&flag.subject.kind),
            flag.subject.id,
            flag.subject.name,
            flag.summary,
            json(&flag.evidence),
            json(&flag.kinds),
            case_key,
            crate::flags::digest(flag)
        ])?;
    }
    for origin in &judgement.origins {
        let subject = match (origin.subject.kind, ids::parse_public(&origin.subject.id)) {
            (SubjectKind::Appearance, Some(ids::PublicId::Appearance(id))) => id,
            (SubjectKind::Photo, _) => match Sha256::from_hex(&origin.subject.id) {
                Some(sha) => ids::photo(&sha),
                None => continue,
            },
            _ => continue,
        };
        let parties: Vec<&str> = origin.parties.iter().map(|p| p.party.as_str()).collect();
        tx.prepare_cached(
            "INSERT OR REPLACE INTO origins (subject_kind, subject, level, kinds, parties, control, evidence, confidence,
               disclosure, supply, verified, own_page, origin, case_key)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        )?
        .execute(params![
            word(&origin.subject.kind),
            subject,
            origin.level.map(|l| word(&l)),
            json(&origin.kinds),
            json(&parties),
            origin.control().map(|c| word(&c)),
            origin.evidence.first().and_then(|e| e.text.clone()),
            origin.level.and(origin.confidence).map(|c| word(&c)),
            origin.disclosure.map(|d| word(&d)),
            origin.supply.map(|s| word(&s)),
            origin.verified(),
            origin.own_page,
            json(origin),
            case_key
        ])?;
        if origin.subject.kind == SubjectKind::Appearance {
            super::audit::store_fact(tx, subject)?;
        }
    }
    super::flag_uses::store(tx, case_key)
}

fn tie_one(
    tx: &Transaction<'_>,
    file: i64,
    belongs: &dyn Fn(&[u8], &[u8]) -> bool,
) -> rusqlite::Result<()> {
    let found: Option<(i64, String, String, Option<i64>)> = tx
        .prepare_cached("SELECT root_id, path, kind, photo_id FROM files WHERE id = ?1")?
        .query_row([file], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))
        .optional()?;
    let Some((root, path, kind, photo)) = found else {
        return Ok(());
    };
    let is_row = kind == "catalogue-row";
    if is_row || photo.is_some() {
        super::members::tie_rows(tx, file, is_row)?;
    }
    if is_row {
        return Ok(());
    }
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let name = path
        .rsplit_once('/')
        .map_or(path.as_str(), |(_, name)| name);
    // Every name that may belong begins with the name up to its first dot.
    let stem = name
        .split('.')
        .next()
        .filter(|s| !s.is_empty())
        .unwrap_or(name);
    let prefix = if folder.is_empty() {
        stem.to_owned()
    } else {
        format!("{folder}/{stem}")
    };
    let mut statement = tx.prepare_cached(
        "SELECT id, path, kind, photo_id FROM files
         WHERE root_id = ?1 AND path >= ?2 AND path < ?3 AND folder = ?4 AND (kind = 'sidecar' OR photo_id IS NOT NULL)",
    )?;
    let near: Vec<(i64, String, String, Option<i64>)> = statement
        .query_map(
            params![root, prefix, format!("{prefix}\u{10ffff}"), folder],
            |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)),
        )?
        .collect::<rusqlite::Result<_>>()?;
    let sidecars: Vec<&(i64, String, String, Option<i64>)> = near
        .iter()
        .filter(|n| n.2 == "sidecar" && (kind != "sidecar" || n.0 == file))
        .collect();
    let photos: Vec<&(i64, String, String, Option<i64>)> = near
        .iter()
        .filter(|n| n.3.is_some() && (kind == "sidecar" || n.0 == file))
        .collect();
    if kind == "sidecar" {
        let old: Vec<i64> = tx
            .prepare_cached("SELECT photo_id FROM sidecars WHERE file_id = ?1")?
            .query_map([file], |r| r.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        for photo in old {
            needs(tx, "photo", photo)?;
        }
        tx.prepare_cached("DELETE FROM sidecars WHERE file_id = ?1")?
            .execute([file])?;
    }
    for sidecar in &sidecars {
        for photo in &photos {
            if let (true, Some(id)) = (belongs(sidecar.1.as_bytes(), photo.1.as_bytes()), photo.3) {
                let new = tx
                    .prepare_cached(
                        "INSERT OR IGNORE INTO sidecars (file_id, photo_id) VALUES (?1, ?2)",
                    )?
                    .execute(params![sidecar.0, id])?;
                if new == 1 {
                    needs(tx, "photo", id)?;
                }
            }
        }
    }
    Ok(())
}

fn load_photo(conn: &rusqlite::Connection, id: i64) -> rusqlite::Result<Option<StoredPhoto>> {
    conn.prepare_cached(
        "SELECT sha256, width, height, orientation, pixels, coded, pdq, pdq_quality, luma64, hash_path, format, features
         FROM photos WHERE id = ?1",
    )?
    .query_row([id], |r| {
        let hash = |text: Option<String>| text.as_deref().and_then(Sha256::from_hex);
        let quality: Option<u8> = r.get(7)?;
        let fingerprints = Fingerprints {
            coded: hash(r.get(5)?),
            pdq: hash(r.get(6)?).zip(quality).map(|(hash, quality)| Pdq { hash, quality }),
            luma64: r.get(8)?,
            path_version: r.get(9)?,
            features: r.get(11)?,
        };
        let (sha, format): (String, String) = (r.get(0)?, r.get(10)?);
        let size = (r.get(1)?, r.get(2)?);
        let orientation = r.get(3)?;
        let pixels = hash(r.get(4)?);
        Ok(Sha256::from_hex(&sha).zip(from_word(&format)).map(|(sha256, format)| StoredPhoto {
            id,
            format,
            orientation,
            pixels,
            key: PhotoKey::new(sha256, size, orientation, &fingerprints),
        }))
    })
        .optional()
        .map(Option::flatten)
}

/// Links whose first photo is this one.
pub(super) fn load_links(conn: &rusqlite::Connection, a: i64) -> rusqlite::Result<Vec<Link>> {
    let mut statement = conn.prepare_cached(
        "SELECT x.sha256, y.sha256, l.relation, l.distance, l.place, l.verified, l.part, l.features,
           EXISTS (SELECT 1 FROM files f WHERE f.photo_id IN (l.a, l.b) AND f.reason = 'truncated')
         FROM photo_links l JOIN photos x ON x.id = l.a JOIN photos y ON y.id = l.b WHERE l.a = ?1 ORDER BY y.sha256",
    )?;
    let rows = statement.query_map([a], |r| {
        let (a, b): (String, String) = (r.get(0)?, r.get(1)?);
        let relation: String = r.get(2)?;
        let place: Option<String> = r.get(4)?;
        Ok((
            Sha256::from_hex(&a),
            Sha256::from_hex(&b),
            from_word::<Relation>(&relation),
            r.get(3)?,
            place,
            r.get(5)?,
            r.get::<_, Option<String>>(6)?
                .as_deref()
                .and_then(from_word),
            r.get(7)?,
            r.get(8)?,
        ))
    })?;
    let mut links = Vec::new();
    for row in rows {
        if let (
            Some(a),
            Some(b),
            Some(relation),
            distance,
            place,
            verified,
            part,
            features,
            truncated,
        ) = row?
        {
            let place = place.and_then(|p| serde_json::from_str(&p).ok());
            links.push(Link {
                a,
                b,
                relation,
                distance,
                place,
                part,
                features,
                verified,
                truncated,
            });
        }
    }
    Ok(links)
}

/// Full text of a photo's own words.
fn index_photo(tx: &Transaction<'_>, id: i64) -> rusqlite::Result<()> {
    let metadata = load_metadata(tx, id)?;
    let all = |fields: &[Field]| {
        let mut seen = Vec::new();
        for value in fields.iter().flat_map(|f| metadata.values(*f)) {
            if !seen.contains(&value.value.as_str()) {
                seen.push(&value.value);
            }
        }
        search::tokens(&seen.join(" \u{b7} "))
    };
    let names: Vec<String> = tx
        .prepare_cached("SELECT path FROM files WHERE photo_id = ?1 ORDER BY path")?
        .query_map([id], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    tx.prepare_cached("DELETE FROM photos_fts WHERE rowid = ?1")?
        .execute([id])?;
    tx.prepare_cached(
        "INSERT INTO photos_fts (rowid, description, credit, names) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![
        id,
        all(&[
            Field::Headline,
            Field::Description,
            Field::City,
            Field::Country,
            Field::Instructions
        ]),
        all(&[
            Field::Creator,
            Field::CreditLine,
            Field::Source,
            Field::CopyrightNotice
        ]),
        search::tokens(&names.join(" "))
    ])?;
    Ok(())
}

/// Embedded values, then each sidecar's, unmerged: the caller merges.
pub(super) fn load_metadata(conn: &rusqlite::Connection, photo: i64) -> rusqlite::Result<Metadata> {
    let mut together = read_fields(conn, "photo_id", photo)?;
    let sidecars: Vec<i64> = conn
        .prepare_cached("SELECT file_id FROM sidecars WHERE photo_id = ?1 ORDER BY file_id")?
        .query_map([photo], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let sidecars: Vec<Metadata> = sidecars
        .into_iter()
        .map(|file| read_fields(conn, "file_id", file))
        .collect::<rusqlite::Result<_>>()?;
    if !sidecars.is_empty() {
        together = crate::read::metadata::with_sidecars(&together, &sidecars);
    }
    Ok(together)
}

pub(super) fn read_fields(
    conn: &rusqlite::Connection,
    owner: &str,
    id: i64,
) -> rusqlite::Result<Metadata> {
    let sql = format!(
        "SELECT field, carrier, value, lang, cut, guessed_charset FROM metadata WHERE {owner} = ?1 ORDER BY field, seq"
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let mut metadata = Metadata::default();
    let rows = statement.query_map([id], |r| {
        let (field, carrier): (String, String) = (r.get(0)?, r.get(1)?);
        Ok((
            from_word::<Field>(&field),
            from_word(&carrier).map(|carrier| crate::model::FieldValue {
                carrier,
                value: r.get(2).unwrap_or_default(),
                lang: r.get(3).unwrap_or_default(),
                cut: r.get(4).unwrap_or_default(),
                guessed_charset: r.get(5).unwrap_or_default(),
            }),
        ))
    })?;
    for row in rows {
        if let (Some(field), Some(value)) = row? {
            metadata.fields.entry(field).or_default().push(value);
        }
    }
    Ok(metadata)
}

fn replace_keys(
    tx: &Transaction<'_>,
    side: &str,
    subject: i64,
    keys: &[String],
) -> rusqlite::Result<()> {
    tx.prepare_cached("DELETE FROM match_keys WHERE side = ?1 AND subject = ?2")?
        .execute(params![side, subject])?;
    let mut insert = tx.prepare_cached(
        "INSERT OR IGNORE INTO match_keys (key, side, subject) VALUES (?1, ?2, ?3)",
    )?;
    for key in keys {
        insert.execute(params![key, side, subject])?;
    }
    Ok(())
}

/// Store one decision; the case that the appearance was in, and the one it is in now, wait for judgement.
fn store_match(
    tx: &Transaction<'_>,
    appearance: i64,
    found: Option<&Match>,
) -> rusqlite::Result<()> {
    let photo = found.map(|m| ids::photo(&m.photo));
    // The best candidate is stored even where it was turned down; only one that was not makes the caption a use of it.
    let tied = photo.filter(|_| found.is_some_and(|m| m.decision != Decision::Unmatched));
    let before: Option<Option<i64>> = tx
        .prepare_cached(
            "SELECT photo_id FROM matches WHERE appearance_id = ?1 AND decision <> 'unmatched'",
        )?
        .query_row([appearance], |r| r.get(0))
        .optional()?;
    let picture_of = |photo: i64| -> rusqlite::Result<Option<i64>> {
        tx.prepare_cached("SELECT picture_id FROM picture_photos WHERE photo_id = ?1")?
            .query_row([photo], |r| r.get(0))
            .optional()
    };
    for photo in [before.flatten(), tied].into_iter().flatten() {
        if let Some(picture) = picture_of(photo)? {
            needs(tx, "picture", picture)?;
        }
    }
    let own_case = ids::appearance_public(appearance);
    if tied.is_some() {
        tx.prepare_cached("DELETE FROM flags WHERE case_key = ?1")?
            .execute([&own_case])?;
        tx.prepare_cached("DELETE FROM pending WHERE stage = 'appearance' AND subject = ?1")?
            .execute([appearance])?;
    } else {
        needs(tx, "appearance", appearance)?;
    }
    tx.prepare_cached(
        "INSERT INTO matches (appearance_id, photo_id, probability, decision, evidence) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (appearance_id) DO UPDATE SET photo_id = excluded.photo_id, probability = excluded.probability,
           decision = excluded.decision, evidence = excluded.evidence",
    )?
    .execute(params![
        appearance,
        photo,
        found.map_or(0.0, |m| m.probability),
        found.map_or_else(|| "unmatched".to_owned(), |m| word(&m.decision)),
        found.map_or_else(|| "[]".to_owned(), |m| json(&m.evidence)),
    ])?;
    Ok(())
}

/// A stored reading, as it was read.
pub(super) fn reading(text: &str) -> CreditReading {
    serde_json::from_str(text).unwrap_or_default()
}
