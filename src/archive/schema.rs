//! Migrations and views: what an archive looks like, and whether a file looks like that.

use std::sync::OnceLock;

use rusqlite::Connection;

use super::open::APPLICATION_ID;

/// Migrations in order; the archive's `user_version` counts those that were run. Never edited once released.
const MIGRATIONS: &[&str] = &[
    include_str!("../../schema/migrations/0001_spine.sql"),
    include_str!("../../schema/migrations/0002_members.sql"),
    include_str!("../../schema/migrations/0003_features.sql"),
    include_str!("../../schema/migrations/0004_reviews.sql"),
    include_str!("../../schema/migrations/0005_facts_by_document.sql"),
    include_str!("../../schema/migrations/0008_flag_uses.sql"),
    include_str!("../../schema/migrations/0009_totals.sql"),
    include_str!("../../schema/migrations/0010_hash_index.sql"),
    include_str!("../../schema/migrations/0011_photo_findings.sql"),
    include_str!("../../schema/migrations/0012_inputs_total.sql"),
    include_str!("../../schema/migrations/0013_older_hashes.sql"),
];

/// Views, remade whenever their text changes: free to improve.
const VIEWS: &[&str] = &[
    include_str!("../../schema/views/inputs.sql"),
    include_str!("../../schema/views/photo_fields.sql"),
    include_str!("../../schema/views/uses.sql"),
    include_str!("../../schema/views/state_sourced.sql"),
    include_str!("../../schema/views/duplicate_pictures.sql"),
    include_str!("../../schema/views/credit_conflicts.sql"),
    include_str!("../../schema/views/findings.sql"),
    include_str!("../../schema/views/picture_links.sql"),
    include_str!("../../schema/views/decisions.sql"),
    include_str!("../../schema/views/reviewed_flags.sql"),
    include_str!("../../schema/views/web_records.sql"),
    include_str!("../../schema/views/caption_changes.sql"),
];

/// The schema version that this build writes.
pub const SCHEMA_VERSION: i32 = MIGRATIONS.len() as i32;

/// One row of `sqlite_schema`: type, name, SQL.
type Entry = (String, String, String);

/// Run the migrations that are missing and remake the views if any text differs. One transaction for all.
pub(super) fn migrate(conn: &mut Connection) -> rusqlite::Result<()> {
    let version =
        |conn: &Connection| conn.query_row("PRAGMA user_version", [], |r| r.get::<_, i32>(0));
    let current = |conn: &Connection| {
        Ok::<_, rusqlite::Error>(
            version(conn)? == SCHEMA_VERSION && entries(conn, "view")? == expected()?.1,
        )
    };
    if current(conn)? {
        return Ok(());
    }
    let tx = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    // Whoever was waited for may have done it. Views made anew all the same would change the schema under those who read.
    if current(&tx)? {
        return Ok(());
    }
    let version = version(&tx)?;
    // First what may be anybody's: tables were compared, views are dropped unread.
    for (_, name, _) in entries(&tx, "view")? {
        tx.execute_batch(&format!("DROP VIEW \"{}\"", name.replace('"', "\"\"")))?;
    }
    for migration in MIGRATIONS.iter().skip(version.max(0) as usize) {
        tx.execute_batch(migration)?;
    }
    for view in VIEWS {
        tx.execute_batch(view)?;
    }
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.pragma_update(None, "user_version", SCHEMA_VERSION)?;
    tx.commit()
}

/// Whether there is nothing in a file yet, not even another program's mark.
pub(super) fn is_empty(conn: &Connection) -> rusqlite::Result<bool> {
    let number = |sql| conn.query_row(sql, [], |r| r.get::<_, i64>(0));
    let id = number("PRAGMA application_id")?;
    Ok((id == 0 || id == i64::from(APPLICATION_ID))
        && number("PRAGMA user_version")? == 0
        && number("SELECT count(*) FROM sqlite_schema")? == 0)
}

/// Why the file's tables, indexes or triggers are not those of an archive of a version; `None` where they are.
pub(super) fn difference(conn: &Connection, version: i32) -> rusqlite::Result<Option<String>> {
    let found = entries(conn, "table")?;
    if version == SCHEMA_VERSION {
        return Ok(first_difference(&expected()?.0, &found));
    }
    let older = Connection::open_in_memory()?;
    for migration in MIGRATIONS.iter().take(version.max(0) as usize) {
        older.execute_batch(migration)?;
    }
    Ok(first_difference(&entries(&older, "table")?, &found))
}

/// Whether the views are those of this version.
pub(super) fn views_are_current(conn: &Connection) -> rusqlite::Result<bool> {
    Ok(entries(conn, "view")? == expected()?.1)
}

fn first_difference(expected: &[Entry], found: &[Entry]) -> Option<String> {
    let missing = expected
        .iter()
        .find(|e| !found.contains(e))
        .map(|e| format!("{} {} is missing or altered", e.0, e.1));
    let foreign = found
        .iter()
        .find(|e| !expected.contains(e))
        .map(|e| format!("{} {} is foreign", e.0, e.1));
    missing.or(foreign)
}

/// Tables, indexes and triggers, then views, of an empty archive of this version.
fn expected() -> rusqlite::Result<&'static (Vec<Entry>, Vec<Entry>)> {
    // Every connection of a process is compared with it.
    static EXPECTED: OnceLock<(Vec<Entry>, Vec<Entry>)> = OnceLock::new();
    if let Some(known) = EXPECTED.get() {
        return Ok(known);
    }
    let conn = Connection::open_in_memory()?;
    for sql in MIGRATIONS.iter().chain(VIEWS) {
        conn.execute_batch(sql)?;
    }
    let made = (entries(&conn, "table")?, entries(&conn, "view")?);
    Ok(EXPECTED.get_or_init(|| made))
}

/// Entries of `sqlite_schema`: the views, or everything else that is not SQLite's own. What is its own has no text, or is
/// a table of statistics or counters: a name that begins like theirs makes nothing else SQLite's.
fn entries(conn: &Connection, what: &str) -> rusqlite::Result<Vec<Entry>> {
    let mut statement = conn.prepare(
        "SELECT type, name, coalesce(sql, '') FROM sqlite_schema
         WHERE (type = 'view') = (?1 = 'view') AND NOT (type = 'index' AND sql IS NULL)
           AND NOT (type = 'table' AND name IN ('sqlite_sequence', 'sqlite_stat1', 'sqlite_stat4'))
         ORDER BY type, name",
    )?;
    let rows = statement.query_map([what], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
    rows.collect()
}

/// The whole schema as one text, as `schema/schema.sql` keeps it.
pub fn schema_sql() -> String {
    let mut text = String::from(
        "-- Generated from schema/migrations and schema/views; a test keeps it current.\n",
    );
    for sql in MIGRATIONS.iter().chain(VIEWS) {
        text.push('\n');
        text.push_str(sql);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_archive_has_the_expected_schema() {
        let mut conn = Connection::open_in_memory().expect("in memory");
        migrate(&mut conn).expect("migrates");
        assert_eq!(difference(&conn, SCHEMA_VERSION).expect("reads"), None);
        assert!(views_are_current(&conn).expect("reads"));
    }

    #[test]
    fn a_foreign_trigger_is_noticed() {
        let mut conn = Connection::open_in_memory().expect("in memory");
        migrate(&mut conn).expect("migrates");
        conn.execute_batch("CREATE TRIGGER t AFTER INSERT ON meta BEGIN DELETE FROM photos; END")
            .expect("creates");
        assert_eq!(
            difference(&conn, SCHEMA_VERSION).expect("reads").as_deref(),
            Some("trigger t is foreign")
        );
    }

    #[test]
    fn every_view_can_be_read() {
        let mut conn = Connection::open_in_memory().expect("in memory");
        migrate(&mut conn).expect("migrates");
        for (_, name, _) in entries(&conn, "view").expect("reads") {
            let count: i64 = conn
                .query_row(&format!("SELECT count(*) FROM {name}"), [], |r| r.get(0))
                .expect("view is valid");
            assert_eq!(count, 0, "{name}");
        }
    }

    #[test]
    fn the_generated_schema_is_current() {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/schema.sql");
        if std::env::var_os("CUTLINE_BLESS").is_some() {
            std::fs::write(&path, schema_sql()).expect("writes");
        }
        let stored = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            stored == schema_sql(),
            "schema/schema.sql is old: run `just bless`"
        );
    }
}
