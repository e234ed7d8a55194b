//! Addresses, cookies and forms: taken apart, put together.

use std::fmt::Write as _;

use axum::http::{HeaderMap, Uri, header};

/// A text as part of an address's query.
pub(super) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

fn decode(text: &str) -> String {
    let coded = text.as_bytes();
    let mut bytes = Vec::with_capacity(coded.len());
    let mut at = 0;
    while let Some(byte) = coded.get(at) {
        let digits = text.get(at + 1..at + 3).filter(|_| *byte == b'%');
        if let Some(byte) = digits.and_then(|d| u8::from_str_radix(d, 16).ok()) {
            bytes.push(byte);
            at += 3;
        } else {
            bytes.push(*byte);
            at += 1;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The names and values of an address's query, in their order.
pub(super) fn pairs(uri: &Uri) -> Vec<(String, String)> {
    axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri)
        .map(|query| query.0)
        .unwrap_or_default()
}

/// The value of a cookie.
pub(super) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok());
    all.flat_map(|line| line.split(';'))
        .filter_map(|one| one.trim().split_once('='))
        .find(|(n, _)| *n == name)
        .map(|(_, value)| decode(value))
}

/// An address with a query of these names and values.
pub(super) fn address(path: &str, query: &[(&str, &str)]) -> String {
    let query: Vec<String> = query
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect();
    if query.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", query.join("&"))
    }
}

/// An address of this desk to go back to; anything else leads to the findings.
pub(super) fn back(asked: Option<&str>) -> &str {
    asked
        .filter(|to| {
            // Browsers leave out tabs and line ends, and read a backslash as a slash.
            to.starts_with('/')
                && !to.starts_with("//")
                && to.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
        })
        .unwrap_or("/findings")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_comes_back_as_it_was_set() {
        let mut headers = HeaderMap::new();
        let name = "Ana; Ünal = 東京";
        headers.insert(
            header::COOKIE,
            format!("other=1; who={}", encode(name)).parse().unwrap(),
        );
        assert_eq!(cookie(&headers, "who").as_deref(), Some(name));
        assert_eq!(cookie(&headers, "nobody"), None);
    }

    #[test]
    fn nobody_is_sent_elsewhere() {
        assert_eq!(back(Some("/picture/pic-1?done=2")), "/picture/pic-1?done=2");
        for to in [
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/findings\0",
            "javascript:alert(1)",
            "",
        ] {
            assert_eq!(back(Some(to)), "/findings", "{to}");
        }
    }
}
