//! Faults of machines: a kill at any moment, a disk that fills up, bits that flip, an archive of an older version, many at
//! once. Everyday runs try a few moments of each; `CUTLINE_FAULTS=200 cargo test --release --test suite faults` tries so
//! many.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use crate::world::{Random, World};

/// How often a fault is tried: `few` times, or as often as the environment asks.
fn times(few: u32) -> u32 {
    std::env::var("CUTLINE_FAULTS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(few)
}

/// A newsroom whose pages share pictures, with a sidecar: every table gets rows.
fn newsroom() -> World {
    let world = World::new();
    for story in 0..6 {
        world.picture(&format!("in/s{story}_files/p.png"), 1 + story % 4);
        let credit = ["KCNA via Reuters", "Reuters", "Ana Example/AP", ""][story as usize % 4];
        world.write(
            &format!("in/s{story}.html"),
            format!(
                "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Harbour {story}</title>\
                 <link rel=\"canonical\" href=\"https://ledger.example/{story}\"><meta property=\"og:site_name\" content=\"The Ledger\">\
                 <meta property=\"article:published_time\" content=\"2024-06-1{story}T08:00:00Z\"></head><body><article><h1>Harbour</h1>\
                 <figure><img src=\"s{story}_files/p.png\" alt=\"\"><figcaption>Boats enter the new harbour, 1{story} June 2024. \
                 (Photo: {credit})</figcaption></figure><p>The harbour opened on Tuesday after three years of work, and the first \
                 boats came in at noon.</p></article></body></html>"
            ),
        );
    }
    world.write(
        "in/s0_files/p.png.xmp",
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description xmlns:photoshop=\"http://ns.adobe.com/photoshop/1.0/\" photoshop:Credit=\"KCNA via REUTERS\" \
         photoshop:Instructions=\"NO ARCHIVES\"/></rdf:RDF></x:xmpmeta>",
    );
    world
}

/// The whole job on `archive`; how long it took.
fn undisturbed(world: &World, archive: &str) -> Duration {
    let begun = Instant::now();
    world.run(&["--db", archive, "ingest", "in"]).ok(0);
    begun.elapsed()
}

/// Run a command and kill it after a part of the time that it takes; whether it was done before.
fn kill_after(world: &World, archive: &str, args: &[&str], after: Duration) -> bool {
    let mut child = world.start(archive, args);
    std::thread::sleep(after);
    let done = child.try_wait().unwrap().is_some_and(|s| s.success());
    child.kill().unwrap();
    child.wait().unwrap();
    done
}

fn column(conn: &Connection, sql: &str) -> Vec<String> {
    let mut statement = conn.prepare(sql).unwrap();
    let rows = statement.query_map([], |r| r.get::<_, String>(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

/// SQLite finds nothing wrong.
fn is_sound(world: &World, archive: &str) {
    let conn = Connection::open(world.path(archive)).unwrap();
    assert_eq!(column(&conn, "PRAGMA integrity_check"), ["ok"]);
    assert_eq!(
        column(&conn, "SELECT \"table\" FROM pragma_foreign_key_check"),
        Vec::<String>::new()
    );
}

/// What belongs together in an archive, one line each: a part of them may be missing, none may be halved.
fn wholes(world: &World, archive: &str) -> BTreeSet<String> {
    let conn = Connection::open(world.path(archive)).unwrap();
    let mut all = BTreeSet::new();
    for sql in [
        "SELECT 'document ' || d.id || ' ' || (SELECT count(*) FROM appearances a WHERE a.document_id = d.id) || ' ' ||
           (SELECT count(*) FROM captures c WHERE c.document_id = d.id) FROM documents d",
        "SELECT 'appearance ' || a.id || ' ' || text || (SELECT count(*) FROM credits c WHERE c.appearance_id = a.id)
           FROM appearances a",
        "SELECT 'photo ' || p.id || ' ' || (SELECT count(*) FROM metadata m WHERE m.photo_id = p.id) FROM photos p",
        "SELECT 'file ' || f.id || ' ' || coalesce(sha256, '') || status ||
           (SELECT count(*) FROM metadata m WHERE m.file_id = f.id) FROM files f",
    ] {
        all.extend(column(&conn, sql));
    }
    all
}

#[test]
fn a_kill_at_any_moment_of_an_ingest_loses_nothing() {
    let world = newsroom();
    let takes = undisturbed(&world, "u.db");
    let (wanted, whole) = (world.dump_of("u.db"), wholes(&world, "u.db"));
    let mut random = Random(11);
    for n in 0..times(4) {
        let archive = format!("k{n}.db");
        let mut kills = 0;
        // One kill, or several in a row, the later ones of what the earlier left.
        while kills <= n % 3 {
            kills += 1;
            kill_after(
                &world,
                &archive,
                &["ingest", "in"],
                takes.mul_f64(random.part()),
            );
            if !world.path(&archive).exists() {
                continue;
            }
            is_sound(&world, &archive);
            let made = Connection::open(world.path(&archive)).unwrap();
            if !column(&made, "SELECT name FROM sqlite_schema WHERE name = 'files'").is_empty() {
                let left = wholes(&world, &archive);
                let halved: Vec<_> = left.difference(&whole).collect();
                assert!(halved.is_empty(), "kill {n}: {halved:?}");
            }
        }
        world.run(&["--db", &archive, "ingest", "in"]).ok(0);
        assert!(
            wanted == world.dump_of(&archive),
            "kill {n}: not the content of an undisturbed run"
        );
        is_sound(&world, &archive);
    }
}

#[test]
fn a_kill_at_any_moment_of_a_review_loses_no_decision() {
    let world = newsroom();
    undisturbed(&world, "a.db");
    let flags = world
        .run(&["flags", "--severity", "info", "--format", "jsonl"])
        .ok(0)
        .lines();
    let flag = flags[0]["flag"].as_str().unwrap().to_owned();
    let match_ = world.run(&["matches", "--format", "jsonl"]).ok(0).lines();
    let use_ = match_[0]["appearance"].as_str().unwrap().to_owned();
    let mut acknowledged = BTreeSet::new();
    let mut random = Random(23);
    let begun = Instant::now();
    let mut decide = |n: u32, after: Option<Duration>| {
        let why = format!("decision {n}");
        let args = if n.is_multiple_of(2) {
            [
                "review",
                &flag,
                "--confirm",
                "--reviewer",
                "ana",
                "--why",
                &why,
            ]
            .to_vec()
        } else {
            [
                "review",
                &use_,
                "--correct",
                "KCNA via Reuters",
                "--reviewer",
                "ana",
                "--why",
                &why,
            ]
            .to_vec()
        };
        let done = match after {
            Some(after) => kill_after(&world, "a.db", &args, after),
            None => world.run(&args).ok(0).code == 0,
        };
        if done {
            acknowledged.insert(why);
        }
    };
    decide(0, None);
    let takes = begun.elapsed();
    for n in 1..=times(4) {
        decide(n, Some(takes.mul_f64(random.part() * 1.5)));
        is_sound(&world, "a.db");
    }
    let kept: BTreeSet<String> = column(&world.sql(), "SELECT why FROM reviews")
        .into_iter()
        .collect();
    assert!(acknowledged.is_subset(&kept), "{acknowledged:?} {kept:?}");
    // What a killed decision left to be derived is derived by whoever comes next.
    world.run(&["ingest", "in"]).ok(0);
    let after = world.dump();
    world.run(&["rederive"]).ok(0);
    assert!(
        after == world.dump(),
        "findings are those of a full rebuild"
    );
}

/// The archive as a cutline of an older schema version has it: its tables, with what it knew of their rows.
fn older(world: &World, version: usize, name: &str) {
    let folder = crate::world::project("schema/migrations");
    let mut migrations: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    migrations.sort();
    let conn = Connection::open(world.path(name)).unwrap();
    for path in migrations.iter().take(version) {
        conn.execute_batch(&std::fs::read_to_string(path).unwrap())
            .unwrap();
    }
    conn.execute("ATTACH ?1 AS now", [world.path("a.db").to_string_lossy()])
        .unwrap();
    conn.execute_batch("PRAGMA foreign_keys = OFF; BEGIN")
        .unwrap();
    // `totals` counts the rows as they come.
    let tables = column(
        &conn,
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'totals' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '%\\_fts\\_%' ESCAPE '\\'",
    );
    for table in tables {
        let columns = column(
            &conn,
            &format!(
                "SELECT name FROM pragma_table_info('{table}', 'main') INTERSECT
                 SELECT name FROM pragma_table_info('{table}', 'now')"
            ),
        );
        let list = columns.join(", ");
        let rowid = if table.ends_with("_fts") {
            "rowid, "
        } else {
            ""
        };
        conn.execute_batch(&format!(
            "INSERT INTO main.{table} ({rowid}{list}) SELECT {rowid}{list} FROM now.{table}"
        ))
        .unwrap();
    }
    conn.execute_batch(&format!(
        "COMMIT; DETACH now; PRAGMA application_id = {}; PRAGMA user_version = {version}; PRAGMA journal_mode = WAL",
        cutline::archive::APPLICATION_ID
    ))
    .unwrap();
}

#[test]
fn every_older_version_is_brought_up_to_date_with_what_is_in_it() {
    let world = newsroom();
    undisturbed(&world, "a.db");
    let wanted = world.dump();
    let newest = cutline::archive::SCHEMA_VERSION as usize;
    for version in 1..newest {
        let name = format!("v{version}.db");
        older(&world, version, &name);
        let refused = world.run(&["--db", &name, "flags"]).ok(2);
        assert!(refused.err.contains("rederive"), "{}", refused.err);
        world.run(&["--db", &name, "rederive"]).ok(0);
        is_sound(&world, &name);
        world.run(&["--db", &name, "verify"]).ok(0);
        // What the older version did not store is read again from the files.
        world
            .run(&["--db", &name, "ingest", "--reread", "in"])
            .ok(0);
        let got = world.dump_of(&name);
        let missing: Vec<_> = wanted.iter().filter(|l| !got.contains(l)).take(3).collect();
        let more: Vec<_> = got.iter().filter(|l| !wanted.contains(l)).take(3).collect();
        assert!(
            got == wanted,
            "version {version}: missing {missing:#?}, more {more:#?}"
        );
    }
}

#[test]
fn a_kill_at_any_moment_of_an_upgrade_leaves_the_old_archive_or_the_new_one() {
    let world = newsroom();
    undisturbed(&world, "a.db");
    older(&world, 2, "old.db");
    let copy = |to: &str| {
        std::fs::copy(world.path("old.db"), world.path(to)).unwrap();
    };
    copy("u.db");
    let begun = Instant::now();
    world.run(&["--db", "u.db", "rederive"]).ok(0);
    let takes = begun.elapsed();
    let wanted = world.dump_of("u.db");
    let mut random = Random(37);
    for n in 0..times(3) {
        let archive = format!("m{n}.db");
        copy(&archive);
        kill_after(
            &world,
            &archive,
            &["rederive"],
            takes.mul_f64(random.part()),
        );
        is_sound(&world, &archive);
        world.run(&["--db", &archive, "rederive"]).ok(0);
        assert!(wanted == world.dump_of(&archive), "kill {n}");
    }
}

#[test]
fn a_full_disk_is_said_to_be_full_and_the_run_goes_on_where_it_was() {
    let world = newsroom();
    undisturbed(&world, "u.db");
    let wanted = world.dump_of("u.db");
    let size = std::fs::metadata(world.path("u.db")).unwrap().len() / 1024;
    let sizes = u64::from(times(3).min(20));
    let mut filled = 0;
    for n in 1..=sizes {
        // From a few pages to what the whole archive with its log takes.
        let kilobytes = (size * 2 * n / sizes).max(16);
        let kept = format!("kept{n}");
        std::fs::create_dir_all(world.path(&kept)).unwrap();
        std::fs::create_dir_all(world.path("full")).unwrap();
        let script = format!(
            "mount -t tmpfs -o size={kilobytes}k tmpfs full || exit 99; \"$0\" --db full/a.db ingest in; code=$?; \
             cp full/* {kept}/ 2>/dev/null; exit $code"
        );
        let ran = Command::new("unshare")
            .args(["-rm", "sh", "-c", &script, env!("CARGO_BIN_EXE_cutline")])
            .current_dir(world.path(""))
            .output();
        let Ok(ran) = ran else {
            eprintln!("notice: skipped, unshare is not installed");
            return;
        };
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        match ran.status.code() {
            Some(0) => {}
            Some(2) if said.starts_with("cutline: ") => {
                filled += 1;
                assert!(said.contains("full") && said.lines().count() == 1, "{said}");
            }
            Some(99 | 1) => {
                eprintln!("notice: skipped, no small disk can be made here: {said}");
                return;
            }
            other => panic!("{other:?} {said}"),
        }
        let archive = format!("{kept}/a.db");
        if world.path(&archive).exists() {
            is_sound(&world, &archive);
        }
        world.run(&["--db", &archive, "ingest", "in"]).ok(0);
        assert!(wanted == world.dump_of(&archive), "{kilobytes} KB");
    }
    assert!(filled > 0, "no size was too small");
}

#[test]
fn many_at_once_lose_nothing_and_see_no_lock() {
    let world = newsroom();
    undisturbed(&world, "u.db");
    let wanted = world.dump_of("u.db");
    let until = Instant::now() + Duration::from_secs(if times(0) > 0 { 60 } else { 2 });
    let world = &world;
    std::thread::scope(|scope| {
        for n in 0..4 {
            scope.spawn(move || {
                loop {
                    let reread: &[&str] = if n % 2 == 0 { &["--reread"] } else { &[] };
                    let ran = world.run(&[&["ingest", "in"], reread].concat());
                    assert_eq!(ran.code, 0, "{}", ran.err);
                    if Instant::now() > until {
                        break;
                    }
                }
            });
        }
        for n in 0..8 {
            scope.spawn(move || {
                while !world.path("a.db").exists() {
                    std::thread::sleep(Duration::from_millis(20));
                }
                loop {
                    let command = [
                        &["flags"][..],
                        &["search", "harbour"],
                        &["pictures"],
                        &["audit"],
                    ][n % 4];
                    let ran = world.run(command);
                    // Between the making of the file and its first commit.
                    let young = ran.code == 2 && ran.err.contains("there is nothing in it yet");
                    // Numbers are not final while somebody ingests, and said to be so.
                    let early = ran.code == 3 && ran.err.contains("not wholly derived");
                    assert!(ran.code == 0 || young || early, "{command:?}: {}", ran.err);
                    assert!(!ran.err.contains("locked"), "{}", ran.err);
                    if Instant::now() > until {
                        break;
                    }
                }
            });
        }
    });
    is_sound(world, "a.db");
    world.run(&["ingest", "in"]).ok(0);
    assert!(wanted == world.dump(), "the content of one undisturbed run");
}

#[test]
fn every_flipped_bit_is_found() {
    let world = newsroom();
    undisturbed(&world, "a.db");
    let said = world.run(&["verify"]).ok(0).out;
    assert!(said.contains("every bit"), "{said}");
    let whole = std::fs::read(world.path("a.db")).unwrap();
    let mut random = Random(41);
    for n in 0..times(12) {
        let (at, bit) = (random.below(whole.len()), random.below(8));
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << bit;
        std::fs::write(world.path("a.db"), bytes).unwrap();
        let ran = world.run(&["verify"]);
        assert!(
            [1, 2].contains(&ran.code),
            "flip {n}, byte {at} bit {bit}: {} {}",
            ran.code,
            ran.out
        );
    }
    std::fs::write(world.path("a.db"), whole).unwrap();
    world.run(&["verify"]).ok(0);
}

#[test]
fn a_seal_is_broken_by_every_write_and_left_by_every_command_that_writes() {
    let world = newsroom();
    undisturbed(&world, "a.db");
    let seal = cutline::archive::seal_path(&world.path("a.db"));
    let first = std::fs::read_to_string(&seal).unwrap();
    assert!(first.ends_with("  a.db\n"), "{first}");
    let flags = world
        .run(&["flags", "--severity", "info", "--format", "jsonl"])
        .ok(0)
        .lines();
    world
        .run(&[
            "review",
            flags[0]["flag"].as_str().unwrap(),
            "--confirm",
            "--reviewer",
            "ana",
        ])
        .ok(0);
    let second = std::fs::read_to_string(&seal).unwrap();
    assert_ne!(first, second);
    world.run(&["verify"]).ok(0);
    // Another program that writes is no cutline: its write shows.
    world
        .sql()
        .execute_batch("UPDATE meta SET value = value || ' ' WHERE key = 'registry_digest'")
        .unwrap();
    let ran = world.run(&["verify"]);
    assert_eq!(ran.code, 1, "{}", ran.out);
}

#[test]
fn an_ingest_that_finds_nothing_new_leaves_the_archive_and_its_seal() {
    let world = newsroom();
    undisturbed(&world, "a.db");
    let seal = cutline::archive::seal_path(&world.path("a.db"));
    // A seal that cannot be a new one: nobody computes this digest.
    let name = "0".repeat(64) + "  a.db\n";
    let (whole, old) = (
        std::fs::read(world.path("a.db")).unwrap(),
        std::fs::read_to_string(&seal).unwrap(),
    );
    std::fs::write(&seal, &name).unwrap();
    let said = world.run(&["ingest", "in"]).ok(0).out;
    assert!(said.contains("0 new, 0 changed"), "{said}");
    assert_eq!(std::fs::read_to_string(&seal).unwrap(), name);
    assert!(std::fs::read(world.path("a.db")).unwrap() == whole);
    // A seal that is gone is left again, and one that a write took away is another one.
    std::fs::remove_file(&seal).unwrap();
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(std::fs::read_to_string(&seal).unwrap(), old);
    world.write("in/new.txt", "Boats in the harbour. (Photo: AP)\n");
    world.run(&["ingest", "in"]).ok(0);
    assert_ne!(std::fs::read_to_string(&seal).unwrap(), old);
    world.run(&["verify"]).ok(0);
    // A run that was killed has a row without an end: the next run has one with it, whatever it finds.
    world
        .sql()
        .execute_batch("UPDATE runs SET finished = NULL")
        .unwrap();
    world.run(&["ingest", "in"]).ok(0);
    let last = "SELECT finished FROM runs ORDER BY id DESC LIMIT 1";
    let finished: Option<String> = world.sql().query_row(last, [], |r| r.get(0)).unwrap();
    assert!(finished.is_some());
}

#[test]
fn a_photo_that_changed_on_disk_is_found() {
    let world = newsroom();
    undisturbed(&world, "a.db");
    let path = world.path("in/s1_files/p.png");
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let ran = world.run(&["verify", "--format", "jsonl"]).ok(1).lines();
    assert_eq!(ran.len(), 1, "{ran:?}");
    assert_eq!(ran[0]["kind"], "changed");
}

#[test]
fn a_backup_during_an_ingest_is_whole_and_can_take_the_archive_s_place() {
    let world = newsroom();
    undisturbed(&world, "u.db");
    let mut ingest = world.start("a.db", &["ingest", "in"]);
    let mut copies = 0;
    while ingest.try_wait().unwrap().is_none() && copies < 3 {
        let name = format!("copy{copies}.db");
        if world.run(&["backup", &name]).code == 0 {
            is_sound(&world, &name);
            world.run(&["--db", &name, "verify", "--no-files", "--format", "jsonl"]);
            copies += 1;
        }
    }
    ingest.wait().unwrap();
    world.run(&["backup", "last.db"]).ok(0);
    world.run(&["backup", "last.db"]).ok(2);
    world.run(&["--db", "last.db", "verify"]).ok(0);
    assert!(!world.path("last.db-unfinished").exists());
    for name in (0..copies)
        .map(|n| format!("copy{n}.db"))
        .chain(["last.db".to_owned()])
    {
        for ending in ["", "-wal", "-shm", ".sha256"] {
            let _ = std::fs::remove_file(world.path(&format!("a.db{ending}")));
        }
        std::fs::copy(world.path(&name), world.path("a.db")).unwrap();
        world.run(&["ingest", "in"]).ok(0);
        assert!(
            world.dump_of("u.db") == world.dump(),
            "restored from {name}"
        );
    }
}

#[test]
fn originals_are_never_written() {
    let world = newsroom();
    let before = stamps(&world.path("in"));
    world.run(&["ingest", "in"]).ok(0);
    world.run(&["ingest", "in", "--reread"]).ok(0);
    world.run(&["rederive"]).ok(0);
    world.run(&["verify"]).ok(0);
    world.run(&["check", "in/s0_files/p.png"]);
    world.run(&["find", "in/s0_files/p.png"]);
    world.run(&["metadata", "in/s0_files/p.png"]);
    world.run(&["extract", "in"]);
    assert_eq!(before, stamps(&world.path("in")));
}

fn stamps(folder: &Path) -> Vec<(String, Vec<u8>, std::time::SystemTime)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(stamps(&path));
        } else {
            let modified = path.metadata().unwrap().modified().unwrap();
            all.push((
                path.display().to_string(),
                std::fs::read(&path).unwrap(),
                modified,
            ));
        }
    }
    all.sort();
    all
}

#[test]
fn an_archive_whose_making_was_cut_short_is_made_anew() {
    let world = newsroom();
    for begun in [
        "PRAGMA journal_mode = WAL",
        "PRAGMA journal_mode = WAL; PRAGMA application_id = 1131770956",
    ] {
        let _ = std::fs::remove_file(world.path("a.db"));
        world.sql().execute_batch(begun).unwrap();
        world.run(&["ingest", "in"]).ok(0);
        is_sound(&world, "a.db");
    }
}
