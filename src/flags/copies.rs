//! Which photos of a case are copies of each other, and how sure that is.
//!
//! A source passes along these ways and no others: never over a scene in common, never through a composite, and only
//! as `possible` where no more than a hash distance says that two photos are one picture.

use crate::model::{Evidence, Link, Relation, Sureness};

use super::case::Case;
use super::claim::{Claim, Copy};

/// A crop smaller than this part of the whole may as well be one frame of a montage that does not say so.
const LEAST_CROP: f64 = 2.0 / 3.0;

/// Ways between the photos of a case.
#[derive(Clone, Debug)]
pub struct Copies {
    /// `ways[a][b]`: how sure it is that b shows the picture of a, if it does.
    ways: Vec<Vec<Option<Sureness>>>,
}

impl Copies {
    /// From the links and from what the credits say of composites.
    pub(super) fn of(case: &Case, claims: &[Claim<'_>]) -> Self {
        let count = case.photos.len();
        let composite: Vec<bool> = (0..count)
            .map(|at| is_composite(case, claims, at))
            .collect();
        let mut edges: Vec<Vec<(usize, Sureness)>> = vec![Vec::new(); count];
        for link in &case.links {
            let Some((a, b)) = ends(case, link) else {
                continue;
            };
            let either = composite.get(a) == Some(&true) || composite.get(b) == Some(&true);
            let Some(strength) = strength(link, either) else {
                continue;
            };
            for (from, to) in [(a, b), (b, a)] {
                if let Some(list) = edges.get_mut(from) {
                    list.push((to, strength));
                }
            }
        }
        let ways = (0..count).map(|start| reach(&edges, start)).collect();
        Self { ways }
    }

    /// How sure it is that photo `b` shows the picture of photo `a`; `None` where it does not.
    pub fn way(&self, a: usize, b: usize) -> Option<Sureness> {
        self.ways.get(a)?.get(b).copied().flatten()
    }

    /// The same for two copies, each tied to its photo as its claims are.
    pub fn between(&self, a: Option<usize>, b: Option<usize>) -> Option<Sureness> {
        self.way(a?, b?)
    }
}

/// All photos that `start` reaches over sure edges, then those that it reaches over any.
fn reach(edges: &[Vec<(usize, Sureness)>], start: usize) -> Vec<Option<Sureness>> {
    let mut found = vec![None; edges.len()];
    for strength in [Sureness::Sure, Sureness::Possible] {
        let mut seen = vec![false; edges.len()];
        let mut queue = vec![start];
        while let Some(at) = queue.pop() {
            let (Some(seen), Some(found)) = (seen.get_mut(at), found.get_mut(at)) else {
                continue;
            };
            if std::mem::replace(seen, true) {
                continue;
            }
            if found.is_none() {
                *found = Some(strength);
            }
            let next = edges.get(at).into_iter().flatten();
            queue.extend(next.filter(|(_, s)| *s <= strength).map(|(to, _)| *to));
        }
    }
    found
}

fn ends(case: &Case, link: &Link) -> Option<(usize, usize)> {
    let at = |sha| case.photos.iter().position(|p| p.sha256 == sha);
    Some((at(link.a)?, at(link.b)?))
}

fn strength(link: &Link, composite: bool) -> Option<Sureness> {
    let sure = match link.relation {
        Relation::SameScene => return None,
        Relation::PartOf if composite => return None,
        Relation::PartOf => link.place.is_some_and(|p| p.width * p.height >= LEAST_CROP),
        _ => true,
    };
    Some(if sure && link.verified {
        Sureness::Sure
    } else {
        Sureness::Possible
    })
}

/// Whether words say that the photo is put together from several, or two photos are apart from each other in it.
fn is_composite(case: &Case, claims: &[Claim<'_>], at: usize) -> bool {
    let said = claims.iter().any(|c| {
        let own = c.copy == Copy::Photo(at) || (c.photo == Some(at) && c.tied == Sureness::Sure);
        own && c.is_composite()
    });
    let declared = case.photos.get(at).is_some_and(|photo| {
        let values = photo
            .metadata
            .iter()
            .flat_map(|m| m.metadata.values(crate::model::Field::DigitalSourceType));
        values
            .into_iter()
            .any(|v| v.value.to_ascii_lowercase().contains("composite"))
    });
    let places: Vec<_> = case
        .links
        .iter()
        .filter(|l| l.relation == Relation::PartOf)
        .filter(|l| ends(case, l).is_some_and(|(a, b)| a == at || b == at))
        .filter_map(|l| l.place)
        .collect();
    let apart = places.iter().enumerate().any(|(n, a)| {
        places.iter().skip(n + 1).any(|b| {
            a.x + a.width <= b.x + 0.02
                || b.x + b.width <= a.x + 0.02
                || a.y + a.height <= b.y + 0.02
                || b.y + b.height <= a.y + 0.02
        })
    });
    said || declared || apart
}

/// The link between two photos in words, as evidence that names the other's file.
pub(super) fn link_evidence(case: &Case, here: usize, there: usize) -> Option<Evidence> {
    let other = case.photos.get(there)?;
    let between =
        |l: &&Link| ends(case, l).is_some_and(|e| e == (here, there) || e == (there, here));
    let from = match case.links.iter().find(between) {
        Some(link) => relation_in_words(link),
        None => "the same picture by way of other copies".to_owned(),
    };
    Some(Evidence {
        text: None,
        from: format!("{from}: {}", other.name()),
        input: other.name().to_owned(),
        carrier: None,
    })
}

/// "the same coded image (its metadata differ)", "a near-duplicate (12 of 256 bits differ, not verified)".
pub(super) fn relation_in_words(link: &Link) -> String {
    let what = match link.relation {
        Relation::SameBytes => "the same bytes",
        Relation::SameCodedImage => "the same coded image with other metadata",
        Relation::SamePixels => "the same pixels in another file",
        Relation::NearDuplicate => "a near-duplicate",
        Relation::Mirrored => "a mirrored copy",
        Relation::Rotated => "a rotated copy",
        Relation::PartOf => "a part of the other",
        Relation::SameScene => "the same scene, another picture",
    };
    let bits = link
        .distance
        .map(|d| format!("{d} of 256 bits of the perceptual hash differ"));
    let verified = (!link.verified).then(|| super::state_sourced::NOT_VERIFIED.to_owned());
    let notes: Vec<_> = bits.into_iter().chain(verified).collect();
    if notes.is_empty() {
        what.to_owned()
    } else {
        format!("{what} ({})", notes.join(", "))
    }
}
