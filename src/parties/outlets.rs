//! Who publishes under a domain or a printed name. In: `schema/outlets.csv`, and the user's own file of the same form over
//! it. Out: the outlet, with its country, its owner, and the party that it is itself.

use std::collections::BTreeMap;
use std::path::Path;

use crate::error::{Error, Result};

const TABLE: &str = include_str!("../../schema/outlets.csv");
const COLUMNS: [&str; 7] = [
    "id", "name", "domains", "names", "country", "owner", "party",
];

/// One outlet that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownOutlet {
    /// Kebab-case, never reused.
    pub id: String,
    /// As reports name it.
    pub name: String,
    /// Its domains, the main one first; a domain stands for those below it.
    pub domains: Vec<String>,
    /// Names that its pages print.
    pub names: Vec<String>,
    /// ISO 3166-1.
    pub country: Option<String>,
    /// Who owns it.
    pub owner: Option<String>,
    /// The party that it is itself.
    pub party: Option<String>,
}

/// All outlets that are known.
#[derive(Clone, Debug, Default)]
pub struct Outlets {
    all: Vec<KnownOutlet>,
    by_domain: BTreeMap<String, usize>,
    by_name: BTreeMap<String, usize>,
}

impl Outlets {
    /// The built-in table.
    pub fn builtin() -> Result<Self> {
        let mut outlets = Self::default();
        outlets.add(TABLE, "schema/outlets.csv")?;
        Ok(outlets)
    }

    /// The built-in table, with a user's file over it: a row replaces the built-in one of its id, and takes its domains and
    /// names from whichever outlet had them.
    pub fn with_file(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(Error::io("read", path))?;
        let mut outlets = Self::builtin()?;
        outlets.add(&text, &path.display().to_string())?;
        Ok(outlets)
    }

    fn add(&mut self, text: &str, place: &str) -> Result<()> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let wrong = |line: u64, reason: String| Error::Data {
            place: format!("{place}:{line}"),
            reason,
        };
        let semicolons = text.lines().next().unwrap_or_default().contains(';');
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(if semicolons { b';' } else { b',' })
            .flexible(true)
            .from_reader(text.as_bytes());
        let header: Vec<String> = reader
            .headers()
            .map_err(|e| wrong(1, e.to_string()))?
            .iter()
            .map(|h| h.trim().to_lowercase())
            .collect();
        if let Some(unknown) = header.iter().find(|h| !COLUMNS.contains(&h.as_str())) {
            let known = COLUMNS.join(", ");
            return Err(wrong(1, format!("the column {unknown} is none of {known}")));
        }
        for (line, row) in (2..).zip(reader.records()) {
            let row = row.map_err(|e| wrong(line, e.to_string()))?;
            let cell = |column: &str| {
                let at = header.iter().position(|h| h == column)?;
                row.get(at).map(str::trim).filter(|c| !c.is_empty())
            };
            let list = |column: &str| {
                let all = cell(column).unwrap_or_default().split('|').map(str::trim);
                all.filter(|c| !c.is_empty()).map(str::to_owned).collect()
            };
            let id = cell("id").ok_or_else(|| wrong(line, "the id is missing".into()))?;
            let name = cell("name").ok_or_else(|| wrong(line, "the name is missing".into()))?;
            let outlet = KnownOutlet {
                id: id.to_owned(),
                name: name.to_owned(),
                domains: list("domains"),
                names: list("names"),
                country: cell("country").map(str::to_owned),
                owner: cell("owner").map(str::to_owned),
                party: cell("party").map(str::to_owned),
            };
            if outlet
                .domains
                .iter()
                .any(|d| d.contains('/') || !d.contains('.'))
            {
                return Err(wrong(
                    line,
                    "a domain is written as in ledger.example, without scheme and path".into(),
                ));
            }
            self.put(outlet);
        }
        Ok(())
    }

    fn put(&mut self, outlet: KnownOutlet) {
        let at = match self.all.iter().position(|o| o.id == outlet.id) {
            Some(at) => {
                self.by_domain.retain(|_, of| *of != at);
                self.by_name.retain(|_, of| *of != at);
                at
            }
            None => self.all.len(),
        };
        for domain in &outlet.domains {
            let domain = domain.to_lowercase();
            let domain = domain.strip_prefix("www.").unwrap_or(&domain);
            self.by_domain.insert(domain.to_owned(), at);
        }
        for name in outlet.names.iter().chain([&outlet.name]) {
            self.by_name.insert(name.to_lowercase(), at);
        }
        match self.all.get_mut(at) {
            Some(place) => *place = outlet,
            None => self.all.push(outlet),
        }
    }

    /// The outlet of a page: by its domain, or one above it; where it has none, by the name it prints.
    pub fn find(&self, domain: Option<&str>, name: Option<&str>) -> Option<&KnownOutlet> {
        let at = match domain {
            Some(domain) => {
                let domain = domain.to_lowercase();
                let mut rest = domain.as_str();
                loop {
                    if let Some(at) = self.by_domain.get(rest) {
                        break Some(at);
                    }
                    match rest.split_once('.') {
                        Some((_, above)) => rest = above,
                        None => break None,
                    }
                }
            }
            None => self.by_name.get(&name?.trim().to_lowercase()),
        };
        self.all.get(*at?)
    }

    /// Every outlet.
    pub fn iter(&self) -> impl Iterator<Item = &KnownOutlet> {
        self.all.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parties::Registry;
    use std::collections::BTreeSet;

    #[test]
    fn the_table_is_sorted_unique_and_its_parties_are_in_the_registry() {
        let outlets = Outlets::builtin().unwrap();
        let registry = Registry::builtin().unwrap();
        let lines: Vec<&str> = TABLE.lines().skip(1).collect();
        assert!(lines.is_sorted());
        assert_eq!(outlets.iter().count(), lines.len());
        let mut seen = BTreeSet::new();
        for outlet in outlets.iter() {
            for domain in &outlet.domains {
                assert!(seen.insert(domain.clone()), "{domain} stands twice");
            }
            if let Some(party) = &outlet.party {
                assert!(registry.party(party).is_some(), "{party} is no party");
            }
        }
    }

    #[test]
    fn a_domain_stands_for_those_below_it_and_a_name_for_no_other_site() {
        let outlets = Outlets::builtin().unwrap();
        let id = |domain, name| outlets.find(domain, name).map(|o| o.id.as_str());
        assert_eq!(id(Some("news.bbc.co.uk"), None), Some("bbc"));
        assert_eq!(id(Some("notbbc.co.uk"), None), None);
        assert_eq!(id(None, Some("Voice of America")), Some("voa"));
        assert_eq!(id(Some("other.example"), Some("Voice of America")), None);
        assert_eq!(id(None, None), None);
    }

    #[test]
    fn a_users_file_lies_over_the_table() {
        let mut outlets = Outlets::builtin().unwrap();
        outlets
            .add(
                "id;name;domains;country\nledger;The Ledger;ledger.example|bbc.com;IS\n",
                "mine.csv",
            )
            .unwrap();
        assert_eq!(
            outlets.find(Some("www.ledger.example"), None).unwrap().name,
            "The Ledger"
        );
        assert_eq!(outlets.find(Some("bbc.com"), None).unwrap().id, "ledger");
        assert_eq!(outlets.find(Some("bbc.co.uk"), None).unwrap().id, "bbc");
        for wrong in [
            "id,nam\na,b\n",
            "id,name\n,b\n",
            "id,name,domains\na,b,https://a.example/\n",
        ] {
            assert!(outlets.add(wrong, "mine.csv").is_err(), "{wrong}");
        }
    }
}
