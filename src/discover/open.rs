//! Opening what was found, checked again. In: an [`Input`]. Out: its first bytes, its kind, then all its bytes.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use super::walk::{modified, unreadable};
use super::{Input, gzip, named, platform, sniff};
use crate::model::{InputKind, Problem, Reason};

/// How many bytes are read to recognise a file.
pub const HEAD: usize = 8192;

/// An open regular file whose beginning is known.
#[derive(Debug)]
pub struct Opened {
    file: File,
    /// Its first bytes, up to [`HEAD`].
    pub head: Vec<u8>,
    /// What it is; of a page in a gzip file, what is inside.
    pub kind: InputKind,
    /// Its content lies compressed: [`inflate`](super::inflate) the bytes.
    pub gzip: bool,
    /// Size in bytes when it was opened.
    pub bytes: u64,
    /// Last change when it was opened, as in [`Input::modified`].
    pub modified: Option<i64>,
}

/// Open an input and recognise it: refuses what is no regular file (any more).
pub fn open(input: &Input) -> Result<Opened, Problem> {
    let mut file = platform::open_regular(&input.path).map_err(|error| {
        if platform::is_link_refused(&error) {
            not_regular()
        } else {
            unreadable("file", &error)
        }
    })?;
    let metadata = file.metadata().map_err(|e| unreadable("file", &e))?;
    if !metadata.is_file() {
        return Err(not_regular());
    }
    let mut head = Vec::with_capacity(HEAD);
    (&mut file)
        .take(HEAD as u64)
        .read_to_end(&mut head)
        .map_err(|e| unreadable("file", &e))?;
    let inside = gzip::beginning(&head)
        .map(|inside| {
            let name = input.path.with_extension("");
            match named::extension(&name).as_deref() {
                // Its first members may be empty or damaged: it is what it says it is all the same.
                Some("warc") => InputKind::Warc,
                _ => sniff(&name, &inside),
            }
        })
        .filter(|kind| reads_inside(*kind));
    Ok(Opened {
        kind: inside.unwrap_or_else(|| sniff(&input.path, &head)),
        gzip: inside.is_some(),
        head,
        bytes: metadata.len(),
        modified: modified(&metadata),
        file,
    })
}

/// What is read where it lies in a gzip file.
fn reads_inside(kind: InputKind) -> bool {
    use InputKind::{Catalogue, Feed, Html, Mhtml, Newsml, Ninjs, Text, Warc};
    matches!(
        kind,
        Html | Text | Mhtml | Warc | Feed | Newsml | Ninjs | Catalogue
    )
}

impl Opened {
    /// The file, from its beginning, for a format that is read piece by piece.
    pub fn rewind(mut self) -> Result<File, Problem> {
        self.file
            .seek(SeekFrom::Start(0))
            .map_err(|e| unreadable("file", &e))?;
        Ok(self.file)
    }

    /// Whether the file is as it was when it was opened.
    pub fn is_unchanged(file: &File, bytes: u64, then: Option<i64>) -> bool {
        file.metadata()
            .is_ok_and(|now| now.len() == bytes && modified(&now) == then)
    }

    /// All bytes, at most `max` of them; a file that changes meanwhile is refused.
    pub fn read(mut self, max: u64) -> Result<Vec<u8>, Problem> {
        if self.bytes > max {
            return Err(Problem::new(
                Reason::MaxBytes,
                format!(
                    "cannot read this file: its {} bytes are more than the limit of {max}",
                    self.bytes
                ),
            ));
        }
        let mut all = std::mem::take(&mut self.head);
        let rest = usize::try_from(self.bytes)
            .unwrap_or(0)
            .saturating_sub(all.len());
        all.try_reserve_exact(rest.saturating_add(1)).map_err(|_| {
            Problem::new(
                Reason::MaxBytes,
                "cannot read this file: there is not enough memory for its bytes",
            )
        })?;
        (&mut self.file)
            .take((rest as u64).saturating_add(1))
            .read_to_end(&mut all)
            .map_err(|e| unreadable("file", &e))?;
        let now = self.file.metadata().map_err(|e| unreadable("file", &e))?;
        if all.len() as u64 != self.bytes || modified(&now) != self.modified {
            return Err(Problem::new(
                Reason::Changed,
                "cannot read this file: it changed while it was read; ingest it again when it is complete",
            ));
        }
        Ok(all)
    }
}

fn not_regular() -> Problem {
    Problem::new(
        Reason::NotRegular,
        "cannot read this file: it is a link, a pipe or a device now, not a regular file",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::{Found, Root, walk};
    use std::fs;

    fn found(path: &std::path::Path) -> Input {
        match walk(vec![Root::at(path)]).next() {
            Some(Found::File(input)) => input,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_file_is_read_whole_and_only_up_to_the_limit() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.txt");
        let content = "caption ".repeat(3000);
        fs::write(&path, &content).unwrap();
        let input = found(&path);
        let opened = open(&input).unwrap();
        assert_eq!(opened.kind, InputKind::Text);
        assert_eq!(opened.head.len(), HEAD);
        assert_eq!(opened.read(1 << 20).unwrap(), content.as_bytes());
        let problem = open(&input).unwrap().read(100).unwrap_err();
        assert_eq!(problem.reason, Reason::MaxBytes);
    }

    #[test]
    fn a_file_that_grows_while_it_is_read_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.txt");
        fs::write(&path, "first").unwrap();
        let opened = open(&found(&path)).unwrap();
        fs::write(&path, "first and second").unwrap();
        assert_eq!(opened.read(1 << 20).unwrap_err().reason, Reason::Changed);
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_became_a_link_or_a_folder_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.jpg");
        fs::write(&path, "x").unwrap();
        let input = found(&path);
        fs::remove_file(&path).unwrap();
        assert_eq!(open(&input).unwrap_err().reason, Reason::Changed);
        std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
        assert_eq!(open(&input).unwrap_err().reason, Reason::NotRegular);
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert_eq!(open(&input).unwrap_err().reason, Reason::NotRegular);
    }
}
