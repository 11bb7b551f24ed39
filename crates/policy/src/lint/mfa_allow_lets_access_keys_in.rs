//! # An Allow "with MFA" lets access keys in
//!
//! An `Allow` asks for MFA with an operator that is true where the key is absent.
//!
//! ## Why it matters
//!
//! `aws:MultiFactorAuthPresent` is absent from requests that are signed with a long-term access key. `BoolIfExists`
//! is true then, and so the statement allows exactly the credential that is easiest to lose. The console's "MFA
//! required" tick in the visual editor writes this form.
//!
//! ## Example
//!
//! Before:
//!
//! ```json
//! {"Effect": "Allow", "Action": "s3:*", "Resource": "*",
//!  "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}}
//! ```
//!
//! After:
//!
//! ```json
//! {"Effect": "Allow", "Action": "s3:*", "Resource": "*",
//!  "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
//! ```
//!
//! ## How to fix it
//!
//! In an Allow use `Bool` with `true`. In a Deny use `BoolIfExists` with `false`. The two are not each other's mirror.
//!
//! AWS: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent>

use super::facts::{Facts, tests_mfa};
use super::{Report, Severity};
use crate::document::Effect;
use crate::truth::Truth;

pub(super) const SEVERITY: Severity = Severity::Error;

pub(super) fn check(facts: &Facts<'_>, report: &mut Report<'_>) {
    for (index, statement, prepared) in &facts.statements {
        if statement.effect() != Effect::Allow || !tests_mfa(statement) {
            continue;
        }
        let holds = facts.holds(prepared);
        if holds.key.possible() && holds.console == Truth::False && holds.mfa.possible() {
            let place = statement.conditions().iter().find(|c| c.operator().if_exists).or(statement.conditions().first());
            let span = place.map_or(statement.span(), |condition| condition.operator_text().span());
            let message = "this Allow is meant to ask for MFA, and long-term access keys pass".to_owned();
            report.at(*index, "/Condition", span, message, "use `Bool` with `true` in an Allow");
        }
    }
}
