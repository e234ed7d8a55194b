//! The tables of `schema/parties/` -> a [`Registry`].

use std::borrow::Cow;
use std::fmt::Display;
use std::str::FromStr;

use sha2::{Digest, Sha256};

use super::{Alias, Context, Registry, Relation, RelationKind, table};
use crate::error::{Error, Result};
use crate::model::{Control, ControlPeriod, Party, PartyKind, StateKind};

/// One built-in table: its name as errors print it, and its text.
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) text: &'static str,
}

pub(super) const PARTIES: Table = Table {
    name: "schema/parties/parties.csv",
    text: include_str!("../../schema/parties/parties.csv"),
};
pub(super) const ALIASES: Table = Table {
    name: "schema/parties/aliases.csv",
    text: include_str!("../../schema/parties/aliases.csv"),
};
pub(super) const CONTROL: Table = Table {
    name: "schema/parties/control.csv",
    text: include_str!("../../schema/parties/control.csv"),
};
pub(super) const RELATIONS: Table = Table {
    name: "schema/parties/relations.csv",
    text: include_str!("../../schema/parties/relations.csv"),
};

/// The registry from the built-in tables.
pub(super) fn builtin() -> Result<Registry> {
    let mut hash = Sha256::new();
    for table in [&PARTIES, &ALIASES, &CONTROL, &RELATIONS] {
        hash.update(table.text.as_bytes());
        hash.update([0]);
    }
    let mut parties = Vec::with_capacity(512);
    each(&PARTIES, |row| {
        parties.push(Party {
            id: row.text(0),
            name: row.text(1),
            full_name: row.optional(2),
            country: row.optional(3),
            kind: row.parse::<Word<PartyKind>>(4)?.0,
            state: row.parse_optional::<Word<StateKind>>(5)?.map(|w| w.0),
            parent: row.optional(6),
            wikidata: row.optional(7),
            funding: row.optional(8),
            control: Vec::new(),
            notes: row.optional(9),
        });
        Ok(())
    })?;
    parties.sort_by(|a, b| a.id.cmp(&b.id));
    each(&CONTROL, |row| {
        let id = row.get(0);
        let period = ControlPeriod {
            from: row.optional(1),
            to: row.optional(2),
            control: row.parse::<Word<Control>>(3)?.0,
            basis: row.text(4),
            source_title: row.optional(5),
            source_date: row.optional(6),
            source_url: row.optional(7),
            verified: row.get(8) == "read",
        };
        match parties.binary_search_by(|party| party.id.as_str().cmp(id)) {
            Ok(at) => parties.get_mut(at).map(|party| party.control.push(period)),
            Err(_) => None,
        }
        .ok_or_else(|| row.error(format!("no party {id:?} in {}", PARTIES.name)))
    })?;
    let mut aliases = Vec::with_capacity(4096);
    each(&ALIASES, |row| {
        aliases.push(Alias {
            party: row.text(0),
            text: row.text(1),
            context: row.parse::<Word<Context>>(2)?.0,
            exact: row.get(3) == "exact",
            langs: row
                .get(4)
                .split_ascii_whitespace()
                .map(str::to_owned)
                .collect(),
            note: row.optional(5),
        });
        Ok(())
    })?;
    aliases.sort();
    let mut relations = Vec::with_capacity(256);
    each(&RELATIONS, |row| {
        relations.push(Relation {
            distributor: row.text(0),
            originator: row.text(1),
            kind: row.parse::<Word<RelationKind>>(2)?.0,
            from: row.optional(3),
            to: row.optional(4),
            seen_in: row.optional(5),
            verified: row.get(6) == "read",
        });
        Ok(())
    })?;
    relations.sort();
    Ok(Registry {
        parties,
        aliases,
        relations,
        digest: hex(&hash.finalize()),
    })
}

/// Bytes as lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        out.extend([byte >> 4, byte & 15].map(|d| char::from_digit(d.into(), 16).unwrap_or('0')));
        out
    })
}

/// Calls `take` with every row of a table after its header.
pub(super) fn each(table: &Table, mut take: impl FnMut(&Row<'_>) -> Result<()>) -> Result<()> {
    let mut rows = table::Table::new(table.text);
    while let Some((line, cells)) = rows.next_row() {
        let cells = cells.map_err(|reason| Error::Data {
            place: format!("{}, line {line}", table.name),
            reason,
        })?;
        take(&Row {
            file: table.name,
            line,
            cells,
        })?;
    }
    Ok(())
}

/// One row of a table, with the place that an error names.
pub(super) struct Row<'a> {
    file: &'a str,
    pub(super) line: u64,
    cells: &'a [Cow<'a, str>],
}

impl Row<'_> {
    /// The cell, empty where the row is too short.
    pub(super) fn get(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", Cow::as_ref)
    }

    fn text(&self, column: usize) -> String {
        self.get(column).to_owned()
    }

    pub(super) fn optional(&self, column: usize) -> Option<String> {
        Some(self.get(column))
            .filter(|cell| !cell.is_empty())
            .map(str::to_owned)
    }

    fn parse<T: FromStr<Err: Display>>(&self, column: usize) -> Result<T> {
        self.get(column)
            .parse()
            .map_err(|error| self.error(format!("{error}")))
    }

    fn parse_optional<T: FromStr<Err: Display>>(&self, column: usize) -> Result<Option<T>> {
        if self.get(column).is_empty() {
            return Ok(None);
        }
        self.parse(column).map(Some)
    }

    /// An error that names this row.
    pub(super) fn error(&self, reason: String) -> Error {
        Error::Data {
            place: format!("{}, line {}", self.file, self.line),
            reason,
        }
    }
}

/// A value of a closed list, parsed from its kebab-case name.
pub(super) struct Word<T>(pub(super) T);

macro_rules! words {
    ($type:ty, $what:literal, $($name:literal => $value:expr),+ $(,)?) => {
        impl FromStr for Word<$type> {
            type Err = String;

            fn from_str(text: &str) -> std::result::Result<Self, String> {
                match text {
                    $($name => Ok(Self($value)),)+
                    _ => Err(format!(
                        "{text:?} is no {}; it is one of {}", $what, [$($name),+].join(", ")
                    )),
                }
            }
        }
    };
}

words!(PartyKind, "kind",
    "agency" => PartyKind::Agency, "outlet" => PartyKind::Outlet, "government" => PartyKind::Government,
    "armed-group" => PartyKind::ArmedGroup, "stock" => PartyKind::Stock, "platform" => PartyKind::Platform,
    "organisation" => PartyKind::Organisation, "carrier" => PartyKind::Carrier);
words!(StateKind, "kind of state",
    "media" => StateKind::Media, "government" => StateKind::Government, "armed-group" => StateKind::ArmedGroup);
words!(Control, "control",
    "controlled" => Control::Controlled, "owned" => Control::Owned, "public-service" => Control::PublicService,
    "independent" => Control::Independent, "unknown" => Control::Unknown);
words!(Context, "context", "anywhere" => Context::Anywhere, "credit-only" => Context::CreditOnly, "tied" => Context::Tied,
    "local" => Context::Local);
words!(RelationKind, "kind of relation",
    "brand-of" => RelationKind::BrandOf, "distributes" => RelationKind::Distributes);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_builtin_registry_loads_and_knows_its_parties() {
        let registry = builtin().expect("the built-in tables are right");
        let kcna = registry.party("kcna").expect("kcna is registered");
        assert_eq!(kcna.name, "KCNA");
        assert_eq!(kcna.state, Some(StateKind::Media));
        assert!(registry.party("KCNA").is_none());
        assert_eq!(registry.digest().len(), 64);
    }
}
