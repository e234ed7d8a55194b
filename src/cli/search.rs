//! `cutline search`: words and fields.

use std::ffi::OsString;
use std::io::Write as _;

use clap::Args;

use super::args::{Output, Shared};
use super::exit::Exit;
use super::{input, output};
use crate::flags::RULES;
use crate::model::Label;
use crate::query::{FilterField, FilterValue, Query};
use crate::report::table::Table;

/// Search captions, credits and fields
///
/// Words are searched in captions, credits, headlines and embedded text; a phrase stands in quotation marks; -word
/// leaves out. Fields: originator: via: distributor: party: creator: label: lang: outlet: flag: level: kind:
/// disclosure: supply: and the dates taken: released: published: or date: for any of them, as in
/// date:2023-09..2024-06. Example: kim putin originator:kcna via:reuters label:file lang:id flag:state-sourced
#[derive(Args, Clone, Debug)]
pub(super) struct SearchArgs {
    /// What to search for
    #[arg(required = true)]
    query: Vec<String>,
    /// At most this many hits
    #[arg(long, default_value_t = 50)]
    limit: usize,
    /// The query is SQLite's own FTS5 language
    #[arg(long)]
    fts: bool,
    #[command(flatten)]
    output: Output,
}

/// The process's arguments, with a blank before each `-word` of a search: it is a word to leave out, not an option.
pub(super) fn arguments(given: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut searches = false;
    let mut out = Vec::new();
    for argument in given {
        let bytes = argument.as_encoded_bytes();
        let leaves_out = bytes.len() > 2 && bytes.starts_with(b"-") && !bytes.starts_with(b"--");
        if searches && leaves_out {
            let mut apart = OsString::from(" ");
            apart.push(&argument);
            out.push(apart);
            continue;
        }
        searches = searches || argument == "search";
        out.push(argument);
    }
    out
}

/// Values of fields that no archive can hold, one sentence each: most are misspelt.
fn unknown_values(query: &Query) -> Vec<String> {
    let rules: Vec<&str> = RULES.iter().map(|rule| rule.id()).collect();
    let is_rule = |value: &str| {
        let name = value.split(':').next().unwrap_or(value);
        rules.iter().any(|rule| rule.eq_ignore_ascii_case(name))
    };
    let is_label =
        |value: &str| serde_json::from_value::<Label>(value.to_lowercase().into()).is_ok();
    let mut notes = Vec::new();
    for filter in &query.filters {
        let FilterValue::Text(value) = &filter.value else {
            continue;
        };
        match filter.field {
            FilterField::Flag if !is_rule(value) => notes.push(format!(
                "there is no rule {value}: the rules are {}",
                rules.join(", ")
            )),
            FilterField::Label if !is_label(value) => notes.push(format!(
                "there is no label {value}: labels are words such as file, handout, pool, courtesy, screenshot, stock"
            )),
            _ => {}
        }
    }
    notes
}

pub(super) fn run(shared: &Shared, args: &SearchArgs) -> anyhow::Result<Exit> {
    let archive = input::archive(shared)?;
    let line = args.query.join(" ");
    let query = if args.fts {
        Query::fts_language(&line)
    } else {
        Query::parse(&line)
    };
    let found = archive.search(&query, args.limit)?;
    let nothing = (!args.fts && query.is_empty())
        .then(|| "nothing to search for: type words, or fields as in originator:kcna".to_owned());
    let mut out = output::Out::new(args.output, &Table);
    let mut err = anstream::stderr().lock();
    for note in query
        .notes
        .iter()
        .chain(&unknown_values(&query))
        .chain(&nothing)
    {
        writeln!(err, "cutline: {}", output::escaped(note))?;
    }
    for hit in &found.hits {
        out.row(hit, || {
            vec![
                ("name", hit.name.clone()),
                ("outlet", hit.outlet.clone().unwrap_or_default()),
                (
                    "published",
                    hit.published
                        .as_deref()
                        .map(|p| p.get(..10).unwrap_or(p).to_owned())
                        .unwrap_or_default(),
                ),
                ("caption", shortened(&hit.caption)),
                ("credit", hit.credit_line.clone().unwrap_or_default()),
                ("state-sourced", hit.level.clone().unwrap_or_default()),
                ("dates", hit.dates.join(", ")),
                (
                    "id",
                    if hit.kind == "photo" {
                        hit.id.get(..12).unwrap_or(&hit.id).to_owned()
                    } else {
                        hit.id.clone()
                    },
                ),
            ]
        })?;
    }
    let people = out.for_people();
    out.finish()?;
    let among = format!(
        "among {} files, last ingest {}",
        found.files,
        found
            .last_ingest
            .as_deref()
            .map_or("not finished", |t| t.get(..10).unwrap_or(t))
    );
    if found.total == 0 {
        writeln!(err, "Nothing found {among}.")?;
    } else if people && found.total > found.hits.len() as u64 {
        writeln!(
            err,
            "{} of {} hits shown, {among}; --limit shows more.",
            found.hits.len(),
            found.total
        )?;
    }
    Ok(Exit::Fine)
}

/// The beginning of a long caption.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(140) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or(text)),
    }
}
