//! `cutline pictures`: one line per picture, with its copies.

use clap::Args;

use super::args::{Output, Shared};
use super::exit::Exit;
use super::{input, output};
use crate::report::table::Table;

/// List pictures with their copies and how these are related
#[derive(Args, Clone, Debug)]
pub(super) struct PicturesArgs {
    /// Only pictures of which more than one file is held
    #[arg(long)]
    copies: bool,
    /// List the PDQ hash and quality of every photo instead, as other systems exchange them (with --format csv)
    #[arg(long)]
    hashes: bool,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(shared: &Shared, args: &PicturesArgs) -> anyhow::Result<Exit> {
    let archive = input::archive(shared)?;
    let mut out = output::Out::new(args.output, &Table);
    if args.hashes {
        for row in archive.hash_list()? {
            out.row(&row, || {
                vec![
                    ("hash", row.hash.clone()),
                    ("quality", row.quality.to_string()),
                    ("file", row.file.clone()),
                ]
            })?;
        }
        out.finish()?;
        return Ok(Exit::Fine);
    }
    for picture in archive.pictures(None)? {
        if args.copies && picture.files.len() < 2 {
            continue;
        }
        out.row(&picture, || {
            let links: Vec<String> = picture
                .links
                .iter()
                .map(|l| {
                    let distance = l
                        .distance
                        .map(|d| format!(" ({d} bits)"))
                        .unwrap_or_default();
                    let doubt = match (l.verified, l.truncated) {
                        (true, false) => "",
                        (true, true) => " (one is cut off)",
                        (false, false) => " possibly",
                        (false, true) => " possibly (one is cut off)",
                    };
                    match l.part.as_deref() {
                        Some("b") => format!("{} {}{distance}{doubt} {}", l.b, l.relation, l.a),
                        _ => format!("{} {}{distance}{doubt} {}", l.a, l.relation, l.b),
                    }
                })
                .collect();
            vec![
                ("picture", picture.picture.clone()),
                ("count", picture.files.len().to_string()),
                ("files", picture.files.join(", ")),
                ("links", links.join("; ")),
            ]
        })?;
    }
    out.finish()?;
    Ok(Exit::Fine)
}
