//! `third-party-unverified`: the agency that passed a picture on says that it could not verify it.

use crate::model::{Carrier, Evidence, FactKind, Field, Flag, Severity, Sureness};

use super::claim::{Claim, Copy, copy_name};
use super::disclosure::absence;
use super::finding::{fact, flag, share, subject};
use super::terms::{self, Means};
use super::{Origin, Rule, Scene};

pub(super) struct ThirdPartyUnverified;

impl Rule for ThirdPartyUnverified {
    fn id(&self) -> &'static str {
        "third-party-unverified"
    }

    fn summary(&self) -> &'static str {
        "The agency's own notice says that it could not verify the picture."
    }

    fn why(&self) -> &'static str {
        "A picture whose place, date or truth its agency does not vouch for needs a word to readers, or a second source."
    }

    fn evidence(&self) -> &'static str {
        "The notice, word for word: from the embedded Instructions, in capitals, or in a sentence that names the picture. \
         For a page that does not print one: the notice in the file that it shows or in a verified copy, and the share \
         of the outlet's other pages on which credits were found."
    }

    fn false_alarms(&self) -> &'static str {
        "A sentence about a claim that happens to name a picture, too; an agency that verified the picture later; a \
         page that says so in its text, outside the caption."
    }

    fn severity(&self) -> &'static str {
        "notice; info where the page prints the notice itself, and where only possible"
    }

    fn on_absence(&self) -> bool {
        true
    }

    fn check(&self, scene: &Scene<'_>, _origins: &[Origin]) -> Vec<Flag> {
        let notices: Vec<(Copy, Evidence)> = scene
            .copies()
            .filter_map(|copy| Some((copy, notice(scene, copy)?)))
            .collect();
        if notices.is_empty() {
            return Vec::new();
        }
        scene
            .copies()
            .filter_map(|copy| finding(self.id(), scene, copy, &notices))
            .collect()
    }
}

/// The words of the first notice on a copy that is about the picture.
fn notice(scene: &Scene<'_>, copy: Copy) -> Option<Evidence> {
    scene.claims_of(copy).find_map(|(_, claim, _)| {
        let facts = claim.reading.facts.iter();
        let mut facts = facts.filter(|f| f.kind == FactKind::Unverified);
        let found = facts.find(|f| is_about_the_picture(claim, &f.text))?;
        Some(claim.evidence(&[Some(&found.text)], claim.what()))
    })
}

fn is_about_the_picture(claim: &Claim<'_>, words: &str) -> bool {
    if claim.field == Some(Field::Instructions) || !words.chars().any(char::is_lowercase) {
        return true;
    }
    let text = claim.reading.text.as_str();
    let Some(at) = text.find(words) else {
        return false;
    };
    let before = text.get(..at).unwrap_or_default();
    let from = before
        .rfind(['.', '!', '?', '\n', '。'])
        .map_or(0, |at| at + 1);
    let sentence = text.get(from..at + words.len()).unwrap_or(words);
    terms::find(sentence)
        .iter()
        .any(|h| matches!(h.means, Means::Picture | Means::Taken))
}

fn finding(
    rule: &str,
    scene: &Scene<'_>,
    copy: Copy,
    notices: &[(Copy, Evidence)],
) -> Option<Flag> {
    let subject = subject(scene.case, copy)?;
    let own = notices.iter().find(|(on, _)| *on == copy);
    let Copy::Appearance(at) = copy else {
        let (_, words) = own?;
        let summary =
            "The agency's notice in this file says that the picture could not be verified.";
        let evidence = vec![words.clone()];
        return Some(flag(
            rule,
            Severity::Notice,
            Sureness::Sure,
            subject,
            summary.to_owned(),
            evidence,
        ));
    };
    if let Some((_, words)) = own {
        let summary = "The page says itself that the picture could not be verified.";
        let evidence = vec![words.clone()];
        return Some(flag(
            rule,
            Severity::Info,
            Sureness::Sure,
            subject,
            summary.to_owned(),
            evidence,
        ));
    }
    let appearance = scene.case.appearances.get(at)?;
    let says_something = |(_, c, _): (usize, &Claim<'_>, Option<&super::state::Found>)| {
        c.reading
            .facts
            .iter()
            .any(|f| f.kind == FactKind::Unverified)
    };
    if appearance.carrier == Some(Carrier::Feed) || scene.claims_of(copy).any(says_something) {
        return None;
    }
    let here = scene.photo_of(copy)?;
    // The file that the page shows first, then verified copies.
    let (on, words, way) = notices
        .iter()
        .filter_map(|(on, words)| {
            let Copy::Photo(there) = on else { return None };
            let way = scene
                .copies
                .way(here, *there)
                .filter(|w| *w == Sureness::Sure)?;
            Some((*there != here, *on, words, way))
        })
        .min_by_key(|(other, on, ..)| (*other, *on))
        .map(|(_, on, words, way)| (on, words, way))?;
    let tied = scene.tied(at);
    let confidence = absence(scene, appearance).max(tied).max(way);
    let name = copy_name(scene.case, on);
    let mut words = words.clone();
    words.from = format!("{} of {name}", words.from);
    let evidence = vec![
        words,
        fact(
            "no such notice was found on the page as captured",
            &appearance.input,
        ),
        share(appearance),
    ];
    let summary = format!(
        "The agency's notice in {name} says that the picture could not be verified; no such notice was found on the \
         page as captured."
    );
    let severity = match confidence {
        Sureness::Sure => Severity::Notice,
        Sureness::Possible => Severity::Info,
    };
    Some(flag(rule, severity, confidence, subject, summary, evidence))
}
