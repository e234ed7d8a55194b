//! Pages that lie compressed on disk (RFC 1952). In: their bytes. Out: what is inside, within a limit.

use std::io::Read as _;

use flate2::read::MultiGzDecoder;

use super::HEAD;
use crate::model::{Problem, Reason};

/// The first bytes of what is inside, at most [`HEAD`]; `None` for what is no gzip file.
pub(super) fn beginning(head: &[u8]) -> Option<Vec<u8>> {
    if !head.starts_with(&[0x1f, 0x8b, 0x08]) {
        return None;
    }
    let mut inside = Vec::with_capacity(HEAD);
    // The head ends in the middle of the stream: what came before the error is what counts.
    let _ = MultiGzDecoder::new(head)
        .take(HEAD as u64)
        .read_to_end(&mut inside);
    Some(inside)
}

/// What is inside, and what went wrong: over the limit nothing comes back, of a file that is cut off or damaged what
/// could be had.
pub fn inflate(bytes: &[u8], max: u64) -> (Vec<u8>, Option<Problem>) {
    let mut inside = Vec::new();
    let read = MultiGzDecoder::new(bytes)
        .take(max.saturating_add(1))
        .read_to_end(&mut inside);
    if inside.len() as u64 > max {
        let problem = Problem::new(
            Reason::MaxBytes,
            format!(
                "cannot read this file: its {} bytes inflate to more than the limit of {max}",
                bytes.len()
            ),
        );
        return (Vec::new(), Some(problem));
    }
    let problem = read.err().map(|error| {
        if error.kind() == std::io::ErrorKind::UnexpectedEof {
            Problem::new(
                Reason::Truncated,
                "cannot read all of this file: the compressed data ends too early; what came before was read",
            )
        } else {
            Problem::new(
                Reason::Damaged,
                format!("cannot read all of this file: its compressed data is damaged ({error})"),
            )
        }
    });
    (inside, problem)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write as _;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_is_inside_comes_out_whole_or_with_a_problem() {
        let page = b"<html><p>Harbour</p>".repeat(50);
        let whole = gzip(&page);
        assert_eq!(inflate(&whole, 1 << 20), (page.clone(), None));
        let two = [gzip(b"one "), gzip(b"two")].concat();
        assert_eq!(inflate(&two, 1 << 20).0, b"one two");

        let (part, problem) = inflate(&whole[..whole.len() - 12], 1 << 20);
        assert!(page.starts_with(&part));
        assert_eq!(problem.unwrap().reason, Reason::Truncated);
        let mut damaged = whole.clone();
        let middle = damaged.len() / 2;
        damaged[middle] ^= 0xff;
        assert!(inflate(&damaged, 1 << 20).1.is_some());
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let bomb = gzip(&vec![b' '; 8 << 20]);
        let (inside, problem) = inflate(&bomb, 1 << 20);
        assert!(inside.is_empty());
        assert_eq!(problem.unwrap().reason, Reason::MaxBytes);
    }

    #[test]
    fn the_beginning_is_known_from_the_first_bytes() {
        let long = gzip(
            &(0..200_000u32)
                .flat_map(u32::to_le_bytes)
                .collect::<Vec<_>>(),
        );
        let inside = beginning(&long[..HEAD]).unwrap();
        assert!(inside.starts_with(&[0, 0, 0, 0, 1, 0, 0, 0]));
        assert!(inside.len() <= HEAD);
        assert_eq!(beginning(b"<html>"), None);
    }
}
