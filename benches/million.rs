//! `cargo bench --bench million`: findings and audits over a million appearances, beside one full-table scan by SQLite,
//! and what re-flagging touches when one document is added.
//!
//! The archive is made of one real ingest whose rows are copied with new keys, so that rows are as wide as real ones.
//! `CUTLINE_BENCH_N` sets the number of appearances, `CUTLINE_BENCH_DB` keeps the archive for another run.

// A benchmark that cannot go on has failed, and it prints what it finds.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use cutline::archive::{Archive, FlagFilter};
use cutline::credit::CreditReader;
use cutline::error::Error;
use cutline::ingest::{Request, ingest};
use cutline::intake::Context;
use cutline::parties::{Outlets, Registry};
use cutline::read::{CatalogueOptions, Limits};
use cutline::report::audit::{self, Counter, Dimension};

fn main() {
    // `cargo test --benches` and `cargo clippy` only want it to build.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let n: i64 = std::env::var("CUTLINE_BENCH_N")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(1_000_000);
    let folder = tempfile::tempdir().unwrap();
    let db = std::env::var_os("CUTLINE_BENCH_DB")
        .map_or_else(|| folder.path().join("a.db"), PathBuf::from);
    let credits = CreditReader::new(Arc::new(Registry::builtin().unwrap())).unwrap();
    let limits = Limits::default();
    let outlets = Outlets::builtin().unwrap();
    let catalogue = CatalogueOptions::default();
    let cx = Context::new(&credits, &limits, &outlets, &catalogue);
    if !db.exists() {
        fill(&db, folder.path(), n, &cx);
    }
    println!(
        "archive of {n} appearances: {} MB",
        std::fs::metadata(&db).unwrap().len() >> 20
    );

    let by_outlet = audit::Request {
        by: vec![Dimension::Outlet],
        ..audit::Request::default()
    };
    let by_many = audit::Request {
        by: vec![Dimension::Outlet, Dimension::Month, Dimension::StateSource],
        ..audit::Request::default()
    };
    let archive = Archive::read(&db).unwrap();
    let scan = best(|| {
        scan(
            &db,
            "appearances",
            "text || coalesce(image, '') || coalesce(alt, '')",
        );
    });
    println!("full scan of appearances by SQLite: {}", ms(scan));
    for (what, request) in [
        ("audit by outlet", &by_outlet),
        ("audit by outlet, month, source", &by_many),
    ] {
        let took = best(|| {
            let mut counter = Counter::new(request);
            let what = archive
                .each_fact(&request.dimensions(), &mut |fact| counter.add(fact))
                .unwrap();
            archive
                .each_bare_document(&mut |d| counter.add_document(d))
                .unwrap();
            std::hint::black_box((counter.rows(), archive.about(what).unwrap()));
        });
        println!(
            "{what}: {} = {:.1} x the scan",
            ms(took),
            took.as_secs_f64() / scan.as_secs_f64()
        );
    }
    let flags = best(|| self::scan(&db, "flags", "evidence || summary || subject_name"));
    println!("full scan of flags by SQLite: {}", ms(flags));
    for (what, filter) in [
        ("every finding, read in order", FlagFilter::default()),
        (
            "findings of one outlet",
            FlagFilter {
                outlet: Some("Outlet 17".into()),
                ..FlagFilter::default()
            },
        ),
    ] {
        let mut count = 0_u64;
        let took = best(|| {
            count = 0;
            archive
                .each_flag(&filter, &mut |flag| {
                    count += 1;
                    std::hint::black_box(flag);
                    Ok::<(), Error>(())
                })
                .unwrap();
        });
        println!(
            "{what}: {count} in {} = {:.1} x the scan of flags, {:.1} x that of appearances",
            ms(took),
            took.as_secs_f64() / flags.as_secs_f64(),
            took.as_secs_f64() / scan.as_secs_f64()
        );
    }
    let counts = best(|| drop(archive.flag_counts(&FlagFilter::default()).unwrap()));
    println!("counts per rule: {}", ms(counts));
    drop(archive);
    one_more(&db, folder.path(), &cx);
}

/// Ingest one page, and count the rows that the archive's statements returned on the way.
fn one_more(db: &Path, folder: &Path, cx: &Context<'_>) {
    let page = folder.join("one/story.html");
    std::fs::create_dir_all(page.parent().unwrap()).unwrap();
    std::fs::write(
        &page,
        story("https://outlet-0.example/one-more", "Outlet 0", 7),
    )
    .unwrap();
    let mut archive = Archive::write(db).unwrap();
    let touched = archive.count_touched().unwrap();
    let start = Instant::now();
    let request = Request {
        paths: vec![page],
        ..Request::default()
    };
    let summary = ingest(&mut archive, &request, cx, &|_| ()).unwrap();
    let took = start.elapsed();
    let so_far = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
    let (rows, steps) = (so_far(&touched.rows), so_far(&touched.steps));
    // The summary counts the whole archive; that is no part of flagging.
    archive.counts().unwrap();
    let (of_counts, steps_of_counts) =
        (so_far(&touched.rows) - rows, so_far(&touched.steps) - steps);
    println!(
        "one document added ({} new): {} rows returned by statements, {} steps inside them; {} with the summary, whose counts over \
         the whole archive are {} rows and {} steps more",
        summary.new,
        rows - of_counts,
        steps - steps_of_counts,
        ms(took),
        of_counts,
        steps_of_counts
    );
}

fn story(url: &str, outlet: &str, day: u32) -> String {
    let figures: Vec<String> = ["KCNA via Reuters", "Ana Example/AP", "Photo: Reuters", "", "TASS"]
        .iter()
        .map(|credit| {
            format!(
                "<figure><img src=\"{url}/{day}.jpg\" alt=\"\"><figcaption>Leaders meet at the new pier in the old harbour and \
                 look at the boats that came in at noon, {day} June 2024. ({credit})</figcaption></figure>"
            )
        })
        .collect();
    let figures = figures.concat();
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Harbour opens</title><link rel=\"canonical\" href=\"{url}\">\
         <meta property=\"og:site_name\" content=\"{outlet}\"><meta property=\"article:published_time\" content=\"2024-06-{day:02}T08:00:00Z\">\
         </head><body><article><h1>Harbour opens</h1>{figures}<p>The harbour opened on Tuesday after three years of work, and the first boats \
         came in at noon.</p></article></body></html>"
    )
}

/// One real ingest, its rows copied with new keys until there are `n` appearances on pages of a thousand outlets.
fn fill(db: &Path, folder: &Path, n: i64, cx: &Context<'_>) {
    let start = Instant::now();
    for day in 1..=20 {
        let page = folder.join(format!("in/{day}.html"));
        std::fs::create_dir_all(page.parent().unwrap()).unwrap();
        std::fs::write(
            page,
            story(&format!("https://outlet-0.example/{day}"), "Outlet 0", day),
        )
        .unwrap();
    }
    let mut archive = Archive::create(db).unwrap();
    let request = Request {
        paths: vec![folder.join("in")],
        ..Request::default()
    };
    ingest(&mut archive, &request, cx, &|_| ()).unwrap();
    drop(archive);
    let conn = rusqlite::Connection::open(db).unwrap();
    let real: i64 = conn
        .query_row("SELECT count(*) FROM appearances", [], |r| r.get(0))
        .unwrap();
    // The key of copy k of a row: far apart, the same in every table.
    let copies = n / real - 1;
    let step = 4_000_000_000_000_000_000 / copies.max(1);
    let of = |id: &str| format!("((x.{id} >> 1) + k.k * {step})");
    let hex = |kind: &str, id: &str| format!("'{kind}-' || printf('%016x', {})", of(id));
    conn.execute_batch(&format!(
        "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -400000;
         BEGIN;
         CREATE TEMP TABLE k AS WITH RECURSIVE c(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM c WHERE k < {copies}) SELECT k FROM c;
         INSERT INTO outlets (id, key, name, domain) SELECT 1000 + k, 'outlet-' || k || '.example', 'Outlet ' || k, 'outlet-' || k || '.example'
           FROM k WHERE k <= 1000;
         INSERT INTO documents SELECT {document}, x.key || '?' || k.k, x.url || '?' || k.k, x.title, {outlet},
             printf('20%02d-%02d-11T08:00:00Z', 18 + k.k % 7, 1 + k.k % 12), x.modified, x.lang, x.section, x.kind, x.facts_from
           FROM k, documents x;
         INSERT INTO captures SELECT {capture}, {capture_document}, x.file_id, x.captured, x.document_credits FROM k, captures x;
         INSERT INTO appearances SELECT {own}, {own_document}, x.position, x.image, x.alt, x.text, x.credit_text, x.carrier, x.char_offset, x.lead
           FROM k, appearances x;
         INSERT INTO credits SELECT {own}, {credit_appearance}, NULL, NULL, NULL, x.carrier, x.caption, x.credit_line, x.lang, x.chain_order,
             x.confidence, x.reading, NULL FROM k, credits x;
         INSERT INTO credit_parties SELECT {party_credit}, x.also, x.seq, x.party, x.name, x.role, x.state, x.span_start, x.span_end
           FROM k, credit_parties x;
         INSERT INTO matches SELECT {match_appearance}, NULL, x.probability, x.decision, x.evidence FROM k, matches x;
         INSERT INTO origins SELECT x.subject_kind, {subject}, x.level, x.kinds, x.parties, x.control, x.evidence, x.confidence, x.disclosure,
             x.supply, x.verified, x.own_page, x.origin, {subject_case} FROM k, origins x WHERE x.subject_kind = 'appearance';
         INSERT INTO flag_uses SELECT x.sort / 100000000 * 100000000 + 99999999 - (20180011 + k.k % 7 * 10000 + (1 + k.k % 12) * 100),
             printf('%08x', k.k) || substr(x.flag, 1, 8), {use_key}, x.rule, printf('20%02d-%02d-11', 18 + k.k % 7, 1 + k.k % 12), {outlet},
             x.picture_id, x.level, x.parties, x.distributor, x.labels
           FROM k, (SELECT u.* FROM flag_uses u JOIN flags f ON f.id = u.flag WHERE f.subject_kind = 'appearance') x;
         INSERT INTO flags SELECT printf('%08x', k.k) || substr(x.id, 1, 8), x.rule, x.severity, x.confidence, x.subject_kind, {flag_case},
             x.subject_name || k.k, x.summary, x.evidence, x.kinds, {flag_case}, x.digest
           FROM k, (SELECT f.*, a.id AS appearance FROM flags f JOIN appearances a ON f.subject_id = 'app-' || printf('%016x', a.id)) x;
         INSERT INTO facts SELECT {own_document}, {fact_appearance}, {outlet}, printf('20%02d-%02d', 18 + k.k % 7, 1 + k.k % 12), x.lang,
             x.picture_id, x.level, x.confidence, x.kinds, x.parties, x.control, x.verified, x.own_page, x.disclosure, x.supply, x.distributor,
             x.labels, x.credited, x.unknown_party FROM k, facts x;
         INSERT INTO appearances_fts (rowid, caption, credit, title) SELECT {own}, x.caption, x.credit, x.title
           FROM k, (SELECT rowid AS id, * FROM appearances_fts) x;
         COMMIT; ANALYZE;",
        // Some pages are those of the outlet of the real ones.
        outlet = "CASE k.k % 1000 WHEN 17 THEN (SELECT id FROM outlets WHERE domain = 'outlet-0.example') ELSE 1001 + k.k % 1000 END",
        document = of("id"),
        capture = of("id"),
        capture_document = of("document_id"),
        own = of("id"),
        own_document = of("document_id"),
        credit_appearance = of("appearance_id"),
        party_credit = of("credit_id"),
        match_appearance = of("appearance_id"),
        subject = of("subject"),
        subject_case = hex("app", "subject"),
        flag_case = hex("app", "appearance"),
        fact_appearance = of("appearance_id"),
        use_key = of("use"),
    ))
    .unwrap();
    // As an archive is kept: with a write-ahead log.
    conn.execute_batch("PRAGMA journal_mode = WAL;").unwrap();
    println!("filled in {:.0} s", start.elapsed().as_secs_f64());
}

/// Read every row of a table with its wide columns, as `sqlite3` does; through the library where that program is missing.
fn scan(db: &Path, table: &str, words: &str) {
    let sql =
        format!("SELECT count(*) FROM {table} WHERE {words} LIKE '%no such words stand there%'");
    let ran = Command::new("sqlite3")
        .arg("-readonly")
        .arg(db)
        .arg(&sql)
        .stdout(Stdio::null())
        .status();
    if !ran.is_ok_and(|status| status.success()) {
        let conn = rusqlite::Connection::open(db).unwrap();
        let _: i64 = conn.query_row(&sql, [], |r| r.get(0)).unwrap();
    }
}

/// The best of three, the first of which warms the cache.
fn best(mut work: impl FnMut()) -> Duration {
    let times = (0..3).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed()
    });
    times.min().unwrap()
}

fn ms(time: Duration) -> String {
    format!("{:.0} ms", time.as_secs_f64() * 1e3)
}
