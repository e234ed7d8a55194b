//! WebP: the bitstream, alpha and animation chunks.

use super::take;
use crate::fingerprint::sha256::Parts;
use crate::model::Sha256;

pub(super) fn coded(bytes: &[u8]) -> Option<Sha256> {
    let mut rest = bytes.strip_prefix(b"RIFF")?;
    let size = u32::from_le_bytes(take(&mut rest, 4)?.try_into().ok()?);
    let mut rest = take(&mut rest, usize::try_from(size).ok()?)?.strip_prefix(b"WEBP")?;
    let mut parts = Parts::new("webp");
    let mut pictures = 0;
    // A last odd byte is a writer's missing padding.
    while rest.len() >= 8 {
        let kind = take(&mut rest, 4)?;
        let length = u32::from_le_bytes(take(&mut rest, 4)?.try_into().ok()?);
        let length = usize::try_from(length).ok()?;
        let content = take(&mut rest, length)?;
        if length % 2 == 1 {
            let _ = take(&mut rest, 1);
        }
        match kind {
            b"VP8 " | b"VP8L" | b"ANMF" => {
                if content.is_empty() {
                    return None;
                }
                pictures += 1;
                parts.add(kind, content);
            }
            b"ALPH" | b"ANIM" => parts.add(kind, content),
            _ => {}
        }
    }
    (pictures > 0).then(|| parts.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn webp(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut body = b"WEBP".to_vec();
        for (kind, content) in chunks {
            body.extend_from_slice(*kind);
            body.extend((content.len() as u32).to_le_bytes());
            body.extend_from_slice(content);
            body.resize(body.len() + content.len() % 2, 0);
        }
        let mut out = b"RIFF".to_vec();
        out.extend((body.len() as u32).to_le_bytes());
        out.extend(body);
        out
    }

    #[test]
    fn metadata_chunks_do_not_count() {
        let plain = webp(&[(b"VP8 ", b"abc")]);
        let dressed = webp(&[
            (b"VP8X", b"flags"),
            (b"ICCP", b"p"),
            (b"VP8 ", b"abc"),
            (b"XMP ", b"credit"),
        ]);
        assert!(coded(&plain).is_some());
        assert_eq!(coded(&plain), coded(&dressed));
        assert_ne!(coded(&plain), coded(&webp(&[(b"VP8 ", b"abd")])));
        assert_eq!(coded(&webp(&[(b"EXIF", b"abcd")])), None);
        for end in 0..plain.len() {
            assert_eq!(coded(&plain[..end]), None, "cut at {end}");
        }
    }
}
