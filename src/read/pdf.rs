//! PDF, and Illustrator files in one. In: a file's bytes. Out: the XMP packet of the whole document, and the image
//! resources that Photoshop keeps in its own. Pages are not drawn.
//!
//! The way there: the last `/Root` names the catalogue, the catalogue's `/Metadata` names a stream, plain or deflated.
//! The table of places is not needed: objects are found by their own heads, the last of a number being the valid one
//! (ISO 32000-1, 7.5.6), and those within object streams by unpacking these.

use std::borrow::Cow;
use std::io::Read as _;

use flate2::read::ZlibDecoder;

use super::Limits;
use super::bytes::find;
use super::parts::Parts;
use super::photoshop;
use crate::model::Reason;

/// The longest dictionary that is looked at.
const DICTIONARY: usize = 64 << 10;

/// Read the document's metadata stream.
pub(super) fn parts<'a>(bytes: &'a [u8], limits: &Limits) -> Parts<'a> {
    let mut parts = Parts::default();
    parts.sizeless = true;
    if find(bytes, bytes.len().saturating_sub(2048), b"%%EOF").is_none() {
        parts.truncated("its pages");
    }
    let objects = Objects::of(bytes, limits);
    if let Some(packet) = packet(&objects, &mut parts, limits) {
        if find(&packet, 0, b"RDF").is_some() {
            parts.add_xmp(packet, limits);
        } else if find(bytes, 0, b"/Encrypt").is_some() {
            parts.problem(
                Reason::Unsupported,
                "cannot read the XMP of this PDF: it is encrypted",
            );
        }
    }
    let resources = last_reference(bytes, b"/ImageResources")
        .and_then(|number| objects.last(number)?.stream())
        .and_then(|stream| stream.content(usize::MAX, &mut parts, limits));
    if let Some(block) = resources {
        photoshop::resources(&block, &mut parts, limits);
    }
    parts
}

/// The packet that the catalogue names.
fn packet<'a>(
    objects: &Objects<'a>,
    parts: &mut Parts<'a>,
    limits: &Limits,
) -> Option<Cow<'a, [u8]>> {
    let root = last_reference(objects.bytes, b"/Root")?;
    let catalogue = match objects.last(root) {
        Some(object) => Cow::Borrowed(object.dictionary),
        None => Cow::Owned(packed_object(objects, root, parts, limits)?),
    };
    let number = reference(&catalogue, b"/Metadata")?;
    let stream = objects.last(number)?.stream()?;
    stream.content(usize::MAX, parts, limits)
}

/// The objects of a file.
struct Objects<'a> {
    bytes: &'a [u8],
    /// Number, and the place behind the head, in the order of the file.
    heads: Vec<(u32, usize)>,
}

impl<'a> Objects<'a> {
    fn of(bytes: &'a [u8], limits: &Limits) -> Self {
        let mut heads = Vec::new();
        let mut at = 0;
        while let Some(found) = find(bytes, at, b" obj") {
            at = found + 4;
            // "12 0 obj"
            let before = bytes
                .get(found.saturating_sub(20)..found)
                .unwrap_or_default();
            let mut words = before.rsplit(|b| !b.is_ascii_digit());
            if words
                .next()
                .is_some_and(|generation| !generation.is_empty())
                && let Some(number) = words.next().and_then(decimal)
            {
                heads.push((number, at));
            }
            if heads.len() >= limits.records.saturating_mul(16) {
                break;
            }
        }
        Self { bytes, heads }
    }

    /// The last object of a number.
    fn last(&self, number: u32) -> Option<Object<'a>> {
        let index = self.heads.iter().rposition(|(n, _)| *n == number)?;
        self.object(index)
    }

    fn object(&self, index: usize) -> Option<Object<'a>> {
        let start = self.heads.get(index)?.1;
        let next = self.heads.get(index + 1).map_or(self.bytes.len(), |n| n.1);
        let head = self.bytes.get(start..next.min(start + DICTIONARY))?;
        let end = [&b"stream"[..], b"endobj"]
            .iter()
            .filter_map(|word| find(head, 0, word))
            .min()
            .unwrap_or(head.len());
        let (dictionary, _) = head.split_at_checked(end)?;
        Some(Object {
            dictionary,
            rest: self.bytes.get(start + end..next)?,
        })
    }
}

/// One object.
struct Object<'a> {
    /// What stands before its stream or its end.
    dictionary: &'a [u8],
    /// What follows, up to the next object.
    rest: &'a [u8],
}

/// The content of an object's stream, as it stands in the file.
struct Stream<'a> {
    content: &'a [u8],
    deflated: bool,
}

impl<'a> Object<'a> {
    /// `None` where it has none, or one that is packed in another way than texts are.
    fn stream(&self) -> Option<Stream<'a>> {
        let rest = self.rest.strip_prefix(b"stream")?;
        let rest = rest.strip_prefix(b"\r").unwrap_or(rest);
        let rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        let deflated = find(self.dictionary, 0, b"/Filter").is_some();
        if deflated {
            find(self.dictionary, 0, b"/FlateDecode")?;
        }
        Some(Stream {
            content: rest.get(..find(rest, 0, b"endstream").unwrap_or(rest.len()))?,
            deflated,
        })
    }
}

impl<'a> Stream<'a> {
    /// Its first `most` bytes, unpacked.
    fn content(
        &self,
        most: usize,
        parts: &mut Parts<'_>,
        limits: &Limits,
    ) -> Option<Cow<'a, [u8]>> {
        if self.deflated {
            let unpacked = ZlibDecoder::new(self.content).take(most as u64);
            return parts.unpack(unpacked, limits).map(Cow::Owned);
        }
        self.content
            .get(..most.min(self.content.len()))
            .map(Cow::Borrowed)
    }
}

fn decimal(digits: &[u8]) -> Option<u32> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// The number after a key: "/Root 1 0 R".
fn reference(dictionary: &[u8], key: &[u8]) -> Option<u32> {
    let mut at = 0;
    while let Some(found) = find(dictionary, at, key) {
        at = found + key.len();
        let rest = dictionary.get(at..)?;
        let mut words = rest
            .split(u8::is_ascii_whitespace)
            .filter(|word| !word.is_empty());
        if rest.first().is_some_and(u8::is_ascii_whitespace)
            && let Some(number) = words.next().and_then(decimal)
            && words.next().and_then(decimal).is_some()
            && words.next().is_some_and(|r| r.starts_with(b"R"))
        {
            return Some(number);
        }
    }
    None
}

fn last_reference(bytes: &[u8], key: &[u8]) -> Option<u32> {
    let (mut at, mut last) = (0, None);
    while let Some(found) = find(bytes, at, key) {
        at = found + key.len();
        let here = bytes.get(found..(found + 64).min(bytes.len()))?;
        last = reference(here, key).or(last);
    }
    last
}

/// An object within an object stream (ISO 32000-1, 7.5.7): numbers and places first, then the objects.
fn packed_object(
    objects: &Objects<'_>,
    number: u32,
    parts: &mut Parts<'_>,
    limits: &Limits,
) -> Option<Vec<u8>> {
    // A later stream holds the later state.
    for index in (0..objects.heads.len()).rev() {
        let Some(object) = objects.object(index) else {
            continue;
        };
        if find(object.dictionary, 0, b"/ObjStm").is_none() {
            continue;
        }
        let Some((first, stream)) = value(object.dictionary, b"/First").zip(object.stream()) else {
            continue;
        };
        let first = first as usize;
        let list = stream.content(first, parts, limits)?;
        let mut places = list.split(u8::is_ascii_whitespace).filter_map(decimal);
        while let Some((n, place)) = places.next().zip(places.next()) {
            if n == number {
                let start = first.checked_add(place as usize)?;
                let end = places
                    .nth(1)
                    .and_then(|next| first.checked_add(next as usize));
                let content = stream.content(end.unwrap_or(usize::MAX), parts, limits)?;
                return content.get(start..).map(<[u8]>::to_vec);
            }
        }
    }
    None
}

/// The whole number after a key.
fn value(dictionary: &[u8], key: &[u8]) -> Option<u32> {
    let rest = dictionary
        .get(find(dictionary, 0, key)? + key.len()..)?
        .trim_ascii_start();
    decimal(rest.split(|b| !b.is_ascii_digit()).next()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    const PACKET: &[u8] = b"<x:xmpmeta><rdf:RDF/></x:xmpmeta>";

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn holding(dictionary: &str, content: &[u8]) -> Vec<u8> {
        let mut out = format!("<<{dictionary}>>\nstream\n").into_bytes();
        out.extend(content);
        out.extend(b"\nendstream");
        out
    }

    fn file(objects: &[(u32, Vec<u8>)]) -> Vec<u8> {
        let mut out = b"%PDF-1.7\n".to_vec();
        for (number, content) in objects {
            out.extend(format!("{number} 0 obj\n").bytes());
            out.extend(content);
            out.extend(b"\nendobj\n");
        }
        out.extend(b"trailer\n<</Size 9/Root 1 0 R>>\nstartxref\n0\n%%EOF\n");
        out
    }

    fn catalogue(metadata: u32) -> Vec<u8> {
        format!("<</Type/Catalog/Metadata {metadata} 0 R/Pages 9 0 R>>").into_bytes()
    }

    #[test]
    fn the_packet_of_the_document_is_found_plain_and_deflated_and_no_other() {
        let other = holding("/Type/Metadata", b"<y:xmpmeta><rdf:RDF/></y:xmpmeta>");
        let plain = holding("/Type /Metadata /Subtype /XML", PACKET);
        let tight = holding("/Type/Metadata/Filter/FlateDecode", &packed(PACKET));
        let inside = [&b"7 0 1 4 8 80 <<>>"[..], &catalogue(3)].concat();
        let hidden = holding(
            "/Type/ObjStm/N 2/First 13/Filter/FlateDecode",
            &packed(&inside),
        );
        for objects in [
            vec![(1, catalogue(3)), (2, other.clone()), (3, plain.clone())],
            vec![(3, tight.clone()), (2, other.clone()), (1, catalogue(3))],
            // An older state of the same objects.
            vec![
                (1, catalogue(2)),
                (2, other.clone()),
                (1, catalogue(3)),
                (3, plain),
            ],
            vec![(5, hidden), (2, other), (3, tight)],
        ] {
            let bytes = file(&objects);
            let found = parts(&bytes, &Limits::default());
            assert_eq!(found.xmp.len(), 1, "{}", bytes.escape_ascii());
            assert!(found.xmp[0].starts_with(PACKET));
            assert!(found.problems.is_empty(), "{:?}", found.problems);
            for cut in 5..bytes.len() - 6 {
                let cut = parts(&bytes[..cut], &Limits::default());
                assert_eq!(cut.problems[0].reason, Reason::Truncated);
            }
        }
    }

    #[test]
    fn the_resources_of_a_photoshop_pdf_are_read() {
        let page =
            b"<</PieceInfo<</AdobePhotoshop<</Private<</ImageResources 3 0 R>>>>>>>>".to_vec();
        let block = b"8BIM\x04\x04\0\0\0\0\0\x07\x1c\x02\x50\x00\x02AP\0";
        let bytes = file(&[
            (1, catalogue(9)),
            (2, page),
            (3, holding("/Length 20", block)),
        ]);
        let found = parts(&bytes, &Limits::default());
        assert_eq!(&found.iim[0][..], b"\x1c\x02\x50\x00\x02AP");
    }

    #[test]
    fn a_stream_that_unpacks_beyond_the_limit_is_a_problem() {
        let bomb = holding("/Filter/FlateDecode", &packed(&vec![b' '; 100_000]));
        let bytes = file(&[(1, catalogue(3)), (3, bomb)]);
        let limits = Limits {
            inflated_bytes: 10_000,
            ..Limits::default()
        };
        assert_eq!(
            parts(&bytes, &limits).problems[0].reason,
            Reason::MaxMetadata
        );
    }
}
