//! How openly a page says where a picture comes from, and who supplied it by the page's own words.

use crate::model::{FactKind, Label, Order, PartyKind, StateKind, StateLevel, Sureness};

use super::case::CaseAppearance;
use super::claim::{Claim, Copy};
use super::kin::{Named, related, same_house};
use super::mention::names_source;
use super::origin::{Disclosure, Supply};
use super::shares::wilson;
use super::source::{Known, Scene};
use super::state;

/// Whether something that was not found on a page may be called missing: the outlet's other pages show credits. Below a
/// share of such pages, or on too few of them, what is missing says little of the outlet and much of the capture.
pub(super) fn absence(scene: &Scene<'_>, appearance: &CaseAppearance) -> Sureness {
    let enough = |share: f64| {
        let low = wilson(share, f64::from(appearance.outlet_pages)).map_or(0.0, |(low, _)| low);
        share >= scene.thresholds.sure_share && low >= scene.thresholds.sure_share_low
    };
    match appearance.credit_share() {
        Some(share) if enough(share) => Sureness::Sure,
        _ => Sureness::Possible,
    }
}

/// The disclosure of an appearance whose picture's originator is known, and how sure it is.
pub(super) fn disclosure(
    scene: &Scene<'_>,
    at: usize,
    known: Option<&Known>,
) -> Option<(Disclosure, Sureness)> {
    let appearance = scene.case.appearances.get(at)?;
    let copy = Copy::Appearance(at);
    match known.map(|k| (k.level, k.confidence)) {
        Some((StateLevel::Direct | StateLevel::Via, sure)) => {
            return Some((Disclosure::Transparent, sure));
        }
        Some((StateLevel::Stated, sure)) => return Some((Disclosure::CaptionOnly, sure)),
        _ => {}
    }
    let (originators, sources, sure) = originator(scene, at, known)?;
    let named = scene.named_on(copy);
    let is_originator = |id: &str| {
        originators
            .iter()
            .any(|o| same_house(scene.registry, id, o))
    };
    if named.parties.iter().any(|id| is_originator(id)) {
        return Some((Disclosure::Transparent, sure));
    }
    let stated = scene.claims_of(copy).any(|(_, claim, _)| {
        let facts = claim.reading.facts.iter();
        let facts = facts.filter(|f| matches!(f.kind, FactKind::Stated | FactKind::Released));
        facts.filter_map(|f| f.party.as_deref()).any(is_originator)
    });
    let mut ids = originators.iter();
    let mentioned = ids.any(|id| names_source(scene, at, id));
    if stated || mentioned {
        return Some((Disclosure::CaptionOnly, sure));
    }
    if appearance.document_parties().any(is_originator) {
        return Some((Disclosure::Transparent, sure));
    }
    let no_credit = scene
        .claims_of(copy)
        .all(|(_, c, _)| c.reading.credit_line.is_none() && !c.names_someone());
    if no_credit {
        if !appearance.document_credits.is_empty() {
            return None;
        }
        return Some((Disclosure::Erased, sure.max(absence(scene, appearance))));
    }
    let passes_on = |id: &String| {
        sources.parties.contains(id) || originators.iter().any(|o| related(scene.registry, id, o))
    };
    if named.parties.is_empty() || !named.unknown.is_empty() || !named.parties.iter().all(passes_on)
    {
        return None;
    }
    if named.creators.is_empty() {
        Some((Disclosure::Collapsed, sure))
    } else if named.shares_person(&sources) {
        Some((Disclosure::Inverted, sure))
    } else {
        None
    }
}

/// Who made or first released the picture, whom the copies that say so name, and how sure that is.
fn originator(
    scene: &Scene<'_>,
    at: usize,
    known: Option<&Known>,
) -> Option<(Vec<String>, Named, Sureness)> {
    if let Some(known) = known {
        let mut sources = Named::default();
        for claim in known.named_by.iter().filter_map(|at| scene.claims.get(*at)) {
            sources.join(scene.named_on(claim.copy));
        }
        let ids = known.parties.iter().map(|p| p.party.clone()).collect();
        return Some((ids, sources, known.confidence));
    }
    // Not a state source: a chain of two, on the page itself or in the file that it is matched to.
    let own = Copy::Appearance(at);
    let file = scene.photo_of(own).map(Copy::Photo);
    let chains = [Some(own), file].into_iter().flatten();
    let mut claims = chains.flat_map(|copy| scene.claims_of(copy).map(|(_, claim, _)| claim));
    let claim = claims.find(|c| c.reading.chain.len() > 1 && c.reading.order == Order::Sure)?;
    let first = claim.reading.chain.first()?.party.clone()?;
    let sure = if claim.copy == own || super::source::decided(scene, own) == Sureness::Sure {
        Sureness::Sure
    } else {
        Sureness::Possible
    };
    Some((vec![first], scene.named_on(claim.copy).clone(), sure))
}

/// Who supplied the picture, by the printed words; `None` where the party is not known.
pub(super) fn supply(scene: &Scene<'_>, at: usize) -> Option<Supply> {
    let appearance = scene.case.appearances.get(at)?;
    let claims: Vec<&Claim<'_>> = (scene.claims_of(Copy::Appearance(at)))
        .map(|(_, claim, _)| claim)
        .collect();
    let states = scene
        .claims_of(Copy::Appearance(at))
        .filter_map(|(_, _, found)| found);
    if let Some(party) = states.flat_map(|f| &f.parties).next() {
        return Some(match party.kind {
            StateKind::Media => Supply::StateMedia,
            StateKind::Government => Supply::Government,
            StateKind::ArmedGroup => Supply::Handout,
        });
    }
    let has = |labels: &[Label]| {
        claims
            .iter()
            .any(|c| labels.iter().any(|l| c.reading.has(*l)))
    };
    let first = claims.iter().find_map(|c| c.reading.chain.first());
    let party = first.and_then(|l| l.party.as_deref());
    let row = party.and_then(|id| scene.registry.party(id));
    let own = |id: &str| {
        appearance
            .outlet
            .party
            .as_deref()
            .is_some_and(|o| same_house(scene.registry, id, o))
    };
    if has(&[Label::Social]) || row.is_some_and(|r| r.kind == PartyKind::Platform) {
        Some(Supply::Social)
    } else if has(&[
        Label::Handout,
        Label::Courtesy,
        Label::Supplied,
        Label::Private,
    ]) || row
        .is_some_and(|r| matches!(r.kind, PartyKind::Organisation | PartyKind::ArmedGroup))
    {
        Some(Supply::Handout)
    } else if row.is_some_and(|r| r.kind == PartyKind::Government) {
        // A government body that is not judged to be under a state's control is still no newsroom.
        Some(Supply::Government)
    } else if has(&[Label::Stock]) || row.is_some_and(|r| r.kind == PartyKind::Stock) {
        Some(Supply::Stock)
    } else if party.is_some_and(own) || first.is_some_and(|l| is_outlet_name(appearance, &l.name)) {
        Some(Supply::Staff)
    } else if row.is_some() {
        Some(Supply::Agency)
    } else if first.is_some() || claims.iter().any(|c| c.names_someone()) {
        None
    } else {
        Some(Supply::Unattributed)
    }
}

fn is_outlet_name(appearance: &CaseAppearance, name: &str) -> bool {
    let name = super::kin::fold(name);
    let outlet = appearance.outlet.name.as_deref().map(super::kin::fold);
    !name.is_empty() && outlet.is_some_and(|o| o == name)
}

/// Whether the page is a state party's own, judged at the day it was published.
pub(super) fn own_page(scene: &Scene<'_>, appearance: &CaseAppearance) -> bool {
    let date = state::day(appearance.published.as_deref());
    let party = appearance.outlet.party.as_deref();
    party.is_some_and(|id| state::party(scene.registry, id, date.as_deref()).is_some())
}
