//! IAM.3: IAM users' access keys should be rotated every 90 days or less.
//!
//! # What it checks
//!
//! Whether every active access key of an IAM user was made 90 days ago or less. Keys of the root user are
//! IAM.4's business.
//!
//! The age is counted to the moment at which the account was read. Parameter:
//! `max-access-key-age-days` (90; with another value the outcome is not what Security Hub would say).
//!
//! # Why it matters
//!
//! An access key does not expire. The older it is, the more machines, backups and repositories it has passed
//! through.
//!
//! # How to fix
//!
//! Better than rotating a key is not to have it: use a role, IAM Identity Center or `aws login`. Otherwise
//! make a second key, move its user over, make the first inactive, and delete it when nothing has broken.
//!
//! # Where AWS is silent
//!
//! What the rule returns for a user without an active access key is not documented. Such a user is not
//! applicable here, and never counted as a pass. A key of exactly 90 days, to the second, passes.
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
//!       "access_key_1_active": "true",
//!       "access_key_1_last_rotated": "2025-11-01T00:00:00+00:00"
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
//!       "access_key_1_active": "true",
//!       "access_key_1_last_rotated": "2025-01-01T00:00:00+00:00"
//!     }
//!   ]
//! }
//! ```

use jiff::Timestamp;

use super::common::age::{Past, Tally};
use super::common::control::{self, Assess, Context, Control, Requirements};
use super::common::population::{Judgement, every_user};
use crate::facts::{AccountFacts, truth};
use crate::model::credential_report::ReportRow;
use crate::model::{Finding, Outcome, Severity};

/// The control.
pub const CONTROL: Control = Control {
    id: "IAM.3",
    title: "IAM users' access keys should be rotated every 90 days or less",
    severity: Severity::Medium,
    resource_type: control::USER,
    config_rule: Some("access-keys-rotated"),
    requirements: Requirements {
        pci_dss_4_0_1: &["8.3.9", "8.6.3"],
        cis_1_2_0: &["1.4"],
        cis_1_4_0: &["1.14"],
        cis_3_0_0: &["1.14"],
        cis_5_0_0: &["1.13"],
        nist_800_53_r5: &["AC-2(1)", "AC-2(3)", "AC-3(15)"],
        ..Requirements::NONE
    },
    default: false,
    needs_roles: false,
    source: include_str!("iam_3.rs"),
    assess: Assess::Account(assess),
};

fn assess(account: &AccountFacts<'_>, context: &Context<'_>) -> Vec<Finding> {
    let now = account.snapshot.ended_at;
    let days = context.parameters.max_access_key_age_days;
    every_user(&CONTROL, account, context, |user, population| {
        match population.row(user) {
            Ok(row) => judge(row, now, days),
            Err(why) => (Outcome::Unknown, why),
        }
    })
}

fn judge(row: &ReportRow, now: Timestamp, days: u32) -> Judgement {
    let mut tally = Tally::default();
    for (number, key) in (1..).zip(&row.access_keys) {
        match (truth(&key.active), Past::read(&key.last_rotated, now)) {
            (Some(false), _) => {}
            (Some(true), Some(made)) => {
                let told = format!("access key {number} was made {}", made.describe());
                if made.is_before(days) {
                    tally.failed.push(told);
                } else {
                    tally.sound.push(told);
                }
            }
            (Some(true), None) => tally.unknown.push(format!(
                "the credential report does not say when access key {number} was made"
            )),
            (None, _) => tally.unknown.push(format!(
                "the credential report does not say whether access key {number} is active"
            )),
        }
    }
    if row.has_more_credentials() {
        tally
            .unknown
            .push("the user has more credentials than the credential report shows".to_owned());
    }
    tally.judge("no active access key")
}

#[cfg(test)]
#[path = "iam_3_tests.rs"]
mod tests;
