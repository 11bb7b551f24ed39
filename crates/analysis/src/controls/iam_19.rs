//! IAM.19: MFA should be enabled for all IAM users.
//!
//! # What it checks
//!
//! Whether every IAM user has an MFA device, with a console password or without. A user who was asked about
//! live is judged by the live answer, the others by the credential report.
//!
//! # Why it matters
//!
//! IAM.5 looks at users with a console password only. A user with nothing but access keys needs a device too,
//! if policies are to ask for one. But a device alone does not make access keys ask for it: whether they work
//! without is another question, which the user's verdict answers.
//!
//! # How to fix
//!
//! For a person: enrol a device, or better, replace the user by IAM Identity Center. For a machine: replace
//! the user by a role; a machine has no second factor.
//!
//! # Where AWS is silent
//!
//! What the rule returns for a user without any credentials is not documented. The title says all IAM users,
//! so such a user fails without a device.
//!
//! # Examples
//!
//! This passes:
//!
//! ```json
//! {"report": [{"user": "ana", "mfa_active": "true"}]}
//! ```
//!
//! This fails:
//!
//! ```json
//! {"report": [{"user": "ana", "mfa_active": "false", "access_key_1_active": "true"}]}
//! ```

use super::common::control::{self, Assess, Context, Control, Requirements};
use super::common::population::{Judgement, Population, every_user};
use crate::facts::{AccountFacts, UserSources, truth};
use crate::model::snapshot::LiveConfirmation;
use crate::model::{Finding, Outcome, Severity};

/// The control.
pub const CONTROL: Control = Control {
    id: "IAM.19",
    title: "MFA should be enabled for all IAM users",
    severity: Severity::Medium,
    resource_type: control::USER,
    config_rule: Some("iam-user-mfa-enabled"),
    requirements: Requirements {
        pci_dss_4_0_1: &["8.4.2"],
        pci_dss_3_2_1: &["8.3.1"],
        nist_800_53_r5: &["AC-2(1)", "AC-3(15)", "IA-2(1)", "IA-2(2)", "IA-2(6)", "IA-2(8)"],
        ..Requirements::NONE
    },
    default: false,
    needs_roles: false,
    source: include_str!("iam_19.rs"),
    assess: Assess::Account(assess),
};

fn assess(account: &AccountFacts<'_>, context: &Context<'_>) -> Vec<Finding> {
    every_user(&CONTROL, account, context, judge)
}

fn judge(user: &UserSources<'_>, population: Population<'_>) -> Judgement {
    let by_report = judge_report(user, population);
    let Some(live) = user.live else {
        return by_report;
    };
    match live.mfa_devices.value() {
        Some(None) => (
            Outcome::Unknown,
            "the user was deleted while the account was read".to_owned(),
        ),
        Some(Some(devices)) if devices.is_empty() => {
            (Outcome::Fail, "no MFA device, confirmed live".to_owned())
        }
        Some(Some(_)) => (Outcome::Pass, "an MFA device, confirmed live".to_owned()),
        None => half_confirmed(by_report, live),
    }
}

/// The live answer was asked for and did not come: a fail stays a fail, anything else is not known.
fn half_confirmed(by_report: Judgement, live: &LiveConfirmation) -> Judgement {
    let why = live.mfa_devices.why_missing().unwrap_or_default();
    match by_report {
        (Outcome::Fail, reason) => (
            Outcome::Fail,
            format!("{reason}; it could not be confirmed live: {why}"),
        ),
        (Outcome::Pass | Outcome::NotApplicable | Outcome::Unknown, _) => (
            Outcome::Unknown,
            format!("the live confirmation could not be read: {why}"),
        ),
    }
}

fn judge_report(user: &UserSources<'_>, population: Population<'_>) -> Judgement {
    match population.row(user).map(|row| truth(&row.mfa_active)) {
        Err(why) => (Outcome::Unknown, why),
        Ok(Some(true)) => (Outcome::Pass, "an MFA device".to_owned()),
        Ok(Some(false)) => (
            Outcome::Fail,
            format!("no MFA device, by the credential report of {}", population.time()),
        ),
        Ok(None) => (
            Outcome::Unknown,
            "the credential report does not say whether there is an MFA device".to_owned(),
        ),
    }
}

#[cfg(test)]
#[path = "iam_19_tests.rs"]
mod tests;
