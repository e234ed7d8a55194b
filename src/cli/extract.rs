//! `cutline extract`: what ingest would read, one line per appearance, without an archive.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::args::{Output, Shared};
use super::exit::Exit;
use super::{input, output};
use crate::archive::{Content, Stored};
use crate::discover::{self, Found, Root};
use crate::intake::{Context, Place, container, document_readings, read_found};
use crate::model::{
    Carrier, ChainLink, CreditReading, Document, Field, InputKind, Metadata, Role, Status,
};
use crate::read::{self, DocumentContext};
use crate::report::jsonl::Jsonl;

/// Print what ingest would read, without an archive: one line per appearance
///
/// An appearance is one use of a picture in a document, or a photo's own embedded caption.
#[derive(Args, Clone, Debug)]
pub(super) struct ExtractArgs {
    /// Files and folders; - reads one page or text from standard input
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    catalogue: super::catalogue::CatalogueArgs,
    #[command(flatten)]
    limits: super::limits::LimitArgs,
    #[command(flatten)]
    output: Output,
}

/// One line: DESIGN.md, *`extract` output*; its field names are that contract's.
#[derive(Serialize)]
#[allow(clippy::struct_field_names)]
struct Line<'a> {
    document: &'a str,
    url: Option<&'a str>,
    document_title: Option<&'a str>,
    outlet: Option<&'a str>,
    published: Option<&'a str>,
    lang: Option<&'a str>,
    position: u32,
    image: Option<&'a str>,
    image_variants: &'a [String],
    alt: Option<&'a str>,
    caption: &'a str,
    credit_line: Option<&'a str>,
    credit: &'a CreditReading,
    carrier: Option<Carrier>,
    /// Credits for the whole document ("Photos: AP, Reuters" at its foot).
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    document_credits: &'a [CreditReading],
}

pub(super) fn run(shared: &Shared, args: &ExtractArgs) -> anyhow::Result<Exit> {
    let credits = input::credits(shared)?;
    let limits = args.limits.limits()?;
    let outlets = input::outlets(shared)?;
    let catalogue = args.catalogue.options()?;
    let cx = Context {
        fingerprints: false,
        ..Context::new(&credits, &limits, &outlets, &catalogue)
    };
    let mut out = output::Out::new(args.output, &Jsonl);
    let mut failed = false;
    let (stdin, paths): (Vec<&PathBuf>, Vec<&PathBuf>) =
        args.paths.iter().partition(|p| p.as_os_str() == "-");
    if !stdin.is_empty() {
        let document = from_stdin(&cx)?;
        print_document(&mut out, "-", &document)?;
    }
    for path in &paths {
        std::fs::metadata(path).map_err(crate::error::Error::io("read", *path))?;
    }
    for found in discover::walk(paths.into_iter().map(Root::at).collect()) {
        let name = shown(&found.input().given);
        let place = Place {
            root_id: 0,
            path: found.input().display.clone(),
            path_raw: None,
        };
        if let Some(stored) = read_found(&found, &place, &cx) {
            failed |= complain(&name, &stored)?;
            print(&mut out, &name, &stored, &cx)?;
            continue;
        }
        let Found::File(input) = &found else { continue };
        let mut printed = Ok(());
        let whole = container::read(input, &place, &cx, &mut |members| {
            for member in &members {
                if printed.is_err() {
                    return;
                }
                let within = member.file.path.get(place.path.len()..).unwrap_or_default();
                let name = format!("{name}{within}");
                printed = complain(&name, member)
                    .map(|bad| failed |= bad)
                    .and_then(|()| print(&mut out, &name, member, &cx));
            }
        });
        printed?;
        failed |= complain(&name, &whole)?;
        print(&mut out, &name, &whole, &cx)?;
    }
    out.finish()?;
    Ok(if failed { Exit::SomeFailed } else { Exit::Fine })
}

/// The appearances of one input, or inside one.
fn print(
    out: &mut output::Out,
    name: &str,
    stored: &Stored,
    cx: &Context<'_>,
) -> anyhow::Result<()> {
    for part in &stored.inside {
        let within = part.file.path.get(stored.file.path.len()..);
        print(
            out,
            &format!("{name}{}", within.unwrap_or_default()),
            part,
            cx,
        )?;
    }
    match &stored.content {
        Content::Document(document) => print_document(out, name, document),
        Content::Photo(photo, _) => print_metadata(out, name, name, &photo.metadata, cx),
        Content::CatalogueRow(key, metadata, _) => {
            let image = key.path.as_deref().or(key.asset.as_deref());
            print_metadata(out, name, image.unwrap_or(name), metadata, cx)
        }
        Content::Nothing | Content::Sidecar(..) => Ok(()),
    }
}

fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// One sentence on stderr for each problem of an input.
fn complain(name: &str, stored: &Stored) -> anyhow::Result<bool> {
    let bad = matches!(stored.file.status, Status::Partial | Status::Failed);
    if bad {
        let mut err = anstream::stderr().lock();
        for problem in &stored.file.problems {
            writeln!(
                err,
                "cutline: {}: {}",
                output::escaped(name),
                output::escaped(&problem.text)
            )?;
        }
    }
    Ok(bad)
}

fn from_stdin(cx: &Context<'_>) -> anyhow::Result<Document> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .take(cx.limits.document_bytes + 1)
        .read_to_end(&mut bytes)?;
    let too_large = bytes.len() as u64 > cx.limits.document_bytes;
    anyhow::ensure!(
        !too_large,
        "cannot read standard input: it is over {} bytes",
        cx.limits.document_bytes
    );
    let context = DocumentContext {
        name: "-",
        url: None,
        charset: None,
        credits: cx.credits,
        limits: cx.limits,
    };
    let head = bytes
        .get(..bytes.len().min(discover::HEAD))
        .unwrap_or_default();
    let mut document = match discover::sniff(Path::new("-"), head) {
        InputKind::Html => read::html::read(&bytes, &context),
        _ => read::text::read(&bytes, &context),
    };
    document_readings(&mut document, cx.credits);
    Ok(document)
}

fn print_document(out: &mut output::Out, name: &str, document: &Document) -> anyhow::Result<()> {
    for a in &document.appearances {
        let line = Line {
            document: name,
            url: document.url.as_deref(),
            document_title: document.title.as_deref(),
            outlet: document
                .outlet
                .name
                .as_deref()
                .or(document.outlet.domain.as_deref()),
            published: document.published.as_deref(),
            lang: document.lang.as_deref(),
            position: a.position,
            image: a.image.url.as_deref(),
            image_variants: &a.image.variants,
            alt: a.alt.as_deref(),
            caption: &a.credit.caption,
            credit_line: a.credit.credit_line.as_deref(),
            credit: &a.credit,
            carrier: a.carrier,
            document_credits: &document.document_credits,
        };
        print_line(out, &line)?;
    }
    Ok(())
}

/// A photo's own caption: the description it carries, or a catalogue has of it, and the credit fields beside it.
fn print_metadata(
    out: &mut output::Out,
    name: &str,
    image: &str,
    metadata: &Metadata,
    cx: &Context<'_>,
) -> anyhow::Result<()> {
    let description = metadata.first(Field::Description);
    let credit = metadata
        .first(Field::CreditLine)
        .or(metadata.first(Field::Source));
    if description.is_none() && credit.is_none() && metadata.first(Field::Creator).is_none() {
        return Ok(());
    }
    // All makers that the preferred container names.
    let by = metadata.values(Field::Creator);
    let first = by.first().map(|v| v.carrier);
    let mut parts: Vec<&str> = (by.iter().filter(|v| Some(v.carrier) == first))
        .map(|v| v.value.as_str())
        .collect();
    parts.extend(credit);
    let joined = parts.join("/");
    let hints = crate::credit::Hints {
        lang: None,
        date: metadata.first(Field::DateCreated).and_then(|d| d.get(..10)),
    };
    let own = cx.credits.caption(description.unwrap_or_default(), &hints);
    let reading = if own.credit_line.is_some() || joined.is_empty() {
        own
    } else {
        let mut reading = cx
            .credits
            .parts(description.unwrap_or_default(), Some(&joined), &hints);
        for value in metadata.values(Field::Creator) {
            makers(
                &mut reading,
                cx.credits.creator(&value.value, &hints).creators,
            );
        }
        reading
    };
    let carrier = metadata
        .values(Field::Description)
        .first()
        .or(metadata.values(Field::CreditLine).first())
        .map(|v| v.carrier);
    let line = Line {
        document: name,
        url: None,
        document_title: metadata.first(Field::Headline),
        outlet: None,
        published: None,
        lang: reading.lang.as_deref(),
        position: 1,
        image: Some(image),
        image_variants: &[],
        alt: None,
        caption: &reading.caption,
        credit_line: reading.credit_line.as_deref(),
        credit: &reading,
        carrier,
        document_credits: &[],
    };
    print_line(out, &line)
}

/// Takes out of a chain the unknown names that the Creator field says are people.
fn makers(reading: &mut CreditReading, names: Vec<String>) {
    for name in names {
        let unknown = |l: &ChainLink| l.party.is_none() && l.name == name;
        if let Some(at) = reading.chain.iter().position(unknown) {
            reading.chain.remove(at);
            reading.creators.push(name);
        }
    }
    if let [only] = reading.chain.as_mut_slice() {
        only.role = Role::Originator;
    }
}

fn print_line(out: &mut output::Out, line: &Line<'_>) -> anyhow::Result<()> {
    out.row(line, || {
        let chain: Vec<&str> = line.credit.chain.iter().map(|l| l.name.as_str()).collect();
        let of_document: Vec<&str> = (line.document_credits.iter())
            .filter_map(|c| c.credit_line.as_deref())
            .collect();
        vec![
            ("document", line.document.to_owned()),
            ("position", line.position.to_string()),
            ("caption", line.caption.to_owned()),
            (
                "credit line",
                line.credit_line.unwrap_or_default().to_owned(),
            ),
            ("chain", chain.join(" -> ")),
            ("for the whole document", of_document.join("; ")),
            ("image", line.image.unwrap_or_default().to_owned()),
        ]
    })
}
