//! PNG. In: a file's bytes. Out: its size, its EXIF, IIM and XMP blocks, and whether it ends where it should.

use std::borrow::Cow;

use flate2::read::ZlibDecoder;

use super::Limits;
use super::bytes::{Order, slice};
use super::parts::Parts;
use super::photoshop;
use crate::model::Reason;

const XMP: &[u8] = b"XML:com.adobe.xmp";
const END: &[u8] = b"\0\0\0\0IEND\xae\x42\x60\x82";
const PROFILE: &[u8] = b"Raw profile type ";

/// Walk the chunks of a PNG.
pub(super) fn parts<'a>(bytes: &'a [u8], limits: &Limits) -> Parts<'a> {
    let mut parts = Parts::default();
    let (mut at, mut pictures) = (8, 0_usize);
    for _ in 0..limits.records {
        let (Some(length), Some(kind)) = (Order::Big.u32(bytes, at), slice(bytes, at + 4, 4))
        else {
            parts.truncated("its list of chunks");
            return parts;
        };
        let Some(body) = slice(bytes, at + 8, length as usize) else {
            parts.truncated("one of its chunks");
            return parts;
        };
        if slice(bytes, at + 8 + body.len(), 4).is_none() {
            parts.truncated("one of its chunks");
            return parts;
        }
        at += 12 + body.len();
        match kind {
            b"IHDR" => {
                parts.width = Order::Big.u32(body, 0).unwrap_or(0);
                parts.height = Order::Big.u32(body, 4).unwrap_or(0);
            }
            b"IDAT" => pictures += 1,
            b"caBX" => parts.credentials.push(body),
            b"eXIf" => parts.add_exif(body, limits),
            b"iTXt" | b"zTXt" | b"tEXt" => text(kind, body, &mut parts, limits),
            b"IEND" => {
                if pictures == 0 {
                    parts.problem(
                        Reason::Damaged,
                        "cannot read this picture: it has no picture data",
                    );
                }
                return parts;
            }
            _ => {}
        }
    }
    parts.too_many("chunks", limits);
    parts
}

/// The picture without the chunks that a decoder only inflates or checks and nobody reads: texts, profiles, EXIF.
pub fn bare(bytes: &[u8]) -> Vec<u8> {
    let mut out = bytes.get(..8).unwrap_or_default().to_vec();
    let mut at = 8;
    loop {
        let length = Order::Big.u32(bytes, at).map(|n| n as usize);
        let chunk = length.and_then(|n| slice(bytes, at, n.checked_add(12)?));
        let Some(chunk) = chunk else {
            // Where it breaks off; between two chunks all pixels may be there.
            let rest = bytes.get(at..).unwrap_or_default();
            out.extend(if rest.is_empty() && !out.ends_with(END) {
                END
            } else {
                rest
            });
            return out;
        };
        if !matches!(
            chunk.get(4..8),
            Some(b"iCCP" | b"tEXt" | b"zTXt" | b"iTXt" | b"eXIf" | b"caBX")
        ) {
            out.extend(chunk);
        }
        at += chunk.len();
    }
}

fn text<'a>(kind: &[u8], body: &'a [u8], parts: &mut Parts<'a>, limits: &Limits) {
    let Some((keyword, rest)) = at_nul(body) else {
        return;
    };
    let profile = keyword.strip_prefix(PROFILE);
    if keyword != XMP && profile.is_none() {
        return;
    }
    let mut inflate = |packed: &[u8]| parts.unpack(ZlibDecoder::new(packed), limits);
    let content = match (kind, rest) {
        (b"tEXt", text) => Some(Cow::Borrowed(text)),
        (b"zTXt", [_, packed @ ..]) => inflate(packed).map(Cow::Owned),
        (_, [packed, _, rest @ ..]) => {
            let text = at_nul(rest)
                .and_then(|(_, rest)| at_nul(rest))
                .map(|(_, text)| text);
            match (text, *packed) {
                (Some(text), 0) => Some(Cow::Borrowed(text)),
                (Some(text), _) => inflate(text).map(Cow::Owned),
                (None, _) => None,
            }
        }
        _ => None,
    };
    let Some(content) = content else {
        return;
    };
    match profile {
        None => parts.add_xmp(content, limits),
        Some(name) => {
            let raw = Cow::Owned(unhex(&content));
            raw_profile(name, raw, parts, limits);
        }
    }
}

/// A profile as older programs keep it: name, length and hexadecimal digits.
fn raw_profile<'a>(name: &[u8], raw: Cow<'a, [u8]>, parts: &mut Parts<'a>, limits: &Limits) {
    const APP1_XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
    match name {
        b"iptc" | b"8bim" if raw.first() == Some(&0x1c) => parts.add_iim(raw, limits),
        b"iptc" | b"8bim" => photoshop::resources(&raw, parts, limits),
        b"xmp" => parts.add_xmp(raw, limits),
        b"exif" | b"APP1" | b"app1" => match raw.strip_prefix(APP1_XMP) {
            Some(packet) => parts.add_xmp(packet.to_vec(), limits),
            None => parts.add_exif(raw, limits),
        },
        _ => {}
    }
}

/// The bytes before the first zero and those after it.
fn at_nul(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = bytes.iter().position(|b| *b == 0)?;
    Some((bytes.get(..at)?, bytes.get(at + 1..)?))
}

/// Bytes from "\nname\n   length\nhex digits in lines".
fn unhex(text: &[u8]) -> Vec<u8> {
    let mut lines = text.splitn(4, |b| *b == b'\n');
    let digits = lines.nth(3).unwrap_or_default();
    let values: Vec<u8> = digits
        .iter()
        .filter_map(|b| (*b as char).to_digit(16).map(|d| d as u8))
        .collect();
    values
        .chunks_exact(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn chunk(kind: &[u8], body: &[u8]) -> Vec<u8> {
        let mut out = (body.len() as u32).to_be_bytes().to_vec();
        out.extend(kind);
        out.extend(body);
        out.extend([0; 4]);
        out
    }

    fn file(extra: &[Vec<u8>]) -> Vec<u8> {
        let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
        out.extend(chunk(b"IHDR", b"\0\0\0\x40\0\0\0\x30\x08\x06\0\0\0"));
        out.extend(extra.concat());
        out.extend(chunk(b"IDAT", b"x"));
        out.extend(chunk(b"IEND", b""));
        out
    }

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn xmp_is_found_plain_and_compressed() {
        let plain = chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0<a/>");
        let tight = [&b"XML:com.adobe.xmp\0\x01\0\0\0"[..], &packed(b"<b/>")].concat();
        let bytes = file(&[plain, chunk(b"iTXt", &tight)]);
        let parts = parts(&bytes, &Limits::default());
        assert_eq!((parts.width, parts.height), (64, 48));
        assert_eq!(&parts.xmp[0][..], b"<a/>");
        assert_eq!(&parts.xmp[1][..], b"<b/>");
        assert!(parts.problems.is_empty());
    }

    #[test]
    fn a_text_that_unpacks_beyond_the_budget_is_a_problem() {
        let bomb = [
            &b"XML:com.adobe.xmp\0\x01\0\0\0"[..],
            &packed(&vec![b' '; 100_000]),
        ]
        .concat();
        let limits = Limits {
            inflated_bytes: 10_000,
            ..Limits::default()
        };
        let bytes = file(&[chunk(b"iTXt", &bomb)]);
        let parts = parts(&bytes, &limits);
        assert!(parts.xmp.is_empty());
        assert_eq!(parts.problems[0].reason, Reason::MaxMetadata);
    }

    #[test]
    fn an_iptc_profile_in_hexadecimal_is_found() {
        let profile = b"Raw profile type iptc\0\niptc\n       7\n1c0250\n00024150\n";
        let bytes = file(&[chunk(b"tEXt", profile)]);
        let parts = parts(&bytes, &Limits::default());
        assert_eq!(&parts.iim[0][..], b"\x1c\x02\x50\x00\x02AP");
    }

    #[test]
    fn every_cut_of_a_file_is_noticed() {
        let bytes = file(&[]);
        for length in 8..bytes.len() {
            let cut = parts(&bytes[..length], &Limits::default());
            assert!(
                cut.problems.iter().any(|p| p.reason == Reason::Truncated),
                "{length}"
            );
        }
    }
}
