//! Who may ask what: the Host and Origin of a request, the token, the secret in forms, and the headers of every answer.
//!
//! A page of another site can make a browser send requests here. Its requests carry its own Origin, and it cannot read
//! the secret that every form holds. A name of another site that is made to point here (DNS rebinding) is no name of
//! this desk: every request under it is refused, reading too.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::request::{cookie, encode, pairs};
use super::state::Desk;
use crate::error::{Error, Result};

/// The cookie that holds the token.
const TOKEN_COOKIE: &str = "cutline_token";

/// Nothing runs but the desk's own script, nothing is shown but its own pictures, nobody may frame it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// 32 hexadecimal digits that nobody can guess.
pub(super) fn secret() -> Result<String> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|e| Error::Request {
        doing: "make a secret for the desk".into(),
        reason: e.to_string(),
    })?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

/// Two texts are equal; the time this takes does not tell where they differ.
pub(super) fn same(a: &str, b: &str) -> bool {
    a.len() == b.len()
        && a.bytes()
            .zip(b.bytes())
            .fold(0, |all, (x, y)| all | (x ^ y))
            == 0
}

/// The name and port of a Host header.
fn split(host: &str) -> (&str, Option<u16>) {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => {
            (name, port.parse().ok())
        }
        _ => (host, None),
    }
}

/// Whether a Host header is one of the names that the desk was given.
fn is_named(host: &str, names: &[String]) -> bool {
    let (name, _) = split(host);
    names
        .iter()
        .any(|n| n.eq_ignore_ascii_case(name) || n.eq_ignore_ascii_case(host))
}

/// Whether a Host header names this desk. `loopback`: it listens to this machine alone.
pub(super) fn is_ours(host: &str, port: u16, loopback: bool, names: &[String]) -> bool {
    let (name, asked) = split(host);
    if is_named(host, names) {
        return true;
    }
    if asked.unwrap_or(80) != port {
        return false;
    }
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        // A name can be made to point anywhere, an address cannot.
        Ok(address) => !loopback || address.is_loopback(),
        Err(_) => name.eq_ignore_ascii_case("localhost"),
    }
}

/// Whether a changing request comes from a page of this desk. The desk speaks http; a proxy that has one of its `names`
/// may speak https for it.
fn from_own_page(headers: &HeaderMap, host: &str, names: &[String]) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
    let site = text(HeaderName::from_static("sec-fetch-site"));
    let origin = text(header::ORIGIN);
    let named = is_named(host, names);
    let origin = origin.and_then(|o| {
        o.strip_prefix("http://")
            .or_else(|| o.strip_prefix("https://").filter(|_| named))
    });
    origin.is_some_and(|o| o.eq_ignore_ascii_case(host)) && site.is_none_or(|s| s == "same-origin")
}

/// The address without its token.
fn without_token(uri: &Uri) -> String {
    let kept: Vec<String> = pairs(uri)
        .into_iter()
        .filter(|(name, _)| name != "token")
        .map(|(name, value)| format!("{}={}", encode(&name), encode(&value)))
        .collect();
    let query = if kept.is_empty() {
        String::new()
    } else {
        format!("?{}", kept.join("&"))
    };
    format!("/{}{query}", uri.path().trim_start_matches('/'))
}

pub(super) async fn guard(State(desk): State<Arc<Desk>>, request: Request, next: Next) -> Response {
    let mut answer = if let Some(refused) = refusal(&desk, &request) {
        refused
    } else {
        let (uri, asked) = (request.uri().clone(), request.headers().clone());
        super::layout::in_words(desk, uri, asked, next.run(request).await).await
    };
    let headers = answer.headers_mut();
    for (name, value) in [
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        // An Origin is sent with forms only where the referrer is not held back from the desk itself.
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        (
            "permissions-policy",
            "camera=(), microphone=(), geolocation=()",
        ),
    ] {
        headers.insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    answer
}

/// The answer to a request that may go no further.
fn refusal(desk: &Desk, request: &Request) -> Option<Response> {
    let headers = request.headers();
    let refuse = |status: StatusCode, says: &'static str| Some((status, says).into_response());
    let host = headers
        .get(header::HOST)
        .and_then(|h| h.to_str().ok())
        .unwrap_or_default();
    if headers.get_all(header::HOST).iter().count() != 1
        || !is_ours(host, desk.port, desk.loopback, &desk.names)
    {
        return refuse(
            StatusCode::MISDIRECTED_REQUEST,
            "This desk is not reached under that name. Start it with --name NAME if it should be.",
        );
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if !reads {
        if *request.method() != Method::POST {
            return refuse(
                StatusCode::METHOD_NOT_ALLOWED,
                "The desk answers GET, HEAD and POST.",
            );
        }
        if !from_own_page(headers, host, &desk.names) {
            return refuse(
                StatusCode::FORBIDDEN,
                "A change has to come from a page of this desk.",
            );
        }
    }
    let token = desk.token.as_deref()?;
    let bearer = headers
        .get(header::AUTHORIZATION)
        .and_then(|a| a.to_str().ok()?.strip_prefix("Bearer "));
    let known = cookie(headers, TOKEN_COOKIE);
    // The token leaves the address at once: addresses are kept in histories and copied.
    let given = pairs(request.uri())
        .into_iter()
        .find(|(name, _)| name == "token");
    if reads && given.is_some_and(|(_, t)| same(&t, token)) {
        let cookie = format!("{TOKEN_COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict");
        let to = without_token(request.uri());
        let headers = [(header::SET_COOKIE, cookie), (header::LOCATION, to)];
        return Some((StatusCode::SEE_OTHER, headers).into_response());
    }
    if bearer.is_some_and(|t| same(t, token)) || known.is_some_and(|t| same(&t, token)) {
        return None;
    }
    refuse(
        StatusCode::UNAUTHORIZED,
        "This desk asks for its token: open the address that `cutline desk` printed.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_desk_reach_it() {
        let names = ["desk.example".to_owned()];
        for host in [
            "127.0.0.1:4567",
            "localhost:4567",
            "[::1]:4567",
            "desk.example",
            "DESK.example:443",
        ] {
            assert!(is_ours(host, 4567, true, &names), "{host}");
        }
        for host in [
            "",
            "evil.example:4567",
            "127.0.0.1:80",
            "127.0.0.1",
            "localhost.evil.example:4567",
            "10.0.0.2:4567",
            "a@127.0.0.1:4567",
        ] {
            assert!(!is_ours(host, 4567, true, &names), "{host}");
        }
        assert!(is_ours("10.0.0.2:4567", 4567, false, &[]));
        assert!(!is_ours("evil.example:4567", 4567, false, &[]));
    }

    #[test]
    fn a_change_comes_from_an_own_page() {
        let with = |origin: &str, site: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ORIGIN, origin.parse().unwrap());
            if let Some(site) = site {
                headers.insert("sec-fetch-site", site.parse().unwrap());
            }
            from_own_page(&headers, "127.0.0.1:4567", &[])
        };
        assert!(with("http://127.0.0.1:4567", Some("same-origin")));
        assert!(with("http://127.0.0.1:4567", None));
        assert!(!with("http://127.0.0.1:4567", Some("cross-site")));
        for origin in [
            "null",
            "http://evil.example",
            "http://127.0.0.1:4568",
            "https://127.0.0.1:4567",
            "http://127.0.0.1:4567.evil.example",
        ] {
            assert!(!with(origin, None), "{origin}");
        }
        assert!(!from_own_page(&HeaderMap::new(), "127.0.0.1:4567", &[]));
        let mut proxied = HeaderMap::new();
        proxied.insert(header::ORIGIN, "https://desk.example".parse().unwrap());
        assert!(from_own_page(
            &proxied,
            "desk.example",
            &["desk.example".to_owned()]
        ));
    }

    #[test]
    fn the_token_leaves_the_address_and_leads_nowhere_else() {
        let of = |text: &str| without_token(&text.parse().unwrap());
        assert_eq!(of("/?token=abc"), "/");
        assert_eq!(
            of("/findings?rule=a&token=abc&q=b+c"),
            "/findings?rule=a&q=b%20c"
        );
        assert_eq!(of("//evil.example/?token=abc"), "/evil.example/");
    }
}
