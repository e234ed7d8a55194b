//! Which photos of a case are copies of each other, and how sure that is.
//!
//! A source passes along these ways and no others: never over a scene in common, never through a composite, and only
//! as `possible` where no more than a hash distance says that two photos are one picture, or where it would pass from a
//! part to a larger picture; never to one of which the part is less than most.

use std::collections::BTreeMap;

use crate::model::{Evidence, Field, Link, Place, Relation, Sha256, Sureness};

use super::case::{Case, CasePhoto};
use super::claim::{Claim, Copy};

/// Ways between the photos of a case. Cost and memory follow the number of photos and links, not of pairs.
#[derive(Clone, Debug)]
pub struct Copies {
    /// The place of each photo in the case.
    places: BTreeMap<Sha256, usize>,
    /// Photos with the same number hang together over sure links alone.
    sure: Vec<usize>,
    /// The same over any links.
    any: Vec<usize>,
    /// The first link of each pair of photos, by its place in the case; the lower place first.
    links: BTreeMap<(usize, usize), usize>,
}

impl Copies {
    /// From the links and from what the credits say of composites.
    pub(super) fn of(case: &Case, claims: &[Claim<'_>], least_crop: f64) -> Self {
        let count = case.photos.len();
        let photos = case.photos.iter().enumerate();
        let places: BTreeMap<Sha256, usize> = photos.map(|(at, p)| (p.sha256, at)).collect();
        let joined: Vec<(usize, usize, usize)> = (case.links.iter().enumerate())
            .filter_map(|(n, link)| Some((n, *places.get(&link.a)?, *places.get(&link.b)?)))
            .collect();
        let composite = composites(case, claims, &joined);
        let credited = Credited::of(count, claims);
        let mut sure = Joined::new(count);
        let mut any = Joined::new(count);
        let mut links = BTreeMap::new();
        for (n, a, b) in joined {
            links.entry((a.min(b), a.max(b))).or_insert(n);
            let either = composite.get(a) == Some(&true) || composite.get(b) == Some(&true);
            let found = case.links.get(n).and_then(|link| {
                let part = link.whole().map(|whole| {
                    let whole_is_a = places.get(&whole) == Some(&a);
                    if whole_is_a { (b, a) } else { (a, b) }
                });
                let set_in = part.is_some_and(|(part, whole)| credited.only_part(part, whole));
                strength(link, either, set_in, least_crop)
            });
            if found.is_some() {
                any.join(a, b);
            }
            if found == Some(Sureness::Sure) {
                sure.join(a, b);
            }
        }
        Self {
            places,
            sure: sure.heads(),
            any: any.heads(),
            links,
        }
    }

    /// The place of a photo in the case.
    pub fn place(&self, photo: &Sha256) -> Option<usize> {
        self.places.get(photo).copied()
    }

    /// How sure it is that photo `b` shows the picture of photo `a`; `None` where it does not.
    pub fn way(&self, a: usize, b: usize) -> Option<Sureness> {
        let together = |heads: &[usize]| heads.get(a).is_some_and(|h| heads.get(b) == Some(h));
        if together(&self.sure) {
            Some(Sureness::Sure)
        } else {
            together(&self.any).then_some(Sureness::Possible)
        }
    }

    /// The same for two copies, each tied to its photo as its claims are.
    pub fn between(&self, a: Option<usize>, b: Option<usize>) -> Option<Sureness> {
        self.way(a?, b?)
    }
}

/// Which of a number of things hang together: each points at another of its set, the head at itself.
struct Joined(Vec<usize>);

impl Joined {
    fn new(count: usize) -> Self {
        Self((0..count).collect())
    }

    fn head(&mut self, mut at: usize) -> usize {
        while let Some(&up) = self.0.get(at)
            && up != at
        {
            // Every second step is shortened, so that chains stay short.
            let above = self.0.get(up).copied().unwrap_or(up);
            if let Some(place) = self.0.get_mut(at) {
                *place = above;
            }
            at = above;
        }
        at
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.head(a), self.head(b));
        if let Some(place) = self.0.get_mut(a.max(b)) {
            *place = a.min(b);
        }
    }

    fn heads(mut self) -> Vec<usize> {
        (0..self.0.len()).map(|at| self.head(at)).collect()
    }
}

/// Which photos somebody is named for.
struct Credited {
    /// In the photo's own fields.
    inside: Vec<bool>,
    /// There, or on a page that shows it.
    anywhere: Vec<bool>,
}

impl Credited {
    fn of(count: usize, claims: &[Claim<'_>]) -> Self {
        let mut found = Self {
            inside: vec![false; count],
            anywhere: vec![false; count],
        };
        for claim in claims.iter().filter(|c| c.names_someone()) {
            let own = matches!(claim.copy, Copy::Photo(_));
            for (list, counts) in [(&mut found.inside, own), (&mut found.anywhere, true)] {
                if let Some(place) = claim.photo.and_then(|at| list.get_mut(at)) {
                    *place |= counts;
                }
            }
        }
        found
    }

    /// Whether the part alone says whose it is: then its credit would pass to a larger picture, in which it may stand on a
    /// screen, a poster or a page.
    fn only_part(&self, part: usize, whole: usize) -> bool {
        self.anywhere.get(part) == Some(&true) && self.inside.get(whole) == Some(&false)
    }
}

fn strength(link: &Link, composite: bool, set_in: bool, least_crop: f64) -> Option<Sureness> {
    let sure = match link.relation {
        Relation::SameScene => return None,
        Relation::PartOf if composite => return None,
        Relation::PartOf => {
            let most = link.place.is_some_and(|p| p.width * p.height >= least_crop);
            if set_in && !most {
                return None;
            }
            most && !set_in
        }
        _ => true,
    };
    Some(if sure && link.verified {
        Sureness::Sure
    } else {
        Sureness::Possible
    })
}

/// For each photo, whether words say that it is put together from several, or two photos are apart from each other in
/// it.
fn composites(case: &Case, claims: &[Claim<'_>], joined: &[(usize, usize, usize)]) -> Vec<bool> {
    let mut found = vec![false; case.photos.len()];
    let mut mark = |at: usize| {
        if let Some(place) = found.get_mut(at) {
            *place = true;
        }
    };
    for claim in claims.iter().filter(|c| c.is_composite()) {
        if let Copy::Photo(at) = claim.copy {
            mark(at);
        }
        if let (Some(at), Sureness::Sure) = (claim.photo, claim.tied) {
            mark(at);
        }
    }
    for (at, photo) in case.photos.iter().enumerate() {
        let fields = photo.metadata.iter();
        let mut values = fields.flat_map(|m| m.metadata.values(Field::DigitalSourceType));
        if values.any(|v| v.value.to_ascii_lowercase().contains("composite")) {
            mark(at);
        }
    }
    let mut parts: BTreeMap<usize, Vec<Place>> = BTreeMap::new();
    for (n, a, b) in joined {
        let link = case.links.get(*n);
        let part = link.filter(|l| l.relation == Relation::PartOf);
        if let Some((link, place)) = part.and_then(|l| l.place.map(|place| (l, place))) {
            // Only the whole is put together from parts, where the link says which one that is.
            let whole = link
                .whole()
                .and_then(|whole| case.photos.iter().position(|p| p.sha256 == whole));
            for at in [a, b]
                .into_iter()
                .filter(|at| whole.is_none_or(|whole| whole == **at))
            {
                parts.entry(*at).or_default().push(place);
            }
        }
    }
    for (at, places) in parts {
        if two_apart(&places) {
            mark(at);
        }
    }
    found
}

/// Whether two of the places do not overlap by more than a seam.
fn two_apart(places: &[Place]) -> bool {
    const SEAM: f64 = 0.02;
    let least = |edge: fn(&Place) -> f64| places.iter().map(edge).fold(f64::INFINITY, f64::min);
    let most = |edge: fn(&Place) -> f64| places.iter().map(edge).fold(f64::NEG_INFINITY, f64::max);
    // Some part ends before some other begins, across or down.
    least(|p| p.x + p.width) <= most(|p| p.x) + SEAM
        || least(|p| p.y + p.height) <= most(|p| p.y) + SEAM
}

/// The link between two photos in words, as evidence that names the other's file.
pub(super) fn link_evidence(
    case: &Case,
    copies: &Copies,
    here: usize,
    there: usize,
) -> Option<Evidence> {
    let other = case.photos.get(there)?;
    let between = copies.links.get(&(here.min(there), here.max(there)));
    let from = match between.and_then(|n| case.links.get(*n)) {
        Some(link) => relation_in_words(link, other),
        None => format!("the same picture by way of other copies: {}", other.name()),
    };
    Some(Evidence {
        text: None,
        from,
        input: other.name().to_owned(),
        carrier: None,
    })
}

/// How what is at hand is linked with another: "a near-duplicate (12 of 256 bits of the perceptual hash differ, not verified):
/// NAME", "a part of NAME (40 local features agree on one placing)".
pub(super) fn relation_in_words(link: &Link, other: &CasePhoto) -> String {
    let bits = link
        .distance
        .map(|d| format!("{d} of 256 bits of the perceptual hash differ"));
    let features = link
        .features
        .map(|n| format!("{n} local features agree on one placing"));
    let verified = (!link.verified).then(|| super::state_sourced::NOT_VERIFIED.to_owned());
    let cut_off = (link.truncated).then(|| {
        "one of the files ends too early: only the part that is there was compared".to_owned()
    });
    let notes: Vec<_> = (bits.into_iter().chain(features))
        .chain(verified)
        .chain(cut_off)
        .collect();
    let noted = |what: &str| {
        if notes.is_empty() {
            what.to_owned()
        } else {
            format!("{what} ({})", notes.join(", "))
        }
    };
    let name = other.name();
    let what = match link.relation {
        Relation::SameBytes => "the same bytes",
        Relation::SameCodedImage => "the same coded image with other metadata",
        Relation::SamePixels => "the same pixels in another file",
        Relation::NearDuplicate => "a near-duplicate",
        Relation::Mirrored => "a mirrored copy",
        Relation::Rotated => "a rotated copy",
        Relation::PartOf if link.whole() == Some(other.sha256) => {
            return noted(&format!("a part of {name}"));
        }
        Relation::PartOf => return noted(&format!("{name} is a part of it")),
        Relation::SameScene => "the same scene, another picture",
        Relation::Reviewed => "the same picture, as a review says",
    };
    format!("{}: {name}", noted(what))
}
