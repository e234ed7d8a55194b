//! Random histories of ingests and reviews: whatever happened in which order, the findings are those of a full re-run.

use serde_json::Value;

use crate::world::{Random, World};

const CREDITS: [&str; 8] = [
    "KCNA via Reuters",
    "Photo: Reuters",
    "Ana Example/AP",
    "TASS",
    "",
    "Foto: AFP",
    "Xinhua",
    "Photo: Somebody Unheard-of",
];

/// What the fields of a delivery may say, for every rule that reads them.
const FIELDS: [&str; 6] = [
    "photoshop:Credit=\"Handout via REUTERS\" photoshop:Instructions=\"THIS IMAGE HAS BEEN SUPPLIED BY A THIRD PARTY. REUTERS IS UNABLE TO INDEPENDENTLY VERIFY THIS IMAGE. NO SALES\"",
    "photoshop:Credit=\"KCNA via REUTERS\" photoshop:Instructions=\"NO ARCHIVES. MANDATORY CREDIT: KCNA\" photoshop:DateCreated=\"2019-04-25\"",
    "photoshop:Instructions=\"EMBARGOED UNTIL 1 September 2024\" photoshop:DateCreated=\"2024-06-03\"",
    "Iptc4xmpExt:DigitalSourceType=\"http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia\"",
    "Iptc4xmpExt:DigitalSourceType=\"http://cv.iptc.org/newscodes/digitalsourcetype/compositeCapture\"",
    "Iptc4xmpExt:DigitalSourceType=\"http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicallyEnhanced\"",
];

/// Write, replace or add something to the newsroom's folder.
fn change(world: &World, random: &mut Random) {
    let (outlet, story) = (random.below(2), random.below(3));
    if random.below(3) == 0 {
        world.picture(
            &format!("in/o{outlet}/s{story}_files/p{}.png", random.below(2)),
            1 + random.below(3) as u32,
        );
        return;
    }
    if random.below(3) == 0 {
        let fields = FIELDS[random.below(FIELDS.len())];
        world.write(
            &format!(
                "in/o{outlet}/s{story}_files/p{}.png.xmp",
                random.below(2)
            ),
            format!(
                "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
                 <rdf:Description xmlns:photoshop=\"http://ns.adobe.com/photoshop/1.0/\" \
                 xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\" {fields}/></rdf:RDF></x:xmpmeta>"
            ),
        );
        return;
    }
    let figures: Vec<String> = (0..=random.below(2))
        .map(|n| {
            let credit = CREDITS[random.below(CREDITS.len())];
            let day = 1 + random.below(20);
            format!(
                "<figure><img src=\"s{story}_files/p{n}.png\" alt=\"\"><figcaption>Boats enter the new harbour, {day} June 2024. ({credit})</figcaption></figure>"
            )
        })
        .collect();
    let figures = figures.concat();
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Harbour {story}</title>\
         <link rel=\"canonical\" href=\"https://o{outlet}.example/{story}\"><meta property=\"og:site_name\" content=\"Outlet {outlet}\">\
         <meta property=\"article:published_time\" content=\"2024-08-12T08:00:00Z\"></head><body><article><h1>Harbour</h1>{figures}\
         <p>The harbour opened on Tuesday after three years of work, and the first boats came in at noon.</p></article></body></html>"
    );
    world.write(&format!("in/o{outlet}/s{story}.html"), page);
}

/// Decide something about something that is there.
fn decide(world: &World, random: &mut Random) {
    let lines = |command: &[&str]| world.run(command).ok(0).lines();
    let text = |v: Option<&Value>, name: &str| v.and_then(|v| v[name].as_str()).map(str::to_owned);
    let mut args: Vec<String> = Vec::new();
    match random.below(5) {
        0 | 1 => {
            let flags = lines(&["flags", "--include-rejected", "--format", "jsonl"]);
            let Some(flag) = text(random.one(&flags), "flag") else {
                return;
            };
            args.extend([flag, ["--confirm", "--reject"][random.below(2)].into()]);
        }
        2 | 3 => {
            let matches = lines(&["matches", "--format", "jsonl"]);
            let Some(appearance) = text(random.one(&matches), "appearance") else {
                return;
            };
            args.push(appearance);
            let pictures = lines(&["pictures", "--format", "jsonl"]);
            let photo = random
                .one(&pictures)
                .and_then(|p| p["files"][0].as_str())
                .map(str::to_owned);
            match (random.below(3), photo) {
                (0, Some(photo)) => args.extend(["--tie".into(), photo]),
                (1, Some(photo)) => args.extend(["--untie".into(), photo]),
                _ => args.extend([
                    "--correct".into(),
                    CREDITS[random.below(CREDITS.len())].into(),
                ]),
            }
        }
        _ => {
            let reviews = lines(&["review", "--format", "jsonl"]);
            let Some(review) = text(random.one(&reviews), "review") else {
                return;
            };
            args.extend([review, "--undo".into()]);
        }
    }
    let mut all = vec!["review", "--reviewer", "Ana"];
    all.extend(args.iter().map(String::as_str));
    world.run(&all).ok(0);
}

fn history(seed: u64) {
    let world = World::new();
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    for _ in 0..4 {
        change(&world, &mut random);
    }
    world.run(&["ingest", "in"]).ok(0);
    for _ in 0..7 {
        if random.below(8) == 0 {
            let days = 1 + random.below(400);
            world.write(
                "cutline.toml",
                format!("[findings]\narchive-days = {days}\n"),
            );
        }
        if random.below(2) == 0 {
            change(&world, &mut random);
            world.run(&["ingest", "in"]).ok(0);
        } else {
            decide(&world, &mut random);
        }
    }
    // A threshold that was changed last holds from the next run on.
    world.run(&["ingest", "in"]).ok(0);
    let before = world.dump();
    world.run(&["rederive"]).ok(0);
    assert_eq!(before, world.dump(), "history {seed}");
    // What is counted as rows come and go is what is there.
    for (name, rows) in [
        ("pictures", "pictures"),
        ("photos", "photos"),
        ("files", "files WHERE photo_id IS NOT NULL"),
        ("documents", "documents"),
        ("appearances", "appearances"),
        ("matched", "matches WHERE decision = 'matched'"),
        ("possible", "matches WHERE decision = 'possible'"),
        ("flags", "flags"),
        ("problems", "files WHERE status IN ('partial', 'failed')"),
        ("skipped", "files WHERE status = 'skipped'"),
    ] {
        let counted: i64 = world
            .sql()
            .query_row("SELECT n FROM totals WHERE name = ?1", [name], |r| r.get(0))
            .unwrap();
        assert_eq!(counted, world.count(rows), "{name}, history {seed}");
    }
}

#[test]
fn findings_after_any_history_are_those_of_a_full_run() {
    std::thread::scope(|scope| {
        for seed in 1..=6 {
            scope.spawn(move || history(seed));
        }
    });
}
