//! Decisions of people: recorded, obeyed, kept through everything, undone by a further row.

use std::sync::OnceLock;

use serde_json::Value;

use crate::world::{World, project};

/// An archive of the samples, of its own: a copy of one that is made once.
fn samples() -> World {
    static MADE: OnceLock<World> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let world = World::new();
        let samples = project("sample_media");
        world.run(&["ingest", &samples.to_string_lossy()]).ok(0);
        world
    });
    let world = World::new();
    std::fs::copy(made.path("a.db"), world.path("a.db")).unwrap();
    world
}

fn flags(world: &World, more: &[&str]) -> Vec<Value> {
    let mut args = vec!["flags", "--format", "jsonl"];
    args.extend(more);
    world.run(&args).ok(0).lines()
}

fn id(flag: &Value) -> String {
    flag["flag"].as_str().unwrap().to_owned()
}

fn review(world: &World, args: &[&str]) -> Vec<Value> {
    let mut all = vec!["review", "--reviewer", "Ana", "--format", "jsonl"];
    all.extend(args);
    world.run(&all).ok(0).lines()
}

/// The sum of a column over all rows of an audit.
fn audited(world: &World, column: &str, more: &[&str]) -> u64 {
    let mut args = vec!["audit", "--format", "jsonl"];
    args.extend(more);
    let rows = world.run(&args).ok(0).lines();
    rows.iter().map(|r| r[column].as_u64().unwrap()).sum()
}

/// A finding of the headline: a page that names a state-controlled outlet.
fn headline(world: &World) -> Value {
    let listed = world
        .run(&["audit", "--list", "state_media", "--format", "jsonl"])
        .ok(0)
        .lines();
    let about = listed[0]["appearance"].clone();
    let all = flags(world, &["--include-rejected"]);
    let mut found = all.into_iter();
    found
        .find(|f| f["rule"] == "state-sourced" && f["subject"]["id"] == about)
        .unwrap()
}

#[test]
fn a_rejected_finding_leaves_the_counts_and_comes_back() {
    let world = samples();
    let flag = id(&headline(&world));
    let (before, counted) = (
        flags(&world, &[]).len(),
        audited(&world, "state_media", &[]),
    );
    assert!(counted > 0);
    let recorded = review(
        &world,
        &[
            &flag,
            "--reject",
            "--why",
            "the credit is a caption of another picture",
        ],
    );
    assert_eq!(recorded[0]["decision"], "reject");
    assert_eq!(recorded[0]["reviewer"], "Ana");
    assert_eq!(recorded[0]["in_effect"], true);

    assert_eq!(flags(&world, &[]).len(), before - 1);
    let with = flags(&world, &["--include-rejected"]);
    assert_eq!(with.len(), before);
    let rejected = with.iter().find(|f| id(f) == flag).unwrap();
    assert_eq!(rejected["review"]["decision"], "reject");
    assert_eq!(rejected["review"]["stale"], false);
    assert_eq!(flags(&world, &["--review", "rejected"]).len(), 1);
    assert_eq!(flags(&world, &["--review", "open"]).len(), before - 1);

    assert_eq!(audited(&world, "state_media", &[]), counted - 1);
    assert_eq!(audited(&world, "rejected", &[]), 1);
    assert_eq!(
        audited(&world, "state_media", &["--include-rejected"]),
        counted
    );
    assert_eq!(
        audited(&world, "appearances", &[]),
        audited(&world, "appearances", &["--include-rejected"])
    );

    let shown = world.run(&["flags"]).ok(0).out;
    assert!(shown.contains("1 rejected by review"), "{shown}");

    review(&world, &[&flag, "--undo"]);
    assert_eq!(flags(&world, &[]).len(), before);
    assert_eq!(audited(&world, "state_media", &[]), counted);
    let history = world
        .run(&["review", "--history", "--format", "jsonl"])
        .ok(0)
        .lines();
    let decisions: Vec<&str> = history
        .iter()
        .filter_map(|r| r["decision"].as_str())
        .collect();
    assert_eq!(decisions, ["reject", "undo"], "nothing is ever removed");
    assert_eq!(history[0]["in_effect"], false);
}

#[test]
fn only_confirmed_findings_can_be_counted() {
    let world = samples();
    let flag = id(&headline(&world));
    assert_eq!(audited(&world, "state_media", &["--reviewed-only"]), 0);
    assert!(flags(&world, &["--reviewed-only"]).is_empty());
    review(&world, &[&flag, "--confirm"]);
    assert_eq!(audited(&world, "state_media", &["--reviewed-only"]), 1);
    assert_eq!(audited(&world, "reviewed", &[]), 1);
    assert_eq!(flags(&world, &["--reviewed-only"]).len(), 1);
    // A later decision counts in place of an earlier one, until it is undone.
    review(&world, &[&flag, "--reject"]);
    assert_eq!(audited(&world, "state_media", &["--reviewed-only"]), 0);
    review(&world, &[&flag, "--undo"]);
    assert_eq!(audited(&world, "state_media", &["--reviewed-only"]), 1);
}

#[test]
fn a_decision_survives_ingest_and_rederive_and_says_when_it_is_stale() {
    let world = samples();
    let flag = id(&headline(&world));
    review(&world, &[&flag, "--reject"]);
    let samples = project("sample_media");
    world
        .run(&["ingest", "--reread", &samples.to_string_lossy()])
        .ok(0);
    world.run(&["rederive"]).ok(0);
    let kept = flags(&world, &["--review", "rejected"]);
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0]["review"]["stale"], false, "the same evidence");
    assert!(flags(&world, &["--review", "stale"]).is_empty());

    // The registry's judgement changes: the finding rests on something else.
    let party = kept[0]["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .find_map(|e| {
            let from = e["from"].as_str()?;
            from.strip_prefix("registry row \"")?.split('"').next()
        })
        .unwrap()
        .to_owned();
    let own = format!("id,control,basis\n{party},controlled,our own reading of its statutes\n");
    world.write("mine.csv", own);
    world.run(&["rederive", "--registry", "mine.csv"]).ok(0);
    let stale = flags(&world, &["--review", "stale"]);
    assert_eq!(stale.len(), 1);
    assert_eq!(id(&stale[0]), flag);
    let shown = world.run(&["review"]).ok(0).out;
    assert!(shown.contains("stale"), "{shown}");
    // The decision still stands until somebody decides anew.
    assert!(flags(&world, &[]).iter().all(|f| id(f) != flag));
    let refused = world
        .run(&["review", &flag, "--confirm", "--reviewer", "Ana"])
        .ok(2);
    assert!(refused.err.contains("another registry"), "{}", refused.err);
    world
        .run(&[
            "review",
            &flag,
            "--confirm",
            "--reviewer",
            "Ana",
            "--registry",
            "mine.csv",
        ])
        .ok(0);
    assert!(flags(&world, &["--review", "stale"]).is_empty());
}

#[test]
fn a_corrected_credit_is_what_rules_and_audits_use_and_the_printed_words_stay() {
    let world = samples();
    let flag = headline(&world);
    let appearance = flag["subject"]["id"].as_str().unwrap().to_owned();
    let raw = |world: &World| -> (String, Option<String>) {
        world
            .sql()
            .query_row(
                "SELECT text, credit_text FROM uses WHERE appearance = ?1",
                [&appearance],
                |r| Ok((r.get(0)?, r.get(1)?)),
            )
            .unwrap()
    };
    let before = (raw(&world), audited(&world, "state_media", &[]));
    let untouched = world.dump();
    review(&world, &[&appearance, "--correct", "Photo: Ana Example/AP"]);
    assert_eq!(raw(&world), before.0);
    assert_eq!(audited(&world, "state_media", &[]), before.1 - 1);
    let line: String = world
        .sql()
        .query_row(
            "SELECT credit_line FROM uses WHERE appearance = ?1",
            [&appearance],
            |r| r.get(0),
        )
        .unwrap();
    assert_eq!(line, "Photo: Ana Example/AP");

    // From then on, through everything.
    let corrected = world.dump();
    let samples = project("sample_media");
    world
        .run(&["ingest", "--reread", &samples.to_string_lossy()])
        .ok(0);
    assert_eq!(corrected, world.dump());
    world.run(&["rederive"]).ok(0);
    assert_eq!(corrected, world.dump());
    let shown = world.run(&["show", &appearance]).ok(0).out;
    assert!(
        shown.contains("corrected in review") && shown.contains("Reviews"),
        "{shown}"
    );

    // A state source in a correction is found, and the finding quotes the printed words and the correction.
    review(
        &world,
        &[
            &appearance,
            "--correct",
            "KCNA via AP",
            "--why",
            "as the print edition has it",
        ],
    );
    let found = flags(&world, &["--rule", "state-sourced", &appearance]);
    let words = &found[0]["evidence"][0];
    let text = words["text"].as_str().unwrap();
    assert!(before.0.0.contains(text) || before.0.1.as_deref().is_some_and(|c| c.contains(text)));
    assert!(
        words["from"].as_str().unwrap().contains("KCNA via AP"),
        "{words}"
    );

    review(&world, &[&appearance, "--undo"]);
    review(&world, &[&appearance, "--undo"]);
    let without_reviews = |dump: Vec<String>| -> Vec<String> {
        dump.into_iter()
            .filter(|l| !l.starts_with("reviews:"))
            .collect()
    };
    assert_eq!(without_reviews(world.dump()), without_reviews(untouched));
}

const PAGE: &str = r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Harbour opens</title>
<link rel="canonical" href="https://ledger.example/harbour"></head><body><article><h1>Harbour opens</h1>
<figure><img src="story_files/harbour.png" alt=""><figcaption>Boats enter the new harbour. (Photo: Ana Example/AP)</figcaption></figure>
<p>The harbour opened on Tuesday after three years of work, and the first boats came in at noon.</p></article></body></html>"#;

#[test]
fn ties_of_people_are_obeyed() {
    let world = World::new();
    world.picture("in/story_files/harbour.png", 1);
    world.picture("in/other.png", 2);
    world.write("in/story.html", PAGE);
    world.run(&["ingest", "in"]).ok(0);
    let matched = |world: &World| {
        world
            .run(&["matches", "--format", "jsonl"])
            .ok(0)
            .lines()
            .remove(0)
    };
    let plain = world.dump();
    assert_eq!(matched(&world)["file"], "in/story_files/harbour.png");

    review(
        &world,
        &["in/story.html#1", "--untie", "in/story_files/harbour.png"],
    );
    assert_eq!(matched(&world)["decision"], "unmatched");
    review(
        &world,
        &[
            "in/story.html#1",
            "--tie",
            "in/other.png",
            "--why",
            "seen in print",
        ],
    );
    let tied = matched(&world);
    assert_eq!(
        (&tied["file"], &tied["decision"]),
        (&"in/other.png".into(), &"matched".into())
    );
    assert_eq!(tied["evidence"][0]["kind"], "review");
    assert!(
        tied["evidence"][0]["text"]
            .as_str()
            .unwrap()
            .contains("seen in print")
    );

    let decided = world.dump();
    world.run(&["rederive"]).ok(0);
    world.run(&["ingest", "--reread", "in"]).ok(0);
    assert_eq!(decided, world.dump());

    review(&world, &["in/story.html#1", "--undo"]);
    review(&world, &["in/story.html#1", "--undo"]);
    let kept = |dump: Vec<String>| -> Vec<String> {
        dump.into_iter()
            .filter(|l| !l.starts_with("reviews:"))
            .collect()
    };
    assert_eq!(kept(world.dump()), kept(plain));
}

#[test]
fn a_decision_follows_a_picture_that_gets_a_better_copy() {
    let world = World::new();
    let small = crate::world::pattern(3, 256, 192);
    small.save(world.write("in/a/one.png", b"")).unwrap();
    std::fs::create_dir_all(world.path("in/b")).unwrap();
    std::fs::copy(world.path("in/a/one.png"), world.path("in/b/two.png")).unwrap();
    world.run(&["ingest", "in"]).ok(0);
    let found = flags(&world, &["--rule", "duplicate-file"]);
    review(
        &world,
        &[&id(&found[0]), "--reject", "--why", "kept on purpose"],
    );
    let large = image::imageops::resize(&small, 1024, 768, image::imageops::FilterType::Lanczos3);
    large.save(world.write("in/c/large.png", b"")).unwrap();
    world.run(&["ingest", "in"]).ok(0);
    let of_picture =
        |f: &&Value| f["rule"] == "duplicate-file" && f["review"]["decision"] == "reject";
    let all = flags(&world, &["--include-rejected"]);
    assert_eq!(all.iter().filter(of_picture).count(), 1, "{all:#?}");
}

#[test]
fn photos_called_the_same_or_not_are_offered_as_pairs() {
    let world = World::new();
    world.picture("in/one.png", 1);
    world.picture("in/two.png", 2);
    world.run(&["ingest", "in"]).ok(0);
    let pairs = |world: &World| {
        let archive = cutline::archive::Archive::read(&world.path("a.db")).unwrap();
        archive.judged_pairs(None).unwrap()
    };
    review(&world, &["in/two.png", "--same", "in/one.png"]);
    assert!(pairs(&world)[0].same && pairs(&world)[0].a < pairs(&world)[0].b);
    review(&world, &["in/one.png", "--not-same", "in/two.png"]);
    assert_eq!(
        pairs(&world).len(),
        1,
        "one subject, whichever photo is named first"
    );
    assert!(!pairs(&world)[0].same);
}

#[test]
fn reviews_cannot_be_changed_or_removed_by_any_tool() {
    let world = samples();
    let flag = id(&flags(&world, &[])[0]);
    review(&world, &[&flag, "--note", "look again"]);
    assert!(
        flags(&world, &["--review", "reviewed"]).is_empty(),
        "a note decides nothing"
    );
    let sql = world.sql();
    assert!(sql.execute("DELETE FROM reviews", []).is_err());
    assert!(
        sql.execute("UPDATE reviews SET reviewer = 'x'", [])
            .is_err()
    );
    assert_eq!(world.count("reviews"), 1);
}

#[test]
fn nonsense_is_refused_and_stores_nothing() {
    let world = samples();
    let flag = id(&flags(&world, &[])[0]);
    let before = world.dump();
    for args in [
        &["nowhere", "--confirm"][..],
        &[&flag, "--tie", "nowhere.jpg"],
        &["--confirm"],
        &[&flag, "--undo"],
        &[&flag, "--confirm", "--reject"],
        &[&flag, "--note", " "],
        &[&flag, "--confirm", "--reviewer", " "],
    ] {
        let mut all = vec!["review"];
        all.extend(args);
        world.run_with(&all, &[("CUTLINE_REVIEWER", "Ana")]).ok(2);
    }
    assert_eq!(before, world.dump());
}

#[test]
fn a_sample_is_blind_repeatable_and_can_be_validated() {
    let world = samples();
    let draw = |more: &[&str]| {
        let mut args = vec![
            "review",
            "--sample",
            "24",
            "--by",
            "outlet,level",
            "--seed",
            "7",
        ];
        args.extend(more);
        world.run(&args).ok(0).out
    };
    let ana = draw(&["--coder", "ana"]);
    assert_eq!(ana, draw(&["--coder", "ana"]));
    assert_ne!(
        ana,
        world
            .run(&["review", "--sample", "24", "--seed", "8", "--coder", "ana"])
            .ok(0)
            .out
    );
    let head = ana.lines().next().unwrap();
    assert!(
        head.starts_with("sample,appearance,coder,code,note,"),
        "{head}"
    );
    for told in [
        "level",
        "stratum",
        "chain",
        "state",
        "credit_line",
        "decision",
    ] {
        assert!(!head.contains(told), "{told} would tell what cutline said");
    }

    // Two coders: ana says what is so of the words, ben calls one more picture a state outlet's.
    let truth = |appearance: &str| -> bool {
        world
            .sql()
            .query_row(
                "SELECT coalesce(level IN ('direct', 'via', 'stated') AND kinds LIKE '%\"media\"%', 0) FROM uses WHERE appearance = ?1",
                [appearance],
                |r| r.get(0),
            )
            .unwrap()
    };
    let both = draw(&["--coder", "ana", "--coder", "ben"]);
    let mut reader = csv::Reader::from_reader(both.as_bytes());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(["sample", "appearance", "coder", "code", "note"])
        .unwrap();
    let (mut items, mut spared) = (0, false);
    for row in reader.records() {
        let row = row.unwrap();
        let media = truth(&row[1]);
        let mut code = if media { "Media" } else { "none" };
        if &row[2] == "ben" && !media && !spared {
            (code, spared) = ("media", true);
        }
        items += u64::from(&row[2] == "ana");
        writer
            .write_record([&row[0], &row[1], &row[2], code, ""])
            .unwrap();
    }
    assert_eq!(items, 24);
    world.write("codes.csv", writer.into_inner().unwrap());
    let stored = world.run(&["review", "--codings", "codes.csv"]).ok(0).out;
    assert!(stored.starts_with("48 codes stored"), "{stored}");
    let again = world.run(&["review", "--codings", "codes.csv"]).ok(0).out;
    assert!(again.starts_with("0 codes stored, 48 as before"), "{again}");

    let found = world
        .run(&["audit", "--validation", "--format", "jsonl"])
        .ok(0)
        .lines();
    let measure = |name: &str, of: &str| {
        let mut all = found.iter();
        all.find(|m| m["measure"] == name && m["of"] == of)
            .unwrap()
            .clone()
    };
    // The item on which the two are apart counts in no share; on the others they say what cutline says.
    let precision = measure("precision", "state media by the printed words");
    assert_eq!(
        (&precision["estimate"], &precision["undecided"]),
        (&1.0.into(), &1.into())
    );
    assert!(precision["low"].as_f64().unwrap() < 1.0);
    assert_eq!(
        measure("recall", "state media by the printed words")["estimate"],
        1.0
    );
    let kappa = measure("kappa", "ana and ben");
    assert_eq!((&kappa["items"], &kappa["hits"]), (&24.into(), &23.into()));
    assert!(
        kappa["estimate"]
            .as_f64()
            .is_some_and(|k| k > 0.5 && k < 1.0),
        "{kappa}"
    );

    world.write("bad.csv", "sample,appearance,coder,code\nx,y,ana,perhaps\n");
    let refused = world.run(&["review", "--codings", "bad.csv"]).ok(2);
    assert!(
        refused.err.contains("line 2") && refused.err.contains("unclear"),
        "{}",
        refused.err
    );
}

#[test]
fn a_correction_is_of_the_words_that_were_printed_then() {
    let world = World::new();
    let page = |credit: &str| {
        let body = "<p>The bridge has been closed since Monday, and nobody knows for how long it will stay so.</p>";
        format!(
            "<html lang=en><title>Bridge</title><article><h1>Bridge closed</h1><figure><img src=b.jpg width=900 height=600>\
             <figcaption>The bridge at dawn. Photo: {credit}</figcaption></figure>{body}</article></html>"
        )
    };
    world.write("a/page.html", page("TASS"));
    world.run(&["ingest", "a"]).ok(0);
    let sources = |world: &World| flags(world, &["--rule", "state-sourced"]).len();
    assert_eq!(sources(&world), 1);
    review(&world, &["a/page.html#1", "--correct", "Photo: AP"]);
    assert_eq!(sources(&world), 0);

    world.write("a/page.html", page("SANA"));
    world.run(&["ingest", "a"]).ok(0);
    assert_eq!(sources(&world), 1, "other words, which nobody corrected");
    assert_eq!(review(&world, &[])[0]["stale"], true);
    let dump = world.dump();
    world.run(&["rederive"]).ok(0);
    assert_eq!(dump, world.dump());

    // The same place, named in full.
    let full = std::fs::canonicalize(world.path("a/page.html")).unwrap();
    let about = format!("{}#1", full.to_string_lossy());
    assert_eq!(flags(&world, &["--rule", "state-sourced", &about]).len(), 1);
}

#[test]
fn rules_act_on_what_a_person_called_the_same() {
    let world = World::new();
    for (name, seed, credit) in [("one", 1, "Ana Example/Reuters"), ("two", 2, "Jon Bly/AFP")] {
        world.picture(&format!("in/{name}.png"), seed);
        world.write(
            &format!("in/{name}.xmp"),
            format!(
                r#"<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:Credit="{credit}"/></rdf:RDF></x:xmpmeta>"#
            ),
        );
    }
    world.run(&["ingest", "in"]).ok(0);
    let conflicts = |world: &World| flags(world, &["--rule", "credit-conflict"]).len();
    assert_eq!(conflicts(&world), 0);
    review(&world, &["in/one.png", "--same", "in/two.png"]);
    assert_eq!(conflicts(&world), 1);
    assert_eq!(world.count("picture_links WHERE relation = 'reviewed'"), 1);
    let pictures = world.run(&["pictures", "--format", "jsonl"]).ok(0).lines();
    assert_eq!(pictures[0]["links"][0]["relation"], "reviewed");
    world.run(&["rederive"]).ok(0);
    assert_eq!(conflicts(&world), 1);
    // Nobody says that the two are resized copies of each other.
    assert!(flags(&world, &["--rule", "near-duplicate", "--severity", "info"]).is_empty());
    review(&world, &["in/one.png", "--not-same", "in/two.png"]);
    assert_eq!(conflicts(&world), 0);
    assert_eq!(world.count("picture_links"), 0);
}

#[test]
fn a_correction_holds_while_the_printed_credit_is_the_same() {
    let page = |caption: &str, credit: &str| {
        format!(
            r#"<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Bridge</title>
<link rel="canonical" href="https://ledger.example/bridge"></head><body><article><h1>Bridge</h1>
<figure><img src="https://ledger.example/bridge.jpg" alt=""><figcaption>{caption} <span class="credit">Photo: {credit}</span></figcaption></figure>
<p>The bridge opened on Tuesday after three years of work, and the first carts came over at noon.</p></article></body></html>"#
        )
    };
    let world = World::new();
    let accused = |world: &World, caption: &str, credit: &str| {
        world.write("in/bridge.html", page(caption, credit));
        world.run(&["ingest", "in"]).ok(0);
        !flags(world, &["--rule", "state-sourced"]).is_empty()
    };
    let caption = "The bridge on Monday in the town of Quay.";
    assert!(accused(&world, caption, "KCNA via Reuters"));
    review(&world, &["in/bridge.html#1", "--correct", "Jane Doe/AP"]);
    assert!(!accused(&world, caption, "KCNA via Reuters"));
    let touched = "The bridge on Monday, in the town of Quay.";
    assert!(!accused(&world, touched, "KCNA via Reuters"));
    assert!(!world.run(&["review"]).ok(0).out.contains("stale"));
    let other = "On Tuesday afternoon, the bridge seen from the harbour.";
    assert!(!accused(&world, other, "KCNA via Reuters"));
    assert!(!world.run(&["review"]).ok(0).out.contains("stale"));
    assert!(accused(&world, touched, "TASS via Reuters"));
    assert!(world.run(&["review"]).ok(0).out.contains("stale"));
    assert!(!accused(&world, caption, "KCNA via Reuters"));
}

#[test]
fn a_sample_of_nothing_is_refused() {
    let world = samples();
    world.run(&["review", "--sample", "0"]).ok(2);
    assert_eq!(world.count("samples"), 0);
}
