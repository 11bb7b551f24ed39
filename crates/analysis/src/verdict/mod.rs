//! The verdict for one user: what a session without MFA can do.
//!
//! Three kinds of session can be open to somebody without a second factor: the console, to a user with a
//! password and no MFA device; a long-term access key, whatever devices the user has; and what such a key gets by
//! `sts:GetSessionToken`, which needs no permission and no MFA, and makes `aws:MultiFactorAuthPresent` `false` where it
//! is absent for the key itself: a Deny that asks for its absence does not hold there. Each that is open is compared
//! with the same user's session with MFA, over every AWS action. The third is worked out where policies can give it
//! more than the key has.
//!
//! What grants from the side of the resource (a bucket policy, a role's trust policy) is not collected and
//! not counted; resource control policies can only take away, and are not counted either. Everything else
//! errs on the safe side: what is possible under conditions that are not known counts as open.

mod policies;
mod session;
mod shared;
mod wording;

use org_audit_policy::reach::SessionKind;

pub use policies::AccountPolicies;
use session::Subject;
pub use session::{Chain, Levels};
pub use shared::Shared;

use crate::analyzer::SessionReach;
use crate::facts::{Doubt, UserSources};
use crate::model::assessment::{SessionWithoutMfa, WithoutMfa};
use crate::model::{AccountId, UserAssessment, Verdict};

/// What is said of a user.
#[derive(Debug)]
pub struct Judgement {
    /// The verdict.
    pub verdict: Verdict,
    /// Why, as a short sentence without a full stop.
    pub reason: String,
    /// The sessions behind it.
    pub without_mfa: Option<WithoutMfa>,
}

impl Judgement {
    fn plain(verdict: Verdict, reason: impl Into<String>) -> Self {
        Self {
            verdict,
            reason: reason.into(),
            without_mfa: None,
        }
    }
}

/// Where the user lives.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The organization's id.
    pub organization: &'a str,
    /// The account.
    pub account: &'a AccountId,
    /// `aws`, `aws-cn`…
    pub partition: &'a str,
    /// The SCPs above it.
    pub chain: &'a Chain,
}

/// Judges one user.
pub fn judge<'a>(
    user: &UserSources<'a>,
    policies: &AccountPolicies<'a>,
    place: Place<'_>,
    shared: &Shared,
) -> Judgement {
    match user.doubt {
        Some(Doubt::Gone) => {
            return Judgement::plain(
                Verdict::Unknown,
                "in the credential report and not in GetAccountAuthorizationDetails: deleted since, or left out of it",
            );
        }
        Some(Doubt::MadeAgain) => {
            return Judgement::plain(
                Verdict::Unknown,
                "the credential report has another user of this name, so the access keys are not known",
            );
        }
        None => {}
    }
    let open = match open_sessions(user) {
        Ok(open) => open,
        Err(reason) => return Judgement::plain(Verdict::Unknown, reason),
    };
    if open.is_empty() {
        return if user.console_password() == Some(true) {
            Judgement::plain(
                Verdict::Protected,
                "an MFA device is enrolled and no access key is active",
            )
        } else {
            Judgement::plain(
                Verdict::NoCredentials,
                "neither a password nor an active access key",
            )
        };
    }
    let Some(details) = user.details else {
        return Judgement::plain(Verdict::Unknown, "the user's policies could not be read");
    };
    let judged = policies.of_user(details).and_then(|policies| {
        let judged = shared.judge(&policies, place.chain, &open, Subject::new(details, place))?;
        let sessions = judged.iter().map(|judged| judged.of(&policies, place.chain));
        Ok(sessions.collect::<Vec<SessionWithoutMfa>>())
    });
    let sessions = match judged {
        Ok(sessions) => sessions,
        Err(why) => return Judgement::plain(Verdict::Unknown, why),
    };
    let has_device = user.mfa_devices().0.is_some_and(|count| count > 0);
    let without_mfa = WithoutMfa {
        enrolment_open: !has_device && sessions.iter().any(|session| session.can_enrol),
        sessions,
    };
    conclude(without_mfa, has_device, place.chain)
}

/// What a session of one kind may do.
pub fn reach_of<'a>(
    user: &UserSources<'a>,
    policies: &AccountPolicies<'a>,
    place: Place<'_>,
    shared: &Shared,
    kind: SessionKind,
) -> Result<SessionReach, String> {
    let details = user.details.ok_or("the user's policies could not be read")?;
    let set = shared.set(&policies.of_user(details)?, place.chain)?;
    Ok(session::reach_of(&set, kind, Subject::new(details, place)))
}

/// The kinds of session that can be opened without MFA, or why that is not known.
fn open_sessions(user: &UserSources<'_>) -> Result<Vec<SessionKind>, String> {
    let password = user
        .console_password()
        .ok_or("it is not known whether there is a console password")?;
    let device = user.mfa_devices().0.map(|count| count > 0);
    let mut open = Vec::new();
    if password && !device.ok_or("it is not known whether there is an MFA device")? {
        open.push(SessionKind::Console);
    }
    if user
        .active_access_keys()
        .ok_or("it is not known whether there are active access keys")?
        > 0
    {
        open.extend([SessionKind::Key, SessionKind::SessionToken]);
    }
    Ok(open)
}

/// The worst session decides. Where the SCPs above are not known, they could only have taken away: what is
/// contained without them is contained, anything worse is unknown.
fn conclude(without_mfa: WithoutMfa, has_device: bool, chain: &Chain) -> Judgement {
    let worst = without_mfa
        .sessions
        .iter()
        .map(|session| (rank(session.verdict), session.verdict))
        .max();
    let verdict = worst.map_or(Verdict::Unknown, |(_, verdict)| verdict);
    if let (Some(why), false) = (chain.unknown(), verdict.is_contained()) {
        let reason = format!("what SCPs take away is not known: {why}");
        return Judgement {
            verdict: Verdict::Unknown,
            reason,
            without_mfa: Some(without_mfa),
        };
    }
    let reason = wording::reason(verdict, &without_mfa, has_device);
    Judgement {
        verdict,
        reason,
        without_mfa: Some(without_mfa),
    }
}

/// Why the verdict on a user's access keys is what it is: that of the user, where there is no console session beside.
pub fn reason_of_keys(user: &UserAssessment) -> String {
    let sessions = || user.without_mfa.iter().flat_map(|without| &without.sessions);
    let of_key = || sessions().filter(|session| session.kind != "console");
    if sessions().count() == of_key().count() {
        return user.verdict_reason.clone();
    }
    let without_mfa = WithoutMfa {
        sessions: of_key().cloned().collect(),
        enrolment_open: false,
    };
    let worst = of_key().max_by_key(|session| rank(session.verdict));
    let verdict = worst.map_or(Verdict::Unknown, |session| session.verdict);
    let has_device = user.mfa_devices.is_some_and(|count| count > 0);
    wording::reason(verdict, &without_mfa, has_device)
}

/// How bad a verdict on a session is.
fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::NoCredentials | Verdict::Protected => 0,
        Verdict::LockedOut => 1,
        Verdict::Contained => 2,
        Verdict::Partial => 3,
        Verdict::Unknown => 4,
        Verdict::Exposed => 5,
    }
}

#[cfg(test)]
mod verdict_tests;
