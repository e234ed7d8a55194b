//! `credit-conflict`: copies of one picture name sources that cannot stand in one chain.

use crate::model::{Flag, Label, Severity, Sureness};
use crate::parties::Registry;

use super::claim::copy_name;
use super::finding::{flag, list, picture};
use super::kin::{Named, related, same_house};
use super::{Copy, Origin, Rule, Scene};

pub(super) struct CreditConflict;

impl Rule for CreditConflict {
    fn id(&self) -> &'static str {
        "credit-conflict"
    }

    fn summary(&self) -> &'static str {
        "Copies of one picture name different sources."
    }

    fn why(&self) -> &'static str {
        "At least one of them credits, and perhaps pays, the wrong maker."
    }

    fn evidence(&self) -> &'static str {
        "The credits of the copies, word for word. Another order, an alias, a brand of the same house, another spelling or \
         script, two members of a pool, and the same chain shortened (\"Reuters\" and \"KCNA via Reuters\") are no conflict."
    }

    fn false_alarms(&self) -> &'static str {
        "Two parties that share pictures by a contract that the registry does not know; a caption matched to the wrong \
         photo; a pool picture that several agencies hand out as their own."
    }

    fn severity(&self) -> &'static str {
        "warning where sure (registered parties, verified copies, pages tied by their image), else notice"
    }

    fn check(&self, scene: &Scene<'_>, _origins: &[Origin]) -> Vec<Flag> {
        finding(self.id(), scene).into_iter().collect()
    }
}

/// The credits of one copy.
struct Side<'a> {
    copy: Copy,
    photo: usize,
    named: &'a Named,
    /// The first party is one that the other parties of the chain only pass on.
    passed_on: bool,
    /// A picture that the members of a pool share.
    pool: bool,
    sure: Sureness,
}

fn finding(rule: &str, scene: &Scene<'_>) -> Option<Flag> {
    let sides: Vec<Side<'_>> = scene
        .copies()
        .filter_map(|copy| side(scene, copy))
        .collect();
    let mut distinct: Vec<&Side<'_>> = Vec::new();
    for side in &sides {
        let known = |other: &&Side<'_>| {
            other.named == side.named
                && other.pool == side.pool
                && scene.copies.way(other.photo, side.photo) == Some(Sureness::Sure)
                && other.sure <= side.sure
        };
        if !distinct.iter().any(known) {
            distinct.push(side);
        }
    }
    let mut against = vec![false; distinct.len()];
    let mut confidence = Sureness::Possible;
    for (n, a) in distinct.iter().enumerate() {
        for (m, b) in distinct.iter().enumerate().skip(n + 1) {
            let Some(way) = scene.copies.way(a.photo, b.photo) else {
                continue;
            };
            let Some(sure) = conflict(scene, a, b) else {
                continue;
            };
            confidence = confidence.min(sure.max(way).max(a.sure).max(b.sure));
            for at in [n, m] {
                if let Some(slot) = against.get_mut(at) {
                    *slot = true;
                }
            }
        }
    }
    let against: Vec<&Side<'_>> = distinct
        .iter()
        .zip(&against)
        .filter(|(_, x)| **x)
        .map(|(s, _)| *s)
        .collect();
    if against.is_empty() {
        return None;
    }
    let evidence = against.iter().flat_map(|side| {
        let name = copy_name(scene.case, side.copy);
        let claims = scene
            .claims_of(side.copy)
            .filter(|(_, c, _)| c.names_someone());
        claims.map(move |(_, c, _)| c.credit_evidence(format!("{} of {name}", c.what())))
    });
    let evidence: Vec<_> = evidence.collect();
    let mut names: Vec<String> = Vec::new();
    for side in &against {
        let name = who(scene, side.copy);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let severity = match confidence {
        Sureness::Sure => Severity::Warning,
        Sureness::Possible => Severity::Notice,
    };
    let summary = format!(
        "Copies of this picture are credited to different sources: {}.",
        list(&names)
    );
    Some(flag(
        rule,
        severity,
        confidence,
        picture(scene.case)?,
        summary,
        evidence,
    ))
}

fn side<'a>(scene: &'a Scene<'_>, copy: Copy) -> Option<Side<'a>> {
    let named = scene.named_on(copy);
    if named.is_empty() {
        return None;
    }
    // The credits of a montage are about its parts, and an illustration's maker is not the photographer.
    let apart = [Label::Composite, Label::Illustration, Label::Symbolic];
    let is_apart = |(_, claim, _): (usize, &super::Claim<'_>, Option<&super::state::Found>)| {
        claim.is_composite() || apart.iter().any(|l| claim.reading.has(*l))
    };
    if scene.claims_of(copy).any(is_apart) {
        return None;
    }
    Some(Side {
        copy,
        photo: scene.photo_of(copy)?,
        passed_on: scene
            .claims_of(copy)
            .any(|(_, c, _)| c.reading.chain.len() > 1),
        pool: scene
            .claims_of(copy)
            .any(|(_, c, _)| c.reading.has(Label::Pool)),
        sure: scene.claims_of(copy).map(|(_, c, _)| c.tied).max()?,
        named,
    })
}

/// Whether the two name makers that cannot both be right, and how sure that is.
fn conflict(scene: &Scene<'_>, a: &Side<'_>, b: &Side<'_>) -> Option<Sureness> {
    let registry = scene.registry;
    // A pool's picture is every member's.
    let pool = a.pool && b.pool;
    if pool || a.named.shares_person(b.named) {
        return None;
    }
    // Sounds are compared last: it takes longest.
    makers_clash(a, b, registry).filter(|_| !a.named.may_name(b.named, registry))
}

/// The same by the registry's tables alone.
fn makers_clash(a: &Side<'_>, b: &Side<'_>, registry: &Registry) -> Option<Sureness> {
    let both = |has: fn(&Named) -> bool| has(a.named) && has(b.named);
    let people = both(|n| !n.creators.is_empty());
    if a.named.one_chain(b.named, registry) {
        // The same agency, but one says that it only passed the picture on and the other names its own photographer.
        let staff_and_passed = (a.passed_on && !b.passed_on && !b.named.creators.is_empty())
            || (b.passed_on && !a.passed_on && !a.named.creators.is_empty());
        if is_staff_of_another(a, b, registry) || is_staff_of_another(b, a, registry) {
            return Some(Sureness::Sure);
        }
        return (people || staff_and_passed).then_some(Sureness::Possible);
    }
    if a.named.only_passes_on(registry) || b.named.only_passes_on(registry) {
        return None;
    }
    if both(|n| !n.parties.is_empty()) {
        return Some(Sureness::Sure);
    }
    // A photographer without an agency may work for the other's.
    let is_only_people = |n: &Named| n.parties.is_empty() && n.unknown.is_empty();
    if is_only_people(a.named) || is_only_people(b.named) {
        return people.then_some(Sureness::Possible);
    }
    Some(Sureness::Possible)
}

/// Whether the file of `own` says that its house's own photographer made the picture, and `other` names a source that
/// this house passes on: "Jane Doe/AFP" is no shortened "TASS via AFP", which names nobody of AFP's. A page may have
/// shortened so, the file that a house delivers has its chain.
fn is_staff_of_another(own: &Side<'_>, other: &Side<'_>, registry: &Registry) -> bool {
    let delivered = matches!(own.copy, Copy::Photo(_)) && own.named.unknown.is_empty();
    let nobody = other.named.creators.is_empty() && other.named.unknown.is_empty();
    let passes_on = |house: &String, party: &String| {
        !same_house(registry, house, party)
            && registry.distributes(house, party, None)
            && !registry.distributes(party, house, None)
    };
    delivered
        && nobody
        && !own.passed_on
        && own.named.parties.len() == 1
        && !own.named.creators.is_empty()
        && (own.named.parties.iter()).all(|house| {
            !registry.only_passes_on(house)
                && !other.named.parties.contains(house)
                && other
                    .named
                    .parties
                    .iter()
                    .all(|party| passes_on(house, party) || !related(registry, house, party))
        })
}

/// "KCNA via Reuters" in a few words: the first credit of the copy that names somebody.
fn who(scene: &Scene<'_>, copy: Copy) -> String {
    let mut claims = scene.claims_of(copy).map(|(_, c, _)| c.reading);
    let Some(reading) = claims.find(|r| !r.chain.is_empty() || !r.creators.is_empty()) else {
        return String::new();
    };
    let parties: Vec<&str> = reading.chain.iter().map(|l| l.name.as_str()).collect();
    match (reading.creators.as_slice(), parties.as_slice()) {
        (people, []) => people.join(", "),
        ([], parties) => parties.join(" via "),
        (people, parties) => format!("{} ({})", people.join(", "), parties.join(" via ")),
    }
}
