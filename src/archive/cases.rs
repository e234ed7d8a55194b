//! Rows -> the plain structs that matching and judging work on: one document, one picture, one appearance.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OptionalExtension as _, params};

use super::derived::{load_links, load_metadata, read_fields, reading};
use super::inputs::from_word;
use super::reviews::pair_of;
use super::{Archive, ids};
use crate::error::Result;
use crate::flags::{
    Case, CaseAppearance, CaseOutlet, CasePhoto, EmbeddedReading, HeldFile, HeldMetadata, Tie,
};
use crate::matching::{Held, Printed, Structural, Structure, paths_beside};
use crate::model::{
    Carrier, CreditReading, Decision, Field, Link, Match, Metadata, Relation, Sha256,
};

/// One appearance to be matched, with the paths on which its image may lie beside the page.
#[derive(Clone, Debug)]
pub struct PrintedRow {
    /// The appearance as matching sees it, `structural` not yet filled.
    pub printed: Printed,
    /// Root and folder of each input in which the document was seen.
    pub folders: Vec<(i64, String)>,
    /// References to the image as they stand in the page.
    pub local: Vec<String>,
}

impl Archive {
    /// The appearances of one document, in order; empty where it is gone.
    pub fn printed(&self, document: i64) -> Result<Vec<PrintedRow>> {
        printed(&self.conn, document).map_err(self.failed("read"))
    }

    /// The numbers of all documents.
    pub fn document_numbers(&self) -> Result<Vec<i64>> {
        self.ask("read", || {
            let mut all = self.conn.prepare("SELECT id FROM documents ORDER BY id")?;
            all.query_map([], |r| r.get(0))?.collect()
        })
    }

    /// The photo whose file lies at a path below a root, if one does. Its file may be stored under another root that
    /// lies inside this one, or around it.
    pub fn photo_at(&self, root: i64, path: &str) -> Result<Option<Sha256>> {
        self.ask("read", || {
            let mut at = self.conn.prepare_cached(
                "SELECT p.sha256 FROM roots own JOIN roots r
                   ON r.id = own.id OR substr(own.path || '/' || ?2, 1, length(r.path) + 1) = r.path || '/'
                 JOIN files f ON f.root_id = r.id AND f.path = substr(own.path || '/' || ?2, length(r.path) + 2)
                 JOIN photos p ON p.id = f.photo_id WHERE own.id = ?1 LIMIT 1",
            )?;
            let sha: Option<String> = at.query_row(params![root, path], |r| r.get(0)).optional()?;
            Ok(sha.as_deref().and_then(Sha256::from_hex))
        })
    }

    /// Documents of pages that lie in the folder of a photo's file or above it, and refer to a file of that name: the
    /// photo may be what they lacked.
    pub fn documents_near(&self, photo: i64) -> Result<Vec<i64>> {
        self.ask("read", || {
            let mut files = self.conn.prepare_cached("SELECT root_id, path, folder FROM files WHERE photo_id = ?1")?;
            let mut pages = self.conn.prepare_cached(
                "SELECT DISTINCT a.document_id FROM appearance_images i JOIN appearances a ON a.id = i.appearance_id
                 JOIN captures c ON c.document_id = a.document_id JOIN files page ON page.id = c.file_id
                 WHERE i.name = ?1 AND page.root_id = ?2
                   AND (page.folder = '' OR page.folder = ?3 OR substr(?3, 1, length(page.folder) + 1) = page.folder || '/')",
            )?;
            let mut found = Vec::new();
            let mut rows = files.query([photo])?;
            while let Some(r) = rows.next()? {
                let (root, path, folder): (i64, String, String) = (r.get(0)?, r.get(1)?, r.get(2)?);
                let name = path.rsplit('/').next().unwrap_or_default().to_lowercase();
                for document in pages.query_map(params![name, root, folder], |r| r.get(0))? {
                    found.push(document?);
                }
            }
            Ok(found)
        })
    }

    /// Photos as matching sees them.
    pub fn held(&self, photos: &[i64]) -> Result<Vec<Held>> {
        photos
            .iter()
            .filter_map(|&id| held(&self.conn, id).transpose())
            .collect::<rusqlite::Result<_>>()
            .map_err(self.failed("read"))
    }

    /// A picture with its photos and uses; `None` where it is gone.
    pub fn picture_case(&self, picture: i64) -> Result<Option<Case>> {
        picture_case(&self.conn, &self.outlet_totals, picture).map_err(self.failed("read"))
    }

    /// A use by itself, whether a photo of it is held or not.
    pub fn use_case(&self, appearance: i64) -> Result<Option<CaseAppearance>> {
        self.ask("read", || {
            let found = case_appearances(&self.conn, &self.outlet_totals, "a.id = ?1", appearance)?;
            Ok(found.into_iter().next())
        })
    }

    /// An appearance for which no photo is held; `None` where it is gone or has one.
    pub fn appearance_case(&self, appearance: i64) -> Result<Option<Case>> {
        self.ask("read", || {
            let found = case_appearances(&self.conn, &self.outlet_totals, "a.id = ?1", appearance)?;
            Ok((found.iter().any(|a| a.photo.is_none())).then(|| Case {
                appearances: found,
                ..Case::default()
            }))
        })
    }
}

fn printed(conn: &Connection, document: i64) -> rusqlite::Result<Vec<PrintedRow>> {
    let mut folders = conn.prepare_cached(
        "SELECT f.root_id, f.folder FROM captures c JOIN files f ON f.id = c.file_id WHERE c.document_id = ?1
         ORDER BY f.root_id, f.path",
    )?;
    let folders: Vec<(i64, String)> = folders
        .query_map([document], |r| Ok((r.get(0)?, r.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut statement = conn.prepare_cached(
        "SELECT a.id, a.position, a.alt, a.text, a.image, d.title, coalesce(c.lang, d.lang), d.published, c.reading
         FROM appearances a JOIN documents d ON d.id = a.document_id LEFT JOIN credits c ON c.appearance_id = a.id
         WHERE a.document_id = ?1 ORDER BY a.position, a.id",
    )?;
    let mut rows = statement.query([document])?;
    let mut out = Vec::new();
    while let Some(r) = rows.next()? {
        let id: i64 = r.get(0)?;
        let alt: Option<String> = r.get(2)?;
        let text: String = r.get(3)?;
        let image: Option<String> = r.get(4)?;
        let credit: CreditReading = r
            .get::<_, Option<String>>(8)?
            .as_deref()
            .map(reading)
            .unwrap_or_default();
        let caption = if credit.caption.is_empty() {
            text
        } else {
            credit.caption.clone()
        };
        let variants = images(conn, id, "variant")?;
        out.push(PrintedRow {
            printed: Printed {
                appearance: id,
                document,
                position: r.get(1)?,
                alt: alt.filter(|alt| !alt.is_empty() && *alt != caption),
                caption,
                title: r.get(5)?,
                credit,
                lang: r.get(6)?,
                published: r.get(7)?,
                images: image.into_iter().chain(variants).collect(),
                structural: None,
            },
            folders: folders.clone(),
            local: images(conn, id, "local")?,
        });
    }
    Ok(out)
}

fn images(conn: &Connection, appearance: i64, kind: &str) -> rusqlite::Result<Vec<String>> {
    conn.prepare_cached(
        "SELECT url FROM appearance_images WHERE appearance_id = ?1 AND kind = ?2 ORDER BY seq",
    )?
    .query_map(params![appearance, kind], |r| r.get(0))?
    .collect()
}

/// A photo that lies where the page says.
pub fn saved_beside(photo: Sha256) -> Structural {
    Structural {
        photo,
        how: Structure::SavedBeside,
    }
}

fn held(conn: &Connection, id: i64) -> rusqlite::Result<Option<Held>> {
    let found: Option<(String, Option<i64>)> = conn
        .prepare_cached(
            "SELECT p.sha256, pp.picture_id FROM photos p LEFT JOIN picture_photos pp ON pp.photo_id = p.id WHERE p.id = ?1",
        )?
        .query_row([id], |r| Ok((r.get(0)?, r.get(1)?)))
        .optional()?;
    let Some((photo, picture)) =
        found.and_then(|(sha, picture)| Some((Sha256::from_hex(&sha)?, picture)))
    else {
        return Ok(None);
    };
    let mut names: Vec<String> = conn
        .prepare_cached("SELECT DISTINCT substr(path, length(folder) + 1 + (folder <> '')) FROM files WHERE photo_id = ?1")?
        .query_map([id], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    names.sort();
    let metadata = load_metadata(conn, id)?;
    let readings = embedded(conn, id)?;
    let pick = |fields: &[Field]| {
        fields
            .iter()
            .find_map(|field| {
                let best = metadata.first(*field);
                let of_field = || readings.iter().filter(move |r| r.field == *field);
                of_field()
                    .find(|r| Some(r.reading.text.as_str()) == best)
                    .or_else(|| of_field().next())
            })
            .map(|r| r.reading.clone())
    };
    Ok(Some(Held {
        photo,
        picture,
        names,
        description: pick(&[Field::Description, Field::Headline]).unwrap_or_default(),
        credit: together(&readings, &metadata),
        metadata,
    }))
}

/// The embedded Credit, Source and Creator as one reading: the credit's chain, with the creators of the Creator field.
fn together(readings: &[EmbeddedReading], metadata: &Metadata) -> CreditReading {
    let of = |field: Field| {
        let best = metadata.first(field);
        let mut all = readings.iter().filter(|r| r.field == field);
        all.clone()
            .find(|r| Some(r.reading.text.as_str()) == best)
            .or_else(|| all.next())
            .map(|r| &r.reading)
    };
    let mut reading = [Field::CreditLine, Field::Source, Field::CopyrightNotice]
        .into_iter()
        .filter_map(of)
        .find(|r| !r.chain.is_empty())
        .cloned()
        .unwrap_or_default();
    if let Some(by) = of(Field::Creator) {
        for creator in &by.creators {
            if !reading.creators.contains(creator) {
                reading.creators.push(creator.clone());
            }
        }
        if reading.chain.is_empty() {
            reading.chain.clone_from(&by.chain);
        }
    }
    reading
}

fn embedded(conn: &Connection, photo: i64) -> rusqlite::Result<Vec<EmbeddedReading>> {
    let own: String = conn
        .prepare_cached("SELECT coalesce(min(path), '') FROM inputs WHERE photo_id = ?1")?
        .query_row([photo], |r| r.get(0))?;
    let mut statement = conn.prepare_cached(
        "SELECT c.field, c.carrier, coalesce((SELECT i.path FROM inputs i WHERE i.file_id = c.file_id), ?2), c.reading
         FROM credits c WHERE c.photo_id = ?1
            OR c.file_id IN (SELECT file_id FROM sidecars WHERE photo_id = ?1)
         ORDER BY c.field, c.carrier, c.id",
    )?;
    let rows = statement.query_map(params![photo, own], |r| {
        Ok((
            r.get::<_, String>(0)?,
            r.get::<_, String>(1)?,
            r.get::<_, String>(2)?,
            r.get::<_, String>(3)?,
        ))
    })?;
    let mut out = Vec::new();
    for row in rows {
        let (field, carrier, input, text) = row?;
        if let (Some(field), Some(carrier)) = (from_word(&field), from_word(&carrier)) {
            out.push(EmbeddedReading {
                field,
                carrier,
                input,
                reading: reading(&text),
            });
        }
    }
    Ok(out)
}

fn picture_case(
    conn: &Connection,
    totals: &OutletTotals,
    picture: i64,
) -> rusqlite::Result<Option<Case>> {
    let members: Vec<i64> = conn
        .prepare_cached("SELECT photo_id FROM picture_photos WHERE picture_id = ?1")?
        .query_map([picture], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    if members.is_empty() {
        return Ok(None);
    }
    let mut photos = Vec::new();
    let mut links = Vec::new();
    for id in &members {
        photos.extend(case_photo(conn, *id)?);
        links.extend(load_links(conn, *id)?);
    }
    photos.sort_by(|a, b| (a.name(), a.sha256).cmp(&(b.name(), b.sha256)));
    let held: std::collections::BTreeSet<Sha256> = photos.iter().map(|p| p.sha256).collect();
    links.retain(|l| held.contains(&l.a) && held.contains(&l.b));
    links.extend(reviewed_links(conn, &held)?);
    links.sort_by_key(|l| (l.a, l.b));
    let appearances = case_appearances(
        conn,
        totals,
        "a.id IN (SELECT appearance_id FROM matches WHERE decision <> 'unmatched' AND photo_id IN
           (SELECT photo_id FROM picture_photos WHERE picture_id = ?1))",
        picture,
    )?;
    Ok(Some(Case {
        picture: Some(ids::picture_public(picture)),
        photos,
        links,
        appearances,
    }))
}

/// What people said are one picture.
fn reviewed_links(conn: &Connection, held: &BTreeSet<Sha256>) -> rusqlite::Result<Vec<Link>> {
    let mut links = Vec::new();
    if held.len() > 1 {
        let mut statement = conn.prepare_cached(
            "SELECT subject FROM decisions WHERE subject_kind = 'pair' AND decision = 'same' ORDER BY subject",
        )?;
        let mut rows = statement.query([])?;
        while let Some(r) = rows.next()? {
            let subject: String = r.get(0)?;
            if let Some((a, b)) = pair_of(&subject)
                && held.contains(&a)
                && held.contains(&b)
            {
                links.push(Link::verified(a.min(b), a.max(b), Relation::Reviewed));
            }
        }
    }
    Ok(links)
}

fn case_photo(conn: &Connection, id: i64) -> rusqlite::Result<Option<CasePhoto>> {
    let found: Option<(String, u32, u32)> = conn
        .prepare_cached("SELECT sha256, width, height FROM photos WHERE id = ?1")?
        .query_row([id], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
        .optional()?;
    let Some((sha256, width, height)) =
        found.and_then(|(s, w, h)| Some((Sha256::from_hex(&s)?, w, h)))
    else {
        return Ok(None);
    };
    let files = held_files(conn, id)?;
    let own = files.first().map(|f| f.input.clone()).unwrap_or_default();
    let mut metadata = vec![HeldMetadata {
        input: own,
        metadata: read_fields(conn, "photo_id", id)?,
    }];
    let sidecars: Vec<(i64, String)> = conn
        .prepare_cached("SELECT s.file_id, i.path FROM sidecars s JOIN inputs i ON i.file_id = s.file_id WHERE s.photo_id = ?1 ORDER BY i.path")?
        .query_map([id], |r| Ok((r.get(0)?, r.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (file, input) in sidecars {
        metadata.push(HeldMetadata {
            input,
            metadata: read_fields(conn, "file_id", file)?,
        });
    }
    Ok(Some(CasePhoto {
        sha256,
        files,
        width,
        height,
        metadata,
        embedded: embedded(conn, id)?,
    }))
}

/// Where a photo's bytes lie, and the page that each file was saved with: the one that refers to this very file, since files
/// of other pages may hold the same bytes. Where no page refers to any of them by a path (a container, an address), it is
/// a page that shows the photo and lies above the file.
fn held_files(conn: &Connection, photo: i64) -> rusqlite::Result<Vec<HeldFile>> {
    type Page = (String, i64, String, Option<String>);
    let pages: Vec<Page> = conn
        .prepare_cached(
            "SELECT page.path, pf.root_id, pf.folder, ai.url
             FROM matches m JOIN appearances a ON a.id = m.appearance_id JOIN captures c ON c.document_id = a.document_id
             JOIN files pf ON pf.id = c.file_id JOIN inputs page ON page.file_id = pf.id
             LEFT JOIN appearance_images ai ON ai.appearance_id = a.id AND ai.kind = 'local'
             WHERE m.photo_id = ?1 AND m.decision <> 'unmatched' AND m.evidence LIKE '%\"structure\"%' ORDER BY 1, ai.seq",
        )?
        .query_map([photo], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let files: Vec<(String, i64, String, String)> = conn
        .prepare_cached(
            "SELECT i.path, f.root_id, f.path, f.folder FROM files f JOIN inputs i ON i.file_id = f.id
             WHERE f.photo_id = ?1 ORDER BY i.path",
        )?
        .query_map([photo], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let paths: BTreeSet<(i64, &str)> = files.iter().map(|f| (f.1, f.2.as_str())).collect();
    let mut referred: BTreeMap<(i64, String), &str> = BTreeMap::new();
    let mut folders: BTreeMap<(i64, String), &str> = BTreeMap::new();
    for (page, root, folder, local) in &pages {
        let Some(local) = local else { continue };
        for path in paths_beside(folder, local) {
            if !paths.contains(&(*root, path.as_str())) {
                continue;
            }
            let own = path.rsplit_once('/').map_or("", |(own, _)| own);
            if own != folder {
                folders.entry((*root, own.to_owned())).or_insert(page);
            }
            referred.entry((*root, path)).or_insert(page);
        }
    }
    let above = |root: i64, folder: &str| {
        let below = |of: &str| {
            let rest = folder.strip_prefix(of);
            of.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let mut pages = pages.iter();
        let found = pages.find(|(_, of_root, of, _)| *of_root == root && below(of));
        found.map(|(page, ..)| page.as_str())
    };
    let held = files.iter().map(|(input, root, path, folder)| HeldFile {
        input: input.clone(),
        page: if referred.is_empty() {
            above(*root, folder)
        } else {
            let exact = referred.get(&(*root, path.clone())).copied();
            exact.or_else(|| folders.get(&(*root, folder.clone())).copied())
        }
        .map(str::to_owned),
    });
    Ok(held.collect())
}

fn case_appearances(
    conn: &Connection,
    totals: &OutletTotals,
    condition: &str,
    key: i64,
) -> rusqlite::Result<Vec<CaseAppearance>> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT a.id, (SELECT min(i.path) FROM captures c JOIN inputs i ON i.file_id = c.file_id WHERE c.document_id = d.id),
                d.url, d.title, o.name, o.domain, o.owner, o.party, d.published, d.lang, a.position, a.carrier, a.text,
                a.credit_text, c.reading, p.sha256, m.probability, coalesce(m.decision, 'unmatched'), coalesce(m.evidence, '[]'),
                d.id, d.outlet_id, c.review, o.country,
                (SELECT u.read_from FROM uses u WHERE u.appearance_id = a.id), a.alt
         FROM appearances a JOIN documents d ON d.id = a.document_id
         LEFT JOIN outlets o ON o.id = d.outlet_id LEFT JOIN credits c ON c.appearance_id = a.id
         LEFT JOIN matches m ON m.appearance_id = a.id AND m.decision <> 'unmatched' LEFT JOIN photos p ON p.id = m.photo_id
         WHERE {condition} ORDER BY 2, a.position, a.id"
    ))?;
    let mut rows = statement.query([key])?;
    let mut out = Vec::new();
    while let Some(r) = rows.next()? {
        let document_input: String = r.get::<_, Option<String>>(1)?.unwrap_or_default();
        let carrier: Option<String> = r.get(11)?;
        let photo: Option<String> = r.get(15)?;
        let photo = photo.as_deref().and_then(Sha256::from_hex);
        let decision: String = r.get(17)?;
        let evidence: String = r.get(18)?;
        let decision = from_word::<Decision>(&decision).unwrap_or(Decision::Unmatched);
        let matched = photo.map(|photo| Match {
            photo,
            probability: 0.0,
            decision,
            evidence: serde_json::from_str(&evidence).unwrap_or_default(),
        });
        let tie = matched.as_ref().map_or(Tie::Text, Tie::of);
        let against = matched.map(speaks_against).unwrap_or_default();
        let (text, alt): (String, Option<String>) = (r.get(12)?, r.get(24)?);
        let (document, outlet): (i64, Option<i64>) = (r.get(19)?, r.get(20)?);
        let (outlet_pages, outlet_credited) = match outlet {
            Some(outlet) => other_pages(conn, totals, outlet, document)?,
            None => (0, 0),
        };
        out.push(CaseAppearance {
            id: ids::appearance_public(r.get(0)?),
            input: r
                .get::<_, Option<String>>(23)?
                .unwrap_or_else(|| document_input.clone()),
            document: document_input,
            url: r.get(2)?,
            title: r.get(3)?,
            outlet: CaseOutlet {
                name: r.get(4)?,
                domain: r.get(5)?,
                owner: r.get(6)?,
                party: r.get(7)?,
                country: r.get(22)?,
            },
            published: r.get(8)?,
            lang: r.get(9)?,
            position: r.get(10)?,
            carrier: carrier.as_deref().and_then(from_word::<Carrier>),
            alt: alt.filter(|alt| !alt.is_empty() && *alt != text),
            text,
            credit_text: r.get(13)?,
            credit: r
                .get::<_, Option<String>>(14)?
                .as_deref()
                .map(reading)
                .unwrap_or_default(),
            corrected: match r.get::<_, Option<String>>(21)? {
                Some(review) => super::reviews::corrected(conn, &review)?,
                None => None,
            },
            photo,
            probability: photo.and(r.get(16)?),
            decision,
            tie,
            against,
            document_credits: document_credits(conn, document)?,
            outlet_pages,
            outlet_credited,
        });
    }
    Ok(out)
}

/// What speaks against a match, the strongest first; not how rare matches are.
fn speaks_against(matched: Match) -> Vec<String> {
    let mut evidence = matched.evidence;
    evidence.retain(|e| e.weight < 0.0 && e.kind != "prior" && e.kind != "rivals");
    evidence.sort_by(|a, b| a.weight.total_cmp(&b.weight));
    evidence.into_iter().map(|e| e.text).collect()
}

/// Credits that hold for the whole document, as read when it was ingested.
fn document_credits(conn: &Connection, document: i64) -> rusqlite::Result<Vec<CreditReading>> {
    let stored: Vec<String> = conn
        .prepare_cached("SELECT document_credits FROM captures WHERE document_id = ?1 ORDER BY id")?
        .query_map([document], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let mut credits: Vec<CreditReading> = Vec::new();
    for json in &stored {
        for credit in serde_json::from_str::<Vec<CreditReading>>(json).unwrap_or_default() {
            if !credits.iter().any(|have| have.text == credit.text) {
                credits.push(credit);
            }
        }
    }
    Ok(credits)
}

/// For each outlet, how many of its documents use pictures, and on how many of those a credit was found.
pub(super) type OutletTotals = std::cell::RefCell<std::collections::BTreeMap<i64, (u32, u32)>>;

/// The same for one document alone: 0 or 1 each.
const OF_DOCUMENTS: &str = "SELECT count(*), coalesce(sum(credited), 0) FROM (
   SELECT max(c.credit_line IS NOT NULL OR k.document_credits <> '[]') AS credited
   FROM documents d JOIN appearances a ON a.document_id = d.id AND a.carrier IS NOT 'feed'
     LEFT JOIN credits c ON c.appearance_id = a.id LEFT JOIN captures k ON k.document_id = d.id
   WHERE d.kind = 'article' AND KEY = ?1 GROUP BY d.id)";

/// How many other documents of the outlet use pictures, and on how many of those a credit was found. An outlet's totals
/// are counted once and kept until inputs or readings change.
fn other_pages(
    conn: &Connection,
    totals: &OutletTotals,
    outlet: i64,
    document: i64,
) -> rusqlite::Result<(u32, u32)> {
    let count = |column: &str, key: i64| -> rusqlite::Result<(u32, u32)> {
        conn.prepare_cached(&OF_DOCUMENTS.replace("KEY", column))?
            .query_row([key], |r| Ok((r.get(0)?, r.get(1)?)))
    };
    let known = totals.borrow().get(&outlet).copied();
    let all = if let Some(all) = known {
        all
    } else {
        let all = count("d.outlet_id", outlet)?;
        totals.borrow_mut().insert(outlet, all);
        all
    };
    let own = count("d.id", document)?;
    Ok((all.0.saturating_sub(own.0), all.1.saturating_sub(own.1)))
}
