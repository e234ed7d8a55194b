//! HEIF: HEIC, AVIF and their relatives (ISO/IEC 23008-12). In: a file's bytes. Out: its size, orientation, EXIF and
//! XMP, and where its pictures' bytes lie.
//!
//! Everything is an item of one `meta` box: pictures, tiles, thumbnails, and the metadata. EXIF's own orientation is not
//! to be followed here: the properties `irot` and `imir` state it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Limits;
use super::boxes::{UUID_CREDENTIALS, UUID_XMP, boxes, first};
use super::bytes::{Order, slice};
use super::parts::Parts;
use crate::model::Reason;

/// One item.
pub struct Item<'a> {
    /// Its number.
    pub id: u32,
    /// Its type: four bytes, such as `hvc1`, `av01`, `grid`, `Exif`, `mime`.
    pub kind: &'a [u8],
    /// The media type of a `mime` item.
    pub content_type: &'a [u8],
    /// Its bytes, in pieces; `None` where they do not lie within the file.
    pub extents: Option<Vec<&'a [u8]>>,
}

impl<'a> Item<'a> {
    /// Whether it describes a picture and is none.
    pub fn is_metadata(&self) -> bool {
        matches!(self.kind, b"Exif" | b"mime" | b"uri ")
    }

    /// Its bytes in one piece.
    pub fn bytes(&self) -> Option<Cow<'a, [u8]>> {
        match self.extents.as_deref()? {
            [one] => Some(Cow::Borrowed(one)),
            several => Some(Cow::Owned(several.concat())),
        }
    }
}

/// The items of a file.
pub struct Items<'a> {
    /// All of them, in the order of the file.
    pub all: Vec<Item<'a>>,
    /// Properties: type and content.
    pub properties: Vec<(&'a [u8], &'a [u8])>,
    /// The number of the item that is the picture.
    primary: u32,
    /// Which properties an item has: number, place in `properties`.
    owned: Vec<(u32, usize)>,
    /// Which items a picture is put together from, in order: its number, theirs.
    parts: Vec<(u32, u32)>,
}

/// How a picture of tiles is put together, row by row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Tiles in a row.
    pub columns: u32,
    /// Rows of tiles.
    pub rows: u32,
    /// Width and height of the whole; the last tiles may stand over its edges.
    pub size: (u32, u32),
}

/// What the numbers of a picture say of its colours, by the code points of ITU-T H.273.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colours {
    /// How red, green and blue became the stored planes.
    pub matrix: u16,
    /// Samples use their whole range.
    pub full: bool,
}

impl<'a> Items<'a> {
    /// The items of a file; `None` where it has no list of them.
    pub fn of(bytes: &'a [u8], limits: &Limits) -> Option<Self> {
        let meta = first(bytes, b"meta", limits)?.get(4..)?;
        let (mut items, mut places, mut store) = (
            Self {
                all: Vec::new(),
                properties: Vec::new(),
                primary: 0,
                owned: Vec::new(),
                parts: Vec::new(),
            },
            None,
            &[][..],
        );
        for part in boxes(meta, limits) {
            match part.kind {
                b"pitm" => items.primary = number(part.body, 4, id_width(part.body, 1)?)?,
                b"iinf" => items.list(part.body, limits)?,
                b"iloc" => places = Some(part.body),
                b"idat" => store = part.body,
                b"iprp" => items.properties(part.body, limits),
                b"iref" => {
                    // What is missing of it leaves pictures without some of their tiles.
                    let _ = items.references(part.body, limits);
                }
                _ => {}
            }
        }
        items.place(places?, bytes, store, limits)?;
        Some(items)
    }

    fn list(&mut self, body: &'a [u8], limits: &Limits) -> Option<()> {
        let start = 4 + id_width(body, 1)?;
        for entry in boxes(body.get(start..)?, limits) {
            let wide = match entry.body.first()? {
                2 => 2,
                3 => 4,
                // Older forms name no type.
                _ => continue,
            };
            let mut texts = entry.body.get(10 + wide..)?.split(|b| *b == 0);
            let content_type = texts.nth(1).unwrap_or_default();
            self.all.push(Item {
                id: number(entry.body, 4, wide)?,
                kind: slice(entry.body, 6 + wide, 4)?,
                content_type,
                extents: None,
            });
        }
        Some(())
    }

    fn properties(&mut self, body: &'a [u8], limits: &Limits) {
        for part in boxes(body, limits) {
            match part.kind {
                b"ipco" => {
                    let all = boxes(part.body, limits).map(|p| (p.kind, p.body));
                    self.properties = all.collect();
                }
                b"ipma" => {
                    // What is missing of it leaves items without properties.
                    let _ = self.associations(part.body, limits);
                }
                _ => {}
            }
        }
    }

    fn associations(&mut self, body: &[u8], limits: &Limits) -> Option<()> {
        let wide = id_width(body, 1)?;
        let long = body.get(3)? & 1 == 1;
        let mut at = 8;
        for _ in 0..Order::Big.u32(body, 4)? {
            let id = number(body, at, wide)?;
            let count = *body.get(at + wide)?;
            at += wide + 1;
            for _ in 0..count {
                let index = if long {
                    Order::Big.u16(body, at)? & 0x7fff
                } else {
                    u16::from(body.get(at)? & 0x7f)
                };
                at += if long { 2 } else { 1 };
                if let Some(index) = usize::from(index).checked_sub(1) {
                    self.owned.push((id, index));
                }
                if self.owned.len() > limits.records {
                    return None;
                }
            }
        }
        Some(())
    }

    fn references(&mut self, body: &[u8], limits: &Limits) -> Option<()> {
        let wide = id_width(body, 1)?;
        for part in boxes(body.get(4..)?, limits).filter(|p| p.kind == b"dimg") {
            let whole = number(part.body, 0, wide)?;
            for at in 0..usize::from(Order::Big.u16(part.body, wide)?) {
                if self.parts.len() == limits.records {
                    return None;
                }
                let id = number(part.body, wide + 2 + at * wide, wide)?;
                self.parts.push((whole, id));
            }
        }
        Some(())
    }

    /// Where the bytes of the items lie.
    fn place(
        &mut self,
        body: &[u8],
        file: &'a [u8],
        store: &'a [u8],
        limits: &Limits,
    ) -> Option<()> {
        let version = *body.first()?;
        let [sizes, more] = [*body.get(4)?, *body.get(5)?].map(usize::from);
        let (offset_size, length_size, base_size) = (sizes >> 4, sizes & 15, more >> 4);
        let index_size = if version > 0 { more & 15 } else { 0 };
        let wide = id_width(body, 2)?;
        let count = number(body, 6, wide)?;
        let (mut at, mut extents, mut held) = (6 + wide, 0, 0_usize);
        let known: BTreeMap<u64, usize> = (self.all.iter().enumerate())
            .map(|(index, item)| (u64::from(item.id), index))
            .collect();
        let mut take = |size: usize| {
            let value = if size == 0 {
                Some(0)
            } else {
                wide_number(body, at, size)
            };
            at += size;
            value
        };
        for _ in 0..count {
            let id = take(wide)?;
            let method = if version > 0 { take(2)? & 15 } else { 0 };
            take(2)?;
            let base = take(base_size)?;
            let from = match method {
                0 => Some(file),
                1 => Some(store),
                // Parts of other items: nothing that is read is kept so.
                _ => None,
            };
            let mut pieces = Some(Vec::new());
            for _ in 0..take(2)? {
                extents += 1;
                if extents > limits.records {
                    return None;
                }
                take(index_size)?;
                let (offset, length) = (take(offset_size)?, take(length_size)?);
                let piece = from.and_then(|from| {
                    let start = usize::try_from(base.checked_add(offset)?).ok()?;
                    match usize::try_from(length).ok()? {
                        0 => from.get(start..),
                        length => slice(from, start, length),
                    }
                });
                // Items that lie over each other many times are made to hurt.
                held = held.saturating_add(piece.map_or(0, <[u8]>::len));
                if held / 2 > file.len() {
                    return None;
                }
                match (piece, &mut pieces) {
                    (Some(piece), Some(pieces)) => pieces.push(piece),
                    _ => pieces = None,
                }
            }
            let item = known.get(&id).and_then(|index| self.all.get_mut(*index));
            if let Some(item) = item {
                item.extents = pieces;
            }
        }
        Some(())
    }

    /// The item that is the picture.
    pub fn primary(&self) -> Option<&Item<'a>> {
        self.all.iter().find(|item| item.id == self.primary)
    }

    /// The items that one is put together from, in order; `None` where one of them is missing.
    pub fn parts(&self, id: u32) -> Option<Vec<&Item<'a>>> {
        let known: BTreeMap<u32, &Item<'a>> = self.all.iter().map(|i| (i.id, i)).collect();
        let own = self.parts.iter().filter(|(whole, _)| *whole == id);
        own.map(|(_, part)| known.get(part).copied()).collect()
    }

    /// Width and height of an item.
    pub fn size(&self, id: u32) -> Option<(u32, u32)> {
        let size = self.of_kind(id, b"ispe").next()?;
        Some((Order::Big.u32(size, 4)?, Order::Big.u32(size, 8)?))
    }

    /// What is said of the colours of an item, beside what its coded bytes say.
    pub fn colours(&self, id: u32) -> Option<Colours> {
        let said = self.of_kind(id, b"colr").find(|c| c.starts_with(b"nclx"))?;
        Some(Colours {
            matrix: Order::Big.u16(said, 8)?,
            full: said.get(10)? & 0x80 != 0,
        })
    }

    /// The contents of all properties of one kind that an item has.
    fn of_kind(&self, id: u32, kind: &[u8]) -> impl Iterator<Item = &'a [u8]> {
        self.owned
            .iter()
            .filter(move |(owner, _)| *owner == id)
            .filter_map(|(_, at)| self.properties.get(*at))
            .filter(move |(k, _)| *k == kind)
            .map(|(_, body)| *body)
    }

    /// The content of a property of the picture.
    fn property(&self, kind: &[u8]) -> Option<&'a [u8]> {
        self.of_kind(self.primary, kind).next()
    }

    /// Quarter turns and mirrors of the picture as EXIF numbers them.
    fn orientation(&self) -> u8 {
        let turns = self
            .property(b"irot")
            .and_then(|p| p.first())
            .map_or(0, |n| n & 3);
        // 0 exchanges top and bottom, 1 left and right, after the turns.
        let mirror = self
            .property(b"imir")
            .and_then(|p| p.first())
            .map(|n| n & 1);
        match (turns, mirror) {
            (0, None) => 1,
            (1, None) => 8,
            (2, None) => 3,
            (_, None) => 6,
            (0, Some(1)) | (2, Some(0)) => 2,
            (0 | 2, _) => 4,
            (1, Some(0)) | (3, Some(1)) => 5,
            (_, _) => 7,
        }
    }
}

impl Grid {
    /// From the bytes of a `grid` item.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        let wide = if bytes.get(1)? & 1 == 1 { 4 } else { 2 };
        Some(Self {
            rows: u32::from(*bytes.get(2)?) + 1,
            columns: u32::from(*bytes.get(3)?) + 1,
            size: (number(bytes, 4, wide)?, number(bytes, 4 + wide, wide)?),
        })
    }
}

/// Bytes of an item's number: the version from which it takes four.
fn id_width(body: &[u8], from: u8) -> Option<usize> {
    Some(if *body.first()? >= from { 4 } else { 2 })
}

fn number(body: &[u8], at: usize, size: usize) -> Option<u32> {
    wide_number(body, at, size).and_then(|n| u32::try_from(n).ok())
}

fn wide_number(body: &[u8], at: usize, size: usize) -> Option<u64> {
    match size {
        2 => Order::Big.u16(body, at).map(u64::from),
        4 => Order::Big.u32(body, at).map(u64::from),
        8 => Order::Big.u64(body, at),
        _ => None,
    }
}

/// Read the items of a HEIF file.
pub(super) fn parts<'a>(bytes: &'a [u8], limits: &Limits) -> Parts<'a> {
    let mut parts = Parts::default();
    for part in boxes(bytes, limits) {
        if !part.whole {
            parts.truncated("one of its boxes");
        }
        if part.kind == b"uuid" {
            uuid(part.body, &mut parts, limits);
        }
    }
    let Some(items) = Items::of(bytes, limits) else {
        parts.problem(
            Reason::Damaged,
            "cannot read this picture: its list of items is missing or damaged",
        );
        return parts;
    };
    (parts.width, parts.height) = items.size(items.primary).unwrap_or_default();
    parts.orientation = Some(items.orientation());
    for item in &items.all {
        if item.extents.is_none() && (item.kind == b"Exif" || item.id == items.primary) {
            parts.truncated("one of its items");
        }
        match (item.kind, item.content_type) {
            (b"Exif", _) => {
                if let Some(content) = item.bytes() {
                    parts.add_exif_item(content, limits);
                }
            }
            (b"mime", b"application/rdf+xml") => {
                if let Some(content) = item.bytes() {
                    parts.add_xmp(content, limits);
                }
            }
            _ => {}
        }
    }
    parts
}

/// What a `uuid` box beside the items holds.
pub(super) fn uuid<'a>(body: &'a [u8], parts: &mut Parts<'a>, limits: &Limits) {
    match body.split_at_checked(16) {
        Some((UUID_XMP, packet)) => parts.add_xmp(packet, limits),
        Some((UUID_CREDENTIALS, manifests)) => parts.credentials.push(manifests),
        _ => {}
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::read::boxes::tests::made;

    fn entry(id: u16, kind: &[u8], texts: &[u8]) -> Vec<u8> {
        let mut body = b"\x02\0\0\0".to_vec();
        body.extend(id.to_be_bytes());
        body.extend([0, 0]);
        body.extend(kind);
        body.extend(texts);
        made(b"infe", &body)
    }

    /// A picture of 64 x 48, turned and mirrored, with EXIF behind a distance of six and XMP.
    fn file(turns: u8, mirror: Option<u8>) -> Vec<u8> {
        holding(turns, mirror, b"pixels", b"<x/>")
    }

    /// The same with other pixels or XMP.
    pub(crate) fn holding(turns: u8, mirror: Option<u8>, pixels: &[u8], xmp: &[u8]) -> Vec<u8> {
        let held: [&[u8]; 3] = [pixels, b"\0\0\0\x06Exif\0\0MM\0*", xmp];
        let list = [
            b"\0\0\0\0\0\x03".to_vec(),
            entry(1, b"hvc1", b"\0"),
            entry(2, b"Exif", b"\0"),
            entry(3, b"mime", b"\0application/rdf+xml\0"),
        ]
        .concat();
        let mut properties = made(b"ispe", b"\0\0\0\0\0\0\0\x40\0\0\0\x30");
        properties.extend(made(b"irot", &[turns]));
        let mut owned = vec![1, 2];
        if let Some(axis) = mirror {
            properties.extend(made(b"imir", &[axis]));
            owned.push(3);
        }
        let mut associations = b"\0\0\0\0\0\0\0\x01\0\x01".to_vec();
        associations.push(owned.len() as u8);
        associations.extend(owned);
        let mut places = b"\0\0\0\0\x44\0\0\x03".to_vec();
        let head = made(b"ftyp", b"heic\0\0\0\0");
        let meta = |places: &[u8]| {
            let body = [
                b"\0\0\0\0".to_vec(),
                made(b"pitm", b"\0\0\0\0\0\x01"),
                made(b"iinf", &list),
                made(b"iloc", places),
                made(
                    b"iprp",
                    &[made(b"ipco", &properties), made(b"ipma", &associations)].concat(),
                ),
            ];
            made(b"meta", &body.concat())
        };
        let length = meta(&[0; 8 + 3 * 14]).len();
        let mut start = (head.len() + length + 8) as u32;
        for (n, held) in held.iter().enumerate() {
            places.extend((n as u16 + 1).to_be_bytes());
            places.extend(b"\0\0\0\x01");
            places.extend(start.to_be_bytes());
            places.extend((held.len() as u32).to_be_bytes());
            start += held.len() as u32;
        }
        [head, meta(&places), made(b"mdat", &held.concat())].concat()
    }

    #[test]
    fn size_turn_exif_and_xmp_are_found() {
        let bytes = file(3, None);
        let parts = parts(&bytes, &Limits::default());
        assert_eq!((parts.width, parts.height), (64, 48));
        assert_eq!(parts.orientation, Some(6));
        assert_eq!(parts.exif.as_deref(), Some(&b"MM\0*"[..]));
        assert_eq!(&parts.xmp[0][..], b"<x/>");
        assert!(parts.problems.is_empty(), "{:?}", parts.problems);
    }

    #[test]
    fn a_mirror_follows_the_turns() {
        for (turns, axis, number) in [(0, 1, 2), (0, 0, 4), (1, 0, 5), (3, 0, 7), (2, 1, 4)] {
            let bytes = file(turns, Some(axis));
            let parts = parts(&bytes, &Limits::default());
            assert_eq!(parts.orientation, Some(number), "{turns} {axis}");
        }
    }

    #[test]
    fn a_grid_its_tiles_and_their_colours_are_told() {
        let list = [
            b"\0\0\0\0\0\x03".to_vec(),
            entry(1, b"grid", b"\0"),
            entry(2, b"av01", b"\0"),
            entry(3, b"av01", b"\0"),
        ]
        .concat();
        let colours = [
            made(b"colr", b"prof"),
            made(b"colr", b"nclx\0\x09\0\x10\0\x09\x80"),
        ]
        .concat();
        let grid = b"\0\0\0\x01\0\x64\0\x30";
        let meta = [
            b"\0\0\0\0".to_vec(),
            made(b"pitm", b"\0\0\0\0\0\x01"),
            made(b"iinf", &list),
            made(
                b"iref",
                &[
                    b"\0\0\0\0".to_vec(),
                    made(b"dimg", b"\0\x01\0\x02\0\x03\0\x02"),
                ]
                .concat(),
            ),
            made(b"idat", grid),
            made(
                b"iloc",
                b"\x01\0\0\0\x44\0\0\x01\0\x01\0\x01\0\0\0\x01\0\0\0\0\0\0\0\x08",
            ),
            made(
                b"iprp",
                &[
                    made(b"ipco", &colours),
                    made(b"ipma", b"\0\0\0\0\0\0\0\x01\0\x01\x02\x01\x02"),
                ]
                .concat(),
            ),
        ];
        let bytes = made(b"meta", &meta.concat());
        let items = Items::of(&bytes, &Limits::default()).unwrap();
        let ids = |id| -> Option<Vec<u32>> {
            Some(items.parts(id)?.iter().map(|item| item.id).collect())
        };
        assert_eq!(ids(1), Some(vec![3, 2]));
        assert_eq!(ids(2), Some(vec![]));
        let whole = items.primary().and_then(Item::bytes);
        let wanted = Grid {
            columns: 2,
            rows: 1,
            size: (100, 48),
        };
        assert_eq!(whole.and_then(|b| Grid::of(&b)), Some(wanted));
        let wanted = Colours {
            matrix: 9,
            full: true,
        };
        assert_eq!(items.colours(1), Some(wanted));
        assert_eq!(items.colours(2), None);
    }

    #[test]
    fn items_that_lie_over_each_other_are_not_gathered() {
        let bytes = file(0, None);
        let places = b"\0\0\0\0\x44\0\0\x01\0\x01\0\0\x01\0";
        let piece = [
            &0_u32.to_be_bytes()[..],
            &(bytes.len() as u32).to_be_bytes(),
        ]
        .concat();
        let places = made(b"iloc", &[&places[..], &piece.repeat(256)].concat());
        let list = [b"\0\0\0\0\0\x01".to_vec(), entry(1, b"hvc1", b"\0")].concat();
        let meta = [b"\0\0\0\0".to_vec(), made(b"iinf", &list), places].concat();
        let bytes = [made(b"meta", &meta), bytes].concat();
        assert!(Items::of(&bytes, &Limits::default()).is_none());
    }

    #[test]
    fn every_cut_of_a_file_is_noticed() {
        let bytes = file(0, None);
        for length in 8..bytes.len() {
            let cut = parts(&bytes[..length], &Limits::default());
            assert!(!cut.problems.is_empty(), "{length}");
        }
    }
}
