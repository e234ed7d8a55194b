//! One input, read in full: opened, recognised, read, its credits read, its pixels hashed. No input makes this fail.

pub mod container;
mod inside;
pub mod isolate;

use std::borrow::Cow;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use crate::archive::{Content, FileRow, PhotoReading, RawAppearance, Stored};
use crate::credit::{CreditReader, Hints};
use crate::discover::{self, Found, Input, Root};
use crate::fingerprint;
use crate::model::{
    CaptureKind, CreditReading, Document, Field, InputKind, Metadata, Photo, Problem, Reason,
    Status,
};
use crate::parties::{KnownOutlet, Outlets};
use crate::read::{self, CatalogueOptions, DocumentContext, Limits};

/// Everything that reading an input depends on, beside the input.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Reads captions and credits.
    pub credits: &'a CreditReader,
    /// How much one input may ask for.
    pub limits: &'a Limits,
    /// Who publishes under which domain or name.
    pub outlets: &'a Outlets,
    /// How catalogues are read.
    pub catalogue: &'a CatalogueOptions,
    /// Whether files are digested and the pixels of photos hashed: not where nothing is compared.
    pub fingerprints: bool,
    /// What is done before inputs are read.
    pub guard: Guard<'a>,
}

impl<'a> Context<'a> {
    /// Reads with these; files and photos are hashed, and nothing is done before an input is read.
    pub fn new(
        credits: &'a CreditReader,
        limits: &'a Limits,
        outlets: &'a Outlets,
        catalogue: &'a CatalogueOptions,
    ) -> Self {
        Self {
            credits,
            limits,
            outlets,
            catalogue,
            fingerprints: true,
            guard: Guard::default(),
        }
    }
}

/// What is done before an input is read, by those who do not trust it.
#[derive(Clone, Copy, Default)]
pub struct Guard<'a> {
    /// Worker processes that read it first.
    pub workers: Option<&'a isolate::Workers>,
    /// Is told its name, before anything of it is read.
    pub log: Option<&'a (dyn Fn(&Input) + Sync)>,
}

impl Guard<'_> {
    /// The problem that keeps this input from being read.
    fn refuses(&self, input: &Input) -> Option<Problem> {
        if let Some(log) = self.log {
            log(input);
        }
        self.workers?.try_reading(input)
    }
}

/// Where an input stands in the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The root's key.
    pub root_id: i64,
    /// Relative to the root, for people.
    pub path: String,
    /// The name's bytes, where `path` does not show them as they are: they are not UTF-8, or look like what is shown for such
    /// bytes.
    pub path_raw: Option<Vec<u8>>,
}

impl Place {
    /// A row for what lies here.
    fn row(&self, container: Option<&str>) -> FileRow {
        FileRow {
            root_id: self.root_id,
            path: self.path.clone(),
            path_raw: self.path_raw.clone(),
            container: container.map(str::to_owned),
            kind: InputKind::Unknown.word(),
            size: 0,
            mtime_ns: 0,
            sha256: None,
            status: Status::Failed,
            problems: Vec::new(),
        }
    }
}

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is inside [`guarded`]: a panic there is stored as a problem and need not be printed.
pub fn in_guard() -> bool {
    GUARDED.with(Cell::get)
}

/// Run something that foreign bytes may drive into a fault of ours or of a library's: a panic becomes `None`.
pub fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    let outer = GUARDED.with(|g| g.replace(true));
    let result = catch_unwind(AssertUnwindSafe(work)).ok();
    GUARDED.with(|g| g.set(outer));
    result
}

/// Read what the walk found. What went wrong is in the row's problems. `None` for a file that holds many inputs:
/// [`container::read`] reads those.
pub fn read_found(found: &Found, place: &Place, cx: &Context<'_>) -> Option<Stored> {
    let input = found.input();
    let mut file = FileRow {
        size: input.bytes,
        mtime_ns: input.modified.unwrap_or_default(),
        ..place.row(None)
    };
    let mut content = match found {
        Found::Skipped(_, word) => {
            file.kind = word;
            file.status = Status::Skipped;
            Content::Nothing
        }
        Found::Failed(_, problem) => {
            file.problems.push(problem.clone());
            Content::Nothing
        }
        Found::File(input) => match cx.guard.refuses(input) {
            Some(problem) => {
                file.problems.push(problem);
                Content::Nothing
            }
            None => match guarded(|| read_file(input, &mut file, cx)) {
                Some(content) => content?,
                None => gave_up(&mut file),
            },
        },
    };
    Some(Stored {
        outlet: outlet(&content, cx),
        inside: inside::take(&mut content, &file, cx),
        file,
        content,
        record: None,
    })
}

/// The outlet that published a document, where it is one that is known.
fn outlet(content: &Content, cx: &Context<'_>) -> Option<KnownOutlet> {
    let Content::Document(document) = content else {
        return None;
    };
    let (domain, name) = (&document.outlet.domain, &document.outlet.name);
    cx.outlets.find(domain.as_deref(), name.as_deref()).cloned()
}

/// What is stored of an input on which a decoder panicked.
fn gave_up(file: &mut FileRow) -> Content {
    file.status = Status::Failed;
    file.problems = vec![Problem::new(
        Reason::Damaged,
        "cannot read this file: a decoder gave up on its content; check it with another program and report it",
    )];
    Content::Nothing
}

/// The sidecars that stand beside a photo on disk, `photo.xmp` and `photo.jpg.xmp`, each with its path. One that cannot be
/// read has its reason among the problems.
pub fn sidecars_beside(photo: &Path, limits: &Limits) -> Vec<(PathBuf, Metadata)> {
    let mut whole = photo.as_os_str().to_owned();
    whole.push(".xmp");
    let mut beside = Vec::new();
    for path in [photo.with_extension("xmp"), PathBuf::from(whole)] {
        let regular = std::fs::symlink_metadata(&path).is_ok_and(|m| m.is_file());
        let Some(Found::File(input)) = (regular && path != photo)
            .then(|| discover::walk(vec![Root::at(&path)]).next())
            .flatten()
        else {
            continue;
        };
        let bytes = discover::open(&input).and_then(|opened| opened.read(limits.sidecar_bytes));
        let metadata = match bytes {
            Ok(bytes) => guarded(|| read::sidecar::read(&bytes, limits)).unwrap_or_default(),
            Err(problem) => Metadata {
                problems: vec![problem],
                ..Metadata::default()
            },
        };
        beside.push((path, metadata));
    }
    beside
}

/// `None` for a file that holds many inputs.
fn read_file(input: &Input, file: &mut FileRow, cx: &Context<'_>) -> Option<Content> {
    let opened = match discover::open(input) {
        Ok(opened) => opened,
        Err(problem) => {
            file.problems.push(problem);
            return Some(Content::Nothing);
        }
    };
    let kind = opened.kind;
    file.kind = kind.word();
    file.size = opened.bytes;
    if let InputKind::Skipped(_) = kind {
        file.status = Status::Skipped;
        return Some(Content::Nothing);
    }
    let Some(reader) = read::reader(kind) else {
        file.problems
            .push(discover::refusal(kind, &input.path, &opened.head));
        file.sha256 = opened
            .read(cx.limits.photo_bytes)
            .ok()
            .map(|bytes| fingerprint::sha256(&bytes));
        return Some(Content::Nothing);
    };
    if reader.unpack().is_some() {
        return None;
    }
    let most = match kind {
        InputKind::Photo(_) => cx.limits.photo_bytes,
        InputKind::Sidecar => cx.limits.sidecar_bytes,
        _ => cx.limits.document_bytes,
    };
    let gzip = opened.gzip;
    let stored = match opened.read(most) {
        Ok(bytes) => bytes,
        Err(problem) => {
            file.problems.push(problem);
            return Some(Content::Nothing);
        }
    };
    let (bytes, problem) = if gzip {
        let (inside, problem) = discover::inflate(&stored, most);
        (Cow::Owned(inside), problem)
    } else {
        (Cow::Borrowed(&stored[..]), None)
    };
    let name = input.given.to_string_lossy();
    let context = DocumentContext {
        name: &name,
        url: None,
        charset: None,
        credits: cx.credits,
        limits: cx.limits,
    };
    let read = reader.read(&bytes, kind, &context);
    file.sha256 = cx.fingerprints.then(|| fingerprint::sha256(&stored));
    file.problems.extend(problem);
    Some(settle(file, read, &bytes, cx))
}

/// Complete what a reader found, and say in the file's row how far that was.
fn settle(file: &mut FileRow, read: read::Content, bytes: &[u8], cx: &Context<'_>) -> Content {
    let content = match read {
        read::Content::Photo(mut photo) => {
            if cx.fingerprints {
                complete_photo(&mut photo, bytes, cx.limits);
            }
            file.problems.extend(
                photo
                    .problems
                    .iter()
                    .chain(&photo.metadata.problems)
                    .cloned(),
            );
            let readings = photo_readings(&photo.metadata, cx.credits);
            Content::Photo(photo, readings)
        }
        read::Content::Sidecar(metadata) => {
            file.problems.extend(metadata.problems.iter().cloned());
            let readings = photo_readings(&metadata, cx.credits);
            Content::Sidecar(metadata, readings)
        }
        read::Content::CatalogueRow(key, metadata) => {
            file.problems.extend(metadata.problems.iter().cloned());
            let readings = photo_readings(&metadata, cx.credits);
            Content::CatalogueRow(key, metadata, readings)
        }
        read::Content::Document(mut document) => {
            within(&mut document, cx.limits);
            file.problems.extend(document.problems.iter().cloned());
            let word = match document.kind {
                CaptureKind::Article => None,
                CaptureKind::Consent => Some("consent-wall"),
                CaptureKind::Paywall => Some("paywall"),
                CaptureKind::Error => Some("error-page"),
                CaptureKind::Redirect => Some("redirect"),
            };
            if let Some(word) = word {
                file.kind = word;
                file.status = Status::Skipped;
                return Content::Nothing;
            }
            document_readings(&mut document, cx.credits);
            if document.outlet.name.is_none() {
                let known = cx.outlets.find(document.outlet.domain.as_deref(), None);
                document.outlet.name = known.map(|o| o.name.clone());
            }
            Content::Document(document)
        }
        read::Content::Skipped(word) => {
            file.kind = word;
            file.status = Status::Skipped;
            file.sha256 = None;
            return Content::Nothing;
        }
    };
    file.status = if file.problems.is_empty() {
        Status::Ok
    } else {
        Status::Partial
    };
    content
}

/// Keep what the limit allows of a document's appearances, and say what was left out.
fn within(document: &mut Document, limits: &Limits) {
    let found = document.appearances.len();
    if found > limits.appearances {
        document.appearances.truncate(limits.appearances);
        document.problems.push(Problem::new(
            Reason::MaxRecords,
            format!(
                "cannot keep all {found} appearances of this document: the limit is {}; the first were kept",
                limits.appearances
            ),
        ));
    }
}

/// Hash the pixels of a photo that was read.
pub fn complete_photo(photo: &mut Photo, bytes: &[u8], limits: &Limits) {
    let (fingerprints, problems) = fingerprint::of(bytes, photo.format, photo.orientation, limits);
    photo.fingerprints = fingerprints;
    for problem in problems {
        if !photo.problems.iter().any(|p| p.reason == problem.reason) {
            photo.problems.push(problem);
        }
    }
}

/// The readable fields of a photo or sidecar, each distinct value read.
pub fn photo_readings(metadata: &Metadata, credits: &CreditReader) -> Vec<PhotoReading> {
    let date = metadata
        .first(Field::DateCreated)
        .and_then(|d| d.get(..10).or(Some(d)));
    let hints = Hints { lang: None, date };
    let mut readings: Vec<PhotoReading> = Vec::new();
    for (field, values) in &metadata.fields {
        let is_credit = match field {
            Field::Creator | Field::CreditLine | Field::Source | Field::CopyrightNotice => true,
            Field::Description | Field::Headline | Field::Instructions => false,
            _ => continue,
        };
        for value in values {
            let known = |r: &PhotoReading| {
                r.field == *field && r.carrier == value.carrier && r.reading.text == value.value
            };
            if value.value.trim().is_empty() || readings.iter().any(known) {
                continue;
            }
            let hints = Hints {
                lang: value.lang.as_deref(),
                ..hints
            };
            let reading = match field {
                Field::Creator => credits.creator(&value.value, &hints),
                _ if is_credit => credits.credit(&value.value, &hints),
                _ => credits.caption(&value.value, &hints),
            };
            readings.push(PhotoReading {
                field: *field,
                carrier: value.carrier,
                reading,
            });
        }
    }
    readings
}

/// Read the raw words of every appearance: a function of these words, the document's language and date alone, so that
/// `rederive` comes to the same.
pub fn document_readings(document: &mut Document, credits: &CreditReader) {
    let hints = Hints {
        lang: document.lang.as_deref(),
        date: document.published.as_deref(),
    };
    for a in &mut document.appearances {
        a.credit = credits.parts(&a.text, a.credit_text.as_deref(), &hints);
    }
}

/// Read the words of one appearance, with its document's language and date.
pub fn read_again(raw: &RawAppearance, credits: &CreditReader) -> CreditReading {
    let hints = Hints {
        lang: raw.lang.as_deref(),
        date: raw.published.as_deref(),
    };
    credits.parts(&raw.text, raw.credit_text.as_deref(), &hints)
}
