//! IAM.4: IAM root user access key should not exist.
//!
//! # What it checks
//!
//! Whether the account's root user has an access key, by `AccountAccessKeysPresent` of `GetAccountSummary`.
//!
//! Where the summary could not be read, a key that the credential report shows is a fail. That the report
//! shows none is not a pass: it lists active keys only.
//!
//! # Why it matters
//!
//! Whoever holds such a key can do everything in the account, without a second factor. No permissions policy
//! and no permissions boundary limits it; in a member account only an SCP does.
//!
//! # How to fix
//!
//! Find out what uses the key (the credential report says when it was last used), move that to a role, then
//! sign in as root and delete the key; or, in a member account, remove the root user's credentials from the
//! management account ("Centrally manage root access" in the IAM User Guide).
//!
//! # Where AWS is silent
//!
//! Whether an access key that is not active counts is not documented. It counts here, because it exists and
//! can be made active again.
//!
//! # Examples
//!
//! This passes:
//!
//! ```json
//! {"summary": {"AccountAccessKeysPresent": 0}}
//! ```
//!
//! This fails:
//!
//! ```json
//! {"summary": {"AccountAccessKeysPresent": 1}}
//! ```

use super::common::control::{self, Assess, Context, Control, Requirements};
use super::common::root::Root;
use crate::facts::AccountFacts;
use crate::model::{Finding, Outcome, Severity};

/// The control.
pub const CONTROL: Control = Control {
    id: "IAM.4",
    title: "IAM root user access key should not exist",
    severity: Severity::Critical,
    resource_type: control::ACCOUNT,
    config_rule: Some("iam-root-access-key-check"),
    requirements: Requirements {
        pci_dss_3_2_1: &["2.1", "2.2", "7.2.1"],
        cis_1_2_0: &["1.12"],
        cis_1_4_0: &["1.4"],
        cis_3_0_0: &["1.4"],
        cis_5_0_0: &["1.3"],
        nist_800_53_r5: &["AC-2(1)", "AC-3(15)", "AC-3(7)", "AC-6", "AC-6(10)", "AC-6(2)"],
        ..Requirements::NONE
    },
    default: false,
    needs_roles: false,
    source: include_str!("iam_4.rs"),
    assess: Assess::Account(assess),
};

fn assess(account: &AccountFacts<'_>, context: &Context<'_>) -> Vec<Finding> {
    let root = Root::of(account);
    let (outcome, reason) = match root.access_key {
        Some(true) => (Outcome::Fail, "the root user has an access key".to_owned()),
        Some(false) => (Outcome::Pass, "the root user has no access key".to_owned()),
        None => (
            Outcome::Unknown,
            format!(
                "it is not known whether the root user has an access key: {}",
                root.unread
            ),
        ),
    };
    vec![CONTROL.of_account(context.account_id, outcome, reason)]
}

#[cfg(test)]
#[path = "iam_4_tests.rs"]
mod tests;
