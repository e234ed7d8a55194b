//! Charts as inline SVG: rows in, drawings out that tables beside them repeat in numbers.

use std::io::{self, Write};

use super::super::count::{Column, Row};
use super::text::{html, number, percent};

/// Uses that name a state outlet in any way.
pub(super) fn state(row: &Row) -> u64 {
    [
        Column::StateMedia,
        Column::StateOwned,
        Column::StateMediaPossible,
    ]
    .iter()
    .map(|c| row.count(*c))
    .sum()
}

/// Shares as bars, one line per row, each with its numbers in words: of the row's uses, or of `of`.
pub fn bars(
    out: &mut dyn Write,
    rows: &[&Row],
    of: Option<u64>,
    sample: bool,
    name: &dyn Fn(&Row) -> String,
) -> io::Result<()> {
    let part = |row: &Row, column| match of {
        Some(0) => 0.0,
        Some(all) => row.count(column) as f64 / all as f64,
        None => share(row, column),
    };
    let whole = |row: &Row| {
        let parts = [
            Column::StateMedia,
            Column::StateOwned,
            Column::StateMediaPossible,
        ];
        let sum: f64 = parts.iter().map(|c| part(row, *c)).sum();
        let high = row.share.filter(|_| sample).map_or(0.0, |s| s.high);
        sum.max(high)
    };
    let most = ceiling(rows.iter().map(|r| whole(r)).fold(0.0, f64::max));
    writeln!(out, "<div class=\"bars\" role=\"list\">")?;
    for row in rows {
        let x = |share: f64| share / most * 100.0;
        let media = part(row, Column::StateMedia);
        let owned = part(row, Column::StateOwned);
        let possible = part(row, Column::StateMediaPossible);
        write!(
            out,
            "<div class=\"row\" role=\"listitem\"><span class=\"name\">{}</span>\
             <svg viewBox=\"0 0 100 12\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
             <rect class=\"ground\" x=\"0\" y=\"0\" width=\"100\" height=\"12\"/>\
             <rect class=\"solid\" x=\"0\" y=\"0\" width=\"{:.3}\" height=\"12\"/>\
             <rect class=\"owned\" x=\"{:.3}\" y=\"0\" width=\"{:.3}\" height=\"12\"/>\
             <rect class=\"possible\" x=\"{:.3}\" y=\"0\" width=\"{:.3}\" height=\"12\"/>",
            name(row),
            x(media),
            x(media),
            x(owned),
            x(media + owned),
            x(possible)
        )?;
        if let Some(s) = row.share.filter(|_| sample) {
            write!(
                out,
                "<rect class=\"whisker\" x=\"{:.3}\" y=\"5\" width=\"{:.3}\" height=\"2\"/>",
                x(s.low),
                x(s.high - s.low).max(0.2)
            )?;
        }
        let others = [
            (Column::StateOwned, "owned"),
            (Column::StateMediaPossible, "possible"),
        ];
        let others = others.iter().filter(|(c, _)| row.count(*c) > 0);
        let others: Vec<String> = others
            .map(|(c, word)| format!(", {} {word}", number(row.count(*c))))
            .collect();
        let others = others.concat();
        writeln!(
            out,
            "</svg><span class=\"value\"><b>{}</b> {} of {}{others}</span></div>",
            percent(media),
            number(row.count(Column::StateMedia)),
            number(of.unwrap_or(row.appearances))
        )?;
    }
    writeln!(
        out,
        "<div class=\"row axis\" aria-hidden=\"true\"><span></span><span class=\"scale\"><span>0</span><span>{}</span></span><span></span></div>\n</div>",
        percent(most)
    )
}

fn share(row: &Row, column: Column) -> f64 {
    match row.appearances {
        0 => 0.0,
        all => row.count(column) as f64 / all as f64,
    }
}

/// The end of an axis: the next round value.
fn ceiling(most: f64) -> f64 {
    [0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8]
        .into_iter()
        .find(|step| most <= *step)
        .unwrap_or(1.0)
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 64.0;
const FOOT: f64 = 26.0;

/// Months as columns of shares, with months between that have no row left empty, and the same as a table.
pub fn trend(out: &mut dyn Write, rows: &[&Row], sample: bool) -> io::Result<()> {
    let month = |row: &Row| {
        let key = row.keys.first().map_or("", |k| k.1.as_str());
        let year = key.get(..4).and_then(|y| y.parse::<i32>().ok());
        let month = key.get(5..7).and_then(|m| m.parse::<i32>().ok());
        Some(year? * 12 + month? - 1)
    };
    let placed: Vec<(i32, &Row)> = rows.iter().filter_map(|r| Some((month(r)?, *r))).collect();
    let (Some(first), Some(last)) = (
        placed.iter().map(|p| p.0).min(),
        placed.iter().map(|p| p.0).max(),
    ) else {
        return Ok(());
    };
    let number_of_months = f64::from(last.saturating_sub(first)) + 1.0;
    let high = |row: &Row| {
        let top = row.share.filter(|_| sample).map_or(0.0, |s| s.high);
        share(row, Column::StateMedia).max(top)
    };
    let most = ceiling(placed.iter().map(|p| high(p.1)).fold(0.0, f64::max));
    let slot = (WIDTH - LEFT) / number_of_months;
    let y = |share: f64| (HEIGHT - FOOT) * (1.0 - share / most) + 8.0;
    let x = |month: i32| LEFT + f64::from(month - first) * slot;
    writeln!(
        out,
        "<div class=\"chart\" tabindex=\"0\" role=\"region\" aria-label=\"Share by month\"><svg viewBox=\"0 0 {} {}\" role=\"img\" aria-labelledby=\"trend-title\">\
         <title id=\"trend-title\">Share of uses by month that name a state-controlled outlet, {} to {}; the numbers stand in \
         the table below</title>",
        WIDTH + 16.0,
        HEIGHT + 12.0,
        label(first),
        label(last)
    )?;
    for step in 0..=2 {
        let at = most * f64::from(step) / 2.0;
        writeln!(
            out,
            "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{WIDTH}\" y1=\"{0:.1}\" y2=\"{0:.1}\"/><text class=\"tick\" x=\"{1}\" y=\"{2:.1}\" text-anchor=\"end\">{3}</text>",
            y(at),
            LEFT - 8.0,
            y(at) + 4.0,
            percent(at)
        )?;
    }
    for (at, row) in &placed {
        let value = share(row, Column::StateMedia);
        let wide = (slot * 0.72).min(48.0);
        let left = x(*at) + (slot - wide) / 2.0;
        writeln!(
            out,
            "<g><title>{}: {} of {} ({})</title><rect class=\"solid\" x=\"{left:.2}\" y=\"{:.2}\" width=\"{wide:.2}\" height=\"{:.2}\"/>",
            label(*at),
            row.count(Column::StateMedia),
            row.appearances,
            percent(value),
            y(value),
            (y(0.0) - y(value)).max(0.0)
        )?;
        // A month in which pictures ran and none is known to be from a state, as against a month without pictures.
        if value <= 0.0 {
            writeln!(
                out,
                "<rect class=\"possible\" x=\"{left:.2}\" y=\"{:.2}\" width=\"{wide:.2}\" height=\"3\"/>",
                y(0.0) - 3.0
            )?;
        }
        if let Some(s) = row.share.filter(|_| sample) {
            writeln!(
                out,
                "<line class=\"whisker\" x1=\"{0:.2}\" x2=\"{0:.2}\" y1=\"{1:.2}\" y2=\"{2:.2}\"/>",
                left + wide / 2.0,
                y(s.high),
                y(s.low)
            )?;
        }
        writeln!(out, "</g>")?;
    }
    // As many labels as there is room for, each under its month.
    let every = (number_of_months / 9.0).ceil().max(1.0) as i32;
    for at in (first..=last).step_by(every as usize) {
        writeln!(
            out,
            "<text class=\"tick\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
            x(at) + slot / 2.0,
            HEIGHT + 2.0,
            label(at)
        )?;
    }
    writeln!(
        out,
        "</svg></div>\n<details><summary>The same in numbers</summary>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"By month\"><table>\
         <thead><tr><th scope=\"col\">month</th><th scope=\"col\" class=\"n\">uses</th><th scope=\"col\" class=\"n\">state media</th>\
         <th scope=\"col\" class=\"n\">share</th></tr></thead><tbody>"
    )?;
    for (_, row) in &placed {
        writeln!(
            out,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>",
            html(row.keys.first().map_or("", |k| &k.1)),
            number(row.appearances),
            number(row.count(Column::StateMedia)),
            row.share.map(|s| percent(s.share)).unwrap_or_default()
        )?;
    }
    writeln!(out, "</tbody></table></div></details>")
}

fn label(month: i32) -> String {
    format!(
        "{:04}-{:02}",
        month.div_euclid(12),
        month.rem_euclid(12) + 1
    )
}
