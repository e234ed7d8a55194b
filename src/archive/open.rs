//! Opening an archive: safely, wherever it comes from.

use std::fmt::Write as _;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::trace::{TraceEvent, TraceEventCodes};
use rusqlite::{
    Connection, ErrorCode, OpenFlags, StatementStatus, Transaction, TransactionBehavior,
};

use super::schema;
use super::seal::{folder_of, real};
use crate::discover::platform;
use crate::error::{Error, Result};

/// `application_id` of an archive, in bytes 68 to 71 of the file: "`CutL`".
pub const APPLICATION_ID: i32 = 0x4375_744c;

/// How long to wait for another process that is writing.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

/// `cache_size` where much is written or sorted: 64 MiB, in KiB and negative, as SQLite wants it.
pub(super) const CACHE: i64 = -65_536;

/// Thousands of steps of SQLite's machine that opening a file may take: an archive takes less than ten.
const LOOKS: u32 = 1_000;

/// What statements touched.
#[derive(Debug, Default)]
pub struct Touched {
    /// Rows that they returned.
    pub rows: AtomicU64,
    /// Steps of SQLite's virtual machine: every row that is visited inside a statement costs a few of them.
    pub steps: AtomicU64,
}

/// One archive, open.
pub struct Archive {
    pub(super) conn: Connection,
    pub(super) path: PathBuf,
    /// What lay under the path when it was opened.
    pub(super) file: Option<(u64, u64)>,
    pub(super) outlet_totals: super::cases::OutletTotals,
}

impl Archive {
    /// Open for writing; make it where it is not there.
    ///
    /// Refused on a network file system: SQLite's write-ahead log needs memory shared between processes of one machine.
    pub fn create(path: &Path) -> Result<Self> {
        let real = real(path);
        let folder = folder_of(&real);
        if let Some(kind) = platform::network_file_system(folder) {
            return Err(Error::NotAnArchive {
                path: path.into(),
                reason: format!(
                    "it would be on a network file system ({kind}), where SQLite's write-ahead log does not work; keep the \
                     archive on a local disk (photos may be on the network)"
                ),
            });
        }
        has_one_name(path)?;
        let mut conn = connect(
            path,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
        )?;
        // Nothing in it yet: a new file, or one whose making was cut short.
        let fresh = schema::is_empty(&conn).map_err(|e| unreadable(path, &e))?;
        if !fresh {
            drop(conn);
            return Self::write(path);
        }
        let failed = |source| Error::Archive {
            doing: "create",
            path: path.into(),
            source,
        };
        super::seal::breaks_seal(&mut conn, path).map_err(failed)?;
        waiting(|| conn.pragma_update(None, "journal_mode", "WAL")).map_err(failed)?;
        schema::migrate(&mut conn).map_err(failed)?;
        Self::settled(conn, path)
    }

    /// Open one that is there, for writing.
    pub fn write(path: &Path) -> Result<Self> {
        has_one_name(path)?;
        let mut conn = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        check(&mut conn, path, false)?;
        let failed = |source| Error::Archive {
            doing: "bring up to date",
            path: path.into(),
            source,
        };
        super::seal::breaks_seal(&mut conn, path).map_err(failed)?;
        schema::migrate(&mut conn).map_err(failed)?;
        Self::settled(conn, path)
    }

    fn settled(conn: Connection, path: &Path) -> Result<Self> {
        let failed = |source| Error::Archive {
            doing: "open",
            path: path.into(),
            source,
        };
        conn.pragma_update(None, "foreign_keys", true)
            .map_err(failed)?;
        conn.pragma_update(None, "synchronous", "NORMAL")
            .map_err(failed)?;
        conn.pragma_update(None, "cache_size", CACHE)
            .map_err(failed)?;
        // Pages between checkpoints: an ingest writes the same index pages again and again.
        conn.pragma_update(None, "wal_autocheckpoint", 8_192)
            .map_err(failed)?;
        Ok(Self {
            conn,
            path: path.into(),
            file: identity(path),
            outlet_totals: super::cases::OutletTotals::default(),
        })
    }

    /// Ask many things of one state of the archive: one read transaction around them, which is also cheaper than one
    /// for each. Nothing may be stored inside.
    pub fn at_once<T>(&self, work: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        let begun = self
            .conn
            .unchecked_transaction()
            .map_err(self.failed("read"))?;
        let answer = work(self)?;
        begun.commit().map_err(self.failed("read"))?;
        Ok(answer)
    }

    /// From now on this connection reads one state of the archive, whatever is written meanwhile.
    pub fn hold(&self) -> Result<()> {
        // A transaction reads its state with the first statement in it.
        self.ask("read", || {
            self.conn.execute_batch("BEGIN; SELECT 1 FROM meta LIMIT 1")
        })
    }

    /// Forget the counts that are kept between questions, for a connection that outlives a state of the archive.
    pub fn forget_totals(&self) {
        self.outlet_totals.borrow_mut().clear();
    }

    /// Open one that is there, read-only.
    pub fn read(path: &Path) -> Result<Self> {
        let mut conn = connect(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        check(&mut conn, path, true)?;
        Ok(Self {
            conn,
            path: path.into(),
            file: identity(path),
            outlet_totals: super::cases::OutletTotals::default(),
        })
    }

    /// Count, from now on, what statements touch: for measuring that a step touches only its neighbours.
    pub fn count_touched(&mut self) -> Result<Arc<Touched>> {
        let touched = Arc::new(Touched::default());
        let counting = touched.clone();
        // Counters of a statement go on while it is kept for its next run.
        let mut before = std::collections::HashMap::<String, u64>::new();
        let each = move |event: TraceEvent<'_>| match event {
            TraceEvent::Row(_) => {
                counting.rows.fetch_add(1, Ordering::Relaxed);
            }
            TraceEvent::Profile(statement, _) => {
                let steps =
                    u64::try_from(statement.get_status(StatementStatus::VmStep)).unwrap_or(0);
                let last = before
                    .insert(statement.sql().into_owned(), steps)
                    .unwrap_or(0);
                // The first run of a statement that was compiled anew.
                let first = statement.get_status(StatementStatus::Run) <= 1;
                let new = if first {
                    steps
                } else {
                    steps.saturating_sub(last)
                };
                counting.steps.fetch_add(new, Ordering::Relaxed);
            }
            _ => {}
        };
        let codes = TraceEventCodes::SQLITE_TRACE_ROW | TraceEventCodes::SQLITE_TRACE_PROFILE;
        self.conn
            .trace_v2(codes, Some(each))
            .map_err(self.failed("read"))?;
        Ok(touched)
    }

    /// The archive's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Ask the archive something; a refusal says what was being done.
    pub(super) fn ask<T>(
        &self,
        doing: &'static str,
        question: impl FnOnce() -> rusqlite::Result<T>,
    ) -> Result<T> {
        question().map_err(self.failed(doing))
    }

    /// Change the archive in one transaction, which waits for other writers.
    pub(super) fn change<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T> {
        let failed = self.failed("write to");
        let tx = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(&failed)?;
        let value = work(&tx).map_err(&failed)?;
        tx.commit().map_err(&failed)?;
        Ok(value)
    }

    pub(super) fn failed(&self, doing: &'static str) -> impl Fn(rusqlite::Error) -> Error + use<> {
        let path = self.path.clone();
        move |source| Error::Archive {
            doing,
            path: path.clone(),
            source,
        }
    }
}

/// What lies under a path; `None` too where nothing does.
fn identity(path: &Path) -> Option<(u64, u64)> {
    let found = std::fs::metadata(path).ok()?;
    platform::identity(&found)
}

/// Try again where SQLite does not wait by itself for others.
fn waiting<T>(mut attempt: impl FnMut() -> rusqlite::Result<T>) -> rusqlite::Result<T> {
    let begun = Instant::now();
    loop {
        match attempt() {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && begun.elapsed() < PATIENCE =>
            {
                std::thread::sleep(Duration::from_millis(20));
            }
            done => return done,
        }
    }
}

/// The path in a form that SQLite takes for a file's whatever its name is: `file:a.db` and `:memory:` are files too.
pub(super) fn plain(path: &Path) -> PathBuf {
    if path.is_relative() {
        Path::new(".").join(path)
    } else {
        path.into()
    }
}

/// Whether a file is only read, lies on a file system that is mounted read-only, and has no log: SQLite would want to make
/// files beside it that nobody needs then. Where others may write, their writes must be seen.
fn nobody_can_write(path: &Path, flags: OpenFlags) -> bool {
    flags.contains(OpenFlags::SQLITE_OPEN_READ_ONLY)
        && platform::is_mounted_read_only(folder_of(&real(path)))
        && !super::seal::beside(path, "-wal").exists()
}

/// The address by which SQLite opens a file without asking who else uses it (`immutable`, "Uniform Resource Identifiers"
/// in its documentation).
fn unchanging(path: &Path) -> String {
    let mut address = String::from("file:");
    for byte in plain(path).as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                address.push(char::from(*byte));
            }
            _ => {
                let _ = write!(address, "%{byte:02x}");
            }
        }
    }
    address + "?immutable=1"
}

/// Refuse to write to a file that has another name as well: under each name SQLite would keep a log of its own, and two
/// who write would destroy the archive.
fn has_one_name(path: &Path) -> Result<()> {
    let found = std::fs::metadata(path).ok().filter(Metadata::is_file);
    match found.map(|found| platform::names(&found)) {
        Some(names) if names > 1 => Err(Error::NotAnArchive {
            path: path.into(),
            reason: format!(
                "it has {names} names (hard links), and writing under one would change or damage what stands under the \
                 others; copy it with `cutline backup` and work on the copy"
            ),
        }),
        _ => Ok(()),
    }
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection> {
    let create = flags.contains(OpenFlags::SQLITE_OPEN_CREATE);
    match std::fs::metadata(path) {
        Ok(found) if found.is_file() => {}
        Ok(found) => {
            let what = if found.is_dir() {
                "a folder"
            } else {
                "no regular file"
            };
            return Err(Error::NotAnArchive {
                path: path.into(),
                reason: format!("it is {what}; name a file with --db FILE"),
            });
        }
        Err(_) if create => {}
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => {
            return Err(Error::NotAnArchive {
                path: path.into(),
                reason: "there is no such file; make one with `cutline ingest PATH`, or name another with --db FILE"
                    .into(),
            });
        }
        Err(source) => {
            return Err(Error::Io {
                doing: "read",
                path: path.into(),
                source,
            });
        }
    }
    if !flags.contains(OpenFlags::SQLITE_OPEN_READ_ONLY) {
        let real = real(path);
        let folder = folder_of(&real);
        if folder.is_dir() && !platform::is_writable(folder) {
            return Err(Error::NotAnArchive {
                path: path.into(),
                reason: format!(
                    "nothing can be written into its folder {}, where SQLite keeps a log beside it",
                    folder.display()
                ),
            });
        }
    }
    let failed = |source| Error::Archive {
        doing: "open",
        path: path.into(),
        source,
    };
    if let Some(log) = super::seal::foreign_log(path) {
        return Err(Error::NotAnArchive {
            path: path.into(),
            reason: format!(
                "{} beside it is older than the archive and not cutline's: where the archive was put in another one's place, \
                 move that file and the one that ends in -shm away; where another program wrote to this one, close it, and \
                 open and close the archive with `sqlite3`",
                log.display()
            ),
        });
    }
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = if nobody_can_write(path, flags) {
        Connection::open_with_flags(unchanging(path), flags | OpenFlags::SQLITE_OPEN_URI)
    } else {
        Connection::open_with_flags(plain(path), flags)
    };
    let conn = conn.map_err(failed)?;
    conn.busy_timeout(PATIENCE).map_err(failed)?;
    // Storing one page runs through some sixty statements; the default of 16 would have each compiled anew.
    conn.set_prepared_statement_cache_capacity(128);
    // The file may come from a stranger: nothing in its schema may run code, and no page of it is mapped into memory.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)
        .map_err(failed)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)
        .map_err(failed)?;
    // One plan for each statement: without this, a build with STAT4 compiles statements anew for new parameters.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)
        .map_err(failed)?;
    conn.pragma_update(None, "cell_size_check", true)
        .map_err(failed)?;
    conn.pragma_update(None, "mmap_size", 0).map_err(failed)?;
    Ok(conn)
}

fn unreadable(path: &Path, error: &rusqlite::Error) -> Error {
    Error::NotAnArchive {
        path: path.into(),
        reason: format!("SQLite cannot read it ({})", crate::error::reason(error)),
    }
}

/// Refuse what is not an archive, before anything else is asked of it.
fn check(conn: &mut Connection, path: &Path, read_only: bool) -> Result<()> {
    // Whatever the file is, looking at its head and schema ends.
    let mut left = LOOKS;
    let limited = conn.progress_handler(
        1_000,
        Some(move || {
            left = left.saturating_sub(1);
            left == 0
        }),
    );
    limited.map_err(|e| unreadable(path, &e))?;
    // In one state of the file: another process may be making it meanwhile.
    let checked = match conn.transaction() {
        Ok(state) => look(&state, path, read_only),
        Err(error) => Err(unreadable(path, &error)),
    };
    conn.progress_handler(1_000, None::<fn() -> bool>)
        .map_err(|e| unreadable(path, &e))?;
    checked
}

fn look(conn: &Connection, path: &Path, read_only: bool) -> Result<()> {
    let refuse = |reason: String| Error::NotAnArchive {
        path: path.into(),
        reason,
    };
    let unreadable = |e: rusqlite::Error| unreadable(path, &e);
    let id: i32 = conn
        .query_row("PRAGMA application_id", [], |r| r.get(0))
        .map_err(unreadable)?;
    if id != APPLICATION_ID {
        if schema::is_empty(conn).map_err(unreadable)? {
            return Err(refuse(
                "there is nothing in it yet; where an ingest is just making it, try again in a moment, else make it with \
                 `cutline ingest PATH`"
                    .into(),
            ));
        }
        return Err(refuse(
            "it is not a cutline archive; name one with --db FILE".into(),
        ));
    }
    let version: i32 = conn
        .query_row("PRAGMA user_version", [], |r| r.get(0))
        .map_err(unreadable)?;
    if !(1..=schema::SCHEMA_VERSION).contains(&version) {
        return Err(refuse(format!(
            "its schema version is {version} and this cutline reads up to {}; use a newer cutline",
            schema::SCHEMA_VERSION
        )));
    }
    if version < schema::SCHEMA_VERSION && read_only {
        return Err(refuse(
            "an older cutline made it; `cutline rederive` brings it up to date".into(),
        ));
    }
    if let Some(what) = schema::difference(conn, version).map_err(unreadable)? {
        return Err(refuse(format!("its schema is not an archive's: {what}")));
    }
    if read_only && !schema::views_are_current(conn).map_err(unreadable)? {
        return Err(refuse(
            "its views are another version's; `cutline rederive` brings them up to date".into(),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A view that is made anew under somebody who reads is a schema that changed.
    #[test]
    fn many_who_make_an_archive_at_once_make_it_once() {
        let folder = tempfile::tempdir().unwrap();
        let changes = |path: &Path| -> i64 {
            let conn = Connection::open(path).unwrap();
            conn.query_row("PRAGMA schema_version", [], |r| r.get(0))
                .unwrap()
        };
        let alone = folder.path().join("alone.db");
        Archive::create(&alone).unwrap();
        let path = folder.path().join("a.db");
        let together = std::sync::Barrier::new(6);
        std::thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| {
                    together.wait();
                    Archive::create(&path).unwrap();
                });
            }
        });
        assert_eq!(changes(&path), changes(&alone));
    }

    /// Its mark and its schema are looked at in one state.
    #[test]
    fn an_archive_that_is_being_made_is_never_called_something_else() {
        let folder = tempfile::tempdir().unwrap();
        for n in 0..10 {
            let path = folder.path().join(format!("{n}.db"));
            std::fs::write(&path, "").unwrap();
            std::thread::scope(|scope| {
                let path = &path;
                let making = scope.spawn(|| Archive::create(path).unwrap());
                scope.spawn(move || {
                    loop {
                        let made = making.is_finished();
                        match Archive::read(path) {
                            Ok(_) => break,
                            Err(refused) => {
                                let said = refused.to_string();
                                assert!(
                                    !made && said.contains("there is nothing in it yet"),
                                    "{said}"
                                );
                            }
                        }
                    }
                });
            });
        }
    }

    #[test]
    fn an_archive_that_is_about_to_be_made_is_called_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        std::fs::write(&path, "").unwrap();
        let refused = Archive::read(&path).err().unwrap().to_string();
        assert!(refused.contains("there is nothing in it yet"), "{refused}");
    }
}
