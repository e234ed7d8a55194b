//! Samples and validations of an archive: facts out of it, the draw and the comparison, rows back into it.

use std::collections::{BTreeMap, HashMap};

use crate::archive::{Archive, PublicId, SampleItem, SampleRow, appearance_public, parse_public};
use crate::error::{Error, Result};
use crate::model::{StateLevel, Sureness};
use crate::report::audit::{AppearanceFact, Request};

use super::sample::draw;
use super::validation::{Code, Judged, Validation, validate};

/// What to draw.
#[derive(Clone, Debug, Default)]
pub struct Drawing {
    /// How many appearances.
    pub size: usize,
    /// Over which strata, and in which months: what cutline found counts as it is, whatever people decided.
    pub request: Request,
    /// The seed.
    pub seed: u64,
}

/// Draw a sample and store it; the same drawing from the same archive is the same sample. Returns its id.
pub fn draw_sample(archive: &mut Archive, drawing: &Drawing) -> Result<String> {
    let request = Request {
        include_rejected: true,
        ..drawing.request.clone()
    };
    let mut all = Vec::new();
    archive.each_fact(&request.dimensions(), &mut |fact| {
        if request.takes(fact) {
            // An appearance with two sources or labels stands in its first stratum alone.
            let stratum = request.places(fact).into_iter().next().unwrap_or_default();
            all.push((appearance_public(fact.appearance), stratum));
        }
    })?;
    let items: Vec<SampleItem> = draw(all.into_iter(), drawing.size, drawing.seed)
        .into_iter()
        .map(|i| SampleItem {
            appearance: i.appearance,
            stratum: i.stratum,
            population: i.population,
            drawn: i.drawn,
        })
        .collect();
    let row = SampleRow {
        size: drawing.size as u64,
        dimensions: request.by.iter().map(|d| d.word().to_owned()).collect(),
        seed: drawing.seed,
        from: request.from,
        to: request.to,
        ..SampleRow::default()
    };
    let id = archive.store_sample(&row, &items)?;
    archive.seal_if_quick()?;
    Ok(id)
}

/// Compare what cutline says now with the codes of a sample (if none is named, of the latest that has codes).
pub fn validate_sample(archive: &Archive, sample: Option<&str>) -> Result<(SampleRow, Validation)> {
    let all = archive.samples()?;
    let found = if let Some(id) = sample {
        all.into_iter().find(|s| s.sample == id)
    } else {
        let mut coded = None;
        for sample in &all {
            if !archive.codings(&sample.sample)?.is_empty() {
                coded = Some(sample.clone());
            }
        }
        coded.or(all.into_iter().next_back())
    };
    let Some(row) = found else {
        return Err(Error::Request {
            doing: "validate".into(),
            reason: "there is no such sample; draw one with `cutline review --sample N`".into(),
        });
    };
    let items = archive.sample_items(&row.sample)?;
    let codings = archive.codings(&row.sample)?;
    let mut wanted: HashMap<i64, usize> = HashMap::new();
    for (at, item) in items.iter().enumerate() {
        if let Some(PublicId::Appearance(id)) = parse_public(&item.appearance) {
            wanted.insert(id, at);
        }
    }
    let mut said: BTreeMap<usize, AppearanceFact> = BTreeMap::new();
    archive.each_fact(&[], &mut |fact| {
        if let Some(at) = wanted.get(&fact.appearance) {
            said.insert(*at, fact.clone());
        }
    })?;
    let judged: Vec<Judged> = items
        .iter()
        .enumerate()
        .filter_map(|(at, item)| {
            let fact = said.get(&at)?;
            let printed = matches!(
                fact.level,
                Some(StateLevel::Direct | StateLevel::Via | StateLevel::Stated)
            );
            let codes = codings.get(&item.appearance).into_iter().flatten();
            Some(Judged {
                weight: item.population as f64 / item.drawn.max(1) as f64,
                media: printed && fact.kinds.media,
                media_sure: printed
                    && fact.kinds.media
                    && fact.verified
                    && fact.confidence == Some(Sureness::Sure),
                state: printed,
                codes: codes
                    .filter_map(|(coder, code)| Some((coder.clone(), Code::from_word(code)?)))
                    .collect(),
            })
        })
        .collect();
    Ok((row, validate(&judged)))
}
