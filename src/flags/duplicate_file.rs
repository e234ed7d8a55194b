//! `duplicate-file`: the same bytes lie in several places.

use std::collections::BTreeSet;

use crate::model::{Flag, Severity, Sureness};

use super::finding::{fact, flag, picture};
use super::{Case, CasePhoto, Origin, Rule, Scene};

pub(super) struct DuplicateFile;

impl Rule for DuplicateFile {
    fn id(&self) -> &'static str {
        "duplicate-file"
    }

    fn summary(&self) -> &'static str {
        "The same photo, byte for byte, lies in several places."
    }

    fn why(&self) -> &'static str {
        "Copies cost space, and a correction made beside one of them is missed at the others."
    }

    fn evidence(&self) -> &'static str {
        "Equal SHA-256 of the bytes. Files saved with one page count as one place."
    }

    fn false_alarms(&self) -> &'static str {
        "None as to the fact; copies kept on purpose (a backup, a picture printed on two pages) are no fault."
    }

    fn severity(&self) -> &'static str {
        "info"
    }

    fn check(&self, scene: &Scene<'_>, _origins: &[Origin]) -> Vec<Flag> {
        finding(self.id(), scene.case).into_iter().collect()
    }
}

/// Where a photo lies: files of one page are one place.
pub(super) fn places(photo: &CasePhoto) -> BTreeSet<&str> {
    photo
        .files
        .iter()
        .map(|f| f.page.as_deref().unwrap_or(&f.input))
        .collect()
}

fn finding(rule: &str, case: &Case) -> Option<Flag> {
    let copied: Vec<&CasePhoto> = (case.photos.iter())
        .filter(|p| places(p).len() > 1)
        .collect();
    let files: usize = copied.iter().map(|p| p.files.len()).sum();
    let places: usize = copied.iter().map(|p| places(p).len()).sum();
    let evidence = copied.iter().flat_map(|photo| {
        photo.files.iter().map(|file| {
            let hash = photo.sha256.to_hex();
            fact(
                format!("SHA-256 {} of the bytes", hash.get(..16).unwrap_or(&hash)),
                &file.input,
            )
        })
    });
    let evidence: Vec<_> = evidence.collect();
    let summary = match copied.as_slice() {
        [] => return None,
        [_] => format!("The same bytes lie in {places} places ({files} files)."),
        many => format!(
            "{} photos of this picture lie in {places} places ({files} files).",
            many.len()
        ),
    };
    Some(flag(
        rule,
        Severity::Info,
        Sureness::Sure,
        picture(case)?,
        summary,
        evidence,
    ))
}
