//! How long a cold reach takes over many documents: each is read, prepared and reached from its text.
//!
//! ```text
//! cargo bench -p org-audit-policy --bench corpus -- FILE
//! ```
//!
//! `FILE` is a JSON object of documents by name; `cargo xtask bench policy` gives the policies that AWS manages.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark fails by panicking, and its output is its purpose"
)]

use org_audit_policy::reach::{Session, SessionKind, reach};
use org_audit_policy::{Policy, PolicySet};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A customer's managed policy has at most so many characters, white space aside:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.
const MOST_CHARACTERS: usize = 6144;

/// A document is done so many times; the fastest counts, which another process' work disturbs least.
const ROUNDS: usize = 5;

fn main() {
    // cargo adds `--bench`.
    let Some(file) = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'))
    else {
        println!("name a file of documents: cargo bench -p org-audit-policy --bench corpus -- FILE");
        return;
    };
    let text = std::fs::read_to_string(&file).unwrap();
    let corpus: BTreeMap<String, Box<RawValue>> = serde_json::from_str(&text).unwrap();
    let session = Arc::new(Session::user(SessionKind::Key, "aws", "111122223333", "/", "bob"));
    let cold = |text: &str| {
        let start = Instant::now();
        let policy = Arc::new(Policy::parse(text).unwrap());
        let set = Arc::new(PolicySet::builder().identity(policy).build());
        black_box(reach(&set, &session));
        start.elapsed()
    };
    let best = |text: &str| (0..ROUNDS).map(|_| cold(text)).min().unwrap_or_default();
    let mut times: Vec<(Duration, &str)> = corpus
        .iter()
        .map(|(name, text)| (best(text.get()), name.as_str()))
        .collect();
    times.sort_unstable();
    let at = |share: usize| {
        times
            .get((times.len() * share / 1000).min(times.len() - 1))
            .unwrap()
            .0
    };
    let slow = times.iter().filter(|(time, _)| *time > Duration::from_millis(1));
    let (over, own) = slow.fold((0, 0), |(all, own), (_, name)| {
        let size = corpus.get(*name).map_or(0, |text| characters(text.get()));
        (all + 1, own + usize::from(size <= MOST_CHARACTERS))
    });
    println!(
        "cold reach of {} documents: median {:.3} ms, 90 % within {:.3} ms, 99 % within {:.3} ms; over 1 ms: {over}, of them {own} of a size \
         that customers' policies may have",
        times.len(),
        milliseconds(at(500)),
        milliseconds(at(900)),
        milliseconds(at(990)),
    );
    for (time, name) in times.iter().rev().take(5) {
        println!("  {:>8.3} ms  {name}", milliseconds(*time));
    }
}

fn characters(text: &str) -> usize {
    text.chars().filter(|c| !c.is_whitespace()).count()
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
