//! IAM.16: Ensure IAM password policy prevents password reuse.
//!
//! # What it checks
//!
//! Whether the account's password policy for IAM users refuses the last 24 passwords. IAM remembers no more
//! than 24, so the control asks for exactly that.
//!
//! An account without a password policy of its own has the default one of AWS and fails, as AWS Config
//! documents for the rule behind it.
//!
//! # Why it matters
//!
//! A password that comes back is one that may have leaked in the meantime.
//!
//! # How to fix
//!
//! In the IAM console under "Account settings", edit the password policy; or set it with
//! `iam:UpdateAccountPasswordPolicy`. The call replaces the whole policy: what it does not name goes back to
//! its default. Set "Prevent password reuse" to 24.
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
//!     "PasswordReusePrevention": 4,
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
    id: "IAM.16",
    title: "Ensure IAM password policy prevents password reuse",
    severity: Severity::Low,
    resource_type: control::ACCOUNT,
    config_rule: Some("iam-password-policy"),
    requirements: Requirements {
        pci_dss_4_0_1: &["8.3.7"],
        cis_1_2_0: &["1.10"],
        cis_1_4_0: &["1.9"],
        cis_3_0_0: &["1.9"],
        cis_5_0_0: &["1.8"],
        ..Requirements::NONE
    },
    default: false,
    needs_roles: false,
    source: include_str!("iam_16.rs"),
    assess: Assess::Account(assess),
};

/// All that IAM remembers.
const LEAST_REMEMBERED: u32 = 24;

fn assess(account: &AccountFacts<'_>, context: &Context<'_>) -> Vec<Finding> {
    policy::judge(&CONTROL, account, context, |policy| {
        policy::reuse(policy, LEAST_REMEMBERED).into_iter().collect()
    })
}

#[cfg(test)]
#[path = "iam_16_tests.rs"]
mod tests;
