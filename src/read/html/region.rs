//! A page's tree -> where its article is: the element that holds most of its running text, and its headline.

use super::tag::Tag;
use super::tree::Tree;

/// Bytes of own text from which on a block is a paragraph.
const MIN_PARAGRAPH: u32 = 80;
/// The same on a page that has none so long: short news, words between photos.
const MIN_SHORT: u32 = 40;
/// The share of all paragraphs that the article's element holds, in percent.
const SHARE: u64 = 65;
/// Beginnings of other stories that are looked at.
const MAX_TRIED: usize = 64;

/// Where the article is, and what every item stands in.
pub(super) struct Region {
    /// The element that holds the article's text.
    pub root: usize,
    /// The smallest element that holds text and headline.
    pub top: usize,
    /// The headline.
    pub heading: Option<usize>,
    /// Where the next story begins, on a page that goes on with others: their pictures are not this document's.
    pub next_story: Option<usize>,
    /// Bytes of visible text before each item.
    visible: Vec<u32>,
    /// Bytes of paragraphs before each item.
    paragraphs: Vec<u64>,
}

impl Region {
    /// Finds the article of a page; `title` as its head states it, `elsewhere` whether an address is another page's.
    pub fn new(tree: &Tree, title: Option<&str>, elsewhere: &dyn Fn(&str) -> bool) -> Self {
        let count = tree.items.len();
        let mut visible = Vec::with_capacity(count + 1);
        let mut state: Vec<u8> = vec![0; count];
        let mut block: Vec<u32> = vec![0; count];
        let mut own: Vec<u32> = vec![0; count];
        let mut seen = 0_u32;
        let mut headings = Vec::new();
        for (at, item) in tree.items.iter().enumerate() {
            visible.push(seen);
            let parent = item.parent as usize;
            let mut inside = state.get(parent).copied().unwrap_or_default();
            let mut home = block.get(parent).copied().unwrap_or_default();
            match item.tag {
                Tag::Text if inside & SILENT == 0 => {
                    let length = letters(&item.text);
                    seen = seen.saturating_add(length);
                    if inside & (LINK | ASIDE) == 0
                        && let Some(sum) = own.get_mut(home as usize)
                    {
                        *sum = sum.saturating_add(length);
                    }
                }
                Tag::A => inside |= LINK,
                Tag::Nav
                | Tag::Footer
                | Tag::Aside
                | Tag::Form
                | Tag::Button
                | Tag::Figcaption
                | Tag::Heading => inside |= ASIDE,
                Tag::H1 => {
                    if inside & ASIDE == 0 {
                        headings.push(at);
                    }
                    inside |= ASIDE;
                }
                tag if tag.is_silent() => inside |= SILENT,
                _ => {}
            }
            if item.tag.is_block() {
                home = at as u32;
            }
            if let (Some(s), Some(b)) = (state.get_mut(at), block.get_mut(at)) {
                (*s, *b) = (inside, home);
            }
        }
        visible.push(seen);
        let mut paragraphs = Vec::with_capacity(count + 1);
        let mut sum = 0_u64;
        let least = if own.iter().any(|own| *own >= MIN_PARAGRAPH) {
            MIN_PARAGRAPH
        } else {
            MIN_SHORT
        };
        for own in &own {
            paragraphs.push(sum);
            sum += u64::from(if *own >= least { *own } else { 0 });
        }
        paragraphs.push(sum);
        let mut region = Self {
            root: 0,
            top: 0,
            heading: None,
            next_story: None,
            visible,
            paragraphs,
        };
        region.root = region.find_root(tree, 0, sum);
        let (found, named) = heading(tree, &headings, title, region.root).unzip();
        region.heading = found;
        // Where whole articles follow each other, the page's own is the one with the headline.
        if let Some(own) = region.own_article(tree, named == Some(true)) {
            region.root =
                region.find_root(tree, own, region.mass(own, tree.item(own).end as usize));
        }
        region.top = match region.heading {
            Some(h) => std::iter::once(region.root)
                .chain(tree.ancestors(region.root))
                .find(|a| (*a..tree.item(*a).end as usize).contains(&h))
                .unwrap_or(0),
            None => std::iter::once(region.root)
                .chain(tree.ancestors(region.root))
                .find(|a| matches!(tree.item(*a).tag, Tag::Article | Tag::Main | Tag::Body))
                .unwrap_or(0),
        };
        region.next_story = region.next_story(tree, elsewhere);
        region
    }

    /// Where the first of the stories begins that follow the page's own: another article with a headline of its own, a
    /// block that names another page as its address, a second headline, or a headline that links to another page. What
    /// it stands in follows, as a whole, what holds the own headline and text.
    fn next_story(&self, tree: &Tree, elsewhere: &dyn Fn(&str) -> bool) -> Option<usize> {
        let own = self.heading?;
        let end = |at: usize| tree.item(at).end as usize;
        let own_is_h1 = tree.item(own).tag == Tag::H1;
        let in_article = |at: usize| {
            tree.ancestors(at)
                .find(|a| tree.item(*a).tag == Tag::Article)
        };
        // The outermost element around `at` that does not hold the own headline too, where the own text stands before it
        // and does not go on around it.
        let apart = |at: usize| {
            let mut outer = None;
            for a in std::iter::once(at).chain(tree.ancestors(at)) {
                if a <= own && own < end(a) {
                    break;
                }
                outer = Some(a);
            }
            outer.filter(|a| {
                let around = tree.item(*a).parent as usize;
                let mine = std::iter::once(own)
                    .chain(tree.ancestors(own))
                    .find(|m| tree.item(*m).parent as usize == around);
                let told = mine.map_or(0, |m| self.mass(m, end(m)));
                let whole = std::iter::successors(mine.map(end), |i| Some(end(*i).max(*i + 1)))
                    .take_while(|i| *i < end(around))
                    .filter(|i| tree.item(*i).tag == Tag::P)
                    .filter(|i| {
                        *i < *a
                            || tree.item(*a).tag.is_block()
                                && !matches!(tree.item(*a).tag, Tag::H1 | Tag::Heading)
                    });
                *a > own
                    && told > 0
                    && !(*a <= self.root && self.root < end(*a))
                    && whole.map(|i| self.mass(i, end(i))).sum::<u64>() == 0
            })
        };
        let links_away = |at: usize| {
            let around = tree.ancestors(at).take(2);
            (at..end(at))
                .chain(around)
                .filter(|i| tree.item(*i).tag == Tag::A)
                .filter_map(|i| tree.item(i).attr("href"))
                .any(elsewhere)
        };
        let last = end(self.top).min(tree.items.len());
        let is_heading = |i: &usize| matches!(tree.item(*i).tag, Tag::H1 | Tag::Heading);
        let headings: Vec<usize> = (own + 1..last).filter(is_heading).collect();
        let headed = |at: usize| {
            let first = headings.partition_point(|h| *h <= at);
            headings.get(first).is_some_and(|h| *h < end(at))
        };
        let mine = in_article(own);
        let mut tried = 0;
        for at in own + 1..last {
            let item = tree.item(at);
            let begins = match item.tag {
                Tag::H1 | Tag::Heading => {
                    let level = item.tag == Tag::H1 && own_is_h1;
                    let block = tree.item(at).parent as usize;
                    let text = || {
                        let last = if block <= own && own < end(block) {
                            end(self.top)
                        } else {
                            end(block)
                        };
                        self.mass(at, last) > 0
                    };
                    (level || links_away(at)) && text()
                }
                // An article beside the own one; those in it are posts of a live report.
                Tag::Article => {
                    mine.is_some_and(|mine| end(mine) <= at)
                        && self.text(at, end(at)) >= MIN_PARAGRAPH
                        && headed(at)
                }
                tag if tag.is_block() => {
                    let addressed = item.attrs.iter().any(|a| {
                        let name = &*a.name.local;
                        name.starts_with("data-")
                            && ["url", "href", "permalink", "canonical"]
                                .iter()
                                .any(|w| name.ends_with(w))
                            && a.value.starts_with(['/', 'h'])
                            && elsewhere(&a.value)
                    });
                    addressed && self.mass(at, end(at)) > 0 && headed(at)
                }
                _ => false,
            };
            if !begins {
                continue;
            }
            if let Some(found) = apart(at) {
                return Some(found);
            }
            tried += 1;
            if tried >= MAX_TRIED {
                break;
            }
        }
        None
    }

    /// Whether an item belongs to a story that follows the page's own.
    pub fn follows(&self, at: usize) -> bool {
        self.next_story.is_some_and(|next| next <= at)
    }

    /// The `article` that holds the headline, where others hold much text too.
    fn own_article(&self, tree: &Tree, named: bool) -> Option<usize> {
        let heading = self.heading?;
        let end = |at: usize| tree.item(at).end as usize;
        let own = tree
            .ancestors(heading)
            .find(|a| tree.item(*a).tag == Tag::Article)?;
        let mass = self.mass(own, end(own));
        if own <= self.root && self.root < end(own) {
            return None;
        }
        // A short story that the page's title names may be followed by a longer one under a headline of its own.
        let headed = |at: usize| {
            tree.descendants(at)
                .find(|i| matches!(tree.item(*i).tag, Tag::H1 | Tag::Heading))
                .is_some_and(|h| self.mass(at, h) == 0)
        };
        let longer = std::iter::once(self.root)
            .chain(tree.ancestors(self.root))
            .any(|a| tree.item(a).tag == Tag::Article && end(own) <= a && headed(a));
        if named && mass > 0 && longer {
            return Some(own);
        }
        let rivals = mass >= 500
            && tree.descendants(self.root).any(|at| {
                tree.item(at).tag == Tag::Article
                    && !(own..end(own)).contains(&at)
                    && self.mass(at, end(at)) * 3 > mass
            });
        rivals.then_some(own)
    }

    fn find_root(&self, tree: &Tree, from: usize, all: u64) -> usize {
        let mut root = from;
        if all == 0 {
            return root;
        }
        'down: loop {
            let mut child = root + 1;
            let end = tree.item(root).end as usize;
            while child < end {
                let next = (tree.item(child).end as usize).max(child + 1);
                if self.mass(child, next) * 100 >= all * SHARE {
                    if matches!(tree.item(child).tag, Tag::P | Tag::Text | Tag::Pre) {
                        break 'down;
                    }
                    root = child;
                    continue 'down;
                }
                child = next;
            }
            break;
        }
        root
    }

    /// Bytes of paragraphs between two items.
    pub fn mass(&self, from: usize, to: usize) -> u64 {
        let at = |i: usize| self.paragraphs.get(i).copied().unwrap_or_default();
        at(to).saturating_sub(at(from))
    }

    /// Bytes of visible text between two items.
    pub fn text(&self, from: usize, to: usize) -> u32 {
        let at = |i: usize| self.visible.get(i).copied().unwrap_or_default();
        at(to).saturating_sub(at(from))
    }
}

const LINK: u8 = 1;
const ASIDE: u8 = 2;
const SILENT: u8 = 4;

fn letters(text: &str) -> u32 {
    text.bytes().filter(|b| !b.is_ascii_whitespace()).count() as u32
}

/// The headline, and whether the head's title has it in it: the one that it has, else the last before the text.
fn heading(
    tree: &Tree,
    headings: &[usize],
    title: Option<&str>,
    root: usize,
) -> Option<(usize, bool)> {
    let plain = |t: &str| -> String {
        t.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    let title = plain(title.unwrap_or_default());
    // The outlet's own name may stand in the title too: the longest is the headline.
    let named = headings
        .iter()
        .take(50)
        .filter_map(|h| {
            let text = plain(&tree.text(*h));
            let length = text.chars().count();
            let fits =
                title.contains(&text) || text.contains(&title) && title.chars().count() >= 10;
            (length >= 6 && fits).then_some((length, h))
        })
        .rev()
        .max_by_key(|(length, _)| *length)
        .map(|(_, h)| (*h, true));
    named
        .or_else(|| {
            headings
                .iter()
                .rev()
                .find(|h| **h < root)
                .map(|h| (*h, false))
        })
        .or_else(|| headings.first().map(|h| (*h, false)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::Limits;

    #[test]
    fn the_element_with_the_running_text_is_the_article() {
        let text = "The harbour lay in fog until noon, and no ferry left the quay before the wind turned. ".repeat(3);
        let page = format!(
            "<header><h1>The Quay</h1></header><main><h1>Ferries in fog</h1><div class=x><p>{text}</p><p>{text}</p><figure><figcaption>{text}</figcaption></figure></div>
             <div class=y><a href=/2><p>{text}{text}</p></a></div></main><footer><p>{text}{text}{text}</p></footer>"
        );
        let tree = super::super::tree::parse(&page, &Limits::default());
        let region = Region::new(&tree, Some("Ferries in fog - The Quay"), &|_| true);
        assert_eq!(tree.item(region.root).attr("class"), Some("x"));
        assert_eq!(tree.item(region.top).tag, Tag::Main);
        assert_eq!(tree.text(region.heading.unwrap()), "Ferries in fog");
    }

    #[test]
    fn a_page_without_text_has_a_region_too() {
        let tree = super::super::tree::parse("", &Limits::default());
        let region = Region::new(&tree, None, &|_| true);
        assert_eq!(region.heading, None);
        assert_eq!(region.text(0, 100), 0);
    }
}
