//! # The action does not exist
//!
//! An `Action` or `NotAction` names an action, a service or a pattern that matches nothing that AWS has.
//!
//! ## Why it matters
//!
//! AWS accepts the document, and the name does nothing. In a `NotAction` of a Deny, a misspelt exemption means that the
//! action *is* denied; in a Deny, a misspelt name denies nothing.
//!
//! ## Example
//!
//! Before:
//!
//! ```json
//! {"Effect": "Allow", "Action": "iam:EnableMFADevices", "Resource": "*"}
//! ```
//!
//! After:
//!
//! ```json
//! {"Effect": "Allow", "Action": "iam:EnableMFADevice", "Resource": "*"}
//! ```
//!
//! ## How to fix it
//!
//! Correct the name. The list of actions ages; an action that is newer than it can be ignored here.
//!
//! AWS: <https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html>

use super::facts::Facts;
use super::{Report, Severity};
use crate::actions::{ActionList, Expansion};

pub(super) const SEVERITY: Severity = Severity::Warning;

pub(super) fn check(facts: &Facts<'_>, report: &mut Report<'_>) {
    let list = ActionList::embedded();
    for (index, statement, prepared) in &facts.statements {
        let element = if statement.action().is_not() { "/NotAction" } else { "/Action" };
        for (pattern, expansion) in statement.action().patterns().iter().zip(prepared.actions.expansions()) {
            let Expansion::Some { ranges, .. } = expansion else { continue };
            if ranges.iter().any(|range| !range.is_empty()) {
                continue;
            }
            let nearest = list.nearest(pattern).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            let message = format!("no action that AWS has is named `{}`{nearest}", pattern.as_str());
            let help = format!("correct it, unless it is newer than the list of {}", list.date());
            report.at(*index, element, pattern.span(), message, &help);
        }
    }
}
