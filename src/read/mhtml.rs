//! MHTML (RFC 2557): a page and its pictures in one file, as browsers save it -> the page's document and its pictures.
//!
//! In: the file. Out: the file's own document, read from its root part, and a member for every other part, under its
//! address. The page refers to parts by their address (`Content-Location`) or their number (`cid:`).

use std::collections::BTreeMap;

use super::http::media_type;
use super::member::all_bytes;
use super::{
    Body, Content, DocumentContext, Member, Reader, Source, Unpack, UnpackContext, Whole, html,
};
use crate::model::{Document, ImageRef, InputKind, Problem, Reason, Record};

/// Header lines of one part that count.
const MAX_HEADERS: usize = 1_000;
/// Parts within parts.
const MAX_DEPTH: usize = 4;
/// Stands in for `cid:` while a page is read: no page has an address under it (RFC 2606).
const CID: &str = "https://cid.invalid/";

/// Reads pages saved in one file.
pub struct MhtmlReader;

impl Reader for MhtmlReader {
    fn name(&self) -> &'static str {
        "mhtml"
    }

    fn accepts(&self, kind: InputKind) -> bool {
        kind == InputKind::Mhtml
    }

    fn unpack(&self) -> Option<&dyn Unpack> {
        Some(self)
    }
}

impl Unpack for MhtmlReader {
    fn unpack(
        &self,
        file: &mut dyn Source,
        gzip: bool,
        context: &UnpackContext<'_>,
        give: &mut dyn FnMut(Member),
    ) -> Whole {
        let limits = context.document.limits;
        let (bytes, problem) = match all_bytes(file, gzip, limits.record_bytes) {
            Ok(read) => read,
            Err(problem) => return Whole::failed(problem),
        };
        let mut whole = read(&bytes, &context.document, give);
        whole.problems.extend(problem);
        whole
    }
}

/// One part: its headers and its place among the bytes.
#[derive(Debug, Default)]
struct Part<'b> {
    headers: BTreeMap<String, String>,
    body: &'b [u8],
    /// The boundary that ends it was found.
    closed: bool,
}

impl Part<'_> {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    fn mime(&self) -> (String, Option<String>) {
        let (mime, charset) = self
            .header("content-type")
            .map(media_type)
            .unwrap_or_default();
        (mime.unwrap_or_default(), charset)
    }

    fn parameter(&self, name: &str) -> Option<String> {
        let value = self.header("content-type")?;
        let at = value.to_ascii_lowercase().find(&format!("{name}="))?;
        let value = value.get(at + name.len() + 1..)?;
        Some(match value.strip_prefix('"') {
            Some(quoted) => quoted.split('"').next()?.to_owned(),
            None => value.split([';', ' ', '\t']).next()?.to_owned(),
        })
    }

    fn id(&self) -> Option<String> {
        self.header("content-id")
            .map(|id| id.trim().trim_matches(['<', '>']).to_owned())
    }

    /// Where it says it is from.
    fn location(&self) -> Option<String> {
        self.header("content-location")
            .map(|l| l.split_whitespace().collect::<String>())
            .filter(|l| !l.is_empty())
    }

    fn decoded(&self) -> Vec<u8> {
        match self
            .header("content-transfer-encoding")
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
            .as_str()
        {
            "quoted-printable" => quoted_printable(self.body),
            "base64" => base64(self.body),
            _ => self.body.to_vec(),
        }
    }
}

fn read(bytes: &[u8], context: &DocumentContext<'_>, give: &mut dyn FnMut(Member)) -> Whole {
    let mut problems = Vec::new();
    let top = part(bytes, true);
    let captured = top.header("date").and_then(|date| {
        let zoned = jiff::fmt::rfc2822::DateTimeParser::new()
            .parse_timestamp(date.trim())
            .ok()?;
        Some(zoned.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
    });
    let url = top
        .header("snapshot-content-location")
        .map(|u| u.split_whitespace().collect::<String>());
    let start = top
        .parameter("start")
        .map(|id| id.trim_matches(['<', '>']).to_owned());
    let mut parts = Vec::new();
    flatten(top, &mut parts, context.limits.records, 0);
    if !parts.iter().all(|part| part.closed) {
        problems.push(Problem::new(
            Reason::Truncated,
            "cannot read all of this file: it ends within a part; what came before was read",
        ));
    }
    let is_page = |part: &&Part<'_>| part.mime().0.contains("html");
    let root = parts
        .iter()
        .position(|p| start.is_some() && p.id() == start)
        .or_else(|| parts.iter().position(|p| is_page(&p)));
    let Some(root) = root else {
        problems.push(Problem::new(
            Reason::Damaged,
            "cannot read this file as a saved page: no page is in it",
        ));
        return Whole {
            problems,
            ..Whole::default()
        };
    };
    let mut document = None;
    for (at, part) in parts.iter().enumerate() {
        let (mime, charset) = part.mime();
        if at == root {
            let address = part.location().or(url.clone());
            document = Some(page(
                part,
                &parts,
                &DocumentContext {
                    url: address.as_deref().filter(|u| is_web(u)),
                    charset: charset.as_deref(),
                    ..*context
                },
            ));
            continue;
        }
        let body = if mime.contains("html") {
            Body::Skipped("frame")
        } else {
            Body::Bytes(part.decoded())
        };
        let address = part
            .location()
            .or_else(|| part.id().map(|id| format!("cid:{id}")));
        give(Member {
            name: address.clone().unwrap_or_else(|| format!("part {at}")),
            record: Record {
                url: address,
                captured: captured.clone(),
                mime: Some(mime).filter(|m| !m.is_empty()),
                ..Record::default()
            },
            charset,
            body,
            problems: Vec::new(),
        });
    }
    let document = document.unwrap_or_default();
    Whole {
        record: Record {
            url: parts.get(root).and_then(Part::location).or(url),
            captured,
            ..Record::default()
        },
        content: Some(Content::Document(Box::new(document))),
        problems,
    }
}

fn is_web(url: &str) -> bool {
    url.starts_with("http://") || url.starts_with("https://")
}

/// The page, with references by number put in a form that the reader of pages takes for addresses, and back.
fn page(part: &Part<'_>, parts: &[Part<'_>], context: &DocumentContext<'_>) -> Document {
    let mut bytes = part.decoded();
    for id in parts.iter().filter_map(Part::id) {
        let from = format!("cid:{id}");
        if bytes.windows(from.len()).any(|w| w == from.as_bytes()) {
            bytes = replaced(&bytes, from.as_bytes(), format!("{CID}{id}").as_bytes());
        }
    }
    let mut document = html::unread(&bytes, context);
    let back = |url: &mut String| {
        if let Some(id) = url.strip_prefix(CID) {
            *url = format!("cid:{id}");
        }
    };
    for appearance in &mut document.appearances {
        let ImageRef {
            url,
            variants,
            local,
        } = &mut appearance.image;
        url.iter_mut().chain(variants).chain(local).for_each(back);
    }
    document
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 64);
    let mut rest = bytes;
    while let Some(at) = rest.windows(from.len()).position(|w| w == from) {
        out.extend_from_slice(rest.get(..at).unwrap_or_default());
        out.extend_from_slice(to);
        rest = rest.get(at + from.len()..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    out
}

/// Take headers and body apart.
fn part(bytes: &[u8], closed: bool) -> Part<'_> {
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    let mut last: Option<String> = None;
    let mut rest = bytes;
    for _ in 0..MAX_HEADERS {
        let end = rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
        let line = rest.get(..end).unwrap_or_default();
        rest = rest.get(end + 1..).unwrap_or_default();
        let line = String::from_utf8_lossy(line);
        let line = line.trim_end_matches('\r');
        if line.is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) {
            if let Some(value) = last.as_ref().and_then(|name| headers.get_mut(name)) {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            let name = name.trim().to_ascii_lowercase();
            headers
                .entry(name.clone())
                .or_insert_with(|| value.trim().to_owned());
            last = Some(name);
        }
    }
    Part {
        headers,
        body: rest,
        closed,
    }
}

/// All parts that hold no parts themselves, in order.
fn flatten<'b>(whole: Part<'b>, out: &mut Vec<Part<'b>>, most: usize, depth: usize) {
    let boundary = whole
        .parameter("boundary")
        .filter(|b| !b.is_empty() && whole.mime().0.starts_with("multipart/"));
    let Some(boundary) = boundary.filter(|_| depth < MAX_DEPTH) else {
        out.push(whole);
        return;
    };
    let mark = format!("--{boundary}");
    let mut starts: Vec<(usize, usize)> = Vec::new();
    let mut at = 0;
    let mut closed = false;
    for line in whole.body.split_inclusive(|b| *b == b'\n') {
        let next = at + line.len();
        if let Some(behind) = line.strip_prefix(mark.as_bytes()) {
            let behind = behind.trim_ascii();
            if behind.is_empty() || behind == b"--" {
                starts.push((at, next));
            }
            if behind == b"--" {
                closed = true;
                break;
            }
        }
        at = next;
    }
    let ends = starts.iter().skip(1).map(|(line, _)| *line);
    let last = (!closed).then_some(whole.body.len());
    for (&(_, from), to) in starts.iter().zip(ends.chain(last)) {
        if out.len() >= most {
            return;
        }
        let is_last = !closed && to == whole.body.len();
        let inner = whole.body.get(from..to).unwrap_or_default();
        let inner = inner.strip_suffix(b"\n").unwrap_or(inner);
        let inner = inner.strip_suffix(b"\r").unwrap_or(inner);
        flatten(part(inner, !is_last), out, most, depth + 1);
    }
}

/// Bytes of the quoted-printable form (RFC 2045); what is no such form stays as it stands.
fn quoted_printable(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        if first != b'=' {
            out.push(first);
            rest = after;
            continue;
        }
        let line = after
            .strip_prefix(b"\r\n")
            .or_else(|| after.strip_prefix(b"\n"));
        let code = after
            .get(..2)
            .and_then(|d| std::str::from_utf8(d).ok())
            .and_then(|d| u8::from_str_radix(d, 16).ok());
        if let Some(line) = line {
            rest = line;
        } else if let Some(byte) = code {
            out.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            out.push(first);
            rest = after;
        }
    }
    out
}

/// Bytes of the base64 form (RFC 4648); everything outside its alphabet is passed over.
pub(super) fn base64(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut have) = (0_u32, 0);
    for byte in text {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => break,
            _ => continue,
        };
        bits = (bits << 6 | u32::from(value)) & 0x00ff_ffff;
        have += 6;
        if have >= 8 {
            have -= 8;
            out.push((bits >> have) as u8);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_encodings_are_undone() {
        assert_eq!(
            quoted_printable(b"caf=C3=A9 a=3Db=\r\nc =zz ="),
            "café a=bc =zz =".as_bytes()
        );
        assert_eq!(base64(b"aGFy\r\nYm91cg=="), b"harbour");
        assert_eq!(base64(b"aGFyYm9"), b"harbo");
        assert_eq!(base64(b""), b"");
    }

    #[test]
    fn parts_are_found_within_parts_and_the_end_is_missed() {
        let text = b"MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n boundary=\"--x\"; type=text/html\r\n\r\npreamble\r\n\
----x\r\nContent-Type: multipart/alternative; boundary=y\r\n\r\n--y\r\nContent-Type: text/html\r\n\r\n<p>one\r\n--y--\r\n\
----x\r\nContent-ID: <p@1>\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\naGFyYm91cg==\r\n----x--\r\n";
        let mut parts = Vec::new();
        flatten(part(text, true), &mut parts, 100, 0);
        assert_eq!(parts.len(), 2);
        assert_eq!(parts[0].body, b"<p>one");
        assert_eq!(parts[1].id().as_deref(), Some("p@1"));
        assert_eq!(parts[1].decoded(), b"harbour");
        assert!(parts.iter().all(|p| p.closed));
        let mut cut = Vec::new();
        flatten(part(&text[..text.len() - 20], true), &mut cut, 100, 0);
        assert!(!cut[1].closed);
    }
}
