//! What an account's password policy lacks: the part that IAM.7 and IAM.10 to IAM.17 share.

use crate::controls::{Context, Control};
use crate::facts::AccountFacts;
use crate::model::snapshot::PasswordPolicy;
use crate::model::{Finding, Outcome};

/// Judges the account's password policy by what it lacks, each as a short text such as `no symbol`.
#[must_use]
pub fn judge(
    control: &Control,
    account: &AccountFacts<'_>,
    context: &Context<'_>,
    lacks: impl Fn(&PasswordPolicy) -> Vec<String>,
) -> Vec<Finding> {
    let reading = &account.snapshot.password_policy;
    let (outcome, reason) = match reading.value() {
        None => {
            let why = reading.why_missing().unwrap_or_default();
            (
                Outcome::Unknown,
                format!("the password policy could not be read: {why}"),
            )
        }
        Some(None) => (
            Outcome::Fail,
            "the account has no password policy of its own, only the default one of AWS".to_owned(),
        ),
        Some(Some(policy)) => {
            let lacks = lacks(policy);
            if lacks.is_empty() {
                (
                    Outcome::Pass,
                    "the password policy asks for what it should".to_owned(),
                )
            } else {
                (
                    Outcome::Fail,
                    format!("the password policy asks for {}", lacks.join("; ")),
                )
            }
        }
    };
    vec![control.of_account(context.account_id, outcome, reason)]
}

/// Whether passwords may be shorter than `least`.
#[must_use]
pub fn length(policy: &PasswordPolicy, least: u32) -> Option<String> {
    match positive(policy.minimum_length) {
        Some(length) if length >= least => None,
        Some(length) => Some(format!("{length} characters, fewer than {least}")),
        None => Some(format!("no length, where {least} characters are needed")),
    }
}

/// Whether no upper-case letter is needed.
#[must_use]
pub fn uppercase(policy: &PasswordPolicy) -> Option<String> {
    without(policy.require_uppercase, "upper-case letter")
}

/// Whether no lower-case letter is needed.
#[must_use]
pub fn lowercase(policy: &PasswordPolicy) -> Option<String> {
    without(policy.require_lowercase, "lower-case letter")
}

/// Whether no digit is needed.
#[must_use]
pub fn number(policy: &PasswordPolicy) -> Option<String> {
    without(policy.require_numbers, "digit")
}

/// Whether no symbol is needed.
#[must_use]
pub fn symbol(policy: &PasswordPolicy) -> Option<String> {
    without(policy.require_symbols, "symbol")
}

/// Whether fewer than `least` former passwords are refused.
#[must_use]
pub fn reuse(policy: &PasswordPolicy, least: u32) -> Option<String> {
    match positive(policy.reuse_prevention) {
        Some(count) if count >= least => None,
        Some(count) => Some(format!("a password unlike the last {count}, fewer than {least}")),
        None => Some("a password that may be an old one".to_owned()),
    }
}

/// Whether passwords live longer than `most` days.
#[must_use]
pub fn max_age(policy: &PasswordPolicy, most: u32) -> Option<String> {
    match positive(policy.max_age_days).filter(|_| policy.expire) {
        Some(days) if days <= most => None,
        Some(days) => Some(format!("a change after {days} days, more than {most}")),
        None => Some("no change, ever".to_owned()),
    }
}

fn without(required: bool, what: &str) -> Option<String> {
    (!required).then(|| format!("no {what}"))
}

fn positive(value: Option<i32>) -> Option<u32> {
    value
        .and_then(|value| u32::try_from(value).ok())
        .filter(|value| *value > 0)
}
