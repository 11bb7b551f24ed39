//! How an account's own policies ask its console users for MFA: directly, by a group, by a boundary, or not.
//!
//! A policy asks for MFA when it has a Deny that holds in a session without MFA and not in one with MFA, be it
//! in the console or with an access key. How well it does so is the business of the lints and the verdicts.

use std::collections::HashMap;

use smol_str::SmolStr;

use crate::facts::AccountFacts;
use crate::model::assessment::Enforcement;
use crate::model::ids::DocumentId;
use crate::model::snapshot::{AttachedPolicy, AwsManagedPolicies, Document, InlinePolicy};
use crate::policies::{Linted, Linter};

/// Counts an account's console users; `None` where users, groups or policies could not be read, or a policy
/// that would decide cannot be parsed.
pub fn of(
    facts: &AccountFacts<'_>,
    aws_managed: &AwsManagedPolicies,
    linter: &Linter,
) -> Option<Enforcement> {
    let details = facts.details()?;
    facts.report.as_ref().ok()?;
    let policies = Policies {
        facts,
        aws_managed,
        linter,
    };
    let mut groups = HashMap::new();
    for group in &details.groups {
        groups.insert(
            &group.name,
            policies.ask(&group.inline_policies, &group.attached_policies)?,
        );
    }
    let mut counted = Enforcement::default();
    for user in facts
        .users
        .values()
        .filter(|user| user.console_password() == Some(true))
    {
        let details = user.details?;
        counted.console_users += 1;
        let boundary = details.permissions_boundary.as_ref();
        let boundary = boundary.map(|arn| AttachedPolicy {
            name: arn.clone(),
            arn: arn.clone(),
        });
        if policies.ask(&details.inline_policies, &details.attached_policies)? {
            counted.directly += 1;
        } else if details
            .groups
            .iter()
            .any(|group| groups.get(group).copied().unwrap_or(false))
        {
            counted.by_group += 1;
        } else if policies.ask(&[], boundary.as_slice())? {
            counted.by_boundary += 1;
        } else {
            counted.not_at_all += 1;
        }
    }
    Some(counted)
}

/// The documents of an account.
struct Policies<'a> {
    facts: &'a AccountFacts<'a>,
    aws_managed: &'a AwsManagedPolicies,
    linter: &'a Linter,
}

impl Policies<'_> {
    /// Whether any of these asks for MFA; `None` where one could not be looked at and none of the others does.
    fn ask(&self, inline: &[InlinePolicy], attached: &[AttachedPolicy]) -> Option<bool> {
        let mut all_known = true;
        let inline = inline.iter().map(|policy| kept(&policy.document));
        let documents = inline.chain(attached.iter().map(|policy| self.managed(&policy.arn)));
        for document in documents {
            match document.and_then(|id| self.document(id)) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => all_known = false,
            }
        }
        all_known.then_some(false)
    }

    fn managed(&self, arn: &SmolStr) -> Option<&DocumentId> {
        let details = self.facts.details()?;
        if let Some(policy) = details.managed_policies.iter().find(|policy| policy.arn == *arn) {
            return kept(&policy.document);
        }
        Some(&self.aws_managed.policies.get(arn)?.value()?.document)
    }

    fn document(&self, id: &DocumentId) -> Option<bool> {
        let own = self.facts.snapshot.documents.get(id);
        let text = own.or_else(|| self.aws_managed.documents.get(id))?;
        match self.linter.identity(id, text).as_ref() {
            Linted::Silent => Some(false),
            Linted::Speaks {
                denies_without_mfa, ..
            } => Some(*denies_without_mfa),
            Linted::Unparsable(_) => None,
        }
    }
}

fn kept(document: &Document) -> Option<&DocumentId> {
    match document {
        Document::Kept(id) => Some(id),
        Document::Missing { .. } => None,
    }
}

#[cfg(test)]
#[path = "enforcement_tests.rs"]
mod tests;
