//! access-keys-without-mfa over small accounts.

use serde_json::{Value, json};

use super::*;
use crate::controls::common::testing::{outcomes, reason};

fn with_policy(policy: &Value, report: &Value) -> Value {
    json!({
        "report": [report],
        "users": [{"name": "ana", "attached_policies": ["arn:aws:iam::111122223333:policy/own"]}],
        "policies": [{"name": "own", "document": policy}],
    })
}

fn key() -> Value {
    json!({"user": "ana", "access_key_1_active": "true"})
}

fn everything() -> Value {
    json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}})
}

fn everything_but_not_without_mfa(operator: &str) -> Value {
    json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "*", "Resource": "*",
         "Condition": {operator: {"aws:MultiFactorAuthPresent": "false"}}}]})
}

#[test]
fn a_key_that_may_do_everything_fails_also_with_a_device() {
    let report = json!({"user": "ana", "access_key_1_active": "true", "password_enabled": "true", "mfa_active": "true"});
    assert_eq!(
        outcomes(&CONTROL, with_policy(&everything(), &report)),
        ["user/ana fail"]
    );
    assert!(
        reason(&CONTROL, with_policy(&everything(), &report)).contains("although an MFA device is enrolled")
    );
}

#[test]
fn a_key_that_needs_mfa_passes() {
    let policy = everything_but_not_without_mfa("BoolIfExists");
    assert_eq!(
        outcomes(&CONTROL, with_policy(&policy, &key())),
        ["user/ana pass"]
    );
}

#[test]
fn bool_instead_of_bool_if_exists_fails() {
    let policy = everything_but_not_without_mfa("Bool");
    assert_eq!(
        outcomes(&CONTROL, with_policy(&policy, &key())),
        ["user/ana fail"]
    );
}

/// The key itself is denied everything, and gets a session by `GetSessionToken` which is not.
#[test]
fn what_holds_for_the_key_and_not_for_its_session_token_fails() {
    let absent = json!({"Null": {"aws:MultiFactorAuthPresent": "true"}});
    let denied = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "*", "Resource": "*"},
        {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": absent}]});
    let there = json!({"Null": {"aws:MultiFactorAuthPresent": "false"}});
    let allowed = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": there}]});
    let with_password = json!({"user": "ana", "access_key_1_active": "true", "password_enabled": "true", "mfa_active": "false"});
    for (policy, report) in [(&denied, key()), (&allowed, key()), (&denied, with_password)] {
        let world = with_policy(policy, &report);
        assert_eq!(outcomes(&CONTROL, world.clone()), ["user/ana fail"]);
        assert!(reason(&CONTROL, world).contains("sts:GetSessionToken"));
    }
}

#[test]
fn a_key_without_any_policy_passes() {
    assert_eq!(
        outcomes(&CONTROL, json!({"report": [key()], "users": [{"name": "ana"}]})),
        ["user/ana pass"]
    );
}

#[test]
fn no_active_key_is_not_applicable() {
    let report = json!({"user": "ana", "access_key_1_active": "false"});
    assert_eq!(
        outcomes(&CONTROL, with_policy(&everything(), &report)),
        ["user/ana not_applicable"]
    );
    assert_eq!(
        outcomes(&CONTROL, json!({"report": []})),
        ["account not_applicable"]
    );
}

#[test]
fn a_policy_that_cannot_be_parsed_is_unknown() {
    let policy = json!({"Version": "2012-10-17", "Statement": {"Effect": "Perhaps", "Action": "*"}});
    assert_eq!(
        outcomes(&CONTROL, with_policy(&policy, &key())),
        ["user/ana unknown"]
    );
}

#[test]
fn policies_that_could_not_be_read_are_unknown() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"report": [key()], "users": {"unreadable": "denied"}})
        ),
        ["user/ana unknown"]
    );
}

#[test]
fn a_report_that_could_not_be_read_is_unknown() {
    assert_eq!(
        outcomes(&CONTROL, json!({"report": {"unreadable": "denied"}})),
        ["account unknown"]
    );
}
