//! Keys made from content, so that neither order nor threads of an ingest can be seen in an archive.

use sha2::{Digest as _, Sha256 as Hasher};

use crate::model::Sha256;

/// The first 63 bits of a SHA-256 over `kind` and the parts, each with its length before it.
pub(super) fn key(kind: &str, parts: &[&[u8]]) -> i64 {
    let mut hasher = Hasher::new();
    hasher.update(kind.as_bytes());
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    first_bits(&hasher.finalize())
}

/// A key as sixteen hexadecimal digits.
pub(super) fn short(kind: &str, parts: &[&[u8]]) -> String {
    format!("{:016x}", key(kind, parts))
}

/// The key of a photo: the first 63 bits of its own SHA-256.
pub(super) fn photo(sha256: &Sha256) -> i64 {
    first_bits(&sha256.0)
}

fn first_bits(bytes: &[u8]) -> i64 {
    let mut eight = [0; 8];
    eight
        .iter_mut()
        .zip(bytes)
        .for_each(|(to, from)| *to = *from);
    (u64::from_be_bytes(eight) >> 1) as i64
}

/// The id of an appearance as people and programs see it.
pub fn appearance_public(key: i64) -> String {
    format!("app-{key:016x}")
}

/// The id of a document as people and programs see it.
pub fn document_public(key: i64) -> String {
    format!("doc-{key:016x}")
}

/// The id of a picture as people and programs see it: it is its representative photo's key.
pub fn picture_public(key: i64) -> String {
    format!("pic-{key:016x}")
}

/// What a public id names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicId {
    /// `app-...`
    Appearance(i64),
    /// `doc-...`
    Document(i64),
    /// `pic-...`
    Picture(i64),
    /// A SHA-256, or at least its first eight digits.
    Photo(String),
}

/// Read a public id; `None` where the text has no such form.
pub fn parse_public(text: &str) -> Option<PublicId> {
    let hex = |digits: &str| {
        (digits.len() == 16 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
            .then(|| i64::from_str_radix(digits, 16).ok())
            .flatten()
    };
    match text.split_once('-') {
        Some(("app", digits)) => hex(digits).map(PublicId::Appearance),
        Some(("doc", digits)) => hex(digits).map(PublicId::Document),
        Some(("pic", digits)) => hex(digits).map(PublicId::Picture),
        Some(_) => None,
        None => ((8..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit()))
            .then(|| PublicId::Photo(text.to_ascii_lowercase())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(key("x", &[b"ab", b"c"]), key("x", &[b"a", b"bc"]));
        assert!(key("x", &[]) >= 0);
    }

    #[test]
    fn public_ids_are_read_back() {
        let id = appearance_public(0x12ab);
        assert_eq!(parse_public(&id), Some(PublicId::Appearance(0x12ab)));
        assert_eq!(
            parse_public("ABCDEF01"),
            Some(PublicId::Photo("abcdef01".into()))
        );
        assert_eq!(parse_public("photo.jpg"), None);
        assert_eq!(parse_public("app-xyz"), None);
    }
}
