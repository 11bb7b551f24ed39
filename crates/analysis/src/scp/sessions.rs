//! The sessions that SCPs are asked about, and whether a statement's conditions hold in them.
//!
//! SCPs are asked about whoever lives in an account, so conditions on the name, the path or the ARN of the principal
//! hold only where they hold for every user (or role) of the account.

use std::sync::LazyLock;

use org_audit_policy::reach::{NOBODY, Session, SessionKind};
use org_audit_policy::{Policy, Truth};

use super::statements::mentions_mfa;

/// Where the principals live that are asked about.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// `aws`, `aws-cn`…
    pub partition: &'a str,
    /// The organization's id, where it is known.
    pub organization: Option<&'a str>,
    /// The account.
    pub account: &'a str,
}

impl Place<'_> {
    /// A session of an IAM user whose name stands in no policy.
    pub fn user(self, kind: SessionKind) -> Session {
        self.at_home(Session::user(kind, self.partition, self.account, "/", NOBODY))
    }

    /// A session of a role whose name stands in no policy.
    pub fn role(self) -> Session {
        let arn = format!("arn:{}:iam::{}:role/{NOBODY}", self.partition, self.account);
        self.at_home(Session::role(self.partition, self.account, &arn))
    }

    /// The same, if it could have MFA: for comparison.
    pub fn role_with_mfa(self) -> Session {
        self.role()
            .know("aws:MultiFactorAuthPresent", "true")
            .present("aws:MultiFactorAuthAge")
    }

    fn at_home(self, session: Session) -> Session {
        match self.organization {
            Some(id) => session.know("aws:PrincipalOrgID", id),
            None => session,
        }
    }
}

/// Sessions of whatever users and roles of a place.
#[derive(Debug)]
pub struct Sessions {
    /// An IAM user in the console, without MFA.
    pub console: Session,
    /// An IAM user's long-term access key.
    pub key: Session,
    /// An IAM user with MFA.
    pub mfa: Session,
    /// A role.
    pub role: Session,
}

impl Sessions {
    /// Of any names.
    pub fn of_any_name(place: Place<'_>) -> Self {
        Self {
            console: place.user(SessionKind::Console).of_any_name(),
            key: place.user(SessionKind::Key).of_any_name(),
            mfa: place.user(SessionKind::Mfa).of_any_name(),
            role: place.role().of_any_name(),
        }
    }

    /// All of them.
    pub fn each(&self) -> [&Session; 4] {
        [&self.console, &self.key, &self.mfa, &self.role]
    }
}

/// Whether a Deny statement holds in a session of an IAM user without MFA, and not in one with MFA.
#[must_use]
pub fn asks_for_mfa(policy: &Policy, index: usize) -> bool {
    static SOMEWHERE: LazyLock<Sessions> = LazyLock::new(|| {
        let place = Place {
            partition: "aws",
            organization: None,
            account: "999999999999",
        };
        Sessions::of_any_name(place)
    });
    let sessions = &SOMEWHERE;
    let holds = |session: &Session| session.meets_conditions_of(policy, index);
    policy
        .document()
        .statements()
        .get(index)
        .is_some_and(mentions_mfa)
        && holds(&sessions.mfa) != Truth::True
        && (holds(&sessions.console) == Truth::True || holds(&sessions.key) == Truth::True)
}
