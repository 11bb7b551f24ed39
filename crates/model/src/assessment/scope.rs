//! What the scope map makes of the accounts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::OutcomeCounts;
use crate::outcome::Scope;

/// The run by scope.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ScopeSummary {
    /// The accounts and users of each scope that has accounts.
    pub by_scope: BTreeMap<Scope, ScopeTotals>,
    /// Entries of the map that name nothing in the organization.
    pub unmatched: Vec<UnmatchedEntry>,
}

/// The accounts and users of one scope.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ScopeTotals {
    /// Accounts.
    pub accounts: u64,
    /// Those whose credential report was read.
    pub accounts_assessed: u64,
    /// IAM users seen.
    pub users: u64,
    /// IAM.5 over those users.
    pub iam_5: OutcomeCounts,
    /// Users with full use, or a way to it, without MFA.
    pub exposed: u64,
    /// Users of whom something that decides could not be read.
    pub undecided: u64,
}

/// An entry of the scope map that names nothing in the organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UnmatchedEntry {
    /// Its line, counted from 1.
    pub line: u64,
    /// The account or OU that it names, as it stands there.
    pub name: String,
}
