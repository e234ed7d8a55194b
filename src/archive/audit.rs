//! What an audit reads: the narrow table `facts` from end to end, documents without pictures, and where it all comes from.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};
use serde::Serialize;

use super::inputs::from_word;
use super::{Archive, ids};
use crate::error::Result;
use crate::flags::{Disclosure, Supply};
use crate::model::{Control, Evidence, PhotoFormat, ReviewDecision, StateLevel, Sureness};
use crate::report::audit::{About, AppearanceFact, Dimension, DocumentFact, Kinds, Shared};

/// One appearance as a list behind a number shows it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AuditItem {
    /// Public id.
    pub appearance: String,
    /// Document and position, as `show` takes them.
    pub name: String,
    /// The document's address.
    pub url: Option<String>,
    /// When it was published.
    pub published: Option<String>,
    /// The caption.
    pub caption: String,
    /// The credit line.
    pub credit_line: Option<String>,
    /// The chain, originator first.
    pub chain: Option<String>,
    /// The picture's public id.
    pub picture: Option<String>,
    /// Who published it; in a list it is a value of the row where rows are of outlets.
    #[serde(skip)]
    pub outlet: Option<String>,
    /// SHA-256 of the photo that it is tied to.
    pub photo: Option<String>,
    /// On what the source rests.
    pub evidence: Vec<Evidence>,
}

/// A file of a picture, for looking at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureFile {
    /// The path of its root.
    pub root: String,
    /// Its name below the root, as bytes.
    pub path: Vec<u8>,
    /// Its format.
    pub format: PhotoFormat,
    /// EXIF orientation, 1 to 8.
    pub orientation: u8,
}

/// Makes equal words one.
#[derive(Default)]
struct Words {
    known: HashMap<String, Shared>,
    lists: HashMap<String, Arc<[Shared]>>,
    parties: HashMap<String, Parties>,
}

/// Names, and of which kinds of state they are arms.
type Parties = (Arc<[Shared]>, Arc<[Kinds]>);

impl Words {
    fn of(&mut self, value: ValueRef<'_>) -> Option<Shared> {
        let text = value.as_str().ok().filter(|t| !t.is_empty())?;
        Some(self.word(text))
    }

    fn word(&mut self, text: &str) -> Shared {
        if let Some(known) = self.known.get(text) {
            return known.clone();
        }
        let word: Shared = text.into();
        self.known.insert(text.to_owned(), word.clone());
        word
    }

    /// A JSON list of words, sorted, each once.
    fn list(&mut self, value: ValueRef<'_>) -> Arc<[Shared]> {
        let Some(text) = value.as_str().ok() else {
            return Arc::default();
        };
        if let Some(known) = self.lists.get(text) {
            return known.clone();
        }
        let mut names: Vec<String> = serde_json::from_str(text).unwrap_or_default();
        names.sort();
        names.dedup();
        let list: Arc<[Shared]> = names.iter().map(|n| self.word(n)).collect();
        self.lists.insert(text.to_owned(), list.clone());
        list
    }

    /// A JSON list of registry ids, as names, sorted, each once.
    fn parties(&mut self, value: ValueRef<'_>, party: &dyn Fn(&str) -> (String, Kinds)) -> Parties {
        let Some(text) = value.as_str().ok() else {
            return Parties::default();
        };
        if let Some(known) = self.parties.get(text) {
            return known.clone();
        }
        let ids: Vec<String> = serde_json::from_str(text).unwrap_or_default();
        let mut named: Vec<(String, Kinds)> = ids.iter().map(|id| party(id)).collect();
        named.sort_by(|a, b| a.0.cmp(&b.0));
        named.dedup_by(|a, b| a.0 == b.0);
        let parties: Parties = (
            named.iter().map(|(name, _)| self.word(name)).collect(),
            named.iter().map(|(_, kinds)| *kinds).collect(),
        );
        self.parties.insert(text.to_owned(), parties.clone());
        parties
    }
}

impl Archive {
    /// Read the facts of every appearance, those of a document one after the other, and say how many there were and which, as
    /// one value. What an appearance has in a dimension that is not asked about is left out.
    pub fn each_fact(
        &self,
        about: &[Dimension],
        take: &mut dyn FnMut(&AppearanceFact),
    ) -> Result<(u64, u64)> {
        let column = |name, dimension| {
            if about.contains(&dimension) {
                name
            } else {
                "NULL"
            }
        };
        let sql = format!(
            "SELECT appearance_id, document_id, {}, {}, {}, picture_id, level, confidence, kinds, {},
                    control, verified, own_page, {}, {}, {}, {}, credited, unknown_party
             FROM facts ORDER BY document_id, appearance_id",
            column("outlet_id", Dimension::Outlet),
            column("month", Dimension::Month),
            column("lang", Dimension::Lang),
            column("parties", Dimension::StateSource),
            column("disclosure", Dimension::Disclosure),
            column("supply", Dimension::Supply),
            column("distributor", Dimension::Distributor),
            column("labels", Dimension::Label),
        );
        self.ask("read", || {
            let reviews = state_reviews(&self.conn)?;
            let outlets = outlet_names(&self.conn)?;
            let parties: BTreeMap<String, (String, Kinds)> = self
                .conn
                .prepare("SELECT id, name, coalesce(state, '') FROM registry_parties")?
                .query_map([], |r| {
                    let state = r.get_ref(2)?.as_str().unwrap_or_default();
                    Ok((r.get(0)?, (r.get(1)?, kinds(|kind| kind == state))))
                })?
                .collect::<rusqlite::Result<_>>()?;
            let party = |id: &str| {
                let known = parties.get(id).cloned();
                known.unwrap_or_else(|| (id.to_owned(), Kinds::default()))
            };
            let mut words = Words::default();
            let (mut number, mut together) = (0, 0_u64);
            let mut statement = self.conn.prepare(&sql)?;
            let mut rows = statement.query([])?;
            while let Some(r) = rows.next()? {
                let fact = fact(r, &mut words, &outlets, &party, &reviews)?;
                number += 1;
                together ^= (fact.appearance as u64) ^ (fact.document as u64).rotate_left(1);
                take(&fact);
            }
            Ok((number, together))
        })
    }

    /// Read every article without pictures.
    pub fn each_bare_document(&self, take: &mut dyn FnMut(&DocumentFact)) -> Result<()> {
        self.ask("read", || {
            let outlets = outlet_names(&self.conn)?;
            let mut words = Words::default();
            let mut statement = self.conn.prepare(
                "SELECT d.id, d.outlet_id, substr(d.published, 1, 7), d.lang FROM documents d
                 WHERE d.kind = 'article' AND NOT EXISTS (SELECT 1 FROM appearances a WHERE a.document_id = d.id) ORDER BY d.id",
            )?;
            let mut rows = statement.query([])?;
            while let Some(r) = rows.next()? {
                take(&DocumentFact {
                    document: r.get(0)?,
                    outlet: r.get::<_, Option<i64>>(1)?.and_then(|id| outlets.get(&id).cloned()),
                    month: words.of(r.get_ref(2)?),
                    lang: words.of(r.get_ref(3)?),
                });
            }
            Ok(())
        })
    }

    /// Where an audit's numbers come from; its query is left empty.
    pub fn about(&self, (appearances, fingerprint): (u64, u64)) -> Result<About> {
        let registry = self.registry_digest()?;
        let file = self
            .path
            .file_name()
            .map(|n| n.to_string_lossy().into_owned());
        self.ask("read", || {
            let text = |sql: &str, value: Option<&str>| -> rusqlite::Result<Option<String>> {
                self.conn
                    .query_row(sql, [value], |r| r.get(0))
                    .optional()
                    .map(Option::flatten)
            };
            // What people decided changes the numbers, too.
            let mut decided = self
                .conn
                .prepare("SELECT review FROM decisions ORDER BY review")?;
            let decided: Vec<String> = decided
                .query_map([], |r| r.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            let parts: Vec<&[u8]> = decided.iter().map(String::as_bytes).collect();
            let fingerprint = if parts.is_empty() {
                fingerprint
            } else {
                fingerprint ^ ids::key("decisions", &parts) as u64
            };
            Ok(About {
                archive: file.unwrap_or_default(),
                fingerprint: format!("{fingerprint:016x}"),
                appearances,
                last_ingest: text("SELECT max(finished) FROM runs WHERE ?1 IS NULL", None)?,
                cutline: env!("CARGO_PKG_VERSION").to_owned(),
                registry_since: text(
                    "SELECT min(started) FROM runs WHERE registry_digest = ?1",
                    registry.as_deref(),
                )?,
                registry,
                sample_of: text(
                    "SELECT value FROM meta WHERE key = 'sample_of' AND ?1 IS NULL",
                    None,
                )?,
                reviews: decided.len() as u64,
                query: String::new(),
            })
        })
    }

    /// Declare that the documents are a sample of something, or, with an empty text, that they are not.
    pub fn declare_sample(&mut self, of: &str) -> Result<()> {
        self.change(|tx| {
            tx.execute("DELETE FROM meta WHERE key = 'sample_of'", [])?;
            if !of.trim().is_empty() {
                tx.execute(
                    "INSERT INTO meta (key, value) VALUES ('sample_of', ?1)",
                    [of.trim()],
                )?;
            }
            Ok(())
        })
    }

    /// What the documents are a sample of, where that was declared.
    pub fn sample_of(&self) -> Result<Option<String>> {
        self.ask("read", || {
            self.conn
                .query_row("SELECT value FROM meta WHERE key = 'sample_of'", [], |r| {
                    r.get(0)
                })
                .optional()
        })
    }

    /// One appearance behind a number.
    pub fn audit_item(&self, appearance: i64) -> Result<AuditItem> {
        self.ask("read", || {
            let mut statement = self.conn.prepare_cached(
                "SELECT u.appearance, coalesce(u.input, u.document) || '#' || u.position, u.url, u.published,
                        coalesce(u.caption, u.text), u.credit_line, u.chain, u.picture, u.outlet, u.photo,
                        (SELECT json_extract(g.origin, '$.evidence') FROM origins g
                         WHERE g.subject_kind = 'appearance' AND g.subject = u.appearance_id)
                 FROM uses u WHERE u.appearance_id = ?1",
            )?;
            let found = statement
                .query_row([appearance], |r| {
                    Ok(AuditItem {
                        appearance: r.get(0)?,
                        name: r.get(1)?,
                        url: r.get(2)?,
                        published: r.get(3)?,
                        caption: r.get(4)?,
                        credit_line: r.get(5)?,
                        chain: r.get(6)?,
                        picture: r.get(7)?,
                        evidence: r
                            .get::<_, Option<String>>(10)?
                            .and_then(|json| serde_json::from_str(&json).ok())
                            .unwrap_or_default(),
                        outlet: r.get(8)?,
                        photo: r.get(9)?,
                    })
                })
                .optional()?;
            Ok(found.unwrap_or_default())
        })
    }

    /// The file of a picture's representative photo.
    pub fn picture_place(&self, picture: i64) -> Result<Option<PictureFile>> {
        let found: Option<(i64, String, u8)> = self.ask("read", || {
            self.conn
                .prepare_cached(
                    "SELECT p.id, p.format, p.orientation FROM pictures c JOIN photos p ON p.id = c.representative WHERE c.id = ?1",
                )?
                .query_row([picture], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
                .optional()
        })?;
        let Some((photo, format, orientation)) = found else {
            return Ok(None);
        };
        let Some(format) = from_word(&format) else {
            return Ok(None);
        };
        Ok(self.photo_place(photo)?.map(|(root, path)| PictureFile {
            root,
            path,
            format,
            orientation,
        }))
    }

    /// A document: what a person calls it, and its address.
    pub fn document_name(&self, document: i64) -> Result<(String, Option<String>)> {
        self.ask("read", || {
            self.conn
                .prepare_cached(
                    "SELECT coalesce((SELECT min(i.path) FROM captures c JOIN inputs i ON i.file_id = c.file_id
                       WHERE c.document_id = d.id), d.url, ''), d.url FROM documents d WHERE d.id = ?1",
                )?
                .query_row([document], |r| Ok((r.get(0)?, r.get(1)?)))
        })
    }
}

fn fact(
    r: &Row<'_>,
    words: &mut Words,
    outlets: &HashMap<i64, Shared>,
    party: &dyn Fn(&str) -> (String, Kinds),
    reviews: &HashMap<i64, ReviewDecision>,
) -> rusqlite::Result<AppearanceFact> {
    let appearance = r.get(0)?;
    let mut fact = AppearanceFact {
        appearance,
        document: r.get(1)?,
        outlet: r
            .get::<_, Option<i64>>(2)?
            .and_then(|id| outlets.get(&id).cloned()),
        month: words.of(r.get_ref(3)?),
        lang: words.of(r.get_ref(4)?),
        picture: r.get(5)?,
        disclosure: r.get_ref(13)?.as_str().ok().and_then(Disclosure::from_word),
        supply: r.get_ref(14)?.as_str().ok().and_then(Supply::from_word),
        distributor: words.of(r.get_ref(15)?),
        labels: words.list(r.get_ref(16)?),
        readable_credit: r.get(17)?,
        unknown_party: r.get(18)?,
        own_page: r.get(12)?,
        ..AppearanceFact::default()
    };
    if let Ok(level) = r.get_ref(6)?.as_str() {
        let listed = r.get_ref(8)?.as_str().unwrap_or_default();
        fact.level = StateLevel::ALL.iter().copied().find(|l| l.word() == level);
        fact.confidence = match r.get_ref(7)?.as_str() {
            Ok("sure") => Some(Sureness::Sure),
            Ok("possible") => Some(Sureness::Possible),
            _ => None,
        };
        fact.kinds = kinds(|kind| listed.contains(kind));
        (fact.parties, fact.party_kinds) = words.parties(r.get_ref(9)?, party);
        fact.control = match r.get_ref(10)?.as_str() {
            Ok("controlled") => Some(Control::Controlled),
            Ok("owned") => Some(Control::Owned),
            _ => None,
        };
        fact.verified = r.get(11)?;
        fact.review = reviews.get(&appearance).copied();
    }
    Ok(fact)
}

/// The kinds of state of which this is said.
fn kinds(said: impl Fn(&str) -> bool) -> Kinds {
    Kinds {
        media: said("media"),
        government: said("government"),
        armed_group: said("armed-group"),
    }
}

fn outlet_names(conn: &Connection) -> rusqlite::Result<HashMap<i64, Shared>> {
    conn.prepare("SELECT id, coalesce(name, domain, '') FROM outlets")?
        .query_map([], |r| Ok((r.get(0)?, r.get::<_, String>(1)?.into())))?
        .collect()
}

/// Decisions in effect on the findings that appearances are state-sourced.
fn state_reviews(conn: &Connection) -> rusqlite::Result<HashMap<i64, ReviewDecision>> {
    let mut statement = conn.prepare(
        "SELECT subject_id, decision FROM reviewed_flags WHERE rule = 'state-sourced' AND subject_kind = 'appearance'
         ORDER BY at, review",
    )?;
    let mut rows = statement.query([])?;
    let mut found = HashMap::new();
    while let Some(r) = rows.next()? {
        let (subject, decision): (String, String) = (r.get(0)?, r.get(1)?);
        if let (Some(ids::PublicId::Appearance(id)), Some(decision)) =
            (ids::parse_public(&subject), from_word(&decision))
        {
            found.insert(id, decision);
        }
    }
    Ok(found)
}

/// Pairs of appearances of one document that are one use: `x` on a page that was saved with its pictures, `y` on a capture
/// that has their addresses, with the same words or the same photo's bytes, and never both in one capture.
const ONE_USE: &str = "FROM appearances x JOIN appearances y ON y.document_id = x.document_id AND y.id <> x.id
   LEFT JOIN matches mx ON mx.appearance_id = x.id LEFT JOIN matches my ON my.appearance_id = y.id
 WHERE instr(x.image, '://') = 0 AND instr(y.image, '://') > 0
   AND ((x.text = y.text AND x.credit_text IS y.credit_text)
     OR (mx.photo_id = my.photo_id AND mx.evidence LIKE '%\"structure\"%' AND my.evidence LIKE '%\"structure\"%'))
   AND NOT EXISTS (SELECT 1 FROM appearance_captures cx JOIN appearance_captures cy ON cy.capture_id = cx.capture_id
     WHERE cx.appearance_id = x.id AND cy.appearance_id = y.id)";

/// Whether its document has several captures, and no more appearances than can be compared with each other.
fn is_captured_again(tx: &Transaction<'_>, appearance: i64) -> rusqlite::Result<bool> {
    const MOST: i64 = 1000;
    tx.prepare_cached(
        "SELECT (SELECT count(*) FROM (SELECT 1 FROM captures c WHERE c.document_id = a.document_id LIMIT 2)) > 1
            AND (SELECT count(*) FROM (SELECT 1 FROM appearances o WHERE o.document_id = a.document_id LIMIT ?2)) < ?2
         FROM appearances a WHERE a.id = ?1",
    )?
    .query_row(params![appearance, MOST], |r| r.get(0))
    .optional()
    .map(|found| found.unwrap_or(false))
}

/// Store the facts of an appearance that was just judged. A document counts once however often it was captured, and so
/// does a picture that one capture names by its address and another by the file saved beside it.
pub(super) fn store_fact(tx: &Transaction<'_>, appearance: i64) -> rusqlite::Result<()> {
    if is_captured_again(tx, appearance)? {
        // A capture that has the addresses counts in place of a saved page, whichever was judged first.
        tx.prepare_cached(&format!(
            "DELETE FROM facts WHERE document_id = (SELECT document_id FROM appearances WHERE id = ?1)
               AND appearance_id IN (SELECT x.id {ONE_USE} AND y.id = ?1)"
        ))?
        .execute([appearance])?;
        let again: bool = tx
            .prepare_cached(&format!("SELECT EXISTS (SELECT 1 {ONE_USE} AND x.id = ?1)"))?
            .query_row([appearance], |r| r.get(0))?;
        if again {
            tx.prepare_cached(
                "DELETE FROM facts WHERE appearance_id = ?1
                   AND document_id = (SELECT document_id FROM appearances WHERE id = ?1)",
            )?
            .execute([appearance])?;
            return Ok(());
        }
    }
    tx.prepare_cached(
        "INSERT OR REPLACE INTO facts (appearance_id, document_id, outlet_id, month, lang, picture_id, level, confidence, kinds,
           parties, control, verified, own_page, disclosure, supply, distributor, labels, credited, unknown_party)
         SELECT a.id, d.id, d.outlet_id, substr(d.published, 1, 7), coalesce(c.lang, d.lang),
           CASE WHEN m.decision = 'matched' THEN pp.picture_id END,
           g.level, g.confidence, CASE WHEN g.level IS NOT NULL THEN g.kinds END, CASE WHEN g.level IS NOT NULL THEN g.parties END,
           g.control, g.verified, g.own_page, g.disclosure, g.supply,
           (SELECT name FROM credit_parties WHERE credit_id = c.id AND also = 0 ORDER BY seq DESC LIMIT 1),
           (SELECT json_group_array(label) FROM (SELECT label FROM credit_labels WHERE credit_id = c.id ORDER BY label)
            HAVING count(*) > 0),
           EXISTS (SELECT 1 FROM credit_parties WHERE credit_id = c.id AND also = 0)
             OR EXISTS (SELECT 1 FROM credit_creators WHERE credit_id = c.id AND also = 0),
           EXISTS (SELECT 1 FROM credit_parties WHERE credit_id = c.id AND party IS NULL)
         FROM appearances a JOIN documents d ON d.id = a.document_id JOIN origins g ON g.subject_kind = 'appearance' AND g.subject = a.id
         LEFT JOIN credits c ON c.appearance_id = a.id LEFT JOIN matches m ON m.appearance_id = a.id
         LEFT JOIN picture_photos pp ON pp.photo_id = m.photo_id WHERE a.id = ?1",
    )?
    .execute(params![appearance])?;
    Ok(())
}
