//! # Enrolment works only if the device is named like the user
//!
//! `iam:CreateVirtualMFADevice` is allowed on `mfa/${aws:username}` alone.
//!
//! ## Why it matters
//!
//! Since November 2022 a user may have up to eight MFA devices, and the console asks for a name of one's choice.
//! Under this policy every name but the user's own is refused with an access error that does not say why, and a
//! second virtual device cannot be enrolled at all.
//!
//! ## Example
//!
//! Before:
//!
//! ```json
//! {"Effect": "Allow", "Action": "iam:CreateVirtualMFADevice", "Resource": "arn:aws:iam::*:mfa/${aws:username}"}
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
//! Allow the creation on `arn:aws:iam::*:mfa/*`. Creating a device gives nobody anything until it is enabled for a
//! user, and that stays limited to the user's own ARN.
//!
//! AWS: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_iam_mfa-selfmanage.html>

use super::facts::Facts;
use super::{DocumentKind, Report, Severity};

pub(super) const SEVERITY: Severity = Severity::Warning;

pub(super) fn check(facts: &Facts<'_>, report: &mut Report<'_>) {
    if facts.kind != DocumentKind::Identity {
        return;
    }
    let mut tied = None;
    for (index, statement) in facts.allows("iam:createvirtualmfadevice") {
        let Some(resource) = statement.resource().filter(|resource| !resource.is_not()) else { return };
        for pattern in resource.patterns() {
            match pattern.split_once(":mfa/") {
                Some((_, name)) if name.contains("${aws:username}") && !name.contains('*') => {
                    tied = tied.or(Some((index, pattern.span())));
                }
                Some(_) => return,
                None if pattern.as_str() == "*" => return,
                None => {}
            }
        }
    }
    if let Some((index, span)) = tied {
        let message = "a device can be enrolled only under the user's own name".to_owned();
        report.at(index, "/Resource", span, message, "allow `iam:CreateVirtualMFADevice` on `arn:aws:iam::*:mfa/*`");
    }
}
