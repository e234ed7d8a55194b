//! `cutline review --sample` and `--codings`: a blind sample out as rows, the codes back in as CSV.

use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::RangedU64ValueParser;

use super::args::{Output, Shared};
use super::exit::Exit;
use super::{audit, input, output};
use crate::archive::{Archive, NewCoding, ToCode};
use crate::report::audit::{Dimension, Request};
use crate::report::csv::Csv;
use crate::review::{Code, Drawing, draw_sample, rank};

/// Samples for people to code.
#[derive(Args, Clone, Debug)]
pub(super) struct CodingArgs {
    /// Draw so many appearances for people to code, without showing what cutline said (CSV unless --format says otherwise)
    ///
    /// Strata are the combinations of --by and get equal numbers; the same seed draws the same from the same archive. In the
    /// column `code` a coder writes of what kind the source is that the printed words name: media (a state outlet),
    /// government, armed-group, none, or unclear. Bring it back with --codings.
    #[arg(long, value_name = "N", value_parser = RangedU64ValueParser::<usize>::new().range(1..), help_heading = "Samples to code", conflicts_with_all = ["subject", "codings", "DecisionArgs"])]
    sample: Option<usize>,
    /// Strata, separated by commas: dimensions of `cutline audit`
    #[arg(long, value_delimiter = ',', default_value = "outlet,level", value_parser = audit::dimension, help_heading = "Samples to code")]
    by: Vec<Dimension>,
    /// Seed of the draw
    #[arg(long, default_value_t = 1, help_heading = "Samples to code")]
    seed: u32,
    /// Only documents published from this month or year on
    #[arg(long, value_name = "MONTH", value_parser = audit::month, help_heading = "Samples to code")]
    from: Option<String>,
    /// Only documents published up to this month or year
    #[arg(long, value_name = "MONTH", value_parser = audit::month, help_heading = "Samples to code")]
    to: Option<String>,
    /// Who will code, or coded (can be repeated with --sample: each gets the items in an order of their own)
    #[arg(long, value_name = "NAME", help_heading = "Samples to code")]
    coder: Vec<String>,
    /// Bring codes in: a CSV file with the columns sample, appearance, code, and coder (or --coder) and note
    #[arg(long, value_name = "FILE", help_heading = "Samples to code", conflicts_with_all = ["subject", "DecisionArgs"])]
    codings: Option<PathBuf>,
}

/// Do what the options ask for; `None` where they ask for nothing.
pub(super) fn run(
    shared: &Shared,
    args: &CodingArgs,
    output: Output,
) -> anyhow::Result<Option<Exit>> {
    if let Some(size) = args.sample {
        return sample(shared, args, size, output).map(Some);
    }
    if let Some(file) = &args.codings {
        return codings(shared, args, file).map(Some);
    }
    Ok(None)
}

fn sample(shared: &Shared, args: &CodingArgs, size: usize, output: Output) -> anyhow::Result<Exit> {
    input::days(args.from.as_deref(), args.to.as_deref())?;
    let mut archive = Archive::write(&shared.db)?;
    let drawing = Drawing {
        size,
        request: Request {
            by: args.by.clone(),
            from: args.from.clone(),
            to: args.to.clone(),
            ..Request::default()
        },
        seed: u64::from(args.seed),
    };
    let id = draw_sample(&mut archive, &drawing)?;
    let items = archive.sample_items(&id)?;
    let nobody = [String::new()];
    let coders = if args.coder.is_empty() {
        nobody.as_slice()
    } else {
        args.coder.as_slice()
    };
    let mut out = output::Out::new(output, &Csv);
    for coder in coders {
        let mut order: Vec<&String> = items.iter().map(|i| &i.appearance).collect();
        order.sort_by_key(|a| rank(drawing.seed, coder, a));
        for appearance in order {
            if let Some(item) = archive.to_code(&id, appearance, coder)? {
                out.row(&item, || columns(&item))?;
            }
        }
    }
    out.finish()?;
    Ok(Exit::Fine)
}

fn columns(item: &ToCode) -> Vec<(&'static str, String)> {
    let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
    vec![
        ("sample", item.sample.clone()),
        ("appearance", item.appearance.clone()),
        ("coder", item.coder.clone()),
        ("code", String::new()),
        ("note", String::new()),
        ("outlet", or_empty(&item.outlet)),
        ("published", or_empty(&item.published)),
        ("title", or_empty(&item.title)),
        ("url", or_empty(&item.url)),
        ("input", or_empty(&item.input)),
        ("position", item.position.to_string()),
        ("image", or_empty(&item.image)),
        ("alt", or_empty(&item.alt)),
        ("text", item.text.clone()),
        ("credit_text", or_empty(&item.credit_text)),
    ]
}

fn codings(shared: &Shared, args: &CodingArgs, file: &Path) -> anyhow::Result<Exit> {
    let mut archive = Archive::write(&shared.db)?;
    let bytes =
        std::fs::read(file).map_err(|e| anyhow::anyhow!("cannot read {}: {e}", file.display()))?;
    let text = String::from_utf8(bytes).map_err(|_| {
        anyhow::anyhow!(
            "cannot read {}: it is not UTF-8; save it as UTF-8 CSV",
            file.display()
        )
    })?;
    let text = text.trim_start_matches('\u{feff}');
    // Spreadsheets of many countries part columns by semicolons.
    let head = text.lines().next().unwrap_or_default();
    let delimiter = if head.matches(';').count() > head.matches(',').count() {
        b';'
    } else {
        b','
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(text.as_bytes());
    let header = reader.headers()?.clone();
    let column = |name: &str| {
        header
            .iter()
            .position(|h| h.trim().eq_ignore_ascii_case(name))
    };
    let need = |name: &str| {
        column(name).ok_or_else(|| {
            anyhow::anyhow!(
                "cannot read codes from {}: it has no column {name}",
                file.display()
            )
        })
    };
    let (sample, appearance, code) = (need("sample")?, need("appearance")?, need("code")?);
    let (coder, note) = (column("coder"), column("note"));
    let samples: Vec<String> = archive.samples()?.into_iter().map(|s| s.sample).collect();
    let (mut new, mut empty) = (Vec::new(), 0_u64);
    for row in reader.records() {
        let row = row?;
        let line = row.position().map_or(0, csv::Position::line);
        let cell = |at: Option<usize>| at.and_then(|at| row.get(at)).unwrap_or_default().trim();
        let refuse = |what: String| {
            anyhow::anyhow!(
                "cannot read codes from {}, line {line}: {what}; nothing was stored",
                file.display()
            )
        };
        if cell(Some(code)).is_empty() {
            empty += 1;
            continue;
        }
        let Some(found) = Code::from_word(cell(Some(code))) else {
            let words: Vec<&str> = Code::WORDS.iter().map(|(w, _)| *w).collect();
            return Err(refuse(format!(
                "there is no code {:?}; codes are {}",
                cell(Some(code)),
                words.join(", ")
            )));
        };
        if !samples.iter().any(|s| s == cell(Some(sample))) {
            return Err(refuse(format!(
                "this archive has no sample {:?}",
                cell(Some(sample))
            )));
        }
        let who = match (args.coder.as_slice(), cell(coder)) {
            ([one], "") => one.as_str(),
            (_, "") => {
                return Err(refuse(
                    "nobody is named in the column coder; say who with --coder NAME".into(),
                ));
            }
            (_, name) => name,
        };
        new.push(NewCoding {
            sample: cell(Some(sample)).to_owned(),
            appearance: cell(Some(appearance)).to_owned(),
            coder: who.to_owned(),
            code: found.word(),
            note: Some(cell(note).to_owned()).filter(|n| !n.is_empty()),
        });
    }
    let mut items = std::collections::BTreeSet::new();
    for sample in &samples {
        let of = archive.sample_items(sample)?;
        items.extend(of.into_iter().map(|i| (sample.clone(), i.appearance)));
    }
    for coding in &new {
        anyhow::ensure!(
            items.contains(&(coding.sample.clone(), coding.appearance.clone())),
            "cannot store codes: {} is not in the sample {}; nothing was stored",
            coding.appearance,
            coding.sample
        );
    }
    let stored = archive.add_codings(&new)?;
    archive.seal_if_quick()?;
    let same = new.len() as u64 - stored;
    let mut out = anstream::stdout().lock();
    std::io::Write::write_fmt(
        &mut out,
        format_args!("{stored} codes stored, {same} as before, {empty} rows without a code\n"),
    )?;
    Ok(Exit::Fine)
}
