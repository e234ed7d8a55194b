//! The pipeline in one screen: discover -> read -> credit -> fingerprint -> archive -> pictures -> matching -> flags.
//! READ THIS FIRST.
//!
//! In: paths. Out: an archive that holds what is under them, and a [`Summary`]. Inputs are read on all cores and
//! committed in batches; what they still need stands in the archive's `pending` table and is derived at the end, so that
//! a run that is killed loses nothing that was committed, and the next one finishes it.

mod plan;

use std::path::PathBuf;
use std::sync::mpsc::sync_channel;

use rayon::prelude::*;
use serde::Serialize;

pub use plan::{Tally, tally};

use crate::archive::{Archive, Counts, Stored};
use crate::derive::{Progress, derive};
use crate::discover::{self, Found};
use crate::error::{Error, Result};
use crate::intake::{Context, read_found};
use crate::model::Status;
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
    /// Of the inputs found, those that are not meant to be read.
    pub skipped: u64,
    /// Of the inputs found, those that could not be read in full, now or before.
    pub problems: u64,
    /// What the archive holds now.
    #[serde(flatten)]
    pub archive: Counts,
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
    let roots = Roots::resolve(archive, request)?;
    let run = archive.begin_run(&digest, &roots.given())?;
    let mut summary = read_all(archive, request, &roots, cx, progress)?;
    derive(archive, cx, progress)?;
    summary.archive = archive.counts()?;
    archive.finish_run(run, &serde_json::to_value(&summary).unwrap_or_default())?;
    Ok(summary)
}

/// What became of one input of a batch.
enum Outcome {
    Unchanged { skipped: bool, problem: bool },
    Touched(i64, String, i64),
    Read { stored: Box<Stored>, seen: Seen },
}

/// What the archive knew of an input that was read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Seen {
    New,
    Changed,
    /// It could not be opened before and cannot now.
    Unreadable,
}

/// Walk, read in parallel, store in order: one batch is read while the one before is committed.
fn read_all(
    archive: &mut Archive,
    request: &Request,
    roots: &Roots,
    cx: &Context<'_>,
    progress: &dyn Fn(Progress),
) -> Result<Summary> {
    let mut summary = Summary::default();
    let known = Archive::read(archive.path())?;
    let (send, receive) = sync_channel::<Result<Vec<Outcome>>>(1);
    std::thread::scope(|scope| {
        let reader = scope.spawn(move || {
            let mut walk = discover::walk(roots.walked());
            loop {
                let batch: Vec<Found> = walk.by_ref().take(BATCH).collect();
                if batch.is_empty() {
                    return;
                }
                let outcomes = read_batch(&known, batch, request.reread, roots, cx);
                let failed = outcomes.is_err();
                if send.send(outcomes).is_err() || failed {
                    return;
                }
            }
        });
        for outcomes in receive {
            store(archive, outcomes?, &mut summary)?;
            progress(Progress {
                step: "reading",
                done: summary.found,
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

fn read_batch(
    known: &Archive,
    batch: Vec<Found>,
    reread: bool,
    roots: &Roots,
    cx: &Context<'_>,
) -> Result<Vec<Outcome>> {
    let mut planned = Vec::with_capacity(batch.len());
    for found in batch {
        let place = roots.place(found.input());
        let before = known.known(place.root_id, &place.path)?;
        planned.push((found, place, before));
    }
    Ok(planned
        .into_par_iter()
        .map(|(found, place, before)| {
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
                    problem: before.is_some_and(|b| b.problem),
                };
            }
            let stored = read_found(&found, &place, cx);
            let same_bytes = before.as_ref().is_some_and(|b| {
                b.sha256.is_some()
                    && b.sha256 == stored.file.sha256.map(|s| s.to_hex())
                    && b.size == stored.file.size
            });
            if same_bytes && !reread {
                return Outcome::Touched(place.root_id, place.path, stored.file.mtime_ns);
            }
            let seen = match &before {
                None => Seen::New,
                Some(b) if b.problem && b.sha256.is_none() && stored.file.sha256.is_none() => {
                    Seen::Unreadable
                }
                Some(_) => Seen::Changed,
            };
            Outcome::Read {
                stored: Box::new(stored),
                seen,
            }
        })
        .collect())
}

fn store(archive: &mut Archive, outcomes: Vec<Outcome>, summary: &mut Summary) -> Result<()> {
    let (mut batch, mut touched) = (Vec::new(), Vec::new());
    for outcome in outcomes {
        summary.found += 1;
        match outcome {
            Outcome::Unchanged { skipped, problem } => {
                summary.unchanged += 1;
                summary.skipped += u64::from(skipped);
                summary.problems += u64::from(problem);
            }
            Outcome::Touched(root, path, mtime) => {
                summary.unchanged += 1;
                touched.push((root, path, mtime));
            }
            Outcome::Read { stored, seen } => {
                summary.new += u64::from(seen == Seen::New);
                summary.changed += u64::from(seen == Seen::Changed);
                summary.unchanged += u64::from(seen == Seen::Unreadable);
                summary.skipped += u64::from(stored.file.status == Status::Skipped);
                summary.problems += u64::from(matches!(
                    stored.file.status,
                    Status::Partial | Status::Failed
                ));
                batch.push(*stored);
            }
        }
    }
    if !touched.is_empty() {
        archive.touch(&touched)?;
    }
    if !batch.is_empty() {
        archive.store(&batch)?;
    }
    Ok(())
}
