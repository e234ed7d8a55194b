//! `cutline check`: one picture before it runs.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::args::{Output, Shared};
use super::exit::Exit;
use super::{flags, input, output, show};
use crate::archive::Archive;
use crate::check;
use crate::flags::{Case, Thresholds};
use crate::intake::sidecars_beside;
use crate::model::{Fact, Flag, Photo, Problem};
use crate::report::table::Table;

/// Check one picture before it runs
///
/// Its metadata and their conflicts, its credit as read, restrictions, copies in the archive with their credits, and
/// the findings. Stores nothing. Works without an archive, and then says that copies were not looked for. A picture that
/// cannot be read in full ends it with code 3, unless --fail-on ends it with 1.
#[derive(Args, Clone, Debug)]
pub(super) struct CheckArgs {
    /// Images, file by file; - reads one from standard input
    #[arg(required = true)]
    images: Vec<PathBuf>,
    /// The caption and credit that are to be printed with it
    #[arg(long, value_name = "TEXT")]
    caption: Option<String>,
    /// End with code 1 if there is a finding of these rules: RULE, or RULE:KIND as in state-sourced:media
    #[arg(long, value_name = "RULE[:KIND]", value_delimiter = ',')]
    fail_on: Vec<String>,
    #[command(flatten)]
    limits: super::limits::LimitArgs,
    #[command(flatten)]
    output: Output,
}

#[derive(Serialize)]
struct Checked {
    image: String,
    copies_searched: bool,
    /// What kept the picture from being read in full.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    problems: Vec<Problem>,
    case: Case,
    restrictions: Vec<Fact>,
    flags: Vec<Flag>,
}

pub(super) fn run(shared: &Shared, args: &CheckArgs) -> anyhow::Result<Exit> {
    for rule in &args.fail_on {
        flags::known_rule(rule)?;
    }
    input::no_folder(&args.images, "check")?;
    let credits = input::credits(shared)?;
    let limits = args.limits.limits()?;
    let archive = shared
        .db
        .exists()
        .then(|| Archive::read(&shared.db))
        .transpose()?;
    let mut out = output::Out::deciding(args.output, &Table);
    let thresholds = match (input::thresholds(shared)?, &archive) {
        (Some(thresholds), _) => thresholds,
        (None, Some(archive)) => archive.thresholds()?,
        (None, None) => Thresholds::default(),
    };
    let mut found = false;
    // Copies that are not known yet may hide a finding.
    let mut failed = match &archive {
        Some(archive) => !input::is_whole(archive)?,
        None => false,
    };
    for image in &args.images {
        let name = image.to_string_lossy().into_owned();
        let (photo, bytes) = match check::load(image, &limits) {
            Ok(loaded) => loaded,
            Err(reason) => {
                failed = true;
                output::complain(&name, &reason)?;
                continue;
            }
        };
        let sidecars = sidecars_beside(image, &limits).into_iter();
        let sidecars = sidecars.map(|(path, m)| (path.to_string_lossy().into_owned(), m));
        let mut case = check::own_case(
            &name,
            sidecars.collect(),
            &photo,
            args.caption.as_deref(),
            &credits,
        );
        if let Some(archive) = &archive {
            check::add_copies(&mut case, archive, &photo, &bytes, &limits)?;
        }
        let flags = check::findings(&case, credits.registry(), &thresholds);
        let restrictions = check::restrictions(&case);
        let checked = Checked {
            image: name,
            copies_searched: archive.is_some(),
            problems: problems(&photo),
            case,
            restrictions,
            flags,
        };
        failed |= !checked.problems.is_empty();
        found |= flags::fails(&checked.flags, &args.fail_on);
        if out.for_people() {
            people(out.writer(), &checked)?;
        } else {
            out.row(&checked, || columns(&checked))?;
        }
    }
    out.finish()?;
    Ok(match (found, failed) {
        (true, _) => Exit::Findings,
        (_, true) => Exit::SomeFailed,
        _ => Exit::Fine,
    })
}

/// What kept a picture from being read in full, its pixels first.
fn problems(photo: &Photo) -> Vec<Problem> {
    let all = photo.problems.iter().chain(&photo.metadata.problems);
    all.cloned().collect()
}

fn people(out: &mut impl std::io::Write, checked: &Checked) -> anyhow::Result<()> {
    writeln!(out, "{}", output::escaped(&checked.image))?;
    let (own, others) = checked
        .case
        .photos
        .split_first()
        .ok_or_else(|| anyhow::anyhow!("cannot check an empty case"))?;
    show::print_photo(out, own)?;
    for problem in &checked.problems {
        writeln!(out, "  problem: {}", output::escaped(&problem.text))?;
    }
    writeln!(out, "\nRestrictions and notices")?;
    for fact in &checked.restrictions {
        writeln!(
            out,
            "  {}: \"{}\"",
            output::word(&fact.kind),
            output::escaped(&fact.text)
        )?;
    }
    if checked.restrictions.is_empty() {
        writeln!(out, "  none stated")?;
    }
    writeln!(out, "\nCopies")?;
    if !checked.copies_searched {
        writeln!(
            out,
            "  not looked for: there is no archive (name one with --db FILE)"
        )?;
    } else if others.is_empty() && own.files.len() < 2 {
        writeln!(out, "  none in the archive")?;
    }
    for file in own.files.iter().skip(1) {
        writeln!(out, "  same-bytes {}", output::escaped(&file.input))?;
    }
    for copy in others {
        let link = checked
            .case
            .links
            .iter()
            .find(|l| [l.a, l.b].contains(&copy.sha256) && [l.a, l.b].contains(&own.sha256));
        let relation = link.map_or_else(
            || "copy of a copy".to_owned(),
            |l| output::word(&l.relation),
        );
        writeln!(out, "  {relation} {}", output::escaped(copy.name()))?;
    }
    for (place, credit) in check::credits(&checked.case) {
        let credit = credit.as_deref().unwrap_or("no credit found");
        writeln!(
            out,
            "  {}: {}",
            output::escaped(&place),
            output::escaped(credit)
        )?;
    }
    writeln!(out, "\nFindings")?;
    if checked.flags.is_empty() {
        writeln!(out, "  none")?;
    }
    for flag in &checked.flags {
        flags::print_flag(out, flag)?;
    }
    writeln!(out)?;
    Ok(())
}

fn columns(checked: &Checked) -> Vec<(&'static str, String)> {
    let rules: Vec<&str> = checked.flags.iter().map(|f| f.rule.as_str()).collect();
    let copies = checked
        .case
        .photos
        .iter()
        .skip(1)
        .map(|p| p.name().to_owned())
        .collect::<Vec<_>>();
    vec![
        ("image", checked.image.clone()),
        ("findings", rules.join(", ")),
        (
            "restrictions",
            checked
                .restrictions
                .iter()
                .map(|f| f.text.as_str())
                .collect::<Vec<_>>()
                .join("; "),
        ),
        (
            "copies",
            if checked.copies_searched {
                copies.join(", ")
            } else {
                "not looked for".into()
            },
        ),
    ]
}
