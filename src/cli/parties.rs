//! `cutline parties`: the registry, and names it does not know.

use std::io::Write as _;

use clap::Args;

use super::args::{Output, Shared};
use super::exit::Exit;
use super::{input, output};
use crate::model::{ControlPeriod, Party};
use crate::parties::Registry;
use crate::report::table::Table;

/// Look up the registry of agencies and state outlets
///
/// Shows each party's names, kind, control with its dates, and the source on which that rests. `--registry FILE` adds
/// your own.
#[derive(Args, Clone, Debug)]
pub(super) struct PartiesArgs {
    /// An id, a name or part of one; without it all are listed
    query: Option<String>,
    /// Only parties whose pictures count as state-sourced
    #[arg(long)]
    state: bool,
    /// List the names in the archive that the registry does not know, by count
    #[arg(long)]
    unknown: bool,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(shared: &Shared, args: &PartiesArgs) -> anyhow::Result<Exit> {
    let mut out = output::Out::new(args.output, &Table);
    if args.unknown {
        for name in input::archive(shared)?.unknown_parties()? {
            out.row(&name, || {
                vec![
                    ("count", name.count.to_string()),
                    ("name", name.name.clone()),
                    ("example", name.example.clone()),
                ]
            })?;
        }
        out.finish()?;
        return Ok(Exit::Fine);
    }
    let registry = input::registry(shared)?;
    let found: Vec<&Party> = registry
        .iter()
        .filter(|p| !args.state || p.state.is_some())
        .filter(|p| args.query.as_ref().is_none_or(|q| fits(&registry, p, q)))
        .collect();
    let exact = args
        .query
        .as_ref()
        .and_then(|q| found.iter().copied().find(|p| is_named(&registry, p, q)));
    if let (Some(party), true) = (exact, out.for_people()) {
        describe(out.writer(), &registry, party)?;
        return out.finish().map(|()| Exit::Fine);
    }
    for party in &found {
        let aliases: Vec<&str> = registry
            .aliases_of(&party.id)
            .iter()
            .map(|a| a.text.as_str())
            .collect();
        let mut value = serde_json::to_value(party)?;
        if let Some(object) = value.as_object_mut() {
            object.insert("aliases".into(), serde_json::to_value(&aliases)?);
        }
        out.row(&value, || {
            let now = party.control.last();
            vec![
                ("id", party.id.clone()),
                ("name", party.name.clone()),
                ("country", party.country.clone().unwrap_or_default()),
                ("kind", output::word(&party.kind)),
                (
                    "state",
                    party.state.map(|s| output::word(&s)).unwrap_or_default(),
                ),
                (
                    "control",
                    now.map(|c| output::word(&c.control)).unwrap_or_default(),
                ),
                (
                    "basis",
                    now.map(|c| if c.verified { "read" } else { "unverified" })
                        .unwrap_or_default()
                        .to_owned(),
                ),
            ]
        })?;
    }
    out.finish()?;
    if found.is_empty() {
        writeln!(
            anstream::stderr(),
            "No such party. An agency that is missing can be added with --registry FILE."
        )?;
    }
    Ok(Exit::Fine)
}

fn is_named(registry: &Registry, party: &Party, query: &str) -> bool {
    let query = query.to_lowercase();
    party.id == query
        || registry
            .aliases_of(&party.id)
            .iter()
            .any(|a| a.text.to_lowercase() == query)
}

fn fits(registry: &Registry, party: &Party, query: &str) -> bool {
    let query = query.to_lowercase();
    party.id.contains(&query)
        || party.name.to_lowercase().contains(&query)
        || party
            .full_name
            .as_ref()
            .is_some_and(|n| n.to_lowercase().contains(&query))
        || registry
            .aliases_of(&party.id)
            .iter()
            .any(|a| a.text.to_lowercase().contains(&query))
}

fn describe(
    out: &mut impl std::io::Write,
    registry: &Registry,
    party: &Party,
) -> std::io::Result<()> {
    let aliases: Vec<&str> = registry
        .aliases_of(&party.id)
        .iter()
        .map(|a| a.text.as_str())
        .collect();
    writeln!(
        out,
        "{}: {}",
        party.id,
        party.full_name.as_deref().unwrap_or(&party.name)
    )?;
    let mut line = |name: &str, text: &str| -> std::io::Result<()> {
        if text.is_empty() {
            Ok(())
        } else {
            writeln!(out, "  {name:<9} {}", output::escaped(text))
        }
    };
    line("names", &aliases.join(" | "))?;
    line("country", party.country.as_deref().unwrap_or_default())?;
    line("kind", &output::word(&party.kind))?;
    line(
        "state",
        &party.state.map(|s| output::word(&s)).unwrap_or_default(),
    )?;
    line("part of", party.parent.as_deref().unwrap_or_default())?;
    for period in &party.control {
        line("control", &judgement(period))?;
    }
    line("notes", party.notes.as_deref().unwrap_or_default())
}

fn judgement(period: &ControlPeriod) -> String {
    let span = match (&period.from, &period.to) {
        (None, None) => String::new(),
        (from, to) => format!(
            " from {} to {}",
            from.as_deref().unwrap_or("the beginning"),
            to.as_deref().unwrap_or("now")
        ),
    };
    let read = if period.verified {
        "the source was read"
    } else {
        "nobody opened the source: claims are `possible`"
    };
    format!(
        "{}{span}: {} ({read})",
        output::word(&period.control),
        period.basis
    )
}
