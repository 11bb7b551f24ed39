//! The scope map: which accounts are in the cardholder data environment, by the user's word.
//!
//! PCI DSS 8.4.2 is about that environment, and nothing in AWS says where it is. The map names accounts and
//! OUs; the nearest entry counts: an account's own before its OU's, an OU's before that of an OU above. What no
//! entry reaches is `unmapped`, never `out`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use toml::Spanned;

use crate::hierarchy::Hierarchy;
use crate::model::assessment::{ScopeSummary, UnmatchedEntry};
use crate::model::outcome::Scope;
use crate::model::snapshot::{Account, OrganizationSnapshot};
use crate::model::{AccountAssessment, AccountId, Outcome, Verdict};

/// What the user says of accounts and OUs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ScopeMap {
    accounts: BTreeMap<AccountId, Entry>,
    /// By id, or by the path that the reports print.
    units: BTreeMap<String, Entry>,
    source: String,
}

/// What an entry says, and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    scope: Scope,
    line: u64,
}

/// A scope map that cannot be used, and the line that is to be put right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct ScopeMapError {
    /// Counted from 1.
    pub line: u64,
    /// What is wrong, without a full stop.
    pub message: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    accounts: BTreeMap<Spanned<String>, Spanned<String>>,
    #[serde(default)]
    organizational_units: BTreeMap<Spanned<String>, Spanned<String>>,
}

impl ScopeMap {
    /// Reads a map: TOML with the tables `accounts` and `organizational_units`.
    ///
    /// # Errors
    ///
    /// The first line that is wrong.
    pub fn parse(text: &str) -> Result<Self, ScopeMapError> {
        let file: File = toml::from_str(text).map_err(|error| ScopeMapError {
            line: line_of(text, error.span().map_or(0, |span| span.start)),
            message: error.message().trim_end_matches('.').to_owned(),
        })?;
        let mut map = Self {
            source: text.to_owned(),
            ..Self::default()
        };
        for (key, value) in &file.accounts {
            let line = line_of(text, key.span().start);
            let id = AccountId::try_from(key.as_ref().as_str()).map_err(|error| ScopeMapError {
                line,
                message: error.to_string(),
            })?;
            map.accounts.insert(id, entry(text, value, line)?);
        }
        for (key, value) in &file.organizational_units {
            let line = line_of(text, key.span().start);
            let name = key.as_ref().trim();
            if name.is_empty() {
                return Err(ScopeMapError {
                    line,
                    message: "an empty name names no organizational unit".to_owned(),
                });
            }
            map.units.insert(name.to_owned(), entry(text, value, line)?);
        }
        if map.accounts.is_empty() && map.units.is_empty() {
            return Err(ScopeMapError {
                line: 1,
                message: "the map names neither accounts nor organizational units".to_owned(),
            });
        }
        Ok(map)
    }

    /// The text that was read, for the evidence.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What the map says of an account: its own entry, else that of the nearest OU above it.
    #[must_use]
    pub fn of(&self, account: &Account, hierarchy: &Hierarchy<'_>) -> Scope {
        if let Some(entry) = self.accounts.get(&account.id) {
            return entry.scope;
        }
        let Some(mut chain) = hierarchy.above(account) else {
            return Scope::Unmapped;
        };
        while let Some(node) = chain.nodes.last() {
            let entry = self.units.get(node.id.as_str());
            if let Some(entry) = entry.or_else(|| self.units.get(&chain.path())) {
                return entry.scope;
            }
            chain.nodes.pop();
        }
        Scope::Unmapped
    }

    /// Entries that name nothing in `organization`, in the order of their lines.
    #[must_use]
    pub fn unmatched(
        &self,
        organization: &OrganizationSnapshot,
        hierarchy: &Hierarchy<'_>,
    ) -> Vec<UnmatchedEntry> {
        let accounts: BTreeSet<&AccountId> =
            organization.accounts.iter().map(|account| &account.id).collect();
        let tree = &organization.tree;
        let ids = tree.roots.iter().map(|root| root.id.as_str());
        let ids = ids.chain(tree.organizational_units.iter().map(|unit| unit.id.as_str()));
        let mut units: BTreeSet<String> = BTreeSet::new();
        for id in ids {
            units.insert(id.to_owned());
            units.extend(hierarchy.chain(id).map(|chain| chain.path()));
        }
        let lost = self.accounts.iter().filter(|(id, _)| !accounts.contains(id));
        let lost = lost.map(|(id, entry)| (entry.line, id.to_string()));
        let nowhere = self.units.iter().filter(|(name, _)| !units.contains(*name));
        let nowhere = nowhere.map(|(name, entry)| (entry.line, name.clone()));
        let mut unmatched: Vec<(u64, String)> = lost.chain(nowhere).collect();
        unmatched.sort();
        unmatched
            .into_iter()
            .map(|(line, name)| UnmatchedEntry { line, name })
            .collect()
    }
}

fn entry(text: &str, value: &Spanned<String>, line: u64) -> Result<Entry, ScopeMapError> {
    match value.as_ref().parse() {
        // The word for what the map does not say cannot be said in it.
        Ok(Scope::Unmapped) | Err(_) => Err(ScopeMapError {
            line: line_of(text, value.span().start),
            message: format!(
                "`{}` is not one of in_cde, connected, out",
                value.as_ref().chars().take(64).collect::<String>()
            ),
        }),
        Ok(scope) => Ok(Entry { scope, line }),
    }
}

fn line_of(text: &str, offset: usize) -> u64 {
    let before = text.as_bytes().iter().take(offset);
    1 + before.filter(|byte| **byte == b'\n').count() as u64
}

/// Counts an account under its scope.
pub fn count(summary: &mut ScopeSummary, account: &AccountAssessment) {
    let Some(scope) = account.scope else {
        return;
    };
    let totals = summary.by_scope.entry(scope).or_default();
    totals.accounts += 1;
    totals.accounts_assessed += u64::from(account.assessed);
    for user in &account.users {
        totals.users += 1;
        totals.iam_5.add(user.iam_5);
        totals.exposed += u64::from(user.verdict == Verdict::Exposed);
        totals.undecided += u64::from(user.verdict == Verdict::Unknown || user.iam_5 == Outcome::Unknown);
    }
}

#[cfg(test)]
#[path = "scope_tests.rs"]
mod tests;
