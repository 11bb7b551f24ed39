//! Approved exceptions: which failed findings one covers.
//!
//! They are applied after the judgement and change no outcome: a fail stays a fail, and what is unknown stays
//! unknown. Whether an entry has expired is asked of the day on which the snapshot was taken, and not of a clock:
//! the same snapshot and the same file give the same answers for ever.

mod parse;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::ops::Range;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use smol_str::SmolStr;

use crate::controls::iam_5;
use crate::model::exemption::{ExceptionState, ExceptionUse, Exemption};
use crate::model::snapshot::OrganizationSnapshot;
use crate::model::{AccountAssessment, Finding, Outcome};

/// The entries of an exceptions file, in its order. The first that covers a finding counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exceptions {
    entries: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    grants: Exemption,
    line: u32,
    account: String,
    target: Target,
    controls: Vec<SmolStr>,
}

/// What an entry is about, within the accounts that it names.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Target {
    User(String),
    Resource(String),
}

/// A file that cannot be used, and where in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ExceptionsError {
    message: String,
    help: String,
    span: Range<usize>,
}

impl ExceptionsError {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> &str {
        &self.help
    }

    /// The place, in bytes.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }
}

impl Exceptions {
    /// Reads the text of an exceptions file (TOML).
    ///
    /// # Errors
    ///
    /// When anything in it is not understood: an exception that is silently left out, or silently covers more
    /// than was approved, is worse than none.
    pub fn parse(text: &str) -> Result<Self, ExceptionsError> {
        parse::parse(text)
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

/// The exceptions of one run while its accounts pass by.
#[derive(Debug)]
pub(crate) struct Ledger {
    entries: Vec<Entry>,
    covered: Vec<u64>,
    taken_on: Date,
}

impl Ledger {
    pub(crate) fn new(exceptions: &Exceptions, organization: &OrganizationSnapshot) -> Self {
        let taken_at = organization.collection.started_at;
        Self {
            covered: vec![0; exceptions.entries.len()],
            entries: exceptions.entries.clone(),
            taken_on: taken_at.to_zoned(TimeZone::UTC).date(),
        }
    }

    /// Marks the failed findings that an entry covers. No outcome changes.
    pub(crate) fn apply(&mut self, account: &mut AccountAssessment) {
        if self.entries.is_empty() {
            return;
        }
        let (id, name) = (account.account_id.clone(), account.account_name.clone());
        let here: HashSet<usize> = self
            .entries
            .iter()
            .enumerate()
            .filter(|(_, entry)| {
                !self.has_expired(entry) && names_account(&entry.account, id.as_str(), &name)
            })
            .map(|(index, _)| index)
            .collect();
        if here.is_empty() {
            return;
        }
        for user in &mut account.users {
            if user.iam_5 == Outcome::Fail {
                let found = Failed {
                    control: iam_5::CONTROL.id,
                    user: Some(&user.user_name),
                    resource: &user.user_arn,
                };
                user.exemption = self.cover(&here, &found);
            }
        }
        for finding in &mut account.findings {
            if finding.outcome == Outcome::Fail {
                let found = Failed {
                    control: &finding.control_id,
                    user: user_of(finding),
                    resource: &finding.resource_arn,
                };
                finding.exemption = self.cover(&here, &found);
            }
        }
    }

    fn has_expired(&self, entry: &Entry) -> bool {
        entry.grants.expires < self.taken_on
    }

    fn cover(&mut self, here: &HashSet<usize>, found: &Failed<'_>) -> Option<Exemption> {
        let (entry, covered) = self
            .entries
            .iter()
            .zip(&mut self.covered)
            .enumerate()
            .filter(|(index, _)| here.contains(index))
            .map(|(_, entry)| entry)
            .find(|(entry, _)| entry.covers(found))?;
        *covered += 1;
        Some(entry.grants.clone())
    }

    /// What became of each entry.
    pub(crate) fn finish(self) -> Vec<ExceptionUse> {
        let taken_on = self.taken_on;
        self.entries
            .into_iter()
            .zip(self.covered)
            .map(|(entry, findings)| {
                let (user, resource) = match entry.target {
                    Target::User(user) => (Some(user), None),
                    Target::Resource(resource) => (None, Some(resource)),
                };
                ExceptionUse {
                    state: if entry.grants.expires < taken_on {
                        ExceptionState::Expired
                    } else if findings == 0 {
                        ExceptionState::Unused
                    } else {
                        ExceptionState::Used
                    },
                    exemption: entry.grants,
                    line: entry.line,
                    account: entry.account,
                    user,
                    resource,
                    controls: entry.controls,
                    findings,
                }
            })
            .collect()
    }
}

/// A failed finding, as an entry sees it.
struct Failed<'a> {
    control: &'a str,
    user: Option<&'a str>,
    resource: &'a str,
}

impl Entry {
    fn covers(&self, found: &Failed<'_>) -> bool {
        self.controls.iter().any(|control| control == found.control)
            && match &self.target {
                Target::User(pattern) => found.user.is_some_and(|user| matches(pattern, user)),
                Target::Resource(pattern) => matches(pattern, found.resource),
            }
    }
}

/// The IAM user that a finding is about.
fn user_of(finding: &Finding) -> Option<&str> {
    (finding.resource_type == "AWS::IAM::User")
        .then(|| finding.resource_arn.rsplit('/').next())
        .flatten()
}

/// Whether `pattern` names the account. Twelve digits are an id and never a name: whoever may rename an account
/// could otherwise get another one's exceptions.
fn names_account(pattern: &str, id: &str, name: &str) -> bool {
    let is_id = pattern.len() == 12 && pattern.bytes().all(|byte| byte.is_ascii_digit());
    matches(pattern, id) || (!is_id && matches(pattern, name))
}

/// Whether `text` is what `pattern` says; `*` stands for any characters, and nothing else is special. Letters
/// count as they are written.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(place) = rest.find(part) else {
            return false;
        };
        rest = rest.get(place + part.len()..).unwrap_or_default();
    }
    true
}
