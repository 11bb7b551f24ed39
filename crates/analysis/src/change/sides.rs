//! One run's side of an account: what it says, and what its silence means.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use crate::controls::{self, common::control, iam_5};
use crate::model::assessment::{AccountAssessment, Completeness, Finding};
use crate::model::change::{ABSENT, NOT_IN_ORGANIZATION, NOT_READ};
use crate::model::{Outcome, Severity, Verdict};

/// What is compared: a control, or the verdict, and the resource.
pub(super) type Key = (SmolStr, SmolStr);

/// What a run says of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry<T> {
    /// The outcome, or the verdict.
    pub said: T,
    /// How much a fail matters.
    pub severity: Option<Severity>,
    pub resource_type: SmolStr,
    pub reason: String,
    /// Whether an approved exception covers the fail.
    pub exempt: bool,
}

/// Why a run says nothing of a resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Silence {
    /// It was not there.
    Absent,
    /// It was not read, and why.
    NotRead(String),
    /// Its account was not in the organization.
    NotInOrganization,
}

impl Silence {
    /// In the place of an outcome.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Absent => ABSENT,
            Self::NotRead(_) => NOT_READ,
            Self::NotInOrganization => NOT_IN_ORGANIZATION,
        }
    }
}

/// An account at one run; `None` where it was not in the organization.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side<'a>(pub Option<&'a AccountAssessment>);

impl<'a> Side<'a> {
    /// Every finding, IAM.5's of each user as well, by control and resource. A control may say several things
    /// of one resource.
    pub fn findings(self) -> BTreeMap<Key, Vec<Entry<Outcome>>> {
        let mut found: BTreeMap<Key, Vec<Entry<Outcome>>> = BTreeMap::new();
        let Some(account) = self.0 else {
            return found;
        };
        for user in &account.users {
            let key = (iam_5::CONTROL.id.into(), resource_of(user));
            found.entry(key).or_default().push(Entry {
                said: user.iam_5,
                severity: Some(iam_5::CONTROL.severity),
                resource_type: iam_5::CONTROL.resource_type.into(),
                reason: user.reason.clone(),
                exempt: user.exemption.is_some(),
            });
        }
        for finding in account.findings.iter().filter(|finding| !stands_in(finding)) {
            let key = (finding.control_id.clone(), finding.resource_arn.clone());
            found.entry(key).or_default().push(Entry {
                said: finding.outcome,
                severity: Some(finding.severity),
                resource_type: finding.resource_type.clone(),
                reason: finding.reason.clone(),
                exempt: finding.exemption.is_some(),
            });
        }
        found
    }

    /// Every user's verdict.
    pub fn verdicts(self) -> BTreeMap<SmolStr, Entry<Verdict>> {
        let users = self.0.map(|account| account.users.iter());
        users
            .into_iter()
            .flatten()
            .map(|user| {
                let entry = Entry {
                    said: user.verdict,
                    severity: None,
                    resource_type: control::USER.into(),
                    reason: user.verdict_reason.clone(),
                    exempt: false,
                };
                (resource_of(user), entry)
            })
            .collect()
    }

    /// What it means that `control` says nothing of a resource here.
    ///
    /// It is known not to be there only where the account was read completely and the control could judge it:
    /// a list that was not read, or not to its end, is not one without the resource.
    pub fn silence(self, control: &str) -> Silence {
        let Some(account) = self.0 else {
            return Silence::NotInOrganization;
        };
        let unknown = account.findings.iter().find(|finding| {
            finding.control_id == control && finding.outcome == Outcome::Unknown && stands_in(finding)
        });
        // Every control says something of every account that it judges; IAM.5 does it by the users.
        let judged = control == iam_5::CONTROL.id
            || account
                .findings
                .iter()
                .any(|finding| finding.control_id == control);
        if !judged {
            return Silence::NotRead("the control was not judged here".to_owned());
        }
        match (unknown, account.completeness) {
            (Some(finding), _) => Silence::NotRead(finding.reason.clone()),
            (None, Completeness::Full) => Silence::Absent,
            (None, Completeness::Partial) => {
                Silence::NotRead(format!("the account was read only in part: {}", account.reason))
            }
            (None, Completeness::None) => Silence::NotRead(account.reason.clone()),
        }
    }
}

/// Whether a finding stands for the account because the control could not judge, or had no, resources of its
/// own kind there. It says nothing of a resource.
fn stands_in(finding: &Finding) -> bool {
    let own = controls::by_id(&finding.control_id).map(|control| control.resource_type);
    finding.resource_type == control::ACCOUNT
        && own != Some(control::ACCOUNT)
        && matches!(finding.outcome, Outcome::Unknown | Outcome::NotApplicable)
}

/// A user as a resource; by the name where no reading had the ARN.
fn resource_of(user: &crate::model::UserAssessment) -> SmolStr {
    if user.user_arn.is_empty() {
        user.user_name.clone()
    } else {
        user.user_arn.clone()
    }
}
