//! Whether two names are one person's, in whatever letters: parts in any order, initials, spellings (Müller, Mueller),
//! other scripts.
//!
//! In: two names as printed. Out: yes or no. Every part of the shorter name has to be a part of the longer one, so that
//! no name is found where only some of its sounds are.

use super::script::{Script, script_of};
use super::sound::{Sound, latin};

/// Two spellings in one script sound at least so alike.
const ONE_SCRIPT: f64 = 0.9;
/// In two scripts, where vowels are guessed.
const TWO_SCRIPTS: f64 = 0.7;
/// A name written in one piece beside one in several.
const ONE_PIECE: f64 = 0.75;
/// A name of fewer consonants is easily alike by chance in another script.
const FEWEST_CONSONANTS: usize = 3;

/// A name, taken apart once for all names that it is held against.
pub(super) struct Name {
    /// As printed.
    pub text: String,
    parts: Vec<Part>,
}

impl Name {
    pub fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            parts: parts(text),
        }
    }
}

/// One part of a name.
struct Part {
    letters: String,
    sound: Sound,
    /// Chinese characters as Koreans read them.
    korean: Sound,
    script: Script,
}

fn parts(name: &str) -> Vec<Part> {
    name.split(|c: char| c.is_whitespace() || matches!(c, '.' | '・' | '·' | ',' | '-' | '‐' | '='))
        .filter_map(|word| {
            let first = word.chars().find(|c| c.is_alphanumeric())?;
            Some(Part {
                letters: latin(word),
                sound: Sound::of(word),
                korean: Sound::of_korean(word),
                script: script_of(first),
            })
        })
        .collect()
}

/// Whether two names are one person's, for names that are compared once.
pub fn same_person(a: &str, b: &str) -> bool {
    is_same(&Name::new(a), &Name::new(b))
}

/// Whether two names are one person's. "Y. Maltsev" is "Yuri Maltsev", "Müller" is "Mueller", "Омар Санадики" is
/// "Omar Sanadiki"; "Jon Li" is not "Ann Wang", and nobody is named by a word that is part of no name.
pub(super) fn is_same(a: &Name, b: &Name) -> bool {
    let (mut short, mut long) = (a.parts.as_slice(), b.parts.as_slice());
    if short.len() > long.len() {
        std::mem::swap(&mut short, &mut long);
    }
    if short.is_empty() {
        return false;
    }
    let mut used = vec![false; long.len()];
    let mut whole = 0;
    let every = short.iter().all(|part| {
        let best = (long.iter().enumerate())
            .filter(|(at, _)| used.get(*at) == Some(&false))
            .filter_map(|(at, other)| Some((likeness(part, other)?, at)))
            .max_by(|x, y| x.0.total_cmp(&y.0));
        let Some((_, at)) = best else { return false };
        if let Some(place) = used.get_mut(at) {
            *place = true;
        }
        let other = long.get(at);
        if !is_initial(part) && other.is_some_and(|o| !is_initial(o)) {
            whole += if long.get(at).is_some_and(|o| o.script == part.script) {
                FEWEST_CONSONANTS
            } else {
                part.sound.consonants()
            };
        }
        true
    });
    (every && whole >= FEWEST_CONSONANTS) || in_one_piece(short, long)
}

fn is_initial(part: &Part) -> bool {
    part.script.has_capitals() && part.letters.chars().count() == 1
}

/// How alike two parts are, where they are alike at all.
fn likeness(a: &Part, b: &Part) -> Option<f64> {
    if is_initial(a) || is_initial(b) {
        let first = |p: &Part| p.letters.chars().next();
        return (first(a).is_some() && first(a) == first(b)).then_some(0.5);
    }
    if a.script == b.script && a.letters == b.letters && !a.letters.is_empty() {
        return Some(1.0);
    }
    let likeness = a.sound.likeness(&b.sound, false);
    let (least, consonants) = if a.script == b.script {
        // Different short names differ by a letter ("Jon", "Jan").
        (ONE_SCRIPT, 2)
    } else {
        (TWO_SCRIPTS, 1)
    };
    let enough = a.sound.consonants().min(b.sound.consonants()) >= consonants;
    (likeness >= least && enough).then_some(likeness)
}

/// Whether one of the two writes in one piece what the other writes in several: 金正恩, Kim Jong Un.
fn in_one_piece(short: &[Part], long: &[Part]) -> bool {
    let ([one], true) = (short, long.len() > 1) else {
        return false;
    };
    let joined: String = long.iter().map(|p| p.letters.as_str()).collect();
    let sound = Sound::of(&joined);
    let other_script = long.iter().all(|p| p.script != one.script);
    other_script
        && sound.consonants() >= FEWEST_CONSONANTS
        && [&one.sound, &one.korean]
            .iter()
            .any(|own| own.likeness(&sound, false) >= ONE_PIECE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_person_in_other_letters_is_one_person() {
        for (a, b) in [
            ("Jörg Müller", "Joerg Mueller"),
            ("Jörg Müller", "Jorg Muller"),
            ("Y. Maltsev", "Yuri Maltsev"),
            ("MALTSEV Yuri", "Yuri Maltsev"),
            ("Омар Санадики", "Omar Sanadiki"),
            ("Маджид Асгарипур", "Majid Asgaripour"),
            ("Олександр Ратушняк", "Oleksandr Ratushniak"),
            ("عمر صنديقي", "Omar Sanadiki"),
            ("金正恩", "Kim Jong Un"),
            ("オマル・サナディキ", "Omar Sanadiki"),
            ("أحمد علي", "Ahmed Ali"),
        ] {
            assert!(same_person(a, b), "{a} / {b}");
            assert!(same_person(b, a), "{b} / {a}");
        }
    }

    #[test]
    fn nobody_is_named_by_sounds_that_are_not_their_name() {
        for (a, b) in [
            ("写真", "Ann Wang"),
            ("写真 ロイター", "Ann Wang"),
            ("写真:ロイター", "Jon Li"),
            ("Фото", "Eva Toth"),
            ("Ann", "Anna Wang Li"),
            ("Jon Li", "Jan Lee"),
            ("Jon Li", "Ann Wang"),
            ("Кевин Ламарк", "Leah Millis"),
            ("A. B.", "Ann Bly"),
            ("", "Ann Bly"),
            ("李伟", "Ann Wang"),
        ] {
            assert!(!same_person(a, b), "{a} / {b}");
        }
    }
}
