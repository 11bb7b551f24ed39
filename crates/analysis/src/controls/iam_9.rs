//! IAM.9: MFA should be enabled for the root user.
//!
//! # What it checks
//!
//! Whether the root user has an MFA device of any kind, by `AccountMFAEnabled` of `GetAccountSummary`, or by
//! the root row of the credential report where the summary could not be read.
//!
//! As Security Hub documents it, an account without root credentials passes: neither a password nor an access
//! key nor a signing certificate. That is how member accounts look that were made in the organization or whose
//! root credentials were removed centrally. An access key without a device fails, with or without a password.
//!
//! Whether the organization manages root credentials centrally (`ListOrganizationsFeatures`) is said in the
//! reason and decides nothing: the feature can be on while an account's root credentials are still there.
//!
//! # Why it matters
//!
//! The root user can do everything in the account. AWS has begun to demand MFA of it at sign-in, but grants
//! 35 days for the enrolment.
//!
//! # How to fix
//!
//! Sign in as root and enrol a device, better two; or, in a member account, remove the root user's
//! credentials from the management account ("Centrally manage root access" in the IAM User Guide).
//!
//! # Where AWS is silent
//!
//! What Security Hub takes for root credentials is not documented: a root user without a password may still
//! have an access key. It counts here, because it works without a second factor. AWS Config does not offer the
//! rule in China and GovCloud (US); the same facts are judged there all the same, because a root user without
//! MFA is no smaller matter.
//!
//! # Examples
//!
//! This passes:
//!
//! ```json
//! {"summary": {"AccountPasswordPresent": 1, "AccountMFAEnabled": 1}}
//! ```
//!
//! This fails:
//!
//! ```json
//! {"summary": {"AccountPasswordPresent": 1, "AccountMFAEnabled": 0}}
//! ```

use super::common::control::{self, Assess, Context, Control, Requirements};
use super::common::population::Judgement;
use super::common::root::Root;
use crate::facts::AccountFacts;
use crate::model::{Finding, Outcome, Severity};

/// The control.
pub const CONTROL: Control = Control {
    id: "IAM.9",
    title: "MFA should be enabled for the root user",
    severity: Severity::Critical,
    resource_type: control::ACCOUNT,
    config_rule: Some("root-account-mfa-enabled"),
    requirements: Requirements {
        pci_dss_4_0_1: &["8.4.2"],
        pci_dss_3_2_1: &["8.3.1"],
        cis_1_2_0: &["1.13"],
        cis_1_4_0: &["1.5"],
        cis_3_0_0: &["1.5"],
        cis_5_0_0: &["1.4"],
        nist_800_53_r5: &["AC-2(1)", "AC-3(15)", "IA-2(1)", "IA-2(2)", "IA-2(6)", "IA-2(8)"],
    },
    default: true,
    needs_roles: false,
    source: include_str!("iam_9.rs"),
    assess: Assess::Account(assess),
};

fn assess(account: &AccountFacts<'_>, context: &Context<'_>) -> Vec<Finding> {
    let root = Root::of(account);
    let (outcome, mut reason) = judge(&root);
    if context.central_root == Some(true) {
        if outcome == Outcome::Fail {
            reason.push_str("; the organization can remove its credentials centrally");
        } else if root.has_credentials() == Some(false) {
            reason.push_str("; the organization manages root credentials centrally");
        }
    }
    vec![CONTROL.of_account(context.account_id, outcome, reason)]
}

fn judge(root: &Root) -> Judgement {
    match root.mfa {
        Some(true) => (Outcome::Pass, "the root user has an MFA device".to_owned()),
        Some(false) | None => root.without_device(),
    }
}

#[cfg(test)]
#[path = "iam_9_tests.rs"]
mod tests;
