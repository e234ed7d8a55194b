//! The main job: what an ingest leaves in the archive, again and again, and with bad inputs.

use crate::world::{World, pattern, project};

const PAGE: &str = r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Harbour opens</title>
<link rel="canonical" href="https://ledger.example/harbour"><meta property="og:site_name" content="The Ledger">
<meta property="article:published_time" content="2024-06-12T08:00:00Z"></head><body><article><h1>Harbour opens</h1>
<figure><img src="story_files/harbour.png" alt="">
<figcaption>Boats enter the new harbour, 11 June 2024. (Photo: Ana Example/AP)</figcaption></figure>
<p>The harbour opened on Tuesday after three years of work, and the first boats came in at noon.</p></article></body></html>"#;

fn small_newsroom() -> World {
    let world = World::new();
    world.picture("in/story_files/harbour.png", 1);
    world.picture("in/other.png", 2);
    world.write("in/story.html", PAGE);
    world.write("in/clip.mp4", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom");
    world.write("in/._harbour.png", b"\0\x05\x16\x07");
    world
}

#[test]
fn a_page_is_tied_to_the_picture_saved_beside_it() {
    let world = small_newsroom();
    world.run(&["ingest", "in"]).ok(0);
    let matches = world.run(&["matches", "--format", "jsonl"]).ok(0).lines();
    assert_eq!(matches.len(), 1);
    assert_eq!(matches[0]["document"], "in/story.html");
    assert_eq!(matches[0]["file"], "in/story_files/harbour.png");
    assert_eq!(matches[0]["decision"], "matched");
    let extracted = world.run(&["extract", "in/story.html"]).ok(0).lines();
    assert_eq!(
        extracted[0]["document"], matches[0]["document"],
        "extract and matches call a document the same"
    );
}

#[test]
fn a_second_run_adds_nothing() {
    let world = small_newsroom();
    world.run(&["ingest", "in"]).ok(0);
    let before = world.dump();
    let runs = world.count("runs");
    world.run(&["ingest", "in"]).ok(0);
    world.run(&["ingest", "in", "--reread"]).ok(0);
    assert_eq!(before, world.dump());
    assert_eq!(
        world.count("runs"),
        runs + 1,
        "an unchanged one leaves the archive and its seal alone"
    );
}

#[test]
fn order_threads_and_parts_of_an_ingest_do_not_show() {
    let whole = small_newsroom();
    whole
        .run_with(&["ingest", "in"], &[("RAYON_NUM_THREADS", "1")])
        .ok(0);
    let parts = small_newsroom();
    parts.run(&["ingest", "in/story_files"]).ok(0);
    parts.run(&["ingest", "in/other.png"]).ok(0);
    parts.run(&["ingest", "in"]).ok(0);
    // The temporary folders differ, and the root's key with them: compare what is known, not where it lies.
    let known = |world: &World| {
        let lines = |command: &str| world.run(&[command, "--format", "jsonl"]).ok(0).out;
        (
            lines("matches"),
            lines("pictures"),
            lines("flags").lines().count(),
        )
    };
    assert_eq!(known(&whole), known(&parts));
}

#[test]
fn rederive_comes_to_the_same() {
    let world = World::new();
    let samples = project("sample_media");
    world.run(&["ingest", &samples.to_string_lossy()]).ok(0);
    let before = world.dump();
    world.run(&["rederive"]).ok(0);
    assert_eq!(before, world.dump());
}

#[test]
fn a_killed_run_is_finished_by_the_next() {
    let world = small_newsroom();
    world.run(&["ingest", "in"]).ok(0);
    let undisturbed = world.dump();
    // As after a kill between the commit of the inputs and the deriving: everything waits, nothing is derived.
    world
        .sql()
        .execute_batch(
            "DELETE FROM flags; DELETE FROM origins; DELETE FROM matches; DELETE FROM match_keys; DELETE FROM photo_links;
             DELETE FROM pictures; INSERT INTO pending SELECT 'photo', id FROM photos;
             INSERT INTO pending SELECT 'document', id FROM documents;",
        )
        .unwrap();
    let found = world.run(&["verify"]);
    assert_eq!(
        found.code, 1,
        "an unfinished archive is said to be so: {}",
        found.out
    );
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(undisturbed, world.dump());
}

#[test]
fn a_changed_page_replaces_what_it_said() {
    let world = small_newsroom();
    world.run(&["ingest", "in"]).ok(0);
    world.write(
        "in/story.html",
        PAGE.replace("11 June 2024", "10 June 2024"),
    );
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(world.count("appearances"), 1);
    assert_eq!(world.count("captures"), 1);
    let fresh = small_newsroom();
    fresh.write(
        "in/story.html",
        PAGE.replace("11 June 2024", "10 June 2024"),
    );
    fresh.run(&["ingest", "in"]).ok(0);
    assert_eq!(
        world.run(&["matches", "--format", "jsonl"]).out,
        fresh.run(&["matches", "--format", "jsonl"]).out
    );
}

#[test]
fn a_replaced_photo_is_forgotten() {
    let world = small_newsroom();
    world.run(&["ingest", "in"]).ok(0);
    world.picture("in/other.png", 77);
    world.run(&["ingest", "in"]).ok(0);
    let fresh = small_newsroom();
    fresh.picture("in/other.png", 77);
    fresh.run(&["ingest", "in"]).ok(0);
    assert_eq!(world.count("photos"), fresh.count("photos"));
    assert_eq!(
        world.run(&["pictures", "--format", "jsonl"]).out,
        fresh.run(&["pictures", "--format", "jsonl"]).out
    );
}

#[test]
fn what_is_not_read_is_skipped_and_no_problem() {
    let world = small_newsroom();
    world.write("in/Thumbs.db", b"\xd0\xcf\x11\xe0");
    world.write("in/.DS_Store", b"\0\0\0\x01Bud1");
    world.write("in/@eaDir/x.jpg", b"not looked at");
    world.write("in/letter.docx", b"PK\x03\x04\x14\0\x06\0word/document.xml");
    world.run(&["ingest", "in"]).ok(0);
    let skipped: i64 = world.count("inputs WHERE status = 'skipped'");
    assert!(skipped >= 6, "{skipped}");
    assert_eq!(
        world.count("inputs WHERE status IN ('failed', 'partial')"),
        0
    );
}

#[test]
fn every_bad_input_is_named_and_the_rest_is_in_the_archive() {
    let world = small_newsroom();
    let mut jpeg = Vec::new();
    pattern(5, 320, 240)
        .write_to(
            &mut std::io::Cursor::new(&mut jpeg),
            image::ImageFormat::Jpeg,
        )
        .unwrap();
    world.write("in/cut.jpg", &jpeg[..jpeg.len() / 2]);
    world.write("in/empty.jpg", b"");
    world.write("in/words.jpg", b"Foto: KCNA");
    world.write("in/huge.png", huge_png());
    let mut expected = vec![
        ("in/cut.jpg", "truncated"),
        ("in/empty.jpg", "empty"),
        ("in/words.jpg", "unknown-format"),
        ("in/huge.png", "max-side"),
    ];
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;
        let name = std::ffi::OsStr::from_bytes(b"caf\xe9.png");
        std::fs::copy(world.path("in/other.png"), world.path("in").join(name)).unwrap();
        std::os::unix::fs::symlink("nowhere", world.path("in/dangling.jpg")).unwrap();
    }
    let ran = world.run(&["ingest", "in"]).ok(3);
    for (path, _) in &expected {
        assert!(ran.out.contains(path), "{path} is named:\n{}", ran.out);
    }
    expected.sort_unstable();
    let conn = world.sql();
    let mut statement =
        conn.prepare("SELECT path, reason, problem FROM inputs WHERE status IN ('failed', 'partial') ORDER BY path").unwrap();
    let found: Vec<(String, String, String)> = statement
        .query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let named: Vec<(&str, &str)> = found.iter().map(|f| (f.0.as_str(), f.1.as_str())).collect();
    assert_eq!(named, expected, "{found:?}");
    assert!(
        found.iter().all(|f| f.2.len() > 20),
        "each has a sentence: {found:?}"
    );
    assert_eq!(world.count("appearances"), 1, "the page is there");
    if cfg!(unix) {
        assert_eq!(
            world.count("files WHERE path_raw IS NOT NULL"),
            1,
            "the name that is not UTF-8 is kept as bytes"
        );
        let other = world
            .count("files WHERE photo_id = (SELECT photo_id FROM files WHERE path = 'other.png')");
        assert_eq!(other, 2, "and its photo is known");
    }
    assert_eq!(
        world.run(&["ingest", "in"]).code,
        3,
        "the code stays while the problem does"
    );
}

/// A PNG that says it is 50,000 pixels wide and high.
fn huge_png() -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(50_000_u32.to_be_bytes());
    header.extend(50_000_u32.to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for chunk in [
        header,
        b"IDAT\x78\x9c\x03\0\0\0\0\x01".to_vec(),
        b"IEND".to_vec(),
    ] {
        png.extend((chunk.len() as u32 - 4).to_be_bytes());
        let crc = crc32(&chunk);
        png.extend(chunk);
        png.extend(crc.to_be_bytes());
    }
    png
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                (crc >> 1) ^ 0xEDB8_8320
            } else {
                crc >> 1
            }
        })
    })
}

#[test]
#[cfg(unix)]
fn a_folder_without_permission_is_a_problem_of_its_own() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = small_newsroom();
    world.picture("in/locked/x.png", 3);
    let locked = world.path("in/locked");
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read_dir(&locked).is_ok() {
        eprintln!("notice: skipped, this user may read every folder");
        return;
    }
    let ran = world.run(&["ingest", "in"]);
    std::fs::set_permissions(&locked, std::fs::Permissions::from_mode(0o755)).unwrap();
    let ran = ran.ok(3);
    assert!(ran.out.contains("locked"), "{}", ran.out);
    assert_eq!(world.count("appearances"), 1);
}

#[test]
fn originals_are_never_written() {
    let world = small_newsroom();
    let stamp = |name: &str| {
        let path = world.path(name);
        (
            std::fs::read(&path).unwrap(),
            std::fs::metadata(&path).unwrap().modified().unwrap(),
        )
    };
    let before = [stamp("in/other.png"), stamp("in/story.html")];
    world.run(&["ingest", "in"]).ok(0);
    assert!(before == [stamp("in/other.png"), stamp("in/story.html")]);
}

#[test]
fn a_named_root_may_be_mounted_elsewhere() {
    let world = small_newsroom();
    world.run(&["ingest", "--root", "desk=in"]).ok(0);
    let files = world.count("files");
    std::fs::rename(world.path("in"), world.path("moved")).unwrap();
    let ran = world
        .run(&["ingest", "--root", "desk=moved", "--format", "jsonl"])
        .ok(0);
    assert_eq!(ran.lines()[0]["unchanged"], ran.lines()[0]["found"]);
    assert_eq!(world.count("files"), files);
}

#[test]
fn the_archive_is_sound_for_any_sqlite_tool() {
    let world = small_newsroom();
    world.run(&["ingest", "in"]).ok(0);
    let conn = world.sql();
    let integrity: String = conn
        .query_row("PRAGMA integrity_check", [], |r| r.get(0))
        .unwrap();
    assert_eq!(integrity, "ok");
    let mut broken = conn.prepare("PRAGMA foreign_key_check").unwrap();
    assert_eq!(broken.query_map([], |_| Ok(())).unwrap().count(), 0);
    world.run(&["verify"]).ok(0);
}

#[test]
fn a_dry_run_stores_nothing() {
    let world = small_newsroom();
    let ran = world.run(&["ingest", "--dry-run", "in"]).ok(0);
    assert!(ran.out.contains("png"), "{}", ran.out);
    assert!(!world.path("a.db").exists());
}

#[test]
fn a_photo_that_comes_after_its_page_is_tied_to_it() {
    let whole = small_newsroom();
    whole.run(&["ingest", "in"]).ok(0);
    let late = small_newsroom();
    late.run(&["ingest", "in/story.html"]).ok(0);
    assert_eq!(
        late.run(&["matches", "--format", "jsonl"]).lines()[0]["decision"],
        "unmatched"
    );
    late.run(&["ingest", "in/story_files/harbour.png"]).ok(0);
    assert_eq!(
        late.run(&["matches", "--format", "jsonl"]).lines()[0]["decision"],
        "matched"
    );
}

#[test]
fn paths_that_overlap_are_read_once() {
    let world = small_newsroom();
    let once = world.run(&["ingest", "in", "--format", "json"]).ok(0).out;
    let again = World::new();
    std::fs::rename(world.path("in"), again.path("in")).unwrap();
    let file = std::fs::read_dir(again.path("in"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let file = file.path().to_string_lossy().into_owned();
    let twice = again
        .run(&["ingest", "in", "./in", &file, "--format", "json"])
        .ok(0)
        .out;
    assert_eq!(twice, once);
    let summary: serde_json::Value = serde_json::from_str(&once).unwrap();
    assert!(summary[0]["found"].as_u64() > Some(1), "{once}");
}

#[test]
fn an_archive_that_lies_among_its_inputs_is_none_of_them() {
    let world = small_newsroom();
    world.write("in/other.db", b"SQLite format 3\0, of somebody else");
    let ingest = |paths: &[&str]| {
        let ran = world.run(&[&["ingest", "--format", "jsonl"], paths].concat());
        ran.ok(0).lines().remove(0)
    };
    let first = ingest(&["."]);
    let found = first["found"].as_u64();
    let bytes = std::fs::read(world.path("a.db")).unwrap();
    assert!(world.path("a.db.sha256").exists());

    let absolute = world.path("a.db").to_string_lossy().into_owned();
    for paths in [&["."][..], &["in/..", "a.db"], &[absolute.as_str(), "."]] {
        let again = ingest(paths);
        assert_eq!(
            (again["new"].as_u64(), again["changed"].as_u64()),
            (Some(0), Some(0)),
            "{again}"
        );
        assert_eq!(again["found"].as_u64(), found, "{again}");
        assert!(
            bytes == std::fs::read(world.path("a.db")).unwrap(),
            "{paths:?} wrote"
        );
    }
    assert_eq!(world.count("inputs WHERE path LIKE '%a.db%'"), 0);
    assert_eq!(
        world.count("inputs WHERE path LIKE '%other.db'"),
        1,
        "an archive of somebody else is an input"
    );
    let dry = world
        .run(&["ingest", "--dry-run", "--format", "jsonl", "."])
        .ok(0)
        .lines();
    let counted: u64 = dry.iter().filter_map(|row| row["files"].as_u64()).sum();
    assert_eq!(Some(counted), found);
}

#[cfg(unix)]
#[test]
fn a_name_that_looks_like_bytes_is_not_the_name_of_those_bytes() {
    use std::os::unix::ffi::OsStrExt as _;
    let world = World::new();
    world.picture("in/bad\\xff\\xfename.png", 1);
    let raw = std::ffi::OsStr::from_bytes(b"bad\xff\xfename.png");
    std::fs::copy(world.picture("other.png", 2), world.path("in").join(raw)).unwrap();
    world.run(&["ingest", "in"]).ok(0);
    let before = world.dump();
    let conn = world.sql();
    let mut statement = conn
        .prepare("SELECT path FROM files WHERE path_raw IS NOT NULL ORDER BY path")
        .unwrap();
    let paths: Vec<String> = statement
        .query_map([], |r| r.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(
        paths,
        [
            r"bad\x5cxff\x5cxfename.png".to_owned(),
            r"bad\xff\xfename.png".to_owned()
        ]
    );
    assert_eq!(world.count("photos"), 2);
    world.run(&["verify"]).ok(0);
    world.run(&["show", "in/bad\\xff\\xfename.png"]).ok(0);
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(before, world.dump());
}
