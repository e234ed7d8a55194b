//! Text of XML packets. In: bytes in any Unicode form, and escaped text. Out: plain text. Only the five entities of XML
//! and numbered characters are resolved; every other reference stays as it is written.

use std::borrow::Cow;

/// A packet as text: UTF-8, or UTF-16 and UTF-32 by their mark or by where the zeros stand.
pub(super) fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    let utf32 = |rest: &[u8], big: bool| {
        let of = |c: &[u8]| {
            c.try_into().map_or(
                0xfffd,
                if big {
                    u32::from_be_bytes
                } else {
                    u32::from_le_bytes
                },
            )
        };
        rest.chunks_exact(4)
            .map(|c| char::from_u32(of(c)).unwrap_or('\u{fffd}'))
            .collect::<String>()
    };
    let utf16 = |table: &'static encoding_rs::Encoding, rest| {
        Cow::Owned(table.decode_without_bom_handling(rest).0.into_owned())
    };
    match bytes {
        [0, 0, 0xfe, 0xff, rest @ ..] => Cow::Owned(utf32(rest, true)),
        [0xff, 0xfe, 0, 0, rest @ ..] => Cow::Owned(utf32(rest, false)),
        [0, 0, 0, b'<', ..] => Cow::Owned(utf32(bytes, true)),
        [b'<', 0, 0, 0, ..] => Cow::Owned(utf32(bytes, false)),
        [0xfe, 0xff, rest @ ..] => utf16(encoding_rs::UTF_16BE, rest),
        [0xff, 0xfe, rest @ ..] => utf16(encoding_rs::UTF_16LE, rest),
        [0, b'<', ..] => utf16(encoding_rs::UTF_16BE, bytes),
        [b'<', 0, ..] => utf16(encoding_rs::UTF_16LE, bytes),
        _ => lenient(bytes),
    }
}

/// UTF-8; bytes that are not are read as Windows-1252, which is what broken writers mean.
fn lenient(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.push_str(
            &encoding_rs::WINDOWS_1252
                .decode_without_bom_handling(chunk.invalid())
                .0,
        );
    }
    Cow::Owned(text)
}

/// Text of an attribute with its references resolved.
pub(super) fn unescaped(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        match after.split_once(';') {
            Some((name, behind)) if name.len() <= 10 => {
                out.push_str(&unescaped_reference(name));
                rest = behind;
            }
            _ => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// What a reference stands for; one that is not XML's own stays as it is written.
pub(super) fn unescaped_reference(name: &str) -> Cow<'static, str> {
    let number = name.strip_prefix('#').and_then(|digits| {
        match digits.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => digits.parse(),
        }
        .ok()
    });
    match (name, number.and_then(char::from_u32)) {
        (_, Some(c)) => Cow::Owned(c.to_string()),
        ("amp", _) => Cow::Borrowed("&"),
        ("lt", _) => Cow::Borrowed("<"),
        ("gt", _) => Cow::Borrowed(">"),
        ("quot", _) => Cow::Borrowed("\""),
        ("apos", _) => Cow::Borrowed("'"),
        _ => Cow::Owned(format!("&{name};")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_once_and_unknown_ones_stay() {
        assert_eq!(
            unescaped("A &amp;amp; B &#x4e; &#78; &nbsp; & C;"),
            "A &amp; B N N &nbsp; & C;"
        );
    }

    #[test]
    fn bytes_that_are_not_utf8_are_read_as_windows_1252() {
        assert_eq!(decoded(b"Jos\xe9 \xc3\xa9"), "José é");
    }
}
