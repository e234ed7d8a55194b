//! `cutline audit`: state-media use, counted.

use std::io::Write as _;

use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use serde::Serialize;

use super::args::{Output, Shared};
use super::exit::Exit;
use super::{audit_list, input, output};
use crate::archive::Archive;
use crate::audits;
use crate::report::audit::{About, Cell, Column, Dimension, NONE, Request, Row, page};
use crate::report::table::Table;
use crate::report::{self, FORMATS, Format};
use crate::review::validate_sample;

/// Count state-sourced pictures by outlet, month, source and more
///
/// The headline, state media, counts appearances whose printed words alone name a state-controlled outlet whose registry
/// row was verified. What is known only from files held (embedded fields, copies) stands in columns of its own: it is
/// at least so many, and grows with what else was ingested. Every row gives its denominators, and says from which archive,
/// version and registry it comes. Where the archive was declared a sample (`ingest --sample-of`), shares have a 95 %
/// interval. Findings that a person rejected are not counted.
#[derive(Args, Clone, Debug)]
#[allow(clippy::struct_excessive_bools)]
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
    /// Only what has this value in this dimension, as in outlet=NAME (can be repeated)
    #[arg(long, value_name = "DIMENSION=VALUE", value_parser = only)]
    only: Vec<(Dimension, String)>,
    /// Count findings that a person rejected like all others
    #[arg(long)]
    include_rejected: bool,
    /// Count as state-sourced only what a person confirmed
    #[arg(long, conflicts_with = "include_rejected")]
    reviewed_only: bool,
    /// Print what stands behind a column of numbers, one line each, with the words it rests on
    #[arg(long, value_name = "COLUMN", value_parser = audit_list::columns(), num_args = 0..=1, default_missing_value = "appearances")]
    list: Option<String>,
    /// Compare what cutline says with what people coded (`review --sample`): precision, recall, Cohen's kappa
    #[arg(long, conflicts_with_all = ["list", "by", "from", "to", "only"])]
    validation: bool,
    /// The sample to compare with [default: the latest that has codes]
    #[arg(long, value_name = "ID", requires = "validation")]
    sample: Option<String>,
    /// Show small copies of the headline's pictures in the page of --format html
    ///
    /// The pictures belong to agencies and photographers: whoever publishes such a page republishes their pictures, and
    /// needs the right to do so. Without this option the page holds no pictures.
    #[arg(long)]
    thumbnails: bool,
    /// How to print [default: table]
    #[arg(long, value_parser = formats())]
    format: Option<Shape>,
    /// Leave CSV cells that a spreadsheet would run as formulas as they are
    #[arg(long)]
    raw_csv: bool,
}

/// Rows in a format, or a page.
#[derive(Clone, Copy, Debug)]
enum Shape {
    Rows(&'static dyn Format),
    Page,
}

fn formats() -> impl TypedValueParser<Value = Shape> {
    let named = FORMATS
        .iter()
        .map(|f| PossibleValue::new(f.name()).help(f.about()));
    let page = PossibleValue::new("html")
        .help("One page with charts that needs no other file and no network");
    PossibleValuesParser::new(named.chain([page])).try_map(|name| match report::format(&name) {
        Some(format) => Ok(Shape::Rows(format)),
        None if name == "html" => Ok(Shape::Page),
        None => Err(format!("there is no format called {name}")),
    })
}

pub(super) fn dimension(word: &str) -> Result<Dimension, String> {
    Dimension::from_word(word).ok_or_else(|| {
        let words: Vec<&str> = Dimension::WORDS.iter().map(|(w, _)| *w).collect();
        format!("rows can be grouped by {}", words.join(", "))
    })
}

fn only(text: &str) -> Result<(Dimension, String), String> {
    let (word, value) = text
        .split_once('=')
        .ok_or_else(|| "this takes DIMENSION=VALUE".to_owned())?;
    Ok((dimension(word)?, value.to_owned()))
}

pub(super) fn month(text: &str) -> Result<String, String> {
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
    let (archive, whole) = input::one_state(shared)?;
    Ok(match answer(&archive, args)? {
        Exit::Fine => Exit::of_whole(whole),
        other => other,
    })
}

fn answer(archive: &Archive, args: &AuditArgs) -> anyhow::Result<Exit> {
    input::days(args.from.as_deref(), args.to.as_deref())?;
    let mut by: Vec<Dimension> = Vec::new();
    for dimension in &args.by {
        if !by.contains(dimension) {
            by.push(*dimension);
        }
    }
    let request = Request {
        by,
        from: args.from.clone(),
        to: args.to.clone(),
        only: args.only.clone(),
        include_rejected: args.include_rejected,
        reviewed_only: args.reviewed_only,
        sample: archive.sample_of()?.is_some(),
    };
    let output = Output {
        format: match args.format {
            Some(Shape::Rows(format)) => Some(format),
            _ => None,
        },
        raw_csv: args.raw_csv,
    };
    let as_page = matches!(args.format, Some(Shape::Page));
    anyhow::ensure!(
        as_page || !args.thumbnails,
        "cannot show thumbnails in rows: they go with --format html"
    );
    if args.validation || args.list.is_some() {
        anyhow::ensure!(
            !as_page,
            "cannot print a list as a page: use another --format"
        );
    }
    if args.validation {
        return validation(archive, args.sample.as_deref(), output);
    }
    if let Some(column) = &args.list {
        return audit_list::run(archive, &request, column, output);
    }
    let counted = audits::audit(archive, &request, as_page)?;
    if as_page {
        let page = page::Page {
            about: counted.about,
            rows: &counted.rows,
            total: counted.total,
            months: &counted.months,
            thumbnails: if args.thumbnails {
                audit_list::thumbnails(archive, &request)?
            } else {
                Vec::new()
            },
            request,
        };
        let mut out = std::io::BufWriter::new(std::io::stdout().lock());
        page::write(&mut out, &page)?;
        out.flush()?;
        return Ok(Exit::Fine);
    }
    if counted.total.documents == 0 {
        writeln!(
            anstream::stderr(),
            "no document fits: {}",
            output::escaped(&counted.about.query)
        )?;
    }
    print(output, &counted.rows, &counted.about)
}

/// A row with where it comes from.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    row: &'a Row,
    about: &'a About,
}

fn print(output: Output, rows: &[Row], about: &About) -> anyhow::Result<Exit> {
    let mut out = output::Out::new(output, &Table);
    let people = out.for_people();
    for row in rows {
        let line = Line { row, about };
        out.row(&line, || {
            if people {
                for_people(row)
            } else {
                let cells = row.cells().into_iter();
                let mut columns: Vec<_> = cells.map(|(name, cell)| (name, cell.text())).collect();
                columns.extend(about.columns());
                columns
            }
        })?;
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
        writeln!(
            out,
            "\n{}: {} uses, fingerprint {}; cutline {}, registry {}\n{}",
            output::escaped(&about.archive),
            about.appearances,
            about.fingerprint,
            about.cutline,
            about
                .registry
                .as_deref()
                .map_or("not known", |r| r.get(..16).unwrap_or(r)),
            output::escaped(&about.query)
        )?;
    }
    Ok(Exit::Fine)
}

fn for_people(row: &Row) -> Vec<(&'static str, String)> {
    let n = |column| row.count(column).to_string();
    let percent = |share: f64| format!("{:.1} %", 100.0 * share);
    let keys = row.keys.iter();
    let mut columns: Vec<_> = keys.map(|(d, value)| (d.word(), value.clone())).collect();
    columns.extend([
        ("docs", row.documents.to_string()),
        ("uses", row.appearances.to_string()),
        ("pictures", row.pictures.to_string()),
        ("credited", n(Column::Credited)),
        ("no credit", n(Column::Uncredited)),
        ("unknown party", n(Column::UnknownParty)),
        ("STATE MEDIA", n(Column::StateMedia)),
        (
            "share",
            match row.share {
                Some(s) if row.sample => format!(
                    "{} ({} to {})",
                    percent(s.share),
                    percent(s.low),
                    percent(s.high)
                ),
                Some(s) => percent(s.share),
                None => String::new(),
            },
        ),
        ("owned", n(Column::StateOwned)),
        ("possible", n(Column::StateMediaPossible)),
        ("held: metadata", n(Column::ByMetadata)),
        ("held: copies", n(Column::ByDuplicate)),
        ("government", n(Column::Government)),
        ("armed", n(Column::ArmedGroup)),
        ("own", n(Column::OwnPages)),
        ("reviewed", n(Column::Reviewed)),
    ]);
    columns
}

fn validation(archive: &Archive, sample: Option<&str>, output: Output) -> anyhow::Result<Exit> {
    let (row, found) = validate_sample(archive, sample)?;
    let mut out = output::Out::new(output, &Table);
    let people = out.for_people();
    if people {
        writeln!(
            out.writer(),
            "Sample {} of {} appearances by {} (seed {}, {}): {} coded, {} undecided\n",
            row.sample,
            found.items,
            row.dimensions.join(", "),
            row.seed,
            row.at.get(..10).unwrap_or(&row.at),
            found.coded,
            found.undecided
        )?;
    }
    let digits = |x: Option<f64>| Cell::Share(x).text();
    for m in &found.measures {
        let line = serde_json::json!({
            "sample": row.sample, "sampled": found.items, "coded": found.coded, "undecided": found.undecided,
            "measure": m.measure, "of": m.of, "items": m.items, "hits": m.hits, "estimate": m.estimate, "low": m.low, "high": m.high,
        });
        out.row(&line, || {
            let mut columns = vec![
                ("measure", m.measure.to_owned()),
                ("of", m.of.clone()),
                ("items", m.items.to_string()),
                ("hits", m.hits.to_string()),
                ("estimate", digits(m.estimate)),
                ("low", digits(m.low)),
                ("high", digits(m.high)),
            ];
            if !people {
                columns.push(("sample", row.sample.clone()));
                columns.push(("sampled", found.items.to_string()));
                columns.push(("coded", found.coded.to_string()));
                columns.push(("undecided", found.undecided.to_string()));
            }
            columns
        })?;
    }
    out.finish()?;
    if people {
        writeln!(
            anstream::stdout().lock(),
            "\nWeighted by the share of each stratum that was drawn; 95 % intervals: Wilson on the effective number of items,\n\
             for kappa its large-sample standard error. Undecided: coders are even, or most say unclear."
        )?;
    }
    Ok(Exit::Fine)
}
