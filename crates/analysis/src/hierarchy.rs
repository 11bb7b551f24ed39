//! The organization's tree: which nodes stand above an account, and what they are called.

use std::collections::HashMap;

use smol_str::SmolStr;

use crate::model::snapshot::{Account, OrganizationSnapshot, OrganizationalUnit, Root};

/// More levels than AWS allows (a root and five levels of OUs, Organizations User Guide, "Quotas"), so that a
/// snapshot with a cycle ends.
const MOST_LEVELS: usize = 32;

/// The tree, ready to be asked.
#[derive(Debug)]
pub struct Hierarchy<'a> {
    roots: HashMap<&'a str, &'a Root>,
    units: HashMap<&'a str, &'a OrganizationalUnit>,
}

/// The nodes from the root down to a node, inclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain<'a> {
    /// The root and the OUs, root first.
    pub nodes: Vec<Node<'a>>,
}

/// A root or an OU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node<'a> {
    /// Its id.
    pub id: &'a SmolStr,
    /// Its name. Hostile text.
    pub name: &'a str,
}

impl<'a> Hierarchy<'a> {
    /// Reads the tree of `organization`.
    #[must_use]
    pub fn new(organization: &'a OrganizationSnapshot) -> Self {
        let tree = &organization.tree;
        Self {
            roots: tree.roots.iter().map(|root| (root.id.as_str(), root)).collect(),
            units: tree
                .organizational_units
                .iter()
                .map(|unit| (unit.id.as_str(), unit))
                .collect(),
        }
    }

    /// The chain that ends at root or OU `id`; `None` where the snapshot does not tell the whole of it.
    #[must_use]
    pub fn chain(&self, id: &str) -> Option<Chain<'a>> {
        let mut nodes = Vec::new();
        let mut id = id;
        for _ in 0..MOST_LEVELS {
            if let Some(root) = self.roots.get(id) {
                nodes.push(Node {
                    id: &root.id,
                    name: &root.name,
                });
                nodes.reverse();
                return Some(Chain { nodes });
            }
            let unit = self.units.get(id)?;
            nodes.push(Node {
                id: &unit.id,
                name: &unit.name,
            });
            id = unit.parent_id.as_str();
        }
        None
    }

    /// The chain above `account`; `None` where the snapshot does not tell the whole of it.
    #[must_use]
    pub fn above(&self, account: &Account) -> Option<Chain<'a>> {
        self.chain(account.parent_id.as_deref()?)
    }

    /// The root above a node.
    #[must_use]
    pub fn root_of(&self, chain: &Chain<'_>) -> Option<&'a Root> {
        self.roots.get(chain.nodes.first()?.id.as_str()).copied()
    }
}

impl Chain<'_> {
    /// The names, root first, as the reports print them.
    #[must_use]
    pub fn path(&self) -> String {
        self.nodes
            .iter()
            .map(|node| node.name)
            .collect::<Vec<_>>()
            .join(" / ")
    }

    /// The names without the last node's: where that node stands.
    #[must_use]
    pub fn path_above(&self) -> String {
        let above = self.nodes.len().saturating_sub(1);
        self.nodes
            .iter()
            .take(above)
            .map(|node| node.name)
            .collect::<Vec<_>>()
            .join(" / ")
    }
}

/// What stands where an account's place in the tree is not known.
pub const UNKNOWN_PLACE: &str = "(unknown)";
