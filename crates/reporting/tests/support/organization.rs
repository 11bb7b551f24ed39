//! The tree, the accounts' places in it, and the policies that hang there.

use std::collections::BTreeMap;

use jiff::Timestamp;
use org_audit_model::assessment::{ScopeSummary, UnmatchedEntry};
use org_audit_model::snapshot::{
    Account, AccountState, Caller, Collection, EndpointOverride, OrganizationDescription,
    OrganizationPolicies, OrganizationPolicy, OrganizationalUnit, PolicyTarget, RoleSettings, Root,
    SCHEMA_VERSION, Tree,
};
use org_audit_model::{Coverage, OrganizationSnapshot, Protection, Reading, TargetCoverage};

use super::{HOSTILE, account, account_id};

pub const ACCOUNT_NAMES: [&str; 45] = [
    "management",
    "log-archive",
    "security-tooling",
    "network-hub",
    "shared-dns",
    "identity",
    "backup-vault",
    "payments-prod",
    "payments-gateway",
    "card-vault",
    "checkout-prod",
    "orders-prod",
    "orders-api",
    "search-prod",
    "catalog-prod",
    "web-prod",
    "mobile-backend",
    "fraud-scoring",
    "ledger-prod",
    "settlement",
    "payments-staging",
    "checkout-staging",
    "orders-staging",
    "web-staging",
    "ledger-staging",
    "ci-runners",
    "artifact-store",
    "observability",
    "data-lake",
    "data-science",
    "bi-reporting",
    "ml-training",
    "partner-feeds",
    "edge-cdn",
    "sandbox-ana",
    "sandbox-tanaka",
    "sandbox-weber",
    "sandbox-nwosu",
    "sandbox-novak",
    "hackathon-2025",
    "legacy-erp",
    "legacy-crm",
    "acquired-shop",
    "acquired-mail",
    "decommissioned",
];

/// Id, name, and the index of the OU above (`None`: the root).
const OUS: [(&str, &str, Option<usize>); 12] = [
    ("ou-a1b2-10000001", "Security", None),
    ("ou-a1b2-10000002", "Infrastructure", None),
    ("ou-a1b2-10000003", "Network", Some(1)),
    ("ou-a1b2-10000004", "Shared services", Some(1)),
    ("ou-a1b2-10000005", "Workloads", None),
    ("ou-a1b2-10000006", "Production", Some(4)),
    ("ou-a1b2-10000007", "Cardholder data environment", Some(5)),
    ("ou-a1b2-10000008", "Staging", Some(4)),
    ("ou-a1b2-10000009", "Data", Some(4)),
    ("ou-a1b2-1000000a", "Sandbox", None),
    ("ou-a1b2-1000000b", HOSTILE[0], None),
    ("ou-a1b2-1000000c", "Empty", Some(10)),
];

pub fn ou_of(index: usize) -> Option<usize> {
    match index % 45 {
        0 => None,
        1 | 2 => Some(0),
        3 => Some(2),
        4..=6 | 25..=27 => Some(3),
        7..=9 | 17..=19 => Some(6),
        10..=16 | 33 => Some(5),
        20..=24 => Some(7),
        28..=32 => Some(8),
        34..=39 => Some(9),
        _ => Some(10),
    }
}

pub fn ou_path(ou: Option<usize>) -> String {
    let mut names = Vec::new();
    let mut next = ou;
    while let Some(index) = next {
        names.push(OUS[index].1);
        next = OUS[index].2;
    }
    names.push("Root");
    names.reverse();
    names.join(" / ")
}

pub fn coverage(index: usize) -> Coverage {
    match (index, ou_of(index)) {
        (0, _) => Coverage::Exempt,
        (_, Some(6)) => Coverage::Enforced,
        (_, Some(5 | 0)) => Coverage::Partial,
        (40, _) => Coverage::Unknown,
        _ => Coverage::None,
    }
}

pub fn decided_by(coverage: Coverage) -> Vec<String> {
    match coverage {
        Coverage::Enforced => {
            vec!["RequireMFA (p-reqmfa01) statement DenyAllWithoutMFA at ou-a1b2-10000007".to_owned()]
        }
        Coverage::Partial => {
            vec!["DenyIamChangesWithoutMFA (p-iammfa01) statement DenyIam at ou-a1b2-10000006".to_owned()]
        }
        Coverage::None | Coverage::Exempt | Coverage::NotEnabled | Coverage::Unknown => Vec::new(),
    }
}

pub fn coverage_reason(coverage: Coverage) -> &'static str {
    match coverage {
        Coverage::Enforced => {
            "every action but self-service is denied when aws:MultiFactorAuthPresent is false or absent"
        }
        Coverage::Partial => "iam actions are denied without MFA, others are not",
        Coverage::None => "no SCP on the chain asks for MFA",
        Coverage::Exempt => "SCPs do not apply to the management account",
        Coverage::NotEnabled => "the SCP type is not enabled on the root",
        Coverage::Unknown => "statement `Maybe` has a condition that cannot be decided",
    }
}

/// The root and the OUs.
pub fn targets() -> Vec<TargetCoverage> {
    let target = |id: &str, kind: &str, name: &str, path: String, coverage| TargetCoverage {
        target_id: id.into(),
        target_type: kind.into(),
        name: name.to_owned(),
        ou_path: path,
        coverage,
        locks_out_enrolment: Some(false),
        hits_roles: (coverage != Coverage::None).then_some(true),
        decided_by: decided_by(coverage),
        reason: coverage_reason(coverage).to_owned(),
        would_newly_cover: (coverage == Coverage::None).then_some(3),
        newly_covered_accounts: Vec::new(),
        principal_conditions: Vec::new(),
        protects_mfa_devices: Protection::Unknown,
        protects_membership: Protection::Unknown,
    };
    let mut targets = vec![target("r-a1b2", "ROOT", "Root", String::new(), Coverage::None)];
    for (index, (id, name, above)) in OUS.into_iter().enumerate() {
        let coverage = match index {
            6 => Coverage::Enforced,
            0 | 5 => Coverage::Partial,
            _ => Coverage::None,
        };
        targets.push(target(id, "ORGANIZATIONAL_UNIT", name, ou_path(above), coverage));
    }
    targets
}

fn policy(id: &str, name: &str, aws_managed: bool, targets: &[(&str, &str)]) -> OrganizationPolicy {
    OrganizationPolicy {
        id: id.into(),
        name: name.to_owned(),
        aws_managed,
        document: Reading::NotAsked {
            reason: "not needed here".to_owned(),
        },
        targets: Reading::Read {
            at: time("2026-11-21T06:00:03Z"),
            requests: Vec::new(),
            value: targets
                .iter()
                .map(|(id, kind)| PolicyTarget {
                    id: (*id).into(),
                    kind: (*kind).into(),
                })
                .collect(),
        },
    }
}

fn policies() -> OrganizationPolicies {
    const OU: &str = "ORGANIZATIONAL_UNIT";
    let mut everywhere = vec![("r-a1b2", "ROOT")];
    everywhere.extend(OUS.iter().map(|(id, ..)| (*id, OU)));
    let card_vault = account_id(9);
    OrganizationPolicies {
        policies: vec![
            policy("p-FullAWSAccess", "FullAWSAccess", true, &everywhere),
            policy(
                "p-iammfa01",
                "DenyIamChangesWithoutMFA",
                false,
                &[(OUS[0].0, OU), (OUS[5].0, OU)],
            ),
            policy("p-hostile1", HOSTILE[1], false, &[(OUS[9].0, OU)]),
            policy("p-regions1", "DenyOtherRegions", false, &[("r-a1b2", "ROOT")]),
            policy(
                "p-reqmfa01",
                "RequireMFA",
                false,
                &[(OUS[6].0, OU), (card_vault.as_str(), "ACCOUNT")],
            ),
        ],
    }
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn snapshot(accounts: usize) -> OrganizationSnapshot {
    OrganizationSnapshot {
        schema_version: SCHEMA_VERSION,
        collection: collection(),
        organization: OrganizationDescription {
            id: "o-a1b2c3d4e5".into(),
            arn: "arn:aws:organizations::111111000000:organization/o-a1b2c3d4e5".to_owned(),
            feature_set: "ALL".into(),
            management_account_id: account_id(0),
        },
        tree: tree(),
        accounts: (0..accounts)
            .map(|index| Account {
                id: account_id(index),
                name: account(index, super::Size { accounts, users: 0 }).account_name,
                state: AccountState::from(smol(&account(index, super::Size { accounts, users: 0 }).state)),
                joined_method: Some("CREATED".into()),
                joined_at: None,
                parent_id: Some(ou_of(index).map_or("r-a1b2", |ou| OUS[ou].0).into()),
            })
            .collect(),
        service_control_policies: Reading::Read {
            at: time("2026-11-21T06:00:03Z"),
            requests: Vec::new(),
            value: policies(),
        },
        root_access_features: Reading::NotAsked {
            reason: "not asked in a test".to_owned(),
        },
        resource_control_policies: Reading::NotAsked {
            reason: "the policy type is not enabled".to_owned(),
        },
        documents: BTreeMap::new(),
    }
}

fn smol(text: &str) -> smol_str::SmolStr {
    text.into()
}

fn tree() -> Tree {
    Tree {
        roots: vec![Root {
            id: "r-a1b2".into(),
            name: "Root".to_owned(),
            policy_types: BTreeMap::from([("SERVICE_CONTROL_POLICY".into(), "ENABLED".into())]),
        }],
        organizational_units: OUS
            .iter()
            .map(|(id, name, above)| OrganizationalUnit {
                id: (*id).into(),
                name: (*name).to_owned(),
                parent_id: above.map_or("r-a1b2", |index| OUS[index].0).into(),
            })
            .collect(),
        unread_parents: BTreeMap::new(),
    }
}

fn collection() -> Collection {
    Collection {
        tool_version: "0.1.0".to_owned(),
        started_at: time("2026-11-21T06:00:00Z"),
        ended_at: Some(time("2026-11-21T06:00:41Z")),
        caller: Caller {
            arn: "arn:aws:iam::111111000000:user/audit".to_owned(),
            account_id: account_id(0),
            user_id: "AIDAEXAMPLE".to_owned(),
        },
        partition: "aws".into(),
        region: "eu-central-1".into(),
        endpoint_overrides: vec![EndpointOverride {
            source: "AWS_ENDPOINT_URL".to_owned(),
            url: "http://127.0.0.1:4566".to_owned(),
        }],
        role: RoleSettings {
            name: "OrganizationAccountAccessRole".to_owned(),
            path: "/".to_owned(),
            session_name: "org-audit".to_owned(),
            external_id: false,
            duration_seconds: 3600,
            session_policy: true,
        },
        fresh: false,
        calls: BTreeMap::from([
            ("iam:GenerateCredentialReport".into(), 72),
            ("iam:GetAccountAuthorizationDetails".into(), 37),
            ("iam:GetCredentialReport".into(), 37),
            ("organizations:ListAccounts".into(), 3),
            ("sts:AssumeRole".into(), 41),
        ]),
        requests: BTreeMap::new(),
    }
}

/// Nothing counted yet; an entry of the map names nothing.
pub fn scope_summary() -> ScopeSummary {
    ScopeSummary {
        unmatched: vec![UnmatchedEntry {
            line: 3,
            name: super::HOSTILE[0].to_owned(),
        }],
        ..ScopeSummary::default()
    }
}
