//! Disks that fail, and machines that lose power: an archive stays whole, and the next run finishes the job.
//!
//! `cargo test -p cutline-faults` tries a part of all calls and a few hundred states; `CUTLINE_FAULTS_STEP=1
//! CUTLINE_CRASHES=1000 cargo test --release -p cutline-faults` every call, and so many states.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

use cutline::archive::Archive;
use cutline::credit::CreditReader;
use cutline::ingest::{Request, ingest};
use cutline::intake::Context;
use cutline::parties::{Outlets, Registry};
use cutline::read::{CatalogueOptions, Limits};
use cutline_faults::{Op, arm, disarm, install, record, recorded};
use rusqlite::Connection;

/// The file system is the whole process's: one test at a time.
static ALONE: Mutex<()> = Mutex::new(());

fn number(variable: &str, usual: u64) -> u64 {
    std::env::var(variable)
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(usual)
}

fn run(db: &Path, inputs: &Path) -> cutline::error::Result<()> {
    static CREDITS: OnceLock<CreditReader> = OnceLock::new();
    let credits =
        CREDITS.get_or_init(|| CreditReader::new(Arc::new(Registry::builtin().unwrap())).unwrap());
    let (limits, outlets, catalogue) = (
        Limits::default(),
        Outlets::builtin()?,
        CatalogueOptions::default(),
    );
    let cx = Context::new(credits, &limits, &outlets, &catalogue);
    let request = Request {
        paths: vec![inputs.to_owned()],
        ..Request::default()
    };
    let mut archive = Archive::create(db)?;
    ingest(&mut archive, &request, &cx, &|_| ()).map(drop)
}

/// Two pages that share a picture.
fn newsroom(folder: &Path) {
    for story in 0..2_u8 {
        let files = folder.join(format!("s{story}_files"));
        std::fs::create_dir_all(&files).unwrap();
        let picture = image::GrayImage::from_fn(96, 80, |x, y| {
            image::Luma([((x * x / 7 + y * 3 + x * y / 11) % 256) as u8])
        });
        picture.save(files.join("p.png")).unwrap();
        let credit = ["KCNA via Reuters", "Reuters"][usize::from(story)];
        let page = format!(
            "<!doctype html><html lang=\"en\"><title>Harbour {story}</title><link rel=\"canonical\" href=\"https://ledger.example/{story}\">\
             <article><h1>Harbour</h1><figure><img src=\"s{story}_files/p.png\"><figcaption>Boats enter the new harbour, 11 June 2024. \
             (Photo: {credit})</figcaption></figure><p>The harbour opened on Tuesday after three years of work.</p></article></html>"
        );
        std::fs::write(folder.join(format!("s{story}.html")), page).unwrap();
    }
}

fn texts(conn: &Connection, sql: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = conn.prepare(sql)?;
    let rows = statement.query_map([], |r| r.get(0))?;
    rows.collect()
}

/// Every row of every table, sorted; without the runs, where two runs are compared.
fn dump(conn: &Connection, with_runs: bool) -> rusqlite::Result<Vec<String>> {
    let mut all = Vec::new();
    for table in texts(
        conn,
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%fts%' AND name NOT LIKE 'sqlite%' ORDER BY name",
    )? {
        if table == "runs" && !with_runs {
            continue;
        }
        let mut statement = conn.prepare(&format!("SELECT * FROM {table}"))?;
        let columns = statement.column_count();
        let rows = statement.query_map([], |r| {
            let mut line = table.clone();
            for at in 0..columns {
                line.push_str(&format!(" | {:?}", r.get::<_, rusqlite::types::Value>(at)?));
            }
            Ok(line)
        })?;
        let mut rows = rows.collect::<rusqlite::Result<Vec<_>>>()?;
        rows.sort();
        all.extend(rows);
    }
    Ok(all)
}

fn sound(db: &Path, what: &str) -> Connection {
    let conn = Connection::open(db).unwrap();
    let integrity = texts(&conn, "PRAGMA integrity_check").unwrap();
    assert_eq!(integrity, ["ok"], "{what}");
    let broken = texts(&conn, "SELECT \"table\" FROM pragma_foreign_key_check").unwrap();
    assert!(broken.is_empty(), "{what}: {broken:?}");
    conn
}

fn clear(db: &Path) {
    for ending in ["", "-wal", "-shm", "-journal", ".sha256"] {
        let mut name = db.as_os_str().to_owned();
        name.push(ending);
        let _ = std::fs::remove_file(name);
    }
}

#[test]
fn whichever_call_fails_nothing_is_corrupted_and_no_failure_is_silent() {
    let _alone = ALONE.lock().unwrap();
    install();
    let folder = tempfile::tempdir().unwrap();
    let (inputs, db) = (folder.path().join("in"), folder.path().join("a.db"));
    newsroom(&inputs);
    run(&db, &inputs).unwrap();
    let wanted = dump(&sound(&db, "undisturbed"), false).unwrap();
    let step = number("CUTLINE_FAULTS_STEP", 97).max(1);
    let (mut tried, mut refused) = (0, 0);
    for on in [false, true] {
        let mut call = 1;
        loop {
            clear(&db);
            arm(call, on);
            let result = run(&db, &inputs);
            let (calls, fired) = disarm();
            if !fired {
                assert!(result.is_ok(), "call {call}: {result:?}");
                println!("{calls} calls, failing from one on: {on}");
                break;
            }
            tried += 1;
            let what = format!("call {call}, on {on}: {result:?}");
            if result.is_ok() {
                // SQLite came through: then the work is done.
                assert!(wanted == dump(&sound(&db, &what), false).unwrap(), "{what}");
            } else {
                refused += 1;
                if db.exists() {
                    drop(sound(&db, &what));
                }
            }
            run(&db, &inputs).unwrap_or_else(|e| panic!("{what}, then {e}"));
            assert!(wanted == dump(&sound(&db, &what), false).unwrap(), "{what}");
            call += step;
        }
    }
    println!("{tried} faults, {refused} of them ended the run, 0 corruptions, 0 silent");
}

/// Numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n.max(1) as u64) as usize
    }
}

type Disk = BTreeMap<String, Vec<u8>>;

fn apply(disk: &mut Disk, op: &Op, part: Option<usize>) {
    match op {
        Op::Write { file, at, bytes } => {
            let bytes = &bytes[..part.unwrap_or(bytes.len()).min(bytes.len())];
            let held = disk.entry(file.clone()).or_default();
            let end = *at as usize + bytes.len();
            if held.len() < end {
                held.resize(end, 0);
            }
            held[*at as usize..end].copy_from_slice(bytes);
        }
        Op::Truncate { file, length } => {
            disk.entry(file.clone())
                .or_default()
                .resize(*length as usize, 0);
        }
        Op::Sync { .. } => {}
        Op::Delete { file } => {
            disk.remove(file);
        }
    }
}

fn file_of(op: &Op) -> &str {
    match op {
        Op::Write { file, .. }
        | Op::Truncate { file, .. }
        | Op::Sync { file }
        | Op::Delete { file } => file,
    }
}

/// Put a disk's files where an archive can be opened.
fn lay_out(disk: &Disk, from: &Path, db: &Path) {
    clear(db);
    for (name, bytes) in disk {
        let Some(ending) = name.strip_prefix(&*from.to_string_lossy()) else {
            continue;
        };
        if ending.contains('/') || ending == "-shm" {
            continue;
        }
        let mut path = db.as_os_str().to_owned();
        path.push(ending);
        std::fs::write(path, bytes).unwrap();
    }
}

#[test]
fn after_a_loss_of_power_the_archive_is_as_one_of_its_commits_left_it() {
    let _alone = ALONE.lock().unwrap();
    install();
    let folder = tempfile::tempdir().unwrap();
    let (inputs, from, db) = (
        folder.path().join("in"),
        folder.path().join("a.db"),
        folder.path().join("b.db"),
    );
    newsroom(&inputs);
    record();
    run(&from, &inputs).unwrap();
    let log = recorded();
    let wanted = dump(&sound(&from, "undisturbed"), false).unwrap();

    // What each commit left: the frame that ends a transaction says so in its head.
    let mut commits: HashSet<Vec<String>> = HashSet::from([Vec::new()]);
    let mut disk = Disk::new();
    let mut ends = false;
    for op in &log {
        apply(&mut disk, op, None);
        match op {
            Op::Write { file, bytes, .. } if file.ends_with("-wal") && bytes.len() == 24 => {
                ends = bytes[4..8] != [0; 4];
            }
            Op::Write { file, .. } if file.ends_with("-wal") && ends => {
                ends = false;
                lay_out(&disk, &from, &db);
                commits.insert(dump(&sound(&db, "a commit"), true).unwrap());
            }
            _ => {}
        }
    }
    println!("{} writes and syncs, {} commits", log.len(), commits.len());

    let mut random = Random(71);
    let states = number("CUTLINE_CRASHES", 150);
    let mut seen = HashSet::new();
    for n in 0..states {
        let now = 1 + random.below(log.len());
        let before = &log[..now];
        // Up to its last sync every file is as it was written; what came later is there or not, in any order, or in part.
        let synced = |op: &Op, at: usize| {
            before[at..]
                .iter()
                .any(|later| matches!(later, Op::Sync { file } if file == file_of(op)))
        };
        let mut disk = Disk::new();
        let mut loose: Vec<&Op> = Vec::new();
        for (at, op) in before.iter().enumerate() {
            if synced(op, at) {
                apply(&mut disk, op, None);
            } else if !matches!(op, Op::Sync { .. }) {
                loose.push(op);
            }
        }
        // None of it, some, or all; one write may be torn, and the order need not be that of the calls.
        let kept = random.below(6);
        loose.retain(|_| random.below(3) < kept);
        if random.below(2) == 0 {
            for at in (1..loose.len()).rev() {
                loose.swap(at, random.below(at + 1));
            }
        }
        let torn = random.below(2 * loose.len());
        for (at, op) in loose.into_iter().enumerate() {
            apply(&mut disk, op, (at == torn).then(|| 512 * random.below(8)));
        }
        lay_out(&disk, &from, &db);
        let what = format!("state {n}, after {now} of {}", log.len());
        let found = if db.exists() {
            dump(&sound(&db, &what), true).unwrap()
        } else {
            Vec::new()
        };
        assert!(commits.contains(&found), "{what}: not what a commit left");
        seen.insert(found);
        if n % 10 == 0 {
            run(&db, &inputs).unwrap_or_else(|e| panic!("{what}: {e}"));
            assert!(wanted == dump(&sound(&db, &what), false).unwrap(), "{what}");
        }
    }
    println!(
        "{states} states, {} of {} commits among them, 0 others",
        seen.len(),
        commits.len()
    );
}
