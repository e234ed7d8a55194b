//! JPEG pictures that are read by their coefficients, at every detail.
#![no_main]

use cutline::fingerprint::jpeg::{Detail, luma, size};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    // As the fingerprints do: what is too large is not read at all.
    if size(data).is_none_or(|(width, height)| width * height > 1 << 22) {
        return;
    }
    let eighth = luma(data, Detail::Eighth);
    for detail in [Detail::Quarter, Detail::Half] {
        if let Some(read) = luma(data, detail) {
            let plane = read.finer.as_ref();
            assert!(plane.is_some_and(|p| p.samples.len() % p.width == 0));
            assert_eq!(eighth.as_ref().map(|e| &e.eighth), Some(&read.eighth));
        }
    }
});
