//! `controls.csv`, `policies.csv` and `policy-lints.csv`: what is said of the whole organization.

use std::path::Path;

use org_audit_model::RunAssessment;
use org_audit_model::assessment::{ControlAssessment, PolicyAssessment, PolicyLint, ScpTarget};
use org_audit_model::outcome::PolicyKind;

use super::{Table, UNKNOWN, join, number, optional, truth};
use crate::error::ReportError;

const CONTROLS: [&str; 14] = [
    "control_id",
    "title",
    "severity",
    "fail",
    "pass",
    "unknown",
    "not_applicable",
    "pci_dss_4_0_1",
    "pci_dss_3_2_1",
    "cis_5_0_0",
    "cis_3_0_0",
    "cis_1_4_0",
    "cis_1_2_0",
    "nist_800_53_r5",
];

const POLICIES: [&str; 13] = [
    "kind",
    "policy_id",
    "names",
    "document_sha256",
    "denies_without_mfa",
    "worst_severity",
    "lints",
    "accounts",
    "users",
    "groups",
    "hangs_at",
    "problem",
    "not_in_force",
];

const LINTS: [&str; 13] = [
    "lint",
    "severity",
    "kind",
    "policy_id",
    "names",
    "document_sha256",
    "statement",
    "sid",
    "pointer",
    "message",
    "help",
    "accounts",
    "users",
];

/// The three tables.
pub(super) struct Policies {
    controls: Table,
    policies: Table,
    lints: Table,
}

impl Policies {
    /// Begins the files with their headers.
    pub(super) fn begin(directory: &Path, bom: bool) -> Result<Self, ReportError> {
        let table = |name, header: &[&str]| Table::begin(directory, name, header, bom);
        Ok(Self {
            controls: table("controls.csv", &CONTROLS)?,
            policies: table("policies.csv", &POLICIES)?,
            lints: table("policy-lints.csv", &LINTS)?,
        })
    }

    /// Writes the rows and completes the files.
    pub(super) fn finish(mut self, run: &RunAssessment) -> Result<[Table; 3], ReportError> {
        for control in &run.controls {
            self.control(control)?;
        }
        for policy in &run.policies {
            self.policy(policy)?;
            for lint in &policy.lints {
                self.lint(policy, lint)?;
            }
        }
        Ok([self.controls, self.policies, self.lints])
    }

    fn control(&mut self, control: &ControlAssessment) -> Result<(), ReportError> {
        // With the standard's version in front, as AWS writes it: a spreadsheet takes `1.10` for a number
        // and `8.4.2` for a date.
        let supports = |standard: &str| {
            let version = standard.rsplit_once(" v").map(|(_, version)| version);
            let mappings = control
                .supports
                .iter()
                .filter(|mapping| mapping.standard == standard);
            let requirements = mappings.flat_map(|mapping| mapping.requirements.iter());
            join(requirements.map(|requirement| match version {
                Some(version) => format!("{version}/{requirement}"),
                None => requirement.to_string(),
            }))
        };
        let counts = &control.counts;
        self.controls.row([
            control.control_id.as_str(),
            &control.title,
            control.severity.as_str(),
            &counts.fail.to_string(),
            &counts.pass.to_string(),
            &counts.unknown.to_string(),
            &counts.not_applicable.to_string(),
            &supports("PCI DSS v4.0.1"),
            &supports("PCI DSS v3.2.1"),
            &supports("CIS AWS Foundations Benchmark v5.0.0"),
            &supports("CIS AWS Foundations Benchmark v3.0.0"),
            &supports("CIS AWS Foundations Benchmark v1.4.0"),
            &supports("CIS AWS Foundations Benchmark v1.2.0"),
            &supports("NIST SP 800-53 Rev. 5"),
        ])
    }

    fn policy(&mut self, policy: &PolicyAssessment) -> Result<(), ReportError> {
        // Of a policy that could not be read nobody knows the flaws; an empty cell would say that it has none.
        let known = |text: String| {
            if policy.problem.is_some() {
                UNKNOWN.to_owned()
            } else {
                text
            }
        };
        let mut codes: Vec<&str> = policy.lints.iter().map(|lint| lint.code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        let hangs = |targets: &Vec<ScpTarget>| {
            let each = targets.iter();
            join(each.map(|target| format!("{} ({})", target.name, target.target_id)))
        };
        let hangs_at = match (&policy.targets, policy.kind) {
            (Some(targets), _) => hangs(targets),
            (None, PolicyKind::Scp) => UNKNOWN.to_owned(),
            (None, PolicyKind::Identity) => String::new(),
        };
        self.policies.row([
            policy.kind.as_str(),
            &policy.policy_id,
            &join(policy.names.iter()),
            policy.document_sha256.as_ref().map_or("", |id| id.as_str()),
            truth(policy.denies_without_mfa),
            &known(
                policy
                    .worst()
                    .map(|severity| severity.to_string())
                    .unwrap_or_default(),
            ),
            &known(codes.join(", ")),
            &number(policy.accounts),
            &of_identity(policy, policy.users),
            &of_identity(policy, policy.groups),
            &hangs_at,
            optional(&policy.problem),
            optional(&policy.not_in_force),
        ])
    }

    fn lint(&mut self, policy: &PolicyAssessment, lint: &PolicyLint) -> Result<(), ReportError> {
        self.lints.row([
            lint.code.as_str(),
            lint.severity.as_str(),
            policy.kind.as_str(),
            &policy.policy_id,
            &join(policy.names.iter()),
            policy.document_sha256.as_ref().map_or("", |id| id.as_str()),
            &lint.statement.map(|at| at.to_string()).unwrap_or_default(),
            optional(&lint.sid),
            &lint.pointer,
            &lint.message,
            &lint.help,
            &number(policy.accounts),
            &of_identity(policy, policy.users),
        ])
    }
}

/// A count that an SCP does not have.
fn of_identity(policy: &PolicyAssessment, count: Option<u64>) -> String {
    match policy.kind {
        PolicyKind::Scp => String::new(),
        PolicyKind::Identity => number(count).into_owned(),
    }
}
