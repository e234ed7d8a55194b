//! The registry, copied into tables, so that plain SQL and Datasette can join it.

use rusqlite::{OptionalExtension as _, params};

use super::Archive;
use super::inputs::word;
use crate::error::Result;
use crate::flags::Thresholds;
use crate::parties::Registry;

impl Archive {
    /// The digest of the registry that everything derived rests on; `None` before the first ingest.
    pub fn registry_digest(&self) -> Result<Option<String>> {
        self.conn
            .query_row(
                "SELECT value FROM meta WHERE key = 'registry_digest'",
                [],
                |r| r.get(0),
            )
            .optional()
            .map_err(self.failed("read"))
    }

    /// The thresholds by which everything was judged.
    pub fn thresholds(&self) -> Result<Thresholds> {
        let stored: Option<String> = self
            .conn
            .query_row("SELECT value FROM meta WHERE key = 'thresholds'", [], |r| {
                r.get(0)
            })
            .optional()
            .map_err(self.failed("read"))?;
        // A threshold of a newer version is not known here: the defaults judge then.
        let read = stored.and_then(|json| serde_json::from_str(&json).ok());
        Ok(read.unwrap_or_default())
    }

    /// Judge by these thresholds from now on; where they are others than before, everything waits to be judged again.
    pub fn judge_by(&mut self, thresholds: &Thresholds) -> Result<()> {
        if self.thresholds()? == *thresholds {
            return Ok(());
        }
        self.change(|tx| {
            tx.execute(
                "INSERT OR REPLACE INTO meta (key, value) VALUES ('thresholds', ?1)",
                [super::inputs::json(thresholds)],
            )?;
            tx.execute_batch(
                "INSERT OR IGNORE INTO pending (stage, subject) SELECT 'picture', id FROM pictures;
                 INSERT OR IGNORE INTO pending (stage, subject) SELECT 'appearance', a.id FROM appearances a
                 WHERE NOT EXISTS (SELECT 1 FROM matches m WHERE m.appearance_id = a.id AND m.decision <> 'unmatched');",
            )
        })
    }

    /// Copy the registry in, in place of the one that was there.
    pub fn store_registry(&mut self, registry: &Registry) -> Result<()> {
        self.change(|tx| {
            tx.execute_batch("DELETE FROM registry_control; DELETE FROM registry_aliases; DELETE FROM registry_parties;")?;
            for party in registry {
                tx.prepare_cached(
                    "INSERT INTO registry_parties (id, name, full_name, country, kind, state, parent, notes)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                )?
                .execute(params![
                    party.id,
                    party.name,
                    party.full_name,
                    party.country,
                    word(&party.kind),
                    party.state.map(|s| word(&s)),
                    party.parent,
                    party.notes
                ])?;
                for alias in registry.aliases_of(&party.id) {
                    tx.prepare_cached("INSERT OR IGNORE INTO registry_aliases (alias, party) VALUES (?1, ?2)")?
                        .execute(params![alias.text, party.id])?;
                }
                for (seq, period) in party.control.iter().enumerate() {
                    tx.prepare_cached(
                        "INSERT INTO registry_control (party, seq, from_date, to_date, control, basis, verified)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                    )?
                    .execute(params![
                        party.id,
                        seq as i64,
                        period.from,
                        period.to,
                        word(&period.control),
                        period.basis,
                        period.verified
                    ])?;
                }
            }
            tx.execute(
                "INSERT OR REPLACE INTO meta (key, value) VALUES ('registry_digest', ?1)",
                [registry.digest()],
            )?;
            Ok(())
        })
    }
}
