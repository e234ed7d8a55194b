//! Small inputs that ask for much: a limit is passed, a problem says so, and what was asked for within it is there.

use std::io::Write as _;
use std::process::{Command, Stdio};

use crate::world::{World, pattern};

/// A picture as JPEG.
fn photo() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    pattern(1, 256, 192)
        .write_to(&mut bytes, image::ImageFormat::Jpeg)
        .unwrap();
    bytes.into_inner()
}

/// The only input's status and reason.
fn status(world: &World) -> (String, Option<String>) {
    world
        .sql()
        .query_row(
            "SELECT status, reason FROM files WHERE container_id IS NULL",
            [],
            |r| Ok((r.get(0)?, r.get(1)?)),
        )
        .unwrap()
}

fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], &length[..], body].concat()
}

/// A JPEG with more segments behind its first mark.
fn with_segments(jpeg: &[u8], segments: &[u8]) -> Vec<u8> {
    [&jpeg[..2], segments, &jpeg[2..]].concat()
}

fn packet(creators: &str) -> String {
    format!(
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:creator><rdf:Seq>{creators}</rdf:Seq></dc:creator>\
         </rdf:Description></rdf:RDF></x:xmpmeta>"
    )
}

fn creators(from: usize, to: usize) -> String {
    let items: Vec<String> = (from..to)
        .map(|n| format!("<rdf:li>Ana {n}</rdf:li>"))
        .collect();
    items.concat()
}

#[test]
fn values_of_one_field_are_bounded_whatever_brings_them() {
    let many: Vec<u8> = (0..1_200)
        .flat_map(|n| {
            let body = format!(
                "http://ns.adobe.com/xap/1.0/\0{}",
                packet(&creators(n, n + 1))
            );
            segment(0xe1, body.as_bytes())
        })
        .collect();
    for (name, bytes) in [
        ("in/a.xmp", packet(&creators(0, 1_200)).into_bytes()),
        ("in/a.jpg", with_segments(&photo(), &many)),
    ] {
        let world = World::new();
        world.write(name, bytes);
        world.run(&["ingest", "in"]).ok(3);
        let (status, reason) = status(&world);
        assert_eq!(status, "partial", "{name}");
        assert_eq!(reason.as_deref(), Some("max-records"), "{name}");
        assert_eq!(
            world.count("metadata WHERE field = 'creator'"),
            1_000,
            "{name}"
        );
    }
}

/// A TIFF block with so many entries of one tag, which name the same bytes.
fn entries_of_one_value(entries: u16, length: u32) -> Vec<u8> {
    let mut block = b"II*\0\x08\0\0\0".to_vec();
    block.extend(entries.to_le_bytes());
    let at = 8 + 2 + 12 * u32::from(entries) + 4;
    for _ in 0..entries {
        block.extend(315_u16.to_le_bytes());
        block.extend(2_u16.to_le_bytes());
        block.extend(length.to_le_bytes());
        block.extend(at.to_le_bytes());
    }
    block.extend([0; 4]);
    block.resize(block.len() + length as usize, b'A');
    block
}

#[test]
fn exif_that_names_the_same_bytes_again_and_again_is_not_copied() {
    // 5,000 times 4 KB; the segment holds 64 KB.
    let block = entries_of_one_value(5_000, 4_000);
    let body = [b"Exif\0\0", &block[..]].concat();
    let world = World::new();
    world.write("in/a.jpg", with_segments(&photo(), &segment(0xe1, &body)));
    let limit = ["ingest", "in", "--limit", "metadata-bytes=1000000"];
    world.run(&limit).ok(3);
    assert_eq!(status(&world).1.as_deref(), Some("max-metadata"));
    // In a TIFF itself the first entry of a tag counts.
    let world = World::new();
    world.write("in/a.tif", block);
    world.run(&limit).ok(3);
    assert_eq!(world.count("metadata WHERE field = 'creator'"), 1);
}

#[test]
fn of_a_value_like_a_book_the_beginning_is_kept() {
    let world = World::new();
    let long = "Boats ".repeat(1 << 18);
    world.write("in/a.xmp", packet(&format!("<rdf:li>{long}</rdf:li>")));
    world.run(&["ingest", "in"]).ok(3);
    assert_eq!(status(&world).1.as_deref(), Some("max-metadata"));
    assert_eq!(
        world.count("metadata WHERE field = 'creator' AND length(value) = 1 << 20"),
        1
    );
}

#[test]
fn metadata_that_is_no_picture_does_not_reach_the_decoder() {
    let world = World::new();
    let id = [b'A'; 32];
    let parts: Vec<u8> = (0_u32..3_000)
        .flat_map(|n| {
            let head = b"http://ns.adobe.com/xmp/extension/\0";
            let sizes = [33_000_000_u32.to_be_bytes(), n.to_be_bytes()].concat();
            segment(0xe1, &[&head[..], &id, &sizes, b"x"].concat())
        })
        .collect();
    world.write("in/a.jpg", photo());
    world.write("in/b.jpg", with_segments(&photo(), &parts));
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(world.count("photos"), 2);
    let same = "(SELECT DISTINCT pdq, coded FROM photos)";
    assert_eq!(world.count(same), 1, "the picture is the same");
}

#[test]
fn lines_of_a_text_are_bounded() {
    let world = World::new();
    world.write("in/a.txt", "A line\n\n".repeat(70_000));
    world.run(&["ingest", "in"]).ok(3);
    assert_eq!(status(&world).1.as_deref(), Some("max-records"));
    let world = World::new();
    world.write(
        "in/a.txt",
        format!("A line{}Another one\n", "\n".repeat(1 << 20)),
    );
    world.run(&["ingest", "in"]).ok(0);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_catalogue_that_is_cut_off_or_broken_is_said_to_be() {
    let mut table = String::from("Filename,Caption,Credit\n");
    let mut list = String::from("[");
    for n in 0..400 {
        let credit = n * 7919 % 1000;
        table += &format!("p{n}.jpg,The pier at dusk {credit},Ana {credit}/AP\n");
        list += &format!(
            "{{\"filename\":\"p{n}.jpg\",\"caption\":\"The pier {credit}\",\"credit\":\"Ana {credit}/AP\"}},"
        );
    }
    list += "{\"filename\":\"last.jpg\",\"caption\":\"x\",\"credit\":\"AP\"}]";
    let half = |bytes: Vec<u8>| bytes[..bytes.len() / 2].to_vec();
    let broken = list.replacen("The pier", "The \\ud800 pier", 1);
    for (name, bytes, reason) in [
        ("in/a.csv.gz", half(gzip(table.as_bytes())), "truncated"),
        ("in/a.json.gz", half(gzip(list.as_bytes())), "truncated"),
        ("in/a.json", broken.into_bytes(), "damaged"),
    ] {
        let world = World::new();
        world.write(name, bytes);
        world.run(&["ingest", "in"]).ok(3);
        assert_eq!(status(&world).1.as_deref(), Some(reason), "{name}");
    }
    let world = World::new();
    world.write("in/a.csv.gz", gzip(table.as_bytes()));
    world.write("in/settings.json", "{\"colour\": \"red\"}");
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(world.count("catalogue_rows"), 400);
}

#[test]
fn a_line_without_an_end_is_not_held() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cutline"))
        .arg("credit")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let writes = std::thread::spawn(move || {
        stdin.write_all(&vec![b'a'; 8 << 20]).unwrap();
        stdin.write_all(b"\n(Photo: KCNA via Reuters)\n").unwrap();
    });
    let ended = child.wait_with_output().unwrap();
    writes.join().unwrap();
    assert_eq!(ended.status.code(), Some(3));
    let out = String::from_utf8(ended.stdout).unwrap();
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].len() < 4 << 20);
    assert!(lines[1].contains("\"reuters\""), "{}", lines[1]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_log_that_cannot_be_written_is_told() {
    let world = World::new();
    world.write("in/a.txt", "Boats. (Photo: Reuters)");
    let said = world.run(&["ingest", "in", "--log", "/dev/full"]).ok(3);
    assert!(said.err.contains("names are missing"), "{}", said.err);
}

#[test]
fn what_is_no_file_is_no_archive() {
    let world = World::new();
    world.write("in/a.txt", "Boats. (Photo: Reuters)");
    let refused = world.run(&["--db", "in", "ingest", "in"]).ok(2);
    assert!(refused.err.contains("it is a folder"), "{}", refused.err);
    #[cfg(target_os = "linux")]
    {
        let refused = world.run(&["--db", "/dev/null", "ingest", "in"]).ok(2);
        assert!(refused.err.contains("no regular file"), "{}", refused.err);
        assert!(!std::path::Path::new("/dev/null-journal").exists());
    }
}

#[test]
fn a_credit_that_is_printed_backwards_is_told_and_not_called_missing() {
    let world = World::new();
    world.write(
        "in/a.html",
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Harbour</title>\
         <meta property=\"og:site_name\" content=\"The Ledger\"></head><body><article><h1>Harbour</h1><figure><img src=\"p.png\">\
         <figcaption>Boats enter the new harbour. Photo: \u{202e}sretueR aiv ANCK\u{202c}</figcaption></figure></article></body></html>",
    );
    world.run(&["ingest", "in"]).ok(0);
    let rules: Vec<String> = world
        .run(&["flags", "--format", "jsonl"])
        .ok(0)
        .lines()
        .iter()
        .map(|flag| flag["rule"].as_str().unwrap().to_owned())
        .collect();
    assert!(rules.contains(&"disguised-credit".to_owned()), "{rules:?}");
    assert!(!rules.contains(&"credit-missing".to_owned()), "{rules:?}");
    assert!(!rules.contains(&"state-sourced".to_owned()), "{rules:?}");
}

#[test]
fn rows_for_programs_hold_no_order_to_a_terminal() {
    let world = World::new();
    let credit = "K\u{9b}31mCNA \u{202e}AP";
    world.write("in/a.xmp", packet(&format!("<rdf:li>{credit}</rdf:li>")));
    world.write("in/a.jpg", photo());
    world.run(&["ingest", "in"]).ok(0);
    let out = world
        .run(&["export", "photo_fields", "--format", "jsonl"])
        .ok(0);
    assert!(!out.out.contains(['\u{9b}', '\u{202e}']));
    let rows = out.lines();
    assert!(rows.iter().any(|row| row["value"] == credit), "lossless");
}
