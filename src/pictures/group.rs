//! Links -> groups of photos that are one picture, without chaining strangers.
//!
//! Photos with equal coded images or pixels are one to begin with. Then the photo with the most copies gathers those
//! that are linked to *it*, directly and verified; the rest gather around the next. So every member of a group was
//! verified against its representative, and a series of pictures that each resemble the next does not become one.
//! The result depends on the set of photos and links, not on their order; a new photo can change only the groups that
//! its links reach.

use std::collections::{BTreeMap, BTreeSet};

use super::PhotoKey;
use crate::model::{Link, Relation, Sha256};

/// The pictures: each a list of photos, its representative first and the rest by hash; singles are pictures too.
pub fn groups(photos: &[PhotoKey], links: &[Link]) -> Vec<Vec<Sha256>> {
    let area: BTreeMap<Sha256, u64> = photos.iter().map(|p| (p.sha256, p.area())).collect();
    let known = |l: &&Link| area.contains_key(&l.a) && area.contains_key(&l.b);

    let mut class: BTreeMap<Sha256, Sha256> = area.keys().map(|k| (*k, *k)).collect();
    for l in links.iter().filter(known).filter(|l| is_identity(l)) {
        let (a, b) = (root(&class, l.a), root(&class, l.b));
        class.insert(a.max(b), a.min(b));
    }
    let mut members: BTreeMap<Sha256, Vec<Sha256>> = BTreeMap::new();
    for photo in area.keys() {
        members
            .entry(root(&class, *photo))
            .or_default()
            .push(*photo);
    }

    let mut copies: BTreeMap<Sha256, BTreeSet<Sha256>> = BTreeMap::new();
    for l in links.iter().filter(known).filter(|l| is_copy(l)) {
        let (a, b) = (root(&class, l.a), root(&class, l.b));
        if a != b {
            copies.entry(a).or_default().insert(b);
            copies.entry(b).or_default().insert(a);
        }
    }

    let size = |class: &Sha256| {
        members
            .get(class)
            .into_iter()
            .flatten()
            .filter_map(|m| area.get(m))
            .max()
            .copied()
            .unwrap_or(0)
    };
    let mut order: Vec<Sha256> = members.keys().copied().collect();
    order.sort_by_key(|class| {
        let reached = copies.get(class).map_or(0, BTreeSet::len);
        (std::cmp::Reverse((reached, size(class))), *class)
    });
    let mut taken: BTreeSet<Sha256> = BTreeSet::new();
    let mut pictures = Vec::new();
    for class in &order {
        if !taken.insert(*class) {
            continue;
        }
        let mut photos = members.get(class).cloned().unwrap_or_default();
        for copy in copies.get(class).into_iter().flatten() {
            if taken.insert(*copy) {
                photos.extend(members.get(copy).into_iter().flatten());
            }
        }
        photos.sort_by_key(|p| (std::cmp::Reverse(area.get(p).copied()), *p));
        pictures.push(photos);
    }
    pictures.sort();
    pictures
}

/// A link that says the two are the same, so that what holds for one holds for the other.
fn is_identity(link: &Link) -> bool {
    link.verified
        && matches!(
            link.relation,
            Relation::SameBytes | Relation::SameCodedImage | Relation::SamePixels
        )
}

/// A link that makes two photos one picture.
fn is_copy(link: &Link) -> bool {
    link.verified && link.relation != Relation::SameScene
}

fn root(class: &BTreeMap<Sha256, Sha256>, of: Sha256) -> Sha256 {
    let mut at = of;
    while let Some(next) = class.get(&at)
        && *next != at
    {
        at = *next;
    }
    at
}
