//! How a state source is known for each copy: by its own words, by its file's fields, or by a copy elsewhere.
//!
//! The last is the finding that users most want and the easiest to get wrong. Its guards stand in [`passed`].

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::model::{Carrier, Decision, Evidence, StateLevel, Sureness};
use crate::parties::Registry;

use super::case::{Case, CaseAppearance, CaseOutlet, Tie};
use super::claim::{Claim, Copy, copy_name};
use super::copies::{Copies, link_evidence};
use super::kin::{Named, fold, same_house};
use super::origin::StateParty;
use super::said::{Said, said};
use super::state::{self, Found};
use super::thresholds::Thresholds;

/// What is known of one copy's state source.
#[derive(Clone, Debug)]
pub struct Known {
    /// How it is known.
    pub level: StateLevel,
    /// The parties.
    pub parties: Vec<StateParty>,
    /// How sure.
    pub confidence: Sureness,
    /// Words and records; the copy's own first.
    pub evidence: Vec<Evidence>,
    /// Claims (by their place in the list) that name the source.
    pub named_by: Vec<usize>,
}

/// Everything that judging a copy needs.
pub struct Scene<'a> {
    /// The case.
    pub case: &'a Case,
    /// The registry.
    pub registry: &'a Registry,
    /// What a finding has to reach.
    pub thresholds: &'a Thresholds,
    /// Who says what.
    pub claims: Vec<Claim<'a>>,
    /// The state source that each claim names, in the order of the claims.
    pub found: Vec<Option<Found>>,
    /// Which photos are copies.
    pub copies: Copies,
    /// Where the claims of each copy stand in the list, which has them together.
    of_copy: BTreeMap<Copy, Range<usize>>,
    /// Whom the credits of each copy that has some name.
    named: BTreeMap<Copy, Named>,
    /// The texts of each copy, with the terms in them.
    said: BTreeMap<Copy, Vec<Said<'a>>>,
}

/// Witnesses whose words a finding quotes. Of a picture with a thousand copies the rest are counted.
pub(super) const QUOTED: usize = 12;

fn all_copies(case: &Case) -> impl Iterator<Item = Copy> + use<> {
    let photos = (0..case.photos.len()).map(Copy::Photo);
    photos.chain((0..case.appearances.len()).map(Copy::Appearance))
}

impl<'a> Scene<'a> {
    /// Reads a case.
    pub fn of(case: &'a Case, registry: &'a Registry, thresholds: &'a Thresholds) -> Self {
        let claims = super::claim::claims(case);
        let photo_dates: Vec<_> = (case.photos.iter())
            .map(|p| state::date_of_photo(case, p))
            .collect();
        let page_dates: Vec<_> = (case.appearances.iter())
            .map(|a| state::date_of_appearance(case, a))
            .collect();
        let found = claims
            .iter()
            .map(|claim| {
                let date = match claim.copy {
                    Copy::Photo(at) => photo_dates.get(at),
                    Copy::Appearance(at) => page_dates.get(at),
                };
                state::find(claim, registry, date?.as_deref())
            })
            .collect();
        let copies = Copies::of(case, &claims, thresholds.least_crop);
        let mut of_copy: BTreeMap<Copy, Range<usize>> = BTreeMap::new();
        let mut named: BTreeMap<Copy, Named> = BTreeMap::new();
        for (at, claim) in claims.iter().enumerate() {
            of_copy.entry(claim.copy).or_insert(at..at).end = at + 1;
            named.entry(claim.copy).or_default().add(claim.reading);
        }
        let said = all_copies(case).map(|copy| (copy, said(case, copy)));
        Self {
            case,
            registry,
            thresholds,
            claims,
            found,
            copies,
            of_copy,
            named,
            said: said.collect(),
        }
    }

    /// Every copy, photos first.
    pub fn copies(&self) -> impl Iterator<Item = Copy> + use<> {
        all_copies(self.case)
    }

    /// The texts of one copy.
    pub(super) fn said(&self, copy: Copy) -> &[Said<'a>] {
        self.said.get(&copy).map_or(&[], Vec::as_slice)
    }

    /// The claims of one copy with the state source that each names.
    pub fn claims_of(
        &self,
        copy: Copy,
    ) -> impl Iterator<Item = (usize, &Claim<'a>, Option<&Found>)> {
        let range = self.of_copy.get(&copy).cloned().unwrap_or_default();
        range.filter_map(|at| {
            let (claim, found) = (self.claims.get(at)?, self.found.get(at)?);
            Some((at, claim, found.as_ref()))
        })
    }

    /// The photo of a copy.
    pub fn photo_of(&self, copy: Copy) -> Option<usize> {
        match copy {
            Copy::Photo(at) => Some(at),
            Copy::Appearance(at) => {
                let sha = self.case.appearances.get(at)?.tied_photo()?;
                self.copies.place(sha)
            }
        }
    }

    /// Whether the appearance at a place is this picture for sure: matched, and by the image.
    pub fn tied(&self, at: usize) -> Sureness {
        match self.case.appearances.get(at).map(|a| (a.decision, a.tie)) {
            Some((Decision::Matched, Tie::Image)) => Sureness::Sure,
            _ => Sureness::Possible,
        }
    }

    /// Whom the credits of one copy name.
    pub fn named_on(&self, copy: Copy) -> &Named {
        static NOBODY: Named = Named::nobody();
        self.named.get(&copy).unwrap_or(&NOBODY)
    }

    /// How the copy's state source is known, if it is.
    pub fn known(&self, copy: Copy) -> Option<Known> {
        match copy {
            Copy::Photo(_) => self.embedded(copy).or_else(|| passed(self, copy)),
            Copy::Appearance(_) => self
                .printed(copy)
                .or_else(|| self.in_its_file(copy))
                .or_else(|| passed(self, copy)),
        }
    }

    /// Levels `direct`, `via`, `stated`: the printed words.
    fn printed(&self, copy: Copy) -> Option<Known> {
        let best = self
            .claims_of(copy)
            .filter_map(|(_, _, f)| f)
            .map(|f| f.level)
            .min()?;
        self.own_words(copy, best)
    }

    /// Level `metadata` of a photo: its embedded fields.
    fn embedded(&self, copy: Copy) -> Option<Known> {
        let mut known = self.own_words(copy, StateLevel::Metadata)?;
        let mut sources = Named::default();
        for claim in known.named_by.iter().filter_map(|at| self.claims.get(*at)) {
            sources.add(claim.reading);
        }
        let contradicts = |claim: &Claim<'_>| {
            let mut named = Named::default();
            named.add(claim.reading);
            named.creators.clear();
            other_maker(self.registry, &named, &known.parties, &sources)
        };
        if self.claims_of(copy).any(|(_, claim, _)| contradicts(claim)) {
            known.confidence = Sureness::Possible;
        }
        Some(known)
    }

    fn own_words(&self, copy: Copy, level: StateLevel) -> Option<Known> {
        let mut known = Known {
            level,
            parties: Vec::new(),
            confidence: Sureness::Possible,
            evidence: Vec::new(),
            named_by: Vec::new(),
        };
        for (at, claim, found) in self.claims_of(copy) {
            let Some(found) = found else { continue };
            let words = [found.words.as_deref(), claim.reading.credit_line.as_deref()];
            known
                .evidence
                .push(claim.evidence(&words, claim.what_names(found)));
            known.confidence = known.confidence.min(found.sureness);
            known.named_by.push(at);
            add_parties(&mut known.parties, &found.parties);
        }
        known.add_registry_rows();
        (!known.named_by.is_empty()).then_some(known)
    }

    /// Level `metadata` of an appearance: the fields of the file that it is matched to.
    fn in_its_file(&self, copy: Copy) -> Option<Known> {
        let Copy::Appearance(at) = copy else {
            return None;
        };
        let appearance = self.case.appearances.get(at)?;
        let photo = self.photo_of(copy)?;
        let mut known = self.embedded(Copy::Photo(photo))?;
        let named = self.named_on(copy);
        let sources = self.named_on(Copy::Photo(photo));
        if other_maker(self.registry, named, &known.parties, sources) {
            if appearance.tie != Tie::Image {
                return None;
            }
            known.confidence = Sureness::Possible;
        }
        known.confidence = known.confidence.max(decided(self, copy));
        known.level = StateLevel::Metadata;
        Some(known)
    }
}

impl Known {
    fn add_registry_rows(&mut self) {
        self.evidence
            .extend(self.parties.iter().map(StateParty::evidence));
    }
}

/// Level `duplicate`: nothing here says so, but a copy elsewhere names a state source.
///
/// It is `sure` only with (1) a copy verified by bytes, pixels or geometry; (2) a credit in the originator's or a
/// distributor's own delivery or on its own page, or on pages of two unrelated outlets, each tied to its image; (3)
/// no copy that names another maker, and a state source that all name that name one; (4) sure rows and readings. It says
/// nothing where this copy itself names another maker, where as many copies name another maker as name the state (one
/// miscredited copy against many), and through composites.
fn passed(scene: &Scene<'_>, copy: Copy) -> Option<Known> {
    let here = scene.photo_of(copy)?;
    let mut witnesses: Vec<(usize, &Claim<'_>, &Found, Sureness)> = Vec::new();
    for (at, (claim, found)) in scene.claims.iter().zip(&scene.found).enumerate() {
        let Some(found) = found else { continue };
        if claim.copy == copy || is_own_use(scene, copy, claim.copy) {
            continue;
        }
        let Some(way) = scene.copies.between(Some(here), claim.photo) else {
            continue;
        };
        // A composite's credit is about one of its parts.
        let whole = if is_composite_copy(scene, claim.copy) {
            Sureness::Possible
        } else {
            Sureness::Sure
        };
        witnesses.push((at, claim, found, way.max(claim.tied).max(whole)));
    }
    if witnesses.is_empty() {
        return None;
    }
    let mut parties = Vec::new();
    let mut sources = Named::default();
    let mut states = BTreeSet::new();
    for (_, claim, found, _) in &witnesses {
        add_parties(&mut parties, &found.parties);
        if states.insert(claim.copy) {
            sources.join(scene.named_on(claim.copy));
        }
    }
    // Copies that name the same people and parties are judged once.
    let mut judged: BTreeMap<&Named, bool> = BTreeMap::new();
    let mut is_other = |copy: Copy| {
        let named = scene.named_on(copy);
        let judge = || other_maker(scene.registry, named, &parties, &sources);
        *judged.entry(named).or_insert_with(judge)
    };
    if is_other(copy) {
        return None;
    }
    let others: Vec<Copy> = scene
        .copies()
        .filter(|c| *c != copy && !states.contains(c))
        .filter(|c| {
            scene
                .copies
                .between(Some(here), scene.photo_of(*c))
                .is_some()
        })
        .filter(|c| is_other(*c))
        .collect();
    let strong = is_strong(scene, &witnesses);
    if !strong && others.len() >= states.len() {
        return None;
    }
    let sure = strong
        && agree(&witnesses)
        && others.is_empty()
        && decided(scene, copy) == Sureness::Sure
        && witnesses
            .iter()
            .any(|(_, _, f, way)| *way == Sureness::Sure && f.sureness == Sureness::Sure);
    Some(Known {
        level: StateLevel::Duplicate,
        evidence: evidence(scene, copy, here, &witnesses, &others, &parties),
        parties,
        confidence: if sure {
            Sureness::Sure
        } else {
            Sureness::Possible
        },
        named_by: witnesses.iter().map(|w| w.0).collect(),
    })
}

/// Whether some state source is named by all that name one: of two copies with two sources one is wrong.
fn agree(witnesses: &[(usize, &Claim<'_>, &Found, Sureness)]) -> bool {
    let Some((_, _, first, _)) = witnesses.first() else {
        return false;
    };
    first.parties.iter().any(|party| {
        witnesses
            .iter()
            .all(|(_, _, found, _)| found.parties.iter().any(|p| p.party == party.party))
    })
}

/// Whether a photo lies nowhere but beside pages that show it: what is to be said of it is said of the page's use.
pub(super) fn is_part_of_a_page(scene: &Scene<'_>, copy: Copy) -> bool {
    let Copy::Photo(at) = copy else { return false };
    let files = scene.case.photos.get(at).map(|p| p.files.as_slice());
    files.is_some_and(|files| !files.is_empty() && files.iter().all(|f| f.page.is_some()))
}

/// Whether the other is the page to which this photo belongs: the use of a picture is no copy of it.
fn is_own_use(scene: &Scene<'_>, copy: Copy, other: Copy) -> bool {
    let Copy::Appearance(at) = other else {
        return false;
    };
    let appearance = scene.case.appearances.get(at);
    is_part_of_a_page(scene, copy)
        && scene.photo_of(other) == scene.photo_of(copy)
        && appearance.is_some_and(|a| delivers(scene, a, copy))
}

/// Whether the copy is a file saved with this very page.
pub(super) fn delivers(scene: &Scene<'_>, appearance: &CaseAppearance, copy: Copy) -> bool {
    let Copy::Photo(at) = copy else { return false };
    let photo = scene.case.photos.get(at);
    photo.is_some_and(|p| {
        p.files.iter().any(|f| {
            let page = f.page.as_deref();
            page == Some(appearance.document.as_str()) || page == Some(appearance.input.as_str())
        })
    })
}

/// Whether the copy itself is tied to its photo for sure.
pub(super) fn decided(scene: &Scene<'_>, copy: Copy) -> Sureness {
    match copy {
        Copy::Photo(_) => Sureness::Sure,
        Copy::Appearance(at) => match scene.case.appearances.get(at).map(|a| (a.decision, a.tie)) {
            Some((Decision::Matched, Tie::Image | Tie::Name)) => Sureness::Sure,
            _ => Sureness::Possible,
        },
    }
}

fn is_composite_copy(scene: &Scene<'_>, copy: Copy) -> bool {
    scene
        .claims_of(copy)
        .any(|(_, claim, _)| claim.is_composite())
}

/// One that says whose picture it is: an outlet and what it printed.
struct Witness<'a> {
    outlet: &'a CaseOutlet,
    title: String,
    words: String,
}

impl<'a> Witness<'a> {
    fn of(appearance: &'a CaseAppearance, claim: &Claim<'_>) -> Self {
        Self {
            outlet: &appearance.outlet,
            title: fold(appearance.title.as_deref().unwrap_or_default()),
            words: fold(&claim.reading.text),
        }
    }

    /// Whether the two know it from different hands: one text in two outlets is one witness, whoever wrote it.
    fn is_independent(&self, other: &Self) -> bool {
        let same = |a: &str, b: &str| a == b && a.chars().count() >= LEAST_TEXT;
        unrelated(self.outlet, other.outlet)
            && !same(&self.title, &other.title)
            && !same(&self.words, &other.words)
    }
}

/// Shorter texts are alike by chance.
const LEAST_TEXT: usize = 24;

/// An own delivery or page, or two unrelated outlets, over sure ways. A file that lies nowhere but beside an outlet's page
/// is that outlet's word, whatever stands in its fields.
fn is_strong(scene: &Scene<'_>, witnesses: &[(usize, &Claim<'_>, &Found, Sureness)]) -> bool {
    let mut heard: Vec<Witness<'_>> = Vec::new();
    for (_, claim, _, way) in witnesses {
        if *way != Sureness::Sure {
            continue;
        }
        let appearance = match claim.copy {
            Copy::Photo(_) if !is_part_of_a_page(scene, claim.copy) => {
                if is_delivery(scene.registry, claim) {
                    return true;
                }
                None
            }
            Copy::Photo(_) => {
                let mut uses = scene.case.appearances.iter();
                uses.find(|a| delivers(scene, a, claim.copy))
            }
            Copy::Appearance(at) => scene.case.appearances.get(at),
        };
        let Some(appearance) = appearance else {
            continue;
        };
        let own = |id: &str| {
            let chain = claim
                .reading
                .chain
                .iter()
                .filter_map(|l| l.party.as_deref());
            chain.into_iter().any(|p| same_house(scene.registry, p, id))
        };
        if appearance.outlet.party.as_deref().is_some_and(own) {
            return true;
        }
        let witness = Witness::of(appearance, claim);
        if heard.iter().any(|other| other.is_independent(&witness)) {
            return true;
        }
        heard.push(witness);
    }
    false
}

/// Whether an embedded credit stands in the file as an agency, a state body or a library delivers it: in the file
/// itself (not a sidecar), and ending with such a party.
fn is_delivery(registry: &Registry, claim: &Claim<'_>) -> bool {
    use crate::model::PartyKind::{Agency, ArmedGroup, Government};
    let inside = matches!(
        claim.carrier,
        Some(Carrier::Exif | Carrier::Iim | Carrier::Xmp)
    );
    let supplier = |id: &str| {
        registry.only_passes_on(id)
            || registry.party(id).is_some_and(|p| {
                matches!(p.kind, Agency | Government | ArmedGroup) || p.state.is_some()
            })
    };
    let last = claim.reading.chain.last().and_then(|l| l.party.as_deref());
    inside && last.is_some_and(supplier)
}

/// Whether two outlets are independent witnesses: both known, with other names, domains and owners.
pub(super) fn unrelated(a: &CaseOutlet, b: &CaseOutlet) -> bool {
    let same = |x: &Option<String>, y: &Option<String>| match (x, y) {
        (Some(x), Some(y)) => super::kin::fold(x) == super::kin::fold(y),
        _ => false,
    };
    let brand = |o: &CaseOutlet| o.domain.as_deref().map(brand);
    let identified = |o: &CaseOutlet| o.domain.is_some() || o.name.is_some();
    // Without two domains or two names there is nothing to tell them apart by.
    let comparable =
        (a.domain.is_some() && b.domain.is_some()) || (a.name.is_some() && b.name.is_some());
    identified(a)
        && identified(b)
        && comparable
        && !same(&a.name, &b.name)
        && !same(&a.owner, &b.owner)
        && !same(&a.party, &b.party)
        && (a.domain.is_none() || b.domain.is_none() || brand(a) != brand(b))
}

/// The name that a house registers under several suffixes: `example` of `news.example.co.uk`.
fn brand(domain: &str) -> String {
    let labels: Vec<&str> = domain.split('.').filter(|l| !l.is_empty()).collect();
    let suffix = match labels.as_slice() {
        [.., second, last] if last.len() == 2 && second.len() <= 3 && labels.len() > 2 => 2,
        _ => 1,
    };
    let at = labels.len().saturating_sub(suffix + 1);
    labels.get(at).unwrap_or(&domain).to_ascii_lowercase()
}

/// Whether somebody is named who is neither the source nor able to stand in its chain nor its photographer.
pub(super) fn other_maker(
    registry: &Registry,
    named: &Named,
    states: &[StateParty],
    sources: &Named,
) -> bool {
    if named.is_empty() || named.shares_person(sources) {
        return false;
    }
    let is_source = |id: &String| states.iter().any(|s| same_house(registry, id, &s.party));
    if named.parties.iter().any(is_source) {
        return false;
    }
    let in_chain = |id: &String| {
        sources.parties.contains(id)
            || registry.only_passes_on(id)
            || states
                .iter()
                .any(|s| registry.distributes(id, &s.party, None))
    };
    !named.unknown.is_empty() || !named.creators.is_empty() || !named.parties.iter().all(in_chain)
}

fn evidence(
    scene: &Scene<'_>,
    copy: Copy,
    here: usize,
    witnesses: &[(usize, &Claim<'_>, &Found, Sureness)],
    others: &[Copy],
    parties: &[StateParty],
) -> Vec<Evidence> {
    let mut list = Vec::new();
    let mut linked = BTreeSet::new();
    let sources: Vec<Copy> = witnesses.iter().map(|w| w.1.copy).collect();
    let (quoted, more) = quoted(scene, &sources);
    for (_, claim, found, _) in witnesses {
        if !quoted.contains(&claim.copy) {
            continue;
        }
        let words = [found.words.as_deref(), claim.reading.credit_line.as_deref()];
        let name = copy_name(scene.case, claim.copy);
        let from = format!("{} of a copy, {name}", claim.what_names(found));
        list.push(claim.evidence(&words, from));
        if let Some(there) = claim.photo
            && there != here
            && linked.insert(there)
        {
            list.extend(link_evidence(scene.case, &scene.copies, here, there));
        }
    }
    list.extend(more);
    for other in others.iter().take(QUOTED) {
        for (_, claim, _) in scene
            .claims_of(*other)
            .filter(|(_, c, _)| c.names_someone())
        {
            let name = copy_name(scene.case, *other);
            list.push(claim.credit_evidence(format!(
                "{} of a copy that names another maker, {name}",
                claim.what()
            )));
        }
    }
    for (_, claim, _) in scene.claims_of(copy).filter(|(_, c, _)| c.names_someone()) {
        list.push(claim.credit_evidence(format!("{} here, which does not name it", claim.what())));
    }
    list.extend(parties.iter().map(StateParty::evidence));
    list
}

/// The copies whose words a finding quotes, in order, and how many more there are.
pub(super) fn quoted(scene: &Scene<'_>, copies: &[Copy]) -> (Vec<Copy>, Option<Evidence>) {
    let mut distinct = Vec::new();
    for copy in copies {
        // The claims of a copy stand together.
        if distinct.last() != Some(copy) {
            distinct.push(*copy);
        }
    }
    let more = distinct.len().saturating_sub(QUOTED);
    let next = distinct
        .get(QUOTED)
        .map(|copy| copy_name(scene.case, *copy));
    distinct.truncate(QUOTED);
    let counted = next.map(|name| {
        let copies = if more == 1 {
            "copy names"
        } else {
            "copies name"
        };
        super::finding::fact(
            format!("{more} more {copies} it too, {name} among them"),
            &name,
        )
    });
    (distinct, counted)
}

fn add_parties(list: &mut Vec<StateParty>, more: &[StateParty]) {
    for party in more {
        if !list.iter().any(|p| p.party == party.party) {
            list.push(party.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outlet(name: &str, domain: &str) -> CaseOutlet {
        let some = |t: &str| (!t.is_empty()).then(|| t.to_owned());
        CaseOutlet {
            name: some(name),
            domain: some(domain),
            ..CaseOutlet::default()
        }
    }

    #[test]
    fn two_pages_of_one_house_are_one_witness() {
        let one = outlet("Example", "news.example.co.uk");
        assert!(!unrelated(&one, &outlet("Example Sport", "example.com")));
        assert!(!unrelated(&one, &outlet("EXAMPLE", "another.org")));
        assert!(!unrelated(&one, &outlet("", "")));
        assert!(!unrelated(&outlet("A", ""), &outlet("", "b.org")));
        assert!(unrelated(&one, &outlet("Courier", "courier.org")));
        let owned = |name: &str| CaseOutlet {
            owner: Some("Holding".into()),
            ..outlet(name, "")
        };
        assert!(!unrelated(&owned("A"), &owned("B")));
    }
}
