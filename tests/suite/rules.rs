//! Every rule against its fixtures: cases on which it must find something, and cases on which it must say nothing.

use std::fs;
use std::path::{Path, PathBuf};

use cutline::flags::{Case, Judgement, RULES, Thresholds, judge};
use cutline::model::{Flag, Severity, Sureness};
use cutline::parties::Registry;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fixture {
    /// What the case shows, in one sentence.
    why: String,
    case: Case,
    /// For `fires`: what must be found, all of it and nothing else.
    #[serde(default)]
    findings: Vec<Expected>,
    /// For `silent`: copies about which the rule rightly speaks.
    #[serde(default)]
    except_names: Vec<String>,
    /// For `silent`: the most that may be said (confidence and severity).
    at_most: Option<(Sureness, Severity)>,
}

#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct Expected {
    subject: Option<String>,
    name: Option<String>,
    severity: Option<Severity>,
    confidence: Option<Sureness>,
    kinds: Option<Vec<String>>,
    /// A part of the summary.
    summary: Option<String>,
    /// Texts that the evidence quotes.
    #[serde(default)]
    quotes: Vec<String>,
    /// A part of one `from` of the evidence.
    evidence: Option<String>,
}

impl Expected {
    fn fits(&self, flag: &Flag) -> bool {
        let subject = serde_json::to_value(flag.subject.kind).unwrap();
        let quoted = |q: &String| flag.evidence.iter().any(|e| e.text.as_ref() == Some(q));
        self.subject.as_ref().is_none_or(|s| subject == s.as_str())
            && self.name.as_ref().is_none_or(|n| flag.subject.name == *n)
            && self.severity.is_none_or(|s| flag.severity == s)
            && self.confidence.is_none_or(|c| flag.confidence == c)
            && self.kinds.as_ref().is_none_or(|k| flag.kinds == *k)
            && self
                .summary
                .as_ref()
                .is_none_or(|s| flag.summary.contains(s))
            && self.quotes.iter().all(quoted)
            && self
                .evidence
                .as_ref()
                .is_none_or(|part| flag.evidence.iter().any(|e| e.from.contains(part)))
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/flags")
}

fn registry() -> Registry {
    Registry::with_file(&folder().join("registry.csv")).unwrap()
}

/// The fixtures of one folder, by name.
fn fixtures(rule: &str, kind: &str) -> Vec<(String, Fixture)> {
    let folder = folder().join(rule).join(kind);
    let mut found: Vec<_> = fs::read_dir(&folder)
        .unwrap_or_else(|e| panic!("rule {rule} has no folder {kind}: {e}"))
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = format!("{rule}/{kind}/{}", path.file_name().unwrap().display());
            let fixture = serde_json::from_slice(&fs::read(&path).unwrap());
            (
                name.clone(),
                fixture.unwrap_or_else(|e| panic!("{name}: {e}")),
            )
        })
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    assert!(found.len() >= 2, "{rule}/{kind} needs two fixtures or more");
    found
}

fn flags_of(judgement: Judgement, rule: &str) -> Vec<Flag> {
    let flags = judgement.flags.into_iter();
    flags.filter(|f| f.rule == rule).collect()
}

/// What holds for every finding of every rule.
fn check(name: &str, case: &Case, flag: &Flag) {
    let raw = serde_json::to_value(case).unwrap();
    let mut texts = Vec::new();
    raw_texts(&raw, &mut texts);
    assert!(!flag.evidence.is_empty(), "{name}: no evidence");
    assert!(flag.summary.ends_with('.'), "{name}: {}", flag.summary);
    assert_eq!(flag.flag.len(), 16, "{name}");
    for evidence in &flag.evidence {
        assert!(
            !evidence.from.is_empty() && !evidence.input.is_empty(),
            "{name}: {evidence:?}"
        );
        if let Some(text) = &evidence.text {
            assert!(
                !text.is_empty() && texts.iter().any(|t| t.contains(text)),
                "{name}: not verbatim: {text:?}"
            );
        }
    }
}

/// The texts that came from inputs: printed texts and embedded values.
fn raw_texts(value: &serde_json::Value, texts: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(map) => {
            for (key, value) in map {
                match (key.as_str(), value) {
                    ("text" | "credit_text" | "value", serde_json::Value::String(text)) => {
                        texts.push(text.clone());
                    }
                    _ => raw_texts(value, texts),
                }
            }
        }
        serde_json::Value::Array(list) => list.iter().for_each(|v| raw_texts(v, texts)),
        _ => {}
    }
}

#[test]
fn every_rule_finds_what_its_fixtures_show() {
    let registry = registry();
    let mut wrong = Vec::new();
    for rule in RULES {
        for (name, fixture) in fixtures(rule.id(), "fires") {
            assert!(
                !fixture.why.is_empty() && !fixture.findings.is_empty(),
                "{name}"
            );
            let flags = flags_of(
                judge(&fixture.case, &registry, &Thresholds::default()),
                rule.id(),
            );
            for flag in &flags {
                check(&name, &fixture.case, flag);
            }
            let mut left = flags.clone();
            for expected in &fixture.findings {
                match left.iter().position(|flag| expected.fits(flag)) {
                    Some(at) => drop(left.remove(at)),
                    None => wrong.push(format!("{name}: {expected:?} is not among {left:#?}")),
                }
            }
            if !left.is_empty() {
                wrong.push(format!("{name}: not expected: {left:#?}"));
            }
            let ids: std::collections::BTreeSet<_> = flags.iter().map(|f| &f.flag).collect();
            assert_eq!(ids.len(), flags.len(), "{name}: two findings with one id");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_rule_is_silent_where_its_guards_hold() {
    let registry = registry();
    let mut wrong = Vec::new();
    for rule in RULES {
        for (name, fixture) in fixtures(rule.id(), "silent") {
            let flags = flags_of(
                judge(&fixture.case, &registry, &Thresholds::default()),
                rule.id(),
            );
            for flag in &flags {
                check(&name, &fixture.case, flag);
            }
            let spoken = flags
                .iter()
                .filter(|f| !fixture.except_names.contains(&f.subject.name));
            let too_much: Vec<_> = spoken
                .filter(|f| match fixture.at_most {
                    Some((confidence, severity)) => {
                        f.confidence < confidence || f.severity > severity
                    }
                    None => true,
                })
                .collect();
            if !too_much.is_empty() {
                wrong.push(format!("{name} ({}): {too_much:#?}", fixture.why));
            }
            for name_spoken_of in &fixture.except_names {
                if !flags.iter().any(|f| f.subject.name == *name_spoken_of) {
                    wrong.push(format!("{name}: nothing is said of {name_spoken_of}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_folder_of_fixtures_belongs_to_a_rule() {
    for entry in fs::read_dir(folder()).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            let name = entry.file_name();
            assert!(
                RULES.iter().any(|r| *r.id() == *name),
                "{} is no rule",
                name.display()
            );
        }
    }
}

#[test]
fn judging_twice_and_from_json_gives_the_same() {
    let registry = registry();
    for rule in RULES {
        for (name, fixture) in fixtures(rule.id(), "fires") {
            let once = judge(&fixture.case, &registry, &Thresholds::default());
            let json = serde_json::to_string(&fixture.case).unwrap();
            let again: Case = serde_json::from_str(&json).unwrap();
            assert_eq!(
                once,
                judge(&again, &registry, &Thresholds::default()),
                "{name}"
            );
            let copies = fixture.case.photos.len() + fixture.case.appearances.len();
            assert_eq!(once.origins.len(), copies, "{name}");
        }
    }
}

#[test]
fn every_rule_says_what_it_does() {
    for (at, rule) in RULES.iter().enumerate() {
        for text in [
            rule.summary(),
            rule.why(),
            rule.evidence(),
            rule.false_alarms(),
            rule.severity(),
        ] {
            assert!(!text.is_empty(), "{} leaves something out", rule.id());
        }
        let kebab = rule
            .id()
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b == b'-');
        assert!(kebab, "{}", rule.id());
        assert!(
            RULES
                .iter()
                .skip(at + 1)
                .all(|other| other.id() != rule.id())
        );
    }
}
