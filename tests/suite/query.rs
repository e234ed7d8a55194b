//! Queries against a real full-text index: nothing that a person can type may be refused by it.

use cutline::query::Query;
use proptest::prelude::*;
use rusqlite::Connection;

fn index() -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(
        "CREATE VIRTUAL TABLE words USING fts5(caption, credit, tokenize='unicode61 remove_diacritics 2');
         INSERT INTO words VALUES
           ('Kim Jong Un and Vladimir Putin shake hands', 'KCNA via Reuters'),
           ('Kim watches a missile', 'File photo: AFP'),
           ('Президент Путин', 'ТАСС');",
    )
    .unwrap();
    db
}

fn count(db: &Connection, line: &str) -> rusqlite::Result<i64> {
    let query = Query::parse(line);
    let sql = "SELECT count(*) FROM words WHERE words MATCH ?1";
    if let Some(words) = query.fts() {
        return db.query_row(sql, [words], |row| row.get(0));
    }
    let all: i64 = db.query_row("SELECT count(*) FROM words", [], |row| row.get(0))?;
    match query.excluded() {
        Some(words) => Ok(all - db.query_row(sql, [words], |row| row.get::<_, i64>(0))?),
        None => Ok(all),
    }
}

#[test]
fn words_phrases_beginnings_and_exclusions_find_what_they_say() {
    let db = index();
    for (line, expected) in [
        ("kim", 2),
        ("kim putin", 1),
        ("KIM -file", 1),
        ("\"jong un\"", 1),
        ("\"un jong\"", 0),
        ("miss*", 1),
        ("-kim", 1),
        ("путин", 1),
        ("kim -putin -missile", 0),
        ("kim -\"jong un\" label:file", 1),
        ("", 3),
    ] {
        assert_eq!(count(&db, line).unwrap(), expected, "{line}");
    }
}

#[test]
fn no_query_is_refused_by_the_index() {
    let db = index();
    let long = "kim ".repeat(3_000);
    let many = "\"".repeat(999);
    let deep = format!("{}kim{}", "(".repeat(500), ")".repeat(500));
    for line in [
        "\"",
        "\"\"",
        "\"\"\"",
        "'",
        "kim\"",
        "kim \"putin",
        "AND",
        "OR",
        "NOT",
        "NOT kim",
        "kim AND",
        "AND OR NOT",
        "kim OR",
        "NEAR",
        "NEAR(kim putin, 2)",
        "NEAR(",
        "kim NEAR/3 putin",
        "*",
        "**",
        "kim*",
        "*kim",
        "k*m",
        "^kim",
        "-",
        "--",
        "-kim",
        "- kim",
        "-\"\"",
        "kim - putin",
        "caption:kim",
        "caption:",
        ":kim",
        ":",
        "::",
        "{caption credit}:kim",
        "-{caption}:kim",
        "(",
        ")",
        "()",
        "((kim)",
        "kim)",
        "+",
        "kim + putin",
        "kim+putin",
        "kim;",
        "'; DROP TABLE words; --",
        "1' OR '1'='1",
        "%",
        "_",
        "\\",
        "\\\"",
        "kim\0putin",
        "\0",
        "\u{1b}[31m",
        "\u{202e}mik",
        "\u{feff}",
        "\u{301}",
        "kim\u{301}",
        "😀",
        "😀 kim",
        "金正恩",
        "ﷺ",
        "   ",
        "\t\n",
        "rowid:1",
        "words",
        "words MATCH kim",
        "rank",
        "date:9999999999",
        "date:..",
        "date:",
        "originator:\"",
        "originator:\"kcna",
        "originator:'",
        "level:direct OR 1=1",
        "http://example.org/?a=b&c=d#e",
        "a:b:c:d",
        "\"a\":b",
        &long,
        &many,
        &deep,
    ] {
        count(&db, line)
            .unwrap_or_else(|e| panic!("{:?}: {e}", line.chars().take(60).collect::<String>()));
    }
}

proptest! {
    #[test]
    fn whatever_is_typed_is_a_query(line in "\\PC{0,80}|[-\"*:() ^a-c+{},ANDORNT\\x00-\\x1f]{0,60}") {
        let db = index();
        prop_assert!(count(&db, &line).is_ok(), "{line:?}");
    }
}

#[test]
fn hostile_strings_of_a_folder_are_queries() {
    let Some(folder) = std::env::var_os("CUTLINE_HOSTILE") else {
        println!("skipped: CUTLINE_HOSTILE names no folder of hostile strings");
        return;
    };
    let db = index();
    let mut read = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let Ok(bytes) = std::fs::read(&path) else {
            continue;
        };
        let text = String::from_utf8_lossy(&bytes);
        for line in text.lines().chain([text.as_ref()]) {
            // JSON lines carry the query as `q`; other files are queries line by line.
            let json: Option<serde_json::Value> = serde_json::from_str(line).ok();
            let typed = json.as_ref().and_then(|v| v.get("q")?.as_str());
            let typed = typed.unwrap_or(line);
            count(&db, typed).unwrap_or_else(|e| panic!("{}: {typed:?}: {e}", path.display()));
            read += 1;
        }
    }
    assert!(read > 0);
}
