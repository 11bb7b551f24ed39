//! # Users may delete any virtual MFA device
//!
//! `iam:DeleteVirtualMFADevice` is allowed on the devices of everybody (`mfa/*`).
//!
//! ## Why it matters
//!
//! AWS refuses to delete a device that is in use, so this does not take the second factor from anybody. But a user
//! can delete the device that a colleague has just created and not yet enabled. Device names have been free since
//! November 2022, so a policy cannot tell a user's own devices from others' by name, and self-service does not need
//! the permission: leftover devices can be deleted by an administrator.
//!
//! ## Example
//!
//! Before:
//!
//! ```json
//! {"Effect": "Allow", "Action": ["iam:CreateVirtualMFADevice", "iam:DeleteVirtualMFADevice"],
//!  "Resource": "arn:aws:iam::*:mfa/*"}
//! ```
//!
//! After:
//!
//! ```json
//! {"Effect": "Allow", "Action": "iam:CreateVirtualMFADevice", "Resource": "arn:aws:iam::*:mfa/*"}
//! ```
//!
//! ## How to fix it
//!
//! Leave `iam:DeleteVirtualMFADevice` out, as AWS's own example does today.
//!
//! AWS: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_iam_mfa-selfmanage.html>

use super::facts::Facts;
use super::{DocumentKind, Report, Severity};
use crate::pattern::wildcard_match;

pub(super) const SEVERITY: Severity = Severity::Warning;

const ACTION: &str = "iam:deletevirtualmfadevice";

pub(super) fn check(facts: &Facts<'_>, report: &mut Report<'_>) {
    if facts.kind != DocumentKind::Identity {
        return;
    }
    for (index, statement) in facts.allows(ACTION) {
        // Whoever may do everything in IAM is not meant.
        let meant = |pattern: &str| {
            let lower = pattern.to_ascii_lowercase();
            lower.contains("mfadevice") && wildcard_match(&lower, ACTION)
        };
        let Some(action) = statement.action().patterns().iter().find(|pattern| meant(pattern)) else { continue };
        let resources = statement.resource().filter(|resource| !resource.is_not());
        let mut patterns = resources.into_iter().flat_map(|resource| resource.patterns());
        if patterns.any(|pattern| pattern.as_str() == "*" || pattern.ends_with(":mfa/*")) {
            let message = "`iam:DeleteVirtualMFADevice` is allowed on everybody's devices".to_owned();
            report.at(index, "/Action", action.span(), message, "leave it out: self-service does not need it");
        }
    }
}
