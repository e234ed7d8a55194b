//! Characters of a text capture -> its lines, with hard-wrapped paragraphs put together again.

/// One paragraph, caption, heading or piece of furniture.
pub(super) struct Line {
    /// Without white space at the ends; inner white space as it stands, wrapped lines joined by one blank.
    pub text: String,
    /// Where it begins, in characters of the decoded text.
    pub offset: usize,
    /// No blank line stands between it and the line before.
    pub follows: bool,
    /// Its letters and digits, lower-case, for comparing copies.
    pub key: String,
}

/// What copies of one text share: letters and digits, lower-case.
pub(super) fn key(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

impl Line {
    /// Long enough, and built like a sentence, to be body text.
    pub fn is_paragraph(&self) -> bool {
        columns(&self.key) >= 60
    }

    /// The line without so many bytes at its beginning.
    pub fn without(&self, bytes: usize) -> Self {
        let (head, text) = self
            .text
            .split_at_checked(bytes)
            .unwrap_or(("", &self.text));
        Self {
            text: text.to_owned(),
            offset: self.offset + head.chars().count(),
            follows: self.follows,
            key: key(text),
        }
    }

    /// Words that may introduce a credit stand at its beginning.
    pub fn opens_like_credit(&self) -> bool {
        if self.text.starts_with(['(', '[', '（', '【', '©', '▲', '/']) {
            return true;
        }
        let head: String = self.text.chars().take(40).collect();
        head.contains([':', '：', '/', '©']) || self.text.chars().count() <= 60
    }

    /// The line can be the caption of a credit that stands on a line of its own: next to it, or one blank line below
    /// and short.
    /// Of a credit that is `bare`, a name and nothing else, a byline ("By Ada Quill") is no caption.
    pub fn may_caption(&self, credit: &Self, bare: bool) -> bool {
        let length = columns(&self.key);
        let sentence = self
            .text
            .ends_with(['.', '!', '?', '。', '।', ')', '"', '”', '」']);
        if credit.follows {
            (8..=600).contains(&length) && (!bare || sentence || length >= 25)
        } else {
            (20..=250).contains(&length) && sentence
        }
    }
}

/// The lines of a text, so many at most that are not blank, and whether those are all. Any of CR LF, LF, CR, and Unicode's line and paragraph separators ends a line.
pub(super) fn lines(text: &str, most: usize) -> (Vec<Line>, bool) {
    let (raw, all) = raw_lines(text, most);
    let wrap = wrap_width(&raw);
    let mut out: Vec<Line> = Vec::new();
    // Columns of the printed line before, where the next one may continue it.
    let mut before: Option<usize> = None;
    let mut blank = true;
    for (offset, line) in raw {
        let trimmed = line.trim_matches(is_space);
        if trimmed.is_empty() {
            blank = true;
            before = None;
            continue;
        }
        // A break was forced where the next word would not have fitted.
        let first = trimmed.split(char::is_whitespace).next().unwrap_or(trimmed);
        let forced = wrap
            .zip(before)
            .is_some_and(|(wrap, before)| before + columns(first) >= wrap);
        match out.last_mut() {
            Some(last) if forced => {
                if !last.text.ends_with(is_unspaced) {
                    last.text.push(' ');
                }
                last.text.push_str(trimmed);
                last.key.push_str(&key(trimmed));
            }
            _ => out.push(Line {
                text: trimmed.to_owned(),
                offset: offset + line.chars().take_while(|c| is_space(*c)).count(),
                follows: !blank,
                key: key(trimmed),
            }),
        }
        blank = false;
        before = Some(columns(trimmed));
    }
    (out, all)
}

/// Lines with the offset of their first character, of several blank ones in a row the first, and whether they are all.
fn raw_lines<'t>(text: &'t str, most: usize) -> (Vec<(usize, &'t str)>, bool) {
    let mut out = Vec::new();
    let (mut written, mut blank) = (0, false);
    let mut push = |start: usize, line: &'t str| {
        let is_blank = line.trim_matches(is_space).is_empty();
        if !is_blank && written == most {
            return false;
        }
        if !(is_blank && blank) {
            out.push((start, line));
        }
        blank = is_blank;
        written += usize::from(!is_blank);
        true
    };
    let (mut start, mut start_chars, mut chars) = (0, 0, 0);
    let mut after_return = false;
    for (at, c) in text.char_indices() {
        chars += 1;
        let ends = matches!(
            c,
            '\n' | '\r' | '\u{0b}' | '\u{0c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        );
        if ends {
            // The LF of a CR LF ends nothing: its line is already out.
            let line = text.get(start..at).unwrap_or_default();
            let is_out = c == '\n' && after_return;
            if !(is_out || push(start_chars, line)) {
                return (out, false);
            }
            start = at + c.len_utf8();
            start_chars = chars;
        }
        after_return = c == '\r';
    }
    let all = push(start_chars, text.get(start..).unwrap_or_default());
    (out, all)
}

/// White space, and the invisible characters that pages put around text.
fn is_space(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{ad}'
        )
}

/// Scripts that put no blanks between words.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}')
}

/// How wide a text is printed, in columns of a Latin letter.
pub(super) fn columns(text: &str) -> usize {
    text.chars()
        .map(|c| if is_unspaced(c) { 2 } else { 1 })
        .sum()
}

/// The width at which the text was wrapped by hand or by a mail program; `None` where lines are paragraphs.
fn wrap_width(raw: &[(usize, &str)]) -> Option<usize> {
    let widths: Vec<usize> = raw
        .iter()
        .map(|(_, line)| columns(line.trim_matches(is_space)))
        .collect();
    let widest = widths
        .iter()
        .copied()
        .max()
        .filter(|w| (40..=120).contains(w))?;
    // Wrapped text has many lines that almost fill the width and are followed by another line.
    let full = |w: usize| w * 100 >= widest * 80;
    let followed = widths
        .windows(2)
        .filter(|pair| matches!(pair, [a, b] if full(*a) && *b > 0))
        .count();
    let filled = widths.iter().filter(|w| full(**w)).count();
    (followed >= 3 && followed * 10 >= filled * 6).then_some(widest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        lines(text, 1_000).0.into_iter().map(|l| l.text).collect()
    }

    #[test]
    fn every_kind_of_line_end_ends_a_line() {
        assert_eq!(texts("a\r\nb\rc\n\nd\u{2028}e"), ["a", "b", "c", "d", "e"]);
        let (lines, _) = lines("\u{feff}a\r\n\r\n \u{a0}b", 10);
        assert_eq!((lines[0].offset, lines[1].offset), (1, 8));
        assert!(!lines[1].follows);
    }

    #[test]
    fn lines_are_bounded_and_blank_ones_cost_nothing() {
        let (some, all) = lines("a\n\nb\nc", 2);
        assert_eq!((some.len(), all), (2, false));
        let (every, all) = lines(&format!("a{}b", "\n".repeat(100_000)), 2);
        assert_eq!((every.len(), all), (2, true));
        assert_eq!(every[1].offset, 100_001);
    }

    #[test]
    fn hard_wrapped_paragraphs_are_put_together() {
        let text = "The minister met the delegation of the northern province at the\n\
                    harbour on Tuesday morning, where both sides spoke of trade and of\n\
                    the ferries that stopped last year after the storm. (Photo: Ada\n\
                    Quill/Northwire)\n\n\
                    The talks ended without a result, said people who were in the room\n\
                    and who did not want to be named.";
        let lines = texts(text);
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(lines[0].ends_with("(Photo: Ada Quill/Northwire)"));
    }

    #[test]
    fn lines_that_are_paragraphs_stay_apart() {
        let text =
            "One short line\nAnother line that is a little longer\nA third\nA fourth line of text";
        assert_eq!(texts(text).len(), 4);
    }
}
