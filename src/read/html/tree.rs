//! A page's text -> its elements and texts in document order, as a browser would build them.
//!
//! The WHATWG tree builder does the work; this file gives it a light arena to build in and the limits that it lacks:
//! its cost is quadratic in nesting and in attributes, and formatting elements can multiply without end.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag as Token_, TagKind, Token, TokenSink, TokenSinkResult};
use html5ever::tree_builder::{
    ElementFlags, NodeOrText, QuirksMode, TreeBuilder, TreeBuilderOpts, TreeSink,
};
use html5ever::{Attribute, LocalName, QualName, local_name, ns};

use super::guard;
use super::tag::Tag;
use super::token;
use crate::model::{Problem, Reason};
use crate::read::Limits;

/// "No node" in the arena's links.
const NONE: u32 = u32::MAX;
/// Bytes of a page for each of its elements and texts, as most pages have them, and for how many of them room is made.
const BYTES_OF_NODE: usize = 64;
const MOST_FORESEEN: usize = 1 << 15;
/// How much deeper than the limit elements may stand that are more than wrappers.
const DEEPER: usize = 48;
/// A browser merges attributes of repeated `<html>` and `<body>` tags; more than these are nobody's.
const MAX_MERGED_ATTRIBUTES: usize = 256;

/// One element or text of the page. Its descendants are the items that follow it, up to `end`.
pub(super) struct Item {
    /// What it is.
    pub tag: Tag,
    /// Index of its parent; the document is its own.
    pub parent: u32,
    /// Index after its last descendant.
    pub end: u32,
    /// The characters of a text; empty for elements.
    pub text: StrTendril,
    /// In source order, names lower-case.
    pub attrs: Vec<Attribute>,
}

impl Item {
    /// The value of an attribute.
    pub fn attr(&self, name: &str) -> Option<&str> {
        self.attrs
            .iter()
            .find(|a| &*a.name.local == name)
            .map(|a| &*a.value)
    }
}

/// A page, flattened in document order; item 0 is the document.
pub(super) struct Tree {
    /// All items.
    pub items: Vec<Item>,
    /// Texts of scripts that were kept beside the page.
    scripts: Vec<Box<str>>,
    /// What stands for an item that does not exist.
    nothing: Item,
    /// The URL that a browser wrote into the page when it saved it.
    pub saved_from: Option<String>,
    /// Which limits were passed.
    pub problems: Vec<Problem>,
}

impl Tree {
    /// The item at an index; the document for one that does not exist.
    pub fn item(&self, at: usize) -> &Item {
        self.items.get(at).unwrap_or(&self.nothing)
    }

    /// The text of a script.
    pub fn script(&self, at: usize) -> &str {
        let text = self
            .descendants(at)
            .next()
            .map_or("", |t| &*self.item(t).text);
        text.strip_prefix(guard::KEPT)
            .and_then(|number| number.trim().parse::<usize>().ok())
            .and_then(|number| self.scripts.get(number))
            .map_or(text, |kept| kept)
    }

    /// Indices of all descendants, in document order.
    pub fn descendants(&self, at: usize) -> std::ops::Range<usize> {
        at + 1..self.item(at).end as usize
    }

    /// Indices of the parent, its parent, and so on to the document.
    pub fn ancestors(&self, at: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(at), |i| {
            let parent = self.item(*i).parent as usize;
            (parent != *i && *i != 0).then_some(parent)
        })
        .skip(1)
    }

    /// The text that a reader sees in an element, white space collapsed, blocks and line breaks apart by one blank.
    pub fn text(&self, at: usize) -> String {
        self.text_without(at, &[])
    }

    /// The same without some of the element's descendants.
    pub fn text_without(&self, at: usize, without: &[usize]) -> String {
        let mut out = String::new();
        let mut i = at;
        let end = self.item(at).end as usize;
        while i < end {
            let item = self.item(i);
            if i != at && (item.tag.is_silent() || without.contains(&i)) {
                i = item.end as usize;
                push_blank(&mut out);
                continue;
            }
            if item.tag == Tag::Text {
                push_collapsed(&mut out, &item.text);
            } else if item.tag.is_block() {
                push_blank(&mut out);
            }
            i += 1;
            // A block that ends here separates what follows.
            if item.tag == Tag::Text && self.ends_block(i - 1, i) {
                push_blank(&mut out);
            }
        }
        out.truncate(out.trim_end().len());
        out
    }

    /// Whether a block ends between the text at `at` and the item `next`.
    fn ends_block(&self, at: usize, next: usize) -> bool {
        self.ancestors(at)
            .take_while(|a| self.item(*a).end as usize <= next)
            .any(|a| self.item(a).tag.is_block())
    }
}

/// Builds the tree of a page. Linear in the page, whatever it holds.
pub(super) fn parse(page: &str, limits: &Limits) -> Tree {
    let mut problems = Vec::new();
    let guarded = guard::guard(page, limits.page_attributes, &mut problems);
    let page = guarded.text;
    let mut nodes = Vec::with_capacity((page.len() / BYTES_OF_NODE).clamp(16, MOST_FORESEEN));
    nodes.push(Node::new(None, Vec::new()));
    let sink = Arena {
        nodes: RefCell::new(nodes),
        depth: Cell::new(0),
        saved_from: RefCell::new(None),
    };
    let options = TreeBuilderOpts {
        // What stands in <noscript> is read as elements: it is where lazy pictures have their fallback.
        scripting_enabled: false,
        ..TreeBuilderOpts::default()
    };
    let fence = Fence {
        builder: TreeBuilder::new(sink, options),
        max_depth: limits.page_depth,
        max_nodes: limits.page_elements,
        dropped: RefCell::new(Vec::new()),
        too_deep: Cell::new(false),
        full: Cell::new(false),
    };
    let fence = token::read(&page, fence);
    if fence.too_deep.get() {
        problems.push(Problem::new(
            Reason::MaxDepth,
            format!(
                "The page nests elements deeper than {}; deeper ones were read as if not nested, and pictures or captions in them may be missing.",
                limits.page_depth
            ),
        ));
    }
    if fence.full.get() {
        problems.push(Problem::new(
            Reason::MaxRecords,
            format!(
                "The page has more than {} elements; the rest was not read.",
                limits.page_elements
            ),
        ));
    }
    let arena = fence.builder.sink;
    Tree {
        scripts: guarded.scripts.into_iter().map(Box::from).collect(),
        items: flatten(arena.nodes.into_inner()),
        nothing: Item {
            tag: Tag::Other,
            parent: 0,
            end: u32::MAX,
            text: StrTendril::new(),
            attrs: Vec::new(),
        },
        saved_from: arena.saved_from.into_inner(),
        problems,
    }
}

/// Appends a text with its white space collapsed.
fn push_collapsed(out: &mut String, text: &str) {
    for c in text.chars() {
        if c.is_whitespace() {
            push_blank(out);
        } else if !matches!(c, '\u{200b}' | '\u{ad}' | '\u{feff}') {
            out.push(c);
        }
    }
}

fn push_blank(out: &mut String) {
    if !out.is_empty() && !out.ends_with(' ') {
        out.push(' ');
    }
}

/// A node while the tree is being built.
struct Node {
    parent: u32,
    previous: u32,
    next: u32,
    first: u32,
    last: u32,
    depth: u32,
    /// `None` for the document, comments and texts.
    name: Option<QualName>,
    attrs: Vec<Attribute>,
    text: StrTendril,
    is_text: bool,
}

impl Node {
    fn new(name: Option<QualName>, attrs: Vec<Attribute>) -> Self {
        Self {
            parent: NONE,
            previous: NONE,
            next: NONE,
            first: NONE,
            last: NONE,
            depth: 0,
            name,
            attrs,
            text: StrTendril::new(),
            is_text: false,
        }
    }
}

/// Where the tree builder builds.
struct Arena {
    nodes: RefCell<Vec<Node>>,
    /// Depth of the element that was opened last.
    depth: Cell<u32>,
    saved_from: RefCell<Option<String>>,
}

/// A node by its handle. Handles come from the arena and nodes are never removed, so this always finds one.
fn at(nodes: &mut [Node], handle: u32) -> Option<&mut Node> {
    nodes.get_mut(handle as usize)
}

fn add(nodes: &mut Vec<Node>, node: Node) -> u32 {
    let handle = nodes.len() as u32;
    nodes.push(node);
    handle
}

fn detach(nodes: &mut [Node], handle: u32) {
    let Some(node) = at(nodes, handle) else {
        return;
    };
    let (parent, previous, next) = (node.parent, node.previous, node.next);
    (node.parent, node.previous, node.next) = (NONE, NONE, NONE);
    match at(nodes, previous) {
        Some(before) => before.next = next,
        None => {
            if let Some(parent) = at(nodes, parent) {
                parent.first = next;
            }
        }
    }
    match at(nodes, next) {
        Some(after) => after.previous = previous,
        None => {
            if let Some(parent) = at(nodes, parent) {
                parent.last = previous;
            }
        }
    }
}

/// Links `handle` into `parent`, before `before` or at the end where that is `NONE`.
fn attach(nodes: &mut [Node], parent: u32, before: u32, handle: u32) {
    detach(nodes, handle);
    let previous = match at(nodes, before) {
        Some(sibling) => std::mem::replace(&mut sibling.previous, handle),
        None => at(nodes, parent).map_or(NONE, |p| std::mem::replace(&mut p.last, handle)),
    };
    match at(nodes, previous) {
        Some(sibling) => sibling.next = handle,
        None => {
            if let Some(parent) = at(nodes, parent) {
                parent.first = handle;
            }
        }
    }
    let depth = at(nodes, parent).map_or(0, |p| p.depth) + 1;
    if let Some(node) = at(nodes, handle) {
        (node.parent, node.previous, node.next) = (parent, previous, before);
        node.depth = depth;
    }
}

impl Arena {
    fn place(&self, parent: u32, before: u32, child: NodeOrText<u32>) {
        let nodes = &mut *self.nodes.borrow_mut();
        match child {
            NodeOrText::AppendNode(handle) => {
                attach(nodes, parent, before, handle);
                self.depth
                    .set(at(nodes, handle).map_or(0, |node| node.depth));
            }
            NodeOrText::AppendText(text) => {
                let previous = match at(nodes, before) {
                    Some(sibling) => sibling.previous,
                    None => at(nodes, parent).map_or(NONE, |p| p.last),
                };
                match at(nodes, previous) {
                    Some(sibling) if sibling.is_text => sibling.text.push_tendril(&text),
                    _ => {
                        let mut node = Node::new(None, Vec::new());
                        node.is_text = true;
                        node.text = text;
                        let handle = add(nodes, node);
                        attach(nodes, parent, before, handle);
                    }
                }
            }
        }
    }
}

impl TreeSink for Arena {
    type Handle = u32;
    type Output = Self;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Self {
        self
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> u32 {
        0
    }

    #[allow(clippy::expect_used)]
    fn elem_name<'a>(&'a self, target: &'a u32) -> Ref<'a, QualName> {
        Ref::map(self.nodes.borrow(), |nodes| {
            // The tree builder asks for names of elements that `create_element` made, which all have one.
            nodes
                .get(*target as usize)
                .and_then(|n| n.name.as_ref())
                .expect("an element of this arena")
        })
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, _: ElementFlags) -> u32 {
        add(&mut self.nodes.borrow_mut(), Node::new(Some(name), attrs))
    }

    fn create_comment(&self, text: StrTendril) -> u32 {
        let mut saved = self.saved_from.borrow_mut();
        if saved.is_none() {
            *saved = saved_from(&text);
        }
        add(&mut self.nodes.borrow_mut(), Node::new(None, Vec::new()))
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> u32 {
        add(&mut self.nodes.borrow_mut(), Node::new(None, Vec::new()))
    }

    fn append(&self, parent: &u32, child: NodeOrText<u32>) {
        self.place(*parent, NONE, child);
    }

    fn append_based_on_parent_node(&self, element: &u32, previous: &u32, child: NodeOrText<u32>) {
        let has_parent = self
            .nodes
            .borrow()
            .get(*element as usize)
            .is_some_and(|n| n.parent != NONE);
        if has_parent {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn pop(&self, node: &u32) {
        let depth = self
            .nodes
            .borrow()
            .get(*node as usize)
            .map_or(0, |n| n.depth);
        self.depth.set(depth.saturating_sub(1));
    }

    fn get_template_contents(&self, target: &u32) -> u32 {
        *target
    }

    fn same_node(&self, x: &u32, y: &u32) -> bool {
        x == y
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &u32, child: NodeOrText<u32>) {
        let parent = self
            .nodes
            .borrow()
            .get(*sibling as usize)
            .map_or(NONE, |n| n.parent);
        if parent != NONE {
            self.place(parent, *sibling, child);
        }
    }

    fn add_attrs_if_missing(&self, target: &u32, attrs: Vec<Attribute>) {
        if let Some(node) = at(&mut self.nodes.borrow_mut(), *target) {
            for attr in attrs {
                if node.attrs.len() < MAX_MERGED_ATTRIBUTES
                    && !node.attrs.iter().any(|have| have.name == attr.name)
                {
                    node.attrs.push(attr);
                }
            }
        }
    }

    fn remove_from_parent(&self, target: &u32) {
        detach(&mut self.nodes.borrow_mut(), *target);
    }

    fn reparent_children(&self, node: &u32, new_parent: &u32) {
        let nodes = &mut *self.nodes.borrow_mut();
        while let Some(child) = nodes
            .get(*node as usize)
            .map(|n| n.first)
            .filter(|c| *c != NONE)
        {
            attach(nodes, *new_parent, NONE, child);
        }
    }

    fn allow_declarative_shadow_roots(&self, _: &u32) -> bool {
        false
    }
}

/// Browsers write `<!-- saved from url=(0042)https://... -->` above a page that they save.
fn saved_from(comment: &str) -> Option<String> {
    let rest = comment.trim().strip_prefix("saved from url=(")?;
    let (_, url) = rest.split_once(')')?;
    url.starts_with("http").then(|| url.trim().to_owned())
}

/// Stands before the tree builder and keeps from it what would make it slow.
struct Fence {
    builder: TreeBuilder<u32, Arena>,
    max_depth: usize,
    max_nodes: usize,
    /// Names of the elements that were too deep and are still open.
    dropped: RefCell<Vec<LocalName>>,
    too_deep: Cell<bool>,
    full: Cell<bool>,
}

impl Fence {
    /// Whether this tag would open an element too deep, or closes one that did.
    fn drops(&self, tag: &Token_) -> bool {
        let mut dropped = self.dropped.borrow_mut();
        match tag.kind {
            TagKind::StartTag => {
                // What says what is printed is let in a little deeper than what only wraps it.
                let wraps = matches!(
                    tag.name,
                    local_name!("div") | local_name!("span") | local_name!("section")
                );
                let most = self.max_depth + if wraps { 0 } else { DEEPER };
                let deep = self.builder.sink.depth.get() as usize >= most;
                // Elements without content do not nest, and text elements switch the tokenizer.
                let leaf = tag.self_closing
                    || matches!(
                        tag.name,
                        local_name!("img")
                            | local_name!("source")
                            | local_name!("meta")
                            | local_name!("link")
                            | local_name!("br")
                            | local_name!("hr")
                            | local_name!("input")
                            | local_name!("script")
                            | local_name!("style")
                            | local_name!("title")
                            | local_name!("textarea")
                    );
                if deep && !leaf {
                    self.too_deep.set(true);
                    dropped.push(tag.name.clone());
                }
                deep && !leaf
            }
            TagKind::EndTag => dropped.pop_if(|name| *name == tag.name).is_some(),
        }
    }
}

impl TokenSink for Fence {
    type Handle = u32;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<u32> {
        if matches!(token, Token::ParseError(_)) {
            return TokenSinkResult::Continue;
        }
        if self.full.get() && !matches!(token, Token::EOFToken) {
            return TokenSinkResult::Continue;
        }
        if let Token::TagToken(tag) = &token {
            if self.drops(tag) {
                return TokenSinkResult::Continue;
            }
            if self.builder.sink.nodes.borrow().len() > self.max_nodes {
                self.full.set(true);
                return TokenSinkResult::Continue;
            }
        }
        self.builder.process_token(token, line)
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder
            .adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// What names mean that came before: few names make a page.
struct Tags([(LocalName, Tag); 64]);

impl Default for Tags {
    fn default() -> Self {
        Self(std::array::from_fn(|_| (local_name!(""), Tag::Other)))
    }
}

impl Tags {
    fn of(&mut self, name: &LocalName) -> Tag {
        let place = name.get_hash() as usize % self.0.len();
        match self.0.get_mut(place) {
            Some((known, tag)) if known == name => *tag,
            Some(known) => {
                *known = (name.clone(), Tag::of(name));
                known.1
            }
            None => Tag::of(name),
        }
    }
}

/// The arena in document order. Comments and detached nodes stay behind.
fn flatten(mut nodes: Vec<Node>) -> Vec<Item> {
    let mut items = Vec::with_capacity(nodes.len());
    let mut tags = Tags::default();
    // (node, index of the parent's item); a node met a second time closes.
    let mut stack = vec![(0_u32, 0_u32)];
    let mut open: Vec<u32> = Vec::new();
    while let Some((handle, parent)) = stack.pop() {
        if handle == NONE {
            let end = items.len() as u32;
            if let Some(item) = open.pop().and_then(|i: u32| items.get_mut(i as usize)) {
                let item: &mut Item = item;
                item.end = end;
            }
            continue;
        }
        let Some(node) = at(&mut nodes, handle) else {
            continue;
        };
        // What stands in the shadow of an element is shown in its place.
        let shadow = node
            .attrs
            .iter()
            .any(|a| &*a.name.local == "shadowrootmode");
        let tag = match &node.name {
            Some(name) if shadow && &*name.local == "template" => Tag::Div,
            Some(name) if name.ns == ns!(html) => tags.of(&name.local),
            Some(name) => Tag::of_foreign(&name.local),
            None if node.is_text => Tag::Text,
            None if handle == 0 => Tag::Document,
            None => {
                if node.next != NONE {
                    stack.push((node.next, parent));
                }
                continue;
            }
        };
        let index = items.len() as u32;
        items.push(Item {
            tag,
            parent,
            end: index + 1,
            text: std::mem::take(&mut node.text),
            attrs: std::mem::take(&mut node.attrs),
        });
        if node.next != NONE {
            stack.push((node.next, parent));
        }
        if node.first != NONE {
            open.push(index);
            stack.push((NONE, 0));
            stack.push((node.first, index));
        }
    }
    items
}
