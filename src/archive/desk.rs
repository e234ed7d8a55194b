//! What the desk asks beside findings: where a photo's bytes lie, its stored sketch, runs and problems, one finding.

use rusqlite::{OptionalExtension as _, params};

use super::findings::flag_row;
use super::inputs::from_word;
use super::{Archive, ids};
use crate::error::Result;
use crate::model::{Flag, FlagReview, PhotoFormat, Relation, Review, Sha256};

/// Where a photo's bytes can be read, and how they become upright pixels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhotoPlace {
    /// The path of its root and its name below it, as bytes; `None` where it lies inside another file.
    pub file: Option<(String, Vec<u8>)>,
    /// Its format.
    pub format: PhotoFormat,
    /// EXIF orientation, 1 to 8.
    pub orientation: u8,
    /// How many bytes it has.
    pub bytes: u64,
}

/// The upright picture as 64 x 64 grey samples, and the shape it had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sketch {
    /// The samples, row by row.
    pub grey: Vec<u8>,
    /// Upright width in pixels, 0 where unknown.
    pub width: u32,
    /// Upright height in pixels.
    pub height: u32,
}

/// One ingest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunRow {
    /// Its number.
    pub id: i64,
    /// When it began, UTC.
    pub started: String,
    /// When it ended; `None` where it is under way or was killed.
    pub finished: Option<String>,
    /// cutline's version.
    pub version: String,
    /// The paths as given.
    pub roots: Vec<String>,
    /// The closing summary.
    pub counts: serde_json::Value,
    /// What it was doing when it last said so, and how many inputs it had read.
    pub progress: Option<(String, u64)>,
}

/// Inputs that were not read in full, of one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProblemKind {
    /// One word.
    pub reason: String,
    /// What kind of input.
    pub kind: String,
    /// How many.
    pub count: u64,
    /// One of them.
    pub example: String,
    /// What was wrong with it.
    pub problem: String,
}

/// A photo of another picture that likeness links to this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near {
    /// The photo of this picture.
    pub own: Sha256,
    /// The photo of the other.
    pub other: Sha256,
    /// Its file.
    pub name: String,
    /// How they are related.
    pub relation: Relation,
    /// Bits in which the perceptual hashes differ, where that is the evidence.
    pub distance: Option<u32>,
}

/// Work that waits to be derived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// What kind of thing waits.
    pub stage: String,
    /// How many.
    pub count: u64,
}

impl Archive {
    /// Where the bytes of a photo lie; `None` where it is not held.
    pub fn place_of_photo(&self, photo: &Sha256) -> Result<Option<PhotoPlace>> {
        let id = ids::photo(photo);
        let found: Option<(String, u8, i64)> = self.ask("read", || {
            self.conn
                .prepare_cached(
                    "SELECT format, orientation, bytes FROM photos WHERE id = ?1 AND sha256 = ?2",
                )?
                .query_row(params![id, photo.to_hex()], |r| {
                    Ok((r.get(0)?, r.get(1)?, r.get(2)?))
                })
                .optional()
        })?;
        let Some((format, orientation, bytes)) = found else {
            return Ok(None);
        };
        let Some(format) = from_word(&format) else {
            return Ok(None);
        };
        Ok(Some(PhotoPlace {
            file: self.photo_place(id)?,
            format,
            orientation,
            bytes: bytes as u64,
        }))
    }

    /// The stored sketch of a photo, for when its file cannot be read.
    pub fn sketch(&self, photo: &Sha256) -> Result<Option<Sketch>> {
        self.ask("read", || {
            let found: Option<(Option<Vec<u8>>, u32, u32, u8)> = self
                .conn
                .prepare_cached(
                    "SELECT luma64, width, height, orientation FROM photos WHERE id = ?1",
                )?
                .query_row([ids::photo(photo)], |r| {
                    Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?))
                })
                .optional()?;
            Ok(found.and_then(|(grey, width, height, orientation)| {
                let grey = grey.filter(|g| g.len() == 64 * 64)?;
                let (width, height) = if orientation > 4 {
                    (height, width)
                } else {
                    (width, height)
                };
                Some(Sketch {
                    grey,
                    width,
                    height,
                })
            }))
        })
    }

    /// The latest runs, newest first.
    pub fn runs(&self, limit: usize) -> Result<Vec<RunRow>> {
        self.ask("read", || {
            let mut statement = self.conn.prepare_cached(
                "SELECT id, started, finished, version, roots, counts, progress ->> 'step', progress ->> 'done' FROM runs
                 ORDER BY id DESC LIMIT ?1",
            )?;
            let rows = statement.query_map([limit as i64], |r| {
                let step: Option<String> = r.get(6)?;
                let done: Option<i64> = r.get(7)?;
                Ok(RunRow {
                    id: r.get(0)?,
                    started: r.get(1)?,
                    finished: r.get(2)?,
                    version: r.get(3)?,
                    roots: serde_json::from_str(&r.get::<_, String>(4)?).unwrap_or_default(),
                    counts: r
                        .get::<_, Option<String>>(5)?
                        .and_then(|c| serde_json::from_str(&c).ok())
                        .unwrap_or_default(),
                    progress: step.zip(done.map(|d| d as u64)),
                })
            })?;
            rows.collect()
        })
    }

    /// Inputs that were not read in full, by reason and kind, the most frequent first.
    pub fn problem_kinds(&self) -> Result<Vec<ProblemKind>> {
        self.ask("read", || {
            let mut statement = self.conn.prepare_cached(
                "SELECT coalesce(reason, status), kind, count(*) AS n, min(path), problem FROM inputs
                 WHERE status IN ('partial', 'failed') GROUP BY 1, 2 ORDER BY n DESC, 1, 2",
            )?;
            let rows = statement.query_map([], |r| {
                Ok(ProblemKind {
                    reason: r.get(0)?,
                    kind: r.get(1)?,
                    count: r.get::<_, i64>(2)? as u64,
                    example: r.get(3)?,
                    problem: r.get::<_, Option<String>>(4)?.unwrap_or_default(),
                })
            })?;
            rows.collect()
        })
    }

    /// What waits to be derived.
    pub fn pending_counts(&self) -> Result<Vec<Pending>> {
        self.ask("read", || {
            let mut statement = self.conn.prepare_cached(
                "SELECT stage, count(*) FROM pending GROUP BY stage ORDER BY stage",
            )?;
            let rows = statement.query_map([], |r| {
                Ok(Pending {
                    stage: r.get(0)?,
                    count: r.get::<_, i64>(1)? as u64,
                })
            })?;
            rows.collect()
        })
    }

    /// A number that changes whenever another connection changed the archive; it compares on this connection alone.
    pub fn data_version(&self) -> Result<i64> {
        self.ask("read", || {
            self.conn.query_row("PRAGMA data_version", [], |r| r.get(0))
        })
    }

    /// The latest reviews, newest first, those before `before` where it is given.
    pub fn latest_reviews(&self, before: Option<&str>, limit: usize) -> Result<Vec<Review>> {
        self.ask("read", || super::reviews::latest(&self.conn, before, limit))
    }

    /// The subjects that a finding is about: its own and the case that it was judged in.
    pub fn flag_subjects(&self, id: &str) -> Result<Option<(String, String)>> {
        self.ask("read", || {
            self.conn
                .prepare_cached("SELECT subject_id, case_key FROM flags WHERE id = ?1")?
                .query_row([id], |r| Ok((r.get(0)?, r.get(1)?)))
                .optional()
        })
    }

    /// The use of an appearance's document and the key of the photo's picture, where it is tied to one.
    pub fn picture_of_use(&self, appearance: i64) -> Result<Option<i64>> {
        self.ask("read", || {
            self.conn
                .prepare_cached(
                    "SELECT pp.picture_id FROM matches m JOIN picture_photos pp ON pp.photo_id = m.photo_id
                     WHERE m.appearance_id = ?1 AND m.decision <> 'unmatched'",
                )?
                .query_row([appearance], |r| r.get(0))
                .optional()
        })
    }

    /// Photos of other pictures that likeness links to this one, at most `limit`.
    pub fn near_pictures(&self, picture: i64, limit: usize) -> Result<Vec<Near>> {
        self.ask("read", || {
            let mut statement = self.conn.prepare_cached(
                "SELECT x.sha256, y.sha256, coalesce((SELECT min(path) FROM inputs WHERE photo_id = y.id), ''), n.relation, n.distance
                 FROM (SELECT l.a AS own, l.b AS other, l.relation, l.distance FROM picture_photos p
                         JOIN photo_links l ON l.a = p.photo_id WHERE p.picture_id = ?1
                       UNION ALL SELECT l.b, l.a, l.relation, l.distance FROM picture_photos p
                         JOIN photo_links l ON l.b = p.photo_id WHERE p.picture_id = ?1) n
                 JOIN photos x ON x.id = n.own JOIN photos y ON y.id = n.other JOIN picture_photos o ON o.photo_id = n.other
                 WHERE o.picture_id <> ?1 ORDER BY n.relation, n.distance, y.sha256, x.sha256 LIMIT ?2",
            )?;
            let mut rows = statement.query(params![picture, limit as i64])?;
            let mut found = Vec::new();
            while let Some(r) = rows.next()? {
                let sha = |at: usize| Ok::<_, rusqlite::Error>(Sha256::from_hex(&r.get::<_, String>(at)?));
                let relation = from_word(&r.get::<_, String>(3)?);
                if let (Some(own), Some(other), Some(relation)) = (sha(0)?, sha(1)?, relation) {
                    found.push(Near {
                        own,
                        other,
                        name: r.get(2)?,
                        relation,
                        distance: r.get(4)?,
                    });
                }
            }
            Ok(found)
        })
    }

    /// The photo that stands for a picture.
    pub fn representative(&self, picture: i64) -> Result<Option<Sha256>> {
        self.ask("read", || {
            self.conn
                .prepare_cached("SELECT p.sha256 FROM pictures c JOIN photos p ON p.id = c.representative WHERE c.id = ?1")?
                .query_row([picture], |r| r.get::<_, String>(0))
                .optional()
                .map(|sha| sha.as_deref().and_then(Sha256::from_hex))
        })
    }

    /// What a person calls a photo: its first file; `None` where it is not held.
    pub fn name_of_photo(&self, photo: &Sha256) -> Result<Option<String>> {
        self.ask("read", || {
            self.conn
                .prepare_cached("SELECT coalesce(min(path), '') FROM inputs WHERE photo_id = ?1 HAVING count(*) > 0")?
                .query_row([ids::photo(photo)], |r| r.get(0))
                .optional()
        })
    }

    /// The best candidate for a use that is tied to no photo, with its file and probability.
    pub fn likeliest(&self, appearance: i64) -> Result<Option<(Sha256, String, f64)>> {
        self.ask("read", || {
            let found: Option<(String, String, f64)> = self
                .conn
                .prepare_cached(
                    "SELECT p.sha256, (SELECT coalesce(min(path), '') FROM inputs WHERE photo_id = p.id), m.probability
                     FROM matches m JOIN photos p ON p.id = m.photo_id WHERE m.appearance_id = ?1 AND m.decision = 'unmatched'",
                )?
                .query_row([appearance], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
                .optional()?;
            Ok(found.and_then(|(sha, name, p)| Some((Sha256::from_hex(&sha)?, name, p))))
        })
    }

    /// One finding.
    pub(super) fn one_flag(
        &self,
        id: &str,
        review: Option<&FlagReview>,
    ) -> rusqlite::Result<Option<Flag>> {
        self.conn
            .prepare_cached(
                "SELECT f.id, f.rule, f.severity, f.subject_kind, f.subject_id, f.case_key, f.confidence, f.subject_name,
                   f.summary, f.evidence, f.kinds FROM flags f WHERE f.id = ?1",
            )?
            .query_row([id], |r| flag_row(r, review))
            .optional()
    }
}
