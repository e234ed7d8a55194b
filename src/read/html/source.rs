//! An element -> the picture that it shows: every address of it, whichever attribute a lazy loader keeps it in.

use std::collections::HashMap;

use super::key;
use super::tag::Tag;
use super::tree::Tree;
use super::url;
use crate::model::ImageRef;

/// `data:` addresses shorter than this are placeholders.
const MIN_DATA: usize = 3_000;
/// Pictures smaller than this, in both directions, are icons and tracking pixels.
const MIN_SIDE: u32 = 70;
/// Pictures that style sheets keep.
const MAX_STYLED: usize = 2_000;
/// More renditions than these say nothing more.
const MAX_VARIANTS: usize = 64;

/// The beginning of the names under which a page saved as one file keeps pictures in its style sheet.
pub(super) const STYLED: &str = "--sf-img-";

/// One picture on the page: the elements that show it, before anything is known of its text.
pub(super) struct Unit {
    /// The first item that belongs to it (`picture`, `img`, ...).
    pub at: usize,
    /// The item after its last.
    pub end: usize,
    /// The item whose attributes describe it.
    pub img: usize,
    pub image: ImageRef,
    /// The keys of all its addresses.
    pub keys: Vec<String>,
    /// It stands in `noscript` or is known by a style or a player's attribute only.
    pub fallback: bool,
    /// Its element says that it is as small as icons are.
    pub tiny: bool,
    /// Width and height as its element states them; 0 where it does not.
    pub size: (u32, u32),
}

/// Pictures at least this wide and high are no signs and no portraits beside a name.
const LARGE: (u32, u32) = (300, 200);

impl Unit {
    /// Whether its element says that it is shown as large as news pictures are.
    pub fn is_large(&self) -> bool {
        self.size.0 >= LARGE.0 && self.size.1 >= LARGE.1
    }

    /// Whether its element says that it is shown smaller than that.
    pub fn is_small(&self) -> bool {
        let (width, height) = self.size;
        width > 0 && width < LARGE.0 || height > 0 && height < LARGE.1
    }
}

/// How a page's references become addresses.
#[derive(Clone, Copy, Default)]
pub(super) struct Addresses<'a> {
    /// What they are resolved against.
    pub base: Option<&'a str>,
    /// The file that the page was saved in; `None` where it came from a server as it is.
    pub file: Option<&'a str>,
    /// A browser wrote into the page that it saved it, with its references changed to files beside it.
    pub saved: bool,
}

impl Addresses<'_> {
    /// The address of a reference: made absolute, or as it is printed where the page has no address of its own, or where
    /// it leads to a file saved beside the page.
    fn of(&self, reference: &str) -> Option<String> {
        if url::scheme(reference).is_none() && (self.base.is_none() || self.is_beside(reference)) {
            return (!reference.starts_with('#')).then(|| reference.to_owned());
        }
        url::absolute(reference, self.base)
    }

    /// Browsers save into a folder that is named after the page's file, with a word of their own language behind.
    fn is_beside(&self, reference: &str) -> bool {
        let Some(file) = self.file.filter(|_| !reference.starts_with('/')) else {
            return false;
        };
        let reference = reference.strip_prefix("./").unwrap_or(reference);
        let Some((folder, _)) = reference.split_once('/') else {
            return self.saved;
        };
        let file = file.rsplit(['/', '\\']).next().unwrap_or_default();
        let stem = file.split_once(".htm").map_or(file, |(stem, _)| stem);
        let named = key::decoded(folder)
            .strip_prefix(stem)
            .is_some_and(|rest| rest.starts_with(['_', '-', '.']));
        self.saved || named || folder.ends_with("_files")
    }
}

/// All pictures of a page, in document order.
pub(super) fn units(tree: &Tree, addresses: Addresses<'_>) -> Vec<Unit> {
    let mut out: Vec<Unit> = Vec::new();
    let styles = styled(tree);
    let mut at = 0;
    while at < tree.items.len() {
        let item = tree.item(at);
        let (end, kind) = match item.tag {
            Tag::Picture => (end_of_picture(tree, at), Kind::Image),
            Tag::Img => (at + 1, Kind::Image),
            Tag::Video => (item.end as usize, Kind::Player),
            Tag::Text
            | Tag::Document
            | Tag::Html
            | Tag::Head
            | Tag::Body
            | Tag::Meta
            | Tag::Link
            | Tag::Script
            | Tag::Style
            | Tag::Source
            | Tag::Iframe
            | Tag::Audio
            | Tag::Control
            | Tag::Base => {
                at += 1;
                continue;
            }
            _ => (at + 1, Kind::Other),
        };
        if kind == Kind::Other && item.attrs.is_empty() {
            at += 1;
            continue;
        }
        if let Some(unit) = unit(tree, at, end, kind, addresses, &styles) {
            push(tree, &mut out, unit);
        }
        at = end;
    }
    out
}

/// The item after a picture element's last image: some close the element only behind the caption.
fn end_of_picture(tree: &Tree, at: usize) -> usize {
    let mut end = at + 1;
    for i in tree.descendants(at) {
        match tree.item(i).tag {
            Tag::Img => {
                end = i + 1;
                break;
            }
            Tag::Source => end = i + 1,
            Tag::Figcaption => break,
            _ => {}
        }
    }
    end
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Image,
    Player,
    Other,
}

fn unit(
    tree: &Tree,
    at: usize,
    end: usize,
    kind: Kind,
    addresses: Addresses<'_>,
    styles: &HashMap<&str, &str>,
) -> Option<Unit> {
    let mut found = References::default();
    let mut img = at;
    let mut tiny = false;
    match kind {
        Kind::Image => {
            for i in at..end {
                let tag = tree.item(i).tag;
                if tag == Tag::Img {
                    img = i;
                    found.element(tree, i, true);
                    let style = tree.item(i).attr("style").unwrap_or_default();
                    let name = style.find(STYLED).and_then(|at| style.get(at..));
                    let name = name.and_then(|n| n.split([')', ',', ' ']).next());
                    if let Some(reference) = name.and_then(|n| styles.get(n)) {
                        found.push(reference, 1, 1);
                    }
                    tiny |= is_tiny(tree, i);
                } else if tag == Tag::Source {
                    found.element(tree, i, false);
                }
            }
        }
        Kind::Player => {
            let poster = tree.item(at).attr("poster")?;
            found.push(poster, 1, 1);
        }
        Kind::Other => {
            for attr in &tree.item(at).attrs {
                let name = &*attr.name.local;
                let value = attr.value.trim();
                if name == "style" {
                    if let Some(reference) = background(value) {
                        found.push(reference, 1, 1);
                    }
                } else if name.starts_with("data-")
                    && let Some(filled) = filled(tree, at, value)
                {
                    found.push(&filled, 1, 1);
                } else if (name == "src" || name.starts_with("data-"))
                    && !value.contains([' ', '{', '<'])
                    && key::is_picture(value)
                {
                    found.push(value, 1, 1);
                }
            }
        }
    }
    let image = found.image(addresses)?;
    let keys = keys_of(&image);
    let noscript = tree
        .ancestors(at)
        .take(6)
        .any(|a| tree.item(a).tag == Tag::Noscript);
    Some(Unit {
        at,
        end,
        img,
        image,
        keys,
        fallback: noscript || kind != Kind::Image,
        tiny,
        size: (
            side(tree, img, "width").unwrap_or(0),
            side(tree, img, "height").unwrap_or(0),
        ),
    })
}

/// The pictures that style sheets of the page keep under names: (name, reference).
fn styled(tree: &Tree) -> HashMap<&str, &str> {
    let sheets = tree
        .items
        .iter()
        .enumerate()
        .filter(|(_, i)| i.tag == Tag::Style);
    let texts = sheets.flat_map(|(at, _)| tree.descendants(at).map(|i| &*tree.item(i).text));
    let mut out = HashMap::new();
    for text in texts {
        for (at, _) in text.match_indices(STYLED) {
            let rest = text.get(at..).unwrap_or_default();
            let Some((name, value)) = rest.split_once(':') else {
                continue;
            };
            let Some(value) = value.trim_start().strip_prefix("url(") else {
                continue;
            };
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
            let value = value.trim_start_matches(['"', '\'']);
            if let Some((reference, _)) = value.split_once(quote.unwrap_or(')'))
                && out.len() < MAX_STYLED
            {
                out.entry(name.trim()).or_insert(reference);
            }
        }
    }
    out
}

/// Adds a picture, or to the one before it where it is only that one's fallback.
fn push(tree: &Tree, out: &mut Vec<Unit>, unit: Unit) {
    if let Some(last) = out.last_mut() {
        let near = unit.at < last.end + 12
            && parents(tree, unit.at)
                .iter()
                .any(|p| parents(tree, last.at).contains(p));
        let same = key::share(&last.keys, &unit.keys);
        let placeholder = |u: &Unit| {
            u.keys.is_empty() || is_placeholder(u.image.url.as_deref().unwrap_or_default())
        };
        if near
            && (unit.fallback || last.fallback)
            && (same || placeholder(last) || placeholder(&unit))
        {
            let (main, more) = if last.fallback && !unit.fallback || placeholder(last) {
                (unit.image, last.image.clone())
            } else {
                (last.image.clone(), unit.image)
            };
            last.image = main;
            add(&mut last.image, &more);
            last.keys = keys_of(&last.image);
            if last.fallback && !unit.fallback {
                (last.img, last.fallback) = (unit.img, false);
            }
            last.end = unit.end.max(last.end);
            return;
        }
    }
    out.push(unit);
}

fn parents(tree: &Tree, at: usize) -> Vec<usize> {
    tree.ancestors(at)
        .take(3)
        .filter(|a| {
            !matches!(
                tree.item(*a).tag,
                Tag::Body | Tag::Article | Tag::Main | Tag::Noscript
            )
        })
        .collect()
}

/// Adds another rendition of the same picture.
pub(super) fn add(image: &mut ImageRef, more: &ImageRef) {
    for url in more.url.iter().chain(&more.variants) {
        if image.url.as_ref() != Some(url)
            && !image.variants.contains(url)
            && image.variants.len() < MAX_VARIANTS
        {
            image.variants.push(url.clone());
        }
    }
    for local in &more.local {
        if !image.local.contains(local) {
            image.local.push(local.clone());
        }
    }
}

pub(super) fn keys_of(image: &ImageRef) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    let plain = image.local.iter().filter(|_| image.url.is_none());
    for url in image.url.iter().chain(&image.variants).chain(plain) {
        if url.starts_with("data:") || is_placeholder(url) {
            continue;
        }
        for key in key::keys(url) {
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    keys
}

/// Names of files that stand where a picture will be loaded.
const PLACEHOLDERS: [&str; 11] = [
    "blank",
    "placeholder",
    "spacer",
    "transparent",
    "1x1",
    "pixel",
    "lazy",
    "loading",
    "grey",
    "gray",
    "empty",
];

/// A file that stands where a picture will be loaded.
fn is_placeholder(url: &str) -> bool {
    use std::sync::LazyLock;
    static WORDS: LazyLock<Option<aho_corasick::AhoCorasick>> =
        LazyLock::new(|| aho_corasick::AhoCorasick::new(PLACEHOLDERS).ok());
    if url.starts_with("data:") {
        return url.len() < MIN_DATA;
    }
    let name = url.rsplit('/').next().unwrap_or_default();
    // Names of real pictures are long.
    if name.len() > 60 || !WORDS.as_ref().is_some_and(|words| words.is_match(name)) {
        return false;
    }
    let stem = key::file_stem(url);
    PLACEHOLDERS.iter().any(|word| {
        stem.strip_prefix(word)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
            || stem
                .strip_suffix(word)
                .is_some_and(|rest| rest.ends_with('-'))
    })
}

/// References of one picture: (as printed, the width that is promised, order).
#[derive(Default)]
struct References {
    found: Vec<(String, u32, u32)>,
}

impl References {
    fn push(&mut self, reference: &str, width: u32, rank: u32) {
        let reference = reference.trim();
        if !reference.is_empty()
            && self.found.len() < MAX_VARIANTS * 2
            && !self.found.iter().any(|f| f.0 == reference)
        {
            self.found.push((reference.to_owned(), width, rank));
        }
    }

    /// Every attribute that holds an address. What `src` names goes first, then the widest.
    fn element(&mut self, tree: &Tree, at: usize, img: bool) {
        for attr in &tree.item(at).attrs {
            let name = &*attr.name.local;
            let value = attr.value.trim();
            if name.ends_with("srcset")
                || name.ends_with("src-set")
                || name.starts_with("data-") && is_set(value)
            {
                for (reference, width) in candidates(value) {
                    self.push(reference, width, 2);
                }
            } else if name == "src" && img {
                self.push(value, 0, 0);
            } else if (name.contains("src")
                || name.starts_with("data-")
                || name == "original"
                || name == "file")
                && !value.contains(['<', '{'])
                && (key::is_picture(value) || name.ends_with("src") && looks_like_address(value))
            {
                self.push(value, 0, 1);
            }
        }
    }

    fn image(mut self, addresses: Addresses<'_>) -> Option<ImageRef> {
        let real = |r: &str| !is_placeholder(r);
        if self.found.len() > 1 {
            self.found.sort_by_cached_key(|(reference, width, rank)| {
                (!real(reference), *rank, u32::MAX - *width)
            });
        }
        // A drawing in "src" with a photo held back beside it only fills the place.
        let drawn = |r: &str| {
            let path = r.split('?').next().unwrap_or_default();
            let ending = path.rsplit('.').next().unwrap_or_default();
            ["gif", "svg"]
                .iter()
                .any(|e| ending.eq_ignore_ascii_case(e))
        };
        if self.found.iter().any(|(_, _, rank)| *rank == 0)
            && (self.found.iter()).any(|(r, _, rank)| *rank > 0 && real(r) && !drawn(r))
        {
            self.found.retain(|(r, _, rank)| *rank > 0 || !drawn(r));
        }
        let any_real = self.found.iter().any(|f| real(&f.0));
        let mut image = ImageRef::default();
        for (reference, _, _) in &self.found {
            if any_real && !real(reference) {
                continue;
            }
            if reference.starts_with("data:") {
                if real(reference) && reference.starts_with("data:image/") {
                    image.local.push(reference.clone());
                }
                continue;
            }
            let absolute = addresses.of(reference);
            if absolute.is_none() && url::scheme(reference).is_some() {
                continue;
            }
            image.local.push(reference.clone());
            if let Some(absolute) = absolute {
                match &image.url {
                    None => image.url = Some(absolute),
                    Some(first) if *first == absolute || image.variants.contains(&absolute) => {}
                    Some(_) if image.variants.len() < MAX_VARIANTS => image.variants.push(absolute),
                    Some(_) => {}
                }
            }
        }
        // Addresses of other sites lead to no file beside the page.
        if image.local.len() > 1 {
            let near =
                |r: &String| url::scheme(r).is_none_or(|s| s == "data") && !r.starts_with("//");
            if image.local.iter().any(near) {
                image.local.retain(near);
            } else {
                image.local.truncate(1);
            }
        }
        (!image.local.is_empty() && (any_real || image.url.is_some())).then_some(image)
    }
}

fn looks_like_address(value: &str) -> bool {
    !value.contains(char::is_whitespace)
        && (value.starts_with("http") || value.starts_with('/') || value.contains('.'))
}

/// Whether a value reads like `a.jpg 300w, b.jpg 600w`.
fn is_set(value: &str) -> bool {
    value.contains("w,")
        && value.contains(' ')
        && candidates(value).all(|(r, w)| w > 0 && looks_like_address(r))
}

/// The candidates of a `srcset`, each with its width (or its density, a thousandfold).
fn candidates(set: &str) -> impl Iterator<Item = (&str, u32)> {
    let mut rest = set;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches([',', ' ', '\n', '\t', '\r']);
        if rest.is_empty() {
            return None;
        }
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (reference, after) = rest.split_at(end);
        if let Some(bare) = reference.strip_suffix(',') {
            rest = after;
            return Some((bare, 1));
        }
        let (descriptor, next) = after.split_once(',').unwrap_or((after, ""));
        rest = next;
        let descriptor = descriptor.trim();
        let number = descriptor.trim_end_matches(['w', 'x', 'h']);
        let width = match number.parse::<f32>() {
            Ok(n) if descriptor.ends_with('x') => (n * 1000.0) as u32,
            Ok(n) => n as u32,
            Err(_) => 1,
        };
        Some((reference, width))
    })
}

/// An address with a place for the width in it, with the width that its element states or a usual one put there.
fn filled(tree: &Tree, at: usize, value: &str) -> Option<String> {
    if !value.contains('{') {
        return None;
    }
    let mark = ["{width}", "{w}"].into_iter().find(|m| value.contains(m))?;
    let width = tree.item(at).attr("data-width").map(str::trim);
    let width = width.filter(|w| !w.is_empty() && w.bytes().all(|b| b.is_ascii_digit()));
    let filled = value.replace(mark, width.unwrap_or("1024"));
    (!filled.contains([' ', '{', '<']) && key::is_picture(&filled)).then_some(filled)
}

fn background(style: &str) -> Option<&str> {
    let at = style.find("background")?;
    let rest = style.get(at..)?;
    let rest = rest.get(rest.find("url(")? + 4..)?;
    let inside = rest.split(')').next()?.trim_matches(['"', '\'', ' ']);
    key::is_picture(inside).then_some(inside)
}

/// One side of a picture in pixels, as its element states it.
fn side(tree: &Tree, at: usize, name: &str) -> Option<u32> {
    tree.item(at)
        .attr(name)
        .and_then(|v| v.trim().trim_end_matches("px").parse::<u32>().ok())
        // Zero stands for "as large as there is room".
        .filter(|side| *side > 0)
}

/// Whether the attributes say that it is shown no larger than an icon.
fn is_tiny(tree: &Tree, at: usize) -> bool {
    match (side(tree, at, "width"), side(tree, at, "height")) {
        (Some(w), Some(h)) => w <= MIN_SIDE && h <= MIN_SIDE || w <= 2 || h <= 2,
        (Some(one), None) | (None, Some(one)) => one <= MIN_SIDE / 2,
        (None, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::Limits;

    const ADDRESSES: Addresses<'_> = Addresses {
        base: Some("https://a.example/s/x.html"),
        file: None,
        saved: false,
    };

    #[test]
    fn files_beside_the_page_keep_their_references() {
        let saved = Addresses {
            file: Some("in/Ferries (1).html"),
            ..ADDRESSES
        };
        for reference in [
            "./Ferries%20(1)-Dateien/a.jpg",
            "Ferries (1)_files/a.jpg",
            "x_files/a.jpg",
        ] {
            assert_eq!(saved.of(reference).as_deref(), Some(reference));
        }
        assert_eq!(
            saved.of("p/a.jpg").as_deref(),
            Some("https://a.example/s/p/a.jpg")
        );
        assert_eq!(
            saved.of("/x_files/a.jpg").as_deref(),
            Some("https://a.example/x_files/a.jpg")
        );
        let marked = Addresses {
            saved: true,
            ..saved
        };
        assert_eq!(marked.of("p/a.jpg").as_deref(), Some("p/a.jpg"));
        assert_eq!(
            ADDRESSES.of("x_files/a.jpg").as_deref(),
            Some("https://a.example/s/x_files/a.jpg")
        );
        assert_eq!(
            Addresses::default().of("p/a.jpg").as_deref(),
            Some("p/a.jpg")
        );
        assert_eq!(Addresses::default().of("javascript:x"), None);
    }

    fn images(page: &str) -> Vec<ImageRef> {
        let tree = super::super::tree::parse(page, &Limits::default());
        units(&tree, ADDRESSES)
            .into_iter()
            .map(|u| u.image)
            .collect()
    }

    #[test]
    fn lazy_attributes_go_before_placeholders() {
        let found = images(
            "<img src='data:image/gif;base64,R0' data-lazy-src='/p/a.jpg' data-srcset='/p/a-300.jpg 300w, /p/a-600.jpg 600w'>
             <img src='/ph.gif' data-original='b.jpg'><amp-img src='c.webp'></amp-img>",
        );
        let urls: Vec<_> = found.iter().filter_map(|i| i.url.as_deref()).collect();
        assert_eq!(
            urls,
            [
                "https://a.example/p/a.jpg",
                "https://a.example/s/b.jpg",
                "https://a.example/s/c.webp"
            ]
        );
        assert_eq!(
            found[0].variants,
            [
                "https://a.example/p/a-600.jpg",
                "https://a.example/p/a-300.jpg"
            ]
        );
    }

    #[test]
    fn a_picture_element_is_one_picture_with_all_its_sources() {
        let found = images(
            "<picture><source srcset='/p/a.avif 1x, /p/a2.avif 2x' media='(min-width: 9em)'><img src='/p/a.jpg' alt=x></picture>",
        );
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].url.as_deref(), Some("https://a.example/p/a.jpg"));
        assert_eq!(found[0].variants.len(), 2);
    }

    #[test]
    fn what_stands_in_noscript_is_the_picture_before_it() {
        for page in [
            "<figure><img src='data:image/svg+xml,x' class=lazy><noscript><img src='/p/a.jpg'></noscript></figure>",
            "<figure><noscript><img src='/p/a.jpg'></noscript><img data-src='/p/a.jpg'></figure>",
        ] {
            let found = images(page);
            assert_eq!(found.len(), 1, "{page}");
            assert_eq!(found[0].url.as_deref(), Some("https://a.example/p/a.jpg"));
        }
    }

    #[test]
    fn candidates_with_commas_in_their_addresses_stay_whole() {
        let found: Vec<_> =
            candidates("/w_600,h_400/a.jpg 600w, /w_300,h_200/a.jpg 300w,/b.jpg 2x").collect();
        assert_eq!(
            found,
            [
                ("/w_600,h_400/a.jpg", 600),
                ("/w_300,h_200/a.jpg", 300),
                ("/b.jpg", 2000)
            ]
        );
    }

    #[test]
    fn other_elements_show_pictures_too() {
        let found = images(
            "<div style=\"background-image: url('/p/hero.jpg')\"></div><news-image src='/p/b.png'></news-image>
             <video poster='/p/still.jpg'></video><div data-x='{\"a\": \"b.jpg\"}' data-page='/story.html'></div>",
        );
        assert_eq!(found.len(), 3);
    }
}
