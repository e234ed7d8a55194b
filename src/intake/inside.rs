//! Pictures whose bytes stand in a page itself (`data:` addresses): inputs of their own, under the page's name.
//!
//! In: a document as it was read. Out: its pictures, read as photos; the document names each by an address that no other
//! page has, so that the two find each other as a web archive's page and its pictures do.

use super::container::ICON_SIDE;
use super::{Context, guarded, settle};
use crate::archive::{Content, FileRow, Stored};
use crate::discover;
use crate::model::{InputKind, Record, Status};
use crate::read::{self, DocumentContext};

/// Take the pictures out of a document. `page` is its row.
pub(super) fn take(content: &mut Content, page: &FileRow, cx: &Context<'_>) -> Vec<Stored> {
    let Content::Document(document) = content else {
        return Vec::new();
    };
    let embedded = std::mem::take(&mut document.embedded);
    let container = page.container.as_deref().unwrap_or(&page.path);
    let mut out = Vec::new();
    for picture in embedded {
        let last = picture.reference.rsplit('/').next().unwrap_or_default();
        let path = match &page.container {
            Some(_) => format!("{}/{last}", page.path),
            None => format!("{}#{last}", page.path),
        };
        let within = path.get(container.len() + 1..).unwrap_or_default();
        let address = format!("cid:data:{within}");
        let mut used = false;
        for appearance in &mut document.appearances {
            for local in &mut appearance.image.local {
                if *local == picture.reference {
                    local.clone_from(&address);
                    used = true;
                }
            }
        }
        if !used {
            continue;
        }
        let mut file = FileRow {
            path,
            path_raw: None,
            container: Some(container.to_owned()),
            size: picture.bytes.len() as u64,
            sha256: Some(crate::fingerprint::sha256(&picture.bytes)),
            status: Status::Failed,
            problems: Vec::new(),
            ..page.clone()
        };
        if let Some(content) = guarded(|| photo(&mut file, &picture.bytes, cx)).flatten() {
            out.push(Stored {
                file,
                content,
                record: Some(Record {
                    url: Some(address),
                    ..Record::default()
                }),
                outlet: None,
                inside: Vec::new(),
            });
        }
    }
    out
}

/// A photo of these bytes; `None` for what is none, and for placeholders.
fn photo(file: &mut FileRow, bytes: &[u8], cx: &Context<'_>) -> Option<Content> {
    let kind = discover::sniff_answer(None, bytes.get(..discover::HEAD).unwrap_or(bytes));
    if !matches!(kind, InputKind::Photo(_)) {
        return None;
    }
    file.kind = kind.word();
    let context = DocumentContext {
        name: &file.path.clone(),
        url: None,
        charset: None,
        credits: cx.credits,
        limits: cx.limits,
    };
    let content = read::reader(kind)?.read(bytes, kind, &context);
    let read::Content::Photo(photo) = &content else {
        return None;
    };
    let side = photo.width.max(photo.height);
    (side == 0 || side > ICON_SIDE).then(|| settle(file, content, bytes, cx))
}
