//! JSON-LD and other data in scripts of a page.
#![no_main]

#[path = "../common.rs"]
mod common;

use cutline::model::InputKind;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut page = b"<!doctype html><script type=\"application/ld+json\">".to_vec();
    page.extend(data);
    page.extend(b"</script><script>window.__STATE__ = ");
    page.extend(data);
    page.extend(b"</script><figure><img src=a.jpg><figcaption>Boats. (Photo: AP)</figcaption></figure>");
    common::read(InputKind::Html, &page);
});
