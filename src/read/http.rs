//! An HTTP answer as a web archive keeps it -> its status, its headers that matter, and its payload as a browser saw it:
//! chunks joined, compression undone. Headers that lie about either are not believed.

use std::io::Read;

use crate::model::{Problem, Reason};

/// How many header lines are looked at.
const MAX_HEADERS: usize = 1_000;

/// An answer.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    /// `None` where the first line is no status line.
    pub status: Option<u16>,
    /// The media type, lower case, without parameters.
    pub mime: Option<String>,
    /// Of the media type.
    pub charset: Option<String>,
    /// Where it leads, as it stands.
    pub location: Option<String>,
    /// Decoded.
    pub payload: Vec<u8>,
    /// Why the payload is not whole.
    pub problem: Option<Problem>,
}

/// Reads an answer; the payload takes at most `max` bytes.
pub(super) fn answer(mut body: Vec<u8>, max: u64) -> Answer {
    let mut out = Answer::default();
    let (mut chunked, mut codings, mut length) = (false, Vec::new(), None);
    let mut rest = &*body;
    if body.starts_with(b"HTTP/") {
        let first = line(&mut rest);
        out.status = first
            .split_whitespace()
            .nth(1)
            .and_then(|code| code.parse().ok());
        for _ in 0..MAX_HEADERS {
            let header = line(&mut rest);
            if header.is_empty() {
                break;
            }
            let Some((name, value)) = header.split_once(':') else {
                continue;
            };
            let value = value.trim();
            match name.trim().to_ascii_lowercase().as_str() {
                "content-type" => (out.mime, out.charset) = media_type(value),
                "location" => out.location = Some(value.to_owned()),
                "content-length" => length = value.parse::<u64>().ok(),
                "transfer-encoding" => chunked |= value.to_ascii_lowercase().contains("chunked"),
                "content-encoding" => {
                    codings.extend(value.split(',').map(|c| c.trim().to_ascii_lowercase()));
                }
                _ => {}
            }
        }
    }
    let mut payload = if let Some((joined, whole)) = chunked.then(|| joined(rest)).flatten() {
        if !whole {
            out.problem = Some(cut_off("its last chunk"));
        }
        joined
    } else {
        let headers = body.len() - rest.len();
        body.drain(..headers);
        // Of what was compressed or joined, the length may be that from before.
        let is_plain = codings.iter().all(|c| c == "identity") && !chunked;
        if is_plain && !body.is_empty() && length.is_some_and(|length| length > body.len() as u64) {
            out.problem = Some(cut_off("the length that its header says"));
        }
        body
    };
    for coding in codings.iter().rev().take(4) {
        match undo(coding, &payload, max) {
            Ok(Some((plain, whole))) => {
                payload = plain;
                if !whole {
                    out.problem = Some(cut_off("its compressed data"));
                }
            }
            Ok(None) => {}
            Err(problem) => {
                payload = Vec::new();
                out.problem = Some(problem);
            }
        }
    }
    out.payload = payload;
    out
}

/// What is said of a payload that is read as far as it goes.
fn cut_off(before: &str) -> Problem {
    Problem::new(
        Reason::Truncated,
        format!(
            "cannot read all of this record: it ends before {before} does, or is damaged there; what came before is read"
        ),
    )
}

/// A line without its end; `rest` goes behind it.
fn line(rest: &mut &[u8]) -> String {
    let end = rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
    let (this, behind) = rest.split_at(end);
    *rest = behind.get(1..).unwrap_or_default();
    String::from_utf8_lossy(this)
        .trim_end_matches('\r')
        .to_owned()
}

/// A media type and its character set.
pub(super) fn media_type(value: &str) -> (Option<String>, Option<String>) {
    let mut parts = value.split(';');
    let mime = parts
        .next()
        .map(|m| m.trim().to_ascii_lowercase())
        .filter(|m| !m.is_empty());
    let charset = parts.find_map(|part| {
        let (name, value) = part.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("charset")
            .then(|| value.trim().trim_matches(['"', '\'']).to_owned())
    });
    (mime, charset)
}

/// Chunks joined, and whether they are all there; `None` where the bytes are no chunks: many archives keep the header of
/// what they joined themselves.
fn joined(mut rest: &[u8]) -> Option<(Vec<u8>, bool)> {
    let mut out = Vec::new();
    loop {
        let size = line(&mut rest);
        let digits = size.split(';').next().unwrap_or_default().trim();
        let Ok(length) = usize::from_str_radix(digits, 16) else {
            // What was joined so far counts; a first line that is no size means that there are no chunks.
            return (!out.is_empty()).then_some((out, false));
        };
        if length == 0 {
            return Some((out, true));
        }
        let Some(chunk) = rest.get(..length) else {
            // Cut off, or a size that lies: what is there is the chunk, if it can be one.
            out.extend_from_slice(rest);
            return Some((out, false));
        };
        out.extend_from_slice(chunk);
        rest = rest.get(length..).unwrap_or_default();
        rest = rest
            .strip_prefix(b"\r\n")
            .or(rest.strip_prefix(b"\n"))
            .unwrap_or(rest);
    }
}

/// A coding undone, and whether to its end; `None` where the bytes are not so coded after all.
fn undo(coding: &str, bytes: &[u8], max: u64) -> Result<Option<(Vec<u8>, bool)>, Problem> {
    let mut out = Vec::new();
    let limit = max.saturating_add(1);
    let read = match coding {
        "gzip" | "x-gzip" if bytes.starts_with(&[0x1f, 0x8b]) => {
            flate2::read::MultiGzDecoder::new(bytes)
                .take(limit)
                .read_to_end(&mut out)
        }
        "deflate" => {
            let zlib = flate2::read::ZlibDecoder::new(bytes)
                .take(limit)
                .read_to_end(&mut out);
            if zlib.is_err() && out.is_empty() {
                flate2::read::DeflateDecoder::new(bytes)
                    .take(limit)
                    .read_to_end(&mut out)
            } else {
                zlib
            }
        }
        "br" => brotli_decompressor::Decompressor::new(bytes, 4096)
            .take(limit)
            .read_to_end(&mut out),
        "zstd" | "compress" | "x-compress" if !is_text(bytes) => {
            return Err(Problem::new(
                Reason::Unsupported,
                format!(
                    "cannot read this record: it is compressed with {coding}, which cutline does not undo"
                ),
            ));
        }
        _ => return Ok(None),
    };
    if out.len() as u64 > max {
        return Err(Problem::new(
            Reason::MaxBytes,
            format!(
                "cannot read this record: its {} bytes inflate to more than the limit of {max}",
                bytes.len()
            ),
        ));
    }
    // Plain text under the header of a coding is plain text; what is cut off is read as far as it goes.
    let plain = read.is_err() && out.is_empty();
    // Behind what is whole may stand anything.
    let whole = read.is_ok()
        || matches!(coding, "gzip" | "x-gzip")
            && flate2::read::GzDecoder::new(bytes)
                .take(limit)
                .read_to_end(&mut Vec::new())
                .is_ok();
    Ok((!plain).then_some((out, whole)))
}

fn is_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes.get(..64).unwrap_or(bytes)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write as _;

    fn read(headers: &str, body: &[u8]) -> Answer {
        let all = [b"HTTP/1.1 200 OK\r\n", headers.as_bytes(), b"\r\n", body].concat();
        answer(all, 1 << 20)
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_plain_answer_comes_apart() {
        let found = read(
            "Content-Type: Text/HTML; charset=\"windows-1251\"\r\nlocation: /b\r\n",
            b"<p>x",
        );
        assert_eq!(found.status, Some(200));
        assert_eq!(found.mime.as_deref(), Some("text/html"));
        assert_eq!(found.charset.as_deref(), Some("windows-1251"));
        assert_eq!(found.location.as_deref(), Some("/b"));
        assert_eq!(found.payload, b"<p>x");
    }

    #[test]
    fn chunks_are_joined_and_compression_is_undone() {
        let chunked = "Transfer-Encoding: chunked\r\n";
        assert_eq!(
            read(chunked, b"4\r\nabcd\r\n2;x=1\r\nef\r\n0\r\n\r\n").payload,
            b"abcdef"
        );
        assert_eq!(
            read(chunked, b"<html>already joined").payload,
            b"<html>already joined"
        );
        assert_eq!(read(chunked, b"FFFFFFFFFFFFFFFF\r\nabc").payload, b"abc");
        let zipped = gzip(b"words");
        assert_eq!(
            read("Content-Encoding: gzip\r\n", &zipped).payload,
            b"words"
        );
        assert_eq!(
            read("Content-Encoding: gzip\r\n", b"words").payload,
            b"words"
        );
        let chunk = [
            format!("{:x}\r\n", zipped.len()).as_bytes(),
            &zipped,
            b"\r\n0\r\n\r\n",
        ]
        .concat();
        let both = "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n";
        assert_eq!(read(both, &chunk).payload, b"words");
        // "words", as the brotli command line tool writes it.
        let brotli = [0x0b, 0x02, 0x80, b'w', b'o', b'r', b'd', b's', 0x03];
        assert_eq!(read("Content-Encoding: br\r\n", &brotli).payload, b"words");
    }

    #[test]
    fn what_is_cut_off_is_read_and_named() {
        let page = "<p>one of many words</p>".repeat(400);
        let whole = gzip(page.as_bytes());
        let chunk = "3\r\nabc\r\n";
        for (headers, body) in [
            ("Content-Encoding: gzip", &whole[..whole.len() - 12]),
            ("Transfer-Encoding: chunked", &b"3\r\nabc\r\n9\r\nxyz"[..]),
            ("Transfer-Encoding: chunked", chunk.as_bytes()),
            ("Content-Length: 900", &page.as_bytes()[..300]),
        ] {
            let answer = read(&format!("{headers}\r\n"), body);
            assert!(!answer.payload.is_empty(), "{headers}");
            let reason = answer.problem.map(|p| p.reason);
            assert_eq!(reason, Some(Reason::Truncated), "{headers}");
        }
        let followed = [&whole[..], b"tail"].concat();
        for (headers, body) in [
            ("Content-Encoding: gzip", &followed[..]),
            ("Content-Encoding: gzip\r\nContent-Length: 99999", &whole),
            ("Content-Length: 9", page.as_bytes()),
        ] {
            assert_eq!(
                read(&format!("{headers}\r\n"), body).problem,
                None,
                "{headers}"
            );
        }
    }

    #[test]
    fn a_bomb_is_a_problem() {
        let found = read("Content-Encoding: gzip\r\n", &gzip(&vec![0; 4 << 20]));
        assert_eq!(found.problem.map(|p| p.reason), Some(Reason::MaxBytes));
        assert!(found.payload.is_empty());
    }

    #[test]
    fn what_is_no_answer_is_all_payload() {
        let found = answer(b"<html>".to_vec(), 100);
        assert_eq!((found.status, found.payload), (None, b"<html>".to_vec()));
        assert_eq!(answer(b"HTTP/1.1 200".to_vec(), 100).payload, b"");
    }
}
