//! What the desk shows is what the archive holds, about what it says it is about; what it records goes where it was shown.

use serde_json::Value;

use crate::desk::{Desk, flags, hostile_world, samples};
use crate::world::{World, pattern};

/// A page with one picture.
fn page(world: &World, name: &str, outlet: &str, day: &str, image: &str, caption: &str) {
    world.write(
        &format!("in/{name}.html"),
        format!(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>The quay of {name}</title>\
             <meta property=\"og:site_name\" content=\"{outlet}\"><meta property=\"article:published_time\" content=\"{day}T08:00:00Z\">\
             <link rel=\"canonical\" href=\"https://{name}.example/quay\"></head><body><article><h1>A quay</h1>\
             <figure><img src=\"{image}\" alt=\"\"><figcaption>{caption}</figcaption></figure>\
             <p>The harbour opened on Tuesday after three years of work, and the first boats came in at noon.</p>\
             </article></body></html>"
        ),
    );
}

/// One picture that two outlets credit in two ways, and a page whose picture is not held.
fn two_outlets() -> World {
    let world = World::new();
    world.picture("in/north_files/quay.png", 7);
    world.picture("in/south_files/quay.png", 7);
    let caption = "Boats at the new quay, 13 September 2023.";
    let (north, south) = ("(Foto: KCNA via Reuters)", "(Photo: Ana Example/Reuters)");
    page(
        &world,
        "north",
        "North \u{202e}Post",
        "2023-09-14",
        "north_files/quay.png",
        &format!("{caption} {north}"),
    );
    page(
        &world,
        "south",
        "South Post",
        "2023-09-15",
        "south_files/quay.png",
        &format!("{caption} {south}"),
    );
    let other = "A lighthouse in the evening light, seen from the sea. (Photo: Bo Example/AP)";
    page(
        &world,
        "west",
        "West Post",
        "2023-09-16",
        "https://west.example/lighthouse.jpg",
        other,
    );
    world.picture("in/lighthouse.png", 91);
    world.picture("loose/quay.png", 7);
    world.run(&["ingest", "in", "loose"]).ok(0);
    world
}

/// The page that a finding, use or photo leads to.
fn led(desk: &Desk, path: &str) -> String {
    let answer = desk.get(path);
    if answer.header("location").is_none() {
        return answer.ok().text();
    }
    desk.get(&answer.leads_to()).ok().text()
}

fn checked(desk: &Desk, name: &str, bytes: &[u8], caption: &str) -> String {
    let mut body = Vec::new();
    for (field, value) in [("secret", desk.secret().as_str()), ("caption", caption)] {
        body.extend(
            format!("--b\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n")
                .bytes(),
        );
    }
    body.extend(
        format!(
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
        )
        .bytes(),
    );
    body.extend(bytes);
    body.extend(b"\r\n--b--\r\n");
    let origin = format!("http://{}", desk.host);
    let lines = [
        ("Host", desk.host.as_str()),
        ("Origin", origin.as_str()),
        ("Content-Type", "multipart/form-data; boundary=b"),
    ];
    desk.ask("POST", "/check", &lines, &body).ok().text()
}

#[test]
fn nothing_is_recorded_in_an_archive_that_was_not_shown() {
    let world = hostile_world();
    let move_to = |from: &str, to: &str| {
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::rename(
                world.path(&format!("{from}{end}")),
                world.path(&format!("{to}{end}")),
            );
        }
    };
    world.run(&["backup", "copy.db"]).ok(0);
    let flag = flags(&world, &[])[0]["flag"].as_str().unwrap().to_owned();
    let desk = Desk::over(&world, &[]);
    let of_the_first = desk.secret();
    let decide = |secret: &str| {
        let fields = [
            ("secret", secret),
            ("kind", "flag"),
            ("subject", &flag),
            ("decision", "confirm"),
        ];
        desk.post_as("/decide", &fields, &[]).status
    };
    assert_eq!(decide(&of_the_first), 303);
    assert!(desk.get("/decisions").ok().text().contains("confirmed"));
    move_to("a.db", "away.db");
    for path in ["/findings", "/audit", "/decisions", "/check"] {
        let gone = desk.get(path);
        assert_eq!(gone.status, 503, "{path}");
        assert!(
            gone.text()
                .contains("was moved or removed while the desk runs"),
            "{}",
            gone.text()
        );
    }
    assert_eq!(decide(&of_the_first), 503);
    std::fs::copy(world.path("copy.db"), world.path("a.db")).unwrap();
    assert_eq!(
        decide(&of_the_first),
        403,
        "the form was made from another file"
    );
    assert_eq!(world.count("reviews"), 0);
    let page = desk.get("/decisions").ok().text();
    assert!(
        page.contains("Nobody decided anything yet"),
        "what lies there now is shown"
    );
    assert_eq!(decide(&desk.secret()), 303);
    assert_eq!(world.count("reviews"), 1);
    assert!(desk.get("/decisions").ok().text().contains("confirmed"));
}

#[test]
fn a_decision_that_the_page_did_not_show_is_not_overruled_unseen() {
    let world = hostile_world();
    let desk = Desk::over(&world, &[]);
    let flag = flags(&world, &[])[0]["flag"].as_str().unwrap().to_owned();
    let decide = |decision: &str, seen: &str| {
        let fields = [
            ("kind", "flag"),
            ("subject", flag.as_str()),
            ("decision", decision),
            ("seen", seen),
            ("why", "it is so"),
        ];
        desk.post("/decide", &fields)
    };
    assert_eq!(decide("confirm", "").status, 303);
    let late = decide("reject", "");
    let says = late.text();
    assert_eq!(late.status, 409, "{says}");
    assert!(
        says.contains("confirmed by Ana Editor") && says.contains("Overrule that"),
        "{says}"
    );
    assert_eq!(world.count("reviews"), 1);
    // A note overrules nothing.
    assert_eq!(decide("note", "").status, 303);
    let seen = says.split("name=\"seen\" value=\"").nth(1).unwrap();
    let seen = seen.split('"').next().unwrap();
    let overruled = decide("reject", seen);
    assert_eq!(overruled.status, 303, "{}", overruled.text());
    // The note stands at the finding, and the trail says about what all of this was.
    let shown = led(&desk, &format!("/flag/{flag}"));
    let at = shown.find(&format!("id=\"flag-{flag}\"")).unwrap();
    let finding = shown[at..].split("<form").next().unwrap();
    assert!(
        finding.contains("it is so") && finding.contains("rejected by"),
        "{finding}"
    );
    let trail = desk.get("/decisions").ok().text();
    let rule = flags(&world, &["--include-rejected"])
        .into_iter()
        .find(|f| f["flag"] == flag.as_str())
        .unwrap();
    assert!(
        trail.contains(&format!("{}: ", rule["rule"].as_str().unwrap())),
        "{trail}"
    );
    // What was undone is not offered for undoing once more.
    let to = overruled.leads_to();
    assert!(desk.get(&to).ok().text().contains("Recorded.<form"));
    let review = to.split("done=").nth(1).unwrap().to_owned();
    assert_eq!(desk.post("/undo", &[("review", &review)]).status, 303);
    let page = desk.get(&to).ok().text();
    assert!(
        !page.contains("Recorded.<form") && page.contains("does not count any more"),
        "{page}"
    );
    assert!(
        desk.get("/decisions")
            .ok()
            .text()
            .contains("undone: rejected")
    );
}

#[test]
fn what_goes_wrong_is_a_page_with_a_way_back() {
    let world = hostile_world();
    let desk = Desk::over(&world, &[]);
    let flag = flags(&world, &[])[0]["flag"].as_str().unwrap().to_owned();
    let large = "x".repeat(300_000);
    let origin = format!("http://{}", desk.host);
    let form = |kind| {
        [
            ("Host", desk.host.as_str()),
            ("Origin", origin.as_str()),
            ("Content-Type", kind),
        ]
    };
    for (status, answer) in [
        (413, desk.post("/decide", &[("why", &large)])),
        (
            415,
            desk.ask("POST", "/decide", &form("application/json"), b"{}"),
        ),
        (
            400,
            desk.ask("POST", "/check", &form("multipart/form-data"), b"x"),
        ),
        (400, desk.get("/picture/%ff")),
        (405, desk.get("/decide")),
    ] {
        assert_eq!(answer.status, status, "{}", answer.text());
        let page = answer.text();
        assert!(
            page.contains("That did not work") && page.contains("To the findings"),
            "{status}: {page}"
        );
    }
    // An address to go back to that no browser, or another site, would be sent to.
    for back in ["/findings\0", "/\t/evil.example", "/\n/evil.example"] {
        let fields = [
            ("kind", "flag"),
            ("subject", flag.as_str()),
            ("decision", "note"),
            ("why", "seen"),
            ("back", back),
        ];
        let noted = desk.post("/decide", &fields);
        assert_eq!(noted.status, 303, "{back:?}");
        assert!(
            noted
                .header("location")
                .unwrap()
                .starts_with("/findings?done=")
        );
    }
    // The desk speaks http.
    let secret = desk.secret();
    let fields = [("secret", secret.as_str()), ("who", "Eve")];
    let https = format!("https://{}", desk.host);
    assert_eq!(
        desk.post_as("/who", &fields, &[("Origin", &https)]).status,
        403
    );
}

#[test]
fn what_cannot_be_asked_is_said() {
    let world = samples();
    let desk = Desk::over(&world, &[]);
    for (path, says) in [
        ("/findings?state=&from=abc", "“abc” is no date"),
        ("/findings?state=&to=2024-99", "“2024-99” is no date"),
        ("/audit?from=2024-02-31", "is no date"),
        ("/audit?by=nonsense", "“nonsense” is nothing to count by"),
        (
            "/audit/list?column=appearances&only=zzz%3D-",
            "“zzz” is nothing to count by",
        ),
    ] {
        let page = desk.get(path).ok().text();
        let told = page.replace("<bdi>", "").replace("</bdi>", "");
        assert!(told.contains(says), "{path}: {told}");
    }
    assert_eq!(desk.get("/audit/download/csv?from=2024-99").status, 400);
    let words = "word+".repeat(5_000);
    let page = desk.get(&format!("/findings?state=&q={words}")).ok().text();
    assert!(
        page.len() < 400_000 && page.contains("longer than 300 characters"),
        "{}",
        page.len()
    );
}

#[test]
fn a_finding_about_a_file_has_the_uses_of_that_file() {
    let world = samples();
    let sql = world.sql();
    let count = |what: &str| -> i64 {
        let photos =
            "flag_uses u JOIN flags f ON f.id = u.flag JOIN photos p ON p.sha256 = f.subject_id
             LEFT JOIN matches m ON m.appearance_id = u.use WHERE f.subject_kind = 'photo'";
        sql.query_row(
            &format!("SELECT count(*) FROM {photos} AND {what}"),
            [],
            |r| r.get(0),
        )
        .unwrap()
    };
    assert!(count("u.use = 0") > 0, "some files ran nowhere");
    assert_eq!(count("u.use <> 0 AND m.photo_id IS NOT p.id"), 0);
    assert_eq!(count("u.use = 0 AND u.outlet_id IS NOT NULL"), 0);
    // The state source of such a finding is its own.
    let kcna = count("f.rule = 'state-sourced' AND u.use = 0 AND instr(u.parties, '\"kcna\"') > 0");
    assert!(kcna > 0);
    let listed = Desk::over(&world, &[])
        .get("/findings?state=&rule=state-sourced&level=metadata&source=kcna")
        .ok()
        .text();
    assert!(listed.contains("in no document that is held"), "{listed}");
}

#[test]
fn the_head_of_a_picture_says_whose_credit_each_is() {
    let world = two_outlets();
    let desk = Desk::over(&world, &[]);
    let uses = world.run(&["matches", "--format", "jsonl"]).ok(0).lines();
    let used = |of: &str| -> &Value {
        uses.iter()
            .find(|m| m["document"].as_str().is_some_and(|d| d.contains(of)))
            .unwrap()
    };
    let north = used("north")["appearance"].as_str().unwrap();
    let page = led(&desk, &format!("/use/{north}"));
    let head = page
        .split("<h2 id=\"verdicts\"")
        .next()
        .unwrap()
        .split("<h1>")
        .nth(1)
        .unwrap();
    assert!(head.contains("Credited in 2 different ways"), "{head}");
    let kcna = head.find("KCNA").unwrap();
    let outlet = head.find("South Post").unwrap();
    assert!(head[..kcna].contains("North") && outlet > kcna, "{head}");
    assert!(head.contains("The caption in"), "{head}");
}

#[test]
fn a_use_without_a_photo_is_tied_and_two_pictures_are_made_one() {
    let world = two_outlets();
    let desk = Desk::over(&world, &[]);
    let west = world
        .sql()
        .query_row(
            "SELECT appearance FROM uses WHERE outlet = 'West Post'",
            [],
            |r| r.get::<_, String>(0),
        )
        .unwrap();
    let sha = |name: &str| -> String {
        world
            .sql()
            .query_row("SELECT p.sha256 FROM inputs i JOIN photos p ON p.id = i.photo_id WHERE i.path LIKE ?1", [format!("%{name}")], |r| r.get(0))
            .unwrap()
    };
    let (lighthouse, quay) = (sha("lighthouse.png"), sha("north_files/quay.png"));
    let before = desk.get(&format!("/use/{west}")).ok().text();
    assert!(before.contains("Tie it to a photo"), "{before}");
    for typed in [
        lighthouse.clone(),
        lighthouse[..12].to_owned(),
        format!("http%3A//desk/picture/pic-1%3Fphoto%3D{lighthouse}"),
    ] {
        let page = desk.get(&format!("/use/{west}?with={typed}")).ok().text();
        assert!(
            page.contains(&format!("value=\"{west} {lighthouse}\"")),
            "{typed}: {page}"
        );
    }
    let nothing = desk
        .get(&format!("/use/{west}?with=nosuch.jpg"))
        .ok()
        .text();
    assert!(nothing.contains("The archive holds nothing under"));
    let subject = format!("{west} {lighthouse}");
    assert_eq!(
        desk.post(
            "/decide",
            &[
                ("kind", "match"),
                ("subject", &subject),
                ("decision", "tie")
            ]
        )
        .status,
        303
    );
    let page = led(&desk, &format!("/photo/{lighthouse}"));
    assert!(page.contains("West Post"), "{page}");
    // Taken away again, both pages say by whom.
    let seen = world
        .sql()
        .query_row("SELECT review FROM decisions", [], |r| {
            r.get::<_, String>(0)
        })
        .unwrap();
    let untie = [
        ("kind", "match"),
        ("subject", subject.as_str()),
        ("decision", "untie"),
        ("seen", seen.as_str()),
    ];
    assert_eq!(desk.post("/decide", &untie).status, 303);
    assert!(
        desk.get(&format!("/use/{west}"))
            .ok()
            .text()
            .contains("untied it from one")
    );
    assert!(led(&desk, &format!("/photo/{lighthouse}")).contains("1 use untied by people"));
    // Two pictures are shown beside each other before they are called one.
    let pair = if lighthouse < quay {
        format!("{lighthouse} {quay}")
    } else {
        format!("{quay} {lighthouse}")
    };
    let to = desk.get(&format!("/photo/{quay}"));
    let to = to.header("location").unwrap();
    let page = desk.get(&format!("{to}&with={lighthouse}")).ok().text();
    assert!(page.contains(&format!("value=\"{pair}\"")), "{page}");
    assert_eq!(
        desk.post(
            "/decide",
            &[("kind", "pair"), ("subject", &pair), ("decision", "same")]
        )
        .status,
        303
    );
    assert_eq!(world.count("pictures"), 1);
    // Called different, each names the other.
    let seen = world
        .sql()
        .query_row(
            "SELECT review FROM decisions WHERE subject_kind = 'pair'",
            [],
            |r| r.get::<_, String>(0),
        )
        .unwrap();
    let apart = [
        ("kind", "pair"),
        ("subject", pair.as_str()),
        ("decision", "not-same"),
        ("seen", seen.as_str()),
    ];
    assert_eq!(desk.post("/decide", &apart).status, 303);
    assert!(led(&desk, &format!("/photo/{quay}")).contains("called not the same picture"));
}

#[test]
fn a_check_tells_all_that_the_archive_knows_and_about_what() {
    let world = two_outlets();
    let small = image::imageops::resize(
        &pattern(7, 256, 192),
        200,
        150,
        image::imageops::FilterType::Triangle,
    );
    let dropped = world.path("dropped.png");
    small.save(&dropped).unwrap();
    let told = world.run(&["check", "dropped.png"]).ok(0).out;
    assert!(
        told.contains("printed in")
            && told.contains("KCNA via Reuters")
            && told.contains("Ana Example"),
        "{told}"
    );
    let checked_by_command = world
        .run(&["check", "dropped.png", "--format", "jsonl"])
        .ok(0)
        .lines();
    let found = checked_by_command[0]["flags"].as_array().unwrap();
    let duplicate = found
        .iter()
        .find(|f| f["rule"] == "duplicate-file")
        .unwrap();
    assert!(
        duplicate["subject"]["name"]
            .as_str()
            .unwrap()
            .ends_with("quay.png"),
        "{duplicate}"
    );
    let desk = Desk::over(&world, &[]);
    let page = checked(&desk, "dropped.png", &std::fs::read(&dropped).unwrap(), "");
    for says in [
        "KCNA via Reuters",
        "Ana Example/Reuters",
        "south_files/quay.png",
        "Restrictions and notices",
        "About ",
    ] {
        assert!(page.contains(says), "{says}: {page}");
    }
    assert_eq!(
        page.matches("<p class=\"where\">About ").count(),
        found.len()
    );
    assert_eq!(world.count("runs"), 1, "a check stores nothing");
}

#[test]
fn a_decision_changes_the_fingerprint_of_an_audit_and_downloads_show_no_bidi_controls() {
    let world = two_outlets();
    let fingerprint = || {
        let rows: Value = serde_json::from_str(
            &world
                .run(&["audit", "--by", "outlet", "--format", "json"])
                .ok(0)
                .out,
        )
        .unwrap();
        rows[0]["about"]["fingerprint"].as_str().unwrap().to_owned()
    };
    let before = fingerprint();
    assert_eq!(before, fingerprint());
    let flag = flags(&world, &["--rule", "state-sourced"])[0]["flag"]
        .as_str()
        .unwrap()
        .to_owned();
    world
        .run(&["review", &flag, "--reject", "--reviewer", "ana"])
        .ok(0);
    assert_ne!(before, fingerprint());
    let desk = Desk::over(&world, &[]);
    let told = world
        .run(&["audit", "--by", "outlet", "--format", "json"])
        .ok(0)
        .out;
    let shown = desk.get("/audit/download/json?by=outlet").ok().text();
    assert_eq!(shown, told);
    assert!(
        shown.contains("\\u202e") && !shown.contains('\u{202e}'),
        "{shown}"
    );
}

#[test]
fn a_photo_that_two_containers_credit_has_one_chain() {
    let hits = samples()
        .run(&["search", "kim", "--format", "jsonl"])
        .ok(0)
        .lines();
    for hit in hits {
        let chain = hit["chain"].as_str().unwrap_or_default();
        let parties: Vec<&str> = chain.split(" -> ").collect();
        assert!(parties.windows(2).all(|w| w[0] != w[1]), "{hit}");
    }
}
