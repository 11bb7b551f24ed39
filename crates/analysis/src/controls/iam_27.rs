//! IAM.27: IAM identities should not have the AWSCloudShellFullAccess policy attached.
//!
//! # What it checks
//!
//! Whether an IAM user, group or role has the AWS managed policy `AWSCloudShellFullAccess` attached.
//!
//! Roles are read only when a control that looks at them is selected; without them the account has one
//! unknown for all of its roles.
//!
//! # Why it matters
//!
//! CloudShell has a way out to the internet and a file transfer to the user's own machine: a way for data to
//! leave that no other control sees.
//!
//! # How to fix
//!
//! Detach the policy; where CloudShell is needed, allow its actions without `cloudshell:GetFileDownloadUrls`
//! and `cloudshell:GetFileUploadUrls`.
//!
//! # Examples
//!
//! This passes:
//!
//! ```json
//! {"users": [{"name": "ana"}], "groups": [{"name": "dev"}], "roles": [{"name": "app"}]}
//! ```
//!
//! This fails:
//!
//! ```json
//! {
//!   "users": [{"name": "ana", "attached_policies": ["arn:aws:iam::aws:policy/AWSCloudShellFullAccess"]}],
//!   "roles": []
//! }
//! ```

use super::common::control::{self, Assess, Context, Control, Requirements};
use super::common::policies::{ROLES_NOT_READ, has_aws_managed};
use super::common::population::details_missing;
use crate::facts::AccountFacts;
use crate::model::snapshot::AttachedPolicy;
use crate::model::{Finding, Outcome, Severity};

/// The control.
pub const CONTROL: Control = Control {
    id: "IAM.27",
    title: "IAM identities should not have the AWSCloudShellFullAccess policy attached",
    severity: Severity::Medium,
    resource_type: control::USER,
    config_rule: Some("iam-policy-blacklisted-check"),
    requirements: Requirements {
        cis_3_0_0: &["1.22"],
        cis_5_0_0: &["1.21"],
        ..Requirements::NONE
    },
    default: false,
    needs_roles: true,
    source: include_str!("iam_27.rs"),
    assess: Assess::Account(assess),
};

const POLICY: &str = "AWSCloudShellFullAccess";

fn assess(account: &AccountFacts<'_>, context: &Context<'_>) -> Vec<Finding> {
    let unknown = |why: String| CONTROL.of_account(context.account_id, Outcome::Unknown, why);
    let Some(details) = account.details() else {
        return vec![unknown(details_missing(account))];
    };
    let users = details.users.iter();
    let groups = details.groups.iter();
    let roles = details.roles.iter().flatten();
    let mut findings: Vec<Finding> = users
        .map(|user| judge(control::USER, &user.arn, &user.attached_policies))
        .chain(groups.map(|group| judge(control::GROUP, &group.arn, &group.attached_policies)))
        .chain(roles.map(|role| judge(control::ROLE, &role.arn, &role.attached_policies)))
        .collect();
    if details.roles.is_none() {
        findings.push(unknown(ROLES_NOT_READ.to_owned()));
    }
    CONTROL.or_nothing_to_judge(
        findings,
        context.account_id,
        "the account has no users, groups or roles",
    )
}

fn judge(resource_type: &str, arn: &str, attached: &[AttachedPolicy]) -> Finding {
    let (outcome, reason) = if has_aws_managed(attached, POLICY) {
        (Outcome::Fail, format!("`{POLICY}` is attached"))
    } else {
        (Outcome::Pass, format!("`{POLICY}` is not attached"))
    };
    CONTROL.finding_of(resource_type, arn, outcome, reason)
}

#[cfg(test)]
#[path = "iam_27_tests.rs"]
mod tests;
