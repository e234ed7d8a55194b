//! `credit-missing`: no credit was found for a picture on a page.

use crate::model::{Carrier, Flag, Severity, Sureness};

use super::disclosure::absence;
use super::finding::{self, fact, flag, share};
use super::terms::{self, Means};
use super::{CaseAppearance, Copy, Origin, Rule, Scene};

pub(super) struct CreditMissing;

impl Rule for CreditMissing {
    fn id(&self) -> &'static str {
        "credit-missing"
    }

    fn summary(&self) -> &'static str {
        "No credit was found for a picture on the page as captured."
    }

    fn why(&self) -> &'static str {
        "Contracts and law ask for the maker's name, and readers cannot tell where the picture comes from."
    }

    fn evidence(&self) -> &'static str {
        "The caption as printed, without a credit in it, beside it or for the whole document; and the share of this \
         outlet's other pages on which credits were found."
    }

    fn false_alarms(&self) -> &'static str {
        "Credits set by scripts or as overlays that a saved page does not hold; logos, icons and portraits of authors \
         that were taken for news pictures."
    }

    fn severity(&self) -> &'static str {
        "notice where sure (credits on at least 95 % of the outlet's other pages, nine of them or more), else info"
    }

    fn on_absence(&self) -> bool {
        true
    }

    fn check(&self, scene: &Scene<'_>, _origins: &[Origin]) -> Vec<Flag> {
        let appearances = scene.case.appearances.iter().enumerate();
        appearances
            // A feed is no page: what it leaves out says nothing of what the page prints.
            .filter(|(_, appearance)| appearance.carrier != Some(Carrier::Feed))
            .filter(|(at, appearance)| !is_credited(scene, *at, appearance))
            .map(|(_, appearance)| finding(self.id(), scene, appearance))
            .collect()
    }
}

fn is_credited(scene: &Scene<'_>, at: usize, appearance: &CaseAppearance) -> bool {
    let printed = appearance
        .credit_text
        .as_deref()
        .is_some_and(|t| !t.trim().is_empty());
    let read = scene.claims_of(Copy::Appearance(at)).any(|(_, c, found)| {
        c.reading.credit_line.is_some() || c.names_someone() || found.is_some()
    });
    // Of what is printed backwards nobody knows what it says.
    let backwards = appearance.text.contains(['\u{202d}', '\u{202e}']);
    printed || read || backwards || !appearance.document_credits.is_empty()
}

/// What looks like a credit behind the caption, and names nobody whom the reader knows: "Photo: iPhone user".
fn unread(appearance: &CaseAppearance) -> Option<&str> {
    const LONGEST: usize = 60;
    let text = appearance.text.trim_end();
    let hits = terms::find(text).into_iter();
    let mut hits = hits.filter(|hit| hit.means == Means::Picture && hit.start > 0);
    hits.find_map(|hit| {
        let before = text.get(..hit.start)?.trim_end();
        let after = text.get(hit.end..)?.trim_start();
        let named = after
            .strip_prefix([':', '：'])?
            .trim_matches(|c: char| !c.is_alphanumeric());
        let apart = before.ends_with(|c: char| !c.is_alphanumeric());
        (apart && !named.is_empty() && named.chars().count() <= LONGEST)
            .then(|| text.get(hit.start..))
            .flatten()
    })
}

fn finding(rule: &str, scene: &Scene<'_>, appearance: &CaseAppearance) -> Flag {
    let unread = unread(appearance);
    let confidence = match unread {
        Some(_) => Sureness::Possible,
        None => absence(scene, appearance),
    };
    let mut evidence = vec![match unread {
        Some(words) => crate::model::Evidence {
            text: Some(words.to_owned()),
            from: "what may be a credit, and names nobody that is known".to_owned(),
            input: appearance.input.clone(),
            carrier: appearance.carrier,
        },
        None => fact(
            "no credit was found on the page as captured",
            &appearance.input,
        ),
    }];
    if !appearance.text.trim().is_empty() {
        evidence.push(crate::model::Evidence {
            text: Some(appearance.text.clone()),
            from: "caption as printed".to_owned(),
            input: appearance.input.clone(),
            carrier: appearance.carrier,
        });
    }
    evidence.push(share(appearance));
    let severity = match confidence {
        Sureness::Sure => Severity::Notice,
        Sureness::Possible => Severity::Info,
    };
    let summary = match unread {
        Some(words) => {
            format!(
                "What may be the credit of this picture names nobody that is known: \"{words}\"."
            )
        }
        None => "No credit for this picture was found on the page as captured.".to_owned(),
    };
    flag(
        rule,
        severity,
        confidence,
        finding::appearance(appearance),
        summary,
        evidence,
    )
}
