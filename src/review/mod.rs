//! Reviews: a person's decisions, recorded and obeyed at once; samples for people to code, and what their codes say.
//!
//! In: who decides what about which subject, and why. Out: a row that is never changed, and everything derived that the
//! decision changes, derived again.

mod coding;
mod sample;
mod validation;

pub use coding::{Drawing, draw_sample, validate_sample};
pub use sample::{Item, draw, rank};
pub use validation::{Code, Judged, Measure, Validation, validate};

use crate::archive::{Archive, NewReview};
use crate::derive::derive;
use crate::error::{Error, Result};
use crate::intake::Context;
use crate::model::{Review, ReviewDecision, ReviewSubject};

/// Record decisions, then derive again what they change. Returns their ids.
pub fn record(
    archive: &mut Archive,
    reviews: &[NewReview],
    cx: &Context<'_>,
) -> Result<Vec<String>> {
    if archive.registry_digest()?.as_deref() != Some(cx.credits.registry().digest()) {
        return Err(Error::Request {
            doing: "review".into(),
            reason: "this archive was derived with another registry; run `cutline rederive` with yours first".into(),
        });
    }
    for review in reviews {
        refuse_nonsense(review)?;
    }
    let mut ids = Vec::new();
    for review in reviews {
        ids.push(match correction_in_effect(archive, review)? {
            Some(credit) => archive.add_review(&NewReview {
                decision: ReviewDecision::Correct,
                value: Some(credit),
                ..review.clone()
            })?,
            None => archive.add_review(review)?,
        });
    }
    if reviews.iter().any(changes_derived) {
        derive(archive, cx, &|_| ())?;
    }
    archive.seal_if_quick()?;
    Ok(ids)
}

/// The corrected credit that a confirmation is about. Whoever confirms it says again that the credit should read so: the
/// latest decision is the one in effect, and a mere confirmation in its place would bring the printed credit back.
fn correction_in_effect(archive: &Archive, review: &NewReview) -> Result<Option<String>> {
    let confirms = review.decision == ReviewDecision::Confirm
        && matches!(review.subject, ReviewSubject::Credit { .. });
    if !confirms {
        return Ok(None);
    }
    let all = archive.reviews(Some(&review.subject))?;
    let corrects = |r: &Review| r.in_effect && r.decision == ReviewDecision::Correct;
    Ok(all.into_iter().find(corrects).and_then(|r| r.value))
}

/// Whether something has to be derived again: not for what is looked up whenever findings are read.
fn changes_derived(review: &NewReview) -> bool {
    let looked_up = matches!(review.subject, ReviewSubject::Flag { .. })
        || matches!(
            review.decision,
            ReviewDecision::Note | ReviewDecision::Confirm
        );
    !looked_up
}

/// The row that undoes the decision in effect about a subject.
pub fn undo(
    archive: &Archive,
    subject: ReviewSubject,
    reviewer: String,
    why: Option<String>,
) -> Result<NewReview> {
    let Some(review) = archive.decision_on(&subject)? else {
        return Err(Error::Request {
            doing: format!("undo the review of {}", subject.key()),
            reason: "no decision about it is in effect".into(),
        });
    };
    Ok(NewReview {
        reviewer,
        subject,
        decision: ReviewDecision::Undo,
        value: Some(review),
        why,
    })
}

fn refuse_nonsense(review: &NewReview) -> Result<()> {
    use ReviewDecision as D;
    let fits = match &review.subject {
        ReviewSubject::Flag { .. } => {
            matches!(review.decision, D::Confirm | D::Reject | D::Note | D::Undo)
        }
        ReviewSubject::Match { .. } => {
            matches!(review.decision, D::Tie | D::Untie | D::Note | D::Undo)
        }
        ReviewSubject::Credit { .. } => {
            matches!(review.decision, D::Confirm | D::Correct | D::Note | D::Undo)
        }
        ReviewSubject::Pair { .. } => {
            matches!(review.decision, D::Same | D::NotSame | D::Note | D::Undo)
        }
    };
    let refuse = |reason: &str| {
        Err(Error::Request {
            doing: format!("review {}", review.subject.key()),
            reason: reason.to_owned(),
        })
    };
    if !fits {
        return refuse("this cannot be decided about a subject of its kind");
    }
    if review.reviewer.trim().is_empty() {
        return refuse("a decision needs the name of who decides");
    }
    if review.decision == D::Note && review.why.as_deref().is_none_or(|w| w.trim().is_empty()) {
        return refuse("a note needs words");
    }
    if review.decision == D::Correct && review.value.is_none() {
        return refuse("a correction needs the credit as it should read");
    }
    Ok(())
}
