//! The narrow rows by which findings are listed and counted: which uses a finding is about, in the order of the list.
//!
//! In: a case that was just judged. Out: its rows of `flag_uses`.

use rusqlite::{Transaction, params};

use super::ids::{self, PublicId};

/// The number in `sort` that one severity takes, days included.
pub(super) const RANK: i64 = 100_000_000;

/// Rebuild the rows of a case's findings. A finding about one photo has the uses of that photo alone: where a copy of it
/// ran says nothing of where it did. Those of findings that went are gone with them.
pub(super) fn store(tx: &Transaction<'_>, case_key: &str) -> rusqlite::Result<()> {
    let any: bool = tx
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM flags WHERE case_key = ?1)")?
        .query_row([case_key], |r| r.get(0))?;
    if !any {
        return Ok(());
    }
    let (picture, appearance) = match ids::parse_public(case_key) {
        Some(PublicId::Picture(id)) => (Some(id), None),
        Some(PublicId::Appearance(id)) => (None, Some(id)),
        _ => (None, None),
    };
    tx.prepare_cached(
        "WITH uses (use, photo, day, outlet_id, level, parties, distributor, labels) AS (
           SELECT a.id, c.photo, substr(d.published, 1, 10), k.outlet_id, k.level, k.parties, k.distributor, k.labels
           FROM (SELECT m.appearance_id AS id, m.photo_id AS photo
                 FROM picture_photos pp JOIN matches m ON m.photo_id = pp.photo_id
                 WHERE pp.picture_id = ?2 AND m.decision <> 'unmatched' UNION SELECT ?3, NULL WHERE ?3 IS NOT NULL) c
           JOIN appearances a ON a.id = c.id JOIN documents d ON d.id = a.document_id
           LEFT JOIN facts k ON k.document_id = a.document_id AND k.appearance_id = a.id),
         about AS (
           SELECT f.id AS flag, f.rule, CASE f.severity WHEN 'warning' THEN 0 WHEN 'notice' THEN 1 ELSE 2 END AS rank,
             u.use, u.day, u.outlet_id, u.distributor, u.labels,
             CASE f.subject_kind WHEN 'photo' THEN o.level ELSE u.level END AS level,
             CASE f.subject_kind WHEN 'photo' THEN o.parties ELSE u.parties END AS parties,
             coalesce(CAST(substr(replace(u.day, '-', '') || '00000000', 1, 8) AS INTEGER), 0) AS number
           FROM flags f LEFT JOIN photos p ON f.subject_kind = 'photo' AND p.sha256 = f.subject_id
           LEFT JOIN origins o ON o.subject_kind = 'photo' AND o.subject = p.id AND o.level IS NOT NULL
           LEFT JOIN uses u ON CASE f.subject_kind WHEN 'appearance' THEN f.subject_id = 'app-' || printf('%016x', u.use)
             WHEN 'photo' THEN u.photo = p.id ELSE 1 END
           WHERE f.case_key = ?1)
         INSERT OR REPLACE INTO flag_uses (sort, flag, use, rule, day, outlet_id, picture_id, level, parties, distributor, labels)
         SELECT rank * ?4 + 99999999 - max(number) OVER (PARTITION BY flag), flag, coalesce(use, 0), rule, day, outlet_id, ?2,
           level, parties, distributor, labels FROM about",
    )?
    .execute(params![case_key, picture, appearance, RANK])?;
    Ok(())
}
