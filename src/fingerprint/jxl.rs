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
