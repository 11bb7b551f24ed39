//! An earlier run: what a later one is compared with.

use std::path::Path;

use org_audit_analysis::change::{self, Baseline};
use org_audit_model::OrganizationSnapshot;
use org_audit_model::ids::sha256_hex;
use org_audit_model::manifest::{Arguments, MANIFEST_FILE};
use org_audit_model::snapshot::AwsManagedPolicies;
use org_audit_model::store::SnapshotReader;

use crate::error::CliError;
use crate::run_directory::{arguments_of, cannot};
use crate::text::safe;

/// A run directory, or a snapshot, opened.
#[derive(Debug)]
pub struct EarlierRun {
    /// Its snapshot.
    pub reader: SnapshotReader,
    /// Its organization.
    pub organization: OrganizationSnapshot,
    /// Its AWS managed policies.
    pub aws_managed: AwsManagedPolicies,
    /// What its manifest says was asked for; nothing where there is none.
    pub arguments: Arguments,
    /// SHA-256 of its manifest, where there is one.
    pub manifest_sha256: Option<String>,
}

impl EarlierRun {
    /// Opens the run in `path`.
    ///
    /// # Errors
    ///
    /// When there is none, or its organization or manifest cannot be read.
    pub fn open(path: &Path) -> Result<Self, CliError> {
        let reader = SnapshotReader::open(path)?;
        let manifest = path.join(MANIFEST_FILE);
        let manifest_sha256 = match manifest.exists() {
            true => {
                let bytes = std::fs::read(&manifest).map_err(|error| cannot("read", &manifest, &error))?;
                Some(sha256_hex(&bytes))
            }
            false => None,
        };
        Ok(Self {
            organization: reader.organization()?,
            aws_managed: reader.aws_managed_policies()?,
            arguments: arguments_of(path)?,
            manifest_sha256,
            reader,
        })
    }

    /// Reads every account once, so that one that cannot be read is told before the work begins.
    ///
    /// # Errors
    ///
    /// When one cannot be read.
    pub fn check(&self) -> Result<(), CliError> {
        Ok(change::check(&self.organization, &self.reader)?)
    }

    /// As the comparison takes it.
    pub fn baseline(&self) -> Baseline<'_, SnapshotReader> {
        Baseline {
            organization: &self.organization,
            aws_managed: &self.aws_managed,
            source: &self.reader,
        }
    }

    /// Refuses to compare one organization with another.
    ///
    /// # Errors
    ///
    /// When `later` is of another organization.
    pub fn check_same_organization(&self, later: &str) -> Result<(), CliError> {
        let earlier = self.organization.organization.id.as_str();
        if earlier == later {
            return Ok(());
        }
        Err(CliError::usage(format!(
            "the earlier run is of organization `{}`, the later one of `{}`",
            safe(earlier),
            safe(later)
        ))
        .with_help("runs can be compared only where they are of the same organization"))
    }
}
