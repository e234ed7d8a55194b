//! `cutline metadata`: embedded fields under their IPTC names.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;
use serde_json::{Map, Value};

use super::args::Output;
use super::exit::Exit;
use super::output;
use crate::discover::{self, Found, Root};
use crate::intake::{guarded, sidecars_beside};
use crate::model::{Carrier, Field, FieldValue, InputKind, Metadata, Photo, Problem};
use crate::read::{self, Limits};
use crate::report::jsonl::Jsonl;

/// Print the embedded fields of photos under their IPTC names
///
/// Each value with the container it came from (exif, iim, xmp, sidecar), the preferred one first; the .xmp files beside
/// a photo are read with it. Where containers disagree all values are shown. Values cut by IIM's 32 bytes are marked
#[derive(Args, Clone, Debug)]
pub(super) struct MetadataArgs {
    /// Photos and sidecars; folders are walked, - is a photo on standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    limits: super::limits::LimitArgs,
    #[command(flatten)]
    output: Output,
}

#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    fields: Map<String, Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    conflicts: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<Problem>,
}

pub(super) fn run(args: &MetadataArgs) -> anyhow::Result<Exit> {
    let mut out = output::Out::new(args.output, &Jsonl);
    let limits = args.limits.limits()?;
    let mut failed = false;
    for path in &args.files {
        if path.as_os_str() == "-" {
            match crate::check::load(path, &limits) {
                Ok((photo, _)) => {
                    let metadata = of_photo(photo);
                    failed |= !metadata.problems.is_empty();
                    print(&mut out, "-", &metadata)?;
                }
                Err(reason) => {
                    failed = true;
                    output::complain("-", &reason)?;
                }
            }
            continue;
        }
        if let Err(error) = std::fs::metadata(path) {
            failed = true;
            output::complain(&path.to_string_lossy(), &format!("cannot read it: {error}"))?;
            continue;
        }
        for found in discover::walk(vec![Root::at(path)]) {
            let name = found.input().given.to_string_lossy().into_owned();
            let named = !path.is_dir();
            match read_one(&found, &limits) {
                Ok(Some(metadata)) => {
                    failed |= !metadata.problems.is_empty();
                    print(&mut out, &name, &metadata)?;
                }
                Ok(None) if named => {
                    failed = true;
                    output::complain(
                        &name,
                        "cannot read its metadata: it is no photo or sidecar that cutline reads",
                    )?;
                }
                Ok(None) => {}
                Err(problem) => {
                    failed = true;
                    output::complain(&name, &problem.text)?;
                }
            }
        }
    }
    out.finish()?;
    Ok(if failed { Exit::SomeFailed } else { Exit::Fine })
}

fn read_one(found: &Found, limits: &Limits) -> Result<Option<Metadata>, Problem> {
    let Found::File(input) = found else {
        return Ok(None);
    };
    let opened = discover::open(input)?;
    let kind = opened.kind;
    Ok(match kind {
        InputKind::Photo(format) => {
            let bytes = opened.read(limits.photo_bytes)?;
            let embedded = guarded(|| of_photo(read::photo::read(&bytes, format, limits)));
            embedded.map(|embedded| {
                let beside = sidecars_beside(&input.path, limits);
                let mut all = read::metadata::with_sidecars(&embedded, beside.iter().map(|b| &b.1));
                all.problems
                    .extend(beside.iter().flat_map(|(_, m)| m.problems.clone()));
                all
            })
        }
        InputKind::Sidecar => {
            let bytes = opened.read(limits.sidecar_bytes)?;
            // Asked for by itself, it is an XMP file like any other; it is a sidecar only beside a photo.
            guarded(|| {
                let mut metadata = read::sidecar::read(&bytes, limits);
                for value in metadata.fields.values_mut().flatten() {
                    value.carrier = Carrier::Xmp;
                }
                metadata
            })
        }
        _ => None,
    })
}

fn of_photo(photo: Photo) -> Metadata {
    let mut metadata = photo.metadata;
    metadata.problems.extend(photo.problems);
    metadata
}

/// Whether containers say different things: values of one carrier are one statement.
fn conflicting(values: &[FieldValue]) -> bool {
    let of = |carrier| -> Vec<String> {
        let own = values
            .iter()
            .filter(|v| v.carrier == carrier && v.lang.is_none());
        own.map(|v| {
            v.value
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .to_lowercase()
        })
        .collect()
    };
    let mut statements: Vec<Vec<String>> = Vec::new();
    for value in values.iter().filter(|v| v.lang.is_none()) {
        let statement = of(value.carrier);
        if !statements.contains(&statement) {
            statements.push(statement);
        }
    }
    statements.len() > 1
}

fn print(out: &mut output::Out, name: &str, metadata: &Metadata) -> anyhow::Result<()> {
    let mut fields = Map::new();
    let mut conflicts = Vec::new();
    for field in Field::ALL {
        let values = metadata.values(field);
        if conflicting(values) {
            conflicts.push(output::word(&field));
        }
        fields.insert(output::word(&field), serde_json::to_value(values)?);
    }
    let line = Line {
        file: name,
        fields,
        conflicts,
        problems: metadata.problems.clone(),
    };
    if out.nested() {
        return out.row(&line, Vec::new);
    }
    for field in Field::ALL {
        for value in metadata.values(field) {
            out.row(&line, || {
                vec![
                    ("file", name.to_owned()),
                    ("field", output::word(&field)),
                    ("carrier", output::word(&value.carrier)),
                    ("value", value.value.clone()),
                    (
                        "note",
                        note(value, line.conflicts.contains(&output::word(&field))),
                    ),
                ]
            })?;
        }
    }
    Ok(())
}

fn note(value: &FieldValue, conflict: bool) -> String {
    let mut notes: Vec<String> = Vec::new();
    notes.extend(value.lang.clone());
    if value.cut {
        notes.push("cut at IIM's length".into());
    }
    if let Some(charset) = &value.guessed_charset {
        notes.push(format!("read as {charset}, a guess"));
    }
    if conflict {
        notes.push("containers disagree".into());
    }
    notes.join("; ")
}
