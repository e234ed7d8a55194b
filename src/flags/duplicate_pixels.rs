//! `duplicate-pixels`: photos with other bytes and the same image, coded or decoded.

use std::collections::BTreeSet;

use crate::model::{Flag, Link, Relation, Severity, Sureness};

use super::copies::relation_in_words;
use super::duplicate_file::places;
use super::finding::{fact, flag, picture};
use super::{Origin, Rule, Scene};

pub(super) struct DuplicatePixels;

impl Rule for DuplicatePixels {
    fn id(&self) -> &'static str {
        "duplicate-pixels"
    }

    fn summary(&self) -> &'static str {
        "Files with other bytes hold the same image: the same coded image with other metadata, or the same pixels."
    }

    fn why(&self) -> &'static str {
        "One of them was re-captioned, stripped or converted: their captions and credits may no longer agree."
    }

    fn evidence(&self) -> &'static str {
        "Equal hashes of the coded image without its metadata, or of the decoded upright pixels."
    }

    fn false_alarms(&self) -> &'static str {
        "None as to the fact; sizes of one picture on one page are left out."
    }

    fn severity(&self) -> &'static str {
        "info"
    }

    fn check(&self, scene: &Scene<'_>, _origins: &[Origin]) -> Vec<Flag> {
        let summary =
            |photos: usize| format!("{photos} files with other bytes hold the same image.");
        finding(self.id(), scene, is_same_image, summary)
            .into_iter()
            .collect()
    }
}

/// Whether the link says that the image is the same, value for value.
pub(super) fn is_same_image(link: &Link) -> bool {
    matches!(
        link.relation,
        Relation::SameBytes | Relation::SameCodedImage | Relation::SamePixels
    )
}

/// One flag for all photos of a case that such links tie together and that do not stand on one page.
pub(super) fn finding(
    rule: &str,
    scene: &Scene<'_>,
    wanted: impl Fn(&Link) -> bool,
    summary: impl Fn(usize) -> String,
) -> Option<Flag> {
    let case = scene.case;
    let mut photos: BTreeSet<usize> = BTreeSet::new();
    let mut evidence = Vec::new();
    let mut sureness = Sureness::Possible;
    let same = case
        .links
        .iter()
        .filter(|l| !matches!(l.relation, Relation::SameScene | Relation::Reviewed));
    for link in same.filter(|l| wanted(l)) {
        let ends = [&link.a, &link.b].map(|sha| scene.copies.place(sha));
        let [Some(at), Some(other)] = ends else {
            continue;
        };
        let (Some(a), Some(b)) = (case.photos.get(at), case.photos.get(other)) else {
            continue;
        };
        let mut together = places(a);
        together.extend(places(b));
        if together.len() < 2 {
            continue;
        }
        // A small part may have been set into the other.
        if scene.copies.between(Some(at), Some(other)) == Some(Sureness::Sure) {
            sureness = Sureness::Sure;
        }
        // One line for each photo that a link adds: never one for each pair.
        let known = photos.len();
        photos.extend([at, other]);
        if photos.len() > known {
            evidence.push(fact(relation_in_words(link, b), a.name()));
        }
    }
    let summary = summary(photos.len());
    (!photos.is_empty())
        .then(|| picture(case))
        .flatten()
        .map(|subject| flag(rule, Severity::Info, sureness, subject, summary, evidence))
}
