//! The desk in headless Chromium: `tests/browser/desk.mjs` looks, clicks and types, and checks every page with axe-core.
//!
//! Skips with a notice where node, Chromium or the modules of `tests/browser` (`npm ci --prefix tests/browser`) are not
//! there. `CUTLINE_SCREENSHOTS=FOLDER` keeps what it saw.

use std::path::PathBuf;
use std::process::Command;

use crate::desk::{Desk, hostile_world, samples};
use crate::world::project;

/// Where the first of some programs is installed.
fn program(names: &[&str]) -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let places = |name: &&str| {
        let found = std::env::split_paths(&folders).map(|folder| folder.join(name));
        found.into_iter().find(|path| path.is_file())
    };
    names.iter().find_map(places)
}

#[test]
fn an_editor_filters_opens_compares_decides_undoes_checks_and_audits() {
    let Some(node) = program(&["node", "nodejs"]) else {
        eprintln!("notice: skipped, node is not installed");
        return;
    };
    let Some(chromium) = program(&["chromium", "chromium-browser", "google-chrome"]) else {
        eprintln!("notice: skipped, chromium is not installed");
        return;
    };
    if !project("tests/browser/node_modules/playwright-core").exists()
        || !project("tests/browser/node_modules/axe-core").exists()
    {
        eprintln!(
            "notice: skipped, run `npm ci --prefix tests/browser` for playwright-core and axe-core"
        );
        return;
    }
    let (world, odd_world) = (samples(), hostile_world());
    let (desk, odd) = (Desk::over(&world, &[]), Desk::over(&odd_world, &[]));
    let ran = Command::new(node)
        .arg(project("tests/browser/desk.mjs"))
        .env("DESK", &desk.entry)
        .env("ODD_DESK", &odd.entry)
        .env("CHROMIUM", chromium)
        .env(
            "PICTURE",
            project("sample_media/standins/flags-vladivostok.jpg"),
        )
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&ran.stdout);
    assert!(
        ran.status.success(),
        "{told}\n{}",
        String::from_utf8_lossy(&ran.stderr)
    );
    assert_eq!(world.count("runs"), 1, "nothing was ingested by looking");
}
