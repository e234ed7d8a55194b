//! Facts -> counted rows.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{AppearanceFact, Dimension, DocumentFact};
use crate::model::{Control, StateKind, StateLevel, Sureness};

/// What a row says where a dimension has no value: no outlet known, no state source, no label.
pub const NONE: &str = "-";

/// One row of an audit: its place in each dimension, then counts of appearances unless the name says otherwise.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Values of the dimensions asked for, in their order.
    #[serde(flatten)]
    pub keys: BTreeMap<&'static str, String>,
    /// Documents captured.
    pub documents: u64,
    /// Uses of pictures in them: the denominator of every count that follows.
    pub appearances: u64,
    /// Distinct pictures among them; an appearance for which no photo is held counts as a picture of its own.
    pub pictures: u64,
    /// With a credit that could be read.
    pub credited: u64,
    /// On which no credit was found as captured.
    pub uncredited: u64,
    /// Whose credit names a party that the registry does not know.
    pub unknown_party: u64,
    /// The headline: the printed words alone say that a state-controlled outlet made the picture, and the registry row's
    /// source was read.
    pub state_media: u64,
    /// Distinct pictures of the headline.
    pub state_media_pictures: u64,
    /// The same for outlets that a state owns.
    pub state_owned: u64,
    /// Printed words name a state outlet, but something is unsure: an unverified row, an uncertain order.
    pub state_media_possible: u64,
    /// Also known from files held (at least): only the photo's embedded fields say so.
    pub by_metadata: u64,
    /// Also known from files held (at least): only a verified copy says so.
    pub by_duplicate: u64,
    /// Made by a government body, by any evidence.
    pub government: u64,
    /// Made by an armed group, by any evidence.
    pub armed_group: u64,
    /// On a state outlet's own pages: counted here and in no column of state media.
    pub own_pages: u64,
}

/// What is counted, and over what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Dimensions, in the order of the columns.
    pub by: Vec<Dimension>,
    /// First month or year (`YYYY-MM` or `YYYY`); documents without a date are left out then.
    pub from: Option<String>,
    /// Last one.
    pub to: Option<String>,
}

impl Request {
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
}

#[derive(Default)]
struct Group {
    row: Row,
    documents: BTreeSet<String>,
    pictures: BTreeSet<String>,
    state_pictures: BTreeSet<String>,
}

/// Count. Rows come in the order of their keys.
pub fn count(
    appearances: &[AppearanceFact],
    documents: &[DocumentFact],
    request: &Request,
) -> Vec<Row> {
    let mut groups: BTreeMap<Vec<String>, Group> = BTreeMap::new();
    for fact in appearances
        .iter()
        .filter(|f| request.within(f.month.as_deref()))
    {
        for keys in places(&request.by, |dimension| values(fact, dimension)) {
            let group = groups.entry(keys).or_default();
            add(group, fact);
        }
    }
    // Documents without any picture count too, where the dimensions are ones that documents have.
    let of_documents = request
        .by
        .iter()
        .all(|d| matches!(d, Dimension::Outlet | Dimension::Month | Dimension::Lang));
    if of_documents {
        let pictured: BTreeSet<&str> = appearances.iter().map(|a| a.document.as_str()).collect();
        for fact in documents
            .iter()
            .filter(|d| request.within(d.month.as_deref()))
        {
            if !pictured.contains(fact.document.as_str()) {
                let keys = places(&request.by, |dimension| match dimension {
                    Dimension::Outlet => vec![named(fact.outlet.as_deref())],
                    Dimension::Month => vec![named(fact.month.as_deref())],
                    _ => vec![named(fact.lang.as_deref())],
                });
                for keys in keys {
                    groups
                        .entry(keys)
                        .or_default()
                        .documents
                        .insert(fact.document.clone());
                }
            }
        }
    }
    groups
        .into_iter()
        .map(|(keys, mut group)| {
            group.row.keys = request.by.iter().map(|d| d.word()).zip(keys).collect();
            group.row.documents = group.documents.len() as u64;
            group.row.pictures = group.pictures.len() as u64;
            group.row.state_media_pictures = group.state_pictures.len() as u64;
            group.row
        })
        .collect()
}

/// Every combination of the values of the dimensions.
fn places(by: &[Dimension], mut of: impl FnMut(Dimension) -> Vec<String>) -> Vec<Vec<String>> {
    by.iter().fold(vec![Vec::new()], |sofar, dimension| {
        let values = of(*dimension);
        sofar
            .into_iter()
            .flat_map(|keys| {
                values.iter().map(move |value| {
                    let mut keys = keys.clone();
                    keys.push(value.clone());
                    keys
                })
            })
            .collect()
    })
}

fn named(value: Option<&str>) -> String {
    value.filter(|v| !v.is_empty()).unwrap_or(NONE).to_owned()
}

fn values(fact: &AppearanceFact, dimension: Dimension) -> Vec<String> {
    let several = |mut all: Vec<String>| {
        all.sort();
        all.dedup();
        if all.is_empty() {
            vec![NONE.to_owned()]
        } else {
            all
        }
    };
    match dimension {
        Dimension::Outlet => vec![named(fact.outlet.as_deref())],
        Dimension::Month => vec![named(fact.month.as_deref())],
        Dimension::StateSource => several(fact.parties.iter().map(|p| p.name.clone()).collect()),
        Dimension::Distributor => vec![named(fact.distributor.as_deref())],
        Dimension::Level => vec![fact.level.map_or_else(|| NONE.to_owned(), |l| word(&l))],
        Dimension::Disclosure => vec![
            fact.disclosure
                .map_or_else(|| NONE.to_owned(), |d| d.word().to_owned()),
        ],
        Dimension::Supply => vec![
            fact.supply
                .map_or_else(|| NONE.to_owned(), |s| s.word().to_owned()),
        ],
        Dimension::Label => several(fact.labels.iter().map(word).collect()),
        Dimension::Lang => vec![named(fact.lang.as_deref())],
    }
}

fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

fn add(group: &mut Group, fact: &AppearanceFact) {
    let row = &mut group.row;
    let picture = fact.picture.as_ref().unwrap_or(&fact.appearance);
    group.documents.insert(fact.document.clone());
    group.pictures.insert(picture.clone());
    row.appearances += 1;
    row.credited += u64::from(fact.readable_credit);
    row.uncredited += u64::from(!fact.readable_credit);
    row.unknown_party += u64::from(fact.unknown_party);
    let Some(level) = fact.level else { return };
    if fact.own_page {
        row.own_pages += 1;
        return;
    }
    let of = |kind: StateKind| fact.parties.iter().any(|p| p.kind == kind);
    row.government += u64::from(of(StateKind::Government));
    row.armed_group += u64::from(of(StateKind::ArmedGroup));
    if !of(StateKind::Media) {
        return;
    }
    match level {
        StateLevel::Metadata => row.by_metadata += 1,
        StateLevel::Duplicate => row.by_duplicate += 1,
        StateLevel::Direct | StateLevel::Via | StateLevel::Stated => {
            let verified =
                fact.confidence == Some(Sureness::Sure) && fact.parties.iter().all(|p| p.verified);
            match fact.parties.iter().map(|p| p.control).min() {
                Some(Control::Controlled) if verified => {
                    row.state_media += 1;
                    group.state_pictures.insert(picture.clone());
                }
                Some(Control::Owned) if verified => row.state_owned += 1,
                _ => row.state_media_possible += 1,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flags::StateParty;

    fn party(kind: StateKind, control: Control, verified: bool) -> StateParty {
        StateParty {
            party: "x".into(),
            name: "X".into(),
            kind,
            control,
            verified,
            basis: "b".into(),
        }
    }

    fn fact(n: u32, level: Option<StateLevel>, parties: Vec<StateParty>) -> AppearanceFact {
        AppearanceFact {
            appearance: format!("app-{n}"),
            document: format!("doc-{}", n / 2),
            outlet: Some("Ledger".into()),
            month: Some("2024-06".into()),
            level,
            parties,
            confidence: level.map(|_| Sureness::Sure),
            readable_credit: true,
            ..AppearanceFact::default()
        }
    }

    #[test]
    fn the_headline_counts_printed_words_of_verified_controlled_media_alone() {
        let media = |verified| vec![party(StateKind::Media, Control::Controlled, verified)];
        let facts = [
            fact(0, Some(StateLevel::Via), media(true)),
            fact(1, Some(StateLevel::Via), media(false)),
            fact(2, Some(StateLevel::Metadata), media(true)),
            fact(3, Some(StateLevel::Duplicate), media(true)),
            fact(
                4,
                Some(StateLevel::Direct),
                vec![party(StateKind::Government, Control::Controlled, true)],
            ),
            fact(
                5,
                Some(StateLevel::Direct),
                vec![party(StateKind::Media, Control::Owned, true)],
            ),
            AppearanceFact {
                own_page: true,
                ..fact(6, Some(StateLevel::Direct), media(true))
            },
            fact(7, None, Vec::new()),
        ];
        let rows = count(
            &facts,
            &[],
            &Request {
                by: vec![Dimension::Outlet],
                ..Request::default()
            },
        );
        let [row] = rows.as_slice() else {
            panic!("one outlet, one row: {rows:?}")
        };
        assert_eq!((row.documents, row.appearances), (4, 8));
        assert_eq!(
            (row.state_media, row.state_media_possible, row.state_owned),
            (1, 1, 1)
        );
        assert_eq!(
            (
                row.by_metadata,
                row.by_duplicate,
                row.government,
                row.own_pages
            ),
            (1, 1, 1, 1)
        );
    }

    #[test]
    fn months_bound_what_is_counted() {
        let request = |from: &str, to: &str| Request {
            from: Some(from.into()),
            to: Some(to.into()),
            by: Vec::new(),
        };
        let facts = [fact(0, None, Vec::new())];
        assert_eq!(count(&facts, &[], &request("2024", "2024")).len(), 1);
        assert_eq!(count(&facts, &[], &request("2024-06", "2024-06")).len(), 1);
        assert!(count(&facts, &[], &request("2024-07", "2025")).is_empty());
    }

    #[test]
    fn a_document_without_pictures_is_in_the_denominator() {
        let bare = DocumentFact {
            document: "doc-9".into(),
            outlet: Some("Ledger".into()),
            ..DocumentFact::default()
        };
        let rows = count(
            &[fact(0, None, Vec::new())],
            &[bare],
            &Request {
                by: vec![Dimension::Outlet],
                ..Request::default()
            },
        );
        assert_eq!(rows.first().map(|r| r.documents), Some(2));
    }
}
