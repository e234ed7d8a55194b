//! Which countries a text names. In: a text in any language. Out: those that it names, and those of its cities and
//! regions, as far as they are known: a city may have a namesake that is not.

use std::collections::BTreeSet;

use super::text::{Kind, terms};
use super::words::{EntityKind, LEXICON};

/// Ids of countries: ISO 3166-1 alpha-2, lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Countries {
    /// Named themselves.
    pub named: BTreeSet<String>,
    /// Of the cities and regions that are named.
    pub around: BTreeSet<String>,
}

/// The countries of a text.
pub fn countries(text: &str, lang: Option<&str>) -> Countries {
    let mut found = Countries::default();
    for item in terms(text, lang).items {
        let Kind::Entity(at) = item.kind else {
            continue;
        };
        match LEXICON.kind(at) {
            EntityKind::Country => {
                found.named.insert(LEXICON.entity(at).to_owned());
            }
            EntityKind::Place => {
                let within = LEXICON.within(at).iter();
                let ids = within.map(|country| LEXICON.entity(*country).to_owned());
                found.around.extend(ids);
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
        let of = |text, lang| {
            let found = countries(text, Some(lang));
            let list = |ids: BTreeSet<String>| ids.into_iter().collect::<Vec<_>>().join(" ");
            (list(found.named), list(found.around))
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(of("Vladivostok, Russia", "en"), pair("ru", "ru"));
        assert_eq!(of("в Пхеньяне", "ru"), pair("", "kp"));
        assert_eq!(of("平壌", "ja"), pair("", "kp"));
        assert_eq!(of("a harbour", "en"), pair("", ""));
    }
}
