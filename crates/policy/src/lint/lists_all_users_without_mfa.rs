//! # Everybody's name can be listed without MFA
//!
//! `iam:ListUsers` is exempt from the Deny without MFA, and allowed.
//!
//! ## Why it matters
//!
//! Whoever holds a password or an access key, and nothing else, gets the names, paths and ages of all users of the
//! account: a list of targets. Older examples exempt it because the console once went through the list of users to
//! get to one's own page. It no longer does.
//!
//! ## Example
//!
//! Before:
//!
//! ```json
//! [{"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"},
//!  {"Effect": "Deny", "NotAction": ["iam:ListUsers", "iam:EnableMFADevice"], "Resource": "*",
//!   "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}]
//! ```
//!
//! After:
//!
//! ```json
//! [{"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"},
//!  {"Effect": "Deny", "NotAction": ["iam:EnableMFADevice"], "Resource": "*",
//!   "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}]
//! ```
//!
//! ## How to fix it
//!
//! Take `iam:ListUsers` out of `NotAction`.
//!
//! AWS: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_iam_mfa-selfmanage.html>

use super::facts::Facts;
use super::{Report, Severity};

pub(super) const SEVERITY: Severity = Severity::Info;

pub(super) fn check(facts: &Facts<'_>, report: &mut Report<'_>) {
    let Some(deny) = facts.exempts("iam:listusers") else { return };
    if facts.allows("iam:listusers").next().is_some() {
        let message = "`iam:ListUsers` is open without MFA and shows the names of all users".to_owned();
        report.at_action(deny.index, deny.statement, message, "take `iam:ListUsers` out of `NotAction`");
    }
}
