//! The language of a text, as far as its script and words say.

use super::scan::Scan;
use super::vocabulary::{Kinds, Sense, Vocabulary};

/// The hint, else what the letters and the words of the lists say; `None` where they say nothing.
pub(super) fn guess<'a>(scan: &Scan<'a>, hint: Option<&'a str>) -> Option<&'a str> {
    if hint.is_some_and(|h| !h.is_empty()) {
        return hint;
    }
    match by_script(scan.original) {
        // Cyrillic is the script of many.
        Some("ru") => by_words(scan, scan.vocabulary).or(Some("ru")),
        Some(lang) => Some(lang),
        None => by_words(scan, scan.vocabulary),
    }
}

fn by_script(text: &str) -> Option<&'static str> {
    if text.is_ascii() {
        return None;
    }
    let (mut han, mut kana, mut hangul, mut latin) = (0, 0, 0, 0);
    let mut other: Option<&'static str> = None;
    let mut persian = false;
    for c in text.chars().take(2000) {
        // Latin letters, which most texts are made of, need not be asked for all other scripts; nor East Asian ones.
        if c < '\u{370}' {
            latin += u32::from(c.is_ascii_alphabetic());
            continue;
        }
        if c >= '\u{2000}' {
            kana += u32::from(matches!(c, '\u{3040}'..='\u{30ff}'));
            han += u32::from(matches!(c, '\u{4e00}'..='\u{9fff}'));
            hangul += u32::from(matches!(c, '\u{ac00}'..='\u{d7a3}'));
            continue;
        }
        match u32::from(c) {
            0x67E | 0x686 | 0x698 | 0x6AF | 0x6CC => {
                persian = true;
                other = Some("fa");
            }
            0x600..=0x6FF if !persian => other = Some("ar"),
            0x590..=0x5FF => other = Some("he"),
            0xE00..=0xE7F => other = Some("th"),
            0x900..=0x97F => other = Some("hi"),
            0x980..=0x9FF => other = Some("bn"),
            0x370..=0x3FF => other = Some("el"),
            0x10A0..=0x10FF => other = Some("ka"),
            0x530..=0x58F => other = Some("hy"),
            0x1200..=0x137F => other = Some("am"),
            0x1000..=0x109F => other = Some("my"),
            0x1780..=0x17FF => other = Some("km"),
            0xB80..=0xBFF => other = Some("ta"),
            0x404 | 0x406 | 0x407 | 0x454 | 0x456 | 0x457 | 0x490 | 0x491 => other = Some("uk"),
            0x400..=0x4FF if other.is_none() => other = Some("ru"),
            _ => {}
        }
    }
    if kana > 0 && kana * 20 >= han {
        return Some("ja");
    }
    if hangul > han {
        return Some("ko");
    }
    if han > 1 && han * 4 > latin {
        return Some("zh");
    }
    other.filter(|_| latin < 400)
}

/// The language that most of the found words of the lists belong to, if one stands out.
fn by_words<'a>(scan: &Scan<'_>, vocabulary: &'a Vocabulary) -> Option<&'a str> {
    // A count for each language that a phrase may name.
    let mut counts = [0_u32; 256];
    for hit in scan.hits.iter().filter(|h| {
        h.kinds.any(Kinds::SPOKEN) && !h.glued_start && !h.glued_end && h.end - h.start > 2
    }) {
        let spoken = vocabulary.spoken(hit.phrase);
        if spoken == 0 {
            continue;
        }
        let share = 12 / spoken;
        for (_, lang) in vocabulary
            .senses(hit.phrase)
            .iter()
            .filter(|(s, _)| s.spoken())
        {
            if let Some(count) = counts.get_mut(usize::from(*lang)) {
                *count += share;
            }
        }
    }
    // Small words tell most.
    for phrase in &scan.small {
        let share = 12 / vocabulary.tongues(*phrase).max(1);
        let senses = vocabulary.senses(*phrase).iter();
        for (_, lang) in senses.filter(|(sense, _)| *sense == Sense::Tongue) {
            if let Some(count) = counts.get_mut(usize::from(*lang)) {
                *count += share;
            }
        }
    }
    let (mut best, mut most, mut second) = (0, 0, 0);
    // The place 0 is for words of no language.
    for (lang, &count) in counts
        .iter()
        .enumerate()
        .take(vocabulary.langs.len())
        .skip(1)
    {
        if count > most {
            (best, most, second) = (lang, count, most);
        } else {
            second = second.max(count);
        }
    }
    (most >= 6 && most >= second * 2)
        .then(|| vocabulary.langs.get(best).map(String::as_str))
        .flatten()
}
