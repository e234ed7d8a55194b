//! Findings as a desk lists them: a page at a time, filtered, in order, with counts for every filter.
//!
//! In: a [`ListFilter`], an order, and where the page before ended. Out: the page's findings, and in one scan of the
//! narrow table `flag_uses` how many findings each value of each filter would leave.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rusqlite::types::Value;
use rusqlite::{Row, params, params_from_iter};

use super::flag_uses::RANK;
use super::inputs::json;
use super::search::tokens;
use super::{Archive, ids};
use crate::error::Result;
use crate::model::{Flag, FlagReview, ReviewDecision, SubjectKind};
use crate::query::Query;

/// What a list can be narrowed by, several values of one being alternatives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Facet {
    /// How far people have looked: `open`, `confirmed`, `rejected`, `stale`.
    State,
    /// `warning`, `notice`, `info`.
    Severity,
    /// The rule.
    Rule,
    /// How the use is known to be state-sourced.
    Level,
    /// The registry id of the state party.
    Source,
    /// The outlet's key: its domain, or its printed name.
    Outlet,
    /// The last party of the printed chain, as named.
    Distributor,
    /// A label of the printed credit.
    Label,
}

/// All of them, in the order in which people narrow.
pub const FACETS: [Facet; 8] = [
    Facet::State,
    Facet::Severity,
    Facet::Rule,
    Facet::Level,
    Facet::Source,
    Facet::Outlet,
    Facet::Distributor,
    Facet::Label,
];

impl Facet {
    /// Its name in addresses.
    pub fn word(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Severity => "severity",
            Self::Rule => "rule",
            Self::Level => "level",
            Self::Source => "source",
            Self::Outlet => "outlet",
            Self::Distributor => "distributor",
            Self::Label => "label",
        }
    }
}

/// Which findings are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ListFilter {
    /// Values by facet; a facet without values asks for nothing.
    pub values: BTreeMap<Facet, Vec<String>>,
    /// Only uses published from this day on (YYYY, YYYY-MM or YYYY-MM-DD).
    pub from: Option<String>,
    /// Only uses published up to this day.
    pub to: Option<String>,
    /// Words that stand in a caption, credit, headline or embedded text.
    pub words: Option<String>,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Sort {
    /// The most severe first, then the newest.
    #[default]
    Severity,
    /// The newest use first.
    Newest,
    /// The oldest first.
    Oldest,
}

/// Where a page ends: the place of its last finding in the order.
pub type Place = (i64, String);

/// One finding of a list, with the use and the picture that show it.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// The finding.
    pub flag: Flag,
    /// Its place in the order.
    pub place: Place,
    /// SHA-256 of a photo of the picture, where one is held.
    pub photo: Option<String>,
    /// The picture, where one is held.
    pub picture: Option<String>,
    /// The latest use that fits.
    pub use_id: Option<String>,
    /// Uses that the finding is about, and fit.
    pub uses: u64,
    /// Known outlets of these.
    pub outlets: u64,
    /// The caption printed there.
    pub caption: String,
    /// The credit printed there.
    pub credit: Option<String>,
    /// The language of the caption.
    pub lang: Option<String>,
    /// Who published it.
    pub outlet: Option<String>,
    /// When.
    pub day: Option<String>,
}

/// One page of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// Its findings.
    pub rows: Vec<Listed>,
    /// More follow.
    pub more: bool,
}

/// One value of a filter, and how many findings it would leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FacetCount {
    /// The value, as filters and addresses have it.
    pub value: String,
    /// What people call it.
    pub name: String,
    /// How many.
    pub count: u64,
}

/// Counts for every filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FacetCounts {
    /// Findings that fit all filters.
    pub total: u64,
    /// Of each filter, values in order of count: with all the other filters, but not its own.
    pub values: BTreeMap<Facet, Vec<FacetCount>>,
}

/// Rows of `flag_uses`, as `u`, that are looked at, and conditions on them in SQL, with their values in that order.
struct Conditions {
    from: &'static str,
    parts: Vec<String>,
    values: Vec<Value>,
}

/// Every row.
const ALL_ROWS: &str = "flag_uses u";

/// The rows of some uses and pictures, each once. The order of the joins is said, so that they are looked up by their keys
/// and the table is not walked through.
const LOOKED_UP_ROWS: &str = "(SELECT sort, flag, use FROM flag_uses WHERE use IN (SELECT value FROM json_each(?))
    UNION SELECT sort, flag, use FROM flag_uses WHERE picture_id IN (SELECT value FROM json_each(?))) found
  CROSS JOIN flag_uses u ON u.sort = found.sort AND u.flag = found.flag AND u.use = found.use";

impl Conditions {
    fn add(&mut self, sql: impl Into<String>, values: impl IntoIterator<Item = Value>) {
        self.parts.push(sql.into());
        self.values.extend(values);
    }

    fn sql(&self) -> String {
        if self.parts.is_empty() {
            "1".into()
        } else {
            self.parts.join(" AND ")
        }
    }
}

/// The first possible day of a date that may lack its day or month, or the last.
fn bound(date: &str, end: &str) -> Value {
    format!(
        "{date}{}",
        end.get(date.len().min(10)..).unwrap_or_default()
    )
    .into()
}

impl ListFilter {
    /// Values of a facet that were asked for.
    pub fn of(&self, facet: Facet) -> &[String] {
        self.values.get(&facet).map_or(&[], Vec::as_slice)
    }

    /// Days and words: what is asked for and is no facet.
    fn common(&self, words: &Said) -> Conditions {
        let mut all = Conditions {
            from: ALL_ROWS,
            parts: Vec::new(),
            values: Vec::new(),
        };
        // What the rows are looked up by comes before all other values.
        if let Said::Here { uses, pictures } = words {
            all.from = LOOKED_UP_ROWS;
            all.values = vec![json(uses).into(), json(pictures).into()];
        }
        if let Some(from) = &self.from {
            all.add("u.day >= ?", [bound(from, "0000-00-00")]);
        }
        if let Some(to) = &self.to {
            all.add("u.day <= ?", [bound(to, "9999-99-99")]);
        }
        match words {
            Said::Anything | Said::Here { .. } => {}
            Said::Nothing => all.add("0", []),
            Said::Often(fts) => all.add(
                "(u.use IN (SELECT rowid FROM appearances_fts WHERE appearances_fts MATCH ?) OR u.picture_id IN
                  (SELECT pp.picture_id FROM photos_fts x JOIN picture_photos pp ON pp.photo_id = x.rowid WHERE photos_fts MATCH ?))",
                [fts.clone().into(), fts.clone().into()],
            ),
        }
        all
    }

    /// Everything that is asked for.
    fn all(&self, words: &Said, reviews: &BTreeMap<String, FlagReview>) -> Conditions {
        let mut all = self.common(words);
        for (facet, values) in self.values.iter().filter(|(_, v)| !v.is_empty()) {
            let list = || Value::Text(json(values));
            match facet {
                Facet::State => {
                    let decided: Vec<&String> = reviews.keys().collect();
                    let fitting: Vec<&String> = reviews
                        .iter()
                        .filter(|(_, r)| states(Some(r)).iter().any(|s| values.iter().any(|v| v == s)))
                        .map(|(flag, _)| flag)
                        .collect();
                    if values.iter().any(|v| v == "open") {
                        let others: Vec<&&String> = decided.iter().filter(|f| !fitting.contains(f)).collect();
                        if !others.is_empty() {
                            all.add("u.flag NOT IN (SELECT value FROM json_each(?))", [json(&others).into()]);
                        }
                    } else {
                        all.add("u.flag IN (SELECT value FROM json_each(?))", [json(&fitting).into()]);
                    }
                }
                Facet::Severity => {
                    let ranks: Vec<String> = values
                        .iter()
                        .filter_map(|v| SEVERITIES.iter().position(|s| s == v))
                        .map(|rank| format!("u.sort BETWEEN {rank} * {RANK} AND {rank} * {RANK} + {RANK} - 1"))
                        .collect();
                    all.add(if ranks.is_empty() { "0".into() } else { format!("({})", ranks.join(" OR ")) }, []);
                }
                Facet::Rule => all.add("u.rule IN (SELECT value FROM json_each(?))", [list()]),
                Facet::Level => all.add("u.level IN (SELECT value FROM json_each(?))", [list()]),
                Facet::Distributor => all.add("u.distributor IN (SELECT value FROM json_each(?))", [list()]),
                Facet::Outlet => all.add(
                    "u.outlet_id IN (SELECT id FROM outlets WHERE key IN (SELECT value FROM json_each(?)))",
                    [list()],
                ),
                Facet::Source | Facet::Label => {
                    let column = if *facet == Facet::Source { "parties" } else { "labels" };
                    let one = format!("instr(u.{column}, ?) > 0");
                    let each: Vec<&str> = values.iter().map(|_| one.as_str()).collect();
                    all.add(format!("({})", each.join(" OR ")), values.iter().map(|v| json(v).into()));
                }
            }
        }
        all
    }
}

/// Where the words of a filter stand.
enum Said {
    /// No words are asked for.
    Anything,
    /// Words that no text can hold.
    Nothing,
    /// Few texts hold them: they are looked up.
    Here { uses: Vec<i64>, pictures: Vec<i64> },
    /// Many texts hold them: findings are walked through until a page is full.
    Often(String),
}

/// Up to so many texts are looked up one by one.
const LOOKED_UP: usize = 20_000;

const SEVERITIES: [&str; 3] = ["warning", "notice", "info"];

/// The states of a finding with this decision on it.
fn states(review: Option<&FlagReview>) -> Vec<&'static str> {
    let Some(review) = review else {
        return vec!["open"];
    };
    let mut states = vec![match review.decision {
        ReviewDecision::Reject => "rejected",
        _ => "confirmed",
    }];
    if review.stale {
        states.push("stale");
    }
    states
}

impl Archive {
    /// Where the words of a filter stand.
    fn said(&self, filter: &ListFilter) -> Result<Said> {
        let Some(words) = filter.words.as_deref().filter(|w| !w.trim().is_empty()) else {
            return Ok(Said::Anything);
        };
        let mut query = Query::parse(words);
        query.filters.clear();
        for term in &mut query.words {
            term.text = tokens(&term.text);
        }
        let Some(fts) = query.fts() else {
            return Ok(Said::Nothing);
        };
        let limit = LOOKED_UP as i64 + 1;
        let look = |sql: &str| -> rusqlite::Result<Vec<i64>> {
            let mut statement = self.conn.prepare_cached(sql)?;
            let rows = statement.query_map(params![fts, limit], |r| r.get(0))?;
            rows.collect()
        };
        self.ask("search", || {
            let uses = look("SELECT rowid FROM appearances_fts WHERE appearances_fts MATCH ?1 LIMIT ?2")?;
            let pictures = look(
                "SELECT pp.picture_id FROM photos_fts x JOIN picture_photos pp ON pp.photo_id = x.rowid WHERE photos_fts MATCH ?1 LIMIT ?2",
            )?;
            Ok(if uses.len().max(pictures.len()) > LOOKED_UP {
                Said::Often(fts.clone())
            } else {
                Said::Here { uses, pictures }
            })
        })
    }

    /// One page of findings, those behind `after` in the order.
    pub fn flag_page(
        &self,
        filter: &ListFilter,
        sort: Sort,
        after: Option<&Place>,
        size: usize,
    ) -> Result<Page> {
        let reviews = self.flag_reviews()?;
        let (order, direction, beyond) = match sort {
            Sort::Severity => ("u.sort", "", ">"),
            Sort::Newest => ("u.sort % 100000000", "", ">"),
            Sort::Oldest => ("u.sort % 100000000", " DESC", "<"),
        };
        let mut all = filter.all(&self.said(filter)?, &reviews);
        if let Some((place, flag)) = after {
            // The first comparison is what an index on an expression is used for.
            all.add(
                format!("{order} {beyond}= ? AND ({order}, u.flag) {beyond} (?, ?)"),
                [
                    Value::Integer(*place),
                    Value::Integer(*place),
                    Value::Text(flag.clone()),
                ],
            );
        }
        self.ask("read", || {
            let mut statement = self.conn.prepare_cached(&format!(
                "SELECT {order}, u.flag, max(coalesce(u.day, '')), u.use, u.picture_id, count(*), count(DISTINCT u.outlet_id)
                 FROM {} WHERE {}
                 GROUP BY {order}, u.flag ORDER BY {order}{direction}, u.flag{direction} LIMIT {}",
                all.from,
                all.sql(),
                size + 1
            ))?;
            let mut rows = statement.query(params_from_iter(all.values))?;
            let mut page = Page::default();
            while let Some(r) = rows.next()? {
                if page.rows.len() == size {
                    page.more = true;
                    break;
                }
                page.rows.extend(self.listed(r, &reviews)?);
            }
            Ok(page)
        })
    }

    fn listed(
        &self,
        r: &Row<'_>,
        reviews: &BTreeMap<String, FlagReview>,
    ) -> rusqlite::Result<Option<Listed>> {
        let place: Place = (r.get(0)?, r.get(1)?);
        let day: String = r.get(2)?;
        let (used, picture): (i64, Option<i64>) = (r.get(3)?, r.get(4)?);
        let Some(flag) = self.one_flag(&place.1, reviews.get(&place.1))? else {
            return Ok(None);
        };
        let mut listed = Listed {
            flag,
            place,
            photo: None,
            picture: picture.map(ids::picture_public),
            use_id: (used != 0).then(|| ids::appearance_public(used)),
            uses: if used == 0 {
                0
            } else {
                r.get::<_, i64>(5)? as u64
            },
            outlets: r.get::<_, i64>(6)? as u64,
            caption: String::new(),
            credit: None,
            lang: None,
            outlet: None,
            day: Some(day).filter(|d| !d.is_empty()),
        };
        if listed.flag.subject.kind == SubjectKind::Photo {
            listed.photo = Some(listed.flag.subject.id.clone());
        } else if let Some(picture) = picture {
            listed.photo = self
                .conn
                .prepare_cached("SELECT p.sha256 FROM pictures c JOIN photos p ON p.id = c.representative WHERE c.id = ?1")?
                .query_row([picture], |r| r.get(0))
                .map(Some)
                .or_else(none_found)?;
        }
        let words: Option<[Option<String>; 4]> = self
            .conn
            .prepare_cached(
                "SELECT coalesce(c.caption, a.text), c.credit_line, coalesce(c.lang, d.lang), coalesce(o.name, o.domain)
                 FROM appearances a JOIN documents d ON d.id = a.document_id LEFT JOIN credits c ON c.appearance_id = a.id
                 LEFT JOIN outlets o ON o.id = d.outlet_id WHERE a.id = ?1",
            )?
            .query_row([used], |r| Ok([r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?]))
            .map(Some)
            .or_else(none_found)?;
        if let Some([caption, credit, lang, outlet]) = words {
            listed.caption = caption.unwrap_or_default();
            listed.credit = credit;
            listed.lang = lang;
            listed.outlet = outlet;
        }
        Ok(Some(listed))
    }

    /// How many findings each value of each filter would leave: one scan.
    pub fn facet_counts(&self, filter: &ListFilter) -> Result<FacetCounts> {
        let reviews = self.flag_reviews()?;
        let words = self.said(filter)?;
        self.ask("read", || {
            let outlets: HashMap<i64, (String, String)> = self
                .conn
                .prepare_cached("SELECT id, key, coalesce(name, domain, key) FROM outlets")?
                .query_map([], |r| Ok((r.get(0)?, (r.get(1)?, r.get(2)?))))?
                .collect::<rusqlite::Result<_>>()?;
            let parties: HashMap<String, String> = self
                .conn
                .prepare_cached("SELECT id, name FROM registry_parties")?
                .query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?
                .collect::<rusqlite::Result<_>>()?;
            let common = filter.common(&words);
            let mut statement = self.conn.prepare_cached(&format!(
                "SELECT u.sort, u.flag, u.rule, u.level, u.parties, u.outlet_id, u.distributor, u.labels FROM {}
                 WHERE {} ORDER BY u.sort, u.flag",
                common.from,
                common.sql()
            ))?;
            let mut rows = statement.query(params_from_iter(common.values))?;
            let mut scan = Scan::new(filter);
            while let Some(r) = rows.next()? {
                scan.row(r, &reviews, &outlets)?;
            }
            Ok(scan.finish(&outlets, &parties))
        })
    }
}

fn none_found<T>(error: rusqlite::Error) -> rusqlite::Result<Option<T>> {
    match error {
        rusqlite::Error::QueryReturnedNoRows => Ok(None),
        other => Err(other),
    }
}

/// Counting findings while their rows come, those of one finding one after the other.
struct Scan<'a> {
    asked: Vec<(Facet, BTreeSet<&'a str>)>,
    /// By facet: value to its number and count.
    counts: [HashMap<String, u64>; FACETS.len()],
    total: u64,
    flag: String,
    /// Of the finding that is being read: values that were counted, and whether it is counted in the total.
    seen: Vec<(usize, String)>,
    counted: bool,
}

impl<'a> Scan<'a> {
    fn new(filter: &'a ListFilter) -> Self {
        let asked = filter.values.iter().filter(|(_, v)| !v.is_empty());
        Self {
            asked: asked
                .map(|(f, v)| (*f, v.iter().map(String::as_str).collect()))
                .collect(),
            counts: Default::default(),
            total: 0,
            flag: String::new(),
            seen: Vec::new(),
            counted: false,
        }
    }

    fn row(
        &mut self,
        r: &Row<'_>,
        reviews: &BTreeMap<String, FlagReview>,
        outlets: &HashMap<i64, (String, String)>,
    ) -> rusqlite::Result<()> {
        let text = |at: usize| r.get_ref(at).ok().and_then(|v| v.as_str().ok());
        let flag = text(1).unwrap_or_default();
        if flag != self.flag {
            flag.clone_into(&mut self.flag);
            self.seen.clear();
            self.counted = false;
        }
        let rank = (r.get::<_, i64>(0)? / RANK) as usize;
        let outlet = r.get::<_, Option<i64>>(5)?.and_then(|id| outlets.get(&id));
        let review = if reviews.is_empty() {
            None
        } else {
            reviews.get(flag)
        };
        let states = states(review);
        let values = [
            Words::Several(&states),
            Words::One(SEVERITIES.get(rank).copied()),
            Words::One(text(2)),
            Words::One(text(3)),
            Words::List(text(4)),
            Words::One(outlet.map(|o| o.0.as_str())),
            Words::One(text(6)),
            Words::List(text(7)),
        ];
        let mut failing = None;
        let mut failures = 0;
        for (facet, wanted) in &self.asked {
            let fits = values
                .get(*facet as usize)
                .is_some_and(|v| v.any(&|word| wanted.contains(word)));
            if !fits {
                failures += 1;
                failing = Some(*facet as usize);
            }
        }
        if failures > 1 {
            return Ok(());
        }
        if failures == 0 && !self.counted {
            self.counted = true;
            self.total += 1;
        }
        let (seen, counts) = (&mut self.seen, &mut self.counts);
        for (at, words) in values.iter().enumerate() {
            if failing.is_some_and(|f| f != at) {
                continue;
            }
            words.each(&mut |word| {
                if seen.iter().any(|(a, w)| *a == at && w == word) {
                    return;
                }
                seen.push((at, word.to_owned()));
                if let Some(counts) = counts.get_mut(at) {
                    match counts.get_mut(word) {
                        Some(n) => *n += 1,
                        None => drop(counts.insert(word.to_owned(), 1)),
                    }
                }
            });
        }
        Ok(())
    }

    fn finish(
        self,
        outlets: &HashMap<i64, (String, String)>,
        parties: &HashMap<String, String>,
    ) -> FacetCounts {
        let by_key: HashMap<&str, &str> = outlets
            .values()
            .map(|(key, name)| (key.as_str(), name.as_str()))
            .collect();
        let mut values = BTreeMap::new();
        for (facet, counts) in FACETS.iter().zip(self.counts) {
            let mut list: Vec<FacetCount> = counts
                .into_iter()
                .map(|(value, count)| FacetCount {
                    name: match facet {
                        Facet::Outlet => by_key.get(value.as_str()).map(|n| (*n).to_owned()),
                        Facet::Source => parties.get(&value).cloned(),
                        _ => None,
                    }
                    .unwrap_or_else(|| value.clone()),
                    value,
                    count,
                })
                .collect();
            // What was asked for is shown even where nothing is left of it.
            for (_, wanted) in self.asked.iter().filter(|(f, _)| f == facet) {
                for word in wanted {
                    if !list.iter().any(|c| c.value == *word) {
                        list.push(FacetCount {
                            value: (*word).to_owned(),
                            name: (*word).to_owned(),
                            count: 0,
                        });
                    }
                }
            }
            list.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
            values.insert(*facet, list);
        }
        FacetCounts {
            total: self.total,
            values,
        }
    }
}

/// The values that a row has of one facet.
enum Words<'a> {
    One(Option<&'a str>),
    Several(&'a [&'static str]),
    /// A JSON list of plain words.
    List(Option<&'a str>),
}

impl Words<'_> {
    fn each(&self, take: &mut dyn FnMut(&str)) {
        match self {
            Self::One(word) => word.iter().for_each(|w| take(w)),
            Self::Several(words) => words.iter().for_each(|w| take(w)),
            Self::List(Some(list)) if *list != "[]" => {
                for word in serde_json::from_str::<Vec<String>>(list).unwrap_or_default() {
                    take(&word);
                }
            }
            Self::List(_) => {}
        }
    }

    fn any(&self, fits: &dyn Fn(&str) -> bool) -> bool {
        let mut found = false;
        self.each(&mut |word| found |= fits(word));
        found
    }
}
