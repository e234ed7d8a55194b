//! `composite`: fields or words say that the picture was put together from several.

use crate::model::{Flag, Label, Severity};

use super::nature::{self, Nature};
use super::terms::Means;
use super::{Origin, Rule, Scene};

pub(super) struct Composite;

const NATURE: Nature = Nature {
    what: "was put together from several",
    label: Some((Label::Composite, Means::Composite)),
    in_caption: true,
    term: None,
    hints: &[Means::Composite],
    told: &[
        Label::Composite,
        Label::AiGenerated,
        Label::Illustration,
        Label::Symbolic,
    ],
    passes: false,
    severity: (Severity::Info, Severity::Notice),
};

impl Rule for Composite {
    fn id(&self) -> &'static str {
        "composite"
    }

    fn summary(&self) -> &'static str {
        "The picture is said to be put together from several; or a page that shows it does not say so."
    }

    fn why(&self) -> &'static str {
        "Readers take a picture for one moment at one place."
    }

    fn evidence(&self) -> &'static str {
        "The IPTC Digital Source Types composite, compositeCapture and compositeSynthetic in the file's fields, or a label \
         (\"combo\", \"Fotomontage\"). For a page without a label: what the file that it shows says. Several credits in \
         one line tell readers, too."
    }

    fn false_alarms(&self) -> &'static str {
        "Pictures set side by side that nobody takes for one; a label set as an overlay that the capture does not hold."
    }

    fn severity(&self) -> &'static str {
        "notice where a page does not say so and its file does, else info"
    }

    fn on_absence(&self) -> bool {
        true
    }

    fn check(&self, scene: &Scene<'_>, _origins: &[Origin]) -> Vec<Flag> {
        nature::check(self, &NATURE, scene)
    }
}
