//! `cutline credit`: captions and credit lines in, their reading out.

use std::io::{BufRead as _, Read as _, Write as _};

use clap::Args;

use super::args::{Output, Shared};
use super::exit::Exit;
use super::{input, output};
use crate::credit::{CreditReader, Hints, LONGEST, explain};
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
    #[arg(long, conflicts_with = "format")]
    explain: bool,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(shared: &Shared, args: &CreditArgs) -> anyhow::Result<Exit> {
    input::day(args.date.as_deref(), "--date")?;
    if let Some(tag) = &args.lang {
        anyhow::ensure!(
            is_tag(tag),
            "cannot use --lang {tag}: a language is a BCP 47 tag such as en, pt-BR or zh-Hant"
        );
    }
    let reader = input::credits(shared)?;
    let mut out = output::Out::new(args.output, &Jsonl);
    let mut failed = 0;
    if args.texts.is_empty() || args.texts == ["-"] {
        let mut lines = Lines {
            input: std::io::stdin().lock(),
        };
        for at in 0.. {
            let Some((line, whole)) = lines.next_line()? else {
                break;
            };
            let text = String::from_utf8_lossy(&line);
            let foreign = matches!(text, std::borrow::Cow::Owned(_)) || line.contains(&0);
            let text = text.strip_suffix('\r').unwrap_or(&text);
            let complaint = if !whole {
                Some(format!(
                    "is longer than {LONGEST_LINE} bytes: only its beginning was read, and no credit looked for; give one caption a line"
                ))
            } else if foreign {
                Some("is not UTF-8; what could not be read is marked with \u{fffd}: convert the file (iconv -t UTF-8)".to_owned())
            } else {
                too_long(text)
            };
            failed += complain(complaint, at + 1, failed)?;
            one(&mut out, &reader, args, text)?;
        }
    } else {
        for (at, text) in args.texts.iter().enumerate() {
            failed += complain(too_long(text), at + 1, failed)?;
            one(&mut out, &reader, args, text)?;
        }
    }
    out.finish()?;
    Ok(if failed > 0 {
        Exit::SomeFailed
    } else {
        Exit::Fine
    })
}

/// Bytes of a line that are held.
const LONGEST_LINE: u64 = 1 << 20;

/// Lines of a stream that may never end.
struct Lines<R> {
    input: R,
}

impl<R: std::io::BufRead> Lines<R> {
    /// The next line without its end, and whether that is all of it; what is too long is passed over to its end.
    fn next_line(&mut self) -> std::io::Result<Option<(Vec<u8>, bool)>> {
        let mut line = Vec::new();
        let mut some = self.input.by_ref().take(LONGEST_LINE);
        if some.read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        if line.last() == Some(&b'\n') {
            line.pop();
            return Ok(Some((line, true)));
        }
        let is_last = self.input.fill_buf()?.is_empty();
        if !is_last {
            self.input.skip_until(b'\n')?;
        }
        Ok(Some((line, is_last)))
    }
}

fn too_long(text: &str) -> Option<String> {
    (text.len() > LONGEST).then(|| {
        format!(
            "is longer than {LONGEST} bytes: no credit was looked for; give one caption at a time"
        )
    })
}

/// Says on stderr what is wrong with a text, for the first few, and counts it.
fn complain(complaint: Option<String>, number: usize, before: u32) -> anyhow::Result<u32> {
    const MOST: u32 = 5;
    let Some(complaint) = complaint else {
        return Ok(0);
    };
    if before < MOST {
        writeln!(std::io::stderr(), "text {number} {complaint}")?;
    } else if before == MOST {
        writeln!(std::io::stderr(), "more texts like these follow")?;
    }
    Ok(1)
}

/// Whether a text has the form of a language tag: a language, and subtags of up to eight letters or digits.
fn is_tag(tag: &str) -> bool {
    let mut parts = tag.split('-');
    parts
        .next()
        .is_some_and(|l| (2..=8).contains(&l.len()) && l.bytes().all(|b| b.is_ascii_alphabetic()))
        && parts.all(|p| (1..=8).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_alphanumeric()))
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
