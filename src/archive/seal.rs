//! A checksum of the archive beside it, so that `verify` notices every changed bit.
//!
//! SQLite checks how its pages are built, not what stands in them. So whoever has written to an archive leaves the
//! SHA-256 of its file in `<archive>.sha256`, in the form that `sha256sum -c` reads; the next write takes it away before
//! it commits. A seal that is there and does not fit means that a disk, a copy or another program changed the file.

use std::borrow::Cow;
use std::ffi::OsString;
use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

use super::Archive;
use super::open::PATIENCE;
use crate::discover::platform;
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
    ["-wal", "-shm", "-journal", ".sha256", UNFINISHED]
        .iter()
        .map(|ending| beside(archive, ending))
        .chain([archive.into()])
        .collect()
}

/// The path with an ending behind its name; behind that of the file itself where the path is a symbolic link, since
/// SQLite keeps its own files there.
pub(super) fn beside(archive: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(real(archive).as_ref());
    name.push(ending);
    name.into()
}

/// The folder that a path names a file in.
pub fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|p| !p.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// The path of the file itself where a path is a symbolic link to it.
pub(super) fn real(archive: &Path) -> Cow<'_, Path> {
    let target = archive.is_symlink().then(|| archive.canonicalize());
    match target {
        Some(Ok(target)) => target.into(),
        _ => archive.into(),
    }
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
        self.is_there()?;
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
        self.is_there()?;
        let bytes = std::fs::metadata(&self.path).map_or(u64::MAX, |m| m.len());
        if bytes > QUICK {
            return Ok(false);
        }
        self.seal()
    }

    /// Refuse to go on where the file that was opened lies under its path no more: what was stored went with it.
    fn is_there(&self) -> Result<()> {
        let now = std::fs::metadata(&self.path).map(|found| platform::identity(&found));
        if matches!(&now, Ok(now) if *now == self.file) {
            return Ok(());
        }
        Err(Error::NotAnArchive {
            path: self.path.clone(),
            reason: "it was moved, removed or replaced while this ran, and what was stored went with the file that was \
                     there; run again"
                .into(),
        })
    }

    /// Whether the file is as it was sealed; `None` where there is no seal.
    pub fn fits_seal(&self) -> Result<Option<bool>> {
        let path = seal_path(&self.path);
        let read = || match std::fs::read(&path) {
            Ok(seal) => Ok(Some(seal)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(Error::io("read", &path)(e)),
        };
        let Some(seal) = read()? else { return Ok(None) };
        let io = || Error::io("read", &self.path);
        let mut file = File::open(&self.path).map_err(io())?;
        let found = fingerprint::sha256_of(&mut file).map_err(io())?.to_hex();
        // As `sha256sum` has it: a backslash before a line whose name is escaped.
        let line = seal.strip_prefix(b"\\").unwrap_or(&seal);
        let said = line.split(u8::is_ascii_whitespace).next();
        let fits = said.is_some_and(|s| s.eq_ignore_ascii_case(found.as_bytes()));
        // Whoever wrote meanwhile has taken the seal away.
        Ok((fits || read()? == Some(seal)).then_some(fits))
    }
}

/// A line that `sha256sum -c` reads: a name that holds a backslash or the end of a line is escaped, and the line begins
/// with a backslash then.
fn line(digest: &str, name: &[u8]) -> Vec<u8> {
    let mut out = format!("{digest}  ").into_bytes();
    let plain = out.len() + name.len();
    for byte in name {
        match byte {
            b'\\' => out.extend(b"\\\\"),
            b'\n' => out.extend(b"\\n"),
            b'\r' => out.extend(b"\\r"),
            other => out.push(*other),
        }
    }
    if out.len() > plain {
        out.insert(0, b'\\');
    }
    out.push(b'\n');
    out
}

/// A log beside the archive that cannot be its own: it holds commits, the seal is there, which a commit of cutline takes away
/// first, and the file came to lie there after the log was last written, as a copy does that is put in another's place.
/// SQLite would lay such a log over it, and that would destroy it.
pub(super) fn foreign_log(archive: &Path) -> Option<PathBuf> {
    let log = beside(archive, "-wal");
    let before = committed(&log)?;
    let sealed = seal_path(archive).exists();
    let written = std::fs::metadata(&log).ok()?.modified().ok()?;
    let came = platform::changed(&std::fs::metadata(archive).ok()?)?;
    // The same log still: no seal came and went meanwhile.
    (sealed && written < came && committed(&log) == Some(before)).then_some(log)
}

/// The salts of a write-ahead log that holds a commit; `None` for one that holds none ("The WAL File Format" in SQLite's
/// documentation: 32 bytes of header, then frames of 24 bytes and a page).
fn committed(log: &Path) -> Option<[u8; 8]> {
    const MOST: u32 = 65_536;
    let mut file = File::open(log).ok()?;
    let mut head = [0; 32];
    file.read_exact(&mut head).ok()?;
    let page = u32::from_be_bytes(*head.get(8..12)?.first_chunk()?);
    let salts = *head.get(16..24)?.first_chunk::<8>()?;
    if !page.is_power_of_two() || page > MOST {
        return None;
    }
    let mut frame = [0; 24];
    loop {
        file.read_exact(&mut frame).ok()?;
        // A frame of an earlier round of the log, which nobody reads.
        if frame.get(8..16) != Some(&salts) {
            return None;
        }
        if frame.get(4..8).is_some_and(|pages| pages != [0; 4]) {
            return Some(salts);
        }
        file.seek_relative(i64::from(page)).ok()?;
    }
}

/// Write the seal of a file that nobody changes meanwhile: whole or not at all.
pub(super) fn write_seal(archive: &Path) -> std::io::Result<()> {
    let digest = fingerprint::sha256_of(&mut File::open(archive)?)?.to_hex();
    let seal = seal_path(archive);
    // The file's own name, also where it was reached by a link.
    let name = seal.file_stem().unwrap_or_default();
    let unfinished = beside(archive, UNFINISHED);
    std::fs::write(&unfinished, line(&digest, name.as_encoded_bytes()))?;
    std::fs::rename(&unfinished, seal)
}
