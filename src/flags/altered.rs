//! `altered`: fields or words say that the picture was changed.

use crate::model::{Flag, Label, Severity};

use super::nature::{self, Nature};
use super::terms::Means;
use super::{Origin, Rule, Scene};

pub(super) struct Altered;

const NATURE: Nature = Nature {
    what: "was changed after it was taken",
    label: None,
    in_caption: false,
    term: Some(Means::Altered),
    hints: &[Means::Altered, Means::AlteredWord],
    told: &[
        Label::Composite,
        Label::AiGenerated,
        Label::Illustration,
        Label::Symbolic,
    ],
    passes: false,
    severity: (Severity::Notice, Severity::Notice),
};

impl Rule for Altered {
    fn id(&self) -> &'static str {
        "altered"
    }

    fn summary(&self) -> &'static str {
        "The picture is said to be changed after it was taken; or a page that shows it does not say so."
    }

    fn why(&self) -> &'static str {
        "A news picture shows what the camera saw; where it was changed, even to protect somebody, readers are told."
    }

    fn evidence(&self) -> &'static str {
        "The IPTC Digital Source Types compositeWithTrainedAlgorithmicMedia and algorithmicallyEnhanced in the file's \
         fields; words of a caption or notice (\"face blurred at source\", \"image has been digitally altered\"), which \
         are never sure. Corrections by a person (humanEdits) are no change."
    }

    fn false_alarms(&self) -> &'static str {
        "A caption that speaks of a changed picture in the picture; a program that sets the field for sharpening."
    }

    fn severity(&self) -> &'static str {
        "notice where the file's fields say so, else info"
    }

    fn on_absence(&self) -> bool {
        true
    }

    fn check(&self, scene: &Scene<'_>, _origins: &[Origin]) -> Vec<Flag> {
        nature::check(self, &NATURE, scene)
    }
}
