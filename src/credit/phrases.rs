//! Every known phrase in one sorted list, and which of them begin at a place of a text.
//!
//! In: folded phrases. Out: for a text, its phrases from a place on, the longest first. Sorting is all it takes to
//! build, and a look-up costs a binary search, so that a run begins at once and a large registry costs little.

/// The list. A phrase is known by its place in it.
#[derive(Debug)]
pub(super) struct Phrases {
    /// All phrases in one string, sorted by bytes, each once.
    text: String,
    /// Where each begins, and the end of the last.
    starts: Vec<u32>,
    /// The first eight bytes of each as a number: a search in numbers seldom looks at the bytes.
    keys: Vec<u64>,
    /// For each phrase the longest other one that it begins with, or `NONE`.
    within: Vec<u32>,
    /// For each first two bytes the place of the first phrase that begins so or sorts after.
    first: Vec<u32>,
}

const NONE: u32 = u32::MAX;

impl Phrases {
    /// Sorts the phrases; `order[i]` is where the `i`th of the list stood in `all`.
    pub fn new(all: &[String]) -> (Self, Vec<usize>) {
        let mut order: Vec<(u64, usize)> = all
            .iter()
            .enumerate()
            .map(|(at, p)| (key(p.as_bytes()), at))
            .collect();
        order.sort_unstable_by(|(x, a), (y, b)| {
            x.cmp(y).then_with(|| all.get(*a).cmp(&all.get(*b)))
        });
        let mut phrases = Self {
            text: String::with_capacity(all.iter().map(String::len).sum()),
            starts: vec![0],
            keys: order.iter().map(|(key, _)| *key).collect(),
            within: Vec::with_capacity(all.len()),
            first: vec![0; 0x1_0001],
        };
        for (key, at) in &order {
            let phrase = all.get(*at).map(String::as_str).unwrap_or_default();
            let mut before = phrases
                .within
                .len()
                .checked_sub(1)
                .map_or(NONE, |b| b as u32);
            while before != NONE
                && !phrase
                    .as_bytes()
                    .starts_with(phrases.bytes(before as usize))
            {
                before = phrases.within.get(before as usize).copied().unwrap_or(NONE);
            }
            phrases.within.push(before);
            phrases.text.push_str(phrase);
            phrases.starts.push(phrases.text.len() as u32);
            if let Some(count) = phrases.first.get_mut((key >> 48) as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for count in &mut phrases.first {
            sum += *count;
            *count = sum;
        }
        (phrases, order.into_iter().map(|(_, at)| at).collect())
    }

    fn bytes(&self, at: usize) -> &[u8] {
        let bound = |i: usize| self.starts.get(i).map_or(0, |b| *b as usize);
        self.text
            .as_bytes()
            .get(bound(at)..bound(at + 1))
            .unwrap_or_default()
    }

    /// The phrases that a text begins with, the longest first, each with its length in bytes.
    pub fn at<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = (u32, usize)> + 'a {
        let wanted = key(text);
        let slot = (wanted >> 48) as usize;
        let bound = |k: usize| self.first.get(k).map_or(0, |at| *at as usize);
        let (from, to) = (bound(slot), bound(slot + 1));
        let keys = self.keys.get(from..to).unwrap_or_default();
        let below = keys.partition_point(|k| *k < wanted);
        let same = keys
            .get(below..)
            .unwrap_or_default()
            .iter()
            .take_while(|k| **k == wanted)
            .count();
        let (mut low, mut high) = (from + below, from + below + same);
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.bytes(middle) <= text {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        // The greatest phrase that sorts before the text begins with the longest one that the text begins with.
        let mut at = low.checked_sub(1).map_or(NONE, |u| u as u32);
        std::iter::from_fn(move || {
            while at != NONE {
                let this = at;
                let phrase = self.bytes(this as usize);
                at = self.within.get(this as usize).copied().unwrap_or(NONE);
                if text.starts_with(phrase) {
                    return Some((this, phrase.len()));
                }
            }
            None
        })
    }
}

/// The first eight bytes as a number that sorts as they do.
fn key(bytes: &[u8]) -> u64 {
    if let Some(eight) = bytes.first_chunk::<8>() {
        return u64::from_be_bytes(*eight);
    }
    let mut eight = [0; 8];
    for (to, from) in eight.iter_mut().zip(bytes) {
        *to = *from;
    }
    u64::from_be_bytes(eight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phrase_that_a_text_begins_with_is_found_the_longest_first() {
        let words = [
            "a",
            "ab",
            "abc",
            "abd",
            "b",
            "写",
            "写真",
            "photo",
            "photo by",
            "photo by the",
        ];
        let (phrases, order) = Phrases::new(&words.map(str::to_owned));
        let at = |text: &str| -> Vec<&str> {
            phrases
                .at(text.as_bytes())
                .map(|(p, length)| {
                    let word = words[order[p as usize]];
                    assert_eq!(word.len(), length);
                    word
                })
                .collect()
        };
        assert_eq!(at("abcx"), ["abc", "ab", "a"]);
        assert_eq!(at("abz"), ["ab", "a"]);
        assert_eq!(at("ac"), ["a"]);
        assert_eq!(at("photo by x"), ["photo by", "photo"]);
        assert_eq!(at("photo by the x"), ["photo by the", "photo by", "photo"]);
        assert_eq!(at("photo by thx"), ["photo by", "photo"]);
        assert_eq!(at("写真:"), ["写真", "写"]);
        assert!(at("").is_empty() && at("zz").is_empty() && at("\u{ffff}").is_empty());
    }
}
