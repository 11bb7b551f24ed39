//! Fabricated controls and policies.

use org_audit_model::assessment::{
    ControlAssessment, Mapping, OutcomeCounts, PolicyAssessment, PolicyLint, PolicyPlace, ScpTarget,
};
use org_audit_model::outcome::{LintSeverity, PolicyKind};
use org_audit_model::{DocumentId, Severity};

use super::{HOSTILE, account_id};

pub fn controls() -> Vec<ControlAssessment> {
    let control = |id: &str, severity, fail, unknown| ControlAssessment {
        control_id: id.into(),
        title: format!("What {id} asks for"),
        severity,
        counts: OutcomeCounts {
            pass: 30,
            fail,
            not_applicable: 5,
            unknown,
        },
        supports: vec![
            Mapping {
                standard: "PCI DSS v4.0.1".into(),
                requirements: vec!["8.4.2".into()],
            },
            Mapping {
                standard: "NIST SP 800-53 Rev. 5".into(),
                requirements: vec!["AC-2(1)".into(), "IA-2(1)".into()],
            },
        ],
    };
    vec![
        control("IAM.4", Severity::Critical, 0, 2),
        control("IAM.5", Severity::Medium, 12, 1),
        control("IAM.9", Severity::Critical, 1, 0),
    ]
}

pub fn policies() -> Vec<PolicyAssessment> {
    let scp = PolicyAssessment {
        kind: PolicyKind::Scp,
        policy_id: "p-mfa".into(),
        users: None,
        groups: None,
        places: Vec::new(),
        targets: Some(vec![ScpTarget {
            target_id: "ou-a1b2-prod".into(),
            target_type: "ORGANIZATIONAL_UNIT".into(),
            name: HOSTILE[0].to_owned(),
        }]),
        ..identity("=deny without MFA", &[lint(LintSeverity::Warning)])
    };
    let unread = PolicyAssessment {
        policy_id: "p-quarantine".into(),
        document_sha256: None,
        names: vec!["quarantine".to_owned()],
        denies_without_mfa: None,
        problem: Some("organizations:DescribePolicy was denied (AccessDeniedException)".to_owned()),
        lints: Vec::new(),
        accounts: None,
        targets: None,
        ..scp.clone()
    };
    vec![
        scp,
        unread,
        identity(HOSTILE[0], &[lint(LintSeverity::Error), lint(LintSeverity::Info)]),
        identity(HOSTILE[2], &[]),
    ]
}

fn identity(name: &str, lints: &[PolicyLint]) -> PolicyAssessment {
    PolicyAssessment {
        kind: PolicyKind::Identity,
        policy_id: "".into(),
        document_sha256: Some(DocumentId::of(name)),
        names: vec![name.to_owned()],
        denies_without_mfa: Some(true),
        problem: None,
        not_in_force: None,
        lints: lints.to_vec(),
        accounts: Some(2),
        users: Some(1_234),
        groups: Some(2),
        places: (0..2)
            .map(|index| PolicyPlace {
                account_id: account_id(index),
                resource_arn: format!("arn:aws:iam::{}:policy/{name}", account_id(index)).into(),
                copies: 1,
                users: 617,
                groups: 1,
            })
            .collect(),
        targets: None,
    }
}

fn lint(severity: LintSeverity) -> PolicyLint {
    PolicyLint {
        code: "mfa-deny-misses-access-keys".into(),
        severity,
        statement: Some(1),
        sid: (severity == LintSeverity::Error).then(|| HOSTILE[3].to_owned()),
        pointer: "/Statement/1/Condition".to_owned(),
        message: "this Deny does not hold for access keys".to_owned(),
        help: "use `BoolIfExists`".to_owned(),
    }
}
