//! What columns mean. In: the names of a table's columns, and what the user says of them. Out: for each column the field
//! it fills, and whether the table is a catalogue of photos at all.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

use serde::Deserialize;

use super::rows::{Row, SURPLUS};
use crate::error::{Error, Result};
use crate::model::Field;

const TABLE: &str = include_str!("../../../schema/catalogue/columns.csv");

/// Known columns that a table needs, one of them naming its files, one that only tables of pictures have.
const ENOUGH: usize = 3;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Means {
    /// Folder and name of the file.
    Path,
    /// The name of the file.
    FileName,
    /// Its folder.
    Folder,
    /// The catalogue's own number of it.
    Asset,
    /// A field of IPTC Photo Metadata.
    Field(Field),
    /// Nothing that is read, whatever its name.
    Ignored,
}

impl Means {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "path" => Self::Path,
            "file_name" => Self::FileName,
            "folder" => Self::Folder,
            "asset" => Self::Asset,
            "ignored" => Self::Ignored,
            field => Self::Field(
                serde_json::from_value(serde_json::Value::String(field.to_owned())).ok()?,
            ),
        })
    }

    fn word(self) -> String {
        match self {
            Self::Path => "path".into(),
            Self::FileName => "file_name".into(),
            Self::Folder => "folder".into(),
            Self::Asset => "asset".into(),
            Self::Ignored => "ignored".into(),
            Self::Field(field) => serde_json::to_value(field)
                .ok()
                .and_then(|v| v.as_str().map(str::to_owned))
                .unwrap_or_default(),
        }
    }
}

/// In which order a table writes its dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// 31.12.2024
    DayFirst,
    /// 12/31/2024
    MonthFirst,
}

/// What the user says of catalogues.
#[derive(Clone, Debug, Default)]
pub struct CatalogueOptions {
    /// Columns by name, before the built-in list.
    columns: BTreeMap<String, Means>,
    /// The character that parts columns, where stated.
    pub(super) delimiter: Option<u8>,
    /// The character set, where stated.
    pub(super) charset: Option<String>,
    /// In which order dates stand, where stated.
    pub dates: Option<DateOrder>,
    /// Beginnings of paths, and what stands there instead.
    pub rewrite: Vec<(String, String)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    delimiter: Option<String>,
    charset: Option<String>,
    dates: Option<DateOrder>,
    #[serde(default)]
    rewrite: BTreeMap<String, String>,
    #[serde(default)]
    columns: BTreeMap<String, String>,
}

impl CatalogueOptions {
    /// Options from a user's file (TOML).
    pub fn from_file(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(Error::io("read", path))?;
        Self::from_toml(&text).map_err(|reason| Error::Data {
            place: path.display().to_string(),
            reason,
        })
    }

    fn from_toml(text: &str) -> std::result::Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|e| e.to_string())?;
        let mut columns = BTreeMap::new();
        for (column, word) in file.columns {
            let means = Means::parse(&word).ok_or_else(|| {
                format!(
                    "{column} is mapped to {word}, which is none of path, file_name, folder, asset, ignored, creator, credit_line, \
                     source, description, headline, date_created, city, country, instructions, copyright_notice, \
                     caption_writer, job_id, digital_source_type"
                )
            })?;
            columns.insert(key(&column), means);
        }
        let delimiter = match file.delimiter.as_deref() {
            None => None,
            Some("tab") => Some(b'\t'),
            Some(text) => match text.as_bytes() {
                [one] => Some(*one),
                _ => return Err(format!("the delimiter {text} is not one character")),
            },
        };
        if let Some(label) = &file.charset
            && encoding_rs::Encoding::for_label(label.as_bytes()).is_none()
        {
            return Err(format!("the character set {label} is not known"));
        }
        Ok(Self {
            columns,
            delimiter,
            charset: file.charset,
            dates: file.dates,
            rewrite: file.rewrite.into_iter().collect(),
        })
    }

    /// A path as the archive's files are named: with `/`, and its beginning replaced.
    pub(super) fn rewritten(&self, path: &str) -> String {
        let path = path.replace('\\', "/");
        let path = path.strip_prefix("./").unwrap_or(&path).to_owned();
        for (from, to) in &self.rewrite {
            let from = from.replace('\\', "/");
            let begins = path
                .get(..from.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(&from));
            if begins {
                return format!("{to}{}", path.get(from.len()..).unwrap_or_default());
            }
        }
        path
    }
}

/// A name without case, blanks and punctuation; of `group:tag` and `a.b` the last part.
fn key(column: &str) -> String {
    let last = column.rsplit([':', '.']).next().unwrap_or(column);
    let last = if last.trim().is_empty() { column } else { last };
    last.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

struct Known {
    means: Means,
    of_pictures: bool,
}

static KNOWN: LazyLock<BTreeMap<String, Known>> = LazyLock::new(|| {
    TABLE
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.split(',');
            let (column, means, kind) = (cells.next()?, cells.next()?, cells.next()?);
            let known = Known {
                means: Means::parse(means)?,
                of_pictures: kind == "photo",
            };
            Some((key(column), known))
        })
        .collect()
});

/// How many of some columns are known.
pub(super) fn known_among<'c>(columns: impl Iterator<Item = &'c str>) -> usize {
    columns.filter(|c| KNOWN.contains_key(&key(c))).count()
}

/// The columns of one table.
#[derive(Debug, Default)]
pub(super) struct Mapping {
    /// In the order of the file.
    columns: Vec<(String, Option<Means>)>,
    by_name: BTreeMap<String, Option<Means>>,
    known: usize,
    of_pictures: usize,
    stated: usize,
}

impl Mapping {
    /// From the first rows.
    pub(super) fn of(sample: &[Row], options: &CatalogueOptions) -> Self {
        let mut mapping = Self::default();
        for (column, _) in sample.iter().flatten() {
            if column == SURPLUS || mapping.by_name.contains_key(column) {
                continue;
            }
            let name = key(column);
            let stated = options.columns.get(&name).copied();
            let known = KNOWN.get(&name);
            mapping.stated += usize::from(stated.is_some_and(|m| m != Means::Ignored));
            if stated.is_none() {
                mapping.known += usize::from(known.is_some());
                mapping.of_pictures += usize::from(known.is_some_and(|k| k.of_pictures));
            }
            let means = stated.or(known.map(|k| k.means));
            mapping.by_name.insert(column.clone(), means);
            mapping.columns.push((column.clone(), means));
        }
        mapping
    }

    /// Whether rows describe photos: enough known columns, or columns that the user named.
    pub(super) fn is_catalogue(&self) -> bool {
        let locates = self
            .columns
            .iter()
            .any(|(_, means)| matches!(means, Some(Means::Path | Means::FileName | Means::Asset)));
        let tells = self
            .columns
            .iter()
            .any(|(_, means)| matches!(means, Some(Means::Field(_))));
        let enough = self.known >= ENOUGH && self.of_pictures > 0;
        locates && tells && (self.stated > 0 || enough)
    }

    pub(super) fn means(&self, column: &str) -> Option<Means> {
        self.by_name.get(column).copied().flatten()
    }

    pub(super) fn columns_of(&self, means: Means) -> Vec<String> {
        self.columns
            .iter()
            .filter(|(_, m)| *m == Some(means))
            .map(|(column, _)| column.clone())
            .collect()
    }

    /// Every column with what it is taken for.
    pub(super) fn told(&self) -> Vec<(String, Option<String>)> {
        self.columns
            .iter()
            .map(|(column, means)| (column.clone(), means.map(Means::word)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_catalogue(columns: &[&str], options: &CatalogueOptions) -> bool {
        let row: Row = columns
            .iter()
            .map(|c| ((*c).to_owned(), vec!["x".to_owned()]))
            .collect();
        Mapping::of(&[row], options).is_catalogue()
    }

    #[test]
    fn every_row_of_the_list_means_something_and_stands_once() {
        let rows = TABLE.lines().skip(1).count();
        assert!(rows > 100);
        for line in TABLE.lines().skip(1) {
            let cells: Vec<&str> = line.split(',').collect();
            assert_eq!(cells.len(), 4, "{line}");
            assert!(Means::parse(cells[1]).is_some(), "{line}");
            assert!(matches!(cells[2], "photo" | "any"), "{line}");
            assert!(KNOWN.contains_key(&key(cells[0])), "{line}");
        }
    }

    #[test]
    fn a_table_of_something_else_is_no_catalogue() {
        let none = CatalogueOptions::default();
        for columns in [
            &["id", "name", "description", "source"][..],
            &["date", "debit", "credit", "description"],
            &["id", "title", "author", "country", "created"],
            &["filename", "size", "created", "author"],
            &["caption"],
            &["caption", "credit", "headline"],
        ] {
            assert!(!is_catalogue(columns, &none), "{columns:?}");
        }
        for columns in [
            &["SourceFile", "IPTC:Caption-Abstract", "IPTC:Credit"][..],
            &["Filename", "Caption", "Photographer", "City"],
            &["Dateiname", "Bildtext", "Bildnachweis"],
            &["assetId", "metadata.caption", "metadata.credit"],
        ] {
            assert!(is_catalogue(columns, &none), "{columns:?}");
        }
    }

    #[test]
    fn a_user_maps_columns_of_any_name() {
        let options = CatalogueOptions::from_toml(
            "delimiter = \"tab\"\ndates = \"day-first\"\n[rewrite]\n'Z:\\Bilder' = \"photos\"\n\
             [columns]\n\"Kennung\" = \"asset\"\n\"Was ist zu sehen\" = \"description\"\n\"credit\" = \"ignored\"\n",
        )
        .unwrap();
        assert!(is_catalogue(&["Kennung", "Was ist zu sehen"], &options));
        assert_eq!(options.delimiter, Some(b'\t'));
        assert_eq!(
            options.rewritten("z:\\bilder\\2024\\a.jpg"),
            "photos/2024/a.jpg"
        );
        for wrong in [
            "columns = 1",
            "[columns]\na = \"captoin\"",
            "delimiter = \"::\"",
            "charset = \"utf-99\"",
        ] {
            assert!(CatalogueOptions::from_toml(wrong).is_err(), "{wrong}");
        }
    }
}
