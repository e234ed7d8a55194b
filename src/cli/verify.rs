//! `cutline verify`: the archive's own health, and its files.

use std::collections::BTreeMap;
use std::io::Write as _;

use clap::Args;

use super::args::{Output, Shared};
use super::exit::Exit;
use super::output;
use crate::archive::{Archive, Finding, Verified};
use crate::report::table::Table;

/// Check the archive's own health, and that its files are unchanged
///
/// SQLite's integrity and foreign-key checks, the archive's checksum where it has one, then the SHA-256 of every file
/// against the stored one. Ends with code 1 if anything is wrong.
#[derive(Args, Clone, Debug)]
pub(super) struct VerifyArgs {
    /// Do not read the files, only the archive
    #[arg(long)]
    no_files: bool,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(shared: &Shared, args: &VerifyArgs) -> anyhow::Result<Exit> {
    let archive = Archive::read(&shared.db)?;
    let mut found = archive.verify_structure()?;
    let sealed = archive.fits_seal()?;
    if sealed == Some(false) {
        found.push(Finding {
            kind: "seal",
            subject: "the archive".into(),
            text: "its bytes are not those that cutline left: the disk or a copy changed some, power failed, or another \
                   program wrote to it; compare it with a backup, or `cutline rederive` and look at what changes"
                .into(),
        });
    }
    let files = archive.verify_list()?;
    if !args.no_files {
        found.extend(files.iter().filter_map(examine));
    }
    found.extend(twins(&files));
    let mut out = output::Out::deciding(args.output, &Table);
    for finding in &found {
        out.row(finding, || {
            vec![
                ("kind", finding.kind.to_owned()),
                ("subject", finding.subject.clone()),
                ("finding", finding.text.clone()),
            ]
        })?;
    }
    let people = out.for_people();
    out.finish()?;
    let bad = found.iter().any(|f| f.kind != "twin");
    if people && !bad {
        let checked = if args.no_files { 0 } else { files.len() };
        let bits = match sealed {
            Some(_) => "every bit of it is as it was written",
            None => {
                "it has no checksum of its last state: an ingest or `cutline rederive` leaves one"
            }
        };
        writeln!(
            anstream::stdout(),
            "The archive is sound ({bits}); {checked} files are unchanged."
        )?;
    }
    Ok(if bad { Exit::Findings } else { Exit::Fine })
}

fn examine(file: &Verified) -> Option<Finding> {
    let finding = |kind, text: &str| {
        Some(Finding {
            kind,
            subject: file.input.clone(),
            text: text.to_owned(),
        })
    };
    let Some(path) = crate::derive::place(&file.root, &file.path) else {
        return finding("unreadable", "its name cannot be a path on this system");
    };
    match hash(&path) {
        Ok(sha) if sha == file.sha256 => None,
        Ok(_) => finding(
            "changed",
            "its bytes are not those that were ingested; ingest it again",
        ),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            finding("missing", "it is not there now; is its volume mounted?")
        }
        Err(error) => finding("unreadable", &error.to_string()),
    }
}

fn hash(path: &std::path::Path) -> std::io::Result<String> {
    let mut file = crate::discover::platform::open_regular(path)?;
    crate::fingerprint::sha256_of(&mut file).map(|sha| sha.to_hex())
}

/// Names that look the same on some systems: they differ only in case, or in how accents are composed.
fn twins(files: &[Verified]) -> Vec<Finding> {
    use unicode_normalization::UnicodeNormalization as _;
    let mut by_look: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for file in files {
        let look = file.input.nfc().collect::<String>().to_lowercase();
        by_look.entry(look).or_default().push(&file.input);
    }
    let several = by_look.into_values().filter(|names| names.len() > 1);
    several
        .map(|names| Finding {
            kind: "twin",
            subject: names.join(", "),
            text: "these names differ only in case or in composed accents; some systems keep only one of them".into(),
        })
        .collect()
}
