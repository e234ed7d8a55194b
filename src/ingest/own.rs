//! The archive's own files -> what a walk leaves out: an archive may lie in a folder that it is made of.

use std::path::{Path, PathBuf};

use crate::archive::{folder_of, own_files};
use crate::discover::Input;

/// Where the files of one archive lie, whether they are there or not.
pub(super) struct OwnFiles(Vec<PathBuf>);

impl OwnFiles {
    /// The files of the archive at this path; of a link, those beside the link and those beside what it leads to.
    pub(super) fn of(archive: &Path) -> Self {
        let mut all: Vec<PathBuf> = own_files(archive).iter().filter_map(|p| place(p)).collect();
        if let Ok(real) = std::fs::canonicalize(archive) {
            all.extend(own_files(&real));
        }
        Self(all)
    }

    /// Whether an input is one of them.
    pub(super) fn holds(&self, input: &Input) -> bool {
        let name = input.path.file_name();
        let has_name = self.0.iter().any(|own| own.file_name() == name);
        // Asking the system where each input really lies would cost more than the walk.
        has_name && place(&input.path).is_some_and(|place| self.0.contains(&place))
    }
}

/// A path whose folder is written in full, without links.
fn place(path: &Path) -> Option<PathBuf> {
    let folder = std::fs::canonicalize(folder_of(path)).ok()?;
    Some(folder.join(path.file_name()?))
}
