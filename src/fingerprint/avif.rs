//! The pixels of an AVIF: its picture in one piece or put together from tiles; of a sequence the first frame.
//!
//! Planes become RGB by the matrix and range that the file states, else by those of its AV1 stream, and a picture without
//! colour stays grey; profiles are not applied, and what is see-through is not. The decoder may end the process: only
//! [`apart`](super::apart) asks it.

use image::{DynamicImage, ImageBuffer, Luma, Pixel, Rgb};
use re_rav1d::dav1d::pixel::YUVRange;
use re_rav1d::dav1d::{Decoder, Error, Picture, PixelLayout, PlanarImageComponent, Settings};

use super::decode::{MAX_DECODED_BYTES, check_size};
use crate::model::{Problem, Reason};
use crate::read::Limits;
use crate::read::heif::{Colours, Grid, Item, Items};

/// How a picture is stored: known before anything is decoded.
struct Layout<'a, 'b> {
    /// Width and height of the whole.
    size: (u32, u32),
    /// Tiles in a row.
    columns: u32,
    /// Width and height of a tile.
    tile: (u32, u32),
    tiles: Vec<&'b Item<'a>>,
    colours: Option<Colours>,
}

/// Why a picture cannot be decoded, where its structure says so already.
pub(super) fn refused(bytes: &[u8], limits: &Limits) -> Result<(), Problem> {
    Layout::of(&items(bytes, limits)?, limits).map(drop)
}

/// The pixels, as stored: turns and mirrors are the caller's.
pub(super) fn pixels(bytes: &[u8], limits: &Limits) -> Result<DynamicImage, Problem> {
    let items = items(bytes, limits)?;
    let layout = Layout::of(&items, limits)?;
    let first = layout.frame(0)?;
    if first.bit_depth() == 8 {
        layout.gather::<u8>(first)
    } else {
        layout.gather::<u16>(first)
    }
}

fn items<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Items<'a>, Problem> {
    Items::of(bytes, limits).ok_or_else(|| damaged("its list of items is missing or damaged"))
}

fn damaged(why: &str) -> Problem {
    Problem::new(Reason::Damaged, format!("cannot decode the picture: {why}"))
}

fn unsupported(why: &str) -> Problem {
    Problem::new(
        Reason::Unsupported,
        format!("cannot decode the picture: {why}"),
    )
}

impl<'a, 'b> Layout<'a, 'b> {
    fn of(items: &'b Items<'a>, limits: &Limits) -> Result<Self, Problem> {
        let picture = items
            .primary()
            .ok_or_else(|| damaged("the item that holds it is missing"))?;
        let said = |id| {
            items
                .size(id)
                .ok_or_else(|| damaged("it does not say its size"))
        };
        let layout = match picture.kind {
            b"av01" => {
                let size = said(picture.id)?;
                Self {
                    size,
                    columns: 1,
                    tile: size,
                    tiles: vec![picture],
                    colours: items.colours(picture.id),
                }
            }
            b"grid" => {
                let whole = picture.bytes().and_then(|bytes| Grid::of(&bytes));
                let tiles = items.parts(picture.id);
                let (Some(whole), Some(tiles)) = (whole, tiles) else {
                    return Err(damaged("its grid of tiles is damaged"));
                };
                let first = tiles.first().map_or(picture.id, |tile| tile.id);
                Self {
                    size: whole.size,
                    columns: whole.columns,
                    tile: said(first)?,
                    colours: items.colours(picture.id).or_else(|| items.colours(first)),
                    tiles: fitting(whole, said(first)?, tiles)?,
                }
            }
            other => {
                return Err(unsupported(&format!(
                    "it is made of other pictures ({}) in a way that is not read",
                    other.escape_ascii()
                )));
            }
        };
        check_size(layout.size.0, layout.size.1, limits)?;
        check_size(layout.tile.0, layout.tile.1, limits)?;
        Ok(layout)
    }

    /// One tile, decoded.
    fn frame(&self, tile: usize) -> Result<Picture, Problem> {
        let bytes = self
            .tiles
            .get(tile)
            .and_then(|item| item.bytes())
            .filter(|bytes| !bytes.is_empty())
            .ok_or_else(|| {
                Problem::new(
                    Reason::Truncated,
                    "cannot decode the picture: the file ends before its pixels do",
                )
            })?;
        let (width, height) = self.tile;
        let frame = decode(bytes.into_owned(), width.saturating_mul(height)).map_err(said)?;
        if frame.width() < width || frame.height() < height {
            return Err(damaged(&format!(
                "its header says {width} x {height} pixels, and it holds {} x {}",
                frame.width(),
                frame.height()
            )));
        }
        Ok(frame)
    }

    /// All tiles in one picture. `first` is the first of them.
    fn gather<T: Sample>(&self, first: Picture) -> Result<DynamicImage, Problem>
    where
        Luma<T>: Pixel<Subpixel = T>,
        Rgb<T>: Pixel<Subpixel = T>,
        DynamicImage: From<ImageBuffer<Luma<T>, Vec<T>>> + From<ImageBuffer<Rgb<T>, Vec<T>>>,
    {
        let (width, height) = (self.size.0 as usize, self.size.1 as usize);
        let form = (first.pixel_layout(), first.bit_depth());
        let planes = if form.0 == PixelLayout::I400 { 1 } else { 3 };
        let mixing = Mixing::of(&first, self.colours)?;
        let count = width * height * planes;
        if count as u64 * size_of::<T>() as u64 > MAX_DECODED_BYTES {
            return Err(Problem::new(
                Reason::MaxPixels,
                format!(
                    "cannot decode the picture: it needs more than {MAX_DECODED_BYTES} bytes of memory"
                ),
            ));
        }
        let mut out = vec![T::default(); count];
        let (tile_width, tile_height) = (self.tile.0 as usize, self.tile.1 as usize);
        let mut first = Some(first);
        for at in 0..self.tiles.len() {
            let frame = match first.take() {
                Some(frame) => frame,
                None => self.frame(at)?,
            };
            if (frame.pixel_layout(), frame.bit_depth()) != form {
                return Err(damaged("its tiles are not of one kind"));
            }
            let left = at % self.columns as usize * tile_width;
            let top = at / self.columns as usize * tile_height;
            let wide = tile_width.min(width.saturating_sub(left));
            let mut rows = Rows::of(&frame, mixing, wide);
            for y in 0..tile_height.min(height.saturating_sub(top)) {
                let from = ((top + y) * width + left) * planes;
                if let Some(row) = out.get_mut(from..from + wide * planes) {
                    rows.fill(y, row);
                }
            }
        }
        picture(self.size, planes, out).ok_or_else(|| damaged("its size is not that of its pixels"))
    }
}

/// The tiles, where they are as many as the grid asks for and cover it without one too many.
fn fitting<'a, 'b>(
    whole: Grid,
    tile: (u32, u32),
    tiles: Vec<&'b Item<'a>>,
) -> Result<Vec<&'b Item<'a>>, Problem> {
    let covers = |count: u32, side: u32, whole: u32| {
        let side = u64::from(side);
        let (all, whole) = (u64::from(count) * side, u64::from(whole));
        all >= whole && all - side < whole
    };
    let fits = tiles.len() as u64 == u64::from(whole.columns) * u64::from(whole.rows)
        && tiles.iter().all(|tile| tile.kind == b"av01")
        && covers(whole.columns, tile.0, whole.size.0)
        && covers(whole.rows, tile.1, whole.size.1);
    if fits {
        Ok(tiles)
    } else {
        Err(damaged(&format!(
            "its {} tiles do not make up its {} x {} pixels",
            tiles.len(),
            whole.size.0,
            whole.size.1
        )))
    }
}

/// The first picture of an AV1 stream, of at most so many pixels.
fn decode(stream: Vec<u8>, pixels: u32) -> Result<Picture, Error> {
    let mut settings = Settings::new();
    // Pictures are read side by side already.
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    // Grain is noise that is added for the eye.
    settings.set_apply_grain(false);
    // Of layers the best one.
    settings.set_all_layers(false);
    settings.set_frame_size_limit(pixels);
    let mut decoder = Decoder::with_settings(&settings)?;
    let mut sent = decoder.send_data(stream, None, None, None);
    loop {
        match decoder.get_picture() {
            Err(Error::Again) => {}
            done => return done,
        }
        match sent {
            Err(Error::Again) => sent = decoder.send_pending_data(),
            Err(error) => return Err(error),
            Ok(()) => return Err(Error::Again),
        }
    }
}

/// What the decoder says, in a sentence.
fn said(error: Error) -> Problem {
    match error {
        Error::NotEnoughMemory => Problem::new(
            Reason::MaxMemory,
            "cannot decode the picture: there is not enough memory for it",
        ),
        Error::UnsupportedBitstream => unsupported("its decoder does not know this kind of AV1"),
        Error::Again => Problem::new(
            Reason::Truncated,
            "cannot decode the picture: its AV1 stream ends before a picture does",
        ),
        _ => damaged("its AV1 stream is damaged"),
    }
}

/// How planes become red, green and blue.
#[derive(Clone, Copy)]
struct Mixing {
    matrix: Matrix,
    /// What is taken off a sample of luma, and what the rest is multiplied with, for 0 to 1.
    luma: (f32, f32),
    /// The same of the two others.
    chroma: (f32, f32),
}

#[derive(Clone, Copy)]
enum Matrix {
    /// The planes are green, blue and red.
    Identity,
    YCgCo,
    /// Of luma and two differences: the shares of red and blue in luma.
    Shares(f32, f32),
}

impl Mixing {
    fn of(frame: &Picture, stated: Option<Colours>) -> Result<Self, Problem> {
        let colours = stated.unwrap_or_else(|| Colours {
            matrix: frame.matrix_coefficients() as u16,
            full: matches!(frame.color_range(), YUVRange::Full),
        });
        let matrix = match colours.matrix {
            _ if frame.pixel_layout() == PixelLayout::I400 => Matrix::Identity,
            0 if frame.pixel_layout() == PixelLayout::I444 => Matrix::Identity,
            1 => Matrix::Shares(0.2126, 0.0722),
            4 => Matrix::Shares(0.30, 0.11),
            // Nothing stated is what JPEG has.
            2 | 5 | 6 => Matrix::Shares(0.299, 0.114),
            7 => Matrix::Shares(0.212, 0.087),
            8 => Matrix::YCgCo,
            9 => Matrix::Shares(0.2627, 0.0593),
            other => {
                return Err(unsupported(&format!(
                    "its colours are coded by matrix {other} of H.273, which is not read here"
                )));
            }
        };
        let step = (1_u32 << (frame.bit_depth().clamp(8, 12) - 8)) as f32;
        let top = step * 256.0 - 1.0;
        let luma = if colours.full {
            (0.0, 1.0 / top)
        } else {
            (16.0 * step, 1.0 / (219.0 * step))
        };
        let chroma = match (matrix, colours.full) {
            (Matrix::Identity, _) => luma,
            (_, true) => (128.0 * step, 1.0 / top),
            (_, false) => (128.0 * step, 1.0 / (224.0 * step)),
        };
        Ok(Self {
            matrix,
            luma,
            chroma,
        })
    }

    /// Red, green and blue, each 0 to 1 or a little beyond.
    fn rgb(self, y: f32, u: f32, v: f32) -> [f32; 3] {
        match self.matrix {
            Matrix::Identity => [v, y, u],
            Matrix::YCgCo => [y - u + v, y + u, y - u - v],
            Matrix::Shares(red, blue) => {
                let (r, b) = (y + 2.0 * (1.0 - red) * v, y + 2.0 * (1.0 - blue) * u);
                [r, (y - red * r - blue * b) / (1.0 - red - blue), b]
            }
        }
    }
}

/// The rows of a frame, mixed one after the other.
struct Rows {
    mixing: Mixing,
    /// One, or three.
    planes: Vec<Plane>,
    /// The row of each plane that was unpacked last.
    unpacked: [Vec<f32>; 3],
}

struct Plane {
    bytes: re_rav1d::dav1d::Plane,
    /// Bytes from row to row.
    stride: usize,
    /// A sample has two bytes.
    wide: bool,
    /// Columns and rows are halved so often.
    halved: (u32, u32),
}

impl Rows {
    fn of(frame: &Picture, mixing: Mixing, wide: usize) -> Self {
        let plane = |component, halved| Plane {
            bytes: frame.plane(component),
            stride: frame.stride(component) as usize,
            wide: frame.bit_depth() > 8,
            halved,
        };
        let mut planes = vec![plane(PlanarImageComponent::Y, (0, 0))];
        // A grey frame has no other planes, and must not be asked for them.
        let halved = match frame.pixel_layout() {
            PixelLayout::I400 => None,
            PixelLayout::I420 => Some((1, 1)),
            PixelLayout::I422 => Some((1, 0)),
            PixelLayout::I444 => Some((0, 0)),
        };
        for component in [PlanarImageComponent::U, PlanarImageComponent::V] {
            planes.extend(halved.map(|halved| plane(component, halved)));
        }
        Self {
            mixing,
            planes,
            unpacked: std::array::from_fn(|_| vec![0.0; wide]),
        }
    }

    /// Mix row `y` into `out`, as many pixels as it holds.
    fn fill<T: Sample>(&mut self, y: usize, out: &mut [T]) {
        for (at, (plane, row)) in self.planes.iter().zip(&mut self.unpacked).enumerate() {
            let scale = if at == 0 {
                self.mixing.luma
            } else {
                self.mixing.chroma
            };
            plane.unpack(y, scale, row);
        }
        let [luma, blue, red] = &self.unpacked;
        if self.planes.len() == 1 {
            for (out, y) in out.iter_mut().zip(luma) {
                *out = T::of(*y);
            }
            return;
        }
        let (pixels, _) = out.as_chunks_mut::<3>();
        for (((out, y), u), v) in pixels.iter_mut().zip(luma).zip(blue).zip(red) {
            *out = self.mixing.rgb(*y, *u, *v).map(T::of);
        }
    }
}

impl Plane {
    fn unpack(&self, y: usize, (off, scale): (f32, f32), out: &mut [f32]) {
        let from = (y >> self.halved.1) * self.stride;
        let row = self.bytes.get(from..).unwrap_or_default();
        let across = self.halved.0;
        if self.wide {
            let (samples, _) = row.as_chunks::<2>();
            for (x, out) in out.iter_mut().enumerate() {
                let sample = samples.get(x >> across).copied().unwrap_or_default();
                *out = (f32::from(u16::from_ne_bytes(sample)) - off) * scale;
            }
        } else {
            for (x, out) in out.iter_mut().enumerate() {
                let sample = row.get(x >> across).copied().unwrap_or_default();
                *out = (f32::from(sample) - off) * scale;
            }
        }
    }
}

/// A picture of one or three samples a pixel; `None` where they are not as many as its size asks for.
pub(super) fn picture<T>(
    (width, height): (u32, u32),
    channels: usize,
    samples: Vec<T>,
) -> Option<DynamicImage>
where
    Luma<T>: Pixel<Subpixel = T>,
    Rgb<T>: Pixel<Subpixel = T>,
    DynamicImage: From<ImageBuffer<Luma<T>, Vec<T>>> + From<ImageBuffer<Rgb<T>, Vec<T>>>,
{
    match channels {
        1 => ImageBuffer::<Luma<T>, _>::from_raw(width, height, samples).map(DynamicImage::from),
        3 => ImageBuffer::<Rgb<T>, _>::from_raw(width, height, samples).map(DynamicImage::from),
        _ => None,
    }
}

/// A sample of the picture that is made.
trait Sample: Copy + Default {
    /// From 0 to 1; what is beyond is cut off.
    fn of(value: f32) -> Self;
}

impl Sample for u8 {
    fn of(value: f32) -> Self {
        (value.clamp(0.0, 1.0) * 255.0 + 0.5) as Self
    }
}

impl Sample for u16 {
    fn of(value: f32) -> Self {
        (value.clamp(0.0, 1.0) * 65535.0 + 0.5) as Self
    }
}
