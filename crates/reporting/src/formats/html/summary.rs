//! The first screen: where the organization stands, and what to do first.

use std::collections::BTreeMap;

use org_audit_model::{Coverage, RunAssessment, Verdict};
use serde::Serialize;

use super::catalogue::Catalogue;
use super::collected::{Collected, Status};
use super::shown::{percent, thousands};

/// The first screen.
#[derive(Serialize)]
pub(super) struct Summary {
    /// `fail`, `unknown` or `pass`.
    tone: &'static str,
    /// The number that the verdict begins with, where it begins with one.
    verdict_number: String,
    /// The rest of the sentence.
    verdict: String,
    qualifier: Option<String>,
    actions: Vec<Action>,
    figures: Vec<Figure>,
}

/// Something to do, and where the page says more of it.
#[derive(Serialize)]
struct Action {
    text: String,
    href: &'static str,
}

/// A number with its parts.
#[derive(Serialize)]
struct Figure {
    label: String,
    value: String,
    note: String,
    tone: &'static str,
    /// The bar in words.
    described: String,
    parts: Vec<Part>,
}

/// A part of a bar: a thousandth is a unit.
#[derive(Serialize)]
struct Part {
    class: &'static str,
    label: String,
    count: String,
    x: u64,
    width: u64,
}

/// The first screen of a run.
pub(super) fn summary(run: &RunAssessment, collected: &Collected, catalogue: &Catalogue) -> Summary {
    let totals = &run.totals;
    let (tone, verdict) = verdict(run, collected, catalogue);
    let begins = verdict
        .find(|c: char| !c.is_ascii_digit() && c != ',')
        .unwrap_or_default();
    let (number, rest) = verdict.split_at(begins);
    let open = totals.accounts_incomplete;
    let qualifier = (run.incomplete).then(|| {
        let key = if open > 0 {
            "summary.incomplete"
        } else {
            "summary.incomplete_organization"
        };
        catalogue.text(
            key,
            &[("n", thousands(open)), ("accounts", thousands(totals.accounts))],
        )
    });
    Summary {
        tone,
        verdict_number: number.to_owned(),
        verdict: rest.to_owned(),
        qualifier,
        actions: actions(run, collected, catalogue),
        figures: vec![
            accounts(run, collected, catalogue),
            pass_rate(run, catalogue),
            exposed(run, catalogue),
            coverage(run, catalogue),
        ],
    }
}

fn verdict(run: &RunAssessment, collected: &Collected, catalogue: &Catalogue) -> (&'static str, String) {
    let totals = &run.totals;
    let (tone, key) = if totals.iam_5.fail > 0 {
        ("fail", "summary.verdict.fail")
    } else if totals.accounts_assessed == 0 {
        ("unknown", "summary.verdict.nothing")
    } else if run.incomplete || totals.iam_5.unknown > 0 {
        ("unknown", "summary.verdict.none_found")
    } else if totals.iam_5.pass == 0 {
        ("pass", "summary.verdict.nobody")
    } else {
        ("pass", "summary.verdict.pass")
    };
    let values = [
        ("n", thousands(totals.iam_5.fail)),
        ("in", in_accounts(collected.accounts_failing(), catalogue)),
        ("assessed", thousands(totals.accounts_assessed)),
        ("accounts", thousands(totals.accounts)),
    ];
    (tone, catalogue.text(key, &values))
}

/// `in 1 account`, `in 7 accounts`.
fn in_accounts(count: u64, catalogue: &Catalogue) -> String {
    catalogue.text("summary.in_accounts", &[("n", thousands(count))])
}

fn actions(run: &RunAssessment, collected: &Collected, catalogue: &Catalogue) -> Vec<Action> {
    let totals = &run.totals;
    let verdict = |verdict| totals.verdicts.get(&verdict).copied().unwrap_or_default();
    let uncovered = totals
        .scp_coverage
        .get(&Coverage::None)
        .copied()
        .unwrap_or_default();
    let off = totals
        .scp_coverage
        .get(&Coverage::NotEnabled)
        .copied()
        .unwrap_or_default();
    let refused = collected.with_status(Status::Unread);
    [
        (totals.iam_5.fail, "summary.action.enrol", "#worst"),
        (verdict(Verdict::Exposed), "summary.action.exposed", "#worst"),
        (refused, "summary.action.unread", "#unread"),
        (
            totals.accounts_incomplete.saturating_sub(refused),
            "summary.action.partial",
            "#unread",
        ),
        (off, "summary.action.enable_scp", "#organization"),
        (uncovered, "summary.action.cover", "#organization"),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(count, key, href)| Action {
        text: catalogue.text(key, &[("n", thousands(count))]),
        href,
    })
    .collect()
}

fn accounts(run: &RunAssessment, collected: &Collected, catalogue: &Catalogue) -> Figure {
    let totals = &run.totals;
    let outside = totals.accounts_not_assessable + totals.accounts_excluded;
    let unread = totals.accounts.saturating_sub(totals.accounts_assessed + outside);
    let parts = [
        ("pass", "figure.accounts.assessed", totals.accounts_assessed),
        ("unread", "figure.accounts.unread", unread),
        (
            "outside",
            "figure.accounts.not_assessable",
            totals.accounts_not_assessable,
        ),
        ("outside", "figure.accounts.excluded", totals.accounts_excluded),
    ];
    let partly = totals
        .accounts_incomplete
        .saturating_sub(collected.with_status(Status::Unread));
    let key = if partly > 0 {
        "figure.accounts.note_partly"
    } else {
        "figure.accounts.note"
    };
    Figure {
        label: catalogue.text("figure.accounts", &[]),
        value: thousands(totals.accounts_assessed),
        note: catalogue.text(
            key,
            &[
                ("accounts", thousands(totals.accounts)),
                ("partly", thousands(partly)),
            ],
        ),
        tone: if run.incomplete { "unknown" } else { "plain" },
        described: described(&parts, catalogue),
        parts: bar(&parts, catalogue),
    }
}

fn pass_rate(run: &RunAssessment, catalogue: &Catalogue) -> Figure {
    let counts = &run.totals.iam_5;
    let parts = [
        ("fail", "outcome.fail", counts.fail),
        ("unknown", "outcome.unknown", counts.unknown),
        ("pass", "outcome.pass", counts.pass),
        ("na", "outcome.not_applicable", counts.not_applicable),
    ];
    let rate = percent(counts.pass, counts.decided());
    Figure {
        label: catalogue.text("figure.pass_rate", &[]),
        value: rate.map_or_else(
            || catalogue.text("figure.no_value", &[]),
            |rate| format!("{rate}%"),
        ),
        note: catalogue.text(
            "figure.pass_rate.note",
            &[
                ("pass", thousands(counts.pass)),
                ("decided", thousands(counts.decided())),
            ],
        ),
        tone: if counts.fail > 0 { "fail" } else { "plain" },
        described: described(&parts, catalogue),
        parts: bar(&parts, catalogue),
    }
}

fn exposed(run: &RunAssessment, catalogue: &Catalogue) -> Figure {
    let count = |verdict| run.totals.verdicts.get(&verdict).copied().unwrap_or_default();
    let parts = [
        ("fail", "verdict.exposed", count(Verdict::Exposed)),
        ("partial", "verdict.partial", count(Verdict::Partial)),
        ("unknown", "verdict.unknown", count(Verdict::Unknown)),
        ("locked", "verdict.locked_out", count(Verdict::LockedOut)),
        ("contained", "verdict.contained", count(Verdict::Contained)),
        ("pass", "verdict.protected", count(Verdict::Protected)),
        ("na", "verdict.no_credentials", count(Verdict::NoCredentials)),
    ];
    let (exposed, unknown) = (count(Verdict::Exposed), count(Verdict::Unknown));
    // Zero of which nothing is known is not zero.
    let silent = exposed == 0 && unknown > 0;
    Figure {
        label: catalogue.text("figure.exposed", &[]),
        value: if silent {
            catalogue.text("figure.no_value", &[])
        } else {
            thousands(exposed)
        },
        note: catalogue.text(
            if unknown > 0 {
                "figure.exposed.note_unknown"
            } else {
                "figure.exposed.note"
            },
            &[
                ("users", thousands(run.totals.users)),
                ("unknown", thousands(unknown)),
            ],
        ),
        tone: if exposed > 0 { "fail" } else { "plain" },
        described: described(&parts, catalogue),
        parts: bar(&parts, catalogue),
    }
}

fn coverage(run: &RunAssessment, catalogue: &Catalogue) -> Figure {
    let counts: &BTreeMap<Coverage, u64> = &run.totals.scp_coverage;
    let count = |coverage| counts.get(&coverage).copied().unwrap_or_default();
    let parts = [
        ("none", "coverage.none", count(Coverage::None)),
        ("none", "coverage.not_enabled", count(Coverage::NotEnabled)),
        ("unknown", "coverage.unknown", count(Coverage::Unknown)),
        ("partial", "coverage.partial", count(Coverage::Partial)),
        ("enforced", "coverage.enforced", count(Coverage::Enforced)),
        ("outside", "coverage.exempt", count(Coverage::Exempt)),
    ];
    let subject = counts
        .values()
        .sum::<u64>()
        .saturating_sub(count(Coverage::Exempt));
    let silent = count(Coverage::Enforced) == 0 && count(Coverage::Unknown) == subject && subject > 0;
    Figure {
        label: catalogue.text("figure.coverage", &[]),
        value: if silent {
            catalogue.text("figure.no_value", &[])
        } else {
            thousands(count(Coverage::Enforced))
        },
        note: catalogue.text("figure.coverage.note", &[("accounts", thousands(subject))]),
        tone: "plain",
        described: described(&parts, catalogue),
        parts: bar(&parts, catalogue),
    }
}

/// The parts that are not empty, side by side, together 1,000 units wide.
fn bar(parts: &[(&'static str, &str, u64)], catalogue: &Catalogue) -> Vec<Part> {
    let whole: u64 = parts.iter().map(|(.., count)| count).sum();
    let mut before = 0;
    let mut drawn = Vec::new();
    for &(class, key, count) in parts.iter().filter(|(.., count)| *count > 0) {
        let at = |sum: u64| sum.saturating_mul(1_000).checked_div(whole).unwrap_or_default();
        drawn.push(Part {
            class,
            label: catalogue.text(key, &[]),
            count: thousands(count),
            x: at(before),
            width: at(before + count) - at(before),
        });
        before += count;
    }
    drawn
}

fn described(parts: &[(&'static str, &str, u64)], catalogue: &Catalogue) -> String {
    parts
        .iter()
        .filter(|(.., count)| *count > 0)
        .map(|&(_, key, count)| format!("{} {}", catalogue.text(key, &[]), thousands(count)))
        .collect::<Vec<_>>()
        .join(", ")
}
