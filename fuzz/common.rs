//! What the targets share: a reader of credits, and the ways into the readers of inputs.
#![allow(dead_code)]

use std::io::Cursor;
use std::sync::{Arc, OnceLock};

use cutline::credit::CreditReader;
use cutline::model::{InputKind, PhotoFormat};
use cutline::parties::Registry;
use cutline::read::{self, CatalogueOptions, DocumentContext, Limits, UnpackContext};

pub fn credits() -> &'static CreditReader {
    static READER: OnceLock<CreditReader> = OnceLock::new();
    READER.get_or_init(|| CreditReader::new(Arc::new(Registry::builtin().unwrap())).unwrap())
}

fn with_context(work: impl FnOnce(DocumentContext<'_>)) {
    let limits = Limits::default();
    work(DocumentContext {
        name: "a",
        url: Some("https://ledger.example/a"),
        charset: None,
        credits: credits(),
        limits: &limits,
    });
}

/// Read bytes as an input of a kind.
pub fn read(kind: InputKind, bytes: &[u8]) {
    with_context(|context| drop(read::reader(kind).unwrap().read(bytes, kind, &context)));
}

/// Read the members of a file of a kind.
pub fn unpack(kind: InputKind, bytes: &[u8]) {
    with_context(|document| {
        let catalogue = CatalogueOptions::default();
        let context = UnpackContext {
            document,
            catalogue: &catalogue,
        };
        let unpack = read::reader(kind).unwrap().unpack().unwrap();
        unpack.unpack(&mut Cursor::new(bytes), false, &context, &mut |_| ());
    });
}

/// Read a JPEG that holds these bytes in a segment.
pub fn segment(marker: u8, head: &[u8], bytes: &[u8]) {
    let bytes = &bytes[..bytes.len().min(65_000)];
    let mut jpeg = vec![0xff, 0xd8, 0xff, marker];
    jpeg.extend(((head.len() + bytes.len() + 2) as u16).to_be_bytes());
    jpeg.extend(head);
    jpeg.extend(bytes);
    jpeg.extend([0xff, 0xd9]);
    read(InputKind::Photo(PhotoFormat::Jpeg), &jpeg);
}
