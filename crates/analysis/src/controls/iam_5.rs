//! IAM.5: MFA should be enabled for all IAM users that have a console password.
//!
//! Security Hub CSPM user guide, "Security Hub CSPM controls for IAM", IAM.5; AWS Config rule
//! `mfa-enabled-for-iam-console-access`. It supports PCI DSS v4.0.1 requirement 8.4.2 and does not by itself
//! show that the requirement is in place.
//!
//! * A console password and an MFA device of any type: pass.
//! * A console password and no MFA device: fail.
//! * No console password: not applicable. AWS does not document what its rule returns here; it is never
//!   counted as a pass.
//! * Anything that decides it could not be read or understood: unknown.
//!
//! The root user is not an IAM user and is not judged here. The credential report may be four hours old, so
//! a user that it fails is asked about live, and the live answer wins where there is one.

use super::Control;
use crate::facts::{UserSources, truth};
use crate::model::snapshot::LiveConfirmation;
use crate::model::{Outcome, Severity};

/// The control.
pub const CONTROL: Control = Control {
    id: "IAM.5",
    title: "MFA should be enabled for all IAM users that have a console password",
    severity: Severity::Medium,
    resource_type: "AWS::IAM::User",
};

/// Where the population stands: what the other readings say of this user.
#[derive(Debug, Clone, Copy)]
pub struct Population<'a> {
    /// Why the credential report cannot be used, where it cannot.
    pub report_missing: Option<&'a str>,
    /// `GeneratedTime` of the report.
    pub report_time: Option<&'a str>,
    /// Whether the authorization details were read, so that a user who is not in them is not there.
    pub details_read: bool,
}

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
        (Some(true) | None, None) | (None, Some(_)) => judge_half_confirmed(user, live, population),
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
    if let Some(why) = population.report_missing {
        return (
            Outcome::Unknown,
            format!("the credential report could not be read: {why}"),
        );
    }
    let time = population.report_time.unwrap_or("an unknown time");
    let Some(row) = &user.row else {
        return (
            Outcome::Unknown,
            format!("not in the credential report of {time}: the user was made after it"),
        );
    };
    if population.details_read && user.details.is_none() {
        return (
            Outcome::Unknown,
            format!(
                "in the credential report of {time} and not in IAM any more: the user was deleted after it"
            ),
        );
    }
    match (truth(&row.password_enabled), truth(&row.mfa_active)) {
        (Some(false), _) => (Outcome::NotApplicable, "no console password".to_owned()),
        (Some(true), Some(true)) => (Outcome::Pass, "a console password and an MFA device".to_owned()),
        (Some(true), Some(false)) => (
            Outcome::Fail,
            format!("a console password and no MFA device, by the credential report of {time}"),
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
