//! What was read from AWS, as it is kept on disk: versioned, complete enough to judge from, and without
//! any secret.
//!
//! A snapshot is a directory with `organization.json`, `aws-managed-policies.json` and
//! `accounts/<id>.json` for every account of the organization, read or not. [`crate::store`] reads and
//! writes it.

mod account;
mod organization;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

pub use account::{
    Access, AccountSnapshot, AttachedPolicy, AuthorizationDetails, Document, Group, InlinePolicy,
    LiveConfirmation, LoginProfile, ManagedPolicy, MfaDevice, PasswordPolicy, RawCredentialReport, Role,
    SessionPolicy, Tag, User, VirtualMfaDevice,
};
pub use organization::{
    Account, AccountState, Caller, Collection, DEMO_SOURCE, EndpointOverride, OrganizationDescription,
    OrganizationPolicies, OrganizationPolicy, OrganizationSnapshot, OrganizationalUnit, PolicyTarget,
    RoleSettings, Root, Tree,
};

use crate::ids::DocumentId;
use crate::reading::Reading;

/// The version of the snapshot's form that this program writes and reads.
///
/// It grows when a reader of the old form would misunderstand the new one.
pub const SCHEMA_VERSION: u32 = 1;

/// Texts of policy documents by the SHA-256 of the text.
pub type Documents = BTreeMap<DocumentId, String>;

/// The AWS managed policies that are attached somewhere in the organization, each read once.
///
/// Their documents are the same in every account of a partition (IAM User Guide, "Managed policies and
/// inline policies"), so reading them per account would be a call per account for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AwsManagedPolicies {
    /// By policy ARN: the default version's document.
    pub policies: BTreeMap<SmolStr, Reading<AwsManagedPolicy>>,
    /// The documents' texts.
    pub documents: Documents,
}

/// The default version of an AWS managed policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AwsManagedPolicy {
    /// Such as `v12`.
    pub default_version_id: SmolStr,
    /// The document of that version.
    pub document: DocumentId,
}
