//! `disguised-credit`: a name in the credit is not spelt with the letters that it seems to be spelt with.

use std::collections::BTreeSet;

use crate::credit::{Disguise, disguises};
use crate::model::{Field, Flag, Severity, Sureness};

use super::finding::{flag, list, subject};
use super::{Copy, Origin, Rule, Scene};

pub(super) struct DisguisedCredit;

impl Rule for DisguisedCredit {
    fn id(&self) -> &'static str {
        "disguised-credit"
    }

    fn summary(&self) -> &'static str {
        "A word of the credit is not spelt with the letters that it seems to be spelt with."
    }

    fn why(&self) -> &'static str {
        "No search, filter or block list that compares letters finds such a name; somebody may have wanted that. cutline \
         reads through letters that look alike and characters without a shape, not through a text that is printed backwards."
    }

    fn evidence(&self) -> &'static str {
        "The word as it stands: Latin letters together with Cyrillic or Greek ones that look like Latin ones, a character \
         without a shape between two letters, or an order to print letters backwards. The first two are looked for in credit lines and embedded \
         Creator, Credit Line, Source and Copyright Notice, the order in captions, too. It says what stands there, not that anybody \
         meant it."
    }

    fn false_alarms(&self) -> &'static str {
        "A slip of somebody who writes with two keyboard layouts; an editing system that leaves marks for line breaks."
    }

    fn severity(&self) -> &'static str {
        "notice; info where only a character without a shape stands there"
    }

    fn check(&self, scene: &Scene<'_>, _origins: &[Origin]) -> Vec<Flag> {
        let copies = scene.copies();
        copies
            .filter_map(|copy| finding(self.id(), scene, copy))
            .collect()
    }
}

fn finding(rule: &str, scene: &Scene<'_>, copy: Copy) -> Option<Flag> {
    let (mut kinds, mut evidence) = (BTreeSet::new(), Vec::new());
    let lines: Vec<&str> = scene
        .claims_of(copy)
        .filter_map(|(_, claim, _)| claim.reading.credit_line.as_deref())
        .collect();
    for said in scene.said(copy) {
        let is_credit = matches!(
            said.field,
            Some(Field::Creator | Field::CreditLine | Field::Source | Field::CopyrightNotice)
        );
        for (what, start, end) in disguises(said.text) {
            let word = said.text.get(start..end).unwrap_or_default();
            // What is printed backwards hides where the credit begins and ends.
            let anywhere = what == Disguise::Reversed;
            if is_credit || anywhere || lines.iter().any(|line| line.contains(word)) {
                kinds.insert(what);
                evidence.push(said.quote(start, end));
            }
        }
    }
    let what = kinds.iter().map(|kind| match kind {
        Disguise::LookAlike => "letters of another script that look like Latin ones",
        Disguise::Hidden => "characters without a shape between letters",
        Disguise::Reversed => "an order to print letters backwards",
    });
    let what: Vec<String> = what.map(str::to_owned).collect();
    let severity = if kinds.iter().all(|kind| *kind == Disguise::Hidden) {
        Severity::Info
    } else {
        Severity::Notice
    };
    let summary = format!("The credit holds {}.", list(&what));
    let subject = subject(scene.case, copy).filter(|_| !evidence.is_empty())?;
    Some(flag(
        rule,
        severity,
        Sureness::Sure,
        subject,
        summary,
        evidence,
    ))
}
