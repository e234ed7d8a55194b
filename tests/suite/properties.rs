//! What holds for every text and every photo, tried on many made at random: spans, hashes, order.

use std::sync::{Arc, OnceLock};

use cutline::credit::{CreditReader, Hints};
use cutline::fingerprint::{self, jpeg};
use cutline::model::{CreditReading, InputKind, PhotoFormat, Span};
use cutline::parties::Registry;
use cutline::read::{self, DocumentContext, Limits};
use proptest::prelude::*;

use crate::world::{World, pattern};

fn reader() -> &'static CreditReader {
    static READER: OnceLock<CreditReader> = OnceLock::new();
    READER.get_or_init(|| CreditReader::new(Arc::new(Registry::builtin().unwrap())).unwrap())
}

/// Nothing is lost or made up: every span lies inside the text, and every word that is reported stands in it.
fn is_of_its_text(reading: &CreditReading) -> Result<(), TestCaseError> {
    let text = &reading.text;
    let length = text.chars().count();
    let cut = |from: usize, to: usize| text.chars().skip(from).take(to - from).collect::<String>();
    for credit in reading.all() {
        let span = credit.span.unwrap_or(Span(0, 0));
        prop_assert!(span.0 <= span.1 && span.1 <= length, "{credit:?}");
        if let Some(line) = credit
            .credit_line
            .as_deref()
            .filter(|_| credit.span.is_some())
        {
            prop_assert_eq!(&cut(span.0, span.1), line, "{:?}", text);
        }
        for link in &credit.chain {
            prop_assert!(
                link.span.0 < link.span.1 && link.span.1 <= length,
                "{link:?} {text:?}"
            );
        }
        for fact in &credit.facts {
            prop_assert!(
                fact.span.0 < fact.span.1 && fact.span.1 <= length,
                "{fact:?} {text:?}"
            );
            prop_assert_eq!(&cut(fact.span.0, fact.span.1), &fact.text, "{:?}", text);
        }
        for date in &credit.caption_dates {
            prop_assert!(text.contains(&date.text), "{date:?} {text:?}");
        }
    }
    let words = |text: &str| {
        text.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    for word in words(&reading.caption) {
        // A word of the caption may have lost the mark at its end with the credit that followed it.
        prop_assert!(
            text.contains(&word),
            "{word:?} of the caption is not in {text:?}"
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_reading_never_loses_or_makes_up_text(
        text in "\\PC{0,60}|([A-Za-z]{1,8}[ ,.]{1,2}|Foto: |\\(|\\)|/|KCNA|via |Reuters|AFP|13 September 2023|FILE PHOTO: |L-R: |; |©|写真：|新华社|вид|صورة: |\u{200b}|\u{202e}|А|\\PC){0,24}"
    ) {
        let hints = Hints { lang: None, date: None };
        let reading = reader().caption(&text, &hints);
        prop_assert_eq!(&reading.text, &text);
        is_of_its_text(&reading)?;
        is_of_its_text(&reader().credit(&text, &hints))?;
        let half = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(at, _)| at);
        let (caption, credit) = text.split_at(half);
        is_of_its_text(&reader().parts(caption, Some(credit), &hints))?;
    }
}

/// A JPEG with other segments put in behind its beginning.
fn with_segments(jpeg: &[u8], segments: &[(u8, Vec<u8>)]) -> Vec<u8> {
    let (start, rest) = jpeg.split_at(2);
    let mut out = start.to_vec();
    for (marker, data) in segments {
        out.extend([0xff, *marker]);
        out.extend(((data.len() + 2) as u16).to_be_bytes());
        out.extend(data);
    }
    out.extend(rest);
    out
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hashes_of_the_image_do_not_depend_on_its_metadata(
        seed in 1_u32..50,
        segments in proptest::collection::vec(
            (prop_oneof![Just(0xfe_u8), Just(0xed), Just(0xe1), Just(0xeb)], proptest::collection::vec(any::<u8>(), 0..400)),
            0..5,
        ),
    ) {
        let mut jpeg = std::io::Cursor::new(Vec::new());
        pattern(seed, 64, 48).write_to(&mut jpeg, image::ImageFormat::Jpeg).unwrap();
        let plain = jpeg.into_inner();
        let tagged = with_segments(&plain, &segments);
        let limits = Limits::default();
        let of = |bytes: &[u8]| fingerprint::of(bytes, PhotoFormat::Jpeg, 1, &limits).0;
        let (a, b) = (of(&plain), of(&tagged));
        prop_assert_eq!(&a.coded, &b.coded);
        prop_assert!(a.coded.is_some());
        prop_assert_eq!(&a.pdq, &b.pdq);
        prop_assert_eq!(&a.luma64, &b.luma64);
        prop_assert_eq!(&a.features, &b.features);
    }
}

#[test]
fn order_and_threads_of_an_ingest_do_not_change_the_archive() {
    let world = World::new();
    let mut names = Vec::new();
    for n in 0..5 {
        world.picture(&format!("in/s{n}_files/p.png"), 1 + n % 3);
        let credit = ["KCNA via Reuters", "Reuters", "AP"][n as usize % 3];
        world.write(
            &format!("in/s{n}.html"),
            format!(
                "<!doctype html><html lang=\"en\"><title>Harbour {n}</title><link rel=\"canonical\" href=\"https://o{}.example/{n}\">\
                 <meta property=\"article:published_time\" content=\"2024-06-1{n}T08:00:00Z\"><article><h1>Harbour</h1><figure>\
                 <img src=\"s{n}_files/p.png\"><figcaption>Boats enter the new harbour, 1{n} June 2024. (Photo: {credit})</figcaption>\
                 </figure><p>The harbour opened on Tuesday after three years of work, and the first boats came.</p></article></html>",
                n % 2
            ),
        );
        names.extend([format!("in/s{n}.html"), format!("in/s{n}_files/p.png")]);
    }
    world
        .run_with(
            &["--db", "one.db", "ingest", "--root", "desk=in"],
            &[("RAYON_NUM_THREADS", "1")],
        )
        .ok(0);
    let wanted = world.dump_of("one.db");
    world
        .run_with(
            &["--db", "many.db", "ingest", "--root", "desk=in"],
            &[("RAYON_NUM_THREADS", "4")],
        )
        .ok(0);
    assert!(
        wanted == world.dump_of("many.db"),
        "the number of threads shows"
    );
    let mut state = 5_u64;
    for round in 0..2 {
        // Another order, several inputs at a time, all under the root that the last command names.
        for at in (1..names.len()).rev() {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            names.swap(at, (state >> 33) as usize % (at + 1));
        }
        let archive = format!("order{round}.db");
        std::fs::create_dir_all(world.path("later")).unwrap();
        for name in &names {
            let away = world.path("later").join(name.replace('/', "_"));
            std::fs::rename(world.path(name), away).unwrap();
        }
        for some in names.chunks(4) {
            for name in some {
                let away = world.path("later").join(name.replace('/', "_"));
                std::fs::rename(away, world.path(name)).unwrap();
            }
            world
                .run(&["--db", &archive, "ingest", "--root", "desk=in"])
                .ok(0);
        }
        assert!(
            wanted == world.dump_of(&archive),
            "the order {names:?} shows"
        );
    }
}

/// Read bytes with every reader that could be given them.
fn read_as_everything(bytes: &[u8]) {
    let limits = Limits::default();
    let context = DocumentContext {
        name: "a",
        url: None,
        charset: None,
        credits: reader(),
        limits: &limits,
    };
    let formats = [
        PhotoFormat::Jpeg,
        PhotoFormat::Png,
        PhotoFormat::Webp,
        PhotoFormat::Tiff,
        PhotoFormat::Gif,
        PhotoFormat::Psd,
        PhotoFormat::Raw,
        PhotoFormat::Heif,
        PhotoFormat::JpegXl,
        PhotoFormat::Jpeg2000,
        PhotoFormat::Eps,
        PhotoFormat::Pdf,
    ];
    for format in formats {
        cutline::fingerprint::coded(bytes, format);
    }
    if jpeg::size(bytes).is_some_and(|(width, height)| width * height < 1 << 20) {
        jpeg::luma(bytes, jpeg::Detail::Half);
    }
    let mut kinds: Vec<InputKind> = formats.map(InputKind::Photo).to_vec();
    kinds.extend([InputKind::Sidecar, InputKind::Html, InputKind::Text]);
    for kind in kinds {
        read::reader(kind).unwrap().read(bytes, kind, &context);
    }
    let catalogue = read::CatalogueOptions::default();
    let unpacking = read::UnpackContext {
        document: context,
        catalogue: &catalogue,
    };
    for kind in [
        InputKind::Mhtml,
        InputKind::Warc,
        InputKind::Feed,
        InputKind::Ninjs,
        InputKind::Newsml,
        InputKind::Catalogue,
        InputKind::Wacz,
    ] {
        let unpack = read::reader(kind).and_then(|r| r.unpack()).unwrap();
        let mut file = std::io::Cursor::new(bytes);
        unpack.unpack(&mut file, false, &unpacking, &mut |_| ());
    }
    // IIM and EXIF as a JPEG carries them.
    for (marker, head) in [
        (0xed, &b"Photoshop 3.0\08BIM\x04\x04\0\0"[..]),
        (0xe1, b"Exif\0\0"),
    ] {
        let mut segment = head.to_vec();
        if marker == 0xed {
            segment.extend((bytes.len() as u32).to_be_bytes());
        }
        segment.extend(bytes.iter().take(60_000));
        let jpeg = with_segments(b"\xff\xd8\xff\xd9", &[(marker, segment)]);
        let kind = InputKind::Photo(PhotoFormat::Jpeg);
        read::reader(kind).unwrap().read(&jpeg, kind, &context);
    }
    let text = String::from_utf8_lossy(bytes);
    let hints = Hints {
        lang: None,
        date: None,
    };
    reader().caption(&text, &hints);
    cutline::query::Query::parse(&text).fts();
    cutline::query::DateRange::parse(&text);
}

/// What the fuzz targets found, made small, and the inputs on which they begin.
fn corpus() -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for target in std::fs::read_dir(crate::world::project("fuzz/corpus")).unwrap() {
        for entry in std::fs::read_dir(target.unwrap().path()).unwrap() {
            let path = entry.unwrap().path();
            all.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
    all.sort();
    assert!(all.len() >= 22, "{}", all.len());
    all
}

#[test]
fn the_corpus_of_the_fuzz_targets_is_read() {
    for (_, bytes) in corpus() {
        read_as_everything(&bytes);
    }
}

/// The smallest of the inputs with which a fuzz target reaches all that it reached, as many as have 120,000 bytes: for each
/// target a gzip file with one input a line, in hexadecimal digits.
#[test]
fn the_minimised_corpus_of_the_fuzz_targets_is_read() {
    let mut read = 0;
    for file in std::fs::read_dir(crate::world::project("fuzz/minimised")).unwrap() {
        let file = std::fs::File::open(file.unwrap().path()).unwrap();
        let lines = std::io::read_to_string(flate2::read::GzDecoder::new(file)).unwrap();
        for line in lines.lines() {
            let digits: Vec<u32> = line.chars().map(|c| c.to_digit(16).unwrap()).collect();
            let (pairs, _) = digits.as_chunks::<2>();
            let bytes: Vec<u8> = pairs.iter().map(|[a, b]| (a * 16 + b) as u8).collect();
            read_as_everything(&bytes);
            read += 1;
        }
    }
    assert!(read > 1_000, "{read}");
}

/// The same inputs changed at random, a few times each; `CUTLINE_FUZZ=10000` so many times. This reaches less than the
/// targets in `fuzz/`, which keep what reaches new code, and needs nothing but this test.
#[test]
fn the_corpus_changed_at_random_is_read() {
    let corpus = corpus();
    let rounds: usize = std::env::var("CUTLINE_FUZZ")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(3);
    let mut state = 97_u64;
    let mut below = |n: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % n.max(1) as u64) as usize
    };
    for round in 0..rounds {
        for (name, bytes) in &corpus {
            let mut changed = bytes.clone();
            for _ in 0..=below(6) {
                let at = below(changed.len() + 1);
                match below(6) {
                    0 if at < changed.len() => changed[at] ^= 1 << below(8),
                    1 if at < changed.len() => {
                        changed[at] = [0, 0xff, 0x7f, 0x80, b'<', b'"'][below(6)];
                    }
                    2 => changed.truncate(at),
                    3 => {
                        let (_, other) = &corpus[below(corpus.len())];
                        let from = below(other.len());
                        let to = (from + below(40)).min(other.len());
                        changed.splice(at..at, other[from..to].iter().copied());
                    }
                    4 => {
                        let to = (at + below(60)).min(changed.len());
                        let again = changed[at..to].to_vec();
                        for _ in 0..below(30) {
                            changed.splice(at..at, again.iter().copied());
                        }
                    }
                    _ => {
                        let to = (at + below(8)).min(changed.len());
                        changed.drain(at..to);
                    }
                }
            }
            let read = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                read_as_everything(&changed);
            }));
            assert!(
                read.is_ok(),
                "{name}, round {round}: {}",
                changed.escape_ascii()
            );
        }
    }
}
