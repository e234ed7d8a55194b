//! What a file is: by content first, by name second. In: name and first bytes. Out: an [`InputKind`].

use std::path::Path;

use super::{content, named};
use crate::model::{InputKind, PhotoFormat};

/// What a name promises, of the kinds that cutline reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Promise {
    Picture,
    Sidecar,
    Page,
    Text,
    WebArchive,
}

/// What the name's ending promises; `None` where it promises nothing that cutline reads.
pub(super) fn promise(name: &Path) -> Option<Promise> {
    let Some(ending) = named::extension(name) else {
        return Some(Promise::Text);
    };
    Some(match ending.as_str() {
        "jpg" | "jpeg" | "jpe" | "jfif" | "png" | "apng" | "webp" | "tif" | "tiff" | "gif"
        | "bmp" | "dib" | "psd" | "psb" | "heic" | "heif" | "hif" | "avif" | "jxl" | "jp2"
        | "j2k" | "jpx" => Promise::Picture,
        "xmp" => Promise::Sidecar,
        "html" | "htm" | "xhtml" | "shtml" | "mht" | "mhtml" => Promise::Page,
        "warc" | "wacz" => Promise::WebArchive,
        "txt" | "text" | "md" | "markdown" => Promise::Text,
        _ => return None,
    })
}

/// What a file is. `head` is its beginning, at most [`HEAD`](super::HEAD) bytes; an empty one means an empty file.
///
/// [`InputKind::Unknown`] is a file that promises by its name to be read and is not that, or has no bytes:
/// [`refusal`](super::refusal) says so in words. What promises nothing is skipped.
pub fn sniff(name: &Path, head: &[u8]) -> InputKind {
    if let Some(word) = named::litter(name) {
        return InputKind::Skipped(word);
    }
    let by_name = named::ending(name);
    let promised = promise(name);
    match content::magic(head) {
        Some(InputKind::Photo(PhotoFormat::Tiff)) if by_name == Some("camera-raw") => {
            return InputKind::Photo(PhotoFormat::Raw);
        }
        Some(InputKind::Skipped("archive"))
            if head.starts_with(b"PK")
                && (promised == Some(Promise::WebArchive) || content::holds_web_archive(head)) =>
        {
            return InputKind::Wacz;
        }
        Some(InputKind::Skipped(word @ ("archive" | "office"))) => {
            return InputKind::Skipped(by_name.unwrap_or(word));
        }
        Some(kind) => return kind,
        None => {}
    }
    if head.is_empty() {
        return by_name.map_or(InputKind::Unknown, InputKind::Skipped);
    }
    if let Some(text) = content::text(head) {
        if matches!(promised, Some(Promise::Picture | Promise::WebArchive)) {
            return InputKind::Unknown;
        }
        if content::begins_as_mhtml(&text) {
            return InputKind::Mhtml;
        }
        if promised == Some(Promise::Sidecar)
            || matches!(by_name, None | Some("data")) && content::begins_as_xmp(&text)
        {
            return InputKind::Sidecar;
        }
        if matches!(by_name, None | Some("data")) && content::begins_as_html(&text) {
            return InputKind::Html;
        }
        if matches!(by_name, None | Some("data")) {
            let found = content::xml_kind(&text).or_else(|| table(name, &text));
            if let Some(kind) = found {
                return kind;
            }
        }
        if content::begins_as_svg(&text) {
            return InputKind::Skipped("svg");
        }
    }
    let is_text = content::text(head).is_some();
    match (promised, by_name) {
        (Some(Promise::Page), _) if is_text => InputKind::Html,
        (Some(Promise::Text), _) if is_text => InputKind::Text,
        (Some(Promise::Text), _) if name.extension().is_none() => InputKind::Skipped("other"),
        (Some(_), _) => InputKind::Unknown,
        (None, word) => InputKind::Skipped(word.unwrap_or("other")),
    }
}

/// What is said to be a table or JSON, and may be a catalogue or news items: their readers decide.
fn table(name: &Path, text: &str) -> Option<InputKind> {
    let begins = |c: &[char]| {
        text.trim_start_matches('\u{feff}')
            .trim_start()
            .starts_with(c)
    };
    match named::extension(name)?.as_str() {
        "csv" | "tsv" | "tab" => Some(InputKind::Catalogue),
        "json" | "jsonl" | "ndjson" if content::begins_as_ninjs(text) => Some(InputKind::Ninjs),
        "json" | "jsonl" | "ndjson" if begins(&['[', '{']) => Some(InputKind::Catalogue),
        "txt" if content::is_tabbed(text) => Some(InputKind::Catalogue),
        _ => None,
    }
}

/// What a server's answer is. `mime` is the media type it states, `head` its beginning.
pub fn sniff_answer(mime: Option<&str>, head: &[u8]) -> InputKind {
    match content::magic(head) {
        // Pages to read or print are no pictures of the site.
        Some(InputKind::Photo(PhotoFormat::Pdf | PhotoFormat::Eps)) => {
            return InputKind::Skipped("pdf");
        }
        Some(kind) => return kind,
        None => {}
    }
    let mime = mime.unwrap_or_default();
    if head.is_empty() {
        return InputKind::Skipped("empty");
    }
    let word = match mime.split_once('/') {
        Some((_, sub)) if sub.contains("javascript") || sub.contains("ecmascript") => "script",
        Some((_, "css")) => "style",
        Some((_, "svg+xml")) => "svg",
        Some((_, sub)) if sub.ends_with("json") => "data",
        Some(("image", _)) => "other-picture",
        Some(("video", _)) => "video",
        Some(("audio", _)) => "audio",
        Some(("font", _)) => "font",
        _ => "other",
    };
    let text = content::text(head);
    match text {
        Some(text) if word == "other" => {
            let page = mime.contains("html") && !mime.contains("csv");
            if page || content::begins_as_html(&text) {
                InputKind::Html
            } else if content::xml_kind(&text).is_some() || mime.ends_with("xml") {
                InputKind::Skipped("data")
            } else {
                InputKind::Skipped("other")
            }
        }
        _ => InputKind::Skipped(word),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(name: &str, head: &[u8]) -> &'static str {
        sniff(Path::new(name), head).word()
    }

    #[test]
    fn pictures_are_known_by_content_whatever_their_name() {
        for (head, word) in [
            (&b"\xff\xd8\xff\xe0"[..], "jpeg"),
            (b"\x89PNG\r\n\x1a\n", "png"),
            (b"GIF89a\x01\0", "gif"),
            (b"RIFF\x10\0\0\0WEBPVP8 ", "webp"),
            (b"II*\0\x08\0\0\0", "tiff"),
            (b"MM\0+\0\x08\0\0", "tiff"),
            (b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", "bmp"),
            (b"8BPS\0\x01\0\0", "psd"),
            (b"II*\0\x10\0\0\0CR\x02\0", "raw"),
            (b"FUJIFILMCCD-RAW", "raw"),
            (b"\0\0\0\x18ftypcrx ", "raw"),
            (b"\0\0\0\x18ftypheic", "heif"),
            (b"\0\0\0\x18ftypmif1", "heif"),
            (b"\0\0\0\x18ftypavif", "avif"),
            (b"\0\0\0\x0cJXL \r\n\x87\n", "jpeg-xl"),
            (b"\0\0\0\x0cjP  \r\n\x87\n", "jpeg-2000"),
            (b"%!PS-Adobe-3.0 EPSF-3.0", "eps"),
            (b"%PDF-1.4", "pdf"),
        ] {
            for name in ["a.jpg", "a.txt", "a", "a.html", "a.dat", "a.png"] {
                assert_eq!(kind(name, head), word, "{name}");
            }
        }
    }

    #[test]
    fn a_raw_file_built_on_tiff_is_known_by_its_name() {
        assert_eq!(kind("a.NEF", b"MM\0*\0\0\0\x08"), "raw");
        assert_eq!(kind("a.dng", b"II*\0\x08\0\0\0"), "raw");
        assert_eq!(kind("a.tif", b"II*\0\x08\0\0\0"), "tiff");
    }

    #[test]
    fn a_name_that_promises_a_picture_and_holds_something_else_is_unknown() {
        assert_eq!(kind("a.jpg", b"just words"), "unknown");
        assert_eq!(
            kind("a.jpg", b"<!doctype html><title>404</title>"),
            "unknown"
        );
        assert_eq!(kind("a.jpg", b"\0\0\0\0\xff\xd8\xff"), "unknown");
        assert_eq!(kind("a.jpg", b""), "unknown");
        assert_eq!(kind("a.txt", b""), "unknown");
        assert_eq!(kind("a.txt", b"\0\x01\x02\x03\x04"), "unknown");
    }

    #[test]
    fn pages_are_known_by_their_first_tag_or_their_name() {
        assert_eq!(
            kind("page", b"\xef\xbb\xbf\n<!DOCTYPE HTML>\n<html>"),
            "html"
        );
        assert_eq!(
            kind(
                "a.php",
                b"<!-- saved from url=(0030)https://a.example/ -->\n<html lang=id>"
            ),
            "html"
        );
        assert_eq!(
            kind("a.xml", b"<?xml version='1.0'?><!DOCTYPE html PUBLIC '-'>"),
            "html"
        );
        assert_eq!(kind("a.html", b"<div>fragment</div>"), "html");
        assert_eq!(kind("a.htm", b"\xff\xfe<\0h\0t\0m\0l\0>\0"), "html");
        assert_eq!(kind("a.html", b"\0\x01\x02\x03"), "unknown");
        let stray = b"\0<!doctype html><html><head><title>A quay\0side</title></head><body><p>One zero more or less.</p><p>Fog lay on the quay.</p>";
        assert_eq!(kind("a", stray), "html");
        assert_eq!(kind("a.js", b"<html> in a template"), "script");
    }

    #[test]
    fn text_is_known_in_any_encoding_and_binary_is_not_text() {
        assert_eq!(kind("a.txt", "Foto: Reuters – arsip".as_bytes()), "text");
        assert_eq!(kind("a.txt", b"caf\xe9 in windows-1252"), "text");
        assert_eq!(kind("a", b"\xff\xfeF\0o\0t\0o\0"), "text");
        assert_eq!(kind("a.txt", b"F\0o\0t\0o\0:\0 \0A\0P\0"), "text");
        assert_eq!(kind("a.txt", b"\x1b$BF|K\x1b(B"), "text");
        assert_eq!(kind("a", b"\x01\x02\x03\x04\x05\x06\x07\x08"), "other");
        assert_eq!(kind("article.md", b"# A title"), "text");
    }

    #[test]
    fn what_is_not_read_is_skipped_with_its_kind() {
        for (name, head, word) in [
            ("a.mp4", &b"\0\0\0\x18ftypisom"[..], "video"),
            ("a.docx", b"PK\x03\x04\x14\0", "office"),
            ("a.unknown", b"PK\x03\x04\x14\0", "archive"),
            ("Thumbs.db", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "system"),
            ("._a.jpg", b"\0\x05\x16\x07", "system"),
            (".DS_Store", b"\0\0\0\x01Bud1", "system"),
            ("a.css", b"body {}", "style"),
            ("a.js.download", b"var a;", "script"),
            ("a.woff2", b"wOF2", "font"),
            ("cutline.db", b"SQLite format 3\0", "database"),
            ("cutline.db-shm", b"\x18\xe2\x2d\0", "database"),
            ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'>", "svg"),
            ("a.xyz", b"some words", "other"),
            ("a.mp4", b"", "video"),
        ] {
            let found = sniff(Path::new(name), head);
            assert_eq!(found, InputKind::Skipped(word), "{name}");
        }
    }

    #[test]
    fn inputs_that_hold_many_are_known_by_content() {
        for (name, head, word) in [
            ("a.warc", &b"WARC/1.0\r\n"[..], "warc"),
            ("a", b"WARC/1.1\r\n", "warc"),
            ("a.wacz", b"PK\x03\x04\x14\0", "wacz"),
            ("a.zip", b"PK\x03\x04\x14\0 datapackage.json archive/data.warc.gz", "wacz"),
            ("a.warc", b"\xff", "unknown"),
            ("a.wacz", b"", "unknown"),
            ("a.mht", b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n", "mhtml"),
            ("a", b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n", "mhtml"),
            ("a.xml", b"<?xml version='1.0'?><!-- x --><rss version='2.0'>", "feed"),
            ("a.xml", b"<!DOCTYPE rss [<!ENTITY a 'b'>]><rss>", "feed"),
            ("a", b"<feed xmlns='http://www.w3.org/2005/Atom'>", "feed"),
            ("a.rdf", b"<rdf:RDF xmlns='http://purl.org/rss/1.0/'>", "feed"),
            ("a.xml", b"<newsMessage xmlns='http://iptc.org/std/nar/2006-10-01/'>", "newsml"),
            ("a.xml", b"<nar:newsItem guid='x'>", "newsml"),
            ("a.xml", b"<catalog><item/></catalog>", "data"),
            ("a.json", b"{\"uri\":\"urn:x\",\"type\":\"picture\",\"versioncreated\":\"2024\"}", "ninjs"),
            ("a.json", b"[{\"SourceFile\":\"a.jpg\"}]", "catalogue"),
            ("a.json", b"3", "data"),
            ("a.csv", b"SourceFile,Caption\n", "catalogue"),
            ("a.txt", b"Filename\tCaption\tCredit\na.jpg\tx\ty\n", "catalogue"),
            ("a.txt", b"A title\n\nA text.", "text"),
        ] {
            assert_eq!(kind(name, head), word, "{name} {}", head.escape_ascii());
        }
    }

    #[test]
    fn answers_are_known_by_content_before_the_type_they_state() {
        for (mime, head, word) in [
            (Some("text/html"), &b"<p>fragment"[..], "html"),
            (None, b"<!doctype html>", "html"),
            (Some("text/html"), b"\xff\xd8\xff\xe0", "jpeg"),
            (Some("text/plain"), b"User-agent: *", "other"),
            (Some("text/javascript"), b"<html>", "script"),
            (Some("image/avif"), b"\0\0\0\x18ftypavif", "avif"),
            (Some("application/pdf"), b"%PDF-1.4", "pdf"),
            (Some("application/rss+xml"), b"<rss>", "data"),
            (Some("image/svg+xml"), b"<svg>", "svg"),
            (Some("image/jpeg"), b"not found", "other-picture"),
            (Some("text/html"), b"", "empty"),
        ] {
            assert_eq!(sniff_answer(mime, head).word(), word, "{mime:?}");
        }
    }

    #[test]
    fn a_sidecar_is_known_by_name_or_by_its_packet() {
        assert_eq!(
            kind("a.xmp", b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>"),
            "sidecar"
        );
        assert_eq!(kind("a.jpg.xmp", b"<rdf:RDF/>"), "sidecar");
        assert_eq!(
            kind(
                "a.xml",
                b"<?xpacket begin='' id='W5M0MpCehiHzreSzNTczkc9d'?>"
            ),
            "sidecar"
        );
        assert_eq!(kind("a.xmp", b"\xff\xd8\xff\xe0"), "jpeg");
    }
}
