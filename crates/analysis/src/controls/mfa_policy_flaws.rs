//! mfa-policy-flaws: Policies that ask for MFA should do what they seem to.
//!
//! # What it checks
//!
//! Every policy of the account that mentions `aws:MultiFactorAuthPresent` or `aws:MultiFactorAuthAge`:
//! customer managed policies by their default version, and inline policies of users and groups. Each is put
//! to the lints once, however many users it applies to.
//!
//! * No lint above `info`: pass.
//! * A lint of severity `warning` or `error`: fail. The reason gives the codes, and how many users the policy
//!   applies to; `org-audit explain CODE` prints the page of each.
//! * No such policy in the account: not applicable.
//! * A policy that could not be read or parsed: unknown.
//!
//! # Why it matters
//!
//! Most policies that ask for MFA are pasted. `Bool` where `BoolIfExists` is needed leaves every access key
//! open; a device name that is tied to the user's name keeps people from enrolling; an exemption for removing
//! a device takes the protection away with one call. A search for the condition key finds none of this.
//!
//! # How to fix
//!
//! Follow the page of each code. `org-audit policy lint FILE` shows the place in the document, also before a
//! policy is used.
//!
//! # Where AWS is silent
//!
//! Security Hub has no such control; the id, the title and the severity are our own.
//!
//! # Examples
//!
//! This passes:
//!
//! ```json
//! {"policies": [{"name": "mfa", "document": {"Version": "2012-10-17", "Statement": [
//!   {"Effect": "Allow", "Action": ["iam:CreateVirtualMFADevice"], "Resource": "arn:aws:iam::*:mfa/*"},
//!   {"Effect": "Allow", "Action": ["iam:EnableMFADevice", "iam:ListMFADevices", "iam:ResyncMFADevice",
//!     "iam:ChangePassword"], "Resource": "arn:aws:iam::*:user/${aws:username}"},
//!   {"Effect": "Allow", "Action": "iam:GetAccountPasswordPolicy", "Resource": "*"},
//!   {"Effect": "Deny", "NotAction": ["iam:CreateVirtualMFADevice", "iam:EnableMFADevice",
//!     "iam:ListMFADevices", "iam:ResyncMFADevice", "iam:ChangePassword", "iam:GetAccountPasswordPolicy"],
//!     "Resource": "*", "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}]}}]}
//! ```
//!
//! This fails:
//!
//! ```json
//! {"policies": [{"name": "mfa", "document": {"Version": "2012-10-17", "Statement":
//!   {"Effect": "Deny", "Action": "*", "Resource": "*",
//!    "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}}}}]}
//! ```

use std::collections::BTreeSet;

use smol_str::SmolStr;

use super::common::control::{self, Assess, Context, Control, Requirements};
use super::common::population::details_missing;
use crate::facts::AccountFacts;
use crate::model::outcome::LintSeverity;
use crate::model::snapshot::{AuthorizationDetails, Document, InlinePolicy, User};
use crate::model::{Finding, Outcome, Severity};
use crate::policies::{Linted, Linter};

/// The control.
pub const CONTROL: Control = Control {
    id: "mfa-policy-flaws",
    title: "Policies that ask for MFA should do what they seem to",
    severity: Severity::Medium,
    resource_type: control::POLICY,
    config_rule: None,
    requirements: Requirements {
        pci_dss_4_0_1: &["8.4.2"],
        ..Requirements::NONE
    },
    default: false,
    needs_roles: false,
    source: include_str!("mfa_policy_flaws.rs"),
    assess: Assess::Account(assess),
};

/// A policy where it stands, and how many users it applies to.
struct Placed<'a> {
    resource_type: &'static str,
    resource: SmolStr,
    name: String,
    document: &'a Document,
    users: usize,
}

fn assess(account: &AccountFacts<'_>, context: &Context<'_>) -> Vec<Finding> {
    let Some(details) = account.details() else {
        return vec![CONTROL.of_account(context.account_id, Outcome::Unknown, details_missing(account))];
    };
    let findings: Vec<Finding> = placed(details)
        .iter()
        .filter_map(|placed| judge(account, placed, context.linter))
        .collect();
    CONTROL.or_nothing_to_judge(
        findings,
        context.account_id,
        "no policy of the account mentions MFA",
    )
}

fn placed(details: &AuthorizationDetails) -> Vec<Placed<'_>> {
    let mut all: Vec<Placed<'_>> = details
        .managed_policies
        .iter()
        .map(|policy| Placed {
            resource_type: control::POLICY,
            resource: policy.arn.clone(),
            name: format!("version `{}`", policy.default_version_id),
            document: &policy.document,
            users: users_of(details, &policy.arn),
        })
        .collect();
    let inline = |policies: &'_ [InlinePolicy]| -> Vec<(String, usize)> {
        policies
            .iter()
            .enumerate()
            .map(|(at, policy)| (format!("inline policy `{}`", policy.name), at))
            .collect()
    };
    for user in &details.users {
        for (name, at) in inline(&user.inline_policies) {
            let Some(policy) = user.inline_policies.get(at) else {
                continue;
            };
            let resource = user.arn.clone();
            all.push(Placed {
                resource_type: control::USER,
                resource,
                name,
                document: &policy.document,
                users: 1,
            });
        }
    }
    for group in &details.groups {
        let users = details
            .users
            .iter()
            .filter(|user| user.groups.contains(&group.name))
            .count();
        for (name, at) in inline(&group.inline_policies) {
            let Some(policy) = group.inline_policies.get(at) else {
                continue;
            };
            let resource = group.arn.clone();
            all.push(Placed {
                resource_type: control::GROUP,
                resource,
                name,
                document: &policy.document,
                users,
            });
        }
    }
    all
}

/// Users to whom a managed policy applies: attached, through a group, or as a boundary.
fn users_of(details: &AuthorizationDetails, arn: &SmolStr) -> usize {
    let groups: BTreeSet<&SmolStr> = details
        .groups
        .iter()
        .filter(|group| group.attached_policies.iter().any(|policy| policy.arn == *arn))
        .map(|group| &group.name)
        .collect();
    let applies = |user: &&User| {
        user.attached_policies.iter().any(|policy| policy.arn == *arn)
            || user.permissions_boundary.as_ref() == Some(arn)
            || user.groups.iter().any(|group| groups.contains(group))
    };
    details.users.iter().filter(applies).count()
}

/// Nothing where the policy does not mention MFA.
fn judge(account: &AccountFacts<'_>, placed: &Placed<'_>, linter: &Linter) -> Option<Finding> {
    let finding =
        |outcome, reason| Some(CONTROL.finding_of(placed.resource_type, &placed.resource, outcome, reason));
    let id = match placed.document {
        Document::Missing { missing } => {
            return finding(
                Outcome::Unknown,
                format!("{} could not be read: {missing}", placed.name),
            );
        }
        Document::Kept(id) => id,
    };
    let Some(text) = account.snapshot.documents.get(id) else {
        return finding(
            Outcome::Unknown,
            format!("the text of {} is missing in the snapshot", placed.name),
        );
    };
    let linted = linter.identity(id, text);
    let lints = match linted.as_ref() {
        Linted::Silent => return None,
        Linted::Unparsable(why) => {
            return finding(
                Outcome::Unknown,
                format!("{} cannot be parsed: {why}", placed.name),
            );
        }
        Linted::Speaks { lints, .. } => lints,
    };
    let flaws = lints.iter().filter(|lint| lint.severity > LintSeverity::Info);
    let codes: BTreeSet<&str> = flaws.map(|lint| lint.code.as_str()).collect();
    let users = placed.users;
    if codes.is_empty() {
        return finding(
            Outcome::Pass,
            format!(
                "{} has no flaw that the lints know; it applies to {users} users",
                placed.name
            ),
        );
    }
    let codes = codes.into_iter().collect::<Vec<_>>().join(", ");
    finding(
        Outcome::Fail,
        format!("{}: {codes}; it applies to {users} users", placed.name),
    )
}

#[cfg(test)]
#[path = "mfa_policy_flaws_tests.rs"]
mod tests;
