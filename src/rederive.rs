//! Everything derived, rebuilt from the raw rows: after the registry or the grammar improved.

use rayon::prelude::*;

use crate::archive::Archive;
use crate::credit::Hints;
use crate::derive::{Progress, derive};
use crate::error::Result;
use crate::intake::{Context, photo_readings, read_again};
use crate::model::CreditReading;

/// Appearances that are read again at a time.
const SLICE: usize = 2048;

/// Read every stored text again with the registry and grammar at hand, then derive everything else.
pub fn rederive(
    archive: &mut Archive,
    cx: &Context<'_>,
    progress: &dyn Fn(Progress),
) -> Result<()> {
    archive.store_registry(cx.credits.registry())?;
    let (mut after, mut done) = (-1, 0);
    loop {
        let raw = archive.raw_appearances(after, SLICE)?;
        let Some(last) = raw.last() else { break };
        after = last.id;
        done += raw.len() as u64;
        let read: Vec<_> = raw
            .into_par_iter()
            .map(|raw| {
                let reading = read_again(&raw, cx.credits);
                (raw, reading)
            })
            .collect();
        archive.replace_readings(&read)?;
        progress(Progress {
            step: "reading credits again",
            done,
            total: None,
        });
    }
    let fields: Vec<_> = archive
        .raw_metadata()?
        .into_par_iter()
        .map(|(owner, metadata)| (owner, photo_readings(&metadata, cx.credits)))
        .collect();
    archive.replace_photo_readings(&fields)?;
    for (capture, credits) in archive.document_credit_texts()? {
        let again: Vec<CreditReading> = credits
            .iter()
            .map(|c| {
                cx.credits.credit(
                    &c.text,
                    &Hints {
                        lang: c.lang.as_deref(),
                        date: None,
                    },
                )
            })
            .collect();
        archive.replace_document_credits(capture, &again)?;
    }
    archive.forget_derived()?;
    derive(archive, cx, progress)?;
    archive.seal()?;
    Ok(())
}
