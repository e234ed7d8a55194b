//! Character sets of embedded text. In: bytes, and what IIM's 1:90 says of them. Out: text, and the guess where one
//! had to be made.

use encoding_rs::Encoding;

/// A character set as IIM's 1:90 announces it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Announced {
    /// Nothing usable.
    None,
    /// UTF-8.
    Utf8,
    /// One of the tables of ISO 2022 that a table of the web platform covers.
    Table(&'static Encoding),
}

/// Read the escape sequence of 1:90 (ISO 2022).
pub(super) fn announced(marker: &[u8]) -> Announced {
    const ESC: u8 = 0x1b;
    let table = match marker {
        [ESC, b'%', b'G', ..] | [ESC, b'%', b'/', b'G' | b'H' | b'I', ..] => {
            return Announced::Utf8;
        }
        // Right-hand parts of ISO 8859, by their registered final byte.
        [ESC, b'-' | b'.' | b'/' | b',', last, ..] => match last {
            b'A' => encoding_rs::WINDOWS_1252,
            b'B' => encoding_rs::ISO_8859_2,
            b'C' => encoding_rs::ISO_8859_3,
            b'D' => encoding_rs::ISO_8859_4,
            b'L' => encoding_rs::ISO_8859_5,
            b'G' => encoding_rs::ISO_8859_6,
            b'F' => encoding_rs::ISO_8859_7,
            b'H' => encoding_rs::ISO_8859_8,
            b'M' => encoding_rs::WINDOWS_1254,
            b'V' => encoding_rs::ISO_8859_10,
            b'Y' => encoding_rs::ISO_8859_13,
            b'_' => encoding_rs::ISO_8859_14,
            b'b' => encoding_rs::ISO_8859_15,
            b'f' => encoding_rs::ISO_8859_16,
            b'T' => encoding_rs::WINDOWS_874,
            _ => return Announced::None,
        },
        // Double-byte tables, as the extended Unix codes use them.
        [ESC, b'$', b')' | b'*' | b'+', b'A', ..] => encoding_rs::GBK,
        [ESC, b'$', b')' | b'*' | b'+', b'B', ..] => encoding_rs::EUC_JP,
        [ESC, b'$', b')' | b'*' | b'+', b'C', ..] => encoding_rs::EUC_KR,
        [ESC, b'$', b'@' | b'B' | b'(', ..] => encoding_rs::ISO_2022_JP,
        _ => return Announced::None,
    };
    Announced::Table(table)
}

/// Text by what was announced, guessed where that does not fit.
pub(super) fn decode(bytes: &[u8], by: Announced) -> (String, Option<&'static str>) {
    match by {
        Announced::None => guess(bytes),
        Announced::Utf8 => match std::str::from_utf8(bytes) {
            Ok(text) => (text.to_owned(), None),
            // A value cut within a character is still UTF-8.
            Err(error) if error.error_len().is_none() => (
                String::from_utf8_lossy(bytes.get(..error.valid_up_to()).unwrap_or_default())
                    .into_owned(),
                None,
            ),
            Err(_) => guess(bytes),
        },
        Announced::Table(table) => {
            // Programs that announce a table and write UTF-8 are more frequent than text that is both by chance.
            match std::str::from_utf8(bytes) {
                Ok(text) if !bytes.is_ascii() || !bytes.contains(&0x1b) => (text.to_owned(), None),
                _ => (
                    table.decode_without_bom_handling(bytes).0.into_owned(),
                    None,
                ),
            }
        }
    }
}

/// Text of which nothing says how it is written: UTF-8 where it is that, else the likeliest older set, named.
pub(super) fn guess(bytes: &[u8]) -> (String, Option<&'static str>) {
    match std::str::from_utf8(bytes) {
        Ok(text) if bytes.is_ascii() => return (text.to_owned(), None),
        Ok(text) => return (text.to_owned(), Some("utf-8")),
        Err(error) if error.error_len().is_none() && error.valid_up_to() > 0 => {
            let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
            if !valid.is_ascii() {
                return (String::from_utf8_lossy(valid).into_owned(), Some("utf-8"));
            }
        }
        Err(_) => {}
    }
    let table = likeliest(bytes);
    let name = match table.name() {
        "windows-1252" => "windows-1252",
        "macintosh" => "macintosh",
        "GBK" => "gbk",
        "Big5" => "big5",
        "Shift_JIS" => "shift_jis",
        "EUC-JP" => "euc-jp",
        "EUC-KR" => "euc-kr",
        other => other,
    };
    (
        table.decode_without_bom_handling(bytes).0.into_owned(),
        Some(name),
    )
}

fn likeliest(bytes: &[u8]) -> &'static Encoding {
    let high = bytes.iter().filter(|b| **b >= 0x80).count();
    if high * 4 > bytes.len() && high >= 4 {
        let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
        detector.feed(bytes, true);
        let table = detector.guess(None, chardetng::Utf8Detection::Deny);
        let double = [
            encoding_rs::GBK,
            encoding_rs::BIG5,
            encoding_rs::SHIFT_JIS,
            encoding_rs::EUC_JP,
            encoding_rs::EUC_KR,
        ];
        if double.contains(&table) && !table.decode_without_bom_handling(bytes).1 {
            return table;
        }
    }
    let (windows, mac) = (encoding_rs::WINDOWS_1252, encoding_rs::MACINTOSH);
    if sense(bytes, mac) > sense(bytes, windows) {
        mac
    } else {
        windows
    }
}

/// How much a text in a Western set looks like words: letters inside words and quotes where quotes stand count for it,
/// signs inside words against it.
fn sense(bytes: &[u8], table: &'static Encoding) -> i32 {
    let text = table.decode_without_bom_handling(bytes).0;
    let all: Vec<char> = text.chars().collect();
    let is_letter = |c: Option<&char>| c.is_some_and(|c| c.is_alphabetic());
    let mut sum = 0;
    for (at, c) in all.iter().enumerate().filter(|(_, c)| !c.is_ascii()) {
        let before = at.checked_sub(1).and_then(|b| all.get(b));
        let after = all.get(at + 1);
        let in_word = is_letter(before) || is_letter(after);
        sum += match c {
            'ª' | 'º' | 'ƒ' | 'µ' | 'π' | 'Ω' | 'ﬁ' | 'ﬂ' | 'ı' => -2,
            _ if c.is_lowercase() && in_word => 2,
            _ if c.is_uppercase()
                && is_letter(before)
                && before.is_some_and(|b| b.is_lowercase()) =>
            {
                -1
            }
            _ if c.is_alphabetic() => 1,
            '’' if is_letter(before) => 2,
            '“' | '‘' if !is_letter(before) && is_letter(after) => 2,
            '”' | '’' if !is_letter(after) => 1,
            '–' | '—' | '…' | '©' | '®' | '\u{a0}' if !(is_letter(before) && is_letter(after)) => {
                1
            }
            _ if in_word => -2,
            _ => 0,
        };
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf8_is_announced_by_its_escape_sequence() {
        assert_eq!(announced(b"\x1b%G"), Announced::Utf8);
        assert_eq!(
            decode("Košice".as_bytes(), Announced::Utf8),
            ("Košice".to_owned(), None)
        );
        assert_eq!(
            decode(b"Kim Jong Un\xe2\x80", Announced::Utf8).0,
            "Kim Jong Un"
        );
    }

    #[test]
    fn an_announced_table_is_used() {
        let latin2 = announced(b"\x1b-B");
        assert_eq!(decode(b"Ko\xb9ice", latin2), ("Košice".to_owned(), None));
        let chinese = announced(b"\x1b$)A");
        assert_eq!(decode(b"\xd0\xc2\xbb\xaa\xc9\xe7", chinese).0, "新华社");
    }

    #[test]
    fn western_text_is_told_apart_from_macintosh_text() {
        let guessed = |bytes: &[u8]| guess(bytes);
        assert_eq!(
            guessed(b"Andr\xe9 Garc\xeda, M\xfcnchen"),
            ("André García, München".to_owned(), Some("windows-1252"))
        );
        assert_eq!(
            guessed(b"Andr\x8e Garc\x92a, M\x9fnchen"),
            ("André García, München".to_owned(), Some("macintosh"))
        );
        assert_eq!(
            guessed(b"the president\xd5s visit").0,
            "the president’s visit"
        );
        assert_eq!(
            guessed(b"the president\x92s visit").0,
            "the president’s visit"
        );
        assert_eq!(guessed(b"\xa9 1999 AP").0, "© 1999 AP");
    }

    #[test]
    fn plain_and_utf8_text_are_what_they_are() {
        assert_eq!(guess(b"AP"), ("AP".to_owned(), None));
        assert_eq!(
            guess("Pérez".as_bytes()),
            ("Pérez".to_owned(), Some("utf-8"))
        );
    }

    #[test]
    fn chinese_text_without_a_marker_is_read_as_such() {
        let (bytes, ..) = encoding_rs::GBK.encode("新华社照片，北京，2023年9月13日");
        assert_eq!(
            guess(&bytes),
            ("新华社照片，北京，2023年9月13日".to_owned(), Some("gbk"))
        );
    }
}
