//! A checksum of the archive beside it, so that `verify` notices every changed bit.
//!
//! SQLite checks how its pages are built, not what stands in them. So whoever has written to an archive leaves the
//! SHA-256 of its file in `<archive>.sha256`, in the form that `sha256sum -c` reads; the next write takes it away before
//! it commits. A seal that is there and does not fit means that a disk, a copy or another program changed the file.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

use super::Archive;
use super::open::PATIENCE;
use crate::error::{Error, Result};
use crate::fingerprint;

/// Archives up to this size are sealed after every decision too; the larger ones after an ingest and `rederive`.
const QUICK: u64 = 256 << 20;

/// What a seal is called until it is whole.
const UNFINISHED: &str = ".sha256-new";

/// Where the seal of an archive lies.
pub fn seal_path(archive: &Path) -> PathBuf {
    beside(archive, ".sha256")
}

/// The files that make up an archive, whether they are there or not: the archive, what SQLite keeps beside it while it
/// writes, and the seal.
pub fn own_files(archive: &Path) -> Vec<PathBuf> {
    ["", "-wal", "-shm", "-journal", ".sha256", UNFINISHED]
        .iter()
        .map(|ending| beside(archive, ending))
        .collect()
}

/// The path with an ending behind its name.
pub(super) fn beside(archive: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(archive);
    name.push(ending);
    name.into()
}

/// From now on whatever this connection commits breaks the seal.
pub(super) fn breaks_seal(conn: &mut Connection, path: &Path) -> rusqlite::Result<()> {
    let seal = seal_path(path);
    conn.commit_hook(Some(move || {
        // Nothing to remove, most times; what cannot be removed shows as a seal that does not fit.
        let _ = std::fs::remove_file(&seal);
        false
    }))
}

impl Archive {
    /// Leave a seal, where nobody else is writing or reading what is not yet in the file itself. `false` where there is
    /// none now. One that is there stays: nothing was written since, or it would be gone.
    pub fn seal(&self) -> Result<bool> {
        if seal_path(&self.path).exists() {
            return Ok(true);
        }
        let failed = self.failed("seal");
        let mut sealed = false;
        // Somebody who reads for long keeps what was written from reaching the file: no reason to wait.
        self.conn
            .busy_timeout(Duration::from_millis(500))
            .map_err(&failed)?;
        let busy = self
            .conn
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |r| {
                r.get::<_, i64>(0)
            });
        self.conn.busy_timeout(PATIENCE).map_err(&failed)?;
        if matches!(busy, Ok(0)) {
            self.conn
                .execute_batch("BEGIN IMMEDIATE")
                .map_err(&failed)?;
            // Whoever committed between the two statements has left it in the log.
            let log = std::fs::metadata(beside(&self.path, "-wal")).map_or(0, |m| m.len());
            if log == 0 {
                sealed = write_seal(&self.path).is_ok();
            }
            self.conn.execute_batch("ROLLBACK").map_err(&failed)?;
        }
        Ok(sealed)
    }

    /// Leave a seal where that takes no more than a moment.
    pub fn seal_if_quick(&self) -> Result<bool> {
        let bytes = std::fs::metadata(&self.path).map_or(u64::MAX, |m| m.len());
        if bytes > QUICK {
            return Ok(false);
        }
        self.seal()
    }

    /// Whether the file is as it was sealed; `None` where there is no seal.
    pub fn fits_seal(&self) -> Result<Option<bool>> {
        let path = seal_path(&self.path);
        let read = || std::fs::read_to_string(&path).ok();
        let Some(seal) = read() else { return Ok(None) };
        let io = || Error::io("read", &self.path);
        let mut file = File::open(&self.path).map_err(io())?;
        let found = fingerprint::sha256_of(&mut file).map_err(io())?.to_hex();
        let fits = seal.split_whitespace().next() == Some(found.as_str());
        // Whoever wrote meanwhile has taken the seal away.
        Ok((fits || read() == Some(seal)).then_some(fits))
    }
}

/// Write the seal of a file that nobody changes meanwhile: whole or not at all.
pub(super) fn write_seal(archive: &Path) -> std::io::Result<()> {
    let digest = fingerprint::sha256_of(&mut File::open(archive)?)?.to_hex();
    let name = archive.file_name().unwrap_or_default().to_string_lossy();
    let unfinished = beside(archive, UNFINISHED);
    std::fs::write(&unfinished, format!("{digest}  {name}\n"))?;
    std::fs::rename(&unfinished, seal_path(archive))
}
