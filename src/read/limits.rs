//! How much one input may ask for. In: nothing, or a name and a number. Out: numbers that no good file of a news desk
//! comes near.

use std::path::PathBuf;

use crate::model::Reason;

/// Limits on what is read from one input. Whatever passes one becomes a problem of that input, never a crash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a photo's file. Default: 2 GiB, the largest a classic TIFF writer makes.
    pub photo_bytes: u64,
    /// Bytes of a page's or text's file. Default: 32 MiB.
    pub document_bytes: u64,
    /// Bytes of one record of a web archive, one part of a saved page, or one file that is read whole for its members.
    /// Default: 64 MiB.
    pub record_bytes: u64,
    /// Bytes of a sidecar's file. Default: 32 MiB.
    pub sidecar_bytes: u64,
    /// Width times height of a photo that is decoded. Default: 100 million.
    pub pixels: u64,
    /// Pixels of a progressive JPEG times its scans, which is what its decoding costs. Default: 1,000 million, ten scans
    /// of the largest picture.
    pub scanned_pixels: u64,
    /// Width or height of a photo that is decoded. Default: 30,000.
    pub side: u32,
    /// Bytes of all embedded metadata of one photo. Default: 32 MiB.
    pub metadata_bytes: usize,
    /// Bytes that compressed metadata of one photo may inflate to. Default: 16 MiB.
    pub inflated_bytes: usize,
    /// Segments, chunks, directory entries, data sets or properties of one container, lines of a text. Default: 65,536.
    pub records: usize,
    /// Elements within elements of embedded XML. Default: 64.
    pub nesting: usize,
    /// Values that one field of a photo or sidecar may have. Default: 1,000.
    pub values: usize,
    /// Elements within elements of a page; browsers stop at the same depth. Default: 512.
    pub page_depth: usize,
    /// Elements and texts of a page. Default: 1,000,000.
    pub page_elements: usize,
    /// Attributes of one element of a page. Default: 1,000.
    pub page_attributes: usize,
    /// Appearances of one document. Default: 1,000.
    pub appearances: usize,
    /// Seconds that a worker process may take over one input, or over the next part of one that holds many, and the
    /// process that decodes an AVIF over it; where inputs are read in cutline's own process nothing can stop them.
    /// Default: 60.
    pub seconds: u64,
    /// Bytes of memory of one such process. Default: 1 GiB.
    pub memory: u64,
    /// How far a photo is looked at. Default: all of it.
    pub look: Look,
    /// Where pictures are decoded whose decoder may end the process that it runs in. Default: nowhere.
    pub apart: Apart,
}

/// One limit that can be set by its name: the name, what it bounds, the reason recorded where it is passed.
pub type LimitName = (&'static str, &'static str, Reason);

/// Every limit that can be set, in the order in which they are told.
pub const LIMITS: &[LimitName] = &[
    ("photo-bytes", "bytes of a photo's file", Reason::MaxBytes),
    (
        "document-bytes",
        "bytes of a page's or text's file",
        Reason::MaxBytes,
    ),
    (
        "record-bytes",
        "bytes of one record of a web archive, one part of a saved page, one file read whole for its members",
        Reason::MaxBytes,
    ),
    (
        "sidecar-bytes",
        "bytes of a sidecar's file",
        Reason::MaxBytes,
    ),
    (
        "pixels",
        "width times height of a photo that is decoded",
        Reason::MaxPixels,
    ),
    (
        "scanned-pixels",
        "width times height of a progressive JPEG that is decoded, times its scans",
        Reason::MaxPixels,
    ),
    (
        "side",
        "width or height of a photo that is decoded",
        Reason::MaxSide,
    ),
    (
        "metadata-bytes",
        "bytes of all embedded metadata of one photo",
        Reason::MaxMetadata,
    ),
    (
        "inflated-bytes",
        "bytes that compressed metadata of one photo inflates to",
        Reason::MaxMetadata,
    ),
    (
        "records",
        "segments, chunks, directory entries, data sets or properties of one container, lines of a text",
        Reason::MaxRecords,
    ),
    (
        "nesting",
        "elements within elements of embedded XML",
        Reason::MaxDepth,
    ),
    (
        "values",
        "values of one field of a photo or sidecar",
        Reason::MaxRecords,
    ),
    (
        "page-depth",
        "elements within elements of a page",
        Reason::MaxDepth,
    ),
    (
        "page-elements",
        "elements and texts of a page",
        Reason::MaxRecords,
    ),
    (
        "page-attributes",
        "attributes of one element of a page",
        Reason::MaxRecords,
    ),
    (
        "appearances",
        "appearances of one document",
        Reason::MaxRecords,
    ),
    (
        "seconds",
        "seconds of a worker process for one input, or the next part of one (--isolate), or for an AVIF",
        Reason::MaxTime,
    ),
    (
        "memory",
        "bytes of memory of a worker process (--isolate), or of that for an AVIF",
        Reason::MaxMemory,
    ),
];

impl Limits {
    /// The limit of that name; `None` where there is none.
    pub fn get(&self, name: &str) -> Option<u64> {
        Some(match self.clone().place(name)? {
            Place::Long(n) => *n,
            Place::Count(n) => *n as u64,
            Place::Side(n) => u64::from(*n),
        })
    }

    /// Set the limit of that name; `false` where there is none.
    pub fn set(&mut self, name: &str, value: u64) -> bool {
        match self.place(name) {
            Some(Place::Long(n)) => *n = value,
            Some(Place::Count(n)) => *n = usize::try_from(value).unwrap_or(usize::MAX),
            Some(Place::Side(n)) => *n = u32::try_from(value).unwrap_or(u32::MAX),
            None => return false,
        }
        true
    }

    fn place(&mut self, name: &str) -> Option<Place<'_>> {
        Some(match name {
            "photo-bytes" => Place::Long(&mut self.photo_bytes),
            "document-bytes" => Place::Long(&mut self.document_bytes),
            "record-bytes" => Place::Long(&mut self.record_bytes),
            "sidecar-bytes" => Place::Long(&mut self.sidecar_bytes),
            "pixels" => Place::Long(&mut self.pixels),
            "scanned-pixels" => Place::Long(&mut self.scanned_pixels),
            "side" => Place::Side(&mut self.side),
            "metadata-bytes" => Place::Count(&mut self.metadata_bytes),
            "inflated-bytes" => Place::Count(&mut self.inflated_bytes),
            "records" => Place::Count(&mut self.records),
            "nesting" => Place::Count(&mut self.nesting),
            "values" => Place::Count(&mut self.values),
            "page-depth" => Place::Count(&mut self.page_depth),
            "page-elements" => Place::Count(&mut self.page_elements),
            "page-attributes" => Place::Count(&mut self.page_attributes),
            "appearances" => Place::Count(&mut self.appearances),
            "seconds" => Place::Long(&mut self.seconds),
            "memory" => Place::Long(&mut self.memory),
            _ => return None,
        })
    }
}

/// Where a limit is kept.
enum Place<'a> {
    Long(&'a mut u64),
    Count(&'a mut usize),
    Side(&'a mut u32),
}

/// How far a photo is looked at, beyond its bytes and metadata.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// Not decoded: copies are found by equal bytes and equal coded images alone.
    Metadata,
    /// Decoded for the perceptual hash: whole copies are found too.
    Hash,
    /// Local features as well: crops, screenshots and other parts are found too.
    #[default]
    Features,
}

/// Where pictures are decoded whose decoder may end the process that it runs in: those of AVIF.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Apart {
    /// Nowhere: their pixels are not read.
    #[default]
    Nowhere,
    /// In this process, which may end.
    Here,
    /// In a process of its own for each picture: this program, which
    /// [serves](crate::fingerprint::apart::serve) where it is asked to.
    In(PathBuf),
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            photo_bytes: 2 << 30,
            document_bytes: 32 << 20,
            record_bytes: 64 << 20,
            sidecar_bytes: 32 << 20,
            pixels: 100_000_000,
            scanned_pixels: 1_000_000_000,
            side: 30_000,
            metadata_bytes: 32 << 20,
            inflated_bytes: 16 << 20,
            records: 65_536,
            nesting: 64,
            values: 1_000,
            page_depth: 512,
            page_elements: 1_000_000,
            page_attributes: 1_000,
            appearances: 1_000,
            seconds: 60,
            memory: 1 << 30,
            look: Look::default(),
            apart: Apart::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_is_set_and_told_by_its_name() {
        let mut limits = Limits::default();
        for (name, ..) in LIMITS {
            assert!(limits.get(name).is_some_and(|v| v > 0), "{name}");
            assert!(limits.set(name, 7), "{name}");
            assert_eq!(limits.get(name), Some(7), "{name}");
        }
        assert!(!limits.set("colour", 1));
    }
}
