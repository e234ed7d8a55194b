//! `cutline flags`: the findings, each with its evidence.

use std::io::Write;

use clap::{Args, ValueEnum};

use super::args::{Output, Shared};
use super::exit::Exit;
use super::{input, output};
use crate::archive::{FlagCount, FlagFilter, ReviewState};
use crate::flags::RULES;
use crate::model::{Flag, Severity};
use crate::report::table::Table;

/// List the findings, each with its evidence
///
/// The table opens with counts and hides findings of severity `info` unless asked for; json, jsonl and csv carry every
/// finding that fits. Findings that a person rejected (`cutline review`) are left out unless --include-rejected asks for
/// them, in every format and for --fail-on.
#[derive(Args, Clone, Debug)]
pub(super) struct FlagsArgs {
    /// Only findings about this photo, picture, appearance or document (an id or a path)
    subject: Option<String>,
    /// Only these rules (can be repeated, or separated by commas)
    #[arg(long, value_delimiter = ',')]
    rule: Vec<String>,
    /// Only this severity and above
    #[arg(long, value_enum)]
    severity: Option<Least>,
    /// Only documents of outlets whose name or domain holds this
    #[arg(long)]
    outlet: Option<String>,
    /// Only documents published from this day, month or year on (YYYY-MM-DD, YYYY-MM or YYYY)
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// Only documents published up to this day, month or year (YYYY-MM-DD, YYYY-MM or YYYY)
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// End with code 1 if there is a finding of these rules: RULE, or RULE:KIND as in state-sourced:media
    #[arg(long, value_name = "RULE[:KIND]", value_delimiter = ',')]
    pub(super) fail_on: Vec<String>,
    /// Only findings of which people have seen so much
    #[arg(long, value_enum)]
    review: Option<Seen>,
    /// Findings that a person rejected too
    #[arg(long)]
    include_rejected: bool,
    /// Only findings that a person confirmed
    #[arg(long, conflicts_with = "include_rejected")]
    reviewed_only: bool,
    #[command(flatten)]
    output: Output,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Seen {
    /// Nobody decided
    Open,
    /// Somebody decided, either way
    Reviewed,
    /// Confirmed
    Confirmed,
    /// Rejected
    Rejected,
    /// Decided on other evidence than the finding has now
    Stale,
}

impl From<Seen> for ReviewState {
    fn from(seen: Seen) -> Self {
        match seen {
            Seen::Open => Self::Open,
            Seen::Reviewed => Self::Reviewed,
            Seen::Confirmed => Self::Confirmed,
            Seen::Rejected => Self::Rejected,
            Seen::Stale => Self::Stale,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Least {
    Info,
    Notice,
    Warning,
}

impl From<Least> for Severity {
    fn from(least: Least) -> Self {
        match least {
            Least::Info => Self::Info,
            Least::Notice => Self::Notice,
            Least::Warning => Self::Warning,
        }
    }
}

pub(super) fn run(shared: &Shared, args: &FlagsArgs) -> anyhow::Result<Exit> {
    for rule in args.rule.iter().chain(&args.fail_on) {
        known_rule(rule)?;
    }
    let (from, to) = input::days(args.from.as_deref(), args.to.as_deref())?;
    let (archive, whole) = input::one_state(shared)?;
    let mut subjects = Vec::new();
    if let Some(text) = &args.subject {
        match input::subject(&archive, text)? {
            Some(input::Subject::Picture(id)) => subjects.push(crate::archive::picture_public(id)),
            Some(input::Subject::Appearance(id)) => {
                subjects.push(crate::archive::appearance_public(id));
            }
            Some(input::Subject::Documents(ids)) => {
                for id in ids {
                    subjects.push(crate::archive::document_public(id));
                    let uses = archive.appearances_of(id)?;
                    subjects.extend(uses.into_iter().map(crate::archive::appearance_public));
                }
            }
            None => {
                anyhow::bail!("cannot list findings about {text}: the archive does not hold it")
            }
        }
    }
    let filter = FlagFilter {
        // What is failed on is looked for even where only other rules are listed.
        rules: if args.rule.is_empty() {
            Vec::new()
        } else {
            let failing = args.fail_on.iter().filter_map(|f| f.split(':').next());
            args.rule
                .iter()
                .map(String::as_str)
                .chain(failing)
                .map(str::to_owned)
                .collect()
        },
        severity: args.severity.map(Severity::from),
        outlet: args.outlet.clone(),
        from,
        to,
        subjects,
        review: args.review.map(ReviewState::from),
        include_rejected: args.include_rejected,
        reviewed_only: args.reviewed_only,
    };
    let mut out = if args.fail_on.is_empty() {
        output::Out::new(args.output, &Table)
    } else {
        output::Out::deciding(args.output, &Table)
    };
    let people = out.for_people();
    let listed = |rule: &str| args.rule.is_empty() || args.rule.iter().any(|r| r == rule);
    let counts = if people {
        let mut counts = archive.flag_counts(&filter)?;
        counts.retain(|c| listed(&c.rule));
        counts
    } else {
        Vec::new()
    };
    if people {
        summary(out.writer(), &counts)?;
    }
    // Who asks for a rule wants to see it.
    let all = args.severity.is_some() || !args.rule.is_empty();
    let mut failed = false;
    archive.each_flag(&filter, &mut |flag| {
        failed |= fails(std::slice::from_ref(&flag), &args.fail_on);
        if !listed(&flag.rule) {
            return anyhow::Ok(());
        }
        if !people {
            return out.row(&flag, || columns(&flag));
        }
        if all || flag.severity > Severity::Info {
            writeln!(out.writer())?;
            print_flag(out.writer(), &flag)?;
        }
        anyhow::Ok(())
    })?;
    if people {
        let hidden: u64 = (counts.iter())
            .filter(|c| !all && c.severity == Severity::Info)
            .map(|c| c.count)
            .sum();
        if hidden > 0 {
            writeln!(
                out.writer(),
                "\n{hidden} findings for information are not shown: --severity info shows them."
            )?;
        }
        let rejected = archive.rejected_flags(&filter)?;
        if rejected > 0 && !filter.include_rejected && filter.review.is_none() {
            writeln!(
                out.writer(),
                "\nNot counted: {rejected} rejected by review. --include-rejected shows them."
            )?;
        }
    }
    out.finish()?;
    Ok(match failed {
        true => Exit::Findings,
        // No finding may only mean: not yet.
        false if !whole && !args.fail_on.is_empty() => Exit::SomeFailed,
        false => Exit::Fine,
    })
}

/// Refuse a rule that does not exist, so that a misspelt `--fail-on` does not pass for "no findings".
pub(super) fn known_rule(text: &str) -> anyhow::Result<()> {
    let (rule, kind) = text
        .split_once(':')
        .map_or((text, None), |(rule, kind)| (rule, Some(kind)));
    let known: Vec<&str> = RULES.iter().map(|r| r.id()).collect();
    anyhow::ensure!(
        known.contains(&rule),
        "cannot use the rule {rule}: the rules are {}",
        known.join(", ")
    );
    let kinds = [
        "media",
        "government",
        "armed-group",
        "direct",
        "via",
        "stated",
        "metadata",
        "duplicate",
    ];
    anyhow::ensure!(
        kind.is_none_or(|kind| kinds.contains(&kind)),
        "cannot use {text}: the kinds of a rule are {}",
        kinds.join(", ")
    );
    Ok(())
}

/// Whether a finding is one of those that the caller fails on.
pub(super) fn fails(flags: &[Flag], fail_on: &[String]) -> bool {
    flags.iter().any(|flag| {
        fail_on.iter().any(|wanted| match wanted.split_once(':') {
            None => flag.rule == *wanted,
            Some((rule, kind)) => flag.rule == rule && flag.kinds.iter().any(|k| k == kind),
        })
    })
}

fn summary(out: &mut impl Write, counts: &[FlagCount]) -> anyhow::Result<()> {
    if counts.is_empty() {
        writeln!(out, "No findings.")?;
    }
    let rows: Vec<_> = counts
        .iter()
        .map(|c| {
            vec![
                ("count", c.count.to_string()),
                ("severity", output::word(&c.severity)),
                ("rule", c.rule.clone()),
            ]
        })
        .collect();
    output::table(out, &rows)?;
    Ok(())
}

/// One finding with its evidence, for people.
pub(super) fn print_flag(out: &mut impl Write, flag: &Flag) -> std::io::Result<()> {
    let style = match flag.severity {
        Severity::Warning => anstyle::AnsiColor::Red.on_default().bold(),
        Severity::Notice => anstyle::AnsiColor::Yellow.on_default().bold(),
        Severity::Info => anstyle::AnsiColor::Cyan.on_default(),
    };
    writeln!(
        out,
        "{style}{}{style:#} {} ({}) [{}]",
        output::word(&flag.severity),
        flag.rule,
        output::word(&flag.confidence),
        flag.flag
    )?;
    writeln!(out, "  {}", output::escaped(&flag.subject.name))?;
    writeln!(out, "  {}", output::escaped(&flag.summary))?;
    for evidence in &flag.evidence {
        let place = if evidence.input.is_empty()
            || evidence.input == flag.subject.name
            || evidence.from.contains(&evidence.input)
        {
            String::new()
        } else {
            format!(" in {}", output::escaped(&evidence.input))
        };
        match &evidence.text {
            Some(text) => writeln!(
                out,
                "    \"{}\" ({}{place})",
                output::escaped(text),
                output::escaped(&evidence.from)
            )?,
            None => writeln!(out, "    {}{place}", output::escaped(&evidence.from))?,
        }
    }
    if let Some(review) = &flag.review {
        let stale = if review.stale {
            " (stale: the evidence has changed since)"
        } else {
            ""
        };
        let why = review
            .why
            .as_ref()
            .map(|why| format!(": {}", output::escaped(why)))
            .unwrap_or_default();
        writeln!(
            out,
            "  review: {} by {}, {}{stale}{why}",
            super::review::past(review.decision),
            output::escaped(&review.reviewer),
            review.at.get(..10).unwrap_or(&review.at)
        )?;
    }
    Ok(())
}

fn columns(flag: &Flag) -> Vec<(&'static str, String)> {
    let evidence: Vec<String> = flag
        .evidence
        .iter()
        .map(|e| match &e.text {
            Some(text) => format!("\"{text}\" ({} in {})", e.from, e.input),
            None => format!("{} ({})", e.from, e.input),
        })
        .collect();
    let review = flag.review.as_ref();
    vec![
        ("flag", flag.flag.clone()),
        ("rule", flag.rule.clone()),
        ("severity", output::word(&flag.severity)),
        ("confidence", output::word(&flag.confidence)),
        ("kinds", flag.kinds.join(" ")),
        ("subject kind", output::word(&flag.subject.kind)),
        ("subject id", flag.subject.id.clone()),
        ("subject name", flag.subject.name.clone()),
        ("summary", flag.summary.clone()),
        ("evidence", evidence.join(" | ")),
        (
            "review",
            review
                .map(|r| output::word(&r.decision))
                .unwrap_or_default(),
        ),
        (
            "reviewer",
            review.map(|r| r.reviewer.clone()).unwrap_or_default(),
        ),
        ("reviewed", review.map(|r| r.at.clone()).unwrap_or_default()),
        (
            "review why",
            review.and_then(|r| r.why.clone()).unwrap_or_default(),
        ),
        (
            "review stale",
            review.map(|r| r.stale.to_string()).unwrap_or_default(),
        ),
    ]
}
