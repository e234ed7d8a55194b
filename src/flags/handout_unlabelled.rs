//! `handout-unlabelled`: the file calls the picture a handout, and the page credits only who passed it on.

use crate::model::{
    Carrier, Evidence, FactKind, Flag, Label, Role, Severity, StateLevel, Sureness,
};

use super::claim::{Claim, Copy, copy_name};
use super::disclosure::absence;
use super::finding::{self, fact, flag, share};
use super::kin::{related, same_house};
use super::mention::{names_party, names_words};
use super::said::Said;
use super::terms::{self, Means};
use super::{Origin, Rule, Scene};

pub(super) struct HandoutUnlabelled;

impl Rule for HandoutUnlabelled {
    fn id(&self) -> &'static str {
        "handout-unlabelled"
    }

    fn summary(&self) -> &'static str {
        "The file calls the picture a handout, and the page credits only the agency that passed it on."
    }

    fn why(&self) -> &'static str {
        "A handout shows what its giver wants seen; under an agency's name alone it looks like the agency's own work."
    }

    fn evidence(&self) -> &'static str {
        "The label in the file that the page shows or in a verified copy, the printed credit without a label or another \
         name, and the share of the outlet's other pages on which credits were found."
    }

    fn false_alarms(&self) -> &'static str {
        "A label set elsewhere on the page; an agency that credits handouts to itself by contract. Where a state source \
         was dropped, source-dropped says so instead."
    }

    fn severity(&self) -> &'static str {
        "notice where sure, else info"
    }

    fn on_absence(&self) -> bool {
        true
    }

    fn check(&self, scene: &Scene<'_>, origins: &[Origin]) -> Vec<Flag> {
        let signs: Vec<(usize, usize, Evidence)> = signs(scene);
        if signs.is_empty() {
            return Vec::new();
        }
        let copies = scene.copies().zip(origins);
        copies
            .filter_map(|(copy, origin)| finding(self.id(), scene, copy, origin, &signs))
            .collect()
    }
}

/// What says that somebody gave the picture out.
const GIVEN: [Label; 3] = [Label::Handout, Label::Courtesy, Label::Supplied];

/// What tells readers that the picture is not the agency's own, or not a news picture at all.
const TOLD: [Label; 12] = [
    Label::Handout,
    Label::Courtesy,
    Label::Supplied,
    Label::Private,
    Label::Social,
    Label::Screenshot,
    Label::VideoFrame,
    Label::Illustration,
    Label::Symbolic,
    Label::Composite,
    Label::AiGenerated,
    Label::Unattributed,
];

/// Photos (by place) with the claim (by place) that calls them handouts, and the words.
fn signs(scene: &Scene<'_>) -> Vec<(usize, usize, Evidence)> {
    let mut found = Vec::new();
    for (n, claim) in scene.claims.iter().enumerate() {
        let Copy::Photo(at) = claim.copy else {
            continue;
        };
        let hits = terms::find(&claim.reading.text);
        let hit = hits.into_iter().find(|h| h.means == Means::Handout);
        let words = hit.and_then(|h| claim.reading.text.get(h.start..h.end));
        if let Some(words) = words {
            found.push((at, n, claim.evidence(&[Some(words)], claim.what())));
        } else if GIVEN.iter().any(|l| claim.reading.has(*l)) {
            found.push((at, n, claim.credit_evidence(claim.what())));
        }
    }
    found
}

fn finding(
    rule: &str,
    scene: &Scene<'_>,
    copy: Copy,
    origin: &Origin,
    signs: &[(usize, usize, Evidence)],
) -> Option<Flag> {
    let Copy::Appearance(at) = copy else {
        return None;
    };
    let appearance = scene.case.appearances.get(at)?;
    let known_elsewhere = matches!(
        origin.level,
        Some(StateLevel::Metadata | StateLevel::Duplicate)
    );
    if known_elsewhere || appearance.carrier == Some(Carrier::Feed) {
        return None;
    }
    let here = scene.photo_of(copy)?;
    let (there, sign, words) = signs
        .iter()
        .filter(|(there, ..)| scene.copies.way(here, *there) == Some(Sureness::Sure))
        .min_by_key(|(there, n, _)| (*there != here, *n))?;
    let claim = scene.claims.get(*sign)?;
    if tells(
        scene,
        copy,
        claim,
        appearance
            .document_credits
            .iter()
            .any(|c| TOLD.iter().any(|l| c.has(*l))),
    ) {
        return None;
    }
    let mut confidence = absence(scene, appearance).max(scene.tied(at));
    // A caption that speaks of the picture itself may say whose it is, in words that are not read.
    let of_picture = |said: &Said<'_>| {
        let line = scene
            .claims_of(copy)
            .find_map(|(_, c, _)| c.reading.credit_line.as_deref());
        let text = line.map_or(said.text.to_owned(), |line| {
            said.text.replacen(line, " ", 1)
        });
        terms::find(&text)
            .iter()
            .any(|h| matches!(h.means, Means::Picture | Means::Taken))
    };
    let captions = scene
        .said(copy)
        .iter()
        .filter(|s| s.carrier != Some(Carrier::Credit));
    if *there != here || captions.into_iter().any(of_picture) {
        confidence = Sureness::Possible;
    }
    let name = copy_name(scene.case, Copy::Photo(*there));
    let mut words = words.clone();
    words.from = format!("{} of {name}", words.from);
    let mut evidence = vec![words];
    let printed = scene.claims_of(copy).filter(|(_, c, _)| c.names_someone());
    evidence.extend(printed.map(|(_, c, _)| c.credit_evidence("credit as printed")));
    evidence.push(fact(
        "no label was found on the page as captured",
        &appearance.input,
    ));
    evidence.push(share(appearance));
    let severity = match confidence {
        Sureness::Sure => Severity::Notice,
        Sureness::Possible => Severity::Info,
    };
    let summary = format!(
        "{name} calls the picture a handout; the credit found on the page as captured names only who passed it on."
    );
    let subject = finding::appearance(appearance);
    Some(flag(rule, severity, confidence, subject, summary, evidence))
}

/// Whether the page says more than the name of an agency that passed the picture on; or nothing at all, which
/// `credit-missing` finds.
fn tells(scene: &Scene<'_>, copy: Copy, sign: &Claim<'_>, document_tells: bool) -> bool {
    let registry = scene.registry;
    let named = scene.named_on(copy);
    let Copy::Appearance(at) = copy else {
        return true;
    };
    let Some(appearance) = scene.case.appearances.get(at) else {
        return true;
    };
    let labelled = |c: &Claim<'_>| {
        TOLD.iter().any(|l| c.reading.has(*l))
            // "KCNA via Reuters" names who gave it.
            || c.reading.chain.len() > 1
            || !c.reading.also.is_empty()
            || c.reading.facts.iter().any(|f| {
                matches!(
                    f.kind,
                    FactKind::Stated | FactKind::Unverified | FactKind::Notice
                )
            })
            || terms::find(&c.reading.text)
                .iter()
                .any(|h| h.means == Means::Handout)
    };
    let mut claims = scene.claims_of(copy).map(|(_, c, _)| c);
    if document_tells
        || named.parties.is_empty()
        || !named.unknown.is_empty()
        // A name may be that of whoever gave it.
        || !named.creators.is_empty()
        || claims.any(labelled)
    {
        return true;
    }
    let of_file = scene
        .claims_of(sign.copy)
        .flat_map(|(_, c, _)| &c.reading.chain);
    let givers = of_file.filter(|l| l.role == Role::Originator);
    let givers: Vec<&crate::model::ChainLink> = givers.collect();
    let in_words = |l: &&crate::model::ChainLink| match &l.party {
        Some(id) => names_party(scene, appearance, id),
        None => names_words(appearance, &l.name),
    };
    if givers.iter().any(in_words) {
        return true;
    }
    let givers: Vec<&str> = givers.iter().filter_map(|l| l.party.as_deref()).collect();
    let passed: Vec<&str> = sign
        .reading
        .chain
        .iter()
        .filter_map(|l| l.party.as_deref())
        .collect();
    let of_file: Vec<&String> = scene.named_on(sign.copy).parties.iter().collect();
    named.parties.iter().any(|printed| {
        let giver = givers.iter().any(|g| same_house(registry, printed, g));
        let passes = passed.iter().any(|p| same_house(registry, printed, p))
            || of_file.iter().any(|p| related(registry, printed, p));
        giver || !passes
    })
}
