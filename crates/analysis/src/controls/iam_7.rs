//! IAM.7: Password policies for IAM users should have strong configurations.
//!
//! # What it checks
//!
//! Whether the account's password policy for IAM users asks for an upper-case letter, a lower-case letter, a
//! digit, a symbol and 8 characters. Former passwords and expiry are looked at only where a parameter asks
//! for it.
//!
//! Parameters, with Security Hub's defaults: `password-min-length` (8), `password-uppercase`,
//! `password-lowercase`, `password-numbers`, `password-symbols` (all `true`), `password-reuse-prevention` and
//! `password-max-age-days` (both `none`). PCI DSS v4.0.1 wants 12 characters where the system can do it, and
//! IAM can: set `password-min-length` to 12 for it.
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
//!     "MinimumPasswordLength": 6,
//!     "RequireUppercaseCharacters": true,
//!     "RequireLowercaseCharacters": true,
//!     "RequireNumbers": true,
//!     "RequireSymbols": false,
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
    id: "IAM.7",
    title: "Password policies for IAM users should have strong configurations",
    severity: Severity::Medium,
    resource_type: control::ACCOUNT,
    config_rule: Some("iam-password-policy"),
    requirements: Requirements {
        pci_dss_4_0_1: &["8.3.6", "8.3.7", "8.3.9", "8.3.10.1", "8.6.3"],
        nist_800_53_r5: &["AC-2(1)", "AC-2(3)", "AC-3(15)", "IA-5(1)"],
        ..Requirements::NONE
    },
    default: false,
    needs_roles: false,
    source: include_str!("iam_7.rs"),
    assess: Assess::Account(assess),
};

fn assess(account: &AccountFacts<'_>, context: &Context<'_>) -> Vec<Finding> {
    policy::judge(&CONTROL, account, context, |policy| {
        let wanted = context.parameters;
        [
            policy::uppercase(policy).filter(|_| wanted.password_uppercase),
            policy::lowercase(policy).filter(|_| wanted.password_lowercase),
            policy::number(policy).filter(|_| wanted.password_numbers),
            policy::symbol(policy).filter(|_| wanted.password_symbols),
            policy::length(policy, wanted.password_min_length),
            wanted
                .password_reuse_prevention
                .and_then(|least| policy::reuse(policy, least)),
            wanted
                .password_max_age_days
                .and_then(|most| policy::max_age(policy, most)),
        ]
        .into_iter()
        .flatten()
        .collect()
    })
}

#[cfg(test)]
#[path = "iam_7_tests.rs"]
mod tests;
