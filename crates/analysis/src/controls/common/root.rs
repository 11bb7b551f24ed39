//! What is known of an account's root user: the part that IAM.4, IAM.6 and IAM.9 share.
//!
//! `GetAccountSummary` is asked live, so its word comes first; the root row of the credential report may be
//! four hours old and need not be there at all. Nothing is concluded from a missing row.

use super::population::Judgement;
use crate::facts::{AccountFacts, truth};
use crate::model::Outcome;
use crate::model::credential_report::{Flag, ReportRow};

/// The root user's credentials; `None` is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// Whether there is a console password. Security Hub takes it for the presence of root credentials.
    pub password: Option<bool>,
    /// Whether any MFA device is enabled.
    pub mfa: Option<bool>,
    /// Whether there is an access key, active or not.
    pub access_key: Option<bool>,
    /// Whether there is an access key that can be used: by the summary one that exists, by the report an active one.
    usable_key: Option<bool>,
    /// Whether there is a signing certificate.
    certificate: Option<bool>,
    /// Why something is unknown, for the reason of an unknown outcome.
    pub unread: String,
}

impl Root {
    /// Brings together what the summary and the credential report say.
    #[must_use]
    pub fn of(account: &AccountFacts<'_>) -> Self {
        let row = account
            .report
            .as_ref()
            .ok()
            .and_then(|report| report.root.as_ref());
        let either = |entry: &str, by_row: Option<bool>| summary(account, entry).or(by_row);
        Self {
            password: either(
                "AccountPasswordPresent",
                row.and_then(|row| truth(&row.password_enabled)),
            ),
            mfa: either("AccountMFAEnabled", row.and_then(|row| truth(&row.mfa_active))),
            access_key: either("AccountAccessKeysPresent", row.and_then(key_by_row)),
            usable_key: either("AccountAccessKeysPresent", row.and_then(active_key)),
            certificate: either(
                "AccountSigningCertificatesPresent",
                row.and_then(active_certificate),
            ),
            unread: unread(account, row),
        }
    }

    /// Whether root has any credentials: a password, an access key, a signing certificate.
    #[must_use]
    pub fn has_credentials(&self) -> Option<bool> {
        if self.credentials().next().is_some() {
            return Some(true);
        }
        let all = [self.password, self.usable_key, self.certificate];
        all.iter().all(|there| *there == Some(false)).then_some(false)
    }

    /// What it is known to have, for a reason.
    fn credentials(&self) -> impl Iterator<Item = &'static str> {
        let each = [
            (self.password, "a password"),
            (self.usable_key, "an access key"),
            (self.certificate, "a signing certificate"),
        ];
        each.into_iter()
            .filter_map(|(there, name)| (there == Some(true)).then_some(name))
    }

    /// What controls on root's MFA say where it has no device, or none is known.
    #[must_use]
    pub fn without_device(&self) -> Judgement {
        match (self.has_credentials(), self.mfa) {
            (Some(false), _) => (
                Outcome::Pass,
                "there are no root credentials: neither a password nor an access key nor a signing certificate"
                    .to_owned(),
            ),
            (Some(true), Some(false)) => {
                let credentials: Vec<&str> = self.credentials().collect();
                let reason = format!(
                    "the root user has {} and no MFA device",
                    credentials.join(" and ")
                );
                (Outcome::Fail, reason)
            }
            (None, Some(false)) => (
                Outcome::Unknown,
                format!(
                    "the root user has no MFA device; it is not known whether it has credentials: {}",
                    self.unread
                ),
            ),
            (Some(true) | None, Some(true) | None) => (
                Outcome::Unknown,
                format!(
                    "it is not known whether the root user has an MFA device: {}",
                    self.unread
                ),
            ),
        }
    }
}

fn summary(account: &AccountFacts<'_>, entry: &str) -> Option<bool> {
    let count = *account.snapshot.account_summary.value()?.get(entry)?;
    u64::try_from(count).ok().map(|count| count > 0)
}

/// Whether one of two is; not known where one is not known, or where there are more than the report has columns for.
fn any_active(row: &ReportRow, each: [&Flag; 2]) -> Option<bool> {
    match each.map(truth) {
        [Some(true), _] | [_, Some(true)] => Some(true),
        [Some(false), Some(false)] if !row.has_more_credentials() => Some(false),
        _ => None,
    }
}

fn active_key(row: &ReportRow) -> Option<bool> {
    any_active(row, row.access_keys.each_ref().map(|key| &key.active))
}

fn active_certificate(row: &ReportRow) -> Option<bool> {
    any_active(row, row.certificates.each_ref())
}

/// The report shows active keys only: that there is none says nothing of keys that are not active.
fn key_by_row(row: &ReportRow) -> Option<bool> {
    let active = row.access_keys.iter().any(|key| truth(&key.active) == Some(true));
    active.then_some(true)
}

fn unread(account: &AccountFacts<'_>, row: Option<&ReportRow>) -> String {
    let summary = match account.snapshot.account_summary.why_missing() {
        Some(why) => format!("GetAccountSummary could not be read: {why}"),
        None => "GetAccountSummary does not say it".to_owned(),
    };
    let report = match (&account.report, row) {
        (Err(why), _) => format!("the credential report could not be read: {why}"),
        (Ok(_), None) => "the credential report has no row of the root user".to_owned(),
        (Ok(_), Some(_)) => "nor does the credential report".to_owned(),
    };
    format!("{summary}; {report}")
}
