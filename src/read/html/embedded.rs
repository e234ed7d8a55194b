//! `data:` addresses of a page that holds its pictures itself -> their bytes, each under a name.
//!
//! The address in the appearance is replaced by that name, `PAGE.html/data-1.jpg`: the place at which the picture's
//! bytes are stored as a photo, so that the two find each other as a page and the files saved beside it do.

use std::collections::HashMap;

use super::source::Unit;
use crate::model::Embedded;

/// Bytes of all pictures in one page, decoded.
const MAX_BYTES: usize = 64 << 20;

/// Takes the pictures out of the addresses of a page's pictures. `page`: the name of the page's file.
pub(super) fn take(units: &mut [Unit], page: &str) -> Vec<Embedded> {
    let page = page.rsplit(['/', '\\']).next().unwrap_or_default();
    let mut out: Vec<Embedded> = Vec::new();
    let mut names: HashMap<Vec<u8>, String> = HashMap::new();
    let mut total = 0;
    for unit in units {
        for reference in &mut unit.image.local {
            if !reference.starts_with("data:") {
                continue;
            }
            let Some((kind, bytes)) = decode(reference) else {
                reference.clear();
                continue;
            };
            total += bytes.len();
            let known = names.get(&bytes).cloned();
            let name = known.unwrap_or_else(|| {
                let name = format!("{page}/data-{}.{kind}", out.len() + 1);
                if total <= MAX_BYTES {
                    names.insert(bytes.clone(), name.clone());
                    out.push(Embedded {
                        reference: name.clone(),
                        bytes,
                    });
                }
                name
            });
            if !unit.keys.contains(&name) {
                unit.keys.push(name.clone());
            }
            *reference = name;
        }
        unit.image.local.retain(|r| !r.is_empty());
    }
    out
}

/// The kind and bytes of a picture in a `data:` address. `None` for other kinds and for broken ones.
fn decode(reference: &str) -> Option<(&'static str, Vec<u8>)> {
    let rest = reference.strip_prefix("data:image/")?;
    let (head, body) = rest.split_once(',')?;
    let kind = match head.split(';').next()?.to_ascii_lowercase().as_str() {
        "jpeg" | "jpg" | "pjpeg" => "jpg",
        "png" => "png",
        "webp" => "webp",
        "gif" => "gif",
        "tiff" => "tif",
        "bmp" => "bmp",
        _ => return None,
    };
    let base64 = head
        .split(';')
        .any(|p| p.trim().eq_ignore_ascii_case("base64"));
    let bytes = if base64 {
        base64_bytes(body)?
    } else {
        return None;
    };
    (!bytes.is_empty()).then_some((kind, bytes))
}

/// Base64 in either alphabet, white space and percent signs allowed as pages have them. What is cut decodes as far as it goes.
fn base64_bytes(text: &str) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut buffer, mut bits) = (0_u32, 0_u32);
    let text = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        at += 1;
        let byte = if byte == b'%' {
            let digits = text
                .get(at..at + 2)
                .and_then(|d| std::str::from_utf8(d).ok())?;
            at += 2;
            u8::from_str_radix(digits, 16).ok()?
        } else {
            byte
        };
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => break,
            byte if byte.is_ascii_whitespace() => continue,
            _ => return None,
        };
        buffer = buffer << 6 | u32::from(value);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((buffer >> bits) as u8);
            buffer &= (1 << bits) - 1;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_decoded_as_pages_write_it() {
        for (text, bytes) in [
            ("aGVsbG8=", &b"hello"[..]),
            ("aGVs\n bG8", b"hello"),
            ("aGVsbG8%3D", b"hello"),
            ("_-8=", b"\xff\xef"),
        ] {
            assert_eq!(base64_bytes(text).as_deref(), Some(bytes), "{text}");
        }
        assert_eq!(base64_bytes("a<b"), None);
    }

    #[test]
    fn only_pictures_are_taken() {
        assert_eq!(
            decode("data:image/png;base64,aGVsbG8="),
            Some(("png", b"hello".to_vec()))
        );
        assert_eq!(decode("data:image/svg+xml;base64,aGVsbG8="), None);
        assert_eq!(decode("data:text/html;base64,aGVsbG8="), None);
        assert_eq!(decode("data:image/jpeg;base64"), None);
    }
}
