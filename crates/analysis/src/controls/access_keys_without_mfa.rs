//! access-keys-without-mfa: Active access keys should do nothing without MFA.
//!
//! # What it checks
//!
//! For every IAM user with an active long-term access key: what a request signed with that key, and without
//! any second factor, is allowed to do, or one of a session that the key gets by `sts:GetSessionToken` without
//! MFA, which no policy can deny. The user's policies, its groups', its permissions boundary, its tags
//! and the service control policies above the account are evaluated over every AWS action.
//!
//! * Nothing but self-service is open (enrolling MFA, changing the own password, a few reads): pass. Where the key
//!   can enrol an MFA device, the reason says so: whoever holds it then has MFA, and a user may have eight devices.
//! * Anything else is open: fail. The reason counts the actions by access level and names those by which a
//!   principal gets more than it has.
//! * No active access key: not applicable.
//! * Something that decides it could not be read or parsed: unknown.
//!
//! # Why it matters
//!
//! A device that is enrolled protects the console and nothing else: an access key works without it unless a
//! policy asks for it. Control IAM.5 looks at the console only, so a user can pass it and be open to whoever
//! finds the key in a repository or a log.
//!
//! # How to fix
//!
//! Replace access keys by short-lived credentials: IAM Identity Center for people, roles for machines. Where
//! a person's key has to stay, deny what it must not do without MFA, with `BoolIfExists` and not with `Bool`:
//! the key `aws:MultiFactorAuthPresent` is absent in requests signed with long-term access keys.
//!
//! # Where AWS is silent
//!
//! Security Hub has no such control; the id, the title and the severity are our own. PCI DSS v4.0.1
//! requirement 8.4.2 does not apply to application and system accounts that perform automated functions:
//! whether a key is one of those, the program cannot know.
//!
//! # Examples
//!
//! This passes:
//!
//! ```json
//! {"report": [{"user": "ana", "access_key_1_active": "true"}]}
//! ```
//!
//! This fails:
//!
//! ```json
//! {"report": [{"user": "ana", "access_key_1_active": "true"}],
//!  "users": [{"name": "ana", "attached_policies": ["arn:aws:iam::111122223333:policy/all"]}],
//!  "policies": [{"name": "all", "document":
//!    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}}]}
//! ```

use super::common::control::{self, Assess, Context, Control, Requirements};
use crate::facts::AccountFacts;
use crate::model::{Finding, Outcome, Severity, UserAssessment, Verdict};
use crate::verdict;

/// The control.
pub const CONTROL: Control = Control {
    id: "access-keys-without-mfa",
    title: "Active access keys should do nothing without MFA",
    severity: Severity::Medium,
    resource_type: control::USER,
    config_rule: None,
    requirements: Requirements {
        pci_dss_4_0_1: &["8.4.2"],
        ..Requirements::NONE
    },
    default: true,
    needs_roles: false,
    source: include_str!("access_keys_without_mfa.rs"),
    assess: Assess::Account(assess),
};

fn assess(account: &AccountFacts<'_>, context: &Context<'_>) -> Vec<Finding> {
    if let (Err(why), true) = (&account.report, context.users.is_empty()) {
        let reason = format!("the credential report could not be read: {why}");
        return vec![CONTROL.of_account(context.account_id, Outcome::Unknown, reason)];
    }
    let findings = context.users.iter().map(|user| {
        let (outcome, reason) = judge(user);
        CONTROL.finding(&user.user_arn, outcome, reason)
    });
    CONTROL.or_nothing_to_judge(
        findings.collect(),
        context.account_id,
        "the account has no IAM users",
    )
}

fn judge(user: &UserAssessment) -> (Outcome, String) {
    match user.active_access_keys {
        None => return (Outcome::Unknown, user.verdict_reason.clone()),
        Some(0) => return (Outcome::NotApplicable, "no active access key".to_owned()),
        Some(_) => {}
    }
    let sessions = || user.without_mfa.iter().flat_map(|without| &without.sessions);
    let of_key = || sessions().filter(|session| matches!(session.kind.as_str(), "key" | "session_token"));
    // The verdict knows more than a session: what SCPs take away may not be known.
    if of_key().any(|session| session.verdict.is_open()) && user.verdict != Verdict::Unknown {
        (Outcome::Fail, verdict::reason_of_keys(user))
    } else if of_key().next().is_some() && of_key().all(|session| session.verdict.is_contained()) {
        let reason = "an active access key that does no more than self-service without MFA";
        let enrols = if of_key().any(|session| session.can_enrol) {
            "; whoever holds it can enrol an MFA device, and then has MFA"
        } else {
            ""
        };
        (Outcome::Pass, format!("{reason}{enrols}"))
    } else {
        (Outcome::Unknown, user.verdict_reason.clone())
    }
}

#[cfg(test)]
#[path = "access_keys_without_mfa_tests.rs"]
mod tests;
