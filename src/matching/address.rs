//! Addresses as keys. In: a URL as a page prints it or a web archive records it. Out: a form in which the two are equal
//! where a browser would have asked for the same thing.

use super::beside::percent_decoded;

/// The key of an address: without scheme and fragment, host in lower case without its standard port, percent codes
/// resolved. `None` for what is no address on a server; parts of one file (`cid:`) keep their own form.
pub fn address_key(url: &str) -> Option<String> {
    let url = url.trim();
    if url
        .get(..4)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("cid:"))
    {
        return Some(format!("cid:{}", percent_decoded(url.get(4..)?)));
    }
    let (scheme, rest) = url.split_once("://")?;
    let plain = ["http", "https", "file", "ftp"];
    if !plain.iter().any(|p| scheme.eq_ignore_ascii_case(p)) {
        return None;
    }
    let rest = rest.split('#').next().unwrap_or_default();
    let cut = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(cut);
    let host = host.to_lowercase();
    let host = host
        .strip_suffix(":80")
        .or(host.strip_suffix(":443"))
        .unwrap_or(&host);
    let path = if path.is_empty() { "/" } else { path };
    Some(format!("{host}{}", percent_decoded(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_would_ask_for_alike_is_alike() {
        let key = |url| address_key(url).unwrap();
        assert_eq!(
            key("http://Ledger.example:80/a%20b.jpg#top"),
            key("https://ledger.example/a b.jpg")
        );
        assert_eq!(key("https://ledger.example"), key("http://ledger.example/"));
        assert_ne!(
            key("https://ledger.example/a?id=1"),
            key("https://ledger.example/a?id=2")
        );
        assert_ne!(
            key("https://ledger.example/A.jpg"),
            key("https://ledger.example/a.jpg")
        );
        assert_eq!(key("CID:part1@x"), "cid:part1@x");
    }

    #[test]
    fn what_is_no_address_has_no_key() {
        for text in [
            "",
            "a.jpg",
            "javascript:alert(1)",
            "data:image/png;base64,AA",
            "mailto:a@b",
        ] {
            assert_eq!(address_key(text), None, "{text}");
        }
    }
}
