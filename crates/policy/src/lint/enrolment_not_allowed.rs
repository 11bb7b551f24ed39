//! # Enrolment is exempt from the Deny, but nothing allows it
//!
//! The Deny without MFA leaves the actions of enrolment out, and no statement of this document allows them.
//!
//! ## Why it matters
//!
//! An exemption from a Deny grants nothing. Unless another policy of the same user allows
//! `iam:CreateVirtualMFADevice` and `iam:EnableMFADevice`, a user without a device stays locked out.
//!
//! ## Example
//!
//! Before:
//!
//! ```json
//! {"Effect": "Deny", "NotAction": ["iam:CreateVirtualMFADevice", "iam:EnableMFADevice"], "Resource": "*",
//!  "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}
//! ```
//!
//! After, beside it:
//!
//! ```json
//! [{"Effect": "Allow", "Action": "iam:CreateVirtualMFADevice", "Resource": "arn:aws:iam::*:mfa/*"},
//!  {"Effect": "Allow", "Action": ["iam:EnableMFADevice", "iam:ListMFADevices", "iam:ResyncMFADevice"],
//!   "Resource": "arn:aws:iam::*:user/${aws:username}"}]
//! ```
//!
//! ## How to fix it
//!
//! Add the two Allow statements, here or in a policy that everybody has who has this one.
//!
//! AWS: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_iam_mfa-selfmanage.html>

use super::facts::Facts;
use super::{DocumentKind, Report, Severity};

pub(super) const SEVERITY: Severity = Severity::Warning;

pub(super) fn check(facts: &Facts<'_>, report: &mut Report<'_>) {
    let Some(deny) = facts.leaves_enrolment_open().filter(|_| facts.kind == DocumentKind::Identity) else { return };
    let needed = [("iam:createvirtualmfadevice", "iam:CreateVirtualMFADevice"), ("iam:enablemfadevice", "iam:EnableMFADevice")];
    let missing: Vec<&str> =
        needed.into_iter().filter(|(lower, _)| facts.allows(lower).next().is_none()).map(|(_, name)| name).collect();
    if !missing.is_empty() {
        let message = format!("nothing in this document allows {}", super::facts::enumerate(&missing));
        let help = "allow it here, unless another policy of the same users does";
        report.at_action(deny.index, deny.statement, message, help);
    }
}
