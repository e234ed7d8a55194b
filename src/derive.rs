//! From what was stored to what follows from it: sidecars, copies, pictures, matches, findings.
//!
//! In: the archive's `pending` table. Out: nothing pending. Every stage takes a slice, asks for its neighbours, and
//! commits; killed at any point, the next call goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use crate::archive::{self, Archive, JudgedPair, PrintedRow, Stage, StoredPhoto};
use crate::decided;
use crate::error::Result;
use crate::fingerprint::{self, Index, MAX_DISTANCE, dihedral};
use crate::flags::{self, Judgement};
use crate::intake::Context;
use crate::matching;
use crate::model::{Link, Relation, Sha256};
use crate::pictures;
use crate::read::sidecar;

/// Photos that are compared with their neighbours at a time.
const SLICE: usize = 128;

/// Candidates of one photo that are compared at a time.
const AT_ONCE: usize = 16;

/// Copies of a known copy with which a photo is compared all the same, those with most copies first: so that a photo which
/// resembles one copy by chance and not the others is not the only way to them.
const WITNESSES: usize = 6;

/// With more photos to compare than this, all hashes are held in memory for the run: 32 bytes a photo.
const MANY: u64 = 512;

/// How far a run is, for whoever shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// What is being done.
    pub step: &'static str,
    /// How much of it is done.
    pub done: u64,
    /// Of how much, where that is known.
    pub total: Option<u64>,
}

/// Derive everything that waits.
pub fn derive(archive: &mut Archive, cx: &Context<'_>, progress: &dyn Fn(Progress)) -> Result<()> {
    each(
        archive,
        Stage::Sidecar,
        "tying sidecars",
        progress,
        |archive, slice| archive.tie_sidecars(slice, &sidecar::belongs),
    )?;
    let mut neighbours = Neighbours::new(archive)?;
    each(
        archive,
        Stage::Photo,
        "comparing photos",
        progress,
        |archive, slice| compare(archive, slice, &mut neighbours, cx),
    )?;
    decided::correct(archive, cx.credits)?;
    each(
        archive,
        Stage::Document,
        "matching captions",
        progress,
        |archive, slice| {
            slice
                .iter()
                .try_for_each(|document| match_document(archive, *document, cx))
        },
    )?;
    let on_absence: Vec<&str> = flags::RULES
        .iter()
        .filter(|rule| rule.on_absence())
        .map(|rule| rule.id())
        .collect();
    each(
        archive,
        Stage::Outlet,
        "counting credits",
        progress,
        |archive, slice| archive.judge_absences_again(slice, &on_absence),
    )?;
    let thresholds = archive.thresholds()?;
    let judge = |case: Option<flags::Case>| -> Judgement {
        case.map(|case| flags::judge(&case, cx.credits.registry(), &thresholds))
            .unwrap_or_default()
    };
    each(
        archive,
        Stage::Picture,
        "judging pictures",
        progress,
        |archive, slice| {
            let judged = archive.at_once(|archive| {
                slice
                    .iter()
                    .map(|id| {
                        Ok((
                            archive::picture_public(*id),
                            judge(archive.picture_case(*id)?),
                        ))
                    })
                    .collect::<Result<Vec<_>>>()
            })?;
            archive.store_judgements(Stage::Picture, slice, &judged)
        },
    )?;
    each(
        archive,
        Stage::Appearance,
        "judging captions",
        progress,
        |archive, slice| {
            let judged = archive.at_once(|archive| {
                slice
                    .iter()
                    .map(|id| {
                        Ok((
                            archive::appearance_public(*id),
                            judge(archive.appearance_case(*id)?),
                        ))
                    })
                    .collect::<Result<Vec<_>>>()
            })?;
            archive.store_judgements(Stage::Appearance, slice, &judged)
        },
    )
}

/// Work through what waits for a stage, a slice at a time. A stage removes its subjects in the transaction that stores
/// their results.
fn each(
    archive: &mut Archive,
    stage: Stage,
    name: &'static str,
    progress: &dyn Fn(Progress),
    mut work: impl FnMut(&mut Archive, &[i64]) -> Result<()>,
) -> Result<()> {
    let total = archive.pending_count(stage)?;
    let mut done = 0;
    loop {
        let slice = archive.pending(stage, SLICE)?;
        if slice.is_empty() {
            return Ok(());
        }
        work(archive, &slice)?;
        done += slice.len() as u64;
        progress(Progress {
            step: name,
            done: done.min(total),
            total: Some(total),
        });
    }
}

// ---------------------------------------------------------------- photos

/// Finds the photos that others may be copies of.
struct Neighbours {
    /// All perceptual hashes, where many photos are compared.
    hashes: Option<Hashes>,
    /// Connections beside the archive's own, where many are: finding is mostly waiting for one look-up after the other.
    readers: Vec<Archive>,
}

/// All perceptual hashes, for comparing many photos at once.
struct Hashes {
    ids: Vec<i64>,
    index: Index,
}

impl Hashes {
    fn load(archive: &Archive) -> Result<Self> {
        let (ids, hashes) = archive.all_hashes()?;
        Ok(Self {
            ids,
            index: Index::new(&hashes),
        })
    }
}

impl Neighbours {
    fn new(archive: &Archive) -> Result<Self> {
        let waiting = archive.pending_count(Stage::Photo)?;
        let many = waiting > MANY;
        let readers = if waiting > SLICE as u64 {
            rayon::current_num_threads()
        } else {
            0
        };
        Ok(Self {
            hashes: many.then(|| Hashes::load(archive)).transpose()?,
            readers: (0..readers)
                .map(|_| Archive::read(archive.path()))
                .collect::<Result<_>>()?,
        })
    }

    /// For each photo those that it may be a copy of.
    fn of(
        &mut self,
        archive: &Archive,
        photos: &[Arc<StoredPhoto>],
        slice: &[i64],
    ) -> Result<Vec<Vec<i64>>> {
        let hashes = self.hashes.as_ref();
        let ask = |archive: &Archive, photos: &[Arc<StoredPhoto>]| {
            archive.at_once(|archive| {
                let near = |photo: &Arc<StoredPhoto>| near(archive, photo, slice, hashes);
                photos.iter().map(near).collect::<Result<Vec<_>>>()
            })
        };
        if self.readers.is_empty() {
            return ask(archive, photos);
        }
        let share = photos.len().div_ceil(self.readers.len()).max(1);
        let shares: Vec<_> = self.readers.iter_mut().zip(photos.chunks(share)).collect();
        let found = shares
            .into_par_iter()
            .map(|(reader, photos)| ask(reader, photos));
        Ok(found.collect::<Result<Vec<_>>>()?.concat())
    }
}

/// Stored photos that were asked for lately: one photo is a candidate of many.
struct Loaded(BTreeMap<i64, Arc<StoredPhoto>>);

impl Loaded {
    /// Photos that are kept: some 30 kilobytes each.
    const MOST: usize = 1024;

    fn get(&mut self, archive: &Archive, id: i64) -> Result<Option<Arc<StoredPhoto>>> {
        if let Some(known) = self.0.get(&id) {
            return Ok(Some(known.clone()));
        }
        if self.0.len() >= Self::MOST {
            self.0.clear();
        }
        let photo = archive.photos(&[id])?.pop().map(Arc::new);
        if let Some(photo) = &photo {
            self.0.insert(id, photo.clone());
        }
        Ok(photo)
    }
}

/// Compare some photos with their neighbours, store the links, group what hangs together, and store the keys by which
/// captions find the photos.
fn compare(
    archive: &mut Archive,
    slice: &[i64],
    neighbours: &mut Neighbours,
    cx: &Context<'_>,
) -> Result<()> {
    let photos: Vec<Arc<StoredPhoto>> = archive.photos(slice)?.into_iter().map(Arc::new).collect();
    let judged = archive.judged_pairs(None)?;
    // What a person called two pictures is not compared: nothing that is found would count.
    let apart: BTreeSet<(i64, i64)> = judged
        .iter()
        .filter(|pair| !pair.same)
        .map(|pair| {
            let (a, b) = (Archive::photo_key(&pair.a), Archive::photo_key(&pair.b));
            (a.min(b), a.max(b))
        })
        .collect();
    let mut links = BTreeMap::new();
    let mut pixels = Pixels {
        known: BTreeMap::new(),
        cx,
    };
    let mut known = pictures::Known::default();
    for id in slice {
        // Their links are made anew.
        known.tell(*id, []);
    }
    let candidates = neighbours.of(archive, &photos, slice)?;
    let mut loaded = Loaded(photos.iter().map(|p| (p.id, p.clone())).collect());
    for (photo, mut near) in photos.iter().zip(candidates) {
        near.retain(|other| !apart.contains(&(photo.id.min(*other), photo.id.max(*other))));
        let found = compare_one(
            archive,
            photo,
            near,
            slice,
            (&mut known, &mut loaded),
            &mut pixels,
        )?;
        links.extend(found.into_iter().map(|link| ((link.a, link.b), link)));
    }
    let links: Vec<Link> = links.into_values().collect();
    archive.store_links(slice, &links)?;
    let (together, all_links) = archive.at_once(|archive| archive.component(slice, &judged))?;
    let keys: Vec<pictures::PhotoKey> = together.into_iter().map(|p| p.key).collect();
    let words: Vec<pictures::Word> = judged.iter().map(word).collect();
    let groups = pictures::groups(&keys, &all_links, &words);
    for held in archive.held(slice)? {
        let id = Archive::photo_key(&held.photo);
        archive.store_held_keys(id, &matching::keys_of_held(&held), matching::MAX_SHARED)?;
    }
    for document in slice
        .iter()
        .map(|id| Ok([archive.documents_near(*id)?, archive.documents_naming(*id)?].concat()))
        .collect::<Result<Vec<_>>>()?
        .concat()
    {
        archive.wait_for_matching(document)?;
    }
    archive.store_groups(slice, &groups)
}

/// Photos that may be copies of one, and with which it is this one's turn to be compared.
fn near(
    archive: &Archive,
    photo: &StoredPhoto,
    slice: &[i64],
    index: Option<&Hashes>,
) -> Result<Vec<i64>> {
    let near = match index {
        None => archive.neighbours(photo)?,
        Some(hashes) => {
            let mut near: BTreeSet<i64> = archive.with_same_coding(photo)?.into_iter().collect();
            for turned in photo.key.pdq.iter().flat_map(dihedral) {
                let found = hashes.index.find(&turned.hash, MAX_DISTANCE);
                near.extend(
                    found
                        .into_iter()
                        .filter_map(|(at, _)| hashes.ids.get(at as usize)),
                );
            }
            near.extend(archive.with_same_words(photo)?);
            near.remove(&photo.id);
            near.into_iter().collect()
        }
    };
    // Whoever still waits behind this slice compares itself with these when its turn comes.
    let mut near = archive.not_waiting_behind(&near, slice)?;
    near.retain(|other| *other > photo.id || !slice.contains(other));
    Ok(near)
}

fn word(judged: &JudgedPair) -> pictures::Word {
    pictures::Word {
        a: judged.a,
        b: judged.b,
        same: judged.same,
    }
}

/// Compare one photo with its candidates; what is known by way of another copy is left out.
fn compare_one(
    archive: &mut Archive,
    photo: &StoredPhoto,
    near: Vec<i64>,
    slice: &[i64],
    (known, loaded): (&mut pictures::Known, &mut Loaded),
    pixels: &mut Pixels<'_>,
) -> Result<Vec<Link>> {
    for other in &near {
        if !known.has(*other) {
            let mut copies = archive.whole_copies(*other)?;
            copies.retain(|copy| !slice.contains(copy));
            known.tell(*other, copies);
        }
    }
    let mut candidates = known.candidates(photo.id, near);
    let mut links = Vec::new();
    let mut witnesses = 0;
    loop {
        let next = candidates.next(known, AT_ONCE);
        if next.is_empty() {
            return Ok(links);
        }
        let mut pairs = Vec::new();
        for (id, is_known) in next {
            if let Some(other) = loaded.get(archive, id)? {
                let equal = pixels_equal(archive, photo, &other, pixels)?;
                let coded = photo.key.coded.is_some() && photo.key.coded == other.key.coded;
                let untold = |relation| {
                    let here = slice.contains(&other.id);
                    // One that was compared before is linked to one of its equals already.
                    let other = if here { other.id } else { photo.id };
                    !known.are_told_as(photo.id, other, relation)
                };
                let equals = (coded && untold(Relation::SameCodedImage))
                    || (equal == Some(true) && untold(Relation::SamePixels));
                let same = coded || equal == Some(true);
                let witness = is_known && !same && witnesses < WITNESSES;
                witnesses += usize::from(witness);
                if !is_known || equals || witness {
                    pairs.push((other, equal));
                }
            }
        }
        let found: Vec<(i64, Link)> = pairs
            .par_iter()
            .filter_map(|(other, equal)| {
                pictures::link(&photo.key, &other.key, *equal).map(|link| (other.id, link))
            })
            .collect();
        for (other, link) in found {
            known.learn(photo.id, other, &link);
            candidates.found(other, &link);
            links.push(link);
        }
    }
}

/// Whether the decoded pixels of two photos are equal, where that is worth asking.
fn pixels_equal(
    archive: &mut Archive,
    a: &StoredPhoto,
    b: &StoredPhoto,
    pixels: &mut Pixels<'_>,
) -> Result<Option<bool>> {
    if !pictures::pixels_may_be_equal(&a.key, &b.key) {
        return Ok(None);
    }
    Ok((pixels.of(archive, a)?.zip(pixels.of(archive, b)?)).map(|(a, b)| a == b))
}

/// Hashes of decoded pixels, computed from the files when two photos ask for them, and stored.
struct Pixels<'a> {
    known: BTreeMap<i64, Option<Sha256>>,
    cx: &'a Context<'a>,
}

impl Pixels<'_> {
    fn of(&mut self, archive: &mut Archive, photo: &StoredPhoto) -> Result<Option<Sha256>> {
        if let Some(known) = photo
            .pixels
            .or(self.known.get(&photo.id).copied().flatten())
        {
            return Ok(Some(known));
        }
        if self.known.contains_key(&photo.id) {
            return Ok(None);
        }
        let hash = archive
            .photo_place(photo.id)?
            .and_then(|(root, path)| std::fs::read(place(&root, &path)?).ok())
            .filter(|bytes| fingerprint::sha256(bytes) == photo.key.sha256)
            .and_then(|bytes| {
                crate::intake::guarded(|| {
                    fingerprint::pixels(&bytes, photo.format, photo.orientation, self.cx.limits)
                })
                .flatten()
            });
        self.known.insert(photo.id, hash);
        if let Some(hash) = &hash {
            archive.store_pixels(photo.id, hash)?;
        }
        Ok(hash)
    }
}

/// The path of a stored file; `None` where its name cannot be a path on this system.
pub fn place(root: &str, relative: &[u8]) -> Option<PathBuf> {
    crate::discover::platform::path_from(relative).map(|relative| Path::new(root).join(relative))
}

// ---------------------------------------------------------------- matching

fn match_document(archive: &mut Archive, document: i64, cx: &Context<'_>) -> Result<()> {
    if archive.forget_empty(document)? {
        return Ok(());
    }
    let unread = archive.unread(document)?;
    if !unread.is_empty() {
        let read: Vec<_> = unread
            .into_iter()
            .map(|raw| {
                let reading = crate::intake::read_again(&raw, cx.credits);
                (raw, reading)
            })
            .collect();
        archive.replace_readings(&read)?;
    }
    let (printed, keys, pool) = match_case(archive, document)?;
    let ties = archive.ties(&printed.iter().map(|p| p.appearance).collect::<Vec<_>>())?;
    let decided = decided::obey(
        &printed,
        &pool,
        matching::decide(&printed, &pool),
        &ties,
        &matching::decide,
    );
    let stored: Vec<_> = printed
        .iter()
        .zip(decided)
        .zip(keys)
        .map(|((p, found), keys)| (p.appearance, found, keys))
        .collect();
    archive.store_matches(document, &stored)
}

/// The appearances of a document, the keys of each, and the photos that share one.
type MatchCase = (
    Vec<matching::Printed>,
    Vec<Vec<String>>,
    Vec<matching::Held>,
);

/// What matching sees of a document: its appearances with their keys, and every photo that shares a key with one.
pub fn match_case(archive: &Archive, document: i64) -> Result<MatchCase> {
    archive.at_once(|archive| {
        let mut rows = archive.printed(document)?;
        let mut candidates = BTreeSet::new();
        let mut keys = Vec::new();
        for row in &mut rows {
            row.printed.structural = match saved_beside(archive, row)? {
                Some(beside) => Some(beside),
                None => archive.recorded_photo(row.printed.appearance)?,
            };
            if let Some(structural) = row.printed.structural {
                candidates.insert(Archive::photo_key(&structural.photo));
            }
            let own = matching::keys_of_printed(&row.printed);
            candidates.extend(archive.held_with_keys(&own, matching::MAX_SHARED)?);
            keys.push(own);
        }
        let pool = archive.held(&candidates.into_iter().collect::<Vec<_>>())?;
        let printed: Vec<matching::Printed> = rows.into_iter().map(|row| row.printed).collect();
        Ok((printed, keys, pool))
    })
}

/// The photo that lies where the page says: a browser's "complete page".
fn saved_beside(archive: &Archive, row: &PrintedRow) -> Result<Option<matching::Structural>> {
    for (root, folder) in &row.folders {
        for local in &row.local {
            for path in matching::paths_beside(folder, local) {
                if let Some(photo) = archive.photo_at(*root, &path)? {
                    return Ok(Some(archive::saved_beside(photo)));
                }
            }
        }
    }
    Ok(None)
}
