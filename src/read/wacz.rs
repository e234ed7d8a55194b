//! WACZ files -> the records of the web archives in them, read where they lie in the zip file.
//!
//! In: the open file. Out: what [`warc`] makes of each entry whose name ends in `.warc` or `.warc.gz`. Entries are looked
//! up in the zip file's list; none is extracted, and no name leads anywhere.

use std::io::{BufRead as _, BufReader};

use super::{Member, Reader, Source, Unpack, UnpackContext, Whole, warc, zip};
use crate::model::{InputKind, Problem, Reason};

/// Reads web archives packed with their index.
pub struct WaczReader;

impl Reader for WaczReader {
    fn name(&self) -> &'static str {
        "wacz"
    }

    fn accepts(&self, kind: InputKind) -> bool {
        kind == InputKind::Wacz
    }

    fn unpack(&self) -> Option<&dyn Unpack> {
        Some(self)
    }
}

impl Unpack for WaczReader {
    fn unpack(
        &self,
        file: &mut dyn Source,
        _: bool,
        context: &UnpackContext<'_>,
        give: &mut dyn FnMut(Member),
    ) -> Whole {
        let limits = context.document.limits;
        let mut problems = Vec::new();
        let entries = match zip::entries(file, limits.records) {
            Ok(entries) => entries,
            Err(problem) if problem.reason == Reason::Damaged => {
                let found = zip::salvage(file, limits.records).unwrap_or_default();
                if !found.iter().any(is_archive) {
                    return Whole::failed(problem);
                }
                problems.push(Problem::new(
                    Reason::Truncated,
                    "cannot read all of this file: it is cut off before its list of entries; the archives at its beginning were read",
                ));
                found
            }
            Err(problem) => return Whole::failed(problem),
        };
        if let Some((a, b)) = zip::overlap(&entries) {
            return Whole::failed(Problem::new(
                Reason::Damaged,
                format!("cannot read this file: its entries {a} and {b} share the same bytes"),
            ));
        }
        let mut archives = entries.iter().filter(|e| is_archive(e)).peekable();
        if archives.peek().is_none() {
            problems.push(Problem::new(
                Reason::Damaged,
                "cannot read this file: no web archive is in it",
            ));
        }
        for entry in archives {
            let stream = match zip::open(file, entry) {
                Ok(stream) => stream,
                Err(problem) => {
                    problems.push(problem);
                    continue;
                }
            };
            let mut stream = BufReader::with_capacity(1 << 16, stream);
            let gzip = stream
                .fill_buf()
                .is_ok_and(|head| head.starts_with(&[0x1f, 0x8b]));
            for problem in warc::read(stream, gzip, limits.record_bytes, give) {
                if !problems.contains(&problem) {
                    problems.push(problem);
                }
            }
        }
        Whole {
            problems,
            ..Whole::default()
        }
    }
}

/// Whether an entry is a web archive by its name.
fn is_archive(entry: &zip::Entry) -> bool {
    let name = entry.name.to_ascii_lowercase();
    [".warc", ".warc.gz"].iter().any(|end| name.ends_with(end))
}
