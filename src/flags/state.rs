//! One credit -> the state parties that it names, judged at the date of the picture.

use crate::model::{
    Control, ControlPeriod, Evidence, Order, Role, StateKind, StateLevel, Sureness,
};
use crate::parties::Registry;

use super::case::{Case, CaseAppearance, CasePhoto};
use super::claim::Claim;
use super::origin::StateParty;

/// What one credit says of a state source.
#[derive(Clone, Debug)]
pub struct Found {
    /// `direct`, `via` or `stated`: how the words say it.
    pub level: StateLevel,
    /// Never empty.
    pub parties: Vec<StateParty>,
    /// `Possible` where a registry row was not verified or the reading was not sure.
    pub sureness: Sureness,
    /// The exact words.
    pub words: Option<String>,
}

/// The state source that a claim names, or none. `date` is the picture's (see [`date_of_appearance`]).
pub(super) fn find(claim: &Claim<'_>, registry: &Registry, date: Option<&str>) -> Option<Found> {
    let reading = claim.reading;
    if let Some(read) = &reading.state_sourced {
        let parties: Vec<_> = (read.parties.iter())
            .filter_map(|id| party(registry, id, date))
            .collect();
        if !parties.is_empty() {
            let sure = read.confidence == Sureness::Sure && parties.iter().all(|p| p.verified);
            return Some(Found {
                level: read.level,
                parties,
                sureness: if sure {
                    Sureness::Sure
                } else {
                    Sureness::Possible
                },
                words: Some(read.evidence.clone()),
            });
        }
        return None;
    }
    // The reader judged control by another date, or by none: what the chain says is judged again.
    let first = reading.chain.first()?;
    if first.role != Role::Originator || reading.order != Order::Sure {
        return None;
    }
    let party = party(registry, first.party.as_deref()?, date)?;
    Some(Found {
        level: if reading.chain.len() > 1 {
            StateLevel::Via
        } else {
            StateLevel::Direct
        },
        sureness: if party.verified {
            Sureness::Sure
        } else {
            Sureness::Possible
        },
        parties: vec![party],
        words: reading.credit_line.clone(),
    })
}

/// The party, if a state controlled or owned it at that date.
pub(super) fn party(registry: &Registry, id: &str, date: Option<&str>) -> Option<StateParty> {
    let (kind, control, sureness) = registry.state_of(id, date)?;
    if !matches!(control, Control::Controlled | Control::Owned) {
        return None;
    }
    let row = registry.party(id)?;
    Some(StateParty {
        party: id.to_owned(),
        name: row.name.clone(),
        kind,
        control,
        verified: sureness == Sureness::Sure,
        basis: period(&row.control, date).map_or_else(String::new, basis),
    })
}

/// The period that holds at the end of `date`.
fn period<'a>(periods: &'a [ControlPeriod], date: Option<&str>) -> Option<&'a ControlPeriod> {
    let end = date.map(|d| d.rsplit("..").next().unwrap_or(d));
    let begun = |p: &&ControlPeriod| match (&p.from, end) {
        (Some(from), Some(end)) => from.as_str() <= end || end.starts_with(from.as_str()),
        _ => true,
    };
    periods.iter().rfind(begun)
}

fn basis(period: &ControlPeriod) -> String {
    let dates = match (&period.from, &period.to) {
        (None, None) => "all dates".to_owned(),
        (Some(from), None) => format!("from {from}"),
        (None, Some(to)) => format!("until {to}"),
        (Some(from), Some(to)) => format!("{from} to {to}"),
    };
    format!("{} ({dates})", period.basis)
}

/// When the picture of an appearance was taken or released, as far as it says; else when the page was published.
/// One date or a range `a..b`.
pub(super) fn date_of_appearance(case: &Case, appearance: &CaseAppearance) -> Option<String> {
    let stated = appearance.credit.caption_dates.iter();
    stretch(stated.map(|d| d.date.as_str()))
        .or_else(|| {
            let photo = case.photo(appearance.photo.as_ref()?)?;
            stated_in(photo)
        })
        .or_else(|| day(appearance.published.as_deref()))
}

/// The same of a photo: its embedded description, its Date Created, the first page that shows it.
pub(super) fn date_of_photo(case: &Case, photo: &CasePhoto) -> Option<String> {
    stated_in(photo)
        .or_else(|| {
            let created = photo.metadata.iter().flat_map(|m| {
                let values = m.metadata.values(crate::model::Field::DateCreated);
                values.iter().map(|v| v.value.as_str())
            });
            stretch(created)
        })
        .or_else(|| {
            let shown = case.appearances.iter();
            let shown = shown.filter(|a| a.photo == Some(photo.sha256));
            shown.filter_map(|a| day(a.published.as_deref())).min()
        })
}

fn stated_in(photo: &CasePhoto) -> Option<String> {
    let dates = photo.embedded.iter().flat_map(|e| &e.reading.caption_dates);
    stretch(dates.map(|d| d.date.as_str()))
}

/// From the first to the last of the dates.
fn stretch<'a>(dates: impl Iterator<Item = &'a str>) -> Option<String> {
    let mut dates: Vec<String> = dates.filter_map(|d| day(Some(d))).collect();
    dates.sort();
    let (first, last) = (dates.first()?, dates.last()?);
    Some(if first == last {
        first.clone()
    } else {
        format!("{first}..{last}")
    })
}

/// `YYYY`, `YYYY-MM` or `YYYY-MM-DD` at the beginning of a date with or without time.
pub(super) fn day(date: Option<&str>) -> Option<String> {
    let date = date?.split(['T', ' ']).next()?;
    let shape = |n: usize| date.len() == n;
    let digits = date.bytes().enumerate().all(|(at, b)| {
        if at == 4 || at == 7 {
            b == b'-'
        } else {
            b.is_ascii_digit()
        }
    });
    (digits && (shape(4) || shape(7) || shape(10))).then(|| date.to_owned())
}

impl StateParty {
    /// "KCNA (state media, controlled)".
    pub(super) fn described(&self) -> String {
        let kind = match self.kind {
            StateKind::Media => "state media",
            StateKind::Government => "government",
            StateKind::ArmedGroup => "armed group",
        };
        match (self.kind, self.control) {
            (StateKind::Media, Control::Owned) => format!("{} ({kind}, state-owned)", self.name),
            (StateKind::Media, _) => format!("{} ({kind}, state-controlled)", self.name),
            _ => format!("{} ({kind})", self.name),
        }
    }

    /// The registry row as evidence.
    pub(super) fn evidence(&self) -> Evidence {
        let control = if self.control == Control::Owned {
            "owned"
        } else {
            "controlled"
        };
        let checked = if self.verified {
            "source read"
        } else {
            "source not yet read by the registry's editors"
        };
        Evidence {
            text: None,
            from: format!(
                "registry row \"{}\": {control}, on the basis of {}; {checked}",
                self.party, self.basis
            ),
            input: "registry".to_owned(),
            carrier: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_make_a_stretch_from_the_first_to_the_last() {
        let dates = ["2023-09-13", "2019-04", "nonsense", "2023-09-13T10:00:00Z"];
        assert_eq!(
            stretch(dates.into_iter()).as_deref(),
            Some("2019-04..2023-09-13")
        );
        assert_eq!(stretch(["2019"].into_iter()).as_deref(), Some("2019"));
        assert_eq!(stretch([""].into_iter()), None);
    }
}
