//! The weights of the evidence (`schema/matching/weights.csv`): natural logarithms of likelihood ratios, estimated by
//! `examples/fit_matching.rs`, each with the day and the data it was estimated from. The thresholds of the decision
//! stand in the same table, under `decide`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

const TABLE: &str = include_str!("../../schema/matching/weights.csv");

/// Weights by kind of evidence and level.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Weights {
    by_kind: BTreeMap<String, BTreeMap<String, f64>>,
    /// The rows in the order of the table: kind, level, day, data.
    rows: Vec<[String; 4]>,
}

static BUILTIN: LazyLock<Weights> = LazyLock::new(|| Weights::read(TABLE));

impl Weights {
    /// The weights that cutline comes with.
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// Reads a table with the columns `evidence,level,weight,...`; rows that are not understood are left out.
    pub fn read(table: &str) -> Self {
        let mut weights = Self::default();
        for row in csv::Reader::from_reader(table.as_bytes())
            .into_records()
            .filter_map(Result::ok)
        {
            if let (Some(kind), Some(level), Some(Ok(weight))) =
                (row.get(0), row.get(1), row.get(2).map(str::parse))
            {
                weights.set(kind, level, weight);
                let cell = |at: usize| row.get(at).unwrap_or("").to_owned();
                weights.rows.push([cell(0), cell(1), cell(3), cell(4)]);
            }
        }
        weights
    }

    /// Sets one weight.
    pub fn set(&mut self, kind: &str, level: &str, weight: f64) {
        self.by_kind
            .entry(kind.to_owned())
            .or_default()
            .insert(level.to_owned(), weight);
    }

    /// All rows in the order of the table: kind, level, weight.
    pub fn rows(&self) -> impl Iterator<Item = (&str, &str, f64)> {
        self.rows
            .iter()
            .map(|[kind, level, ..]| (kind.as_str(), level.as_str(), self.of(kind, level)))
    }

    /// The day on which a weight was estimated, and the data.
    pub fn source(&self, kind: &str, level: &str) -> Option<(&str, &str)> {
        self.rows
            .iter()
            .find(|[k, l, ..]| k == kind && l == level)
            .map(|[_, _, day, data]| (day.as_str(), data.as_str()))
    }

    /// The weight of a level; 0 where the table does not have it.
    pub fn of(&self, kind: &str, level: &str) -> f64 {
        self.by_kind
            .get(kind)
            .and_then(|levels| levels.get(level))
            .copied()
            .unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_a_number_a_date_and_its_data() {
        let mut rows = csv::Reader::from_reader(TABLE.as_bytes());
        for row in rows.records() {
            let row = row.expect("a row");
            assert_eq!(row.len(), 5, "{row:?}");
            assert!(row[2].parse::<f64>().is_ok(), "{row:?}");
            assert!(crate::matching::days::day(&row[3]).is_some(), "{row:?}");
            assert!(!row[4].is_empty(), "{row:?}");
        }
    }
}
