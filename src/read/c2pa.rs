//! Content Credentials (C2PA). In: the bytes of manifests. Out: the Digital Source Types that they name.
//!
//! Only the words are read, not the boxes. An address of IPTC's vocabulary stands in a manifest either as CBOR text,
//! which has its length before it, or as JSON. With the feature `c2pa` the signature is checked, too; without it the
//! values stay under [`Carrier::C2pa`], and whoever uses one says that nobody checked.

#[cfg(feature = "c2pa")]
mod signature;

use crate::model::{Carrier, Field, FieldValue, PhotoFormat};

const SCHEMES: [&str; 2] = ["http://", "https://"];
const VOCABULARY: &str = "cv.iptc.org/newscodes/digitalsourcetype/";

/// A manifest names few; one that names more is not read on.
const MOST: usize = 16;

/// What a check of the signature found.
#[derive(Debug)]
pub(super) struct Checked {
    /// Whether the manifest, and through it the file, is as it was when it was signed. Says nothing of who signed.
    pub(super) fits: bool,
    /// The finding in words, with the signer's name.
    pub(super) said: String,
}

/// Check the signature of the manifests of a file; `None` where there are none, or cutline is built without the check.
#[cfg_attr(not(feature = "c2pa"), allow(unused_variables))]
pub(super) fn check(manifests: &[&[u8]], file: &[u8], format: PhotoFormat) -> Option<Checked> {
    #[cfg(feature = "c2pa")]
    if !manifests.is_empty() {
        return signature::check(file, format);
    }
    None
}

/// The source types that manifests name, each once, in their order, and what the check of the signature found.
pub(super) fn read(manifests: &[&[u8]], checked: Option<Checked>) -> Vec<(Field, FieldValue)> {
    let carrier = match &checked {
        Some(Checked { fits: true, .. }) => Carrier::C2paSigned,
        _ => Carrier::C2pa,
    };
    let value = |text: String| FieldValue {
        carrier,
        value: text,
        lang: None,
        cut: false,
        guessed_charset: None,
    };
    let said = checked.map(|c| (Field::ContentCredentials, value(c.said)));
    let types = source_types(manifests).into_iter();
    let types = types.map(|t| (Field::DigitalSourceType, value(t.to_owned())));
    types.chain(said).collect()
}

fn source_types<'a>(manifests: &[&'a [u8]]) -> Vec<&'a str> {
    let mut found: Vec<&str> = Vec::new();
    for bytes in manifests {
        let starts = bytes.windows(7).enumerate();
        let starts = starts.filter(|(_, w)| w.starts_with(b"http:/") || w.starts_with(b"https:/"));
        for (start, _) in starts {
            let Some(value) = text_at(bytes, start).filter(|t| is_source_type(t)) else {
                continue;
            };
            if found.len() < MOST && !found.contains(&value) {
                found.push(value);
            }
        }
    }
    found
}

/// The whole text that begins at a place: as long as CBOR says, or to the closing quotation mark.
fn text_at(bytes: &[u8], start: usize) -> Option<&str> {
    let before = |n: usize| start.checked_sub(n).and_then(|at| bytes.get(at)).copied();
    let length = match (before(2), before(1)?) {
        (_, b'"') => bytes
            .get(start..)?
            .iter()
            .take(200)
            .position(|b| *b == b'"')?,
        (Some(0x78), length) => usize::from(length),
        _ => return None,
    };
    std::str::from_utf8(bytes.get(start..start.checked_add(length)?)?).ok()
}

fn is_source_type(text: &str) -> bool {
    let address = SCHEMES.iter().find_map(|s| text.strip_prefix(s));
    let code = address.and_then(|a| a.strip_prefix(VOCABULARY));
    code.is_some_and(|c| !c.is_empty() && c.bytes().all(|b| b.is_ascii_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const AI: &str = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";

    fn found(bytes: &[u8]) -> Vec<&str> {
        source_types(&[bytes])
    }

    #[test]
    fn a_text_ends_where_its_length_says() {
        let mut cbor = b"jumb c2pa qdigitalSourceType\x78".to_vec();
        cbor.push(AI.len() as u8);
        cbor.extend(AI.as_bytes());
        // The next key's length is a letter.
        cbor.extend(b"ksoftwareAgt");
        assert_eq!(found(&cbor), [AI]);
        let twice = cbor.repeat(2);
        assert_eq!(found(&twice), [AI]);
        for length in 0..cbor.len() {
            found(&cbor[..length]);
        }
    }

    #[test]
    fn json_is_read_and_other_addresses_are_not() {
        let json =
            format!("{{\"digitalSourceType\":\"{AI}\",\"url\":\"https://example.org/{AI}\"}}");
        assert_eq!(found(json.as_bytes()), [AI]);
        assert!(found(AI.as_bytes()).is_empty());
        assert!(found(b"\"http://cv.iptc.org/newscodes/digitalsourcetype/\"").is_empty());
    }
}
