//! # `Principal` has no place in this kind of policy
//!
//! A policy of a user, group or role, or an SCP, has a `Principal` or `NotPrincipal` element.
//!
//! ## Why it matters
//!
//! AWS rejects such a document. Whom an identity policy or SCP applies to follows from where it is attached.
//!
//! ## Example
//!
//! Before:
//!
//! ```json
//! {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}
//! ```
//!
//! After:
//!
//! ```json
//! {"Effect": "Deny", "Action": "*", "Resource": "*"}
//! ```
//!
//! ## How to fix it
//!
//! Remove the element. To limit an SCP to some principals, use a condition on `aws:PrincipalArn`.
//!
//! AWS: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use super::facts::Facts;
use super::{DocumentKind, Report, Severity};

pub(super) const SEVERITY: Severity = Severity::Error;

pub(super) fn check(facts: &Facts<'_>, report: &mut Report<'_>) {
    if !matches!(facts.kind, DocumentKind::Identity | DocumentKind::Scp) {
        return;
    }
    for (index, statement, _) in facts.statements.iter().filter(|(_, statement, _)| statement.principal().is_some()) {
        let message = "AWS rejects `Principal` in this kind of policy".to_owned();
        report.at(*index, "/Principal", statement.span(), message, "remove it");
    }
}
