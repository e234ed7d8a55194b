//! JPEG: what lies between SOI and the first EOI, without application segments and comments.

use super::{take, take_byte};
use crate::fingerprint::sha256::Parts;
use crate::model::Sha256;

pub(in crate::fingerprint) const SOI: u8 = 0xD8;
pub(in crate::fingerprint) const EOI: u8 = 0xD9;
pub(in crate::fingerprint) const SOS: u8 = 0xDA;
pub(in crate::fingerprint) const APP14: u8 = 0xEE;

pub(super) fn coded(bytes: &[u8]) -> Option<Sha256> {
    let mut rest = bytes.strip_prefix(&[0xFF, SOI])?;
    let mut parts = Parts::new("jpeg");
    let mut scans = 0;
    loop {
        match next_marker(&mut rest)? {
            EOI => return (scans > 0).then(|| parts.finish()),
            // Comments, application segments, and markers without content that stand between segments.
            marker @ (0xE0..=0xEF | 0xFE) => {
                let content = segment(&mut rest)?;
                if let (APP14, Some(transform)) = (marker, adobe_transform(content)) {
                    parts.add(&[APP14], &[transform]);
                }
            }
            0x01 | 0xD0..=0xD7 => {}
            SOI | 0x00 => return None,
            marker => {
                parts.add(&[marker], segment(&mut rest)?);
                if marker == SOS {
                    let length = entropy_coded_length(rest)?;
                    let data = take(&mut rest, length)?;
                    if data.is_empty() {
                        return None;
                    }
                    parts.add(b"scan", data);
                    scans += 1;
                }
            }
        }
    }
}

/// The next marker's code, after any fill bytes.
pub(in crate::fingerprint) fn next_marker(rest: &mut &[u8]) -> Option<u8> {
    if take_byte(rest)? != 0xFF {
        return None;
    }
    loop {
        match take_byte(rest)? {
            0xFF => {}
            code => return Some(code),
        }
    }
}

/// A segment's content, after its two length bytes.
pub(in crate::fingerprint) fn segment<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = take(rest, 2)?;
    let length = u16::from_be_bytes(length.try_into().ok()?);
    take(rest, usize::from(length).checked_sub(2)?)
}

/// How Adobe's segment says that the colours were transformed: it changes what the samples mean.
pub(in crate::fingerprint) fn adobe_transform(content: &[u8]) -> Option<u8> {
    content.strip_prefix(b"Adobe")?.get(6).copied()
}

/// Bytes up to the next marker that is neither a stuffed zero nor a restart.
pub(in crate::fingerprint) fn entropy_coded_length(rest: &[u8]) -> Option<usize> {
    let mut from = 0;
    loop {
        let at = from + memchr::memchr(0xFF, rest.get(from..)?)?;
        match rest.get(at + 1)? {
            0x00 | 0xD0..=0xD7 => from = at + 2,
            // Fill bytes before a marker.
            0xFF => from = at + 1,
            _ => return Some(at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jpeg(segments: &[&[u8]], scan: &[u8], tail: &[u8]) -> Vec<u8> {
        let mut out = vec![0xFF, SOI];
        for s in segments {
            out.extend_from_slice(s);
        }
        out.extend([0xFF, SOS, 0, 3, 9]);
        out.extend_from_slice(scan);
        out.extend_from_slice(tail);
        out
    }
    const DQT: &[u8] = &[0xFF, 0xDB, 0, 4, 1, 2];
    const APP1: &[u8] = &[0xFF, 0xE1, 0, 5, b'x', b'm', b'p'];
    const COM: &[u8] = &[0xFF, 0xFE, 0, 3, b'c'];
    const END: &[u8] = &[0xFF, EOI];

    #[test]
    fn metadata_and_trailing_bytes_do_not_count() {
        let plain = coded(&jpeg(&[DQT], &[1, 0xFF, 0, 2], END));
        assert!(plain.is_some());
        let dressed = jpeg(&[APP1, DQT, COM], &[1, 0xFF, 0, 2], &[0xFF, EOI, 7, 7]);
        assert_eq!(plain, coded(&dressed));
    }

    #[test]
    fn tables_scan_data_and_adobe_transform_count() {
        let base = coded(&jpeg(&[DQT], &[1], END));
        let other_table = jpeg(&[&[0xFF, 0xDB, 0, 4, 1, 3]], &[1], END);
        let other_scan = jpeg(&[DQT], &[2], END);
        let adobe = jpeg(&[DQT, b"\xFF\xEE\0\x0EAdobe\0\x64\0\0\0\0\x02"], &[1], END);
        for other in [other_table, other_scan, adobe] {
            let hash = coded(&other);
            assert!(hash.is_some());
            assert_ne!(base, hash);
        }
    }

    #[test]
    fn a_file_that_breaks_off_has_none() {
        let whole = jpeg(&[APP1, DQT], &[1, 2, 3], END);
        for end in 0..whole.len() {
            assert_eq!(coded(&whole[..end]), None, "cut at {end}");
        }
        assert_eq!(coded(&jpeg(&[DQT], &[], END)), None);
    }
}
