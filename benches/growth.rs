//! `cargo bench --bench growth`: what one new page and one new photo cost an archive of ten thousand, a hundred thousand and
//! a million photos.
//!
//! The photos are made up: three hundred a day, as of one large agency, each with a caption of a person, a thing and a
//! place, a random perceptual hash, and the keys by which captions find it. The page and the photo are ingested as a user
//! ingests them. `CUTLINE_BENCH_N` lists other sizes ("1000,5000").

// A benchmark that cannot go on has failed, and it prints what it finds.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use cutline::archive::Archive;
use cutline::credit::{CreditReader, Hints};
use cutline::fingerprint::{PATH_VERSION, slots};
use cutline::ingest::{Request, ingest};
use cutline::intake::Context;
use cutline::matching::{self, Held};
use cutline::model::{Carrier, Field, FieldValue, Metadata, Pdq, Sha256};
use cutline::parties::{Outlets, Registry};
use cutline::read::{CatalogueOptions, Limits};
use rayon::prelude::*;
use rusqlite::{Connection, params};

const THINGS: [&str; 24] = [
    "bridge",
    "flood",
    "stadium",
    "hospital",
    "factory",
    "harbour",
    "parliament",
    "school",
    "train",
    "airport",
    "tunnel",
    "market",
    "church",
    "mosque",
    "museum",
    "library",
    "prison",
    "embassy",
    "dam",
    "ship",
    "tower",
    "forest",
    "mine",
    "farm",
];
const DEEDS: [&str; 12] = [
    "visits",
    "opens",
    "inspects",
    "leaves",
    "watches",
    "praises",
    "closes",
    "photographs",
    "rebuilds",
    "enters",
    "passes",
    "protects",
];
const CREDITS: [&str; 4] = ["REUTERS", "AFP", "AP", "KCNA via REUTERS"];

fn main() {
    // `cargo test --benches` and `cargo clippy` only want it to build.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let sizes = std::env::var("CUTLINE_BENCH_N").unwrap_or("10000,100000,1000000".to_owned());
    let folder = tempfile::tempdir().unwrap();
    let db = folder.path().join("a.db");
    let credits = CreditReader::new(Arc::new(Registry::builtin().unwrap())).unwrap();
    let limits = Limits::default();
    let outlets = Outlets::builtin().unwrap();
    let catalogue = CatalogueOptions::default();
    let cx = Context::new(&credits, &limits, &outlets, &catalogue);
    drop(Archive::create(&db).unwrap());
    add_page(&db, folder.path(), 0, &cx);
    let mut held = 0;
    for size in sizes.split(',').map(|n| n.parse::<u64>().unwrap()) {
        let start = Instant::now();
        fill(&db, held, size, &credits);
        held = size;
        println!(
            "{size} photos: {} MB, filled in {:.0} s",
            std::fs::metadata(&db).unwrap().len() >> 20,
            start.elapsed().as_secs_f64()
        );
        add_page(&db, folder.path(), size, &cx);
        add_photo(&db, folder.path(), size, &cx);
    }
}

/// A photo of the agency: what its number says.
fn caption(n: u64) -> (String, String, usize) {
    let day = n / 300;
    let (year, month, date) = (2015 + day / 336, 1 + day / 28 % 12, 1 + day % 28);
    let word = |n: u64, syllables: u64| {
        const PARTS: [&str; 16] = [
            "ka", "lo", "mir", "ta", "ves", "nor", "di", "pa", "rum", "so", "len", "gar", "bi",
            "to", "shan", "fe",
        ];
        let text: String = (0..syllables)
            .map(|at| PARTS[(mix(n) >> (8 * at)) as usize % PARTS.len()])
            .collect();
        text[..1].to_uppercase() + &text[1..]
    };
    let x = mix(n);
    let (person, place) = (x % 3000, x / 3000 % 800);
    let text = format!(
        "{} {} {} the {} in {}, {}-{:02}-{:02}.",
        word(person + 10_000, 2),
        word(person + 20_000, 3),
        DEEDS[(x >> 40) as usize % DEEDS.len()],
        THINGS[(x >> 48) as usize % THINGS.len()],
        word(place + 30_000, 3),
        year,
        month,
        date
    );
    (
        text,
        format!("{year}-{month:02}-{date:02}"),
        (x >> 56) as usize % CREDITS.len(),
    )
}

fn mix(n: u64) -> u64 {
    let mut x = n.wrapping_add(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// 32 bytes that look random.
fn hash(seed: u64) -> Sha256 {
    let mut bytes = [0; 32];
    for (at, part) in bytes.chunks_mut(8).enumerate() {
        part.copy_from_slice(&mix(seed.wrapping_mul(4) + at as u64).to_be_bytes());
    }
    Sha256(bytes)
}

struct Row {
    id: i64,
    sha: Sha256,
    pdq: Pdq,
    held: Held,
    keys: Vec<String>,
}

fn row(n: u64, credits: &CreditReader) -> Row {
    let (text, date, credit) = caption(n);
    let sha = hash(n);
    let mut metadata = Metadata::default();
    let mut set = |field, value: &str| {
        let value = FieldValue {
            carrier: Carrier::Xmp,
            value: value.to_owned(),
            lang: None,
            cut: false,
            guessed_charset: None,
        };
        metadata.fields.insert(field, vec![value]);
    };
    set(Field::Description, &format!("{text} {}", CREDITS[credit]));
    set(Field::DateCreated, &date);
    set(Field::CreditLine, CREDITS[credit]);
    let hints = Hints::default();
    let held = Held {
        photo: sha,
        picture: None,
        names: vec![format!("{n}.jpg")],
        description: credits.caption(&format!("{text} {}", CREDITS[credit]), &hints),
        credit: credits.credit(CREDITS[credit], &hints),
        metadata,
    };
    Row {
        id: Archive::photo_key(&sha),
        sha,
        pdq: Pdq {
            hash: hash(n ^ 0x5555_5555_0000),
            quality: 100,
        },
        keys: matching::keys_of_held(&held),
        held,
    }
}

/// Add the photos from `from` on until there are `to`.
fn fill(db: &Path, from: u64, to: u64, credits: &CreditReader) {
    let mut conn = Connection::open(db).unwrap();
    conn.execute_batch(
        "PRAGMA synchronous = OFF; PRAGMA cache_size = -1000000; PRAGMA foreign_keys = OFF;
         INSERT OR IGNORE INTO roots (id, name, path, given) VALUES (9, 'agency', '/agency', 'agency');
         CREATE TEMP TABLE new_keys (key TEXT, subject INTEGER);
         CREATE TEMP TABLE new_slots (slot INTEGER, photo_id INTEGER);",
    )
    .unwrap();
    let mut at = from;
    while at < to {
        let until = (at + 20_000).min(to);
        let rows: Vec<Row> = (at..until)
            .into_par_iter()
            .map(|n| row(n, credits))
            .collect();
        let tx = conn.transaction().unwrap();
        for (row, n) in rows.iter().zip(at..) {
            tx.prepare_cached(
                "INSERT INTO photos (id, sha256, format, bytes, width, height, orientation, pdq, pdq_quality, luma64, hash_path)
                 SELECT ?1, ?2, 'jpeg', 100000, 1200, 800, 1, ?3, 100, zeroblob(4096), ?4",
            )
            .unwrap()
            .execute(params![row.id, row.sha.to_hex(), row.pdq.hash.to_hex(), PATH_VERSION])
            .unwrap();
            tx.prepare_cached(
                "INSERT INTO files (root_id, path, folder, kind, size, mtime_ns, sha256, status, photo_id)
                 VALUES (9, ?1, ?2, 'jpeg', 100000, 0, ?3, 'ok', ?4)",
            )
            .unwrap()
            .execute(params![format!("{}/{n}.jpg", n / 300), (n / 300).to_string(), row.sha.to_hex(), row.id])
            .unwrap();
            for (field, values) in &row.held.metadata.fields {
                tx.prepare_cached(
                    "INSERT INTO metadata (photo_id, field, seq, carrier, value) VALUES (?1, ?2, 0, 'xmp', ?3)",
                )
                .unwrap()
                .execute(params![row.id, word(*field), values[0].value])
                .unwrap();
            }
            for (field, reading) in [
                ("description", &row.held.description),
                ("credit_line", &row.held.credit),
            ] {
                tx.prepare_cached(
                    "INSERT INTO credits (id, photo_id, field, carrier, caption, credit_line, chain_order, confidence, reading)
                     VALUES (?1, ?2, ?3, 'xmp', ?4, ?5, 'sure', 0.9, ?6)",
                )
                .unwrap()
                .execute(params![
                    row.id ^ i64::from(field == "description"),
                    row.id,
                    field,
                    reading.caption,
                    reading.credit_line,
                    serde_json::to_string(reading).unwrap()
                ])
                .unwrap();
            }
            for key in &row.keys {
                tx.prepare_cached("INSERT INTO new_keys VALUES (?1, ?2)")
                    .unwrap()
                    .execute(params![key, row.id])
                    .unwrap();
            }
            for (number, slot) in slots(&row.pdq).into_iter().enumerate() {
                tx.prepare_cached("INSERT INTO new_slots VALUES (?1, ?2)")
                    .unwrap()
                    .execute(params![((number as i64) << 16) | i64::from(slot), row.id])
                    .unwrap();
            }
            tx.prepare_cached("INSERT INTO pictures (id, representative) VALUES (?1, ?1)")
                .unwrap()
                .execute([row.id])
                .unwrap();
            tx.prepare_cached("INSERT INTO picture_photos (photo_id, picture_id) VALUES (?1, ?1)")
                .unwrap()
                .execute([row.id])
                .unwrap();
        }
        tx.commit().unwrap();
        at = until;
    }
    // In the order of the tables, so that a million rows are written once.
    conn.execute_batch(
        "INSERT OR IGNORE INTO match_keys (key, side, subject) SELECT key, 'held', subject FROM new_keys ORDER BY key, subject;
         INSERT OR IGNORE INTO pdq_slots (slot, photo_id) SELECT slot, photo_id FROM new_slots ORDER BY slot, photo_id;",
    )
    .unwrap();
}

fn word(field: Field) -> String {
    serde_json::to_value(field)
        .unwrap()
        .as_str()
        .unwrap()
        .to_owned()
}

fn add(db: &Path, path: &Path, what: &str, cx: &Context<'_>) {
    let mut archive = Archive::write(db).unwrap();
    let touched = archive.count_touched().unwrap();
    let request = Request {
        paths: vec![path.to_owned()],
        ..Request::default()
    };
    let start = Instant::now();
    let summary = ingest(&mut archive, &request, cx, &|_| ()).unwrap();
    let took = start.elapsed();
    let so_far = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
    println!(
        "  {what} ({} new): {:.0} ms, {} rows returned by statements, {} steps inside them",
        summary.new,
        took.as_secs_f64() * 1e3,
        so_far(&touched.rows),
        so_far(&touched.steps)
    );
}

/// A page with three captions of photos that are held, one of them in other words.
fn add_page(db: &Path, folder: &Path, held: u64, cx: &Context<'_>) {
    let mut figures = String::new();
    for n in 1..=3 {
        let (text, _, credit) = caption(held * n / 4);
        writeln!(
            figures,
            "<figure><img src=\"https://x.invalid/{n}.jpg\" alt=\"\"><figcaption>{} ({})</figcaption></figure>",
            text.replace(" the ", " a new "),
            CREDITS[credit]
        )
        .unwrap();
    }
    let path = folder.join(format!("pages/{held}.html"));
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(
        &path,
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>News {held}</title>\
             <link rel=\"canonical\" href=\"https://outlet.example/{held}\"></head><body><article><h1>News</h1>{figures}\
             <p>The harbour opened on Tuesday after three years of work, and the first boats came in at noon.</p></article></body></html>"
        ),
    )
    .unwrap();
    add(db, &path, "one page", cx);
}

/// A photo of an event of which others are held.
fn add_photo(db: &Path, folder: &Path, held: u64, cx: &Context<'_>) {
    let path = folder.join(format!("new/{held}.png"));
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let seed = held as f64;
    let wave = |x: u32, y: u32, k: f64| {
        let (x, y) = (f64::from(x) / 200.0, f64::from(y) / 200.0);
        let sum: f64 = (1..7)
            .map(|w| {
                ((x * f64::from(w) + y * (seed % f64::from(w + 3))) * k + seed * f64::from(w)).sin()
            })
            .sum();
        (128.0 + 20.0 * sum).clamp(0.0, 255.0) as u8
    };
    image::RgbImage::from_fn(640, 420, |x, y| {
        image::Rgb([wave(x, y, 7.0), wave(x, y, 11.0), wave(x, y, 5.0)])
    })
    .save(&path)
    .unwrap();
    let (text, date, _) = caption(held / 2);
    std::fs::write(
        path.with_extension("png.xmp"),
        format!(
            "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
             <rdf:Description xmlns:photoshop=\"http://ns.adobe.com/photoshop/1.0/\" photoshop:DateCreated=\"{date}\" \
             photoshop:Credit=\"AFP\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">\
             {text}</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>"
        ),
    )
    .unwrap();
    add(db, path.parent().unwrap(), "one photo with its sidecar", cx);
    std::fs::remove_file(&path).unwrap();
    std::fs::remove_file(path.with_extension("png.xmp")).unwrap();
}
