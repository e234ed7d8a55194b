//! The pipeline in one screen: discover -> read -> credit -> fingerprint -> archive -> pictures -> matching -> flags.
//! READ THIS FIRST.
//!
//! In: paths. Out: an archive that holds what is under them, and a [`Summary`]. Inputs are read on all cores and
//! committed in batches; what they still need stands in the archive's `pending` table and is derived at the end, so that
//! a run that is killed loses nothing that was committed, and the next one finishes it.

mod own;
mod plan;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::mpsc::sync_channel;

use rayon::prelude::*;
use serde::Serialize;

pub use plan::{Tally, tally};

use crate::archive::{Archive, CatalogueCounts, Counts, KnownFile, Stored};
use crate::derive::{Progress, derive};
use crate::discover::{self, Found, Input};
use crate::error::{Error, Result};
use crate::flags::Thresholds;
use crate::intake::{Context, Place, container, read_found};
use crate::matching;
use crate::model::Status;
use crate::read::Look;
use own::OwnFiles;
use plan::Roots;

/// Inputs that are read at a time and committed together.
const BATCH: usize = 256;

/// What to ingest, and how.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Paths, as typed.
    pub paths: Vec<PathBuf>,
    /// Paths with a name that outlives where they are mounted.
    pub named: Vec<(String, PathBuf)>,
    /// Read inputs again even where size and time say that they did not change.
    pub reread: bool,
    /// What findings have to reach from now on; `None` leaves what the archive was judged by.
    pub thresholds: Option<Thresholds>,
}

/// What one run did, and what the archive holds after it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Inputs found.
    pub found: u64,
    /// Inputs that were not there before.
    pub new: u64,
    /// Inputs whose content had changed.
    pub changed: u64,
    /// Inputs as they were.
    pub unchanged: u64,
    /// Inputs inside the new and changed ones: records, parts, items, rows.
    pub members: u64,
    /// Of the inputs found, those that are not meant to be read.
    pub skipped: u64,
    /// Of the inputs found and those inside them, those that could not be read in full, now or before.
    pub problems: u64,
    /// What the archive holds now.
    #[serde(flatten)]
    pub archive: Counts,
    /// How the rows of catalogues stand now.
    pub catalogue: CatalogueCounts,
}

/// Ingest: the whole job.
pub fn ingest(
    archive: &mut Archive,
    request: &Request,
    cx: &Context<'_>,
    progress: &dyn Fn(Progress),
) -> Result<Summary> {
    let digest = cx.credits.registry().digest().to_owned();
    match archive.registry_digest()? {
        Some(stored) if stored == digest => {}
        Some(_) => crate::rederive::rederive(archive, cx, progress)?,
        None => archive.store_registry(cx.credits.registry())?,
    }
    if let Some(thresholds) = &request.thresholds {
        archive.judge_by(thresholds)?;
    }
    let roots = Roots::resolve(archive, request)?;
    let mut run = Run::new(digest, roots.given());
    let mut summary = read_all(archive, request, &roots, cx, &mut run, progress)?;
    // What a run before this one left to be done, and its row without an end, are reasons for a row, too.
    let unfinished = |archive: &Archive| {
        let last = archive.runs(1)?;
        let ended = last.iter().all(|run| run.finished.is_some());
        Ok(!ended || !archive.pending_counts()?.is_empty())
    };
    if run.id.is_some() || unfinished(archive)? {
        run.progress(archive, "deriving", summary.found + summary.members)?;
    }
    derive(archive, cx, progress)?;
    summary.archive = archive.counts()?;
    summary.catalogue = archive.catalogue_counts()?;
    if let Some(id) = run.id {
        archive.finish_run(id, &serde_json::to_value(&summary).unwrap_or_default())?;
    }
    archive.seal()?;
    Ok(summary)
}

/// The run's row in the archive, which is made when there is something to store: a run that finds everything as it was
/// leaves the archive and its seal alone, so that it costs nothing that grows with the archive.
struct Run {
    id: Option<i64>,
    digest: String,
    roots: Vec<String>,
}

impl Run {
    fn new(digest: String, roots: Vec<String>) -> Self {
        Self {
            id: None,
            digest,
            roots,
        }
    }

    fn progress(&mut self, archive: &mut Archive, step: &str, done: u64) -> Result<()> {
        let id = match self.id {
            Some(id) => id,
            None => archive.begin_run(&self.digest, &self.roots)?,
        };
        self.id = Some(id);
        archive.run_progress(id, step, done)
    }
}

/// What became of one input of a batch.
enum Outcome {
    Unchanged {
        skipped: bool,
        problems: u64,
    },
    Touched(i64, String, i64),
    Read {
        stored: Box<Stored>,
        seen: Seen,
    },
    /// It holds many inputs, and is read once the others of its batch are.
    Many {
        input: Box<Input>,
        place: Place,
        before: Option<KnownFile>,
        /// Even where it is as it was.
        reread: bool,
    },
    /// Places that could not be listed before are folders, and were listed.
    Listed(Vec<i64>),
    /// The first members of a file come next: its own row, for the case that they are the last of this run.
    Begun(Box<Stored>),
    Members(Vec<Stored>),
    /// All members came, and this is the file's own row.
    Finished {
        stored: Box<Stored>,
        seen: Seen,
    },
}

/// What the archive knew of an input that was read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    New,
    Changed,
    /// It could not be opened before and cannot now.
    Unreadable,
}

/// Where outcomes go, on the way to the thread that stores them.
type Sender = std::sync::mpsc::SyncSender<Result<Vec<Outcome>>>;

/// Walk, read in parallel, store in order: one batch is read while the one before is committed.
fn read_all(
    archive: &mut Archive,
    request: &Request,
    roots: &Roots,
    cx: &Context<'_>,
    run: &mut Run,
    progress: &dyn Fn(Progress),
) -> Result<Summary> {
    let mut summary = Summary::default();
    let mut came = BTreeSet::new();
    let known = Archive::read(archive.path())?;
    let reread = Reread {
        all: request.reread,
        older_hashes: cx.limits.look != Look::Metadata && known.older_hashes()? > 0,
    };
    let (send, receive) = sync_channel::<Result<Vec<Outcome>>>(1);
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || {
            let own = OwnFiles::of(known.path());
            let mut walk = discover::walk(roots.walked()).filter(|f| !own.holds(f.input()));
            loop {
                let batch: Vec<Found> = walk.by_ref().take(BATCH).collect();
                if batch.is_empty() {
                    return;
                }
                let outcomes = match read_batch(&known, batch, reread, roots, cx) {
                    Ok(outcomes) => outcomes,
                    Err(error) => {
                        let _ = send.send(Err(error));
                        return;
                    }
                };
                if !send_in_order(outcomes, cx, &send) {
                    return;
                }
            }
        });
        for outcomes in receive {
            let outcomes = outcomes?;
            let is_new = |outcome: &Outcome| !matches!(outcome, Outcome::Unchanged { .. });
            if run.id.is_none() && outcomes.iter().any(is_new) {
                run.progress(archive, "reading", summary.found)?;
                scope.spawn(matching::prepare);
            }
            store(archive, outcomes, &mut summary, &mut came)?;
            let done = summary.found + summary.members;
            if run.id.is_some() {
                run.progress(archive, "reading", done)?;
            }
            progress(Progress {
                step: "reading",
                done,
                total: None,
            });
        }
        reader.join().map_err(|_| Error::Request {
            doing: "read the inputs".into(),
            reason: "the reading thread stopped; run again, and report this with the name of the last input".into(),
        })
    })?;
    Ok(summary)
}

/// Send what was read, and read and send what holds many inputs where it stands among them; `false` where nobody listens.
fn send_in_order(outcomes: Vec<Outcome>, cx: &Context<'_>, send: &Sender) -> bool {
    let mut ready = Vec::new();
    for outcome in outcomes {
        let Outcome::Many {
            input,
            place,
            before,
            reread,
        } = outcome
        else {
            ready.push(outcome);
            continue;
        };
        let known = before.as_ref().and_then(|b| b.sha256.clone());
        if !reread && known.is_some() && known == container::digest(&input) {
            let time = input.modified.unwrap_or_default();
            ready.push(Outcome::Touched(place.root_id, place.path, time));
            continue;
        }
        let mut begun = false;
        let stored = container::read(&input, &place, cx, &mut |members| {
            let mut out = std::mem::take(&mut ready);
            if !begun {
                begun = true;
                out.push(Outcome::Begun(Box::new(container::unfinished(
                    &input, &place,
                ))));
            }
            out.push(Outcome::Members(members));
            // Where nobody listens any more, an error is on its way to the user.
            let _ = send.send(Ok(out));
        });
        let seen = Seen::of(before.as_ref(), &stored);
        let stored = Box::new(stored);
        ready.push(if begun || before.is_some() {
            Outcome::Finished { stored, seen }
        } else {
            Outcome::Read { stored, seen }
        });
    }
    ready.is_empty() || send.send(Ok(ready)).is_ok()
}

/// What is read again though it did not change.
#[derive(Clone, Copy)]
struct Reread {
    /// Everything.
    all: bool,
    /// Photos whose hashes come from an earlier way to decode them.
    older_hashes: bool,
}

fn read_batch(
    known: &Archive,
    batch: Vec<Found>,
    reread: Reread,
    roots: &Roots,
    cx: &Context<'_>,
) -> Result<Vec<Outcome>> {
    let mut planned = Vec::with_capacity(batch.len());
    let mut folders = BTreeSet::new();
    let mut last: Option<(i64, String)> = None;
    for found in batch {
        let place = roots.place(found.input());
        // A walk gives the inputs of a folder one after the other.
        let folder = place.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let is_last = |(root, of): &(i64, String)| *root == place.root_id && of == folder;
        if !last.as_ref().is_some_and(is_last) {
            let all = roots.folders(place.root_id, folder).into_iter();
            folders.extend(all.map(|folder| (place.root_id, folder)));
            last = Some((place.root_id, folder.to_owned()));
        }
        let before = known.known(place.root_id, &place.path)?;
        let reread = reread.all
            || (reread.older_hashes && known.has_older_hash(place.root_id, &place.path)?);
        planned.push((found, place, before, reread));
    }
    let mut listed = Vec::new();
    for (root_id, folder) in folders {
        if let Some(file) = known.unlisted(root_id, &folder)?
            && !roots.is_file(root_id, &folder)
        {
            listed.push(file);
        }
    }
    // Before what is read: one that could not be listed this time either is told anew.
    let mut outcomes = Vec::new();
    if !listed.is_empty() {
        outcomes.push(Outcome::Listed(listed));
    }
    outcomes.par_extend(
        planned
            .into_par_iter()
            .map(|(found, place, before, reread)| {
                let input = found.input();
                let same_stamp = before.as_ref().is_some_and(|b| {
                    b.size == input.bytes
                        && b.mtime_ns == input.modified.unwrap_or_default()
                        && (b.sha256.is_some() || b.skipped)
                });
                if same_stamp && !reread {
                    let before = before.as_ref();
                    return Outcome::Unchanged {
                        skipped: before.is_some_and(|b| b.skipped),
                        problems: before.map_or(0, |b| b.problems),
                    };
                }
                let Some(stored) = read_found(&found, &place, cx) else {
                    return Outcome::Many {
                        input: Box::new(input.clone()),
                        place,
                        before,
                        reread,
                    };
                };
                let same_bytes = before.as_ref().is_some_and(|b| {
                    b.sha256.is_some()
                        && b.sha256 == stored.file.sha256.map(|s| s.to_hex())
                        && b.size == stored.file.size
                });
                if same_bytes && !reread {
                    return Outcome::Touched(place.root_id, place.path, stored.file.mtime_ns);
                }
                let seen = Seen::of(before.as_ref(), &stored);
                Outcome::Read {
                    stored: Box::new(stored),
                    seen,
                }
            }),
    );
    Ok(outcomes)
}

impl Seen {
    fn of(before: Option<&KnownFile>, stored: &Stored) -> Self {
        match before {
            None => Self::New,
            Some(b) if b.problems > 0 && b.sha256.is_none() && stored.file.sha256.is_none() => {
                Self::Unreadable
            }
            Some(_) => Self::Changed,
        }
    }
}

impl Summary {
    /// Count what was read of one input.
    fn add(&mut self, stored: &Stored, seen: Seen) {
        self.found += 1;
        self.new += u64::from(seen == Seen::New);
        self.changed += u64::from(seen == Seen::Changed);
        self.unchanged += u64::from(seen == Seen::Unreadable);
        self.skipped += u64::from(stored.file.status == Status::Skipped);
        self.problems += u64::from(is_bad(stored));
    }
}

impl Summary {
    /// Count inputs inside another; their keys come back.
    fn add_members(&mut self, members: &[Stored]) -> BTreeSet<i64> {
        self.members += members.len() as u64;
        self.problems += members.iter().filter(|m| is_bad(m)).count() as u64;
        let places = members.iter().map(|m| &m.file);
        places
            .map(|file| Archive::file_key(file.root_id, &file.path))
            .collect()
    }
}

fn is_bad(stored: &Stored) -> bool {
    matches!(stored.file.status, Status::Partial | Status::Failed)
}

/// Store outcomes in their order. `came` are the members that came of the file that is being read.
fn store(
    archive: &mut Archive,
    outcomes: Vec<Outcome>,
    summary: &mut Summary,
    came: &mut BTreeSet<i64>,
) -> Result<()> {
    let (mut batch, mut touched, mut changed) = (Vec::new(), Vec::new(), Vec::new());
    for outcome in outcomes {
        match outcome {
            Outcome::Unchanged { skipped, problems } => {
                summary.found += 1;
                summary.unchanged += 1;
                summary.skipped += u64::from(skipped);
                summary.problems += problems;
            }
            Outcome::Touched(root, path, mtime) => {
                summary.found += 1;
                summary.unchanged += 1;
                touched.push((root, path, mtime));
            }
            Outcome::Read { stored, seen } => {
                summary.add(&stored, seen);
                let key = Archive::file_key(stored.file.root_id, &stored.file.path);
                let parts = stored.apart();
                let own = summary.add_members(parts.get(1..).unwrap_or_default());
                batch.extend(parts);
                if seen != Seen::New {
                    changed.push((key, own));
                }
            }
            Outcome::Many { .. } => {}
            Outcome::Listed(files) => archive.forget_unlisted(&files)?,
            Outcome::Begun(stored) => batch.push(*stored),
            Outcome::Members(members) => {
                came.extend(summary.add_members(&members));
                batch.extend(members);
            }
            Outcome::Finished { stored, seen } => {
                summary.add(&stored, seen);
                let key = Archive::file_key(stored.file.root_id, &stored.file.path);
                let parts = stored.apart();
                came.extend(summary.add_members(parts.get(1..).unwrap_or_default()));
                batch.extend(parts);
                archive.store(&std::mem::take(&mut batch))?;
                archive.forget_members(key, came)?;
                came.clear();
            }
        }
    }
    if !touched.is_empty() {
        archive.touch(&touched)?;
    }
    if !batch.is_empty() {
        archive.store(&batch)?;
    }
    for (key, own) in changed {
        archive.forget_members(key, &own)?;
    }
    Ok(())
}
