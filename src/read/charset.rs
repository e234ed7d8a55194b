//! Bytes of a page or text -> characters.
//!
//! A byte order mark decides; then what the container or the page's own `meta` says, unless the bytes prove it wrong;
//! then UTF-8 where the bytes are that; then a guess from the letters' frequencies.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// How far into a page its `meta` is looked for.
const META_WITHIN: usize = 4096;
/// How many bytes the guess looks at.
const GUESS_WITHIN: usize = 1 << 18;

/// Decodes the text. `stated` is the container's word, `markup` says that the text may state its own.
pub(crate) fn decode<'a>(bytes: &'a [u8], stated: Option<&str>, markup: bool) -> Cow<'a, str> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(length..).unwrap_or_default();
        return encoding.decode_without_bom_handling(rest).0;
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return encoding.decode_without_bom_handling(bytes).0;
    }
    // Text of another character set is practically never valid UTF-8, whatever it says of itself.
    // Escapes alone may still be ISO-2022-JP, which is all ASCII.
    let escapes = bytes.is_ascii() && bytes.contains(&0x1b);
    if let Ok(text) = std::str::from_utf8(bytes)
        && !escapes
    {
        return Cow::Borrowed(text);
    }
    let stated = stated
        .and_then(|label| Encoding::for_label(label.trim().as_bytes()))
        .or_else(|| markup.then(|| meta_charset(bytes)).flatten());
    // UTF-8 with a few broken bytes is still UTF-8, and what is not is not, whatever is said.
    let encoding = if mostly_utf8(bytes) {
        UTF_8
    } else {
        stated
            .filter(|e| *e != UTF_8)
            .unwrap_or_else(|| guess(bytes))
    };
    encoding.decode_without_bom_handling(bytes).0
}

/// The character set of a text that is not UTF-16, as [`decode`] finds it without anybody's word.
pub(crate) fn of(bytes: &[u8]) -> &'static Encoding {
    let escapes = bytes.is_ascii() && bytes.contains(&0x1b);
    // A sample may end within a character.
    let whole = std::str::from_utf8(bytes).map_or_else(|e| e.error_len().is_none(), |_| true);
    if whole && !escapes || mostly_utf8(bytes) {
        UTF_8
    } else {
        guess(bytes)
    }
}

/// Whether a text is UTF-16, by its mark or its zeros.
pub(crate) fn is_utf16(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xfe])
        || bytes.starts_with(&[0xfe, 0xff])
        || utf16_without_mark(bytes).is_some()
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    let sample = bytes.get(..GUESS_WITHIN).unwrap_or(bytes);
    detector.feed(sample, true);
    let found = detector.guess(None, Utf8Detection::Deny);
    if sample.is_ascii() && found == UTF_8 {
        WINDOWS_1252
    } else {
        found
    }
}

/// Whether sequences of UTF-8 outnumber broken bytes by far.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut broken) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|b| *b >= 0xc0).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    good > broken.saturating_mul(4)
}

/// UTF-16 shows itself by a zero in every second byte of its ASCII.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes.get(..64.min(bytes.len() & !1))?;
    if head.len() < 4 {
        return None;
    }
    let zeros = |odd: usize| {
        head.iter()
            .skip(odd)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let half = head.len() / 2;
    match (zeros(0), zeros(1)) {
        (0, odd) if odd * 10 >= half * 7 => Some(UTF_16LE),
        (even, 0) if even * 10 >= half * 7 => Some(UTF_16BE),
        _ => None,
    }
}

/// The page's own word: `<meta charset=x>` or `content="text/html; charset=x"`, or an XML declaration's.
fn meta_charset(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = bytes
        .get(..META_WITHIN)
        .unwrap_or(bytes)
        .to_ascii_lowercase();
    let mut rest = head.as_slice();
    if let Some(label) = rest
        .strip_prefix(b"<?xml")
        .and_then(|declaration| after(declaration, b"encoding"))
        .and_then(label)
    {
        return Encoding::for_label(label);
    }
    while let Some(meta) = after(rest, b"<meta") {
        let end = meta.iter().position(|b| *b == b'>').unwrap_or(meta.len());
        let tag = meta.get(..end).unwrap_or_default();
        if let Some(found) = after(tag, b"charset")
            .and_then(label)
            .and_then(Encoding::for_label)
        {
            // A page whose own ASCII was readable is not UTF-16, whatever it says.
            return Some(if found == UTF_16LE || found == UTF_16BE {
                UTF_8
            } else {
                found
            });
        }
        rest = meta;
    }
    None
}

fn after<'b>(bytes: &'b [u8], word: &[u8]) -> Option<&'b [u8]> {
    let at = bytes.windows(word.len()).position(|w| w == word)?;
    bytes.get(at + word.len()..)
}

/// The value after `=`, without quotes.
fn label(bytes: &[u8]) -> Option<&[u8]> {
    let value = bytes
        .trim_ascii_start()
        .strip_prefix(b"=")?
        .trim_ascii_start();
    let value = value
        .strip_prefix(b"\"")
        .or_else(|| value.strip_prefix(b"'"))
        .unwrap_or(value);
    let end = value
        .iter()
        .position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.')))
        .unwrap_or(value.len());
    value.get(..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_order_mark_decides() {
        assert_eq!(
            decode(b"\xef\xbb\xbfcaf\xc3\xa9", Some("latin1"), false),
            "café"
        );
        assert_eq!(decode(b"\xff\xfeh\0i\0", None, false), "hi");
        assert_eq!(decode(b"\xfe\xff\0h\0i", None, false), "hi");
    }

    #[test]
    fn utf16_is_known_without_its_mark() {
        let bytes: Vec<u8> = "Foto: KCNA"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(decode(&bytes, None, false), "Foto: KCNA");
    }

    #[test]
    fn the_page_states_its_own_character_set() {
        let page = b"<html><head><meta http-equiv=Content-Type content=\"text/html; charset=windows-1251\"></head>\xcf\xf0\xe8\xe2\xe5\xf2";
        assert!(decode(page, None, true).ends_with("Привет"));
    }

    #[test]
    fn a_lying_statement_is_not_believed() {
        let page = "<meta charset=iso-8859-1><p>Überfüllte Straßen".as_bytes();
        assert!(decode(page, None, true).contains("Überfüllte"));
        assert!(
            decode(
                b"<meta charset=utf-8><p>Die \xdcberf\xfcllung der Stra\xdfen",
                None,
                true
            )
            .contains("Straßen")
        );
    }

    #[test]
    fn a_silent_text_is_guessed() {
        let (bytes, _, _) =
            encoding_rs::SHIFT_JIS.encode("写真は共同通信社が提供したものです。東京で撮影された。");
        assert!(decode(&bytes, None, false).contains("共同通信社"));
    }
}
