//! The registry of parties: aliases -> party, control by date.
//!
//! In: the tables of `schema/parties/` (built in) and, where a user has one, a file of their own.
//! Out: a [`Registry`], sorted and immutable, which answers who a name is, who controls it when, and who
//! distributes whom.

#[cfg(test)]
mod check;
mod control;
mod load;
mod outlets;
mod row;
pub(crate) mod table;
mod user;

use std::path::Path;

pub use outlets::{KnownOutlet, Outlets};
pub use row::{Alias, Context, Relation, RelationKind};

use crate::error::Result;
use crate::model::{Control, Party, PartyKind, StateKind, Sureness};

/// All parties with their names, judgements and relations.
#[derive(Clone, Debug)]
pub struct Registry {
    /// Sorted by id, unique.
    parties: Vec<Party>,
    /// Sorted by party, then text; unique.
    aliases: Vec<Alias>,
    /// Sorted by distributor, then originator.
    relations: Vec<Relation>,
    /// SHA-256 of everything it was made from.
    digest: String,
}

impl Registry {
    /// The registry that cutline is born with.
    pub fn builtin() -> Result<Self> {
        load::builtin()
    }

    /// The built-in registry with a user's file laid over it, by id (format: `schema/README.md`).
    pub fn with_file(path: &Path) -> Result<Self> {
        user::overlay(load::builtin()?, path)
    }

    /// The party with this id.
    pub fn party(&self, id: &str) -> Option<&Party> {
        let at = self
            .parties
            .binary_search_by(|party| party.id.as_str().cmp(id))
            .ok()?;
        self.parties.get(at)
    }

    /// All parties, by id.
    pub fn iter(&self) -> std::slice::Iter<'_, Party> {
        self.parties.iter()
    }

    /// All aliases, by party and text.
    pub fn aliases(&self) -> &[Alias] {
        &self.aliases
    }

    /// The aliases of one party.
    pub fn aliases_of<'a>(&'a self, id: &str) -> &'a [Alias] {
        let from = self.aliases.partition_point(|a| a.party.as_str() < id);
        let to = self.aliases.partition_point(|a| a.party.as_str() <= id);
        self.aliases.get(from..to).unwrap_or_default()
    }

    /// Who distributes whom, by distributor and originator.
    pub fn relations(&self) -> &[Relation] {
        &self.relations
    }

    /// Whether `distributor` is known to pass on `originator`'s pictures at that date (any date, if `None`).
    pub fn distributes(&self, distributor: &str, originator: &str, date: Option<&str>) -> bool {
        let from = self.relations.partition_point(|r| {
            (r.distributor.as_str(), r.originator.as_str()) < (distributor, originator)
        });
        self.relations
            .iter()
            .skip(from)
            .take_while(|r| r.distributor == distributor && r.originator == originator)
            .any(|r| control::touches(r.from.as_deref(), r.to.as_deref(), date))
    }

    /// Whether a party makes no pictures of its own: stock libraries, platforms, carriers.
    pub fn only_passes_on(&self, id: &str) -> bool {
        self.party(id).is_some_and(|p| {
            matches!(
                p.kind,
                PartyKind::Stock | PartyKind::Platform | PartyKind::Carrier
            )
        })
    }

    /// Whether `brand` belongs to the house of `house`: it stands before it whatever the printed order.
    pub fn is_brand(&self, house: &str, brand: &str) -> bool {
        let from = self
            .relations
            .partition_point(|r| (r.distributor.as_str(), r.originator.as_str()) < (house, brand));
        self.relations
            .iter()
            .skip(from)
            .take_while(|r| r.distributor == house && r.originator == brand)
            .any(|r| r.kind == RelationKind::BrandOf)
    }

    /// Who decides what the party publishes at `date` (`YYYY`, `YYYY-MM`, `YYYY-MM-DD`, or two of them with `..`
    /// between), and whether the source of that judgement was opened. Without a date: its last period. Where the
    /// date spans a change, or no period covers it: unknown.
    pub fn control_at(&self, id: &str, date: Option<&str>) -> (Control, bool) {
        match self.party(id) {
            Some(party) => control::at(&party.control, date),
            None => (Control::Unknown, false),
        }
    }

    /// The same for a party that was looked up already.
    pub fn control_of(party: &Party, date: Option<&str>) -> (Control, bool) {
        control::at(&party.control, date)
    }

    /// Of which kind of state the party is an arm at `date`, how it is controlled, and how sure that is. `None`
    /// where it is no arm of a state, or was judged independent or public-service then.
    pub fn state_of(&self, id: &str, date: Option<&str>) -> Option<(StateKind, Control, Sureness)> {
        Self::state_of_party(self.party(id)?, date)
    }

    /// The same for a party that was looked up already.
    pub fn state_of_party(
        party: &Party,
        date: Option<&str>,
    ) -> Option<(StateKind, Control, Sureness)> {
        let state = party.state?;
        let (control, verified) = control::at(&party.control, date);
        let sureness = match control {
            Control::Controlled | Control::Owned if verified => Sureness::Sure,
            Control::Controlled | Control::Owned | Control::Unknown => Sureness::Possible,
            Control::PublicService | Control::Independent => return None,
        };
        Some((state, control, sureness))
    }

    /// SHA-256 (hexadecimal) of the tables it was made from: equal digests give equal answers.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

impl<'a> IntoIterator for &'a Registry {
    type Item = &'a Party;
    type IntoIter = std::slice::Iter<'a, Party>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
