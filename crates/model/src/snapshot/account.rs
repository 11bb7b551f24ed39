//! One account: how it was entered, and the five things read from it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::Documents;
use crate::ids::{AccountId, DocumentId};
use crate::reading::{Failure, Reading};

/// `accounts/<id>.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AccountSnapshot {
    /// See [`super::SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Which account.
    pub account_id: AccountId,
    /// When its collection began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// How it was entered, or why not.
    pub access: Access,
    /// `iam:GetCredentialReport`.
    pub credential_report: Reading<RawCredentialReport>,
    /// `iam:GetAccountAuthorizationDetails` with the filter User, Group, LocalManagedPolicy, and Role where a
    /// control needs it.
    pub authorization_details: Reading<AuthorizationDetails>,
    /// `iam:GetAccountSummary`, as AWS names the entries.
    pub account_summary: Reading<BTreeMap<SmolStr, i64>>,
    /// `iam:GetAccountPasswordPolicy`; `None` is `NoSuchEntity`: the account has AWS's default policy.
    pub password_policy: Reading<Option<PasswordPolicy>>,
    /// `iam:ListVirtualMFADevices` with the status Assigned.
    pub virtual_mfa_devices: Reading<Vec<VirtualMfaDevice>>,
    /// Live confirmations by user name: for users that the report would fail, or for all of them.
    pub live: BTreeMap<SmolStr, LiveConfirmation>,
    /// Texts of the policy documents above.
    pub documents: Documents,
}

impl AccountSnapshot {
    /// A snapshot of an account that was not entered: nothing was asked of it, `reason` says why.
    #[must_use]
    pub fn not_entered(account_id: AccountId, access: Access, at: Timestamp, reason: &str) -> Self {
        fn not_asked<T>(reason: &str) -> Reading<T> {
            Reading::NotAsked {
                reason: reason.to_owned(),
            }
        }
        Self {
            schema_version: super::SCHEMA_VERSION,
            account_id,
            started_at: at,
            ended_at: at,
            access,
            credential_report: not_asked(reason),
            authorization_details: not_asked(reason),
            account_summary: not_asked(reason),
            password_policy: not_asked(reason),
            virtual_mfa_devices: not_asked(reason),
            live: BTreeMap::new(),
            documents: Documents::new(),
        }
    }
}

/// How an account was entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum Access {
    /// By `sts:AssumeRole`.
    AssumedRole {
        /// The role.
        role_arn: String,
        /// The session as CloudTrail shows it.
        assumed_role_arn: String,
        /// Request id of the call.
        request_id: Option<SmolStr>,
        /// Whether the session was narrowed.
        session_policy: SessionPolicy,
    },
    /// With the caller's own credentials: the caller is in this account.
    CallerCredentials,
    /// Not tried: an account of this state cannot be read.
    NotAssessable {
        /// AWS's word for the state.
        state: SmolStr,
    },
    /// Not tried: the user left it out.
    Excluded,
    /// `sts:AssumeRole` failed.
    Refused {
        /// The role that was asked for.
        role_arn: String,
        /// What AWS said.
        failure: Failure,
    },
}

/// Whether a role session was narrowed to the calls that the audit makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum SessionPolicy {
    /// It was.
    Applied,
    /// The user turned it off.
    Off,
    /// STS refused its packed size, and the session was opened without it.
    RefusedBySize,
}

impl SessionPolicy {
    /// The spelling of the snapshot and the reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Off => "off",
            Self::RefusedBySize => "refused_by_size",
        }
    }
}

/// The credential report as it came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RawCredentialReport {
    /// `GeneratedTime`: the report can be four hours old.
    pub generated_at: Timestamp,
    /// The CSV text, byte for byte.
    pub content: String,
}

/// What `iam:GetAccountAuthorizationDetails` says of users, groups, customer managed policies and roles.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AuthorizationDetails {
    /// In the order of their names.
    pub users: Vec<User>,
    /// In the order of their names.
    pub groups: Vec<Group>,
    /// Customer managed policies, in the order of their ARNs.
    pub managed_policies: Vec<ManagedPolicy>,
    /// Roles, in the order of their names; `None` where they were not asked for. There can be many times
    /// more roles than users, and only a few controls look at them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<Role>>,
}

/// An IAM role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Role {
    /// Its name.
    pub name: SmolStr,
    /// Its ARN, with the path.
    pub arn: SmolStr,
    /// Its path, `/` where it has none.
    pub path: SmolStr,
    /// Attached managed policies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attached_policies: Vec<AttachedPolicy>,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

impl Role {
    /// Whether an AWS service made it and looks after it: the account cannot change it (IAM User Guide,
    /// "Create a service-linked role"). Its path says so.
    #[must_use]
    pub fn is_service_linked(&self) -> bool {
        self.path.starts_with("/aws-service-role/")
    }
}

/// An IAM user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct User {
    /// Its name.
    pub name: SmolStr,
    /// Its ARN, with the path.
    pub arn: SmolStr,
    /// Its unique id.
    pub id: SmolStr,
    /// Its path, `/` where it has none.
    pub path: SmolStr,
    /// When it was made.
    pub created_at: Option<Timestamp>,
    /// Inline policies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inline_policies: Vec<InlinePolicy>,
    /// Attached managed policies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attached_policies: Vec<AttachedPolicy>,
    /// Names of its groups.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<SmolStr>,
    /// ARN of its permissions boundary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub permissions_boundary: Option<SmolStr>,
    /// Its tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<Tag>,
}

/// An IAM group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Group {
    /// Its name.
    pub name: SmolStr,
    /// Its ARN.
    pub arn: SmolStr,
    /// Inline policies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inline_policies: Vec<InlinePolicy>,
    /// Attached managed policies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attached_policies: Vec<AttachedPolicy>,
}

/// A customer managed policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ManagedPolicy {
    /// Its name.
    pub name: SmolStr,
    /// Its ARN.
    pub arn: SmolStr,
    /// Such as `v3`.
    pub default_version_id: SmolStr,
    /// The document of the default version.
    pub document: Document,
    /// How many users, groups and roles it is attached to.
    pub attachment_count: Option<i32>,
    /// How often it is somebody's permissions boundary.
    pub boundary_count: Option<i32>,
}

/// A policy that lives in one user or group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InlinePolicy {
    /// Its name; empty where the answer left it out.
    pub name: SmolStr,
    /// Its document.
    pub document: Document,
}

/// A policy document where it was found: its text in [`AccountSnapshot::documents`], or the news that
/// the answer did not carry one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Document {
    /// The text's name.
    Kept(DocumentId),
    /// There was none to keep.
    Missing {
        /// Why, as a short sentence without a full stop.
        missing: String,
    },
}

/// A managed policy's attachment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AttachedPolicy {
    /// The policy's name.
    pub name: SmolStr,
    /// The policy's ARN.
    pub arn: SmolStr,
}

/// A tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tag {
    /// Its key.
    pub key: SmolStr,
    /// Its value.
    pub value: SmolStr,
}

/// An account's password policy (`iam:GetAccountPasswordPolicy`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PasswordPolicy {
    /// In characters.
    pub minimum_length: Option<i32>,
    /// Needs a symbol.
    pub require_symbols: bool,
    /// Needs a digit.
    pub require_numbers: bool,
    /// Needs an upper-case letter.
    pub require_uppercase: bool,
    /// Needs a lower-case letter.
    pub require_lowercase: bool,
    /// Users may change their own.
    pub allow_users_to_change: bool,
    /// Passwords expire.
    pub expire: bool,
    /// After how many days.
    pub max_age_days: Option<i32>,
    /// How many former passwords are refused.
    pub reuse_prevention: Option<i32>,
    /// An expired password can be reset by an administrator only.
    pub hard_expiry: Option<bool>,
}

/// A virtual MFA device that is assigned to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct VirtualMfaDevice {
    /// The serial number: an ARN.
    pub serial_number: SmolStr,
    /// Whose it is: a user's ARN, or the account's root; `None` where the answer does not say.
    pub user_arn: Option<SmolStr>,
    /// Since when.
    pub enabled_at: Option<Timestamp>,
}

/// What a user's state is now, asked of IAM itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LiveConfirmation {
    /// `iam:GetLoginProfile`; `None` is `NoSuchEntity`: no console password, or the user is gone.
    pub login_profile: Reading<Option<LoginProfile>>,
    /// `iam:ListMFADevices`; `None` is `NoSuchEntity`: the user is gone.
    pub mfa_devices: Reading<Option<Vec<MfaDevice>>>,
}

/// A console password's existence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LoginProfile {
    /// Since when.
    pub created_at: Option<Timestamp>,
    /// Whether it must be changed at the next sign-in.
    pub reset_required: bool,
}

/// An MFA device of a user, of any type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MfaDevice {
    /// `…:mfa/…` is virtual, `…:u2f/…` a passkey or security key, anything else a hardware token.
    pub serial_number: SmolStr,
    /// Since when.
    pub enabled_at: Option<Timestamp>,
}
