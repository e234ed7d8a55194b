//! GIF: screen, colour tables, frames; without comments and application blocks.

use super::{take, take_byte};
use crate::fingerprint::sha256::Parts;
use crate::model::Sha256;

const COMMENT: u8 = 0xFE;
const APPLICATION: u8 = 0xFF;

pub(super) fn coded(bytes: &[u8]) -> Option<Sha256> {
    let mut rest = bytes
        .strip_prefix(b"GIF87a")
        .or_else(|| bytes.strip_prefix(b"GIF89a"))?;
    let mut parts = Parts::new("gif");
    let screen = take(&mut rest, 7)?;
    parts.add(b"screen", screen);
    parts.add(b"colours", colour_table(&mut rest, *screen.get(4)?)?);
    let mut frames = 0;
    loop {
        match take_byte(&mut rest)? {
            b';' => return (frames > 0).then(|| parts.finish()),
            b'!' => {
                let label = take_byte(&mut rest)?;
                let content = sub_blocks(&mut rest)?;
                if label != COMMENT && label != APPLICATION {
                    parts.add(&[b'!', label], &content);
                }
            }
            b',' => {
                let descriptor = take(&mut rest, 9)?;
                parts.add(b"frame", descriptor);
                parts.add(b"colours", colour_table(&mut rest, *descriptor.get(8)?)?);
                parts.add(b"code size", take(&mut rest, 1)?);
                let data = sub_blocks(&mut rest)?;
                if data.is_empty() {
                    return None;
                }
                parts.add(b"data", &data);
                frames += 1;
            }
            _ => return None,
        }
    }
}

/// The colour table that the packed byte announces, empty where there is none.
fn colour_table<'a>(rest: &mut &'a [u8], packed: u8) -> Option<&'a [u8]> {
    let length = if packed & 0x80 == 0 {
        0
    } else {
        3 << ((packed & 7) + 1)
    };
    take(rest, length)
}

/// Sub-blocks joined, up to the empty one.
fn sub_blocks(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let mut joined = Vec::new();
    loop {
        match take_byte(rest)? {
            0 => return Some(joined),
            length => joined.extend_from_slice(take(rest, usize::from(length))?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &[u8] = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xFF\xFF\xFF";
    const FRAME: &[u8] = b",\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0";
    const COMMENT_BLOCK: &[u8] = b"!\xFE\x03abc\0";

    #[test]
    fn comments_do_not_count_and_frames_do() {
        let plain = [HEAD, FRAME, b";"].concat();
        let dressed = [HEAD, COMMENT_BLOCK, FRAME, b";trailing"].concat();
        let twice = [HEAD, FRAME, FRAME, b";"].concat();
        assert!(coded(&plain).is_some());
        assert_eq!(coded(&plain), coded(&dressed));
        assert_ne!(coded(&plain), coded(&twice));
        for end in 0..plain.len() {
            assert_eq!(coded(&plain[..end]), None, "cut at {end}");
        }
    }
}
