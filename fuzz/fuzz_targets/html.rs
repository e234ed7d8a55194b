//! Pages.
#![no_main]

#[path = "../common.rs"]
mod common;

use cutline::model::InputKind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| common::read(InputKind::Html, data));
