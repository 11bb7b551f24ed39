//! Where what was read goes.

use org_audit_model::snapshot::AwsManagedPolicies;
use org_audit_model::store::{SnapshotWriter, StoreError};
use org_audit_model::{AccountSnapshot, OrganizationSnapshot};

/// Takes what was read, piece by piece. It is called from several threads at once.
pub trait Sink: Send + Sync {
    /// Takes the organization: without its policies when it has been read, with them when they have been, and
    /// again at the end.
    ///
    /// # Errors
    ///
    /// When it cannot be kept; the collection stops.
    fn organization(&self, organization: &OrganizationSnapshot) -> Result<(), StoreError>;

    /// Takes the AWS managed policies, at the end.
    ///
    /// # Errors
    ///
    /// When they cannot be kept; the collection stops.
    fn aws_managed_policies(&self, policies: &AwsManagedPolicies) -> Result<(), StoreError>;

    /// Takes an account, read or not, once.
    ///
    /// # Errors
    ///
    /// When it cannot be kept; the collection stops.
    fn account(&self, account: &AccountSnapshot) -> Result<(), StoreError>;
}

impl Sink for SnapshotWriter {
    fn organization(&self, organization: &OrganizationSnapshot) -> Result<(), StoreError> {
        Self::organization(self, organization)
    }

    fn aws_managed_policies(&self, policies: &AwsManagedPolicies) -> Result<(), StoreError> {
        Self::aws_managed_policies(self, policies)
    }

    fn account(&self, account: &AccountSnapshot) -> Result<(), StoreError> {
        Self::account(self, account)
    }
}
