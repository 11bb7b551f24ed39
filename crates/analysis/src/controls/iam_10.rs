//! IAM.10: Password policies for IAM users should have strong configurations.
//!
//! # What it checks
//!
//! Whether the account's password policy for IAM users has at least the values of PCI DSS v3.2.1: an
//! upper-case letter, a lower-case letter, a digit, 7 characters, the last 4 passwords refused, and a change
//! after 90 days or less.
//!
//! Security Hub took it out of its PCI DSS v4.0.1 standard in May 2025; IAM.7 stands there now.
//!
//! An account without a password policy of its own has the default one of AWS and fails, as AWS Config
//! documents for the rule behind it.
//!
//! # Why it matters
//!
//! A password that is easy to guess is a password that somebody else has.
//!
//! # How to fix
//!
//! In the IAM console under "Account settings", edit the password policy; or set it with
//! `iam:UpdateAccountPasswordPolicy`. The call replaces the whole policy: what it does not name goes back to
//! its default.
//!
//! # Where AWS is silent
//!
//! An account without IAM users is judged too: the policy holds for the next user who is made, so this
//! control is never not applicable.
//!
//! # Examples
//!
//! This passes:
//!
//! ```json
//! {
//!   "password_policy": {
//!     "MinimumPasswordLength": 14,
//!     "RequireUppercaseCharacters": true,
//!     "RequireLowercaseCharacters": true,
//!     "RequireNumbers": true,
//!     "RequireSymbols": true,
//!     "PasswordReusePrevention": 24,
//!     "MaxPasswordAge": 90
//!   }
//! }
//! ```
//!
//! This fails:
//!
//! ```json
//! {
//!   "password_policy": {
//!     "MinimumPasswordLength": 14,
//!     "RequireUppercaseCharacters": true,
//!     "RequireLowercaseCharacters": true,
//!     "RequireSymbols": true,
//!     "MaxPasswordAge": 90
//!   }
//! }
//! ```

use super::common::control::{self, Assess, Context, Control, Requirements};
use super::common::password_policy as policy;
use crate::facts::AccountFacts;
use crate::model::{Finding, Severity};

/// The control.
pub const CONTROL: Control = Control {
    id: "IAM.10",
    title: "Password policies for IAM users should have strong configurations",
    severity: Severity::Medium,
    resource_type: control::ACCOUNT,
    config_rule: Some("iam-password-policy"),
    requirements: Requirements {
        pci_dss_3_2_1: &["8.1.4", "8.2.3", "8.2.4", "8.2.5"],
        ..Requirements::NONE
    },
    default: false,
    needs_roles: false,
    source: include_str!("iam_10.rs"),
    assess: Assess::Account(assess),
};

/// The values of PCI DSS v3.2.1.
const LEAST_LENGTH: u32 = 7;
const LEAST_REMEMBERED: u32 = 4;
const LONGEST_DAYS: u32 = 90;

fn assess(account: &AccountFacts<'_>, context: &Context<'_>) -> Vec<Finding> {
    policy::judge(&CONTROL, account, context, |policy| {
        [
            policy::uppercase(policy),
            policy::lowercase(policy),
            policy::number(policy),
            policy::length(policy, LEAST_LENGTH),
            policy::reuse(policy, LEAST_REMEMBERED),
            policy::max_age(policy, LONGEST_DAYS),
        ]
        .into_iter()
        .flatten()
        .collect()
    })
}

#[cfg(test)]
#[path = "iam_10_tests.rs"]
mod tests;
