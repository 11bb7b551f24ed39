//! `collection.csv`: how each account was entered and read. It is part of every run, whatever formats are asked
//! for, because it is what an assessor joins with CloudTrail.
//!
//! It has a file of its own, and is not in the manifest: ten thousand accounts make some six megabytes, and a
//! manifest is read by people. The manifest has its SHA-256.

use std::path::Path;

use org_audit_model::AccountAssessment;

use crate::error::ReportError;
use crate::formats::csv::Table;

/// Name of the file.
pub const COLLECTION_FILE: &str = "collection.csv";

const HEADER: [&str; 15] = [
    "account_id",
    "account_name",
    "state",
    "access",
    "role_arn",
    "assumed_role_arn",
    "session_policy",
    "started_at",
    "ended_at",
    "completeness",
    "reason",
    "report_generated_at",
    "report_sha256",
    "request_ids",
    "failed_calls",
];

/// The table that is being written, one account at a time.
pub struct CollectionTable(Table);

impl std::fmt::Debug for CollectionTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CollectionTable")
    }
}

impl CollectionTable {
    /// Begins the file in `directory`.
    ///
    /// # Errors
    ///
    /// When it cannot be begun.
    pub fn begin(directory: &Path) -> Result<Self, ReportError> {
        Table::begin(directory, COLLECTION_FILE, &HEADER, false).map(Self)
    }

    /// Adds an account. To be called once for every account, in the order of account ids.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn account(&mut self, account: &AccountAssessment) -> Result<(), ReportError> {
        let evidence = &account.evidence;
        let requests = evidence.requests.iter().map(|(operation, ids)| {
            let ids: Vec<&str> = ids.iter().map(AsRef::as_ref).collect();
            format!("{operation} {}", ids.join(" "))
        });
        let failed = evidence.failed_calls.iter().map(|call| {
            let mut words = vec![call.operation.as_str()];
            words.extend(call.code.as_deref());
            words.extend(call.request_id.as_deref());
            words.join(" ")
        });
        fn text(value: Option<&String>) -> &str {
            value.map_or("", String::as_str)
        }
        self.0.row([
            account.account_id.as_str(),
            &account.account_name,
            &account.state,
            &evidence.access,
            text(evidence.role_arn.as_ref()),
            text(evidence.assumed_role_arn.as_ref()),
            evidence.session_policy.map_or("", |policy| policy.as_str()),
            &evidence.started_at,
            &evidence.ended_at,
            account.completeness.as_str(),
            &account.reason,
            text(evidence.report_generated_at.as_ref()),
            text(evidence.report_sha256.as_ref()),
            &requests.collect::<Vec<_>>().join("; "),
            &failed.collect::<Vec<_>>().join("; "),
        ])
    }

    /// Completes the file and gives it its name.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn finish(self) -> Result<(), ReportError> {
        self.0.finish().map(drop)
    }
}
