//! Which accounts the audit's own role would be stopped in by SCPs, told before the run is wasted.

use std::collections::HashMap;
use std::sync::Arc;

use org_audit_policy::reach::{self, AccountSight, Outcome, Session};
use org_audit_policy::{ActionList, Policy, PolicySet};

use crate::analyzer::Analyzer;
use crate::model::AccountId;
use crate::model::snapshot::{AwsManagedPolicies, OrganizationSnapshot};
use crate::scp::administrator;
use crate::verdict;

/// The calls without which an account cannot be judged.
const NEEDED: [&str; 3] = [
    "iam:GenerateCredentialReport",
    "iam:GetCredentialReport",
    "iam:GetAccountAuthorizationDetails",
];

/// The accounts in which SCPs certainly deny the audit role what it needs, in the order of their ids. What
/// only may be denied, under conditions that are not known, is left out.
#[must_use]
pub fn stopped_accounts(organization: &OrganizationSnapshot) -> Vec<AccountId> {
    let administrator = administrator();
    let managed = AwsManagedPolicies::default();
    let analyzer = Analyzer::new(organization, &managed);
    let own_account = &organization.collection.caller.account_id;
    // Accounts with the same SCPs share one answer, unless an SCP tells them apart: the role has the same name and path
    // in all of them.
    let mut answers: HashMap<(usize, Option<&AccountId>), bool> = HashMap::new();
    let mut sights: HashMap<usize, AccountSight> = HashMap::new();
    let mut stopped: Vec<AccountId> = organization
        .accounts
        .iter()
        .filter(|account| account.state.can_be_read() && account.id != *own_account)
        .filter(|account| {
            let chain = analyzer.chain_of(&account.id);
            let set = || PolicySet::builder().scp_chain(chain.policies().clone()).build();
            let sight = sights.entry(chain.key()).or_insert_with(|| set().account_sight());
            let told_apart = match sight {
                AccountSight::Blind => false,
                AccountSight::Named(ids) => ids.contains(account.id.as_str()),
                AccountSight::Any => true,
            };
            let own = told_apart.then_some(&account.id);
            *answers
                .entry((chain.key(), own))
                .or_insert_with(|| is_stopped(organization, &account.id, &chain, &administrator))
        })
        .map(|account| account.id.clone())
        .collect();
    stopped.sort();
    stopped
}

fn is_stopped(
    organization: &OrganizationSnapshot,
    account: &AccountId,
    chain: &verdict::Chain,
    administrator: &Arc<Policy>,
) -> bool {
    if chain.exempt() || chain.unknown().is_some() {
        return false;
    }
    let collection = &organization.collection;
    let role = format!(
        "arn:{}:iam::{account}:role{}{}",
        collection.partition, collection.role.path, collection.role.name
    );
    let set = PolicySet::builder()
        .identity(Arc::clone(administrator))
        .scp_chain(chain.policies().clone())
        .build();
    let session = Session::role(&collection.partition, account.as_str(), &role);
    let reached = reach::reach(&Arc::new(set), &Arc::new(session));
    let list = ActionList::embedded();
    let denied = |id| matches!(reached.of(id), Outcome::Denied { .. });
    NEEDED.iter().filter_map(|action| list.find(action)).any(denied)
}
