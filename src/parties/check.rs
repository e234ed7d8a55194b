//! The rules of `schema/parties/`, as a test that names file and line.
//!
//! In: the four tables as text. Out: every breach as a sentence; none for the tables that are built in.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::control::{in_order, is_date, overlap};
use super::load::{ALIASES, CONTROL, PARTIES, RELATIONS, Row, Table, Word, each};
use super::row::is_id;
use crate::model::{Control, ControlPeriod};

struct Check {
    faults: Vec<String>,
    ids: BTreeSet<String>,
    states: BTreeSet<String>,
}

impl Check {
    fn say(&mut self, row: &Row<'_>, what: impl AsRef<str>) {
        self.faults
            .push(row.error(what.as_ref().to_owned()).to_string());
    }

    fn table(&mut self, table: &Table, mut look: impl FnMut(&mut Self, &Row<'_>)) {
        let read = each(table, |row| {
            look(self, row);
            Ok(())
        });
        if let Err(error) = read {
            self.faults.push(error.to_string());
        }
    }

    /// Rows stand in the order of their key, each key once.
    fn sorted(&mut self, table: &Table, key: &[usize]) {
        let mut last: Option<Vec<String>> = None;
        self.table(table, |check, row| {
            let this: Vec<String> = key.iter().map(|at| row.get(*at).to_owned()).collect();
            if last.as_ref().is_some_and(|last| *last >= this) {
                check.say(
                    row,
                    format!("{this:?} is out of order or stands there twice"),
                );
            }
            last = Some(this);
        });
    }

    fn known(&mut self, row: &Row<'_>, id: &str) {
        if !self.ids.contains(id) {
            self.say(row, format!("{id:?} is no party"));
        }
    }

    fn parties(&mut self, table: &Table) {
        self.sorted(table, &[0]);
        self.table(table, |check, row| {
            let id = row.get(0);
            if !is_id(id) {
                check.say(row, format!("{id:?} is no kebab-case id"));
            }
            if row.get(1).trim().is_empty() {
                check.say(row, "it has no name");
            }
            let country = row.get(3);
            if !country.is_empty()
                && (country.len() != 2 || !country.bytes().all(|b| b.is_ascii_uppercase()))
            {
                check.say(row, format!("{country:?} is no ISO 3166-1 code"));
            }
            check.ids.insert(id.to_owned());
            if !row.get(5).is_empty() {
                check.states.insert(id.to_owned());
            }
        });
        self.table(table, |check, row| {
            let parent = row.get(6);
            if !parent.is_empty() {
                check.known(row, parent);
            }
            if parent == row.get(0) {
                check.say(row, "it is its own parent");
            }
        });
    }

    fn aliases(&mut self, table: &Table) {
        self.sorted(table, &[0, 1]);
        let mut everywhere: BTreeMap<String, String> = BTreeMap::new();
        let mut named = BTreeSet::new();
        self.table(table, |check, row| {
            let (party, alias) = (row.get(0), row.get(1));
            check.known(row, party);
            named.insert(party.to_owned());
            if alias.trim() != alias || alias.is_empty() || !is_nfc(alias) {
                check.say(row, format!("{alias:?} is not NFC or has spaces around it"));
            }
            if !["any", "exact"].contains(&row.get(3)) {
                check.say(row, "case is neither any nor exact");
            }
            let short = alias.chars().filter(|c| c.is_alphanumeric()).count() <= 2;
            if short && !["credit-only", "tied"].contains(&row.get(2)) {
                check.say(row, format!("{alias:?} is too short to count anywhere"));
            }
            if row.get(4).is_empty() {
                let key = alias.nfkc().collect::<String>().to_lowercase();
                let first = everywhere.entry(key).or_insert_with(|| party.to_owned());
                if first != party {
                    let reason = format!(
                        "{alias:?} names {first:?} too: say in langs in which languages it is {party:?}"
                    );
                    check.say(row, reason);
                }
            }
        });
        let nameless: Vec<String> = self.ids.difference(&named).cloned().collect();
        for id in nameless {
            self.faults
                .push(format!("{}: {id:?} has no alias", table.name));
        }
    }

    fn control(&mut self, table: &Table) {
        self.sorted(table, &[0, 1]);
        let mut judged = BTreeSet::new();
        let mut last: Option<(String, ControlPeriod)> = None;
        self.table(table, |check, row| {
            let id = row.get(0).to_owned();
            check.known(row, &id);
            let control = row.get(3).parse::<Word<Control>>();
            let period = ControlPeriod {
                from: row.optional(1),
                to: row.optional(2),
                control: control.as_ref().map_or(Control::Unknown, |word| word.0),
                basis: row.get(4).to_owned(),
                source_title: row.optional(5),
                source_date: row.optional(6),
                source_url: row.optional(7),
                verified: row.get(8) == "read",
            };
            if let Err(reason) = control {
                check.say(row, reason);
            }
            for date in [&period.from, &period.to].into_iter().flatten() {
                if !is_date(date) {
                    check.say(row, format!("{date:?} is no date"));
                }
            }
            if !in_order(period.from.as_deref(), period.to.as_deref()) {
                check.say(row, "it ends before it begins");
            }
            if period.basis.trim().is_empty() {
                check.say(row, "it has no basis");
            }
            check.source(row, &period);
            let counts = matches!(period.control, Control::Controlled | Control::Owned);
            if counts && !check.states.contains(&id) {
                check.say(
                    row,
                    "parties.csv does not say of which kind of state it is an arm",
                );
            }
            if let Some((before, earlier)) = &last
                && *before == id
                && overlap(earlier, &period)
            {
                check.say(row, "it overlaps the period before");
            }
            judged.insert(id.clone());
            last = Some((id, period));
        });
        let unjudged: Vec<String> = self.states.difference(&judged).cloned().collect();
        for id in unjudged {
            self.faults.push(format!(
                "{}: {id:?} is an arm of a state without a judgement",
                table.name
            ));
        }
    }

    /// A source that was opened has title, address, and its date or the word "undated"; another one none of these.
    fn source(&mut self, row: &Row<'_>, period: &ControlPeriod) {
        let source = [
            &period.source_title,
            &period.source_date,
            &period.source_url,
        ];
        match row.get(8) {
            "read" if source.iter().any(|cell| cell.is_none()) => {
                self.say(row, "it says read and lacks title, date or address");
            }
            "unverified" if source.iter().any(|cell| cell.is_some()) => {
                self.say(row, "it names a source and says that nobody opened it");
            }
            "read" | "unverified" => {}
            other => self.say(row, format!("{other:?} is no basis_status")),
        }
        if let Some(date) = &period.source_date
            && date != "undated"
            && !is_date(date)
        {
            self.say(row, format!("{date:?} is neither a date nor \"undated\""));
        }
        if let Some(url) = &period.source_url
            && !url.starts_with("https://")
            && !url.starts_with("http://")
        {
            self.say(row, format!("{url:?} is no address"));
        }
    }

    fn relations(&mut self, table: &Table) {
        self.sorted(table, &[0, 1, 2, 3]);
        let mut pairs = BTreeSet::new();
        self.table(table, |check, row| {
            let (house, source) = (row.get(0), row.get(1));
            check.known(row, house);
            check.known(row, source);
            if house == source {
                check.say(row, "it passes on its own pictures");
            }
            if pairs.contains(&(source.to_owned(), house.to_owned())) {
                check.say(
                    row,
                    "the table says the opposite too: such a pair has no order",
                );
            }
            pairs.insert((house.to_owned(), source.to_owned()));
            for date in [row.get(3), row.get(4)] {
                if !date.is_empty() && !is_date(date) {
                    check.say(row, format!("{date:?} is no date"));
                }
            }
            if !in_order(row.optional(3).as_deref(), row.optional(4).as_deref()) {
                check.say(row, "it ends before it begins");
            }
            match row.get(6) {
                "read" if row.get(5).is_empty() => {
                    check.say(row, "it says read and not in what line");
                }
                "read" | "unverified" => {}
                other => check.say(row, format!("{other:?} is no basis_status")),
            }
        });
    }
}

/// Every breach of the rules.
fn faults(parties: &Table, aliases: &Table, control: &Table, relations: &Table) -> Vec<String> {
    let mut check = Check {
        faults: Vec::new(),
        ids: BTreeSet::new(),
        states: BTreeSet::new(),
    };
    check.parties(parties);
    check.aliases(aliases);
    check.control(control);
    check.relations(relations);
    check.faults
}

#[test]
fn the_builtin_tables_keep_their_rules() {
    let found = faults(&PARTIES, &ALIASES, &CONTROL, &RELATIONS);
    assert!(
        found.is_empty(),
        "{} faults:\n{}",
        found.len(),
        found.join("\n")
    );
}

#[test]
fn the_registry_is_as_large_as_it_says_and_knows_those_that_print_most() {
    let registry = super::Registry::builtin().expect("the built-in tables are right");
    let states = registry.iter().filter(|p| p.state.is_some()).count();
    assert!(states >= 199, "{states} arms of states");
    assert!(registry.iter().count() - states >= 200);
    for id in [
        "kcna",
        "rodong-sinmun",
        "kctv",
        "xinhua",
        "cctv",
        "cgtn",
        "china-daily",
        "tass",
        "ria-novosti",
        "sputnik",
        "irna",
        "press-tv",
        "fars",
        "tasnim",
        "sana",
        "granma",
        "prensa-latina",
        "vna-vn",
    ] {
        assert_eq!(
            registry.control_at(id, Some("2023-09-13")),
            (Control::Controlled, true),
            "{id}"
        );
    }
    for id in [
        "bbc", "voa", "dw", "rfi", "yonhap", "nhk", "afp", "efe", "reuters", "ap",
    ] {
        assert_eq!(registry.state_of(id, None), None, "{id}");
    }
}

#[test]
fn each_rule_refuses_what_it_forbids() {
    const P: &str = "id,name,full_name,country,kind,state,parent,wikidata,funding,notes\n";
    const A: &str = "party,alias,context,case,langs,note\n";
    const C: &str =
        "party,from,to,control,basis,source_title,source_date,source_url,basis_status\n";
    const R: &str = "distributor,originator,kind,from,to,seen_in,basis_status\n";
    let good = [
        format!("{P}a,A,,,agency,media,,,,\nb,B,,,agency,,,,,\n"),
        format!("{A}a,AA Press,anywhere,any,,\nb,BB Press,anywhere,any,,\n"),
        format!("{C}a,,2000,controlled,a law,,,,unverified\n"),
        format!("{R}b,a,distributes,,,,unverified\n"),
    ];
    let try_with = |at: usize, text: String| {
        let mut texts = good.clone();
        if let Some(slot) = texts.get_mut(at) {
            *slot = text;
        }
        let [p, a, c, r] = texts;
        let table = |name, text: String| Table {
            name,
            text: text.leak(),
        };
        faults(
            &table("p", p),
            &table("a", a),
            &table("c", c),
            &table("r", r),
        )
        .join("\n")
    };
    assert_eq!(try_with(9, String::new()), "");
    let parties = &good[0];
    let aliases = &good[1];
    let control = &good[2];
    let relations = &good[3];
    for (at, text, words) in [
        (0, parties.replace("b,B", "B_b,B"), "no kebab-case id"),
        (0, parties.replace("b,B", "a,B"), "stands there twice"),
        (
            0,
            parties.replace("agency,,,,,", "agency,,zz,,,"),
            "\"zz\" is no party",
        ),
        (
            1,
            aliases.replace("BB Press", "aa press"),
            "names \"a\" too",
        ),
        (
            1,
            aliases.replace("BB Press", "e\u{301}e\u{301}e\u{301}"),
            "NFC",
        ),
        (1, aliases.replace("BB Press", "AP"), "too short"),
        (
            1,
            aliases.replace("b,BB Press,anywhere,any,,\n", ""),
            "\"b\" has no alias",
        ),
        (2, control.replace("a law", ""), "no basis"),
        (
            2,
            control.replace("2000", "2000-13"),
            "\"2000-13\" is no date",
        ),
        (
            2,
            control.replace("a,,2000", "a,2001,2000"),
            "ends before it begins",
        ),
        (
            2,
            control.replace("a,,2000", "b,,2000"),
            "which kind of state",
        ),
        (2, control.replace("unverified", "read"), "lacks title"),
        (
            2,
            control.replace(",,,,unverified", ",T,,,unverified"),
            "nobody opened it",
        ),
        (
            2,
            format!("{control}a,1999,,owned,a law,,,,unverified\n"),
            "overlaps",
        ),
        (2, C.to_owned(), "without a judgement"),
        (3, relations.replace("b,a", "b,z"), "\"z\" is no party"),
        (
            3,
            format!(
                "{R}a,b,distributes,,,,unverified\n{}",
                relations.replace(R, "")
            ),
            "opposite",
        ),
        (3, relations.replace("unverified", "read"), "in what line"),
    ] {
        let said = try_with(at, text.clone());
        assert!(said.contains(words), "{text}\n{said}");
        assert!(
            said.contains("line") || said.contains("\"a\"") || said.contains("\"b\""),
            "{said}"
        );
    }
}
