//! The controls: how often each passes and fails, and which requirements it supports.

use std::cmp::Reverse;

use org_audit_model::RunAssessment;
use org_audit_model::assessment::ControlAssessment;
use serde::Serialize;

use super::catalogue::Catalogue;
use super::policies::requirements;
use super::shown::{Shown, percent, thousands};

/// A control in the table.
#[derive(Serialize)]
pub(super) struct ControlRow {
    id: Shown,
    title: Shown,
    severity: String,
    fails: bool,
    fail: String,
    pass: String,
    unknown: String,
    not_applicable: String,
    rate: Option<String>,
    pci_dss: String,
}

/// The controls as the tables show them: what fails first, the most severe first.
pub(super) fn sorted(run: &RunAssessment) -> Vec<&ControlAssessment> {
    let mut controls: Vec<_> = run.controls.iter().collect();
    controls.sort_by_key(|control| {
        (
            control.counts.fail == 0,
            Reverse(control.severity),
            natural(&control.control_id),
        )
    });
    controls
}

/// The table.
pub(super) fn rows(run: &RunAssessment, catalogue: &Catalogue) -> Vec<ControlRow> {
    sorted(run)
        .into_iter()
        .map(|control| {
            let counts = &control.counts;
            ControlRow {
                id: Shown::new(control.control_id.as_str()),
                title: Shown::new(&control.title),
                severity: catalogue.text(&format!("severity.{}", control.severity), &[]),
                fails: counts.fail > 0,
                fail: thousands(counts.fail),
                pass: thousands(counts.pass),
                unknown: thousands(counts.unknown),
                not_applicable: thousands(counts.not_applicable),
                rate: percent(counts.pass, counts.decided()).map(|rate| format!("{rate}%")),
                pci_dss: requirements(control, "PCI DSS v4.0.1"),
            }
        })
        .collect()
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
