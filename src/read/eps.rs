//! PostScript and EPS, also with a preview before it. In: a file's bytes. Out: IIM, EXIF and XMP. Pages are not drawn.
//!
//! Photoshop writes its image resources as hexadecimal digits in comments; XMP stands as it is.

use std::borrow::Cow;

use super::Limits;
use super::bytes::{Order, find, slice};
use super::parts::Parts;
use super::{photoshop, tiff};

/// A header before the text, with its place and length.
const BINARY: &[u8] = b"\xc5\xd0\xd3\xc6";

/// Read the comments of a PostScript file.
pub(super) fn parts<'a>(bytes: &'a [u8], limits: &Limits) -> Parts<'a> {
    let mut parts = Parts::default();
    parts.sizeless = true;
    let text = if bytes.starts_with(BINARY) {
        let place = |at| Order::Little.u32(bytes, at).map(|n| n as usize);
        let text = place(4)
            .zip(place(8))
            .and_then(|(at, length)| slice(bytes, at, length));
        if text.is_none() {
            parts.truncated("its text");
        }
        // A small TIFF to show while working may say something, too.
        let preview = place(20)
            .zip(place(24))
            .and_then(|(at, length)| slice(bytes, at, length));
        if let Some(preview) =
            preview.filter(|p| p.starts_with(b"II*\0") || p.starts_with(b"MM\0*"))
        {
            parts.exif = tiff::parts(preview, limits).exif;
        }
        text.unwrap_or(bytes)
    } else {
        bytes
    };
    if let Some((width, height)) = size(text) {
        (parts.width, parts.height) = (width, height);
    }
    if let Some(block) = resources(text) {
        photoshop::resources(&Cow::Owned(block), &mut parts, limits);
    }
    if let Some(packet) = packet(text) {
        parts.add_xmp(packet, limits);
    }
    parts
}

/// The rest of the line behind a pattern.
fn line<'a>(text: &'a [u8], pattern: &[u8]) -> Option<&'a [u8]> {
    let rest = text.get(find(text, 0, pattern)? + pattern.len()..)?;
    rest.split(|b| matches!(b, b'\r' | b'\n')).next()
}

/// Width and height of the picture that a program saved as EPS.
fn size(text: &[u8]) -> Option<(u32, u32)> {
    let line = std::str::from_utf8(line(text, b"%ImageData:")?).ok()?;
    let mut numbers = line.split_ascii_whitespace().map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

/// The image resources, from their digits; what breaks off gives what is there.
fn resources(text: &[u8]) -> Option<Vec<u8>> {
    const BEGIN: &[u8] = b"%BeginPhotoshop:";
    let start = find(text, 0, BEGIN)? + BEGIN.len();
    let mut lines = text.get(start..)?.split(|b| matches!(b, b'\r' | b'\n'));
    let count: usize = std::str::from_utf8(lines.next()?)
        .ok()?
        .trim()
        .parse()
        .ok()?;
    let digits = lines
        .take_while(|line| line.is_empty() || line.starts_with(b"% "))
        .flatten()
        .filter_map(|b| char::from(*b).to_digit(16));
    let mut out = Vec::new();
    let mut high = None;
    for digit in digits {
        if out.len() == count {
            break;
        }
        match high.take() {
            Some(high) => out.push((high << 4 | digit) as u8),
            None => high = Some(digit),
        }
    }
    Some(out)
}

/// The packet that describes the whole file: the first, or the last where the file says so.
pub(super) fn packet(text: &[u8]) -> Option<&[u8]> {
    let is_last = line(text, b"%ADO_ContainsXMP:")
        .is_some_and(|line| line.trim_ascii().starts_with(b"MainLast"));
    let mut found = None;
    let mut at = 0;
    while let Some(start) = find(text, at, b"<?xpacket begin") {
        let end = find(text, start, b"<?xpacket end").unwrap_or(text.len());
        found = text.get(start..end);
        if !is_last {
            break;
        }
        at = end;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> Vec<u8> {
        let mut out = b"%!PS-Adobe-3.0 EPSF-3.0\r%ADO_ContainsXMP: MainFirst\r%ImageData: 64 48 8 3 0 1 2 \"x\"\r\
            %BeginPhotoshop: 20\r% 3842494d040400000000\r% 00071c025000024150\r% 00\r%EndPhotoshop\r"
            .to_vec();
        for name in ["first", "second"] {
            out.extend(
                format!("<?xpacket begin='' id='x'?><{name}/><?xpacket end='w'?>\n").bytes(),
            );
        }
        out
    }

    #[test]
    fn resources_and_the_packet_of_the_whole_file_are_found() {
        let limits = Limits::default();
        let plain = text();
        let mut binary = [BINARY, &[20, 0, 0, 0]].concat();
        binary.extend((plain.len() as u32).to_le_bytes());
        binary.extend([0; 8]);
        binary.extend(&plain);
        for bytes in [&plain, &binary] {
            let found = parts(bytes, &limits);
            assert_eq!((found.width, found.height), (64, 48));
            assert_eq!(&found.iim[0][..], b"\x1c\x02\x50\x00\x02AP");
            assert_eq!(found.xmp.len(), 1);
            assert!(find(&found.xmp[0], 0, b"<first/>").is_some());
            assert!(found.problems.is_empty());
            for cut in 0..bytes.len() {
                let _ = parts(&bytes[..cut], &limits);
            }
        }
        let last = String::from_utf8(plain)
            .unwrap()
            .replace("MainFirst", "MainLast");
        let found = parts(last.as_bytes(), &limits);
        assert!(find(&found.xmp[0], 0, b"<second/>").is_some());
    }
}
