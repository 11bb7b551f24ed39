//! Roots and organizational units, walked from the top; and the accounts' places where the list of
//! accounts did not tell them.

use std::collections::BTreeMap;

use futures_util::StreamExt as _;
use futures_util::stream;
use org_audit_model::snapshot::{Account, OrganizationalUnit, Root, Tree};
use org_audit_model::{AccountId, Failure};
use smol_str::SmolStr;

use super::{Organizations, policy_types};
use crate::calls::ask_and_keep;
use crate::failure::invalid;
use crate::page::next_token;

const LIST_ROOTS: &str = "organizations:ListRoots";
const LIST_UNITS: &str = "organizations:ListOrganizationalUnitsForParent";
const LIST_ACCOUNTS_FOR_PARENT: &str = "organizations:ListAccountsForParent";

/// How many nodes are asked at the same time.
const NODES_AT_ONCE: usize = 8;

/// The deepest nesting that is followed. AWS allows five levels below a root (Organizations User Guide,
/// "Quotas and service limits"); more can only be a tree that contains itself.
const DEEPEST: usize = 32;

impl Organizations<'_> {
    /// The roots, with the policy types that are on.
    pub(super) async fn roots(&self) -> Result<Vec<Root>, Failure> {
        let mut roots = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let call = self.client.list_roots().set_next_token(token.clone()).send();
            let page = ask_and_keep(self.calls, LIST_ROOTS, call).await?;
            for root in page.roots() {
                roots.push(Root {
                    id: root
                        .id()
                        .ok_or_else(|| invalid(LIST_ROOTS, "a root has no id"))?
                        .into(),
                    name: root.name().unwrap_or_default().to_owned(),
                    policy_types: policy_types(root.policy_types()),
                });
            }
            token = next_token(LIST_ROOTS, token.as_deref(), page.next_token(), false)?;
            if token.is_none() {
                break;
            }
        }
        roots.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(roots)
    }

    /// Fills in the organizational units below the roots, level by level. A node whose children cannot be
    /// read is recorded.
    pub(super) async fn walk(&self, tree: &mut Tree) {
        let mut level: Vec<SmolStr> = tree.roots.iter().map(|root| root.id.clone()).collect();
        for _ in 0..DEEPEST {
            if level.is_empty() {
                break;
            }
            let answers: Vec<_> = stream::iter(level)
                .map(|parent| async move {
                    let units = self.units(&parent).await;
                    (parent, units)
                })
                .buffered(NODES_AT_ONCE)
                .collect()
                .await;
            level = Vec::new();
            for (parent, units) in answers {
                match units {
                    Ok(units) => {
                        level.extend(units.iter().map(|unit| unit.id.clone()));
                        tree.organizational_units.extend(units);
                    }
                    Err(failure) => {
                        tree.unread_parents.insert(parent, failure);
                    }
                }
            }
        }
        tree.organizational_units.sort_by(|a, b| a.id.cmp(&b.id));
    }

    async fn units(&self, parent: &SmolStr) -> Result<Vec<OrganizationalUnit>, Failure> {
        let mut units = Vec::new();
        let mut token: Option<String> = None;
        loop {
            self.pace.tree.turn().await;
            let call = self
                .client
                .list_organizational_units_for_parent()
                .parent_id(parent.as_str())
                .set_next_token(token.clone())
                .send();
            let page = ask_and_keep(self.calls, LIST_UNITS, call).await?;
            for unit in page.organizational_units() {
                units.push(OrganizationalUnit {
                    id: unit
                        .id()
                        .ok_or_else(|| invalid(LIST_UNITS, "an organizational unit has no id"))?
                        .into(),
                    name: unit.name().unwrap_or_default().to_owned(),
                    parent_id: parent.clone(),
                });
            }
            token = next_token(LIST_UNITS, token.as_deref(), page.next_token(), false)?;
            if token.is_none() {
                return Ok(units);
            }
        }
    }

    /// Finds the parents of accounts that came without `Paths`, node by node.
    pub(super) async fn place(&self, accounts: &mut [Account], tree: &mut Tree) {
        let nodes: Vec<SmolStr> = tree
            .roots
            .iter()
            .map(|root| root.id.clone())
            .chain(tree.organizational_units.iter().map(|unit| unit.id.clone()))
            .collect();
        let answers: Vec<_> = stream::iter(nodes)
            .map(|parent| async move {
                let children = self.children(&parent).await;
                (parent, children)
            })
            .buffered(NODES_AT_ONCE)
            .collect()
            .await;
        let mut parents: BTreeMap<AccountId, SmolStr> = BTreeMap::new();
        for (parent, children) in answers {
            match children {
                Ok(children) => {
                    parents.extend(children.into_iter().map(|child| (child, parent.clone())));
                }
                Err(failure) => {
                    tree.unread_parents.entry(parent).or_insert(failure);
                }
            }
        }
        for account in accounts {
            if account.parent_id.is_none() {
                account.parent_id = parents.remove(&account.id);
            }
        }
    }

    async fn children(&self, parent: &SmolStr) -> Result<Vec<AccountId>, Failure> {
        let mut children = Vec::new();
        let mut token: Option<String> = None;
        loop {
            self.pace.tree.turn().await;
            let call = self
                .client
                .list_accounts_for_parent()
                .parent_id(parent.as_str())
                .set_next_token(token.clone())
                .send();
            let page = ask_and_keep(self.calls, LIST_ACCOUNTS_FOR_PARENT, call).await?;
            for account in page.accounts() {
                let id = AccountId::try_from(account.id().unwrap_or_default())
                    .map_err(|error| invalid(LIST_ACCOUNTS_FOR_PARENT, &error.to_string()))?;
                children.push(id);
            }
            token = next_token(
                LIST_ACCOUNTS_FOR_PARENT,
                token.as_deref(),
                page.next_token(),
                false,
            )?;
            if token.is_none() {
                return Ok(children);
            }
        }
    }
}
