//! One picture before it runs -> its own case, joined with its copies in the archive, for the rules to judge.
//!
//! In: an image that need not be held, and the caption that is to be printed. Out: a [`Case`]. Nothing is stored.

mod copies;

pub use copies::{copies, image, load};

use crate::archive::Archive;
use crate::credit::{CreditReader, Hints};
use crate::error;
use crate::flags::{
    Case, CaseAppearance, CaseOutlet, CasePhoto, EmbeddedReading, HeldFile, HeldMetadata,
    Thresholds, Tie, judge,
};
use crate::intake::photo_readings;
use crate::model::{
    Carrier, Decision, Evidence, Fact, FactKind, Flag, Metadata, Photo, SubjectKind,
};
use crate::parties::Registry;
use crate::read::Limits;

/// What the caption that is to be printed is called.
pub const CAPTION: &str = "--caption";

/// Its id in the case.
const CAPTION_ID: &str = "caption";

/// The picture by itself, with its sidecar and the caption that is to be printed.
pub fn own_case(
    name: &str,
    sidecars: Vec<(String, Metadata)>,
    photo: &Photo,
    caption: Option<&str>,
    credits: &CreditReader,
) -> Case {
    let mut metadata = vec![HeldMetadata {
        input: name.to_owned(),
        metadata: photo.metadata.clone(),
    }];
    let beside = sidecars.into_iter();
    metadata.extend(beside.map(|(input, metadata)| HeldMetadata { input, metadata }));
    let embedded = metadata
        .iter()
        .flat_map(|held| {
            photo_readings(&held.metadata, credits)
                .into_iter()
                .map(|r| EmbeddedReading {
                    field: r.field,
                    carrier: r.carrier,
                    input: held.input.clone(),
                    reading: r.reading,
                })
        })
        .collect();
    let own = CasePhoto {
        sha256: photo.sha256,
        files: vec![HeldFile {
            input: name.to_owned(),
            page: None,
        }],
        width: photo.width,
        height: photo.height,
        metadata,
        embedded,
    };
    let appearances = caption.map(|text| CaseAppearance {
        id: CAPTION_ID.into(),
        document: CAPTION.into(),
        input: CAPTION.into(),
        url: None,
        title: None,
        outlet: CaseOutlet::default(),
        published: None,
        lang: None,
        position: 1,
        carrier: Some(Carrier::Text),
        text: text.to_owned(),
        alt: None,
        credit_text: None,
        credit: credits.caption(text, &Hints::default()),
        corrected: None,
        photo: Some(photo.sha256),
        probability: Some(1.0),
        decision: Decision::Matched,
        tie: Tie::Image,
        against: Vec::new(),
        document_credits: Vec::new(),
        outlet_pages: 0,
        outlet_credited: 0,
    });
    Case {
        picture: Some("checked".into()),
        photos: vec![own],
        links: Vec::new(),
        appearances: appearances.into_iter().collect(),
    }
}

/// The pictures of the archive that this one is a copy of, with their uses.
pub fn add_copies(
    case: &mut Case,
    archive: &Archive,
    photo: &Photo,
    bytes: &[u8],
    limits: &Limits,
) -> error::Result<()> {
    let mut seen = Vec::new();
    for (copy, link) in copies(archive, photo, bytes, limits)? {
        case.links.extend(link);
        let Some(picture) = archive
            .picture_of(&copy.key.sha256)?
            .filter(|p| !seen.contains(p))
        else {
            continue;
        };
        seen.push(picture);
        let Some(other) = archive.picture_case(picture)? else {
            continue;
        };
        case.picture = other.picture.or(case.picture.take());
        case.links.extend(other.links);
        case.appearances.extend(other.appearances);
        for held in other.photos {
            match case.photos.iter_mut().find(|p| p.sha256 == held.sha256) {
                Some(own) => {
                    let known = own.files.clone();
                    own.files
                        .extend(held.files.into_iter().filter(|f| !known.contains(f)));
                }
                None => case.photos.push(held),
            }
        }
    }
    case.links.retain(|l| {
        case.photos.iter().any(|p| p.sha256 == l.a) && case.photos.iter().any(|p| p.sha256 == l.b)
    });
    Ok(())
}

/// The findings. One about a picture that rests on nothing of what is checked is named after what the archive holds.
pub fn findings(case: &Case, registry: &Registry, thresholds: &Thresholds) -> Vec<Flag> {
    let mut flags = judge(case, registry, thresholds).flags;
    let Some((own, held)) = case.photos.split_first() else {
        return flags;
    };
    let is_own = |e: &Evidence| {
        e.input == CAPTION
            || own.metadata.iter().any(|m| m.input == e.input)
            || e.input == own.name()
    };
    for flag in &mut flags {
        if let Some(held) = held.first()
            && flag.subject.kind == SubjectKind::Picture
            && !flag.evidence.iter().any(is_own)
        {
            held.name().clone_into(&mut flag.subject.name);
        }
    }
    flags
}

/// The credits of the copies: where each stands, and the credit; `None` where a page shows none.
pub fn credits(case: &Case) -> Vec<(String, Option<String>)> {
    let printed = case.appearances.iter().filter(|a| a.id != CAPTION_ID);
    let printed = printed.map(|a| {
        (
            format!("printed in {}", a.name()),
            a.credit.credit_line.clone(),
        )
    });
    let embedded = case.photos.iter().skip(1).flat_map(|photo| &photo.embedded);
    let embedded = embedded.filter_map(|e| {
        let credit = e.reading.credit_line.clone()?;
        Some((format!("embedded in {}", e.input), Some(credit)))
    });
    let mut all: Vec<_> = printed.chain(embedded).collect();
    // Containers of one file say the same.
    let mut seen = std::collections::BTreeSet::new();
    all.retain(|one| seen.insert(one.clone()));
    all
}

/// Limits on use and notices, wherever the picture's own words state them.
pub fn restrictions(case: &Case) -> Vec<Fact> {
    let embedded = case
        .photos
        .iter()
        .flat_map(|p| &p.embedded)
        .map(|e| &e.reading);
    let printed = case.appearances.iter().map(|a| &a.credit);
    let mut facts: Vec<Fact> = Vec::new();
    for fact in embedded.chain(printed).flat_map(|r| &r.facts) {
        let wanted = matches!(
            fact.kind,
            FactKind::Restriction | FactKind::Unverified | FactKind::Notice
        );
        if wanted
            && !facts
                .iter()
                .any(|f| f.kind == fact.kind && f.text == fact.text)
        {
            facts.push(fact.clone());
        }
    }
    facts
}
