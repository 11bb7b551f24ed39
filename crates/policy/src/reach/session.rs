//! Sessions: who they belong to, and what is known of their requests.

use crate::context::{Context, ContextValue, Lookup};
use crate::evaluate::{Caller, CallerKind};
use crate::prepared::Policy;
use crate::truth::Truth;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// The kinds of session that reach asks about.
///
/// What each knows of `aws:MultiFactorAuthPresent` is in
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent>
/// and
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    /// Signed in to the console with a password alone: the key is `false`.
    Console,
    /// A long-term access key: the key is absent, and so is everything of temporary credentials.
    Key,
    /// `GetSessionToken` without MFA: the key is `false`; IAM and most of STS cannot be called.
    SessionToken,
    /// A session of a role: the key is absent.
    Role,
    /// A user's session with MFA: the key is `true`. For comparison.
    Mfa,
}

impl SessionKind {
    /// The name in cases and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            SessionKind::Console => "console",
            SessionKind::Key => "key",
            SessionKind::SessionToken => "session_token",
            SessionKind::Role => "role",
            SessionKind::Mfa => "mfa",
        }
    }
}

#[derive(Debug, Clone)]
enum Known {
    Value(ContextValue),
    Absent,
    Present,
}

/// A session: its principal, and what is known of the context of its requests. All else is unknown.
#[derive(Debug, Clone)]
pub struct Session {
    kind: SessionKind,
    caller: Caller,
    partition: SmolStr,
    name: SmolStr,
    keys: Vec<(SmolStr, Known)>,
    tags_known: bool,
    /// Of a session of whoever: what the principal's ARN begins with.
    of_any_name: Option<SmolStr>,
}

const TAG_PREFIX: &str = "aws:principaltag/";

impl Session {
    /// A session of an IAM user. `path` is the user's path, `/` for most.
    #[must_use]
    pub fn user(kind: SessionKind, partition: &str, account: &str, path: &str, name: &str) -> Self {
        let path = path.trim_matches('/');
        let slash = if path.is_empty() { "" } else { "/" };
        let arn = format!("arn:{partition}:iam::{account}:user/{path}{slash}{name}");
        let session = Self::new(kind, partition, account, &arn, name, "User");
        session.know("aws:username", name).present("aws:userid")
    }

    /// A session of a role, by the role's ARN.
    #[must_use]
    pub fn role(partition: &str, account: &str, role_arn: &str) -> Self {
        let name = role_arn.rsplit('/').next().unwrap_or_default();
        let session = Self::new(
            SessionKind::Role,
            partition,
            account,
            role_arn,
            name,
            "AssumedRole",
        );
        session.absent("aws:username").present("aws:userid")
    }

    fn new(
        kind: SessionKind,
        partition: &str,
        account: &str,
        arn: &str,
        name: &str,
        principal: &str,
    ) -> Self {
        let session = Self {
            kind,
            caller: Caller::new(arn, account),
            partition: SmolStr::new(partition),
            name: SmolStr::new(name),
            keys: Vec::new(),
            tags_known: false,
            of_any_name: None,
        };
        let session = session
            .know("aws:PrincipalArn", arn)
            .know("aws:PrincipalAccount", account)
            .know("aws:PrincipalType", principal)
            .know("aws:PrincipalIsAWSService", "false");
        let without_age = |session: Self| session.absent("aws:MultiFactorAuthAge");
        match kind {
            SessionKind::Key => without_age(session)
                .absent("aws:MultiFactorAuthPresent")
                .absent("aws:TokenIssueTime"),
            SessionKind::Console | SessionKind::SessionToken => without_age(session)
                .know("aws:MultiFactorAuthPresent", "false")
                .present("aws:TokenIssueTime"),
            SessionKind::Role => without_age(session)
                .absent("aws:MultiFactorAuthPresent")
                .present("aws:TokenIssueTime"),
            SessionKind::Mfa => session
                .know("aws:MultiFactorAuthPresent", "true")
                .present("aws:MultiFactorAuthAge")
                .present("aws:TokenIssueTime"),
        }
    }

    /// Adds a key whose value is known, such as `aws:PrincipalOrgID`.
    #[must_use]
    pub fn know(self, key: &str, value: impl Into<ContextValue>) -> Self {
        self.set(key, Known::Value(value.into()))
    }

    /// Says that a key is not in any request of the session.
    #[must_use]
    pub fn absent(self, key: &str) -> Self {
        self.set(key, Known::Absent)
    }

    /// Says that a key is in every request of the session, with a value that is not known.
    #[must_use]
    pub fn present(self, key: &str) -> Self {
        self.set(key, Known::Present)
    }

    /// Sets the principal's tags. Without this call they are unknown; with it, other tags are absent.
    #[must_use]
    pub fn tags<'a>(mut self, tags: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        self.tags_known = true;
        tags.into_iter().fold(self, |session, (key, value)| {
            session.know(&format!("aws:PrincipalTag/{key}"), value)
        })
    }

    /// The same session, of whatever user or role of the account: a condition on the principal's ARN or on the user's
    /// name holds only where it holds whatever name and path are, and is unknown where that depends on them. In
    /// resources and variables the session's own name stands for theirs. A path may have a colon
    /// (<https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html>); that somebody has one such as
    /// `/x:role/`, to look like a role to `StringLike`, is left out of account.
    #[must_use]
    pub fn of_any_name(mut self) -> Self {
        let arn = self.caller.arn();
        let kind = arn.find('/').map_or(arn.len(), |slash| slash + 1);
        self.of_any_name = Some(SmolStr::new(arn.get(..kind).unwrap_or(arn)));
        self
    }

    fn set(mut self, key: &str, known: Known) -> Self {
        let key = SmolStr::new(key.to_ascii_lowercase());
        self.keys.retain(|(k, _)| *k != key);
        self.keys.push((key, known));
        self
    }

    /// Whether the conditions of a statement, by its number in the policy, hold in every request of the session, in
    /// none, or in some. Those of a statement that is not there hold in none.
    #[must_use]
    pub fn meets_conditions_of(&self, policy: &Policy, statement: usize) -> Truth {
        let statement = policy.statements.get(statement);
        statement.map_or(Truth::False, |statement| statement.conditions_hold(self))
    }

    /// The kind.
    #[must_use]
    pub fn kind(&self) -> SessionKind {
        self.kind
    }

    /// The principal.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    pub(super) fn partition(&self) -> &str {
        &self.partition
    }

    /// The user's or role's name without its path.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether there are actions that the session cannot call whatever policies say.
    pub(super) fn forbids_something(&self) -> bool {
        self.kind == SessionKind::SessionToken
    }

    /// Whether the session cannot call an action whatever policies say. `iam:PassRole` is not a call: other services ask
    /// for it, and that they refuse it is not documented.
    ///
    /// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>,
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html>
    pub(super) fn forbids(&self, action: &str) -> bool {
        if !self.forbids_something() {
            return false;
        }
        match action.split_once(':') {
            Some(("iam", name)) => name != "passrole",
            Some(("sts", name)) => !matches!(name, "assumerole" | "getcalleridentity"),
            _ => false,
        }
    }
}

impl Context for Session {
    fn lookup(&self, key: &str) -> Lookup<'_> {
        match self.keys.iter().find(|(k, _)| k == key) {
            Some((_, Known::Value(value))) => Lookup::Value(value),
            Some((_, Known::Absent)) => Lookup::Absent,
            Some((_, Known::Present)) => Lookup::Present,
            None if self.tags_known && key.starts_with(TAG_PREFIX) => Lookup::Absent,
            None => Lookup::Unknown,
        }
    }

    fn beginning(&self, key: &str) -> Option<&str> {
        let arn = self.of_any_name.as_deref()?;
        match key {
            "aws:principalarn" => Some(arn),
            "aws:username" if self.caller.kind() == CallerKind::User => Some(""),
            _ => None,
        }
    }

    fn undocumented(&self, _: bool) -> Truth {
        Truth::Unknown
    }
}
