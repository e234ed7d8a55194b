//! The command as such: exit codes, where output goes, what is refused and how.

use crate::world::{World, project};

#[test]
fn a_missing_archive_is_said_to_be_missing() {
    let world = World::new();
    for command in [
        "flags", "matches", "pictures", "audit", "verify", "rederive",
    ] {
        let ran = world.run(&[command]).ok(2);
        assert!(
            ran.err.contains("a.db") && ran.err.contains("cutline ingest"),
            "{command}: {}",
            ran.err
        );
        assert!(!world.path("a.db").exists(), "{command} makes no archive");
    }
}

#[test]
fn a_foreign_file_is_refused() {
    let world = World::new();
    world.write("a.db", "not a database at all, but long enough to have a header of a hundred bytes if it were one, which it is not");
    let ran = world.run(&["flags"]).ok(2);
    assert!(ran.err.starts_with("cutline: cannot"), "{}", ran.err);
    std::fs::remove_file(world.path("a.db")).unwrap();
    let conn = world.sql();
    conn.execute_batch("CREATE TABLE photos (id); CREATE VIEW flags AS SELECT 1;")
        .unwrap();
    drop(conn);
    let ran = world.run(&["flags"]).ok(2);
    assert!(ran.err.contains("not a cutline archive"), "{}", ran.err);
}

#[test]
fn an_archive_with_a_foreign_trigger_is_refused() {
    let world = World::new();
    world.picture("in/a.png", 1);
    world.run(&["ingest", "in"]).ok(0);
    world
        .sql()
        .execute_batch("CREATE TRIGGER t AFTER INSERT ON meta BEGIN DELETE FROM photos; END")
        .unwrap();
    for command in [&["flags"][..], &["ingest", "in"]] {
        let ran = world.run(command).ok(2);
        assert!(ran.err.contains("trigger t"), "{}", ran.err);
    }
}

#[test]
fn a_newer_archive_is_refused_in_plain_words() {
    let world = World::new();
    world.picture("in/a.png", 1);
    world.run(&["ingest", "in"]).ok(0);
    world
        .sql()
        .execute_batch("PRAGMA user_version = 9999")
        .unwrap();
    let ran = world.run(&["flags"]).ok(2);
    assert!(ran.err.contains("newer cutline"), "{}", ran.err);
}

#[test]
fn the_archive_is_named_before_or_after_the_command() {
    let world = World::new();
    world.picture("in/a.png", 1);
    world.run(&["--db", "b.db", "ingest", "in"]).ok(0);
    world.run(&["flags", "--db", "b.db"]).ok(0);
    assert!(world.path("b.db").exists() && !world.path("a.db").exists());
}

#[test]
fn a_path_that_is_not_there_is_a_fatal_error() {
    let world = World::new();
    let ran = world.run(&["ingest", "nowhere"]).ok(2);
    assert!(ran.err.contains("nowhere"), "{}", ran.err);
    assert!(!world.path("a.db").exists());
}

#[test]
fn every_command_has_help() {
    let world = World::new();
    let command = cutline::cli::command();
    for sub in command.get_subcommands() {
        let ran = world.run(&[sub.get_name(), "--help"]).ok(0);
        assert!(ran.out.contains("Usage:"), "{}", sub.get_name());
        assert!(
            sub.get_about()
                .is_some_and(|about| !about.to_string().ends_with('.')),
            "{}",
            sub.get_name()
        );
        for arg in sub.get_arguments() {
            assert!(
                arg.get_help().is_some(),
                "{} {}: no help",
                sub.get_name(),
                arg.get_id()
            );
        }
    }
}

#[test]
fn completions_and_man_pages_are_made() {
    let world = World::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(
            world
                .run(&["completions", shell])
                .ok(0)
                .out
                .contains("cutline")
        );
    }
    world.run(&["man", "man"]).ok(0);
    assert!(world.path("man/cutline-ingest.1").exists());
}

#[test]
fn hostile_searches_are_plain_words() {
    let world = World::new();
    world.write(
        "in/a.txt",
        "Boats in the harbour, 11 June 2024. (Photo: Ana Example/AP)\n",
    );
    world.run(&["ingest", "in"]).ok(0);
    for query in [
        "\"",
        "a AND",
        "NEAR(",
        "col:x*",
        "(((",
        "- ",
        "*",
        "'; DROP TABLE photos; --",
        "x^2",
        "\u{202e}",
        "date:99",
    ] {
        let ran = world.run(&["search", "--", query]).ok(0);
        assert!(
            !ran.err.to_lowercase().contains("sql"),
            "{query}: {}",
            ran.err
        );
    }
    let hits = world
        .run(&["search", "--format", "jsonl", "harbour", "originator:ap"])
        .ok(0)
        .lines();
    assert_eq!(hits.len(), 1);
    let none = world.run(&["search", "xyzzy"]).ok(0);
    assert!(none.err.contains("among 1 files"), "{}", none.err);
}

#[test]
fn options_stand_anywhere_in_a_search_and_a_minus_leaves_a_word_out() {
    let world = World::new();
    world.write(
        "in/a.txt",
        "Boats in the harbour. (Photo: Ana Example/AP)\n",
    );
    world.write("in/b.txt", "Boats on the river. (Photo: Ana Example/AP)\n");
    world.run(&["--db", "b.db", "ingest", "in"]).ok(0);
    let hits = |args: &[&str]| {
        let ran = world.run(args).ok(0);
        (ran.lines().len(), ran.err)
    };
    let last = ["search", "boats", "--format", "jsonl", "--db", "b.db"];
    assert_eq!(hits(&last).0, 2);
    let without = [
        "search", "--format", "jsonl", "boats", "-river", "--db", "b.db",
    ];
    assert_eq!(hits(&without).0, 1);
    let first = [
        "search", "-river", "boats", "--db", "b.db", "--format", "jsonl",
    ];
    assert_eq!(hits(&first).0, 1);
    let (none, said) = hits(&["search", "(*)", "--db", "b.db", "--format", "jsonl"]);
    assert!(
        none == 0 && said.contains("nothing to search for"),
        "{said}"
    );
    let (none, said) = hits(&["search", "flag:nosuch", "--db", "b.db", "--format", "jsonl"]);
    assert!(
        none == 0 && said.contains("there is no rule nosuch"),
        "{said}"
    );
}

#[test]
fn a_registry_that_cannot_be_used_is_refused_by_every_command() {
    let world = World::new();
    world.write(
        "in/a.txt",
        "Boats in the harbour. (Photo: Ana Example/AP)\n",
    );
    world.run(&["ingest", "in"]).ok(0);
    let ran = world.run(&["flags", "--registry", "nowhere.csv"]).ok(2);
    assert_eq!(ran.err.matches("No such file").count(), 1, "{}", ran.err);
}

#[test]
fn a_folder_is_no_picture_to_check_or_find() {
    let world = World::new();
    world.picture("in/a.png", 1);
    world.picture("in/b.png", 2);
    world.run(&["ingest", "in"]).ok(0);
    for command in [
        &["check", "in"][..],
        &["check", "in/a.png", "in", "--fail-on", "state-sourced"],
        &["find", "in"],
    ] {
        let ran = world.run(command).ok(2);
        assert!(
            ran.err.contains(" in: it is a folder; name the files"),
            "{command:?}: {}",
            ran.err
        );
        assert_eq!(ran.out, "", "{command:?}");
    }
}

#[test]
fn a_picture_that_is_cut_off_is_said_to_be_so_by_code_3() {
    let world = World::new();
    let whole = std::fs::read(project("sample_media/standins/meeting-vostochny.jpg")).unwrap();
    let whole_path = world.write("in/whole.jpg", &whole);
    world.write("cut.jpg", &whole[..whole.len() * 3 / 4]);
    world.run(&["ingest", "in"]).ok(0);

    let checked = world.run(&["check", "cut.jpg"]).ok(3);
    assert!(checked.out.contains("problem: cannot"), "{}", checked.out);
    let rows = world
        .run(&["check", "cut.jpg", "--format", "jsonl"])
        .ok(3)
        .lines();
    assert_eq!(rows[0]["problems"][0]["reason"], "truncated");
    world
        .run(&["check", "cut.jpg", "--fail-on", "state-sourced:media"])
        .ok(1);
    let found = world.run(&["find", "cut.jpg"]).ok(3);
    assert!(found.err.contains("cut.jpg: cannot"), "{}", found.err);

    let whole = whole_path.to_string_lossy();
    let rows = world
        .run(&["check", &whole, "--format", "jsonl"])
        .ok(0)
        .lines();
    assert!(rows[0].get("problems").is_none());
    let found = world.run(&["find", &whole]).ok(0);
    assert!(!found.err.contains("cannot"), "{}", found.err);
}

#[test]
fn a_range_that_ends_before_it_begins_is_refused() {
    let world = World::new();
    world.picture("in/a.png", 1);
    world.run(&["ingest", "in"]).ok(0);
    for command in [&["flags"][..], &["audit"], &["review", "--sample", "3"]] {
        for (from, to) in [("2024", "2023"), ("2024-06", "2024-05")] {
            let ran = world
                .run(&[command, &["--from", from, "--to", to]].concat())
                .ok(2);
            assert!(
                ran.err.contains(&format!("from {from} to {to}")),
                "{command:?}: {}",
                ran.err
            );
        }
        world
            .run(&[command, &["--from", "2024-06", "--to", "2024"]].concat())
            .ok(0);
    }
    world
        .run(&["flags", "--from", "2024-06-02", "--to", "2024-06-01"])
        .ok(2);
    assert_eq!(
        world.count("samples"),
        1,
        "the one of the range that is none was not stored"
    );
}

#[test]
fn what_is_rejected_is_not_confirmed() {
    let world = World::new();
    world.picture("in/a.png", 1);
    world.run(&["ingest", "in"]).ok(0);
    for command in ["flags", "audit"] {
        let ran = world
            .run(&[command, "--reviewed-only", "--include-rejected"])
            .ok(2);
        assert!(ran.err.contains("cannot be used with"), "{}", ran.err);
        world.run(&[command, "--reviewed-only"]).ok(0);
        world.run(&[command, "--include-rejected"]).ok(0);
    }
}

#[test]
fn a_file_of_settings_that_is_not_there_is_refused_by_every_command() {
    let world = World::new();
    world.picture("in/a.png", 1);
    world.run(&["ingest", "in"]).ok(0);
    for command in [
        &["audit"][..],
        &["flags"],
        &["matches"],
        &["rules"],
        &["check", "in/a.png"],
        &["ingest", "in"],
    ] {
        for option in ["--config", "--outlets"] {
            let ran = world
                .run(&[command, &[option, "nosuch.file"]].concat())
                .ok(2);
            assert!(
                ran.err.contains("nosuch.file"),
                "{command:?} {option}: {}",
                ran.err
            );
        }
    }
}
