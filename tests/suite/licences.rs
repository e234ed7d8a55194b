//! What cutline is built from: every crate may be used as cutline is, and comes from the public registry.

use std::process::Command;

use serde_json::Value;

/// Licences that ask for no more than to be named, and those that cover a crate's data alone.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "NCSA",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Whether an SPDX expression leaves a choice that is allowed: `OR` is weaker than `AND`.
fn is_allowed(expression: &str) -> bool {
    let text = expression.replace('/', " OR ");
    let text = text.trim();
    split(text, " OR ").into_iter().any(|choice| {
        split(choice, " AND ").into_iter().all(|one| {
            let one = one.trim();
            match one
                .strip_prefix('(')
                .and_then(|rest| rest.strip_suffix(')'))
            {
                Some(inside) => is_allowed(inside),
                None => ALLOWED.contains(&one),
            }
        })
    })
}

/// Split at a word that stands outside brackets.
fn split<'a>(text: &'a str, at: &str) -> Vec<&'a str> {
    let (mut parts, mut depth, mut from) = (Vec::new(), 0_i32, 0);
    for (place, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth == 0 && text[place..].starts_with(at) => {
                parts.push(&text[from..place]);
                from = place + at.len();
            }
            _ => {}
        }
    }
    parts.push(&text[from..]);
    parts
}

#[test]
fn every_crate_may_be_used_as_cutline_is() {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let metadata = Command::new(cargo)
        .args([
            "metadata",
            "--locked",
            "--offline",
            "--format-version",
            "1",
            "--all-features",
        ])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output();
    let Some(metadata) = metadata.ok().filter(|m| m.status.success()) else {
        eprintln!("notice: skipped, cargo cannot tell here what the project is built from");
        return;
    };
    let metadata: Value = serde_json::from_slice(&metadata.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100);
    let mut wrong = Vec::new();
    for package in packages {
        let (name, version) = (
            package["name"].as_str().unwrap(),
            package["version"].as_str().unwrap(),
        );
        match package["source"].as_str() {
            // The project itself.
            None => continue,
            Some(source)
                if source.starts_with("registry+https://github.com/rust-lang/crates.io-index") => {}
            Some(source) => wrong.push(format!("{name} {version} comes from {source}")),
        }
        let licence = package["license"].as_str().unwrap_or("(none)");
        if !is_allowed(licence) {
            wrong.push(format!("{name} {version} is under {licence}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn expressions_are_read_as_spdx_writes_them() {
    for good in [
        "MIT",
        "MIT OR GPL-3.0",
        "(MIT OR Apache-2.0) AND Unicode-3.0",
        "Apache-2.0/MIT",
        "Apache-2.0 WITH LLVM-exception OR X",
    ] {
        assert!(is_allowed(good), "{good}");
    }
    for bad in [
        "GPL-3.0",
        "MIT AND GPL-3.0",
        "(MIT AND MPL-2.0) OR LGPL-2.1",
        "(none)",
        "",
    ] {
        assert!(!is_allowed(bad), "{bad}");
    }
}
