//! EXIF, by named tags only. In: a TIFF block. Out: field values, orientation and problems.
//!
//! Only the tags named here are asked for: walking all fields of a hostile block can take minutes.

use std::borrow::Cow;

use ::exif::{Exif, In, Tag, Value};

use super::metadata::iso_date;
use super::{Limits, iptc_charset, tiff};
use crate::model::{Carrier, Field, FieldValue, Problem, Reason};

/// What an EXIF block says of its photo.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub values: Vec<(Field, FieldValue)>,
    /// 1 to 8; 1 where absent or invalid.
    pub orientation: u8,
    pub problems: Vec<Problem>,
}

/// Read an EXIF block.
pub(super) fn read(block: Cow<'_, [u8]>, limits: &Limits) -> Reading {
    let mut reading = Reading {
        orientation: 1,
        ..Reading::default()
    };
    // Many entries may name the same bytes, and the library copies them for each.
    if tiff::value_bytes(&block) > limits.metadata_bytes as u64 {
        reading.problems.push(Problem::new(
            Reason::MaxMetadata,
            format!(
                "cannot read the EXIF of this picture: its values are over the limit of {} bytes",
                limits.metadata_bytes
            ),
        ));
        return reading;
    }
    let mut damage = Vec::new();
    let parsed = ::exif::Reader::new()
        .continue_on_error(true)
        .read_raw(block.into_owned())
        .or_else(|error| error.distill_partial_result(|errors| damage = errors));
    let exif = match parsed {
        Ok(exif) => exif,
        Err(error) => {
            reading.problems.push(damaged(&error));
            return reading;
        }
    };
    // A next directory after the EXIF one, or many directories, harm nothing that is read here.
    if let Some(error) = damage.iter().find(|e| {
        let text = e.to_string();
        ![
            "Unexpected next IFD",
            "Limit the IFD count",
            "Too many IFDs",
        ]
        .iter()
        .any(|t| text.starts_with(t))
    }) {
        reading.problems.push(damaged(error));
    }
    reading.orientation = exif
        .get_field(Tag::Orientation, In::PRIMARY)
        .and_then(|field| field.value.get_uint(0))
        .and_then(|n| u8::try_from(n).ok())
        .filter(|n| (1..=8).contains(n))
        .unwrap_or(1);
    fields(&exif, &mut reading.values);
    reading
}

fn damaged(error: &::exif::Error) -> Problem {
    Problem::new(
        Reason::Damaged,
        format!(
            "cannot read all EXIF of this picture: {}",
            error.to_string().to_lowercase()
        ),
    )
}

fn fields(exif: &Exif, values: &mut Vec<(Field, FieldValue)>) {
    let mut add = |field, (text, guess): (String, Option<&'static str>)| {
        let text = text.trim();
        if !text.is_empty() {
            values.push((
                field,
                FieldValue {
                    carrier: Carrier::Exif,
                    value: text.to_owned(),
                    lang: None,
                    cut: false,
                    guessed_charset: guess.map(str::to_owned),
                },
            ));
        }
    };
    if let Some((artists, guess)) = strings(exif, Tag::Artist).into_iter().next() {
        // Several authors stand in one field, separated by semicolons (MWG).
        for artist in artists.split(';') {
            add(Field::Creator, (artist.to_owned(), guess));
        }
    }
    if let Some(description) = strings(exif, Tag::ImageDescription).into_iter().next() {
        add(Field::Description, description);
    }
    // Photographer's and editor's copyright, in this order.
    for copyright in strings(exif, Tag::Copyright).into_iter().take(2) {
        add(Field::CopyrightNotice, copyright);
    }
    if let Some((date, _)) = strings(exif, Tag::DateTimeOriginal).into_iter().next() {
        let zone = strings(exif, Tag::OffsetTimeOriginal).into_iter().next();
        if let Some(date) = iso_date(&date) {
            let zone = zone
                .map(|(z, _)| z.trim().to_owned())
                .filter(|z| is_zone(z) && date.len() == 19);
            add(Field::DateCreated, (date + &zone.unwrap_or_default(), None));
        }
    }
}

fn is_zone(text: &str) -> bool {
    matches!(
        text.as_bytes(),
        b"Z" | [
            b'+' | b'-',
            b'0'..=b'9',
            b'0'..=b'9',
            b':',
            b'0'..=b'9',
            b'0'..=b'9'
        ]
    )
}

/// The strings of a text tag; some writers type it BYTE or UNDEFINED.
fn strings(exif: &Exif, tag: Tag) -> Vec<(String, Option<&'static str>)> {
    let split = |bytes: &[u8]| bytes.split(|b| *b == 0).map(iptc_charset::guess).collect();
    match exif.get_field(tag, In::PRIMARY).map(|field| &field.value) {
        Some(Value::Ascii(texts)) => texts.iter().map(|t| iptc_charset::guess(t)).collect(),
        Some(Value::Byte(bytes) | Value::Undefined(bytes, _)) => split(bytes),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::tiff::tests::file;

    fn values(reading: &Reading, field: Field) -> Vec<&str> {
        let of = reading.values.iter().filter(|(f, _)| *f == field);
        of.map(|(_, v)| v.value.as_str()).collect()
    }

    #[test]
    fn several_authors_are_several_values() {
        let text = b"Ann Other; Bo Second\0";
        let block = file(&[(315, 2, text.len() as u32, 26)], text);
        let reading = read(Cow::Borrowed(&block), &Limits::default());
        assert_eq!(values(&reading, Field::Creator), ["Ann Other", "Bo Second"]);
        assert!(reading.problems.is_empty());
    }

    #[test]
    fn the_date_of_taking_is_joined_with_its_zone() {
        let sub = 26 + 30;
        let mut data = Vec::new();
        data.extend([2, 0]);
        for (tag, count, at) in [(0x9003_u16, 20_u32, sub), (0x9011, 7, sub + 20)] {
            data.extend(tag.to_le_bytes());
            data.extend(2_u16.to_le_bytes());
            data.extend(count.to_le_bytes());
            data.extend((at as u32).to_le_bytes());
        }
        data.extend([0; 4]);
        assert_eq!(data.len(), 30);
        data.extend(b"2023:09:13 10:00:00\0+10:00\0");
        let reading = read(
            Cow::Owned(file(&[(0x8769, 4, 1, 26)], &data)),
            &Limits::default(),
        );
        assert_eq!(
            values(&reading, Field::DateCreated),
            ["2023-09-13T10:00:00+10:00"]
        );
    }

    #[test]
    fn an_orientation_that_does_not_exist_is_upright() {
        for (stated, read_as) in [(6, 6), (0, 1), (9, 1), (65535, 1)] {
            let block = file(&[(274, 3, 1, stated)], b"");
            assert_eq!(
                read(Cow::Owned(block), &Limits::default()).orientation,
                read_as
            );
        }
    }

    #[test]
    fn text_that_is_not_utf8_says_that_its_charset_is_guessed() {
        let text = b"Foto: Jos\xe9 P\xe9rez\0";
        let reading = read(
            Cow::Owned(file(&[(270, 2, text.len() as u32, 26)], text)),
            &Limits::default(),
        );
        let (_, value) = &reading.values[0];
        assert_eq!(value.value, "Foto: José Pérez");
        assert_eq!(value.guessed_charset.as_deref(), Some("windows-1252"));
    }

    #[test]
    fn a_damaged_block_is_a_problem_and_keeps_what_it_has() {
        let mut block = file(
            &[
                (315, 2, 4, u32::from_le_bytes(*b"KCN\0")),
                (270, 2, 90, 9000),
            ],
            b"",
        );
        let reading = read(Cow::Borrowed(&block), &Limits::default());
        assert_eq!(values(&reading, Field::Creator), ["KCN"]);
        assert_eq!(reading.problems[0].reason, Reason::Damaged);
        block.truncate(5);
        assert_eq!(
            read(Cow::Owned(block), &Limits::default()).problems.len(),
            1
        );
    }
}
