//! mfa-policy-flaws over small accounts.

use serde_json::{Value, json};

use super::*;
use crate::controls::common::testing::{outcomes, reason};

fn account(document: &Value) -> Value {
    json!({
        "report": [{"user": "ana"}, {"user": "bob"}, {"user": "cy"}],
        "users": [
            {"name": "ana", "attached_policies": ["arn:aws:iam::111122223333:policy/mfa"]},
            {"name": "bob", "groups": ["staff"]},
            {"name": "cy"},
        ],
        "groups": [{"name": "staff", "attached_policies": ["arn:aws:iam::111122223333:policy/mfa"]}],
        "policies": [{"name": "mfa", "document": document}],
    })
}

fn deny(operator: &str) -> Value {
    json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["iam:CreateVirtualMFADevice"], "Resource": "arn:aws:iam::*:mfa/*"},
        {"Effect": "Allow", "Action": ["iam:EnableMFADevice", "iam:ChangePassword"],
         "Resource": "arn:aws:iam::*:user/${aws:username}"},
        {"Effect": "Deny", "NotAction": ["iam:CreateVirtualMFADevice", "iam:EnableMFADevice",
         "iam:ChangePassword", "iam:GetAccountPasswordPolicy"], "Resource": "*",
         "Condition": {operator: {"aws:MultiFactorAuthPresent": "false"}}}]})
}

#[test]
fn a_policy_without_a_flaw_passes() {
    assert_eq!(
        outcomes(&CONTROL, account(&deny("BoolIfExists"))),
        ["policy/mfa pass"]
    );
}

#[test]
fn bool_fails_and_the_reason_counts_users_of_groups_too() {
    let world = account(&deny("Bool"));
    assert_eq!(outcomes(&CONTROL, world.clone()), ["policy/mfa fail"]);
    let reason = reason(&CONTROL, world);
    assert!(reason.contains("mfa-deny-misses-access-keys"), "{reason}");
    assert!(reason.ends_with("it applies to 2 users"), "{reason}");
}

#[test]
fn a_policy_that_does_not_mention_mfa_is_not_judged() {
    let policy =
        json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}});
    assert_eq!(outcomes(&CONTROL, account(&policy)), ["account not_applicable"]);
}

#[test]
fn a_policy_that_cannot_be_parsed_is_unknown() {
    assert_eq!(
        outcomes(&CONTROL, account(&json!({"Statement": 7}))),
        ["policy/mfa unknown"]
    );
}

#[test]
fn details_that_could_not_be_read_are_unknown() {
    let world = json!({"report": [{"user": "ana"}], "users": {"unreadable": "denied"}});
    assert_eq!(outcomes(&CONTROL, world), ["account unknown"]);
}
