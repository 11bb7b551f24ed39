//! What a world is made of. Everything here is plain data; how it comes out of a seed is in the
//! sibling modules.

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::document::Document;

/// The state of a member account.
///
/// Source: <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_account_state.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountState {
    /// Made, and not usable yet.
    PendingActivation,
    /// In use.
    Active,
    /// Closed by AWS, for example for an unpaid bill.
    Suspended,
    /// Being closed, and still working.
    PendingClosure,
    /// Closed, and listed for up to 90 days.
    Closed,
}

impl AccountState {
    /// The value of `State`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PendingActivation => "PENDING_ACTIVATION",
            Self::Active => "ACTIVE",
            Self::Suspended => "SUSPENDED",
            Self::PendingClosure => "PENDING_CLOSURE",
            Self::Closed => "CLOSED",
        }
    }

    /// Whether requests to the account work at all.
    #[must_use]
    pub fn is_usable(self) -> bool {
        matches!(self, Self::Active | Self::PendingClosure)
    }
}

/// How the audit's role is set up in an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleSetup {
    /// The role exists and trusts the management account and the delegated administrator.
    Trusting,
    /// There is no such role.
    Missing,
    /// The role exists and trusts somebody else.
    Refusing,
}

/// The second factor of a root user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RootMfa {
    /// No device.
    None,
    /// An authenticator app.
    Virtual,
    /// A hardware token or a security key: not in `ListVirtualMFADevices`.
    Hardware,
}

/// The root user's credentials in an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RootSetup {
    /// Whether root has a password. Accounts made by Organizations have none.
    pub password: bool,
    /// Root's second factor.
    pub mfa: RootMfa,
    /// Whether root has an active access key.
    pub access_key: bool,
}

/// The account password policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PasswordPolicy {
    pub length: u32,
    pub symbols: bool,
    pub numbers: bool,
    pub upper: bool,
    pub lower: bool,
    pub max_age: Option<u32>,
    pub reuse: Option<u32>,
}

/// Which generator makes an account's users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Population {
    /// Nobody fails IAM.5: the same handful of shapes everywhere.
    Passing,
    /// People and machines of every kind, in the proportions of a real account.
    Mixed,
    /// The same, with hostile names among them.
    Hostile,
    /// These users and no others.
    Explicit(Vec<super::UserSpec>),
}

/// One account.
#[derive(Debug)]
pub struct Account {
    pub(crate) index: usize,
    /// The twelve digits.
    pub id: String,
    /// The account's name: free text.
    pub name: String,
    /// The root user's address.
    pub email: String,
    /// The state.
    pub state: AccountState,
    /// Whether the account was invited rather than created.
    pub invited: bool,
    pub(crate) joined: Timestamp,
    /// The OU, by position in [`World::units`](super::World::units); `None` directly under the root.
    pub unit: Option<usize>,
    /// The audit role.
    pub role: RoleSetup,
    /// The root user.
    pub root: RootSetup,
    pub(crate) password_policy: Option<PasswordPolicy>,
    pub(crate) population: Population,
    pub(crate) users: usize,
    /// How often a report is still being made when it is asked for.
    pub(crate) report_polls: u8,
    /// A report from before the emulator started is still valid.
    pub(crate) has_old_report: bool,
    pub(crate) alias: Option<String>,
}

impl Account {
    /// The ARN of the root user.
    #[must_use]
    pub fn root_arn(&self) -> String {
        format!("arn:aws:iam::{}:root", self.id)
    }
}

/// One organizational unit.
#[derive(Debug)]
pub struct Unit {
    /// `ou-…`.
    pub id: String,
    /// The name: free text.
    pub name: String,
    /// The parent OU by position; `None` directly under the root.
    pub parent: Option<usize>,
    pub(crate) path: String,
    pub(crate) children: Vec<usize>,
    pub(crate) accounts: Vec<usize>,
}

/// A place in the tree that a policy can be attached to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    /// The root.
    Root,
    /// An OU, by position.
    Unit(usize),
    /// An account, by position.
    Account(usize),
}

/// A policy type of Organizations that the emulator has policies of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PolicyType {
    /// Service control policies.
    ServiceControl,
    /// Resource control policies.
    ResourceControl,
}

impl PolicyType {
    /// The value of the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ServiceControl => "SERVICE_CONTROL_POLICY",
            Self::ResourceControl => "RESOURCE_CONTROL_POLICY",
        }
    }

    /// The part of a policy's ARN.
    pub(crate) fn arn_part(self) -> &'static str {
        match self {
            Self::ServiceControl => "service_control_policy",
            Self::ResourceControl => "resource_control_policy",
        }
    }

    /// The words of an access denied message.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::ServiceControl => "service control policy",
            Self::ResourceControl => "resource control policy",
        }
    }
}

/// A policy of the organization.
#[derive(Debug)]
pub struct OrganizationPolicy {
    /// `p-…`.
    pub id: String,
    /// The name: free text.
    pub name: String,
    /// The description.
    pub description: String,
    /// The type.
    pub policy_type: PolicyType,
    /// Whether AWS made it.
    pub aws_managed: bool,
    /// The document.
    pub content: String,
    /// What it is attached to; for a policy that AWS attaches everywhere, the nodes that were spared.
    pub(crate) nodes: BTreeSet<Node>,
    pub(crate) document: Document,
}

impl OrganizationPolicy {
    /// Whether the policy hangs at `node`.
    #[must_use]
    pub fn is_attached(&self, node: Node) -> bool {
        self.nodes.contains(&node) != self.aws_managed
    }
}

/// A kind of MFA device, which is visible in its serial number.
///
/// Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_checking-status.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceKind {
    /// An authenticator app: `arn:aws:iam::…:mfa/…`.
    Virtual,
    /// A hardware TOTP token: a plain serial number.
    Hardware,
    /// A passkey or security key: `arn:aws:iam::…:u2f/user/…`.
    Passkey,
    /// A phone number: `arn:aws:iam::…:sms-mfa/…`. Ended, and still found in old accounts.
    Sms,
}

/// An enrolled MFA device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Device {
    pub kind: DeviceKind,
    pub serial: String,
    pub enabled: Timestamp,
}

/// A console password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Password {
    pub changed: Timestamp,
    pub last_used: Option<Timestamp>,
    pub reset_required: bool,
}

/// An access key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AccessKey {
    pub id: String,
    pub active: bool,
    pub created: Timestamp,
    pub last_used: Option<(Timestamp, &'static str, &'static str)>,
}

/// What a user can sign in with at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Credentials {
    pub password: Option<Password>,
    pub devices: Vec<Device>,
    pub keys: Vec<AccessKey>,
    pub certificate: Option<Timestamp>,
}

/// A managed policy that is attached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PolicyRef {
    /// By name in AWS's catalogue.
    Aws(&'static str),
    /// By position in the account's own policies.
    Local(usize),
}

/// An inline policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Inline {
    pub name: String,
    pub document: std::borrow::Cow<'static, str>,
}

/// An IAM user.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub name: String,
    pub path: String,
    pub id: String,
    pub created: Timestamp,
    pub groups: Vec<&'static str>,
    pub inline: Vec<Inline>,
    pub attached: Vec<PolicyRef>,
    pub boundary: Option<PolicyRef>,
    pub tags: Vec<(String, String)>,
    /// The credentials now.
    pub live: Credentials,
    /// The credentials that the user had until this moment, for a report from before it.
    pub before: Option<(Timestamp, Credentials)>,
}

impl User {
    pub fn arn(&self, account: &str) -> String {
        format!("arn:aws:iam::{account}:user{}{}", self.path, self.name)
    }

    /// The credentials as of a moment.
    pub fn credentials_at(&self, time: Timestamp) -> &Credentials {
        match &self.before {
            Some((until, before)) if time < *until => before,
            Some(_) | None => &self.live,
        }
    }
}

/// An IAM group.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub name: &'static str,
    pub path: &'static str,
    pub id: String,
    pub created: Timestamp,
    pub inline: Vec<Inline>,
    pub attached: Vec<PolicyRef>,
}

/// An IAM role.
#[derive(Debug, Clone)]
pub(crate) struct Role {
    pub name: String,
    pub path: String,
    pub id: String,
    pub created: Timestamp,
    pub trust: String,
    pub description: String,
    pub inline: Vec<Inline>,
    pub attached: Vec<PolicyRef>,
    pub max_session: u32,
}

impl Role {
    pub fn arn(&self, account: &str) -> String {
        format!("arn:aws:iam::{account}:role{}{}", self.path, self.name)
    }
}

/// A customer managed policy.
#[derive(Debug, Clone)]
pub(crate) struct LocalPolicy {
    pub name: &'static str,
    pub path: &'static str,
    pub id: String,
    pub description: &'static str,
    pub created: Timestamp,
    /// The documents of all versions; the last one is the default.
    pub versions: Vec<std::borrow::Cow<'static, str>>,
}

impl LocalPolicy {
    pub fn arn(&self, account: &str) -> String {
        format!("arn:aws:iam::{account}:policy{}{}", self.path, self.name)
    }
}
