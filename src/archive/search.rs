//! Full text and fields: a [`Query`] -> hits among printed captions and held photos.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use serde::Serialize;

use super::{Archive, ids};
use crate::error::Result;
use crate::query::{Filter, FilterField, FilterValue, Query};

/// One appearance or photo that fits.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hit {
    /// `appearance` or `photo`.
    pub kind: &'static str,
    /// Public id, as `show` takes it.
    pub id: String,
    /// The document and position, or the photo's file.
    pub name: String,
    /// Who published it.
    pub outlet: Option<String>,
    /// When.
    pub published: Option<String>,
    /// The caption, printed or embedded.
    pub caption: String,
    /// The credit line.
    pub credit_line: Option<String>,
    /// The chain, originator first.
    pub chain: Option<String>,
    /// How it is known to be state-sourced.
    pub level: Option<String>,
    /// Which dates fit a date filter: `taken 2023-09-13`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dates: Vec<String>,
}

/// An answer, with what was searched.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Searched {
    /// Appearances first, then photos, each in order of date and name.
    pub hits: Vec<Hit>,
    /// How many fit, shown or not.
    pub total: u64,
    /// Files in the archive.
    pub files: u64,
    /// When the last ingest finished, UTC.
    pub last_ingest: Option<String>,
}

/// Text as the full-text tables hold it: characters of scripts that put no space between words stand alone, so that a
/// phrase of them finds any part of a sentence.
pub(super) fn tokens(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    for c in text.chars() {
        match c {
            '\0' => {}
            c if stands_alone(c) => {
                out.push(' ');
                out.push(c);
                out.push(' ');
            }
            c => out.push(c),
        }
    }
    out
}

/// Han, Kana, Hangul syllables.
fn stands_alone(c: char) -> bool {
    matches!(u32::from(c), 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

/// A condition with its values.
#[derive(Default)]
struct Condition {
    sql: String,
    values: Vec<Value>,
}

/// The two kinds of things that are searched, as SQL.
struct Side {
    kind: &'static str,
    table: &'static str,
    fts: &'static str,
    /// Credits that belong to `x`.
    credits: &'static str,
    /// Flags that are about `x` or its picture.
    flags: &'static str,
    select: &'static str,
    order: &'static str,
}

const APPEARANCES: Side = Side {
    kind: "appearance",
    table: "appearances x JOIN documents d ON d.id = x.document_id LEFT JOIN outlets o ON o.id = d.outlet_id",
    fts: "appearances_fts",
    credits: "c.appearance_id = x.id",
    flags: "(f.subject_id = 'app-' || printf('%016x', x.id) OR (f.subject_kind IN ('picture', 'photo') AND f.case_key =
             (SELECT 'pic-' || printf('%016x', pp.picture_id) FROM matches m JOIN picture_photos pp ON pp.photo_id = m.photo_id
              WHERE m.appearance_id = x.id AND m.decision = 'matched')))",
    select: "x.id, (SELECT min(i.path) FROM captures k JOIN inputs i ON i.file_id = k.file_id WHERE k.document_id = d.id)
               || '#' || x.position, coalesce(o.name, o.domain), d.published, (SELECT caption FROM credits WHERE appearance_id = x.id),
             (SELECT credit_line FROM credits WHERE appearance_id = x.id),
             (SELECT group_concat(name, ' -> ') FROM (SELECT k.name FROM credit_parties k JOIN credits c ON c.id = k.credit_id
                WHERE c.appearance_id = x.id AND k.also = 0 ORDER BY k.seq)),
             (SELECT level FROM origins WHERE subject_kind = 'appearance' AND subject = x.id)",
    order: "d.published DESC, 2",
};

const PHOTOS: Side = Side {
    kind: "photo",
    table: "photos x",
    fts: "photos_fts",
    credits: "(c.photo_id = x.id OR c.file_id IN (SELECT file_id FROM sidecars WHERE photo_id = x.id))",
    flags: "(f.subject_id = x.sha256 OR f.subject_id =
             (SELECT 'pic-' || printf('%016x', picture_id) FROM picture_photos WHERE photo_id = x.id))",
    select: "x.sha256, (SELECT min(path) FROM inputs WHERE photo_id = x.id), NULL, NULL,
             (SELECT value FROM photo_fields WHERE photo_id = x.id AND field = 'description' ORDER BY seq LIMIT 1),
             (SELECT value FROM photo_fields WHERE photo_id = x.id AND field = 'credit_line' ORDER BY seq LIMIT 1),
             (SELECT group_concat(name, ' -> ') FROM (SELECT k.name FROM credit_parties k JOIN credits c ON c.id = k.credit_id
                WHERE k.also = 0 AND c.id = (SELECT b.id FROM credits b WHERE b.photo_id = x.id AND b.field = 'credit_line'
                  ORDER BY b.carrier <> (SELECT carrier FROM photo_fields WHERE photo_id = x.id AND field = 'credit_line'
                                         ORDER BY seq LIMIT 1), b.id LIMIT 1)
                ORDER BY k.seq)),
             (SELECT level FROM origins WHERE subject_kind = 'photo' AND subject = x.id)",
    order: "2",
};

impl Archive {
    /// Search; at most `limit` hits are returned, all are counted.
    pub fn search(&self, query: &Query, limit: usize) -> Result<Searched> {
        // SQLite's numbers are signed.
        let limit = limit.min(i64::MAX as usize);
        let read = || {
            let mut hits = Vec::new();
            let mut total = 0;
            for side in [&APPEARANCES, &PHOTOS] {
                let room = limit.saturating_sub(hits.len());
                let (found, count) = search_side(&self.conn, side, query, room)?;
                hits.extend(found);
                total += count;
            }
            Ok(Searched {
                hits,
                total,
                files: self.conn.query_row(
                    "SELECT n FROM totals WHERE name = 'inputs'",
                    [],
                    |r| r.get::<_, i64>(0),
                )? as u64,
                last_ingest: self
                    .conn
                    .query_row("SELECT max(finished) FROM runs", [], |r| r.get(0))?,
            })
        };
        read().map_err(|source: rusqlite::Error| match &source {
            _ if query.is_raw() => crate::error::Error::Request {
                doing: "search".into(),
                reason: format!("--fts takes SQLite's own FTS5 language, and it says: {source}"),
            },
            _ => self.failed("search")(source),
        })
    }
}

fn search_side(
    conn: &Connection,
    side: &Side,
    query: &Query,
    limit: usize,
) -> rusqlite::Result<(Vec<Hit>, u64)> {
    let mut segmented = query.clone();
    for term in &mut segmented.words {
        term.text = tokens(&term.text);
    }
    let mut all = Vec::new();
    if let Some(words) = segmented.fts() {
        all.push(Condition {
            sql: format!(
                "x.id IN (SELECT rowid FROM {0} WHERE {0} MATCH ?)",
                side.fts
            ),
            values: vec![words.into()],
        });
    } else if let Some(words) = segmented.excluded() {
        all.push(Condition {
            sql: format!(
                "x.id NOT IN (SELECT rowid FROM {0} WHERE {0} MATCH ?)",
                side.fts
            ),
            values: vec![words.into()],
        });
    }
    let mut fields: Vec<FilterField> = query.filters.iter().map(|f| f.field).collect();
    fields.dedup();
    fields.sort_unstable();
    fields.dedup();
    for field in fields {
        let of_field = || query.filters.iter().filter(move |f| f.field == field);
        all.extend(join(
            of_field().filter(|f| !f.negated).map(|f| filter(side, f)),
            " OR ",
        ));
        for unwanted in of_field().filter(|f| f.negated) {
            let mut condition = filter(side, unwanted);
            condition.sql = format!("NOT ({})", condition.sql);
            all.push(condition);
        }
    }
    // A query that asks for nothing finds nothing.
    let searched = join(all.into_iter(), " AND ").unwrap_or(Condition {
        sql: "0".into(),
        values: Vec::new(),
    });
    let count: i64 = conn.query_row(
        &format!("SELECT count(*) FROM {} WHERE {}", side.table, searched.sql),
        params_from_iter(searched.values.iter()),
        |r| r.get(0),
    )?;
    let mut statement = conn.prepare(&format!(
        "SELECT {} FROM {} WHERE {} ORDER BY {} LIMIT {limit}",
        side.select, side.table, searched.sql, side.order
    ))?;
    let mut rows = statement.query(params_from_iter(searched.values.iter()))?;
    let mut hits = Vec::new();
    while let Some(r) = rows.next()? {
        let id = match r.get::<_, Value>(0)? {
            Value::Integer(key) => ids::appearance_public(key),
            Value::Text(sha) => sha,
            _ => continue,
        };
        let mut hit = Hit {
            kind: side.kind,
            id,
            name: r.get::<_, Option<String>>(1)?.unwrap_or_default(),
            outlet: r.get(2)?,
            published: r.get(3)?,
            caption: r.get::<_, Option<String>>(4)?.unwrap_or_default(),
            credit_line: r.get(5)?,
            chain: r.get(6)?,
            level: r.get(7)?,
            dates: Vec::new(),
        };
        hit.dates = fitting_dates(conn, &hit, query)?;
        hits.push(hit);
    }
    Ok((hits, count as u64))
}

fn join(conditions: impl Iterator<Item = Condition>, with: &str) -> Option<Condition> {
    let (mut parts, mut values) = (Vec::new(), Vec::new());
    for condition in conditions {
        parts.push(format!("({})", condition.sql));
        values.extend(condition.values);
    }
    (!parts.is_empty()).then(|| Condition {
        sql: parts.join(with),
        values,
    })
}

/// First and last day of a stored date of any precision, for comparing with a stretch of days.
const FIRST_DAY: &str = "substr(DATE, 1, 10) || CASE length(substr(DATE, 1, 10)) WHEN 4 THEN '-01-01' WHEN 7 THEN '-01' ELSE '' END";
const LAST_DAY: &str = "substr(DATE, 1, 10) || CASE length(substr(DATE, 1, 10)) WHEN 4 THEN '-12-31' WHEN 7 THEN '-31' ELSE '' END";

fn within(date: &str, from: Option<&str>, to: Option<&str>) -> Condition {
    let mut parts = Vec::new();
    if let Some(from) = from {
        parts.push(Condition {
            sql: format!("{} >= ?", LAST_DAY.replace("DATE", date)),
            values: vec![from.to_owned().into()],
        });
    }
    if let Some(to) = to {
        parts.push(Condition {
            sql: format!("{} <= ?", FIRST_DAY.replace("DATE", date)),
            values: vec![to.to_owned().into()],
        });
    }
    join(parts.into_iter(), " AND ").unwrap_or(Condition {
        sql: "1".into(),
        values: Vec::new(),
    })
}

fn filter(side: &Side, filter: &Filter) -> Condition {
    match &filter.value {
        FilterValue::Dates(range) => dates(
            side,
            filter.field,
            range.from.as_deref(),
            range.to.as_deref(),
        ),
        FilterValue::Text(text) => words(side, filter.field, text),
    }
}

fn dates(side: &Side, field: FilterField, from: Option<&str>, to: Option<&str>) -> Condition {
    let caption = |released: u8| {
        let mut c = within("t.date", from, to);
        c.sql = format!(
            "EXISTS (SELECT 1 FROM credits c JOIN caption_dates t ON t.credit_id = c.id
                     WHERE {} AND t.released = {released} AND {})",
            side.credits, c.sql
        );
        c
    };
    let created = || {
        let mut c = within("m.value", from, to);
        c.sql = format!(
            "EXISTS (SELECT 1 FROM photo_fields m WHERE m.photo_id = x.id AND m.field = 'date_created' AND m.carrier = 'exif' AND {})",
            c.sql
        );
        c
    };
    let published = || match side.kind {
        "appearance" => {
            let mut c = within("d.published", from, to);
            c.sql = format!("(d.published IS NOT NULL AND {})", c.sql);
            Some(c)
        }
        _ => None,
    };
    let taken = || {
        let mut parts = vec![caption(0)];
        if side.kind == "photo" {
            parts.push(created());
        }
        parts
    };
    let parts = match field {
        FilterField::Taken => taken(),
        FilterField::Released => vec![caption(1)],
        FilterField::Published => published().into_iter().collect(),
        _ => {
            let mut parts = taken();
            parts.push(caption(1));
            parts.extend(published());
            parts
        }
    };
    join(parts.into_iter(), " OR ").unwrap_or(Condition {
        sql: "0".into(),
        values: Vec::new(),
    })
}

fn words(side: &Side, field: FilterField, text: &str) -> Condition {
    let value = |v: &str| Value::Text(v.to_lowercase());
    let like = |v: &str| Value::Text(format!("%{}%", v.to_lowercase().replace(['%', '_'], "")));
    let credits = |inner: &str, values: Vec<Value>| Condition {
        sql: format!(
            "EXISTS (SELECT 1 FROM credits c {inner} AND {})",
            side.credits
        ),
        values,
    };
    let party = |place: &str| {
        credits(
            &format!(
                "JOIN credit_parties k ON k.credit_id = c.id WHERE {place} AND (k.party = ? OR lower(k.name) = ?
                   OR k.party IN (SELECT party FROM registry_aliases WHERE lower(alias) = ?))"
            ),
            vec![value(text), value(text), value(text)],
        )
    };
    let origin = |column: &str, sql: &str, v: Value| {
        let key = if side.kind == "photo" {
            "photo"
        } else {
            "appearance"
        };
        Condition {
            sql: format!(
                "EXISTS (SELECT 1 FROM origins g WHERE g.subject_kind = '{key}' AND g.subject = x.id AND g.{column} {sql})"
            ),
            values: vec![v],
        }
    };
    match field {
        FilterField::Originator => party("k.seq = 0"),
        FilterField::Via => party("k.seq > 0"),
        FilterField::Distributor => party(
            "k.seq = (SELECT max(seq) FROM credit_parties z WHERE z.credit_id = k.credit_id AND z.also = k.also)",
        ),
        FilterField::Party => party("1"),
        FilterField::Creator => credits(
            "JOIN credit_creators k ON k.credit_id = c.id WHERE lower(k.creator) LIKE ?",
            vec![like(text)],
        ),
        FilterField::Label => credits(
            "JOIN credit_labels k ON k.credit_id = c.id WHERE k.label = ?",
            vec![value(text)],
        ),
        FilterField::Lang => {
            let mut c = credits(
                "WHERE (c.lang = ? OR c.lang LIKE ?)",
                vec![
                    value(text),
                    Value::Text(format!("{}-%", text.to_lowercase().replace(['%', '_'], ""))),
                ],
            );
            if side.kind == "appearance" {
                c.sql = format!("({} OR d.lang = ? OR d.lang LIKE ?)", c.sql);
                c.values.extend(c.values.clone());
            }
            c
        }
        FilterField::Outlet if side.kind == "appearance" => Condition {
            sql: "(lower(o.name) LIKE ? OR o.domain LIKE ?)".into(),
            values: vec![like(text), like(text)],
        },
        FilterField::Flag => {
            let (rule, kind) = text
                .split_once(':')
                .map_or((text, None), |(rule, kind)| (rule, Some(kind)));
            let mut values = vec![value(rule)];
            let mut sql = format!(
                "EXISTS (SELECT 1 FROM flags f WHERE f.rule = ? AND {}",
                side.flags
            );
            if let Some(kind) = kind {
                sql.push_str(" AND EXISTS (SELECT 1 FROM json_each(f.kinds) j WHERE j.value = ?)");
                values.push(value(kind));
            }
            Condition {
                sql: sql + ")",
                values,
            }
        }
        FilterField::Level => origin("level", "= ?", value(text)),
        FilterField::Kind => origin(
            "kinds",
            "LIKE ?",
            Value::Text(format!("%\"{}\"%", text.to_lowercase())),
        ),
        FilterField::Disclosure => origin("disclosure", "= ?", value(text)),
        FilterField::Supply => origin("supply", "= ?", value(text)),
        _ => Condition {
            sql: "0".into(),
            values: Vec::new(),
        },
    }
}

/// Which of a hit's dates fit the date filters of a query.
fn fitting_dates(conn: &Connection, hit: &Hit, query: &Query) -> rusqlite::Result<Vec<String>> {
    let ranges: Vec<_> = query
        .filters
        .iter()
        .filter_map(|f| match &f.value {
            FilterValue::Dates(range) if !f.negated => Some((f.field, range)),
            _ => None,
        })
        .collect();
    if ranges.is_empty() {
        return Ok(Vec::new());
    }
    let mut known: Vec<(FilterField, String)> = Vec::new();
    let (sql, key) = match ids::parse_public(&hit.id) {
        Some(ids::PublicId::Appearance(key)) => (
            "SELECT t.date, t.released FROM credits c JOIN caption_dates t ON t.credit_id = c.id WHERE c.appearance_id = ?1",
            Value::Integer(key),
        ),
        _ => (
            "SELECT t.date, t.released FROM photos p JOIN credits c ON c.photo_id = p.id
               JOIN caption_dates t ON t.credit_id = c.id WHERE p.sha256 = ?1
             UNION SELECT value, 0 FROM photo_fields WHERE sha256 = ?1 AND field = 'date_created' AND carrier = 'exif'",
            Value::Text(hit.id.clone()),
        ),
    };
    let mut statement = conn.prepare_cached(sql)?;
    for row in statement.query_map([key], |r| {
        Ok((r.get::<_, String>(0)?, r.get::<_, bool>(1)?))
    })? {
        let (date, released) = row?;
        known.push((
            if released {
                FilterField::Released
            } else {
                FilterField::Taken
            },
            date,
        ));
    }
    known.extend(
        hit.published
            .iter()
            .map(|p| (FilterField::Published, p.clone())),
    );
    let mut fitting: Vec<String> = known
        .iter()
        .filter(|(which, date)| {
            ranges.iter().any(|(field, range)| {
                (field == which || *field == FilterField::Date) && range.touches(date)
            })
        })
        .map(|(which, date)| format!("{} {}", which.word(), date.get(..10).unwrap_or(date)))
        .collect();
    fitting.sort();
    fitting.dedup();
    Ok(fitting)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn han_and_hangul_stand_alone() {
        assert_eq!(
            tokens("金正恩 met").split_whitespace().collect::<Vec<_>>(),
            ["金", "正", "恩", "met"]
        );
        assert_eq!(tokens("Kim\0"), "Kim");
    }
}
