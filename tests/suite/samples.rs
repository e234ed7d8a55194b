//! The sample media: every rule finds something there, and every finding points at words that stand in its input.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use cutline::flags::RULES;
use serde_json::Value;

use crate::world::{World, pages_and_samples, project};

/// One archive of the samples for all tests of this file.
fn samples() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let world = World::new();
        world
            .run(&["ingest", &project("sample_media").to_string_lossy()])
            .ok(0);
        world
    })
}

#[test]
fn every_rule_finds_something() {
    let flags = samples().run(&["flags", "--format", "jsonl"]).ok(0).lines();
    let found: BTreeSet<&str> = flags.iter().filter_map(|f| f["rule"].as_str()).collect();
    for rule in RULES {
        assert!(
            found.contains(rule.id()),
            "{} finds nothing in the samples",
            rule.id()
        );
    }
    let kinds: BTreeSet<String> = flags
        .iter()
        .filter(|f| f["rule"] == "state-sourced")
        .flat_map(|f| {
            f["kinds"]
                .as_array()
                .unwrap()
                .iter()
                .map(|k| k.as_str().unwrap().to_owned())
        })
        .collect();
    for level in [
        "direct",
        "via",
        "stated",
        "metadata",
        "duplicate",
        "media",
        "government",
    ] {
        assert!(
            kinds.contains(level),
            "no state-sourced finding of {level} in the samples: {kinds:?}"
        );
    }
}

#[test]
fn a_rule_can_fail_a_script() {
    let world = samples();
    world
        .run(&["flags", "--fail-on", "state-sourced:media"])
        .ok(1);
    world
        .run(&[
            "flags",
            "--rule",
            "credit-missing",
            "--fail-on",
            "state-sourced:media",
        ])
        .ok(1);
    world
        .run(&["flags", "--fail-on", "state-sourced:armed-group"])
        .ok(0);
    world.run(&["flags", "--fail-on", "no-such-rule"]).ok(2);
}

#[test]
fn every_finding_quotes_its_input() {
    quotes_stand_in_their_inputs(samples());
}

#[test]
fn every_finding_on_real_pages_quotes_its_input() {
    if let Some(world) = pages_and_samples() {
        quotes_stand_in_their_inputs(world);
    }
}

/// Every piece of evidence of every finding: its words stand in the raw rows of the very input that it names.
fn quotes_stand_in_their_inputs(world: &World) {
    let conn = world.sql();
    let mut raw: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for sql in [
        "SELECT i.path, m.value FROM inputs i JOIN metadata m ON m.photo_id = i.photo_id OR m.file_id = i.file_id",
        // A sidecar's or a catalogue's fields are told of the photo, too.
        "SELECT i.path, m.value FROM inputs i JOIN photo_fields m ON m.photo_id = i.photo_id",
        "SELECT i.path, a.text FROM inputs i JOIN captures c ON c.file_id = i.file_id JOIN appearances a ON a.document_id = c.document_id",
        "SELECT i.path, coalesce(a.credit_text, '') FROM inputs i JOIN captures c ON c.file_id = i.file_id
           JOIN appearances a ON a.document_id = c.document_id",
        "SELECT i.path, coalesce(a.alt, '') FROM inputs i JOIN captures c ON c.file_id = i.file_id
           JOIN appearances a ON a.document_id = c.document_id",
        "SELECT i.path, concat_ws('\n', d.title, d.published, c.document_credits) FROM inputs i
           JOIN captures c ON c.file_id = i.file_id JOIN documents d ON d.id = c.document_id",
    ] {
        let mut rows = conn.prepare(sql).unwrap();
        let rows = rows.query_map([], |r| Ok((r.get(0)?, r.get(1)?))).unwrap();
        for (input, text) in rows.map(Result::unwrap) {
            raw.entry(input).or_default().push(text);
        }
    }
    let flags = world.run(&["flags", "--format", "jsonl"]).ok(0).lines();
    assert!(!flags.is_empty());
    for flag in &flags {
        let evidence = flag["evidence"].as_array().unwrap();
        assert!(!evidence.is_empty(), "{flag}");
        for piece in evidence {
            assert!(
                piece["from"].as_str().is_some_and(|f| !f.is_empty()),
                "{flag}"
            );
            if let Value::String(text) = &piece["text"] {
                let input = piece["input"].as_str().unwrap();
                let texts = raw.get(input).map_or(&[][..], Vec::as_slice);
                assert!(
                    texts.iter().any(|r| r.contains(text.as_str())),
                    "{text:?} does not stand in {input}: {flag}"
                );
            }
        }
    }
}

#[test]
fn the_audit_prints_a_table_and_its_numbers_are_those_of_plain_sql() {
    let world = samples();
    let table = world.run(&["audit"]).ok(0);
    assert!(table.out.lines().count() > 2, "{}", table.out);
    let rows = world.run(&["audit", "--format", "jsonl"]).ok(0).lines();
    let total: i64 = rows
        .iter()
        .map(|r| r["appearances"].as_i64().unwrap())
        .sum();
    assert_eq!(total, world.count("uses"));
    let headline: i64 = rows
        .iter()
        .map(|r| r["state_media"].as_i64().unwrap_or_default())
        .sum();
    let counted = world.count(
        "origins g WHERE g.subject_kind = 'appearance' AND g.level IN ('direct', 'via', 'stated') AND g.confidence = 'sure'
           AND g.verified = 1 AND g.control = 'controlled' AND g.own_page = 0
           AND EXISTS (SELECT 1 FROM json_each(g.kinds) k WHERE k.value = 'media')",
    );
    assert_eq!(headline, counted);
}

#[test]
fn a_cropped_or_recaptioned_copy_is_found_again() {
    let world = samples();
    let copy = project("sample_media/copies/picos-recaptioned.jpg");
    let found = world
        .run(&["find", "--format", "jsonl", &copy.to_string_lossy()])
        .ok(0)
        .lines();
    let relations: BTreeSet<&str> = found
        .iter()
        .filter_map(|f| f["relation"].as_str())
        .collect();
    assert!(
        relations.contains("same-bytes") && relations.contains("same-coded-image"),
        "{found:?}"
    );
}

#[test]
fn check_works_without_an_archive_and_says_so() {
    let world = World::new();
    let photo = project("sample_media/standins/meeting-vostochny.jpg");
    let ran = world.run(&["check", &photo.to_string_lossy()]).ok(0);
    assert!(ran.out.contains("not looked for"), "{}", ran.out);
    assert!(!world.path("a.db").exists(), "nothing is stored");
    world
        .run(&[
            "check",
            "--fail-on",
            "state-sourced:media",
            &photo.to_string_lossy(),
        ])
        .ok(1);
}

#[test]
fn every_reader_reads_a_sample() {
    let world = samples();
    for kind in [
        "jpeg",
        "sidecar",
        "html",
        "text",
        "mhtml",
        "warc",
        "wacz",
        "feed",
        "ninjs",
        "newsml",
        "catalogue",
    ] {
        let read = world.count(&format!("inputs WHERE kind = '{kind}' AND status = 'ok'"));
        assert!(read > 0, "no sample of {kind} was read");
    }
    assert_eq!(
        world.count("catalogue_rows WHERE joined_by = 'path'"),
        2,
        "rows by path"
    );
    assert_eq!(world.count("caption_changes"), 2);
    for word in ["redirect", "error-page", "consent-wall"] {
        assert_eq!(
            world.count(&format!("web_records WHERE kind = '{word}'")),
            1
        );
    }
}
