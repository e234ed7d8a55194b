//! CR3: TIFF blocks in ISO boxes. In: a file's bytes. Out: EXIF and XMP.

use super::super::Limits;
use super::super::boxes::{boxes, first};
use super::super::parts::Parts;
use super::super::{heif, tiff};

/// The maker's box within `moov`: main directory, EXIF, notes and place, each a TIFF of its own.
const UUID_BLOCKS: &[u8] = b"\x85\xc0\xb6\x87\x82\x0f\x11\xe0\x81\x11\xf4\xce\x46\x2b\x6a\x48";

/// Read the boxes of a CR3.
pub(super) fn parts<'a>(bytes: &'a [u8], limits: &Limits) -> Parts<'a> {
    let mut parts = Parts::default();
    for part in boxes(bytes, limits) {
        if !part.whole {
            parts.truncated("one of its boxes");
        }
        match part.kind {
            b"uuid" => heif::uuid(part.body, &mut parts, limits),
            b"moov" => {
                for inner in boxes(part.body, limits).filter(|b| b.kind == b"uuid") {
                    if let Some(blocks) = inner.body.strip_prefix(UUID_BLOCKS) {
                        let block = |kind: &[u8]| first(blocks, kind, limits).unwrap_or_default();
                        let exif =
                            tiff::exif_of(block(b"CMT1"), block(b"CMT2"), &mut parts, limits);
                        parts.add_exif(exif, limits);
                    }
                }
            }
            _ => {}
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Field, PhotoFormat};
    use crate::read::boxes::tests::made;
    use crate::read::photo;
    use crate::read::tiff::tests::file;

    #[test]
    fn fields_of_both_blocks_are_read() {
        let artist = file(&[(315, 2, 10, 26)], b"Ann Other\0");
        let taken = file(&[(0x9003, 2, 20, 26)], b"2023:09:13 10:00:00\0");
        let blocks = [UUID_BLOCKS, &made(b"CMT1", &artist), &made(b"CMT2", &taken)].concat();
        let bytes = [
            made(b"ftyp", b"crx \0\0\0\x01"),
            made(b"moov", &made(b"uuid", &blocks)),
        ]
        .concat();
        let limits = Limits::default();
        let read = photo::read(&bytes, PhotoFormat::Raw, &limits);
        assert_eq!(read.metadata.first(Field::Creator), Some("Ann Other"));
        assert_eq!(
            read.metadata.first(Field::DateCreated),
            Some("2023-09-13T10:00:00")
        );
        for cut in 0..bytes.len() {
            let _ = photo::read(&bytes[..cut], PhotoFormat::Raw, &limits);
        }
    }
}
