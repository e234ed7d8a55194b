//! An image that need not be held -> the photos of the archive that show the same picture.
//!
//! In: bytes, or a path. Out: the photo as ingest would read it, and its copies with the link to each. Nothing is stored.

use std::path::Path;

use crate::archive::{Archive, JudgedPair, StoredPhoto};
use crate::error;
use crate::intake::{complete_photo, guarded};
use crate::model::{InputKind, Link, Photo, Sha256};
use crate::pictures::{self, PhotoKey};
use crate::read::{self, Limits};
use crate::{derive, discover, fingerprint};

/// Read an image in full, without storing it.
pub fn load(path: &Path, limits: &Limits) -> Result<(Photo, Vec<u8>), String> {
    let bytes = if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        let mut stdin = std::io::Read::take(std::io::stdin().lock(), limits.photo_bytes);
        std::io::Read::read_to_end(&mut stdin, &mut bytes)
            .map_err(|e| format!("cannot read it: {e}"))?;
        bytes
    } else {
        if path.is_dir() {
            return Err("cannot read it: it is a folder; name the files in it".into());
        }
        let found = discover::walk(vec![discover::Root::at(path)]).next();
        let Some(discover::Found::File(file)) = found else {
            return Err("cannot read it: there is no such regular file".into());
        };
        let opened = discover::open(&file).map_err(|p| p.text)?;
        opened.read(limits.photo_bytes).map_err(|p| p.text)?
    };
    image(path, bytes, limits)
}

/// The same for bytes that came without a file; `name` helps to say what they are.
pub fn image(name: &Path, bytes: Vec<u8>, limits: &Limits) -> Result<(Photo, Vec<u8>), String> {
    let head = bytes
        .get(..bytes.len().min(discover::HEAD))
        .unwrap_or_default();
    let kind = discover::sniff(name, head);
    let InputKind::Photo(format) = kind else {
        return Err(match kind {
            InputKind::Html | InputKind::Text | InputKind::Sidecar => format!(
                "cannot look for it: it holds no picture ({}); `cutline extract` reads it",
                kind.word()
            ),
            _ => discover::refusal(kind, name, head).text,
        });
    };
    let photo = guarded(|| {
        let mut photo = read::photo::read(&bytes, format, limits);
        complete_photo(&mut photo, &bytes, limits);
        photo
    });
    photo
        .map(|photo| (photo, bytes))
        .ok_or_else(|| "cannot read it: a decoder gave up on its content".into())
}

/// Photos of the archive that show the same picture, with the link to each; equal bytes have none. Those of which a person
/// said that they are not the same are left out.
pub fn copies(
    archive: &Archive,
    photo: &Photo,
    bytes: &[u8],
    limits: &Limits,
) -> error::Result<Vec<(StoredPhoto, Option<Link>)>> {
    let key = PhotoKey::from(photo);
    let own = StoredPhoto {
        id: Archive::photo_key(&photo.sha256),
        format: photo.format,
        orientation: photo.orientation,
        pixels: None,
        key: key.clone(),
    };
    let mut found: Vec<(StoredPhoto, Option<Link>)> = archive
        .photos(&[own.id])?
        .into_iter()
        .map(|p| (p, None))
        .collect();
    let judged = archive.judged_pairs(Some(&[photo.sha256]))?;
    let told_apart = |other: &Sha256| {
        let apart = |j: &JudgedPair| !j.same && [j.a, j.b].contains(other);
        judged.iter().any(apart)
    };
    let mut pixels = None;
    for other in archive.photos(&archive.neighbours(&own)?)? {
        if told_apart(&other.key.sha256) {
            continue;
        }
        let equal = (pictures::pixels_may_be_equal(&key, &other.key))
            .then(|| {
                let mine = *pixels.get_or_insert_with(|| {
                    guarded(|| fingerprint::pixels(bytes, photo.format, photo.orientation, limits))
                        .flatten()
                });
                mine.zip(other.pixels.or_else(|| pixels_of(archive, &other, limits)))
                    .map(|(a, b)| a == b)
            })
            .flatten();
        if let Some(link) = pictures::link(&key, &other.key, equal) {
            found.push((other, Some(link)));
        }
    }
    found.sort_by_key(|(p, l)| (l.as_ref().map(|l| (l.relation, l.distance)), p.key.sha256));
    Ok(found)
}

fn pixels_of(archive: &Archive, photo: &StoredPhoto, limits: &Limits) -> Option<Sha256> {
    let (root, path) = archive.photo_place(photo.id).ok()??;
    let bytes = std::fs::read(derive::place(&root, &path)?).ok()?;
    guarded(|| fingerprint::pixels(&bytes, photo.format, photo.orientation, limits)).flatten()
}
