//! Captions and credits.
#![no_main]

#[path = "../common.rs"]
mod common;

use cutline::credit::{Hints, disguises};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let hints = Hints { lang: None, date: None };
    let reading = common::credits().caption(text, &hints);
    assert_eq!(reading.text, text);
    let length = text.chars().count();
    for link in reading.all().flat_map(|c| &c.chain) {
        assert!(link.span.0 < link.span.1 && link.span.1 <= length);
    }
    common::credits().credit(text, &hints);
    disguises(text);
});
