//! Audits and exports: numbers that plain SQL comes to as well, lists behind them, pages, files for other programs.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

use crate::world::{World, pages_and_samples, project};

fn samples() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let world = World::new();
        world
            .run(&["ingest", &project("sample_media").to_string_lossy()])
            .ok(0);
        world
    })
}

/// The same counts by plain SQL over the views, for one dimension.
fn counted_by_sql(world: &World, key: &str, include_rejected: bool) -> BTreeMap<String, Vec<i64>> {
    let rejected = if include_rejected {
        "0"
    } else {
        "EXISTS (SELECT 1 FROM reviewed_flags r WHERE r.rule = 'state-sourced' AND r.subject_id = u.appearance AND r.decision = 'reject')"
    };
    let sql = format!(
        "WITH u AS (SELECT *, {rejected} AS rejected FROM uses u),
              v AS (SELECT *, level IS NOT NULL AND NOT rejected AND NOT own_page AS state,
                       kinds LIKE '%\"media\"%' AS media, level IN ('direct', 'via', 'stated') AS printed FROM u)
         SELECT coalesce(nullif({key}, ''), '-'), count(DISTINCT document), count(*), count(DISTINCT coalesce(picture, appearance)),
           sum(chain IS NOT NULL OR EXISTS (SELECT 1 FROM credit_creators k WHERE k.credit_id = v.credit_id AND k.also = 0)),
           sum(EXISTS (SELECT 1 FROM credit_parties k WHERE k.credit_id = v.credit_id AND k.party IS NULL)),
           coalesce(sum(state AND media AND printed AND confidence = 'sure' AND verified AND control = 'controlled'), 0),
           coalesce(sum(state AND media AND printed AND confidence = 'sure' AND verified AND control = 'owned'), 0),
           coalesce(sum(state AND media AND printed AND NOT (confidence = 'sure' AND verified)), 0),
           coalesce(sum(state AND media AND level = 'metadata'), 0), coalesce(sum(state AND media AND level = 'duplicate'), 0),
           coalesce(sum(state AND kinds LIKE '%\"government\"%'), 0), coalesce(sum(state AND kinds LIKE '%\"armed-group\"%'), 0),
           coalesce(sum(level IS NOT NULL AND NOT rejected AND own_page), 0)
         FROM v GROUP BY 1"
    );
    let conn = world.sql();
    let mut statement = conn.prepare(&sql).unwrap();
    let rows = statement
        .query_map([], |r| {
            let counts = (1..14).map(|at| r.get(at)).collect::<Result<_, _>>()?;
            Ok((r.get(0)?, counts))
        })
        .unwrap();
    rows.map(Result::unwrap).collect()
}

fn audited(world: &World, by: &str, more: &[&str]) -> BTreeMap<String, Vec<i64>> {
    let mut args = vec!["audit", "--by", by, "--format", "jsonl"];
    args.extend(more);
    let rows = world.run(&args).ok(0).lines();
    let counts = |row: &Value| {
        [
            "documents",
            "appearances",
            "pictures",
            "credited",
            "unknown_party",
            "state_media",
            "state_owned",
            "state_media_possible",
            "by_metadata",
            "by_duplicate",
            "government",
            "armed_group",
            "own_pages",
        ]
        .iter()
        .map(|name| row[name].as_i64().unwrap())
        .collect()
    };
    rows.iter()
        .map(|row| (row[by].as_str().unwrap().to_owned(), counts(row)))
        // Documents without pictures are in no view of uses.
        .filter(|(_, counts): &(_, Vec<i64>)| counts[1] > 0)
        .collect()
}

fn numbers_agree(world: &World) {
    for (by, key) in [
        ("outlet", "outlet"),
        ("month", "substr(published, 1, 7)"),
        ("level", "CASE WHEN NOT rejected THEN level END"),
        ("supply", "supply"),
        ("disclosure", "CASE WHEN NOT rejected THEN disclosure END"),
        ("lang", "coalesce(caption_lang, lang)"),
    ] {
        for (include, more) in [(false, &[][..]), (true, &["--include-rejected"][..])] {
            let mut sql = counted_by_sql(world, key, include);
            let mut found = audited(world, by, more);
            if by == "outlet" || by == "month" || by == "lang" {
                // Documents without pictures count where a row has them.
                for counts in sql.values_mut().chain(found.values_mut()) {
                    counts[0] = 0;
                }
            }
            assert_eq!(sql, found, "by {by}, rejected ones included: {include}");
        }
    }
}

/// Reject and confirm some findings, so that decisions are in what is compared.
fn decide(world: &World) {
    let flags = world
        .run(&["flags", "--rule", "state-sourced", "--format", "jsonl"])
        .ok(0)
        .lines();
    for (at, decision) in [(0, "--reject"), (1, "--confirm"), (2, "--reject")] {
        if let Some(flag) = flags.get(at).and_then(|f| f["flag"].as_str()) {
            world
                .run(&["review", flag, decision, "--reviewer", "Ana"])
                .ok(0);
        }
    }
}

#[test]
fn an_audits_numbers_are_those_of_plain_sql() {
    let world = World::new();
    std::fs::copy(samples().path("a.db"), world.path("a.db")).unwrap();
    numbers_agree(&world);
    decide(&world);
    numbers_agree(&world);
}

#[test]
fn an_audits_numbers_on_real_pages_are_those_of_plain_sql() {
    let Some(all) = pages_and_samples() else {
        return;
    };
    let world = World::new();
    std::fs::copy(all.path("a.db"), world.path("a.db")).unwrap();
    numbers_agree(&world);
    decide(&world);
    numbers_agree(&world);
}

#[test]
fn every_number_expands_to_its_list() {
    let world = samples();
    let rows = world
        .run(&["audit", "--by", "outlet,label", "--format", "jsonl"])
        .ok(0)
        .lines();
    let names: Vec<String> = rows[0]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, v)| v.is_u64())
        .map(|(name, _)| name.clone())
        .collect();
    assert!(names.len() > 12, "{names:?}");
    for name in names {
        let listed = world
            .run(&[
                "audit",
                "--by",
                "outlet,label",
                "--list",
                &name,
                "--format",
                "jsonl",
            ])
            .ok(0)
            .lines();
        for row in &rows {
            let mut behind: Vec<String> = listed
                .iter()
                .filter(|l| l["outlet"] == row["outlet"] && l["label"] == row["label"])
                .map(|l| {
                    if name == "documents" {
                        l["document"].to_string()
                    } else {
                        l["appearance"].to_string()
                    }
                })
                .collect();
            behind.sort();
            behind.dedup();
            assert_eq!(
                behind.len() as u64,
                row[&name].as_u64().unwrap(),
                "{name} of {row}"
            );
        }
    }
    let headline = world
        .run(&["audit", "--list", "state_media", "--format", "jsonl"])
        .ok(0)
        .lines();
    for line in &headline {
        assert!(!line["evidence"].as_array().unwrap().is_empty(), "{line}");
    }
}

#[test]
fn every_format_says_where_the_numbers_come_from() {
    let world = samples();
    let rows = world
        .run(&[
            "audit",
            "--by",
            "outlet,month",
            "--from",
            "2023",
            "--format",
            "json",
        ])
        .ok(0)
        .out;
    let rows: Vec<Value> = serde_json::from_str(&rows).unwrap();
    let about = &rows[0]["about"];
    assert_eq!(
        about["query"],
        "cutline audit --by outlet,month --from 2023"
    );
    assert_eq!(about["archive"], "a.db");
    assert_eq!(about["registry"].as_str().unwrap().len(), 64);
    assert!(about["registry_since"].as_str().unwrap().starts_with("20"));
    let csv = world
        .run(&[
            "audit",
            "--by",
            "outlet,month",
            "--from",
            "2023",
            "--format",
            "csv",
        ])
        .ok(0)
        .out;
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().unwrap().clone();
    let at = header.iter().position(|h| h == "fingerprint").unwrap();
    let first = reader.records().next().unwrap().unwrap();
    assert_eq!(&first[at], about["fingerprint"].as_str().unwrap());
    // The same archive made elsewhere in another order has the same pages under their addresses; here: made again.
    world.run(&["audit"]).ok(0);
    let again = world.run(&["audit", "--format", "json"]).ok(0).out;
    assert!(again.contains(about["fingerprint"].as_str().unwrap()));
}

#[test]
fn a_declared_sample_has_intervals_and_others_have_none() {
    let world = World::new();
    std::fs::copy(samples().path("a.db"), world.path("a.db")).unwrap();
    let first = |world: &World| {
        world
            .run(&["audit", "--by", "lang", "--format", "jsonl"])
            .ok(0)
            .lines()
            .remove(0)
    };
    assert!(first(&world)["share_low"].is_null());
    assert!(first(&world)["state_media_share"].is_number());
    let samples = project("sample_media");
    world
        .run(&[
            "ingest",
            &samples.to_string_lossy(),
            "--sample-of",
            "every tenth page of 2024",
        ])
        .ok(0);
    let row = first(&world);
    let (low, share, high) = (
        row["share_low"].as_f64().unwrap(),
        row["state_media_share"].as_f64().unwrap(),
        row["share_high"].as_f64().unwrap(),
    );
    assert!(low <= share && share < high, "{row}");
    assert_eq!(row["about"]["sample_of"], "every tenth page of 2024");
}

#[test]
fn a_page_is_whole_in_itself_and_no_name_can_break_it() {
    let world = World::new();
    let name = "<script>alert(1)</script>\u{202e}\"'&amp;<img src=x onerror=alert(2)>";
    let escaped = name
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;");
    for (n, month) in ["2024-01", "2024-02", "2024-04"].iter().enumerate() {
        let page = format!(
            "<!doctype html><html lang=\"ar\"><head><meta charset=\"utf-8\"><title>x</title>\
             <link rel=\"canonical\" href=\"https://evil.example/{n}\"><meta property=\"og:site_name\" content=\"{escaped}\">\
             <meta property=\"article:published_time\" content=\"{month}-12T08:00:00Z\"></head><body><article>\
             <figure><img src=\"https://evil.example/{n}.jpg\" alt=\"\"><figcaption>Leaders meet at the pier. (KCNA via Reuters)</figcaption></figure>\
             <p>Words about the day and what it brought to the people of the town who came to look at it.</p></article></body></html>"
        );
        world.write(&format!("in/{n}.html"), page);
    }
    world.run(&["ingest", "in"]).ok(0);
    let html = world
        .run(&["audit", "--by", "outlet", "--format", "html"])
        .ok(0)
        .out;
    assert!(html.starts_with("<!doctype html>"));
    assert!(
        html.contains("&lt;script&gt;alert(1)"),
        "the name is shown as text"
    );
    for never in [
        "<script",
        "<img",
        "onerror=alert(2)>",
        "\u{202e}",
        "http://",
        "https://",
        "url(",
        "@import",
        "<link",
    ] {
        assert!(!html.contains(never), "{never} stands in the page");
    }
    for wanted in [
        "<svg",
        "<table>",
        "<h2>Methods</h2>",
        "prefers-color-scheme: dark",
        "default-src 'none'",
    ] {
        assert!(html.contains(wanted), "{wanted} is missing");
    }
    assert!(html.contains("3 of 3"));
    world.run(&["audit", "--thumbnails"]).ok(2);
}

#[test]
fn thumbnails_are_there_only_when_asked_for() {
    let world = samples();
    let plain = world.run(&["audit", "--format", "html"]).ok(0).out;
    assert!(!plain.contains("<img"));
    let with = world
        .run(&["audit", "--format", "html", "--thumbnails"])
        .ok(0)
        .out;
    assert!(
        with.contains("<img src=\"data:image/jpeg;base64,/9j/"),
        "a JPEG"
    );
    let help = world.run(&["audit", "--help"]).ok(0).out;
    assert!(help.contains("republishes"), "the help says why: {help}");
}

#[test]
fn an_export_holds_every_row() {
    let world = samples();
    world
        .run(&["export", "--format", "jsonl", "--to", "out", "--force"])
        .ok(0);
    let lines = |name: &str| {
        let text = std::fs::read_to_string(world.path("out").join(name)).unwrap();
        text.lines()
            .map(|l| serde_json::from_str::<Value>(l).unwrap())
            .collect::<Vec<_>>()
    };
    for name in [
        "uses",
        "findings",
        "photos",
        "photo_fields",
        "picture_links",
        "inputs",
    ] {
        assert_eq!(
            lines(&format!("{name}.jsonl")).len() as i64,
            world.count(name),
            "{name}"
        );
    }
    let printed = world.run(&["export", "uses"]).ok(0).out;
    assert_eq!(
        csv::Reader::from_reader(printed.as_bytes())
            .records()
            .count() as i64,
        world.count("uses")
    );
    world.run(&["export"]).ok(2);
    world
        .run(&["export", "uses", "--format", "jsonl", "--to", "out"])
        .ok(2);
}

/// What Python prints; `None`, with a notice, where its package `duckdb` is not there.
fn duckdb(world: &World, code: &str) -> Option<String> {
    let python = Command::new("python3")
        .args(["-c", "import duckdb"])
        .output();
    if !python.is_ok_and(|ran| ran.status.success()) {
        eprintln!("notice: skipped, DuckDB for Python is not installed");
        return None;
    }
    let ran = Command::new("python3")
        .args(["-c", code])
        .current_dir(world.path("out"))
        .output()
        .unwrap();
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    Some(String::from_utf8(ran.stdout).unwrap())
}

#[test]
fn duckdb_reads_exports_back() {
    let world = World::new();
    std::fs::copy(samples().path("a.db"), world.path("a.db")).unwrap();
    decide(&world);
    let formats: &[&str] = if cfg!(feature = "parquet") {
        &["csv", "jsonl", "parquet"]
    } else {
        &["csv", "jsonl"]
    };
    for format in formats {
        world
            .run(&["export", "--format", format, "--to", "out", "--raw-csv"])
            .ok(0);
        let reader = match *format {
            "csv" => "read_csv('{0}.csv', header=true, all_varchar=true)",
            "jsonl" => "read_json('{0}.jsonl', format='newline_delimited')",
            _ => "read_parquet('{0}.parquet')",
        };
        let code = format!(
            "import duckdb, json\n\
             def of(table): return \"{reader}\".format(table)\n\
             one = lambda sql: duckdb.connect().execute(sql).fetchall()[0]\n\
             print(json.dumps([one('SELECT count(*), count(credit_line), sum(length(text)), sum(CAST(position AS INT)) FROM ' + of('uses')),\n\
               one('SELECT count(*), count(text) FROM ' + of('findings')),\n\
               one(\"SELECT count(*), count(CASE WHEN decision = 'reject' THEN 1 END) FROM \" + of('reviews'))]))"
        );
        let Some(printed) = duckdb(&world, &code) else {
            return;
        };
        let found: Value = serde_json::from_str(&printed).unwrap();
        let sql = world.sql();
        let ask = |sql_text: &str| -> i64 { sql.query_row(sql_text, [], |r| r.get(0)).unwrap() };
        let expected = serde_json::json!([
            [
                ask("SELECT count(*) FROM uses"),
                ask("SELECT count(credit_line) FROM uses"),
                ask("SELECT sum(length(text)) FROM uses"),
                ask("SELECT sum(position) FROM uses")
            ],
            [
                ask("SELECT count(*) FROM findings"),
                ask("SELECT count(text) FROM findings")
            ],
            [ask("SELECT count(*) FROM reviews"), 2],
        ]);
        assert_eq!(found, expected, "{format}");
    }
}
