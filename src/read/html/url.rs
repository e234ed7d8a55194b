//! References -> absolute URLs, and the key by which two URLs are known to name the same picture.

/// Makes a reference absolute against `base`. `None` for what names no picture on a server or beside the page.
pub(in crate::read) fn absolute(reference: &str, base: Option<&str>) -> Option<String> {
    let reference = reference.trim();
    if reference.is_empty() || reference.starts_with('#') {
        return None;
    }
    let mut out = resolve(reference, base)?;
    // Blanks and line ends inside a reference are encoded or dropped, as browsers do.
    if out.contains(|c: char| c.is_ascii_whitespace()) {
        out = out
            .chars()
            .filter(|c| !matches!(c, '\t' | '\n' | '\r'))
            .collect::<String>()
            .replace(' ', "%20");
    }
    Some(out)
}

fn resolve(reference: &str, base: Option<&str>) -> Option<String> {
    if let Some(scheme) = scheme(reference) {
        let known = ["http", "https", "file"]
            .iter()
            .any(|s| scheme.eq_ignore_ascii_case(s));
        return known.then(|| reference.to_owned());
    }
    let base = base?;
    let scheme_end = base.find("://")?;
    if let Some(rest) = reference.strip_prefix("//") {
        return Some(format!("{}://{rest}", &base.get(..scheme_end)?));
    }
    let host_start = scheme_end + 3;
    let path_start = base
        .get(host_start..)?
        .find(['/', '?', '#'])
        .map_or(base.len(), |i| i + host_start);
    let origin = base.get(..path_start)?;
    let path = base.get(path_start..)?;
    let path = path.split(['?', '#']).next().unwrap_or_default();
    if reference.starts_with('/') {
        return Some(format!("{origin}{}", without_dots(reference)));
    }
    if reference.starts_with('?') {
        return Some(format!("{origin}{path}{reference}"));
    }
    let folder = path
        .rfind('/')
        .map_or("/", |i| path.get(..=i).unwrap_or("/"));
    Some(format!(
        "{origin}{}",
        without_dots(&format!("{folder}{reference}"))
    ))
}

/// The scheme of a reference that has one.
pub(super) fn scheme(reference: &str) -> Option<&str> {
    let (scheme, _) = reference.split_once(':')?;
    let plain = scheme.len() > 1
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    plain.then_some(scheme)
}

/// Resolves `.` and `..` in the path of a path with query.
fn without_dots(path: &str) -> String {
    let cut = path.find(['?', '#']).unwrap_or(path.len());
    let (path, query) = path.split_at(cut);
    if !path.contains("/.") {
        return format!("{path}{query}");
    }
    let mut parts: Vec<&str> = Vec::new();
    let last = path.rsplit('/').next().unwrap_or_default();
    for part in path.split('/').skip(1) {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    if matches!(last, "." | "..") {
        parts.push("");
    }
    format!("/{}{query}", parts.join("/"))
}

/// The host of a URL, lower-case, without `www.`, user and port.
pub(in crate::read) fn domain(url: &str) -> Option<String> {
    let rest = url.split_once("://")?.1;
    let host = rest.split(['/', '?', '#']).next()?;
    let host = host.rsplit('@').next()?;
    let host = host.split(':').next()?.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    (!host.is_empty()).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_as_browsers_do() {
        let base = Some("https://example.org/a/b/c.html?x=1#y");
        for (reference, expected) in [
            ("https://cdn.example/x.jpg", "https://cdn.example/x.jpg"),
            ("//cdn.example/x.jpg", "https://cdn.example/x.jpg"),
            ("/x.jpg", "https://example.org/x.jpg"),
            ("x.jpg", "https://example.org/a/b/x.jpg"),
            ("./p/x.jpg", "https://example.org/a/b/p/x.jpg"),
            ("../../../x.jpg?w=1", "https://example.org/x.jpg?w=1"),
            ("?id=7", "https://example.org/a/b/c.html?id=7"),
            (" /two words.jpg ", "https://example.org/two%20words.jpg"),
        ] {
            assert_eq!(
                absolute(reference, base).as_deref(),
                Some(expected),
                "{reference}"
            );
        }
        assert_eq!(
            absolute("x.jpg", Some("https://example.org")).as_deref(),
            Some("https://example.org/x.jpg")
        );
    }

    #[test]
    fn what_is_no_address_stays_none() {
        for reference in [
            "",
            "#top",
            "javascript:void(0)",
            "data:image/gif;base64,R0",
            "blob:x",
        ] {
            assert_eq!(
                absolute(reference, Some("https://example.org/")),
                None,
                "{reference}"
            );
        }
        assert_eq!(absolute("x.jpg", None), None);
    }

    #[test]
    fn domains_lose_www_port_and_user() {
        assert_eq!(
            domain("https://me@WWW.Example.org:80/x").as_deref(),
            Some("example.org")
        );
        assert_eq!(domain("no url"), None);
    }
}
