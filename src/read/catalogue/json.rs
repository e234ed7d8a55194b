//! JSON -> rows: a list of objects, an object with such a list in it, or one object a line. One object is held at a time.

use std::fmt;
use std::io::{BufReader, Read};

use serde::de::{DeserializeSeed, Deserializer as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::rows::Row;
use crate::model::{Problem, Reason};

/// Columns of one row that count.
const MAX_COLUMNS: usize = 2_000;
/// Objects within a row's object that are looked into.
const MAX_DEPTH: usize = 4;
/// What the reading stops with when no more rows are wanted.
const ENOUGH: &str = "enough rows";

/// Give every row to `each`, as long as it wants more.
pub(super) fn rows(stream: impl Read, each: &mut dyn FnMut(Row) -> bool) -> Option<Problem> {
    let mut stream = BufReader::new(stream);
    skip_mark(&mut stream);
    let mut json = serde_json::Deserializer::from_reader(stream);
    loop {
        let mut any = false;
        let read = json.deserialize_any(Top {
            each: &mut *each,
            any: &mut any,
        });
        match read {
            Ok(()) => {}
            Err(error) if error.to_string().contains(ENOUGH) => return None,
            Err(error) => {
                return Some(Problem::new(
                    Reason::Damaged,
                    format!("cannot read all of this file: it is not good JSON ({error})"),
                ));
            }
        }
        if json.end().is_ok() {
            return None;
        }
    }
}

fn skip_mark(stream: &mut impl std::io::BufRead) {
    if stream
        .fill_buf()
        .is_ok_and(|head| head.starts_with(b"\xef\xbb\xbf"))
    {
        stream.consume(3);
    }
}

/// A whole text, or one line of it.
struct Top<'e> {
    each: &'e mut dyn FnMut(Row) -> bool,
    any: &'e mut bool,
}

impl<'de> Visitor<'de> for Top<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(value) = list.next_element::<Value>()? {
            if let Value::Object(_) = &value {
                *self.any = true;
                if !(self.each)(row(&value)) {
                    return Err(serde::de::Error::custom(ENOUGH));
                }
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        // An object that holds a list of objects is a wrapper; any other is itself a row.
        let mut own: Row = Vec::new();
        let mut wrapper = false;
        while let Some(name) = map.next_key::<String>()? {
            let found = map.next_value_seed(Inner {
                each: &mut *self.each,
            })?;
            match found {
                Found::Rows => wrapper = true,
                Found::Value(value) => flatten(&name, &value, &mut own, 0),
            }
        }
        if !wrapper && !own.is_empty() {
            *self.any = true;
            if !(self.each)(own) {
                return Err(serde::de::Error::custom(ENOUGH));
            }
        }
        Ok(())
    }
}

/// A member of the outermost object.
struct Inner<'e> {
    each: &'e mut dyn FnMut(Row) -> bool,
}

enum Found {
    Rows,
    Value(Value),
}

impl<'de> DeserializeSeed<'de> for Inner<'_> {
    type Value = Found;

    fn deserialize<D: serde::Deserializer<'de>>(self, json: D) -> Result<Found, D::Error> {
        json.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Inner<'_> {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Found, A::Error> {
        let mut plain = Vec::new();
        let mut rows = false;
        while let Some(value) = list.next_element::<Value>()? {
            if value.is_object() {
                rows = true;
                if !(self.each)(row(&value)) {
                    return Err(serde::de::Error::custom(ENOUGH));
                }
            } else if plain.len() < 1_000 {
                plain.push(value);
            }
        }
        Ok(if rows {
            Found::Rows
        } else {
            Found::Value(Value::Array(plain))
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found, A::Error> {
        let mut inner = serde_json::Map::new();
        while let Some(name) = map.next_key::<String>()? {
            if inner.len() < 1_000 {
                inner.insert(name, map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Found::Value(Value::Object(inner)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Found, E> {
        Ok(Found::Value(Value::String(text.to_owned())))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Found, E> {
        Ok(Found::Value(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Found, E> {
        Ok(Found::Value(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Found, E> {
        Ok(Found::Value(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Found, E> {
        Ok(Found::Value(value.into()))
    }

    fn visit_unit<E>(self) -> Result<Found, E> {
        Ok(Found::Value(Value::Null))
    }
}

fn row(value: &Value) -> Row {
    let mut row = Vec::new();
    if let Value::Object(members) = value {
        for (name, value) in members {
            flatten(name, value, &mut row, 0);
        }
    }
    row
}

/// A member as columns: objects inside it as `outer.inner`, of language alternatives the default.
fn flatten(name: &str, value: &Value, row: &mut Row, depth: usize) {
    if row.len() >= MAX_COLUMNS {
        return;
    }
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    match value {
        Value::Array(list) => {
            let values: Vec<String> = list.iter().filter_map(text).collect();
            if !values.is_empty() {
                row.push((name.to_owned(), values));
            }
        }
        Value::Object(members) if depth < MAX_DEPTH => {
            if let Some(default) = members.get("x-default").and_then(text) {
                row.push((name.to_owned(), vec![default]));
                return;
            }
            for (inner, value) in members {
                flatten(&format!("{name}.{inner}"), value, row, depth + 1);
            }
        }
        value => row.extend(text(value).map(|text| (name.to_owned(), vec![text]))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Vec<Row>, Option<Reason>) {
        let mut out = Vec::new();
        let problem = rows(text.as_bytes(), &mut |row| {
            out.push(row);
            true
        });
        (out, problem.map(|p| p.reason))
    }

    #[test]
    fn lists_wrapped_lists_and_lines_are_rows() {
        for text in [
            r#"[{"SourceFile":"a.jpg","By-line":["A","B"]},{"SourceFile":"b.jpg"}]"#,
            r#"{"total":2,"items":[{"SourceFile":"a.jpg"},{"SourceFile":"b.jpg"}],"next":null}"#,
            "\u{feff}{\"SourceFile\":\"a.jpg\"}\n{\"SourceFile\":\"b.jpg\"}\n",
        ] {
            let (rows, problem) = read(text);
            assert_eq!(problem, None, "{text}");
            assert_eq!(rows.len(), 2, "{text}");
            assert_eq!(
                rows[1][0],
                ("SourceFile".into(), vec!["b.jpg".into()]),
                "{text}"
            );
        }
    }

    #[test]
    fn inner_objects_become_columns() {
        let (rows, _) = read(
            r#"[{"id":7,"metadata":{"caption":{"x-default":"Eine","de":"E"},"deep":{"credit":"AP"}}}]"#,
        );
        let found: Vec<(&str, &str)> = rows[0]
            .iter()
            .map(|(n, v)| (n.as_str(), v[0].as_str()))
            .collect();
        assert_eq!(
            found,
            [
                ("id", "7"),
                ("metadata.caption", "Eine"),
                ("metadata.deep.credit", "AP")
            ]
        );
    }

    #[test]
    fn bad_json_is_a_problem_after_its_good_rows() {
        let (rows, problem) = read(r#"[{"a":"1"},{"a":"#);
        assert_eq!((rows.len(), problem), (1, Some(Reason::Damaged)));
        assert_eq!(read(&"[".repeat(100_000)).1, Some(Reason::Damaged));
        assert_eq!(read(&r#"{"a":"#.repeat(100_000)).1, Some(Reason::Damaged));
    }
}
