//! A file that holds many inputs, read piece by piece: its members are recognised and read like files, on all cores, a
//! slice at a time, and given away at once, so that memory does not grow with the file.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{Context, Place, gave_up, guarded, inside, outlet, settle};
use crate::archive::{Content, Stored};
use crate::discover::{self, Input, Opened};
use crate::fingerprint;
use crate::model::{InputKind, Problem, Reason, Record, Status};
use crate::read::catalogue::Preview;
use crate::read::{self, Body, DocumentContext, Member, UnpackContext, Whole};

/// A slice of members ends at so many, or at so many bytes.
const SLICE: usize = 128;
const SLICE_BYTES: usize = 16 << 20;
/// Pictures of web archives that are no longer than this on either side are buttons, flags and tracking pixels.
pub(super) const ICON_SIDE: u32 = 64;

/// The container's own row while its members are read: so a run that was killed is known as one that did not finish.
pub fn unfinished(input: &Input, place: &Place) -> Stored {
    let mut file = place.row(None);
    file.size = input.bytes;
    file.mtime_ns = input.modified.unwrap_or_default();
    file.problems = vec![Problem::new(
        Reason::Changed,
        "cannot say yet what this file holds: reading it did not finish; ingest it again",
    )];
    Stored {
        file,
        content: Content::Nothing,
        record: None,
        outlet: None,
        inside: Vec::new(),
    }
}

/// The SHA-256 of a whole file, read piece by piece; `None` where it cannot be read.
pub fn digest(input: &Input) -> Option<String> {
    let mut file = discover::open(input).ok()?.rewind().ok()?;
    fingerprint::sha256_of(&mut file).ok().map(|s| s.to_hex())
}

/// What a table or JSON would be read as; `None` for what is no catalogue.
pub fn preview(input: &Input, cx: &Context<'_>) -> Option<Preview> {
    let opened = discover::open(input).ok()?;
    let gzip = opened.gzip;
    let mut file = opened.rewind().ok()?;
    let name = input.given.to_string_lossy();
    let context = UnpackContext {
        document: DocumentContext {
            name: &name,
            url: None,
            charset: None,
            credits: cx.credits,
            limits: cx.limits,
        },
        catalogue: cx.catalogue,
    };
    guarded(|| read::catalogue::preview(&mut file, gzip, &context)).flatten()
}

/// Read a file that holds many inputs. `give` gets its members, in order; the file's own row comes back.
pub fn read(
    input: &Input,
    place: &Place,
    cx: &Context<'_>,
    give: &mut dyn FnMut(Vec<Stored>),
) -> Stored {
    let mut stored = unfinished(input, place);
    stored.file.problems.clear();
    let opened = match discover::open(input) {
        Ok(opened) => opened,
        Err(problem) => {
            stored.file.problems.push(problem);
            return stored;
        }
    };
    let (kind, gzip, bytes, modified) = (opened.kind, opened.gzip, opened.bytes, opened.modified);
    stored.file.kind = kind.word();
    stored.file.size = bytes;
    let Some(unpack) = read::reader(kind).and_then(|reader| reader.unpack()) else {
        stored.file.problems.push(Problem::new(
            Reason::Changed,
            "cannot read this file: it changed while it was read; ingest it again when it is complete",
        ));
        return stored;
    };
    let mut file = match opened.rewind() {
        Ok(file) => file,
        Err(problem) => {
            stored.file.problems.push(problem);
            return stored;
        }
    };
    let name = input.given.to_string_lossy();
    let context = UnpackContext {
        document: DocumentContext {
            name: &name,
            url: None,
            charset: None,
            credits: cx.credits,
            limits: cx.limits,
        },
        catalogue: cx.catalogue,
    };
    let mut slice = Slice {
        of: Container {
            place,
            input,
            shown: &name,
            cx,
        },
        give,
        names: BTreeMap::new(),
        waiting: Vec::new(),
        bytes: 0,
        any: false,
    };
    let whole = guarded(|| unpack.unpack(&mut file, gzip, &context, &mut |m| slice.add(m)));
    slice.flush();
    let any = slice.any;
    let Some(Whole {
        content,
        record,
        problems,
    }) = whole
    else {
        stored.content = gave_up(&mut stored.file);
        return stored;
    };
    stored.file.problems = problems;
    let unchanged = Opened::is_unchanged(&file, bytes, modified);
    stored.file.sha256 = cx.fingerprints.then(|| file_digest(file)).flatten();
    if !unchanged {
        stored.file.problems.push(Problem::new(
            Reason::Changed,
            "cannot read this file: it changed while it was read; ingest it again when it is complete",
        ));
        stored.file.sha256 = None;
    }
    if let Some(content) = content {
        let is_document = matches!(content, read::Content::Document(_));
        stored.content = settle(&mut stored.file, content, &[], cx);
        stored.outlet = outlet(&stored.content, cx);
        stored.inside = inside::take(&mut stored.content, &stored.file, cx);
        stored.record = is_document.then_some(record);
    } else {
        stored.file.status = match (stored.file.problems.is_empty(), any) {
            (true, _) => Status::Ok,
            (false, true) => Status::Partial,
            (false, false) => Status::Failed,
        };
    }
    stored
}

fn file_digest(mut file: std::fs::File) -> Option<crate::model::Sha256> {
    use std::io::Seek as _;
    file.rewind().ok()?;
    fingerprint::sha256_of(&mut file).ok()
}

/// The file that members are read from.
#[derive(Clone, Copy)]
struct Container<'a> {
    place: &'a Place,
    input: &'a Input,
    shown: &'a str,
    cx: &'a Context<'a>,
}

/// Members that wait to be read together.
struct Slice<'a> {
    of: Container<'a>,
    give: &'a mut dyn FnMut(Vec<Stored>),
    /// How often each name came, by its hash: names are many.
    names: BTreeMap<u64, u32>,
    waiting: Vec<(String, Member)>,
    bytes: usize,
    any: bool,
}

impl Slice<'_> {
    fn add(&mut self, member: Member) {
        self.any = true;
        let times = self.names.entry(hash(&member.name)).or_default();
        *times += 1;
        let name = match *times {
            1 => member.name.clone(),
            more => format!("{} ({more})", member.name),
        };
        if let Body::Bytes(bytes) = &member.body {
            self.bytes += bytes.len();
        }
        self.waiting.push((name, member));
        if self.waiting.len() >= SLICE || self.bytes >= SLICE_BYTES {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let waiting = std::mem::take(&mut self.waiting);
        self.bytes = 0;
        if waiting.is_empty() {
            return;
        }
        let of = self.of;
        let read: Vec<Stored> = waiting
            .into_par_iter()
            .map(|(name, member)| of.read(&name, member))
            .collect();
        (self.give)(read.into_iter().flat_map(Stored::apart).collect());
    }
}

impl Container<'_> {
    fn read(&self, name: &str, member: Member) -> Stored {
        let place = Place {
            root_id: self.place.root_id,
            path: format!("{}#{name}", self.place.path),
            path_raw: None,
        };
        let mut file = place.row(Some(&self.place.path));
        file.mtime_ns = self.input.modified.unwrap_or_default();
        let record = member.record.clone();
        let content = guarded(|| read_member(&mut file, self.shown, name, member, self.cx));
        let mut content = content.unwrap_or_else(|| gave_up(&mut file));
        Stored {
            outlet: outlet(&content, self.cx),
            inside: inside::take(&mut content, &file, self.cx),
            content,
            file,
            record: (record != Record::default()).then_some(record),
        }
    }
}

fn hash(name: &str) -> u64 {
    let digest = fingerprint::sha256(name.as_bytes()).0;
    digest
        .iter()
        .take(8)
        .fold(0, |all, byte| all << 8 | u64::from(*byte))
}

fn read_member(
    file: &mut crate::archive::FileRow,
    container: &str,
    name: &str,
    member: Member,
    cx: &Context<'_>,
) -> Content {
    file.problems = member.problems;
    let bytes = match member.body {
        Body::Skipped(word) => {
            file.kind = word;
            file.status = Status::Skipped;
            file.problems.clear();
            return Content::Nothing;
        }
        Body::Read(kind, content) => {
            file.kind = kind.word();
            return settle(file, content, &[], cx);
        }
        Body::Bytes(bytes) => bytes,
    };
    file.size = bytes.len() as u64;
    if bytes.is_empty() && !file.problems.is_empty() {
        return Content::Nothing;
    }
    let head = bytes.get(..discover::HEAD).unwrap_or(&bytes);
    let mut kind = discover::sniff_answer(member.record.mime.as_deref(), head);
    if matches!(kind, InputKind::Photo(_)) && bytes.len() as u64 > cx.limits.photo_bytes {
        kind = InputKind::Skipped("photo");
    }
    file.kind = kind.word();
    let reader = match kind {
        InputKind::Photo(_) | InputKind::Html => read::reader(kind),
        _ => None,
    };
    let Some(reader) = reader else {
        file.status = Status::Skipped;
        file.problems.clear();
        return Content::Nothing;
    };
    file.sha256 = cx.fingerprints.then(|| fingerprint::sha256(&bytes));
    let shown = format!("{container}#{name}");
    let url = member.record.url.as_deref();
    let context = DocumentContext {
        name: &shown,
        url: url.filter(|u| u.starts_with("http://") || u.starts_with("https://")),
        charset: member.charset.as_deref(),
        credits: cx.credits,
        limits: cx.limits,
    };
    let mut content = reader.read(&bytes, kind, &context);
    if let read::Content::Document(document) = &mut content {
        document.kind = read::kind_of_page(document, url);
    }
    if let read::Content::Photo(photo) = &content
        && photo.width.max(photo.height) <= ICON_SIDE
        && photo.width > 0
    {
        return settle(file, read::Content::Skipped("icon"), &bytes, cx);
    }
    settle(file, content, &bytes, cx)
}
