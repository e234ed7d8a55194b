//! Photoshop's own format (PSD, PSB). In: a file's bytes. Out: its size, EXIF, IIM and XMP, and where its sections lie.
//!
//! A file is a header, colour data, image resources (the metadata), layers, and the flattened picture, which is what
//! everything but Photoshop shows. Layers are not read.

use std::borrow::Cow;

use super::Limits;
use super::bytes::{Order, slice};
use super::parts::Parts;
use super::photoshop;

/// The sections of a file.
pub struct Layout<'a> {
    /// Lengths of packed rows take four bytes in place of two (PSB).
    pub large: bool,
    /// Channels of the flattened picture.
    pub channels: usize,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Bits of a sample.
    pub depth: u16,
    /// Bitmap 0, grey 1, palette 2, RGB 3, CMYK 4, several channels 7, duotone 8, Lab 9.
    pub mode: u16,
    /// The palette, where there is one.
    pub colours: &'a [u8],
    /// Image resources.
    pub resources: &'a [u8],
    /// How the flattened picture is packed, and its rows.
    pub picture: &'a [u8],
}

impl<'a> Layout<'a> {
    /// The sections of a file; `None` where it ends before its picture begins.
    pub fn of(bytes: &'a [u8]) -> Option<Self> {
        let header = bytes.strip_prefix(b"8BPS")?;
        let large = Order::Big.u16(header, 0)? == 2;
        let mut at = 26;
        let mut section = |wide: bool| {
            let length = if wide {
                usize::try_from(Order::Big.u64(bytes, at)?).ok()?
            } else {
                Order::Big.u32(bytes, at)? as usize
            };
            let start = at + if wide { 8 } else { 4 };
            at = start.checked_add(length)?;
            slice(bytes, start, length)
        };
        let (colours, resources) = (section(false)?, section(false)?);
        section(large)?;
        Some(Self {
            large,
            channels: usize::from(Order::Big.u16(header, 8)?),
            height: Order::Big.u32(header, 10)?,
            width: Order::Big.u32(header, 14)?,
            depth: Order::Big.u16(header, 18)?,
            mode: Order::Big.u16(header, 20)?,
            colours,
            resources,
            picture: bytes.get(at..)?,
        })
    }

    /// Bytes of an unpacked row of one channel.
    pub fn row_bytes(&self) -> usize {
        (self.width as usize * usize::from(self.depth)).div_ceil(8)
    }

    /// Rows of all channels, one channel after the other.
    pub fn rows(&self) -> usize {
        self.height as usize * self.channels
    }

    /// The lengths of the packed rows, and where the rows begin; `None` where they are not packed row by row.
    pub fn packed(&self) -> Option<(Vec<usize>, &'a [u8])> {
        let wide = if self.large { 4 } else { 2 };
        let table = slice(self.picture, 2, self.rows().checked_mul(wide)?)?;
        let lengths = table.chunks_exact(wide).map(|c| {
            c.iter()
                .fold(0usize, |sum, byte| (sum << 8) | usize::from(*byte))
        });
        Some((lengths.collect(), self.picture.get(2 + table.len()..)?))
    }

    fn is_whole(&self) -> bool {
        match Order::Big.u16(self.picture, 0) {
            Some(0) => {
                let needed = (self.row_bytes() as u64).saturating_mul(self.rows() as u64);
                self.picture.len() as u64 >= needed.saturating_add(2)
            }
            Some(1) => self
                .packed()
                .is_some_and(|(lengths, rows)| lengths.iter().sum::<usize>() <= rows.len()),
            Some(_) => true,
            None => false,
        }
    }
}

/// Read the sections of a PSD or PSB.
pub(super) fn parts<'a>(bytes: &'a [u8], limits: &Limits) -> Parts<'a> {
    let mut parts = Parts::default();
    if let (Some(height), Some(width)) = (Order::Big.u32(bytes, 14), Order::Big.u32(bytes, 18)) {
        (parts.width, parts.height) = (width, height);
    }
    let Some(layout) = Layout::of(bytes) else {
        parts.truncated("its sections");
        return parts;
    };
    photoshop::resources(&Cow::Borrowed(layout.resources), &mut parts, limits);
    if !layout.is_whole() {
        parts.truncated("its picture data");
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Reason;

    #[test]
    fn size_and_metadata_are_found_and_every_cut_is_noticed() {
        let mut resources = b"8BIM\x04\x04\0\0\0\0\0\x07\x1c\x02\x50\x00\x02AP\0".to_vec();
        resources.extend(b"8BIM\x04\x24\0\0\0\0\0\x02<x");
        let mut bytes =
            b"8BPS\0\x01\0\0\0\0\0\0\0\x01\0\0\0\x02\0\0\0\x03\0\x08\0\x01\0\0\0\0".to_vec();
        bytes.extend((resources.len() as u32).to_be_bytes());
        bytes.extend(&resources);
        bytes.extend([0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6]);
        let limits = Limits::default();
        let whole = parts(&bytes, &limits);
        assert_eq!((whole.width, whole.height), (3, 2));
        assert_eq!((whole.iim.len(), whole.xmp.len()), (1, 1));
        assert!(whole.problems.is_empty());
        for length in 4..bytes.len() {
            let cut = parts(&bytes[..length], &limits);
            assert_eq!(cut.problems[0].reason, Reason::Truncated, "{length}");
        }
    }
}
