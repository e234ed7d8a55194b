//! Which countries a text names. In: a text in any language. Out: the countries it names, and those of its cities and
//! regions; all that a name may mean.

use std::collections::BTreeSet;

use super::text::{Kind, terms};
use super::words::{EntityKind, LEXICON};

/// Ids of countries (ISO 3166-1 alpha-2, lower case) that a text names, by their names or by places in them.
pub fn countries(text: &str, lang: Option<&str>) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for item in terms(text, lang).items {
        let Kind::Entity(at) = item.kind else {
            continue;
        };
        match LEXICON.kind(at) {
            EntityKind::Country => {
                found.insert(LEXICON.entity(at).to_owned());
            }
            EntityKind::Place => {
                let within = LEXICON.within(at).iter();
                found.extend(within.map(|country| LEXICON.entity(*country).to_owned()));
            }
            EntityKind::Person | EntityKind::Body => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cities_stand_for_their_countries_in_any_script() {
        let named = |text, lang| countries(text, Some(lang)).into_iter().collect::<Vec<_>>();
        assert_eq!(named("Vladivostok, Russia", "en"), ["ru"]);
        assert_eq!(named("в Пхеньяне", "ru"), ["kp"]);
        assert_eq!(named("平壌", "ja"), ["kp"]);
        assert!(named("a harbour", "en").is_empty());
    }
}
