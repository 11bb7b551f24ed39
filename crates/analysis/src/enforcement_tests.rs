//! Small accounts and how their console users are asked for MFA.

use serde_json::{Value, json};

use super::*;
use crate::controls::common::testing::snapshot;

fn counted(world: Value) -> Option<Enforcement> {
    let snapshot = snapshot(world);
    of(
        &AccountFacts::new(&snapshot),
        &AwsManagedPolicies::default(),
        &Linter::default(),
    )
}

fn asks() -> Value {
    json!({"Version": "2012-10-17", "Statement": {"Effect": "Deny", "NotAction": "iam:EnableMFADevice",
        "Resource": "*", "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}}})
}

fn user(name: &str) -> Value {
    json!({"user": name, "password_enabled": "true", "mfa_active": "false"})
}

#[test]
fn each_console_user_is_counted_where_it_is_first_asked() {
    let arn = "arn:aws:iam::111122223333:policy/mfa";
    let world = json!({
        "report": [user("ana"), user("bob"), user("cy"), {"user": "key-only"}],
        "users": [
            {"name": "ana", "attached_policies": [arn], "groups": ["staff"]},
            {"name": "bob", "groups": ["staff"]},
            {"name": "cy"},
            {"name": "key-only"},
        ],
        "groups": [{"name": "staff", "attached_policies": [arn]}],
        "policies": [{"name": "mfa", "document": asks()}],
    });
    let expected = Enforcement {
        console_users: 3,
        directly: 1,
        by_group: 1,
        by_boundary: 0,
        not_at_all: 1,
    };
    assert_eq!(counted(world), Some(expected));
}

#[test]
fn a_policy_that_denies_with_mfa_too_does_not_ask_for_it() {
    let policy =
        json!({"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}});
    let arn = "arn:aws:iam::111122223333:policy/mfa";
    let world = json!({
        "report": [user("ana")],
        "users": [{"name": "ana", "attached_policies": [arn]}],
        "policies": [{"name": "mfa", "document": policy}],
    });
    assert_eq!(counted(world).map(|counted| counted.not_at_all), Some(1));
}

#[test]
fn what_could_not_be_read_is_not_counted_as_not_asked() {
    assert_eq!(
        counted(json!({"report": [user("ana")], "users": {"unreadable": "denied"}})),
        None
    );
    let world = json!({
        "report": [user("ana")],
        "users": [{"name": "ana", "attached_policies": ["arn:aws:iam::aws:policy/Unread"]}],
    });
    assert_eq!(counted(world), None);
}
