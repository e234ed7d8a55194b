//! `cutline ingest`: the main job.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use clap::Args;

use super::args::{Output, Shared};
use super::exit::Exit;
use super::limits::LimitArgs;
use super::progress::Bar;
use super::{input, output};
use crate::archive::{Archive, FlagFilter};
use crate::discover::Input;
use crate::ingest::{Request, Summary, Tally, ingest, tally};
use crate::intake::isolate::{self, WORKER, Workers};
use crate::intake::{Context, Guard};
use crate::model::Severity;
use crate::read::{Limits, Look};
use crate::report::table::Table;

/// Problems that the summary names; the rest are in the view `inputs`.
const SHOWN_PROBLEMS: usize = 20;

/// Read everything under the paths into the archive
///
/// Pictures of all usual formats with their embedded metadata, camera raws, .xmp sidecars, saved pages, article texts,
/// web archives (WARC, WACZ, MHTML), feeds, news items (ninjs, NewsML-G2) and catalogue exports (CSV, TSV, JSON).
/// Makes the archive if it is not there. Unchanged inputs are skipped, so running it again adds nothing; killed at any
/// moment, it goes on where it was. What --no-features and --no-pixels left out is added by --reread without them. Ends with code 3 if some inputs could not be read in full: each is named, and
/// recorded in the view `inputs`.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is an option of its own"
)]
#[derive(Args, Clone, Debug)]
pub(super) struct IngestArgs {
    /// Files and folders
    #[arg(required_unless_present = "root")]
    paths: Vec<PathBuf>,
    /// A folder with a name that outlives where it is mounted (can be repeated)
    #[arg(long, value_name = "NAME=PATH")]
    root: Vec<String>,
    /// Count what is there by kind, and guess time and size, without reading it
    #[arg(long)]
    dry_run: bool,
    /// Read inputs again even where size and time say that they did not change
    #[arg(long)]
    reread: bool,
    /// Declare of what the archive's documents are a sample; audits then print intervals (an empty text takes it back)
    #[arg(long, value_name = "TEXT")]
    sample_of: Option<String>,
    /// Find copies of whole pictures only: local features, which find crops and screenshots, are left out
    #[arg(long)]
    no_features: bool,
    /// Do not decode pictures: read metadata, and find equal bytes and equal coded images only
    #[arg(long)]
    no_pixels: bool,
    /// Have worker processes read each input first, under limits on memory and time: for folders that nobody trusts.
    /// Takes twice as long. Without it they read what lies in or below a folder with a file named .cutline-untrusted
    #[arg(long, env = "CUTLINE_ISOLATE")]
    isolate: bool,
    /// Write the name of each input into this file before it is read: the last ones are those at hand when a run ends
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
    /// Be a worker process of --isolate
    #[arg(long, hide = true, env = WORKER)]
    worker: bool,
    #[command(flatten)]
    limits: LimitArgs,
    #[command(flatten)]
    catalogue: super::catalogue::CatalogueArgs,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(shared: &Shared, args: &IngestArgs) -> anyhow::Result<Exit> {
    let named = args
        .root
        .iter()
        .map(|root| match root.split_once('=') {
            Some((name, path)) if !name.is_empty() && !path.is_empty() => {
                Ok((name.to_owned(), PathBuf::from(path)))
            }
            _ => Err(anyhow::anyhow!(
                "cannot use --root {root}: it takes NAME=PATH"
            )),
        })
        .collect::<anyhow::Result<Vec<_>>>()?;
    let request = Request {
        paths: args.paths.clone(),
        named,
        reread: args.reread,
        thresholds: input::thresholds(shared)?,
    };
    let credits = input::credits(shared)?;
    let limits = Limits {
        look: match (args.no_pixels, args.no_features) {
            (true, _) => Look::Metadata,
            (_, true) => Look::Hash,
            _ => Look::Features,
        },
        ..args.limits.limits()?
    };
    let outlets = input::outlets(shared)?;
    let catalogue = args.catalogue.options()?;
    let cx = Context::new(&credits, &limits, &outlets, &catalogue);
    if args.worker {
        isolate::serve(&cx)?;
        return Ok(Exit::Fine);
    }
    if args.dry_run {
        return dry_run(shared, args, &request, &cx);
    }
    for (path, label) in request
        .paths
        .iter()
        .map(|p| (p, ""))
        .chain(request.named.iter().map(|(_, p)| (p, "--root ")))
    {
        anyhow::ensure!(
            path.as_os_str() != "-",
            "cannot ingest standard input: an archive remembers where each input lies; `cutline extract -` reads it"
        );
        std::fs::metadata(path)
            .map_err(|e| anyhow::anyhow!("cannot read {label}{}: {e}", path.display()))?;
    }
    let mut archive = Archive::create(&shared.db)?;
    if let Some(of) = &args.sample_of {
        archive.declare_sample(of)?;
    }
    let workers = workers(args.isolate, &cx);
    let log = args.log.as_deref().map(log).transpose()?;
    let write = log.as_ref().map(|log| |input: &Input| log.write(input));
    let cx = Context {
        guard: Guard {
            workers: Some(&workers),
            log: write.as_ref().map(|write| write as _),
        },
        ..cx
    };
    let bar = Bar::new();
    let summary = ingest(&mut archive, &request, &cx, &|progress| bar.show(progress))?;
    bar.finish();
    let mut out = output::Out::new(args.output, &Table);
    if out.for_people() {
        tell(out.writer(), shared, &archive, &summary)?;
    } else {
        out.row(&summary, || columns(&summary))?;
    }
    out.finish()?;
    let lost = log.as_ref().and_then(|log| log.failed.get());
    if let (Some(error), Some(path)) = (lost, &args.log) {
        output::complain(
            &path.to_string_lossy(),
            &format!("names are missing in this log, the archive is whole: {error}"),
        )?;
    }
    Ok(if summary.problems > 0 || lost.is_some() {
        Exit::SomeFailed
    } else {
        Exit::Fine
    })
}

/// Workers that are this program with these very options. Where the program cannot be found, they cannot be started, and
/// each input that they were to read is recorded so.
fn workers(everywhere: bool, cx: &Context<'_>) -> Workers {
    let program = std::env::current_exe().unwrap_or_default();
    let arguments = std::env::args_os().skip(1).collect();
    Workers::new(program, arguments, everywhere, cx)
}

/// A log in a file.
fn log(path: &Path) -> anyhow::Result<Log> {
    let file = std::fs::File::options()
        .create(true)
        .append(true)
        .open(path)
        .map_err(|e| anyhow::anyhow!("cannot write to {}: {e}", path.display()))?;
    Ok(Log {
        file,
        failed: OnceLock::new(),
    })
}

/// The names of inputs, each written before it is read.
struct Log {
    file: std::fs::File,
    /// What kept the first name that was lost from being written.
    failed: OnceLock<std::io::Error>,
}

impl Log {
    fn write(&self, input: &Input) {
        let line = format!("{}\n", output::escaped(&input.given.to_string_lossy()));
        // No reason to stop reading.
        if let Err(error) = (&self.file).write_all(line.as_bytes()) {
            let _ = self.failed.set(error);
        }
    }
}

fn tell(
    out: &mut impl std::io::Write,
    shared: &Shared,
    archive: &Archive,
    summary: &Summary,
) -> anyhow::Result<()> {
    let (s, a) = (summary, &summary.archive);
    writeln!(
        out,
        "{} inputs: {} new, {} changed, {} unchanged; {} skipped, {} with problems",
        s.found, s.new, s.changed, s.unchanged, s.skipped, s.problems
    )?;
    if s.found == 0 && a.files + a.documents > 0 {
        writeln!(
            out,
            "Nothing lies there; what was ingested before is kept. If that is not what you expected: is the volume mounted?"
        )?;
    }
    if s.members > 0 {
        writeln!(
            out,
            "{} inputs inside them: records, parts, items, rows",
            s.members
        )?;
    }
    writeln!(
        out,
        "{} now holds",
        output::escaped(&shared.db.display().to_string())
    )?;
    let unmatched = a.appearances.saturating_sub(a.matched + a.possible);
    for (count, what, more) in [
        (
            a.pictures,
            "pictures",
            format!("of {} photos in {} files", a.photos, a.files),
        ),
        (a.documents, "documents", String::new()),
        (
            a.appearances,
            "appearances",
            format!(
                "{} matched to a photo, {} possibly, {unmatched} not",
                a.matched, a.possible
            ),
        ),
        (a.flags, "findings", by_severity(archive)?),
    ] {
        writeln!(
            out,
            "{}",
            format!("{count:>9} {what:<12} {more}").trim_end()
        )?;
    }
    let rows = &s.catalogue;
    if rows.rows > 0 {
        writeln!(
            out,
            "{:>9} {:<12} {} joined to a photo, {} ambiguous, {} without a photo",
            rows.rows,
            "rows",
            rows.joined,
            rows.ambiguous,
            rows.rows - rows.joined - rows.ambiguous
        )?;
    }
    let older = archive.older_hashes()?;
    if older > 0 {
        writeln!(
            out,
            "\n{older} photos have hashes of an earlier cutline, which are compared with each other only: ingest their folders \
             again, with pixels, where they still are."
        )?;
    }
    if s.problems > 0 {
        writeln!(out, "\nNot read in full:")?;
        for row in archive.problem_inputs(SHOWN_PROBLEMS)? {
            writeln!(
                out,
                "  {}: {}",
                output::escaped(&row.path),
                output::escaped(row.problem.as_deref().unwrap_or(&row.status))
            )?;
        }
        let more = a.problems.saturating_sub(SHOWN_PROBLEMS as u64);
        if more > 0 {
            writeln!(
                out,
                "  and {more} more: see the view `inputs` of the archive"
            )?;
        }
    }
    if a.flags > 0 {
        writeln!(
            out,
            "\nSee them with `cutline flags`, one picture with `cutline show FILE`."
        )?;
    }
    Ok(())
}

fn by_severity(archive: &Archive) -> anyhow::Result<String> {
    let counts = archive.flag_counts(&FlagFilter {
        include_rejected: true,
        ..FlagFilter::default()
    })?;
    let count = |severity| -> u64 {
        let of = counts.iter().filter(|c| c.severity == severity);
        of.map(|c| c.count).sum()
    };
    Ok(format!(
        "{} warnings, {} notices, {} for information",
        count(Severity::Warning),
        count(Severity::Notice),
        count(Severity::Info)
    ))
}

fn columns(s: &Summary) -> Vec<(&'static str, String)> {
    vec![
        ("found", s.found.to_string()),
        ("new", s.new.to_string()),
        ("changed", s.changed.to_string()),
        ("unchanged", s.unchanged.to_string()),
        ("members", s.members.to_string()),
        ("skipped", s.skipped.to_string()),
        ("problems", s.problems.to_string()),
        ("pictures", s.archive.pictures.to_string()),
        ("photos", s.archive.photos.to_string()),
        ("files", s.archive.files.to_string()),
        ("documents", s.archive.documents.to_string()),
        ("appearances", s.archive.appearances.to_string()),
        ("matched", s.archive.matched.to_string()),
        ("possible", s.archive.possible.to_string()),
        ("flags", s.archive.flags.to_string()),
    ]
}

/// Rough speeds for the guess: photos by bytes of JPEG decoded on one core, everything else by bytes read.
const PHOTO_BYTES_A_SECOND: u64 = 8 << 20;
const OTHER_BYTES_A_SECOND: u64 = 20 << 20;

fn dry_run(
    shared: &Shared,
    args: &IngestArgs,
    request: &Request,
    cx: &Context<'_>,
) -> anyhow::Result<Exit> {
    let Tally {
        kinds,
        problems,
        catalogues,
    } = tally(request, &shared.db, cx)?;
    let mut out = output::Out::new(args.output, &Table);
    let (mut seconds, mut size) = (0, 0);
    for (kind, (files, bytes)) in &kinds {
        match *kind {
            "jpeg" | "png" | "webp" | "tiff" | "gif" | "bmp" | "psd" | "raw" | "jpeg-xl"
            | "heif" | "avif" | "jpeg-2000" => {
                seconds += bytes / PHOTO_BYTES_A_SECOND;
                size += files * 8_192;
            }
            "html" | "text" | "sidecar" | "mhtml" | "warc" | "wacz" | "feed" | "ninjs"
            | "newsml" | "catalogue" | "eps" | "pdf" => {
                seconds += bytes / OTHER_BYTES_A_SECOND;
                size += files * 12_288;
            }
            _ => size += files * 256,
        }
        let row = serde_json::json!({ "kind": kind, "files": files, "bytes": bytes });
        out.row(&row, || {
            vec![
                ("kind", (*kind).to_owned()),
                ("files", files.to_string()),
                ("bytes", bytes.to_string()),
            ]
        })?;
    }
    let people = out.for_people();
    out.finish()?;
    let mut err = anstream::stderr().lock();
    for (path, text) in &problems {
        writeln!(
            err,
            "cutline: {}: {}",
            output::escaped(path),
            output::escaped(text)
        )?;
    }
    if people {
        let mut out = anstream::stdout().lock();
        for (name, preview) in &catalogues {
            super::catalogue::print_preview(&mut out, name, preview)?;
        }
        let cores = std::thread::available_parallelism().map_or(1, usize::from) as u64;
        let mut out = anstream::stdout().lock();
        writeln!(
            out,
            "\nA guess: about {} on {cores} cores, and an archive of about {} MB. Nothing was stored.",
            duration(seconds / cores),
            size / 1_000_000 + 1
        )?;
    }
    Ok(if problems.is_empty() {
        Exit::Fine
    } else {
        Exit::SomeFailed
    })
}

fn duration(seconds: u64) -> String {
    match seconds {
        0..=1 => "a second".into(),
        2..=90 => format!("{seconds} seconds"),
        91..=5400 => format!("{} minutes", seconds / 60),
        _ => format!("{} hours", seconds / 3600),
    }
}
