//! Dates in captions and in queries.
#![no_main]

#[path = "../common.rs"]
mod common;

use cutline::credit::Hints;
use cutline::query::DateRange;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    DateRange::parse(text);
    let caption = format!("A ship in Pyongyang, {text}. (Foto: KCNA via Reuters)");
    for date in common::credits().caption(&caption, &Hints { lang: None, date: Some("2024-06-12") }).caption_dates {
        assert!(caption.contains(&date.text));
    }
});
