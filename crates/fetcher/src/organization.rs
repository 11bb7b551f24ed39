//! The organization: who it is, its tree, its accounts, its policies.

mod accounts;
mod features;
mod policies;
mod tree;

use std::collections::BTreeMap;

use aws_sdk_organizations::Client;
use org_audit_model::snapshot::{Account, OrganizationDescription, Tree};
use org_audit_model::{AccountId, Failure, FailureKind};
use smol_str::SmolStr;

use crate::Clock;
use crate::calls::{Calls, ask_and_keep, has_code};
use crate::connection::Connection;
use crate::error::FetchError;
use crate::failure::invalid;
use crate::pace::Pace;

pub(crate) use accounts::timestamp;
pub(crate) use policies::{Policies, PolicyKind, not_read_yet};

const DESCRIBE_ORGANIZATION: &str = "organizations:DescribeOrganization";

/// What every reading of the organization needs.
pub(crate) struct Organizations<'a> {
    pub(crate) client: &'a Client,
    pub(crate) calls: &'a Calls,
    pub(crate) clock: &'a Clock,
    pub(crate) pace: &'a Pace,
}

/// The organization without its policies.
pub(crate) struct Structure {
    pub(crate) description: OrganizationDescription,
    pub(crate) tree: Tree,
    pub(crate) accounts: Vec<Account>,
    /// Why the roots could not be read, where they could not.
    pub(crate) roots_unreadable: Option<Failure>,
}

impl Organizations<'_> {
    /// Reads everything but the policies.
    ///
    /// The description and the list of accounts are needed; a tree that cannot be read is recorded, and
    /// the run goes on.
    pub(crate) async fn structure(&self, connection: &Connection) -> Result<Structure, FetchError> {
        let fatal = |failure| explain(failure, connection);
        let description = self.description().await.map_err(fatal)?;
        let mut tree = Tree::default();
        let roots_unreadable = match self.roots().await {
            Ok(roots) => {
                tree.roots = roots;
                None
            }
            Err(failure) => {
                tree.unread_parents
                    .insert(description.id.clone(), failure.clone());
                Some(failure)
            }
        };
        let (accounts, ()) = tokio::join!(self.accounts(), self.walk(&mut tree));
        let mut accounts = accounts.map_err(fatal)?;
        if accounts.iter().any(|account| account.parent_id.is_none()) {
            self.place(&mut accounts, &mut tree).await;
        }
        Ok(Structure {
            description,
            tree,
            accounts,
            roots_unreadable,
        })
    }

    async fn description(&self) -> Result<OrganizationDescription, Failure> {
        let output = ask_and_keep(
            self.calls,
            DESCRIBE_ORGANIZATION,
            self.client.describe_organization().send(),
        )
        .await?;
        let missing = |what: &str| invalid(DESCRIBE_ORGANIZATION, what);
        let organization = output
            .organization()
            .ok_or_else(|| missing("the answer has no organization"))?;
        let management = organization
            .master_account_id()
            .ok_or_else(|| missing("the answer has no management account"))?;
        Ok(OrganizationDescription {
            id: organization
                .id()
                .ok_or_else(|| missing("the answer has no organization id"))?
                .into(),
            arn: organization.arn().unwrap_or_default().to_owned(),
            feature_set: organization
                .feature_set()
                .map(|set| SmolStr::new(set.as_str()))
                .unwrap_or_default(),
            management_account_id: AccountId::try_from(management)
                .map_err(|error| missing(&error.to_string()))?,
        })
    }
}

/// Says what a failure without which there is no going on means to the user.
fn explain(failure: Failure, connection: &Connection) -> FetchError {
    let caller = connection.caller();
    if has_code(&failure, "AWSOrganizationsNotInUseException") {
        return FetchError::NotInOrganization {
            account: caller.account_id.clone(),
            failure: Box::new(failure),
        };
    }
    match failure.kind {
        FailureKind::AccessDenied => FetchError::MayNotRead {
            caller: caller.arn.clone(),
            failure: Box::new(failure),
        },
        FailureKind::Credentials => FetchError::CredentialsRefused(Box::new(failure)),
        FailureKind::Throttled
        | FailureKind::Timeout
        | FailureKind::Connection
        | FailureKind::InvalidResponse
        | FailureKind::NotReady
        | FailureKind::ServiceFault
        | FailureKind::Other => FetchError::Aws(Box::new(failure)),
    }
}

/// `PolicyTypes` of a root: type → status.
fn policy_types(types: &[aws_sdk_organizations::types::PolicyTypeSummary]) -> BTreeMap<SmolStr, SmolStr> {
    types
        .iter()
        .filter_map(|summary| {
            Some((
                SmolStr::new(summary.r#type()?.as_str()),
                SmolStr::new(summary.status()?.as_str()),
            ))
        })
        .collect()
}
