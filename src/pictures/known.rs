//! Who is known to be a whole copy of whom -> which comparisons would say nothing new.
//!
//! A picture with many copies has one that most of the others were verified against. Whoever is a copy of that one need
//! not be compared with the rest, so a thousand copies cost a thousand comparisons and not half a million.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Link, Relation};

/// Wholes with the same part that are compared with it once one of them is known to hold it.
const PART_WITNESSES: usize = 8;

/// Photos by their keys, and the whole copies of each.
#[derive(Clone, Debug, Default)]
pub struct Known {
    copies: BTreeMap<i64, BTreeSet<i64>>,
    /// Photos that are linked to one with the same coded image, or with the same pixels.
    same: BTreeSet<(i64, Relation)>,
}

/// The candidates of one photo, those with most copies first.
#[derive(Debug)]
pub struct Candidates {
    photo: i64,
    waiting: Vec<i64>,
    /// Wholes of the photo, each with how many of its copies were compared since.
    wholes: Vec<(i64, usize)>,
    first: bool,
}

impl Known {
    /// Whether the copies of a photo were told.
    pub fn has(&self, photo: i64) -> bool {
        self.copies.contains_key(&photo)
    }

    /// Tell the copies of a photo.
    pub fn tell(&mut self, photo: i64, copies: impl IntoIterator<Item = i64>) {
        self.copies.entry(photo).or_default().extend(copies);
    }

    /// Two photos are whole copies of each other.
    fn add(&mut self, a: i64, b: i64) {
        self.tell(a, [b]);
        self.tell(b, [a]);
    }

    fn are_copies(&self, a: i64, b: i64) -> bool {
        let holds = |one, other| {
            self.copies
                .get(&one)
                .is_some_and(|copies| copies.contains(&other))
        };
        holds(a, b) || holds(b, a)
    }

    /// Whether some third photo is known as a copy of both, one that has more copies than the second: the one that most
    /// were verified against is never left out.
    pub fn by_way_of_another(&self, a: i64, b: i64) -> bool {
        let count = |photo: &i64| self.copies.get(photo).map_or(0, BTreeSet::len);
        let own = self.copies.get(&a).into_iter().flatten();
        own.clone()
            .any(|other| *other != b && count(other) > count(&b) && self.are_copies(*other, b))
    }

    /// What a link between two photos says.
    pub fn learn(&mut self, a: i64, b: i64, link: &Link) {
        if is_whole_copy(link) {
            self.add(a, b);
            self.same.extend([(a, link.relation), (b, link.relation)]);
        }
    }

    /// Whether both are linked, in this way, to one of those that are equal to them: what is equal to one of these is
    /// equal to all.
    pub fn are_told_as(&self, a: i64, b: i64, relation: Relation) -> bool {
        [a, b]
            .iter()
            .all(|photo| self.same.contains(&(*photo, relation)))
    }

    /// The candidates of a photo in the order in which it is worth comparing them.
    pub fn candidates(&self, photo: i64, mut all: Vec<i64>) -> Candidates {
        let copies = |photo: &i64| self.copies.get(photo).map_or(0, BTreeSet::len);
        all.sort_by_key(|candidate| (copies(candidate), std::cmp::Reverse(*candidate)));
        Candidates {
            photo,
            waiting: all,
            wholes: Vec::new(),
            first: true,
        }
    }
}

impl Candidates {
    /// Those to be compared next, at most `many`; empty when all were. With each comes whether only equal pixels are
    /// still of interest, because it is known to be a copy.
    pub fn next(&mut self, known: &Known, many: usize) -> Vec<(i64, bool)> {
        // The one that most are copies of goes ahead: its answer may spare the others.
        let many = if self.first { 1 } else { many };
        self.first = false;
        let mut next = Vec::new();
        while next.len() < many
            && let Some(candidate) = self.waiting.pop()
        {
            let whole = self
                .wholes
                .iter_mut()
                .find(|(whole, _)| known.are_copies(*whole, candidate));
            let enough = whole.is_some_and(|(_, compared)| {
                *compared += 1;
                *compared > PART_WITNESSES
            });
            next.push((
                candidate,
                enough || known.by_way_of_another(self.photo, candidate),
            ));
        }
        next
    }

    /// What the comparison with one of them said.
    pub fn found(&mut self, candidate: i64, link: &Link) {
        if link.verified && link.relation == Relation::PartOf {
            self.wholes.push((candidate, 0));
        }
    }
}

/// Whether a link says that each shows all of the other.
pub fn is_whole_copy(link: &Link) -> bool {
    link.verified
        && link.place.is_none()
        && !matches!(link.relation, Relation::PartOf | Relation::SameScene)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Compare photos 1 to `count`, all copies of each other, one after the other; how many comparisons that takes.
    fn comparisons(count: i64) -> usize {
        let mut known = Known::default();
        let mut compared = 0;
        for photo in 1..=count {
            let mut candidates = known.candidates(photo, (1..photo).collect());
            loop {
                let next = candidates.next(&known, 16);
                if next.is_empty() {
                    break;
                }
                for (other, _) in next.into_iter().filter(|(_, known)| !known) {
                    compared += 1;
                    known.add(photo, other);
                }
            }
        }
        compared
    }

    #[test]
    fn each_further_copy_is_compared_with_one_of_them() {
        assert_eq!(comparisons(2), 1);
        assert_eq!(comparisons(100), 99);
        assert_eq!(comparisons(400), 399);
    }

    #[test]
    fn what_is_no_copy_of_the_first_is_compared_with_the_others() {
        let mut known = Known::default();
        known.add(1, 2);
        known.add(1, 3);
        let mut candidates = known.candidates(9, vec![2, 1, 3]);
        assert_eq!(candidates.next(&known, 16), [(1, false)]);
        assert_eq!(candidates.next(&known, 16), [(2, false), (3, false)]);
        assert!(candidates.next(&known, 16).is_empty());
    }

    #[test]
    fn the_one_that_most_were_compared_with_is_not_left_out() {
        let mut known = Known::default();
        for other in 2..=5 {
            known.add(1, other);
        }
        known.add(9, 5);
        assert!(!known.by_way_of_another(9, 1), "5 has fewer copies than 1");
        known.add(9, 1);
        assert!(known.by_way_of_another(9, 2));
    }
}
