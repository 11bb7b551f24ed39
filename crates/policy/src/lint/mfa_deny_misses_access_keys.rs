//! # The Deny misses a kind of session
//!
//! A `Deny` without MFA uses `Bool` or `Null` where `BoolIfExists` is needed.
//!
//! ## Why it matters
//!
//! `aws:MultiFactorAuthPresent` is `false` in a console session without MFA, and *absent* from requests that are signed
//! with a long-term access key. `Bool` with `false` does not match an absent key, so access keys keep everything.
//! `Null` with `true` matches only the absent key, so console sessions keep everything. `BoolIfExists` with `false`
//! matches both.
//!
//! ## Example
//!
//! Before:
//!
//! ```json
//! {"Effect": "Deny", "NotAction": ["iam:EnableMFADevice"], "Resource": "*",
//!  "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}}
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
//! Use `BoolIfExists` with `false`. In an SCP, limit it to users (`aws:PrincipalArn` like `arn:aws:iam::*:user/*`):
//! the key is absent from role sessions too; see `scp-hits-roles`.
//!
//! AWS: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent>

use super::facts::{Facts, MfaDeny};
use super::{Report, Severity};
use crate::truth::Truth;

pub(super) const SEVERITY: Severity = Severity::Error;

pub(super) fn check(facts: &Facts<'_>, report: &mut Report<'_>) {
    for deny in &facts.mfa_denies {
        let missed = match (deny.holds.console, deny.holds.key) {
            (_, Truth::False) => "long-term access keys",
            (Truth::False, _) => "console sessions without MFA",
            _ => continue,
        };
        // Two statements that complete each other miss nothing.
        let completes = |other: &MfaDeny<'_>| {
            let holds = if deny.holds.key == Truth::False { other.holds.key } else { other.holds.console };
            holds.possible() && (other.broad || other.statement.action() == deny.statement.action())
        };
        if facts.mfa_denies.iter().any(completes) {
            continue;
        }
        let is_mfa = |key: &str| key.to_ascii_lowercase().starts_with("aws:multifactorauth");
        let place = deny.statement.conditions().iter().find(|condition| is_mfa(condition.key()));
        let span = place.map_or(deny.statement.span(), |condition| condition.operator_text().span());
        let operator = place.map_or("this", |condition| condition.operator_text());
        let message = format!("`{operator}` here does not match {missed}: they are not denied anything");
        report.at(deny.index, "/Condition", span, message, "use `BoolIfExists` with `false`");
    }
}
