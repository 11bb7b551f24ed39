//! SCP coverage: how far service control policies stop sessions without MFA, for every root, OU and account.
//!
//! An SCP is in force only where all of this holds (Organizations User Guide, "Service control policies"
//! and "SCP evaluation"): the organization has all features, the root has the SCP type enabled, the policy
//! hangs on the chain from the root to the account, and the account is not the management account.

mod chain;
mod decide;
mod session;

use std::collections::HashMap;

use chain::Attachments;
use decide::Decision;

use crate::hierarchy::{Chain, Hierarchy, UNKNOWN_PLACE};
use crate::model::snapshot::{Account, OrganizationSnapshot};
use crate::model::{AccountId, Coverage, TargetCoverage};

/// The policy type of SCPs, as `ListRoots` names it.
const SCP_TYPE: &str = "SERVICE_CONTROL_POLICY";

/// The coverage of every target of an organization.
#[derive(Debug, Default)]
pub struct ScpCoverage {
    targets: Vec<TargetCoverage>,
    accounts: HashMap<AccountId, usize>,
}

impl ScpCoverage {
    /// Reads the chains of `organization`.
    #[must_use]
    pub fn new(organization: &OrganizationSnapshot, hierarchy: &Hierarchy<'_>) -> Self {
        let reader = ChainReader {
            organization,
            hierarchy,
            attachments: Attachments::read(organization),
        };
        let mut coverage = Self::default();
        for root in &organization.tree.roots {
            coverage.targets.push(reader.node(&root.id, &root.name, "ROOT"));
        }
        let mut units: Vec<TargetCoverage> = organization
            .tree
            .organizational_units
            .iter()
            .map(|unit| reader.node(&unit.id, &unit.name, "ORGANIZATIONAL_UNIT"))
            .collect();
        units.sort_by(|a, b| (&a.ou_path, &a.name, &a.target_id).cmp(&(&b.ou_path, &b.name, &b.target_id)));
        coverage.targets.extend(units);
        let mut accounts: Vec<&Account> = organization.accounts.iter().collect();
        accounts.sort_by(|a, b| a.id.cmp(&b.id));
        for account in accounts {
            coverage
                .accounts
                .insert(account.id.clone(), coverage.targets.len());
            coverage.targets.push(reader.account(account));
        }
        coverage
    }

    /// Every target: roots, then OUs, then accounts.
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

struct ChainReader<'a> {
    organization: &'a OrganizationSnapshot,
    hierarchy: &'a Hierarchy<'a>,
    attachments: Result<Attachments, String>,
}

impl ChainReader<'_> {
    fn node(&self, id: &str, name: &str, kind: &str) -> TargetCoverage {
        let chain = self.hierarchy.chain(id);
        let decision = self.decide(chain.as_ref(), None);
        let ou_path = chain.map_or_else(|| UNKNOWN_PLACE.to_owned(), |chain| chain.path_above());
        target(id, kind, name, ou_path, decision)
    }

    fn account(&self, account: &Account) -> TargetCoverage {
        let chain = self.hierarchy.above(account);
        let decision = if account.id == self.organization.organization.management_account_id {
            Decision::plain(Coverage::Exempt, "SCPs do not apply to the management account")
        } else {
            self.decide(chain.as_ref(), Some((account.id.as_str(), &account.name)))
        };
        let ou_path = chain.map_or_else(|| UNKNOWN_PLACE.to_owned(), |chain| chain.path());
        target(account.id.as_str(), "ACCOUNT", &account.name, ou_path, decision)
    }

    fn decide(&self, chain: Option<&Chain<'_>>, account: Option<(&str, &str)>) -> Decision {
        let features = self.organization.organization.feature_set.as_str();
        if features != "ALL" {
            let reason = format!("the organization's feature set is {features}; SCPs need ALL");
            return Decision::plain(Coverage::NotEnabled, reason);
        }
        let Some(chain) = chain else {
            return Decision::plain(Coverage::Unknown, "the place in the tree is not known");
        };
        let status = self
            .hierarchy
            .root_of(chain)
            .and_then(|root| root.policy_types.get(SCP_TYPE));
        if status.is_none_or(|status| status != "ENABLED") {
            let status = status.map_or("off", |status| status.as_str());
            let reason = format!("the SCP type is {status} on the root: what is attached covers nothing");
            return Decision::plain(Coverage::NotEnabled, reason);
        }
        match &self.attachments {
            Ok(attachments) => decide::decide(&attachments.levels(chain, account)),
            Err(why) => Decision::plain(Coverage::Unknown, why.clone()),
        }
    }
}

fn target(id: &str, kind: &str, name: &str, ou_path: String, decision: Decision) -> TargetCoverage {
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
    }
}
