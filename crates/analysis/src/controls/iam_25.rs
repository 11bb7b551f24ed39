//! IAM.25: IAM users should be tagged.
//!
//! # What it checks
//!
//! Whether every IAM user has a tag, or the tags that the parameter `required-tag-keys` names. Keys are
//! compared letter by letter; tags that begin with `aws:` do not count, because AWS puts them there itself.
//!
//! # Why it matters
//!
//! A tag says to whom a resource belongs and what it is for; policies that compare tags (ABAC) need them.
//!
//! # How to fix
//!
//! Tag the user (`iam:TagUser`).
//!
//! # Examples
//!
//! This passes:
//!
//! ```json
//! {"users": [{"name": "ana", "tags": {"owner": "payments"}}]}
//! ```
//!
//! This fails:
//!
//! ```json
//! {"users": [{"name": "ana"}]}
//! ```

use super::common::control::{self, Assess, Context, Control, Requirements};
use super::common::population::details_missing;
use super::common::tags;
use crate::facts::AccountFacts;
use crate::model::{Finding, Outcome, Severity};

/// The control.
pub const CONTROL: Control = Control {
    id: "IAM.25",
    title: "IAM users should be tagged",
    severity: Severity::Low,
    resource_type: control::USER,
    config_rule: Some("tagged-iam-user"),
    requirements: Requirements::NONE,
    default: false,
    needs_roles: false,
    source: include_str!("iam_25.rs"),
    assess: Assess::Account(assess),
};

fn assess(account: &AccountFacts<'_>, context: &Context<'_>) -> Vec<Finding> {
    let Some(details) = account.details() else {
        return vec![CONTROL.of_account(context.account_id, Outcome::Unknown, details_missing(account))];
    };
    let findings = details.users.iter().map(|user| {
        let (outcome, reason) = tags::judge(&user.tags, &context.parameters.required_tag_keys);
        CONTROL.finding(&user.arn, outcome, reason)
    });
    CONTROL.or_nothing_to_judge(
        findings.collect(),
        context.account_id,
        "the account has no IAM users",
    )
}

#[cfg(test)]
#[path = "iam_25_tests.rs"]
mod tests;
