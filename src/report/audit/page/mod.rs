//! An audit as one page: rows in, one HTML file out that needs no network, no script and no other file.
//!
//! Charts are drawn as inline SVG beside the tables that say the same. Names from pages are foreign text: they are escaped,
//! invisible characters in them are made visible, and each stands by itself whatever its writing direction.

mod chart;
mod text;

use std::io::{self, Write};

use super::about::About;
use super::count::{Cell, Column, Request, Row};
use super::fact::{Dimension, NONE};
pub use chart::{bars as bar_chart, trend as trend_chart};
use text::html;
pub use text::{base64, number, percent};

/// Rows that a bar chart shows; the table has them all.
const BARS: usize = 40;

/// What a page is made of.
#[derive(Clone, Debug, Default)]
pub struct Page<'a> {
    /// Where the numbers come from.
    pub about: About,
    /// The request.
    pub request: Request,
    /// Its rows.
    pub rows: &'a [Row],
    /// The row of everything.
    pub total: Row,
    /// The same request by month alone, for the trend.
    pub months: &'a [Row],
    /// Pictures of the headline, where they were asked for.
    pub thumbnails: Vec<Thumbnail>,
}

/// A small picture with what is known of it.
#[derive(Clone, Debug, Default)]
pub struct Thumbnail {
    /// A JPEG.
    pub jpeg: Vec<u8>,
    /// Its caption.
    pub caption: String,
    /// Its credit line.
    pub credit: String,
    /// Where it was printed.
    pub name: String,
}

/// Write the page.
pub fn write(out: &mut dyn Write, page: &Page<'_>) -> io::Result<()> {
    let style = include_str!("style.css");
    write!(
        out,
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n\
         <meta name=\"generator\" content=\"cutline {}\">\n<title>State-media pictures in use</title>\n<style>\n{style}</style>\n</head>\n<body>\n",
        html(&page.about.cutline)
    )?;
    head(out, page)?;
    writeln!(out, "<main>")?;
    figures(out, page)?;
    bars(out, page)?;
    trend(out, page)?;
    table(out, page)?;
    pictures(out, page)?;
    methods(out, page)?;
    repeat(out, page)?;
    writeln!(out, "</main>\n</body>\n</html>")
}

fn head(out: &mut dyn Write, page: &Page<'_>) -> io::Result<()> {
    let period = match (&page.request.from, &page.request.to) {
        (None, None) => "all dates".to_owned(),
        (Some(from), None) => format!("from {from}"),
        (None, Some(to)) => format!("up to {to}"),
        (Some(from), Some(to)) if from == to => from.clone(),
        (Some(from), Some(to)) => format!("{from} to {to}"),
    };
    let only: Vec<String> = page
        .request
        .only
        .iter()
        .map(|(d, v)| format!(", {} <bdi>{}</bdi>", d.word(), html(v)))
        .collect();
    let only = only.concat();
    writeln!(
        out,
        "<header>\n<h1>State-media pictures in use</h1>\n<p class=\"lead\">{} documents, {} uses of pictures, {}{only}. \
         Archive <bdi>{}</bdi>{}.</p>\n</header>",
        number(page.total.documents),
        number(page.total.appearances),
        html(&period),
        html(&page.about.archive),
        page.about
            .last_ingest
            .as_ref()
            .map(|at| format!(", last ingest {}", html(at.get(..10).unwrap_or(at))))
            .unwrap_or_default()
    )
}

/// The numbers that the page is about, each with its denominator.
fn figures(out: &mut dyn Write, page: &Page<'_>) -> io::Result<()> {
    let total = &page.total;
    let of = |column| number(total.count(column));
    let headline = total.count(Column::StateMedia);
    let interval = total
        .share
        .filter(|_| total.sample)
        .map(|s| format!(" (95 % interval {} to {})", percent(s.low), percent(s.high)))
        .unwrap_or_default();
    let share = total.share.map(|s| percent(s.share)).unwrap_or_default();
    writeln!(
        out,
        "<section class=\"figures\" aria-label=\"Headline\">\n<div class=\"headline\"><b>{}</b><span>uses of pictures whose \
         printed words name a state-controlled outlet: {share}{interval} of {} uses. They show {} distinct picture{}, a use whose \
         photo is not held counting as one.</span></div>",
        number(headline),
        number(total.appearances),
        number(total.state_media_pictures),
        if total.state_media_pictures == 1 {
            ""
        } else {
            "s"
        }
    )?;
    let held = total.count(Column::ByMetadata) + total.count(Column::ByDuplicate);
    for (value, says) in [
        (
            of(Column::StateOwned),
            "of state-owned outlets, counted apart",
        ),
        (
            of(Column::StateMediaPossible),
            "possible: named, but something is not sure",
        ),
        (
            number(held),
            "also known from files held, at least: embedded fields or copies say so",
        ),
        (of(Column::Government), "of government bodies"),
        (of(Column::ArmedGroup), "of armed groups"),
        (
            of(Column::Uncredited),
            "without a credit as captured: their source is not known",
        ),
        (of(Column::Reviewed), "findings that a person reviewed"),
    ] {
        writeln!(out, "<div><b>{value}</b><span>{says}</span></div>")?;
    }
    writeln!(out, "</section>")
}

/// What a row is called: its values, parted by a middle dot.
fn name(row: &Row) -> String {
    let names: Vec<String> = row
        .keys
        .iter()
        .map(|(d, value)| value_html(*d, value))
        .collect();
    names.join(" <span aria-hidden=\"true\">&middot;</span> ")
}

fn value_html(dimension: Dimension, value: &str) -> String {
    if value == NONE {
        let none = match dimension {
            Dimension::Outlet => "outlet not known",
            Dimension::Month => "no date",
            Dimension::StateSource | Dimension::Level => "no state source",
            Dimension::Distributor => "nobody named",
            Dimension::Disclosure => "does not apply",
            Dimension::Supply | Dimension::Lang => "not known",
            Dimension::Label => "no label",
        };
        format!("<i>{none}</i>")
    } else {
        format!("<bdi>{}</bdi>", html(value))
    }
}

fn bars(out: &mut dyn Write, page: &Page<'_>) -> io::Result<()> {
    let months_only = page.request.by == [Dimension::Month];
    if page.request.by.is_empty() || months_only || page.rows.is_empty() {
        return Ok(());
    }
    // Within a row of one source or level all uses are of that source: there the share is of all uses of the audit.
    let by_source = page.request.by.iter().any(|d| {
        matches!(
            d,
            Dimension::StateSource | Dimension::Level | Dimension::Disclosure | Dimension::Supply
        )
    });
    let of = by_source.then_some(page.total.appearances);
    let sourced = |r: &&Row| !by_source || chart::state(r) > 0;
    let mut rows: Vec<&Row> = page.rows.iter().filter(sourced).collect();
    if by_source {
        rows.sort_by_key(|r| std::cmp::Reverse(chart::state(r)));
    } else {
        rows.sort_by_key(|r| std::cmp::Reverse(r.appearances));
    }
    let hidden = rows.len().saturating_sub(BARS);
    rows.truncate(BARS);
    if !by_source {
        let share = |r: &Row| r.share.map_or(-1.0, |s| s.share);
        rows.sort_by(|a, b| share(b).total_cmp(&share(a)));
    }
    let sample = page.total.sample && !by_source;
    let by: Vec<&str> = page.request.by.iter().map(|d| d.word()).collect();
    writeln!(
        out,
        "<section>\n<h2>Share of {}uses, by {}</h2>\n<p class=\"legend\"><span class=\"key solid\"></span>state-controlled \
         <span class=\"key owned\"></span>state-owned <span class=\"key possible\"></span>possible{}</p>",
        if by_source { "all " } else { "" },
        by.join(", "),
        if sample {
            " <span class=\"key whisker\"></span>95 % interval of the first"
        } else {
            ""
        }
    )?;
    chart::bars(out, &rows, of, sample, &name)?;
    if hidden > 0 {
        writeln!(
            out,
            "<p class=\"note\">The {BARS} rows with most uses; {hidden} more stand in the table below.</p>"
        )?;
    }
    writeln!(out, "</section>")
}

fn trend(out: &mut dyn Write, page: &Page<'_>) -> io::Result<()> {
    let dated: Vec<&Row> = page
        .months
        .iter()
        .filter(|r| {
            r.keys
                .first()
                .is_some_and(|k| k.1 != NONE && k.1.len() >= 7)
        })
        .collect();
    if dated.len() < 2 {
        return Ok(());
    }
    writeln!(
        out,
        "<section>\n<h2>By month</h2>\n<p class=\"note\">State-controlled outlets by the printed words alone. What is known only \
         from files held is left out: it grows with whatever else was ingested, and would make a trend of that.</p>"
    )?;
    chart::trend(out, &dated, page.total.sample)?;
    writeln!(out, "</section>")
}

/// A heading in plain words; the name in JSON and CSV stands in the title.
fn heading(name: &str) -> String {
    match name {
        "state_media" => "state media".into(),
        "state_media_pictures" => "distinct pictures of these".into(),
        "state_media_share" => "share".into(),
        "share_low" => "from".into(),
        "share_high" => "to".into(),
        "appearances" => "uses".into(),
        "uncredited" => "no credit".into(),
        "state_media_possible" => "possible".into(),
        "by_metadata" => "held: metadata".into(),
        "by_duplicate" => "held: copies".into(),
        other => other.replace(['_', '-'], " "),
    }
}

fn table(out: &mut dyn Write, page: &Page<'_>) -> io::Result<()> {
    let dimensions = page.request.by.len();
    let shown = |name: &str| page.total.sample || !matches!(name, "share_low" | "share_high");
    writeln!(
        out,
        "<section>\n<h2>All numbers</h2>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"All numbers\">\n<table>\n<thead><tr>"
    )?;
    let header = page.rows.first().unwrap_or(&page.total).cells();
    for (at, (name, _)) in header.iter().enumerate() {
        if shown(name) {
            let class = if at < dimensions { "" } else { " class=\"n\"" };
            writeln!(
                out,
                "<th scope=\"col\"{class} title=\"{name}\">{}</th>",
                heading(name)
            )?;
        }
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    for row in page.rows {
        write!(out, "<tr>")?;
        for (at, (name, cell)) in row.cells().into_iter().enumerate() {
            if !shown(name) {
                continue;
            }
            match (cell, row.keys.get(at)) {
                (Cell::Text(value), Some((dimension, _))) => {
                    write!(
                        out,
                        "<th scope=\"row\">{}</th>",
                        value_html(*dimension, &value)
                    )?;
                }
                (cell, _) => write!(out, "<td>{}</td>", cell_text(&cell))?,
            }
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody>")?;
    if dimensions > 0 {
        write!(
            out,
            "<tfoot><tr><th scope=\"row\" colspan=\"{dimensions}\">all, each use once</th>"
        )?;
        for (name, cell) in page.total.cells() {
            if shown(name) {
                write!(out, "<td>{}</td>", cell_text(&cell))?;
            }
        }
        writeln!(out, "</tr></tfoot>")?;
    }
    writeln!(out, "</table>\n</div>\n</section>")
}

fn cell_text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => html(text),
        Cell::Count(0) => "<span class=\"zero\">0</span>".into(),
        Cell::Count(n) => number(*n),
        Cell::Share(share) => share.map(percent).unwrap_or_default(),
    }
}

fn pictures(out: &mut dyn Write, page: &Page<'_>) -> io::Result<()> {
    if page.thumbnails.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "<section>\n<h2>Pictures of the headline</h2>\n<p class=\"note\">Small copies of pictures that others have the rights \
         to. Whoever publishes this page republishes them.</p>\n<div class=\"pictures\">"
    )?;
    for t in &page.thumbnails {
        writeln!(
            out,
            "<figure><img src=\"data:image/jpeg;base64,{}\" alt=\"\"><figcaption dir=\"auto\">{} <b><bdi>{}</bdi></b><br>\
             <small><bdi>{}</bdi></small></figcaption></figure>",
            text::base64(&t.jpeg),
            html(&t.caption),
            html(&t.credit),
            html(&t.name)
        )?;
    }
    writeln!(out, "</div>\n</section>")
}

fn methods(out: &mut dyn Write, page: &Page<'_>) -> io::Result<()> {
    writeln!(
        out,
        "<section class=\"prose\">\n<h2>Methods</h2>\n\
         <p>A <b>use</b> is one picture in one document, with its caption and credit. A document counts once however often it \
         was captured. Credits were read by cutline's grammar and its registry of parties; a party is a state's by a dated, \
         cited line of that registry, judged at the date of the picture, else of the page. Governments of all countries are \
         judged by the same rules and counted apart from state outlets. A month is that of the page's own date, in the page's \
         own time. A document without pictures counts among all, and in rows of outlets, months and languages.</p>\n\
         <p><b>The headline</b> counts uses whose printed words alone name a state-controlled outlet: its credit names the \
         outlet and nobody else (<i>direct</i>), the outlet and who passed it on (<i>via</i>), or only the caption's words say \
         where the picture is from (<i>stated</i>). What only embedded fields or copies elsewhere in the archive tell stands in \
         columns of its own, as <i>at least</i>: it depends on what else was ingested.</p>\n\
         <p><b>What it does not say.</b> A use without a credit as captured may come from anyone. A name that the registry does \
         not know is unknown, not independent. A count says what a page prints, not whether printing it was wrong.</p>\n<dl>"
    )?;
    for column in Column::ALL {
        writeln!(
            out,
            "<dt>{}</dt><dd>{}</dd>",
            heading(column.name()),
            column.says()
        )?;
    }
    writeln!(out, "</dl>")?;
    match &page.about.sample_of {
        Some(of) => writeln!(
            out,
            "<p><b>Intervals.</b> The documents were declared a sample of: <bdi>{}</bdi>. Intervals are Wilson score intervals \
             at 95 %. Pictures of one document are not independent, so the size in the formula is the effective one: what a \
             simple sample would need for the variance between documents (a ratio estimate), never more than the uses \
             counted. They tell the chance of the draw alone, nothing of errors of reading.</p>",
            html(of)
        )?,
        None => writeln!(
            out,
            "<p><b>No intervals</b> are shown: the archive was not declared a sample, so its shares are those of what it \
             holds, and say nothing of what it does not hold.</p>"
        )?,
    }
    writeln!(
        out,
        "<p><b>Review.</b> {} decisions of people are in effect in the archive. {}{} How well cutline reads credits like these \
         can be measured: <code>cutline review --sample</code> draws appearances for people to code, and <code>cutline audit \
         --validation</code> prints precision, recall and the agreement between coders.</p>\n</section>",
        number(page.about.reviews),
        if page.request.include_rejected {
            "Rejected findings are counted here like all others."
        } else {
            "Rejected findings are not counted as state-sourced."
        },
        if page.request.reviewed_only {
            " Only findings that a person confirmed are counted."
        } else {
            ""
        }
    )
}

fn repeat(out: &mut dyn Write, page: &Page<'_>) -> io::Result<()> {
    let about = &page.about;
    let known = |text: &Option<String>| {
        text.as_ref()
            .map_or_else(|| "not known".to_owned(), |t| html(t))
    };
    writeln!(
        out,
        "<section class=\"prose\">\n<h2>To repeat this</h2>\n<p><code class=\"query\">{} --format html</code></p>\n<dl>\n\
         <dt>archive</dt><dd><bdi>{}</bdi>, {} uses, fingerprint <code>{}</code> (archives that hold the same have the same)</dd>\n\
         <dt>last ingest</dt><dd>{}</dd>\n<dt>cutline</dt><dd>{}</dd>\n\
         <dt>registry</dt><dd><code>{}</code>, in use in this archive since {}</dd>\n</dl>\n\
         <p>Each number can be expanded: <code>{} --list state_media</code> prints the uses behind a column, with the words that \
         each rests on.</p>\n</section>",
        html(&about.query),
        html(&about.archive),
        number(about.appearances),
        html(&about.fingerprint),
        known(&about.last_ingest),
        html(&about.cutline),
        known(&about.registry),
        known(&about.registry_since),
        html(&about.query)
    )
}
