//! # A condition on MFA compares with something that it never is
//!
//! `aws:MultiFactorAuthPresent` is compared with a value other than `true` and `false`.
//!
//! ## Why it matters
//!
//! The key is `true` or `false`, or absent. Any other value never matches: a Deny with it denies nothing, and an Allow
//! with it allows nothing.
//!
//! ## Example
//!
//! Before:
//!
//! ```json
//! {"Effect": "Deny", "NotAction": "iam:*", "Resource": "*",
//!  "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "flase"}}}
//! ```
//!
//! After:
//!
//! ```json
//! {"Effect": "Deny", "NotAction": "iam:*", "Resource": "*",
//!  "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}
//! ```
//!
//! ## How to fix it
//!
//! Write `true` or `false`.
//!
//! AWS: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent>

use super::facts::Facts;
use super::{Report, Severity};

pub(super) const SEVERITY: Severity = Severity::Error;

pub(super) fn check(facts: &Facts<'_>, report: &mut Report<'_>) {
    for (index, statement, _) in &facts.statements {
        for condition in statement.conditions().iter().filter(|c| c.is_key("aws:MultiFactorAuthPresent")) {
            let boolean = |value: &str| value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false");
            for value in condition.values().iter().filter(|value| !boolean(value)) {
                let message = format!("`aws:MultiFactorAuthPresent` is never `{}`", value.as_str());
                report.at(*index, "/Condition", value.span(), message, "write `true` or `false`");
            }
        }
    }
}
