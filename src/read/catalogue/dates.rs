//! The order of day and month. In: the values of date columns. Out: ISO dates, where the order is stated or proven by the
//! data; otherwise as much as is certain, and a problem. 03/04/2005 is never guessed.

use std::collections::BTreeMap;

use super::columns::DateOrder;
use crate::model::{Problem, Reason};
use crate::read::metadata::iso_date;

/// What the values of each column prove.
#[derive(Debug)]
pub(super) struct Proof {
    stated: Option<DateOrder>,
    columns: BTreeMap<String, Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    day_first: bool,
    month_first: bool,
    /// A value that either order may have written.
    open: Option<String>,
}

impl Seen {
    fn order(&self) -> Option<DateOrder> {
        match (self.day_first, self.month_first) {
            (true, false) => Some(DateOrder::DayFirst),
            (false, true) => Some(DateOrder::MonthFirst),
            _ => None,
        }
    }
}

/// What a value is as a date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Dated {
    /// ISO 8601, as precise as it is certain.
    Iso(String),
    /// Numbers that give no date.
    No,
    /// Not written in numbers.
    Words,
}

impl From<Option<String>> for Dated {
    fn from(date: Option<String>) -> Self {
        date.map_or(Self::No, Self::Iso)
    }
}

/// Three numbers, the year last.
struct Numbers {
    first: u32,
    second: u32,
    year: u32,
    /// The year has four digits.
    whole: bool,
}

fn numbers(value: &str) -> Option<Numbers> {
    let day = value.trim().split([' ', 'T', ',']).next()?;
    let parts: Vec<&str> = day.split(['/', '.', '-']).collect();
    let [first, second, year] = parts.as_slice() else {
        return None;
    };
    let short =
        |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let whole = year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
    if !short(first) || !short(second) || !(whole || short(year)) {
        return None;
    }
    let found = Numbers {
        first: first.parse().ok()?,
        second: second.parse().ok()?,
        year: year.parse().ok()?,
        whole,
    };
    let fits = |n: u32| (1..=31).contains(&n);
    (fits(found.first) && fits(found.second)).then_some(found)
}

impl Proof {
    pub(super) fn new(stated: Option<DateOrder>) -> Self {
        Self {
            stated,
            columns: BTreeMap::new(),
        }
    }

    /// Take a value of a column into account.
    pub(super) fn see(&mut self, column: &str, value: &str) {
        let Some(n) = numbers(value) else { return };
        if !self.columns.contains_key(column) {
            self.columns.insert(column.to_owned(), Seen::default());
        }
        let Some(seen) = self.columns.get_mut(column) else {
            return;
        };
        // With two digits for the year, any of the three may be the year: such a value proves nothing.
        if n.whole && n.first > 12 {
            seen.day_first = true;
        } else if n.whole && n.second > 12 {
            seen.month_first = true;
        } else if (n.first != n.second || !n.whole) && seen.open.is_none() {
            seen.open = Some(value.trim().to_owned());
        }
    }

    /// The problem of columns whose order nothing proves.
    pub(super) fn problem(&self) -> Option<Problem> {
        if self.stated.is_some() {
            return None;
        }
        let open: Vec<String> = self
            .columns
            .iter()
            .filter(|(_, seen)| seen.order().is_none())
            .filter_map(|(column, seen)| Some(format!("{column} (\"{}\")", seen.open.as_ref()?)))
            .collect();
        (!open.is_empty()).then(|| {
            Problem::new(
                Reason::Ambiguous,
                format!(
                    "cannot tell day from month in the column {}: nothing in the data proves the order; state it with --dates day-first or --dates month-first",
                    open.join(", ")
                ),
            )
        })
    }

    /// A value as a date.
    pub(super) fn read(&self, column: &str, value: &str) -> Dated {
        let Some(n) = numbers(value) else {
            let year_first = value
                .trim()
                .get(..4)
                .is_some_and(|y| y.bytes().all(|b| b.is_ascii_digit()));
            return if year_first {
                iso_date(value).into()
            } else {
                Dated::Words
            };
        };
        let proven = self.columns.get(column).and_then(Seen::order);
        let order = self.stated.or(proven.filter(|_| n.whole));
        let year = match (n.whole, n.year) {
            (true, year) => year,
            // As POSIX reads two digits, where the order is stated.
            (false, year @ 69..) => 1900 + year,
            (false, year) => 2000 + year,
        };
        let date = |day: u32, month: u32| {
            let fits = jiff::civil::Date::new(
                i16::try_from(year).ok()?,
                i8::try_from(month).ok()?,
                i8::try_from(day).ok()?,
            );
            fits.ok().map(|date| date.to_string())
        };
        let only_year = || n.whole.then(|| format!("{year:04}"));
        match order {
            Some(DateOrder::DayFirst) => date(n.first, n.second).or_else(only_year),
            Some(DateOrder::MonthFirst) => date(n.second, n.first).or_else(only_year),
            None if n.whole && n.first == n.second => date(n.first, n.second),
            None => only_year(),
        }
        .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof(values: &[&str]) -> Proof {
        let mut proof = Proof::new(None);
        for value in values {
            proof.see("Date", value);
        }
        proof
    }

    fn read(proof: &Proof, value: &str) -> Option<String> {
        match proof.read("Date", value) {
            Dated::Iso(date) => Some(date),
            _ => None,
        }
    }

    #[test]
    fn one_value_proves_the_order_for_its_column() {
        let german = proof(&["03.04.2005", "31.12.2005 10:00"]);
        assert_eq!(german.problem(), None);
        assert_eq!(read(&german, "03.04.2005").as_deref(), Some("2005-04-03"));
        let american = proof(&["3/4/2005", "12/31/2005"]);
        assert_eq!(read(&american, "3/4/2005").as_deref(), Some("2005-03-04"));
        assert_eq!(
            american.read("Other", "3/4/2005"),
            Dated::Iso("2005".into())
        );
    }

    #[test]
    fn what_is_not_proven_is_a_problem_and_not_a_guess() {
        let open = proof(&["03/04/2005", "05/06/2005"]);
        assert_eq!(open.problem().unwrap().reason, Reason::Ambiguous);
        assert_eq!(read(&open, "03/04/2005").as_deref(), Some("2005"));
        assert_eq!(read(&open, "05/05/2005").as_deref(), Some("2005-05-05"));
        let torn = proof(&["03/04/2005", "31/12/2005", "12/31/2005"]);
        assert_eq!(torn.problem().unwrap().reason, Reason::Ambiguous);
        let short = proof(&["03/04/05", "25/04/05"]);
        assert!(short.problem().is_some());
        assert_eq!(read(&short, "03/04/05"), None);
    }

    #[test]
    fn what_the_user_states_holds() {
        let stated = Proof::new(Some(DateOrder::MonthFirst));
        assert_eq!(read(&stated, "03/04/05").as_deref(), Some("2005-03-04"));
        assert_eq!(read(&stated, "03/04/1999").as_deref(), Some("1999-03-04"));
        assert_eq!(read(&stated, "31/12/1999").as_deref(), Some("1999"));
    }

    #[test]
    fn years_that_stand_first_need_no_proof() {
        let none = proof(&["2024-06-12", "2024:06:12 10:00:00"]);
        assert_eq!(none.problem(), None);
        assert_eq!(
            read(&none, "2024:06:12 10:00:00").as_deref(),
            Some("2024-06-12T10:00:00")
        );
        assert_eq!(none.read("Date", "12 June 2024"), Dated::Words);
    }
}
