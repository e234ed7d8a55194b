//! `cutline find`: which pictures of the archive an image is.

use std::io::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::args::{Output, Shared};
use super::exit::Exit;
use super::{input, output};
use crate::archive::{Archive, StoredPhoto, picture_public};
use crate::check;
use crate::model::{Fingerprints, Link, Pdq, Sha256};
use crate::pictures::{self, PhotoKey};
use crate::report::table::Table;

/// Find which pictures of the archive an image is, even if it was never ingested
///
/// By equal bytes, equal coded image under other metadata, equal pixels, the perceptual hash (PDQ, within 31 of 256
/// bits, mirrored and turned copies too), or local features (crops, screenshots, borders). Nothing is stored. An image
/// that cannot be read in full is looked for by what could be read, and ends the command with code 3.
#[derive(Args, Clone, Debug)]
pub(super) struct FindArgs {
    /// Images, file by file; - reads one from standard input
    #[arg(required_unless_present_any = ["hash", "hash_list"])]
    images: Vec<PathBuf>,
    /// A PDQ hash of 64 hexadecimal digits instead of an image (can be repeated)
    #[arg(long, value_name = "HEX")]
    hash: Vec<String>,
    /// A file of PDQ hashes, one a line as other systems list them: hash,quality (- is standard input)
    #[arg(long, value_name = "FILE")]
    hash_list: Option<PathBuf>,
    #[command(flatten)]
    limits: super::limits::LimitArgs,
    #[command(flatten)]
    output: Output,
}

/// One picture that an image is.
#[derive(Serialize)]
struct Found {
    image: String,
    picture: Option<String>,
    relation: Option<String>,
    distance: Option<u32>,
    verified: bool,
    files: Vec<String>,
    credits: Vec<String>,
}

pub(super) fn run(shared: &Shared, args: &FindArgs) -> anyhow::Result<Exit> {
    input::no_folder(&args.images, "look for")?;
    let archive = input::archive(shared)?;
    let limits = args.limits.limits()?;
    let mut out = output::Out::new(args.output, &Table);
    let mut failed = false;
    for image in &args.images {
        let name = image.to_string_lossy().into_owned();
        match check::load(image, &limits) {
            Ok((photo, bytes)) => {
                // Looked for by a part of it, or by its bytes alone: that is not the same as not being there.
                for problem in &photo.problems {
                    failed = true;
                    output::complain(&name, &problem.text)?;
                }
                let found = check::copies(&archive, &photo, &bytes, &limits)?;
                print(&mut out, &archive, &name, &found)?;
            }
            Err(reason) => {
                failed = true;
                output::complain(&name, &reason)?;
            }
        }
    }
    let listed = args.hash_list.as_deref().map(hash_list).transpose()?;
    for hash in args.hash.iter().chain(listed.iter().flatten()) {
        let parsed = Sha256::from_hex(hash).ok_or_else(|| {
            anyhow::anyhow!("cannot find {hash}: a PDQ hash is 64 hexadecimal digits")
        })?;
        let found = by_hash(&archive, parsed)?;
        print(&mut out, &archive, hash, &found)?;
    }
    let people = out.for_people();
    out.finish()?;
    if people {
        writeln!(
            anstream::stderr(),
            "Searched {} photos.",
            archive.counts()?.photos
        )?;
    }
    Ok(if failed { Exit::SomeFailed } else { Exit::Fine })
}

/// The hashes of a list: on each line, the first field that is one. Lines without any are headings or remarks.
fn hash_list(path: &std::path::Path) -> anyhow::Result<Vec<String>> {
    let text = if path.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin().lock())
    } else {
        std::fs::read_to_string(path)
    };
    let text = text.map_err(|e| anyhow::anyhow!("cannot read {}: {e}", path.display()))?;
    let hashes: Vec<String> = text
        .lines()
        .filter_map(|line| {
            line.split([',', ';', '\t', ' ', '"'])
                .find(|field| Sha256::from_hex(field).is_some())
        })
        .map(str::to_owned)
        .collect();
    anyhow::ensure!(
        !hashes.is_empty(),
        "cannot find hashes in {}: none of its lines has 64 hexadecimal digits",
        path.display()
    );
    Ok(hashes)
}

fn by_hash(archive: &Archive, hash: Sha256) -> anyhow::Result<Vec<(StoredPhoto, Option<Link>)>> {
    let fingerprints = Fingerprints {
        pdq: Some(Pdq { hash, quality: 100 }),
        path_version: crate::fingerprint::PATH_VERSION,
        ..Fingerprints::default()
    };
    let key = PhotoKey::new(Sha256([0; 32]), (0, 0), 1, &fingerprints);
    let own = StoredPhoto {
        id: -1,
        format: crate::model::PhotoFormat::Jpeg,
        orientation: 1,
        pixels: None,
        key,
    };
    let mut found = Vec::new();
    for other in archive.photos(&archive.neighbours(&own)?)? {
        if let Some(link) = pictures::link(&own.key, &other.key, None) {
            found.push((other, Some(link)));
        }
    }
    found.sort_by_key(|(p, l)| (l.as_ref().and_then(|l| l.distance), p.key.sha256));
    Ok(found)
}

fn print(
    out: &mut output::Out,
    archive: &Archive,
    image: &str,
    found: &[(StoredPhoto, Option<Link>)],
) -> anyhow::Result<()> {
    if found.is_empty() {
        let none = Found {
            image: image.to_owned(),
            picture: None,
            relation: None,
            distance: None,
            verified: false,
            files: Vec::new(),
            credits: Vec::new(),
        };
        return out.row(&none, || columns(&none));
    }
    for (photo, link) in found {
        let picture = archive.picture_of(&photo.key.sha256)?;
        let case = picture
            .map(|id| archive.picture_case(id))
            .transpose()?
            .flatten()
            .unwrap_or_default();
        let mut credits: Vec<String> = case
            .appearances
            .iter()
            .filter_map(|a| a.credit.credit_line.clone())
            .collect();
        credits.extend(
            case.photos
                .iter()
                .flat_map(|p| &p.embedded)
                .filter_map(|e| e.reading.credit_line.clone()),
        );
        credits.sort();
        credits.dedup();
        let row = Found {
            image: image.to_owned(),
            picture: picture.map(picture_public),
            relation: Some(
                link.as_ref()
                    .map_or_else(|| "same-bytes".to_owned(), |l| output::word(&l.relation)),
            ),
            distance: link.as_ref().and_then(|l| l.distance),
            verified: link.as_ref().is_none_or(|l| l.verified),
            files: case
                .photo(&photo.key.sha256)
                .map(|p| p.files.iter().map(|f| f.input.clone()).collect())
                .unwrap_or_default(),
            credits,
        };
        out.row(&row, || columns(&row))?;
    }
    Ok(())
}

fn columns(found: &Found) -> Vec<(&'static str, String)> {
    vec![
        ("image", found.image.clone()),
        (
            "relation",
            found.relation.clone().unwrap_or_else(|| "not found".into()),
        ),
        (
            "distance",
            found.distance.map(|d| d.to_string()).unwrap_or_default(),
        ),
        (
            "verified",
            if found.relation.is_none() {
                ""
            } else if found.verified {
                "yes"
            } else {
                "no"
            }
            .to_owned(),
        ),
        ("files", found.files.join(", ")),
        ("credits", found.credits.join("; ")),
        ("picture", found.picture.clone().unwrap_or_default()),
    ]
}
