//! Bytes -> upright rows of luma: the one decoding path that perceptual hashes come from.
//!
//! Sizes are checked before anything is allocated; a decoder that panics on foreign bytes is caught at its call. Of
//! animations and multi-page files the first frame is read. Transparent pixels are laid over white, as pages show them
//! (the PDQ reference takes opaque RGB and says nothing of alpha). Samples of 16 bits keep their precision. CMYK becomes
//! RGB as the decoder does it, without colour management; colour profiles are not applied, as in the reference.

use std::borrow::Cow;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::error::LimitErrorKind;
use image::{DynamicImage, ImageDecoder as _, ImageError, ImageFormat, ImageReader};

use super::reduce::Rows;
use crate::model::{PhotoFormat, Problem, Reason};
use crate::read::{Limits, jpeg, png, psd, raw};

/// The version of the decoding path. It changes whenever a hash of the same bytes may change; hashes of different
/// versions are never compared, and the migration that comes with a new one finds those to be made again.
pub const PATH_VERSION: u32 = 2;

/// What a decoder may allocate, its output included: 256 MiB, three bytes for each of 89 million pixels.
pub(super) const MAX_DECODED_BYTES: u64 = 256 << 20;

/// A decoded picture as it is stored, with the orientation that makes it upright.
pub struct Decoded {
    pixels: DynamicImage,
    orientation: Orientation,
}

/// How stored rows and columns become upright ones (EXIF's 1 to 8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Orientation {
    /// The stored columns run against the upright axis that they become.
    pub columns_reversed: bool,
    /// The stored rows run against the upright axis that they become.
    pub rows_reversed: bool,
    /// Stored columns become upright rows.
    pub transposed: bool,
}

impl Orientation {
    /// From EXIF's number; anything but 2 to 8 is upright as stored.
    pub fn from_exif(number: u8) -> Self {
        let (columns_reversed, rows_reversed, transposed) = match number {
            2 => (true, false, false),
            3 => (true, true, false),
            4 => (false, true, false),
            5 => (false, false, true),
            6 => (false, true, true),
            7 => (true, true, true),
            8 => (true, false, true),
            _ => (false, false, false),
        };
        Self {
            columns_reversed,
            rows_reversed,
            transposed,
        }
    }
}

impl Orientation {
    /// A mirror is needed, not only turns.
    pub fn mirrors(self) -> bool {
        self.columns_reversed ^ self.rows_reversed ^ self.transposed
    }
}

impl Decoded {
    /// The pixels as stored.
    pub(super) fn pixels(&self) -> &DynamicImage {
        &self.pixels
    }
}

impl Rows for Decoded {
    fn stored_size(&self) -> (usize, usize) {
        (self.pixels.width() as usize, self.pixels.height() as usize)
    }

    fn orientation(&self) -> Orientation {
        self.orientation
    }

    fn square(&self) -> usize {
        1
    }

    fn luma_row(&self, row: usize, luma: &mut [f32]) {
        let width = self.pixels.width() as usize;
        match &self.pixels {
            DynamicImage::ImageLuma8(p) => {
                each(p.as_raw(), width, row, luma, |[v]: [u8; 1]| f32::from(v));
            }
            DynamicImage::ImageLumaA8(p) => each(p.as_raw(), width, row, luma, |[v, a]| {
                over_white(f32::from(v), f32::from(a) / 255.0)
            }),
            DynamicImage::ImageRgb8(p) => each(p.as_raw(), width, row, luma, |[r, g, b]| {
                mix(f32::from(r), f32::from(g), f32::from(b))
            }),
            DynamicImage::ImageRgba8(p) => each(p.as_raw(), width, row, luma, |[r, g, b, a]| {
                over_white(
                    mix(f32::from(r), f32::from(g), f32::from(b)),
                    f32::from(a) / 255.0,
                )
            }),
            DynamicImage::ImageLuma16(p) => {
                each(p.as_raw(), width, row, luma, |[v]: [u16; 1]| {
                    f32::from(v) / 257.0
                });
            }
            DynamicImage::ImageLumaA16(p) => each(p.as_raw(), width, row, luma, |[v, a]| {
                over_white(f32::from(v) / 257.0, f32::from(a) / 65535.0)
            }),
            DynamicImage::ImageRgb16(p) => each(p.as_raw(), width, row, luma, |[r, g, b]| {
                mix(f32::from(r), f32::from(g), f32::from(b)) / 257.0
            }),
            DynamicImage::ImageRgba16(p) => each(p.as_raw(), width, row, luma, |[r, g, b, a]| {
                over_white(
                    mix(f32::from(r), f32::from(g), f32::from(b)) / 257.0,
                    f32::from(a) / 65535.0,
                )
            }),
            DynamicImage::ImageRgb32F(p) => each(p.as_raw(), width, row, luma, |[r, g, b]| {
                shown(mix(r, g, b))
            }),
            DynamicImage::ImageRgba32F(p) => each(p.as_raw(), width, row, luma, |[r, g, b, a]| {
                over_white(shown(mix(r, g, b)), a.clamp(0.0, 1.0))
            }),
            // The enum is open; every kind that the decoders at hand give is above.
            other => {
                for (x, out) in luma.iter_mut().enumerate().take(width) {
                    if let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(row))
                        && y < other.height()
                    {
                        let image::Rgba([r, g, b, a]) =
                            image::GenericImageView::get_pixel(other, x, y);
                        *out = over_white(
                            mix(f32::from(r), f32::from(g), f32::from(b)),
                            f32::from(a) / 255.0,
                        );
                    }
                }
            }
        }
    }
}

/// Applies `luma_of` to every pixel of a row.
fn each<T: Copy, const N: usize>(
    samples: &[T],
    width: usize,
    row: usize,
    luma: &mut [f32],
    luma_of: impl Fn([T; N]) -> f32,
) {
    let start = row * width * N;
    let Some(samples) = samples.get(start..start + width * N) else {
        return;
    };
    let (pixels, _) = samples.as_chunks::<N>();
    for (out, pixel) in luma.iter_mut().zip(pixels) {
        *out = luma_of(*pixel);
    }
}

/// Rec. 601 luma, as the reference has it.
fn mix(r: f32, g: f32, b: f32) -> f32 {
    0.299 * r + 0.587 * g + 0.114 * b
}

fn over_white(luma: f32, alpha: f32) -> f32 {
    luma * alpha + 255.0 * (1.0 - alpha)
}

/// A floating-point sample as a screen shows it. NaN is black.
fn shown(value: f32) -> f32 {
    if value.is_nan() {
        0.0
    } else {
        value.clamp(0.0, 1.0) * 255.0
    }
}

/// Decodes the first frame within the limits.
pub fn decode(
    bytes: &[u8],
    format: PhotoFormat,
    orientation: u8,
    limits: &Limits,
) -> Result<Decoded, Problem> {
    catch_unwind(AssertUnwindSafe(|| run(bytes, format, limits)))
        .unwrap_or_else(|_| Err(gave_up()))
        .map(|pixels| Decoded {
            pixels,
            orientation: Orientation::from_exif(orientation),
        })
}

/// The problem of a picture on which its decoder panicked.
pub(super) fn gave_up() -> Problem {
    Problem::new(
        Reason::Damaged,
        "cannot decode the picture: the decoder gave up on it; it is damaged, or packed in a way that the decoder does not \
         handle",
    )
}

fn run(bytes: &[u8], format: PhotoFormat, limits: &Limits) -> Result<DynamicImage, Problem> {
    if format == PhotoFormat::Raw {
        return match raw::preview(bytes, limits) {
            Some(preview) => run(preview, PhotoFormat::Jpeg, limits),
            None => Err(Problem::new(
                Reason::Unsupported,
                "cannot decode the picture: this camera raw file holds no preview that is read",
            )),
        };
    }
    if let Some(word) = undecoded(format) {
        return Err(Problem::new(
            Reason::Unsupported,
            format!(
                "cannot decode the picture: no decoder of {word} is built in; its metadata is read, and copies are known by equal bytes or an equal coded picture"
            ),
        ));
    }
    #[cfg(feature = "jxl")]
    if format == PhotoFormat::JpegXl {
        return super::jxl::pixels(bytes, limits);
    }
    #[cfg(feature = "avif")]
    if format == PhotoFormat::Avif {
        return super::apart::pixels(bytes, limits);
    }
    let Some(known) = image_format(format) else {
        return flattened(bytes, limits);
    };
    if let Some(coding) = (known == ImageFormat::Jpeg)
        .then(|| jpeg::rare_coding(bytes))
        .flatten()
    {
        return Err(Problem::new(
            Reason::Unsupported,
            format!("cannot decode the picture: no decoder of {coding} JPEG is built in"),
        ));
    }
    let bytes = match known {
        ImageFormat::Jpeg => Cow::Owned(jpeg::bare(bytes)),
        ImageFormat::Png => Cow::Owned(png::bare(bytes)),
        _ => Cow::Borrowed(bytes),
    };
    let mut reader = ImageReader::with_format(Cursor::new(&*bytes), known);
    let mut bounds = image::Limits::default();
    bounds.max_alloc = Some(MAX_DECODED_BYTES);
    reader.limits(bounds.clone());
    let mut decoder = reader.into_decoder().map_err(|e| problem(&e, limits))?;
    let (width, height) = decoder.dimensions();
    check_size(width, height, limits)?;
    if known == ImageFormat::Jpeg {
        check_scans(&bytes, u64::from(width) * u64::from(height), limits)?;
    }
    // What the decoder allocates beside the output has to fit as well.
    bounds
        .reserve(decoder.total_bytes())
        .and_then(|()| decoder.set_limits(bounds))
        .map_err(|e| problem(&e, limits))?;
    DynamicImage::from_decoder(decoder).map_err(|e| match problem(&e, limits) {
        // Whether a TIFF's strips and tiles lie within the file is known from its directories.
        ended if ended.reason == Reason::Truncated && known == ImageFormat::Tiff => Problem::new(
            Reason::Damaged,
            "cannot decode the picture: its packed data end before its pixels do",
        ),
        other => other,
    })
}

/// Whether a picture of this size may be decoded.
pub fn check_size(width: u32, height: u32, limits: &Limits) -> Result<(), Problem> {
    if width == 0 || height == 0 {
        return Err(Problem::new(
            Reason::Damaged,
            format!("cannot decode the picture: its header says {width} x {height} pixels"),
        ));
    }
    if width.max(height) > limits.side {
        return Err(Problem::new(
            Reason::MaxSide,
            format!(
                "cannot decode the picture: it is {width} x {height} pixels, and a side may have {}",
                limits.side
            ),
        ));
    }
    if u64::from(width) * u64::from(height) > limits.pixels {
        return Err(Problem::new(
            Reason::MaxPixels,
            format!(
                "cannot decode the picture: it is {width} x {height} pixels, and a picture may have {} in all",
                limits.pixels
            ),
        ));
    }
    Ok(())
}

/// Whether a JPEG of so many pixels may be decoded, for all its scans.
pub(super) fn check_scans(bytes: &[u8], pixels: u64, limits: &Limits) -> Result<(), Problem> {
    let most = limits.scanned_pixels / pixels;
    if jpeg::scans(bytes, most) <= most.max(1) {
        return Ok(());
    }
    Err(Problem::new(
        Reason::MaxPixels,
        format!(
            "cannot decode the picture: its {pixels} pixels may be gone over {most} times, and it asks for more (limit \
             scanned-pixels)"
        ),
    ))
}

/// The flattened picture of a PSD, within the same limits.
fn flattened(bytes: &[u8], limits: &Limits) -> Result<DynamicImage, Problem> {
    let Some(layout) = psd::Layout::of(bytes) else {
        return Err(Problem::new(
            Reason::Truncated,
            "cannot decode the picture: the file ends before its pixels do",
        ));
    };
    check_size(layout.width, layout.height, limits)?;
    let pixels = u64::from(layout.width) * u64::from(layout.height);
    // The channels, and the picture that is made of them, at two bytes a sample.
    if pixels * 14 > MAX_DECODED_BYTES {
        return Err(Problem::new(
            Reason::MaxPixels,
            format!(
                "cannot decode the picture: it needs more than {MAX_DECODED_BYTES} bytes of memory"
            ),
        ));
    }
    super::psd::pixels(&layout).map_err(|why| {
        Problem::new(
            Reason::Unsupported,
            format!("cannot decode the picture: {why}"),
        )
    })
}

/// The name of a format whose pixels are not read.
fn undecoded(format: PhotoFormat) -> Option<&'static str> {
    Some(match format {
        PhotoFormat::Heif => "HEIC and HEIF",
        PhotoFormat::Avif if cfg!(not(feature = "avif")) => "AVIF",
        PhotoFormat::JpegXl if cfg!(not(feature = "jxl")) => "JPEG XL",
        PhotoFormat::Jpeg2000 => "JPEG 2000",
        PhotoFormat::Eps => "PostScript",
        PhotoFormat::Pdf => "PDF",
        _ => return None,
    })
}

/// The format by its name in the decoding library; `None` for those that are decoded elsewhere.
fn image_format(format: PhotoFormat) -> Option<ImageFormat> {
    Some(match format {
        PhotoFormat::Jpeg => ImageFormat::Jpeg,
        PhotoFormat::Png => ImageFormat::Png,
        PhotoFormat::Webp => ImageFormat::WebP,
        PhotoFormat::Tiff => ImageFormat::Tiff,
        PhotoFormat::Gif => ImageFormat::Gif,
        PhotoFormat::Bmp => ImageFormat::Bmp,
        _ => return None,
    })
}

fn problem(error: &ImageError, limits: &Limits) -> Problem {
    match error {
        ImageError::Limits(limit) => match limit.kind() {
            LimitErrorKind::DimensionError => Problem::new(
                Reason::MaxSide,
                format!(
                    "cannot decode the picture: a side is longer than {} pixels",
                    limits.side
                ),
            ),
            _ => Problem::new(
                Reason::MaxPixels,
                format!(
                    "cannot decode the picture: it needs more than {MAX_DECODED_BYTES} bytes of memory"
                ),
            ),
        },
        ImageError::Unsupported(_) => Problem::new(
            Reason::Unsupported,
            format!("cannot decode the picture: {error}"),
        ),
        ImageError::IoError(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => Problem::new(
            Reason::Truncated,
            "cannot decode the picture: the file ends before its pixels do",
        ),
        _ => Problem::new(
            Reason::Damaged,
            format!("cannot decode the picture: {error}"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A BMP header that announces a size and holds nothing.
    fn bmp(width: i32, height: i32) -> Vec<u8> {
        let mut out = b"BM".to_vec();
        out.extend(54u32.to_le_bytes());
        out.extend([0; 4]);
        out.extend(54u32.to_le_bytes());
        out.extend(40u32.to_le_bytes());
        out.extend(width.to_le_bytes());
        out.extend(height.to_le_bytes());
        out.extend([1, 0, 24, 0]);
        out.extend([0; 24]);
        out
    }

    fn reason(bytes: &[u8]) -> Option<Reason> {
        decode(bytes, PhotoFormat::Bmp, 1, &Limits::default())
            .err()
            .map(|p| p.reason)
    }

    #[test]
    fn a_giant_is_refused_by_its_header() {
        assert_eq!(reason(&bmp(50_000, 50_000)), Some(Reason::MaxSide));
        assert_eq!(reason(&bmp(20_000, 20_000)), Some(Reason::MaxPixels));
    }

    fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
        let length = (body.len() as u16 + 2).to_be_bytes();
        [&[0xff, marker], &length[..], body].concat()
    }

    #[test]
    fn a_rare_way_to_code_a_jpeg_is_not_called_damage() {
        let reason = |marker: u8, bits: u8| {
            let frame = segment(marker, &[bits, 0, 48, 0, 64, 1, 1, 0x11, 0]);
            let scan = segment(0xda, &[1, 1, 0, 0, 0, 0]);
            let bytes = [b"\xff\xd8", &frame[..], &scan, b"\xff\xd9"].concat();
            let refused = decode(&bytes, PhotoFormat::Jpeg, 1, &Limits::default()).err();
            refused.map(|p| p.reason)
        };
        for (marker, bits) in [(0xc9, 8), (0xca, 8), (0xc1, 12), (0xc3, 8), (0xc5, 8)] {
            assert_eq!(
                reason(marker, bits),
                Some(Reason::Unsupported),
                "{marker:x}"
            );
        }
        assert_ne!(reason(0xc0, 8), Some(Reason::Unsupported));
    }

    #[test]
    fn a_whole_tiff_with_too_little_in_it_is_damaged_not_truncated() {
        // One strip of PackBits: four bytes for the 64 of 8 x 8 pixels.
        let strip = [3, 1, 2, 3, 4];
        let fields: [(u16, u32); 9] = [
            (256, 8),
            (257, 8),
            (258, 8),
            (259, 32_773),
            (262, 1),
            (273, 8 + 2 + 9 * 12 + 4),
            (277, 1),
            (278, 8),
            (279, strip.len() as u32),
        ];
        let mut bytes = b"II*\0\x08\0\0\0\x09\0".to_vec();
        for (tag, value) in fields {
            bytes.extend(tag.to_le_bytes());
            bytes.extend([4, 0, 1, 0, 0, 0]);
            bytes.extend(value.to_le_bytes());
        }
        bytes.extend([0; 4]);
        bytes.extend(strip);
        let refused = decode(&bytes, PhotoFormat::Tiff, 1, &Limits::default()).err();
        assert_eq!(refused.map(|p| p.reason), Some(Reason::Damaged));
    }

    #[test]
    fn a_png_without_its_end_has_the_pixels_that_are_there() {
        let mut whole = Cursor::new(Vec::new());
        DynamicImage::new_luma8(9, 7)
            .write_to(&mut whole, ImageFormat::Png)
            .expect("writes");
        let whole = whole.into_inner();
        let cut = &whole[..whole.len() - 12];
        assert!(decode(cut, PhotoFormat::Png, 1, &Limits::default()).is_ok());
        let within = &whole[..whole.len() - 20];
        assert!(decode(within, PhotoFormat::Png, 1, &Limits::default()).is_err());
    }

    #[test]
    fn scan_after_scan_is_refused_before_it_is_decoded() {
        let frame = segment(0xc2, &[8, 0, 48, 0, 64, 1, 1, 0x11, 0]);
        let scans = segment(0xda, &[1, 1, 0, 0, 0, 0]).repeat(12);
        let bytes = [b"\xff\xd8", &frame[..], &scans, b"\xff\xd9"].concat();
        let reason = |times: u64| {
            let limits = Limits {
                scanned_pixels: 64 * 48 * times,
                ..Limits::default()
            };
            let refused = decode(&bytes, PhotoFormat::Jpeg, 1, &limits).err();
            refused.map(|p| p.reason)
        };
        assert_eq!(reason(11), Some(Reason::MaxPixels));
        assert_ne!(reason(12), Some(Reason::MaxPixels));
    }

    #[test]
    fn missing_pixels_are_a_problem() {
        assert!(reason(&bmp(10, 10)).is_some());
        assert!(reason(b"BM").is_some());
    }
}
