//! `.xmp` files beside photos. In: their bytes or names. Out: the metadata, and which photos a name belongs to.

use super::metadata::{Digest, Values};
use super::{Content, DocumentContext, Limits, Reader, xmp};
use crate::model::{Carrier, InputKind, Metadata};

/// Reads `.xmp` sidecars.
#[derive(Debug)]
pub struct SidecarReader;

impl Reader for SidecarReader {
    fn name(&self) -> &'static str {
        "sidecar"
    }

    fn accepts(&self, kind: InputKind) -> bool {
        kind == InputKind::Sidecar
    }

    fn read(&self, bytes: &[u8], _: InputKind, context: &DocumentContext<'_>) -> Content {
        Content::Sidecar(read(bytes, context.limits))
    }
}

/// The metadata of a sidecar; every value's carrier is [`Carrier::Sidecar`].
pub fn read(bytes: &[u8], limits: &Limits) -> Metadata {
    let packet = xmp::read(bytes, Carrier::Sidecar, limits);
    let mut values = Values::new(limits);
    values.add(packet.values);
    values.merged(Digest::Absent, packet.problems)
}

/// Whether the sidecar of one name belongs to the photo of another, both raw names in the same folder:
/// `photo.xmp` and `photo.jpg.xmp` belong to `photo.jpg`. Endings compare without regard to case, stems with it.
///
/// `photo.xmp` also belongs to `photo.png`, `photo.tif` and so on beside it; `photo.jpg.xmp` to `photo.jpg` alone.
pub fn belongs(sidecar: &[u8], photo: &[u8]) -> bool {
    let Some((stem, ending)) = split(sidecar) else {
        return false;
    };
    if !ending.eq_ignore_ascii_case(b"xmp") {
        return false;
    }
    let photo_parts = split(photo);
    if let (Some((a, x)), Some((b, y))) = (split(stem), photo_parts)
        && a == b
        && x.eq_ignore_ascii_case(y)
    {
        return true;
    }
    stem == photo
        || photo_parts.is_some_and(|(of_photo, ending)| {
            of_photo == stem && !ending.eq_ignore_ascii_case(b"xmp")
        })
}

/// The key under which a photo and its sidecars meet, from a name relative to its root: the folder and the name up to
/// its last ending, and for a sidecar called `photo.jpg.xmp` up to the one before. Equal keys still need [`belongs`].
pub fn keys(relative: &[u8]) -> Vec<Vec<u8>> {
    let mut keys = vec![relative.to_vec()];
    let mut rest = relative;
    while let Some((stem, _)) = split(rest) {
        keys.push(stem.to_vec());
        rest = stem;
        if keys.len() == 3 {
            break;
        }
    }
    keys
}

/// A name without its ending, and the ending; `None` without one.
fn split(name: &[u8]) -> Option<(&[u8], &[u8])> {
    let dot = name.iter().rposition(|b| *b == b'.').filter(|at| *at > 0)?;
    let (stem, ending) = (name.get(..dot)?, name.get(dot + 1..)?);
    (!ending.is_empty() && !ending.contains(&b'/') && !stem.ends_with(b"/"))
        .then_some((stem, ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_of_naming_a_sidecar_lead_to_the_photo() {
        assert!(belongs(b"photo.xmp", b"photo.jpg"));
        assert!(belongs(b"photo.XMP", b"photo.JPG"));
        assert!(belongs(b"photo.jpg.xmp", b"photo.jpg"));
        assert!(belongs(b"photo.JPG.xmp", b"photo.jpg"));
        assert!(belongs(b"a.b.xmp", b"a.b.jpg"));
        assert!(belongs(b"folder/photo.xmp", b"folder/photo.jpg"));
        assert!(belongs(b"noext.xmp", b"noext"));
    }

    #[test]
    fn a_sidecar_belongs_to_no_other_photo() {
        assert!(!belongs(b"photo.jpg.xmp", b"photo.png"));
        assert!(!belongs(b"photo.xmp", b"photo2.jpg"));
        assert!(!belongs(b"photo.xmp", b"photo.xmp"));
        assert!(!belongs(b"photo.txt", b"photo.jpg"));
        assert!(!belongs(b"Photo.xmp", b"photo.jpg"));
        assert!(!belongs(b".xmp", b".jpg"));
    }
}
