//! When a picture was taken, released and printed: a line of dots, and the same as a list.

use maud::{Markup, html};

use crate::desk::words::own;
use crate::flags::Case;
use crate::model::Field;

/// One day of the picture's life.
struct Event {
    /// Days since the year 0, for the place on the line.
    at: i64,
    date: String,
    kind: &'static str,
    says: String,
}

/// Days of a date that may lack its day or month.
fn days(date: &str) -> Option<i64> {
    let part = |from: usize, to: usize| date.get(from..to).and_then(|p| p.parse::<i64>().ok());
    let year = part(0, 4)?;
    let month = part(5, 7).filter(|m| (1..=12).contains(m)).unwrap_or(1);
    let day = part(8, 10).filter(|d| (1..=31).contains(d)).unwrap_or(1);
    Some(year * 372 + (month - 1) * 31 + day - 1)
}

fn events(case: &Case) -> Vec<Event> {
    let mut all = Vec::new();
    let mut add = |date: &str, kind, says: String| {
        let date = date.get(..10.min(date.len())).unwrap_or(date);
        if let Some(at) = days(date) {
            all.push(Event {
                at,
                date: date.to_owned(),
                kind,
                says,
            });
        }
    };
    for a in &case.appearances {
        let outlet = a
            .outlet
            .name
            .as_deref()
            .or(a.outlet.domain.as_deref())
            .unwrap_or("outlet not known");
        if let Some(published) = &a.published {
            add(
                published,
                "printed",
                format!(
                    "{outlet}: {}",
                    a.credit.credit_line.as_deref().unwrap_or("no credit found")
                ),
            );
        }
        for date in &a.credit.caption_dates {
            let kind = if date.released { "released" } else { "taken" };
            add(
                &date.date,
                kind,
                format!("“{}”, caption in {outlet}", date.text),
            );
        }
    }
    for photo in &case.photos {
        for held in &photo.metadata {
            for value in held
                .metadata
                .fields
                .get(&Field::DateCreated)
                .into_iter()
                .flatten()
            {
                let carrier = crate::desk::layout::word(&value.carrier);
                add(
                    &value.value,
                    "embedded",
                    format!("Date Created ({carrier}) of {}", photo.name()),
                );
            }
        }
    }
    all.sort_by(|a, b| (a.at, a.kind, &a.says).cmp(&(b.at, b.kind, &b.says)));
    all.dedup_by(|a, b| (a.at, a.kind, &a.says) == (b.at, b.kind, &b.says));
    all
}

const WIDTH: f64 = 900.0;

pub(super) fn section(case: &Case) -> Markup {
    let all = events(case);
    let (Some(first), Some(last)) = (all.first(), all.last()) else {
        return html! {};
    };
    let span = (last.at - first.at).max(1) as f64;
    let x = |at: i64| 14.0 + (at - first.at) as f64 / span * (WIDTH - 28.0);
    let lane = |kind: &str| match kind {
        "taken" => 16,
        "released" => 34,
        "embedded" => 52,
        _ => 70,
    };
    html! {
        section #time {
            h2 { "Where and when" }
            svg.timeline viewBox={ "0 0 " (WIDTH) " 104" } role="img" aria-label={ "Time line from " (first.date) " to " (last.date) "; the same stands in the list below" } {
                line.grid x1="14" x2=(WIDTH - 14.0) y1="84" y2="84" {}
                @for event in &all {
                    circle.{ "t-" (event.kind) } cx=(format!("{:.1}", x(event.at))) cy=(lane(event.kind)) r="6" { title { (event.date) " " (event.kind) ": " (crate::report::escape::escaped(&event.says)) } }
                }
                text.tick x="14" y="100" { (first.date) }
                @if last.at > first.at { text.tick x=(WIDTH - 14.0) y="100" text-anchor="end" { (last.date) } }
            }
            ol.events {
                @for event in &all {
                    li { time { (event.date) } span.{ "t-" (event.kind) } { (event.kind) } span { (own(&event.says, None)) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::days;

    #[test]
    fn dates_of_any_precision_are_in_order() {
        let order = [
            "1999",
            "2023-09",
            "2023-09-13",
            "2023-10",
            "2024-01-01T08:00:00Z",
        ];
        let days: Vec<i64> = order.iter().map(|d| days(d).unwrap()).collect();
        assert!(days.is_sorted(), "{days:?}");
        assert_eq!(super::days("soon"), None);
    }
}
