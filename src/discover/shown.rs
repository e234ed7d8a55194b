//! A name as bytes -> the same name as text, for people and as a key.

use std::fmt::Write as _;

/// The text of a name: bytes that are not UTF-8 appear as `\xNN`. A backslash that could be read as the beginning of such
/// a byte appears as `\x5c`, so that no two names have one text; every other name is its own text.
pub fn shown(name: &[u8]) -> String {
    let mut text = String::with_capacity(name.len());
    for chunk in name.utf8_chunks() {
        let mut rest = chunk.valid();
        while let Some(at) = rest.find('\\') {
            let (before, from) = rest.split_at(at);
            let after = from.get(1..).unwrap_or_default();
            text.push_str(before);
            text.push_str(if is_code(after) { "\\x5c" } else { "\\" });
            rest = after;
        }
        text.push_str(rest);
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text
}

/// Whether what stands behind a backslash makes it look like a byte.
fn is_code(after: &str) -> bool {
    matches!(after.as_bytes(), [b'x', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_not_utf8_are_shown() {
        assert_eq!(shown(b"caf\xe9.jpg"), r"caf\xe9.jpg");
    }

    #[test]
    fn no_two_names_have_one_text() {
        let names: [&[u8]; 8] = [
            b"\xff",
            br"\xff",
            br"\xFF",
            br"\x5cxff",
            b"\\\xff",
            br"\\xff",
            b"\\x\xff",
            b"\\xf\xff",
        ];
        let texts: std::collections::BTreeSet<String> = names.iter().map(|n| shown(n)).collect();
        assert_eq!(texts.len(), names.len(), "{texts:?}");
        assert_eq!(shown(br"\xff"), r"\x5cxff");
    }

    #[test]
    fn other_names_stay_as_they_are() {
        for name in [
            "a.jpg",
            r"a\b.jpg",
            r"\x",
            r"\xg0",
            "bild-größe.jpg",
            r"ends in \",
        ] {
            assert_eq!(shown(name.as_bytes()), name);
        }
    }
}
