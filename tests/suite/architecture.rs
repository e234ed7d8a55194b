//! The direction of dependencies, checked on the `use crate::` lines, and which crates may be used where.

use std::fs;
use std::path::{Path, PathBuf};

/// Modules in the order in which data flows; each may use itself and those before it.
const ORDER: &[&str] = &[
    "error",
    "model",
    "discover",
    "parties",
    "credit",
    "read",
    "fingerprint",
    "pictures",
    "matching",
    "query",
    "flags",
    "report",
    "archive",
    "intake",
    "decided",
    "derive",
    "check",
    "audits",
    "review",
    "rederive",
    "ingest",
    "desk",
    "cli",
];

/// Crates that only some modules may name.
const FENCES: &[(&str, &[&str])] = &[
    ("rusqlite", &["archive", "error"]),
    ("exif", &["read"]),
    ("image", &["read", "fingerprint"]),
    ("walkdir", &["discover"]),
    ("rustix", &["discover"]),
    ("html5ever", &["read"]),
    ("quick_xml", &["read"]),
    ("axum", &["desk"]),
    ("maud", &["desk"]),
    ("tokio", &["desk"]),
    ("clap", &["cli"]),
    ("anyhow", &["cli"]),
    ("comfy_table", &["report"]),
    ("anstream", &["cli"]),
];

fn sources() -> Vec<(PathBuf, String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let relative = path.strip_prefix(&root).unwrap();
                let module = relative
                    .iter()
                    .next()
                    .unwrap()
                    .to_string_lossy()
                    .trim_end_matches(".rs")
                    .to_owned();
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, module, text));
            }
        }
    }
    found.sort();
    found
}

/// The code without its tests and comments.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .take_while(|line| !line.starts_with("#[cfg(test)]"))
        .enumerate()
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
}

#[test]
fn modules_use_only_what_stands_before_them() {
    let place = |module: &str| ORDER.iter().position(|m| *m == module);
    let mut wrong = Vec::new();
    for (path, module, text) in sources() {
        if module == "main" || module == "lib" {
            continue;
        }
        let own = place(&module)
            .unwrap_or_else(|| panic!("{} is in no known module: add it to ORDER", path.display()));
        for (number, line) in code(&text) {
            for (at, _) in line.match_indices("crate::") {
                let used: String = line[at + 7..]
                    .chars()
                    .take_while(|c| c.is_ascii_lowercase() || *c == '_')
                    .collect();
                let Some(other) = place(&used) else { continue };
                if other > own {
                    wrong.push(format!(
                        "{}:{} uses crate::{used}, which comes later",
                        path.display(),
                        number + 1
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn crates_stay_behind_their_fences() {
    let mut wrong = Vec::new();
    for (path, module, text) in sources() {
        for (number, line) in code(&text) {
            for (name, modules) in FENCES {
                let used = line.contains(&format!("{name}::"))
                    && !line.contains(&format!("::{name}::"))
                    || line.trim_start().starts_with(&format!("use {name}"));
                let whole = line.match_indices(name).any(|(at, _)| {
                    !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
                        && line[at + name.len()..].starts_with("::")
                });
                if used && whole && !modules.contains(&module.as_str()) {
                    wrong.push(format!(
                        "{}:{} names the crate {name}",
                        path.display(),
                        number + 1
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn sql_stands_in_the_archive_alone() {
    let statement = |line: &str| {
        [
            "SELECT ",
            "INSERT INTO ",
            "DELETE FROM ",
            "UPDATE ",
            "PRAGMA ",
        ]
        .iter()
        .any(|s| line.contains(&format!("\"{s}")))
    };
    let wrong: Vec<String> = sources()
        .iter()
        .filter(|(_, module, _)| module != "archive")
        .flat_map(|(path, _, text)| {
            let lines = code(text).filter(|(_, line)| statement(line));
            lines
                .map(|(n, _)| format!("{}:{}", path.display(), n + 1))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(
        wrong.is_empty(),
        "SQL outside src/archive: {}",
        wrong.join(", ")
    );
}

#[test]
fn nothing_committed_names_a_machine() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["src", "schema", "tests", "benches", "examples"] {
        let mut folders = vec![root.join(folder)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).into_iter().flatten() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if let Ok(text) = fs::read_to_string(&path) {
                    let home = ["/wo", "rk/"].concat();
                    assert!(
                        !text.contains(&home),
                        "{} holds a path of one machine",
                        path.display()
                    );
                }
            }
        }
    }
}
