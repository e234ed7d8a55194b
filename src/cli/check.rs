//! `cutline check`: one picture before it runs.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::args::{Output, Shared};
use super::exit::Exit;
use super::{find, flags, input, output, show};
use crate::archive::Archive;
use crate::credit::{CreditReader, Hints};
use crate::flags::{
    Case, CaseAppearance, CaseOutlet, CasePhoto, EmbeddedReading, HeldFile, HeldMetadata,
    Thresholds, Tie, judge,
};
use crate::intake::{photo_readings, sidecars_beside};
use crate::model::{Carrier, Decision, Fact, FactKind, Flag, Photo};
use crate::read::Limits;
use crate::report::table::Table;

/// Check one picture before it runs
///
/// Its metadata and their conflicts, its credit as read, restrictions, copies in the archive with their credits, and
/// the findings. Stores nothing. Works without an archive, and then says that copies were not looked for.
#[derive(Args, Clone, Debug)]
pub(super) struct CheckArgs {
    /// Images; - reads one from standard input
    #[arg(required = true)]
    images: Vec<PathBuf>,
    /// The caption and credit that are to be printed with it
    #[arg(long, value_name = "TEXT")]
    caption: Option<String>,
    /// End with code 1 if there is a finding of these rules: RULE, or RULE:KIND as in state-sourced:media
    #[arg(long, value_name = "RULE[:KIND]", value_delimiter = ',')]
    fail_on: Vec<String>,
    #[command(flatten)]
    output: Output,
}

#[derive(Serialize)]
struct Checked {
    image: String,
    copies_searched: bool,
    case: Case,
    restrictions: Vec<Fact>,
    flags: Vec<Flag>,
}

pub(super) fn run(shared: &Shared, args: &CheckArgs) -> anyhow::Result<Exit> {
    for rule in &args.fail_on {
        flags::known_rule(rule)?;
    }
    let credits = input::credits(shared)?;
    let limits = Limits::default();
    let archive = shared
        .db
        .exists()
        .then(|| Archive::read(&shared.db))
        .transpose()?;
    let mut out = output::Out::new(args.output, &Table);
    let thresholds = match (input::thresholds(shared)?, &archive) {
        (Some(thresholds), _) => thresholds,
        (None, Some(archive)) => archive.thresholds()?,
        (None, None) => Thresholds::default(),
    };
    let (mut failed, mut found) = (false, false);
    for image in &args.images {
        let name = image.to_string_lossy().into_owned();
        let (photo, bytes) = match find::load(image, &limits) {
            Ok(loaded) => loaded,
            Err(reason) => {
                failed = true;
                writeln!(
                    anstream::stderr(),
                    "cutline: {}: {}",
                    output::escaped(&name),
                    output::escaped(&reason)
                )?;
                continue;
            }
        };
        let mut case = own_case(
            &name,
            image,
            &photo,
            args.caption.as_deref(),
            &credits,
            &limits,
        );
        if let Some(archive) = &archive {
            add_copies(&mut case, archive, &photo, &bytes, &limits)?;
        }
        let judgement = judge(&case, credits.registry(), &thresholds);
        let restrictions = restrictions(&case);
        let checked = Checked {
            image: name,
            copies_searched: archive.is_some(),
            case,
            restrictions,
            flags: judgement.flags,
        };
        found |= flags::fails(&checked.flags, &args.fail_on);
        if out.for_people() {
            people(out.writer(), &checked, &photo)?;
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

/// The picture by itself, with its sidecar and the caption that is to be printed.
fn own_case(
    name: &str,
    path: &Path,
    photo: &Photo,
    caption: Option<&str>,
    credits: &CreditReader,
    limits: &Limits,
) -> Case {
    let mut metadata = vec![HeldMetadata {
        input: name.to_owned(),
        metadata: photo.metadata.clone(),
    }];
    for (sidecar, beside) in sidecars_beside(path, limits) {
        metadata.push(HeldMetadata {
            input: sidecar.to_string_lossy().into_owned(),
            metadata: beside,
        });
    }
    let embedded = metadata
        .iter()
        .flat_map(|held| {
            photo_readings(&held.metadata, credits)
                .into_iter()
                .map(|r| EmbeddedReading {
                    field: r.field,
                    carrier: r.carrier,
                    input: held.input.clone(),
                    reading: r.reading,
                })
        })
        .collect();
    let own = CasePhoto {
        sha256: photo.sha256,
        files: vec![HeldFile {
            input: name.to_owned(),
            page: None,
        }],
        width: photo.width,
        height: photo.height,
        metadata,
        embedded,
    };
    let appearances = caption.map(|text| CaseAppearance {
        id: "caption".into(),
        document: "--caption".into(),
        input: "--caption".into(),
        url: None,
        title: None,
        outlet: CaseOutlet::default(),
        published: None,
        lang: None,
        position: 1,
        carrier: Some(Carrier::Text),
        text: text.to_owned(),
        credit_text: None,
        credit: credits.caption(text, &Hints::default()),
        corrected: None,
        photo: Some(photo.sha256),
        probability: Some(1.0),
        decision: Decision::Matched,
        tie: Tie::Image,
        document_credits: Vec::new(),
        outlet_pages: 0,
        outlet_credited: 0,
    });
    Case {
        picture: Some("checked".into()),
        photos: vec![own],
        links: Vec::new(),
        appearances: appearances.into_iter().collect(),
    }
}

/// The pictures of the archive that this one is a copy of, with their uses.
fn add_copies(
    case: &mut Case,
    archive: &Archive,
    photo: &Photo,
    bytes: &[u8],
    limits: &Limits,
) -> anyhow::Result<()> {
    let mut seen = Vec::new();
    for (copy, link) in find::copies(archive, photo, bytes, limits)? {
        case.links.extend(link);
        let Some(picture) = archive
            .picture_of(&copy.key.sha256)?
            .filter(|p| !seen.contains(p))
        else {
            continue;
        };
        seen.push(picture);
        let Some(other) = archive.picture_case(picture)? else {
            continue;
        };
        case.picture = other.picture.or(case.picture.take());
        case.links.extend(other.links);
        case.appearances.extend(other.appearances);
        for held in other.photos {
            match case.photos.iter_mut().find(|p| p.sha256 == held.sha256) {
                Some(own) => {
                    let known = own.files.clone();
                    own.files
                        .extend(held.files.into_iter().filter(|f| !known.contains(f)));
                }
                None => case.photos.push(held),
            }
        }
    }
    case.links.retain(|l| {
        case.photos.iter().any(|p| p.sha256 == l.a) && case.photos.iter().any(|p| p.sha256 == l.b)
    });
    Ok(())
}

/// Limits on use and notices, wherever the picture's own words state them.
fn restrictions(case: &Case) -> Vec<Fact> {
    let embedded = case
        .photos
        .iter()
        .flat_map(|p| &p.embedded)
        .map(|e| &e.reading);
    let printed = case.appearances.iter().map(|a| &a.credit);
    let mut facts: Vec<Fact> = Vec::new();
    for fact in embedded.chain(printed).flat_map(|r| &r.facts) {
        let wanted = matches!(
            fact.kind,
            FactKind::Restriction | FactKind::Unverified | FactKind::Notice
        );
        if wanted
            && !facts
                .iter()
                .any(|f| f.kind == fact.kind && f.text == fact.text)
        {
            facts.push(fact.clone());
        }
    }
    facts
}

fn people(out: &mut impl std::io::Write, checked: &Checked, photo: &Photo) -> anyhow::Result<()> {
    writeln!(out, "{}", output::escaped(&checked.image))?;
    let (own, others) = checked
        .case
        .photos
        .split_first()
        .ok_or_else(|| anyhow::anyhow!("cannot check an empty case"))?;
    show::print_photo(out, own)?;
    for problem in photo.problems.iter().chain(&photo.metadata.problems) {
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
    for a in checked
        .case
        .appearances
        .iter()
        .filter(|a| a.id != "caption")
    {
        let credit = a.credit.credit_line.as_deref().unwrap_or("no credit found");
        writeln!(
            out,
            "  printed in {}: {}",
            output::escaped(&a.name()),
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
