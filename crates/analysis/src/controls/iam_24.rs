//! IAM.24: IAM roles should be tagged.
//!
//! # What it checks
//!
//! Whether every IAM role has a tag, or the tags that the parameter `required-tag-keys` names. Keys are
//! compared letter by letter; tags that begin with `aws:` do not count, because AWS puts them there itself.
//!
//! Roles are read only when a control that looks at them is selected.
//!
//! # Why it matters
//!
//! A tag says to whom a resource belongs and what it is for; policies that compare tags (ABAC) need them.
//!
//! # How to fix
//!
//! Tag the role (`iam:TagRole`).
//!
//! # Where AWS is silent
//!
//! What becomes of service-linked roles is not documented. They are not applicable here: AWS makes them and
//! looks after them.
//!
//! # Examples
//!
//! This passes:
//!
//! ```json
//! {"roles": [{"name": "app", "tags": {"owner": "payments"}}]}
//! ```
//!
//! This fails:
//!
//! ```json
//! {"roles": [{"name": "app", "tags": {"aws:cloudformation:stack-name": "x"}}]}
//! ```

use super::common::control::{self, Assess, Context, Control, Requirements};
use super::common::policies::ROLES_NOT_READ;
use super::common::population::{Judgement, details_missing};
use super::common::tags;
use crate::facts::AccountFacts;
use crate::model::snapshot::Role;
use crate::model::{Finding, Outcome, Severity};

/// The control.
pub const CONTROL: Control = Control {
    id: "IAM.24",
    title: "IAM roles should be tagged",
    severity: Severity::Low,
    resource_type: control::ROLE,
    config_rule: Some("tagged-iam-role"),
    requirements: Requirements::NONE,
    default: false,
    needs_roles: true,
    source: include_str!("iam_24.rs"),
    assess: Assess::Account(assess),
};

fn assess(account: &AccountFacts<'_>, context: &Context<'_>) -> Vec<Finding> {
    let unknown = |why: String| vec![CONTROL.of_account(context.account_id, Outcome::Unknown, why)];
    let Some(details) = account.details() else {
        return unknown(details_missing(account));
    };
    let Some(roles) = &details.roles else {
        return unknown(ROLES_NOT_READ.to_owned());
    };
    let findings = roles.iter().map(|role| {
        let (outcome, reason) = judge(role, &context.parameters.required_tag_keys);
        CONTROL.finding(&role.arn, outcome, reason)
    });
    CONTROL.or_nothing_to_judge(findings.collect(), context.account_id, "the account has no roles")
}

fn judge(role: &Role, required: &[String]) -> Judgement {
    if role.is_service_linked() {
        return (Outcome::NotApplicable, "a service-linked role".to_owned());
    }
    tags::judge(&role.tags, required)
}

#[cfg(test)]
#[path = "iam_24_tests.rs"]
mod tests;
