//! Which photos are one picture, and which caption describes which photo.

use serde::{Deserialize, Serialize};

use super::Sha256;

/// How two photos are related.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum Relation {
    SameBytes,
    SameCodedImage,
    SamePixels,
    NearDuplicate,
    Mirrored,
    Rotated,
    PartOf,
    SameScene,
    /// A person said so.
    Reviewed,
}

/// The place of a part in its whole, in fractions of the whole's upright width and height (0 to 1).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// One of the two photos of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum End {
    A,
    B,
}

/// One link between two photos, `a` < `b`, with its evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// One photo.
    pub a: Sha256,
    /// The other.
    pub b: Sha256,
    /// How they are related.
    pub relation: Relation,
    /// Bits in which the perceptual hashes differ, where that is the evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub distance: Option<u32>,
    /// The place of the part in the whole, for [`Relation::PartOf`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// Which of the two is the part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<End>,
    /// Local features that agree under one placing, where that is the evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<u32>,
    /// The copy was verified (equal bytes, coded image or pixels, or geometry), not only guessed from a hash distance.
    pub verified: bool,
    /// One of the files ends too early: what is compared of it is the part that is there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
}

impl Link {
    /// A verified link of which nothing is known but how the two are related.
    pub fn verified(a: Sha256, b: Sha256, relation: Relation) -> Self {
        Self {
            a,
            b,
            relation,
            distance: None,
            place: None,
            part: None,
            features: None,
            verified: true,
            truncated: false,
        }
    }

    /// The photo that holds the other as its part, where that is known.
    pub fn whole(&self) -> Option<Sha256> {
        self.part.map(|part| match part {
            End::A => self.b,
            End::B => self.a,
        })
    }
}

/// What was decided about the best candidate of an appearance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// This photo was printed there.
    Matched,
    /// It may have been.
    Possible,
    /// Nothing at hand says so.
    Unmatched,
}

/// One piece of evidence for or against a match.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MatchEvidence {
    /// The kind of evidence: `structure`, `date`, `names`, `place`, `credit`, ...
    pub kind: String,
    /// Its weight in the score: the natural logarithm of the likelihood ratio.
    pub weight: f64,
    /// In words: what agrees or disagrees, quoting both sides.
    pub text: String,
}

/// An appearance tied to a photo.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Match {
    /// The photo.
    pub photo: Sha256,
    /// Probability that this photo is the one printed there, 0 to 1.
    pub probability: f64,
    /// What follows from it.
    pub decision: Decision,
    /// Why.
    pub evidence: Vec<MatchEvidence>,
}
