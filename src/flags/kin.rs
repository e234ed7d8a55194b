//! Which parties can stand in one chain: brands of one house, and distributors of an originator.
//!
//! Two credits of one picture that name different links of one chain do not contradict each other.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::matching;
use crate::model::CreditReading;
use crate::parties::{Registry, RelationKind};

/// Everybody whom the credits of one copy name.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Named {
    /// Registry ids.
    pub parties: BTreeSet<String>,
    /// Names that the registry does not know, folded.
    pub unknown: BTreeSet<String>,
    /// Photographers, folded.
    pub creators: BTreeSet<String>,
}

impl Named {
    /// Nobody.
    pub const fn nobody() -> Self {
        Self {
            parties: BTreeSet::new(),
            unknown: BTreeSet::new(),
            creators: BTreeSet::new(),
        }
    }

    /// Adds whom a credit names.
    pub fn add(&mut self, reading: &CreditReading) {
        for link in &reading.chain {
            match &link.party {
                Some(id) => self.parties.insert(id.clone()),
                None => self.unknown.insert(fold(&link.name)),
            };
        }
        self.creators
            .extend(reading.creators.iter().map(|c| fold(c)));
    }

    /// Adds everybody of another copy.
    pub fn join(&mut self, other: &Self) {
        self.parties.extend(other.parties.iter().cloned());
        self.unknown.extend(other.unknown.iter().cloned());
        self.creators.extend(other.creators.iter().cloned());
    }

    /// Whether nobody is named.
    pub fn is_empty(&self) -> bool {
        self.parties.is_empty() && self.unknown.is_empty() && self.creators.is_empty()
    }

    /// Names that are no party's that the registry knows by them.
    fn people(&self) -> impl Iterator<Item = &String> {
        self.creators.iter().chain(&self.unknown)
    }

    /// Whether both name the same person, or the one's person is the other's unknown party.
    pub fn shares_person(&self, other: &Self) -> bool {
        self.people()
            .any(|a| other.people().any(|b| same_person(a, b)))
    }

    /// Whether a name of the one that the registry does not know may be a party of the other, in other letters.
    pub fn may_name(&self, other: &Self, registry: &Registry) -> bool {
        let sounds = |name: &str, id: &str| {
            let aliases = registry.aliases_of(id).iter().map(|a| a.text.as_str());
            let own = registry.party(id).map(|p| p.name.as_str());
            aliases.chain(own).any(|a| matching::same_person(name, a))
        };
        let names = |a: &Self, b: &Self| {
            a.people()
                .any(|name| b.parties.iter().any(|id| sounds(name, id)))
        };
        names(self, other) || names(other, self)
    }

    /// Whether both name the same party, or parties that can stand in one chain.
    pub fn one_chain(&self, other: &Self, registry: &Registry) -> bool {
        let pairs = |a: &str, b: &str| related(registry, a, b);
        (self.parties.iter()).any(|a| other.parties.iter().any(|b| pairs(a, b)))
    }

    /// Whether it names registered parties, all of which pass on other people's pictures and make none.
    pub fn only_passes_on(&self, registry: &Registry) -> bool {
        !self.parties.is_empty()
            && self.unknown.is_empty()
            && self.creators.is_empty()
            && self.parties.iter().all(|id| registry.only_passes_on(id))
    }
}

/// Whether the two are the same house, or one is known to pass on the other's pictures.
pub(super) fn related(registry: &Registry, a: &str, b: &str) -> bool {
    same_house(registry, a, b)
        || registry.distributes(a, b, None)
        || registry.distributes(b, a, None)
}

/// Whether the two are one party, or brands or bodies of one parent.
pub(super) fn same_house(registry: &Registry, a: &str, b: &str) -> bool {
    a == b || house(registry, a) == house(registry, b)
}

/// The head of a party's house. A loop in a user's registry ends the walk.
fn house<'a>(registry: &'a Registry, id: &'a str) -> &'a str {
    let mut at = id;
    for _ in 0..8 {
        let brand = (registry.relations().iter())
            .find(|r| r.kind == RelationKind::BrandOf && r.originator == at)
            .map(|r| r.distributor.as_str());
        let parent = registry.party(at).and_then(|p| p.parent.as_deref());
        match brand.or(parent) {
            Some(head) if head != id => at = head,
            _ => break,
        }
    }
    at
}

/// Lower case, without marks and punctuation, single blanks.
pub(super) fn fold(name: &str) -> String {
    let letters: String = name
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    letters.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether two folded names share a word that is more than an initial, or are one name in other letters.
fn same_person(a: &str, b: &str) -> bool {
    a == b
        || a.split(' ')
            .any(|word| word.chars().count() > 2 && b.split(' ').any(|w| w == word))
        || matching::same_person(a, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_with_initials_marks_and_in_another_order() {
        assert_eq!(fold("  MALTSEV, Yúri "), "maltsev yuri");
        assert!(same_person(&fold("Y. Maltsev"), &fold("Maltsev Yuri")));
        assert!(!same_person(&fold("Yuri Maltsev"), &fold("Eric Draper")));
        assert!(!same_person(&fold("Al Bo"), &fold("Al Co")));
        assert!(same_person(&fold("Jörg Müller"), &fold("Joerg Mueller")));
        assert!(same_person(&fold("Омар Санадики"), &fold("Omar Sanadiki")));
    }

    #[test]
    fn distributor_and_originator_can_stand_in_one_chain() {
        let registry = Registry::builtin().unwrap();
        assert!(related(&registry, "reuters", "kcna"));
        assert!(related(&registry, "kcna", "kns"));
        assert!(!related(&registry, "kcna", "tass"));
        assert!(!related(&registry, "afp", "reuters"));
    }
}
