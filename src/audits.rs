//! An archive -> an audit of it: counted rows with where they come from, and what stands behind a number.

use std::collections::BTreeSet;

use crate::archive::Archive;
use crate::error::Result;
use crate::report::audit::{About, Column, Counter, Dimension, Request, Row, counted_in};

/// An audit, counted.
#[derive(Clone, Debug, Default)]
pub struct Audit {
    /// Where the numbers come from, with the question.
    pub about: About,
    /// One row for each combination of values.
    pub rows: Vec<Row>,
    /// The row of everything.
    pub total: Row,
    /// The same request by month alone, where it was asked for.
    pub months: Vec<Row>,
}

/// One appearance behind a number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Behind {
    /// The row that it is counted in.
    pub keys: Vec<String>,
    /// The appearance.
    pub appearance: i64,
    /// Its document.
    pub document: i64,
    /// The columns that it is counted in.
    pub counted: Vec<Column>,
}

/// Count; `monthly`: by month, too.
pub fn audit(archive: &Archive, request: &Request, monthly: bool) -> Result<Audit> {
    let by_month = Request {
        by: vec![Dimension::Month],
        ..request.clone()
    };
    let mut counter = Counter::new(request);
    let mut months = Counter::new(&by_month);
    let mut about = request.dimensions();
    about.extend(by_month.by.iter().filter(|_| monthly));
    let what = archive.each_fact(&about, &mut |fact| {
        counter.add(fact);
        if monthly {
            months.add(fact);
        }
    })?;
    archive.each_bare_document(&mut |document| {
        counter.add_document(document);
        if monthly {
            months.add_document(document);
        }
    })?;
    let (rows, total) = counter.rows();
    Ok(Audit {
        about: About {
            query: request.query(),
            ..archive.about(what)?
        },
        rows,
        total,
        months: months.rows().0,
    })
}

/// What stands behind a column of numbers, each row apart: the name of a [`Column`], `documents`, `appearances`,
/// `pictures` or `state_media_pictures`.
pub fn behind(archive: &Archive, request: &Request, column: &str) -> Result<Vec<Behind>> {
    let wanted = Column::ALL.iter().find(|c| c.name() == column).copied();
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    archive.each_fact(&request.dimensions(), &mut |fact| {
        if !request.takes(fact) {
            return;
        }
        for keys in request.places(fact) {
            let source = request.source_among(&keys).map(String::as_str);
            let counted = counted_in(fact, request, source);
            let fits = match (wanted, column) {
                (Some(wanted), _) => counted.contains(&wanted),
                (None, "state_media_pictures") => counted.contains(&Column::StateMedia),
                _ => true,
            };
            if !fits {
                continue;
            }
            let once = match column {
                "documents" => Some(fact.document),
                "pictures" | "state_media_pictures" => {
                    Some(fact.picture.unwrap_or(!fact.appearance))
                }
                _ => None,
            };
            if once.is_none_or(|once| seen.insert((keys.clone(), once))) {
                found.push(Behind {
                    keys,
                    appearance: fact.appearance,
                    document: fact.document,
                    counted,
                });
            }
        }
    })?;
    found.sort();
    Ok(found)
}
