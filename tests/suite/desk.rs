//! The desk over HTTP, without a browser: what it answers, what it refuses, and that it never shows what it must not.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use serde_json::Value;

use crate::world::{World, pattern, project};

/// A desk that runs until it is dropped.
pub struct Desk {
    child: Child,
    /// `127.0.0.1:PORT`.
    pub host: String,
    /// The address that it printed.
    pub entry: String,
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer: status, head, body.
pub struct Answer {
    pub status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// The page that it leads to, without the place on it.
    pub fn leads_to(&self) -> String {
        let to = self.header("location").unwrap();
        to.split('#').next().unwrap().to_owned()
    }

    pub fn ok(self) -> Self {
        assert_eq!(self.status, 200, "{}\n{}", self.head, self.text());
        self
    }
}

impl Desk {
    /// Over the archive of a world.
    pub fn over(world: &World, args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_cutline"))
            .args(["desk", "--port", "0"])
            .args(args)
            .current_dir(world.path("."))
            .env("CUTLINE_DB", "a.db")
            .env("CUTLINE_REVIEWER", "Ana Editor")
            .env_remove("CUTLINE_DESK_TOKEN")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let entry = line.split_whitespace().last().unwrap_or_default();
        let port = entry.split(':').nth(2).unwrap_or_default();
        let port: String = port.chars().take_while(char::is_ascii_digit).collect();
        assert!(!port.is_empty(), "the desk says where it is: {line}");
        Self {
            child,
            host: format!("127.0.0.1:{port}"),
            entry: entry.to_owned(),
        }
    }

    /// One request as it stands; `lines`: its headers but for the length of the body.
    pub fn ask(&self, method: &str, path: &str, lines: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(&self.host).unwrap();
        let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        for (name, value) in lines {
            write!(head, "{name}: {value}\r\n").unwrap();
        }
        write!(head, "Content-Length: {}\r\n\r\n", body.len()).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        // A body that is refused unread closes the connection before it is sent in full.
        let _ = stream.write_all(body);
        let mut all = Vec::new();
        let _ = stream.read_to_end(&mut all);
        let end = all.windows(4).position(|w| w == b"\r\n\r\n").unwrap();
        let head = String::from_utf8_lossy(&all[..end]).into_owned();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer {
            status,
            head,
            body: all[end + 4..].to_vec(),
        }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[("Host", &self.host)], b"")
    }

    /// The secret that its forms hold.
    pub fn secret(&self) -> String {
        let page = self.get("/check").ok().text();
        let at = page.find("name=\"secret\" value=\"").unwrap() + 21;
        page[at..at + 32].to_owned()
    }

    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let secret = self.secret();
        let mut all = vec![("secret", secret.as_str())];
        all.extend(fields);
        self.post_as(path, &all, &[])
    }

    /// A form as a page of this desk sends it, with headers in place of its own.
    pub fn post_as(&self, path: &str, fields: &[(&str, &str)], other: &[(&str, &str)]) -> Answer {
        let body: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", coded(value)))
            .collect();
        let origin = format!("http://{}", self.host);
        let mut lines = vec![
            ("Host", self.host.as_str()),
            ("Origin", origin.as_str()),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ];
        for (name, value) in other {
            lines.retain(|(n, _)| n != name);
            if !value.is_empty() {
                lines.push((name, value));
            }
        }
        self.ask("POST", path, &lines, body.join("&").as_bytes())
    }
}

fn coded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, b| {
        write!(out, "%{b:02X}").unwrap();
        out
    })
}

/// An archive of the sample media, of its own: a copy of one that is made once.
pub fn samples() -> World {
    static MADE: OnceLock<World> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let world = World::new();
        let media = project("sample_media");
        world.run(&["ingest", &media.to_string_lossy()]).ok(0);
        world
    });
    let world = World::new();
    std::fs::copy(made.path("a.db"), world.path("a.db")).unwrap();
    world
}

pub fn flags(world: &World, args: &[&str]) -> Vec<Value> {
    let mut all = vec!["flags", "--format", "jsonl"];
    all.extend(args);
    world.run(&all).ok(0).lines()
}

/// A caption with everything that could break a page.
pub fn hostile() -> String {
    let long = "A harbour at noon, seen from the pier. ".repeat(260);
    format!(
        "<script>alert(1)</script><img src=x onerror=alert(2)>\" onmouseover=\"alert(3) \u{202e}\u{2066}backwards \
         </textarea></title>{{{{7*7}}}} 東京 صدى المرفأ {long}(Foto: KCNA via Reuters)"
    )
}

/// A world with one page whose caption is hostile, and its picture.
pub fn hostile_world() -> World {
    let world = World::new();
    world.picture("in/story_files/quay.png", 7);
    let caption = hostile().replace('&', "&amp;").replace('<', "&lt;");
    world.write(
        "in/story.html",
        format!(
            "<!doctype html><html lang=\"id\"><head><meta charset=\"utf-8\"><title>A &lt;b&gt;bold&lt;/b&gt; quay</title>\
             <meta property=\"og:site_name\" content=\"&lt;script&gt;alert(4)&lt;/script&gt; Post\">\
             <link rel=\"canonical\" href=\"https://post.example/quay\"></head><body><article><h1>A quay</h1>\
             <figure><img src=\"story_files/quay.png\" alt=\"\"><figcaption>{caption}</figcaption></figure>\
             <p>The harbour opened on Tuesday after three years of work, and the first boats came in at noon.</p>\
             </article></body></html>"
        ),
    );
    world.run(&["ingest", "in"]).ok(0);
    world
}

#[test]
fn every_page_answers_and_lets_nothing_run() {
    let world = samples();
    let desk = Desk::over(&world, &[]);
    let first = &flags(&world, &[])[0];
    let picture = desk.get(&format!("/flag/{}", first["flag"].as_str().unwrap()));
    assert_eq!(picture.status, 303);
    let picture = &picture.leads_to();
    let pages = [
        "/findings",
        "/findings?state=&rule=state-sourced&q=kim&from=2020&to=2026-12&sort=newest",
        "/search",
        "/search?q=kim",
        "/check",
        "/audit",
        "/audit?by=state-source&by=distributor",
        "/audit/list?column=state_media&by=outlet",
        "/decisions",
        "/ingest",
        picture,
    ];
    for path in pages {
        let answer = desk.get(path).ok();
        let page = answer.text();
        let policy = answer.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        for inline in [
            "<script>",
            "<style",
            " style=",
            " onclick=",
            " onload=",
            "javascript:",
        ] {
            assert!(!page.contains(inline), "{path} holds {inline}");
        }
        assert!(page.contains("<main id=\"main\""), "{path}");
    }
    for path in [
        "/nothing",
        "/picture/pic-0000000000000000",
        "/picture/%2e%2e%2fetc",
        "/use/app-1",
        "/flag/zzz",
        "/assets/../Cargo.toml",
        "/audit/list?column=no",
        "/audit/download/exe",
    ] {
        assert_eq!(desk.get(path).status, 404, "{path}");
    }
}

#[test]
fn other_sites_and_other_names_reach_nothing() {
    let world = hostile_world();
    let desk = Desk::over(&world, &["--name", "desk.example"]);
    let flag = flags(&world, &[])[0]["flag"].as_str().unwrap().to_owned();
    let secret = desk.secret();
    let fields = [
        ("secret", secret.as_str()),
        ("kind", "flag"),
        ("subject", flag.as_str()),
        ("decision", "reject"),
    ];
    // A name that is made to point here.
    for host in ["evil.example", "", "127.0.0.1:1"] {
        let lines = if host.is_empty() {
            vec![]
        } else {
            vec![("Host", host)]
        };
        let answer = desk.ask("GET", "/findings", &lines, b"");
        assert!(
            matches!(answer.status, 400 | 421),
            "{host}: {}",
            answer.status
        );
        assert!(!answer.text().contains("state-sourced"));
    }
    assert_eq!(
        desk.ask("GET", "/findings", &[("Host", "desk.example")], b"")
            .status,
        200
    );
    // A page of another site, with the secret and without an origin.
    for (name, value) in [
        ("Origin", "http://evil.example"),
        ("Origin", "null"),
        ("Origin", ""),
        ("Sec-Fetch-Site", "cross-site"),
        ("Host", "evil.example"),
    ] {
        let answer = desk.post_as("/decide", &fields, &[(name, value)]);
        assert!(
            matches!(answer.status, 403 | 421 | 400),
            "{name}: {value} gives {}",
            answer.status
        );
    }
    // A page of this desk without the secret, or with another.
    assert_eq!(desk.post_as("/decide", &fields[1..], &[]).status, 403);
    let mut wrong = fields;
    wrong[0].1 = "0123456789abcdef0123456789abcdef";
    assert_eq!(desk.post_as("/decide", &wrong, &[]).status, 403);
    assert_eq!(
        desk.ask("DELETE", "/findings", &[("Host", &desk.host)], b"")
            .status,
        405
    );
    assert_eq!(desk.get("/decide").status, 405, "reading changes nothing");
    assert_eq!(world.count("reviews"), 0);
    // A form that is too large is not read to its end.
    let large = "x".repeat(300_000);
    assert_eq!(desk.post("/decide", &[("why", &large)]).status, 413);
    // The same form, from its own page, counts.
    assert_eq!(desk.post_as("/decide", &fields, &[]).status, 303);
    assert_eq!(world.count("reviews"), 1);
}

#[test]
fn a_desk_that_others_can_reach_demands_its_token() {
    let world = hostile_world();
    let desk = Desk::over(&world, &["--listen", "0.0.0.0"]);
    let token = desk.entry.split("token=").nth(1).unwrap();
    assert_eq!(token.len(), 32);
    for path in [
        "/",
        "/findings",
        "/assets/desk.css",
        "/?token=0123456789abcdef0123456789abcdef",
        "/findings?token=",
    ] {
        let refused = desk.get(path);
        assert_eq!(refused.status, 401, "{path}");
        assert!(refused.header("content-security-policy").is_some());
    }
    let entered = desk.get(&format!("/findings?q=a&token={token}"));
    assert_eq!(
        (entered.status, entered.header("location")),
        (303, Some("/findings?q=a"))
    );
    let cookie = entered.header("set-cookie").unwrap();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"),
        "{cookie}"
    );
    let cookie = cookie.split(';').next().unwrap();
    let with = |name: &str, value: &str| {
        desk.ask(
            "GET",
            "/findings",
            &[("Host", &desk.host), (name, value)],
            b"",
        )
        .status
    };
    assert_eq!(with("Cookie", cookie), 200);
    assert_eq!(with("Authorization", &format!("Bearer {token}")), 200);
    assert_eq!(
        with("Cookie", "cutline_token=0123456789abcdef0123456789abcdef"),
        401
    );
    let on_this_machine = Desk::over(&world, &["--token", "a-long-enough-token"]);
    assert_eq!(on_this_machine.get("/findings").status, 401);
}

#[test]
fn a_hostile_caption_is_nothing_but_text() {
    let world = hostile_world();
    let desk = Desk::over(&world, &[]);
    let flag = flags(&world, &["--rule", "state-sourced"])[0]["flag"]
        .as_str()
        .unwrap()
        .to_owned();
    let picture = desk.get(&format!("/flag/{flag}")).leads_to();
    let caption = hostile();
    let checked = desk.ask(
        "POST",
        "/check",
        &[("Host", &desk.host), ("Origin", &format!("http://{}", desk.host)), ("Content-Type", "multipart/form-data; boundary=b")],
        format!(
            "--b\r\nContent-Disposition: form-data; name=\"secret\"\r\n\r\n{}\r\n--b\r\nContent-Disposition: form-data; name=\"caption\"\r\n\r\n{caption}\r\n--b--\r\n",
            desk.secret()
        )
        .as_bytes(),
    );
    let mut pages: Vec<(String, String)> = vec![("/check".into(), checked.ok().text())];
    for path in [
        "/findings",
        "/search?q=harbour",
        "/audit",
        "/audit/list?column=state_media",
        &picture,
        "/audit/download/html",
        "/ingest",
    ] {
        pages.push((path.to_owned(), desk.get(path).ok().text()));
    }
    // A field to write in holds what was written, and no more than that.
    let (before, after) = pages[0].1.split_once("<textarea").unwrap();
    pages[0].1 = format!("{before}{}", after.split_once("</textarea>").unwrap().1);
    for (path, page) in &pages {
        for markup in [
            "<script>",
            "<img src=x",
            "\" onmouseover=",
            "\u{202e}",
            "\u{2066}",
            "</textarea></title>",
        ] {
            assert!(!page.contains(markup), "{path} holds {markup}");
        }
    }
    assert!(
        pages[0].1.contains("KCNA") && pages[0].1.contains("&lt;script&gt;alert(1)"),
        "the caption is shown"
    );
    assert_eq!(world.count("runs"), 1, "a check stores nothing");
}

#[test]
fn decisions_are_kept_shown_and_undone() {
    let world = hostile_world();
    let desk = Desk::over(&world, &[]);
    let flag = flags(&world, &["--rule", "state-sourced"])[0].clone();
    let id = flag["flag"].as_str().unwrap();
    let decided = desk.post(
        "/decide",
        &[
            ("kind", "flag"),
            ("subject", id),
            ("decision", "reject"),
            ("why", "a <test>"),
            ("back", "/findings?state=open"),
        ],
    );
    assert_eq!(decided.status, 303);
    let to = decided.header("location").unwrap().to_owned();
    assert!(to.starts_with("/findings?state=open&done="), "{to}");
    let holds = || flags(&world, &[]).iter().any(|f| f["flag"] == id);
    assert!(!holds(), "every report obeys");
    let open = desk.get("/findings").ok().text();
    assert!(!open.contains(&format!("data-finding=\"{id}\"")));
    let rejected = desk.get("/findings?state=rejected").ok().text();
    assert!(
        rejected.contains(&format!("data-finding=\"{id}\"")) && rejected.contains("Ana Editor")
    );
    let history = desk.get("/decisions").ok().text();
    assert!(
        history.contains("rejected")
            && history.contains("a &lt;test&gt;")
            && history.contains("Ana Editor")
    );
    world.run(&["ingest", "in", "--reread"]).ok(0);
    assert!(!holds(), "a decision survives ingest");
    let review = to.split("done=").nth(1).unwrap().split('#').next().unwrap();
    assert_eq!(desk.post("/undo", &[("review", review)]).status, 303);
    assert!(holds());
    assert_eq!(
        desk.post("/undo", &[("review", review)]).status,
        409,
        "undone once is undone"
    );
    // Nobody is led elsewhere.
    let away = desk.post(
        "/decide",
        &[
            ("kind", "flag"),
            ("subject", id),
            ("decision", "note"),
            ("why", "seen"),
            ("back", "//evil.example"),
        ],
    );
    assert!(
        away.header("location")
            .unwrap()
            .starts_with("/findings?done=")
    );
    for nonsense in [
        ("flag", id, "same"),
        ("flag", "nothing", "confirm"),
        ("pair", id, "same"),
        ("flag", id, "undo"),
        ("flag", id, "note"),
    ] {
        let (kind, subject, decision) = nonsense;
        let refused = desk.post(
            "/decide",
            &[("kind", kind), ("subject", subject), ("decision", decision)],
        );
        assert_eq!(refused.status, 400, "{nonsense:?}");
    }
    // Who decides is who says so.
    let named = desk.post("/who", &[("who", "Ünal; a=b"), ("back", "/ingest")]);
    assert_eq!(named.header("location"), Some("/ingest"));
    let cookie = named
        .header("set-cookie")
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let secret = desk.secret();
    let fields = [
        ("secret", secret.as_str()),
        ("kind", "flag"),
        ("subject", id),
        ("decision", "confirm"),
    ];
    assert_eq!(
        desk.post_as("/decide", &fields, &[("Cookie", &cookie)])
            .status,
        303
    );
    let all = world.run(&["review", "--format", "jsonl"]).ok(0).lines();
    assert_eq!(all.last().unwrap()["reviewer"], "Ünal; a=b");
}

#[test]
fn a_correction_and_a_tie_change_what_is_derived() {
    let world = hostile_world();
    let desk = Desk::over(&world, &[]);
    let used = world.run(&["matches", "--format", "jsonl"]).ok(0).lines()[0].clone();
    let (used, photo) = (
        used["appearance"].as_str().unwrap(),
        used["photo"].as_str().unwrap(),
    );
    let corrected = desk.post(
        "/decide",
        &[
            ("kind", "credit"),
            ("subject", used),
            ("decision", "correct"),
            ("value", "Ana Example/Quay Post"),
        ],
    );
    assert_eq!(corrected.status, 303);
    assert!(flags(&world, &["--rule", "state-sourced"]).is_empty());
    let untied = desk.post(
        "/decide",
        &[
            ("kind", "match"),
            ("subject", &format!("{used} {photo}")),
            ("decision", "untie"),
            ("why", "another quay"),
        ],
    );
    assert_eq!(untied.status, 303);
    let page = desk.get(&format!("/use/{used}")).ok().text();
    assert!(page.contains("No photo of this use is held") && page.contains("Ana Example"));
}

#[test]
fn nothing_is_decided_on_a_read_only_desk() {
    let world = hostile_world();
    let desk = Desk::over(&world, &["--read-only"]);
    let id = flags(&world, &[])[0]["flag"].as_str().unwrap().to_owned();
    assert!(
        !desk
            .get("/findings")
            .ok()
            .text()
            .contains("action=\"/decide\"")
    );
    let refused = desk.post(
        "/decide",
        &[("kind", "flag"), ("subject", &id), ("decision", "reject")],
    );
    assert_eq!(refused.status, 403);
    assert_eq!(desk.post("/who", &[("who", "Eve")]).status, 403);
    assert_eq!(world.count("reviews"), 0);
}

#[test]
fn pictures_are_made_anew_and_never_the_bytes_of_a_file() {
    let world = World::new();
    let path = world.path("in/a.jpg");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    pattern(3, 640, 480).save(&path).unwrap();
    let mut bytes = std::fs::read(&path).unwrap();
    bytes.extend(b"what stands behind the picture in the file");
    std::fs::write(&path, &bytes).unwrap();
    world.run(&["ingest", "in"]).ok(0);
    let sha = world
        .sql()
        .query_row("SELECT sha256 FROM photos", [], |r| r.get::<_, String>(0))
        .unwrap();
    let desk = Desk::over(&world, &[]);
    for (size, side) in [("small.jpg", 320), ("large.jpg", 640)] {
        let shown = desk.get(&format!("/photo/{sha}/{size}")).ok();
        assert_eq!(shown.header("content-type"), Some("image/jpeg"));
        let picture = image::load_from_memory(&shown.body).unwrap();
        assert_eq!(picture.width(), side);
        assert!(
            !shown
                .body
                .windows(20)
                .any(|w| bytes.windows(20).next_back() == Some(w)),
            "bytes of the file"
        );
    }
    // What lies there now is another file: the archive's own sketch is shown.
    let other = Desk::over(&world, &[]);
    pattern(4, 640, 480).save(&path).unwrap();
    let shown = other.get(&format!("/photo/{sha}/small.jpg")).ok();
    let sketch = image::load_from_memory(&shown.body).unwrap();
    assert_eq!((sketch.width(), sketch.height()), (320, 240));
    assert!(
        shown
            .header("cache-control")
            .unwrap()
            .contains("max-age=60")
    );
    for odd in [
        "/photo/zz/small.jpg",
        &format!("/photo/{sha}/original.jpg"),
        &format!("/photo/{}/small.jpg", "0".repeat(64)),
    ] {
        let nothing = other.get(odd).ok();
        assert_eq!(
            nothing.header("content-type"),
            Some("image/svg+xml"),
            "{odd}"
        );
    }
}

#[test]
fn the_list_holds_every_finding_once_and_counts_them() {
    let world = samples();
    let desk = Desk::over(&world, &[]);
    let all = flags(&world, &[]);
    let ids = |page: &str| -> Vec<String> {
        page.split("<li class=\"finding")
            .skip(1)
            .map(|row| {
                row.split("data-finding=\"")
                    .nth(1)
                    .unwrap()
                    .split('"')
                    .next()
                    .unwrap()
                    .to_owned()
            })
            .collect()
    };
    for sort in ["severity", "newest", "oldest"] {
        let mut next = format!("/findings?state=&sort={sort}");
        let mut seen = Vec::new();
        for _ in 0..10 {
            let page = desk.get(&next).ok().text();
            assert!(page.contains(&format!("id=\"total\">{}<", all.len())));
            seen.extend(ids(&page));
            let Some(link) = page.split("<a class=\"next\" rel=\"next\" href=\"").nth(1) else {
                break;
            };
            next = link.split('"').next().unwrap().replace("&amp;", "&");
        }
        let mut sorted = seen.clone();
        sorted.sort();
        let mut expected: Vec<String> = all
            .iter()
            .map(|f| f["flag"].as_str().unwrap().to_owned())
            .collect();
        expected.sort();
        assert_eq!(sorted, expected, "{sort}");
    }
    // A filter leaves as many as its count said, and as many as the command line finds.
    let rule = flags(&world, &["--rule", "source-dropped"]).len();
    let page = desk.get("/findings?rule=source-dropped&state=").ok().text();
    assert!(page.contains(&format!("id=\"total\">{rule}<")));
    assert_eq!(ids(&page).len(), rule);
    let warnings = all.iter().filter(|f| f["severity"] == "warning").count();
    let page = desk.get("/findings?severity=warning&state=").ok().text();
    assert_eq!(ids(&page).len(), warnings);
    // Words narrow it to the findings about what holds them, in any order of the list.
    let worded: Vec<Vec<String>> = ["severity", "newest", "oldest"]
        .iter()
        .map(|sort| {
            let page = desk.get(&format!("/findings?state=&q=KCNA&sort={sort}"));
            let page = page.ok().text();
            let mut found = ids(&page);
            assert!(page.contains(&format!("id=\"total\">{}<", found.len())));
            found.sort();
            found
        })
        .collect();
    assert!(!worded[0].is_empty() && worded[0].len() < all.len());
    assert!(worded.iter().all(|found| *found == worded[0]));
    let page = desk
        .get("/findings?state=&q=nosuchwordanywhere")
        .ok()
        .text();
    assert!(ids(&page).is_empty() && page.contains("No findings fit"));
}

#[test]
fn an_audit_on_the_desk_is_the_audit_of_the_command_line() {
    let world = samples();
    let desk = Desk::over(&world, &[]);
    for (query, args) in [
        ("by=outlet", vec!["--by", "outlet"]),
        (
            "by=state-source&by=month&from=2020&to=2030",
            vec![
                "--by",
                "state-source,month",
                "--from",
                "2020",
                "--to",
                "2030",
            ],
        ),
        (
            "by=level&only=outlet%3DKabar%20Pelabuhan",
            vec!["--by", "level", "--only", "outlet=Kabar Pelabuhan"],
        ),
    ] {
        for format in ["csv", "json", "html"] {
            let mut all = vec!["audit", "--format", format];
            all.extend(&args);
            let told = world.run(&all).ok(0).out;
            let shown = desk.get(&format!("/audit/download/{format}?{query}")).ok();
            assert!(
                shown
                    .header("content-disposition")
                    .unwrap()
                    .starts_with("attachment")
            );
            assert!(shown.text() == told, "{query} as {format}");
        }
    }
    let listed = desk.get("/audit/list?column=state_media").ok().text();
    let told = world
        .run(&[
            "audit",
            "--list",
            "state_media",
            "--by",
            "month",
            "--format",
            "jsonl",
        ])
        .ok(0)
        .lines();
    assert!(
        listed.contains(&format!("<h1>{} behind", told.len())),
        "{listed}"
    );
}

#[test]
fn an_audit_that_is_kept_says_that_it_is_old() {
    let world = samples();
    let desk = Desk::over(&world, &[]);
    let uses = |page: &str| -> String {
        let after = page.split("</code> over ").nth(1).unwrap();
        after.split(" uses").next().unwrap().to_owned()
    };
    let before = desk.get("/audit").ok().text();
    assert!(!before.contains("Count again"));
    let deleted = world
        .sql()
        .execute(
            "DELETE FROM facts WHERE appearance_id = (SELECT min(appearance_id) FROM facts WHERE appearance_id IS NOT NULL)",
            [],
        )
        .unwrap();
    assert_eq!(deleted, 1);
    // Kept or made anew, as time allows: it is old only where it says so.
    let kept = desk.get("/audit").ok().text();
    assert_eq!(
        uses(&kept) == uses(&before),
        kept.contains("Count again"),
        "{kept}"
    );
    let anew = desk.get("/audit?now=1").ok().text();
    assert_ne!(uses(&anew), uses(&before));
    assert!(!anew.contains("Count again"));
}

#[test]
fn rows_of_findings_are_the_same_by_migration_and_by_ingest() {
    let world = samples();
    let rows = |world: &World| -> Vec<String> {
        let dump = world.dump();
        dump.into_iter()
            .filter(|line| line.starts_with("flag_uses:"))
            .collect()
    };
    let by_ingest = rows(&world);
    assert!(by_ingest.len() > 100);
    let migration =
        std::fs::read_to_string(project("schema/migrations/0008_flag_uses.sql")).unwrap();
    let fill = &migration[migration.find("CREATE TEMP TABLE case_uses").unwrap()..];
    let photos =
        std::fs::read_to_string(project("schema/migrations/0011_photo_findings.sql")).unwrap();
    world
        .sql()
        .execute_batch(&format!("DELETE FROM flag_uses; {fill} {photos}"))
        .unwrap();
    assert_eq!(rows(&world), by_ingest);
}

#[test]
fn an_ingest_is_told_by_its_runs() {
    let world = hostile_world();
    world.write("in/broken.jpg", b"\xff\xd8\xff\xe0 no picture");
    world.run(&["ingest", "in"]).ok(3);
    world
        .sql()
        .execute(
            "INSERT INTO runs (started, version, registry_digest, roots, progress) VALUES ('2026-01-01T00:00:00Z', '0', '', '[\"in\"]',
             '{\"step\": \"reading\", \"done\": 1234}')",
            [],
        )
        .unwrap();
    let desk = Desk::over(&world, &[]);
    let page = desk.get("/ingest").ok().text();
    assert!(
        page.contains("broken.jpg") && page.contains("data-refresh=\"2\""),
        "{page}"
    );
    assert!(page.contains("reading: 1\u{202f}234 inputs read"), "{page}");
}
