//! Why a file is refused, in one sentence. In: its kind, name and first bytes. Out: a [`Problem`].

use std::path::Path;

use super::content;
use super::sniff::{Promise, promise};
use crate::model::{InputKind, Problem, Reason};

/// The problem of a file that [`sniff`](super::sniff()) calls unknown.
pub fn refusal(kind: InputKind, name: &Path, head: &[u8]) -> Problem {
    if head.is_empty() {
        return Problem::new(
            Reason::Empty,
            "cannot read this file: it is empty (0 bytes); a copy or download was probably cut off",
        );
    }
    let expected = match promise(name) {
        Some(Promise::Picture) => "a picture",
        Some(Promise::Sidecar) => "an XMP sidecar",
        Some(Promise::Page) => "a web page",
        Some(Promise::Text) => "text",
        Some(Promise::WebArchive) => "a web archive",
        None => "anything cutline knows",
    };
    if begins_a_picture(head) {
        return Problem::new(
            Reason::Truncated,
            format!(
                "cannot read this file: it ends after {} bytes, within the first mark of a picture",
                head.len()
            ),
        );
    }
    let inside = match content::text(head) {
        Some(text) if content::begins_as_html(&text) => {
            "a web page, often an error page that a download saved in its place"
        }
        Some(_) => "plain text",
        None if head.iter().all(|b| *b == 0) => "only zero bytes, as a failed copy leaves them",
        None => "bytes of no format that cutline knows",
    };
    let word = match kind {
        InputKind::Unknown => "",
        other => other.word(),
    };
    let ending = if word.is_empty() {
        String::new()
    } else {
        format!(" ({word})")
    };
    Problem::new(
        Reason::UnknownFormat,
        format!(
            "cannot read this file as {expected}, which its name says it is: it holds {inside}{ending}"
        ),
    )
}

/// Whether these few bytes are the beginning of a picture's magic number.
fn begins_a_picture(head: &[u8]) -> bool {
    [
        &b"\xff\xd8\xff"[..],
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"GIF87a",
        b"II*\0",
        b"MM\0*",
        b"BM",
    ]
    .iter()
    .any(|magic| head.len() < magic.len() && magic.starts_with(head))
        || head.len() < 12
            && (head.starts_with(b"RIFF")
                || b"RIFF".starts_with(head)
                || head.get(4..8) == Some(b"ftyp"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(name: &str, head: &[u8]) -> (Reason, String) {
        let problem = refusal(InputKind::Unknown, Path::new(name), head);
        (problem.reason, problem.text)
    }

    #[test]
    fn each_refusal_says_what_the_file_holds() {
        assert_eq!(said("a.jpg", b"").0, Reason::Empty);
        let (reason, text) = said("a.jpg", b"words");
        assert_eq!(reason, Reason::UnknownFormat);
        assert!(
            text.contains("a picture") && text.contains("plain text"),
            "{text}"
        );
        assert!(
            said("a.jpg", b"<!doctype html><title>404</title>")
                .1
                .contains("a web page")
        );
        assert!(said("a.jpg", &[0; 100]).1.contains("zero bytes"));
        assert_eq!(said("a.jpg", b"\xff\xd8").0, Reason::Truncated);
        assert_eq!(said("a.webp", b"RIFF\0\0").0, Reason::Truncated);
        assert_eq!(said("a.heic", b"\0\0\0\x18ftyphe").0, Reason::Truncated);
    }
}
