//! Which users an account has, and what of each is known: the part that all controls on users share.

use crate::controls::{Context, Control};
use crate::facts::{AccountFacts, Doubt, UserSources};
use crate::model::credential_report::ReportRow;
use crate::model::{Finding, Outcome};

/// Where the population stands: what the other readings say of a user.
#[derive(Debug, Clone, Copy)]
pub struct Population<'a> {
    /// Why the credential report cannot be used, where it cannot.
    pub report_missing: Option<&'a str>,
    /// `GeneratedTime` of the report.
    pub report_time: Option<&'a str>,
}

impl Population<'_> {
    /// When the report was made, in words.
    #[must_use]
    pub fn time(&self) -> &str {
        self.report_time.unwrap_or("an unknown time")
    }

    /// The user's row in the credential report.
    ///
    /// # Errors
    ///
    /// Why the report says nothing of this user that could be relied on.
    pub fn row<'u>(&self, user: &'u UserSources<'_>) -> Result<&'u ReportRow, String> {
        if let Some(why) = self.report_missing {
            return Err(format!("the credential report could not be read: {why}"));
        }
        let time = self.time();
        if user.doubt == Some(Doubt::MadeAgain) {
            return Err(format!(
                "the credential report of {time} has another user of this name: the times at which they were made differ"
            ));
        }
        let Some(row) = &user.row else {
            return Err(format!(
                "not in the credential report of {time}: the user was made after it"
            ));
        };
        if user.doubt == Some(Doubt::Gone) {
            return Err(format!(
                "in the credential report of {time} and not in IAM any more: the user was deleted after it"
            ));
        }
        Ok(row)
    }
}

/// What a control says of one user.
pub type Judgement = (Outcome, String);

/// Judges every user that any reading names.
#[must_use]
pub fn every_user(
    control: &Control,
    account: &AccountFacts<'_>,
    context: &Context<'_>,
    judge: impl Fn(&UserSources<'_>, Population<'_>) -> Judgement,
) -> Vec<Finding> {
    let time = account.report_time();
    let population = Population {
        report_missing: account.report.as_ref().err().map(String::as_str),
        report_time: time.as_deref(),
    };
    let findings: Vec<Finding> = account
        .users
        .values()
        .map(|user| {
            let (outcome, reason) = judge(user, population);
            control.finding(user.arn().unwrap_or_default(), outcome, reason)
        })
        .collect();
    if let (true, Err(why)) = (findings.is_empty(), &account.report) {
        let reason = format!("the credential report could not be read: {why}");
        return vec![control.of_account(context.account_id, Outcome::Unknown, reason)];
    }
    control.or_nothing_to_judge(findings, context.account_id, "the account has no IAM users")
}

/// Why nothing is known of the account's policies, attachments and tags.
#[must_use]
pub fn details_missing(account: &AccountFacts<'_>) -> String {
    let why = account.snapshot.authorization_details.why_missing();
    format!(
        "the users, groups and policies could not be read: {}",
        why.unwrap_or_default()
    )
}
