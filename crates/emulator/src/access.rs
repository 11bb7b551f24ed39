//! Who calls: access keys, sessions, and whether a caller may do what it asks for.
//!
//! Source of the wording: <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>

use std::sync::{Arc, OnceLock};

use jiff::Timestamp;

use crate::document::{Document, Question, Verdict};
use crate::error::ApiError;
use crate::route::Service;
use crate::world::{Account, PolicyType, World, catalogue};

/// The callers that have static credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CallerKind {
    /// An administrator of the management account.
    #[default]
    Management,
    /// An administrator of the delegated administrator's account.
    Delegated,
    /// A user of the management account who may list accounts and assume roles, and not read policies.
    ListOnly,
    /// An administrator of an ordinary member account.
    Member,
    /// An administrator of an account that is in no organization.
    Outsider,
}

/// Every caller that has static credentials.
pub(crate) const CALLERS: [CallerKind; 5] = [
    CallerKind::Management,
    CallerKind::Delegated,
    CallerKind::ListOnly,
    CallerKind::Member,
    CallerKind::Outsider,
];

impl CallerKind {
    /// The word on a command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Management => "management",
            Self::Delegated => "delegated",
            Self::ListOnly => "list-only",
            Self::Member => "member",
            Self::Outsider => "outsider",
        }
    }

    /// The access key: of the right form, and plainly not a real one.
    #[must_use]
    pub fn access_key(self) -> &'static str {
        match self {
            Self::Management => "AKIADEMOMGMT7EXAMPLE",
            Self::Delegated => "AKIADEMODLGT7EXAMPLE",
            Self::ListOnly => "AKIADEMOLIST7EXAMPLE",
            Self::Member => "AKIADEMOMEMB7EXAMPLE",
            Self::Outsider => "AKIADEMOOUTS7EXAMPLE",
        }
    }

    /// The secret key: of the right form, and plainly not a real one.
    #[must_use]
    pub fn secret_key(self) -> &'static str {
        match self {
            Self::Management => "demo/management/not/a/secret/EXAMPLEKEY0",
            Self::Delegated => "demo/delegated/not/a/secret/EXAMPLEKEY00",
            Self::ListOnly => "demo/list-only/not/a/secret/EXAMPLEKEY00",
            Self::Member => "demo/member/not/a/secret/EXAMPLEKEY00000",
            Self::Outsider => "demo/outsider/not/a/secret/EXAMPLEKEY000",
        }
    }

    pub(crate) fn user_name(self) -> &'static str {
        match self {
            Self::Management | Self::Delegated | Self::Member | Self::Outsider => "org-audit-operator",
            Self::ListOnly => "org-audit-limited",
        }
    }

    fn account(self, world: &World) -> &Account {
        match self {
            Self::Management | Self::ListOnly => world.management(),
            Self::Delegated => world.delegated(),
            Self::Member => world
                .accounts()
                .iter()
                .skip(1)
                .find(|account| account.id != world.delegated().id && account.state.is_usable())
                .unwrap_or_else(|| world.delegated()),
            Self::Outsider => world.outsider(),
        }
    }
}

impl std::str::FromStr for CallerKind {
    type Err = UnknownCaller;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        CALLERS
            .into_iter()
            .find(|kind| kind.name() == text)
            .ok_or_else(|| UnknownCaller(text.to_owned()))
    }
}

/// A word that names no caller.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown caller `{0}`; one of management, delegated, list-only, member, outsider")]
pub struct UnknownCaller(String);

/// Temporary credentials that STS handed out.
#[derive(Debug)]
pub(crate) struct Session {
    pub account: String,
    pub secret: String,
    pub token: String,
    pub arn: String,
    pub user_id: String,
    /// `arn:aws:iam::…:role/…` of a role session; the user's own for `GetSessionToken`.
    pub principal_arn: String,
    pub is_role: bool,
    pub expires: Timestamp,
    pub identity: Identity,
    pub session_policies: Vec<Arc<Document>>,
}

/// The identity policy of a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Identity {
    Administrator,
    SecurityAudit,
    ListOnly,
}

impl Identity {
    fn document(self) -> &'static Document {
        static ADMINISTRATOR: OnceLock<Document> = OnceLock::new();
        static SECURITY_AUDIT: OnceLock<Document> = OnceLock::new();
        static LIST_ONLY: OnceLock<Document> = OnceLock::new();
        let managed = |name: &str| catalogue::by_name(name).map_or("", |policy| policy.document);
        let (cell, text) = match self {
            Self::Administrator => (&ADMINISTRATOR, managed("AdministratorAccess")),
            Self::SecurityAudit => (&SECURITY_AUDIT, managed("SecurityAudit")),
            Self::ListOnly => (
                &LIST_ONLY,
                include_str!("../fixtures/access/list-accounts-only.json"),
            ),
        };
        cell.get_or_init(|| Document::parse(text).unwrap_or_default())
    }
}

/// What a request is about: as policies see it, and as a refusal names it.
#[derive(Debug, Clone)]
pub(crate) struct Resource {
    pub arn: String,
    pub shown: String,
}

impl Resource {
    /// A resource that is named by its ARN, or `*`.
    pub fn of(arn: &str) -> Self {
        Self {
            arn: arn.to_owned(),
            shown: arn.to_owned(),
        }
    }
}

/// The caller of one request.
#[derive(Debug)]
pub(crate) struct Caller<'w> {
    pub account: &'w Account,
    pub arn: String,
    pub user_id: String,
    pub principal_arn: String,
    /// The IAM user behind static credentials.
    pub user_name: Option<&'static str>,
    pub identity: Identity,
    pub session: Option<Arc<Session>>,
}

impl<'w> Caller<'w> {
    pub fn of_static(kind: CallerKind, world: &'w World) -> Self {
        let account = kind.account(world);
        let name = kind.user_name();
        let arn = format!("arn:aws:iam::{}:user/{name}", account.id);
        Self {
            account,
            user_id: format!(
                "AIDADEMO{}7EXAMPLE22",
                &kind.access_key().get(8..12).unwrap_or("USER")
            ),
            principal_arn: arn.clone(),
            arn,
            user_name: Some(name),
            identity: if kind == CallerKind::ListOnly {
                Identity::ListOnly
            } else {
                Identity::Administrator
            },
            session: None,
        }
    }

    pub fn of_session(session: Arc<Session>, account: &'w Account) -> Self {
        Self {
            account,
            arn: session.arn.clone(),
            user_id: session.user_id.clone(),
            principal_arn: session.principal_arn.clone(),
            user_name: None,
            identity: session.identity,
            session: Some(session),
        }
    }

    pub fn is_role(&self) -> bool {
        self.session.as_ref().is_some_and(|session| session.is_role)
    }

    fn question<'q>(&self, world: &World, action: &'q str, resource: &'q str, region: &str) -> Question<'q> {
        let mut keys = vec![
            ("aws:principalarn", self.principal_arn.clone()),
            ("aws:principalaccount", self.account.id.clone()),
            ("aws:principalisawsservice", "false".to_owned()),
            ("aws:requestedregion", region.to_owned()),
        ];
        if world.is_member(self.account) {
            keys.push(("aws:principalorgid", world.organization_id.clone()));
        }
        if self.session.is_some() && !self.is_role() {
            keys.push(("aws:multifactorauthpresent", "false".to_owned()));
        }
        Question {
            action,
            resource,
            keys,
        }
    }

    /// Whether the caller may do `action` on `resource`; the error has AWS's words.
    pub fn authorize(
        &self,
        world: &World,
        service: Service,
        action: &str,
        resource: &Resource,
    ) -> Result<(), ApiError> {
        let question = self.question(world, action, &resource.arn, "us-east-1");
        let denied = |reason: &str| {
            Err(ApiError::access_denied(
                service,
                format!(
                    "User: {} is not authorized to perform: {action} on resource: {} {reason}",
                    self.arn, resource.shown
                ),
            ))
        };
        if let Some(reason) = service_control(world, self.account, &question) {
            return denied(&reason);
        }
        let policies = self
            .session
            .as_ref()
            .map_or(&[] as &[_], |session| &session.session_policies);
        let verdicts: Vec<Verdict> = policies
            .iter()
            .map(|document| document.verdict(&question))
            .collect();
        if verdicts.contains(&Verdict::Deny) {
            return denied("with an explicit deny in a session policy");
        }
        if !verdicts.is_empty() && !verdicts.contains(&Verdict::Allow) {
            return denied(&format!("because no session policy allows the {action} action"));
        }
        match self.identity.document().verdict(&question) {
            Verdict::Allow => Ok(()),
            Verdict::Deny => denied("with an explicit deny in an identity-based policy"),
            Verdict::Silent => denied(&format!(
                "because no identity-based policy allows the {action} action"
            )),
        }
    }

    /// Whether a resource control policy above `target` refuses; the words of the refusal.
    pub fn resource_control(
        &self,
        world: &World,
        target: &Account,
        action: &str,
        resource: &str,
    ) -> Option<String> {
        if world.is_management(target) || !world.is_enabled(PolicyType::ResourceControl) {
            return None;
        }
        let mut question = self.question(world, action, resource, "us-east-1");
        question.keys.push(("aws:resourceaccount", target.id.clone()));
        explicit_deny(world, target, PolicyType::ResourceControl, &question)
    }
}

/// Why the service control policies above the caller's account refuse, if they do.
fn service_control(world: &World, account: &Account, question: &Question<'_>) -> Option<String> {
    let policy_type = PolicyType::ServiceControl;
    if !world.is_member(account) || world.is_management(account) || !world.is_enabled(policy_type) {
        return None;
    }
    if let Some(reason) = explicit_deny(world, account, policy_type, question) {
        return Some(reason);
    }
    let allowed_everywhere = world.chain(account).into_iter().all(|node| {
        world
            .policies
            .iter()
            .filter(|policy| policy.policy_type == policy_type && policy.is_attached(node))
            .any(|policy| policy.document.verdict(question) == Verdict::Allow)
    });
    (!allowed_everywhere).then(|| {
        format!(
            "because no {} allows the {} action",
            policy_type.words(),
            question.action
        )
    })
}

fn explicit_deny(
    world: &World,
    account: &Account,
    policy_type: PolicyType,
    question: &Question<'_>,
) -> Option<String> {
    let denying = world.chain(account).into_iter().find_map(|node| {
        world.policies.iter().find(|policy| {
            policy.policy_type == policy_type
                && policy.is_attached(node)
                && policy.document.verdict(question) == Verdict::Deny
        })
    })?;
    Some(format!(
        "with an explicit deny in a {}: {}",
        policy_type.words(),
        world.policy_arn(denying)
    ))
}
