//! How much one input may ask for. In: nothing. Out: numbers that no good file of a news desk comes near.

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
    /// Width or height of a photo that is decoded. Default: 30,000.
    pub side: u32,
    /// Bytes of all embedded metadata of one photo. Default: 32 MiB.
    pub metadata_bytes: usize,
    /// Bytes that compressed metadata of one photo may inflate to. Default: 16 MiB.
    pub inflated_bytes: usize,
    /// Segments, chunks, directory entries, data sets or properties of one container. Default: 65,536.
    pub records: usize,
    /// Elements within elements of embedded XML. Default: 64.
    pub nesting: usize,
    /// Values that one field may have. Default: 1,000.
    pub values: usize,
    /// Elements within elements of a page; browsers stop at the same depth. Default: 512.
    pub page_depth: usize,
    /// Elements and texts of a page. Default: 1,000,000.
    pub page_elements: usize,
    /// Attributes of one element of a page. Default: 1,000.
    pub page_attributes: usize,
    /// Appearances of one document. Default: 10,000.
    pub appearances: usize,
    /// How far a photo is looked at. Default: all of it.
    pub look: Look,
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

impl Default for Limits {
    fn default() -> Self {
        Self {
            photo_bytes: 2 << 30,
            document_bytes: 32 << 20,
            record_bytes: 64 << 20,
            sidecar_bytes: 32 << 20,
            pixels: 100_000_000,
            side: 30_000,
            metadata_bytes: 32 << 20,
            inflated_bytes: 16 << 20,
            records: 65_536,
            nesting: 64,
            values: 1_000,
            page_depth: 512,
            page_elements: 1_000_000,
            page_attributes: 1_000,
            appearances: 10_000,
            look: Look::default(),
        }
    }
}
