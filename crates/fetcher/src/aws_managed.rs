//! AWS managed policies: each document read once for the whole organization.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_iam::Client;
use futures_util::StreamExt as _;
use futures_util::stream;
use org_audit_model::snapshot::{AuthorizationDetails, AwsManagedPolicies, AwsManagedPolicy, Documents};
use org_audit_model::{Failure, Reading};
use smol_str::SmolStr;

use crate::account::Accounts;
use crate::calls::Trail;
use crate::documents::{decode, keep};
use crate::failure::invalid;

const GET_POLICY: &str = "iam:GetPolicy";
const GET_POLICY_VERSION: &str = "iam:GetPolicyVersion";

/// Through how many accounts a policy is asked for before it is given up: more than one, as the first
/// account's role may lack the permission; not all, as that would be a call per account.
const ACCOUNTS_TRIED: u32 = 5;

/// How many policies one account reads at the same time: every other account waits for the first one.
const POLICIES_AT_ONCE: usize = 8;

/// Whether an ARN is of a policy that AWS wrote: such have `aws` in the place of the account.
pub(crate) fn is_aws_managed(arn: &str) -> bool {
    let mut parts = arn.split(':');
    parts.nth(2) == Some("iam") && parts.nth(1) == Some("aws")
}

/// A default version and its text.
struct Version {
    id: SmolStr,
    text: String,
}

/// What is known of one policy.
#[derive(Default)]
struct Known {
    tried: u32,
    reading: Option<Reading<Version>>,
}

impl Known {
    fn is_settled(&self) -> bool {
        matches!(self.reading, Some(Reading::Read { .. })) || self.tried >= ACCOUNTS_TRIED
    }
}

/// The policies that any account has needed so far.
#[derive(Default)]
pub(crate) struct AwsManaged {
    // The outer lock is held for a look-up only; the inner one while a policy is read, so that accounts
    // that need the same policy wait for the first one and do not ask again.
    known: Mutex<BTreeMap<SmolStr, Arc<tokio::sync::Mutex<Known>>>>,
}

/// The AWS managed policies that are attached to users or groups, or are somebody's boundary.
fn needed(details: &AuthorizationDetails) -> BTreeSet<&SmolStr> {
    let of_users = details.users.iter().flat_map(|user| {
        user.attached_policies
            .iter()
            .map(|policy| &policy.arn)
            .chain(&user.permissions_boundary)
    });
    let of_groups = details
        .groups
        .iter()
        .flat_map(|group| group.attached_policies.iter().map(|policy| &policy.arn));
    of_users
        .chain(of_groups)
        .filter(|arn| is_aws_managed(arn))
        .collect()
}

impl AwsManaged {
    /// Reads what these details need and nobody has read yet, through this account.
    pub(crate) async fn learn(
        &self,
        details: Option<&AuthorizationDetails>,
        client: &Client,
        accounts: &Accounts,
    ) {
        let Some(details) = details else { return };
        stream::iter(needed(details))
            .for_each_concurrent(POLICIES_AT_ONCE, |arn| self.learn_one(arn, client, accounts))
            .await;
    }

    async fn learn_one(&self, arn: &SmolStr, client: &Client, accounts: &Accounts) {
        let known = {
            let mut all = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry(arn.clone()).or_default())
        };
        let mut known = known.lock().await;
        if known.is_settled() {
            return;
        }
        known.tried += 1;
        let mut trail = Trail::new(&accounts.calls, &accounts.clock);
        let version = read(client, arn, &mut trail).await;
        known.reading = Some(trail.reading(version));
    }

    /// Everything that was learned.
    pub(crate) async fn finish(&self) -> AwsManagedPolicies {
        let all = {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *known)
        };
        let mut documents = Documents::new();
        let mut policies = BTreeMap::new();
        for (arn, known) in all {
            let Some(reading) = known.lock().await.reading.take() else {
                continue;
            };
            let reading = reading.map(|version| AwsManagedPolicy {
                default_version_id: version.id,
                document: keep(&mut documents, version.text),
            });
            policies.insert(arn, reading);
        }
        AwsManagedPolicies { policies, documents }
    }
}

async fn read(client: &Client, arn: &str, trail: &mut Trail<'_>) -> Result<Version, Failure> {
    let output = trail
        .ask(GET_POLICY, client.get_policy().policy_arn(arn).send())
        .await?;
    let id = output
        .policy()
        .and_then(|policy| policy.default_version_id())
        .ok_or_else(|| invalid(GET_POLICY, "the answer has no default version"))?;
    let call = client.get_policy_version().policy_arn(arn).version_id(id).send();
    let output = trail.ask(GET_POLICY_VERSION, call).await?;
    let text = output
        .policy_version()
        .and_then(|version| version.document())
        .and_then(decode)
        .ok_or_else(|| invalid(GET_POLICY_VERSION, "the answer has no document"))?;
    Ok(Version { id: id.into(), text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_of_aws_has_no_account_in_its_arn() {
        assert!(is_aws_managed("arn:aws:iam::aws:policy/AdministratorAccess"));
        assert!(is_aws_managed("arn:aws-cn:iam::aws:policy/job-function/Billing"));
        assert!(!is_aws_managed("arn:aws:iam::111122223333:policy/aws:policy"));
        assert!(!is_aws_managed("aws"));
    }
}
