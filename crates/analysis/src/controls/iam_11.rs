//! IAM.11: Ensure IAM password policy requires at least one uppercase letter.
//!
//! # What it checks
//!
//! Whether the account's password policy for IAM users asks for at least one upper-case letter.
//!
//! An account without a password policy of its own has the default one of AWS and fails, as AWS Config
//! documents for the rule behind it.
//!
//! # Why it matters
//!
//! A password that is easy to guess is a password that somebody else has. The policy holds for every user's
//! next password; those that are already set stay as they are until they are changed.
//!
//! # How to fix
//!
//! In the IAM console under "Account settings", edit the password policy; or set it with
//! `iam:UpdateAccountPasswordPolicy`. The call replaces the whole policy: what it does not name goes back to
//! its default. Tick "Require at least one uppercase letter".
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
//!     "RequireLowercaseCharacters": true,
//!     "RequireNumbers": true,
//!     "RequireSymbols": true,
//!     "PasswordReusePrevention": 24,
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
    id: "IAM.11",
    title: "Ensure IAM password policy requires at least one uppercase letter",
    severity: Severity::Medium,
    resource_type: control::ACCOUNT,
    config_rule: Some("iam-password-policy"),
    requirements: Requirements {
        pci_dss_4_0_1: &["8.3.6", "8.6.3"],
        cis_1_2_0: &["1.5"],
        ..Requirements::NONE
    },
    default: false,
    needs_roles: false,
    source: include_str!("iam_11.rs"),
    assess: Assess::Account(assess),
};

fn assess(account: &AccountFacts<'_>, context: &Context<'_>) -> Vec<Finding> {
    policy::judge(&CONTROL, account, context, |policy| {
        policy::uppercase(policy).into_iter().collect()
    })
}

#[cfg(test)]
#[path = "iam_11_tests.rs"]
mod tests;
