//! # A new user cannot sign in for the first time
//!
//! The Deny without MFA covers `iam:ChangePassword`.
//!
//! ## Why it matters
//!
//! A user who is made with "must create a new password at next sign-in" has no MFA device yet. The console wants the
//! new password before it lets the user enrol one, the change is denied, and the user cannot get any further.
//! Administrators then hand out final passwords, which is worse.
//!
//! ## Example
//!
//! Before:
//!
//! ```json
//! {"Effect": "Deny", "NotAction": ["iam:CreateVirtualMFADevice", "iam:EnableMFADevice"], "Resource": "*",
//!  "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}
//! ```
//!
//! After:
//!
//! ```json
//! {"Effect": "Deny",
//!  "NotAction": ["iam:ChangePassword", "iam:GetAccountPasswordPolicy", "iam:CreateVirtualMFADevice", "iam:EnableMFADevice"],
//!  "Resource": "*", "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}
//! ```
//!
//! ## How to fix it
//!
//! Exempt `iam:ChangePassword` (and `iam:GetAccountPasswordPolicy`, which the console reads to show the rules), and
//! allow both. The price is the lint `password-change-without-mfa`. If nobody ever has to change an initial password
//! here, this can stay as it is.
//!
//! AWS: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage.html>

use super::facts::Facts;
use super::{Report, Severity};

pub(super) const SEVERITY: Severity = Severity::Warning;

pub(super) fn check(facts: &Facts<'_>, report: &mut Report<'_>) {
    let Some(deny) = facts.leaves_enrolment_open() else { return };
    if deny.holds.console.possible() && facts.mfa_deny_covers("iam:changepassword") {
        let message = "`iam:ChangePassword` is denied without MFA: who must change the initial password cannot sign in";
        let help = "exempt `iam:ChangePassword` and `iam:GetAccountPasswordPolicy`";
        report.at_action(deny.index, deny.statement, message.to_owned(), help);
    }
}
