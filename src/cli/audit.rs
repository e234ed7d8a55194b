//! `cutline audit`: state-media use, counted.

use std::io::Write as _;

use clap::Args;

use super::args::{Output, Shared};
use super::exit::Exit;
use super::{input, output};
use crate::report::audit::{Dimension, NONE, Request, Row, count};
use crate::report::table::Table;

/// Count state-sourced pictures by outlet, month, source and more
///
/// The headline, state media, counts appearances whose printed words alone name a state-controlled outlet whose registry
/// row was verified. What is known only from files held (embedded fields, copies) stands in columns of its own: it is
/// at least so many, and grows with what else was ingested. Every row gives its denominators.
#[derive(Args, Clone, Debug)]
pub(super) struct AuditArgs {
    /// Group by these, separated by commas: outlet, month, state-source, distributor, level, disclosure, supply, label, lang
    #[arg(long, value_delimiter = ',', default_value = "outlet", value_parser = dimension)]
    by: Vec<Dimension>,
    /// Only documents published from this month or year on (YYYY-MM or YYYY)
    #[arg(long, value_name = "MONTH", value_parser = month)]
    from: Option<String>,
    /// Only documents published up to this month or year (YYYY-MM or YYYY)
    #[arg(long, value_name = "MONTH", value_parser = month)]
    to: Option<String>,
    #[command(flatten)]
    output: Output,
}

fn dimension(word: &str) -> Result<Dimension, String> {
    Dimension::from_word(word).ok_or_else(|| {
        let words: Vec<&str> = Dimension::WORDS.iter().map(|(w, _)| *w).collect();
        format!("rows can be grouped by {}", words.join(", "))
    })
}

fn month(text: &str) -> Result<String, String> {
    let digits = |t: &str, n: usize| t.len() == n && t.bytes().all(|b| b.is_ascii_digit());
    let fits = match text.split_once('-') {
        None => digits(text, 4),
        Some((year, month)) => {
            digits(year, 4) && digits(month, 2) && ("01"..="12").contains(&month)
        }
    };
    if fits {
        Ok(text.to_owned())
    } else {
        Err("a month is YYYY-MM, a year is YYYY".to_owned())
    }
}

pub(super) fn run(shared: &Shared, args: &AuditArgs) -> anyhow::Result<Exit> {
    let archive = input::archive(shared)?;
    let (appearances, documents) = archive.audit_facts()?;
    let request = Request {
        by: args.by.clone(),
        from: args.from.clone(),
        to: args.to.clone(),
    };
    let rows = count(&appearances, &documents, &request);
    let mut out = output::Out::new(args.output, &Table);
    let people = out.for_people();
    for row in &rows {
        out.row(row, || columns(row, &args.by, people))?;
    }
    out.finish()?;
    if people {
        let mut out = anstream::stdout().lock();
        writeln!(
            out,
            "\nCounts of appearances. State media: the printed words alone, kind media, controlled, registry row verified;\n\
             owned and possible stand apart, government and armed groups too. Held: also known from embedded fields or\n\
             copies in the files held (at least). Own: a state outlet's own pages. {NONE}: none, or not known."
        )?;
    }
    Ok(Exit::Fine)
}

fn columns(row: &Row, by: &[Dimension], people: bool) -> Vec<(&'static str, String)> {
    let mut columns: Vec<(&'static str, String)> = by
        .iter()
        .map(|d| {
            (
                d.word(),
                row.keys.get(d.word()).cloned().unwrap_or_default(),
            )
        })
        .collect();
    let n = |n: u64| n.to_string();
    let share = match row.appearances {
        0 => String::new(),
        all => format!("{:.1} %", 100.0 * row.state_media as f64 / all as f64),
    };
    columns.extend(if people {
        vec![
            ("docs", n(row.documents)),
            ("uses", n(row.appearances)),
            ("pictures", n(row.pictures)),
            ("credited", n(row.credited)),
            ("no credit", n(row.uncredited)),
            ("unknown party", n(row.unknown_party)),
            ("STATE MEDIA", n(row.state_media)),
            ("share", share),
            ("owned", n(row.state_owned)),
            ("possible", n(row.state_media_possible)),
            ("held: metadata", n(row.by_metadata)),
            ("held: copies", n(row.by_duplicate)),
            ("government", n(row.government)),
            ("armed", n(row.armed_group)),
            ("own", n(row.own_pages)),
        ]
    } else {
        vec![
            ("documents", n(row.documents)),
            ("appearances", n(row.appearances)),
            ("pictures", n(row.pictures)),
            ("credited", n(row.credited)),
            ("uncredited", n(row.uncredited)),
            ("unknown_party", n(row.unknown_party)),
            ("state_media", n(row.state_media)),
            ("state_media_pictures", n(row.state_media_pictures)),
            ("state_owned", n(row.state_owned)),
            ("state_media_possible", n(row.state_media_possible)),
            ("by_metadata", n(row.by_metadata)),
            ("by_duplicate", n(row.by_duplicate)),
            ("government", n(row.government)),
            ("armed_group", n(row.armed_group)),
            ("own_pages", n(row.own_pages)),
        ]
    });
    columns
}
