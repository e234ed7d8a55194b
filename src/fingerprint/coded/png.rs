//! PNG: header, palette, transparency, and the image data however it is cut into chunks.

use super::take;
use crate::fingerprint::sha256::Parts;
use crate::model::Sha256;

pub(super) fn coded(bytes: &[u8]) -> Option<Sha256> {
    let mut rest = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    let mut parts = Parts::new("png");
    let mut data = Vec::new();
    loop {
        let length = u32::from_be_bytes(take(&mut rest, 4)?.try_into().ok()?);
        let kind = take(&mut rest, 4)?;
        let content = take(&mut rest, usize::try_from(length).ok()?)?;
        take(&mut rest, 4)?;
        match kind {
            b"IDAT" => data.push(content),
            b"IHDR" | b"PLTE" | b"tRNS" | b"acTL" | b"fcTL" | b"fdAT" => parts.add(kind, content),
            b"IEND" => break,
            _ => {}
        }
    }
    let data = data.concat();
    if data.is_empty() {
        return None;
    }
    parts.add(b"IDAT", &data);
    Some(parts.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
        for (kind, content) in chunks {
            out.extend((content.len() as u32).to_be_bytes());
            out.extend_from_slice(*kind);
            out.extend_from_slice(content);
            out.extend([0; 4]);
        }
        out
    }

    #[test]
    fn chunking_and_text_do_not_count_and_pixels_do() {
        let one = png(&[(b"IHDR", b"h"), (b"IDAT", b"abcd"), (b"IEND", b"")]);
        let cut = png(&[
            (b"IHDR", b"h"),
            (b"iTXt", b"caption"),
            (b"IDAT", b"ab"),
            (b"IDAT", b"cd"),
            (b"IEND", b""),
        ]);
        let other = png(&[(b"IHDR", b"h"), (b"IDAT", b"abce"), (b"IEND", b"")]);
        assert!(coded(&one).is_some());
        assert_eq!(coded(&one), coded(&cut));
        assert_ne!(coded(&one), coded(&other));
        for end in 0..one.len() {
            assert_eq!(coded(&one[..end]), None, "cut at {end}");
        }
    }

    #[test]
    fn no_image_data_is_no_picture() {
        assert_eq!(coded(&png(&[(b"IHDR", b"h"), (b"IEND", b"")])), None);
    }
}
