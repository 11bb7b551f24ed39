//! IAM.17: Ensure IAM password policy expires passwords within 90 days or less.
//!
//! # What it checks
//!
//! Whether the account's password policy for IAM users lets passwords expire after 90 days or less.
//!
//! An account without a password policy of its own has the default one of AWS and fails, as AWS Config
//! documents for the rule behind it.
//!
//! # Why it matters
//!
//! Where the password is the only factor, its age bounds how long a stolen one is of use. With MFA for
//! everybody this matters little: NIST advises against regular changes, and later CIS benchmarks have dropped
//! the item.
//!
//! # How to fix
//!
//! In the IAM console under "Account settings", edit the password policy; or set it with
//! `iam:UpdateAccountPasswordPolicy`. The call replaces the whole policy: what it does not name goes back to
//! its default. Turn on password expiration and set it to 90 days or less.
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
//!     "RequireNumbers": true,
//!     "RequireSymbols": true,
//!     "PasswordReusePrevention": 24,
//!     "MaxPasswordAge": 365
//!   }
//! }
//! ```

use super::common::control::{self, Assess, Context, Control, Requirements};
use super::common::password_policy as policy;
use crate::facts::AccountFacts;
use crate::model::{Finding, Severity};

/// The control.
pub const CONTROL: Control = Control {
    id: "IAM.17",
    title: "Ensure IAM password policy expires passwords within 90 days or less",
    severity: Severity::Low,
    resource_type: control::ACCOUNT,
    config_rule: Some("iam-password-policy"),
    requirements: Requirements {
        pci_dss_4_0_1: &["8.3.9", "8.3.10.1"],
        cis_1_2_0: &["1.11"],
        ..Requirements::NONE
    },
    default: false,
    needs_roles: false,
    source: include_str!("iam_17.rs"),
    assess: Assess::Account(assess),
};

/// CIS's number.
const LONGEST_DAYS: u32 = 90;

fn assess(account: &AccountFacts<'_>, context: &Context<'_>) -> Vec<Finding> {
    policy::judge(&CONTROL, account, context, |policy| {
        policy::max_age(policy, LONGEST_DAYS).into_iter().collect()
    })
}

#[cfg(test)]
#[path = "iam_17_tests.rs"]
mod tests;
