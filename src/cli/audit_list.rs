//! `cutline audit --list`: what stands behind a number, and the pictures of the headline.

use std::collections::BTreeSet;

use clap::builder::{PossibleValue, PossibleValuesParser};
use serde::Serialize;

use super::args::Output;
use super::exit::Exit;
use super::{limits, output};
use crate::archive::{Archive, AuditItem, appearance_public, picture_public};
use crate::audits;
use crate::report::audit::page::Thumbnail;
use crate::report::audit::{Column, Dimension, Request, counted_in};
use crate::report::table::Table;

/// Thumbnails that a page shows at most.
const THUMBNAILS: usize = 200;

/// Names of the columns that can be expanded.
pub(super) fn columns() -> PossibleValuesParser {
    let others = [
        ("documents", "Documents captured, with and without pictures"),
        ("appearances", "Uses of pictures in them"),
        ("pictures", "Distinct pictures, each once in a row"),
        ("state_media_pictures", "Distinct pictures of the headline"),
    ];
    let others = others.map(|(name, says)| PossibleValue::new(name).help(says));
    let counts = Column::ALL
        .iter()
        .map(|c| PossibleValue::new(c.name()).help(c.says()));
    PossibleValuesParser::new(others.into_iter().chain(counts))
}

/// One line of a list.
#[derive(Serialize)]
struct Line {
    #[serde(flatten)]
    keys: std::collections::BTreeMap<&'static str, String>,
    document: String,
    counted_in: Vec<&'static str>,
    #[serde(flatten)]
    item: AuditItem,
}

pub(super) fn run(
    archive: &Archive,
    request: &Request,
    column: &str,
    output: Output,
) -> anyhow::Result<Exit> {
    let found = audits::behind(archive, request, column)?;
    let mut out = output::Out::new(output, &Table);
    let people = out.for_people();
    let line = |keys: &[String], document: i64, counted: &[Column], item: AuditItem| Line {
        keys: request
            .by
            .iter()
            .map(|d| d.word())
            .zip(keys.iter().cloned())
            .collect(),
        document: crate::archive::document_public(document),
        counted_in: counted.iter().map(|c| c.name()).collect(),
        item,
    };
    for row in &found {
        let item = if column == "documents" {
            let (name, url) = archive.document_name(row.document)?;
            AuditItem {
                name,
                url,
                ..AuditItem::default()
            }
        } else {
            archive.audit_item(row.appearance)?
        };
        let line = line(&row.keys, row.document, &row.counted, item);
        out.row(&line, || cells(&line, &request.by, people))?;
    }
    if column == "documents" {
        let mut bare = Vec::new();
        archive.each_bare_document(&mut |fact| {
            if request.takes_document(fact) {
                let keys = request.by.iter().map(|d| d.of_document(fact).to_owned());
                bare.push((keys.collect::<Vec<_>>(), fact.document));
            }
        })?;
        for (keys, document) in bare {
            let (name, url) = archive.document_name(document)?;
            let item = AuditItem {
                name,
                url,
                ..AuditItem::default()
            };
            let line = line(&keys, document, &[], item);
            out.row(&line, || cells(&line, &request.by, people))?;
        }
    }
    out.finish()?;
    Ok(Exit::Fine)
}

fn cells(line: &Line, by: &[Dimension], people: bool) -> Vec<(&'static str, String)> {
    let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
    let item = &line.item;
    let words: Vec<&str> = item
        .evidence
        .iter()
        .filter_map(|e| e.text.as_deref())
        .collect();
    let mut cells: Vec<_> = by
        .iter()
        .map(|d| {
            (
                d.word(),
                line.keys.get(d.word()).cloned().unwrap_or_default(),
            )
        })
        .collect();
    if people {
        cells.extend([
            ("use", item.name.clone()),
            ("day", or_empty(&item.published).chars().take(10).collect()),
            ("credit", or_empty(&item.credit_line)),
            ("rests on", words.join(" | ")),
        ]);
        return cells;
    }
    cells.extend([
        ("use", item.name.clone()),
        ("appearance", item.appearance.clone()),
        ("document", line.document.clone()),
        ("picture", or_empty(&item.picture)),
        ("url", or_empty(&item.url)),
        ("published", or_empty(&item.published)),
        ("caption", item.caption.clone()),
        ("credit_line", or_empty(&item.credit_line)),
        ("chain", or_empty(&item.chain)),
        ("counted_in", line.counted_in.join(" ")),
        ("evidence", words.join(" | ")),
    ]);
    cells
}

/// Small copies of the headline's pictures, each once, as far as their files can be read.
pub(super) fn thumbnails(archive: &Archive, request: &Request) -> anyhow::Result<Vec<Thumbnail>> {
    let mut wanted = Vec::new();
    let mut seen = BTreeSet::new();
    archive.each_fact(&request.dimensions(), &mut |fact| {
        if request.takes(fact)
            && counted_in(fact, request, None).contains(&Column::StateMedia)
            && let Some(picture) = fact.picture
            && seen.insert(picture)
        {
            wanted.push((picture, fact.appearance));
        }
    })?;
    wanted.sort_unstable();
    let limits = limits::usual();
    let mut made = Vec::new();
    for (picture, appearance) in wanted {
        if made.len() == THUMBNAILS {
            break;
        }
        let Some(file) = archive.picture_place(picture)? else {
            continue;
        };
        let Some(path) = crate::derive::place(&file.root, &file.path) else {
            continue;
        };
        let jpeg = std::fs::read(path).ok().and_then(|bytes| {
            let small =
                || crate::fingerprint::thumbnail(&bytes, file.format, file.orientation, &limits);
            crate::intake::guarded(small).flatten()
        });
        if let Some(jpeg) = jpeg {
            let item = archive.audit_item(appearance)?;
            made.push(Thumbnail {
                jpeg,
                caption: item.caption,
                credit: item.credit_line.unwrap_or_default(),
                name: format!(
                    "{} ({}, {})",
                    item.name,
                    picture_public(picture),
                    appearance_public(appearance)
                ),
            });
        }
    }
    Ok(made)
}
