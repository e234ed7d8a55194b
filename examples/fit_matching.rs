//! Estimates the weights of matching from an archive whose matches are known.
//!
//! In: an archive (`cutline ingest`) and a table of labels with the columns `document,position,files,group,kind,lang`:
//! the document's path as `cutline matches` prints it (or its last part), the position of the appearance, the names of
//! the files that show the picture printed there (parted by `|`; empty: it is not held), and three columns by which the
//! report is grouped (`group` keeps appearances together in cross-validation: an event, or a document). Out: the
//! table `schema/matching/weights.csv` on standard output, a report on standard error.
//!
//! `cargo run --example fit_matching -- ARCHIVE LABELS DATE "WHAT DATA" > weights.csv`
//!
//! The fit starts from `schema/matching/weights_start.csv`: guesses made before any label was seen, so that the
//! cross-validated figures are those of weights that never saw the labels they are scored on.
//!
//! The model is the one that `decide` uses: a candidate's score is the sum of its weights, and one of the candidates or
//! none of them (score 0) is the photo. The likelihood is maximised, held back by the square of what each weight moves
//! from that start: what the data do not speak of stays as it was guessed. A weight keeps its sign: what agrees never
//! speaks against a photo because of a small sample, nor what is missing for it.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use cutline::archive::{Archive, appearance_public};
use cutline::derive::match_case;
use cutline::matching::{Weights, weigh};

/// Guesses made before any label was seen.
const START: &str = include_str!("../schema/matching/weights_start.csv");

/// How strongly a weight is held to the start: one unit costs as much as this many nats of likelihood.
const HOLD: f64 = 0.3;

/// Thresholds that the report tries.
const THRESHOLDS: [f64; 7] = [0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.9];

/// Parts of the cross-validation.
const PARTS: usize = 5;

/// One labelled appearance with its candidates.
struct Case {
    group: String,
    kind: String,
    lang: String,
    /// For every candidate: whether it is right, and its levels.
    candidates: Vec<(bool, Vec<(usize, f64)>)>,
    /// Whether a right photo is in the archive.
    held: bool,
    /// Whether several photos are right.
    ambiguous: bool,
}

/// The names of the levels.
#[derive(Default)]
struct Levels {
    names: Vec<(String, String)>,
    index: BTreeMap<(String, String), usize>,
}

impl Levels {
    fn of(&mut self, kind: &str, level: &str) -> usize {
        let key = (kind.to_owned(), level.to_owned());
        let next = self.names.len();
        let at = *self.index.entry(key.clone()).or_insert(next);
        if at == next {
            self.names.push(key);
        }
        at
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [archive, labels, date, data] = args.as_slice() else {
        return Err("cannot fit: give ARCHIVE LABELS DATE \"WHAT DATA\"".into());
    };
    let table = Weights::builtin();
    let mut levels = Levels::default();
    for (kind, level, _) in table.rows() {
        levels.of(kind, level);
    }
    let cases = read_cases(archive.as_ref(), labels, &mut levels)?;
    let guessed = Weights::read(START);
    let now: Vec<f64> = levels.names.iter().map(|(k, l)| table.of(k, l)).collect();
    let start: Vec<f64> = levels.names.iter().map(|(k, l)| guessed.of(k, l)).collect();
    eprintln!("as the table is (its weights may have seen these labels):");
    report(&cases, |_| now.clone(), table);
    eprintln!("as guessed, before any label was seen:");
    report(&cases, |_| start.clone(), table);
    let groups: BTreeSet<&str> = cases.iter().map(|c| c.group.as_str()).collect();
    let part: BTreeMap<&str, usize> = groups
        .iter()
        .enumerate()
        .map(|(at, g)| (*g, at % PARTS))
        .collect();
    let part_of = |case: &Case| part.get(case.group.as_str()).copied().unwrap_or(0);
    let folds: Vec<Vec<f64>> = (0..PARTS)
        .map(|out| {
            let rest: Vec<&Case> = cases.iter().filter(|c| part_of(c) != out).collect();
            fit(&rest, &start)
        })
        .collect();
    eprintln!("cross-validated, {PARTS} parts by group:");
    report(
        &cases,
        |case| folds.get(part_of(case)).cloned().unwrap_or_default(),
        table,
    );
    let fitted = fit(&cases.iter().collect::<Vec<_>>(), &start);
    eprintln!("fitted on everything:");
    report(&cases, |_| fitted.clone(), table);
    let mut table_out = csv::Writer::from_writer(std::io::stdout());
    table_out.write_record(["evidence", "level", "weight", "date", "data"])?;
    for (at, ((kind, level), weight)) in levels.names.iter().zip(&fitted).enumerate() {
        let seen = cases
            .iter()
            .flat_map(|case| &case.candidates)
            .any(|(_, levels)| levels.iter().any(|(l, _)| *l == at));
        let (weight, date, data) = if kind == "decide" || !seen {
            let (date, data) = table.source(kind, level).unwrap_or((date, "by hand"));
            (table.of(kind, level).to_string(), date, data)
        } else {
            (format!("{:.1}", weight + 0.0), date.as_str(), data.as_str())
        };
        table_out.write_record([kind, level, &weight, date, data])?;
    }
    table_out.flush()?;
    Ok(())
}

fn read_cases(
    archive: &std::path::Path,
    labels: &str,
    levels: &mut Levels,
) -> Result<Vec<Case>, Box<dyn Error>> {
    let archive = Archive::read(archive)?;
    let mut wanted: BTreeMap<(String, u32), csv::StringRecord> = BTreeMap::new();
    for row in csv::Reader::from_path(labels)?.into_records() {
        let row = row?;
        let position = row.get(1).unwrap_or("").parse()?;
        wanted.insert((row.get(0).unwrap_or("").to_owned(), position), row);
    }
    let mut place: BTreeMap<String, (String, u32)> = BTreeMap::new();
    for row in archive.matches()? {
        place.insert(row.appearance, (row.document, row.position));
    }
    let prior = levels.of("prior", "any");
    let mut cases = Vec::new();
    for document in archive.document_numbers()? {
        let (printed, _, pool) = match_case(&archive, document)?;
        for (one, weighed) in printed.iter().zip(weigh(&printed, &pool)) {
            let Some((path, position)) = place.get(&appearance_public(one.appearance)) else {
                continue;
            };
            let last = path.rsplit('/').next().unwrap_or(path).to_owned();
            let label = wanted
                .get(&(path.clone(), *position))
                .or_else(|| wanted.get(&(last, *position)));
            let Some(label) = label else { continue };
            let column = |at: usize| label.get(at).unwrap_or("").to_owned();
            let files: BTreeSet<String> = column(2)
                .split('|')
                .filter(|f| !f.is_empty())
                .map(str::to_lowercase)
                .collect();
            let candidates = pool
                .iter()
                .filter_map(|held| {
                    let weighed = weighed.iter().find(|w| w.photo == held.photo)?;
                    let right = held
                        .names
                        .iter()
                        .any(|name| files.contains(&name.to_lowercase()));
                    let mut found: Vec<(usize, f64)> = weighed
                        .levels
                        .iter()
                        .map(|(kind, level, amount)| (levels.of(kind, level), *amount))
                        .collect();
                    found.push((prior, 1.0));
                    Some((right, found))
                })
                .collect();
            cases.push(Case {
                group: column(3),
                kind: column(4),
                lang: column(5),
                candidates,
                held: !files.is_empty(),
                ambiguous: files.len() > 1,
            });
        }
    }
    Ok(cases)
}

fn score(levels: &[(usize, f64)], weights: &[f64]) -> f64 {
    levels
        .iter()
        .map(|(at, amount)| weights.get(*at).copied().unwrap_or(0.0) * amount)
        .sum()
}

/// Gradient ascent with a step that adapts itself to each weight.
fn fit(cases: &[&Case], start: &[f64]) -> Vec<f64> {
    let mut weights = start.to_vec();
    let mut square = vec![1e-6_f64; start.len()];
    for round in 0..1500 {
        let mut slope: Vec<f64> = weights
            .iter()
            .zip(start)
            .map(|(w, s)| -2.0 * HOLD * (w - s))
            .collect();
        for case in cases {
            let scores: Vec<f64> = case
                .candidates
                .iter()
                .map(|(_, l)| score(l, &weights))
                .collect();
            let top = scores.iter().copied().fold(0.0, f64::max);
            let share: Vec<f64> = scores.iter().map(|s| (s - top).exp()).collect();
            let all: f64 = share.iter().sum::<f64>() + (-top).exp();
            let right: f64 = case
                .candidates
                .iter()
                .zip(&share)
                .filter(|((right, _), _)| *right)
                .map(|(_, s)| s)
                .sum();
            let reachable = right > 0.0;
            for ((is_right, levels), share) in case.candidates.iter().zip(&share) {
                // What is wanted of this candidate, less what it has.
                let want = if *is_right && reachable {
                    share / right
                } else {
                    0.0
                };
                let pull = want - share / all;
                for (at, amount) in levels {
                    if let Some(slope) = slope.get_mut(*at) {
                        *slope += pull * amount;
                    }
                }
            }
        }
        let rate = 0.1 / (1.0 + f64::from(round) / 300.0);
        for ((weight, slope), square) in weights.iter_mut().zip(&slope).zip(&mut square) {
            *square = 0.95 * *square + 0.05 * slope * slope;
            *weight += rate * slope / square.sqrt();
        }
        for (weight, start) in weights.iter_mut().zip(start) {
            if *weight * start < 0.0 {
                *weight = 0.0;
            }
        }
    }
    weights
}

/// What the weights would decide, without the assignment within a document: counts by kind and language, calibration.
fn report(cases: &[Case], weights: impl Fn(&Case) -> Vec<f64>, table: &Weights) {
    let (from, margin) = (
        table.of("decide", "matched-from"),
        table.of("decide", "margin"),
    );
    let mut by: BTreeMap<(u8, &str), [u32; 4]> = BTreeMap::new();
    let mut bins = [(0_u32, 0.0_f64, 0_u32); 10];
    // How far the threshold may be moved: matches made, right, and right of those that count as found.
    let mut by_threshold = [(0_u32, 0_u32, 0_u32); THRESHOLDS.len()];
    for case in cases {
        let weights = weights(case);
        let mut scores: Vec<(f64, bool)> = case
            .candidates
            .iter()
            .map(|(right, levels)| (score(levels, &weights), *right))
            .collect();
        scores.sort_by(|a, b| b.0.total_cmp(&a.0));
        let all: f64 = 1.0 + scores.iter().map(|(s, _)| s.exp()).sum::<f64>();
        let best = scores.first().copied();
        let second = scores.get(1).map_or(f64::MIN, |(s, _)| *s);
        let probability = best.map_or(0.0, |(s, _)| s.exp() / all);
        let right = best.is_some_and(|(_, right)| right);
        let apart = best.is_some_and(|(s, _)| s - second >= margin);
        let matched = apart && probability >= from;
        for (least, count) in THRESHOLDS.iter().zip(&mut by_threshold) {
            let made = u32::from(apart && probability >= *least);
            let right = made * u32::from(right);
            count.0 += made;
            count.1 += right;
            count.2 += right * u32::from(case.held && !case.ambiguous);
        }
        if best.is_some() && !case.ambiguous {
            let bin = ((probability * 10.0) as usize).min(9);
            if let Some(bin) = bins.get_mut(bin) {
                *bin = (bin.0 + 1, bin.1 + probability, bin.2 + u32::from(right));
            }
        }
        for key in [(0, "all"), (1, case.kind.as_str()), (2, case.lang.as_str())] {
            let count = by.entry(key).or_default();
            count[0] += u32::from(matched);
            count[1] += u32::from(matched && right);
            if !case.ambiguous {
                count[2] += u32::from(case.held);
                count[3] += u32::from(case.held && matched && right);
            }
        }
    }
    let counted: u32 = bins.iter().map(|b| b.0).sum();
    let error: f64 = bins
        .iter()
        .map(|b| (b.1 - f64::from(b.2)).abs())
        .sum::<f64>()
        / f64::from(counted.max(1));
    for ((_, name), [made, right, held, found]) in by {
        eprintln!(
            "  {name:20} matched {made:4}, right {right:4} ({:.3}); held {held:4}, found {found:4} ({:.3})",
            f64::from(right) / f64::from(made.max(1)),
            f64::from(found) / f64::from(held.max(1)),
        );
    }
    eprintln!("  calibration error {error:.3}");
    let held = cases.iter().filter(|c| c.held && !c.ambiguous).count();
    for (least, (made, right, found)) in THRESHOLDS.iter().zip(by_threshold) {
        eprintln!(
            "  matched from {least:.2}: precision {:.3}, recall {:.3}",
            f64::from(right) / f64::from(made.max(1)),
            f64::from(found) / held.max(1) as f64
        );
    }
}
