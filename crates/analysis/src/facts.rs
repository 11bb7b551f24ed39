//! The facts of one account, brought together from the readings that carry them.
//!
//! The credential report says who has a password, a device and keys; the authorization details say who
//! exists and with which policies; the live confirmation corrects the report, which may be four hours old.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use crate::model::Failure;
use crate::model::credential_report::{CredentialReport, Flag, ReportRow};
use crate::model::snapshot::{AccountSnapshot, AuthorizationDetails, LiveConfirmation, User};

/// One account's facts.
#[derive(Debug)]
pub struct AccountFacts<'a> {
    /// What was read.
    pub snapshot: &'a AccountSnapshot,
    /// The parsed credential report, or why there is none.
    pub report: Result<CredentialReport, String>,
    /// Users by name, from every reading that names them.
    pub users: BTreeMap<SmolStr, UserSources<'a>>,
}

/// Where a user was seen.
#[derive(Debug, Default, Clone)]
pub struct UserSources<'a> {
    /// Its row in the credential report.
    pub row: Option<ReportRow>,
    /// Its entry in the authorization details.
    pub details: Option<&'a User>,
    /// What IAM itself said.
    pub live: Option<&'a LiveConfirmation>,
    /// Virtual MFA devices assigned to it (`ListVirtualMFADevices`, live); `None` where not read.
    pub virtual_devices: Option<u32>,
    /// Where its readings are not of one user.
    pub doubt: Option<Doubt>,
}

/// How two readings of a user differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// It is in the credential report and not in the authorization details, which were read.
    Gone,
    /// The credential report has another user of the same name, made at another time. That row is left out.
    MadeAgain,
}

/// How many users are named where readings differ.
const MOST_NAMED: usize = 5;

impl<'a> AccountFacts<'a> {
    /// Brings the readings of `snapshot` together.
    #[must_use]
    pub fn new(snapshot: &'a AccountSnapshot) -> Self {
        let report = match snapshot.credential_report.value() {
            Some(raw) => CredentialReport::parse(&raw.content).map_err(|error| error.to_string()),
            None => Err(snapshot.credential_report.why_missing().unwrap_or_default()),
        };
        let mut users: BTreeMap<SmolStr, UserSources<'a>> = BTreeMap::new();
        for row in report.iter().flat_map(|report| &report.users) {
            users.entry(row.user.clone()).or_default().row = Some(row.clone());
        }
        for user in snapshot
            .authorization_details
            .value()
            .iter()
            .flat_map(|details| &details.users)
        {
            users.entry(user.name.clone()).or_default().details = Some(user);
        }
        for (name, live) in &snapshot.live {
            users.entry(name.clone()).or_default().live = Some(live);
        }
        let mut facts = Self {
            snapshot,
            report,
            users,
        };
        facts.reconcile();
        facts.count_virtual_devices();
        facts
    }

    /// The credential report may be four hours old: whom it describes may be gone, or another.
    fn reconcile(&mut self) {
        let (Some(raw), true) = (self.snapshot.credential_report.value(), self.details().is_some()) else {
            return;
        };
        for user in self.users.values_mut() {
            user.doubt = match (&user.row, user.details) {
                (Some(_), None) => Some(Doubt::Gone),
                (Some(row), Some(details))
                    if row.is_of_another_user(details.created_at, raw.generated_at) =>
                {
                    user.row = None;
                    Some(Doubt::MadeAgain)
                }
                _ => None,
            };
        }
    }

    fn count_virtual_devices(&mut self) {
        let Some(devices) = self.snapshot.virtual_mfa_devices.value() else {
            return;
        };
        let mut by_arn: BTreeMap<&str, u32> = BTreeMap::new();
        for arn in devices.iter().filter_map(|device| device.user_arn.as_deref()) {
            *by_arn.entry(arn).or_default() += 1;
        }
        for user in self.users.values_mut() {
            let count = user.arn().and_then(|arn| by_arn.get(arn)).copied().unwrap_or(0);
            user.virtual_devices = Some(count);
        }
    }

    /// The authorization details, where they were read.
    #[must_use]
    pub fn details(&self) -> Option<&'a AuthorizationDetails> {
        self.snapshot.authorization_details.value()
    }

    /// `GeneratedTime` of the credential report.
    #[must_use]
    pub fn report_time(&self) -> Option<String> {
        self.snapshot
            .credential_report
            .value()
            .map(|raw| raw.generated_at.to_string())
    }

    /// The reasons for which this account was not read completely, in a fixed order, without repetition.
    #[must_use]
    pub fn gaps(&self) -> Vec<Gap> {
        let mut gaps = Vec::new();
        if self.snapshot.credential_report.value().is_some()
            && let Err(why) = &self.report
        {
            gaps.push(Gap {
                what: why.clone(),
                way_out: "repeat the run".to_owned(),
            });
        }
        for failure in grouped(self.failures()) {
            gaps.push(Gap {
                what: failure.to_string(),
                way_out: failure.way_out(),
            });
        }
        gaps.extend(self.differences());
        let mut seen = BTreeSet::new();
        gaps.retain(|gap| seen.insert(gap.what.clone()));
        gaps
    }

    /// Every reading that failed, in a fixed order.
    fn failures(&self) -> Vec<&'a Failure> {
        let snapshot = self.snapshot;
        let account = [
            snapshot.credential_report.failure(),
            snapshot.authorization_details.failure(),
            snapshot.account_summary.failure(),
            snapshot.password_policy.failure(),
            snapshot.virtual_mfa_devices.failure(),
        ];
        let live = snapshot.live.values();
        let live = live.flat_map(|live| [live.login_profile.failure(), live.mfa_devices.failure()]);
        account.into_iter().chain(live).flatten().collect()
    }

    /// Three independent counts of the same users must agree (PCI DSS assessors ask for a population that is
    /// provably complete), and so must the names; where they do not, users were made or deleted meanwhile, or a
    /// reading lost some.
    fn differences(&self) -> Option<Gap> {
        let report = self.report.as_ref().ok().map(|report| report.users.len());
        let details = self.details().map(|details| details.users.len());
        let summary = self
            .users_in_summary()
            .and_then(|users| usize::try_from(users).ok());
        let counts: Vec<usize> = [report, details, summary].into_iter().flatten().collect();
        let alike = counts.iter().all(|count| Some(count) == counts.first());
        let names = if report.is_some() && details.is_some() {
            self.different_users()
        } else {
            Vec::new()
        };
        if alike && names.is_empty() {
            return None;
        }
        let show = |count: Option<usize>| count.map_or_else(|| "?".to_owned(), |count| count.to_string());
        let counted = format!(
            "the counts of IAM users differ: {} in the credential report, {} in GetAccountAuthorizationDetails, {} in \
             GetAccountSummary",
            show(report),
            show(details),
            show(summary)
        );
        let what = if alike {
            "the readings are not of the same IAM users".to_owned()
        } else {
            counted
        };
        Some(Gap {
            what: std::iter::once(what).chain(names).collect::<Vec<_>>().join("; "),
            way_out: "repeat the run once the credential report is newer (at most four hours)".to_owned(),
        })
    }

    /// Who is in the credential report and not in the authorization details, and the other way round.
    fn different_users(&self) -> Vec<String> {
        let of = |wanted: &dyn Fn(&UserSources<'_>) -> bool, what: &str| {
            let mut found = self.users.iter().filter(|(_, user)| wanted(user));
            let mut names: Vec<&str> = found
                .by_ref()
                .take(MOST_NAMED)
                .map(|(name, _)| name.as_str())
                .collect();
            if found.next().is_some() {
                names.push("…");
            }
            (!names.is_empty()).then(|| format!("{what}: {}", names.join(", ")))
        };
        let gone = of(
            &|user| user.doubt == Some(Doubt::Gone),
            "only in the credential report",
        );
        let made_again = of(
            &|user| user.doubt == Some(Doubt::MadeAgain),
            "another user of the same name in the credential report",
        );
        let new = of(
            &|user| user.row.is_none() && user.doubt.is_none() && user.details.is_some(),
            "only in GetAccountAuthorizationDetails",
        );
        [gone, new, made_again].into_iter().flatten().collect()
    }

    /// `Users` of `GetAccountSummary`.
    #[must_use]
    pub fn users_in_summary(&self) -> Option<i64> {
        self.snapshot.account_summary.value()?.get("Users").copied()
    }
}

/// Something that was not read, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// What and why, without a full stop.
    pub what: String,
    /// The way out.
    pub way_out: String,
}

/// Failures of one kind and code told as one, with the first one's message: five calls that the same SCP
/// denies are one thing to put right, and the snapshot keeps each by itself.
fn grouped(failures: Vec<&Failure>) -> Vec<Failure> {
    let mut groups: Vec<Failure> = Vec::new();
    for failure in failures {
        let alike = |group: &&mut Failure| group.kind == failure.kind && group.code == failure.code;
        match groups.iter_mut().find(alike) {
            Some(group)
                if group
                    .operation
                    .split(", ")
                    .any(|known| known == failure.operation) => {}
            Some(group) => group.operation = format!("{}, {}", group.operation, failure.operation).into(),
            None => groups.push(failure.clone()),
        }
    }
    groups
}

impl UserSources<'_> {
    /// The user's ARN, from whichever reading has it.
    #[must_use]
    pub fn arn(&self) -> Option<&str> {
        let listed = self.details.map(|user| user.arn.as_str());
        listed.or_else(|| self.row.as_ref().map(|row| row.arn.as_str()))
    }

    /// Whether there is a console password: the live answer, else the report's.
    #[must_use]
    pub fn console_password(&self) -> Option<bool> {
        if let Some(profile) = self.live.and_then(|live| live.login_profile.value()) {
            return Some(profile.is_some());
        }
        truth(&self.current_row()?.password_enabled)
    }

    /// The report's row, unless the user may be gone that it is of.
    fn current_row(&self) -> Option<&ReportRow> {
        self.row.as_ref().filter(|_| self.doubt != Some(Doubt::Gone))
    }

    /// How many MFA devices, and whether that is the exact number. The report says only whether there is
    /// one; virtual devices are counted by their own list.
    #[must_use]
    pub fn mfa_devices(&self) -> (Option<u32>, bool) {
        if let Some(Some(devices)) = self.live.and_then(|live| live.mfa_devices.value()) {
            return (u32::try_from(devices.len()).ok(), true);
        }
        match self.current_row().and_then(|row| truth(&row.mfa_active)) {
            Some(true) => (Some(self.virtual_devices.unwrap_or(0).max(1)), false),
            Some(false) => (Some(0), true),
            None => (None, false),
        }
    }

    /// How many access keys are active. `None` where that is not known, or where the report says that there
    /// are more credentials than it has columns for.
    #[must_use]
    pub fn active_access_keys(&self) -> Option<u32> {
        let row = self.current_row()?;
        if row.has_more_credentials() {
            return None;
        }
        let mut active = 0;
        for key in &row.access_keys {
            active += u32::from(truth(&key.active)?);
        }
        Some(active)
    }
}

/// The flag as a truth value, where it is one.
#[must_use]
pub fn truth(flag: &Flag) -> Option<bool> {
    match flag {
        Flag::True => Some(true),
        Flag::False => Some(false),
        Flag::NotSupported | Flag::Other(_) => None,
    }
}

#[cfg(test)]
#[path = "facts_tests.rs"]
mod tests;
