//! What a snapshot means: controls, SCP coverage and a verdict for every user.
//!
//! [`analyze`] goes over a snapshot account by account, in parallel, and hands each [`AccountAssessment`]
//! to the caller in the order of the account id; memory holds one batch of accounts, whatever the size of
//! the organization. [`Analyzer`] is the same for one account.
//!
//! # Architecture invariant
//!
//! The analysis is pure: no network, no clock, no environment. The same snapshot gives the same answers.
//! What could not be read is `unknown`; nothing here turns a missing reading into a pass.

pub mod analyzer;
pub mod change;
mod collected;
mod control_counts;
pub mod controls;
mod enforcement;
pub mod exceptions;
pub mod explain;
pub mod facts;
pub mod hierarchy;
mod nearest;
mod policies;
pub mod preflight;
pub mod run;
pub mod scope;
pub mod scp;
mod verdict;

pub use analyzer::{Analyzer, Options, SessionReach};
pub use exceptions::{Exceptions, ExceptionsError};
pub use nearest::nearest;
pub use run::{AccountSource, AnalyzeError, Assessments, analyze, analyze_with};
pub use scope::{ScopeMap, ScopeMapError};

use org_audit_model as model;
pub use org_audit_model::{AccountAssessment, RunAssessment};
