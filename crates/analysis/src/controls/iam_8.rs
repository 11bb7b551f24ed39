//! IAM.8: Unused IAM user credentials should be removed.
//!
//! # What it checks
//!
//! Whether an IAM user has a console password or an active access key that has not been used for 90 days or
//! more.
//!
//! The days are counted to the moment at which the account was read. Parameter: `unused-days-iam-8`
//! (90; with another value the outcome is not what Security Hub would say).
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
    id: "IAM.8",
    title: "Unused IAM user credentials should be removed",
    severity: Severity::Medium,
    resource_type: control::USER,
    config_rule: Some("iam-user-unused-credentials-check"),
    requirements: Requirements {
        pci_dss_4_0_1: &["8.2.6"],
        pci_dss_3_2_1: &["8.1.4"],
        cis_1_2_0: &["1.3"],
        nist_800_53_r5: &[
            "AC-2", "AC-2(1)", "AC-2(3)", "AC-3", "AC-3(15)", "AC-3(7)", "AC-6",
        ],
        ..Requirements::NONE
    },
    default: false,
    needs_roles: false,
    source: include_str!("iam_8.rs"),
    assess: Assess::Account(assess),
};

fn assess(account: &AccountFacts<'_>, context: &Context<'_>) -> Vec<Finding> {
    let days = context.parameters.unused_days_iam_8;
    every_user_by_use(&CONTROL, account, context, days)
}

#[cfg(test)]
#[path = "iam_8_tests.rs"]
mod tests;
