//! The photos of one document's appearances, at most one each: every pair is weighed, weights become probabilities
//! among all candidates and "none of them", and the surest pair is settled first.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::against::{against, capped, made_later, most};
use super::compare::Heard;
use super::evidence::{EVIDENCE, Level};
use super::pair::{Candidate, Pair, Print};
use super::pool::Pool;
use super::weights::Weights;
use super::{Held, Printed};
use crate::model::{Decision, Match, MatchEvidence, Sha256};

/// The probability of a photo to which the document's own structure leads.
const STRUCTURAL: f64 = 0.99;

/// What the evidence says of one pair, level by level: the data from which weights are estimated.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighed {
    /// The photo.
    pub photo: Sha256,
    /// Kind of evidence, level, amount.
    pub levels: Vec<(&'static str, &'static str, f64)>,
}

/// Decides about all appearances of one document at once. `pool` holds every photo that shares a key with any of them,
/// and every photo that `structural` names. The result has one entry per appearance, in the same order: the best
/// candidate with its evidence, or `None` where no photo is worth naming.
pub fn decide(printed: &[Printed], pool: &[Held]) -> Vec<Option<Match>> {
    decide_with(printed, pool, Weights::builtin())
}

/// [`decide`] with other weights.
pub fn decide_with(printed: &[Printed], pool: &[Held], weights: &Weights) -> Vec<Option<Match>> {
    let prints = Print::all(printed);
    let candidates = candidates(pool);
    let mut settled: Vec<Option<Match>> = vec![None; printed.len()];
    let mut taken: BTreeSet<Group> = BTreeSet::new();
    for (one, slot) in printed.iter().zip(&mut settled) {
        if let Some(structural) = one.structural {
            taken.insert(group_of(pool, structural.photo));
            *slot = Some(Match {
                photo: structural.photo,
                probability: STRUCTURAL,
                decision: Decision::Matched,
                evidence: vec![MatchEvidence {
                    kind: "structure".to_owned(),
                    weight: (STRUCTURAL / (1.0 - STRUCTURAL)).ln(),
                    text: structural.how.text().to_owned(),
                }],
            });
        }
    }
    // One caption printed twice is one use of one photo.
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    let mut same_as: Vec<Option<usize>> = vec![None; printed.len()];
    for (at, one) in printed.iter().enumerate() {
        let text = one.caption.trim();
        if text.chars().count() > 20 {
            if let Some(before) = first.get(text) {
                if let Some(slot) = same_as.get_mut(at) {
                    *slot = Some(*before);
                }
            } else {
                first.insert(text, at);
            }
        }
    }
    let mut open = Open::default();
    let mut pools: BTreeMap<usize, Rc<Pool>> = BTreeMap::new();
    for (at, print) in prints.iter().enumerate() {
        let done = settled.get(at).is_some_and(Option::is_some);
        let again = same_as.get(at).is_some_and(Option::is_some);
        if !done && !again && !candidates.is_empty() {
            let pairs = pairs(print, &candidates);
            pools.extend(pairs.first().map(|pair| (at, pair.pool.clone())));
            open.add(at, scores(&pairs, weights), &taken);
        }
    }
    while let Some((at, choice)) = open.surest() {
        let (Some(print), Some(candidate), Some(pool)) = (
            prints.get(at),
            candidates.get(choice.candidate),
            pools.get(&at),
        ) else {
            continue;
        };
        let pair = Pair::new(print, candidate, &mut Heard::new(), pool);
        let found = tell(&pair, &choice, weights);
        if found.decision == Decision::Matched && taken.insert(choice.group) {
            open.without(choice.group, &taken);
        }
        if let Some(slot) = settled.get_mut(at) {
            *slot = Some(found);
        }
    }
    for (at, before) in same_as.iter().enumerate() {
        if let Some(before) = before
            && settled.get(at).is_some_and(Option::is_none)
        {
            let copy = settled.get(*before).cloned().flatten();
            if let Some(slot) = settled.get_mut(at) {
                *slot = copy;
            }
        }
    }
    settled
}

/// What the evidence says of every pair of an appearance and a photo of the pool.
pub fn weigh(printed: &[Printed], pool: &[Held]) -> Vec<Vec<Weighed>> {
    let prints = Print::all(printed);
    let candidates = candidates(pool);
    prints
        .iter()
        .map(|print| {
            pairs(print, &candidates)
                .iter()
                .map(|pair| Weighed {
                    photo: pair.candidate.held.photo,
                    levels: levels(pair)
                        .into_iter()
                        .map(|(kind, level)| (kind, level.name, level.amount))
                        .collect(),
                })
                .collect()
        })
        .collect()
}

/// The picture a photo belongs to; a photo of no picture is its own.
pub(super) type Group = (Option<i64>, Option<Sha256>);

fn group(held: &Held) -> Group {
    match held.picture {
        Some(picture) => (Some(picture), None),
        None => (None, Some(held.photo)),
    }
}

fn group_of(pool: &[Held], photo: Sha256) -> Group {
    pool.iter()
        .find(|held| held.photo == photo)
        .map_or((None, Some(photo)), group)
}

fn candidates(pool: &[Held]) -> Vec<Candidate<'_>> {
    let unique: BTreeMap<Sha256, &Held> = pool.iter().map(|held| (held.photo, held)).collect();
    unique.into_values().map(Candidate::new).collect()
}

fn levels(pair: &Pair<'_>) -> Vec<(&'static str, Level)> {
    EVIDENCE
        .iter()
        .flat_map(|evidence| {
            evidence
                .weigh(pair)
                .into_iter()
                .map(|level| (evidence.name(), level))
        })
        .collect()
}

/// The best copy of a picture, and its score.
#[derive(Clone, Copy)]
struct Scored {
    score: f64,
    candidate: usize,
}

/// An appearance beside every candidate.
fn pairs<'a>(print: &'a Print<'a>, candidates: &'a [Candidate<'a>]) -> Vec<Pair<'a>> {
    let mut heard = Heard::new();
    let unknown = Rc::new(Pool::default());
    let mut pairs: Vec<Pair<'a>> = candidates
        .iter()
        .map(|candidate| Pair::new(print, candidate, &mut heard, &unknown))
        .collect();
    let pool = Rc::new(Pool::of(
        print.terms.items.len(),
        pairs
            .iter()
            .map(|pair| (group(pair.candidate.held), &pair.texts)),
    ));
    for pair in &mut pairs {
        pair.pool = pool.clone();
    }
    pairs
}

/// The sum of the weights.
fn plain_score(pair: &Pair<'_>, weights: &Weights) -> f64 {
    let levels = levels(pair);
    let weights_of = levels
        .iter()
        .map(|(kind, level)| weights.of(kind, level.name) * level.amount);
    weights_of.sum::<f64>() + weights.of("prior", "any")
}

fn scores(pairs: &[Pair<'_>], weights: &Weights) -> BTreeMap<Group, Scored> {
    let mut out: BTreeMap<Group, Scored> = BTreeMap::new();
    for (at, pair) in pairs.iter().enumerate() {
        if made_later(pair) {
            continue;
        }
        let score = capped(pair, plain_score(pair, weights), weights);
        let scored = Scored {
            score,
            candidate: at,
        };
        out.entry(group(pair.candidate.held))
            .and_modify(|best| {
                if score > best.score {
                    *best = scored;
                }
            })
            .or_insert(scored);
    }
    out
}

/// The best candidate of an appearance among those left.
#[derive(Clone, Copy)]
struct Choice {
    candidate: usize,
    group: Group,
    score: f64,
    probability: f64,
    /// Logarithm of what speaks for any other candidate or none.
    rivals: f64,
    /// The candidate that fits next best.
    second: Option<(usize, f64)>,
}

fn choose(scores: &BTreeMap<Group, Scored>, taken: &BTreeSet<Group>) -> Option<Choice> {
    let mut left: Vec<(&Group, &Scored)> = scores
        .iter()
        .filter(|(group, _)| !taken.contains(group))
        .collect();
    left.sort_by(|(_, a), (_, b)| {
        b.score
            .total_cmp(&a.score)
            .then(a.candidate.cmp(&b.candidate))
    });
    let (group, best) = left.first()?;
    let rivals = 1.0 + left.iter().skip(1).map(|(_, s)| s.score.exp()).sum::<f64>();
    Some(Choice {
        candidate: best.candidate,
        group: **group,
        score: best.score,
        probability: 1.0 / (1.0 + rivals * (-best.score).exp()),
        rivals: rivals.ln(),
        second: left.get(1).map(|(_, s)| (s.candidate, s.score)),
    })
}

/// The appearances not yet settled, the surest first; of equally sure ones, the first on the page.
#[derive(Default)]
struct Open {
    scores: BTreeMap<usize, BTreeMap<Group, Scored>>,
    choices: BTreeMap<usize, Choice>,
    /// Probability (the bits of a positive number sort as it does) and place of each choice.
    order: BTreeSet<(u64, Reverse<usize>)>,
    /// The appearances for which a group is a candidate.
    wanted: BTreeMap<Group, Vec<usize>>,
}

impl Open {
    fn add(&mut self, at: usize, scores: BTreeMap<Group, Scored>, taken: &BTreeSet<Group>) {
        for group in scores.keys() {
            self.wanted.entry(*group).or_default().push(at);
        }
        self.scores.insert(at, scores);
        self.choose(at, taken);
    }

    fn choose(&mut self, at: usize, taken: &BTreeSet<Group>) {
        if let Some(old) = self.choices.remove(&at) {
            self.order.remove(&(old.probability.to_bits(), Reverse(at)));
        }
        if let Some(choice) = self.scores.get(&at).and_then(|s| choose(s, taken)) {
            self.order
                .insert((choice.probability.to_bits(), Reverse(at)));
            self.choices.insert(at, choice);
        }
    }

    fn surest(&mut self) -> Option<(usize, Choice)> {
        let (_, Reverse(at)) = self.order.pop_last()?;
        self.scores.remove(&at);
        Some((at, self.choices.remove(&at)?))
    }

    /// A group was taken: whoever wanted it chooses again.
    fn without(&mut self, group: Group, taken: &BTreeSet<Group>) {
        for at in self.wanted.remove(&group).unwrap_or_default() {
            self.choose(at, taken);
        }
    }
}

fn tell(pair: &Pair<'_>, choice: &Choice, weights: &Weights) -> Match {
    let mut told: Vec<MatchEvidence> = Vec::new();
    for evidence in EVIDENCE {
        for level in evidence.weigh(pair) {
            let weight = weights.of(evidence.name(), level.name) * level.amount;
            if weight != 0.0 {
                told.push(MatchEvidence {
                    kind: evidence.name().to_owned(),
                    weight,
                    text: evidence.tell(pair, &level),
                });
            }
        }
    }
    let tie = choice
        .second
        .is_some_and(|(_, score)| choice.score - score < weights.of("decide", "margin"));
    told.push(MatchEvidence {
        kind: "prior".to_owned(),
        weight: weights.of("prior", "any"),
        text: "few of the photos that share a key with an appearance are the one printed"
            .to_owned(),
    });
    let against = against(pair);
    let lowered = most(&against, weights) - plain_score(pair, weights);
    if lowered < 0.0 {
        let texts: Vec<&str> = against.iter().map(|a| a.text.as_str()).collect();
        told.push(MatchEvidence {
            kind: "against".to_owned(),
            weight: lowered,
            text: format!("words do not get over it: {}", texts.join("; ")),
        });
    }
    told.push(MatchEvidence {
        kind: "rivals".to_owned(),
        weight: -choice.rivals,
        text: if tie {
            "another photo fits as well".to_owned()
        } else {
            "all other candidates, and the chance that the photo is not held".to_owned()
        },
    });
    let decision = if choice.probability >= weights.of("decide", "matched-from") && !tie {
        Decision::Matched
    } else if choice.probability >= weights.of("decide", "possible-from") {
        Decision::Possible
    } else {
        Decision::Unmatched
    };
    Match {
        photo: pair.candidate.held.photo,
        probability: choice.probability,
        decision,
        evidence: told,
    }
}
