//! Who asks, and whether a `Principal` element speaks of them.

use crate::context::{Context, Lookup};
use crate::document::{Principal, PrincipalElement, PrincipalKind};
use smol_str::SmolStr;

/// The kind of a caller, read from its ARN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CallerKind {
    /// The account's root user.
    Root,
    /// An IAM user.
    User,
    /// A role (named by its own ARN).
    Role,
    /// A session of a role.
    RoleSession,
    /// A session made by `GetFederationToken`.
    FederatedUser,
    /// An AWS service, such as `ec2.amazonaws.com`.
    Service,
    /// Something else.
    Other,
}

/// The principal of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    arn: SmolStr,
    account: SmolStr,
    kind: CallerKind,
    service_linked: bool,
}

/// The path of service-linked roles, which nobody else can use.
const SERVICE_LINKED: &str = ":role/aws-service-role/";

/// How directly a `Principal` element names the caller; the later the closer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grade {
    /// By its account, which leaves the decision to the account's own policies.
    Account,
    /// As everyone.
    Everyone,
    /// By its user or role ARN.
    Named,
    /// By its session ARN.
    Session,
}

impl Caller {
    /// A caller by ARN and account.
    #[must_use]
    pub fn new(arn: &str, account: &str) -> Self {
        let resource = arn.splitn(6, ':').nth(5).unwrap_or_default();
        let kind = match resource.split('/').next().unwrap_or_default() {
            "root" if resource == "root" => CallerKind::Root,
            "user" => CallerKind::User,
            "role" => CallerKind::Role,
            "assumed-role" => CallerKind::RoleSession,
            "federated-user" => CallerKind::FederatedUser,
            _ if arn.ends_with(".amazonaws.com") || arn.ends_with(".amazonaws.com.cn") => CallerKind::Service,
            _ => CallerKind::Other,
        };
        Self {
            arn: SmolStr::new(arn),
            account: SmolStr::new(account),
            kind,
            service_linked: arn.contains(SERVICE_LINKED),
        }
    }

    /// The ARN.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The kind.
    #[must_use]
    pub fn kind(&self) -> CallerKind {
        self.kind
    }

    /// Whether the caller is a service-linked role, which SCPs and RCPs do not touch.
    ///
    /// A session's ARN lacks the role's path, so the request's `aws:PrincipalArn` is asked too.
    pub(crate) fn is_service_linked(&self, context: &impl Context) -> bool {
        if self.service_linked || self.kind != CallerKind::RoleSession {
            return self.service_linked;
        }
        match context.lookup("aws:principalarn") {
            Lookup::Value(value) => value.values().iter().any(|arn| arn.contains(SERVICE_LINKED)),
            Lookup::Absent | Lookup::Present | Lookup::Unknown => false,
        }
    }

    /// How a `Principal` or `NotPrincipal` element speaks of the caller, if it does.
    pub(super) fn named_by(&self, element: &PrincipalElement, context: &impl Context) -> Option<Grade> {
        match element {
            PrincipalElement::Principal(principal) => self.grade(principal, context),
            PrincipalElement::NotPrincipal(principal) => match self.grade(principal, context) {
                Some(_) => None,
                None => Some(Grade::Everyone),
            },
        }
    }

    fn grade(&self, principal: &Principal, context: &impl Context) -> Option<Grade> {
        match principal {
            Principal::Everyone => Some(Grade::Everyone),
            Principal::Map(map) => {
                let grades = map.iter().flat_map(|(kind, values)| {
                    values
                        .iter()
                        .filter_map(|value| self.grade_value(kind, value, context))
                });
                grades.max()
            }
        }
    }

    fn grade_value(&self, kind: &PrincipalKind, value: &str, context: &impl Context) -> Option<Grade> {
        match kind {
            PrincipalKind::Aws if value == "*" => Some(Grade::Everyone),
            PrincipalKind::Aws if value == self.arn => Some(match self.kind {
                CallerKind::RoleSession | CallerKind::FederatedUser => Grade::Session,
                CallerKind::Root
                | CallerKind::User
                | CallerKind::Role
                | CallerKind::Service
                | CallerKind::Other => Grade::Named,
            }),
            PrincipalKind::Aws if self.is_own_account(value) => Some(Grade::Account),
            PrincipalKind::Aws if self.is_own_role(value, context) => Some(Grade::Named),
            PrincipalKind::Service if self.kind == CallerKind::Service && value == self.arn => {
                Some(Grade::Named)
            }
            PrincipalKind::Aws
            | PrincipalKind::Service
            | PrincipalKind::Federated
            | PrincipalKind::CanonicalUser
            | PrincipalKind::Other(_) => None,
        }
    }

    /// An account stands as its number or as its root user's ARN.
    fn is_own_account(&self, value: &str) -> bool {
        if self.kind == CallerKind::Service {
            return false;
        }
        let mut parts = value.splitn(6, ':').skip(2);
        value == self.account
            || (parts.next() == Some("iam")
                && parts.next() == Some("")
                && parts.next() == Some(self.account.as_str())
                && parts.next() == Some("root"))
    }

    /// Whether the caller is a session of the role with this ARN.
    fn is_own_role(&self, value: &str, context: &impl Context) -> bool {
        if self.kind != CallerKind::RoleSession {
            return false;
        }
        if let Lookup::Value(own) = context.lookup("aws:principalarn") {
            return own.values().iter().any(|own| own == value);
        }
        let name = self.arn.split('/').nth(1);
        let mut parts = value.splitn(6, ':').skip(2);
        parts.next() == Some("iam")
            && parts.next() == Some("")
            && parts.next() == Some(self.account.as_str())
            && parts
                .next()
                .is_some_and(|role| role.starts_with("role/") && role.rsplit('/').next() == name)
    }
}
