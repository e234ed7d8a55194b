//! Whether a party is named anywhere among the words printed with a picture: not as its credit, but so that nobody can say
//! that it is not named there.
//!
//! In: an appearance and a party. Out: yes or no. A name that is also a word, a place or another's name counts only where
//! its case tells it apart. Nothing of the article's own text is stored, so nothing is said about that either.

use crate::model::StateKind;
use crate::parties::Context;

use super::case::CaseAppearance;
use super::claim::Copy;
use super::kin::fold;
use super::source::Scene;
use super::terms::{self, Means};

/// Every word printed with the picture: caption, credit, alternative text, headline, and credits for the whole document.
fn printed(appearance: &CaseAppearance) -> impl Iterator<Item = &str> {
    let own = [
        Some(appearance.text.as_str()),
        appearance.credit_text.as_deref(),
        appearance.alt.as_deref(),
        appearance.title.as_deref(),
    ];
    let document = appearance.document_credits.iter().map(|c| c.text.as_str());
    own.into_iter().flatten().chain(document)
}

/// Whether a registered party is named, by its name or any of its aliases.
pub(super) fn names_party(scene: &Scene<'_>, appearance: &CaseAppearance, id: &str) -> bool {
    let aliases = scene.registry.aliases_of(id);
    let plain = |context: Context| matches!(context, Context::Anywhere | Context::Local);
    let name = scene.registry.party(id).map(|p| p.name.as_str());
    let known = |name: &&str| aliases.iter().any(|a| a.text == *name);
    let alias = |text: &str| {
        let folded = fold(text);
        aliases.iter().any(|a| match (a.exact, plain(a.context)) {
            (true, _) => holds(text, &a.text),
            (false, true) => holds(&folded, &fold(&a.text)),
            (false, false) => false,
        }) || name
            .filter(|name| !known(name))
            .is_some_and(|name| holds(&folded, &fold(name)))
    };
    printed(appearance).any(alias)
}

/// Whether a party is named: by its own name, or, a state's media, as what it is ("state media", "Staatsagentur").
pub(super) fn names_source(scene: &Scene<'_>, at: usize, id: &str) -> bool {
    let Some(appearance) = scene.case.appearances.get(at) else {
        return false;
    };
    let state = scene.registry.party(id).and_then(|p| p.state);
    let as_state_media = || {
        let printed = scene.said(Copy::Appearance(at)).iter();
        let alt = terms::find(appearance.alt.as_deref().unwrap_or_default());
        let hits = printed.flat_map(|said| &said.hits).chain(&alt);
        hits.into_iter().any(|hit| hit.means == Means::StateMedia)
    };
    names_party(scene, appearance, id) || (state == Some(StateKind::Media) && as_state_media())
}

/// Whether all words of a name that no registry knows are printed with the picture.
pub(super) fn names_words(appearance: &CaseAppearance, name: &str) -> bool {
    let name = fold(name);
    let words: Vec<&str> = name.split(' ').filter(|w| w.chars().count() > 2).collect();
    printed(appearance).any(|text| {
        let text = fold(text);
        !words.is_empty() && words.iter().all(|word| holds(&text, word))
    })
}

/// Whether a name stands in a text as words of its own; in scripts without blanks anywhere.
fn holds(text: &str, name: &str) -> bool {
    let letter = |c: Option<char>| c.is_some_and(terms::is_spaced);
    !name.is_empty()
        && text.match_indices(name).any(|(at, found)| {
            let before = text.get(..at).and_then(|t| t.chars().next_back());
            let after = text.get(at + found.len()..).and_then(|t| t.chars().next());
            let joined = |a: Option<char>, b: Option<char>| letter(a) && letter(b);
            !joined(before, found.chars().next()) && !joined(found.chars().next_back(), after)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_word_of_its_own_where_words_are_set_apart() {
        assert!(holds("photo of the agency kcna", "kcna"));
        assert!(!holds("photo by sanader", "sana"));
        assert!(holds("来自朝中社的照片", "朝中社"));
        assert!(!holds("anything", ""));
    }
}
