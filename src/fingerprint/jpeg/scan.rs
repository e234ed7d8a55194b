//! The coded data of a scan -> coefficients (T.81, annexes F and G).

use super::codes::{Bits, Codes, extended};
use super::samples::{Band, Picture};
use crate::fingerprint::widely;

/// A component of a scan: its place in the frame, and its tables.
pub(super) struct Part {
    pub(super) at: usize,
    pub(super) direct: usize,
    pub(super) alternating: usize,
}

/// A scan and the tables at its time.
pub(super) struct Scan<'r> {
    pub(super) parts: &'r [Part],
    pub(super) direct: &'r [Option<Codes>; 4],
    pub(super) alternating: &'r [Option<Codes>; 4],
    pub(super) restart: usize,
}

/// One component's share of the units of a scan.
struct Share<'r> {
    /// Blocks of a unit.
    across: usize,
    down: usize,
    direct: Option<&'r Codes>,
    alternating: Option<&'r Codes>,
    is_luma: bool,
    /// The value before, from which the next differs.
    before: i32,
    /// Blocks to come whose band has ended already (progressive).
    ended: u32,
}

impl Scan<'_> {
    /// Reads it into the picture.
    pub(super) fn read(&self, picture: &mut Picture, rest: &mut &[u8]) -> Option<()> {
        widely(
            #[inline(always)]
            || self.read_into(picture, rest),
        )
    }

    #[inline(always)]
    fn read_into(&self, picture: &mut Picture, rest: &mut &[u8]) -> Option<()> {
        let alone = self.parts.len() == 1;
        let mut shares = Vec::with_capacity(self.parts.len());
        for part in self.parts {
            let component = picture.frame.components.get(part.at)?;
            let direct = self.direct.get(part.direct)?.as_ref();
            let alternating = self.alternating.get(part.alternating)?.as_ref();
            shares.push(Share {
                across: if alone { 1 } else { component.across },
                down: if alone { 1 } else { component.down },
                direct,
                alternating,
                is_luma: part.at == 0,
                before: 0,
                ended: 0,
            });
        }
        let first = shares.first()?;
        let (across, down) = (
            picture.columns.div_ceil(first.across),
            picture.rows.div_ceil(first.down),
        );
        let units = across * down;
        let interval = if self.restart == 0 {
            units
        } else {
            self.restart
        };
        let mut buffer = Vec::new();
        let mut unit = 0;
        let mut number = 0u8;
        while unit < units {
            let last = (unit + interval).min(units);
            let ended_by = unstuffed(rest, &mut buffer)?;
            for share in &mut shares {
                (share.before, share.ended) = (0, 0);
            }
            let mut bits = Bits::new(&buffer);
            while unit < last {
                let row_end = last.min((unit / across + 1) * across);
                for at in unit..row_end {
                    let (column, row) = (at % across, at / across);
                    for share in &mut shares {
                        share.unit(picture, &mut bits, column, row)?;
                    }
                }
                // Once a row is often enough to notice that the data has ended.
                if bits.ran_out() {
                    return None;
                }
                unit = row_end;
            }
            if unit < units {
                if ended_by != 0xd0 + number {
                    return None;
                }
                *rest = rest.get(2..)?;
                number = (number + 1) % 8;
            }
        }
        // Nothing but a marker of another kind may follow.
        (!matches!(rest.get(1)?, 0xd0..=0xd7)).then_some(())
    }
}

/// Copies coded data up to the next marker, without what was stuffed into it; the marker, at which `rest` stands then.
fn unstuffed(rest: &mut &[u8], out: &mut Vec<u8>) -> Option<u8> {
    out.clear();
    loop {
        let at = memchr::memchr(0xff, rest)?;
        let (before, from) = rest.split_at(at);
        out.extend_from_slice(before);
        match *from.get(1)? {
            0 => {
                out.push(0xff);
                *rest = &from[2..];
            }
            0xff => *rest = &from[1..],
            marker => {
                *rest = from;
                return Some(marker);
            }
        }
    }
}

impl Share<'_> {
    /// Reads this component's blocks of a unit.
    #[inline(always)]
    fn unit(
        &mut self,
        picture: &mut Picture,
        bits: &mut Bits<'_>,
        column: usize,
        row: usize,
    ) -> Option<()> {
        for y in 0..self.down {
            for x in 0..self.across {
                let (column, row) = (column * self.across + x, row * self.down + y);
                // Units reach over the edge; what lies there is not of the picture.
                let place = (self.is_luma && column < picture.columns && row < picture.rows)
                    .then_some((column, row));
                match (picture.progressive, picture.band.start) {
                    (false, _) => self.sequential(picture, bits, place)?,
                    (true, 0) => self.means(picture, bits, place)?,
                    (true, _) => self.frequencies(picture, bits, place?)?,
                }
            }
        }
        Some(())
    }

    #[inline(always)]
    fn sequential(
        &mut self,
        picture: &mut Picture,
        bits: &mut Bits<'_>,
        place: Option<(usize, usize)>,
    ) -> Option<()> {
        let (direct, alternating) = (self.direct?, self.alternating?);
        let difference = direct.difference(bits, self.is_luma)?;
        self.before = self.before.wrapping_add(difference);
        let Some((column, row)) = place else {
            return alternating.pass(bits, 1);
        };
        let mut found = [0i32; 25];
        found[0] = i32::from(self.before as i16) * i32::from(picture.quantiser[0]);
        let next =
            alternating.values(bits, picture.detail.last(), &picture.quantiser, &mut found)?;
        alternating.pass(bits, next)?;
        picture.put(column, row, &found);
        Some(())
    }

    /// A mean of a progressive picture, or one more of its bits (G.1.2.1).
    #[inline(always)]
    fn means(
        &mut self,
        picture: &mut Picture,
        bits: &mut Bits<'_>,
        place: Option<(usize, usize)>,
    ) -> Option<()> {
        let band = picture.band;
        let value = if band.high > 0 {
            bits.fill();
            (bits.take(1) as i32) << band.low
        } else {
            self.before = self
                .before
                .wrapping_add(self.direct?.difference(bits, true)?);
            self.before << band.low
        };
        if let Some((column, row)) = place
            && let Some((coded, _)) = picture.block(column, row)
            && let Some(first) = coded.first_mut()
        {
            *first |= value as i16;
        }
        Some(())
    }

    /// A band of a block of a progressive picture.
    #[inline(always)]
    fn frequencies(
        &mut self,
        picture: &mut Picture,
        bits: &mut Bits<'_>,
        (column, row): (usize, usize),
    ) -> Option<()> {
        let (codes, band) = (self.alternating?, picture.band);
        let (coded, Some(known)) = picture.block(column, row)? else {
            return None;
        };
        if band.high == 0 {
            self.first_bits(codes, band, bits, coded, known)
        } else {
            self.next_bits(codes, band, bits, coded, known)
        }
    }

    /// The blocks whose band ends with this one, as a code says (G.1.2.2).
    fn ends(run: u32, bits: &mut Bits<'_>) -> u32 {
        (1 << run) + bits.take(run)
    }

    /// The first scan of a band (G.1.2.2).
    #[inline(always)]
    fn first_bits(
        &mut self,
        codes: &Codes,
        band: Band,
        bits: &mut Bits<'_>,
        coded: &mut [i16],
        known: &mut u64,
    ) -> Option<()> {
        if self.ended > 0 {
            self.ended -= 1;
            return Some(());
        }
        let mut at = band.start;
        while at <= band.end {
            let symbol = codes.symbol(bits)?;
            let (run, size) = (usize::from(symbol >> 4), u32::from(symbol & 15));
            match (run, size) {
                (15, 0) => at += 16,
                (_, 0) => {
                    self.ended = Self::ends(run as u32, bits) - 1;
                    return Some(());
                }
                _ => {
                    at += run;
                    if at > band.end {
                        return None;
                    }
                    let value = extended(bits.take(size), size) << band.low;
                    if let Some(to) = coded.get_mut(at) {
                        *to = value as i16;
                    }
                    *known |= 1 << at;
                    at += 1;
                }
            }
        }
        Some(())
    }

    /// A further scan of a band: one more bit of what is not zero, and what was zero until now (G.1.2.3).
    #[inline(always)]
    fn next_bits(
        &mut self,
        codes: &Codes,
        band: Band,
        bits: &mut Bits<'_>,
        coded: &mut [i16],
        known: &mut u64,
    ) -> Option<()> {
        let bit = 1i16 << band.low;
        let mut at = band.start;
        if self.ended == 0 {
            while at <= band.end {
                let symbol = codes.symbol(bits)?;
                let (mut zeroes, size) = (symbol >> 4, symbol & 15);
                let value = match (zeroes, size) {
                    (_, 1) if bits.take(1) == 1 => bit,
                    (_, 1) => -bit,
                    (15, 0) => 0,
                    (run, 0) => {
                        self.ended = Self::ends(u32::from(run), bits);
                        break;
                    }
                    _ => return None,
                };
                while at <= band.end {
                    if *known >> at & 1 == 1 {
                        correct(bits, coded.get_mut(at), bit);
                    } else if zeroes == 0 {
                        break;
                    } else {
                        zeroes -= 1;
                    }
                    at += 1;
                }
                if value != 0 {
                    if at > band.end {
                        return None;
                    }
                    if let Some(to) = coded.get_mut(at) {
                        *to = value;
                    }
                    *known |= 1 << at;
                }
                at += 1;
            }
        }
        if self.ended > 0 {
            self.ended -= 1;
            let rest = *known & (u64::MAX >> (63 - band.end)) & u64::MAX.unbounded_shl(at as u32);
            for at in (at..coded.len()).filter(|at| rest >> at & 1 == 1) {
                correct(bits, coded.get_mut(at), bit);
            }
            // What is not taken has bits all the same.
            let others = rest & u64::MAX.unbounded_shl(coded.len() as u32);
            let mut count = others.count_ones();
            while count > 0 {
                bits.fill();
                let some = count.min(32);
                bits.drop(some);
                count -= some;
            }
        }
        Some(())
    }
}

/// Reads one more bit of a coefficient, away from zero.
#[inline(always)]
fn correct(bits: &mut Bits<'_>, coefficient: Option<&mut i16>, bit: i16) {
    bits.fill();
    let is_set = bits.take(1) == 1;
    if let (true, Some(value)) = (is_set, coefficient) {
        *value = value.wrapping_add(if *value < 0 { -bit } else { bit });
    }
}
