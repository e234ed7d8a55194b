//! Links -> groups of photos that are one picture, without chaining strangers.
//!
//! Photos with equal coded images or pixels are one to begin with. Then the photo with the most copies gathers those
//! that are linked to *it*, directly and verified; the rest gather around the next. So every member of a group was
//! verified against its representative, and a series of pictures that each resemble the next does not become one.
//!
//! A picture put together from others is no copy of them: where parts of it lie apart and are not copies of each other, it
//! stays by itself. Nor are pictures one because the same small thing, a logo or an inset, lies in them. What a person
//! decided comes before all of this.
//! The result depends on the set of photos and links, not on their order; a new photo can change only the groups that
//! its links reach.

use std::collections::{BTreeMap, BTreeSet};

use super::PhotoKey;
use crate::model::{Link, Place, Relation, Sha256};

/// A part smaller than this share of its whole is a thing in it, if it lies in strangers too.
const SMALL: f64 = 0.15;
/// A part smaller than this may be an inset.
const INSET: f64 = 0.2;
/// Parts that have less than this in common, of the smaller one, lie apart: borders and turned corners reach over a seam.
const APART: f64 = 0.3;

/// A person's word on two photos.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// One photo.
    pub a: Sha256,
    /// The other.
    pub b: Sha256,
    /// They show the same picture, or they do not.
    pub same: bool,
}

/// The pictures: each a list of photos, its representative first and the rest by hash; singles are pictures too.
pub fn groups(photos: &[PhotoKey], links: &[Link], words: &[Word]) -> Vec<Vec<Sha256>> {
    let area: BTreeMap<Sha256, u64> = photos.iter().map(|p| (p.sha256, p.area())).collect();
    let known = |a: &Sha256, b: &Sha256| area.contains_key(a) && area.contains_key(b);
    let apart: BTreeSet<(Sha256, Sha256)> = words
        .iter()
        .filter(|w| !w.same && known(&w.a, &w.b))
        .flat_map(|w| [(w.a, w.b), (w.b, w.a)])
        .collect();
    let links: Vec<&Link> = links
        .iter()
        .filter(|l| known(&l.a, &l.b) && !apart.contains(&(l.a, l.b)))
        .collect();

    let mut class: BTreeMap<Sha256, Sha256> = area.keys().map(|k| (*k, *k)).collect();
    let mut members: BTreeMap<Sha256, Vec<Sha256>> = area.keys().map(|k| (*k, vec![*k])).collect();
    let said = words.iter().filter(|w| w.same && known(&w.a, &w.b));
    let identical = links.iter().filter(|l| is_identity(l)).map(|l| (l.a, l.b));
    for (a, b) in said.map(|w| (w.a, w.b)).chain(identical) {
        let (a, b) = (root(&class, a), root(&class, b));
        if a == b || are_apart(&apart, members.get(&a), members.get(&b)) {
            continue;
        }
        class.insert(a.max(b), a.min(b));
        let more = members.remove(&a.max(b)).unwrap_or_default();
        members.entry(a.min(b)).or_default().extend(more);
    }

    let pages: BTreeSet<Sha256> = photos
        .iter()
        .filter(|p| p.is_page())
        .map(|p| p.sha256)
        .collect();
    let links: Vec<&Link> = links.into_iter().filter(|l| !is_inset(l, &pages)).collect();
    let copies = copies(&links, &class);
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
            let more = members.get(copy);
            if !taken.contains(copy) && !are_apart(&apart, Some(&photos), more) {
                taken.insert(*copy);
                photos.extend(more.into_iter().flatten());
            }
        }
        photos.sort_by_key(|p| (std::cmp::Reverse(area.get(p).copied()), *p));
        pictures.push(photos);
    }
    pictures.sort();
    pictures
}

/// Whether a person said of a member of one and a member of the other that they are not the same.
fn are_apart(
    apart: &BTreeSet<(Sha256, Sha256)>,
    a: Option<&Vec<Sha256>>,
    b: Option<&Vec<Sha256>>,
) -> bool {
    let (Some(a), Some(b)) = (a, b) else {
        return false;
    };
    !apart.is_empty()
        && a.iter()
            .any(|x| b.iter().any(|y| apart.contains(&(*x, *y))))
}

type Copies = BTreeMap<Sha256, BTreeSet<Sha256>>;

/// One part in one whole, both as classes.
struct Lies {
    part: Sha256,
    whole: Sha256,
    place: Place,
}

/// Which classes are copies of which.
fn copies(links: &[&Link], class: &BTreeMap<Sha256, Sha256>) -> Copies {
    let mut all = Copies::new();
    let mut parts = Vec::new();
    for link in links.iter().filter(|l| is_copy(l)) {
        let (a, b) = (root(class, link.a), root(class, link.b));
        if a == b {
            continue;
        }
        all.entry(a).or_default().insert(b);
        all.entry(b).or_default().insert(a);
        if let (Some(whole), Some(place)) = (link.whole(), link.place) {
            let whole = root(class, whole);
            let part = if whole == a { b } else { a };
            parts.push(Lies { part, whole, place });
        }
    }
    let insets = insets(&all, &parts);
    take_out(&mut all, &insets);
    parts.retain(|p| !insets.contains(&(p.part, p.whole)));
    let mut cut: BTreeSet<(Sha256, Sha256)> = BTreeSet::new();
    let wholes: BTreeSet<Sha256> = parts.iter().map(|p| p.whole).collect();
    for whole in wholes {
        let own: Vec<&Lies> = parts.iter().filter(|p| p.whole == whole).collect();
        let tied = |x: &Lies, y: &Lies| {
            in_common(&x.place, &y.place) > APART || linked(&all, x.part, y.part)
        };
        if !hang_together(&own, tied) {
            cut.extend(own.iter().map(|p| (p.part, p.whole)));
        }
    }
    let small: BTreeSet<Sha256> = parts
        .iter()
        .filter(|p| is_small(p))
        .map(|p| p.part)
        .collect();
    for part in small {
        let own: Vec<&Lies> = parts.iter().filter(|p| p.part == part).collect();
        let common = |x: &Lies, y: &Lies| {
            linked(&all, x.whole, y.whole)
                || neighbours(&all, x.whole)
                    .intersection(&neighbours(&all, y.whole))
                    .any(|other| *other != part)
        };
        if !hang_together(&own, common) {
            cut.extend(
                own.iter()
                    .filter(|p| is_small(p))
                    .map(|p| (p.part, p.whole)),
            );
        }
    }
    take_out(&mut all, &cut);
    all
}

/// Small parts of a whole that a copy of the whole does not have: something was set into it.
fn insets(all: &Copies, parts: &[Lies]) -> BTreeSet<(Sha256, Sha256)> {
    let is_inset = |p: &&Lies| {
        // Whoever shows all of the whole should show the part too.
        let full = |other: &&Sha256| {
            **other != p.part && !parts.iter().any(|q| linked_by(q, **other, p.whole))
        };
        let wholes = all.get(&p.whole).into_iter().flatten();
        let full: Vec<&Sha256> = wholes.filter(full).collect();
        !full.is_empty() && !full.iter().any(|other| linked(all, p.part, **other))
    };
    parts
        .iter()
        .filter(|p| p.place.width * p.place.height < INSET)
        .filter(is_inset)
        .map(|p| (p.part, p.whole))
        .collect()
}

fn linked_by(lies: &Lies, a: Sha256, b: Sha256) -> bool {
    (lies.part, lies.whole) == (a, b) || (lies.part, lies.whole) == (b, a)
}

fn take_out(all: &mut Copies, cut: &BTreeSet<(Sha256, Sha256)>) {
    for (part, whole) in cut {
        for (from, to) in [(part, whole), (whole, part)] {
            if let Some(list) = all.get_mut(from) {
                list.remove(to);
            }
        }
    }
}

fn is_small(part: &Lies) -> bool {
    part.place.width * part.place.height < SMALL
}

fn linked(all: &Copies, a: Sha256, b: Sha256) -> bool {
    a == b || all.get(&a).is_some_and(|list| list.contains(&b))
}

fn neighbours(all: &Copies, of: Sha256) -> BTreeSet<Sha256> {
    all.get(&of).cloned().unwrap_or_default()
}

/// Whether ties lead from the first to every other.
fn hang_together(parts: &[&Lies], tied: impl Fn(&Lies, &Lies) -> bool) -> bool {
    let mut reached = vec![false; parts.len()];
    let mut todo = vec![0];
    while let Some(at) = todo.pop() {
        match reached.get_mut(at) {
            Some(seen) if !*seen => *seen = true,
            _ => continue,
        }
        let Some(from) = parts.get(at) else { continue };
        for (next, to) in parts.iter().enumerate() {
            if reached.get(next) == Some(&false) && tied(from, to) {
                todo.push(next);
            }
        }
    }
    reached.into_iter().all(|seen| seen)
}

/// What two places have in common, as a share of the smaller.
fn in_common(a: &Place, b: &Place) -> f64 {
    let along = |a: f64, a_length: f64, b: f64, b_length: f64| {
        ((a + a_length).min(b + b_length) - a.max(b)).max(0.0)
    };
    let both = along(a.x, a.width, b.x, b.width) * along(a.y, a.height, b.y, b.height);
    both / (a.width * a.height).min(b.width * b.height).max(1e-9)
}

/// A small part of a whole that shows more than a page around it: most likely something else that was set in.
fn is_inset(link: &Link, pages: &BTreeSet<Sha256>) -> bool {
    let small = |place: Place| place.width * place.height < SMALL;
    link.place.is_some_and(small) && link.whole().is_some_and(|whole| !pages.contains(&whole))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{End, Fingerprints};

    fn photo(n: u8) -> PhotoKey {
        PhotoKey::new(Sha256([n; 32]), (100, 100), 1, &Fingerprints::default())
    }

    fn link(a: u8, b: u8, relation: Relation) -> Link {
        Link::verified(Sha256([a; 32]), Sha256([b; 32]), relation)
    }

    /// The first lies in the second.
    fn part(a: u8, b: u8, x: f64, y: f64, width: f64, height: f64) -> Link {
        Link {
            place: Some(Place {
                x,
                y,
                width,
                height,
            }),
            part: Some(End::A),
            ..link(a, b, Relation::PartOf)
        }
    }

    fn sizes(count: u8, links: &[Link], words: &[Word]) -> Vec<usize> {
        let photos: Vec<PhotoKey> = (1..=count).map(photo).collect();
        let mut sizes: Vec<usize> = groups(&photos, links, words).iter().map(Vec::len).collect();
        sizes.sort_unstable();
        sizes
    }

    #[test]
    fn a_collage_is_a_picture_of_its_own_and_does_not_merge_its_parts() {
        let links = [
            part(1, 3, 0.0, 0.0, 0.5, 1.0),
            part(2, 3, 0.5, 0.0, 0.5, 1.0),
        ];
        assert_eq!(sizes(3, &links, &[]), [1, 1, 1]);
    }

    #[test]
    fn crops_that_overlap_are_one_picture_with_their_whole() {
        let links = [
            part(1, 3, 0.0, 0.0, 0.7, 0.7),
            part(2, 3, 0.3, 0.3, 0.7, 0.7),
        ];
        assert_eq!(sizes(3, &links, &[]), [3]);
    }

    #[test]
    fn a_logo_does_not_merge_the_pictures_that_carry_it() {
        let links = [
            part(1, 2, 0.8, 0.8, 0.2, 0.2),
            part(1, 3, 0.0, 0.8, 0.2, 0.2),
            part(1, 4, 0.0, 0.0, 0.2, 0.2),
        ];
        assert_eq!(sizes(4, &links, &[]), [1, 1, 1, 1]);
    }

    #[test]
    fn an_inset_does_not_merge_what_is_set_in_with_what_it_is_set_into() {
        let links = [
            link(2, 3, Relation::NearDuplicate),
            part(1, 3, 0.7, 0.7, 0.3, 0.3),
        ];
        assert_eq!(sizes(3, &links, &[]), [1, 2]);
    }

    #[test]
    fn a_chain_of_near_pictures_does_not_become_one() {
        let near = |a, b| link(a, b, Relation::NearDuplicate);
        let links = [near(1, 2), near(2, 3), near(3, 4), near(4, 5)];
        assert_eq!(sizes(5, &links, &[]), [2, 3]);
    }

    #[test]
    fn a_person_is_obeyed_both_ways() {
        let near = [link(1, 2, Relation::NearDuplicate)];
        let word = |a: u8, b: u8, same| Word {
            a: Sha256([a; 32]),
            b: Sha256([b; 32]),
            same,
        };
        assert_eq!(sizes(2, &near, &[word(1, 2, false)]), [1, 1]);
        assert_eq!(sizes(3, &near, &[word(2, 3, true)]), [3]);
        let by_way_of_a_third = [
            link(1, 3, Relation::NearDuplicate),
            link(2, 3, Relation::NearDuplicate),
        ];
        assert_eq!(sizes(3, &by_way_of_a_third, &[word(1, 2, false)]), [1, 2]);
        let equal = |a, b| link(a, b, Relation::SamePixels);
        assert_eq!(
            sizes(3, &[equal(1, 3), equal(2, 3)], &[word(1, 2, false)]),
            [1, 2]
        );
    }
}
