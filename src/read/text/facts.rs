//! What a text capture states of its article: title, URL, date. Only what stands there; otherwise nothing.

use super::lines::Line;
use crate::credit::Hints;
use crate::model::{Outlet, Precision};
use crate::read::DocumentContext;

/// How many lines above the body may be a title.
const MAX_CANDIDATES: usize = 4;
/// How many characters of body text the language is read from.
const LANGUAGE_SAMPLE: usize = 600;

/// The facts, each `None` where the text does not state it.
#[derive(Default)]
pub(super) struct Facts {
    pub title: Option<String>,
    /// The line that is the title.
    pub title_line: Option<usize>,
    pub url: Option<String>,
    pub outlet: Outlet,
    pub published: Option<String>,
    pub lang: Option<String>,
}

pub(super) fn read(lines: &[Line], context: &DocumentContext<'_>) -> Facts {
    let mut facts = Facts::default();
    let body = lines
        .iter()
        .position(Line::is_sentence)
        .unwrap_or(lines.len());
    let head = lines.get(..body).unwrap_or_default();
    facts.lang = lines
        .iter()
        .filter(|l| l.is_sentence())
        .max_by_key(|l| l.key.len())
        .and_then(|l| {
            let sample: String = l.text.chars().take(LANGUAGE_SAMPLE).collect();
            let hints = Hints {
                lang: None,
                date: None,
            };
            context.credits.caption(&sample, &hints).lang
        });
    let hints = Hints {
        lang: facts.lang.as_deref(),
        date: None,
    };
    let mut dates: Vec<String> = Vec::new();
    let mut candidates: Vec<usize> = Vec::new();
    for (at, line) in head.iter().enumerate() {
        if facts.url.is_none() && is_url(&line.text) {
            facts.url = Some(line.text.clone());
            facts.outlet.domain = domain(&line.text);
        } else if let Some(date) = date_line(line, &hints, context) {
            dates.push(date);
        } else if line.is_heading() && !context.credits.ends_in_credit(&line.text) {
            candidates.push(at);
        }
    }
    dates.dedup();
    if let [only] = dates.as_slice() {
        facts.published = Some(only.clone());
    }
    // A headline that stands there twice (page title and heading) is sure; else the first of a few.
    let key = |at: &usize| lines.get(*at).map(|l| l.key.as_str());
    let twice = candidates
        .iter()
        .find(|a| candidates.iter().filter(|b| key(a) == key(b)).count() > 1)
        .copied();
    let first = candidates
        .first()
        .copied()
        .filter(|_| candidates.len() <= MAX_CANDIDATES);
    facts.title_line = twice.or(first);
    facts.title = facts
        .title_line
        .and_then(|at| lines.get(at))
        .map(|l| l.text.clone());
    facts
}

impl Line {
    /// Body text or a caption: long, or ending as sentences do.
    fn is_sentence(&self) -> bool {
        let length = self.key.chars().count();
        length >= 160
            || (length >= 60
                && self
                    .text
                    .ends_with(['.', '!', '?', '。', '।', ')', ']', '”', '"', '」', '…']))
    }

    /// Words enough for a headline, and no full stop.
    fn is_heading(&self) -> bool {
        let letters = self.key.chars().count();
        let words = self.text.split_whitespace().count();
        let wide = self
            .key
            .chars()
            .any(|c| c as u32 >= 0x3040 && c as u32 <= 0x9fff);
        let enough = if wide {
            letters >= 10
        } else {
            words >= 5 && letters >= 20
        };
        enough
            && letters <= 220
            && !self.text.ends_with(['.', ':', ',', '。'])
            && !self.text.starts_with(['©', '(', '['])
            && !self.text.contains(" | ")
            && !self.text.contains("http")
    }
}

fn is_url(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://"))
        && !text.contains(char::is_whitespace)
}

fn domain(url: &str) -> Option<String> {
    let host = url
        .split_once("://")?
        .1
        .split(['/', '?', '#', ':'])
        .next()?;
    let host = host.to_lowercase();
    Some(host.strip_prefix("www.").unwrap_or(&host).to_owned())
}

/// A short line that states one day and little else.
fn date_line(line: &Line, hints: &Hints<'_>, context: &DocumentContext<'_>) -> Option<String> {
    if line.text.chars().count() > 60 || !line.text.contains(|c: char| c.is_numeric()) {
        return None;
    }
    let reading = context.credits.caption(&line.text, hints);
    let [date] = reading.caption_dates.as_slice() else {
        return None;
    };
    let rest = line
        .key
        .chars()
        .count()
        .saturating_sub(date.text.chars().filter(|c| c.is_alphanumeric()).count());
    (date.precision == Precision::Day && rest <= 25).then(|| date.date.clone())
}
