//! `cutline show`: everything about one photo, picture, appearance or document, each fact with its evidence.

use std::collections::BTreeSet;
use std::io::{Read as _, Write};
use std::path::Path;

use clap::Args;
use serde::Serialize;

use super::args::{Output, Shared};
use super::exit::Exit;
use super::{input, output};
use crate::archive::{
    Archive, FlagFilter, PublicId, Wording, appearance_public, parse_public, picture_public,
};
use crate::discover;
use crate::flags::{Case, CaseAppearance, CasePhoto};
use crate::model::{Flag, InputKind, MatchEvidence, Review};
use crate::report::table::Table;

/// Show everything about one photo, picture, appearance or document
///
/// Its files, metadata with disagreements, captions and credits as read, where it was used, its copies, and the
/// findings, each with the words it was read from.
#[derive(Args, Clone, Debug)]
pub(super) struct ShowArgs {
    /// A path (a file that has moved is known by its bytes), a SHA-256 or its beginning, or an id (pic-, app-, doc-)
    subject: String,
    #[command(flatten)]
    output: Output,
}

/// One picture or appearance with everything known of it.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    case: Case,
    flags: Vec<Flag>,
    matches: Vec<Why>,
    /// Everything that people decided about it, undone decisions and notes too.
    reviews: Vec<Review>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changes: Vec<Change>,
}

/// How the wording of an appearance changed from capture to capture.
#[derive(Serialize)]
struct Change {
    appearance: String,
    wordings: Vec<Wording>,
}

/// Why an appearance was matched.
#[derive(Serialize)]
struct Why {
    appearance: String,
    evidence: Vec<MatchEvidence>,
}

pub(super) fn run(shared: &Shared, args: &ShowArgs) -> anyhow::Result<Exit> {
    let archive = input::archive(shared)?;
    let mut out = output::Out::new(args.output, &Table);
    let mut printed = 0;
    let mut pictures = BTreeSet::new();
    let mut print = |shown: Option<Shown>| -> anyhow::Result<()> {
        // A picture is shown once, however often a document uses it.
        let new = |s: &Shown| s.case.picture.clone().is_none_or(|id| pictures.insert(id));
        let Some(shown) = shown.filter(new) else {
            return Ok(());
        };
        if out.for_people() {
            if printed > 0 {
                writeln!(out.writer())?;
            }
            people(out.writer(), &shown)?;
        } else {
            out.row(&shown, || columns(&shown))?;
        }
        printed += 1;
        Ok(())
    };
    match input::subject(&archive, &args.subject)? {
        Some(input::Subject::Picture(id)) => print(picture(&archive, id)?)?,
        Some(input::Subject::Appearance(id)) => print(appearance(&archive, id)?)?,
        Some(input::Subject::Documents(ids)) => {
            for id in ids {
                for use_id in archive.appearances_of(id)? {
                    print(appearance(&archive, use_id)?)?;
                }
            }
        }
        None => anyhow::bail!(
            "cannot show {}: the archive does not hold it (among {} files); ingest it first{}",
            args.subject,
            archive.counts()?.files,
            unheld(&args.subject)
        ),
    }
    out.finish()?;
    Ok(Exit::Fine)
}

/// What else shows a file that the archive does not hold.
fn unheld(subject: &str) -> String {
    let path = Path::new(subject);
    let picture = || {
        let mut head = Vec::new();
        let read = std::fs::File::open(path)
            .and_then(|f| f.take(discover::HEAD as u64).read_to_end(&mut head));
        read.is_err() || matches!(discover::sniff(path, &head), InputKind::Photo(_))
    };
    if path.is_dir() || path.is_file() && !picture() {
        format!(", or print what is in it with `cutline extract {subject}`")
    } else {
        ", or look with `cutline find`".to_owned()
    }
}

fn picture(archive: &Archive, id: i64) -> anyhow::Result<Option<Shown>> {
    let Some(case) = archive.picture_case(id)? else {
        return Ok(None);
    };
    complete(archive, case, picture_public(id)).map(Some)
}

fn appearance(archive: &Archive, id: i64) -> anyhow::Result<Option<Shown>> {
    if let Some(photo) = archive.photo_of_appearance(id)?
        && let Some(of) = archive.picture_of(&photo)?
    {
        return picture(archive, of);
    }
    let Some(case) = archive.appearance_case(id)? else {
        return Ok(None);
    };
    complete(archive, case, appearance_public(id)).map(Some)
}

fn complete(archive: &Archive, case: Case, key: String) -> anyhow::Result<Shown> {
    let flags = archive.flags(&FlagFilter {
        subjects: vec![key],
        include_rejected: true,
        ..FlagFilter::default()
    })?;
    let about = flags.iter().map(|f| f.flag.clone());
    let about = about.chain(case.appearances.iter().map(|a| a.id.clone()));
    let about: Vec<String> = about
        .chain(case.photos.iter().map(|p| p.sha256.to_hex()))
        .collect();
    let reviews = archive.reviews_about(&about)?;
    let mut matches = Vec::new();
    let mut changes = Vec::new();
    for a in &case.appearances {
        if let Some(PublicId::Appearance(id)) = parse_public(&a.id) {
            matches.push(Why {
                appearance: a.id.clone(),
                evidence: archive.match_of(id)?,
            });
            let wordings = archive.wordings(id)?;
            if !wordings.is_empty() {
                changes.push(Change {
                    appearance: a.id.clone(),
                    wordings,
                });
            }
        }
    }
    Ok(Shown {
        case,
        flags,
        matches,
        reviews,
        changes,
    })
}

fn columns(shown: &Shown) -> Vec<(&'static str, String)> {
    let names: Vec<&str> = shown.case.photos.iter().map(CasePhoto::name).collect();
    let uses: Vec<String> = shown
        .case
        .appearances
        .iter()
        .map(CaseAppearance::name)
        .collect();
    let flags: Vec<&str> = shown.flags.iter().map(|f| f.rule.as_str()).collect();
    vec![
        ("picture", shown.case.picture.clone().unwrap_or_default()),
        ("photos", names.join(", ")),
        ("appearances", uses.join(", ")),
        ("flags", flags.join(", ")),
    ]
}

fn people(out: &mut impl Write, shown: &Shown) -> anyhow::Result<()> {
    match &shown.case.picture {
        Some(id) => writeln!(
            out,
            "Picture {id}: {} photos, {} uses",
            shown.case.photos.len(),
            shown.case.appearances.len()
        )?,
        None => writeln!(out, "A printed caption for which no photo is held")?,
    }
    for photo in &shown.case.photos {
        print_photo(out, photo)?;
    }
    if !shown.case.links.is_empty() {
        writeln!(out, "\nCopies")?;
        for link in &shown.case.links {
            let name = |sha| shown.case.photo(sha).map_or("?", CasePhoto::name);
            let distance = link
                .distance
                .map(|d| format!(", {d} of 256 bits differ"))
                .unwrap_or_default();
            let doubt = if link.verified {
                ""
            } else {
                " (possible: by the hash alone)"
            };
            let whole = link.whole().unwrap_or(link.b);
            let part = if whole == link.b { link.a } else { link.b };
            writeln!(
                out,
                "  {} {} {}{distance}{doubt}",
                output::escaped(name(&part)),
                output::word(&link.relation),
                output::escaped(name(&whole))
            )?;
        }
    }
    if !shown.case.appearances.is_empty() {
        writeln!(out, "\nUses")?;
        for a in &shown.case.appearances {
            let why = shown.matches.iter().find(|m| m.appearance == a.id);
            print_appearance(out, a, why.map_or(&[], |w| w.evidence.as_slice()))?;
            let changed = shown.changes.iter().filter(|c| c.appearance == a.id);
            for wording in changed.flat_map(|c| &c.wordings).filter(|w| !w.latest) {
                let day = |d: &Option<String>| {
                    d.as_deref()
                        .map_or("undated", |d| d.get(..10).unwrap_or(d))
                        .to_owned()
                };
                let credit = wording.credit_text.as_deref().unwrap_or_default();
                writeln!(
                    out,
                    "    before   {} {} (captured {} to {})",
                    output::escaped(&wording.text),
                    output::escaped(credit),
                    day(&wording.first_captured),
                    day(&wording.last_captured)
                )?;
            }
        }
    }
    writeln!(out, "\nFindings")?;
    if shown.flags.is_empty() {
        writeln!(out, "  none")?;
    }
    for flag in &shown.flags {
        super::flags::print_flag(out, flag)?;
    }
    if !shown.reviews.is_empty() {
        writeln!(out, "\nReviews")?;
        for review in &shown.reviews {
            super::review::print_review(out, review)?;
        }
    }
    Ok(())
}

/// One photo: its files, its fields with the container each value came from, its credit as read.
pub(super) fn print_photo(out: &mut impl Write, photo: &CasePhoto) -> anyhow::Result<()> {
    writeln!(
        out,
        "\nPhoto {} ({} x {})",
        photo.sha256, photo.width, photo.height
    )?;
    for file in &photo.files {
        let page = file
            .page
            .as_ref()
            .map(|p| format!(" (saved beside {})", output::escaped(p)))
            .unwrap_or_default();
        writeln!(out, "  file {}{page}", output::escaped(&file.input))?;
    }
    for held in &photo.metadata {
        for (field, values) in &held.metadata.fields {
            for value in values {
                let mark = if value.cut {
                    " [cut at IIM's length]"
                } else {
                    ""
                };
                let name = output::word(field);
                writeln!(
                    out,
                    "  {name:<19} {:<8} {}{mark}",
                    output::word(&value.carrier),
                    output::escaped(&value.value)
                )?;
            }
        }
    }
    for embedded in &photo.embedded {
        let chain: Vec<String> = embedded
            .reading
            .chain
            .iter()
            .map(|l| format!("{} ({})", l.name, output::word(&l.role)))
            .collect();
        if !chain.is_empty() {
            writeln!(
                out,
                "  read from {:<9} {:<8} {}",
                output::word(&embedded.field),
                output::word(&embedded.carrier),
                chain.join(" -> ")
            )?;
        }
    }
    Ok(())
}

fn print_appearance(
    out: &mut impl Write,
    a: &CaseAppearance,
    why: &[MatchEvidence],
) -> anyhow::Result<()> {
    let outlet = a
        .outlet
        .name
        .as_deref()
        .or(a.outlet.domain.as_deref())
        .unwrap_or("outlet unknown");
    let day = a
        .published
        .as_deref()
        .map_or("date unknown", |p| p.get(..10).unwrap_or(p));
    writeln!(
        out,
        "  {} ({}, {day}) [{}]",
        output::escaped(&a.name()),
        output::escaped(outlet),
        a.id
    )?;
    writeln!(out, "    caption  {}", output::escaped(&a.credit.caption))?;
    writeln!(
        out,
        "    credit   {}",
        output::escaped(a.credit.credit_line.as_deref().unwrap_or("none found"))
    )?;
    for credit in a
        .document_credits
        .iter()
        .filter_map(|c| c.credit_line.as_deref())
    {
        writeln!(
            out,
            "    and for the whole document: {}",
            output::escaped(credit)
        )?;
    }
    if a.corrected.is_some() {
        let printed = a.credit_text.as_deref().unwrap_or(&a.text);
        writeln!(
            out,
            "    printed  {} (the credit was corrected in review)",
            output::escaped(printed)
        )?;
    }
    if !a.credit.creators.is_empty() {
        writeln!(
            out,
            "    creator  {}",
            output::escaped(&a.credit.creators.join("; "))
        )?;
    }
    let chain: Vec<String> = a
        .credit
        .chain
        .iter()
        .map(|l| format!("{} ({})", l.name, output::word(&l.role)))
        .collect();
    if !chain.is_empty() {
        writeln!(out, "    chain    {}", output::escaped(&chain.join(" -> ")))?;
    }
    if !a.credit.labels.is_empty() {
        let labels: Vec<String> = a.credit.labels.iter().map(output::word).collect();
        writeln!(out, "    labels   {}", labels.join(", "))?;
    }
    for date in &a.credit.caption_dates {
        let what = if date.released { "released" } else { "date" };
        writeln!(
            out,
            "    {what:<8} {} (\"{}\")",
            date.date,
            output::escaped(&date.text)
        )?;
    }
    if let Some(probability) = a.probability {
        writeln!(
            out,
            "    {} to this picture, probability {probability:.2}",
            output::word(&a.decision)
        )?;
        for evidence in why {
            writeln!(
                out,
                "      {:+.1} {}: {}",
                evidence.weight,
                evidence.kind,
                output::escaped(&evidence.text)
            )?;
        }
    }
    Ok(())
}
