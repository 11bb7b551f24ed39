//! What changed since the baseline.

use org_audit_model::Severity;
use org_audit_model::change::{Change, ChangedItem};
use org_audit_model::outcome::ChangeKind;

use super::MOST_ROWS;
use super::cells::{code, more, row};
use crate::formats::html::shown::thousands;

/// What becomes of findings that fail in one of the two runs, or in both, in words.
const KINDS: [(ChangeKind, &str); 6] = [
    (ChangeKind::New, "new"),
    (
        ChangeKind::NewlyAssessed,
        "fails, and could not be assessed before",
    ),
    (ChangeKind::Resolved, "resolved"),
    (ChangeKind::NotAssessed, "failed, and cannot be assessed now"),
    (
        ChangeKind::LeftOrganization,
        "failed, and the account has left the organization",
    ),
    (ChangeKind::Unchanged, "still fails"),
];

/// Writes the section.
pub(super) fn section(change: &Change, text: &mut String) {
    text.push_str(&format!("\n### Since {}\n\n", change.baseline.started_at));
    text.push_str(&(row(&["failing findings", "number"]) + &row(&["---", "---:"])));
    for (kind, what) in KINDS {
        text.push_str(&row(&[what, &thousands(change.failing(kind))]));
    }
    let exempt = change.new_but_exempt.values().sum();
    text.push_str(&row(&["new, under an approved exception", &thousands(exempt)]));
    text.push_str(&row(&[
        "resolved because the resource is gone",
        &thousands(change.resolved_by_removal),
    ]));
    if change.new_findings.is_empty() {
        return;
    }
    text.push('\n');
    text.push_str(&row(&["new finding", "severity", "account", "was", "why"]));
    text.push_str(&row(&["---", "---", "---", "---", "---"]));
    let shown = change.new_findings.iter().take(MOST_ROWS);
    let left_out = change.new_findings.len().saturating_sub(MOST_ROWS) as u64;
    shown.for_each(|item| text.push_str(&finding(item)));
    more(text, left_out + change.new_findings_left_out, "`report.json`");
}

fn finding(item: &ChangedItem) -> String {
    let account = format!("`{}` {}", item.account_id, code(&item.account_name));
    row(&[
        &format!("{} {}", code(&item.subject), code(&item.resource_arn)),
        item.severity.map_or("", Severity::as_str),
        &account,
        &code(&item.was),
        &code(&item.reason),
    ])
}
