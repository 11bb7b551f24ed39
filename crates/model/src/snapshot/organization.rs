//! The organization: its tree, its accounts, its policies, and how all that was collected.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::Documents;
use crate::ids::{AccountId, DocumentId};
use crate::reading::Reading;

/// `organization.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OrganizationSnapshot {
    /// See [`super::SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Who collected this, when and how.
    pub collection: Collection,
    /// The organization itself.
    pub organization: OrganizationDescription,
    /// Roots and organizational units.
    pub tree: Tree,
    /// Every account of the organization, in the order of its id.
    pub accounts: Vec<Account>,
    /// Service control policies: `organizations:ListPolicies` and what follows from it.
    pub service_control_policies: Reading<OrganizationPolicies>,
    /// Resource control policies, the same.
    pub resource_control_policies: Reading<OrganizationPolicies>,
    /// How the accounts' root users are managed centrally, by the names of `iam:ListOrganizationsFeatures`:
    /// `RootCredentialsManagement`, `RootSessions`. That a feature is on says nothing of an account's root
    /// credentials, which may still be there.
    #[serde(default = "root_access_not_asked")]
    pub root_access_features: Reading<Vec<SmolStr>>,
    /// The texts of the policies above.
    pub documents: Documents,
}

/// What an older snapshot has to say of it.
fn root_access_not_asked() -> Reading<Vec<SmolStr>> {
    Reading::NotAsked {
        reason: "the snapshot was collected before this was asked".to_owned(),
    }
}

/// Who collected a snapshot, when and how. The assessor's first questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Collection {
    /// Version of the program that collected it.
    pub tool_version: String,
    /// When the first call was made.
    pub started_at: Timestamp,
    /// When the last answer had come; `None` in a snapshot whose collection was cut off.
    pub ended_at: Option<Timestamp>,
    /// What `sts:GetCallerIdentity` said of the credentials.
    pub caller: Caller,
    /// `aws`, `aws-cn`, `aws-us-gov`…: from the caller's ARN.
    pub partition: SmolStr,
    /// The region that was configured (it chooses the partition's endpoints and the STS endpoint).
    pub region: SmolStr,
    /// Endpoints that are not AWS's own: what was audited may not be AWS at all.
    pub endpoint_overrides: Vec<EndpointOverride>,
    /// How the member accounts were entered.
    pub role: RoleSettings,
    /// Whether every user was confirmed live, and not only those that would fail.
    pub fresh: bool,
    /// How often each operation was called (without the retries inside the SDK).
    pub calls: BTreeMap<SmolStr, u64>,
    /// The request ids of the calls that read the caller, the organization, its tree and its accounts, by
    /// operation. Those of all other calls stand with what they read.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub requests: BTreeMap<SmolStr, Vec<SmolStr>>,
}

/// [`EndpointOverride::source`] of the embedded demo organization.
pub const DEMO_SOURCE: &str = "org-audit demo";

impl Collection {
    /// Whether this was collected from the embedded demo organization, and is nobody's real one.
    #[must_use]
    pub fn is_demo(&self) -> bool {
        self.endpoint_overrides
            .iter()
            .any(|endpoint| endpoint.source == DEMO_SOURCE)
    }
}

/// What `sts:GetCallerIdentity` says of the credentials in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Caller {
    /// The caller's ARN.
    pub arn: String,
    /// The caller's account.
    pub account_id: AccountId,
    /// The caller's unique id.
    pub user_id: String,
}

/// An endpoint that was set by the environment, a profile or an option.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EndpointOverride {
    /// Where it was set, such as `AWS_ENDPOINT_URL`.
    pub source: String,
    /// The URL.
    pub url: String,
}

/// How member accounts are entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RoleSettings {
    /// Name of the role in each member account.
    pub name: String,
    /// Path of the role, `/` where it has none.
    pub path: String,
    /// `RoleSessionName`: CloudTrail shows it with every call.
    pub session_name: String,
    /// Whether an external id was given. Its value is not kept.
    pub external_id: bool,
    /// `DurationSeconds`.
    pub duration_seconds: u32,
    /// Whether the session is narrowed to the audit's own calls.
    pub session_policy: bool,
}

/// `organizations:DescribeOrganization`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OrganizationDescription {
    /// Such as `o-a1b2c3d4e5`.
    pub id: SmolStr,
    /// The organization's ARN.
    pub arn: String,
    /// `ALL` or `CONSOLIDATED_BILLING`; SCPs need `ALL`.
    pub feature_set: SmolStr,
    /// The management account, to which SCPs do not apply.
    pub management_account_id: AccountId,
}

/// Roots and organizational units.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tree {
    /// AWS allows one root today; the API returns a list.
    pub roots: Vec<Root>,
    /// Every OU, in the order of its id.
    pub organizational_units: Vec<OrganizationalUnit>,
    /// Parents below which `ListOrganizationalUnitsForParent` failed: the tree is not whole there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub unread_parents: BTreeMap<SmolStr, crate::reading::Failure>,
}

/// A root and which policy types are on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Root {
    /// Such as `r-a1b2`.
    pub id: SmolStr,
    /// Usually `Root`.
    pub name: String,
    /// `PolicyTypes`: type → status (`ENABLED`, `PENDING_ENABLE`, `PENDING_DISABLE`). A type that is
    /// missing is off. This is the only right place to see it (`AvailablePolicyTypes` of
    /// `DescribeOrganization` must not be used, says its documentation).
    pub policy_types: BTreeMap<SmolStr, SmolStr>,
}

/// An organizational unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OrganizationalUnit {
    /// Such as `ou-a1b2-11111111`.
    pub id: SmolStr,
    /// Free text of up to 128 characters: hostile until escaped.
    pub name: String,
    /// The root or OU above.
    pub parent_id: SmolStr,
}

/// An account of the organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Free text: hostile until escaped.
    pub name: String,
    /// Its state, from `State`, or from `Status` where the answer has no `State`.
    pub state: AccountState,
    /// `INVITED` or `CREATED`, where told.
    pub joined_method: Option<SmolStr>,
    /// When it joined, where told.
    pub joined_at: Option<Timestamp>,
    /// The root or OU that holds it; `None` where neither `Paths` nor the tree walk told.
    pub parent_id: Option<SmolStr>,
}

/// `State` of an account (Organizations User Guide, "Monitor the state of your AWS accounts").
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(from = "SmolStr", into = "SmolStr")]
pub enum AccountState {
    /// `ACTIVE`.
    Active,
    /// `PENDING_ACTIVATION`: sign-up is not finished; nothing can be read.
    PendingActivation,
    /// `PENDING_CLOSURE`: the account still works.
    PendingClosure,
    /// `SUSPENDED`: AWS has restricted it; nothing can be read.
    Suspended,
    /// `CLOSED`: listed for up to 90 days; nothing can be read.
    Closed,
    /// A state that this program does not know. It is tried.
    Other(SmolStr),
}

impl AccountState {
    /// AWS's spelling.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Active => "ACTIVE",
            Self::PendingActivation => "PENDING_ACTIVATION",
            Self::PendingClosure => "PENDING_CLOSURE",
            Self::Suspended => "SUSPENDED",
            Self::Closed => "CLOSED",
            Self::Other(text) => text,
        }
    }

    /// Whether a role can be assumed in an account of this state.
    #[must_use]
    pub fn can_be_read(&self) -> bool {
        match self {
            Self::Active | Self::PendingClosure | Self::Other(_) => true,
            Self::PendingActivation | Self::Suspended | Self::Closed => false,
        }
    }
}

impl From<SmolStr> for AccountState {
    fn from(text: SmolStr) -> Self {
        match text.as_str() {
            "ACTIVE" => Self::Active,
            "PENDING_ACTIVATION" => Self::PendingActivation,
            "PENDING_CLOSURE" => Self::PendingClosure,
            "SUSPENDED" => Self::Suspended,
            "CLOSED" => Self::Closed,
            _ => Self::Other(text),
        }
    }
}

impl From<AccountState> for SmolStr {
    fn from(state: AccountState) -> Self {
        state.as_str().into()
    }
}

/// All policies of one type and where they hang.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OrganizationPolicies {
    /// In the order of their ids.
    pub policies: Vec<OrganizationPolicy>,
}

/// One policy of the organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OrganizationPolicy {
    /// Such as `p-FullAWSAccess`.
    pub id: SmolStr,
    /// Free text: hostile until escaped.
    pub name: String,
    /// Whether AWS wrote it.
    pub aws_managed: bool,
    /// `organizations:DescribePolicy`. Not asked for where the policy has no target, nor for AWS's own
    /// full-access policy, whose text never changes.
    pub document: Reading<DocumentId>,
    /// `organizations:ListTargetsForPolicy`.
    pub targets: Reading<Vec<PolicyTarget>>,
}

/// A place where a policy is attached.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PolicyTarget {
    /// Root, OU or account id.
    pub id: SmolStr,
    /// `ROOT`, `ORGANIZATIONAL_UNIT` or `ACCOUNT`.
    pub kind: SmolStr,
}
