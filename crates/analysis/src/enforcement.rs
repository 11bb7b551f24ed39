//! How an account's own policies ask its console users for MFA: directly, by a group, by a boundary, or not.
//!
//! A policy asks for MFA when it has a Deny that holds in a session without MFA and not in one with MFA, be it
//! in the console or with an access key. How well it does so is the business of the lints and the verdicts.

use std::collections::HashMap;

use org_audit_policy::PolicyDocument;
use org_audit_policy::document::Effect;
use smol_str::SmolStr;

use crate::facts::AccountFacts;
use crate::model::assessment::Enforcement;
use crate::model::ids::DocumentId;
use crate::model::snapshot::{AttachedPolicy, AwsManagedPolicies, Document, InlinePolicy};
use crate::scp::asks_for_mfa;

/// Counts an account's console users; `None` where users, groups or policies could not be read, or a policy
/// that would decide cannot be parsed.
pub fn of(facts: &AccountFacts<'_>, aws_managed: &AwsManagedPolicies) -> Option<Enforcement> {
    let details = facts.details()?;
    facts.report.as_ref().ok()?;
    let mut policies = Policies {
        facts,
        aws_managed,
        known: HashMap::new(),
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

/// The documents of an account, each looked at once.
struct Policies<'a> {
    facts: &'a AccountFacts<'a>,
    aws_managed: &'a AwsManagedPolicies,
    known: HashMap<DocumentId, Option<bool>>,
}

impl Policies<'_> {
    /// Whether any of these asks for MFA; `None` where one could not be looked at and none of the others does.
    fn ask(&mut self, inline: &[InlinePolicy], attached: &[AttachedPolicy]) -> Option<bool> {
        let mut all_known = true;
        let documents: Vec<Option<DocumentId>> = inline
            .iter()
            .map(|policy| kept(&policy.document))
            .chain(attached.iter().map(|policy| self.managed(&policy.arn)))
            .collect();
        for document in documents {
            match document.and_then(|id| self.document(id)) {
                Some(true) => return Some(true),
                Some(false) => {}
                None => all_known = false,
            }
        }
        all_known.then_some(false)
    }

    fn managed(&self, arn: &SmolStr) -> Option<DocumentId> {
        let details = self.facts.details()?;
        if let Some(policy) = details.managed_policies.iter().find(|policy| policy.arn == *arn) {
            return kept(&policy.document);
        }
        Some(self.aws_managed.policies.get(arn)?.value()?.document.clone())
    }

    fn document(&mut self, id: DocumentId) -> Option<bool> {
        if let Some(known) = self.known.get(&id) {
            return *known;
        }
        let text = self
            .facts
            .snapshot
            .documents
            .get(&id)
            .or_else(|| self.aws_managed.documents.get(&id));
        let answer = text
            .and_then(|text| PolicyDocument::parse(text).ok())
            .map(|document| {
                let mut denies = document
                    .statements()
                    .iter()
                    .filter(|statement| statement.effect() == Effect::Deny);
                denies.any(asks_for_mfa)
            });
        self.known.insert(id, answer);
        answer
    }
}

fn kept(document: &Document) -> Option<DocumentId> {
    match document {
        Document::Kept(id) => Some(id.clone()),
        Document::Missing { .. } => None,
    }
}

#[cfg(test)]
#[path = "enforcement_tests.rs"]
mod tests;
