//! Web archives (ISO 28500) -> their answers, one record in memory at a time.
//!
//! In: a `.warc` or `.warc.gz` file, or one inside a WACZ. Out: a member for every response, resource and revisit, under
//! its address. Requests, metadata and the archive's own description make no members. Lengths are tolerated that are
//! wrong: a record ends where the next begins.

use std::io::{BufRead, BufReader, Read};

use super::gzip::Inflate;
use super::html::url::absolute;
use super::{Body, Member, Reader, Source, Unpack, UnpackContext, Whole, http};
use crate::model::{InputKind, Problem, Reason, Record};

/// Bytes for a record that are reserved on the word of its length.
const RESERVED: usize = 1 << 20;
/// Bytes of one header line that count.
const MAX_LINE: usize = 1 << 16;
/// Header lines of one record that count.
const MAX_HEADERS: usize = 10_000;
/// After so many wrong lengths no length is believed any more, so that the file is read once and not again and again.
const MAX_LIES: usize = 16;

/// Reads web archives.
pub struct WarcReader;

impl Reader for WarcReader {
    fn name(&self) -> &'static str {
        "warc"
    }

    fn accepts(&self, kind: InputKind) -> bool {
        kind == InputKind::Warc
    }

    fn unpack(&self) -> Option<&dyn Unpack> {
        Some(self)
    }
}

impl Unpack for WarcReader {
    fn unpack(
        &self,
        file: &mut dyn Source,
        gzip: bool,
        context: &UnpackContext<'_>,
        give: &mut dyn FnMut(Member),
    ) -> Whole {
        let limit = context.document.limits.record_bytes;
        Whole {
            problems: read(file, gzip, limit, give),
            ..Whole::default()
        }
    }
}

/// Reads every record of a stream; what went wrong with the stream comes back.
pub(super) fn read(
    stream: impl Read,
    gzip: bool,
    limit: u64,
    give: &mut dyn FnMut(Member),
) -> Vec<Problem> {
    if gzip {
        let mut inside = BufReader::with_capacity(1 << 16, Inflate::new(stream));
        let mut problems = records(&mut inside, limit, give);
        problems.extend(inside.get_ref().problem());
        problems
    } else {
        records(&mut BufReader::with_capacity(1 << 16, stream), limit, give)
    }
}

fn records(input: &mut dyn BufRead, limit: u64, give: &mut dyn FnMut(Member)) -> Vec<Problem> {
    let mut records = Records {
        input: Ahead {
            put_back: Vec::new(),
            at: 0,
            input,
        },
        limit,
        lies: 0,
        problems: Vec::new(),
    };
    let mut any = false;
    loop {
        match records.next() {
            Ok(Some(raw)) => {
                any = true;
                if let Some(member) = member(raw, limit) {
                    give(member);
                }
            }
            Ok(None) => break,
            Err(error) => {
                records.note(
                    Reason::Unreadable,
                    &format!("cannot read all of this file: {error}"),
                );
                break;
            }
        }
    }
    if !any {
        records.note(
            Reason::Damaged,
            "cannot read this file: no record of a web archive is in it",
        );
    }
    records.problems
}

/// One record as it stands.
#[derive(Default)]
struct Raw {
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    problems: Vec<Problem>,
}

impl Raw {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(have, _)| have == name)
            .map(|(_, value)| value.as_str())
    }
}

struct Records<'r> {
    input: Ahead<'r>,
    limit: u64,
    lies: usize,
    problems: Vec<Problem>,
}

impl Records<'_> {
    fn note(&mut self, reason: Reason, text: &str) {
        if !self.problems.iter().any(|p| p.reason == reason) {
            self.problems.push(Problem::new(reason, text));
        }
    }

    /// The next record; `None` at the end.
    fn next(&mut self) -> std::io::Result<Option<Raw>> {
        if !self.find_record()? {
            return Ok(None);
        }
        let mut raw = Raw::default();
        self.input.line(MAX_LINE)?;
        for _ in 0..MAX_HEADERS {
            let line = self.input.line(MAX_LINE)?;
            let text = String::from_utf8_lossy(&line);
            let text = text.trim_end_matches(['\r', '\n']);
            if text.is_empty() {
                break;
            }
            if text.starts_with([' ', '\t']) {
                if let Some((_, value)) = raw.headers.last_mut() {
                    value.push(' ');
                    value.push_str(text.trim());
                }
            } else if let Some((name, value)) = text.split_once(':') {
                raw.headers
                    .push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
        self.body(&mut raw)?;
        Ok(Some(raw))
    }

    /// Go to the first line of a record; `false` at the end.
    fn find_record(&mut self) -> std::io::Result<bool> {
        let mut strange = false;
        loop {
            let ahead = self.input.peek(5)?;
            if ahead.is_empty() {
                return Ok(false);
            }
            if ahead == b"WARC/" {
                if strange {
                    self.wrong_length();
                }
                return Ok(true);
            }
            let blank = matches!(ahead.first(), Some(b'\r' | b'\n'));
            strange |= !blank;
            if blank {
                self.input.consume(1);
            } else {
                self.input.line(MAX_LINE)?;
            }
        }
    }

    fn wrong_length(&mut self) {
        self.lies += 1;
        self.note(
            Reason::Damaged,
            "cannot trust the lengths that this file states of its records: some are wrong; each record was read up to the next",
        );
    }

    fn body(&mut self, raw: &mut Raw) -> std::io::Result<()> {
        let length = raw
            .header("content-length")
            .and_then(|length| length.parse::<u64>().ok());
        let kept = matches!(
            raw.header("warc-type"),
            Some("response" | "resource" | "revisit")
        );
        let Some(length) = length.filter(|_| self.lies < MAX_LIES) else {
            self.wrong_length();
            return self.up_to_next(raw);
        };
        let most = length.min(self.limit);
        if !kept && length <= self.limit {
            self.input.skip(length)?;
            return Ok(());
        }
        self.input.read_up_to(&mut raw.body, most)?;
        let short = (raw.body.len() as u64) < most;
        let at_boundary = !short && length <= self.limit && self.at_boundary()?;
        if at_boundary {
            return Ok(());
        }
        if let Some((end, next)) = separator(&raw.body) {
            // The length runs into the next record.
            let rest = raw.body.split_off(next);
            raw.body.truncate(end);
            self.input.push_back(rest);
            self.wrong_length();
            return Ok(());
        }
        if short {
            let text =
                "cannot read all of this file: it ends within a record; what came before was read";
            self.note(Reason::Truncated, text);
            raw.problems.push(Problem::new(
                Reason::Truncated,
                "cannot read all of this record: the file ends within it",
            ));
            return Ok(());
        }
        if length > self.limit {
            self.input.skip(length - most)?;
            raw.body.clear();
            raw.problems.push(Problem::new(
                Reason::MaxBytes,
                format!(
                    "cannot read this record: its {length} bytes are more than the limit of {}",
                    self.limit
                ),
            ));
            return Ok(());
        }
        self.wrong_length();
        self.up_to_next(raw)
    }

    /// Whether the end of the file or the next record is here, behind blank lines.
    fn at_boundary(&mut self) -> std::io::Result<bool> {
        loop {
            match self.input.peek(5)? {
                [] | b"WARC/" => return Ok(true),
                [b'\r' | b'\n', ..] => self.input.consume(1),
                _ => return Ok(false),
            }
        }
    }

    /// A body without a length to trust: up to the line with which the next record begins.
    fn up_to_next(&mut self, raw: &mut Raw) -> std::io::Result<()> {
        loop {
            if self.input.peek(7)?.starts_with(b"WARC/") {
                break;
            }
            let line = self
                .input
                .line(usize::try_from(self.limit).unwrap_or(usize::MAX))?;
            if line.is_empty() {
                break;
            }
            if (raw.body.len() + line.len()) as u64 <= self.limit {
                raw.body.extend_from_slice(&line);
            }
        }
        let end = raw
            .body
            .iter()
            .rposition(|b| !matches!(b, b'\r' | b'\n'))
            .map_or(0, |at| at + 1);
        raw.body.truncate(end);
        Ok(())
    }
}

/// Where in a body another record begins, behind blank lines: the end of what is the body's own, and that beginning.
fn separator(body: &[u8]) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some(at) = body
        .get(from..)?
        .windows(7)
        .position(|w| w == b"WARC/1." || w == b"WARC/0.")
    {
        let next = from + at;
        let before = body.get(..next)?;
        if before.ends_with(b"\r\n\r\n") {
            return Some((next - 4, next));
        }
        if before.ends_with(b"\n\n") {
            return Some((next - 2, next));
        }
        from = next + 5;
    }
    None
}

/// What a record is as a member; `None` for what makes none.
fn member(mut raw: Raw, limit: u64) -> Option<Member> {
    let body = std::mem::take(&mut raw.body);
    let kind = raw.header("warc-type")?;
    if !matches!(kind, "response" | "resource" | "revisit") {
        return None;
    }
    let url = raw
        .header("warc-target-uri")
        .map(|url| url.trim_matches(['<', '>']).to_owned())
        .filter(|url| !url.is_empty());
    // Addresses of the archive's own bookkeeping, and look-ups of names.
    let scheme = url.as_deref().and_then(|u| u.split(':').next());
    if matches!(scheme, Some("dns" | "whois" | "metadata" | "urn")) {
        return None;
    }
    let mut problems = raw.problems.clone();
    let captured = raw.header("warc-date").and_then(utc);
    if captured.is_none() {
        problems.push(Problem::new(
            Reason::Damaged,
            "cannot tell when this record was captured: its date is missing or is none",
        ));
    }
    let is_http = body.starts_with(b"HTTP/");
    let is_empty = body.is_empty();
    let answer = http::answer(body, limit);
    let (mut mime, mut charset) = (answer.mime, answer.charset);
    if !is_http && kind == "resource" {
        (mime, charset) = raw
            .header("content-type")
            .map(http::media_type)
            .unwrap_or_default();
    }
    problems.extend(answer.problem);
    let redirect = answer
        .location
        .as_deref()
        .filter(|_| matches!(answer.status, Some(300..=399)))
        .and_then(|location| absolute(location, url.as_deref()));
    let record = Record {
        captured,
        status: answer.status,
        mime,
        redirect,
        digest: raw
            .header("warc-payload-digest")
            .map(str::to_ascii_lowercase),
        repeats: kind == "revisit",
        url,
    };
    let body = match answer.status {
        _ if record.repeats => Body::Skipped("revisit"),
        Some(200) => Body::Bytes(answer.payload),
        None if kind == "resource" || !is_empty => Body::Bytes(answer.payload),
        None => Body::Skipped("empty"),
        Some(300..=399) => Body::Skipped("redirect"),
        Some(400..=599) => Body::Skipped("error-page"),
        Some(_) => Body::Skipped("other"),
    };
    Some(Member {
        name: record
            .url
            .clone()
            .or_else(|| raw.header("warc-record-id").map(str::to_owned))
            .unwrap_or_else(|| "record".to_owned()),
        record,
        charset,
        body,
        problems,
    })
}

/// A date of a record in UTC, to the second.
pub(super) fn utc(text: &str) -> Option<String> {
    let text = text.trim();
    let digits = text.len() == 14 && text.bytes().all(|b| b.is_ascii_digit());
    let spelled = if digits {
        let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
        format!(
            "{}-{}-{}T{}:{}:{}Z",
            part(0, 4),
            part(4, 6),
            part(6, 8),
            part(8, 10),
            part(10, 12),
            part(12, 14)
        )
    } else {
        text.to_owned()
    };
    let time: jiff::Timestamp = spelled.parse().ok()?;
    Some(time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
}

/// A stream into which bytes can be put back.
struct Ahead<'r> {
    put_back: Vec<u8>,
    at: usize,
    input: &'r mut dyn BufRead,
}

impl Ahead<'_> {
    fn buffered(&self) -> &[u8] {
        self.put_back.get(self.at..).unwrap_or_default()
    }

    fn push_back(&mut self, mut bytes: Vec<u8>) {
        bytes.extend_from_slice(self.buffered());
        self.put_back = bytes;
        self.at = 0;
    }

    /// At most `count` bytes that come next; fewer only at the end.
    fn peek(&mut self, count: usize) -> std::io::Result<&[u8]> {
        while self.buffered().len() < count {
            let more = self.input.fill_buf()?;
            if more.is_empty() {
                break;
            }
            let take = more.len().min(count);
            let some = more.get(..take).unwrap_or_default().to_vec();
            self.input.consume(take);
            self.put_back.drain(..self.at);
            self.at = 0;
            self.put_back.extend_from_slice(&some);
        }
        let ahead = self.buffered();
        Ok(ahead.get(..count).unwrap_or(ahead))
    }

    /// Drop bytes that were peeked at.
    fn consume(&mut self, count: usize) {
        self.at = (self.at + count).min(self.put_back.len());
        if self.at == self.put_back.len() {
            self.put_back.clear();
            self.at = 0;
        }
    }

    /// The next bytes, as many as lie in one piece; none at the end.
    fn piece(&mut self, most: usize) -> std::io::Result<&[u8]> {
        let piece = if self.at < self.put_back.len() {
            self.put_back.get(self.at..).unwrap_or_default()
        } else {
            self.input.fill_buf()?
        };
        Ok(piece.get(..most).unwrap_or(piece))
    }

    /// Goes behind bytes of such a piece.
    fn consume_piece(&mut self, count: usize) {
        if self.buffered().is_empty() {
            self.input.consume(count);
        } else {
            self.consume(count);
        }
    }

    fn read_up_to(&mut self, out: &mut Vec<u8>, count: u64) -> std::io::Result<()> {
        let mut left = count;
        // A length that lies must not take memory.
        out.reserve(usize::try_from(count).unwrap_or(usize::MAX).min(RESERVED));
        while left > 0 {
            let piece = self.piece(usize::try_from(left).unwrap_or(usize::MAX))?;
            if piece.is_empty() {
                break;
            }
            let length = piece.len();
            out.extend_from_slice(piece);
            left -= length as u64;
            self.consume_piece(length);
        }
        Ok(())
    }

    fn skip(&mut self, count: u64) -> std::io::Result<()> {
        let mut left = count;
        while left > 0 {
            let length = self
                .piece(usize::try_from(left).unwrap_or(usize::MAX))?
                .len();
            if length == 0 {
                break;
            }
            left -= length as u64;
            self.consume_piece(length);
        }
        Ok(())
    }

    /// A line with its end, what is over `most` bytes left out; empty at the end of the stream.
    fn line(&mut self, most: usize) -> std::io::Result<Vec<u8>> {
        let mut line = Vec::new();
        loop {
            let from_ahead = !self.buffered().is_empty();
            let piece = if from_ahead {
                self.put_back.get(self.at..).unwrap_or_default()
            } else {
                self.input.fill_buf()?
            };
            if piece.is_empty() {
                return Ok(line);
            }
            let end = piece.iter().position(|b| *b == b'\n');
            let take = end.map_or(piece.len(), |at| at + 1);
            if line.len() < most {
                line.extend_from_slice(piece.get(..take).unwrap_or_default());
            }
            if from_ahead {
                self.consume(take);
            } else {
                self.input.consume(take);
            }
            if end.is_some() {
                return Ok(line);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: &str, url: &str, length: Option<usize>, body: &str) -> String {
        let length = length.unwrap_or(body.len());
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-06-12T08:00:00Z\r\n\
             Content-Type: application/http;msgtype=response\r\nContent-Length: {length}\r\n\r\n{body}\r\n\r\n"
        )
    }

    const PAGE: &str =
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><p>Harbour</html>";

    fn all(text: &[u8]) -> (Vec<Member>, Vec<Reason>) {
        let mut members = Vec::new();
        let problems = read(text, false, 1 << 20, &mut |m| members.push(m));
        (members, problems.into_iter().map(|p| p.reason).collect())
    }

    fn payloads(members: &[Member]) -> Vec<String> {
        members
            .iter()
            .map(|m| match &m.body {
                Body::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
                Body::Skipped(word) => format!("[{word}]"),
                Body::Read(..) => "read".into(),
            })
            .collect()
    }

    #[test]
    fn records_come_one_after_the_other() {
        let text = [
            record("warcinfo", "", None, "software: x"),
            record("request", "https://a.example/", None, "GET / HTTP/1.1"),
            record("response", "<https://a.example/>", None, PAGE),
            record(
                "response",
                "https://a.example/old",
                None,
                "HTTP/1.1 301 Moved\r\nLocation: /new\r\n\r\n",
            ),
            record(
                "response",
                "https://a.example/gone",
                None,
                "HTTP/1.1 404 Not Found\r\n\r\n<h1>no",
            ),
            record("resource", "https://a.example/x.png", None, "bytes"),
        ]
        .concat();
        let (members, problems) = all(text.as_bytes());
        assert_eq!(problems, []);
        assert_eq!(
            payloads(&members),
            [
                "<html><p>Harbour</html>",
                "[redirect]",
                "[error-page]",
                "bytes"
            ]
        );
        let first = &members[0];
        assert_eq!(first.record.url.as_deref(), Some("https://a.example/"));
        assert_eq!(
            first.record.captured.as_deref(),
            Some("2024-06-12T08:00:00Z")
        );
        assert_eq!(first.charset.as_deref(), Some("utf-8"));
        assert_eq!(
            members[1].record.redirect.as_deref(),
            Some("https://a.example/new")
        );
    }

    #[test]
    fn wrong_lengths_lose_no_record() {
        for length in [0, 10, PAGE.len() - 3, PAGE.len() + 30, 99_999] {
            let text = [
                record("response", "https://a.example/1", Some(length), PAGE),
                record("response", "https://a.example/2", None, PAGE),
            ]
            .concat();
            let (members, problems) = all(text.as_bytes());
            let found = payloads(&members);
            assert_eq!(found.len(), 2, "{length}");
            assert!(
                found.iter().all(|p| p == "<html><p>Harbour</html>"),
                "{length}: {found:?}"
            );
            assert_eq!(problems, [Reason::Damaged], "{length}");
        }
    }

    #[test]
    fn a_file_of_lies_is_read_once() {
        let one = record("response", "https://a.example/1", Some(900_000), PAGE);
        let (members, problems) = all(one.repeat(2_000).as_bytes());
        assert_eq!(members.len(), 2_000);
        assert!(problems.contains(&Reason::Damaged));
    }

    #[test]
    fn a_record_that_is_cut_off_or_too_long_says_so() {
        let text = record("response", "https://a.example/1", None, PAGE);
        let (members, problems) = all(&text.as_bytes()[..text.len() - 12]);
        assert_eq!(problems, [Reason::Truncated]);
        assert_eq!(members[0].problems[0].reason, Reason::Truncated);
        let long = "x".repeat(2 << 20);
        let text = record("resource", "https://a.example/v", None, &long) + &text;
        let (members, problems) = all(text.as_bytes());
        assert_eq!(problems, []);
        assert_eq!(members[0].problems[0].reason, Reason::MaxBytes);
        assert_eq!(payloads(&members)[1], "<html><p>Harbour</html>");
    }

    #[test]
    fn what_is_no_web_archive_is_a_problem() {
        assert_eq!(all(b"just words").1, [Reason::Damaged]);
        assert_eq!(all(&b"\r\n".repeat(100_000)).1, [Reason::Damaged]);
    }

    #[test]
    fn dates_become_utc() {
        assert_eq!(
            utc("2024-06-12T10:00:00.123+02:00").as_deref(),
            Some("2024-06-12T08:00:00Z")
        );
        assert_eq!(
            utc("20240612080000").as_deref(),
            Some("2024-06-12T08:00:00Z")
        );
        assert_eq!(utc("9999-99-99T99:99:99Z"), None);
    }
}
