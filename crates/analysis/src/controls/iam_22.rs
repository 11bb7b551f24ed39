//! IAM.22: IAM user credentials unused for 45 days should be removed.
//!
//! # What it checks
//!
//! Whether an IAM user has a console password or an active access key that has not been used for 45 days or
//! more.
//!
//! The days are counted to the moment at which the account was read. Parameter:
//! `unused-days-iam-22` (45; with another value the outcome is not what Security Hub would say).
//!
//! # Why it matters
//!
//! A credential that nobody uses is one whose loss nobody notices.
//!
//! # How to fix
//!
//! Remove the password (`iam:DeleteLoginProfile`) or make the key inactive; when nothing has broken, delete
//! the key, and the user if nothing is left of it.
//!
//! # Where AWS is silent
//!
//! How a credential counts that was never used is not documented. Here it counts from when it was made or
//! last changed, so a new one is not yet unused. What the rule returns for a user without a password and
//! without an active key is not documented either; such a user is not applicable here, and never counted as a
//! pass.
//!
//! # Examples
//!
//! This passes:
//!
//! ```json
//! {
//!   "report": [
//!     {
//!       "user": "ana",
//!       "password_enabled": "true",
//!       "password_last_used": "2025-12-20T00:00:00+00:00",
//!       "password_last_changed": "2024-01-01T00:00:00+00:00"
//!     }
//!   ]
//! }
//! ```
//!
//! This fails:
//!
//! ```json
//! {
//!   "report": [
//!     {
//!       "user": "ana",
//!       "password_enabled": "true",
//!       "password_last_used": "2025-01-01T00:00:00+00:00",
//!       "password_last_changed": "2024-01-01T00:00:00+00:00"
//!     }
//!   ]
//! }
//! ```

use super::common::control::{self, Assess, Context, Control, Requirements};
use super::common::unused::every_user_by_use;
use crate::facts::AccountFacts;
use crate::model::{Finding, Severity};

/// The control.
pub const CONTROL: Control = Control {
    id: "IAM.22",
    title: "IAM user credentials unused for 45 days should be removed",
    severity: Severity::Medium,
    resource_type: control::USER,
    config_rule: Some("iam-user-unused-credentials-check"),
    requirements: Requirements {
        cis_1_4_0: &["1.12"],
        cis_3_0_0: &["1.12"],
        cis_5_0_0: &["1.11"],
        ..Requirements::NONE
    },
    default: false,
    needs_roles: false,
    source: include_str!("iam_22.rs"),
    assess: Assess::Account(assess),
};

fn assess(account: &AccountFacts<'_>, context: &Context<'_>) -> Vec<Finding> {
    let days = context.parameters.unused_days_iam_22;
    every_user_by_use(&CONTROL, account, context, days)
}

#[cfg(test)]
#[path = "iam_22_tests.rs"]
mod tests;
