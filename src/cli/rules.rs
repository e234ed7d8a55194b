//! `cutline rules`: what each rule finds, why it matters, when it is wrong.

use std::io::Write as _;

use clap::Args;

use super::args::Output;
use super::exit::Exit;
use super::output;
use crate::flags::RULES;
use crate::report::table::Table;

/// List the rules behind the findings
#[derive(Args, Clone, Debug)]
pub(super) struct RulesArgs {
    /// Only these rules
    rules: Vec<String>,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(args: &RulesArgs) -> anyhow::Result<Exit> {
    for rule in &args.rules {
        super::flags::known_rule(rule)?;
    }
    let mut out = output::Out::new(args.output, &Table);
    for rule in RULES
        .iter()
        .filter(|r| args.rules.is_empty() || args.rules.iter().any(|id| id == r.id()))
    {
        let parts = [
            ("finds", rule.summary()),
            ("why", rule.why()),
            ("evidence", rule.evidence()),
            ("severity", rule.severity()),
            ("false alarms", rule.false_alarms()),
        ];
        if out.for_people() {
            writeln!(out.writer(), "{}", rule.id())?;
            for (name, text) in parts {
                writeln!(out.writer(), "  {name:<13} {text}")?;
            }
            continue;
        }
        let value = serde_json::json!({
            "rule": rule.id(), "finds": rule.summary(), "why": rule.why(), "evidence": rule.evidence(),
            "severity": rule.severity(), "false_alarms": rule.false_alarms(),
        });
        out.row(&value, || {
            let mut row = vec![("rule", rule.id().to_owned())];
            row.extend(parts.map(|(name, text)| (name, text.to_owned())));
            row
        })?;
    }
    out.finish()?;
    Ok(Exit::Fine)
}
