//! IAM.19 over small accounts.

use serde_json::json;

use super::*;
use crate::controls::common::testing::outcomes;

#[test]
fn a_user_with_a_device_passes() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"report": [{"user": "ana", "mfa_active": "true"}]})
        ),
        ["user/ana pass"]
    );
}

#[test]
fn a_user_without_a_device_fails_with_a_password_or_without() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"report": [{"user": "ana", "mfa_active": "false"}]})
        ),
        ["user/ana fail"]
    );
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"report": [{"user": "ana", "mfa_active": "false", "password_enabled": "true"}]})
        ),
        ["user/ana fail"]
    );
}

#[test]
fn an_account_without_users_is_not_applicable() {
    assert_eq!(
        outcomes(&CONTROL, json!({"report": []})),
        ["account not_applicable"]
    );
}

#[test]
fn a_value_that_is_no_truth_value_is_unknown() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"report": [{"user": "ana", "mfa_active": "not_supported"}]})
        ),
        ["user/ana unknown"]
    );
}

#[test]
fn a_report_that_could_not_be_read_is_unknown() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"report": {"unreadable": "no"}, "users": [{"name": "ana"}]})
        ),
        ["user/ana unknown"]
    );
    assert_eq!(
        outcomes(&CONTROL, json!({"report": {"unreadable": "no"}, "users": []})),
        ["account unknown"]
    );
}

#[test]
fn users_that_were_made_or_deleted_meanwhile_are_unknown() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({"report": [{"user": "ana"}], "users": [{"name": "bob"}]})
        ),
        ["user/ana unknown", "user/bob unknown"]
    );
}

#[test]
fn the_live_answer_wins_over_the_report() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "report": [{"user": "ana", "mfa_active": "false"}],
                "live": {"ana": {"password": true, "devices": ["GAHT1"]}},
            })
        ),
        ["user/ana pass"]
    );
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "report": [{"user": "ana", "mfa_active": "true"}],
                "live": {"ana": {"password": true, "devices": []}},
            })
        ),
        ["user/ana fail"]
    );
}

#[test]
fn a_live_answer_that_did_not_come_never_makes_a_pass() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "report": [{"user": "ana", "mfa_active": "true"}],
                "live": {"ana": {"password": true, "devices": {"unreadable": "no"}}},
            })
        ),
        ["user/ana unknown"]
    );
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "report": [{"user": "ana", "mfa_active": "false"}],
                "live": {"ana": {"password": true, "devices": {"unreadable": "no"}}},
            })
        ),
        ["user/ana fail"]
    );
}

#[test]
fn a_user_who_is_gone_live_is_unknown() {
    assert_eq!(
        outcomes(
            &CONTROL,
            json!({
                "report": [{"user": "ana", "mfa_active": "false"}],
                "live": {"ana": {"password": false, "devices": null}},
            })
        ),
        ["user/ana unknown"]
    );
}
