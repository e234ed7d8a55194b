//! `restriction`: a file states limits on its use, and a page that did not keep to one.

use crate::matching::order_unknown;
use crate::model::{Carrier, Decision, Evidence, Field, Flag, Label, Severity, Sureness};

use super::days::{last_day, number};
use super::disclosure::absence;
use super::finding::{self, fact, flag, list, share};
use super::kin::fold;
use super::said::Said;
use super::state::day;
use super::terms::{self, Hit, Means};
use super::{CaseAppearance, CasePhoto, Copy, Origin, Rule, Scene, Tie};

pub(super) struct Restriction;

impl Rule for Restriction {
    fn id(&self) -> &'static str {
        "restriction"
    }

    fn summary(&self) -> &'static str {
        "A file states limits on its use; or a page that shows it did not keep to one."
    }

    fn why(&self) -> &'static str {
        "Agencies pass on pictures under terms: sales, countries, embargoes, archives, a credit that must be printed. \
         Breaking one costs money or a source."
    }

    fn evidence(&self) -> &'static str {
        "The notice, word for word, from the embedded Instructions, or in capitals from another field or the page; where the \
         page's own file lost its fields, from a verified copy (possible: its contract may be another one). \
         Not kept to (kinds embargo, expiry, archive, out, credit): the day or country in the notice beside the page's \
         day and its outlet's country; for NO ARCHIVES, a page more than 30 days (archive-days) younger than the \
         picture; for MANDATORY CREDIT, that none of the name's words is printed. Sales and other uses are stated and \
         never judged."
    }

    fn false_alarms(&self) -> &'static str {
        "An outlet whose own contract allows more; a page whose date changed with an update; a name printed in another \
         script or elsewhere on the page."
    }

    fn severity(&self) -> &'static str {
        "info for limits that a file states, notice for a page that did not keep to one"
    }

    fn on_absence(&self) -> bool {
        true
    }

    fn check(&self, scene: &Scene<'_>, _origins: &[Origin]) -> Vec<Flag> {
        scene
            .copies()
            .filter_map(|copy| match copy {
                Copy::Photo(at) => stated(self.id(), scene.case.photos.get(at)?, scene, copy),
                Copy::Appearance(at) => {
                    broken(self.id(), scene, scene.case.appearances.get(at)?, at)
                }
            })
            .collect()
    }
}

/// The limits of a copy's texts. Only Instructions are notices as a whole; elsewhere "no sales" may tell of a market, and
/// notices are in capitals.
fn limits<'s>(scene: &'s Scene<'_>, copy: Copy) -> Vec<(&'s Said<'s>, &'s Hit)> {
    let mut found = Vec::new();
    for said in scene.said(copy) {
        for hit in &said.hits {
            let words = said.text.get(hit.start..hit.end).unwrap_or_default();
            let after = said.text.get(hit.end..).unwrap_or_default();
            let shouted = !words.chars().any(char::is_lowercase);
            let limit = hit.means <= Means::Use;
            // "RUSSIA OUT OF UKRAINE" stands on a banner.
            let banner =
                hit.means == Means::Out && after.trim_start().to_lowercase().starts_with("of ");
            if limit
                && !banner
                && !is_lifted(said, hit)
                && (shouted || said.field == Some(Field::Instructions))
            {
                found.push((said, hit));
            }
        }
    }
    found
}

/// Whether the text takes the limit back: in the same clause ("Embargo until 1 July has been lifted"), or by its kind.
fn is_lifted(said: &Said<'_>, hit: &Hit) -> bool {
    let lifted = said.hits.iter().filter(|h| h.means == Means::Lifted);
    let clause_between = |from: usize, to: usize| {
        let between = said.text.get(from..to)?;
        let parted =
            (said.hits.iter()).any(|h| h.means <= Means::Use && h.start >= from && h.end <= to);
        (!parted).then_some(between)
    };
    let mut lifted = lifted.map(|other| {
        if !other.value.is_empty() {
            return other.value == hit.means.word();
        }
        let before = clause_between(other.end, hit.start);
        let after = clause_between(hit.end, other.start);
        before.is_some_and(|text| text.trim_matches([':', ' ']).is_empty())
            || after.is_some_and(|text| !ends_clause(text))
    });
    lifted.any(|lifted| lifted)
}

/// Whether a dot behind the text makes a number of days of it: "1. Juli".
fn ends_in_ordinal(text: &str) -> bool {
    let digits = text.bytes().rev().take_while(u8::is_ascii_digit).count();
    (1..=2).contains(&digits)
}

/// Whether another clause begins within the text; "9 a.m. GMT" is one.
fn ends_clause(text: &str) -> bool {
    let mut rest = text.char_indices();
    rest.any(|(at, c)| {
        let after = text.get(at + c.len_utf8()..).unwrap_or_default();
        let begins = after.trim_start().chars().next();
        matches!(c, ';' | '\n' | '(' | ')' | '。')
            || (c == '.'
                && after.starts_with(char::is_whitespace)
                && begins.is_some_and(char::is_uppercase)
                && !text.get(..at).is_some_and(|t| {
                    t.ends_with("a.m") || t.ends_with("p.m") || ends_in_ordinal(t)
                }))
    })
}

fn stated(rule: &str, photo: &CasePhoto, scene: &Scene<'_>, copy: Copy) -> Option<Flag> {
    let mut kinds: Vec<Means> = Vec::new();
    let mut evidence = Vec::new();
    let mut words: Vec<String> = Vec::new();
    for (said, hit) in limits(scene, copy) {
        let quote = said.quote(hit.start, clause_end(said, hit));
        let text = quote.text.clone().unwrap_or_default();
        if !words.iter().any(|w| fold(w) == fold(&text)) {
            words.push(text);
        }
        evidence.push(quote);
        kinds.push(hit.means);
    }
    if evidence.is_empty() {
        return None;
    }
    let quoted: Vec<String> = words.iter().map(|w| format!("\"{w}\"")).collect();
    let summary = format!("The file states limits on its use: {}.", list(&quoted));
    let subject = finding::photo(photo);
    let mut flag = flag(
        rule,
        Severity::Info,
        Sureness::Sure,
        subject,
        summary,
        evidence,
    );
    kinds.sort_unstable();
    kinds.dedup();
    flag.kinds = kinds.iter().map(|k| k.word().to_owned()).collect();
    Some(flag)
}

/// To where a notice reaches: of those that name a day or a name, to the end of the clause or of the quoted name.
fn clause_end(said: &Said<'_>, hit: &Hit) -> usize {
    const LONGEST: usize = 120;
    if !matches!(hit.means, Means::Embargo | Means::Expiry | Means::Credit) {
        return hit.end;
    }
    let rest = said.text.get(hit.end..).unwrap_or_default();
    let name = rest.trim_start_matches([':', ' ', '\u{a0}']);
    let quoted = ['"', '“', '„', '«'].iter().any(|q| name.starts_with(*q));
    if quoted {
        let skipped = rest.len() - name.len();
        let close = name.char_indices().skip(1).take(LONGEST);
        let mut close = close.filter(|(_, c)| matches!(c, '"' | '”' | '“' | '»'));
        if let Some((at, c)) = close.next() {
            return hit.end + skipped + at + c.len_utf8();
        }
    }
    // What follows may be the next notice.
    let next = said.hits.iter().map(|h| h.start);
    let next = next.filter(|start| *start >= hit.end).min();
    let most = next.map_or(rest.len(), |start| start - hit.end);
    let stop = rest
        .char_indices()
        .find(|(at, c)| {
            let after = rest.get(at + c.len_utf8()..).unwrap_or_default();
            let ends_word = after.chars().next().is_none_or(char::is_whitespace);
            *at >= most
                || *at > LONGEST
                || matches!(c, ';' | '\n' | '(' | ')' | '。')
                || (*c == '.' && ends_word && !rest.get(..*at).is_some_and(ends_in_ordinal))
                || (*c == '-' && ends_word && rest.get(..*at).is_some_and(|b| b.ends_with(' ')))
        })
        .map_or(rest.len(), |(at, _)| at);
    let clause = rest.get(..stop).unwrap_or_default();
    hit.end
        + clause
            .trim_end_matches(|c: char| !c.is_alphanumeric())
            .len()
}

/// What was not kept to, in words, with the facts it rests on.
struct Breach {
    means: Means,
    sentence: String,
    evidence: Vec<Evidence>,
    sure: Sureness,
}

fn broken(rule: &str, scene: &Scene<'_>, appearance: &CaseAppearance, at: usize) -> Option<Flag> {
    if appearance.carrier == Some(Carrier::Feed) {
        return None;
    }
    let own = Copy::Appearance(at);
    let photo = scene.photo_of(own);
    let held = photo.and_then(|at| scene.case.photos.get(at));
    let tied = match (appearance.decision, appearance.tie) {
        (Decision::Matched, Tie::Image) => Sureness::Sure,
        _ => Sureness::Possible,
    };
    let of_file = photo
        .map(|at| limits(scene, Copy::Photo(at)))
        .unwrap_or_default();
    let mut breaches: Vec<Breach> = Vec::new();
    let printed = limits(scene, own).into_iter().map(|l| (Sureness::Sure, l));
    // The page's own file has often lost its fields; the terms of a copy may be those of another contract.
    let copies = (0..scene.case.photos.len()).filter(|there| {
        photo.is_some_and(|here| {
            here != *there && scene.copies.way(here, *there) == Some(Sureness::Sure)
        })
    });
    let of_copies = copies
        .flat_map(|there| limits(scene, Copy::Photo(there)))
        .map(|l| (Sureness::Possible, l));
    let of_file = of_file.into_iter().map(|l| (tied, l));
    for (sure, (said, hit)) in of_file.chain(printed).chain(of_copies) {
        let found = match hit.means {
            Means::Embargo | Means::Expiry => by_day(scene, appearance, said, hit),
            Means::Archive => kept(scene, appearance, held),
            Means::Out => country(appearance, hit),
            Means::Credit => credit(scene, appearance, at, said, hit),
            _ => None,
        };
        let Some((sentence, facts, judged)) = found else {
            continue;
        };
        let quote = said.quote(hit.start, clause_end(said, hit));
        if let Some(known) = breaches.iter_mut().find(|b| b.sentence == sentence) {
            if sure == Sureness::Sure || known.sure == Sureness::Possible {
                known.evidence.insert(0, quote);
            }
            known.sure = known.sure.min(sure.max(judged));
            continue;
        }
        breaches.push(Breach {
            means: hit.means,
            sentence,
            evidence: std::iter::once(quote).chain(facts).collect(),
            sure: sure.max(judged),
        });
    }
    let confidence = breaches.iter().map(|b| b.sure).min()?;
    let sentences: Vec<&str> = breaches.iter().map(|b| b.sentence.as_str()).collect();
    let mut kinds: Vec<Means> = breaches.iter().map(|b| b.means).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let summary = format!(
        "The terms of the picture were not followed, as far as the page shows: {}.",
        sentences.join("; ")
    );
    let evidence = breaches.into_iter().flat_map(|b| b.evidence).collect();
    let subject = finding::appearance(appearance);
    let mut flag = flag(
        rule,
        Severity::Notice,
        confidence,
        subject,
        summary,
        evidence,
    );
    flag.kinds = kinds.iter().map(|k| k.word().to_owned()).collect();
    Some(flag)
}

type Found = Option<(String, Vec<Evidence>, Sureness)>;

fn page_day(appearance: &CaseAppearance) -> Option<String> {
    day(appearance.published.as_deref()).filter(|d| d.len() == 10)
}

fn page_fact(appearance: &CaseAppearance, published: &str) -> Evidence {
    fact(
        format!("the page was published on {published}"),
        &appearance.input,
    )
}

/// The page's day against the one that follows the notice.
fn by_day(scene: &Scene<'_>, appearance: &CaseAppearance, said: &Said<'_>, hit: &Hit) -> Found {
    const REACH: usize = 40;
    let published = page_day(appearance)?;
    let rest = said.text.get(hit.end..)?;
    let stated = said
        .dates
        .iter()
        .find(|d| rest.find(&d.text).is_some_and(|at| at <= REACH))
        // "06/10/2024" is a day of June or of October.
        .filter(|d| !order_unknown(&d.text))?;
    let limit = last_day(&stated.date, stated.precision)?;
    let late = number(&published)? - number(&limit)?;
    let apart = i64::from(scene.thresholds.days_apart);
    let sentence = match hit.means {
        Means::Embargo if stated.date.len() == 10 && -late > apart => {
            format!("embargo to {limit}, page of {published}")
        }
        Means::Expiry if late > apart => format!("use until {limit}, page of {published}"),
        _ => return None,
    };
    Some((
        sentence,
        vec![page_fact(appearance, &published)],
        Sureness::Sure,
    ))
}

/// A page long after the picture. The last date that the file or the printed caption of a file picture states counts: that of
/// sending is the latest.
fn kept(scene: &Scene<'_>, appearance: &CaseAppearance, held: Option<&CasePhoto>) -> Found {
    let published = page_day(appearance)?;
    let photo = || held.into_iter();
    let described = photo()
        .flat_map(|p| &p.embedded)
        .flat_map(|e| &e.reading.caption_dates);
    // A caption may look back on an earlier day, unless it says that the picture is of then.
    let says_so = appearance.credit.all().any(|r| r.has(Label::File))
        || terms::find(&appearance.text)
            .iter()
            .any(|h| h.means == Means::Taken);
    let printed = appearance.credit.caption_dates.iter().filter(|_| says_so);
    let stated = described.chain(printed);
    let stated = stated
        .filter(|d| !order_unknown(&d.text))
        .filter_map(|d| last_day(&d.date, d.precision));
    let created = photo()
        .flat_map(|p| &p.metadata)
        .flat_map(|m| m.metadata.values(Field::DateCreated));
    let created = created.filter_map(|v| day(Some(&v.value)).filter(|d| d.len() == 10));
    let last = stated.chain(created).max()?;
    let age = number(&published)? - number(&last)?;
    (age > i64::from(scene.thresholds.archive_days)).then(|| {
        let dated = fact(
            format!("the last date that the file or the caption states is {last}"),
            held.map_or(appearance.input.as_str(), CasePhoto::name),
        );
        let sentence = format!("not for archives, page {age} days after the picture");
        // A contract may allow it, and a page may show a picture that it bought in time.
        (
            sentence,
            vec![dated, page_fact(appearance, &published)],
            Sureness::Possible,
        )
    })
}

fn country(appearance: &CaseAppearance, hit: &Hit) -> Found {
    let country = appearance.outlet.country.as_deref()?;
    country.eq_ignore_ascii_case(hit.value).then(|| {
        let where_to = fact(
            format!("the outlet's country is {country}"),
            &appearance.input,
        );
        (
            format!("not for {country}, outlet of {country}"),
            vec![where_to],
            Sureness::Possible,
        )
    })
}

/// The name that has to be printed against everything that is printed.
fn credit(
    scene: &Scene<'_>,
    appearance: &CaseAppearance,
    at: usize,
    said: &Said<'_>,
    hit: &Hit,
) -> Found {
    // Where the page itself prints the notice, it prints the name.
    said.field?;
    let name = said.text.get(hit.end..clause_end(said, hit))?;
    let name = name.trim_matches(|c: char| !c.is_alphanumeric());
    let wanted = fold(name);
    let mut printed = fold(&appearance.text);
    for text in appearance
        .credit_text
        .iter()
        .chain(appearance.document_credits.iter().map(|c| &c.text))
    {
        printed.push(' ');
        printed.push_str(&fold(text));
    }
    // A text in another script may well name them, and so may a capture without any credit.
    let latin = |text: &str| text.chars().any(|c| c.is_ascii_alphabetic());
    let credited = scene
        .claims_of(Copy::Appearance(at))
        .any(|(_, c, _)| c.names_someone());
    let other = |text: &str| text.chars().any(|c| c.is_alphabetic() && c > '\u{24f}');
    if wanted.is_empty()
        || latin(&wanted) != latin(&printed)
        || other(&wanted) != other(&printed)
        || !credited
    {
        return None;
    }
    let words = |text: &str| -> Vec<String> {
        let telling = |w: &&str| {
            let a_picture = || terms::find(w).iter().any(|h| h.means == Means::Picture);
            (w.chars().count() > 2 || !w.is_ascii()) && !a_picture()
        };
        let words = text.split(' ').filter(telling);
        words.map(str::to_owned).collect()
    };
    let there = words(&printed);
    let alias = |id: &String| {
        let aliases = scene.registry.aliases_of(id).iter().map(|a| fold(&a.text));
        let name = scene.registry.party(id).map(|p| fold(&p.name));
        aliases
            .chain(name)
            .any(|a| !a.is_empty() && format!(" {wanted} ").contains(&format!(" {a} ")))
    };
    let named = words(&wanted).iter().any(|w| there.contains(w))
        || (!is_spaced(&wanted) && printed.contains(&wanted))
        || scene
            .named_on(Copy::Appearance(at))
            .parties
            .iter()
            .any(alias);
    if named || words(&wanted).is_empty() {
        return None;
    }
    let claims = scene
        .claims_of(Copy::Appearance(at))
        .filter(|(_, c, _)| c.names_someone());
    let mut facts: Vec<Evidence> = claims
        .map(|(_, c, _)| c.credit_evidence("credit as printed"))
        .collect();
    facts.push(share(appearance));
    let sentence =
        format!("\"{name}\" has to be credited and was not found in the credit as captured");
    Some((sentence, facts, absence(scene, appearance)))
}

fn is_spaced(text: &str) -> bool {
    text.contains(' ') || text.is_ascii()
}
