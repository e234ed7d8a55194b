//! Who says what of a picture: every credit of a case, with the copy on which it stands.

use crate::model::{
    Carrier, CreditReading, Decision, Evidence, Field, Label, StateLevel, Sureness,
};

use super::case::{Case, CaseAppearance, CasePhoto, Tie};
use super::state::Found;

/// A copy of the picture: a photo that is held, or an appearance on a page. By its place in the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Copy {
    /// `case.photos[..]`
    Photo(usize),
    /// `case.appearances[..]`
    Appearance(usize),
}

/// One credit, read, on one copy.
#[derive(Clone, Debug)]
pub struct Claim<'a> {
    /// The copy on which it stands.
    pub copy: Copy,
    /// The photo that it is about (of an appearance: the photo matched to it), by its place in the case.
    pub photo: Option<usize>,
    /// The words, read.
    pub reading: &'a CreditReading,
    /// The embedded field, for claims of photos.
    pub field: Option<Field>,
    /// Where in the input.
    pub carrier: Option<Carrier>,
    /// The input.
    pub input: &'a str,
    /// The raw texts in which the words stand.
    raw: [Option<&'a str>; 2],
    /// The credit that a review put in place of the printed one.
    corrected: Option<&'a str>,
    /// Whether the copy is this picture: a match that is only possible, or rests on words alone, is not sure.
    pub tied: Sureness,
}

/// Fields that name makers and sources. Caption Writer, Headline and the like name none.
const SOURCE_FIELDS: [Field; 6] = [
    Field::Creator,
    Field::CreditLine,
    Field::Source,
    Field::Description,
    Field::Instructions,
    Field::CopyrightNotice,
];

/// Every claim of a case: photos first, in order.
pub(super) fn claims(case: &Case) -> Vec<Claim<'_>> {
    let of_photos = case
        .photos
        .iter()
        .enumerate()
        .flat_map(|(at, photo)| embedded(at, photo));
    let of_appearances = (case.appearances.iter().enumerate())
        .flat_map(|(at, appearance)| printed(case, at, appearance));
    of_photos.chain(of_appearances).collect()
}

fn embedded(at: usize, photo: &CasePhoto) -> impl Iterator<Item = Claim<'_>> {
    let fields = photo.embedded.iter();
    let fields = fields.filter(|e| SOURCE_FIELDS.contains(&e.field));
    fields.flat_map(move |e| {
        e.reading.all().map(move |reading| Claim {
            copy: Copy::Photo(at),
            photo: Some(at),
            reading,
            field: Some(e.field),
            carrier: Some(e.carrier),
            input: &e.input,
            raw: [Some(e.reading.text.as_str()), None],
            corrected: None,
            tied: Sureness::Sure,
        })
    })
}

fn printed<'a>(
    case: &'a Case,
    at: usize,
    appearance: &'a CaseAppearance,
) -> impl Iterator<Item = Claim<'a>> {
    let photo = appearance.tied_photo();
    let photo = photo.and_then(|sha| case.photos.iter().position(|p| p.sha256 == *sha));
    let tied = match (appearance.decision, appearance.tie) {
        (Decision::Matched, Tie::Image) => Sureness::Sure,
        _ => Sureness::Possible,
    };
    appearance.credit.all().map(move |reading| Claim {
        copy: Copy::Appearance(at),
        photo,
        reading,
        field: None,
        carrier: appearance.carrier,
        input: &appearance.input,
        raw: [Some(&appearance.text), appearance.credit_text.as_deref()],
        corrected: appearance.corrected.as_deref(),
        tied,
    })
}

impl Claim<'_> {
    /// Whether it names anybody.
    pub fn names_someone(&self) -> bool {
        !self.reading.chain.is_empty() || !self.reading.creators.is_empty()
    }

    /// Whether the words say that the picture is put together from several.
    pub fn is_composite(&self) -> bool {
        self.reading.has(Label::Composite) || !self.reading.also.is_empty()
    }

    /// What a person calls the text.
    pub fn what(&self) -> String {
        match self.field {
            Some(field) => format!("embedded {}", field_name(field)),
            None if self.reading.credit_line.is_some() => "credit line".to_owned(),
            None => "caption".to_owned(),
        }
    }

    /// The same for what names a state source: the caption's own words say so where the credit does not.
    pub fn what_names(&self, found: &Found) -> String {
        if found.level == StateLevel::Stated && self.field.is_none() {
            "caption".to_owned()
        } else {
            self.what()
        }
    }

    /// Evidence with the first of `words` that stands verbatim in the input, else with the whole raw text, and then with
    /// the correction that it was read by.
    pub fn evidence(&self, words: &[Option<&str>], from: impl Into<String>) -> Evidence {
        let raw = || self.raw.iter().flatten().copied();
        let verbatim = |word: &&str| !word.is_empty() && raw().any(|text| text.contains(word));
        let found = words.iter().flatten().copied().find(verbatim);
        let text = found.or_else(|| raw().find(|text| !text.trim().is_empty()));
        let in_credit = |text: &str| self.raw[1].is_some_and(|credit| credit.contains(text));
        Evidence {
            carrier: match (self.carrier, text) {
                (Some(_), Some(text))
                    if in_credit(text) && !self.raw[0].is_some_and(|r| r.contains(text)) =>
                {
                    Some(Carrier::Credit)
                }
                (carrier, _) => carrier,
            },
            text: text.map(str::to_owned),
            from: match self.corrected {
                Some(credit) if found.is_none() => {
                    format!("{}, read as \"{credit}\" by a review", from.into())
                }
                _ => from.into(),
            },
            input: self.input.to_owned(),
        }
    }

    /// Evidence that quotes the credit line.
    pub fn credit_evidence(&self, from: impl Into<String>) -> Evidence {
        self.evidence(&[self.reading.credit_line.as_deref()], from)
    }
}

/// The IPTC name of a field, as photo desks print it.
pub(super) fn field_name(field: Field) -> &'static str {
    match field {
        Field::Creator => "Creator",
        Field::CreditLine => "Credit Line",
        Field::Source => "Source",
        Field::Description => "Description",
        Field::Headline => "Headline",
        Field::DateCreated => "Date Created",
        Field::City => "City",
        Field::Country => "Country",
        Field::Instructions => "Instructions",
        Field::CopyrightNotice => "Copyright Notice",
        Field::CaptionWriter => "Caption Writer",
        Field::JobId => "Job Id",
        Field::DigitalSourceType => "Digital Source Type",
        Field::ContentCredentials => "Content Credentials",
    }
}

/// What a person calls a copy.
pub(super) fn copy_name(case: &Case, copy: Copy) -> String {
    match copy {
        Copy::Photo(at) => case
            .photos
            .get(at)
            .map_or(String::new(), |p| p.name().to_owned()),
        Copy::Appearance(at) => case
            .appearances
            .get(at)
            .map_or(String::new(), CaseAppearance::name),
    }
}
