//! What several commands need of their arguments: the registry, the credit reader, the archive, paths.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::archive::{Archive, PublicId, parse_public};
use crate::credit::CreditReader;
use crate::flags::Thresholds;
use crate::model::Sha256;
use crate::parties::{Outlets, Registry};
use crate::query::DateRange;

use super::args::Shared;

/// The built-in registry, with the user's own file over it.
pub(super) fn registry(shared: &Shared) -> anyhow::Result<Registry> {
    Ok(match &shared.registry {
        Some(file) => Registry::with_file(file)?,
        None => Registry::builtin()?,
    })
}

/// The outlets that are known, with the user's own file over the built-in table.
pub(super) fn outlets(shared: &Shared) -> anyhow::Result<Outlets> {
    Ok(match &shared.outlets {
        Some(file) => Outlets::with_file(file)?,
        None => Outlets::builtin()?,
    })
}

/// The thresholds of the file that was named, else of a `cutline.toml` in the current folder; `None` without one.
pub(super) fn thresholds(shared: &Shared) -> anyhow::Result<Option<Thresholds>> {
    let beside = Path::new("cutline.toml");
    let file = match &shared.config {
        Some(file) => Some(file.as_path()),
        None => beside.is_file().then_some(beside),
    };
    Ok(file.map(Thresholds::from_file).transpose()?)
}

/// A reader of credits with that registry.
pub(super) fn credits(shared: &Shared) -> anyhow::Result<CreditReader> {
    Ok(CreditReader::new(Arc::new(registry(shared)?))?)
}

/// The archive, read-only. Where it is not wholly derived, stderr says so.
pub(super) fn archive(shared: &Shared) -> anyhow::Result<Archive> {
    let archive = Archive::read(&shared.db)?;
    is_whole(&archive)?;
    Ok(archive)
}

/// The archive in the one state that it is in now, and whether it is wholly derived.
pub(super) fn one_state(shared: &Shared) -> anyhow::Result<(Archive, bool)> {
    let archive = Archive::read(&shared.db)?;
    archive.hold()?;
    let whole = is_whole(&archive)?;
    Ok((archive, whole))
}

/// Whether nothing is left to be derived; else stderr says that findings may be missing.
pub(super) fn is_whole(archive: &Archive) -> anyhow::Result<bool> {
    let left: u64 = archive.pending_counts()?.iter().map(|p| p.count).sum();
    if left > 0 {
        writeln!(
            anstream::stderr(),
            "cutline: the archive is not wholly derived ({left} steps are left), so findings and matches may be missing: an \
             ingest or `cutline rederive` is running or was cut short; ask again when it is done, or run it again"
        )?;
    }
    Ok(left == 0)
}

/// Things of an archive that `show` can show.
pub(super) enum Subject {
    Picture(i64),
    Appearance(i64),
    /// A document, or those of a file that holds many.
    Documents(Vec<i64>),
}

/// Find what an id, a path or a file's bytes name.
pub(super) fn subject(archive: &Archive, text: &str) -> anyhow::Result<Option<Subject>> {
    let photo = |sha: Option<Sha256>| -> anyhow::Result<Option<Subject>> {
        let Some(sha) = sha else { return Ok(None) };
        Ok(archive.picture_of(&sha)?.map(Subject::Picture))
    };
    match parse_public(text) {
        Some(PublicId::Appearance(id)) => return Ok(Some(Subject::Appearance(id))),
        Some(PublicId::Document(id)) => return Ok(Some(Subject::Documents(vec![id]))),
        Some(PublicId::Picture(id)) => return Ok(Some(Subject::Picture(id))),
        Some(PublicId::Photo(prefix)) => {
            let found = archive.photos_by_prefix(&prefix)?;
            if let [one] = found.as_slice() {
                return photo(Some(*one));
            }
            anyhow::ensure!(
                found.is_empty(),
                "cannot show {text}: several photos begin so; type more digits"
            );
        }
        None => {}
    }
    if let Some((document, position)) = text.rsplit_once('#')
        && let (Ok(position), Some(document)) = (
            position.parse::<usize>(),
            archive.document_by_name(document)?,
        )
    {
        let all = archive.appearances_of(document)?;
        return Ok(position
            .checked_sub(1)
            .and_then(|at| all.get(at))
            .map(|id| Subject::Appearance(*id)));
    }
    if let Some(sha) = archive.photo_by_name(text)? {
        return photo(Some(sha));
    }
    if let Some(document) = archive.document_by_name(text)? {
        return Ok(Some(Subject::Documents(vec![document])));
    }
    let inside = archive.documents_inside(text)?;
    if !inside.is_empty() {
        return Ok(Some(Subject::Documents(inside)));
    }
    // The same place in other words: from another folder, or in full.
    let (place, mark) = text.rsplit_once('#').unwrap_or((text, ""));
    if let Ok(absolute) = std::fs::canonicalize(place)
        && let Some(name) = archive.name_at(&absolute)?
        && name != place
    {
        let mark = text.get(place.len()..).filter(|_| !mark.is_empty());
        return subject(archive, &(name + mark.unwrap_or_default()));
    }
    // A file that lies elsewhere now, or under another name: known by its bytes.
    let path = Path::new(text);
    if path.is_file() {
        let mut file = std::fs::File::open(path)?;
        return photo(Some(crate::fingerprint::sha256_of(&mut file)?));
    }
    Ok(None)
}

/// Refuse a folder among images that are named one by one: of a folder nobody can tell which picture is meant.
pub(super) fn no_folder(images: &[PathBuf], doing: &str) -> anyhow::Result<()> {
    let folder = |path: &&PathBuf| path.as_os_str() != "-" && path.is_dir();
    if let Some(folder) = images.iter().find(folder) {
        anyhow::bail!(
            "cannot {doing} {}: it is a folder; name the files in it",
            folder.display()
        );
    }
    Ok(())
}

/// The first and the last day that --from and --to name, refused where the first comes after the last.
pub(super) fn days(
    from: Option<&str>,
    to: Option<&str>,
) -> anyhow::Result<(Option<String>, Option<String>)> {
    let first = day(from, "--from")?.and_then(|range| range.from);
    let last = day(to, "--to")?.and_then(|range| range.to);
    anyhow::ensure!(
        first.is_none() || last.is_none() || first <= last,
        "cannot go from {} to {}: the first comes after the second",
        from.unwrap_or_default(),
        to.unwrap_or_default()
    );
    Ok((first, last))
}

/// The days that an option names, refused where it names none.
pub(super) fn day(text: Option<&str>, option: &str) -> anyhow::Result<Option<DateRange>> {
    text.map(|text| {
        DateRange::parse(text).ok_or_else(|| {
            anyhow::anyhow!("cannot use {option} {text}: a date is 2023, 2023-09 or 2023-09-13")
        })
    })
    .transpose()
}
