//! Bytes -> the hash of the upright pixels: equal for lossless conversions between formats.
//!
//! The canonical form is width and height, then rows of RGBA with 16 bits a sample, alpha straight. Samples of 8 bits are
//! widened (255 becomes 65535), grey is three equal colours, a palette is its colours, a picture without alpha is opaque,
//! and invisible pixels have no colour. So an 8-bit PNG, its lossless WebP and its 16-bit TIFF are equal. Floating-point
//! pixels keep their own form. Colour profiles are not applied: a conversion that applies one changes the pixels.

use image::{DynamicImage, GenericImageView as _};

use super::decode::Decoded;
use super::reduce::Rows as _;
use super::sha256::Parts;
use crate::model::Sha256;

/// The hash of a decoded picture's upright pixels.
pub(super) fn hash(picture: &Decoded) -> Sha256 {
    let (width, height) = picture.upright_size();
    let mut parts = Parts::new("pixels");
    parts.add(b"width", &(width as u64).to_be_bytes());
    parts.add(b"height", &(height as u64).to_be_bytes());
    let mut row = Vec::with_capacity(width * 16);
    for y in 0..height {
        row.clear();
        for x in 0..width {
            let (x, y) = stored_position(picture, x, y);
            push(picture.pixels(), x, y, &mut row);
        }
        parts.add(b"row", &row);
    }
    parts.finish()
}

/// Where an upright pixel is stored.
fn stored_position(picture: &Decoded, x: usize, y: usize) -> (u32, u32) {
    let (width, height) = picture.stored_size();
    let turn = picture.orientation();
    let (column, row) = if turn.transposed { (y, x) } else { (x, y) };
    let column = if turn.columns_reversed {
        width - 1 - column
    } else {
        column
    };
    let row = if turn.rows_reversed {
        height - 1 - row
    } else {
        row
    };
    (column as u32, row as u32)
}

fn push(pixels: &DynamicImage, x: u32, y: u32, out: &mut Vec<u8>) {
    let wide = |v: u8| u16::from(v) * 257;
    let rgba = match pixels {
        DynamicImage::ImageLuma16(p) => {
            let grey = p.get_pixel(x, y).0[0];
            [grey, grey, grey, u16::MAX]
        }
        DynamicImage::ImageLumaA16(p) => {
            let [grey, alpha] = p.get_pixel(x, y).0;
            [grey, grey, grey, alpha]
        }
        DynamicImage::ImageRgb16(p) => {
            let [red, green, blue] = p.get_pixel(x, y).0;
            [red, green, blue, u16::MAX]
        }
        DynamicImage::ImageRgba16(p) => p.get_pixel(x, y).0,
        DynamicImage::ImageRgb32F(p) => {
            let [red, green, blue] = p.get_pixel(x, y).0;
            return push_floats([red, green, blue, 1.0], out);
        }
        DynamicImage::ImageRgba32F(p) => return push_floats(p.get_pixel(x, y).0, out),
        eight_bits => eight_bits.get_pixel(x, y).0.map(wide),
    };
    let seen = if rgba[3] == 0 { [0; 4] } else { rgba };
    out.extend(seen.iter().flat_map(|v| v.to_be_bytes()));
}

fn push_floats(rgba: [f32; 4], out: &mut Vec<u8>) {
    out.extend(rgba.iter().flat_map(|v| v.to_bits().to_be_bytes()));
}
