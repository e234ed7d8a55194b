//! The main tables for other programs: names and types of columns that stay, and their rows one at a time.

use rusqlite::types::ValueRef;

use super::Archive;
use crate::error::{Error, Result};
use crate::report::export::{Column, ColumnType, Value};

/// A table that can be exported.
#[derive(Debug)]
pub struct Exported {
    /// Its name, also of the file.
    pub name: &'static str,
    /// What a row is.
    pub says: &'static str,
    /// Columns with their types.
    pub columns: &'static [Column],
    /// From what it is read, and in which order.
    from: &'static str,
}

use ColumnType::{Boolean as B, Integer as I, Real as R, Text as T};

/// Every table that can be exported.
#[rustfmt::skip]
pub const EXPORTS: &[Exported] = &[
    Exported {
        name: "uses",
        says: "one use of a picture in a document: words as printed and as read, photo, source",
        columns: &[
            ("appearance", T), ("document", T), ("input", T), ("url", T), ("document_title", T), ("outlet", T), ("domain", T),
            ("published", T), ("lang", T), ("position", I), ("image", T), ("alt", T), ("text", T), ("credit_text", T),
            ("caption", T), ("credit_line", T), ("caption_lang", T), ("credit_confidence", R), ("chain", T), ("creators", T),
            ("labels", T), ("caption_date", T), ("decision", T), ("probability", R), ("photo", T), ("picture", T), ("level", T),
            ("kinds", T), ("parties", T), ("control", T), ("confidence", T), ("disclosure", T), ("supply", T), ("evidence", T),
        ],
        from: "uses ORDER BY appearance_id",
    },
    Exported {
        name: "findings",
        says: "one piece of evidence of a finding",
        columns: &[
            ("flag", T), ("rule", T), ("severity", T), ("confidence", T), ("subject_kind", T), ("subject_id", T),
            ("subject_name", T), ("summary", T), ("seq", I), ("text", T), ("from", T), ("input", T), ("carrier", T),
        ],
        from: "findings ORDER BY flag, seq",
    },
    Exported {
        name: "reviews",
        says: "one decision of a person, undone ones and notes too",
        columns: &[
            ("id", T), ("at", T), ("reviewer", T), ("subject_kind", T), ("subject", T), ("decision", T), ("value", T), ("why", T),
            ("rule", T), ("about_kind", T), ("about", T), ("seen", T), ("version", T), ("registry_digest", T),
        ],
        from: "reviews ORDER BY at, id",
    },
    Exported {
        name: "photos",
        says: "one distinct sequence of image bytes, with the picture that it shows",
        columns: &[
            ("sha256", T), ("picture", T), ("format", T), ("bytes", I), ("width", I), ("height", I), ("orientation", I),
            ("pdq", T), ("pdq_quality", I), ("truncated", B),
        ],
        from: "(SELECT p.*, 'pic-' || printf('%016x', pp.picture_id) AS picture,
                  EXISTS (SELECT 1 FROM files f WHERE f.photo_id = p.id AND f.reason = 'truncated') AS truncated FROM photos p
                LEFT JOIN picture_photos pp ON pp.photo_id = p.id) ORDER BY sha256",
    },
    Exported {
        name: "photo_fields",
        says: "one value of one IPTC field of a photo, embedded or from a sidecar",
        columns: &[
            ("sha256", T), ("field", T), ("seq", I), ("carrier", T), ("value", T), ("lang", T), ("cut", B), ("guessed_charset", T),
        ],
        from: "photo_fields ORDER BY sha256, field, carrier, seq",
    },
    Exported {
        name: "picture_links",
        says: "how two photos are related",
        columns: &[("a", T), ("b", T), ("relation", T), ("distance", I), ("place", T), ("verified", B), ("truncated", B)],
        from: "picture_links ORDER BY a, b",
    },
    Exported {
        name: "inputs",
        says: "one input seen: what it is, how far it was read, and why not further",
        columns: &[
            ("path", T), ("kind", T), ("sha256", T), ("status", T), ("reason", T), ("problem", T), ("size", I), ("modified", T),
            ("root", T),
        ],
        from: "inputs ORDER BY path",
    },
    Exported {
        name: "codings",
        says: "what a coder said of an item of a sample",
        columns: &[
            ("id", T), ("sample", T), ("appearance", T), ("stratum", T), ("population", I), ("drawn", I), ("coder", T), ("at", T),
            ("code", T), ("note", T),
        ],
        from: "(SELECT c.*, i.stratum, i.population, i.drawn FROM codings c
                JOIN sample_items i ON i.sample = c.sample AND i.appearance = c.appearance) ORDER BY sample, appearance, coder, at",
    },
];

/// The table of a name.
pub fn exported(name: &str) -> Option<&'static Exported> {
    EXPORTS.iter().find(|e| e.name == name)
}

impl Archive {
    /// Read every row of a table, in an order that is the same in every run.
    pub fn export<E: From<Error>>(
        &self,
        table: &Exported,
        take: &mut dyn FnMut(&[Value<'_>]) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let failed = self.failed("read");
        let names: Vec<String> = table
            .columns
            .iter()
            .map(|(n, _)| format!("\"{n}\""))
            .collect();
        let sql = format!("SELECT {} FROM {}", names.join(", "), table.from);
        let mut statement = self.conn.prepare(&sql).map_err(&failed)?;
        let mut rows = statement.query([]).map_err(&failed)?;
        while let Some(r) = rows.next().map_err(&failed)? {
            let mut values = Vec::with_capacity(table.columns.len());
            for (at, (_, kind)) in table.columns.iter().enumerate() {
                values.push(value(r.get_ref(at).map_err(&failed)?, *kind));
            }
            take(&values)?;
        }
        Ok(())
    }

    /// How many rows a table has.
    pub fn export_count(&self, table: &Exported) -> Result<u64> {
        self.ask("read", || {
            let sql = format!("SELECT count(*) FROM (SELECT 1 FROM {})", table.from);
            self.conn
                .query_row(&sql, [], |r| r.get::<_, i64>(0))
                .map(|n| n as u64)
        })
    }
}

fn value(value: ValueRef<'_>, kind: ColumnType) -> Value<'_> {
    match (value, kind) {
        (ValueRef::Text(text), ColumnType::Text) => {
            std::str::from_utf8(text).map_or(Value::Null, Value::Text)
        }
        (ValueRef::Integer(n), ColumnType::Integer | ColumnType::Boolean) => Value::Integer(n),
        (ValueRef::Integer(n), ColumnType::Real) => Value::Real(n as f64),
        (ValueRef::Real(x), ColumnType::Real) => Value::Real(x),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_exported_column_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let archive = Archive::create(&folder.path().join("a.db")).unwrap();
        for table in EXPORTS {
            assert_eq!(archive.export_count(table).unwrap(), 0, "{}", table.name);
            archive.export(table, &mut |_| Ok::<(), Error>(())).unwrap();
        }
    }
}
