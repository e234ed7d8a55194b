//! `state-sourced`: the picture comes from a state outlet, a government or an armed group, and how that is known.

use crate::model::{Evidence, Flag, Severity, StateKind, StateLevel, Sureness};

use super::finding::{flag, list};
use super::mention::names_source;
use super::source::is_part_of_a_page;
use super::words_alone::by_words;
use super::{Copy, Origin, Rule, Scene, StateParty};

pub(super) struct StateSourced;

impl Rule for StateSourced {
    fn id(&self) -> &'static str {
        "state-sourced"
    }

    fn summary(&self) -> &'static str {
        "The picture comes from a state outlet, a government body or an armed group."
    }

    fn why(&self) -> &'static str {
        "Such a picture shows what its maker chose to show; readers have a right to know whose picture it is."
    }

    fn evidence(&self) -> &'static str {
        "The words of the credit (direct, via) or of the caption (stated), the photo's embedded fields (metadata), or \
         a copy elsewhere in the archive (duplicate), with the registry row on the party's control at the date of the \
         picture. Level duplicate is sure only with a verified copy, a credit in the source's or a distributor's own \
         delivery or on pages of two unrelated outlets with texts of their own, and no copy that names another maker; a \
         file beside one outlet's page is that outlet's word. From a part it passes to a larger picture only possibly, and \
         only where the part is most of it. A page that its caption's words alone tie to the photo is possible."
    }

    fn false_alarms(&self) -> &'static str {
        "A party that changed hands when the picture has no date; a name that the registry gives to the wrong party; a \
         credit copied wrongly by an outlet. A source that readers know well may need no further label."
    }

    fn severity(&self) -> &'static str {
        "warning for state media, notice for armed groups, for possible copies and for pages tied by words alone, info for \
         governments, for a state outlet's own page, for copies that rest on a hash distance alone and for files that lie \
         nowhere but beside a page whose use of them is judged by itself"
    }

    fn check(&self, scene: &Scene<'_>, origins: &[Origin]) -> Vec<Flag> {
        scene
            .copies()
            .zip(origins)
            .filter_map(|(copy, origin)| finding(self.id(), scene, copy, origin))
            .collect()
    }
}

fn finding(rule: &str, scene: &Scene<'_>, copy: Copy, origin: &Origin) -> Option<Flag> {
    let level = origin.level?;
    let confidence = origin.confidence?;
    let mut flag = flag(
        rule,
        match severity(origin, level, confidence) {
            _ if level == StateLevel::Duplicate && is_part_of_a_page(scene, copy) => Severity::Info,
            severity => severity,
        },
        confidence,
        origin.subject.clone(),
        sentence(scene, copy, origin, level, confidence),
        origin.evidence.clone(),
    );
    let kinds = origin.kinds.iter().map(|k| kind_word(*k).to_owned());
    flag.kinds = kinds.chain([level_word(level).to_owned()]).collect();
    Some(flag)
}

fn severity(origin: &Origin, level: StateLevel, confidence: Sureness) -> Severity {
    let unverified = |e: &Evidence| e.from.contains(NOT_VERIFIED);
    let by_kind = origin.kinds.iter().map(|k| match k {
        StateKind::Media => Severity::Warning,
        StateKind::ArmedGroup => Severity::Notice,
        StateKind::Government => Severity::Info,
    });
    let by_kind = by_kind.max().unwrap_or(Severity::Info);
    if origin.own_page {
        return Severity::Info;
    }
    match (level, confidence) {
        (StateLevel::Duplicate, Sureness::Possible) if origin.evidence.iter().any(unverified) => {
            Severity::Info
        }
        (StateLevel::Duplicate, Sureness::Possible) => by_kind.min(Severity::Notice),
        _ => by_kind,
    }
}

/// How a link that rests on a hash distance alone is worded (see [`super::copies`]).
pub(super) const NOT_VERIFIED: &str = "not verified geometrically";

fn sentence(
    scene: &Scene<'_>,
    copy: Copy,
    origin: &Origin,
    level: StateLevel,
    confidence: Sureness,
) -> String {
    let names: Vec<String> = origin.parties.iter().map(StateParty::described).collect();
    let names = list(&names);
    let (photo, appearance) = match copy {
        Copy::Photo(_) => (true, None),
        Copy::Appearance(at) => (false, scene.case.appearances.get(at)),
    };
    // Named somewhere on the page, but not as the picture's credit.
    let mentioned = || match copy {
        Copy::Photo(_) => false,
        Copy::Appearance(at) => (origin.parties.iter()).any(|p| names_source(scene, at, &p.party)),
    };
    let said = match level {
        StateLevel::Direct => format!("The credit names {names} and nobody else"),
        StateLevel::Via => format!("The credit names {names}, passed on by another party"),
        StateLevel::Stated => {
            format!("The caption's words say that the picture comes from {names}")
        }
        StateLevel::Metadata if photo => {
            format!("The photo's embedded fields name {names} as its source")
        }
        StateLevel::Metadata => {
            let which = match appearance.and_then(by_words) {
                Some(how) => format!("the photo that is taken for the one printed here {how}"),
                None => "the photo printed here".to_owned(),
            };
            let words = if mentioned() {
                "credit does"
            } else {
                "words do"
            };
            format!("The embedded fields of {which} name {names}; the printed {words} not")
        }
        StateLevel::Duplicate if photo => {
            format!(
                "This file's fields do not say so, but a copy of this picture is credited to {names}"
            )
        }
        StateLevel::Duplicate => {
            let here = if mentioned() {
                "The credit here does not say so"
            } else {
                "Nothing here says so"
            };
            format!("{here}, but a copy of this picture is credited to {names}")
        }
    };
    match confidence {
        Sureness::Sure => format!("{said}."),
        Sureness::Possible => format!("{said} (possible: the evidence says what is not certain)."),
    }
}

/// The word of DESIGN.md for a kind.
pub(super) fn kind_word(kind: StateKind) -> &'static str {
    match kind {
        StateKind::Media => "media",
        StateKind::Government => "government",
        StateKind::ArmedGroup => "armed-group",
    }
}

/// The word of DESIGN.md for a level.
pub(super) fn level_word(level: StateLevel) -> &'static str {
    match level {
        StateLevel::Direct => "direct",
        StateLevel::Via => "via",
        StateLevel::Stated => "stated",
        StateLevel::Metadata => "metadata",
        StateLevel::Duplicate => "duplicate",
    }
}
