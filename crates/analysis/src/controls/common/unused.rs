//! Whether a user's credentials are in use: the part that IAM.8 and IAM.22 share.

use jiff::Timestamp;

use super::age::{Past, Tally};
use super::population::{Judgement, Population, every_user};
use crate::controls::{Context, Control};
use crate::facts::{AccountFacts, UserSources, truth};
use crate::model::credential_report::ReportRow;
use crate::model::{Finding, Outcome};

/// Judges every user by credentials that were not used for `days` days or more.
#[must_use]
pub fn every_user_by_use(
    control: &Control,
    account: &AccountFacts<'_>,
    context: &Context<'_>,
    days: u32,
) -> Vec<Finding> {
    let now = account.snapshot.ended_at;
    every_user(control, account, context, |user, population| {
        judge(user, population, now, days)
    })
}

fn judge(user: &UserSources<'_>, population: Population<'_>, now: Timestamp, days: u32) -> Judgement {
    let row = match population.row(user) {
        Ok(row) => row,
        Err(why) => return (Outcome::Unknown, why),
    };
    let mut tally = Tally::default();
    match user.console_password() {
        Some(false) => {}
        Some(true) => {
            let since = last_use(&row.password_last_used, &row.password_last_changed, now);
            weigh(&mut tally, "the console password", since, days);
        }
        None => tally
            .unknown
            .push("the credential report does not say whether there is a console password".to_owned()),
    }
    weigh_keys(&mut tally, row, now, days);
    tally.judge("neither a console password nor an active access key")
}

fn weigh_keys(tally: &mut Tally, row: &ReportRow, now: Timestamp, days: u32) {
    for (number, key) in (1..).zip(&row.access_keys) {
        match truth(&key.active) {
            Some(false) => {}
            Some(true) => {
                let since = last_use(&key.last_used, &key.last_rotated, now);
                weigh(tally, &format!("access key {number}"), since, days);
            }
            None => tally.unknown.push(format!(
                "the credential report does not say whether access key {number} is active"
            )),
        }
    }
    if row.has_more_credentials() {
        tally
            .unknown
            .push("the user has more credentials than the credential report shows".to_owned());
    }
}

/// When a credential was last used, or since when it has been there without being used.
#[derive(Debug, Clone, Copy)]
enum Use {
    Used(Past),
    NeverSince(Past),
    Unknown,
}

fn last_use(used: &str, made: &str, now: Timestamp) -> Use {
    match (Past::read(used, now), Past::read(made, now)) {
        (Some(used), _) => Use::Used(used),
        (None, Some(made)) if matches!(used, "N/A" | "no_information" | "") => Use::NeverSince(made),
        (None, _) => Use::Unknown,
    }
}

fn weigh(tally: &mut Tally, what: &str, since: Use, days: u32) {
    let (past, how) = match since {
        Use::Used(past) => (past, "last used"),
        Use::NeverSince(past) => (past, "never used since"),
        Use::Unknown => {
            let reason = format!("the credential report does not say when {what} was last used");
            tally.unknown.push(reason);
            return;
        }
    };
    let told = format!("{what} was {how} {}", past.describe());
    if past.is_at_or_before(days) {
        tally.failed.push(told);
    } else {
        tally.sound.push(told);
    }
}
