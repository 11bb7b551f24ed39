//! What is said of a target, of all accounts below it together.

use super::decide::Decision;
use super::refine::either;
use crate::model::{Coverage, Protection, TargetCoverage};

/// What is said of a chain, and what it protects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// How far it covers.
    pub decision: Decision,
    /// By what its denies tell principals apart.
    pub principal_conditions: Vec<String>,
    /// From whom MFA devices are protected.
    pub protects_mfa_devices: Protection,
    /// From whom the membership of the organization is protected.
    pub protects_membership: Protection,
}

impl Decided {
    /// Where no SCP is in force nothing is protected; where they could not be read, nobody knows.
    pub fn plain(decision: Decision) -> Self {
        let protection = if matches!(decision.coverage, Coverage::Exempt | Coverage::NotEnabled) {
            Protection::None
        } else {
            Protection::Unknown
        };
        Self {
            decision,
            principal_conditions: Vec::new(),
            protects_mfa_devices: protection,
            protects_membership: protection,
        }
    }

    /// What is said of accounts of which this holds for most, and something of its own for each of `others`, by name.
    pub fn and_in(mut self, others: &[(String, Self)]) -> Self {
        let coverages = others.iter().map(|(_, other)| other.decision.coverage);
        let own = self.decision.coverage;
        self.decision.coverage = coverages.fold(own, Coverage::and);
        let differing = others.iter().filter(|(_, other)| other.decision.coverage != own);
        let told: Vec<String> = differing
            .map(|(name, other)| format!("{} in account {name}", other.decision.coverage.as_str()))
            .collect();
        if !told.is_empty() {
            let more = if told.len() > MOST_NAMED { "; …" } else { "" };
            let shown = told.get(..MOST_NAMED).unwrap_or(&told).join("; ");
            self.decision.reason = format!("{}, but {shown}{more}", self.decision.reason);
        }
        for (
            _,
            Self {
                decision,
                protects_mfa_devices,
                protects_membership,
                ..
            },
        ) in others
        {
            let own = &mut self.decision;
            own.locks_out_enrolment = either(own.locks_out_enrolment, decision.locks_out_enrolment);
            own.hits_roles = either(own.hits_roles, decision.hits_roles);
            self.protects_mfa_devices = self.protects_mfa_devices.and(*protects_mfa_devices);
            self.protects_membership = self.protects_membership.and(*protects_membership);
        }
        self
    }

    /// The row of a target.
    pub fn of_target(self, id: &str, kind: &str, name: &str, ou_path: String) -> TargetCoverage {
        let decision = self.decision;
        TargetCoverage {
            target_id: id.into(),
            target_type: kind.into(),
            name: name.to_owned(),
            ou_path,
            coverage: decision.coverage,
            locks_out_enrolment: decision.locks_out_enrolment,
            hits_roles: decision.hits_roles,
            decided_by: decision.decided_by,
            reason: decision.reason,
            would_newly_cover: None,
            newly_covered_accounts: Vec::new(),
            principal_conditions: self.principal_conditions,
            protects_mfa_devices: self.protects_mfa_devices,
            protects_membership: self.protects_membership,
        }
    }
}

/// How many accounts are named that differ from the others.
const MOST_NAMED: usize = 5;
