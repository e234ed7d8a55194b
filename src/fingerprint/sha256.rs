//! Bytes -> their SHA-256: a photo's public identity.

use sha2::{Digest, Sha256 as Hasher};

use crate::model::Sha256;

/// The SHA-256 of some bytes.
pub fn sha256(bytes: &[u8]) -> Sha256 {
    Sha256(Hasher::digest(bytes).into())
}

/// The SHA-256 of everything a reader gives, in constant memory.
pub fn sha256_of(reader: &mut impl std::io::Read) -> std::io::Result<Sha256> {
    let mut hasher = Hasher::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match reader.read(&mut buffer) {
            Ok(0) => return Ok(Sha256(hasher.finalize().into())),
            Ok(n) => hasher.update(buffer.get(..n).unwrap_or_default()),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// A running SHA-256 over typed, length-prefixed parts, so that different parts never run together into equal bytes.
pub(super) struct Parts(Hasher);

impl Parts {
    /// Starts with a tag that no other kind of hash uses.
    pub(super) fn new(tag: &str) -> Self {
        let mut parts = Self(Hasher::new());
        parts.add(b"tag", tag.as_bytes());
        parts
    }

    /// Adds one part: what it is, and its bytes.
    pub(super) fn add(&mut self, name: &[u8], bytes: &[u8]) {
        self.0.update((name.len() as u64).to_be_bytes());
        self.0.update(name);
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    /// The hash of all parts.
    pub(super) fn finish(self) -> Sha256 {
        Sha256(self.0.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_the_published_function() {
        assert_eq!(
            sha256(b"abc").to_hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn parts_do_not_run_together() {
        let mut one = Parts::new("t");
        one.add(b"a", b"bc");
        let mut other = Parts::new("t");
        other.add(b"ab", b"c");
        assert_ne!(one.finish(), other.finish());
    }
}
