//! The sorted walk. In: named roots. Out: every file under them, and everything that is not a file as what it is.

use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use walkdir::WalkDir;

use super::{named, platform, shown};
use crate::model::{Problem, Reason};

/// A folder or file that the user named, with a name of its own: files are stored relative to it, so that the same
/// share mounted elsewhere is not all new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Root {
    /// The name under which its files are stored.
    pub name: String,
    /// Where it is now.
    pub path: PathBuf,
}

impl Root {
    /// A root with a name.
    pub fn new(name: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        Self {
            name: name.into(),
            path: path.into(),
        }
    }

    /// A root whose name is its path as it was given.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        Self::new(shown(path.as_os_str().as_encoded_bytes()), path)
    }
}

/// One thing found by the walk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// The name of its root.
    pub root: String,
    /// Its path as the user would write it: the root's path as given, and what follows.
    pub given: PathBuf,
    /// The path to open: differs from `given` only where a root is itself a link.
    pub path: PathBuf,
    /// The name relative to the root, as raw bytes with `/` between the parts; for a root that is a file, its file name.
    pub relative: Vec<u8>,
    /// `relative` for people, as [`shown`] writes it.
    pub display: String,
    /// Size in bytes, 0 where unknown.
    pub bytes: u64,
    /// Last change in nanoseconds since 1970, where the system says.
    pub modified: Option<i64>,
}

/// What the walk has to say of one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A regular file, to be opened and recognised.
    File(Input),
    /// Not meant to be read: a link, a pipe, a socket, a device, a system's own folder. The word says which.
    Skipped(Input, &'static str),
    /// Could not be listed or examined.
    Failed(Input, Problem),
}

impl Found {
    /// What it is about.
    pub fn input(&self) -> &Input {
        match self {
            Self::File(input) | Self::Skipped(input, _) | Self::Failed(input, _) => input,
        }
    }
}

/// Walk the roots in the order given, each sorted by name. No link is followed but a root that is one.
pub fn walk(roots: Vec<Root>) -> impl Iterator<Item = Found> + Send {
    Walk {
        roots: roots.into_iter(),
        current: None,
    }
}

struct Walk {
    roots: std::vec::IntoIter<Root>,
    current: Option<(Root, walkdir::IntoIter)>,
}

impl Iterator for Walk {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            let Some((root, entries)) = &mut self.current else {
                let root = self.roots.next()?;
                let entries = WalkDir::new(&root.path)
                    .follow_links(false)
                    .follow_root_links(true)
                    .sort_by_file_name()
                    .into_iter();
                self.current = Some((root, entries));
                continue;
            };
            match entries.next() {
                None => self.current = None,
                Some(Err(error)) => return Some(failed(root, &error)),
                Some(Ok(entry)) => {
                    if let Some(found) = examine(root, &entry) {
                        if entry.file_type().is_dir() {
                            entries.skip_current_dir();
                        }
                        return Some(found);
                    }
                }
            }
        }
    }
}

/// What one entry is; `None` for a folder that is walked into.
fn examine(root: &Root, entry: &walkdir::DirEntry) -> Option<Found> {
    let mut input = input(root, entry.path());
    let is_root = entry.depth() == 0;
    let kind = entry.file_type();
    if kind.is_dir() {
        return (!is_root)
            .then(|| named::folder(entry.file_name()))
            .flatten()
            .map(|word| Found::Skipped(input, word));
    }
    let metadata = if is_root && kind.is_symlink() {
        std::fs::canonicalize(&root.path).and_then(|path| {
            input.path = path;
            std::fs::metadata(&input.path)
        })
    } else {
        entry.metadata().map_err(Into::into)
    };
    let metadata = match metadata {
        Ok(metadata) => metadata,
        Err(error) => return Some(Found::Failed(input, unreadable("file", &error))),
    };
    if metadata.is_dir() {
        return None;
    }
    if let Some(word) = platform::special(&metadata.file_type()) {
        return Some(Found::Skipped(input, word));
    }
    input.bytes = metadata.len();
    input.modified = modified(&metadata);
    Some(Found::File(input))
}

fn failed(root: &Root, error: &walkdir::Error) -> Found {
    let input = input(root, error.path().unwrap_or(&root.path));
    let problem = match error.io_error() {
        Some(io) => unreadable("folder or file", io),
        None => Problem::new(
            Reason::Unreadable,
            format!("cannot read this folder: {error}"),
        ),
    };
    Found::Failed(input, problem)
}

/// The problem for what the system refused, in words.
pub(super) fn unreadable(what: &str, error: &std::io::Error) -> Problem {
    let why = match error.kind() {
        std::io::ErrorKind::PermissionDenied => {
            "permission denied; ask its owner for the right to read it".to_owned()
        }
        std::io::ErrorKind::NotFound => "it is not there any more".to_owned(),
        _ => error.to_string(),
    };
    let reason = match error.kind() {
        std::io::ErrorKind::NotFound => Reason::Changed,
        _ => Reason::Unreadable,
    };
    Problem::new(reason, format!("cannot read this {what}: {why}"))
}

fn input(root: &Root, path: &Path) -> Input {
    let below = path.strip_prefix(&root.path).unwrap_or(path);
    let relative = if below.as_os_str().is_empty() {
        path.file_name()
            .map(|name| name.as_encoded_bytes().to_vec())
            .unwrap_or_default()
    } else {
        platform::slashed(below)
    };
    Input {
        root: root.name.clone(),
        given: path.to_owned(),
        path: path.to_owned(),
        display: shown(&relative),
        relative,
        bytes: 0,
        modified: None,
    }
}

/// Nanoseconds since 1970 of the last change.
pub(super) fn modified(metadata: &std::fs::Metadata) -> Option<i64> {
    let time: SystemTime = metadata.modified().ok()?;
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_nanos()).ok(),
        Err(before) => i64::try_from(before.duration().as_nanos()).ok().map(|n| -n),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn names(found: &[Found]) -> Vec<String> {
        found.iter().map(|f| f.input().display.clone()).collect()
    }

    #[test]
    fn a_walk_is_sorted_and_names_are_relative_to_their_root() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b.jpg", "a/z.jpg", "a/b.jpg", "c.txt"] {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, name).unwrap();
        }
        let found: Vec<_> = walk(vec![Root::new("photos", dir.path())]).collect();
        assert_eq!(names(&found), ["a/b.jpg", "a/z.jpg", "b.jpg", "c.txt"]);
        assert!(found.iter().all(|f| f.input().root == "photos"));
        assert_eq!(found[0].input().bytes, 7);
        assert!(found[0].input().modified.is_some());
    }

    #[test]
    fn a_root_that_is_a_file_is_found_under_its_own_name() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("one.jpg");
        fs::write(&path, "x").unwrap();
        let found: Vec<_> = walk(vec![Root::at(&path)]).collect();
        assert!(
            matches!(&found[..], [Found::File(i)] if i.relative == b"one.jpg" && i.given == path)
        );
    }

    #[test]
    fn a_missing_root_is_an_item_and_the_next_root_is_walked() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("a"), "x").unwrap();
        let roots = vec![Root::at(dir.path().join("gone")), Root::at(dir.path())];
        let found: Vec<_> = walk(roots).collect();
        assert!(matches!(&found[0], Found::Failed(_, p) if p.reason == Reason::Changed));
        assert!(matches!(&found[1], Found::File(_)));
    }

    #[test]
    fn a_system_folder_is_one_skipped_item() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("@eaDir/a.jpg")).unwrap();
        fs::write(dir.path().join("@eaDir/a.jpg/t.jpg"), "x").unwrap();
        fs::write(dir.path().join("z.jpg"), "x").unwrap();
        let found: Vec<_> = walk(vec![Root::at(dir.path())]).collect();
        assert_eq!(names(&found), ["@eaDir", "z.jpg"]);
        assert!(matches!(&found[0], Found::Skipped(_, "system")));
    }

    #[cfg(unix)]
    #[test]
    fn links_pipes_and_sockets_are_items_and_loops_end() {
        use std::os::unix::fs::symlink;
        let dir = tempfile::tempdir().unwrap();
        symlink(".", dir.path().join("loop")).unwrap();
        symlink("nowhere", dir.path().join("dangling.jpg")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(dir.path().join("sock")).unwrap();
        let found: Vec<_> = walk(vec![Root::at(dir.path())]).collect();
        let words: Vec<_> = found
            .iter()
            .map(|f| match f {
                Found::Skipped(_, word) => *word,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(words, ["symlink", "symlink", "socket"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_root_that_is_a_link_to_a_file_is_that_file() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("real.jpg"), "xyz").unwrap();
        let link = dir.path().join("link.jpg");
        std::os::unix::fs::symlink("real.jpg", &link).unwrap();
        let found: Vec<_> = walk(vec![Root::at(&link)]).collect();
        assert!(matches!(&found[..], [Found::File(i)]
            if i.given == link && i.path.ends_with("real.jpg") && i.bytes == 3));
    }

    #[cfg(unix)]
    #[test]
    fn a_name_that_is_not_utf8_keeps_its_bytes() {
        use std::os::unix::ffi::OsStrExt as _;
        let dir = tempfile::tempdir().unwrap();
        let name = std::ffi::OsStr::from_bytes(b"caf\xe9.jpg");
        fs::write(dir.path().join(name), "x").unwrap();
        let found: Vec<_> = walk(vec![Root::at(dir.path())]).collect();
        assert_eq!(found[0].input().relative, b"caf\xe9.jpg");
        assert_eq!(found[0].input().display, "caf\\xe9.jpg");
    }
}
