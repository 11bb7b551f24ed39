//! Which accounts an SCP would newly cover.

use std::collections::HashMap;

use smol_str::SmolStr;

use super::ScpCoverage;
use crate::hierarchy::Hierarchy;
use crate::model::snapshot::OrganizationSnapshot;
use crate::model::{AccountId, Coverage};

/// Notes for each root and OU which accounts below it are not covered yet, so that an SCP that asks for MFA would newly
/// cover them there. The management account cannot be covered, and accounts that cannot be used in their state need no
/// cover.
pub fn count(coverage: &mut ScpCoverage, organization: &OrganizationSnapshot, hierarchy: &Hierarchy<'_>) {
    let mut uncovered: HashMap<&SmolStr, Vec<AccountId>> = HashMap::new();
    for account in organization
        .accounts
        .iter()
        .filter(|account| account.state.can_be_read())
    {
        let covered = coverage
            .of_account(&account.id)
            .is_some_and(|target| matches!(target.coverage, Coverage::Enforced | Coverage::Exempt));
        if covered {
            continue;
        }
        for node in hierarchy.above(account).into_iter().flat_map(|chain| chain.nodes) {
            uncovered.entry(node.id).or_default().push(account.id.clone());
        }
    }
    let nodes = coverage.targets.iter_mut();
    for target in nodes.filter(|target| target.target_type != "ACCOUNT") {
        let mut accounts = uncovered.remove(&target.target_id).unwrap_or_default();
        accounts.sort();
        target.would_newly_cover = u64::try_from(accounts.len()).ok();
        target.newly_covered_accounts = accounts;
    }
}
