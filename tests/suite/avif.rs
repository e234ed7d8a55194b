use cutline::fingerprint::reduce::Rows as _;
use cutline::fingerprint::{self, MAX_DISTANCE, decode::decode, dihedral};
use cutline::model::{Photo, PhotoFormat, Reason};
use cutline::read::{Apart, Limits, photo};
use serde_json::Value;

use crate::world::{World, project};

/// One picture in every form that AVIF is read in; `make.py` beside them made them.
const FORMS: [&str; 8] = [
    "420",
    "422-limited",
    "444-10bit",
    "grey",
    "grid",
    "lossless",
    "mirrored",
    "turned",
];

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(project("tests/avif").join(name)).unwrap()
}

/// Good files do not end the test.
fn here() -> Limits {
    Limits {
        apart: Apart::Here,
        ..Limits::default()
    }
}

fn read(name: &str, format: PhotoFormat) -> (Photo, Vec<u8>) {
    let bytes = fixture(name);
    let mut photo = photo::read(&bytes, format, &here());
    let (fingerprints, problems) = fingerprint::of(&bytes, format, photo.orientation, &here());
    assert!(problems.is_empty(), "{name}: {problems:?}");
    photo.fingerprints = fingerprints;
    (photo, bytes)
}

fn rows(bytes: &[u8], format: PhotoFormat) -> Vec<f32> {
    let picture = decode(bytes, format, 1, &here()).unwrap_or_else(|p| panic!("{p:?}"));
    let (width, height) = picture.stored_size();
    assert_eq!((width, height), (256, 192));
    let mut all = Vec::new();
    let mut row = vec![0.0; width];
    for y in 0..height {
        picture.luma_row(y, &mut row);
        all.extend(&row);
    }
    all
}

fn ingest(world: &World) -> String {
    std::fs::create_dir_all(world.path("in")).unwrap();
    let ran = world.run(&["ingest", "in"]);
    assert!([0, 3].contains(&ran.code), "{}", ran.err);
    ran.out
}

/// The reason of each input that was not read in full, else its status.
fn states(world: &World) -> Vec<String> {
    let conn = world.sql();
    let mut rows = conn
        .prepare("SELECT coalesce(reason, status) FROM inputs ORDER BY path")
        .unwrap();
    let found = rows.query_map([], |r| r.get(0)).unwrap();
    found.map(Result::unwrap).collect()
}

#[test]
fn every_form_shows_the_picture_that_it_was_made_from() {
    let wanted = rows(&fixture("picture.png"), PhotoFormat::Png);
    let (png, png_bytes) = read("picture.png", PhotoFormat::Png);
    for name in FORMS {
        let (avif, bytes) = read(&format!("{name}.avif"), PhotoFormat::Avif);
        assert_eq!((avif.width, avif.height), (256, 192), "{name}");
        // As stored: `irot` and `imir` say what becomes of it.
        let found = rows(&bytes, PhotoFormat::Avif);
        let off: f32 = found.iter().zip(&wanted).map(|(a, b)| (a - b).abs()).sum();
        let off = off / wanted.len() as f32;
        assert!(off < 2.0, "{name}: {off} of 255 off");
        let own = png.fingerprints.pdq.unwrap();
        let found = avif.fingerprints.pdq.unwrap();
        let near = dihedral(&own)
            .iter()
            .map(|turned| turned.hash.distance(&found.hash))
            .min();
        // The hash of a mirrored picture is not quite the mirrored hash.
        let most = if avif.orientation == 1 {
            10
        } else {
            MAX_DISTANCE
        };
        assert!(near.is_some_and(|d| d <= most), "{name}: {near:?}");
        let equal = |bytes, format| fingerprint::pixels(bytes, format, 1, &here());
        assert_eq!(
            equal(&bytes, PhotoFormat::Avif) == equal(&png_bytes, PhotoFormat::Png),
            name == "lossless",
            "{name}"
        );
    }
    for (name, orientation) in [("420", 1), ("turned", 8), ("mirrored", 2)] {
        let (avif, _) = read(&format!("{name}.avif"), PhotoFormat::Avif);
        assert_eq!(avif.orientation, orientation, "{name}");
    }
}

#[test]
fn copies_in_avif_are_found_by_ingest_find_and_check() {
    let world = World::new();
    world.write("in/picture.png", fixture("picture.png"));
    world.picture("in/another.png", 3);
    for name in FORMS {
        world.write(&format!("in/{name}.avif"), fixture(&format!("{name}.avif")));
    }
    ingest(&world);
    assert_eq!(states(&world), ["ok"; 10]);
    let pictures = world.run(&["pictures", "--format", "jsonl"]).ok(0).lines();
    let mut sizes: Vec<usize> = pictures
        .iter()
        .map(|p| p["files"].as_array().unwrap().len())
        .collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [1, 9]);

    world.write("new.avif", fixture("grid.avif"));
    let found = world.run(&["find", "--format", "jsonl", "new.avif"]).ok(0);
    let found: Vec<Value> = found.lines();
    let relation = |file: &str| {
        found.iter().any(|f| {
            let files = f["files"].as_array().unwrap();
            files.iter().any(|n| n.as_str().unwrap().ends_with(file))
        })
    };
    assert!(relation("picture.png"), "{found:?}");
    let checked = world.run(&["check", "--format", "json", "new.avif"]).ok(0);
    assert!(checked.out.contains("in/picture.png"), "{}", checked.out);
}

#[test]
fn workers_read_avif_too() {
    let world = World::new();
    world.write("in/a.avif", fixture("420.avif"));
    world.write("in/b.png", fixture("picture.png"));
    world.run(&["ingest", "in"]).ok(0);
    world
        .run(&["--db", "b.db", "ingest", "--isolate", "in"])
        .ok(0);
    assert!(world.dump() == world.dump_of("b.db"));
}

#[cfg(target_os = "linux")]
#[test]
fn what_ends_its_decoder_is_named_and_its_metadata_are_kept() {
    let world = World::new();
    world.write("in/a.avif", fixture("420.avif"));
    world.write("in/b.png", fixture("picture.png"));
    // No process can start within this limit, which binds nobody else.
    let ran = world.run(&["ingest", "--limit", "memory=1", "in"]).ok(3);
    assert!(ran.out.contains("a.avif: cannot decode"), "{}", ran.out);
    assert_eq!(states(&world), ["max-memory", "ok"]);
    assert_eq!(world.count("photos WHERE width = 256"), 2);
    let found = world
        .run(&["find", "--limit", "memory=1", "in/a.avif"])
        .ok(3);
    assert!(
        found.err.contains("in/a.avif: cannot decode"),
        "{}",
        found.err
    );
}

#[test]
fn damaged_files_are_recorded_each() {
    let world = World::new();
    for name in ["420", "grid", "444-10bit"] {
        let bytes = fixture(&format!("{name}.avif"));
        for part in 1..12 {
            let cut = &bytes[..bytes.len() * part / 12];
            world.write(&format!("in/{name}-cut-{part:02}.avif"), cut);
        }
    }
    world.write("in/whole.avif", fixture("420.avif"));
    ingest(&world);
    let states = states(&world);
    assert_eq!(states.len(), 34);
    assert_eq!(
        states.iter().filter(|s| *s == "ok").count(),
        1,
        "{states:?}"
    );
}

#[test]
fn a_library_that_names_no_program_reads_no_pixels_and_says_so() {
    let bytes = fixture("420.avif");
    let problem = decode(&bytes, PhotoFormat::Avif, 1, &Limits::default()).err();
    assert_eq!(problem.map(|p| p.reason), Some(Reason::Unsupported));
}

#[test]
fn sizes_are_refused_before_anything_is_decoded() {
    for (name, limits, reason) in [
        (
            "420",
            Limits {
                side: 255,
                ..here()
            },
            Reason::MaxSide,
        ),
        (
            "grid",
            Limits {
                pixels: 49_151,
                ..here()
            },
            Reason::MaxPixels,
        ),
    ] {
        let bytes = fixture(&format!("{name}.avif"));
        let problem = decode(&bytes, PhotoFormat::Avif, 1, &limits).err();
        assert_eq!(problem.map(|p| p.reason), Some(reason), "{name}");
    }
    // A header that says less than its stream holds is not followed.
    let mut bytes = fixture("420.avif");
    let at = bytes.windows(4).position(|w| w == b"ispe").unwrap();
    bytes[at + 8..at + 16].copy_from_slice(&[0, 0, 0, 16, 0, 0, 0, 16]);
    let problem = decode(&bytes, PhotoFormat::Avif, 1, &here()).err();
    assert_eq!(problem.map(|p| p.reason), Some(Reason::Damaged));
}
