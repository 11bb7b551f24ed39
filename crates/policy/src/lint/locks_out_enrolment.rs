//! # Nobody can enrol MFA any more
//!
//! The Deny without MFA covers `iam:EnableMFADevice` or `iam:CreateVirtualMFADevice`, so the one thing that would
//! lift it is denied as well.
//!
//! ## Why it matters
//!
//! A user without a device can do nothing, not even get one. Every new user needs an administrator, and an
//! administrator whose device is lost may be locked out for good.
//!
//! ## Example
//!
//! Before:
//!
//! ```json
//! {"Effect": "Deny", "Action": "*", "Resource": "*",
//!  "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}
//! ```
//!
//! After:
//!
//! ```json
//! {"Effect": "Deny",
//!  "NotAction": ["iam:ChangePassword", "iam:GetAccountPasswordPolicy", "iam:CreateVirtualMFADevice",
//!                "iam:EnableMFADevice", "iam:GetUser", "iam:GetMFADevice", "iam:ListMFADevices",
//!                "iam:ListVirtualMFADevices", "iam:ResyncMFADevice", "sts:GetSessionToken"],
//!  "Resource": "*", "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}
//! ```
//!
//! ## How to fix it
//!
//! Deny with `NotAction` and exempt enrolment there. An Allow beside the Deny does not help: an explicit Deny wins.
//!
//! AWS: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>

use super::facts::Facts;
use super::{Report, Severity};

pub(super) const SEVERITY: Severity = Severity::Error;

pub(super) fn check(facts: &Facts<'_>, report: &mut Report<'_>) {
    if let Some(deny) = facts.broad_deny().filter(|_| facts.leaves_enrolment_open().is_none()) {
        let message = "enrolling an MFA device is denied without MFA, so nobody can begin".to_owned();
        let help = "use `NotAction` and exempt `iam:CreateVirtualMFADevice` and `iam:EnableMFADevice`";
        report.at_action(deny.index, deny.statement, message, help);
    }
}
