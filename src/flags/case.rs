//! What a rule sees: one picture, its copies, and its uses. Plain data, so that a fixture is a JSON file.

use serde::{Deserialize, Serialize};

use crate::model::{Carrier, CreditReading, Decision, Field, Link, Match, Metadata, Sha256};

/// One picture with its photos and uses, or one appearance (`photos` empty) for which no photo is held.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Case {
    /// The picture's public id; `None` where no photo is held.
    pub picture: Option<String>,
    /// Its photos, in the order of their public names.
    pub photos: Vec<CasePhoto>,
    /// Links between them (and to parts and wholes, whose photos then stand in `photos` too).
    pub links: Vec<Link>,
    /// Every appearance matched (or possibly matched) to one of the photos, by document, then position.
    pub appearances: Vec<CaseAppearance>,
}

/// One photo of the picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CasePhoto {
    /// Its identity.
    pub sha256: Sha256,
    /// Where its bytes lie, sorted; the first is its public name.
    pub files: Vec<HeldFile>,
    /// Width in pixels, 0 where unknown.
    #[serde(default)]
    pub width: u32,
    /// Height in pixels, 0 where unknown.
    #[serde(default)]
    pub height: u32,
    /// Embedded fields, and those of sidecars, each with the input they were read from.
    #[serde(default)]
    pub metadata: Vec<HeldMetadata>,
    /// Those fields that name makers, sources or notices, read.
    #[serde(default)]
    pub embedded: Vec<EmbeddedReading>,
}

/// One place where a photo's bytes lie.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldFile {
    /// The input's name, as the archive and every `evidence.input` name it.
    pub input: String,
    /// The document (its input's name) that this file was saved beside and that shows it. Files of one page count as
    /// one place: sizes of one picture on one page are no duplicates.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
}

/// The fields of one input: the photo's own file, or a sidecar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldMetadata {
    /// The input's name.
    pub input: String,
    /// Its fields.
    #[serde(flatten)]
    pub metadata: Metadata,
}

/// One embedded field, read by the credit grammar: Creator, Credit Line, Source and Copyright Notice as credits;
/// Description (and Headline) as captions; Instructions as captions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EmbeddedReading {
    /// Which field.
    pub field: Field,
    /// In which container.
    pub carrier: Carrier,
    /// The input it was read from.
    pub input: String,
    /// The value, read.
    pub reading: CreditReading,
}

/// Who published the document of an appearance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CaseOutlet {
    /// The printed name.
    pub name: Option<String>,
    /// The host, without `www.`.
    pub domain: Option<String>,
    /// Who owns it, where the user's outlet table says so: outlets of one owner are no independent witnesses.
    pub owner: Option<String>,
    /// Its country, ISO 3166-1 alpha-2, where the outlet table says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Its own id in the registry, where it is a registered party (a state outlet's own pages).
    pub party: Option<String>,
}

impl CaseOutlet {
    /// What a person calls it, as far as it is known.
    pub fn called(&self) -> Option<&str> {
        self.name.as_deref().or(self.domain.as_deref())
    }
}

/// How an appearance is tied to its photo.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum Tie {
    /// The page itself shows these bytes, or this picture: saved beside it, a sidecar, a record under its URL.
    Image,
    /// A file name or an agency's number stands on both sides.
    Name,
    /// The words agree. A contradiction between the credits may then mean that the match is wrong.
    #[default]
    Text,
}

impl Tie {
    /// Kinds of match evidence that look at the image and not at words; a person has looked too.
    pub const IMAGE_KINDS: [&'static str; 6] = [
        "structure",
        "sidecar",
        "bytes",
        "picture",
        "same-picture",
        "review",
    ];

    /// From the evidence of a match.
    pub fn of(matched: &Match) -> Self {
        let has = |kinds: &[&str]| {
            let mut evidence = matched.evidence.iter();
            evidence.any(|e| e.weight > 0.0 && kinds.contains(&e.kind.as_str()))
        };
        if has(&Self::IMAGE_KINDS) {
            Self::Image
        } else if has(&["file"]) {
            Self::Name
        } else {
            Self::Text
        }
    }
}

/// One use of the picture in a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseAppearance {
    /// Public id, as `show` takes it.
    pub id: String,
    /// The document's path, as in `extract`: what `matches` and `flags` call it.
    pub document: String,
    /// The input it was read from.
    pub input: String,
    /// The document's canonical URL.
    #[serde(default)]
    pub url: Option<String>,
    /// The document's headline.
    #[serde(default)]
    pub title: Option<String>,
    /// Who published it.
    #[serde(default)]
    pub outlet: CaseOutlet,
    /// When, ISO 8601.
    #[serde(default)]
    pub published: Option<String>,
    /// The document's language.
    #[serde(default)]
    pub lang: Option<String>,
    /// 1, 2, ... in the order of the page.
    #[serde(default)]
    pub position: u32,
    /// Where the caption was read.
    #[serde(default)]
    pub carrier: Option<Carrier>,
    /// The caption text exactly as printed (raw).
    #[serde(default)]
    pub text: String,
    /// The image's alternative text, where it is not the caption again (raw).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alt: Option<String>,
    /// The credit as printed in an element of its own (raw).
    #[serde(default)]
    pub credit_text: Option<String>,
    /// The words, read: caption, credit line, chain and all.
    #[serde(default)]
    pub credit: CreditReading,
    /// The credit that a person's review put in place of the printed one; `credit` is read from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrected: Option<String>,
    /// The photo it is matched to.
    #[serde(default)]
    pub photo: Option<Sha256>,
    /// Probability of that match.
    #[serde(default)]
    pub probability: Option<f64>,
    /// What was decided about it.
    #[serde(default = "unmatched")]
    pub decision: Decision,
    /// On what the match rests.
    #[serde(default)]
    pub tie: Tie,
    /// What speaks against the match, in words, the strongest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub against: Vec<String>,
    /// Credits for the whole document: they prevent `credit-missing` and make no chain.
    #[serde(default)]
    pub document_credits: Vec<CreditReading>,
    /// How many *other* documents of this outlet are held that use pictures. 0: unmeasured.
    #[serde(default)]
    pub outlet_pages: u32,
    /// On how many of those a credit was found.
    #[serde(default)]
    pub outlet_credited: u32,
}

fn unmatched() -> Decision {
    Decision::Unmatched
}

impl Case {
    /// The photo with this identity.
    pub fn photo(&self, sha256: &Sha256) -> Option<&CasePhoto> {
        self.photos.iter().find(|p| p.sha256 == *sha256)
    }
}

impl CasePhoto {
    /// What a person calls it: its first file.
    pub fn name(&self) -> &str {
        self.files
            .first()
            .map_or("(a photo without a file)", |f| f.input.as_str())
    }
}

impl CaseAppearance {
    /// What a person calls it: the document and the place on the page.
    pub fn name(&self) -> String {
        format!("{}#{}", self.document, self.position)
    }

    /// The photo to which it is tied: by more than words, or by words that are enough. What is only possible by its words
    /// says nothing of the page.
    pub fn tied_photo(&self) -> Option<&Sha256> {
        let photo = self.photo.as_ref()?;
        (self.tie != Tie::Text || self.decision == Decision::Matched).then_some(photo)
    }

    /// Parties (registry ids) that a credit for the whole document names.
    pub fn document_parties(&self) -> impl Iterator<Item = &str> {
        let credits = self.document_credits.iter().flat_map(CreditReading::all);
        credits
            .flat_map(|c| &c.chain)
            .filter_map(|l| l.party.as_deref())
    }

    /// The share of the outlet's other pages on which credits were found; `None` where it was not measured.
    pub fn credit_share(&self) -> Option<f64> {
        (self.outlet_pages > 0)
            .then(|| f64::from(self.outlet_credited) / f64::from(self.outlet_pages))
    }
}
