//! IPTC-IIM. In: a block of data sets. Out: field values.

use super::Limits;
use super::iptc_charset::{self, Announced};
use super::metadata::iso_date;
use crate::model::{Carrier, Field, FieldValue, Problem, Reason};

/// One data set of record 2 that holds a field: its number and the most bytes that IIM allows it.
const FIELDS: [(u8, Field, usize); 11] = [
    (80, Field::Creator, 32),
    (110, Field::CreditLine, 32),
    (115, Field::Source, 32),
    (120, Field::Description, 2000),
    (105, Field::Headline, 256),
    (90, Field::City, 32),
    (101, Field::Country, 64),
    (40, Field::Instructions, 256),
    (116, Field::CopyrightNotice, 128),
    (122, Field::CaptionWriter, 32),
    (103, Field::JobId, 32),
];
const DATE: u8 = 55;
const TIME: u8 = 60;

/// The fields of one block.
pub(super) fn read(block: &[u8], limits: &Limits) -> (Vec<(Field, FieldValue)>, Vec<Problem>) {
    let mut sets = DataSets { rest: block };
    let mut announced = Announced::None;
    let (mut values, mut problems) = (Vec::new(), Vec::new());
    let (mut date, mut time) = (None, None);
    let mut count = 0;
    for (record, set, data) in &mut sets {
        count += 1;
        if count > limits.records {
            problems.push(Problem::new(
                Reason::MaxRecords,
                format!(
                    "cannot read all IPTC of this picture: it has more than {} data sets",
                    limits.records
                ),
            ));
            return (values, problems);
        }
        match (record, set) {
            (1, 90) => announced = iptc_charset::announced(data),
            (2, DATE) => date = date.or(Some(data)),
            (2, TIME) => time = time.or(Some(data)),
            (2, _) => {
                if let Some((_, field, longest)) = FIELDS.iter().find(|(number, ..)| *number == set)
                {
                    add(&mut values, *field, data, *longest, announced);
                }
            }
            _ => {}
        }
    }
    if !sets
        .rest
        .iter()
        .all(|b| matches!(b, 0 | b' ' | b'\n' | b'\r'))
    {
        problems.push(Problem::new(
            Reason::Damaged,
            "cannot read all IPTC of this picture: its data sets break off",
        ));
    }
    if let Some(value) = date.and_then(|date| joined(date, time)) {
        values.push((Field::DateCreated, plain(value)));
    }
    (values, problems)
}

fn plain(value: String) -> FieldValue {
    FieldValue {
        carrier: Carrier::Iim,
        value,
        lang: None,
        cut: false,
        guessed_charset: None,
    }
}

fn add(
    values: &mut Vec<(Field, FieldValue)>,
    field: Field,
    data: &[u8],
    longest: usize,
    by: Announced,
) {
    let end = data
        .iter()
        .rposition(|b| *b != 0)
        .map_or(0, |last| last + 1);
    let content = data.get(..end).unwrap_or_default();
    let (text, guess) = iptc_charset::decode(content, by);
    let text = text.trim();
    if !text.is_empty() {
        values.push((
            field,
            FieldValue {
                cut: content.len() == longest,
                guessed_charset: guess.map(str::to_owned),
                ..plain(text.to_owned())
            },
        ));
    }
}

/// `CCYYMMDD` and `HHMMSS±HHMM` as one ISO 8601 text; a date in another form as it stands.
fn joined(date: &[u8], time: Option<&[u8]>) -> Option<String> {
    let text = iptc_charset::guess(date).0;
    let text = text.trim_matches(['\0', ' ']);
    if text.is_empty() {
        return None;
    }
    let Some(date) = iso_date(text) else {
        return (!text.bytes().all(|b| b == b'0')).then(|| text.to_owned());
    };
    let time = time.filter(|_| date.len() == 10).and_then(iso_time);
    Some(date + &time.unwrap_or_default())
}

fn iso_time(time: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(time).ok()?.trim_matches(['\0', ' ']);
    let digits: String = text
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == ':')
        .filter(char::is_ascii_digit)
        .collect();
    let (hours, minutes, seconds) = (
        digits.get(..2)?,
        digits.get(2..4)?,
        digits.get(4..6).unwrap_or("00"),
    );
    if hours > "23" || minutes > "59" || seconds > "60" {
        return None;
    }
    let zone = text.find(['+', '-']).and_then(|at| {
        let sign = text.get(at..=at)?;
        let digits: String = text
            .get(at + 1..)?
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        Some(format!("{sign}{}:{}", digits.get(..2)?, digits.get(2..4)?))
    });
    Some(format!(
        "T{hours}:{minutes}:{seconds}{}",
        zone.unwrap_or_default()
    ))
}

/// Walks data sets; ends at the first byte that begins none.
struct DataSets<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for DataSets<'a> {
    type Item = (u8, u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let [0x1c, record, set, high, low, after @ ..] = self.rest else {
            return None;
        };
        let length = usize::from(*high) << 8 | usize::from(*low);
        let (length, after) = if length & 0x8000 == 0 {
            (length, after)
        } else {
            // Extended: the low bits say how many bytes hold the length.
            let size = length & 0x7fff;
            let number = after.get(..size).filter(|_| size <= 4)?;
            let length = number
                .iter()
                .fold(0_usize, |sum, b| sum << 8 | usize::from(*b));
            (length, after.get(size..)?)
        };
        let data = after.get(..length)?;
        self.rest = after.get(length..)?;
        Some((*record, *set, data))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(record: u8, number: u8, data: &[u8]) -> Vec<u8> {
        let mut out = vec![0x1c, record, number];
        out.extend((data.len() as u16).to_be_bytes());
        out.extend(data);
        out
    }

    fn values(block: &[u8]) -> Vec<(Field, FieldValue)> {
        read(block, &Limits::default()).0
    }

    #[test]
    fn a_marked_utf8_value_is_read_without_a_guess() {
        let block = [
            set(1, 90, b"\x1b%G"),
            set(2, 80, "Jiří Novák".as_bytes()),
            set(2, 80, b"Second"),
        ]
        .concat();
        let values = values(&block);
        assert_eq!(values[0].1.value, "Jiří Novák");
        assert_eq!(values[0].1.guessed_charset, None);
        assert_eq!(values[1].1.value, "Second");
    }

    #[test]
    fn a_value_as_long_as_allowed_is_marked_as_cut() {
        let block = [
            set(2, 110, b"Korean Central News Agency/Korea"),
            set(2, 115, b"KCNA"),
        ]
        .concat();
        let values = values(&block);
        assert!(values[0].1.cut);
        assert!(!values[1].1.cut);
    }

    #[test]
    fn date_and_time_are_joined() {
        let date = |date: &[u8], time: &[u8]| {
            values(&[set(2, 55, date), set(2, 60, time)].concat())
                .pop()
                .map(|(_, v)| v.value)
        };
        assert_eq!(
            date(b"20230913", b"101500+1000").as_deref(),
            Some("2023-09-13T10:15:00+10:00")
        );
        assert_eq!(date(b"20230913", b"junk").as_deref(), Some("2023-09-13"));
        assert_eq!(date(b"20230900", b"101500").as_deref(), Some("2023-09"));
        assert_eq!(date(b"20230000", b"").as_deref(), Some("2023"));
        assert_eq!(date(b"00000000", b""), None);
        assert_eq!(date(b"last week", b"").as_deref(), Some("last week"));
    }

    #[test]
    fn an_extended_data_set_is_read() {
        let long = "x".repeat(40_000);
        let mut block = b"\x1c\x02\x78\x80\x04".to_vec();
        block.extend((long.len() as u32).to_be_bytes());
        block.extend(long.as_bytes());
        block.extend(set(2, 110, b"AP"));
        let values = values(&block);
        assert_eq!(values[0].1.value.len(), 40_000);
        assert_eq!(values[1].1.value, "AP");
    }

    #[test]
    fn a_block_that_breaks_off_keeps_what_it_has_and_padding_is_no_damage() {
        let mut block = set(2, 110, b"AP");
        block.extend([0; 3]);
        assert!(read(&block, &Limits::default()).1.is_empty());
        block.extend(b"\x1c\x02\x50\xff\xff");
        let (values, problems) = read(&block, &Limits::default());
        assert_eq!(values.len(), 1);
        assert_eq!(problems[0].reason, Reason::Damaged);
    }
}
