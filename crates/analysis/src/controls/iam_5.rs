//! IAM.5: MFA should be enabled for all IAM users that have a console password.
//!
//! # What it checks
//!
//! * A console password and an MFA device of any type: pass.
//! * A console password and no MFA device: fail.
//! * No console password: not applicable, and never counted as a pass.
//! * Anything that decides it could not be read or understood: unknown.
//!
//! The root user is not an IAM user and is not judged here; IAM.6 and IAM.9 look at it. The credential report
//! may be four hours old, so a user whom it fails is asked about live, and the live answer wins where there is
//! one. Security Hub itself looks every 12 or 24 hours, at a report of up to four hours: for that long its
//! answer may lag behind this one.
//!
//! # Why it matters
//!
//! A password can be guessed, phished and bought. Signing in to the AWS console is access over a network, so
//! PCI DSS counts it as non-console access, whatever AWS calls it. A pass says that a device is enrolled; it
//! does not say that the user's access keys ask for it. That is what the user's verdict is about.
//!
//! # How to fix
//!
//! Let the user enrol a device (IAM User Guide, "Using multi-factor authentication (MFA) in AWS"), a passkey or
//! security key before any other. Where the user does not need the console, delete the password. Better, move
//! people to IAM Identity Center.
//!
//! # Where AWS is silent
//!
//! What the rule returns for a user without a console password is not documented; AWS's own published sample
//! calls such a user compliant. Here it is not applicable.
//!
//! # Examples
//!
//! This passes:
//!
//! ```json
//! {"report": [{"user": "ana", "password_enabled": "true", "mfa_active": "true"}]}
//! ```
//!
//! This fails:
//!
//! ```json
//! {"report": [{"user": "ana", "password_enabled": "true", "mfa_active": "false"}]}
//! ```

use super::common::control::{self, Assess, Control, Requirements};
pub use super::common::population::Population;
use crate::facts::{UserSources, truth};
use crate::model::snapshot::LiveConfirmation;
use crate::model::{Outcome, Severity};

/// The control.
pub const CONTROL: Control = Control {
    id: "IAM.5",
    title: "MFA should be enabled for all IAM users that have a console password",
    severity: Severity::Medium,
    resource_type: control::USER,
    config_rule: Some("mfa-enabled-for-iam-console-access"),
    requirements: Requirements {
        pci_dss_4_0_1: &["8.4.2"],
        cis_1_2_0: &["1.2"],
        cis_1_4_0: &["1.10"],
        cis_3_0_0: &["1.10"],
        cis_5_0_0: &["1.9"],
        nist_800_53_r5: &["AC-2(1)", "AC-3(15)", "IA-2(1)", "IA-2(2)", "IA-2(6)", "IA-2(8)"],
        ..Requirements::NONE
    },
    default: true,
    needs_roles: false,
    source: include_str!("iam_5.rs"),
    assess: Assess::WithUsers,
};

/// Judges one user: the outcome, and why.
#[must_use]
pub fn judge(user: &UserSources<'_>, population: Population<'_>) -> (Outcome, String) {
    match user.live {
        Some(live) => judge_live(user, live, population),
        None => judge_report(user, population),
    }
}

fn judge_live(
    user: &UserSources<'_>,
    live: &LiveConfirmation,
    population: Population<'_>,
) -> (Outcome, String) {
    if let Some(None) = live.mfa_devices.value() {
        return (
            Outcome::Unknown,
            "the user was deleted while the account was read".to_owned(),
        );
    }
    let password = live.login_profile.value().map(Option::is_some);
    let device = live
        .mfa_devices
        .value()
        .map(|devices| devices.as_ref().is_some_and(|list| !list.is_empty()));
    match (password, device) {
        (Some(false), _) => (
            Outcome::NotApplicable,
            "no console password, confirmed live".to_owned(),
        ),
        (Some(true), Some(true)) => (
            Outcome::Pass,
            "a console password and an MFA device, confirmed live".to_owned(),
        ),
        (Some(true), Some(false)) => (
            Outcome::Fail,
            "a console password and no MFA device, confirmed live".to_owned(),
        ),
        (None, Some(true)) => (
            Outcome::Unknown,
            format!(
                "an MFA device, confirmed live; whether there is a console password could not be: {}",
                live.login_profile.why_missing().unwrap_or_default()
            ),
        ),
        (Some(true) | None, None) | (None, Some(false)) => judge_half_confirmed(user, live, population),
    }
}

/// The live confirmation was asked for and did not come whole. It can then only make things worse than the
/// report says, never better: a fail stays a fail, anything else is not known.
fn judge_half_confirmed(
    user: &UserSources<'_>,
    live: &LiveConfirmation,
    population: Population<'_>,
) -> (Outcome, String) {
    let why = live
        .login_profile
        .why_missing()
        .or_else(|| live.mfa_devices.why_missing())
        .unwrap_or_default();
    let (by_report, reason) = judge_report(user, population);
    match by_report {
        Outcome::Fail => (
            Outcome::Fail,
            format!("{reason}; it could not be confirmed live: {why}"),
        ),
        Outcome::Pass | Outcome::NotApplicable | Outcome::Unknown => (
            Outcome::Unknown,
            format!("the live confirmation could not be read: {why}"),
        ),
    }
}

fn judge_report(user: &UserSources<'_>, population: Population<'_>) -> (Outcome, String) {
    let row = match population.row(user) {
        Ok(row) => row,
        Err(why) => return (Outcome::Unknown, why),
    };
    match (truth(&row.password_enabled), truth(&row.mfa_active)) {
        (Some(false), _) => (Outcome::NotApplicable, "no console password".to_owned()),
        (Some(true), Some(true)) => (Outcome::Pass, "a console password and an MFA device".to_owned()),
        (Some(true), Some(false)) => (
            Outcome::Fail,
            format!(
                "a console password and no MFA device, by the credential report of {}",
                population.time()
            ),
        ),
        (None, _) => (
            Outcome::Unknown,
            "the credential report does not say whether there is a console password".to_owned(),
        ),
        (Some(true), None) => (
            Outcome::Unknown,
            "the credential report does not say whether there is an MFA device".to_owned(),
        ),
    }
}

#[cfg(test)]
#[path = "iam_5_tests.rs"]
mod tests;
