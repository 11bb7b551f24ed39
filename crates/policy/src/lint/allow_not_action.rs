//! # `Allow` with `NotAction` allows what does not exist yet
//!
//! An `Allow` statement names what it does *not* allow. Everything else is allowed, and so is every action that AWS
//! adds later.
//!
//! ## Why it matters
//!
//! The list of what must stay forbidden is never complete. A service that is launched next month is open to
//! whoever holds this policy, without anybody having decided so.
//!
//! ## Example
//!
//! Before:
//!
//! ```json
//! {"Effect": "Allow", "NotAction": "organizations:*", "Resource": "*"}
//! ```
//!
//! After:
//!
//! ```json
//! [{"Effect": "Allow", "Action": ["ec2:*", "s3:*"], "Resource": "*"},
//!  {"Effect": "Deny", "Action": "organizations:*", "Resource": "*"}]
//! ```
//!
//! ## How to fix it
//!
//! Name what is needed in `Action`. If really everything but a list is meant, allow `*` and deny the list: a Deny
//! holds against other policies too, and `NotAction` in an Allow does not.
//!
//! AWS: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html>

use super::facts::Facts;
use super::{Report, Severity};
use crate::document::Effect;

pub(super) const SEVERITY: Severity = Severity::Warning;

pub(super) fn check(facts: &Facts<'_>, report: &mut Report<'_>) {
    for (index, statement, prepared) in &facts.statements {
        if statement.effect() == Effect::Allow && prepared.actions.not {
            let message = "this Allow covers every action but those listed, future ones included".to_owned();
            report.at_action(*index, statement, message, "name in `Action` what is needed");
        }
    }
}
