//! # The element does not exist
//!
//! The document or a statement has an element that the policy grammar does not know.
//!
//! ## Why it matters
//!
//! Element names are case-sensitive and few. AWS rejects most documents with others; what is accepted has no effect. A
//! misspelt `Condition` is the worst case: a statement without its condition.
//!
//! ## Example
//!
//! Before:
//!
//! ```json
//! {"Effect": "Deny", "Action": "*", "Resource": "*", "Conditions": {"Bool": {"aws:SecureTransport": "false"}}}
//! ```
//!
//! After:
//!
//! ```json
//! {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
//! ```
//!
//! ## How to fix it
//!
//! Correct the name, or remove the element.
//!
//! AWS: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

use super::facts::Facts;
use super::{Report, Severity};
use crate::nearest::nearest;

pub(super) const SEVERITY: Severity = Severity::Error;

const DOCUMENT: [&str; 3] = ["Version", "Id", "Statement"];
const STATEMENT: [&str; 9] = [
    "Sid",
    "Effect",
    "Principal",
    "NotPrincipal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
];

pub(super) fn check(facts: &Facts<'_>, report: &mut Report<'_>) {
    for element in facts.document.unknown() {
        let name = element.name();
        report.top(&format!("/{}", name.as_str()), name.span(), message(name, &DOCUMENT), "correct or remove it");
    }
    for (index, statement, _) in &facts.statements {
        for element in statement.unknown() {
            let name = element.name();
            let pointer = format!("/{}", name.as_str());
            report.at(*index, &pointer, name.span(), message(name, &STATEMENT), "correct or remove it");
        }
    }
}

fn message(name: &str, known: &[&str]) -> String {
    let near = nearest(name, known.iter().map(|known| (*known).to_owned()));
    let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    format!("the policy grammar has no element `{name}`{near}")
}
