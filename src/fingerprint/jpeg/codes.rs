//! Huffman codes (T.81, annex C), several at a look.

use std::cell::OnceCell;

use super::COEFFICIENTS;

/// Bits that are looked up at once where coefficients are passed over.
const LOOK: u32 = 12;
/// Bits that are looked up where one code is wanted with its value.
const ONE: u32 = 9;

/// A Huffman code's table (annex C), and what is looked up of it.
pub(super) struct Codes {
    /// For the next bits: length and symbol of the code they start with; 0 where it is longer.
    one: Vec<u16>,
    /// For the next bits of coefficients that are passed over: see [`Codes::several`].
    several: OnceCell<Vec<u16>>,
    /// Of each length: the first code that is longer, left-aligned in 16 bits, and where its symbols are.
    ends: [(u32, i32); 17],
    symbols: Vec<u8>,
}

/// The block ends with the codes looked up.
const ENDS: u16 = 1 << 15;

impl Codes {
    pub(super) fn new(counts: &[u8; 16], symbols: &[u8]) -> Option<Self> {
        let mut one = vec![0; 1 << ONE];
        let mut ends = [(0, 0); 17];
        let (mut code, mut at) = (0u32, 0usize);
        for (length, count) in (1u32..).zip(counts) {
            let first = at as i32 - code as i32;
            for symbol in symbols.get(at..at + usize::from(*count))? {
                if code >> length != 0 {
                    return None;
                }
                if length <= ONE {
                    let start = (code << (ONE - length)) as usize;
                    one.get_mut(start..start + (1 << (ONE - length)))?
                        .fill((length as u16) << 8 | u16::from(*symbol));
                }
                code += 1;
                at += 1;
            }
            *ends.get_mut(length as usize)? = (code << (16 - length), first);
            code <<= 1;
        }
        Some(Self {
            one,
            several: OnceCell::new(),
            ends,
            symbols: symbols.to_vec(),
        })
    }

    /// Length and symbol of the code with which 16 bits start.
    fn slowly(&self, next: u32) -> Option<(u32, u8)> {
        (1..=16u32).find_map(|length| {
            let (end, first) = *self.ends.get(length as usize)?;
            (next < end).then(|| {
                let at = (next >> (16 - length)) as i32 + first;
                Some((length, *self.symbols.get(at as usize)?))
            })?
        })
    }

    /// The next symbol.
    #[inline(always)]
    pub(super) fn symbol(&self, bits: &mut Bits<'_>) -> Option<u8> {
        bits.fill();
        let entry = *self.one.get(bits.peek(ONE))?;
        let (length, symbol) = if entry != 0 {
            (u32::from(entry >> 8), entry as u8)
        } else {
            self.slowly(bits.peek(16) as u32)?
        };
        bits.drop(length);
        Some(symbol)
    }

    /// The next difference of means; its value only where it is wanted.
    #[inline(always)]
    pub(super) fn difference(&self, bits: &mut Bits<'_>, wanted: bool) -> Option<i32> {
        let size = u32::from(self.symbol(bits)?);
        if size > 15 {
            return None;
        }
        if wanted {
            return Some(extended(bits.take(size), size));
        }
        bits.drop(size);
        Some(0)
    }

    /// Coefficients up to `last`, dequantised; the one that comes next, 64 where the block has ended.
    #[inline(always)]
    pub(super) fn values(
        &self,
        bits: &mut Bits<'_>,
        last: usize,
        quantiser: &[u16; COEFFICIENTS],
        found: &mut [i32; 25],
    ) -> Option<usize> {
        let mut at = 1;
        while at <= last {
            let symbol = self.symbol(bits)?;
            let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
            if size == 0 {
                if run != 15 {
                    return Some(COEFFICIENTS);
                }
                at += 16;
                continue;
            }
            at += run;
            let value = extended(bits.take(size), size);
            if let (Some(to), Some(by)) = (found.get_mut(at), quantiser.get(at)) {
                *to = value * i32::from(*by);
            }
            at += 1;
        }
        (at <= COEFFICIENTS).then_some(at)
    }

    /// Passes over the coefficients of a block from `at` on.
    #[inline(always)]
    pub(super) fn pass(&self, bits: &mut Bits<'_>, mut at: usize) -> Option<()> {
        let several = self.several.get_or_init(|| self.several());
        while at < COEFFICIENTS {
            bits.fill();
            let entry = *several.get(bits.peek(LOOK))?;
            let on = usize::from(entry >> 8 & 0x7f);
            if entry != 0 && at + on <= COEFFICIENTS {
                bits.drop(u32::from(entry & 0xff));
                if entry & ENDS != 0 {
                    return Some(());
                }
                at += on;
                continue;
            }
            let symbol = self.symbol(bits)?;
            let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
            bits.drop(size);
            at += match (run, size) {
                (15, _) => 16,
                (_, 0) => return Some(()),
                (run, _) => run + 1,
            };
            if at > COEFFICIENTS {
                return None;
            }
        }
        Some(())
    }

    /// For all that the next bits may be: the bits of the whole codes among them with those of their values, which may
    /// go on behind, and how far they lead (in bits 8 to 14; one more where the block ends, which needs that room too).
    fn several(&self) -> Vec<u16> {
        let mut out = vec![0; 1 << LOOK];
        for (next, entry) in (0u32..).zip(&mut out) {
            let (mut used, mut on, mut ends) = (0, 0, false);
            while used < LOOK && !ends {
                let window = (next << (16 - LOOK) << used) & 0xffff;
                let Some((length, symbol)) = self.slowly(window) else {
                    break;
                };
                let (run, size) = (symbol >> 4, u32::from(symbol & 15));
                ends = size == 0 && run != 15;
                let step = u32::from(run) + 1;
                if used + length > LOOK || on + step > COEFFICIENTS as u32 {
                    ends = false;
                    break;
                }
                used += length + size;
                on += if ends { 1 } else { step };
            }
            if used > 0 {
                *entry = (used as u16) | (on as u16) << 8 | if ends { ENDS } else { 0 };
            }
        }
        out
    }
}

/// A value of so many bits with its sign (F.2.2.1).
#[inline(always)]
pub(super) fn extended(value: u32, size: u32) -> i32 {
    let value = value as i32;
    if size > 0 && value < 1 << (size - 1) {
        value - (1 << size) + 1
    } else {
        value
    }
}

/// Bits from their most significant on; behind the last byte come zeroes.
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
    /// The next bits, left-aligned.
    next: u64,
    /// How many of them are there.
    count: u32,
}

impl<'a> Bits<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self {
            bytes,
            at: 0,
            next: 0,
            count: 0,
        }
    }

    /// Makes at least 32 bits ready.
    #[inline(always)]
    pub(super) fn fill(&mut self) {
        if self.count >= 32 {
            return;
        }
        let ahead = self.bytes.get(self.at..).and_then(|b| b.first_chunk::<8>());
        let word = ahead.map_or_else(|| self.tail(), |chunk| u64::from_be_bytes(*chunk));
        self.next |= word >> self.count;
        let bytes = (63 - self.count) / 8;
        self.at += bytes as usize;
        self.count += 8 * bytes;
    }

    #[cold]
    fn tail(&self) -> u64 {
        let mut word = [0; 8];
        let left = self.bytes.get(self.at..).unwrap_or_default();
        for (to, from) in word.iter_mut().zip(left) {
            *to = *from;
        }
        u64::from_be_bytes(word)
    }

    #[inline(always)]
    fn peek(&self, count: u32) -> usize {
        (self.next >> (64 - count)) as usize
    }

    #[inline(always)]
    pub(super) fn drop(&mut self, count: u32) {
        self.next <<= count;
        self.count -= count;
    }

    #[inline(always)]
    pub(super) fn take(&mut self, count: u32) -> u32 {
        // Two steps, since none is to be taken where there are none.
        let value = self.next >> 1 >> (63 - count);
        self.drop(count);
        value as u32
    }

    /// Whether more bits were taken than there were.
    pub(super) fn ran_out(&self) -> bool {
        self.at * 8 - self.count as usize > self.bytes.len() * 8
    }
}
