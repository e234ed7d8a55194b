//! What the desk keeps between requests: connections, counts that were just made, small pictures.

use std::collections::HashMap;
use std::hash::{Hash, Hasher as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;

use super::{Options, guard};
use crate::archive::{Archive, FacetCounts, ListFilter, NewReview};
use crate::audits::Audit;
use crate::credit::CreditReader;
use crate::discover::platform;
use crate::error::{Error, Result};
use crate::intake::Context;
use crate::model::{Review, ReviewDecision};
use crate::parties::Outlets;
use crate::read::{CatalogueOptions, Limits};
use crate::review;

/// Connections that are kept open.
const READERS: usize = 32;

/// How old counts may be while another process writes.
const FRESH: Duration = Duration::from_secs(5);

/// An answer may be older where making it takes long, by so many times what it took: a desk that counts millions of uses anew
/// for every file of a long ingest would answer nothing else.
const LONG: u32 = 20;

/// And never older than this.
const OLDEST: Duration = Duration::from_mins(5);

/// Answers that are kept, of each kind.
const KEPT: usize = 64;

/// Bytes of small pictures that are kept.
const PICTURE_BYTES: usize = 96 << 20;

/// Everything that requests share.
pub(super) struct Desk {
    pub(super) port: u16,
    pub(super) loopback: bool,
    pub(super) token: Option<String>,
    pub(super) names: Vec<String>,
    pub(super) read_only: bool,
    pub(super) reviewer: Option<String>,
    pub(super) credits: CreditReader,
    pub(super) limits: Limits,
    /// Pictures are decoded on so many cores.
    pub(super) decoding: Semaphore,
    db: PathBuf,
    outlets: Outlets,
    shown: Mutex<Shown>,
    readers: Mutex<Vec<Archive>>,
    writer: Mutex<()>,
    written: AtomicU64,
    watch: Mutex<Watch>,
    /// One lock for each part of the questions.
    turns: Vec<Mutex<()>>,
    counts: Mutex<Kept<ListFilter, FacetCounts>>,
    audits: Mutex<Kept<String, Audit>>,
    /// Held by whoever counts an audit.
    counting: Mutex<()>,
    pictures: Mutex<Pictures>,
}

/// The file that pages are made from.
struct Shown {
    file: Option<(u64, u64)>,
    /// Stands in every form. Another file has another secret: a form decides about the file that it shows, or about none.
    secret: String,
    /// Files that were shown before.
    before: u64,
}

/// What became of a decision.
pub(super) enum Recorded {
    /// It counts, under this id.
    Done(String),
    /// Meanwhile somebody decided the same: this review is in effect.
    Overtaken(Box<Review>),
    /// What it undoes was undone before.
    Gone,
    /// Another file lies where the archive was.
    Replaced,
}

/// Sees whether the archive was changed.
struct Watch {
    archive: Archive,
    version: i64,
    epoch: u64,
}

/// Answers with when, and of which state of the archive, they were made.
type Kept<K, V> = HashMap<K, Made<V>>;

/// One of them.
struct Made<V> {
    /// Changes by others that were seen before.
    epoch: u64,
    /// Decisions that were recorded before.
    written: u64,
    at: Instant,
    took: Duration,
    answer: Arc<V>,
}

/// An answer, and since when the archive has gone on without it.
pub(super) struct Answer<V> {
    pub(super) answer: Arc<V>,
    /// How long ago it was made, where the archive was changed since.
    pub(super) old: Option<Duration>,
}

#[derive(Default)]
struct Pictures {
    made: HashMap<String, Arc<Vec<u8>>>,
    order: std::collections::VecDeque<String>,
    bytes: usize,
}

/// A lock whose holder panicked is a lock all the same: what it guards is replaced whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What lies where the archive is.
fn identity(db: &Path) -> Result<Option<(u64, u64)>> {
    let found = std::fs::metadata(db).map(|found| platform::identity(&found));
    found.map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => Error::NotAnArchive {
            path: db.into(),
            reason: "it was moved or removed while the desk runs; put an archive there and load this page again".into(),
        },
        _ => Error::io("read", db)(source),
    })
}

impl Desk {
    pub(super) fn new(options: Options, port: u16) -> Result<Self> {
        let file = identity(&options.db)?;
        let archive = Archive::read(&options.db)?;
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Ok(Self {
            port,
            loopback: options.listen.ip().is_loopback(),
            token: options.token,
            names: options.names,
            read_only: options.read_only,
            reviewer: options.reviewer,
            credits: options.credits,
            limits: options.limits,
            decoding: Semaphore::new(cores),
            shown: Mutex::new(Shown {
                file,
                secret: guard::secret()?,
                before: 0,
            }),
            db: options.db,
            outlets: options.outlets,
            readers: Mutex::default(),
            writer: Mutex::default(),
            written: AtomicU64::new(0),
            watch: Mutex::new(Watch {
                version: archive.data_version()?,
                archive,
                epoch: 0,
            }),
            turns: (0..16).map(|_| Mutex::default()).collect(),
            counts: Mutex::default(),
            audits: Mutex::default(),
            counting: Mutex::default(),
            pictures: Mutex::default(),
        })
    }

    /// What the archive is called.
    pub(super) fn name(&self) -> String {
        self.db
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .unwrap_or_default()
    }

    /// The secret of forms that are made from now on; where no archive lies in its place any more, that is the answer.
    pub(super) fn enter(&self) -> Result<String> {
        Ok(self.shown()?.secret.clone())
    }

    /// The file that lies there now. Where it is another, whatever was read of the old one is dropped.
    fn shown(&self) -> Result<MutexGuard<'_, Shown>> {
        let file = identity(&self.db)?;
        let mut shown = lock(&self.shown);
        if file != shown.file {
            let archive = Archive::read(&self.db)?;
            shown.secret = guard::secret()?;
            let mut watch = lock(&self.watch);
            watch.version = archive.data_version()?;
            watch.archive = archive;
            drop(watch);
            shown.file = file;
            shown.before += 1;
            lock(&self.readers).clear();
            // Answers that are kept were made of the old file.
            self.written.fetch_add(1, Ordering::SeqCst);
        }
        Ok(shown)
    }

    /// Ask one state of the archive, on a connection that nobody else uses meanwhile.
    pub(super) fn ask<T>(&self, question: impl FnOnce(&Archive) -> Result<T>) -> Result<T> {
        let before = self.shown()?.before;
        let kept = lock(&self.readers).pop();
        let archive = kept.map_or_else(|| Archive::read(&self.db), Ok)?;
        let answer = archive.at_once(question);
        // The next question may be asked of a later state.
        archive.forget_totals();
        let shown = lock(&self.shown);
        let mut readers = lock(&self.readers);
        if readers.len() < READERS && shown.before == before {
            readers.push(archive);
        }
        answer
    }

    /// Record a decision, one writer at a time. `secret`: that of the form; `seen`: the review that was in effect about
    /// the same when the form was made, or nothing.
    pub(super) fn record(&self, new: &NewReview, secret: &str, seen: &str) -> Result<Recorded> {
        let _alone = lock(&self.writer);
        let ours = || Ok::<_, Error>(guard::same(&self.enter()?, secret));
        if !ours()? {
            return Ok(Recorded::Replaced);
        }
        let mut archive = Archive::write(&self.db)?;
        // What was just opened is what lies there now.
        if !ours()? {
            return Ok(Recorded::Replaced);
        }
        if new.decision != ReviewDecision::Note {
            let about = archive.reviews(Some(&new.subject))?;
            match about.into_iter().find(|r| r.in_effect) {
                Some(now) if now.review != seen => {
                    return Ok(Recorded::Overtaken(Box::new(now)));
                }
                None if new.decision == ReviewDecision::Undo => return Ok(Recorded::Gone),
                _ => {}
            }
        }
        let catalogue = CatalogueOptions::default();
        let cx = Context::new(&self.credits, &self.limits, &self.outlets, &catalogue);
        let recorded = review::record(&mut archive, std::slice::from_ref(new), &cx)?;
        // Who decided sees it at once, whatever else is being written.
        self.written.fetch_add(1, Ordering::SeqCst);
        Ok(Recorded::Done(
            recorded.into_iter().next().unwrap_or_default(),
        ))
    }

    /// A number that changes with the archive.
    fn epoch(&self) -> u64 {
        let mut watch = lock(&self.watch);
        if let Ok(version) = watch.archive.data_version()
            && version != watch.version
        {
            watch.version = version;
            watch.epoch += 1;
        }
        watch.epoch
    }

    /// Counts for every filter, made anew only where the archive changed.
    pub(super) fn counts(&self, filter: &ListFilter) -> Result<Arc<FacetCounts>> {
        self.kept(&self.counts, filter, |archive| archive.facet_counts(filter))
    }

    /// An audit, made anew only where the archive changed; `now`: whatever was made before.
    pub(super) fn audit(
        &self,
        question: &str,
        now: bool,
        make: impl FnOnce(&Archive) -> Result<Audit>,
    ) -> Result<Answer<Audit>> {
        let question = question.to_owned();
        if now {
            lock(&self.audits).remove(&question);
        }
        let answer = if let Some(answer) = self.made(&self.audits, &question) {
            answer
        } else {
            // One at a time: an audit reads every use, and pages that read a few would wait for several of them.
            let _alone = lock(&self.counting);
            self.kept(&self.audits, &question, make)?
        };
        let (epoch, written) = (self.epoch(), self.written.load(Ordering::SeqCst));
        let old = lock(&self.audits)
            .get(&question)
            .filter(|made| (made.epoch, made.written) != (epoch, written))
            .map(|made| made.at.elapsed());
        Ok(Answer { answer, old })
    }

    /// An answer that still holds.
    fn made<K: Eq + Hash, V>(&self, all: &Mutex<Kept<K, V>>, key: &K) -> Option<Arc<V>> {
        let (epoch, written) = (self.epoch(), self.written.load(Ordering::SeqCst));
        let all = lock(all);
        let made = all.get(key)?;
        let fresh = FRESH.max(made.took * LONG).min(OLDEST);
        let holds = made.written == written && (made.epoch == epoch || made.at.elapsed() < fresh);
        holds.then(|| made.answer.clone())
    }

    fn kept<K: Clone + Eq + Hash, V>(
        &self,
        all: &Mutex<Kept<K, V>>,
        key: &K,
        make: impl FnOnce(&Archive) -> Result<V>,
    ) -> Result<Arc<V>> {
        if let Some(answer) = self.made(all, key) {
            return Ok(answer);
        }
        // Who asks the same meanwhile waits for the answer and does not make it again.
        let mut hasher = std::hash::DefaultHasher::new();
        key.hash(&mut hasher);
        let turns = self.turns.len().max(1) as u64;
        let turn = self.turns.get((hasher.finish() % turns) as usize);
        let _turn = turn.map(lock);
        if let Some(answer) = self.made(all, key) {
            return Ok(answer);
        }
        // Both are read before the archive is: what is written meanwhile makes the answer an old one.
        let (epoch, written) = (self.epoch(), self.written.load(Ordering::SeqCst));
        let began = Instant::now();
        let answer = Arc::new(self.ask(make)?);
        let mut all = lock(all);
        if all.len() >= KEPT {
            all.clear();
        }
        let at = Instant::now();
        let made = Made {
            epoch,
            written,
            at,
            took: at - began,
            answer: answer.clone(),
        };
        all.insert(key.clone(), made);
        Ok(answer)
    }

    /// A small picture that was made before.
    pub(super) fn picture(&self, key: &str) -> Option<Arc<Vec<u8>>> {
        lock(&self.pictures).made.get(key).cloned()
    }

    /// Keep a small picture; the oldest make room.
    pub(super) fn keep_picture(&self, key: String, jpeg: &Arc<Vec<u8>>) {
        let mut kept = lock(&self.pictures);
        kept.bytes += jpeg.len();
        if let Some(before) = kept.made.insert(key.clone(), jpeg.clone()) {
            kept.bytes -= before.len();
        } else {
            kept.order.push_back(key);
        }
        while kept.bytes > PICTURE_BYTES {
            let Some(oldest) = kept.order.pop_front() else {
                return;
            };
            if let Some(gone) = kept.made.remove(&oldest) {
                kept.bytes -= gone.len();
            }
        }
    }
}

/// Run what waits for the disk where it keeps no other request waiting.
pub(super) async fn apart<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|_| {
        Err(Error::Request {
            doing: "make this page".into(),
            reason: "something went wrong inside; please report it with the page's address".into(),
        })
    })
}
