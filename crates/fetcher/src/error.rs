//! Why a whole collection could not begin or go on. What fails within it is in the snapshot.

use org_audit_model::store::StoreError;
use org_audit_model::{AccountId, Failure};

use crate::settings::SettingsError;

/// Why a collection could not begin or go on.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The SDK found no region.
    #[error("no AWS region is configured")]
    NoRegion {
        /// The profile that was asked for: it may not exist, which looks the same.
        profile: Option<String>,
    },
    /// The region is not a name that an endpoint could have.
    #[error("`{0}` is not an AWS region")]
    BadRegion(String),
    /// The endpoint is not a URL that could be called.
    #[error("`{0}` is not an endpoint URL")]
    BadEndpoint(String),
    /// The SDK found no credentials, or could not use what it found.
    #[error("no usable AWS credentials: {0}")]
    NoCredentials(String),
    /// AWS did not accept the credentials.
    #[error("AWS did not accept the credentials")]
    CredentialsRefused(#[source] Box<Failure>),
    /// The caller's account belongs to no organization.
    #[error("account {account} is not in an AWS organization")]
    NotInOrganization {
        /// The caller's account.
        account: AccountId,
        /// What AWS said.
        #[source]
        failure: Box<Failure>,
    },
    /// The caller may not read what every collection needs.
    #[error("`{caller}` may not call {}", failure.operation)]
    MayNotRead {
        /// The caller's ARN.
        caller: String,
        /// What AWS said.
        #[source]
        failure: Box<Failure>,
    },
    /// A setting that AWS would refuse in every account.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// AWS could not be reached or failed where there is no going on without it.
    #[error("AWS could not be asked")]
    Aws(#[source] Box<Failure>),
    /// What was read could not be kept.
    #[error("what was read could not be kept")]
    Store(#[from] StoreError),
    /// A defect of this program.
    #[error("a defect of this program stopped the collection: {0}")]
    Defect(String),
}

impl FetchError {
    /// Whether it is for the user to put right (usage or configuration), and not unexpected.
    #[must_use]
    pub fn is_usage(&self) -> bool {
        match self {
            Self::NoRegion { .. }
            | Self::BadRegion(_)
            | Self::BadEndpoint(_)
            | Self::NoCredentials(_)
            | Self::CredentialsRefused(_)
            | Self::NotInOrganization { .. }
            | Self::MayNotRead { .. }
            | Self::Settings(_) => true,
            Self::Aws(_) | Self::Store(_) | Self::Defect(_) => false,
        }
    }

    /// The way out, as one sentence without a full stop.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let text = match self {
            Self::NoRegion { profile } => {
                let check = profile
                    .as_ref()
                    .map(|profile| format!("check that the profile `{profile}` exists, or "))
                    .unwrap_or_default();
                return Some(format!(
                    "{check}pass --region, set AWS_REGION, or give the profile a region; any region of the \
                     partition will do, as IAM and Organizations are global"
                ));
            }
            Self::BadRegion(_) => "regions look like eu-central-1 or us-gov-west-1",
            Self::BadEndpoint(_) => "endpoints look like http://127.0.0.1:4566",
            Self::NoCredentials(_) => {
                "sign in (`aws sso login` or `aws login`), pass --profile, or set AWS_ACCESS_KEY_ID and \
                 AWS_SECRET_ACCESS_KEY; a profile with mfa_serial does not work here, as the AWS SDK for Rust \
                 never asks for a code"
            }
            Self::CredentialsRefused(_) => {
                "sign in again: the session has expired, or the access key is not active"
            }
            Self::NotInOrganization { .. } => {
                "run with credentials of the organization's management account or of a delegated \
                 administrator"
            }
            Self::MayNotRead { failure, .. } => {
                return Some(format!(
                    "run as the management account or as a delegated administrator, and allow the caller {} \
                     (the AWS managed policy SecurityAudit does)",
                    failure.operation
                ));
            }
            Self::Aws(failure) => return Some(failure.way_out()),
            Self::Settings(_) | Self::Store(_) | Self::Defect(_) => return None,
        };
        Some(text.to_owned())
    }
}
