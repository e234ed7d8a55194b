//! What a file's first bytes say. In: the head. Out: the kind by its magic number, and whether it is text.

use std::borrow::Cow;

use crate::model::{InputKind, PhotoFormat};

/// The kind by magic number, `None` for text and for what has none.
pub(super) fn magic(head: &[u8]) -> Option<InputKind> {
    use InputKind::{Photo, Skipped};
    let at = |from: usize, bytes: &[u8]| head.get(from..).is_some_and(|h| h.starts_with(bytes));
    let kind = if at(0, b"\xff\xd8\xff") {
        Photo(PhotoFormat::Jpeg)
    } else if at(0, b"\x89PNG\r\n\x1a\n") {
        Photo(PhotoFormat::Png)
    } else if at(0, b"GIF87a") || at(0, b"GIF89a") {
        Photo(PhotoFormat::Gif)
    } else if at(0, b"RIFF") && at(8, b"WEBP") {
        Photo(PhotoFormat::Webp)
    } else if at(0, b"II*\0") && at(8, b"CR") {
        Photo(PhotoFormat::Raw)
    } else if [&b"II*\0"[..], b"MM\0*", b"II+\0", b"MM\0+"]
        .iter()
        .any(|m| at(0, m))
    {
        Photo(PhotoFormat::Tiff)
    } else if at(0, b"BM") && bitmap(head) {
        Photo(PhotoFormat::Bmp)
    } else if at(0, b"8BPS\0\x01") || at(0, b"8BPS\0\x02") {
        Photo(PhotoFormat::Psd)
    } else if at(0, b"WARC/") {
        InputKind::Warc
    } else if at(4, b"ftyp") && head.len() < 12 {
        // Cut off within its first mark, a video or a picture: its name tells.
        return None;
    } else if at(4, b"ftyp") {
        media_brand(head.get(8..12).unwrap_or_default())
    } else if let Some((.., format)) = PICTURES.iter().find(|(from, bytes, _)| at(*from, bytes)) {
        Photo(*format)
    } else {
        Skipped(MAGIC.iter().find(|(from, bytes, _)| at(*from, bytes))?.2)
    };
    Some(kind)
}

const PICTURES: &[(usize, &[u8], PhotoFormat)] = &[
    (0, b"\0\0\0\x0cJXL ", PhotoFormat::JpegXl),
    (0, b"\xff\x0a", PhotoFormat::JpegXl),
    (0, b"\0\0\0\x0cjP  ", PhotoFormat::Jpeg2000),
    (0, b"\xff\x4f\xff\x51", PhotoFormat::Jpeg2000),
    (0, b"FUJIFILMCCD-RAW", PhotoFormat::Raw),
    (0, b"IIRO", PhotoFormat::Raw),
    (0, b"IIRS", PhotoFormat::Raw),
    (0, b"MMOR", PhotoFormat::Raw),
    (0, b"IIU\0", PhotoFormat::Raw),
    (0, b"FOVb", PhotoFormat::Raw),
    (0, b"\0MRM", PhotoFormat::Raw),
    (6, b"HEAPCCDR", PhotoFormat::Raw),
    (0, b"%!PS", PhotoFormat::Eps),
    (0, b"\xc5\xd0\xd3\xc6", PhotoFormat::Eps),
    (0, b"%PDF", PhotoFormat::Pdf),
];

const MAGIC: &[(usize, &[u8], &str)] = &[
    (0, b"gimp xcf", "psd"),
    (0, b"SQLite format 3\0", "database"),
    (0, b"\x37\x7f\x06\x82", "database"),
    (0, b"\x37\x7f\x06\x83", "database"),
    (0, b"PK\x03\x04", "archive"),
    (0, b"PK\x05\x06", "archive"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office"),
    (0, b"{\\rtf", "office"),
    (0, b"\x1f\x8b", "archive"),
    (0, b"BZh", "archive"),
    (0, b"\xfd7zXZ\0", "archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "archive"),
    (0, b"Rar!\x1a\x07", "archive"),
    (0, b"\x28\xb5\x2f\xfd", "archive"),
    (257, b"ustar", "archive"),
    (0, b"\x1a\x45\xdf\xa3", "video"),
    (0, b"\0\0\x01\xba", "video"),
    (0, b"\0\0\x01\xb3", "video"),
    (0, b"FLV\x01", "video"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video"),
    (8, b"AVI ", "video"),
    (4, b"moov", "video"),
    (4, b"mdat", "video"),
    (4, b"wide", "video"),
    (8, b"WAVE", "audio"),
    (0, b"ID3", "audio"),
    (0, b"OggS", "audio"),
    (0, b"fLaC", "audio"),
    (8, b"AIFF", "audio"),
    (0, b"\0\0\x01\0", "other-picture"),
    (0, b"\0\x05\x16\x07", "system"),
    (0, b"\0\x05\x16\0", "system"),
    (0, b"wOFF", "font"),
    (0, b"wOF2", "font"),
    (0, b"OTTO", "font"),
    (0, b"\0\x01\0\0\0", "font"),
    (0, b"\x7fELF", "program"),
    (0, b"MZ\x90\0", "program"),
    (0, b"bplist00", "data"),
];

/// "BM" alone also begins English words: the header's length must fit too.
fn bitmap(head: &[u8]) -> bool {
    head.get(14..18)
        .is_some_and(|n| matches!(n, [12 | 40 | 52 | 56 | 64 | 108 | 124, 0, 0, 0]))
}

/// The kind of an ISO media file by its brand.
fn media_brand(brand: &[u8]) -> InputKind {
    use InputKind::{Photo, Skipped};
    match brand {
        b"heic" | b"heix" | b"hevc" | b"hevx" | b"heim" | b"heis" | b"mif1" | b"msf1" => {
            Photo(PhotoFormat::Heif)
        }
        b"avif" | b"avis" => Photo(PhotoFormat::Avif),
        b"crx " => Photo(PhotoFormat::Raw),
        b"jxl " => Photo(PhotoFormat::JpegXl),
        b"jp2 " | b"jpx " => Photo(PhotoFormat::Jpeg2000),
        b"M4A " | b"M4B " => Skipped("audio"),
        _ => Skipped("video"),
    }
}

/// The head as text for recognising it (not for reading it): `None` where it is binary.
pub(super) fn text(head: &[u8]) -> Option<Cow<'_, str>> {
    let utf16 = |encoding: &'static encoding_rs::Encoding, bytes: &[u8]| {
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        plausible(&text).then(|| Cow::Owned(text.into_owned()))
    };
    match head {
        [0xff, 0xfe, rest @ ..] => return utf16(encoding_rs::UTF_16LE, rest),
        [0xfe, 0xff, rest @ ..] => return utf16(encoding_rs::UTF_16BE, rest),
        _ => {}
    }
    if head.contains(&0) {
        let zeros = |offset: usize| {
            head.iter()
                .skip(offset)
                .step_by(2)
                .filter(|b| **b == 0)
                .count()
        };
        let (even, odd) = (zeros(0), zeros(1));
        return match (even * 10 > head.len() * 3, odd * 10 > head.len() * 3) {
            (false, true) => utf16(encoding_rs::UTF_16LE, head),
            (true, false) => utf16(encoding_rs::UTF_16BE, head),
            // A stray zero is a writer's slip, which browsers pass over; a binary file has many.
            _ => {
                let text = String::from_utf8_lossy(head);
                plausible(&text).then_some(text)
            }
        };
    }
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let text = String::from_utf8_lossy(head);
    plausible(&text).then_some(text)
}

/// Text has few control characters; shift sequences of ISO 2022 count as text.
fn plausible(text: &str) -> bool {
    let (mut all, mut odd) = (0_usize, 0_usize);
    for c in text.chars() {
        all += 1;
        odd += usize::from(
            matches!(c, '\0'..='\x08' | '\x0e'..='\x1a' | '\x1c'..='\x1f' | '\x7f' | '\u{fffe}' | '\u{ffff}'),
        );
    }
    odd * 50 <= all
}

/// Whether text begins as a web page does, after blanks, comments and an XML declaration.
pub(super) fn begins_as_html(text: &str) -> bool {
    let mut rest =
        text.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\0'));
    loop {
        let skipped = if rest.starts_with("<!--") {
            rest.split_once("-->").map(|(_, after)| after)
        } else if rest.starts_with("<?") {
            rest.split_once('>').map(|(_, after)| after)
        } else {
            None
        };
        match skipped {
            Some(after) => rest = after.trim_start(),
            None => break,
        }
    }
    let begins = |tag: &str| {
        rest.get(..tag.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(tag))
            && rest[tag.len()..].starts_with(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))
    };
    begins("<!doctype html")
        || ["<html", "<head", "<body", "<title", "<meta"]
            .iter()
            .any(|t| begins(t))
}

/// Whether text begins as an XMP packet does.
pub(super) fn begins_as_xmp(text: &str) -> bool {
    let start: String = text.chars().take(1024).collect();
    start.contains("<?xpacket") || start.contains(":xmpmeta") || start.contains(":xapmeta")
}

/// The rest of an XML text behind blanks, comments, declarations and a document type.
fn behind_prolog(text: &str) -> &str {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    loop {
        let end = if rest.starts_with("<!--") {
            rest.find("-->").map(|at| at + 3)
        } else if rest.starts_with("<?") {
            rest.find("?>").map(|at| at + 2)
        } else if rest.starts_with("<!") {
            let inner = rest
                .find('[')
                .filter(|at| rest.find('>').is_none_or(|end| *at < end));
            match inner {
                Some(_) => rest.find("]>").map(|at| at + 2),
                None => rest.find('>').map(|at| at + 1),
            }
        } else {
            return rest;
        };
        match end.and_then(|end| rest.get(end..)) {
            Some(behind) => rest = behind.trim_start(),
            None => return "",
        }
    }
}

/// Feeds and news items, by the name of their root element.
pub(super) fn xml_kind(text: &str) -> Option<InputKind> {
    let rest = behind_prolog(text).strip_prefix('<')?;
    let name = rest
        .split(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))
        .next()?;
    match name.rsplit(':').next()? {
        "rss" | "feed" => Some(InputKind::Feed),
        "RDF" if rest.contains("purl.org/rss/1.0") => Some(InputKind::Feed),
        "newsMessage" | "newsItem" | "packageItem" => Some(InputKind::Newsml),
        _ => None,
    }
}

/// Whether text begins with the headers of a page in one file.
pub(super) fn begins_as_mhtml(text: &str) -> bool {
    let first = text.trim_start().lines().next().unwrap_or_default();
    let header = first.split_once(':').is_some_and(|(name, _)| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    });
    let head = text.to_ascii_lowercase();
    header
        && head.contains("mime-version:")
        && (head.contains("content-type: multipart/related")
            || head.contains("content-type:multipart/related"))
}

/// Whether JSON looks like a news item by the members that ninjs requires or always has.
pub(super) fn begins_as_ninjs(text: &str) -> bool {
    // ninjs 3 begins inner words with capitals.
    let text = text.to_ascii_lowercase();
    let has = |name: &str| text.contains(&format!("\"{name}\""));
    has("uri")
        && [
            "versioncreated",
            "representationtype",
            "pubstatus",
            "firstcreated",
            "contentcreated",
            "usageterms",
            "renditions",
        ]
        .iter()
        .any(|name| has(name))
}

/// Whether the first lines are a table of three or more columns parted by tabs.
pub(super) fn is_tabbed(text: &str) -> bool {
    let tabs = |line: Option<&str>| line.map_or(0, |l| l.matches('\t').count());
    let mut lines = text.lines();
    let first = tabs(lines.next());
    first >= 2 && first == tabs(lines.next())
}

/// Whether a zip file's first entries are those of a packed web archive.
pub(super) fn holds_web_archive(head: &[u8]) -> bool {
    let has = |word: &[u8]| head.windows(word.len()).any(|w| w == word);
    has(b"datapackage.json") && has(b".warc")
}

/// Whether text is an SVG drawing.
pub(super) fn begins_as_svg(text: &str) -> bool {
    let start: String = text.chars().take(1024).collect();
    let start = start.trim_start();
    start.starts_with("<svg")
        || (start.starts_with("<?xml") || start.starts_with("<!")) && start.contains("<svg")
}
