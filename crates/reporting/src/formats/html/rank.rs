//! The worst first: the order in which somebody should look at users.

use org_audit_model::assessment::UserAssessment;
use org_audit_model::{Outcome, Verdict};

/// How many ranks there are.
pub(in crate::formats) const RANKS: usize = 8;

/// The rank of a user whom somebody should look at, 0 for the first; `None` for the others.
///
/// A user that can do everything without MFA comes first, whichever credential opens the session. A fail
/// whose sessions are known to be contained comes after a pass whose access key can do a part.
pub(in crate::formats) fn of(outcome: Outcome, verdict: Verdict) -> Option<usize> {
    match (outcome, verdict) {
        (Outcome::Fail, Verdict::Exposed) => Some(0),
        (_, Verdict::Exposed) => Some(1),
        (Outcome::Fail, Verdict::Partial) => Some(2),
        (Outcome::Fail, Verdict::Unknown) => Some(3),
        (_, Verdict::Partial) => Some(4),
        (Outcome::Fail, Verdict::LockedOut) => Some(5),
        (Outcome::Fail, Verdict::NoCredentials | Verdict::Protected | Verdict::Contained) => Some(6),
        (Outcome::Unknown, _) => Some(7),
        (Outcome::Pass | Outcome::NotApplicable, _) => None,
    }
}

/// Whether the user has a rank.
pub(in crate::formats) fn needs_attention(user: &UserAssessment) -> bool {
    of(user.iam_5, user.verdict).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fail_and_every_unknown_is_looked_at() {
        for &verdict in Verdict::ALL {
            for outcome in [Outcome::Fail, Outcome::Unknown] {
                assert!(of(outcome, verdict).is_some_and(|rank| rank < RANKS));
            }
        }
    }
}
