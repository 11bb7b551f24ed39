//! IAM.18: Ensure a support role has been created to manage incidents with AWS Support.
//!
//! # What it checks
//!
//! Whether the AWS managed policy `AWSSupportAccess` is attached to a role, to a user, or to a group with a
//! user in it. Only roles are meant by the title, but the rule behind it accepts each.
//!
//! Roles are read only when a control that looks at them is selected; without them, and with no user or
//! group, the answer is unknown.
//!
//! # Why it matters
//!
//! In an incident, somebody must be able to speak with AWS Support without asking for permissions first.
//!
//! # How to fix
//!
//! Make a role that the people who handle incidents may assume, and attach `AWSSupportAccess` to it.
//!
//! # Where AWS is silent
//!
//! A role without any trusted entity does not count for the rule. IAM makes no role without one, so every
//! role counts here.
//!
//! # Examples
//!
//! This passes:
//!
//! ```json
//! {
//!   "roles": [{"name": "support", "attached_policies": ["arn:aws:iam::aws:policy/AWSSupportAccess"]}]
//! }
//! ```
//!
//! This fails:
//!
//! ```json
//! {"roles": [{"name": "other"}]}
//! ```

use super::common::control::{self, Assess, Context, Control, Requirements};
use super::common::policies::{ROLES_NOT_READ, has_aws_managed};
use super::common::population::{Judgement, details_missing};
use crate::facts::AccountFacts;
use crate::model::snapshot::{AttachedPolicy, AuthorizationDetails, Group, Role};
use crate::model::{Finding, Outcome, Severity};

/// The control.
pub const CONTROL: Control = Control {
    id: "IAM.18",
    title: "Ensure a support role has been created to manage incidents with AWS Support",
    severity: Severity::Low,
    resource_type: control::ACCOUNT,
    config_rule: Some("iam-policy-in-use"),
    requirements: Requirements {
        pci_dss_4_0_1: &["12.10.3"],
        cis_1_2_0: &["1.20"],
        cis_1_4_0: &["1.17"],
        cis_3_0_0: &["1.17"],
        cis_5_0_0: &["1.16"],
        ..Requirements::NONE
    },
    default: false,
    needs_roles: true,
    source: include_str!("iam_18.rs"),
    assess: Assess::Account(assess),
};

const POLICY: &str = "AWSSupportAccess";

fn assess(account: &AccountFacts<'_>, context: &Context<'_>) -> Vec<Finding> {
    let (outcome, reason) = match account.details() {
        Some(details) => judge(details),
        None => (Outcome::Unknown, details_missing(account)),
    };
    vec![CONTROL.of_account(context.account_id, outcome, reason)]
}

fn judge(details: &AuthorizationDetails) -> Judgement {
    let roles = details.roles.as_deref();
    if let Some(holder) = holder(details, roles.unwrap_or_default()) {
        return (Outcome::Pass, format!("`{POLICY}` is attached to {holder}"));
    }
    if roles.is_none() {
        return (
            Outcome::Unknown,
            format!("no user or group has `{POLICY}`, and {ROLES_NOT_READ}"),
        );
    }
    (
        Outcome::Fail,
        format!("no role, user or group with users has `{POLICY}`"),
    )
}

/// Who has the policy, roles first.
fn holder(details: &AuthorizationDetails, roles: &[Role]) -> Option<String> {
    let has = |attached: &[AttachedPolicy]| has_aws_managed(attached, POLICY);
    let role = roles.iter().find(|role| has(&role.attached_policies));
    let user = || details.users.iter().find(|user| has(&user.attached_policies));
    let is_used = |group: &Group| details.users.iter().any(|user| user.groups.contains(&group.name));
    let group = || {
        let groups = details.groups.iter();
        groups
            .filter(|group| has(&group.attached_policies))
            .find(|group| is_used(group))
    };
    role.map(|role| format!("role `{}`", role.name))
        .or_else(|| user().map(|user| format!("user `{}`", user.name)))
        .or_else(|| group().map(|group| format!("group `{}`", group.name)))
}

#[cfg(test)]
#[path = "iam_18_tests.rs"]
mod tests;
