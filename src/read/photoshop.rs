//! Photoshop image resources. In: the bytes of a resource block (JPEG APP13, TIFF 34377, PNG profile, PSD, EPS).
//! Out: the IIM, EXIF and XMP blocks in them and the digest kept of IIM.

use std::borrow::Cow;

use super::Limits;
use super::bytes::{Order, slice};
use super::parts::Parts;

const IIM: u16 = 0x0404;
const EXIF: u16 = 0x0422;
const XMP: u16 = 0x0424;
const DIGEST: u16 = 0x0425;
const TYPES: [&[u8]; 5] = [b"8BIM", b"PHUT", b"DCSR", b"AgHg", b"MeSa"];

/// Take the metadata out of a resource block. Damage ends the walk quietly: what is no metadata does not matter here.
// A borrowed block lends its content without a copy: the `Cow` itself is needed.
#[allow(clippy::ptr_arg)]
pub(super) fn resources<'a>(block: &Cow<'a, [u8]>, parts: &mut Parts<'a>, limits: &Limits) {
    let mut at = 0;
    for _ in 0..limits.records {
        let Some(resource) = next(block, at) else {
            return;
        };
        let content = || match block {
            Cow::Borrowed(bytes) => {
                slice(bytes, resource.start, resource.length).map(Cow::Borrowed)
            }
            Cow::Owned(bytes) => {
                slice(bytes, resource.start, resource.length).map(|data| Cow::Owned(data.to_vec()))
            }
        };
        match resource.id {
            IIM => {
                if let Some(data) = content() {
                    parts.add_iim(data, limits);
                }
            }
            EXIF => {
                if let Some(data) = content() {
                    parts.add_exif(data, limits);
                }
            }
            XMP => {
                if let Some(data) = content() {
                    parts.add_xmp(data, limits);
                }
            }
            DIGEST => {
                let digest = slice(block, resource.start, 16).and_then(|d| d.try_into().ok());
                parts.digest = parts.digest.or(digest.filter(|d| *d != [0; 16]));
            }
            _ => {}
        }
        at = resource.end;
    }
}

struct Resource {
    id: u16,
    start: usize,
    length: usize,
    end: usize,
}

fn next(block: &[u8], at: usize) -> Option<Resource> {
    // Some writers pad where the format does not: look one byte on.
    let at = [at, at.checked_add(1)?]
        .into_iter()
        .find(|at| slice(block, *at, 4).is_some_and(|kind| TYPES.contains(&kind)))?;
    let id = Order::Big.u16(block, at + 4)?;
    let name = usize::from(*block.get(at + 6)?);
    let size_at = at + 7 + name + usize::from(name % 2 == 0);
    let stated = Order::Big.u32(block, size_at)? as usize;
    let start = size_at + 4;
    let length = stated.min(block.len().checked_sub(start)?);
    Some(Resource {
        id,
        start,
        length,
        end: start + length + length % 2,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resource(id: u16, name: &[u8], data: &[u8]) -> Vec<u8> {
        let mut out = b"8BIM".to_vec();
        out.extend(id.to_be_bytes());
        out.push(name.len() as u8);
        out.extend(name);
        if name.len().is_multiple_of(2) {
            out.push(0);
        }
        out.extend((data.len() as u32).to_be_bytes());
        out.extend(data);
        if data.len() % 2 == 1 {
            out.push(0);
        }
        out
    }

    #[test]
    fn iim_and_digest_are_found_among_other_resources() {
        let mut block = resource(0x03ed, b"res", &[1, 2, 3]);
        block.extend(resource(IIM, b"", b"\x1c\x02\x50\x00\x02AP"));
        block.extend(resource(DIGEST, b"ab", &[7; 16]));
        let mut parts = Parts::default();
        resources(&Cow::Borrowed(&block), &mut parts, &Limits::default());
        assert_eq!(parts.iim.len(), 1);
        assert_eq!(&parts.iim[0][..], b"\x1c\x02\x50\x00\x02AP");
        assert_eq!(parts.digest, Some([7; 16]));
    }

    #[test]
    fn a_resource_longer_than_the_block_gives_what_is_there() {
        let mut block = resource(IIM, b"", b"\x1c\x02\x50\x00\x02AP");
        block[11] = 200;
        let mut parts = Parts::default();
        resources(&Cow::Borrowed(&block), &mut parts, &Limits::default());
        assert_eq!(parts.iim.len(), 1);
    }
}
