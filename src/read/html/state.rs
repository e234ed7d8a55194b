//! Scripts and attributes of a page -> the values that a framework keeps its state in. Read as data, never run.
//!
//! Frameworks write it as JSON of its own type, as an object that is assigned to a name, as a call with an object, or
//! as a string with JSON in it, which may come in many pieces.

use super::loose::{self, Budget, Value};
use super::tag::Tag;
use super::tree::Tree;

/// Shorter texts state nothing of pictures.
const MIN_LENGTH: usize = 60;
/// Text of all scripts together that is looked at.
const MAX_TOTAL: usize = 24 << 20;

/// Calls `each` with every value found. Structured data (JSON-LD) is not among them.
pub(super) fn values(tree: &Tree, budget: &mut Budget, mut each: impl FnMut(&Value<'_>)) {
    let mut pieces = String::new();
    let mut total = 0;
    for (at, item) in tree.items.iter().enumerate() {
        if item.tag == Tag::Script {
            if kind(item.attr("type")) == Kind::Other {
                continue;
            }
            let text = tree.script(at);
            total += text.len();
            if text.len() < MIN_LENGTH || total > MAX_TOTAL || !may_state(text) {
                continue;
            }
            script(text, budget, &mut pieces, &mut each);
        } else {
            for attr in item.attrs.iter().filter(|a| a.value.len() >= MIN_LENGTH) {
                let value = attr.value.trim();
                if value.len() >= MIN_LENGTH && value.starts_with(['{', '[']) && may_state(value) {
                    total += value.len();
                    if total <= MAX_TOTAL
                        && let Some((value, _)) = loose::value(value, budget)
                    {
                        each(&value);
                    }
                }
            }
        }
        if budget.0 == 0 {
            return;
        }
    }
    for line in pieces.split('\n') {
        // Rows of a stream begin with a key: `1f:{...}`, `2a:I[...]`.
        let start = line.find(['{', '[']).unwrap_or(line.len());
        if start <= 12
            && let Some((value, _)) = line.get(start..).and_then(|l| loose::value(l, budget))
        {
            each(&value);
        }
    }
}

/// Words under which galleries are kept: how they begin and how they end. Also behind another word: "imageGallery".
const GALLERIES: [(&str, [&str; 2]); 6] = [
    ("galler", ["y", "ies"]),
    ("Galler", ["y", "ies"]),
    ("galer", ["ia", "ie"]),
    ("Galer", ["ia", "ie"]),
    ("slides", ["", "how"]),
    ("Slides", ["", "how"]),
];

/// Whether one of these words stands in a text as a key, also in JSON within a string: code speaks of slides, too.
fn names_gallery(text: &str) -> bool {
    use std::sync::LazyLock;
    static BEGINNINGS: LazyLock<[memchr::memmem::Finder<'static>; 6]> =
        LazyLock::new(|| GALLERIES.map(|(beginning, _)| memchr::memmem::Finder::new(beginning)));
    BEGINNINGS
        .iter()
        .zip(GALLERIES)
        .any(|(finder, (word, ends))| {
            finder.find_iter(text.as_bytes()).any(|at| {
                let rest = text.get(at + word.len()..).unwrap_or_default();
                ends.iter().any(|end| {
                    rest.strip_prefix(end)
                        .is_some_and(|rest| rest.starts_with("\":") || rest.starts_with("\\\":"))
                })
            })
        })
}

/// Whether a script or an attribute has a word in it under which galleries are kept.
pub(super) fn has_galleries(tree: &Tree) -> bool {
    let states = |text: &str| text.len() >= MIN_LENGTH && names_gallery(text) && may_state(text);
    let mut total = 0;
    tree.items.iter().enumerate().any(|(at, item)| {
        if item.tag == Tag::Script {
            let text = tree.script(at);
            total += text.len();
            return total <= MAX_TOTAL && kind(item.attr("type")) != Kind::Other && states(text);
        }
        (item.attrs.iter().filter(|a| a.value.len() >= MIN_LENGTH)).any(|a| {
            let value = a.value.trim_start();
            value.starts_with('{') && states(value)
                || value.starts_with('[') && value.len() >= MIN_LENGTH && may_state(value)
        })
    })
}

#[derive(PartialEq, Eq)]
enum Kind {
    Json,
    Code,
    Other,
}

fn kind(stated: Option<&str>) -> Kind {
    let stated = stated.unwrap_or_default().trim().to_ascii_lowercase();
    if stated.contains("ld+json") {
        Kind::Other
    } else if stated.contains("json") {
        Kind::Json
    } else if stated.is_empty() || stated.contains("javascript") || stated == "module" {
        Kind::Code
    } else {
        Kind::Other
    }
}

/// Whether a text has a word in it that names captions or credits in some framework.
fn may_state(text: &str) -> bool {
    use std::sync::LazyLock;
    static WORDS: LazyLock<Option<aho_corasick::AhoCorasick>> = LazyLock::new(|| {
        aho_corasick::AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(super::terms::stems())
            .ok()
    });
    WORDS.as_ref().is_some_and(|words| words.is_match(text))
}

/// The values of one script.
fn script(text: &str, budget: &mut Budget, pieces: &mut String, each: &mut impl FnMut(&Value<'_>)) {
    let mut at = 0;
    if text.trim_start().starts_with(['{', '[']) {
        if let Some((value, _)) = loose::value(text, budget) {
            let resolved = resolved(&value);
            let value = resolved.as_ref().unwrap_or(&value);
            each(value);
            inner(value, 0, budget, each);
        }
        return;
    }
    let bytes = text.as_bytes();
    while let Some(open) = bytes
        .get(at..)
        .and_then(|rest| {
            rest.iter()
                .position(|b| matches!(b, b'{' | b'[' | b'"' | b'\'' | b'`'))
        })
        .map(|i| at + i)
    {
        let before = text.get(..open).unwrap_or_default().trim_end();
        let assigned = before.ends_with(['=', '(', ':', ',']) || before.ends_with("return");
        let tail = text.get(open..).unwrap_or_default();
        let quoted = !matches!(bytes.get(open), Some(b'{' | b'['));
        if !assigned || quoted && !before.ends_with('(') {
            at = if quoted {
                open + skip_string(tail)
            } else {
                open + 1
            };
            continue;
        }
        let wrapped: String;
        let read = if quoted {
            // `JSON.parse("...")`: the string, as the only element of a list.
            let length = skip_string(tail);
            wrapped = format!("[{}]", tail.get(..length).unwrap_or_default());
            loose::value(&wrapped, budget).map(|(value, _)| (value, length))
        } else {
            loose::value(tail, budget)
        };
        let Some((value, length)) = read else {
            at = open + 1;
            continue;
        };
        for one in value.each() {
            if let Value::Text(inside) = one
                && inside.len() >= MIN_LENGTH / 2
            {
                pieces.push_str(inside);
                if inside.starts_with(['{', '[']) {
                    pieces.push('\n');
                }
            }
        }
        if !quoted {
            each(&value);
        }
        at = open + length.max(1);
        if budget.0 == 0 {
            return;
        }
    }
}

/// Strings in a value that are JSON themselves, as answers kept for later are.
fn inner(value: &Value<'_>, depth: usize, budget: &mut Budget, each: &mut impl FnMut(&Value<'_>)) {
    const MAX_DEPTH: usize = 6;
    match value {
        Value::Text(text)
            if text.len() >= MIN_LENGTH && text.starts_with(['{', '[']) && may_state(text) =>
        {
            if let Some((value, _)) = loose::value(text, budget) {
                each(&value);
            }
        }
        Value::List(list) if depth < MAX_DEPTH => {
            for one in list {
                inner(one, depth + 1, budget, each);
            }
        }
        Value::Object(entries) if depth < MAX_DEPTH => {
            for (_, one) in entries {
                inner(one, depth + 1, budget, each);
            }
        }
        _ => {}
    }
}

/// The length of the string at the beginning of a text, its quotes included.
fn skip_string(text: &str) -> usize {
    let bytes = text.as_bytes();
    let quote = bytes.first().copied().unwrap_or_default();
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' if quote != b'`' => return at,
            byte if *byte == quote => return at + 1,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// A flat list whose objects name their values by place in the list, with the values put where they belong.
fn resolved<'a>(value: &Value<'a>) -> Option<Value<'a>> {
    let Value::List(flat) = value else {
        return None;
    };
    let place = |v: &Value<'_>| match v {
        Value::Bare(number) => number.parse::<usize>().ok().filter(|n| *n < flat.len()),
        _ => None,
    };
    let indexed = flat.len() > 3
        && flat
            .iter()
            .filter(|v| matches!(v, Value::Object(_)))
            .all(|v| {
                v.entries()
                    .iter()
                    .all(|(_, e)| matches!(e, Value::Bare(n) if n.parse::<i64>().is_ok()))
            });
    if !indexed || !flat.iter().any(|v| matches!(v, Value::Object(_))) {
        return None;
    }
    // Two steps are enough: the texts and addresses of a picture stand in it or one object further in.
    let shallow = |v: &Value<'a>, deep: bool| -> Value<'a> {
        match v {
            Value::Object(entries) => Value::Object(
                entries
                    .iter()
                    .map(|(k, e)| {
                        let target = place(e).and_then(|n| flat.get(n)).unwrap_or(e);
                        let value = match target {
                            Value::Object(inner) if deep => Value::Object(
                                inner
                                    .iter()
                                    .map(|(k, e)| (k.clone(), text_at(flat, place(e))))
                                    .collect(),
                            ),
                            Value::Text(_) => target.clone(),
                            _ => Value::Null,
                        };
                        (k.clone(), value)
                    })
                    .collect(),
            ),
            _ => Value::Null,
        }
    };
    Some(Value::List(flat.iter().map(|v| shallow(v, true)).collect()))
}

fn text_at<'a>(flat: &[Value<'a>], place: Option<usize>) -> Value<'a> {
    match place.and_then(|n| flat.get(n)) {
        Some(text @ Value::Text(_)) => text.clone(),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::super::stated::Statements;
    use super::*;
    use crate::model::Carrier;
    use crate::read::Limits;

    fn credit(page: &str) -> Option<String> {
        let tree = super::super::tree::parse(page, &Limits::default());
        let mut statements = Statements::default();
        values(&tree, &mut Budget(100_000), |v| {
            statements.read(v, Carrier::JsonLd);
        });
        let keys = super::super::key::keys("https://a.example/p/ferry-4711.jpg");
        statements.find(&keys).and_then(|s| s.credit.clone())
    }

    #[test]
    fn state_is_found_in_every_form() {
        for page in [
            r#"<script type="application/json" id="__STATE__">{"p":{"img":{"src":"/p/ferry-4711.jpg","width":1,"height":2,"credit":"Ana Ruiz"}}}</script>"#,
            r#"<script>window.__STATE__ = {"img":{"src":"/p/ferry-4711.jpg","caption":"A ferry in fog","credit":"Ana Ruiz"}};</script>"#,
            r"<script>var a = 'it{'; define({img: {src: '/p/ferry-4711.jpg', caption: 'A ferry in fog', credit: 'Ana Ruiz',}, f: function () { return 1; }})</script>",
            r#"<script>window.x = JSON.parse("{\"img\":{\"src\":\"\/p\/ferry-4711.jpg\",\"caption\":\"A ferry\",\"credit\":\"Ana Ruiz\"}}")</script>"#,
            r#"<script>self.__f.push([1,"1:{\"img\":{\"src\":\"/p/ferry-4711.jpg\",\"caption\":\"A fer"])</script><script>self.__f.push([1,"ry in the fog\",\"credit\":\"Ana Ruiz\"}}\n2:[]"])</script>"#,
            r#"<div data-props='{"img":{"src":"/p/ferry-4711.jpg","caption":"A ferry in fog","credit":"Ana Ruiz"}}'></div>"#,
            r#"<script type="application/json">[["R",1],{"image":2},{"src":3,"credit":4,"alt":5},"/p/ferry-4711.jpg","Ana Ruiz","A ferry"]</script>"#,
        ] {
            assert_eq!(credit(page).as_deref(), Some("Ana Ruiz"), "{page}");
        }
    }

    #[test]
    fn galleries_are_known_by_their_keys() {
        for word in [
            "gallery",
            "galleries",
            "galeria",
            "galerie",
            "slides",
            "slideshow",
            "imageGallery",
            "photoSlideshow",
        ] {
            assert!(names_gallery(&format!(r#"{{"{word}":[]}}"#)), "{word}");
            assert!(names_gallery(&format!(r#"{{\"{word}\":[]}}"#)), "{word}");
            assert!(!names_gallery(&format!("{word}: []")), "{word}");
        }
    }

    #[test]
    fn scripts_that_are_only_code_state_nothing() {
        let page =
            "<script>function credit(a){var b='{';if(a[0]){return{x:1}}}credit([1,2,{)};</script>";
        assert_eq!(credit(page), None);
    }
}
