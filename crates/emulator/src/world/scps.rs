//! The policies of the organization and where they hang.

use std::collections::BTreeSet;

use super::model::{Node, OrganizationPolicy, PolicyType};
use super::{Account, Unit, WorldSpec};
use crate::document::Document;
use crate::draw::{LOWER, draw, letters};

/// A policy of the company: type, name, description, document, and the units or accounts (by name;
/// `/` is the root) that it hangs at.
type Row = (
    PolicyType,
    &'static str,
    &'static str,
    &'static str,
    &'static [&'static str],
);

macro_rules! scp {
    ($file:literal) => {
        include_str!(concat!("../../fixtures/scp/", $file, ".json"))
    };
}

use PolicyType::{ResourceControl, ServiceControl};

const COMPANY: &[Row] = &[
    (
        ServiceControl,
        "protect-organization",
        "Nobody leaves the organization or stops the audit trail",
        scp!("protect-organization"),
        &["/"],
    ),
    (
        ServiceControl,
        "deny-outside-approved-regions",
        "Frankfurt, Ireland and N. Virginia only",
        scp!("deny-outside-regions"),
        &["Workloads", "Sandbox"],
    ),
    (
        ServiceControl,
        "require-mfa-for-iam-users",
        "IAM users in production work with MFA or not at all",
        scp!("require-mfa-for-users"),
        &["Production"],
    ),
    (
        ServiceControl,
        "require-mfa-sensitive-actions",
        "The short form, with Null",
        scp!("require-mfa-null"),
        &["Staging", "Network"],
    ),
    (
        ServiceControl,
        "require-mfa (draft)",
        "Misses long-term access keys",
        scp!("require-mfa-bool"),
        &["Development"],
    ),
    (
        ServiceControl,
        "protect-mfa-devices",
        "Devices are removed by break glass only",
        scp!("protect-mfa-devices"),
        &["PCI"],
    ),
    (
        ServiceControl,
        "deny-root-user",
        "Root is not for work",
        scp!("deny-root-user"),
        &["Production", "Infrastructure"],
    ),
    (
        ServiceControl,
        "no-new-iam-users",
        "People come through Identity Center",
        scp!("no-new-iam-users"),
        &["Core"],
    ),
    (
        ServiceControl,
        "sandbox-allow-list",
        "What may be tried out",
        scp!("sandbox-allow-list"),
        &["Sandbox"],
    ),
    (
        ServiceControl,
        "data-only-allow-list",
        "Analysts see data services, and nothing of IAM",
        scp!("data-only-allow-list"),
        &["data-clean-room"],
    ),
    (
        ServiceControl,
        "deny-everything-without-mfa",
        "Copied from an article; under test",
        scp!("deny-all-without-mfa"),
        &["policy-staging"],
    ),
    (
        ServiceControl,
        "no-identity-enumeration",
        "Under test",
        scp!("deny-iam-reads"),
        &["identity-lockdown"],
    ),
    (
        ServiceControl,
        "quarantine",
        "For accounts that are on their way out",
        scp!("quarantine"),
        &["Suspended"],
    ),
    (
        ServiceControl,
        "pilot: require MFA everywhere",
        "Prepared, not attached yet",
        scp!("unattached-pilot"),
        &[],
    ),
    (
        ServiceControl,
        "<img src=x onerror=alert(1)>",
        "=HYPERLINK(\"http://example.com\",\"click\")",
        scp!("protect-organization"),
        &["=cmd|' /C calc'!A0"],
    ),
    (
        ResourceControl,
        "identity-perimeter",
        "Only identities of the organization",
        include_str!("../../fixtures/rcp/identity-perimeter.json"),
        &["Production"],
    ),
    (
        ResourceControl,
        "no-role-assumption",
        "Nobody from another account, the auditor included",
        include_str!("../../fixtures/rcp/deny-assume-role.json"),
        &["backup-vault"],
    ),
];

/// Where AWS's own policy was taken away.
const WITHOUT_FULL_ACCESS: &[&str] = &["Sandbox", "data-clean-room"];

const TEAMS: &[Row] = &[
    (
        ServiceControl,
        "protect-organization",
        "Nobody leaves the organization",
        scp!("protect-organization"),
        &["/"],
    ),
    (
        ServiceControl,
        "require-mfa-for-iam-users",
        "IAM users work with MFA or not at all",
        scp!("require-mfa-for-users"),
        &["Division 01"],
    ),
    (
        ServiceControl,
        "protect-mfa-devices",
        "Devices are removed by break glass only",
        scp!("protect-mfa-devices"),
        &["Division 02"],
    ),
];

/// Makes the policies of a company (or of equal teams) and attaches them.
pub(crate) fn policies(
    company: bool,
    seed: u64,
    organization: &str,
    units: &[Unit],
    accounts: &[Account],
) -> Vec<OrganizationPolicy> {
    let find = |name: &str| node_named(name, units, accounts);
    let spared: BTreeSet<Node> = if company {
        WITHOUT_FULL_ACCESS.iter().filter_map(|name| find(name)).collect()
    } else {
        BTreeSet::new()
    };
    let mut policies = vec![
        aws_managed(
            ServiceControl,
            "FullAWSAccess",
            "Allows access to every operation",
            scp!("full-aws-access"),
            spared,
        ),
        aws_managed(
            ResourceControl,
            "RCPFullAWSAccess",
            "Allows access to every operation",
            include_str!("../../fixtures/rcp/full-aws-access.json"),
            BTreeSet::new(),
        ),
    ];
    let rows = if company { COMPANY } else { TEAMS };
    for (position, (policy_type, name, description, content, targets)) in rows.iter().enumerate() {
        let nodes: BTreeSet<Node> = targets.iter().filter_map(|target| find(target)).collect();
        let content = content.replace("${organization}", organization);
        policies.push(OrganizationPolicy {
            id: format!("p-{}", letters(LOWER, draw(seed, &[0x5C9, position as u64]), 8)),
            name: (*name).to_owned(),
            description: (*description).to_owned(),
            policy_type: *policy_type,
            aws_managed: false,
            document: Document::parse(&content).unwrap_or_default(),
            content,
            nodes,
        });
    }
    policies
}

/// The service control policies that a test gave.
pub(crate) fn given(spec: &WorldSpec, units: &[Unit], accounts: &[Account]) -> Vec<OrganizationPolicy> {
    let make = |(position, scp): (u64, &super::spec::GivenScp)| OrganizationPolicy {
        id: format!("p-{}", letters(LOWER, draw(spec.seed, &[0x61F, position]), 8)),
        name: scp.name.clone(),
        description: String::new(),
        policy_type: ServiceControl,
        aws_managed: false,
        document: Document::parse(&scp.document).unwrap_or_default(),
        content: scp.document.clone(),
        nodes: node_named(&scp.target, units, accounts).into_iter().collect(),
    };
    (0..).zip(&spec.scps).map(make).collect()
}

fn aws_managed(
    policy_type: PolicyType,
    name: &str,
    description: &str,
    content: &str,
    spared: BTreeSet<Node>,
) -> OrganizationPolicy {
    OrganizationPolicy {
        id: format!("p-{name}"),
        name: name.to_owned(),
        description: description.to_owned(),
        policy_type,
        aws_managed: true,
        document: Document::parse(content).unwrap_or_default(),
        content: content.to_owned(),
        nodes: spared,
    }
}

fn node_named(name: &str, units: &[Unit], accounts: &[Account]) -> Option<Node> {
    if name == "/" {
        return Some(Node::Root);
    }
    let unit = units.iter().position(|unit| unit.name == name).map(Node::Unit);
    unit.or_else(|| {
        accounts
            .iter()
            .find(|account| account.name == name)
            .map(|account| Node::Account(account.index))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_document_parses_and_fits_the_limit() {
        for (_, name, _, content, _) in COMPANY.iter().chain(TEAMS) {
            assert!(Document::parse(content).is_some(), "{name}");
            assert!(content.len() <= 10_240, "{name}");
        }
    }
}
