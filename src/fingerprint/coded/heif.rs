//! HEIF and AVIF: the items that are pictures or made of them, and what decoders must know of them.

use crate::fingerprint::sha256::Parts;
use crate::model::Sha256;
use crate::read::Limits;
use crate::read::heif::Items;

pub(super) fn coded(bytes: &[u8]) -> Option<Sha256> {
    let items = Items::of(bytes, &Limits::default())?;
    let mut parts = Parts::new("heif");
    for (kind, content) in &items.properties {
        if matches!(&kind[..], b"hvcC" | b"av1C" | b"avcC" | b"ispe") {
            parts.add(kind, content);
        }
    }
    let mut pictures = 0;
    for item in items.all.iter().filter(|i| !i.is_metadata()) {
        // A derived picture may have no bytes of its own.
        let content = item.extents.as_ref()?.concat();
        pictures += usize::from(!content.is_empty());
        parts.add(item.kind, &content);
    }
    (pictures > 0).then(|| parts.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::heif::tests::holding;

    #[test]
    fn metadata_and_turns_do_not_count_and_pixels_do() {
        let hash = |turns, pixels: &[u8], xmp: &[u8]| coded(&holding(turns, None, pixels, xmp));
        let one = hash(0, b"pixels", b"<x/>");
        assert!(one.is_some());
        assert_eq!(one, hash(0, b"pixels", b"<another/>"));
        assert_eq!(one, hash(1, b"pixels", b"<x/>"));
        assert_ne!(one, hash(0, b"others", b"<x/>"));
        let mut cut = holding(0, None, b"pixels", b"<x/>");
        cut.truncate(cut.len() - 24);
        assert_eq!(coded(&cut), None);
    }
}
