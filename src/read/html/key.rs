//! A picture's URL -> keys by which its other renditions are known: two URLs that share a key show one picture.
//!
//! Image servers put sizes, crops, formats and signatures around what names the picture: into folders, behind the
//! file's name, into the query, or they wrap the whole address of the original. All of that is taken away here.

use std::borrow::Cow;

/// Bytes of the longest word that says how to scale.
const LONGEST_SIZE: usize = 11;
/// A file's name this long with a digit, or that long without, names one picture on a page wherever it lies.
const DISTINCT_WITH_DIGIT: usize = 10;
const DISTINCT: usize = 16;

/// The keys of a URL: its path without sizes, and its file's name where that is distinct.
pub(super) fn keys(url: &str) -> Vec<String> {
    let decoded = decoded(url);
    let inner = innermost(&decoded);
    let (mut path, mut query) = split(inner);
    // A script that scales is told the picture's path.
    if !is_picture_name(path.rsplit('/').next().unwrap_or_default())
        && let Some(target) = query
            .split('&')
            .filter_map(|p| p.split_once('='))
            .map(|p| p.1)
            .find(|v| is_picture_name(v) && v.contains('/'))
    {
        (path, query) = (target, "");
    }
    let path = path.to_lowercase();
    let parts: Vec<&str> = path.split('/').filter(|p| !p.is_empty()).collect();
    let Some((last, folders)) = parts.split_last() else {
        return Vec::new();
    };
    let stem = stem(last);
    let has_type = is_picture_name(last);
    let mut whole: Vec<&str> = folders.iter().filter(|p| !is_size(p)).copied().collect();
    // "/77/original.jpg", "/77/1200x.jpg": the folder names the picture.
    let numbered = |p: &&str| p.contains(|c: char| c.is_ascii_digit());
    let sized =
        stem.len() > 1 && has_type && is_size_word(stem) && whole.last().is_some_and(numbered);
    whole.push(if sized { "*" } else { stem });
    let mut whole = whole.join("/");
    let named = |p: &str| p.len() >= DISTINCT && p.contains(|c: char| c.is_ascii_digit());
    if (!has_type || stem.len() < 4) && !whole.split('/').any(named) {
        let mut parameters: Vec<(&str, &str)> =
            query.split('&').filter_map(|p| p.split_once('=')).collect();
        parameters.sort_unstable();
        for (name, value) in parameters {
            let long = value.len() >= 10 || value.chars().filter(char::is_ascii_digit).count() >= 5;
            // A script's address without a picture's name says in its query which one it gives.
            if long || !has_type && !value.is_empty() && !is_scaling(name) {
                whole.push('?');
                whole.push_str(&value.to_lowercase());
            }
        }
    }
    let mut keys = vec![whole];
    let digit = stem.contains(|c: char| c.is_ascii_digit());
    if stem.len() >= DISTINCT || digit && stem.len() >= DISTINCT_WITH_DIGIT {
        keys.push(stem.to_owned());
    }
    keys
}

/// Whether two lists of keys have one in common.
pub(super) fn share(a: &[String], b: &[String]) -> bool {
    a.iter().any(|k| b.contains(k))
}

/// Whether an address is that of a picture by its file's name.
pub(super) fn is_picture(url: &str) -> bool {
    if url.len() < 5 || !is_picture_name(url) || url.contains(['<', '{', '\n']) {
        return false;
    }
    let decoded = decoded(url);
    let (path, query) = split(innermost(&decoded));
    is_picture_name(path.rsplit('/').next().unwrap_or_default())
        || query.split('&').any(is_picture_name)
        || path.split('/').any(|p| p.len() > 8 && is_picture_name(p))
}

/// The file's name in a URL, without its type.
pub(super) fn file_stem(url: &str) -> String {
    let decoded = decoded(url);
    let (path, _) = split(innermost(&decoded));
    stem(path.rsplit('/').find(|p| !p.is_empty()).unwrap_or_default()).to_lowercase()
}

fn is_picture_name(name: &str) -> bool {
    const TYPES: [&str; 8] = ["jpg", "jpeg", "png", "webp", "avif", "gif", "jfif", "heic"];
    let bytes = name.as_bytes();
    name.match_indices('.').any(|(at, _)| {
        TYPES.iter().any(|t| {
            bytes
                .get(at + 1..at + 1 + t.len())
                .is_some_and(|have| have.eq_ignore_ascii_case(t.as_bytes()))
                && bytes
                    .get(at + 1 + t.len())
                    .is_none_or(|b| !b.is_ascii_alphanumeric())
        })
    })
}

/// The address of the original, where a server's address wraps it.
fn innermost(url: &str) -> &str {
    let mut end = url.len();
    while let Some(at) = url.get(..end).and_then(|u| u.rfind(":/")) {
        let before = url.get(..at).unwrap_or_default();
        let scheme = if before.ends_with("https") { 5 } else { 4 };
        if (scheme == 5 || before.ends_with("http")) && at > scheme {
            return url.get(at - scheme..).unwrap_or(url);
        }
        end = at;
    }
    url
}

/// Path and query of a URL.
fn split(url: &str) -> (&str, &str) {
    let rest = match url.find(":/") {
        Some(at) if at < 6 => url.get(at + 1..).unwrap_or_default(),
        _ => url,
    };
    let rest = match rest.strip_prefix("//") {
        Some(host) => host
            .find('/')
            .and_then(|at| host.get(at..))
            .unwrap_or_default(),
        None => rest,
    };
    let rest = rest.split('#').next().unwrap_or_default();
    rest.split_once('?').unwrap_or((rest, ""))
}

/// Percent signs undone; servers that wrap wrapped addresses do it twice.
pub(super) fn decoded(url: &str) -> Cow<'_, str> {
    if memchr::memchr2(b'%', b'\\', url.as_bytes()).is_none() {
        return Cow::Borrowed(url);
    }
    let mut text = url.to_owned();
    for _ in 0..2 {
        if !text.contains('%') {
            break;
        }
        let mut bytes = Vec::with_capacity(text.len());
        let mut rest = text.as_bytes();
        while let Some((first, after)) = rest.split_first() {
            let byte = after
                .get(..2)
                .filter(|_| *first == b'%')
                .and_then(|d| std::str::from_utf8(d).ok())
                .and_then(|d| u8::from_str_radix(d, 16).ok());
            bytes.push(byte.unwrap_or(*first));
            rest = if byte.is_some() {
                after.get(2..).unwrap_or_default()
            } else {
                after
            };
        }
        text = String::from_utf8_lossy(&bytes).into_owned();
    }
    Cow::Owned(text.replace("\\/", "/"))
}

/// A file's name without type and size.
fn stem(name: &str) -> &str {
    let mut stem = name;
    while let Some((before, after)) = stem.rsplit_once('.') {
        let plain = after.len() <= 5 && after.bytes().all(|b| b.is_ascii_alphanumeric());
        if before.len() < 2
            || !(is_picture_name(stem.get(before.len()..).unwrap_or_default())
                || plain && stem.len() == name.len())
        {
            break;
        }
        stem = before;
    }
    // "1024x683_name" as well as "name-1024x683".
    while let Some((size, rest)) = stem.split_once(['_', '-']) {
        if !(size.contains('x') && is_size_word(size) && size.len() > 2 && rest.len() >= 6) {
            break;
        }
        stem = rest;
    }
    while let Some(at) = stem.rfind(['-', '_', '@', ',', ' ']) {
        let (before, tail) = (
            stem.get(..at).unwrap_or_default(),
            stem.get(at + 1..).unwrap_or_default(),
        );
        let box_size = tail.split_once('x').is_some_and(|(w, h)| {
            [w, h]
                .iter()
                .all(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
        });
        let least = if box_size { 3 } else { 6 };
        if before.len() < least || !is_size_word(tail) {
            break;
        }
        stem = before;
    }
    stem
}

/// A folder that says how to scale, not what.
fn is_size(part: &str) -> bool {
    let number = (3..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    number
        || part.contains(['=', ',', ':', '!'])
        || part.split(['-', '_', '.']).all(is_size_word)
        || part.len() <= LONGEST_SIZE + part.bytes().filter(|b| matches!(b, b'-' | b'_')).count()
            && is_size_word(&part.replace(['-', '_'], ""))
}

/// A query's name for how a picture is to be given, not for which.
fn is_scaling(name: &str) -> bool {
    const NAMES: [&str; 34] = [
        "w", "h", "q", "s", "v", "t", "f", "ar", "sz", "dpr", "fit", "fm", "fmt", "ext", "op",
        "auto", "crop", "mode", "size", "type", "rect", "trim", "zoom", "scale", "width", "height",
        "format", "quality", "resize", "version", "imwidth", "impolicy", "gravity", "strip",
    ];
    NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
}

fn is_size_word(word: &str) -> bool {
    const NAMES: [&[u8]; 34] = [
        b"scaled",
        b"large",
        b"medium",
        b"small",
        b"thumb",
        b"thumbnail",
        b"original",
        b"full",
        b"crop",
        b"cropped",
        b"resize",
        b"resized",
        b"smart",
        b"fit",
        b"in",
        b"fill",
        b"wide",
        b"square",
        b"landscape",
        b"portrait",
        b"width",
        b"height",
        b"free",
        b"base",
        b"auto",
        b"webp",
        b"jpg",
        b"xl",
        b"xs",
        b"lg",
        b"md",
        b"sm",
        b"xxl",
        b"default",
    ];
    let mut lower = [0; LONGEST_SIZE];
    let Some(lower) = lower.get_mut(..word.len()) else {
        return false;
    };
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    let lower = &*lower;
    if NAMES.contains(&lower) || matches!(lower, b"s" | b"m" | b"l" | b"x" | b"o" | b"b" | b"") {
        return true;
    }
    // 640, 640w, w640, 1024x683, 2x, q80, r1
    let digits = lower.iter().filter(|b| b.is_ascii_digit()).count();
    let mut letters = lower.iter().filter(|b| !b.is_ascii_digit());
    (1..=9).contains(&digits)
        && match lower.len() - digits {
            1 if lower.contains(&b'x') => true,
            // A bare number counts pictures as often as it measures them.
            0 => false,
            count => count <= 2 && digits <= 4 && letters.all(|b| b"whqrxc".contains(b)),
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn renditions_of_one_picture_share_a_key() {
        for (a, b) in [
            (
                "https://a.example/wp/2025/05/harbour-1024x683.jpg",
                "https://a.example/wp/2025/05/harbour.jpg?w=300",
            ),
            (
                "https://a.example/uploads/Bridge-north-scaled.jpg",
                "https://i0.a.example/uploads/bridge-north-640x480.webp",
            ),
            (
                "https://img.example/smart/640x427/https%3A%2F%2Fcdn.example%2Fp%2F0815abcd-77.jpg",
                "https://cdn.example/p/0815abcd-77.jpg",
            ),
            (
                "https://a.example/_next/image?url=%2Fpics%2Fferry-2211.png&w=640&q=75",
                "https://a.example/pics/ferry-2211.png",
            ),
            (
                "https://a.example/w_640,q_80/v17/quay4711.jpg",
                "https://a.example/w_1280/v17/quay4711.jpg",
            ),
            (
                "https://a.example/0100-0aff-08dc658a_w250_r1_s.jpg",
                "https://a.example/0100-0aff-08dc658a_w1023_r1_s.jpg",
            ),
            (
                "https://a.example/09/60/1024x576_cmsv2_e53e195d-c5e8.jpg",
                "https://a.example/09/60/1080x608_cmsv2_e53e195d-c5e8.jpg",
            ),
            (
                "https://a.example/1a/image.jpg?imwidth=480",
                "https://a.example/1a/image.jpg",
            ),
            (
                "https://a.example/img?id=100&w=640&q=75",
                "https://a.example/img?w=1280&id=100",
            ),
        ] {
            assert!(
                share(&keys(a), &keys(b)),
                "{a} {:?} {b} {:?}",
                keys(a),
                keys(b)
            );
        }
    }

    #[test]
    fn other_pictures_share_none() {
        for (a, b) in [
            (
                "https://a.example/img?id=100&w=640",
                "https://a.example/img?id=101&w=640",
            ),
            (
                "https://a.example/image.php?file=pier.jpg",
                "https://a.example/image.php?file=crane.jpg",
            ),
            (
                "https://a.example/thumb.aspx?ImageID=55",
                "https://a.example/thumb.aspx?ImageID=56",
            ),
            (
                "https://a.example/story/1.jpg",
                "https://a.example/story/2.jpg",
            ),
            (
                "https://a.example/1a/image.jpg",
                "https://a.example/2b/image.jpg",
            ),
            (
                "https://a.example/img.php?id=1234567",
                "https://a.example/img.php?id=1234568",
            ),
            (
                "https://a.example/2025/05/29/683881a90a8c6.jpeg",
                "https://a.example/2025/05/29/683889bc85380.jpeg",
            ),
            (
                "https://a.example/20250428-196-02.jpg",
                "https://a.example/20250428-196-06.jpg",
            ),
        ] {
            assert!(
                !share(&keys(a), &keys(b)),
                "{a} {:?} {b} {:?}",
                keys(a),
                keys(b)
            );
        }
    }

    #[test]
    fn a_picture_is_known_by_its_name() {
        assert!(is_picture("https://a.example/x.JPG?w=1"));
        assert!(is_picture("/alternates/W1200/IMG_4400.jpeg"));
        assert!(is_picture("/image?url=%2Fpics%2Fferry.png&w=1"));
        assert!(!is_picture("https://a.example/story.html"));
        assert!(!is_picture("a caption. Jpg"));
    }
}
