//! A user's own registry file, laid over the built-in one.
//!
//! In: a CSV file with a header line; columns in any order: `id` and any of `name`, `aliases` (parted by `|`),
//! `country`, `kind`, `state`, `control`, `from`, `to`, `basis`, `notes`. Commas or semicolons part the cells.
//! Out: the registry with those parties added or changed: a cell that is filled replaces the built-in value, an
//! empty one keeps it; aliases are added, and taken from any other party that had them; rows of the same id that
//! state a control replace all built-in judgements on that party, each row being one period. Whoever writes a
//! judgement with its basis answers for it, so such a row counts as verified.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

use super::control::{in_order, is_date, overlap};
use super::load::{Word, hex};
use super::row::is_id;
use super::{Alias, Context, Registry};
use crate::error::{Error, Result};
use crate::model::{Control, ControlPeriod, Party, PartyKind, StateKind};

const COLUMNS: [&str; 11] = [
    "id", "name", "aliases", "country", "kind", "state", "control", "from", "to", "basis", "notes",
];

/// `registry` with the rows of the file at `path` laid over it.
pub(super) fn overlay(registry: Registry, path: &Path) -> Result<Registry> {
    let bytes = std::fs::read(path).map_err(Error::io("read", path))?;
    let place = path.display().to_string();
    overlay_bytes(registry, &bytes, &place)
}

fn overlay_bytes(mut registry: Registry, bytes: &[u8], place: &str) -> Result<Registry> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let header = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let semicolons = header.contains(&b';') && !header.contains(&b',');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(if semicolons { b';' } else { b',' })
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(bytes);
    let fail = |line: u64, reason: String| Error::Data {
        place: format!("{place}, line {line}"),
        reason,
    };
    let unreadable = |error: csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        fail(
            line,
            format!("it is not readable as CSV in UTF-8 ({error})"),
        )
    };
    let columns =
        columns(reader.headers().map_err(unreadable)?).map_err(|reason| fail(1, reason))?;
    let mut overlay = Overlay::new(&mut registry);
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record).map_err(unreadable)? {
        let cell = |column: &str| {
            columns
                .iter()
                .position(|name| name == column)
                .and_then(|at| record.get(at))
                .filter(|cell| !cell.is_empty())
        };
        if record.iter().all(str::is_empty) {
            continue;
        }
        if record.len() > columns.len() {
            let reason = format!(
                "it has {} cells where the header has {}; put quotes around a cell that contains a comma",
                record.len(),
                columns.len()
            );
            return Err(fail(line_of(bytes, &record), reason));
        }
        apply(&mut overlay, cell).map_err(|reason| fail(line_of(bytes, &record), reason))?;
    }
    registry.parties = overlay.parties.into_values().collect();
    registry.aliases = overlay.aliases.into_values().flatten().collect();
    registry.aliases.sort();
    let mut hash = Sha256::new();
    hash.update(registry.digest.as_bytes());
    hash.update(bytes);
    registry.digest = hex(&hash.finalize());
    Ok(registry)
}

/// The line on which a record begins: the reader's own figure counts from the empty lines before it.
fn line_of(bytes: &[u8], record: &csv::StringRecord) -> u64 {
    let at = record.position().map_or(0, |p| p.byte() as usize);
    let (before, rest) = bytes.split_at(at.min(bytes.len()));
    let empty = rest.iter().take_while(|b| b.is_ascii_whitespace());
    before.iter().chain(empty).filter(|b| **b == b'\n').count() as u64 + 1
}

/// The header's columns, lower-cased; all known, `id` among them, none twice.
fn columns(header: &csv::StringRecord) -> std::result::Result<Vec<String>, String> {
    let names: Vec<String> = header.iter().map(str::to_ascii_lowercase).collect();
    for (at, name) in names.iter().enumerate() {
        if !COLUMNS.contains(&name.as_str()) {
            return Err(format!(
                "{name:?} is no column of a registry file; its first line names some of {}",
                COLUMNS.join(", ")
            ));
        }
        if names.iter().take(at).any(|other| other == name) {
            return Err(format!("the column {name:?} stands there twice"));
        }
    }
    if names.iter().any(|name| name == "id") {
        Ok(names)
    } else {
        Err("its first line names no column \"id\"".to_owned())
    }
}

/// The registry while rows are laid over it: each row finds what it changes without looking at the rest.
struct Overlay {
    parties: BTreeMap<String, Party>,
    /// By the alias in small letters.
    aliases: BTreeMap<String, Vec<Alias>>,
    /// Parties whose judgements the file has replaced.
    judged: BTreeSet<String>,
}

impl Overlay {
    fn new(registry: &mut Registry) -> Self {
        let mut aliases: BTreeMap<String, Vec<Alias>> = BTreeMap::new();
        for alias in std::mem::take(&mut registry.aliases) {
            aliases
                .entry(alias.text.to_lowercase())
                .or_default()
                .push(alias);
        }
        Self {
            parties: std::mem::take(&mut registry.parties)
                .into_iter()
                .map(|party| (party.id.clone(), party))
                .collect(),
            aliases,
            judged: BTreeSet::new(),
        }
    }
}

/// Lays one row over the registry.
fn apply<'a>(
    registry: &mut Overlay,
    cell: impl Fn(&str) -> Option<&'a str>,
) -> std::result::Result<(), String> {
    let id = cell("id").ok_or("it has no id")?;
    if !is_id(id) {
        return Err(format!(
            "{id:?} is no id: an id is small letters and digits, parted by single hyphens"
        ));
    }
    let kind = cell("kind")
        .map(str::parse::<Word<PartyKind>>)
        .transpose()?;
    let state = cell("state")
        .map(str::parse::<Word<StateKind>>)
        .transpose()?;
    let period = period(&cell)?;
    if !registry.parties.contains_key(id) {
        let name = cell("name").ok_or_else(|| format!("{id:?} is new and has no name"))?;
        registry.parties.insert(id.to_owned(), new_party(id, name));
        add_alias(registry, id, name);
    }
    let Some(party) = registry.parties.get_mut(id) else {
        return Ok(());
    };
    if let Some(name) = cell("name") {
        name.clone_into(&mut party.name);
    }
    if let Some(country) = cell("country") {
        party.country = Some(country.to_ascii_uppercase());
    }
    if let Some(kind) = kind {
        party.kind = kind.0;
    }
    if let Some(state) = state {
        party.state = Some(state.0);
    }
    if let Some(notes) = cell("notes") {
        party.notes = Some(notes.to_owned());
    }
    if let Some(period) = period {
        if registry.judged.insert(id.to_owned()) {
            party.control.clear();
        }
        party.control.push(period);
        party.control.sort_by(|a, b| a.from.cmp(&b.from));
        if party
            .control
            .windows(2)
            .any(|two| matches!(two, [a, b] if overlap(a, b)))
        {
            return Err(format!("the periods of {id:?} overlap"));
        }
        let counts = party
            .control
            .iter()
            .any(|p| matches!(p.control, Control::Controlled | Control::Owned));
        if counts && party.state.is_none() {
            return Err(format!(
                "{id:?} is controlled or owned by a state, and the column \"state\" does not say whether it is media, government or armed-group"
            ));
        }
    }
    for alias in cell("aliases").unwrap_or_default().split('|') {
        if !alias.trim().is_empty() {
            add_alias(registry, id, alias.trim());
        }
    }
    Ok(())
}

/// The judgement that a row states, if any.
fn period<'a>(
    cell: &impl Fn(&str) -> Option<&'a str>,
) -> std::result::Result<Option<ControlPeriod>, String> {
    let Some(control) = cell("control") else {
        return match ["from", "to", "basis"]
            .into_iter()
            .find(|column| cell(column).is_some())
        {
            Some(column) => Err(format!("it has a {column:?} and no control")),
            None => Ok(None),
        };
    };
    let control = control.parse::<Word<Control>>()?.0;
    let basis = cell("basis").ok_or("it states a control without a basis: say on what it rests")?;
    for column in ["from", "to"] {
        if let Some(date) = cell(column).filter(|date| !is_date(date)) {
            return Err(format!(
                "{date:?} in {column:?} is no date: write YYYY, YYYY-MM or YYYY-MM-DD"
            ));
        }
    }
    if !in_order(cell("from"), cell("to")) {
        return Err("\"from\" is later than \"to\"".to_owned());
    }
    Ok(Some(ControlPeriod {
        from: cell("from").map(str::to_owned),
        to: cell("to").map(str::to_owned),
        control,
        basis: basis.to_owned(),
        source_title: None,
        source_date: None,
        source_url: None,
        verified: true,
    }))
}

fn new_party(id: &str, name: &str) -> Party {
    Party {
        id: id.to_owned(),
        name: name.to_owned(),
        full_name: None,
        country: None,
        kind: PartyKind::Agency,
        state: None,
        parent: None,
        wikidata: None,
        funding: None,
        control: Vec::new(),
        notes: None,
    }
}

/// Adds an alias, taking it from any other party. Short names and single small words count only in a credit.
fn add_alias(registry: &mut Overlay, id: &str, text: &str) {
    let text: String = text.nfc().collect();
    let named = registry.aliases.entry(text.to_lowercase()).or_default();
    named.retain(|alias| alias.party == id && alias.text != text);
    let short = text.chars().count() <= 4;
    named.push(Alias {
        party: id.to_owned(),
        context: if short {
            Context::CreditOnly
        } else {
            Context::Anywhere
        },
        exact: short,
        langs: Vec::new(),
        note: None,
        text,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Sureness;

    fn with(text: &str) -> Result<Registry> {
        overlay_bytes(Registry::builtin()?, text.as_bytes(), "my.csv")
    }

    fn refusal(text: &str) -> String {
        with(text)
            .map(|_| ())
            .expect_err("it is refused")
            .to_string()
    }

    #[test]
    fn a_users_row_adds_a_party_and_its_names() {
        let registry = with(
            "id,name,aliases,country,kind,state,control,from,to,basis,notes\n\
             gazette,The Gazette,Gazette|Die Gazette,at,outlet,media,owned,2001,,Companies Act s. 1,ours\n",
        )
        .expect("the file is right");
        let party = registry.party("gazette").expect("it was added");
        assert_eq!(
            (party.country.as_deref(), party.kind),
            (Some("AT"), PartyKind::Outlet)
        );
        assert_eq!(
            registry.state_of("gazette", Some("2005")),
            Some((StateKind::Media, Control::Owned, Sureness::Sure))
        );
        let names: Vec<&str> = registry
            .aliases_of("gazette")
            .iter()
            .map(|a| a.text.as_str())
            .collect();
        assert_eq!(names, ["Die Gazette", "Gazette", "The Gazette"]);
    }

    #[test]
    fn a_users_row_overrides_by_id_and_keeps_what_it_leaves_empty() {
        let before = Registry::builtin().expect("the built-in tables are right");
        let after = with("id;control;basis\nkcna;independent;a demonstration\n")
            .expect("the file is right");
        assert_eq!(
            after.party("kcna").map(|p| &p.name),
            before.party("kcna").map(|p| &p.name)
        );
        assert_eq!(after.control_at("kcna", None), (Control::Independent, true));
        assert_eq!(after.state_of("kcna", None), None);
        assert_eq!(after.aliases_of("kcna"), before.aliases_of("kcna"));
        assert_ne!(after.digest(), before.digest());
    }

    #[test]
    fn an_alias_of_the_users_is_taken_from_the_party_that_had_it() {
        let registry =
            with("id,name,aliases\nmy-agency,My Agency,kcna\n").expect("the file is right");
        let owners: Vec<&str> = registry
            .aliases()
            .iter()
            .filter(|a| a.text.eq_ignore_ascii_case("KCNA"))
            .map(|a| a.party.as_str())
            .collect();
        assert_eq!(owners, ["my-agency"]);
    }

    #[test]
    fn a_bad_row_is_refused_with_its_line_and_a_sentence() {
        for (text, line, words) in [
            ("", 1, "no column \"id\""),
            ("id,colour\n", 1, "\"colour\" is no column"),
            ("id,id\n", 1, "twice"),
            ("id,name\nBad Id,x\n", 2, "is no id"),
            ("id,name\nnew,\n", 2, "has no name"),
            ("id,name\na,b,c\n", 2, "3 cells"),
            ("id,kind\nkcna,agenzy\n", 2, "\"agenzy\" is no kind"),
            ("id,control\n\nkcna,owned\n", 3, "without a basis"),
            (
                "id,control,basis,from\nkcna,owned,x,2020-13\n",
                2,
                "is no date",
            ),
            (
                "id,control,basis,from,to\nkcna,owned,x,2020,2019\n",
                2,
                "later than",
            ),
            ("id,from\nkcna,2020\n", 2, "no control"),
            (
                "id,name,control,basis\nnew,New,owned,x\n",
                2,
                "\"state\" does not say",
            ),
            (
                "id,control,basis,from\nkcna,owned,x,2020\nkcna,unknown,y,2019\n",
                3,
                "overlap",
            ),
        ] {
            let said = refusal(text);
            assert!(
                said.starts_with(&format!("cannot use my.csv, line {line}: ")),
                "{text:?}: {said}"
            );
            assert!(said.contains(words), "{text:?}: {said}");
        }
    }

    #[test]
    fn the_example_of_the_readme_is_a_registry_file() {
        let readme = include_str!("../../schema/README.md");
        let example = readme
            .split("```csv\n")
            .nth(1)
            .and_then(|rest| rest.split("```").next());
        let registry = with(example.expect("there is an example")).expect("it is right");
        assert_eq!(
            registry.control_at("gazette", Some("2010")),
            (Control::Owned, true)
        );
        assert_eq!(
            registry.control_at("kcna", Some("2010")),
            (Control::Unknown, true)
        );
    }

    #[test]
    fn bytes_that_are_no_text_are_refused_without_a_crash() {
        let builtin = || Registry::builtin().expect("the built-in tables are right");
        let bad = overlay_bytes(builtin(), b"id,name\n\xff\xfe,\xff\n", "my.csv");
        assert!(bad.is_err_and(|e| e.to_string().contains("line 2")));
        assert!(
            overlay_bytes(
                builtin(),
                b"\xef\xbb\xbfid,name\r\n\r\nx-y,X Y\r\n",
                "my.csv"
            )
            .is_ok()
        );
        let missing = Registry::with_file(Path::new("no/such/file.csv"));
        assert!(missing.is_err_and(|e| e.to_string().starts_with("cannot read no/such/file.csv")));
    }
}
