//! `ai-generated`: fields or words say that the picture was made with generative AI.

use crate::model::{Flag, Label, Severity};

use super::nature::{self, Nature};
use super::terms::Means;
use super::{Origin, Rule, Scene};

pub(super) struct AiGenerated;

const NATURE: Nature = Nature {
    what: "was made with generative AI",
    label: Some((Label::AiGenerated, Means::Ai)),
    in_caption: false,
    term: None,
    hints: &[Means::Ai],
    told: &[
        Label::AiGenerated,
        Label::Illustration,
        Label::Symbolic,
        Label::Composite,
    ],
    passes: true,
    severity: (Severity::Warning, Severity::Warning),
};

impl Rule for AiGenerated {
    fn id(&self) -> &'static str {
        "ai-generated"
    }

    fn summary(&self) -> &'static str {
        "The picture is said to be made with generative AI; or a page that shows it does not say so."
    }

    fn why(&self) -> &'static str {
        "It shows nothing that happened, and looks as if it did."
    }

    fn evidence(&self) -> &'static str {
        "The IPTC Digital Source Type trainedAlgorithmicMedia in the file's fields, or a label in a credit. A source type \
         in Content Credentials (C2PA) is sure where their signature fits the file, which builds with the feature `c2pa` \
         check, and else only possible. For a page without a \
         label: what the file that it shows or a copy says, and the share of the outlet's other pages on which credits \
         were found. No guess is made from the pixels."
    }

    fn false_alarms(&self) -> &'static str {
        "A field that a program set for a small correction; a page about such pictures that says so in its text; a label \
         set as an overlay that the capture does not hold."
    }

    fn severity(&self) -> &'static str {
        "warning where a file says so and where a page does not, notice where only the capture is in doubt; info where the page says so itself"
    }

    fn on_absence(&self) -> bool {
        true
    }

    fn check(&self, scene: &Scene<'_>, _origins: &[Origin]) -> Vec<Flag> {
        nature::check(self, &NATURE, scene)
    }
}
