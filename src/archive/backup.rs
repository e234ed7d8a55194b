//! A consistent copy of an archive, also while somebody writes to it.

use std::fs::{File, TryLockError};
use std::io::Read as _;
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::{Archive, seal};
use crate::discover::platform;
use crate::error::{Error, Result};

/// How long to wait where a page cannot be had at once, and how often.
const PAUSE: Duration = Duration::from_millis(50);
const PAUSES: u32 = 600;

impl Archive {
    /// Copy the archive, as it is at one moment, into a file that is not there yet, and seal the copy. Until it is whole
    /// it has another name, so that a copy under the name given is always whole.
    pub fn backup(&self, to: &Path) -> Result<()> {
        let refuse = |reason: &str| Error::Request {
            doing: format!("copy the archive to {}", to.display()),
            reason: reason.to_owned(),
        };
        let is_there = || to.symlink_metadata().is_ok();
        let taken = || refuse("something of that name is there; name another file");
        if is_there() {
            return Err(taken());
        }
        for ending in ["-wal", "-journal"] {
            let log = seal::beside(to, ending);
            if log.symlink_metadata().is_ok() {
                return Err(refuse(&format!(
                    "{} is there, which SQLite would take for the copy's; move it away with the archive that it belongs to",
                    log.display()
                )));
            }
        }
        let unfinished = seal::beside(to, "-unfinished");
        let io = |doing| Error::io(doing, &unfinished);
        // Whoever holds the lock makes the copy; what an interrupted one left is written over.
        let file = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&unfinished)
            .map_err(io("write"))?;
        let lost = || refuse("another `cutline backup` is writing it");
        // Where a file system has no locks, nobody is kept out.
        if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
            return Err(lost());
        }
        if !same_file(&file, &unfinished) {
            return Err(if is_there() { taken() } else { lost() });
        }
        if !is_a_copy(&unfinished).map_err(io("read"))? {
            return Err(refuse(&format!(
                "{}, which the copy is called until it is whole, is another file; move it away",
                unfinished.display()
            )));
        }
        file.set_len(0).map_err(io("write"))?;
        let copied = self.copy(&unfinished);
        if copied.is_err() {
            let _ = std::fs::remove_file(&unfinished);
        }
        copied?;
        // It is on the disk before it has its name.
        file.sync_all().map_err(io("write"))?;
        if is_there() {
            let _ = std::fs::remove_file(&unfinished);
            return Err(taken());
        }
        std::fs::rename(&unfinished, to).map_err(io("rename"))?;
        seal::write_seal(to).map_err(Error::io("seal", to))
    }

    fn copy(&self, to: &Path) -> Result<()> {
        let failed = |source| Error::Archive {
            doing: "copy to",
            path: to.into(),
            source,
        };
        let mut copy = Connection::open(super::open::plain(to)).map_err(failed)?;
        let backup = Backup::new(&self.conn, &mut copy).map_err(failed)?;
        for _ in 0..PAUSES {
            // All pages in one step, which reads one state of the archive: in several, every write by others would begin
            // the copy anew.
            match backup.step(-1).map_err(failed)? {
                StepResult::Done => return Ok(()),
                _ => std::thread::sleep(PAUSE),
            }
        }
        Err(Error::Request {
            doing: format!("copy the archive to {}", to.display()),
            reason: "another program keeps it locked; try again when it is done".into(),
        })
    }
}

/// Whether a file is empty or a database, as an interrupted copy is.
fn is_a_copy(path: &Path) -> std::io::Result<bool> {
    let mut head = Vec::new();
    File::open(path)?.take(16).read_to_end(&mut head)?;
    Ok(head.is_empty() || head == b"SQLite format 3\0")
}

/// Whether a path still leads to the file that was opened by it.
fn same_file(file: &File, path: &Path) -> bool {
    match (file.metadata(), path.symlink_metadata()) {
        (Ok(open), Ok(found)) => platform::identity(&open) == platform::identity(&found),
        _ => false,
    }
}
