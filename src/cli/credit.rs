//! `cutline credit`: captions and credit lines in, their reading out.

use std::io::{BufRead as _, Write as _};

use clap::Args;

use super::args::{Output, Shared};
use super::exit::Exit;
use super::{input, output};
use crate::credit::{CreditReader, Hints, explain};
use crate::model::CreditReading;
use crate::report::jsonl::Jsonl;

/// Read credit lines or captions
///
/// Texts come as arguments, or one per line on standard input. Prints one JSON object per text.
#[derive(Args, Clone, Debug)]
pub(super) struct CreditArgs {
    /// Texts to read; none, or -, reads one per line from standard input
    texts: Vec<String>,
    /// The texts are credits as a whole, without a caption
    #[arg(long)]
    line: bool,
    /// Language of the texts, as a BCP 47 tag
    #[arg(long, value_name = "TAG")]
    lang: Option<String>,
    /// Date at which control is judged where a text states none (YYYY, YYYY-MM or YYYY-MM-DD)
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
    /// Draw each text with its parts underlined and named
    #[arg(long)]
    explain: bool,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(shared: &Shared, args: &CreditArgs) -> anyhow::Result<Exit> {
    let reader = input::credits(shared)?;
    let mut out = output::Out::new(args.output, &Jsonl);
    if args.texts.is_empty() || args.texts == ["-"] {
        for line in std::io::stdin().lock().split(b'\n') {
            let line = line?;
            let text = String::from_utf8_lossy(&line);
            let text = text.strip_suffix('\r').unwrap_or(&text);
            one(&mut out, &reader, args, text)?;
        }
    } else {
        for text in &args.texts {
            one(&mut out, &reader, args, text)?;
        }
    }
    out.finish()?;
    Ok(Exit::Fine)
}

fn one(
    out: &mut output::Out,
    reader: &CreditReader,
    args: &CreditArgs,
    text: &str,
) -> anyhow::Result<()> {
    let hints = Hints {
        lang: args.lang.as_deref(),
        date: args.date.as_deref(),
    };
    let reading = if args.line {
        reader.credit(text, &hints)
    } else {
        reader.caption(text, &hints)
    };
    if args.explain {
        writeln!(
            out.writer(),
            "{}",
            output::escaped_lines(&explain(&reading))
        )?;
        return Ok(());
    }
    out.row(&reading, || columns(&reading))
}

fn columns(reading: &CreditReading) -> Vec<(&'static str, String)> {
    let chain: Vec<&str> = reading.chain.iter().map(|l| l.name.as_str()).collect();
    let labels: Vec<String> = reading.labels.iter().map(output::word).collect();
    vec![
        ("caption", reading.caption.clone()),
        (
            "credit line",
            reading.credit_line.clone().unwrap_or_default(),
        ),
        ("creators", reading.creators.join("; ")),
        ("chain", chain.join(" -> ")),
        ("labels", labels.join(", ")),
        (
            "state-sourced",
            reading
                .state_sourced
                .as_ref()
                .map(|s| output::word(&s.level))
                .unwrap_or_default(),
        ),
        (
            "date",
            reading
                .caption_dates
                .first()
                .map(|d| d.date.clone())
                .unwrap_or_default(),
        ),
        ("confidence", format!("{:.2}", reading.confidence)),
    ]
}
