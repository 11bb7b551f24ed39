//! # The statement has no `Resource`
//!
//! A statement has neither `Resource` nor `NotResource`.
//!
//! ## Why it matters
//!
//! AWS rejects an identity policy, SCP or RCP without one; only trust policies of roles do without.
//!
//! ## Example
//!
//! Before:
//!
//! ```json
//! {"Effect": "Deny", "Action": "iam:*"}
//! ```
//!
//! After:
//!
//! ```json
//! {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}
//! ```
//!
//! ## How to fix it
//!
//! Add `"Resource": "*"`, or the resources that are meant.
//!
//! AWS: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>

use super::facts::Facts;
use super::{DocumentKind, Report, Severity};

pub(super) const SEVERITY: Severity = Severity::Error;

pub(super) fn check(facts: &Facts<'_>, report: &mut Report<'_>) {
    if facts.kind == DocumentKind::Resource {
        return;
    }
    for (index, statement, _) in facts.statements.iter().filter(|(_, statement, _)| statement.resource().is_none()) {
        let message = "this statement has no `Resource`; AWS rejects it".to_owned();
        report.at(*index, "", statement.span(), message, "add `\"Resource\": \"*\"`");
    }
}
