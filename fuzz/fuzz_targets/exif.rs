//! EXIF in a JPEG, and as a TIFF file.
#![no_main]

#[path = "../common.rs"]
mod common;

use cutline::model::{InputKind, PhotoFormat};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    common::segment(0xe1, b"Exif\0\0", data);
    common::read(InputKind::Photo(PhotoFormat::Tiff), data);
});
