//! The archive's own health: SQLite's checks, and the files it tells of.

use super::Archive;
use crate::error::Result;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// `integrity`, `foreign-key`, `missing`, `changed`, `unreadable`, `unfinished`, `seal`, `twin`.
    pub kind: &'static str,
    /// What it is about: a path, or a table.
    pub subject: String,
    /// In words.
    pub text: String,
}

/// A file to be compared with what is stored of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// As the archive names it.
    pub input: String,
    /// Root folder.
    pub root: String,
    /// Relative name, as bytes.
    pub path: Vec<u8>,
    /// The hash stored.
    pub sha256: String,
}

impl Archive {
    /// What SQLite finds wrong in the file itself, and runs that were not finished.
    pub fn verify_structure(&self) -> Result<Vec<Finding>> {
        self.ask("verify", || {
            let mut found = Vec::new();
            let mut statement = self.conn.prepare("PRAGMA integrity_check")?;
            for row in statement.query_map([], |r| r.get::<_, String>(0))? {
                let text = row?;
                if text != "ok" {
                    found.push(Finding { kind: "integrity", subject: "the archive".into(), text });
                }
            }
            let mut statement = self.conn.prepare("PRAGMA foreign_key_check")?;
            let broken = statement.query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(2)?)))?;
            for row in broken {
                let (table, parent) = row?;
                found.push(Finding {
                    kind: "foreign-key",
                    text: format!("a row of {table} names a row of {parent} that is not there"),
                    subject: table,
                });
            }
            let waiting: i64 = self.conn.query_row("SELECT count(*) FROM pending", [], |r| r.get(0))?;
            if waiting > 0 {
                found.push(Finding {
                    kind: "unfinished",
                    subject: "the archive".into(),
                    text: format!("an ingest did not finish: {waiting} items wait; run `cutline rederive` or ingest again"),
                });
            }
            Ok(found)
        })
    }

    /// Every file whose bytes were read, in order of path.
    pub fn verify_list(&self) -> Result<Vec<Verified>> {
        self.ask("read", || {
            let mut statement = self.conn.prepare(
                "SELECT i.path, r.path, coalesce(f.path_raw, cast(f.path AS BLOB)), f.sha256
                 FROM files f JOIN roots r ON r.id = f.root_id JOIN inputs i ON i.file_id = f.id
                 WHERE f.sha256 IS NOT NULL AND f.container_id IS NULL ORDER BY i.path",
            )?;
            statement
                .query_map([], |r| {
                    Ok(Verified {
                        input: r.get(0)?,
                        root: r.get(1)?,
                        path: r.get(2)?,
                        sha256: r.get(3)?,
                    })
                })?
                .collect()
        })
    }
}
