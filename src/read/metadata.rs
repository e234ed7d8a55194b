//! Values of all carriers -> one [`Metadata`] with the best value first.
//!
//! In: values as the carriers hold them, and whether IIM was changed after XMP. Out: all of them, ordered.
//!
//! The order follows the Metadata Working Group's guidelines (2.0) where they have a rule:
//! - Creator, Description, Copyright, Date Created: EXIF, then XMP, then IIM. Where the digest that Photoshop-style
//!   writers keep of the IIM block no longer fits it, an older program changed the IIM after the XMP was written: then
//!   IIM goes before XMP.
//! - Every other field has no rule there (EXIF does not hold it). cutline's own order: XMP, then IIM, turned round by
//!   the same digest; XMP is not cut at 32 bytes, and is what programs write last.
//! - A sidecar goes before the XMP inside the photo, because it is where the later edit is made.
//! - A value that may be cut goes behind a longer one that begins with it, whatever their carriers.

use std::collections::{BTreeMap, HashSet};

use super::Limits;
use crate::model::{Carrier, Field, FieldValue, Metadata, Problem, Reason};

/// Whether the IIM block is as it was when XMP was last written, by the digest kept with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Digest {
    /// No digest: nothing says that IIM is newer.
    #[default]
    Absent,
    /// It fits: XMP is the newer or equal.
    Fits,
    /// It does not fit: IIM was changed later.
    Changed,
}

/// Values of all blocks, so many of one field at most. A later block of the same carrier adds only what an earlier one
/// has not.
pub(super) struct Values {
    list: Vec<(Field, FieldValue)>,
    earlier: HashSet<(Field, FieldValue)>,
    counts: BTreeMap<Field, usize>,
    most: usize,
    /// A value was longer than it may be.
    cut: bool,
}

/// Bytes of one value that are kept: a book.
const LONGEST: usize = 1 << 20;

impl Values {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            list: Vec::new(),
            earlier: HashSet::new(),
            counts: BTreeMap::new(),
            most: limits.values,
            cut: false,
        }
    }

    pub(super) fn add(&mut self, block: Vec<(Field, FieldValue)>) {
        let first = self.list.len();
        for mut value in block {
            if value.1.value.len() > LONGEST {
                let end = value.1.value.floor_char_boundary(LONGEST);
                value.1.value.truncate(end);
                self.cut = true;
            }
            if self.earlier.contains(&value) {
                continue;
            }
            let count = self.counts.entry(value.0).or_default();
            *count += 1;
            if *count <= self.most {
                self.list.push(value);
            }
        }
        let new = self.list.get(first..).unwrap_or_default();
        self.earlier.extend(new.iter().cloned());
    }

    /// Ordered, with the problems, one more where values were too many.
    pub(super) fn merged(self, digest: Digest, mut problems: Vec<Problem>) -> Metadata {
        if self.counts.values().any(|count| *count > self.most) {
            problems.push(Problem::new(
                Reason::MaxRecords,
                format!(
                    "cannot keep all metadata of this file: a field has more than {} values",
                    self.most
                ),
            ));
        }
        if self.cut {
            problems.push(Problem::new(
                Reason::MaxMetadata,
                format!(
                    "cannot keep all metadata of this file: a value is longer than {LONGEST} bytes; its beginning was kept"
                ),
            ));
        }
        let mut metadata = merge(self.list, digest);
        metadata.problems = problems;
        metadata
    }
}

/// Order values by preference. Within one carrier they keep their order; a value that repeats is kept.
pub fn merge(values: impl IntoIterator<Item = (Field, FieldValue)>, digest: Digest) -> Metadata {
    let mut fields: BTreeMap<Field, Vec<FieldValue>> = BTreeMap::new();
    for (field, value) in values {
        fields.entry(field).or_default().push(value);
    }
    for values in fields.values_mut() {
        values.sort_by_key(|value| (rank(value.carrier, digest), value.lang.is_some()));
        cut_behind_whole(values);
    }
    Metadata {
        fields,
        problems: Vec::new(),
    }
}

/// The metadata of a photo together with that of its sidecars.
pub fn with_sidecars<'a>(
    photo: &Metadata,
    sidecars: impl IntoIterator<Item = &'a Metadata>,
) -> Metadata {
    let mut together = photo.clone();
    for sidecar in sidecars {
        for (field, values) in &sidecar.fields {
            let here = together.fields.entry(*field).or_default();
            let at = here
                .iter()
                .position(|v| !matches!(v.carrier, Carrier::Exif | Carrier::Sidecar))
                .unwrap_or(here.len());
            here.splice(at..at, values.iter().cloned());
            cut_behind_whole(here);
        }
    }
    together
}

fn rank(carrier: Carrier, digest: Digest) -> u8 {
    match carrier {
        Carrier::Exif => 0,
        Carrier::Sidecar => 1,
        Carrier::Xmp => 3,
        Carrier::Iim if digest == Digest::Changed => 2,
        Carrier::Iim => 4,
        _ => 5,
    }
}

/// A date as EXIF and IIM write it (`2023:09:13 10:00:00`, `20230913`), or as XMP does, as ISO 8601: `YYYY-MM-DD` with the
/// time behind it where there is one; parts that are zero or blank are left out. `None` for what is no date.
pub(super) fn iso_date(text: &str) -> Option<String> {
    let text = text.trim();
    let mut rest = text;
    let mut part = |length: usize| -> Option<&str> {
        rest = rest.trim_start_matches([':', '-', '/', '.', ' ', 'T']);
        let digits = rest
            .get(..length)
            .filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
        rest = rest.get(length..)?;
        Some(digits)
    };
    let year = part(4).filter(|y| *y != "0000")?;
    let month = part(2).filter(|m| ("01"..="12").contains(m));
    let day = month.and(part(2)).filter(|d| ("01"..="31").contains(d));
    let (Some(month), Some(day)) = (month, day) else {
        return Some(month.map_or(year.to_owned(), |month| format!("{year}-{month}")));
    };
    let time = [part(2), part(2), part(2)];
    let [Some(hours), Some(minutes), Some(seconds)] = time else {
        return Some(format!("{year}-{month}-{day}"));
    };
    if hours > "23" || minutes > "59" || seconds > "60" {
        return Some(format!("{year}-{month}-{day}"));
    }
    Some(format!("{year}-{month}-{day}T{hours}:{minutes}:{seconds}"))
}

/// Move each cut value behind the last longer value that begins with it.
fn cut_behind_whole(values: &mut Vec<FieldValue>) {
    let mut at = 0;
    let mut left = values.len();
    while left > 0 {
        left -= 1;
        let whole = values.get(at).filter(|v| v.cut).and_then(|cut| {
            let start = cut.value.trim_end();
            values.iter().rposition(|other| {
                other.value.len() > start.len() && other.value.starts_with(start)
            })
        });
        match whole {
            Some(whole) if whole > at => {
                let cut = values.remove(at);
                values.insert(whole, cut);
            }
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(carrier: Carrier, text: &str) -> FieldValue {
        FieldValue {
            carrier,
            value: text.to_owned(),
            lang: None,
            cut: false,
            guessed_charset: None,
        }
    }

    fn order(metadata: &Metadata, field: Field) -> Vec<&str> {
        metadata
            .values(field)
            .iter()
            .map(|v| v.value.as_str())
            .collect()
    }

    #[test]
    fn exif_comes_first_then_xmp_unless_the_digest_says_that_iim_is_newer() {
        let values = || {
            [
                (Field::Creator, value(Carrier::Iim, "iim")),
                (Field::Creator, value(Carrier::Xmp, "xmp one")),
                (Field::Creator, value(Carrier::Xmp, "xmp two")),
                (Field::Creator, value(Carrier::Exif, "exif")),
            ]
        };
        for digest in [Digest::Absent, Digest::Fits] {
            let merged = merge(values(), digest);
            assert_eq!(
                order(&merged, Field::Creator),
                ["exif", "xmp one", "xmp two", "iim"]
            );
        }
        let merged = merge(values(), Digest::Changed);
        assert_eq!(
            order(&merged, Field::Creator),
            ["exif", "iim", "xmp one", "xmp two"]
        );
    }

    #[test]
    fn a_cut_value_goes_behind_the_whole_one_it_begins() {
        let mut cut = value(Carrier::Iim, "Korean Central News Agency/Korea");
        cut.cut = true;
        let whole = value(
            Carrier::Xmp,
            "Korean Central News Agency/Korea News Service via AP",
        );
        let values = [
            (Field::CreditLine, cut.clone()),
            (Field::CreditLine, whole.clone()),
        ];
        let merged = merge(values, Digest::Changed);
        assert_eq!(merged.first(Field::CreditLine), Some(whole.value.as_str()));
        let other = [
            (Field::CreditLine, cut.clone()),
            (Field::CreditLine, value(Carrier::Xmp, "AP")),
        ];
        assert_eq!(
            merge(other, Digest::Changed).first(Field::CreditLine),
            Some(cut.value.as_str())
        );
    }

    #[test]
    fn a_language_alternative_goes_behind_the_default() {
        let mut german = value(Carrier::Xmp, "deutsch");
        german.lang = Some("de".to_owned());
        let values = [
            (Field::Description, german),
            (Field::Description, value(Carrier::Xmp, "default")),
        ];
        assert_eq!(
            order(&merge(values, Digest::Absent), Field::Description),
            ["default", "deutsch"]
        );
    }

    #[test]
    fn dates_of_every_container_become_one_form() {
        for (text, date) in [
            ("2023:09:13 10:00:00", Some("2023-09-13T10:00:00")),
            ("2023:09:13", Some("2023-09-13")),
            ("20230913", Some("2023-09-13")),
            ("2023:09:  ", Some("2023-09")),
            ("2023:00:00 00:00:00", Some("2023")),
            ("2023:09:13 99:99:99", Some("2023-09-13")),
            ("    :  :     :  :  ", None),
            ("0000:00:00 00:00:00", None),
            ("-001:01:01", None),
            ("\u{e9}\u{e9}\u{e9}", None),
        ] {
            assert_eq!(iso_date(text).as_deref(), date, "{text}");
        }
    }

    #[test]
    fn a_sidecar_goes_between_exif_and_the_embedded_xmp() {
        let photo = merge(
            [
                (Field::Creator, value(Carrier::Exif, "exif")),
                (Field::Creator, value(Carrier::Xmp, "xmp")),
            ],
            Digest::Absent,
        );
        let sidecar = merge(
            [(Field::Creator, value(Carrier::Sidecar, "sidecar"))],
            Digest::Absent,
        );
        let together = with_sidecars(&photo, [&sidecar]);
        assert_eq!(order(&together, Field::Creator), ["exif", "sidecar", "xmp"]);
    }
}
