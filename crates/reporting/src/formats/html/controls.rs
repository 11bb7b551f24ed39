//! The controls: how often each passes and fails.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use org_audit_model::assessment::OutcomeCounts;
use org_audit_model::{AccountAssessment, Outcome, Severity};
use serde::Serialize;
use smol_str::SmolStr;

use super::catalogue::Catalogue;
use super::shown::{Shown, percent, thousands};

/// Outcomes by control.
#[derive(Debug, Default)]
pub(super) struct Controls(BTreeMap<SmolStr, (Severity, OutcomeCounts)>);

/// A control in the table.
#[derive(Serialize)]
pub(super) struct ControlRow {
    id: Shown,
    severity: String,
    fails: bool,
    fail: String,
    pass: String,
    unknown: String,
    not_applicable: String,
    rate: Option<String>,
}

impl Controls {
    /// Counts an account's findings, and IAM.5 of its users.
    pub(super) fn add(&mut self, account: &AccountAssessment) {
        for user in &account.users {
            self.count("IAM.5", Severity::Medium, user.iam_5);
        }
        for finding in &account.findings {
            self.count(&finding.control_id, finding.severity, finding.outcome);
        }
    }

    fn count(&mut self, id: &str, severity: Severity, outcome: Outcome) {
        if !self.0.contains_key(id) {
            self.0.insert(id.into(), (severity, OutcomeCounts::default()));
        }
        if let Some((_, counts)) = self.0.get_mut(id) {
            counts.add(outcome);
        }
    }

    /// The table: what fails first, the most severe first.
    pub(super) fn rows(&self, catalogue: &Catalogue) -> Vec<ControlRow> {
        let mut controls: Vec<_> = self.0.iter().collect();
        controls.sort_by_key(|(id, (severity, counts))| (counts.fail == 0, Reverse(*severity), natural(id)));
        controls
            .into_iter()
            .map(|(id, (severity, counts))| ControlRow {
                id: Shown::new(id.as_str()),
                severity: catalogue.text(&format!("severity.{severity}"), &[]),
                fails: counts.fail > 0,
                fail: thousands(counts.fail),
                pass: thousands(counts.pass),
                unknown: thousands(counts.unknown),
                not_applicable: thousands(counts.not_applicable),
                rate: percent(counts.pass, counts.decided()).map(|rate| format!("{rate}%")),
            })
            .collect()
    }
}

/// `IAM.5` before `IAM.19`.
fn natural(id: &str) -> (&str, u32) {
    let name = id.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = id.strip_prefix(name).and_then(|digits| digits.parse().ok());
    (name, number.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_ids_are_in_the_order_of_their_numbers() {
        let mut ids = ["IAM.19", "scp-mfa-coverage", "IAM.5", "IAM.6"];
        ids.sort_by_key(|id| natural(id));
        assert_eq!(ids, ["IAM.5", "IAM.6", "IAM.19", "scp-mfa-coverage"]);
    }
}
