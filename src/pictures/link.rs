//! Two photos -> how they are related, by the best evidence there is.

use super::{Likeness, PhotoKey, likeness, shared};
use crate::fingerprint::decode::Orientation;
use crate::fingerprint::{MAX_DISTANCE, Turn, dihedral};
use crate::model::{Link, Pdq, Relation};

/// Below this the reference calls a hash meaningless: too little to see.
const MIN_QUALITY: u8 = 50;
/// Equal pixels come from decoders that agree: their hashes are equal but for rounding.
const EQUAL_PIXELS_DISTANCE: u32 = 4;

/// The link between two photos, or `None` where nothing says that they are related.
///
/// `pixels_equal` is whether [`fingerprint::pixels`](crate::fingerprint::pixels) of both are equal, where that was asked
/// ([`pixels_may_be_equal`] says when it is worth it). Equal bytes are one photo, so they never come here.
pub fn link(a: &PhotoKey, b: &PhotoKey, pixels_equal: Option<bool>) -> Option<Link> {
    let (a, b) = if a.sha256 <= b.sha256 { (a, b) } else { (b, a) };
    if a.sha256 == b.sha256 {
        return None;
    }
    let distance = comparable(a, b).map(|(x, y)| x.hash.distance(&y.hash));
    let found = |relation, distance, verified| {
        Some(Link {
            distance,
            verified,
            ..Link::verified(a.sha256, b.sha256, relation)
        })
    };
    if a.coded.is_some() && a.coded == b.coded {
        return found(same_coding(a.orientation, b.orientation), distance, true);
    }
    if pixels_equal == Some(true) {
        return found(Relation::SamePixels, distance, true);
    }
    let by_hash = near(a, b);
    if let Some((relation, distance, true)) = by_hash {
        return found(relation, Some(distance), true);
    }
    // What the hash alone cannot say, features may.
    if let Some(shared) = shared(a, b) {
        return Some(Link {
            distance: by_hash.map(|(_, distance, _)| distance),
            place: shared.place,
            part: shared.part,
            features: Some(shared.features),
            verified: shared.relation != Relation::SameScene,
            ..Link::verified(a.sha256, b.sha256, shared.relation)
        });
    }
    let (relation, distance, _) = by_hash?;
    found(relation, Some(distance), false)
}

/// The relation and distance of two near hashes, and whether the reduced pictures bear them out.
fn near(a: &PhotoKey, b: &PhotoKey) -> Option<(Relation, u32, bool)> {
    let (x, y) = comparable(a, b)?;
    // The nearest of the eight turns; upright wins a tie.
    let (turn, distance) = Turn::ALL
        .into_iter()
        .zip(dihedral(&y))
        .map(|(turn, turned)| (turn, x.hash.distance(&turned.hash)))
        .min_by_key(|(_, distance)| *distance)?;
    if distance > MAX_DISTANCE {
        return None;
    }
    let relation = match turn {
        Turn::Upright => Relation::NearDuplicate,
        turn if turn.mirrors() => Relation::Mirrored,
        _ => Relation::Rotated,
    };
    let verified = match (&a.luma64, &b.luma64) {
        (Some(a), Some(b)) => likeness(a, b, turn).is_some_and(Likeness::is_copy),
        _ => false,
    };
    // Of skies, fog and blank frames the hash says nothing; only agreeing detail does.
    let telling = x.quality.min(y.quality) >= MIN_QUALITY;
    (verified || telling).then_some((relation, distance, verified))
}

/// Whether it is worth decoding two photos to see if their pixels are equal: same upright size, practically equal
/// hashes, and not already known to hold the same coded image.
pub fn pixels_may_be_equal(a: &PhotoKey, b: &PhotoKey) -> bool {
    let coded = a.coded.is_some() && a.coded == b.coded;
    !coded
        && a.area() > 0
        && (a.width, a.height) == (b.width, b.height)
        && comparable(a, b).is_some_and(|(x, y)| x.hash.distance(&y.hash) <= EQUAL_PIXELS_DISTANCE)
}

/// The hashes of both, if they come from the same decoding path.
fn comparable(a: &PhotoKey, b: &PhotoKey) -> Option<(Pdq, Pdq)> {
    (a.path_version == b.path_version)
        .then_some(a.pdq.zip(b.pdq))
        .flatten()
}

/// The relation of two photos with one coded image: it is shown the same way only in the same orientation.
fn same_coding(a: u8, b: u8) -> Relation {
    let (a, b) = (Orientation::from_exif(a), Orientation::from_exif(b));
    if a == b {
        Relation::SameCodedImage
    } else if a.mirrors() == b.mirrors() {
        Relation::Rotated
    } else {
        Relation::Mirrored
    }
}
