//! When a picture was taken, released and printed: a line of dots, and the same as a list.

use maud::{Markup, html};

use crate::desk::words::own;
use crate::flags::Case;
use crate::model::Field;

/// One day of the picture's life, or a stretch of which no more is known.
struct Event {
    /// Days since the year 0, for the place on the line.
    at: i64,
    /// The last day that the date may mean: of a year its last one.
    end: i64,
    date: String,
    kind: &'static str,
    says: String,
}

/// The first and last day of a date that may lack its day or month. All months have 31 days here.
fn days(date: &str) -> Option<(i64, i64)> {
    let part = |from: usize, to: usize| date.get(from..to).and_then(|p| p.parse::<i64>().ok());
    let year = part(0, 4)?;
    let month = part(5, 7).filter(|m| (1..=12).contains(m));
    let day = month.and(part(8, 10).filter(|d| (1..=31).contains(d)));
    let first = year * 372 + (month.unwrap_or(1) - 1) * 31 + day.unwrap_or(1) - 1;
    let more = match (month, day) {
        (None, _) => 371,
        (_, None) => 30,
        _ => 0,
    };
    Some((first, first + more))
}

fn events(case: &Case) -> Vec<Event> {
    let mut all = Vec::new();
    let mut add = |date: &str, kind, says: String| {
        let date = date.get(..10.min(date.len())).unwrap_or(date);
        if let Some((at, end)) = days(date) {
            all.push(Event {
                at,
                end,
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
    all.sort_by(|a, b| (a.at, a.end, a.kind, &a.says).cmp(&(b.at, b.end, b.kind, &b.says)));
    all.dedup_by(|a, b| (&a.date, a.kind, &a.says) == (&b.date, b.kind, &b.says));
    all
}

const WIDTH: f64 = 900.0;

pub(super) fn section(case: &Case) -> Markup {
    let all = events(case);
    let (Some(first), Some(last)) = (all.first(), all.iter().max_by_key(|e| e.end)) else {
        return html! {};
    };
    let span = (last.end - first.at).max(1) as f64;
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
            // A line with one point on it says nothing.
            @if last.end > first.at { div.chart tabindex="0" role="region" aria-label="Time line" { svg.timeline viewBox={ "0 0 " (WIDTH) " 104" } role="img" aria-label={ "Time line from " (first.date) " to " (last.date) "; the same stands in the list below" } {
                line.grid x1="14" x2=(WIDTH - 14.0) y1="84" y2="84" {}
                @for event in &all {
                    @let title = html! { title { (event.date) " " (event.kind) ": " (crate::report::escape::escaped(&event.says)) } };
                    @if event.end > event.at {
                        rect.{ "t-" (event.kind) } x=(format!("{:.1}", x(event.at))) y=(lane(event.kind) - 3) width=(format!("{:.1}", x(event.end) - x(event.at))) height="6" rx="3" { (title) }
                    } @else {
                        circle.{ "t-" (event.kind) } cx=(format!("{:.1}", x(event.at))) cy=(lane(event.kind)) r="6" { (title) }
                    }
                }
                text.tick x="14" y="100" { (first.date) }
                text.tick x=(WIDTH - 14.0) y="100" text-anchor="end" { (last.date) }
            } } }
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
        let days: Vec<_> = order.iter().map(|d| days(d).unwrap()).collect();
        assert!(days.is_sorted(), "{days:?}");
        let whole = |date: &str| super::days(date).map(|(first, last)| last - first);
        assert_eq!(whole("1999"), Some(371), "a year is no day of January");
        assert_eq!(whole("2023-09"), Some(30));
        assert_eq!(whole("2024-01-01T08:00:00Z"), Some(0));
        assert_eq!(super::days("soon"), None);
    }
}
