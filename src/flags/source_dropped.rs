//! `source-dropped`: a state source is named on one copy and not found on another.

use crate::model::{Evidence, Flag, Severity, StateKind, StateLevel, Sureness};

use super::claim::{Copy, copy_name};
use super::disclosure::absence;
use super::finding::{fact, flag, list, share};
use super::mention::names_source;
use super::source::{Known, delivers, quoted};
use super::{CaseAppearance, Origin, Rule, Scene};

pub(super) struct SourceDropped;

impl Rule for SourceDropped {
    fn id(&self) -> &'static str {
        "source-dropped"
    }

    fn summary(&self) -> &'static str {
        "A state source is named on one copy of the picture and not found on another."
    }

    fn why(&self) -> &'static str {
        "\"Reuters\" under a picture that Reuters only passed on tells readers that an independent agency made it."
    }

    fn evidence(&self) -> &'static str {
        "The words here, the words on the copy that names the source, and the share of this outlet's other pages on \
         which credits were found. A source that caption, credit, alternative text or headline name anywhere, if only as \
         state media, was not dropped; the article's own text is not kept and not looked at. It says what stands where, \
         not who left the name out: only where the page's own delivered file carries the name does it say so."
    }

    fn false_alarms(&self) -> &'static str {
        "A credit printed elsewhere on the page (in the article's text, a list, an overlay, a script) that the capture does not hold; a \
         match of caption and photo that is wrong."
    }

    fn severity(&self) -> &'static str {
        "warning for state media where sure, else notice; info for governments and for files that carry no credit at all"
    }

    fn on_absence(&self) -> bool {
        true
    }

    fn check(&self, scene: &Scene<'_>, origins: &[Origin]) -> Vec<Flag> {
        let copies = scene.copies().zip(origins);
        copies
            .filter_map(|(copy, origin)| finding(self.id(), scene, copy, origin))
            .collect()
    }
}

fn finding(rule: &str, scene: &Scene<'_>, copy: Copy, origin: &Origin) -> Option<Flag> {
    let appearance = match copy {
        Copy::Appearance(at) => Some(scene.case.appearances.get(at)?),
        Copy::Photo(_) => None,
    };
    let elsewhere = match origin.level? {
        StateLevel::Duplicate => true,
        StateLevel::Metadata => appearance.is_some(),
        _ => false,
    };
    let named_in_document = |a: &CaseAppearance| {
        let is_source = |id: &str| origin.parties.iter().any(|p| p.party == id);
        a.document_parties().any(is_source)
    };
    if !elsewhere || appearance.is_some_and(named_in_document) {
        return None;
    }
    let mut known = scene.known(copy)?;
    // Whoever is named anywhere beside the picture was not dropped.
    match copy {
        Copy::Appearance(at) => known.parties.retain(|p| !names_source(scene, at, &p.party)),
        Copy::Photo(_) => {
            let named = &scene.named_on(copy).parties;
            known.parties.retain(|p| !named.contains(&p.party));
        }
    }
    if known.parties.is_empty() {
        return None;
    }
    let mut evidence = Vec::new();
    let mut silent = true;
    for (_, claim, _) in scene.claims_of(copy) {
        if claim.reading.credit_line.is_some() || claim.names_someone() {
            evidence.push(claim.credit_evidence(format!("{} here: not named", claim.what())));
            silent = false;
        }
    }
    if silent {
        evidence.push(match appearance {
            Some(a) => fact("no credit was found on the page as captured", &a.input),
            None => fact(
                "no embedded credit was found in this file",
                &copy_name(scene.case, copy),
            ),
        });
    }
    let sources = known.named_by.iter().filter_map(|at| scene.claims.get(*at));
    let (quoted, more) = quoted(scene, &sources.map(|c| c.copy).collect::<Vec<_>>());
    for at in &known.named_by {
        let (Some(claim), Some(Some(found))) = (scene.claims.get(*at), scene.found.get(*at)) else {
            continue;
        };
        if !quoted.contains(&claim.copy) {
            continue;
        }
        let words = [found.words.as_deref(), claim.reading.credit_line.as_deref()];
        let name = copy_name(scene.case, claim.copy);
        let from = if appearance.is_some_and(|a| delivers(scene, a, claim.copy)) {
            format!(
                "{} of the file that this page itself delivers: named on {name}",
                claim.what_names(found)
            )
        } else {
            format!("{}: named on {name}", claim.what_names(found))
        };
        evidence.push(claim.evidence(&words, from));
    }
    evidence.extend(more);
    let mut confidence = known.confidence;
    if let Some(appearance) = appearance {
        confidence = confidence.max(absence(scene, appearance));
        evidence.push(share(appearance));
    } else if silent {
        confidence = Sureness::Possible;
    }
    let place = if appearance.is_some() {
        "with the picture on the page as captured"
    } else {
        "in this file's fields"
    };
    let summary = format!("{}.", not_named(scene, &known, place).join("; "));
    let severity = severity(origin, confidence, silent && appearance.is_none());
    let mut flag = flag(
        rule,
        severity,
        confidence,
        origin.subject.clone(),
        summary,
        evidence,
    );
    flag.kinds = origin
        .kinds
        .iter()
        .map(|k| super::state_sourced::kind_word(*k).to_owned())
        .collect();
    Some(flag)
}

/// "KCNA is not named here; named on A.jpg", the parties that one copy names together.
fn not_named(scene: &Scene<'_>, known: &Known, place: &str) -> Vec<String> {
    let mut by_copy: Vec<(Copy, Vec<String>)> = Vec::new();
    for party in &known.parties {
        let names_it = |at: &usize| {
            let found = scene.found.get(*at).and_then(Option::as_ref);
            found.is_some_and(|f| f.parties.iter().any(|p| p.party == party.party))
        };
        let first = known.named_by.iter().find(|at| names_it(at));
        let Some(claim) = first.and_then(|at| scene.claims.get(*at)) else {
            continue;
        };
        match by_copy.iter_mut().find(|(copy, _)| *copy == claim.copy) {
            Some((_, names)) => names.push(party.described()),
            None => by_copy.push((claim.copy, vec![party.described()])),
        }
    }
    let sentences = by_copy.iter().map(|(copy, names)| {
        let verb = if names.len() == 1 { "is" } else { "are" };
        format!(
            "{} {verb} not named {place}; named on {}",
            list(names),
            copy_name(scene.case, *copy)
        )
    });
    sentences.collect()
}

fn severity(origin: &Origin, confidence: Sureness, stripped: bool) -> Severity {
    let media = origin.kinds.contains(&StateKind::Media);
    let government_only = origin.kinds.iter().all(|k| *k == StateKind::Government);
    let unverified = |e: &Evidence| e.from.contains(super::state_sourced::NOT_VERIFIED);
    if government_only || stripped || origin.evidence.iter().any(unverified) {
        Severity::Info
    } else if media && confidence == Sureness::Sure {
        Severity::Warning
    } else {
        Severity::Notice
    }
}
