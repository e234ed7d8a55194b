//! What a container of any format holds, before it is understood. In: pieces, as the format's walk finds them.
//! Out: the same pieces, within the limit on metadata.

use std::borrow::Cow;
use std::io::Read;

use super::Limits;
use super::bytes::Order;
use crate::model::{Problem, Reason};

/// The pieces of one picture's file.
#[derive(Debug, Default)]
pub(super) struct Parts<'a> {
    /// Width and height as the container states them; 0 where it does not.
    pub width: u32,
    /// See `width`.
    pub height: u32,
    /// The orientation that the container states, 1 to 8, where it goes before EXIF's.
    pub orientation: Option<u8>,
    /// No size in pixels is expected of it: it holds pages, or a raw picture without a preview.
    pub sizeless: bool,
    /// The EXIF block: a TIFF structure.
    pub exif: Option<Cow<'a, [u8]>>,
    /// IIM blocks, in the order in which they are to be believed.
    pub iim: Vec<Cow<'a, [u8]>>,
    /// The digest of the IIM block that was kept when XMP was last written.
    pub digest: Option<[u8; 16]>,
    /// XMP packets, likewise.
    pub xmp: Vec<Cow<'a, [u8]>>,
    /// Extended XMP: identifier, full length, offset, bytes.
    pub extended: Vec<(&'a [u8], u32, u32, &'a [u8])>,
    /// Manifests of Content Credentials, in pieces as the container holds them.
    pub credentials: Vec<&'a [u8]>,
    /// What is wrong with the container.
    pub problems: Vec<Problem>,
    held: usize,
    unpacked: usize,
}

impl<'a> Parts<'a> {
    /// A problem, once per reason.
    pub(super) fn problem(&mut self, reason: Reason, text: impl Into<String>) {
        if self.problems.iter().all(|known| known.reason != reason) {
            self.problems.push(Problem::new(reason, text));
        }
    }

    /// The file ends within something.
    pub(super) fn truncated(&mut self, within: &str) {
        self.problem(
            Reason::Truncated,
            format!("cannot read this picture in full: the file ends within {within}; fetch it again if you can"),
        );
    }

    /// Room for `length` more bytes of metadata; a problem and `false` where there is none.
    pub(super) fn room(&mut self, length: usize, limits: &Limits) -> bool {
        self.held = self.held.saturating_add(length);
        if self.held <= limits.metadata_bytes {
            return true;
        }
        self.problem(
            Reason::MaxMetadata,
            format!(
                "cannot read all metadata of this picture: it is over the limit of {} bytes",
                limits.metadata_bytes
            ),
        );
        false
    }

    /// Unpack compressed metadata within what is left of the limit; what a damaged stream gave before its damage is kept.
    pub(super) fn unpack(&mut self, packed: impl Read, limits: &Limits) -> Option<Vec<u8>> {
        let budget = limits.inflated_bytes.saturating_sub(self.unpacked);
        let mut out = Vec::new();
        let read = packed.take(budget as u64 + 1).read_to_end(&mut out);
        self.unpacked = self.unpacked.saturating_add(out.len());
        if out.len() > budget {
            self.problem(
                Reason::MaxMetadata,
                format!(
                    "cannot read all metadata of this picture: it unpacks to more than {} bytes",
                    limits.inflated_bytes
                ),
            );
            return None;
        }
        if read.is_err() {
            self.problem(
                Reason::Damaged,
                "cannot read all metadata of this picture: a compressed text in it is damaged",
            );
        }
        Some(out)
    }

    /// Keep an EXIF block as HEIF and JPEG XL hold it: behind the distance to its beginning.
    pub(super) fn add_exif_item(&mut self, item: impl Into<Cow<'a, [u8]>>, limits: &Limits) {
        let item = item.into();
        let start = Order::Big
            .u32(&item, 0)
            .map_or(4, |n| (n as usize).saturating_add(4));
        let block = match item {
            Cow::Borrowed(item) => item.get(start..).map(Cow::Borrowed),
            Cow::Owned(item) => item.get(start..).map(|block| Cow::Owned(block.to_vec())),
        };
        if let Some(block) = block {
            self.add_exif(block, limits);
        }
    }

    /// Keep an EXIF block, the first one only, without the marker that some writers put before it.
    pub(super) fn add_exif(&mut self, block: impl Into<Cow<'a, [u8]>>, limits: &Limits) {
        let mut block = block.into();
        if block.starts_with(b"Exif\0") {
            let body = block.get(6..).unwrap_or_default().to_vec();
            block = Cow::Owned(body);
        }
        if self.exif.is_none() && self.room(block.len(), limits) {
            self.exif = Some(block);
        }
    }

    /// Keep an XMP packet.
    pub(super) fn add_xmp(&mut self, packet: impl Into<Cow<'a, [u8]>>, limits: &Limits) {
        let packet = packet.into();
        if self.room(packet.len(), limits) {
            self.xmp.push(packet);
        }
    }

    /// Keep an IIM block.
    pub(super) fn add_iim(&mut self, block: impl Into<Cow<'a, [u8]>>, limits: &Limits) {
        let block = block.into();
        if self.room(block.len(), limits) {
            self.iim.push(block);
        }
    }

    /// Too many records of one kind.
    pub(super) fn too_many(&mut self, what: &str, limits: &Limits) {
        self.problem(
            Reason::MaxRecords,
            format!(
                "cannot read this picture in full: it has more than {} {what}",
                limits.records
            ),
        );
    }
}
