//! The world: a seeded, deterministic organization. The same description, seed and start time give
//! the same world, byte for byte.
//!
//! The tree and the policies are made at once; users are made when somebody asks for their account,
//! so that 10,000 accounts of 100 users start in a moment and fit in a few megabytes.

mod build;
pub(crate) mod catalogue;
mod company;
pub(crate) mod identities;
pub(crate) mod model;
mod people;
mod scps;
mod spec;
pub(crate) mod users;

use std::collections::HashMap;

use jiff::Timestamp;

pub use model::{
    Account, AccountState, DeviceKind, Node, OrganizationPolicy, PolicyType, RoleSetup, RootMfa, RootSetup,
    Unit,
};
pub use spec::{DEFAULT_ROLE, EmptyPages, UserSpec, WorldSpec};

use crate::access::CallerKind;

/// An organization, and one account outside it.
#[derive(Debug)]
pub struct World {
    pub(crate) spec: WorldSpec,
    pub(crate) epoch: Timestamp,
    /// `o-…`.
    pub organization_id: String,
    /// `r-…`.
    pub root_id: String,
    /// The OUs; a parent comes before its children.
    pub units: Vec<Unit>,
    /// The policies of the organization, AWS's own first.
    pub policies: Vec<OrganizationPolicy>,
    accounts: Vec<Account>,
    outsider: Account,
    by_id: HashMap<String, usize>,
    delegated: usize,
}

impl World {
    /// The accounts of the organization; the first is the management account.
    #[must_use]
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// The account with this id, in the organization or the one outside it.
    #[must_use]
    pub fn account(&self, id: &str) -> Option<&Account> {
        if id == self.outsider.id {
            return Some(&self.outsider);
        }
        self.by_id.get(id).and_then(|index| self.accounts.get(*index))
    }

    /// The management account.
    #[must_use]
    pub fn management(&self) -> &Account {
        self.accounts.first().unwrap_or(&self.outsider)
    }

    /// The delegated administrator's account; the management account when there is no other.
    #[must_use]
    pub fn delegated(&self) -> &Account {
        self.accounts
            .get(self.delegated)
            .unwrap_or_else(|| self.management())
    }

    /// The account outside the organization.
    #[must_use]
    pub fn outsider(&self) -> &Account {
        &self.outsider
    }

    /// Whether the account is the management account.
    #[must_use]
    pub fn is_management(&self, account: &Account) -> bool {
        account.id == self.management().id
    }

    /// Whether the account belongs to the organization.
    #[must_use]
    pub fn is_member(&self, account: &Account) -> bool {
        account.id != self.outsider.id
    }

    /// When the world started: everything that it dates lies before this.
    #[must_use]
    pub fn epoch(&self) -> Timestamp {
        self.epoch
    }

    /// Whether the root has enabled a policy type.
    #[must_use]
    pub fn is_enabled(&self, policy_type: PolicyType) -> bool {
        self.spec.policy_types.contains(&policy_type)
    }

    /// The levels above and at an account, from the root down.
    #[must_use]
    pub fn chain(&self, account: &Account) -> Vec<Node> {
        let mut chain = vec![Node::Account(account.index)];
        let mut unit = account.unit;
        while let Some(index) = unit {
            chain.push(Node::Unit(index));
            unit = self.units.get(index).and_then(|unit| unit.parent);
        }
        chain.push(Node::Root);
        chain.reverse();
        chain
    }

    pub(crate) fn trusted_accounts(&self) -> Vec<&str> {
        let mut ids = vec![self.management().id.as_str()];
        if self.delegated != 0 {
            ids.push(self.delegated().id.as_str());
        }
        ids
    }

    /// The IAM user that static credentials of this account belong to.
    pub(crate) fn caller_user(&self, account: &Account) -> Option<&'static str> {
        self.caller_kind(account).map(CallerKind::user_name)
    }

    pub(crate) fn caller_key(&self, account: &Account) -> Option<&'static str> {
        self.caller_kind(account).map(CallerKind::access_key)
    }

    fn caller_kind(&self, account: &Account) -> Option<CallerKind> {
        if self.is_management(account) {
            Some(CallerKind::Management)
        } else if !self.is_member(account) {
            Some(CallerKind::Outsider)
        } else if account.index == self.delegated {
            Some(CallerKind::Delegated)
        } else {
            None
        }
    }
}

/// The ARNs of Organizations.
impl World {
    pub(crate) fn organization_arn(&self) -> String {
        format!(
            "arn:aws:organizations::{}:organization/{}",
            self.management().id,
            self.organization_id
        )
    }

    pub(crate) fn root_arn(&self) -> String {
        format!(
            "arn:aws:organizations::{}:root/{}/{}",
            self.management().id,
            self.organization_id,
            self.root_id
        )
    }

    pub(crate) fn unit_arn(&self, unit: &Unit) -> String {
        format!(
            "arn:aws:organizations::{}:ou/{}/{}",
            self.management().id,
            self.organization_id,
            unit.id
        )
    }

    pub(crate) fn account_arn(&self, account: &Account) -> String {
        format!(
            "arn:aws:organizations::{}:account/{}/{}",
            self.management().id,
            self.organization_id,
            account.id
        )
    }

    pub(crate) fn policy_arn(&self, policy: &OrganizationPolicy) -> String {
        let owner = if policy.aws_managed {
            "aws"
        } else {
            &self.management().id
        };
        let organization = if policy.aws_managed {
            String::new()
        } else {
            format!("{}/", self.organization_id)
        };
        let part = policy.policy_type.arn_part();
        format!(
            "arn:aws:organizations::{owner}:policy/{organization}{part}/{}",
            policy.id
        )
    }

    /// The `Paths` entry of an account: the chain of ids that leads to it.
    pub(crate) fn account_path(&self, account: &Account) -> String {
        let above = account
            .unit
            .and_then(|unit| self.units.get(unit))
            .map(|unit| unit.path.clone());
        let above = above.unwrap_or_else(|| format!("{}/{}/", self.organization_id, self.root_id));
        format!("{above}{}/", account.id)
    }
}
