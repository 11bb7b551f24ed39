//! # The password can be changed without MFA
//!
//! `iam:ChangePassword` is exempt from the Deny without MFA.
//!
//! ## Why it matters
//!
//! This is a trade-off and not a fault. Without the exemption, a user who must change the initial password cannot sign
//! in (`first-sign-in-blocked`). With it, whoever has a password can replace it; the old password is asked for, so
//! an access key alone is not enough.
//!
//! ## Example
//!
//! Before:
//!
//! ```json
//! {"Effect": "Deny", "NotAction": ["iam:ChangePassword", "iam:EnableMFADevice"], "Resource": "*",
//!  "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}
//! ```
//!
//! After:
//!
//! ```json
//! {"Effect": "Deny", "NotAction": "iam:EnableMFADevice", "Resource": "*",
//!  "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}
//! ```
//!
//! ## How to fix it
//!
//! Nothing needs fixing if users are made with an initial password that they must change. Otherwise take
//! `iam:ChangePassword` out of `NotAction`.
//!
//! AWS: <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ChangePassword.html>

use super::facts::Facts;
use super::{Report, Severity};

pub(super) const SEVERITY: Severity = Severity::Info;

pub(super) fn check(facts: &Facts<'_>, report: &mut Report<'_>) {
    if let Some(deny) = facts.exempts("iam:changepassword") {
        let message = "`iam:ChangePassword` is open without MFA, so that a first sign-in works".to_owned();
        report.at_action(deny.index, deny.statement, message, "keep it if users must change their initial password");
    }
}
