//! The segments of a JPEG before and between its scans (T.81, annex B).

use super::codes::Codes;
use super::samples::{Band, Picture};
use super::scan::{Part, Scan};
use super::{COEFFICIENTS, Detail, Luma};
use crate::fingerprint::coded::jpeg::{
    APP14, EOI, SOI, SOS, adobe_transform, entropy_coded_length, next_marker, segment,
};

const SOF0: u8 = 0xc0;
const SOF2: u8 = 0xc2;
const DHT: u8 = 0xc4;
const DQT: u8 = 0xdb;
const DRI: u8 = 0xdd;

/// A component's number, blocks of a unit and quantiser.
pub(super) struct Component {
    pub(super) id: u8,
    pub(super) across: usize,
    pub(super) down: usize,
    pub(super) quantiser: usize,
}

/// What the frame header says.
pub(super) struct Frame {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) components: Vec<Component>,
}

impl Frame {
    /// From a frame header (B.2.2), where the first component is as large as the picture.
    fn of(body: &[u8]) -> Option<Self> {
        let [8, h1, h0, w1, w0, count, rest @ ..] = body else {
            return None;
        };
        let (parts, rest) = rest.as_chunks::<3>();
        if parts.len() != usize::from(*count) || !rest.is_empty() {
            return None;
        }
        let components: Vec<Component> = parts
            .iter()
            .map(|[id, factors, quantiser]| Component {
                id: *id,
                across: usize::from(factors >> 4),
                down: usize::from(factors & 15),
                quantiser: usize::from(*quantiser),
            })
            .collect();
        let largest = components.first()?;
        let sound = matches!(components.len(), 1 | 3)
            && largest.across <= 4
            && largest.down <= 4
            && components.iter().all(|c| {
                (1..=largest.across).contains(&c.across) && (1..=largest.down).contains(&c.down)
            });
        let frame = Self {
            width: usize::from(u16::from_be_bytes([*w1, *w0])),
            height: usize::from(u16::from_be_bytes([*h1, *h0])),
            components,
        };
        (sound && frame.width > 0 && frame.height > 0).then_some(frame)
    }
}

/// Goes through a file's segments.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    detail: Detail,
    quantisers: [[u16; COEFFICIENTS]; 4],
    direct: [Option<Codes>; 4],
    alternating: [Option<Codes>; 4],
    restart: usize,
    /// What Adobe's segment says of the colours.
    transform: Option<u8>,
    jfif: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], detail: Detail) -> Option<Self> {
        Some(Self {
            rest: bytes.strip_prefix(&[0xff, SOI])?,
            detail,
            quantisers: [[0; COEFFICIENTS]; 4],
            direct: [const { None }; 4],
            alternating: [const { None }; 4],
            restart: 0,
            transform: None,
            jfif: false,
        })
    }

    /// The next marker and what stands in its segment.
    fn next_segment(&mut self) -> Option<(u8, &'a [u8])> {
        loop {
            match next_marker(&mut self.rest)? {
                0x01 => {}
                // The end comes before what was looked for.
                EOI => return None,
                marker => return Some((marker, segment(&mut self.rest)?)),
            }
        }
    }

    /// What the frame header says of the size, where such a picture is read.
    pub(super) fn size(mut self) -> Option<(usize, usize)> {
        loop {
            match self.next_segment()? {
                (SOF0..=SOF2, body) => {
                    let frame = Frame::of(body)?;
                    return Some((frame.width, frame.height));
                }
                (SOS, _) => return None,
                _ => {}
            }
        }
    }

    /// The luma of the whole picture.
    pub(super) fn run(mut self) -> Option<Luma> {
        let mut picture: Option<Picture> = None;
        loop {
            match self.next_segment()? {
                (marker @ SOF0..=SOF2, body) if picture.is_none() => {
                    let frame = Frame::of(body)?;
                    if !self.first_is_luma(&frame) {
                        return None;
                    }
                    picture = Some(Picture::new(frame, marker == SOF2, self.detail));
                }
                (DHT, body) => self.codes(body)?,
                (DQT, body) => self.quantiser(body)?,
                (DRI, body) => {
                    self.restart = usize::from(u16::from_be_bytes(*body.first_chunk()?));
                }
                (0xe0, body) => self.jfif |= body.starts_with(b"JFIF\0"),
                (APP14, body) => self.transform = adobe_transform(body).or(self.transform),
                (SOS, body) => {
                    let picture = picture.as_mut()?;
                    if self.scan(picture, body)? {
                        return Some(picture.take());
                    }
                }
                // Other ways to code, heights that come later, hierarchies.
                (0xc3 | 0xc5..=0xcf | 0xdc | 0xde | 0xdf | SOF0..=SOF2, _) => return None,
                _ => {}
            }
        }
    }

    /// Whether the first component is luma, as decoders tell it.
    fn first_is_luma(&self, frame: &Frame) -> bool {
        let ids: Vec<u8> = frame.components.iter().map(|c| c.id).collect();
        match (ids.as_slice(), self.transform) {
            ([_], _) => true,
            (_, Some(transform)) => transform == 1,
            (_, None) => self.jfif || ids == [1, 2, 3],
        }
    }

    /// Huffman codes (B.2.4.2).
    fn codes(&mut self, mut body: &[u8]) -> Option<()> {
        while let Some((head, rest)) = body.split_first() {
            let (counts, rest) = rest.split_first_chunk::<16>()?;
            let length = counts.iter().map(|n| usize::from(*n)).sum();
            let (symbols, rest) = rest.split_at_checked(length)?;
            body = rest;
            let slots = match head >> 4 {
                0 => &mut self.direct,
                1 => &mut self.alternating,
                _ => return None,
            };
            *slots.get_mut(usize::from(head & 15))? = Some(Codes::new(counts, symbols)?);
        }
        Some(())
    }

    /// Quantisers (B.2.4.1).
    fn quantiser(&mut self, mut body: &[u8]) -> Option<()> {
        while let Some((head, rest)) = body.split_first() {
            let table = self.quantisers.get_mut(usize::from(head & 15))?;
            match head >> 4 {
                0 => {
                    let (values, rest) = rest.split_first_chunk::<COEFFICIENTS>()?;
                    *table = values.map(u16::from);
                    body = rest;
                }
                1 => {
                    let (values, rest) = rest.split_first_chunk::<{ 2 * COEFFICIENTS }>()?;
                    let (values, _) = values.as_chunks::<2>();
                    for (to, from) in table.iter_mut().zip(values) {
                        *to = u16::from_be_bytes(*from);
                    }
                    body = rest;
                }
                _ => return None,
            }
        }
        Some(())
    }

    /// Reads a scan; whether the luma is whole with it.
    fn scan(&mut self, picture: &mut Picture, header: &[u8]) -> Option<bool> {
        let (count, rest) = header.split_first()?;
        let (named, rest) = rest.split_at_checked(2 * usize::from(*count))?;
        let &[start, end, steps] = rest else {
            return None;
        };
        let (named, _) = named.as_chunks::<2>();
        let mut parts = Vec::with_capacity(named.len());
        for [id, tables] in named {
            let at = picture.frame.components.iter().position(|c| c.id == *id)?;
            // In the order of the frame, and each once (B.2.3).
            if parts.last().is_some_and(|last: &Part| last.at >= at) {
                return None;
            }
            parts.push(Part {
                at,
                direct: usize::from(tables >> 4),
                alternating: usize::from(tables & 15),
            });
        }
        let band = Band {
            start: usize::from(start),
            end: usize::from(end),
            high: steps >> 4,
            low: steps & 15,
        };
        if parts.first()?.at != 0 || !picture.takes(&band) {
            self.rest = self.rest.get(entropy_coded_length(self.rest)?..)?;
            return Some(false);
        }
        picture.begin(band, parts.len())?;
        let table = picture.frame.components.first()?.quantiser;
        // What was set at a component's first scan is meant for all of it.
        if picture.quantiser[0] == 0 {
            picture.quantiser = *self.quantisers.get(table)?;
        }
        if picture.quantiser[0] == 0 {
            return None;
        }
        Scan {
            parts: &parts,
            direct: &self.direct,
            alternating: &self.alternating,
            restart: self.restart,
        }
        .read(picture, &mut self.rest)?;
        Some(picture.is_whole())
    }
}
