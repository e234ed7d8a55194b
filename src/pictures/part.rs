//! Two photos by their features -> one is a copy or a part of the other, another frame of its scene, or neither.

use super::PhotoKey;
use super::local::Worded;
use super::overlap::{Overlap, View, overlap};
use super::placing::place;
use crate::fingerprint::features::Features;
use crate::model::{End, Place, Relation};

/// What features and pixels say of two photos.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shared {
    /// Near-duplicate, mirrored, rotated, part-of or same-scene.
    pub relation: Relation,
    /// Which one lies in the other, where one does not show all of it.
    pub part: Option<End>,
    /// Where.
    pub place: Option<Place>,
    /// Features that agree.
    pub features: u32,
}

/// Both show the same ground where either lacks no more than this of it.
const ALL: f64 = 0.97;
/// One of the two has to be seen in the other to this share: less may be a logo, an inset or a frame that both have.
const LEAST_SHOWN: f64 = 0.75;
/// A part has to be this share of its whole.
const LEAST_PART: f64 = 0.04;
/// A turn under this many degrees is how features round.
const TURNED: f32 = 0.7;

impl Overlap {
    /// The pixels say that it is one picture, as far as both show it.
    ///
    /// Of copies of the benchmark's photographs in 37 forms, the worst is changed in 0.22, explained to 0.95, agrees in
    /// detail to 0.90 and lies 0.95 off. Pages with one frame around two pictures are changed in 0.38 and more, marks on
    /// two skies in 0.9; two frames of a film lie 1.6 off.
    fn is_copy(&self) -> bool {
        let l = self.likeness;
        let few = self.inliers < 12;
        let spread = if few { 0.3 } else { 0.2 };
        // The same to the last detail: what small misplacings and features along an edge say against it weighs less.
        let exact = l.changed <= 0.0 && l.explained >= 0.99 && l.detail >= 0.97;
        // A mark across the picture covers a good part of it with something else; around it all has to be the same.
        let marked = l.explained >= 0.995
            && l.detail >= 0.94
            && self.spread >= 0.6
            && self.agreeing >= 0.35
            && l.changed <= 0.22;
        l.explained >= 0.94
            && l.detail >= 0.88
            && l.inside <= if few { 0.2 } else { 0.27 }
            && l.changed <= if few { 0.2 } else { 0.42 }
            && l.conflict <= if marked { 0.13 } else { 0.06 }
            && l.witnesses >= 1
            && l.is_more_than_a_page()
            && (self.central >= 0.05 || (exact && l.witnesses >= 12))
            && self.off <= if exact { 1.8 } else { 1.2 }
            && self.spread >= spread
            && self.agreeing >= 0.1
    }

    /// Many features agree, but for a little that moved: a thing in space seen from elsewhere, or a moment later.
    fn is_scene(&self) -> bool {
        self.inliers >= 20
            && self.spread >= 0.35
            && self.agreeing >= 0.15
            && self.central >= 0.1
            && self.off >= 1.0
            && self.likeness.detail >= 0.5
            && self.of_a.max(self.of_b) >= LEAST_SHOWN
    }
}

/// How two photos are related by what both show; `None` where nothing says that they are.
pub fn shared(a: &PhotoKey, b: &PhotoKey) -> Option<Shared> {
    if a.path_version != b.path_version {
        return None;
    }
    let (of_a, of_b) = (a.features.as_ref()?, b.features.as_ref()?.plain());
    let measured = |of_a: &Worded, mirrored| {
        of_a.have_in_common(of_b)
            .then(|| measure(a, b, &of_a.features, &of_b.features, mirrored))
            .flatten()
    };
    let plain = measured(of_a.plain(), false);
    if let Some(found) = plain.filter(|(o, _)| o.is_copy()).and_then(copy) {
        return Some(found);
    }
    let over = measured(of_a.mirrored(), true).filter(|(o, _)| o.is_copy());
    if let Some(found) = over.and_then(copy) {
        return Some(Shared {
            relation: Relation::Mirrored,
            ..found
        });
    }
    plain.filter(|(o, _)| o.is_scene()).map(|(o, _)| Shared {
        relation: Relation::SameScene,
        part: None,
        place: None,
        features: o.inliers as u32,
    })
}

fn measure(
    a: &PhotoKey,
    b: &PhotoKey,
    of_a: &Features,
    of_b: &Features,
    mirrored: bool,
) -> Option<(Overlap, f32)> {
    let placed = place(of_a, of_b)?;
    let (from, to) = (View::of(a, of_a, mirrored)?, View::of(b, of_b, false)?);
    overlap(from, to, &placed).map(|o| (o, placed.placing.degrees()))
}

fn copy((o, degrees): (Overlap, f32)) -> Option<Shared> {
    let features = o.inliers as u32;
    if o.of_a >= ALL && o.of_b >= ALL {
        return Some(Shared {
            relation: if degrees.abs() >= TURNED {
                Relation::Rotated
            } else {
                Relation::NearDuplicate
            },
            part: None,
            place: None,
            features,
        });
    }
    let (part, place, shown, share) = if o.of_a >= o.of_b {
        (End::A, o.in_b, o.of_a, o.of_b)
    } else {
        (End::B, o.in_a, o.of_b, o.of_a)
    };
    (shown >= LEAST_SHOWN && share >= LEAST_PART).then_some(Shared {
        relation: Relation::PartOf,
        part: Some(part),
        place: Some(place),
        features,
    })
}
