//! Pages that are no article, although the server answered 200: consent walls, log-ins, error pages.
//!
//! In: a page as it was read, and the address it was asked for under. Out: what it is. Such pages are told by their whole
//! title or by a part of their address (`schema/words/walls.csv`), and only where they print no caption and no credit: an
//! article that speaks of cookies stays an article.

use std::sync::LazyLock;

use crate::model::{CaptureKind, Document};

const TABLE: &str = include_str!("../../schema/words/walls.csv");

struct Row {
    kind: CaptureKind,
    place: &'static str,
    phrase: &'static str,
    #[cfg(test)]
    example: &'static str,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    TABLE
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.splitn(5, ',');
            let kind = match cells.next()? {
                "consent" => CaptureKind::Consent,
                "paywall" => CaptureKind::Paywall,
                "error" => CaptureKind::Error,
                _ => return None,
            };
            let (place, phrase) = (cells.next()?, cells.next()?);
            #[cfg(test)]
            let example = cells.nth(1)?;
            Some(Row {
                kind,
                place,
                phrase,
                #[cfg(test)]
                example,
            })
        })
        .collect()
});

/// What a page is.
pub(crate) fn kind(document: &Document, asked: Option<&str>) -> CaptureKind {
    let prints = document
        .appearances
        .iter()
        .any(|a| !a.text.trim().is_empty() || a.credit_text.is_some());
    if document.kind != CaptureKind::Article || prints || document.published.is_some() {
        return document.kind;
    }
    let address = asked.or(document.url.as_deref()).unwrap_or_default();
    let address = address.split_once("://").map_or("", |(_, rest)| rest);
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    let host = host.to_lowercase();
    let path = path
        .split(['?', '#'])
        .next()
        .unwrap_or_default()
        .to_lowercase();
    let title = document.title.as_deref().unwrap_or_default().to_lowercase();
    let fits = |row: &Row| match row.place {
        "host" => host.split('.').next() == Some(row.phrase),
        "path" => path.split('/').any(|part| part == row.phrase),
        // Behind a title often stands the outlet's name.
        _ => title
            .split(['|', '–', '—'])
            .flat_map(|part| part.split(" - "))
            .any(|part| part.trim() == row.phrase),
    };
    ROWS.iter()
        .find(|row| fits(row))
        .map_or(CaptureKind::Article, |row| row.kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Appearance;

    fn of(title: &str, address: &str) -> CaptureKind {
        let document = Document {
            title: Some(title.to_owned()),
            ..Document::default()
        };
        kind(&document, Some(address))
    }

    #[test]
    fn every_row_knows_its_own_example() {
        assert!(ROWS.len() > 40);
        for row in ROWS.iter() {
            let found = if row.place == "title" {
                of(row.example, "https://ledger.example/a")
            } else {
                of("A title", row.example)
            };
            assert_eq!(found, row.kind, "{}", row.example);
            assert_eq!(row.phrase, row.phrase.to_lowercase());
        }
    }

    #[test]
    fn an_article_stays_an_article() {
        let address = "https://ledger.example/news/1";
        assert_eq!(
            of("Log in to your past: how diaries survive", address),
            CaptureKind::Article
        );
        assert_eq!(
            of("Page not found | The Ledger", address),
            CaptureKind::Error
        );
        assert_eq!(
            of("Page not found - The Ledger", address),
            CaptureKind::Error
        );
        assert_eq!(
            of("The consent of the governed", address),
            CaptureKind::Article
        );
        assert_eq!(
            of(
                "A subscriber's tale",
                "https://ledger.example/how-to-subscribe"
            ),
            CaptureKind::Article
        );
        let printed = Document {
            title: Some("Page not found".into()),
            appearances: vec![Appearance {
                text: "A caption.".into(),
                ..Appearance::default()
            }],
            ..Document::default()
        };
        assert_eq!(kind(&printed, None), CaptureKind::Article);
    }
}
