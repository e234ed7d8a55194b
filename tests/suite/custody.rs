//! The archive as a file among others: what is put beside it or in its place, what a stranger made of it, and what a
//! reader is told while it is not whole.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::world::World;

/// A page with a state-sourced picture.
fn page(credit: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Harbour</title>\
         <meta property=\"og:site_name\" content=\"The Ledger\"></head><body><article><h1>Harbour</h1><figure><img src=\"p.png\">\
         <figcaption>Boats enter the new harbour, 1 June 2024. (Photo: {credit})</figcaption></figure></article></body></html>"
    )
}

fn world() -> World {
    let world = World::new();
    world.write("in/a.html", page("KCNA via Reuters"));
    world.run(&["ingest", "in"]).ok(0);
    world
}

/// The log of a writer that was killed, kept while the archive that it belongs to is moved away.
fn with_a_log(world: &World) {
    let conn = world.sql();
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; UPDATE totals SET n = n; UPDATE roots SET given = 'other'",
    )
    .unwrap();
    let log = std::fs::read(world.path("a.db-wal")).unwrap();
    assert!(!log.is_empty());
    drop(conn);
    std::fs::write(world.path("a.db-wal"), log).unwrap();
}

#[test]
fn a_log_that_another_archive_left_is_not_laid_over_a_copy() {
    let world = world();
    world.run(&["backup", "good.db"]).ok(0);
    world.write("in/b.html", page("Reuters"));
    world.run(&["ingest", "in"]).ok(0);
    with_a_log(&world);
    std::fs::rename(world.path("a.db"), world.path("old.db")).unwrap();
    std::fs::remove_file(world.path("a.db.sha256")).unwrap();

    let refused = world.run(&["--db", "good.db", "backup", "a.db"]).ok(2);
    assert!(refused.err.contains("a.db-wal is there"), "{}", refused.err);
    assert!(!world.path("a.db").exists());

    // With `cp`, its checksum too, as the README says: the log is noticed before anything is read.
    std::fs::copy(world.path("good.db"), world.path("a.db")).unwrap();
    std::fs::copy(world.path("good.db.sha256"), world.path("a.db.sha256")).unwrap();
    for command in [&["flags"][..], &["ingest", "in"], &["verify"]] {
        let refused = world.run(command).ok(2);
        assert!(
            refused.err.contains("a.db-wal beside it"),
            "{}",
            refused.err
        );
    }
    std::fs::remove_file(world.path("a.db-wal")).unwrap();
    world.run(&["verify", "--no-files"]).ok(0);
    world.run(&["ingest", "in"]).ok(0);
}

#[test]
fn a_log_of_a_killed_run_is_read() {
    let world = world();
    with_a_log(&world);
    // Another program wrote, and left cutline's checksum where it was.
    world.run(&["flags"]).ok(0);
    // A commit of cutline takes it away first.
    std::fs::remove_file(world.path("a.db.sha256")).unwrap();
    world.run(&["flags"]).ok(0);
    world.run(&["ingest", "in"]).ok(0);
}

#[test]
fn who_asks_while_it_is_not_whole_is_told_so() {
    let world = world();
    let gate = ["flags", "--fail-on", "state-sourced"];
    world.run(&gate).ok(1);
    // What a rederive that was cut short leaves.
    let conn = world.sql();
    conn.execute_batch("DELETE FROM flags").unwrap();
    conn.execute_batch("INSERT INTO pending (stage, subject) SELECT 'document', id FROM documents")
        .unwrap();
    drop(conn);
    for command in [&gate[..], &["audit"], &["export", "findings"]] {
        let said = world.run(command).ok(3);
        assert!(said.err.contains("not wholly derived"), "{}", said.err);
    }
    world.run(&["ingest", "in"]).ok(0);
    world.run(&gate).ok(1);
    assert_eq!(world.run(&["audit"]).ok(0).err, "");
}

#[test]
fn a_reader_that_closes_the_pipe_does_not_change_the_answer() {
    let world = world();
    for command in [
        &["flags", "--fail-on", "state-sourced"][..],
        &["flags", "--fail-on", "state-sourced", "--format", "jsonl"],
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_cutline"))
            .args(command)
            .current_dir(world.path(""))
            .env("CUTLINE_DB", "a.db")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        assert_eq!(child.wait().unwrap().code(), Some(1), "{command:?}");
    }
}

#[test]
fn two_backups_under_one_name_are_one_backup() {
    let world = world();
    for round in 0..8 {
        let name = format!("b{round}.db");
        let children: Vec<_> = (0..3)
            .map(|_| world.start("a.db", &["backup", &name]))
            .collect();
        let made = children
            .into_iter()
            .map(|mut child| child.wait().unwrap())
            .filter(std::process::ExitStatus::success)
            .count();
        assert_eq!(made, 1);
        let said = world.run(&["--db", &name, "verify", "--no-files"]).ok(0);
        assert!(said.out.contains("every bit"), "{}", said.out);
    }
    world.write("k.db-unfinished", "somebody's work");
    let refused = world.run(&["backup", "k.db"]).ok(2);
    assert!(refused.err.contains("is another file"), "{}", refused.err);
    let kept = std::fs::read_to_string(world.path("k.db-unfinished")).unwrap();
    assert_eq!(kept, "somebody's work");
}

#[cfg(unix)]
#[test]
fn a_link_to_an_archive_is_that_archive() {
    let world = world();
    std::os::unix::fs::symlink("a.db", world.path("link.db")).unwrap();
    world.write("in/b.html", page("Reuters"));
    world.run(&["--db", "link.db", "ingest", "in"]).ok(0);
    assert!(!world.path("link.db.sha256").exists());
    for name in ["a.db", "link.db"] {
        let said = world.run(&["--db", name, "verify"]).ok(0);
        assert!(said.out.contains("every bit"), "{}", said.out);
    }
}

#[cfg(unix)]
#[test]
fn an_archive_with_two_names_is_read_and_not_written() {
    let world = world();
    std::fs::hard_link(world.path("a.db"), world.path("b.db")).unwrap();
    for name in ["a.db", "b.db"] {
        world.run(&["--db", name, "flags"]).ok(0);
        for command in [&["ingest", "in"][..], &["rederive"]] {
            let refused = world.run(&[&["--db", name], command].concat()).ok(2);
            assert!(refused.err.contains("2 names"), "{}", refused.err);
        }
    }
    world.run(&["backup", "c.db"]).ok(0);
    world.run(&["--db", "c.db", "ingest", "in"]).ok(0);
}

#[test]
fn names_that_sqlite_would_read_otherwise_are_names() {
    let world = world();
    world.write("other.db", "not to be touched");
    let names: &[&str] = if cfg!(unix) {
        &[
            "file:other.db",
            "file:other.db?v=1",
            ":memory:",
            "a b%41#.db",
        ]
    } else {
        &["a b%41#.db"]
    };
    for name in names {
        world.run(&["backup", name]).ok(0);
        assert!(world.path(name).is_file(), "{name}");
        world.run(&["--db", name, "verify", "--no-files"]).ok(0);
        world.run(&["--db", name, "rederive"]).ok(0);
    }
    let other = std::fs::read_to_string(world.path("other.db")).unwrap();
    assert_eq!(other, "not to be touched");
}

#[test]
fn a_checksum_that_is_damaged_itself_is_no_missing_one() {
    let world = world();
    let path = world.path("a.db.sha256");
    let seal = std::fs::read(&path).unwrap();
    let mut flipped = seal.clone();
    flipped[0] ^= 0x80;
    std::fs::write(&path, flipped).unwrap();
    let said = world.run(&["verify"]).ok(1);
    assert!(said.out.contains("seal"), "{}", said.out);
    // `sha256sum -c` takes it as well.
    std::fs::write(&path, String::from_utf8(seal).unwrap().to_uppercase()).unwrap();
    world.run(&["verify"]).ok(0);
}

#[test]
fn codes_and_samples_leave_a_checksum() {
    let world = world();
    let seal = world.path("a.db.sha256");
    let drawn = world
        .run(&[
            "review", "--sample", "1", "--coder", "Ana", "--format", "csv",
        ])
        .ok(0)
        .out;
    assert!(seal.exists());
    let mut rows = csv::Reader::from_reader(drawn.as_bytes());
    let at = rows.headers().unwrap().iter().position(|h| h == "code");
    let mut coded = csv::Writer::from_writer(Vec::new());
    coded.write_record(rows.headers().unwrap()).unwrap();
    for row in rows.records() {
        let row = row.unwrap();
        let cells = row.iter().enumerate();
        coded
            .write_record(cells.map(|(n, cell)| if Some(n) == at { "media" } else { cell }))
            .unwrap();
    }
    world.write("codes.csv", coded.into_inner().unwrap());
    world.run(&["review", "--codings", "codes.csv"]).ok(0);
    assert!(seal.exists());
    world.run(&["verify"]).ok(0);
}

/// What a stranger put into an archive of some version.
fn altered(world: &World, name: &str, sql: &str) {
    std::fs::copy(world.path("a.db"), world.path(name)).unwrap();
    let conn = rusqlite::Connection::open(world.path(name)).unwrap();
    conn.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false)
        .unwrap();
    conn.execute_batch(sql).unwrap();
}

#[test]
fn nothing_that_a_stranger_put_into_an_archive_is_run() {
    let world = world();
    // A trigger whose name only looks like one of SQLite's own.
    altered(
        &world,
        "named.db",
        "CREATE TRIGGER t AFTER INSERT ON reviews BEGIN DELETE FROM flags; END;
         PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET name = 'sqlite_t', sql = replace(sql, 'TRIGGER t', 'TRIGGER sqlite_t') WHERE name = 't';
         PRAGMA writable_schema = RESET",
    );
    // An older version is compared with what that version was.
    altered(
        &world,
        "older.db",
        "CREATE TRIGGER t AFTER INSERT ON reviews BEGIN DELETE FROM flags; END; PRAGMA user_version = 10",
    );
    let folder = world.path("endless.db");
    let conn = rusqlite::Connection::open(folder).unwrap();
    conn.execute_batch(&format!(
        "PRAGMA application_id = {}; PRAGMA user_version = 9;
         CREATE VIEW files AS WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT x AS id, 'ok' AS status FROM r;
         CREATE TABLE totals (name PRIMARY KEY, n); CREATE TABLE photos (id, pdq, hash_path)",
        cutline::archive::APPLICATION_ID
    ))
    .unwrap();
    drop(conn);
    for name in ["named.db", "older.db", "endless.db"] {
        for command in [
            &["flags"][..],
            &["rederive"],
            &["ingest", "in"],
            &["review", "--history"],
        ] {
            let refused = world.run(&[&["--db", name], command].concat()).ok(2);
            assert!(
                refused.err.contains("foreign")
                    || refused.err.contains("missing or altered")
                    || refused.err.contains("an older cutline made it"),
                "{name} {command:?}: {}",
                refused.err
            );
        }
    }
}

#[test]
fn two_folders_never_share_one_name() {
    let world = World::new();
    world.write("disk1/a.html", page("KCNA"));
    world.write("disk2/a.html", page("Reuters"));
    let both = ["ingest", "--root", "A=disk1", "--root", "A=disk2"];
    let refused = world.run(&both).ok(2);
    assert!(
        refused.err.contains("already stands for"),
        "{}",
        refused.err
    );
    world
        .run(&["ingest", "--root", "A=disk1", "--root", "A=disk1"])
        .ok(0);
    // A folder inside the one that is known by that name is not that folder moved.
    world.write("disk1/sub/b.html", page("Reuters"));
    let refused = world.run(&["ingest", "--root", "A=disk1/sub"]).ok(2);
    assert!(refused.err.contains("still there"), "{}", refused.err);
    // One that was mounted elsewhere is.
    std::fs::rename(world.path("disk1"), world.path("mounted")).unwrap();
    world.run(&["ingest", "--root", "A=mounted"]).ok(0);
    assert_eq!(world.count("inputs"), 2);
}

#[test]
fn a_folder_that_can_be_listed_again_is_no_problem_any_more() {
    let world = world();
    // As a folder stands that could not be listed; one that cannot be listed is not to be made where all may be read.
    let conn = world.sql();
    let root: i64 = conn
        .query_row("SELECT id FROM roots", [], |r| r.get(0))
        .unwrap();
    for path in ["sub", "gone", "in"] {
        conn.execute(
            "INSERT INTO files (id, root_id, path, folder, kind, size, mtime_ns, status, reason, problem)
             VALUES (?1, ?2, ?3, '', 'unknown', 0, 0, 'failed', 'unreadable', 'cannot read this folder')",
            (cutline::archive::Archive::file_key(root, path), root, path),
        )
        .unwrap();
    }
    drop(conn);
    world.write("in/sub/b.html", page("Reuters"));
    world.run(&["ingest", "in"]).ok(0);
    let mut left: Vec<String> = Vec::new();
    let conn = world.sql();
    let mut statement = conn
        .prepare("SELECT path FROM files WHERE kind = 'unknown'")
        .unwrap();
    let rows = statement.query_map([], |r| r.get(0)).unwrap();
    left.extend(rows.map(Result::unwrap));
    assert_eq!(left, ["gone"], "what is not there is not known to be well");
}

#[test]
fn a_confirmed_correction_stays() {
    let world = world();
    let appearance: String = world
        .sql()
        .query_row("SELECT appearance FROM uses", [], |r| r.get(0))
        .unwrap();
    let review = |args: &[&str]| {
        world.run(&[&["review", &appearance], args].concat()).ok(0);
    };
    let credit = || -> String {
        world
            .sql()
            .query_row("SELECT credit_line FROM uses", [], |r| r.get(0))
            .unwrap()
    };
    review(&["--correct", "AP Photo/Ana Example", "--reviewer", "Ana"]);
    assert_eq!(credit(), "AP Photo/Ana Example");
    review(&["--confirm", "--reviewer", "Ben"]);
    world.run(&["rederive"]).ok(0);
    assert_eq!(credit(), "AP Photo/Ana Example");
    review(&["--undo", "--reviewer", "Ben"]);
    assert_eq!(credit(), "AP Photo/Ana Example", "Ana's stands again");
    review(&["--undo", "--reviewer", "Ben"]);
    assert_eq!(credit(), "Photo: KCNA via Reuters");
}

#[test]
fn an_archive_that_was_replaced_meanwhile_is_not_blessed() {
    let world = world();
    let archive = cutline::archive::Archive::write(&world.path("a.db")).unwrap();
    std::fs::rename(world.path("a.db"), world.path("moved.db")).unwrap();
    let refused = archive.seal().unwrap_err().to_string();
    assert!(refused.contains("moved, removed or replaced"), "{refused}");
    std::fs::write(world.path("a.db"), "something else").unwrap();
    let _ = std::fs::remove_file(world.path("a.db.sha256"));
    assert!(archive.seal().is_err());
    assert!(!Path::new(&world.path("a.db.sha256")).exists());
}

#[test]
fn a_root_that_is_suddenly_empty_keeps_what_is_known() {
    let world = world();
    world.picture("in/a_files/p.png", 1);
    world.run(&["ingest", "in"]).ok(0);
    let before = world.dump();
    std::fs::remove_dir_all(world.path("in")).unwrap();
    std::fs::create_dir(world.path("in")).unwrap();
    let said = world.run(&["ingest", "in"]).ok(0);
    assert!(said.out.contains("is the volume mounted?"), "{}", said.out);
    assert!(before == world.dump());
}

#[test]
fn the_latest_wording_counts_in_whatever_order_captures_come() {
    // One page in many captures, in one web archive each time in another order.
    let capture = |n: usize| {
        let wording = ["Boats enter.", "Boats enter the harbour.", "Nets dry."][n % 3];
        let html = format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Harbour</title></head><body><article>\
             <h1>Harbour</h1><figure><img src=\"/p.png\"><figcaption>{wording} (Photo: Ana {n}/Reuters)</figcaption></figure>\
             </article></body></html>"
        );
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n{html}",
            html.len()
        );
        format!(
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{n:08}-0000-4000-8000-000000000000>\r\n\
             WARC-Date: 2024-01-{:02}T00:00:00Z\r\nWARC-Target-URI: https://ledger.example/a\r\n\
             Content-Type: application/http; msgtype=response\r\nContent-Length: {}\r\n\r\n{answer}\r\n\r\n",
            n + 1,
            answer.len()
        )
    };
    let ways: [Vec<usize>; 3] = [
        (0..25).collect(),
        (0..25).rev().collect(),
        (0..25).map(|n| n * 7 % 25).collect(),
    ];
    let mut found = Vec::new();
    for way in ways {
        let world = World::new();
        let records: String = way.into_iter().map(capture).collect();
        world.write("in/a.warc", records);
        world.run(&["ingest", "in"]).ok(0);
        let conn = world.sql();
        let mut rows = conn
            .prepare("SELECT text, credit_line FROM uses ORDER BY 1")
            .unwrap();
        let uses: Vec<(String, Option<String>)> = rows
            .query_map([], |r| Ok((r.get(0)?, r.get(1)?)))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        assert_eq!(world.count("captures"), 25);
        found.push(uses);
    }
    assert_eq!(found[0].len(), 1);
    assert!(found[0][0].0.contains("Ana 24/Reuters"), "{:?}", found[0]);
    assert!(found.iter().all(|uses| *uses == found[0]), "{found:?}");
}
