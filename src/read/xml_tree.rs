//! A small XML text -> its elements, as a tree with bounded size and depth. Entities of a document type are never
//! expanded; broken markup gives what came before it.

use std::fmt::Write as _;

use quick_xml::NsReader;
use quick_xml::escape::{escape, partial_escape};
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;

use super::Limits;
use super::xml_text::{unescaped, unescaped_reference};
use crate::model::{Problem, Reason};

/// The namespace in which texts stand between elements, in order.
const XHTML: &str = "http://www.w3.org/1999/xhtml";
/// Elements that count.
const MAX_ELEMENTS: usize = 300_000;

/// One element.
#[derive(Clone, Debug, Default)]
pub(super) struct Element {
    /// The local name; empty for a text between elements of XHTML.
    pub name: String,
    /// The namespace's address; empty where there is none.
    pub space: String,
    attributes: Vec<(String, String)>,
    /// Its own text, that of its children left out.
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    /// An attribute by its local name.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(have, _)| have == name)
            .map(|(_, value)| value.trim())
            .filter(|value| !value.is_empty())
    }

    /// Give it an attribute.
    pub(super) fn set(&mut self, name: &str, value: String) {
        self.attributes.push((name.to_owned(), value));
    }

    /// Children of a name.
    pub(super) fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Self> {
        self.children.iter().filter(move |c| c.name == name)
    }

    /// The first child of a name.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|c| c.name == name)
    }

    /// The text of the first child of a name that has some.
    pub(super) fn said(&self, name: &str) -> Option<String> {
        self.children
            .iter()
            .filter(|c| c.name == name)
            .find_map(Self::words)
    }

    /// All text within, blanks run together; `None` where there is none.
    pub(super) fn words(&self) -> Option<String> {
        let mut out = String::new();
        self.gather(&mut out);
        let joined = out.split_whitespace().collect::<Vec<_>>().join(" ");
        (!joined.is_empty()).then_some(joined)
    }

    fn gather(&self, out: &mut String) {
        out.push_str(&self.text);
        for child in &self.children {
            out.push(' ');
            child.gather(out);
        }
    }

    /// What is within an element, as it is written in HTML.
    pub(super) fn markup(&self) -> String {
        let mut out = partial_escape(&self.text).into_owned();
        for child in &self.children {
            child.write(&mut out);
        }
        out
    }

    fn write(&self, out: &mut String) {
        const VOID: [&str; 7] = ["img", "br", "hr", "source", "meta", "input", "wbr"];
        if self.name.is_empty() {
            out.push_str(&partial_escape(&self.text));
            return;
        }
        out.push('<');
        out.push_str(&self.name);
        for (name, value) in &self.attributes {
            let _ = write!(out, " {name}=\"{}\"", escape(value));
        }
        out.push('>');
        if !VOID.contains(&self.name.as_str()) {
            out.push_str(&self.markup());
            let _ = write!(out, "</{}>", self.name);
        }
    }

    /// All elements within, in order, that fit.
    pub(super) fn within<'e>(&'e self, fits: &dyn Fn(&Self) -> bool, out: &mut Vec<&'e Self>) {
        for child in &self.children {
            if fits(child) {
                out.push(child);
            }
            child.within(fits, out);
        }
    }
}

/// The root element, and what went wrong behind its beginning.
pub(super) fn parse(text: &str, limits: &Limits) -> (Option<Element>, Option<Problem>) {
    let mut reader = NsReader::from_str(text);
    let config = reader.config_mut();
    config.allow_dangling_amp = true;
    config.allow_unmatched_ends = true;
    config.check_end_names = false;
    reader.resolver_mut().set_max_namespace_bindings(4096);
    let mut stack: Vec<Element> = Vec::new();
    let mut count = 0;
    let mut too_deep = 0_usize;
    let mut problem = None;
    let root = loop {
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(error) => {
                problem.get_or_insert_with(|| {
                    Problem::new(
                        Reason::Damaged,
                        format!("cannot read all of this file: it is not good XML ({error}); what came before was read"),
                    )
                });
                break close_all(stack);
            }
        };
        match event {
            Event::Start(start) => {
                count += 1;
                if count > MAX_ELEMENTS {
                    problem = Some(Problem::new(
                        Reason::MaxRecords,
                        format!(
                            "cannot read all of this file: it has more than {MAX_ELEMENTS} elements; the first were read"
                        ),
                    ));
                    break close_all(stack);
                }
                if too_deep > 0 || stack.len() >= limits.nesting {
                    too_deep += 1;
                    problem.get_or_insert_with(|| {
                        Problem::new(
                            Reason::MaxDepth,
                            format!("cannot read all of this file: its elements are nested more than {} deep", limits.nesting),
                        )
                    });
                } else {
                    stack.push(element(&reader, &start, limits));
                }
            }
            Event::Empty(start) => {
                count += 1;
                if too_deep == 0 && count <= MAX_ELEMENTS {
                    let empty = element(&reader, &start, limits);
                    match stack.last_mut() {
                        Some(parent) => parent.children.push(empty),
                        None => break Some(empty),
                    }
                }
            }
            Event::End(_) if too_deep > 0 => too_deep -= 1,
            Event::End(_) => {
                let Some(done) = stack.pop() else { continue };
                match stack.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => break Some(done),
                }
            }
            Event::Text(text) => add(&mut stack, too_deep, &text.xml10_content()),
            Event::CData(text) => add(&mut stack, too_deep, &text.xml10_content()),
            Event::GeneralRef(name) => add(&mut stack, too_deep, &unescaped_reference(&name)),
            Event::Eof => {
                if !stack.is_empty() {
                    problem.get_or_insert_with(|| {
                        Problem::new(
                            Reason::Truncated,
                            "cannot read all of this file: it ends within an element; what came before was read",
                        )
                    });
                }
                break close_all(stack);
            }
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) | Event::DocType(_) => {}
        }
    };
    (root, problem)
}

fn add(stack: &mut [Element], too_deep: usize, text: &str) {
    let Some(element) = stack.last_mut().filter(|_| too_deep == 0) else {
        return;
    };
    if element.space != XHTML {
        element.text.push_str(text);
        return;
    }
    match element.children.last_mut().filter(|c| c.name.is_empty()) {
        Some(before) => before.text.push_str(text),
        None => element.children.push(Element {
            text: text.to_owned(),
            ..Element::default()
        }),
    }
}

fn close_all(mut stack: Vec<Element>) -> Option<Element> {
    while stack.len() > 1 {
        let done = stack.pop()?;
        stack.last_mut()?.children.push(done);
    }
    stack.pop()
}

fn element(reader: &NsReader<&[u8]>, start: &BytesStart<'_>, limits: &Limits) -> Element {
    let (space, name) = reader.resolver().resolve_element(start.name());
    let space = match space {
        ResolveResult::Bound(space) => text_of(space.as_ref()),
        _ => String::new(),
    };
    let attributes = start
        .attributes()
        .with_checks(false)
        .flatten()
        .take(limits.page_attributes)
        .map(|a| {
            let value: &[u8] = a.value.as_ref().as_ref();
            (
                text_of(a.key.local_name().as_ref()),
                unescaped(&String::from_utf8_lossy(value)),
            )
        })
        .collect();
    Element {
        name: text_of(name.as_ref()),
        space,
        attributes,
        ..Element::default()
    }
}

fn text_of(bytes: impl AsRef<[u8]>) -> String {
    String::from_utf8_lossy(bytes.as_ref()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_come_with_their_namespace_attributes_and_text() {
        let (root, problem) = parse(
            "<?xml version='1.0'?><r xmlns:m='http://media.example/'><m:c a='1 &amp; 2'/>x<b>y<![CDATA[<z>]]></b></r>",
            &Limits::default(),
        );
        let root = root.unwrap();
        assert_eq!(problem, None);
        assert_eq!(root.children[0].space, "http://media.example/");
        assert_eq!(root.children[0].attribute("a"), Some("1 & 2"));
        assert_eq!(root.said("b").as_deref(), Some("y<z>"));
        assert_eq!(root.words().as_deref(), Some("x y<z>"));
    }

    #[test]
    fn bombs_and_broken_markup_end() {
        let bomb = "<!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><r>&b;&b;</r>";
        let (root, _) = parse(bomb, &Limits::default());
        assert_eq!(root.unwrap().words().as_deref(), Some("&b;&b;"));
        let deep = "<a>".repeat(200_000);
        let (root, problem) = parse(&deep, &Limits::default());
        assert!(root.is_some());
        assert_eq!(problem.unwrap().reason, Reason::MaxDepth);
        let many = format!("<r>{}</r>", "<a/>".repeat(400_000));
        assert!(parse(&many, &Limits::default()).0.unwrap().children.len() <= MAX_ELEMENTS);
        let (root, problem) = parse("<r><a>one</a><b>two", &Limits::default());
        assert_eq!(root.unwrap().said("b").as_deref(), Some("two"));
        assert_eq!(problem.unwrap().reason, Reason::Truncated);
    }
}
