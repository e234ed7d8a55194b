//! Feeds, wire items and catalogues.
#![no_main]

#[path = "../common.rs"]
mod common;

use cutline::model::InputKind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for kind in [InputKind::Feed, InputKind::Newsml, InputKind::Ninjs, InputKind::Catalogue] {
        common::unpack(kind, data);
    }
});
