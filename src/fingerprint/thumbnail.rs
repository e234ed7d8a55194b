//! Bytes -> a small upright JPEG, for pages that people look at.

use image::DynamicImage;
use image::codecs::jpeg::JpegEncoder;

use super::decode::Decoded;
use super::reduce::Rows as _;

/// The longer side of the smallest.
pub(super) const SIDE: u32 = 320;

/// JPEG quality: good enough to recognise a picture, too little to print one.
const QUALITY: u8 = 72;

/// A small upright copy, never larger than the picture; `None` where it cannot be coded.
pub(super) fn jpeg(picture: &Decoded, side: u32) -> Option<Vec<u8>> {
    let pixels = picture.pixels();
    let small = if pixels.width().max(pixels.height()) > side {
        pixels.thumbnail(side, side)
    } else {
        pixels.clone()
    };
    let turn = picture.orientation();
    let mut upright = small;
    if turn.columns_reversed {
        upright = upright.fliph();
    }
    if turn.rows_reversed {
        upright = upright.flipv();
    }
    if turn.transposed {
        upright = upright.rotate90().fliph();
    }
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .encode_image(&DynamicImage::ImageRgb8(over_white(&upright)))
        .ok()?;
    Some(bytes)
}

/// The stored 64 x 64 grey samples of an upright picture as a JPEG of its shape (`width` by `height`; 0: not known).
pub fn sketch(grey: &[u8], width: u32, height: u32) -> Option<Vec<u8>> {
    let samples = image::GrayImage::from_raw(64, 64, grey.to_vec())?;
    let (width, height) = match (width, height) {
        (0, _) | (_, 0) => (SIDE, SIDE),
        (w, h) if w >= h => (SIDE, (SIDE * h / w).max(1)),
        (w, h) => ((SIDE * w / h).max(1), SIDE),
    };
    let shaped = image::imageops::resize(
        &samples,
        width,
        height,
        image::imageops::FilterType::Triangle,
    );
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY)
        .encode_image(&DynamicImage::ImageLuma8(shaped))
        .ok()?;
    Some(bytes)
}

/// Transparent pixels as pages show them.
fn over_white(picture: &DynamicImage) -> image::RgbImage {
    let rgba = picture.to_rgba8();
    image::RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [r, g, b, a] = rgba.get_pixel(x, y).0;
        let lay =
            |v: u8| ((u32::from(v) * u32::from(a) + 255 * (255 - u32::from(a)) + 127) / 255) as u8;
        image::Rgb([lay(r), lay(g), lay(b)])
    })
}

#[cfg(test)]
mod tests {
    use super::super::decode::decode;
    use crate::model::PhotoFormat;
    use crate::read::Limits;

    #[test]
    fn a_turned_picture_stands_upright() {
        // Stored 40 wide and 20 high, left half red; orientation 6: turn clockwise, so that red is above.
        let stored = image::RgbImage::from_fn(40, 20, |x, _| {
            image::Rgb(if x < 20 { [250, 0, 0] } else { [0, 0, 250] })
        });
        let mut bytes = Vec::new();
        stored
            .write_to(
                &mut std::io::Cursor::new(&mut bytes),
                image::ImageFormat::Png,
            )
            .unwrap();
        let decoded = decode(&bytes, PhotoFormat::Png, 6, &Limits::default()).unwrap();
        let small = image::load_from_memory(&super::jpeg(&decoded, super::SIDE).unwrap())
            .unwrap()
            .to_rgb8();
        assert!(small.height() > small.width());
        let above = small.get_pixel(small.width() / 2, small.height() / 8).0;
        assert!(above[0] > 150 && above[2] < 100, "{above:?}");
    }
}
