//! Every known phrase in one sorted list, and which of them begin at a place of a text.
//!
//! In: folded phrases. Out: for a text, its phrases from a place on, the longest first. Sorting and one table are all it
//! takes to build. Most places of a text begin no phrase: their first four bytes tell, without a look at the list.

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
    /// Where the phrases stand that share their first four bytes.
    quads: Quads,
    /// A bit for each first two bytes of the phrases that are shorter than four bytes.
    short: Vec<u64>,
}

const NONE: u32 = u32::MAX;

/// First four bytes to places in the list: open addressing, with a bit for each hash in front.
#[derive(Debug)]
struct Quads {
    /// The four bytes, and the first place and the one past the last; an empty slot is (0, 0, 0).
    slots: Vec<(u32, u32, u32)>,
    bits: Vec<u64>,
}

impl Quads {
    fn new(keys: &[u64]) -> Self {
        let of = |key: &u64| (key >> 32) as u32;
        let count = keys.chunk_by(|a, b| of(a) == of(b)).count();
        let size = (count * 2).next_power_of_two().max(64);
        let mut quads = Self {
            slots: vec![(0, 0, 0); size],
            bits: vec![0; size / 8],
        };
        let mut from = 0;
        for run in keys.chunk_by(|a, b| of(a) == of(b)) {
            let quad = run.first().map_or(0, of);
            let to = from + run.len() as u32;
            let hash = quads.hash(quad);
            if let Some(word) = quads.bits.get_mut(hash >> 6) {
                *word |= 1 << (hash & 63);
            }
            let mut slot = hash >> 3;
            while quads.slots.get(slot).is_some_and(|s| s.2 > 0) {
                slot = (slot + 1) & (size - 1);
            }
            if let Some(place) = quads.slots.get_mut(slot) {
                *place = (quad, from, to);
            }
            from = to;
        }
        quads
    }

    /// Eight bits for each slot: a hash is a bit's place, and without its last three bits a slot's.
    fn hash(&self, quad: u32) -> usize {
        let spread = u64::from(quad).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (spread >> 32) as usize & (self.slots.len() * 8 - 1)
    }

    fn get(&self, quad: u32) -> Option<(usize, usize)> {
        let hash = self.hash(quad);
        if self.bits.get(hash >> 6)? >> (hash & 63) & 1 == 0 {
            return None;
        }
        let mut slot = hash >> 3;
        loop {
            let &(found, from, to) = self.slots.get(slot)?;
            if to == 0 {
                return None;
            }
            if found == quad {
                return Some((from as usize, to as usize));
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }
}

impl Phrases {
    /// The phrases, sorted by bytes, each once.
    pub fn new<'a>(sorted: impl Iterator<Item = &'a str> + Clone) -> Self {
        let keys: Vec<u64> = sorted.clone().map(|p| key(p.as_bytes())).collect();
        let mut phrases = Self {
            text: String::with_capacity(sorted.clone().map(str::len).sum()),
            starts: Vec::with_capacity(keys.len() + 1),
            within: Vec::with_capacity(keys.len()),
            quads: Quads::new(&keys),
            short: vec![0; 1024],
            keys,
        };
        phrases.starts.push(0);
        for phrase in sorted {
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
            // A phrase of one byte begins with that byte and any other.
            let pair = (key(phrase.as_bytes()) >> 48) as usize;
            let pairs = match phrase.len() {
                0 | 4.. => 0..0,
                1 => pair..pair + 0x100,
                _ => pair..pair + 1,
            };
            for pair in pairs {
                if let Some(word) = phrases.short.get_mut(pair >> 6) {
                    *word |= 1 << (pair & 63);
                }
            }
        }
        phrases
    }

    /// Where a phrase stands in `text`.
    fn range(&self, at: usize) -> std::ops::Range<usize> {
        let bound = |i: usize| self.starts.get(i).map_or(0, |b| *b as usize);
        bound(at)..bound(at + 1)
    }

    fn bytes(&self, at: usize) -> &[u8] {
        self.text.as_bytes().get(self.range(at)).unwrap_or_default()
    }

    /// The greatest phrase that sorts before the text: it begins with the longest one that the text begins with. `NONE`
    /// where the text begins with none. `wanted`: the text's key.
    fn last_before(&self, text: &[u8], wanted: u64) -> u32 {
        let quad = (wanted >> 32) as u32;
        if let Some((from, to)) = self.quads.get(quad) {
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
            return low.checked_sub(1).map_or(NONE, |u| u as u32);
        }
        let pair = (wanted >> 48) as usize;
        if self.short.get(pair >> 6).map_or(0, |w| w >> (pair & 63)) & 1 == 0 {
            return NONE;
        }
        [0xffff_ff00_u32, 0xffff_0000, 0xff00_0000]
            .into_iter()
            .find_map(|mask| self.quads.get(quad & mask))
            .map_or(NONE, |(from, _)| from as u32)
    }

    /// The place of the phrase that is all of the text.
    pub fn place(&self, text: &[u8]) -> Option<usize> {
        let at = self.last_before(text, key(text)) as usize;
        (self.bytes(at) == text && at < self.within.len()).then_some(at)
    }

    /// The phrases that a text begins with, the longest first, each with its length in bytes.
    pub fn at<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = (u32, usize)> + 'a {
        let wanted = key(text);
        let mut at = self.last_before(text, wanted);
        std::iter::from_fn(move || {
            while at != NONE {
                let this = at;
                at = self.within.get(this as usize).copied().unwrap_or(NONE);
                let own = self.keys.get(this as usize).copied().unwrap_or_default();
                let length = self.range(this as usize).len();
                // The first eight bytes as numbers; few phrases are longer and equal in those.
                let unlike = (own ^ wanted) >> (64 - 8 * length.clamp(1, 8));
                if unlike == 0
                    && length <= text.len()
                    && (length <= 8 || text.starts_with(self.bytes(this as usize)))
                {
                    return Some((this, length));
                }
            }
            None
        })
    }
}

/// The first eight bytes as a number that sorts as they do.
pub(super) fn key(bytes: &[u8]) -> u64 {
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
        let mut words = [
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
        words.sort_unstable();
        let phrases = Phrases::new(words.into_iter());
        let at = |text: &str| -> Vec<&str> {
            phrases
                .at(text.as_bytes())
                .map(|(p, length)| {
                    let word = words[p as usize];
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
