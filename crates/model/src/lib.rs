//! The vocabulary that every other crate of org-audit shares.
//!
//! * [`snapshot`]: what was read from AWS, as it is kept on disk. The snapshot is the seam of the program:
//!   the fetcher writes it, the analysis reads it, and neither knows the other.
//! * [`credential_report`]: the parser of IAM's credential report, the one raw input that both sides of the
//!   seam need (the fetcher to know which users want a live confirmation, the analysis to judge them).
//! * [`outcome`] and [`assessment`]: what the analysis says and the reports print.
//! * [`exemption`]: approved exceptions, which never make a pass.
//! * [`change`]: what became of all that since an earlier run.
//! * [`store`] and [`private_files`]: where a snapshot lies, and who may read it.
//!
//! # Architecture invariant
//!
//! This crate knows no AWS SDK, no environment and no clock. Times come in as arguments.

pub mod assessment;
pub mod change;
pub mod credential_report;
pub mod exemption;
pub mod exit_code;
pub mod ids;
pub mod integrity;
pub mod manifest;
pub mod outcome;
pub mod private_files;
pub mod reading;
pub mod snapshot;
pub mod store;

pub use assessment::{AccountAssessment, Finding, RunAssessment, TargetCoverage, UserAssessment};
pub use change::{Change, RunFigures};
pub use credential_report::CredentialReport;
pub use exemption::{ExceptionState, ExceptionUse, Exemption};
pub use exit_code::ExitCode;
pub use ids::{AccountId, DocumentId};
pub use outcome::{AccountChange, ChangeKind, Coverage, Outcome, Protection, Severity, Verdict};
pub use reading::{Failure, FailureKind, Reading};
pub use snapshot::{AccountSnapshot, OrganizationSnapshot};
