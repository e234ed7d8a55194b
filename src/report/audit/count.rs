//! Facts -> counted rows.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::slice::from_ref;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::fact::{AppearanceFact, Dimension, DocumentFact, Values};
use super::interval::{Clusters, Share};
use crate::model::{Control, ReviewDecision, StateLevel, Sureness};

/// What is counted, and over what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Dimensions, in the order of the columns.
    pub by: Vec<Dimension>,
    /// First month or year (`YYYY-MM` or `YYYY`); documents without a date are left out then.
    pub from: Option<String>,
    /// Last one.
    pub to: Option<String>,
    /// Only what has this value in this dimension.
    pub only: Vec<(Dimension, String)>,
    /// Count findings that a person rejected like all others.
    pub include_rejected: bool,
    /// Count as state-sourced only what a person confirmed.
    pub reviewed_only: bool,
    /// The archive is a sample of documents: shares have intervals.
    pub sample: bool,
}

impl Request {
    /// The dimensions that it asks about.
    pub fn dimensions(&self) -> Vec<Dimension> {
        let by = self.by.iter().copied();
        let only = self.only.iter().map(|(dimension, _)| *dimension);
        let months = self.from.is_some() || self.to.is_some();
        by.chain(only)
            .chain(months.then_some(Dimension::Month))
            .collect()
    }

    fn within(&self, month: Option<&str>) -> bool {
        if self.from.is_none() && self.to.is_none() {
            return true;
        }
        month.is_some_and(|m| {
            let cut = |end: &str| m.get(..end.len().min(m.len())).unwrap_or(m).to_owned();
            self.from.as_ref().is_none_or(|from| cut(from) >= *from)
                && self.to.as_ref().is_none_or(|to| cut(to) <= *to)
        })
    }

    /// Whether the request is about this appearance at all.
    pub fn takes(&self, fact: &AppearanceFact) -> bool {
        let dropped = self.drops(fact);
        self.within(fact.month.as_deref())
            && self
                .only
                .iter()
                .all(|(d, value)| d.values(fact, dropped).each().any(|v| v == value))
    }

    /// Whether the request is about this document, which has no pictures.
    pub fn takes_document(&self, fact: &DocumentFact) -> bool {
        self.within(fact.month.as_deref())
            && self
                .only
                .iter()
                .all(|(d, value)| d.of_documents() && d.of_document(fact) == value)
    }

    /// Whether what is known of the source does not count, by a person's decision.
    pub fn drops(&self, fact: &AppearanceFact) -> bool {
        match fact.review {
            Some(ReviewDecision::Reject) => !self.include_rejected,
            Some(ReviewDecision::Confirm) => false,
            _ => self.reviewed_only && fact.level.is_some(),
        }
    }

    /// The state source among the values of a row, where rows are of sources.
    pub fn source_among<'k, K>(&self, keys: &'k [K]) -> Option<&'k K> {
        let at = self.by.iter().position(|d| *d == Dimension::StateSource)?;
        keys.get(at)
    }

    /// The rows in which the appearance stands: every combination of its values.
    pub fn places(&self, fact: &AppearanceFact) -> Vec<Vec<String>> {
        self.places_by(fact, str::to_owned)
    }

    /// The same, with what `key` makes of each value.
    fn places_by<K: Clone>(
        &self,
        fact: &AppearanceFact,
        mut key: impl FnMut(&str) -> K,
    ) -> Vec<Vec<K>> {
        let dropped = self.drops(fact);
        let mut places = vec![Vec::with_capacity(self.by.len())];
        for dimension in &self.by {
            match dimension.values(fact, dropped) {
                Values::One(word) => {
                    let key = key(word);
                    for place in &mut places {
                        place.push(key.clone());
                    }
                }
                Values::Many(words) => {
                    let keys: Vec<K> = words.iter().map(|word| key(word)).collect();
                    let with = |place: &[K], key: &K| [place, from_ref(key)].concat();
                    places = places
                        .iter()
                        .flat_map(|place| keys.iter().map(move |key| with(place, key)))
                        .collect();
                }
            }
        }
        places
    }
}

macro_rules! columns {
    ($($variant:ident $name:literal $says:literal),+ $(,)?) => {
        /// A column of counts of appearances.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[allow(missing_docs)]
        pub enum Column { $($variant),+ }

        impl Column {
            /// All of them, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// Its name in JSON and CSV.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// What it counts, in a sentence.
            pub fn says(self) -> &'static str {
                match self { $(Self::$variant => $says),+ }
            }
        }
    };
}

columns! {
    Credited "credited" "A credit was found and read.",
    Uncredited "uncredited" "No credit was found on the page as captured, or none that could be read.",
    UnknownParty "unknown_party" "The credit names a party that the registry does not know.",
    StateMedia "state_media" "The headline: the printed words alone say that an outlet controlled by a state made or released the picture, and the source for that judgement was read.",
    StateOwned "state_owned" "The same for outlets that a state owns.",
    StateMediaPossible "state_media_possible" "The printed words name a state outlet, but something is not sure: a registry row whose source nobody read, an order that is not clear.",
    ByMetadata "by_metadata" "Also known from files held, at least: only the photo's embedded fields name the state outlet.",
    ByDuplicate "by_duplicate" "Also known from files held, at least: only a copy of the picture names the state outlet.",
    Government "government" "A government body is named as the source, by any evidence.",
    ArmedGroup "armed_group" "An armed group is named as the source, by any evidence.",
    OwnPages "own_pages" "On a state outlet's own pages: counted here and in no column of state media.",
    Reviewed "reviewed" "A person decided about the finding that the picture is state-sourced.",
    Rejected "rejected" "Of these, those that the person rejected.",
}

/// Columns in which an appearance counts, wherever it stands.
fn columns_of(fact: &AppearanceFact, request: &Request) -> Vec<Column> {
    let mut columns = vec![if fact.readable_credit {
        Column::Credited
    } else {
        Column::Uncredited
    }];
    if fact.unknown_party {
        columns.push(Column::UnknownParty);
    }
    match fact.review {
        Some(ReviewDecision::Reject) => columns.extend([Column::Reviewed, Column::Rejected]),
        Some(_) => columns.push(Column::Reviewed),
        None => {}
    }
    let Some(level) = fact.level.filter(|_| !request.drops(fact)) else {
        return columns;
    };
    if fact.own_page {
        columns.push(Column::OwnPages);
        return columns;
    }
    if fact.kinds.government {
        columns.push(Column::Government);
    }
    if fact.kinds.armed_group {
        columns.push(Column::ArmedGroup);
    }
    if !fact.kinds.media {
        return columns;
    }
    let sure = fact.confidence == Some(Sureness::Sure) && fact.verified;
    columns.push(match (level, fact.control) {
        (StateLevel::Metadata, _) => Column::ByMetadata,
        (StateLevel::Duplicate, _) => Column::ByDuplicate,
        (_, Some(Control::Controlled)) if sure => Column::StateMedia,
        (_, Some(Control::Owned)) if sure => Column::StateOwned,
        _ => Column::StateMediaPossible,
    });
    columns
}

/// Columns in which an appearance counts in a row of this state source; in a row of none, and among all, without.
///
/// Among the uses of one source an appearance counts as what that source is: what Sputnik passes on for the Kremlin is
/// state media in the row of Sputnik, and a government's in that of the Kremlin.
pub fn counted_in(fact: &AppearanceFact, request: &Request, source: Option<&str>) -> Vec<Column> {
    let mut columns = columns_of(fact, request);
    let mut only = request.only.iter();
    let only = || only.find_map(|(d, value)| (*d == Dimension::StateSource).then_some(&**value));
    let Some(source) = source.or_else(only) else {
        return columns;
    };
    let at = fact.parties.iter().position(|p| **p == *source);
    if let Some(kinds) = at.and_then(|at| fact.party_kinds.get(at)) {
        columns.retain(|column| match column {
            Column::StateMedia
            | Column::StateOwned
            | Column::StateMediaPossible
            | Column::ByMetadata
            | Column::ByDuplicate => kinds.media,
            Column::Government => kinds.government,
            Column::ArmedGroup => kinds.armed_group,
            _ => true,
        });
    }
    columns
}

/// One row of an audit: its place in each dimension, then counts of appearances unless the name says otherwise.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// Values of the dimensions asked for, in their order.
    pub keys: Vec<(Dimension, String)>,
    /// Documents captured.
    pub documents: u64,
    /// Uses of pictures in them: the denominator of every count.
    pub appearances: u64,
    /// Distinct pictures among them; an appearance for which no photo is held counts as a picture of its own.
    pub pictures: u64,
    /// Distinct pictures of the headline.
    pub state_media_pictures: u64,
    /// The headline as a share of the appearances; `None` without any. Its bounds are those of a sample.
    pub share: Option<Share>,
    /// Whether the bounds of the share say anything.
    pub sample: bool,
    counts: [u64; Column::ALL.len()],
}

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// A value of a dimension.
    Text(String),
    /// A count.
    Count(u64),
    /// A share, 0 to 1, where there is one; not rounded yet.
    Share(Option<f64>),
}

impl Cell {
    /// As CSV and tables print it.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Count(n) => n.to_string(),
            Self::Share(share) => share
                .map(|s| format!("{:.4}", round(s)))
                .unwrap_or_default(),
        }
    }
}

impl Row {
    /// The count of a column.
    pub fn count(&self, column: Column) -> u64 {
        self.counts
            .get(column as usize)
            .copied()
            .unwrap_or_default()
    }

    /// Every cell with its name, in order; the same names in every row of an audit.
    pub fn cells(&self) -> Vec<(&'static str, Cell)> {
        let mut cells: Vec<(&'static str, Cell)> = self
            .keys
            .iter()
            .map(|(d, value)| (d.word(), Cell::Text(value.clone())))
            .collect();
        cells.push(("documents", Cell::Count(self.documents)));
        cells.push(("appearances", Cell::Count(self.appearances)));
        cells.push(("pictures", Cell::Count(self.pictures)));
        for column in Column::ALL {
            cells.push((column.name(), Cell::Count(self.count(*column))));
            if *column == Column::StateMedia {
                cells.push((
                    "state_media_pictures",
                    Cell::Count(self.state_media_pictures),
                ));
                let share = self.share.map(|s| s.share);
                cells.push(("state_media_share", Cell::Share(share)));
                let bound = |of: fn(&Share) -> f64| {
                    Cell::Share(self.share.filter(|_| self.sample).map(|s| of(&s)))
                };
                cells.push(("share_low", bound(|s| s.low)));
                cells.push(("share_high", bound(|s| s.high)));
            }
        }
        cells
    }
}

/// Four digits: more would say more than is known.
fn round(share: f64) -> f64 {
    (share * 1e4).round() / 1e4
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let cells = self.cells();
        let mut map = serializer.serialize_map(Some(cells.len()))?;
        for (name, cell) in cells {
            match cell {
                Cell::Text(text) => map.serialize_entry(name, &text)?,
                Cell::Count(n) => map.serialize_entry(name, &n)?,
                Cell::Share(share) => map.serialize_entry(name, &share.map(round))?,
            }
        }
        map.end()
    }
}

#[derive(Default)]
struct Group {
    row: Row,
    /// Documents that are counted in full.
    clusters: Clusters,
    /// The document that is being counted, with its appearances and those of the headline.
    document: Option<(i64, u32, u32)>,
    /// Pictures that are held; uses without one are counted as they come.
    pictures: HashSet<i64, Keyed>,
    state_pictures: HashSet<i64, Keyed>,
}

impl Group {
    fn add(&mut self, fact: &AppearanceFact, columns: &[Column]) {
        let state = columns.contains(&Column::StateMedia);
        match &mut self.document {
            Some((id, all, hits)) if *id == fact.document => {
                *all += 1;
                *hits += u32::from(state);
            }
            _ => {
                self.close();
                self.document = Some((fact.document, 1, u32::from(state)));
                self.row.documents += 1;
            }
        }
        let row = &mut self.row;
        row.pictures += u64::from(fact.picture.is_none_or(|p| self.pictures.insert(p)));
        if state {
            let new = fact.picture.is_none_or(|p| self.state_pictures.insert(p));
            row.state_media_pictures += u64::from(new);
        }
        row.appearances += 1;
        for column in columns {
            if let Some(count) = row.counts.get_mut(*column as usize) {
                *count += 1;
            }
        }
    }

    /// The document that was being counted has come to its end.
    fn close(&mut self) {
        if let Some((_, all, hits)) = self.document.take() {
            self.clusters.add(all, hits);
        }
    }

    fn row(mut self, keys: Vec<(Dimension, String)>, sample: bool) -> Row {
        self.close();
        self.row.keys = keys;
        self.row.sample = sample;
        self.row.share = self.clusters.share();
        self.row
    }
}

/// Hashes keys of the archive by themselves, which are beginnings of SHA-256 already, and small numbers.
#[derive(Clone, Copy, Default)]
struct Key(u64);

impl Hasher for Key {
    fn finish(&self) -> u64 {
        // A multiplication leaves the lowest bits to the lowest bits.
        self.0.rotate_left(26)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let word = (chunk.iter().rev()).fold(0, |word, byte| word << 8 | u64::from(*byte));
            self.write_u64(word);
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    }

    fn write_i64(&mut self, key: i64) {
        self.write_u64(key as u64);
    }
}

type Keyed = BuildHasherDefault<Key>;

/// The values of facts by number: few are unlike, and numbers are compared faster.
#[derive(Default)]
struct Numbered {
    numbers: HashMap<String, u32>,
    words: Vec<String>,
}

impl Numbered {
    fn number(&mut self, word: &str) -> u32 {
        if let Some(known) = self.numbers.get(word) {
            return *known;
        }
        let new = self.words.len() as u32;
        self.numbers.insert(word.to_owned(), new);
        self.words.push(word.to_owned());
        new
    }

    fn word(&self, number: u32) -> &str {
        self.words.get(number as usize).map_or("", String::as_str)
    }
}

/// Counts facts one at a time: appearances, those of a document one after the other, then documents without any.
pub struct Counter<'a> {
    request: &'a Request,
    values: Numbered,
    groups: HashMap<Vec<u32>, Group, Keyed>,
    total: Group,
}

impl<'a> Counter<'a> {
    /// Nothing counted yet.
    pub fn new(request: &'a Request) -> Self {
        Self {
            request,
            values: Numbered::default(),
            groups: HashMap::default(),
            total: Group::default(),
        }
    }

    /// One more appearance.
    pub fn add(&mut self, fact: &AppearanceFact) {
        if !self.request.takes(fact) {
            return;
        }
        let all = counted_in(fact, self.request, None);
        let number = |word: &str| self.values.number(word);
        for keys in self.request.places_by(fact, number) {
            let source = self.request.source_among(&keys);
            let source = source.map(|number| self.values.word(*number));
            let own = source.map(|source| counted_in(fact, self.request, Some(source)));
            let columns = own.as_deref().unwrap_or(&all);
            self.groups.entry(keys).or_default().add(fact, columns);
        }
        self.total.add(fact, &all);
    }

    /// One document without appearances.
    pub fn add_document(&mut self, fact: &DocumentFact) {
        if !self.request.takes_document(fact) {
            return;
        }
        let by = self.request.by.iter();
        // A document without pictures has no source or label, and stands in no row of them.
        if by.clone().all(|d| d.of_documents()) {
            let keys = by.map(|d| self.values.number(d.of_document(fact)));
            let keys = keys.collect();
            self.groups.entry(keys).or_default().row.documents += 1;
        }
        self.total.row.documents += 1;
    }

    /// The rows in the order of their keys, and the row of everything.
    pub fn rows(self) -> (Vec<Row>, Row) {
        let (by, sample, values) = (&self.request.by, self.request.sample, &self.values);
        let groups = self.groups.into_iter();
        let mut rows: Vec<Row> = groups
            .map(|(keys, group)| {
                let words = keys.iter().map(|number| values.word(*number).to_owned());
                group.row(by.iter().copied().zip(words).collect(), sample)
            })
            .collect();
        rows.sort_by(|a, b| a.keys.cmp(&b.keys));
        (rows, self.total.row(Vec::new(), sample))
    }
}

#[cfg(test)]
mod tests {
    use super::super::fact::Kinds;
    use super::*;

    const MEDIA: Kinds = Kinds {
        media: true,
        government: false,
        armed_group: false,
    };

    fn fact(n: i64, level: Option<StateLevel>) -> AppearanceFact {
        AppearanceFact {
            appearance: n,
            document: n / 2,
            outlet: Some("Ledger".into()),
            month: Some("2024-06".into()),
            level,
            kinds: level.map_or(Kinds::default(), |_| MEDIA),
            control: level.map(|_| Control::Controlled),
            verified: level.is_some(),
            confidence: level.map(|_| Sureness::Sure),
            readable_credit: true,
            ..AppearanceFact::default()
        }
    }

    fn count(facts: &[AppearanceFact], documents: &[DocumentFact], request: &Request) -> Vec<Row> {
        let mut counter = Counter::new(request);
        for fact in facts {
            counter.add(fact);
        }
        for document in documents {
            counter.add_document(document);
        }
        counter.rows().0
    }

    fn by_outlet() -> Request {
        Request {
            by: vec![Dimension::Outlet],
            ..Request::default()
        }
    }

    #[test]
    fn the_headline_counts_printed_words_of_verified_controlled_media_alone() {
        let facts = [
            fact(0, Some(StateLevel::Via)),
            AppearanceFact {
                verified: false,
                ..fact(1, Some(StateLevel::Via))
            },
            fact(2, Some(StateLevel::Metadata)),
            fact(3, Some(StateLevel::Duplicate)),
            AppearanceFact {
                kinds: Kinds {
                    government: true,
                    ..Kinds::default()
                },
                ..fact(4, Some(StateLevel::Direct))
            },
            AppearanceFact {
                control: Some(Control::Owned),
                ..fact(5, Some(StateLevel::Direct))
            },
            AppearanceFact {
                own_page: true,
                ..fact(6, Some(StateLevel::Direct))
            },
            fact(7, None),
        ];
        let rows = count(&facts, &[], &by_outlet());
        let [row] = rows.as_slice() else {
            panic!("one outlet, one row: {rows:?}")
        };
        assert_eq!((row.documents, row.appearances), (4, 8));
        for column in [
            Column::StateMedia,
            Column::StateMediaPossible,
            Column::StateOwned,
            Column::ByMetadata,
            Column::ByDuplicate,
            Column::Government,
            Column::OwnPages,
        ] {
            assert_eq!(row.count(column), 1, "{}", column.name());
        }
    }

    #[test]
    fn a_rejected_finding_leaves_the_counts_and_can_be_asked_back() {
        let rejected = AppearanceFact {
            review: Some(ReviewDecision::Reject),
            ..fact(0, Some(StateLevel::Via))
        };
        let confirmed = AppearanceFact {
            review: Some(ReviewDecision::Confirm),
            ..fact(1, Some(StateLevel::Via))
        };
        let facts = [rejected, confirmed, fact(2, Some(StateLevel::Via))];
        let counts = |request: &Request| {
            let rows = count(&facts, &[], request);
            let of = |c| rows.iter().map(|r| r.count(c)).sum::<u64>();
            (
                of(Column::StateMedia),
                of(Column::Reviewed),
                of(Column::Rejected),
            )
        };
        assert_eq!(counts(&by_outlet()), (2, 2, 1));
        let all = Request {
            include_rejected: true,
            ..by_outlet()
        };
        assert_eq!(counts(&all), (3, 2, 1));
        let reviewed = Request {
            reviewed_only: true,
            ..by_outlet()
        };
        assert_eq!(counts(&reviewed), (1, 2, 1));
        let by_level = Request {
            by: vec![Dimension::Level],
            ..Request::default()
        };
        let levels: Vec<String> = count(&facts, &[], &by_level)
            .iter()
            .map(|r| r.keys[0].1.clone())
            .collect();
        assert_eq!(levels, ["-", "via"], "what was rejected has no level");
    }

    #[test]
    fn months_bound_what_is_counted() {
        let request = |from: &str, to: &str| Request {
            from: Some(from.into()),
            to: Some(to.into()),
            ..Request::default()
        };
        let facts = [fact(0, None)];
        assert_eq!(count(&facts, &[], &request("2024", "2024")).len(), 1);
        assert_eq!(count(&facts, &[], &request("2024-06", "2024-06")).len(), 1);
        assert!(count(&facts, &[], &request("2024-07", "2025")).is_empty());
    }

    #[test]
    fn a_document_without_pictures_is_in_the_denominator() {
        let bare = DocumentFact {
            document: 9,
            outlet: Some("Ledger".into()),
            ..DocumentFact::default()
        };
        let rows = count(&[fact(0, None)], std::slice::from_ref(&bare), &by_outlet());
        assert_eq!(rows.first().map(|r| r.documents), Some(2));
        let only = Request {
            only: vec![(Dimension::Outlet, "Other".into())],
            ..by_outlet()
        };
        assert!(count(&[fact(0, None)], &[bare], &only).is_empty());
    }

    #[test]
    fn in_the_row_of_a_source_a_use_counts_as_what_the_source_is() {
        let government = Kinds {
            government: true,
            ..Kinds::default()
        };
        let both = AppearanceFact {
            kinds: Kinds {
                government: true,
                ..MEDIA
            },
            parties: ["Agency".into(), "Ministry".into()].into(),
            party_kinds: [MEDIA, government].into(),
            ..fact(0, Some(StateLevel::Via))
        };
        let counts = |request: &Request| {
            let mut counter = Counter::new(request);
            counter.add(&both);
            let (rows, total) = counter.rows();
            let of = |r: &Row| (r.count(Column::StateMedia), r.count(Column::Government));
            (rows.iter().map(of).collect::<Vec<_>>(), of(&total))
        };
        let by_source = Request {
            by: vec![Dimension::StateSource],
            ..Request::default()
        };
        assert_eq!(counts(&by_source), (vec![(1, 0), (0, 1)], (1, 1)));
        let only = Request {
            only: vec![(Dimension::StateSource, "Ministry".into())],
            ..by_outlet()
        };
        assert_eq!(counts(&only), (vec![(0, 1)], (0, 1)));
    }

    #[test]
    fn all_documents_are_counted_whatever_the_rows_are() {
        let bare = DocumentFact {
            document: 9,
            ..DocumentFact::default()
        };
        for by in [Dimension::Outlet, Dimension::Level] {
            let request = Request {
                by: vec![by],
                ..Request::default()
            };
            let mut counter = Counter::new(&request);
            counter.add(&fact(0, None));
            counter.add_document(&bare);
            assert_eq!(counter.rows().1.documents, 2, "{}", by.word());
        }
    }

    #[test]
    fn two_values_stand_in_two_rows_and_once_in_the_total() {
        let labelled = AppearanceFact {
            labels: ["file".into(), "handout".into()].into(),
            ..fact(0, None)
        };
        let request = Request {
            by: vec![Dimension::Label],
            ..Request::default()
        };
        let mut counter = Counter::new(&request);
        counter.add(&labelled);
        let (rows, total) = counter.rows();
        assert_eq!((rows.len(), total.appearances), (2, 1));
    }
}
