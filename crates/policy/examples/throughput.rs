//! Times exact evaluation on the cases of a file: `throughput CASES SECONDS`, for `cargo xtask bench policy`.
//!
//! Prints one JSON object: evaluations a second with everything prepared, the same from the text of each case, and
//! the result of each case.

use org_audit_policy::cases;
use serde_json::json;
use std::hint::black_box;
use std::io::{self, Write};
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("which file of cases?")?;
    let seconds: f64 = args.next().ok_or("for how many seconds?")?.parse()?;
    let text = std::fs::read_to_string(path)?;
    let lines: Vec<&str> = text.lines().collect();
    let answers = lines
        .iter()
        .map(|line| cases::simulate(line).map_err(|error| error.error));
    let results = answers
        .map(|answer| Ok(answer?.evaluation.decision))
        .collect::<Result<Vec<_>, String>>()?;
    let prepared = lines
        .iter()
        .map(|line| cases::prepare(line))
        .collect::<Result<Vec<_>, _>>()?;

    let with_everything_prepared = rate(seconds, prepared.len(), || {
        for (set, request) in &prepared {
            black_box(org_audit_policy::evaluate(set, request));
        }
    });
    let from_text = rate(seconds, lines.len(), || {
        for line in &lines {
            black_box(cases::simulate(line).is_ok());
        }
    });
    let answer = json!({"per_second": with_everything_prepared, "from_text_per_second": from_text, "results": results});
    writeln!(io::stdout(), "{answer}")?;
    Ok(())
}

/// How many of `count` things a second `work` does.
fn rate(seconds: f64, count: usize, work: impl Fn()) -> f64 {
    let limit = Duration::from_secs_f64(seconds);
    let start = Instant::now();
    let mut rounds = 0.0;
    while start.elapsed() < limit {
        work();
        rounds += 1.0;
    }
    rounds * f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / start.elapsed().as_secs_f64()
}
