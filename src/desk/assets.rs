//! Style, script and icon, inside the program.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};

const STYLE: &str = include_str!("assets/desk.css");
const SCRIPT: &str = include_str!("assets/desk.js");
const ICON: &str = include_str!("assets/icon.svg");

/// Changes with the assets, so that browsers may keep them: FNV-1a.
pub(super) const VERSION: u32 = {
    let mut hash = 0x811c_9dc5_u32;
    let mut at = 0;
    let all = [STYLE.as_bytes(), SCRIPT.as_bytes(), ICON.as_bytes()];
    while at < all.len() {
        let mut byte = 0;
        while byte < all[at].len() {
            hash = (hash ^ all[at][byte] as u32).wrapping_mul(0x0100_0193);
            byte += 1;
        }
        at += 1;
    }
    hash
};

pub(super) async fn asset(Path(name): Path<String>) -> Response {
    match name.as_str() {
        "desk.css" => kept("text/css; charset=utf-8", STYLE),
        "desk.js" => kept("text/javascript; charset=utf-8", SCRIPT),
        "icon.svg" => kept("image/svg+xml", ICON),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

pub(super) async fn icon() -> Response {
    kept("image/svg+xml", ICON)
}

fn kept(kind: &'static str, text: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (
            header::CACHE_CONTROL,
            "private, max-age=31536000, immutable",
        ),
    ];
    (headers, text).into_response()
}
