//! What kind of picture a copy is said to be: made by a machine, put together, changed. Shared by three rules.
//!
//! In: a scene and what to look for. Out: findings on the photos whose fields say so, and on the pages that do or do not.

use std::sync::LazyLock;

use crate::model::{Carrier, Evidence, Field, Flag, Label, Severity, Sureness};

use super::claim::{Claim, Copy, copy_name};
use super::disclosure::absence;
use super::finding::{fact, flag, share, subject};
use super::terms::{self, Hit, Means};
use super::{Rule, Scene};

/// What a rule looks for.
pub(super) struct Nature {
    /// What the picture is, after "is".
    pub what: &'static str,
    /// The label that says so, and its words.
    pub label: Option<(Label, Means)>,
    /// Whether it says so in a caption, too, and not in the credit alone: possible then.
    pub in_caption: bool,
    /// The term that says so, never for sure: a caption may speak of something in the picture.
    pub term: Option<Means>,
    /// Terms by which a page says it in its own words.
    pub hints: &'static [Means],
    /// Labels that tell readers enough.
    pub told: &'static [Label],
    /// Copies are of this kind, too. What was changed in one copy may be untouched in another.
    pub passes: bool,
    /// Of a photo whose fields say so, and of a page that does not, where sure.
    pub severity: (Severity, Severity),
}

/// Why something is taken to be so.
#[derive(Clone)]
struct Sign {
    evidence: Evidence,
    sure: Sureness,
}

pub(super) fn check(rule: &dyn Rule, nature: &Nature, scene: &Scene<'_>) -> Vec<Flag> {
    let signs: Vec<(Copy, Vec<Sign>)> = scene
        .copies()
        .map(|copy| (copy, signs(rule.id(), nature, scene, copy)))
        .filter(|(_, signs)| !signs.is_empty())
        .collect();
    if signs.is_empty() {
        return Vec::new();
    }
    scene
        .copies()
        .filter_map(|copy| finding(rule.id(), nature, scene, copy, &signs))
        .collect()
}

fn finding(
    rule: &str,
    nature: &Nature,
    scene: &Scene<'_>,
    copy: Copy,
    signs: &[(Copy, Vec<Sign>)],
) -> Option<Flag> {
    let what = nature.what;
    let subject = subject(scene.case, copy)?;
    if let Some((_, own)) = signs.iter().find(|(on, _)| *on == copy) {
        let sure = own.iter().map(|s| s.sure).min()?;
        let evidence = own.iter().map(|s| s.evidence.clone()).collect();
        let (severity, said) = match copy {
            Copy::Photo(_) => (nature.severity.0, "The file says"),
            Copy::Appearance(_) => (Severity::Info, "The page says itself"),
        };
        let severity = if sure == Sureness::Sure {
            severity
        } else {
            Severity::Info
        };
        let summary = format!("{said} that the picture {what}.");
        return Some(flag(rule, severity, sure, subject, summary, evidence));
    }
    let Copy::Appearance(at) = copy else {
        return None;
    };
    let appearance = scene.case.appearances.get(at)?;
    if appearance.carrier == Some(Carrier::Feed) || tells(nature, scene, copy) {
        return None;
    }
    let here = scene.photo_of(copy)?;
    let candidates = signs.iter().filter_map(|(on, signs)| {
        let Copy::Photo(there) = *on else { return None };
        let way = scene.copies.way(here, there)?;
        (there == here || nature.passes).then_some((there != here, way, *on, signs))
    });
    let (_, way, on, signs) = candidates.min_by_key(|(other, way, on, _)| (*way, *other, *on))?;
    let name = copy_name(scene.case, on);
    let sure = signs.iter().map(|s| s.sure).min()?;
    let confidence = sure
        .max(way)
        .max(scene.tied(at))
        .max(absence(scene, appearance));
    let mut evidence: Vec<Evidence> = signs.iter().map(|s| s.evidence.clone()).collect();
    evidence.push(fact(
        "no such label was found on the page as captured",
        &appearance.input,
    ));
    evidence.push(share(appearance));
    let severity = match (confidence, sure) {
        (Sureness::Sure, _) => nature.severity.1,
        // Only what the capture holds is in doubt.
        (_, Sureness::Sure) => nature.severity.1.min(Severity::Notice),
        _ => Severity::Info,
    };
    let summary = format!(
        "{name} says that the picture {what}; no such label was found on the page as captured."
    );
    Some(flag(rule, severity, confidence, subject, summary, evidence))
}

fn tells(nature: &Nature, scene: &Scene<'_>, copy: Copy) -> bool {
    let labelled = scene.claims_of(copy).any(|(_, c, _)| {
        nature.told.iter().any(|l| c.reading.has(*l)) || !c.reading.also.is_empty()
    });
    let Copy::Appearance(at) = copy else {
        return labelled;
    };
    let document = scene
        .case
        .appearances
        .get(at)
        .into_iter()
        .flat_map(|a| &a.document_credits);
    let in_words = || {
        let mut hits = scene.said(copy).iter().flat_map(|said| &said.hits);
        hits.any(|hit| nature.hints.contains(&hit.means))
    };
    labelled
        || in_words()
        || document
            .into_iter()
            .any(|c| nature.told.iter().any(|l| c.has(*l)))
}

/// What a copy's own fields and words say.
fn signs(rule: &str, nature: &Nature, scene: &Scene<'_>, copy: Copy) -> Vec<Sign> {
    let mut found = Vec::new();
    if let Copy::Photo(at) = copy {
        for held in scene.case.photos.get(at).iter().flat_map(|p| &p.metadata) {
            for value in held.metadata.values(Field::DigitalSourceType) {
                let Some((_, meaning)) = source_type(&value.value).filter(|(of, _)| *of == rule)
                else {
                    continue;
                };
                let checked = held.metadata.first(Field::ContentCredentials);
                let checked = checked.unwrap_or("signature was not checked");
                let (how, sure) = match value.carrier {
                    Carrier::C2pa => (
                        format!(" in Content Credentials ({checked})"),
                        Sureness::Possible,
                    ),
                    Carrier::C2paSigned => (
                        format!(" in Content Credentials ({checked})"),
                        Sureness::Sure,
                    ),
                    _ => (String::new(), Sureness::Sure),
                };
                found.push(Sign {
                    evidence: Evidence {
                        text: Some(value.value.clone()),
                        from: format!("Digital Source Type{how}: {meaning}"),
                        input: held.input.clone(),
                        carrier: Some(value.carrier),
                    },
                    sure,
                });
            }
        }
    }
    for (_, claim, _) in scene.claims_of(copy) {
        found.extend(labelled(nature, claim));
    }
    if let Some(means) = nature.term {
        for said in scene.said(copy) {
            let hits = said.hits.iter().filter(|h| h.means == means);
            found.extend(hits.map(|h| Sign {
                evidence: said.quote(h.start, h.end),
                sure: Sureness::Possible,
            }));
        }
    }
    found
}

/// A label in a credit. A caption may speak of "pictures generated by AI" that somebody looks at, so that a single word in it
/// counts only where it stands as a label.
fn labelled(nature: &Nature, claim: &Claim<'_>) -> Option<Sign> {
    let (_, means) = nature
        .label
        .filter(|(label, _)| claim.reading.has(*label))?;
    let says_so = |text: &str, anywhere: bool| {
        let hits = terms::find(text).into_iter();
        let mut hits = hits.filter(|h| h.means == means);
        hits.find(|h| anywhere || is_label(text, h))
            .and_then(|h| text.get(h.start..h.end).map(str::to_owned))
    };
    let line = claim.reading.credit_line.as_deref();
    if let Some(words) = line.and_then(|line| says_so(line, true)) {
        return Some(Sign {
            evidence: claim.evidence(
                &[line, Some(&words)],
                format!("label in the {}", claim.what()),
            ),
            sure: Sureness::Sure,
        });
    }
    let words = says_so(&claim.reading.text, false).filter(|_| nature.in_caption)?;
    Some(Sign {
        evidence: claim.evidence(&[Some(&words)], "words of the caption"),
        sure: Sureness::Possible,
    })
}

/// Whether a term stands in a caption as a label: several words, capitals, or a word that is a clause by itself or has what is
/// shown behind "of".
fn is_label(text: &str, hit: &Hit) -> bool {
    let words = text.get(hit.start..hit.end).unwrap_or_default();
    let edge = |c: char| !c.is_alphanumeric() && !matches!(c, '\'' | '’' | '"' | '“' | '”');
    let before = text.get(..hit.start).unwrap_or_default().trim_end();
    let after = text.get(hit.end..).unwrap_or_default().trim_start();
    let several = words.contains(char::is_whitespace);
    let shouted = words.chars().any(char::is_uppercase) && !words.chars().any(char::is_lowercase);
    let alone = before.is_empty() || before.ends_with(edge);
    let closed = after.is_empty() || after.starts_with(edge);
    let spaced = words.chars().all(terms::is_spaced);
    several || shouted || !spaced || (alone && closed)
}

/// The rule and meaning of a term of IPTC's Digital Source Type vocabulary, given as its address or its code.
fn source_type(value: &str) -> Option<(&'static str, &'static str)> {
    static TYPES: LazyLock<Vec<[&'static str; 3]>> = LazyLock::new(|| {
        let table = include_str!("../../schema/flags/source-types.csv");
        let rows = table.lines().skip(1).filter_map(|line| {
            let (code, rest) = line.split_once(',')?;
            let (rule, meaning) = rest.split_once(',')?;
            Some([code, rule, meaning.trim_matches('"')])
        });
        rows.collect()
    });
    let code = value.trim().trim_end_matches('/');
    let code = code.rsplit(['/', ':', '#']).next()?;
    let row = TYPES
        .iter()
        .find(|[known, ..]| known.eq_ignore_ascii_case(code))?;
    (!row[1].is_empty()).then_some((row[1], row[2]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_type_is_known_by_address_or_code_and_a_camera_says_nothing() {
        let rule = |value| source_type(value).map(|(rule, _)| rule);
        let address = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";
        assert_eq!(rule(address), Some("ai-generated"));
        assert_eq!(rule("trainedalgorithmicmedia"), Some("ai-generated"));
        assert_eq!(rule("digsrctype:compositeCapture"), Some("composite"));
        for value in [
            "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture",
            "",
            "untrainedAlgorithmicMedia",
            "/",
        ] {
            assert_eq!(rule(value), None, "{value}");
        }
    }

    #[test]
    fn every_row_of_the_table_names_a_rule_that_exists_or_none() {
        let table = include_str!("../../schema/flags/source-types.csv");
        for line in table.lines().skip(1) {
            let rule = line.split(',').nth(1).unwrap();
            assert!(
                rule.is_empty() || super::super::RULES.iter().any(|r| r.id() == rule),
                "{line}"
            );
        }
    }
}
