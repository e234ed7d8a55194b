//! `credit-drift`: what the page's own delivered file says of the chain, and what the page printed of it.

use crate::model::{Carrier, FactKind, Flag, Order, Severity, Sureness};

use super::claim::{Claim, Copy, copy_name};
use super::disclosure::absence;
use super::finding::{self, flag, list, share};
use super::kin::{Named, related, same_house};
use super::mention::names_source;
use super::source::delivers;
use super::{Origin, Rule, Scene, Tie};

pub(super) struct CreditDrift;

impl Rule for CreditDrift {
    fn id(&self) -> &'static str {
        "credit-drift"
    }

    fn summary(&self) -> &'static str {
        "The printed credit lost or changed a party that the page's own delivered file names."
    }

    fn why(&self) -> &'static str {
        "Here the file went into the newsroom with one credit and onto the page with another: the slip can be found and \
         mended at its place."
    }

    fn evidence(&self) -> &'static str {
        "The embedded credit of the file that was saved with this very page, the printed one, and the share of the \
         outlet's other pages on which credits were found. Kinds: lost (the maker is gone, the distributor stands), \
         shortened (the distributor is gone), changed (another party or photographer is named). Brands of one house, \
         aliases and stock libraries are no drift; a page without any credit is for credit-missing."
    }

    fn false_alarms(&self) -> &'static str {
        "A file whose fields were filled in by somebody else on the way; an outlet that by contract credits only the \
         agency; a name printed elsewhere on the page."
    }

    fn severity(&self) -> &'static str {
        "notice for lost and changed; info for shortened, where only possible, and where a state source was lost, which \
         source-dropped weighs"
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

/// What became of the chain.
struct Drift {
    kind: &'static str,
    names: Vec<String>,
    sure: Sureness,
}

fn finding(rule: &str, scene: &Scene<'_>, copy: Copy, origin: &Origin) -> Option<Flag> {
    let Copy::Appearance(at) = copy else {
        return None;
    };
    let appearance = scene.case.appearances.get(at)?;
    let file = Copy::Photo(scene.photo_of(copy)?);
    let own = appearance.tie == Tie::Image && delivers(scene, appearance, file);
    if !own || scene.tied(at) != Sureness::Sure || appearance.carrier == Some(Carrier::Feed) {
        return None;
    }
    let several = |(_, c, _): (usize, &Claim<'_>, Option<&super::state::Found>)| c.is_composite();
    if scene.claims_of(copy).any(several) || scene.claims_of(file).any(several) {
        return None;
    }
    let printed = scene.named_on(copy);
    let delivered: Vec<&Claim<'_>> = scene
        .claims_of(file)
        .map(|(_, claim, _)| claim)
        .filter(|c| inside(c) && c.names_someone())
        .collect();
    if printed.is_empty() || delivered.is_empty() {
        return None;
    }
    let in_document: Vec<&str> = appearance.document_parties().collect();
    let drift = changed(scene, printed, scene.named_on(file), copy)
        .or_else(|| lost(scene, at, printed, &delivered, &in_document))?;
    let name = copy_name(scene.case, file);
    let mut evidence: Vec<_> = delivered
        .iter()
        .map(|c| c.credit_evidence(format!("{} of {name}, delivered with this page", c.what())))
        .collect();
    let claims = scene.claims_of(copy).filter(|(_, c, _)| c.names_someone());
    evidence.extend(claims.map(|(_, c, _)| c.credit_evidence("credit as printed")));
    let confidence = match drift.kind {
        "changed" => drift.sure,
        _ => drift.sure.max(absence(scene, appearance)),
    };
    if drift.kind != "changed" {
        evidence.push(share(appearance));
    }
    let said_elsewhere = origin.level.is_some() && drift.kind == "lost";
    let severity =
        if confidence == Sureness::Possible || drift.kind == "shortened" || said_elsewhere {
            Severity::Info
        } else {
            Severity::Notice
        };
    let names = list(&drift.names);
    let summary = match drift.kind {
        "changed" => format!(
            "The file delivered with this page does not name {names}, whom the printed credit names."
        ),
        _ => format!(
            "The file delivered with this page names {names}; not found in the printed credit as captured."
        ),
    };
    let subject = finding::appearance(appearance);
    let mut flag = flag(rule, severity, confidence, subject, summary, evidence);
    flag.kinds = vec![drift.kind.to_owned()];
    Some(flag)
}

/// Whether the words stand in the file itself: a sidecar or a catalogue may be the newsroom's own.
fn inside(claim: &Claim<'_>) -> bool {
    matches!(
        claim.carrier,
        Some(Carrier::Exif | Carrier::Iim | Carrier::Xmp)
    )
}

/// A registered party that can stand in no chain with anybody in the file; or another photographer.
fn changed(scene: &Scene<'_>, printed: &Named, file: &Named, copy: Copy) -> Option<Drift> {
    let registry = scene.registry;
    if printed.shares_person(file)
        || printed.only_passes_on(registry)
        || file.only_passes_on(registry)
        || printed.may_name(file, registry)
    {
        return None;
    }
    let name = |id: &String| {
        registry
            .party(id)
            .map_or_else(|| id.clone(), |p| p.name.clone())
    };
    let strange = |id: &&String| !file.parties.iter().any(|f| related(registry, id, f));
    let strangers: Vec<&String> = printed.parties.iter().filter(strange).collect();
    if !file.parties.is_empty()
        && !printed.parties.is_empty()
        && strangers.len() == printed.parties.len()
    {
        // A name in the file that the registry does not know may be the printed party's.
        let sure = if file.unknown.is_empty() {
            Sureness::Sure
        } else {
            Sureness::Possible
        };
        return Some(Drift {
            kind: "changed",
            names: strangers.into_iter().map(name).collect(),
            sure,
        });
    }
    let people = !printed.creators.is_empty() && !file.creators.is_empty();
    // Names in two scripts cannot be compared here.
    let latin = |n: &Named| {
        n.creators
            .iter()
            .all(|c| c.chars().any(|c| c.is_ascii_alphabetic()))
    };
    (people && latin(printed) == latin(file) && file.one_chain(printed, registry)).then(|| Drift {
        kind: "changed",
        names: photographers(scene, copy),
        sure: Sureness::Possible,
    })
}

/// The photographers of a copy, as they are printed.
fn photographers(scene: &Scene<'_>, copy: Copy) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let creators = scene
        .claims_of(copy)
        .flat_map(|(_, c, _)| &c.reading.creators);
    for name in creators {
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

/// Whether the caption's words say that the picture is from that party.
fn is_stated(scene: &Scene<'_>, at: usize, id: &str) -> bool {
    scene
        .claims_of(Copy::Appearance(at))
        .any(|(_, claim, found)| {
            let facts = claim.reading.facts.iter();
            let facts = facts.filter(|f| matches!(f.kind, FactKind::Stated | FactKind::Released));
            let of_state = found
                .into_iter()
                .flat_map(|f| &f.parties)
                .map(|p| p.party.as_str());
            facts
                .filter_map(|f| f.party.as_deref())
                .chain(of_state)
                .any(|party| same_house(scene.registry, party, id))
        })
}

/// The maker or the distributor of a chain of several in the file, where the rest of it is printed.
fn lost(
    scene: &Scene<'_>,
    at: usize,
    printed: &Named,
    delivered: &[&Claim<'_>],
    in_document: &[&str],
) -> Option<Drift> {
    let registry = scene.registry;
    let there = |id: &str| {
        printed.parties.iter().any(|p| same_house(registry, p, id))
            || in_document.iter().any(|p| same_house(registry, p, id))
            // A caption that names it, or says who supplied the picture, did not lose it.
            || names_source(scene, at, id)
            || is_stated(scene, at, id)
    };
    // A printed name that the registry does not know may be the missing one in other letters.
    if !printed.unknown.is_empty() {
        return None;
    }
    delivered.iter().find_map(|claim| {
        let chain = &claim.reading.chain;
        if chain.len() < 2 || claim.reading.order != Order::Sure {
            return None;
        }
        let known = |l: &crate::model::ChainLink| l.party.as_deref().map(there);
        let (first, last) = (chain.first()?, chain.last()?);
        let (kind, name) = match (known(first), known(last)) {
            (Some(false), Some(true)) => ("lost", &first.name),
            (Some(true), Some(false)) => ("shortened", &last.name),
            _ => return None,
        };
        // A printed person may be the missing party, misread.
        let sure = if printed.creators.is_empty() {
            Sureness::Sure
        } else {
            Sureness::Possible
        };
        Some(Drift {
            kind,
            names: vec![name.clone()],
            sure,
        })
    })
}
