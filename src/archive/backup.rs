//! A consistent copy of an archive, also while somebody writes to it.

use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::{Archive, seal};
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
        if to.symlink_metadata().is_ok() {
            return Err(refuse("something of that name is there; name another file"));
        }
        let unfinished = seal::beside(to, "-unfinished");
        let io = |doing| Error::io(doing, &unfinished);
        match std::fs::remove_file(&unfinished) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(io("remove")(e)),
            _ => {}
        }
        let copied = self.copy(&unfinished);
        if copied.is_err() {
            let _ = std::fs::remove_file(&unfinished);
        }
        copied?;
        // It is on the disk before it has its name.
        let file = std::fs::File::options().write(true).open(&unfinished);
        file.and_then(|f| f.sync_all()).map_err(io("write"))?;
        std::fs::rename(&unfinished, to).map_err(io("rename"))?;
        seal::write_seal(to).map_err(Error::io("seal", to))
    }

    fn copy(&self, to: &Path) -> Result<()> {
        let failed = |source| Error::Archive {
            doing: "copy to",
            path: to.into(),
            source,
        };
        let mut copy = Connection::open(to).map_err(failed)?;
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
