//! SCP coverage: how far service control policies stop sessions without MFA.

use std::collections::HashMap;

use crate::hierarchy::Hierarchy;
use crate::model::snapshot::OrganizationSnapshot;
use crate::model::{AccountId, TargetCoverage};

/// The coverage of every target of an organization.
#[derive(Debug, Default)]
pub struct ScpCoverage {
    targets: Vec<TargetCoverage>,
    accounts: HashMap<AccountId, usize>,
}

impl ScpCoverage {
    /// Reads the chains of `organization`.
    #[must_use]
    pub fn new(_organization: &OrganizationSnapshot, _hierarchy: &Hierarchy<'_>) -> Self {
        Self::default()
    }

    /// Every target, from the root downwards.
    #[must_use]
    pub fn targets(&self) -> &[TargetCoverage] {
        &self.targets
    }

    /// The coverage of an account.
    #[must_use]
    pub fn of_account(&self, id: &AccountId) -> Option<&TargetCoverage> {
        self.targets.get(*self.accounts.get(id)?)
    }
}
