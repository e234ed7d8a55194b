//! Paths of files saved beside a page. In: the page's folder and a reference as it stands in the page. Out: paths
//! relative to the same root, the likeliest first.

/// Where a reference of a page leads among the files of its root; empty for other sites' addresses and `data:`.
pub fn paths_beside(folder: &str, reference: &str) -> Vec<String> {
    let reference = reference.split(['#']).next().unwrap_or_default().trim();
    if reference.is_empty() || reference.starts_with("//") || has_scheme(reference) {
        return Vec::new();
    }
    // A browser may save "a.jpg?w=600" under that very name, so the query is tried both ways.
    let without_query = reference.split('?').next().unwrap_or_default();
    let mut paths: Vec<String> = Vec::new();
    for text in [
        reference.to_owned(),
        percent_decoded(reference),
        without_query.to_owned(),
        percent_decoded(without_query),
    ] {
        if let Some(path) = joined(folder, &text)
            && !paths.contains(&path)
        {
            paths.push(path);
        }
    }
    paths
}

/// The name of the file that a reference leads to, in lower case; `None` for other sites' addresses and `data:`.
pub fn file_name_beside(reference: &str) -> Option<String> {
    let path = paths_beside("", reference).pop()?;
    path.rsplit('/').next().map(str::to_lowercase)
}

fn has_scheme(reference: &str) -> bool {
    let scheme = reference.split(':').next().unwrap_or_default();
    scheme.len() < reference.len()
        && scheme.len() > 1
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
}

/// The reference against the folder; `None` where it leads out of the root.
fn joined(folder: &str, reference: &str) -> Option<String> {
    let mut parts: Vec<&str> = if reference.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').collect()
    };
    for part in reference.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.retain(|p| !p.is_empty());
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    parts.retain(|p| !p.is_empty());
    (!parts.is_empty()).then(|| parts.join("/"))
}

pub(super) fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let digits = after
            .get(..2)
            .filter(|_| first == b'%')
            .and_then(|d| std::str::from_utf8(d).ok());
        if let Some(byte) = digits.and_then(|d| u8::from_str_radix(d, 16).ok()) {
            bytes.push(byte);
            rest = after.get(2..).unwrap_or_default();
        } else {
            bytes.push(first);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browsers_folder_is_found() {
        assert_eq!(
            paths_beside("saved", "./Story_files/a%20b.jpg"),
            ["saved/Story_files/a%20b.jpg", "saved/Story_files/a b.jpg"]
        );
        assert_eq!(
            paths_beside("", "pics/a.jpg?w=600"),
            ["pics/a.jpg?w=600", "pics/a.jpg"]
        );
        assert_eq!(paths_beside("a/b", "../c.jpg"), ["a/c.jpg"]);
    }

    #[test]
    fn other_places_are_not_searched() {
        assert!(paths_beside("a", "https://x.example/a.jpg").is_empty());
        assert!(paths_beside("a", "data:image/png;base64,AAAA").is_empty());
        assert!(paths_beside("a", "//cdn.example/a.jpg").is_empty());
        assert!(paths_beside("a", "../../etc/passwd").is_empty());
        assert_eq!(
            file_name_beside("x_files/A%20b.JPG?w=1").as_deref(),
            Some("a b.jpg")
        );
    }
}
