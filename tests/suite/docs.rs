//! Documentation that cannot rot: what exists stands in the README.

use cutline::flags::RULES;
use cutline::read::READERS;
use cutline::report::FORMATS;

use crate::world::{World, project};

/// Whether generated parts are to be written rather than compared.
fn bless() -> bool {
    std::env::var_os("CUTLINE_BLESS").is_some()
}

fn readme() -> String {
    std::fs::read_to_string(project("README.md")).unwrap()
}

#[test]
fn every_command_stands_in_the_readme() {
    let readme = readme();
    for command in cutline::cli::command().get_subcommands() {
        let name = command.get_name();
        assert!(
            readme.contains(&format!("| `{name}")) || readme.contains(&format!("`{name} [")),
            "{name}"
        );
    }
}

#[test]
fn every_reader_stands_in_the_readme() {
    let readme = readme();
    for reader in READERS {
        assert!(
            readme.contains(&format!("(`{}`)", reader.name())),
            "{}",
            reader.name()
        );
    }
}

#[test]
fn every_format_stands_in_the_readme() {
    let names: Vec<&str> = FORMATS.iter().map(|format| format.name()).collect();
    let listed = format!("`--format {}`", names.join("|"));
    assert!(readme().contains(&listed), "{listed}");
}

#[test]
fn ci_runs_the_readmes_test_command() {
    let ci = std::fs::read_to_string(project(".ci/run")).unwrap();
    let readme = readme();
    let (_, after) = readme
        .split_once("<!-- second command: the tests -->")
        .unwrap();
    let command = after
        .lines()
        .find_map(|line| line.strip_prefix("$ "))
        .unwrap();
    assert!(
        ci.lines().any(|line| line == command),
        "{command} stands in .ci/run"
    );
}

#[test]
fn every_table_and_view_is_explained() {
    let text = std::fs::read_to_string(project("schema/README.md")).unwrap();
    let schema = std::fs::read_to_string(project("schema/schema.sql")).unwrap();
    for line in schema.lines() {
        let name = line
            .strip_prefix("CREATE TABLE ")
            .or_else(|| line.strip_prefix("CREATE VIEW "))
            .or_else(|| line.strip_prefix("CREATE VIRTUAL TABLE "))
            .and_then(|rest| rest.split_whitespace().next());
        if let Some(name) = name {
            assert!(
                text.contains(&format!("`{name}`")),
                "schema/README.md does not explain {name}"
            );
        }
    }
}

/// Replace what stands between two markers of the README, or compare it.
fn section(begin: &str, end: &str, wanted: impl Fn(&str) -> String) {
    let mut text = readme();
    let mut from = 0;
    let mut found = false;
    while let Some(at) = text[from..].find(begin) {
        found = true;
        let start = from + at + text[from + at..].find("-->").unwrap() + "-->\n".len();
        let stop = start + text[start..].find(end).unwrap();
        let now = wanted(&text[start..stop]);
        if bless() {
            text.replace_range(start..stop, &now);
        } else {
            assert_eq!(
                text[start..stop],
                now,
                "the README is old: run `just bless`"
            );
        }
        from = start + now.len();
    }
    assert!(found, "{begin} stands in the README");
    if bless() {
        std::fs::write(project("README.md"), text).unwrap();
    }
}

#[test]
fn the_readme_says_what_the_rules_and_the_program_say() {
    section("<!-- rules", "<!-- end of rules", |_| {
        let mut text = String::new();
        for rule in RULES {
            text.push_str(&format!(
                "\n**`{}`**: {} {}\n*Evidence:* {} *Severity:* {} *Known false alarms:* {}\n",
                rule.id(),
                rule.summary(),
                rule.why(),
                rule.evidence(),
                rule.severity(),
                rule.false_alarms()
            ));
        }
        text.push('\n');
        text
    });
    let world = World::new();
    copy(&project("sample_media"), &world.path("sample_media"));
    section("<!-- tour", "<!-- end of tour", |old| {
        let mut text = String::new();
        let mut inside = false;
        for line in old.lines() {
            if let Some(command) = line.strip_prefix("$ cutline ") {
                let args = words(command);
                let ran = world.run(&args.iter().map(String::as_str).collect::<Vec<_>>());
                text.push_str(&format!("{line}\n{}", without_ids(&ran.out)));
                inside = true;
            } else if line.starts_with("```") {
                text.push_str(&format!("{line}\n"));
                inside = false;
            } else if !inside {
                text.push_str(&format!("{line}\n"));
            }
        }
        text
    });
}

/// A command line's words; double quotes hold one together.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('"').enumerate();
    parts
        .flat_map(|(at, part)| match at % 2 {
            1 => vec![part.to_owned()],
            _ => part.split_whitespace().map(str::to_owned).collect(),
        })
        .collect()
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Ids are made from where the folder lies, which differs from machine to machine.
fn without_ids(text: &str) -> String {
    let ids = regex::Regex::new(r"\b[0-9a-f]{16}\b").unwrap();
    ids.replace_all(text, "0123456789abcdef").into_owned()
}
