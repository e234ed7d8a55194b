//! The walks over segments, chunks and directories of every picture format; the first byte chooses one.
#![no_main]

#[path = "../common.rs"]
mod common;

use cutline::model::{InputKind, PhotoFormat};
use libfuzzer_sys::fuzz_target;

const FORMATS: [PhotoFormat; 7] = [
    PhotoFormat::Jpeg,
    PhotoFormat::Png,
    PhotoFormat::Webp,
    PhotoFormat::Tiff,
    PhotoFormat::Gif,
    PhotoFormat::Bmp,
    PhotoFormat::Psd,
];

fuzz_target!(|data: &[u8]| {
    if let Some((first, rest)) = data.split_first() {
        let format = FORMATS[usize::from(*first) % FORMATS.len()];
        common::read(InputKind::Photo(format), rest);
    }
});
