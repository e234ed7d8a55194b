//! Which root an input belongs to, and what a run would read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::Request;
use super::own::OwnFiles;
use crate::archive::{Archive, RootRow};
use crate::discover::{self, Found, Input, Root, platform, shown};
use crate::error::{Error, Result};
use crate::intake::{Context, Place, container};
use crate::model::InputKind;
use crate::read::catalogue::Preview;

/// The roots of a run, and those that the archive knew before.
pub(super) struct Roots {
    walked: Vec<(Root, RootRow, i64)>,
    /// Absolute path and key, longest first: an input belongs to the innermost root it lies under.
    known: Vec<(Vec<u8>, i64)>,
}

impl Roots {
    /// Add the request's roots to the archive and find the others.
    pub(super) fn resolve(archive: &mut Archive, request: &Request) -> Result<Self> {
        let named = request
            .named
            .iter()
            .map(|(name, path)| (Some(name.as_str()), path));
        let all: Vec<(Option<&str>, &PathBuf)> = named
            .chain(request.paths.iter().map(|path| (None, path)))
            .collect();
        let reals: Vec<PathBuf> = all
            .iter()
            .map(|(_, path)| std::fs::canonicalize(path).map_err(Error::io("read", *path)))
            .collect::<Result<_>>()?;
        // What lies below another path of the request, or is named twice, is walked once.
        let is_covered = |at: usize, real: &Path| {
            let others = reals.iter().enumerate().filter(|(n, _)| *n != at);
            others
                .into_iter()
                .any(|(n, other)| real.starts_with(other) && (real != other.as_path() || n < at))
        };
        for (at, (name, path)) in request.named.iter().enumerate() {
            let other = request
                .named
                .iter()
                .zip(&reals)
                .find(|((n, _), _)| n == name);
            if let Some(((_, first), real)) = other
                && reals.get(at) != Some(real)
            {
                return Err(Error::Request {
                    doing: format!("ingest {}", path.display()),
                    reason: format!(
                        "--root {name} already stands for {}, and files of two folders would take each other's places; give \
                         each folder a name of its own",
                        first.display()
                    ),
                });
            }
        }
        let mut walked = Vec::new();
        for (at, ((name, path), real)) in all.into_iter().zip(&reals).enumerate() {
            let (folder, given) = if real.is_dir() {
                (real.clone(), path.clone())
            } else {
                let parent = |p: &Path| p.parent().map(Path::to_path_buf).unwrap_or_default();
                (parent(real), parent(path))
            };
            let folder = folder.to_string_lossy().into_owned();
            let row = RootRow {
                name: name.map_or_else(|| folder.clone(), str::to_owned),
                path: folder,
                given: name.map_or_else(
                    || given.to_string_lossy().into_owned(),
                    |_| path.to_string_lossy().into_owned(),
                ),
            };
            let before = archive.roots()?;
            let of_name = before
                .iter()
                .find(|(_, known)| name.is_some() && known.name == row.name);
            if let Some((_, known)) = of_name
                && known.path != row.path
                && Path::new(&known.path).is_dir()
                && (below(known.path.as_bytes(), row.path.as_bytes()).is_some()
                    || below(row.path.as_bytes(), known.path.as_bytes()).is_some())
            {
                return Err(Error::Request {
                    doing: format!("ingest {}", path.display()),
                    reason: format!(
                        "--root {} stands for {} in this archive, which is still there, and one lies in the other: what is \
                         known would be looked for in the wrong places; name the same folder, or give this one another name",
                        row.name, known.path
                    ),
                });
            }
            // A folder inside one that is known adds no root of its own.
            let inside = name.is_none()
                && before
                    .iter()
                    .any(|(_, known)| below(known.path.as_bytes(), row.path.as_bytes()).is_some());
            let id = if inside { 0 } else { archive.root(&row)? };
            if !is_covered(at, real) {
                walked.push((Root::new(row.name.clone(), path.clone()), row, id));
            }
        }
        let mut known: Vec<(Vec<u8>, i64)> = archive
            .roots()?
            .into_iter()
            .map(|(id, row)| (row.path.into_bytes(), id))
            .collect();
        // An outer root that came later does not take over what an inner one holds, and the reverse.
        known.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        Ok(Self { walked, known })
    }

    /// A folder below a root and all above it, as they would stand in the archive if they could not have been listed: each
    /// by its path, and the root under its own name.
    pub(super) fn folders(&self, root_id: i64, folder: &str) -> Vec<String> {
        let below = (!folder.is_empty()).then_some(folder);
        let mut all: Vec<String> =
            std::iter::successors(below, |f| f.rsplit_once('/').map(|(above, _)| above))
                .map(str::to_owned)
                .collect();
        let root = self.known.iter().find(|(_, id)| *id == root_id);
        let name = root.and_then(|(path, _)| path.rsplit(|b| *b == b'/').next());
        all.extend(name.filter(|name| !name.is_empty()).map(shown));
        all
    }

    /// Whether a file lies at a path below a root.
    pub(super) fn is_file(&self, root_id: i64, below: &str) -> bool {
        let root = self.known.iter().find(|(_, id)| *id == root_id);
        root.and_then(|(path, _)| platform::path_from(path))
            .is_some_and(|root| root.join(below).is_file())
    }

    pub(super) fn walked(&self) -> Vec<Root> {
        self.walked.iter().map(|(root, ..)| root.clone()).collect()
    }

    pub(super) fn given(&self) -> Vec<String> {
        self.walked
            .iter()
            .map(|(root, ..)| root.path.to_string_lossy().into_owned())
            .collect()
    }

    /// The place of an input: under the innermost root.
    pub(super) fn place(&self, input: &Input) -> Place {
        let of_walk = self
            .walked
            .iter()
            .find(|(root, ..)| root.name == input.root && input.given.starts_with(&root.path));
        let base = of_walk
            .map(|(_, row, _)| row.path.as_bytes())
            .unwrap_or_default();
        let mut absolute = base.to_vec();
        if !absolute.ends_with(b"/") && !input.relative.is_empty() {
            absolute.push(b'/');
        }
        absolute.extend_from_slice(&input.relative);
        let (root_id, relative) = self
            .known
            .iter()
            .find_map(|(path, id)| below(path, &absolute).map(|rest| (*id, rest)))
            .unwrap_or((of_walk.map_or(0, |w| w.2), input.relative.as_slice()));
        let path = shown(relative);
        let differs = path.as_bytes() != relative;
        Place {
            root_id,
            path_raw: differs.then(|| relative.to_vec()),
            path,
        }
    }
}

/// What follows a folder in a path below it; the folder itself counts as below.
fn below<'a>(folder: &[u8], path: &'a [u8]) -> Option<&'a [u8]> {
    let rest = path.strip_prefix(folder)?;
    if rest.is_empty() || folder.ends_with(b"/") {
        return Some(rest);
    }
    rest.strip_prefix(b"/")
}

/// What is under some paths, by kind: what `--dry-run` tells.
#[derive(Debug, Default)]
pub struct Tally {
    /// Files and bytes by kind, in order of the word.
    pub kinds: BTreeMap<&'static str, (u64, u64)>,
    /// Things that could not be listed or opened, with the reason.
    pub problems: Vec<(String, String)>,
    /// Catalogues, and what each would be read as.
    pub catalogues: Vec<(String, Preview)>,
}

/// Count what is under the paths, reading no more than the beginning of each file. The files of `archive`, which need not
/// be there yet, are left out, as an ingest into it leaves them out.
pub fn tally(request: &Request, archive: &Path, cx: &Context<'_>) -> Result<Tally> {
    let named = request
        .named
        .iter()
        .map(|(name, path)| Root::new(name.clone(), path.clone()));
    let roots: Vec<Root> = named.chain(request.paths.iter().map(Root::at)).collect();
    for root in &roots {
        std::fs::metadata(&root.path).map_err(Error::io("read", &root.path))?;
    }
    let mut tally = Tally::default();
    let own = OwnFiles::of(archive);
    for found in discover::walk(roots).filter(|found| !own.holds(found.input())) {
        let (input, word) = match &found {
            Found::Skipped(input, word) => (input, *word),
            Found::Failed(input, problem) => {
                tally.problems.push((
                    shown(&platform::slashed(&input.given)),
                    problem.text.clone(),
                ));
                continue;
            }
            Found::File(input) => match discover::open(input) {
                Ok(opened) if opened.kind == InputKind::Catalogue => {
                    match container::preview(input, cx) {
                        Some(preview) => {
                            let name = shown(&platform::slashed(&input.given));
                            tally.catalogues.push((name, preview));
                            (input, InputKind::Catalogue.word())
                        }
                        None => (input, "data"),
                    }
                }
                Ok(opened) => (input, opened.kind.word()),
                Err(problem) => {
                    tally
                        .problems
                        .push((shown(&platform::slashed(&input.given)), problem.text));
                    (input, InputKind::Unknown.word())
                }
            },
        };
        let entry = tally.kinds.entry(word).or_default();
        entry.0 += 1;
        entry.1 += input.bytes;
    }
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_folders_count_as_above() {
        assert_eq!(below(b"/a/b", b"/a/b/c.jpg"), Some(b"c.jpg".as_slice()));
        assert_eq!(below(b"/a/b", b"/a/bc/c.jpg"), None);
        assert_eq!(below(b"/", b"/c.jpg"), Some(b"c.jpg".as_slice()));
    }
}
