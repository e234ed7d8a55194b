//! The flattened picture of a PSD or PSB -> pixels.
//!
//! Grey, palette, RGB, CMYK and Lab of 8 or 16 bits, rows as they are or packed (`PackBits`); of Lab only the lightness.
//! Samples of 8 bits are widened, so that pixels compare with those of other formats. CMYK becomes RGB without colour
//! management, as elsewhere.

use image::{DynamicImage, ImageBuffer};

use crate::read::psd::Layout;

/// The pixels, or why there are none. The size has been checked by the caller.
pub(super) fn pixels(layout: &Layout<'_>) -> Result<DynamicImage, &'static str> {
    let used = match (layout.mode, layout.channels) {
        (1 | 2 | 8 | 9, 1..) => 1,
        (3, 3..) => 3,
        (4, 4..) => 4,
        _ => return Err("its colour mode is not known"),
    };
    if !matches!(layout.depth, 8 | 16) {
        return Err("its samples have neither 8 nor 16 bits");
    }
    let planes = planes(layout, used)?;
    let count = layout.width as usize * layout.height as usize;
    let plane = |n: usize| planes.get(n).map(Vec::as_slice).unwrap_or_default();
    let size = (layout.width, layout.height);
    let grey = |samples| {
        ImageBuffer::from_raw(size.0, size.1, samples)
            .map(DynamicImage::ImageLuma16)
            .ok_or("its picture is cut off")
    };
    let colour = |samples| {
        ImageBuffer::from_raw(size.0, size.1, samples)
            .map(DynamicImage::ImageRgb16)
            .ok_or("its picture is cut off")
    };
    let mut out = Vec::with_capacity(count * 3);
    match layout.mode {
        2 => {
            // All reds, all greens, all blues.
            for sample in plane(0) {
                let entry = usize::from(sample >> 8);
                for from in [0, 256, 512] {
                    let value = layout.colours.get(from + entry).copied().unwrap_or(0);
                    out.push(u16::from(value) * 257);
                }
            }
            colour(out)
        }
        3 => {
            for ((r, g), b) in plane(0).iter().zip(plane(1)).zip(plane(2)) {
                out.extend([*r, *g, *b]);
            }
            colour(out)
        }
        4 => {
            // Stored as what the paper shows: 65535 is no ink.
            let inks = plane(0).iter().zip(plane(1)).zip(plane(2)).zip(plane(3));
            for (((c, m), y), k) in inks {
                let lit = |ink: &u16| (u32::from(*ink) * u32::from(*k) / 65535) as u16;
                out.extend([lit(c), lit(m), lit(y)]);
            }
            colour(out)
        }
        _ => grey(planes.into_iter().next().unwrap_or_default()),
    }
}

/// The first channels, each as samples of 16 bits.
fn planes(layout: &Layout<'_>, used: usize) -> Result<Vec<Vec<u16>>, &'static str> {
    const CUT: &str = "its picture is cut off";
    let (row_bytes, height) = (layout.row_bytes(), layout.height as usize);
    let mut packing = layout.picture.iter().copied();
    let packed = match (packing.next(), packing.next()) {
        (Some(0), Some(0)) => None,
        (Some(0), Some(1)) => Some(layout.packed().ok_or(CUT)?),
        _ => return Err("its picture is packed in a way that is not read"),
    };
    let mut planes = Vec::with_capacity(used);
    let (mut at, mut row) = (0usize, Vec::with_capacity(row_bytes));
    for channel in 0..used {
        let mut plane = Vec::with_capacity(height * layout.width as usize);
        for line in 0..height {
            row.clear();
            match &packed {
                None => {
                    let start = 2 + (channel * height + line) * row_bytes;
                    row.extend(layout.picture.get(start..start + row_bytes).ok_or(CUT)?);
                }
                Some((lengths, rows)) => {
                    let length = *lengths.get(channel * height + line).ok_or(CUT)?;
                    let end = at.checked_add(length).ok_or(CUT)?;
                    unpack(rows.get(at..end).ok_or(CUT)?, row_bytes, &mut row);
                    at = end;
                }
            }
            row.resize(row_bytes, 0);
            if layout.depth == 8 {
                plane.extend(row.iter().map(|v| u16::from(*v) * 257));
            } else {
                let (samples, _) = row.as_chunks::<2>();
                plane.extend(samples.iter().map(|s| u16::from_be_bytes(*s)));
            }
        }
        planes.push(plane);
    }
    Ok(planes)
}

/// `PackBits`, no more than `most` bytes of it.
fn unpack(mut packed: &[u8], most: usize, out: &mut Vec<u8>) {
    while out.len() < most
        && let Some((&head, rest)) = packed.split_first()
    {
        packed = rest;
        match head.cast_signed() {
            count @ 0.. => {
                let (taken, rest) = packed.split_at(packed.len().min(count as usize + 1));
                out.extend(taken);
                packed = rest;
            }
            i8::MIN => {}
            count => {
                let Some((&value, rest)) = packed.split_first() else {
                    break;
                };
                out.extend(std::iter::repeat_n(
                    value,
                    usize::from(count.unsigned_abs()) + 1,
                ));
                packed = rest;
            }
        }
    }
    out.truncate(most);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn file(mode: u16, channels: u16, packing: u16, body: &[u8]) -> Vec<u8> {
        let mut bytes = b"8BPS\0\x01\0\0\0\0\0\0".to_vec();
        bytes.extend(channels.to_be_bytes());
        bytes.extend([0, 0, 0, 2, 0, 0, 0, 3, 0, 8]);
        bytes.extend(mode.to_be_bytes());
        bytes.extend([0; 12]);
        bytes.extend(packing.to_be_bytes());
        bytes.extend(body);
        bytes
    }

    fn read(bytes: &[u8]) -> Option<Vec<u8>> {
        let layout = Layout::of(bytes)?;
        pixels(&layout).ok().map(|p| p.to_rgb8().into_raw())
    }

    #[test]
    fn rows_packed_or_not_give_the_same_pixels() {
        let plain = file(1, 1, 0, &[9, 9, 9, 1, 2, 3]);
        let packed = file(1, 1, 1, &[0, 2, 0, 4, 0xfe, 9, 2, 1, 2, 3]);
        assert_eq!(read(&plain), read(&packed));
        assert_eq!(
            read(&plain).map(|p| p[9..].to_vec()),
            Some(vec![1, 1, 1, 2, 2, 2, 3, 3, 3])
        );
    }

    #[test]
    fn paper_without_ink_is_white_and_black_ink_is_black() {
        let mut body = vec![255; 18];
        body.extend([255, 255, 255, 0, 0, 0]);
        let found = read(&file(4, 4, 0, &body)).expect("read");
        assert_eq!((&found[..3], &found[15..]), (&[255; 3][..], &[0; 3][..]));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(mode in 0u16..10, channels in 0u16..6, packing in 0u16..3, body in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = read(&file(mode, channels, packing, &body));
        }
    }
}
