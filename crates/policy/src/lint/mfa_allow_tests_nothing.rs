//! # An Allow "with MFA" is open without it
//!
//! An `Allow` has a condition on an MFA key that a console session without MFA meets.
//!
//! ## Why it matters
//!
//! `Null` asks whether the key is there, not whether it is `true`. A console session without MFA has the key, with
//! the value `false`; so `Null` with `false` lets it in. A condition that asks for `false` allows only sessions
//! *without* MFA.
//!
//! ## Example
//!
//! Before:
//!
//! ```json
//! {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"Null": {"aws:MultiFactorAuthPresent": "false"}}}
//! ```
//!
//! After:
//!
//! ```json
//! {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
//! ```
//!
//! ## How to fix it
//!
//! Use `Bool` with `true`.
//!
//! AWS: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent>

use super::facts::{Facts, tests_mfa};
use super::{Report, Severity};
use crate::document::Effect;

pub(super) const SEVERITY: Severity = Severity::Error;

pub(super) fn check(facts: &Facts<'_>, report: &mut Report<'_>) {
    for (index, statement, prepared) in &facts.statements {
        if statement.effect() == Effect::Allow && tests_mfa(statement) && facts.holds(prepared).console.possible() {
            let first = statement.conditions().first();
            let span = first.map_or(statement.span(), |condition| condition.operator_text().span());
            let message = "this Allow has a condition on MFA, and a console session without MFA meets it".to_owned();
            report.at(*index, "/Condition", span, message, "use `Bool` with `true`");
        }
    }
}
