//! What is known of an account's root user: the part that IAM.4, IAM.6 and IAM.9 share.
//!
//! `GetAccountSummary` is asked live, so its word comes first; the root row of the credential report may be
//! four hours old and need not be there at all. Nothing is concluded from a missing row.

use crate::facts::{AccountFacts, truth};
use crate::model::credential_report::ReportRow;

/// The root user's credentials; `None` is unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// Whether there is a console password. Security Hub takes it for the presence of root credentials.
    pub password: Option<bool>,
    /// Whether any MFA device is enabled.
    pub mfa: Option<bool>,
    /// Whether there is an access key, active or not.
    pub access_key: Option<bool>,
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
            unread: unread(account, row),
        }
    }
}

fn summary(account: &AccountFacts<'_>, entry: &str) -> Option<bool> {
    let count = *account.snapshot.account_summary.value()?.get(entry)?;
    u64::try_from(count).ok().map(|count| count > 0)
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
