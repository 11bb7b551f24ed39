//! # The second factor can be removed without using it
//!
//! `iam:DeactivateMFADevice` or `iam:DeleteVirtualMFADevice` is exempt from the Deny without MFA.
//!
//! ## Why it matters
//!
//! Whoever has the password or an access key of a user, but not the device, could take the device off and enrol their
//! own. AWS has closed this for users who have a device (bulletin AWS-2023-001: since 21 April 2023 they must use it
//! before they add or remove one), so this is a weakness in depth and no longer a way in by itself. There is no reason
//! to keep it.
//!
//! ## Example
//!
//! Before:
//!
//! ```json
//! {"Effect": "Deny", "NotAction": ["iam:EnableMFADevice", "iam:DeactivateMFADevice"], "Resource": "*",
//!  "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}
//! ```
//!
//! After:
//!
//! ```json
//! {"Effect": "Deny", "NotAction": ["iam:EnableMFADevice"], "Resource": "*",
//!  "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}
//! ```
//!
//! ## How to fix it
//!
//! Take both actions out of `NotAction`. Allow `iam:DeactivateMFADevice` on the user's own ARN as before: with MFA the
//! Deny does not apply.
//!
//! AWS: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_iam_mfa-selfmanage.html>

use super::facts::{Facts, enumerate};
use super::{Report, Severity};

pub(super) const SEVERITY: Severity = Severity::Warning;

pub(super) fn check(facts: &Facts<'_>, report: &mut Report<'_>) {
    let removals = ["iam:DeactivateMFADevice", "iam:DeleteVirtualMFADevice"];
    let open: Vec<&str> =
        removals.into_iter().filter(|name| facts.exempts(&name.to_ascii_lowercase()).is_some()).collect();
    if let Some(deny) = facts.broad_deny().filter(|_| !open.is_empty()) {
        let message = format!("an MFA device can be taken off without MFA: {} not denied", enumerate(&open));
        report.at_action(deny.index, deny.statement, message, "take it out of `NotAction`");
    }
}
