//! `cutline review`: what people decide, recorded.

use std::io::Write;

use clap::Args;

use super::args::{Output, Shared};
use super::exit::Exit;
use super::{coding, input, limits, output};
use crate::archive::{Archive, NewReview, PublicId, appearance_public, parse_public};
use crate::intake::Context;
use crate::model::{Review, ReviewDecision, ReviewSubject, Sha256};
use crate::read::CatalogueOptions;
use crate::report::table::Table;
use crate::review;

/// Record decisions on findings, matches and credits; draw samples to code
///
/// A decision says who, when and why. It is never changed, only followed by a later one or undone by a further row; it
/// survives ingest and rederive, and is shown as stale where the evidence is no longer what was decided on. A rejected
/// finding leaves the counts of flags and audit; a corrected credit is what rules and audits use from then on (the printed
/// words stay); a tie, or its opposite, is obeyed by matching. Without a decision the reviews are listed.
///
/// Subjects: a finding's id, an appearance (app-..., or PATH#POSITION), a photo (path or SHA-256).
#[derive(Args, Clone, Debug)]
pub(super) struct ReviewArgs {
    /// What the decision is about: findings, appearances or a photo
    subject: Vec<String>,
    #[command(flatten)]
    decision: DecisionArgs,
    /// Why
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    /// Who decides
    #[arg(long, value_name = "NAME", env = "CUTLINE_REVIEWER")]
    reviewer: Option<String>,
    /// List undone and replaced decisions and notes too
    #[arg(long)]
    history: bool,
    #[command(flatten)]
    coding: coding::CodingArgs,
    #[command(flatten)]
    output: Output,
}

/// At most one of these.
#[derive(Args, Clone, Debug)]
#[group(multiple = false)]
struct DecisionArgs {
    /// The finding is right, or the credit of the appearance is read rightly (a corrected one: as it was corrected)
    #[arg(long)]
    confirm: bool,
    /// The finding is wrong, or beside the point
    #[arg(long)]
    reject: bool,
    /// The credit of the appearance (or of the finding's appearance) should read so; an empty text: none is printed
    #[arg(long, value_name = "CREDIT")]
    correct: Option<String>,
    /// This photo was printed there
    #[arg(long, value_name = "PHOTO")]
    tie: Option<String>,
    /// This photo was not printed there
    #[arg(long, value_name = "PHOTO")]
    untie: Option<String>,
    /// The photo shows the same picture as this one
    #[arg(long, value_name = "PHOTO")]
    same: Option<String>,
    /// The photo does not show the same picture as this one
    #[arg(long, value_name = "PHOTO")]
    not_same: Option<String>,
    /// Say something without deciding
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// The decision in effect (or this review) no longer counts
    #[arg(long)]
    undo: bool,
}

pub(super) fn run(shared: &Shared, args: &ReviewArgs) -> anyhow::Result<Exit> {
    if let Some(done) = coding::run(shared, &args.coding, args.output)? {
        return Ok(done);
    }
    let decision = decision(&args.decision);
    let Some((decision, value)) = decision else {
        return list(shared, args);
    };
    anyhow::ensure!(
        !args.subject.is_empty(),
        "cannot record a decision about nothing: name a finding, an appearance or a photo"
    );
    let reviewer = match &args.reviewer {
        Some(name) => name.clone(),
        None => user().ok_or_else(|| {
            anyhow::anyhow!(
                "cannot record who decides: say it with --reviewer NAME or CUTLINE_REVIEWER"
            )
        })?,
    };
    let credits = input::credits(shared)?;
    let limits = limits::usual();
    let outlets = input::outlets(shared)?;
    let catalogue = CatalogueOptions::default();
    let cx = Context::new(&credits, &limits, &outlets, &catalogue);
    let mut archive = Archive::write(&shared.db)?;
    let mut new = Vec::new();
    for text in &args.subject {
        let made = if decision == ReviewDecision::Undo {
            undo(&archive, text, &reviewer, args.why.as_ref())?
        } else {
            let subject = subject(&archive, text, decision, value.as_deref())?;
            let value = (decision == ReviewDecision::Correct)
                .then(|| value.clone())
                .flatten();
            let why = match decision {
                ReviewDecision::Note => args.decision.note.clone(),
                _ => args.why.clone(),
            };
            NewReview {
                reviewer: reviewer.clone(),
                subject,
                decision,
                value,
                why,
            }
        };
        new.push(made);
    }
    let ids = review::record(&mut archive, &new, &cx)?;
    let all = archive.reviews(None)?;
    print(args, all.iter().filter(|r| ids.contains(&r.review)))
}

fn decision(args: &DecisionArgs) -> Option<(ReviewDecision, Option<String>)> {
    use ReviewDecision as D;
    let with = |decision, value: &Option<String>| value.clone().map(|v| (decision, Some(v)));
    let plain = |decision, asked: bool| asked.then_some((decision, None));
    plain(D::Confirm, args.confirm)
        .or_else(|| plain(D::Reject, args.reject))
        .or_else(|| plain(D::Undo, args.undo))
        .or_else(|| with(D::Correct, &args.correct))
        .or_else(|| with(D::Tie, &args.tie))
        .or_else(|| with(D::Untie, &args.untie))
        .or_else(|| with(D::Same, &args.same))
        .or_else(|| with(D::NotSame, &args.not_same))
        .or_else(|| with(D::Note, &args.note))
}

/// Who is at the keyboard, as far as the system says.
pub(super) fn user() -> Option<String> {
    ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|name| !name.trim().is_empty())
        .or_else(system_user)
}

/// The name of the user whose process this is, where the system says so in files; elsewhere `--reviewer` has to.
#[cfg(target_os = "linux")]
fn system_user() -> Option<String> {
    use std::os::unix::fs::MetadataExt as _;
    let own = std::fs::metadata("/proc/self").ok()?.uid().to_string();
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let mut lines = users
        .lines()
        .map(|line| line.split(':').collect::<Vec<_>>());
    lines.find_map(|cells| match cells.as_slice() {
        [name, _, id, ..] if *id == own && !name.is_empty() => Some((*name).to_owned()),
        _ => None,
    })
}

#[cfg(not(target_os = "linux"))]
fn system_user() -> Option<String> {
    None
}

/// What a decision is about.
fn subject(
    archive: &Archive,
    text: &str,
    decision: ReviewDecision,
    value: Option<&str>,
) -> anyhow::Result<ReviewSubject> {
    use ReviewDecision as D;
    let other = || photo(archive, value.unwrap_or_default());
    Ok(match decision {
        D::Tie | D::Untie => ReviewSubject::Match {
            appearance: appearance(archive, text)?,
            photo: other()?,
        },
        D::Same | D::NotSame => ReviewSubject::pair(photo(archive, text)?, other()?),
        D::Correct => ReviewSubject::Credit {
            appearance: appearance(archive, text)?,
        },
        _ if archive.has_flag(text)? => ReviewSubject::Flag {
            flag: text.to_owned(),
        },
        _ => match appearance(archive, text) {
            Ok(appearance) => ReviewSubject::Credit { appearance },
            Err(_) => anyhow::bail!(
                "cannot review {text}: the archive holds no finding and no appearance of that id"
            ),
        },
    })
}

/// The appearance that an id, a path with a position, or a finding about one names.
fn appearance(archive: &Archive, text: &str) -> anyhow::Result<String> {
    if let Some(appearance) = archive.flag_appearance(text)? {
        return Ok(appearance);
    }
    match input::subject(archive, text)? {
        Some(input::Subject::Appearance(id)) => Ok(appearance_public(id)),
        _ => anyhow::bail!(
            "cannot review {text}: name one appearance, as app-... or PATH#POSITION, or a finding about one"
        ),
    }
}

/// The SHA-256 of the photo that a path, a digest or its beginning names.
fn photo(archive: &Archive, text: &str) -> anyhow::Result<String> {
    if let Some(PublicId::Photo(prefix)) = parse_public(text) {
        let found = archive.photos_by_prefix(&prefix)?;
        if let [one] = found.as_slice() {
            return Ok(one.to_hex());
        }
    }
    if let Some(sha) = archive.photo_by_name(text)? {
        return Ok(sha.to_hex());
    }
    let path = std::path::Path::new(text);
    if path.is_file() {
        let sha: Sha256 = crate::fingerprint::sha256(&std::fs::read(path)?);
        if archive.picture_of(&sha)?.is_some() {
            return Ok(sha.to_hex());
        }
    }
    anyhow::bail!("cannot review {text}: the archive holds no such photo (a path or a SHA-256)")
}

fn undo(
    archive: &Archive,
    text: &str,
    reviewer: &str,
    why: Option<&String>,
) -> anyhow::Result<NewReview> {
    let mut found = None;
    if let Some((subject, in_effect)) = archive.review_subject(text)? {
        anyhow::ensure!(in_effect, "cannot undo {text}: it is not in effect");
        found = Some(subject);
    }
    // The latest of what was decided about a finding, or about an appearance's credit and matches.
    if found.is_none() {
        let names = [Some(text.to_owned()), appearance(archive, text).ok()];
        let names: Vec<String> = names.into_iter().flatten().collect();
        let all = archive.reviews_about(&names)?;
        found = all.into_iter().rfind(|r| r.in_effect).map(|r| r.subject);
    }
    let Some(subject) = found else {
        anyhow::bail!("cannot undo the review of {text}: no decision about it is in effect")
    };
    Ok(review::undo(
        archive,
        subject,
        reviewer.to_owned(),
        why.cloned(),
    )?)
}

fn list(shared: &Shared, args: &ReviewArgs) -> anyhow::Result<Exit> {
    let archive = input::archive(shared)?;
    let mut names = Vec::new();
    for text in &args.subject {
        names.push(text.clone());
        names.extend(appearance(&archive, text).ok());
        names.extend(photo(&archive, text).ok());
    }
    let all = if names.is_empty() {
        archive.reviews(None)?
    } else {
        archive.reviews_about(&names)?
    };
    print(
        args,
        all.iter()
            .filter(|r| args.history || r.in_effect || !args.subject.is_empty()),
    )
}

fn print<'a>(args: &ReviewArgs, reviews: impl Iterator<Item = &'a Review>) -> anyhow::Result<Exit> {
    let mut out = output::Out::new(args.output, &Table);
    let mut any = false;
    for review in reviews {
        any = true;
        if out.for_people() {
            print_review(out.writer(), review)?;
        } else {
            out.row(review, || columns(review))?;
        }
    }
    if !any && out.for_people() {
        writeln!(out.writer(), "No reviews.")?;
    }
    out.finish()?;
    Ok(Exit::Fine)
}

/// One review, for people.
pub(super) fn print_review(out: &mut impl Write, review: &Review) -> anyhow::Result<()> {
    let decides = !matches!(review.decision, ReviewDecision::Note | ReviewDecision::Undo);
    let state = match (review.in_effect, review.stale) {
        (false, _) if decides => " (no longer counts)",
        (true, true) => " (stale: the evidence has changed since)",
        _ => "",
    };
    let value = match (&review.value, review.decision) {
        (Some(credit), ReviewDecision::Correct) => format!(" to \"{}\"", output::escaped(credit)),
        (Some(id), _) => format!(" {}", output::escaped(id)),
        _ => String::new(),
    };
    writeln!(
        out,
        "{} {} by {} [{}]{state}",
        review.at.get(..16).unwrap_or(&review.at).replace('T', " "),
        past(review.decision),
        output::escaped(&review.reviewer),
        review.review
    )?;
    writeln!(
        out,
        "  {} {}: {}{value}",
        review.subject.word(),
        review.subject.key(),
        output::escaped(&review.name)
    )?;
    if let Some(about) = &review.about {
        writeln!(out, "  {}", output::escaped(about))?;
    }
    if let Some(why) = &review.why {
        writeln!(out, "  \"{}\"", output::escaped(why))?;
    }
    Ok(())
}

/// A decision, as one says it afterwards.
pub(super) fn past(decision: ReviewDecision) -> &'static str {
    match decision {
        ReviewDecision::Confirm => "confirmed",
        ReviewDecision::Reject => "rejected",
        ReviewDecision::Correct => "corrected",
        ReviewDecision::Tie => "tied",
        ReviewDecision::Untie => "untied",
        ReviewDecision::Same => "called the same picture",
        ReviewDecision::NotSame => "called not the same picture",
        ReviewDecision::Note => "noted",
        ReviewDecision::Undo => "undone",
    }
}

fn columns(review: &Review) -> Vec<(&'static str, String)> {
    vec![
        ("review", review.review.clone()),
        ("at", review.at.clone()),
        ("reviewer", review.reviewer.clone()),
        ("subject kind", review.subject.word().to_owned()),
        ("subject", review.subject.key()),
        ("name", review.name.clone()),
        ("decision", output::word(&review.decision)),
        ("value", review.value.clone().unwrap_or_default()),
        ("why", review.why.clone().unwrap_or_default()),
        ("in effect", review.in_effect.to_string()),
        ("stale", review.stale.to_string()),
    ]
}
