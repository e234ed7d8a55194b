//! The pixels of a JPEG XL: its first frame, upright, as its codestream means to be shown without a colour profile.

use image::{DynamicImage, ImageBuffer};
use jxl_oxide::{AllocTracker, JxlImage, JxlThreadPool};

use super::decode::check_size;
use crate::model::{Problem, Reason};
use crate::read::Limits;

/// What the decoder may allocate beside the file: it works in floating point, several planes at a time.
const MAX_BYTES: usize = 768 << 20;

pub(super) fn pixels(bytes: &[u8], limits: &Limits) -> Result<DynamicImage, Problem> {
    let problem = |error: &(dyn std::error::Error + Send + Sync)| {
        Problem::new(
            Reason::Damaged,
            format!("cannot decode the picture: {error}"),
        )
    };
    let image = JxlImage::builder()
        // Pictures are read side by side already.
        .pool(JxlThreadPool::none())
        .alloc_tracker(AllocTracker::with_limit(MAX_BYTES))
        .read(bytes)
        .map_err(|e| problem(&*e))?;
    check_size(image.width(), image.height(), limits)?;
    if image.pixel_format().has_black() {
        return Err(Problem::new(
            Reason::Unsupported,
            "cannot decode the picture: JPEG XL in CMYK is not read",
        ));
    }
    let frame = image.render_frame(0).map_err(|e| problem(&*e))?;
    let mut samples = frame.stream();
    let (width, height, channels) = (samples.width(), samples.height(), samples.channels());
    let count = width as usize * height as usize * channels as usize;
    // A made-up depth costs no memory: samples are made from floating point.
    let pixels = if image.image_header().metadata.bit_depth.bits_per_sample() > 8 {
        let mut out = vec![0_u16; count];
        samples.write_to_buffer(&mut out);
        match channels {
            1 => ImageBuffer::from_raw(width, height, out).map(DynamicImage::ImageLuma16),
            2 => ImageBuffer::from_raw(width, height, out).map(DynamicImage::ImageLumaA16),
            3 => ImageBuffer::from_raw(width, height, out).map(DynamicImage::ImageRgb16),
            _ => ImageBuffer::from_raw(width, height, out).map(DynamicImage::ImageRgba16),
        }
    } else {
        let mut out = vec![0_u8; count];
        samples.write_to_buffer(&mut out);
        match channels {
            1 => ImageBuffer::from_raw(width, height, out).map(DynamicImage::ImageLuma8),
            2 => ImageBuffer::from_raw(width, height, out).map(DynamicImage::ImageLumaA8),
            3 => ImageBuffer::from_raw(width, height, out).map(DynamicImage::ImageRgb8),
            _ => ImageBuffer::from_raw(width, height, out).map(DynamicImage::ImageRgba8),
        }
    };
    pixels.ok_or_else(|| {
        Problem::new(
            Reason::Unsupported,
            format!("cannot decode the picture: it has {channels} channels"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 16 x 12 pixels, lossless: red grows by 16 to the right, green by 20 downwards, blue is 128.
    const RAMP: &[u8] = b"\xff\x0a\x58\x30\x10\x50\x5c\x08\x08\x02\x01\x00\x58\x01\x4b\x38\x68\x98\xc2\x83\xf7\x15\
        \x14\x4c\x80\x11\x75\xa3\x62\xe3\x65\x26\xd2\x02\x51\x31\x06\xef\x81\x85\x08\x30\x00\x90\xbd\x57\x1c\x0a\x80\
        \x41\x7e\xa4\xaa\xaa\xf3\xa1\x00\xd0\xee\x08\x42\xff\x8f\x20\xf4\x1f\x49\xe8\xff\x09\x84\xfe\x8b\x08\xfd\x2f\
        \x60\x71\x91\xc7\xdd\x21\x93\x18\x28\x08\xe0\x61\xfe\x0f\xb4\xf8\x01\x00\x00\xa0\x5f\x1c\x62\x00";

    #[test]
    fn pixels_are_those_that_were_stored() {
        let picture = pixels(RAMP, &Limits::default()).unwrap().to_rgb8();
        assert_eq!(picture.dimensions(), (16, 12));
        for (x, y, pixel) in picture.enumerate_pixels() {
            assert_eq!(pixel.0, [x as u8 * 16, y as u8 * 20, 128], "{x} {y}");
        }
    }

    #[test]
    fn a_cut_or_too_large_picture_is_a_problem() {
        for length in 0..RAMP.len() {
            assert!(
                pixels(&RAMP[..length], &Limits::default()).is_err(),
                "{length}"
            );
        }
        let limits = Limits {
            side: 15,
            ..Limits::default()
        };
        assert_eq!(pixels(RAMP, &limits).unwrap_err().reason, Reason::MaxSide);
    }
}
