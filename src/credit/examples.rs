//! Every row of the word lists is read in its own example, and means there what the row says.

use std::sync::Arc;

use super::vocabulary::{Row, rows};
use super::{CreditReader, Hints};
use crate::model::{CreditReading, FactKind, Label, Order, Sureness};
use crate::parties::Registry;

/// What is wrong with the reading of a row's example; `None` where nothing is.
fn fault(row: &Row<'_>, reading: &CreditReading) -> Option<String> {
    let chain: Vec<&str> = reading
        .chain
        .iter()
        .map(|l| l.party.as_deref().unwrap_or(&l.name))
        .collect();
    let creators: Vec<&str> = reading.creators.iter().map(String::as_str).collect();
    let dates: Vec<&str> = reading
        .caption_dates
        .iter()
        .map(|d| d.date.as_str())
        .collect();
    let fact = |kind: FactKind| reading.facts.iter().any(|f| f.kind == kind);
    let right = match (row.list, row.meaning) {
        ("labels", meaning) => {
            let wanted: Label =
                serde_json::from_value(meaning.into()).expect("a label of the model");
            reading.labels.contains(&wanted)
        }
        ("leads", "author") => creators == ["Ana Ruiz"] && chain == ["reuters"],
        ("leads", "caption") => reading.caption == "A bridge.",
        ("leads", "medium") => !chain.contains(&"afp"),
        ("leads", _) | ("connectors", "by") => chain == ["reuters"],
        ("connectors", "via") => chain == ["kcna", "reuters"],
        ("connectors", "and") => creators == ["Ana Ruiz", "Ben Olen"] && chain == ["reuters"],
        ("connectors", _) => !chain.is_empty() && creators.len() + chain.len() == 2,
        ("months", month) if row.form == "gregorian" => {
            dates == [format!("2019-{:02}-12", month.parse::<u8>().unwrap_or(0))]
        }
        ("joiners", _) => dates == ["2019-04-12"],
        ("months" | "eras", _) => !dates.is_empty(),
        ("statements", _) | ("beside", "epithet") => fact(FactKind::Stated),
        ("apart", "camera") => reading.state_sourced.is_none() && chain.contains(&"reuters"),
        ("beside", "lifted") => !fact(FactKind::Restriction),
        ("apart" | "beside", _) => !fact(FactKind::Stated),
        ("hedges", "not" | "cited" | "former") => !chain.contains(&"kcna"),
        ("hedges", _) => {
            let state = reading.state_sourced.as_ref();
            state.is_none_or(|s| s.confidence == Sureness::Possible)
        }
        ("notices", "restriction") => fact(FactKind::Restriction),
        ("notices", "unverified") => fact(FactKind::Unverified),
        ("notices", _) => fact(FactKind::Notice),
        ("furniture", _) | ("fillers", "filler" | "picture") => {
            chain == ["reuters"] && creators.is_empty()
        }
        ("makers", "creator") | ("ranks", _) => creators.len() == 1,
        ("makers", _) => !reading.labels.is_empty(),
        ("organisations", "venue") => reading.state_sourced.is_none() && creators.is_empty(),
        ("organisations", _) => creators.is_empty() && reading.credit_line.is_some(),
        // "e", "i", "y" join two people as often.
        ("particles", _) if joins(row.phrase) => chain.contains(&"reuters"),
        ("particles", _) => creators.len() == 1 && chain == ["reuters"],
        _ => true,
    };
    (!right).then(|| {
        format!(
            "schema/words/{}.csv, line {}: {:?} of {} as {}: {creators:?} {chain:?} {:?} {dates:?} {:?}",
            row.list, row.line, row.example, row.lang, row.meaning, reading.labels, reading.caption
        )
    })
}

fn joins(phrase: &str) -> bool {
    ["at", "e", "es", "i", "y"].contains(&phrase)
}

#[test]
fn every_row_means_in_its_example_what_it_says() {
    let registry = Arc::new(Registry::builtin().expect("the built-in tables are right"));
    let reader = CreditReader::new(registry).expect("the word lists are right");
    let mut faults = Vec::new();
    let mut read = 0;
    rows(|row| {
        if !row.example.is_empty() {
            let hints = Hints {
                lang: Some(row.lang).filter(|l| !l.is_empty()),
                date: None,
            };
            read += 1;
            faults.extend(fault(row, &reader.caption(row.example, &hints)));
        }
        Ok(())
    })
    .expect("the word lists are right");
    assert!(read > 4000, "{read} examples");
    assert!(
        faults.is_empty(),
        "{} of {read}:\n{}",
        faults.len(),
        faults.join("\n")
    );
}

#[test]
fn the_houses_of_several_pictures_are_not_the_way_of_one() {
    let registry = Arc::new(Registry::builtin().expect("the built-in tables are right"));
    let reader = CreditReader::new(registry).expect("the word lists are right");
    let read = |text: &str| reader.caption(text, &Hints::default());
    for several in ["Photos: AP, KCNA", "Fotos: KCNA, Reuters"] {
        let reading = read(several);
        assert_eq!(reading.order, Order::Uncertain, "{several}");
        assert!(reading.state_sourced.is_none(), "{several}");
    }
    for one in ["Photo: KCNA, AP", "Photos: KCNA via AP"] {
        assert!(read(one).state_sourced.is_some(), "{one}");
    }
}
