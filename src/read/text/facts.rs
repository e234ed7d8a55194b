//! What a text capture states of its article: title, URL, date. Only what stands there; otherwise nothing.

use std::collections::HashMap;

use super::lines::{Line, columns};
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

/// The language that most of the text is in, from its longest paragraphs.
pub(super) fn language(lines: &[Line], context: &DocumentContext<'_>) -> Option<String> {
    let mut long: Vec<&Line> = lines.iter().filter(|l| l.is_sentence()).collect();
    long.sort_by_key(|l| std::cmp::Reverse(l.key.len()));
    let all: Vec<&str> = long.iter().map(|l| l.text.as_str()).collect();
    let sample: String = all.join(" ").chars().take(LANGUAGE_SAMPLE).collect();
    let hints = Hints::default();
    context.credits.caption(&sample, &hints).lang
}

/// What the head of the page states. `is_free` says of a line that it is no part of a caption or credit.
pub(super) fn read(
    lines: &[Line],
    lang: Option<String>,
    is_free: &dyn Fn(usize) -> bool,
    context: &DocumentContext<'_>,
) -> Facts {
    let mut facts = Facts {
        lang,
        ..Facts::default()
    };
    let body = lines
        .iter()
        .position(Line::is_sentence)
        .unwrap_or(lines.len());
    let head = lines.get(..body).unwrap_or_default();
    let hints = Hints {
        lang: facts.lang.as_deref(),
        date: None,
    };
    let mut dates: Vec<String> = Vec::new();
    let mut candidates: Vec<usize> = Vec::new();
    let mut short: Vec<usize> = Vec::new();
    for (at, line) in head.iter().enumerate() {
        if facts.url.is_none() && is_url(&line.text) {
            facts.url = Some(line.text.clone());
            facts.outlet.domain = domain(&line.text);
        } else if let Some(date) = date_line(line, &hints, context) {
            dates.push(date);
        } else if line.is_heading() && is_free(at) {
            candidates.push(at);
        } else if line.is_short_heading() && is_free(at) {
            short.push(at);
        }
    }
    // A short line is a headline only where no longer one can be: page furniture is short too.
    if candidates.is_empty() {
        candidates = short;
    }
    dates.dedup();
    if let [only] = dates.as_slice() {
        facts.published = Some(only.clone());
    }
    // A headline that stands there twice (page title and heading) is sure; else the first of a few.
    let key = |at: &usize| lines.get(*at).map(|l| l.key.as_str());
    let mut times: HashMap<Option<&str>, usize> = HashMap::new();
    for at in &candidates {
        *times.entry(key(at)).or_default() += 1;
    }
    let twice = candidates
        .iter()
        .find(|at| times.get(&key(at)).is_some_and(|n| *n > 1))
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
        const ENDS: [char; 13] = [
            '.', '!', '?', '。', '।', ')', '）', ']', '】', '”', '"', '」', '…',
        ];
        let length = columns(&self.key);
        length >= 160 || (length >= 60 && self.text.ends_with(ENDS))
    }

    /// Words enough for a headline, and no full stop.
    fn is_heading(&self) -> bool {
        self.is_titled(if self.is_wide() { (1, 10) } else { (5, 20) })
    }

    /// Three words of a headline.
    fn is_short_heading(&self) -> bool {
        self.is_titled(if self.is_wide() { (1, 6) } else { (3, 12) })
    }

    /// Written in characters that are words or syllables.
    fn is_wide(&self) -> bool {
        let wide = |c: &char| matches!(u32::from(*c), 0x3040..=0x9fff | 0xac00..=0xd7a3);
        self.key.chars().filter(wide).count() * 2 > self.key.chars().count()
    }

    fn is_titled(&self, (words, letters): (usize, usize)) -> bool {
        let length = self.key.chars().count();
        self.text.split_whitespace().count() >= words
            && (letters..=220).contains(&length)
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
    // A caption with its credit, or a sentence, states the day of something else.
    let ends = line.text.ends_with(['。', ')', '）', ']', '】']);
    if line.text.chars().count() > 60
        || !line.text.contains(|c: char| c.is_numeric())
        || (ends && !line.text.starts_with(['(', '（', '[', '【']))
    {
        return None;
    }
    let most = if line.is_wide() { 18 } else { 25 };
    let reading = context.credits.caption(&line.text, hints);
    let [date] = reading.caption_dates.as_slice() else {
        return None;
    };
    let rest = line
        .key
        .chars()
        .count()
        .saturating_sub(date.text.chars().filter(|c| c.is_alphanumeric()).count());
    (date.precision == Precision::Day && rest <= most).then(|| date.date.clone())
}
