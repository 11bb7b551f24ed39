//! The run among the earlier ones: three small pictures and a table.
//!
//! A run that is not complete is drawn hollow, and the line to and from it is broken into dashes: its figures
//! are those of what could be read. Where a run has no figure there is no point, and no line across.

use org_audit_model::change::RunFigures;
use serde::Serialize;

use super::catalogue::Catalogue;
use super::shown::{percent, thousands};

/// How many runs are shown: a year of nights.
const MOST_RUNS: usize = 366;

const WIDTH: u64 = 600;
const HEIGHT: u64 = 120;
/// Room at the edges for the points themselves.
const MARGIN: u64 = 8;

/// The runs over time, the oldest first, the page's own last.
#[derive(Serialize)]
pub(super) struct Trend {
    runs: u64,
    left_out: u64,
    pictures: Vec<Picture>,
    rows: Vec<Row>,
}

/// One figure over time.
#[derive(Serialize)]
struct Picture {
    label: String,
    now: String,
    /// The picture in words.
    described: String,
    /// What the upper edge stands for.
    most: String,
    width: u64,
    height: u64,
    lines: Vec<Line>,
    points: Vec<Point>,
}

#[derive(Serialize)]
struct Line {
    class: &'static str,
    x1: u64,
    y1: u64,
    x2: u64,
    y2: u64,
}

#[derive(Serialize)]
struct Point {
    class: &'static str,
    x: u64,
    y: u64,
    r: u64,
}

/// A run in the table.
#[derive(Serialize)]
struct Row {
    time: String,
    assessed: String,
    rate: String,
    fail: String,
    exposed: String,
    enforced: String,
    complete: bool,
    is_this: bool,
}

/// A figure of a run, and how it is written.
type Value = fn(&RunFigures) -> Option<u64>;

/// The runs over time; `None` where there is no earlier one.
pub(super) fn trend(history: &[RunFigures], now: &RunFigures, catalogue: &Catalogue) -> Option<Trend> {
    if history.is_empty() {
        return None;
    }
    let mut runs: Vec<&RunFigures> = history.iter().chain([now]).collect();
    let left_out = runs.len().saturating_sub(MOST_RUNS);
    runs.drain(..left_out);
    let unknown = catalogue.text("figure.no_value", &[]);
    let largest = |value: Value| runs.iter().filter_map(|run| value(run)).max().unwrap_or(0).max(1);
    let permille = |value: u64| format!("{}.{}%", value / 10, value % 10);
    let accounts = runs.iter().map(|run| run.accounts).max().unwrap_or(0).max(1);
    let exposed: Value = |run| (run.exposed > 0 || run.verdict_unknown == 0).then_some(run.exposed);
    let enforced: Value = |run| (run.enforced > 0 || run.coverage_unknown == 0).then_some(run.enforced);
    let picture = |key: &str, value: Value, most: u64, show: &dyn Fn(u64) -> String| {
        let shown = |run: &RunFigures| value(run).map_or_else(|| unknown.clone(), show);
        let described = [runs.first(), runs.last()].map(|run| run.map(|run| shown(run)).unwrap_or_default());
        let [first, last] = described;
        Picture {
            label: catalogue.text(key, &[]),
            described: catalogue.text(
                "trend.described",
                &[
                    ("label", catalogue.text(key, &[])),
                    ("runs", runs.len().to_string()),
                    ("first", first),
                    ("last", last.clone()),
                ],
            ),
            now: last,
            most: show(most),
            width: WIDTH,
            height: HEIGHT,
            lines: lines(&runs, value, most),
            points: points(&runs, value, most),
        }
    };
    Some(Trend {
        runs: runs.len() as u64,
        left_out: left_out as u64,
        pictures: vec![
            picture("figure.pass_rate", RunFigures::pass_permille, 1_000, &permille),
            picture("figure.exposed", exposed, largest(exposed), &thousands),
            picture("figure.coverage", enforced, accounts, &thousands),
        ],
        rows: runs
            .iter()
            .rev()
            .map(|run| row(run, run.started_at == now.started_at, catalogue))
            .collect(),
    })
}

fn row(run: &RunFigures, is_this: bool, catalogue: &Catalogue) -> Row {
    let of = |part: u64, whole: u64| {
        catalogue.text(
            "trend.of",
            &[("part", thousands(part)), ("whole", thousands(whole))],
        )
    };
    // What could not be read may hold more.
    let at_least = |count: u64, known: bool| match known {
        true => thousands(count),
        false => catalogue.text("trend.at_least", &[("count", thousands(count))]),
    };
    Row {
        time: format!("{:.0}", run.started_at),
        assessed: of(run.accounts_assessed, run.accounts),
        rate: percent(run.iam_5.pass, run.iam_5.decided()).map_or_else(
            || catalogue.text("figure.no_value", &[]),
            |rate| format!("{rate}%"),
        ),
        fail: at_least(run.iam_5.fail, !run.incomplete),
        exposed: at_least(run.exposed, !run.incomplete && run.verdict_unknown == 0),
        enforced: at_least(run.enforced, run.coverage_unknown == 0),
        complete: !run.incomplete,
        is_this,
    }
}

/// Where each run stands, and its height where it has the figure.
fn places(runs: &[&RunFigures], value: Value, most: u64) -> Vec<(u64, Option<u64>)> {
    let seconds = |run: &&RunFigures| run.started_at.as_second();
    let first = runs.first().map(seconds).unwrap_or_default();
    let span = runs.last().map(seconds).unwrap_or_default().saturating_sub(first);
    let across = |part: u64, whole: u64, room: u64| {
        u64::try_from(u128::from(part) * u128::from(room) / u128::from(whole.max(1))).unwrap_or(room)
    };
    runs.iter()
        .map(|run| {
            let after = u64::try_from(seconds(run).saturating_sub(first)).unwrap_or_default();
            let x = match u64::try_from(span) {
                Ok(span) if span > 0 => MARGIN + across(after, span, WIDTH - 2 * MARGIN),
                Ok(_) | Err(_) => WIDTH / 2,
            };
            let height = |value: u64| across(value.min(most), most, HEIGHT - 2 * MARGIN);
            (x, value(run).map(|value| HEIGHT - MARGIN - height(value)))
        })
        .collect()
}

fn lines(runs: &[&RunFigures], value: Value, most: u64) -> Vec<Line> {
    let places = places(runs, value, most);
    let ends = places.iter().zip(runs);
    ends.clone()
        .zip(ends.skip(1))
        .filter_map(|((from, one), (to, other))| {
            Some(Line {
                class: if one.incomplete || other.incomplete {
                    "broken"
                } else {
                    "whole"
                },
                x1: from.0,
                y1: from.1?,
                x2: to.0,
                y2: to.1?,
            })
        })
        .collect()
}

fn points(runs: &[&RunFigures], value: Value, most: u64) -> Vec<Point> {
    let r = if runs.len() > 60 { 2 } else { 4 };
    places(runs, value, most)
        .into_iter()
        .zip(runs)
        .filter_map(|((x, y), run)| {
            Some(Point {
                class: if run.incomplete { "hollow" } else { "full" },
                x,
                y: y?,
                r,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use org_audit_model::assessment::OutcomeCounts;

    use super::*;
    use crate::context::Language;

    fn run(day: i8, pass: u64, incomplete: bool) -> RunFigures {
        RunFigures {
            started_at: format!("2026-01-{day:02}T00:00:00Z").parse().unwrap(),
            accounts: 10,
            accounts_assessed: 9,
            users: 20,
            iam_5: OutcomeCounts {
                pass,
                fail: u64::from(pass > 0),
                ..OutcomeCounts::default()
            },
            exposed: 2,
            verdict_unknown: 0,
            enforced: 5,
            coverage_unknown: 0,
            incomplete,
        }
    }

    fn of(history: &[RunFigures], now: &RunFigures) -> Trend {
        trend(history, now, &Catalogue::new(Language::En).unwrap()).unwrap()
    }

    #[test]
    fn an_incomplete_run_is_hollow_and_its_lines_are_broken() {
        let history = [run(1, 1, false), run(2, 1, false), run(3, 1, true)];
        let trend = of(&history, &run(5, 3, false));
        let rate = &trend.pictures[0];
        let lines: Vec<_> = rate.lines.iter().map(|line| line.class).collect();
        let points: Vec<_> = rate.points.iter().map(|point| point.class).collect();
        assert_eq!(lines, ["whole", "broken", "broken"]);
        assert_eq!(points, ["full", "full", "hollow", "full"]);
        assert_eq!(rate.now, "75.0%");
        // By time and not by number: the third day stands in the middle of the first and the fifth.
        assert_eq!(rate.points[2].x, WIDTH / 2);
        assert!(rate.points[3].y < rate.points[0].y);
    }

    #[test]
    fn a_run_without_the_figure_has_no_point_and_no_line_across() {
        let history = [run(1, 1, false), run(2, 0, false)];
        let trend = of(&history, &run(3, 1, false));
        assert_eq!(trend.pictures[0].points.len(), 2);
        assert!(trend.pictures[0].lines.is_empty());
        assert_eq!(trend.pictures[1].lines.len(), 2);
    }

    #[test]
    fn zero_of_which_not_everything_is_known_is_no_zero() {
        let mut unknown = run(1, 1, true);
        unknown.exposed = 0;
        unknown.verdict_unknown = 3;
        let trend = of(&[unknown], &run(2, 1, false));
        assert_eq!(trend.pictures[1].points.len(), 1);
        assert_eq!(trend.rows[1].exposed, "0 or more");
    }

    #[test]
    fn a_year_of_nights_is_shown_and_the_rest_counted() {
        let history = vec![run(1, 1, false); 400];
        let trend = of(&history, &run(2, 1, false));
        assert_eq!((trend.runs, trend.left_out), (366, 35));
        assert_eq!(trend.rows.len(), 366);
    }

    #[test]
    fn without_an_earlier_run_there_is_no_trend() {
        let catalogue = Catalogue::new(Language::En).unwrap();
        assert!(trend(&[], &run(1, 1, false), &catalogue).is_none());
    }
}
