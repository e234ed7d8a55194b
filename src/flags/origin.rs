//! Where a picture comes from, as far as it is known, and how openly a page says so.

use serde::{Deserialize, Serialize};

use crate::model::{Control, Evidence, Flag, StateKind, StateLevel, Subject, Sureness};

use super::claim::Copy;
use super::disclosure;
use super::source::Scene;

/// Everything that was concluded from one case.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// Findings, in the order of the rules, then of the subjects.
    pub flags: Vec<Flag>,
    /// One per photo and one per appearance, state-sourced or not, in the order of the case.
    pub origins: Vec<Origin>,
}

/// How openly a page says where a picture comes from whose originator is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Disclosure {
    /// The credit names the originator.
    Transparent,
    /// The credit names only the distributor, the caption's words name the originator.
    CaptionOnly,
    /// Only the distributor is named anywhere.
    Collapsed,
    /// The distributor is named as the maker: it stands with the originator's own photographer.
    Inverted,
    /// No credit was found.
    Erased,
}

/// Who supplied a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Supply {
    /// The outlet itself.
    Staff,
    /// A news agency, or another newsroom.
    Agency,
    /// Somebody who has an interest in the picture: a company, a club, a family, an armed group.
    Handout,
    /// A state outlet that a state controls or owns.
    StateMedia,
    /// A government body.
    Government,
    /// A stock library.
    Stock,
    /// A social network.
    Social,
    /// Nobody is named.
    Unattributed,
}

/// A state party, judged at the date of the picture.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StateParty {
    /// The registry's id.
    pub party: String,
    /// Its name.
    pub name: String,
    /// Of which kind of state it is an arm.
    pub kind: StateKind,
    /// `controlled` or `owned`: always reported apart.
    pub control: Control,
    /// The registry row's source was opened by whoever wrote it.
    pub verified: bool,
    /// The source on which the row rests, with its dates.
    pub basis: String,
}

/// How it is known where one photo, or the picture of one appearance, comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Origin {
    /// The photo or appearance.
    pub subject: Subject,
    /// How it is known to be state-sourced; `None` where nothing says so.
    pub level: Option<StateLevel>,
    /// Kinds of state, without repeats, in order of first mention; empty without a level.
    #[serde(default)]
    pub kinds: Vec<StateKind>,
    /// The state parties; empty without a level.
    #[serde(default)]
    pub parties: Vec<StateParty>,
    /// The words and records it rests on; empty without a level.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// How sure the level is.
    pub confidence: Option<Sureness>,
    /// How openly the page says so; `None` for photos, and where the originator is not known.
    pub disclosure: Option<Disclosure>,
    /// `Possible` where the disclosure rests on something that was not found, or on an unsure source.
    pub disclosure_confidence: Option<Sureness>,
    /// Who supplied it, by the printed words; `None` for photos, and where the party is not known.
    pub supply: Option<Supply>,
    /// The outlet is itself a state outlet at that date (and the picture its own page's): a column of its own.
    #[serde(default)]
    pub own_page: bool,
}

impl Origin {
    /// The strongest control among the state parties: `controlled` before `owned`.
    pub fn control(&self) -> Option<Control> {
        self.parties.iter().map(|p| p.control).min()
    }

    /// Whether every state party's registry row was verified.
    pub fn verified(&self) -> bool {
        !self.parties.is_empty() && self.parties.iter().all(|p| p.verified)
    }
}

macro_rules! words {
    ($type:ty { $($variant:ident => $word:literal),+ $(,)? }) => {
        impl $type {
            /// All of them, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word used in reports, queries and the archive.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// From that word.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|v| v.word() == word)
            }
        }
    };
}

words!(Disclosure {
    Transparent => "transparent",
    CaptionOnly => "caption-only",
    Collapsed => "collapsed",
    Inverted => "inverted",
    Erased => "erased",
});

words!(Supply {
    Staff => "staff",
    Agency => "agency",
    Handout => "handout",
    StateMedia => "state-media",
    Government => "government",
    Stock => "stock",
    Social => "social",
    Unattributed => "unattributed",
});

/// Everything known of where one copy comes from.
pub(super) fn of(scene: &Scene<'_>, copy: Copy) -> Option<Origin> {
    let subject = super::finding::subject(scene.case, copy)?;
    let known = scene.known(copy);
    let (disclosure, supply, own_page) = match copy {
        Copy::Photo(_) => (None, None, false),
        Copy::Appearance(at) => (
            disclosure::disclosure(scene, at, known.as_ref()),
            disclosure::supply(scene, at),
            (scene.case.appearances.get(at)).is_some_and(|a| disclosure::own_page(scene, a)),
        ),
    };
    let mut origin = Origin {
        subject,
        level: None,
        kinds: Vec::new(),
        parties: Vec::new(),
        evidence: Vec::new(),
        confidence: None,
        disclosure: disclosure.map(|d| d.0),
        disclosure_confidence: disclosure.map(|d| d.1),
        supply,
        own_page,
    };
    if let Some(known) = known {
        for party in &known.parties {
            if !origin.kinds.contains(&party.kind) {
                origin.kinds.push(party.kind);
            }
        }
        origin.level = Some(known.level);
        origin.confidence = Some(known.confidence);
        origin.parties = known.parties;
        origin.evidence = known.evidence;
    }
    Some(origin)
}
