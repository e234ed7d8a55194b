//! MRW: blocks, one of them a TIFF. In: a file's bytes. Out: its EXIF, IIM and XMP.

use super::super::Limits;
use super::super::bytes::{Order, slice};
use super::super::parts::Parts;
use super::super::tiff;

/// How such a file begins.
pub(super) const MAGIC: &[u8] = b"\0MRM";

/// Read the TIFF block of an MRW.
pub(super) fn parts<'a>(bytes: &'a [u8], limits: &Limits) -> Parts<'a> {
    let mut at = 8;
    for _ in 0..limits.records {
        let Some((kind, length)) = slice(bytes, at, 4).zip(Order::Big.u32(bytes, at + 4)) else {
            break;
        };
        let Some(body) = slice(bytes, at + 8, length as usize) else {
            break;
        };
        if kind == b"\0TTW" {
            return tiff::parts(body, limits);
        }
        at += 8 + body.len();
    }
    let mut parts = Parts::default();
    parts.truncated("its blocks");
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::tiff::tests::file;

    #[test]
    fn the_tiff_block_is_found_behind_others() {
        let tiff = file(&[(256, 4, 1, 64), (257, 4, 1, 48)], b"");
        let mut bytes = b"\0MRM\0\0\0\0\0PRD\0\0\0\x02ab\0TTW".to_vec();
        bytes.extend((tiff.len() as u32).to_be_bytes());
        bytes.extend(&tiff);
        let limits = Limits::default();
        assert_eq!(parts(&bytes, &limits).width, 64);
        for cut in 4..bytes.len() {
            assert!(!parts(&bytes[..cut], &limits).problems.is_empty(), "{cut}");
        }
    }
}
