//! Watches the collection go by, and warns as soon as the policies show that SCPs stop the audit itself.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use org_audit_fetcher::Sink;
use org_audit_model::snapshot::AwsManagedPolicies;
use org_audit_model::store::{SNAPSHOT_DIRECTORY, SnapshotWriter, StoreError};
use org_audit_model::{AccountSnapshot, OrganizationSnapshot};

use crate::output_directory::OutputDirectory;
use crate::printer::Printer;

/// How many accounts are named.
const MOST_NAMED: usize = 5;

/// Writes the snapshot, and looks at the organization's policies when they first pass by.
#[derive(Debug)]
pub struct WatchedWriter {
    output: OutputDirectory,
    /// Made with the first file.
    writer: OnceLock<SnapshotWriter>,
    printer: Printer,
    looked: AtomicBool,
    /// The organization that it must be, where there is something to compare it with.
    expected: Option<String>,
    /// The organization that it is, where it is another one.
    another: OnceLock<String>,
}

impl WatchedWriter {
    /// Writes into `output`, whose earlier run it replaces as soon as there is something to write, warns through
    /// `printer`, and stops the collection at once where the organization is not `expected`.
    pub fn new(output: OutputDirectory, expected: Option<&str>, printer: Printer) -> Self {
        Self {
            output,
            writer: OnceLock::new(),
            printer,
            looked: AtomicBool::new(false),
            expected: expected.map(str::to_owned),
            another: OnceLock::new(),
        }
    }

    /// The organization that was found, where it was not the expected one.
    pub fn another_organization(&self) -> Option<&str> {
        self.another.get().map(String::as_str)
    }

    /// The writer; made, with its directory, when it is first asked for. The organization comes first and alone.
    fn writer(&self) -> Result<&SnapshotWriter, StoreError> {
        if let Some(writer) = self.writer.get() {
            return Ok(writer);
        }
        if self.output.replaces() {
            self.output.replace().map_err(|source| StoreError::Io {
                action: "write",
                path: self.output.path().to_owned(),
                source,
            })?;
        }
        let writer = SnapshotWriter::create(&self.output.path().join(SNAPSHOT_DIRECTORY))?;
        Ok(self.writer.get_or_init(|| writer))
    }

    fn check(&self, organization: &OrganizationSnapshot) -> Result<(), StoreError> {
        let found = organization.organization.id.as_str();
        match &self.expected {
            Some(expected) if expected != found => {
                let _ = self.another.set(found.to_owned());
                Err(StoreError::AnotherOrganization {
                    expected: expected.clone(),
                    found: found.to_owned(),
                })
            }
            Some(_) | None => Ok(()),
        }
    }

    fn look(&self, organization: &OrganizationSnapshot) {
        let known = organization.service_control_policies.value().is_some();
        if !known || self.looked.swap(true, Ordering::Relaxed) {
            return;
        }
        let stopped = org_audit_analysis::preflight::stopped_accounts(organization);
        if stopped.is_empty() {
            return;
        }
        let named: Vec<String> = stopped.iter().take(MOST_NAMED).map(ToString::to_string).collect();
        let more = if stopped.len() > MOST_NAMED { ", …" } else { "" };
        self.printer.warn(&format!(
            "SCPs deny the audit role what it needs in {} accounts ({}{more}); exempt the role there by \
             `aws:PrincipalArn`, or these accounts stay unknown",
            stopped.len(),
            named.join(", ")
        ));
    }
}

impl Sink for WatchedWriter {
    fn organization(&self, organization: &OrganizationSnapshot) -> Result<(), StoreError> {
        self.check(organization)?;
        self.writer()?.organization(organization)?;
        self.look(organization);
        Ok(())
    }

    fn aws_managed_policies(&self, policies: &AwsManagedPolicies) -> Result<(), StoreError> {
        self.writer()?.aws_managed_policies(policies)
    }

    fn account(&self, account: &AccountSnapshot) -> Result<(), StoreError> {
        self.writer()?.account(account)
    }
}
