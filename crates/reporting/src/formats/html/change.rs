//! The first screen's last part: what changed since the baseline.

use org_audit_model::ChangeKind;
use org_audit_model::change::{Change, ChangedItem, RunFigures};
use serde::Serialize;

use super::catalogue::Catalogue;
use super::shown::{Shown, percent, thousands};

/// What changed since the baseline.
#[derive(Serialize)]
pub(super) struct ChangeView {
    /// When the baseline was collected.
    since: String,
    /// Whether the baseline itself had gaps.
    baseline_incomplete: bool,
    figures: Vec<Figure>,
    /// The pass rate and the exposed users, then and now, and the verdicts.
    sentences: Vec<String>,
    /// What is new, named.
    new: Vec<NewRow>,
    new_count: u64,
    left_out: String,
    is_left_out: bool,
    not_compared: Option<Shown>,
}

/// How many findings became what.
#[derive(Serialize)]
struct Figure {
    tone: &'static str,
    count: String,
    label: String,
    note: Option<String>,
}

/// A finding that fails now and did not fail in the baseline.
#[derive(Serialize)]
struct NewRow {
    control: Shown,
    severity: String,
    kind: String,
    account_name: Shown,
    account_id: String,
    resource: Shown,
    reason: Shown,
}

/// What the page says of a change.
pub(super) fn change(change: &Change, catalogue: &Catalogue) -> ChangeView {
    let listed = u64::try_from(change.new_findings.len()).unwrap_or(u64::MAX);
    let not_compared = change.controls_not_compared.join(", ");
    ChangeView {
        since: format!("{:.0}", change.baseline.started_at),
        baseline_incomplete: change.then.incomplete,
        figures: figures(change, catalogue),
        sentences: sentences(change, catalogue),
        new: change
            .new_findings
            .iter()
            .map(|item| new_row(item, catalogue))
            .collect(),
        new_count: listed + change.new_findings_left_out,
        left_out: thousands(change.new_findings_left_out),
        is_left_out: change.new_findings_left_out > 0,
        not_compared: (!not_compared.is_empty()).then(|| Shown::new(not_compared)),
    }
}

fn figures(change: &Change, catalogue: &Catalogue) -> Vec<Figure> {
    let exempt: u64 = change.new_but_exempt.values().sum();
    let note = |key, n: u64| (n > 0).then(|| catalogue.text(key, &[("n", thousands(n))]));
    [
        (
            ChangeKind::New,
            "fail",
            "change.new",
            note("change.exempt", exempt),
        ),
        (ChangeKind::NewlyAssessed, "fail", "change.newly_assessed", None),
        (
            ChangeKind::Resolved,
            "plain",
            "change.resolved",
            note("change.removed", change.resolved_by_removal),
        ),
        (ChangeKind::NotAssessed, "unknown", "change.not_assessed", None),
        (ChangeKind::LeftOrganization, "unknown", "change.left", None),
        (ChangeKind::Unchanged, "plain", "change.unchanged", None),
    ]
    .into_iter()
    .map(|(kind, tone, key, note)| {
        let count = change.failing(kind);
        Figure {
            tone: if count > 0 { tone } else { "plain" },
            count: thousands(count),
            label: catalogue.text(key, &[]),
            note,
        }
    })
    .collect()
}

fn sentences(change: &Change, catalogue: &Catalogue) -> Vec<String> {
    let [then, now] = [&change.then, &change.now];
    let rate = |run: &RunFigures| {
        percent(run.iam_5.pass, run.iam_5.decided()).map_or_else(
            || catalogue.text("figure.no_value", &[]),
            |rate| format!("{rate}%"),
        )
    };
    let verdicts = |kind| thousands(change.verdicts.get(&kind).copied().unwrap_or_default());
    vec![
        catalogue.text("change.rate", &[("then", rate(then)), ("now", rate(now))]),
        catalogue.text(
            "change.assessed",
            &[
                ("then", thousands(then.accounts_assessed)),
                ("then_all", thousands(then.accounts)),
                ("now", thousands(now.accounts_assessed)),
                ("now_all", thousands(now.accounts)),
            ],
        ),
        catalogue.text(
            "change.verdicts",
            &[
                ("worse", verdicts(ChangeKind::Worse)),
                ("better", verdicts(ChangeKind::Better)),
                ("unseen", verdicts(ChangeKind::NotAssessed)),
            ],
        ),
    ]
}

fn new_row(item: &ChangedItem, catalogue: &Catalogue) -> NewRow {
    NewRow {
        control: Shown::new(item.subject.as_str()),
        severity: item
            .severity
            .map(|severity| catalogue.text(&format!("severity.{severity}"), &[]))
            .unwrap_or_default(),
        kind: match item.kind {
            ChangeKind::NewlyAssessed => catalogue.text("change.kind.newly_assessed", &[]),
            ChangeKind::New
            | ChangeKind::Resolved
            | ChangeKind::NotAssessed
            | ChangeKind::LeftOrganization
            | ChangeKind::Worse
            | ChangeKind::Better
            | ChangeKind::Changed
            | ChangeKind::Unchanged => catalogue.text("change.kind.new", &[]),
        },
        account_name: Shown::new(&item.account_name),
        account_id: item.account_id.to_string(),
        resource: Shown::new(item.resource_arn.as_str()),
        reason: Shown::new(&item.reason),
    }
}
