//! # The Deny without MFA leaves a way round it
//!
//! Only some actions, some resources or some circumstances are denied without MFA.
//!
//! ## Why it matters
//!
//! What is not denied stays as open without MFA as it is with it. A Deny of `iam:CreateAccessKey` alone keeps nobody
//! from reading the data that the existing key can read. An exemption of `iam:*` lets the session give itself whatever
//! it lacks.
//!
//! ## Example
//!
//! Before:
//!
//! ```json
//! {"Effect": "Deny", "Action": ["iam:CreateAccessKey"], "Resource": "*",
//!  "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}
//! ```
//!
//! After:
//!
//! ```json
//! {"Effect": "Deny", "NotAction": ["iam:CreateVirtualMFADevice", "iam:EnableMFADevice"], "Resource": "*",
//!  "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}
//! ```
//!
//! ## How to fix it
//!
//! Deny with `NotAction`, exempt self-service only (enrolment, the own password), and use `"Resource": "*"` with no
//! condition but the one on MFA. If the partial Deny is meant as it is, count on it for those actions only.
//!
//! AWS: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_iam_mfa-selfmanage.html>

use super::facts::{Facts, MfaDeny, enumerate, tests_mfa};
use super::{Report, Severity};
use crate::truth::Truth;

pub(super) const SEVERITY: Severity = Severity::Warning;

pub(super) fn check(facts: &Facts<'_>, report: &mut Report<'_>) {
    let Some(first) = facts.broad_deny().or(facts.mfa_denies.first().copied()) else { return };
    let open = facts.left_open();
    if !open.is_empty() {
        let message = format!("without MFA, {} not denied: {}", count(open.len()), enumerate(&open));
        report.at_action(first.index, first.statement, message, "deny with `NotAction` and exempt self-service only");
    }
    let whole = |deny: &MfaDeny<'_>| deny.broad && deny.prepared.resources.everything;
    if let Some(deny) = facts.broad_deny().filter(|_| !facts.mfa_denies.iter().any(whole)) {
        let element = if deny.prepared.resources.not { "/NotResource" } else { "/Resource" };
        let message = "resources that this Deny does not name are open without MFA".to_owned();
        report.at(deny.index, element, deny.statement.resource_span(), message, "use `\"Resource\": \"*\"`");
    }
    if let Some(deny) = facts.broad_deny().filter(|_| facts.mfa_denies.iter().all(has_way_round)) {
        let others = deny.statement.conditions().iter().filter(|c| !c.key().to_ascii_lowercase().contains("multifactorauth"));
        let keys: Vec<&str> = others.map(|condition| condition.key().as_str()).collect();
        if !keys.is_empty() {
            let message = format!("this Deny also asks about {}: where that does not hold, nothing is denied", enumerate(&keys));
            report.at(deny.index, "/Condition", deny.statement.span(), message, "let the condition on MFA stand alone");
        }
    }
}

/// Whether more than MFA decides if a Deny holds for a user.
fn has_way_round(deny: &MfaDeny<'_>) -> bool {
    tests_mfa(deny.statement) && deny.holds.console != Truth::True && deny.holds.key != Truth::True
}

fn count(actions: usize) -> String {
    if actions == 1 { "1 action is".to_owned() } else { format!("{actions} actions are") }
}
