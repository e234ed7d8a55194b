//! Inputs that hold many inputs: web archives, pages in one file, feeds, wire items, catalogues.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};

use crate::world::{World, pattern};

fn png(seed: u32) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    pattern(seed, 256, 192)
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn page(caption: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Harbour opens</title>\
         <link rel=\"canonical\" href=\"https://ledger.example/harbour\"><meta property=\"og:site_name\" content=\"The Ledger\">\
         <meta property=\"article:published_time\" content=\"2024-06-12T08:00:00Z\"></head><body><article><h1>Harbour opens</h1>\
         <figure><img src=\"/img/harbour.png\" alt=\"\"><figcaption>{caption}</figcaption></figure>\
         <p>The harbour opened on Tuesday after three years of work, and the first boats came in at noon.</p></article></body></html>"
    )
}

const CAPTION: &str = "Boats enter the new harbour, 11 June 2024. (Photo: Ana Example/AP)";

/// One record, `headers` being those of the HTTP answer; an empty `status` means no HTTP.
fn record(
    kind: &str,
    url: &str,
    date: &str,
    more: &str,
    status: &str,
    headers: &str,
    body: &[u8],
) -> Vec<u8> {
    let http = if status.is_empty() {
        Vec::new()
    } else {
        format!("HTTP/1.1 {status}\r\n{headers}\r\n").into_bytes()
    };
    let length = http.len() + body.len();
    let head = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n{more}Content-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), &http, body, b"\r\n\r\n"].concat()
}

fn answer(url: &str, date: &str, mime: &str, body: &[u8]) -> Vec<u8> {
    let headers = format!("Content-Type: {mime}\r\n");
    record("response", url, date, "", "200 OK", &headers, body)
}

const FIRST: &str = "2024-06-12T09:00:00Z";
const SECOND: &str = "2024-06-20T09:00:00Z";

/// A crawl with a page, its picture behind a redirect, an error, a script, an icon, and the page again.
fn crawl() -> Vec<Vec<u8>> {
    let moved = "Location: https://cdn.ledger.example/h/harbour.png\r\n";
    let mut icon = std::io::Cursor::new(Vec::new());
    pattern(9, 16, 16)
        .write_to(&mut icon, image::ImageFormat::Png)
        .unwrap();
    vec![
        record("warcinfo", "", FIRST, "", "", "", b"software: test"),
        answer(
            "https://ledger.example/harbour?ref=home",
            FIRST,
            "text/html; charset=utf-8",
            page(CAPTION).as_bytes(),
        ),
        record(
            "response",
            "https://ledger.example/img/harbour.png",
            FIRST,
            "",
            "301 Moved",
            moved,
            b"",
        ),
        answer(
            "https://cdn.ledger.example/h/harbour.png",
            FIRST,
            "image/png",
            &png(1),
        ),
        record(
            "response",
            "https://ledger.example/gone",
            FIRST,
            "",
            "404 Not Found",
            "Content-Type: text/html\r\n",
            b"<html><h1>Not here</h1></html>",
        ),
        answer(
            "https://ledger.example/app.js",
            FIRST,
            "text/javascript",
            b"var a;",
        ),
        answer(
            "https://ledger.example/dot.png",
            FIRST,
            "image/png",
            &icon.into_inner(),
        ),
        answer(
            "https://ledger.example/consent?next=/harbour",
            FIRST,
            "text/html",
            b"<html><title>Your privacy choices</title><body><p>Cookies.</p></html>",
        ),
        record(
            "revisit",
            "https://ledger.example/harbour",
            SECOND,
            "WARC-Payload-Digest: sha1:NONE\r\n",
            "200 OK",
            "",
            b"",
        ),
    ]
}

#[test]
fn a_web_archive_gives_its_pages_and_their_pictures() {
    let world = World::new();
    world.write("in/crawl.warc", crawl().concat());
    world.run(&["ingest", "in"]).ok(0);
    let matches = world.run(&["matches", "--format", "jsonl"]).ok(0).lines();
    assert_eq!(matches.len(), 1);
    assert_eq!(
        matches[0]["document"],
        "in/crawl.warc#https://ledger.example/harbour?ref=home"
    );
    assert_eq!(
        matches[0]["file"],
        "in/crawl.warc#https://cdn.ledger.example/h/harbour.png"
    );
    assert_eq!(matches[0]["decision"], "matched");
    let extracted = world.run(&["extract", "in/crawl.warc"]).ok(0).lines();
    assert_eq!(extracted.len(), 1);
    assert_eq!(extracted[0]["document"], matches[0]["document"]);
    assert_eq!(
        extracted[0]["image"],
        "https://ledger.example/img/harbour.png"
    );
    assert_eq!(extracted[0]["credit_line"], "Photo: Ana Example/AP");
    let kinds = |what: &str| world.count(&format!("web_records WHERE {what}"));
    assert_eq!(
        kinds("kind = 'redirect' AND http_status = 301 AND status = 'skipped'"),
        1
    );
    assert_eq!(kinds("kind = 'error-page' AND http_status = 404"), 1);
    assert_eq!(kinds("kind = 'icon'"), 1);
    assert_eq!(
        kinds("kind = 'consent-wall' AND http_status = 200 AND document IS NULL"),
        1
    );
    assert_eq!(
        kinds("document IS NOT NULL AND captured = '2024-06-12T09:00:00Z'"),
        1
    );
    assert_eq!(world.count("documents"), 1);
    let shown = world
        .run(&[
            "show",
            "in/crawl.warc#https://ledger.example/harbour?ref=home",
        ])
        .ok(0);
    assert!(shown.out.contains("Boats enter"), "{}", shown.out);
    let found = world
        .run(&["search", "--format", "jsonl", "boats"])
        .ok(0)
        .lines();
    assert_eq!(found.len(), 1);
}

#[test]
fn compressed_and_packed_archives_give_the_same() {
    let plain = World::new();
    plain.write("in/crawl.warc", crawl().concat());
    let zipped = World::new();
    let members: Vec<u8> = crawl().iter().flat_map(|r| gzip(r)).collect();
    zipped.write("in/crawl.warc.gz", &members);
    let packed = World::new();
    packed.write(
        "in/crawl.wacz",
        zip(&[
            ("datapackage.json", b"{}"),
            ("archive/data.warc.gz", &members),
        ]),
    );
    let facts = |world: &World, name: &str| {
        let lines = world.run(&["extract", "in", "--format", "jsonl"]).ok(0).out;
        lines.replace(name, "X")
    };
    let expected = facts(&plain, "crawl.warc");
    assert!(!expected.is_empty());
    assert_eq!(expected, facts(&zipped, "crawl.warc.gz"));
    assert_eq!(expected, facts(&packed, "crawl.wacz"));
    assert!(!packed.path("in/archive").exists());
    // Cut off before the list of what is in it, its records are there still.
    let whole = zip(&[
        ("datapackage.json", b"{}"),
        ("archive/data.warc.gz", &members),
    ]);
    let list = whole.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    let cut = World::new();
    cut.write("in/crawl.wacz", &whole[..list]);
    let ran = cut.run(&["extract", "in", "--format", "jsonl"]);
    assert_eq!(expected, ran.out.replace("crawl.wacz", "X"));
    assert!(ran.err.contains("cut off"), "{}", ran.err);
}

/// A zip file of stored entries.
fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut list) = (Vec::new(), Vec::new());
    for (name, bytes) in entries {
        let mut fixed = vec![20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        fixed.extend((bytes.len() as u32).to_le_bytes());
        fixed.extend((bytes.len() as u32).to_le_bytes());
        fixed.extend((name.len() as u16).to_le_bytes());
        fixed.extend([0, 0]);
        let at = out.len() as u32;
        out.extend(b"PK\x03\x04");
        out.extend(&fixed);
        out.extend(name.as_bytes());
        out.extend(*bytes);
        list.extend(b"PK\x01\x02\x14\0");
        list.extend(&fixed);
        list.extend([0; 10]);
        list.extend(at.to_le_bytes());
        list.extend(name.as_bytes());
    }
    let start = out.len() as u32;
    out.extend(&list);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend((entries.len() as u16).to_le_bytes());
    out.extend((entries.len() as u16).to_le_bytes());
    out.extend((list.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

/// Two captures of the page, the second with another credit, in files of the given names.
fn two_captures(world: &World, first: &str, second: &str) {
    let url = "https://ledger.example/harbour";
    let later = page("Boats enter the new harbour, 11 June 2024. (Photo: KCNA via Reuters)");
    world.write(
        first,
        answer(url, FIRST, "text/html", page(CAPTION).as_bytes()),
    );
    world.write(second, answer(url, SECOND, "text/html", later.as_bytes()));
}

#[test]
fn captures_of_one_page_are_one_document_and_a_changed_credit_is_kept() {
    for (first, second) in [("in/a.warc", "in/b.warc"), ("in/b.warc", "in/a.warc")] {
        let world = World::new();
        two_captures(&world, first, second);
        world.run(&["ingest", "in"]).ok(0);
        assert_eq!(world.count("documents"), 1);
        assert_eq!(world.count("captures"), 2);
        assert_eq!(
            world.count("appearances"),
            1,
            "one use, however often captured"
        );
        let uses = world
            .run(&["search", "--format", "jsonl", "boats"])
            .ok(0)
            .lines();
        assert_eq!(uses.len(), 1);
        assert_eq!(
            world.count("uses WHERE credit_line = 'Photo: KCNA via Reuters'"),
            1,
            "the latest counts"
        );
        assert_eq!(world.count("caption_changes"), 2);
        assert_eq!(
            world.count("caption_changes WHERE text LIKE '%Ana Example/AP%' AND first_captured = '2024-06-12T09:00:00Z' AND NOT latest"),
            1
        );
        let shown = world.run(&["show", "https://ledger.example/harbour"]).ok(0);
        assert!(
            shown.out.contains("Ana Example/AP"),
            "the earlier credit is shown: {}",
            shown.out
        );
        // The later capture goes: the earlier wording counts again, as if the later had never been.
        world.write(
            second,
            b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n",
        );
        world.run(&["ingest", "in"]).ok(0);
        assert_eq!(
            world.count("uses WHERE credit_line = 'Photo: Ana Example/AP'"),
            1
        );
        assert_eq!(world.count("caption_changes"), 0);
    }
}

#[test]
fn evidence_names_the_capture_whose_bytes_hold_the_words() {
    let url = "https://ledger.example/harbour";
    let credited = |credit: &str| {
        page(&format!(
            "Boats enter the new harbour, 11 June 2024. ({credit})"
        ))
    };
    let digest = "WARC-Payload-Digest: sha1:TWO\r\n";
    let world = World::new();
    world.write(
        "in/a.warc",
        answer(url, FIRST, "text/html", credited("Photo: TASS").as_bytes()),
    );
    let html = "Content-Type: text/html\r\n";
    let later = credited("Photo: KCNA via Reuters");
    let second = record(
        "response",
        url,
        SECOND,
        digest,
        "200 OK",
        html,
        later.as_bytes(),
    );
    // Captured once more without a change: a record without bytes.
    let again = record(
        "revisit",
        url,
        "2024-06-25T09:00:00Z",
        digest,
        "200 OK",
        "",
        b"",
    );
    world.write("in/b.warc", [second, again].concat());
    world.run(&["ingest", "in"]).ok(0);
    let quoted = || {
        let flags = world
            .run(&[
                "flags",
                "--severity",
                "info",
                "--rule",
                "state-sourced",
                "--format",
                "jsonl",
            ])
            .ok(0)
            .lines();
        let evidence = &flags[0]["evidence"][0];
        (evidence["text"].clone(), evidence["input"].clone())
    };
    let name = |file: &str| format!("{file}#{url}");
    assert_eq!(
        quoted(),
        ("KCNA via Reuters".into(), name("in/b.warc").into())
    );
    let read_from =
        |file: &str| world.count(&format!("state_sourced WHERE read_from = '{}'", name(file)));
    assert_eq!(read_from("in/b.warc"), 1);
    // Without the later capture the earlier one is quoted again.
    world.write(
        "in/b.warc",
        b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 0\r\n\r\n\r\n\r\n",
    );
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(quoted(), ("TASS".into(), name("in/a.warc").into()));
    assert_eq!(read_from("in/a.warc"), 1);
}

#[test]
fn a_web_archive_is_shown_whole_and_one_that_is_not_held_says_what_to_do() {
    let world = World::new();
    world.write("in/crawl.warc", crawl().concat());
    world.write("other.warc", crawl().concat());
    world.run(&["ingest", "in"]).ok(0);
    let shown = world.run(&["show", "in/crawl.warc"]).ok(0);
    assert!(
        shown
            .out
            .contains("in/crawl.warc#https://ledger.example/harbour"),
        "{}",
        shown.out
    );
    let refused = world.run(&["show", "other.warc"]).ok(2);
    assert!(
        refused.err.contains("`cutline extract other.warc`"),
        "{}",
        refused.err
    );
}

#[test]
fn a_credit_for_the_whole_document_is_shown() {
    let world = World::new();
    let text = "Fog lay over the harbour until noon, and no ferry left the quay before the wind had turned. ".repeat(5);
    world.write(
        "in/page.html",
        format!("<h1>Ferries in fog</h1><article><p>{text}</p><figure><img src='/p/a-000001.jpg'><figcaption>The ferry.</figcaption></figure><p>{text}</p><p>Photos: AP, Reuters</p></article>"),
    );
    let lines = world.run(&["extract", "in/page.html"]).ok(0).lines();
    assert_eq!(lines[0]["credit_line"], serde_json::Value::Null);
    assert_eq!(
        lines[0]["document_credits"][0]["credit_line"],
        "Photos: AP, Reuters"
    );
    let table = world
        .run(&["extract", "in/page.html", "--format", "table"])
        .ok(0);
    assert!(table.out.contains("Photos: AP, Reuters"), "{}", table.out);
    world.run(&["ingest", "in"]).ok(0);
    let shown = world.run(&["show", "in/page.html"]).ok(0);
    assert!(
        shown
            .out
            .contains("for the whole document: Photos: AP, Reuters"),
        "{}",
        shown.out
    );
}

#[test]
fn a_row_with_a_cell_too_many_is_a_problem_that_names_it() {
    let world = World::new();
    world.write(
        "in/export.csv",
        "Filename,Caption,By-line,Credit\na.jpg,The pier,Nadar,AP\nb.jpg,The pier, at noon,Ana Ruiz,AP\nc.jpg,The pier,Brassaï,,\n",
    );
    let ran = world.run(&["extract", "in"]).ok(3);
    assert!(
        ran.err.contains("in/export.csv#row 2") && !ran.err.contains("row 3"),
        "{}",
        ran.err
    );
    let lines = ran.lines();
    assert_eq!(lines.len(), 3, "no row is lost");
    // One word in a column for makers is a maker, not a house.
    assert_eq!(lines[0]["credit"]["creators"], serde_json::json!(["Nadar"]));
    assert_eq!(lines[0]["credit"]["chain"][0]["party"], "ap");
    assert_eq!(lines[0]["credit"]["chain"].as_array().unwrap().len(), 1);
    assert_eq!(
        lines[2]["credit"]["creators"],
        serde_json::json!(["Brassaï"])
    );
    world.run(&["ingest", "in"]).ok(3);
    assert_eq!(
        world.count("inputs WHERE path = 'in/export.csv#row 2' AND status = 'partial'"),
        1
    );
    assert_eq!(
        world.count("inputs WHERE path LIKE '%row%' AND status = 'ok'"),
        2
    );
    assert_eq!(
        world.count("credit_creators WHERE creator IN ('Nadar', 'Brassaï')"),
        2
    );
    assert_eq!(
        world.count("credit_parties WHERE name IN ('Nadar', 'Brassaï')"),
        0
    );
}

#[test]
fn groups_of_media_rss_are_one_picture_or_a_gallery() {
    let content = |url: &str, inside: &str| {
        format!("<media:content url='{url}' medium='image' width='800'>{inside}</media:content>")
    };
    let words = |text: &str, credit: &str| {
        format!(
            "<media:description>{text}</media:description><media:credit>{credit}</media:credit>"
        )
    };
    let item = |number: u32, group: String| {
        format!(
            "<item><title>Item</title><link>https://ledger.example/{number}</link><media:group>{group}</media:group></item>"
        )
    };
    let world = World::new();
    world.write(
        "feed.xml",
        format!(
            "<rss version='2.0' xmlns:media='http://search.yahoo.com/mrss/'><channel><title>The Ledger</title>{}{}{}</channel></rss>",
            item(1, content("/one.jpg", &words("One.", "AP")) + &content("/two.jpg", &words("Two.", "KCNA"))),
            item(2, format!("<media:content url='/film.mp4' type='video/mp4'/><media:thumbnail url='/still.jpg'/>{}", words("A film.", "AFP"))),
            item(3, "<media:content url='/s.jpg' medium='image' width='90'/>".to_owned() + &content("/l.jpg", &words("Three.", "EPA"))),
        ),
    );
    let lines = world.run(&["extract", "feed.xml"]).ok(0).lines();
    let found: Vec<_> = lines
        .iter()
        .map(|l| {
            ["image", "caption", "credit_line"].map(|name| l[name].as_str().unwrap_or_default())
        })
        .collect();
    assert_eq!(
        found,
        [
            ["https://ledger.example/one.jpg", "One.", "AP"],
            ["https://ledger.example/two.jpg", "Two.", "KCNA"],
            ["https://ledger.example/still.jpg", "A film.", "AFP"],
            ["https://ledger.example/l.jpg", "Three.", "EPA"],
        ]
    );
    assert_eq!(
        lines[3]["image_variants"],
        serde_json::json!(["https://ledger.example/s.jpg"])
    );
}

#[test]
fn a_repeated_record_is_another_capture_of_what_it_repeats() {
    let digest = "WARC-Payload-Digest: sha1:ABC\r\n";
    let url = "https://ledger.example/harbour";
    let original = record(
        "response",
        url,
        FIRST,
        digest,
        "200 OK",
        "Content-Type: text/html\r\n",
        page(CAPTION).as_bytes(),
    );
    let again = record("revisit", url, SECOND, digest, "200 OK", "", b"");
    for (first, second) in [(&original, &again), (&again, &original)] {
        let world = World::new();
        world.write("in/a.warc", first);
        world.write("in/b.warc", second);
        world.run(&["ingest", "in"]).ok(0);
        assert_eq!(world.count("documents"), 1);
        assert_eq!(
            world.count(
                "captures WHERE captured IN ('2024-06-12T09:00:00Z', '2024-06-20T09:00:00Z')"
            ),
            2
        );
        assert_eq!(world.count("appearances"), 1);
        let before = world.dump();
        world.run(&["ingest", "in", "--reread"]).ok(0);
        assert_eq!(before, world.dump());
    }
}

#[test]
fn again_and_again_gives_the_same_archive() {
    let world = World::new();
    world.write("in/crawl.warc", crawl().concat());
    two_captures(&world, "in/a.warc", "in/b.warc");
    world
        .run_with(&["ingest", "in"], &[("RAYON_NUM_THREADS", "1")])
        .ok(0);
    let before = world.dump();
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(before, world.dump(), "a second run adds nothing");
    world.run(&["ingest", "in", "--reread"]).ok(0);
    assert_eq!(before, world.dump(), "nor does reading all again");
    world.run(&["rederive"]).ok(0);
    assert_eq!(before, world.dump(), "nor deriving again");
    world.run(&["verify"]).ok(0);
    // As after a kill in the middle of the web archive: its own row says so, and some members are missing.
    world
        .sql()
        .execute_batch(
            "PRAGMA foreign_keys = ON;
             UPDATE files SET sha256 = NULL, status = 'failed', reason = 'changed' WHERE path LIKE '%crawl.warc';
             DELETE FROM captures WHERE file_id IN (SELECT id FROM files WHERE path LIKE '%crawl.warc#%');
             DELETE FROM files WHERE path LIKE '%crawl.warc#%' AND kind IN ('html', 'redirect');",
        )
        .unwrap();
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(before, world.dump(), "the next run finishes it");
}

#[test]
fn what_a_changed_archive_no_longer_holds_goes() {
    let world = World::new();
    world.write("in/crawl.warc", crawl().concat());
    world.run(&["ingest", "in"]).ok(0);
    world.write("in/crawl.warc", crawl()[..2].concat());
    world.run(&["ingest", "in"]).ok(0);
    let fresh = World::new();
    fresh.write("in/crawl.warc", crawl()[..2].concat());
    fresh.run(&["ingest", "in"]).ok(0);
    for table in [
        "files",
        "photos",
        "records",
        "documents",
        "appearances",
        "pictures",
        "pending",
    ] {
        assert_eq!(world.count(table), fresh.count(table), "{table}");
    }
}

#[test]
fn a_picture_in_another_archive_of_the_crawl_is_found_whatever_comes_first() {
    let (pages, pictures) = (
        crawl()[1].clone(),
        [crawl()[2].clone(), crawl()[3].clone()].concat(),
    );
    for (first, second) in [(&pages, &pictures), (&pictures, &pages)] {
        let world = World::new();
        world.write("in/1.warc", first);
        world.run(&["ingest", "in"]).ok(0);
        world.write("in/2.warc", second);
        world.run(&["ingest", "in"]).ok(0);
        let matches = world.run(&["matches", "--format", "jsonl"]).ok(0).lines();
        assert_eq!(matches[0]["decision"], "matched");
    }
}

#[test]
fn damaged_archives_say_so_and_give_what_they_can() {
    let world = World::new();
    let all = crawl().concat();
    world.write("in/cut.warc", &all[..all.len() - 400]);
    world.write("in/junk.warc", b"WARC/1.0\r\nnothing");
    world.write("in/words.warc", b"only words");
    world.run(&["ingest", "in"]).ok(3);
    assert_eq!(world.count("documents"), 1);
    assert!(
        world.count("inputs WHERE status IN ('failed', 'partial') AND problem IS NOT NULL") >= 2
    );
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let bits =
            three.iter().fold(0_u32, |all, b| all << 8 | u32::from(*b)) << (8 * (3 - three.len()));
        for at in 0..=three.len() {
            out.push(char::from(ALPHABET[(bits >> (18 - 6 * at) & 63) as usize]));
        }
        out.push_str(&"=".repeat(3 - three.len()));
    }
    out
}

fn mhtml() -> String {
    let picture = base64(&png(1));
    let page = page(CAPTION)
        .replace("/img/harbour.png", "cid:one@x")
        .replace('=', "=3D");
    format!(
        "From: <Saved by a browser>\r\nSnapshot-Content-Location: https://ledger.example/harbour\r\nSubject: Harbour\r\n\
         Date: Wed, 12 Jun 2024 11:00:00 +0200\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"text/html\";\r\n\tboundary=\"----b\"\r\n\r\n\
         ------b\r\nContent-Type: text/html\r\nContent-ID: <frame@x>\r\nContent-Transfer-Encoding: quoted-printable\r\n\
         Content-Location: https://ledger.example/harbour\r\n\r\n{page}\r\n\
         ------b\r\nContent-Type: image/png\r\nContent-ID: <one@x>\r\nContent-Transfer-Encoding: base64\r\n\r\n{picture}\r\n------b--\r\n"
    )
}

#[test]
fn a_page_in_one_file_is_tied_to_the_picture_in_it() {
    let world = World::new();
    world.write("in/harbour.mhtml", mhtml());
    world.run(&["ingest", "in"]).ok(0);
    let matches = world.run(&["matches", "--format", "jsonl"]).ok(0).lines();
    assert_eq!(matches[0]["document"], "in/harbour.mhtml");
    assert_eq!(matches[0]["file"], "in/harbour.mhtml#cid:one@x");
    assert_eq!(matches[0]["decision"], "matched");
    assert_eq!(
        world.count("captures WHERE captured = '2024-06-12T09:00:00Z'"),
        1
    );
    let extracted = world.run(&["extract", "in/harbour.mhtml"]).ok(0).lines();
    assert_eq!(extracted[0]["document"], "in/harbour.mhtml");
    assert_eq!(
        extracted[0]["caption"],
        "Boats enter the new harbour, 11 June 2024."
    );
    let before = world.dump();
    world.run(&["ingest", "in", "--reread"]).ok(0);
    assert_eq!(before, world.dump());
    let text = mhtml();
    world.write("in/cut.mhtml", &text[..text.len() - 200]);
    world.run(&["ingest", "in"]).ok(3);
}

const RSS: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>The Ledger</title>
<link>https://ledger.example/</link><language>en</language>
<item><title>Harbour opens</title><link>https://ledger.example/harbour</link><pubDate>Wed, 12 Jun 2024 10:00:00 +0200</pubDate>
<media:group><media:content url="/img/small.jpg" type="image/jpeg" width="300"/><media:content url="/img/large.jpg" type="image/jpeg" width="1200"/>
<media:description type="plain">Boats enter the new harbour.</media:description><media:credit role="photographer">Ana Example</media:credit><media:credit>AP</media:credit></media:group></item>
<item><title>Fog</title><link>https://ledger.example/fog</link><enclosure url="https://ledger.example/fog.jpg" type="image/jpeg"/></item>
<item><title>Song</title><link>https://ledger.example/song</link><enclosure url="https://ledger.example/song.mp3" type="audio/mpeg"/></item></channel></rss>"#;

const ATOM: &str = r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Die Warte</title><link href="https://warte.example/"/>
<entry><title>Hafen</title><id>urn:1</id><link rel="alternate" href="https://warte.example/hafen"/><published>2024-06-12T10:00:00+02:00</published>
<content type="html">&lt;figure&gt;&lt;img src="/hafen.jpg" alt="Boote"&gt;&lt;figcaption&gt;Boote im Hafen. Foto: Jo Beispiel/dpa&lt;/figcaption&gt;&lt;/figure&gt;</content></entry></feed>"#;

#[test]
fn feeds_give_a_document_an_item() {
    let world = World::new();
    world.write("in/feed.xml", RSS);
    world.write("in/atom.xml", ATOM);
    let lines = world.run(&["extract", "in/feed.xml"]).ok(0).lines();
    assert_eq!(lines.len(), 2);
    assert_eq!(
        lines[0]["document"],
        "in/feed.xml#https://ledger.example/harbour"
    );
    assert_eq!(lines[0]["published"], "2024-06-12T10:00:00+02:00");
    assert_eq!(lines[0]["outlet"], "The Ledger");
    assert_eq!(lines[0]["image"], "https://ledger.example/img/large.jpg");
    assert_eq!(
        lines[0]["image_variants"][0],
        "https://ledger.example/img/small.jpg"
    );
    assert_eq!(lines[0]["caption"], "Boats enter the new harbour.");
    assert_eq!(lines[0]["credit_line"], "Ana Example/AP");
    assert_eq!(lines[1]["image"], "https://ledger.example/fog.jpg");
    let lines = world.run(&["extract", "in/atom.xml"]).ok(0).lines();
    assert_eq!(lines[0]["url"], "https://warte.example/hafen");
    assert_eq!(lines[0]["image"], "https://warte.example/hafen.jpg");
    assert_eq!(lines[0]["lang"], "de");
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(world.count("documents"), 4);
    assert_eq!(
        world.count("inputs WHERE kind = 'item' AND status = 'ok'"),
        4
    );
}

#[test]
fn a_feed_gives_a_picture_once_and_its_words() {
    let world = World::new();
    // The text of an Atom entry as elements.
    world.write(
        "atom.xml",
        r#"<feed xmlns="http://www.w3.org/2005/Atom"><title>Quay</title><entry><title>T</title><id>1</id><link href="https://quay.example/x"/>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>A &amp; B.</p><figure><img src="/m.jpg" alt="a &lt; b"/><figcaption>The <b>new</b> harbour. Photo: AP</figcaption></figure></div></content></entry></feed>"#,
    );
    let lines = world.run(&["extract", "atom.xml"]).ok(0).lines();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["image"], "https://quay.example/m.jpg");
    assert_eq!(lines[0]["caption"], "The new harbour.");
    assert_eq!(lines[0]["credit_line"], "Photo: AP");
    // The picture that the item states, and its rendition in the text.
    world.write(
        "rss.xml",
        r#"<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Q</title>
<item><title>T</title><link>https://quay.example/x</link><media:content url="https://quay.example/up/two-a.jpg" medium="image"/>
<content:encoded><![CDATA[<figure><img src="https://quay.example/up/two-a-1024x683.jpg"><figcaption>A crane. Photo: AP</figcaption></figure><p>Text</p>]]></content:encoded></item>
<item><title>U</title><link>https://quay.example/y</link><media:content url="https://quay.example/up/three.jpg" medium="image"><media:description>Two&amp;nbsp;cranes.</media:description></media:content></item></channel></rss>"#,
    );
    let lines = world.run(&["extract", "rss.xml"]).ok(0).lines();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["caption"], "A crane.");
    assert_eq!(lines[0]["credit_line"], "Photo: AP");
    assert_eq!(lines[1]["caption"], "Two cranes.");
}

#[test]
fn a_saved_error_page_is_no_article() {
    let world = World::new();
    world.write(
        "in/gone.html",
        "<title>Page Not Found | The Quay</title><h1>404</h1><p>The page you are looking for might have been removed.</p><img src='/p/a.jpg' alt='a'>",
    );
    world.write(
        "in/story.html",
        "<title>Page not found: how letters get lost</title><h1>Page not found: how letters get lost</h1><p>Some letters never arrive.</p>",
    );
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(
        world.count("inputs WHERE kind = 'error-page' AND status = 'skipped'"),
        1
    );
    assert_eq!(world.count("documents"), 1);
}

const NINJS2: &str = r#"{"uri":"urn:item:1","type":"text","representationtype":"complete","language":"en","versioncreated":"2024-06-12T08:00:00Z",
"headlines":[{"role":"main","value":"Harbour opens"}],"infosources":[{"name":"Example Wire","role":"provider"}],
"associations":[{"name":"featured","uri":"urn:item:2","type":"picture","descriptions":[{"role":"caption","value":"Boats enter the new harbour."}],
"by":"Ana Example","creditline":"KCNA via Reuters","renditions":[{"name":"thumb","href":"https://wire.example/t.jpg","width":100,"contenttype":"image/jpeg"},
{"name":"main","href":"https://wire.example/m.jpg","width":1000,"contenttype":"image/jpeg"}]}]}"#;

const NINJS1: &str = r#"{"uri":"http://wire.example/3","type":"picture","versioncreated":"2024-06-12T08:00:00Z","headline":"Harbour",
"description_text":"Boats enter the new harbour.","byline":"Ana Example","renditions":{"main":{"href":"harbour.png","mimetype":"image/png","width":256}}}"#;

const NEWSML: &str = r#"<?xml version="1.0"?><newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>
<newsItem guid="tag:wire.example,2024:4" standard="NewsML-G2"><rightsInfo><copyrightHolder literal="Example Wire"/></rightsInfo>
<itemMeta><itemClass qcode="ninat:picture"/><provider qcode="p:xw"><name>Example Wire</name></provider><versionCreated>2024-06-12T08:00:00Z</versionCreated></itemMeta>
<contentMeta><contentCreated>2024-06-11</contentCreated><creator><name>Ana Example</name></creator><creditline>EXAMPLE WIRE via Reuters</creditline>
<headline>Harbour</headline><language tag="en"/><description role="drol:caption">Boats enter the new harbour.</description></contentMeta>
<contentSet><remoteContent href="https://wire.example/small.jpg" contenttype="image/jpeg" width="100"/>
<remoteContent href="https://wire.example/large.jpg" contenttype="image/jpeg" width="900"/></contentSet></newsItem>
<newsItem guid="tag:wire.example,2024:5"><itemMeta><itemClass qcode="ninat:text"/></itemMeta><contentMeta><headline>Story</headline></contentMeta>
<contentSet><inlineXML><nitf><body><media media-type="image"><media-reference source="https://wire.example/n.jpg" alternate-text="A boat"/>
<media-caption>A boat at noon.</media-caption><media-producer>Bo Example/AP</media-producer></media></body></nitf></inlineXML></contentSet></newsItem>
</itemSet></newsMessage>"#;

#[test]
fn wire_items_give_their_pictures() {
    let world = World::new();
    world.write("in/two.json", NINJS2);
    world.write("in/one.json", NINJS1);
    world.write("in/four.xml", NEWSML);
    std::fs::write(world.path("in/harbour.png"), png(1)).unwrap();
    let lines = world.run(&["extract", "in/two.json"]).ok(0).lines();
    assert_eq!(lines.len(), 1);
    assert_eq!(lines[0]["image"], "https://wire.example/m.jpg");
    assert_eq!(lines[0]["caption"], "Boats enter the new harbour.");
    assert_eq!(lines[0]["outlet"], "Example Wire");
    assert_eq!(lines[0]["credit"]["chain"][0]["party"], "kcna");
    let lines = world.run(&["extract", "in/four.xml"]).ok(0).lines();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["document"], "in/four.xml#tag:wire.example,2024:4");
    assert_eq!(lines[0]["image"], "https://wire.example/large.jpg");
    assert_eq!(lines[0]["credit"]["creators"][0], "Ana Example");
    assert_eq!(lines[1]["caption"], "A boat at noon.");
    world.run(&["ingest", "in"]).ok(0);
    let matches = world.run(&["matches", "--format", "jsonl"]).ok(0).lines();
    let beside = matches
        .iter()
        .find(|m| m["document"] == "in/one.json#http://wire.example/3")
        .unwrap();
    assert_eq!(
        beside["file"], "in/harbour.png",
        "a picture delivered beside its item"
    );
}

#[test]
fn an_entity_bomb_is_not_expanded() {
    let world = World::new();
    let mut bomb = String::from("<?xml version=\"1.0\"?><!DOCTYPE rss [<!ENTITY a \"aaaaaaaaaa\">");
    for (one, two) in ["ab", "bc", "cd", "de", "ef", "fg"]
        .iter()
        .map(|p| p.split_at(1))
    {
        bomb.push_str(&format!(
            "<!ENTITY {two} \"{}\">",
            format!("&{one};").repeat(20)
        ));
    }
    bomb.push_str("]><rss><channel><item><title>&g;</title><link>https://a.example/1</link></item></channel></rss>");
    world.write("in/bomb.xml", bomb);
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(world.count("documents WHERE title = '&g;'"), 1);
}

const CATALOGUE: &str = "Dateiname;Bildtext;Fotograf;Bildnachweis;Aufnahmedatum;DateCreated\r\n\
    photos/harbour.png;Boote im Hafen;Ana Example;KCNA via Reuters;;31.12.2023\r\n\
    C:\\Bilder\\fog.png;Nebel;Bo Example;AP;;03.04.2005\r\n\
    gone.png;Nichts;Cy Example;AP;;01.02.2003\r\n\
    twice.png;Zwei;Di Example;AP;;01.02.2003\r\n";

fn desk() -> World {
    let world = World::new();
    world.picture("in/photos/harbour.png", 1);
    world.picture("in/photos/fog.png", 2);
    world.picture("in/a/twice.png", 3);
    world.picture("in/b/twice.png", 4);
    world
}

#[test]
fn a_catalogue_is_joined_to_the_photos_that_it_names() {
    let world = desk();
    world.write("in/export.csv", CATALOGUE);
    let summary = world
        .run(&["ingest", "in", "--format", "jsonl"])
        .ok(0)
        .lines();
    let rows = &summary[0]["catalogue"];
    assert_eq!(
        (
            rows["rows"].as_i64(),
            rows["joined"].as_i64(),
            rows["ambiguous"].as_i64()
        ),
        (Some(4), Some(2), Some(1))
    );
    assert_eq!(world.count("catalogue_rows WHERE joined_by = 'path'"), 1);
    assert_eq!(world.count("catalogue_rows WHERE joined_by = 'name'"), 1);
    assert_eq!(
        world.count("catalogue_rows WHERE joined_by = 'ambiguous' AND candidates = 2"),
        1
    );
    assert_eq!(world.count("catalogue_rows WHERE joined_by = 'none'"), 1);
    assert_eq!(world.count("metadata WHERE carrier = 'catalogue' AND field = 'date_created' AND value = '2005-04-03'"), 1);
    let shown = world.run(&["show", "in/photos/harbour.png"]).ok(0).out;
    assert!(
        shown.contains("catalogue") && shown.contains("KCNA via Reuters"),
        "{shown}"
    );
    let flags = world.run(&["flags", "--format", "jsonl"]).ok(0).lines();
    assert!(
        flags.iter().any(|f| f["rule"] == "state-sourced"),
        "{flags:?}"
    );
    let before = world.dump();
    world.run(&["ingest", "in", "--reread"]).ok(0);
    assert_eq!(before, world.dump());
    world.run(&["rederive"]).ok(0);
    assert_eq!(before, world.dump());
    // A photo that comes later finds its row.
    world.picture("in/photos/gone.png", 5);
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(world.count("catalogue_rows WHERE joined_by = 'none'"), 0);
}

#[test]
fn days_and_months_are_not_guessed() {
    let world = desk();
    let open = CATALOGUE.replace("31.12.2023", "04.05.2006");
    world.write("in/export.csv", open);
    world.run(&["ingest", "in"]).ok(3);
    assert_eq!(
        world.count("inputs WHERE reason = 'ambiguous' AND problem LIKE '%day from month%'"),
        1
    );
    assert_eq!(
        world.count("metadata WHERE field = 'date_created' AND value = '2005'"),
        1
    );
    let stated = desk();
    stated.write(
        "in/export.csv",
        CATALOGUE.replace("31.12.2023", "04.05.2006"),
    );
    stated
        .run(&["ingest", "in", "--dates", "month-first"])
        .ok(0);
    assert_eq!(
        stated.count("metadata WHERE field = 'date_created' AND value = '2005-03-04'"),
        1
    );
}

#[test]
fn other_tables_and_json_are_no_catalogue() {
    let world = desk();
    world.write(
        "in/bank.csv",
        "date,debit,credit,description\n2024-01-01,1,2,x\n",
    );
    world.write(
        "in/package.json",
        r#"{"name":"x","description":"y","author":"z","files":[{"path":"a"}]}"#,
    );
    world.write("in/list.json", "[1,2,3]");
    world.write("in/broken.json", r#"{"a":"#);
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(
        world.count("inputs WHERE kind = 'data' AND status = 'skipped'"),
        4
    );
    let before = world.dump();
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(before, world.dump());
}

#[test]
fn a_user_maps_columns_and_sees_it_before() {
    let world = desk();
    world.write(
        "in/export.csv",
        "Kennung|Worte|Wer\nZ:\\alt\\photos\\fog.png|Nebel am Morgen|Bo Example\n",
    );
    world.write(
        "map.toml",
        "[columns]\nKennung = \"path\"\nWorte = \"description\"\nWer = \"creator\"\n",
    );
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(
        world.count("catalogue_rows"),
        0,
        "its columns are not known"
    );
    let args = ["--columns", "map.toml", "--rewrite", "Z:\\alt=in"];
    let preview = world
        .run(&[&["ingest", "in/export.csv", "--dry-run"][..], &args].concat())
        .ok(0)
        .out;
    assert!(
        preview.contains("description")
            && preview.contains("Nebel am Morgen")
            && preview.contains("in/photos/fog.png"),
        "{preview}"
    );
    world
        .run(&[&["ingest", "in", "--reread"][..], &args].concat())
        .ok(0);
    assert_eq!(world.count("catalogue_rows WHERE joined_by = 'path'"), 1);
    world.write("map.toml", "[columns]\na = \"captoin\"\n");
    let wrong = world.run(&["ingest", "in", "--columns", "map.toml"]).ok(2);
    assert!(wrong.err.contains("captoin"), "{}", wrong.err);
}

#[test]
fn what_exiftool_exports_is_read() {
    let world = desk();
    world.write(
        "in/meta.json",
        r#"[{"SourceFile":"./photos/harbour.png","IPTC:By-line":["Ana Example","Bo Example"],"IPTC:Caption-Abstract":"Boats.","IPTC:Credit":"AP","EXIF:DateTimeOriginal":"2024:06:11 10:00:00","File:FileSize":"1 kB"},
            {"SourceFile":"./photos/fog.png","XMP:Description":"Fog.","XMP:Creator":"Bo Example"}]"#,
    );
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(world.count("catalogue_rows WHERE joined_by = 'path'"), 2);
    assert_eq!(
        world.count("metadata WHERE carrier = 'catalogue' AND field = 'creator'"),
        3
    );
    assert_eq!(
        world.count("metadata WHERE carrier = 'catalogue' AND value = '2024-06-11T10:00:00'"),
        1
    );
    let lines = world.run(&["extract", "in/meta.json"]).ok(0).lines();
    assert_eq!(lines[0]["document"], "in/meta.json#row 1");
    assert_eq!(lines[0]["carrier"], "catalogue");
}

#[test]
fn a_picture_in_the_page_itself_is_a_photo_tied_to_it() {
    let world = World::new();
    let inline = |seed| format!("data:image/png;base64,{}", base64(&png(seed)));
    let with = |seed| page(CAPTION).replace("/img/harbour.png", &inline(seed));
    world.write("in/single.html", with(1));
    let url = "https://ledger.example/other/single.html";
    world.write(
        "in/crawl.warc",
        answer(
            url,
            FIRST,
            "text/html",
            with(2)
                .replace("ledger.example/harbour", "ledger.example/2")
                .as_bytes(),
        ),
    );
    world.run(&["ingest", "in"]).ok(0);
    let matches = world.run(&["matches", "--format", "jsonl"]).ok(0).lines();
    assert_eq!(matches.len(), 2);
    assert_eq!(
        matches[0]["file"],
        "in/crawl.warc#https://ledger.example/other/single.html/data-1.png"
    );
    assert_eq!(matches[1]["file"], "in/single.html#data-1.png");
    for found in &matches {
        assert_eq!(found["decision"], "matched");
        assert!(
            found["evidence"]
                .to_string()
                .contains("stand in the page itself"),
            "{found}"
        );
    }
    let before = world.dump();
    world.run(&["ingest", "in", "--reread"]).ok(0);
    assert_eq!(before, world.dump());
    world.write("in/single.html", page(CAPTION));
    world.run(&["ingest", "in"]).ok(0);
    assert_eq!(
        world.count("photos"),
        1,
        "the picture goes with the page that held it"
    );
}

/// A browser calls the folder of a page's pictures after the page's file.
#[test]
fn a_page_saved_twice_or_beside_a_live_capture_is_used_once() {
    let page = |image: &str| {
        format!(
            r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bridge</title>
<link rel="canonical" href="https://ledger.example/bridge"><meta property="article:published_time" content="2024-06-03"></head>
<body><article><h1>Bridge</h1><figure><img src="{image}" alt="" width="640"><figcaption>The bridge in Pyongyang, June 1, 2024.
<span class="credit">Photo: KCNA via Reuters</span></figcaption></figure>
<p>The bridge opened on Tuesday after three years of work, and the first carts came over at noon.</p></article></body></html>"#
        )
    };
    let uses = |world: &World| {
        let rows = world.run(&["audit", "--format", "jsonl"]).ok(0).lines();
        let row = &rows[0];
        (row["appearances"].as_i64(), row["state_media"].as_i64())
    };
    for names in [["Bridge", "Bridge (1)"], ["Bridge (1)", "renamed"]] {
        let world = World::new();
        for name in names {
            world.picture(&format!("in/{name}_files/k.png"), 1);
            world.write(
                &format!("in/{name}.html"),
                page(&format!("{name}_files/k.png")),
            );
            world.run(&["ingest", "in"]).ok(0);
            assert_eq!(uses(&world), (Some(1), Some(1)));
        }
        assert_eq!(world.count("captures"), 2);
        assert_eq!(world.count("uses"), 1);
        assert_eq!(world.count("uses WHERE decision = 'matched'"), 1);
        world.write("in/live.html", page("https://ledger.example/media/k.png"));
        world.run(&["ingest", "in"]).ok(0);
        assert_eq!(
            uses(&world),
            (Some(1), Some(1)),
            "the live capture's use is the same"
        );
        // Without the first, the other still finds its picture, which lies beside it.
        std::fs::remove_file(world.path(&format!("in/{}.html", names[0]))).unwrap();
        std::fs::remove_file(world.path("in/live.html")).unwrap();
        world.run(&["ingest", "in"]).ok(0);
        assert_eq!(uses(&world), (Some(1), Some(1)));
        assert_eq!(world.count("uses WHERE decision = 'matched'"), 1);
    }
}
