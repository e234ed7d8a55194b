//! Rows out of the archive, for people and programs: counts, findings, pictures, matches, one photo with everything.

use std::path::Path;

use rusqlite::OptionalExtension as _;
use serde::Serialize;

use super::{Archive, ids};
use crate::discover::shown;
use crate::error::Result;
use crate::model::{MatchEvidence, Sha256};

/// What is in the archive.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Pictures: photos that show the same count once.
    pub pictures: u64,
    /// Distinct sequences of image bytes.
    pub photos: u64,
    /// Places where a photo was seen.
    pub files: u64,
    /// Documents.
    pub documents: u64,
    /// Uses of pictures in documents.
    pub appearances: u64,
    /// Appearances tied to a held photo.
    pub matched: u64,
    /// Appearances that may be of a held photo.
    pub possible: u64,
    /// Findings.
    pub flags: u64,
    /// Inputs that were not read in full.
    #[serde(rename = "inputs_with_problems")]
    pub problems: u64,
    /// Inputs that are not meant to be read.
    #[serde(rename = "inputs_skipped")]
    pub skipped: u64,
}

/// One input that was not read in full.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct InputRow {
    /// Its path.
    pub path: String,
    /// `partial` or `failed`.
    pub status: String,
    /// One word.
    pub reason: Option<String>,
    /// One sentence.
    pub problem: Option<String>,
}

/// A line of `matches`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MatchRow {
    /// The document's path, as in `extract`.
    pub document: String,
    /// 1, 2, ... in the order of the page.
    pub position: u32,
    /// Path of the best candidate photo.
    pub file: Option<String>,
    /// That this candidate is the photo printed there.
    pub probability: f64,
    /// `matched`, `possible` or `unmatched`.
    pub decision: String,
    /// Why.
    pub evidence: Vec<MatchEvidence>,
    /// The appearance's public id.
    pub appearance: String,
    /// The candidate's SHA-256.
    pub photo: Option<String>,
    /// The printed caption.
    pub caption: String,
}

/// A line of `pictures`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PictureRow {
    /// Public id.
    pub picture: String,
    /// Paths of all its files.
    pub files: Vec<String>,
    /// Links between them.
    pub links: Vec<FileLink>,
}

/// A relation between two files of pictures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FileLink {
    /// One file.
    pub a: String,
    /// The other.
    pub b: String,
    /// How they are related.
    pub relation: String,
    /// Differing bits of 256.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance: Option<u32>,
    /// Place of the part in the whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<serde_json::Value>,
    /// Which of the two is the part: `a` or `b`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// Local features that agree under one placing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub features: Option<u32>,
    /// Verified, not only guessed from a hash.
    pub verified: bool,
    /// One of the files ends too early, and only the part that is there was compared.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
}

/// One photo in a list of perceptual hashes, as other systems exchange them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HashRow {
    /// PDQ, 64 hexadecimal digits.
    pub hash: String,
    /// PDQ's measure of how much there is to see, 0 to 100.
    pub quality: u8,
    /// Its first file.
    pub file: String,
}

/// A name that the registry does not know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnknownParty {
    /// As printed.
    pub name: String,
    /// In how many credits.
    pub count: u64,
    /// A credit line in which it stands.
    pub example: String,
}

impl Archive {
    /// What is in the archive.
    pub fn counts(&self) -> Result<Counts> {
        self.ask("read", || {
            let mut totals: std::collections::BTreeMap<String, u64> = self
                .conn
                .prepare_cached("SELECT name, n FROM totals")?
                .query_map([], |r| Ok((r.get(0)?, r.get::<_, i64>(1)? as u64)))?
                .collect::<rusqlite::Result<_>>()?;
            let mut n = |name: &str| totals.remove(name).unwrap_or(0);
            Ok(Counts {
                pictures: n("pictures"),
                photos: n("photos"),
                files: n("files"),
                documents: n("documents"),
                appearances: n("appearances"),
                matched: n("matched"),
                possible: n("possible"),
                flags: n("flags"),
                problems: n("problems"),
                skipped: n("skipped"),
            })
        })
    }

    /// Inputs that were not read in full, in order of path.
    pub fn problem_inputs(&self, limit: usize) -> Result<Vec<InputRow>> {
        self.ask("read", || {
            let mut statement = self.conn.prepare(
                "SELECT path, status, reason, problem FROM inputs WHERE status IN ('partial', 'failed') ORDER BY path LIMIT ?1",
            )?;
            statement
                .query_map([limit as i64], |r| {
                    Ok(InputRow { path: r.get(0)?, status: r.get(1)?, reason: r.get(2)?, problem: r.get(3)? })
                })?
                .collect()
        })
    }

    /// One line per appearance of every document, in order of document and position.
    pub fn matches(&self) -> Result<Vec<MatchRow>> {
        self.ask("read", || {
            let mut statement = self.conn.prepare(
                "SELECT u.input, u.position, (SELECT min(i.path) FROM inputs i WHERE i.photo_id = m.photo_id),
                        coalesce(m.probability, 0), coalesce(m.decision, 'unmatched'), coalesce(m.evidence, '[]'),
                        u.appearance, (SELECT sha256 FROM photos WHERE id = m.photo_id), u.caption
                 FROM uses u LEFT JOIN matches m ON m.appearance_id = u.appearance_id
                 ORDER BY u.input, u.position, u.appearance",
            )?;
            statement
                .query_map([], |r| {
                    Ok(MatchRow {
                        document: r.get::<_, Option<String>>(0)?.unwrap_or_default(),
                        position: r.get(1)?,
                        file: r.get(2)?,
                        probability: r.get(3)?,
                        decision: r.get(4)?,
                        evidence: serde_json::from_str(&r.get::<_, String>(5)?).unwrap_or_default(),
                        appearance: r.get(6)?,
                        photo: r.get(7)?,
                        caption: r.get::<_, Option<String>>(8)?.unwrap_or_default(),
                    })
                })?
                .collect()
        })
    }

    /// One line per picture, in order of first file; `only` names one.
    pub fn pictures(&self, only: Option<i64>) -> Result<Vec<PictureRow>> {
        self.ask("read", || {
            let mut files: std::collections::BTreeMap<i64, Vec<(String, i64)>> = std::collections::BTreeMap::new();
            let mut statement = self.conn.prepare(
                "SELECT pp.picture_id, i.path, pp.photo_id FROM picture_photos pp JOIN inputs i ON i.photo_id = pp.photo_id
                 WHERE ?1 IS NULL OR pp.picture_id = ?1 ORDER BY i.path",
            )?;
            for row in statement.query_map([only], |r| Ok((r.get(0)?, (r.get(1)?, r.get(2)?))))? {
                let (picture, file) = row?;
                files.entry(picture).or_default().push(file);
            }
            let mut rows = Vec::new();
            for (picture, files) in files {
                let name_of = |photo: i64| {
                    files.iter().find(|f| f.1 == photo).map(|f| f.0.clone()).map_or_else(|| self.first_file(photo), Ok)
                };
                let mut links = Vec::new();
                for (at, (path, photo)) in files.iter().enumerate() {
                    // Equal bytes are a matter of files: each further place of a photo is linked to its first.
                    match files.iter().position(|f| f.1 == *photo) {
                        Some(first) if first < at => {
                            links.push(FileLink {
                                a: name_of(*photo)?,
                                b: path.clone(),
                                relation: "same-bytes".into(),
                                distance: Some(0),
                                place: None,
                                part: None,
                                features: None,
                                verified: true,
                                truncated: false,
                            });
                        }
                        _ => links.extend(self.links_of(*photo, &name_of)?),
                    }
                }
                rows.push(PictureRow {
                    picture: ids::picture_public(picture),
                    files: files.into_iter().map(|f| f.0).collect(),
                    links,
                });
            }
            rows.sort_by(|a, b| a.files.cmp(&b.files));
            Ok(rows)
        })
    }

    /// The perceptual hash of every photo that has one, with its quality and first file, in order of file.
    pub fn hash_list(&self) -> Result<Vec<HashRow>> {
        self.ask("read", || {
            let mut statement = self.conn.prepare(
                "SELECT p.pdq, p.pdq_quality, min(i.path) FROM photos p JOIN inputs i ON i.photo_id = p.id
                 WHERE p.pdq IS NOT NULL GROUP BY p.id ORDER BY 3",
            )?;
            let rows = statement.query_map([], |r| {
                Ok(HashRow {
                    hash: r.get(0)?,
                    quality: r.get(1)?,
                    file: r.get(2)?,
                })
            })?;
            rows.collect()
        })
    }

    fn first_file(&self, photo: i64) -> rusqlite::Result<String> {
        self.conn
            .prepare_cached("SELECT coalesce(min(path), '') FROM inputs WHERE photo_id = ?1")?
            .query_row([photo], |r| r.get(0))
    }

    fn links_of(
        &self,
        photo: i64,
        name_of: &dyn Fn(i64) -> rusqlite::Result<String>,
    ) -> rusqlite::Result<Vec<FileLink>> {
        let mut statement = self.conn.prepare_cached(
            "SELECT l.*, EXISTS (SELECT 1 FROM files f WHERE f.photo_id IN (l.a, l.b) AND f.reason = 'truncated')
                 FROM (SELECT a, b, relation, distance, place, verified, part, features FROM photo_links
                 WHERE a = ?1 UNION ALL
                 SELECT a, b, relation, distance, place, verified, part, features FROM photo_links
                 WHERE b = ?1 AND a NOT IN (SELECT photo_id FROM picture_photos WHERE picture_id =
                   (SELECT picture_id FROM picture_photos WHERE photo_id = ?1))
                 UNION ALL
                 SELECT x.id, y.id, 'reviewed', NULL, NULL, 1, NULL, NULL FROM photos x
                 JOIN decisions d ON d.subject_kind = 'pair' AND d.decision = 'same' AND substr(d.subject, 1, 64) = x.sha256
                 JOIN photos y ON y.sha256 = substr(d.subject, 66) WHERE x.id = ?1) l
                 ORDER BY 1, 2",
        )?;
        let mut links = Vec::new();
        let mut rows = statement.query([photo])?;
        while let Some(r) = rows.next()? {
            let place: Option<String> = r.get(4)?;
            links.push(FileLink {
                a: name_of(r.get(0)?)?,
                b: name_of(r.get(1)?)?,
                relation: r.get(2)?,
                distance: r.get(3)?,
                place: place.and_then(|p| serde_json::from_str(&p).ok()),
                verified: r.get(5)?,
                part: r.get(6)?,
                features: r.get(7)?,
                truncated: r.get(8)?,
            });
        }
        Ok(links)
    }

    /// The picture that a photo belongs to.
    pub fn picture_of(&self, sha256: &Sha256) -> Result<Option<i64>> {
        self.conn
            .query_row(
                "SELECT picture_id FROM picture_photos WHERE photo_id = ?1",
                [ids::photo(sha256)],
                |r| r.get(0),
            )
            .optional()
            .map_err(self.failed("read"))
    }

    /// Photos whose SHA-256 begins so.
    pub fn photos_by_prefix(&self, prefix: &str) -> Result<Vec<Sha256>> {
        self.ask("read", || {
            let mut statement =
                self.conn.prepare("SELECT sha256 FROM photos WHERE sha256 >= ?1 AND sha256 < ?1 || 'g' ORDER BY 1 LIMIT 10")?;
            let rows = statement.query_map([prefix], |r| r.get::<_, String>(0))?;
            rows.filter_map(|r| r.map(|sha| Sha256::from_hex(&sha)).transpose()).collect()
        })
    }

    /// The photo seen at a path, as the archive names it.
    pub fn photo_by_name(&self, path: &str) -> Result<Option<Sha256>> {
        self.conn
            .query_row(
                "SELECT p.sha256 FROM inputs i JOIN photos p ON p.id = i.photo_id WHERE i.path = ?1 LIMIT 1",
                [path],
                |r| r.get::<_, String>(0),
            )
            .optional()
            .map(|sha| sha.as_deref().and_then(Sha256::from_hex))
            .map_err(self.failed("read"))
    }

    /// What the archive calls the file that lay at this absolute path when it was ingested.
    pub fn name_at(&self, absolute: &Path) -> Result<Option<String>> {
        self.ask("read", || {
            self.conn
                .query_row(
                    "SELECT i.path FROM roots r JOIN files f ON f.root_id = r.id JOIN inputs i ON i.file_id = f.id
                     WHERE rtrim(r.path, '/') || '/' || f.path IN (?1, ?2) LIMIT 1",
                    [
                        absolute.to_string_lossy().into_owned(),
                        shown(absolute.as_os_str().as_encoded_bytes()),
                    ],
                    |r| r.get(0),
                )
                .optional()
        })
    }

    /// The document seen at a path, as the archive names it, or under a URL.
    pub fn document_by_name(&self, name: &str) -> Result<Option<i64>> {
        self.conn
            .query_row(
                "SELECT c.document_id FROM inputs i JOIN captures c ON c.file_id = i.file_id WHERE i.path = ?1
                 UNION SELECT id FROM documents WHERE url = ?1 LIMIT 1",
                [name],
                |r| r.get(0),
            )
            .optional()
            .map_err(self.failed("read"))
    }

    /// Keys of the documents that a web archive, feed or other container holds, in the order of their names.
    pub fn documents_inside(&self, container: &str) -> Result<Vec<i64>> {
        self.ask("read", || {
            let mut statement = self.conn.prepare(
                "SELECT c.document_id FROM inputs whole JOIN files f ON f.container_id = whole.file_id
                 JOIN captures c ON c.file_id = f.id WHERE whole.path = ?1 GROUP BY c.document_id ORDER BY min(f.path)",
            )?;
            statement.query_map([container], |r| r.get(0))?.collect()
        })
    }

    /// Keys of the appearances of a document, in order.
    pub fn appearances_of(&self, document: i64) -> Result<Vec<i64>> {
        self.ask("read", || {
            let mut statement = self.conn.prepare(
                "SELECT id FROM appearances WHERE document_id = ?1 ORDER BY position, id",
            )?;
            statement.query_map([document], |r| r.get(0))?.collect()
        })
    }

    /// The photo of an appearance, where one is tied to it.
    pub fn photo_of_appearance(&self, appearance: i64) -> Result<Option<Sha256>> {
        self.conn
            .query_row(
                "SELECT p.sha256 FROM matches m JOIN photos p ON p.id = m.photo_id
                 WHERE m.appearance_id = ?1 AND m.decision <> 'unmatched'",
                [appearance],
                |r| r.get::<_, String>(0),
            )
            .optional()
            .map(|sha| sha.as_deref().and_then(Sha256::from_hex))
            .map_err(self.failed("read"))
    }

    /// Why an appearance was matched.
    pub fn match_of(&self, appearance: i64) -> Result<Vec<MatchEvidence>> {
        self.conn
            .query_row(
                "SELECT evidence FROM matches WHERE appearance_id = ?1",
                [appearance],
                |r| r.get::<_, String>(0),
            )
            .optional()
            .map(|json| {
                json.and_then(|j| serde_json::from_str(&j).ok())
                    .unwrap_or_default()
            })
            .map_err(self.failed("read"))
    }

    /// Names that credits print and the registry does not know, the most frequent first.
    pub fn unknown_parties(&self) -> Result<Vec<UnknownParty>> {
        self.ask("read", || {
            let mut statement = self.conn.prepare(
                "SELECT k.name, count(*) AS n, min(coalesce(c.credit_line, c.caption))
                 FROM credit_parties k JOIN credits c ON c.id = k.credit_id
                 WHERE k.party IS NULL GROUP BY k.name ORDER BY n DESC, k.name",
            )?;
            statement
                .query_map([], |r| {
                    Ok(UnknownParty {
                        name: r.get(0)?,
                        count: r.get::<_, i64>(1)? as u64,
                        example: r.get(2)?,
                    })
                })?
                .collect()
        })
    }
}
