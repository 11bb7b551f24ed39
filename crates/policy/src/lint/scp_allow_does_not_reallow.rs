//! # An Allow in an SCP does not undo its Deny
//!
//! An SCP denies actions and then "allows" some of them in another statement.
//!
//! ## Why it matters
//!
//! An explicit Deny wins over every Allow, wherever the two stand. And an Allow in an SCP grants nothing: it only
//! leaves room for what identity policies grant. The actions stay denied.
//!
//! ## Example
//!
//! Before:
//!
//! ```json
//! [{"Effect": "Deny", "Action": "*", "Resource": "*",
//!   "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}},
//!  {"Effect": "Allow", "Action": "iam:EnableMFADevice", "Resource": "*"}]
//! ```
//!
//! After:
//!
//! ```json
//! [{"Effect": "Deny", "NotAction": "iam:EnableMFADevice", "Resource": "*",
//!   "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}]
//! ```
//!
//! ## How to fix it
//!
//! Leave the exceptions out of the Deny with `NotAction`, and remove the Allow.
//!
//! AWS: <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html>

use super::facts::Facts;
use super::{DocumentKind, Report, Severity};
use crate::document::Effect;

pub(super) const SEVERITY: Severity = Severity::Error;

pub(super) fn check(facts: &Facts<'_>, report: &mut Report<'_>) {
    if facts.kind != DocumentKind::Scp {
        return;
    }
    let denies = || facts.statements.iter().filter(|(_, s, p)| s.effect() == Effect::Deny && p.resources.everything);
    for (index, statement, prepared) in facts.statements.iter().filter(|(_, s, _)| s.effect() == Effect::Allow) {
        let names = &prepared.actions.patterns;
        let listed = !prepared.actions.not && !names.iter().any(|name| name.contains(['*', '?']));
        let denied = |name: &str| denies().any(|(_, _, deny)| deny.actions.cover(name));
        if listed && !names.is_empty() && names.iter().all(|name| denied(name)) {
            let message = "a Deny of this document covers every action that this statement allows".to_owned();
            report.at(*index, "/Effect", statement.effect_span(), message, "leave the exceptions out of the Deny with `NotAction`");
        }
    }
}
