//! # The SCP denies role sessions too
//!
//! An SCP denies without MFA by `BoolIfExists`, and nothing limits it to users.
//!
//! ## Why it matters
//!
//! `aws:MultiFactorAuthPresent` is absent from the sessions of roles: federated sign-in, IAM Identity Center, EC2
//! instances, Lambda functions, deployment pipelines, and the role that reads the account for an audit. `BoolIfExists`
//! is true for all of them, so they are denied, MFA or not. Only service-linked roles and the management account are
//! exempt.
//!
//! ## Example
//!
//! Before:
//!
//! ```json
//! {"Effect": "Deny", "NotAction": "iam:EnableMFADevice", "Resource": "*",
//!  "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}
//! ```
//!
//! After:
//!
//! ```json
//! {"Effect": "Deny", "NotAction": "iam:EnableMFADevice", "Resource": "*",
//!  "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"},
//!                "ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/*"}}}
//! ```
//!
//! ## How to fix it
//!
//! Limit the statement to users by `aws:PrincipalArn`. Ask for the second factor of federated users where they sign in.
//!
//! AWS: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent>

use super::facts::Facts;
use super::{DocumentKind, Report, Severity};

pub(super) const SEVERITY: Severity = Severity::Warning;

pub(super) fn check(facts: &Facts<'_>, report: &mut Report<'_>) {
    if facts.kind != DocumentKind::Scp {
        return;
    }
    for deny in facts.mfa_denies.iter().filter(|deny| deny.holds.role.possible()) {
        let first = deny.statement.conditions().first();
        let span = first.map_or(deny.statement.span(), |condition| condition.operator_text().span());
        let message = "sessions of roles have no MFA key, so this denies them too (the management account is exempt)";
        let help = "limit it to users: `ArnLike` on `aws:PrincipalArn` with `arn:aws:iam::*:user/*`";
        report.at(deny.index, "/Condition", span, message.to_owned(), help);
    }
}
