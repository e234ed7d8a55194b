//! Pictures for looking at: a photo of the archive, decoded and coded again by cutline, never the bytes of its file.

use std::path::PathBuf;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse as _, Redirect, Response};

use super::layout::{Trouble, respond};
use super::state::{Desk, apart};
use crate::archive::{PhotoPlace, picture_public};
use crate::error::Result;
use crate::fingerprint;
use crate::intake::guarded;
use crate::model::Sha256;

/// The sizes that are made: name and longer side.
const SIZES: [(&str, u32); 2] = [("small.jpg", 320), ("large.jpg", 1600)];

/// What stands where nothing can be shown.
const NOTHING: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 132 88\" width=\"132\" height=\"88\"><rect width=\"132\" \
                       height=\"88\" fill=\"#8883\"/><path d=\"M30 64l24-26 18 18 10-9 22 17M30 24h72v44H30z\" fill=\"none\" \
                       stroke=\"#8888\" stroke-width=\"2\"/></svg>";

/// The file of a photo, where it is at hand.
pub(super) fn file(place: &PhotoPlace) -> Option<PathBuf> {
    let (root, name) = place.file.as_ref()?;
    crate::derive::place(root, name)
        .filter(|path| std::fs::metadata(path).is_ok_and(|m| m.is_file() && m.len() == place.bytes))
}

pub(super) async fn open(
    State(desk): State<Arc<Desk>>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    respond(desk, uri, headers, move |visit| {
        let picture = match Sha256::from_hex(&id) {
            Some(sha) => visit.desk.ask(|archive| archive.picture_of(&sha))?,
            None => None,
        };
        let picture =
            picture.ok_or_else(|| Trouble::Nothing("The archive holds no such photo.".into()))?;
        let to = format!("/picture/{}?photo={id}", picture_public(picture));
        Ok(Redirect::to(&to).into_response())
    })
    .await
}

pub(super) async fn jpeg(
    State(desk): State<Arc<Desk>>,
    Path((id, size)): Path<(String, String)>,
) -> Response {
    let side = SIZES
        .iter()
        .find(|(name, _)| *name == size)
        .map(|(_, side)| *side);
    let (Some(sha), Some(side)) = (Sha256::from_hex(&id), side) else {
        return nothing();
    };
    let key = format!("{} {side}", sha.to_hex());
    if let Some(made) = desk.picture(&key) {
        return shown(&made, true);
    }
    // Decoding takes memory and a core: as many at a time as there are cores.
    let Ok(_turn) = desk.decoding.acquire().await else {
        return nothing();
    };
    let asked = desk.clone();
    match apart(move || Ok(make(&asked, &sha, side)))
        .await
        .ok()
        .and_then(Result::ok)
        .flatten()
    {
        Some((jpeg, whole)) => {
            let jpeg = Arc::new(jpeg);
            if whole {
                desk.keep_picture(key, &jpeg);
            }
            shown(&jpeg, whole)
        }
        None => nothing(),
    }
}

/// The picture, and whether it was made from the photo's own bytes and not from the archive's sketch.
fn make(desk: &Desk, sha: &Sha256, side: u32) -> Result<Option<(Vec<u8>, bool)>> {
    let (place, sketch) =
        desk.ask(|archive| Ok((archive.place_of_photo(sha)?, archive.sketch(sha)?)))?;
    let Some(place) = place else { return Ok(None) };
    let bytes = file(&place)
        .filter(|_| place.bytes <= desk.limits.photo_bytes)
        .and_then(|path| std::fs::read(path).ok())
        // What lies there now may be another file.
        .filter(|bytes| fingerprint::sha256(bytes) == *sha);
    let jpeg = bytes.and_then(|bytes| {
        guarded(|| {
            fingerprint::reduced(&bytes, place.format, place.orientation, side, &desk.limits)
        })
        .flatten()
    });
    Ok(match jpeg {
        Some(jpeg) => Some((jpeg, true)),
        None => {
            sketch.and_then(|s| Some((fingerprint::sketch(&s.grey, s.width, s.height)?, false)))
        }
    })
}

/// What a picture is made of never changes; a sketch may give way to the picture.
fn shown(jpeg: &Arc<Vec<u8>>, whole: bool) -> Response {
    let keep = if whole {
        "private, max-age=31536000, immutable"
    } else {
        "private, max-age=60"
    };
    (
        [
            (header::CONTENT_TYPE, "image/jpeg"),
            (header::CACHE_CONTROL, keep),
        ],
        jpeg.as_ref().clone(),
    )
        .into_response()
}

fn nothing() -> Response {
    (
        [
            (header::CONTENT_TYPE, "image/svg+xml"),
            (header::CACHE_CONTROL, "private, max-age=60"),
        ],
        NOTHING,
    )
        .into_response()
}
