//! Catalogue exports: a table or JSON list whose rows describe photos -> one member a row.
//!
//! In: CSV, TSV or JSON from a DAM, ExifTool, Photo Mechanic, Lightroom or anything else that names its columns as these
//! do (`schema/catalogue/columns.csv`), or as the user maps them. Out: for every row, its values under their IPTC names
//! and the file that it names. A table that is no catalogue is skipped. Rows are read one at a time; where the order of
//! day and month has to be proven by the data, the file is read once more before.

mod columns;
mod dates;
mod json;
mod rows;
mod table;

use std::io::SeekFrom;

pub use columns::{CatalogueOptions, DateOrder, Means};

use super::{Body, Content, DocumentContext, Member, Reader, Source, Unpack, UnpackContext, Whole};
use crate::model::{
    Carrier, CatalogueKey, Field, FieldValue, InputKind, Metadata, Problem, Reason, Record,
};
use columns::Mapping;
use dates::{Dated, Proof};
use rows::{Row, SURPLUS, names, rows};

/// Rows from which a table is recognised, and that a preview shows.
pub const SAMPLE: usize = 20;

/// Reads catalogue exports.
pub struct CatalogueReader;

impl Reader for CatalogueReader {
    fn name(&self) -> &'static str {
        "catalogue"
    }

    fn accepts(&self, kind: InputKind) -> bool {
        kind == InputKind::Catalogue
    }

    fn unpack(&self) -> Option<&dyn Unpack> {
        Some(self)
    }
}

impl Unpack for CatalogueReader {
    fn unpack(
        &self,
        file: &mut dyn Source,
        gzip: bool,
        context: &UnpackContext<'_>,
        give: &mut dyn FnMut(Member),
    ) -> Whole {
        let mapping = match recognised(file, gzip, context) {
            Ok((mapping, _)) => mapping,
            Err(Some(problem)) => return Whole::failed(problem),
            Err(None) => return Whole::skipped("data"),
        };
        let mut whole = Whole::default();
        let proof = proven(file, gzip, context, &mapping);
        whole.problems.extend(proof.problem());
        let mut number = 0;
        let read = each_row(file, gzip, context, &mut |row| {
            number += 1;
            let content = of_row(&row, &mapping, &proof, context);
            if let Some((key, metadata)) = content {
                let surplus = surplus(&row, &format!("row {number}"));
                give(Member {
                    name: format!("row {number}"),
                    record: Record::default(),
                    charset: None,
                    body: Body::Read(
                        InputKind::CatalogueRow,
                        Content::CatalogueRow(key, metadata),
                    ),
                    problems: surplus.into_iter().collect(),
                });
            }
            true
        });
        whole.problems.extend(read);
        whole
    }
}

/// What a catalogue would be read as.
#[derive(Debug, Default)]
pub struct Preview {
    /// Each column with what it is taken for; `None`: not read.
    pub columns: Vec<(String, Option<String>)>,
    /// The first rows: what each would give.
    pub rows: Vec<Vec<(String, String)>>,
    /// What would be stated as a problem.
    pub problems: Vec<Problem>,
}

/// What a file would be read as; `None` for what is no catalogue.
pub fn preview(file: &mut dyn Source, gzip: bool, context: &UnpackContext<'_>) -> Option<Preview> {
    let (mapping, sample) = recognised(file, gzip, context).ok()?;
    let proof = proven(file, gzip, context, &mapping);
    let word = |field: &Field| {
        serde_json::to_value(field)
            .ok()
            .and_then(|v| v.as_str().map(str::to_owned))
            .unwrap_or_default()
    };
    let rows = sample
        .iter()
        .filter_map(|row| of_row(row, &mapping, &proof, context))
        .map(|(key, metadata)| {
            let mut cells = Vec::new();
            cells.extend(key.path.map(|path| ("file".to_owned(), path)));
            cells.extend(key.asset.map(|asset| ("asset".to_owned(), asset)));
            for (field, values) in &metadata.fields {
                let all: Vec<&str> = values.iter().map(|v| v.value.as_str()).collect();
                cells.push((word(field), all.join(" | ")));
            }
            cells
        })
        .collect();
    Some(Preview {
        columns: mapping.told(),
        rows,
        problems: (proof.problem().into_iter())
            .chain(
                (1..)
                    .zip(&sample)
                    .filter_map(|(n, row)| surplus(row, &format!("row {n}"))),
            )
            .collect(),
    })
}

/// What is wrong with a row that has more cells than the table has columns.
fn surplus(row: &Row, name: &str) -> Option<Problem> {
    let (_, cells) = row.iter().find(|(column, _)| column == SURPLUS)?;
    Some(Problem::new(
        Reason::Damaged,
        format!(
            "cannot tell the columns of {name}: it has {} more than the table's first line names, the last of them \"{}\"; a \
             value with the delimiter in it needs quotes; mend the row and ingest the file again",
            match cells.len() {
                1 => "a cell".to_owned(),
                more => format!("{more} cells"),
            },
            cells
                .last()
                .map(String::as_str)
                .unwrap_or_default()
                .chars()
                .take(60)
                .collect::<String>()
        ),
    ))
}

/// How a file's columns are mapped, with its first rows. What is no catalogue comes back as an error, with the problem
/// that kept the first rows of one from being read.
fn recognised(
    file: &mut dyn Source,
    gzip: bool,
    context: &UnpackContext<'_>,
) -> Result<(Mapping, Vec<Row>), Option<Problem>> {
    let mut sample = Vec::new();
    let problem = each_row(file, gzip, context, &mut |row| {
        sample.push(row);
        sample.len() < SAMPLE
    });
    let mapping = Mapping::of(&sample, context.catalogue);
    if mapping.is_catalogue() {
        return Ok((mapping, sample));
    }
    // What breaks off in its first rows was to be a catalogue if its beginning names the columns of one.
    let problem = problem.filter(|_| {
        let seek = file.seek(SeekFrom::Start(0));
        seek.is_ok() && Mapping::of(&[names(file, gzip)], context.catalogue).is_catalogue()
    });
    Err(problem)
}

/// Read the rows from the beginning of the file, as long as `each` wants more.
fn each_row(
    file: &mut dyn Source,
    gzip: bool,
    context: &UnpackContext<'_>,
    each: &mut dyn FnMut(Row) -> bool,
) -> Option<Problem> {
    if let Err(error) = file.seek(SeekFrom::Start(0)) {
        return Some(Problem::new(
            Reason::Unreadable,
            format!("cannot read this file: {error}"),
        ));
    }
    let limit = context.document.limits.record_bytes;
    rows(file, gzip, context.catalogue, limit, each)
}

/// What all values of the date columns prove about the order of day and month.
fn proven(
    file: &mut dyn Source,
    gzip: bool,
    context: &UnpackContext<'_>,
    mapping: &Mapping,
) -> Proof {
    let mut proof = Proof::new(context.catalogue.dates);
    let columns = mapping.columns_of(Means::Field(Field::DateCreated));
    if !columns.is_empty() && context.catalogue.dates.is_none() {
        each_row(file, gzip, context, &mut |row| {
            for (column, values) in &row {
                if columns.contains(column) {
                    for value in values {
                        proof.see(column, value);
                    }
                }
            }
            true
        });
    }
    proof
}

/// What one row says; `None` where it says nothing.
fn of_row(
    row: &Row,
    mapping: &Mapping,
    proof: &Proof,
    context: &UnpackContext<'_>,
) -> Option<(CatalogueKey, Metadata)> {
    let mut metadata = Metadata::default();
    let (mut path, mut name, mut folder, mut asset) = (None, None, None, None);
    for (column, values) in row {
        let Some(means) = mapping.means(column) else {
            continue;
        };
        let values = values.iter().map(|v| v.trim()).filter(|v| !v.is_empty());
        let first = || values.clone().next().map(str::to_owned);
        match means {
            Means::Path => path = path.or_else(first),
            Means::FileName => name = name.or_else(first),
            Means::Folder => folder = folder.or_else(first),
            Means::Asset => asset = asset.or_else(first),
            Means::Ignored => {}
            Means::Field(field) => {
                let all: Vec<String> = match field {
                    Field::Creator => values.map(str::to_owned).collect(),
                    Field::DateCreated => values
                        .filter_map(|v| date(column, v, proof, &context.document))
                        .collect(),
                    _ => {
                        let joined = values.collect::<Vec<_>>().join("; ");
                        (!joined.is_empty()).then_some(joined).into_iter().collect()
                    }
                };
                let here = metadata.fields.entry(field).or_default();
                for value in all {
                    if !here.iter().any(|v| v.value == value) && here.len() < 100 {
                        here.push(FieldValue {
                            carrier: Carrier::Catalogue,
                            value,
                            lang: None,
                            cut: false,
                            guessed_charset: None,
                        });
                    }
                }
            }
        }
    }
    metadata.fields.retain(|_, values| !values.is_empty());
    let path = match (path, folder, name) {
        (Some(path), ..) => Some(path),
        (None, Some(folder), Some(name)) => {
            Some(format!("{}/{name}", folder.trim_end_matches(['/', '\\'])))
        }
        (None, _, name) => name,
    };
    let key = CatalogueKey {
        path: path.map(|path| context.catalogue.rewritten(&path)),
        asset,
    };
    let empty = key.path.is_none() && key.asset.is_none() && metadata.fields.is_empty();
    (!empty).then_some((key, metadata))
}

/// A date as it is stored, as precise as it is known.
fn date(column: &str, value: &str, proof: &Proof, context: &DocumentContext<'_>) -> Option<String> {
    match proof.read(column, value) {
        Dated::Iso(date) => return Some(date),
        Dated::No => return None,
        Dated::Words => {}
    }
    let reading = context
        .credits
        .caption(value, &crate::credit::Hints::default());
    match reading.caption_dates.as_slice() {
        [one] => Some(one.date.clone()),
        _ => None,
    }
}
