//! What is said of a target, of all accounts below it together.

use super::decide::Decision;
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

    /// What is said where this holds for most accounts and `other` for the one of this name.
    pub fn and(mut self, other: &Self, name: &str) -> Self {
        let (own, of_other) = (self.decision.coverage, other.decision.coverage);
        if own != of_other {
            self.decision.coverage = match (own, of_other) {
                (Coverage::Enforced | Coverage::Partial, _) | (_, Coverage::Enforced | Coverage::Partial) => {
                    Coverage::Partial
                }
                _ => Coverage::Unknown,
            };
            let reason = format!("; {} in account {name}", of_other.as_str());
            self.decision.reason.push_str(&reason);
        }
        let yes_or_same =
            |one: Option<bool>, other: Option<bool>| if one == other { one } else { one.max(other) };
        self.decision.locks_out_enrolment = yes_or_same(
            self.decision.locks_out_enrolment,
            other.decision.locks_out_enrolment,
        );
        self.decision.hits_roles = yes_or_same(self.decision.hits_roles, other.decision.hits_roles);
        self.protects_mfa_devices = together(self.protects_mfa_devices, other.protects_mfa_devices);
        self.protects_membership = together(self.protects_membership, other.protects_membership);
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

/// From whom an action is protected in two accounts taken together.
fn together(one: Protection, other: Protection) -> Protection {
    match (one, other) {
        (one, other) if one == other => one,
        (Protection::Unknown, _) | (_, Protection::Unknown) => Protection::Unknown,
        _ => Protection::Some,
    }
}
