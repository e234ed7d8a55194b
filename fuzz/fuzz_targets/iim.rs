//! IPTC-IIM in the resource of an APP13 segment.
#![no_main]

#[path = "../common.rs"]
mod common;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut head = b"Photoshop 3.0\08BIM\x04\x04\0\0".to_vec();
    head.extend((data.len().min(60_000) as u32).to_be_bytes());
    common::segment(0xed, &head, &data[..data.len().min(60_000)]);
});
