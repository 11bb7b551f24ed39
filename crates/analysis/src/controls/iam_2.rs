//! IAM.2: IAM users should not have IAM policies attached.
//!
//! # What it checks
//!
//! Whether an IAM user has a policy of its own, inline or attached. Policies of its groups do not count, nor
//! does a permissions boundary, which grants nothing.
//!
//! # Why it matters
//!
//! Permissions that hang at single users are the ones that nobody finds again when the person changes jobs.
//!
//! # How to fix
//!
//! Attach the policy to a group, add the user to the group, and detach the policy from the user.
//!
//! # Examples
//!
//! This passes:
//!
//! ```json
//! {"users": [{"name": "ana", "groups": ["readers"]}]}
//! ```
//!
//! This fails:
//!
//! ```json
//! {"users": [{"name": "ana", "attached_policies": ["arn:aws:iam::aws:policy/ReadOnlyAccess"]}]}
//! ```

use super::common::control::{self, Assess, Context, Control, Requirements};
use super::common::population::{Judgement, details_missing};
use crate::facts::AccountFacts;
use crate::model::snapshot::User;
use crate::model::{Finding, Outcome, Severity};

/// The control.
pub const CONTROL: Control = Control {
    id: "IAM.2",
    title: "IAM users should not have IAM policies attached",
    severity: Severity::Low,
    resource_type: control::USER,
    config_rule: Some("iam-user-no-policies-check"),
    requirements: Requirements {
        pci_dss_3_2_1: &["7.2.1"],
        cis_1_2_0: &["1.16"],
        cis_3_0_0: &["1.15"],
        cis_5_0_0: &["1.14"],
        nist_800_53_r5: &[
            "AC-2", "AC-2(1)", "AC-3", "AC-3(15)", "AC-3(7)", "AC-6", "AC-6(3)",
        ],
        ..Requirements::NONE
    },
    default: false,
    needs_roles: false,
    source: include_str!("iam_2.rs"),
    assess: Assess::Account(assess),
};

fn assess(account: &AccountFacts<'_>, context: &Context<'_>) -> Vec<Finding> {
    let Some(details) = account.details() else {
        return vec![CONTROL.of_account(context.account_id, Outcome::Unknown, details_missing(account))];
    };
    let findings = details.users.iter().map(|user| {
        let (outcome, reason) = judge(user);
        CONTROL.finding(&user.arn, outcome, reason)
    });
    CONTROL.or_nothing_to_judge(
        findings.collect(),
        context.account_id,
        "the account has no IAM users",
    )
}

fn judge(user: &User) -> Judgement {
    let inline = user
        .inline_policies
        .iter()
        .map(|policy| format!("inline `{}`", policy.name));
    let attached = user
        .attached_policies
        .iter()
        .map(|policy| format!("attached `{}`", policy.arn));
    let own: Vec<String> = inline.chain(attached).collect();
    if own.is_empty() {
        (Outcome::Pass, "no policy of its own".to_owned())
    } else {
        (Outcome::Fail, format!("policies of its own: {}", own.join(", ")))
    }
}

#[cfg(test)]
#[path = "iam_2_tests.rs"]
mod tests;
