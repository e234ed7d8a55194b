//! The one error type of the library.
//!
//! In: a failure of the operating system, of SQLite, or of what the caller asked for.
//! Out: a sentence that says what was being done and to which path.
//! An input that cannot be read is *not* an error: it is a [`Problem`](crate::model::Problem), a row in the archive.

use std::path::PathBuf;

/// Why the library could not do what it was asked. Texts may change: match on the variant.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The operating system refused something that is needed to go on.
    #[error("cannot {doing} {}: {source}", path.display())]
    Io {
        /// What was being done, as a verb: "read", "create".
        doing: &'static str,
        /// The path it was done to.
        path: PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// SQLite refused something.
    #[error("cannot {doing} the archive {}: {}", path.display(), reason(source))]
    Archive {
        /// What was being done, as a verb: "open", "write to".
        doing: &'static str,
        /// The archive's file.
        path: PathBuf,
        /// SQLite's reason.
        source: rusqlite::Error,
    },
    /// The file is there and is not an archive that this version may open.
    #[error("cannot open {} as an archive: {reason}", path.display())]
    NotAnArchive {
        /// The file.
        path: PathBuf,
        /// What is wrong and what to do.
        reason: String,
    },
    /// Data of the project or of the user (registry, word lists, configuration) breaks a rule.
    #[error("cannot use {place}: {reason}")]
    Data {
        /// File and line.
        place: String,
        /// What is wrong.
        reason: String,
    },
    /// The caller asked for something that does not exist.
    #[error("cannot {doing}: {reason}")]
    Request {
        /// What was asked.
        doing: String,
        /// Why that is not possible, and what is.
        reason: String,
    },
}

/// SQLite's reason in words that say what to do, where it has a word that does not.
pub(crate) fn reason(error: &rusqlite::Error) -> String {
    use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked, DiskFull, ReadOnly, SystemIoFailure};
    match error.sqlite_error_code() {
        Some(DatabaseBusy | DatabaseLocked) => {
            "another program is writing to it, and was waited for in vain; try again when it is done".into()
        }
        Some(DiskFull) => {
            "the disk is full; free some space and run the same command again: what was committed is kept".into()
        }
        Some(SystemIoFailure) => format!(
            "the system could not read or write it ({error}); look whether its disk is full or broken, and run the same \
             command again: what was committed is kept"
        ),
        Some(ReadOnly) => format!("it, or the folder it lies in, may not be written to ({error})"),
        _ => error.to_string(),
    }
}

/// A result with the library's error.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An [`Error::Io`] for `path`, ready for `map_err`.
    pub fn io(
        doing: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io {
            doing,
            path,
            source,
        }
    }
}
