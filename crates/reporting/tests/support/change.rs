//! A change since a baseline and a history, with names that want to do harm.

use std::collections::BTreeMap;

use org_audit_model::assessment::OutcomeCounts;
use org_audit_model::change::{BaselineReference, Change, ChangedItem, RunFigures};
use org_audit_model::{AccountChange, ChangeKind, RunAssessment, Severity};

use super::{HOSTILE, account_id};

pub fn figures(day: u8, incomplete: bool) -> RunFigures {
    RunFigures {
        started_at: format!("2026-11-{day:02}T06:00:00Z").parse().unwrap(),
        accounts: 14,
        accounts_assessed: 12 - u64::from(incomplete),
        users: 90,
        iam_5: OutcomeCounts {
            pass: 20 + u64::from(day),
            fail: 12,
            not_applicable: 9,
            unknown: u64::from(incomplete),
        },
        exposed: 7,
        verdict_unknown: u64::from(incomplete),
        enforced: 4,
        coverage_unknown: 0,
        incomplete,
    }
}

/// Gives `run` a baseline and five earlier runs.
pub fn say(run: &mut RunAssessment) {
    let counts = |medium| BTreeMap::from([(Severity::Medium, medium)]);
    let new_findings = HOSTILE
        .iter()
        .enumerate()
        .map(|(index, name)| ChangedItem {
            kind: [ChangeKind::New, ChangeKind::NewlyAssessed][index % 2],
            subject: "IAM.5".into(),
            severity: Some(Severity::Medium),
            account_id: account_id(index),
            account_name: (*name).to_owned(),
            ou_path: "Root".to_owned(),
            resource_type: "AWS::IAM::User".into(),
            resource_arn: format!("arn:aws:iam::{}:user/{name}", account_id(index)).into(),
            was: "pass".into(),
            now: "fail".into(),
            reason: format!("a console password and no MFA device {name}"),
            exempt: false,
        })
        .collect();
    let then = figures(20, true);
    run.change = Some(Change {
        baseline: BaselineReference {
            organization_id: "o-a1b2c3d4e5".into(),
            started_at: then.started_at,
            manifest_sha256: Some(
                "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
            ),
        },
        then,
        now: figures(21, true),
        failing: BTreeMap::from([
            (ChangeKind::New, counts(1_004)),
            (ChangeKind::NewlyAssessed, counts(4)),
            (ChangeKind::Resolved, counts(3)),
            (ChangeKind::NotAssessed, counts(6)),
            (ChangeKind::Unchanged, counts(9)),
        ]),
        not_failing: BTreeMap::new(),
        new_but_exempt: counts(2),
        resolved_by_removal: 1,
        verdicts: BTreeMap::from([(ChangeKind::Worse, 2)]),
        accounts: BTreeMap::from([(AccountChange::NotAssessed, 1)]),
        new_findings,
        new_findings_left_out: 998,
        controls_not_compared: vec!["IAM.9".to_owned()],
    });
    run.history = (16..21).map(|day| figures(day, day > 18)).collect();
}
