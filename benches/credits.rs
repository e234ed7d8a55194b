//! How fast credits are read, on one core, and what their confidence is worth.
//!
//! `cargo bench --bench credits [-- FILE.jsonl]`: reads captions (`text` of each line; by default the invented ones of
//! `tests/credits/lines.jsonl`, and with `CUTLINE_SHARED` set the labelled corpus there). `benches/baseline.py` is what a
//! few regular expressions in Python do in the same time.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use cutline::credit::{CreditReader, Hints};
use cutline::parties::Registry;
use serde_json::Value;

const LONG_ENOUGH: Duration = Duration::from_secs(1);

fn main() {
    let given = std::env::args().skip(1).find(|a| !a.starts_with("--"));
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/credits/lines.jsonl");
    let shared = std::env::var_os("CUTLINE_SHARED")
        .map(|root| Path::new(&root).join("corpora/credits/dev.jsonl"))
        .filter(|path| path.exists());
    let lines = lines(&given.map_or(shared.unwrap_or(own), PathBuf::from));
    let texts: Vec<String> = lines
        .iter()
        .map(|l| {
            l["text"]
                .as_str()
                .unwrap()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();

    let began = Instant::now();
    let registry = Arc::new(Registry::builtin().unwrap());
    let reader = CreditReader::new(Arc::clone(&registry)).unwrap();
    println!(
        "made ready in {:.1} ms",
        began.elapsed().as_secs_f64() * 1e3
    );
    println!(
        "{:>9.0} captions a second, {} texts repeated",
        rate(&reader, &texts),
        texts.len()
    );

    println!("\nlength of a hostile text, and microseconds for each KiB of it");
    for unit in [
        "(",
        "Foto: ",
        "AP via ",
        "released by KCNA ",
        "(Archivbild) ",
        "写真",
    ] {
        print!("{unit:>18}");
        for length in [1 << 10, 1 << 12, 1 << 14] {
            let text = unit.repeat(length / unit.len());
            let seconds = 1.0 / rate(&reader, std::slice::from_ref(&text));
            print!(
                "{length:>8} {:>8.1}",
                seconds * 1e6 / (length as f64 / 1024.0)
            );
        }
        println!();
    }

    println!("\nnames in the registry, and captions a second");
    for count in [1_000, 100_000] {
        let file =
            std::env::temp_dir().join(format!("cutline-bench-{count}-{}.csv", std::process::id()));
        let mut csv = "id,name,aliases\n".to_owned();
        for at in 0..count {
            // Words of letters, so that they share beginnings with each other as names do.
            let name: String = (0..7)
                .map(|i| char::from(b'a' + (((at * 7919 + i * 104_729) >> (i * 3)) % 26) as u8))
                .collect();
            writeln!(
                csv,
                "bench-{at},Bench {name} {at},Bench {name} {at}|{name}{at} Press"
            )
            .unwrap();
        }
        std::fs::write(&file, csv).unwrap();
        let large = CreditReader::new(Arc::new(Registry::with_file(&file).unwrap())).unwrap();
        std::fs::remove_file(&file).unwrap();
        println!("{count:>9} {:>9.0}", rate(&large, &texts));
    }

    println!("\nconfidence       answers   wholly right");
    let mut bands = [(0, 0); 5];
    for (line, text) in lines.iter().zip(&texts) {
        let reading = reader.caption(text, &Hints::default());
        let band = match reading.confidence {
            c if c >= 0.95 => 0,
            c if c >= 0.9 => 1,
            c if c >= 0.8 => 2,
            c if c >= 0.6 => 3,
            _ => 4,
        };
        bands[band].0 += 1;
        bands[band].1 += usize::from(right(line, &reading, &registry));
    }
    for (name, (all, good)) in [
        "0.95 to 1",
        "0.9 to 0.95",
        "0.8 to 0.9",
        "0.6 to 0.8",
        "below 0.6",
    ]
    .iter()
    .zip(bands)
    {
        println!(
            "{name:<16} {all:>7} {good:>9} {:>6.1} %",
            f64::from(good as u32) * 100.0 / f64::from((all as u32).max(1))
        );
    }
}

fn lines(path: &Path) -> Vec<Value> {
    println!("{}", path.display());
    std::fs::read_to_string(path)
        .unwrap()
        .lines()
        .filter(|l| !l.trim().is_empty())
        .map(|l| serde_json::from_str(l).unwrap())
        .collect()
}

/// Seconds that this process had a core, where the system tells (Linux); else seconds on the clock.
fn busy() -> f64 {
    static BEGAN: OnceLock<Instant> = OnceLock::new();
    let clock = BEGAN.get_or_init(Instant::now).elapsed().as_secs_f64();
    std::fs::read_to_string("/proc/self/schedstat")
        .ok()
        .and_then(|line| line.split(' ').next()?.parse::<f64>().ok())
        .map_or(clock, |nanoseconds| nanoseconds / 1e9)
}

/// Texts a second, by the time on the core.
fn rate(reader: &CreditReader, texts: &[String]) -> f64 {
    let (began, on_core) = (Instant::now(), busy());
    let mut count = 0;
    while began.elapsed() < LONG_ENOUGH {
        for text in texts {
            black_box(reader.caption(black_box(text), &Hints::default()));
            count += 1;
        }
    }
    f64::from(count) / (busy() - on_core)
}

/// Whether caption, creators and chain are as labelled, for lines of this project and of the corpus beside it.
fn right(line: &Value, reading: &cutline::model::CreditReading, registry: &Registry) -> bool {
    let wanted = line.get("expected").unwrap_or(line);
    let fold = |s: &str| -> String {
        s.to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric())
            .collect()
    };
    let party = |name: &str| {
        let folded = fold(name);
        registry
            .aliases()
            .iter()
            .find(|a| fold(&a.text) == folded || fold(&a.party) == folded)
            .map_or(folded, |a| a.party.clone())
    };
    let list = |key: &str| -> Vec<&str> {
        wanted[key]
            .as_array()
            .map_or_else(Vec::new, |a| a.iter().filter_map(Value::as_str).collect())
    };
    let all = || reading.all();
    let mut creators: Vec<String> = all()
        .flat_map(|r| r.creators.iter().map(|c| fold(c)))
        .collect();
    let mut wanted_creators: Vec<String> = list("creators").iter().map(|c| fold(c)).collect();
    creators.sort();
    wanted_creators.sort();
    let chain: Vec<String> = all()
        .flat_map(|r| {
            r.chain
                .iter()
                .map(|l| l.party.clone().unwrap_or_else(|| party(&l.name)))
        })
        .collect();
    let wanted_chain: Vec<String> = list("chain").iter().map(|c| party(c)).collect();
    fold(&reading.caption) == fold(wanted["caption"].as_str().unwrap_or_default())
        && creators == wanted_creators
        && chain == wanted_chain
}
