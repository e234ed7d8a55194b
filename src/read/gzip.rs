//! Compressed web archives: many gzip members one after the other.
//!
//! In: their bytes. Out: what is inside, as a stream; after a damaged member it goes on at the next. A bomb ends the
//! stream: what good archives hold is not a hundred times as long as the file, all in all.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::GzDecoder;

use crate::model::{Problem, Reason};

/// Inflated bytes that need no reason.
const FREE: u64 = 64 << 20;
/// Inflated bytes for each byte read, over the whole file.
const RATIO: u64 = 100;

/// Counts what is read through it.
struct Counted<R> {
    inner: R,
    count: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count += read as u64;
        Ok(read)
    }
}

/// What is inside.
pub(super) struct Inflate<R: Read> {
    /// `None` at the end.
    member: Option<GzDecoder<BufReader<Counted<R>>>>,
    inflated: u64,
    problem: Option<Problem>,
}

impl<R: Read> Inflate<R> {
    pub(super) fn new(inner: R) -> Self {
        let counted = Counted { inner, count: 0 };
        Self {
            member: Some(GzDecoder::new(BufReader::with_capacity(1 << 16, counted))),
            inflated: 0,
            problem: None,
        }
    }

    /// The first thing that went wrong.
    pub(super) fn problem(&self) -> Option<Problem> {
        self.problem.clone()
    }

    fn note(&mut self, reason: Reason, text: &str) {
        if self.problem.is_none() {
            self.problem = Some(Problem::new(reason, text));
        }
    }

    /// Go on at the next member; `false` where there is none.
    fn next_member(&mut self, mut rest: BufReader<Counted<R>>, damaged: bool) -> io::Result<bool> {
        let mut skipped = 0_u64;
        loop {
            let ahead = rest.fill_buf()?;
            if ahead.is_empty() {
                break;
            }
            let magic = [0x1f, 0x8b, 0x08];
            let fits = ahead.iter().zip(magic).all(|(a, b)| *a == b);
            if fits && (skipped > 0 || !damaged) {
                if skipped > 0 && !damaged {
                    self.note(
                        Reason::Damaged,
                        "cannot read all of this file: bytes that are not compressed stand between its records; the records were read",
                    );
                }
                self.member = Some(GzDecoder::new(rest));
                return Ok(true);
            }
            let next = ahead
                .iter()
                .skip(1)
                .position(|b| *b == 0x1f)
                .map_or(ahead.len(), |at| at + 1);
            skipped += next as u64;
            rest.consume(next);
        }
        if skipped > 0 {
            self.note(
                Reason::Damaged,
                "cannot read the end of this file: it is not compressed data; what came before was read",
            );
        }
        Ok(false)
    }
}

impl<R: Read> Read for Inflate<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        while let Some(mut member) = self.member.take() {
            let read = member.read(buffer);
            let count = member.get_ref().get_ref().count;
            match read {
                Ok(0) => {
                    if !self.next_member(member.into_inner(), false)? {
                        return Ok(0);
                    }
                }
                Ok(read) => {
                    self.inflated += read as u64;
                    if self.inflated > FREE + RATIO * count {
                        self.note(
                            Reason::MaxBytes,
                            "cannot read all of this file: it inflates to more than a hundred times its size; what came before was read",
                        );
                        return Ok(0);
                    }
                    self.member = Some(member);
                    return Ok(read);
                }
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    self.note(
                        Reason::Truncated,
                        "cannot read all of this file: the compressed data ends too early; what came before was read",
                    );
                    return Ok(0);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {
                    self.member = Some(member);
                }
                Err(error) => {
                    self.note(
                        Reason::Damaged,
                        &format!("cannot read all of this file: its compressed data is damaged ({error}); what could be had was read"),
                    );
                    if !self.next_member(member.into_inner(), true)? {
                        return Ok(0);
                    }
                }
            }
        }
        Ok(0)
    }
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

    fn inside(bytes: &[u8]) -> (Vec<u8>, Option<Reason>) {
        let mut stream = Inflate::new(bytes);
        let mut out = Vec::new();
        stream.read_to_end(&mut out).unwrap();
        (out, stream.problem().map(|p| p.reason))
    }

    #[test]
    fn members_follow_each_other_and_empty_ones_do_no_harm() {
        let all = [gzip(b"one "), gzip(b""), gzip(b"two")].concat();
        assert_eq!(inside(&all), (b"one two".to_vec(), None));
        assert_eq!(inside(b""), (Vec::new(), Some(Reason::Truncated)));
    }

    #[test]
    fn after_a_damaged_member_the_next_is_read() {
        let mut middle = gzip(&b"harbour ".repeat(40));
        let at = middle.len() / 2;
        middle[at] ^= 0x55;
        let (out, reason) = inside(&[gzip(b"first "), middle, gzip(b"last")].concat());
        let out = String::from_utf8_lossy(&out).into_owned();
        assert!(out.starts_with("first ") && out.ends_with("last"), "{out}");
        assert_eq!(reason, Some(Reason::Damaged));
    }

    #[test]
    fn a_file_that_is_cut_off_or_followed_by_junk_says_so() {
        let one = gzip(&b"harbour ".repeat(40));
        assert_eq!(inside(&one[..one.len() - 9]).1, Some(Reason::Truncated));
        let (out, reason) = inside(&[one, b"junk".repeat(9)].concat());
        assert_eq!((out.len(), reason), (320, Some(Reason::Damaged)));
    }

    #[test]
    fn a_bomb_ends_the_stream() {
        let bomb = gzip(&vec![0; 100 << 20]);
        let (out, reason) = inside(&bomb);
        assert!(out.len() < 80 << 20);
        assert_eq!(reason, Some(Reason::MaxBytes));
    }
}
