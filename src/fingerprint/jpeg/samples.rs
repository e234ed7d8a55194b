//! Coefficients -> samples.

use super::header::Frame;
use super::{BLOCK, COEFFICIENTS, Detail, Luma, Plane};

/// Which coefficients a scan is of, and which of their bits (B.2.3).
#[derive(Clone, Copy, Default)]
pub(super) struct Band {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The lowest bit before this scan; 0 where it is their first.
    pub(super) high: u8,
    /// The lowest bit of this scan.
    pub(super) low: u8,
}

/// What is known of the picture so far.
pub(super) struct Picture {
    pub(super) frame: Frame,
    pub(super) progressive: bool,
    pub(super) detail: Detail,
    /// Blocks of a row and of a column.
    pub(super) columns: usize,
    pub(super) rows: usize,
    pub(super) quantiser: [u16; COEFFICIENTS],
    /// Of each coefficient, the bits that it still lacks; `None` where nothing is known of it.
    lacks: [Option<u8>; COEFFICIENTS],
    /// What the scan at hand is of.
    pub(super) band: Band,
    /// The first coefficients of each block, as many as are taken (progressive).
    coded: Vec<i16>,
    /// Which coefficients of each block are not zero (progressive, where more than the first are taken).
    known: Vec<u64>,
    eighth: Vec<u8>,
    finer: Vec<u8>,
}

impl Picture {
    pub(super) fn new(frame: Frame, progressive: bool, detail: Detail) -> Self {
        let (columns, rows) = (frame.width.div_ceil(BLOCK), frame.height.div_ceil(BLOCK));
        let blocks = columns * rows;
        let taken = detail.last() + 1;
        let finer = match detail.samples() {
            1 => 0,
            n => blocks * n * n,
        };
        Self {
            frame,
            progressive,
            detail,
            columns,
            rows,
            quantiser: [0; COEFFICIENTS],
            lacks: [None; COEFFICIENTS],
            band: Band::default(),
            coded: vec![0; if progressive { blocks * taken } else { 0 }],
            known: vec![0; if progressive && taken > 1 { blocks } else { 0 }],
            eighth: vec![0; blocks],
            finer: vec![0; finer],
        }
    }

    /// Whether a scan is of something that is taken, or that tells where that is coded.
    pub(super) fn takes(&self, band: &Band) -> bool {
        band.start == 0 || self.detail != Detail::Eighth
    }

    /// Notes what a scan is of, if it can follow those before it.
    pub(super) fn begin(&mut self, band: Band, components: usize) -> Option<()> {
        let bits = if self.progressive {
            let of_means = band.start == 0 && band.end == 0;
            // Frequencies are coded for one component at a time (G.1.1.1.1).
            if !of_means && (band.start == 0 || components > 1) {
                return None;
            }
            band.low
        } else {
            if (band.start, band.end, band.high, band.low) != (0, COEFFICIENTS - 1, 0, 0) {
                return None;
            }
            0
        };
        for lacks in self.lacks.get_mut(band.start..=band.end)? {
            let follows = match *lacks {
                None => band.high == 0 && bits < 14,
                Some(before) => band.high == before && before == bits + 1,
            };
            if !follows {
                return None;
            }
            *lacks = Some(bits);
        }
        self.band = band;
        Some(())
    }

    /// Whether all that is taken is there.
    pub(super) fn is_whole(&self) -> bool {
        let taken = self.lacks.iter().take(self.detail.last() + 1);
        taken.into_iter().all(|lacks| *lacks == Some(0))
    }

    /// A block's coefficients, and which of all are not zero (progressive).
    #[inline(always)]
    pub(super) fn block(
        &mut self,
        column: usize,
        row: usize,
    ) -> Option<(&mut [i16], Option<&mut u64>)> {
        let (at, taken) = (row * self.columns + column, self.detail.last() + 1);
        let coded = self.coded.get_mut(at * taken..(at + 1) * taken)?;
        Some((coded, self.known.get_mut(at)))
    }

    /// The planes, once the luma is whole.
    pub(super) fn take(&mut self) -> Luma {
        let coded = std::mem::take(&mut self.coded);
        for (at, block) in coded.chunks_exact(self.detail.last() + 1).enumerate() {
            let mut found = [0; 25];
            for ((to, from), by) in found.iter_mut().zip(block).zip(self.quantiser) {
                *to = i32::from(*from) * i32::from(by);
            }
            self.put(at % self.columns, at / self.columns, &found);
        }
        let n = self.detail.samples();
        let plane = |samples, n| Plane {
            size: (self.frame.width, self.frame.height),
            square: BLOCK / n,
            width: self.columns * n,
            samples,
        };
        Luma {
            finer: (n > 1).then(|| plane(std::mem::take(&mut self.finer), n)),
            eighth: plane(std::mem::take(&mut self.eighth), 1),
        }
    }

    /// Stores a block: `found` holds its first coefficients in the order of coding, dequantised.
    #[inline(always)]
    pub(super) fn put(&mut self, column: usize, row: usize, found: &[i32; 25]) {
        if let Some(to) = self.eighth.get_mut(row * self.columns + column) {
            *to = mean(found[0]);
        }
        let n = self.detail.samples();
        let width = self.columns * n;
        let at = row * n * width + column * n;
        match self.detail {
            Detail::Eighth => {}
            Detail::Quarter => self.spread::<2>(at, width, found),
            Detail::Half => self.spread::<4>(at, width, found),
        }
    }

    #[inline(always)]
    fn spread<const N: usize>(&mut self, at: usize, width: usize, found: &[i32; 25]) {
        let [first, others @ ..] = found;
        let samples = if others.iter().all(|v| *v == 0) {
            [[mean(*first); N]; N]
        } else {
            inverse::<N>(found)
        };
        for (y, row) in samples.iter().enumerate() {
            let start = at + y * width;
            if let Some(to) = self.finer.get_mut(start..start + N) {
                to.copy_from_slice(row);
            }
        }
    }
}

/// The mean level of a block from its first coefficient, which is eight times that and signed.
#[inline(always)]
fn mean(first: i32) -> u8 {
    (((first + 4) >> 3) + 128).clamp(0, 255) as u8
}

/// Where a coefficient of a row and column is coded (figure A.6), of the first four of each.
const CODED_AT: [[usize; 4]; 4] = [[0, 1, 5, 6], [2, 4, 7, 13], [3, 8, 12, 17], [9, 11, 18, 24]];

/// The means of a block's N x N equal squares, as far as its first N x N frequencies make them.
#[inline(always)]
fn inverse<const N: usize>(found: &[i32; 25]) -> [[u8; N]; N] {
    let means: &[[f32; N]; N] = &const { square_means::<N>() };
    let mut across = [[0.0f32; N]; N];
    for (to, places) in across.iter_mut().zip(&CODED_AT) {
        for (x, value) in to.iter_mut().enumerate() {
            for (u, at) in places.iter().take(N).enumerate() {
                *value += means[x][u] * found[*at] as f32;
            }
        }
    }
    let mut out = [[0; N]; N];
    for (y, row) in out.iter_mut().enumerate() {
        for (x, value) in row.iter_mut().enumerate() {
            let mut sum = 128.5;
            for (v, line) in across.iter().enumerate() {
                sum += means[y][v] * line[x];
            }
            *value = sum as u8;
        }
    }
    out
}

/// What the frequencies of a block's side come to in the mean of each of its N equal parts: (A.3.3) summed.
const fn square_means<const N: usize>() -> [[f32; N]; N] {
    // cos(n * pi / 16) for n = 0 to 8.
    const COSINES: [f32; 9] = [
        1.0,
        0.980_785_25,
        0.923_879_5,
        0.831_469_6,
        0.707_106_77,
        0.555_570_2,
        0.382_683_43,
        0.195_090_32,
        0.0,
    ];
    const fn cosine(n: usize) -> f32 {
        match n % 32 {
            n @ 0..=8 => COSINES[n],
            n @ 9..=16 => -COSINES[16 - n],
            n @ 17..=24 => -COSINES[n - 16],
            n => COSINES[32 - n],
        }
    }
    let mut out = [[0.0; N]; N];
    let pixels = BLOCK / N;
    let mut part = 0;
    while part < N {
        let mut frequency = 0;
        while frequency < N {
            let mut sum = 0.0;
            let mut x = part * pixels;
            while x < (part + 1) * pixels {
                sum += cosine((2 * x + 1) * frequency);
                x += 1;
            }
            let scale = if frequency == 0 {
                COSINES[4] / 2.0
            } else {
                0.5
            };
            out[part][frequency] = sum * scale / pixels as f32;
            frequency += 1;
        }
        part += 1;
    }
    out
}
