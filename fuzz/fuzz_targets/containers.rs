//! The walks over boxes, blocks and objects: HEIF, AVIF, JPEG XL, JPEG 2000, camera raws, EPS, PDF; their metadata and
//! the hash of the coded picture.
#![no_main]

#[path = "../common.rs"]
mod common;

use cutline::fingerprint;
use cutline::model::{InputKind, PhotoFormat};
use libfuzzer_sys::fuzz_target;

const FORMATS: [PhotoFormat; 6] = [
    PhotoFormat::Heif,
    PhotoFormat::JpegXl,
    PhotoFormat::Jpeg2000,
    PhotoFormat::Raw,
    PhotoFormat::Eps,
    PhotoFormat::Pdf,
];

fuzz_target!(|data: &[u8]| {
    for format in FORMATS {
        common::read(InputKind::Photo(format), data);
        fingerprint::coded(data, format);
    }
});
