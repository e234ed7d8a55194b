//! What a name alone says. In: a file or folder name. Out: the kind word of what is skipped, from
//! `schema/inputs/skipped.csv`.

use std::ffi::OsStr;
use std::path::Path;
use std::sync::LazyLock;

const TABLE: &str = include_str!("../../schema/inputs/skipped.csv");

struct Row {
    how: &'static str,
    pattern: &'static str,
    kind: &'static str,
    #[cfg(test)]
    example: &'static str,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    TABLE
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.split(',');
            Some(Row {
                how: cells.next()?,
                pattern: cells.next()?,
                kind: cells.next()?,
                #[cfg(test)]
                example: cells.next()?,
            })
        })
        .collect()
});

fn find(how: &str, fits: impl Fn(&str) -> bool) -> Option<&'static str> {
    ROWS.iter()
        .find(|row| row.how == how && fits(row.pattern))
        .map(|row| row.kind)
}

fn lower(name: &OsStr) -> String {
    name.to_string_lossy().to_lowercase()
}

/// The kind of a file that a system left there, whatever its content.
pub(super) fn litter(name: &Path) -> Option<&'static str> {
    let name = lower(name.file_name()?);
    find("name", |p| p == name).or_else(|| find("prefix", |p| name.starts_with(p)))
}

/// The kind of a folder whose content nobody means to archive.
pub(super) fn folder(name: &OsStr) -> Option<&'static str> {
    let name = lower(name);
    find("folder", |p| p == name)
}

/// The kind that a file's ending stands for, where cutline does not read it.
pub(super) fn ending(name: &Path) -> Option<&'static str> {
    let ending = extension(name)?;
    find("ending", |p| p == ending)
}

/// A name's ending in lower case, without the dot.
pub(super) fn extension(name: &Path) -> Option<String> {
    name.extension().map(lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_skips_its_own_example() {
        assert!(ROWS.len() > 100);
        for row in ROWS.iter() {
            let name = Path::new(row.example);
            let kind = match row.how {
                "name" | "prefix" => litter(name),
                "folder" => folder(name.as_os_str()),
                "ending" => ending(name),
                other => panic!("no such match: {other}"),
            };
            assert_eq!(kind, Some(row.kind), "{}", row.example);
            assert_eq!(row.pattern, row.pattern.to_lowercase());
        }
    }

    #[test]
    fn what_cutline_reads_is_not_in_the_table() {
        for name in [
            "a.jpg", "a.jpeg", "a.png", "a.webp", "a.tif", "a.gif", "a.bmp", "a.xmp", "a.html",
            "a.htm", "a.txt", "a.md", "a", "a.warc", "a.wacz", "a.mht", "a.mhtml",
        ] {
            assert_eq!(ending(Path::new(name)), None, "{name}");
            assert_eq!(litter(Path::new(name)), None, "{name}");
        }
    }
}
